"""What proves that entries are in their devices' logs, and that those logs are in the centre's: PURE values and their JSON form.

The centre gives a bundle for entries that are asked for, a laptop keeps it, a case file carries it (docs/case-file.md).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspector.casefile.fields import number, text
from inspector.domain.entries import Ref
from inspector.journal.canonical import MalformedError, encode
from inspector.journal.merkle import HASH_BYTES
from inspector.sync.protocol import ProtocolError, b64, unb64

ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a leaf is in the centre's log: its index from 0, and its inclusion proof to `Bundle.size`."""

    index: int
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class EntryProof:
    """That an entry is in its device's log: the inclusion proof to the checkpoint of `size` entries."""

    ref: Ref
    size: int
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class DeviceCheckpoint:
    """A checkpoint of a device's log.

    Attributes:
        signature: the device's, 64 bytes.
        time, cosignature: the centre's receipt over it; None and b"" where the centre has given none.
        state: what the centre held of the device when it gave the receipt: "active", "revoked", "quarantined".
        place: of its leaf in the centre's log; None where it is not there.
    """

    device: str
    size: int
    root: bytes
    signature: bytes
    time: int | None = None
    cosignature: bytes = b""
    state: str = ACTIVE
    place: Place | None = None

    def leaf(self) -> bytes:
        """The leaf of the centre's log that states it."""
        return encode(
            {
                "kind": "checkpoint", "device": self.device, "size": self.size, "root": self.root.hex(),
                "state": self.state, "time": self.time,
            }
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class DeviceRecord:
    """A device as the centre enrolled it; without a `place` nobody but the device itself says so."""

    device: str
    public_key: bytes
    department: str = ""
    role: str = ""
    time: int = 0
    place: Place | None = None

    def leaf(self) -> bytes:
        """The leaf of the centre's log that states it."""
        return encode(
            {
                "kind": "device", "device": self.device, "public_key": self.public_key.hex(),
                "department": self.department, "role": self.role, "time": self.time,
            }
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A later checkpoint of the centre's log that a witness cosigned: the signed note, and the consistency proof from
    `Bundle.size` to it."""

    note: str
    consistency: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything that proves some entries.

    Attributes:
        centre, public_key: the centre's name and key; both empty where there is no centre.
        note: the checkpoint of the centre's log that all places lead to, as a signed note; empty without a log.
        policy: text of a C2SP tlog-policy: whose cosignatures are needed.
        policy_time, policy_place: its leaf.
    """

    centre: str = ""
    public_key: bytes = b""
    note: str = ""
    witnesses: tuple[Witnessed, ...] = ()
    policy: str = ""
    policy_time: int = 0
    policy_place: Place | None = None
    proofs: tuple[EntryProof, ...] = ()
    checkpoints: tuple[DeviceCheckpoint, ...] = ()
    devices: tuple[DeviceRecord, ...] = ()

    def policy_leaf(self) -> bytes:
        """The leaf of the centre's log that states the policy."""
        digest = hashlib.sha256(self.policy.encode()).hexdigest()
        return encode({"kind": "policy", "sha256": digest, "time": self.policy_time})

    def to_data(self) -> dict[str, Any]:
        """As JSON values; docs/case-file.md names each."""
        return {
            "centre": centre_data(self),
            "note": self.note,
            "policy": self.policy,
            "witnesses": [witness_data(one) for one in self.witnesses],
            "proofs": [proof_data(one) for one in self.proofs],
            "checkpoints": [checkpoint_data(one) for one in self.checkpoints],
            "devices": [device_data(one) for one in self.devices],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Bundle":
        """From JSON values.

        Raises:
            MalformedError: they are not a bundle. Nothing of it is verified.
        """
        try:
            centre = data["centre"]
            return cls(
                centre=text(centre["name"]),
                public_key=bytes.fromhex(text(centre["public_key"])),
                note=text(data["note"]),
                witnesses=tuple(read_witness(one) for one in data["witnesses"]),
                policy=text(data["policy"]),
                policy_time=number(centre["policy_time"]),
                policy_place=_read_place(centre["policy_place"]),
                proofs=tuple(read_proof(one) for one in data["proofs"]),
                checkpoints=tuple(read_checkpoint(one) for one in data["checkpoints"]),
                devices=tuple(read_device(one) for one in data["devices"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise MalformedError("不是证明数据", "these are no proofs") from error


def centre_data(bundle: Bundle) -> dict[str, Any]:
    """The centre of a bundle as JSON values."""
    return {
        "name": bundle.centre,
        "public_key": bundle.public_key.hex(),
        "policy_time": bundle.policy_time,
        "policy_place": _place_data(bundle.policy_place),
    }


def witness_data(one: Witnessed) -> dict[str, Any]:
    """A witness as JSON values."""
    return {"note": one.note, "consistency": [step.hex() for step in one.consistency]}


def proof_data(one: EntryProof) -> dict[str, Any]:
    """An entry's proof as JSON values."""
    return {
        "device": one.ref.device,
        "seq": one.ref.seq,
        "size": one.size,
        "path": [step.hex() for step in one.path],
    }


def checkpoint_data(one: DeviceCheckpoint) -> dict[str, Any]:
    """A checkpoint as JSON values."""
    return {
        "device": one.device,
        "size": one.size,
        "root": one.root.hex(),
        "signature": b64(one.signature),
        "time": one.time,
        "cosignature": b64(one.cosignature),
        "state": one.state,
        "place": _place_data(one.place),
    }


def device_data(one: DeviceRecord) -> dict[str, Any]:
    """A device as JSON values."""
    return {
        "device": one.device,
        "public_key": one.public_key.hex(),
        "department": one.department,
        "role": one.role,
        "time": one.time,
        "place": _place_data(one.place),
    }


def read_proof(data: Mapping[str, Any]) -> EntryProof:
    """From JSON values; KeyError, TypeError, ValueError where they are none."""
    ref = Ref.parse(f"{text(data['device'])}/{number(data['seq'])}")
    return EntryProof(ref, number(data["size"]), _read_path(data["path"]))


def read_checkpoint(data: Mapping[str, Any]) -> DeviceCheckpoint:
    """From JSON values; KeyError, TypeError, ValueError where they are none."""
    time = data["time"]
    cosignature = text(data["cosignature"])
    return DeviceCheckpoint(
        device=text(data["device"]),
        size=number(data["size"]),
        root=_hash(data["root"]),
        signature=_signature(data["signature"]),
        time=None if time is None else number(time),
        cosignature=_signature(cosignature) if cosignature else b"",
        state=text(data["state"]),
        place=_read_place(data["place"]),
    )


def read_device(data: Mapping[str, Any]) -> DeviceRecord:
    """From JSON values; KeyError, TypeError, ValueError where they are none."""
    return DeviceRecord(
        device=text(data["device"]),
        public_key=bytes.fromhex(text(data["public_key"])),
        department=text(data["department"]),
        role=text(data["role"]),
        time=number(data["time"]),
        place=_read_place(data["place"]),
    )


def read_witness(data: Mapping[str, Any]) -> Witnessed:
    """From JSON values; KeyError, TypeError, ValueError where they are none."""
    return Witnessed(text(data["note"]), _read_path(data["consistency"]))


def _place_data(place: Place | None) -> dict[str, Any] | None:
    return None if place is None else {"index": place.index, "path": [step.hex() for step in place.path]}


def _read_place(data: Mapping[str, Any] | None) -> Place | None:
    return None if data is None else Place(number(data["index"]), _read_path(data["path"]))


def _read_path(values: Sequence[str]) -> tuple[bytes, ...]:
    if not isinstance(values, list) or len(values) > 64:
        raise ValueError("not a path")
    return tuple(_hash(value) for value in values)


def _hash(value: Any) -> bytes:
    found = bytes.fromhex(text(value))
    if len(found) != HASH_BYTES:
        raise ValueError("not a hash")
    return found


def _signature(value: Any) -> bytes:
    try:
        return unb64(text(value), size=64)
    except ProtocolError as error:
        raise ValueError("not a signature") from error
