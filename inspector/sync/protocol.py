"""What travels between a device and the centre: shared by both ends, without IO. docs/sync.md tells it in words.

Two rules carry the rest. Nothing that the receiver can compute travels (hashes of entries, roots). And an answer
counts only if the centre signed it for this very request (`response_message`), so that a login page, a proxy or
another server can never pass for "sent".
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inspector.journal.canonical import encode
from inspector.journal.entry import SealedEntry, from_wire, to_wire

VERSION = 1
BATCH_ENTRIES = 500
BATCH_BYTES = 1_048_576
BODY_BYTES_MAX = 8_388_608
"""Most bytes of one request or page as it travels."""
PLAIN_BYTES_MAX = 33_554_432
"""Most bytes of one request or page after decompression."""
PUSH_PREAMBLE_MAX, PAGE_PREAMBLE_MAX = 4_096, 524_288
"""Most bytes of a first line. A page's lists every scope, and a cursor over them."""
LINES_ENTRIES_MAX = 2 * BATCH_ENTRIES
"""Most entries of one request or page."""
ENTRIES_TYPE = "application/vnd.inspector.entries.v1"
CHUNK_BYTES_MIN, CHUNK_BYTES_START, CHUNK_BYTES_MAX = 65_536, 262_144, 4_194_304
PHOTO_BYTES_MAX = 33_554_432

NONCE_HEADER = "Inspector-Nonce"
SIGNATURE_HEADER = "Inspector-Signature"

ROLES = ("officer", "lead", "supervisor", "admin")


class ProtocolError(ValueError):
    """Bytes that are not of this protocol; the text says what is wrong with them."""


def b64(data: bytes) -> str:
    """Standard base64."""
    return base64.b64encode(data).decode("ascii")


def unb64(text: str, *, size: int | None = None) -> bytes:
    """Strict base64, optionally of a known length in bytes.

    Raises:
        ProtocolError: it is not.
    """
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError, AttributeError) as error:
        raise ProtocolError("not base64") from error
    if size is not None and len(data) != size:
        raise ProtocolError(f"{len(data)} bytes where {size} belong")
    return data


def response_message(nonce: str, status: int, body: bytes) -> bytes:
    """What the centre signs for each 2xx answer to a request that carried a nonce (32 hex characters)."""
    digest = hashlib.sha256(body).hexdigest()
    return f"inspector/response/v1\n{nonce}\n{status}\n{digest}\n".encode()


def session_message(centre: str, challenge: str) -> bytes:
    """What a device signs to open a session: the centre's device id and the challenge it gave."""
    return f"inspector/session/v1\n{centre}\n{challenge}\n".encode()


@dataclass(frozen=True, slots=True)
class ShownReceipt:
    """The last receipt of a device, as it shows it when it opens a session: what the centre once held.

    `epoch` is the centre's epoch when the device got it; empty where the device does not know any more.
    """

    size: int
    root: bytes
    time: int
    cosignature: bytes
    epoch: str


def enrolment_message(code_digest: str, public_key: bytes) -> bytes:
    """What a device signs when it enrols: that it holds the key it shows, for this code."""
    return f"inspector/enrolment/v1\n{code_digest}\n{public_key.hex()}\n".encode()


