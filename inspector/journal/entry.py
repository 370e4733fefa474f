"""The bytes of an entry: sealing a draft into header and body, opening them again, and the form that travels.

The header is what the log hashes; the body hangs on it by its hash and can be withheld without breaking a
proof. Bytes are kept and sent as they were sealed and never written anew. docs/formats.md states each.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from inspector.domain.entries import Draft, Entry, Ref, Stamp
from inspector.journal.canonical import (
    MAX_BODY_BYTES,
    MAX_DEPTH,
    MAX_HEADER_BYTES,
    MAX_INT,
    MalformedError,
    decode,
    encode,
)
from inspector.journal.merkle import leaf_hash

VERSION = 1
SALT_BYTES = 16
# `data` may use the whole depth; the body around it is one level more.
_BODY_DEPTH = MAX_DEPTH + 1
_MAX_WALL = 253_402_300_799_999  # the last millisecond of the year 9999, where calendars end
_MAX_TZ = 24 * 60 - 1

_DEVICE = re.compile(r"[a-z2-7]{16}")
_TYPE = re.compile(r"[a-z_]+\.[a-z_]+")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@:-]{0,79}")
_BOOT = re.compile(r"[0-9a-f]{16}")
_SALT = re.compile(r"[0-9a-f]{32}")
_SHA256 = re.compile(r"[0-9a-f]{64}")

_HEADER_KEYS = frozenset(
    {"v", "device", "seq", "type", "aggregate", "scope", "actor", "time", "replaces", "body_sha256"}
)
_TIME_KEYS = frozenset({"wall", "tz", "boot", "monotonic"})
_PATTERNS = {
    "device": _DEVICE,
    "type": _TYPE,
    "aggregate": _NAME,
    "scope": _NAME,
    "body_sha256": _SHA256,
}
_WIRE_GAP = b',"device":"'


@dataclass(frozen=True, slots=True)
class SealedEntry:
    """An entry as bytes. `body` is None where it is withheld.

    Making one checks nothing; the accessors check the header on first use, `unseal` checks all.
    """

    header: bytes
    body: bytes | None
    _fields: dict[str, Any] | None = field(default=None, init=False, repr=False, compare=False)
    _hash: bytes | None = field(default=None, init=False, repr=False, compare=False)

    @classmethod
    def stored(cls, header: bytes, body: bytes | None) -> "SealedEntry":
        """Bytes that were checked when they were stored, from a store that authenticates what it gives back."""
        entry = cls(header, body)
        object.__setattr__(entry, "_fields", json.loads(header.decode()))
        return entry

    @property
    def fields(self) -> Mapping[str, Any]:
        """The header's checked fields. MalformedError if the header is not one."""
        if self._fields is None:
            object.__setattr__(self, "_fields", _open_header(self.header))
        return self._fields or {}

    @property
    def hash(self) -> bytes:
        """The entry hash, 32 bytes: the RFC 9162 leaf hash of the header, SHA-256(0x00 ‖ header)."""
        if self._hash is None:
            object.__setattr__(self, "_hash", leaf_hash(self.header))
        return self._hash or b""

    @property
    def ref(self) -> Ref:
        """The entry's name: device and number."""
        return Ref(self.fields["device"], self.fields["seq"])

    @property
    def type(self) -> str:
        """What kind of fact, "inspection.started"."""
        return str(self.fields["type"])

    @property
    def aggregate(self) -> str:
        """What the fact is about."""
        return str(self.fields["aggregate"])

    @property
    def scope(self) -> str:
        """Which grid's devices get the entry."""
        return str(self.fields["scope"])

    def without_body(self) -> "SealedEntry":
        """The same entry with its body withheld: same name, same hash."""
        return SealedEntry(self.header, None)


def seal(draft: Draft, *, ref: Ref, actor: str, time: Stamp, salt: bytes) -> SealedEntry:
    """The bytes of a fact.

    Args:
        draft: what was decided. `replaces` is a set: it is sealed in order of device and number.
        ref: this device and its next number.
        actor: who did it; empty where no person did.
        time: when, as the device knows it.
        salt: 16 random bytes, so that a withheld body cannot be guessed from its hash.

    Raises:
        MalformedError: a value is outside of the format. Nothing was sealed.
    """
    if len(salt) != SALT_BYTES:
        raise MalformedError("盐必须是 16 字节", "the salt must have 16 bytes")
    if not isinstance(draft.data, Mapping):
        raise _malformed("data")
    body = encode({"salt": salt.hex(), "data": draft.data}, max_depth=_BODY_DEPTH)
    if len(body) > MAX_BODY_BYTES:
        raise MalformedError(
            f"内容超过 {MAX_BODY_BYTES} 字节", f"the body has more than {MAX_BODY_BYTES} bytes"
        )
    fields = {
        "v": VERSION,
        "device": ref.device,
        "seq": ref.seq,
        "type": draft.type,
        "aggregate": draft.aggregate,
        "scope": draft.scope,
        "actor": actor,
        "time": {"wall": time.wall, "tz": time.tz, "boot": time.boot, "monotonic": time.monotonic},
        "replaces": [str(replaced) for replaced in sorted(set(draft.replaces))],
        "body_sha256": hashlib.sha256(body).hexdigest(),
    }
    sealed = SealedEntry(encode(fields), body)
    _ = sealed.fields
    return sealed


