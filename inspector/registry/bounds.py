"""What a foreign file may cost, checked before a parser sees it.

A spreadsheet's parser lays out every cell between the first and the last one in memory, and copies a shared text
into each cell that names it, so a file of a few kilobytes can ask for gigabytes. The archive's directory and the
positions of its cells are read here first, in constant memory.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.parsers import expat

from inspector.errors import BadInput, NotFound

MAX_FILE = 20 * 1024 * 1024
"""Bytes of a file."""
MAX_UNPACKED = 100 * 1024 * 1024
"""Bytes of all members of an archive, unpacked."""
MAX_RATIO = 100
"""Unpacked to packed bytes of an archive."""
MAX_MEMBERS = 2_000
MAX_ROWS = 50_000
MAX_COLUMNS = 100
MAX_CELL = 32 * 1024
"""Characters of a cell; a spreadsheet allows 32,767."""
MAX_TEXT = 50_000_000
"""Characters of all cells of a workbook."""

_MAX_SHARED = 2_000_000
_RATIO_COUNTS_FROM = 1024 * 1024


def too_large(zh: str, en: str) -> BadInput:
    """The refusal for a file beyond a limit."""
    return BadInput(
        f"文件超出限度：{zh}",
        f"the file is beyond a limit: {en}",
        hint=(
            "没有导入任何内容。请另存一份只含台账的文件（删去空白的行、列和图片）后再导入。",
            "Nothing was imported. Save a copy with the tables alone (no empty rows, columns, pictures) and import that.",
        ),
        code="registry.limit",
    )


def unreadable(zh: str, en: str) -> BadInput:
    """The refusal for a file that is not what its name says."""
    return BadInput(
        f"文件无法读取：{zh}",
        f"the file cannot be read: {en}",
        hint=(
            "没有导入任何内容。请用表格软件打开它，另存为 .xlsx 或 UTF-8 的 .csv 后再导入。",
            "Nothing was imported. Open it in a spreadsheet program, save it as .xlsx or UTF-8 .csv, and import that.",
        ),
        code="registry.unreadable",
    )


def check_file(path: Path) -> None:
    """A plain file of bearable size.

    Raises:
        NotFound: there is none.
        BadInput: larger than MAX_FILE, or empty.
    """
    if not path.is_file():
        raise NotFound(
            "没有这个文件",
            "there is no such file",
            hint=("请核对路径和文件名。", "Check the path and the name."),
            code="registry.no_file",
        )
    size = path.stat().st_size
    if size > MAX_FILE:
        raise too_large(f"{size // 2**20} MB，限 20 MB", f"{size // 2**20} MB of 20 MB")
    if size == 0:
        raise unreadable("文件是空的", "it is empty")


@dataclass(slots=True)
class _Extent:
    """How far the cells with content of one sheet reach, and how much text they hold."""

    row: int = 0
    column: int = 0
    text: int = 0

    def take(self, row: int, column: int, text: int, times: int = 1) -> None:
        if row > MAX_ROWS:
            raise too_large(f"有第{row}行，限{MAX_ROWS}行", f"there is a row {row} of {MAX_ROWS}")
        if column > MAX_COLUMNS:
            raise too_large(
                f"有第{column}列，限{MAX_COLUMNS}列", f"there is a column {column} of {MAX_COLUMNS}"
            )
        if text > MAX_CELL:
            raise too_large(f"第{row}行有{text}字的单元格", f"a cell of {text} characters in row {row}")
        self.row, self.column = max(self.row, row), max(self.column, column)
        self.text += text * times
        if self.text > MAX_TEXT:
            raise too_large("文字总量过大", "too much text in all")


def check_archive(path: Path) -> None:
    """The directory of a .xlsx or .ods, every member against its directory, and the reach of every sheet.

    Raises:
        BadInput: beyond a limit, damaged, encrypted, or with a document type declaration (entities).
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_directory(members)
            if archive.testzip() is not None:
                raise unreadable("压缩包已损坏", "the archive is damaged")
            _check_sheets(archive, {member.filename for member in members})
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError) as error:
        raise unreadable("不是完好的表格文件", "not a whole spreadsheet file") from error
    except expat.ExpatError as error:
        raise unreadable("表格内部的结构已损坏", "the structure inside is damaged") from error


def _check_directory(members: list[zipfile.ZipInfo]) -> None:
    names = [member.filename.casefold() for member in members]
    if len(names) > MAX_MEMBERS:
        raise too_large("压缩包内文件过多", "too many members in the archive")
    if not all(_is_plain_name(member.orig_filename) for member in members):
        raise unreadable("压缩包内的文件名无效", "a member of the archive has no valid name")
    if len(set(names)) != len(names):
        raise unreadable("压缩包内有重名文件", "two members of the archive have one name")
    if any(member.flag_bits & 1 for member in members):
        raise unreadable("文件设有密码", "it is protected by a password")
    if any(member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for member in members):
        raise unreadable("压缩方式不明", "an unknown compression")
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED:
        raise too_large(
            f"解压后{unpacked // 2**20} MB，限 100 MB", f"{unpacked // 2**20} MB unpacked, of 100 MB"
        )
    for member in members:
        if member.file_size > _RATIO_COUNTS_FROM and member.file_size > MAX_RATIO * max(
            member.compress_size, 1
        ):
            raise too_large("压缩比异常", "an implausible compression ratio")


