"""Appending to the devices' logs: what is stored, where it goes, and the receipt, all in one transaction.

Order of locks: the device's row, then the counters of the scopes in their order. Counters are taken right before the
insert and are free again with the commit, so a scope's positions become visible in order and no reader skips one.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from inspector.central import destruction, tables
from inspector.central.accounts import Device
from inspector.central.database import Database
from inspector.central.problems import ProblemError
from inspector.central.replaced import await_replaced
from inspector.central.tables import ACCEPTED, QUARANTINE, QUARANTINED
from inspector.central.verdicts import Judged, Verdict, named_photo
from inspector.central.waiting import queue_checkpoint, queue_policy
from inspector.journal.keys import SigningKey
from inspector.journal.merkle import CompactTree
from inspector.journal.receipt import Receipt, ReceiptError, issue_receipt, sign_checkpoint, verify_checkpoint
from inspector.sync.protocol import Push

FORKED_ENTRIES = 10_000
"""How many entries of forked branches are kept for each device, as evidence."""

KEPT_APART = 2_000
"""How many of its entries that are kept apart a device is told of at once."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who cosigns: the centre's name, its key and its time."""

    name: str
    key: SigningKey
    now: int


def check_push(push: Push) -> None:
    """Whether the entries are this device's, without gaps, up to the size that is signed.

    Raises:
        ProblemError: request.malformed.
    """
    first = push.size - len(push.entries) + 1
    numbers = enumerate(push.entries, start=first)
    if push.size < 0 or any(sealed.ref != (push.device, seq) for seq, sealed in numbers):
        raise ProblemError("request.malformed", reason="entries are not in order up to the size")


def stored_hashes(connection: Connection, device: str, first: int, last: int) -> dict[int, bytes]:
    """Hashes of a device's entries by number."""
    table = tables.entry
    query = sa.select(table.c.seq, table.c.hash).where(
        table.c.device == device, table.c.seq >= first, table.c.seq <= last
    )
    return {row.seq: bytes(row.hash) for row in connection.execute(query)}


def first_fork(connection: Connection, device: Device, push: Push) -> int:
    """The first number under which another entry is stored already; 0 where none is."""
    first = push.size - len(push.entries) + 1
    if first > device.size:
        return 0
    known = stored_hashes(connection, device.id, first, min(push.size, device.size))
    for sealed in push.entries:
        seq = sealed.ref.seq
        if seq <= device.size and known.get(seq) != sealed.hash:
            return seq
    return 0


def check_branch(connection: Connection, device: Device, push: Push) -> None:
    """Whether the device itself signed the other branch: a token alone must not bring a device into quarantine.

    Raises:
        ProblemError: push.signature; nothing is kept.
    """
    table = tables.entry
    shared = push.size - len(push.entries)
    before = sa.select(table.c.hash).where(table.c.device == device.id, table.c.seq <= shared)
    tree = CompactTree()
    tree.extend(bytes(known) for known in connection.execute(before.order_by(table.c.seq)).scalars())
    tree.extend(sealed.hash for sealed in push.entries)
    if tree.size != push.size or not verify_checkpoint(
        device.public_key, push.size, tree.root(), push.signature
    ):
        raise ProblemError("push.signature")


def keep_fork(
    database: Database, connection: Connection, device: Device, push: Push, *, seq: int, now: int
) -> None:
    """Keep the other branch beside the stored one and quarantine the device."""
    table = tables.fork
    kept = connection.execute(
        sa.select(sa.func.count()).select_from(table).where(table.c.device == device.id)
    ).scalar_one()
    branch = [sealed for sealed in push.entries if sealed.ref.seq >= seq][: max(0, FORKED_ENTRIES - kept)]
    database.insert_new(
        connection,
        table,
        [
            {
                "device": device.id,
                "seq": sealed.ref.seq,
                "hash": sealed.hash,
                "header": sealed.header,
                "body": sealed.body,
                "size": push.size,
                "signature": push.signature,
                "received": now,
            }
            for sealed in branch
        ],
    )
    if device.active:
        connection.execute(
            sa.update(tables.device)
            .where(tables.device.c.id == device.id)
            .values(state=QUARANTINED, note=f"fork at {seq}")
        )
        queue_policy(connection)


