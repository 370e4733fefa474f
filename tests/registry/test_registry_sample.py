"""The ledger of an invented county, as an office really keeps one: counted row by row by hand."""

from collections import Counter
from pathlib import Path

import pytest

from inspector.domain.site_facts import quadrant
from inspector.registry.diff import apply_grids, apply_plan, diff
from inspector.registry.reading import RegistryReading, read

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="module", name="sample")
def read_sample() -> RegistryReading:
    """The sample, read once."""
    return read(DATA / "registry-yuehu.xlsx")


def test_every_row_is_accounted_for(sample: RegistryReading) -> None:
    """80 training sites, 40 campuses and 6 grids; 4 blank, 4 repeated and 1 total row are left aside, none lost."""
    counted = {
        (s.kind, s.header_row, s.rows, s.blank, s.repeated, s.totals, s.remarks) for s in sample.sheets
    }
    assert counted == {
        ("training", 3, 80, 4, 4, 1, 0),
        ("campus", 1, 40, 0, 0, 0, 0),
        ("grids", 1, 6, 0, 0, 0, 0),
    }
    assert Counter(site.facts["kind"] for site in sample.sites) == {"training": 80, "campus": 40}
    assert len(sample.grids) == 6
    assert sample.errors == ()


def test_the_doubts_of_the_sample(sample: RegistryReading) -> None:
    """Exactly these flags: five codes fail their check, seven cells look like formulas, 28 registrars disagree …"""
    assert Counter(flag.code for site in sample.sites for flag in site.flags) == {
        "credit_code_bad_check": 5,
        "credit_code_registrar": 28,
        "formula_text": 7,
        "permit_unclear": 33,
        "permit_pending": 18,
        "permit_contradiction": 11,
        "permit_until_alone": 27,
        "address_differs": 17,
        "status_from_remark": 16,
    }
    quadrants = Counter(quadrant(s.facts).code.value for s in sample.sites if s.facts["kind"] == "training")
    assert quadrants == {
        "licensed_registered": 15,
        "licensed_unregistered": 2,
        "unlicensed_registered": 1,
        "unclear": 62,
    }


def test_problems_name_row_and_column(sample: RegistryReading) -> None:
    """A wrong code is told with its cell, a repeated row with both rows."""
    by_place = {problem.where: problem for problem in sample.problems}
    wrong = by_place["校外培训机构台账!D10"]
    assert (wrong.severity, "513310026YYGB4NHX0" in wrong.zh) == ("warning", True)
    assert "第5行" in by_place["校外培训机构台账!第6行"].zh
    assert by_place["校外培训机构台账!N34"].zh.endswith('=HYPERLINK("x")')


def test_cells_become_plain_facts(sample: RegistryReading) -> None:
    """Full width, spaces, five spellings of dates and estimates come out as values; formula text stays inert text."""
    facts = {site.place: site.facts for site in sample.sites}

    def at(row: int) -> dict[str, object]:
        return dict(facts[f"校外培训机构台账!第{row}行"])

    assert at(7)["credit_code"] == "923310022T2Y8FNM2K"
    assert at(13)["credit_code"] == "51331002UEQ5K0QR44"
    assert [at(row)["permit_until"] for row in (4, 5, 8, 14, 39)] == [
        "long-term",
        "2026-01-10",
        "2024-11-05",
        "2026-07-05",
        "2026-08-27",
    ]
    assert [(at(row)["students"], at(row)["students_estimated"]) for row in (7, 8, 20)] == [
        (232, False),
        (33, True),
        (163, False),
    ]
    assert at(34)["remark"] == '=HYPERLINK("x")'
    assert at(38).get("credit_code") is None
    assert (at(9)["status"], at(16)["status"], at(7).get("status")) == ("closed", "transformed", None)
    campus = facts["中小学校台账!第41行"]
    assert (campus["boarding"], campus["classes"], campus["stage"]) == (True, 38, "完全中学")


def test_importing_twice_changes_nothing(sample: RegistryReading) -> None:
    """The plan of the first import, once recorded, leaves nothing to do."""
    first = diff(sample, {}, {})
    sites, grids = dict(apply_plan(first, False)), dict(apply_grids(first, False))
    assert (len(sites), len(grids)) == (120, 6)
    again = diff(sample, sites, grids)
    assert again.nothing_to_do
    assert (len(again.same), again.absent, again.errors) == (120, (), ())
    assert apply_plan(again, True) == []
    assert apply_grids(again, True) == []


def test_the_old_binary_format() -> None:
    """An .xls is read in a child process: dates, merged grid cells and full width as in .xlsx; its hidden sheet is not."""
    found = read(DATA / "old-format.xls")
    assert [site.facts["grid_name"] for site in found.sites] == ["示例网格", "示例网格"]
    assert [site.facts["permit_until"] for site in found.sites] == ["2027-05-01", "long-term"]
    assert found.sites[1].facts["credit_code"] == "923310022T2Y8FNM2K"
    assert [(sheet.kind, sheet.hidden) for sheet in found.sheets] == [("training", False), ("skipped", True)]
    assert any(problem.where == "旧表" and "隐藏" in problem.zh for problem in found.problems)
