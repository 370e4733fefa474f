"""The centre's memory: small synchronous methods, each one transaction. Thread-safe; the app calls it from threads."""

import json
import logging
import secrets
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from inspector.central import accounts, log, pages, photos, tables
from inspector.central.accounts import Device
from inspector.central.database import Database
from inspector.central.identity import create_key, load_key, make_private_dir
from inspector.central.log import Verdict
from inspector.central.photos import Upload
from inspector.central.problems import ProblemError
from inspector.central.settings import DEFAULT_NAME, Settings
from inspector.central.tables import ACCEPTED, EVERYWHERE, QUARANTINE
from inspector.domain.entries import COUNTY, Draft, Entry, Ref, Stamp
from inspector.errors import Damaged, Refusal, UsageError
from inspector.journal.canonical import MalformedError
from inspector.journal.entry import SealedEntry, seal, unseal
from inspector.journal.keys import SigningKey, device_id
from inspector.journal.note import COSIGNATURE_V1, VerifierKey, format_vkey
from inspector.journal.receipt import Receipt
from inspector.sync.protocol import ROLES, Cursor, EnrolmentCode, Page, Push

logger = logging.getLogger("inspector.central")

CENTRE_ROLE = "centre"

Known = Callable[[str], list[Entry]]
"""From an aggregate's id to its accepted entries."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer to a push: the receipt, and the verdicts of entries that did not go to the others."""

    receipt: Receipt
    verdicts: tuple[Verdict, ...]


