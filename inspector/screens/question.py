"""How a sheet's lines and the question under the cursor are put into words. Plain data in, content out."""

from collections.abc import Sequence

from textual.content import Content

from inspector.domain.checklist import DEPARTMENTS, SEVERITIES
from inspector.domain.finding import show_due
from inspector.domain.when import show_time
from inspector.language import tr
from inspector.screens.words import VERDICT_WORDS
from inspector.services.sheets import Line, Sheet
from inspector.widgets.content import joined, plain
from inspector.widgets.lines import Column, Row

_HOW = {"rest": ("批", "R"), "proposal": ("荐", "A")}
_KINDS = {"violation": "alert", "hint": "warn", "unknown": "warn"}


def sheet_columns() -> list[Column]:
    """The columns of a sheet."""
    return [
        Column(tr("判断", "Verdict"), 6),
        Column(tr("编码", "Code"), 10),
        Column(tr("问题", "Question")),
        Column(tr("答案", "Answer"), 17),
        Column(tr("附", "With"), 6),
    ]


def sheet_rows(sheet: Sheet, *, whole: bool = True) -> list[Row]:
    """A row for each item, sections between them; above them the way to the questionnaires.

    Args:
        whole: with the items that do not apply here; without them each section says how many they are.
    """
    rows = []
    if sheet.inspection.questionnaires:
        count = len(sheet.inspection.questionnaires)
        words = tr(
            f"问卷 {count} 种：按 q 请人作答、看统计", f"{count} questionnaires: q asks people, and counts"
        )
        rows.append(Row("#questionnaires", (words,), "section", selectable=False))
    for section in sheet.sections:
        asked = [line for line in section.lines if line.asked]
        done = sum(line.answered for line in asked)
        title = f"{section.checklist.code} {section.checklist.title}  {done}/{len(asked)}"
        out = sum(line.applies is False for line in section.lines)
        if out:
            title += (
                tr(f"　{out} 项不涉及，h 收起", f"  {out} n/a, h hides")
                if whole
                else tr(f"　另 {out} 项不涉及，h 显示", f"  {out} more n/a, h shows")
            )
        rows.append(Row(f"#{section.checklist.code}", (title,), "section", selectable=False))
        rows += [_row(line) for line in section.lines if whole or line.applies is not False]
    return rows


def nearest(sheet: Sheet, rows: Sequence[Row], code: str) -> str | None:
    """The item itself where it has a row, else the next one that has, else the one before; None where none has."""
    shown = {row.key for row in rows if row.selectable}
    codes = [line.item.code for line in sheet.lines()]
    at = codes.index(code) if code in codes else 0
    return next((found for found in (*codes[at:], *reversed(codes[:at])) if found in shown), None)


def no_longer(before: Sheet | None, now: Sheet | None) -> str:
    """Which answered items an answer has put out of question; empty where none."""
    if before is None or now is None:
        return ""
    asked = {line.item.code for line in before.lines() if line.asked and line.answered}
    gone = [line.item.code for line in now.lines() if line.applies is False and line.item.code in asked]
    names = tr("、", ", ").join(gone)
    return (
        tr(
            f"{names} 不再涉及，原答案保留在记录里",
            f"{names}: no longer applies; the answer stays in the record",
        )
        if gone
        else ""
    )


def _row(line: Line) -> Row:
    verdict = line.judgement.verdict
    word = tr(*VERDICT_WORDS.get(verdict, ("", "")))
    if line.applies is False:
        word = tr("不涉及", "n/a")
    if line.conflict:
        word = tr("冲突", "clash")
    lead = tr("线", "L") if line.lead_only and line.asked else ""
    extras = (
        tr(*_HOW.get(line.how, ("", "")))
        + lead
        + (tr(f"照{line.photos}", f"P{line.photos}") if line.photos else "")
        + (tr("注", "N") if line.note else "")
    )
    shown = line.shown
    if isinstance(line.value, list) and line.item.answer.type == "roster":
        shown = tr(f"{len(line.value)} 行", f"{len(line.value)} rows")
    faint = -1
    if line.applies is False and line.why_not is not None:
        # The column is narrow: the codes and their values are what matters.
        shown = str(line.why_not).replace(tr(" 的回答", "the answer of "), "")
    elif line.proposal is not None:
        shown, faint = tr(f"建议 {line.proposed}", f"prop. {line.proposed}"), 3
    elif line.item.derived:
        shown = tr(f"算：{shown}", f"= {shown}") if shown else tr("（自动推算）", "(computed)")
    kind = "dim" if not line.asked else _KINDS.get(verdict, "good" if line.answered else "")
    cells = (word, line.item.code, str(line.item.question), shown, extras)
    return Row(line.item.code, cells, kind, faint=faint)


