"""The pages of papers, character by character, in Chinese and English."""

from pathlib import Path

from inspector import language
from inspector.screens.conclude import ConcludeScreen
from inspector.services import sites
from inspector.store.workspace import Store
from tests.ui.paper_world import (
    issue,
    nameless,
    site_of,
    to_paper,
    to_papers,
)
from tests.ui.test_screens_golden import same
from tests.ui.ui_world import (
    keys,
    kind,
    make_county,
    screens,
    shows,
    text_of,
    top,
    until,
)


async def test_the_pages_of_papers_as_an_officer_reads_them(county: Store, where: Path) -> None:
    """What there is stands above what can be; what is lacking above all else; states are words."""
    inspection = nameless(county)
    async with screens(county) as pilot:
        await to_papers(pilot, inspection)
        await to_paper(pilot, "rectification_notice")
        await same(pilot, "paper-lacking")
        sites.set_facts(county, site_of(county, inspection), {"name": "样例文化工作室"})
        await shows(pilot, "责令限期整改通知书　样例文化工作室")
        await issue(pilot)
        await keys(pilot, "f2")
        await until(pilot, lambda: kind(pilot) == "ServeScreen")
        await same(pilot, "serve", "#form")
        await keys(pilot, "escape", "escape")
        await until(pilot, lambda: kind(pilot) == "PapersScreen" and "未送达" in text_of(pilot.app))
        await same(pilot, "papers")
        top(pilot).query_one("#papers").action_end(-1)
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "IssuedScreen" and "未送达" in text_of(pilot.app))
        await same(pilot, "issued")


async def test_the_pages_speak_english(tmp_path: Path) -> None:
    """With English chosen the frame of a paper's page is English; what is printed stays Chinese."""
    language.use("en")
    try:
        with make_county(tmp_path / "workspace") as store:
            inspection = nameless(store)
            async with screens(store) as pilot:
                await pilot.app.push_screen(ConcludeScreen(top(pilot).place, inspection))
                await shows(pilot, "Concluded")
                await keys(pilot, "p")
                await until(
                    pilot, lambda: kind(pilot) == "PapersScreen" and "usual now" in text_of(pilot.app)
                )
                top(pilot).query_one("#papers").select("kind:rectification_notice")
                await keys(pilot, "enter")
                await until(
                    pilot, lambda: kind(pilot) == "PaperScreen" and "Whose paper" in text_of(pilot.app)
                )
                await same(pilot, "paper-en")
    finally:
        language.use("zh")
