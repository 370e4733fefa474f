"""The parent's side of one decoding child: start it, ask it, give it up when it is late or broken."""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from inspector.evidence import limits
from inspector.evidence.worker import read_frame, write_frame

_BOOT = "import sys; sys.path.append(sys.argv[1]); from inspector.evidence.worker import main; main()"
_MAX_ANSWER = limits.MAX_FILE_BYTES


def worker_command() -> list[str]:
    """How a decoding child is started: this Python, this package, nothing from the current folder."""
    return [sys.executable, "-P", "-B", "-c", _BOOT, str(Path(__file__).resolve().parents[2])]


class ChildLostError(Exception):
    """The child is of no more use; `late` tells whether it was killed for taking too long."""

    def __init__(self, *, late: bool = False) -> None:
        super().__init__("late" if late else "broken")
        self.late = late


class Child:
    """One decoding child. One thread asks it at a time; any thread may `kill` it."""

    def __init__(self, command: Sequence[str]) -> None:
        """Start it and wait for its greeting.

        Raises:
            ChildLostError: it cannot be started or does not greet.
        """
        self.asked = 0
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                start_new_session=os.name == "posix",
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except (OSError, ValueError) as error:
            raise ChildLostError from error
        try:
            self._exchange(None, b"", limits.CHILD_START_SECONDS)
        except BaseException:
            self.dispose()
            raise

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def ask(self, header: Mapping[str, Any], data: bytes, seconds: float) -> tuple[dict[str, Any], bytes]:
        """Send a photo, get the answer.

        Raises:
            ChildLostError: no proper answer in time; dispose of this child.
        """
        self.asked += 1
        return self._exchange(header, data, seconds)

    def _exchange(
        self, header: Mapping[str, Any] | None, data: bytes, seconds: float
    ) -> tuple[dict[str, Any], bytes]:
        # Killing the child is what ends a blocked read or write, on every system alike.
        late = threading.Event()

        def give_up() -> None:
            late.set()
            self.kill()

        timer = threading.Timer(seconds, give_up)
        timer.daemon = True
        timer.start()
        try:
            stdin, stdout = self._process.stdin, self._process.stdout
            if stdin is None or stdout is None:
                raise ChildLostError
            if header is not None:
                write_frame(stdin, header, data)
            got = read_frame(stdout, _MAX_ANSWER)
        except (OSError, ValueError, RecursionError) as error:
            raise ChildLostError(late=late.is_set()) from error
        finally:
            timer.cancel()
        if got is None:
            raise ChildLostError(late=late.is_set())
        return got

    def kill(self) -> None:
        """End the process; a thread that waits for it gets `ChildLostError`."""
        with contextlib.suppress(OSError):
            self._process.kill()

    def dispose(self) -> None:
        """End the process and give back its pipes. Only the thread that asks may call it."""
        self.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):  # what was still to be flushed is of no use
                    stream.close()
        self._process.wait()


def _environment() -> dict[str, str]:
    """This process's environment without our own settings (a child needs no passphrase file)."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INSPECTOR_")}
    return kept | {"MALLOC_ARENA_MAX": "2"}  # threads of a decoder would reserve address space by the arena
