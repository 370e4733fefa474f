"""Writing a table as CSV, Excel or JSON for other hands: whole or not at all, a row in memory at a time.

Nothing that people wrote is run by a spreadsheet. In Excel's own format every text is a text cell. In CSV, which has no
types, a text that a spreadsheet would take for a formula gets one "'" before it (after OWASP, "CSV Injection"): one that
begins (blanks aside) with = + - @, their wide and small forms, a tab or a line end, or with "'" itself, so that a reader
can take it off.
"""

import contextlib
import csv
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from inspector.domain.when import local_time
from inspector.errors import Refusal, UsageError
from inspector.export.file_names import target
from inspector.export.table_columns import TABLES, Column, Table
from inspector.language import tr
from inspector.plain import inert_json, safe_text
from inspector.store.files import StagedFile, disk_errors
from inspector.store.workspace import Store

FORMATS = ("csv", "xlsx", "json")
_RISKY = tuple("=+-@＝＋－＠﹦﹢﹣﹫'\t\r\n")
_CELL_LONGEST, _SHEET_ROWS = 32_767, 1_048_576
"""What Excel takes: characters of a cell, rows of a sheet."""
_CUT = "……（过长，已截断）"
_PIECE = 1 << 20
_WIDTHS = {"text": 18, "number": 9, "day": 12, "time": 17, "flag": 7, "list": 24}


def write_table(
    store: Store,
    code: str,
    out: Path,
    form: str,
    *,
    personal: bool = False,
    names: bool = False,
    force: bool = False,
) -> tuple[Path, int]:
    """Write a table; where it is and how many rows it has.

    Args:
        code: of `table_columns.TABLES`.
        out: the file, or a folder, in which it is named by table and day.
        form: of `FORMATS`.
        personal: with the columns that say something of persons.
        names: for programs: stable names as heads, and codes as codes. JSON is always so.

    Raises:
        UsageError: another suffix than the form's, or no such folder, table or form.
        Refusal: a file is there, or Excel does not take so many rows.
        WorkspaceError: the disk does not take it; nothing is left of it.
    """
    table = TABLES.get(code)
    if table is None or form not in FORMATS:
        raise UsageError(
            f"表只能是 {'、'.join(TABLES)}；格式只能是 {'、'.join(FORMATS)}。",
            f"The table is one of {', '.join(TABLES)}, the format one of {', '.join(FORMATS)}.",
        )
    meant = out.suffix.lower().removeprefix(".")
    if meant in FORMATS and meant != form and not out.is_dir():
        raise UsageError(
            f"文件名是 .{meant}，格式却是 {form}。", f"The file's name ends with .{meant}, the format is {form}.",
            hint=(f"加 --format {meant}，或改文件名。", f"Add --format {meant}, or change the name."), code="export.suffix",
        )  # fmt: skip
    path = target(out, f"{table.words}-{store.today()}", f".{form}", force=force)
    chosen = [place for place, column in enumerate(table.columns) if personal or not column.personal]
    columns = [table.columns[place] for place in chosen]
    rows = ([row[place] for place in chosen] for row in table.rows(store.connection))
    with disk_errors(path), StagedFile(path) as staged:
        if form == "xlsx":
            number = _write_xlsx(staged, table, columns, rows, names=names)
        elif form == "csv":
            number = _write_csv(staged, columns, rows, names=names)
        else:
            number = _write_json(staged, columns, rows)
        staged.commit()
    return path, number


# -- CSV -------------------------------------------------------------------------------------------------------


def inert(text: str) -> str:
    """A text that a spreadsheet does not run."""
    # Also after blanks, which some spreadsheets take away first.
    return "'" + text if text.startswith(_RISKY) or text.lstrip().startswith(_RISKY) else text


class _Pieces:
    """Text on its way into a file, some of it at a time."""

    def __init__(self, staged: StagedFile) -> None:
        self._staged = staged
        self._kept: list[str] = []
        self._length = 0

    def write(self, text: str) -> int:
        """Add text."""
        self._kept.append(text)
        self._length += len(text)
        if self._length >= _PIECE:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Hand on what is here."""
        if self._kept:
            self._staged.write("".join(self._kept).encode("utf-8", "replace"))
        self._kept.clear()
        self._length = 0


def _write_csv(
    staged: StagedFile, columns: Sequence[Column], rows: Iterable[Sequence[Any]], *, names: bool
) -> int:
    pieces = _Pieces(staged)
    pieces.write("\ufeff")  # without it Excel reads Chinese as something else
    writer = csv.writer(pieces, lineterminator="\r\n")
    writer.writerow([inert(head) for head in heads(columns, names=names)])
    number = 0
    for row in rows:
        writer.writerow(
            [_text_cell(column, value, names) for column, value in zip(columns, row, strict=True)]
        )
        number += 1
    pieces.flush()
    return number


def _text_cell(column: Column, value: Any, names: bool) -> str:
    said = for_people(column, value, names=names)
    if isinstance(said, datetime):
        return said.strftime("%Y-%m-%d %H:%M")
    if isinstance(said, str):
        return inert(safe_text(said))
    return "" if said is None else str(said)


def heads(columns: Sequence[Column], *, names: bool) -> list[str]:
    """The heads: in people's words, or by stable names."""
    return [column.name if names else tr(column.zh, column.en) for column in columns]


