"""Taking photos in pieces (tus 1.0): part files, what is durable of them, and the check at the end.

`offset` in the database counts only bytes that were synced; what a part file has beyond it is written again. Of two
connections for one upload the newer wins: the older stops at its next write.
"""

import base64
import binascii
import contextlib
import hashlib
import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from inspector.central.accounts import Device
from inspector.central.blobs import Blobs
from inspector.central.identity import make_private_dir
from inspector.central.photos import Upload
from inspector.central.problems import ProblemError
from inspector.central.storage import Storage

STALE_SECONDS = 30 * 86_400


class Uploads:
    """The uploads of a centre: which connection writes which part file."""

    def __init__(self, folder: Path, blobs: Blobs, storage: Storage) -> None:
        """Use a folder on the disk of the photos, made if missing."""
        make_private_dir(folder)
        self.folder = folder
        self.blobs = blobs
        self.storage = storage
        self._lock = threading.Lock()
        self._gates = [threading.Lock() for _ in range(64)]
        self._newest: dict[str, Chunk] = {}

    def create(self, device: Device, *, sha256: str, length: int) -> Upload:
        """Begin an upload, or find it again where it really stands. Raises as `photos.begin_upload`."""
        upload = self.storage.begin_upload(device, sha256=sha256, length=length)
        if upload.complete and not self.blobs.has(sha256):
            self.storage.lose_photo(sha256)
            upload = self.storage.begin_upload(device, sha256=sha256, length=length)
        return self.settled(device, upload)

    def settled(self, device: Device, upload: Upload) -> Upload:
        """The upload as the disk has it, after a crash between disk and database or the loss of a part file."""
        if upload.complete:
            return upload
        if self.blobs.has(upload.sha256) and self.storage.needs_no_bytes(device, upload.sha256):
            offset = upload.length
        elif _length_of(self.part(upload)) < upload.offset:
            offset = 0
        else:
            return upload
        self.storage.advance_upload(upload, offset)
        return replace(upload, offset=offset)

    def part(self, upload: Upload) -> Path:
        """Where the bytes so far are."""
        return self.folder / f"{upload.id}.part"

    def stand(self, device: Device, name: str) -> Upload:
        """Where an upload stands, once whoever writes it now has stopped; what that one has written is kept.

        Raises:
            ProblemError: upload.unknown.
        """
        with self._gate(name):
            return self._interrupted(device, name)

    def begin(self, device: Device, name: str, offset: int, checksum: bytes | None) -> "Chunk":
        """Begin to take a chunk at `offset`; whoever writes this upload now stops.

        Raises:
            ProblemError: upload.unknown; upload.offset, with where the upload stands.
        """
        with self._gate(name):
            upload = self._interrupted(device, name)
            if offset != upload.offset:
                raise ProblemError("upload.offset", offset=upload.offset)
            chunk = Chunk(self, upload, checksum)
            with self._lock:
                self._newest[name] = chunk
            return chunk

    def _gate(self, name: str) -> threading.Lock:
        """One at a time may take an upload over; most uploads do not wait for each other."""
        return self._gates[hash(name) % len(self._gates)]

    def _interrupted(self, device: Device, name: str) -> Upload:
        with self._lock:
            older = self._newest.get(name)
        if older is not None and older.upload.device == device.id:
            older.abandon()
        return self.settled(device, self.storage.upload(device, name))

    def forget(self, chunk: "Chunk") -> None:
        """The chunk is done."""
        with self._lock:
            if self._newest.get(chunk.upload.id) is chunk:
                del self._newest[chunk.upload.id]

    def complete(self, upload: Upload, digest: bytes | None) -> None:
        """Verify a part file that has all its bytes, durably, and make it the photo.

        Args:
            digest: SHA-256 of the whole where it arrived in one piece; None to read the file.

        Raises:
            ProblemError: photo.mismatch; the part is dropped.
        """
        part = self.part(upload)
        if (digest or _digest_of(part)).hex() != upload.sha256:
            self.storage.drop_upload(upload)
            self.blobs.remove_stray(part)
            raise ProblemError("photo.mismatch")
        self.blobs.adopt(part, upload.sha256)

    def sweep(self) -> None:
        """Forget uploads that nobody went on with, and photos that were destroyed."""
        for name in self.storage.forget_stale_uploads(STALE_SECONDS):
            self.blobs.remove_stray(self.folder / f"{name}.part")
        self.let_go()

    def let_go(self) -> None:
        """Remove the files of photos that were destroyed."""
        gone = self.storage.doomed_photos()
        for sha256 in gone:
            self.blobs.remove(sha256)
        if gone:
            self.storage.forget_doomed(gone)


