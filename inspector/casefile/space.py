"""How many bytes a case file takes, known before the first is written, and whether a folder has room for them."""

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from inspector.casefile.zipped import Placed, directory_header, end_records, local_header

FAT32_MAX_BYTES = 0xFFFFFFFF
"""The largest file of FAT32: 4 GiB less one byte."""
_FAT = frozenset({"vfat", "msdos", "fat", "fat32"})


@dataclass(frozen=True, slots=True)
class Room:
    """What a folder takes: free bytes, and the size of the largest file (None: no limit is known)."""

    free: int
    largest: int | None

    def takes(self, size: int, *, there: int = 0) -> bool:
        """Whether a file of `size` bytes fits, of which `there` lie in the folder already."""
        return size - there <= self.free and (self.largest is None or size <= self.largest)


def zip_size(members: Iterable[tuple[str, int]]) -> int:
    """The exact size of the ZIP of members, each given by name and size, in any order but for ZIP64's borders."""
    offset = count = directory = 0
    for name, size in members:
        directory += len(directory_header(Placed(name, size, 0, offset)))
        offset += len(local_header(name, size, 0)) + size
        count += 1
    return offset + directory + len(end_records(count, directory, offset))


def room(folder: Path) -> Room:
    """What a folder that is there takes.

    Raises:
        OSError: it cannot be asked.
    """
    kind = _filesystem(folder)
    return Room(shutil.disk_usage(folder).free, FAT32_MAX_BYTES if kind in _FAT else None)


def _filesystem(folder: Path) -> str:
    """The file system's name in lower case; empty where it cannot be known."""
    if os.name == "nt":
        return _windows_filesystem(folder)
    return _mounted_as(os.path.realpath(folder), Path("/proc/mounts"))


def _mounted_as(path: str, table: Path) -> str:
    """The type of the mount that a path lies on, by Linux's table of mounts."""
    try:
        lines = table.read_text(errors="replace").splitlines()
    except OSError:
        return ""
    best, found = "", ""
    for line in lines:
        words = line.split(" ")
        if len(words) < 3:
            continue
        place = words[1].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
        under = path == place or path.startswith(place.rstrip("/") + "/")
        if under and len(place) >= len(best):
            best, found = place, words[2].lower()
    return found


def _windows_filesystem(folder: Path) -> str:
    """What Windows says of the volume; empty where it does not say."""
    import ctypes

    system = getattr(ctypes, "windll", None)
    if system is None:
        return ""
    name = ctypes.create_unicode_buffer(64)
    root = os.path.splitdrive(os.path.realpath(folder))[0] + "\\"
    ok = system.kernel32.GetVolumeInformationW(root, None, 0, None, None, None, name, 64)
    return name.value.lower() if ok else ""
