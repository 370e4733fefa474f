"""What must hold of the evidence of a case file whose bag holds (docs/case-file.md, "Verifying")."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from inspector.casefile.archive import Archive
from inspector.casefile.bundle import ACTIVE, DeviceCheckpoint, Place
from inspector.casefile.loading import SEALED, STARTED, Evidence, Kept
from inspector.casefile.policy import Policy
from inspector.casefile.verdict import Reason, SealFound, Verdict, malformed
from inspector.domain.entries import COUNTY, Ref
from inspector.domain.sealing import RANGES_MAX, photos_digest, read_ranges
from inspector.journal.canonical import MalformedError
from inspector.journal.keys import device_id
from inspector.journal.merkle import leaf_hash, verify_consistency, verify_inclusion
from inspector.journal.note import (
    ED25519,
    Checkpoint,
    Cosignature,
    VerifierKey,
    parse_checkpoint,
    parse_note,
    verify_cosignature,
    verify_note,
)
from inspector.journal.receipt import device_checkpoint, verify_checkpoint

_PHOTO_FOLDERS = ("data/photos/", "data/photos-masked/")
_DEVICE = re.compile("[a-z2-7]{16}")
_SEALED_MAX = 1_000_000
_LOST = ("缺少此记录", "the entry is not there")


@dataclass(slots=True)
class Findings:
    """What the checks found.

    Attributes:
        head: the checkpoint of the centre's log, once its signature held.
        keys: public keys of devices that have a record.
        placed: checkpoints that are in the centre's log with a receipt.
        written: entries by device and aggregate; `sealed`: how many entries all seals name together.
        witnesses, agencies: who cosigned, by their names in the policy.
    """

    reasons: list[Reason] = field(default_factory=list)
    head: Checkpoint | None = None
    keys: dict[str, bytes] = field(default_factory=dict)
    placed: set[Ref] = field(default_factory=set)
    written: dict[tuple[str, str], list[Ref]] = field(default_factory=dict)
    seals: list[SealFound] = field(default_factory=list)
    sealed: int = 0
    witnesses: list[str] = field(default_factory=list)
    agencies: list[str] = field(default_factory=list)

    def say(self, verdict: Verdict, where: object, zh: str, en: str) -> None:
        """Note a reason."""
        self.reasons.append(Reason(verdict, str(where), zh, en))

    def tampered(self, where: object, zh: str, en: str) -> None:
        """Note that something does not hold."""
        self.say(Verdict.TAMPERED, where, zh, en)

    def incomplete(self, where: object, zh: str, en: str) -> None:
        """Note that something is not there."""
        self.say(Verdict.INCOMPLETE, where, zh, en)


def run(archive: Archive, evidence: Evidence, exporter: bytes, policy: Policy | None) -> Findings:
    """All checks but that of the root.

    Args:
        exporter: the key that signed the bag.
        policy: one that the reader trusts, in the place of the file's.
    """
    found = Findings()
    _check_head(found, evidence)
    _check_devices(found, evidence, exporter)
    for checkpoint in evidence.checkpoints.values():
        _check_checkpoint(found, evidence, checkpoint)
    for entry in evidence.entries.values():
        found.written.setdefault((entry.ref.device, entry.aggregate), []).append(entry.ref)
        _check_entry(found, evidence, entry)
    _check_lists(found, evidence)
    for entry in evidence.entries.values():
        if entry.type == SEALED:
            _check_seal(found, evidence, entry)
    _check_photos(found, archive, evidence)
    _check_witnesses(found, evidence, policy)
    return found


def _check_head(found: Findings, evidence: Evidence) -> None:
    bundle = evidence.bundle
    if not bundle.note:
        return
    said = ("中心的签名无效", "the centre's signature does not hold")
    try:
        head = _read_checkpoint(bundle.note)
        verify_note(bundle.note, VerifierKey(head.origin, ED25519, bundle.public_key))
        ours = _is_origin(head.origin, bundle.public_key)
    except (MalformedError, ValueError):
        ours = False
    if ours:
        found.head = head
    else:
        found.tampered("centre-log.txt", *said)


def _is_origin(origin: str, public: bytes) -> bool:
    """Whether this is the name of a log of the centre with this key."""
    *folders, epoch = origin.split("/")
    return epoch != "" and folders == ["inspector", "centre", device_id(public)]


def _read_checkpoint(note: str) -> Checkpoint:
    return parse_checkpoint(parse_note(note).text)


def _is_placed(found: Findings, where: str, leaf: bytes, place: Place | None) -> bool:
    """Whether a leaf is in the centre's log; a proof that does not hold is told."""
    if place is None:
        return False
    head = found.head
    hashed = leaf_hash(leaf)
    if head is not None and verify_inclusion(hashed, place.index, head.size, place.path, head.root):
        return True
    found.tampered(where, "在中心日志中的证明不成立", "its proof in the centre's log does not hold")
    return False


