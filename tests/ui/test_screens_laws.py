"""House rules of the screens that a reader of one screen would not see."""

import ast
import asyncio
import gc
import inspect
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

import inspector
from inspector import commands
from inspector.screens.base import Told
from inspector.services import inspections
from inspector.services.forms import Forms
from inspector.store.workspace import Store
from inspector.text import width
from tests.ui.ui_world import begin, keys, kind, message_of, screens, settled, text_of, top, until

ROOT = Path(inspector.__file__).parent
SOURCES = sorted([*(ROOT / "screens").glob("*.py"), *(ROOT / "widgets").glob("*.py"), ROOT / "app.py"])
DOORS = {"notify", "update", "Static", "Label", "Button", "Checkbox", "Option", "from_markup"}


def _all_screens() -> list[type[Told]]:
    import importlib

    for path in (ROOT / "screens").glob("*.py"):
        importlib.import_module(f"inspector.screens.{path.stem}")
    found: list[type[Told]] = []
    todo = [Told]
    while todo:
        for cls in todo.pop().__subclasses__():
            found.append(cls)
            todo.append(cls)
    return [cls for cls in found if cls.KEYS]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_text_reaches_a_widget_but_through_plain(path: Path) -> None:
    """A string of ours or of data given to a widget as it is would be read as markup."""
    wrong = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in DOORS and node.args and not _through_a_door(node.args[0]):
            wrong.append(f"{path.name}:{node.lineno} {name}")
    assert wrong == []


def _through_a_door(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant) and node.value == "":
        return True
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
        return name in {"plain", "joined", "question", "_facts", "Content", "super", "digest"}
    return False


def test_the_lint_sees_a_raw_string() -> None:
    """The rule above would notice an f-string, a name and a plain string."""
    for source in ('f"{x}"', "x", '"text"', "str(x)"):
        assert not _through_a_door(ast.parse(source, mode="eval").body)


@pytest.mark.parametrize("screen", _all_screens(), ids=lambda cls: cls.__name__)
def test_the_keys_of_a_screen_are_sound(screen: type[Told]) -> None:
    """Six commands at most in the footer, which fits 80 columns; ids are unique; no key twice, none that terminals eat."""
    shown = [command for command in screen.KEYS if command.footer]
    assert len(shown) <= 6
    cells = sum(width(f" {commands.key_name(c.keys.split(',')[0])} {c.zh} ") + 1 for c in shown)
    assert cells <= 80
    assert len({command.id for command in screen.KEYS}) == len(screen.KEYS)
    used = [key for command in screen.KEYS for key in command.keys.split(",")]
    assert len(set(used)) == len(used)
    assert not {
        "ctrl+b",
        "ctrl+h",
        "ctrl+i",
        "ctrl+m",
        "ctrl+j",
        "ctrl+w",
        "ctrl+s",
        "ctrl+z",
        "ctrl+c",
    } & set(used)
    assert "escape" in used


def test_no_screen_takes_a_name_of_the_toolkit_for_its_own_state() -> None:
    """A screen that kept its own `_closed` would be taken for one that has ended, and the program would never end."""
    from textual.screen import Screen

    toolkit = set(vars(Screen())) | set(dir(Screen))
    taken = []
    for path in (ROOT / "screens").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)):
                continue
            if isinstance(node.value, ast.Name) and node.value.id == "self" and node.attr in toolkit:
                taken.append(f"{path.name}:{node.lineno} {node.attr}")
    assert [one for one in taken if not one.endswith((" _bindings", " styles"))] == []


@pytest.mark.parametrize("screen", _all_screens(), ids=lambda cls: cls.__name__)
def test_every_command_says_what_it_does_in_both_languages(screen: type[Told]) -> None:
    """Footer words and help sentences are there in Chinese and English."""
    for command in screen.KEYS:
        assert command.zh
        assert command.en
        assert command.help_zh.endswith("。")
        assert command.help_en.endswith(".")


