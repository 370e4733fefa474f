"""The read tables of planning, computed from the journal: tips, and plans with their sites and excuses."""

import json
from typing import Any

from inspector.domain.entries import Entry
from inspector.domain.plan import fold_plan
from inspector.domain.tip import fold_tip
from inspector.store.log import Connection

_TIP = (
    "scope", "channel", "received", "site", "address", "content", "state", "plan", "department", "officer", "due",
    "outcome", "answered", "inspection", "device",
)  # fmt: skip


def project_tip(connection: Connection, aggregate: str, entries: list[Entry]) -> None:
    """The row of a tip."""
    tip, _ = fold_tip(entries)
    if tip is None:
        return
    row: dict[str, Any] = {"id": aggregate, **{name: getattr(tip, name) for name in _TIP}}
    row |= {name: int(getattr(tip, name)) for name in ("named", "told", "due_estimated")}
    _replace(connection, "tip", row | {"conflicts": len(tip.conflicts)})


def project_plan(connection: Connection, aggregate: str, entries: list[Entry]) -> None:
    """The rows of a plan, of its named sites and of its excuses."""
    forget_planning(connection, aggregate)
    plan, _ = fold_plan(entries)
    if plan is None:
        return
    row = {
        "id": aggregate,
        "name": plan.name,
        "occasion": plan.occasion,
        "first": plan.first,
        "last": plan.last,
        "grids": json.dumps(plan.grids),
        "site_kind": plan.site_kind,
        "by_name": int(bool(plan.sites)),
        "officers": json.dumps(plan.officers),
        "pack": plan.pack,
        "closed": int(plan.closed),
        "device": plan.device,
        "conflicts": len(plan.conflicts),
    }
    _replace(connection, "plan", row)
    connection.executemany(
        "INSERT INTO plan_site (plan, site) VALUES (?, ?)", [(aggregate, site) for site in plan.sites]
    )
    connection.executemany(
        "INSERT INTO plan_excuse (plan, site, reason) VALUES (?, ?, ?)",
        [(aggregate, site, reason) for site, reason in plan.excused.items()],
    )


def forget_planning(connection: Connection, aggregate: str) -> None:
    """Take a tip or a plan out of the read tables."""
    connection.execute("DELETE FROM tip WHERE id = ?", (aggregate,))
    connection.execute("DELETE FROM plan WHERE id = ?", (aggregate,))
    connection.execute("DELETE FROM plan_site WHERE plan = ?", (aggregate,))
    connection.execute("DELETE FROM plan_excuse WHERE plan = ?", (aggregate,))


def _replace(connection: Connection, table: str, row: dict[str, Any]) -> None:
    marks = ", ".join("?" * len(row))
    connection.execute(
        f"INSERT OR REPLACE INTO {table} ({', '.join(row)}) VALUES ({marks})",  # noqa: S608 - our own names
        tuple(row.values()),
    )
