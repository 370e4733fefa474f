"""One examiner for the tests of evidence, as the program has one."""

from collections.abc import Iterator

import pytest

from inspector.evidence.examine import Examiner


@pytest.fixture(scope="session")
def examiner() -> Iterator[Examiner]:
    """An examiner whose children serve all tests."""
    with Examiner() as shared:
        yield shared
