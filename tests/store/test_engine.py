"""The encrypted database: opened with every setting, whole transactions only, and errors for people."""

import errno
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from inspector.errors import Busy, Damaged, WorkspaceError
from inspector.store import engine
from inspector.store.engine import (
    connect,
    file_of,
    immediate,
    open_database,
    quick_check,
    refuse_unsafe_library,
)
from inspector.store.files import Operation, hooks
from tests.patience import join
from tests.store.store_faults import (
    end_holder,
    everything_on_disk,
    failing_everywhere,
    killed_everywhere,
    needs_fork,
    start_holder,
)

if TYPE_CHECKING:
    from sqlite3 import Connection

KEY = bytes(range(32))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with a table `t (x)` of two rows, closed."""
    path = tmp_path / "device.db"
    connection = connect(path, KEY, create=True)
    with immediate(connection):
        connection.execute("CREATE TABLE t (x TEXT NOT NULL) STRICT")
        connection.execute("CREATE INDEX t_x ON t (x)")
        connection.executemany("INSERT INTO t VALUES (?)", [("one",), ("two",)])
    connection.close()
    return path


def _rows(path: Path) -> list[str]:
    connection = connect(path, KEY, create=False)
    try:
        return [row[0] for row in connection.execute("SELECT x FROM t ORDER BY rowid")]
    finally:
        connection.close()


def test_every_setting_is_what_it_must_be(path: Path) -> None:
    """Asked, the connection names each setting that durability and safety stand on."""
    connection = connect(path, KEY, create=False)
    asked = {
        name: connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema", "cell_size_check")
    }
    assert asked == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
    }
    assert connection.execute("PRAGMA mmap_size").fetchone()[0] == 0
    assert connection.execute("PRAGMA secure_delete").fetchone()[0] == 1
    assert connection.execute("PRAGMA busy_timeout").fetchone()[0] == 10_000
    assert connection.execute("PRAGMA temp_store").fetchone()[0] == 2
    assert connection.isolation_level is None
    assert file_of(connection) == path.resolve()
    connection.close()


def test_a_setting_that_does_not_hold_keeps_it_closed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the file system cannot do WAL, the workspace does not open half safe."""
    monkeypatch.setattr(engine, "_SETTINGS", (("synchronous", "NORMAL", 2),))
    with pytest.raises(WorkspaceError) as caught:
        connect(path, KEY, create=False)
    assert caught.value.code == "workspace.settings"


def test_a_new_database_has_a_durable_name(tmp_path: Path) -> None:
    """The directory is synced after the switch to WAL, else a power cut may bring the old journal back."""
    seen: list[Operation] = []
    with hooks.observed_by(seen.append):
        connection = connect(tmp_path / "device.db", KEY, create=True)
    connection.close()
    assert [operation.name or operation.kind for operation in seen] == [
        "create",
        "database.created",
        "fsync_dir",
    ]
    if os.name == "posix":
        assert (tmp_path / "device.db").stat().st_mode & 0o777 == 0o600


