"""What became of several items: how many were done, and each that was refused, with every reason."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from inspector.commands import BACK, EVERYWHERE, Command
from inspector.language import tr
from inspector.screens.base import Page, guarded
from inspector.screens.workplace import Workplace
from inspector.services.rectification import Done
from inspector.store import board
from inspector.widgets.content import plain
from inspector.widgets.lines import Column, LineList, Row


class OutcomeScreen(Page):
    """What was refused, and why."""

    CSS_PATH = "outcome.tcss"
    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("outcome.open", "enter", "choose", "打开", "Open",
                "打开光标所在的问题。", "Open the item under the cursor.", footer=True),
        BACK,
    )  # fmt: skip
    RELOADS = False

    def __init__(self, place: Workplace, done: Sequence[Done]) -> None:
        super().__init__(place)
        self._done = sum(one.error is None for one in done)
        self._refused = {one.id: one for one in done if one.error is not None}

    def body(self) -> Iterable[Widget]:
        """Those that were refused, and all reasons of one."""
        yield LineList(
            [Column(tr("点位", "Site"), 24), Column(tr("检查项", "Item"), 9), Column(tr("原因", "Reason"))],
            id="refused",
        )
        yield VerticalScroll(Static(id="why"), id="why-box", can_focus=False)

    def heading(self) -> str:
        """How many."""
        number = len(self._refused)
        return tr(f"已保存 {self._done} 条，没有做 {number} 条", f"Saved {self._done}, refused {number}")

    async def reload(self) -> None:
        """The refused ones by their sites."""
        store = self.place.store
        found = await self.place.read(
            lambda: board.rows_of(store.connection, list(self._refused), store.today())
        )
        self.query_one("#refused", LineList).show(
            [Row(row.id, (row.site_name, row.item, self._reasons(row.id)[0])) for row in found]
        )
        self.tell(tr("没有做的没有改动，仍然选着。", "What was refused is as it was, and still marked."))

    def _reasons(self, name: str) -> list[str]:
        error = self._refused[name].error
        if error is None:
            return [""]
        return [fault.message for fault in error.problems] or [error.message]

    @on(LineList.Highlighted, "#refused")
    def _highlighted(self, event: LineList.Highlighted) -> None:
        words = "\n".join(f"{n}. {why}" for n, why in enumerate(self._reasons(event.row.key), 1))
        self.query_one("#why", Static).update(plain(words, limit=1_200))

    async def action_choose(self) -> None:
        """As Enter in the list."""
        self.query_one("#refused", LineList).action_choose()

    @on(LineList.Chosen, "#refused")
    @guarded
    async def _chosen(self, event: LineList.Chosen) -> None:
        from inspector.screens.item import ItemScreen

        self.app.push_screen(ItemScreen(self.place, event.row.key))
