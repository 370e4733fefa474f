"""Answers: what people type, what entries keep, what is shown.

| type | in an entry |
|---|---|
| yes_no | "yes", "no" or "na" |
| choice | the code of the choice |
| multi_choice | list of codes in the order of the checklist; [] is "none of them" |
| integer | integer of at most 53 bits |
| decimal | canonical text: "3.5", "0.25", "12"; at most 16 digits before and 6 after the point |
| date | "YYYY-MM-DD", 1900 to 2100 |
| time | "HH:MM" |
| time_range | {"start": "HH:MM", "end": "HH:MM"}, end after start |
| text | NFC text without control characters but line breaks and tabs |
| roster | list of rows {column: value}; an empty cell is left out |
"""

import json
import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from inspector.domain import rule_bounds
from inspector.domain.checklist import AnswerSpec, Choice, Column, Item, Words
from inspector.domain.scalars import (
    MAX_INTEGER,
    MAX_RAW,
    clock,
    clock_range,
    day,
    decimal,
    integer,
    millionths,
    plain,
)
from inspector.domain.tidy import stream_safe
from inspector.errors import BadInput, Problem
from inspector.language import tr

MAX_TEXT = 4_000
_SIX_DIGITS = Decimal("0.000001")
_DECIMAL_END = 10**16
MAX_ROWS = rule_bounds.MAX_ROWS

_YES = frozenset(("是", "有", "对", "存在", "已", "yes", "y", "true", "√", "✓", "✔"))
_NO = frozenset(
    ("否", "无", "没有", "没", "不", "不是", "不存在", "未", "错", "no", "n", "false", "×", "✗", "✘")
)
_NA = frozenset(("不适用", "不涉及", "略", "na", "n/a", "-", "/"))
_NONE = frozenset(("无", "没有", "都没有", "none", "0", "-"))
_SAID_FOR = {
    "分钟": ("分", "min"),
    "人": ("个人", "名", "位"),
    "名": ("人", "个人", "位"),
    "元": ("块钱", "块", "¥"),
    "㎡": ("平方米", "平米"),
    "平方米": ("㎡", "平米"),
    "天": ("日",),
    "个月": ("月",),
}
"""What people say for a unit."""
_SHOWN = {
    "yes": Words("是", "yes"),
    "no": Words("否", "no"),
    "na": Words("不适用", "not applicable"),
}
_EXPECTED = {
    "yes_no": Words("是、否或不适用（y / n / na）", "yes, no or not applicable (y / n / na)"),
    "integer": Words("整数", "a whole number"),
    "decimal": Words("数字，例如 3.5", "a number such as 3.5"),
    "date": Words("日期，例如 2026-01-10", "a date such as 2026-01-10"),
    "time": Words("时刻，例如 20:30、晚8点半", "a time such as 20:30"),
    "time_range": Words(
        "起止时刻，例如 18:30-20:00，止要晚于起", "times such as 18:30-20:00, end after start"
    ),
    "text": Words("文字，不含控制字符", "text without control characters"),
    "roster": Words("表格的行（JSON 列表）", "rows of the table (a JSON list)"),
}


def read_answer(item: Item, raw: object) -> Any:
    """The canonical value of what was typed or sent for an item.

    Takes full-width digits and signs, 是/否/不适用, "8点半", "晚上7点到8点半", "2026.1.10", choices by code,
    number or label, and rosters as JSON text or as lists of rows.

    Raises:
        BadInput: names the item and what is expected; for rosters `problems` names row and column.
    """
    try:
        value = _read(item.answer, raw)
    except _RosterProblems as fault:
        first = fault.problems[0]
        raise BadInput(
            f"{item.code} 的表格有 {len(fault.problems)} 处不对：{first.where}，{first.zh}",
            f"{item.code}: the table has {len(fault.problems)} faults: {first.where}, {first.en}",
            code="answer.roster",
            problems=fault.problems,
        ) from None
    except ValueError:
        want = expected(item.answer)
        raise BadInput(
            f"{item.code}（{item.question.zh}）：读不懂“{_excerpt(raw)}”。应为{want.zh}",
            f'{item.code} ({item.question.en}): cannot take "{_excerpt(raw)}". Expected {want.en}',
            hint=("原来的答案没有变。", "The earlier answer has not changed."),
            code="answer.form",
        ) from None
    return value


def expected(spec: AnswerSpec) -> Words:
    """What an answer of this kind looks like, in words for people."""
    if spec.type in ("choice", "multi_choice"):
        zh = "、".join(f"{i}={c.label.zh}" for i, c in enumerate(spec.choices, 1))
        en = ", ".join(f"{i}={c.label.en}" for i, c in enumerate(spec.choices, 1))
        many = spec.type == "multi_choice"
        return Words(
            f"下列{'各项，可多选，都没有答“无”' if many else '之一'}：{zh}",
            f"{'any of these, or none' if many else 'one of'}: {en}",
        )
    words = _EXPECTED[spec.type]
    if spec.unit.zh:
        words = Words(f"{words.zh}，单位 {spec.unit.zh}", f"{words.en}, in {spec.unit.en}")
    if spec.minimum or spec.maximum:
        bounds = f"{spec.minimum or '…'} ~ {spec.maximum or '…'}"
        return Words(f"{words.zh}（{bounds}）", f"{words.en} ({bounds})")
    return words


