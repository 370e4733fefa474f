"""The school modules of reading, health, admission, aids, tutoring, fees and supervision; packs and words of that track."""

from pathlib import Path
from typing import Any

import pytest

from inspector.domain.answers import read_answer
from inspector.domain.checklist import ENTERPRISE_WORDS
from inspector.domain.rules import Context, compile_checklist
from inspector.errors import BadInput
from inspector.forms.checklists import read_checklist, read_register
from inspector.forms.library import validate_files
from inspector.forms.places import data_root
from tests.forms.judging import LIBRARY, judge

DRAFT = """
C-RD-01/1/15 C-RD-02/3/7 C-RD-03/3/0 C-RD-04/3/0
C-PE-01/2/15 C-PE-02/2/0 C-PE-03/2/0 C-PE-04/3/0 C-PE-05/1/30 C-PE-06/2/30 C-PE-07/3/0
C-EN-01/2/30 C-EN-02/4/0 C-EN-03/3/7 C-EN-04/4/0 C-EN-05/3/0 C-EN-06/4/0 C-EN-07/4/0 C-EN-08/3/15 C-EN-09/2/3
C-TM-01/3/7 C-TM-02/3/7 C-TM-03/2/7 C-TM-04/3/7 C-TM-05/3/7 C-TM-06/1/- C-TM-07/4/0
C-TU-01/4/0 C-TU-02/4/0 C-TU-03/4/0 C-TU-04/4/15 C-TU-05/4/5 C-TU-06/4/5 C-TU-06A/1/- C-TU-07/1/- C-TU-08/3/5 C-TU-09/4/0
C-FE-01/2/3 C-FE-02/3/7 C-FE-03/2/7 C-FE-04/3/7 C-FE-05/3/7
C-HS-01/1/10 C-HS-02/1/10 C-HS-03/2/3 C-HS-04/1/30 C-HS-05/1/30 C-HS-06/1/7 C-HS-07/1/- C-HS-08/2/3 C-HS-09/1/15
C-HS-10/2/7
"""
"""The rows of the county's draft (part C2) as code/severity/days, and the second question of C-TU-06."""

ROWS = [tuple(row.split("/")) for row in DRAFT.split()]
MODULES = tuple(dict.fromkeys(code[:4] for code, _, _ in ROWS))
ACROSS = ("C-NEG", "C-NL", "C-BAN", "C-DOC", "C-LB")


@pytest.mark.parametrize("module", MODULES)
def test_every_row_of_the_draft_is_an_item(module: str) -> None:
    """Exactly the codes of the draft in its order, with its severities and days, all of the school track."""
    checklist = LIBRARY.checklist(module)
    found = [
        (i.code, str(i.severity), "-" if i.deadline_days is None else str(i.deadline_days))
        for i in checklist.items
    ]
    assert found == [row for row in ROWS if row[0].startswith(module)]
    assert (checklist.track, checklist.site_kinds) == ("school", ("campus",))


def one_class(stage: str, students: int) -> list[dict[str, Any]]:
    return [{"class_name": "三（1）班", "stage": stage, "students": students}]


@pytest.mark.parametrize(
    ("stage", "students", "verdict", "severity"),
    [
        ("primary", 44, "in_order", 0),
        ("primary", 45, "in_order", 0),
        ("primary", 46, "violation", 2),
        ("primary", 55, "violation", 2),
        ("primary", 56, "violation", 3),
        ("primary", 57, "violation", 3),
        ("primary", 65, "violation", 3),
        ("primary", 66, "violation", 3),
        ("junior", 49, "in_order", 0),
        ("junior", 50, "in_order", 0),
        ("junior", 51, "violation", 2),
        ("junior", 55, "violation", 2),
        ("junior", 56, "violation", 3),
        ("junior", 67, "violation", 3),
    ],
)
def test_class_sizes_have_steps(stage: str, students: int, verdict: str, severity: int) -> None:
    """Above the county's limit is moderate; from 56 and from 66 on it is serious. The class and its number are named."""
    judged = judge("C-EN-01", one_class(stage, students))
    assert (judged.verdict, judged.severity) == (verdict, severity)
    if verdict == "violation":
        assert f"三（1）班 {students} 人" in judged.reason.zh
        assert f"三（1）班 with {students}" in judged.reason.en
        assert ("超大班额" in judged.reason.zh) == (students >= 66)


