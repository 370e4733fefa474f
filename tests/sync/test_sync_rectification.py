"""Rectification between laptops through a real centre: who may approve, and the photos of what was done."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from inspector.domain.lifecycle import DUTIES, TABLE
from inspector.domain.objections import Guarded
from inspector.errors import BadInput, Refusal
from inspector.services import people, rectification
from inspector.services.forms import Forms
from inspector.store import board
from inspector.store.board import Filter
from inspector.store.workspace import Store
from inspector.sync.enrolment import enrol
from tests.sync.sync_world import GRID, Centre, centre_at, dump, laptop, start, sync, workspace, write
from tests.workplace import deliver

PHOTO = b"a photo of the lowered sign"


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    """A serving centre."""
    with centre_at(tmp_path / "centre") as serving:
        yield serving


def leading(path: Path, centre: Centre, role: str = "lead") -> Store:
    """A laptop of a lead, or of a supervisor."""
    store = workspace(path)
    enrol(store, centre.url, centre.code(GRID, role=role))
    return store


def reasons(centre: Centre, store: Store) -> list[str]:
    """Why entries of a laptop are kept apart."""
    return [item.reason for item in centre.storage.kept_apart(store.device)[0]]


def find(store: Store, name: str = "f-1", scope: str = GRID) -> None:
    """A finding of a concluded inspection."""
    start(store, "i-1", scope=scope)
    write(store, "inspection.concluded", "i-1", {"answered": 0, "photos": []}, scope=scope)
    data = {"inspection": "i-1", "site": "s-1", "item": "T-1", "question": "q", "severity": 2}
    write(store, "finding.recorded", name, data, scope=scope)


def add_photo(store: Store, name: str = "f-1", *, scope: str = GRID) -> str:
    """A photo of what was done about a finding."""
    sha256 = store.put_photo(PHOTO)
    data = {"sha256": sha256, "name": "after.jpg", "bytes": len(PHOTO), "facts": {}, "phase": "after"}
    write(store, "rectification.photo_added", name, data, scope=scope)
    return sha256


def test_the_centre_takes_approvals_of_leading_laptops_alone(tmp_path: Path, centre: Centre) -> None:
    """What takes a duty is kept apart from an officers' laptop and taken from a lead's; everything else from both."""
    rows = [row for row in TABLE if row.by_hand]
    with laptop(tmp_path / "o", centre) as officers, leading(tmp_path / "l", centre) as lead:
        for store in (officers, lead):
            for row in rows:
                to = row.to if row.to not in ("", "back") else "open"
                data = {"action": row.code, "to": to, "day": "2026-11-20"}
                write(store, "rectification.moved", f"f-{row.code}-{store.device[:4]}", data)
            sync(store)
        kept = {item.seq: item.reason for item in centre.storage.kept_apart(officers.device)[0]}
        assert kept == {seq: "role.denied" for seq, row in enumerate(rows, start=1) if row.who in DUTIES}
        assert reasons(centre, lead) == []


def test_a_step_that_says_it_closes_is_kept_apart(tmp_path: Path, centre: Centre) -> None:
    """An officers' laptop names another action, or none that anybody knows, for what takes an approval: nobody gets it."""
    forged = [
        ("submit", "closed"),
        ("keep", "closed"),
        ("nobody_knows", "archived"),
        ("plan_review", "voided"),
    ]
    with laptop(tmp_path / "o", centre) as store:
        for number, (action, to) in enumerate(forged):
            data = {"action": action, "to": to, "day": "2026-11-20"}
            write(store, "rectification.moved", f"f-{number}", data)
        write(store, "rectification.moved", "f-x", {"action": "of_a_newer_program", "to": "review"})
        sync(store)
        assert reasons(centre, store) == ["role.denied"] * len(forged)


@pytest.mark.parametrize("role", ["officer", "lead", "supervisor"])
def test_directing_settling_and_duties_are_a_leads(tmp_path: Path, centre: Centre, role: str) -> None:
    """Who is in charge, which step counts and who may approve, from officers' laptops, is kept apart."""
    with leading(tmp_path / "x", centre, role) as store:
        stage = {"action": "submit", "to": "submitted"}
        write(store, "rectification.directed", "f-1", {"handler": "o-1"})
        write(
            store, "rectification.settled", "f-1", {"stage": stage, "chosen": f"{'a' * 16}/1", "note": "裁"}
        )
        write(store, "officer.recorded", "o-new", {"name": "样例新", "duty": "head"}, scope="county")
        write(store, "officer.recorded", "o-plain", {"name": "样例人", "standing": "helper"}, scope="county")
        sync(store)
        assert reasons(centre, store) == (["role.denied"] * 3 if role == "officer" else [])


