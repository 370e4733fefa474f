"""What the table of a roster is made of beside the toolkit's own: the input line of a cell, and the widths of columns."""

from collections.abc import Sequence

from textual import events
from textual.widgets import Input

from inspector.text import width

_LEAST = 6


class CellInput(Input):
    """The input line of a cell; what is pasted as a table goes on to the screen."""

    def _on_paste(self, event: events.Paste) -> None:
        if "\t" in event.text or "\n" in event.text.strip():
            event.prevent_default()


def column_widths(titles: Sequence[str], rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """As wide as titles and contents; where there is no room for all in `room` cells, the widest give way first."""
    least = [max(_LEAST, width(title) + 1) for title in titles]
    found = [max(need, *(width(row[place]) for row in rows), 0) for place, need in enumerate(least)]
    while sum(found) > room:
        giving = [place for place, cells in enumerate(found) if cells > least[place]]
        if not giving:
            break
        found[max(giving, key=found.__getitem__)] -= 1
    return found
