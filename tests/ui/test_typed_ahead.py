"""However fast keys come, they mean what they mean when they are typed one after another with all the time in the world."""

import os
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from inspector.services import lookup
from inspector.services.forms import Forms
from inspector.services.sheets import sheet
from inspector.store import queries
from inspector.store.workspace import Store
from tests.ui.ui_world import begin, burst, keys, kind, make_county, screens, settled, text_of, top, until

SHAPES = {
    "numbers": ("T-TIME-04", ("40", "enter", "7", "enter", "1", "g", "u")),
    "times": ("T-TIME-02", ("1800-2000", "enter", "1", "1", "1", "2", "enter", "1")),
    "mended": ("T-TIME-02", ("1900-2", "backspace", "backspace", "-2030", "enter", "n", "escape", "1")),
    "refused": ("T-TIME-02", ("9999", "enter", "backspace", "backspace", "backspace", "backspace", "1800-1900",
                              "enter", "2", "enter", "1")),
    "moving": ("T-TIME-01", ("1", "down", "down", "up", "1800-1900", "enter", "up", "up", "2", "3")),
    "note": ("T-TIME-01", ("m", "abc", "backspace", "enter", "1", "m", "x y", "escape", "1900-2000", "enter")),
    "finding": ("T-LIC-01", ("3", "tab", "backspace", "4", "down", "down", "backspace", "7", "enter", "1", "1")),
    "roster": ("T-TIME-12", ("enter", "3", "enter", "12", "enter", "4", "enter", "7", "enter", "5", "f2", "1")),
    "roster mended": ("T-TIME-12", ("enter", "3", "enter", "1", "backspace", "25", "enter", "f6", "4", "enter", "30",
                                    "enter", "up", "enter", "backspace", "1", "enter", "escape")),
}  # fmt: skip


async def _typed(store: Store, item: str, names: tuple[str, ...], *, at_once: bool) -> Any:
    name = begin(store, "样例甲", "样例乙")
    async with screens(store) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        top(pilot).lines.select(item)
        await settled(pilot)
        if at_once:
            burst(pilot, *names)
            await settled(pilot)
        else:
            for key in names:
                await keys(pilot, key)
        return _state(store, name, pilot)


def _state(store: Store, name: str, pilot: Pilot[Any]) -> Any:
    found = sheet(store, Forms(store), name)
    findings = [(row.item, row.severity, row.deadline_days) for row in queries.findings(store.connection)]
    here = top(pilot).line.item.code if kind(pilot) == "ChecklistScreen" else ""
    return found.inspection.answers, found.inspection.notes, findings, kind(pilot), here


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_burst_records_what_slow_typing_records(shape: str, tmp_path: Path) -> None:
    """Answers, notes, findings, the screen and the item one ends on are the same, without a pause between keys."""
    item, names = SHAPES[shape]
    with make_county(tmp_path / "slow") as slow, make_county(tmp_path / "fast") as fast:
        wanted = await _typed(slow, item, names, at_once=False)
        found = await _typed(fast, item, names, at_once=True)
    assert found == wanted
    assert wanted[0] or wanted[1], "the shape records nothing and proves nothing"


async def test_numbers_typed_in_one_burst_stand_with_their_items(county: Store) -> None:
    """Digits, Enter, digits, Enter without a pause: each number is stored with the item it was typed for."""
    name = begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        top(pilot).lines.select("T-TIME-12")
        await settled(pilot)
        burst(
            pilot,
            "enter",
            *(f"{n % 9 + 1} enter {n} enter".split()[i] for n in range(10, 18) for i in range(4)),
        )
        burst(pilot, "f2")
        await settled(pilot)
    rows = lookup.inspection(county, name).answers["T-TIME-12"]
    assert [row["students"] for row in rows] == list(range(10, 18))


async def test_a_search_typed_ahead_opens_what_was_searched_for(county: Store) -> None:
    """Search, Enter, Enter in one burst opens the site that was found, not the one that stood there before."""
    async with screens(county) as pilot:
        burst(pilot, "f3", "cg", "enter", "enter")
        await settled(pilot)
        await until(pilot, lambda: kind(pilot) == "SiteScreen" and "晨光样例美术" in text_of(pilot.app))


async def test_a_form_typed_ahead_is_filled_line_by_line(county: Store) -> None:
    """A whole new site in one burst, the key that opens the form included."""
    async with screens(county) as pilot:
        burst(pilot, "f4", "abc", "down", "lane 7", "backspace", "8", "down", "backspace", "2", "f2")
        await settled(pilot)
        assert kind(pilot) == "SiteScreen"
    found = next(row for row in queries.sites(county.connection) if row.label.startswith("abc"))
    facts = lookup.site(county, found.id).facts
    assert (facts["name"], facts["address"], facts["kind"]) == ("abc", "lane 8", "campus")


async def test_who_waits_for_keys_of_a_failing_program_is_woken(
    county: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault that ends the program comes out of the test as that fault; nobody waits for the keys that it left."""

    class FaultError(Exception):
        pass

    def fail(*_: object) -> None:
        raise FaultError

    async def type_into_a_fault() -> None:
        async with screens(county) as pilot:
            monkeypatch.setattr(type(pilot.app.screen), "on_key", fail, raising=False)
            await keys(pilot, "down", "down", "enter")

    with pytest.raises(FaultError):
        await type_into_a_fault()


pty = pytest.importorskip("pty")


def test_bytes_of_a_real_terminal_keep_their_order(tmp_path: Path) -> None:
    """The same through a pseudo terminal: one write of many keys stores each number with its row."""
    from tests.ui.test_terminal_bytes import Terminal

    terminal = Terminal(tmp_path)
    try:
        terminal.until("今晚巡查")
        os.write(terminal.master, b"\r" + b"1" + b"1830-2000\r")
        terminal.until("已保存：T-TIME-02", "18:30–20:00")
        os.write(terminal.master, b"\x1b[21~")
        assert terminal.end() == 0
    finally:
        if terminal.process.poll() is None:
            terminal.process.kill()
            terminal.process.wait(60)
        os.close(terminal.master)
