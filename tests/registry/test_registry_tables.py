"""Tables as offices lay them out: headers, merged cells, encodings, grids, dates and doubtful cells."""

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.errors import BadInput, NotFound
from inspector.registry import cells
from inspector.registry.columns import load_mapping, save_mapping
from inspector.registry.diff import apply_grids, apply_plan, diff
from inspector.registry.reading import RegistryReading, read


def table(path: Path, rows: list[list[Any]], **merges: str) -> RegistryReading:
    write(path, rows, **merges)
    return read(path)


def write(path: Path, rows: list[list[Any]], **merges: str) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "台账"
    for row in rows:
        sheet.append(row)
    for cells_ in merges.values():
        sheet.merge_cells(cells_)
    book.save(path)


def test_a_header_of_two_lines(tmp_path: Path) -> None:
    """负责人信息 over 姓名 and 电话, 办学许可证 over 编号 and 有效期: the lower title is read with the upper one."""
    reading = table(
        tmp_path / "two.xlsx",
        [
            ["示例县台账"],
            ["机构名称", "负责人信息", None, "办学许可证", None, "地址"],
            [None, "姓名", "电话", "编号", "有效期", None],
            ["示例培训中心", "张三三", "19900000001", "教民100010号", "2027.1.1", "示例路1号"],
        ],
        a="B2:C2", b="D2:E2", c="A2:A3", d="F2:F3",
    )  # fmt: skip
    facts = reading.sites[0].facts
    assert (facts["principal"], facts["phone"]) == ("张三三", "19900000001")
    assert (facts["permit_number"], facts["permit_until"], facts["address"]) == (
        "教民100010号",
        "2027-01-01",
        "示例路1号",
    )
    assert reading.sites[0].place == "台账!第4行"
    assert len(reading.sites) == 1


def test_doubtful_cells_are_left_out_and_told(tmp_path: Path) -> None:
    """A code kept as a number, a month for a date, a range of people, an unknown word: no value, but row and column."""
    reading = table(
        tmp_path / "doubt.xlsx",
        [
            ["机构名称", "统一社会信用代码", "许可证有效期至", "在册学员数", "状态", "营业执照", "备注"],
            ["示例甲中心", 913310020000012345, "2026年5月", "20-30", "好像开着", "见附件", "@SUM(1)"],
            ["示例乙中心", 331002000012345, 46000, "三十", "正常营业", "91331002TDUH8NDBMM", None],
        ],
    )
    first, second = (site.facts for site in reading.sites)
    assert {"credit_code", "permit_until", "students"} & set(first) == set()
    assert (first["status"], first["registration_state"], first["remark"]) == (
        "unclear",
        "unclear",
        "@SUM(1)",
    )
    assert (second["credit_code"], second["permit_until"], second["status"]) == (
        "331002000012345",
        "2025-12-09",
        "open",
    )
    assert second["registration_state"] == "business"
    assert {flag.code for flag in reading.sites[0].flags} >= {
        "credit_code_digits_lost",
        "students_unclear",
        "formula_text",
    }
    places = {problem.where for problem in reading.problems}
    assert places >= {f"台账!{letter}2" for letter in "BCDEFG"} | {"台账!B3", "台账!C3", "台账!D3"}


def test_a_row_without_a_name_stops_the_import(tmp_path: Path) -> None:
    """All or nothing: the error has its cell, the other rows are still read, and no plan is given."""
    reading = table(
        tmp_path / "nameless.xlsx",
        [["机构名称", "类别", "地址"], ["示例中心", "体育", "示例路1号"], [None, "科技", "示例路2号"]],
    )
    assert [problem.where for problem in reading.errors] == ["台账!A3"]
    with pytest.raises(BadInput) as caught:
        apply_plan(diff(reading, {}, {}), True)
    assert caught.value.problems == reading.errors


