"""The rest of a section in one go, taken back in one go, and accepting a proposal: what the record then holds."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspector.errors import NotFound
from inspector.services import filling, inspections, lookup
from inspector.services.forms import Forms
from inspector.services.sheets import sheet
from tests.workplace import all_entries, deliver, exchange, make_store, start_inspection


def test_the_rest_is_one_transaction_and_says_how_each_answer_came(tmp_path: Path) -> None:
    """Each answer is an entry of its own with `how`; numbers and choices are named as left."""
    with make_store(tmp_path / "w") as store:
        forms = Forms(store)
        begun = start_inspection(store, forms).id
        said = filling.rest_in_order(store, forms, begun, "t-stf")
        state = lookup.inspection(store, begun)
        assert said.answers
        assert set(said.answers.values()) <= {"yes", "no"}
        assert "T-STF-01" in said.left
        assert dict(state.answers) == dict(said.answers)
        assert state.how == dict.fromkeys(said.answers, "rest")
        now = sheet(store, forms, begun)
        assert {now.line(code).judgement.verdict for code in said.answers} == {"in_order"}
        assert not now.findings
        again = filling.rest_in_order(store, forms, begun, "T-STF")
        assert not set(again.answers) & set(said.answers)


def test_an_answer_given_by_itself_is_no_longer_of_the_rest(tmp_path: Path) -> None:
    """The same answer again, by itself, clears `how`; taking the batch back then leaves it."""
    with make_store(tmp_path / "w") as store:
        forms = Forms(store)
        begun = start_inspection(store, forms).id
        said = filling.rest_in_order(store, forms, begun, "T-STF")
        first, *others = said.answers
        assert inspections.answer(store, forms, begun, first, said.answers[first])
        assert first not in lookup.inspection(store, begun).how
        assert filling.take_rest_back(store, forms, begun, list(said.answers)) == tuple(others)
        assert set(lookup.inspection(store, begun).answers) == {first}


def test_an_unknown_section_is_named(tmp_path: Path) -> None:
    """The refusal names the sections that there are."""
    with make_store(tmp_path / "w") as store:
        begun = start_inspection(store).id
        with pytest.raises(NotFound, match="T-STF"):
            filling.rest_in_order(store, Forms(store), begun, "T-NONE")


def test_two_who_agree_are_in_no_conflict_however_they_came_to_it(tmp_path: Path) -> None:
    """One laptop records the rest, another the same answer by itself: no conflict, and both see the same."""
    with make_store(tmp_path / "a", 1) as one, make_store(tmp_path / "b", 2) as other:
        begun = start_inspection(one).id
        deliver(all_entries(one), other)
        said = filling.rest_in_order(one, Forms(one), begun, "T-STF")
        code, value = next(iter(said.answers.items()))
        inspections.answer(other, Forms(other), begun, code, value)
        exchange(one, other)
        states = [lookup.inspection(store, begun) for store in (one, other)]
        assert states[0].conflicts == ()
        assert states[0].how == states[1].how
        assert states[0].answers == states[1].answers


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "T-STF-06": st.sampled_from(["yes", "no"]),
            "T-STF-07": st.sampled_from(["yes", "no"]),
            "T-STF-01": st.integers(0, 9).map(str),
        },
    )
)
def test_taking_the_rest_back_gives_the_answers_of_before(
    tmp_path: Path, given_first: dict[str, str]
) -> None:
    """Whatever was answered before, r and then u leave the same answers, findings and verdicts."""
    folder = tmp_path / str(len(list(tmp_path.iterdir())))
    with make_store(folder) as store:
        forms = Forms(store)
        begun = start_inspection(store, forms).id
        for code, value in given_first.items():
            inspections.answer(store, forms, begun, code, value)
        before = sheet(store, forms, begun)
        said = filling.rest_in_order(store, forms, begun, "T-STF")
        amid = sheet(store, forms, begun)
        assert amid.counts["violations"] == before.counts["violations"]
        assert amid.counts["hints"] <= before.counts["hints"]
        assert amid.counts["unknown"] <= before.counts["unknown"]
        gone = filling.take_rest_back(store, forms, begun, list(said.answers))
        assert gone == tuple(said.answers)
        after = sheet(store, forms, begun)
        assert after.inspection.answers == before.inspection.answers
        assert not after.inspection.how
        assert [line.judgement for line in after.lines()] == [line.judgement for line in before.lines()]
        assert [row.item for row in after.findings] == [row.item for row in before.findings]
