"""Photos on disk: kept means durable, read means unchanged, and nothing can be seen without the key."""

import errno
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.errors import BadInput, Damaged, NotFound, WorkspaceError
from inspector.store import blobs, envelope
from inspector.store.blobs import BlobStore
from inspector.store.files import Operation, hooks
from tests.patience import join
from tests.store.blob_files import blob_key, only_file, random_photo, sha256_of
from tests.store.store_faults import everything_on_disk, failing_everywhere, killed_everywhere, needs_fork

CHUNK = envelope.CHUNK


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    """A store in a folder that is not there yet."""
    return BlobStore(tmp_path / "blobs", blob_key())


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7])
def test_what_was_kept_comes_back(store: BlobStore, size: int) -> None:
    """Any length, chunk borders among them: the same bytes, size and name."""
    data = random_photo(size)
    sha256 = store.put(data)
    assert sha256 == sha256_of(data)
    assert store.get(sha256) == data
    assert store.size(sha256) == size
    assert store.has(sha256)
    assert list(store.names()) == [sha256]
    assert store.open_range(sha256, 0, size + 5) == data


def test_the_name_is_durable_before_the_photo_counts_as_kept(store: BlobStore) -> None:
    """Bytes synced, then renamed, then the directory synced; only then does `put` return."""
    store.put(b"first")
    seen: list[Operation] = []
    with hooks.observed_by(seen.append):
        store.put(b"second")
    kinds = [operation.kind for operation in seen]
    assert kinds == ["create", "write", "write", "fsync", "rename", "fsync_dir", "point"]


def test_keeping_it_again_changes_nothing_and_is_durable_too(store: BlobStore) -> None:
    """The same bytes twice are one file; the second `put` syncs the name that a kill may have left unsynced."""
    store.put(b"photo")
    before = only_file(store).read_bytes()
    seen: list[Operation] = []
    with hooks.observed_by(seen.append):
        store.put(b"photo")
    assert [operation.kind for operation in seen] == ["fsync_dir"]
    assert only_file(store).read_bytes() == before


def test_a_damaged_file_is_replaced_by_the_good_bytes(store: BlobStore) -> None:
    """Having a file is not enough: importing the photo anew heals a broken one."""
    sha256 = store.put(b"photo")
    only_file(store).write_bytes(b"rotten")
    store.put(b"photo")
    assert store.get(sha256) == b"photo"


