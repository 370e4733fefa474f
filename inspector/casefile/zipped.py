"""The ZIP of a case file: stored members only, one possible row of bytes for given names and contents (docs/case-file.md).

What is written first goes to `NAME.part`. What lies there already, from an export that was cut off, is compared with what would be
written, and only the rest is written; the finished file is synced and then takes its name.
"""

import contextlib
import errno
import importlib
import os
import re
import struct
import unicodedata
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from inspector.errors import BadInput

MAX_NAME_CHARS = 240
IN_MEMORY_BYTES = 32 * 1024 * 1024
"""A source up to this size is read once and kept while it is written; a larger one is read twice."""
CHUNK_BYTES = 1024 * 1024

FULL16, FULL32 = 0xFFFF, 0xFFFFFFFF
_FLAGS, _METHOD, _TIME, _DATE = 0x0800, 0, 0, 0x0021
_ATTRIBUTES = 0o100644 << 16
_UNIX = 3 << 8
_PLAIN, _WITH_ZIP64 = 20, 45
_REFUSED = re.compile('[\x00-\x1f\x7f-\x9f\\\\:*?"<>|%\ud800-\udfff]')
_WINDOWS = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE | re.DOTALL)

Source = Callable[[], Iterable[bytes]]
"""What can be opened again and gives the same bytes each time, in pieces."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A member as the central directory states it: its name, size and CRC-32, and where its local header begins."""

    name: str
    size: int
    crc: int
    offset: int


def name_fault(name: str) -> str:
    """Why a member may not have this name; empty where it may (docs/case-file.md, "The ZIP")."""
    if len(name) > MAX_NAME_CHARS or "/" not in name:
        return "length or folder"
    if _REFUSED.search(name) is not None or not unicodedata.is_normalized("NFC", name):
        return "characters"
    for part in name.split("/"):
        if part in ("", ".", "..") or part[-1] in ". " or _WINDOWS.fullmatch(part) is not None:
            return "a part of it"
    return ""


def local_header(name: str, size: int, crc: int) -> bytes:
    """The bytes in front of a member's content."""
    encoded = name.encode()
    extra = struct.pack("<HHQQ", 1, 16, size, size) if size >= FULL32 else b""
    shown = min(size, FULL32)
    needed = _WITH_ZIP64 if extra else _PLAIN
    fields = (
        0x04034B50, needed, _FLAGS, _METHOD, _TIME, _DATE, crc, shown, shown, len(encoded), len(extra),
    )  # fmt: skip
    return struct.pack("<I5H3I2H", *fields) + encoded + extra


def directory_header(placed: Placed) -> bytes:
    """A member's line of the central directory."""
    encoded = placed.name.encode()
    large = [placed.size, placed.size] if placed.size >= FULL32 else []
    if placed.offset >= FULL32:
        large.append(placed.offset)
    extra = struct.pack(f"<HH{len(large)}Q", 1, 8 * len(large), *large) if large else b""
    needed = _WITH_ZIP64 if extra else _PLAIN
    shown = min(placed.size, FULL32)
    fields = (
        0x02014B50, _UNIX | needed, needed, _FLAGS, _METHOD, _TIME, _DATE, placed.crc, shown, shown,
        len(encoded), len(extra), 0, 0, 0, _ATTRIBUTES, min(placed.offset, FULL32),
    )  # fmt: skip
    return struct.pack("<I6H3I5H2I", *fields) + encoded + extra


def end_records(count: int, size: int, offset: int) -> bytes:
    """What ends the file: how many members, and how long and where the central directory is."""
    zip64 = b""
    if count >= FULL16 or size >= FULL32 or offset >= FULL32:
        made = _UNIX | _WITH_ZIP64
        zip64 = struct.pack("<IQ2H2I4Q", 0x06064B50, 44, made, _WITH_ZIP64, 0, 0, count, count, size, offset)
        zip64 += struct.pack("<IIQI", 0x07064B50, 0, offset + size, 1)
    shown = min(count, FULL16)
    last = struct.pack(
        "<I4H2IH", 0x06054B50, 0, 0, shown, shown, min(size, FULL32), min(offset, FULL32), 0
    )  # fmt: skip
    return zip64 + last