def add_entries(
    database: Database,
    connection: Connection,
    device: Device,
    judged: Sequence[Judged],
    *,
    signature: bytes | SigningKey,
    signer: Signer,
) -> Receipt:
    """Append a device's next entries and issue the receipt. The device's row must be locked.

    Args:
        signature: the device's over the checkpoint after them, or its key where the log is the centre's own.

    Raises:
        ProblemError: push.signature; nothing is stored.
    """
    frontier = connection.execute(
        sa.select(tables.device.c.frontier).where(tables.device.c.id == device.id)
    ).scalar_one()
    tree = CompactTree.from_bytes(bytes(frontier))
    tree.extend(item.sealed.hash for item in judged)
    receipt = _receipt(device, tree, signature, signer)
    judged = destruction.without_destroyed(connection, judged)
    _insert(database, connection, judged, signer.now)
    _reference_photos(database, connection, judged)
    await_replaced(database, connection, judged)
    destruction.destroy(database, connection, judged, now=signer.now)
    connection.execute(
        sa.update(tables.device)
        .where(tables.device.c.id == device.id)
        .values(size=tree.size, frontier=tree.to_bytes(), seen=signer.now)
    )
    connection.execute(
        sa.insert(tables.checkpoint).values(
            device=device.id,
            size=receipt.size,
            root=receipt.root,
            device_signature=receipt.device_signature,
            time=receipt.time,
            cosignature=receipt.cosignature,
        )
    )
    queue_checkpoint(connection, receipt, state=device.state)
    return receipt


def _receipt(device: Device, tree: CompactTree, signature: bytes | SigningKey, signer: Signer) -> Receipt:
    root = tree.root()
    if isinstance(signature, SigningKey):
        signature = sign_checkpoint(signature, tree.size, root)
    try:
        return issue_receipt(
            centre=signer.name,
            centre_key=signer.key,
            device_public=device.public_key,
            size=tree.size,
            root=root,
            device_signature=signature,
            time_seconds=signer.now,
        )
    except ReceiptError as error:
        raise ProblemError("push.signature") from error


def _place(judged: Judged) -> str:
    return judged.sealed.scope if judged.verdict.verdict == ACCEPTED else QUARANTINE


def take_positions(database: Database, connection: Connection, counts: Mapping[str, int]) -> dict[str, int]:
    """The next free position of each scope, with `counts` of them taken. Holds the counters until the commit."""
    scopes = sorted(counts)
    table = tables.scope_counter
    database.insert_new(connection, table, [{"scope": scope, "last": 0} for scope in scopes])
    query = sa.select(table).where(table.c.scope.in_(scopes)).order_by(table.c.scope).with_for_update()
    last = {row.scope: row.last for row in connection.execute(query)}
    connection.execute(
        sa.update(table).where(table.c.scope == sa.bindparam("of")).values(last=sa.bindparam("to")),
        [{"of": scope, "to": last[scope] + counts[scope]} for scope in scopes],
    )
    return {scope: last[scope] + 1 for scope in scopes}


def _insert(database: Database, connection: Connection, judged: Sequence[Judged], now: int) -> None:
    if not judged:
        return
    rows: list[dict[str, Any]] = []
    free = take_positions(database, connection, Counter(_place(item) for item in judged))
    for item in judged:
        sealed, scope = item.sealed, _place(item)
        rows.append(
            {
                "scope": scope,
                "position": free[scope],
                "device": sealed.ref.device,
                "seq": sealed.ref.seq,
                "type": sealed.type,
                "aggregate": sealed.aggregate,
                "header": sealed.header,
                "body": sealed.body,
                "hash": sealed.hash,
                "received": now,
                "verdict": item.verdict.verdict,
                "reason": item.verdict.reason,
            }
        )
        free[scope] += 1
    connection.execute(sa.insert(tables.entry), rows)


def _reference_photos(database: Database, connection: Connection, judged: Sequence[Judged]) -> None:
    """Remember which photos the entries name: what may be uploaded, and who may fetch it."""
    rows = []
    for item in judged:
        sha256 = named_photo(item.entry)
        if sha256:
            ref = item.sealed.ref
            rows.append({"sha256": sha256, "scope": _place(item), "device": ref.device, "seq": ref.seq})
    database.insert_new(connection, tables.photo_ref, rows)


