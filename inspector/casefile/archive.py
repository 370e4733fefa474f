"""Reading the ZIP and the bag of a case file: once, as a stream, nothing extracted (docs/case-file.md, "The ZIP", "The bag").

Every header is made by `zipped` from what the local header says, and the bytes must be these; so there is one reading of the file.
"""

import hashlib
import re
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from inspector.casefile import sshsig
from inspector.casefile.bag import BAGIT, FORMAT, MANIFESTS, SIGNATURE, SIGNERS, TAGMANIFEST, sm3
from inspector.casefile.evidence import FILES, FOLDER
from inspector.casefile.verdict import Reason, StopError, Verdict, malformed
from inspector.casefile.zipped import (
    CHUNK_BYTES,
    Placed,
    directory_header,
    end_records,
    local_header,
    name_fault,
)
from inspector.journal.canonical import MalformedError
from inspector.journal.keys import verify

MAX_MEMBERS = 200_000
MAX_TAG_BYTES = 64 * 1024 * 1024
_PAYLOAD = re.compile(r"data/(documents|photos|photos-masked|contact-sheets)/.+")
_TAGS = frozenset({"bagit.txt", "bag-info.txt", *MANIFESTS, SIGNERS, "HOW-TO-VERIFY.txt", "verify.py"})
_LAST = [TAGMANIFEST, SIGNATURE]
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_VERSION = b"Inspector-Case-Format: "
_FIXED = struct.Struct("<I5H3I2H")
_EXTRA_BYTES = 20


@dataclass(frozen=True, slots=True)
class Found:
    """A member as it was read: size, digests in hex, and where its content begins in the file."""

    size: int
    sha256: str
    sm3: str
    at: int


