"""What can be proven of when an entry was made, and what the devices' clocks did: the brackets of a case file.

As docs/case-file.md, "Time", has it: not before the newest receipt that the device's log quotes up to the entry, or that of an entry
which it replaces; not after the receipt over a checkpoint that has it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from inspector.casefile.bundle import Bundle
from inspector.domain.entries import Entry, Ref
from inspector.domain.when import local_time

JUMP_MS = 2_000
"""How far the wall clock may stray from the clock that nobody can set, within one run of the machine."""


@dataclass(frozen=True, slots=True)
class Bracket:
    """Seconds since 1970 between which an entry was made; None where nothing proves it."""

    after: int | None = None
    before: int | None = None

    def words(self) -> str:
        """For documents."""
        parts = [
            f"不早于{show(self.after * 1000)}" if self.after is not None else "",
            f"不晚于{show(self.before * 1000)}" if self.before is not None else "",
        ]
        return "\n".join(part for part in parts if part) or "（没有中心回执）"


@dataclass(frozen=True, slots=True)
class Jump:
    """The wall clock was set between two entries of one run of the machine: by so many ms, from the second on."""

    ref: Ref
    by: int


def show(wall: int) -> str:
    """A wall clock reading in ms for documents: "2026-09-21 21:33:05"."""
    return local_time(wall).strftime("%Y-%m-%d %H:%M:%S")


def brackets(entries: Sequence[Entry], bundle: Bundle) -> dict[Ref, Bracket]:
    """What is proven of each entry.

    Args:
        entries: in order of device and number.
    """
    times = {(one.device, one.size): one.time for one in bundle.checkpoints if one.cosignature}
    until = {proof.ref: times.get((proof.ref.device, proof.size)) for proof in bundle.proofs}
    since = _since(entries) if bundle.public_key else {}
    return {entry.ref: Bracket(since.get(entry.ref), until.get(entry.ref)) for entry in entries}


def _since(entries: Sequence[Entry]) -> dict[Ref, int]:
    """Anchors count from the entry that quotes them on, in the device's own order; and for what replaces such an entry."""
    found: dict[Ref, int] = {}
    newest: dict[str, int] = {}
    for entry in entries:
        anchor = (entry.data or {}).get("anchor")
        told = anchor.get("time") if isinstance(anchor, Mapping) else None
        if isinstance(told, int):
            newest[entry.ref.device] = max(told, newest.get(entry.ref.device, 0))
        if entry.ref.device in newest:
            found[entry.ref] = newest[entry.ref.device]
    for entry in entries:
        known = [found[ref] for ref in entry.replaces if ref in found]
        if known:
            found[entry.ref] = max([*known, found.get(entry.ref, 0)])
    return found


def jumps(entries: Iterable[Entry]) -> list[Jump]:
    """Where a device's clock was set between two of these entries.

    Args:
        entries: in order of device and number.
    """
    found = []
    for before, after in pairwise(entries):
        if before.ref.device != after.ref.device or before.time.boot != after.time.boot:
            continue
        by = (after.time.wall - before.time.wall) - (after.time.monotonic - before.time.monotonic)
        if abs(by) > JUMP_MS:
            found.append(Jump(after.ref, by))
    return found
