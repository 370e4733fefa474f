"""Tables of the campus: exams by grade, homework by class, class visits, interviews, third parties."""

from typing import Any

import pytest

from inspector.domain.answers import read_answer
from inspector.domain.rules import Context, compile_checklist
from inspector.errors import BadInput
from tests.forms.campus import LIBRARY, MODULES, VISIT, exams, homework, hours, judge, lessons, starts

EXAM_LIMITS = {
    **dict.fromkeys(("g1", "g2"), 0),
    **dict.fromkeys(("g3", "g4", "g5", "g6"), 1),
    **dict.fromkeys(("g7", "g8", "g9", "g10", "g11", "g12"), 2),
}


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize(("grade", "most"), EXAM_LIMITS.items())
def test_exams_are_counted_by_grade(grade: str, most: int, number: int) -> None:
    """Grades 1 and 2 none on paper, 3 to 6 one, 7 to 9 two; upper secondary gets a hint above the county's number."""
    senior = grade in ("g10", "g11", "g12")
    above = "hint" if senior else "violation"
    judged = judge("C-EX-01", exams(grade, number), params={"exams_senior_term": 2})
    assert judged.verdict == (above if number > most else "in_order"), judged
    if judged.verdict == "violation":
        assert judged.severity == 3


def test_exams_of_different_grades_do_not_add_up() -> None:
    """One exam of each grade is in order; the grade with one too many is named with its number, the others are not."""
    each = [row for grade in ("g3", "g4", "g5", "g6", "g7", "g8", "g9") for row in exams(grade, 1)]
    assert judge("C-EX-01", each).verdict == "in_order"
    judged = judge("C-EX-01", [*each, *exams("g4", 1), *exams("g8", 2)])
    assert judged.verdict == "violation"
    assert "四年级 2 次" in judged.reason.zh
    assert "八年级 3 次" in judged.reason.zh
    assert "三年级" not in judged.reason.zh
    assert "grade 4 (2)" in judged.reason.en
    assert "grade 8 (3)" in judged.reason.en


def test_what_is_not_counted_as_an_exam_of_the_grade() -> None:
    """Play instead of paper in grade 1, tests of one class, mocks of grade 9 – but mocks of other grades count."""
    assert judge("C-EX-01", exams("g1", 3, paper="no")).verdict == "in_order"
    assert judge("C-EX-01", exams("g5", 3, scope="class")).verdict == "in_order"
    for grade in ("g4", "g8", "g11"):
        played = [*exams(grade, 3, paper="no"), *exams(grade, 1, kind="final")]
        assert judge("C-EX-01", played).verdict == "in_order"
    assert judge("C-EX-01", exams("g9", 5, kind="mock", scope="region")).verdict == "in_order"
    assert judge("C-EX-01", exams("g8", 3, kind="mock")).verdict == "violation"
    assert judge("C-EX-01", exams("g1", 1, scope="class")).verdict == "violation"


@pytest.mark.parametrize(
    ("param", "grade"),
    [("exams_primary_term", "g3"), ("exams_junior_term", "g7"), ("exams_senior_term", "g10")],
)
def test_exams_without_the_countys_number_are_unknown(param: str, grade: str) -> None:
    """A number that nobody set leaves its own grades unknown, and only them."""
    params = {"exams_senior_term": 2, param: None}
    assert judge("C-EX-01", exams(grade, 1), params=params).verdict == "unknown"
    others = [g for g, most in EXAM_LIMITS.items() if most and EXAM_LIMITS[grade] != most]
    for other in others:
        assert judge("C-EX-01", exams(other, 1), params=params).verdict in (
            ("in_order", "unknown") if param != "exams_primary_term" else ("in_order",)
        )
    assert judge("C-EX-01", exams("g1", 1), params=params).verdict == "violation"