def show_answer(item: Item, value: Any) -> str:
    """The value in words of this process's language. Never raises: what it cannot name it shows as it is."""
    return str(answer_words(item, value))


def answer_words(item: Item, value: Any) -> Words:
    """The value in words of both languages. Never raises: what it cannot name it shows as it is."""
    return spec_words(item.answer, value)


def derived_value(spec: AnswerSpec, value: Any) -> Any:
    """What a computed item keeps of the result of its expression; None where that is no answer of its kind.

    Decimals keep six digits after the point, the last one rounded down, so that what is short of a limit never
    looks as if it reached it.
    """
    if spec.type == "decimal" and isinstance(value, float | int) and not isinstance(value, bool):
        if not math.isfinite(value) or abs(value) >= _DECIMAL_END:
            return None
        value = format(Decimal(str(value)).quantize(_SIX_DIGITS, rounding=ROUND_FLOOR), "f")
    elif spec.type == "yes_no" and isinstance(value, bool):
        value = "yes" if value else "no"
    elif spec.type == "integer" and isinstance(value, float) and value.is_integer():
        value = int(value)
    try:
        return None if value is None or value == "" else _read(spec, value)
    except ValueError:
        return None


def _excerpt(raw: object) -> str:
    text = raw if isinstance(raw, str) else repr(raw)
    return "".join(c if c.isprintable() else "·" for c in text[:40]) + ("…" if len(text) > 40 else "")


def _read(spec: AnswerSpec, raw: object) -> Any:
    value = _READERS[spec.type](spec, raw)
    if spec.type in ("integer", "decimal", "date", "time", "text"):
        _check_bounds(spec, value)
    return value


def _check_bounds(spec: AnswerSpec, value: Any) -> None:
    key: Callable[[Any], Any] = str
    if spec.type in ("integer", "decimal"):
        key = millionths
    elif spec.type == "text":
        key, value = int, len(value)
    if (spec.minimum and key(value) < key(spec.minimum)) or (spec.maximum and key(value) > key(spec.maximum)):
        raise ValueError("out of bounds")


def _read_yes_no(_: AnswerSpec, raw: object) -> str:
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    text = plain(raw)
    for value, names in (("yes", _YES), ("no", _NO), ("na", _NA)):
        if text in names or text in (_SHOWN[value].zh, _SHOWN[value].en):
            return value
    raise ValueError("not what was asked")


def _read_choice(spec: AnswerSpec, raw: object) -> str:
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw)
    return _one_of(spec.choices, plain(raw))


def _one_of(choices: Sequence[Choice], text: str) -> str:
    for choice in choices:
        if text in (choice.code, plain(choice.label.zh), plain(choice.label.en)):
            return choice.code
    if text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= len(choices):
        return choices[int(text) - 1].code
    raise ValueError("not what was asked")


def _read_multi_choice(spec: AnswerSpec, raw: object) -> list[str]:
    parts = {_read_choice(spec, part) for part in raw} if isinstance(raw, list) else None
    found = _split_choices(spec, plain(raw)) if parts is None else parts
    return [c.code for c in spec.choices if c.code in found]


def _split_choices(spec: AnswerSpec, text: str) -> set[str]:
    """Parts between commas; a part that is no choice as a whole may be several between spaces."""
    try:
        return {_one_of(spec.choices, text)}
    except ValueError:
        if text in _NONE:
            return set()
    found: set[str] = set()
    for part in filter(None, (p.strip() for p in re.split(r"[,;、\n]", text))):
        try:
            found.add(_one_of(spec.choices, part))
        except ValueError:
            found |= {_one_of(spec.choices, word) for word in part.split()}
    if not found:
        raise ValueError("not what was asked")
    return found


def _without_unit(spec: AnswerSpec, text: str) -> str:
    for unit in (spec.unit.zh, spec.unit.en, *_SAID_FOR.get(spec.unit.zh, ())):
        if unit and text.endswith(plain(unit)):
            return text.removesuffix(plain(unit)).strip()
    return text


def _read_integer(spec: AnswerSpec, raw: object) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) <= MAX_INTEGER:
        return raw
    return integer(_without_unit(spec, plain(raw)))


def _read_decimal(spec: AnswerSpec, raw: object) -> str:
    if isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) <= MAX_INTEGER:
        return str(raw)
    return decimal(_without_unit(spec, plain(raw)))


def _read_date(_: AnswerSpec, raw: object) -> str:
    return day(plain(raw))


def _read_time(_: AnswerSpec, raw: object) -> str:
    return clock(plain(raw))


