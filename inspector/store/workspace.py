"""A workspace: one folder with a vault, an encrypted database and encrypted photos. Everything else goes through it.

    vault.json     the data key, sealed under the passphrase
    journal.db     entries, receipts, projections (encrypted)
    photos/        original photos by content (encrypted)
    ready          written last when a workspace is made: without it, making it was cut short and is finished by `open`

One connection a thread; writers take the database's write lock for one short transaction and read inside of it what
they decide on, so several windows and commands on one workspace see each other's work and never overwrite it.
"""

import json
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from inspector.domain.entries import Draft, Entry, Ref
from inspector.domain.retention import DESTROYED
from inspector.domain.when import local_date
from inspector.errors import NotFound, WorkspaceError
from inspector.journal.entry import SealedEntry
from inspector.journal.keys import SigningKey, device_id
from inspector.journal.receipt import Receipt
from inspector.store import destruction, files, log, projections
from inspector.store.blobs import BlobStore
from inspector.store.clock import Clock, SystemClock
from inspector.store.datakey import DataKey
from inspector.store.engine import connect, immediate, open_database
from inspector.store.locks import CHANGING_VAULT, SYNCING, FileLock
from inspector.store.purge import purge, unmentioned
from inspector.store.schema import SCHEMA_VERSION, migrate, upgrade
from inspector.store.settings import write_settings
from inspector.store.vault import STANDARD, Argon2, create_vault, open_vault
from inspector.store.whole import is_whole, lost

VAULT, DATABASE, PHOTOS, READY = "vault.json", "journal.db", "photos", "ready"

_DOOMED = "doomed_photos"
"""Setting: photo files that are to go; kept until they are gone, so that a cut does not leave one behind."""

Decision = Callable[["View"], Sequence[Draft]]


class View:
    """What a decision may look at: the state inside its own transaction."""

    def __init__(self, connection: log.Connection) -> None:
        self.connection = connection

    def entries(self, aggregate: str) -> list[Entry]:
        """An aggregate's entries."""
        return log.entries_of(self.connection, aggregate)

    def entries_of_all(self, aggregates: Iterable[str]) -> dict[str, list[Entry]]:
        """The entries of several aggregates, in the order asked for."""
        return log.entries_of_all(self.connection, aggregates)

    def anchor(self) -> dict[str, Any] | None:
        """The newest receipt, as an entry quotes it: whatever is written with it did not exist before that time."""
        return log.anchor(self.connection)