def _check_devices(found: Findings, evidence: Evidence, exporter: bytes) -> None:
    for device, records in evidence.devices.items():
        placed = [_is_placed(found, device, record.leaf(), record.place) for record in records]
        if any(device_id(record.public_key) != device for record in records):
            found.tampered(device, "设备名与公钥不符", "the device's name is not that of its key")
        if not any(placed):
            found.say(
                Verdict.NOT_AT_CENTRE, device, "设备未在中心登记", "the device is not in the centre's log"
            )
        found.keys[device] = records[-1].public_key
    named = evidence.export.device
    if device_id(exporter) != named:
        found.tampered("export.json", "签名的不是所称的导出设备", "another device signed than the one named")
    for device in sorted({named, *(ref.device for ref in evidence.entries)} - found.keys.keys()):
        found.incomplete(device, "缺少设备的公钥", "the key of the device is not there")


def _check_checkpoint(found: Findings, evidence: Evidence, one: DeviceCheckpoint) -> None:
    where = f"checkpoint {one.device}/{one.size}"
    public, centre = found.keys.get(one.device), evidence.bundle.public_key
    if public is None:
        found.incomplete(where, "缺少设备的公钥", "the key of the device is not there")
    elif not verify_checkpoint(public, one.size, one.root, one.signature):
        found.tampered(where, "设备签名无效", "the device's signature does not hold")
    if one.time is not None:
        text = device_checkpoint(one.device, one.size, one.root)
        if not verify_cosignature(text, centre, Cosignature(one.time, one.cosignature)):
            found.tampered(where, "中心回执无效", "the centre's receipt does not hold")
    if _is_placed(found, where, one.leaf(), one.place) and one.time is not None:
        found.placed.add(Ref(one.device, one.size))
    if one.state != ACTIVE and one.device == evidence.export.device:
        found.say(
            Verdict.AFTER_REVOCATION, where, "导出设备已停用或被隔离",
            "the exporting device was revoked or quarantined",
        )  # fmt: skip


def _check_entry(found: Findings, evidence: Evidence, entry: Kept) -> None:
    ref, withheld = entry.ref, entry.ref in evidence.case.withheld_entries
    if entry.withheld and not withheld:
        found.incomplete(ref, "没有内容", "the body is not there")
    if withheld and not entry.withheld:
        found.tampered(ref, "称未附内容，实有内容", "said to be withheld, and is there")
    if entry.scope != COUNTY or entry.aggregate in evidence.case.about:
        for replaced in entry.replaces:
            if replaced not in evidence.entries:
                found.incomplete(replaced, *_LOST)
    proof = evidence.proofs.get(ref)
    checkpoint = None if proof is None else evidence.checkpoints.get(Ref(ref.device, proof.size))
    if proof is None or checkpoint is None:
        found.incomplete(ref, "缺少证明", "its proof is not there")
        return
    if not verify_inclusion(entry.hash, ref.seq - 1, proof.size, proof.path, checkpoint.root):
        found.tampered(ref, "在设备日志中的证明不成立", "its proof in the device's log does not hold")
    if checkpoint.state != ACTIVE:
        found.say(
            Verdict.AFTER_REVOCATION, ref, "设备停用或隔离后才送达中心",
            "came to the centre after the device was revoked",
        )  # fmt: skip
    if Ref(ref.device, proof.size) not in found.placed:
        found.say(Verdict.NOT_AT_CENTRE, ref, "没有经中心登记的回执", "has no receipt in the centre's log")


