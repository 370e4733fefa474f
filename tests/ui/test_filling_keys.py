"""Keys that deal with many items at once: what does not apply is out of sight, the rest is in order, proposals."""

from typing import Any

from textual.pilot import Pilot

from inspector.services import inspections, lookup
from inspector.services.forms import Forms
from inspector.store.workspace import Store
from tests.ui.ui_world import begin, burst, keys, kind, message_of, screens, settled, text_of, top, until


async def _open(pilot: Pilot[Any], item: str) -> None:
    await keys(pilot, "enter")
    await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
    top(pilot).lines.select(item)
    await settled(pilot)


async def test_items_that_do_not_apply_are_out_of_sight_until_asked_for(county: Store) -> None:
    """The section says how many; h shows them with the reason in words, and hides them again."""
    name = begin(county, "样例甲", "样例乙")
    inspections.answer(county, Forms(county), name, "T-LIC-01", "3")
    async with screens(county) as pilot:
        await _open(pilot, "T-LIC-01")
        assert "项不涉及，h 显示" in text_of(pilot.app, "#items")
        assert "T-LIC-05" not in text_of(pilot.app, "#items")
        await keys(pilot, "h")
        top(pilot).lines.select("T-LIC-05")
        await settled(pilot)
        assert "T-LIC-01＝无" in text_of(pilot.app, "#items")
        assert "不涉及：T-LIC-01 的回答＝无" in text_of(pilot.app, "#question")
        await keys(pilot, "h")
        # Its own row has gone: the cursor is on the next one.
        assert top(pilot).line.item.code > "T-LIC-05"
        assert top(pilot).line.asked


async def test_an_answer_keeps_the_cursor_where_rows_disappear(county: Store) -> None:
    """Rows after the item vanish, the cursor moves on from the item itself; what was answered there is named."""
    name = begin(county, "样例甲", "样例乙")
    forms = Forms(county)
    inspections.answer(county, forms, name, "T-LIC-01", "1")
    inspections.answer(county, forms, name, "T-LIC-05", "yes")
    async with screens(county) as pilot:
        await _open(pilot, "T-LIC-01")
        await keys(pilot, "3")
        await until(pilot, lambda: kind(pilot) == "FormScreen")
        await keys(pilot, "escape")
        assert "T-LIC-05 不再涉及，原答案保留在记录里" in message_of(pilot.app)
        assert top(pilot).line.item.code == "T-LIC-02"
    state = lookup.inspection(county, name)
    assert state.answers["T-LIC-05"] == "yes"


async def test_the_rest_is_recorded_by_one_key_and_taken_back_by_one(county: Store) -> None:
    """r says how many and what is left; the answers are marked; u directly after takes all of them back."""
    name = begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await _open(pilot, "T-STF-06")
        await keys(pilot, "r")
        done = lookup.inspection(county, name).how
        assert len(done) > 1
        assert f"已按“其余正常”记 {len(done)} 项；u 撤回这一批" in message_of(pilot.app)
        assert "T-STF-01" in message_of(pilot.app)
        await until(pilot, lambda: "批" in text_of(pilot.app, "#items"))
        await keys(pilot, "u")
        assert not lookup.inspection(county, name).answers
        assert f"已撤回这一批 {len(done)} 项" in message_of(pilot.app)


async def test_u_elsewhere_takes_back_one_answer_only(county: Store) -> None:
    """After the cursor moved, or something else was recorded, u means the item under the cursor."""
    name = begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await _open(pilot, "T-STF-01")
        await keys(pilot, "r")
        done = list(lookup.inspection(county, name).how)
        top(pilot).lines.select(done[0])
        await settled(pilot)
        await keys(pilot, "u")
        assert set(lookup.inspection(county, name).answers) == set(done[1:])


async def test_keys_typed_ahead_are_not_lost(county: Store) -> None:
    """r and u without a pause leave nothing behind."""
    name = begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await _open(pilot, "T-STF-01")
        burst(pilot, "r", "u")
        await settled(pilot)
        await until(pilot, lambda: "已撤回这一批" in message_of(pilot.app))
        assert not lookup.inspection(county, name).answers
