"""Durable changes to files: the order of the steps, and what is left when one of them fails."""

import errno
import os
import sys
import types
from pathlib import Path

import pytest

from inspector.errors import WorkspaceError
from inspector.store import files
from inspector.store.files import Operation, hooks
from tests.store.store_faults import failing_everywhere, killed_everywhere, needs_fork


def _kinds(seen: list[Operation]) -> list[str]:
    return [operation.kind for operation in seen]


def test_bytes_are_synced_before_the_rename_and_the_name_after_it(tmp_path: Path) -> None:
    """The order write, fsync, rename, fsync of the directory is what makes a file durable."""
    seen: list[Operation] = []
    with hooks.observed_by(seen.append):
        files.write_atomically(tmp_path / "file", b"new")
    assert _kinds(seen) == ["create", "write", "fsync", "rename", "fsync_dir"]
    assert (tmp_path / "file").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_nobody_is_told_after_the_block(tmp_path: Path) -> None:
    """An observer hears nothing once its block has ended, so that production has no observer."""
    seen: list[Operation] = []
    with hooks.observed_by(seen.append):
        pass
    files.write_atomically(tmp_path / "file", b"new")
    hooks.point("somewhere")
    assert seen == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_a_failing_step_leaves_old_or_new_and_no_litter(tmp_path: Path, code: int) -> None:
    """Whichever step fails, the file is whole, the error is for people, and no temporary file stays."""
    path = tmp_path / "file"
    for fault in failing_everywhere(code):
        path.write_bytes(b"old")
        caught: list[WorkspaceError] = []
        with hooks.observed_by(fault):
            try:
                files.write_atomically(path, b"new")
            except WorkspaceError as error:
                caught.append(error)
        assert bool(caught) == fault.raised
        assert all(error.hint_zh and ("磁盘已满" in error.zh) == (code == errno.ENOSPC) for error in caught)
        assert path.read_bytes() in ({b"old", b"new"} if caught else {b"new"})
        assert [found.name for found in tmp_path.iterdir()] == ["file"]


@needs_fork
def test_killed_at_every_step_the_file_is_old_or_new(tmp_path: Path) -> None:
    """After a kill at any step the whole old or the whole new file is there; sweeping leaves nothing else."""
    code = """
from inspector.store import files
def prepare(here): (here / "file").write_bytes(b"old")
def act(here): files.write_atomically(here / "file", b"new")
"""
    folders = killed_everywhere(tmp_path, code)
    states = []
    for folder in folders:
        files.sweep(folder)
        assert [path.name for path in folder.iterdir()] == ["file"]
        states.append((folder / "file").read_bytes())
    assert states[0] == b"old"
    assert states[-1] == b"new"
    assert set(states) == {b"old", b"new"}


def test_a_real_size_limit_counts_as_a_full_disk(tmp_path: Path) -> None:
    """A write that the system cuts is reported as a full disk with what is needed; the old file stays."""
    resource = pytest.importorskip("resource")
    path = tmp_path / "file"
    files.write_atomically(path, b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        with pytest.raises(WorkspaceError) as caught:
            files.write_atomically(path, bytes(3_000_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.code == "workspace.disk_full"
    assert "3.0 MB" in caught.value.zh
    assert path.read_bytes() == b"old"
    assert [found.name for found in tmp_path.iterdir()] == ["file"]


def test_sweeping_spares_a_file_that_is_being_written(tmp_path: Path) -> None:
    """A command that starts beside a running program removes only what a dead one left."""
    (tmp_path / ".dead.0011223344556677.tmp").write_bytes(b"half")
    with files.StagedFile(tmp_path / "file") as staged:
        staged.write(b"alive")
        assert files.sweep(tmp_path) == 1
        staged.commit()
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_directories_are_private_and_durable(tmp_path: Path) -> None:
    """Each new directory is for this user alone, and its name is synced; an existing one costs nothing."""
    seen: list[Operation] = []
    with hooks.observed_by(seen.append):
        files.ensure_dir(tmp_path / "a" / "b")
        files.ensure_dir(tmp_path / "a" / "b")
    assert _kinds(seen) == ["mkdir", "fsync_dir", "mkdir", "fsync_dir"]
    if os.name == "posix":
        assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(WorkspaceError):
        files.ensure_dir(tmp_path / "file")


def test_remove_says_whether_there_was_a_file(tmp_path: Path) -> None:
    """Removing is durable, and removing nothing is no error."""
    (tmp_path / "file").write_bytes(b"")
    seen: list[Operation] = []
    with hooks.observed_by(seen.append):
        assert files.remove(tmp_path / "file")
    assert _kinds(seen) == ["remove", "fsync_dir"]
    assert not files.remove(tmp_path / "file")


class _Kernel:
    """MoveFileExW that is refused a number of times, as while a virus scanner reads the target."""

    def __init__(self, refusals: int, code: int) -> None:
        self.refusals, self.code, self.flags = refusals, code, 0
        self.MoveFileExW = self._move

    def _move(self, source: str, target: str, flags: int) -> bool:
        self.flags = flags
        if self.refusals:
            self.refusals -= 1
            return False
        Path(source).replace(target)
        return True


def _windows(monkeypatch: pytest.MonkeyPatch, kernel: _Kernel) -> None:
    ctypes = types.ModuleType("ctypes")
    vars(ctypes).update(
        WinDLL=lambda name, use_last_error: kernel,
        get_last_error=lambda: kernel.code,
        WinError=lambda code: PermissionError(errno.EACCES, f"refused, {code}"),
    )
    monkeypatch.setitem(sys.modules, "ctypes", ctypes)
    monkeypatch.setattr(files, "WINDOWS", True)
    monkeypatch.setattr(files, "_WINDOWS_PAUSE", 0.0)


def test_windows_renames_with_write_through_and_waits_for_a_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows the rename itself is durable, and a scanner that holds the target for a moment is waited for."""
    kernel = _Kernel(refusals=3, code=32)
    _windows(monkeypatch, kernel)
    files.write_atomically(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new"
    assert kernel.flags == 0x9


def test_windows_gives_up_on_a_target_that_stays_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A target that somebody keeps open is an error for people; the old file stays, no temporary one does."""
    _windows(monkeypatch, _Kernel(refusals=1000, code=5))
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(WorkspaceError):
        files.write_atomically(tmp_path / "file", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_bytes() == b"old"


def test_windows_sweeps_only_old_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without locks on temporary files there, age decides."""
    monkeypatch.setattr(files, "WINDOWS", True)
    old, young = tmp_path / ".a.1.tmp", tmp_path / ".b.2.tmp"
    old.write_bytes(b"")
    young.write_bytes(b"")
    os.utime(old, (0, 0))
    assert files.sweep(tmp_path) == 1
    assert young.exists()
