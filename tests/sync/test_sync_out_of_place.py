"""What is about another grid's records does not reach them, whatever scope it names."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from inspector.central.publish import Publication, publish
from inspector.domain.entries import Draft
from inspector.domain.inspection import fold_inspection
from inspector.domain.office import officer_id
from inspector.store import queries
from inspector.sync.enrolment import enrol
from tests.sync.sync_world import GRID, Centre, answer, centre_at, laptop, start, sync, workspace, write


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    with centre_at(tmp_path / "centre") as serving:
        yield serving


def reasons(centre: Centre, device: str) -> list[str]:
    """Why a device's entries are kept apart, by number."""
    return [item.reason for item in centre.storage.kept_apart(device)[0]]


def test_entries_of_the_county_do_not_reach_a_grids_inspection(tmp_path: Path, centre: Centre) -> None:
    """A laptop of another grid, which knows the ids, can neither answer, void nor withdraw through the county."""
    with laptop(tmp_path / "v", centre) as victim, laptop(tmp_path / "e", centre, "g-9") as other:
        start(victim, "i-1")
        answered = answer(victim, "i-1", "T-1", "no")
        data = {"inspection": "i-1", "site": "s-1", "item": "T-1", "question": "q", "severity": 4}
        found = write(victim, "finding.recorded", "f-1", data)
        sync(victim)
        sync(other)
        write(other, "finding.withdrawn", "f-1", {"reason": "x"}, scope="county", replaces=[found])
        answer(other, "i-1", "T-1", "yes", scope="county", replaces=[answered])
        write(other, "inspection.voided", "i-1", {"reason": "x"}, scope="county")
        write(other, "strange.kind", "i-1", {"reason": "x"}, scope="county")
        sync(other)
        assert reasons(centre, other.device) == ["scope.aggregate"] * 4
        sync(victim)
        assert len(victim.entries("f-1")) == 1
        folded = fold_inspection(victim.entries("i-1"))[0]
        assert folded is not None
        assert folded.answers["T-1"] == "no"
        assert len(victim.entries("i-1")) == 2


def test_what_began_in_the_county_goes_on_there(tmp_path: Path, centre: Centre) -> None:
    """The inspection of a site whose grid nobody knows is everybody's, within one push and across laptops."""
    with laptop(tmp_path / "a", centre) as a, laptop(tmp_path / "b", centre, "g-9") as b:
        start(a, "i-1", scope="county")
        answer(a, "i-1", "T-1", "no", scope="county")
        sync(a)
        sync(b)
        answer(b, "i-1", "T-2", "no", scope="county")
        sync(b)
        sync(a)
        assert (reasons(centre, a.device), reasons(centre, b.device)) == ([], [])
        assert len(a.entries("i-1")) == 3


def test_a_tip_is_answered_in_its_own_grid(tmp_path: Path, centre: Centre) -> None:
    """Another grid neither answers nor voids it through the county; one that names no grid is everybody's, as plans are."""
    tip = {"channel": "phone", "content": "样例", "received": "2026-11-20", "address": "样例路"}
    answered = {"outcome": "unfounded", "text": "样例", "date": "2026-11-23"}
    with laptop(tmp_path / "a", centre) as a, laptop(tmp_path / "b", centre, "g-9") as b:
        write(a, "tip.recorded", "t-1", tip)
        write(a, "tip.recorded", "t-2", tip, scope="county")
        plan = {"name": "样例", "occasion": "night", "first": "2026-11-20", "last": "2026-11-21"}
        write(a, "plan.recorded", "l-1", plan, scope="county")
        sync(a)
        sync(b)
        write(b, "tip.answered", "t-1", answered, scope="county")
        write(b, "tip.voided", "t-1", {"reason": "样例理由"}, scope="county")
        write(b, "tip.answered", "t-2", answered, scope="county")
        write(b, "plan.site_excused", "l-1", {"site": "s-1", "reason": "关门"}, scope="county")
        sync(b)
        assert reasons(centre, b.device) == ["scope.aggregate"] * 2
        sync(a)
        states = dict(a.connection.execute("SELECT id, state FROM tip").fetchall())
        assert states == {"t-1": "received", "t-2": "answered"}
        assert a.connection.execute("SELECT site, reason FROM plan_excuse").fetchall() == [("s-1", "关门")]


def test_a_site_moves_only_by_who_is_allowed_at_both_ends(tmp_path: Path, centre: Centre) -> None:
    """A laptop of the new grid alone cannot take a site; one of both grids can, and one of its grid can go on."""
    with (
        laptop(tmp_path / "a", centre) as a,
        laptop(tmp_path / "b", centre, "g-9") as b,
        laptop(tmp_path / "c", centre, "g-7", "g-9") as c,
    ):
        write(a, "site.recorded", "s-1", {"facts": {"name": "样例"}})
        sync(a)
        write(b, "site.recorded", "s-1", {"facts": {"name": "别的"}}, scope="county")
        write(b, "site.recorded", "s-1", {"facts": {"name": "别的"}}, scope="g-9")
        sync(b)
        assert reasons(centre, b.device) == ["scope.aggregate"] * 2
        write(c, "site.recorded", "s-1", {"facts": {"grid": "g-9"}}, scope="g-9")
        sync(c)
        write(a, "site.recorded", "s-1", {"facts": {"address": "样例路 1 号"}})
        sync(a)
        assert (reasons(centre, a.device), reasons(centre, c.device)) == ([], [])


