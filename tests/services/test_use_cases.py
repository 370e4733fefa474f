"""Use cases as the screens and commands call them: one decision, one transaction, findings that follow."""

from pathlib import Path

import pytest

from inspector.domain.inspecting import Team
from inspector.domain.inspection import fold_inspection
from inspector.errors import BadInput, Damaged, NotFound, Refusal, UsageError
from inspector.services import inspections, lookup, people
from inspector.services.findings import amend_finding
from inspector.services.forms import Forms
from inspector.services.sheets import sheet
from inspector.services.sites import add_site
from inspector.services.status import summary
from inspector.store import log, queries
from inspector.store.workspace import Store
from tests.workplace import (
    EVENING,
    PASSPHRASE,
    TestClock,
    all_entries,
    conclude,
    deliver,
    exchange,
    make_people,
    make_site,
    make_store,
    make_team,
    start_inspection,
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A workspace."""
    return make_store(tmp_path / "ws")


@pytest.fixture
def forms(store: Store) -> Forms:
    """Its checklists."""
    return Forms(store)


def _size(store: Store) -> int:
    return log.own_tree(store.connection).size


def test_an_answer_and_its_finding_are_one_transaction(store: Store, forms: Forms) -> None:
    """A violating answer writes itself, its note and the finding with one stamp; a repeat writes nothing."""
    state = start_inspection(store, forms)
    before = _size(store)
    refs = inspections.answer(store, forms, state.id, "T-LIC-01", "无", note="未见")
    assert [ref.seq for ref in refs] == [before + 1, before + 2, before + 3]
    entries = log.sealed_entries(store.connection, store.device, above=before)
    assert [entry.type for entry in entries] == [
        "inspection.answered",
        "inspection.noted",
        "finding.recorded",
    ]
    assert len({entry.fields["time"]["wall"] for entry in entries}) == 1
    assert {entry.fields["actor"] for entry in entries} == {state.officers[0]}
    assert inspections.answer(store, forms, state.id, "T-LIC-01", "none", note="未见") == []


def test_a_finding_follows_its_answer(store: Store, forms: Forms) -> None:
    """Corrected, it is withdrawn; violated again, it stands again, with what was amended before."""
    state = start_inspection(store, forms)
    inspections.answer(store, forms, state.id, "T-LIC-01", "无")
    (row,) = queries.findings(store.connection)
    amend_finding(store, row.id, {"severity": 2, "deadline_days": 9, "note": "记"})
    inspections.answer(store, forms, state.id, "T-LIC-01", "valid")
    assert queries.findings(store.connection) == []
    inspections.answer(store, forms, state.id, "T-LIC-01", "无")
    (again,) = queries.findings(store.connection)
    assert (again.id, again.severity, again.deadline_days, again.note) == (row.id, 2, 9, "记")
    assert again.due > row.due
    assert again.conflicts == 0


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"severity": 0}, "finding.severity"),
        ({"severity": 5}, "finding.severity"),
        ({"deadline_days": -1}, "finding.deadline"),
        ({"deadline_days": 366}, "finding.deadline"),
        ({"deadline_days": "3"}, "finding.deadline"),
    ],
)
def test_an_amendment_stays_within_bounds(
    store: Store, forms: Forms, fields: dict[str, object], code: str
) -> None:
    """Severity is 1 to 4, a deadline up to a year; others are refused and nothing is written."""
    state = start_inspection(store, forms)
    inspections.answer(store, forms, state.id, "T-LIC-01", "无")
    (row,) = queries.findings(store.connection)
    before = _size(store)
    with pytest.raises(BadInput) as caught:
        amend_finding(store, row.id, fields)
    assert caught.value.code == code
    assert _size(store) == before


def test_the_source_of_a_task_is_kept_as_its_code(store: Store, forms: Forms) -> None:
    """Whether its code or its word was given."""
    begun = inspections.start(
        store,
        forms,
        site=make_site(store),
        people=make_team(store),
        source=" 群众\x1b举报".replace("\x1b", ""),
    )
    assert begun.source == "complaint"


def test_a_computed_item_is_not_answered(store: Store, forms: Forms) -> None:
    """Where the checklist derives an item, typing one is refused."""
    state = start_inspection(store, forms)
    derived = [line.item.code for line in sheet(store, forms, state.id).lines() if line.item.derived]
    assert derived
    with pytest.raises(BadInput) as caught:
        inspections.answer(store, forms, state.id, derived[0], "是")
    assert caught.value.code == "item.derived"


def test_a_refused_patrol_leaves_the_running_one(store: Store) -> None:
    """One patrol a device at a time: a new one ends the old one, a refused one does not."""
    with pytest.raises(UsageError):
        people.begin_patrol(store, occasion="festival", people=make_team(store))
    team = make_team(store)
    first = people.begin_patrol(store, occasion="night", people=team)
    helper = team.helpers[0]
    with pytest.raises(Refusal):
        people.begin_patrol(store, occasion="night", people=Team(officers=(helper,)))
    running = people.current_patrol(store)
    assert running is not None
    assert running.id == first.id
    second = people.begin_patrol(store, occasion="day", people=team)
    running = people.current_patrol(store)
    assert running is not None
    assert running.id == second.id
    assert store.connection.execute("SELECT count(*) FROM patrol WHERE ended = 1").fetchone()[0] == 1
    people.finish_patrol(store, second.id)
    people.finish_patrol(store, second.id)
    assert people.current_patrol(store) is None
    assert people.patrol_team(store, second).officers == team.officers


@pytest.mark.parametrize(
    ("wall", "occasion"),
    [
        (EVENING, "night"),
        (EVENING - 8 * 3600_000, "day"),
        (EVENING - 8 * 3600_000 - 2 * 86_400_000, "weekend"),
        (EVENING - 8 * 3600_000 - 86_400_000, "day"),
        (EVENING + 6 * 3600_000, "night"),
        (EVENING + 10 * 86_400_000, "holiday"),
    ],
)
def test_the_likely_occasion_of_a_patrol(forms: Forms, wall: int, occasion: str) -> None:
    """By the county's day and hour, whatever the laptop's zone; a worked Sunday is a day like others."""
    assert people.likely_occasion(forms, wall) == occasion


def test_people_are_found_by_what_is_known_of_them(store: Store) -> None:
    """By id, certificate, name or the start of an id; two of one name are told apart by id only."""
    first, _, _ = make_people(store)
    for text in (first.id, first.certificate, "样例甲", first.id[:8]):
        assert lookup.officer(store, text) == first
    other = people.add_officer(store, name="样例甲", department="住建局", certificate="样例-0009")
    with pytest.raises(NotFound) as caught:
        lookup.officer(store, "样例甲")
    assert caught.value.code == "officer.ambiguous"
    assert other.id in caught.value.hint_en
    assert lookup.officer(store, "样例-0009") == other


def test_two_laptops_that_add_the_same_meet(tmp_path: Path, store: Store) -> None:
    """Officer and site typed on two laptops without a network are one officer and one site after the exchange."""
    with make_store(tmp_path / "other", 1) as other:
        for laptop, certificate, address in (
            (store, "样例-0001", "虚构路9号"),
            (other, "样例－０００１", "虚构路 ９ 号"),
        ):
            people.add_officer(laptop, name="样例甲", department="教体局", certificate=certificate)
            add_site(laptop, address=address)
        exchange(store, other)
        for laptop in (store, other):
            assert len(queries.officers(laptop.connection)) == 1
            assert len(queries.sites(laptop.connection)) == 1


def test_an_inspection_goes_on_with_the_checklists_it_began_with(tmp_path: Path, store: Store) -> None:
    """Another laptop that got the entries judges by the pinned texts from the journal."""
    state = start_inspection(store)
    with make_store(tmp_path / "other", 1) as other:
        deliver(all_entries(store), other)
        there = sheet(other, Forms(other), state.id)
        assert [pin.sha256 for pin in there.inspection.checklists] == [pin.sha256 for pin in state.checklists]
        assert [line.item.code for line in there.lines()] == [
            line.item.code for line in sheet(store, Forms(store), state.id).lines()
        ]


def test_a_pinned_text_that_is_missing_or_another_is_damage(store: Store, forms: Forms) -> None:
    """A sheet is never shown with a text that is not the pinned one."""
    from dataclasses import replace

    state = start_inspection(store, forms)
    pin = replace(state.checklists[0], sha256="f" * 64)
    with pytest.raises(Damaged) as caught:
        Forms(store).of(replace(state, checklists=(pin,)))
    assert caught.value.code == "checklist.missing"
    row = queries.form(store.connection, state.checklists[0].sha256)
    assert row is not None
    store.connection.execute(
        "INSERT INTO form (sha256, device, kind, code, version, text) VALUES (?, 'x', 'checklist', ?, '1', ?)",
        ("f" * 64, row.code, row.text),
    )
    with pytest.raises(Damaged) as caught:
        Forms(store).of(replace(state, checklists=(pin,)))
    assert caught.value.code == "checklist.changed"


def test_a_checklist_of_a_newer_program_does_not_stop_the_others(store: Store) -> None:
    """A published text that this program cannot read is left aside; inspections start with what it can."""
    from inspector.domain.office import VOCABULARY, publish_text
    from inspector.domain.registers import fold

    empty = fold([], VOCABULARY)
    for number, kind in enumerate(("checklist", "pack"), 1):
        drafts = publish_text(
            kind, empty, code="T-LIC", version="9999.1", sha256=f"{number}" * 64, text="future: 1"
        )
        store.decide(lambda _, drafts=drafts: drafts)  # type: ignore[misc]
    assert Forms(store).checklists()["T-LIC"].version != "9999.1"
    start_inspection(store)


def test_concluding_names_what_was_left_open(store: Store, forms: Forms) -> None:
    """The conclusion carries findings, unanswered items and counts, and closes the inspection."""
    state = start_inspection(store, forms)
    inspections.answer(store, forms, state.id, "T-LIC-01", "无")
    done = conclude(store, state.id, remark="当场告知")
    conclusion = done.inspection.conclusion
    assert conclusion is not None
    assert conclusion["findings"] == [row.id for row in done.findings]
    assert conclusion["unanswered"] == sorted(done.unanswered)
    assert conclusion["answered"] == 1
    assert summary(store).open_inspections == 0
    folded = fold_inspection(store.entries(state.id))[0]
    assert folded is not None
    assert folded.status == "concluded"


def test_a_wrong_clock_changes_stamps_and_nothing_else(tmp_path: Path) -> None:
    """Ten years back or ahead, and jumping in between: order, findings and conclusion hold."""
    decade = 3650 * 86_400_000
    for number, start in enumerate((EVENING - decade, EVENING + decade)):
        clock = TestClock(number, start)
        make_store(tmp_path / f"{number}").close()
        with Store.open(tmp_path / f"{number}", PASSPHRASE, clock=clock) as store:
            forms = Forms(store)
            state = start_inspection(store, forms)
            clock.wall -= decade // 2
            inspections.answer(store, forms, state.id, "T-LIC-01", "无")
            inspections.answer(store, forms, state.id, "T-LIC-01", "valid")
            done = conclude(store, state.id)
            assert done.findings == ()
            assert done.inspection.answers["T-LIC-01"] == "valid"
            assert done.inspection.conflicts == ()


@pytest.mark.parametrize(
    ("fact", "typed", "stored"),
    [
        ("students", "约30人", 30),
        ("boarding", "是", True),
        ("permit_until", "2027年6月30日", "2027-06-30"),
        ("permit_state", "none", "none"),
        ("remark", " 门口\n无牌 ", "门口 无牌"),
    ],
)
def test_typed_facts_have_the_type_of_the_registrys(
    store: Store, fact: str, typed: str, stored: object
) -> None:
    """What an officer types on patrol compares equal with what an office's file says."""
    assert add_site(store, address="虚构路1号", facts={fact: typed}).facts[fact] == stored
