"""A paper as plain lines, to be read before it is issued."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from inspector.commands import BACK, EVERYWHERE, Command
from inspector.language import tr
from inspector.screens.base import Page
from inspector.screens.workplace import Workplace
from inspector.text import width
from inspector.widgets.content import joined, plain

CELLS = 76
_STYLES = {"title": "bold", "heading": "bold $accent", "small": "$text-muted"}
_LINE_MAX = 6_000
_LINES_MAX = 2_000


class PaperTextScreen(Page):
    """What a paper says as it stands now. Nothing can be changed here."""

    CSS_PATH = "paper_text.tcss"
    AUTO_FOCUS = "#paper-box"
    RELOADS = False
    KEYS: ClassVar[tuple[Command, ...]] = (EVERYWHERE[0], BACK)

    def __init__(
        self, place: Workplace, title: str, text: Sequence[tuple[str, str]], *, about: str = ""
    ) -> None:
        super().__init__(place)
        self._title, self._text, self._about = title, text, about

    def body(self) -> Iterable[Widget]:
        """One text that scrolls."""
        yield VerticalScroll(Static(id="paper"), id="paper-box", can_focus=True)

    def heading(self) -> str:
        """Which paper."""
        return tr(f"预览：{self._title}", f"Preview: {self._title}")

    async def reload(self) -> None:
        """The text."""
        self.query_one("#paper", Static).update(joined(paper_content(self._text)))
        if self._about:
            self.tell(self._about, "warn")


def paper_content(text: Sequence[tuple[str, str]], *, cells: int = CELLS) -> Content:
    """Those lines for a widget, centred or put to the right as they are printed."""
    return Content("\n").join(_line(look, words, cells) for look, words in text[:_LINES_MAX])


def _line(look: str, words: str, cells: int) -> Content:
    room = cells - width(words.replace("\n", " "))
    if look in ("title", "center") and room > 0:
        words = " " * (room // 2) + words
    elif look == "right" and room > 0:
        words = " " * room + words
    return plain(words, _STYLES.get(look, ""), limit=_LINE_MAX)
