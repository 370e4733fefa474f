"""The checklists of training sites: every row of the county's draft, limits below, at and above, unknown kept unknown."""

import math
from typing import Any

import pytest

from inspector.domain.answers import read_answer
from inspector.domain.completion import complete
from inspector.domain.rules import Context, Judgement, compile_checklist
from inspector.forms.library import shipped
from inspector.forms.packs import pack_problems

LIBRARY = shipped()
PARAMS = dict(LIBRARY.params)

ROWS = """
T-LIC-01 T-LIC-02 T-LIC-03 T-LIC-04 T-LIC-05 T-LIC-06 T-LIC-07 T-LIC-08 T-LIC-09 T-LIC-10 T-LIC-11 T-LIC-12
T-LIC-13 T-LIC-14 T-LIC-15 T-AD-01 T-AD-02 T-AD-03 T-AD-04 T-AD-05 T-AD-06 T-AD-07 T-AD-08 T-AD-09 T-AD-10
T-AD-11 T-AD-12 T-TIME-01 T-TIME-02 T-TIME-03 T-TIME-04 T-TIME-05 T-TIME-06 T-TIME-07 T-TIME-08 T-TIME-09
T-TIME-10 T-TIME-11 T-TIME-12 T-STF-01 T-STF-02 T-STF-03 T-STF-04 T-STF-05 T-STF-06 T-STF-07 T-STF-08
T-STF-09 T-STF-10 T-STF-11 T-STF-12 T-FEE-01 T-FEE-02 T-FEE-03 T-FEE-04 T-FEE-05 T-FEE-06 T-FEE-07 T-FEE-08
T-FEE-09 T-FEE-10 T-FEE-11 T-FEE-12 T-FEE-13 T-FEE-14 T-FEE-15 T-FEE-16 T-CNT-01 T-CNT-02 T-CNT-03 T-CNT-04
T-CNT-05 T-CNT-06 T-CNT-07 T-CNT-08 T-CNT-09 T-SAF-01 T-SAF-02 T-SAF-03 T-SAF-04 T-SAF-05 T-SAF-06 T-SAF-07
T-SAF-08 T-SAF-09 T-SAF-10 T-SAF-11 T-SAF-12 T-SAF-13 T-SAF-14 T-HID-01 T-HID-02 T-HID-03 T-HID-04 T-HID-05
T-HID-06 T-HID-07 T-HID-08 T-HID-09 T-HID-10 T-HID-11
""".split()  # noqa: SIM905 - as a table of the draft

PACKS = {
    "night-patrol": "T-HID T-TIME T-CNT T-STF T-LIC T-SAF T-INT T-DOC",
    "holiday-patrol": "T-HID T-TIME T-CNT T-STF T-LIC T-SAF T-FEE T-INT T-DOC",
    "routine-check": "T-TIME T-HID T-STF T-LIC T-AD T-CNT",
    "full-site-check": "T-LIC T-TIME T-CNT T-STF T-FEE T-AD T-SAF T-HID T-INT T-DOC",
    "hidden-training": "T-HID T-LIC T-TIME T-STF T-CNT T-FEE T-INT T-DOC",
    "licence-recheck": "T-LIC T-FEE T-AD",
    "site-look-back": "T-LB T-TIME T-CNT T-STF T-LIC",
}


def completed(*codes: str, answers: dict[str, Any], **facts: Any) -> Context:
    """What the rules see of an inspection with these checklists and answers."""
    facts["params"] = PARAMS | facts.get("params", {})
    return complete(
        [compile_checklist(LIBRARY.checklist(c)) for c in codes], Context(answers=answers, **facts)
    )


def judged(code: str, typed: Any, context: Context) -> Judgement:
    """The verdict on what somebody types; computed items take None."""
    checklist = LIBRARY.checklist(code.rpartition("-")[0])
    value = None if typed is None else read_answer(checklist.item(code), typed)
    return compile_checklist(checklist).judge(code, value, context)


def test_every_row_of_the_draft_is_an_item() -> None:
    """All rows are there under their own code; a further question of a row has its code with a letter."""
    there = {item.code for checklist in LIBRARY.checklists.values() for item in checklist.items}
    assert len(ROWS) == len(set(ROWS)) == 101
    assert set(ROWS) <= there
    modules = {row.rpartition("-")[0] for row in ROWS}
    extra = {
        code for code in there if code.rpartition("-")[0] in modules and code.rstrip("ABCDEFGH") not in ROWS
    }
    assert extra == set()


