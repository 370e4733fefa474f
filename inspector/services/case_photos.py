"""The photos of a case file: every one that its entries name, numbered, also those that were withdrawn."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspector.casefile.evidence import photo_path
from inspector.domain.entries import Entry, Ref, Stamp
from inspector.domain.rectification import PHASES, PHOTO_TYPES
from inspector.store.workspace import Store

_SUFFIXES = {
    "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/heic": "heic",
}  # fmt: skip
_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class CasePhoto:
    """A photo of a case file.

    Attributes:
        number: from 1, in the order of inspections, then of items.
        about: the inspection or item whose entry names it; `ref` is that entry.
        item: the question that it shows, or empty; `phase` of a photo of rectification.
        withdrawn: why it was taken off the record; empty where it was not.
        here: its original is on this laptop.
    """

    number: int
    sha256: str
    bytes: int
    name: str
    about: str
    item: str
    phase: str
    facts: Mapping[str, Any]
    ref: Ref
    actor: str
    recorded: Stamp
    withdrawn: str
    here: bool

    @property
    def label(self) -> str:
        """Its number as it is printed, "0001"."""
        return f"{self.number:04}"

    @property
    def file(self) -> str:
        """Where its original lies in the bag, below `data/`."""
        return photo_path(self.number, self.sha256, _SUFFIXES.get(str(self.facts.get("media_type")), "bin"))

    @property
    def masked_file(self) -> str:
        """Where its derived copy lies, below `data/`."""
        return photo_path(self.number, self.sha256, "jpg", masked=True)

    @property
    def purpose(self) -> str:
        """What it is of: the inspection, or which part of the rectification."""
        return PHASES[self.phase][0] if self.phase in PHASES else "现场检查"


def photos_of(
    store: Store, entries: Sequence[Entry], inspections: Sequence[str], items: Sequence[str]
) -> tuple[CasePhoto, ...]:
    """All photos that these entries name, each once.

    Args:
        inspections, items: in the order in which their photos are numbered.
    """
    place = {name: number for number, name in enumerate([*inspections, *items])}
    why = {
        (entry.aggregate, entry.data["sha256"]): str(entry.data.get("reason") or "已撤下")
        for entry in entries
        if entry.type == "inspection.photo_withdrawn" and entry.data is not None
    }
    named = [
        entry
        for entry in entries
        if entry.type in PHOTO_TYPES
        and entry.data is not None
        and _SHA256.fullmatch(str(entry.data.get("sha256")))
    ]
    named.sort(key=lambda entry: (place.get(entry.aggregate, len(place)), *_order(entry)))
    found: dict[str, CasePhoto] = {}
    for entry in named:
        data: Mapping[str, Any] = entry.data or {}
        sha256 = str(data["sha256"])
        if sha256 not in found:
            found[sha256] = CasePhoto(
                number=len(found) + 1,
                sha256=sha256,
                bytes=int(data.get("bytes") or 0),
                name=str(data.get("name") or ""),
                about=entry.aggregate,
                item=str(data.get("item") or ""),
                phase=str(data.get("phase") or ""),
                facts=data.get("facts") or {},
                ref=entry.ref,
                actor=entry.actor,
                recorded=entry.time,
                withdrawn=why.get((entry.aggregate, sha256), ""),
                here=store.blobs.has(sha256),
            )
    return tuple(found.values())


def _order(entry: Entry) -> tuple[str, str, Ref]:
    """As papers number the photos of an inspection: by name."""
    data: Mapping[str, Any] = entry.data or {}
    return str(data.get("name") or ""), str(data["sha256"]), entry.ref
