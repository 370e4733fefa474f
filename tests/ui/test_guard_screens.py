"""The guard on the screens: reasons are listed, a reason line appears where one is enough, nothing is saved unasked."""

from pathlib import Path
from typing import Any

from textual.widgets import Input

from inspector.domain.entries import Draft
from inspector.domain.inspection import fold_inspection
from inspector.services import inspections, people
from inspector.services.forms import Forms
from inspector.store import queries
from inspector.store.workspace import Store
from inspector.widgets.lines import LineList
from tests.ui.ui_world import be_told, begin, keys, kind, message_of, screens, shows, text_of, top, until
from tests.workplace import decide


async def _to_site(pilot: Any) -> None:
    await keys(pilot, "f3", "cg", "enter", "enter")
    await until(pilot, lambda: kind(pilot) == "SiteScreen" and "开始检查" in text_of(pilot.app))


async def test_every_reason_not_to_start_is_listed(county: Store) -> None:
    """One officer is out: the page says why nothing starts and which key changes it; Enter closes it."""
    people.begin_patrol(county, occasion="night", people=people.team(county, ["样例丁"]))
    async with screens(county) as pilot:
        await _to_site(pilot)
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "FormScreen")
        shown = text_of(pilot.app)
        assert "现在不能开始检查" in shown
        assert "需要两名持有效执法证的执法人员，现在只有0名" in shown
        assert "按 F2 换人员或任务来源" in shown
        await keys(pilot, "enter")
        assert kind(pilot) == "SiteScreen"
    assert queries.inspections(county.connection) == []


async def test_above_the_yearly_number_a_reason_is_asked_for(county: Store, tmp_path: Path) -> None:
    """The site says which inspection of the year it would be; a blank reason is not enough, a written one starts."""
    decide(county, tmp_path, "inspections_per_year: {value: 1}")
    inspections.void(county, begin(county, "样例甲", "样例乙", site="晨光样例美术"), reason="选错了点位")
    name = begin(county, "样例甲", "样例乙", site="晨光样例美术")
    be_told(county, name)
    inspections.conclude(county, Forms(county), name)
    async with screens(county) as pilot:
        await _to_site(pilot)
        assert "本年第 2 次，上限 1" in text_of(pilot.app)
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "FormScreen" and "理由" in text_of(pilot.app))
        await keys(pilot, "enter")
        assert "超过对同一企业的年度检查次数" in message_of(pilot.app)
        await keys(pilot, "样例：举报属实", "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen")
    found, _ = fold_inspection(county.entries(queries.inspections(county.connection, status="open")[0].id))
    assert found is not None
    assert found.override["reason"] == "样例：举报属实"
    assert found.frequency["count"] == 2


async def test_the_patrol_asks_its_task_source_once(county: Store) -> None:
    """F7 goes through the sources; the inspections of the patrol start with it by one Enter."""
    async with screens(county) as pilot:
        await keys(pilot, "f2")
        await until(pilot, lambda: kind(pilot) == "PatrolScreen" and "任务来源：计划" in text_of(pilot.app))
        for who in ("样例甲", "样例乙"):
            row = next(person.id for person in queries.officers(county.connection) if person.name == who)
            top(pilot).query_one("#people").select(row)
            await keys(pilot, "space")
        await keys(pilot, "f7")
        await shows(pilot, "任务来源：举报")
        await keys(pilot, "f2")
        await _to_site(pilot)
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen")
    found, _ = fold_inspection(county.entries(queries.inspections(county.connection)[0].id))
    assert found is not None
    assert found.source == "complaint"


async def test_a_form_that_was_left_recorded_nothing(county: Store) -> None:
    """t opens it with the usual wording; Esc leaves, and the record has no step; t again and Enter records three."""
    name = begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        before = len(county.entries(name))
        await keys(pilot, "t")
        await until(pilot, lambda: kind(pilot) == "FormScreen" and "不申请回避" in text_of(pilot.app))
        await keys(pilot, "样例", "escape")
        assert (kind(pilot), len(county.entries(name))) == ("ChecklistScreen", before)
        await keys(pilot, "t", "样例[red]", "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "告知已记录" in message_of(pilot.app))
        assert len(county.entries(name)) == before + 3
        await keys(pilot, "t")
        await shows(pilot, "样例[red]")


async def test_a_dwelling_leads_to_its_basis_of_entry(county: Store) -> None:
    """The conclusion names the item; Enter goes there, and its answer is what was missing."""
    name = begin(county, "样例甲", "样例乙")
    inspections.answer(county, Forms(county), name, "T-HID-01", "居民住宅")
    be_told(county, name)
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        await keys(pilot, "f8")
        await shows(pilot, "现场是居民住宅：T-HID-01A")
        top(pilot).query_one("#open", LineList).select("#entry/T-HID-01A")
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen")
        await shows(pilot, "凭什么进入这处住宅？")
        await keys(pilot, "3")
        await shows(pilot, "已保存：T-HID-01A 未入内")
        await keys(pilot, "f8")
        await until(pilot, lambda: kind(pilot) == "ConcludeScreen" and "检查人员" in text_of(pilot.app))
        assert "现场是居民住宅" not in text_of(pilot.app)


async def test_execution_at_night_asks_for_its_urgent_reason(county: Store) -> None:
    """At ten in the evening the form refuses it, says what may be done, and only then has a line for the reason."""
    begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        top(pilot).lines.select("T-LIC-01")
        await keys(pilot, "3")
        await until(pilot, lambda: kind(pilot) == "FormScreen" and "措施" in text_of(pilot.app))
        assert "紧急理由" not in text_of(pilot.app)
        top(pilot).query_one("#form-measure", Input).value = "强制拆除门牌"
        await keys(pilot, "enter")
        await shows(pilot, "紧急理由", "夜间不得实施行政强制执行", "送达通知")
        assert queries.findings(county.connection)[0].measure != "强制拆除门牌"
        await keys(pilot, "样例：将坠落", "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen")
        await shows(pilot, "已保存：T-LIC-01 的问题")
    assert queries.findings(county.connection)[0].measure == "强制拆除门牌"


async def test_an_item_without_its_department_says_that_it_is_a_lead(county: Store) -> None:
    """In the list by a letter, under the cursor in words, with where to pass it on."""
    begin(county, "样例甲")
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        top(pilot).lines.select("T-LIC-02")
        await shows(pilot, "只作线索，移交市监")


async def test_a_conclusion_that_never_met_the_guard_says_so(county: Store) -> None:
    """Written by another program while the page is open: the page shows what was not in order."""
    name = begin(county, "样例甲", "样例乙")
    scope = county.entries(name)[0].scope
    end = {"answered": 0, "unanswered": [], "findings": [], "photos": [], "entries": 1, "rules": []}
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        county.decide(lambda _: [Draft("inspection.concluded", name, scope, end)])
        await keys(pilot, "f8")
        await until(pilot, lambda: kind(pilot) == "ConcludeScreen" and "已办结" in text_of(pilot.app))
        await shows(pilot, "办结时不符合程序", "不是按县里的文件判定")
