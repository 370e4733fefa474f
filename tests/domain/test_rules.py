"""Rules: unknown stays unknown, faults are found before any answer, judging never fails."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.domain.checklist import AnswerSpec, Checklist, Choice, Column, Item, Rule, Words
from inspector.domain.rules import Context, Names, compile_checklist, find_faults
from inspector.errors import BadInput

WORDS = Words("违规", "violation")
_serial = iter(range(10**9))


def checklist(*items: Item) -> Checklist:
    return Checklist(
        "T-X", "1", Words("试", "try"), "enterprise", ("training",), items, sha256=f"{next(_serial):064x}"
    )


def item(code: str, answer_type: Any, rule: str = "", **more: Any) -> Item:
    spec = AnswerSpec(answer_type, choices=more.pop("choices", ()), columns=more.pop("columns", ()))
    violations = (Rule(rule, more.pop("words", WORDS)),) if rule else ()
    return Item(code, Words("题", "question"), spec, 2, "education", violations=violations, **more)


CHOICE = (Choice("a", Words("甲", "a")), Choice("b", Words("乙", "b")))
ROWS = (
    Column("n", Words("数", "n"), AnswerSpec("integer")),
    Column("area", Words("面积", "area"), AnswerSpec("decimal", required=False)),
    Column("kind", Words("类", "kind"), AnswerSpec("choice", choices=CHOICE, required=False)),
)


def verdict(
    rule: str, value: Any, answer_type: Any = "yes_no", context: Context | None = None, **more: Any
) -> str:
    ready = compile_checklist(checklist(item("T-X-01", answer_type, rule, **more), item("T-X-02", "yes_no")))
    return ready.judge("T-X-01", value, context or Context()).verdict


@pytest.mark.parametrize(
    ("rule", "answers", "value", "expected"),
    [
        ("answers.T_X_02 == 'yes'", {}, "yes", "unknown"),
        ("answers.T_X_02 != 'yes'", {}, "yes", "unknown"),
        ("!(answers.T_X_02 == 'yes')", {}, "yes", "unknown"),
        ("answers.T_X_02 == 'yes'", {"T-X-02": None}, "yes", "unknown"),
        ("answers.T_X_02 == 'yes'", {"T-X-02": ""}, "yes", "unknown"),
        ("answers.T_X_02 == 'yes'", {"T-X-02": "no"}, "yes", "in_order"),
        ("answers.T_X_02 == 'yes' || value == 'yes'", {}, "yes", "violation"),
        ("answers.T_X_02 == 'yes' || value == 'yes'", {}, "no", "unknown"),
        ("answers.T_X_02 == 'yes' && value == 'yes'", {}, "yes", "unknown"),
        ("answers.T_X_02 == 'yes' && value == 'yes'", {}, "no", "in_order"),
        ("answers.T_X_02 == 'yes' ? value == 'yes' : false", {}, "yes", "unknown"),
        ("site.students > 5", {}, "yes", "unknown"),
        ("day.date > '2026-01-01'", {}, "yes", "unknown"),
        ("params.limit > 5", {}, "yes", "unknown"),
        ("days('2026-99-01', '2026-01-01') > 1", {}, "yes", "unknown"),
        ("1 / 0 == 1", {}, "yes", "unknown"),
    ],
)
def test_unknown_stays_unknown(rule: str, answers: Mapping[str, Any], value: str, expected: str) -> None:
    """What is missing never makes an answer in order, unless the verdict is the same whatever it is."""
    assert verdict(rule, value, context=Context(answers=answers)) == expected


@pytest.mark.parametrize("value", ["unknown", "unclear", "", None])
def test_words_for_unknown_are_unknown(value: str | None) -> None:
    """A fact of the site that says "unclear" is as unknown as one that is not there."""
    context = Context(site={"category_class": value})
    assert verdict("site.category_class == 'subject'", "yes", context=context) == "unknown"


def test_the_reason_names_what_is_missing() -> None:
    """An unknown verdict says which answer, fact and parameter would be needed."""
    rule = "answers.T_X_02 == 'yes' && site.students > params.limit && day.date > '2026'"
    ready = compile_checklist(checklist(item("T-X-01", "yes_no", rule), item("T-X-02", "yes_no")))
    judged = ready.judge("T-X-01", "yes", Context(params={"limit": 3}))
    assert [w.en for w in judged.missing] == ["the answer of T-X-02", "students", "date of the day"]
    assert judged.reason.zh == "尚不知道：T-X-02 的回答、学员（学生）数、当天日期"


def test_a_reason_shows_its_numbers() -> None:
    """Expressions in the sentence of a rule are replaced by their values; what is unknown shows as "?"."""
    words = Words("{value} 人，应 {share(params.all, 50)} 人，{answers.T_X_02}", "{value}")
    ready = compile_checklist(
        checklist(
            item("T-X-01", "integer", "value < share(params.all, 50)", words=words), item("T-X-02", "yes_no")
        )
    )
    judged = ready.judge("T-X-01", 4, Context(params={"all": 9}))
    assert judged.verdict == "violation"
    assert judged.reason.zh == "4 人，应 5 人，?"


@pytest.mark.parametrize(
    ("answer_type", "value", "expected"),
    [
        ("yes_no", None, "unanswered"),
        ("yes_no", "", "unanswered"),
        ("yes_no", "na", "not_applicable"),
        ("roster", [], "unanswered"),
        ("multi_choice", [], "violation"),
    ],
)
def test_no_answer_is_no_verdict(answer_type: Any, value: Any, expected: str) -> None:
    """Nothing answered is unanswered, 不适用 is not applicable; "none of them" is an answer."""
    more: dict[str, Any] = {"choices": CHOICE} if answer_type == "multi_choice" else {}
    more |= {"columns": ROWS} if answer_type == "roster" else {}
    assert verdict("true", value, answer_type, **more) == expected


@pytest.mark.parametrize(
    ("category", "expected"), [("subject", "violation"), ("daycare", "not_applicable"), (None, "violation")]
)
def test_an_answer_is_judged_unless_the_item_surely_does_not_apply(
    category: str | None, expected: str
) -> None:
    """Where it is unknown whether an item applies, it was asked, so its answer counts."""
    context = Context(site={"category_class": category})
    found = verdict("value == 'yes'", "yes", context=context, applies="site.category_class == 'subject'")
    assert found == expected


def test_roster_cells_may_be_empty() -> None:
    """An empty cell is unknown to a rule, unless the rule asks whether it is there; one bad row is enough."""
    rows = [{"n": 1, "area": "2.5"}, {"n": 2}]
    more: dict[str, Any] = {"columns": ROWS}
    assert verdict("rows.exists(r, r.area > 3)", rows, "roster", **more) == "unknown"
    assert verdict("rows.exists(r, r.area > 2)", rows, "roster", **more) == "violation"
    assert verdict("rows.exists(r, has(r.area) && r.area > 3)", rows, "roster", **more) == "in_order"
    assert verdict("sum(rows.map(r, r.n)) > 3", rows, "roster", **more) == "in_order"
    assert verdict("sum(rows.map(r, r.n)) >= 3", rows, "roster", **more) == "violation"


@pytest.mark.parametrize(
    ("answer_type", "rule", "part"),
    [
        ("yes_no", "value = 'yes'", "not right"),
        ("yes_no", "valeu == 'yes'", "undeclared reference to 'valeu'"),
        ("yes_no", "value > 3", "no matching overload"),
        ("integer", "value == 'x'", "no matching overload"),
        ("yes_no", "value", "gives string"),
        ("yes_no", "answers.T_X_09 == 'yes'", "answers.T_X_09"),
        ("yes_no", "site.nothing == 1", "site.nothing"),
        ("yes_no", "site.principal == 'x'", "site.principal"),
        ("yes_no", "day.moon == 'full'", "day.moon"),
        ("yes_no", "params.no_such > 1", "params.no_such"),
        ("yes_no", "has(answers.T_X_02)", "never with has()"),
        ("yes_no", "'T_X_02' in answers", "by name only"),
        ("yes_no", "answers['T_X_02'] == 'yes'", "by name only"),
        ("yes_no", "answers.exists(k, k == 'x')", "by name only"),
        ("yes_no", "size(site) == 0", "by name only"),
        ("yes_no", "value == 'perhaps'", "no choice of value"),
        ("yes_no", "answers.T_X_02 == 'perhaps'", "no choice of answers.T_X_02"),
        ("choice", "value in ['a', 'c']", "'c' is no choice"),
        ("multi_choice", "'c' in value", "'c' is no choice"),
        ("roster", "rows.exists(r, r.m > 3)", 'no column "m"'),
        ("roster", "rows.exists(r, r.kind == 'c')", "'c' is no choice"),
        ("yes_no", "(" * 40 + "true" + ")" * 40, "not right"),
        ("yes_no", "true || " * 400 + "true", "longer than"),
    ],
)
def test_faults_are_found_without_answers(answer_type: Any, rule: str, part: str) -> None:
    """Unknown names, unlike types, absent choices and columns, and ways around "unknown" are refused up front."""
    more: dict[str, Any] = {}
    if answer_type in ("choice", "multi_choice"):
        more["choices"] = CHOICE
    if answer_type == "roster":
        more["columns"] = ROWS
    bad = checklist(item("T-X-01", answer_type, rule, **more), item("T-X-02", "yes_no"))
    faults = find_faults(bad, Names(params={"limit"}))
    assert faults
    assert any(part in fault.words.en for fault in faults), [f.words.en for f in faults]
    assert all(fault.item == "T-X-01" for fault in faults)


def test_an_item_cannot_decide_by_its_own_answer_whether_it_applies() -> None:
    """`applies` that looks at `value` is a fault: the question would vanish once answered."""
    bad = checklist(item("T-X-01", "yes_no", "value == 'yes'", applies="value == 'yes'"))
    assert "own item" in find_faults(bad)[0].words.en


def test_faulty_checklists_are_not_made_ready() -> None:
    """Compiling refuses what has faults, naming the item."""
    with pytest.raises(BadInput) as caught:
        compile_checklist(checklist(item("T-X-01", "yes_no", "nothing == 1")))
    assert caught.value.problems[0].where == "T-X-01"


def test_another_checklist_is_seen_only_when_it_is_used() -> None:
    """Answers of another checklist may be named when `uses` names it, and must exist where it is at hand."""
    rule = item("T-X-01", "yes_no", "answers.T_LIC_01 == 'none'")
    alone = checklist(rule)
    using = Checklist("T-X", "1", WORDS, "enterprise", ("training",), (rule,), "0" * 64, uses=("T-LIC",))
    assert find_faults(alone)
    assert not find_faults(using)
    assert find_faults(using, Names(answers={}))
    assert not find_faults(using, Names(answers={"T_LIC_01": AnswerSpec("text")}))


def test_a_bomb_is_stopped() -> None:
    """An expression of a million steps ends in "unknown" at once."""
    ten = "[1,2,3,4,5,6,7,8,9,10]"
    bomb = "".join(f"{ten}.all({name}, " for name in "abcdef") + "true" + ")" * 6
    assert verdict(bomb, "yes") == "unknown"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
READY = compile_checklist(
    checklist(
        item("T-X-01", "yes_no", "value == 'no' || answers.T_X_03 > 3"),
        item("T-X-02", "roster", "rows.exists(r, r.n > params.limit && r.kind == 'a')", columns=ROWS),
        item("T-X-03", "decimal", "value > 2"),
        item("T-X-04", "date", "days(value, day.date) > 1"),
        item("T-X-05", "time_range", "minutes(value.start, value.end) > params.limit"),
        item("T-X-06", "choice", "value == 'a'", choices=CHOICE, derived="site.category"),
    )
)


@settings(deadline=None)
@given(
    st.sampled_from([i.code for i in READY.checklist.items]),
    VALUES,
    st.dictionaries(st.sampled_from(["T-X-01", "T-X-03", "T-Y"]), VALUES),
    st.dictionaries(st.sampled_from(["limit", "date", "category"]), VALUES),
)
def test_judging_never_fails_and_does_not_depend_on_order(
    code: str, value: Any, answers: dict[str, Any], facts: dict[str, Any]
) -> None:
    """Whatever values come from elsewhere, judging gives a verdict, and the same one whatever the order."""
    first = READY.judge(code, value, Context(answers, facts, facts, facts))
    turned = dict(reversed(facts.items()))
    again = READY.judge(code, value, Context(dict(reversed(answers.items())), turned, turned, turned))
    assert first == again


KLEENE = st.sampled_from([True, False, None])


@settings(deadline=None)
@given(KLEENE, KLEENE, st.sampled_from(["&&", "||"]))
def test_truth_is_that_of_three_values(left: bool | None, right: bool | None, sign: str) -> None:
    """`&&` and `||` over known and unknown facts follow the logic of three values on both sides."""
    decisive = sign == "||"
    both = {left, right}
    expected = decisive if decisive in both else None if None in both else not decisive
    params = {name: v for name, v in (("a", left), ("b", right)) if v is not None}
    found = verdict(f"params.a {sign} params.b", "yes", context=Context(params=params))
    assert found == {True: "violation", False: "in_order", None: "unknown"}[expected]
