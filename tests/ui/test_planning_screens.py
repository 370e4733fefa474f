"""Tips and plans by keys alone: recorded, given to a plan, answered; covered, excused, closed."""

from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from inspector.services import lookup, people, plans, tips
from inspector.services.forms import Forms
from inspector.store import planning
from inspector.store.workspace import Store
from tests.ui.test_screens_golden import same
from tests.ui.ui_world import begin, keys, kind, message_of, screens, shows, text_of, top, until


def _fill(pilot: Pilot[Any], **values: str) -> None:
    for name, value in values.items():
        top(pilot).query_one(f"#form-{name}", Input).value = value


def _other_ids(store: Store) -> None:
    """The clock's numbers make other ids only after a while: an id leaves their last bits out."""
    for _ in range(16):
        store.clock.random(8)


def make_plan(store: Store, **more: Any) -> str:
    """A plan for tonight, for all training sites."""
    _other_ids(store)
    fields = {
        "name": "样例夜查",
        "first": "2026-11-23",
        "last": "2026-11-27",
        "occasion": "national_day",
        **more,
    }
    return plans.make_plan(store, site_kind="training", **fields).id


def make_tips(store: Store) -> list[str]:
    """One that is overdue, one of a grid worker, one that was answered and not told."""
    told = []
    made: tuple[dict[str, Any], ...] = (
        {
            "channel": "phone",
            "content": "晚上九点还在上课，灯亮着",
            "site": "晨光样例美术",
            "received": "2026-10-20",
        },
        {"channel": "grid_worker", "content": "三楼有补课", "address": "样例小区2栋三楼"},
        {"channel": "mailbox", "content": "招生广告", "site": "启明样例托管", "name": "样例举报人"},
    )
    for fields in made:
        _other_ids(store)
        told.append(tips.add_tip(store, **fields))
    names = [one.tip.id for one in told]
    tips.answer_tip(store, names[2], outcome="unfounded", text="核查无此情况")
    return names


async def test_what_is_overdue_stands_first_among_the_tips(county: Store) -> None:
    """Overdue is a word and comes first; below the list stands the tip, and never who reported it."""
    make_tips(county)
    async with screens(county) as pilot:
        await keys(pilot, "ctrl+t")
        await until(pilot, lambda: kind(pilot) == "TipsScreen")
        await shows(pilot, "分办逾期", "晚上九点还在上课")
        await same(pilot, "tips")
        assert "样例举报人" not in text_of(pilot.app)


async def test_a_tip_goes_its_whole_way_by_keys(county: Store) -> None:
    """F4 records it, F6 gives it to a plan, F8 answers it; then nothing is left to do."""
    plan = make_plan(county)
    async with screens(county) as pilot:
        await keys(pilot, "ctrl+t", "f4")
        _fill(pilot, content="夜里补课", where="晨光样例美术", name="样例举报人", phone="13900000000")
        await keys(pilot, "f2")
        await shows(pilot, "实名", "夜里补课", "按 F7 显示")
        await keys(pilot, "f7")
        assert "样例举报人" in message_of(pilot.app)
        await keys(pilot, "f6")
        _fill(pilot, plan="1", department="公安")
        await keys(pilot, "f2")
        await shows(pilot, "已分办", "分给：样例夜查、公安")
        await keys(pilot, "f8")
        _fill(pilot, outcome="3", text="样例举报人所说不属实")
        await keys(pilot, "f2")
        assert "举报人的姓名" in text_of(pilot.app)
        _fill(pilot, text="核查无此情况", told="1")
        await keys(pilot, "f2")
        await until(pilot, lambda: kind(pilot) == "TipsScreen" and top(pilot).query_one("#tips").total == 0)
        await keys(pilot, "f3")
        await shows(pilot, "已答复", "不属实", "，已告知")
    (line,) = tips.tip_lines(county, Forms(county))
    assert (line.row.plan, line.row.site_name, line.row.told) == (plan, "晨光样例美术", True)