def test_each_class_is_named_once_with_its_step() -> None:
    """Classes of all steps in one table: each under its own step, and the gravest gives the severity."""
    rows = [
        {"class_name": "一（1）班", "stage": "primary", "students": 45},
        {"class_name": "一（2）班", "stage": "primary", "students": 46},
        {"class_name": "二（1）班", "stage": "primary", "students": 47},
        {"class_name": "七（1）班", "stage": "junior", "students": 51},
        {"class_name": "七（2）班", "stage": "junior", "students": 60},
        {"class_name": "八（1）班", "stage": "junior", "students": 70},
    ]
    judged = judge("C-EN-01", rows)
    assert judged.severity == 3
    assert judged.reason.zh.split("；") == [
        "超大班额（66 人及以上）：八（1）班 70 人",
        "大班额（56 人及以上）：七（2）班 60 人",
        "小学班额超过 45 人：一（2）班 46 人、二（1）班 47 人",
        "初中班额超过 50 人：七（1）班 51 人",
    ]


def test_the_county_decides_the_class_sizes() -> None:
    """Another limit is judged by; a limit that nobody set leaves a small class unknown and a huge one certain."""
    assert judge("C-EN-01", one_class("primary", 46), params={"class_size_primary": 50}).verdict == "in_order"
    nobody = {"class_size_primary": None}
    assert judge("C-EN-01", one_class("primary", 44), params=nobody).verdict == "unknown"
    assert judge("C-EN-01", one_class("primary", 66), params=nobody).verdict == "violation"


def test_a_school_of_150_classes_is_still_judged() -> None:
    """As many rows as the table takes stay within the steps of an expression, words included."""
    item = LIBRARY.checklist("C-EN").item("C-EN-01")
    rows = [
        {"class_name": f"{n}班", "stage": "primary", "students": 46} for n in range(int(item.answer.maximum))
    ]
    judged = judge("C-EN-01", rows)
    assert judged.verdict == "violation"
    assert judged.reason.zh.count("46 人") == len(rows)
    with pytest.raises(BadInput):
        read_answer(item, [*rows, rows[0]])


@pytest.mark.parametrize(
    ("code", "value", "verdict", "severity"),
    [
        ("C-PE-01", [{"grade": 1, "lessons": 3}], "violation", 2),
        ("C-PE-01", [{"grade": 1, "lessons": 4}], "in_order", 0),
        ("C-PE-01", [{"grade": 2, "lessons": 5}], "in_order", 0),
        ("C-PE-01", [{"grade": 3, "lessons": 2}], "violation", 2),
        ("C-PE-01", [{"grade": 6, "lessons": 3}], "in_order", 0),
        ("C-PE-01", [{"grade": 7, "lessons": 2}], "violation", 2),
        ("C-PE-01", [{"grade": 9, "lessons": 3}], "in_order", 0),
        ("C-PE-01", [{"grade": 10, "lessons": 1}], "violation", 2),
        ("C-PE-01", [{"grade": 12, "lessons": 2}], "in_order", 0),
        ("C-PE-02", 29, "violation", 2),
        ("C-PE-02", 30, "in_order", 0),
        ("C-PE-02", 31, "in_order", 0),
        ("C-PE-03", 59, "violation", 2),
        ("C-PE-03", 60, "hint", 0),
        ("C-PE-03", 119, "hint", 0),
        ("C-PE-03", 120, "in_order", 0),
        ("C-EN-08", 0, "in_order", 0),
        ("C-EN-08", 1, "violation", 3),
        ("C-TM-01", [{"subject": "数学", "sets": 0}], "in_order", 0),
        ("C-TM-01", [{"subject": "数学", "sets": 1}], "in_order", 0),
        ("C-TM-01", [{"subject": "数学", "sets": 2}], "violation", 3),
        ("C-TM-04", 0, "in_order", 0),
        ("C-TM-04", 1, "violation", 3),
        ("C-HS-04", 0, "violation", 1),
        ("C-HS-04", 1, "in_order", 0),
        ("C-HS-05", 5, "violation", 1),
        ("C-HS-05", 6, "in_order", 0),
        ("C-HS-05", 7, "in_order", 0),
        ("C-HS-07", 1, "hint", 0),
        ("C-HS-07", 2, "in_order", 0),
        ("C-HS-07", 3, "in_order", 0),
    ],
)
def test_limits_below_at_and_above(code: str, value: Any, verdict: str, severity: int) -> None:
    """Every numeric rule on both sides of its limit and at it."""
    judged = judge(code, value, day={"date": "2026-06-20"})
    assert (judged.verdict, judged.severity) == (verdict, severity)


