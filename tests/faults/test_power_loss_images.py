"""Power cuts: whatever the disk kept of what was not yet synced, all that was called saved is there, whole.

A real laptop's evening is recorded once, from the making of its workspace on (`recorded_disk`), with the writes and syncs of
the real encrypted database. Then the power is cut at random moments, thousands of ways to lose, reorder and tear the
rest, under two models of how names become safe. Each image is opened by the program itself.

Limits: one process and one thread wrote; the disk is honest about what it synced; the shared-memory file beside the
database, which SQLite makes anew, is lost in every image.
"""

import functools
import os
import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from inspector.domain import inspecting
from inspector.domain.entries import Ref
from inspector.domain.inspection import fold_inspection
from inspector.errors import WorkspaceError, WrongPassphrase
from inspector.services import inspections
from inspector.services.doctor import diagnose
from inspector.services.forms import Forms
from inspector.services.sites import add_site
from inspector.store import log, queries
from inspector.store.vault import change_passphrase
from inspector.store.workspace import VAULT, Store
from tests.faults.recorded_disk import Change, Disk, Recorder
from tests.workplace import CHEAP, PASSPHRASE, conclude, make_store, start_inspection

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(os.name != "posix", reason="records the database through SQLite's POSIX layer"),
]

NEW_PASSPHRASE = "another horse"
SEEDS = range(6)
IMAGES = int(os.environ.get("INSPECTOR_POWER_CUTS", "360")) // len(SEEDS)
"""How often the power is cut for each seed; more by INSPECTOR_POWER_CUTS."""


@dataclass
class Evening:
    """What was recorded, and what the program had written in the end."""

    changes: list[Change]
    headers: list[bytes]
    ends: set[int] = field(default_factory=set)
    photos: dict[str, bytes] = field(default_factory=dict)


@dataclass
class Promised:
    """What had been called saved when the power went."""

    device: str = ""
    entries: int = 0
    photos: set[str] = field(default_factory=set)
    passphrases: tuple[str, ...] = (PASSPHRASE,)


def _link(store: Store, inspection: str, data: bytes) -> str:
    sha256 = store.put_photo(data)

    def decide(view: object) -> Sequence[object]:
        state, registers = fold_inspection(store.entries(inspection))
        assert state is not None
        return inspecting.add_photo(
            state, registers, sha256=sha256, name="p.jpg", size=len(data), item="", facts={}
        )

    store.decide(decide)  # type: ignore[arg-type]
    return sha256


@functools.cache
def _evening(root: Path) -> Evening:
    """Record an evening's work: every kind of change that the store makes."""
    recorder, chance = Recorder(root), random.Random("photos")
    evening = Evening(recorder.changes, [])
    path = root / "ws"

    def promising(store: Store) -> Store:
        """Note after each decision what it promised, and that its last entry ends a transaction."""

        def decide(*arguments: Any, **settings: Any) -> list[Ref]:
            refs = Store.decide(store, *arguments, **settings)
            evening.ends.add(log.own_tree(store.connection).size)
            recorder.ack(("entries", log.own_tree(store.connection).size))
            return refs

        store.decide = decide  # type: ignore[method-assign]
        return store

    def shoot(store: Store, size: int) -> None:
        data = chance.randbytes(size)
        sha256 = _link(store, inspection, data)
        evening.photos[sha256] = data
        recorder.ack(("photo", sha256))

    with recorder.recording():
        with make_store(path) as store:
            recorder.ack(("device", store.device))
            promising(store)
            store.connection.execute(
                "PRAGMA wal_autocheckpoint = 30"
            )  # so that an evening has many checkpoints
            forms = Forms(store)
            inspection = start_inspection(store, forms).id
            for number in range(12):
                inspections.answer(store, forms, inspection, "T-STF-01", str(number), note=f"记{number}")
                if number % 4 == 0:
                    shoot(store, 9_000)
            inspections.answer(store, forms, inspection, "T-LIC-01", "无")
        recorder.ack(("changing", NEW_PASSPHRASE))
        change_passphrase(path / VAULT, PASSPHRASE, NEW_PASSPHRASE, cost=CHEAP)
        recorder.ack(("passphrase", NEW_PASSPHRASE))
        with Store.open(path, NEW_PASSPHRASE) as store:
            promising(store)
            forms = Forms(store)
            shoot(store, 150_000)
            rows = [{"grade": "五年级", "students": str(number)} for number in range(1, 30)]
            inspections.answer(store, forms, inspection, "T-TIME-12", rows)
            conclude(store, inspection)
    with Store.open(path, NEW_PASSPHRASE) as store:
        evening.headers = [entry.header for entry in log.sealed_entries(store.connection, store.device)]
        evening.ends.add(0)
    return evening


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Evening:
    """Recorded once in each test process."""
    return _evening(tmp_path_factory.mktemp("evening"))