# -- batches ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Push:
    """Entries above the last receipt, in order, and the device's signature over its checkpoint after them."""

    device: str
    size: int
    signature: bytes
    entries: tuple[SealedEntry, ...]

    def encode(self) -> bytes:
        """As lines: a preamble, then two lines an entry."""
        preamble = {
            "device": self.device,
            "size": self.size,
            "signature": b64(self.signature),
            "version": VERSION,
        }
        return _lines(preamble, self.entries)

    @classmethod
    def decode(cls, data: bytes) -> "Push":
        """Read the lines.

        Raises:
            ProtocolError: they are not a push.
        """
        preamble, entries = _read_lines(data, PUSH_PREAMBLE_MAX)
        device, size = preamble.get("device"), preamble.get("size")
        if not isinstance(device, str) or not isinstance(size, int) or isinstance(size, bool):
            raise ProtocolError("the preamble of a push needs device and size")
        return cls(device, size, unb64(str(preamble.get("signature", "")), size=64), tuple(entries))


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a pull: entries in position order within each scope, and where to go on.

    `scopes` is all that this device may see now; what it holds of other scopes is to be purged.
    """

    cursor: str
    more: bool
    scopes: tuple[str, ...]
    entries: tuple[SealedEntry, ...]

    def encode(self) -> bytes:
        """As lines: a preamble, then two lines an entry."""
        preamble = {"cursor": self.cursor, "more": self.more, "scopes": list(self.scopes), "version": VERSION}
        return _lines(preamble, self.entries)

    @classmethod
    def decode(cls, data: bytes) -> "Page":
        """Read the lines.

        Raises:
            ProtocolError: they are not a page.
        """
        preamble, entries = _read_lines(data, PAGE_PREAMBLE_MAX)
        cursor, scopes = preamble.get("cursor"), preamble.get("scopes")
        if not isinstance(cursor, str) or not isinstance(scopes, list):
            raise ProtocolError("the preamble of a page needs cursor and scopes")
        return cls(
            cursor, preamble.get("more") is True, tuple(str(scope) for scope in scopes), tuple(entries)
        )


def _lines(preamble: Mapping[str, Any], entries: Iterable[SealedEntry]) -> bytes:
    lines = [encode(preamble)]
    for entry in entries:
        lines.extend(to_wire(entry))
    return b"\n".join(lines) + b"\n"


def _read_lines(data: bytes, preamble_max: int) -> tuple[dict[str, Any], list[SealedEntry]]:
    """Everything is counted before anything is made of it: a small compressed body may hold millions of lines."""
    if len(data) > PLAIN_BYTES_MAX:
        raise ProtocolError("too many bytes")
    count = data.count(b"\n")
    if not count % 2 or not data.endswith(b"\n"):
        raise ProtocolError("the lines are cut short")
    if count // 2 > LINES_ENTRIES_MAX:
        raise ProtocolError("too many entries")
    end = data.index(b"\n")
    if end > preamble_max:
        raise ProtocolError("the preamble is too long")
    preamble = _read_preamble(data[:end])
    try:
        return preamble, [from_wire(header, body) for header, body in _pairs(data, end + 1)]
    except ValueError as error:
        raise ProtocolError(f"an entry is malformed: {error}") from error


def _read_preamble(line: bytes) -> dict[str, Any]:
    try:
        preamble = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("the preamble is not JSON") from error
    if not isinstance(preamble, dict) or preamble.get("version") != VERSION:
        raise ProtocolError("not this version of the protocol")
    return preamble


def _pairs(data: bytes, start: int) -> Iterator[tuple[bytes, bytes]]:
    while start < len(data):
        middle = data.index(b"\n", start)
        end = data.index(b"\n", middle + 1)
        yield data[start:middle], data[middle + 1 : end]
        start = end + 1


# -- cursors ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a device has pulled: a position in each scope, and the epoch of the centre's positions.

    Opaque to the device. A centre restored from a backup has another epoch, so an old cursor is noticed. `heads` names
    the entry at each position (the beginning of its hash), so that a position given anew is noticed as well.
    """

    epoch: str
    positions: Mapping[str, int] = field(default_factory=dict)
    heads: Mapping[str, str] = field(default_factory=dict)

    def encode(self) -> str:
        """As URL-safe text."""
        data = {"e": self.epoch, "h": dict(self.heads), "p": dict(self.positions)}
        return base64.urlsafe_b64encode(json.dumps(data, sort_keys=True).encode()).decode("ascii")

    @classmethod
    def decode(cls, text: str) -> "Cursor":
        """Read it back; the empty text is the beginning, in no epoch.

        Raises:
            ProtocolError: it is not a cursor.
        """
        if not text:
            return cls("")
        try:
            data = json.loads(base64.urlsafe_b64decode(text.encode("ascii")))
            positions = {str(scope): int(position) for scope, position in data["p"].items()}
            heads = {str(scope): str(head) for scope, head in data.get("h", {}).items()}
            return cls(str(data["e"]), positions, heads)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ProtocolError("not a cursor") from error


# -- one-time codes --------------------------------------------------------------------------------------------

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_CODE_CHARACTERS = 25


