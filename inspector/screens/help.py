"""F1: every key of the screen one came from."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.widget import Widget
from textual.widgets import Static

from inspector.commands import BACK, Command
from inspector.language import tr
from inspector.screens.base import Page
from inspector.screens.workplace import Workplace
from inspector.widgets.content import plain
from inspector.widgets.lines import Column, LineList, Row

_KEY_CELLS, _NAME_CELLS = 16, 10


class HelpScreen(Page):
    """The keys of a screen and those of all screens."""

    CSS_PATH = "help.tcss"
    RELOADS = False
    KEYS: ClassVar[tuple[Command, ...]] = (BACK,)

    def __init__(self, place: Workplace, commands: Sequence[Command], everywhere: Sequence[Command]) -> None:
        super().__init__(place)
        self._commands = tuple(commands)
        self._everywhere = tuple(command for command in everywhere if command not in self._commands)

    def heading(self) -> str:
        """The title."""
        return tr("帮助：按键", "Help: keys")

    def body(self) -> Iterable[Widget]:
        """The keys."""
        yield LineList(
            [
                Column(tr("键", "Key"), _KEY_CELLS),
                Column(tr("命令", "Command"), _NAME_CELLS),
                Column(tr("作用", "What it does")),
            ],
            id="keys",
        )
        yield Static(
            plain(
                tr(
                    "列表：↑ ↓ PgUp PgDn Home End 移动，回车选定。Ctrl+P 打开命令面板。\n"
                    "显示“已保存”即已写入本机磁盘；显示“已上报”即中心已签收。",
                    "Lists: arrows, PgUp, PgDn, Home, End; Enter chooses. Ctrl+P opens the palette.\n"
                    "“Saved” means on this laptop's disk; “sent” means the centre has signed for it.",
                )
            ),
            id="words",
        )

    async def reload(self) -> None:
        """The list."""
        rows = [row for command in self._commands for row in self._rows(command)]
        rows.append(Row("-", (tr("所有画面", "Every screen"),), "section", selectable=False))
        rows += [row for command in self._everywhere for row in self._rows(command)]
        self.query_one("#keys", LineList).show(rows)

    def _rows(self, command: Command) -> list[Row]:
        """A command, its sentence over as many rows as it needs."""
        from rich.cells import chop_cells

        room = max(self.size.width - _KEY_CELLS - _NAME_CELLS - 6, 10)
        first, *more = chop_cells(command.help, room)
        rows = [Row(command.id, (command.key_names, command.title, first))]
        return rows + [Row(f"{command.id}/{n}", ("", "", text)) for n, text in enumerate(more)]