def _is_plain_name(name: str) -> bool:
    """Whether every program takes the name for the same member, below the archive's root."""
    return not ("\\" in name or "\0" in name or name.startswith("/") or ".." in name.split("/"))


def _check_sheets(archive: zipfile.ZipFile, names: set[str]) -> None:
    """Any member may be a sheet: a workbook says by its relationships which are, under whatever folder and name."""
    lengths: list[int] = []
    for name in names:
        if name.casefold() == "xl/sharedstrings.xml":
            lengths = _shared_lengths(archive, name)
    extent = _Extent()
    for name in sorted(names):
        reader: _SheetReader | _OdsReader
        if name.casefold() == "content.xml":
            reader = _OdsReader(_Extent(text=extent.text))
        elif _mentions(archive, name, _SHEET_DATA):
            reader = _SheetReader(lengths, _Extent(text=extent.text))
        else:
            continue
        with archive.open(name) as stream:
            _feed(stream, reader.start, reader.end, reader.characters)
        extent = reader.extent


_SHEET_DATA = b"sheetData"
"""The element without which no parser takes a member for a worksheet (ECMA-376 part 1, 18.3.1.80)."""


def _mentions(archive: zipfile.ZipFile, name: str, word: bytes) -> bool:
    """Whether the word stands anywhere in a member, also in a text of two bytes a letter."""
    before = b""
    with archive.open(name) as stream:
        for chunk in _chunks(stream):
            text = before + chunk.replace(b"\0", b"")
            if word in text:
                return True
            before = text[-len(word) :]
    return False


def _shared_lengths(archive: zipfile.ZipFile, name: str) -> list[int]:
    lengths: list[int] = []
    state = {"inside": False}

    def start(tag: str, _attributes: dict[str, str]) -> None:
        if _local(tag) == "si":
            if len(lengths) >= _MAX_SHARED:
                raise too_large("共享文字过多", "too many shared texts")
            lengths.append(0)
        state["inside"] = _local(tag) == "t"

    def end(_tag: str) -> None:
        state["inside"] = False

    def characters(data: str) -> None:
        if state["inside"] and lengths:
            lengths[-1] += len(data)

    with archive.open(name) as stream:
        _feed(stream, start, end, characters)
    return lengths


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


_CELL_NAME = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def column_number(letters: str) -> int:
    """A = 1, Z = 26, AA = 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


@dataclass(slots=True)
class _SheetReader:
    """The cells with content of one worksheet of a .xlsx; styled empty ones cost nothing and are left aside."""

    lengths: list[int]
    extent: _Extent
    row: int = 0
    column: int = 0
    shared: bool = False
    inside: str = ""
    content: list[str] = field(default_factory=list)
    has_content: bool = False
    held: int = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if name == "row":
            self.row = int(attributes.get("r") or self.row + 1)
            self.column = 0
        elif name == "c":
            self._start_cell(attributes)
        elif name in {"v", "t", "f"}:
            self.inside = name
            self.has_content = True

    def _start_cell(self, attributes: dict[str, str]) -> None:
        name = attributes.get("r", "")
        if name:
            place = _CELL_NAME.fullmatch(name.upper())
            if place is None:
                raise ValueError(name)
            self.column, self.row = column_number(place[1]), int(place[2])
        else:
            self.column += 1
        self.shared = attributes.get("t") == "s"
        self.content.clear()
        self.held = 0
        self.has_content = False

    def characters(self, data: str) -> None:
        if self.inside in {"v", "t"}:
            self.held += len(data)
            if self.shared:
                self.content.append(data)

    def end(self, tag: str) -> None:
        name = _local(tag)
        if name in {"v", "t", "f"}:
            self.inside = ""
        elif name == "c" and self.has_content:
            text = self.held
            index = "".join(self.content).strip() if self.shared else ""
            if index.isdecimal() and len(index) < 10 and int(index) < len(self.lengths):
                text = self.lengths[int(index)]
            self.extent.take(self.row, self.column, text)


@dataclass(slots=True)
class _OdsReader:
    """The cells with content of an .ods, whose rows and cells may be declared as repeated."""

    extent: _Extent
    row: int = 0
    rows: int = 1
    column: int = 0
    columns: int = 1
    held: int = 0
    depth: int = 0
    filled: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if name == "table":
            self.row = 0
        elif name == "table-row":
            self.rows = max(1, int(attributes.get("table:number-rows-repeated", "1")))
            self.column = 0
        elif name in {"table-cell", "covered-table-cell"}:
            self.columns = max(1, int(attributes.get("table:number-columns-repeated", "1")))
            self.held = 0
            self.filled = "office:value-type" in attributes
            self.depth = 1

    def characters(self, data: str) -> None:
        if self.depth:
            self.held += len(data)

    def end(self, tag: str) -> None:
        name = _local(tag)
        if name == "table-row":
            self.row += self.rows
        elif name in {"table-cell", "covered-table-cell"}:
            self.depth = 0
            self.column += self.columns
            if self.filled or self.held:
                self.extent.take(self.row + self.rows, self.column, self.held, self.rows * self.columns)


def _feed(
    stream: IO[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    characters: Callable[[str], None],
) -> None:
    def refuse(*_declaration: object) -> None:
        raise unreadable("含有文档类型声明（实体）", "it has a document type declaration (entities)")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = refuse
    parser.buffer_text = True
    try:
        for chunk in _chunks(stream):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except ValueError as error:
        raise unreadable("表格内部的编号无效", "an invalid number in the structure inside") from error


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(1 << 18):
        yield chunk
