"""The wall map (挂图作战): where each grid stands, what came in and went out week by week, what is overdue, by department.

Everything is of the sites and items that this laptop has. Counts of a time (visits, found, closed) are by the county's
days; what is open or overdue is of now, whenever it was found.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from inspector.domain.checklist import DEPARTMENTS, Words
from inspector.domain.departments import department_code
from inspector.domain.entries import COUNTY
from inspector.domain.responsibility import overdue
from inspector.domain.when import CHINA
from inspector.errors import BadInput
from inspector.language import tr
from inspector.services.days import read_day
from inspector.store import board, campaign, overview, queries
from inspector.store.board import SOON_DAYS, BoardRow, Filter
from inspector.store.overview import GridSites, ItemCounts, Items, Span
from inspector.store.workspace import Store

WEEKS = 12
WEEKS_MOST = 106
OVERDUE_SHOWN = 200
STANDINGS: dict[str, Words] = {
    "overdue": Words("有逾期", "overdue"),
    "soon": Words("将到期", "due soon"),
    "open": Words("整改中", "under way"),
    "unvisited": Words("未巡查", "unvisited"),
    "partly": Words("未查完", "partly"),
    "good": Words("正常", "in order"),
    "empty": Words("无点位", "no sites"),
}
"""How a grid stands, the worst first: the first that holds."""


@dataclass(frozen=True, slots=True)
class GridTile:
    """A grid on the wall map.

    Attributes:
        grid: its scope; "county" holds the sites of no grid.
        sites: on file and not shut; `visited`: those of them that were visited in the time; `visits`: 家次.
        coverage: visited of sites, schools too, in tenths of a percent; None where there are no sites. The figure of
            reports (`coverage_sites`) counts institutions alone and has another name.
        found, closed: items in the time; `unsettled`, `overdue`, `soon`: now.
        standing: of `STANDINGS`.
    """

    grid: str
    code: str
    name: str
    lead_unit: str
    sites: int
    visited: int
    visits: int
    coverage: int | None
    found: int
    closed: int
    unsettled: int
    overdue: int
    soon: int
    standing: str

    @property
    def label(self) -> str:
        """Code and name; words for the sites of no grid."""
        words = f"{self.code} {self.name}".strip()
        return words or (tr("未分网格", "no grid") if self.grid == COUNTY else self.grid)


@dataclass(frozen=True, slots=True)
class Week:
    """A week from Monday on, "YYYY-MM-DD": visits, items found, items closed."""

    first: str
    last: str
    visits: int
    found: int
    closed: int


@dataclass(frozen=True, slots=True)
class DepartmentLine:
    """What a department leads: its items, and its tasks of the list of responsibilities. `code` "" is none or several."""

    code: str
    found: int
    closed: int
    unsettled: int
    overdue: int
    soon: int
    tasks: int
    tasks_overdue: int

    @property
    def label(self) -> str:
        """Its name."""
        return str(DEPARTMENTS[self.code]) if self.code in DEPARTMENTS else self.code or tr("其他", "others")


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The wall map of a day. `total` is all grids together; `late` at most `OVERDUE_SHOWN` overdue items."""

    today: str
    first: str
    last: str
    grids: tuple[GridTile, ...]
    total: GridTile
    weeks: tuple[Week, ...]
    late: tuple[BoardRow, ...]
    departments: tuple[DepartmentLine, ...]
    tasks: int
    tasks_done: int
    tasks_overdue: int

    def to_data(self) -> dict[str, Any]:
        """For programs."""
        return {
            "today": self.today,
            "from": self.first,
            "to": self.last,
            "total": {name: value for name, value in asdict(self.total).items() if name in _TOTALS},
            "grids": [asdict(one) for one in self.grids],
            "weeks": [asdict(one) for one in self.weeks],
            "overdue": [{name: getattr(row, name) for name in _LATE} for row in self.late],
            "departments": [asdict(one) for one in self.departments],
            "tasks": {"total": self.tasks, "done": self.tasks_done, "overdue": self.tasks_overdue},
        }


_TOTALS = frozenset(
    {"sites", "visited", "visits", "coverage", "found", "closed", "unsettled", "overdue", "soon", "standing"}
)
_LATE = (
    "id",
    "scope",
    "grid",
    "site",
    "site_name",
    "item",
    "question",
    "lead",
    "severity",
    "state",
    "due",
    "handler",
)


def dashboard(store: Store, *, first: str = "", last: str = "") -> Dashboard:
    """Count everything.

    Args:
        first, last: days in any spelling; empty: the last `WEEKS` weeks, this one included. The trend begins with
            the Monday of its first week.

    Raises:
        BadInput: a day that is none, days that are the wrong way round, or more than `WEEKS_MOST` weeks.
    """
    today = store.today()
    begin, until = _time(today, first, last)
    start, end = _midnight(begin), _midnight(until + timedelta(days=1))
    soon = (date.fromisoformat(today) + timedelta(days=SOON_DAYS)).isoformat()
    span = Span(_monday(begin).isoformat(), begin.isoformat(), until.isoformat(), today, soon)
    sites = overview.sites_by_grid(store.connection, start, end)
    items = overview.items(store.connection, span)
    rows = campaign.tasks(store.connection)
    late_tasks = [row for row in rows if overdue(row.state, row.due, today)]
    tiles = _tiles(store, sites, items.scopes)
    return Dashboard(
        today,
        begin.isoformat(),
        until.isoformat(),
        tiles,
        _total(tiles),
        _weeks(store, items, begin, until),
        tuple(board.rows(store.connection, Filter(overdue=True), today, limit=OVERDUE_SHOWN)),
        _departments(
            items.leads, [row.lead for row in rows if row.state != "done"], [row.lead for row in late_tasks]
        ),
        len(rows),
        sum(row.state == "done" for row in rows),
        len(late_tasks),
    )


