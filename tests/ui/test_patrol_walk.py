"""The whole patrol by keys alone at 80 × 24, and what the officer is told on the way."""

import asyncio
import threading
from pathlib import Path
from typing import Any, cast

import pytest
from PIL import Image
from textual.pilot import Pilot
from textual.widgets import Input

from inspector.domain.inspection import fold_inspection
from inspector.screens.tonight import TonightScreen
from inspector.services import inspections, legality, people
from inspector.services.forms import Forms
from inspector.services.sheets import sheet
from inspector.store import queries
from inspector.store.workspace import Store
from inspector.widgets.lines import LineList
from tests.ui.ui_world import (
    be_told,
    begin,
    key_event,
    keys,
    kind,
    message_of,
    screens,
    shows,
    text_of,
    top,
    until,
)
from tests.workplace import conclude


async def test_a_patrol_from_tonight_to_the_conclusion_by_keys_alone(county: Store, tmp_path: Path) -> None:
    """Set-up, search, answers, finding, roster, photo, conclusion: every step by keys, every step saved."""
    Image.new("RGB", (64, 48), (90, 120, 150)).save(tmp_path / "IMG_0001.jpg")
    county.set_settings(photo_folder=str(tmp_path))
    async with screens(county) as pilot:
        app = pilot.app
        await keys(pilot, "f2")
        await until(pilot, lambda: kind(pilot) == "PatrolScreen" and "样例甲" in text_of(app))
        for name in ("样例甲", "样例乙"):
            row = next(p.id for p in queries.officers(county.connection) if p.name == name)
            app.screen.query_one("#people", LineList).select(row)
            await keys(pilot, "space")
        await keys(pilot, "f2")
        await until(pilot, lambda: isinstance(app.screen, TonightScreen))
        await shows(pilot, "夜查 样例")

        await keys(pilot, "f3", "lsc")
        await shows(pilot, "全部 1 处", "上海老盛昌样例培训")
        await keys(pilot, "enter", "enter")
        await until(pilot, lambda: kind(pilot) == "SiteScreen" and "开始检查" in text_of(app))
        assert "有证有照" in text_of(app)
        assert "开始检查：夜间巡查" in text_of(app)
        await keys(pilot, "f7")
        await until(pilot, lambda: kind(pilot) == "PacksScreen" and "日常检查" in text_of(app))
        app.screen.query_one("#packs", LineList).select("routine-check")
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "SiteScreen" and "开始检查：日常检查" in text_of(app))
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(app))

        await keys(pilot, "1")
        await until(pilot, lambda: "已保存：T-TIME-01" in message_of(app))
        assert top(pilot).line.item.code == "T-TIME-02"
        await keys(pilot, *"1830-2130", "enter")
        await until(pilot, lambda: kind(pilot) == "FormScreen" and "晚于 20:30" in text_of(app))
        await keys(pilot, "tab", "backspace", "4", "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen")
        await until(pilot, lambda: "已保存：T-TIME-02 的问题" in message_of(app))
        assert queries.findings(county.connection)[0].severity == 4

        await _fill_roster(pilot)
        await keys(pilot, "p")
        await until(pilot, lambda: kind(pilot) == "PhotosScreen" and "IMG_0001.jpg" in text_of(app))
        await keys(pilot, "enter")
        await until(pilot, lambda: "已保存 1 张照片" in message_of(app))
        await keys(pilot, "escape")
        await _tell_and_confirm(pilot)
        await keys(pilot, "f8", "y")
        await until(pilot, lambda: "已办结" in message_of(app))
    done = queries.inspections(county.connection)[0]
    assert (done.status, done.photos, done.findings) == ("concluded", 1, 1)
    state, _ = fold_inspection(county.entries(done.id))
    assert state is not None
    assert state.source == "plan"
    assert {step: (said["person"], said["outcome"]) for step, said in state.procedure.items()} == {
        "certificates_shown": ("样例负责人", "已出示执法证件"),
        "rights_told": ("样例负责人", "已告知陈述、申辩、申请回避等权利"),
        "recusal_asked": ("样例负责人", "不申请回避"),
    }
    assert state.procedure["certificates_shown"]["certificates"] == ["样例-0001", "样例-0002"]


