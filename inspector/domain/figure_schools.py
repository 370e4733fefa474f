"""Figures of 双减 inside schools: shares of schools in order, by what was answered and found when they were last visited."""

from collections.abc import Callable
from dataclasses import dataclass

from inspector.domain.checklist import Words
from inspector.domain.figure_rows import SchoolRow
from inspector.domain.figures import Figure, Picks

OFFERED, PUPILS, TAKING_PART = "C-AS-01", "C-AS-09", "C-AS-09A"
"""Items: days of after-school service a week, pupils who could take part, pupils who do."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """A thing that every school has to have in order.

    Attributes:
        items: the checklist's items; each has to be answered, and none violated.
        stage: only schools with that stage; empty: all of compulsory education.
        at_least: the answer of its one item has to be at least that much, whether or not less is a violation.
    """

    code: str
    words: Words
    items: tuple[str, ...]
    stage: str = ""
    at_least: int | None = None


INDICATORS: tuple[Indicator, ...] = (
    Indicator("homework_rules", Words("有作业管理制度", "homework rules"), ("C-HW-03",)),
    Indicator("homework_posted", Words("作业校内公示", "homework posted"), ("C-HW-02",)),
    Indicator(
        "homework_parents", Words("不要求家长批改作业", "parents need not mark homework"), ("C-HW-05",)
    ),
    Indicator("homework_time", Words("作业时长达标", "homework within the minutes"), ("C-HW-01",)),
    Indicator("zero_start", Words("一年级零起点", "grade 1 from zero"), ("C-CU-04",), stage="primary"),
    Indicator("exams", Words("考试次数与成绩呈现合规", "exams and their results"), ("C-EX-01", "C-EX-04")),
    Indicator("after_school", Words("开展课后服务", "after-school service"), (OFFERED,), at_least=1),
)
ASKED = frozenset(item for one in INDICATORS for item in one.items) | {PUPILS, TAKING_PART}
"""Items whose answers the figures read."""


def _concerned(one: Indicator, row: SchoolRow) -> bool:
    return one.stage in row.stages if one.stage else row.compulsory


def _picks(one: Indicator, test: Callable[[bool | None], bool]) -> Picks:
    def picks(row: SchoolRow) -> int:
        return int(_concerned(one, row) and test(row.checks.get(one.code)))

    return picks


def _figures_of(one: Indicator) -> tuple[Figure, ...]:
    below = "schools_primary" if one.stage else "schools_compulsory"
    last = Words("以期内最近一次检查为准", "by the last visit within the days")
    of = Words(
        "有小学段的学校" if one.stage else "义务教育学校",
        "schools with a primary stage" if one.stage else "schools of compulsory education",
    )
    items = ", ".join(one.items)
    return (
        Figure(f"{one.code}_seen", "school", Words(f"查过“{one.words.zh}”的学校", f"{one.words.en}: looked at"), "schools", "flow",
               Words(f"{items} 答过的{of.zh}", f"{of.en} where {items} was answered"), "F3", "schools",
               _picks(one, lambda found: found is not None), main=False),
        Figure(f"{one.code}_ok", "school", Words(f"“{one.words.zh}”合格的学校", f"{one.words.en}: in order"), "schools", "flow",
               Words(f"{items} 答过且没有问题的{of.zh}，{last.zh}",
                     f"{of.en} where {items} was answered without a finding, {last.en}"),
               "F3", "schools", _picks(one, lambda found: found is True), main=False),
        Figure(f"{one.code}_rate", "school", one.words, "percent", "ratio",
               Words(f"合格的学校 ÷ 全部{of.zh}（没有查过的不算合格）", f"in order ÷ all {of.en}; one not looked at is not in order"),
               "F3", numerator=f"{one.code}_ok", denominator=below, needs=f"{one.code}_seen"),
    )  # fmt: skip


def _all_ok(row: SchoolRow) -> bool:
    concerned = [one for one in INDICATORS if _concerned(one, row)]
    return bool(concerned) and all(row.checks.get(one.code) is True for one in concerned)


def _any_seen(row: SchoolRow) -> bool:
    return any(row.checks.get(one.code) is not None for one in INDICATORS if _concerned(one, row))


def _told(row: SchoolRow) -> bool:
    return row.compulsory and PUPILS in row.numbers and TAKING_PART in row.numbers


SCHOOLS: tuple[Figure, ...] = (
    Figure("schools_primary", "school", Words("有小学段的学校", "schools with a primary stage"), "schools", "snapshot",
           Words("在册、有小学段", "on file, with a primary stage"), "F3",
                 "schools", lambda row: int("primary" in row.stages), main=False),
    *(figure for one in INDICATORS for figure in _figures_of(one)),
    Figure("schools_checked", "school", Words("受检学校", "schools checked"), "schools", "flow",
           Words("期内到过的义务教育学校，去重", "schools of compulsory education visited within the days"), "F3", "schools",
           lambda row: int(row.compulsory and row.visited), by=("grid",)),
    Figure("schools_looked_at", "school", Words("查过指标的受检学校", "schools checked, with something looked at"), "schools", "flow",
           Words("以上各项至少查过一项", "at least one of the above was looked at"), "F3", "schools",
           lambda row: int(row.compulsory and row.visited and _any_seen(row)), by=("grid",), main=False),
    Figure("schools_all_ok", "school", Words("各项指标都合格的学校", "schools in order in everything"), "schools", "flow",
           Words("以上各项都查过且都合格", "looked at and in order in each of the above"), "F3", "schools",
           lambda row: int(row.compulsory and row.visited and _all_ok(row)), by=("grid",), main=False),
    Figure("schools_ok_rate", "school", Words("达标率", "schools in order, share"), "percent", "ratio",
           Words("各项都合格的学校 ÷ 受检学校", "in order in everything ÷ checked"), "F3", by=("grid",), numerator="schools_all_ok",
           denominator="schools_checked", needs="schools_looked_at"),
    Figure("pupils_asked", "school", Words("应服务学生", "pupils who could take part"), "people", "flow",
           Words(f"{PUPILS} 之和，只算 {PUPILS} 和 {TAKING_PART} 都答了的义务教育学校，以期内最近一次检查为准",
                 f"{PUPILS} added up over schools of compulsory education that answered {TAKING_PART} too, by their last visit"),
           "F1", "schools", lambda row: row.numbers[PUPILS] if _told(row) else 0, main=False),
    Figure("pupils_taking_part", "school", Words("参加课后服务学生", "pupils in after-school service"), "people", "flow",
           Words(f"{TAKING_PART} 之和，学校范围同上", f"{TAKING_PART} added up over the same schools"), "F1", "schools",
           lambda row: row.numbers[TAKING_PART] if _told(row) else 0),
    Figure("participation_rate", "school", Words("课后服务学生参与率", "pupils in after-school service, share"), "percent", "ratio",
           Words("参加学生 ÷ 应服务学生",
                 "taking part ÷ who could"), "F1", numerator="pupils_taking_part", denominator="pupils_asked"),
)  # fmt: skip
