"""What importing would change: matched, filled, in conflict, absent, doubled; and nothing the second time."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.domain.site_facts import site_id
from inspector.errors import BadInput
from inspector.registry.diff import apply_plan, diff
from inspector.registry.reading import RegistryReading
from inspector.registry.rows import GridRow, SiteRow

CODES = ("91331002TDUH8NDBMM", "51331002BJ1XG612DU", "923310022T2Y8FNM2K")


def reading(*rows: Mapping[str, Any], grids: tuple[str, ...] = ()) -> RegistryReading:
    sites = tuple(
        SiteRow(
            f"表!第{number}行",
            {"kind": "training", **facts},
            (),
            {name: f"表!{name}{number}" for name in facts},
        )
        for number, facts in enumerate(rows, start=2)
    )
    return RegistryReading(
        tuple(GridRow(f"网格!第{n}行", "", name) for n, name in enumerate(grids)), sites, (), ()
    )


A = {"name": "示例甲中心", "address": "示例路1号", "grid_name": "东网格"}
KNOWN = {
    "s-known": {"kind": "training", **A, "credit_code": CODES[0], "permit_state": "unclear", "students": 30}
}


@pytest.mark.parametrize(
    "row",
    [
        {"name": "示例甲（新名）", "credit_code": CODES[0]},
        {"name": "示例 甲中心", "address": "示例路１号"},
        {"name": "示例甲中心", "grid_name": "东 网格"},
        {**A, "credit_code": CODES[1]},
    ],
    ids=["code", "name and address", "name and grid", "address although another code"],
)
def test_a_site_is_known_again(row: dict[str, Any]) -> None:
    """By its code under any name, else by name and address, else by name and grid; it is never made twice."""
    found = diff(reading(row), KNOWN, {})
    assert found.new == ()
    assert found.absent == ()


def test_what_differs_is_filled_or_in_conflict() -> None:
    """An unknown value is filled in, a known one is only overwritten when accepted; width and spaces are no difference."""
    row = {
        "credit_code": CODES[0],
        "name": "示例甲中心 ",
        "address": "示例路9号",
        "permit_state": "held",
        "students": 30,
        "phone": "1",
    }
    found = diff(reading(row), KNOWN, {})
    assert [(change.field, change.old, change.new) for change in found.filled] == [
        ("phone", None, "1"),
        ("permit_state", None, "held"),
    ]
    (conflict,) = found.conflicts
    assert (conflict.field, conflict.old, conflict.new, conflict.place) == (
        "address",
        "示例路1号",
        "示例路9号",
        "表!address2",
    )
    assert apply_plan(found, False) == [("s-known", {"permit_state": "held", "phone": "1"})]
    assert apply_plan(found, True) == [
        ("s-known", {"permit_state": "held", "phone": "1", "address": "示例路9号"})
    ]


def test_an_unclear_cell_never_takes_a_known_value_away() -> None:
    """What the file leaves open is no conflict with what is known."""
    known = {"s-known": {**KNOWN["s-known"], "permit_state": "held"}}
    found = diff(
        reading({"name": "示例甲中心", "credit_code": CODES[0], "permit_state": "unclear", "phone": ""}),
        known,
        {},
    )
    assert found.nothing_to_do


def test_facts_that_go_together_are_recorded_together() -> None:
    """A new number of students brings whether it is an estimate; a new category brings its class."""
    row = {
        "name": "示例甲中心",
        "credit_code": CODES[0],
        "students": 55,
        "students_estimated": True,
        "category": "体育",
        "category_class": "non_subject",
    }
    found = diff(reading(row), KNOWN, {})
    assert dict(apply_plan(found, True))["s-known"] == {
        "category": "体育", "category_class": "non_subject", "students": 55, "students_estimated": True,
    }  # fmt: skip


def test_several_candidates_are_an_error() -> None:
    """A row that fits two known sites is tied to neither, and stops the import."""
    bare: dict[str, Any] = {"kind": "training", "name": "示例甲中心", "grid_name": "东网格"}
    known = {"s-1": {**bare, "address": "示例路1号"}, "s-2": {**bare, "address": "示例路2号"}}
    found = diff(reading({"name": "示例甲中心", "grid_name": "东网格"}), known, {})
    assert [problem.where for problem in found.errors] == ["表!第2行"]
    with pytest.raises(BadInput):
        apply_plan(found, True)


def test_a_namesake_at_another_address_is_new_and_told() -> None:
    """The same name in the same grid at another address may be a branch or a move: recorded as new, with a warning."""
    found = diff(reading({**A, "address": "示例路77号"}), KNOWN, {})
    assert [site.site_id for site in found.new] == [
        site_id({"kind": "training", **A, "address": "示例路77号"})
    ]
    assert [problem.severity for problem in found.problems if "s-known" in problem.zh] == ["warning"]


def test_rows_of_one_file_that_disagree_are_an_error() -> None:
    """No row wins: the same code with two addresses stops the import and names both rows, in either order."""
    one, other = {**A, "credit_code": CODES[1]}, {**A, "credit_code": CODES[1], "address": "示例路2号"}
    for rows in ((one, other), (other, one)):
        found = diff(reading(*rows), {}, {})
        (problem,) = found.duplicates
        assert (problem.where, "表!第2行" in problem.zh) == ("表!address3", True)
        with pytest.raises(BadInput):
            apply_plan(found, True)


def test_rows_of_one_file_that_complete_each_other_are_one_site() -> None:
    """The same site once with its code and once with its phone is recorded once, with both, in either order."""
    one, other = {**A, "credit_code": CODES[1]}, {**A, "phone": "19900000001"}
    for rows in ((one, other), (other, one)):
        ((identity, facts),) = apply_plan(diff(reading(*rows), {}, {}), False)
        assert identity == site_id({"kind": "training", **one})
        assert (facts["credit_code"], facts["phone"]) == (CODES[1], "19900000001")


def test_absent_sites_are_only_reported() -> None:
    """A known training site that the list lacks is named; a campus is not, where the list has no campuses."""
    known: dict[str, dict[str, Any]] = {
        **KNOWN,
        "s-school": {"kind": "campus", "name": "示例小学", "address": "示例路3号"},
    }
    found = diff(reading({"name": "示例乙", "address": "示例路5号"}), known, {})
    assert found.absent == ("s-known",)
    assert "s-known" not in dict(apply_plan(found, True))


def test_a_grid_that_nobody_knows_is_told() -> None:
    """A list without a table of grids is checked against the known grids; new sites take the known spelling."""
    grids = {"g-1": {"name": "东网格"}}
    found = diff(reading({**A, "grid_name": "东 网格"}, {"name": "示例乙", "grid_name": "南网格"}), {}, grids)
    assert [problem.where for problem in found.problems] == ["表!grid_name3"]
    assert found.new[0].facts["grid_name"] == "东网格"


def test_sites_move_into_a_grid_that_came_later() -> None:
    """Whether the file names them or not; those that are in a grid of that name stay, an ambiguous name moves nobody."""
    known: dict[str, dict[str, Any]] = {
        "s-1": {"kind": "training", **A},
        "s-2": {"kind": "training", "name": "示例乙", "grid_name": "东 网格", "grid": "g-1"},
        "s-3": {"kind": "training", "name": "示例丙", "grid_name": "西网格"},
    }
    grids_file = RegistryReading((GridRow("网格!第2行", "1", "东网格"),), (), (), ())
    found = diff(grids_file, known, {})
    assert [(change.subject, change.new, change.shown) for change in found.moved] == [
        ("s-1", "g-1", "东网格")
    ]
    assert apply_plan(found, False) == [("s-1", {"grid": "g-1"})]
    assert diff(reading(A), known, {"g-1": {"name": "东网格"}}).moved == (
        replace(found.moved[0], place="表!grid_name2"),
    )
    known["s-1"]["grid"] = "g-1"
    assert diff(grids_file, known, {"g-1": {"name": "东网格", "code": "1"}}).nothing_to_do
    twins = {"g-8": {"name": "西网格"}, "g-9": {"name": "西 网格"}}
    assert diff(reading(A), known, {**twins, "g-1": {"name": "东网格"}}).moved == ()


facts = st.fixed_dictionaries(
    {"name": st.sampled_from(["示例甲", "示例乙", "示例丙（东）"])},
    optional={
        "credit_code": st.sampled_from([*CODES, "91331002TDUH8NDBM0"]),
        "address": st.sampled_from(["示例路1号", "示例路２号", "示例路3-1号"]),
        "grid_name": st.sampled_from(["东网格", "西网格"]),
        "kind": st.sampled_from(["training", "campus"]),
        "permit_state": st.sampled_from(["held", "none", "pending", "unclear"]),
        "students": st.integers(0, 3),
        "students_estimated": st.booleans(),
        "category": st.sampled_from(["体育", "学科类"]),
        "remark": st.sampled_from(["甲", "乙"]),
    },
)


@settings(max_examples=300, deadline=None)
@given(st.lists(facts, max_size=5), st.lists(facts, max_size=4), st.booleans())
def test_the_second_import_has_nothing_to_do(
    rows: list[dict[str, Any]], before: list[dict[str, Any]], accept: bool
) -> None:
    """For any file and any known sites: record the plan, compare again, and only unaccepted conflicts remain."""
    known: dict[str, dict[str, Any]] = {
        site_id({"kind": "training", **one}): {"kind": "training", **one} for one in before
    }
    found = diff(reading(*rows), known, {})
    if found.errors:
        with pytest.raises(BadInput):
            apply_plan(found, accept)
        return
    for identity, recorded in apply_plan(found, accept):
        known[identity] = {**known.get(identity, {}), **recorded}
    again = diff(reading(*rows), known, {})
    assert again.errors == ()
    assert (again.new, again.filled) == ((), ())
    assert accept == (not again.conflicts) or not found.conflicts
    assert apply_plan(again, False) == []
