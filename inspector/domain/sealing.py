"""Sealing a concluded inspection: which entries and photos it consists of, so that nobody can leave one out unseen.

The seal is an entry like any other. It names the entries of the inspection and of its findings, and binds their hashes and those of
the photos that they name. A case file that lacks one of them is incomplete, and says which.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from inspector.domain.entries import Draft, Ref

SEAL = "seal"
RANGES_MAX = 20_000


class SealedLine(NamedTuple):
    """One entry as a seal takes it: its name, its hash (32 bytes), and the photo that it names (hex, or empty)."""

    ref: Ref
    hash: bytes
    photo: str


def spell_ranges(numbers: Iterable[int]) -> str:
    """Numbers as text: "3-7,9"."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in runs)


def read_ranges(text: str) -> list[int]:
    """The numbers of `spell_ranges`.

    Raises:
        ValueError: not of that form, or unreasonably many.
    """
    numbers: list[int] = []
    for run in text.split(","):
        low, dash, high = run.partition("-")
        first, last = int(low), int(high if dash else low)
        if not 1 <= first <= last or last - first + len(numbers) >= RANGES_MAX:
            raise ValueError("not ranges of numbers")
        numbers.extend(range(first, last + 1))
    if spell_ranges(numbers) != text or any(left >= right for left, right in pairwise(numbers)):
        raise ValueError("not ranges of numbers")
    return numbers


def seal_data(about: Sequence[str], lines: Iterable[SealedLine]) -> dict[str, Any]:
    """What a seal says of these entries (docs/formats.md, `inspection.sealed`).

    Args:
        about: the aggregates whose entries they are.
    """
    ordered = sorted(set(lines))
    devices: dict[str, list[int]] = {}
    for line in ordered:
        devices.setdefault(line.ref.device, []).append(line.ref.seq)
    photos = sorted({line.photo for line in ordered if line.photo})
    return {
        "about": sorted(about),
        "entries": [{"device": name, "seqs": spell_ranges(seqs)} for name, seqs in sorted(devices.items())],
        "count": len(ordered),
        "entries_sha256": hashlib.sha256(b"".join(line.hash for line in ordered)).hexdigest(),
        "photos": len(photos),
        "photos_sha256": photos_digest(photos),
    }


def photos_digest(photos: Iterable[str]) -> str:
    """SHA-256 (hex) over the photos' own SHA-256 in hex, sorted, a line each."""
    return hashlib.sha256("".join(f"{name}\n" for name in sorted(set(photos))).encode()).hexdigest()


def seal(
    inspection: str,
    scope: str,
    *,
    about: Sequence[str],
    lines: Iterable[SealedLine],
    seen: tuple[Ref, ...],
    anchor: Mapping[str, Any] | None,
) -> Draft:
    """The seal of a concluded inspection.

    Args:
        seen: the seals before this one.
        anchor: the newest receipt of this device (`inspection.started`), None before the first.
    """
    data = seal_data(about, lines)
    if anchor is not None:
        data["anchor"] = dict(anchor)
    return Draft("inspection.sealed", inspection, scope, data, seen)