async def _tell_and_confirm(pilot: Pilot[Any]) -> None:
    """The conclusion wants it; t tells, s has each of the two departments confirm its part."""
    app: Any = pilot.app
    await keys(pilot, "f8")
    await until(pilot, lambda: kind(pilot) == "ConcludeScreen" and "照片 1" in text_of(app))
    await keys(pilot, "f8")
    assert "不能办结：没有记录：出示执法证件。（共 5 条）" in message_of(app)
    await keys(pilot, "enter")
    await until(pilot, lambda: kind(pilot) == "FormScreen" and "在场人" in text_of(app))
    await keys(pilot, "enter")
    await shows(pilot, "没有写明在场人姓名")
    await keys(pilot, "样例负责人", "enter")
    await until(pilot, lambda: kind(pilot) == "ConcludeScreen" and "没有记录" not in text_of(app))
    for department in ("教体", "市监"):
        await keys(pilot, "s")
        await until(pilot, lambda: kind(pilot) == "FormScreen" and "确认人" in text_of(app))
        assert f"{department}部门" in text_of(app)
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ConcludeScreen" and "已保存" in message_of(app))
    await shows(pilot, "已确认")


async def _fill_roster(pilot: Pilot[Any]) -> None:
    app: Any = pilot.app
    app.screen.lines.select("T-TIME-12")
    await keys(pilot, "enter")
    await until(pilot, lambda: kind(pilot) == "RosterScreen")
    await keys(pilot, "3", "enter", *"12", "enter")
    await keys(pilot, "4", "enter", *"8", "enter")
    await until(pilot, lambda: app.screen.table.row_count == 3)
    await keys(pilot, "f2")
    await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "2 行" in text_of(app))


async def test_a_row_is_saved_as_soon_as_it_is_complete(county: Store) -> None:
    """Nobody has to leave the table for its rows to be in the journal; a row half typed waits."""
    name = begin(county, "样例甲")
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        cast("Any", pilot.app.screen).lines.select("T-TIME-12")
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "RosterScreen")
        await keys(pilot, "3", "enter", *"12", "enter", "4", "enter")
        await until(pilot, lambda: "已保存 1 行" in message_of(pilot.app))
        state, _ = fold_inspection(county.entries(name))
        assert state is not None
        assert [row["students"] for row in state.answers["T-TIME-12"]] == [12]


async def test_one_certified_officer_cannot_conclude_and_is_told_the_way_on(county: Store) -> None:
    """The guard's own sentence is shown, the inspection stays open, and F2 adds the second officer."""
    name = begin(county, "样例甲")
    be_told(county, name)
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        await keys(pilot, "f8")
        await until(pilot, lambda: kind(pilot) == "ConcludeScreen" and "未答" in text_of(pilot.app))
        await keys(pilot, "f8")
        await shows(pilot, "【未成】不能办结：需要两名持有效执法证的执法人员，现在只有1名", "按 F2 增补")
        assert queries.inspections(county.connection)[0].status == "open"
        await keys(pilot, "f2")
        await until(pilot, lambda: kind(pilot) == "PatrolScreen" and "样例乙" in text_of(pilot.app))
        second = next(p.id for p in queries.officers(county.connection) if p.name == "样例乙")
        pilot.app.screen.query_one("#people", LineList).select(second)
        await keys(pilot, "space", "f2")
        await until(pilot, lambda: kind(pilot) == "ConcludeScreen" and "样例-0002" in text_of(pilot.app))
        # The second officer's certificate is shown too.
        legality.tell_all(county, name, person="样例负责人", capacity="负责人")
        for _ in range(2):
            await keys(pilot, "s")
            await until(pilot, lambda: kind(pilot) == "FormScreen")
            await keys(pilot, "enter")
            await until(pilot, lambda: kind(pilot) == "ConcludeScreen")
        await keys(pilot, "f8", "y")
        await until(pilot, lambda: "已办结" in message_of(pilot.app))
    assert queries.inspections(county.connection)[0].id == name


async def test_a_helper_among_the_officers_is_refused(county: Store) -> None:
    """Listing a grid worker as officer is refused by the service, in its words; no patrol begins."""
    async with screens(county) as pilot:
        await keys(pilot, "f2")
        await until(pilot, lambda: kind(pilot) == "PatrolScreen" and "样例丙" in text_of(pilot.app))
        helper = next(p.id for p in queries.officers(county.connection) if p.name == "样例丙")
        pilot.app.screen.query_one("#people", LineList).select(helper)
        await keys(pilot, "1", "f2")
        await shows(pilot, "样例丙不是执法人员，不能列为检查人员。")
    assert people.current_patrol(county) is None


