"""Whether the entries that another entry replaces exist: an entry must not reach into what is not written yet.

What a laptop replaces, it has seen, so the centre has it – unless the centre was restored from a backup and waits for
it again, or two laptops met elsewhere. Such an entry is kept apart until what it replaces has come and proves, by the
time at which it was recorded, to have been there before.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from inspector.central import tables
from inspector.central.core import CENTRE_ROLE
from inspector.central.database import Database
from inspector.central.places import Place, Places
from inspector.central.verdicts import Judged
from inspector.domain.entries import Ref
from inspector.journal.entry import SealedEntry, unseal


class Held:
    """Which entries an entry may replace, and where what it is about is."""

    def __init__(
        self, connection: Connection, places: Places, *, publisher: str, received: int | None = None
    ) -> None:
        """
        Args:
            places: of the entries that are judged.
            publisher: the device under which the centre publishes now.
            received: when the replacing entry came in, seconds since 1970 UTC, if that was not just now.
        """
        self._connection = connection
        self._publisher = publisher
        self._places = places
        self._received = received
        self._devices: dict[str, tuple[int, str]] = {}

    def __call__(self, ref: Ref) -> bool:
        """Whether an entry with this reference was there when the replacing one came in."""
        size, role = self._device(ref.device)
        if role == CENTRE_ROLE and ref.device != self._publisher:
            # A restored centre may have lost what it published; nothing new is written under that name.
            return True
        return ref.seq <= size and (self._received is None or self._was_there(ref, self._received))

    def place(self, aggregate: str) -> Place | None:
        """Where an aggregate is; None where nothing of it was accepted yet."""
        return self._places.of(aggregate)

    def aggregate_of(self, ref: Ref) -> str | None:
        """What a replaced entry is about, if it is known."""
        return self._places.aggregate_of(ref)

    def knows(self, scope: str) -> bool:
        """Whether a scope is known here."""
        return self._places.knows(scope)

    def learn(self, sealed: SealedEntry) -> None:
        """An entry was accepted: those after it are judged by it as well."""
        self._places.learn(sealed)

    def _device(self, device: str) -> tuple[int, str]:
        if device not in self._devices:
            table = tables.device
            query = sa.select(table.c.size, table.c.role).where(table.c.id == device)
            row = self._connection.execute(query).one_or_none()
            self._devices[device] = (0, "") if row is None else (row.size, row.role)
        return self._devices[device]

    def _was_there(self, ref: Ref, received: int) -> bool:
        """It came in before, or was recorded before, by the clock of the laptop that recorded it."""
        table = tables.entry
        query = sa.select(table.c.header, table.c.received).where(
            table.c.device == ref.device, table.c.seq == ref.seq
        )
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return False
        if row.received < received:
            return True
        return unseal(SealedEntry.stored(bytes(row.header), None)).time.wall // 1000 <= received


def await_replaced(database: Database, connection: Connection, judged: Sequence[Judged]) -> None:
    """Remember for which entries the kept-apart ones wait."""
    rows = {(ref.device, ref.seq, *item.sealed.ref) for item in judged for ref in item.missing}
    names = ("needs_device", "needs_seq", "device", "seq")
    database.insert_new(
        connection, tables.awaited, [dict(zip(names, row, strict=True)) for row in sorted(rows)]
    )


def no_longer_awaited(connection: Connection, device: str, size: int) -> list[str]:
    """The devices some of whose entries waited for these entries of a device; the waiting is over."""
    table = tables.awaited
    there = sa.and_(table.c.needs_device == device, table.c.needs_seq <= size)
    found = connection.execute(sa.select(table.c.device).where(there).distinct()).scalars().all()
    if found:
        connection.execute(sa.delete(table).where(there))
    return sorted(found)
