"""The bag of a case file: payload, manifests and the signature over them (docs/case-file.md, "The bag").

Files go to the ZIP one after another; of each only its name and its digests stay in memory.
"""

import hashlib
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from inspector.casefile import sshsig
from inspector.casefile.space import zip_size
from inspector.casefile.zipped import IN_MEMORY_BYTES, Source, ZipWriter

FORMAT = "1"
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
TAGMANIFEST, SIGNATURE, SIGNERS = (
    "tagmanifest-sha256.txt",
    "tagmanifest-sha256.txt.sig",
    "allowed_signers",
)
MANIFESTS = ("manifest-sha256.txt", "manifest-sm3.txt")
_DIGEST_CHARS = 64
_FORMAT_LABEL = "Inspector-Case-Format"
_APART_BYTES = 64 * 1024
"""From which handing bytes to another thread costs less than hashing them."""


class Digest(Protocol):
    """What hashes along."""

    def update(self, data: bytes, /) -> None:
        """Take more bytes."""

    def hexdigest(self) -> str:
        """The hash of what was taken, in hex."""


class _LibrarySm3:
    """SM3 of the cryptography library, in the form of hashlib."""

    def __init__(self) -> None:
        from cryptography.hazmat.primitives import hashes

        self._hash = hashes.Hash(hashes.SM3())

    def update(self, data: bytes) -> None:
        self._hash.update(data)

    def hexdigest(self) -> str:
        return self._hash.copy().finalize().hex()


def sm3() -> Digest:
    """A new SM3 (GB/T 32905): Python's where its OpenSSL has it, else that of the cryptography library."""
    try:
        return hashlib.new("sm3")
    except ValueError:
        return _LibrarySm3()


@dataclass(frozen=True, slots=True)
class Filed:
    """A payload file as it was written: path in the bag, bytes, SHA-256 and SM3 in hex."""

    path: str
    size: int
    sha256: str
    sm3: str


class BagWriter:
    """Writes a bag into a ZIP. A context manager: what is not finished stays as `.part`, and the next one goes on from there.

    Args:
        path: the ZIP.
        folder: the one folder that everything in it lies in.
    """

    def __init__(self, path: Path, folder: str) -> None:
        self._zip = ZipWriter(path)
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="sm3")
        self._folder = folder
        self._files: list[Filed] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._beside.shutdown(cancel_futures=True)
        self._zip.__exit__(kind, error, trace)

    @property
    def written(self) -> int:
        """Bytes of the ZIP so far."""
        return self._zip.written

    @property
    def files(self) -> tuple[Filed, ...]:
        """What was added."""
        return tuple(self._files)

    def payload_sha256(self) -> str:
        """SHA-256 (hex) of `manifest-sha256.txt` as it would be with the files added so far.

        Asked for just before `data/evidence/export.json` is added, it names everything else in the bag: an entry that tells of the
        export can hold it.
        """
        return hashlib.sha256(self._manifest("sha256")).hexdigest()

    def add(self, path: str, data: bytes | Source, *, size: int = -1) -> Filed:
        """Add a payload file, which then is written.

        Args:
            path: in the bag, below `data/`.
            data: the bytes, or what opens them each time anew, in pieces.
            size: bytes of such a source, where known. Above 32 MiB, or unknown, it is read twice.

        Raises:
            ChangedSource: the second reading gave other bytes.
            BadInput: the format has no place for this name.
        """
        if not path.startswith("data/"):
            raise ValueError(f"payload lies below data/: {path}")
        filed = self._write(path, data, size)
        self._files.append(filed)
        return filed

    def finish(
        self,
        *,
        info: Mapping[str, str],
        public: bytes,
        sign: Callable[[bytes], bytes],
        extra: Mapping[str, bytes],
    ) -> int:
        """Write the tag files and the signature, and give the ZIP its name. How many bytes it has.

        Args:
            info: further lines of bag-info.txt, in order.
            public, sign: the exporting device's key, and what signs with it.
            extra: `HOW-TO-VERIFY.txt` and `verify.py`.
        """
        tags = self._tags(info, public, extra)
        lines = []
        for path, data in tags.items():
            lines.append((path, self._write(path, data, len(data)).sha256))
        tagmanifest = _lines(lines)
        self._write(TAGMANIFEST, tagmanifest, len(tagmanifest))
        signature = sshsig.sign(public, tagmanifest, sign)
        self._write(SIGNATURE, signature, len(signature))
        return self._zip.finish()

    def _tags(self, info: Mapping[str, str], public: bytes, extra: Mapping[str, bytes]) -> dict[str, bytes]:
        tags = {
            "bagit.txt": BAGIT,
            "bag-info.txt": bag_info(info, [one.size for one in self._files]),
            MANIFESTS[0]: self._manifest("sha256"),
            MANIFESTS[1]: self._manifest("sm3"),
            SIGNERS: sshsig.allowed_signers(public),
            **extra,
        }
        return dict(sorted(tags.items()))

    def _manifest(self, algorithm: str) -> bytes:
        return _lines([(one.path, getattr(one, algorithm)) for one in self._files])

    def _write(self, path: str, data: bytes | Source, size: int) -> Filed:
        name = f"{self._folder}/{path}"
        if not isinstance(data, bytes) and 0 <= size <= IN_MEMORY_BYTES:
            data = b"".join(data())
        source = _pieces(data)
        measured = _Measured(self._beside)
        for chunk in source():
            measured.take(chunk)
        self._zip.add(name, source(), size=measured.size, crc=measured.crc)
        return Filed(path, measured.size, measured.sha256.hexdigest(), measured.national())


