"""One database, SQLite or PostgreSQL: opening it safely, its schema version, and transactions.

SQLite comes from the sqlcipher3 package (no key, plain files): the SQLite inside of some Python versions has the
WAL-reset bug, which can corrupt a database that two processes write.
"""

import contextlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.pool import QueuePool

from inspector.central import tables
from inspector.errors import UsageError, WorkspaceError

_INITIALISING = 0x696E7370
"""The PostgreSQL advisory lock under which tables are made: two processes may start at once."""
_SAFE_POSTGRES = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "remote_write", "remote_apply"),
}


class Cursor(Protocol):
    """What is used of a DBAPI connection when it is opened."""

    isolation_level: str | None

    def execute(self, sql: str) -> Any:
        """Run a statement."""


class Database:
    """Transactions on one engine. Every method may be called from any thread."""

    def __init__(self, url: str, *, unsafe_postgres: bool = False) -> None:
        self.engine = _engine(url)
        self.sqlite = self.engine.dialect.name == "sqlite"
        # One writer at a time in this process, in the order of arrival, instead of threads that poll a busy file.
        self._writer = threading.Lock() if self.sqlite else contextlib.nullcontext()
        if not self.sqlite and not unsafe_postgres:
            try:
                _refuse_unsafe(self.engine)
            except BaseException:
                self.engine.dispose()
                raise

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may write: committed at the end of the block, rolled back where it raises."""
        with self._writer, self.engine.connect() as connection:
            if self.sqlite:
                connection = connection.execution_options(immediate=True)  # noqa: PLW2901 - the same connection
            with connection.begin():
                yield connection

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that reads."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    def create_tables(self) -> None:
        """Make what is missing and check the schema version.

        Raises:
            WorkspaceError: the database was written by a newer program.
        """
        with self.write() as connection:
            self.lock_initialising(connection)
            tables.metadata.create_all(connection)
            self.insert_new(
                connection, tables.meta, [{"name": "schema", "value": str(tables.SCHEMA_VERSION)}]
            )
            query = sa.select(tables.meta.c.value).where(tables.meta.c.name == "schema")
            found = int(connection.execute(query).scalar_one())
        if found > tables.SCHEMA_VERSION:
            raise WorkspaceError(
                f"中心的数据库由更新的版本写成（{found}），本程序只认识到 {tables.SCHEMA_VERSION}。没有改动任何内容。",
                f"The centre's database is of a newer version ({found}); this program knows "
                f"{tables.SCHEMA_VERSION}. Nothing was changed.",
                hint=("请升级程序。", "Upgrade the program."),
                code="central.schema",
            )

    def lock_initialising(self, connection: Connection) -> None:
        """Let one process at a time make what a centre needs, until the transaction ends."""
        if not self.sqlite:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_INITIALISING)))

    def insert_new(self, connection: Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert the rows whose key is not there yet; others are left as they are."""
        if not rows:
            return
        if self.sqlite:
            from sqlalchemy.dialects.sqlite import insert
        else:
            from sqlalchemy.dialects.postgresql import insert  # type: ignore[assignment]
        connection.execute(insert(table).on_conflict_do_nothing(), list(rows))

    def wipe_log(self) -> None:
        """See that what was destroyed is not in SQLite's log any more. PostgreSQL has a vacuum and an archive of its own."""
        if self.sqlite:
            with self._writer, self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _engine(text: str) -> Engine:
    try:
        url = make_url(text)
    except sa.exc.ArgumentError as error:
        raise _unknown_address() from error
    if url.get_backend_name() == "sqlite":
        import sqlcipher3.dbapi2

        engine = sa.create_engine(
            url, module=sqlcipher3.dbapi2, poolclass=QueuePool, pool_size=8, max_overflow=40
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if url.get_backend_name() == "postgresql":
        try:
            return sa.create_engine(
                url.set(drivername="postgresql+psycopg"), pool_size=8, max_overflow=40, pool_pre_ping=True
            )
        except ModuleNotFoundError as error:
            raise UsageError(
                "没有安装 PostgreSQL 驱动。", "The PostgreSQL driver is not installed.",
                hint=("安装 inspector[postgres]。", "Install inspector[postgres]."), code="central.driver",
            ) from error  # fmt: skip
    raise _unknown_address()


def _prepare_sqlite(connection: Cursor, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        "busy_timeout=15000",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "trusted_schema=OFF",
        "cell_size_check=ON",
        "secure_delete=ON",
        "fullfsync=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _refuse_unsafe(engine: Engine) -> None:
    """A PostgreSQL that may lose a commit would make receipts lie."""
    try:
        with engine.connect() as connection:
            found = {
                name: str(connection.exec_driver_sql(f"SHOW {name}").scalar_one()) for name in _SAFE_POSTGRES
            }
    except sa.exc.OperationalError as error:
        raise WorkspaceError(
            "连不上 PostgreSQL。没有改动任何内容。",
            "PostgreSQL cannot be reached. Nothing was changed.",
            hint=(
                "检查 --database 的地址和数据库是否在运行。",
                "Check the address and that the database is running.",
            ),
            code="central.database",
        ) from error
    unsafe = [name for name, safe in _SAFE_POSTGRES.items() if found[name] not in safe]
    if unsafe:
        names = ", ".join(f"{name}={found[name]}" for name in unsafe)
        raise WorkspaceError(
            f"这个 PostgreSQL 断电时可能丢失已提交的数据（{names}），中心拒绝在其上运行。",
            f"This PostgreSQL may lose committed data in a power cut ({names}); the centre refuses to run on it.",
            hint=("把这些设置改为 on。", "Set them to on."),
            code="central.unsafe_database",
        )


def _unknown_address() -> UsageError:
    return UsageError(
        "不认识这个数据库地址。", "This database address is not known.",
        hint=("可用 sqlite:///文件 或 postgresql://…", "Use sqlite:///file or postgresql://…"),
        code="central.database_address",
    )  # fmt: skip
