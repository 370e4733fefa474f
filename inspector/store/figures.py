"""The rows that figures are counted over, read one at a time: memory does not grow with the history.

Each function of `READERS` gives the rows of one name of `figure_rows.READS`, for a time and, where one is named, a grid.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from inspector.domain.calendar import Calendar, day_of, is_night
from inspector.domain.departments import department_code
from inspector.domain.figure_items import AREA, AREA_ESTIMATED, BOARDS, SIGNBOARD
from inspector.domain.figure_rows import (
    ActivityRow,
    ChangeRow,
    GridRow,
    ItemRow,
    PaperRow,
    PersonRow,
    ResponseRow,
    SiteRow,
    TurnRow,
    VisitRow,
)
from inspector.domain.office import Officer
from inspector.domain.when import CHINA, local_time
from inspector.store.log import Connection

_DAY_KINDS = {
    "weekend": "weekend",
    "holiday": "holiday",
    "winter_break": "vacation",
    "summer_break": "vacation",
    "school_day": "other",
    "working_weekend": "other",
}


@dataclass
class Scope:
    """What figures are asked for.

    Attributes:
        first, last: days "YYYY-MM-DD", both included.
        grid: a scope, or empty for all that is here.
        officers: by id.
        calendar, night: what tells a kind of day; `night` is its begin and end, "20:00" and "06:00".
    """

    first: str
    last: str
    grid: str = ""
    officers: Mapping[str, Officer] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)
    night: tuple[Any, Any] = (None, None)
    _days: dict[str, str] = field(default_factory=dict)
    _nights: dict[str, bool | None] = field(default_factory=dict)
    _departments: dict[str, str] = field(default_factory=dict)

    @property
    def begin(self) -> int:
        """Milliseconds since 1970 at which the first day begins."""
        return _begins(date.fromisoformat(self.first))

    @property
    def end(self) -> int:
        """Milliseconds since 1970 at which the last day is over."""
        return _begins(date.fromisoformat(self.last) + timedelta(days=1))

    @property
    def values(self) -> dict[str, Any]:
        """As the queries name them."""
        return {
            "first": self.first, "last": self.last, "begin": self.begin, "end": self.end, "grid": self.grid,
        }  # fmt: skip

    def days_of(self, wall: int) -> tuple[str, tuple[str, ...]]:
        """The day of a wall clock reading, and the kinds of day that it counts as, of `figures.DAY_KINDS`."""
        moment = local_time(wall)
        day, clock = moment.date().isoformat(), moment.strftime("%H:%M")
        if day not in self._days:
            found = day_of(self.calendar, moment.date()).kind
            self._days[day] = _DAY_KINDS[found] if found else "unknown"
        if clock not in self._nights:
            self._nights[clock] = is_night(clock, *self.night)
        kind = self._days[day]
        if self._nights[clock]:
            return day, ("night",) if kind in ("other", "unknown") else ("night", kind)
        return day, (kind,)

    def department(self, officer: str) -> str:
        """The code of a person's department; "" where it is not recognised."""
        if officer not in self._departments:
            known = self.officers.get(officer)
            self._departments[officer] = department_code(known.department) if known else ""
        return self._departments[officer]

    def is_inspector(self, officer: str) -> bool:
        """Whether a person is a school inspector."""
        known = self.officers.get(officer)
        return known is not None and known.standing == "school_inspector"


def _begins(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=CHINA).timestamp()) * 1000


_SITES = """
SELECT id, scope, kind, class, quadrant, registration, status, stage, students, estimated, permit_until FROM site_history
WHERE first <= :last AND until > :last AND (:grid = '' OR scope = :grid)
"""
_CHANGES = """
SELECT later.id, now.scope, later.first, before.class, before.quadrant, before.status, later.class, later.status,
  now.class, now.status
FROM site_history AS later
  JOIN site_history AS before ON before.id = later.id AND before.until = later.first
  JOIN site_history AS now ON now.id = later.id AND now.first <= :last AND now.until > :last
WHERE later.first BETWEEN :first AND :last AND later.kind = 'training' AND (:grid = '' OR now.scope = :grid)
ORDER BY later.first, later.id
"""
_VISITS = """
SELECT inspection.id, inspection.site, inspection.scope, COALESCE(site.kind, ''), inspection.started, inspection.officers,
  EXISTS (SELECT 1 FROM site_history AS now WHERE now.id = inspection.site AND now.first <= :last AND now.until > :last
    AND now.status <> 'closed')
FROM inspection LEFT JOIN site ON site.id = inspection.site
WHERE inspection.started >= :begin AND inspection.started < :end AND inspection.status <> 'voided'
  AND (:grid = '' OR inspection.scope = :grid)
ORDER BY inspection.started, inspection.id
"""
_PATROLS = """
SELECT id, officers, helpers, started, (SELECT json_group_array(DISTINCT inspection.scope) FROM inspection
  WHERE inspection.patrol = patrol.id AND inspection.status <> 'voided')
FROM patrol WHERE started >= :begin AND started < :end ORDER BY started, id
"""
_ALONE = """
SELECT id, officers, helpers, started, scope FROM inspection
WHERE started >= :begin AND started < :end AND status <> 'voided' AND patrol = '' AND (:grid = '' OR scope = :grid)
ORDER BY started, id
"""


