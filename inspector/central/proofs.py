"""What proves entries, for a laptop or for an export at the centre: a bundle made of the logs (docs/case-file.md)."""

import bisect
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from inspector.casefile.bundle import Bundle, DeviceCheckpoint, DeviceRecord, EntryProof, Place, Witnessed
from inspector.central import policy, tables
from inspector.central.accounts import Device
from inspector.central.core import Core
from inspector.central.ledger import Head, StoredNodes, checkpoint_of, consistency, sequence
from inspector.central.ledger_tables import (
    CHECKPOINT,
    DEVICE,
    ledger_leaf,
    ledger_policy,
    ledger_witness,
)
from inspector.central.problems import ProblemError
from inspector.central.tables import ACCEPTED
from inspector.domain.entries import Ref
from inspector.journal.nodes import LeafTree, inclusion_proof
from inspector.journal.note import COSIGNATURE_V1, Cosignature, VerifierKey, add_line, verify_cosignature
from inspector.journal.receipt import device_origin

REFS_MAX = 1_000
"""Most entries of one question."""
_AT_ONCE = 300
_POLICIES_TRIED = 20


@dataclass(frozen=True, slots=True)
class _Leaf:
    index: int
    stated: Mapping[str, Any]


def keep_cosignature(core: Core, device: Device, *, size: int, time: int, signature: bytes) -> None:
    """Keep a laptop's cosignature over a checkpoint of the log; only its newest is kept.

    Raises:
        ProblemError: device.revoked; log.cosignature: not the laptop's over a checkpoint of this size.
    """
    if not device.active:
        raise ProblemError("device.revoked")
    epoch = core.epoch
    table = ledger_witness
    mine = sa.and_(table.c.epoch == epoch, table.c.device == device.id)
    with core.database.write() as connection:
        head = checkpoint_of(connection, epoch, size)
        if head is None or head.size != size or not _cosigned(core, head, device.public_key, time, signature):
            raise ProblemError("log.cosignature")
        row = {"epoch": epoch, "device": device.id, "size": 0, "time": 0, "cosignature": b""}
        core.database.insert_new(connection, table, [row])
        newer = sa.update(table).where(mine, table.c.size < size)
        connection.execute(newer.values(size=size, time=time, cosignature=signature))


def _cosigned(core: Core, head: Head, public: bytes, time: int, signature: bytes) -> bool:
    text = head.note.rpartition("\n\n")[0] + "\n"
    return verify_cosignature(text, public, Cosignature(time, signature))


def make_bundle(core: Core, refs: Iterable[Ref], *, viewer: Device | None = None, size: int = 0) -> Bundle:
    """Everything that proves these entries.

    Entries that are not here, or that the viewer may not see, are left out.

    Args:
        viewer: the laptop that asks; None for the centre itself, which sees all that was accepted or kept apart.
        size: the log size of an earlier page, or 0. The bundle's checkpoint has at least this size, so that all pages
            lead to one: where a later page needs a larger one, the earlier ones are asked for again.
    """
    head = sequence(core)
    with core.database.read() as connection:
        return _Maker(core, connection, head, viewer).make(sorted(set(refs)), size)


