"""Syncing through a real centre on loopback: receipts, pages, photos, scopes, a restored centre, a copied laptop."""

import hashlib
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from inspector.central import tables
from inspector.domain.entries import Draft
from inspector.errors import Busy, Damaged, Refusal, SyncError
from inspector.journal.receipt import check_receipt
from inspector.store import log
from inspector.store.workspace import Store
from inspector.sync.client import SyncClient
from tests.sync.sync_world import (
    GRID,
    PASSPHRASE,
    Centre,
    add_photo,
    answer,
    centre_at,
    dump,
    laptop,
    pending,
    quick,
    receipted,
    start,
    sync,
    workspace,
)

if TYPE_CHECKING:
    from inspector.sync.progress import Progress


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    with centre_at(tmp_path / "centre") as serving:
        yield serving


def _answers(store: Store, count: int) -> None:
    drafts = [
        Draft("inspection.answered", "i-1", GRID, {"item": f"q{number}", "value": number})
        for number in range(count)
    ]
    store.decide(lambda _: drafts)


def test_what_one_laptop_records_reaches_another_with_its_photos(tmp_path: Path, centre: Centre) -> None:
    """Records and photos pushed with receipts arrive at a second laptop; both hold the same state."""
    photo = random.Random(1).randbytes(700_000)
    with laptop(tmp_path / "a", centre) as a, laptop(tmp_path / "b", centre) as b:
        start(a, "i-1")
        _answers(a, 30)
        sha256 = add_photo(a, "i-1", photo)
        seen: list[Progress] = []
        report = sync(a, progress=seen.append)
        assert report.complete
        assert (report.entries_sent, report.photos_sent) == (32, 1)
        assert (pending(a).entries, pending(a).photos_up) == (0, 0)
        assert {step.phase for step in seen} >= {"opening", "pushing", "pulling", "asking", "uploading"}
        assert (seen[-1].phase, seen[-1].entries_sent, seen[-1].entries_total) == ("finished", 32, 32)
        received = sync(b)
        assert received.complete
        assert (received.entries_received, received.photos_fetched) == (32, 1)
        assert b.blobs.get(sha256) == photo
        assert dump(a) == dump(b)
        assert centre.photos() == {hashlib.sha256(photo).hexdigest()}
        again = sync(a)
        assert (again.complete, again.entries_sent, again.entries_received) == (True, 0, 0)


def test_a_kept_receipt_proves_by_itself_what_the_centre_holds(tmp_path: Path, centre: Centre) -> None:
    """After a sync the stored receipt covers the whole log and holds for the root computed from the entries."""
    with laptop(tmp_path / "a", centre) as store:
        start(store, "i-1")
        _answers(store, 700)
        assert sync(store).entries_sent == 701
        receipt = log.last_receipt(store.connection, store.device)
        assert receipt is not None
        assert receipt.size == 701
        check_receipt(
            receipt,
            centre_public=centre.storage.key.public,
            own_public=store.key.public,
            expected_root=log.own_tree(store.connection).root(),
        )
        assert centre.refs(store.device) == [(store.device, seq) for seq in range(1, 702)]


def test_entries_written_while_syncing_are_sent_too(tmp_path: Path, centre: Centre) -> None:
    """A record written while photos travel is sent before the photos are finished, in the same sync."""
    with laptop(tmp_path / "a", centre) as store:
        start(store, "i-1")
        photos = [add_photo(store, "i-1", random.Random(seed).randbytes(400_000)) for seed in range(3)]
        phases: list[str] = []

        def watch(progress: "Progress") -> None:
            if progress.phase == "uploading" and "uploading" not in phases:
                answer(store, "i-1", "late", 1)
            phases.append(progress.phase)

        report = sync(store, progress=watch)
        assert report.complete
        assert receipted(store) == 5
        assert "pushing" in phases[phases.index("uploading") :]
        assert centre.photos() == set(photos)


def test_a_session_that_ends_in_the_middle_is_opened_again(tmp_path: Path, centre: Centre) -> None:
    """When the centre forgets the session, even more than once, the same sync goes on with a new one."""
    with laptop(tmp_path / "a", centre) as store:
        start(store, "i-1")
        photo = add_photo(store, "i-1", random.Random(9).randbytes(900_000))
        phases: list[str] = []

        def forget(progress: "Progress") -> None:
            if progress.phase in ("pulling", "uploading") and phases.count(progress.phase) < 2:
                with centre.storage.database.write() as connection:
                    connection.execute(sa.delete(tables.session))
            phases.append(progress.phase)

        assert sync(store, progress=forget).complete
        assert phases.count("opening") >= 3
        assert centre.photos() == {photo}
        assert len(centre.refs(store.device)) == 2


