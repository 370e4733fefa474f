"""Locking: nothing of the workspace can be read until the passphrase is given again."""

import os
from pathlib import Path

import pytest

from inspector import app as program
from inspector.store.workspace import Store
from tests.ui.ui_world import PASSPHRASE, begin, keys, kind, screens, text_of, until


async def test_ten_minutes_without_a_key_lock_the_screens(
    county: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The screens end as after Ctrl+L once no key came for that long, and not before."""
    monkeypatch.setattr(program, "IDLE_LOOK_SECONDS", 0.05)
    begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "f1", "end")
        assert "锁定" in text_of(pilot.app)
        assert not pilot.app.locked  # type: ignore[attr-defined]
        pilot.app.last_key -= program.IDLE_SECONDS + 1  # type: ignore[attr-defined]
        await until(pilot, lambda: pilot.app.locked)  # type: ignore[attr-defined]


async def test_a_key_puts_the_lock_off(county: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who types is not locked out."""
    monkeypatch.setattr(program, "IDLE_LOOK_SECONDS", 0.05)
    async with screens(county) as pilot:
        before = pilot.app.last_key  # type: ignore[attr-defined]
        await keys(pilot, "down")
        assert pilot.app.last_key > before  # type: ignore[attr-defined]
        assert kind(pilot) == "TonightScreen"


pty = pytest.importorskip("pty")


def test_ctrl_l_asks_for_the_passphrase_and_goes_on_where_one_was(tmp_path: Path) -> None:
    """On a real terminal: locked, a wrong passphrase opens nothing, the right one does, F10 leaves."""
    from tests.ui.test_terminal_bytes import Terminal

    terminal = Terminal(tmp_path)
    try:
        terminal.until("今晚巡查")
        os.write(terminal.master, b"\x0c")
        terminal.until("已锁定")
        assert "今晚巡查" not in terminal.text().replace(" ", "")
        os.write(terminal.master, b"wrong horse\r")
        terminal.until("已锁定", "口令")
        terminal.until("【未成】")
        os.write(terminal.master, PASSPHRASE.encode() + b"\r")
        terminal.until("今晚巡查")
        terminal.press("f10")
        assert terminal.end() == 0
    finally:
        if terminal.process.poll() is None:
            terminal.process.kill()
            terminal.process.wait(60)
        os.close(terminal.master)
