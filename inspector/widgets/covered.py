"""A photo in half cells with boxes over it: those that are drawn, and the one that is being moved."""

from collections.abc import Iterable, Sequence

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from inspector.widgets.picture import Picture

Cells = tuple[int, int, int, int]
"""Left, top, width, height in cells of the picture."""
_COVER = Style(color="bright_black", bgcolor="black")
_CHOSEN = Style(color="bright_white", bgcolor="black", bold=True)
_FRAME = Style(color="bright_yellow", bgcolor="black", bold=True)


class CoveredPicture(Picture):
    """A picture with boxes. What is covered shows as letters too, so that it is seen without colours."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._boxes: list[Cells] = []
        self._chosen: int | None = None
        self._frame: Cells | None = None

    def cover(self, boxes: Iterable[Cells], frame: Cells | None, chosen: int | None = None) -> None:
        """Show these boxes, and the frame that is being moved.

        Args:
            chosen: which of the boxes is the one that a key would remove.
        """
        self._boxes, self._frame, self._chosen = list(boxes), frame, chosen
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the picture with what lies over it."""
        strip = super().render_line(y)
        cells = self._cells
        if cells is None or y >= cells.height:
            return strip
        signs = [segment for segment in strip][: cells.width]  # noqa: C416 - a strip gives its segments
        for place, (left, top, wide, high) in enumerate(self._boxes):
            if top <= y < top + high:
                style, sign = (_CHOSEN, "#") if place == self._chosen else (_COVER, "x")
                _over(signs, left, left + wide, sign, style)
        if self._frame is not None:
            left, top, wide, high = self._frame
            if y in (top, top + high - 1):
                _over(signs, left, left + wide, "-", _FRAME)
            if top <= y < top + high:
                _over(signs, left, left + 1, "+" if y in (top, top + high - 1) else "|", _FRAME)
                _over(signs, left + wide - 1, left + wide, "+" if y in (top, top + high - 1) else "|", _FRAME)
        return Strip(signs).adjust_cell_length(self.size.width, self.rich_style)


def _over(signs: list[Segment], first: int, last: int, sign: str, style: Style) -> None:
    for place in range(max(first, 0), min(last, len(signs))):
        signs[place] = Segment(sign, style)


def to_cells(box: Sequence[int], width: int, height: int) -> Cells:
    """A box in thousandths as cells, to the nearest, so that what was drawn shows where it was drawn."""
    left, top = round(box[0] * width / 1000), round(box[1] * height / 1000)
    right, bottom = round((box[0] + box[2]) * width / 1000), round((box[1] + box[3]) * height / 1000)
    return left, top, max(right - left, 1), max(bottom - top, 1)


def from_cells(cells: Cells, width: int, height: int) -> Cells:
    """Cells as a box in thousandths that covers all of them."""
    left, top = cells[0] * 1000 // width, cells[1] * 1000 // height
    right = min(-(-(cells[0] + cells[2]) * 1000 // width), 1000)
    bottom = min(-(-(cells[1] + cells[3]) * 1000 // height), 1000)
    return left, top, right - left, bottom - top