def unseal(sealed: SealedEntry) -> Entry:
    """The entry that the bytes say, all of them checked.

    Raises:
        MalformedError: the header or the body is not of the format, or the body is not the header's.
    """
    fields = sealed.fields
    time = fields["time"]
    return Entry(
        ref=sealed.ref,
        type=fields["type"],
        aggregate=fields["aggregate"],
        scope=fields["scope"],
        actor=fields["actor"],
        time=Stamp(time["wall"], time["tz"], time["boot"], time["monotonic"]),
        replaces=tuple(Ref.parse(text) for text in fields["replaces"]),
        data=None if sealed.body is None else _open_body(sealed.body, fields["body_sha256"]),
    )


def to_wire(sealed: SealedEntry) -> tuple[bytes, bytes]:
    """What travels: the header without its body hash, and the body; or the whole header and b"".

    Raises:
        MalformedError: the header is not one, or the body is not the header's.
    """
    if sealed.body is None:
        _ = sealed.fields
        return sealed.header, b""
    stated = sealed.fields["body_sha256"]
    if not sealed.body or hashlib.sha256(sealed.body).hexdigest() != stated:
        raise _wrong_body()
    return sealed.header.replace(b',"body_sha256":"' + stated.encode() + b'"', b"", 1), sealed.body


def from_wire(header: bytes, body: bytes) -> SealedEntry:
    """The entry that travelled. Computes the body's hash; checks the header and both sizes.

    What the body says is left to `unseal`: an entry whose header is sound can be kept, whatever its body is.

    Raises:
        MalformedError: the header is not one, or something is too long.
    """
    if len(body) > MAX_BODY_BYTES:
        raise MalformedError(
            f"内容超过 {MAX_BODY_BYTES} 字节", f"the body has more than {MAX_BODY_BYTES} bytes"
        )
    if len(header) > MAX_HEADER_BYTES:
        raise MalformedError(
            f"头部超过 {MAX_HEADER_BYTES} 字节", f"the header has more than {MAX_HEADER_BYTES} bytes"
        )
    if body:
        # Sorted keys put the hash right before "device". A header that states one already ends up with two
        # and is refused below.
        stated = b',"body_sha256":"' + hashlib.sha256(body).hexdigest().encode() + b'"'
        header = header.replace(_WIRE_GAP, stated + _WIRE_GAP, 1)
    sealed = SealedEntry(header, body or None)
    _ = sealed.fields
    return sealed


def _malformed(name: str) -> MalformedError:
    return MalformedError(f"字段 {name} 不符合格式", f"the field {name} is not of the format")


def _wrong_body() -> MalformedError:
    return MalformedError("内容与头部记载的哈希不符", "the body is not the one that the header names")


def _open_header(header: bytes) -> dict[str, Any]:
    fields = decode(header, max_bytes=MAX_HEADER_BYTES)
    if not isinstance(fields, dict) or fields.keys() != _HEADER_KEYS:
        raise MalformedError("头部字段不全或有多余", "the header lacks a field or has one too many")
    if not _is_int(fields["v"], 0, MAX_INT):
        raise _malformed("v")
    if fields["v"] != VERSION:
        raise MalformedError(
            f"未知的条目格式版本 {fields['v']}", f"unknown entry format version {fields['v']}"
        )
    for name, pattern in _PATTERNS.items():
        if not _is_text(fields[name], pattern):
            raise _malformed(name)
    if fields["actor"] != "" and not _is_text(fields["actor"], _NAME):
        raise _malformed("actor")
    if not _is_int(fields["seq"], 1, MAX_INT):
        raise _malformed("seq")
    if not _is_time(fields["time"]):
        raise _malformed("time")
    if not _is_replaces(fields["replaces"], Ref(fields["device"], fields["seq"])):
        raise _malformed("replaces")
    return fields


def _open_body(body: bytes, stated: str) -> Mapping[str, Any]:
    if len(body) > MAX_BODY_BYTES:
        raise MalformedError(
            f"内容超过 {MAX_BODY_BYTES} 字节", f"the body has more than {MAX_BODY_BYTES} bytes"
        )
    if hashlib.sha256(body).hexdigest() != stated:
        raise _wrong_body()
    value = decode(body, max_bytes=MAX_BODY_BYTES, max_depth=_BODY_DEPTH)
    if not isinstance(value, dict) or value.keys() != {"salt", "data"}:
        raise MalformedError("内容字段不全或有多余", "the body lacks a field or has one too many")
    if not _is_text(value["salt"], _SALT):
        raise _malformed("salt")
    data = value["data"]
    if not isinstance(data, dict):
        raise _malformed("data")
    return data


def _is_int(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _is_text(value: object, pattern: re.Pattern[str]) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_time(value: object) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == _TIME_KEYS
        and _is_int(value["wall"], 0, _MAX_WALL)
        and _is_int(value["tz"], -_MAX_TZ, _MAX_TZ)
        and _is_text(value["boot"], _BOOT)
        and _is_int(value["monotonic"], 0, MAX_INT)
    )


def _is_replaces(value: object, own: Ref) -> bool:
    """A list of references in strictly rising order, none to this entry or to a later one of its device."""
    if not isinstance(value, list):
        return False
    try:
        refs = [Ref.parse(text) if isinstance(text, str) else None for text in value]
    except ValueError:
        return False
    known = [ref for ref in refs if ref is not None and ref.seq <= MAX_INT]
    if len(known) != len(value):
        return False
    rising = all(left < right for left, right in pairwise(known))
    return rising and not any(ref.device == own.device and ref.seq >= own.seq for ref in known)
