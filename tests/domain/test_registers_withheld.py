"""A withheld body hides what it said, never that it was said."""

from typing import Any

from inspector.domain.entries import Entry, Ref, Stamp
from inspector.domain.inspection import VOCABULARY, fold_inspection
from inspector.domain.patrol import fold_patrol
from inspector.domain.registers import fold

DEVICE = "a" * 16
STAMP = Stamp(0, 480, "0" * 16, 0)


def _answer(seq: int, value: str | None, *replaces: int) -> Entry:
    data = None if value is None else {"item": "T-LIC-01", "value": value}
    refs = tuple(Ref(DEVICE, old) for old in replaces)
    return Entry(Ref(DEVICE, seq), "inspection.answered", "i-1", "county", "", STAMP, refs, data)


def test_a_withheld_answer_does_not_bring_the_older_one_back() -> None:
    """The newer answer's body is gone: the older one is not the answer, and there is none to show."""
    registers = fold([_answer(1, "valid"), _answer(2, None, 1)], VOCABULARY)
    assert registers.value("answer/T-LIC-01") is None
    assert registers.withheld == 1


def test_a_withheld_answer_that_was_itself_replaced_changes_nothing() -> None:
    """Only what nobody replaced counts, withheld or not."""
    registers = fold([_answer(1, "valid"), _answer(2, None, 1), _answer(3, "none", 2)], VOCABULARY)
    assert registers.value("answer/T-LIC-01") == "none"


def test_a_withheld_change_of_people_leaves_those_who_began() -> None:
    """A patrol and an inspection whose latest team is withheld are still there."""
    people = {"officers": ["o-1"], "helpers": []}

    def entry(seq: int, kind: str, data: dict[str, Any] | None, *replaces: int) -> Entry:
        refs = tuple(Ref(DEVICE, old) for old in replaces)
        return Entry(Ref(DEVICE, seq), kind, "x-1", "county", "", STAMP, refs, data)

    begun = entry(1, "patrol.started", {"occasion": "night", **people})
    patrol, _ = fold_patrol([begun, entry(2, "patrol.team_changed", None, 1)])
    assert patrol is not None
    assert patrol.officers == ("o-1",)
    pin = {"code": "p", "version": "1", "sha256": "0" * 64}
    start = entry(1, "inspection.started", {"site": "s-1", "pack": pin, "checklists": [pin], **people})
    inspection, _ = fold_inspection([start, entry(2, "inspection.officers_changed", None, 1)])
    assert inspection is not None
    assert inspection.officers == ("o-1",)