@dataclass(frozen=True, slots=True)
class EnrolmentCode:
    """A one-time code: 80 secret bits, and 40 bits of the centre's public key so that the centre is recognised.

    Written as five groups of five Crockford characters, the last character a check character.
    """

    secret: bytes
    fingerprint: bytes

    @classmethod
    def make(cls, secret: bytes, centre_public: bytes) -> "EnrolmentCode":
        """From 10 random bytes and the centre's public key."""
        if len(secret) != 10:
            raise ValueError("the secret has 10 bytes")
        return cls(secret, key_fingerprint(centre_public))

    def __str__(self) -> str:
        number = int.from_bytes(self.secret + self.fingerprint, "big")
        characters = "".join(_ALPHABET[(number >> (5 * index)) & 31] for index in range(23, -1, -1))
        characters += _check_character(characters)
        return "-".join(characters[index : index + 5] for index in range(0, _CODE_CHARACTERS, 5))

    @property
    def digest(self) -> str:
        """What the device shows and the centre keeps instead of the secret."""
        return hashlib.sha256(b"inspector/code/v1\n" + self.secret).hexdigest()

    @classmethod
    def parse(cls, text: str) -> "EnrolmentCode":
        """Read what somebody typed: case, spaces, dashes, full width and look-alikes do not matter.

        Raises:
            ProtocolError: a character is missing or mistyped.
        """
        import unicodedata

        plain = unicodedata.normalize("NFKC", text).upper()
        plain = re.sub(r"[\s\-‐-―]+", "", plain).translate(_LOOKALIKE)
        if len(plain) != _CODE_CHARACTERS or any(character not in _ALPHABET for character in plain):
            raise ProtocolError("a code has 25 letters and digits")
        if _check_character(plain[:-1]) != plain[-1]:
            raise ProtocolError("a character of the code is mistyped")
        number = 0
        for character in plain[:-1]:
            number = number * 32 + _ALPHABET.index(character)
        data = number.to_bytes(15, "big")
        return cls(data[:10], data[10:])


def _check_character(characters: str) -> str:
    total = sum((index + 1) * _ALPHABET.index(character) for index, character in enumerate(characters))
    return _ALPHABET[total % 31]


def key_fingerprint(public_key: bytes) -> bytes:
    """Five bytes by which a centre's key is recognised in a one-time code."""
    return hashlib.sha256(b"inspector/centre/v1\n" + public_key).digest()[:5]


# -- problems --------------------------------------------------------------------------------------------------

PROBLEMS: Mapping[str, tuple[int, str, str]] = {
    "request.malformed": (400, "请求格式不对", "the request is malformed"),
    "request.too_large": (413, "请求太大", "the request is too large"),
    "session.needed": (401, "需要重新登录中心", "a session is needed"),
    "session.refused": (401, "设备签名不符或挑战已过期", "the signature or the challenge does not hold"),
    "device.unknown": (403, "中心没有这台设备，请重新注册", "this device is not enrolled"),
    "device.revoked": (403, "这台设备已被停用", "this device is revoked"),
    "code.unknown": (403, "注册码不对或已过期", "the code is wrong or has expired"),
    "code.used": (409, "注册码已被另一台设备使用", "the code was used by another device"),
    "push.gap": (409, "中间缺记录，请从缺口重传", "entries are missing in between"),
    "push.fork": (
        409,
        "同一编号有两份不同记录，设备已隔离",
        "two different entries under one number: device quarantined",
    ),
    "push.signature": (422, "签名与内容不符", "the signature does not match the entries"),
    "pull.epoch": (409, "中心从备份恢复过，请从头核对", "the centre was restored; start over"),
    "photo.unknown": (404, "没有这张照片", "no such photo"),
    "photo.mismatch": (460, "照片内容与校验值不符", "the photo does not match its hash"),
    "upload.unknown": (404, "没有这个上传", "no such upload"),
    "upload.offset": (409, "续传位置不对", "the offset is not where the upload stands"),
    "numbers.denied": (403, "不能给这台设备文号", "this device gets no such numbers"),
    "log.cosignature": (
        422,
        "联署与中心日志的检查点不符",
        "the cosignature does not fit a checkpoint of the log",
    ),
    "rate.limited": (429, "请求太频繁，请稍后", "too many requests"),
    "not_found": (404, "没有这个地址", "no such address"),
    "method": (405, "不支持这个方法", "the method is not allowed"),
    "internal": (500, "中心内部出错，已记录", "an error of the centre; it is logged"),
}
"""Problem code -> HTTP status and its title in both languages (RFC 9457 problem documents)."""


def problem(code: str, **details: Any) -> dict[str, Any]:
    """A problem document. `details` are further members, such as `have` with "push.gap"."""
    status, zh, en = PROBLEMS[code]
    return {
        "type": f"urn:inspector:problem:{code}",
        "code": code,
        "status": status,
        "title": zh,
        "title_en": en,
        **details,
    }


def split_batches(entries: Sequence[SealedEntry]) -> list[Sequence[SealedEntry]]:
    """Cut entries into batches of at most BATCH_ENTRIES entries and about BATCH_BYTES bytes."""
    batches: list[Sequence[SealedEntry]] = []
    start = size = 0
    for index, entry in enumerate(entries):
        weight = len(entry.header) + len(entry.body or b"")
        if index > start and (index - start >= BATCH_ENTRIES or size + weight > BATCH_BYTES):
            batches.append(entries[start:index])
            start, size = index, 0
        size += weight
    if start < len(entries):
        batches.append(entries[start:])
    return batches
