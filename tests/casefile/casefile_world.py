"""Small case files from invented devices, a centre and witnesses with frozen keys, and means to change them afterwards.

`good()` is everything that a case file is made of, as values; `write` makes the file. A test changes the values with
`dataclasses.replace` and writes them anew, signed by any key: what a forger could do who holds that key.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from inspector.casefile.bag import BagWriter
from inspector.casefile.bundle import Bundle, DeviceCheckpoint, DeviceRecord, EntryProof, Place, Witnessed
from inspector.casefile.evidence import (
    CaseData,
    ExportData,
    PhotoLine,
    evidence_files,
    export_file,
    photo_path,
)
from inspector.casefile.how_to import extra_files
from inspector.domain.entries import COUNTY, Draft, Ref, Stamp
from inspector.domain.sealing import SealedLine, seal_data
from inspector.journal.canonical import encode
from inspector.journal.entry import SealedEntry, seal
from inspector.journal.keys import SigningKey, device_id
from inspector.journal.merkle import consistency_proof, inclusion_proof, leaf_hash, root_of
from inspector.journal.note import (
    COSIGNATURE_V1,
    ED25519,
    VerifierKey,
    add_line,
    checkpoint_text,
    cosign,
    format_vkey,
    sign_note,
)
from inspector.journal.receipt import device_checkpoint, device_origin, sign_checkpoint
from inspector.sync.protocol import b64

FOLDER = "案卷-i-aaaaaaaaaaaa"
CENTRE_NAME = "样例县"
START = 1_793_620_000
"""The first receipt, in seconds since 1970: an evening of November 2026."""
INSPECTION, FINDING, SITE = "i-aaaaaaaaaaaa", "f-aaaaaaaaaaaa", "s-aaaaaaaaaaaa"
GRID = "grid-1"


def key_of(name: str) -> SigningKey:
    """The frozen key of an invented device."""
    return SigningKey(hashlib.sha256(f"样例 {name}".encode()).digest())


CENTRE, EDU, MARKET, CITY, STRANGER = (
    key_of(name) for name in ("centre", "edu", "market", "city", "stranger")
)
AGENCIES = {"edu": EDU, "market": MARKET, "city": CITY}
NAMES = {name: device_id(key.public) for name, key in AGENCIES.items()}


@dataclass(frozen=True)
class Parts:
    """Everything that a case file is made of.

    Attributes:
        photos: originals by their SHA-256.
        masked: redacted copies by the SHA-256 of the original.
        documents: other payload by its path below `data/`.
    """

    bundle: Bundle
    entries: tuple[SealedEntry, ...]
    lines: tuple[PhotoLine, ...]
    photos: Mapping[str, bytes]
    case: CaseData
    export: ExportData
    masked: Mapping[str, bytes]
    documents: Mapping[str, bytes]


SMALL_EXTRA = {"HOW-TO-VERIFY.txt": b"how\n", "verify.py": b"pass\n"}


def write(
    path: Path,
    parts: Parts,
    *,
    key: SigningKey = EDU,
    info: Mapping[str, str] | None = None,
    extra: Mapping[str, bytes] | None = None,
) -> Path:
    """The case file of these parts, signed by a key."""
    path.unlink(missing_ok=True)
    with BagWriter(path, FOLDER) as bag:
        for name, data in parts.documents.items():
            bag.add(f"data/{name}", data)
        for line in parts.lines:
            if line.file and line.sha256 in parts.photos:
                bag.add(f"data/{line.file}", parts.photos[line.sha256])
        for line in parts.lines:
            if line.masked and line.sha256 in parts.masked:
                bag.add(f"data/{line.masked}", parts.masked[line.sha256])
        for name, source in evidence_files(parts.bundle, lambda: parts.entries, parts.lines, parts.case):
            bag.add(name, source)
        name, data = export_file(parts.export)
        bag.add(name, data)
        bag.finish(info=info or {}, public=key.public, sign=key.sign, extra=extra or extra_files())
    return path


class Device:
    """An invented laptop: its log, and checkpoints with the centre's receipts."""

    def __init__(self, name: str) -> None:
        self.name, self.key = name, AGENCIES[name]
        self.id = device_id(self.key.public)
        self.log: list[SealedEntry] = []
        self.checkpoints: list[DeviceCheckpoint] = []

    def writes(
        self,
        kind: str,
        data: Mapping[str, Any],
        *,
        about: str = INSPECTION,
        replaces: Sequence[Ref] = (),
        scope: str = GRID,
        skew: int = 0,
    ) -> Ref:
        """One entry more; its clock is `skew` seconds off."""
        seq = len(self.log) + 1
        after = (START + 60 * seq) * 1000
        stamp = Stamp(wall=after + skew * 1000, tz=480, boot="0" * 16, monotonic=seq * 60_000)
        salt = hashlib.sha256(f"{self.name}{seq}".encode()).digest()[:16]
        draft = Draft(kind, about, scope, data, tuple(replaces))
        self.log.append(seal(draft, ref=Ref(self.id, seq), actor="o-aaaaaaaaaaaa", time=stamp, salt=salt))
        return Ref(self.id, seq)

    def pushes(self, time: int, state: str = "active") -> DeviceCheckpoint:
        """The centre takes in everything so far, and answers with a receipt."""
        size, root = len(self.log), root_of(entry.hash for entry in self.log)
        text = device_checkpoint(self.id, size, root)
        signed = cosign(text, CENTRE_NAME, CENTRE, time)
        found = DeviceCheckpoint(
            self.id, size, root, sign_checkpoint(self.key, size, root), time, signed.signature, state
        )
        self.checkpoints.append(found)
        return found

    def anchor(self) -> dict[str, Any]:
        """The newest receipt, as an entry quotes it."""
        newest = self.checkpoints[-1]
        return {
            "size": newest.size, "root": newest.root.hex(), "time": newest.time, "cosignature": b64(newest.cosignature),
        }  # fmt: skip

    def proof(self, seq: int) -> EntryProof:
        """Of one entry, to the smallest checkpoint that covers it."""
        size = min(one.size for one in self.checkpoints if one.size >= seq)
        path = inclusion_proof([entry.hash for entry in self.log[:size]], seq - 1)
        return EntryProof(Ref(self.id, seq), size, tuple(path))


