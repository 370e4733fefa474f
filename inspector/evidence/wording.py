"""Text that came from outside (file names, texts inside photos) made safe to record and to show."""

import unicodedata

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARKS = frozenset({"Mn", "Me"})
_MAX_MARKS = 2


def plain(text: str, limit: int) -> str:
    """One line of NFC text of at most `limit` characters, harmless to a terminal.

    Control, bidirectional, invisible and unassigned characters and lone surrogates become U+FFFD, so that
    one sees that something was there; stacks of combining marks are cut to two; blanks at the ends go.
    """
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", text[: limit * 8]):
        category = unicodedata.category(char)
        marks = marks + 1 if category in _MARKS else 0
        if marks > _MAX_MARKS:
            continue
        kept.append(REPLACEMENT if category in _UNSAFE else char)
    line = unicodedata.normalize("NFC", "".join(kept)).strip()
    return line if len(line) <= limit else line[: limit - 1] + "…"


def display_name(name: str, limit: int) -> str:
    """A file name to show: as `plain`, but a long name loses its middle, so that its ending stays visible."""
    line = plain(name, max(limit, len(name)))
    if len(line) <= limit:
        return line
    tail = min(12, limit // 2)
    return line[: limit - tail - 1] + "…" + line[-tail:]