def test_exams_propose_the_answers_that_follow_from_them() -> None:
    """Monthly tests, tests of one class and exams across schools are pointed at; the final year's own are not."""
    compiled = compile_checklist(LIBRARY.checklist("C-EX"))

    def proposed(code: str, rows: list[dict[str, str]]) -> str | None:
        found = compiled.propose(code, Context(answers={"C-EX-01": rows}))
        return found and found[0]

    monthly = [{**exams("g8", 1)[0], "exam": "三月月考"}]
    assert proposed("C-EX-02", monthly) == "是"
    assert proposed("C-EX-02", exams("g8", 1, scope="class")) == "是"
    assert proposed("C-EX-02", exams("g8", 1)) is None
    assert proposed("C-EX-02", [{**monthly[0], "paper": "no"}]) is None
    assert proposed("C-EX-02", [{**monthly[0], "grade": "g11"}]) is None
    assert proposed("C-EX-02A", [{**monthly[0], "grade": "g11"}]) == "是"
    assert proposed("C-EX-02A", monthly) is None
    assert proposed("C-EX-03", exams("g8", 1, scope="region")) == "是"
    assert proposed("C-EX-03", exams("g9", 1, scope="region")) is None
    assert proposed("C-EX-07", exams("g9", 2, kind="mock")) == "2"
    assert proposed("C-EX-07", exams("g8", 2)) is None


def test_mock_exams_in_autumn_are_pointed_out() -> None:
    """Within the number they belong to the second term."""
    for month, verdict in ((8, "in_order"), (9, "hint"), (12, "hint"), (1, "hint"), (3, "in_order")):
        assert judge("C-EX-07", 1, day={"date": f"2026-{month:02}-15"}).verdict == verdict
    assert judge("C-EX-07", 1).verdict == "unknown"
    assert judge("C-EX-07", 3, answers={"C-SL-01A": ["primary"]}).verdict == "not_applicable"


def test_homework_of_a_class_is_named_with_its_minutes() -> None:
    """Subjects of a class add up; each class too much is named once, classes of the same name in other grades apart."""
    rows = [
        *({**homework(5, 40)[0], "subject": s} for s in ("数学", "语文", "英语")),
        {**homework(6, 40)[0], "subject": "数学"},
        {**homework(8, 95)[0], "class_name": "3"},
        homework(2, 10)[0],
    ]
    judged = judge("C-HW-01", rows)
    assert judged.verdict == "violation"
    assert judged.reason.zh == (
        "一、二年级留了书面家庭作业：2年级（1）语文10 分钟"
        "；三至六年级书面作业超过 60 分钟：5年级（1）120 分钟"
        "；初中书面作业超过 90 分钟：8年级（3）95 分钟"
    )
    assert "5(1) 120" in judged.reason.en


def test_one_subject_says_little_about_a_class() -> None:
    """A class with one subject asked is named until another one is; a certain violation does not wait for it."""
    judged = judge("C-HW-01", [*homework(5, 40), *homework(6, 30)[:1]])
    assert judged.verdict == "hint"
    assert judged.reason.zh.endswith("6年级（1）语文")
    assert judge("C-HW-01", [*homework(5, 40), *homework(6, 30)]).verdict == "in_order"
    assert judge("C-HW-01", homework(6, 61)[:1]).verdict == "violation"


def test_too_few_students_asked_is_a_hint_not_a_violation() -> None:
    """What few students say does not count, what enough of them say does; grades 1 and 2 have no written homework."""
    assert judge("C-HW-01", homework(6, 200, 9)).verdict == "hint"
    mixed = [homework(6, 61)[0], {**homework(6, 30, 2)[0], "subject": "数学"}]
    assert "6年级（1）61 分钟" in judge("C-HW-01", mixed).reason.zh
    assert judge("C-HW-01", [homework(6, 60)[0], mixed[1]]).verdict == "hint"
    assert judge("C-HW-01", homework(1, 1, 1)).verdict == "violation"


