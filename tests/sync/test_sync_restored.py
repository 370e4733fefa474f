"""A centre that was restored from a backup, whatever it was given since: nobody misses anything."""

import hashlib
import shutil
from pathlib import Path

import sqlalchemy as sa

from inspector.central import tables
from inspector.domain.entries import Draft
from inspector.domain.office import checklist_aggregate
from inspector.forms.library import shipped
from inspector.services.forms import Forms
from inspector.store import queries
from inspector.store.workspace import Store
from inspector.sync.progress import Progress
from tests.sync.sync_world import (
    GRID,
    Centre,
    add_photo,
    answer,
    centre_at,
    dump,
    laptop,
    pending,
    start,
    sync,
    write,
)

CHECKLISTS = Path(__file__).parents[2] / "checklists"
SHIPPED = shipped().checklist("T-LIC").version


def _back_up(centre: Centre, to: Path) -> None:
    """A copy of the centre's folder as of now."""
    with centre.storage.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(centre.settings.data, to)


def _go_on_with(centre: Centre, *stores: Store) -> None:
    for store in stores:
        store.set_settings(centre_url=centre.url)


def test_positions_given_anew_after_a_restoration_hide_nothing(tmp_path: Path) -> None:
    """Positions that a restored centre fills with other entries are pulled again by everybody, once."""
    with centre_at(tmp_path / "centre") as before:
        a, b = laptop(tmp_path / "a", before), laptop(tmp_path / "b", before)
        start(a, "i-1")
        start(b, "i-2")
        for store in (a, b, a):
            sync(store)
        _back_up(before, tmp_path / "backup")
        for number in range(20):
            answer(a, "i-1", f"a{number}", "x")
            answer(b, "i-2", f"b{number}", "x")
        for store in (a, b, a, b):
            assert sync(store).complete
        assert dump(a) == dump(b)
    with centre_at(tmp_path / "backup") as restored:
        epoch = restored.storage.epoch
        _go_on_with(restored, a, b)
        for number in range(50):
            answer(b, "i-2", f"new{number}", "x")
        first = sync(b)
        assert (first.complete, first.restored) == (True, True)
        renewed = restored.storage.epoch
        assert renewed != epoch
        assert sync(a).restored
        for store in (b, a):
            assert sync(store).complete
        assert len(a.entries("i-2")) == 71
        assert dump(a) == dump(b)
        assert restored.storage.epoch == renewed
    a.close()
    b.close()


def test_a_shown_receipt_must_be_the_centres_own(tmp_path: Path) -> None:
    """A laptop that shows a receipt nobody gave it makes no other laptop start over."""
    with centre_at(tmp_path / "centre") as centre, laptop(tmp_path / "a", centre) as store:
        start(store, "i-1")
        assert sync(store).complete
        epoch = centre.storage.epoch
        store.connection.execute("UPDATE receipt SET size = 50")
        sync(store)
        assert centre.storage.epoch == epoch


def test_a_restoration_in_the_middle_of_a_session_is_noticed(tmp_path: Path) -> None:
    """A push that leaves a gap opens a new session, which tells the centre what it lost."""
    with centre_at(tmp_path / "centre") as centre, laptop(tmp_path / "a", centre) as store:
        start(store, "i-1")
        assert sync(store).complete
        answer(store, "i-1", "q", 1)
        epoch = centre.storage.epoch
        phases: list[str] = []

        def lose(progress: object) -> None:
            if phases.count("pushing") == 0 and getattr(progress, "phase", "") == "pushing":
                with centre.storage.database.write() as connection:
                    for table in (tables.entry, tables.checkpoint):
                        connection.execute(sa.delete(table).where(table.c.device == store.device))
                    blank = {"size": 0, "frontier": _empty()}
                    connection.execute(
                        sa.update(tables.device).where(tables.device.c.id == store.device).values(**blank)
                    )
            phases.append(getattr(progress, "phase", ""))

        report = sync(store, progress=lose)
        assert (report.complete, report.restored) == (True, True)
        assert centre.storage.epoch != epoch
        assert len(centre.refs(store.device)) == 2


def _empty() -> bytes:
    from inspector.journal.merkle import CompactTree

    return CompactTree().to_bytes()


def test_what_replaces_lost_entries_waits_for_them_only(tmp_path: Path) -> None:
    """After a restoration an answer that replaces another laptop's lost one is kept apart until that came again."""
    with centre_at(tmp_path / "centre") as before:
        a, b = laptop(tmp_path / "a", before), laptop(tmp_path / "b", before)
        start(a, "i-1")
        sync(a)
        sync(b)
        _back_up(before, tmp_path / "backup")
        first = answer(a, "i-1", "q", 1)
        sync(a)
        sync(b)
    with centre_at(tmp_path / "backup") as restored:
        _go_on_with(restored, a, b)
        answer(b, "i-1", "q", 2, replaces=[first])
        assert sync(b).quarantined == ((1, "replaces.unknown"),)
        for store in (a, b, a):
            assert sync(store).complete
        assert len(restored.refs(b.device)) == 1
        assert dump(a) == dump(b)
        assert [row[1] for row in dump(a)["inspection"]] == [row[1] for row in dump(b)["inspection"]]
        assert len(a.entries("i-1")) == 3
    a.close()
    b.close()


