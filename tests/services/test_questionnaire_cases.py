"""Questionnaires on laptops: pinned with the inspection, recorded without names, counted together after a sync."""

from pathlib import Path

from inspector.domain.inspection import Inspection
from inspector.services import inspections, lookup, questionnaires
from inspector.services.forms import Forms
from inspector.services.sheets import sheet
from inspector.services.sites import add_site
from inspector.store import queries
from inspector.store.workspace import Store
from tests.workplace import all_entries, exchange, make_store, make_team


def begin(store: Store) -> Inspection:
    """An open inspection of a school with the homework pack."""
    site = add_site(store, address="虚构路1号", name="样例小学", kind="campus")
    return inspections.start(store, Forms(store), site=site, people=make_team(store))


def _say(store: Store, inspection: str, minutes: int) -> str:
    answers = {"Q-STU-01": minutes, "Q-STU-11": "no"}
    saved = questionnaires.record_response(
        store, Forms(store), inspection, "q-stu", respondent="student", answers=answers
    )
    return saved.ids[0]


def test_an_inspection_is_pinned_to_the_forms_of_its_pack(tmp_path: Path) -> None:
    """Their texts are published with it, so another laptop can count; they are no part of the sheet."""
    with make_store(tmp_path / "a", 1) as first, make_store(tmp_path / "b", 2) as second:
        begun = begin(first)
        assert [pin.code for pin in begun.questionnaires] == ["Q-STU", "Q-PAR", "Q-TEA"]
        assert [pin.code for pin in begun.checklists] == ["C-SL", "C-HW"]
        now = sheet(first, Forms(first), begun.id)
        assert {section.checklist.code for section in now.sections} == {"C-SL", "C-HW"}
        assert not [code for code in now.unanswered if code.startswith("Q-")]
        exchange(first, second)
        assert all(queries.form(second.connection, pin.sha256) for pin in begun.questionnaires)
        assert queries.forms(second.connection, "checklist", devices=(first.device,)) == []


def test_two_laptops_record_at_once_and_both_count(tmp_path: Path) -> None:
    """Responses are new facts, never a conflict; the tally is the same on both laptops."""
    with make_store(tmp_path / "a", 1) as first, make_store(tmp_path / "b", 2) as second:
        begun = begin(first)
        exchange(first, second)
        for minutes in (20, 40):
            _say(first, begun.id, minutes)
        for minutes in (40, 90):
            _say(second, begun.id, minutes)
        alone = questionnaires.tallies(first, Forms(first), begun.id)[0]
        assert alone.responses == {"student": None}
        exchange(first, second)
        both = [questionnaires.tallies(store, Forms(store), begun.id) for store in (first, second)]
        assert both[0] == both[1]
        assert both[0][0].responses == {"student": 4}
        numbers = both[0][0].items[0].groups[0].numbers
        assert numbers is not None
        assert (numbers.median, numbers.mean) == (None, 475)
        assert lookup.inspection(first, begun.id).conflicts == ()


def test_a_withdrawn_response_is_gone_from_every_count(tmp_path: Path) -> None:
    """A mistyped one is taken back with a reason; its entry stays in the journal."""
    with make_store(tmp_path / "a", 1) as store:
        begun = begin(store)
        mistyped, *_ = [_say(store, begun.id, minutes) for minutes in (1, 2, 3)]
        before = len(all_entries(store))
        questionnaires.withdraw_response(store, Forms(store), begun.id, "Q-STU", mistyped, reason="录错")
        _, found = questionnaires.offered(store, Forms(store), begun.id)
        assert [one.responses for one in found] == [2, 0, 0]
        assert len(all_entries(store)) == before + 1


def test_a_conclusion_does_not_count_responses_as_answers(tmp_path: Path) -> None:
    """Answers and responses are different things; nothing is late because of them."""
    with make_store(tmp_path / "a", 1) as store:
        begun = begin(store)
        _say(store, begun.id, 30)
        done = inspections.conclude(store, Forms(store), begun.id).inspection
        assert done.conclusion is not None
        assert done.conclusion["answered"] == 0
        assert done.late == 0
