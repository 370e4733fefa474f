"""The most memory that a command held."""

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


def peak_of(command: Sequence[str], statuses: Collection[int]) -> float:
    """Run a command to its end: the megabytes of its peak.

    Raises:
        RuntimeError: it ended with another status than these.
    """
    # A process counts the memory of the one that started it as its own until it loads its program; so a small one starts it.
    found = subprocess.run(
        [sys.executable, "-c", _LAUNCHER, *command], capture_output=True, text=True, check=True
    )
    status, kilobytes = map(int, found.stdout.split())
    if status not in statuses:
        raise RuntimeError(f"the status is {status}: {found.stderr[-2000:]}")
    return kilobytes / 1024
