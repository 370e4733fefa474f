"""Locks: one holder among threads and processes, named to the others, freed by a kill."""

import os
import subprocess
import sys
import threading
import types
from pathlib import Path

import pytest

from inspector.errors import Busy, WorkspaceError
from inspector.store import locks
from inspector.store.locks import SYNCING, FileLock
from tests.patience import PATIENCE_SECONDS, end, join, line_of
from tests.store.store_faults import end_holder, needs_fork, start_holder

_HOLD = """
from pathlib import Path
from inspector.store.locks import SYNCING, FileLock
lock = FileLock(Path(sys.argv[1]), SYNCING)
lock.acquire()
"""


@pytest.mark.parametrize("kill", [True, False])
def test_another_process_is_named_and_its_end_frees_the_lock(tmp_path: Path, kill: bool) -> None:
    """Who comes second learns what the first does and its process number; a kill leaves nothing to clean up."""
    path = tmp_path / "sync.lock"
    other = start_holder(_HOLD, str(path))
    try:
        with pytest.raises(Busy) as caught, FileLock(path, SYNCING):
            pass
    finally:
        end_holder(other, kill=kill)
    assert caught.value.zh == f"另一个窗口正在同步（进程 {other.pid}）。"
    assert caught.value.en == f"Another window is syncing (process {other.pid})."
    with FileLock(path, SYNCING) as lock:
        assert lock.held


def test_threads_of_one_process_exclude_each_other(tmp_path: Path) -> None:
    """Of eight threads that try at once, exactly one gets the lock."""
    path, results = tmp_path / "lock", list[bool]()
    barrier, done = (threading.Barrier(8, timeout=PATIENCE_SECONDS) for _ in range(2))

    def attempt() -> None:
        lock = FileLock(path, SYNCING)
        barrier.wait()
        try:
            lock.acquire()
        except Busy:
            results.append(False)
        else:
            results.append(True)
        done.wait()
        lock.release()

    threads = [threading.Thread(target=attempt, daemon=True) for _ in range(8)]
    for thread in threads:
        thread.start()
    join(threads)
    assert sorted(results) == [False] * 7 + [True]


def test_a_lock_can_be_taken_again_after_release(tmp_path: Path) -> None:
    """Releasing frees it, twice is harmless, the file stays and holds no old name."""
    path = tmp_path / "lock"
    lock = FileLock(path, SYNCING)
    for _ in range(3):
        with lock:
            with pytest.raises(RuntimeError):
                lock.acquire()
            assert str(os.getpid()) in path.read_text(encoding="utf-8")
        lock.release()
        assert path.read_bytes() == b""


@needs_fork
def test_a_forked_child_does_not_keep_the_lock(tmp_path: Path) -> None:
    """A child that lives on after its parent was killed does not hold the parent's lock."""
    code = (
        _HOLD
        + """
import os
if os.fork() == 0:
    os.write(1, b'child\\n')
    os.read(int(sys.argv[2]), 1)
    os._exit(0)
"""
    )
    reader, writer = os.pipe()
    os.set_inheritable(reader, True)
    path = tmp_path / "lock"
    text = f"import sys\n{code}\nprint('ready', flush=True)\nsys.stdin.read()\n"
    other = subprocess.Popen(
        [sys.executable, "-c", text, str(path), str(reader)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=[reader],
    )
    os.close(reader)
    try:
        assert {line_of(other), line_of(other)} == {b"ready\n", b"child\n"}
        other.kill()
        other.wait(timeout=20)
        with FileLock(path, SYNCING) as lock:
            assert lock.held
    finally:
        os.close(writer)
        end(other)


@pytest.mark.parametrize("text", [b"", b"\xff\xfe", b"[" * 900, b'{"pid": "x"}', b"{}"])
def test_an_unreadable_holder_is_still_busy(tmp_path: Path, text: bytes) -> None:
    """What stands in the lock file is a courtesy: garbage there does not hide that it is held."""
    path = tmp_path / "lock"
    with FileLock(path, SYNCING):
        path.write_bytes(text)
        with pytest.raises(Busy, match="Another window is using this workspace"):
            FileLock(path, SYNCING).acquire()


def test_a_holders_text_cannot_reach_the_terminal_raw(tmp_path: Path) -> None:
    """Control characters in a lock file never come out in the message."""
    path = tmp_path / "lock"
    with FileLock(path, SYNCING):
        path.write_text('{"pid": 7, "zh": "\\u001b]0;x\\u0007同步", "en": "a\\u009bb", "host": "h\\u001b"}')
        with pytest.raises(Busy) as caught:
            FileLock(path, SYNCING).acquire()
    assert caught.value.zh.isprintable()
    assert caught.value.en.isprintable()


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    """A lock that cannot be made is an error for people, not a traceback."""
    with pytest.raises(WorkspaceError) as caught:
        FileLock(tmp_path / "gone" / "lock", SYNCING).acquire()
    assert caught.value.code == "workspace.lock"


def test_windows_locks_one_byte_far_behind_the_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows the locked byte is not where the holder's name stands, and "taken" means busy."""
    calls: list[tuple[int, int]] = []
    taken = False

    def locking(descriptor: int, mode: int, count: int) -> None:
        calls.append((mode, os.lseek(descriptor, 0, os.SEEK_CUR)))
        if taken and mode == 2:
            raise PermissionError(13, "taken")

    msvcrt = types.ModuleType("msvcrt")
    vars(msvcrt).update(locking=locking, LK_NBLCK=2, LK_UNLCK=0)
    monkeypatch.setitem(sys.modules, "msvcrt", msvcrt)
    monkeypatch.setattr(locks, "WINDOWS", True)
    path = tmp_path / "lock"
    with FileLock(path, SYNCING):
        taken = True
        with pytest.raises(Busy, match=f"process {os.getpid()}"):
            FileLock(path, SYNCING).acquire()
    assert calls == [(2, 0x3FFFFFFF), (2, 0x3FFFFFFF), (0, 0x3FFFFFFF)]
