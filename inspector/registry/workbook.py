"""A file of an office as sheets of cells: .xlsx, .xls and .ods through calamine, .csv and .tsv of any usual encoding."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspector.registry import bounds
from inspector.registry.bounds import MAX_CELL, MAX_COLUMNS, MAX_ROWS, too_large, unreadable

Merge = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell of a merged range, rows and columns from 0."""

_ARCHIVES = {".xlsx", ".xlsm", ".ods"}
_TEXTS = {".csv", ".tsv", ".txt"}


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet as it is: rows of cells from A1 on (str, int, float, bool, date, datetime, time, timedelta; "" = empty)."""

    name: str
    rows: Sequence[Sequence[Any]]
    hidden: bool = False
    merges: tuple[Merge, ...] = ()


def read_sheets(path: Path) -> list[RawSheet]:
    """All worksheets of a file within the bounds of `bounds`, in their order.

    Raises:
        NotFound: no such file.
        BadInput: beyond a limit, of another format, damaged, or protected by a password.
    """
    bounds.check_file(path)
    suffix = path.suffix.lower()
    if suffix in _TEXTS:
        return [_read_text(path, suffix)]
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"PK") and suffix in _ARCHIVES:
        bounds.check_archive(path)
    elif not (start == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" and suffix in {".xls", *_ARCHIVES}):
        raise unreadable(
            "不是 .xlsx、.xls、.ods、.csv 或 .tsv，或内容与扩展名不符",
            "not .xlsx, .xls, .ods, .csv or .tsv, or its content is not what its name says",
        )
    from inspector.registry import confined  # which needs this module

    return confined.read_sheets(path)


def read_workbook(path: Path) -> list[RawSheet]:
    """The worksheets of a workbook, for the child process of `confined` alone.

    Raises:
        BadInput: damaged, protected by a password, or with more rows or columns than a registry has.
    """
    import python_calamine

    found: list[RawSheet] = []
    cells = 0
    try:
        with python_calamine.CalamineWorkbook.from_path(path) as book:
            for sheet in book.sheets_metadata:
                if sheet.typ != python_calamine.SheetTypeEnum.WorkSheet:
                    continue
                hidden = sheet.visible != python_calamine.SheetVisibleEnum.Visible
                laid_out = book.get_sheet_by_name(sheet.name)
                # Many sheets, or one that is named many times, add up.
                cells += laid_out.total_height * laid_out.total_width
                if cells > MAX_ROWS * MAX_COLUMNS:
                    raise too_large("各工作表合计过大", "the sheets are too large together")
                found.append(_raw_sheet(laid_out, hidden))
            return found
    except python_calamine.PasswordError as error:
        raise unreadable("文件设有密码", "it is protected by a password") from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise unreadable("不是完好的表格文件", "not a whole spreadsheet file") from error


def _raw_sheet(sheet: Any, hidden: bool) -> RawSheet:
    end = sheet.end or (0, 0)
    if end[0] >= MAX_ROWS or end[1] >= MAX_COLUMNS:
        raise too_large(
            f"“{sheet.name}”有{end[0] + 1}行{end[1] + 1}列",
            f"{end[0] + 1} rows and {end[1] + 1} columns in {sheet.name!r}",
        )
    rows = sheet.to_python(skip_empty_area=False)
    return RawSheet(sheet.name, rows, hidden, tuple(sheet.merged_cell_ranges or ()))


def _read_text(path: Path, suffix: str) -> RawSheet:
    text = decode(path.read_bytes())
    delimiter = "\t" if suffix == ".tsv" else _delimiter(text)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if len(rows) >= MAX_ROWS:
                raise too_large(f"超过{MAX_ROWS}行", f"more than {MAX_ROWS} rows")
            _check_row(row, len(rows) + 1)
            rows.append(row)
    except csv.Error as error:
        raise unreadable("表格的引号或单元格无效", "a quotation mark or a cell is invalid") from error
    return RawSheet(path.stem, rows)


def _check_row(row: list[str], number: int) -> None:
    if len(row) > MAX_COLUMNS:
        raise too_large(
            f"第{number}行有{len(row)}列，限{MAX_COLUMNS}列", f"{len(row)} columns in row {number}"
        )
    if any(len(cell) > MAX_CELL for cell in row):
        raise too_large(f"第{number}行有过长的单元格", f"a cell too long in row {number}")


def decode(data: bytes) -> str:
    """The text of a file by its byte order mark, else as UTF-8, UTF-16 without a mark, or GB18030.

    Raises:
        BadInput: none of them.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _decoded(data, encoding)
    zeros = (data[0:4096:2].count(0), data[1:4096:2].count(0))
    if max(zeros) > len(data[:4096]) // 16:
        return _decoded(data, "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(data, "gb18030")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise unreadable("文字编码不明", "its text encoding is not known") from error


def _delimiter(text: str) -> str:
    head = "\n".join(text[:20_000].splitlines()[:40])
    return max((",", "\t", ";"), key=head.count)