class _Measured:
    """Size, CRC-32 and digests of what passes. SM3, for which processors have no instructions, goes on beside the rest."""

    def __init__(self, beside: ThreadPoolExecutor) -> None:
        self.size = 0
        self.crc = 0
        self.sha256 = hashlib.sha256()
        self._beside = beside
        self._sm3 = sm3()
        self._under_way: Future[None] | None = None

    def take(self, chunk: bytes) -> None:
        self._wait()
        if len(chunk) >= _APART_BYTES:
            self._under_way = self._beside.submit(self._sm3.update, chunk)
        else:
            self._sm3.update(chunk)
        self.size += len(chunk)
        self.crc = zlib.crc32(chunk, self.crc)
        self.sha256.update(chunk)

    def national(self) -> str:
        """The SM3 of all of it, in hex."""
        self._wait()
        return self._sm3.hexdigest()

    def _wait(self) -> None:
        if self._under_way is not None:
            self._under_way.result()
            self._under_way = None


def _pieces(data: bytes | Source) -> Source:
    if not isinstance(data, bytes):
        return data

    def once() -> Iterator[bytes]:
        yield data

    return once


def bag_info(info: Mapping[str, str], sizes: list[int]) -> bytes:
    """The text of bag-info.txt: the format's version, what the caller says, and the payload's measure.

    Raises:
        ValueError: a label or a value would not be one line.
    """
    lines = {_FORMAT_LABEL: FORMAT, **info, "Payload-Oxum": f"{sum(sizes)}.{len(sizes)}"}
    for label, value in lines.items():
        if not f"{label}{value}".isprintable() or ":" in label or value != value.strip():
            raise ValueError("not a line of bag-info.txt")
    return "".join(f"{label}: {value}\n" for label, value in lines.items()).encode()


def bag_size(
    folder: str, payload: Mapping[str, int], *, info: Mapping[str, str], extra: Mapping[str, bytes]
) -> int:
    """The exact size of the ZIP of a bag, before it is written.

    Args:
        payload: bytes of each file, by its path below the folder.
        info, extra: as in `BagWriter.finish`.
    """
    manifest = sum(_DIGEST_CHARS + 3 + len(path.encode()) for path in payload)
    key = bytes(32)
    tags = {
        "bagit.txt": len(BAGIT),
        "bag-info.txt": len(bag_info(info, list(payload.values()))),
        MANIFESTS[0]: manifest,
        MANIFESTS[1]: manifest,
        SIGNERS: len(sshsig.allowed_signers(key)),
        **{path: len(data) for path, data in extra.items()},
    }
    tagmanifest = sum(_DIGEST_CHARS + 3 + len(path.encode()) for path in tags)
    ends = {TAGMANIFEST: tagmanifest, SIGNATURE: len(sshsig.sign(key, b"", lambda _: bytes(64)))}
    members = [*payload.items(), *sorted(tags.items()), *ends.items()]
    return zip_size((f"{folder}/{path}", size) for path, size in members)


def _lines(digests: list[tuple[str, str]]) -> bytes:
    return "".join(f"{digest}  {path}\n" for path, digest in digests).encode()
