"""Tips: what may be recorded, what follows from what, and what the days make of it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain import tip as tips
from inspector.domain.calendar import Calendar
from inspector.domain.entries import Draft, Entry, Ref, Stamp
from inspector.domain.tip import Tip, fold_tip
from inspector.errors import Refusal

TODAY = date(2026, 11, 23)
REPORT = {
    "channel": "phone", "content": "夜里补课", "received": "2026-11-20", "named": True, "address": "样例小区",
}  # fmt: skip


def _entry(seq: int, draft: Draft, device: str = "a" * 16) -> Entry:
    return Entry(
        Ref(device, seq), draft.type, draft.aggregate, draft.scope, "", Stamp(0, 480, "0" * 16, seq),
        draft.replaces, draft.data,
    )  # fmt: skip


class Log:
    """Entries of one tip as one laptop writes them."""

    def __init__(self, **more: Any) -> None:
        self.entries: list[Entry] = []
        self.add(tips.record_tip(tip="t-1", scope="county", report={**REPORT, **more}, today=TODAY))

    def add(self, drafts: list[Draft]) -> None:
        """Append what was decided."""
        for draft in drafts:
            self.entries.append(_entry(len(self.entries) + 1, draft))

    @property
    def tip(self) -> Tip:
        """The state."""
        found, _ = fold_tip(self.entries)
        assert found is not None
        return found

    def assign(self, **fields: Any) -> None:
        """Assign by the present state."""
        state, known = fold_tip(self.entries)
        self.add(tips.assign_tip(known, state, fields))

    def answer(self, **fields: Any) -> None:
        """Answer by the present state."""
        state, known = fold_tip(self.entries)
        self.add(tips.answer_tip(known, state, fields, today=TODAY))


def test_a_tip_is_received_assigned_and_answered() -> None:
    """Each state follows from the last entry; doing the same again records nothing."""
    log = Log()
    assert (log.tip.state, log.tip.address, log.tip.scope) == ("received", "样例小区", "county")
    log.assign(plan="l-1", due="2026-12-01")
    log.assign(plan="l-1", due="2026-12-01")
    assert (log.tip.state, log.tip.plan, len(log.entries)) == ("assigned", "l-1", 2)
    log.answer(outcome="partly", text="已责令改正", date="2026-11-23")
    log.answer(told=True)
    log.answer(told=True)
    assert (log.tip.state, log.tip.reply, log.tip.told, len(log.entries)) == (
        "answered",
        "已责令改正",
        True,
        4,
    )
    assert log.tip.conflicts == ()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"text": "无", "date": "2026-11-23"}, "tip.outcome"),
        ({"outcome": "maybe", "text": "无", "date": "2026-11-23"}, "tip.outcome"),
        ({"outcome": "unfounded", "date": "2026-11-23"}, "tip.reply"),
        ({"outcome": "out_of_hands", "text": "转办", "date": "2026-11-23"}, "tip.passed_to"),
        ({"outcome": "unfounded", "text": "无", "date": "2026-11-24"}, "tip.date"),
        ({"outcome": "unfounded", "text": "无", "date": "2026-11-19"}, "tip.date"),
    ],
)
def test_an_answer_says_what_came_of_it(fields: Mapping[str, Any], code: str) -> None:
    """Without an outcome, a reply, the department it went to, or a possible day nothing is recorded."""
    log = Log()
    with pytest.raises(Refusal) as refused:
        log.answer(**fields)
    assert (refused.value.code, len(log.entries)) == (code, 1)


def test_what_a_grid_worker_reports_is_only_a_lead() -> None:
    """It is confirmed by an inspection or a finding of officers, or not at all; it may be unfounded without."""
    log = Log(channel="grid_worker")
    answer = {"outcome": "confirmed", "text": "属实", "date": "2026-11-23"}
    with pytest.raises(Refusal) as refused:
        log.answer(**answer)
    assert refused.value.code == "tip.lead_only"
    log.answer(**answer, inspection="i-1")
    assert log.tip.lead_only
    Log(channel="grid_worker").answer(**{**answer, "outcome": "unfounded"})


def test_a_voided_tip_stays_voided() -> None:
    """Nothing is assigned or answered any more; voiding needs a reason that says something."""
    log = Log()
    state, known = fold_tip(log.entries)
    with pytest.raises(Refusal):
        tips.void_tip(known, state, "重复")
    log.add(tips.void_tip(known, state, "重复登记"))
    assert (log.tip.state, log.tip.void_reason) == ("voided", "重复登记")
    with pytest.raises(Refusal, match="voided"):
        log.assign(plan="l-1")
    with pytest.raises(Refusal, match="voided"):
        log.answer(outcome="unfounded")


def test_two_who_answer_apart_are_in_conflict() -> None:
    """Both answers stand until somebody answers knowing both."""
    log = Log()
    state, known = fold_tip(log.entries)
    for number, outcome in enumerate(("confirmed", "unfounded")):
        (draft,) = tips.answer_tip(
            known, state, {"outcome": outcome, "text": "核查", "date": "2026-11-23"}, today=TODAY
        )
        log.entries.append(_entry(1, draft, "bc"[number] * 16))
    assert log.tip.conflicts == ("answer",)
    log.answer(outcome="unfounded")
    assert not log.tip.conflicts
    assert log.tip.outcome == "unfounded"


@given(st.permutations(range(5)))
def test_the_order_of_arrival_does_not_matter(order: list[int]) -> None:
    """The same entries in any order are the same tip."""
    log = Log()
    log.assign(plan="l-1")
    log.assign(department="police")
    log.answer(outcome="unfounded", text="无此事", date="2026-11-23")
    log.answer(told=True)
    mixed = [log.entries[place] for place in order]
    assert fold_tip(mixed)[0] == log.tip


def _late(state: str, today: str, *, told: bool = False, **more: Any) -> str:
    days = {
        "received": "2026-11-02",
        "due": "",
        "due_estimated": False,
        "named": True,
        "answered": "",
        **more,
    }
    params = {"tip_days_kind": "natural", "tip_accept_days": 7, "tip_answer_days": 15, "tip_tell_days": 5}
    when = tips.deadlines(**days, calendar=Calendar(), params=params)
    return tips.late(state, told, when, date.fromisoformat(today))


def test_what_is_overdue_follows_from_the_day() -> None:
    """The last day itself is in time; the next is not. What is done is late only while a person waits to be told."""
    assert [_late("received", day) for day in ("2026-11-09", "2026-11-10", "2026-11-18")] == [
        "",
        "accept",
        "accept",
    ]
    assert [_late("assigned", day) for day in ("2026-11-17", "2026-11-18")] == ["", "answer"]
    assert _late("assigned", "2026-11-18", due="2026-11-30") == ""
    done: dict[str, Any] = {"answered": "2026-11-10"}
    assert [_late("answered", day, **done) for day in ("2026-11-15", "2026-11-16")] == ["", "tell"]
    assert _late("answered", "2026-12-31", told=True, **done) == ""
    assert _late("answered", "2026-12-31", named=False, **done) == ""
    assert _late("voided", "2026-12-31") == ""


@pytest.mark.parametrize(
    ("content", "warned"),
    [
        ("电话13900000000", True),
        ("电话 139 0000 0000", True),
        ("１３９００００００００", True),
        ("证件 11010119900101001X", True),
        ("座机0851-5550123", True),
        ("晚上8点30分还有20个学生", False),
        ("2026年11月20日", False),
    ],
)
def test_numbers_of_people_in_the_content_are_pointed_out(content: str, warned: bool) -> None:
    """A phone or identity number travels with the content; whoever types it is told."""
    assert (tips.personal_words(content) is not None) is warned


@pytest.mark.parametrize("text", ["样例举报人说", "电话139-0000-0000", "样 例 举报人"])
def test_no_text_tells_who_reported(text: str) -> None:
    """The name or the phone of the person in any spelling is refused; others' are not."""
    reporter = {"name": "样例举报人", "phone": "13900000000"}
    with pytest.raises(Refusal) as refused:
        tips.check_silence([text], reporter)
    assert refused.value.code == "tip.reporter_told"
    tips.check_silence([text], {"name": "样例别人", "phone": "13800000000"})
    tips.check_silence([text], {})
