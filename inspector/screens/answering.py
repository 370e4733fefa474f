"""From a key to an answer, by the type of the item. Pure."""

import re
from typing import Any

from inspector.domain.answers import expected
from inspector.domain.checklist import AnswerSpec, Item
from inspector.domain.rest import Rest
from inspector.domain.when import local_time
from inspector.errors import BadInput
from inspector.language import tr

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


def toggled(item: Item, chosen: Any, digit: str) -> list[str] | None:
    """The choices after a digit was pressed; 0 is none of them. The last one taken off leaves no answer.

    Args:
        chosen: codes that are on; None where there is no answer yet.

    Raises:
        BadInput: there is no such choice.
    """
    if digit == "0":
        return []
    choices = item.answer.choices
    if int(digit) > len(choices):
        raise BadInput(
            f"这一项没有第 {digit} 个选择（1–{len(choices)}）。",
            f"This item has no choice {digit} (1–{len(choices)}).",
            code="answer.key",
        )
    code = choices[int(digit) - 1].code
    known = list(chosen) if isinstance(chosen, list) else []
    on = [one for one in known if one != code] if code in known else [*known, code]
    return on or None


def expected_words(spec: AnswerSpec) -> str:
    """What an answer looks like, for people."""
    if spec.type != "text":
        return str(expected(spec))
    return (
        tr(f"文字，最多 {spec.maximum} 字", f"text, {spec.maximum} characters at most")
        if spec.maximum
        else tr("文字", "text")
    )


def typed_form(item: Item) -> str:
    """What is to be typed for an item."""
    return expected_words(item.answer)


def choice_words(kind: str) -> str:
    """Which keys answer an item of this type; empty where text is typed."""
    return {
        "yes_no": tr("按 1/y 是，2/n 否，3/x 不适用。", "1/y yes, 2/n no, 3/x not applicable."),
        "choice": tr("按序号选择。", "Choose by number."),
        "multi_choice": tr("按序号选上或去掉，0 为都没有，回车到下一项。", "Numbers toggle, 0 is none, Enter goes on."),
        "roster": tr("按回车打开表格。", "Enter opens the table."),
    }.get(kind, "")  # fmt: skip


def rest_words(said: Rest) -> tuple[str, str, str]:
    """What was recorded with the rest of a section, the kind of that message, and what is left."""
    done = len(said.answers)
    words = (
        tr(
            f"已按“其余正常”记 {done} 项；u 撤回这一批",
            f"The rest in order: {done} answers; u takes them back",
        )
        if done
        else tr("没有可按“其余正常”记的项", "Nothing could be recorded as the rest in order")
    )
    # The first one whole, of the others what comes after the code of their section.
    short = [*said.left[:1], *(code.rpartition("-")[2] for code in said.left[1:_LEFT_NAMED])]
    names = tr("、", ", ").join(short) + (tr(" 等", " …") if len(said.left) > _LEFT_NAMED else "")
    left = len(said.left)
    hint = tr(f"留下{left}项要逐项填：{names}", f"Left for you: {left}: {names}") if left else ""
    return words, "good" if done else "warn", hint


_LEFT_NAMED = 14
_HALF_SAID = re.compile(r"[上下早晚夜午晨]|am|pm", re.IGNORECASE)
_NOON = 12


def clock_words(item: Item, typed: str, value: Any, wall: int) -> str:
    """A warning where "8点" was said after noon without its half of the day, and the morning was recorded.

    Args:
        value: what was recorded.
        wall: the time now, in milliseconds.
    """
    if item.answer.type not in ("time", "time_range") or value is None or "点" not in typed:
        return ""
    times = [value["start"], value["end"]] if isinstance(value, dict) else [value]
    early = next((time for time in times if int(time[:2]) < _NOON), "")
    if not early or _HALF_SAID.search(typed) or local_time(wall).hour < _NOON:
        return ""
    hour, minute = int(early[:2]), early[3:]
    return tr(
        f"按上午 {early} 记；晚上请写 {hour + 12}:{minute} 或 晚上{hour}点{minute}分",
        f"Recorded as {early} in the morning; for the evening write {hour + 12}:{minute}",
    )
