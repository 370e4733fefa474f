"""Whatever an office does to its table, the facts come out the same, or the doubt is told with its place."""

import datetime as dt
import random
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspector.domain.credit_code import ALPHABET, check_character
from inspector.errors import BadInput, NotFound
from inspector.registry import cells
from inspector.registry.columns import load_mapping, save_mapping
from inspector.registry.diff import apply_grids, apply_plan, diff
from inspector.registry.reading import RegistryReading, read

TITLES: Mapping[str, Sequence[str]] = {
    "name": ("机构名称", "培 训 机 构 名 称", "机构\n名称", "校外培训机构名称（全称）"),
    "grid_name": ("所属网格", "责任网格", "所在网格(包保)"),
    "credit_code": ("统一社会信用代码", "社会信用代码", "统一社会信用\n代码（18位）"),
    "permit_until": ("许可证有效期至", "有效期至", "办学许可证有效期"),
    "registration_state": ("营业执照/民非登记", "营业执照／民非登记", "登记情况"),
    "students": ("在册学员数", "学员数（人）", "在读人数"),
    "phone": ("联系电话", "手机号码", "负责人 电话"),
    "address": ("实际地址", "办学地址", "详细地址"),
}


def wide(text: str) -> str:
    return "".join(
        chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character for character in text
    )


def spell_date(date: dt.date, way: int) -> Any:
    y, m, d = date.year, date.month, date.day
    ways = [
        f"{y}.{m:02}.{d:02}", f"{y}/{m}/{d}", f"{y}年{m}月{d}日", date.isoformat(), f"{y}{m:02}{d:02}",
        date, dt.datetime.combine(date, dt.time()), float((date - dt.date(1899, 12, 30)).days),
        wide(f"{y}-{m}-{d}"), f" {y}年 {m}月{d}日 ",
    ]  # fmt: skip
    return ways[way % len(ways)]


def spell(name: str, value: Any, rng: random.Random) -> Any:
    """One of the ways in which offices write a value."""
    if name == "credit_code":
        spaced = value[:8] + " " + value[8:]
        return rng.choice([value, wide(value), f" {spaced}", value.lower(), value + "\u3000"])
    if name == "permit_until":
        return "长期" if value is None else spell_date(value, rng.randrange(100))
    if name == "students":
        number, about = value
        return rng.choice(
            [f"约{number}", f"约{number}人", f"{number}余人"]
            if about
            else [number, f"{number}人", wide(str(number))]
        )
    if name == "phone":
        return rng.choice(
            [
                value,
                int(value),
                f"{value[:3]} {value[3:7]} {value[7:]}",
                f"{value[:3]}-{value[3:7]}-{value[7:]}",
            ]
        )
    return rng.choice([value, f" {value}", f"{value}\u3000", f"{value}\n"])


@st.composite
def truths(draw: st.DrawFn) -> list[dict[str, Any]]:
    """What is true of one to six sites of an invented county."""
    out = []
    areas = draw(st.lists(st.integers(0, 9999), min_size=1, max_size=6, unique=True))
    for number, area in enumerate(areas):
        body = f"9133{area:04}{draw(st.text(ALPHABET, min_size=9, max_size=9))}"
        out.append(
            {
                "name": f"示例{'甲乙丙丁戊己'[number]}培训中心",
                "grid_name": draw(st.sampled_from(["东网格", "西网格"])),
                "credit_code": body + check_character(body),
                "permit_until": draw(st.none() | st.dates(dt.date(1990, 1, 1), dt.date(2099, 12, 31))),
                "registration_state": draw(st.sampled_from(["营业执照", "民非登记证", "无"])),
                "students": (draw(st.integers(0, 9999)), draw(st.booleans())),
                "phone": f"199{draw(st.integers(0, 99_999_999)):08}",
                "address": f"示例路{draw(st.integers(1, 500))}号{number}室",
            }
        )
    return out


def expected(truth: Mapping[str, Any]) -> dict[str, Any]:
    registration = {"营业执照": "business", "民非登记证": "civil", "无": "none"}[truth["registration_state"]]
    until = truth["permit_until"].isoformat() if truth["permit_until"] else "long-term"
    number, about = truth["students"]
    kept = {name: truth[name] for name in ("name", "grid_name", "credit_code", "phone", "address")}
    return kept | {
        "kind": "training",
        "permit_until": until,
        "registration_state": registration,
        "students": number,
        "students_estimated": about,
    }


def build(path: Path, sites: list[dict[str, Any]], rng: random.Random) -> None:
    """Write the sites as a messy office would."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    order = list(TITLES)
    rng.shuffle(order)
    left = rng.randrange(3)
    for _ in range(rng.randrange(5)):
        title = rng.choice(["示例县校外培训机构台账", "填报单位：示例局   2026年9月10日", ""])
        sheet.append([title])
        if title and rng.random() < 0.5:
            sheet.merge_cells(start_row=sheet.max_row, end_row=sheet.max_row, start_column=1, end_column=8)
    top = sheet.max_row + 1 + rng.randrange(3)

    def put(row: int, values: list[Any]) -> None:
        for column, value in enumerate(values, start=1 + left):
            sheet.cell(row, column, value)

    put(top, ["序号", *(rng.choice(TITLES[name]) for name in order)])
    for number, site in enumerate(sites, start=1):
        written = [number, *(spell(name, site[name], rng) for name in order)]
        for _ in range(rng.choice([1, 1, 1, 2])):
            top += 1
            put(top, written)
        top += rng.choice([0, 0, 1])
    put(top + 1, [rng.choice(["合计", "总 计", "合计：", "小计"]), "", f"{len(sites)}家"])
    if rng.random() < 0.5:
        put(top + 3, ["填表人：示例    审核人：示例"])
    book.save(path)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(truths(), st.integers(0, 2**32), st.integers(0, 2**32))
def test_any_mess_gives_the_same_facts(sites: list[dict[str, Any]], one: int, other: int) -> None:
    """Titles, orders, positions, spellings and repeated rows do not change what is read, nor what is to be done."""
    with tempfile.TemporaryDirectory() as folder:
        readings = []
        for seed in (one, other):
            path = Path(folder) / f"{seed}.xlsx"
            build(path, sites, random.Random(seed))
            readings.append(read(path))
    for reading in readings:
        assert reading.errors == ()
        got = [
            {name: value for name, value in site.facts.items() if name != "source_place"}
            for site in reading.sites
        ]
        assert got == [expected(site) for site in sites]
        assert reading.sheets[0].totals == 1
    plan = dict(apply_plan(diff(readings[0], {}, {}), False))
    assert len(plan) == len({site["credit_code"] for site in sites})
    assert diff(readings[1], plan, {}).nothing_to_do


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
