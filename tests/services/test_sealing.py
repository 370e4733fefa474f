"""Concluding seals: what the inspection consists of, when the laptop last heard of the centre, and nothing is late by it."""

import base64
from pathlib import Path

from inspector.domain.sealing import read_ranges
from inspector.journal.keys import SigningKey
from inspector.journal.receipt import issue_receipt, sign_checkpoint
from inspector.services import inspections, lookup
from inspector.services.forms import Forms
from inspector.store import log
from inspector.store.workspace import Store
from tests.workplace import conclude, deliver, make_store, start_inspection


def _receipt(store: Store, seconds: int) -> None:
    """Have the centre give a receipt for all that is there."""
    tree = log.own_tree(store.connection)
    receipt = issue_receipt(
        centre="centre.test",
        centre_key=SigningKey(bytes(32)),
        device_public=store.key.public,
        size=tree.size,
        root=tree.root(),
        device_signature=sign_checkpoint(store.key, tree.size, tree.root()),
        time_seconds=seconds,
    )
    store.record_receipt(receipt)


def test_a_conclusion_is_sealed_with_all_that_belongs_to_it(tmp_path: Path) -> None:
    """The seal names every entry of the inspection and of its findings up to it, and the photos that they name."""
    with make_store(tmp_path / "ws") as store:
        begun = start_inspection(store)
        inspections.answer(store, Forms(store), begun.id, "T-LIC-01", "无")
        conclude(store, begun.id)
        entries = store.entries(begun.id)
        (sealed,) = [entry for entry in entries if entry.type == "inspection.sealed"]
        assert sealed.data is not None
        (findings,) = [
            entry.data["findings"] for entry in entries if entry.type == "inspection.concluded" and entry.data
        ]
        assert set(findings) < set(sealed.data["about"])
        belonging = [entry.ref.seq for name in sealed.data["about"] for entry in store.entries(name)]
        (run,) = sealed.data["entries"]
        assert run["device"] == store.device
        assert read_ranges(run["seqs"]) == sorted(seq for seq in belonging if seq != sealed.ref.seq)
        assert sealed.data["count"] == len(belonging) - 1
        assert "anchor" not in sealed.data
        assert lookup.inspection(store, begun.id).late == 0


def test_what_follows_the_seal_is_late_and_the_seal_is_not(tmp_path: Path) -> None:
    """Another laptop's answer that knew nothing of the conclusion is counted; the seal never is."""
    with make_store(tmp_path / "ws") as store, make_store(tmp_path / "other", 1) as other:
        begun = start_inspection(store)
        deliver(log.sealed_entries(store.connection, store.device), other)
        conclude(store, begun.id)
        inspections.note(other, begun.id, "", "补充说明")
        deliver(log.sealed_entries(other.connection, other.device), store)
        assert lookup.inspection(store, begun.id).late == 1


def test_a_receipt_is_quoted_by_what_begins_and_what_seals(tmp_path: Path) -> None:
    """The start and the seal quote the newest receipt of their time, so that neither can have been written before it."""
    with make_store(tmp_path / "ws") as store:
        first = start_inspection(store, address="虚构路1号")
        _receipt(store, 1_790_000_100)
        second = start_inspection(store, address="虚构路2号")
        _receipt(store, 1_790_000_900)
        conclude(store, second.id)
        (begun,) = [entry for entry in store.entries(first.id) if entry.type == "inspection.started"]
        assert begun.data is not None
        assert "anchor" not in begun.data
        quoted = {
            entry.type: entry.data["anchor"]
            for entry in store.entries(second.id)
            if entry.data and "anchor" in entry.data
        }
        times = {name: anchor["time"] for name, anchor in quoted.items()}
        assert times == {"inspection.started": 1_790_000_100, "inspection.sealed": 1_790_000_900}
        assert all(len(base64.b64decode(anchor["cosignature"])) == 64 for anchor in quoted.values())
