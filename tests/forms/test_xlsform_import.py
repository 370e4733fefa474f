"""XLSForms in: what is carried, what is left out and said so, what keeps a form from being imported."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from inspector.domain.checklist import AnswerSpec, Checklist, Choice, Proposal, Rule, Words
from inspector.domain.rules import Context, compile_checklist
from inspector.forms.checklists import read_checklist
from inspector.forms.xlsform import Wanted
from tests.forms.xlsforms import Rows, both, form, taken

PROVINCES = [
    {"list_name": "province", "name": "1", **both("label", "湖北", "Hubei")},
    {"list_name": "province", "name": "2", **both("label", "湖南", "Hunan")},
]
CITIES = [
    {"list_name": "city", "name": "Wuhan", "province": "1", **both("label", "武汉", "Wuhan")},
    {"list_name": "city", "name": "yichang", "province": "1", **both("label", "宜昌", "Yichang")},
    {"list_name": "city", "name": "cs", "province": "2", **both("label", "长沙", "Changsha")},
]


def asked(name: str, type_: str = "integer", **more: str) -> dict[str, str]:
    return {"type": type_, "name": name, **both("label", f"问{name}", f"ask {name}"), **more}


def checklist(survey: Rows, choices: Rows = (), **settings: str) -> Checklist:
    found = taken(form(survey, choices, **settings))
    assert not [p for p in found.problems if p.severity == "error"], found.problems
    return read_checklist(found.text.encode(), "form")


def problems(survey: Rows, choices: Rows = ()) -> list[tuple[str, str, str]]:
    return [(p.severity, p.where, p.en) for p in taken(form(survey, choices)).problems]


def test_names_that_are_codes_stay_codes_and_others_get_one() -> None:
    """The report says which name became which code; a code that is taken is not given again."""
    found = taken(form([asked("staff"), asked("T_ODK_01"), asked("T_ODK_02A"), asked("rooms")]))
    assert found.names == {
        "staff": "T-ODK-02", "T_ODK_01": "T-ODK-01", "T_ODK_02A": "T-ODK-02A", "rooms": "T-ODK-03",
    }  # fmt: skip
    assert "# name: staff" in found.text
    assert taken(form([asked("a")]), Wanted("C-ODK", "9", "school")).text.startswith(
        'checklist: C-ODK\nversion: "9"\nlanguage: cel\n'
    )


def test_groups_notes_and_hints() -> None:
    """Conditions of groups are ANDed; what stands before a question becomes its help, once."""
    first, second, third = checklist(
        [
            asked("a"),
            {"type": "begin group", "name": "g", **both("label", "人员", "Staff"), "relevant": "${a} > 1"},
            {"type": "note", "name": "n", **both("label", "看花名册", "See the list")},
            asked("b", relevant="${a} < 9", **both("hint", "数一数", "count")),
            {"type": "begin_group", "name": "h", "relevant": "${b} = 3"},
            asked("c"),
            {"type": "end_group"},
            {"type": "end group"},
        ]
    ).items
    assert first.help is None
    assert second.help == Words("【人员】 看花名册 数一数", "[Staff] See the list count")
    assert second.applies == "answers.T_ODK_01 > 1 && answers.T_ODK_01 < 9"
    assert third.applies == "answers.T_ODK_01 > 1 && answers.T_ODK_02 == 3"
    assert third.help is None


def test_bounds_constraints_and_their_messages() -> None:
    """Bounds without a message are bounds; anything else is an impossible answer with its words."""
    bounded, said, text = checklist(
        [
            asked("a", constraint=". >= 0 and . <= 60", required="yes"),
            asked("b", constraint=". <= ${a}", **both("constraint_message", "不能多于 ${a}", "at most ${a}")),
            asked("c", "text", constraint="string-length(.) <= 20"),
        ]
    ).items
    assert bounded.answer == AnswerSpec("integer", minimum="0", maximum="60")
    assert said.answer == AnswerSpec("integer", required=False)
    assert said.invalid == (
        Rule("value > answers.T_ODK_01", Words("不能多于 {answers.T_ODK_01}", "at most {answers.T_ODK_01}")),
    )
    assert (text.answer.maximum, text.invalid) == ("20", ())


def test_violations_and_duties_of_our_own_columns() -> None:
    """Our columns make an item with a violation; without one it only records."""
    yes_no = [
        {"list_name": "yn", "name": n, **both("label", z, e)}
        for n, z, e in (("yes", "是", "Yes"), ("no", "否", "No"))
    ]
    item, other = checklist(
        [
            asked(
                "a", "select_one yn", violation="${a} = 'no'", **both("violation_message", "没有", "none"),
                hint_rule=". = 'yes'", **both("hint_message", "留意", "mind"), severity="3", lead="fire",
                partners="police, civil", **both("measure", "补齐", "complete"), deadline_days="3",
                basis="ppel-64", photo="yes",
            ),
            asked("b", "text"),
        ],
        yes_no,
    ).items  # fmt: skip
    assert item.answer.type == "yes_no"
    assert item.violations == (Rule("value == 'no'", Words("没有", "none")),)
    assert item.hints == (Rule("value == 'yes'", Words("留意", "mind")),)
    assert (item.severity, item.lead, item.partners, item.deadline_days, item.basis, item.photo, item.record_only) == (
        3, "fire", ("police", "civil"), 3, ("ppel-64",), True, False,
    )  # fmt: skip
    assert (other.record_only, other.severity, other.lead) == (True, 1, "education")


def test_a_choice_filter_makes_impossible_choices() -> None:
    """What the filter excludes cannot be answered; while the other answer is unknown, nothing is excluded."""
    made = checklist(
        [asked("p", "select_one province"), asked("c", "select_one city", choice_filter="province = ${p}")],
        PROVINCES + CITIES,
    )
    city = made.items[1]
    assert city.answer.choices[0] == Choice("wuhan", Words("武汉", "Wuhan"))
    assert [rule.when for rule in city.invalid] == [
        "value in ['wuhan', 'yichang'] && answers.T_ODK_01 != 'c1'",
        "value == 'cs' && answers.T_ODK_01 != 'c2'",
    ]
    compiled = compile_checklist(made)
    in_hubei = Context(answers={"T-ODK-01": "c1"})
    assert compiled.invalid("T-ODK-02", "cs", in_hubei)
    assert not compiled.invalid("T-ODK-02", "wuhan", in_hubei)
    assert not compiled.invalid("T-ODK-02", "cs", Context())


def test_a_repeat_is_a_roster() -> None:
    """Columns, what is required of each, constraints of rows; from outside its columns are summed."""
    roster, total = checklist(
        [
            {"type": "begin repeat", "name": "classes", **both("label", "班", "Classes")},
            asked("cname", "text", required="yes", personal="yes", **both("hint", "照抄", "copy")),
            asked(
                "kids", constraint=". > 0 and . < ${seats}", **both("constraint_message", "人数不对", "wrong")
            ),
            asked("seats"),
            {"type": "end repeat"},
            asked("total", constraint=". = sum(${kids})"),
        ]
    ).items
    assert roster.answer.type == "roster"
    assert [(c.code, c.answer.type, c.answer.required, c.personal) for c in roster.answer.columns] == [
        ("cname", "text", True, True), ("kids", "integer", False, False), ("seats", "integer", False, False),
    ]  # fmt: skip
    assert roster.help == Words("问cname：照抄", "ask cname: copy")
    assert roster.invalid[0].when == "rows.exists(r, has(r.kids) && !(r.kids > 0 && r.kids < r.seats))"
    assert total.invalid[0].when == "value != sum(answers.T_ODK_01.map(r, r.kids))"
    compiled = compile_checklist(checklist([asked("a")]))
    assert compiled.checklist.code == "T-ODK"


def test_what_is_computed_and_proposed() -> None:
    """A calculation is a derived item of the type of its expression; a default a proposal, never an answer."""
    made = checklist(
        [
            asked("a"),
            {"type": "calculate", "name": "half", "calculation": "${a} div 2", **both("label", "半", "half")},
            {"type": "calculate", "name": "class", "calculation": "if(${half} > 2, 'big', 'small')"},
            asked("seen", "date", default="today()"),
            asked("p", "select_one province", default="1"),
            asked("n", default="${a} + 1"),
        ],
        PROVINCES,
    )
    assert [(i.answer.type, i.derived) for i in made.items[1:3]] == [
        ("decimal", "double(answers.T_ODK_01) / 2.0"),
        ("text", "answers.T_ODK_02 > 2 ? 'big' : 'small'"),
    ]
    assert [i.proposals for i in made.items[3:]] == [
        (Proposal(value, Words("表格里的默认值", "the default of the form")),)
        for value in ("day.date", "'c1'", "string(answers.T_ODK_01 + 1)")
    ]
    assert compile_checklist(made).propose("T-ODK-05", Context()) is not None


def test_languages_fall_back_with_a_warning() -> None:
    """A sentence that is there in one language only is used for both, and said so at its cell."""
    found = taken(
        form(
            [
                {"type": "integer", "name": "a", "label::Chinese": "甲", "label::French (fr)": "A"},
                {"type": "integer", "name": "b", "label": "乙"},
                {"type": "integer", "name": "c", "label": "丙", "label::English (en)": "C"},
            ]
        )
    )
    made = read_checklist(found.text.encode(), "form")
    assert [i.question for i in made.items] == [Words("甲", "甲"), Words("乙", "乙"), Words("丙", "C")]
    warned = [(p.where, p.en) for p in found.problems]
    assert ("survey!C2 label::Chinese", "no English; the Chinese is used") in warned
    assert ("survey!D2 label::French (fr)", "only Chinese and English are carried") in warned
    assert ("survey!E3 label", "not in two languages; both use one sentence") in warned
    assert not [p for p in warned if "4" in p[0]]


ERRORS: list[tuple[Rows, str, str]] = [
    ([asked("a", "image")], "survey!A2 type", "photo = yes"),
    ([asked("a", "geopoint")], "survey!A2 type", "geopoint"),
    ([asked("a", "select_one nowhere")], "survey!A2 type", "no list nowhere"),
    ([asked("a", "select_one_from_file x.csv")], "survey!A2 type", "select_one_from_file"),
    ([asked("a", "select_one province or_other")], "survey!A2 type", "or_other"),
    ([asked("a"), asked("a")], "survey!B3 name", "twice"),
    ([asked("a", relevant="${b} = 1")], "survey!E2 relevant", "no question b"),
    ([asked("a", constraint="position(..) = 1")], "survey!E2 constraint", "cannot read"),
    ([asked("a", constraint="pulldata('x') = 1")], "survey!E2 constraint", "pulldata() is not known"),
    ([asked("a", violation=". > 1")], "survey!E2 violation", "lacks violation_message"),
    ([asked("a", violation=". > 1", **both("violation_message", "多", "many"))], "survey!2", "needs measure"),
    ([asked("a", severity="high")], "survey!E2 severity", "whole number"),
    ([asked("a", severity="9")], "survey!2", "should be one of 1"),
    ([asked("a", relevant="${a} = 1")], "survey!2", "hangs on itself"),
    ([{"type": "begin group", "name": "g"}, asked("a")], "survey!2", "does not end"),
    ([asked("a"), {"type": "end group"}], "survey!3", "without its begin"),
    ([asked("a"), {"name": "b"}], "survey!3", "no type"),
    (
        [
            {"type": "begin repeat", "name": "r", "label": "r"}, {"type": "begin repeat", "name": "s", "label": "s"},
            asked("a"), {"type": "end repeat"}, {"type": "end repeat"},
        ],
        "survey!A3 type", "repeat inside of a repeat",
    ),
    (
        [
            {"type": "begin repeat", "name": "r", "label": "r"}, asked("a", calculation="1 + 1"),
            {"type": "end repeat"},
        ],
        "survey!F3 calculation", "calculation inside of a repeat",
    ),
    ([{"type": "calculate", "name": "c", "calculation": "1 = 1"}], "survey!C2 calculation", "truth value"),
]  # fmt: skip


@pytest.mark.parametrize(("survey", "where", "said"), ERRORS)
def test_what_cannot_be_carried_is_an_error_at_its_cell(survey: Rows, where: str, said: str) -> None:
    """Sheet, column, row and heading; and then there is no text at all."""
    found = taken(form(survey, PROVINCES))
    assert found.failed
    errors = [(p.where, p.en) for p in found.problems if p.severity == "error"]
    assert any(at == where and said in en for at, en in errors), errors


def test_all_errors_are_found_at_once() -> None:
    """One look at the list is enough to mend the form."""
    found = problems([asked("a", "image"), asked("b", relevant="${zz} = 1"), asked("c", constraint="((")])
    assert [where for severity, where, _ in found if severity == "error"] == [
        "survey!A2 type", "survey!E3 relevant", "survey!F4 constraint",
    ]  # fmt: skip


LEFT_OUT: list[tuple[Mapping[str, str], str, str]] = [
    (asked("a", appearance="minimal"), "note", "survey!E2 appearance"),
    (asked("a", read_only="yes"), "warning", "survey!E2 read_only"),
    (asked("a", colour="red"), "warning", "survey!E2 colour"),
    (asked("a", required="${b} = 1"), "warning", "survey!E2 required"),
    ({"type": "deviceid", "name": "a"}, "warning", "survey!A2 type"),
    (asked("a", relevant="${b} != ''"), "note", "survey!E2 relevant"),
    (asked("a", constraint="coalesce(${b}, 1) = ."), "note", "survey!E2 constraint"),
]


@pytest.mark.parametrize(("row", "severity", "where"), LEFT_OUT)
def test_what_is_left_out_is_said(row: Mapping[str, str], severity: str, where: str) -> None:
    """A warning for what is dropped, a note for what only looks or means a little different."""
    found = problems([row, asked("b")])
    assert (severity, where) in [(s, w) for s, w, _ in found]
    assert "error" not in [s for s, _, _ in found]


def test_the_form_of_the_guide() -> None:
    """The example of docs/guide/checklists.md is imported as it says there."""
    page = (Path(__file__).parents[2] / "docs" / "guide" / "checklists.md").read_text("utf-8")
    lines = page.split("A form of three questions:")[1].strip().splitlines()
    cells = [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines[:5]]
    survey = [dict(zip(cells[0], row, strict=True)) for row in cells[2:]]
    choices = [
        {"list_name": "yes_no", "name": n, **both("label", z, e)}
        for n, z, e in (("yes", "是", "Yes"), ("no", "否", "No"))
    ]
    found = taken(form(survey, choices, form_id="T-TRY"))
    assert (found.names, found.problems) == (
        {"permit": "T-TRY-01", "pupils": "T-TRY-02", "staff": "T-TRY-03"},
        (),
    )
    staff = read_checklist(found.text.encode(), "form").items[2]
    assert staff.applies == "answers.T_TRY_02 > 0"
    assert staff.violations == (
        Rule("value * 35 < answers.T_TRY_02", Words("教师 {value} 人，不足", "Too few teachers: {value}")),
    )


def test_a_long_chain_of_calculations_and_a_circle() -> None:
    """What is computed from what comes later is typed all the same; a circle is named, and costs no time."""
    chain = [
        {"type": "calculate", "name": f"c{n}", "calculation": f"${{c{n + 1}}} + 1", "label": "x"}
        for n in range(200)
    ]
    assert len(checklist([*chain, asked("c200")]).items) == 201
    found = problems([*chain, {"type": "calculate", "name": "c200", "calculation": "${c0}", "label": "x"}])
    assert {where for severity, where, _ in found if severity == "error"} == {
        f"survey!C{n + 2} calculation" for n in range(201)
    }


def test_a_workbook_without_a_survey() -> None:
    """Any other workbook is told to be none."""
    found = taken({"Sheet1": [{"a": "b"}]})
    assert found.failed
    assert found.problems[0].en == "no sheet survey; this is no XLSForm"
