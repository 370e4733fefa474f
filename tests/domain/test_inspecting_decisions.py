"""Decisions: each rule of the field refuses what it must, lets pass what it may, and writes nothing twice."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest

from inspector.domain import inspecting
from inspector.domain.entries import COUNTY, Draft, Entry, Ref, Stamp
from inspector.domain.inspecting import Team
from inspector.domain.inspection import Inspection, PackPin, RulePin, fold_inspection
from inspector.domain.office import Officer
from inspector.domain.patrol import start_patrol
from inspector.domain.registers import Registers
from inspector.domain.site import Site
from inspector.errors import Refusal

TODAY = date(2026, 3, 1)
RULE = RulePin("calendar", "statutory", "1", "c" * 64)
PIN = PackPin("P", "1", "0" * 64)
TRAINING = Site("s-1", "g-1", {"kind": "training", "address": "虚构路1号"}, (), "patrol")
CAMPUS = Site("s-2", "g-1", {"kind": "campus", "name": "示例小学"}, (), "registry")


def person(number: int, standing: str = "officer", *, certificate: str = "证", until: str = "") -> Officer:
    """An invented person."""
    return Officer(
        f"o-{number}", f"样例{number}", "教体局", certificate and f"{certificate}{number}", until, standing
    )


ONE, TWO = person(1), person(2)
INSPECTOR = person(3, "school_inspector", certificate="")
WORKER = person(4, "grid_worker", certificate="")


class Desk:
    """One inspection and what was decided of it so far."""

    def __init__(self, site: Site = TRAINING, team: Team | None = None) -> None:
        self.entries: list[Entry] = []
        self.take(
            inspecting.start(
                inspection="i-1", site=site, pack=PIN, checklists=[PIN], team=team or Team((ONE, TWO))
            )
        )

    def take(self, drafts: Sequence[Draft]) -> int:
        """Record drafts; how many."""
        for draft in drafts:
            ref = Ref("a" * 16, len(self.entries) + 1)
            stamp = Stamp(1_770_000_000_000, 480, "0123456789abcdef", ref.seq)
            self.entries.append(
                Entry(ref, draft.type, draft.aggregate, draft.scope, "", stamp, draft.replaces, draft.data)
            )
        return len(drafts)

    @property
    def now(self) -> tuple[Inspection, Registers]:
        """The inspection as it stands."""
        state, registers = fold_inspection(self.entries)
        assert state is not None
        return state, registers

    def conclude(self, officers: Sequence[Officer], *, kind: str = "training", on: date = TODAY) -> int:
        """Conclude with these officers."""
        return self.take(
            inspecting.conclude(
                *self.now, officers=officers, site_kind=kind, on=on, unanswered=["B", "A"], findings=["f-2", "f-1"],
                rules=[RULE],
            )
        )  # fmt: skip


def code_of(action: Callable[[], object]) -> str:
    """The code of the refusal that an action meets; "" where it passes."""
    try:
        action()
    except Refusal as refusal:
        return refusal.code if refusal.zh and refusal.en else "without a sentence"
    return ""


@pytest.mark.parametrize(
    ("officers", "helpers", "kind", "code"),
    [
        ((ONE, TWO), (WORKER,), "training", ""),
        ((ONE,), (), "training", ""),
        ((ONE, ONE), (), "training", "team.twice"),
        ((ONE, TWO), (ONE,), "training", "team.twice"),
        ((), (WORKER,), "training", "team.empty"),
        ((ONE, WORKER), (), "training", "team.not_certified"),
        ((WORKER,), (), "campus", "team.not_certified"),
        ((ONE, INSPECTOR), (), "training", "team.not_certified"),
        ((INSPECTOR,), (ONE,), "campus", ""),
        ((INSPECTOR, ONE), (), "campus", ""),
    ],
)
def test_who_may_inspect(
    officers: tuple[Officer, ...], helpers: tuple[Officer, ...], kind: str, code: str
) -> None:
    """Only certified officers inspect training sites; school inspectors also campuses; nobody is listed twice."""
    team = Team(officers, helpers)
    assert code_of(lambda: inspecting.check_team(team, site_kind=kind)) == code
    site = TRAINING if kind == "training" else CAMPUS
    start = lambda: inspecting.start(inspection="i", site=site, pack=PIN, checklists=[], team=team)  # noqa: E731
    assert code_of(start) == code
    if kind == "campus":
        assert code_of(lambda: start_patrol(patrol="p-1", occasion="night", team=team)) == code


@pytest.mark.parametrize(
    ("officers", "kind", "code"),
    [
        ((ONE, TWO), "training", ""),
        ((ONE,), "training", "officers.two"),
        ((), "training", "officers.two"),
        ((ONE, ONE), "training", "officers.two"),
        ((ONE, WORKER), "training", "officers.two"),
        ((ONE, INSPECTOR), "training", "officers.two"),
        ((ONE, person(5, until="2026-02-28")), "training", "officers.two"),
        ((ONE, person(5, until="2026-03-01")), "training", ""),
        ((ONE, person(5, certificate="")), "training", "officers.two"),
        ((INSPECTOR,), "campus", ""),
    ],
)
def test_two_certified_officers_conclude(officers: tuple[Officer, ...], kind: str, code: str) -> None:
    """A training site needs two people with certificates valid that day; the last day of one still counts."""
    desk = Desk()
    assert code_of(lambda: desk.conclude(officers, kind=kind)) == code
    assert desk.now[0].status == ("open" if code else "concluded")


def test_a_conclusion_names_what_it_covers() -> None:
    """Counts, open items, findings and the county's texts are in it, sorted, so that what comes later is seen to come later."""
    desk = Desk()
    desk.take(inspecting.answer(*desk.now, item="A", value="yes"))
    desk.conclude((ONE, TWO))
    assert desk.now[0].conclusion == {
        "answered": 1,
        "unanswered": ["A", "B"],
        "findings": ["f-1", "f-2"],
        "photos": [],
        "entries": 2,
        "rules": [{"kind": "calendar", "code": "statutory", "version": "1", "sha256": "c" * 64}],
    }
    assert desk.now[0].rules == (RULE,)


