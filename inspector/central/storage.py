"""The centre's memory: small synchronous methods, each one transaction. Thread-safe; the app calls it from threads."""

import contextlib
import secrets
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from inspector.central import accounts, destruction, log, pages, photos, tables
from inspector.central.accounts import Device
from inspector.central.core import CENTRE_ROLE, alarm, read_meta
from inspector.central.devices import Devices
from inspector.central.photos import Upload
from inspector.central.places import GRID_TYPE, Places
from inspector.central.problems import ProblemError
from inspector.central.replaced import Held, no_longer_awaited
from inspector.central.tables import ACCEPTED
from inspector.central.verdicts import Verdict, judge
from inspector.domain.entries import Draft, Entry, Ref, Stamp
from inspector.domain.retention import DESTROYED
from inspector.journal.entry import SealedEntry, seal, unseal
from inspector.journal.keys import device_id
from inspector.journal.receipt import Receipt
from inspector.sync.protocol import Page, Push


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer to a push: the receipt, and the verdicts of entries that did not go to the others."""

    receipt: Receipt
    verdicts: tuple[Verdict, ...]


class Known:
    """What the centre's accepted entries say, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def entries(self, aggregate: str) -> list[Entry]:
        """The entries of an aggregate, in any order."""
        return self._opened(tables.entry.c.aggregate == aggregate)

    def of_types(self, *types: str) -> dict[str, list[Entry]]:
        """The entries of these types by their aggregates."""
        found: dict[str, list[Entry]] = {}
        for entry in self._opened(tables.entry.c.type.in_(types)):
            found.setdefault(entry.aggregate, []).append(entry)
        return found

    def publishers(self) -> frozenset[str]:
        """The devices under which the centre publishes, or did before it was restored from a backup."""
        table = tables.device
        query = sa.select(table.c.id).where(table.c.role == CENTRE_ROLE)
        return frozenset(self._connection.execute(query).scalars())

    def device(self, device: str) -> Device | None:
        """A device with its rights of this moment."""
        return accounts.read_device(self._connection, device)

    def _opened(self, wanted: sa.ColumnElement[bool]) -> list[Entry]:
        table = tables.entry
        query = sa.select(table.c.header, table.c.body).where(wanted, table.c.verdict == ACCEPTED)
        return [
            unseal(SealedEntry(bytes(row.header), None if row.body is None else bytes(row.body)))
            for row in self._connection.execute(query)
        ]


class Storage(Devices):
    """One centre: its devices, their entries and which photos they name."""

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
            if fork:
                log.check_branch(connection, device, push)
                log.keep_fork(self.database, connection, device, push, seq=fork, now=self.now)
            else:
                accepted = self._append(connection, device, push)
                waited = no_longer_awaited(connection, device.id, max(device.size, push.size))
        if not fork:
            self.judge_anew(waited)
            if any(sealed.type == GRID_TYPE for sealed in push.entries):
                self.release_known_scopes()
            if any(sealed.type == DESTROYED for sealed in push.entries):
                self.database.wipe_log()
            return accepted
        alarm("push.fork", device=push.device, seq=fork)
        raise ProblemError("push.fork", seq=fork)

    def _append(self, connection: Connection, device: Device, push: Push) -> Accepted:
        receipt = log.covering_receipt(connection, device, push.size, centre=self.name)
        if receipt is None:
            new = [sealed for sealed in push.entries if sealed.ref.seq > device.size]
            held = Held(connection, Places(connection, new), publisher=self.publisher(connection))
            judged = [judge(device, sealed, held) for sealed in new]
            signer = log.Signer(self.name, self.key, self.now)
            receipt = log.add_entries(
                self.database, connection, device, judged, signature=push.signature, signer=signer
            )
        elif receipt.size == push.size and receipt.device_signature != push.signature:
            raise ProblemError("push.signature")
        first = push.size - len(push.entries) + 1
        return Accepted(receipt, log.verdicts_of(connection, device.id, first, push.size))

    def page(self, device: str, cursor: str, *, limit: int = pages.LIMIT, include_own: bool = False) -> Page:
        """The next page of what a device may see.

        Args:
            cursor: as the last page gave it; empty for the beginning.

        Raises:
            ProblemError: device.unknown, device.revoked, request.malformed (not a cursor of this centre), pull.epoch.
        """
        opened = self.open_cursor(cursor)
        try:
            with self.database.read() as connection:
                found = accounts.read_device(connection, device)
                if found is None:
                    raise ProblemError("device.unknown")
                if not found.active:
                    raise ProblemError("device.revoked")
                epoch = read_meta(connection)["epoch"]
                after, page = pages.read_page(
                    connection, found, opened, epoch=epoch, limit=limit, include_own=include_own
                )
        except pages.RolledBackError as error:
            raise ProblemError("pull.epoch", epoch=self.renew_epoch(instead_of=error.epoch)) from error
        return replace(page, cursor=self.seal_cursor(after))

    def publish(self, decide: Callable[[Known], Iterable[Draft]]) -> list[Ref]:
        """Append to the centre's own journal what `decide` makes of what is known: all of it or nothing.

        The centre's row stays locked meanwhile, so that two publishers decide one after the other.
        """
        with self.database.write() as connection:
            key = self.publisher_key(connection)
            centre = accounts.read_device(connection, device_id(key.public), lock=True)
            if centre is None:
                raise ProblemError("device.unknown")
            drafts = list(decide(Known(connection)))
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
                held = Held(connection, Places(connection, sealed), publisher=centre.id)
                judged = [judge(centre, item, held) for item in sealed]
                signer = log.Signer(self.name, self.key, self.now)
                log.add_entries(self.database, connection, centre, judged, signature=key, signer=signer)
        if any(item.type == GRID_TYPE for item in sealed):
            self.release_known_scopes()
        return [item.ref for item in sealed]

    @contextlib.contextmanager
    def known(self) -> Iterator[Known]:
        """What is known, for reading."""
        with self.database.read() as connection:
            yield Known(connection)

    def _stamp(self) -> Stamp:
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

    def lose_photo(self, sha256: str) -> None:
        """Note that a stored photo's file is gone, so that it is asked for again."""
        with self.database.write() as connection:
            for table in (tables.photo, tables.upload):
                connection.execute(sa.delete(table).where(table.c.sha256 == sha256))
        alarm("photo.lost", sha256=sha256)

    def doomed_photos(self) -> list[str]:
        """Photos whose files are to go: what named them was destroyed."""
        with self.database.write() as connection:
            return destruction.doomed(connection)

    def forget_doomed(self, photos: Collection[str]) -> None:
        """Their files are gone."""
        with self.database.write() as connection:
            destruction.let_go(connection, sorted(photos))

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

    def needs_no_bytes(self, device: Device, sha256: str) -> bool:
        """Whether a photo that is on the disk counts as this device's: it may see it, or nobody had it noted yet."""
        with self.database.read() as connection:
            return not photos.stored(connection, [sha256]) or bool(
                photos.visible(connection, device, [sha256])
            )

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
