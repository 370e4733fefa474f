"""The rows of a conclusion: what was found and what is open, in groups with headings and counts. Pure."""

from collections.abc import Callable, Iterable

from inspector.domain.checklist import SEVERITIES
from inspector.domain.finding import show_due
from inspector.domain.inspection import PROPOSAL, REST
from inspector.language import tr
from inspector.screens.words import VERDICT_WORDS
from inspector.services.sheets import Line, Sheet
from inspector.widgets.lines import Row

COUNT = "#"
"""How the keys of rows begin that stand for no item."""


def summary_rows(found: Sheet) -> list[Row]:
    """The groups that have something, in the order of their weight; a row for each item that needs a look."""
    lines = list(found.lines())
    required = set(found.unanswered)
    open_lines = [line for line in lines if line.asked and not line.answered]
    rows: list[Row] = []
    for verdict, title, kind, words in (
        ("violation", tr("问题", "Violations"), "alert", lambda line: _violation(found, line)),
        ("hint", tr("提示", "Hints"), "warn", _reason),
        ("unknown", tr("待核：缺少必要信息", "Unknown: something needed is missing"), "warn", _reason),
    ):
        group = [line for line in lines if line.judgement.verdict == verdict]
        rows += _group(title, group, tr(*VERDICT_WORDS[verdict]), kind, words)
    rows += _group(
        tr("必答未答", "Required, not answered"),
        [line for line in open_lines if line.item.code in required], tr("未答", "open"), "dim", _question,
    )  # fmt: skip
    rows += _group(
        tr("冲突：两台设备的答案不同", "In conflict: two devices differ"),
        [line for line in lines if line.conflict], tr("冲突", "clash"), "alert", _question,
    )  # fmt: skip
    counts = (
        ("open", sum(line.item.code not in required for line in open_lines),
         tr("选答", "open"), tr("选答未答", "optional, not answered")),
        ("rest", sum(line.asked and line.how == REST for line in lines),
         tr("批", "rest"), tr("按“其余正常”一并记下", "recorded with the rest in order")),
        ("proposal", sum(line.asked and line.how == PROPOSAL for line in lines),
         tr("荐", "accept"), tr("采用建议", "proposals accepted")),
        ("n/a", sum(line.applies is False for line in lines),
         tr("不涉及", "n/a"), tr("不涉及（检查表里按 h 显示）", "do not apply (h shows them in the checklist)")),
    )  # fmt: skip
    shown = [
        Row(f"{COUNT}{key}", (mark, "", tr(f"{number} 项{words}", f"{number} {words}")), "dim")
        for key, number, mark, words in counts
        if number
    ]
    return [*rows, *_heading(tr("另外", "Besides"), 0 if not shown else None), *shown]


def _group(
    title: str, lines: Iterable[Line], mark: str, kind: str, words: Callable[[Line], str]
) -> list[Row]:
    rows = [Row(line.item.code, (mark, line.item.code, words(line)), kind) for line in lines]
    return [*_heading(title, len(rows)), *rows]


def _heading(title: str, number: int | None) -> list[Row]:
    """A line above a group; none above an empty one. Without a number it says none."""
    if number == 0:
        return []
    words = title if number is None else tr(f"{title} {number} 项", f"{title}: {number}")
    return [Row(f"#{title}", (words,), "section", selectable=False)]


def _question(line: Line) -> str:
    return str(line.item.question)


def _reason(line: Line) -> str:
    return str(line.judgement.reason)


def _violation(found: Sheet, line: Line) -> str:
    words = _reason(line)
    row = next((row for row in found.findings if row.item == line.item.code), None)
    if row is None:
        return words
    severity = SEVERITIES.get(row.severity, row.severity)
    due = show_due(row)
    return tr(f"[{severity}] {words}；限 {due}", f"[{severity}] {words}; due {due}")
