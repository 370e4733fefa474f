"""Boxes on a photo, drawn by hand, and the entries that decide on them."""

from collections.abc import Mapping
from typing import Any

from inspector.errors import BadInput

SCALE = 1_000
"""A side of the upright picture in the unit of boxes."""
BOXES_MAX = 100
MARGIN = 8
"""By how much a box grows on each side when it is drawn: a hand does not stop at the edge of a face."""
MASKED = ("inspection.photo_masked", "rectification.photo_masked")
_NUMBERS = 4

Box = tuple[int, int, int, int]
"""Left, top, width, height in thousandths of the upright picture."""


def is_box(value: Any) -> bool:
    """Whether a value is a box inside of the picture, of some size."""
    if not isinstance(value, list | tuple) or len(value) != _NUMBERS:
        return False
    if any(isinstance(one, bool) or not isinstance(one, int) for one in value):
        return False
    left, top, wide, high = map(int, value)
    return left >= 0 and top >= 0 and wide > 0 and high > 0 and left + wide <= SCALE and top + high <= SCALE


def read_box(text: str) -> Box:
    """A box of "x,y,w,h".

    Raises:
        BadInput: it is none.
    """
    try:
        found = tuple(int(part) for part in text.split(","))
    except ValueError:
        found = ()
    if not is_box(found):
        raise BadInput(
            f"“{text}”不是遮盖框。", f"{text!r} is no box.",
            hint=("写成 左,上,宽,高，各为画面的千分之几，如 250,100,120,160。",
                  "Write left,top,width,height in thousandths of the picture, such as 250,100,120,160."),
            code="mask.box",
        )  # fmt: skip
    left, top, wide, high = found
    return left, top, wide, high


def register(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The register that a decision sets."""
    return {f"mask/{data['sha256']}": sorted(list(box) for box in data["boxes"])}
