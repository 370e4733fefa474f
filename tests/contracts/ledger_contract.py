"""What the centre's log has to be, whatever database is below it: gap-free, only growing, and everything in it provable."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from inspector.casefile.bundle import Bundle, DeviceCheckpoint
from inspector.central import ledger, ledger_tables, policy, tables
from inspector.central.ledger import Head, head_after, origin_of, sequence, set_agencies
from inspector.central.problems import ProblemError
from inspector.central.proofs import keep_cosignature, make_bundle
from inspector.central.settings import Settings
from inspector.central.storage import Storage
from inspector.domain.entries import Ref
from inspector.journal.merkle import leaf_hash, root_of, verify_consistency, verify_inclusion
from inspector.journal.note import cosign, parse_checkpoint, verify_note
from tests.contracts.laptops import Laptop
from tests.contracts.storage_contract import dump, note, restore


def leaves(storage: Storage, epoch: str = "") -> list[dict[str, Any]]:
    """The leaves of the log, in order."""
    table = ledger_tables.ledger_leaf
    query = sa.select(table.c.place, table.c.leaf).where(table.c.epoch == (epoch or storage.epoch))
    with storage.database.read() as connection:
        rows = connection.execute(query.order_by(table.c.place)).all()
    assert [row.place for row in rows] == list(range(len(rows))), "no gap"
    return [json.loads(bytes(row.leaf)) for row in rows]


def hashes(storage: Storage) -> list[bytes]:
    """The leaf hashes of the log, from the leaves alone."""
    from inspector.journal.canonical import encode

    return [leaf_hash(encode(leaf)) for leaf in leaves(storage)]


def text_of(storage: Storage, head: Head) -> str:
    """The checkpoint's text, whose signature holds."""
    return verify_note(head.note, ledger.log_vkey(storage, head.epoch))


def witness(storage: Storage, laptop: Laptop, head: Head, *, time: int = 1_790_000_000) -> None:
    """Cosign as a laptop does."""
    device = storage.device(laptop.id)
    assert device is not None
    signed = cosign(text_of(storage, head), f"inspector/device/{laptop.id}", laptop.key, time)
    keep_cosignature(storage, device, size=head.size, time=time, signature=signed.signature)


def hold(storage: Storage, bundle: Bundle) -> None:
    """Every place of a bundle leads to its note, and its note is the log's."""
    text = verify_note(bundle.note, ledger.log_vkey(storage, storage.epoch))
    log = parse_checkpoint(text)
    assert log.root == root_of(hashes(storage)[: log.size])
    placed = [(one.leaf(), one.place) for one in bundle.checkpoints]
    placed += [(one.leaf(), one.place) for one in bundle.devices]
    for leaf, place in [*placed, (bundle.policy_leaf(), bundle.policy_place)]:
        assert place is not None
        assert verify_inclusion(leaf_hash(leaf), place.index, log.size, place.path, log.root)
    for one in bundle.witnesses:
        later = parse_checkpoint(verify_note(one.note, ledger.log_vkey(storage, storage.epoch)))
        assert verify_consistency(log.size, later.size, log.root, later.root, one.consistency)


