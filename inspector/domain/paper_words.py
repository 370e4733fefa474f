"""How papers say dates, steps and requirements, in Chinese whatever the screens speak."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from inspector.domain.checklist import LegalBasis
from inspector.domain.when import local_time

ROWS_MAX = 500

_OWN_STEPS = re.compile(
    r"立案|移送|移交|通报|抄告|约谈|下达|送达|列入整改清单|会同|处分|固定|截图|先行登记|按情形|拒不改|逾期|黑名单"
)
"""What the authority does itself: no requirement that the other side could meet."""


def cn_date(day: date) -> str:
    """ "2026年9月21日"."""
    return f"{day.year}年{day.month}月{day.day}日"


def cn_day(text: str) -> str:
    """An ISO day in Chinese; other texts as they are."""
    try:
        return cn_date(date.fromisoformat(text))
    except ValueError:
        return text


def cn_time(wall: int) -> str:
    """ "2026年9月21日21时33分"."""
    at = local_time(wall)
    return f"{cn_date(at.date())}{at.hour}时{at.minute:02}分"


def requirement_of(measure: str) -> str:
    """What a measure asks of the other side; empty where it names only what the authority does."""
    parts = [part for part in re.split(r"[；，;,]", measure) if part and not _OWN_STEPS.search(part)]
    return "，".join(parts)


def step_text(step: Mapping[str, Any] | None) -> str:
    """A step of the procedure as a sentence: what came of it, to whom it was told, which certificates were shown."""
    if not step:
        return ""
    capacity = f"（{step['capacity']}）" if step.get("capacity") else ""
    told = f"，在场人：{step['person']}{capacity}" if step.get("person") else ""
    numbers = "、".join(step.get("certificates", ()))
    return f"{step['outcome']}{told}" + (f"，证号：{numbers}" if numbers else "") + "。"


def period_words(days: int, *, working: bool, serves: bool, due: str) -> str:
    """A period as a paper says it.

    Args:
        serves: it starts with the service of the paper.
        due: the last day, "YYYY-MM-DD", where it is known.
    """
    if days == 0:
        return "立即"
    unit = "个工作日" if working else "日"
    last = f"{cn_day(due)}前（含当日）" if due else ""
    if serves:
        return f"送达之日起{days}{unit}内" + (f"，即{last}" if last else "")
    return last or f"{days}{unit}内"


def citations(bases: Iterable[LegalBasis], on: str) -> str:
    """Legal bases as they may be printed of something on that day; articles of one text stand together."""
    found: dict[str, list[str]] = {}
    for basis in bases:
        whole = basis.citation(on)
        sure = basis.verified and basis.in_force(on) and basis.article
        text = whole.removesuffix(basis.article) if sure else whole
        found.setdefault(text, [])
        if sure and basis.article not in found[text]:
            found[text].append(basis.article)
    return "；".join(text + "、".join(articles) for text, articles in found.items())


def table_rows(text: str, columns: Sequence[str]) -> list[dict[str, str]]:
    """A table as somebody types it: a row a line, its cells between "｜", "|" or tabs. Cells that lack are empty."""
    rows: list[dict[str, str]] = []
    for line in text.splitlines()[:ROWS_MAX]:
        if line.strip():
            cells = [cell.strip() for cell in re.split(r"[｜|\t]", line)]
            cells += [""] * len(columns)
            rows.append({"no": str(len(rows) + 1), **dict(zip(columns, cells, strict=False))})
    return rows


def total(rows: Sequence[Mapping[str, str]], column: str) -> str:
    """The sum of a column of amounts; empty where one is no number."""
    try:
        amounts = [Decimal(row[column].replace(",", "").removesuffix("元")) for row in rows]
    except InvalidOperation:
        return ""
    return f"{sum(amounts, Decimal()):.2f}" if rows and all(one.is_finite() for one in amounts) else ""
