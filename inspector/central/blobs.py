"""Photos in a folder, named by their hash: `ab/abcdef…`. A file has its name only when it is whole and durable."""

import contextlib
from pathlib import Path
from typing import BinaryIO

from inspector.central.identity import fsync_dir, make_private_dir


class Blobs:
    """The photos of a centre."""

    def __init__(self, folder: Path) -> None:
        """Use a folder, made if missing.

        Raises:
            WorkspaceError: it cannot be made.
        """
        make_private_dir(folder)
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where a photo is, or would be. `sha256` must be checked to be one: it becomes a file name."""
        return self.folder / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        """Whether the photo is here."""
        return self.path(sha256).is_file()

    def open(self, sha256: str) -> BinaryIO:
        """The photo for reading.

        Raises:
            FileNotFoundError: it is not here.
        """
        return self.path(sha256).open("rb")

    def adopt(self, part: Path, sha256: str) -> None:
        """Make a finished, verified and synced file on the same disk the photo, durably; one that is here stays."""
        target = self.path(sha256)
        if target.is_file():
            part.unlink(missing_ok=True)
            return
        if not target.parent.is_dir():
            target.parent.mkdir(mode=0o700, exist_ok=True)
            fsync_dir(self.folder)
        part.replace(target)
        fsync_dir(target.parent)

    def remove(self, sha256: str) -> None:
        """Let go of a photo, durably; harmless where it is not here."""
        target = self.path(sha256)
        with contextlib.suppress(FileNotFoundError):
            target.unlink()
            fsync_dir(target.parent)

    def remove_stray(self, part: Path) -> None:
        """Remove a file that is no photo."""
        with contextlib.suppress(FileNotFoundError):
            part.unlink()
