"""An office's file as grids and sites: which rows count, what is repeated, and every problem with its place.

Severities: an *error* means that the file cannot be imported as it is (a named table without names, a text beyond all
measure, two different grids of one name): nothing of it is taken. A *warning* means that a value was left out, kept
although doubtful, or could not be tied to a grid. A *note* says what was understood.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from inspector.domain.site_facts import Flag, normal_name
from inspector.errors import BadInput, Problem
from inspector.registry import cells, columns
from inspector.registry.bounds import MAX_CELL, MAX_ROWS, too_large
from inspector.registry.columns import GRIDS, SERIAL, Header
from inspector.registry.rows import GridRow, RowReader, SiteRow, read_grid, read_site, shown
from inspector.registry.workbook import RawSheet, read_sheets

__all__ = ["GridRow", "RegistryReading", "SheetNote", "SiteRow", "read"]

_TOTAL = re.compile(r"(本页|本表|全县|全区|全市)?(合计|总计|小计|共计|累计)(\d*[家所个人]?)")
_MAX_PROBLEMS = 2_000


@dataclass(frozen=True, slots=True)
class SheetNote:
    """What one sheet was taken for.

    Attributes:
        kind: "training" | "campus" | "grids" | "skipped".
        header_row: the last row of the header, from 1; 0 for a skipped sheet.
        columns: field -> letter of its column.
        unused: titles of columns that were not recognised.
        rows: rows taken as a site or a grid.
        blank, totals, repeated, remarks: rows left aside: empty, sums, the same as a row before, lines of text.
    """

    name: str
    kind: str
    hidden: bool = False
    header_row: int = 0
    columns: Mapping[str, str] | None = None
    unused: tuple[str, ...] = ()
    rows: int = 0
    blank: int = 0
    totals: int = 0
    repeated: int = 0
    remarks: int = 0


@dataclass(frozen=True, slots=True)
class RegistryReading:
    """What a file says: grids, sites, problems in the order of the file, and what each sheet was taken for."""

    grids: tuple[GridRow, ...]
    sites: tuple[SiteRow, ...]
    problems: tuple[Problem, ...]
    sheets: tuple[SheetNote, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems for which nothing of the file may be imported."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def read(path: Path, *, mapping: Mapping[str, str] | None = None) -> RegistryReading:
    """Read a registry from .xlsx, .xls, .ods, .csv or .tsv.

    Args:
        mapping: "field" or "kind.field" -> a column's title or its letter in capitals; wins over the synonyms.

    Raises:
        NotFound: there is no such file.
        BadInput: the file is beyond a limit, damaged, holds no table that is recognised, or the mapping is off.
    """
    by_hand = dict(mapping or {})
    columns.check_mapping(by_hand)
    work = _Work(by_hand)
    for sheet in read_sheets(path):
        work.take(sheet)
    return work.result()


class _Work:
    """Gathers the sheets of one file."""

    def __init__(self, mapping: Mapping[str, str]) -> None:
        self.mapping = mapping
        self.used: set[str] = set()
        self.grids: dict[str, GridRow] = {}
        self.sites: list[tuple[SiteRow, bool]] = []
        self.problems: list[Problem] = []
        self.sheets: list[SheetNote] = []
        self.taken = 0

    def take(self, sheet: RawSheet) -> None:
        name = shown(sheet.name)
        header = None if sheet.hidden else columns.find_header(sheet, self.mapping)
        if header is None:
            self._skip(sheet, name)
            return
        self.used |= {
            name for kind_name in header.by_hand for name in (kind_name, f"{header.kind}.{kind_name}")
        }
        if header.kind != GRIDS and "grid_name" not in header.columns:
            self._say(name, "warning", "表中没有所属网格一列", "the sheet has no column for the grid")
        for title in header.doubled:
            self._say(
                name,
                "note",
                f"列“{shown(title)}”与前面的列同义，未采用",
                f"column {shown(title)!r} repeats another; left out",
            )
        note = SheetNote(
            name, header.kind, sheet.hidden, header.row + 1,
            {field: columns.column_letter(column) for field, column in header.columns.items()},
            tuple(shown(title) for title in header.unused),
        )  # fmt: skip
        self.sheets.append(self._rows(sheet, name, header, note))

    def _skip(self, sheet: RawSheet, name: str) -> None:
        empty = all(cells.is_blank(cell) for row in sheet.rows for cell in row)
        self.sheets.append(SheetNote(name, "skipped", sheet.hidden))
        if sheet.hidden:
            self._say(
                name,
                "warning",
                "这是隐藏的工作表，没有读取；要导入请先取消隐藏",
                "a hidden sheet, not read; unhide it to import it",
            )
        elif empty:
            self._say(name, "note", "空工作表，略过", "an empty sheet, skipped")
        else:
            self._say(
                name,
                "warning",
                "没有认出表头，略过；可用列对应指定",
                "no header recognised, skipped; a mapping can name the columns",
            )

    def _rows(self, sheet: RawSheet, name: str, header: Header, note: SheetNote) -> SheetNote:
        counts = dict.fromkeys(("rows", "blank", "totals", "repeated", "remarks"), 0)
        seen: dict[tuple[str, ...], int] = {}
        titles = {column: columns.normal_title(title) for column, title in header.titles.items()}
        for row, line in _data_lines(sheet, header):
            kind = _row_kind(line, header, titles)
            if kind == "row":
                key = tuple(
                    cells.folded(cell)
                    for column, cell in enumerate(line)
                    if column != header.columns.get(SERIAL)
                )
                first = seen.setdefault(key, row)
                kind = "rows" if first == row else "repeated"
                if kind == "repeated":
                    self._say(
                        f"{name}!第{row + 1}行",
                        "note",
                        f"与第{first + 1}行完全相同，只计一次",
                        f"the same as row {first + 1}, counted once",
                    )
            elif kind == "remarks":
                text = shown(next(cell for cell in line if not cells.is_blank(cell)))
                self._say(
                    f"{name}!第{row + 1}行",
                    "note",
                    f"不是一条记录，略过：{text}",
                    f"not a record, skipped: {text}",
                )
            counts[kind] += 1
            if kind == "rows":
                self._row(name, header, row, line)
        counts["blank"] -= _trailing_blank(sheet, header)
        return replace(
            note,
            rows=counts["rows"],
            blank=counts["blank"],
            totals=counts["totals"],
            repeated=counts["repeated"],
            remarks=counts["remarks"],
        )

    def _row(self, name: str, header: Header, row: int, line: Sequence[Any]) -> None:
        self.taken += 1
        if self.taken > MAX_ROWS:
            raise too_large(f"各表合计超过{MAX_ROWS}行", f"more than {MAX_ROWS} rows in all sheets")
        reader = RowReader(name, header, row, line)
        if header.kind == GRIDS:
            grid = read_grid(reader)
            if grid:
                self._grid(grid, reader)
        else:
            site = read_site(reader)
            if site:
                self.sites.append((site, "grid_name" in header.columns))
        self.problems.extend(reader.problems)

    def _grid(self, grid: GridRow, reader: RowReader) -> None:
        known = self.grids.setdefault(normal_name(grid.name), grid)
        if replace(known, place="") != replace(grid, place=""):
            reader.say(
                "name", "error", f"网格“{shown(grid.name)}”与{known.place}同名而内容不同",
                f"grid {shown(grid.name)!r} differs from the one of that name at {known.place}",
            )  # fmt: skip

    def _say(self, where: str, severity: str, zh: str, en: str) -> None:
        self.problems.append(Problem(where, zh, en, severity))

    def result(self) -> RegistryReading:
        unused = [key for key in self.mapping if key not in self.used]
        if unused:
            raise BadInput(
                f"列对应中有没找到的列：{'、'.join(f'{key} = {shown(self.mapping[key])}' for key in unused)}",
                f"the mapping names columns that no sheet has: {', '.join(unused)}",
                hint=(
                    "请按表头原文填写列名，或用列字母（A、B…）。",
                    "Write the title as in the header, or the column's letter.",
                ),
                code="registry.mapping",
            )
        if (
            not self.sites
            and not self.grids
            and all(problem.severity != "error" for problem in self.problems)
        ):
            raise BadInput(
                "文件里没有认出任何台账",
                "no table of sites or grids was recognised in the file",
                hint=(
                    "没有导入任何内容。表头要有“机构名称”“学校名称”或“网格名称”这样的列，也可以用列对应指定。",
                    "Nothing was imported. The header needs a column such as 机构名称, 学校名称, 网格名称, or a mapping.",
                ),
                code="registry.no_table",
                problems=self.problems,
            )
        self._check_codes()
        sites = tuple(self._with_grid(site, has_column) for site, has_column in self.sites)
        return RegistryReading(
            tuple(self.grids.values()), sites, self._bounded_problems(), tuple(self.sheets)
        )

    def _check_codes(self) -> None:
        seen: dict[str, GridRow] = {}
        for grid in self.grids.values():
            if grid.code and seen.setdefault(grid.code.casefold(), grid) is not grid:
                other = seen[grid.code.casefold()].place
                self._say(
                    grid.place,
                    "error",
                    f"网格编码{grid.code}与{other}重复",
                    f"grid code {grid.code} is also at {other}",
                )

    def _with_grid(self, site: SiteRow, has_column: bool) -> SiteRow:
        """The grid's name in the spelling of the file's own table of grids; a flag where it has none."""
        written = site.facts.get("grid_name", "")
        if not written:
            where, zh, en = site.place, "没有填所属网格", "no grid is given"
        elif not self.grids:
            return site
        elif known := self.grids.get(normal_name(written)):
            return replace(site, facts={**site.facts, "grid_name": known.name})
        else:
            where = site.cells.get("grid_name", site.place)
            zh, en = f"网格划分表中没有“{shown(written)}”", f"the table of grids has no {shown(written)!r}"
        if written or has_column:
            self._say(where, "warning", zh, en)
        return replace(site, flags=(*site.flags, Flag("grid_unknown", zh, en)))

    def _bounded_problems(self) -> tuple[Problem, ...]:
        if len(self.problems) <= _MAX_PROBLEMS:
            return tuple(self.problems)
        order = {"error": 0, "warning": 1, "note": 2}
        first = sorted(self.problems, key=lambda problem: order[problem.severity])[:_MAX_PROBLEMS]
        rest = len(self.problems) - _MAX_PROBLEMS
        return (
            *first,
            Problem("", f"另有{rest}个问题没有列出", f"{rest} more problems are not listed", "note"),
        )


def _data_lines(sheet: RawSheet, header: Header) -> Iterator[tuple[int, list[Any]]]:
    """The rows below the header, with a cell merged over several rows in each of them."""
    filled = merged_down(sheet, header.row)
    for row in range(header.row + 1, len(sheet.rows)):
        line = list(sheet.rows[row])
        for column in filled.get(row, {}):
            if column < len(line) and cells.is_blank(line[column]):
                line[column] = filled[row][column]
        for column, cell in enumerate(line):
            if isinstance(cell, str) and len(cell) > MAX_CELL:
                raise too_large(
                    f"{columns.column_letter(column)}{row + 1}过长",
                    f"{columns.column_letter(column)}{row + 1} is too long",
                )
        yield row, line


def merged_down(sheet: RawSheet, header_row: int) -> dict[int, dict[int, Any]]:
    """What a cell that is merged with one above it holds: row -> column -> value, both from 0.

    Raises:
        BadInput: so many that they were made to be.
    """
    filled: dict[int, dict[int, Any]] = {}
    budget = MAX_ROWS
    for (top, left), (bottom, right) in sheet.merges:
        last = min(bottom, len(sheet.rows) - 1)
        if left != right or top <= header_row or last <= top or left >= len(sheet.rows[top]):
            continue
        budget -= last - top
        if budget < 0:
            raise too_large("合并单元格过多", "too many merged cells")
        for row in range(top + 1, last + 1):
            filled.setdefault(row, {})[left] = sheet.rows[top][left]
    return filled


def _row_kind(line: Sequence[Any], header: Header, titles: Mapping[int, str]) -> str:
    serial = header.columns.get(SERIAL)
    seen = [column for column, cell in enumerate(line) if column != serial and not cells.is_blank(cell)]
    first = next((cells.folded(cell) for cell in line if not cells.is_blank(cell)), "")
    if _TOTAL.fullmatch(re.sub(r"\W", "", first)):
        return "totals"
    serial_text = cells.folded(line[serial]) if serial is not None and serial < len(line) else ""
    if not seen:
        return "blank" if not serial_text or serial_text.isdecimal() else "remarks"
    if all(columns.normal_title(cells.folded(line[column])) == titles.get(column, "?") for column in seen):
        return "blank"
    name_column = header.columns["name"]
    named = name_column in seen
    if named and _TOTAL.fullmatch(re.sub(r"\W", "", cells.folded(line[name_column]))):
        return "totals"
    if not named and len(seen) == 1 and not serial_text.isdecimal():
        return "remarks"
    return "row"


def _trailing_blank(sheet: RawSheet, header: Header) -> int:
    """Empty rows after the last one with anything in it, which are no part of the table."""
    count = 0
    for row in range(len(sheet.rows) - 1, header.row, -1):
        if any(not cells.is_blank(cell) for cell in sheet.rows[row]):
            break
        count += 1
    return count
