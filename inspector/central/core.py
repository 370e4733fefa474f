"""What a centre is: its database, its key, its name and its epoch; made once, opened ever after."""

import hashlib
import hmac
import logging
import secrets
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from inspector.central import accounts, tables, waiting
from inspector.central.database import Database
from inspector.central.identity import create_key, load_key, make_private_dir, others_may_enter, private_files
from inspector.central.ledger_tables import ledger
from inspector.central.problems import ProblemError
from inspector.central.settings import DEFAULT_NAME, Settings
from inspector.central.tables import EVERYWHERE
from inspector.errors import Damaged, UsageError
from inspector.journal.canonical import MalformedError
from inspector.journal.fingerprint import fingerprint
from inspector.journal.keys import SigningKey, device_id
from inspector.journal.note import COSIGNATURE_V1, VerifierKey, format_vkey
from inspector.sync.protocol import Cursor

logger = logging.getLogger("inspector.central")

CENTRE_ROLE = "centre"


class Core:
    """One centre: its database, its key, its epoch."""

    def __init__(self, settings: Settings) -> None:
        """Open the centre of these settings, or make a new one.

        Raises:
            WorkspaceError: the data folder or the database cannot be used.
            Damaged: the key does not belong to the database.
            UsageError: the name or the database address is off.
        """
        make_private_dir(settings.data)
        if others_may_enter(settings.data):
            logger.warning("data.open_to_others", extra={"details": {"data": str(settings.data)}})
        self.settings = settings
        self.database = Database(settings.database_url, unsafe_postgres=settings.unsafe_postgres)
        try:
            with private_files():
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

    @property
    def fingerprint(self) -> str:
        """The centre's key as people compare it."""
        return fingerprint(self.key.public)

    def _open_identity(self) -> SigningKey:
        with self.database.write() as connection:
            known = read_meta(connection)
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
        with self.database.write() as connection:
            self._open_ledger(connection, known["epoch"])
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
        self.name = name
        self._add_publisher(connection, key)
        return known

    def _open_ledger(self, connection: Connection, epoch: str) -> None:
        """See that the log of this epoch is there, and knows what the centre knows (`waiting.queue_what_is_missing`)."""
        self.database.lock_initialising(connection)
        self.database.insert_new(connection, ledger, [{"epoch": epoch, "before": "", "size": 0}])
        waiting.queue_what_is_missing(connection, epoch, now=self.now)

    @property
    def epoch(self) -> str:
        """Which counting of positions this is."""
        with self.database.read() as connection:
            return read_meta(connection)["epoch"]

    def renew_epoch(self, *, instead_of: str = "") -> str:
        """Say that the centre was restored from a backup: every device starts its pull over and offers what is lost.

        From then on the centre publishes under a new device: numbers of its own log that the backup has forgotten
        may be known to laptops, and must not be used for other entries.

        Args:
            instead_of: do it only if this is still the epoch.

        Returns:
            The epoch that holds now.
        """
        epoch = secrets.token_hex(8)
        with self.database.write() as connection:
            known = read_meta(connection)
            if instead_of and known["epoch"] != instead_of:
                return known["epoch"]
            earlier = [*earlier_epochs(connection), known["epoch"]]
            new = [{"name": "renewed", "value": ""}, {"name": "earlier_epochs", "value": ""}]
            self.database.insert_new(connection, tables.meta, new)
            connection.execute(
                sa.update(tables.meta)
                .where(tables.meta.c.name == "earlier_epochs")
                .values(value=" ".join(earlier))
            )
            for name in ("epoch", "renewed"):
                changed = sa.update(tables.meta).where(tables.meta.c.name == name).values(value=epoch)
                connection.execute(changed)
            # Who puts leaves into the log before has this lock; it finds the new epoch once it is let go.
            before = sa.select(ledger.c.epoch).where(ledger.c.epoch == known["epoch"]).with_for_update()
            connection.execute(before).all()
            row = {"epoch": epoch, "before": known["epoch"], "size": 0}
            self.database.insert_new(connection, ledger, [row])
            waiting.queue_again(connection, known["epoch"])
            self._add_publisher(connection, self.publisher_key(connection))
        alarm("epoch.renewed", epoch=epoch)
        return epoch

    def publisher_key(self, connection: Connection) -> SigningKey:
        """The key of the device under which the centre publishes: its own, until it was restored from a backup."""
        renewed = read_meta(connection).get("renewed", "")
        return SigningKey(self._derived(f"publisher/v1\n{renewed}")) if renewed else self.key

    def publisher(self, connection: Connection) -> str:
        """The id of the device under which the centre publishes now."""
        return device_id(self.publisher_key(connection).public)

    def _add_publisher(self, connection: Connection, key: SigningKey) -> None:
        device = accounts.add_device(
            connection, public_key=key.public, name=self.name, role=CENTRE_ROLE, department="", now=self.now
        )
        accounts.grant(connection, device, [EVERYWHERE])

    def seal_cursor(self, cursor: Cursor) -> str:
        """A cursor as text that only this centre can make: one that counts too far proves that the centre was rolled back."""
        text = cursor.encode()
        return f"{text}.{self._cursor_seal(text)}"

    def open_cursor(self, text: str) -> Cursor:
        """The cursor that `seal_cursor` gave; the empty text is the beginning.

        Raises:
            ProblemError: request.malformed: this centre never gave it.
        """
        if not text:
            return Cursor("")
        cursor, _, seal = text.rpartition(".")
        if not hmac.compare_digest(self._cursor_seal(cursor).encode(), seal.encode("utf-8", "replace")):
            raise ProblemError("request.malformed", members=["cursor"])
        return Cursor.decode(cursor)

    def _cursor_seal(self, text: str) -> str:
        return self._derived(f"cursor/v1\n{text}").hex()[:32]

    def _derived(self, purpose: str) -> bytes:
        message = f"inspector/{purpose}\n".encode("utf-8", "replace")
        return hmac.new(self.key.seed, message, hashlib.sha256).digest()


def read_meta(connection: Connection) -> dict[str, str]:
    """What the centre knows of itself."""
    return {row.name: row.value for row in connection.execute(sa.select(tables.meta))}


def earlier_epochs(connection: Connection) -> list[str]:
    """The epochs before this one: whoever knows only these is told of the renewal anyway."""
    return read_meta(connection).get("earlier_epochs", "").split()


def alarm(event: str, **details: Any) -> None:
    """Something that a person has to look at."""
    logger.error(event, extra={"details": details})
