"""The county's own texts on their way: from the centre to a laptop, and with a conclusion to another one."""

from pathlib import Path

import pytest

from inspector.central import publish
from inspector.central.publish import Publication
from inspector.forms.library import shipped
from inspector.forms.places import data_root
from inspector.forms.texts import read_texts
from inspector.services import inspections, lookup
from inspector.services.forms import Forms
from inspector.services.sheets import sheet
from inspector.store import log
from tests.sync.sync_world import centre_at, laptop, sync
from tests.workplace import conclude, start_inspection

PARAMETERS = 'parameters: county\nversion: "1"\nvalues:\n  offline_end: {value: "20:00"}\n'
LAW = (
    'register: law\nversion: "2999.1"\ndocuments:\n  - name: {zh: 令, en: order}\n'
    "    articles:\n      own-1: {status: unverified}\n"
)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A school calendar, parameters and a law register."""
    made = {"p.yaml": PARAMETERS, "law.yaml": LAW}
    for name, text in made.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return [data_root() / "demo" / "school-calendar.yaml", *(tmp_path / name for name in made)]


def test_what_the_centre_publishes_counts_on_every_laptop(tmp_path: Path, files: list[Path]) -> None:
    """Once, whatever is published how often; a conclusion names it, and is read alike on another laptop."""
    with centre_at(tmp_path / "centre") as centre:
        wanted = Publication(texts=read_texts(files))
        assert publish.publish(centre.storage, wanted).entries == 3
        assert publish.publish(centre.storage, wanted).entries == 0
        checklists, county = publish.published_before(centre.storage)
        assert (checklists, county.params["offline_end"]) == ({}, "20:00")
        with laptop(tmp_path / "a", centre, "*") as one, laptop(tmp_path / "b", centre, "*") as two:
            assert Forms(one).calendar().periods == ()
            assert sync(one).complete
            forms = Forms(one)
            assert (len(forms.calendar().periods), forms.params()["offline_end"]) == (8, "20:00")
            assert "own-1" in forms.register()
            state = start_inspection(one, forms)
            inspections.answer(one, forms, state.id, "T-TIME-02", "18:30-20:10")
            conclude(one, state.id)
            assert sync(one).complete
            quarantined = one.connection.execute("SELECT count(*) FROM quarantined").fetchone()[0]
            assert quarantined == 0
            assert log.own_tree(one.connection).size == len(centre.refs(one.device))
            assert sync(two).complete
            pins = lookup.inspection(two, state.id).rules
            own = {(pin.kind, pin.code) for pin in shipped().rules}
            others = [pin.code for pin in pins if (pin.kind, pin.code) not in own]
            assert set(others) == {"county", "school"}
            assert [pin.code for pin in pins].count("law") == 2
            judged = [
                sheet(store, Forms(store), state.id).line("T-TIME-02").judgement.verdict
                for store in (one, two)
            ]
            assert judged == ["violation", "violation"]
