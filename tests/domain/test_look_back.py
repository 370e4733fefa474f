"""The draw of look-backs: every major item, at least the share of the others, the same everywhere, nobody's choice."""

import math
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.domain.look_back import MAJOR, Closed, draw

TODAY = date(2026, 6, 30)
_closed = st.builds(
    Closed,
    id=st.integers(0, 10_000).map(lambda number: f"f-{number}"),
    severity=st.integers(1, 4),
    closed=st.dates(date(2026, 1, 1), date(2026, 6, 30)),
)
_lists = st.lists(_closed, max_size=60, unique_by=lambda item: item.id)
_shares = st.sampled_from([0, 1, 20, 33, 100])


def drawn(items: list[Closed], share: int, today: date = TODAY) -> list[Closed]:
    """What is to be planned, between 30 and 90 days after the closing."""
    return draw(items, today, share_percent=share, from_days=30, until_days=90)


@given(items=_lists, share=_shares)
@settings(max_examples=150)
def test_all_major_ones_and_the_share_of_the_others_of_each_month(items: list[Closed], share: int) -> None:
    """Once the time of a month has come, of what was closed in it at least the share is drawn, and all major ones."""
    late = TODAY + timedelta(days=60)
    found = {item.id for item in drawn(items, share, late)}
    assert {item.id for item in items if item.severity >= MAJOR} <= found
    for month in {item.closed.month for item in items}:
        others = [item for item in items if item.closed.month == month and item.severity < MAJOR]
        number = sum(item.id in found for item in others)
        assert number == math.ceil(len(others) * share / 100)


@given(items=_lists, share=_shares, data=st.data())
@settings(max_examples=100)
def test_the_order_of_the_list_draws_nothing(items: list[Closed], share: int, data: st.DataObject) -> None:
    """Every laptop with the same list draws the same, in the same order: those whose time has passed are last."""
    mixed = data.draw(st.permutations(items))
    found = drawn(list(mixed), share)
    assert found == drawn(items, share)
    assert all(item.closed <= TODAY - timedelta(days=30) for item in found)


@given(items=_lists, share=_shares)
@settings(max_examples=100)
def test_drawing_again_adds_nothing(items: list[Closed], share: int) -> None:
    """What was planned is not drawn again, and nothing comes in its place."""
    found = {item.id for item in drawn(items, share)}
    planned = [replace(item, planned=item.id in found) for item in items]
    assert drawn(planned, share) == []


@given(items=_lists, more=_lists, share=_shares)
@settings(max_examples=150)
def test_what_comes_later_takes_no_plan_away_and_the_share_holds(
    items: list[Closed], more: list[Closed], share: int
) -> None:
    """With later arrivals the planned ones stay planned, all the rest that is drawn is new, and the share holds of all."""
    planned = {item.id for item in drawn(items, share, TODAY)}
    known = {item.id for item in items}
    everything = [replace(item, planned=item.id in planned) for item in items]
    everything += [item for item in more if item.id not in known]
    late = TODAY + timedelta(days=60)
    added = {item.id for item in drawn(everything, share, late)}
    assert not added & planned
    for month in {item.closed.month for item in everything}:
        others = [item for item in everything if item.closed.month == month and item.severity < MAJOR]
        looked = sum(item.id in added | planned for item in others)
        assert looked >= math.ceil(len(others) * share / 100)


def test_nobody_is_drawn_before_the_time() -> None:
    """The thirtieth day after the closing is the first."""
    item = Closed("f-1", 4, TODAY - timedelta(days=29))
    assert drawn([item], 20) == []
    assert drawn([item], 20, TODAY + timedelta(days=1)) == [item]
