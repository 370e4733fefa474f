"""Fixtures of the screens."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from inspector.store.workspace import Store
from tests.ui.ui_world import make_county


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Store]:
    """The county, closed afterwards."""
    store = make_county(tmp_path / "workspace")
    yield store
    store.close()


@pytest.fixture(autouse=True)
def _colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