class Chunk:
    """A chunk while it arrives. Its methods block and are called from threads."""

    def __init__(self, uploads: Uploads, upload: Upload, checksum: bytes | None) -> None:
        self.upload = upload
        self._uploads = uploads
        self._checksum = checksum
        self._digest = hashlib.sha256()
        self._lock = threading.Lock()
        self._file: BinaryIO | None = None
        self._offset = upload.offset
        self._done = False

    def write(self, data: bytes) -> None:
        """Add bytes to the part file.

        Raises:
            ProblemError: request.too_large (beyond the upload's length), upload.offset (a newer connection took over).
        """
        with self._lock:
            if self._done:
                raise ProblemError("upload.offset")
            if self._offset + len(data) > self.upload.length:
                raise ProblemError("request.too_large", limit=self.upload.length)
            if self._file is None:
                self._file = _open_part(self._uploads.part(self.upload), self.upload.offset)
            self._file.write(data)
            self._offset += len(data)
            self._digest.update(data)

    def finish(self, *, whole: bool = False) -> int:
        """Make durable what arrived and return the new offset; harmless to repeat.

        Args:
            whole: the chunk arrived to its end. A chunk that was cut off is kept too, unless it has a checksum.

        Raises:
            ProblemError: photo.mismatch (the chunk is not its checksum's, or the whole is not the photo's),
                upload.offset (a newer connection took over).
        """
        with self._lock:
            if self._done:
                if whole:
                    raise ProblemError("upload.offset")
                return self._offset
            self._done = True
            try:
                return self._settle(whole=whole)
            finally:
                if self._file is not None:
                    self._file.close()
                self._uploads.forget(self)

    def abandon(self) -> None:
        """The connection is gone: keep what can be kept, raise nothing."""
        with contextlib.suppress(ProblemError, OSError):
            self.finish()

    def _settle(self, *, whole: bool) -> int:
        if self._checksum is not None and (not whole or self._digest.digest() != self._checksum):
            self._offset = self.upload.offset
            if whole:
                raise ProblemError("photo.mismatch", offset=self._offset)
            return self._offset
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        if self._offset == self.upload.length and not self.upload.complete:
            self._uploads.complete(self.upload, None if self.upload.offset else self._digest.digest())
        if self._offset != self.upload.offset:
            self._uploads.storage.advance_upload(self.upload, self._offset)
        return self._offset


def _open_part(path: Path, offset: int) -> BinaryIO:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
    file = os.fdopen(descriptor, "rb+")
    file.truncate(offset)
    file.seek(offset)
    return file


def _digest_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _length_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def read_checksum(header: str) -> bytes | None:
    """The digest of an Upload-Checksum header; None without one.

    Raises:
        ProblemError: request.malformed: not "sha256 BASE64".
    """
    if not header:
        return None
    algorithm, _, text = header.partition(" ")
    try:
        digest = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if algorithm != "sha256" or len(digest) != hashlib.sha256().digest_size:
        raise ProblemError("request.malformed", reason="Upload-Checksum is sha256 and base64")
    return digest


def read_metadata(header: str) -> dict[str, str]:
    """The pairs of an Upload-Metadata header.

    Raises:
        ProblemError: request.malformed.
    """
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in header[:4096].split(","))):
        key, _, text = pair.partition(" ")
        try:
            found[key] = base64.b64decode(text.strip(), validate=True).decode("utf-8")
        except (binascii.Error, ValueError) as error:
            raise ProblemError("request.malformed", reason="Upload-Metadata is key and base64") from error
    return found
