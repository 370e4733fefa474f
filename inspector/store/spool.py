"""A place for what is too much for memory and goes again: a file of the workspace, under a key that nobody keeps."""

import os
import threading
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from inspector.store import files

_KEY_BYTES, _NONCE_BYTES = 32, 12
Kept = Callable[[], Iterable[bytes]]
"""Gives back what was kept, each time anew."""


class Spool:
    """Keeps bytes until it is closed. Any thread may use it.

    Where the system can (POSIX) its file has no name, and goes with the process; elsewhere `files.sweep` removes what a killed
    process left. What is left cannot be read: the key is in this process's memory alone.

    Args:
        folder: where the file goes; it is there.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "spool"
        self._lock = threading.Lock()
        self._descriptor: int | None = None
        self._name: Path | None = None
        self._key = os.urandom(_KEY_BYTES)
        self._count = self._end = 0
        self._closed = False

    def keep(self, data: bytes) -> Kept:
        """Keep bytes, and give what gives them back.

        Raises:
            WorkspaceError: the disk does not take them.
        """
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        with self._lock:
            self._count += 1
            nonce = self._count.to_bytes(_NONCE_BYTES, "big")
            sealed = AESGCM(self._key).encrypt(nonce, data, None)
            at = self._end
            with files.disk_errors(self._path, len(sealed)):
                descriptor = self._opened()
                os.lseek(descriptor, at, os.SEEK_SET)
                files.write_all(descriptor, sealed)
            size = len(sealed)
            self._end = at + size
        return partial(self._given, at, size, nonce)

    def close(self) -> None:
        """Forget everything; harmless where it was done."""
        with self._lock:
            self._closed = True
            descriptor, self._descriptor = self._descriptor, None
            if descriptor is not None:
                os.close(descriptor)
            if self._name is not None:
                self._name.unlink(missing_ok=True)
                self._name = None

    def _opened(self) -> int:
        if self._closed:
            raise RuntimeError("the spool is closed")
        if self._descriptor is None:
            self._name, self._descriptor = files.create_temporary(self._path)
            if not files.WINDOWS:
                self._name.unlink()
                self._name = None
        return self._descriptor

    def _given(self, at: int, size: int, nonce: bytes) -> tuple[bytes]:
        return (self._read(at, size, nonce),)

    def _read(self, at: int, size: int, nonce: bytes) -> bytes:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        with self._lock, files.disk_errors(self._path):
            descriptor = self._opened()
            os.lseek(descriptor, at, os.SEEK_SET)
            sealed = bytearray()
            while len(sealed) < size and (more := os.read(descriptor, size - len(sealed))):
                sealed += more
        return AESGCM(self._key).decrypt(nonce, bytes(sealed), None)
