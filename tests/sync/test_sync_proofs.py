"""Proofs over loopback: two laptops of two agencies witness each other's log, and what the centre proves is checked."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from inspector.casefile.bundle import Bundle
from inspector.casefile.checked import check_bundle, policy_witnesses
from inspector.casefile.merging import merge_pages
from inspector.central import policy
from inspector.central.proofs import make_bundle
from inspector.domain.entries import Ref
from inspector.errors import NotTrusted, Refusal, SyncError
from inspector.journal.canonical import MalformedError
from inspector.journal.merkle import leaf_hash, verify_inclusion
from inspector.journal.nodes import StoredTree
from inspector.journal.note import Cosignature, parse_note, verify_cosignature
from inspector.journal.receipt import device_checkpoint, verify_checkpoint
from inspector.services.proofs import best_bundle, kept_bundle, own_bundle
from inspector.store import proof_bundles
from inspector.store.workspace import Store
from inspector.sync import proofs as fetching
from inspector.sync.enrolment import enrol
from inspector.sync.proofs import fetch_proofs
from inspector.sync.protocol import NONCE_HEADER, SIGNATURE_HEADER, b64, response_message
from inspector.sync.witness import ALARMS, LOGS
from tests.sync.sync_world import Centre, answer, centre_at, start, sync, workspace

SUBJECT = "inspection/i-1"


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    with centre_at(tmp_path / "centre") as opened:
        yield opened


def of_agency(path: Path, centre: Centre, department: str, *grids: str) -> Store:
    """A laptop of a department."""
    store = workspace(path)
    code = centre.storage.create_code(
        name="样例甲", role="officer", department=department, scopes=grids or ("g-7",)
    )
    enrol(store, centre.url, str(code))
    return store


@pytest.fixture
def school(tmp_path: Path, centre: Centre) -> Iterator[Store]:
    with of_agency(tmp_path / "a", centre, "教育") as store:
        yield store


@pytest.fixture
def market(tmp_path: Path, centre: Centre) -> Iterator[Store]:
    with of_agency(tmp_path / "b", centre, "市场监管") as store:
        yield store


@pytest.fixture
def refs(school: Store, market: Store) -> list[Ref]:
    """Entries of both laptops, sent, received and witnessed."""
    found = [start(school, "i-1"), answer(school, "i-1", "x", "yes")]
    assert sync(school).complete
    assert sync(market).complete
    found.append(answer(market, "i-1", "y", "no"))
    for store in (market, school):
        assert sync(store).complete
    return found


def test_a_bundle_has_the_witnesses_of_both_agencies(
    centre: Centre, school: Store, market: Store, refs: list[Ref]
) -> None:
    """Either laptop gets proofs of all entries, which hold by the centre's key alone and meet the county's policy."""
    for store in (school, market):
        bundle = fetch_proofs(store, SUBJECT, refs)
        assert [one.ref for one in bundle.proofs] == sorted(refs)
        witnesses = policy_witnesses(bundle.policy)
        cosigned = {
            name
            for one in bundle.witnesses
            for name, key in witnesses.items()
            if key.name in {line[0] for line in parse_note(one.note).signatures}
        }
        assert cosigned == {school.device, market.device}
        assert policy.is_met(bundle.policy, cosigned)
        assert {(one.device, one.department) for one in bundle.devices} == {
            (school.device, "教育"), (market.device, "市场监管"),
        }  # fmt: skip
        assert all(one.place is not None and one.state == "active" for one in bundle.checkpoints)
        assert kept_bundle(store, SUBJECT) == bundle
        assert best_bundle(store, SUBJECT, refs) == (bundle, [])
        assert best_bundle(store, "inspection/i-2", refs)[1] == sorted(
            ref for ref in refs if ref.device != store.device
        )


def test_many_entries_come_in_pages(
    centre: Centre, school: Store, market: Store, refs: list[Ref], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages lead to one checkpoint, though a later one needs a larger one than the first."""
    late = [answer(school, "i-1", f"q{number}", "yes") for number in range(5)]
    sync(school)
    whole = fetch_proofs(school, SUBJECT, [*refs, *late])
    monkeypatch.setattr(fetching, "PAGE", 2)
    paged = fetch_proofs(school, SUBJECT, [*refs, *late])
    assert set(paged.proofs) == set(whole.proofs)
    assert set(paged.checkpoints) == set(whole.checkpoints)
    assert (paged.note, paged.policy) == (whole.note, whole.policy)
    with pytest.raises(ValueError, match="several"):
        merge_pages([paged, replace(paged, note="x")])


