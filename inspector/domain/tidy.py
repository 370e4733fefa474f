"""Typed text as the journal takes it: NFC, no control characters, bounded."""

import unicodedata

from inspector.errors import BadInput

LINE_MAX, TEXT_MAX = 300, 4_000


def tidy_text(text: str, *, limit: int = TEXT_MAX) -> str:
    """NFC, trimmed, line ends as "\\n"; other control characters and lone surrogates become spaces.

    Raises:
        BadInput: longer than `limit` characters.
    """
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (
        character if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs") else " "
        for character in plain
    )
    found = "".join(kept).strip()
    if len(found) > limit:
        raise BadInput(
            f"文字太长（{len(found)}字，最多{limit}字）。", f"The text is too long ({len(found)} of {limit} characters).",
            code="text.long",
        )  # fmt: skip
    return found


def tidy_line(text: str, *, limit: int = LINE_MAX) -> str:
    """`tidy_text` on one line.

    Raises:
        BadInput: longer than `limit` characters.
    """
    return " ".join(tidy_text(text, limit=limit).split())