def _promised(changes: Sequence[Change]) -> Promised:
    found = Promised()
    for change in changes:
        if change.kind != "ack":
            continue
        name, value = change.value
        if name == "device":
            found.device = value
        elif name == "entries":
            found.entries = value
        elif name == "photo":
            found.photos.add(value)
        elif name == "changing":
            found.passphrases = (*found.passphrases, value)
        else:
            found.passphrases = (value,)
    return found


def _open(path: Path, promised: Promised) -> Store | None:
    """Open what is left by a passphrase that must work; None where there was no workspace yet."""
    for passphrase in promised.passphrases:
        try:
            return Store.open(path, passphrase)
        except WrongPassphrase:
            continue
        except WorkspaceError as error:
            if error.code == "workspace.none" and not promised.device:
                return None
            raise
    raise AssertionError("no promised passphrase opens the workspace")


def _fault(path: Path, evening: Evening, promised: Promised) -> str:
    """What does not hold of an image; "" where all does."""
    store = _open(path, promised)
    if store is None:
        return ""
    with store:
        fault = _entries_fault(store, evening, promised) or _photos_fault(store, evening, promised)
        if fault:
            return fault
        problems = diagnose(store, read_data=True).problems
        if problems:
            return f"the check finds {problems}"
        add_site(store, address="虚构路99号")
        return "" if queries.counts(store.connection)["site"] else "it does not go on"


def _entries_fault(store: Store, evening: Evening, promised: Promised) -> str:
    headers = [entry.header for entry in log.sealed_entries(store.connection, store.device)]
    if promised.device and store.device != promised.device:
        return "another device"
    if len(headers) < promised.entries:
        return f"{promised.entries - len(headers)} saved entries lost"
    if headers != evening.headers[: len(headers)]:
        return "entries that were never written"
    return "" if len(headers) in evening.ends else "part of a transaction"


def _photos_fault(store: Store, evening: Evening, promised: Promised) -> str:
    named = {
        row[0] for row in store.connection.execute("SELECT sha256 FROM photo UNION SELECT sha256 FROM blob")
    }
    missing = [
        sha256 for sha256 in promised.photos | named if store.blobs.get(sha256) != evening.photos[sha256]
    ]
    return f"{len(missing)} photos are not what was saved" if missing else ""


def _images(
    evening: Evening, folder: Path, seed: int, *, count: int, keep: Callable[[Change], bool] = lambda _: True
) -> dict[str, int]:
    """Cut the power `count` times; what did not hold, how often. `keep` may take syncs out of the record."""
    chance = random.Random(seed)
    faults: dict[str, int] = {}
    for number in range(count):
        point = chance.randint(1, len(evening.changes))
        done = evening.changes[:point]
        disk = Disk([change for change in done if keep(change)], ordered=bool(chance.getrandbits(1)))
        here = folder / f"{seed}-{number}"
        disk.leave(here, chance)
        try:
            fault = _fault(here / "ws", evening, _promised(done))
        except Exception as error:  # noqa: BLE001 - an image that cannot be opened is what is looked for
            fault = type(error).__name__ + ": " + str(error)
        if fault:
            faults[fault] = faults.get(fault, 0) + 1
        shutil.rmtree(here)
    return faults


def test_the_record_is_the_program(evening: Evening, tmp_path: Path) -> None:
    """Replayed to its end with everything synced, the record gives the very files that the program left."""
    kinds = {change.kind for change in evening.changes}
    assert kinds >= {
        "create",
        "write",
        "fsync",
        "rename",
        "mkdir",
        "fsync_dir",
        "truncate",
        "remove",
        "ack",
    } - {"truncate"}
    written = {change.path for change in evening.changes if change.kind == "write"}
    assert {"ws/journal.db", "ws/journal.db-wal"} <= written
    everything = [*evening.changes, Change("fsync_dir", "."), Change("fsync_dir", "ws")]
    Disk([*everything, *(Change("fsync", path) for path in ("ws/journal.db",))], ordered=True).leave(
        tmp_path / "image", random.Random(0)
    )
    promised = _promised(evening.changes)
    assert promised.entries == len(evening.headers) > 60
    assert len(promised.photos) == 4
    assert _fault(tmp_path / "image" / "ws", evening, promised) == ""


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_a_power_cut_leaves_nothing_saved_is_lost(
    evening: Evening, tmp_path: Path, seed: int
) -> None:
    """Nothing acknowledged lost, no part of a transaction, no photo named that is not there, no repair needed."""
    faults = _images(evening, tmp_path, seed, count=IMAGES)
    print(f"seed={seed} images={IMAGES} changes={len(evening.changes)} faults={faults}")
    assert faults == {}


@pytest.mark.parametrize("kind", ["fsync", "fsync_dir"])
def test_a_disk_that_does_not_sync_is_found_out(evening: Evening, tmp_path: Path, kind: str) -> None:
    """The same images of a record without its syncs do lose what was saved: the method sees what it looks for."""
    faults = _images(evening, tmp_path, 1, count=25, keep=lambda change: change.kind != kind)
    assert faults
