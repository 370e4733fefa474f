"""One visited county for all tests of papers."""

from collections.abc import Iterator

import pytest

from inspector.evidence.examine import Examiner
from tests.export.paper_world import County, make_county


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """A concluded visit to a training site with two photos, and one to a school. Nobody writes into it."""
    with Examiner() as examiner:
        found = make_county(tmp_path_factory.mktemp("county") / "ws", examiner)
        yield found
        found.store.close()
