"""Keys of the checklist that must not do more, less or something else than the officer thinks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from textual import events
from textual.pilot import Pilot

from inspector.domain.inspection import Inspection
from inspector.screens.answering import clock_words
from inspector.services import lookup
from inspector.services.forms import Forms
from inspector.services.sheets import sheet
from inspector.store import queries
from inspector.store.workspace import Store
from tests.ui.ui_world import (
    EVENING,
    be_told,
    begin,
    keys,
    kind,
    message_of,
    screens,
    settled,
    text_of,
    until,
)


@asynccontextmanager
async def _checklist(store: Store, item: str) -> AsyncIterator[Pilot[Any]]:
    async with screens(store) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        _at(pilot, item)
        await settled(pilot)
        yield pilot


def _at(pilot: Pilot[Any], item: str) -> None:
    cast("Any", pilot.app.screen).lines.select(item)


def _state(store: Store, name: str) -> Inspection:
    return lookup.inspection(store, name)


async def test_concluding_twice_by_one_key_is_not_possible_while_items_are_open(county: Store) -> None:
    """F8 F8 F8 only asks and says how much is open; y concludes, and Esc then leads to Tonight."""
    name = begin(county, "样例甲", "样例乙")
    be_told(county, name)
    async with _checklist(county, "T-TIME-01") as pilot:
        await keys(pilot, "f8", "y", "f8", "f8", "f8")
        assert "必答未答" in message_of(pilot.app)
        assert "按 y 办结" in message_of(pilot.app)
        assert _state(county, name).status == "open"
        await keys(pilot, "y")
        assert _state(county, name).status == "concluded"
        await keys(pilot, "escape")
        assert kind(pilot) == "TonightScreen"


async def test_a_multiple_choice_opens_its_finding_when_it_is_left(county: Store) -> None:
    """All digits are taken; Enter then opens the finding, and so does the way to another item."""
    name = begin(county, "样例甲", "样例乙")
    form = Forms(county).of(_state(county, name))
    async with _checklist(county, "T-TIME-01") as pilot:
        for compiled in form.checklists:
            for item in compiled.checklist.items:
                if (
                    item.answer.type != "multi_choice"
                    or not 2 <= len(item.answer.choices) <= 9
                    or item.derived
                ):
                    continue
                _at(pilot, item.code)
                await keys(pilot, "1", "2")
                assert kind(pilot) == "ChecklistScreen"
                assert len(_state(county, name).answers[item.code]) == 2
                found = [row for row in queries.findings(county.connection) if row.item == item.code]
                await keys(pilot, "down" if item.code.endswith("2") else "enter")
                await settled(pilot)
                assert (kind(pilot) == "FormScreen") is bool(found)
                if found:
                    await keys(pilot, "escape")


async def test_backspace_takes_no_answer_back(county: Store) -> None:
    """Only u does."""
    name = begin(county, "样例甲", "样例乙")
    async with _checklist(county, "T-TIME-01") as pilot:
        await keys(pilot, "1", "up", "backspace")
        assert "T-TIME-01" in _state(county, name).answers
        await keys(pilot, "u")
        assert "T-TIME-01" not in _state(county, name).answers


async def test_what_is_typed_directly_opens_the_line_with_it(county: Store) -> None:
    """Full-width digits, a Chinese word and a paste begin the input line; on a choice there is a hint instead."""
    name = begin(county, "样例甲", "样例乙")
    async with _checklist(county, "T-TIME-02") as pilot:
        await keys(pilot, "晚上7点到8点", "enter")
        assert _state(county, name).answers["T-TIME-02"] == {"start": "19:00", "end": "20:00"}
        _at(pilot, "T-TIME-03")
        await keys(pilot, "二十点三十分", "enter")
        assert _state(county, name).answers["T-TIME-03"] == "20:30"
        _at(pilot, "T-TIME-04")
        await keys(pilot, "３０", "enter")
        assert _state(county, name).answers["T-TIME-04"] == 30
        _at(pilot, "T-TIME-03")
        pilot.app.post_message(events.Paste("20:40"))
        await keys(pilot, "enter")
        assert _state(county, name).answers["T-TIME-03"] == "20:40"
        if kind(pilot) == "FormScreen":
            await keys(pilot, "escape")
        _at(pilot, "T-TIME-01")
        await keys(pilot, "课")
        assert "按" in message_of(pilot.app)
        assert "课" in message_of(pilot.app)


async def test_a_bare_hour_in_the_evening_is_doubted(county: Store) -> None:
    """8点半 typed at night is recorded as the morning, and that is said with what to write instead."""
    begin(county, "样例甲", "样例乙")
    async with _checklist(county, "T-TIME-03") as pilot:
        await keys(pilot, "8点半", "enter")
        assert "按上午 08:30 记" in message_of(pilot.app)
        assert "20:30" in message_of(pilot.app)


def test_only_a_bare_hour_after_noon_is_doubted(county: Store) -> None:
    """What says its half of the day, or is written with a colon, or comes in the morning, is taken as it is."""
    name = begin(county, "样例甲", "样例乙")
    item = sheet(county, Forms(county), name).line("T-TIME-03").item
    assert clock_words(item, "8点半", "08:30", EVENING)
    assert not clock_words(item, "晚上8点半", "20:30", EVENING)
    assert not clock_words(item, "上午8点半", "08:30", EVENING)
    assert not clock_words(item, "08:30", "08:30", EVENING)
    assert not clock_words(item, "8点半", "08:30", EVENING - 14 * 3_600_000)