class County:
    """An invented county: devices, and the centre's log."""

    def __init__(self, epoch: str = "e1") -> None:
        self.devices = {name: Device(name) for name in AGENCIES}
        self.origin = f"inspector/centre/{device_id(CENTRE.public)}/{epoch}"
        self.leaves: list[bytes] = []

    @property
    def policy(self) -> str:
        """Two of three agencies have to cosign."""
        lines = [f"log {format_vkey(VerifierKey(self.origin, ED25519, CENTRE.public))}"]
        for device in self.devices.values():
            vkey = VerifierKey(device_origin(device.id), COSIGNATURE_V1, device.key.public)
            lines.append(f"witness {device.id} {format_vkey(vkey)}")
        lines += [f"group agency/{name} any {device.id}" for name, device in self.devices.items()]
        groups = " ".join(f"agency/{name}" for name in self.devices)
        return "\n".join([*lines, f"group agencies 2 {groups}", "quorum agencies"]) + "\n"

    def add(self, leaf: bytes) -> int:
        """One leaf more in the centre's log; its index."""
        self.leaves.append(leaf_hash(leaf))
        return len(self.leaves) - 1

    def note(self, size: int) -> str:
        """The checkpoint of that size, signed by the centre."""
        return sign_note(checkpoint_text(self.origin, size, root_of(self.leaves[:size])), self.origin, CENTRE)

    def place(self, index: int, size: int) -> Place:
        """Where a leaf is, proven to a checkpoint of that size."""
        return Place(index, tuple(inclusion_proof(self.leaves[:size], index)))

    def witnessed(self, name: str, size: int, old: int) -> Witnessed:
        """A later checkpoint that a laptop cosigned."""
        device, note = self.devices[name], self.note(size)
        text = checkpoint_text(self.origin, size, root_of(self.leaves[:size]))
        line = cosign(text, device_origin(device.id), device.key, START + 7_000).to_bytes()
        vkey = VerifierKey(device_origin(device.id), COSIGNATURE_V1, device.key.public)
        proof = consistency_proof(self.leaves[:size], old)
        return Witnessed(add_line(note, vkey, line), tuple(proof))


PHOTOS = {
    hashlib.sha256(data).hexdigest(): data for data in (b"\xff\xd8photo one", b"\xff\xd8photo two" * 40)
}


@cache
def county() -> County:
    """The evening: education inspects, the market office records a finding, everything is sent and witnessed."""
    return _evening({})


