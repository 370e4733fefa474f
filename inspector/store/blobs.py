"""Photos on the laptop: content-addressed, encrypted, immutable files of at most 32 MiB.

The name of a photo is the SHA-256 of its original bytes; the name of its file is an HMAC of that, so that a
known photo cannot be looked for without the key. `put` returns when the file is durable, and only then may an
entry name it. A photo that is still being downloaded lives in `arriving/` and becomes one when it is whole.
"""

import contextlib
import hashlib
import hmac
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from inspector.errors import BadInput, Damaged, InspectorError, NotFound, Problem
from inspector.store import envelope, files
from inspector.store.datakey import DataKey
from inspector.store.envelope import Broken, Head
from inspector.store.files import hooks

LIMIT = 32 * 1024 * 1024
"""The largest photo, bytes."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_SUFFIX = ".blob"
_ARRIVING_SUFFIX = ".part"


@dataclass(frozen=True, slots=True)
class BlobState:
    """What `check_all` found in one file.

    Attributes:
        file: its name in the folder.
        sha256: the photo in it, as far as its head could be read.
        problem: what is wrong with it; None when all of it is as it was stored.
    """

    file: str
    sha256: str | None
    problem: Problem | None


class BlobStore:
    """The photos in one folder. Any number of threads and processes may use one folder at once."""

    def __init__(self, directory: Path, data_key: DataKey) -> None:
        self.directory = directory
        self._arriving = directory / "arriving"
        self._data_key = data_key

    def put(self, data: bytes) -> str:
        """Keep a photo; durable when this returns. Keeping the same bytes again changes nothing.

        Returns: its SHA-256, 64 hex digits.

        Raises:
            BadInput: larger than 32 MiB.
            WorkspaceError: not kept; the disk is full or does not take it.
        """
        if len(data) > LIMIT:
            size = len(data) / 1_048_576
            raise BadInput(
                f"照片有 {size:.1f} MiB，超过 {LIMIT // 1_048_576} MiB 的上限，没有导入。",
                f"The photo has {size:.1f} MiB, more than {LIMIT // 1_048_576} MiB; it was not imported.",
                hint=(
                    "用相机或手机的较小尺寸重存一份。",
                    "Save a smaller copy with the camera or the phone.",
                ),
                code="blob.too_large",
            )
        sha256 = hashlib.sha256(data).hexdigest()
        path = self._path(sha256)
        files.ensure_dir(self.directory)
        if self._is_whole(sha256):
            # Whoever stored it may have been killed before its name was durable.
            with files.disk_errors(path):
                files.fsync_dir(self.directory)
            return sha256
        pieces = envelope.seal(
            self._data_key.blob_key, bytes.fromhex(sha256), data, os.urandom(envelope.SALT_BYTES)
        )
        with files.disk_errors(path, len(data)), files.StagedFile(path) as staged:
            for piece in pieces:
                staged.write(piece)
            staged.commit()
        hooks.point("blob.kept")
        return sha256

    def get(self, sha256: str) -> bytes:
        """The original bytes, checked against their name.

        Raises:
            NotFound: this photo is not on this laptop.
            Damaged: its file is not what was stored.
            WorkspaceError: its file cannot be read.
        """
        with _examined(self._path(sha256), sha256) as stream:
            head = self._head(stream, sha256)
            data = b"".join(envelope.open_chunks(head, stream, 0, head.chunks))
            if hashlib.sha256(data).hexdigest() != sha256:
                raise Broken("内容与名称不符", "its content does not have its name")
            return data

    def open_range(self, sha256: str, offset: int, length: int) -> bytes:
        """At most `length` original bytes from `offset` on, authenticated without reading the others.

        Returns: fewer bytes at the end of the photo, none beyond it.

        Raises:
            NotFound, Damaged: as `get`; only the chunks that were read are checked.
            ValueError: a negative offset or length.
        """
        if offset < 0 or length < 0:
            raise ValueError("offset and length are not negative")
        with _examined(self._path(sha256), sha256) as stream:
            head = self._head(stream, sha256)
            end = min(offset + length, head.size)
            if end <= offset:
                return b""
            first, last = offset // head.chunk, (end - 1) // head.chunk
            data = b"".join(envelope.open_chunks(head, stream, first, last - first + 1))
        return data[offset - first * head.chunk : end - first * head.chunk]

    def has(self, sha256: str) -> bool:
        """Whether there is a file for this photo. Whether it is whole says `get`."""
        return self._path(sha256).is_file()

    def size(self, sha256: str) -> int:
        """How many original bytes the photo has.

        Raises:
            NotFound, Damaged: as `get`; only the head is checked.
        """
        with _examined(self._path(sha256), sha256) as stream:
            return self._head(stream, sha256).size

    def names(self) -> Iterator[str]:
        """The SHA-256 of every photo whose head can be read. `check_all` tells about the others."""
        for path in self._files():
            try:
                yield self._name_in(path)
            except (Broken, InspectorError):
                continue

    def check_all(self) -> Iterator[BlobState]:
        """Read and check every byte of every file in the folder, one state a file. Changes nothing."""
        for path in self._files():
            sha256: str | None = None
            try:
                sha256 = self._name_in(path)
                self.get(sha256)
            except Broken as broken:
                yield BlobState(path.name, None, Problem(path.name, broken.zh, broken.en))
            except InspectorError as error:
                yield BlobState(path.name, sha256, Problem(path.name, error.zh, error.en))
            else:
                yield BlobState(path.name, sha256, None)
        for path in self._strays():
            problem = Problem(path.name, "不是本程序的文件", "not a file of this program", "warning")
            yield BlobState(path.name, None, problem)

    def remove(self, sha256: str) -> bool:
        """Remove a photo that nothing names any more. False when there was none.

        Raises:
            WorkspaceError: it is still there.
        """
        return files.remove(self._path(sha256))

    def sweep(self) -> int:
        """Remove unfinished files whose writer is gone. Returns how many. For the start of the program."""
        folders = [folder for folder in (self.directory, self._arriving) if folder.is_dir()]
        return sum(files.sweep(folder) for folder in folders)

    # Photos that are still arriving. One process at a time downloads (the sync lock).

    def begin_partial(self, sha256: str) -> int:
        """Start or go on receiving a photo.

        Returns: how many bytes are here already; `append_partial` goes on from there.

        Raises:
            WorkspaceError: the disk does not take it.
        """
        path = self._partial_path(sha256)
        files.ensure_dir(self._arriving)
        if self._frames_end(path)[0] == 0:
            files.append(path, 0, envelope.arriving_start(os.urandom(envelope.SALT_BYTES)))
            return 0
        end, received = envelope.START_BYTES, 0
        for position, data in self._frames(sha256):
            end, received = position, received + len(data)
        files.append(path, end, b"")
        return received

    def append_partial(self, sha256: str, offset: int, data: bytes) -> int:
        """Add bytes that came from the network, at the offset where the last ones ended.

        Bytes that a kill cut are forgotten, bytes of whole appends stay. Not synced: what a power cut takes
        is noticed and fetched again.

        Returns: the offset to go on from.

        Raises:
            NotFound: `begin_partial` was not called for it.
            BadInput: another offset than the end ("blob.offset"), or beyond 32 MiB ("blob.too_large").
            WorkspaceError: the disk does not take it; what had arrived before stays.
        """
        path = self._partial_path(sha256)
        end, received = self._frames_end(path)
        if end == 0:
            raise _missing(sha256)
        if offset != received or offset + len(data) > LIMIT:
            raise BadInput(
                f"照片 {sha256[:12]} 应从第 {received} 字节接着，收到的从第 {offset} 字节起。",
                f"Photo {sha256[:12]} goes on at byte {received}; got {len(data)} bytes for byte {offset}.",
                hint=("再同步一次即可。", "Sync again."),
                code="blob.offset" if offset != received else "blob.too_large",
            )
        with _examined(path, sha256) as stream:
            start = stream.read(envelope.START_BYTES)
        frame = envelope.seal_frame(
            self._data_key.blob_key,
            start,
            data,
            sha256=bytes.fromhex(sha256),
            offset=offset,
            nonce=os.urandom(envelope.NONCE_BYTES),
        )
        files.append(path, end, frame)
        return received + len(data)

    def finish_partial(self, sha256: str) -> None:
        """Make the arrived bytes a photo, durable when this returns. Harmless when it is one already.

        Raises:
            NotFound: nothing of it has arrived.
            Damaged: the bytes do not have that SHA-256; they are dropped, to be fetched anew.
            WorkspaceError: the disk does not take it; the arrived bytes stay.
        """
        path = self._partial_path(sha256)
        if not path.exists():
            if self._is_whole(sha256):
                return
            raise _missing(sha256)
        data = b"".join(part for _, part in self._frames(sha256))
        if hashlib.sha256(data).hexdigest() != sha256:
            files.remove(path)
            raise Damaged(
                f"下载的照片 {sha256[:12]} 与它的名称不符，已丢弃。其他内容没有改动。",
                f"What arrived as photo {sha256[:12]} is something else; it was dropped.",
                hint=("下次同步会重新下载。", "The next sync fetches it again."),
                code="blob.download",
            )
        self.put(data)
        files.remove(path)

    def drop_partial(self, sha256: str) -> bool:
        """Forget what has arrived of a photo. False when nothing had."""
        return files.remove(self._partial_path(sha256))

    def _frames_end(self, path: Path) -> tuple[int, int]:
        try:
            with path.open("rb") as stream:
                return envelope.frames_end(stream, os.fstat(stream.fileno()).st_size)
        except FileNotFoundError:
            return 0, 0
        except OSError as error:
            raise files.unreadable(error, path) from error

    def _frames(self, sha256: str) -> Iterator[tuple[int, bytes]]:
        with _examined(self._partial_path(sha256), sha256) as stream:
            yield from envelope.open_frames(self._data_key.blob_key, stream, bytes.fromhex(sha256), LIMIT)

    def _path(self, sha256: str) -> Path:
        return self.directory / f"{self._hidden('blob', sha256)}{_SUFFIX}"

    def _partial_path(self, sha256: str) -> Path:
        return self._arriving / f"{self._hidden('arriving', sha256)}{_ARRIVING_SUFFIX}"

    def _hidden(self, kind: str, sha256: str) -> str:
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"not a SHA-256: {sha256!r}")
        return hmac.digest(self._data_key.blob_key, f"{kind}/{sha256}".encode(), "sha256").hex()

    def _files(self) -> list[Path]:
        return sorted(self.directory.glob(f"*{_SUFFIX}"))

    def _strays(self) -> list[Path]:
        known = (_SUFFIX, files.TEMPORARY)
        everything = sorted(self.directory.iterdir()) if self.directory.is_dir() else []
        return [path for path in everything if path != self._arriving and not path.name.endswith(known)]

    def _name_in(self, path: Path) -> str:
        """The SHA-256 in the head of a file, which must be the one that the file's name was made of."""
        try:
            with path.open("rb") as stream:
                head = envelope.open_head(self._data_key.blob_key, stream, os.fstat(stream.fileno()).st_size)
        except OSError as error:
            raise files.unreadable(error, path) from error
        sha256 = head.sha256.hex()
        if self._path(sha256).name != path.name:
            raise Broken("文件被改名", "the file was renamed")
        return sha256

    def _head(self, stream: BinaryIO, sha256: str) -> Head:
        head = envelope.open_head(self._data_key.blob_key, stream, os.fstat(stream.fileno()).st_size)
        if head.sha256.hex() != sha256:
            raise Broken("里面是另一张照片", "another photo is in it")
        return head

    def _is_whole(self, sha256: str) -> bool:
        try:
            self.get(sha256)
        except (NotFound, Damaged):
            return False
        return True


