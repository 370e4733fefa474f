"""Homework, exams, after-school services, lessons, the school day, phones: every row of the draft, every limit."""

from typing import Any

import pytest

from inspector.domain.answers import read_answer
from inspector.domain.rules import Context, compile_checklist
from inspector.forms.packs import pack_problems
from tests.forms.campus import LIBRARY, MODULES, PARAMS, homework, hours, judge, lessons, starts

# Kind of answer, severity and days of each row of the county's draft; None where a row only points out or records.
DRAFT: dict[str, tuple[str, int, int | None]] = {
    "C-HW-01": ("roster", 3, 3),
    "C-HW-02": ("yes_no", 2, 3),
    "C-HW-03": ("yes_no", 2, 7),
    "C-HW-04": ("yes_no", 1, 3),
    "C-HW-05": ("yes_no", 3, 0),
    "C-HW-06": ("yes_no", 3, 0),
    "C-HW-07": ("yes_no", 3, 0),
    "C-HW-08": ("integer", 2, 7),
    "C-HW-09": ("yes_no", 1, 0),
    "C-HW-10": ("yes_no", 2, 0),
    "C-HW-11": ("integer", 1, None),
    "C-HW-12": ("yes_no", 2, 5),
    "C-HW-13": ("integer", 1, None),
    "C-HW-14": ("yes_no", 2, 0),
    "C-HW-15": ("yes_no", 1, 30),
    "C-EX-01": ("roster", 3, 0),
    "C-EX-02": ("yes_no", 3, 0),
    "C-EX-03": ("yes_no", 3, 0),
    "C-EX-04": ("yes_no", 3, 0),
    "C-EX-05": ("yes_no", 3, 0),
    "C-EX-06": ("yes_no", 2, 7),
    "C-EX-07": ("integer", 2, 0),
    "C-EX-08": ("yes_no", 2, 7),
    "C-EX-09": ("yes_no", 2, 0),
    "C-EX-10": ("yes_no", 2, 7),
    "C-EX-11": ("yes_no", 3, 0),
    "C-AS-01": ("integer", 2, 7),
    "C-AS-02": ("time", 2, 7),
    "C-AS-03": ("yes_no", 3, 0),
    "C-AS-04": ("yes_no", 3, 0),
    "C-AS-05": ("yes_no", 3, 7),
    "C-AS-06": ("multi_choice", 2, 3),
    "C-AS-07": ("yes_no", 3, 0),
    "C-AS-08": ("roster", 3, 0),
    "C-AS-09": ("integer", 1, None),
    "C-AS-10": ("yes_no", 2, 30),
    "C-AS-11": ("yes_no", 2, 7),
    "C-AS-12": ("yes_no", 3, 0),
    "C-AS-13": ("yes_no", 3, 0),
    "C-CU-01": ("roster", 2, 7),
    "C-CU-02": ("yes_no", 2, 7),
    "C-CU-03": ("yes_no", 3, 0),
    "C-CU-04": ("yes_no", 3, 0),
    "C-CU-05": ("integer", 3, 0),
    "C-CU-06": ("yes_no", 2, 7),
    "C-CU-07": ("integer", 2, 7),
    "C-CU-08": ("yes_no", 4, 5),
    "C-CU-09": ("yes_no", 1, None),
    "C-CU-10": ("yes_no", 1, 0),
    "C-SL-01": ("roster", 2, 7),
    "C-SL-02": ("roster", 2, 7),
    "C-SL-03": ("choice", 3, 0),
    "C-SL-04": ("integer", 2, 0),
    "C-SL-05": ("yes_no", 2, 0),
    "C-SL-06": ("integer", 1, 0),
    "C-SL-07": ("yes_no", 1, None),
    "C-SL-08": ("yes_no", 3, 0),
    "C-SL-09": ("yes_no", 1, 3),
    "C-SL-10": ("yes_no", 2, 0),
    "C-PH-01": ("integer", 2, 0),
    "C-PH-02": ("multi_choice", 1, 3),
    "C-PH-03": ("yes_no", 2, 0),
    "C-PH-04": ("yes_no", 1, 5),
    "C-PH-05": ("yes_no", 1, 7),
}
SECOND_QUESTIONS = {
    *("C-HW-12A", "C-EX-06A", "C-AS-01A", "C-AS-06A", "C-AS-08A", "C-AS-09A", "C-AS-09B", "C-AS-10A"),
    *("C-AS-11A", "C-CU-07A", "C-SL-01A", "C-SL-04A"),
}
VIOLATED_BY_NO = {
    *("C-HW-02", "C-HW-03", "C-HW-04", "C-HW-09", "C-HW-12", "C-HW-12A", "C-HW-15", "C-EX-06A", "C-EX-10"),
    *("C-AS-03", "C-AS-10", "C-AS-10A", "C-AS-11", "C-AS-11A", "C-AS-12", "C-CU-02", "C-CU-04", "C-CU-06"),
    *("C-SL-09", "C-PH-04", "C-PH-05"),
}


