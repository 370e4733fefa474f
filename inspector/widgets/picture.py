"""A photo in half cells: two pixels a cell, upright, as the examiner made it."""

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from inspector.evidence.preview import HalfCells


class Picture(Widget):
    """Shows a picture of at most its own size; nothing where there is none."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._cells: HalfCells | None = None

    def show(self, cells: HalfCells | None) -> None:
        """Show another picture."""
        self._cells = cells
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the picture."""
        base = self.rich_style
        if self._cells is None or y >= self._cells.height:
            return Strip.blank(self.size.width, base)
        segments = [
            Segment("▀", Style(color=Color.from_rgb(*upper), bgcolor=Color.from_rgb(*lower)))
            for upper, lower in self._cells.rows[y]
        ]
        return Strip(segments).adjust_cell_length(self.size.width, base)
