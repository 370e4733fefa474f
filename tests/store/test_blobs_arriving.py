"""Photos that are still arriving: they go on where they were cut, and become photos only when whole."""

from pathlib import Path

import pytest

from inspector.errors import BadInput, Damaged, NotFound
from inspector.store import blobs, envelope
from inspector.store.blobs import BlobStore
from tests.store.blob_files import blob_key, random_photo, sha256_of
from tests.store.store_faults import killed_everywhere, needs_fork

CHUNK = envelope.CHUNK


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    """A store in a folder that is not there yet."""
    return BlobStore(tmp_path / "blobs", blob_key())


def _receive(store: BlobStore, photo: bytes, step: int) -> None:
    sha256 = sha256_of(photo)
    offset = store.begin_partial(sha256)
    while offset < len(photo):
        offset = store.append_partial(sha256, offset, photo[offset : offset + step])


def test_an_arriving_photo_becomes_one_when_it_is_whole(store: BlobStore) -> None:
    """Not visible before, whole afterwards, and finishing twice is harmless."""
    photo = random_photo(50_000)
    sha256 = sha256_of(photo)
    _receive(store, photo, 7000)
    assert not store.has(sha256)
    assert list(store.names()) == []
    store.finish_partial(sha256)
    store.finish_partial(sha256)
    assert store.get(sha256) == photo
    assert list((store.directory / "arriving").iterdir()) == []


def test_an_empty_photo_arrives_too(store: BlobStore) -> None:
    """Zero bytes need no append."""
    _receive(store, b"", 1)
    store.finish_partial(sha256_of(b""))
    assert store.get(sha256_of(b"")) == b""


def test_receiving_goes_on_after_an_interruption(store: BlobStore) -> None:
    """Another store on the same folder (the next start) goes on where the last whole append ended."""
    photo = random_photo(10_000)
    sha256 = sha256_of(photo)
    store.begin_partial(sha256)
    store.append_partial(sha256, 0, photo[:4000])
    again = BlobStore(store.directory, blob_key())
    assert again.begin_partial(sha256) == 4000
    _receive(again, photo, 1000)
    again.finish_partial(sha256)
    assert again.get(sha256) == photo


def test_a_cut_or_changed_tail_is_forgotten(store: BlobStore) -> None:
    """For every cut and every flipped byte of the arriving file, what remains is a true beginning of the photo."""
    photo = random_photo(60)
    sha256 = sha256_of(photo)
    _receive(store, photo, 20)
    (path,) = (store.directory / "arriving").glob("*.part")
    good = path.read_bytes()
    flipped = [good[:at] + bytes([good[at] ^ 4]) + good[at + 1 :] for at in range(len(good))]
    for bad in [good[:cut] for cut in range(len(good))] + flipped:
        path.write_bytes(bad)
        assert store.begin_partial(sha256) in {0, 20, 40}
        _receive(store, photo, 20)
        store.finish_partial(sha256)
        assert store.get(sha256) == photo
        store.remove(sha256)


def test_other_bytes_than_the_name_are_dropped(store: BlobStore) -> None:
    """What a server sends under a name is believed only when it has that name; else it is fetched anew."""
    sha256 = sha256_of(b"the photo")
    store.begin_partial(sha256)
    store.append_partial(sha256, 0, b"something else")
    with pytest.raises(Damaged) as caught:
        store.finish_partial(sha256)
    assert caught.value.code == "blob.download"
    assert not store.has(sha256)
    assert store.begin_partial(sha256) == 0


def test_appends_have_to_fit(store: BlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another offset than the end, more than the limit, and appending before beginning are refused."""
    monkeypatch.setattr(blobs, "LIMIT", 100)
    sha256 = sha256_of(b"x")
    with pytest.raises(NotFound):
        store.append_partial(sha256, 0, b"x")
    with pytest.raises(NotFound):
        store.finish_partial(sha256)
    store.begin_partial(sha256)
    store.append_partial(sha256, 0, bytes(60))
    for offset in (0, 59, 61):
        with pytest.raises(BadInput) as caught:
            store.append_partial(sha256, offset, b"x")
        assert caught.value.code == "blob.offset"
    with pytest.raises(BadInput) as caught:
        store.append_partial(sha256, 60, bytes(41))
    assert caught.value.code == "blob.too_large"
    assert store.begin_partial(sha256) == 60
    assert store.drop_partial(sha256)
    assert not store.drop_partial(sha256)


@needs_fork
def test_killed_at_every_step_of_receiving_it_can_go_on(tmp_path: Path) -> None:
    """Wherever a download dies, the next one goes on from a true beginning and ends with the photo."""
    code = """
import hashlib
from inspector.store.blobs import BlobStore
from inspector.store.datakey import DataKey
def prepare(here): (here / "blobs").mkdir()
def act(here):
    store = BlobStore(here / "blobs", DataKey(b"k" * 32, "a" * 16))
    photo = b"abcdefghij" * 100
    sha256 = hashlib.sha256(photo).hexdigest()
    store.begin_partial(sha256)
    for offset in (0, 400, 800):
        store.append_partial(sha256, offset, photo[offset : offset + 400])
    store.finish_partial(sha256)
"""
    photo = b"abcdefghij" * 100
    folders = killed_everywhere(tmp_path, code)
    assert len(folders) > 10
    for folder in folders:
        store = BlobStore(folder / "blobs", blob_key())
        store.sweep()
        assert all(state.problem is None for state in store.check_all())
        if not store.has(sha256_of(photo)):
            _receive(store, photo, 300)
        store.finish_partial(sha256_of(photo))
        assert store.get(sha256_of(photo)) == photo
        assert not list(store.directory.glob("arriving/*"))
