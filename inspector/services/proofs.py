"""Proofs of entries on a laptop: what the centre gave and was checked, and what the laptop can show itself, offline."""

import json
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from inspector.casefile.bundle import Bundle, DeviceCheckpoint, DeviceRecord, EntryProof
from inspector.casefile.merging import add_own
from inspector.domain.entries import Ref
from inspector.journal.nodes import LeafTree, inclusion_proof, root
from inspector.journal.receipt import sign_checkpoint
from inspector.store import log, proof_bundles
from inspector.store.workspace import Store


def best_bundle(store: Store, subject: str, refs: Sequence[Ref]) -> tuple[Bundle, list[Ref]]:
    """Proofs of these entries without a network, and which of them have none.

    What the centre proved counts; for own entries that it did not prove yet, the laptop's own log and receipts.

    Args:
        subject: what the proofs were kept for, as `sync.proofs.fetch_proofs` was told.
    """
    wanted = set(refs)
    kept = kept_bundle(store, subject) or Bundle()
    proved = {one.ref for one in kept.proofs} & wanted
    kept = _only(kept, proved, store.device)
    own = own_bundle(store, sorted(ref for ref in wanted - proved if ref.device == store.device))
    found = add_own(kept, own)
    return found, sorted(wanted - {one.ref for one in found.proofs})


def kept_bundle(store: Store, subject: str) -> Bundle | None:
    """The proofs that were fetched for a subject; None where there are none."""
    row = proof_bundles.kept_bundle(store.connection, subject)
    return None if row is None else Bundle.from_data(json.loads(row))


def own_bundle(store: Store, refs: Sequence[Ref]) -> Bundle:
    """What this laptop can prove of its own entries: by its receipts, and where there is none by its own signature.

    No place in the centre's log is in it: nothing but the receipts shows what the centre knows.

    Args:
        refs: of this laptop; others are left out.
    """
    centre = store.setting("centre_key") or ""
    record = DeviceRecord(
        store.device, store.key.public, store.setting("department") or "", store.setting("role") or ""
    )
    bundle = Bundle(
        centre=store.setting("centre_name") or "" if centre else "",
        public_key=bytes.fromhex(centre),
        devices=(record,),
    )
    size = log.own_tree(store.connection).size
    own = sorted({ref for ref in refs if ref.device == store.device and ref.seq <= size})
    if not own:
        return bundle
    receipts = {one.size: one for one in log.receipts(store.connection, store.device)}
    sizes = sorted({*receipts, own[-1].seq})
    covering = {ref: sizes[bisect_left(sizes, ref.seq)] for ref in own}
    tree = LeafTree(proof_bundles.own_hashes(store.connection, store.device, max(covering.values())))
    proofs = [
        EntryProof(ref, size, tuple(inclusion_proof(ref.seq - 1, size, tree.node)))
        for ref, size in covering.items()
    ]
    checkpoints = []
    for size in sorted(set(covering.values())):
        receipt, found = receipts.get(size), root(size, tree.node)
        if receipt is None:
            signature = sign_checkpoint(store.key, size, found)
            checkpoints.append(DeviceCheckpoint(store.device, size, found, signature))
        else:
            checkpoints.append(
                DeviceCheckpoint(
                    store.device, size, found, receipt.device_signature, receipt.time, receipt.cosignature
                )
            )
    return Bundle(
        centre=bundle.centre,
        public_key=bundle.public_key,
        proofs=tuple(proofs),
        checkpoints=tuple(checkpoints),
        devices=(record,),
    )


def _only(kept: Bundle, refs: set[Ref], device: str) -> Bundle:
    """Of a bundle the proofs of these entries, with what they and a case file of this device need."""
    proofs = tuple(one for one in kept.proofs if one.ref in refs)
    devices = {device, *(one.ref.device for one in proofs)}
    sizes = {(one.ref.device, one.size) for one in proofs}
    return replace(
        kept,
        proofs=proofs,
        checkpoints=tuple(one for one in kept.checkpoints if (one.device, one.size) in sizes),
        devices=tuple(one for one in kept.devices if one.device in devices),
    )
