"""Locks between processes and threads, held by an open file: the system frees them when a holder is killed.

A lock file is never removed: removing one while another process opens it would give two holders.
"""

import importlib
import json
import os
import socket
import weakref
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from inspector.errors import Busy, WorkspaceError

WINDOWS = os.name == "nt"
# Windows locks bytes against reading too: one byte far behind the text, so that the text stays readable.
_WINDOWS_BYTE = 0x3FFF_FFFF
_HOLDER_LIMIT = 1024


class Purpose(NamedTuple):
    """What the holder of a lock is doing, as it reads after "another window is …"."""

    zh: str
    en: str


SYNCING = Purpose("同步", "syncing")
EXPORTING = Purpose("导出案卷", "exporting a case file")
CHANGING_VAULT = Purpose("更改口令或初始化", "changing the passphrase or initialising")


def try_lock(descriptor: int) -> bool:
    """Take the exclusive lock of an open file without waiting. False when somebody else has it.

    Raises:
        OSError: the file system cannot lock.
    """
    return _try_lock_windows(descriptor) if WINDOWS else _try_lock_posix(descriptor)


def unlock(descriptor: int) -> None:
    """Give the lock of an open file back; closing the file or ending the process does the same."""
    if WINDOWS:
        msvcrt: Any = importlib.import_module("msvcrt")
        os.lseek(descriptor, _WINDOWS_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
    else:
        fcntl: Any = importlib.import_module("fcntl")
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def _try_lock_posix(descriptor: int) -> bool:
    # flock and not fcntl.lockf: it belongs to the open file, so two threads exclude each other as well,
    # and closing another descriptor of the same file does not drop it.
    fcntl: Any = importlib.import_module("fcntl")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _try_lock_windows(descriptor: int) -> bool:
    msvcrt: Any = importlib.import_module("msvcrt")
    os.lseek(descriptor, _WINDOWS_BYTE, os.SEEK_SET)
    try:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    except PermissionError:
        return False
    return True


class FileLock:
    """An exclusive lock on `path`, taken without waiting, with the holder's process and purpose inside.

    >>> with FileLock(workspace / "sync.lock", SYNCING):
    ...     ...
    """

    def __init__(self, path: Path, purpose: Purpose) -> None:
        self.path = path
        self.purpose = purpose
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._descriptor is not None

    def acquire(self) -> None:
        """Take the lock.

        Raises:
            Busy: somebody holds it; the message names the process and what it is doing.
            WorkspaceError: the lock file cannot be opened, or its file system cannot lock.
            RuntimeError: this very object holds it already.
        """
        if self.held:
            raise RuntimeError(f"{self.path.name} is already held by this object")
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
        try:
            descriptor = os.open(self.path, flags, 0o600)
        except OSError as error:
            raise _cannot_lock(self.path, error) from error
        try:
            _claim(descriptor, self.purpose)
        except OSError as error:
            os.close(descriptor)
            raise _cannot_lock(self.path, error) from error
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        _held.add(self)

    def release(self) -> None:
        """Give the lock back; harmless when it is not held."""
        descriptor, self._descriptor = self._descriptor, None
        _held.discard(self)
        if descriptor is None:
            return
        try:
            os.ftruncate(descriptor, 0)
            unlock(descriptor)
        finally:
            os.close(descriptor)

    def __enter__(self) -> "FileLock":
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def forget(self) -> None:
        """Close this process's copy of the file without giving the lock back (after a fork, in the child)."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


_held: "weakref.WeakSet[FileLock]" = weakref.WeakSet()


def _after_fork_in_child() -> None:
    for lock in list(_held):
        lock.forget()
    _held.clear()


# A forked child shares the open file: without this the lock would outlive its killed holder in the child.
_register: Callable[..., None] | None = getattr(os, "register_at_fork", None)
if _register is not None:
    _register(after_in_child=_after_fork_in_child)


def _claim(descriptor: int, purpose: Purpose) -> None:
    if not try_lock(descriptor):
        raise _busy(descriptor)
    _write_holder(descriptor, purpose)


def _write_holder(descriptor: int, purpose: Purpose) -> None:
    holder = {"pid": os.getpid(), "host": socket.gethostname(), "zh": purpose.zh, "en": purpose.en}
    text = json.dumps(holder).encode()[:_HOLDER_LIMIT]
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, text)


def _read_holder(descriptor: int) -> dict[str, Any]:
    """What the holder wrote; empty when it has not written yet or wrote something else."""
    try:
        os.lseek(descriptor, 0, os.SEEK_SET)
        holder = json.loads(os.read(descriptor, _HOLDER_LIMIT))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(holder, dict) or not isinstance(holder.get("pid"), int):
        return {}
    return {key: value for key, value in holder.items() if isinstance(value, str | int)}


def _busy(descriptor: int) -> Busy:
    holder = _read_holder(descriptor)
    hint = (
        "等它做完，或到那个窗口结束它，再试一次。",
        "Wait until it is done, or end it there, then try again.",
    )
    if not holder:
        zh, en = "另一个窗口正在使用这个工作区", "Another window is using this workspace"
        return Busy(f"{zh}。", f"{en}.", hint=hint)
    host, here = _words(holder.get("host", "")), socket.gethostname()
    where_zh, where_en = (f"，主机 {host}", f" on {host}") if host and host != here else ("", "")
    zh = f"另一个窗口正在{_words(holder.get('zh', '')) or '使用'}（进程 {holder['pid']}{where_zh}）。"
    en = f"Another window is {_words(holder.get('en', '')) or 'busy'} (process {holder['pid']}{where_en})."
    return Busy(zh, en, hint=hint)


def _words(value: object) -> str:
    """Text of a lock file fit for a message: short, and nothing in it that a terminal obeys."""
    return "".join(letter for letter in str(value)[:80] if letter.isprintable())


def _cannot_lock(path: Path, error: OSError) -> WorkspaceError:
    reason = error.strerror or str(error)
    return WorkspaceError(
        f"无法锁定 {path}（{reason}）。没有改动任何内容。",
        f"{path} cannot be locked ({reason}). Nothing was changed.",
        hint=(
            "工作区要放在本机磁盘上，并且当前用户可以写入。",
            "Keep the workspace on a local disk that you may write to.",
        ),
        code="workspace.lock",
    )