class Storage:
    """One centre: its database, its key, its epoch."""

    def __init__(self, settings: Settings) -> None:
        """Open the centre of these settings, or make a new one.

        Raises:
            WorkspaceError: the data folder or the database cannot be used.
            Damaged: the key does not belong to the database.
            UsageError: the name or the database address is off.
        """
        make_private_dir(settings.data)
        self.settings = settings
        self.database = Database(settings.database_url, unsafe_postgres=settings.unsafe_postgres)
        try:
            self.database.create_tables()
            self.key: SigningKey = self._open_identity()
        except BaseException:
            self.database.close()
            raise
        self.device_id = device_id(self.key.public)
        self._boot = secrets.token_hex(8)

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    @property
    def now(self) -> int:
        """Seconds since 1970 UTC."""
        return int(self.settings.clock())

    @property
    def vkey(self) -> str:
        """The centre's verifier key, by which anybody checks its receipts."""
        return format_vkey(VerifierKey(self.name, COSIGNATURE_V1, self.key.public))

    def _open_identity(self) -> SigningKey:
        with self.database.write() as connection:
            known = _meta(connection)
            key = load_key(self.settings.data)
            if "public_key" not in known:
                known = self._make_identity(connection, key or create_key(self.settings.data))
                key = load_key(self.settings.data)
        if key is None or key.public.hex() != known["public_key"]:
            raise Damaged(
                "数据目录里的密钥不属于这个数据库。中心没有启动，数据没有改动。",
                "The key in the data folder does not belong to this database. The centre was not started; "
                "no data was changed.",
                hint=("从备份恢复 centre.key。", "Restore centre.key from the backup."),
                code="central.key",
            )
        self.name = known["name"]
        return key

    def _make_identity(self, connection: Connection, key: SigningKey) -> dict[str, str]:
        name = self.settings.name or DEFAULT_NAME
        try:
            format_vkey(VerifierKey(name, COSIGNATURE_V1, key.public))
        except MalformedError as error:
            raise UsageError(
                "中心的名称不能有空格和加号。", "A centre's name has no spaces and no plus signs.",
                code="central.name",
            ) from error  # fmt: skip
        known = {"name": name, "public_key": key.public.hex(), "epoch": secrets.token_hex(8)}
        connection.execute(
            sa.insert(tables.meta), [{"name": word, "value": value} for word, value in known.items()]
        )
        centre = accounts.add_device(
            connection, public_key=key.public, name=name, role=CENTRE_ROLE, department="", now=self.now
        )
        accounts.grant(connection, centre, [EVERYWHERE])
        return known

    @property
    def epoch(self) -> str:
        """Which counting of positions this is."""
        with self.database.read() as connection:
            return _meta(connection)["epoch"]

    def renew_epoch(self) -> str:
        """Say that the centre was restored from a backup: every device starts its pull over and offers what is lost."""
        epoch = secrets.token_hex(8)
        with self.database.write() as connection:
            connection.execute(
                sa.update(tables.meta).where(tables.meta.c.name == "epoch").values(value=epoch)
            )
        _alarm("epoch.renewed", epoch=epoch)
        return epoch

    # -- devices -----------------------------------------------------------------------------------------------

    def create_code(
        self,
        *,
        name: str,
        role: str,
        department: str,
        scopes: Sequence[str],
        seconds: int = 7 * 86_400,
        secret: bytes = b"",
    ) -> EnrolmentCode:
        """A one-time code for one laptop.

        Args:
            scopes: grid ids; "*" for every grid.
            seconds: how long it is good.
            secret: 10 random bytes; made here when empty.

        Raises:
            UsageError: no such role.
        """
        if role not in ROLES:
            raise UsageError(
                f"不认识的角色“{role}”。", f"Unknown role {role!r}.",
                hint=("可用：" + "、".join(ROLES), "One of: " + ", ".join(ROLES)), code="central.role",
            )  # fmt: skip
        made = EnrolmentCode.make(secret or secrets.token_bytes(10), self.key.public)
        with self.database.write() as connection:
            connection.execute(
                sa.insert(tables.code).values(
                    digest=made.digest,
                    name=name,
                    role=role,
                    department=department,
                    scopes=json.dumps(sorted(set(scopes) - {COUNTY})),
                    expires=self.now + seconds,
                    tries=0,
                )
            )
        return made

    def enrol(self, *, digest: str, public_key: bytes, signature: bytes) -> Device:
        """Let a device in by its code; safe to repeat with the same key.

        Raises:
            ProblemError: code.unknown, code.used, session.refused (a wrong signature), device.revoked.
        """
        with self.database.write() as connection:
            device, right = accounts.enrol(
                connection, digest=digest, public_key=public_key, signature=signature, now=self.now
            )
            found = accounts.read_device(connection, device) if right else None
        if found is None:
            raise ProblemError("session.refused")
        return found

    def device(self, device: str) -> Device | None:
        """A device, if it is known."""
        with self.database.read() as connection:
            return accounts.read_device(connection, device)

    def devices(self) -> list[Device]:
        """All devices but the centre itself, by id."""
        with self.database.read() as connection:
            query = sa.select(tables.device.c.id).where(tables.device.c.role != CENTRE_ROLE)
            found = [
                accounts.read_device(connection, device) for device in connection.execute(query).scalars()
            ]
        return sorted((device for device in found if device is not None), key=lambda device: device.id)

    def grant(self, device: str, scopes: Sequence[str]) -> None:
        """Give a device exactly these grids; a grid added is back-filled by its next pull, one removed is purged.

        Entries that it sent for a grid before it was granted are released to the others.
        """
        with self.database.write() as connection:
            accounts.grant(connection, device, sorted(set(scopes) - {COUNTY}))
            self._release(connection, device, "scope.denied")

    def set_state(self, device: str, state: str, note: str) -> None:
        """Revoke, quarantine or restore a device, effective with its next request.

        Raises:
            NotFound: there is no such device.
        """
        with self.database.write() as connection:
            accounts.set_state(connection, device, state, note)

    def release(self, device: str) -> int:
        """Give the others what a device sent while it was revoked or quarantined. Returns how many entries.

        Raises:
            Refusal: the device is still revoked or quarantined.
        """
        with self.database.write() as connection:
            found = accounts.read_device(connection, device)
            if found is None or not found.active:
                raise Refusal(
                    "这台设备仍被停用或隔离，先恢复它。", "This device is still revoked or quarantined; restore it first.",
                    code="device.revoked",
                )  # fmt: skip
            return self._release(connection, device, "device.")

    def _release(self, connection: Connection, device: str, reason: str) -> int:
        found = accounts.read_device(connection, device, lock=True)
        if found is None:
            return 0
        table = tables.entry
        mine = sa.and_(table.c.scope == QUARANTINE, table.c.device == device)
        query = sa.select(table.c.seq, table.c.header, table.c.body).where(
            mine, table.c.reason.startswith(reason)
        )
        judged = [
            log.judge(found, SealedEntry(bytes(row.header), None if row.body is None else bytes(row.body)))
            for row in connection.execute(query.order_by(table.c.seq))
        ]
        accepted = [item for item in judged if item.verdict.verdict == ACCEPTED]
        log.move_entries(self.database, connection, accepted)
        return len(accepted)

    # -- sessions ----------------------------------------------------------------------------------------------

    def challenge(self, device: str) -> str:
        """A challenge to sign, good once and for a short time.

        Raises:
            ProblemError: device.unknown.
        """
        with self.database.write() as connection:
            return accounts.new_challenge(
                connection, device, now=self.now, seconds=self.settings.challenge_seconds
            )

    def open_session(self, device: str, challenge: str, signature: bytes) -> tuple[str, Device, str]:
        """A session's token, the device with its rights, and the epoch.

        Raises:
            ProblemError: device.unknown, session.refused.
        """
        with self.database.write() as connection:
            token = accounts.open_session(
                connection,
                centre=self.device_id,
                device=device,
                challenge=challenge,
                signature=signature,
                now=self.now,
                seconds=self.settings.session_seconds,
            )
            found = accounts.read_device(connection, device)
            epoch = _meta(connection)["epoch"]
        if token is None or found is None:
            raise ProblemError("session.refused")
        return token, found, epoch

    def session_device(self, token: str) -> Device:
        """Whose session it is, with the rights of this moment.

        Raises:
            ProblemError: session.needed.
        """
        with self.database.read() as connection:
            return accounts.session_device(connection, token, now=self.now)

    # -- entries -----------------------------------------------------------------------------------------------

    def append(self, push: Push) -> Accepted:
        """Take a device's next entries, durably, and give the receipt; a repeat gives the same receipt.

        Raises:
            ProblemError: request.malformed, device.unknown, push.gap (with `have`), push.signature: nothing is
                stored. push.fork (with `seq`): the other branch is kept as evidence and the device quarantined.
        """
        log.check_push(push)
        with self.database.write() as connection:
            device = accounts.read_device(connection, push.device, lock=True)
            if device is None:
                raise ProblemError("device.unknown")
            if push.size - len(push.entries) > device.size:
                raise ProblemError("push.gap", have=device.size)
            fork = log.first_fork(connection, device, push)
            if not fork:
                return self._append(connection, device, push)
            log.keep_fork(self.database, connection, device, push, seq=fork, now=self.now)
        _alarm("push.fork", device=push.device, seq=fork)
        raise ProblemError("push.fork", seq=fork)

    def _append(self, connection: Connection, device: Device, push: Push) -> Accepted:
        receipt = log.covering_receipt(connection, device, push.size, centre=self.name)
        if receipt is None:
            new = [sealed for sealed in push.entries if sealed.ref.seq > device.size]
            judged = [log.judge(device, sealed) for sealed in new]
            signer = log.Signer(self.name, self.key, self.now)
            receipt = log.add_entries(
                self.database, connection, device, judged, signature=push.signature, signer=signer
            )
        elif receipt.size == push.size and receipt.device_signature != push.signature:
            raise ProblemError("push.signature")
        first = push.size - len(push.entries) + 1
        return Accepted(receipt, log.verdicts_of(connection, device.id, first, push.size))

    def page(
        self, device: str, cursor: Cursor, *, limit: int = pages.LIMIT, include_own: bool = False
    ) -> Page:
        """The next page of what a device may see.

        Raises:
            ProblemError: device.unknown, device.revoked, pull.epoch.
        """
        with self.database.read() as connection:
            found = accounts.read_device(connection, device)
            if found is None:
                raise ProblemError("device.unknown")
            if not found.active:
                raise ProblemError("device.revoked")
            epoch = _meta(connection)["epoch"]
            return pages.read_page(
                connection, found, cursor, epoch=epoch, limit=limit, include_own=include_own
            )

    def publish(self, decide: Callable[[Known], Iterable[Draft]]) -> list[Ref]:
        """Append to the centre's own journal what `decide` makes of what is known: all of it or nothing.

        The centre's row stays locked meanwhile, so that two publishers decide one after the other.
        """
        with self.database.write() as connection:
            centre = accounts.read_device(connection, self.device_id, lock=True)
            if centre is None:
                raise ProblemError("device.unknown")
            drafts = list(decide(lambda aggregate: _entries_of(connection, aggregate)))
            sealed = [
                seal(
                    draft,
                    ref=Ref(centre.id, centre.size + index),
                    actor="",
                    time=self._stamp(),
                    salt=secrets.token_bytes(16),
                )
                for index, draft in enumerate(drafts, start=1)
            ]
            if sealed:
                judged = [log.judge(centre, item) for item in sealed]
                signer = log.Signer(self.name, self.key, self.now)
                log.add_entries(self.database, connection, centre, judged, signature=None, signer=signer)
        return [item.ref for item in sealed]

    def entries_of_type(self, *types: str) -> list[Entry]:
        """All accepted entries of these types that can be opened, in the order of their scopes and positions."""
        table = tables.entry
        query = sa.select(table.c.header, table.c.body).where(
            table.c.type.in_(types), table.c.verdict == ACCEPTED
        )
        with self.database.read() as connection:
            rows = connection.execute(query.order_by(table.c.scope, table.c.position)).all()
        return _opened(rows)

    def _stamp(self) -> Stamp:
        import time

        return Stamp(
            wall=int(self.settings.clock() * 1000),
            tz=480,
            boot=self._boot,
            monotonic=time.monotonic_ns() // 1_000_000,
        )

    # -- photos ------------------------------------------------------------------------------------------------

    def missing_photos(self, device: Device, wanted: Collection[str]) -> list[str]:
        """Those photos that are not here, as far as the device may know."""
        with self.database.read() as connection:
            seen = photos.visible(connection, device, wanted)
            there = photos.stored(connection, seen)
        return sorted(set(wanted) - set(there))

    def photo_bytes(self, device: Device, sha256: str) -> int:
        """The size of a photo that the device may fetch.

        Raises:
            ProblemError: device.revoked, photo.unknown.
        """
        if not device.active:
            raise ProblemError("device.revoked")
        with self.database.read() as connection:
            seen = photos.visible(connection, device, [sha256])
            there = photos.stored(connection, seen)
        if sha256 not in there:
            raise ProblemError("photo.unknown")
        return there[sha256]

    def begin_upload(self, device: Device, *, sha256: str, length: int) -> Upload:
        """Begin or find an upload. Raises as `photos.begin_upload`."""
        with self.database.write() as connection:
            return photos.begin_upload(connection, device, sha256=sha256, length=length, now=self.now)

    def upload(self, device: Device, name: str) -> Upload:
        """An upload of this device.

        Raises:
            ProblemError: upload.unknown.
        """
        with self.database.read() as connection:
            found = photos.read_upload(connection, device, name)
        if found is None:
            raise ProblemError("upload.unknown")
        return found

    def advance_upload(self, upload: Upload, offset: int) -> None:
        """Note how far an upload is; at its end the photo counts as stored. Raises upload.offset if it moved."""
        with self.database.write() as connection:
            photos.advance_upload(connection, upload, offset)
            if offset == upload.length:
                row = {"sha256": upload.sha256, "bytes": upload.length, "stored": self.now}
                self.database.insert_new(connection, tables.photo, [row])

    def drop_upload(self, upload: Upload) -> None:
        """Forget an upload whose bytes were not the photo's."""
        with self.database.write() as connection:
            photos.drop_upload(connection, upload)

    def forget_stale_uploads(self, seconds: int) -> list[str]:
        """Forget uploads that were begun long ago and never finished; returns their ids."""
        with self.database.write() as connection:
            return photos.stale_uploads(connection, self.now - seconds)


def _meta(connection: Connection) -> dict[str, str]:
    return {row.name: row.value for row in connection.execute(sa.select(tables.meta))}


def _entries_of(connection: Connection, aggregate: str) -> list[Entry]:
    table = tables.entry
    query = sa.select(table.c.header, table.c.body).where(
        table.c.aggregate == aggregate, table.c.verdict == ACCEPTED
    )
    return _opened(connection.execute(query).all())


def _opened(rows: Sequence[Any]) -> list[Entry]:
    return [
        unseal(SealedEntry(bytes(row.header), None if row.body is None else bytes(row.body))) for row in rows
    ]


def _alarm(event: str, **details: Any) -> None:
    """Something that a person has to look at."""
    logger.error(event, extra={"details": details})
