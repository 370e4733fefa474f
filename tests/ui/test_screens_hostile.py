"""Texts that look like markup, hide, or never end are shown as they are and do nothing, on every screen."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from inspector.services import inspections, people, sites
from inspector.services.forms import Forms
from inspector.store.workspace import Store
from inspector.text import fit
from tests.ui.ui_world import begin, keys, kind, screens, shows, text_of, top, until

MARKUP = (
    "[/b]样例",
    "[@click=app.leave]样例[/]",
    "[bold red]样例",
    "样例[link=x]y[/link]",
    "[/",
    "样例\u202e倒\u200b隐",
)


def _hostile(store: Store, text: str) -> str:
    """A county in which everything that people name is called so; its inspection."""
    people.add_officer(store, name=text, department=text, certificate="样例-0009")
    sites.add_site(store, name=text, address=text, facts={"category": text})
    name = begin(store, "样例甲", "样例-0009", site=text)
    inspections.answer(store, Forms(store), name, "T-LIC-01", "3", note=text)
    return name


@pytest.mark.parametrize("text", MARKUP)
async def test_every_screen_shows_such_a_text_as_it_is(county: Store, tmp_path: Path, text: str) -> None:
    """Each screen draws the text verbatim (hidden characters as U+FFFD) and lives."""
    _hostile(county, text)
    camera = tmp_path / "[@click=app.leave]"
    camera.mkdir()
    Image.new("RGB", (8, 8)).save(camera / "[bold red]x.png")
    county.set_settings(photo_folder=str(camera))
    shown = fit(text, 40).strip()
    async with screens(county) as pilot:
        await shows(pilot, shown)
        await keys(pilot, "f2")
        await until(
            pilot, lambda: kind(pilot) == "PatrolScreen" and fit(text, 14).strip() in text_of(pilot.app)
        )
        await keys(pilot, "escape")
        await until(pilot, lambda: kind(pilot) == "TonightScreen")
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and shown in text_of(pilot.app))
        top(pilot).lines.select("T-LIC-01")
        await shows(pilot, f"备注：{shown}")
        await keys(pilot, "p")
        await until(pilot, lambda: kind(pilot) == "PhotosScreen" and "[bold red]x.png" in text_of(pilot.app))
        assert "[@click=app.leave]" in text_of(pilot.app)
        await keys(pilot, "escape", "f8")
        await until(pilot, lambda: kind(pilot) == "ConcludeScreen" and shown in text_of(pilot.app))
        assert pilot.app.is_running


async def test_a_very_long_name_is_cut_and_leaves_the_other_columns_straight(county: Store) -> None:
    """300 wide characters in a list do not push the columns after it away."""
    sites.add_site(county, name="长" * 300, address="样例路8号")
    async with screens(county) as pilot:
        await shows(pilot, "长长长")
        lines = [line for line in text_of(pilot.app).splitlines() if "证照不明" in line]
        assert len({_cells(line[: line.index("证照不明")]) for line in lines}) == 1
        assert all(_cells(line) <= 80 for line in text_of(pilot.app).splitlines())


def _cells(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)


async def test_any_size_of_the_terminal_is_survived(county: Store) -> None:
    """Narrow, tiny and wide windows draw something and take keys; coming back shows everything again."""
    begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        for size in ((60, 20), (20, 6), (1, 1), (200, 60)):
            await pilot.resize_terminal(*size)
            await keys(pilot, "down", "f1", "escape", "up")
        await pilot.resize_terminal(80, 24)
        await shows(pilot, "T-TIME-01")


async def test_the_palette_runs_commands_of_the_screen(county: Store) -> None:
    """Every command of a screen is in the palette under its own name, in the language of the process."""
    async with screens(county) as pilot:
        titles = [command.title for command in pilot.app.get_system_commands(pilot.app.screen)]
        assert {"巡查", "查找", "新点位", "上报", "帮助", "退出"} <= set(titles)
        patrol: Any = next(c for c in pilot.app.get_system_commands(pilot.app.screen) if c.title == "巡查")
        await patrol.callback()
        await until(pilot, lambda: kind(pilot) == "PatrolScreen")
