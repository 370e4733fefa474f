"""Numbers in Chinese characters: 十二, 二十, 一百零五, 三万五千. Pure.

Only what has one meaning is read: 一百二 and 三万五, which people say for 120 and 35,000, are not.
"""

import re
from functools import cache

_DIGITS = "零一二三四五六七八九"
_RUN = re.compile(r"[零〇一二两三四五六七八九十百千万]+(?![刻零〇一二两三四五六七八九十百千万])")
_TEN_THOUSAND = 10_000


def chinese_number(text: str) -> int:
    """The number that the characters say, up to 99,999,999.

    Raises:
        ValueError: they say none, or more than one could be meant.
    """
    standard = text.replace("〇", "零").replace("两", "二")
    head, many, tail = standard.rpartition("万")
    table = _table()
    if tail.startswith("零") and many:
        tail = tail.removeprefix("零")
        tail = tail.removeprefix("一") if tail.startswith("一十") else tail
    if (many and head not in table) or (tail and tail not in table) or not standard:
        raise ValueError("not a number in Chinese characters")
    number = (table[head] * _TEN_THOUSAND if many else 0) + (table[tail] if tail else 0)
    if _whole(number) != standard:
        raise ValueError("not the usual form of one number")
    return number


def in_digits(text: str) -> str:
    """The text with numbers below a hundred in digits: "二十点零五分" is "20点5分"; 一刻 and 三刻 stay."""

    def digits(match: re.Match[str]) -> str:
        said = match[0]
        bare = said[1:] if len(said) == 2 and said[0] in "零〇" else said
        try:
            return str(chinese_number(bare))
        except ValueError:
            return said

    return _RUN.sub(digits, text)


@cache
def _table() -> dict[str, int]:
    return {_below(number): number for number in range(_TEN_THOUSAND)}


def _whole(number: int) -> str:
    many, rest = divmod(number, _TEN_THOUSAND)
    if not many:
        return _below(rest)
    between = "零" if 0 < rest < 1000 else ""
    tail = _below(rest) if rest else ""
    # Inside of a number ten is 一十.
    return _below(many) + "万" + between + ("一" + tail if between and tail.startswith("十") else tail)


def _below(number: int) -> str:
    """A number below ten thousand."""
    if number == 0:
        return "零"
    said, gap = "", False
    for place, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit == 0:
            gap = bool(said)
            continue
        said += ("零" if gap else "") + _DIGITS[digit] + unit
        gap = False
    return said.removeprefix("一") if 10 <= number < 20 else said
