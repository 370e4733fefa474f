"""The rows of a conclusion: what was found and what is open, in groups with headings and counts. Pure."""

from collections.abc import Callable, Iterable

from inspector.domain.checklist import SEVERITIES
from inspector.domain.inspection import PROPOSAL, REST
from inspector.language import tr
from inspector.screens.words import VERDICT_WORDS
from inspector.services.sheets import Line, Sheet
from inspector.widgets.lines import Row


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
        tr("冲突：两台设备的答案不同", "In conflict: two devices differ"),
        [line for line in lines if line.conflict], tr("冲突", "clash"), "alert", _question,
    )  # fmt: skip
    rows += _group(
        tr("必答未答", "Required, not answered"),
        [line for line in open_lines if line.item.code in required], tr("未答", "open"), "dim", _question,
    )  # fmt: skip
    optional = sum(line.item.code not in required for line in open_lines)
    rows += _count("#optional", optional, tr("选答未答", "Optional, not answered"))
    batch = sum(line.asked and line.how == REST for line in lines)
    rows += _count("#rest", batch, tr("批：按“其余正常”一并记下", "Recorded with the rest in order"))
    accepted = sum(line.asked and line.how == PROPOSAL for line in lines)
    rows += _count("#proposal", accepted, tr("荐：采用建议", "Proposals accepted"))
    out = sum(line.applies is False for line in lines)
    return rows + _count("#n/a", out, tr("不涉及", "Do not apply"))


def _group(
    title: str, lines: Iterable[Line], mark: str, kind: str, words: Callable[[Line], str]
) -> list[Row]:
    rows = [Row(line.item.code, (mark, line.item.code, words(line)), kind) for line in lines]
    return [*_count(f"#{title}", len(rows), title), *rows]


def _count(key: str, number: int, title: str) -> list[Row]:
    words = tr(f"{title} {number} 项", f"{title}: {number}")
    return [Row(key, (words,), "section", selectable=False)] if number else []


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
    return tr(f"[{severity}] {words}；限 {row.due}", f"[{severity}] {words}; due {row.due}")
