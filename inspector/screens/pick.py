"""Choosing one of several: a list, Enter takes the one under the cursor."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.widget import Widget

from inspector.commands import BACK, EVERYWHERE, Command
from inspector.language import tr
from inspector.screens.base import Page, guarded
from inspector.screens.workplace import Workplace
from inspector.widgets.lines import Column, LineList, Row


class PickScreen(Page):
    """One of several, by the list or by its number; dismisses with its key, or with None."""

    RELOADS = False
    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("pick.choose", "enter", "choose", "选这个", "Take",
                "用光标所在的一行。", "Take the line under the cursor.", footer=True),
        Command("pick.number", "1,2,3,4,5,6,7,8,9", "number('{key}')", "按序号", "By number",
                "直接选这个序号的一行。", "Take the line with that number.", keys_shown="1–9"),
        BACK,
    )  # fmt: skip

    def __init__(
        self, place: Workplace, title: str, rows: Sequence[tuple[str, str, str]], *, chosen: str = ""
    ) -> None:
        """
        Args:
            rows: key, words, and what is said beside them.
            chosen: key of the present one.
        """
        super().__init__(place)
        self._title = title
        self._rows = tuple(rows)
        self._chosen = chosen

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield LineList([Column("", 3, right=True), Column("", 26), Column("")], heading=False, id="picks")

    def heading(self) -> str:
        """The title."""
        return self._title

    async def reload(self) -> None:
        """The rows."""
        rows = [
            Row(
                key,
                (str(number) if number < 10 else "", words, beside),
                "strong" if key == self._chosen else "",
            )
            for number, (key, words, beside) in enumerate(self._rows, 1)
        ]
        self.query_one("#picks", LineList).show(rows, keep=self._chosen)
        if not rows:
            self.tell(tr("没有可选的。", "There is nothing to choose from."))

    async def action_choose(self) -> None:
        """As Enter in the list."""
        self.query_one("#picks", LineList).action_choose()

    @guarded
    async def action_number(self, digit: str) -> None:
        """The row of that number."""
        if int(digit) <= len(self._rows):
            self.dismiss(self._rows[int(digit) - 1][0])

    @on(LineList.Chosen, "#picks")
    @guarded
    async def _take(self, event: LineList.Chosen) -> None:
        self.dismiss(event.row.key)
