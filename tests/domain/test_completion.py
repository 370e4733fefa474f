"""What rules of a whole inspection see: computed items, facts that answers stand for, answers that do not count."""

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.domain.checklist import (
    AnswerSpec,
    Checklist,
    Choice,
    Item,
    LegalBasis,
    Proposal,
    Rule,
    Words,
)
from inspector.domain.completion import circles, complete
from inspector.domain.reachability import unreachable
from inspector.domain.rules import Compiled, Context, compile_checklist

Q = Words("题", "question")
SAY = Words("违规", "violation")
KINDS = tuple(Choice(code, Words(code, code)) for code in ("school_day", "weekend"))
_serial = itertools.count(1_000_000)


def item(code: str, kind: Any = "yes_no", **more: Any) -> Item:
    spec = AnswerSpec(kind, choices=more.pop("choices", ()))
    return Item(code, Q, spec, 2, "education", **more)


def made(*items: Item, code: str = "T-X", uses: tuple[str, ...] = ()) -> Compiled:
    return compile_checklist(
        Checklist(code, "1", Q, "enterprise", ("training",), items, sha256=f"{next(_serial):064x}", uses=uses)
    )


def seen(*checklists: Compiled, **context: Any) -> Context:
    return complete(checklists, Context(**context))


@pytest.mark.parametrize(
    ("kind", "source", "value"),
    [
        ("integer", "answers.T_X_01 + 1", 8),
        ("decimal", "quotient(answers.T_X_01, 3)", "2.333333"),
        ("decimal", "quotient(8.999999, 3.0)", "2.999999"),
        ("decimal", "times(answers.T_X_01, 2)", "14"),
        ("yes_no", "answers.T_X_01 > 6", "yes"),
        ("yes_no", "answers.T_X_01 > 7", "no"),
        ("text", "answers.T_X_01 > 6 ? '多' : '少'", "多"),
        ("integer", "share(answers.T_X_01, 50)", 4),
        ("decimal", "quotient(answers.T_X_01, 0)", None),
        ("text", "''", None),
    ],
)
def test_computed_items_of_every_kind(kind: str, source: str, value: Any) -> None:
    """A computed item has the canonical value of its kind; what cannot be computed is absent, never guessed."""
    rules = made(item("T-X-01", "integer"), item("T-X-02", kind, derived=source))
    found = seen(rules, answers={"T-X-01": 7})
    assert found.answers.get("T-X-02") == value
    assert rules.derive("T-X-02", found)[0] == value


def test_a_share_short_of_a_limit_never_looks_as_if_it_reached_it() -> None:
    """26.99 m² for 9 people is 2.998…, not 3: shown digits are cut, not rounded up."""
    rules = made(item("T-X-01", "decimal"), item("T-X-02", "decimal", derived="quotient(answers.T_X_01, 9)"))
    assert seen(rules, answers={"T-X-01": "26.99"}).answers["T-X-02"] == "2.998888"


def test_computed_items_see_each_other_in_any_order() -> None:
    """A computed item may hang on one that stands after it, or in another checklist."""
    first = made(
        item("T-X-01", "integer", derived="answers.T_X_02 * 2"),
        item("T-X-02", "integer", derived="answers.T_Y_01 + 1"),
        uses=("T-Y",),
    )
    second = made(item("T-Y-01", "integer"), code="T-Y")
    for order in ((first, second), (second, first)):
        assert seen(*order, answers={"T-Y-01": 4}).answers == {"T-Y-01": 4, "T-X-02": 5, "T-X-01": 10}
        assert seen(*order, answers={}).answers == {}


def test_an_answer_to_what_does_not_apply_is_not_seen() -> None:
    """A permit's date given before somebody found that there is no permit counts no more, but comes back with it."""
    rules = made(
        item("T-X-01"),
        item("T-X-02", "integer", applies="answers.T_X_01 == 'yes'"),
        item("T-X-03", violations=(Rule("answers.T_X_02 > 3", SAY),)),
    )
    given = {"T-X-01": "no", "T-X-02": 9, "T-X-03": "yes"}
    assert "T-X-02" not in seen(rules, answers=given).answers
    assert rules.judge("T-X-03", "yes", seen(rules, answers=given)).verdict == "unknown"
    applies = seen(rules, answers=given | {"T-X-01": "yes"})
    assert rules.judge("T-X-03", "yes", applies).verdict == "violation"
    unknown = seen(rules, answers={"T-X-02": 9, "T-X-03": "yes"})
    assert unknown.answers["T-X-02"] == 9


