"""A withheld body hides what it said, never that it was said."""

from inspector.domain.entries import Entry, Ref, Stamp
from inspector.domain.inspection import VOCABULARY
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
