"""A share as a line of text: a label, a bar of whole characters, a number, a percentage."""

from inspector.text import fit

_LABEL, _COUNT, _SHARE, _BAR = 24, 6, 8, 40


def bar(part: int, whole: int, cells: int) -> str:
    """As many signs of `cells` as `part` is of `whole`, rounded down; one at least for what is not nothing."""
    if whole <= 0 or part <= 0:
        return ""
    return "#" * max(1, min(part, whole) * cells // whole)


def counted_line(label: str, count: int, whole: int, share: str, *, cells: int) -> str:
    """One answer: label, bar, how many, share; exactly so many cells, of which the bar takes what is left."""
    room = max(min(_BAR, cells - _LABEL - _COUNT - _SHARE - 1), 0)
    drawn = fit(bar(count, whole, room), room)
    line = f"{fit(label, _LABEL)} {drawn}{fit(count, _COUNT, right=True)}{fit(share, _SHARE, right=True)}"
    return fit(line, cells)