def test_what_the_centre_may_not_show_stays_unproved(
    tmp_path: Path, centre: Centre, school: Store, refs: list[Ref]
) -> None:
    """Of another grid's entries a laptop gets nothing, and is told which lack proofs."""
    with of_agency(tmp_path / "c", centre, "公安", "g-9") as stranger:
        mine = start(stranger, "i-9", scope="g-9")
        sync(stranger)
        bundle = fetch_proofs(stranger, SUBJECT, [*refs, mine])
        assert [one.ref for one in bundle.proofs] == [mine]
        assert best_bundle(stranger, SUBJECT, [*refs, mine])[1] == sorted(refs)


def test_own_proofs_need_no_network(tmp_path: Path, centre: Centre, school: Store, refs: list[Ref]) -> None:
    """Sent entries by the receipt's time and cosignature, unsent ones by the laptop's own signature alone."""
    unsent = answer(school, "i-1", "z", "yes")
    mine = [ref for ref in refs if ref.device == school.device]
    bundle = own_bundle(school, [*refs, unsent, Ref(school.device, 99)])
    assert [one.ref for one in bundle.proofs] == [*mine, unsent]
    roots = {one.size: one for one in bundle.checkpoints}
    hashes = proof_bundles.hashes_of(school.connection, [*mine, unsent])
    for one in bundle.proofs:
        root = roots[one.size].root
        assert verify_inclusion(hashes[one.ref], one.ref.seq - 1, one.size, one.path, root)
    for point in bundle.checkpoints:
        assert point.place is None
        assert verify_checkpoint(school.key.public, point.size, point.root, point.signature)
        assert (point.time is None) == (point.size == unsent.seq)
        if point.time is not None:
            text = device_checkpoint(point.device, point.size, point.root)
            assert verify_cosignature(text, bundle.public_key, Cosignature(point.time, point.cosignature))
    fetch_proofs(school, SUBJECT, refs)
    both, missing = best_bundle(school, SUBJECT, [*refs, unsent])
    assert missing == []
    assert [one.place is None for one in both.checkpoints].count(True) == 1
    with workspace(tmp_path / "alone") as alone:
        ref = start(alone, "i-5")
        found, missing = best_bundle(alone, SUBJECT, [ref])
        assert (found.centre, found.public_key, found.note, missing) == ("", b"", "", [])
        with pytest.raises(Refusal):
            fetch_proofs(alone, SUBJECT, [ref])


class Tampering(httpx.BaseTransport):
    """The enrolled centre itself, with its key, that answers one route otherwise."""

    def __init__(self, centre: Centre, path: str, change: Callable[[dict[str, Any]], None]) -> None:
        self._inner = httpx.HTTPTransport()
        self._centre, self._path, self._change = centre, path, change

    def close(self) -> None:
        self._inner.close()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.headers["Accept-Encoding"] = "identity"
        response = self._inner.handle_request(request)
        if request.url.path != self._path:
            return response
        data = json.loads(response.read())
        response.close()
        self._change(data)
        body = json.dumps(data).encode()
        message = response_message(request.headers[NONCE_HEADER], 200, body)
        headers = {
            "Content-Type": "application/json",
            SIGNATURE_HEADER: b64(self._centre.storage.key.sign(message)),
        }
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(body))


def _other_place(data: dict[str, Any]) -> None:
    data["checkpoints"][0]["place"]["index"] += 1


def _revoked_hidden(data: dict[str, Any]) -> None:
    data["checkpoints"][0]["state"] = "revoked"