def test_what_is_of_no_shape_is_not_even_written(tmp_path: Path) -> None:
    """A day that is none, a settlement without its step, a photo without its hash."""
    wrong: dict[str, dict[str, Any]] = {
        "rectification.moved": {"action": "submit", "to": "submitted", "day": "2026-02-30"},
        "rectification.settled": {"stage": {"action": "x"}, "chosen": "?"},
        "rectification.photo_added": {"sha256": "00", "name": "p", "bytes": 1, "facts": {}, "phase": "after"},
        "rectification.directed": {"priority": "high"},
        "rectification.linked": {"relapse_of": ""},
    }
    with workspace(tmp_path / "x") as store:
        for kind, data in wrong.items():
            with pytest.raises(BadInput):
                write(store, kind, "f-1", data)
        assert store.entries("f-1") == []


def test_a_refused_approval_changes_nothing_elsewhere(tmp_path: Path, centre: Centre) -> None:
    """An officers' laptop whose program was changed closes an item: the others never see it closed."""
    with laptop(tmp_path / "o", centre) as officers, leading(tmp_path / "l", centre) as lead:
        find(officers)
        write(
            officers, "rectification.moved", "f-1", {"action": "close", "to": "closed", "day": "2026-11-20"}
        )
        sync(officers)
        sync(lead)
        assert rectification.find(lead, "f-1").state == "open"
        assert rectification.find(officers, "f-1").irregular[:1] == ("not_from_there",)
        assert board.ids(lead.connection, Filter(), lead.today()) == ["f-1"]


def test_an_enrolled_officers_laptop_refuses_by_itself(tmp_path: Path, centre: Centre) -> None:
    """Before anything is written: no approval, no duty; a lead's laptop takes both."""
    with laptop(tmp_path / "o", centre) as officers, leading(tmp_path / "l", centre) as lead:
        assert (rectification.may_approve(officers), rectification.may_approve(lead)) == (False, True)
        with pytest.raises(Refusal) as caught:
            people.add_officer(officers, name="样例组长", department="教体局", standing="helper", duty="lead")
        assert caught.value.code == "officer.duty_laptop"
        boss = people.add_officer(lead, name="样例组长", department="教体局", standing="helper", duty="lead")
        find(lead)
        sync(lead)
        sync(officers)
        act = rectification.Act("void", note="误报同一块牌子")
        with pytest.raises(Guarded):
            rectification.do(officers, Forms(officers), "f-1", act, person=boss)
        rectification.do(lead, Forms(lead), "f-1", act, person=boss)
        sync(lead)
        sync(officers)
        assert rectification.find(officers, "f-1").state == "voided"
        assert dump(officers)["item"] == dump(lead)["item"]


def test_photos_of_items_travel_and_are_asked_for(tmp_path: Path, centre: Centre) -> None:
    """The original bytes are at the centre and on the other laptop, under the item and its phase."""
    with laptop(tmp_path / "a", centre) as a, laptop(tmp_path / "b", centre) as b:
        find(a)
        sha256 = add_photo(a)
        assert sync(a).photos_sent == 1
        assert centre.photos() == {sha256}
        assert sync(b).photos_fetched == 1
        assert b.blobs.get(sha256) == PHOTO
        assert rectification.find(b, "f-1").photos[sha256]["phase"] == "after"
        assert dump(a) == dump(b)


def test_photos_of_items_go_with_their_grid(tmp_path: Path, centre: Centre) -> None:
    """A laptop that is taken off a grid lets go of others' items there, of their lines and of their photos."""
    with laptop(tmp_path / "a", centre) as a, laptop(tmp_path / "b", centre) as b:
        find(a)
        sha256 = add_photo(a)
        sync(a)
        sync(b)
        assert b.blobs.has(sha256)
        deliver([], b, scopes=["county"])
        assert not b.blobs.has(sha256)
        assert dump(b)["item"] == dump(b)["photo"] == []
        assert board.ids(b.connection, Filter(settled=True), b.today()) == []


def test_an_own_finding_outlives_the_others_inspection(tmp_path: Path, centre: Centre) -> None:
    """What is left of an item after its grid is gone is what a rebuild gives: its own finding, of an unknown inspection."""
    with laptop(tmp_path / "a", centre) as a, laptop(tmp_path / "b", centre) as b:
        start(a, "i-1")
        write(a, "inspection.concluded", "i-1", {"answered": 0, "photos": []})
        sync(a)
        sync(b)
        data = {"inspection": "i-1", "site": "s-1", "item": "T-1", "question": "q", "severity": 2}
        write(b, "finding.recorded", "f-1", data)
        assert rectification.find(b, "f-1").state == "open"
        deliver([], b, scopes=["county"])
        left = dump(b)
        b.rebuild()
        assert dump(b) == left
        assert rectification.find(b, "f-1").state == "draft"
