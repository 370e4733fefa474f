"""Which photos are here, who may see them, and how far each upload is. Functions on a transaction."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from inspector.central import tables
from inspector.central.accounts import Device
from inspector.central.problems import ProblemError

MISSING_PHOTOS = 1_000
"""Most photos asked for at once."""


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload, begun and perhaps finished. `offset` bytes of `length` are durable."""

    id: str
    device: str
    sha256: str
    length: int
    offset: int

    @property
    def complete(self) -> bool:
        """Whether the photo is here."""
        return self.offset == self.length


def upload_id(device: str, sha256: str) -> str:
    """The same device and photo have the same upload, so that beginning again goes on."""
    return hashlib.sha256(f"inspector/upload/v1\n{device}\n{sha256}\n".encode()).hexdigest()[:32]


def visible(connection: Connection, device: Device, wanted: Collection[str]) -> set[str]:
    """Those photos that an entry in the device's scopes, or one of its own entries, names."""
    table = tables.photo_ref
    mine = table.c.device == device.id
    query = sa.select(table.c.sha256).where(
        table.c.sha256.in_(wanted), sa.or_(mine, table.c.scope.in_(device.scopes))
    )
    return set(connection.execute(query).scalars())


def stored(connection: Connection, wanted: Collection[str]) -> dict[str, int]:
    """Those photos that are here, with their bytes."""
    table = tables.photo
    query = sa.select(table.c.sha256, table.c.bytes).where(table.c.sha256.in_(wanted))
    return {row.sha256: row.bytes for row in connection.execute(query)}


def begin_upload(connection: Connection, device: Device, *, sha256: str, length: int, now: int) -> Upload:
    """Begin an upload, or find it again where it stands.

    Raises:
        ProblemError: photo.unknown (no entry names it: records go first), photo.mismatch (it has another length).
    """
    if not visible(connection, device, [sha256]):
        raise ProblemError("photo.unknown", reason="no entry names this photo; send the entries first")
    there = stored(connection, [sha256])
    if there and there[sha256] != length:
        raise ProblemError("photo.mismatch", bytes=there[sha256])
    name = upload_id(device.id, sha256)
    known = read_upload(connection, device, name)
    offset = length if there else 0
    if known is not None and known.length == length and not there:
        return known
    if known is not None:
        drop_upload(connection, known)
    connection.execute(
        sa.insert(tables.upload).values(
            id=name, device=device.id, sha256=sha256, length=length, offset=offset, started=now
        )
    )
    return Upload(name, device.id, sha256, length, offset)


def read_upload(connection: Connection, device: Device, name: str) -> Upload | None:
    """An upload of this device."""
    table = tables.upload
    query = sa.select(table).where(table.c.id == name, table.c.device == device.id)
    row = connection.execute(query).one_or_none()
    return None if row is None else Upload(row.id, row.device, row.sha256, row.length, row.offset)


def advance_upload(connection: Connection, upload: Upload, offset: int) -> None:
    """Note that an upload stands at `offset` now.

    Raises:
        ProblemError: upload.offset: somebody else moved it meanwhile.
    """
    table = tables.upload
    moved = connection.execute(
        sa.update(table).where(table.c.id == upload.id, table.c.offset == upload.offset).values(offset=offset)
    )
    if not moved.rowcount:
        raise ProblemError("upload.offset")


def drop_upload(connection: Connection, upload: Upload) -> None:
    """Forget an upload."""
    connection.execute(sa.delete(tables.upload).where(tables.upload.c.id == upload.id))


def stale_uploads(connection: Connection, before: int) -> list[str]:
    """Forget unfinished uploads begun before a time; returns their ids."""
    table = tables.upload
    old = sa.and_(table.c.started < before, table.c.offset < table.c.length)
    names = list(connection.execute(sa.select(table.c.id).where(old)).scalars())
    connection.execute(sa.delete(table).where(table.c.id.in_(names)))
    return names