CHANGES: dict[str, Callable[[Desk], Sequence[Draft]]] = {
    "answer": lambda desk: inspecting.answer(*desk.now, item="A", value="no"),
    "rows": lambda desk: inspecting.answer_rows(
        *desk.now, item="R", rows=[{"a": "1"}], new_row_id=lambda ordinal: f"r{ordinal}"
    ),
    "note": lambda desk: inspecting.note(*desk.now, item="A", text="记"),
    "photo": lambda desk: inspecting.add_photo(
        *desk.now, sha256="9" * 64, name="p.jpg", size=3, item="", facts={}
    ),
    "withdraw": lambda desk: inspecting.withdraw_photo(*desk.now, sha256="9" * 64, reason="误"),
    "team": lambda desk: inspecting.change_team(*desk.now, team=Team((TWO, ONE)), site_kind="training"),
    "void": lambda desk: inspecting.void(*desk.now, reason="选错了点位"),
    "conclude": lambda desk: inspecting.conclude(
        *desk.now, officers=(ONE, TWO), site_kind="training", on=TODAY, unanswered=[], findings=[], rules=[]
    ),
}


@pytest.mark.parametrize("state", ["concluded", "voided"])
@pytest.mark.parametrize("change", sorted(CHANGES))
def test_a_closed_inspection_does_not_change(change: str, state: str) -> None:
    """After its conclusion, or once voided, nothing more is written to it; while it is open, each change is."""
    assert code_of(lambda: CHANGES[change](Desk())) == ""
    desk = Desk()
    if state == "concluded":
        desk.conclude((ONE, TWO))
    else:
        desk.take(inspecting.void(*desk.now, reason="误建的检查"))
    before = len(desk.entries)
    assert code_of(lambda: CHANGES[change](desk)) == f"inspection.{state}"
    assert len(desk.entries) == before