def _read_time_range(_: AnswerSpec, raw: object) -> dict[str, str]:
    if isinstance(raw, Mapping):
        if set(raw) != {"start", "end"}:
            raise ValueError("not a start and an end")
        raw = f"{plain(raw['start'])}-{plain(raw['end'])}"
    return clock_range(plain(raw))


def _read_text(_: AnswerSpec, raw: object) -> str:
    if not isinstance(raw, str) or len(raw) > MAX_RAW or not stream_safe(raw):
        raise ValueError("not what was asked")
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n")).strip()
    if len(text) > MAX_TEXT or any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in text):
        raise ValueError("not what was asked")
    return text


class _RosterProblems(ValueError):  # noqa: N818 - never leaves this module
    def __init__(self, problems: list[Problem]) -> None:
        super().__init__()
        self.problems = problems


def _read_roster(spec: AnswerSpec, raw: object) -> list[dict[str, Any]]:
    rows = _json(raw) if isinstance(raw, str) else raw
    if not isinstance(rows, list) or len(rows) > MAX_ROWS or not all(isinstance(r, Mapping) for r in rows):
        raise ValueError("not what was asked")
    problems: list[Problem] = []
    read = [_read_row(spec.columns, row, number, problems) for number, row in enumerate(rows, 1)]
    if problems:
        raise _RosterProblems(problems)
    kept = [row for row in read if row]
    if len(kept) < int(spec.minimum or 0) or len(kept) > int(spec.maximum or MAX_ROWS):
        raise ValueError("not what was asked")
    return kept


def _read_row(
    columns: Sequence[Column], row: Mapping[Any, Any], number: int, problems: list[Problem]
) -> dict[str, Any]:
    cells = dict(row)
    read: dict[str, Any] = {}
    missing: list[Column] = []
    for column in columns:
        names = [n for n in (column.code, column.title.zh, column.title.en) if n in cells]
        raw = cells.pop(names[0]) if names else None
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            if column.answer.required:
                missing.append(column)
            continue
        try:
            read[column.code] = _read(column.answer, raw)
        except ValueError:
            want = expected(column.answer)
            zh, en = f"“{_excerpt(raw)}”应为{want.zh}", f'"{_excerpt(raw)}" should be {want.en}'
            problems.append(_cell(number, column.title, zh, en))
    if read:
        problems += [_cell(number, c.title, "没有填", "is empty") for c in missing]
    problems += [_cell(number, Words(_excerpt(n), _excerpt(n)), "没有这一列", "is no column") for n in cells]
    return read


def _cell(row: int, title: Words, zh: str, en: str) -> Problem:
    return Problem(tr(f"第{row}行“{title.zh}”", f'row {row} "{title.en}"'), zh, en)


def _json(text: str) -> Any:
    if len(text) > MAX_RAW:
        raise ValueError("not what was asked")
    try:
        return json.loads(text, object_pairs_hook=_no_duplicates)
    except (ValueError, RecursionError):
        raise ValueError("no JSON") from None


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("the same column twice")
    return found


_READERS: dict[str, Callable[[AnswerSpec, object], Any]] = {
    "yes_no": _read_yes_no,
    "choice": _read_choice,
    "multi_choice": _read_multi_choice,
    "integer": _read_integer,
    "decimal": _read_decimal,
    "date": _read_date,
    "time": _read_time,
    "time_range": _read_time_range,
    "text": _read_text,
    "roster": _read_roster,
}


def spec_words(spec: AnswerSpec, value: Any) -> Words:
    if value is None:
        return Words("", "")
    if spec.type == "yes_no":
        return _SHOWN.get(str(value), _same(str(value)))
    if spec.type == "choice":
        return _label(spec, value)
    if spec.type in ("integer", "decimal"):
        return Words(f"{value} {spec.unit.zh}".rstrip(), f"{value} {spec.unit.en}".rstrip())
    if spec.type == "multi_choice" and isinstance(value, list):
        return (
            _joined(Words("、", ", "), [_label(spec, part) for part in value])
            if value
            else Words("无", "none")
        )
    if spec.type == "time_range" and isinstance(value, Mapping):
        return _same(f"{value.get('start', '?')}–{value.get('end', '?')}")
    if spec.type == "roster" and isinstance(value, list):
        return _joined(_same("\n"), [_show_row(spec.columns, row) for row in value])
    return _same(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))


def _show_row(columns: Sequence[Column], row: Any) -> Words:
    if not isinstance(row, Mapping):
        return _same(str(row))
    cells = [(c.title, spec_words(c.answer, row[c.code])) for c in columns if c.code in row]
    return _joined(
        Words("；", "; "),
        [Words(f"{title.zh}：{cell.zh}", f"{title.en}: {cell.en}") for title, cell in cells],
    )


def _label(spec: AnswerSpec, code: Any) -> Words:
    return next((c.label for c in spec.choices if c.code == code), _same(str(code)))


def _same(text: str) -> Words:
    return Words(text, text)


def _joined(between: Words, parts: Sequence[Words]) -> Words:
    return Words(between.zh.join(part.zh for part in parts), between.en.join(part.en for part in parts))