class Archive:
    """The members of a case file's ZIP by their path in the bag, and the content of its tag files.

    Raises:
        StopError: the ZIP is not of the format.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._length = file.seek(0, 2)
        self.folder = ""
        self.members: dict[str, Found] = {}
        self.tags: dict[str, bytes] = {}
        self.reasons: list[Reason] = []
        file.seek(0)
        self._check_end(self._members())

    def _members(self) -> list[Placed]:
        placed: list[Placed] = []
        names: set[str] = set()
        while (found := self._next()) is not None:
            path = self._path(found.name)
            if found.name.casefold() in names or len(placed) >= MAX_MEMBERS:
                raise malformed(found.name, "文件名重复或文件过多", "a name twice, or too many files")
            if self.tags and path.startswith("data/"):
                raise malformed(found.name, "次序不对", "is out of order")
            names.add(found.name.casefold())
            placed.append(found)
            self._take(path, found)
        return placed

    def _next(self) -> Placed | None:
        """The next member by its local header; None where the directory begins."""
        offset = self._file.tell()
        fixed = self._file.read(_FIXED.size)
        if fixed[:4] != b"PK\x03\x04":
            self._file.seek(offset)
            return None
        if len(fixed) < _FIXED.size:
            raise _cut()
        *_, crc, _packed, size, name_length, extra_length = _FIXED.unpack(fixed)
        raw, extra = self._file.read(name_length), self._file.read(extra_length)
        if len(extra) == _EXTRA_BYTES:
            size = int.from_bytes(extra[4:12], "little")
        try:
            name = raw.decode()
        except UnicodeDecodeError as error:
            raise malformed("ZIP", "文件名不是 UTF-8", "a name that is not UTF-8") from error
        if local_header(name, size, crc) != fixed + raw + extra:
            raise malformed(name, "ZIP 头部不符合格式", "a ZIP header is not of the format")
        return Placed(name, size, crc, offset)

    def _path(self, name: str) -> str:
        folder, _, path = name.partition("/")
        self.folder = self.folder or folder
        evidence = path.startswith(FOLDER) and path.removeprefix(FOLDER) in FILES
        known = evidence or path in _TAGS or path in _LAST or _PAYLOAD.fullmatch(path) is not None
        if folder != self.folder or not known or name_fault(name):
            raise malformed(name, "案卷文件中不应有此文件", "a case file has no such file")
        return path

    def _take(self, path: str, placed: Placed) -> None:
        at, left, crc = self._file.tell(), placed.size, 0
        payload = path.startswith("data/")
        if at + left > self._length:
            raise _cut()
        if not payload and left > MAX_TAG_BYTES:
            raise malformed(path, "文件过大", "the file is too large")
        sha256, national = hashlib.sha256(), sm3()
        kept = bytearray()
        while left:
            chunk = self._file.read(min(left, CHUNK_BYTES))
            if not chunk:
                raise _cut()
            left -= len(chunk)
            crc = zlib.crc32(chunk, crc)
            sha256.update(chunk)
            if payload:
                national.update(chunk)
            else:
                kept += chunk
        if crc != placed.crc:
            self.reasons.append(
                _tampered(path, "内容与 ZIP 校验值不符", "the content does not fit its CRC-32")
            )
        if not payload:
            self.tags[path] = bytes(kept)
        self.members[path] = Found(placed.size, sha256.hexdigest(), national.hexdigest(), at)

    def _check_end(self, placed: Iterable[Placed]) -> None:
        start, count = self._file.tell(), 0
        for one in placed:
            expected = directory_header(one)
            count += 1
            if self._file.read(len(expected)) != expected:
                raise malformed(one.name, "目录与成员不符", "the directory does not fit the members")
        end = end_records(count, self._file.tell() - start, start)
        if self._file.read(len(end) + 1) != end or list(self.members)[-2:] != _LAST:
            raise malformed(
                "ZIP", "不是案卷文件的 ZIP，或结尾不对", "not the ZIP of a case file, or its end is off"
            )

    def payload(self) -> list[str]:
        """The payload files, in order."""
        return [path for path in self.members if path.startswith("data/")]

    def lines(self, path: str, longest: int) -> Iterator[bytes]:
        """The lines of a payload file without their LF, read again.

        Raises:
            StopError: a line is longer or has no LF, or the file is not what it was when it was read first.
        """
        member, done = self.members[path], 0
        digest = hashlib.sha256()
        while done < member.size:
            self._file.seek(member.at + done)
            line = self._file.readline(min(longest + 1, member.size - done))
            if not line.endswith(b"\n"):
                raise malformed(path)
            done += len(line)
            digest.update(line)
            yield line[:-1]
        if digest.hexdigest() != member.sha256:
            raise malformed(path, "读取时文件发生变化", "the file changed while it was read")

    def text(self, path: str, longest: int) -> str:
        """A payload file that is one text, read again.

        Raises:
            StopError: too long, not UTF-8, or not what it was when it was read first.
        """
        member = self.members[path]
        self._file.seek(member.at)
        data = self._file.read(min(member.size, longest + 1))
        if hashlib.sha256(data).hexdigest() != member.sha256:
            raise malformed(path, "文件过大或读取时发生变化", "is too large, or changed while it was read")
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            raise malformed(path) from error


def check_bag(archive: Archive) -> tuple[bytes, list[Reason]]:
    """The key that signed the bag, and everything wrong in it.

    Raises:
        StopError: nothing else can be said of it.
    """
    _check_version(archive)
    reasons = list(archive.reasons)
    tagmanifest = archive.tags[TAGMANIFEST]
    public = _signer(archive.tags[SIGNATURE], tagmanifest)
    if public is None:
        said = _tampered(SIGNATURE, "导出设备的签名无效", "the exporting device's signature does not hold")
        raise StopError(*reasons, said)
    listed = _manifest(TAGMANIFEST, tagmanifest, reasons)
    reasons += _compare(archive, listed, [path for path in archive.tags if path not in _LAST])
    reasons += [_missing(path) for path in sorted(_TAGS - archive.tags.keys() - listed.keys())]
    if archive.tags.get(SIGNERS, sshsig.allowed_signers(public)) != sshsig.allowed_signers(public):
        reasons.append(_tampered(SIGNERS, "与签名的密钥不符", "is not of the key that signed"))
    if archive.tags.get("bagit.txt", BAGIT) != BAGIT:
        reasons.append(Reason(Verdict.MALFORMED, "bagit.txt", "格式不对", "is not of the format"))
    reasons += _check_payload(archive, reasons)
    reasons += [_missing(FOLDER + name) for name in FILES if FOLDER + name not in archive.members]
    return public, _decided(reasons)


def _check_version(archive: Archive) -> None:
    info = archive.tags.get("bag-info.txt", b"")
    versions = [line for line in info.split(b"\n") if line.startswith(_VERSION)]
    if len(versions) != 1:
        raise malformed("bag-info.txt")
    if versions[0] != _VERSION + FORMAT.encode():
        reason = Reason(
            Verdict.UNSUPPORTED, "bag-info.txt", "不认识这个案卷格式版本", "a version of the format that is not known here"
        )  # fmt: skip
        raise StopError(reason)


def _signer(signature: bytes, message: bytes) -> bytes | None:
    try:
        public, signed = sshsig.parse(signature)
    except MalformedError:
        return None
    return public if verify(public, signed, sshsig.signed_bytes(message)) else None


def _check_payload(archive: Archive, reasons: list[Reason]) -> list[Reason]:
    first, second = MANIFESTS
    if first not in archive.tags:
        return []
    listed = _manifest(first, archive.tags[first], reasons)
    found = _compare(archive, listed, archive.payload())
    if second not in archive.tags:
        return found
    national = _manifest(second, archive.tags[second], [*reasons, *found])
    if list(listed) != list(national):
        found.append(_tampered(second, "与 SHA-256 清单不一致", "does not list the same files"))
    for path, digest in national.items():
        if path in archive.members and archive.members[path].sm3 != digest:
            found.append(_tampered(path, "SM3 校验值不符", "has another SM3"))
    return found


def _manifest(name: str, data: bytes, reasons: list[Reason]) -> dict[str, str]:
    """Digests by path. A manifest that was changed is told as changed before it is told to be malformed."""
    *lines, rest = data.decode(errors="surrogateescape").split("\n")
    matches = [_LINE.fullmatch(line) for line in lines]
    found = {match[2]: match[1] for match in matches if match is not None}
    if rest or len(found) < len(lines) or any("\udc80" <= one <= "\udcff" for one in "".join(found)):
        raise StopError(*_decided([*reasons, *malformed(name).reasons]))
    return found


def _decided(reasons: list[Reason]) -> list[Reason]:
    """Where something was changed, what is malformed is its consequence, and is not told."""
    if any(reason.verdict is Verdict.TAMPERED for reason in reasons):
        return [reason for reason in reasons if reason.verdict is not Verdict.MALFORMED]
    return reasons


def _compare(archive: Archive, listed: Mapping[str, str], there: list[str]) -> list[Reason]:
    reasons = []
    for path in there:
        if path not in listed:
            reasons.append(_tampered(path, "清单中没有此文件", "no manifest lists the file"))
        elif archive.members[path].sha256 != listed[path]:
            reasons.append(_tampered(path, "文件已被改动", "the file was changed"))
    known = set(there)
    return reasons + [_missing(path) for path in listed if path not in known]


def _tampered(where: str, zh: str, en: str) -> Reason:
    return Reason(Verdict.TAMPERED, where, zh, en)


def _missing(path: str) -> Reason:
    return Reason(Verdict.INCOMPLETE, path, "缺少此文件", "the file is not there")


def _cut() -> StopError:
    return malformed("ZIP", "文件被截断", "the file is cut short")
