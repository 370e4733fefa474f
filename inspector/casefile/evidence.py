"""The evidence of a case file as lines, and back: who recorded what, and what proves it (docs/case-file.md, "The evidence").

Reading accepts a line only if it is written anew as the same bytes. Nothing is verified here.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

from inspector.casefile.bundle import (
    Bundle,
    centre_data,
    checkpoint_data,
    device_data,
    proof_data,
    witness_data,
)
from inspector.casefile.fields import number, text
from inspector.casefile.zipped import Source
from inspector.domain.case import INTERNAL, REDACTED
from inspector.domain.entries import Ref
from inspector.journal.canonical import MalformedError, decode, encode
from inspector.journal.entry import SealedEntry

FOLDER = "data/evidence/"
FILES = (
    "case.json", "entries.jsonl", "photos.jsonl", "proofs.jsonl", "checkpoints.jsonl", "devices.jsonl", "centre.json",
    "centre-log.txt", "witnesses.jsonl", "policy.txt", "export.json",
)  # fmt: skip
MAX_LINE_BYTES = 600_000
"""A header and a body, each with every character escaped, and what is around them."""
MAX_FILE_BYTES = 16 * 1024 * 1024
"""Of evidence that is one text: the case, the centre, its checkpoint, the policy, the export."""

_Read = TypeVar("_Read")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PHOTO = re.compile(r"photos/[0-9]{4,8}-([0-9A-F]{8})\.[a-z0-9]{1,8}")
_MASKED = re.compile(r"photos-masked/[0-9]{4,8}-([0-9A-F]{8})\.jpg")


@dataclass(frozen=True, slots=True)
class CaseData:
    """What the case file is about.

    Attributes:
        case: its id.
        edition: "internal" or "redacted".
        about: ids of the aggregates whose entries are here in full.
        subject: what was asked for.
        withheld_entries, withheld_photos: whose bodies, and which originals (SHA-256 in hex), a redacted edition leaves out.
    """

    case: str
    edition: str
    about: tuple[str, ...]
    subject: str
    withheld_entries: tuple[Ref, ...] = ()
    withheld_photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PhotoLine:
    """A photo that entries name.

    Attributes:
        sha256: of the original, hex.
        file: where it is below `data/`; empty where it is withheld.
        bytes: of the original.
        masked: where its masked copy is below `data/`, or empty.
    """

    sha256: str
    file: str
    bytes: int
    masked: str = ""


@dataclass(frozen=True, slots=True)
class ExportData:
    """Who exported, when and why. `entry` is the reference of its `case.exported`, `time` is in seconds since 1970 UTC."""

    device: str
    entry: Ref
    time: int
    reason: str
    actor: str = ""


def photo_path(number: int, sha256: str, suffix: str, *, masked: bool = False) -> str:
    """Where a photo lies below `data/`.

    Args:
        number: from 1, as the contact sheets show it.
        suffix: of the original, ".jpg"; "bin" stands for what would be none of the format's.
    """
    extension = suffix.lower().lstrip(".")
    if masked:
        return f"photos-masked/{number:04}-{sha256[:8].upper()}.jpg"
    if re.fullmatch(r"[a-z0-9]{1,8}", extension) is None:
        extension = "bin"
    return f"photos/{number:04}-{sha256[:8].upper()}.{extension}"


def evidence_files(
    bundle: Bundle,
    entries: Callable[[], Iterable[SealedEntry]],
    photos: Iterable[PhotoLine],
    case: CaseData,
) -> Iterator[tuple[str, bytes | Source]]:
    """Paths and contents for `BagWriter.add`, in order; `export_file` comes after them.

    Args:
        entries: gives them in order of device and number, each time anew.

    Raises:
        MalformedError: a value that the format cannot hold.
        ValueError: entries out of order.
    """
    yield FOLDER + "case.json", _text(case_data(case))
    yield FOLDER + "entries.jsonl", _entry_lines(entries)
    yield FOLDER + "photos.jsonl", _jsonl(photo_data(one) for one in photos)
    proofs = sorted(bundle.proofs, key=lambda one: one.ref)
    yield FOLDER + "proofs.jsonl", _jsonl(proof_data(one) for one in proofs)
    checkpoints = sorted(bundle.checkpoints, key=lambda one: (one.device, one.size))
    yield FOLDER + "checkpoints.jsonl", _jsonl(checkpoint_data(one) for one in checkpoints)
    devices = sorted(bundle.devices, key=lambda one: (one.device, one.time, one.department, one.role))
    yield FOLDER + "devices.jsonl", _jsonl(device_data(one) for one in devices)
    yield FOLDER + "centre.json", _text(centre_data(bundle))
    yield FOLDER + "centre-log.txt", bundle.note.encode()
    yield FOLDER + "witnesses.jsonl", _jsonl(witness_data(one) for one in bundle.witnesses)
    yield FOLDER + "policy.txt", bundle.policy.encode()


def export_file(export: ExportData) -> tuple[str, bytes]:
    """The last payload file: who exported."""
    return FOLDER + "export.json", _text(export_data(export))


def case_data(case: CaseData) -> dict[str, Any]:
    """As JSON values."""
    return {
        "case": case.case,
        "edition": case.edition,
        "about": sorted(case.about),
        "subject": case.subject,
        "withheld": {
            "entries": [str(ref) for ref in sorted(case.withheld_entries)],
            "photos": sorted(case.withheld_photos),
        },
    }


def photo_data(photo: PhotoLine) -> dict[str, Any]:
    """As JSON values."""
    return {"sha256": photo.sha256, "file": photo.file, "bytes": photo.bytes, "masked": photo.masked}


def export_data(export: ExportData) -> dict[str, Any]:
    """As JSON values."""
    return {
        "device": export.device,
        "entry": str(export.entry),
        "time": export.time,
        "reason": export.reason,
        "actor": export.actor,
    }


def entry_data(entry: SealedEntry) -> dict[str, Any]:
    """As JSON values."""
    return {
        "header": entry.header.decode(),
        "body": None if entry.body is None else entry.body.decode(),
    }


def read_entry(data: Mapping[str, Any]) -> SealedEntry:
    """From JSON values; KeyError, TypeError where they are none. Nothing of the entry is checked."""
    body = data["body"]
    return SealedEntry(text(data["header"]).encode(), None if body is None else text(body).encode())


def read_case(data: Mapping[str, Any]) -> CaseData:
    """From JSON values; KeyError, TypeError, ValueError where they are none."""
    withheld = data["withheld"]
    case = CaseData(
        case=text(data["case"]),
        edition=text(data["edition"]),
        about=tuple(text(one) for one in data["about"]),
        subject=text(data["subject"]),
        withheld_entries=tuple(Ref.parse(text(one)) for one in withheld["entries"]),
        withheld_photos=tuple(_hash(one) for one in withheld["photos"]),
    )
    if case.edition not in (INTERNAL, REDACTED):
        raise ValueError("not an edition")
    if case.edition == INTERNAL and (case.withheld_entries or case.withheld_photos):
        raise ValueError("an internal edition withholds nothing")
    if not all(map(_rises, (case.about, case.withheld_entries, case.withheld_photos))):
        raise ValueError("not in order")
    return case


def read_photo(data: Mapping[str, Any]) -> PhotoLine:
    """From JSON values; KeyError, TypeError, ValueError where they are none."""
    photo = PhotoLine(_hash(data["sha256"]), text(data["file"]), number(data["bytes"]), text(data["masked"]))
    for path, form in ((photo.file, _PHOTO), (photo.masked, _MASKED)):
        match = form.fullmatch(path)
        if path and (match is None or match[1] != photo.sha256[:8].upper()):
            raise ValueError("not the path of this photo")
    return photo


def read_export(data: Mapping[str, Any]) -> ExportData:
    """From JSON values; KeyError, TypeError, ValueError where they are none."""
    return ExportData(
        device=Ref.parse(f"{text(data['device'])}/1").device,
        entry=Ref.parse(text(data["entry"])),
        time=number(data["time"]),
        reason=text(data["reason"]),
        actor=text(data["actor"]),
    )


def read_line(
    line: bytes, read: Callable[[Mapping[str, Any]], _Read], write: Callable[[_Read], Any]
) -> _Read:
    """A line of evidence (without its LF), read and written anew as the same bytes.

    Raises:
        MalformedError: it is not that.
    """
    data = decode(line, max_bytes=MAX_FILE_BYTES)
    try:
        value = read(data)
        same = encode(write(value)) == line
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedError("证据格式不对", "evidence is not of the format") from error
    if not same:
        raise MalformedError("证据格式不对", "evidence is not of the format")
    return value


def _text(value: Any) -> bytes:
    return encode(value) + b"\n"


def _jsonl(values: Iterable[Any]) -> bytes:
    return b"".join(_text(value) for value in values)


def _entry_lines(entries: Callable[[], Iterable[SealedEntry]]) -> Source:
    def lines() -> Iterator[bytes]:
        before: Ref | None = None
        for entry in entries():
            if before is not None and entry.ref <= before:
                raise ValueError("entries out of order")
            before = entry.ref
            yield _text(entry_data(entry))

    return lines


def _rises(values: Sequence[Any]) -> bool:
    return all(left < right for left, right in pairwise(values))


def _hash(value: Any) -> str:
    if _SHA256.fullmatch(text(value)) is None:
        raise ValueError("not a hash")
    return str(value)