class LedgerContract:
    """Mixed into a test class for each database, which gives `settings` and `storage`."""

    def _laptop(self, storage: Storage, number: int, *scopes: str, department: str = "教育") -> Laptop:
        made = Laptop(number)
        code = storage.create_code(
            name=f"样例{number}", role="officer", department=department, scopes=scopes or ("g-01",),
            secret=made.key.seed[-10:],
        )  # fmt: skip
        storage.enrol(digest=code.digest, public_key=made.key.public, signature=made.sign_code(code))
        return made

    def _push(self, storage: Storage, laptop: Laptop, count: int = 1, scope: str = "g-01") -> None:
        first = len(laptop.entries) + 1
        laptop.write(scope, count)
        storage.append(laptop.push(first, len(laptop.entries)))

    def test_what_happens_becomes_leaves(self, storage: Storage) -> None:
        """Devices, receipts and the policy are in the log, in order; its checkpoint has the root of its leaves."""
        laptop = self._laptop(storage, 1)
        self._push(storage, laptop, 3)
        head = sequence(storage)
        found = leaves(storage)
        assert [(leaf["kind"], leaf.get("device", "")) for leaf in found] == [
            ("device", storage.device_id), ("device", laptop.id), ("checkpoint", laptop.id), ("policy", ""),
        ]  # fmt: skip
        assert found[2]["root"] == laptop.root(3).hex()
        assert found[2]["state"] == "active"
        told = parse_checkpoint(text_of(storage, head))
        assert told == (told.__class__(origin_of(storage, storage.epoch), 4, root_of(hashes(storage))))
        assert sequence(storage) == head, "nothing new, no new checkpoint"

    def test_a_push_again_adds_nothing_and_a_revoked_one_says_so(self, storage: Storage) -> None:
        """A repeat has no second leaf; the state of the device at the time of the receipt is in the leaf."""
        laptop = self._laptop(storage, 1)
        self._push(storage, laptop, 2)
        storage.append(laptop.push(1, 2))
        storage.set_state(laptop.id, "revoked", "遗失")
        self._push(storage, laptop, 1)
        sequence(storage)
        states = [leaf["state"] for leaf in leaves(storage) if leaf["kind"] == "checkpoint"]
        assert states == ["active", "revoked"]

    def test_many_at_once_leave_no_gap(self, storage: Storage) -> None:
        """Pushes and readers of the log at the same time: each leaf once, and every checkpoint consistent with the next."""
        laptops = [self._laptop(storage, number) for number in range(1, 7)]
        heads: list[Head] = []

        def work(laptop: Laptop) -> None:
            for _ in range(6):
                self._push(storage, laptop, 2)
                heads.append(sequence(storage))

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(work, laptops))
        sequence(storage)
        found = [(leaf["device"], leaf["size"]) for leaf in leaves(storage) if leaf["kind"] == "checkpoint"]
        assert sorted(found) == sorted((laptop.id, size) for laptop in laptops for size in range(2, 13, 2))
        all_hashes = hashes(storage)
        for head in heads:
            assert head.root == root_of(all_hashes[: head.size])

    def test_the_head_is_consistent_with_what_was_seen(self, storage: Storage) -> None:
        """Whatever was seen last, the proof to the newest checkpoint verifies; of another log there is none."""
        laptop = self._laptop(storage, 1)
        seen = [sequence(storage)]
        for count in (1, 5, 2, 9):
            self._push(storage, laptop, count)
            seen.append(sequence(storage))
        origin = origin_of(storage, storage.epoch)
        for old in seen:
            head, proof = head_after(storage, origin=origin, size=old.size, note=old.note)
            assert verify_consistency(old.size, head.size, old.root, head.root, proof)
        assert head_after(storage, origin="", size=0, note="") == (seen[-1], [])
        assert head_after(storage, origin="inspector/centre/other", size=2, note="")[1] == []
        assert head_after(storage, origin=origin, size=10_000, note="") == (seen[-1], [])

    def test_an_old_centre_gets_its_log(self, settings: Settings, storage: Storage) -> None:
        """A database without the tables has them after opening, with everything that it knew as leaves, once."""
        laptop, lost = self._laptop(storage, 1), self._laptop(storage, 2)
        self._push(storage, laptop, 2)
        self._push(storage, laptop, 1)
        storage.set_state(lost.id, "revoked", "遗失")
        self._push(storage, lost, 1)
        with storage.database.write() as connection:
            for table in reversed(tables.metadata.sorted_tables):
                if table.name.startswith("ledger"):
                    table.drop(connection)
        for _ in range(2):
            opened = Storage(settings)
            sequence(opened)
            found = leaves(opened)
            opened.close()
        assert {leaf["device"] for leaf in found if leaf["kind"] == "device"} == {
            storage.device_id, laptop.id, lost.id,
        }  # fmt: skip
        told = [
            (leaf["device"], leaf["size"], leaf["state"]) for leaf in found if leaf["kind"] == "checkpoint"
        ]
        assert sorted(told) == sorted(
            [(laptop.id, 2, "active"), (laptop.id, 3, "active"), (lost.id, 1, "revoked")]
        )
        assert len(found) == len({json.dumps(leaf, sort_keys=True) for leaf in found})

    def test_a_new_epoch_is_a_new_log(self, storage: Storage) -> None:
        """Its first leaf names the log before; all that is known follows; the old log stays as it was."""
        laptop = self._laptop(storage, 1)
        self._push(storage, laptop, 2)
        before, old = sequence(storage), storage.epoch
        self._push(storage, laptop, 1)
        storage.renew_epoch()
        head = sequence(storage)
        found = leaves(storage)
        assert head.epoch == storage.epoch != old
        assert found[0]["kind"] == "restored"
        assert (found[0]["origin"], found[0]["size"]) == (origin_of(storage, old), before.size)
        assert found[0]["root"] == before.root.hex()
        told = [(leaf["device"], leaf["size"]) for leaf in found if leaf["kind"] == "checkpoint"]
        assert sorted(told) == [(laptop.id, 2), (laptop.id, 3)]
        assert {leaf["device"] for leaf in found if leaf["kind"] == "device"} == {
            storage.device_id, laptop.id, *storage.publishers(),
        }  # fmt: skip
        hold(storage, make_bundle(storage, [Ref(laptop.id, seq) for seq in (1, 2, 3)]))

    def test_a_restored_centre_is_noticed_by_its_own_note(self, storage: Storage) -> None:
        """A laptop that shows a larger log, or another one of its size, that the centre signed: a new epoch begins."""
        laptop = self._laptop(storage, 1)
        self._push(storage, laptop, 1)
        sequence(storage)
        kept = dump(storage)
        self._push(storage, laptop, 1)
        seen, epoch = sequence(storage), storage.epoch
        for other in (False, True):
            restore(storage, kept)
            if other:
                third = self._laptop(storage, 3)
                self._push(storage, third, 1)
            origin = origin_of(storage, epoch)
            forged = seen.note.replace("inspector", "inspectar")
            assert head_after(storage, origin=origin, size=seen.size, note=forged)[0].epoch == epoch
            head, proof = head_after(storage, origin=origin, size=seen.size, note=seen.note)
            assert head.epoch == storage.epoch != epoch
            assert proof == []

    def test_proofs_lead_to_one_checkpoint(self, storage: Storage) -> None:
        """Each entry has the smallest receipt that covers it, at its place; the checkpoint is the smallest that covers all."""
        laptop, other = self._laptop(storage, 1), self._laptop(storage, 2)
        self._push(storage, laptop, 3)
        self._push(storage, laptop, 4)
        first = sequence(storage)
        self._push(storage, other, 2)
        sequence(storage)
        bundle = make_bundle(storage, [Ref(laptop.id, 2), Ref(laptop.id, 3), Ref(laptop.id, 5)])
        hold(storage, bundle)
        assert bundle.note == first.note
        assert [(one.ref.seq, one.size) for one in bundle.proofs] == [(2, 3), (3, 3), (5, 7)]
        for one in bundle.proofs:
            checkpoint = next(found for found in bundle.checkpoints if found.size == one.size)
            leaf = laptop.entries[one.ref.seq - 1].hash
            assert verify_inclusion(leaf, one.ref.seq - 1, one.size, one.path, checkpoint.root)
        again = Bundle.from_data(json.loads(json.dumps(bundle.to_data())))
        assert again == bundle

    def test_pages_are_brought_to_one_checkpoint(self, storage: Storage) -> None:
        """A page asked with the size of another leads to a checkpoint of at least that size."""
        laptop = self._laptop(storage, 1)
        notes = []
        for _ in range(3):
            self._push(storage, laptop, 1)
            notes.append(sequence(storage))
        late = make_bundle(storage, [Ref(laptop.id, 3)])
        assert late.note == notes[2].note
        early = make_bundle(storage, [Ref(laptop.id, 1)], size=notes[2].size)
        assert early.note == late.note
        with pytest.raises(ProblemError):
            make_bundle(storage, [Ref(laptop.id, 1)], size=10_000)

    def test_a_laptop_gets_proofs_of_what_it_may_see(self, storage: Storage) -> None:
        """Its own entries whatever became of them, others' only if accepted and in its scopes; what is unknown is left out."""
        laptop, other = self._laptop(storage, 1, "g-01"), self._laptop(storage, 2, "g-02")
        self._push(storage, laptop, 1, "g-01")
        self._push(storage, other, 1, "g-02")
        self._push(storage, other, 1, "county")
        self._push(storage, other, 1, "g-01")
        storage.publish(lambda _: [note("county")])
        asked = [
            Ref(device, seq) for device in (laptop.id, other.id, storage.device_id) for seq in range(1, 6)
        ]
        for viewer, expected in (
            (laptop, {(laptop.id, 1), (other.id, 2), (storage.device_id, 1)}),
            (other, {(other.id, 1), (other.id, 2), (other.id, 3), (storage.device_id, 1)}),
        ):
            bundle = make_bundle(storage, asked, viewer=storage.device(viewer.id))
            assert {tuple(one.ref) for one in bundle.proofs} == expected
            assert viewer.id in {one.device for one in bundle.devices}
            hold(storage, bundle)

    def test_witnesses_and_the_policy(self, storage: Storage) -> None:
        """Cosignatures of two agencies meet the policy; those of one do not; a revoked laptop may not witness."""
        school, market = self._laptop(storage, 1), self._laptop(storage, 2, department="市场 监管")
        self._push(storage, school, 2)
        head = sequence(storage)
        witness(storage, school, head)
        one = make_bundle(storage, [Ref(school.id, 1)])
        assert not policy.is_met(one.policy, [school.id])
        self._push(storage, market, 2)
        later = sequence(storage)
        witness(storage, market, later)
        both = make_bundle(storage, [Ref(school.id, 1)])
        hold(storage, both)
        assert policy.is_met(both.policy, [school.id, market.id])
        assert len(both.witnesses) == 2
        assert f"witness {market.id} inspector/device/{market.id}+" in both.policy
        assert "group agency/市场-监管 any" in both.policy
        assert both.policy.endswith("quorum agencies\n")
        storage.set_state(market.id, "revoked", "遗失")
        with pytest.raises(ProblemError) as caught:
            witness(storage, market, sequence(storage))
        assert caught.value.code == "device.revoked"
        assert leaves(storage)[-1]["kind"] == "policy", "who may witness has changed"

    def test_a_policy_that_nobody_can_meet(self, storage: Storage) -> None:
        """With fewer agencies than are needed it asks for nobody; the need is the office's to say."""
        laptop = self._laptop(storage, 1)
        self._push(storage, laptop)
        assert make_bundle(storage, [Ref(laptop.id, 1)]).policy.endswith("quorum none\n")
        set_agencies(storage, 1)
        sequence(storage)
        witness(storage, laptop, sequence(storage))
        found = make_bundle(storage, [Ref(laptop.id, 1)])
        assert "group agencies 1 agency/教育\n" in found.policy
        assert policy.is_met(found.policy, [laptop.id])
        hold(storage, found)

    def test_a_policy_that_its_witnesses_met_is_kept_until_the_next_is(self, storage: Storage) -> None:
        """A new laptop does not take away what was witnessed before it came."""
        school, market = self._laptop(storage, 1), self._laptop(storage, 2, department="市场监管")
        self._push(storage, school, 2)
        head = sequence(storage)
        witness(storage, school, head)
        witness(storage, market, head)
        self._laptop(storage, 3, department="公安")
        found = make_bundle(storage, [Ref(school.id, 1)])
        assert "公安" not in found.policy
        assert len(found.witnesses) == 2
        now = sequence(storage)
        witness(storage, school, now)
        witness(storage, market, now)
        assert "公安" in make_bundle(storage, [Ref(school.id, 1)]).policy

    def test_what_came_after_a_change_is_not_judged_by_the_policy_before(self, storage: Storage) -> None:
        """The county asks for more agencies: entries from before may stay with what they had, later ones may not."""
        school, market = self._laptop(storage, 1), self._laptop(storage, 2, department="市场监管")
        self._push(storage, school)
        before = sequence(storage)
        set_agencies(storage, 3)
        self._push(storage, school)
        for laptop in (school, market):
            witness(storage, laptop, sequence(storage))
        assert make_bundle(storage, [Ref(school.id, 1)]).note == before.note
        assert make_bundle(storage, [Ref(school.id, 1)]).policy.endswith("quorum agencies\n")
        assert make_bundle(storage, [Ref(school.id, 2)]).policy.endswith("quorum none\n")
        with storage.database.read() as connection:
            assert policy.need(connection) == 3

    def test_a_cosignature_is_over_a_checkpoint_that_there_is(self, storage: Storage) -> None:
        """Another size, another key, another time: refused; an older one after a newer one changes nothing."""
        laptop, other = self._laptop(storage, 1), self._laptop(storage, 2)
        old = sequence(storage)
        self._push(storage, laptop)
        head = sequence(storage)
        device = storage.device(laptop.id)
        assert device is not None
        good = cosign(text_of(storage, head), "x", laptop.key, 5).signature
        bad = cosign(text_of(storage, head), "x", other.key, 5).signature
        for size, time, signature in ((head.size - 1, 5, good), (head.size, 6, good), (head.size, 5, bad)):
            with pytest.raises(ProblemError) as caught:
                keep_cosignature(storage, device, size=size, time=time, signature=signature)
            assert caught.value.code == "log.cosignature"
        keep_cosignature(storage, device, size=head.size, time=5, signature=good)
        witness(storage, laptop, old)
        bundle = make_bundle(storage, [Ref(laptop.id, 1)])
        assert len(bundle.witnesses) == 1
        assert DeviceCheckpoint(laptop.id, 1, laptop.root(1), b"", storage.now).leaf() != b""
