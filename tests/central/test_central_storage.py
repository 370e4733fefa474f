"""The storage contract on SQLite and on PostgreSQL, and what belongs to one of them."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from inspector.central.database import Database
from inspector.central.settings import Settings
from inspector.central.storage import Storage
from inspector.errors import Damaged, UsageError, WorkspaceError
from tests.contracts.storage_contract import StorageContract

if TYPE_CHECKING:
    from tests.postgres import Cluster


@pytest.fixture
def storage(settings: Settings) -> Iterator[Storage]:
    """An open storage of these settings."""
    opened = Storage(settings)
    yield opened
    opened.close()


class TestSqlite(StorageContract):
    """On the embedded default."""

    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        """A centre in a folder."""
        return Settings(tmp_path / "centre")

    def test_it_is_durable_and_private(self, storage: Storage, settings: Settings) -> None:
        """Commits are synced, foreign keys hold, the library has no WAL-reset bug, and only the owner reads the key."""
        with storage.database.read() as connection:
            pragmas = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("journal_mode", "synchronous", "foreign_keys")
            }
            version = str(connection.exec_driver_sql("SELECT sqlite_version()").scalar_one())
        assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
        assert tuple(map(int, version.split("."))) >= (3, 51, 3)
        if os.name != "nt":
            assert (settings.data / "centre.key").stat().st_mode & 0o077 == 0
        assert storage.key.seed.hex().encode() not in (settings.data / "centre.sqlite").read_bytes()

    def test_a_damaged_key_is_named(self, storage: Storage, settings: Settings) -> None:
        """A key file that is no key is never replaced by a new one."""
        key = settings.data / "centre.key"
        key.write_text("not a key")
        with pytest.raises(Damaged) as caught:
            Storage(settings)
        assert "centre.key" in caught.value.zh
        assert key.read_text() == "not a key"

    def test_a_lost_key_is_not_made_anew(self, storage: Storage, settings: Settings) -> None:
        """A database whose key is gone is not given another one: every receipt would be worth nothing."""
        (settings.data / "centre.key").unlink()
        with pytest.raises(Damaged):
            Storage(settings)
        assert not (settings.data / "centre.key").exists()


@pytest.mark.postgres
class TestPostgres(StorageContract):
    """On PostgreSQL."""

    @pytest.fixture
    def settings(self, tmp_path: Path, postgres: "Cluster") -> Settings:
        """A centre in a database of its own."""
        return Settings(tmp_path / "centre", database=postgres.new_database(), unsafe_postgres=True)

    def test_an_unsafe_server_is_refused(self, settings: Settings) -> None:
        """A PostgreSQL that may lose commits is refused with the names of the settings."""
        with pytest.raises(WorkspaceError) as caught:
            Database(settings.database_url)
        assert caught.value.code == "central.unsafe_database"
        assert "fsync=off" in caught.value.en

    def test_a_server_that_is_away_is_said_plainly(self, tmp_path: Path) -> None:
        """No traceback where the database is not running."""
        with pytest.raises(WorkspaceError) as caught:
            Database(f"postgresql://postgres@/x?host={tmp_path}")
        assert caught.value.code == "central.database"


@pytest.mark.parametrize("address", ["oracle://x", "nonsense", "mysql://x"])
def test_other_databases_are_refused(address: str, tmp_path: Path) -> None:
    """An address that is neither SQLite nor PostgreSQL is a mistake of usage."""
    with pytest.raises(UsageError):
        Database(address)


def test_a_name_with_spaces_is_refused(tmp_path: Path) -> None:
    """A centre's name stands in signature lines, which have no room for spaces."""
    with pytest.raises(UsageError):
        Storage(Settings(tmp_path / "centre", name="two words"))


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_the_data_is_for_its_owner_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """In a folder that others may enter, of which a warning tells, every file is still for the owner alone."""
    data = tmp_path / "open"
    data.mkdir(mode=0o755)
    data.chmod(0o755)
    before = os.umask(0o022)
    try:
        opened = Storage(Settings(data))
        opened.create_code(name="示例", role="officer", department="", scopes=[])
        modes = {path.name: path.stat().st_mode & 0o077 for path in data.iterdir() if path.is_file()}
        opened.close()
    finally:
        os.umask(before)
    assert "centre.sqlite" in modes
    assert set(modes.values()) == {0}
    assert "data.open_to_others" in caplog.text
