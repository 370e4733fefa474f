"""A roster as a table: one row a line, typed cells, Enter to the next cell. A row is saved as soon as it is complete."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from rich.text import Text
from textual import on
from textual.coordinate import Coordinate
from textual.widget import Widget
from textual.widgets import DataTable, Input, Static

from inspector.commands import EVERYWHERE, Command
from inspector.domain.answers import MAX_ROWS, expected, read_answer, show_answer
from inspector.domain.checklist import Column as AnswerColumn
from inspector.domain.checklist import Item
from inspector.errors import BadInput, InspectorError
from inspector.language import tr
from inspector.screens.base import Page, guarded
from inspector.screens.workplace import Workplace
from inspector.services import inspections
from inspector.services.sheets import Line
from inspector.text import clean, width
from inspector.widgets.content import plain

_CELL_MAX = 24


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

    def body(self) -> Iterable[Widget]:
        """Question, table, what the cell takes, input line."""
        yield Static(plain(f"{self._item.code}　{self._item.question}"), id="roster-question")
        yield DataTable(id="table", cursor_type="cell", zebra_stripes=False)
        yield Static(id="expects")
        yield Input(id="cell", select_on_focus=False)

    def heading(self) -> str:
        """The title."""
        return tr(
            f"表格 {self._item.code}　{len(self._rows)} 行",
            f"Table {self._item.code}: {len(self._rows)} rows",
        )

    @property
    def table(self) -> "DataTable[Text]":
        """The table."""
        return self.query_one("#table", DataTable)

    async def reload(self) -> None:
        """Draw the table; an empty roster gets its first row."""
        self.table.clear(columns=True)
        for column in self._columns:
            title = str(column.title)
            self.table.add_column(Text(clean(title)), key=column.code, width=max(6, width(title) + 1))
        if not self._rows:
            self._append()
        self._draw(Coordinate(0, 0))
        self.table.focus()

    def _draw(self, at: Coordinate) -> None:
        table = self.table
        table.clear()
        for number, row in enumerate(self._rows, 1):
            cells = [Text(self._shown(column, row)) for column in self._columns]
            table.add_row(*cells, label=Text(str(number)))
        if self._rows:
            table.cursor_coordinate = Coordinate(min(at.row, len(self._rows) - 1), at.column)

    def _shown(self, column: AnswerColumn, row: dict[str, Any]) -> str:
        if column.code not in row:
            return ""
        try:
            return clean(
                show_answer(_as_item(column), read_answer(_as_item(column), row[column.code])),
                limit=_CELL_MAX,
            )
        except InspectorError:
            return clean(row[column.code], limit=_CELL_MAX)

    @on(DataTable.CellHighlighted, "#table")
    def _at_cell(self, event: "DataTable.CellHighlighted") -> None:
        column = self._columns[event.coordinate.column]
        must = "" if column.answer.required else tr("（可空）", " (may be empty)")
        words = f"{column.title}{must}：{expected(column.answer)}"
        self.query_one("#expects", Static).update(plain(words, limit=300))

    # -- keys --------------------------------------------------------------------------------------------------

    @on(DataTable.CellSelected, "#table")
    async def _selected(self) -> None:
        await self.action_edit()

    @guarded
    async def action_edit(self) -> None:
        """Open the input line for this cell."""
        at = self.table.cursor_coordinate
        if not self._rows:
            await self.action_add()
            return
        cell = self.query_one("#cell", Input)
        value = self._rows[at.row].get(self._columns[at.column].code, "")
        cell.value = (
            self._shown(self._columns[at.column], {self._columns[at.column].code: value}) if value else ""
        )
        cell.display = True
        self.set_focus(cell)

    async def on_key(self, event: Any) -> None:
        """A letter or digit on a cell begins to fill it."""
        character = event.character or ""
        if self.typing or len(character) != 1 or not character.isalnum():
            return
        event.stop()
        event.prevent_default()
        await self.action_edit()
        cell = self.query_one("#cell", Input)
        cell.value = character
        cell.cursor_position = 1

    @on(Input.Submitted, "#cell")
    @guarded
    async def _typed(self, event: Input.Submitted) -> None:
        """Take the cell if it can be read, then go to the next one; after the last, to a new row."""
        at = self.table.cursor_coordinate
        column = self._columns[at.column]
        text = event.value.strip()
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
        await self._save(self._is_complete)

    def _is_complete(self, row: dict[str, Any]) -> bool:
        return bool(row) and all(column.code in row for column in self._columns if column.answer.required)

    def _append(self) -> None:
        self._rows.append({})
        self._ids.append("")

    async def _save(self, wanted: Callable[[dict[str, Any]], bool]) -> None:
        """Save the rows that are wanted, if they are not what is saved. Rows half filled in keep their saved cells."""
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
            await self._save(self._is_complete)

    @guarded
    async def action_save(self) -> None:
        """Save all rows and leave; what cannot be taken stays here with its row and column named."""
        await self._save(bool)
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
