"""What the list of rectification says of its lines, its numbers and its filter."""

from collections.abc import Mapping

from inspector.domain.checklist import DEPARTMENTS, SEVERITIES
from inspector.domain.entries import COUNTY
from inspector.domain.lifecycle import PROPOSED, STATES
from inspector.language import tr
from inspector.screens.words import KIND_WORDS
from inspector.services.boards import GROUPS, SORT_WORDS, state_words
from inspector.store.board import SOON_DAYS, BoardRow, Counts, Filter
from inspector.widgets.lines import Column, Row

PRIORITY_MARKS = {1: ("重", "!"), 2: ("急", "!!")}
"""While no paper was served, the day is a proposal."""


def columns() -> list[Column]:
    """Those of the list."""
    return [
        Column(tr("选", "In"), 3),
        Column(tr("状态", "State"), int(tr("8", "11"))),
        Column(tr("期限", "Due"), 10),
        Column(tr("程度", "Sev."), 4),
        Column(tr("检查项", "Item"), 9),
        Column(tr("点位", "Site")),
        Column(tr("网格", "Grid"), 10),
        Column(tr("承办人", "By"), 6),
    ]


def list_row(row: BoardRow, names: Mapping[str, str], today: str, *, marked: bool) -> Row:
    """A line: its state in words, what is overdue too."""
    mark = ("*" if marked else "") + tr(*PRIORITY_MARKS.get(row.priority, ("", "")))
    severity = str(SEVERITIES.get(row.severity, "")) if tr("zh", "en") == "zh" else str(row.severity)
    cells = (
        mark, state_words(row), due_words(row, today), severity, row.item, row.site_name,
        tr("未分网格", "no grid") if row.grid == COUNTY else row.grid,
        names.get(row.handler, ""),
    )  # fmt: skip
    urgent = row.overdue or row.conflict
    return Row(row.id, cells, "strong" if marked else "alert" if urgent else "dim" if row.settled else "")


def due_words(row: BoardRow, today: str) -> str:
    """The last day: "拟" before one that is only proposed, a star behind one that is an estimate."""
    if not row.due:
        return ""
    day = row.due[5:] if row.due[:4] == today[:4] else row.due[2:]
    proposed = tr("拟", "~") if row.state in PROPOSED else ""
    return proposed + day + ("*" if row.due_estimated else "")


def count_words(counts: Counts, marked: int) -> str:
    """The line of numbers over the list."""
    soon = tr(("一", "两", "三")[SOON_DAYS - 1] + "日内到期", f"due in {SOON_DAYS} days")
    parts = [
        (tr("未销号", "unsettled"), counts.unsettled),
        (tr("逾期", "overdue"), counts.overdue),
        (soon, counts.due_soon),
        (tr("待审批", "waiting"), counts.waiting),
        (tr("待裁定", "in conflict"), counts.conflicts),
    ]
    words = "　".join(f"{name} {number}" for name, number in parts) if tr("zh", "en") == "zh" else (
        "  ".join(f"{name} {number}" for name, number in parts)
    )  # fmt: skip
    return words + (tr(f"　已选 {marked}", f"  marked {marked}") if marked else "")


def filter_words(wanted: Filter, names: Mapping[str, str]) -> str:
    """A filter in words; `names`: of people, grids, sites and packs by their ids."""
    parts: list[str] = []
    if wanted.state:
        parts.append(choice_words("state", wanted.state, names))
    if wanted.overdue:
        parts.append(tr("逾期", "overdue"))
    if wanted.due_in is not None:
        parts.append(tr(f"{wanted.due_in}天内到期", f"due within {wanted.due_in} days"))
    for name in ("grid", "department", "kind", "severity", "officer", "pack", "site", "inspection", "item"):
        value = getattr(wanted, name)
        if value:
            parts.append(choice_words(name, str(value), names))
    if wanted.search.strip():
        parts.append(tr(f"点位“{wanted.search.strip()}”", f"site “{wanted.search.strip()}”"))
    if wanted.settled:
        parts.append(tr("含已销号", "closed ones too"))
    return tr("，", ", ").join(parts) or tr("全部未销号", "all that is unsettled")


def choice_words(name: str, value: str, names: Mapping[str, str]) -> str:
    """What a part of a filter says for itself."""
    if name == "state":
        return tr(*GROUPS[value]) if value in GROUPS else str(STATES.get(value, value))
    if name == "department":
        return tr("牵头：", "lead: ") + str(DEPARTMENTS.get(value, value))
    if name == "kind":
        return tr(*KIND_WORDS.get(value, (value, value)))
    if name == "severity":
        level = str(SEVERITIES.get(int(value), value))
        return tr(f"{level}及以上", f"{level} or worse")
    if name == "officer":
        return tr("承办人：", "in charge: ") + names.get(value, value)
    return names.get(value, value)


def sort_words(sort: str) -> str:
    """By what the list is ordered."""
    return tr("按", "by ") + tr(*SORT_WORDS[sort])
