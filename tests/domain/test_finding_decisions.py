"""Findings: one for one item of one inspection, following the answer, keeping what people amended."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from inspector.domain.calendar import Calendar, Due
from inspector.domain.entries import Draft, Entry, Ref, Stamp
from inspector.domain.finding import (
    VOCABULARY,
    Finding,
    amend_finding,
    due_date,
    finding_id,
    fold_finding,
    record_finding,
    withdraw_finding,
)
from inspector.domain.registers import Registers, fold

DATA: dict[str, Any] = {
    "inspection": "i-1", "site": "s-1", "item": "A-1", "question": "问？", "value": "no", "reason": "无证",
    "lead": "education", "basis": [], "severity": 3, "measure": "停办", "deadline_days": 3, "due": "2026-01-04",
}  # fmt: skip
EMPTY = fold([], VOCABULARY)


class Book:
    """A finding's entries."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def take(self, drafts: Sequence[Draft], device: str = "a") -> int:
        for draft in drafts:
            seq = sum(entry.ref.device == device * 16 for entry in self.entries) + 1
            stamp = Stamp(0, 480, "0123456789abcdef", 0)
            self.entries.append(
                Entry(
                    Ref(device * 16, seq), draft.type, draft.aggregate, draft.scope, "", stamp,
                    draft.replaces, draft.data,
                )
            )  # fmt: skip
        return len(drafts)

    @property
    def known(self) -> Registers:
        return fold_finding(self.entries)[1]

    @property
    def state(self) -> Finding:
        found = fold_finding(self.entries)[0]
        assert found is not None
        return found

    def record(self, device: str = "a", **change: Any) -> int:
        return self.take(
            record_finding(self.known, aggregate="f-1", scope="g-1", data={**DATA, **change}), device
        )

    def withdraw(self) -> int:
        return self.take(withdraw_finding(self.known, aggregate="f-1", scope="g-1", reason="更正"))

    def amend(self, **fields: Any) -> int:
        return self.take(amend_finding(self.known, aggregate="f-1", scope="g-1", fields=fields))


def test_it_follows_the_answer() -> None:
    """Recorded once, brought to another value, withdrawn once, and standing again when it is violated again."""
    book = Book()
    assert book.withdraw() == 0
    assert [book.record(), book.record()] == [1, 0]
    assert book.record(value="na") == 1
    assert [book.withdraw(), book.withdraw()] == [1, 0]
    assert book.state.withdrawn == "更正"
    assert book.record(value="na") == 1
    assert book.state.withdrawn == ""
    assert book.state.conflicts == ()


def test_what_people_amended_stays() -> None:
    """A new value of the answer does not put the severity or the measure of the checklist over theirs."""
    book = Book()
    book.record()
    assert book.amend(severity=4, note="严重") == 1
    assert book.amend(severity=4) == 0
    assert book.amend(reason="x") == 0
    book.record(value="other")
    assert (book.state.severity, book.state.note, book.state.measure) == (4, "严重", "停办")


def test_a_severity_that_nobody_amended_follows_the_rules() -> None:
    """A larger class is a graver finding; once somebody set the severity, the rules move it no more."""
    book = Book()
    book.record(severity=2)
    assert book.record(severity=3, value=60) == 1
    assert book.state.severity == 3
    assert book.record(severity=3, value=60) == 0
    book.amend(severity=4)
    assert book.record(severity=2, value=50) == 1
    assert book.state.severity == 4
    assert book.state.conflicts == ()


def test_two_laptops_that_find_the_same_find_one_thing() -> None:
    """The id says what was found, so both entries meet in one finding without a conflict."""
    book = Book()
    drafts = record_finding(EMPTY, aggregate="f-1", scope="g-1", data=DATA)
    book.take(drafts, "a")
    book.take(drafts, "b")
    assert book.state.conflicts == ()
    assert book.record() == 0


def test_a_concurrent_withdrawal_is_seen() -> None:
    """One laptop withdraws, another amends without knowing: both stay on record."""
    book = Book()
    book.record()
    amend = amend_finding(book.known, aggregate="f-1", scope="g-1", fields={"note": "记"})
    withdraw = withdraw_finding(book.known, aggregate="f-1", scope="g-1", reason="更正")
    book.take(amend, "b")
    book.take(withdraw, "c")
    assert (book.state.note, book.state.withdrawn) == ("记", "更正")


def test_names_and_days() -> None:
    """The same item of the same inspection has one name; deadlines are natural days from the day after."""
    assert finding_id("i-1", "A") == finding_id("i-1", "A")
    assert len({finding_id("i-1", "A"), finding_id("i-1", "B"), finding_id("i-2", "A")}) == 3


@pytest.mark.parametrize(
    ("found", "days", "due"),
    [
        (date(2026, 1, 1), 0, "2026-01-01"),
        (date(2026, 2, 27), 3, "2026-03-02"),
        (date(2027, 12, 31), 1, "2028-01-01"),
        (date(2028, 2, 28), 1, "2028-02-29"),
    ],
)
def test_the_last_day_of_a_deadline(found: date, days: int, due: str) -> None:
    """Month ends, leap days and the turn of the year are the calendar's."""
    assert due_date(found, days, Calendar(), {}) == Due(date.fromisoformat(due))
