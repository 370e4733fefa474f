"""Fixtures of the screens."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from inspector.services import numbering, paper_desk
from inspector.store.workspace import Store
from tests.ui.ui_world import make_county


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Store]:
    """The county, closed afterwards."""
    store = make_county(tmp_path / "workspace")
    yield store
    store.close()


@pytest.fixture
def where(county: Store, tmp_path: Path) -> Path:
    """A county with an authority and its numbers, and the folder for papers."""
    numbering.set_authority(
        county,
        "education",
        name="样例县教育体育局",
        prefix="样教体",
        address="样例大道1号",
        phone="00000000",
        contact="样例联系人",
    )
    folder = tmp_path / "papers"
    county.set_settings(**{paper_desk.FOLDER: str(folder), paper_desk.FORMATS: [".docx"]})
    return folder


@pytest.fixture(autouse=True)
def _colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
