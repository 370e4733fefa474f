"""A roster loses nothing: half rows, long cells, zeros, what is pasted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from textual import events
from textual.pilot import Pilot

from inspector.services import inspections, lookup
from inspector.services.forms import Forms
from inspector.store.workspace import Store
from tests.ui.ui_world import begin, keys, kind, message_of, screens, settled, text_of, until

ITEM = "T-TIME-12"


@asynccontextmanager
async def _table(store: Store, item: str = ITEM) -> AsyncIterator[Pilot[Any]]:
    async with screens(store) as pilot:
        if kind(pilot) == "TonightScreen":
            await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-" in text_of(pilot.app))
        cast("Any", pilot.app.screen).lines.select(item)
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "RosterScreen")
        await settled(pilot)
        yield pilot


def _rows(store: Store, name: str, item: str = ITEM) -> list[Any]:
    return cast("list[Any]", lookup.inspection(store, name).answers.get(item, []))


async def test_leaving_names_the_half_row_once_and_keeps_it(county: Store) -> None:
    """Esc says which row lacks what; a second Esc leaves, the complete rows are recorded, the half one waits."""
    name = begin(county, "样例甲", "样例乙")
    async with _table(county) as pilot:
        await keys(pilot, "3", "enter", "12", "enter", "4", "enter", "escape")
        assert kind(pilot) == "RosterScreen"
        assert message_of(pilot.app).count("第2行未填完") == 1
        assert "F6" in message_of(pilot.app)
        await keys(pilot, "escape")
        assert kind(pilot) == "ChecklistScreen"
        assert [row["students"] for row in _rows(county, name)] == [12]
        cast("Any", pilot.app.screen).lines.select(ITEM)
        await keys(pilot, "enter")
        assert "第2行未填完" in message_of(pilot.app)
        await keys(pilot, "down", "right", "9", "enter", "escape")
        assert kind(pilot) == "ChecklistScreen"
    assert [row["students"] for row in _rows(county, name)] == [12, 9]


async def test_cells_take_numbers_as_people_write_them(county: Store) -> None:
    """Full-width digits and Chinese numbers; what can be read in two ways stays in its cell with what is expected."""
    name = begin(county, "样例甲", "样例乙")
    async with _table(county) as pilot:
        await keys(pilot, "3", "enter", "一百二", "enter")
        assert "应为整数" in message_of(pilot.app)
        await keys(
            pilot, *["backspace"] * 3, "１２", "enter", "4", "enter", "两百", "enter", "escape", "escape"
        )
    assert [row["students"] for row in _rows(county, name)] == [12, 200]


@pytest.mark.parametrize("way", ["f10", "hangup"])
async def test_no_way_of_ending_loses_a_half_row(county: Store, way: str) -> None:
    """After F10, and after a hang-up of the terminal, the next start has the half row to finish."""
    name = begin(county, "样例甲", "样例乙")
    async with _table(county) as pilot:
        await keys(pilot, "3", "enter", "12", "enter", "4", "enter")
        if way == "f10":
            pilot.app.post_message(events.Key("f10", None))
        else:
            pilot.app.exit()
    assert [row["students"] for row in _rows(county, name)] == [12]
    async with _table(county) as pilot:
        assert "第2行未填完" in message_of(pilot.app)


async def test_a_deleted_half_row_does_not_come_back(county: Store) -> None:
    """F6 takes it away for good."""
    begin(county, "样例甲", "样例乙")
    async with _table(county) as pilot:
        await keys(pilot, "3", "enter", "12", "enter", "4", "enter", "f6", "escape")
        assert kind(pilot) == "ChecklistScreen"
    async with _table(county) as pilot:
        assert "未填完" not in message_of(pilot.app)


def _text_roster(store: Store) -> tuple[str, str]:
    """The first item that is a roster with a free text in it, and that column."""
    form = Forms(store).of(lookup.inspection(store, begin(store, "样例甲", "样例乙")))
    for compiled in form.checklists:
        for item in compiled.checklist.items:
            for column in item.answer.columns:
                if column.answer.type == "text":
                    return item.code, column.code
    raise AssertionError("no such roster")


async def test_enter_through_a_cell_changes_nothing(county: Store) -> None:
    """A long text and a zero are shown cut or whole, but Enter through them leaves what is stored."""
    name = begin(county, "样例甲", "样例乙")
    inspections.answer(county, Forms(county), name, ITEM, [{"grade": "g1", "students": 0}])
    before = _rows(county, name)
    async with _table(county) as pilot:
        await keys(pilot, "enter", "enter", "enter")
        assert pilot.app.screen.query_one("#cell").value.startswith("0")  # type: ignore[attr-defined]
        await keys(pilot, "enter", "escape", "escape")
    assert _rows(county, name) == before


async def test_a_long_text_is_edited_whole(county: Store) -> None:
    """The input line holds all of a long cell, and Enter keeps all of it."""
    item, column = _text_roster(county)
    name = begin(county, "样例甲", "样例乙", site="晨光样例美术")
    long = "样例长文字" * 8
    form = Forms(county).of(lookup.inspection(county, name))
    asked = form.item(item)[1]
    row: dict[str, Any] = {}
    for found in asked.answer.columns:
        value: Any = {
            "text": "x",
            "time_range": "10:00-11:00",
            "integer": 1,
            "decimal": "1",
            "date": "2026-01-01",
            "time": "10:00",
        }.get(found.answer.type)
        row[found.code] = found.answer.choices[0].code if found.answer.choices else value or "yes"
    row[column] = long
    inspections.answer(county, Forms(county), name, item, [row])
    before = _rows(county, name, item)
    async with screens(county) as pilot:
        from inspector.screens.roster import RosterScreen
        from inspector.services.sheets import sheet

        line = sheet(county, Forms(county), name).line(item)
        pilot.app.push_screen(RosterScreen(cast("Any", pilot.app).place, name, line))
        await settled(pilot)
        for _ in asked.answer.columns:
            await keys(pilot, "enter", "enter")
        await keys(pilot, "f2")
    assert before[0][column] == long
    assert _rows(county, name, item) == before


async def test_rows_of_a_spreadsheet_are_pasted_as_rows(county: Store) -> None:
    """Tab-separated lines fill cells and rows; a line that cannot be read leaves everything as it was."""
    name = begin(county, "样例甲", "样例乙")
    async with _table(county) as pilot:
        pilot.app.post_message(events.Paste("3\t12\n4\t8\n5\t20"))
        await settled(pilot)
        assert "已粘贴 3 行" in message_of(pilot.app)
        assert [row["students"] for row in _rows(county, name)] == [12, 8, 20]
        pilot.app.post_message(events.Paste("3\t13\n4\tmany"))
        await settled(pilot)
        assert "【未成】" in message_of(pilot.app)
    assert [row["students"] for row in _rows(county, name)] == [12, 8, 20]


async def test_the_row_above_is_copied_into_the_empty_cells(county: Store) -> None:
    """F3 fills what is empty and leaves what is there."""
    name = begin(county, "样例甲", "样例乙")
    async with _table(county) as pilot:
        await keys(pilot, "3", "enter", "12", "enter", "4", "enter", "f3", "f2")
    first, second = _rows(county, name)
    assert second["students"] == first["students"] == 12
    assert second["grade"] != first["grade"]


async def test_an_empty_table_has_no_rows(county: Store) -> None:
    """The line that waits for a first row is not counted."""
    begin(county, "样例甲", "样例乙")
    async with _table(county) as pilot:
        await until(pilot, lambda: "0 行" in text_of(pilot.app))
