"""What a centre holds, counted, for `central status`."""

from dataclasses import dataclass

import sqlalchemy as sa

from inspector.central import tables
from inspector.central.core import CENTRE_ROLE
from inspector.central.storage import Storage
from inspector.central.tables import QUARANTINE


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """A device and how much of it is here. `seen` is when it last came, seconds since 1970 UTC."""

    id: str
    name: str
    role: str
    department: str
    state: str
    note: str
    scopes: tuple[str, ...]
    size: int
    seen: int


@dataclass(frozen=True, slots=True)
class Status:
    """Counts of a centre.

    Attributes:
        scopes: entries that go to the others, by scope.
        quarantined: entries kept aside, by reason.
        forks: entries of second branches, by device.
        photos, photos_missing: stored, and named by an entry but not stored.
    """

    name: str
    device: str
    vkey: str
    fingerprint: str
    epoch: str
    devices: tuple[DeviceStatus, ...]
    scopes: dict[str, int]
    quarantined: dict[str, int]
    forks: dict[str, int]
    photos: int
    photo_bytes: int
    photos_missing: int
    open_codes: int


def status(storage: Storage) -> Status:
    """Count what is there, as of one moment."""
    with storage.database.read() as connection:
        query = sa.select(tables.device).where(tables.device.c.role != CENTRE_ROLE)
        rows = connection.execute(query.order_by(tables.device.c.name, tables.device.c.id)).all()
        granted: dict[str, list[str]] = {}
        for row in connection.execute(sa.select(tables.device_scope).order_by(tables.device_scope.c.scope)):
            granted.setdefault(row.device, []).append(row.scope)
        counted = sa.func.count()
        scopes = sa.select(tables.scope_counter).order_by(tables.scope_counter.c.scope)
        aside = (
            sa.select(tables.entry.c.reason, counted.label("n"))
            .where(tables.entry.c.scope == QUARANTINE)
            .group_by(tables.entry.c.reason)
        )
        forks = sa.select(tables.fork.c.device, counted.label("n")).group_by(tables.fork.c.device)
        stored = sa.select(counted, sa.func.coalesce(sa.func.sum(tables.photo.c.bytes), 0))
        missing = (
            sa.select(sa.func.count(sa.distinct(tables.photo_ref.c.sha256)))
            .outerjoin(tables.photo, tables.photo.c.sha256 == tables.photo_ref.c.sha256)
            .where(tables.photo.c.sha256.is_(None))
        )
        codes = (
            sa.select(counted)
            .select_from(tables.code)
            .where(tables.code.c.used_by.is_(None), tables.code.c.expires >= storage.now)
        )
        photos, photo_bytes = connection.execute(stored.select_from(tables.photo)).one()
        return Status(
            name=storage.name,
            device=storage.device_id,
            vkey=storage.vkey,
            fingerprint=storage.fingerprint,
            epoch=connection.execute(
                sa.select(tables.meta.c.value).where(tables.meta.c.name == "epoch")
            ).scalar_one(),
            devices=tuple(
                DeviceStatus(
                    id=row.id,
                    name=row.name,
                    role=row.role,
                    department=row.department,
                    state=row.state,
                    note=row.note,
                    scopes=tuple(granted.get(row.id, ())),
                    size=row.size,
                    seen=row.seen,
                )
                for row in rows
            ),
            scopes={row.scope: row.last for row in connection.execute(scopes) if row.scope != QUARANTINE},
            quarantined={row.reason: row.n for row in connection.execute(aside)},
            forks={row.device: row.n for row in connection.execute(forks)},
            photos=photos,
            photo_bytes=int(photo_bytes),
            photos_missing=connection.execute(missing).scalar_one(),
            open_codes=connection.execute(codes).scalar_one(),
        )
