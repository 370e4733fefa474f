"""Opening the encrypted database as it must be opened, and writing to it in short transactions.

The one place that knows the driver (sqlcipher3). A connection commits by itself and belongs to the thread
that opened it; whatever changes more than one row does so inside `immediate`. Driver errors become sentences
for people in `database_errors`, never a silent retry: after a failed write the transaction is rolled back, and
after "workspace.disk" the connection is to be closed and opened anew.
"""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from inspector.errors import Busy, Damaged, InspectorError, Problem, WorkspaceError
from inspector.store import files
from inspector.store.files import hooks

if TYPE_CHECKING:
    # The driver has no types of its own; its connection has the shape of the standard library's.
    from sqlite3 import Connection

    from sqlite_utils import Database

BUSY_SECONDS = 10
_PROBLEM_LIMIT = 20
_PAGE = 4096

# What every connection must say when asked. WAL with FULL loses no acknowledged commit in a power cut.
_SETTINGS: tuple[tuple[str, str, str | int], ...] = (
    ("busy_timeout", str(BUSY_SECONDS * 1000), BUSY_SECONDS * 1000),
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", 2),
    ("foreign_keys", "ON", 1),
    ("trusted_schema", "OFF", 0),
    ("cell_size_check", "ON", 1),
    ("mmap_size", "0", 0),
    ("secure_delete", "ON", 1),
    ("temp_store", "MEMORY", 2),  # a temporary file would not be encrypted
)
_MACOS_SETTINGS: tuple[tuple[str, str, str | int], ...] = (
    ("fullfsync", "ON", 1),
    ("checkpoint_fullfsync", "ON", 1),
)


def open_database(path: Path, key: bytes, *, create: bool) -> "Database":
    """`connect`, wrapped in sqlite-utils. Costs its import (about 0.1 s) the first time.

    Raises:
        Busy, Damaged, WorkspaceError: as `connect`.
    """
    driver = _driver()
    alias_driver()
    import sqlite_utils
    from sqlite_utils import utils

    if vars(utils)["sqlite3"] is not driver:
        raise RuntimeError("sqlite_utils was imported before alias_driver(); its errors would not be caught")
    return sqlite_utils.Database(connect(path, key, create=create))


def alias_driver() -> None:
    """Make sqlite-utils use our driver. Whoever imports sqlite_utils itself calls this before."""
    driver = _driver()
    # It looks for "pysqlite3" first, and our driver's errors are not those of the standard library.
    sys.modules.setdefault("pysqlite3", driver)
    sys.modules.setdefault("pysqlite3.dbapi2", driver.dbapi2)


def connect(path: Path, key: bytes, *, create: bool) -> "Connection":
    """Open the database for the calling thread, with every setting checked.

    Args:
        path: the database file.
        key: the raw key, 32 bytes (`DataKey.database_key`).
        create: make it when it is not there; otherwise it must be.

    Raises:
        Damaged: this key does not open it, or it is not what was written.
        Busy: another process keeps it locked for longer than 10 s.
        WorkspaceError: it is missing, the disk does not take it, or the SQLite library is not safe.
    """
    if len(key) != 32:
        raise ValueError("the raw key has 32 bytes")
    driver = _driver()
    refuse_unsafe_library(driver.sqlite_version_info)
    _prepare(path, create=create)
    with database_errors(path):
        connection = driver.connect(
            f"{path.resolve().as_uri()}?mode=rw",
            uri=True,
            isolation_level=None,
            timeout=BUSY_SECONDS,
        )
        try:
            _unlock(connection, key)
            for name, wanted, answer in _SETTINGS + (_MACOS_SETTINGS if sys.platform == "darwin" else ()):
                _set(connection, name, wanted, answer)
            if create:
                hooks.point("database.created")
                with files.disk_errors(path):
                    files.fsync_dir(path.parent)
        except BaseException:
            connection.close()
            raise
    return cast("Connection", connection)


