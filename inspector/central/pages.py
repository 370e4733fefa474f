"""Handing out entries: pages of what a device may see, in position order within each scope."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from inspector.central import tables
from inspector.central.accounts import Device
from inspector.central.problems import ProblemError
from inspector.journal.entry import SealedEntry
from inspector.sync.protocol import BATCH_BYTES, Cursor, Page

LIMIT = 1_000
"""Most entries of one page."""
_ASKED_AT_ONCE = 200


class RolledBackError(Exception):
    """The centre gave positions that it does not have: its database was restored from a backup."""

    def __init__(self, epoch: str) -> None:
        super().__init__(epoch)
        self.epoch = epoch


def read_page(
    connection: Connection, device: Device, cursor: Cursor, *, epoch: str, limit: int, include_own: bool
) -> tuple[Cursor, Page]:
    """The next page after a cursor, and the cursor after it, which is still to be sealed.

    Args:
        cursor: where the device stands; a scope it does not name is given from its beginning (back-fill).
        limit: most entries; a page also ends after about BATCH_BYTES bytes.
        include_own: also the device's own entries, for one that lost its journal.

    Raises:
        ProblemError: pull.epoch: the cursor is of before a restoration.
        RolledBackError: the cursor counts positions that are not here any more, or that are of other entries now.
    """
    if cursor.epoch and cursor.epoch != epoch:
        raise ProblemError("pull.epoch", epoch=epoch)
    # The counters come first: all that they count is committed, whatever is added while the rows are read.
    last = _last_positions(connection, device.scopes)
    positions = {scope: cursor.positions.get(scope, 0) for scope in device.scopes}
    if any(positions[scope] > last.get(scope, 0) for scope in device.scopes):
        raise RolledBackError(epoch)
    known = {scope: position for scope, position in positions.items() if scope in cursor.heads}
    heads = _heads(connection, known)
    if any(head != cursor.heads[scope] for scope, head in heads.items()):
        raise RolledBackError(epoch)
    taker = _Taker(max(1, min(limit, LIMIT)))
    for scope in device.scopes:
        if positions[scope] < last.get(scope, 0) and not taker.full:
            positions[scope] = taker.take(
                connection, scope, positions[scope], last[scope], without="" if include_own else device.id
            )
    more = any(positions[scope] < last.get(scope, 0) for scope in device.scopes)
    heads |= _heads(
        connection, {scope: position for scope, position in positions.items() if known.get(scope) != position}
    )
    return Cursor(epoch, positions, heads), Page("", more, device.scopes, tuple(taker.entries))


class _Taker:
    """Collects entries until there are enough of them or enough bytes."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.entries: list[SealedEntry] = []
        self.bytes = 0

    @property
    def full(self) -> bool:
        """Whether the page is long enough."""
        return len(self.entries) >= self.limit or self.bytes >= BATCH_BYTES

    def take(self, connection: Connection, scope: str, after: int, last: int, *, without: str) -> int:
        """Take from a scope; returns the position up to which it is dealt with."""
        table = tables.entry
        query = (
            sa.select(table.c.position, table.c.header, table.c.body)
            .where(table.c.scope == scope, table.c.position > after, table.c.position <= last)
            .where(table.c.device != without)
            .order_by(table.c.position)
            .limit(self.limit - len(self.entries))
        )
        # Rows come in small lots: a page of large bodies ends long before its last row.
        with connection.execute(query, execution_options={"yield_per": 50}) as rows:
            for row in rows:
                body = None if row.body is None else bytes(row.body)
                # Checked when it came in; whoever gets it checks it again.
                self.entries.append(SealedEntry.stored(bytes(row.header), body))
                self.bytes += len(row.header) + len(body or b"")
                if self.full:
                    return int(row.position)
        return last


def _heads(connection: Connection, positions: Mapping[str, int]) -> dict[str, str]:
    """The beginning of the hash of the entry at each of these positions."""
    table = tables.entry
    wanted = [(scope, position) for scope, position in positions.items() if position]
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _ASKED_AT_ONCE):
        group = wanted[start : start + _ASKED_AT_ONCE]
        query = sa.select(table.c.scope, table.c.hash).where(
            sa.tuple_(table.c.scope, table.c.position).in_(group)
        )
        found.update({row.scope: bytes(row.hash)[:4].hex() for row in connection.execute(query)})
    return found


def _last_positions(connection: Connection, scopes: tuple[str, ...]) -> Mapping[str, int]:
    table = tables.scope_counter
    return {
        row.scope: row.last for row in connection.execute(sa.select(table).where(table.c.scope.in_(scopes)))
    }
