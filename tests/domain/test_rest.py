"""The rest of a section: what is certain is answered, everything else is left, and nothing comes to light by it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.domain.checklist import AnswerSpec, Checklist, Item, Proposal, Rule, Words
from inspector.domain.completion import complete
from inspector.domain.rest import rest_in_order
from inspector.domain.rules import Compiled, Context, compile_checklist

_serial = iter(range(10**9))
_W = Words("违规", "violation")


def _item(number: int, violation: str = "", kind: Any = "yes_no", **more: Any) -> Item:
    rules = (Rule(violation, _W),) if violation else ()
    return Item(
        f"T-X-{number:02}", Words("题", "q"), AnswerSpec(kind), 2, "education", violations=rules, **more
    )


def _compiled(*items: Item) -> Compiled:
    made = Checklist(
        "T-X", "1", Words("试", "try"), "enterprise", ("training",), items, sha256=f"rest{next(_serial):060x}"
    )
    return compile_checklist(made)


def _rest(context: Context, *items: Item) -> tuple[dict[str, str], tuple[str, ...]]:
    found = rest_in_order([_compiled(*items)], "T-X", context)
    return dict(found.answers), found.left


def test_the_one_of_yes_and_no_that_is_in_order_is_taken() -> None:
    """A violation on one side decides; where both or neither are in order, and for numbers, a person is asked."""
    answers, left = _rest(
        Context(),
        _item(1, "value == 'yes'"),
        _item(2, "value == 'no'"),
        _item(3),
        _item(4, "true"),
        _item(5, "value > 3", kind="integer"),
    )
    assert answers == {"T-X-01": "no", "T-X-02": "yes"}
    assert left == ("T-X-03", "T-X-04", "T-X-05")


def test_what_would_be_unknown_or_does_not_apply_is_not_answered() -> None:
    """An unknown fact keeps an item out; one that is not asked is not even left."""
    answers, left = _rest(
        Context(answers={"T-X-04": "no"}),
        _item(1, "value == 'yes' && site.students > 3"),
        _item(2, "value == 'yes' || site.students > 3"),
        _item(3, "value == 'yes'", applies="answers.T_X_04 == 'yes'"),
        _item(4),
        _item(5, "value == 'yes'", applies="site.students > 3"),
    )
    assert answers == {"T-X-01": "no"}
    assert left == ("T-X-02", "T-X-05")


def test_a_proposal_that_hangs_on_an_unknown_keeps_an_item_out() -> None:
    """What would be proposed cannot be known yet, so that "in order" cannot be either; "nothing proposed" is known."""
    late = (Proposal("site.students > 3 ? 'yes' : ''", _W),)
    item = _item(1, "value == 'yes'", proposals=late)
    assert _rest(Context(), item) == ({}, ("T-X-01",))
    assert _rest(Context(site={"students": 2}), item) == ({"T-X-01": "no"}, ())
    assert _rest(Context(site={"students": 4}), item) == ({}, ("T-X-01",))


def test_a_proposal_that_speaks_against_it_keeps_an_item_out() -> None:
    """A proposal is no answer, but one that contradicts is a reason to look; one that agrees changes nothing."""
    against, agrees, odd = (Proposal(f"'{value}'", _W) for value in ("yes", "no", "maybe"))
    answers, left = _rest(
        Context(),
        _item(1, "value == 'yes'", proposals=(against,)),
        _item(2, "value == 'yes'", proposals=(agrees,)),
        _item(3, "value == 'yes'", proposals=(odd,)),
        _item(4, proposals=(agrees,)),
    )
    assert answers == {"T-X-02": "no"}
    assert left == ("T-X-01", "T-X-03", "T-X-04")


def test_answers_that_only_together_are_a_violation_are_not_all_given() -> None:
    """Each is in order alone; the second would make the first one a violation, and is left."""
    answers, left = _rest(
        Context(answers={"T-X-03": "yes"}),
        _item(1, "value == 'yes'"),
        _item(2, "value == 'yes'"),
        _item(3, "answers.T_X_01 == 'no' && answers.T_X_02 == 'no'"),
    )
    assert answers == {"T-X-01": "no"}
    assert left == ("T-X-02",)


def test_an_answer_that_puts_another_one_out_of_question_is_left() -> None:
    """What somebody recorded does not silently cease to count."""
    answers, left = _rest(
        Context(answers={"T-X-02": "yes"}),
        _item(1, "value == 'yes'"),
        _item(2, applies="answers.T_X_01 == 'yes'"),
    )
    assert (answers, left) == ({}, ("T-X-01",))


def test_items_in_conflict_are_left() -> None:
    """Where two people disagree, a third answer settles nothing."""
    made = [_compiled(_item(1, "value == 'yes'"))]
    assert rest_in_order(made, "T-X", Context(), disputed=["T-X-01"]).left == ("T-X-01",)


def test_another_section_is_not_known() -> None:
    """A code that is no checklist of this inspection."""
    with pytest.raises(KeyError):
        rest_in_order([_compiled(_item(1))], "T-Y", Context())


_NAMES = ("T_X_01", "T_X_02", "T_X_03", "T_X_04", "T_X_05")
_ATOM = st.one_of(
    st.sampled_from(["value == 'yes'", "value == 'no'", "site.students > 3", "true", "false"]),
    st.tuples(st.sampled_from(_NAMES), st.sampled_from(["yes", "no"])).map(
        lambda pair: f"answers.{pair[0]} == '{pair[1]}'"
    ),
)
_RULE = st.tuples(_ATOM, st.sampled_from([" && ", " || "]), _ATOM).map("".join)


@st.composite
def _worlds(draw: st.DrawFn) -> tuple[list[Compiled], Context]:
    items = []
    for number in range(1, 6):
        rule = draw(_RULE)
        applies = ""
        if number > 1 and draw(st.booleans()):
            applies = f"answers.T_X_{draw(st.integers(1, number - 1)):02} == 'yes'"
        hint = draw(st.one_of(st.just(""), _RULE))
        items.append(_item(number, rule, applies=applies, hints=(Rule(hint, _W),) if hint else ()))
    answers = draw(st.dictionaries(st.sampled_from([i.code for i in items]), st.sampled_from(["yes", "no"])))
    site = draw(st.sampled_from([{}, {"students": 2}, {"students": 9}]))
    return [_compiled(*items)], Context(answers=answers, site=site)


@settings(max_examples=150, deadline=None)
@given(_worlds())
def test_the_rest_brings_nothing_to_light(world: tuple[list[Compiled], Context]) -> None:
    """No item is a violation, a hint or unknown that was not before; what was answered is as it was."""
    (compiled,), context = world
    found = rest_in_order([compiled], "T-X", context)

    def verdicts(answers: dict[str, Any]) -> dict[str, str]:
        now = complete([compiled], Context(answers=answers, site=context.site))
        return {
            item.code: compiled.judge(item.code, answers.get(item.code), now).verdict
            for item in compiled.checklist.items
        }

    assert not set(found.answers) & set(context.answers)
    before, after = verdicts(dict(context.answers)), verdicts({**context.answers, **found.answers})
    for code, verdict in after.items():
        if code in found.answers:
            assert verdict == "in_order"
        elif verdict in ("violation", "hint", "unknown") or (
            verdict == "not_applicable" and code in context.answers
        ):
            assert before[code] == verdict
