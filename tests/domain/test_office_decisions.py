"""The office's people, grids and assignments: who is on record, under which name, and when nothing new is written."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.entries import COUNTY, Draft, Entry, Ref, Stamp
from inspector.domain.office import (
    VOCABULARY,
    Officer,
    assign_pack,
    assignment_id,
    checklist_aggregate,
    fold_grid,
    fold_officer,
    grid_id,
    officer_id,
    publish_text,
    record_fields,
    record_officer,
)
from inspector.domain.registers import Registers, fold
from inspector.errors import Refusal

EMPTY = fold([], VOCABULARY)
GOOD = {
    "name": "样例甲",
    "department": "教体局",
    "certificate": "证-1",
    "certificate_until": "",
    "standing": "officer",
}


def _recorded(drafts: Sequence[Draft], device: str = "a", start: int = 1) -> list[Entry]:
    return [
        Entry(
            Ref(device * 16, start + number), draft.type, draft.aggregate, draft.scope, "",
            Stamp(0, 480, "0123456789abcdef", 0), draft.replaces, draft.data,
        )
        for number, draft in enumerate(drafts)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, ""),
        ({"name": ""}, "officer.name"),
        ({"standing": ""}, "officer.standing"),
        ({"standing": "boss"}, "officer.standing"),
        ({"certificate": ""}, "officer.certificate"),
        ({"certificate": "", "standing": "helper"}, ""),
        ({"certificate": "", "standing": "grid_worker"}, ""),
        ({"certificate": "", "standing": "school_inspector"}, ""),
    ],
)
def test_who_can_be_recorded(change: dict[str, str], code: str) -> None:
    """An officer has a name, a known standing, and, where it is that of an officer, a certificate number."""
    fields = {**GOOD, **change}
    if not code:
        (draft,) = record_officer(EMPTY, aggregate="o-1", fields=fields)
        assert (draft.type, draft.scope, dict(draft.data)) == ("officer.recorded", COUNTY, fields)
        return
    with pytest.raises(Refusal) as caught:
        record_officer(EMPTY, aggregate="o-1", fields=fields)
    assert caught.value.code == code


def test_recording_again_writes_only_what_differs() -> None:
    """The same person twice is one entry; a change names the entry that it changes; a conflict is settled."""
    entries = _recorded(record_officer(EMPTY, aggregate="o-1", fields=GOOD))
    known = fold_officer(entries)[1]
    assert record_officer(known, aggregate="o-1", fields=GOOD) == []
    (draft,) = record_officer(known, aggregate="o-1", fields={**GOOD, "department": "公安局"})
    assert dict(draft.data) == {"department": "公安局"}
    assert draft.replaces == (entries[0].ref,)
    other = record_officer(known, aggregate="o-1", fields={**GOOD, "department": "住建局"})
    conflicting = fold_officer([*entries, *_recorded([draft], "b"), *_recorded(other, "c")])[1]
    assert conflicting.conflicts() == ("department",)
    (settled,) = record_officer(conflicting, aggregate="o-1", fields={**GOOD, "department": "公安局"})
    assert len(settled.replaces) == 2


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("证-0001", True),
        (" 证-0001 ", True),
        ("证－０００１", True),
        ("证 0001", True),
        ("证-0002", False),
        ("证-00011", False),
    ],
)
def test_a_certificate_is_one_officer_however_it_is_typed(typed: str, same: bool) -> None:
    """Width, case, spaces and dashes of an input method do not make another officer."""
    assert (officer_id(typed, "样例甲", "教体局") == officer_id("证-0001", "另名", "另局")) is same


@given(st.text(min_size=1, max_size=6).filter(str.strip), st.text(min_size=1, max_size=6).filter(str.strip))
def test_no_two_names_fall_together_by_losing_their_signs(one: str, other: str) -> None:
    """A number of signs alone still is a name of its own, never the empty one of all of them."""
    assert officer_id(one, "", "") != officer_id("", "", "")
    if not any(letter.isalnum() for letter in one + other) and one != other:
        assert officer_id(one, "", "") != officer_id(other, "", "")


@pytest.mark.parametrize(
    ("until", "certificate", "standing", "on", "certified"),
    [
        ("", "1", "officer", date(2026, 3, 1), True),
        ("2026-03-01", "1", "officer", date(2026, 3, 1), True),
        ("2026-02-28", "1", "officer", date(2026, 3, 1), False),
        ("", "", "officer", date(2026, 3, 1), False),
        ("", "1", "helper", date(2026, 3, 1), False),
    ],
)
def test_when_a_certificate_holds(
    until: str, certificate: str, standing: str, on: date, certified: bool
) -> None:
    """Standing, number and last day decide; the last day itself still counts."""
    person = Officer("o", "样例", "局", certificate, until, standing)
    assert person.certified(on) is certified


def test_grid_ids_are_the_code_or_stand_for_it() -> None:
    """A plain code is readable in the id; any other gives the same derived id everywhere."""
    assert grid_id("G01", "x") == "g-G01"
    assert grid_id("", "城东") == grid_id(" ", "城东") != grid_id("", "城西")
    assert grid_id("一号", "城东") == grid_id("一号", "城西")
    assert len(grid_id("A" * 100, "x")) <= 40


def test_a_grid_keeps_what_a_later_file_does_not_say() -> None:
    """Fields are registers of their own: bringing the telephone up to date leaves the lead unit."""
    first = _recorded(record_fields("grid", "g-1", {"code": "1", "name": "一", "lead_unit": "教体局"}, EMPTY))
    known = fold_grid(first)[1]
    more = _recorded(record_fields("grid", "g-1", {"phone": "0000-0000"}, known), "b")
    grid, _ = fold_grid([*more, *first])
    assert grid is not None
    assert (grid.name, grid.lead_unit, grid.phone) == ("一", "教体局", "0000-0000")
    assert fold_grid([]) == (None, EMPTY)


def _assign(known: Registers, pack: str) -> list[Draft]:
    return assign_pack(known, grid="county", site_kind="training", pack=pack)


def test_an_assignment_is_one_for_each_grid_and_kind() -> None:
    """Assigning the same again writes nothing; another pack replaces it, under the same name."""
    first = _assign(EMPTY, "P1")
    known = fold(_recorded(first), VOCABULARY)
    assert _assign(known, "P1") == []
    (second,) = _assign(known, "P2")
    assert second.aggregate == first[0].aggregate == assignment_id("county", "training")
    assert (
        fold([*_recorded([second], "b"), *_recorded(first)], VOCABULARY).value("assignment")["pack"] == "P2"
    )


def test_a_text_is_published_once_under_its_own_hash() -> None:
    """The name of a checklist is its hash, so two laptops that publish it make no conflict."""
    sha256 = "5" * 64
    drafts = publish_text("checklist", EMPTY, code="C", version="1", sha256=sha256, text="x")
    assert drafts[0].aggregate == checklist_aggregate(sha256)
    both = fold([*_recorded(drafts, "a"), *_recorded(drafts, "b")], VOCABULARY)
    assert both.conflicts() == ()
    assert publish_text("checklist", both, code="C", version="1", sha256=sha256, text="x") == []
