"""Two who dealt with an item without knowing of each other; deadlines and what begins or ends with a day."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.domain import rectifying
from inspector.domain.calendar import Calendar, StatutoryYear, add_days
from inspector.domain.entries import COUNTY, Ref
from inspector.domain.objections import Guarded
from inspector.domain.rectification import Opening
from inspector.domain.rectification_guard import Service
from tests.domain.rectifying_world import (
    DEPUTY,
    DEVICES,
    DUE,
    FIRST,
    LEAD,
    SECOND,
    SECTION,
    SERVED,
    SHAPE,
    THIRD,
    Case,
    at,
    two_steps,
    wish,
)


def test_two_steps_at_once_are_a_conflict_that_a_lead_settles() -> None:
    """Both stay, nothing else can be done, the item is not settled; a lead's reason decides, and it goes on from there."""
    case = two_steps()
    item, registers = case.folded()
    assert item is not None
    assert {step.action for step in item.rivals} == {"pass", "fail"}
    with pytest.raises(Guarded) as caught:
        case.do(SECTION, "endorse")
    assert [one.code for one in caught.value.objections] == ["rectify.conflict"]
    failed = next(step for step in item.rivals if step.action == "fail")
    for who, note, chosen, code in (
        (FIRST, "照片为准（虚构）", failed.ref, "rectify.duty"),
        (LEAD, "好", failed.ref, "rectify.needs_note"),
        (LEAD, "照片为准（虚构）", Ref(DEVICES[2], 7), "rectify.no_rival"),
    ):
        with pytest.raises(Guarded) as caught:
            rectifying.settle(item, registers, chosen, who, case.about, scope=COUNTY, note=note)
        assert code in [one.code for one in caught.value.objections]
    drafts = rectifying.settle(
        item, registers, failed.ref, LEAD, case.about, scope=COUNTY, note="照片为准（虚构）"
    )
    case.append(drafts, LEAD, device=DEVICES[2])
    assert (case.item.state, case.item.rivals, case.item.irregular) == ("failed", (), ())
    assert [step.action for step in case.item.path][-2:] == ["fail", "settle"]
    assert case.do(FIRST, "notify_again").item.rounds == 1


def test_two_settlements_at_once_are_settled_again() -> None:
    """Two leads chose differently: that is a conflict too, and a third word ends it, however often."""
    case = two_steps()
    for _ in range(3):
        item, registers = case.folded()
        assert item is not None
        told = [
            rectifying.settle(
                item, registers, step.ref, LEAD, case.about, scope=COUNTY, note="各执一词（虚构）"
            )
            for step in item.rivals[:2]
        ]
        case.append(told[0], LEAD, device=DEVICES[0])
        case.append(told[1], LEAD, device=DEVICES[1])
        assert len(case.item.rivals) == 2
    item, registers = case.folded()
    assert item is not None
    case.append(
        rectifying.settle(
            item, registers, item.rivals[0].ref, LEAD, case.about, scope=COUNTY, note="议定（虚构）"
        ),
        LEAD,
    )
    assert (case.item.rivals, case.item.irregular) == ((), ())
    assert case.item.state in ("passed", "failed")


def test_a_closed_item_in_conflict_is_open_work() -> None:
    """One laptop closed it while another sent it back: it is on the list until somebody settles it."""
    case = at("passed").do(SECTION, "endorse")
    here, back = case.decided(wish("close"), DEPUTY), case.decided(wish("send_back"), LEAD)
    case.append(here, DEPUTY, device=DEVICES[0])
    case.append(back, LEAD, device=DEVICES[1])
    assert not case.item.settled


def test_the_same_step_twice_is_no_conflict() -> None:
    """Two laptops that recorded the very same agree."""
    case = at("submitted")
    drafts = case.decided(wish("plan_review"), FIRST)
    case.append(drafts, FIRST, device=DEVICES[0])
    case.append(drafts, SECOND, device=DEVICES[1])
    assert (case.item.rivals, case.item.state) == ((), "review")


