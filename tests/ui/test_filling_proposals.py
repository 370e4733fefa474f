"""Proposals on the screen, and why an item is judged as it is: seen, accepted by a key, never by themselves."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from inspector.services import filling, inspections, lookup, sites
from inspector.services.forms import Forms
from inspector.services.sheets import sheet
from inspector.store.workspace import Store
from tests.ui.ui_world import (
    begin,
    keys,
    kind,
    make_county,
    message_of,
    screens,
    settled,
    shows,
    text_of,
    top,
    until,
)

ITEM = "T-LIC-05"


@pytest.fixture
def proposing(tmp_path: Path) -> Iterator[Store]:
    """A county with a site whose registered address is another one."""
    with make_county(tmp_path / "workspace") as store:
        sites.add_site(
            store, name="思源样例书法", address="样例路7号", facts={"registered_address": "样例路70号"}
        )
        yield store


async def _open(pilot: Pilot[Any], item: str) -> None:
    await keys(pilot, "enter")
    await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
    top(pilot).lines.select(item)
    await settled(pilot)


async def test_a_proposal_is_seen_and_accepted_by_one_key(proposing: Store) -> None:
    """The list and the question show it with its reason; a records it as an answer that says how it came."""
    name = begin(proposing, "样例甲", "样例乙", site="思源样例书法")
    async with screens(proposing) as pilot:
        await _open(pilot, ITEM)
        assert "建议 否" in text_of(pilot.app, "#items")
        await shows(pilot, "登记在“样例路70号”，实际在“样例路7号”", "建议：否")
        assert not lookup.inspection(proposing, name).answers
        await keys(pilot, "a")
        await until(pilot, lambda: kind(pilot) == "FormScreen")
        await keys(pilot, "escape")
        top(pilot).lines.select(ITEM)
        await shows(pilot, "采用建议")
        assert "荐" in text_of(pilot.app, "#items")
        state = lookup.inspection(proposing, name)
        assert (state.answers[ITEM], state.how[ITEM]) == ("no", "proposal")
        await keys(pilot, "a")
        assert lookup.inspection(proposing, name).answers == {ITEM: "no"}


async def test_the_rest_leaves_what_a_proposal_speaks_against(proposing: Store) -> None:
    """A person has to look where the proposal contradicts, and where it hangs on an address that is not known."""
    forms = Forms(proposing)
    doubted = begin(proposing, "样例甲", "样例乙", site="思源样例书法")
    inspections.answer(proposing, forms, doubted, "T-LIC-01", "1")
    said = filling.rest_in_order(proposing, forms, doubted, "T-LIC")
    assert ITEM in said.left
    assert sheet(proposing, forms, doubted).line(ITEM).proposal is not None
    plain = begin(proposing, "样例甲", "样例乙", site="晨光样例美术")
    inspections.answer(proposing, forms, plain, "T-LIC-01", "1")
    assert ITEM in filling.rest_in_order(proposing, forms, plain, "T-LIC").left


async def test_e_explains_the_item_under_the_cursor(proposing: Store) -> None:
    """Conditions with true, false or unknown, what they looked at, the basis; Esc goes back to the item."""
    begin(proposing, "样例甲", "样例乙", site="思源样例书法")
    async with screens(proposing) as pilot:
        await _open(pilot, "T-LIC-07")
        await keys(pilot, "e")
        await until(pilot, lambda: kind(pilot) == "ExplainScreen" and "依据" in text_of(pilot.app))
        shown = text_of(pilot.app)
        assert "何时检查［不知道］" in shown
        assert "T-LIC-01 的回答＝不知道" in shown
        assert "县参数：permit_notice_days＝" in shown
        await keys(pilot, "escape")
        assert kind(pilot) == "ChecklistScreen"
        assert top(pilot).line.item.code == "T-LIC-07"
        assert "未成" not in message_of(pilot.app)