def covering_receipt(connection: Connection, device: Device, size: int, *, centre: str) -> Receipt | None:
    """The stored receipt of this size, or the next larger one; None for a log without entries."""
    table = tables.checkpoint
    query = sa.select(table).where(table.c.device == device.id, table.c.size >= size)
    row = connection.execute(query.order_by(table.c.size).limit(1)).one_or_none()
    if row is None:
        return None
    return Receipt(
        device=device.id,
        size=row.size,
        root=bytes(row.root),
        device_signature=bytes(row.device_signature),
        centre=centre,
        time=row.time,
        cosignature=bytes(row.cosignature),
    )


def verdicts_of(connection: Connection, device: str, first: int, last: int) -> tuple[Verdict, ...]:
    """The verdicts of stored entries that are not simply accepted, by number."""
    table = tables.entry
    query = (
        sa.select(table.c.seq, table.c.verdict, table.c.reason)
        .where(
            table.c.device == device, table.c.seq >= first, table.c.seq <= last, table.c.verdict != ACCEPTED
        )
        .order_by(table.c.seq)
    )
    return tuple(Verdict(row.seq, row.verdict, row.reason) for row in connection.execute(query))


def kept_apart(connection: Connection, device: str, reason: str = "") -> list[Any]:
    """A device's quarantined entries (seq, header, body, received, reason) whose reason begins so, by number."""
    table = tables.entry
    query = sa.select(table.c.seq, table.c.header, table.c.body, table.c.received, table.c.reason).where(
        table.c.device == device, table.c.scope == QUARANTINE, table.c.reason.startswith(reason)
    )
    return list(connection.execute(query.order_by(table.c.seq)))


def kept_apart_for(connection: Connection, reason: str) -> list[str]:
    """The devices that have entries kept apart for this reason."""
    table = tables.entry
    query = sa.select(table.c.device).where(table.c.scope == QUARANTINE, table.c.reason == reason)
    return sorted(connection.execute(query.distinct()).scalars())


def first_kept_apart(connection: Connection, device: str) -> tuple[tuple[Verdict, ...], int]:
    """The first KEPT_APART of a device's quarantined entries, by number, and how many there are in all."""
    table = tables.entry
    mine = sa.and_(table.c.device == device, table.c.scope == QUARANTINE)
    query = sa.select(table.c.seq, table.c.verdict, table.c.reason).where(mine)
    rows = connection.execute(query.order_by(table.c.seq).limit(KEPT_APART)).all()
    count = len(rows)
    if count == KEPT_APART:
        count = connection.execute(sa.select(sa.func.count()).select_from(table).where(mine)).scalar_one()
    return tuple(Verdict(row.seq, row.verdict, row.reason) for row in rows), count


def change_reasons(connection: Connection, judged: Sequence[Judged]) -> None:
    """Note why entries stay apart now."""
    table = tables.entry
    for item in judged:
        mine = sa.and_(table.c.device == item.sealed.ref.device, table.c.seq == item.sealed.ref.seq)
        connection.execute(sa.update(table).where(mine).values(reason=item.verdict.reason))


def move_entries(database: Database, connection: Connection, judged: Sequence[Judged], *, now: int) -> None:
    """Give quarantined entries, found acceptable now, their positions in their own scopes."""
    if not judged:
        return
    free = take_positions(database, connection, Counter(item.sealed.scope for item in judged))
    for item in judged:
        scope, ref = item.sealed.scope, item.sealed.ref
        mine = sa.and_(tables.entry.c.device == ref.device, tables.entry.c.seq == ref.seq)
        connection.execute(
            sa.update(tables.entry)
            .where(mine)
            .values(scope=scope, position=free[scope], verdict=ACCEPTED, reason="")
        )
        free[scope] += 1
        named = sa.and_(tables.photo_ref.c.device == ref.device, tables.photo_ref.c.seq == ref.seq)
        connection.execute(sa.update(tables.photo_ref).where(named).values(scope=scope))
    destruction.destroy(database, connection, judged, now=now)
