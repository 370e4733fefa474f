"""Counts of the wall map by SQL: by grid, by week, by department, over the lines of the read tables."""

from collections.abc import Mapping
from dataclasses import dataclass

from inspector.store.log import Connection

WEEK_MS = 7 * 86_400_000
_STANDING = "item.state NOT IN ('draft', 'voided', 'merged')"
"""Items that stood: a draft is not yet a finding, and what was taken back or joined is none any more."""


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
    """A time and the day on which it is looked at.

    Attributes:
        begin, end: milliseconds since 1970, the end not included.
        first, last: the same as days, both included.
        soon: the last day that is soon, counted from `today`.
    """

    begin: int
    end: int
    first: str
    last: str
    today: str
    soon: str


def items_by(connection: Connection, column: str, span: Span) -> dict[str, ItemCounts]:
    """Items by the scope or the department that leads.

    Args:
        column: "scope" or "lead".
    """
    if column not in ("scope", "lead"):
        raise ValueError(column)
    rows = connection.execute(
        f"SELECT {column}, sum(found >= ? AND found < ?), sum(closed >= ? AND closed <= ?), sum(settled = 0),"  # noqa: S608
        " sum(settled = 0 AND running AND due <> '' AND due < ?),"
        " sum(settled = 0 AND running AND due >= ? AND due <= ?)"
        f" FROM item WHERE {_STANDING} GROUP BY +{column}",
        (span.begin, span.end, span.first, span.last, span.today, span.today, span.soon),
    )
    return {row[0]: ItemCounts(*row[1:]) for row in rows}


@dataclass(frozen=True, slots=True)
class WeekCounts:
    """What happened in a week: visits, items found, items closed."""

    visits: int = 0
    found: int = 0
    closed: int = 0


def by_week(connection: Connection, begin: int, end: int, weeks: Mapping[str, str]) -> list[WeekCounts]:
    """What happened in each of several weeks that follow each other.

    Args:
        begin: the midnight on which the first begins, milliseconds since 1970; `end`: that after the last.
        weeks: first and last day of each, in order.
    """
    number = len(weeks)
    visits, found = [0] * number, [0] * number
    queries = (
        "SELECT (started - ?) / ?, count(*) FROM inspection WHERE started >= ? AND started < ? AND status <> 'voided' GROUP BY 1",
        f"SELECT (found - ?) / ?, count(*) FROM item WHERE found >= ? AND found < ? AND {_STANDING} GROUP BY 1",  # noqa: S608
    )
    for counts, query in zip((visits, found), queries, strict=True):
        for week, count in connection.execute(query, (begin, WEEK_MS, begin, end)):
            counts[week] = count
    days = list(weeks.items())
    rows = connection.execute(
        f"SELECT closed, count(*) FROM item WHERE closed >= ? AND closed <= ? AND {_STANDING} GROUP BY 1",  # noqa: S608
        (days[0][0], days[-1][1]),
    )
    closed = [0] * number
    for day, count in rows:
        closed[next(place for place, (_, last) in enumerate(days) if day <= last)] += count
    return [WeekCounts(*each) for each in zip(visits, found, closed, strict=True)]
