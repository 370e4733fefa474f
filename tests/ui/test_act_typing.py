"""What is typed into the dialog of an action: the same keys do the same, and nothing that ends it takes a word."""

from pathlib import Path

import pytest

from inspector.services import lookup, rectification
from inspector.services.rectification import Act
from inspector.store.workspace import Store
from tests.ui.lead_world import (
    choose_action,
    does,
    found_items,
    meet,
    open_board,
    open_item,
    second_laptop,
    served,
    with_duties,
)
from tests.ui.ui_world import burst, keys, kind, message_of, screens, settled, shows, text_of, top, until


@pytest.mark.parametrize("proposed", [True, False])
async def test_the_same_keys_choose_the_same_person(
    county: Store, monkeypatch: pytest.MonkeyPatch, proposed: bool
) -> None:
    """A number, Down, a note, Enter: the step is that person's, whether or not somebody was proposed before."""
    with_duties(county)
    item = found_items(county)[1]
    served(county, item)
    if not proposed:
        monkeypatch.setattr("inspector.screens.actions._proposed", lambda place, found: "")
    async with screens(county) as pilot:
        await open_board(pilot)
        await open_item(pilot, item)
        await choose_action(pilot, "submit")
        assert bool(top(pilot).values()["who"]) == proposed
        hint = text_of(pilot.app)
        number = next(n for n in "123456789" if f"{n} 样例乙" in hint)
        burst(pilot, number, "down", "abc", "enter")
        await settled(pilot)
        await until(pilot, lambda: kind(pilot) == "ItemScreen")
    step = rectification.load(county, item)[0].path[-1]
    assert step.data["note"] == "abc"
    assert step.actor == lookup.officer(county, "样例乙").id


async def test_a_lock_takes_nothing_from_a_dialog(county: Store) -> None:
    """Ctrl+L locks at once with the dialog open; afterwards the dialog has what was typed, for that item and action alone."""
    with_duties(county)
    item, other = found_items(county)[1:3]
    served(county, item)
    served(county, other)
    async with screens(county) as pilot:
        await open_board(pilot)
        await open_item(pilot, item)
        await choose_action(pilot, "submit")
        await keys(pilot, "down", "abc", "ctrl+l")
        assert pilot.app.locked  # type: ignore[attr-defined]
    async with screens(county) as pilot:
        await open_board(pilot)
        await open_item(pilot, other)
        await choose_action(pilot, "submit")
        assert top(pilot).values()["note"] == ""
        await keys(pilot, "escape", "escape")
        await open_item(pilot, item)
        await choose_action(pilot, "submit")
        assert top(pilot).values()["note"] == "abc"
        assert "还在" in message_of(pilot.app)
        await keys(pilot, "f2")
        await until(pilot, lambda: kind(pilot) == "ItemScreen")
        assert rectification.load(county, item)[0].path[-1].data["note"] == "abc"


async def test_escape_asks_before_it_drops_a_note(county: Store) -> None:
    """Once it asks, once more it drops, and the dialog is empty the next time."""
    with_duties(county)
    item = found_items(county)[1]
    served(county, item)
    async with screens(county) as pilot:
        await open_board(pilot)
        await open_item(pilot, item)
        await choose_action(pilot, "submit")
        await keys(pilot, "down", "abc", "escape")
        assert kind(pilot) == "ActScreen"
        assert "再按一次 Esc" in message_of(pilot.app) or "没有保存" in message_of(pilot.app)
        await keys(pilot, "escape")
        await until(pilot, lambda: kind(pilot) == "ItemScreen")
        await choose_action(pilot, "submit")
        assert top(pilot).values()["note"] == ""


async def test_nobody_of_that_name_is_refused_with_what_to_type(county: Store) -> None:
    """The hint speaks of the dialog, not of a command line."""
    with_duties(county)
    item = found_items(county)[1]
    served(county, item)
    async with screens(county) as pilot:
        await open_board(pilot)
        await open_item(pilot, item)
        await choose_action(pilot, "submit")
        top(pilot).query_one("#form-who").value = "无此人"
        await keys(pilot, "f2")
        assert kind(pilot) == "ActScreen"
        assert "序号" in message_of(pilot.app)
        assert "inspector officer" not in message_of(pilot.app)


async def test_a_deadline_is_typed_short(county: Store) -> None:
    """The review is planned for tomorrow in two characters; what was understood stands in the item's steps."""
    with_duties(county)
    item = found_items(county)[1]
    served(county, item)
    does(county, item, "样例甲", Act("submit", note="done"))
    async with screens(county) as pilot:
        await open_board(pilot)
        await open_item(pilot, item)
        await choose_action(pilot, "plan_review")
        await keys(pilot, "down", "明天", "enter")
        await shows(pilot, "日期 2026-11-24")


async def test_a_step_from_elsewhere_replaces_what_was_said(county: Store, tmp_path: Path) -> None:
    """After "saved, now: ..." a step of another laptop arrives: the message does not go on naming the old state."""
    with_duties(county)
    item = found_items(county)[1]
    served(county, item)
    with second_laptop(tmp_path / "second") as other:
        meet(county, other)
        does(other, item, "样例乙", Act("submit", note="there"))
        async with screens(county) as pilot:
            await open_board(pilot)
            await open_item(pilot, item)
            await choose_action(pilot, "submit")
            await keys(pilot, "down", "here", "enter")
            await until(pilot, lambda: "现在：已报送" in message_of(pilot.app))
            meet(county, other)
            await top(pilot).refresh_all()
            await until(pilot, lambda: "待裁定" in message_of(pilot.app))
            assert "已报送" not in message_of(pilot.app)
