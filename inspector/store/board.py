"""The rectification list by SQL: filters that combine, sorts, pages, and counts over the same filter."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

from inspector.domain.lifecycle import EXTENSION, ON_SPOT, PASSED, STATES
from inspector.store.log import Connection
from inspector.store.search import match_expression

SORTS: Mapping[str, str] = {
    "due": "item.settled, item.priority DESC, item.due, item.severity DESC, item.id",
    "age": "item.settled, item.found, item.id",
    "severity": "item.settled, item.severity DESC, item.due, item.id",
    "site": "item.site, item.due, item.id",
    "moved": "item.moved DESC, item.id",
}
"""By what the list is ordered. "due": urgent ones, then what is overdue, then what is due next."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list shows; everything that is set has to hold.

    Attributes:
        grid, site, inspection, officer: ids. `officer`: in charge.
        department: code of the department that leads the item.
        kind: kind of site.
        state: a code of `lifecycle.STATES`, "unsettled" (挂账), "waiting" (等审批) or "conflict".
        severity: at least.
        overdue: the deadline has passed.
        due_in: the deadline ends within so many days, or has passed.
        pack: code of the pack of its inspection.
        item: code of the checklist's item.
        search: characters, pinyin or initials of the site.
        settled: closed ones too.
    """

    grid: str = ""
    site: str = ""
    inspection: str = ""
    officer: str = ""
    department: str = ""
    kind: str = ""
    state: str = ""
    severity: int = 0
    overdue: bool = False
    due_in: int | None = None
    pack: str = ""
    item: str = ""
    search: str = ""
    settled: bool = False

    def to_data(self) -> dict[str, Any]:
        """What is set, for keeping as a view."""
        blank = Filter()
        return {name: value for name, value in asdict(self).items() if value != getattr(blank, name)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Filter":
        """From a kept view; what this program does not know is left out."""
        names = {one.name for one in fields(cls)}
        return replace(cls(), **{name: value for name, value in data.items() if name in names})


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A line of the list. `due` is the day proposed with the finding while no paper was served."""

    id: str
    scope: str
    grid: str
    inspection: str
    site: str
    site_name: str
    kind: str
    item: str
    question: str
    question_en: str
    lead: str
    severity: int
    state: str
    settled: bool
    running: bool
    overdue: bool
    due: str
    due_estimated: bool
    handler: str
    priority: int
    rounds: int
    endorsed: bool
    conflict: bool
    irregular: int
    relapse_of: str
    moved: str
    closed: str
    late: bool
    pack: str
    found: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers over one filter. `total` is how many lines the list has."""

    total: int
    unsettled: int
    overdue: int
    due_soon: int
    waiting: int
    conflicts: int
    states: Mapping[str, int]


_WAITING = (EXTENSION, PASSED, ON_SPOT)
"""What waits for an approval."""
_FLAGS = frozenset({"settled", "running", "overdue", "due_estimated", "endorsed", "conflict", "late"})
SOON_DAYS = 3
_DAYS_MOST = 36_500
"""Further ahead no deadline is, and a date has an end."""
_AT_ONCE = 500

_COLUMNS = """
SELECT item.id, item.scope, COALESCE(NULLIF(grid.name, ''), grid.code, item.scope), item.inspection, item.site,
  COALESCE(NULLIF(site.name, ''), site.address, item.site), COALESCE(site.kind, ''), item.item,
  COALESCE(finding.question, ''), COALESCE(finding.question_en, ''), item.lead, item.severity, item.state, item.settled, item.running,
  item.running AND item.due <> '' AND item.due < ?, item.due, item.due_estimated, item.handler, item.priority,
  item.rounds, item.endorsed, item.conflict, item.irregular, item.relapse_of, item.moved, item.closed, item.late,
  item.pack, item.found
FROM item LEFT JOIN finding ON finding.id = item.id LEFT JOIN site ON site.id = item.site
  LEFT JOIN grid ON grid.id = item.scope
