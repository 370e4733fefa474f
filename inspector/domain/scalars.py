"""Numbers, dates and clock times as people type them, read into canonical text.

Pure. Everything that cannot be read is a ValueError; the caller knows what was asked and says it to people.
"""

import re
import unicodedata
from collections.abc import Collection
from datetime import date

from inspector.domain.numerals import chinese_number, in_digits
from inspector.domain.tidy import stream_safe

MAX_INTEGER = 2**53 - 1
MAX_RAW = 200_000
"""Characters of one answer as typed or sent; longer input is refused before it is read."""

_CLOCK = re.compile(
    r"(?P<half>凌晨|清晨|早上|早晨|早|上午|中午|下午|傍晚|晚上|晚|夜里|am|pm)?"
    r"(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-9]{2})"
    r"|[点时](?:(?P<words>半|整|钟|一刻|三刻)|(?P<zh_minute>[0-9]{1,2})分?)?)(?P<tail>am|pm)?"
)
_CLOCK_DIGITS = re.compile(r"(?P<hour>[0-9]{1,2})(?P<minute>[0-9]{2})")
_NO_HOURS = range(0)
_HALVES: dict[str, tuple[Collection[int], Collection[int]]] = {
    **dict.fromkeys(("清晨", "早上", "早晨", "早"), (range(12), _NO_HOURS)),
    **dict.fromkeys(("凌晨", "上午", "am"), (range(13), _NO_HOURS)),
    "中午": (range(11, 15), (1, 2)),
    **dict.fromkeys(("下午", "pm"), (range(12, 24), range(1, 12))),
    **dict.fromkeys(("傍晚", "晚上", "晚"), (range(17, 24), range(5, 12))),
    "夜里": ((*range(6), *range(18, 24)), range(6, 12)),
}
"""Of a half of the day: hours that are meant as they are said, and hours of a clock of 12 that are after noon."""
_CLOCK_CHARACTERS = 40
_POINT = re.compile(r"(?<=[0-9])。(?=[0-9])")
"""What a Chinese keyboard gives for the point of a number."""
_QUARTERS = {"半": 30, "一刻": 15, "三刻": 45}
_BETWEEN = re.compile(r"\s*(?:--|[-~—–至到])\s*")
_DATE = re.compile(
    r"([0-9]{4})(?:[-./]([0-9]{1,2})[-./]([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日?|([0-9]{2})([0-9]{2}))"
)
_DECIMAL = re.compile(r"([+-]?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]+))?")


def plain(raw: object) -> str:
    """NFKC, trimmed, lower case: the form in which typed text is compared."""
    if not isinstance(raw, str) or len(raw) > MAX_RAW or not stream_safe(raw):
        raise ValueError("not a text of bounded length")
    return unicodedata.normalize("NFKC", raw).strip().lower().replace("−", "-")


def integer(text: str) -> int:
    """A whole number of at most 53 bits; "1,200" and "12.0" are taken."""
    digits = decimal(text)
    if "." in digits or abs(int(digits)) > MAX_INTEGER:
        raise ValueError("not a whole number in range")
    return int(digits)


def decimal(text: str) -> str:
    """Canonical decimal text: no exponent, no needless zero, at most 16 and 6 digits around the point.

    Also 十二, 3万 and 3.5万; "3万5" and 一百二 are refused, for they can be read in two ways.
    """
    typed = _POINT.sub(".", plain(text))
    if typed.endswith("万") and typed[:-1].isascii() and len(typed) > 1:
        return _ten_thousands(decimal(typed[:-1].rstrip()))
    match = _DECIMAL.fullmatch(typed)
    if match is None and typed and not typed[0].isascii():
        match = _DECIMAL.fullmatch(str(chinese_number(typed)))
    if match is None:
        raise ValueError("not a decimal number")
    whole = match[2].replace(",", "").lstrip("0") or "0"
    part = (match[3] or "").rstrip("0")
    if len(whole) > 16 or len(part) > 6:
        raise ValueError("too many digits")
    value = whole + ("." + part if part else "")
    return "-" + value if match[1] == "-" and value != "0" else value


def _ten_thousands(value: str) -> str:
    head, _, tail = value.partition(".")
    return decimal(f"{head}{tail.ljust(4, '0')[:4]}.{tail[4:] or '0'}")


def millionths(value: str | int) -> int:
    """A canonical decimal as an integer, so that bounds compare exactly."""
    text = str(value)
    head, _, tail = text.lstrip("-").partition(".")
    size = int(head) * 1_000_000 + int(tail.ljust(6, "0") or "0")
    return -size if text.startswith("-") else size


def day(text: str) -> str:
    """ "YYYY-MM-DD" from 2026-1-10, 2026.1.10, 2026/1/10, 2026年1月10日 or 20260110; years 1900 to 2100."""
    match = _DATE.fullmatch(re.sub(r"\s+", "", plain(text)))
    if match is None:
        raise ValueError("not a date")
    value = date(*(int(part) for part in match.groups() if part is not None))
    if not 1900 <= value.year <= 2100:
        raise ValueError("not a year of this register")
    return value.isoformat()


def clock(text: str) -> str:
    """ "HH:MM" from 20:30, 8点半, 8点一刻, 晚8点, 二十点三十分, 2030, 8:30pm; else the 24-hour clock is meant.

    What the half of the day contradicts or leaves open (上午15点, 晚上12点, 晚上2点) is refused.
    """
    return _clock(text)[0]


def clock_range(text: str) -> dict[str, str]:
    """Start and end; "晚上7点到8点半" carries the evening over to its end.

    Raises:
        ValueError: not two times, or the end is not after the start.
    """
    parts = [part for part in _BETWEEN.split(plain(text)) if part]
    if len(parts) != 2:
        raise ValueError("not two times")
    (start, said), (end, end_said) = _clock(parts[0]), _clock(parts[1])
    if said and not end_said and end <= start and end < "12:00":
        end = f"{int(end[:2]) + 12:02}{end[2:]}"
    if end <= start:
        raise ValueError("ends before it starts")
    return {"start": start, "end": end}


def _clock(text: str) -> tuple[str, bool]:
    """The time, and whether the text said which half of the day it means."""
    text = re.sub(r"\s+", "", plain(text))
    if len(text) > _CLOCK_CHARACTERS:
        raise ValueError("too long for a time")
    text = in_digits(_POINT.sub(".", text))
    match = _CLOCK.fullmatch(text) or _CLOCK_DIGITS.fullmatch(text)
    if match is None:
        raise ValueError("not a time")
    parts = match.groupdict()
    hour, half = int(parts["hour"]), parts.get("half") or parts.get("tail")
    quarter = _QUARTERS.get(parts.get("words") or "", 0)
    minute = int(parts.get("minute") or parts.get("zh_minute") or quarter)
    hour = _of_the_day(hour, half)
    if hour > 23 or minute > 59:
        raise ValueError("not a time of day")
    return f"{hour:02}:{minute:02}", half is not None


def _of_the_day(hour: int, half: str | None) -> int:
    """The hour on the clock of 24 hours, where one of 12 with its half of the day may be meant.

    Raises:
        ValueError: the half contradicts the hour, or leaves open whether it is before or after midnight.
    """
    if half is None:
        return hour
    as_said, of_twelve = _HALVES[half]
    if hour in of_twelve:
        return hour + 12
    if hour not in as_said:
        raise ValueError("not in this half of the day")
    return 0 if hour == 12 and half in ("am", "凌晨") else hour