def test_every_row_of_the_draft_is_there() -> None:
    """Codes, kinds of answers, severities and deadlines are those of the draft; only second questions are added."""
    items = {item.code: item for module in MODULES for item in LIBRARY.checklist(module).items}
    assert set(items) == set(DRAFT) | SECOND_QUESTIONS
    found = {
        code: (items[code].answer.type, items[code].severity, items[code].deadline_days) for code in DRAFT
    }
    assert found == DRAFT
    assert {item.lead for item in items.values()} == {"education"}
    assert {LIBRARY.checklist(module).track for module in (*MODULES, "C-VIS", "C-INT")} == {"school"}


@pytest.mark.parametrize("module", MODULES)
def test_yes_and_no_stand_for_the_right_thing(module: str) -> None:
    """Questions about what must be are violated by no, questions about what must not be by yes; never by both."""
    for item in LIBRARY.checklist(module).items:
        if item.answer.type == "yes_no" and item.violations:
            around: dict[str, Any] = {"params": {"morning_study_ban": True}}
            wrong, right = ("no", "yes") if item.code in VIOLATED_BY_NO else ("yes", "no")
            assert judge(item.code, wrong, **around).verdict == "violation", item.code
            assert judge(item.code, right, **around).verdict == "in_order", item.code
            assert judge(item.code, "不适用", **around).verdict == "not_applicable", item.code


# Item, its parameter, then answers and verdicts: below, at and above the limit.
LIMITS: list[tuple[str, str, list[tuple[object, str]]]] = [
    (
        "C-HW-01",
        "homework_primary_minutes",
        [(homework(3, 59), "in_order"), (homework(3, 60), "in_order"), (homework(3, 61), "violation")],
    ),
    (
        "C-HW-01",
        "homework_junior_minutes",
        [(homework(9, 89), "in_order"), (homework(9, 90), "in_order"), (homework(9, 91), "violation")],
    ),
    (
        "C-HW-01",
        "homework_sample",
        [(homework(5, 20, 9), "hint"), (homework(5, 20, 10), "in_order"), (homework(5, 20, 11), "in_order")],
    ),
    ("C-HW-08", "paper_sets_limit", [(2, "in_order"), (3, "in_order"), (4, "violation")]),
    ("C-HW-11", "homework_feedback_days", [(6, "in_order"), (7, "in_order"), (8, "hint")]),
    ("C-HW-13", "homework_at_school_percent", [(79, "hint"), (80, "in_order"), (81, "in_order")]),
    ("C-EX-07", "mock_exams_term", [(1, "in_order"), (2, "in_order"), (3, "violation")]),
    ("C-AS-01", "after_school_days", [(4, "violation"), (5, "in_order"), (6, "in_order")]),
    ("C-AS-01A", "after_school_hours", [("1.99", "violation"), ("2", "in_order"), ("2.01", "in_order")]),
    ("C-AS-02", "off_work_time", [("17:59", "violation"), ("18:00", "in_order"), ("18:01", "in_order")]),
    (
        "C-CU-01",
        "lesson_short",
        [(lessons(2, 3), "hint"), (lessons(2, 2), "in_order"), (lessons(2, 1), "violation")],
    ),
    ("C-CU-07", "labour_lessons_week", [(0, "violation"), (1, "in_order"), (2, "in_order")]),
    ("C-CU-07A", "science_lessons_week", [(0, "violation"), (1, "in_order"), (2, "in_order")]),
    (
        "C-SL-01",
        "school_start_primary",
        [
            (starts("primary", "08:19"), "violation"),
            (starts("primary", "08:20"), "in_order"),
            (starts("primary", "08:21"), "in_order"),
        ],
    ),
    (
        "C-SL-01",
        "school_start_secondary",
        [
            (starts("junior", "07:59"), "violation"),
            (starts("junior", "08:00"), "in_order"),
            (starts("junior", "08:01"), "in_order"),
        ],
    ),
    (
        "C-SL-01",
        "school_start_secondary",
        [
            (starts("senior", "07:59"), "violation"),
            (starts("senior", "08:00"), "in_order"),
            (starts("senior", "08:01"), "in_order"),
        ],
    ),
    (
        "C-SL-02",
        "school_hours_primary",
        [
            (hours("primary", "5.99"), "in_order"),
            (hours("primary", "6"), "in_order"),
            (hours("primary", "6.01"), "violation"),
        ],
    ),
    (
        "C-SL-02",
        "school_hours_junior",
        [
            (hours("junior", "7.99"), "in_order"),
            (hours("junior", "8"), "in_order"),
            (hours("junior", "8.01"), "violation"),
        ],
    ),
    (
        "C-SL-02",
        "school_hours_senior",
        [
            (hours("senior", "7.99"), "in_order"),
            (hours("senior", "8"), "in_order"),
            (hours("senior", "8.01"), "violation"),
        ],
    ),
    ("C-SL-04", "boarder_evening_lessons", [(1, "in_order"), (2, "in_order"), (3, "violation")]),
    ("C-SL-06", "break_minutes", [(9, "violation"), (10, "hint"), (11, "hint")]),
    ("C-SL-06", "break_minutes_wanted", [(14, "hint"), (15, "in_order"), (16, "in_order")]),
]
COUNTY = {"paper_sets_limit": 3}


