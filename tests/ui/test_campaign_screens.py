"""The wall map, the list of responsibilities and the activities, by keys at 80×24."""

from datetime import date

from inspector.services import activities, lookup, tasks
from inspector.services.rectification import Act
from inspector.store import campaign
from inspector.store.workspace import Store
from tests.ui.lead_world import does, found_items, served, with_duties
from tests.ui.ui_world import keys, kind, message_of, screens, shows, text_of, top, until


def fill(store: Store) -> None:
    """Findings of which one is overdue, three tasks, two activities."""
    with_duties(store)
    items = found_items(store, "晨光样例美术")
    served(store, items[1], until=date(2026, 11, 22), on=date(2026, 11, 20))
    served(store, items[0])
    does(store, items[0], "样例甲", Act("submit", note="广告牌已拆除"))
    tasks.add_task(
        store,
        task="寒假夜查",
        lead="县教体局",
        partners="公安局",
        due="2026-11-20",
        group="治理",
        stage="集中",
    )
    tasks.add_task(store, task="预收费监管", lead="县教体局", due="2026-12-31", group="治理", stage="长效")
    tasks.add_task(store, task="告家长书", lead="县委宣传部", due="长期", group="宣传")
    activities.add_activity(store, title="联席会议", kind="meeting", sessions=1, people=26)
    for _ in range(40):  # this clock's bytes are near each other, and an id is of the first of them
        store.clock.random(8)
    activities.add_activity(store, title="家长问卷", kind="questionnaire", copies=59_000, day="2026-11-01")


async def test_the_wall_map_says_each_grid_in_words_and_leads_to_its_items(county: Store) -> None:
    """Sign and word, never colour alone; three panels; Enter opens the list of that grid."""
    fill(county)
    async with screens(county) as pilot:
        await keys(pilot, "f7")
        await shows(pilot, "挂图作战", "未分网格", "!! 有逾期", "挂账3 逾期1", "检查家次", "11-23")
        await keys(pilot, "f3")
        await shows(pilot, "逾期 1", "2026-11-22", "晨光样例美术")
        await keys(pilot, "f3")
        await shows(pilot, "部门", "教体", "任务逾期")
        await keys(pilot, "right", "down", "left", "up", "end", "home", "enter")
        await until(pilot, lambda: kind(pilot) == "BoardScreen" and top(pilot).lines.total == 3)
        await keys(pilot, "escape")
        await until(pilot, lambda: kind(pilot) == "DashboardScreen")


async def test_names_of_grids_are_text(county: Store) -> None:
    """Markup and controls in a grid's name are drawn as they are, and the map goes on."""
    from inspector.domain.office import fold_grid, grid_id, record_fields

    for number in range(30):
        name = grid_id(f"G{number:02}", "")
        fields = {"code": f"G{number:02}", "name": "[@click=app.quit]甲[/]"}
        drafts = record_fields("grid", name, fields, fold_grid(())[1])
        county.decide(lambda _, drafts=drafts: drafts)  # type: ignore[misc]
    async with screens(county) as pilot:
        await keys(pilot, "f7")
        await shows(pilot, "[@click", "无点位")
        await keys(pilot, "end")
        await shows(pilot, "未分网格")
        await keys(pilot, "home", "down", "down", "down")
        await shows(pilot, ">G12")


async def test_the_list_goes_through_its_three_views_and_takes_progress(county: Store) -> None:
    """By group, by stage, by month; what is done needs something that shows it; then it is seen as done."""
    fill(county)
    async with screens(county) as pilot:
        await keys(pilot, "f7", "f6")
        await shows(pilot, "责任清单　未完成 3　逾期 1", "治理", "宣传", "> 逾期")
        await keys(pilot, "f6")
        await shows(pilot, "路线图", "集中", "长效")
        await keys(pilot, "f6")
        await shows(pilot, "时间表", "2026-11", "无明确时限")
        await keys(pilot, "f6", "home", "enter")
        await shows(pilot, "登记进展", "寒假夜查")
        for _ in range(6):
            await keys(pilot, "backspace")
        await keys(pilot, "3", "f2")
        await shows(pilot, "佐证")
        assert kind(pilot) == "KeptForm"
        await keys(pilot, "down", "查了12次", "f2")
        await until(pilot, lambda: kind(pilot) == "TasksScreen" and "已保存" in message_of(pilot.app))
        await shows(pilot, "未完成 2　逾期 0", "已完成")
        await keys(pilot, "f3")
        await until(pilot, lambda: "寒假夜查" not in text_of(pilot.app))
    assert tasks.find_task(county, "寒假夜查").steps[0].note == "查了12次"


async def test_a_task_is_put_on_the_list_changed_and_taken_off(county: Store) -> None:
    """Forms like the others: nothing typed is lost by a refusal, a deadline in words stays, a reason is asked for."""
    async with screens(county) as pilot:
        await keys(pilot, "f7", "f6")
        await shows(pilot, "还没有责任清单")
        await keys(pilot, "f4", "公示收费", "f2")
        await shows(pilot, "牵头")
        assert kind(pilot) == "KeptForm"
        await keys(pilot, "down", "down", "县教体局", "f2")
        await until(pilot, lambda: kind(pilot) == "TasksScreen" and "公示收费" in text_of(pilot.app))
        await keys(pilot, "f8", *["down"] * 7, "长期", "f2")
        await shows(pilot, "长期")
        await keys(pilot, "delete", "并入另一项", "f2")
        await until(pilot, lambda: kind(pilot) == "TasksScreen" and "公示收费" not in text_of(pilot.app))
    assert campaign.tasks(county.connection) == []


async def test_activities_are_recorded_filtered_put_right_and_voided(county: Store) -> None:
    """What is typed is what is kept; one kind at a time; a voided one is only listed when asked for."""
    fill(county)
    async with screens(county) as pilot:
        await keys(pilot, "f7", "f8")
        await shows(pilot, "活动台账", "联席会议", "1场 26人次", "59000份")
        await keys(pilot, "f4", "简报第3期", "down", "backspace", "4", *["down"] * 7, "3", "f2")
        await until(pilot, lambda: kind(pilot) == "ActivitiesScreen" and "简报第3期" in text_of(pilot.app))
        await shows(pilot, "3期")
        await keys(pilot, "f6")
        await until(pilot, lambda: "家长问卷" not in text_of(pilot.app))
        await keys(pilot, "enter", "down", "down", "down", "寒假治理", "f2")
        await shows(pilot, "主题：寒假治理")
        await keys(pilot, "delete", "重复登记了", "f2")
        await until(pilot, lambda: kind(pilot) == "ActivitiesScreen" and "联席会议" not in text_of(pilot.app))
        await keys(pilot, "f3")
        await shows(pilot, "已作废 联席会议", "作废：重复登记了")
    assert lookup.site(county, "晨光样例美术").scope == "county"
