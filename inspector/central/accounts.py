"""Devices and how they come in: one-time codes, enrolment, challenges, sessions, scopes. Functions on a transaction."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from inspector.central import tables
from inspector.central.problems import ProblemError
from inspector.central.tables import ACTIVE, EVERYWHERE, QUARANTINE, REVOKED
from inspector.central.waiting import queue_device, queue_policy
from inspector.domain.entries import COUNTY
from inspector.errors import NotFound
from inspector.journal.keys import device_id, verify
from inspector.journal.merkle import CompactTree
from inspector.sync.protocol import enrolment_message, session_message

WRONG_SIGNATURES = 10
"""How many wrong signatures a code survives."""


@dataclass(frozen=True, slots=True)
class Device:
    """A device as the centre knows it.

    Attributes:
        granted: grids it was given, or "*" for every scope.
        scopes: the scopes that it may see now: the county, and what was granted; none unless it is active.
        size: how many of its entries are here.
    """

    id: str
    public_key: bytes
    name: str
    role: str
    department: str
    state: str
    size: int
    note: str
    granted: tuple[str, ...]
    scopes: tuple[str, ...]

    @property
    def active(self) -> bool:
        """Whether it may read."""
        return self.state == ACTIVE

    def may_write(self, scope: str) -> bool:
        """Whether its entries of this scope go to the others."""
        return self.active and (scope == COUNTY or scope in self.granted or EVERYWHERE in self.granted)


def read_device(connection: Connection, device: str, *, lock: bool = False) -> Device | None:
    """A device; `lock` holds its row until the transaction ends (PostgreSQL; SQLite has one writer anyway)."""
    query = sa.select(tables.device).where(tables.device.c.id == device)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _device(connection, row)


def _device(connection: Connection, row: sa.Row[Any]) -> Device:
    granted = granted_scopes(connection, row.id)
    return Device(
        id=row.id,
        public_key=bytes(row.public_key),
        name=row.name,
        role=row.role,
        department=row.department,
        state=row.state,
        size=row.size,
        note=row.note,
        granted=granted,
        scopes=_visible(connection, granted) if row.state == ACTIVE else (),
    )


def granted_scopes(connection: Connection, device: str) -> tuple[str, ...]:
    """What a device was given, in order."""
    return tuple(sorted(connection.execute(_GRANTED, {"of": device}).scalars()))


def _visible(connection: Connection, granted: Sequence[str]) -> tuple[str, ...]:
    scopes = set(granted) - {EVERYWHERE}
    if EVERYWHERE in granted:
        scopes.update(connection.execute(sa.select(tables.scope_counter.c.scope)).scalars())
    scopes -= {COUNTY, QUARANTINE}
    return (COUNTY, *sorted(scopes))


def add_device(
    connection: Connection, *, public_key: bytes, name: str, role: str, department: str, now: int
) -> str:
    """Put a device in, or bring a known one to these words and make it active again. Returns its id."""
    device = device_id(public_key)
    table = tables.device
    before = connection.execute(
        sa.select(table.c.role, table.c.department).where(table.c.id == device)
    ).first()
    words = {"name": name, "role": role, "department": department, "state": ACTIVE, "seen": now}
    known = connection.execute(
        sa.update(tables.device).where(tables.device.c.id == device).values(**words, note="")
    )
    if not known.rowcount:
        values = {"id": device, "public_key": public_key, "size": 0, "frontier": CompactTree().to_bytes()}
        connection.execute(sa.insert(tables.device).values(**values, **words, note="", enrolled=now))
    if before is None or tuple(before) != (role, department):
        queue_device(connection, device, public_key=public_key, role=role, department=department, now=now)
    return device


def grant(connection: Connection, device: str, scopes: Sequence[str]) -> None:
    """Give a device exactly these scopes."""
    connection.execute(sa.delete(tables.device_scope).where(tables.device_scope.c.device == device))
    rows = [{"device": device, "scope": scope} for scope in sorted(set(scopes))]
    if rows:
        connection.execute(sa.insert(tables.device_scope), rows)


def set_state(connection: Connection, device: str, state: str, note: str) -> None:
    """Change a device's state; unless it is active now, its sessions end at once.

    Raises:
        NotFound: there is no such device.
    """
    changed = connection.execute(
        sa.update(tables.device).where(tables.device.c.id == device).values(state=state, note=note)
    )
    if not changed.rowcount:
        raise NotFound(
            f"中心没有设备 {device}。", f"The centre has no device {device}.", code="device.unknown"
        )
    queue_policy(connection)
    if state == REVOKED:
        connection.execute(sa.delete(tables.session).where(tables.session.c.device == device))


def enrol(
    connection: Connection, *, digest: str, public_key: bytes, signature: bytes, now: int
) -> tuple[str, bool]:
    """Let a device in by its one-time code; the same key may do it again. Returns its id and whether it may be told.

    False means that a signature was wrong: that is counted in this transaction, so it must commit.

    Raises:
        ProblemError: code.unknown, code.used.
    """
    query = sa.select(tables.code).where(tables.code.c.digest == digest).with_for_update()
    row = connection.execute(query).one_or_none()
    device = device_id(public_key)
    if row is None or row.tries >= WRONG_SIGNATURES or (row.expires < now and row.used_by != device):
        raise ProblemError("code.unknown")
    if not verify(public_key, signature, enrolment_message(digest, public_key)):
        connection.execute(
            sa.update(tables.code).where(tables.code.c.digest == digest).values(tries=row.tries + 1)
        )
        return device, False
    if row.used_by == device:
        return device, True
    if row.used_by is not None:
        raise ProblemError("code.used")
    known = read_device(connection, device, lock=True)
    if known is not None and known.state != ACTIVE:
        # A new code must not clear a quarantine or a revocation: that is the administrator's explicit act.
        raise ProblemError("device.revoked")
    add_device(
        connection,
        public_key=public_key,
        name=row.name,
        role=row.role,
        department=row.department,
        now=now,
    )
    grant(connection, device, json.loads(row.scopes))
    connection.execute(sa.update(tables.code).where(tables.code.c.digest == digest).values(used_by=device))
    return device, True


def new_challenge(device: str, *, seal: Callable[[str], bytes], now: int, seconds: int) -> str:
    """A challenge that this device may answer once. Nothing is kept of it, so nobody can crowd out another's.

    Args:
        seal: an authenticator of a text, under a key of the centre.
    """
    text = f"{now + seconds}.{secrets.token_urlsafe(16)}"
    return f"{text}.{_challenge_seal(device, text, seal)}"


def _challenge_seal(device: str, text: str, seal: Callable[[str], bytes]) -> str:
    return base64.urlsafe_b64encode(seal(f"challenge/v1\n{device}\n{text}")[:18]).decode("ascii")


def _challenge_end(device: str, challenge: str, seal: Callable[[str], bytes]) -> int:
    """Until when this challenge of ours is good for the device; 0 where it is none."""
    text, _, mark = challenge.rpartition(".")
    right = _challenge_seal(device, text, seal)
    if not hmac.compare_digest(right.encode(), mark.encode("utf-8", "replace")):
        return 0
    return int(text.partition(".")[0])


def _use_challenge(connection: Connection, device: str, challenge: str, *, end: int, now: int) -> bool:
    """Note that a challenge was answered; False where it was before. The device's row must be locked."""
    table = tables.challenge
    connection.execute(sa.delete(table).where(table.c.expires < now))
    if connection.execute(sa.select(table.c.device).where(table.c.challenge == challenge)).first():
        return False
    connection.execute(sa.insert(table).values(challenge=challenge, device=device, expires=end))
    return True