@contextlib.contextmanager
def immediate(connection: "Connection") -> Iterator["Connection"]:
    """One write transaction: BEGIN IMMEDIATE, then COMMIT, or ROLLBACK when the block raises.

    What the block wrote is durable when the `with` statement ends without an error, and only then.

    Raises:
        Busy: another process writes for longer than 10 s; nothing was changed.
        WorkspaceError: the disk is full or fails; nothing was changed.
        Damaged: the database is not what was written.
        RuntimeError: a transaction is open already.
    """
    if connection.in_transaction:
        raise RuntimeError("a transaction is open already on this connection")
    with database_errors(file_of(connection)):
        connection.execute("BEGIN IMMEDIATE")
        try:
            hooks.point("database.begun")
            yield connection
            hooks.point("database.commit")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                with contextlib.suppress(_driver().Error):
                    connection.execute("ROLLBACK")
            raise
        hooks.point("database.committed")


def quick_check(connection: "Connection", *, full: bool = False) -> None:
    """Check every page against its seal and the structure of tables and indexes. Changes nothing.

    Args:
        connection: any connection of the database.
        full: compare each index with its table as well (integrity_check; slower).

    Raises:
        Damaged: with one problem for each thing found, at most 20.
        Busy, WorkspaceError: it cannot be read now.
    """
    path = file_of(connection)
    check = "integrity_check" if full else "quick_check"
    with database_errors(path):
        # The first finds changed pages by their HMAC, the second pages that are right and do not fit together.
        found = _broken_seals(connection)
        if not found:
            rows = connection.execute(f"PRAGMA {check}({_PROBLEM_LIMIT})")
            found = [str(row[0]) for row in rows if row[0] != "ok"]
    if found:
        raise _damaged(path, [Problem(path.name, text, text) for text in found[:_PROBLEM_LIMIT]])


def _broken_seals(connection: "Connection") -> list[str]:
    """Pages of the file whose HMAC is wrong.

    The check reads the file beside its log. A page that a power cut tore while the log was copied into the file is
    whole in the log, and as good as whole: what the log has is copied first, and what is left is looked at twice, as
    another process may be copying just now.
    """
    found: list[str] = []
    for _ in range(2):
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        found = [str(row[0]) for row in connection.execute("PRAGMA cipher_integrity_check")]
        if not found:
            break
    return found


def file_of(connection: "Connection") -> Path:
    """The file of a connection's database."""
    row = connection.execute("PRAGMA database_list").fetchone()
    return Path(row[2] or ":memory:")


@contextlib.contextmanager
def database_errors(path: Path) -> Iterator[None]:
    """Turn the driver's errors about disk, locks and damage into sentences for people; others pass."""
    driver = _driver()
    try:
        yield
    except driver.Error as error:
        known = _for_people(getattr(error, "sqlite_errorcode", None), path)
        if known is None:
            raise
        raise known from error


def refuse_unsafe_library(version: tuple[int, ...]) -> None:
    """Refuse SQLite libraries whose WAL can lose data when two connections write (sqlite.org/wal.html).

    The WAL-reset bug is in 3.7.0 to 3.51.2, fixed in 3.51.3 and in 3.50.7 and 3.44.6 of older series; 3.52.0
    was withdrawn.

    Raises:
        WorkspaceError: this version has it.
    """
    if len(version) < 3:
        raise ValueError(f"not a version: {version!r}")
    series, patch = version[:2], version[2]
    fixed_in_series: dict[tuple[int, ...], int] = {(3, 44): 6, (3, 50): 7}
    safe = version[:3] >= (3, 51, 3) or patch >= fixed_in_series.get(series, patch + 1)
    if not safe or version[:3] == (3, 52, 0):
        text = ".".join(str(part) for part in version)
        raise WorkspaceError(
            f"数据库组件 SQLite {text} 有会损坏数据的缺陷，拒绝打开工作区。没有改动任何内容。",
            f"SQLite {text} has a fault that can damage data; the workspace stays closed, unchanged.",
            hint=("重新安装本程序随附的组件。", "Install the parts that come with this program again."),
            code="workspace.sqlite",
        )