def _other_time(data: dict[str, Any]) -> None:
    data["checkpoints"][0]["time"] += 1


def _other_agency(data: dict[str, Any]) -> None:
    data["devices"][0]["department"] = "公安"


def _other_key(data: dict[str, Any]) -> None:
    data["devices"][0]["public_key"] = data["devices"][1]["public_key"]


def _other_policy(data: dict[str, Any]) -> None:
    data["policy"] = "quorum none\n"


def _other_path(data: dict[str, Any]) -> None:
    data["proofs"][0]["path"] = data["proofs"][0]["path"][::-1] + ["00" * 32]


def _no_place(data: dict[str, Any]) -> None:
    data["devices"][0]["place"] = None


def _other_witness(data: dict[str, Any]) -> None:
    data["witnesses"][0]["note"] = data["note"]


@pytest.mark.parametrize(
    "change",
    [
        _other_place, _revoked_hidden, _other_time, _other_agency, _other_key, _other_policy, _other_path, _no_place,
        _other_witness,
    ],
)  # fmt: skip
def test_a_false_proof_is_refused(
    centre: Centre, school: Store, refs: list[Ref], change: Callable[[dict[str, Any]], None]
) -> None:
    """Whatever of a bundle is changed by who holds the centre's key but not its log: nothing is kept."""
    with pytest.raises(NotTrusted) as caught:
        fetch_proofs(school, SUBJECT, refs, transport=Tampering(centre, "/v1/proofs", change))
    assert caught.value.code == "proofs.false"
    assert kept_bundle(school, SUBJECT) is None


def test_proofs_of_another_log_are_an_alarm(
    tmp_path: Path, centre: Centre, school: Store, refs: list[Ref]
) -> None:
    """A log that is shown for proofs alone, of the same name, signed by the centre: it is not the one that was watched."""
    from inspector.journal.nodes import LeafTree, inclusion_proof
    from inspector.journal.note import checkpoint_text, sign_note

    def fork(data: dict[str, Any]) -> None:
        bundle = Bundle.from_data(data)
        leaves = [one.leaf() for one in bundle.checkpoints] + [one.leaf() for one in bundle.devices]
        leaves.append(bundle.policy_leaf())
        tree = LeafTree([leaf_hash(leaf) for leaf in leaves])
        origin = bundle.note.partition("\n")[0]
        text = checkpoint_text(origin, tree.size, tree.root())
        places = [
            {"index": index, "path": [step.hex() for step in inclusion_proof(index, tree.size, tree.node)]}
            for index in range(tree.size)
        ]
        for rows in (data["checkpoints"], data["devices"]):
            for row in rows:
                row["place"] = places.pop(0)
        data["centre"]["policy_place"] = places.pop(0)
        data["note"] = sign_note(text, origin, centre.storage.key)
        data["witnesses"] = []

    with pytest.raises(NotTrusted) as caught:
        fetch_proofs(school, SUBJECT, refs, transport=Tampering(centre, "/v1/proofs", fork))
    assert caught.value.code == "log.forked"
    assert school.json_setting(ALARMS)[0]["code"] == "log.forked"
    assert kept_bundle(school, SUBJECT) is None