def _evening(lie: Mapping[str, Any]) -> County:
    made = County()
    edu, market, city = made.devices.values()
    for device in made.devices.values():
        made.add(record_of(device).leaf())
    made.add(
        encode({"kind": "policy", "sha256": hashlib.sha256(made.policy.encode()).hexdigest(), "time": START})
    )
    city.writes("site.renamed", {"name": "样例街"}, about="s-bbbbbbbbbbbb")
    edu.writes("office.officer_added", {"name": "样例甲"}, about="county", scope=COUNTY)
    made.add(edu.pushes(START + 10).leaf())
    one, two = PHOTOS
    begun = edu.writes("inspection.started", {"site": SITE, "anchor": edu.anchor()})
    edu.writes("inspection.photo_added", {"sha256": one, "bytes": len(PHOTOS[one]), "name": "样例.jpg"})
    answer = edu.writes("inspection.answered", {"item": "T-LIC-01", "value": "no"})
    made.add(edu.pushes(START + 400).leaf())
    edu.writes("inspection.answered", {"item": "T-LIC-01", "value": "yes"}, replaces=[answer], skew=30)
    edu.writes("patrol.noted", {"text": "与本案无关"}, about="p-bbbbbbbbbbbb")
    found = market.writes("finding.recorded", {"item": "T-LIC-01", "text": "未见\n许可证"}, about=FINDING)
    market.writes("rectification.photo_added", {"sha256": two, "bytes": 1}, about=FINDING, replaces=[found])
    made.add(market.pushes(START + 500).leaf())
    sealed = [*((edu, seq) for seq in (2, 3, 4, 5)), *((market, seq) for seq in (1, 2))]
    lines = [
        SealedLine(
            Ref(who.id, seq),
            who.log[seq - 1].hash,
            {3: one}.get(seq, "") if who is edu else (two if seq == 2 else ""),
        )
        for who, seq in sealed
    ]
    data = {**seal_data([INSPECTION, FINDING], lines), "anchor": edu.anchor(), **lie}
    edu.writes("inspection.sealed", data, replaces=[begun], skew=30)
    made.add(edu.pushes(START + 600).leaf())
    made.add(city.pushes(START + 700).leaf())
    return made


def record_of(device: Device, department: str | None = None) -> DeviceRecord:
    """How the centre enrolled a device."""
    return DeviceRecord(device.id, device.key.public, department or device.name, "officer", START - 1000)


TAKEN = {"edu": (1, 2, 3, 4, 5, 7), "market": (1, 2)}
"""Which entries are in the case: all but one of the education office's, which is about something else."""


def good(lie: Mapping[str, Any] | None = None) -> Parts:
    """A case in order: everything holds.

    Args:
        lie: what the seal says instead.
    """
    return _in_order() if lie is None else _parts(_evening(lie))


@cache
def _in_order() -> Parts:
    return _parts(county())


def _parts(made: County) -> Parts:
    size = 8
    proofs, checkpoints, entries = [], {}, []
    for name, seqs in TAKEN.items():
        device = made.devices[name]
        for seq in seqs:
            proof = device.proof(seq)
            proofs.append(proof)
            entries.append(device.log[seq - 1])
            checkpoints[Ref(device.id, proof.size)] = next(
                one for one in device.checkpoints if one.size == proof.size
            )
    bundle = Bundle(
        centre=CENTRE_NAME,
        public_key=CENTRE.public,
        note=made.note(size),
        witnesses=(made.witnessed("market", 9, size), made.witnessed("city", size, size)),
        policy=made.policy,
        policy_time=START,
        policy_place=made.place(3, size),
        proofs=tuple(proofs),
        checkpoints=tuple(
            replace(one, place=made.place(made.leaves.index(leaf_hash(one.leaf())), size))
            for one in checkpoints.values()
        ),
        devices=tuple(
            replace(record_of(device), place=made.place(at, size))
            for at, device in enumerate(made.devices.values())
            if device.name != "city"
        ),
    )
    lines = tuple(
        PhotoLine(sha256, photo_path(at, sha256, ".JPG"), len(data))
        for at, (sha256, data) in enumerate(PHOTOS.items(), 1)
    )
    return Parts(
        bundle=bundle,
        entries=tuple(sorted(entries, key=lambda entry: entry.ref)),
        lines=lines,
        photos=PHOTOS,
        case=CaseData("c-aaaaaaaaaaaa", "internal", (FINDING, INSPECTION), "样例培训点 2026-11"),
        export=ExportData(NAMES["edu"], Ref(NAMES["edu"], 9), START + 9_000, "移送样例", "o-aaaaaaaaaaaa"),
        masked={},
        documents={"documents/01-封面.docx": b"cover", "contact-sheets/001.jpg": b"\xff\xd8small"},
    )