class _Maker:
    def __init__(self, core: Core, connection: Connection, head: Head, viewer: Device | None) -> None:
        self._core = core
        self._connection = connection
        self._head = head
        self._viewer = viewer

    def make(self, refs: Sequence[Ref], size: int) -> Bundle:
        """The bundle."""
        seen = _visible(self._connection, refs, self._viewer)
        numbers: dict[str, list[int]] = {}
        for ref in seen:
            numbers.setdefault(ref.device, []).append(ref.seq)
        covering = {
            Ref(device, seq): found
            for device, seqs in numbers.items()
            for seq, found in _covering(self._connection, device, seqs).items()
        }
        leaves = self._checkpoint_leaves({Ref(ref.device, found) for ref, found in covering.items()})
        covering = {ref: found for ref, found in covering.items() if Ref(ref.device, found) in leaves}
        devices = set(numbers) | ({self._viewer.id} if self._viewer is not None else set())
        records = {device: self._device_leaves(device) for device in devices}
        needed = [leaf.index + 1 for leaf in leaves.values()]
        needed += [found[0].index + 1 for found in records.values() if found]
        note, chosen = self._choose(max([size, *needed], default=1))
        newest = {
            device: next(leaf for leaf in reversed(found) if leaf.index < note.size)
            for device, found in records.items()
            if found
        }
        return self._put_together(note, chosen, covering, leaves, newest)

    def _put_together(
        self,
        note: Head,
        chosen: sa.Row[Any],
        covering: Mapping[Ref, int],
        leaves: Mapping[Ref, _Leaf],
        records: Mapping[str, _Leaf],
    ) -> Bundle:
        indexes = {leaf.index for leaf in (*leaves.values(), *records.values())} | {chosen.place}
        places = self._places(indexes, note.size)
        return Bundle(
            centre=self._core.name,
            public_key=self._core.key.public,
            note=note.note,
            witnesses=tuple(self._witnessed(note, row) for row in self._cosignatures(note.size)),
            policy=chosen.text,
            policy_time=chosen.time,
            policy_place=places[chosen.place],
            proofs=tuple(self._entry_proofs(covering)),
            checkpoints=tuple(self._checkpoints(leaves, places)),
            devices=tuple(_record(leaf, places[leaf.index]) for _, leaf in sorted(records.items())),
        )

    def _choose(self, size: int) -> tuple[Head, sa.Row[Any]]:
        """The smallest checkpoint that covers everything, under the newest policy that its witnesses meet, else the newest.

        The policy is always the newest one within the checkpoint: what came after a change is not judged by what held before.
        """
        table = ledger_policy
        query = sa.select(table).where(table.c.epoch == self._head.epoch, table.c.place < self._head.size)
        rows = self._connection.execute(query.order_by(table.c.place.desc()).limit(_POLICIES_TRIED)).all()
        first: tuple[Head, sa.Row[Any]] | None = None
        until = self._head.size
        for row in rows:
            found = checkpoint_of(self._connection, self._head.epoch, max(size, row.place + 1))
            superseded = found is not None and found.size > until
            until = row.place
            if found is None or superseded:
                continue
            first = first or (found, row)
            if policy.is_met(row.text, [one.device for one in self._cosignatures(found.size)]):
                return found, row
        if first is None:
            raise ProblemError("request.malformed", members=["size"])
        return first

    def _cosignatures(self, size: int) -> list[sa.Row[Any]]:
        """The newest cosignature of each laptop at or above a size."""
        table, device = ledger_witness, tables.device
        query = (
            sa.select(table, device.c.public_key)
            .join(device, device.c.id == table.c.device)
            .where(table.c.epoch == self._head.epoch, table.c.size >= size)
        )
        return list(self._connection.execute(query.order_by(table.c.device)))

    def _witnessed(self, note: Head, row: sa.Row[Any]) -> Witnessed:
        cosigned = checkpoint_of(self._connection, note.epoch, row.size) or note
        vkey = VerifierKey(device_origin(row.device), COSIGNATURE_V1, bytes(row.public_key))
        line = Cosignature(row.time, bytes(row.cosignature)).to_bytes()
        proof = consistency(self._connection, note.epoch, note.size, row.size)
        return Witnessed(add_line(cosigned.note, vkey, line), tuple(proof))

    def _places(self, indexes: Collection[int], size: int) -> dict[int, Place]:
        nodes = StoredNodes(self._connection, self._head.epoch)
        nodes.fetch_for(lambda node: [inclusion_proof(index, size, node) for index in indexes])
        return {index: Place(index, tuple(inclusion_proof(index, size, nodes))) for index in indexes}

    def _checkpoint_leaves(self, names: Collection[Ref]) -> dict[Ref, _Leaf]:
        """The leaves of devices' checkpoints, each named by device and size."""
        table = ledger_leaf
        found: dict[Ref, _Leaf] = {}
        for group in _groups(sorted(names)):
            query = sa.select(table.c.device, table.c.size, table.c.place, table.c.leaf).where(
                table.c.epoch == self._head.epoch,
                table.c.kind == CHECKPOINT,
                table.c.place < self._head.size,
                sa.tuple_(table.c.device, table.c.size).in_([tuple(name) for name in group]),
            )
            for row in self._connection.execute(query.order_by(table.c.place)):
                found.setdefault(Ref(row.device, row.size), _Leaf(row.place, json.loads(bytes(row.leaf))))
        return found

    def _device_leaves(self, device: str) -> list[_Leaf]:
        table = ledger_leaf
        query = sa.select(table.c.place, table.c.leaf).where(
            table.c.epoch == self._head.epoch,
            table.c.kind == DEVICE,
            table.c.device == device,
            table.c.place < self._head.size,
        )
        rows = self._connection.execute(query.order_by(table.c.place))
        return [_Leaf(row.place, json.loads(bytes(row.leaf))) for row in rows]

    def _checkpoints(
        self, leaves: Mapping[Ref, _Leaf], places: Mapping[int, Place]
    ) -> Iterable[DeviceCheckpoint]:
        table = tables.checkpoint
        for group in _groups(sorted(leaves)):
            query = sa.select(table).where(
                sa.tuple_(table.c.device, table.c.size).in_([tuple(name) for name in group])
            )
            for row in self._connection.execute(query.order_by(table.c.device, table.c.size)):
                leaf = leaves[Ref(row.device, row.size)]
                yield DeviceCheckpoint(
                    device=row.device,
                    size=row.size,
                    root=bytes(row.root),
                    signature=bytes(row.device_signature),
                    time=row.time,
                    cosignature=bytes(row.cosignature),
                    state=str(leaf.stated["state"]),
                    place=places[leaf.index],
                )

    def _entry_proofs(self, covering: Mapping[Ref, int]) -> Iterable[EntryProof]:
        for device in sorted({ref.device for ref in covering}):
            mine = sorted((ref, size) for ref, size in covering.items() if ref.device == device)
            table = tables.entry
            query = sa.select(table.c.hash).where(
                table.c.device == device, table.c.seq <= max(size for _, size in mine)
            )
            hashes = self._connection.execute(query.order_by(table.c.seq)).scalars()
            tree = LeafTree([bytes(found) for found in hashes])
            for ref, size in mine:
                yield EntryProof(ref, size, tuple(inclusion_proof(ref.seq - 1, size, tree.node)))


