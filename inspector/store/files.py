"""The one door for durable changes to files: every write, sync, rename and removal of the store passes here.

A change is announced to `hooks` right before it is made. In production nobody listens; tests listen to
record the changes (power-loss images), to fail one of them, or to end the process there.

What durable means: new bytes go to a temporary file beside the target, are synced,
renamed over it, and the directory is synced. Only then does a function here return.
"""

import contextlib
import errno
import importlib
import os
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from inspector.errors import InspectorError, WorkspaceError
from inspector.store import locks

WINDOWS = os.name == "nt"
TEMPORARY = ".tmp"
"""How the name of an unfinished file ends."""

_WINDOWS_TRIES = 20
_WINDOWS_PAUSE = 0.05
_WINDOWS_TEMPORARY_AGE = 3600.0
_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


class Operation(NamedTuple):
    """A change about to be made.

    Attributes:
        kind: "create", "write", "fsync", "rename", "remove", "truncate", "mkdir", "fsync_dir", or "point" for
            a named moment between changes.
        path: what is changed; None for a point.
        name: the name of a point, else empty.
        target: the new name of a rename.
        data: the bytes of a write, which go to `offset`; a truncate keeps `offset` bytes.
    """

    kind: str
    path: Path | None
    name: str = ""
    target: Path | None = None
    data: bytes = b""
    offset: int = 0


class Hooks:
    """Where tests listen to the changes of files. Nobody listens in production."""

    def __init__(self) -> None:
        self._observer: Callable[[Operation], None] | None = None

    def point(self, name: str) -> None:
        """A named moment between two changes, such as "vault.verified"."""
        if self._observer is not None:
            self._observer(Operation("point", None, name))

    def tell(self, operation: Operation) -> None:
        """Announce a change. What the observer raises is raised here, and the change is not made."""
        if self._observer is not None:
            self._observer(operation)

    @contextlib.contextmanager
    def observed_by(self, observer: Callable[[Operation], None]) -> Iterator[None]:
        """Announce every operation of this process to `observer` inside the block."""
        before, self._observer = self._observer, observer
        try:
            yield
        finally:
            self._observer = before


hooks = Hooks()


