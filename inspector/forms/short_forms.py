"""Conditions as people write them, turned into CEL: `when: "no"`, `any_of`, `lacks`, `above`, `below`, `after`, `before`.

| written | for | true when the answer |
|---|---|---|
| `"yes"`, `"no"` | yes_no | is that |
| `any_of: [a, b]` | choice, multi_choice | is, or has among it, one of these |
| `lacks: [a, b]` | multi_choice | misses one of these |
| `above: n`, `below: n` | integer, decimal | is more, is less |
| `after: t`, `before: t` | date, time, time_range | is later, is earlier; of a range its end, its start |
| `cel: "…"` | all | makes the expression true |

n and t may also be a name such as `params.offline_end` or `day.date`.
"""

import re
from collections.abc import Mapping
from typing import Any

from inspector.domain.answers import read_answer
from inspector.domain.checklist import AnswerSpec, Item, Words
from inspector.errors import BadInput

_NAME = re.compile(r"(?:answers|site|day|params)\.[A-Za-z_]\w*")
_SUITS: Mapping[str, tuple[str, ...]] = {
    "any_of": ("choice", "multi_choice"),
    "lacks": ("multi_choice",),
    "above": ("integer", "decimal"),
    "below": ("integer", "decimal"),
    "after": ("date", "time", "time_range"),
    "before": ("date", "time", "time_range"),
}


class BadForm(ValueError):  # noqa: N818 - becomes a Problem with its place
    """The short form does not suit this kind of answer."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


def to_cel(answer: AnswerSpec, when: Any) -> str:
    """The CEL expression of a condition.

    Raises:
        BadForm: it does not suit the type of the answer, or names a choice that is not there.
    """
    if isinstance(when, str):
        if answer.type != "yes_no":
            raise BadForm(Words(f"“{when}”只用于是否题", f'"{when}" is for yes/no items only'))
        return f"value == '{when}'"
    ((form, given),) = when.items()
    if form == "cel":
        return str(given)
    if answer.type not in _SUITS[form]:
        raise BadForm(Words(f"{form} 不能用于 {answer.type}", f"{form} does not suit {answer.type}"))
    if form in ("any_of", "lacks"):
        return _choices(answer, form, given)
    left = {"after": "value.end", "before": "value.start"}[form] if answer.type == "time_range" else "value"
    sign = ">" if form in ("above", "after") else "<"
    return f"{left} {sign} {_operand(answer, given)}"


def _choices(answer: AnswerSpec, form: str, given: list[str]) -> str:
    codes = [c.code for c in answer.choices]
    unknown = [code for code in given if code not in codes]
    if unknown:
        raise BadForm(
            Words(
                f"没有选项 {'、'.join(unknown)}（有：{'、'.join(codes)}）",
                f"no choice {', '.join(unknown)} (there are {', '.join(codes)})",
            )
        )
    listed = "[" + ", ".join(f"'{code}'" for code in given) + "]"
    if answer.type == "choice":
        return f"value in {listed}"
    return f"{listed}.exists(c, c in value)" if form == "any_of" else f"!{listed}.all(c, c in value)"


def _operand(answer: AnswerSpec, given: int | str) -> str:
    if isinstance(given, str) and _NAME.fullmatch(given):
        return given
    kind = "time" if answer.type == "time_range" else answer.type
    probe = Item("?", Words("", ""), AnswerSpec(kind), 1, "education")
    try:
        value = read_answer(probe, given)
    except BadInput:
        raise BadForm(
            Words(f"“{given}”不能与 {kind} 比较", f'"{given}" does not compare with {kind}')
        ) from None
    if kind in ("integer", "decimal"):
        return str(value)
    return f"'{value}'"
