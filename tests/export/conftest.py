"""One visited county for all tests of papers."""

from collections.abc import Iterator

import pytest

from inspector.errors import WorkspaceError
from inspector.evidence.examine import Examiner
from inspector.export import typeset
from tests.export.paper_world import County, make_county


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """A concluded visit to a training site with two photos, and one to a school. Nobody writes into it."""
    with Examiner() as examiner:
        found = make_county(tmp_path_factory.mktemp("county") / "ws", examiner)
        yield found
        found.store.close()


@pytest.fixture
def word_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a laptop without the part for PDF: tests that are not about documents are quicker by it."""

    def none(*_: object) -> bytes:
        raise WorkspaceError("没有", "none", code="paper.pdf")

    monkeypatch.setattr(typeset, "pdf", none)
