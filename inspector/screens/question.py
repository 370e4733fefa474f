"""How a sheet's lines and the question under the cursor are put into words. Plain data in, content out."""

from textual.content import Content

from inspector.domain.checklist import DEPARTMENTS, SEVERITIES
from inspector.domain.finding import show_due
from inspector.domain.when import show_time
from inspector.language import tr
from inspector.screens.words import VERDICT_WORDS
from inspector.services.sheets import Line, Sheet
from inspector.widgets.content import joined, plain
from inspector.widgets.lines import Row

_KINDS = {"violation": "alert", "hint": "warn", "unknown": "warn"}


def sheet_rows(sheet: Sheet) -> list[Row]:
    """A row for each item, sections between them; above them the way to the questionnaires."""
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
        rows.append(Row(f"#{section.checklist.code}", (title,), "section", selectable=False))
        rows += [_row(line) for line in section.lines]
    return rows


def _row(line: Line) -> Row:
    verdict = line.judgement.verdict
    word = tr(*VERDICT_WORDS.get(verdict, ("", "")))
    if line.applies is False:
        word = tr("不涉及", "n/a")
    if line.conflict:
        word = tr("冲突", "clash")
    extras = (tr(f"照{line.photos}", f"P{line.photos}") if line.photos else "") + (
        tr("注", "N") if line.note else ""
    )
    shown = line.shown
    if isinstance(line.value, list) and line.item.answer.type == "roster":
        shown = tr(f"{len(line.value)} 行", f"{len(line.value)} rows")
    if line.item.derived:
        shown = tr(f"算：{shown}", f"= {shown}") if shown else tr("（自动推算）", "(computed)")
    kind = "dim" if not line.asked else _KINDS.get(verdict, "good" if line.answered else "")
    return Row(line.item.code, (word, line.item.code, str(line.item.question), shown, extras), kind)


def question(line: Line, cells: int) -> Content:
    """The question under the cursor, in lines of so many cells: words, choices, answer, what the rules say."""
    item = line.item
    parts = [joined(plain(f"{item.code}　", "$accent"), plain(item.question, "bold"))]
    if line.applies is False:
        parts.append(
            plain(tr("这里不涉及（由前面的答案或台账得出），不用答。", "Does not apply here."), "$text-muted")
        )
    if item.help:
        parts.append(plain(item.help, "$text-muted"))
    parts.append(_choices(line, cells))
    if line.answered:
        shown = line.shown if item.answer.type != "roster" else "\n" + line.shown
        parts.append(joined(plain(tr("答：", "Answer: "), "$text-muted"), plain(shown, "bold", limit=600)))
    parts += _verdict(line)
    if line.note:
        parts.append(joined(plain(tr("备注：", "Note: "), "$text-muted"), plain(line.note, limit=400)))
    return Content("\n").join(parts)


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
