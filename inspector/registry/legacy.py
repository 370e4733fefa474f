"""The old binary workbook (.xls) is parsed in a child process with little memory and little time.

Its cells cannot be counted without parsing it, so the limits of `bounds` cannot be applied before; here they are the
operating system's where it has them (not on Windows, where the time limit alone holds). The parent reads JSON lines.
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


def read_sheets(path: Path) -> list[RawSheet]:
    """The worksheets of an .xls.

    Raises:
        BadInput: damaged, protected, beyond a limit, or too costly to parse.
    """
    command = [sys.executable, "-m", "inspector.registry.legacy", str(path.absolute()), str(_MEMORY)]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, the path is one argument
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise too_large("解析时间过长", "it takes too long to parse") from error
    if done.returncode == _BAD_INPUT:
        zh, en, code = json.loads(done.stdout)
        raise BadInput(zh, en, hint=_HINT, code=code)
    if done.returncode != 0:
        raise unreadable("旧版 .xls 文件解析失败", "the old .xls file could not be parsed")
    return [_sheet(line) for line in done.stdout.splitlines()]


_HINT = (
    "没有导入任何内容。请用表格软件打开它，另存为 .xlsx 后再导入。",
    "Nothing was imported. Open it in a spreadsheet program, save it as .xlsx, and import that.",
)


def _sheet(line: bytes) -> RawSheet:
    item = json.loads(line)
    rows = [[_cell(cell) for cell in row] for row in item["rows"]]
    merges = tuple(((a, b), (c, d)) for (a, b), (c, d) in item["merges"])
    return RawSheet(item["name"], rows, item["hidden"], merges)


def _cell(value: Any) -> Any:
    """A date travels as {"d": "2026-01-10"}, a moment as {"m": "…"}; anything else as itself."""
    if isinstance(value, dict):
        if "d" in value:
            return dt.date.fromisoformat(value["d"])
        return dt.datetime.fromisoformat(value["m"])
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return {"m": value.isoformat()}
    if isinstance(value, dt.date):
        return {"d": value.isoformat()}
    if isinstance(value, (str, int, float, bool)):
        return value
    return str(value)


def _confine(memory: int) -> None:
    """Bound this process's memory and processor time where the system can."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))


def _child(path: Path, memory: int) -> int:
    _confine(memory)
    out = sys.stdout
    out.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    try:
        sheets = read_workbook(path)
        if (
            sum(len(cell) for sheet in sheets for row in sheet.rows for cell in row if isinstance(cell, str))
            > MAX_TEXT
        ):
            raise too_large("文字总量过大", "too much text in all")
    except BadInput as error:
        out.write(json.dumps([error.zh, error.en, error.code]))
        return _BAD_INPUT
    for sheet in sheets:
        rows = [[_plain(cell) for cell in row] for row in sheet.rows]
        item = {"name": sheet.name, "hidden": sheet.hidden, "merges": sheet.merges, "rows": rows}
        out.write(json.dumps(item, ensure_ascii=True) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(_child(Path(sys.argv[1]), int(sys.argv[2])))