class StagedFile:
    """A new version of `path`, written beside it. `commit()` puts it in place; without it nothing changes.

    While it is open its temporary file is locked, so that `sweep` of another process leaves it alone.
    Raises OSError; callers wrap it in `disk_errors`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._length = 0
        self._committed = False
        self._temporary, self._descriptor = create_temporary(path)
        self._open = True

    def write(self, data: bytes) -> None:
        """Add bytes at the end."""
        hooks.tell(Operation("write", self._temporary, data=data, offset=self._length))
        write_all(self._descriptor, data)
        self._length += len(data)

    def commit(self) -> None:
        """Make the new version durable under its name; returns only then."""
        hooks.tell(Operation("fsync", self._temporary))
        _sync(self._descriptor)
        if WINDOWS:  # an open file cannot be renamed there
            self._close()
        hooks.tell(Operation("rename", self._temporary, target=self.path))
        _replace(self._temporary, self.path)
        self._committed = True
        self._close()
        fsync_dir(self.path.parent)

    def _close(self) -> None:
        if self._open:
            self._open = False
            os.close(self._descriptor)

    def __enter__(self) -> "StagedFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
        if not self._committed:
            with contextlib.suppress(OSError):
                self._temporary.unlink(missing_ok=True)


def write_atomically(path: Path, data: bytes) -> None:
    """Replace the whole of `path`: afterwards, and after any crash, it is the old file or the new one.

    Raises:
        WorkspaceError: not written (disk full, read-only, I/O error); the old file is as it was.
    """
    with disk_errors(path, len(data)), StagedFile(path) as staged:
        staged.write(data)
        staged.commit()


def append(path: Path, offset: int, data: bytes) -> None:
    """Put `data` at `offset` of a file (made if missing) and cut the rest. Not synced: for what can be lost.

    Raises:
        WorkspaceError: not written.
    """
    with disk_errors(path, len(data)):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        try:
            hooks.tell(Operation("truncate", path, offset=offset))
            os.ftruncate(descriptor, offset)
            os.lseek(descriptor, offset, os.SEEK_SET)
            hooks.tell(Operation("write", path, data=data, offset=offset))
            write_all(descriptor, data)
        finally:
            os.close(descriptor)


def remove(path: Path) -> bool:
    """Remove a file for good. False when there was none.

    Raises:
        WorkspaceError: it is still there.
    """
    with disk_errors(path):
        hooks.tell(Operation("remove", path))
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        fsync_dir(path.parent)
        return True


def ensure_dir(path: Path) -> None:
    """Make a directory that only this user may enter (0700), with its parents, durably.

    Raises:
        WorkspaceError: it cannot be made, or something else has its name.
    """
    with disk_errors(path):
        missing = [place for place in (path, *path.parents) if not place.exists()]
        for place in reversed(missing):
            hooks.tell(Operation("mkdir", place))
            place.mkdir(mode=0o700, exist_ok=True)
            fsync_dir(place.parent)
        if not path.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))


def fsync_dir(path: Path) -> None:
    """Make the names in a directory durable. Nothing on Windows, where the rename itself writes through.

    Raises:
        OSError: the disk did not take it.
    """
    hooks.tell(Operation("fsync_dir", path))
    if WINDOWS:
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        _sync(descriptor)
    finally:
        os.close(descriptor)


def sweep(directory: Path) -> int:
    """Remove temporary files whose writer is gone; those of a living one stay. Returns how many went.

    Raises:
        WorkspaceError: the directory cannot be read.
    """
    with disk_errors(directory):
        return sum(_sweep_one(path) for path in sorted(directory.glob(f".*{TEMPORARY}")))


@contextlib.contextmanager
def disk_errors(path: Path, needed: int = 0) -> Iterator[None]:
    """Turn an OSError of the block into a sentence for people.

    Args:
        path: what the block was about to change.
        needed: how many bytes it wanted to write.
    """
    try:
        yield
    except OSError as error:
        raise disk_error(error, path, needed) from error


def disk_error(error: OSError, path: Path, needed: int = 0) -> InspectorError:
    """The sentence for people for a failed change of `path`."""
    if error.errno in _FULL:
        return disk_full(path, needed)
    reason = error.strerror or str(error)
    return WorkspaceError(
        f"写不进 {path}（{reason}）。这一步没有保存；以前保存的内容没有改动。",
        f"{path} cannot be written ({reason}). This step is not saved; what was saved before is untouched.",
        hint=(
            "检查磁盘是否只读、已拔出或损坏，并确认当前用户有权写入，再试一次。",
            "Check that the disk is there, healthy and writable for you, then try again.",
        ),
        code="workspace.disk",
    )


def unreadable(error: OSError, path: Path) -> WorkspaceError:
    """The sentence for people for a file that is there and cannot be read."""
    reason = error.strerror or str(error)
    return WorkspaceError(
        f"读不出 {path}（{reason}）。没有改动任何内容。",
        f"{path} cannot be read ({reason}). Nothing was changed.",
        hint=("检查磁盘和文件权限后再试一次。", "Check the disk and the file's permissions, then try again."),
        code="workspace.disk",
    )


def disk_full(path: Path, needed: int = 0) -> WorkspaceError:
    """The sentence for people for a full disk, with what is needed and what is free."""
    zh = en = ""
    with contextlib.suppress(OSError):
        free = _megabytes(shutil.disk_usage(path if path.is_dir() else path.parent).free)
        zh, en = f"剩余 {free} MB", f"{free} MB free"
    if needed:
        zh, en = f"需要 {_megabytes(needed)} MB，{zh}", f"{_megabytes(needed)} MB needed, {en}"
    return WorkspaceError(
        f"磁盘已满（{zh}）。这一步没有保存；已保存的内容安全。",
        f"The disk is full ({en}). This step is not saved; what was saved before is safe.",
        hint=(
            "不要关闭窗口：腾出空间后再试一次。",
            "Keep this window open, free some space, then try again.",
        ),
        code="workspace.disk_full",
    )


def _megabytes(count: int) -> str:
    return f"{count / 1_000_000:.1f}"


def create_temporary(path: Path) -> tuple[Path, int]:
    """Make a temporary file beside `path` that `sweep` leaves alone while it is open: its name, and its descriptor."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    while True:
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}{TEMPORARY}")
        hooks.tell(Operation("create", temporary))
        descriptor = os.open(temporary, flags, 0o600)
        # A sweeper may take the file between its making and its locking; then it has no name any more.
        if WINDOWS or (locks.try_lock(descriptor) and os.fstat(descriptor).st_nlink > 0):
            return temporary, descriptor
        os.close(descriptor)


def _sweep_one(path: Path) -> bool:
    try:
        if WINDOWS:
            if time.time() - path.stat().st_mtime < _WINDOWS_TEMPORARY_AGE:
                return False
            hooks.tell(Operation("remove", path))
            path.unlink()
            return True
        descriptor = os.open(path, os.O_RDWR)
    except (FileNotFoundError, PermissionError):
        return False
    try:
        if not locks.try_lock(descriptor):
            return False
        hooks.tell(Operation("remove", path))
        path.unlink(missing_ok=True)
        return True
    finally:
        os.close(descriptor)


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of it where the file stands."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _sync(descriptor: int) -> None:
    # On macOS fsync leaves the bytes in the drive's own cache; F_FULLFSYNC does not, where it is supported.
    if sys.platform == "darwin":
        fcntl: Any = importlib.import_module("fcntl")
        with contextlib.suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
    os.fsync(descriptor)


def _replace(source: Path, target: Path) -> None:
    if WINDOWS:
        _replace_windows(source, target)
    else:
        source.replace(target)


def _replace_windows(source: Path, target: Path) -> None:
    """MoveFileExW with write-through: the counterpart of the directory sync. A reader may hold it briefly."""
    ctypes: Any = importlib.import_module("ctypes")
    move = ctypes.WinDLL("kernel32", use_last_error=True).MoveFileExW
    replace_existing, write_through = 0x1, 0x8
    access_denied, sharing_violation = 5, 32
    for _ in range(_WINDOWS_TRIES):
        if move(str(source), str(target), replace_existing | write_through):
            return
        code = ctypes.get_last_error()
        if code not in (access_denied, sharing_violation):
            break
        time.sleep(_WINDOWS_PAUSE)
    raise ctypes.WinError(code)