def _check_lists(found: Findings, evidence: Evidence) -> None:
    for ref in evidence.wrong_bodies:
        found.tampered(ref, "内容与其哈希不符", "the body is not the one of the header")
    for ref in evidence.case.withheld_entries:
        if ref not in evidence.entries:
            found.incomplete(ref, *_LOST)
    for ref in evidence.proofs:
        if ref not in evidence.entries:
            found.tampered(ref, "证明没有对应的记录", "a proof of an entry that is not there")


def _check_seal(found: Findings, evidence: Evidence, entry: Kept) -> None:
    """Everything that a concluded inspection consisted of is here, and is what it was."""
    if entry.data is None:
        if entry.ref not in evidence.wrong_bodies:
            found.incomplete(entry.ref, "封存记录没有内容", "the body of a seal is not there")
        return
    found.seals.append(SealFound(entry.aggregate, str(entry.ref), entry.hash.hex()))
    try:
        named, about = _sealed_refs(entry.data["entries"]), _read_about(entry.data["about"])
        stated = tuple(entry.data[name] for name in ("count", "entries_sha256", "photos_sha256"))
    except (AttributeError, KeyError, TypeError, ValueError):
        found.tampered(entry.ref, "封存记录读不懂", "the seal cannot be read")
        return
    found.sealed += len(named)
    if found.sealed > _SEALED_MAX:
        raise malformed("entries.jsonl", "文件过大", "the file is too large")
    if not _is_of_its_own(evidence, found, entry, named, about):
        found.tampered(entry.ref, "封存的不是这次检查的全部记录", "it does not seal what it is about")
        return
    lost = [ref for ref in named if ref not in evidence.entries]
    for ref in lost:
        found.incomplete(ref, "封存的记录不在", "an entry of the seal is not there")
    if lost:
        return
    rows = [evidence.entries[ref] for ref in named]
    digest = hashlib.sha256(b"".join(row.hash for row in rows)).hexdigest()
    if (len(rows), digest) != stated[:2]:
        found.tampered(entry.ref, "封存的记录已变", "the entries are not those that were sealed")
    hidden = any(row.withheld and row.type.endswith(".photo_added") for row in rows)
    if not hidden and photos_digest(row.photo for row in rows if row.photo) != stated[2]:
        found.tampered(entry.ref, "封存的照片已变", "the photos are not those that were sealed")


def _sealed_refs(rows: Sequence[Mapping[str, Any]]) -> list[Ref]:
    """ValueError, TypeError or KeyError where they are none."""
    devices = [row["device"] for row in rows]
    if not all(
        _DEVICE.fullmatch(one) and row.keys() == {"device", "seqs"}
        for one, row in zip(devices, rows, strict=True)
    ):
        raise ValueError("not the entries of a seal")
    if any(left >= right for left, right in pairwise(devices)):
        raise ValueError("not in order")
    named: list[Ref] = []
    for row in rows:
        named += [Ref.parse(f"{row['device']}/{seq}") for seq in read_ranges(row["seqs"])]
        if len(named) > RANGES_MAX:
            raise ValueError("unreasonably many")
    return named


def _read_about(names: Any) -> frozenset[str]:
    """ValueError or TypeError where they are not aggregates in order."""
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        raise TypeError("not aggregates")
    if any(left >= right for left, right in pairwise(names)):
        raise ValueError("not in order")
    return frozenset(names)


def _is_of_its_own(
    evidence: Evidence, found: Findings, seal: Kept, named: Sequence[Ref], about: frozenset[str]
) -> bool:
    """Whether a seal names entries of what it is about alone, and of these all that its own device had written."""
    if seal.aggregate not in about:
        return False
    rows = [evidence.entries[ref] for ref in named if ref in evidence.entries]
    begun = any((row.type, row.aggregate) == (STARTED, seal.aggregate) for row in rows)
    if any(row.aggregate not in about for row in rows) or (len(rows) == len(named) and not begun):
        return False
    there = set(named)
    own = (ref for name in about for ref in found.written.get((seal.ref.device, name), ()))
    return all(ref in there for ref in own if ref.seq < seal.ref.seq)