async def test_no_screen_reads_the_database_on_the_event_loop(
    county: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every look at the workspace happens in a thread of its own: a disk that hangs never freezes the keys."""
    _begin_with_a_finding(county)
    loop_thread = threading.get_ident()
    found: list[str] = []
    original: Any = inspect.getattr_static(Store, "connection").fget

    def watched(self: Store) -> Any:
        if threading.get_ident() == loop_thread:
            found.append("database used on the event loop")
        return original(self)

    county.set_settings(photo_folder=str(tmp_path))
    monkeypatch.setattr(Store, "connection", property(watched))
    async with screens(county) as pilot:
        await _tour(pilot)
    assert found == []


def _begin_with_a_finding(store: Store) -> None:
    name = begin(store, "样例甲", "样例乙")
    inspections.answer(store, Forms(store), name, "T-LIC-01", "3")


async def _tour(pilot: Pilot[Any]) -> None:
    app = pilot.app
    await keys(pilot, "enter")
    await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(app))
    await keys(pilot, "1")
    await until(pilot, lambda: "已保存" in message_of(app))
    for key, screen in (("p", "PhotosScreen"), ("f8", "ConcludeScreen"), ("f5", "SyncScreen")):
        await keys(pilot, key)
        await until(pilot, lambda: kind(pilot) == screen)  # noqa: B023 - asked before the next turn
        await keys(pilot, "escape")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen")
    await keys(pilot, "escape")
    await until(pilot, lambda: kind(pilot) == "TonightScreen")
    await _tour_of_the_lead(pilot)
    await keys(pilot, "down", "enter")
    await until(pilot, lambda: kind(pilot) == "SiteScreen")
    await keys(pilot, "f2")
    await until(pilot, lambda: kind(pilot) == "PatrolScreen")


async def _tour_of_the_lead(pilot: Pilot[Any]) -> None:
    """List, filter, a choice, one item, its photos, the dialog of assigning; back to tonight."""
    for key, screen in (
        ("f8", "BoardScreen"), ("f4", "FilterScreen"), ("enter", "PickScreen"), ("escape", "FilterScreen"),
        ("escape", "BoardScreen"), ("enter", "ItemScreen"), ("f4", "ItemPhotosScreen"), ("escape", "ItemScreen"),
        ("f6", "ActScreen"), ("escape", "ItemScreen"), ("escape", "BoardScreen"), ("escape", "TonightScreen"),
    ):  # fmt: skip
        await settled(pilot)
        await keys(pilot, key)
        await until(pilot, lambda: kind(pilot) == screen)  # noqa: B023 - asked before the next turn


async def test_no_screen_keeps_the_event_loop_busy(county: Store, tmp_path: Path) -> None:
    """Between two ticks of 5 ms the loop never works for more than half a second.

    Its own processor time is taken, so that waiting for a busy machine does not count, and the limit grows with what
    a fixed piece of work costs on that machine just then. What thousands of earlier tests left in memory is set aside:
    collecting it is not the program's work.
    """
    gc.collect()
    gc.freeze()
    _begin_with_a_finding(county)
    county.set_settings(photo_folder=str(tmp_path))
    worst, stop = 0.0, asyncio.Event()

    async def tick() -> None:
        nonlocal worst
        last = time.thread_time()
        while not stop.is_set():
            await asyncio.sleep(0.005)
            now = time.thread_time()
            worst, last = max(worst, now - last), now

    async with screens(county) as pilot:
        ticker = asyncio.create_task(tick())
        await _tour(pilot)
        stop.set()
        await ticker
    gc.unfreeze()
    assert worst < max(0.5, 30 * _piece_of_work())


def _piece_of_work() -> float:
    """Processor seconds of some 20 ms on a machine with nothing else to do."""
    began = time.thread_time()
    sum(range(1_000_000))
    return time.thread_time() - began


async def test_every_line_of_a_list_can_be_read_by_night_and_by_day(county: Store) -> None:
    """Titles, dim, marked and coloured lines stand out from their background by 4.5 to 1 (WCAG 2) in both themes."""
    async with screens(county) as pilot:
        for _ in range(2):
            lines = top(pilot).lines
            for name in sorted(type(lines).COMPONENT_CLASSES):
                style = lines.get_component_rich_style(name)
                assert style.color is not None
                assert style.bgcolor is not None
                found = _contrast(style.color.get_truecolor(), style.bgcolor.get_truecolor())
                assert found >= 4.5, (pilot.app.theme, name, found)
            await keys(pilot, "f9")


def _contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: tuple[int, int, int]) -> float:
    parts = [part / 255 for part in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


async def test_thousands_of_sites_are_read_a_page_at_a_time(county: Store) -> None:
    """The last of 5,000 sites is two keys away, and only pages that were looked at are in memory."""
    rows = [(f"s-many{n}", f"样例点位{n:05d}", f"样例路{n}号") for n in range(5_000)]
    with county.connection as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO site (id, scope, kind, name, address, category, quadrant, status, origin, conflicts, facts)"
            " VALUES (?, 'county', 'training', ?, ?, '', '', 'open', 'registry', 0, '{}')",
            rows,
        )
        connection.execute("COMMIT")
    async with screens(county) as pilot:
        lines = top(pilot).lines
        assert lines.total == 5_004
        await keys(pilot, "end")
        await until(
            pilot, lambda: "样例点位04999" in text_of(pilot.app) or "样例第一小学" in text_of(pilot.app)
        )
        assert sum(len(page) for page in lines._pages.values()) <= 500
        await keys(pilot, "home", "f3")
        top(pilot).query_one("#search").value = "老盛"
        await until(pilot, lambda: "全部 1 处" in text_of(pilot.app))


async def test_quitting_finishes_what_is_being_written(county: Store) -> None:
    """A write that was begun when the officer leaves is done before the program ends."""
    done = threading.Event()

    def slow() -> None:
        time.sleep(0.3)
        county.set_settings(proof="1")
        done.set()

    async with screens(county) as pilot:
        task = asyncio.create_task(top(pilot).place.write(slow))
        await asyncio.sleep(0.05)
        task.cancel()
        pilot.app.exit()
    assert done.is_set()
    assert county.setting("proof") == "1"