@pytest.mark.parametrize(
    ("code", "value", "param"),
    [
        ("C-PE-01", [{"grade": 1, "lessons": 9}], "pe_lessons_grade_1_2"),
        ("C-PE-01", [{"grade": 3, "lessons": 9}], "pe_lessons_grade_3_6"),
        ("C-PE-01", [{"grade": 7, "lessons": 9}], "pe_lessons_junior"),
        ("C-PE-01", [{"grade": 10, "lessons": 9}], "pe_lessons_senior"),
        ("C-PE-02", 60, "long_break_minutes"),
        ("C-PE-03", 200, "sport_minutes_least"),
        ("C-PE-03", 200, "sport_minutes_wanted"),
        ("C-EN-01", [{"class_name": "1", "stage": "junior", "students": 1}], "class_size_junior"),
        ("C-TM-01", [{"subject": "数学", "sets": 0}], "aids_per_subject"),
        ("C-TM-04", 0, "aids_grade_1_2"),
        ("C-HS-04", 9, "parent_meetings_term"),
        ("C-HS-05", 99, "parent_lessons_term"),
        ("C-HS-07", 9, "inspector_visits_term"),
    ],
)
def test_a_limit_that_nobody_set_is_unknown(code: str, value: Any, param: str) -> None:
    """Without the county's number nothing is in order, and the number is named."""
    judged = judge(code, value, params={param: None})
    assert judged.verdict == "unknown"
    assert param in judged.reason.zh


def test_reasons_name_rows_and_numbers() -> None:
    """Which grade, subject or part it is, and by how much."""
    lessons = judge("C-PE-01", [{"grade": 1, "lessons": 3}, {"grade": 8, "lessons": 2}]).reason
    assert lessons.zh == "小学一二年级每周体育课少于 4 节：1年级3节；初中每周体育课少于 3 节：8年级2节"
    aids = judge("C-TM-01", [{"subject": "数学", "sets": 3}, {"subject": "语文", "sets": 1}]).reason
    assert aids.zh == "每学科教辅超过 1 套：数学 3 套"
    assert judge("C-FE-01", "收费项目、收费依据").reason.zh == "收费公示不全：缺收费标准、举报电话"
    assert judge("C-FE-01", "收费项目、收费依据").reason.en == "The board of fees lacks: how much, hotline"
    assert judge("C-EN-03", "结果公示").reason.zh == "均衡编班程序不全：缺随机（摇号或抽签）、邀请家长等监督"


def test_aids_of_the_first_grades_are_asked_where_there_may_be_such_grades() -> None:
    """A junior school is not asked; a nine-year school and one whose stage nobody wrote are."""
    aids = compile_checklist(LIBRARY.checklist("C-TM"))
    stages = {"小学": True, "九年一贯": True, "初中": False, "高中": False}
    for stage, asked in stages.items():
        assert aids.applies("C-TM-04", Context(site={"stage": stage})) is asked
    assert aids.applies("C-TM-04", Context()) is None


def test_packs_of_the_school_track() -> None:
    """What each occasion consists of."""
    packs = {
        "negative-list-self-check": ("C-NEG", "C-NL"),
        "thirty-measures": ("C-BAN",),
        "campus-fees": ("C-SL", "C-FE", "C-AS", "C-TM", "C-RD"),
        "school-look-back": ("C-SL", "C-LB", "C-HW"),
        "campus-admission": ("C-SL", "C-EN"),
    }
    for code, checklists in packs.items():
        pack = LIBRARY.pack(code)
        assert (pack.checklists, pack.track, pack.site_kinds) == (checklists, "school", ("campus",))
        stages = dict(pack.only).get("C-SL")
        assert stages == (("C-SL-01A",) if "C-SL" in checklists else None)
    assert LIBRARY.pack("campus-fees").questionnaires == ("Q-STU", "Q-PAR")


@pytest.mark.parametrize("code", ["C-HS-04", "C-HS-05", "C-HW-15"])
def test_what_a_term_must_have_is_judged_at_its_end(code: str) -> None:
    """In the first week of a term nothing can be missing yet: a word to the officer, and no finding."""
    nothing = "no" if code == "C-HW-15" else 0
    for month, verdict in (
        ("09", "hint"),
        ("03", "hint"),
        ("11", "hint"),
        ("12", "violation"),
        ("01", "violation"),
    ):
        assert judge(code, nothing, day={"date": f"2026-{month}-05"}).verdict == verdict
    for month in ("06", "07"):
        assert judge(code, nothing, day={"date": f"2026-{month}-05"}).verdict == "violation"