def _record(leaf: _Leaf, place: Place) -> DeviceRecord:
    said = leaf.stated
    return DeviceRecord(
        said["device"],
        bytes.fromhex(said["public_key"]),
        said["department"],
        said["role"],
        said["time"],
        place,
    )


def _covering(connection: Connection, device: str, seqs: Sequence[int]) -> dict[int, int]:
    """The size of the smallest checkpoint of a device that covers each of these entries."""
    table = tables.checkpoint
    query = sa.select(table.c.size).where(table.c.device == device, table.c.size >= min(seqs))
    sizes = list(connection.execute(query.order_by(table.c.size)).scalars())
    at = {seq: bisect.bisect_left(sizes, seq) for seq in seqs}
    return {seq: sizes[index] for seq, index in at.items() if index < len(sizes)}


def _visible(connection: Connection, refs: Sequence[Ref], viewer: Device | None) -> list[Ref]:
    """Those entries that are here and that the viewer may see: accepted ones of its scopes, and its own."""
    table = tables.entry
    found: list[Ref] = []
    for group in _groups(refs):
        query = sa.select(table.c.device, table.c.seq).where(
            sa.tuple_(table.c.device, table.c.seq).in_([tuple(ref) for ref in group])
        )
        if viewer is not None:
            there = sa.and_(table.c.verdict == ACCEPTED, table.c.scope.in_(viewer.scopes))
            query = query.where(sa.or_(table.c.device == viewer.id, there))
        found += [Ref(row.device, row.seq) for row in connection.execute(query)]
    return sorted(found)


def _groups(items: Sequence[Ref]) -> Iterable[Sequence[Ref]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
