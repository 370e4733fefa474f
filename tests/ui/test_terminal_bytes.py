"""The real program under a pseudo terminal: of what people named, no control byte ever reaches the terminal."""

import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyte
import pytest

pty = pytest.importorskip("pty")
fcntl = pytest.importorskip("fcntl")
termios = pytest.importorskip("termios")

SHOWN = "␛]0;OWNED"
KEYS = {
    "enter": b"\r",
    "escape": b"\x1b",
    "f1": b"\x1bOP",
    "f2": b"\x1bOQ",
    "f5": b"\x1b[15~",
    "f8": b"\x1b[19~",
    "f10": b"\x1b[21~",
}
_OURS = re.compile(
    # CSI, a few short ones, and the pointer's shape: all that Textual itself sends.
    rb"\x1b\[[?>=<]?[0-9;:]*[A-Za-z@`$]*|\x1b[=>78]|\x1b\[[0-9;?]*\$p|\x1b\]22;[a-z-]*\x07"
)


class Terminal:
    """A program under a pseudo terminal of 80 × 24, with every byte it sent."""

    def __init__(self, folder: Path) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, b"\x18\x00\x50\x00\x00\x00\x00\x00")
        environment = {**os.environ, "TERM": "xterm-256color", "PYTHONUTF8": "1", "INSPECTOR_LANG": "zh"}
        environment.pop("NO_COLOR", None)
        child = Path(__file__).parent / "terminal_child.py"
        self.process = subprocess.Popen(
            [sys.executable, str(child), str(folder)],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment,
        )
        os.close(slave)
        self.raw = b""
        self.screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self.screen)

    def read(self, seconds: float) -> None:
        """Take what comes within that time."""
        ready, _, _ = select.select([self.master], [], [], seconds)
        if not ready:
            return
        try:
            data = os.read(self.master, 65_536)
        except OSError:
            return
        self.raw += data
        # The emulator is only to look at; it does not know every sequence that Textual asks terminals about.
        self._stream.feed(re.sub(rb"\x1b\[[>=<?][0-9;]*[a-zA-Z$]p?|\x1bP[^\x1b]*\x1b\\", b"", data))

    def text(self) -> str:
        """The screen. Cell by cell, for the emulator fails over half a wide character in an unfinished frame."""
        return "\n".join("".join(self.screen.buffer[y][x].data for x in range(80)) for y in range(24))

    def until(self, *words: str, gone: str = "", seconds: float = 20) -> None:
        """Read until all words are on the screen, and `gone` is not: what a page shows of the one below it is not that one."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            text = self.text().replace(" ", "")
            left = not gone or gone.replace(" ", "") not in text
            if left and all(word.replace(" ", "") in text for word in words):
                return
            self.read(0.05)
        raise AssertionError(f"{words} never came:\n" + self.text())

    def press(self, key: str) -> None:
        """Press a key."""
        os.write(self.master, KEYS.get(key, key.encode()))
        self.read(0.2)

    def end(self, seconds: float = 10) -> int:
        """Read until the program has ended; its exit status."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < deadline:
            self.read(0.05)
        self.read(0.05)
        return self.process.wait(1)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """The program on its terminal."""
    found = Terminal(tmp_path)
    yield found
    if found.process.poll() is None:
        found.process.kill()
        found.process.wait(60)
    os.close(found.master)


def strays(raw: bytes) -> list[bytes]:
    """Control bytes and sequences that are none of Textual's own."""
    rest = _OURS.sub(b"", raw)
    found = re.findall(rb"[\x00-\x07\x08\x0b\x0c\x0e-\x1f\x7f][^\x1b]{0,12}", rest)
    found += re.findall(rb"\xc2[\x80-\x9f]", rest)
    found += [mark for mark in ("\u202e".encode(), "\u2066".encode()) if mark in rest]
    return found


def test_the_scan_sees_every_payload() -> None:
    """The scan itself would notice each of the sequences if it came through."""
    for payload in (
        b"\x1b]0;x\x07",
        b"\x1b]52;c;x\x07",
        b"\x9b2J".decode("latin-1").encode(),
        b"\x07",
        b"\x08",
        b"\x1bPq",
    ):
        assert strays(b"text" + payload + b"text")
    assert strays(b"\x1b[2;3Htext\x1b[0;38;5;1m\x1b[?25l") == []


def test_no_byte_of_data_acts_on_the_terminal(terminal: Terminal) -> None:
    """On every screen the payload is shown as pictures of its bytes, and nothing of it acts; leaving restores the terminal."""
    terminal.until("今晚巡查", SHOWN)
    above = ""
    for key, words in (
        ("f2", ("检查人员", SHOWN)),
        ("escape", ("今晚巡查",)),
        ("enter", ("T-TIME-01", SHOWN)),
        ("p", ("照片 T-TIME-01", "]0;OWNED")),
        ("escape", ("今天是什么日子",)),
        ("t", ("在场人", "出示执法证件")),
        ("escape", ("今天是什么日子",)),
        ("f8", ("小结", SHOWN)),
        ("f8", ("不能办结", "需要两名持有效执法证")),
        ("escape", ("今天是什么日子",)),
        ("f1", ("帮助：按键",)),
        ("escape", ("今天是什么日子",)),
        ("f5", ("还没有注册到中心",)),
        ("escape", ("今天是什么日子",)),
        ("escape", ("今晚巡查",)),
        ("j", ("今晚巡查",)),
    ):
        terminal.press(key)
        # A key right behind Escape would be taken for Alt with it.
        terminal.until(*words, gone=above if key == "escape" else "")
        above = words[0]
    terminal.press("f10")
    assert terminal.end() == 0
    assert strays(terminal.raw) == []
    assert b"\x1b[?1049l" in terminal.raw[-400:]


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_closed_terminal_or_a_shutdown_ends_in_order(terminal: Terminal, name: str) -> None:
    """The program ends within seconds, without a traceback, and puts the terminal back."""
    terminal.until("今晚巡查")
    terminal.process.send_signal(getattr(signal, name))
    assert terminal.end() == 0
    assert b"Traceback" not in terminal.raw
    assert b"\x1b[?1049l" in terminal.raw[-400:]
