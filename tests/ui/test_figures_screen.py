"""The county's figures by keys alone: chosen, opened down to a record, kept, saved."""

from pathlib import Path

from textual.widgets import Input

from inspector.services import reports
from inspector.store.workspace import Store
from tests.ui.ui_world import begin, keys, kind, message_of, screens, shows, text_of, top, until


async def test_a_lead_reads_keeps_and_saves_the_month(county: Store, tmp_path: Path) -> None:
    """From the first screen: this month's figures, the paragraph for the phone, keeping them, saving them as Word."""
    begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "ctrl+r")
        await shows(pilot, "2026-11-01 至 2026-11-23", "培训机构")
        await keys(pilot, "f3")
        await shows(pilot, "出动执法人员2人次，检查1家次")
        await keys(pilot, "escape", "f7")
        await until(pilot, lambda: "已冻结保存" in message_of(pilot.app))
        assert len(reports.kept_reports(county)) == 1
        await keys(pilot, "f8")
        top(pilot).query_one("#form-folder", Input).value = str(tmp_path / "out")
        await keys(pilot, "f2")
        await until(pilot, lambda: "已存" in message_of(pilot.app))
    assert [path.suffix for path in (tmp_path / "out").iterdir()] == [".docx"]


async def test_a_figure_opens_to_the_records_that_it_counts(county: Store) -> None:
    """Behind 检查 there is the one visit, with how visits are counted; Enter on it leads to its site, on a heading says why not."""
    begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "ctrl+r")
        await shows(pilot, "培训机构")
        await keys(pilot, "home", "enter")
        assert "分组名" in message_of(pilot.app)
        assert top(pilot).query_one("#figures").select("visits")
        await keys(pilot, "enter")
        await shows(pilot, "检查  1 家次", "口径", "上海老盛昌样例培训")
        await keys(pilot, "home", "enter")
        assert "分项的数" in message_of(pilot.app)
        assert top(pilot).query_one("#records").select("0")
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "SiteScreen")
        assert "上海老盛昌样例培训" in text_of(pilot.app)


async def test_other_days_are_chosen_by_words_and_days_to_come_are_refused(county: Store) -> None:
    """去年 shows last year; a day that has not come leaves the form open with the reason."""
    async with screens(county) as pilot:
        await keys(pilot, "ctrl+r", "f4")
        top(pilot).query_one("#form-first", Input).value = "2026-11-01"
        top(pilot).query_one("#form-last", Input).value = "2026-12-31"
        await keys(pilot, "f2")
        await shows(pilot, "还没有到")
        top(pilot).query_one("#form-first", Input).value = "去年"
        top(pilot).query_one("#form-last", Input).value = ""
        await keys(pilot, "f2")
        await shows(pilot, "2025-01-01 至 2025-12-31")
