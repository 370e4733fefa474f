"""The lines of the rectification list. A line follows its own entries and what is known of its inspection."""

import json
from typing import Any

from inspector.domain.entries import Entry
from inspector.domain.finding import fold_finding
from inspector.domain.lifecycle import DUE, NOTICED, RECTIFYING
from inspector.domain.rectification import Item, Opening, fold_item
from inspector.domain.registers import Registers
from inspector.domain.when import local_time
from inspector.store.log import Connection, entries_of_all
from inspector.store.project_figures import project_item_states

_KNOWN = "SELECT status, officers, pack, started, concluded FROM inspection WHERE id = ?"
Known = tuple[str, str, str, int, int | None]
"""What an item's line depends on of its inspection's line."""


def known_of(connection: Connection, inspection: str) -> Known | None:
    """The part of an inspection's line that its items follow; None where its start is not here."""
    row = connection.execute(_KNOWN, (inspection,)).fetchone()
    return None if row is None else tuple(row)


def opening(connection: Connection, inspection: str) -> Opening:
    """What an inspection says of its items."""
    known = known_of(connection, inspection)
    if known is None:
        return Opening(concluded=False)
    status, officers, _, started, concluded = known
    day = local_time(concluded or started).date().isoformat()
    if status != "concluded":
        return Opening(concluded=False, officers=tuple(json.loads(officers)), day=day)
    return Opening(True, tuple(json.loads(officers)), day, _standing(connection, inspection))


def _standing(connection: Connection, inspection: str) -> frozenset[str]:
    """The findings that an inspection's conclusion names; of several conclusions, all that any of them names."""
    rows = connection.execute(
        "SELECT body FROM entry WHERE aggregate = ? AND type = 'inspection.concluded' AND body IS NOT NULL",
        (inspection,),
    )
    named = (json.loads(row[0])["data"].get("findings") for row in rows)
    return frozenset(
        name for found in named if isinstance(found, list) for name in found if isinstance(name, str)
    )


def folded(connection: Connection, entries: list[Entry]) -> tuple[Item | None, Registers]:
    """An item and its registers, from its entries and what is known here of its inspection."""
    finding, _ = fold_finding(entries)
    return fold_item(entries, opening(connection, finding.inspection if finding else ""))


def item_row(connection: Connection, entries: list[Entry]) -> dict[str, Any] | None:
    """The line of an item; None until its finding is known. Its history is written along with it."""
    item, _ = folded(connection, entries)
    if item is None:
        return None
    project_item_states(connection, item, entries)
    known = known_of(connection, item.finding.inspection)
    return _row(item, known[2] if known else "")


def _row(item: Item, pack: str) -> dict[str, Any]:
    finding = item.finding
    closed = item.last_of("close")
    return {
        "id": item.id,
        "scope": finding.scope,
        "inspection": finding.inspection,
        "site": finding.site,
        "item": finding.item,
        "lead": finding.lead,
        "severity": finding.severity,
        "state": RECTIFYING if item.state == NOTICED else item.state,
        "settled": int(item.settled),
        "running": int(item.state in DUE),
        "due": item.due,
        "due_estimated": int(item.due_estimated),
        "handler": item.handler,
        "priority": item.priority,
        "rounds": item.rounds,
        "endorsed": int(bool(item.endorsed_by)),
        "conflict": int(bool(item.rivals)),
        "irregular": len(item.irregular),
        "relapse_of": item.relapse_of,
        "moved": str(item.path[-1].data.get("day", "")) if item.path else "",
        "closed": str(closed.data.get("day", "")) if closed else "",
        "late": int(item.late()),
        "pack": pack,
        "found": finding.recorded.wall,
    }


def items_of(connection: Connection, inspection: str) -> list[str]:
    """The ids of all lines of an inspection."""
    rows = connection.execute("SELECT id FROM item WHERE inspection = ? ORDER BY id", (inspection,))
    return [row[0] for row in rows]


def item_rows_of(connection: Connection, inspection: str) -> list[dict[str, Any]]:
    """The lines of all items of an inspection."""
    names = items_of(connection, inspection)
    rows = (item_row(connection, entries) for entries in entries_of_all(connection, names).values())
    return [row for row in rows if row is not None]
