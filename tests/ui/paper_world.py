"""What the tests of papers on the screens share: an inspection to make them of, and the way to them."""

from pathlib import Path
from typing import Any
from zipfile import ZipFile

from textual.pilot import Pilot

from inspector.domain.site import Site
from inspector.screens.conclude import ConcludeScreen
from inspector.services import inspections, lookup, sites
from inspector.services.forms import Forms
from inspector.store.workspace import Store
from tests.ui.ui_world import (
    be_told,
    begin,
    keys,
    kind,
    message_of,
    shows,
    text_of,
    top,
    until,
)

NAMELESS = "样例路7号"


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


def block(folder: Path) -> None:
    """Put a file where a folder should be."""
    folder.write_text("", encoding="utf-8")


def unblock(folder: Path) -> None:
    """Take it away."""
    folder.unlink()


def files_of(folder: Path) -> list[Path]:
    """The files of a folder, by name."""
    return sorted(folder.iterdir())


def site_of(store: Store, inspection: str) -> Site:
    """The site of an inspection."""
    return lookup.site(store, lookup.inspection(store, inspection).site)


async def to_papers(pilot: Pilot[Any], inspection: str) -> None:
    """From the first screen to the papers of a concluded inspection, by its summary."""
    await pilot.app.push_screen(ConcludeScreen(top(pilot).place, inspection))
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


async def issue(pilot: Pilot[Any]) -> None:
    """From a paper that lacks nothing to its page, its files saved where they go."""
    await keys(pilot, "f2")
    await until(pilot, lambda: kind(pilot) == "ConfirmScreen")
    await keys(pilot, "enter")
    await until(pilot, lambda: kind(pilot) == "FormScreen")
    await keys(pilot, "enter")
    await until(pilot, lambda: kind(pilot) == "IssuedScreen" and "已签发" in message_of(pilot.app))
