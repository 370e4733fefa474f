"""The one door through which text of people reaches a widget, and the filter behind it.

`plain` gives content that is never read as markup. `ControlFilter` is the backstop: whatever a widget draws, no control
character of data leaves the program, because Textual and Rich themselves let most of them through.
"""

from rich.segment import Segment
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter

from inspector.plain import safe_line
from inspector.text import LIMIT, clean


def plain(text: object, style: str = "", *, limit: int = LIMIT, lines: bool = True) -> Content:
    """Content that shows a text as it is.

    Args:
        style: a Textual style for all of it, ours and never of data ("bold", "$error").
        limit: characters at most.
        lines: keep line breaks.
    """
    found = Content(clean(text, limit=limit, lines=lines))
    return found.stylize(style) if style else found


def joined(*parts: Content | str) -> Content:
    """Contents one after another; strings are cleaned."""
    return Content("").join([part if isinstance(part, Content) else plain(part) for part in parts])


class ControlFilter(LineFilter):
    """Replaces every control, bidirectional and invisible character in what is drawn by a picture of it."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, with text that is harmless to a terminal."""
        return [
            segment
            if segment.control or (segment.text.isascii() and segment.text.isprintable())
            else Segment(safe_line(segment.text), segment.style)
            for segment in segments
        ]