def question(line: Line, cells: int) -> Content:
    """The question under the cursor, in lines of so many cells: words, choices, answer, what the rules say."""
    item = line.item
    parts = [joined(plain(f"{item.code}　", "$accent"), plain(item.question, "bold"))]
    if line.applies is False:
        why = line.why_not or ""
        parts.append(
            plain(tr(f"不涉及：{why}；不用答。", f"Does not apply: {why}."), "$text-muted", limit=300)
        )
    if item.help:
        parts.append(plain(item.help, "$text-muted"))
    parts.append(_choices(line, cells))
    if line.proposal is not None:
        words = tr(
            f"建议：{line.proposed} — {line.proposal[1]}　",
            f"Proposed: {line.proposed}: {line.proposal[1]}  ",
        )
        parts.append(
            joined(plain(words, "$text-muted", limit=300), plain(tr("a 采用", "a accepts"), "$accent"))
        )
    if line.answered:
        shown = line.shown if item.answer.type != "roster" else "\n" + line.shown
        said = joined(plain(tr("答：", "Answer: "), "$text-muted"), plain(shown, "bold", limit=600))
        parts.append(joined(said, plain(how_words(line), "$text-muted")))
    parts += _verdict(line)
    if line.lead_only and line.asked:
        words = tr(
            "主管部门没有到场：只作线索，移交", "Its department is not here: a lead only, passed on to "
        )
        parts.append(plain(f"{words}{DEPARTMENTS.get(item.lead, item.lead)}", "$warning"))
    if line.note:
        parts.append(joined(plain(tr("备注：", "Note: "), "$text-muted"), plain(line.note, limit=400)))
    return Content("\n").join(parts)


def how_words(line: Line) -> str:
    """How the answer came, where nobody gave it by itself; and where it does not count."""
    if line.applies is False:
        return tr("（不再涉及，只保留在记录里）", " (no longer applies; kept in the record)")
    return {
        "rest": tr("（按“其余正常”一并记下）", " (recorded with the rest in order)"),
        "proposal": tr("（采用建议）", " (the proposal was accepted)"),
    }.get(line.how, "")


def _choices(line: Line, cells: int) -> Content:
    kind = line.item.answer.type
    if line.item.derived:
        return plain(tr("由其他答案推算，不用答。", "Computed from other answers."), "$text-muted")
    if kind == "yes_no":
        options = [
            ("1 / y", tr("是", "yes"), "yes"),
            ("2 / n", tr("否", "no"), "no"),
            ("3 / x", tr("不适用", "n/a"), "na"),
        ]
    elif kind in ("choice", "multi_choice"):
        options = [(str(n), str(c.label), c.code) for n, c in enumerate(line.item.answer.choices, 1)]
        if kind == "multi_choice":
            options.append(("0", tr("都没有", "none of them"), ""))
    elif kind == "roster":
        return plain(tr("回车打开表格，逐行填写。", "Enter opens the table."), "$accent")
    else:
        return plain(
            tr("直接输入，或按回车打开输入行。", "Type it, or press Enter for the input line."), "$accent"
        )
    chosen = line.value if isinstance(line.value, list) else [line.value]
    if kind == "multi_choice" and line.value == []:
        chosen = [""]
    return _wrapped(options, chosen, several=kind == "multi_choice", cells=cells)


def _wrapped(
    options: list[tuple[str, str, str]], chosen: list[object], *, several: bool, cells: int
) -> Content:
    """The choices side by side, a choice never broken over two lines."""
    lines: list[list[Content]] = [[]]
    taken = 0
    for key, label, code in options:
        on = code in chosen
        mark = ("[*]" if on else "[ ]") if several else ("(*)" if on else "( )")
        piece = joined(plain(f"{key} ", "$accent"), plain(f"{mark} {label}", "bold" if on else ""))
        if lines[-1] and taken + 3 + piece.cell_length > cells:
            lines.append([])
            taken = 0
        taken += piece.cell_length + (3 if lines[-1] else 0)
        lines[-1].append(piece)
    return Content("\n").join([Content("   ").join(pieces) for pieces in lines])


def _verdict(line: Line) -> list[Content]:
    judgement = line.judgement
    parts = []
    if judgement.verdict in _KINDS:
        style = "$error" if judgement.verdict == "violation" else "$warning"
        word = tr(*VERDICT_WORDS[judgement.verdict])
        parts.append(plain(f"{word}：{judgement.reason}", style, limit=300))
    if line.finding is not None and judgement.verdict == "violation":
        row = line.finding
        lead = str(DEPARTMENTS.get(row.lead, row.lead))
        words = tr(
            f"{SEVERITIES.get(row.severity, row.severity)}　{row.measure}　限 {show_due(row)}　牵头 {lead}",
            f"{SEVERITIES.get(row.severity, row.severity)}; {row.measure}; due {show_due(row)}; lead {lead}",
        )
        parts.append(plain(words, limit=300))
    if line.conflict:
        parts.append(
            plain(tr("两台设备的答案不同，请核实后重新作答。", "Two devices differ: answer again."), "$error")
        )
    return parts


def next_asked(sheet: Sheet, code: str) -> str:
    """The item after this one that is asked here; empty after the last."""
    codes = [line.item.code for line in sheet.lines() if line.asked or line.item.code == code]
    at = codes.index(code) if code in codes else -1
    return codes[at + 1] if at + 1 < len(codes) else ""


def next_unanswered(sheet: Sheet, code: str) -> str:
    """The next item without an answer after this one, or from the top; empty where everything is answered."""
    lines = list(sheet.lines())
    at = next((index for index, line in enumerate(lines) if line.item.code == code), -1)
    for line in lines[at + 1 :] + lines[: at + 1]:
        if line.asked and not line.answered:
            return line.item.code
    return ""


def started_words(sheet: Sheet, pack: str) -> str:
    """When and with what it began."""
    return tr(
        f"{show_time(sheet.inspection.started.wall)} 开始，检查包“{pack}”",
        f"Started {show_time(sheet.inspection.started.wall)} with {pack}",
    )


def reason_of(line: Line) -> str | None:
    """Why the answer is a finding now; None where it is none."""
    return line.finding.reason if line.finding and line.judgement.verdict == "violation" else None