def test_what_the_centre_keeps_apart_is_reported_and_blocks_nothing(tmp_path: Path, centre: Centre) -> None:
    """Entries outside of the laptop's grids are kept apart by the centre, with a receipt and a reason."""
    with laptop(tmp_path / "a", centre) as store:
        start(store, "i-1")
        start(store, "i-2", scope="g-foreign")
        answer(store, "i-1", "q", 1)
        report = sync(store)
        assert report.complete
        assert (report.entries_sent, report.quarantined) == (3, ((2, "scope.denied"),))
        assert pending(store).quarantined == 1


def test_an_added_grid_is_filled_and_a_removed_one_purged(tmp_path: Path, centre: Centre) -> None:
    """A grid given later arrives whole; one taken away goes, except what this laptop wrote itself."""
    with laptop(tmp_path / "a", centre, "g-7", "g-8") as a, laptop(tmp_path / "b", centre, "g-7") as b:
        start(a, "i-7")
        start(a, "i-8", scope="g-8")
        sync(a)
        sync(b)
        assert [row[0] for row in dump(b)["inspection"]] == ["i-7"]
        centre.storage.grant(b.device, ["g-7", "g-8"])
        assert sync(b).entries_received == 1
        assert dump(a) == dump(b)
        answer(b, "i-8", "q", 1, scope="g-8")
        centre.storage.grant(b.device, ["g-7"])
        report = sync(b)
        assert report.complete
        assert [row[0] for row in dump(b)["inspection"]] == ["i-7"]
        assert [entry.ref.seq for entry in log.sealed_entries(b.connection, b.device)] == [1]


def _back_up(centre: Centre, to: Path) -> None:
    centre.close()
    shutil.copytree(centre.settings.data, to)


@pytest.mark.parametrize("epoch", ["kept", "renewed"])
def test_a_centre_restored_from_a_backup_gets_back_what_it_lost(tmp_path: Path, epoch: str) -> None:
    """Entries and photos that the centre lost are sent again, it is said so, and others are not lost here."""
    before = Centre(tmp_path / "centre")
    with before.serving():
        a, b = laptop(tmp_path / "a", before), laptop(tmp_path / "b", before)
        start(a, "i-1")
        sync(a)
    _back_up(before, tmp_path / "backup")
    later = Centre(tmp_path / "centre")
    with later.serving():
        for store in (a, b):
            store.set_settings(centre_url=later.url)
        _answers(a, 40)
        photo = add_photo(a, "i-1", b"photo" * 1000)
        assert sync(a).complete
        assert sync(b).entries_received == 42
    later.close()
    restored = Centre(tmp_path / "backup")
    if epoch == "renewed":
        restored.storage.renew_epoch()
    with restored.serving():
        for store in (a, b):
            store.set_settings(centre_url=restored.url)
        state = dump(b)
        report = sync(a)
        assert report.complete
        assert report.restored
        assert (report.entries_again, report.entries_sent) == (41, 0)
        assert restored.photos() == {photo}
        assert len(restored.refs(a.device)) == 42
        assert sync(b).complete
        assert dump(b) == state
        assert not sync(a).restored
    for closing in (a, b, restored):
        closing.close()


def test_a_workspace_copied_to_two_laptops_raises_the_alarm(tmp_path: Path, centre: Centre) -> None:
    """Two different entries under one number: the second copy stops with a plain alarm and keeps its own."""
    laptop(tmp_path / "a", centre).close()
    shutil.copytree(tmp_path / "a", tmp_path / "copy")
    with Store.open(tmp_path / "a", PASSPHRASE) as a, Store.open(tmp_path / "copy", PASSPHRASE) as copy:
        start(a, "i-1")
        start(copy, "i-2")
        assert sync(a).complete
        report = sync(copy)
        assert report.failure is not None
        assert report.failure.code == "push.fork"
        assert receipted(copy) == 0
        assert [row[0] for row in dump(copy)["inspection"]] == ["i-2"]
        with pytest.raises(SyncError):
            report.check()


def test_a_laptop_restored_from_an_old_backup_does_not_go_on(tmp_path: Path, centre: Centre) -> None:
    """A log shorter than the centre's copy stops the sync before anything of the old numbers is used again."""
    laptop(tmp_path / "a", centre).close()
    shutil.copytree(tmp_path / "a", tmp_path / "old")
    with Store.open(tmp_path / "a", PASSPHRASE) as a:
        start(a, "i-1")
        assert sync(a).complete
    with Store.open(tmp_path / "old", PASSPHRASE) as old:
        report = sync(old)
        assert report.failure is not None
        assert report.failure.code == "sync.log_behind"
        assert receipted(old) == 0


