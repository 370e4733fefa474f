"""Typed text as the journal takes it: NFC, no control characters, bounded."""

import functools
import re
import unicodedata

from inspector.errors import BadInput

LINE_MAX, TEXT_MAX = 300, 4_000
MARKS_MAX = 30
"""Marks on one letter, as in the Stream-Safe Text Format (UAX #15, section 13); no script writes nearly as many."""

_HIDDEN_MARKS = frozenset("\u0f73\u0f75\u0f81\uff9e\uff9f")
"""Characters that are no combining marks and are made of nothing else (NFKD): Tibetan vowels, half-width voice marks."""


def stream_safe(text: str) -> bool:
    """Whether no letter carries more than `MARKS_MAX` marks, its own included, when taken apart (NFKD).

    Sorting the marks of one letter takes time that grows with the square of their number, so a text from elsewhere is
    asked this before it is brought to NFC or NFKC.
    """
    return len(without_excess_marks(text)) == len(text)


def without_excess_marks(text: str) -> str:
    """The text without the marks that a letter carries beyond `MARKS_MAX`."""
    if text.isascii() or (not any(map(unicodedata.combining, text)) and _HIDDEN_MARKS.isdisjoint(text)):
        return text
    kept, run = [], 0
    for character in text:
        marks, alone = _marks(character)
        run = run + marks if alone else marks
        if run <= MARKS_MAX:
            kept.append(character)
        else:
            run -= marks
    return "".join(kept)


@functools.lru_cache(maxsize=4_096)
def _marks(character: str) -> tuple[int, bool]:
    """How many marks a character ends with when it is taken apart, and whether it is nothing but marks."""
    apart = unicodedata.normalize("NFKD", character)
    letters = [place for place, part in enumerate(apart, 1) if not unicodedata.combining(part)]
    return len(apart) - (letters[-1] if letters else 0), not letters


def tidy_text(text: str, *, limit: int = TEXT_MAX) -> str:
    """NFC, trimmed, line ends as "\\n"; other control characters and lone surrogates become spaces.

    Raises:
        BadInput: longer than `limit` characters, or with more marks on a letter than any script has.
    """
    if not stream_safe(text):
        raise BadInput(
            f"文字里有一个字带了超过{MARKS_MAX}个附加符号。", f"A letter in the text carries more than {MARKS_MAX} marks.",
            hint=("请重新输入这段文字。", "Type the text again."), code="text.marks",
        )  # fmt: skip
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


_TRADITIONAL = str.maketrans("強執遷騰強請迴", "强执迁腾强请回")


def for_matching(text: str) -> str:
    """A text as word lists are looked for in it: one width, without the spaces and invisible signs inside Chinese words
    that would hide one, the usual traditional letters simplified. Never shown, never kept."""
    folded = unicodedata.normalize("NFKC", text).translate(_TRADITIONAL)
    folded = "".join(sign for sign in folded if unicodedata.category(sign) != "Cf")
    return re.sub(r"(?<=[^\x00-\x7f])[^\S\n]+|[^\S\n]+(?=[^\x00-\x7f])", "", folded)
