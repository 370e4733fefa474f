"""A checklist with a memory bomb that another program wrote: said in words, and everything else goes on."""

import hashlib
import resource
from pathlib import Path

import pytest

from inspector.domain import inspecting
from inspector.domain.inspecting import Team
from inspector.domain.inspection import PackPin
from inspector.errors import BadInput
from inspector.forms.texts import FormText
from inspector.services import people
from inspector.services.forms import Forms, publish
from inspector.services.sheets import sheet
from tests.domain.test_rule_bounds import BOMB, CHECKLIST
from tests.workplace import all_entries, deliver, make_site, make_store, start_inspection


def test_a_bomb_from_another_laptop_takes_no_memory(tmp_path: Path) -> None:
    """The inspection that is pinned to it cannot be shown, in words; the next one can."""
    text = CHECKLIST.format(bomb=BOMB)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    with make_store(tmp_path / "a", 1) as other, make_store(tmp_path / "b", 2) as store:
        publish(other, [FormText("checklist", "T-BOMB", "1", sha256, text)])
        first = people.add_officer(other, name="样例甲", department="教体局", certificate="样例-0001")
        site, pin = make_site(other), PackPin("T-BOMB", "1", sha256)
        other.decide(
            lambda _: inspecting.start(
                inspection="n-bomb", site=site, pack=pin, checklists=[pin], team=Team((first,))
            )
        )
        deliver(all_entries(other), store)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with pytest.raises(BadInput) as caught:
            sheet(store, Forms(store), "n-bomb")
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000
        assert "没有采用" in caught.value.zh
        assert "fill the memory" in str(caught.value.problems)
        assert sheet(store, Forms(store), start_inspection(store).id).sections
