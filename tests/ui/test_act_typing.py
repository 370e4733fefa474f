"""What is typed into the dialog of an action: it lands in the empty line, and nothing that ends the dialog takes it."""

from pathlib import Path

from inspector.domain import lifecycle
from inspector.services import rectification
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
from tests.ui.ui_world import burst, keys, kind, message_of, screens, settled, shows, top, until


async def test_typing_begins_in_the_first_empty_line(county: Store) -> None:
    """Who acts is proposed already: a note that is typed at once is the note, and Enter does the action."""
    with_duties(county)
    item = found_items(county)[1]
    served(county, item)
    async with screens(county) as pilot:
        await open_board(pilot)
        await open_item(pilot, item)
        await choose_action(pilot, "submit")
        assert top(pilot).values()["who"] == "样例甲"
        burst(pilot, "abc", "enter")
        await settled(pilot)
        await until(pilot, lambda: kind(pilot) == "ItemScreen")
    found = rectification.load(county, item)[0]
    assert found.state == lifecycle.SUBMITTED
    assert found.path[-1].data["note"] == "abc"


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
        await keys(pilot, "abc", "ctrl+l")
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
        await keys(pilot, "abc", "escape")
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
        await keys(pilot, "明天", "enter")
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
            await keys(pilot, "here", "enter")
            await until(pilot, lambda: "现在：已报送" in message_of(pilot.app))
            meet(county, other)
            await top(pilot).refresh_all()
            await until(pilot, lambda: "待裁定" in message_of(pilot.app))
            assert "已报送" not in message_of(pilot.app)
