"""Faults for tests of the store: a process that is killed at every change it makes, and a disk that fails at each."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from inspector.store.files import Operation
from tests.patience import line_of

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks one child for each kill")

_DRIVER = """
import os, signal, sys
from pathlib import Path
from inspector.store.files import hooks
{shared}
base = Path(sys.argv[1])
at = 0
while True:
    at += 1
    here = base / f"{{at:03d}}"
    here.mkdir()
    child = os.fork()
    if child == 0:
        prepare(here)
        left = at
        def observe(operation):
            global left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        with hooks.observed_by(observe):
            act(here)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status):
        sys.exit(os.WEXITSTATUS(status))
"""


def killed_everywhere(base: Path, code: str) -> list[Path]:
    """Run `act(here)` of `code` once for every change it makes, killed (SIGKILL) right before that change.

    `prepare(here)` runs before, undisturbed. Returns the folders, in order; in the last one nothing was killed.
    """
    done = subprocess.run(
        [sys.executable, "-c", _DRIVER.format(shared=code), str(base)], capture_output=True, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode()
    return sorted(base.iterdir())


class FailAt:
    """An observer that fails one change.

    Attributes:
        reached: whether there were that many changes and points.
        raised: whether it failed one (a point cannot fail).
    """

    def __init__(self, at: int, error: OSError) -> None:
        self._left, self._error = at, error
        self.reached = self.raised = False

    def __call__(self, operation: Operation) -> None:
        self._left -= 1
        if self._left == 0:
            self.reached = True
            self.raised = operation.kind != "point"
            if self.raised:
                raise self._error


def failing_everywhere(code: int) -> Iterator[FailAt]:
    """An observer for each change in turn that makes it fail with `code`; in the last round nothing fails."""
    for at in range(1, 200):
        fault = FailAt(at, OSError(code, os.strerror(code)))
        yield fault
        if not fault.reached:
            return
    raise AssertionError("the action never ends")


def everything_on_disk(folder: Path) -> bytes:
    """The bytes and the names of all files below a folder."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return b"\n".join(path.name.encode() + b"\n" + path.read_bytes() for path in files)


def start_holder(code: str, *arguments: str) -> "subprocess.Popen[bytes]":
    """Another interpreter that runs `code`, says "ready" by its first line, and waits for its input to end."""
    text = f"import sys\n{code}\nprint('ready', flush=True)\nsys.stdin.read()\n"
    other = subprocess.Popen(
        [sys.executable, "-c", text, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert line_of(other).strip() == b"ready"
    return other


def end_holder(other: "subprocess.Popen[bytes]", *, kill: bool) -> None:
    """End it, by SIGKILL or in good order."""
    if kill:
        other.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
    other.communicate(timeout=20)