def test_an_answer_stands_for_a_fact() -> None:
    """What the officer says of the day goes before the calendar, for the rules of every checklist; 不适用 says nothing."""
    says = made(item("T-X-01", "choice", choices=KINDS, fact="day.kind"))
    other = made(item("T-Y-01", violations=(Rule("day.kind == 'weekend'", SAY),)), code="T-Y")

    def verdict(answers: dict[str, Any], day: dict[str, Any]) -> str:
        return other.judge("T-Y-01", "yes", seen(says, other, answers=answers, day=day)).verdict

    assert verdict({}, {}) == "unknown"
    assert verdict({}, {"kind": "weekend"}) == "violation"
    assert verdict({"T-X-01": "school_day"}, {"kind": "weekend"}) == "in_order"
    assert verdict({"T-X-01": "weekend"}, {}) == "violation"


def test_several_rules_are_all_named_and_the_gravest_counts() -> None:
    """Each rule that holds says its words; an unknown one does not hide a certain violation, but hides a hint."""
    steps = (
        Rule("value > 45", Words("超 45", "above 45")),
        Rule("value > 55", Words("超 55", "above 55"), 3),
        Rule("value > params.limit", Words("超限", "above the limit"), 4),
    )
    rules = made(
        item("T-X-01", "integer", violations=steps, hints=(Rule("value > 40", Words("近", "near")),))
    )
    found = rules.judge("T-X-01", 60, Context(params={"limit": 59}))
    assert (found.verdict, found.severity, found.reason.zh) == ("violation", 4, "超 45；超 55；超限")
    found = rules.judge("T-X-01", 50, Context())
    assert (found.verdict, found.severity, found.reason.zh) == ("violation", 2, "超 45")
    assert rules.judge("T-X-01", 42, Context()).verdict == "unknown"
    assert rules.judge("T-X-01", 42, Context(params={"limit": 59})).verdict == "hint"
    assert rules.judge("T-X-01", 40, Context(params={"limit": 59})).verdict == "in_order"


def test_a_proposal_is_no_answer() -> None:
    """The first known one is proposed, with its reason; the verdict stays unanswered."""
    proposals = (
        Proposal(
            "site.registered_address != site.address ? 'no' : ''",
            Words("登记在{site.registered_address}", "at {site.registered_address}"),
        ),
        Proposal("site.status == 'open' ? 'yes' : ''", Words("在营", "open")),
    )
    rules = made(item("T-X-01", proposals=proposals, violations=(Rule("value == 'no'", SAY),)))
    site = {"registered_address": "甲路1号", "address": "乙路2号", "status": "open"}
    assert rules.propose("T-X-01", Context(site=site)) == ("no", Words("登记在甲路1号", "at 甲路1号"))
    assert rules.propose("T-X-01", Context(site=site | {"address": "甲路1号"})) == (
        "yes",
        Words("在营", "open"),
    )
    assert rules.propose("T-X-01", Context()) is None
    assert rules.judge("T-X-01", None, Context(site=site)).verdict == "unanswered"


def test_why_an_item_is_not_asked() -> None:
    """The reason names what its condition looked at."""
    rules = made(item("T-X-01"), item("T-X-02", applies="answers.T_X_01 == 'yes'"))
    why = rules.why_not("T-X-02", Context(answers={"T-X-01": "no"}))
    assert why is not None
    assert "T-X-01" in why.zh
    assert rules.why_not("T-X-02", Context()) is None
    assert rules.why_not("T-X-02", Context(answers={"T-X-01": "yes"})) is None


def test_every_condition_is_explained() -> None:
    """Each condition with its truth and with the values that it looked at, unknown ones too."""
    rules = made(
        item("T-X-01", "integer"),
        item(
            "T-X-02",
            "integer",
            applies="answers.T_X_01 > 0",
            violations=(
                Rule(
                    "value > params.limit", Words("{value} 超过 {params.limit}", "{value} > {params.limit}")
                ),
            ),
        ),
    )
    steps = rules.explain("T-X-02", 9, Context(answers={"T-X-01": 1}, params={"limit": 8}))
    assert [(s.kind, s.holds) for s in steps] == [("applies", True), ("violation", True)]
    assert steps[1].words.zh == "9 超过 8"
    assert steps[1].inputs == ((Words("县参数 limit", "the county parameter limit"), Words("8", "8")),)
    (unknown,) = rules.explain("T-X-02", 9, Context())[1:]
    assert unknown.holds is None
    assert unknown.inputs[0][1].zh == "不知道"


@pytest.mark.parametrize(
    ("items", "bad"),
    [
        (
            (item("T-X-01"), item("T-X-02", applies="answers.T_X_01 == 'yes' && answers.T_X_01 == 'no'")),
            ["T-X-02"],
        ),
        (
            (item("T-X-01", applies="false"), item("T-X-02", applies="answers.T_X_01 == 'yes'")),
            ["T-X-01", "T-X-02"],
        ),
        ((item("T-X-01", applies="day.kind == 'weekend' && day.kind == 'holiday'"),), ["T-X-01"]),
        ((item("T-X-01", violations=(Rule("value == 'yes' && value == 'no'", SAY),)),), ["T-X-01"]),
        (
            (item("T-X-01", "multi_choice", choices=KINDS, violations=(Rule("size(value) > 2", SAY),)),),
            ["T-X-01"],
        ),
        ((item("T-X-01", applies="site.category_class == 'subject'"),), []),
        ((item("T-X-01", "integer", violations=(Rule("value > 5 && value < 3", SAY),)),), []),
        ((item("T-X-01"), item("T-X-02", applies="answers.T_X_01 != 'yes'")), []),
    ],
)
def test_what_can_never_hold_is_found(items: tuple[Item, ...], bad: list[str]) -> None:
    """Everything that a condition can look at is tried; numbers are left alone."""
    checklist = Checklist("T-X", "1", Q, "enterprise", ("training",), items, sha256="f" * 64)
    assert [found.code for found, _ in unreachable(checklist)] == bad


