"""Tips and plans over real workspaces: nothing forgotten, nothing counted twice, nobody betrayed."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspector.domain.plan import SITE_STATES
from inspector.errors import Refusal
from inspector.services import inspections, lookup, people, plans, sites, tips
from inspector.services.forms import Forms
from inspector.store import planning, projections
from inspector.store.workspace import Store
from tests.workplace import (
    EVENING,
    PASSPHRASE,
    TestClock,
    all_entries,
    deliver,
    exchange,
    make_people,
    make_store,
    make_team,
)

DAY = 86_400_000
TODAY = "2026-09-21"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A workspace with people."""
    with make_store(tmp_path / "ws") as made:
        make_people(made)
        yield made


def _clock(store: Store) -> TestClock:
    assert isinstance(store.clock, TestClock)
    return store.clock


def _visit(store: Store, site: str) -> str:
    found = lookup.site(store, site)
    team = make_team(store)
    return inspections.start(
        store, Forms(store), site=found, people=team, source="plan", reason="虚构：多次检查"
    ).id


def _grids(store: Store) -> list[str]:
    from inspector.domain.office import fold_grid, grid_id, record_fields

    for code in ("G01", "G02"):
        name = grid_id(code, "")
        store.decide(
            lambda view, name=name, code=code: record_fields(  # type: ignore[misc]
                "grid", name, {"code": code, "name": f"网格{code}"}, fold_grid(view.entries(name))[1]
            )
        )
    return [grid_id(code, "") for code in ("G01", "G02")]


# -- tips ------------------------------------------------------------------------------------------------------


def test_who_reported_is_in_no_entry(store: Store, tmp_path: Path) -> None:
    """Name and phone stay in the workspace that recorded them: no entry holds them, no other laptop knows them."""
    made = tips.add_tip(
        store, channel="phone", content="夜里补课", address="样例小区", name="样例举报人", phone="13900000000"
    )
    assert made.tip.named
    assert tips.reporter_of(store, made.tip.id) == {"name": "样例举报人", "phone": "13900000000"}
    for entry in all_entries(store):
        for told in ("样例举报人", "13900000000"):
            assert told.encode() not in (entry.body or b"") + entry.header
    with make_store(tmp_path / "other", 1) as other:
        deliver(all_entries(store), other)
        (line,) = tips.tip_lines(other, Forms(other))
        assert (line.row.id, line.row.named, line.reporter_here) == (made.tip.id, True, False)
        assert tips.reporter_of(other, made.tip.id) == {}
    with pytest.raises(Refusal) as refused:
        tips.void_tip(store, made.tip.id, reason="样例举报人要求作废")
    assert refused.value.code == "tip.reporter_told"
    tips.void_tip(store, made.tip.id, reason="重复登记")
    assert tips.reporter_of(store, made.tip.id) == {}


def test_a_refused_tip_leaves_no_trace_of_who_reported(store: Store) -> None:
    """What is not recorded keeps neither name nor phone."""
    with pytest.raises(Refusal):
        tips.add_tip(
            store, channel="phone", content="样例举报人说补课", address="样例小区", name="样例举报人"
        )
    assert store.connection.execute("SELECT count(*) FROM setting WHERE key LIKE 'tip%'").fetchone()[0] == 0
    assert planning.tips(store.connection) == []


def test_a_tip_is_of_the_grid_of_its_site(store: Store) -> None:
    """All its entries are of that scope; without a site it is the county's."""
    first, _ = _grids(store)
    sites.add_site(store, name="样例点", address="虚构路1号", grid="G01")
    known = tips.add_tip(store, channel="parent", content="补课", site="样例点").tip
    vague = tips.add_tip(store, channel="upward", content="补课", address="城东").tip
    assert (known.scope, vague.scope) == (first, "county")
    tips.assign_tip(store, known.id, officer="样例甲")
    moved = tips.assign_tip(store, vague.id, department="市场监管局", site="样例点")
    assert (moved.scope, moved.site, moved.department) == ("county", known.site, "market")
    assert {entry.scope for entry in store.entries(known.id)} == {first}


def test_the_last_day_is_the_countys(store: Store) -> None:
    """Assigning pins the last day that the county's days give; one that is named counts instead."""
    tip = tips.add_tip(store, channel="letter", content="补课", address="城东", received="2026.9.18").tip
    (line,) = tips.tip_lines(store, Forms(store))
    # Seven working days after a Friday: 20 September is worked, 25 to 27 are the Mid-Autumn days off.
    assert (line.next_due, line.next_due_estimated) == ("2026-09-29", False)
    given_to = tips.assign_tip(store, tip.id, department="公安局")
    assert given_to.due == "2026-10-15"
    assert tips.assign_tip(store, tip.id, department="公安局", due="2026年9月30日").due == "2026-09-30"
    _clock(store).wall += 10 * DAY  # past 30 September
    (line,) = tips.tip_lines(store, Forms(store), state="overdue")
    assert line.late == "answer"