def test_another_key_does_not_open_it_and_stays_silent(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A wrong key is damage or the wrong vault, said so; the library writes nothing over the screen."""
    before = path.read_bytes()
    with pytest.raises(Damaged) as caught:
        connect(path, bytes(32), create=False)
    assert caught.value.code == "database.damaged"
    assert "vault.json" in caught.value.zh
    assert path.name in caught.value.zh
    captured = capfd.readouterr()
    assert captured.err == captured.out == ""
    assert path.read_bytes() == before
    assert _rows(path) == ["one", "two"]


def test_a_missing_or_empty_file_is_not_taken_for_a_new_database(tmp_path: Path) -> None:
    """Only `create` makes one; an emptied file is damage and not a fresh start."""
    path = tmp_path / "device.db"
    with pytest.raises(WorkspaceError) as caught:
        connect(path, KEY, create=False)
    assert caught.value.code == "workspace.missing"
    assert not path.exists()
    for left in (b"", b"x"):
        path.write_bytes(left)
        with pytest.raises(Damaged):
            connect(path, KEY, create=False)
        assert path.read_bytes() == left
    with pytest.raises(ValueError, match="32 bytes"):
        connect(path, b"short", create=True)


def test_nothing_is_readable_on_disk(tmp_path: Path) -> None:
    """Neither in the database, nor in its log, nor in any name: while it is open, and after a checkpoint."""
    connection = connect(tmp_path / "device.db", KEY, create=True)
    marker = "MARKER-某某培训机构（虚构）-"
    with immediate(connection):
        connection.execute("CREATE TABLE marker_table (x TEXT) STRICT")
        connection.executemany("INSERT INTO marker_table VALUES (?)", [(marker * 50,)] * 200)
    assert (tmp_path / "device.db-wal").stat().st_size > 100_000
    for state in ("log", "checkpoint", "closed"):
        if state == "checkpoint":
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if state == "closed":
            connection.close()
        disk = everything_on_disk(tmp_path)
        assert b"MARKER" not in disk
        assert "培训".encode() not in disk
        assert b"marker_table" not in disk
        assert b"SQLite format" not in disk
        assert KEY not in disk


def test_sqlite_utils_works_on_it_with_its_own_errors(path: Path) -> None:
    """The wrapper catches this driver's errors: adding a column on the fly is where it would show."""
    database = open_database(path, KEY, create=False)
    more = database.table("more")
    more.insert({"a": 1})
    more.insert({"a": 2, "b": "neu"}, alter=True)
    assert [row["b"] for row in more.rows] == [None, "neu"]
    with database.atomic():
        database.execute("INSERT INTO t VALUES ('three')")
    assert database.execute("SELECT count(*) FROM t").fetchone()[0] == 3
    database.close()


def test_a_connection_belongs_to_its_thread(path: Path) -> None:
    """Using it elsewhere is refused by the driver instead of corrupting it; a second one is fine."""
    connection = connect(path, KEY, create=False)
    seen: list[object] = []

    def elsewhere() -> None:
        try:
            connection.execute("SELECT 1")
        except Exception as error:  # noqa: BLE001 - the class is the driver's own
            seen.append(type(error).__name__)
        seen.append(_rows(path))

    thread = threading.Thread(target=elsewhere, daemon=True)
    thread.start()
    join([thread])
    assert seen == ["ProgrammingError", ["one", "two"]]
    connection.close()


def _insert_and_fail(connection: "Connection") -> None:
    connection.execute("INSERT INTO t VALUES ('lost')")
    raise ZeroDivisionError


def test_a_transaction_is_whole_or_nothing(path: Path) -> None:
    """What raises inside leaves nothing behind, and the connection goes on."""
    connection = connect(path, KEY, create=False)
    with pytest.raises(ZeroDivisionError), immediate(connection):
        _insert_and_fail(connection)
    with pytest.raises(RuntimeError), immediate(connection), immediate(connection):
        connection.execute("INSERT INTO t VALUES ('never')")
    with immediate(connection):
        connection.execute("INSERT INTO t VALUES ('three')")
    connection.close()
    assert _rows(path) == ["one", "two", "three"]


def test_an_error_of_the_block_itself_passes_unchanged(path: Path) -> None:
    """A file error inside a transaction is not taken for one of the database."""
    connection = connect(path, KEY, create=False)
    with pytest.raises(FileNotFoundError), immediate(connection):
        raise FileNotFoundError(errno.ENOENT, "another file")
    with pytest.raises(sys.modules["sqlcipher3"].IntegrityError), immediate(connection):
        connection.execute("INSERT INTO t VALUES (NULL)")
    connection.close()


_WRITER = """
from pathlib import Path
from inspector.store.engine import connect
connection = connect(Path(sys.argv[1]), bytes(range(32)), create=False)
connection.execute("BEGIN IMMEDIATE")
connection.execute("INSERT INTO t VALUES ('unfinished')")
"""


def test_a_writer_elsewhere_is_busy_and_its_kill_frees_the_database(path: Path) -> None:
    """While another process writes, reading works and writing says busy; after its kill nothing of it is left."""
    connection = connect(path, KEY, create=False)
    connection.execute("PRAGMA busy_timeout = 50")
    other = start_holder(_WRITER, str(path))
    try:
        assert connection.execute("SELECT count(*) FROM t").fetchone()[0] == 2
        with pytest.raises(Busy) as caught, immediate(connection):
            pass
    finally:
        end_holder(other, kill=True)
    assert "已保存的内容安全" in caught.value.zh
    with immediate(connection):
        connection.execute("INSERT INTO t VALUES ('three')")
    connection.close()
    assert _rows(path) == ["one", "two", "three"]


def test_a_full_database_says_so_and_keeps_the_rest(path: Path) -> None:
    """SQLITE_FULL rolls back, is said with "disk full", and writing works again once there is space."""
    connection = connect(path, KEY, create=False)
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(WorkspaceError) as caught, immediate(connection):
        connection.executemany("INSERT INTO t VALUES (?)", [("x" * 3000,)] * 50)
    assert caught.value.code == "workspace.disk_full"
    assert "已保存的内容安全" in caught.value.zh
    assert not connection.in_transaction
    connection.execute("PRAGMA max_page_count = 1000000")
    with immediate(connection):
        connection.execute("INSERT INTO t VALUES ('three')")
    connection.close()
    assert _rows(path) == ["one", "two", "three"]


def test_a_disk_that_cuts_writes_is_said_so(path: Path) -> None:
    """A write that the system refuses is an error for people; what was committed is there when opened anew."""
    resource = pytest.importorskip("resource")
    connection = connect(path, KEY, create=False)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, hard))
    try:
        with pytest.raises(WorkspaceError) as caught, immediate(connection):
            connection.executemany("INSERT INTO t VALUES (?)", [("x" * 3000,)] * 50)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.code in {"workspace.disk", "workspace.disk_full"}
    assert not connection.in_transaction
    connection.close()
    assert _rows(path) == ["one", "two"]