def _time(today: str, first: str, last: str) -> tuple[date, date]:
    until = date.fromisoformat(read_day(last)) if last.strip() else date.fromisoformat(today)
    begin = (
        date.fromisoformat(read_day(first)) if first.strip() else _monday(until) - timedelta(weeks=WEEKS - 1)
    )
    if not timedelta() <= until - begin <= timedelta(weeks=WEEKS_MOST):
        raise BadInput(
            f"起止日期不对，或超过{WEEKS_MOST}周。", f"These days make no time, or more than {WEEKS_MOST} weeks.",
            hint=("--from 在前，--to 在后。", "--from comes before --to."), code="dashboard.time",
        )  # fmt: skip
    return begin, until


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), CHINA).timestamp() * 1000)


def _weeks(store: Store, items: Items, begin: date, until: date) -> tuple[Week, ...]:
    monday = _monday(begin)
    visits = overview.visits_by_week(
        store.connection, _midnight(monday), _midnight(until + timedelta(days=1))
    )
    found, closed = (_by_week(counts, monday) for counts in (items.found, items.closed))
    weeks = []
    for number in range((_monday(until) - monday).days // 7 + 1):
        first = monday + timedelta(weeks=number)
        last = (first + timedelta(days=6)).isoformat()
        weeks.append(Week(first.isoformat(), last, visits.get(number, 0), found[number], closed[number]))
    return tuple(weeks)


def _by_week(counts: Mapping[str, int], monday: date) -> Counter[int]:
    found: Counter[int] = Counter()
    for day, number in counts.items():
        found[(date.fromisoformat(day) - monday).days // 7] += number
    return found


def _tiles(
    store: Store, sites: dict[str, GridSites], items: Mapping[str, ItemCounts]
) -> tuple[GridTile, ...]:
    known = {grid.id: grid for grid in queries.grids(store.connection)}
    found = []
    for scope in {*known, *sites, *items}:
        grid = known.get(scope)
        words = (grid.code, grid.name, grid.lead_unit) if grid else ("", "", "")
        found.append(_tile(scope, words, sites.get(scope, GridSites()), items.get(scope, ItemCounts())))
    return tuple(sorted(found, key=lambda tile: (not tile.name, tile.code, tile.name, tile.grid)))


def _tile(scope: str, words: tuple[str, str, str], sites: GridSites, items: ItemCounts) -> GridTile:
    coverage = _tenths(sites.visited, sites.sites)
    return GridTile(
        scope, *words, sites.sites, sites.visited, sites.visits, coverage, items.found, items.closed,
        items.unsettled, items.overdue, items.soon, _standing(sites, items),
    )  # fmt: skip


def _tenths(part: int, whole: int) -> int | None:
    """A share in tenths of a percent, half of one rounded up."""
    return None if not whole else (part * 2000 + whole) // (2 * whole)


def _standing(sites: GridSites, items: ItemCounts) -> str:
    if items.overdue:
        return "overdue"
    if items.soon:
        return "soon"
    if items.unsettled:
        return "open"
    if not sites.sites:
        return "empty"
    return "unvisited" if not sites.visited else "partly" if sites.visited < sites.sites else "good"


def _total(tiles: Sequence[GridTile]) -> GridTile:
    sites = GridSites(
        *(sum(getattr(tile, name) for tile in tiles) for name in ("sites", "visited", "visits"))
    )
    items = ItemCounts(
        *(sum(getattr(tile, name) for tile in tiles) for name in ItemCounts.__dataclass_fields__)
    )
    return _tile("", ("", "", ""), sites, items)


def _departments(
    items: Mapping[str, ItemCounts], tasks: Sequence[str], late: Sequence[str]
) -> tuple[DepartmentLine, ...]:
    open_tasks, late_tasks = (
        [department_code(name) for name in tasks],
        [department_code(name) for name in late],
    )
    counts: dict[str, ItemCounts] = {}
    for lead, one in items.items():
        code = lead if lead in DEPARTMENTS else ""
        before = counts.get(code, ItemCounts())
        counts[code] = ItemCounts(
            *(getattr(before, name) + getattr(one, name) for name in ItemCounts.__dataclass_fields__)
        )
    lines = []
    for code in (*DEPARTMENTS, ""):
        if code in counts or code in open_tasks:
            one = counts.get(code, ItemCounts())
            lines.append(
                DepartmentLine(
                    code,
                    one.found,
                    one.closed,
                    one.unsettled,
                    one.overdue,
                    one.soon,
                    open_tasks.count(code),
                    late_tasks.count(code),
                )
            )
    return tuple(lines)


def percent(tenths: int | None) -> str:
    """A share for people: "83.3%"; "—" where there is nothing to take a share of."""
    return "—" if tenths is None else f"{tenths // 10}.{tenths % 10}%"