@pytest.mark.parametrize(("pack", "checklists"), PACKS.items())
def test_packs_hold_what_their_occasion_needs(pack: str, checklists: str) -> None:
    """Each pack exists, in the order of the visit, of the enterprise track alone."""
    found = LIBRARY.pack(pack)
    assert found.checklists == tuple(checklists.split())
    assert {LIBRARY.checklist(code).track for code in found.checklists} == {found.track} == {"enterprise"}
    assert pack_problems(found, LIBRARY.checklists, pack) == []


def test_patrols_are_short_and_begin_at_the_door() -> None:
    """About forty questions, the place and the right to enter first; every pack with the place has the right to enter."""
    night = LIBRARY.pack("night-patrol")
    asked = [
        item.code
        for code in night.checklists
        for item in LIBRARY.checklist(code).items
        if item.code in night.items_of(code) and not item.derived
    ]
    assert 35 <= len(asked) <= 40
    assert asked[:3] == ["T-HID-01", "T-HID-01A", "T-HID-01B"]
    for pack in LIBRARY.packs.values():
        if "T-HID" in pack.checklists and (only := pack.items_of("T-HID")):
            assert {"T-HID-01", "T-HID-01A", "T-HID-01B", "T-HID-02B"} <= set(only), pack.code


def fee_context(typed: str, base: str, minutes: int, *, online: bool = False, size: str = "small") -> Context:
    return completed(
        "T-FEE",
        answers={
            "T-FEE-02": typed,
            "T-FEE-02A": size,
            "T-FEE-02B": "online" if online else "offline",
            "T-FEE-02C": minutes,
        },
        site={"category_class": "subject"},
        params={"fee_benchmark" if size == "middle" else f"fee_benchmark_{size}": base},
    )


@pytest.mark.parametrize(
    ("base", "minutes", "online", "steps"),
    [
        ("60", 45, False, ("65.99", "66", "66.01")),
        ("0.3", 45, False, ("0.329999", "0.33", "0.330001")),
        ("33.3", 45, False, ("36.62", "36.63", "36.64")),
        ("60", 90, False, ("131.99", "132", "132.01")),
        ("60", 40, False, ("58.66", "58.666666", "58.666667")),
        ("20", 30, True, ("21.99", "22", "22.01")),
    ],
)
@pytest.mark.parametrize("size", ["small", "middle", "large"])
def test_the_guide_price_is_exact_at_its_limit(
    size: str, base: str, minutes: int, online: bool, steps: tuple[str, str, str]
) -> None:
    """Guide price with 10 % added, for the length of the lesson (45 minutes on site, 30 online), to the last digit."""
    below, limit, above = steps
    for typed, verdict in ((below, "in_order"), (limit, "in_order"), (above, "violation")):
        context = fee_context(typed, base, minutes, online=online, size=size)
        assert judged("T-FEE-02", typed, context).verdict == verdict, typed
    assert context.answers["T-FEE-02D"] == limit


def test_a_price_above_the_limit_never_looks_like_it() -> None:
    """58.67 yuan for 40 minutes is above 58.6666…, and the sentence must not say "58.67, more than 58.67"."""
    found = judged("T-FEE-02", "58.67", fee_context("58.67", "60", 40))
    assert found.reason.zh.startswith("学科类每课时 58.67 元，高于上限 58.66 元")


def test_a_fee_without_the_countys_price_stays_unknown() -> None:
    """No guide price, no verdict; and it says which parameter is missing."""
    answers = {"T-FEE-02A": "middle", "T-FEE-02B": "offline", "T-FEE-02C": 45}
    context = completed("T-FEE", answers=answers, site={"category_class": "subject"})
    assert "T-FEE-02D" not in context.answers
    assert judged("T-FEE-02", "1000", context).verdict == "unknown"
    _, missing = compile_checklist(LIBRARY.checklist("T-FEE")).derive("T-FEE-02D", context)
    assert "县参数 fee_benchmark" in [words.zh for words in missing]
    elsewhere = completed("T-FEE", answers=answers, site={"category_class": "non_subject"})
    assert judged("T-FEE-02", "1000", elsewhere).verdict == "not_applicable"


@pytest.mark.parametrize(
    ("code", "param", "steps"),
    [
        ("T-FEE-03", "fee_max_lessons", (59, 60, 61)),
        ("T-FEE-04", "fee_max_months", (2, 3, 4)),
        ("T-FEE-05", "fee_max_amount", ("4999.99", "5000.00", "5000.01")),
        ("T-SAF-09A", "dorm_persons", (5, 6, 7)),
    ],
)
def test_limits_hold_at_their_very_value(code: str, param: str, steps: tuple[Any, ...]) -> None:
    """Below and at the limit in order, above it a violation with both numbers; without the limit unknown."""
    below, at, above = steps
    context = completed(code[:5], answers={})
    assert [judged(code, typed, context).verdict for typed in (below, at)] == ["in_order"] * 2
    found = judged(code, above, context)
    assert found.verdict == "violation"
    assert str(PARAMS[param]) in found.reason.zh
    assert str(above) in found.reason.zh
    assert judged(code, above, completed(code[:5], answers={}, params={param: None})).verdict == "unknown"


