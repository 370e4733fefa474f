"""Counts of the wall map by SQL: by grid, by week, by department, over the lines of the read tables."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from inspector.store.log import Connection

WEEK_MS = 7 * 86_400_000
_NOW = """
SELECT scope, lead, count(*), sum(running AND due <> '' AND due < ?), sum(running AND due >= ? AND due <= ?)
FROM item INDEXED BY item_board WHERE settled = 0 AND state NOT IN ('draft', 'voided', 'merged') GROUP BY 1, 2
"""
_FOUND = """
SELECT scope, lead, stood, count(*) FROM item_history INDEXED BY item_history_stood
WHERE stood >= ? AND stood <= ? AND first <= ? AND until > ? AND state NOT IN ('draft', 'voided', 'merged') GROUP BY 1, 2, 3
"""
"""By the day on which a finding stood, as its record was concluded; what it was at the end of the time decides."""
_CLOSED = """
SELECT scope, lead, first, count(*) FROM item_history INDEXED BY item_history_step
WHERE first >= ? AND first <= ? AND action = 'close' GROUP BY 1, 2, 3
"""
"""By the day on which the closing was approved."""


@dataclass(frozen=True, slots=True)
class GridSites:
    """Sites of a scope: those on file that are not shut, those of them that were visited in a time, and the visits."""

    sites: int = 0
    visited: int = 0
    visits: int = 0


@dataclass(frozen=True, slots=True)
class ItemCounts:
    """Items of a scope or a department: found and closed in a time; unsettled, overdue and due soon now."""

    found: int = 0
    closed: int = 0
    unsettled: int = 0
    overdue: int = 0
    soon: int = 0


def sites_by_grid(connection: Connection, begin: int, end: int) -> dict[str, GridSites]:
    """Sites and visits by the scope of the site.

    Args:
        begin, end: milliseconds since 1970, the end not included.
    """
    on_file = dict(
        connection.execute(
            "SELECT scope, count(*) FROM site INDEXED BY site_coverage WHERE status <> 'closed' GROUP BY scope"
        ).fetchall()
    )
    visits = connection.execute(
        "SELECT COALESCE(site.scope, inspection.scope), count(*),"
        " count(DISTINCT CASE WHEN site.status <> 'closed' THEN inspection.site END)"
        " FROM inspection LEFT JOIN site ON site.id = inspection.site"
        " WHERE inspection.started >= ? AND inspection.started < ? AND inspection.status <> 'voided' GROUP BY 1",
        (begin, end),
    ).fetchall()
    visited = {scope: (seen, number) for scope, number, seen in visits}
    return {
        scope: GridSites(on_file.get(scope, 0), *visited.get(scope, (0, 0)))
        for scope in sorted({*on_file, *visited})
    }


@dataclass(frozen=True, slots=True)
class Span:
    """A time and the day on which it is looked at; days are "YYYY-MM-DD".

    Attributes:
        monday: of the week in which it begins.
        first, last: its days, both included.
        soon: the last day that is soon.
    """

    monday: str
    first: str
    last: str
    today: str
    soon: str


@dataclass(frozen=True, slots=True)
class Items:
    """Items by the scope and by the department that leads; those found and closed on each day since the span's Monday."""

    scopes: Mapping[str, ItemCounts]
    leads: Mapping[str, ItemCounts]
    found: Mapping[str, int]
    closed: Mapping[str, int]


def items(connection: Connection, span: Span) -> Items:
    """Items as the county's figures count them."""
    scopes: dict[str, Counter[str]] = {}
    leads: dict[str, Counter[str]] = {}
    for scope, lead, unsettled, overdue, soon in connection.execute(
        _NOW, (span.today, span.today, span.soon)
    ):
        for counts in (scopes.setdefault(scope, Counter()), leads.setdefault(lead, Counter())):
            counts.update(unsettled=unsettled, overdue=overdue, soon=soon)
    days: dict[str, Counter[str]] = {"found": Counter(), "closed": Counter()}
    time = (span.monday, span.last)
    for name, rows in (
        ("found", connection.execute(_FOUND, (*time, span.last, span.last))),
        ("closed", connection.execute(_CLOSED, time)),
    ):
        for scope, lead, day, number in rows:
            days[name][day] += number
            if day >= span.first:
                scopes.setdefault(scope, Counter())[name] += number
                leads.setdefault(lead, Counter())[name] += number
    return Items(
        {scope: ItemCounts(**counts) for scope, counts in scopes.items()},
        {lead: ItemCounts(**counts) for lead, counts in leads.items()},
        days["found"],
        days["closed"],
    )


def visits_by_week(connection: Connection, begin: int, end: int) -> dict[int, int]:
    """Visits in each week of a time, counted from 0.

    Args:
        begin: the midnight on which the first week begins, milliseconds since 1970; `end` is not included.
    """
    query = (
        "SELECT (started - ?) / ?, count(*) FROM inspection WHERE started >= ? AND started < ? AND status <> 'voided'"
        " GROUP BY 1"
    )
    return dict(connection.execute(query, (begin, WEEK_MS, begin, end)).fetchall())
