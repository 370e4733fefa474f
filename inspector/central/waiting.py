"""Leaves on their way into the centre's log: written with what makes them true, without a lock on the log."""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from inspector.casefile.bundle import DeviceCheckpoint, DeviceRecord
from inspector.central import tables
from inspector.central.ledger_tables import (
    CHECKPOINT,
    DEVICE,
    POLICY,
    ledger_leaf,
    ledger_queue,
)
from inspector.central.tables import ACTIVE, QUARANTINED, REVOKED
from inspector.journal.receipt import Receipt

_AT_ONCE = 1_000


def queue_device(
    connection: Connection, device: str, *, public_key: bytes, role: str, department: str, now: int
) -> None:
    """A device came in, or its department or role changed."""
    record = DeviceRecord(device, public_key, department, role, now)
    _queue(connection, [{"kind": DEVICE, "device": device, "size": 0, "leaf": record.leaf()}])
    queue_policy(connection)


def queue_checkpoint(connection: Connection, receipt: Receipt, *, state: str) -> None:
    """A receipt was given, to a device in this state."""
    _queue(
        connection, [_checkpoint_row(receipt.device, receipt.size, receipt.root, receipt.time, state=state)]
    )


def queue_policy(connection: Connection) -> None:
    """Who may witness may have changed."""
    _queue(connection, [{"kind": POLICY, "device": "", "size": 0, "leaf": b""}])


def queue_what_is_missing(connection: Connection, epoch: str, *, now: int) -> None:
    """Whatever the centre knows and its log does not: of a centre that had no log yet, everything."""
    _queue_devices(connection, epoch, now)
    rows = list(_missing_checkpoints(connection, epoch))
    for start in range(0, len(rows), _AT_ONCE):
        _queue(connection, rows[start : start + _AT_ONCE])
    queue_policy(connection)


def queue_again(connection: Connection, epoch: str) -> None:
    """Everything of an earlier epoch's log, for the log of the next."""
    kept = sa.select(ledger_leaf.c.kind, ledger_leaf.c.device, ledger_leaf.c.size, ledger_leaf.c.leaf)
    again = kept.where(ledger_leaf.c.epoch == epoch, ledger_leaf.c.kind.in_((DEVICE, CHECKPOINT)))
    connection.execute(
        sa.insert(ledger_queue).from_select(
            ["kind", "device", "size", "leaf"], again.order_by(ledger_leaf.c.place)
        )
    )
    queue_policy(connection)


def _queue(connection: Connection, rows: list[dict[str, Any]]) -> None:
    connection.execute(sa.insert(ledger_queue), rows)


def _checkpoint_row(device: str, size: int, root: bytes, time: int, *, state: str) -> dict[str, Any]:
    leaf = DeviceCheckpoint(device, size, root, b"", time, state=state).leaf()
    return {"kind": CHECKPOINT, "device": device, "size": size, "leaf": leaf}


def _queue_devices(connection: Connection, epoch: str, now: int) -> None:
    # In this order, as leaves move from the queue into the log meanwhile: none is missed.
    query = sa.select(tables.device).order_by(tables.device.c.enrolled, tables.device.c.id)
    devices = connection.execute(query).all()
    waits = _said(connection, ledger_queue, ledger_queue.c.kind == DEVICE, ledger_queue.c.id)
    of_epoch = sa.and_(ledger_leaf.c.epoch == epoch, ledger_leaf.c.kind == DEVICE)
    known = {**_said(connection, ledger_leaf, of_epoch, ledger_leaf.c.place), **waits}
    for row in devices:
        said = known.get(row.id)
        if said is None or (said["role"], said["department"]) != (row.role, row.department):
            time = row.enrolled if said is None else now
            record = DeviceRecord(row.id, bytes(row.public_key), row.department, row.role, time)
            _queue(connection, [{"kind": DEVICE, "device": row.id, "size": 0, "leaf": record.leaf()}])


def _said(
    connection: Connection, table: sa.Table, wanted: sa.ColumnElement[bool], order: sa.ColumnElement[Any]
) -> dict[str, dict[str, Any]]:
    """The last leaf of each device."""
    query = sa.select(table.c.device, table.c.leaf).where(wanted).order_by(order)
    return {row.device: json.loads(bytes(row.leaf)) for row in connection.execute(query)}


def _missing_checkpoints(connection: Connection, epoch: str) -> Iterator[dict[str, Any]]:
    """Receipts without a leaf. What the device's state was then is told by why its last entry was kept apart."""
    table, entry = tables.checkpoint, tables.entry
    in_log = sa.exists().where(
        ledger_leaf.c.epoch == epoch, ledger_leaf.c.device == table.c.device,
        ledger_leaf.c.kind == CHECKPOINT, ledger_leaf.c.size == table.c.size,
    )  # fmt: skip
    waits = sa.exists().where(
        ledger_queue.c.device == table.c.device,
        ledger_queue.c.kind == CHECKPOINT, ledger_queue.c.size == table.c.size,
    )  # fmt: skip
    last = sa.and_(entry.c.device == table.c.device, entry.c.seq == table.c.size)
    query = (
        sa.select(table.c.device, table.c.size, table.c.root, table.c.time, entry.c.reason)
        .outerjoin(entry, last)
        .where(~in_log, ~waits)
        .order_by(table.c.time, table.c.device, table.c.size)
    )
    for row in connection.execute(query):
        state = next((word for word in (REVOKED, QUARANTINED) if row.reason == f"device.{word}"), ACTIVE)
        yield _checkpoint_row(row.device, row.size, bytes(row.root), row.time, state=state)
