"""A finding by keys alone, from the night it was found to the relapse, over two laptops that meet now and then."""

from pathlib import Path

import pytest

from inspector.domain import lifecycle
from inspector.services import rectification
from inspector.store.workspace import Store
from tests.ui.lead_world import (
    choose_action,
    days_later,
    fill,
    found_items,
    meet,
    open_board,
    open_item,
    picture,
    second_laptop,
    served,
    with_duties,
)
from tests.ui.ui_world import keys, kind, message_of, screens, settled, shows, text_of, top, until


def _state(store: Store, item: str) -> str:
    return rectification.load(store, item)[0].state


async def test_from_the_finding_to_the_relapse(
    county: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Handed in on one laptop, reviewed offline on another with the photo of the finding in sight, closed in two
    steps by two people, drawn for a look-back, found again: each by keys, each step kept with who did it."""
    monkeypatch.setattr("inspector.screens.board._SEEN_SECONDS", 0.0)
    with_duties(county)
    item = found_items(county, photo=picture(tmp_path / "camera" / "red.png", (200, 30, 30)))[1]
    served(county, item)
    after = picture(tmp_path / "camera" / "green.png", (30, 200, 30))
    with second_laptop(tmp_path / "second") as second:
        async with screens(county) as pilot:
            await open_board(pilot)
            await open_item(pilot, item)
            await choose_action(pilot, "submit")
            assert top(pilot).values()["who"] == "样例甲"  # the patrol's first officer
            await fill(pilot, photos=str(after), note="已停止招生")
            await keys(pilot, "f2")
            await until(pilot, lambda: kind(pilot) == "ItemScreen" and "已报送" in message_of(pilot.app))
        meet(county, second)

        async with screens(second) as pilot:
            await open_board(pilot)
            await open_item(pilot, item)
            await keys(pilot, "f4")
            await until(pilot, lambda: kind(pilot) == "ItemPhotosScreen")
            await shows(pilot, "整改前 1/1", "整改后 1/1", "red.png", "green.png", "▀▀▀▀")
            await keys(pilot, "escape")
            await choose_action(pilot, "plan_review")
            await fill(pilot, who="样例甲", on="2026-11-24")
            await keys(pilot, "f2")
            await until(pilot, lambda: kind(pilot) == "ItemScreen" and "复查中" in message_of(pilot.app))
            await choose_action(pilot, "pass")
            await fill(pilot, who="样例甲", note="现场已关停", photos=str(after))
            await keys(pilot, "f2")
            await shows(pilot, "复查要由另一名执法人员做")  # 样例甲 is in charge
            assert top(pilot).values()["note"] == "现场已关停"
            await fill(
                pilot, who="样例庚", photos=str(picture(tmp_path / "camera" / "again.png", (0, 0, 200)))
            )
            await keys(pilot, "f2")
            await until(pilot, lambda: kind(pilot) == "ItemScreen" and "复查通过" in message_of(pilot.app))
        meet(county, second)

    async with screens(county) as pilot:
        await open_board(pilot)
        await open_item(pilot, item)
        await choose_action(pilot, "endorse")
        await fill(pilot, who="样例科长")
        await keys(pilot, "f2")
        await until(pilot, lambda: kind(pilot) == "ItemScreen" and "样例科长已审核" in text_of(pilot.app))
        await choose_action(pilot, "close")
        await fill(pilot, who="样例科长")
        await keys(pilot, "f2")
        await shows(pilot, "审核和批准不能是同一个人")
        await fill(pilot, who="样例副局")
        await keys(pilot, "f2")
        await shows(pilot, "按 F8 确认")
        assert _state(county, item) == lifecycle.PASSED
        await keys(pilot, "f8")
        await until(pilot, lambda: kind(pilot) == "ItemScreen" and "已销号" in message_of(pilot.app))

    days_later(county, 40)
    async with screens(county) as pilot:
        await open_board(pilot)
        await keys(pilot, "f7")
        await until(pilot, lambda: kind(pilot) == "ActScreen")
        await fill(pilot, who="样例组长")
        await keys(pilot, "f2")
        await until(pilot, lambda: kind(pilot) == "BoardScreen" and "已保存 1 条" in message_of(pilot.app))
    again = found_items(county)[1]
    async with screens(county) as pilot:
        await open_board(pilot)
        await open_item(pilot, item)
        await choose_action(pilot, "relapse")
        await shows(pilot, "样例甲", again)
        await fill(pilot, item="1" if f"1 {again}" in text_of(pilot.app) else again)
        await keys(pilot, "f2")
        await shows(pilot, "按 F8 确认")
        await keys(pilot, "f8")
        await until(pilot, lambda: kind(pilot) == "ItemScreen" and "反弹" in message_of(pilot.app))
        await keys(pilot, "escape")
        await settled(pilot)
        await open_item(pilot, again)
        await shows(pilot, f"反弹自 {item}", "以前的问题")
        top(pilot).lines.select(f"item:{item}")
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ItemScreen" and "回头看反弹" in text_of(pilot.app))
    found = rectification.load(county, item)[0]
    assert found.state == lifecycle.RELAPSED
    assert not found.irregular
    assert rectification.load(county, again)[0].relapse_of == item
    assert [step.action for step in found.path] == [
        "notify", "submit", "plan_review", "pass", "endorse", "close", "look_back", "relapse",
    ]  # fmt: skip
