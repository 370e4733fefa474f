"""What this laptop itself can prove of a case's entries: those that it wrote, by its own log and the centre's receipts."""

from bisect import bisect_left
from collections.abc import Sequence

from inspector.casefile.bundle import Bundle, DeviceCheckpoint, DeviceRecord, EntryProof
from inspector.domain.entries import Ref
from inspector.journal.merkle import inclusion_proof, leaf_hash, root_of
from inspector.journal.receipt import sign_checkpoint
from inspector.store import log
from inspector.store.workspace import Store


def best_bundle(store: Store, subject: str, refs: Sequence[Ref]) -> tuple[Bundle, list[Ref]]:
    """Proofs for these entries, and those that have none.

    Args:
        subject: what the case file is about.
    """
    own = sorted(ref for ref in refs if ref.device == store.device)
    return own_bundle(store, own), sorted(ref for ref in refs if ref.device != store.device)


def own_bundle(store: Store, refs: Sequence[Ref]) -> Bundle:
    """Proofs of this laptop's own entries. What no receipt covers is in a checkpoint that the laptop signs alone.

    Args:
        refs: sorted, of this device.
    """
    devices = (DeviceRecord(store.device, store.key.public),)
    if not refs:
        return Bundle(devices=devices)
    rows = store.connection.execute("SELECT header FROM entry WHERE device = ? ORDER BY seq", (store.device,))
    leaves = [leaf_hash(bytes(row[0])) for row in rows]
    receipts = {one.size: one for one in log.receipts(store.connection, store.device)}
    sizes = sorted({*receipts, refs[-1].seq})
    proofs, used = [], set()
    for ref in refs:
        size = sizes[bisect_left(sizes, ref.seq)]
        used.add(size)
        proofs.append(EntryProof(ref, size, tuple(inclusion_proof(leaves[:size], ref.seq - 1))))
    checkpoints = []
    for size in sorted(used):
        receipt, root = receipts.get(size), root_of(leaves[:size])
        checkpoints.append(
            DeviceCheckpoint(
                store.device,
                size,
                root,
                sign_checkpoint(store.key, size, root),
                receipt.time if receipt else None,
                receipt.cosignature if receipt else b"",
            )
        )
    return Bundle(proofs=tuple(proofs), checkpoints=tuple(checkpoints), devices=devices)