@pytest.mark.parametrize(("code", "param", "table"), LIMITS, ids=lambda v: v if isinstance(v, str) else "")
def test_limits_below_at_and_above(code: str, param: str, table: list[tuple[object, str]]) -> None:
    """The limit itself is in order; the sentence of a violation names the limit."""
    limit = str({**PARAMS, **COUNTY}[param])
    for raw, verdict in table:
        judged = judge(code, raw, params=COUNTY, day={"date": "2026-05-20"})
        assert judged.verdict == verdict, (code, raw, judged)
        if verdict == "violation" and param != "lesson_short":
            assert limit in judged.reason.zh
            assert limit in judged.reason.en


@pytest.mark.parametrize(("code", "param", "table"), LIMITS, ids=lambda v: v if isinstance(v, str) else "")
def test_a_limit_that_nobody_set_is_unknown(code: str, param: str, table: list[tuple[object, str]]) -> None:
    """Without its parameter an answer is never in order, and the parameter is named as missing."""
    for raw, _ in table:
        judged = judge(code, raw, params={**COUNTY, param: None}, day={"date": "2026-05-20"})
        if code == "C-SL-06" and param == "break_minutes_wanted" and raw == 9:
            continue
        assert judged.verdict == "unknown", (code, raw, judged)
        assert f"县参数 {param}" in [words.zh for words in judged.missing]


def test_limits_without_a_parameter() -> None:
    """Not one phone in class, not one lesson taken away."""
    for code in ("C-PH-01", "C-CU-05"):
        assert judge(code, 0).verdict == "in_order"
        assert judge(code, 1).verdict == "violation"


@pytest.mark.parametrize(
    ("stage", "typed"),
    [
        ("小学", ["primary"]),
        ("完全小学", ["primary"]),
        ("教学点", ["primary"]),
        ("初级中学", ["junior"]),
        ("初中", ["junior"]),
        ("九年一贯制学校", ["primary", "junior"]),
        ("小学、初中", ["primary", "junior"]),
        ("完全中学", ["junior", "senior"]),
        ("高级中学", ["senior"]),
        ("普通高中", ["senior"]),
        ("十二年一贯制", ["primary", "junior", "senior"]),
        ("幼儿园", None),
        ("中学", None),
    ],
)
def test_stages_are_proposed_from_the_registry(stage: str, typed: list[str] | None) -> None:
    """What the registry writes as the stage proposes the stages of the school; what is not plain proposes nothing."""
    checklist = LIBRARY.checklist("C-SL")
    found = compile_checklist(checklist).propose("C-SL-01A", Context(site={"stage": stage}))
    assert (found and read_answer(checklist.item("C-SL-01A"), found[0])) == typed
    assert compile_checklist(checklist).propose("C-SL-01A", Context()) is None


