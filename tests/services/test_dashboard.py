"""The wall map over a real workspace: each number against the records that it counts."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from inspector.domain.office import fold_grid, grid_id, record_fields
from inspector.errors import BadInput
from inspector.services import dashboard, figures, lookup, sites, tasks
from inspector.services.dashboard import percent
from inspector.services.forms import Forms
from inspector.services.rectification import Act
from inspector.store.workspace import Store
from tests.ui.lead_world import does, found_items, served, with_duties
from tests.ui.ui_world import make_county
from tests.workplace import make_store


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Store]:
    """Four sites of no grid, three of two grids; one visit with three findings: one overdue, one handed in."""
    store = make_county(tmp_path / "ws")
    for code in ("G01", "G02"):
        name = grid_id(code, "")
        fields = {"code": code, "name": f"样例{code}网格"}
        drafts = record_fields("grid", name, fields, fold_grid(())[1])
        store.decide(lambda _, drafts=drafts: drafts)  # type: ignore[misc]
    for name, grid in (("示例一点", "G01"), ("示例二点", "G01"), ("示例三点", "G02")):
        sites.add_site(store, name=name, grid=grid)
    with_duties(store)
    items = found_items(store, "晨光样例美术")
    served(store, items[1], until=date(2026, 11, 22), on=date(2026, 11, 20))
    served(store, items[0])
    does(store, items[0], "样例甲", Act("submit", note="广告牌已拆除"))
    yield store
    store.close()


def test_every_grid_stands_where_its_records_put_it(county: Store) -> None:
    """Sites, visits, items and the worst that holds; grids without visits are there too, and the total is their sum."""
    found = dashboard.dashboard(county)
    tiles = {tile.label: tile for tile in found.grids}
    assert [tile.label for tile in found.grids] == ["G01 样例G01网格", "G02 样例G02网格", "未分网格"]
    none = tiles["未分网格"]
    assert (none.sites, none.visited, none.visits, none.coverage) == (4, 1, 1, 250)
    assert (none.found, none.unsettled, none.overdue, none.standing) == (3, 3, 1, "overdue")
    first = tiles["G01 样例G01网格"]
    assert (first.sites, first.visits, first.coverage, first.standing) == (2, 0, 0, "unvisited")
    assert (found.total.sites, found.total.visited, found.total.coverage) == (7, 1, 143)
    assert [row.due for row in found.late] == ["2026-11-22"]


def test_weeks_hold_every_visit_and_finding_of_their_days(county: Store) -> None:
    """Twelve weeks from Monday on, this one included; another time has its own, with what does not happen in it left out."""
    found = dashboard.dashboard(county)
    assert (len(found.weeks), found.weeks[0].first, found.weeks[-1].first, found.first) == (
        12, "2026-09-07", "2026-11-23", "2026-09-07",
    )  # fmt: skip
    assert [(week.visits, week.found) for week in found.weeks[-2:]] == [(0, 0), (1, 3)]
    before = dashboard.dashboard(county, first="2026.11.1", last="2026年11月22日")
    assert (before.total.visits, before.total.found, before.total.unsettled) == (0, 0, 3)
    assert [week.first for week in before.weeks] == ["2026-10-26", "2026-11-02", "2026-11-09", "2026-11-16"]
    for first, last in (("2026-11-02", "2026-11-01"), ("2020-01-01", "2026-11-01")):
        with pytest.raises(BadInput):
            dashboard.dashboard(county, first=first, last=last)


def test_departments_have_their_items_and_their_tasks(county: Store) -> None:
    """Items by the department that leads, tasks by the unit that leads; what no department is counts as others."""
    tasks.add_task(county, task="夜查", lead="县公安局", due="2026-11-01")
    tasks.add_task(county, task="公示", lead="各镇街")
    found = dashboard.dashboard(county)
    lines = {line.code: line for line in found.departments}
    assert (lines["police"].tasks, lines["police"].tasks_overdue, lines["police"].unsettled) == (1, 1, 0)
    assert (lines[""].tasks, lines[""].label) == (1, "其他")
    assert sum(line.unsettled for line in found.departments) == 3
    assert (found.tasks, found.tasks_done, found.tasks_overdue) == (2, 0, 1)


def test_a_site_that_is_shut_is_not_asked_for(county: Store) -> None:
    """A closed site is neither on file nor covered, but its visit was one."""
    sites.set_facts(county, lookup.site(county, "晨光样例美术"), {"status": "closed"})
    (none,) = (tile for tile in dashboard.dashboard(county).grids if tile.label == "未分网格")
    assert (none.sites, none.visited, none.visits) == (3, 0, 1)


def test_a_share_of_nothing_is_no_share() -> None:
    """One digit after the point; a dash where there is nothing to take a share of."""
    assert [percent(one) for one in (None, 0, 143, 1000)] == ["—", "0.0%", "14.3%", "100.0%"]


def test_an_empty_workspace_has_an_empty_map(tmp_path: Path) -> None:
    """No grids, no sites, nothing to divide by."""
    with make_store(tmp_path / "ws") as store:
        found = dashboard.dashboard(store)
        assert (found.grids, found.late, found.departments, found.total.standing) == ((), (), (), "empty")
        assert set(found.to_data()) == {
            "today", "from", "to", "total", "grids", "weeks", "overdue", "departments", "tasks",
        }  # fmt: skip


def test_the_map_counts_as_the_countys_figures_do(county: Store) -> None:
    """Visits, found, closed, open and overdue are the numbers of the report over the same days."""
    found = dashboard.dashboard(county)
    values = figures.compute(county, Forms(county), found.first, found.last).values
    total = found.total
    assert (total.visits, total.found, total.closed, total.unsettled, total.overdue) == tuple(
        values[code].value for code in ("visits", "found", "closed_items", "open", "overdue")
    )