def test_grids_are_known_by_their_table(tmp_path: Path) -> None:
    """A site's grid that the file's own table lacks is a warning at its cell; spelling follows the table."""
    path = tmp_path / "grids.xlsx"
    book = openpyxl.Workbook()
    sites: Any = book.active
    sites.title = "机构"
    for row in [
        ["机构名称", "所属网格", "类别"],
        ["示例甲", " 东 网格", "体育"],
        ["示例乙", "北网格", "体育"],
        ["示例丙", None, "体育"],
    ]:
        sites.append(row)
    grids: Any = book.create_sheet("网格")
    for row in [["网格名称", "网格长单位"], ["东网格", "示例局"], ["西网格", "示例镇"]]:
        grids.append(row)
    book.create_sheet("说明").append(["本表由示例局填报"])
    book.save(path)
    reading = read(path)
    assert [site.facts.get("grid_name") for site in reading.sites] == ["东网格", "北网格", None]
    assert {problem.where for problem in reading.problems if problem.severity == "warning"} == {
        "机构!B3",
        "机构!第4行",
        "说明",
    }
    assert [sheet.kind for sheet in reading.sheets] == ["training", "grids", "skipped"]


def test_a_merged_grid_counts_for_each_of_its_rows(tmp_path: Path) -> None:
    """A cell merged downwards belongs to every row it covers, and to none below."""
    reading = table(
        tmp_path / "merged.xlsx",
        [
            ["网格", "机构名称", "类别"],
            ["东网格", "示例甲", "体育"],
            [None, "示例乙", "体育"],
            [None, "示例丙", "体育"],
        ],
        a="A2:A3",
    )
    assert [site.facts.get("grid_name") for site in reading.sites] == ["东网格", "东网格", None]