async def test_a_tip_that_is_being_typed_outlives_a_lock(county: Store) -> None:
    """Locked in the middle of a call: what was typed is there again, Esc asks, and a second Esc drops it for good."""
    async with screens(county) as pilot:
        await keys(pilot, "ctrl+t")
        await until(pilot, lambda: kind(pilot) == "TipsScreen")
        await keys(pilot, "f4")
        await until(pilot, lambda: kind(pilot) == "KeptForm")
        await keys(pilot, "楼上有人上课", "ctrl+l")
    async with screens(county) as pilot:
        await keys(pilot, "ctrl+t")
        await until(pilot, lambda: kind(pilot) == "TipsScreen")
        await keys(pilot, "f4")
        await until(pilot, lambda: kind(pilot) == "KeptForm")
        assert top(pilot).values()["content"] == "楼上有人上课"
        await keys(pilot, "escape")
        assert kind(pilot) == "KeptForm"
        await keys(pilot, "escape")
        await until(pilot, lambda: kind(pilot) == "TipsScreen")
        await keys(pilot, "f4")
        await until(pilot, lambda: kind(pilot) == "KeptForm")
        assert top(pilot).values()["content"] == ""


async def test_a_phone_number_in_the_content_is_pointed_out(county: Store) -> None:
    """It is saved, with a word that it travels; a tip that was a mistake is voided with Del."""
    async with screens(county) as pilot:
        await keys(pilot, "ctrl+t", "f4")
        _fill(pilot, content="联系13800000000的人在补课", where="样例小区")
        await keys(pilot, "f2")
        await until(pilot, lambda: "身份证号" in message_of(pilot.app))
        await keys(pilot, "enter")
        assert "还没有查明" in message_of(pilot.app)
        await keys(pilot, "delete")
        _fill(pilot, reason="登记错了")
        await keys(pilot, "f2")
        await until(pilot, lambda: kind(pilot) == "TipsScreen" and top(pilot).query_one("#tips").total == 0)


async def test_a_plan_shows_how_far_each_grid_is(county: Store) -> None:
    """A bar, numbers and words for the plan and each grid; a visit moves it."""
    make_plan(county)
    begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "ctrl+g")
        await until(pilot, lambda: kind(pilot) == "PlansScreen")
        await shows(pilot, "样例夜查", "1/3", "未分网格")
        await same(pilot, "plans")


async def test_nobody_is_forgotten_when_a_plan_ends(county: Store) -> None:
    """The sites that are left are listed; each is excused with a reason, and then the plan can be closed."""
    make_plan(county)
    begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "ctrl+g")
        await shows(pilot, "1/3")
        await keys(pilot, "f8", "f2")
        assert "还有2处没有查" in text_of(pilot.app)
        await keys(pilot, "escape", "enter")
        await until(pilot, lambda: kind(pilot) == "PlanSitesScreen" and "晨光样例美术" in text_of(pilot.app))
        await same(pilot, "plan-sites")
        for _ in range(2):
            await keys(pilot, "f6", "1", "f2")
            await until(pilot, lambda: "已保存" in message_of(pilot.app) and kind(pilot) == "PlanSitesScreen")
        await shows(pilot, "未查 0")
        await keys(pilot, "f3")
        await shows(pilot, "已说明", "关门，没有人", "已查")
        await keys(pilot, "escape", "f8", "f2")
        await until(pilot, lambda: kind(pilot) == "PlansScreen" and top(pilot).query_one("#plans").total == 0)
        await keys(pilot, "f3")
        await shows(pilot, "（已结束）")
    (row,) = planning.plans(county.connection)
    assert row.closed


async def test_a_plan_is_made_by_keys_and_opens_its_sites(county: Store) -> None:
    """F4 makes it; Enter goes to its sites, and on to the site itself."""
    async with screens(county) as pilot:
        await keys(pilot, "ctrl+g", "f4")
        _fill(pilot, name="国庆专项", occasion="国庆专项", kind="校园")
        await keys(pilot, "f2")
        await shows(pilot, "国庆专项", "0/1")
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "PlanSitesScreen" and "样例第一小学" in text_of(pilot.app))
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "SiteScreen")


@pytest.mark.parametrize("part", [True, False])
async def test_a_patrol_is_part_of_todays_plan(county: Store, part: bool) -> None:
    """Its plan, occasion and people are proposed; F8 leaves the plan out."""
    officers = [lookup.officer(county, name).id for name in ("样例甲", "样例乙")]
    plan = make_plan(county, officers=officers)
    make_plan(county, name="下周", first="2026-11-24")
    async with screens(county) as pilot:
        await keys(pilot, "f2")
        await shows(pilot, "计划：样例夜查", "节假日", "持有效证 2 名")
        assert "下周" not in text_of(pilot.app)
        await keys(pilot, *(() if part else ("f8",)), "f2")
        await until(pilot, lambda: kind(pilot) == "TonightScreen")
    begun = people.current_patrol(county)
    assert begun is not None
    assert (begun.plan, begun.occasion) == (plan if part else "", "holiday")
