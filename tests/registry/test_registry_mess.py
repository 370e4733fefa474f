"""Whatever an office does to its table, the facts come out the same: drawn tables, spelled and laid out at random."""

import datetime as dt
import random
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspector.domain.credit_code import ALPHABET, check_character
from inspector.registry.diff import apply_plan, diff
from inspector.registry.reading import read

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