TEXT = (
    "机构名称,统一社会信用代码,类别,备注\r\n"
    '示例甲中心,９１３３１００２ＴＤＵＨ８ＮＤＢＭＭ,体育,"第一行\n第二行，“引号”"\r\n'
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_text_files_of_any_usual_encoding(tmp_path: Path, encoding: str, separator: str) -> None:
    """CSV in UTF-8 with and without mark, GB18030 and UTF-16, by comma, tab or semicolon, is one and the same table."""
    path = tmp_path / "台账.csv"
    path.write_bytes(TEXT.replace(",", separator).encode(encoding))
    (site,) = read(path).sites
    assert site.facts["credit_code"] == "91331002TDUH8NDBMM"
    assert site.facts["remark"] == "第一行\n第二行，“引号”"
    assert site.place == "台账!第2行"


def test_a_mapping_wins_and_can_be_kept(tmp_path: Path) -> None:
    """Odd titles are named by hand, by title or letter; the mapping survives a file; wrong ones are refused."""
    path = tmp_path / "odd.xlsx"
    rows = [["店铺", "位置", "机构名称", "甲"], ["示例甲中心", "示例路1号", "内部代号7", "19900000001"]]
    mapping = {"training.name": "店铺", "address": "B", "phone": "甲"}
    save_mapping(tmp_path / "m.json", mapping)
    assert load_mapping(tmp_path / "m.json") == mapping
    write(path, rows)
    (site,) = read(path, mapping=mapping).sites
    assert (site.facts["name"], site.facts["address"], site.facts["phone"]) == (
        "示例甲中心",
        "示例路1号",
        "19900000001",
    )
    for wrong in ({"nome": "A"}, {"campus.category": "A"}, {"name": " "}, {"name": "没有这列"}):
        with pytest.raises(BadInput):
            read(path, mapping=wrong)
    for text in ("", "[]", '{"mapping": {"name": 3}, "version": 1}', '{"mapping": {"x": "A"}, "version": 1}'):
        (tmp_path / "bad.json").write_text(text, encoding="utf-8")
        with pytest.raises(BadInput):
            load_mapping(tmp_path / "bad.json")
    with pytest.raises(NotFound):
        load_mapping(tmp_path / "none.json")


@pytest.mark.parametrize(
    "value", ["2026.1", "26.1.10", "10/1/2026", "2026-02-30", "近期", "45601", True, dt.time(8), -1.0, 1e300]
)
def test_dates_that_are_not_plain(value: Any) -> None:
    """Month alone, short years, other orders, days that do not exist: no date is made up."""
    assert cells.date_text(value) is None


@given(st.text() | st.floats() | st.integers() | st.booleans() | st.dates() | st.datetimes() | st.times())
def test_no_cell_breaks_a_reader(value: Any) -> None:
    """Any cell can be read as anything; text comes out NFC, of one form, without control characters."""
    text = cells.clean(value).text
    assert cells.clean(text).text == text
    assert all(character == "\n" or ord(character) >= 32 for character in text)
    for reader in (
        cells.date_text,
        cells.count_text,
        cells.yes_no,
        cells.phone_text,
        cells.digits_lost,
        *cells.CHOICES.values(),
    ):
        reader(value)


def test_grids_that_contradict_each_other(tmp_path: Path) -> None:
    """Two rows of one grid with different leads, or one code twice, are errors; a known grid's new lead is a conflict."""
    rows = [
        ["网格编码", "网格名称", "网格长"],
        ["G1", "东网格", "张三三"],
        ["G1", "西网格", "李四四"],
        ["G2", "东网格", "王五五"],
    ]
    assert [problem.where for problem in table(tmp_path / "a.xlsx", rows).errors] == ["台账!B4", "台账!第3行"]
    known = {"g-G1": {"code": "G1", "name": "东网格", "lead_person": "旧人"}}
    found = diff(table(tmp_path / "b.xlsx", [rows[0], [*rows[1]]]), {}, known)
    assert [(change.field, change.old, change.new) for change in found.grid_conflicts] == [
        ("lead_person", "旧人", "张三三")
    ]
    assert apply_grids(found, False) == []
    assert apply_grids(found, True) == [("g-G1", {"lead_person": "张三三"})]


@pytest.mark.parametrize(
    ("title", "cell", "state"),
    [
        ("营业执照", "有", "business"),
        ("有无营业执照", "√", "business"),
        ("营业执照", "已办", "business"),
        ("营业执照", "个体户执照", "business"),
        ("营业执照", "无", "none"),
        ("营业执照", "未办", "none"),
        ("营业执照情况", "正在办理", "unclear"),
        ("民非登记", "有", "civil"),
        ("营业执照/民非登记", "有", "unclear"),
        ("营业执照/民非登记", "个体工商户营业执照", "business"),
    ],
)
def test_a_plain_yes_is_what_its_title_asks(tmp_path: Path, title: str, cell: str, state: str) -> None:
    """有 under 营业执照 is a business licence; under a title that names two papers it stays unclear."""
    path = tmp_path / "list.csv"
    path.write_text(f"机构名称,地址,{title}\n示例甲中心,示例路1号,{cell}\n", "utf-8")
    (site,) = read(path).sites
    assert site.facts["registration_state"] == state


def test_a_town_is_a_grid_only_where_no_column_is(tmp_path: Path) -> None:
    """乡镇/街道 names the grid where nothing else does, and is left aside beside 所属网格; what is not taken is listed."""
    path = tmp_path / "list.csv"
    path.write_text(
        "机构名称,地址,乡镇/街道,到期日,面积\n示例甲中心,示例路1号,城东街道,2027.1.9,88\n", "utf-8"
    )
    found = read(path)
    assert (found.sites[0].facts["grid_name"], found.sites[0].facts["permit_until"]) == (
        "城东街道",
        "2027-01-09",
    )
    assert found.sheets[0].unused == ("面积",)
    path.write_text("机构名称,所属乡镇,地址,所属网格\n示例甲中心,城东街道,示例路1号,第一网格\n", "utf-8")
    found = read(path)
    assert found.sites[0].facts["grid_name"] == "第一网格"
    assert found.sheets[0].unused == ("所属乡镇",)
