"""Plans: their time, their decisions, and that the order of entries does not matter."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain import plan as plans
from inspector.domain.entries import Draft, Entry, Ref, Stamp
from inspector.domain.patrol import OCCASIONS
from inspector.domain.plan import Coverage, Plan, fold_plan
from inspector.domain.when import show_time
from inspector.errors import Refusal

FIELDS = {"name": "夜查", "occasion": "night", "first": "2026-11-20", "last": "2026-11-22"}


class Log:
    """Entries of one plan as one laptop writes them."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.record()

    def add(self, drafts: list[Draft]) -> None:
        """Append what was decided."""
        for draft in drafts:
            number = len(self.entries) + 1
            self.entries.append(
                Entry(
                    Ref("a" * 16, number),
                    draft.type,
                    draft.aggregate,
                    draft.scope,
                    "",
                    Stamp(0, 480, "0" * 16, number),
                    draft.replaces,
                    draft.data,
                )
            )

    @property
    def plan(self) -> Plan:
        """The state."""
        found, _ = fold_plan(self.entries)
        assert found is not None
        return found

    def record(self, **more: Any) -> None:
        """Record by the present state."""
        known = fold_plan(self.entries)[1]
        self.add(plans.record_plan(known, plan="l-1", fields={**FIELDS, **more}))

    def excuse(self, site: str, reason: str) -> None:
        """Excuse by the present state."""
        known = fold_plan(self.entries)[1]
        self.add(plans.excuse_site(known, plan="l-1", site=site, reason=reason))

    def close(self, reason: str = "", **counts: int) -> None:
        """Close by the present state."""
        known = fold_plan(self.entries)[1]
        self.add(plans.close_plan(known, plan="l-1", coverage=Coverage(**counts), reason=reason))


def test_an_excuse_stands_until_it_is_taken_back() -> None:
    """One reason a site; the same again records nothing; an empty one takes it back."""
    log = Log()
    log.excuse("s-1", "关门")
    log.excuse("s-1", "关门")
    log.excuse("s-2", "地址查无")
    assert (log.plan.excused, len(log.entries)) == ({"s-1": "关门", "s-2": "地址查无"}, 3)
    log.excuse("s-1", "")
    assert log.plan.excused == {"s-2": "地址查无"}
    with pytest.raises(Refusal) as refused:
        log.excuse("s-1", "无")
    assert refused.value.code == "plan.excuse"


def test_a_plan_ends_with_every_site_accounted_for() -> None:
    """With sites neither visited nor excused it needs a reason; closed, it changes no more."""
    log = Log()
    with pytest.raises(Refusal) as refused:
        log.close(open=2, visited=1)
    assert refused.value.code == "plan.open_sites"
    log.close("天气原因提前结束", open=2, visited=1)
    log.close(open=2)
    assert (log.plan.closed, log.plan.close_reason, len(log.entries)) == (True, "天气原因提前结束", 2)
    assert log.entries[-1].data == {
        "sites": 3, "visited": 1, "excused": 0, "open": 2, "shut": 0, "reason": "天气原因提前结束",
    }  # fmt: skip
    with pytest.raises(Refusal, match="closed"):
        log.excuse("s-1", "关门")
    with pytest.raises(Refusal, match="closed"):
        log.record(name="别的")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": ""}, "plan.name"),
        ({"occasion": "梦游"}, "plan.occasion"),
        ({"last": "2026-11-19"}, "plan.days"),
        ({"last": "2028-11-19"}, "plan.days"),
    ],
)
def test_a_plan_has_a_name_an_occasion_and_days(fields: dict[str, str], code: str) -> None:
    """What makes no plan is refused."""
    with pytest.raises(Refusal) as refused:
        Log().record(**fields)
    assert refused.value.code == code


def test_the_last_night_is_in_the_plan() -> None:
    """A plan begins at midnight and ends at six in the morning after its last day."""
    begin, end = plans.period("2026-11-20", "2026-11-22")
    assert (show_time(begin), show_time(end)) == ("2026-11-20 00:00", "2026-11-23 06:00")


def test_every_occasion_of_a_plan_is_one_of_a_patrol() -> None:
    """A patrol that is part of a plan knows what it is."""
    assert {plans.patrol_occasion(code) for code in plans.PLAN_OCCASIONS} == set(OCCASIONS)
    assert plans.patrol_occasion("of a newer program") == ""


@given(st.permutations(range(6)))
def test_the_order_of_arrival_does_not_matter(order: list[int]) -> None:
    """The same entries in any order are the same plan."""
    log = Log()
    log.record(name="夜查二")
    log.excuse("s-1", "关门")
    log.excuse("s-2", "时间不够")
    log.excuse("s-1", "")
    log.close(visited=1)
    mixed = [log.entries[place] for place in order]
    assert fold_plan(mixed)[0] == log.plan