@pytest.mark.parametrize(
    ("area", "people"), [("120", 40), ("119.999999", 39), ("3", 1), ("2.99", 0), ("100", 33), ("0.9", 0)]
)
def test_a_room_holds_a_person_for_each_three_square_metres(area: str, people: int) -> None:
    """One person more than the area divided by three is too many; that many are not."""
    for count, verdict in ((people, "in_order"), (people + 1, "violation")):
        context = completed("T-SAF", answers={"T-SAF-01": area, "T-SAF-02": count})
        assert context.answers["T-SAF-02B"] == people
        assert judged("T-SAF-02", count, context).verdict == verdict
    assert f"按生均 3 ㎡ 最多容 {people} 人" in judged("T-SAF-02", people + 1, context).reason.zh


def test_area_per_head_is_computed_and_never_rounded_up() -> None:
    """2.999999 m² each must not look like 3; nobody inside makes no quotient."""
    context = completed("T-SAF", answers={"T-SAF-01": "122.999999", "T-SAF-02": 41})
    assert context.answers["T-SAF-02A"] == "2.999999"
    assert judged("T-SAF-02", 41, context).verdict == "violation"
    empty = completed("T-SAF", answers={"T-SAF-01": "120", "T-SAF-02": 0})
    assert judged("T-SAF-02A", None, empty).verdict == "not_applicable"
    assert judged("T-SAF-02", 40, completed("T-SAF", answers={"T-SAF-02": 40})).verdict == "unknown"


def test_a_floor_is_judged_only_for_stages_whose_limit_is_known() -> None:
    """The county has not said: unknown. A stage that is certainly too high is named, also below the top floor."""

    def floors(primary: int, senior: int, **params: int) -> Judgement:
        rows = [{"stage": "primary", "floor": primary}, {"stage": "senior", "floor": senior}]
        return judged("T-SAF-03", rows, completed("T-SAF", answers={}, params=params))

    assert floors(4, 4).verdict == "unknown"
    one = floors(4, 6, floor_limit_primary=3)
    assert one.reason.zh == "小学生在第 4 层，高于上限 3 层"
    assert floors(3, 4, floor_limit_primary=3).verdict == "unknown"
    known = {"floor_limit_primary": 3, "floor_limit_senior": 5}
    assert floors(3, 5, **known).verdict == "in_order"
    assert "高中生在第 6 层" in floors(3, 6, **known).reason.zh
    top = [{"stage": "primary", "floor": 3}, {"stage": "senior", "floor": 5}]
    assert completed("T-SAF", answers={"T-SAF-03": top}).answers["T-SAF-03A"] == 5


@pytest.mark.parametrize(("audience", "percent"), [("school", 2), ("preschool", 6)])
def test_every_class_has_its_share_of_teachers(audience: str, percent: int) -> None:
    """For 1 to 150 students ⌈students × percent⌉ teachers are enough and one fewer is not; the reason has the numbers."""
    for students in range(1, 151):
        needed = math.ceil(students * percent / 100)
        context = completed("T-STF", answers={})

        def row(teachers: int) -> list[dict[str, Any]]:
            return [
                {"class_name": "甲班", "audience": audience, "teachers": teachers, "students": students}  # noqa: B023
            ]

        assert judged("T-STF-03", row(needed), context).verdict == "in_order"
        short = judged("T-STF-03", row(needed - 1), context)
        assert short.verdict == "violation"
        assert short.reason.zh == (
            f"教学人员不足：甲班 学生 {students} 人、教师 {needed - 1} 人，至少 {needed} 人"
        )


def test_only_classes_that_are_short_are_named() -> None:
    """Two classes of three are short; the third is not in the sentence, nor is one without students."""
    rows = [
        {"class_name": "甲班", "audience": "school", "teachers": 1, "students": 51},
        {"class_name": "乙班", "audience": "school", "teachers": 1, "students": 50},
        {"class_name": "小班", "audience": "preschool", "teachers": 0, "students": 10},
        {"class_name": "空班", "audience": "school", "teachers": 0, "students": 0},
    ]
    reason = judged("T-STF-03", rows, completed("T-STF", answers={})).reason.zh
    assert "甲班" in reason
    assert "小班" in reason
    assert "乙班" not in reason
    assert "空班" not in reason