FULL: dict[str, dict[str, Any]] = {
    "C-HW-01": homework(8, 91)[0],
    "C-EX-01": {**exams("g7", 1)[0]},
    "C-AS-08": {"provider": "某某中心", "permit": "none", "reviewed": "no", "listed": "no"},
    "C-CU-01": lessons(2, 0)[0],
    "C-SL-01": starts("junior", "07:00")[0],
    "C-SL-02": hours("junior", "12")[0],
    "C-VIS-01": {
        "grade": 1, "class_name": "1", "subject": "数学", "period": 1, "as_timetabled": "no", "prepared": "no",
        "zero_start": "no", "pace": "ahead", "overrun": 5, "homework": 5,
    },
    "C-INT-01": {"capacity": "teacher", "topic": "other", "said": "无", "lead": "yes"},
}  # fmt: skip


@pytest.mark.parametrize("code", FULL)
def test_full_tables_are_judged_with_a_whole_reason(code: str) -> None:
    """The rules and their sentences hold for as many rows as a table takes, all of them wrong; one more is refused."""
    item = LIBRARY.checklist(code.rpartition("-")[0]).item(code)
    numbered = "class_name" in FULL[code]
    rows = [
        {**FULL[code], **({"class_name": str(n)} if numbered else {})}
        for n in range(int(item.answer.maximum))
    ]
    judged = judge(code, rows)
    assert judged.verdict == ("hint" if item.record_only else "violation")
    assert not set("{}?") & set(judged.reason.zh + judged.reason.en)
    with pytest.raises(BadInput):
        read_answer(item, [*rows, rows[0]])


def test_every_roster_is_tried_full() -> None:
    """No table of these modules is left out of the test above."""
    modules = (*MODULES, "C-VIS", "C-INT")
    rosters = {i.code for m in modules for i in LIBRARY.checklist(m).items if i.answer.type == "roster"}
    assert rosters == set(FULL)


def test_two_stages_start_and_work_by_their_own_limits() -> None:
    """A school of nine years keeps both limits; only the stage that breaks its own is named."""
    judged = judge("C-SL-01", [*starts("primary", "08:10"), *starts("junior", "08:10")])
    assert judged.reason.zh == "小学 08:10 上课，早于 08:20"
    judged = judge("C-SL-02", [*hours("primary", "7.5"), *hours("junior", "7.5")])
    assert judged.reason.zh == "小学在校学习 7.5 小时，超过 6 小时"
    assert (
        judge("C-SL-02", hours("junior", "7.5"), params={"school_hours_junior": "7"}).verdict == "violation"
    )


def test_required_arrival_long_before_lessons_is_a_hint() -> None:
    """More than 30 minutes before the first lesson is pointed out, 30 are not; unknown without the number."""
    for arrival, verdict in (("07:51", "in_order"), ("07:50", "in_order"), ("07:49", "hint")):
        rows = [{"stage": "primary", "arrival": arrival, "lesson": "08:20"}]
        assert judge("C-SL-01", rows).verdict == verdict
        assert judge("C-SL-01", rows, params={"arrival_lead_minutes": None}).verdict == "unknown"


