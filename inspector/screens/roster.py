"""A roster as a table: one row a line, typed cells, Enter to the next cell. A row is saved as soon as it is complete."""

from collections.abc import Iterable
from typing import Any, ClassVar

from rich.text import Text
from textual import events, on
from textual.coordinate import Coordinate
from textual.widget import Widget
from textual.widgets import DataTable, Input, Static

from inspector.commands import EVERYWHERE, Command
from inspector.domain.answers import MAX_ROWS, expected, read_answer, show_answer
from inspector.domain.checklist import Column as AnswerColumn
from inspector.domain.checklist import Item
from inspector.errors import BadInput, InspectorError
from inspector.language import tr
from inspector.screens.answering import expected_words
from inspector.screens.base import Page, guarded
from inspector.screens.workplace import Workplace
from inspector.services import inspections
from inspector.services.sheets import Line
from inspector.text import clean
from inspector.widgets.bars import TopBar
from inspector.widgets.cells import CellInput, column_widths
from inspector.widgets.content import plain

_DRAFTS = "roster_drafts"
"""Setting: rows that are half filled, by inspection and item, so that no way of leaving loses them."""
_CELL_MAX = 200


class RosterScreen(Page):
    """Editing one roster; dismisses with True when something was saved."""

    CSS_PATH = "roster.tcss"
    RELOADS = False
    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("roster.edit", "enter", "edit", "填写", "Edit", "填写光标所在的格；再按回车到下一格。",
                "Edit this cell; Enter again goes to the next.", footer=True),
        Command("roster.add", "f4,insert,plus", "add", "加一行", "Add row", "在最后加一行。", "Add a row at the end.",
                footer=True),
        Command("roster.delete", "f6,delete", "delete", "删行", "Delete", "删去光标所在的行。", "Delete this row.",
                footer=True),
        Command("roster.copy", "f3", "copy_above", "同上行", "As above",
                "把上一行的内容填进这一行的空格。", "Fill the empty cells of this row as in the row above."),
        Command("roster.save", "f2", "save", "保存", "Save", "保存并返回。", "Save and go back.", footer=True),
        Command("roster.back", "escape", "back", "返回", "Back", "保存并返回；正在填的格先放弃。",
                "Save and go back; out of a cell first.", footer=True),
    )  # fmt: skip

    def __init__(self, place: Workplace, inspection: str, line: Line) -> None:
        super().__init__(place)
        self._inspection = inspection
        self._item = line.item
        self._columns = line.item.answer.columns
        self._rows: list[dict[str, Any]] = [dict(row) for row in line.value or []]
        self._ids: list[str] = [*line.row_ids]
        self._known = line.seen
        self._saved = {row: dict(cells) for row, cells in zip(self._ids, self._rows, strict=True)}
        self._changed = False
        self._opened = ""
        self._drafts: list[Any] = []
        self._warned = False

    def body(self) -> Iterable[Widget]:
        """Question, table, what the cell takes, input line."""
        yield Static(plain(f"{self._item.code}　{self._item.question}"), id="roster-question")
        yield DataTable(id="table", cursor_type="cell", zebra_stripes=False)
        yield Static(id="expects")
        yield CellInput(id="cell", select_on_focus=False)

    def heading(self) -> str:
        """The title."""
        count = sum(bool(row) for row in self._rows)
        return tr(f"表格 {self._item.code}　{count} 行", f"Table {self._item.code}: {count} rows")

    @property
    def table(self) -> "DataTable[Text]":
        """The table."""
        return self.query_one("#table", DataTable)

    async def reload(self) -> None:
        """Draw the table; rows that were left half filled are there again, an empty roster gets its first row."""
        kept = await self.place.read(self.place.store.json_setting, _DRAFTS) or {}
        self._drafts = list(kept.get(self._draft_key, []))
        for row, cells in self._drafts:
            if row in self._ids:
                self._rows[self._ids.index(row)] = dict(cells)
            elif not row:
                self._rows.append(dict(cells))
                self._ids.append("")
        if not self._rows:
            self._append()
        self._draw(Coordinate(0, 0))
        self.table.focus()
        if self._half():
            self._tell_half()

    @property
    def _draft_key(self) -> str:
        return f"{self._inspection}/{self._item.code}"

    def _draw(self, at: Coordinate) -> None:
        table = self.table
        table.clear(columns=True)
        shown = [[self._shown(column, row) for column in self._columns] for row in self._rows]
        titles = [clean(str(column.title)) for column in self._columns]
        room = self.size.width - len(str(len(shown))) - 3 - 2 * len(titles)
        for column, title, cells in zip(
            self._columns, titles, column_widths(titles, shown, room), strict=True
        ):
            table.add_column(Text(title), key=column.code, width=cells)
        for number, row in enumerate(shown, 1):
            table.add_row(*(Text(cell) for cell in row), label=Text(str(number)))
        if self._rows:
            table.cursor_coordinate = Coordinate(min(at.row, len(self._rows) - 1), at.column)
        for bar in self.query(TopBar):
            bar.show(self.heading())

    def _shown(self, column: AnswerColumn, row: dict[str, Any]) -> str:
        return clean(self._whole(column, row), limit=_CELL_MAX)

    def _whole(self, column: AnswerColumn, row: dict[str, Any]) -> str:
        """The stored value of a cell in words, nothing cut."""
        if column.code not in row:
            return ""
        try:
            return show_answer(_as_item(column), read_answer(_as_item(column), row[column.code]))
        except InspectorError:
            return str(row[column.code])

    @on(DataTable.CellHighlighted, "#table")
    def _at_cell(self, event: "DataTable.CellHighlighted") -> None:
        if event.coordinate.column >= len(self._columns):
            return
        column = self._columns[event.coordinate.column]
        must = "" if column.answer.required else tr("（可空）", " (may be empty)")
        words = f"{column.title}{must}：{expected_words(column.answer)}"
        self.query_one("#expects", Static).update(plain(words, limit=300))

    # -- keys --------------------------------------------------------------------------------------------------

    @on(DataTable.CellSelected, "#table")
    async def _selected(self) -> None:
        await self.action_edit()

    @guarded
    async def action_edit(self) -> None:
        """Open the input line for this cell, with all that stands in it."""
        at = self.table.cursor_coordinate
        if not self._rows:
            await self.action_add()
            return
        self._open_cell(self._whole(self._columns[at.column], self._rows[at.row]))

    def _open_cell(self, begun: str, *, typed: bool = False) -> None:
        cell = self.query_one("#cell", Input)
        cell.value = begun
        # A line break cannot stand in an input line: a text that was not changed is never read back from it.
        self._opened = "" if typed else cell.value
        cell.display = True
        self.set_focus(cell)
        cell.cursor_position = len(cell.value)

    async def on_key(self, event: events.Key) -> None:
        """Any character on a cell begins to fill it."""
        character = event.character or ""
        if self.typing or not event.is_printable or not character.strip() or self._is_command(event):
            return
        event.stop()
        event.prevent_default()
        if not self._rows:
            await self.action_add()
        self._open_cell(character, typed=True)

    @guarded
    async def on_paste(self, event: events.Paste) -> None:
        """Rows from a spreadsheet fill cells and rows from the cursor on; all of them or none."""
        event.stop()
        lines = [line.split("\t") for line in event.text.splitlines() if line.strip()]
        if not lines:
            return
        if self.typing:
            self._close_cell()
        at = self.table.cursor_coordinate
        rows = [dict(row) for row in self._rows[at.row :]]
        rows += [{} for _ in range(len(lines) - len(rows))]
        if at.row + len(rows) > MAX_ROWS:
            raise BadInput(
                f"一张表最多 {MAX_ROWS} 行，没有粘贴。",
                f"A table has {MAX_ROWS} rows at most.",
                code="roster.rows",
            )
        for row, cells in zip(rows, lines, strict=False):
            for column, text in zip(self._columns[at.column :], cells, strict=False):
                if text.strip():
                    row[column.code] = _read_cell(column, text.strip())
        self._rows[at.row :] = rows
        self._ids += [""] * (len(self._rows) - len(self._ids))
        self._draw(Coordinate(at.row + len(lines) - 1, at.column))
        await self._save_complete()
        self.tell(tr(f"已粘贴 {len(lines)} 行。", f"Pasted {len(lines)} rows."), "good", self._half_words())

    @guarded
    async def action_copy_above(self) -> None:
        """Fill this row as the one above."""
        at = self.table.cursor_coordinate
        if at.row == 0 or at.row >= len(self._rows):
            self.tell(tr("上面没有行。", "There is no row above."), "warn")
            return
        self._rows[at.row] = {**self._rows[at.row - 1], **self._rows[at.row]}
        self._draw(at)
        await self._save_complete()

    @on(Input.Submitted, "#cell")
    @guarded
    async def _typed(self, event: Input.Submitted) -> None:
        await self._take(event.value)

    async def _take(self, value: str) -> None:
        """Take the cell if it can be read, then go to the next one; after the last, to a new row."""
        at = self.table.cursor_coordinate
        column = self._columns[at.column]
        text = value.strip()
        if value != self._opened or not text:
            if text:
                self._rows[at.row][column.code] = _read_cell(column, text)
            else:
                self._rows[at.row].pop(column.code, None)
        row, following = at.row, at.column + 1
        if following >= len(self._columns):
            row, following = row + 1, 0
            if row >= len(self._rows) and text and len(self._rows) < MAX_ROWS:
                self._append()
        self._close_cell()
        self._draw(Coordinate(row, following))
        await self._save_complete()

    async def _save_complete(self) -> None:
        """Save the rows that are complete, and keep those that are not for later."""
        self._warned = False
        await self._save()
        halves: list[list[Any]] = [
            [row, dict(cells)]
            for row, cells in zip(self._ids, self._rows, strict=True)
            if cells and not self._is_complete(cells)
        ]
        if halves != self._drafts:
            await self.place.write(self._keep_drafts, halves)
            self._drafts = halves

    def _keep_drafts(self, halves: list[Any]) -> None:
        store = self.place.store
        kept = store.json_setting(_DRAFTS) or {}
        kept.pop(self._draft_key, None)
        if halves:
            kept[self._draft_key] = halves
        store.set_settings(**{_DRAFTS: kept or None})

    def _half(self) -> tuple[int, AnswerColumn] | None:
        """The first row that is begun and not complete, and its first missing column."""
        for place, row in enumerate(self._rows):
            for column in self._columns:
                if row and column.answer.required and column.code not in row:
                    return place, column
        return None

    def _half_words(self) -> str:
        half = self._half()
        if half is None:
            return ""
        number, title = half[0] + 1, half[1].title
        return tr(
            f"第{number}行未填完（缺“{title.zh}”）：补齐，或按 F6 删去。",
            f'Row {number} is not complete ("{title.en}" is missing): fill it, or F6 deletes it.',
        )

    def _tell_half(self) -> None:
        self.tell(
            self._half_words(), "warn",
            tr("按 Esc 返回：这一行不记入，留在表里下次补。", "Esc goes back: the row does not count, and waits here."),
        )  # fmt: skip

    def _is_complete(self, row: dict[str, Any]) -> bool:
        return bool(row) and all(column.code in row for column in self._columns if column.answer.required)

    def _append(self) -> None:
        self._rows.append({})
        self._ids.append("")

    async def _save(self) -> None:
        """Save the complete rows, if they are not what is saved. Rows half filled in keep their saved cells."""
        wanted = self._is_complete
        places = [
            place for place, row in enumerate(self._rows) if wanted(row) or self._ids[place] in self._saved
        ]
        rows = [
            (self._ids[place], dict(row if wanted(row) else self._saved[self._ids[place]]))
            for place, row in ((place, self._rows[place]) for place in places)
        ]
        if dict(rows) == self._saved and all(row for row, _ in rows):
            return
        store, forms, code = self.place.store, self.place.forms, self._item.code

        def save() -> tuple[str, ...]:
            shown = tuple(self._saved)
            return inspections.edit_roster(
                store, forms, self._inspection, code, rows, shown=shown, seen=self._known
            )

        ids = await self.place.write(save)
        for place, row in zip(places, ids, strict=True):
            self._ids[place] = row
        self._saved = {row: cells for row, (_, cells) in zip(ids, rows, strict=True)}
        self._changed = True
        self.tell(tr(f"已保存 {len(rows)} 行。", f"Saved: {len(rows)} rows."), "good")

    def _close_cell(self) -> None:
        cell = self.query_one("#cell", Input)
        cell.display = False
        self.set_focus(self.table)

    @guarded
    async def action_add(self) -> None:
        """A row at the end."""
        if len(self._rows) < MAX_ROWS:
            self._append()
        self._draw(Coordinate(len(self._rows) - 1, 0))

    @guarded
    async def action_delete(self) -> None:
        """Without the row under the cursor."""
        at = self.table.cursor_coordinate
        if self._rows and at.row < len(self._rows):
            del self._rows[at.row], self._ids[at.row]
            self._draw(Coordinate(max(0, min(at.row, len(self._rows) - 1)), at.column))
            await self._save_complete()

    @guarded
    async def action_save(self) -> None:
        """Save and leave; a row that is not complete is named first, and stays for later."""
        if self.typing:
            await self._take(self.query_one("#cell", Input).value)
        warned = self._warned
        await self._save_complete()
        half = self._half()
        if half is not None and not warned:
            self._warned = True
            self._draw(Coordinate(half[0], self._columns.index(half[1])))
            self._tell_half()
            return
        self.dismiss(self._changed)

    @guarded
    async def action_back(self) -> None:
        """Out of the cell first, then out of the table, saving it."""
        if self.typing:
            self._close_cell()
        else:
            await self.action_save()


def _read_cell(column: AnswerColumn, text: str) -> Any:
    try:
        return read_answer(_as_item(column), text)
    except BadInput as error:
        want = expected(column.answer)
        raise BadInput(
            f"“{column.title.zh}”读不懂“{text}”。应为{want.zh}",
            f'{column.title.en}: cannot take "{text}". Expected {want.en}',
            code="answer.form",
        ) from error


def _as_item(column: AnswerColumn) -> Item:
    return Item(column.code, column.title, column.answer, 1, "")