def test_what_is_checked_monthly_is_judged_at_the_end_of_a_month() -> None:
    """Until the 20th, and in the months of the breaks, this month's check may still come."""
    days = {
        "09-05": "hint",
        "09-20": "hint",
        "09-21": "violation",
        "09-30": "violation",
        "02-27": "hint",
        "08-28": "hint",
    }
    for day, verdict in days.items():
        assert judge("C-HW-12", "no", day={"date": f"2026-{day}"}).verdict == verdict
        assert judge("C-HW-12", "yes", day={"date": f"2026-{day}"}).verdict == "in_order"


@pytest.mark.parametrize("code", ["C-TU-07", "C-CU-08"])
def test_a_sign_is_passed_on_and_no_finding(code: str) -> None:
    """What somebody heard is a lead for others to look into; the school is not found to have done it."""
    judged = judge(code, "yes")
    assert judged.verdict == "hint"
    assert "报送线索" in judged.reason.zh
    assert LIBRARY.checklist(code[:4]).item(code).record_only


@pytest.mark.parametrize("code", ["C-EN-04", "C-EX-02", "C-AS-01", "C-HW-02", "C-TU-02"])
def test_a_senior_school_is_not_accused_of_what_binds_compulsory_schooling(code: str) -> None:
    """A school with the senior stage alone is not asked; with a junior stage beside it, or unknown, it is."""
    compiled = compile_checklist(LIBRARY.checklist(code[:4]))
    for stages, asked in ((["senior"], False), (["junior", "senior"], True), (["primary"], True)):
        assert compiled.applies(code, Context(answers={"C-SL-01A": stages})) is asked
    assert compiled.applies(code, Context()) is None


@pytest.mark.parametrize("pack", ["campus-fees", "thirty-measures", "school-look-back"])
def test_a_school_pack_cannot_hold_an_enterprise_checklist(pack: str, tmp_path: Path) -> None:
    """Adding a checklist of training sites to a pack for schools is refused by name."""
    text = (data_root() / "packs" / f"{pack}.yaml").read_text(encoding="utf-8")
    path = tmp_path / "pack.yaml"
    path.write_text(text.replace("checklists: [", "checklists: [T-LIC, "), encoding="utf-8")
    assert [p.en for p in validate_files([path])] == [
        "T-LIC is of the other track: enterprise and school do not mix in a pack"
    ]


@pytest.mark.parametrize("word", ENTERPRISE_WORDS)
def test_a_school_measure_with_an_enterprise_word_is_refused(word: str) -> None:
    """责令 and its like in a measure for a school: refused, with the line of its item."""
    text = (data_root() / "campus" / "C-TU.yaml").read_text(encoding="utf-8")
    changed = text.replace("measure: {zh: 列入整改清单，限期收回校舍", f"measure: {{zh: {word}收回校舍")
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "code: C-TU-04" in row)
    with pytest.raises(BadInput) as caught:
        read_checklist(changed.encode(), "x.yaml", LIBRARY.around)
    (problem,) = caught.value.problems
    assert problem.where == f"x.yaml:{line}"
    assert problem.zh.startswith("C-TU-04：")
    assert word in problem.zh


def test_no_sentence_for_a_school_speaks_of_penalties() -> None:
    """Not only measures: no words of these checklists use what only enterprises are told."""
    for module in (*MODULES, *ACROSS):
        for item in LIBRARY.checklist(module).items:
            said = [
                item.question,
                item.help,
                item.measure,
                *(r.words for r in (*item.violations, *item.hints)),
            ]
            assert not [w for w in ENTERPRISE_WORDS for words in said if words and w in words.zh], item.code


def test_only_read_articles_of_the_school_law_are_verified() -> None:
    """Exactly the articles that were read in their source, and from when they are valid where that is known."""
    read = {
        *("compulsory-12", "compulsory-22", "compulsory-25", "compulsory-39", "compulsory-56"),
        *("compulsory-57", "minors-38", "minors-39", "pper-7", "pper-10", "pper-29", "pper-31"),
        *("hygiene-6", "hygiene-9", "supervision-14", "supervision-22", "price-penalty-9"),
    }
    assert all(LIBRARY.register[ref].verified for ref in read)
    law = read_register((data_root() / "law" / "schools.yaml").read_bytes(), "schools.yaml")
    assert {ref for ref, basis in law.items() if basis.verified} <= read
    assert law["pper-7"].valid_from == "2021-09-01"
    assert law["supervision-14"].valid_from == "2012-10-01"
    assert all(not basis.article for basis in law.values() if not basis.verified)