@contextlib.contextmanager
def _examined(path: Path, sha256: str) -> Iterator[BinaryIO]:
    """The open file of a photo; what the block finds wrong with it is said for people."""
    try:
        with path.open("rb") as stream:
            yield stream
    except FileNotFoundError:
        raise _missing(sha256) from None
    except Broken as broken:
        raise _damaged(path, sha256, broken) from None
    except OSError as error:
        raise files.unreadable(error, path) from error


def _missing(sha256: str) -> NotFound:
    return NotFound(
        f"照片 {sha256[:12]} 不在这台电脑上。",
        f"Photo {sha256[:12]} is not on this laptop.",
        hint=("同步后会下载。", "Sync fetches it."),
        code="blob.missing",
    )


def _damaged(path: Path, sha256: str, broken: Broken) -> Damaged:
    return Damaged(
        f"照片 {sha256[:12]} 的文件 {path.name} 已损坏：{broken.zh}。其他照片和记录没有受影响。",
        f"The file {path.name} of photo {sha256[:12]} is damaged: {broken.en}. Nothing else is affected.",
        hint=(
            "保留这个文件；中心或其他电脑上的同一张照片可以替换它。",
            "Keep the file; the same photo from the centre or another laptop can replace it.",
        ),
        code="blob.damaged",
    )