@needs_fork
def test_killed_at_every_point_a_commit_is_whole_or_absent(tmp_path: Path) -> None:
    """A kill before COMMIT leaves the old rows, one after it the new ones, and the database opens by itself."""
    code = """
from inspector.store.engine import connect, immediate
def prepare(here):
    connection = connect(here / "d.db", bytes(range(32)), create=True)
    connection.execute("CREATE TABLE t (x TEXT) STRICT")
    connection.close()
def act(here):
    connection = connect(here / "d.db", bytes(range(32)), create=False)
    for number in range(2):
        with immediate(connection):
            connection.execute("INSERT INTO t VALUES (?)", (f"{number}a",))
            connection.execute("INSERT INTO t VALUES (?)", (f"{number}b",))
"""
    states = [_rows(folder / "d.db") for folder in killed_everywhere(tmp_path, code)]
    one = ["0a", "0b"]
    both = [*one, "1a", "1b"]
    assert states == [[], [], one, one, one, both, both]


@needs_fork
def test_killed_while_making_it_can_be_made_again(tmp_path: Path) -> None:
    """Wherever the first start dies, starting it again gives a usable database."""
    code = """
from inspector.store.engine import connect
def prepare(here): pass
def act(here): connect(here / "d.db", bytes(range(32)), create=True).close()
"""
    for folder in killed_everywhere(tmp_path, code):
        connection = connect(folder / "d.db", KEY, create=True)
        with immediate(connection):
            connection.execute("CREATE TABLE t (x TEXT) STRICT")
        connection.close()
        assert _rows(folder / "d.db") == []


def test_a_disk_that_fails_while_making_is_said_so(tmp_path: Path) -> None:
    """Each failing step of making is an error for people, and making it again works."""
    for number, fault in enumerate(failing_everywhere(errno.ENOSPC)):
        folder, failed = tmp_path / str(number), False
        folder.mkdir()
        with hooks.observed_by(fault):
            try:
                connect(folder / "d.db", KEY, create=True).close()
            except WorkspaceError:
                failed = True
        assert failed == fault.raised
        connect(folder / "d.db", KEY, create=True).close()


def test_flipped_bits_anywhere_are_damage(path: Path) -> None:
    """A flipped bit in any page is found by the check or on opening, named, and never answered with other rows."""
    connection = connect(path, KEY, create=False)
    quick_check(connection)
    quick_check(connection, full=True)
    connection.close()
    good = path.read_bytes()
    assert len(good) >= 3 * 4096
    for position in range(5, len(good), 331):
        bad = bytearray(good)
        bad[position] ^= 1 << position % 8
        path.write_bytes(bad)
        with pytest.raises(Damaged, match=r"device\.db"):
            _check(path)
    path.write_bytes(good)
    _check(path)


def _check(path: Path) -> None:
    connection = connect(path, KEY, create=False)
    try:
        quick_check(connection)
    finally:
        connection.close()


def test_a_cut_database_is_damage(path: Path) -> None:
    """A file that lost its end is found too, with at least one problem or on opening."""
    good = path.read_bytes()
    for length in (1, 100, 4095, 4096, 8192, len(good) - 4096, len(good) - 1):
        path.write_bytes(good[:length])
        with pytest.raises(Damaged):
            _check(path)


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 9), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), False),
        ((3, 52, 1), True),
        ((3, 53, 4), True),
        ((4, 0, 0), True),
    ],
)
def test_libraries_with_the_wal_reset_bug_are_refused(version: tuple[int, ...], safe: bool) -> None:
    """The versions that can lose a commit between two writers never open a workspace."""
    if safe:
        refuse_unsafe_library(version)
    else:
        with pytest.raises(WorkspaceError, match=".".join(map(str, version))) as caught:
            refuse_unsafe_library(version)
        assert caught.value.code == "workspace.sqlite"


def test_the_library_that_ships_is_safe() -> None:
    """What is installed with the program passes its own check."""
    refuse_unsafe_library(engine._driver().sqlite_version_info)