class Store:
    """An open workspace. Safe to use from several threads; `close` when done."""

    def __init__(self, path: Path, data_key: DataKey, *, clock: Clock) -> None:
        self.path = path
        self.clock = clock
        self._data_key = data_key
        self._local = threading.local()
        self._guard = threading.Lock()
        self._connections: list[tuple[int, Any]] = []
        self.blobs = BlobStore(path / PHOTOS, data_key)
        self._check_version()
        self.key = SigningKey.from_seed(bytes.fromhex(self.setting("signing_seed") or ""))
        self.device = device_id(self.key.public)

    # -- making and opening ------------------------------------------------------------------------------------

    @classmethod
    def create(
        cls, path: Path, passphrase: str, *, clock: Clock | None = None, cost: Argon2 = STANDARD
    ) -> "Store":
        """Make a workspace in `path` and open it.

        Raises:
            BadInput: the passphrase is too short.
            WorkspaceError: there is one already, or the disk refuses.
        """
        clock = clock or SystemClock()
        files.ensure_dir(path)
        data_key = create_vault(path / VAULT, passphrase, clock.random, cost=cost)
        return cls._finish(path, data_key, clock)

    @classmethod
    def open(cls, path: Path, passphrase: str, *, clock: Clock | None = None) -> "Store":
        """Open the workspace in `path`; finish making it where that was cut short.

        Raises:
            WorkspaceError: there is none here, or a newer program wrote it.
            WrongPassphrase: the passphrase does not open it.
            Damaged: a file is not what was written.
        """
        clock = clock or SystemClock()
        if not (path / VAULT).exists():
            raise WorkspaceError(
                f"{path} 里没有工作区。", f"There is no workspace in {path}.",
                hint=("先运行 inspector init。", "Run inspector init first."), code="workspace.none",
            )  # fmt: skip
        data_key = open_vault(path / VAULT, passphrase)
        if not (path / READY).exists():
            return cls._finish(path, data_key, clock)
        if not (path / DATABASE).exists():
            raise lost(path / DATABASE)
        store = cls(path, data_key, clock=clock)
        store.blobs.sweep()
        if store.setting(_DOOMED):
            store._remove_doomed()
        return store

    @classmethod
    def _finish(cls, path: Path, data_key: DataKey, clock: Clock) -> "Store":
        """Make a workspace whose vault is there, from wherever an earlier attempt was cut.

        A database that has its signing key was whole: it is used, never replaced. One that does not open was cut
        while it was made, as long as there is no folder for photos yet: it is moved aside, not deleted.

        Raises:
            Damaged: a workspace that was whole once has lost its database.
        """
        with FileLock(path / "vault.lock", CHANGING_VAULT):
            if (path / READY).exists() or is_whole(path / DATABASE, data_key):
                files.write_atomically(path / READY, b"1\n")
                return cls(path, data_key, clock=clock)
            if (path / PHOTOS).exists():
                raise lost(path / DATABASE)
            for name in (DATABASE, DATABASE + "-wal", DATABASE + "-shm"):
                if (path / name).exists():
                    aside = path / f"{name}.unfinished-{clock.random(4).hex()}"
                    (path / name).rename(aside)
            files.fsync_dir(path)
            return cls._make(path, data_key, clock)

    @classmethod
    def _make(cls, path: Path, data_key: DataKey, clock: Clock) -> "Store":
        database = open_database(path / DATABASE, data_key.database_key, create=True)
        migrate(database)
        with immediate(database.conn):
            write_settings(database.conn, {"signing_seed": clock.random(32).hex()})
        database.close()
        files.ensure_dir(path / PHOTOS)
        files.write_atomically(path / READY, b"1\n")
        return cls(path, data_key, clock=clock)

    def _check_version(self) -> None:
        found = self.connection.execute("PRAGMA user_version").fetchone()[0]
        if found > SCHEMA_VERSION:
            self.close()
            raise WorkspaceError(
                "这个工作区由更新的版本写成，本版本不能打开；内容没有改动。",
                "A newer program wrote this workspace; this one cannot open it. Nothing was changed.",
                hint=("请升级本程序。", "Upgrade this program."), code="workspace.newer",
            )  # fmt: skip
        if found < SCHEMA_VERSION:
            upgrade(open_database(self.path / DATABASE, self._data_key.database_key, create=False))
            self.rebuild()

    def close(self) -> None:
        """Close every connection and forget the keys.

        Only its own thread may close a connection: those of other threads are interrupted, and close as soon as
        nothing uses them any more.
        """
        self._data_key.wipe()
        with self._guard:
            for thread, connection in self._connections:
                if thread == threading.get_ident():
                    connection.close()
                else:
                    connection.interrupt()
            self._connections.clear()
        self._local = threading.local()

    def release(self) -> None:
        """Close the calling thread's connection, as only that thread can; a later use opens another."""
        found = getattr(self._local, "connection", None)
        if found is not None:
            self._local.connection = None
            with self._guard:
                self._connections = [known for known in self._connections if known[1] is not found]
            found.close()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- reading -----------------------------------------------------------------------------------------------

    @property
    def connection(self) -> log.Connection:
        """This thread's connection."""
        found = getattr(self._local, "connection", None)
        if found is None:
            found = connect(self.path / DATABASE, self._data_key.database_key, create=False)
            self._local.connection = found
            with self._guard:
                self._connections.append((threading.get_ident(), found))
        return found

    def version(self) -> tuple[int, int]:
        """Changes whenever anything was written, by this connection, another thread or another process."""
        connection = self.connection
        return (int(connection.execute("PRAGMA data_version").fetchone()[0]), int(connection.total_changes))

    def entries(self, aggregate: str) -> list[Entry]:
        """An aggregate's entries."""
        return log.entries_of(self.connection, aggregate)

    def today(self) -> str:
        """The county's day by this device's clock, "YYYY-MM-DD"."""
        return local_date(self.clock.stamp()).isoformat()

    def setting(self, key: str) -> str | None:
        """A value that this workspace keeps for itself; it is no fact and never travels."""
        row = self.connection.execute("SELECT value FROM setting WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def json_setting(self, key: str) -> Any:
        """A setting that holds JSON; None where it is not set."""
        text = self.setting(key)
        return None if text is None else json.loads(text)

    # -- writing -----------------------------------------------------------------------------------------------

    def set_settings(self, **values: Any) -> None:
        """Keep settings (JSON values; None forgets one) in one transaction."""
        with immediate(self.connection):
            write_settings(self.connection, values)

    def decide(
        self, decision: Decision, *, actor: str = "", then: Decision | None = None, **settings: Any
    ) -> list[Ref]:
        """Let `decision` look at the present state and append what it drafts, in one transaction.

        When this returns, the entries survive a power cut. Settings are written in the same transaction.

        Args:
            then: looks at the state with what `decision` wrote, and adds to it.

        Raises:
            Refusal: whatever the decision raises; nothing was written.
            Busy, WorkspaceError: the database or the disk did not take it; nothing was written.
        """
        connection = self.connection
        with immediate(connection):
            sealed: list[SealedEntry] = []
            for step in (decision, then) if then is not None else (decision,):
                drafts = step(View(connection))
                sealed += log.append(connection, drafts, device=self.device, actor=actor, clock=self.clock)
                projections.refresh(connection, (draft.aggregate for draft in drafts))
            destroys = any(one.type == DESTROYED for one in sealed)
            doomed = self._destroy(sealed) if destroys else []
            write_settings(connection, settings)
        self._let_go(doomed, destroyed=destroys)
        return [entry.ref for entry in sealed]

    def put_photo(self, data: bytes) -> str:
        """Store a photo's original bytes durably; its SHA-256. Link it by an entry afterwards."""
        sha256 = self.blobs.put(data)
        try:
            self.note_blob(sha256, len(data))
        except NotFound:  # another process had begun to let go of the same photo
            self.note_blob(self.blobs.put(data), len(data))
        return sha256

    def note_blob(self, sha256: str, size: int) -> None:
        """Remember that a photo's bytes are here.

        Raises:
            NotFound: they are not: another process let go of them meanwhile.
        """
        with immediate(self.connection):
            self.blobs.size(sha256)
            self.connection.execute(
                "INSERT OR IGNORE INTO blob (sha256, bytes) VALUES (?, ?)", (sha256, size)
            )
            self.connection.execute(
                "DELETE FROM photo_parked WHERE sha256 = ? AND direction = 'down'", (sha256,)
            )

    def receive(self, entries: Iterable[SealedEntry], *, cursor: str, scopes: Sequence[str]) -> int:
        """Store a page that the centre sent and how far it reaches, in one transaction. How many were new.

        What this device holds of other devices in scopes that it may no longer see is purged.
        """
        connection = self.connection
        readable = [entry if log.is_readable(entry) else entry.without_body() for entry in entries]
        with immediate(connection):
            count, touched = log.insert_page(connection, readable)
            changed = self.json_setting("scopes") not in (None, list(scopes))
            purged, photos = (
                purge(connection, device=self.device, scopes=scopes) if changed else (set(), set())
            )
            projections.refresh(connection, touched | purged)
            doomed = self._doom(unmentioned(connection, photos)) + self._destroy(readable)
            write_settings(connection, {"cursor": cursor, "scopes": list(scopes)})
        self._let_go(doomed, destroyed=any(one.type == DESTROYED for one in readable))
        return count

    def _destroy(self, entries: Iterable[SealedEntry]) -> list[str]:
        """Destroy what these entries ask for, in the running transaction; the photos that go with it."""
        touched, gone = destruction.settle(self.connection, entries, now=self.clock.stamp().wall)
        projections.refresh(self.connection, touched)
        return self._doom(gone) if gone else []

    def _doom(self, gone: Iterable[str]) -> list[str]:
        doomed = sorted({*(self.json_setting(_DOOMED) or []), *gone})
        write_settings(self.connection, {_DOOMED: doomed or None})
        return doomed

    def _let_go(self, doomed: Sequence[str], *, destroyed: bool) -> None:
        if doomed:
            self._remove_doomed()
        if destroyed:  # what was destroyed is still in the log beside the database until that is copied
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def _remove_doomed(self) -> None:
        """Remove photo files that nothing names; under the write lock, so that nobody notes one meanwhile."""
        with immediate(self.connection):
            for sha256 in self.json_setting(_DOOMED) or []:
                noted = self.connection.execute("SELECT 1 FROM blob WHERE sha256 = ?", (sha256,)).fetchone()
                if noted is None:
                    self.blobs.remove(sha256)
                    self.blobs.drop_partial(sha256)
            write_settings(self.connection, {_DOOMED: None})

    # -- the centre's receipts ---------------------------------------------------------------------------------

    def record_receipt(self, receipt: Receipt, quarantined: Sequence[tuple[int, str]] = ()) -> None:
        """Keep a receipt that was checked (`journal.receipt.check_receipt`)."""
        with immediate(self.connection):
            log.record_receipt(self.connection, receipt)
            for seq, reason in quarantined:
                self.connection.execute(
                    "INSERT OR REPLACE INTO quarantined (seq, reason) VALUES (?, ?)", (seq, reason)
                )

    def replace_quarantined(
        self, quarantined: Sequence[tuple[int, str]], *, up_to: int | None = None
    ) -> None:
        """Remember which own entries, all or those up to a number, the centre keeps apart now (by its signed word)."""
        if log.quarantined(self.connection, up_to) != sorted(quarantined):
            with immediate(self.connection):
                log.replace_quarantined(self.connection, quarantined, up_to)

    def mark_photos_sent(self, sha256s: Iterable[str]) -> None:
        """Remember that the centre holds these photos (by its signed word)."""
        with immediate(self.connection):
            for sha256 in sha256s:
                self.connection.execute("INSERT OR IGNORE INTO photo_sent (sha256) VALUES (?)", (sha256,))
                self.connection.execute(
                    "DELETE FROM photo_parked WHERE sha256 = ? AND direction = 'up'", (sha256,)
                )

    def mark_photos_missing(self, sha256s: Iterable[str]) -> None:
        """Remember that the centre does not hold these photos (by its signed word), whatever it held before."""
        with immediate(self.connection):
            for sha256 in sha256s:
                self.connection.execute("DELETE FROM photo_sent WHERE sha256 = ?", (sha256,))

    def park_photo(self, sha256: str, direction: str, reason: str) -> None:
        """Set a photo aside that cannot be sent ("up") or fetched ("down"), so that it blocks no other."""
        with immediate(self.connection):
            self.connection.execute(
                "INSERT OR REPLACE INTO photo_parked (sha256, direction, reason) VALUES (?, ?, ?)",
                (sha256, direction, reason),
            )

    def unpark_photos(self) -> None:
        """Let photos that were set aside be tried again by the next sync."""
        with immediate(self.connection):
            self.connection.execute("DELETE FROM photo_parked")

    def rebuild(self) -> int:
        """Compute every projection anew from the journal; how many aggregates."""
        with immediate(self.connection):
            return projections.rebuild(self.connection)

    def sync_lock(self) -> FileLock:
        """The lock that lets one process sync at a time."""
        return FileLock(self.path / "sync.lock", SYNCING)
