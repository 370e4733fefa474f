"""Which parts of a photo are covered before it leaves: boxes drawn by hand, each person's decision an entry.

Original photos never change. A decision says what to cover in a derived copy; one without boxes says that somebody looked
and found nothing to cover. What two people drew without knowing of each other adds up.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from inspector.domain.boxes import BOXES_MAX, MASKED, Box, is_box, register
from inspector.domain.entries import Draft, Entry
from inspector.domain.registers import Registers, fold
from inspector.errors import BadInput


@dataclass(frozen=True, slots=True)
class Mask:
    """What was decided of a photo. `boxes` empty: looked at, nothing to cover."""

    sha256: str
    boxes: tuple[Box, ...]


_VOCABULARY = dict.fromkeys(MASKED, register)


def masks_of(entries: Iterable[Entry]) -> dict[str, Mask]:
    """What was decided of photos, by their SHA-256: boxes of every decision that nobody replaced."""
    by_aggregate: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.type in MASKED:
            by_aggregate.setdefault(entry.aggregate, []).append(entry)
    found: dict[str, set[Box]] = {}
    for name in sorted(by_aggregate):
        for key, heads in fold(by_aggregate[name], _VOCABULARY).heads.items():
            boxes = found.setdefault(key.partition("/")[2], set())
            boxes.update((box[0], box[1], box[2], box[3]) for head in heads for box in head.value)
    return {sha256: Mask(sha256, tuple(sorted(boxes))) for sha256, boxes in found.items()}


def mask_photo(
    *, kind: str, aggregate: str, scope: str, registers: Registers, sha256: str, boxes: Collection[Sequence[int]],
    note: str = "",
) -> list[Draft]:  # fmt: skip
    """Decide what is covered of a photo; none where nothing changes. Also of a concluded inspection: nothing of the record
    changes by it.

    Args:
        kind: of `MASKED`, as the photo's aggregate has it.

    Raises:
        BadInput: a box is none, or there are too many.
    """
    wanted = sorted({tuple(box) for box in boxes})
    if len(wanted) > BOXES_MAX or not all(map(is_box, wanted)):
        raise BadInput(
            f"遮盖框不对，或超过{BOXES_MAX}个。", f"A box is not right, or there are more than {BOXES_MAX}.",
            code="mask.boxes",
        )  # fmt: skip
    key = f"mask/{sha256}"
    plain = [list(box) for box in wanted]
    if registers.value(key) == plain and not registers.conflict(key) and not note:
        return []
    data: dict[str, Any] = {"sha256": sha256, "boxes": plain}
    if note:
        data["note"] = note
    return [Draft(kind, aggregate, scope, data, registers.seen(key))]
