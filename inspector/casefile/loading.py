"""The evidence of a case file as values, read line by line; of entries only what checking needs stays in memory.

Nothing is verified here but that a body is the one of its header.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from inspector.casefile.archive import Archive
from inspector.casefile.bundle import (
    Bundle,
    DeviceCheckpoint,
    DeviceRecord,
    EntryProof,
    checkpoint_data,
    device_data,
    proof_data,
    read_checkpoint,
    read_device,
    read_proof,
    read_witness,
    witness_data,
)
from inspector.casefile.evidence import (
    FOLDER,
    MAX_FILE_BYTES,
    MAX_LINE_BYTES,
    CaseData,
    ExportData,
    PhotoLine,
    case_data,
    entry_data,
    export_data,
    photo_data,
    read_case,
    read_entry,
    read_export,
    read_line,
    read_photo,
)
from inspector.casefile.policy import Policy, parse_policy
from inspector.casefile.verdict import malformed
from inspector.domain.entries import Ref, Stamp
from inspector.journal.canonical import MalformedError
from inspector.journal.entry import SealedEntry, unseal
from inspector.journal.keys import is_public_key

SEALED = "inspection.sealed"
STARTED = "inspection.started"
STATES = frozenset({"active", "revoked", "quarantined"})
_HEX = re.compile("[0-9a-f]{64}")
_DEVICE = re.compile("[a-z2-7]{16}")
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Kept:
    """What checking needs of an entry.

    Attributes:
        hash: the entry hash.
        withheld: whether its body is not here.
        photo: SHA-256 (hex) of the photo that it adds, or empty.
        data: of a seal, all that it says; of others nothing.
        anchor: the receipt that it quotes, if any; unchecked.
    """

    ref: Ref
    type: str
    aggregate: str
    scope: str
    time: Stamp
    replaces: tuple[Ref, ...]
    hash: bytes
    withheld: bool
    photo: str = ""
    data: Mapping[str, Any] | None = None
    anchor: Any = None


@dataclass(slots=True)
class Evidence:
    """Everything that the evidence says.

    Attributes:
        wrong_bodies: entries whose body has another hash than the header states.
        bundle: the centre, its checkpoint, witnesses and policy text; without proofs, checkpoints and devices, which are below.
    """

    case: CaseData
    export: ExportData
    bundle: Bundle
    policy: Policy | None
    entries: dict[Ref, Kept] = field(default_factory=dict)
    wrong_bodies: list[Ref] = field(default_factory=list)
    photos: dict[str, PhotoLine] = field(default_factory=dict)
    proofs: dict[Ref, EntryProof] = field(default_factory=dict)
    checkpoints: dict[Ref, DeviceCheckpoint] = field(default_factory=dict)
    devices: dict[str, list[DeviceRecord]] = field(default_factory=dict)


def load(archive: Archive) -> Evidence:
    """Read it.

    Raises:
        StopError: it is not of the format.
    """
    bundle = _centre(archive)
    policy = None
    if bundle.policy:
        try:
            policy = parse_policy(bundle.policy)
        except MalformedError as error:
            raise malformed("policy.txt", error.zh, error.en) from error
    found = Evidence(
        case=_one(archive, "case.json", read_case, case_data),
        export=_one(archive, "export.json", read_export, export_data),
        bundle=bundle,
        policy=policy,
    )
    _load_entries(archive, found)
    for line, photo in _rows(archive, "photos.jsonl", read_photo, photo_data):
        if photo.sha256 in found.photos:
            raise malformed(line)
        found.photos[photo.sha256] = photo
    for line, proof in _rows(archive, "proofs.jsonl", read_proof, proof_data):
        _put(found.proofs, proof.ref, proof, line)
    for line, checkpoint in _rows(archive, "checkpoints.jsonl", read_checkpoint, checkpoint_data):
        timed, signed = checkpoint.time is not None, checkpoint.cosignature != b""
        if checkpoint.state not in STATES or timed != signed or not _is_device(checkpoint.device):
            raise malformed(line)
        _put(found.checkpoints, Ref(checkpoint.device, checkpoint.size), checkpoint, line)
    _load_devices(archive, found)
    return found


def _load_entries(archive: Archive, found: Evidence) -> None:
    for line, sealed in _rows(archive, "entries.jsonl", read_entry, entry_data):
        try:
            kept = _keep(sealed)
        except MalformedError as error:
            raise malformed(line, error.zh, error.en) from error
        _put(found.entries, kept.ref, kept, line)
        stated = sealed.fields["body_sha256"]
        if sealed.body is not None and not _is_of(sealed.body, stated):
            found.wrong_bodies.append(kept.ref)


def _load_devices(archive: Archive, found: Evidence) -> None:
    before = ("", 0, "", "")
    for line, record in _rows(archive, "devices.jsonl", read_device, device_data):
        order = (record.device, record.time, record.department, record.role)
        if order <= before or not _is_device(record.device) or len(record.public_key) != 32:
            raise malformed(line)
        before = order
        found.devices.setdefault(record.device, []).append(record)


def _is_of(body: bytes, stated: str) -> bool:
    return body != b"" and hashlib.sha256(body).hexdigest() == stated


def _keep(sealed: SealedEntry) -> Kept:
    fields = sealed.fields
    if sealed.body is not None and not _is_of(sealed.body, fields["body_sha256"]):
        entry, withheld = unseal(sealed.without_body()), False
    else:
        entry, withheld = unseal(sealed), sealed.body is None
    data = entry.data or {}
    photo = data.get("sha256") if entry.type.endswith(".photo_added") else None
    return Kept(
        ref=entry.ref,
        type=entry.type,
        aggregate=entry.aggregate,
        scope=entry.scope,
        time=entry.time,
        replaces=entry.replaces,
        hash=sealed.hash,
        withheld=withheld,
        photo=photo if isinstance(photo, str) and _HEX.fullmatch(photo) else "",
        data=entry.data if entry.type == SEALED else None,
        anchor=data.get("anchor"),
    )


def _centre(archive: Archive) -> Bundle:
    """The centre, its checkpoint, witnesses and policy text as a bundle without the rest."""
    witnesses = tuple(row for _, row in _rows(archive, "witnesses.jsonl", read_witness, witness_data))
    note = archive.text(FOLDER + "centre-log.txt", MAX_FILE_BYTES)
    policy = archive.text(FOLDER + "policy.txt", MAX_FILE_BYTES)
    nothing: dict[str, Any] = {"note": "", "policy": "", "witnesses": []}
    nothing |= {"proofs": [], "checkpoints": [], "devices": []}

    def read(data: Mapping[str, Any]) -> Bundle:
        return Bundle.from_data({**nothing, "centre": data})

    bundle = _one(archive, "centre.json", read, lambda one: one.to_data()["centre"])
    there = is_public_key(bundle.public_key)
    empty = not bundle.public_key and not bundle.centre and bundle.policy_place is None
    if not there and not empty:
        raise malformed("centre.json")
    return Bundle(
        centre=bundle.centre,
        public_key=bundle.public_key,
        note=note,
        witnesses=witnesses,
        policy=policy,
        policy_time=bundle.policy_time,
        policy_place=bundle.policy_place,
    )


def _rows(
    archive: Archive, name: str, read: Callable[[Mapping[str, Any]], _Value], write: Callable[[_Value], Any]
) -> Iterator[tuple[str, _Value]]:
    """Each line's place in words, and its value."""
    longest = MAX_LINE_BYTES if name.endswith(".jsonl") else MAX_FILE_BYTES
    for number, line in enumerate(archive.lines(FOLDER + name, longest), 1):
        where = f"{name}:{number}"
        try:
            value = read_line(line, read, write)
        except MalformedError as error:
            raise malformed(where, error.zh, error.en) from error
        yield where, value


def _one(
    archive: Archive, name: str, read: Callable[[Mapping[str, Any]], _Value], write: Callable[[_Value], Any]
) -> _Value:
    values = [value for _, value in _rows(archive, name, read, write)]
    if len(values) != 1:
        raise malformed(name)
    return values[0]


def _put(rows: dict[Ref, _Value], key: Ref, value: _Value, line: str) -> None:
    """Rows come in rising order, none twice."""
    if rows and key <= next(reversed(rows)):
        raise malformed(line)
    rows[key] = value


def _is_device(name: str) -> bool:
    return _DEVICE.fullmatch(name) is not None
