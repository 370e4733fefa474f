"""The line on top (where one is, what is not sent) and the message line at the bottom (what just happened)."""

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from inspector.language import tr
from inspector.text import clean, fit, width
from inspector.widgets.content import plain


class TopBar(Widget):
    """One line: the place on the left, the standing of this laptop on the right."""

    DEFAULT_CSS = """
    TopBar { dock: top; height: 1; background: $panel; color: $foreground; text-style: bold; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._left = ""
        self._right = ""

    def show(self, left: str | None = None, right: str | None = None) -> None:
        """Show these words; None leaves a side as it is."""
        self._left = self._left if left is None else left
        self._right = self._right if right is None else right
        self.refresh()

    def render(self) -> Content:
        """The line, the right side whole."""
        room = self.size.width - 2
        right = clean(self._right)
        left = fit(self._left, max(room - width(right) - 1, 8))
        return Content(f" {left} {fit(right, max(room - width(left), 0), right=True)}")


class MessageLine(Static):
    """What just happened, in words; stays until something else happens."""

    DEFAULT_CSS = """
    MessageLine { dock: bottom; height: auto; max-height: 4; padding: 0 1; color: $text-muted; margin-bottom: 1; }
    MessageLine.good { color: $success; }
    MessageLine.warn { color: $warning; }
    MessageLine.bad { color: $error; }
    """

    def __init__(self) -> None:
        super().__init__(Content(""), id="message")
        self.words = ""
        self.kind = ""
        self.told = 0

    def tell(self, words: str, kind: str = "", hint: str = "") -> None:
        """Show a sentence.

        Args:
            kind: "", "good", "warn" or "bad"; "bad" also begins with a word that says so.
            hint: what to do next, on a line of its own.
        """
        self.kind = kind
        self.told += 1
        lead = {"bad": tr("【未成】", "[Not done] "), "warn": tr("【注意】", "[Note] ")}.get(kind, "")
        self.words = lead + words + (f"\n{tr('→ ', '-> ')}{hint}" if hint else "")
        for name in ("good", "warn", "bad"):
            self.set_class(name == kind, name)
        self.update(plain(self.words, limit=400))
