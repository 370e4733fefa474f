"""The most memory that a command held.

A process counts the memory of the one that started it as its own until it loads its program; so a small one has to start it.
"""

import subprocess
import sys
from collections.abc import Collection, Sequence

_LAUNCHER = """
import os, sys
child = os.fork()
if child == 0:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.execv(sys.argv[1], sys.argv[1:])
_, status, used = os.wait4(child, 0)
print(os.waitstatus_to_exitcode(status), used.ru_maxrss)
"""
_SMALL = "import subprocess, sys; sys.exit(subprocess.run(sys.argv[1:]).returncode)"


def from_small(command: Sequence[str]) -> list[str]:
    """The command that starts this one from a small process, so that its account of memory is its own."""
    return [sys.executable, "-c", _SMALL, *command]


def peak_of(command: Sequence[str], statuses: Collection[int]) -> float:
    """Run a command to its end: the megabytes of its peak.

    Raises:
        RuntimeError: it ended with another status than these.
    """
    found = subprocess.run(
        [sys.executable, "-c", _LAUNCHER, *command], capture_output=True, text=True, check=True
    )
    status, kilobytes = map(int, found.stdout.split())
    if status not in statuses:
        raise RuntimeError(f"the status is {status}: {found.stderr[-2000:]}")
    return kilobytes / 1024