def test_directions_at_once_are_settled_by_directing_again() -> None:
    """Two leads named two officers: naming the one who is shown ends the conflict too."""
    case = at("open")
    item, registers = case.folded()
    assert item is not None
    for device, handler in ((DEVICES[0], SECOND), (DEVICES[1], THIRD)):
        drafts = rectifying.direct(
            item, registers, LEAD, case.about, scope=COUNTY, handler=handler, priority=1
        )
        case.append(drafts, LEAD, device=device)
    item, registers = case.folded()
    assert item is not None
    assert registers.conflicts() == ("handler",)
    shown = SECOND if item.handler == SECOND.id else THIRD
    case.append(rectifying.direct(item, registers, LEAD, case.about, scope=COUNTY, handler=shown), LEAD)
    item, registers = case.folded()
    assert item is not None
    assert (item.handler, item.priority, registers.conflicts()) == (shown.id, 1, ())
    assert rectifying.direct(item, registers, LEAD, case.about, scope=COUNTY, handler=shown) == []


# -- days ----------------------------------------------------------------------------------------------------------


@given(days=st.integers(-3, 40))
def test_overdue_begins_with_the_next_day(days: int) -> None:
    """Not on the last day, and from 00:00 of the next on; the same in any later month."""
    case = at("rectifying")
    day = DUE + timedelta(days=days)
    assert case.item.overdue(day) is (days > 0)
    assert at("extension").item.overdue(day) is (days > 0)


def test_only_an_unmet_deadline_is_overdue() -> None:
    """What was handed in, passed or closed is not, however late; what was escalated for it still is."""
    far = DUE + timedelta(days=99)
    for state in (
        "open",
        "on_spot",
        "submitted",
        "review",
        "passed",
        "failed",
        "closed",
        "voided",
    ):
        assert not at(state).item.overdue(far), state
    assert at("escalated").item.overdue(far)
    assert not at("submitted").item.late()
    assert at("rectifying").on(DUE).do(FIRST, "submit").item.late() is False
    assert at("rectifying").on(DUE + timedelta(days=1)).do(FIRST, "submit").item.late() is True


def test_the_unit_is_rectifying_from_the_day_of_service() -> None:
    """The evening before it is noticed, on the day itself rectifying."""
    case = at("noticed")
    assert case.item.state_on(SERVED - timedelta(days=1)) == "noticed"
    assert case.item.state_on(SERVED) == "rectifying"


@given(days=st.integers(1, 60), kind=st.sampled_from(["natural", "working"]))
@settings(max_examples=60)
def test_a_served_deadline_is_the_papers_own(days: int, kind: str) -> None:
    """Natural or working days are counted by the calendar for the paper; the item takes its last day and whether it is
    an estimate, and every new paper begins anew."""
    calendar = Calendar(years={2026: StatutoryYear(2026, (), (), "虚构")}) if days % 2 else Calendar()
    due = add_days(calendar, SERVED, days, kind)
    served = Service("w-1", "rectification_notice", SERVED, due.date, estimated=not due.certain)
    case = at("open").do(FIRST, "notify", service=served)
    assert (case.item.due, case.item.due_estimated) == (due.date.isoformat(), not due.certain)
    assert case.item.overdue(due.date + timedelta(days=1))
    assert not case.item.overdue(due.date)


def test_the_extension_counts_anew_with_each_deadline_and_the_round_with_each_paper() -> None:
    """Asked and granted once; after another paper it may be asked again, and the round is one more."""
    case = at("extension").do(DEPUTY, "grant_extension").do(FIRST, "submit").do(FIRST, "plan_review")
    assert (case.item.extensions, case.item.rounds) == (1, 0)
    case.do(THIRD, "fail").do(FIRST, "notify_again")
    assert (case.item.extensions, case.item.rounds) == (0, 1)
    case.on(DUE).do(FIRST, "ask_extension", until=DUE + timedelta(days=30))
    assert case.item.state == "extension"


def test_a_finding_waits_for_its_conclusion_and_a_lead_waits_for_ever() -> None:
    """A draft until the record is concluded; of an inspection that is not here, a draft too."""
    assert Case(opening=Opening(concluded=False)).item.state == "draft"
    assert Case().item.state == "open"
    assert Case(finding={**SHAPE, "lead_only": True}).item.state == "draft"
    assert Case(opening=Opening(concluded=False)).item.registrants == {FIRST.id}
