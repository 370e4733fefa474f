"""The process that sets one document: what typst keeps between documents goes with it.

It reads one JSON document from standard input, writes the file to standard output and ends. Nothing else of ours is in it.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

MEMORY_BYTES = 4 * 1024**3
"""Address space of the process, where the system can bound it (POSIX): threads reserve far more than they use."""
SECONDS = 300
"""For one document."""
_REFUSED = 3
_BOOT = "import sys; sys.path.append(sys.argv[1]); from inspector.export.typeset_child import main; main()"


class NotSetError(Exception):
    """There is no file; `reason` is what typst says, empty where the process was late, too large or broken."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason or "late, too large or broken")
        self.reason = reason


def compile_apart(sources: Mapping[str, str], fonts: Sequence[str], how: Mapping[str, Any]) -> bytes:
    """A document, made by a process of its own.

    Args:
        sources: texts of the files by name; `main.typ` is the document.
        how: what else `typst.compile` is told.

    Raises:
        NotSetError: no file came of it.
    """
    asked = json.dumps({"sources": dict(sources), "fonts": list(fonts), "how": dict(how)}).encode("ascii")
    command = [sys.executable, "-P", "-B", "-c", _BOOT, str(Path(__file__).resolve().parents[2])]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command,
            input=asked,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={name: value for name, value in os.environ.items() if not name.startswith("INSPECTOR_")},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotSetError from error
    if done.returncode == _REFUSED:
        raise NotSetError(done.stderr.decode("utf-8", "replace"))
    if done.returncode != 0 or not done.stdout:
        raise NotSetError
    return done.stdout


def main() -> None:
    """Set what standard input asks for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one that waits for it decides
    import typst

    _bound()
    asked = json.loads(sys.stdin.buffer.read())
    sources = {name: text.encode("utf-8") for name, text in asked["sources"].items()}
    try:
        made = typst.compile(sources, font_paths=asked["fonts"], ignore_system_fonts=True, **asked["how"])
    except typst.TypstError as fault:
        sys.stderr.buffer.write(str(fault).encode("utf-8", "replace"))
        sys.stderr.buffer.flush()
        sys.exit(_REFUSED)
    sys.stdout.buffer.write(made)
    sys.stdout.buffer.flush()


def _bound() -> None:
    """Bound the memory; no core dump ever holds a paper."""
    if sys.platform != "win32":
        import resource

        bounds = ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0))
        for which, most in bounds:
            with contextlib.suppress(ValueError, OSError):  # macOS refuses some
                resource.setrlimit(which, (most, most))


if __name__ == "__main__":
    main()
