"""The read tables of the campaign, computed from the journal: activities, and the list of responsibilities."""

import json
from typing import Any

from inspector.domain.activity import COUNTS, fold_activity
from inspector.domain.entries import Entry
from inspector.domain.responsibility import fold_task
from inspector.store.log import Connection

_ACTIVITY = ("scope", "kind", "date", "title", "topic", "organiser", "note", "device")
_TASK = (
    "task", "basis", "lead", "person", "stage", "start", "due", "until", "number", "state", "done", "device",
)  # fmt: skip


def project_activity(connection: Connection, aggregate: str, entries: list[Entry]) -> None:
    """The row of an activity."""
    activity, _ = fold_activity(entries)
    if activity is None:
        return
    row: dict[str, Any] = {"id": aggregate, **{name: getattr(activity, name) for name in _ACTIVITY}}
    row |= {name: activity.counted.get(name, 0) for name in COUNTS}
    _replace(
        connection, "activity", row | {"voided": activity.void_reason, "conflicts": len(activity.conflicts)}
    )


def project_task(connection: Connection, aggregate: str, entries: list[Entry]) -> None:
    """The row of a task, with the last thing that was told of it."""
    task, registers = fold_task(entries)
    if task is None:
        return
    told = registers.value("progress") or {}
    row: dict[str, Any] = {"id": aggregate, **{name: getattr(task, name) for name in _TASK}}
    row |= {
        "grouping": task.group,
        "partners": json.dumps(task.partners, ensure_ascii=False),
        "note": told.get("note", ""),
        "evidence": told.get("evidence", ""),
        "steps": len(task.steps),
        "voided": task.void_reason,
        "conflicts": len(task.conflicts),
    }
    _replace(connection, "task", row)


def _replace(connection: Connection, table: str, row: dict[str, Any]) -> None:
    marks = ", ".join("?" * len(row))
    connection.execute(
        f"INSERT OR REPLACE INTO {table} ({', '.join(row)}) VALUES ({marks})",  # noqa: S608 - our own names
        tuple(row.values()),
    )