"""


def rows(
    connection: Connection,
    wanted: Filter,
    today: str,
    *,
    sort: str = "due",
    limit: int = 100,
    offset: int = 0,
) -> list[BoardRow]:
    """A page of the list.

    Args:
        today: "YYYY-MM-DD".
        sort: one of `SORTS`.
    """
    where, values = _where(wanted, today)
    # Ids first, by the index; what is shown is joined for one page only.
    ids = f"SELECT item.id FROM item {_join(wanted)} {where} ORDER BY {SORTS[sort]} LIMIT ? OFFSET ?"  # noqa: S608
    found = connection.execute(
        f"{_COLUMNS} WHERE item.id IN ({ids}) ORDER BY {SORTS[sort]}", (today, *values, limit, offset)
    ).fetchall()
    return [_board_row(row) for row in found]


def rows_of(connection: Connection, names: Sequence[str], today: str) -> list[BoardRow]:
    """The lines of these items, in that order; those that are not known here are left out."""
    found: dict[str, BoardRow] = {}
    for start in range(0, len(names), _AT_ONCE):
        some = names[start : start + _AT_ONCE]
        query = f"{_COLUMNS} WHERE item.id IN ({', '.join('?' * len(some))})"
        found |= {row[0]: _board_row(row) for row in connection.execute(query, (today, *some))}
    return [found[name] for name in names if name in found]


def place_of(
    connection: Connection, wanted: Filter, today: str, name: str, *, sort: str = "due"
) -> int | None:
    """At which place of the list an item stands, from 0; None where the filter leaves it out."""
    where, values = _where(wanted, today)
    row = connection.execute(
        "SELECT place FROM (SELECT item.id AS id, row_number() OVER (ORDER BY "  # noqa: S608 - our own names
        f"{SORTS[sort]}) - 1 AS place FROM item {_join(wanted)} {where}) WHERE id = ?",
        (*values, name),
    ).fetchone()
    return int(row[0]) if row else None


def _board_row(row: tuple[Any, ...]) -> BoardRow:
    values: dict[str, Any] = dict(zip((one.name for one in fields(BoardRow)), row, strict=True))
    for name in _FLAGS:
        values[name] = bool(values[name])
    return BoardRow(**values)


def ids(connection: Connection, wanted: Filter, today: str) -> list[str]:
    """Every item of the list."""
    where, values = _where(wanted, today)
    query = f"SELECT item.id FROM item {_join(wanted)} {where} ORDER BY item.id"  # noqa: S608 - our own names
    return [row[0] for row in connection.execute(query, values)]


def counts(connection: Connection, wanted: Filter, today: str) -> Counts:
    """Numbers over a filter: over exactly the lines that `rows` pages through."""
    where, values = _where(wanted, today)
    soon = (date.fromisoformat(today) + timedelta(days=SOON_DAYS)).isoformat()
    # Grouped by "+state", or the index of states would be walked, with a look at the table for each line.
    grouped = connection.execute(
        "SELECT item.state, count(*), sum(item.settled = 0), sum(item.running AND item.due <> '' AND item.due < ?),"  # noqa: S608
        " sum(item.running AND item.due >= ? AND item.due <= ?), sum(item.conflict)"
        f" FROM item {_join(wanted)} {where} GROUP BY +item.state",
        (today, today, soon, *values),
    ).fetchall()
    states = {row[0]: int(row[1]) for row in grouped}
    return Counts(
        total=sum(states.values()),
        unsettled=sum(row[2] for row in grouped),
        overdue=sum(row[3] for row in grouped),
        due_soon=sum(row[4] for row in grouped),
        waiting=sum(states.get(code, 0) for code in _WAITING),
        conflicts=sum(row[5] for row in grouped),
        states={code: states[code] for code in STATES if code in states},
    )


def _join(wanted: Filter) -> str:
    return "JOIN site ON site.id = item.site" if wanted.kind or wanted.search.strip() else ""


def _where(wanted: Filter, today: str) -> tuple[str, tuple[Any, ...]]:
    clauses: list[str] = []
    values: list[Any] = []
    equal = {
        "item.scope": wanted.grid, "item.site": wanted.site, "item.inspection": wanted.inspection,
        "item.handler": wanted.officer, "item.lead": wanted.department, "site.kind": wanted.kind,
        "item.pack": wanted.pack, "item.item": wanted.item,
    }  # fmt: skip
    for column, value in equal.items():
        if value:
            clauses.append(f"{column} = ?")
            values.append(value)
    _state_clauses(wanted, clauses, values)
    if wanted.severity:
        clauses.append("item.severity >= ?")
        values.append(wanted.severity)
    if wanted.overdue:
        clauses.append("item.running = 1 AND item.due <> '' AND item.due < ?")
        values.append(today)
    if wanted.due_in is not None:
        clauses.append("item.running = 1 AND item.due <> '' AND item.due <= ?")
        days = max(-_DAYS_MOST, min(_DAYS_MOST, wanted.due_in))
        values.append((date.fromisoformat(today) + timedelta(days=days)).isoformat())
    if wanted.search.strip():
        expression = match_expression(wanted.search)
        clauses.append(
            "site.number IN (SELECT rowid FROM site_search WHERE site_search MATCH ?)"
            if expression
            else "site.id = ?"
        )
        values.append(expression or wanted.search.strip())
    return ("WHERE " + " AND ".join(clauses) if clauses else ""), tuple(values)


def _state_clauses(wanted: Filter, clauses: list[str], values: list[Any]) -> None:
    if wanted.state == "conflict":
        clauses.append("item.settled = 0 AND item.conflict = 1")
    elif wanted.state == "waiting":
        clauses.append(f"item.settled = 0 AND item.state IN ({', '.join('?' * len(_WAITING))})")
        values.extend(_WAITING)
    elif wanted.state and wanted.state != "unsettled":
        clauses.append("item.state = ?")
        values.append(wanted.state)
    elif wanted.state == "unsettled" or not wanted.settled:
        clauses.append("item.settled = 0")


def earlier(connection: Connection, *, site: str, item: str, besides: str, since: int) -> list[str]:
    """Items about the same question at the same site that were found before and not voided; the latest first.

    Args:
        since: milliseconds since 1970: older ones are left out.
    """
    return [
        row[0]
        for row in connection.execute(
            "SELECT id FROM item WHERE site = ? AND item = ? AND id <> ? AND found >= ? AND state NOT IN"
            " ('draft', 'voided', 'merged') ORDER BY found DESC, id",
            (site, item, besides, since),
        )
    ]


def views(text: str | None) -> dict[str, dict[str, Any]]:
    """Kept views by name, from a setting."""
    found = json.loads(text) if text else {}
    return found if isinstance(found, dict) else {}
