"""Why an item is judged as it is: its conditions, what they looked at, what is missing, and the legal basis."""

from collections.abc import Iterable
from typing import ClassVar

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from inspector.commands import BACK, EVERYWHERE, Command
from inspector.language import tr
from inspector.screens.base import Page
from inspector.screens.words import VERDICT_WORDS
from inspector.screens.workplace import Workplace
from inspector.services.explaining import Explained, explain, explained_lines
from inspector.widgets.content import joined, plain


class ExplainScreen(Page):
    """Why one item is judged as it is. Nothing can be changed here."""

    CSS_PATH = "explain.tcss"
    AUTO_FOCUS = "#explained-box"
    KEYS: ClassVar[tuple[Command, ...]] = (EVERYWHERE[0], BACK)

    def __init__(self, place: Workplace, inspection: str, item: str) -> None:
        super().__init__(place)
        self._inspection = inspection
        self._item = item

    def body(self) -> Iterable[Widget]:
        """One text that scrolls."""
        yield VerticalScroll(Static(id="explained"), id="explained-box", can_focus=True)

    def heading(self) -> str:
        """Which item."""
        return tr(f"判断说明：{self._item}", f"Why: {self._item}")

    async def reload(self) -> None:
        """The explanation anew."""
        found = await self.place.write(
            explain, self.place.store, self.place.forms, self._inspection, self._item
        )
        self.query_one("#explained", Static).update(joined(*_lines(found[0])))


def _lines(found: Explained) -> list[Content]:
    line = found.line
    word = tr(*VERDICT_WORDS.get(line.judgement.verdict, ("", ""))) or tr("未答", "not answered")
    shown = line.shown or tr("未答", "none")
    parts = [
        plain(f"{line.item.code}　", "$accent"),
        plain(line.item.question, "bold"),
        plain("\n" + tr("答：", "Answer: "), "$text-muted"),
        plain(shown, "bold", limit=2_000),
        plain("\n" + tr(f"判断：{word}", f"Verdict: {word}")),
    ]
    return parts + [
        plain("\n" + text, "$text-muted" if text.startswith(" ") else "", limit=2_500)
        for text in explained_lines(found)
    ]
