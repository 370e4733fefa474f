"""A case file from the screens, by keys alone: asked, told what is missing, written, stopped and gone on with."""

import threading
from functools import partial
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from textual.pilot import Pilot

from inspector.casefile import bag
from inspector.export import case_run
from inspector.screens.conclude import ConcludeScreen
from inspector.screens.item import ItemScreen
from inspector.screens.site import SiteScreen
from inspector.services import case_places, lookup
from inspector.store import queries
from inspector.store.workspace import Store
from tests.ui.paper_world import concluded, files_of
from tests.ui.ui_world import keys, kind, message_of, screens, shows, text_of, top, until


@pytest.fixture
def folder(county: Store, tmp_path: Path) -> Path:
    """Where case files go."""
    found = tmp_path / "cases"
    case_places.keep_folder(county, found)
    return found


def suffixes(folder: Path) -> list[str]:
    """Of the files that lie there."""
    return [path.suffix for path in files_of(folder)] if folder.exists() else []


async def prepared(pilot: Pilot[Any], reason: str = "移送县法制机构审核") -> None:
    """From a page to the export that is ready to be written."""
    await keys(pilot, "e")
    await until(pilot, lambda: kind(pilot) == "FormScreen")
    await keys(pilot, reason, "enter")
    await until(pilot, lambda: kind(pilot) == "CaseExportScreen" and "按 F2 写出" in message_of(pilot.app))


async def test_from_a_concluded_inspection_to_a_file(county: Store, folder: Path) -> None:
    """Without a reason it stays a form; what is missing is shown before; F2 writes the file and says where it is."""
    inspection = concluded(county, "上海老盛昌样例培训", ("T-LIC-01", "3"))
    async with screens(county) as pilot:
        await pilot.app.push_screen(ConcludeScreen(top(pilot).place, inspection))
        await shows(pilot, "已办结")
        await keys(pilot, "e")
        await until(pilot, lambda: kind(pilot) == "FormScreen")
        await keys(pilot, "enter")
        assert "理由太短" in message_of(pilot.app)
        await keys(pilot, "移送县法制机构审核", "enter")
        await until(
            pilot, lambda: kind(pilot) == "CaseExportScreen" and "按 F2 写出" in message_of(pilot.app)
        )
        await shows(pilot, "内部卷", "没有签发过现场检查笔录", "文件9件")
        assert suffixes(folder) == []
        await keys(pilot, "f2")
        await until(pilot, lambda: "案卷已写好" in message_of(pilot.app))
        assert "已写好：" in text_of(pilot.app)
    (path,) = files_of(folder)
    with ZipFile(path) as found:
        assert any(name.endswith("data/evidence/export.json") for name in found.namelist())


def shown(pilot: Pilot[Any], page: object) -> bool:
    """Whether a page is there with what it shows."""
    return top(pilot) is page and "样例" in text_of(pilot.app)


async def test_every_page_leads_there(county: Store, folder: Path) -> None:
    """The site's, the inspection's and the item's page have the command."""
    inspection = concluded(county, "上海老盛昌样例培训", ("T-LIC-01", "3"))
    item = queries.finding_ids(county.connection, inspection)[0]
    site = lookup.inspection(county, inspection).site
    async with screens(county) as pilot:
        place = top(pilot).place
        for page in (SiteScreen(place, site), ItemScreen(place, item)):
            await pilot.app.push_screen(page)
            await until(pilot, partial(shown, pilot, page))
            await prepared(pilot)
            await keys(pilot, "escape", "escape")
    assert suffixes(folder) == []


async def test_stopped_while_it_is_collected_it_begins_again(
    county: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F6 while documents are made leaves nothing and says so; F2 collects anew, then writes."""
    inspection = concluded(county, "上海老盛昌样例培训", ("T-LIC-01", "3"))
    held, begun = threading.Event(), threading.Event()
    real = case_run.check_going

    def slowly(*args: Any) -> None:
        begun.set()
        held.wait()
        real(*args)

    monkeypatch.setattr(case_run, "check_going", slowly)
    async with screens(county) as pilot:
        await pilot.app.push_screen(ConcludeScreen(top(pilot).place, inspection))
        await shows(pilot, "已办结")
        await keys(pilot, "e")
        await until(pilot, lambda: kind(pilot) == "FormScreen")
        await keys(pilot, "移送县法制机构审核", "enter")
        await until(pilot, begun.is_set)
        await keys(pilot, "f6")
        held.set()
        await until(pilot, lambda: "已停止" in message_of(pilot.app))
        await shows(pilot, "还没有收集完")
        await keys(pilot, "f2")
        await until(pilot, lambda: "按 F2 写出" in message_of(pilot.app))
        await keys(pilot, "f2")
        await until(pilot, lambda: "案卷已写好" in message_of(pilot.app))
    assert suffixes(folder) == [".zip"]


async def test_stopped_it_goes_on(county: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """F6 stops between two files and leaves the part; F2 goes on from it to the finished file."""
    inspection = concluded(county, "上海老盛昌样例培训", ("T-LIC-01", "3"))
    held, begun = threading.Event(), threading.Event()
    real = bag.BagWriter.add

    def slowly(self: bag.BagWriter, *args: Any, **kwargs: Any) -> Any:
        found = real(self, *args, **kwargs)
        if len(self.files) == 5:
            begun.set()
            held.wait()
        return found

    monkeypatch.setattr(bag.BagWriter, "add", slowly)
    async with screens(county) as pilot:
        await pilot.app.push_screen(ConcludeScreen(top(pilot).place, inspection))
        await shows(pilot, "已办结")
        await prepared(pilot)
        await keys(pilot, "f2")
        await until(pilot, begun.is_set)
        await keys(pilot, "f6")
        held.set()
        await until(pilot, lambda: "已停止" in message_of(pilot.app))
        assert suffixes(folder) == [".part"]
        await keys(pilot, "f2")
        await until(pilot, lambda: "案卷已写好" in message_of(pilot.app))
    assert suffixes(folder) == [".zip"]