@pytest.mark.parametrize(
    ("typed", "found"),
    [("老盛", "老盛昌"), ("lsc", "老盛昌"), ("lao sheng", "老盛昌"), ("cg", "晨光"), ("zzz", "没有找到")],
)
async def test_sites_are_found_by_characters_syllables_and_initials(
    county: Store, typed: str, found: str
) -> None:
    """What officers type finds the site while they type; what finds nothing says so."""
    async with screens(county) as pilot:
        await keys(pilot, "f3")
        pilot.app.screen.query_one("#search", Input).value = typed
        await until(pilot, lambda: "全部 1 处" in text_of(pilot.app) or "全部 0 处" in text_of(pilot.app))
        assert found in text_of(pilot.app)


async def test_the_next_start_returns_to_the_item_that_was_asked(county: Store) -> None:
    """After a start without any goodbye the officer is at the item after the last answer, and all answers are there."""
    name = begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        await keys(pilot, "1")
        await until(pilot, lambda: "已保存" in message_of(pilot.app))
        await until(pilot, lambda: (county.json_setting("last_place") or {}).get("item") == "T-TIME-02")
    async with screens(county) as pilot:
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "已答 1/" in text_of(pilot.app))
        assert top(pilot).line.item.code == "T-TIME-02"
        assert "回到上次的位置" in message_of(pilot.app)
    assert sheet(county, Forms(county), name).counts["answered"] == 1


async def test_a_footer_that_is_drawn_without_the_body_harms_nothing(county: Store) -> None:
    """At its end the toolkit takes a screen's parts away one by one, and its footer may still ask what can be done."""
    begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        screen = top(pilot)
        await screen.query_one("#items").remove()
        assert "checklist.conclude" in {one.binding.id for one in screen.active_bindings.values()}


