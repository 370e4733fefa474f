"""When entries were made: bounds that others vouch for, beside what the device's clock said (docs/case-file.md, "Time")."""

from collections.abc import Mapping
from typing import Any

from inspector.casefile.loading import Evidence, Kept
from inspector.casefile.verdict import Bracket
from inspector.domain.entries import Ref
from inspector.journal.canonical import MAX_INT, MalformedError
from inspector.journal.note import Cosignature, verify_cosignature
from inspector.journal.receipt import device_checkpoint
from inspector.sync.protocol import ProtocolError, b64, unb64

_JUMP_MS = 2_000
_ANCHOR = {"size", "root", "time", "cosignature"}


def brackets(evidence: Evidence) -> tuple[Bracket, ...]:
    """The bounds of every entry, in order of device and number."""
    floors = _floors(evidence)
    jumps = _jumps(evidence.entries)
    found = []
    for ref, entry in evidence.entries.items():
        proof = evidence.proofs.get(ref)
        checkpoint = None if proof is None else evidence.checkpoints.get(Ref(ref.device, proof.size))
        found.append(
            Bracket(
                entry=str(ref),
                type=entry.type,
                not_before=floors[ref],
                not_after=None if checkpoint is None else checkpoint.time,
                clock=entry.time.wall,
                jumped=ref in jumps,
            )
        )
    return tuple(found)


def _floors(evidence: Evidence) -> dict[Ref, int | None]:
    """An entry is younger than the anchor in it, than what its device wrote before it, and than what it replaces."""
    floors = {
        ref: anchor_time(ref.device, entry.anchor, evidence.bundle.public_key)
        for ref, entry in evidence.entries.items()
    }
    while True:
        before, changed = Ref("", 0), False
        for ref, entry in evidence.entries.items():
            older = [floors.get(one) for one in entry.replaces]
            older += [floors[ref], floors[before] if before.device == ref.device else None]
            newest = max((one for one in older if one is not None), default=None)
            changed |= newest != floors[ref]
            floors[ref], before = newest, ref
        if not changed:
            return floors


def anchor_time(device: str, anchor: Any, centre: bytes) -> int | None:
    """The time of the receipt that an entry of this device quotes; None unless the centre's key signed it."""
    if not isinstance(anchor, Mapping) or anchor.keys() != _ANCHOR or not centre:
        return None
    size, time = anchor["size"], anchor["time"]
    try:
        root = bytes.fromhex(anchor["root"])
        signature = unb64(anchor["cosignature"], size=64)
        if (
            root.hex() != anchor["root"]
            or b64(signature) != anchor["cosignature"]
            or not _are_numbers(size, time)
        ):
            return None
        text = device_checkpoint(device, size, root)
    except (TypeError, ValueError, AttributeError, ProtocolError, MalformedError):
        return None
    return time if verify_cosignature(text, centre, Cosignature(time, signature)) else None


def _are_numbers(*values: Any) -> bool:
    return all(isinstance(one, int) and not isinstance(one, bool) and 0 <= one <= MAX_INT for one in values)


def _jumps(entries: Mapping[Ref, Kept]) -> set[Ref]:
    """Entries before which the clock was set, against the one that nobody can set."""
    ahead: dict[tuple[str, str], int] = {}
    found = set()
    for ref, entry in entries.items():
        run, now = (ref.device, entry.time.boot), entry.time.wall - entry.time.monotonic
        if abs(ahead.get(run, now) - now) > _JUMP_MS:
            found.add(ref)
        ahead[run] = now
    return found
