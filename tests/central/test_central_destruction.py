"""Destroying bodies on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from inspector.central.settings import Settings
from inspector.central.storage import Storage
from tests.contracts.destruction_contract import MARKER, DestructionContract, ask, push, row
from tests.contracts.laptops import Laptop

if TYPE_CHECKING:
    from tests.postgres import Cluster


@pytest.fixture
def storage(settings: Settings) -> Iterator[Storage]:
    """An open storage of these settings."""
    opened = Storage(settings)
    yield opened
    opened.close()


class TestSqlite(DestructionContract):
    """On the embedded default."""

    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        """A centre in a folder."""
        return Settings(tmp_path / "centre")

    def test_no_byte_is_left_on_the_disk(self, storage: Storage, settings: Settings) -> None:
        """Neither in the database, in its free pages, nor in its log."""
        officer, lead = Laptop(1), Laptop(2)
        officer.enrol(storage, "g-01")
        lead.enrol(storage, "g-01", role="lead")
        refs = [row(officer) for _ in range(50)]
        push(storage, officer, 1)
        assert MARKER.encode() in _disk(settings)
        ask(lead, *refs)
        push(storage, lead, 1)
        assert MARKER.encode() not in _disk(settings)


def _disk(settings: Settings) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(settings.data.rglob("*")) if path.is_file())


@pytest.mark.postgres
class TestPostgres(DestructionContract):
    """On PostgreSQL."""

    @pytest.fixture
    def settings(self, tmp_path: Path, postgres: "Cluster") -> Settings:
        """A centre in a database of its own."""
        return Settings(tmp_path / "centre", database=postgres.new_database(), unsafe_postgres=True)