def test_circles_are_found() -> None:
    """An item whose being asked hangs on itself, around two corners."""
    items = (
        item("T-X-01", applies="answers.T_X_02 == 'yes'"),
        item("T-X-02", applies="answers.T_X_03 == 'yes'"),
        item("T-X-03", derived="answers.T_X_01"),
        item("T-X-04", applies="answers.T_X_01 == 'yes'"),
    )
    assert circles(items) == ("T-X-01", "T-X-02", "T-X-03")


def test_an_article_is_cited_only_while_it_is_in_force() -> None:
    """First and last day count; outside of them not even the article is named."""
    law = LegalBasis(
        "a", Words("某法", "law"), "", "第一条", "verified", valid_from="2025-06-01", valid_until="2026-05-31"
    )
    assert law.citation("2025-06-01") == law.citation("2026-05-31") == "《某法》第一条"
    for day in ("2025-05-31", "2026-06-01"):
        assert "第一条" not in law.citation(day)
        assert "待法制审核" in law.citation(day)


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "yes_no": st.sampled_from(("yes", "no", "na")),
    "integer": st.integers(-(2**53), 2**53),
    "decimal": st.sampled_from(("0", "0.1", "9999999999999999", "-3.5")),
}
WHOLE = (
    item("T-X-01"),
    item("T-X-02", "integer"),
    item("T-X-03", "decimal", derived="quotient(answers.T_X_02, answers.T_Y_02)"),
    item("T-X-04", applies="answers.T_X_01 == 'yes' && answers.T_X_03 > 1.0"),
    item("T-X-05", "integer", derived="answers.T_X_02 * answers.T_X_02"),
    item(
        "T-X-06",
        applies="answers.T_X_04 == 'no' || answers.T_X_05 > 3",
        violations=(Rule("value == 'no' && answers.T_X_03 < answers.T_Y_02", SAY),),
    ),
)
OTHER = (item("T-Y-01", applies="answers.T_X_06 == 'yes'"), item("T-Y-02", "decimal"))
ASKED = [found for found in (*WHOLE, *OTHER) if not found.derived]
ANSWERS = st.fixed_dictionaries({}, optional={i.code: VALUES[i.answer.type] for i in ASKED})


@settings(deadline=None)
@given(answers=ANSWERS, shuffle=st.randoms(use_true_random=False))
def test_completing_hangs_on_no_order_and_never_fails(answers: dict[str, Any], shuffle: Any) -> None:
    """The same answers in any order, in checklists in any order, with items in any order, are seen and judged alike."""
    first = (made(*WHOLE, uses=("T-Y",)), made(*OTHER, code="T-Y", uses=("T-X",)))
    items, others, given = list(WHOLE), list(OTHER), list(answers.items())
    for some in (items, others, given):
        shuffle.shuffle(some)
    second = [made(*items, uses=("T-Y",)), made(*others, code="T-Y", uses=("T-X",))]
    shuffle.shuffle(second)
    one, two = complete(first, Context(answers=answers)), complete(second, Context(answers=dict(given)))
    assert one.answers == two.answers
    again = complete(first, one)
    assert again.answers == one.answers
    for rules in first:
        twin = next(found for found in second if found.checklist.code == rules.checklist.code)
        for found in rules.checklist.items:
            value = one.answers.get(found.code)
            assert rules.judge(found.code, value, one) == twin.judge(found.code, value, two)


@settings(deadline=None)
@given(answers=ANSWERS, more=ANSWERS)
def test_what_is_certain_stays_certain(answers: dict[str, Any], more: dict[str, Any]) -> None:
    """Knowing more answers never changes a verdict that was certain, as long as nothing known before is taken back."""
    rules = made(
        *WHOLE[:3],
        item("T-X-04", violations=(Rule("answers.T_X_03 > 2.0 || value == 'no'", SAY),)),
        uses=("T-Y",),
    )
    other = made(OTHER[1], code="T-Y")
    known = {"T-X-04": "yes"} | answers
    before = complete((rules, other), Context(answers=known))
    after = complete((rules, other), Context(answers=more | known))
    first = rules.judge("T-X-04", known["T-X-04"], before).verdict
    if first not in ("unknown", "unanswered"):
        assert rules.judge("T-X-04", known["T-X-04"], after).verdict == first