def sites(connection: Connection, scope: Scope) -> Iterator[SiteRow]:
    """Every site as it was known at the end of the last day."""
    for row in connection.execute(_SITES, scope.values):
        yield SiteRow._make((*row[:9], bool(row[9]), row[10], scope.last))


def changes(connection: Connection, scope: Scope) -> Iterator[ChangeRow]:
    """Every change of a training site within the days, with what the site is at their end."""
    return map(ChangeRow._make, connection.execute(_CHANGES, scope.values))


def visits(connection: Connection, scope: Scope) -> Iterator[VisitRow]:
    """Every inspection that was begun within the days and is not voided."""
    rows = connection.execute(_VISITS, scope.values)
    for name, site, grid, kind, started, officers, known in rows:
        day, days = scope.days_of(started)
        people = json.loads(officers)
        departments = tuple(dict.fromkeys(scope.department(one) for one in people))
        supervised = any(scope.is_inspector(one) for one in people)
        yield VisitRow(name, site, grid, kind, day, days, departments, supervised, bool(known))


def turns(connection: Connection, scope: Scope) -> Iterator[TurnRow]:
    """Every person on every patrol, then everybody of the visits outside of any patrol, once a day."""
    for name, officers, helpers, started, found in connection.execute(_PATROLS, scope.values):
        grids = tuple(sorted(json.loads(found)))
        if scope.grid and scope.grid not in grids:
            continue
        out = (scope.grid,) if scope.grid else grids or ("",)
        yield from _people(scope, (name, officers, helpers, started), out)
    yield from _once_a_day(scope, connection.execute(_ALONE, scope.values))


def _people(scope: Scope, outing: tuple[str, str, str, int], grids: tuple[str, ...]) -> Iterator[TurnRow]:
    name, officers, helpers, started = outing
    day, days = scope.days_of(started)
    for text, helper in ((officers, False), (helpers, True)):
        for person in dict.fromkeys(json.loads(text)):
            yield TurnRow(name, person, scope.department(person), helper, day, days, grids)


def _once_a_day(scope: Scope, rows: Any) -> Iterator[TurnRow]:
    """The people of the visits of each day, each once, with all grids and kinds of day that they were seen in."""
    today = ""
    gathered: dict[tuple[str, bool], TurnRow] = {}
    for name, officers, helpers, started, grid in rows:
        for turn in _people(scope, (name, officers, helpers, started), (grid,)):
            if turn.day != today:
                yield from gathered.values()
                today, gathered = turn.day, {}
            known = gathered.get((turn.person, turn.helper))
            if known is None:
                gathered[turn.person, turn.helper] = turn
            else:
                gathered[turn.person, turn.helper] = known._replace(
                    grids=tuple(dict.fromkeys((*known.grids, grid))),
                    days=tuple(dict.fromkeys((*known.days, *turn.days))),
                )
    yield from gathered.values()


_ITEM = """
SELECT s.id, s.first, s.action, s.state, s.scope, s.site, s.inspection, s.item, s.lead, s.severity, s.stood, s.due,
  s.noticed, s.spot, s.done, s.in_time, s.department, s.value,
  s.item = :area AND EXISTS (SELECT 1 FROM indicator_answer AS a WHERE a.id = s.inspection
    AND a.item = :area_estimated AND a.value = 'estimated'), COALESCE(site.kind, '')
FROM item_history AS s INDEXED BY {} LEFT JOIN site ON site.id = s.site WHERE {} AND (:grid = '' OR s.scope = :grid)
"""
_AT_END = "s.first <= :last AND s.until > :last"
_NOT_OPEN = "('draft', 'closed', 'archived', 'relapsed', 'voided', 'merged')"


def _items(connection: Connection, scope: Scope, index: str, where: str) -> Iterator[ItemRow]:
    coded = {"area": AREA, "area_estimated": AREA_ESTIMATED, "signboard": SIGNBOARD, "boards": BOARDS}
    for row in connection.execute(_ITEM.format(index, where), {**scope.values, **coded}):
        noticed, spot, in_time, estimate = (bool(row[place]) for place in (12, 13, 15, 18))
        yield ItemRow._make(
            (*row[:12], noticed, spot, row[14], in_time, row[16], row[17], estimate, row[19], scope.last)
        )


def found(connection: Connection, scope: Scope) -> Iterator[ItemRow]:
    """Items that stood within the days, as they are at their end."""
    return _items(connection, scope, "item_history_stood", f"s.stood BETWEEN :first AND :last AND {_AT_END}")


def due(connection: Connection, scope: Scope) -> Iterator[ItemRow]:
    """Items whose last day, as it is at the end of the days, is among them."""
    return _items(connection, scope, "item_history_due", f"s.due BETWEEN :first AND :last AND {_AT_END}")


