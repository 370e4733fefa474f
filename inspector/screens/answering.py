"""From a key to an answer, by the type of the item. Pure."""

from typing import Any

from inspector.domain.answers import expected
from inspector.domain.checklist import Item
from inspector.errors import BadInput
from inspector.language import tr
from inspector.services.sheets import Line

_YES_NO = {"1": "yes", "2": "no", "3": "na"}


def key_answer(item: Item, digit: str) -> Any:
    """What a digit means for a yes/no item or a choice.

    Raises:
        BadInput: there is no such choice.
    """
    if item.answer.type == "yes_no" and digit in _YES_NO:
        return _YES_NO[digit]
    choices = item.answer.choices
    if item.answer.type == "choice" and 1 <= int(digit) <= len(choices):
        return choices[int(digit) - 1].code
    most = 3 if item.answer.type == "yes_no" else len(choices)
    raise BadInput(
        f"这一项没有第 {digit} 个选择（1–{most}）。",
        f"This item has no choice {digit} (1–{most}).",
        code="answer.key",
    )


def toggled(line: Line, digit: str) -> list[str] | None:
    """The choices after a digit was pressed; 0 is none of them. The last one taken off leaves no answer.

    Raises:
        BadInput: there is no such choice.
    """
    if digit == "0":
        return []
    choices = line.item.answer.choices
    if int(digit) > len(choices):
        raise BadInput(
            f"这一项没有第 {digit} 个选择（1–{len(choices)}）。",
            f"This item has no choice {digit} (1–{len(choices)}).",
            code="answer.key",
        )
    code = choices[int(digit) - 1].code
    chosen = list(line.value or [])
    chosen = [known for known in chosen if known != code] if code in chosen else [*chosen, code]
    return chosen or None


def typed_form(item: Item) -> str:
    """What is to be typed for an item."""
    unit = str(item.answer.unit)
    return str(expected(item.answer)) + (tr(f"，单位 {unit}", f", in {unit}") if unit else "")