def test_a_damaged_photo_is_set_aside_and_the_others_go(tmp_path: Path, centre: Centre) -> None:
    """A photo whose file is damaged here is parked with its reason; records and other photos are sent."""
    with laptop(tmp_path / "a", centre) as store:
        start(store, "i-1")
        bad = add_photo(store, "i-1", b"bad" * 50_000)
        good = add_photo(store, "i-1", b"good" * 50_000)
        path = store.blobs._path(bad)
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        report = sync(store)
        assert report.complete
        assert [sha256 for sha256, _ in report.photos_parked] == [bad]
        assert "已损坏" in report.photos_parked[0][1]
        assert centre.photos() == {good}
        assert (pending(store).entries, pending(store).photos_up, pending(store).parked) == (0, 0, 1)


def test_a_damaged_entry_stops_before_anything_is_sent(tmp_path: Path, centre: Centre) -> None:
    """An own entry whose body is no longer its header's is named and nothing goes out."""
    with laptop(tmp_path / "a", centre) as store:
        start(store, "i-1")
        answer(store, "i-1", "q", 1)
        store.connection.execute("UPDATE entry SET body = ? WHERE seq = 2", (b'{"data":{}}',))
        with pytest.raises(Damaged) as caught:
            sync(store)
        assert caught.value.code == "sync.damaged_entry"
        assert centre.refs(store.device) == []


def test_one_process_syncs_at_a_time(tmp_path: Path, centre: Centre) -> None:
    """While somebody holds the lock a sync says who, and a sync leaves the lock free behind it."""
    with laptop(tmp_path / "a", centre) as store:
        with store.sync_lock(), pytest.raises(Busy):
            sync(store)
        assert sync(store).complete
        with store.sync_lock():
            pass


def test_a_laptop_that_is_not_enrolled_says_so(tmp_path: Path) -> None:
    """Without a centre there is a refusal with the next step, and no attempt."""
    with workspace(tmp_path / "a") as store, pytest.raises(Refusal) as caught:
        sync(store)
    assert caught.value.code == "sync.not_enrolled"


def test_a_stopped_sync_goes_on_next_time(tmp_path: Path, centre: Centre) -> None:
    """Stopping after some chunks of a photo keeps what the centre has of it; the next sync sends only the rest."""
    with laptop(tmp_path / "a", centre) as store:
        start(store, "i-1")
        content = random.Random(3).randbytes(3_000_000)
        add_photo(store, "i-1", content)
        chunks: list[int] = []

        def count(progress: "Progress") -> None:
            if progress.phase == "uploading":
                chunks.append(progress.bytes_up)

        stopped = sync(store, progress=count, stop=lambda: len(chunks) > 2)
        assert stopped.stopped
        assert not stopped.complete
        assert pending(store).photos_up == 1
        rest = sync(store)
        assert rest.complete
        assert len(centre.photos()) == 1
        assert stopped.bytes_up + rest.bytes_up < len(content) + 100_000


def test_a_watching_laptop_sends_what_is_written_meanwhile(tmp_path: Path, centre: Centre) -> None:
    """A watch rests when all is sent, notices new entries by itself, and ends when asked to."""
    with laptop(tmp_path / "a", centre) as store:
        rests = 0

        def watch(progress: "Progress") -> None:
            nonlocal rests
            if progress.phase == "resting":
                rests += 1
                if rests == 1:
                    start(store, "i-1")

        client = SyncClient(store, pace=quick())
        report = client.watch(progress=watch, stop=lambda: rests > 1)
        known = store.json_setting("last_sync")
        assert isinstance(known, dict)
        assert known["complete"], "a rest is a sync that came to its end: reports say when"
        assert report.stopped
        assert report.failure is None
        assert len(centre.refs(store.device)) == 1


def test_a_revoked_laptop_is_told_and_its_unsent_entries_are_kept_apart(
    tmp_path: Path, centre: Centre
) -> None:
    """What a revoked laptop still holds goes into quarantine; it gets nothing, and the reason in words."""
    with laptop(tmp_path / "a", centre) as store:
        start(store, "i-1")
        centre.storage.set_state(store.device, "revoked", "lost")
        report = sync(store)
        assert report.failure is not None
        assert report.failure.code == "device.revoked"
        assert report.quarantined == ((1, "device.revoked"),)
