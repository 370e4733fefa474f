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
    """Those photos that an accepted entry of another device in its scopes names, or that it sent itself.

    To name a photo proves nothing: whoever only knows its hash must not get its bytes for it.
    """
    named, sent = tables.photo_ref, tables.upload
    of_others = sa.select(named.c.sha256).where(
        named.c.sha256.in_(wanted), named.c.device != device.id, named.c.scope.in_(device.scopes)
    )
    own = sa.select(sent.c.sha256).where(
        sent.c.sha256.in_(wanted), sent.c.device == device.id, sent.c.offset == sent.c.length
    )
    return set(connection.execute(of_others.union(own)).scalars())


def may_send(connection: Connection, device: Device, sha256: str) -> bool:
    """Whether an entry of its own or one that it may see names the photo."""
    table = tables.photo_ref
    query = sa.select(table.c.sha256).where(
        table.c.sha256 == sha256, sa.or_(table.c.device == device.id, table.c.scope.in_(device.scopes))
    )
    return connection.execute(query.limit(1)).first() is not None


def stored(connection: Connection, wanted: Collection[str]) -> dict[str, int]:
    """Those photos that are here, with their bytes."""
    table = tables.photo
    query = sa.select(table.c.sha256, table.c.bytes).where(table.c.sha256.in_(wanted))
    return {row.sha256: row.bytes for row in connection.execute(query)}


def begin_upload(connection: Connection, device: Device, *, sha256: str, length: int, now: int) -> Upload:
    """Begin an upload, or find it again where it stands.

    A photo that is here and that the device may not see has to be sent all the same: the bytes prove that it has it.

    Raises:
        ProblemError: photo.unknown (no entry names it: records go first), photo.mismatch (it has another length).
    """
    if not may_send(connection, device, sha256):
        raise ProblemError("photo.unknown", reason="no entry names this photo; send the entries first")
    there = stored(connection, visible(connection, device, [sha256]))
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
