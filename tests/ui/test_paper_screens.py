"""Papers on the spot, by keys alone: made, filled in, issued, saved, served."""

from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from textual.pilot import Pilot

from inspector.domain.site_facts import site_id
from inspector.screens import paper_forms
from inspector.services import inspections, lookup, numbering, paper_desk, papers, rectification, sites
from inspector.services.forms import Forms
from inspector.store import board
from inspector.store.board import Filter
from inspector.store.workspace import Store
from tests.ui.ui_world import be_told, begin, burst, keys, kind, message_of, screens, settled, shows, text_of, top, until

NAMELESS = "样例路7号"


@pytest.fixture
def where(county: Store, tmp_path: Path) -> Path:
    """A county with an authority and its numbers, and the folder for papers."""
    numbering.set_authority(
        county, "education", name="样例县教育体育局", prefix="样教体", address="样例大道1号", phone="00000000", contact="样例联系人"
    )
    folder = tmp_path / "papers"
    county.set_settings(**{paper_desk.FOLDER: str(folder), paper_desk.FORMATS: [".docx"]})
    return folder


def concluded(store: Store, site: str, *answers: tuple[str, str]) -> str:
    """A concluded inspection of a site, with these answers; its id."""
    name = begin(store, "样例甲", "样例乙", site=site)
    for item, value in answers:
        inspections.answer(store, Forms(store), name, item, value)
    if lookup.site(store, lookup.inspection(store, name).site).kind == "training":
        be_told(store, name)
    inspections.conclude(store, Forms(store), name)
    return name


def nameless(store: Store) -> str:
    """A training site without a sign, with a principal; the id of its concluded inspection."""
    facts = {"permit_state": "none", "registration_state": "none", "principal": "样例负责人"}
    sites.add_site(store, address=NAMELESS, facts=facts)
    return concluded(store, NAMELESS, ("T-LIC-01", "3"))


async def to_papers(pilot: Pilot[Any], inspection: str) -> None:
    """From the first screen to the papers of a concluded inspection, by its summary."""
    from inspector.screens.conclude import ConcludeScreen

    await pilot.app.push_screen(ConcludeScreen(pilot.app.place, inspection))  # type: ignore[attr-defined]
    await shows(pilot, "已办结")
    await keys(pilot, "p")
    await until(pilot, lambda: kind(pilot) == "PapersScreen" and "可出的文书" in text_of(pilot.app))


async def to_paper(pilot: Pilot[Any], code: str) -> None:
    """From the list of papers to one kind."""
    top(pilot).query_one("#papers").select(f"kind:{code}")
    await keys(pilot, "enter")
    await until(pilot, lambda: kind(pilot) == "PaperScreen" and "出文机关" in text_of(pilot.app))


def words_of(path: Path) -> str:
    """The XML of a Word file's body."""
    with ZipFile(path) as file:
        return file.read("word/document.xml").decode()


async def test_from_the_conclusion_to_a_served_notice(county: Store, where: Path) -> None:
    """The party's name that lacks is filled in on the spot; issued, saved, refused without a witness, served with one."""
    inspection = nameless(county)
    county.set_settings(**{paper_desk.FORMATS: [".docx", ".pdf"]} if paper_forms.has_pdf() else {})
    async with screens(county) as pilot:
        await to_papers(pilot, inspection)
        await to_paper(pilot, "rectification_notice")
        await keys(pilot, "f2")
        assert "没有签发" in message_of(pilot.app)
        await keys(pilot, "enter")
        print(text_of(pilot.app))
