"""Text that came from people, files or other devices, bounded and measured in terminal cells.

Nothing here knows Textual. What makes a text harmless is in `inspector.plain`; widgets show texts through
`widgets.content.plain`, which is made of `clean`.
"""

import unicodedata

from inspector.plain import safe_line, safe_text

LIMIT = 4_000
"""Characters of one text that are shown."""
_MAX_MARKS = 2
_CUT = ".."
_BLANK = str.maketrans(dict.fromkeys("\u115f\u1160\u2800\u3164\uffa0", "\ufffd"))
"""Letters without a shape, by which a name can be made to look empty."""
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


def clean(text: object, *, limit: int = LIMIT, lines: bool = False) -> str:
    """A text as it may be shown: no controls, nothing bidirectional or invisible, no stacks of marks, bounded.

    Args:
        limit: characters at most; a longer text ends with "..".
        lines: keep line breaks; otherwise they are shown as "␊" on one line.
    """
    found = text if isinstance(text, str) else str(text)
    cut = _CUT if len(found) > limit else ""
    found = found[:limit]
    if not found.isascii():
        found = _without_stacks(found).translate(_BLANK)
    found = found.replace("\t", " ")
    return (safe_text(found) if lines else safe_line(found)) + cut


def _without_stacks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        if any(ord(character) in selectors for selectors in _SELECTORS):
            continue
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks <= _MAX_MARKS:
            kept.append(character)
    return "".join(kept)


def width(text: str) -> int:
    """Terminal cells that a clean text takes; a Chinese character takes two."""
    from rich.cells import cell_len

    return cell_len(text)


def tail(text: object, cells: int) -> str:
    """A text in at most so many cells; of a longer one (a path) its end, which tells more than its beginning."""
    found = clean(text)
    if width(found) <= cells:
        return found
    while found and width(found) > cells - len(_CUT):
        found = found[1:]
    return _CUT + found


def fit(text: object, cells: int, *, right: bool = False) -> str:
    """A text in exactly so many cells: cleaned, cut with ".." where it is longer, filled with spaces where shorter."""
    from rich.cells import cell_len, set_cell_size

    if cells <= 0:
        return ""
    found = clean(text, limit=max(cells * 4, 8))
    taken = cell_len(found)
    if taken > cells:
        short = cells <= len(_CUT)
        return set_cell_size(found, cells) if short else set_cell_size(found, cells - len(_CUT)) + _CUT
    padding = " " * (cells - taken)
    return padding + found if right else found + padding
