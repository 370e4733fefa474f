"""Questionnaires: what a response may hold, and that counting depends on nothing but the set of responses."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.checklist import AnswerSpec, Checklist, Choice, Item, Words
from inspector.domain.entries import Draft, Entry, Ref, Stamp
from inspector.domain.inspection import fold_inspection
from inspector.domain.questionnaire import (
    SMALL_GROUP,
    Response,
    half_up,
    read_response,
    record,
    responses_of,
    tally,
    tenths,
    withdraw,
)
from inspector.errors import BadInput, NotFound, Refusal

_CHOICES = tuple(Choice(code, Words(code, code)) for code in ("a", "b", "c"))


def _item(number: int, answer: AnswerSpec) -> Item:
    return Item(f"Q-X-0{number}", Words("题", "q"), answer, 1, "education")


FORM = Checklist(
    "Q-X", "1", Words("卷", "form"), "school", ("campus",),
    (
        _item(1, AnswerSpec("yes_no")),
        _item(2, AnswerSpec("choice", choices=_CHOICES)),
        _item(3, AnswerSpec("multi_choice", choices=_CHOICES)),
        _item(4, AnswerSpec("integer", minimum="0", maximum="600")),
    ),
    "f" * 64, form="questionnaire", respondents=("student", "parent"),
)  # fmt: skip
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "Q-X-01": st.sampled_from(["yes", "no", "na"]),
    "Q-X-02": st.sampled_from(["a", "b", "c"]),
    "Q-X-03": st.sampled_from([[], ["a"], ["a", "c"], ["a", "b", "c"]]),
    "Q-X-04": st.integers(0, 600),
}
RESPONSES = st.lists(
    st.tuples(st.sampled_from(["student", "parent"]), st.fixed_dictionaries({}, optional=VALUES)), max_size=12
)
STARTED = {
    "site": "s-1", "pack": {"code": "p", "version": "1", "sha256": "0"}, "checklists": [], "officers": ["o-1"],
    "questionnaires": [{"code": "Q-X", "version": "1", "sha256": "f" * 64}],
}  # fmt: skip


def _entry(seq: int, draft: Draft) -> Entry:
    ref = Ref("a" * 16, seq)
    return Entry(
        ref, draft.type, draft.aggregate, draft.scope, "", Stamp(0, 0, "", 0), draft.replaces, draft.data
    )


START = _entry(1, Draft("inspection.started", "i-1", "G1", STARTED))


def _named(found: list[tuple[str, dict[str, Any]]]) -> list[Response]:
    return [Response(f"a-{number}", who, answers) for number, (who, answers) in enumerate(found)]


@given(RESPONSES, st.randoms(use_true_random=False))
def test_the_order_of_responses_has_no_say(found: list[Any], shuffle: random.Random) -> None:
    """A tally is a function of the set of responses."""
    responses = _named(found)
    mixed = list(responses)
    shuffle.shuffle(mixed)
    assert tally(FORM, mixed) == tally(FORM, responses)


@given(RESPONSES)
def test_nobody_is_lost_or_counted_twice(found: list[Any]) -> None:
    """Answered and unanswered are all responses; the counts of a single choice are all who answered it."""
    counted = tally(FORM, _named(found), small_group=1)
    assert sum(number or 0 for number in counted.responses.values()) == len(found)
    for one in counted.items:
        for group in one.groups:
            assert group.answered is not None
            assert group.unanswered is not None
            assert group.answered + group.unanswered == counted.responses[group.respondent]
            if one.item.answer.type in ("yes_no", "choice"):
                assert sum(count.count for count in group.counts) == group.answered
            for count in group.counts:
                assert count.per_mille == half_up(count.count * 1000, group.answered)


@given(RESPONSES)
def test_a_group_in_which_single_people_show_is_not_told_apart(found: list[Any]) -> None:
    """Fewer than three answers: no count, no number, not even how many."""
    counted = tally(FORM, _named(found))
    for who in FORM.respondents:
        group = [answers for respondent, answers in found if respondent == who]
        assert (counted.responses[who] is None) == (0 < len(group) < SMALL_GROUP)
        for one in counted.items:
            given_by = sum(one.item.code in answers for answers in group)
            shown = next(g for g in one.groups if g.respondent == who)
            assert shown.small == (0 < given_by < SMALL_GROUP or 0 < len(group) < SMALL_GROUP)
            if shown.small:
                assert (shown.answered, shown.unanswered, shown.counts, shown.numbers) == (
                    None,
                    None,
                    (),
                    None,
                )


def test_numbers_are_exact() -> None:
    """Median and mean in tenths, shares in tenths of a percent, a half upwards."""
    answers = [{"Q-X-04": value} for value in (10, 20, 25, 70)] + [
        {"Q-X-02": "a"},
        {"Q-X-02": "b"},
        {"Q-X-02": "b"},
    ]
    counted = tally(FORM, _named([("student", one) for one in answers]))
    numbers = counted.items[3].groups[0].numbers
    assert numbers is not None
    assert (numbers.median, numbers.mean) == (None, 313)
    more = tally(FORM, _named([("student", one) for one in [*answers, {"Q-X-04": 5}, {"Q-X-04": 90}]]))
    enough = more.items[3].groups[0].numbers
    assert enough is not None
    assert (enough.median, enough.mean) == (225, 367)
    assert [(c.code, c.count, tenths(c.per_mille)) for c in counted.items[1].groups[0].counts] == [
        ("a", 1, "33.3"), ("b", 2, "66.7"), ("c", 0, "0.0"),
    ]  # fmt: skip
    assert tenths(-5) == "-0.5"


def test_none_of_them_is_an_answer_and_skipping_is_none() -> None:
    """Several choices: "none of them" is counted on its own; a skipped question is "no answer"."""
    counted = tally(
        FORM,
        _named([("student", {"Q-X-03": []})] * 3 + [("student", {"Q-X-03": ["a", "b"]}), ("student", {})]),
    )
    group = counted.items[2].groups[0]
    assert {count.code: count.count for count in group.counts} == {"a": 1, "b": 1, "c": 0, "": 3}
    assert (group.answered, group.unanswered) == (4, 1)


def test_values_of_another_program_are_no_answers() -> None:
    """A value that this form does not take, and an item that it does not have, are counted as nothing."""
    odd: list[Any] = [
        {"Q-X-02": "z"},
        {"Q-X-02": {"a": 1}},
        {"Q-X-04": True},
        {"Q-X-09": "a"},
        {"Q-X-03": [1, None]},
    ]
    counted = tally(FORM, [*_named([("student", one) for one in odd]), Response("a-z", "stranger", {})])
    assert all(one.groups[0].answered == 0 for one in counted.items)
    assert counted.responses == {"student": 5, "parent": 0}


def _record(*entries: Entry, **more: Any) -> list[Draft]:
    inspection, registers = fold_inspection(entries)
    assert inspection is not None
    wanted = {"response": "a-1", "respondent": "student", "answers": {"Q-X-01": "是"}, "form": FORM, **more}
    return record(inspection, registers, **wanted)


def test_a_response_holds_answers_and_nothing_that_names_anybody() -> None:
    """Canonical answers in the order of the form, who in general, and a random name; once only."""
    draft = _record(START, answers={"Q-X-04": "３０分钟".removesuffix("分钟"), "Q-X-01": "是", "Q-X-02": ""})[
        0
    ]
    assert draft.data == {
        "form": "Q-X", "response": "a-1", "respondent": "student",
        "answers": [{"item": "Q-X-01", "value": "yes"}, {"item": "Q-X-04", "value": 30}],
    }  # fmt: skip
    with pytest.raises(Refusal) as refused:
        _record(START, _entry(2, draft))
    assert refused.value.code == "response.twice"


def test_what_is_no_response_is_refused_with_every_fault() -> None:
    """Items of other forms, values that are no answers, other people, nothing at all, another pack."""
    with pytest.raises(BadInput) as told:
        read_response(FORM, "student", {"Q-X-01": "也许", "Q-X-04": "601", "T-LIC-01": "是"})
    assert [problem.where for problem in told.value.problems] == ["T-LIC-01", "Q-X-01", "Q-X-04"]
    for who, answers in (("teacher", {"Q-X-01": "是"}), ("student", {}), ("student", {"Q-X-01": " "})):
        with pytest.raises(BadInput):
            read_response(FORM, who, answers)
    bare = {name: value for name, value in STARTED.items() if name != "questionnaires"}
    with pytest.raises(Refusal) as refused:
        _record(_entry(1, Draft("inspection.started", "i-1", "G1", bare)))
    assert refused.value.code == "questionnaire.not_in_pack"


def test_a_concluded_inspection_takes_no_response() -> None:
    """Refused when it is not open."""
    done = _entry(2, Draft("inspection.concluded", "i-1", "G1", {"entries": 1}))
    with pytest.raises(Refusal) as refused:
        _record(START, done)
    assert refused.value.code == "inspection.concluded"


def test_a_withdrawn_response_does_not_count() -> None:
    """Withdrawing needs a reason and a response; twice is once."""
    first = _entry(2, _record(START)[0])
    inspection, registers = fold_inspection([START, first])
    assert inspection is not None
    assert len(responses_of(registers, "Q-X")) == 1
    wanted = {"form": "Q-X", "response": "a-1"}
    with pytest.raises(Refusal):
        withdraw(inspection, registers, **wanted, reason=" ")
    with pytest.raises(NotFound):
        withdraw(inspection, registers, form="Q-X", response="a-2", reason="录错")
    gone = _entry(3, withdraw(inspection, registers, **wanted, reason="录错")[0])
    for order in ([START, first, gone], [gone, START, first]):
        inspection, registers = fold_inspection(order)
        assert inspection is not None
        assert responses_of(registers, "Q-X") == ()
        assert inspection.answers == {}
        assert inspection.conflicts == ()
        assert withdraw(inspection, registers, **wanted, reason="再一次") == []