@pytest.mark.parametrize(
    ("code", "stages"),
    [
        ("C-HW-13", {"primary"}),
        ("C-CU-04", {"primary"}),
        ("C-EX-07", {"junior"}),
        ("C-SL-03", {"primary", "junior"}),
        ("C-SL-10", {"primary", "junior"}),
    ],
)
def test_what_a_stage_does_not_have_is_not_asked(code: str, stages: set[str]) -> None:
    """Items of a stage disappear where the school certainly does not have it; not known, they are asked."""
    compiled = compile_checklist(LIBRARY.checklist(code[:4]))
    for stage in ("primary", "junior", "senior"):
        assert compiled.applies(code, Context(answers={"C-SL-01A": [stage]})) is (stage in stages)
    assert compiled.applies(code, Context()) is None


def test_boarders_items_follow_the_registry() -> None:
    """Day schools are not asked about boarders; not known, it is asked."""
    compiled = compile_checklist(LIBRARY.checklist("C-SL"))
    for code in ("C-SL-04", "C-SL-04A"):
        assert [
            compiled.applies(code, Context(site=s)) for s in ({"boarding": False}, {"boarding": True}, {})
        ] == [
            False,
            True,
            None,
        ]


def test_collective_morning_study_is_the_countys_to_ban() -> None:
    """Without the county's word it is unknown whether it is a violation."""
    verdicts = {
        ban: judge("C-SL-10", "yes", params={"morning_study_ban": ban}).verdict for ban in (True, False, None)
    }
    assert verdicts == {True: "violation", False: "in_order", None: "unknown"}
    assert judge("C-SL-10", "no").verdict == "in_order"


def test_what_is_missing_on_a_notice_is_named() -> None:
    """Missing parts are said in words, not in codes."""
    assert judge("C-AS-06", "标准").reason.zh == "课后服务收费公示缺：依据、举报电话"
    assert judge("C-AS-06", "标准", answers={"C-AS-06A": "no"}).verdict == "not_applicable"
    assert judge("C-PH-02", "责任人").reason.zh == "手机统一保管缺：保管装置、登记表"


def test_share_of_pupils_in_after_school_service() -> None:
    """Computed from the two numbers; more than all cannot be, and of none there is no share."""
    compiled = compile_checklist(LIBRARY.checklist("C-AS"))
    share = compiled.derive("C-AS-09B", Context(answers={"C-AS-09": 1200, "C-AS-09A": 1100}))[0]
    assert share == "91.666666"
    assert compiled.derive("C-AS-09B", Context(answers={"C-AS-09": 0, "C-AS-09A": 0}))[0] is None
    assert compiled.invalid("C-AS-09A", 1201, Context(answers={"C-AS-09": 1200}))
    assert not compiled.invalid("C-AS-09A", 1200, Context(answers={"C-AS-09": 1200}))
    proposed = compiled.propose("C-AS-09", Context(site={"students": 750}))
    assert proposed is not None
    assert proposed[0] == "750"


def test_what_says_something_about_a_person_is_marked() -> None:
    """Names and what somebody said are personal columns."""
    personal = {
        (item.code, column.code)
        for module in (*MODULES, "C-VIS", "C-INT")
        for item in LIBRARY.checklist(module).items
        for column in item.answer.columns
        if column.personal
    }
    assert personal == {
        *(("C-AS-08", "staff"), ("C-VIS-01", "teacher"), ("C-INT-01", "person"), ("C-INT-01", "said")),
    }


def test_packs_of_the_campus() -> None:
    """Each occasion has its modules, the stages are asked before what hangs on them, and all of them exist."""
    wanted = {
        "campus-homework": {"C-HW"},
        "campus-monthly": {"C-HW", "C-SL", "C-PH", "C-AS"},
        "campus-quarterly": {"C-HW", "C-EX", "C-AS", "C-CU", "C-SL", "C-PH"},
        "campus-term": {
            code
            for code, found in LIBRARY.checklists.items()
            if found.track == "school" and found.form == "checklist"
        }
        - {"C-NEG", "C-NL", "C-BAN", "C-LB"},
    }
    for code, modules in wanted.items():
        pack = LIBRARY.pack(code)
        assert set(pack.checklists) >= modules
        assert pack_problems(pack, LIBRARY.checklists, code) == []
        assert pack.track == "school"
        if "C-SL" in pack.checklists:
            assert pack.checklists[0] == "C-SL"