@given(data=st.data())
@settings(deadline=None, max_examples=60)
def test_ranges_are_slices(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Any range of any photo is the slice of its bytes."""
    size = data.draw(
        st.one_of(st.integers(0, 200), st.sampled_from([CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK]))
    )
    near = st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
    offset = data.draw(st.one_of(st.integers(0, 2 * CHUNK + 9), near))
    length = data.draw(st.one_of(st.integers(0, 2 * CHUNK + 9), near))
    store = BlobStore(tmp_path_factory.mktemp("range"), blob_key())
    photo = random_photo(size)
    assert store.open_range(store.put(photo), offset, length) == photo[offset : offset + length]


def test_a_range_reads_only_its_chunks(store: BlobStore) -> None:
    """Damage elsewhere does not stop the upload of a good part; its own chunk does."""
    photo = random_photo(4 * CHUNK)
    sha256 = store.put(photo)
    path = only_file(store)
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    assert store.open_range(sha256, 0, CHUNK) == photo[:CHUNK]
    with pytest.raises(Damaged, match="chunk 4/4"):
        store.open_range(sha256, 3 * CHUNK, 1)
    with pytest.raises(ValueError, match="negative"):
        store.open_range(sha256, -1, 1)


def test_a_photo_that_is_not_here_is_not_found(store: BlobStore) -> None:
    """Missing is not damaged."""
    absent = sha256_of(b"absent")
    assert not store.has(absent)
    for read in (store.get, store.size, lambda name: store.open_range(name, 0, 1)):
        with pytest.raises(NotFound) as caught:
            read(absent)
        assert caught.value.code == "blob.missing"
    assert list(store.check_all()) == []
    assert not store.remove(absent)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "", "A" * 64, "a" * 63, "a" * 64 + "\n", "/" + "a" * 63]
)
def test_only_a_sha256_names_a_photo(store: BlobStore, name: str) -> None:
    """Names come from the network: nothing else gets near a path."""
    for use in (store.get, store.has, store.remove, store.begin_partial, store.finish_partial):
        with pytest.raises(ValueError, match="not a SHA-256"):
            use(name)


def test_a_photo_over_the_limit_is_refused(store: BlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exactly the limit is kept, one byte more is not, and nothing is left of it."""
    assert blobs.LIMIT == 32 * 1024 * 1024
    monkeypatch.setattr(blobs, "LIMIT", 1000)
    store.put(bytes(1000))
    with pytest.raises(BadInput) as caught:
        store.put(bytes(1001))
    assert caught.value.code == "blob.too_large"
    assert len(list(store.names())) == 1


def test_every_flipped_bit_is_noticed_and_named(store: BlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each bit of each region (magic, salt, head, chunks, tags): damage, naming the photo; never other bytes."""
    monkeypatch.setattr(envelope, "CHUNK", 16)
    sha256 = store.put(random_photo(40))
    path = only_file(store)
    good = path.read_bytes()
    assert len(good) == 24 + 60 + 40 + 3 * 16
    for position in range(len(good)):
        bad = bytearray(good)
        bad[position] ^= 1 << position % 8
        path.write_bytes(bad)
        with pytest.raises(Damaged) as caught:
            store.get(sha256)
        assert sha256[:12] in caught.value.zh
        assert path.name in caught.value.en
        (state,) = store.check_all()
        assert state.file == path.name
        assert state.problem is not None
    path.write_bytes(good)
    assert [state.problem for state in store.check_all()] == [None]


def test_cut_lengthened_swapped_and_moved_files_are_noticed(
    store: BlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every length but the right one, chunks in another order, and another photo under this name: damage."""
    monkeypatch.setattr(envelope, "CHUNK", 16)
    first = store.put(random_photo(48))
    path = only_file(store)
    good = path.read_bytes()
    second = store.put(random_photo(48, seed=2))
    other = next(found for found in store.directory.glob("*.blob") if found != path)
    start, one, two, rest = good[:84], good[84:116], good[116:148], good[148:]
    bad = [good[:cut] for cut in range(len(good))]
    bad += [good + b"\0", good * 2, start + two + one + rest, start + one + one + rest, other.read_bytes()]
    for content in bad:
        path.write_bytes(content)
        with pytest.raises(Damaged):
            store.get(first)
        with pytest.raises(Damaged):
            store.open_range(first, 0, 40)
    assert store.get(second) == random_photo(48, seed=2)


def test_checking_names_each_file_that_is_not_right(store: BlobStore) -> None:
    """One damaged, one renamed and one foreign file are told apart; the good ones are counted as good."""
    good, renamed, damaged = (store.put(random_photo(100, seed)) for seed in range(3))
    paths = {name: store.directory / f"{store._hidden('blob', name)}.blob" for name in (renamed, damaged)}
    paths[renamed].rename(store.directory / f"{'0' * 64}.blob")
    paths[damaged].write_bytes(paths[damaged].read_bytes()[:-1])
    (store.directory / "holiday.jpg").write_bytes(b"x")
    states = {state.file: state for state in store.check_all()}
    assert len(states) == 4
    assert [state.sha256 for state in states.values() if state.problem is None] == [good]
    assert states["holiday.jpg"].problem is not None
    assert states["holiday.jpg"].problem.severity == "warning"
    assert "renamed" in str(states[f"{'0' * 64}.blob"].problem)
    assert states[paths[damaged].name].problem is not None
    assert list(store.names()) == [good]


def test_nothing_of_a_photo_is_readable_on_disk(store: BlobStore) -> None:
    """Neither its bytes nor its SHA-256, in any form, in any file or name: whole, arriving, or unfinished."""
    marker = b"MARKER-of-an-invented-photo-"
    photo = marker * 20_000
    other = photo + b"!"
    names = [store.put(photo), sha256_of(other)]
    store.begin_partial(names[1])
    store.append_partial(names[1], 0, other[:100_000])

    def cut(operation: Operation) -> None:
        if operation.kind == "rename":
            assert marker not in everything_on_disk(store.directory)
            raise OSError(errno.EIO, "cut")

    with hooks.observed_by(cut), pytest.raises(WorkspaceError):
        store.put(photo + b"?")
    disk = everything_on_disk(store.directory)
    assert len(disk) > len(photo)
    assert marker not in disk
    for name in names:
        assert name.encode() not in disk
        assert bytes.fromhex(name) not in disk


def test_one_photo_looks_different_in_every_workspace(tmp_path: Path) -> None:
    """Two workspaces with one photo share neither file name nor content, and one key opens only its own."""
    one, two = BlobStore(tmp_path / "1", blob_key(b"1")), BlobStore(tmp_path / "2", blob_key(b"2"))
    sha256 = one.put(b"photo" * 100)
    two.put(b"photo" * 100)
    assert only_file(one).name != only_file(two).name
    only_file(two).write_bytes(only_file(one).read_bytes())
    with pytest.raises(Damaged):
        two.get(sha256)


def test_a_locked_store_reads_and_keeps_nothing(tmp_path: Path) -> None:
    """Wiping the data key locks the photos at once."""
    key = blob_key()
    store = BlobStore(tmp_path, key)
    sha256 = store.put(b"photo")
    key.wipe()
    for use in (lambda: store.get(sha256), lambda: store.put(b"more"), lambda: store.begin_partial(sha256)):
        with pytest.raises(WorkspaceError) as caught:
            use()
        assert caught.value.code == "workspace.locked"


@needs_fork
def test_killed_at_every_step_a_photo_is_whole_or_absent(tmp_path: Path) -> None:
    """Never a readable half; what was kept before stays; after sweeping no litter; putting it again works."""
    code = """
from inspector.store.blobs import BlobStore
from inspector.store.datakey import DataKey
def store(here): return BlobStore(here / "blobs", DataKey(b"k" * 32, "a" * 16))
def prepare(here): store(here).put(b"kept before")
def act(here): store(here).put(b"photo" * 200_000)
"""
    photo = b"photo" * 200_000
    present = []
    for folder in killed_everywhere(tmp_path, code):
        store = BlobStore(folder / "blobs", blob_key())
        store.sweep()
        assert store.get(sha256_of(b"kept before")) == b"kept before"
        assert all(path.suffix == ".blob" for path in store.directory.iterdir())
        assert all(state.problem is None for state in store.check_all())
        present.append(store.has(sha256_of(photo)))
        assert store.get(store.put(photo)) == photo
    assert present[0] is False
    assert present[-1] is True


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_disk_that_fails_at_any_step_keeps_what_was_kept(tmp_path: Path, code: int) -> None:
    """A failing step is said, leaves no half and no litter, and the same `put` works once the disk does."""
    for number, fault in enumerate(failing_everywhere(code)):
        store = BlobStore(tmp_path / str(number), blob_key())
        before, failed = store.put(b"before"), False
        with hooks.observed_by(fault):
            try:
                store.put(b"after")
            except WorkspaceError:
                failed = True
        assert failed == fault.raised
        assert store.get(before) == b"before"
        assert store.has(sha256_of(b"after")) or failed
        assert all(path.suffix == ".blob" for path in store.directory.iterdir())
        assert store.get(store.put(b"after")) == b"after"


def test_threads_that_keep_the_same_photos_agree(store: BlobStore) -> None:
    """Eight threads keep the same six photos at once: each is there once and whole."""
    photos = [random_photo(5000, seed) for seed in range(6)]

    def keep() -> None:
        for photo in photos:
            store.put(photo)

    threads = [threading.Thread(target=keep, daemon=True) for _ in range(8)]
    for thread in threads:
        thread.start()
    join(threads)
    assert sorted(store.names()) == sorted(map(sha256_of, photos))
    assert all(state.problem is None for state in store.check_all())
    assert store.sweep() == 0


def test_removing_a_photo(store: BlobStore) -> None:
    """A removed photo is gone and can be kept anew."""
    sha256 = store.put(b"photo")
    assert store.remove(sha256)
    assert not store.has(sha256)
    store.put(b"photo")
    assert store.get(sha256) == b"photo"


def test_an_unreadable_file_is_said_so(store: BlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that cannot read names the file instead of raising a traceback."""
    sha256 = store.put(b"photo")
    path = only_file(store)
    path.unlink()
    path.mkdir()
    with pytest.raises(WorkspaceError) as caught:
        store.get(sha256)
    assert path.name in caught.value.zh
    assert [state.problem is not None for state in store.check_all()] == [True]


@pytest.mark.skipif(os.name != "posix", reason="permission bits")
def test_photos_are_readable_by_their_user_only(store: BlobStore) -> None:
    """Files 0600 in a folder 0700, whatever the umask."""
    before = os.umask(0)
    try:
        store.put(b"photo")
    finally:
        os.umask(before)
    assert only_file(store).stat().st_mode & 0o777 == 0o600
    assert store.directory.stat().st_mode & 0o777 == 0o700