def _check_photos(found: Findings, archive: Archive, evidence: Evidence) -> None:
    named = {entry.photo for entry in evidence.entries.values() if entry.photo}
    withheld = set(evidence.case.withheld_photos)
    used: set[str] = set()
    for photo in evidence.photos.values():
        where = photo.file or f"photo {photo.sha256}"
        if photo.sha256 not in named and photo.sha256 not in withheld:
            found.tampered(where, "没有记录提到此照片", "no entry names this photo")
        if photo.file and photo.sha256 in withheld:
            found.tampered(where, "称未附原图，实有原图", "said to be withheld, and is there")
        if not photo.file and photo.sha256 not in withheld:
            found.incomplete(where, "缺少原图", "the original is not there")
        shown = {f"data/{path}" for path in (photo.file, photo.masked) if path}
        for path in sorted(shown - archive.members.keys()):
            found.incomplete(path, "缺少此文件", "the file is not there")
        used |= shown
        member = archive.members.get(f"data/{photo.file}")
        if member is not None and (member.sha256, member.size) != (photo.sha256, photo.bytes):
            found.tampered(where, "不是记录所称的照片", "is not the photo that was recorded")
    for sha256 in sorted((named | withheld) - evidence.photos.keys()):
        found.incomplete(f"photo {sha256}", "缺少此照片", "the photo is not there")
    strays = [path for path in archive.payload() if path.startswith(_PHOTO_FOLDERS) and path not in used]
    for path in strays:
        found.tampered(path, "没有记录提到此照片", "no entry names this photo")


def _check_witnesses(found: Findings, evidence: Evidence, given: Policy | None) -> None:
    """Who else saw the centre's log as it is here, and whether the policy is content."""
    bundle, policy, head = evidence.bundle, given or evidence.policy, found.head
    cosigned: set[str] = set()
    known: dict[tuple[str, bytes], list[str]] = {}
    witnesses = policy.witnesses if policy else {}
    for name, vkey in witnesses.items():
        known.setdefault((vkey.name, vkey.key_hash), []).append(name)
    for number, witness in enumerate(bundle.witnesses, 1):
        where = f"witnesses.jsonl:{number}"
        if head is None or not _grew(head, witness.note, witness.consistency, bundle.public_key):
            found.tampered(where, "与中心日志不一致", "does not fit the centre's log")
            continue
        lines = {(name, hashed) for name, hashed, _ in parse_note(witness.note).signatures}
        for name in [one for line in sorted(lines) for one in known.get(line, ())]:
            try:
                verify_note(witness.note, witnesses[name])
                cosigned.add(name)
            except MalformedError:
                found.tampered(where, "见证签名无效", "a witness's signature does not hold")
    proven = _is_placed(found, "policy.txt", bundle.policy_leaf(), bundle.policy_place) or given is not None
    met = False
    if policy is not None and head is not None:
        ours = any((log.name, log.public) == (head.origin, bundle.public_key) for log in policy.logs)
        met = ours and proven and policy.is_met(cosigned)
    if policy is not None:
        content = policy.content(cosigned)
        found.agencies = [name for name in policy.groups if name in content and name != policy.quorum]
    found.witnesses = sorted(cosigned)
    if not met:
        found.say(
            Verdict.UNWITNESSED, "policy.txt", "见证未达要求的单位数，或没有要求",
            "the policy's quorum is not met, or there is none",
        )  # fmt: skip


def _grew(head: Checkpoint, note: str, proof: Sequence[bytes], centre: bytes) -> bool:
    """Whether a later checkpoint is the centre's, of the same log, and begins with this one."""
    try:
        text = verify_note(note, VerifierKey(head.origin, ED25519, centre))
        later = parse_checkpoint(text)
    except MalformedError:
        return False
    consistent = verify_consistency(head.size, later.size, head.root, later.root, list(proof))
    return later.origin == head.origin and head.size > 0 and consistent
