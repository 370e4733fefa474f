"""Who is out: yesterday's team never signs today's inspections unasked, and who joins late is out from then on."""

import dataclasses
from typing import TYPE_CHECKING, Any, cast

from inspector.domain.entries import Stamp
from inspector.services import lookup, people
from inspector.store import queries
from inspector.store.workspace import Store
from tests.ui.ui_world import EVENING, begin, keys, kind, message_of, screens, settled, text_of, until

if TYPE_CHECKING:
    from collections.abc import Callable


def _later(store: Store, hours: int) -> None:
    clock = cast("Any", store.clock)
    stamp = cast("Callable[[], Stamp]", clock.stamp)

    def moved() -> Stamp:
        now = stamp()
        return dataclasses.replace(now, wall=now.wall + hours * 3_600_000)

    clock.stamp = moved


async def _to_site(pilot: Any) -> None:
    await keys(pilot, "f3", "cg", "enter", "enter")
    await until(pilot, lambda: kind(pilot) == "SiteScreen" and "开始检查" in text_of(pilot.app))


async def test_yesterdays_team_is_asked_for_and_taken_with_one_key(county: Store) -> None:
    """The first inspection of another day asks who is out; F2 takes the last team, and a new patrol begins."""
    begin(county, "样例甲", "样例乙")
    before = people.current_patrol(county)
    _later(county, 20)
    async with screens(county) as pilot:
        await _to_site(pilot)
        await keys(pilot, "enter")
        assert kind(pilot) == "PatrolScreen"
        assert "样例甲、样例乙" in text_of(pilot.app)
        await keys(pilot, "f2")
        await settled(pilot)
        assert kind(pilot) == "ChecklistScreen"
        await keys(pilot, "escape")
        assert message_of(pilot.app) == ""
    now = people.current_patrol(county)
    assert before is not None
    assert now is not None
    assert now.id != before.id
    assert now.officers == before.officers


async def test_after_midnight_the_night_goes_on(county: Store) -> None:
    """Four hours after ten in the evening the same patrol goes on without a question."""
    assert EVENING
    begin(county, "样例甲", "样例乙")
    _later(county, 4)
    async with screens(county) as pilot:
        await _to_site(pilot)
        await keys(pilot, "enter")
        assert kind(pilot) == "ChecklistScreen"


async def test_who_joins_at_the_conclusion_is_out_from_then_on(county: Store) -> None:
    """F2 in the summary adds an officer to the inspection and to the running patrol; the next starts with both."""
    name = begin(county, "样例甲")
    async with screens(county) as pilot:
        await keys(pilot, "enter", "f8", "f2")
        second = next(p.id for p in queries.officers(county.connection) if p.name == "样例乙")
        cast("Any", pilot.app.screen).query_one("#people").select(second)
        await keys(pilot, "space", "f2")
        assert kind(pilot) == "ConcludeScreen"
    running = people.current_patrol(county)
    assert running is not None
    assert second in running.officers
    assert set(lookup.inspection(county, name).officers) == set(running.officers)
