"""The 18-character 统一社会信用代码: its form and its check character (GB 32100-2015).

A code is repaired only where its width, spaces or case were wrong. No character is ever exchanged for another
one: a code that fails its check is kept as it was written and flagged, because only the office can know
which character is wrong.
"""

import functools
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of a code: digits and capital letters without I, O, S, V, Z (GB 32100-2015, table 1)."""

State = Literal["valid", "repaired", "bad_check", "bad_form", "missing"]

_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_FORM = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_OLD_FORM = re.compile(r"[0-9]{15}")
_NOTHING = frozenset(
    {"", "/", "\\", "-", "--", "—", "——", "无", "暂无", "没有", "不详", "未知", "待补", "NONE", "N/A"}
)


@dataclass(frozen=True, slots=True)
class CreditCode:
    """What a written code is.

    Attributes:
        value: the code in half-width capitals without spaces; empty only when missing.
        state: "valid" as written; "repaired" when only width, spaces or case were wrong; "bad_check" when the
            form is right and the check character is not; "bad_form" otherwise; "missing" for blank, "无", "/".
        old_number: a 15-digit business registration number from before 2015, which has no check here ("bad_form").
    """

    value: str
    state: State
    old_number: bool = False

    @property
    def usable(self) -> bool:
        """Whether the code identifies its holder: valid, as written or after repair."""
        return self.state in {"valid", "repaired"}


def check_character(first17: str) -> str:
    """The 18th character for the first seventeen (GB 32100-2015, 4.6: weights 3^i mod 31).

    Raises:
        ValueError: not seventeen characters of the alphabet.
    """
    if len(first17) != 17:
        raise ValueError("seventeen characters are needed")
    total = sum(
        ALPHABET.index(character) * weight for character, weight in zip(first17, _WEIGHTS, strict=True)
    )
    return ALPHABET[-total % 31]


@functools.lru_cache(maxsize=4096)
def check(code: str) -> CreditCode:
    """Judge a code as it was written in a cell or typed by an officer."""
    value = _narrow(code)
    if value in _NOTHING:
        return CreditCode("", "missing")
    if not _FORM.fullmatch(value):
        return CreditCode(value, "bad_form", old_number=_OLD_FORM.fullmatch(value) is not None)
    if check_character(value[:17]) != value[17]:
        return CreditCode(value, "bad_check")
    return CreditCode(value, "valid" if value == code else "repaired")


def _narrow(code: str) -> str:
    """Half-width, capitals, without white space and invisible format characters."""
    folded = unicodedata.normalize("NFKC", code).upper()
    return "".join(
        character
        for character in folded
        if not character.isspace() and unicodedata.category(character) not in {"Cf", "Cc"}
    )
