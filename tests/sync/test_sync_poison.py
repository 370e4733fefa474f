"""One laptop's bad entries stop nobody else, and no entry reaches into what is not written yet."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from inspector.domain.entries import Ref, Stamp
from inspector.store import log
from inspector.store.clock import SystemClock
from tests.sync.sync_world import (
    GRID,
    Centre,
    add_photo,
    answer,
    centre_at,
    laptop,
    pending,
    start,
    sync,
    write,
)


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    with centre_at(tmp_path / "centre") as serving:
        yield serving


def test_a_photo_with_a_bad_name_stops_no_laptop(
    tmp_path: Path, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry that names no possible photo is kept apart; photos of the grid go on travelling."""
    # Our own store would not write such an entry; another program would.
    monkeypatch.setattr(log, "well_formed", lambda *_: True)
    with laptop(tmp_path / "a", centre) as a, laptop(tmp_path / "b", centre) as b:
        start(a, "i-1")
        for sha256 in ("xyz", "A" * 64):
            bad = {"sha256": sha256, "name": "n", "bytes": 1, "item": "", "facts": {}}
            write(a, "inspection.photo_added", "i-1", bad)
        good = add_photo(a, "i-1", b"good")
        report = sync(a)
        assert report.complete
        assert report.quarantined == ((2, "data.malformed"), (3, "data.malformed"))
        assert sync(b).complete
        assert list(b.blobs.names()) == [good]


def test_a_bad_name_that_is_here_already_is_not_asked_for(tmp_path: Path, centre: Centre) -> None:
    """A list of photos with a name that is no hash, as an older program kept it, does not end the sync."""
    with laptop(tmp_path / "a", centre) as store:
        start(store, "i-1")
        row = ("xyz", "i-1", "", GRID, "n", 1, store.device, "{}")
        store.connection.execute("INSERT INTO photo VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        assert sync(store).complete
        assert pending(store).photos_down == 0


def test_a_question_that_the_centre_refuses_ends_no_sync(
    tmp_path: Path, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the centre does not understand the question about photos, records go on and nothing counts as sent."""
    with laptop(tmp_path / "a", centre) as store:
        start(store, "i-1")
        add_photo(store, "i-1", b"photo")
        monkeypatch.setattr("inspector.sync.uploads.queries.photos_to_send", lambda *_: [("xyz", 1)])
        assert sync(store).failure is None
        monkeypatch.undo()
        assert (pending(store).entries, pending(store).photos_up) == (0, 1)
        assert sync(store).photos_sent == 1


def test_an_entry_cannot_replace_what_is_not_written_yet(tmp_path: Path, centre: Centre) -> None:
    """Answers that come after an entry which claims to replace them stay; that entry stays apart for good."""
    with laptop(tmp_path / "a", centre) as a, laptop(tmp_path / "b", centre) as b:
        start(a, "i-1")
        for store in (a, b):
            sync(store)
        future = [Ref(a.device, seq) for seq in range(2, 4)]
        answer(b, "i-1", "q", 1, replaces=future)
        assert sync(b).quarantined == ((1, "replaces.unknown"),)
        a.clock = _Ahead(60)
        for value in (77, 78):
            answer(a, "i-1", "q", value)
        for store in (a, b, a):
            assert sync(store).complete
        assert [entry.ref.device for entry in a.entries("i-1")] == [a.device] * 3
        assert pending(b).quarantined == 1


class _Ahead(SystemClock):
    """A clock that many seconds ahead."""

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds

    def stamp(self) -> Stamp:
        now = super().stamp()
        return replace(now, wall=now.wall + self.seconds * 1000)