def for_people(column: Column, value: Any, *, names: bool = False) -> Any:
    """A value as a cell holds it: a text, a whole number, a date, a date with its time (the county's), or None.

    A value that is not of its column's type, as others may have written it, is a text.
    """
    if value is None or value == "":
        return None
    if column.type == "time" and isinstance(value, int):
        with contextlib.suppress(OverflowError, ValueError):
            return local_time(value).replace(tzinfo=None)
    if column.type == "day" and isinstance(value, str):
        with contextlib.suppress(ValueError):
            return date.fromisoformat(value)
    if column.type == "flag" and value in (0, 1):
        return int(value) if names else tr("是", "yes") if value else tr("否", "no")
    if column.type == "number" and isinstance(value, int) and not isinstance(value, bool):
        return value
    if column.type == "list" and isinstance(value, list):
        return "、".join(str(one) for one in value)
    text = str(value)
    return text if names else str(column.words.get(text, text))


# -- Excel -----------------------------------------------------------------------------------------------------


def _write_xlsx(
    staged: StagedFile, table: Table, columns: Sequence[Column], rows: Iterator[Sequence[Any]], *, names: bool
) -> int:
    """Beside the target: what a spreadsheet is made of on its way lies nowhere else."""
    with tempfile.TemporaryDirectory(prefix=".inspector-", dir=staged.path.parent) as folder:
        made = Path(folder) / "table.xlsx"
        number = _make_xlsx(made, folder, table, columns, rows, names=names)
        with made.open("rb") as file:
            while piece := file.read(_PIECE):
                staged.write(piece)
    return number


def _make_xlsx(
    made: Path,
    folder: str,
    table: Table,
    columns: Sequence[Column],
    rows: Iterator[Sequence[Any]],
    *,
    names: bool,
) -> int:
    import xlsxwriter

    options = {
        "constant_memory": True, "tmpdir": folder, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False,
    }  # fmt: skip
    book = xlsxwriter.Workbook(str(made), options)
    try:
        styles = {
            "day": book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
            "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
            "number": book.add_format({"num_format": "0"}),
            # As if somebody had typed "'" before it: it stays a text also where the cell is edited.
            "risky": book.add_format({"quote_prefix": True}),
            "head": book.add_format({"bold": True, "bottom": 1, "bg_color": "#E4E4E4"}),
        }
        sheet = book.add_worksheet(str(table.words)[:31])
        sheet.freeze_panes(1, 2)
        for place, (column, head) in enumerate(zip(columns, heads(columns, names=names), strict=True)):
            sheet.set_column(place, place, max(_WIDTHS[column.type], min(2 * len(head) + 2, 30)))
            sheet.write_string(0, place, head, styles["head"])
        number = 0
        for number, row in enumerate(rows, 1):
            if number >= _SHEET_ROWS:
                raise Refusal(
                    "行数超过 Excel 的上限，没有导出。", "Excel does not take so many rows; nothing was exported.",
                    hint=("改用 --format csv。", "Use --format csv."), code="export.rows",
                )  # fmt: skip
            for place, (column, value) in enumerate(zip(columns, row, strict=True)):
                _put(sheet, number, place, for_people(column, value, names=names), styles)
        sheet.autofilter(0, 0, number, len(columns) - 1)
    finally:
        book.close()
    return number


def _put(sheet: Any, row: int, place: int, value: Any, styles: Any) -> None:
    if value is None:
        return
    if isinstance(value, datetime):
        sheet.write_datetime(row, place, value, styles["time"])
    elif isinstance(value, date):
        sheet.write_datetime(row, place, datetime(value.year, value.month, value.day), styles["day"])  # noqa: DTZ001 - a day
    elif isinstance(value, int):
        sheet.write_number(row, place, value, styles["number"])
    else:
        text = safe_text(value)
        if len(text) > _CELL_LONGEST:
            text = text[: _CELL_LONGEST - len(_CUT)] + _CUT
        sheet.write_string(row, place, text, styles["risky"] if text.startswith(_RISKY) else None)


# -- JSON ------------------------------------------------------------------------------------------------------


def _write_json(staged: StagedFile, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> int:
    pieces = _Pieces(staged)
    pieces.write("[")
    number = 0
    for number, row in enumerate(rows, 1):
        found = {column.name: _plain(column, value) for column, value in zip(columns, row, strict=True)}
        pieces.write(("\n" if number == 1 else ",\n") + inert_json(json.dumps(found, ensure_ascii=False)))
    pieces.write("\n]\n")
    pieces.flush()
    return number


def _plain(column: Column, value: Any) -> Any:
    if column.type == "time" and isinstance(value, int):
        with contextlib.suppress(OverflowError, ValueError):
            return local_time(value).isoformat(timespec="seconds")
    return bool(value) if column.type == "flag" and value in (0, 1) else value
