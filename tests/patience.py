"""Waiting for other processes and threads with a bound: a test that waits in vain fails with a sentence."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import subprocess

PATIENCE_SECONDS = 60


@contextmanager
def killed_when_late(process: "subprocess.Popen[Any]", seconds: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Kill a process that is still waited for after so long: whoever reads from it then comes to its end."""
    timer = threading.Timer(seconds, process.kill)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def line_of(process: "subprocess.Popen[Any]", seconds: float = PATIENCE_SECONDS) -> Any:
    """The next line of a process's standard output.

    Raises:
        AssertionError: it ended, or said nothing for so long (then it is killed).
    """
    assert process.stdout is not None
    with killed_when_late(process, seconds):
        line = process.stdout.readline()
    assert line, f"no line within {seconds} s, or an early end: {process.args!r}"
    return line


def end(process: "subprocess.Popen[Any]") -> None:
    """Kill a process that still runs, and close its pipes."""
    process.kill()
    process.wait(PATIENCE_SECONDS)
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()


def join(threads: Iterable[threading.Thread], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until threads have ended.

    Raises:
        AssertionError: one has not.
    """
    for thread in threads:
        thread.join(seconds)
        assert not thread.is_alive(), f"{thread.name} has not ended within {seconds} s"
