"""What the centre keeps apart: told to the laptop as it is now, and released as soon as nothing stands against it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from inspector.central import log
from inspector.central.status import status
from inspector.sync.enrolment import enrol
from tests.sync.sync_world import Centre, answer, centre_at, laptop, pending, start, sync, write


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    with centre_at(tmp_path / "centre") as serving:
        yield serving


def test_a_released_entry_no_longer_shows_as_kept_apart(tmp_path: Path, centre: Centre) -> None:
    """After a grant the next sync of the laptop says that nothing of its own is kept apart any more."""
    with laptop(tmp_path / "a", centre) as a, laptop(tmp_path / "b", centre, "g-7", "g-8") as b:
        start(a, "i-1", scope="g-8")
        start(a, "i-2", scope="g-9")
        sync(a)
        assert pending(a).quarantined == 2
        centre.storage.grant(a.device, ["g-7", "g-8"])
        sync(a)
        assert pending(a).quarantined == 1
        sync(b)
        assert len(b.entries("i-1")) == 1


def test_a_long_list_is_told_in_parts(
    tmp_path: Path, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list that the centre cuts says nothing of what lies beyond its end."""
    monkeypatch.setattr(log, "KEPT_APART", 3)
    with laptop(tmp_path / "a", centre) as a:
        for number in range(5):
            answer(a, "i-1", f"q{number}", 1, scope="g-8")
        sync(a)
        sync(a)
        assert pending(a).quarantined == 5
        centre.storage.grant(a.device, ["g-7", "g-8"])
        sync(a)
        assert pending(a).quarantined == 0


def test_what_was_sent_while_revoked_for_another_grid_comes_with_the_grant(
    tmp_path: Path, centre: Centre
) -> None:
    """Restored, an entry is kept apart for its grid; with the grid it goes to the others."""
    with laptop(tmp_path / "a", centre) as a, laptop(tmp_path / "b", centre, "g-7", "g-8") as b:
        centre.storage.set_state(a.device, "revoked", "x")
        start(a, "i-3", scope="g-8")
        sync(a)
        centre.storage.set_state(a.device, "active", "")
        assert centre.storage.release(a.device) == 0
        assert status(centre.storage).quarantined == {"scope.denied": 1}
        centre.storage.grant(a.device, ["g-7", "g-8"])
        sync(b)
        assert len(b.entries("i-3")) == 1


def test_a_new_code_releases_what_its_grids_and_role_allow(tmp_path: Path, centre: Centre) -> None:
    """A laptop enrolled anew with more grids and a higher role has its earlier entries released."""
    with laptop(tmp_path / "a", centre) as a:
        start(a, "i-1", scope="g-8")
        assigned = {"grid": "g-7", "site_kind": "training", "pack": "night-patrol"}
        write(a, "pack.assigned", "assignment:g-7:training", assigned, scope="county")
        assert sync(a).quarantined == ((1, "scope.denied"), (2, "role.denied"))
        enrol(a, centre.url, centre.code("g-7", "g-8", role="supervisor"))
        assert status(centre.storage).quarantined == {}
        sync(a)
        assert pending(a).quarantined == 0
