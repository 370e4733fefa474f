"""The read tables of the figures, each row made anew from its aggregate's entries."""

import json
from collections.abc import Sequence
from dataclasses import astuple
from typing import Any

from inspector.domain.entries import Entry
from inspector.domain.figure_history import finding_value, item_history, site_history
from inspector.domain.figure_items import AREA_ESTIMATED
from inspector.domain.figure_schools import ASKED
from inspector.domain.inspection import Inspection
from inspector.domain.rectification import Item
from inspector.domain.registers import Registers
from inspector.domain.reporting import fold_report
from inspector.store.log import Connection

_VALUE_MOST = 40
_KEPT = ASKED | {AREA_ESTIMATED}


def project_site_states(connection: Connection, aggregate: str, entries: Sequence[Entry]) -> None:
    """What a site was known to be from day to day."""
    connection.execute("DELETE FROM site_history WHERE id = ?", (aggregate,))
    _insert(connection, "site_history", 13, [(aggregate, *astuple(state)) for state in site_history(entries)])


def project_item_states(connection: Connection, item: Item, entries: Sequence[Entry]) -> None:
    """Where an item stood from day to day."""
    connection.execute("DELETE FROM item_history WHERE id = ?", (item.id,))
    finding, value = item.finding, finding_value(entries)[:_VALUE_MOST]
    rows = [
        (
            item.id, place, state.first, state.until, state.action, state.state, finding.scope, finding.site,
            finding.inspection, finding.item, finding.lead, finding.severity, state.stood, state.due, int(state.noticed),
            int(state.spot), state.done, int(state.in_time), state.department, value,
        )
        for place, state in enumerate(item_history(item, entries))
    ]  # fmt: skip
    _insert(connection, "item_history", 20, rows)


def project_answers(connection: Connection, inspection: Inspection, registers: Registers) -> None:
    """The answers that figures of schools are made of, and how many responses each questionnaire has."""
    connection.execute("DELETE FROM indicator_answer WHERE id = ?", (inspection.id,))
    asked = [
        (inspection.id, item, _text(inspection.answers[item]))
        for item in sorted(_KEPT & inspection.answers.keys())
    ]
    _insert(connection, "indicator_answer", 3, asked)
    connection.execute("DELETE FROM response_count WHERE id = ?", (inspection.id,))
    counts: dict[str, int] = {}
    for key, data in registers.under("response").items():
        if data is not None:
            form = key.split("/", 1)[0]
            counts[form] = counts.get(form, 0) + 1
    _insert(connection, "response_count", 3, [(inspection.id, form, count) for form, count in counts.items()])


def project_report(connection: Connection, aggregate: str, entries: list[Entry]) -> None:
    """The row of a kept report; its document stays in the journal."""
    kept, _ = fold_report(entries)
    if kept is not None:
        connection.execute("DELETE FROM frozen_report WHERE id = ?", (aggregate,))
        row = (
            kept.id,
            kept.sha256,
            kept.first,
            kept.last,
            kept.grid,
            kept.recorded.wall,
            kept.device,
            kept.actor,
        )
        _insert(connection, "frozen_report", 8, [row])


def _text(value: Any) -> str:
    return value[:_VALUE_MOST] if isinstance(value, str) else json.dumps(value)[:_VALUE_MOST]


def _insert(connection: Connection, table: str, columns: int, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        marks = ", ".join("?" * columns)
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 - our own names
