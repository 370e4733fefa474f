"""Destroying bodies at the centre, in the transaction that accepts the entry which asks for it (domain/retention.py)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from inspector.central import tables
from inspector.central.database import Database
from inspector.central.verdicts import Judged
from inspector.domain.entries import Entry, Ref
from inspector.domain.rectification import PHOTO_TYPES
from inspector.domain.retention import DESTROYED, reached_before, refs_of, types_of
from inspector.journal.entry import SealedEntry

_CHUNK = 400


def destroy(database: Database, connection: Connection, accepted: Iterable[Judged], *, now: int) -> None:
    """Note what those of these entries that are accepted destroy, and destroy what is here of it.

    Args:
        now: seconds since 1970 UTC.
    """
    for item in accepted:
        entry = item.entry
        if (
            item.verdict.verdict != tables.ACCEPTED
            or entry is None
            or entry.type != DESTROYED
            or entry.data is None
        ):
            continue
        refs = sorted(refs_of(entry.data))
        kinds = types_of(entry.data)
        before = reached_before(entry.time.wall, now * 1000)
        rows = [
            {"device": ref.device, "seq": ref.seq, "type": kind, "scope": entry.scope, "before": before}
            for ref in refs
            for kind in kinds
        ]
        database.insert_new(connection, tables.destroyed, rows)
        for device, numbers in _by_device(refs).items():
            for start in range(0, len(numbers), _CHUNK):
                _erase(
                    database, connection, device, numbers[start : start + _CHUNK], asked=entry, before=before
                )


def without_destroyed(connection: Connection, judged: Sequence[Judged]) -> list[Judged]:
    """The same entries, without the bodies of those that were destroyed before they came (again)."""
    gone: dict[tuple[str, int, str, str], int] = {}
    table = tables.destroyed
    for device, numbers in _by_device(item.sealed.ref for item in judged).items():
        for start in range(0, len(numbers), _CHUNK):
            wanted = sa.and_(table.c.device == device, table.c.seq.in_(numbers[start : start + _CHUNK]))
            gone |= {
                (row.device, row.seq, row.type, row.scope): row.before
                for row in connection.execute(sa.select(table).where(wanted))
            }
    return [
        replace(item, sealed=item.sealed.without_body(), entry=None)
        if gone and _wall(item.sealed) < gone.get((*item.sealed.ref, item.sealed.type, item.sealed.scope), 0)
        else item
        for item in judged
    ]


def _wall(sealed: SealedEntry) -> int:
    """When an entry was recorded, by its device's clock, milliseconds."""
    return int(sealed.fields["time"]["wall"])


def _by_device(refs: Iterable[Ref]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for ref in refs:
        found.setdefault(ref.device, []).append(ref.seq)
    return found


def _erase(
    database: Database,
    connection: Connection,
    device: str,
    numbers: Sequence[int],
    *,
    asked: Entry,
    before: int,
) -> None:
    entry, named, fork = tables.entry, tables.photo_ref, tables.fork
    kinds = types_of(asked.data or {})
    query = sa.select(entry.c.seq, entry.c.scope, entry.c.header).where(
        entry.c.device == device, entry.c.seq.in_(numbers), entry.c.type.in_(kinds)
    )
    # Of what is kept apart its header tells the scope.
    there = [
        row.seq
        for row in connection.execute(query)
        if _scope_of(row) == asked.scope and _wall(SealedEntry.stored(bytes(row.header), None)) < before
    ]
    if not there:
        return
    mine = sa.and_(entry.c.device == device, entry.c.seq.in_(there))
    connection.execute(sa.update(entry).where(mine).values(body=None))
    connection.execute(
        sa.update(fork).where(fork.c.device == device, fork.c.seq.in_(there)).values(body=None)
    )
    if not set(kinds) & set(PHOTO_TYPES):
        return
    refs = sa.and_(named.c.device == device, named.c.seq.in_(there))
    photos = set(connection.execute(sa.select(named.c.sha256).where(refs)).scalars())
    connection.execute(sa.delete(named).where(refs))
    left = set(connection.execute(sa.select(named.c.sha256).where(named.c.sha256.in_(photos))).scalars())
    gone = sorted(photos - left)
    for table in (tables.photo, tables.upload):
        connection.execute(sa.delete(table).where(table.c.sha256.in_(gone)))
    database.insert_new(connection, tables.doomed_photo, [{"sha256": sha256} for sha256 in gone])


def _scope_of(row: Any) -> str:
    if row.scope != tables.QUARANTINE:
        return str(row.scope)
    return SealedEntry.stored(bytes(row.header), None).scope


def doomed(connection: Connection) -> list[str]:
    """Photos whose files are to go: nothing names them any more."""
    table, named = tables.doomed_photo, tables.photo_ref
    again = sa.select(named.c.sha256)
    connection.execute(sa.delete(table).where(table.c.sha256.in_(again)))
    return sorted(connection.execute(sa.select(table.c.sha256)).scalars())


def let_go(connection: Connection, photos: Sequence[str]) -> None:
    """Their files are gone."""
    table = tables.doomed_photo
    connection.execute(sa.delete(table).where(table.c.sha256.in_(photos)))
