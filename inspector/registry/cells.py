"""One cell at a time: what an office wrote, as plain values. What is not plain is said to be so, never guessed."""

import datetime as dt
import functools
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from inspector.domain import credit_code
from inspector.domain.site_facts import LONG_TERM
from inspector.domain.tidy import without_excess_marks

MAX_COUNT = 99_999

_NOTHING = frozenset(
    {"", "/", "\\", "//", "-", "--", "—", "——", "无", "暂无", "没有", "不详", "未知", "待补", "空", "N/A"}
)
_WIDE = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text fit for a record, and whether anything invisible or forbidden was taken out of it."""

    text: str
    stripped: bool = False


def clean(value: Any) -> Cleaned:
    """A cell as text: NFC, half-width letters and digits, single spaces, line feeds kept, no control characters."""
    return _clean(value if isinstance(value, str) else raw_text(value))


# A reader asks a cell a dozen things one after the other; each begins with its clean text.
@functools.lru_cache(maxsize=4096)
def _clean(text: str) -> Cleaned:
    raw = raw_text(text)
    if raw.isascii() and raw.isprintable():  # most cells of a large table
        return Cleaned(" ".join(raw.split()))
    kept = raw if raw.isprintable() else "".join(character for character in raw if _allowed(character))
    kept = without_excess_marks(kept)
    lines = (
        " ".join(line.split()) for line in unicodedata.normalize("NFC", kept).translate(_WIDE).splitlines()
    )
    return Cleaned("\n".join(line for line in lines if line), stripped=len(kept) != len(raw))


def raw_text(value: Any) -> str:
    """A cell as text, as written; numbers without ".0", dates as YYYY-MM-DD."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "minutes")
    return value.isoformat() if isinstance(value, (dt.date, dt.time)) else str(value)


def _allowed(character: str) -> bool:
    return character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}


def folded(value: Any) -> str:
    """A cell as it is compared with words: NFKC, without any space."""
    return _folded(clean(value).text)


@functools.lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def is_blank(value: Any) -> bool:
    """Whether a cell holds nothing that is seen."""
    return value == "" or not clean(value).text


def says_nothing(value: Any) -> bool:
    """Whether a cell is empty or holds what offices write for "nothing": /, —, 无, 不详 …"""
    return folded(value).upper() in _NOTHING


def looks_like_formula(value: Any) -> bool:
    """Text that a spreadsheet would run if it were written into one again (=, @, +, - before something not a number)."""
    if not isinstance(value, str):
        return False
    text = unicodedata.normalize("NFKC", without_excess_marks(value)).lstrip()
    if not text or text[0] not in "=@+-":
        return False
    return text[0] in "=@" or re.fullmatch(r"[+-]*[\d\s().,\-]*", text) is None


_YMD = re.compile(r"(\d{4})[年./\-](\d{1,2})[月./\-](\d{1,2})日?")
_CLOCK = re.compile(r"(?<=\d|日)[T ]?\d{2}:\d{2}(:\d{2}(\.\d+)?)?$")
_LONG = frozenset({"长期", "长期有效", "永久", "永久有效", "无期限", "长期至今", "9999-12-31"})
_FIRST_SERIAL, _LAST_SERIAL = 32_874, 73_050
"""Day numbers of a spreadsheet that are taken for dates: 1990-01-01 to 2099-12-31."""


def date_text(value: Any) -> str | None:
    """A date as "YYYY-MM-DD" or "long-term"; "" where the cell says nothing; None where it is not plain.

    Read: 2026-01-10, 2026/1/10, 2026.1.10, 2026年1月10日, 20260110, cells typed as dates, a spreadsheet's day
    numbers, 长期, and the end of a written period (2024.1.10—2027.1.9, 至2027年1月9日). Month alone, two-digit years
    and day-month orders are not plain.
    """
    if isinstance(value, (dt.datetime, dt.date)):
        return (value.date() if isinstance(value, dt.datetime) else value).isoformat()
    if isinstance(value, (bool, dt.time, dt.timedelta)):
        return None
    if says_nothing(value):
        return ""
    text = _CLOCK.sub("", clean(value).text)
    text = folded(text)
    if text in _LONG:
        return LONG_TERM
    if isinstance(value, (int, float)) and _FIRST_SERIAL <= value <= _LAST_SERIAL:
        return (dt.date(1899, 12, 30) + dt.timedelta(days=int(value))).isoformat()
    return _spelled_date(text)


def _spelled_date(text: str) -> str | None:
    if re.fullmatch(r"\d{8}", text):
        return _day(text[:4], text[4:6], text[6:])
    whole = _YMD.fullmatch(text)
    if whole:
        return _day(*whole.groups())
    period = re.fullmatch(rf"(?:{_YMD.pattern})?(?:至|到|-|—|——|–|~)(.+?)止?", text)
    if not period:
        return None
    if period[4] in _LONG:
        return LONG_TERM
    end = _YMD.fullmatch(period[4])
    start = _day(period[1], period[2], period[3]) if period[1] else ""
    last = _day(*end.groups()) if end else None
    return last if last and start is not None and start <= last else None


def _day(year: str, month: str, day: str) -> str | None:
    try:
        found = dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found.isoformat() if 1949 <= found.year <= 2199 else None


_EXACT = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)[人名个位班]?")
_ABOUT = re.compile(
    r"(?:约|大约|约有|大概|近|估计)?(\d{1,3}(?:,\d{3})+|\d+)(?:余|多)?[人名个位班]?(?:左右|上下|以上|\+)?"
)