def test_a_leaf_changed_in_the_centres_database_is_noticed(
    centre: Centre, school: Store, market: Store, refs: list[Ref]
) -> None:
    """Who changes what the log says of a receipt cannot prove it any more; who changes its nodes too is seen by a witness."""
    import sqlalchemy as sa

    from inspector.central import ledger_tables

    leaf, node = ledger_tables.ledger_leaf, ledger_tables.ledger_node
    mine = sa.and_(leaf.c.kind == "checkpoint", leaf.c.device == school.device)
    with centre.storage.database.write() as connection:
        place = (
            connection.execute(sa.select(leaf.c.place).where(mine).order_by(leaf.c.place)).scalars().first()
        )
        found = bytes(connection.execute(sa.select(leaf.c.leaf).where(leaf.c.place == place)).scalar_one())
        changed = found.replace(b'"state":"active"', b'"state":"revoked"')
        assert changed != found
        connection.execute(sa.update(leaf).where(leaf.c.place == place).values(leaf=changed))
    with pytest.raises(NotTrusted) as caught:
        fetch_proofs(school, SUBJECT, refs)
    assert caught.value.code == "proofs.false"
    with centre.storage.database.write() as connection:
        hashes = [leaf_hash(bytes(row)) for row in connection.execute(
            sa.select(leaf.c.leaf).order_by(leaf.c.place)).scalars()]  # fmt: skip
        tree = StoredTree(0, lambda level, index: b"")
        for one in hashes:
            tree.append(one)
        for (level, index), value in tree.new.items():
            named = sa.and_(node.c.level == level, node.c.place == index)
            connection.execute(sa.update(node).where(named).values(hash=value))
    before = centre.storage.epoch
    answer(market, "i-1", "z", "no")
    report = sync(market)
    assert report.restored, (
        "the centre itself finds that it lost what a laptop shows: no other log passes for this one"
    )
    assert [one["origin"] for one in market.json_setting(LOGS)] == [
        f"inspector/centre/{centre.storage.device_id}/{epoch}" for epoch in (before, centre.storage.epoch)
    ]


def test_an_epoch_renewed_meanwhile_is_met_with_a_new_session(
    centre: Centre, school: Store, refs: list[Ref]
) -> None:
    """The centre is found to be restored between the session and the proofs: they are asked for anew, and hold."""

    def renew(_: dict[str, Any]) -> None:
        if centre.storage.epoch == before:
            centre.storage.renew_epoch()

    before = centre.storage.epoch
    bundle = fetch_proofs(school, SUBJECT, refs, transport=Tampering(centre, "/v1/sessions", renew))
    assert bundle.note.startswith(f"inspector/centre/{centre.storage.device_id}/{centre.storage.epoch}\n")
    assert centre.storage.epoch != before


def test_an_older_centre_has_no_proofs(centre: Centre, school: Store, refs: list[Ref]) -> None:
    """It says so in words, and the laptop keeps what it had."""

    class Older(httpx.BaseTransport):
        inner = httpx.HTTPTransport()

        def close(self) -> None:
            self.inner.close()

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path == "/v1/proofs":
                request.url = request.url.copy_with(path="/v1/unknown")
            return self.inner.handle_request(request)

    with pytest.raises(SyncError) as caught:
        fetch_proofs(school, SUBJECT, refs, transport=Older())
    assert caught.value.code == "proofs.none"


def test_a_bundle_made_at_the_centre_holds(centre: Centre, school: Store, refs: list[Ref]) -> None:
    """For an export at the centre itself: everything, checked like anybody's."""
    bundle = make_bundle(centre.storage, refs)
    hashes = proof_bundles.hashes_of(school.connection, refs)
    check_bundle(bundle, centre_public=centre.storage.key.public, hashes=hashes)
    with pytest.raises(MalformedError):
        check_bundle(bundle, centre_public=school.key.public, hashes=hashes)
    with pytest.raises(MalformedError):
        check_bundle(bundle, centre_public=centre.storage.key.public, hashes={})


def test_a_restored_centre_renews_its_log(
    tmp_path: Path, centre: Centre, school: Store, market: Store
) -> None:
    """An honest centre that lost leaves which a laptop saw is told so by the laptop's note: a restoration, no alarm."""
    from tests.contracts.storage_contract import dump, restore

    start(school, "i-1")
    sync(school)
    kept = dump(centre.storage)
    sync(market)
    centre.storage.set_state(market.device, "revoked", "遗失")
    centre.storage.set_state(market.device, "active", "")
    sync(school)
    with of_agency(tmp_path / "c", centre, "公安"):
        assert sync(school).complete, "the log has leaves that the backup lacks"
    before = centre.storage.epoch
    restore(centre.storage, kept)
    report = sync(school)
    assert report.complete
    assert report.restored
    assert centre.storage.epoch != before
    assert school.json_setting(ALARMS) is None
