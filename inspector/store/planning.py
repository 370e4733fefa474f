"""Typed reads of planning: tips, plans, and what became of the sites of a plan."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspector.domain.plan import Coverage, period
from inspector.store.log import Connection

TIPS_MAX = 5_000


@dataclass(frozen=True, slots=True)
class TipRow:
    """A tip as recorded; what is overdue is for `services.tips` to say. `officer_name` and `plan_name` are words."""

    id: str
    scope: str
    channel: str
    received: str
    named: bool
    site: str
    site_name: str
    address: str
    content: str
    state: str
    plan: str
    plan_name: str
    department: str
    officer: str
    officer_name: str
    due: str
    due_estimated: bool
    outcome: str
    answered: str
    told: bool
    inspection: str
    device: str
    conflicts: int


_TIPS = """
SELECT tip.id, tip.scope, tip.channel, tip.received, tip.named, tip.site,
  COALESCE(NULLIF(site.name, ''), site.address, ''), tip.address, tip.content, tip.state, tip.plan,
  COALESCE(plan.name, ''), tip.department, tip.officer, COALESCE(officer.name, ''), tip.due, tip.due_estimated,
  tip.outcome, tip.answered, tip.told, tip.inspection, tip.device, tip.conflicts
FROM tip LEFT JOIN site ON site.id = tip.site LEFT JOIN plan ON plan.id = tip.plan
  LEFT JOIN officer ON officer.id = tip.officer
"""


def tips(
    connection: Connection,
    *,
    state: str = "",
    plan: str = "",
    site: str = "",
    since: str = "",
    until: str = "",
    limit: int = TIPS_MAX,
) -> list[TipRow]:
    """Tips, the newest first.

    Args:
        state: of `tip.STATES`.
        since, until: days of receipt, both included; empty: no limit.
    """
    clauses, values = ["1"], []  # type: tuple[list[str], list[Any]]
    for words, value in (
        ("tip.state = ?", state),
        ("tip.plan = ?", plan),
        ("tip.site = ?", site),
        ("tip.received >= ?", since),
        ("tip.received <= ?", until),
    ):
        if value:
            clauses.append(words)
            values.append(value)
    rows = connection.execute(
        f"{_TIPS} WHERE {' AND '.join(clauses)} ORDER BY tip.received DESC, tip.id LIMIT ?", (*values, limit)
    )
    return [_tip(row) for row in rows]


def _tip(row: Sequence[Any]) -> TipRow:
    found: dict[str, Any] = dict(zip(TipRow.__dataclass_fields__, row, strict=True))
    return TipRow(**(found | {name: bool(found[name]) for name in ("named", "due_estimated", "told")}))


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan. `grids` and `officers` are ids."""

    id: str
    name: str
    occasion: str
    first: str
    last: str
    grids: tuple[str, ...]
    site_kind: str
    by_name: bool
    officers: tuple[str, ...]
    pack: str
    closed: bool
    conflicts: int


_PLANS = "SELECT id, name, occasion, first, last, grids, site_kind, by_name, officers, pack, closed, conflicts FROM plan"


def plans(connection: Connection, *, on: str = "", closed: bool = True) -> list[PlanRow]:
    """Plans, those that go on first, then the latest first.

    Args:
        on: only those that go on on that day and are not closed.
        closed: those that are closed too.
    """
    where = "WHERE closed = 0 AND first <= ? AND last >= ?" if on else "" if closed else "WHERE closed = 0"
    values = (on, on) if on else ()
    rows = connection.execute(f"{_PLANS} {where} ORDER BY closed, first DESC, name, id", values)
    return [_plan(row) for row in rows]


def plan(connection: Connection, plan_id: str) -> PlanRow | None:
    """The plan with that id."""
    row = connection.execute(f"{_PLANS} WHERE id = ?", (plan_id,)).fetchone()
    return None if row is None else _plan(row)


def plan_ids_named(connection: Connection, name: str) -> list[str]:
    """Plans of that name; at most 20."""
    rows = connection.execute("SELECT id FROM plan WHERE name = ? ORDER BY id LIMIT 20", (name,))
    return [row[0] for row in rows]


def _plan(row: Sequence[Any]) -> PlanRow:
    found: dict[str, Any] = dict(zip(PlanRow.__dataclass_fields__, row, strict=True))
    found |= {name: tuple(json.loads(found[name])) for name in ("grids", "officers")}
    return PlanRow(**(found | {name: bool(found[name]) for name in ("by_name", "closed")}))


# -- coverage --------------------------------------------------------------------------------------------------

_STATE = """
CASE WHEN visited.site IS NOT NULL THEN 'visited' WHEN chosen.status IS NULL THEN 'elsewhere'
  WHEN chosen.status = 'closed' THEN 'shut' WHEN excuse.site IS NOT NULL THEN 'excused' ELSE 'open' END
"""
"""Of several that hold the first counts: a visit is one, also where the site was shut by it or excused before."""


