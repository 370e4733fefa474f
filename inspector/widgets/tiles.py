"""Tiles side by side, as on a wall map: a title, a sign with a word, numbers. Arrow keys move, the screen binds Enter."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.segment import Segment
from textual import events
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from inspector.text import fit

_LEAST = 18
_HEIGHT = 4
"""Cells of a tile at least; lines of a tile with the empty one below it."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile.

    Attributes:
        key: what it stands for.
        lines: three lines; the first is the title.
        kind: how it looks: "good", "warn", "alert", "dim" or "". Its lines say the same in words or signs.
    """

    key: str
    lines: tuple[str, str, str]
    kind: str = ""


class TileMap(ScrollView, can_focus=True):
    """Tiles from left to right, as many in a row as there is room for."""

    COMPONENT_CLASSES = {  # noqa: RUF012 - Textual's own form
        "tiles--plain", "tiles--good", "tiles--warn", "tiles--alert", "tiles--dim", "tiles--cursor",
        "tiles--cursor-far",
    }  # fmt: skip
    DEFAULT_CSS = """
    TileMap { background: $background; overflow-x: hidden; scrollbar-size-vertical: 1; }
    TileMap > .tiles--plain { background: $panel; color: $foreground; }
    TileMap > .tiles--good { background: $panel; color: $success; }
    TileMap > .tiles--warn { background: $panel; color: $warning; }
    TileMap > .tiles--alert { background: $panel; color: $error; text-style: bold; }
    TileMap > .tiles--dim { background: $surface; color: $line-dim; }
    TileMap > .tiles--cursor { background: $line-cursor; color: $line-cursor-text; text-style: bold; }
    TileMap > .tiles--cursor-far { background: $panel; color: $foreground; text-style: underline; }
    """
    BINDINGS = [  # noqa: RUF012 - Textual's own form
        Binding("left", "move(-1)", show=False, id="tiles.left"),
        Binding("right", "move(1)", show=False, id="tiles.right"),
        Binding("up", "row(-1)", show=False, id="tiles.up"),
        Binding("down", "row(1)", show=False, id="tiles.down"),
        Binding("home", "end(-1)", show=False, id="tiles.first"),
        Binding("end", "end(1)", show=False, id="tiles.last"),
    ]

    cursor = reactive(0)

    class Highlighted(Message):
        """The cursor stands on another tile."""

        def __init__(self, tiles: "TileMap", tile: Tile) -> None:
            super().__init__()
            self.tiles = tiles
            self.tile = tile

        @property
        def control(self) -> "TileMap":
            """The map."""
            return self.tiles

    class Chosen(Highlighted):
        """A tile was chosen."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._tiles: tuple[Tile, ...] = ()

    def show(self, tiles: Sequence[Tile]) -> None:
        """Show these tiles; the cursor stays on its tile where that is still there."""
        here = self.tile.key if self.tile else ""
        self._tiles = tuple(tiles)
        self._measure()
        found = next((place for place, tile in enumerate(tiles) if tile.key == here), self.cursor)
        self.cursor = min(found, max(len(tiles) - 1, 0))
        self._follow()
        self._announce()
        self.refresh()

    @property
    def tile(self) -> Tile | None:
        """The tile under the cursor."""
        return self._tiles[self.cursor] if self.cursor < len(self._tiles) else None

    @property
    def per_row(self) -> int:
        """Tiles in a row."""
        return max(1, (self.scrollable_content_region.width + 1) // (_LEAST + 1))

    @property
    def _cells(self) -> int:
        """Cells of a tile: those of a row share what there is."""
        return max(_LEAST, (self.scrollable_content_region.width + 1) // self.per_row - 1)

    def _measure(self) -> None:
        rows = -(-len(self._tiles) // self.per_row)
        self.virtual_size = Size(self.size.width, max(rows * _HEIGHT - 1, 0))

    def on_resize(self) -> None:
        """As many in a row as there is room for now."""
        self._measure()
        self._follow()

    # -- moving ------------------------------------------------------------------------------------------------

    def action_move(self, step: int) -> None:
        """To the tile beside."""
        self.cursor = min(max(self.cursor + step, 0), max(len(self._tiles) - 1, 0))

    def action_row(self, step: int) -> None:
        """To the tile above or below; below the last whole row, to the last tile."""
        wanted = self.cursor + step * self.per_row
        if (
            wanted >= len(self._tiles)
            and self.cursor // self.per_row < (len(self._tiles) - 1) // self.per_row
        ):
            wanted = len(self._tiles) - 1
        if 0 <= wanted < len(self._tiles):
            self.cursor = wanted

    def action_end(self, step: int) -> None:
        """To the first or the last tile."""
        self.cursor = 0 if step < 0 else max(len(self._tiles) - 1, 0)

    def action_choose(self) -> None:
        """Choose the tile under the cursor."""
        if self.tile is not None:
            self.post_message(self.Chosen(self, self.tile))

    def watch_cursor(self) -> None:
        """Follow the cursor."""
        self._follow()
        self._announce()
        self.refresh()

    def _announce(self) -> None:
        if self.tile is not None and self.is_attached:
            self.post_message(self.Highlighted(self, self.tile))

    def _follow(self) -> None:
        top = self.cursor // self.per_row * _HEIGHT
        visible = self.size.height
        if visible <= 0:
            return
        if top < self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, force=True)
        elif top + _HEIGHT - 1 > self.scroll_offset.y + visible:
            self.scroll_to(y=top + _HEIGHT - 1 - visible, animate=False, force=True)

    def on_click(self, event: events.Click) -> None:
        """The tile under the pointer gets the cursor; a second click on it chooses it."""
        row = (self.scroll_offset.y + event.y) // _HEIGHT
        place = row * self.per_row + event.x // (self._cells + 1)
        if event.x // (self._cells + 1) < self.per_row and place < len(self._tiles):
            if place == self.cursor:
                self.action_choose()
            self.cursor = place

    # -- drawing -----------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """One line of the widget."""
        base = self.rich_style
        cells = self.scrollable_content_region.width
        row, line = divmod(self.scroll_offset.y + y, _HEIGHT)
        segments = []
        if line < _HEIGHT - 1:
            first = row * self.per_row
            for place, tile in enumerate(self._tiles[first : first + self.per_row], first):
                here = place == self.cursor
                name = "cursor" if here and self.has_focus else "cursor-far" if here else tile.kind or "plain"
                style = base + self.get_component_rich_style(f"tiles--{name}", partial=True)
                mark = ">" if here and line == 0 else " "
                segments.append(Segment(mark + fit(tile.lines[line], self._cells - 1), style))
                segments.append(Segment(" ", base))
        return Strip(segments).adjust_cell_length(cells, base)