def count_text(value: Any) -> tuple[int, bool] | None:
    """A number of people or classes and whether it is an estimate; None where it is not plain.

    Read: 163, 163人, 1,200; estimates 约30, 约30人, 30余人, 30人左右, 30+. Ranges, fractions, Chinese numerals and
    numbers above 99,999 are not plain.
    """
    if isinstance(value, (bool, dt.date, dt.time, dt.timedelta)):
        return None
    text = folded(value)
    for pattern, estimated in ((_EXACT, False), (_ABOUT, True)):
        match = pattern.fullmatch(text)
        if match:
            number = match[1].replace(",", "")
            return (int(number), estimated) if len(number) <= 6 and int(number) <= MAX_COUNT else None
    return None


def yes_no(value: Any) -> bool | None:
    """是/否 and their like; None where it is not plain."""
    return {
        **dict.fromkeys(("是", "有", "√", "✓", "Y", "YES", "寄宿", "TRUE"), True),
        **dict.fromkeys(("否", "无", "×", "✗", "N", "NO", "走读", "非寄宿", "FALSE"), False),
    }.get(folded(value).upper())


def phone_text(value: Any) -> str:
    """A telephone as text; an 11-digit mobile number without its spaces, dashes and +86."""
    text = clean(value).text
    digits = re.sub(r"[\s\-]|^\+?86(?=\s*1\d)", "", folded(value))
    return digits if re.fullmatch(r"1\d{10}", digits) else text


def digits_lost(value: Any) -> bool:
    """Whether a long number was kept as a number, which has no room for 18 digits: 9.13E+17, or a numeric cell ≥ 10^15."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return abs(value) >= 10**15
    return isinstance(value, str) and re.fullmatch(r"\d(?:\.\d+)?[eE]\+?\d{1,2}", folded(value)) is not None


def permit_state(value: Any) -> str:
    """held | none | pending | unclear, from the cell of the permit's number (or 有/无). Blank and "/" are unclear."""
    text = folded(value)
    if text in {"无", "否", "没有", "无证", "未办", "未办理", "未取得"}:
        return "none"
    if re.search(r"正在|办理中|申请中|待办|审批中|拟办|申办|续办|换证", text):
        return "pending"
    if re.search(r"过期|注销|吊销|撤销|失效|遗失|不|未|无|[?？]", text):
        return "unclear"
    if text in {"有", "是", "√", "✓", "已取得", "已办理"}:
        return "held"
    return "held" if re.search(r"\d{4,}", text) and "许可" not in text.replace("办学许可", "") else "unclear"


def registration_state(value: Any, title: str = "") -> str:
    """business | civil | both | none | unclear, from words as 营业执照, 个体户执照, 民非登记证, 无.

    A plain 有 or 已办 says which one only where the column's title names one: 营业执照, or 民非登记.

    A valid credit code says its registrar by its first characters (GB 32100-2015, table 2: 9 business, 52 a
    民办非企业单位); any other bare number is unclear.
    """
    text = folded(value)
    code = credit_code.check(text)
    if code.usable:
        return "business" if code.value[0] == "9" else "civil" if code.value.startswith("52") else "unclear"
    if text in {"无", "否", "没有", "无照", "未办", "未办理", "未登记", "均无", "两者皆无"}:
        return "none"
    if re.search(r"正在|办理中|申请中|待|拟|注销|吊销|撤销|过期|不|未|无|[?？]", text):
        return "unclear"
    if text in _HAS_ONE:
        return _registration_of(folded(title))
    business = re.search(r"营业执照|工商|市监|市场监管|企业法人|个体户|个体执照", text) is not None
    civil = re.search(r"民非|民办非|民政|社会服务机构", text) is not None
    if business and civil:
        return "both" if re.search(r"[、,，+和及]|均|都|两", text) else "unclear"
    return "business" if business else "civil" if civil else "unclear"


_HAS_ONE = frozenset(
    {"有", "是", "√", "✓", "已办", "已办理", "已取得", "已领", "已领取", "齐全", "有照", "有证"}
)


def _registration_of(title: str) -> str:
    business = re.search(r"营业执照|工商", title) is not None
    civil = re.search(r"民非|民办非|民政|社会服务机构", title) is not None
    return "unclear" if business == civil else "business" if business else "civil"


def status(value: Any) -> str:
    """open | closed | transformed | unclear, from the words of a status column."""
    text = folded(value)
    for word, pattern in _STATUS_WORDS:
        if re.fullmatch(pattern, text):
            return word
    return "unclear"


_STATUS_WORDS = (
    ("open", r"(正常)?(在营|营业|经营|运营|开办|办学)(中|正常)?|正常|在办|存续"),
    ("closed", r"(\d{4}年(\d{1,2}月)?)?已?(关停|关闭|停办|注销|取缔|取消|停业)"),
    ("transformed", r"(\d{4}年(\d{1,2}月)?)?已?(转型|转为非学科类?|学转非)"),
)


def status_in_remark(value: Any) -> str:
    """closed | transformed where a remark plainly says 已关停, 已注销, 已转型 … and nothing else; else ""."""
    text = folded(value)
    return (
        status(text)
        if re.fullmatch(r"(\d{4}年(\d{1,2}月)?)?已.{2,7}", text) and status(text) != "unclear"
        else ""
    )


CHOICES: dict[str, Callable[[Any], str]] = {
    "permit_state": permit_state,
    "registration_state": registration_state,
    "status": status,
}
"""Facts with a fixed set of values, each with its reader."""
