"""Numbers over time as columns of block characters, with the numbers below: what a terminal has of a chart."""

from collections.abc import Sequence

from inspector.text import fit

_EIGHTHS = " ▁▂▃▄▅▆▇█"


def column_lines(numbers: Sequence[int], *, cells: int, height: int, highest: int = 0) -> list[str]:
    """Columns, the highest line first; what is not nothing has at least the lowest block.

    Args:
        cells: of each column, with one empty cell beside it.
        height: lines.
        highest: the number that a full column stands for; else the greatest.
    """
    top = max(highest, *numbers, 1)
    eighths = [max(1, number * height * 8 // top) if number > 0 else 0 for number in numbers]
    lines = []
    for line in range(height - 1, -1, -1):
        signs = (_EIGHTHS[min(max(one - line * 8, 0), 8)] for one in eighths)
        lines.append("".join(sign * (cells - 1) + " " for sign in signs))
    return lines


def number_line(words: Sequence[str], *, cells: int) -> str:
    """Words below the columns, each in its cells."""
    return "".join(fit(word, cells - 1, right=True) + " " for word in words)