@pytest.mark.parametrize("change", ["answer", "note", "photo", "team"])
def test_doing_it_again_writes_nothing(change: str) -> None:
    """A repeat of what is so already is no new fact."""
    desk = Desk()
    assert desk.take(CHANGES[change](desk)) == 1
    assert desk.take(CHANGES[change](desk)) == 0


@pytest.mark.parametrize("reason", ["", "  "])
def test_taking_back_needs_a_reason(reason: str) -> None:
    """Voiding and withdrawing a photo say why."""
    desk = Desk()
    desk.take(CHANGES["photo"](desk))
    assert code_of(lambda: inspecting.void(*desk.now, reason=reason)) == "inspection.void_reason"
    withdraw = lambda: inspecting.withdraw_photo(*desk.now, sha256="9" * 64, reason=reason)  # noqa: E731
    assert code_of(withdraw) == "photo.reason"
    assert desk.take(CHANGES["withdraw"](desk)) == 1
    assert desk.now[0].photos == ()
    assert desk.take(CHANGES["withdraw"](desk)) == 0


def test_a_photo_that_was_withdrawn_can_come_back() -> None:
    """Adding it again is a new fact that has seen the withdrawal."""
    desk = Desk()
    for step in ("photo", "withdraw", "photo"):
        assert desk.take(CHANGES[step](desk)) == 1
    assert len(desk.now[0].photos) == 1
    assert desk.now[0].conflicts == ()


def test_a_roster_writes_only_the_rows_that_changed() -> None:
    """One entry a row: changed, added, gone; equal rows cost nothing, and the order stays."""
    desk = Desk()

    def rows(*cells: str) -> int:
        found = [{"a": cell} for cell in cells]
        name = lambda ordinal: f"r{ordinal:04d}-{len(desk.entries)}"  # noqa: E731
        return desk.take(inspecting.answer_rows(*desk.now, item="R", rows=found, new_row_id=name))

    assert rows("1", "2", "3") == 3
    assert rows("1", "2", "3") == 0
    assert rows("1", "x", "3", "4") == 2
    assert desk.now[0].answers["R"] == [{"a": "1"}, {"a": "x"}, {"a": "3"}, {"a": "4"}]
    assert rows("1") == 3
    assert rows() == 1
    assert "R" not in desk.now[0].answers


def test_an_answer_taken_back_is_no_answer() -> None:
    """None removes it from the state and keeps its history."""
    desk = Desk()
    desk.take(inspecting.answer(*desk.now, item="A", value="yes"))
    assert desk.take(inspecting.answer(*desk.now, item="A", value=None)) == 1
    assert dict(desk.now[0].answers) == {}
    assert desk.now[1].entries == 3


def test_answering_resolves_a_conflict_even_with_the_shown_value() -> None:
    """Two laptops answered differently: choosing the value that happens to be shown is a decision, and is written."""
    desk = Desk()
    start = desk.entries[0].ref
    for device, value in (("b", "yes"), ("c", "no")):
        stamp = Stamp(0, 480, "0123456789abcdef", 1)
        data: dict[str, Any] = {"item": "A", "value": value}
        desk.entries.append(
            Entry(Ref(device * 16, 1), "inspection.answered", "i-1", COUNTY, "", stamp, (), data)
        )
    assert start == Ref("a" * 16, 1)
    assert desk.now[0].conflicts == ("answer/A",)
    shown = desk.now[0].answers["A"]
    drafts = inspecting.answer(*desk.now, item="A", value=shown)
    assert len(drafts[0].replaces) == 2
    desk.take([*drafts])
    assert not desk.now[0].conflicts
    assert desk.now[0].answers["A"] == shown