def open_session(
    connection: Connection,
    *,
    centre: str,
    device: str,
    challenge: str,
    signature: bytes,
    seal: Callable[[str], bytes],
    now: int,
    seconds: int,
) -> str | None:
    """A new session's token for a challenge rightly signed, which is used up by it; None where not.

    A revoked or quarantined device gets one as well: what it still holds is to come in, into quarantine.

    Raises:
        ProblemError: device.unknown.
    """
    found = read_device(connection, device, lock=True)
    if found is None:
        raise ProblemError("device.unknown")
    end = _challenge_end(device, challenge, seal)
    if end < now or not verify(found.public_key, signature, session_message(centre, challenge)):
        return None
    if not _use_challenge(connection, device, challenge, end=end, now=now):
        return None
    token = secrets.token_urlsafe(32)
    connection.execute(sa.delete(tables.session).where(tables.session.c.expires < now))
    connection.execute(
        sa.insert(tables.session).values(token_hash=_hashed(token), device=device, expires=now + seconds)
    )
    connection.execute(sa.update(tables.device).where(tables.device.c.id == device).values(seen=now))
    return token


def session_device(connection: Connection, token: str, *, now: int) -> Device:
    """Whose session this is, with the rights of this moment.

    Raises:
        ProblemError: session.needed.
    """
    row = connection.execute(_OF_SESSION, {"token": _hashed(token), "now": now}).one_or_none()
    if row is None:
        raise ProblemError("session.needed")
    return _device(connection, row)


# Every request asks these two, so they are put together once.
_OF_SESSION = sa.select(tables.device).where(
    tables.session.c.device == tables.device.c.id,
    tables.session.c.token_hash == sa.bindparam("token"),
    tables.session.c.expires >= sa.bindparam("now"),
)
_GRANTED = sa.select(tables.device_scope.c.scope).where(tables.device_scope.c.device == sa.bindparam("of"))


def _hashed(token: str) -> bytes:
    return hashlib.sha256(b"inspector/token/v1\n" + token.encode("utf-8", "surrogateescape")).digest()