def open_items(connection: Connection, scope: Scope) -> Iterator[ItemRow]:
    """Every item as it is at the end of the last day, but for those that nothing can open any more."""
    return _items(connection, scope, "item_history_until", f"{_AT_END} AND s.state NOT IN {_NOT_OPEN}")


def steps(connection: Connection, scope: Scope) -> Iterator[ItemRow]:
    """Every step that was made within the days."""
    return _items(
        connection, scope, "item_history_step", "s.first BETWEEN :first AND :last AND s.action <> ''"
    )


def put_right(connection: Connection, scope: Scope) -> Iterator[ItemRow]:
    """Items of signs and adverts that were put right within the days and still are at their end."""
    where = f"s.item IN (:signboard, :boards, :area) AND s.done BETWEEN :first AND :last AND {_AT_END}"
    return _items(connection, scope, "item_history_done", where)


_PAPERS = """
SELECT id, site, scope, kind, authority, served FROM paper
WHERE served BETWEEN :first AND :last AND voided = '' AND (:grid = '' OR scope = :grid) ORDER BY served, id
"""
_TIPS = """
SELECT id, scope, channel, named, told, state, outcome, department, received, answered, due, due_estimated FROM tip
WHERE received <= :last AND state <> 'voided' AND (:grid = '' OR scope = :grid) ORDER BY received, id
"""
_RESPONSES = """
SELECT inspection.id, inspection.scope, response_count.form, response_count.count
FROM inspection JOIN response_count ON response_count.id = inspection.id
WHERE inspection.started >= :begin AND inspection.started < :end AND inspection.status <> 'voided'
  AND (:grid = '' OR inspection.scope = :grid)
"""


def papers(connection: Connection, scope: Scope) -> Iterator[PaperRow]:
    """Papers that were served within the days and are not voided."""
    return map(PaperRow._make, connection.execute(_PAPERS, scope.values))


class TipFacts(NamedTuple):
    """A tip with what its deadline follows from."""

    id: str
    scope: str
    channel: str
    named: bool
    told: bool
    state: str
    outcome: str
    department: str
    received: str
    answered: str
    due: str
    due_estimated: bool


def tips(connection: Connection, scope: Scope) -> Iterator[TipFacts]:
    """Tips that came until the end of the last day and are not voided: what is due of one is for the caller to say."""
    return map(TipFacts._make, connection.execute(_TIPS, scope.values))


def responses(connection: Connection, scope: Scope) -> Iterator[ResponseRow]:
    """How many responses the inspections of the days have."""
    return map(ResponseRow._make, connection.execute(_RESPONSES, scope.values))


_ACTIVITIES = """
SELECT id, scope, kind, title, date, max(sessions, 0), max(people, 0), max(copies, 0), max(issues, 0) FROM activity
WHERE date BETWEEN :first AND :last AND voided = '' AND (:grid = '' OR scope = :grid) ORDER BY date, id
"""


def activities(connection: Connection, scope: Scope) -> Iterator[ActivityRow]:
    """Activities of the days that are not voided."""
    return map(ActivityRow._make, connection.execute(_ACTIVITIES, scope.values))


def grids(connection: Connection, scope: Scope) -> Iterator[GridRow]:
    """Every grid, as known now."""
    rows = connection.execute(
        "SELECT id, lead_unit <> '' FROM grid WHERE :grid = '' OR id = :grid", scope.values
    )
    return (GridRow(name, bool(led)) for name, led in rows)


def people(connection: Connection, scope: Scope) -> Iterator[PersonRow]:
    """Everybody of the office's list, as known now."""
    return (PersonRow(one.id, scope.department(one.id), one.standing) for one in scope.officers.values())


READERS: Mapping[str, Callable[[Connection, Scope], Iterator[Any]]] = {
    "sites": sites,
    "changes": changes,
    "visits": visits,
    "turns": turns,
    "found": found,
    "due": due,
    "open": open_items,
    "steps": steps,
    "put_right": put_right,
    "papers": papers,
    "responses": responses,
    "activities": activities,
    "grids": grids,
    "people": people,
}


def knows_sites(connection: Connection, day: str) -> bool:
    """Whether any site was on record here by that day."""
    row = connection.execute("SELECT 1 FROM site_history WHERE first <= ? LIMIT 1", (day,)).fetchone()
    return row is not None


def heads(connection: Connection) -> list[tuple[str, int, int]]:
    """How far each device's log is here: device, its last number, how many entries are here."""
    rows = connection.execute("SELECT device, max(seq), count(*) FROM entry GROUP BY device ORDER BY device")
    return [(row[0], row[1], row[2]) for row in rows]


class FrozenRow(NamedTuple):
    """A kept report; `recorded` in milliseconds since 1970."""

    id: str
    sha256: str
    first: str
    last: str
    grid: str
    recorded: int
    device: str
    actor: str


def frozen_reports(connection: Connection) -> list[FrozenRow]:
    """Every kept report, the newest first."""
    rows = connection.execute(
        "SELECT id, sha256, first, last, grid, recorded, device, actor FROM frozen_report ORDER BY recorded DESC, id"
    )
    return [FrozenRow._make(row) for row in rows]