def test_third_parties_are_named_with_what_is_wrong() -> None:
    """Not reviewed and not on the list are two sentences, each with its providers."""
    rows = [
        {"provider": "甲中心", "permit": "held", "reviewed": "no", "listed": "yes"},
        {"provider": "乙中心", "permit": "held", "reviewed": "yes", "listed": "no"},
        {"provider": "丙中心", "permit": "none", "reviewed": "yes", "listed": "yes"},
    ]
    assert judge("C-AS-08", rows).reason.zh == "未经审核进校：甲中心；不在县名单：乙中心"
    assert judge("C-AS-08", rows[2:]).reason.zh == "没有相应许可，核实其资质：丙中心"
    assert judge("C-AS-08", rows, answers={"C-AS-08A": "no"}).verdict == "not_applicable"


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"zero_start": "no"}, "C-CU-04"),
        ({"pace": "ahead"}, "C-CU-03"),
        ({"homework": 1}, "C-HW-01"),
        ({"as_timetabled": "no"}, "C-CU-02"),
        ({"overrun": 1}, "C-CU-10"),
        ({"prepared": "no"}, "C-CU-10"),
    ],
)
def test_each_thing_wrong_in_a_visit_points_to_its_finding(change: dict[str, Any], finding: str) -> None:
    """One sentence for each with the item that finds it; the visit itself finds nothing, and no teacher is named."""
    judged = judge("C-VIS-01", [{**VISIT, "teacher": "张某某", **change}])
    assert judged.verdict == "hint"
    assert finding in judged.reason.zh
    assert finding in judged.reason.en
    assert "张某某" not in judged.reason.zh
    assert LIBRARY.checklist(finding[:4]).item(finding).violations


def test_visits_of_other_grades_and_what_was_not_seen() -> None:
    """Starting from zero concerns grade 1; a word about it that is missing is a hint, homework of grade 3 is none."""
    assert judge("C-VIS-01", [VISIT]).verdict == "in_order"
    assert (
        judge("C-VIS-01", [{**VISIT, "grade": 3, "zero_start": "no", "homework": 20}]).verdict == "in_order"
    )
    unseen = {k: v for k, v in VISIT.items() if k not in ("zero_start", "homework")}
    assert judge("C-VIS-01", [unseen]).verdict == "hint"
    assert judge("C-VIS-01", [{**unseen, "grade": 2}]).verdict == "in_order"
    for number, verdict in ((2, "hint"), (3, "in_order"), (4, "in_order")):
        assert judge("C-VIS-02", None, answers={"C-VIS-01": [VISIT] * number}).verdict == verdict


def test_visits_propose_what_they_showed() -> None:
    """What was seen in class proposes the answers about lessons; good lessons propose nothing."""
    compiled = compile_checklist(LIBRARY.checklist("C-CU"))
    seen: dict[str, tuple[dict[str, Any], str]] = {
        "C-CU-02": ({"as_timetabled": "no"}, "否"),
        "C-CU-03": ({"pace": "ahead"}, "是"),
        "C-CU-04": ({"zero_start": "no"}, "否"),
        "C-CU-10": ({"overrun": 3}, "是"),
    }
    for code, (change, typed) in seen.items():
        found = compiled.propose(code, Context(answers={"C-VIS-01": [{**VISIT, **change}]}))
        assert found is not None
        assert found[0] == typed
        assert compiled.propose(code, Context(answers={"C-VIS-01": [VISIT]})) is None


def interviews(*capacities: str, lead: str = "no") -> list[dict[str, str]]:
    """One row for each."""
    return [{"capacity": c, "topic": "homework", "said": "要点", "lead": lead} for c in capacities]


def test_interviews_only_record_and_point_out_who_is_missing() -> None:
    """Principal, a middle leader and three teachers; what is to be looked into is counted. Never a violation."""
    whole = ("principal", "office", "teacher", "teacher", "class_teacher")
    assert judge("C-INT-01", interviews(*whole)).verdict == "in_order"
    assert judge("C-INT-01", interviews(*whole[1:])).reason.zh == "没有访谈校长"
    assert judge("C-INT-01", interviews("principal", *whole[2:])).reason.zh == "没有访谈中层干部"
    assert judge("C-INT-01", interviews(*whole[:-1])).reason.zh == "只访谈教师 2 人次，建议不少于 3"
    assert judge("C-INT-01", interviews(*whole, lead="yes")).reason.zh.startswith("有 5 条反映需核实")
    assert judge("C-INT-01", interviews(*whole), params={"teachers_interviewed": None}).verdict == "unknown"
    assert all(item.record_only for item in LIBRARY.checklist("C-INT").items)
