"""What every storage of a centre has to do, whatever database is below it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from inspector.central import tables
from inspector.central.problems import ProblemError
from inspector.central.settings import Settings
from inspector.central.status import status
from inspector.central.storage import Storage
from inspector.domain.entries import Draft, Ref
from inspector.errors import Damaged, Refusal, WorkspaceError
from inspector.journal.receipt import sign_checkpoint
from inspector.sync.protocol import Cursor, Push
from tests.contracts.laptops import Laptop

WRITERS, BATCHES, BATCH = 6, 12, 20


def pull(storage: Storage, laptop: Laptop, cursor: str = "", *, own: bool = False) -> tuple[list[Ref], str]:
    """Everything after a cursor, and where it ends."""
    refs: list[Ref] = []
    while True:
        page = storage.page(laptop.id, cursor, limit=7, include_own=own)
        refs += [sealed.ref for sealed in page.entries]
        cursor = page.cursor
        if not page.more:
            return refs, cursor


def refusal(storage: Storage, push: Push) -> ProblemError:
    """Why a push is refused."""
    with pytest.raises(ProblemError) as caught:
        storage.append(push)
    return caught.value


def page_refusal(storage: Storage, laptop: Laptop, cursor: str) -> ProblemError:
    """Why a pull is refused."""
    with pytest.raises(ProblemError) as caught:
        storage.page(laptop.id, cursor)
    return caught.value


def note(scope: str) -> Draft:
    """Something to publish."""
    return Draft("note.added", "n-centre", scope, {"text": "通知"})


def dump(storage: Storage) -> dict[sa.Table, list[dict[str, Any]]]:
    """All rows, as a backup has them."""
    with storage.database.read() as connection:
        return {
            table: [dict(row._mapping) for row in connection.execute(sa.select(table))]
            for table in tables.metadata.sorted_tables
        }


def restore(storage: Storage, rows: dict[sa.Table, list[dict[str, Any]]]) -> None:
    """Bring the database back to a backup."""
    with storage.database.write() as connection:
        for table in reversed(tables.metadata.sorted_tables):
            connection.execute(sa.delete(table))
        for table in tables.metadata.sorted_tables:
            if rows[table]:
                connection.execute(sa.insert(table), rows[table])


class StorageContract:
    """Mixed into a test class for each database, which gives `settings` and `storage`."""

    @pytest.fixture
    def laptop(self, storage: Storage) -> Laptop:
        """An enrolled laptop of grid g-01."""
        made = Laptop(1)
        made.enrol(storage, "g-01")
        return made

    @pytest.fixture
    def reader(self, storage: Storage) -> Laptop:
        """Another laptop of grid g-01."""
        made = Laptop(2)
        made.enrol(storage, "g-01")
        return made

    def test_a_repeat_gives_the_same_receipt(self, storage: Storage, laptop: Laptop) -> None:
        """A push repeated, as after a lost answer, stores nothing twice and gives the receipt byte for byte."""
        laptop.write("g-01", 5)
        first = storage.append(laptop.push(1, 5))
        laptop.check(storage, first.receipt.size, first.receipt.time, first.receipt.cosignature)
        assert storage.append(laptop.push(1, 5)) == first
        assert storage.append(laptop.push(3, 5)) == first
        assert status(storage).scopes["g-01"] == 5

    def test_an_old_push_after_newer_ones_is_harmless(self, storage: Storage, laptop: Laptop) -> None:
        """A push that was held up and comes after later ones gets a receipt that covers it; sizes never fall."""
        laptop.write("g-01", 9)
        early = storage.append(laptop.push(1, 3))
        late = storage.append(laptop.push(4, 9))
        assert storage.append(laptop.push(1, 3)) == early
        between = storage.append(laptop.push(2, 5))
        assert between.receipt == late.receipt
        laptop.check(storage, between.receipt.size, between.receipt.time, between.receipt.cosignature)

    def test_an_overlap_goes_on_where_the_log_ends(self, storage: Storage, laptop: Laptop) -> None:
        """Entries that are stored already are compared, the rest is appended."""
        laptop.write("g-01", 8)
        storage.append(laptop.push(1, 5))
        accepted = storage.append(laptop.push(3, 8))
        assert accepted.receipt.size == 8
        laptop.check(storage, 8, accepted.receipt.time, accepted.receipt.cosignature)

    def test_a_gap_is_refused_with_what_is_there(self, storage: Storage, laptop: Laptop) -> None:
        """A push beyond the end of the log stores nothing and says from where to send."""
        laptop.write("g-01", 6)
        storage.append(laptop.push(1, 2))
        refused = refusal(storage, laptop.push(4, 6))
        assert (refused.code, refused.details["have"]) == ("push.gap", 2)
        assert status(storage).scopes["g-01"] == 2

    def test_a_wrong_signature_stores_nothing(self, storage: Storage, laptop: Laptop) -> None:
        """The device must have signed the root that the centre computes, else nothing of the push is kept."""
        laptop.write("g-01", 3)
        push = laptop.push(1, 3)
        other = sign_checkpoint(laptop.key, 3, bytes(32))
        assert refusal(storage, replace(push, signature=other)).code == "push.signature"
        assert "g-01" not in status(storage).scopes
        storage.append(push)
        assert refusal(storage, replace(push, signature=other)).code == "push.signature"

    def test_entries_out_of_order_are_malformed(self, storage: Storage, laptop: Laptop) -> None:
        """A push that is not one run of the device's numbers up to its size is not taken."""
        laptop.write("g-01", 4)
        push = laptop.push(1, 4)
        for wrong in (
            replace(push, entries=push.entries[::-1]),
            replace(push, size=5),
            replace(push, entries=(push.entries[0], push.entries[2])),
            replace(push, entries=(Laptop(9).make(4, "g-01"),)),
        ):
            assert refusal(storage, wrong).code == "request.malformed"

    def test_a_fork_keeps_both_branches(self, storage: Storage, laptop: Laptop, reader: Laptop) -> None:
        """Two entries under one number: both are kept, the device is quarantined, the others see the first alone."""
        laptop.write("g-01", 4)
        storage.append(laptop.push(1, 4))
        twin = Laptop(1)
        twin.entries = [
            *laptop.entries[:2],
            *(twin.make(seq, "g-01", data={"text": "另一份"}) for seq in (3, 4, 5)),
        ]
        for _ in range(2):
            refused = refusal(storage, twin.push(2, 5))
            assert (refused.code, refused.details["seq"]) == ("push.fork", 3)
        found = storage.device(laptop.id)
        assert found is not None
        assert (found.state, found.note) == ("quarantined", "fork at 3")
        assert status(storage).forks == {laptop.id: 3}
        assert pull(storage, reader)[0] == [entry.ref for entry in laptop.entries]
        with pytest.raises(ProblemError) as caught:
            storage.page(laptop.id, "")
        assert caught.value.code == "device.revoked"

    def test_what_a_revoked_device_sends_is_kept_aside(
        self, storage: Storage, laptop: Laptop, reader: Laptop
    ) -> None:
        """A revoked device's entries are stored with a receipt and seen by nobody, until they are released."""
        laptop.write("g-01", 3)
        storage.append(laptop.push(1, 2))
        storage.set_state(laptop.id, "revoked", "遗失")
        accepted = storage.append(laptop.push(3, 3))
        laptop.check(storage, 3, accepted.receipt.time, accepted.receipt.cosignature)
        assert [(item.seq, item.verdict, item.reason) for item in accepted.verdicts] == [
            (3, "quarantined", "device.revoked")
        ]
        assert pull(storage, reader)[0] == [Ref(laptop.id, 1), Ref(laptop.id, 2)]
        with pytest.raises(Refusal):
            storage.release(laptop.id)
        storage.set_state(laptop.id, "active", "")
        assert storage.release(laptop.id) == 1
        assert pull(storage, reader)[0] == [entry.ref for entry in laptop.entries]

    def test_poison_is_kept_aside_and_the_rest_goes_on(
        self, storage: Storage, laptop: Laptop, reader: Laptop
    ) -> None:
        """Entries that nobody could fold, or may not say, never block those around them."""
        laptop.write("g-01")
        laptop.write("g-01", kind="site.recorded", data={"facts": "not a mapping"})
        laptop.write(
            "county", kind="pack.assigned", data={"grid": "g-01", "site_kind": "training", "pack": "x"}
        )
        laptop.write("county", kind="checklist.published", data={"sha256": "0" * 64, "text": "另一份"})
        laptop.write("g-99")
        laptop.write("g-01", kind="future.kind", data={"anything": [1, 2]})
        accepted = storage.append(laptop.push(1, 6))
        reasons = {item.seq: item.reason for item in accepted.verdicts}
        assert reasons == {2: "data.malformed", 3: "role.denied", 4: "data.malformed", 5: "scope.denied"}
        assert pull(storage, reader)[0] == [Ref(laptop.id, 1), Ref(laptop.id, 6)]
        laptop.check(storage, 6, accepted.receipt.time, accepted.receipt.cosignature)

    def test_scopes_decide_what_is_seen(self, storage: Storage, laptop: Laptop) -> None:
        """A device gets the county and its grids, not its own entries, and with "*" everything."""
        laptop.write("g-01", 2)
        laptop.write("county", 1)
        storage.append(laptop.push(1, 3))
        other, chief = Laptop(3), Laptop(4)
        other.enrol(storage, "g-02")
        chief.enrol(storage, "*", role="supervisor")
        assert pull(storage, other)[0] == [Ref(laptop.id, 3)]
        assert pull(storage, chief)[0] == [Ref(laptop.id, 3), Ref(laptop.id, 1), Ref(laptop.id, 2)]
        assert pull(storage, laptop)[0] == []
        assert len(pull(storage, laptop, own=True)[0]) == 3

    def test_a_grid_added_is_filled_and_one_removed_is_not_named(
        self, storage: Storage, laptop: Laptop
    ) -> None:
        """A grid granted later comes from its beginning though the cursor is far on; one taken away is not in scopes."""
        laptop.write("g-01", 12)
        storage.append(laptop.push(1, 12))
        mover = Laptop(3)
        mover.enrol(storage, "g-02")
        refs, cursor = pull(storage, mover)
        assert refs == []
        storage.grant(mover.id, ["g-01"])
        assert pull(storage, mover, cursor)[0] == [entry.ref for entry in laptop.entries]
        assert storage.page(mover.id, "").scopes == ("county", "g-01")

    def test_a_grant_releases_what_was_sent_before(
        self, storage: Storage, laptop: Laptop, reader: Laptop
    ) -> None:
        """Entries sent for a grid that was not the device's go to the others when the grid is granted."""
        laptop.write("g-02", 2)
        storage.append(laptop.push(1, 2))
        storage.grant(reader.id, ["g-02"])
        assert pull(storage, reader)[0] == []
        storage.grant(laptop.id, ["g-01", "g-02"])
        assert pull(storage, reader)[0] == [Ref(laptop.id, 1), Ref(laptop.id, 2)]
        assert status(storage).quarantined == {}

    def test_another_epoch_is_noticed(self, storage: Storage, laptop: Laptop, reader: Laptop) -> None:
        """A cursor of before a restoration is refused, the empty one starts over; a made-up one is malformed."""
        laptop.write("g-01", 3)
        storage.append(laptop.push(1, 3))
        _, cursor = pull(storage, reader)
        storage.renew_epoch()
        assert page_refusal(storage, reader, cursor).code == "pull.epoch"
        assert len(pull(storage, reader)[0]) == 3
        forged = Cursor(storage.epoch, {"g-01": 99}).encode()
        assert page_refusal(storage, reader, forged).code == "request.malformed"
        assert page_refusal(storage, reader, f"{forged}.{'0' * 32}").code == "request.malformed"

    def test_a_rolled_back_database_is_noticed_by_itself(
        self, storage: Storage, laptop: Laptop, reader: Laptop
    ) -> None:
        """A cursor that counts what a restored backup has lost renews the epoch, and the lost entries come back.

        The centre publishes under another device from then on: laptops may know lost numbers of the first.
        """
        laptop.write("g-01", 5)
        storage.append(laptop.push(1, 2))
        (before,) = storage.publish(lambda _: [note("county")])
        _, old = pull(storage, reader)
        kept = dump(storage)
        storage.append(laptop.push(3, 5))
        _, cursor = pull(storage, reader, old)
        restore(storage, kept)
        epoch = storage.epoch
        refused = page_refusal(storage, reader, cursor)
        assert (refused.code, refused.details["epoch"]) == ("pull.epoch", storage.epoch)
        assert storage.epoch != epoch
        assert page_refusal(storage, reader, old).code == "pull.epoch"
        assert refusal(storage, laptop.push(5, 5)).details["have"] == 2
        accepted = storage.append(laptop.push(3, 5))
        laptop.check(storage, 5, accepted.receipt.time, accepted.receipt.cosignature)
        (after,) = storage.publish(lambda _: [note("county")])
        assert after.device != before.device
        assert after.seq == 1
        assert len(pull(storage, reader)[0]) == 7
        assert [device.role for device in storage.devices()] == ["officer", "officer"]

    def test_racing_writers_leave_no_gap_and_nothing_is_skipped(
        self, storage: Storage, reader: Laptop
    ) -> None:
        """While six devices commit at once into two scopes, a reader that follows by cursor misses nothing."""
        writers = [Laptop(10 + number) for number in range(WRITERS)]
        for writer in writers:
            writer.enrol(storage, "g-01")
            for _ in range(BATCHES):
                writer.write("g-01", BATCH // 2)
                writer.write("county", BATCH // 2)
        done = threading.Event()
        with ThreadPoolExecutor(WRITERS + 1) as pool:
            following = pool.submit(_follow, storage, reader, done)
            writing = [pool.submit(_write_all, storage, writer) for writer in writers]
            try:
                for work in writing:
                    work.result()
            finally:
                done.set()
            seen = following.result()
        everything = [entry.ref for writer in writers for entry in writer.entries]
        assert len(seen) == len(set(seen)), "an entry came twice"
        assert set(seen) == set(everything), "entries were skipped"
        with storage.database.read() as connection:
            table = tables.entry
            for scope in ("g-01", "county"):
                query = sa.select(table.c.position).where(table.c.scope == scope).order_by(table.c.position)
                positions = list(connection.execute(query).scalars())
                assert positions == list(range(1, len(positions) + 1))

    def test_the_same_push_at_once_from_many_connections(self, storage: Storage, laptop: Laptop) -> None:
        """A push repeated at the same time over several connections is stored once, and all get the same receipt."""
        laptop.write("g-01", 10)
        push = laptop.push(1, 10)
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda _: storage.append(push), range(6)))
        assert all(answer == answers[0] for answer in answers)
        assert status(storage).scopes["g-01"] == 10

    def test_a_centre_opens_again_as_itself(
        self, storage: Storage, settings: Settings, laptop: Laptop
    ) -> None:
        """Key, name, epoch and entries are the same after a restart; without its key it does not open at all."""
        laptop.write("g-01", 2)
        first = storage.append(laptop.push(1, 2))
        again = Storage(settings)
        try:
            assert (again.device_id, again.epoch, again.name) == (
                storage.device_id,
                storage.epoch,
                storage.name,
            )
            assert again.append(laptop.push(1, 2)) == first
        finally:
            again.close()
        key = Path(settings.data / "centre.key")
        key.write_text("11" * 32)
        with pytest.raises(Damaged):
            Storage(settings)

    def test_a_newer_schema_is_refused(self, storage: Storage, settings: Settings) -> None:
        """A database of a newer program is left alone."""
        with storage.database.write() as connection:
            newer = sa.update(tables.meta).where(tables.meta.c.name == "schema").values(value="99")
            connection.execute(newer)
        with pytest.raises(WorkspaceError) as caught:
            Storage(settings)
        assert caught.value.code == "central.schema"


def _write_all(storage: Storage, writer: Laptop) -> None:
    for batch in range(BATCHES):
        storage.append(writer.push(batch * BATCH + 1, (batch + 1) * BATCH))


def _follow(storage: Storage, reader: Laptop, done: threading.Event) -> list[Ref]:
    """Follow by cursor until the writers are done, and then to the end."""
    seen: list[Ref] = []
    cursor = ""
    while True:
        finished = done.is_set()
        refs, cursor = pull(storage, reader, cursor)
        seen += refs
        if finished:
            return seen
