"""A disk that is full or fails at the first change, at the second, and so on: nothing is called saved that is not.

The database's own writes and syncs fail inside SQLite, those of files at the store's door; after each failure the same
window goes on as soon as the disk does.
"""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.services import inspections
from inspector.services.doctor import diagnose
from inspector.services.forms import Forms
from inspector.store import log
from inspector.store.vault import change_passphrase
from inspector.store.workspace import VAULT, Store
from tests.faults.recorded_disk import Change, Recorder
from tests.workplace import CHEAP, PASSPHRASE, make_store, start_inspection

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(os.name != "posix", reason="reaches the database through SQLite's POSIX layer"),
]

# (write or truncate, sync, file): SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC
FAULTS = {"full": (13, 13, errno.ENOSPC), "broken": (778, 1034, errno.EIO)}


class FailAt:
    """Refuses one change, or all changes from one on."""

    def __init__(self, at: int, kind: str, *, lasting: bool) -> None:
        self._at, self._lasting = at, lasting
        self._write, self._sync, self._file = FAULTS[kind]
        self.count = 0
        self.healed = True

    def __call__(self, change: Change) -> int:
        if self.healed:
            return 0
        self.count += 1
        if self.count < self._at or (self.count > self._at and not self._lasting):
            return 0
        if Path(change.path).name.startswith("journal.db"):
            return self._sync if change.kind == "fsync" else self._write
        raise OSError(self._file, os.strerror(self._file))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A workspace with an open inspection, to be copied; and the inspection."""
    path = tmp_path_factory.mktemp("base") / "ws"
    with make_store(path) as store:
        return path, start_inspection(store).id


def _answer(store: Store, inspection: str) -> None:
    inspections.answer(store, Forms(store), inspection, "T-LIC-01", "无", note="记")


def _photo(store: Store, inspection: str) -> None:
    sha256 = store.put_photo(b"photo" * 2_000)
    assert store.blobs.get(sha256) == b"photo" * 2_000
    inspections.note(store, inspection, "", sha256)


def _checkpoint(store: Store, inspection: str) -> None:
    store.connection.execute("PRAGMA wal_autocheckpoint = 1")
    _answer(store, inspection)


ACTIONS: dict[str, Callable[[Store, str], None]] = {
    "answer": _answer,
    "photo": _photo,
    "checkpoint": _checkpoint,
}


@pytest.mark.parametrize("lasting", [False, True])
@pytest.mark.parametrize("kind", sorted(FAULTS))
@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_what_is_not_saved_is_not_called_saved(
    base: tuple[Path, str], tmp_path: Path, action: str, kind: str, lasting: bool
) -> None:
    """Each failure is a sentence for people or costs nothing; afterwards the same step works, and all is in order."""
    failed = 0
    for at in range(1, 400, 3 if action == "checkpoint" else 1):
        root = tmp_path / f"{at}"
        shutil.copytree(base[0], root / "ws")
        fault = FailAt(at, kind, lasting=lasting)
        with Recorder(root, refuse=fault).recording(), Store.open(root / "ws", PASSPHRASE) as store:
            fault.healed = False
            before = log.own_tree(store.connection).size
            try:
                ACTIONS[action](store, base[1])
            except InspectorError as error:
                failed += error.exit_status == 6 and bool(error.zh)
            else:
                assert log.own_tree(store.connection).size > before
            reached, fault.healed = fault.count >= at, True
            ACTIONS[action](store, base[1])
            assert log.own_tree(store.connection).size > before
        with Store.open(root / "ws", PASSPHRASE) as store:
            assert log.own_tree(store.connection).size > before
            assert diagnose(store, read_data=True).problems == ()
        shutil.rmtree(root)
        if not reached:
            break
    else:
        pytest.fail("the step never ends")
    assert failed > 3


@pytest.mark.parametrize("kind", sorted(FAULTS))
def test_a_passphrase_is_the_old_or_the_new_one(base: tuple[Path, str], tmp_path: Path, kind: str) -> None:
    """Where changing it fails, the old one opens the workspace."""
    for at in range(1, 30):
        root = tmp_path / f"{at}"
        shutil.copytree(base[0], root / "ws")
        fault = FailAt(at, kind, lasting=True)
        fault.healed = False
        passphrase = "another horse"
        with Recorder(root, refuse=fault).recording():
            try:
                change_passphrase(root / "ws" / VAULT, PASSPHRASE, passphrase, cost=CHEAP)
            except InspectorError:
                passphrase = PASSPHRASE
        try:
            Store.open(root / "ws", passphrase).close()
        except InspectorError:
            # The very last sync failed: the new one is in place and was not promised.
            Store.open(root / "ws", "another horse").close()
        if fault.count < at:
            return
    pytest.fail("changing the passphrase never ends")
