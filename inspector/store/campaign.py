"""Typed reads of the campaign: activities, and the list of responsibilities."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from inspector.store.log import Connection

TASKS_MAX = 20_000


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """An activity. `grid` is the name of its grid, empty for the county; `voided` why it was taken back."""

    id: str
    scope: str
    kind: str
    date: str
    title: str
    topic: str
    organiser: str
    sessions: int
    people: int
    copies: int
    issues: int
    note: str
    grid: str
    voided: str
    device: str
    conflicts: int


def activities(
    connection: Connection,
    *,
    kind: str = "",
    topic: str = "",
    since: str = "",
    until: str = "",
    voided: bool = False,
    limit: int = 500,
) -> list[ActivityRow]:
    """Activities, the latest first.

    Args:
        kind: of `activity.KINDS`.
        topic: a part of title or topic.
        since, until: days, both included; empty: no limit.
        voided: those that were taken back too.
    """
    where, values = _where(kind=kind, topic=topic, since=since, until=until, voided=voided)
    rows = connection.execute(
        "SELECT activity.id, scope, kind, date, title, topic, organiser, sessions, people, copies, issues, note,"  # noqa: S608
        " COALESCE(NULLIF(grid.name, ''), grid.code, ''), voided, device, conflicts FROM activity"
        f" LEFT JOIN grid ON grid.id = activity.scope {where} ORDER BY date DESC, activity.id LIMIT ?",
        (*values, limit),
    )
    return [ActivityRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class ActivitySum:
    """How much there was of one kind of activity on one topic: records, and the sums of what was counted."""

    kind: str
    topic: str
    records: int
    sessions: int
    people: int
    copies: int
    issues: int


def activity_sums(
    connection: Connection, *, since: str = "", until: str = "", by_topic: bool = False
) -> list[ActivitySum]:
    """Sums by kind, or by kind and topic, of what was not taken back."""
    where, values = _where(since=since, until=until)
    topic = "topic" if by_topic else "''"
    rows = connection.execute(
        f"SELECT kind, {topic}, count(*), sum(sessions), sum(people), sum(copies), sum(issues) FROM activity"  # noqa: S608
        f" {where} GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2",
        values,
    )
    return [ActivitySum(*row) for row in rows]


def _where(
    *, kind: str = "", topic: str = "", since: str = "", until: str = "", voided: bool = False
) -> tuple[str, tuple[Any, ...]]:
    clauses = ["1"] if voided else ["voided = ''"]
    values: list[Any] = []
    for words, value in (("kind = ?", kind), ("date >= ?", since), ("date <= ?", until)):
        if value:
            clauses.append(words)
            values.append(value)
    if topic:
        clauses.append("(instr(title, ?) OR instr(topic, ?))")
        values += [topic, topic]
    return "WHERE " + " AND ".join(clauses), tuple(values)


def same_activity(connection: Connection, *, kind: str, date: str, title: str) -> bool:
    """Whether an activity of that kind, day and title is recorded and not taken back."""
    row = connection.execute(
        "SELECT 1 FROM activity WHERE date = ? AND kind = ? AND title = ? AND voided = '' LIMIT 1",
        (date, kind, title),
    ).fetchone()
    return row is not None


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task of the list. `note` and `evidence` are of the last thing told; `voided` why it was taken off the list."""

    id: str
    group: str
    task: str
    basis: str
    lead: str
    partners: tuple[str, ...]
    person: str
    stage: str
    start: str
    due: str
    until: str
    number: int
    state: str
    done: str
    note: str
    evidence: str
    steps: int
    voided: str
    device: str
    conflicts: int


def tasks(connection: Connection, *, unit: str = "", voided: bool = False) -> list[TaskRow]:
    """Tasks as the list has them.

    Args:
        unit: a part of the name of the unit that leads or cooperates.
        voided: those that were taken off the list too.
    """
    clauses, values = ["1"] if voided else ["voided = ''"], []  # type: tuple[list[str], list[Any]]
    if unit:
        clauses.append("(instr(lead, ?) OR instr(partners, ?))")
        values += [unit, unit]
    rows = connection.execute(
        "SELECT id, grouping, task, basis, lead, partners, person, stage, start, due, until, number, state, done,"  # noqa: S608
        f" note, evidence, steps, voided, device, conflicts FROM task WHERE {' AND '.join(clauses)}"
        " ORDER BY number, due = '', due, id LIMIT ?",
        (*values, TASKS_MAX),
    )
    return [_task(row) for row in rows]


def _task(row: Sequence[Any]) -> TaskRow:
    found: dict[str, Any] = dict(zip(TaskRow.__dataclass_fields__, row, strict=True))
    return TaskRow(**(found | {"partners": tuple(json.loads(found["partners"]))}))