class ChangedSource(BadInput):
    """A file had other bytes when it was read the second time."""


class ZipWriter:
    """Writes one ZIP, member by member; a context manager that keeps the `.part` when something fails.

    Args:
        path: where the finished file goes.

    Raises:
        BlockingIOError: another program writes this file (where the system can tell).
        OSError: the disk refuses.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(path.name + ".part")
        self._sink = _Sink(_open_alone(self._part))
        self._members: list[Placed] = []
        self._names: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sink.close()

    @property
    def written(self) -> int:
        """Bytes so far, also those that were there already."""
        return self._sink.at

    def add(self, name: str, content: Iterable[bytes], *, size: int, crc: int) -> None:
        """Write a member.

        Raises:
            BadInput: the format has no place for this name (`case.name`).
            ChangedSource: the content has another size or CRC-32 than was said.
        """
        self._claim(name)
        placed = Placed(name, size, crc, self._sink.at)
        self._sink.write(local_header(name, size, crc))
        found, count = 0, 0
        for chunk in content:
            found, count = zlib.crc32(chunk, found), count + len(chunk)
            if count > size:
                break
            self._sink.write(chunk)
        if (found, count) != (crc, size):
            raise ChangedSource(
                f"写入时文件发生变化：{name}",
                f"a file changed while it was written: {name}",
                hint=("请再导出一次。", "Export again."),
                code="case.source_changed",
            )
        self._members.append(placed)

    def finish(self) -> int:
        """Write the central directory, make the file durable and give it its name. How many bytes it has.

        Raises:
            FileExistsError: a file has the name by now; the `.part` stays.
        """
        offset = self._sink.at
        for placed in self._members:
            self._sink.write(directory_header(placed))
        self._sink.write(end_records(len(self._members), self._sink.at - offset, offset))
        total = self._sink.at
        self._sink.finish()
        if self._path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(self._path))
        if os.name == "nt":  # an open file cannot be renamed there
            self._sink.close()
        self._part.replace(self._path)
        self._sink.close()
        _sync_folder(self._path.parent)
        return total

    def _claim(self, name: str) -> None:
        folded = name.casefold()
        if name_fault(name) or folded in self._names:
            raise BadInput(
                f"案卷文件中不能有这个文件名：{name!r}",
                f"a case file cannot hold the name {name!r}",
                code="case.name",
            )
        self._names.add(folded)


class _Sink:
    """A file that is compared as far as it goes along with what is written, and written from there on."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._comparing = True
        self.at = 0

    def write(self, data: bytes) -> None:
        start = 0
        while self._comparing and start < len(data):
            there = self._file.read(min(CHUNK_BYTES, len(data) - start))
            wanted = data[start : start + len(there)]
            if there and there == wanted:
                start += len(there)
                continue
            self._file.seek(self.at + start)
            self._file.truncate()
            self._comparing = False
        if start < len(data):
            self._file.write(data[start:] if start else data)
        self.at += len(data)

    def finish(self) -> None:
        self._file.seek(self.at)
        self._file.truncate()
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


def _open(path: Path) -> BinaryIO:
    """The file for reading and writing, made where it is not there; never through a link."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o600), "r+b")


def _open_alone(path: Path) -> BinaryIO:
    """The file, locked for this program until it is closed, where the system and the file system can."""
    while True:
        file = _open(path)
        try:
            if os.name == "nt":  # a lock there keeps its holder from writing through it
                return file
            _lock(file)
            # Whoever held it may have given it its name meanwhile.
            if path.exists() and os.path.samestat(path.stat(), os.fstat(file.fileno())):
                return file
        except BaseException:
            file.close()
            raise
        file.close()


def _lock(file: BinaryIO) -> None:
    fcntl: Any = importlib.import_module("fcntl")
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except (
        OSError
    ):  # a file system without locks, as some of networks are: the writer alone knows of others then
        return


def _sync_folder(folder: Path) -> None:
    """Make a name durable, where the system can sync a folder."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