def test_what_replaces_the_centres_own_lost_entries_is_believed(tmp_path: Path) -> None:
    """A restored centre that forgot what it published takes what laptops have made of that since."""
    with centre_at(tmp_path / "centre") as before:
        a, b = laptop(tmp_path / "a", before), laptop(tmp_path / "b", before)
        _back_up(before, tmp_path / "backup")
        facts = {"kind": "training", "name": "示例", "address": "虚构路1号"}
        draft = Draft("site.recorded", "s-1", GRID, {"facts": facts})
        published = before.storage.publish(lambda _: [draft])
        assert sync(a).entries_received == 1
    with centre_at(tmp_path / "backup") as restored:
        _go_on_with(restored, a, b)
        changed = {"facts": {**facts, "name": "示例二"}}
        a.decide(lambda _: [Draft("site.recorded", "s-1", GRID, changed, tuple(published))])
        for store in (a, a, b):
            assert sync(store).complete
        assert len(b.entries("s-1")) == 1
    a.close()
    b.close()


def test_a_photo_that_the_centre_misses_does_not_show_as_sent(tmp_path: Path) -> None:
    """A photo that a restored centre lost and that is damaged here is set aside, not called sent, and goes once whole."""
    content = b"zz" * 9_000
    with centre_at(tmp_path / "centre") as centre, laptop(tmp_path / "a", centre) as store:
        start(store, "i-1")
        photo = add_photo(store, "i-1", content)
        assert sync(store).photos_sent == 1
        path = store.blobs._path(photo)
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        next((centre.settings.data / "photos").glob("??/*")).unlink()
        centre.storage.renew_epoch()
        assert [name for name, _ in sync(store).photos_parked] == [photo]
        (row,) = queries.photos(store.connection, "i-1")
        assert (row.sent, bool(row.parked)) == (False, True)
        store.put_photo(content)
        store.unpark_photos()
        assert pending(store).photos_up == 1
        assert sync(store).complete
        assert centre.photos() == {photo}
        assert queries.photos(store.connection, "i-1")[0].sent


def test_what_a_restored_centre_publishes_is_used(tmp_path: Path) -> None:
    """A checklist that the centre publishes under its new device stands for its code on a laptop that knew the old one."""
    text = (CHECKLISTS / "training" / "T-LIC.yaml").read_text("utf-8").replace(SHIPPED, "2099.1")
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    data = {"code": "T-LIC", "version": "2099.1", "sha256": sha256, "text": text}
    draft = Draft("checklist.published", checklist_aggregate(sha256), "county", data)
    with centre_at(tmp_path / "centre") as centre, laptop(tmp_path / "a", centre) as store:
        assert sync(store).complete
        assert Forms(store).checklists()["T-LIC"].version == SHIPPED
        centre.storage.renew_epoch()
        centre.storage.publish(lambda _: [draft])
        assert sync(store).complete
        assert Forms(store).checklists()["T-LIC"].version == "2099.1"


def test_another_laptops_checklist_does_not_stand_for_a_code(tmp_path: Path) -> None:
    """Only the centre's signed word says who publishes: a colleague's text under a known code is not used."""
    text = (CHECKLISTS / "training" / "T-LIC.yaml").read_text("utf-8").replace(SHIPPED, "2099.1")
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    data = {"code": "T-LIC", "version": "2099.1", "sha256": sha256, "text": text}
    with (
        centre_at(tmp_path / "centre") as centre,
        laptop(tmp_path / "a", centre) as a,
        laptop(tmp_path / "b", centre) as b,
    ):
        write(a, "checklist.published", checklist_aggregate(sha256), data, scope="county")
        assert sync(a).complete
        assert sync(b).entries_received == 1
        assert Forms(b).checklists()["T-LIC"].version == SHIPPED


def test_a_photo_taken_while_all_are_offered_goes_in_the_same_sync(tmp_path: Path) -> None:
    """What is recorded while a restored centre is offered every photo is at the centre when the sync says complete."""
    with centre_at(tmp_path / "centre") as centre, laptop(tmp_path / "a", centre) as store:
        start(store, "i-1")
        assert sync(store).complete
        centre.storage.renew_epoch()
        photos = [add_photo(store, "i-1", b"1" * 70_000)]

        def take(progress: Progress) -> None:
            if progress.phase == "uploading" and len(photos) == 1:
                # Its name comes before or after the first one's: either way the list of those here is made already.
                photos.extend(add_photo(store, "i-1", bytes([number]) * 70_000) for number in (2, 3, 4))

        report = sync(store, progress=take)
        assert (report.complete, report.restored, len(photos)) == (True, True, 4)
        assert centre.photos() == set(photos)
        assert pending(store).photos_up == 0


def test_a_laptop_that_only_reads_notices_positions_given_anew(tmp_path: Path) -> None:
    """Though whoever lost entries never comes back, a reader whose positions are of other entries now starts over."""
    with centre_at(tmp_path / "centre") as before:
        gone, writer, reader = (laptop(tmp_path / name, before) for name in ("gone", "writer", "reader"))
        start(writer, "i-1")
        sync(writer)
        _back_up(before, tmp_path / "backup")
        for number in range(3):
            answer(gone, "i-2", f"q{number}", 1)
        sync(gone)
        sync(reader)
    with centre_at(tmp_path / "backup") as restored:
        _go_on_with(restored, writer, reader)
        for number in range(6):
            answer(writer, "i-1", f"q{number}", 1)
        assert sync(writer).complete
        report = sync(reader)
        assert (report.complete, report.restored) == (True, True)
        assert len(reader.entries("i-1")) == 7
        assert sync(writer).complete
        assert not sync(reader).restored
    for store in (gone, writer, reader):
        store.close()
