"""A centre on SQLite for the tests of the application."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from inspector.central.settings import Settings
from inspector.central.storage import Storage
from tests.central.centre_client import Clock, centre_client
from tests.contracts.laptops import Laptop


@pytest.fixture
def clock() -> Clock:
    """Time that moves when told."""
    return Clock()


@pytest.fixture
def centre(tmp_path: Path, clock: Clock) -> Iterator[Storage]:
    """A new centre."""
    opened = Storage(Settings(tmp_path / "centre", clock=clock, name="月湖联合执法中心"))
    yield opened
    opened.close()


@pytest.fixture
async def client(centre: Storage) -> AsyncIterator[httpx.AsyncClient]:
    """A client of that centre."""
    async with centre_client(centre) as opened:
        yield opened


@pytest.fixture
def laptop(centre: Storage) -> Laptop:
    """An enrolled laptop of grid g-01."""
    made = Laptop(1)
    made.enrol(centre, "g-01")
    return made
