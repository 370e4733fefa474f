"""Workbooks (.xlsx, .xlsm, .ods, .xls) are parsed in a child process with little memory and little time.

What `bounds` reads in a file before is its reckoning of what a parser will do; an .xls cannot even be reckoned. So the
parser runs where it can take nothing with it. The limits are the operating system's where it has them (not on Windows,
where those of `bounds` and the time limit hold). The child writes JSON lines: a sheet's heading, then its rows.
"""

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from inspector.errors import BadInput
from inspector.registry.bounds import MAX_TEXT, too_large, unreadable
from inspector.registry.workbook import RawSheet, read_workbook

_SECONDS = 30
_MEMORY = 1024 * 1024 * 1024
_BAD_INPUT = 5
# The folder of the program is put first by name, so that no module lying in the current folder is taken for ours.
_BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from inspector.registry.confined import main; sys.exit(main(sys.argv[2:]))"


def read_sheets(path: Path) -> list[RawSheet]:
    """The worksheets of a workbook.

    Raises:
        BadInput: damaged, protected, beyond a limit, or too costly to parse.
    """
    program = str(Path(__file__).resolve().parents[2])
    command = [sys.executable, "-P", "-B", "-c", _BOOT, program, str(path.absolute()), str(_MEMORY)]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, the path is one argument
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise too_large("解析时间过长", "it takes too long to parse") from error
    if done.returncode == _BAD_INPUT:
        zh, en, hint_zh, hint_en, code = json.loads(done.stdout)
        raise BadInput(zh, en, hint=(hint_zh, hint_en), code=code)
    if done.returncode != 0:
        raise unreadable("解析失败，或所需内存过多", "parsing it failed, or needs too much memory")
    return _sheets(done.stdout)


def _sheets(output: bytes) -> list[RawSheet]:
    found: list[RawSheet] = []
    rows: list[list[Any]] = []
    for line in output.splitlines():
        if line.startswith(b"["):
            rows.append(json.loads(line, object_hook=_cell))
            continue
        head = json.loads(line)
        rows = []
        merges = tuple(((a, b), (c, d)) for (a, b), (c, d) in head["merges"])
        found.append(RawSheet(head["name"], rows, head["hidden"], merges))
    return found


def _cell(value: dict[str, Any]) -> Any:
    """What JSON has no word for, by one letter: a date, a moment, a time of day, a duration."""
    if "d" in value:
        return dt.date.fromisoformat(value["d"])
    if "m" in value:
        return dt.datetime.fromisoformat(value["m"])
    if "t" in value:
        return dt.time.fromisoformat(value["t"])
    return dt.timedelta(*value["s"])


def _plain(value: object) -> Any:
    if isinstance(value, dt.datetime):
        return {"m": value.isoformat()}
    if isinstance(value, dt.date):
        return {"d": value.isoformat()}
    if isinstance(value, dt.time):
        return {"t": value.isoformat()}
    if isinstance(value, dt.timedelta):
        return {"s": [value.days, value.seconds, value.microseconds]}
    return str(value)


def _confine(memory: int) -> None:
    """Bound this process's memory and processor time where the system can."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(arguments: list[str]) -> int:
    """The child: a path, and how many bytes of memory it may take."""
    path, memory = arguments
    _confine(int(memory))
    out = sys.stdout
    out.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    try:
        sheets = read_workbook(Path(path))
        if (
            sum(len(cell) for sheet in sheets for row in sheet.rows for cell in row if isinstance(cell, str))
            > MAX_TEXT
        ):
            raise too_large("文字总量过大", "too much text in all")
    except BadInput as error:
        out.write(json.dumps([error.zh, error.en, error.hint_zh, error.hint_en, error.code]))
        return _BAD_INPUT
    for sheet in sheets:
        head = {"name": sheet.name, "hidden": sheet.hidden, "merges": sheet.merges}
        out.write(json.dumps(head, ensure_ascii=False) + "\n")
        for row in sheet.rows:
            out.write(json.dumps(row, ensure_ascii=False, default=_plain) + "\n")
    return 0
