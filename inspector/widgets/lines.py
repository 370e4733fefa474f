"""A list of lines in columns: drawn line by line, so that a hundred thousand cost what a screenful costs.

The screen binds Enter, so that its footer can say what it does, and calls `action_choose`.
Rows come as a whole (`show`) or a page at a time (`show_pages`). Cells are measured in terminal cells, cleaned, and cut.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual import events, work
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from inspector.text import fit, tail

PAGE = 100
_PAGES_KEPT = 12
_NARROW = 72
_FREE_LEAST, _FIXED_LEAST = 20, 6


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title and its width in cells; width 0 takes what is left (one column at most).

    Attributes:
        tail: of what is too long the end is shown, as of file names, and not the beginning.
    """

    title: str
    width: int = 0
    right: bool = False
    tail: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A line.

    Attributes:
        key: what it stands for.
        kind: how it looks: "", "dim", "alert", "warn", "good", "strong" or "section". Never the only sign of a state.
        selectable: whether the cursor can stand on it.
        faint: the cell that is drawn dim, whatever the row looks like; none where it is negative.
    """

    key: str
    cells: tuple[str, ...]
    kind: str = ""
    selectable: bool = True
    faint: int = -1


Fetch = Callable[[int, int], Awaitable[list[Row]]]
"""From offset and number to rows."""


class LineList(ScrollView, can_focus=True):
    """A list with a cursor."""

    COMPONENT_CLASSES = {  # noqa: RUF012 - Textual's own form
        "lines--head", "lines--cursor", "lines--cursor-far", "lines--dim", "lines--alert", "lines--warn",
        "lines--good", "lines--strong", "lines--section",
    }  # fmt: skip
    DEFAULT_CSS = """
    LineList { height: 1fr; background: $background; overflow-x: hidden; scrollbar-size-vertical: 1; }
    LineList > .lines--head { color: $line-dim; text-style: underline; }
    LineList > .lines--cursor { background: $line-cursor; color: $line-cursor-text; text-style: bold; }
    LineList > .lines--cursor-far { background: $panel; }
    LineList > .lines--dim { color: $line-dim; }
    LineList > .lines--alert { color: $error; }
    LineList > .lines--warn { color: $warning; }
    LineList > .lines--good { color: $success; }
    LineList > .lines--strong { text-style: bold; }
    LineList > .lines--section { color: $accent; text-style: bold; }
    """
    BINDINGS = [  # noqa: RUF012 - Textual's own form
        Binding("up", "move(-1)", show=False, id="list.up"),
        Binding("down", "move(1)", show=False, id="list.down"),
        Binding("pageup", "page(-1)", show=False, id="list.page_up"),
        Binding("pagedown", "page(1)", show=False, id="list.page_down"),
        Binding("home", "end(-1)", show=False, id="list.first"),
        Binding("end", "end(1)", show=False, id="list.last"),
    ]

    cursor = reactive(0)

    class Highlighted(Message):
        """The cursor stands on another row."""

        def __init__(self, lines: "LineList", row: Row) -> None:
            super().__init__()
            self.lines = lines
            self.row = row

        @property
        def control(self) -> "LineList":
            """The list."""
            return self.lines

    class Chosen(Highlighted):
        """A row was chosen."""

    class Failed(Message):
        """A page could not be read."""

        def __init__(self, error: Exception) -> None:
            super().__init__()
            self.error = error

    def __init__(self, columns: Sequence[Column], *, heading: bool = True, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.columns = tuple(columns)
        self._head = 1 if heading else 0
        self._total = 0
        self._fetch: Fetch | None = None
        self._pages: OrderedDict[int, list[Row]] = OrderedDict()
        self._asked: set[int] = set()
        self._generation = 0

    # -- what it shows -----------------------------------------------------------------------------------------

    def show(self, rows: Sequence[Row], *, keep: str | None = None) -> None:
        """Show these rows; the cursor stays on the row `keep` (or on the one it is on) where it is still there."""
        wanted = keep if keep is not None else (self.row.key if self.row else None)
        self._generation += 1
        self._fetch, self._total = None, len(rows)
        self._pages = OrderedDict(
            (number, list(rows[number * PAGE : (number + 1) * PAGE]))
            for number in range((len(rows) + PAGE - 1) // PAGE)
        )
        found = next((index for index, row in enumerate(rows) if row.key == wanted), None)
        self._settle(self.cursor if found is None else found)

    def show_pages(self, total: int, first: Sequence[Row], fetch: Fetch, *, at: int = 0) -> None:
        """Show `total` rows that are read a page at a time.

        Args:
            first: the rows of the page on which the cursor stands then.
            at: where the cursor stands then.
        """
        self._generation += 1
        self._fetch, self._total = fetch, total
        self._asked.clear()
        self._pages = OrderedDict({at // PAGE: list(first)})
        self._settle(at)

    def put(self, row: Row) -> None:
        """Show a row that was read in another form, under the same key."""
        for page in self._pages.values():
            for position, old in enumerate(page):
                if old.key == row.key:
                    page[position] = row
        self.refresh()

    def _settle(self, index: int) -> None:
        self.virtual_size = Size(self.size.width, self._total + self._head)
        index = min(max(index, 0), max(self._total - 1, 0))
        index = self._selectable(index, 1) if self._total else 0
        if index == self.cursor:
            self._announce()
        self.cursor = index
        self._scroll_to_cursor()
        self.refresh()

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self.row_at(self.cursor)

    @property
    def total(self) -> int:
        """How many rows there are."""
        return self._total

    def row_at(self, index: int) -> Row | None:
        """The row at that place; None where there is none or its page is still being read."""
        if not 0 <= index < self._total:
            return None
        page = self._pages.get(index // PAGE)
        if page is None:
            self._want(index // PAGE)
            return None
        return page[index % PAGE] if index % PAGE < len(page) else None

    def select(self, key: str) -> bool:
        """Put the cursor on the row with that key, among those that were read."""
        for number, page in self._pages.items():
            for position, row in enumerate(page):
                if row.key == key:
                    self.cursor = number * PAGE + position
                    return True
        return False

    # -- pages -------------------------------------------------------------------------------------------------

    def _want(self, page: int) -> None:
        if self._fetch is not None and page not in self._asked:
            self._asked.add(page)
            self._read(page, self._generation)

    @work(exit_on_error=False)
    async def _read(self, page: int, generation: int) -> None:
        fetch = self._fetch
        if fetch is None:
            return
        try:
            rows = await fetch(page * PAGE, PAGE)
        except Exception as error:  # noqa: BLE001 - told to the screen, which knows what to say
            self._asked.discard(page)
            self.post_message(self.Failed(error))
            return
        if generation != self._generation:
            return
        self._asked.discard(page)
        self._pages[page] = rows
        while len(self._pages) > _PAGES_KEPT:
            self._pages.popitem(last=False)
        if self.cursor // PAGE == page:
            self._announce()
        self.refresh()

    # -- moving ------------------------------------------------------------------------------------------------

    def _selectable(self, index: int, step: int) -> int:
        """The nearest row from `index` on in that direction, else in the other, where the cursor can stand."""
        for direction in (step, -step):
            at = index
            while 0 <= at < self._total:
                row = self.row_at(at)
                if row is None or row.selectable:
                    return at
                at += direction
        return index

    def action_move(self, step: int) -> None:
        """Up or down by one."""
        if 0 <= self.cursor + step < self._total:
            self.cursor = self._selectable(self.cursor + step, step)

    def action_page(self, step: int) -> None:
        """Up or down by a screenful."""
        rows = max(1, self.size.height - self._head - 1)
        self.cursor = self._selectable(min(max(self.cursor + step * rows, 0), max(self._total - 1, 0)), step)

    def action_end(self, step: int) -> None:
        """To the first or the last row."""
        self.cursor = self._selectable(0, 1) if step < 0 else self._selectable(max(self._total - 1, 0), -1)

    def action_choose(self) -> None:
        """Choose the row under the cursor."""
        row = self.row
        if row is not None and row.selectable:
            self.post_message(self.Chosen(self, row))

    def watch_cursor(self) -> None:
        """Follow the cursor."""
        self._scroll_to_cursor()
        self._announce()
        self.refresh()

    def _announce(self) -> None:
        row = self.row
        if row is not None and self.is_attached:
            self.post_message(self.Highlighted(self, row))

    def _scroll_to_cursor(self) -> None:
        visible = self.size.height - self._head
        if visible <= 0:
            return
        top = self.scroll_offset.y
        # A section's title above the first row of the section is shown with it.
        above = self.row_at(self.cursor - 1)
        first = self.cursor - 1 if above is not None and not above.selectable else self.cursor
        if first < top:
            self.scroll_to(y=first, animate=False, force=True)
        elif self.cursor >= top + visible:
            self.scroll_to(y=self.cursor - visible + 1, animate=False, force=True)

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self.virtual_size = Size(self.size.width, self._total + self._head)
        self._scroll_to_cursor()

    def on_click(self, event: events.Click) -> None:
        """The row under the pointer gets the cursor; a second click on it chooses it."""
        index = self.scroll_offset.y + event.y - self._head
        row = self.row_at(index) if event.y >= self._head else None
        if row is None or not row.selectable:
            return
        if index == self.cursor:
            self.action_choose()
        self.cursor = index

    # -- drawing -----------------------------------------------------------------------------------------------

    def _widths(self) -> list[int]:
        room = self.scrollable_content_region.width - 2 - len(self.columns) + 1
        rest = room - sum(column.width for column in self.columns)
        found = [column.width or max(rest, 4) for column in self.columns]
        # Where there is little room, wide fixed columns give way before what has no width of its own.
        if room >= _NARROW:
            return found
        free = next((place for place, column in enumerate(self.columns) if not column.width), None)
        while free is not None and found[free] < _FREE_LEAST and max(found) > _FIXED_LEAST:
            widest = max((place for place in range(len(found)) if place != free), key=found.__getitem__)
            if found[widest] <= _FIXED_LEAST:
                break
            found[widest] -= 1
            rest += 1
            found[free] = max(rest, 4)
        return found

    def _text(self, cells: Sequence[str], mark: str) -> str:
        return mark + " ".join(self._fitted(cells))

    def _fitted(self, cells: Sequence[str]) -> list[str]:
        parts = []
        widths = self._widths()
        for number, column in enumerate(self.columns):
            cell = cells[number] if number < len(cells) else ""
            if column.tail:
                cell = tail(cell, widths[number])
            parts.append(fit(cell, widths[number], right=column.right))
        return parts

    def render_line(self, y: int) -> Strip:
        """One line of the widget."""
        cells = self.scrollable_content_region.width
        base = self.rich_style
        if self._head and y == 0:
            style = base + self.get_component_rich_style("lines--head", partial=True)
            titles = [column.title for column in self.columns]
            return self._strip(self._text(titles, "  "), style, cells)
        index = self.scroll_offset.y + y - self._head
        row = self.row_at(index)
        if row is None:
            return self._strip("", base, cells)
        style = base
        if row.kind:
            style += self.get_component_rich_style(f"lines--{row.kind}", partial=True)
        if row.kind == "section":
            return self._strip(" " + fit(row.cells[0], cells - 1), style, cells)
        here = index == self.cursor
        if here:
            name = "lines--cursor" if self.has_focus else "lines--cursor-far"
            style += self.get_component_rich_style(name, partial=True)
        if row.faint >= 0 and not here:
            faint = base + self.get_component_rich_style("lines--dim", partial=True)
            parts = self._fitted(row.cells)
            segments = [Segment("  ", style)]
            for number, part in enumerate(parts):
                segments.append(Segment(part + " ", faint if number == row.faint else style))
            return Strip(segments).adjust_cell_length(cells, style)
        return self._strip(self._text(row.cells, "> " if here else "  "), style, cells)

    def _strip(self, text: str, style: Style, cells: int) -> Strip:
        return Strip([Segment(text, style)]).adjust_cell_length(cells, style)
