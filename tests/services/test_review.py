"""Concluded inspections that another program wrote, or that name other texts than the county's, are marked."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inspector.domain.entries import Draft
from inspector.domain.inspection import fold_inspection
from inspector.errors import Damaged
from inspector.forms.library import shipped
from inspector.services import inspections, legality
from inspector.services.forms import Forms
from inspector.services.review import marks
from inspector.services.sheets import sheet
from inspector.store.workspace import Store
from tests.workplace import all_entries, conclude, decide, deliver, make_store, make_team, start_inspection


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """One workspace, which is its own office."""
    with make_store(tmp_path / "w", 1) as made:
        yield made


def codes(store: Store, inspection: str) -> list[str]:
    """What an inspection is marked with."""
    return [mark.code for mark in sheet(store, Forms(store), inspection).marks]


def conclude_by_hand(store: Store, rules: list[dict[str, str]], *officers: str) -> str:
    """Start and conclude with entries that no guard has seen."""
    usual = start_inspection(store)
    pack = shipped().pack("night-patrol")

    def pin(text: Any) -> dict[str, str]:
        return {"code": text.code, "version": text.version, "sha256": text.sha256}

    start: dict[str, Any] = {
        "site": usual.site,
        "pack": pin(pack),
        "checklists": [pin(shipped().checklist(code)) for code in pack.checklists],
        "officers": list(officers),
        "helpers": [],
    }
    end = {"answered": 0, "unanswered": [], "findings": [], "photos": [], "entries": 1, "rules": rules}
    for kind, data in (("started", start), ("concluded", end)):
        draft = Draft(f"inspection.{kind}", "i-by-hand", usual.scope, data)
        store.decide(lambda _, draft=draft: [draft])  # type: ignore[misc]
    return "i-by-hand"


SHIPPED = [pin.to_data() for pin in shipped().rules]


def test_a_conclusion_of_this_program_is_not_marked(store: Store, tmp_path: Path) -> None:
    """Nor an open inspection, nor one by what this office decided."""
    decide(store, tmp_path, 'offline_end: {value: "20:00"}')
    begun = start_inspection(store)
    assert codes(store, begun.id) == []
    conclude(store, begun.id)
    assert codes(store, begun.id) == []


def test_what_never_met_the_guard_says_so(store: Store) -> None:
    """Nobody who is known, nothing told: each reason of the guard, in both languages."""
    found = sheet(store, Forms(store), conclude_by_hand(store, SHIPPED, "o-nobody"))
    said = [mark.code for mark in found.marks]
    assert {"officers.two", "procedure.missing"} <= set(said)
    assert all(mark.zh.startswith("办结时不符合程序：") for mark in found.marks)
    assert all(mark.en.startswith("Concluded against the procedure: ") for mark in found.marks)


def test_pins_that_lack_a_kind_are_marked(store: Store) -> None:
    """Without any, and without the parameters."""
    begun = start_inspection(store)
    conclude(store, begun.id)
    state, registers = fold_inspection(store.entries(begun.id))
    assert state is not None
    assert state.conclusion is not None
    for rules, words in (
        ([], "参数、日历、法规登记表"),
        ([one for one in SHIPPED if one["kind"] != "parameters"], "参数"),
    ):
        chosen = replace(state, conclusion={**state.conclusion, "rules": rules})
        (mark,) = marks(store, Forms(store), chosen, registers)
        assert (mark.code, mark.zh.endswith(f"所依据的{words}。")) == ("rules.unnamed", True)


def test_texts_of_somebody_else_are_marked(store: Store, tmp_path: Path) -> None:
    """Another laptop's own values judged it: here they count for nothing, and that is said."""
    with make_store(tmp_path / "other", 2) as other:
        decide(other, tmp_path, 'offline_end: {value: "23:00"}')
        begun = start_inspection(other)
        conclude(other, begun.id)
        assert codes(other, begun.id) == []
        deliver(all_entries(other), store)
        (mark,) = sheet(store, Forms(store), begun.id).marks
        assert (mark.code, "county" in mark.zh) == ("rules.foreign", True)


def test_an_answer_after_the_conclusion_makes_no_part_unconfirmed_before_it(
    store: Store, tmp_path: Path
) -> None:
    """What came late is told as late."""
    begun = start_inspection(store)
    with make_store(tmp_path / "other", 2) as other:
        deliver(all_entries(store), other)
        inspections.answer(other, Forms(other), begun.id, "T-AD-01", "no")
        conclude(store, begun.id)
        deliver(all_entries(other), store)
    assert sheet(store, Forms(store), begun.id).inspection.late == 1
    assert codes(store, begun.id) == []


def test_a_pin_fits_the_text_that_it_names(store: Store) -> None:
    """A shipped text under another kind, code or version is not taken for what the pin says."""
    begun = start_inspection(store)
    conclude(store, begun.id)
    state, _ = fold_inspection(store.entries(begun.id))
    assert state is not None
    assert state.conclusion is not None
    for changed in ({"code": "county"}, {"version": "9"}, {"kind": "calendar"}):
        rules = [{**SHIPPED[0], **changed}, *SHIPPED[1:]]
        with pytest.raises(Damaged) as caught:
            Forms(store).rules(replace(state, conclusion={**state.conclusion, "rules": rules}))
        assert caught.value.code == "rules.changed"


def test_the_guard_looks_at_people_as_they_are_known(store: Store) -> None:
    """A conclusion is asked about with the same words as before it."""
    begun = start_inspection(store)
    make_team(store)
    before = [found.code for found in legality.check_conclude(store, Forms(store), begun.id).objections]
    assert before
    conclude(store, begun.id)
    assert legality.check_conclude(store, Forms(store), begun.id).objections == ()
