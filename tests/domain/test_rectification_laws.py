"""The fold of an item: a function of the set of entries, whatever other programs wrote; deadlines by the day."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.domain import lifecycle
from inspector.domain.entries import COUNTY, Entry, Ref, Stamp
from inspector.domain.finding import fold_finding, withdraw_finding
from inspector.domain.lifecycle import SETTLED, STATES, TABLE
from inspector.domain.rectification import Item, fold_item
from inspector.domain.shapes import well_formed
from tests.domain.rectifying_world import (
    DEVICES,
    DUE,
    FIRST,
    FOUND,
    LEAD,
    OPENING,
    PHOTO,
    SECTION,
    SHAPE,
    Case,
    at,
    two_steps,
)

_ACTIONS = [row.code for row in TABLE] + ["coffee"]
_days = st.dates(date(2026, 1, 1), date(2026, 12, 31)).map(date.isoformat)
_moves = st.fixed_dictionaries(
    {"action": st.sampled_from(_ACTIONS), "to": st.sampled_from([*STATES, "nowhere"])},
    optional={
        "day": _days, "until": _days, "on": _days, "note": st.just("记"), "late": st.booleans(),
        "photos": st.just(["7" * 64]), "inspection": st.just("i-9"),
    },
)  # fmt: skip
_others = st.sampled_from(
    [
        ("finding.recorded", SHAPE),
        ("finding.amended", {"severity": 4, "due": "2026-04-01"}),
        ("finding.withdrawn", {"reason": "更正"}),
        ("rectification.directed", {"handler": "o-丙"}),
        ("rectification.directed", {"priority": 2}),
        ("rectification.photo_added", PHOTO),
        ("rectification.linked", {"relapse_of": "f-0"}),
        ("rectification.of_the_future", {"x": 1}),
    ]
)


def _entry(ref: Ref, kind: str, data: Mapping[str, Any] | None, replaces: Iterable[Ref], actor: str) -> Entry:
    stamp = Stamp(1_790_000_000_000 - ref.seq, 480, "0" * 16, ref.seq)
    return Entry(ref, kind, "f-1", COUNTY, actor, stamp, tuple(sorted(set(replaces))), data)


@st.composite
def histories(draw: st.DrawFn, *, circles: bool = False) -> list[Entry]:
    """What three laptops with any programs wrote of one item.

    Each entry replaces any of those before it; with `circles`, also entries that others write later. Some bodies are
    withheld, and some data are of no shape.
    """
    size = draw(st.integers(1, 10))
    devices = [draw(st.sampled_from(DEVICES)) for _ in range(size)]
    refs = [Ref(device, 1 + devices[:number].count(device)) for number, device in enumerate(devices)]
    entries: list[Entry] = []
    for number, ref in enumerate(refs):
        pool = [one for one in refs if one != ref] if circles else refs[:number]
        replaces = draw(st.lists(st.sampled_from(pool), max_size=3)) if pool else []
        what = draw(st.integers(0, 9))
        data: Any
        if what < 6:
            kind, data = "rectification.moved", draw(_moves)
        elif what < 8:
            kind = "rectification.settled"
            data = {"stage": draw(_moves), "chosen": str(draw(st.sampled_from(refs))), "note": "裁"}
        else:
            kind, data = draw(_others)
        spoil = draw(st.integers(0, 11))
        if spoil == 0:
            data = None
        elif spoil == 1:
            data = {
                **data,
                draw(st.sampled_from(sorted(data))): draw(st.sampled_from([None, 3, [], {"a": 1}])),
            }
        entries.append(
            _entry(ref, kind, data, replaces, draw(st.sampled_from(["o-甲", "o-丙", "o-section", ""])))
        )
    return [_entry(Ref("d" * 16, 1), "finding.recorded", SHAPE, (), "o-甲"), *entries]


@given(entries=histories(), data=st.data())
@settings(max_examples=120, deadline=None)
def test_no_order_no_repeat_and_no_bare_copy_changes_an_item(
    entries: list[Entry], data: st.DataObject
) -> None:
    """Any permutation with any repeats and copies without their bodies gives the same item."""
    again = data.draw(st.lists(st.sampled_from(entries), max_size=4))
    bare = [_entry(one.ref, one.type, None, one.replaces, one.actor) for one in again]
    mixed = data.draw(st.permutations([*entries, *again, *bare]))
    item, registers = fold_item(mixed, OPENING)
    expected, _ = fold_item(entries, OPENING)
    assert item is not None
    assert expected is not None
    assert item == expected
    assert list(item.photos) == list(expected.photos)
    assert repr(registers) == repr(fold_item(entries, OPENING)[1])


@given(entries=histories(circles=True))
@settings(max_examples=120, deadline=None)
def test_entries_that_name_each_other_in_circles_end(entries: list[Entry]) -> None:
    """Hostile `replaces` and `chosen` make no endless path: no step comes twice, and the item can be read."""
    item, _ = fold_item(entries, OPENING)
    assert item is not None
    refs = [step.ref for step in item.path]
    assert len(refs) == len(set(refs)) <= len(entries)
    _readable(item)


@given(entries=histories())
@settings(max_examples=150, deadline=None)
def test_whatever_was_written_can_be_read(entries: list[Entry]) -> None:
    """Every question about an item has an answer, and what is of no shape has no say."""
    item, registers = fold_item(entries, OPENING)
    assert item is not None
    _readable(item)
    believed = [one for one in entries if one.data is None or well_formed(one.type, one.data)]
    assert fold_item(believed, OPENING)[1] == registers or len(believed) < len(entries)


def _readable(item: Item) -> None:
    for day in (FOUND, DUE, FOUND + timedelta(days=400)):
        state = item.state_on(day)
        assert state in STATES
        item.overdue(day)
    assert item.late() in (True, False)
    assert item.unit_recorders() <= {step.actor for step in item.path}
    assert (item.state in lifecycle.SETTLED and not item.rivals) is item.settled


@given(entries=histories())
@settings(max_examples=120, deadline=None)
def test_a_path_without_a_mark_is_one_that_the_table_has(entries: list[Entry]) -> None:
    """Where nothing is irregular, each step is a row of the table, and a closing had two people, none a registrant."""
    item, _ = fold_item(entries, OPENING)
    assert item is not None
    if item.irregular:
        return
    endorsers: list[str] = []
    for before, step in zip((None, *item.path), item.path, strict=False):
        if step.action == "settle":
            continue
        row = lifecycle.ACTIONS[step.action]
        assert row.by_hand
        assert step.before in row.sources or (step.before == "noticed" and "rectifying" in row.sources)
        assert before is None or before.after == step.before
        endorsers += [step.actor] if step.action == "endorse" else []
        if step.action == "close":
            assert endorsers
            assert step.actor != endorsers[-1]
            assert not {step.actor, endorsers[-1]} & item.registrants


# -- what other programs write is marked ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "who", "data", "mark"),
    [
        ("open", "o-section", {"action": "close", "to": "closed"}, "not_from_there"),
        ("passed", "o-section", {"action": "close", "to": "closed"}, "not_two_steps"),
        ("passed", FIRST.id, {"action": "close", "to": "closed"}, "closed_by_recorder"),
        ("passed", FIRST.id, {"action": "endorse", "to": "passed"}, "closed_by_recorder"),
        ("review", "o-丙", {"action": "pass", "to": "closed"}, "not_to_there"),
        ("review", "o-丙", {"action": "coffee", "to": "closed"}, "unknown_action"),
        ("open", "o-丙", {"action": "open", "to": "open"}, "unknown_action"),
        ("closed", "o-lead", {"action": "look_back", "to": "heaven"}, "unknown_state"),
        ("archived", "o-lead", {"action": "submit", "to": "submitted"}, "not_from_there"),
    ],
)
def test_a_forged_step_is_marked_and_takes_nothing_out_of_the_list(
    state: str, who: str, data: dict[str, str], mark: str
) -> None:
    """Another program's step cannot be stopped: the item bears the reason against it, and stands where the step says,
    unless that hides it from the list of open work by a way that the table does not have.
    """
    case = at(state)
    assert case.item.irregular == ()
    case.forge(who, data)
    assert mark in case.item.irregular
    hides = data["to"] in SETTLED and mark in ("not_from_there", "not_to_there", "unknown_action")
    assert case.item.state == (data["to"] if data["to"] in STATES and not hides else state)


def test_who_endorsed_and_closed_alone_is_marked() -> None:
    """One person in both steps, by another program."""
    case = at("passed").do(SECTION, "endorse")
    case.forge(SECTION.id, {"action": "close", "to": "closed"})
    assert case.item.irregular == ("not_two_steps",)


def test_a_settlement_of_no_conflict_is_marked() -> None:
    """It chooses a step that is not there, or says something else of it than it says."""
    case = at("open")
    stage = {"action": "close", "to": "closed"}
    case.forge(
        LEAD.id, {"stage": stage, "chosen": f"{DEVICES[1]}/9", "note": "裁"}, kind="rectification.settled"
    )
    assert case.item.irregular == ("not_that_step",)
    case = two_steps()
    chosen = case.item.rivals[0]
    case.forge(LEAD.id, {"stage": stage, "chosen": str(chosen.ref)}, kind="rectification.settled")
    assert (case.item.state, case.item.irregular) == ("closed", ("not_that_step",))


def test_a_day_that_is_none_sets_nothing() -> None:
    """A step with the thirtieth of February is kept and not believed, so that no list stumbles over it."""
    for name in ("day", "until", "on"):
        for wrong in ("2026-02-30", "soon", "20260301", 3, None):
            case = at("open")
            case.forge("o-丙", {"action": "notify", "to": "noticed", name: wrong})
            assert case.item.state == "open"


def test_taking_back_what_was_signed_ends_nothing() -> None:
    """A finding that the conclusion names stays open and is marked when it is withdrawn later: to void it takes a lead.

    One that was withdrawn before, and one of an inspection that is not concluded, is no item of work.
    """

    def take_back(case: Case) -> None:
        drafts = withdraw_finding(case.folded()[1], aggregate=case.id, scope=COUNTY, reason="更正")
        case.append(drafts, FIRST)

    signed = Case(opening=replace(OPENING, standing=frozenset({"f-1"})))
    take_back(signed)
    assert (signed.item.state, signed.item.irregular) == ("open", ("withdrawn",))
    assert signed.do(LEAD, "void").item.state == "voided"
    for opening in (OPENING, replace(OPENING, concluded=False, standing=frozenset({"f-1"}))):
        case = Case(opening=opening)
        take_back(case)
        assert (case.item.state, case.item.irregular) == ("voided", ())


def test_steps_of_a_withdrawn_finding_are_marked_and_kept() -> None:
    """The answer was corrected after a paper was served: voided where nobody moved it, marked where somebody did."""
    case = at("open")
    _withdraw(case)
    assert (case.item.state, case.item.irregular) == ("voided", ())
    case = at("noticed")
    _withdraw(case)
    assert "withdrawn" in case.item.irregular
    assert len(case.item.path) == 1


def _withdraw(case: Case) -> None:
    _, known = fold_finding(case.entries)
    case.append(withdraw_finding(known, aggregate=case.id, scope=COUNTY, reason="更正（虚构）"), FIRST)


def test_a_withheld_step_closes_nothing_and_is_marked() -> None:
    """Without its body the last step says nothing, and the item is on the list of open work; one in between is a gap."""
    closed = at("closed")
    closed.entries[-1] = _bare(closed.entries[-1])
    assert not closed.item.settled
    assert "withheld" in closed.item.irregular
    between = at("closed")
    number = next(n for n, one in enumerate(between.entries) if (one.data or {}).get("action") == "submit")
    between.entries[number] = _bare(between.entries[number])
    assert between.item.state == "closed"
    assert "withheld" in between.item.irregular
    assert between.item.due == DUE.isoformat()


def _bare(entry: Entry) -> Entry:
    return _entry(entry.ref, entry.type, None, entry.replaces, entry.actor)