def test_nobody_is_told_of_an_anonymous_tip(store: Store) -> None:
    """There is nobody to tell; and the figures count only those who gave a name."""
    tip = tips.add_tip(store, channel="letter", content="补课", address="城东").tip
    with pytest.raises(Refusal) as refused:
        tips.answer_tip(store, tip.id, outcome="unfounded", text="核查无此情况", told=True)
    assert refused.value.code == "tip.anonymous"
    tips.answer_tip(store, tip.id, outcome="unfounded", text="核查无此情况")
    found = tips.tip_figures(store, Forms(store))
    assert (found["answered"], found["on_time"], found["named_answered"]) == (1, 1, 0)


# -- plans -----------------------------------------------------------------------------------------------------


def _plan(store: Store, **more: Any) -> planning.PlanRow:
    fields = {"name": "夜查", "first": TODAY, "last": TODAY, "occasion": "night", **more}
    return plans.row_of(store, plans.make_plan(store, **fields).id)


def _states(store: Store, row: planning.PlanRow) -> dict[str, str]:
    return {site.name: site.state for site in planning.plan_sites(store.connection, row)}


def test_visits_count_once_and_only_in_the_plans_time(store: Store) -> None:
    """Two visits are one; before, after, and voided ones are none; the last night is in it until six."""
    for name in ("甲点", "乙点", "丙点", "丁点", "戊点"):
        sites.add_site(store, name=name, address=f"虚构路{name}")
    row = _plan(store)
    _clock(store).wall = EVENING - DAY
    _visit(store, "乙点")
    _clock(store).wall = EVENING
    _visit(store, "甲点")
    voided = _visit(store, "丙点")
    inspections.void(store, voided, reason="选错点位了")
    inspections.void(store, _visit(store, "甲点"), reason="选错点位了")
    _clock(store).wall = EVENING + 7 * 3_600_000  # past five in the morning
    _visit(store, "丁点")
    _clock(store).wall = EVENING + 9 * 3_600_000
    _visit(store, "戊点")
    assert _states(store, row) == {
        "甲点": "visited", "乙点": "open", "丙点": "open", "丁点": "visited", "戊点": "open",
    }  # fmt: skip


def test_a_shut_site_does_not_count_but_is_listed(store: Store) -> None:
    """One that shut is left out of what is to be visited; a visit in the plan's time stays a visit."""
    for name in ("甲点", "乙点"):
        sites.add_site(store, name=name, address=f"虚构路{name}")
    row = _plan(store)
    _visit(store, "甲点")
    for name in ("甲点", "乙点"):
        sites.set_facts(store, lookup.site(store, name), {"status": "closed"})
    assert _states(store, row) == {"甲点": "visited", "乙点": "shut"}
    total = plans.coverage(store, row).total
    assert (total.to_visit, total.visited, total.shut) == (1, 1, 1)


def test_a_visited_site_needs_no_excuse(store: Store) -> None:
    """Neither does one that is none of the plan's; an excuse from before gives way to a visit."""
    for name in ("甲点", "乙点"):
        sites.add_site(store, name=name, address=f"虚构路{name}")
    row = _plan(store, sites=["甲点"])
    plans.excuse(store, row.id, "甲点", reason="关门")
    assert _states(store, row) == {"甲点": "excused"}
    _visit(store, "甲点")
    assert _states(store, row) == {"甲点": "visited"}
    for name in ("甲点", "乙点"):
        with pytest.raises(Refusal) as refused:
            plans.excuse(store, row.id, name, reason="关门")
        assert refused.value.code == "plan.site"


def test_the_sites_of_a_plans_tips_are_its_sites(store: Store) -> None:
    """A tip brings its site into the plan, once; a voided one takes it out again; the site's line says so."""
    for name in ("甲点", "乙点"):
        sites.add_site(store, name=name, address=f"虚构路{name}")
    row = _plan(store, sites=["甲点"])
    made = [
        tips.add_tip(store, channel="phone", content="补课", site=name).tip
        for name in ("甲点", "乙点", "乙点")
    ]
    for tip in made:
        tips.assign_tip(store, tip.id, plan="夜查")
    found = {site.name: site.tips for site in planning.plan_sites(store.connection, row)}
    assert found == {"乙点": 2, "甲点": 1}
    assert plans.coverage(store, row).total.total == 2
    for tip in made[1:]:
        tips.void_tip(store, tip.id, reason="重复登记")
    assert _states(store, row) == {"甲点": "open"}