def _chosen(row: PlanRow) -> tuple[str, list[Any]]:
    """The sites of a plan, each once, with those of its tips; as the head of a query, and its values.

    A status of NULL: the plan names it, and it is not here.
    """
    named = (
        "SELECT wanted.site, COALESCE(site.scope, ''), site.status FROM {} AS wanted"
        " LEFT JOIN site ON site.id = wanted.site"
    )
    values: list[Any] = []
    if row.by_name:
        base = named.format("plan_site") + " WHERE wanted.plan = ?"
        values.append(row.id)
    else:
        clauses = ["1"]
        if row.grids:
            clauses.append(f"scope IN ({', '.join('?' * len(row.grids))})")
            values.extend(row.grids)
        if row.site_kind:
            clauses.append("kind = ?")
            values.append(row.site_kind)
        base = (
            "SELECT id, scope, status FROM site INDEXED BY site_coverage"  # noqa: S608 - our own names
            f" WHERE {' AND '.join(clauses)}"
        )
    tipped = named.format("tip") + " WHERE wanted.plan = ? AND wanted.site <> '' AND wanted.state <> 'voided'"
    begin, end = period(row.first, row.last)
    query = (
        f"WITH chosen (id, scope, status) AS ({base} UNION {tipped}),"  # noqa: S608 - our own names
        " visited (site) AS MATERIALIZED (SELECT DISTINCT site FROM inspection INDEXED BY inspection_coverage"
        "   WHERE started >= ? AND started < ? AND status <> 'voided'),"
        f" states (id, scope, state, reason) AS (SELECT chosen.id, chosen.scope, {_STATE},"
        "   COALESCE(excuse.reason, '') FROM chosen LEFT JOIN visited ON visited.site = chosen.id"
        "   LEFT JOIN plan_excuse AS excuse ON excuse.plan = ? AND excuse.site = chosen.id)"
    )
    return query, [*values, row.id, begin, end, row.id]


def coverage(connection: Connection, row: PlanRow) -> dict[str, Coverage]:
    """How far a plan is in each grid: scope -> counts. Sites that are not here are under ""."""
    head, values = _chosen(row)
    found: dict[str, dict[str, int]] = {grid: {} for grid in row.grids if not row.by_name}
    query = f"{head} SELECT scope, state, count(*) FROM states GROUP BY scope, state"  # noqa: S608
    for scope, state, number in connection.execute(query, values):
        found.setdefault(scope, {})[state] = number
    return {scope: Coverage(**counts) for scope, counts in sorted(found.items())}


@dataclass(frozen=True, slots=True)
class PlanSite:
    """A site of a plan and what became of it.

    Attributes:
        state: of `plan.SITE_STATES`.
        reason: why it was not visited, where somebody said so.
        tips: tips about it that were given to the plan and are not answered.
    """

    site: str
    scope: str
    name: str
    address: str
    kind: str
    state: str
    reason: str
    tips: int


def plan_sites(
    connection: Connection,
    row: PlanRow,
    *,
    grid: str | None = None,
    states: Sequence[str] = (),
    limit: int = 500,
    offset: int = 0,
) -> list[PlanSite]:
    """Sites of a plan, those with tips first, then by grid and name.

    Args:
        grid: a scope; "" those that are not here; None all.
        states: only these of `plan.SITE_STATES`; none given: all.
    """
    head, values = _chosen(row)
    where, more = _where(grid, states)
    rows = connection.execute(
        f"{head} SELECT states.id, states.scope, COALESCE(NULLIF(site.name, ''), site.address, states.id),"  # noqa: S608
        " COALESCE(site.address, ''), COALESCE(site.kind, ''), states.state, states.reason,"
        " (SELECT count(*) FROM tip WHERE tip.plan = ? AND tip.site = states.id AND tip.state = 'assigned') AS tips"
        f" FROM states LEFT JOIN site ON site.id = states.id LEFT JOIN grid ON grid.id = states.scope {where}"
        " ORDER BY tips DESC, COALESCE(grid.code, ''), 3, states.id LIMIT ? OFFSET ?",
        (*values, row.id, *more, limit, offset),
    )
    return [PlanSite(*found) for found in rows]


def site_state(connection: Connection, row: PlanRow, site: str) -> str:
    """What became of a site of a plan; empty where it is none of the plan's."""
    head, values = _chosen(row)
    query = f"{head} SELECT state FROM states WHERE id = ?"  # noqa: S608
    found = connection.execute(query, (*values, site)).fetchone()
    return str(found[0]) if found else ""


def _where(grid: str | None, states: Sequence[str]) -> tuple[str, list[Any]]:
    clauses: list[str] = []
    values: list[Any] = []
    if grid is not None:
        clauses.append("states.scope = ?")
        values.append(grid)
    if states:
        clauses.append(f"states.state IN ({', '.join('?' * len(states))})")
        values.extend(states)
    return ("WHERE " + " AND ".join(clauses) if clauses else ""), values


def total(counts: Mapping[str, Coverage]) -> Coverage:
    """All grids together."""
    return sum(counts.values(), Coverage())