def test_an_entry_replaces_only_what_is_about_the_same(tmp_path: Path, centre: Centre) -> None:
    """An entry that replaces an entry about something else is kept apart."""
    with laptop(tmp_path / "a", centre) as a, laptop(tmp_path / "b", centre) as b:
        first = start(a, "i-1")
        sync(a)
        answer(b, "i-2", "T-1", "no", replaces=[first])
        sync(b)
        assert reasons(centre, b.device) == ["data.malformed"]


def test_a_laptop_of_every_grid_cannot_make_scopes_up(tmp_path: Path, centre: Centre) -> None:
    """Entries of unknown grids are kept apart, lengthen nobody's cursor, and go on as soon as the grid is known."""
    with laptop(tmp_path / "a", centre, "*") as a, laptop(tmp_path / "b", centre, "*") as b:
        for number in range(30):
            write(a, "strange.kind", f"x-{number}", {}, scope=f"g-{number}.made-up")
        start(a, "i-1", scope="g-20")
        start(a, "i-2", scope="g-21")
        start(a, "i-3", scope="g-22")
        sync(a)
        assert reasons(centre, a.device) == ["scope.unknown"] * 33
        found = centre.storage.device(b.device)
        assert found is not None
        assert found.scopes == ("county",)
        write(b, "grid.recorded", "g-20", {"code": "20", "name": "样例网格"}, scope="county")
        sync(b)
        centre.storage.grant(a.device, ["*", "g-21"])
        with laptop(tmp_path / "c", centre, "g-22"):
            pass
        assert reasons(centre, a.device) == ["scope.unknown"] * 30
        sync(b)
        assert [len(b.entries(f"i-{number}")) for number in (1, 2, 3)] == [1, 1, 1]


def test_a_laptop_that_was_its_own_office_brings_its_grids(tmp_path: Path, centre: Centre) -> None:
    """Grids and what is in them go together, in any order."""
    with laptop(tmp_path / "a", centre, "*") as a:
        start(a, "i-1", scope="g-20")
        write(a, "grid.recorded", "g-20", {"code": "20", "name": "样例网格"}, scope="county")
        sync(a)
        assert reasons(centre, a.device) == []


def test_people_and_grids_of_the_centre_are_for_its_leading_laptops_to_change(
    tmp_path: Path, centre: Centre
) -> None:
    """An officer's laptop may add whom the centre does not know; what the centre recorded it does not rewrite."""
    person = {"name": "样例甲", "department": "教体局", "certificate": "样例-1", "certificate_until": "2020-01-01",
              "standing": "officer"}  # fmt: skip
    publish(centre.storage, Publication(people=[person]))
    known = officer_id("样例-1", "样例甲", "教体局")
    grid = Draft("grid.recorded", "g-7", "county", {"code": "7", "name": "样例网格"})
    centre.storage.publish(lambda _: [grid])
    with laptop(tmp_path / "a", centre) as a, workspace(tmp_path / "b") as b:
        enrol(b, centre.url, centre.code(GRID, role="lead"))
        sync(a)
        seen = [entry.ref for entry in a.entries(known)]
        write(
            a, "officer.recorded", known, {"certificate_until": "2099-01-01"}, scope="county", replaces=seen
        )
        write(a, "grid.recorded", "g-7", {"name": "改名"}, scope="county")
        write(a, "officer.recorded", "o-new", {"name": "样例新", "standing": "helper"}, scope="county")
        write(a, "officer.recorded", "o-new", {"department": "城东街道"}, scope="county")
        sync(a)
        assert reasons(centre, a.device) == ["role.denied"] * 2
        sync(b)
        write(
            b, "officer.recorded", known, {"certificate_until": "2030-01-01"}, scope="county", replaces=seen
        )
        sync(b)
        assert reasons(centre, b.device) == []
        people = {one.id: one for one in queries.officers(b.connection)}
        assert (people[known].certificate_until, people["o-new"].name) == ("2030-01-01", "样例新")


def test_a_person_whom_a_laptop_recorded_first_becomes_the_centres(tmp_path: Path, centre: Centre) -> None:
    """Published with the same words, and then no longer that laptop's to change."""
    person = {"name": "样例乙", "department": "公安局", "certificate": "样例-2", "certificate_until": "2027-01-01",
              "standing": "officer"}  # fmt: skip
    known = officer_id("样例-2", "样例乙", "公安局")
    with laptop(tmp_path / "a", centre) as a:
        write(a, "officer.recorded", known, person, scope="county")
        sync(a)
        assert publish(centre.storage, Publication(people=[person])).entries == 1
        assert publish(centre.storage, Publication(people=[person])).entries == 0
        write(a, "officer.recorded", known, {"certificate_until": "2099-01-01"}, scope="county")
        sync(a)
        assert reasons(centre, a.device) == ["role.denied"]