def test_a_plan_names_what_is_not_on_this_laptop(store: Store, tmp_path: Path) -> None:
    """A laptop without a site's grid still hears that the plan has it, and does not count it as its own."""
    sites.add_site(store, name="甲点", address="虚构路1号")
    plan = _plan(store, sites=["甲点"])
    with make_store(tmp_path / "other", 1) as other:
        deliver([entry for entry in all_entries(store) if not entry.aggregate.startswith("s-")], other)
        total = plans.coverage(other, plans.row_of(other, plan.id)).total
        assert (total.to_visit, total.elsewhere, total.total) == (0, 1, 1)


def test_a_patrol_finds_the_plan_of_its_night(store: Store) -> None:
    """After midnight it is still the plan of the evening before; a closed plan is none."""
    row = _plan(store)
    assert [plan.id for plan in plans.running_plans(store)] == [row.id]
    _clock(store).wall = EVENING + 5 * 3_600_000
    assert [plan.id for plan in plans.running_plans(store)] == [row.id]
    _clock(store).wall = EVENING + 9 * 3_600_000
    assert plans.running_plans(store) == []
    _clock(store).wall = EVENING
    begun = people.begin_patrol(store, occasion="night", people=make_team(store), plan=row.id)
    assert begun.plan == row.id
    assert store.connection.execute("SELECT plan FROM patrol").fetchall() == [(row.id,)]
    plans.close_plan(store, row.id)
    assert plans.running_plans(store) == []


# -- laws ------------------------------------------------------------------------------------------------------

NAMES = ("甲点", "乙点", "丙点", "丁点", "戊点", "己点")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with six sites in two grids, copied for each example."""
    path = tmp_path_factory.mktemp("base") / "ws"
    with make_store(path) as made:
        make_people(made)
        _grids(made)
        for number, name in enumerate(NAMES):
            kind = "campus" if number == 5 else "training"
            grid = ("G01", "G02", "")[number % 3]
            sites.add_site(made, name=name, address=f"虚构路{number}号", grid=grid, kind=kind)
    return path


def _act(data: st.DataObject, store: Store, plan: str) -> None:
    name = data.draw(st.sampled_from(NAMES))
    act = data.draw(st.sampled_from(("visit", "void", "shut", "excuse", "unexcuse", "tip", "untip")))
    if act == "visit":
        _visit(store, name)
    elif act == "void":
        rows = store.connection.execute(
            "SELECT id FROM inspection WHERE status = 'open' ORDER BY id"
        ).fetchall()
        if rows:
            inspections.void(store, rows[0][0], reason="选错点位了")
    elif act == "shut":
        sites.set_facts(
            store, lookup.site(store, name), {"status": data.draw(st.sampled_from(("closed", "open")))}
        )
    elif act in ("excuse", "unexcuse"):
        plans.excuse(store, plan, name, reason="关门" if act == "excuse" else "")
    elif act == "tip":
        tip = tips.add_tip(store, channel="phone", content="补课", site=name).tip
        tips.assign_tip(store, tip.id, plan=plan)
    else:
        for row in planning.tips(store.connection, state="assigned")[:1]:
            tips.void_tip(store, row.id, reason="重复登记")


@given(data=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_coverage_is_a_partition_of_the_sites(
    base: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Whatever is done, each site of a plan is in one state: lists and counts, by grid and whole, agree; and the
    same entries in another order and after a rebuild give the same tables."""
    path = tmp_path_factory.mktemp("law") / "ws"
    shutil.copytree(base, path)
    with Store.open(path, PASSPHRASE, clock=TestClock(7)) as store:
        kinds: tuple[dict[str, Any], ...] = (
            {}, {"grids": ["G01"]}, {"site_kind": "training"}, {"sites": ["甲点", "己点"]},
        )  # fmt: skip
        chosen = data.draw(st.sampled_from(kinds))
        row = _plan(store, **chosen)
        for _ in range(data.draw(st.integers(1, 6))):
            try:
                _act(data, store, row.id)
            except Refusal:
                continue
        listed = planning.plan_sites(store.connection, row)
        assert len({site.site for site in listed}) == len(listed)
        found = plans.coverage(store, row)
        for grid in (*found.grids, None):
            counts = found.total if grid is None else grid.counts
            there = [site for site in listed if grid is None or site.scope == grid.grid]
            for state in SITE_STATES:
                assert getattr(counts, state) == sum(site.state == state for site in there)
            assert counts.total == len(there)
        for site in listed:
            assert planning.site_state(store.connection, row, site.site) == site.state
        before = projections.dump(store.connection)
        store.rebuild()
        assert projections.dump(store.connection) == before
        with make_store(path.parent / "reader", 9) as reader:
            for entry in data.draw(st.permutations(all_entries(store))):
                deliver([entry], reader)
            assert projections.dump(reader.connection) == before
            exchange(store, reader)
            assert plans.coverage(reader, row) == found
    shutil.rmtree(path.parent)