def _driver() -> Any:
    import sqlcipher3

    return sqlcipher3


def _prepare(path: Path, *, create: bool) -> None:
    """See that there is a file to open; one shorter than a page would pass for a new database under any key."""
    if create and not path.exists():
        with files.disk_errors(path), contextlib.suppress(FileExistsError):
            hooks.tell(files.Operation("create", path))
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    elif not path.exists():
        raise WorkspaceError(
            f"缺少 {path}。没有改动任何内容。",
            f"{path} is missing. Nothing was changed.",
            hint=(
                "确认打开的是正确的文件夹；文件被移走或删除时，把它放回原处。",
                "Check that this is the right folder. If the file was moved or deleted, put it back.",
            ),
            code="workspace.missing",
        )
    elif not create and (size := path.stat().st_size) < _PAGE:
        raise _damaged(path, [Problem(path.name, f"文件只有 {size} 字节", f"the file has {size} bytes only")])


def _unlock(connection: Any, key: bytes) -> None:
    # First of all: on a wrong key the library writes to stderr, over the screen.
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    if not connection.execute("PRAGMA cipher_version").fetchone():
        raise RuntimeError("the SQLite library does not encrypt")
    connection.execute("PRAGMA cipher_compatibility = 4")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


def _set(connection: Any, name: str, wanted: str, answer: str | int) -> None:
    connection.execute(f"PRAGMA {name} = {wanted}")
    row = connection.execute(f"PRAGMA {name}").fetchone()
    if row is None or row[0] != answer:
        got = row[0] if row else None
        raise WorkspaceError(
            f"数据库设置 {name} 应为 {answer}，实际是 {got}，拒绝打开工作区。没有改动任何内容。",
            f"The database has {name} = {got} instead of {answer}; the workspace stays closed.",
            hint=(
                "工作区要放在本机磁盘上，不要放在网络盘或只读盘。",
                "Keep the workspace on a local, writable disk.",
            ),
            code="workspace.settings",
        )


def _for_people(code: int | None, path: Path) -> InspectorError | None:
    driver = _driver()
    # The low byte is the kind, the rest its detail.
    kind = code & 0xFF if code is not None else None
    if kind in {driver.SQLITE_BUSY, driver.SQLITE_LOCKED}:
        return Busy(
            f"另一个窗口正在写入 {path.name}，等了 {BUSY_SECONDS} 秒。这一步没有保存；已保存的内容安全。",
            f"Another window has been writing {path.name} for {BUSY_SECONDS} s. This step is not saved.",
            hint=("等它做完再试一次。", "Wait until it is done, then try again."),
        )
    if kind == driver.SQLITE_FULL:
        return files.disk_full(path)
    if kind in {driver.SQLITE_CORRUPT, driver.SQLITE_NOTADB}:
        return _damaged(path, [])
    if kind in {driver.SQLITE_IOERR, driver.SQLITE_CANTOPEN, driver.SQLITE_READONLY, driver.SQLITE_PERM}:
        return WorkspaceError(
            f"磁盘没有接受对 {path} 的读写。这一步没有保存；已保存的内容安全。",
            f"The disk did not take a read or write of {path}. This step is not saved; the rest is safe.",
            hint=(
                "检查磁盘是否已满、只读或已拔出，然后重新打开本程序。",
                "Check whether the disk is full, read-only or gone, then start this program again.",
            ),
            code="workspace.disk",
        )
    return None


def _damaged(path: Path, problems: list[Problem]) -> Damaged:
    return Damaged(
        f"{path} 已损坏（或者旁边的 vault.json 属于另一个工作区）。没有改动任何内容。",
        f"{path} is damaged, or the vault.json beside it is another workspace's. Nothing was changed.",
        hint=(
            "不要删除这个文件夹。先整个复制一份，再用 inspector doctor 查看哪些还能读出。",
            "Do not delete this folder. Copy all of it, then see with inspector doctor what can be read.",
        ),
        code="database.damaged",
        problems=problems,
    )
