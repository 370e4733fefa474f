"""Finding photos on a phone's or camera's card, reading one within bounds. Changes nothing on the card."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from inspector.errors import BadInput, NotFound
from inspector.evidence import limits, media
from inspector.evidence.wording import display_name

_WINDOWS_HIDDEN = 0x2 | 0x4  # hidden, system


@dataclass(frozen=True, slots=True)
class Candidate:
    """A photo that could be taken in.

    Attributes:
        path: where it is.
        size: bytes.
        modified: milliseconds since 1970-01-01 UTC, as the file system says.
        name: its name, safe to show.
    """

    path: Path
    size: int
    modified: int
    name: str


def find_photos(places: Path | Iterable[Path]) -> list[Candidate]:
    """Photos in folders and among files, newest first.

    A folder is searched (`MAX_DEPTH` levels down, no links, nothing hidden) for files that end as photos do;
    what cannot be read there is passed over. A file named by itself is taken whatever its name. At most the
    `MAX_CANDIDATES` newest are given.

    Raises:
        NotFound: a place does not exist.
        BadInput: a place is neither file nor folder, cannot be read, or holds too much to search.
    """
    found: dict[Path, Candidate] = {}
    for place in [places] if isinstance(places, Path) else places:
        status = _status(place)
        if stat.S_ISDIR(status.st_mode):
            found |= {photo.path: photo for photo in _search(place)}
        elif stat.S_ISREG(status.st_mode):
            found[place] = _candidate(place, status)
        else:
            raise _not_a_file(place)
    newest = sorted(found.values(), key=lambda photo: (-photo.modified, str(photo.path)))
    return newest[: limits.MAX_CANDIDATES]


def read_bounded(path: Path) -> bytes:
    """All of a file of at most `MAX_FILE_BYTES`.

    Raises:
        NotFound: it does not exist.
        BadInput: it is empty, too large, not a regular file, changes while it is read, or cannot be read.
    """
    # A pipe with nobody at its other end must not hold the program.
    flags = (
        os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    )
    try:
        if path.is_dir():
            raise _not_a_file(path)
        with os.fdopen(os.open(path, flags), "rb") as file:
            before = os.fstat(file.fileno())
            if not stat.S_ISREG(before.st_mode):
                raise _not_a_file(path)
            data = file.read(limits.MAX_FILE_BYTES + 1)
            after = os.fstat(file.fileno())
    except FileNotFoundError:
        raise _missing(path) from None
    except (OSError, ValueError) as error:
        raise _unreadable(path) from error
    if len(data) > limits.MAX_FILE_BYTES:
        raise _too_large(path)
    if not data:
        raise _empty(path)
    if len(data) != before.st_size or before.st_mtime_ns != after.st_mtime_ns:
        raise _changing(path)
    return data


def _status(place: Path) -> os.stat_result:
    try:
        return place.stat()
    except FileNotFoundError:
        raise _missing(place) from None
    except (OSError, ValueError) as error:
        raise _unreadable(place) from error


def _candidate(path: Path, status: os.stat_result) -> Candidate:
    return Candidate(path, status.st_size, status.st_mtime_ns // 1_000_000, _shown(path))


def _search(folder: Path) -> Iterator[Candidate]:
    """Photos below a folder, level by level."""
    try:
        os.scandir(folder).close()
    except OSError as error:
        raise _unreadable(folder) from error
    level, scanned = [folder], 0
    for _ in range(limits.MAX_DEPTH + 1):
        deeper: list[Path] = []
        for entry in (entry for place in level for entry in _entries(place)):
            scanned += 1
            if scanned > limits.MAX_SCANNED:
                raise _too_much(folder)
            path = Path(entry.path)
            try:
                if _hidden(entry):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    deeper.append(path)
                elif entry.is_file(follow_symlinks=False) and path.suffix.lower() in media.EXTENSIONS:
                    yield _candidate(path, entry.stat(follow_symlinks=False))
            except OSError:  # gone meanwhile, or a damaged card; the others still count
                continue
        level = deeper


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            listed = []
            for entry in entries:
                listed.append(entry)
                if len(listed) > limits.MAX_SCANNED:
                    break
            return listed
    except OSError:
        return []


def _hidden(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith("."):
        return True
    attributes = getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0)
    junction = getattr(entry, "is_junction", None)  # Python 3.12 and later, Windows
    return bool(attributes & _WINDOWS_HIDDEN) or bool(junction is not None and junction())


def _shown(path: Path) -> str:
    return display_name(path.name or str(path), limits.MAX_NAME)


def _missing(path: Path) -> NotFound:
    name = _shown(path)
    return NotFound(
        f"找不到 {name}。没有导入任何东西。",
        f"{name} is not there. Nothing was imported.",
        hint=(
            "存储卡或手机可能已断开，请接好后再试。",
            "The card or phone may be unplugged: connect it and try again.",
        ),
        code="photo.missing",
    )


def _unreadable(path: Path) -> BadInput:
    name = _shown(path)
    return BadInput(
        f"读不了 {name}。没有导入任何东西。",
        f"{name} cannot be read. Nothing was imported.",
        hint=(
            "请检查权限和连接，或先拷贝到本机。",
            "Check permissions and the cable, or copy it to this machine first.",
        ),
        code="photo.unreadable",
    )


def _not_a_file(path: Path) -> BadInput:
    name = _shown(path)
    return BadInput(
        f"{name} 不是普通文件。没有导入任何东西。",
        f"{name} is not an ordinary file. Nothing was imported.",
        hint=("请选照片文件，或照片所在的文件夹。", "Choose a photo, or the folder that holds the photos."),
        code="photo.not_a_file",
    )


def _too_large(path: Path) -> BadInput:
    name, most = _shown(path), limits.MAX_FILE_BYTES // (1024 * 1024)
    return BadInput(
        f"{name} 超过 {most} MiB。没有导入。",
        f"{name} is larger than {most} MiB. It was not imported.",
        hint=(
            "视频请另行保存；照片请用普通画质拍摄。",
            "Keep videos elsewhere; take photos in ordinary quality.",
        ),
        code="photo.too_large",
    )


def _empty(path: Path) -> BadInput:
    name = _shown(path)
    return BadInput(
        f"{name} 是空文件。没有导入。",
        f"{name} is empty. It was not imported.",
        hint=("请从手机或相机重新拷贝。", "Copy it again from the phone or camera."),
        code="photo.empty",
    )


def _changing(path: Path) -> BadInput:
    name = _shown(path)
    return BadInput(
        f"{name} 在读取时发生变化。没有导入。",
        f"{name} changed while it was read. It was not imported.",
        hint=("等拷贝完成后再试。", "Try again when copying has finished."),
        code="photo.changing",
    )


def _too_much(folder: Path) -> BadInput:
    name = _shown(folder)
    return BadInput(
        f"{name} 里的文件太多（超过 {limits.MAX_SCANNED} 个）。没有导入任何东西。",
        f"{name} holds too many files (over {limits.MAX_SCANNED}). Nothing was imported.",
        hint=("请选更小的文件夹，例如 DCIM。", "Choose a smaller folder, for example DCIM."),
        code="photo.too_many",
    )
