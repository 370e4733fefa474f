"""From the command to something on the terminal: `--help` against bare Typer, the screens against a bare Textual app."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from bench import world
from bench.measure import Row, Rows, Samples, milliseconds, ratio, seconds, take_turns
from inspector.store.vault import STANDARD, open_vault
from inspector.store.workspace import VAULT, Store

_TYPER = """
import typer
app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
@app.command()
def hello() -> None:
    pass
app()
"""
_TEXTUAL = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("ready-to-read")
Bare().run()
"""
_PATIENCE_SECONDS = 30.0


def run(quick: bool) -> Rows:
    """Each start is a new process; the screens are shown on a pseudo-terminal of 80 by 24, where there is one."""
    rounds = 7 if quick else 15
    samples = take_turns(
        {
            "pass": partial(_command, "-c", "pass"),
            "typer": partial(_command, "-c", _TYPER, "--help"),
            "help": partial(_command, "-m", "inspector", "--help"),
        },
        rounds,
    )
    rows = [
        Row("inspector --help ÷ python -c pass", ratio(samples, "help", "pass")),
        Row("inspector --help ÷ --help of a bare Typer app", ratio(samples, "help", "typer")),
        Row("inspector --help", milliseconds(samples, "help")),
        Row("--help of a bare Typer app", milliseconds(samples, "typer")),
        Row("python -c pass", milliseconds(samples, "pass")),
    ]
    with world.folder() as folder:
        return [*rows, *_screens(folder, rounds)]


def _command(*arguments: str) -> float:
    return seconds(
        lambda: subprocess.run(
            [sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=_environment()
        )
    )


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INSPECTOR_")}
    return {**kept, "LANG": "en_US.UTF-8", "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "LANGUAGE": "en"}


def _screens(folder: Path, rounds: int) -> Rows:
    passphrase = folder / "passphrase.txt"
    passphrase.write_text(world.PASSPHRASE + "\n", encoding="utf-8")
    world.office(folder / "office").close()
    Store.create(folder / "standard", world.PASSPHRASE, cost=STANDARD).close()
    unlock = take_turns({"unlock": partial(_unlock, folder / "standard")}, 5)
    rows = [Row("unlocking alone (Argon2id at the standard cost)", milliseconds(unlock, "unlock"))]
    if sys.platform == "win32":
        return rows
    inspector = [
        "-m",
        "inspector",
        "--workspace",
        str(folder / "office"),
        "--passphrase-file",
        str(passphrase),
    ]
    samples = take_turns(
        {
            "bare": partial(_first_paint, ["-c", _TEXTUAL], "ready-to-read"),
            "inspector": partial(_first_paint, inspector, _site_name(folder / "office")),
        },
        rounds,
    )
    return [*_paint_rows(samples), *rows]


def _paint_rows(samples: Samples) -> Rows:
    note = "process start to the list on a pseudo-terminal; unlocking at next to no cost"
    return [
        Row("the screens ÷ a bare Textual app, to first content", ratio(samples, "inspector", "bare"), note),
        Row("the screens, to first content", milliseconds(samples, "inspector")),
        Row("a bare Textual app, to first content", milliseconds(samples, "bare")),
    ]


def _unlock(path: Path) -> float:
    return seconds(lambda: open_vault(path / VAULT, world.PASSPHRASE))


def _site_name(path: Path) -> str:
    """The beginning of a site's name that is on the first screen."""
    from inspector.store import queries

    with world.reopen(path) as store:
        return next(row.name for row in queries.sites(store.connection) if row.name)[:4]


def _first_paint(arguments: Sequence[str], wanted: str) -> float:
    """Seconds from the start of a process to this text on its terminal.

    Raises:
        RuntimeError: it did not appear.
    """
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=_environment(),
        start_new_session=True,
    )
    os.close(theirs)
    try:
        return _wait_for(ours, wanted.encode(), lambda: time.perf_counter() - begun)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _wait_for(terminal: int, wanted: bytes, elapsed: Callable[[], float]) -> float:
    import select

    seen = b""
    while elapsed() < _PATIENCE_SECONDS:
        ready, _, _ = select.select([terminal], [], [], 1.0)
        if not ready:
            continue
        with contextlib.suppress(OSError):
            seen += os.read(terminal, 65_536)
        if wanted in seen:
            return elapsed()
    raise RuntimeError(f"{wanted.decode()!r} was not shown within {_PATIENCE_SECONDS:.0f} s")