async def test_saved_is_said_only_after_the_service_returned(
    county: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the answer is being written nothing says 已保存, and a refusal never does; the answer is not shown either."""
    begin(county, "样例甲", "样例乙")
    gate = threading.Event()
    original = inspections.answer

    def slow(*args: Any, **kwargs: Any) -> Any:
        assert gate.wait(10)
        return original(*args, **kwargs)

    monkeypatch.setattr(inspections, "answer", slow)
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        pilot.app.post_message(key_event("1"))
        for _ in range(5):
            await asyncio.sleep(0.02)
            assert "已保存" not in message_of(pilot.app)
            assert "已答 0/" in text_of(pilot.app)
        gate.set()
        await until(pilot, lambda: "已保存：T-TIME-01" in message_of(pilot.app))


async def test_keys_typed_ahead_reach_the_input_line_in_order(county: Store) -> None:
    """A burst of keys (a slow machine, a fast officer) loses none and saves what was typed."""
    name = begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-02" in text_of(pilot.app))
        top(pilot).lines.select("T-TIME-02")
        await pilot.pause()
        for key in (*"1800-2000", "enter"):
            pilot.app.post_message(key_event(key))
        await until(pilot, lambda: "已保存：T-TIME-02" in message_of(pilot.app))
    answers = sheet(county, Forms(county), name).inspection.answers
    assert answers["T-TIME-02"] == {"start": "18:00", "end": "20:00"}


async def test_an_answer_is_taken_back_and_its_finding_with_it(county: Store) -> None:
    """u takes the answer back; the finding that followed from it is withdrawn."""
    name = begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(
            pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-LIC-01" not in message_of(pilot.app)
        )
        top(pilot).lines.select("T-LIC-01")
        await pilot.pause()
        await keys(pilot, "3")
        await until(pilot, lambda: kind(pilot) == "FormScreen")
        await keys(pilot, "escape")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen")
        top(pilot).lines.select("T-LIC-01")
        await pilot.pause()
        await keys(pilot, "u")
        await until(pilot, lambda: "已撤回" in message_of(pilot.app))
    assert "T-LIC-01" not in sheet(county, Forms(county), name).inspection.answers
    assert [row.item for row in queries.findings(county.connection)] == []


async def test_a_concluded_inspection_is_shown_and_takes_no_answer(county: Store) -> None:
    """Answer keys do nothing there, and the officer is told why."""
    name = begin(county, "样例甲", "样例乙")
    conclude(county, name)
    async with screens(county) as pilot:
        from inspector.screens.checklist import ChecklistScreen

        pilot.app.push_screen(ChecklistScreen(top(pilot).place, name))
        await shows(pilot, "T-TIME-01", "只供查看")
        await keys(pilot, "1")
    assert sheet(county, Forms(county), name).counts["answered"] == 0


async def test_what_another_window_wrote_appears_by_itself(county: Store) -> None:
    """A command beside the screens answers an item; the open checklist shows it without a key."""
    name = begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "已答 0/" in text_of(pilot.app))
        inspections.answer(county, Forms(county), name, "T-TIME-01", "1")
        await shows(pilot, "已答 1/")


async def test_a_site_met_on_patrol_is_recorded_and_opened(county: Store) -> None:
    """F4 asks for the little that is known; an empty form is refused in words, a filled one opens the site."""
    async with screens(county) as pilot:
        await keys(pilot, "f4")
        await until(pilot, lambda: kind(pilot) == "FormScreen")
        await keys(pilot, "f2")
        await shows(pilot, "新点位至少要有名称或地址")
        pilot.app.screen.query_one("#form-address", Input).value = "样例巷7号二楼"
        await keys(pilot, "f2")
        await until(pilot, lambda: kind(pilot) == "SiteScreen" and "样例巷7号二楼" in text_of(pilot.app))
    assert queries.count_sites(county.connection) == 5


async def test_a_fault_of_ours_is_told_logged_and_survived(
    county: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unexpected error says that the record is safe, leaves a log without what was typed, and the program goes on."""
    begin(county, "样例甲", "样例乙")
    secret = "样例" + "秘密"

    def broken(*args: Any, **kwargs: Any) -> None:
        raise ZeroDivisionError(secret)

    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        with monkeypatch.context() as patch:
            patch.setattr(inspections, "answer", broken)
            await keys(pilot, "1")
            await shows(pilot, "程序出错，记录是安全的")
        await keys(pilot, "1")
        await until(pilot, lambda: "已保存" in message_of(pilot.app))
    log = (county.path / "inspector.log").read_text(encoding="utf-8")
    assert "ZeroDivisionError" in log
    assert secret not in log


async def test_answers_typed_ahead_of_a_finding_never_fall_on_the_item_before(county: Store) -> None:
    """Violation, Enter, and the next answer in one burst: the violating answer stays, the next item gets the next one."""
    name = begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        top(pilot).lines.select("T-LIC-01")
        await pilot.pause()
        await keys(pilot, "3")
        await until(pilot, lambda: kind(pilot) == "FormScreen")
        for key in ("enter", "1"):
            pilot.app.post_message(key_event(key))
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen")
        await pilot.pause()
    answers = sheet(county, Forms(county), name).inspection.answers
    assert answers["T-LIC-01"] == "none"
    assert set(answers) <= {"T-LIC-01", "T-LIC-02"}


async def test_a_photo_of_a_finding_is_one_key_away(county: Store, tmp_path: Path) -> None:
    """F7 in the finding saves it and opens the photos of that very item, though the cursor has moved on."""
    county.set_settings(photo_folder=str(tmp_path))
    begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        top(pilot).lines.select("T-LIC-01")
        await pilot.pause()
        await keys(pilot, "3")
        await until(pilot, lambda: kind(pilot) == "FormScreen")
        await keys(pilot, "f7")
        await until(pilot, lambda: kind(pilot) == "PhotosScreen" and "照片 T-LIC-01" in text_of(pilot.app))


async def test_what_was_not_found_is_forgotten_when_it_is_found(county: Store) -> None:
    """A search without a find says so; a search with one no longer does."""
    async with screens(county) as pilot:
        await keys(pilot, "f3", "zzz")
        await until(pilot, lambda: "没有找到" in message_of(pilot.app))
        await keys(pilot, "escape", "f3", "cg")
        await shows(pilot, "晨光")
        await until(pilot, lambda: "没有找到" not in message_of(pilot.app))
