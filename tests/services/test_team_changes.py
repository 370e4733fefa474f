"""Who inspects at the end is who confirmed and who showed a certificate."""

from pathlib import Path

import pytest

from inspector.domain.inspecting import Team
from inspector.domain.objections import Guarded
from inspector.services import inspections, legality, people
from inspector.services.forms import Forms
from tests.workplace import be_told, make_store, start_inspection


def test_a_new_officer_shows_a_certificate_and_confirms_anew(tmp_path: Path) -> None:
    """What somebody confirmed who has left counts no longer; the certificates shown must be those of who is there."""
    with make_store(tmp_path / "w") as store:
        forms, state = Forms(store), start_inspection(store)
        be_told(store, state.id)
        assert not legality.check_conclude(store, forms, state.id).objections
        stays = people.team(store, state.officers[:1]).officers[0]
        new = people.add_officer(store, name="样例丁", department="公安局", certificate="样例-0004")
        inspections.change_team(store, state.id, Team((stays, new)))
        found = legality.check_conclude(store, forms, state.id)
        assert [(one.code, one.about) for one in found.objections] == [
            ("procedure.team", "certificates_shown"),
            ("section.changed", "police"),
        ]
        assert "样例丁" in found.objections[0].zh
        with pytest.raises(Guarded):
            inspections.conclude(store, forms, state.id)
        be_told(store, state.id)
        assert inspections.conclude(store, forms, state.id).inspection.status == "concluded"
