"""When which class may be held: the rule of T-TIME-02A against a table of days, stages, subjects, modes and hours."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from inspector.domain.answers import read_answer
from inspector.domain.calendar import Calendar, Period, day_facts, lay_over
from inspector.domain.checklist import Words
from inspector.domain.rules import Context, compile_checklist
from inspector.forms.library import shipped

TABLE = Path(__file__).parent / "cases" / "class_hours.txt"
STAGES = {"pre": "preschool", "pri": "primary", "jun": "junior", "sen": "senior", "adu": "adult"}
CATEGORIES = {"sub": "subject", "non": "non_subject", "day": "daycare"}
PERIODS = (
    ("term", date(2025, 9, 1), date(2026, 1, 23)),
    ("winter_break", date(2026, 1, 24), date(2026, 3, 1)),
    ("term", date(2026, 3, 2), date(2026, 7, 3)),
    ("summer_break", date(2026, 7, 4), date(2026, 8, 31)),
    ("term", date(2026, 9, 1), date(2027, 1, 22)),
    ("winter_break", date(2027, 1, 23), date(2027, 2, 28)),
)
SAID = {
    "R": "休息日上学科类课", "P": "对 3–6 岁儿童上学科类课", "O": "对 3–6 岁儿童线上培训", "S": "与中小学上课时段",
    "L": "线下晚于 20:30 结束", "N": "线上晚于 21:00 结束", "Z": "本县按违规判",
    "s": "按县的口径处理", "c": "今天是儿童节", "d": "核实是否只照看",
}  # fmt: skip
"""What the reason says for each letter of the table."""


class Case(NamedTuple):
    """One class on one day and what must be said of it."""

    day: str
    stage: str
    category: str
    hours: str
    mode: str
    expected: str
    ban: bool = False


def cases() -> Iterator[Case]:
    """The table, one case after the other."""
    for block in TABLE.read_text("utf-8").split("\n== ")[1:]:
        title, head, *lines = block.strip().splitlines()
        names = head.split("#")[0].split()[1:]
        for line in lines:
            yield from _line(title, names, line.split("#")[0].split())


def _line(title: str, names: list[str], cells: list[str]) -> Iterator[Case]:
    if title.startswith("several"):
        day, hours, mode, stage, expected = cells
        yield Case(day, stage, "sub", hours, mode, expected)
    elif title.startswith("school hours"):
        for day, expected in zip(names, cells[1:], strict=True):
            yield Case(day, "pri", "sub", cells[0], "offline", expected)
    elif title.startswith("upper secondary"):
        yield Case(cells[0], "sen", "sub", "18:30-20:00", "offline", cells[1], ban=True)
    elif title.startswith("hours"):
        for name, expected in zip(names[1:], cells[2:], strict=True):
            stage, category = name.split("/")
            yield Case("2026-01-09", stage, category, cells[0], cells[1], expected)
    else:
        hours, mode = title.split()
        for name, expected in zip(names, cells[1:], strict=True):
            stage, category = name.split("/")
            yield Case(cells[0], stage, category, hours, mode, expected)


CASES = list(cases())
CALENDAR = lay_over(
    shipped().calendar,
    Calendar(periods=tuple(Period(kind, Words("", ""), *days) for kind, *days in PERIODS)),  # type: ignore[arg-type]
)
COMPILED = compile_checklist(shipped().checklist("T-TIME"))
ITEM = shipped().checklist("T-TIME").item("T-TIME-02A")


def judged(case: Case) -> tuple[str, str]:
    """The verdict and the reason in Chinese."""
    params: dict[str, Any] = dict(shipped().params) | {
        "school_hours_start": "08:00", "school_hours_end": "16:30", "senior_weekend_ban": case.ban,
    }  # fmt: skip
    noon_in_china = (date.fromisoformat(case.day) - date(1970, 1, 1)).days * 86_400_000 + 4 * 3_600_000
    row = {
        "class_name": "甲班", "category": CATEGORIES[case.category], "stage": STAGES[case.stage],
        "mode": case.mode, "hours": case.hours,
    }  # fmt: skip
    context = Context(day=day_facts(CALENDAR, params, noon_in_china), params=params)
    found = COMPILED.judge(ITEM.code, read_answer(ITEM, [row]), context)
    return found.verdict, found.reason.zh


def test_there_are_enough_cases() -> None:
    """The table covers every kind of day, every stage, category and mode, each verdict many times over."""
    assert len(CASES) > 1_000
    assert {case.stage for case in CASES} == set(STAGES)
    letters = [letter for case in CASES for letter in case.expected]
    assert all(letters.count(letter) >= 4 for letter in ".?RPOSLNZscd")


@pytest.mark.parametrize("day", sorted({case.day for case in CASES}))
def test_classes_are_judged_as_the_table_says(day: str) -> None:
    """Verdict and explanation of each class of that day."""
    verdicts = {".": "in_order", "?": "unknown", "s": "hint", "c": "hint", "d": "hint"}
    for case in (found for found in CASES if found.day == day):
        verdict, reason = judged(case)
        assert verdict == verdicts.get(case.expected, "violation"), (case, reason)
        for letter, words in SAID.items():
            assert (words in reason) == (letter in case.expected), (case, reason)
        if verdict == "unknown":
            assert "当天属性" in reason, case
        if verdict == "violation":
            assert "甲班" in reason, case
