#!/usr/bin/env python3
"""Checks a case file of `inspector` (docs/case-file.md, format 1) with nothing but Python 3.9 or later.

    python verify.py CASE.zip [--root FINGERPRINT] [--policy FILE] [--json] [--lang zh|en]

It reads the ZIP as a stream, unpacks nothing, writes nothing, needs no network and runs no code that it reads. Take it from a place
that you trust: the copy inside of a case file is for convenience. `--root` is the fingerprint of the centre's key, from paper or
from the office; without it the verdict is at best "unknown root". `--policy` puts a policy that you trust in the place of that in the file.

The file is meant to be read from top to bottom: signatures, JSON, trees, notes and policies, the ZIP, the bag, the evidence, what must hold
of it, the report. The exit status is the verdict:

     0 verified    10 unwitnessed    11 signed, not at the centre   12 redacted
    20 tampered    21 incomplete     22 unknown root                23 after revocation
    30 malformed   31 unsupported     2 wrong use, or the file cannot be opened
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import struct
import sys
import time
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any, NamedTuple, NoReturn

FORMAT = "1"
VERIFIED, UNWITNESSED, UNPLACED, REDACTED = 0, 10, 11, 12
TAMPERED, INCOMPLETE, UNKNOWN_ROOT, REVOKED = 20, 21, 22, 23
MALFORMED, UNSUPPORTED = 30, 31
# The first of these that something is to be said of is the verdict.
ORDER = (MALFORMED, UNSUPPORTED, TAMPERED, INCOMPLETE, REVOKED, UNKNOWN_ROOT, UNPLACED, UNWITNESSED, REDACTED)
VERDICTS = {
    VERIFIED: ("verified", "核验通过", "verified: everything holds"),
    UNWITNESSED: ("unwitnessed", "见证单位不足", "unwitnessed: too few agencies cosigned the centre's log"),
    UNPLACED: (
        "not_at_centre",
        "有签名,但未经中心登记",
        "signed by its devices, but not in the centre's log",
    ),
    REDACTED: ("redacted", "核验通过(删节本)", "redacted: everything holds, some of it is withheld"),
    TAMPERED: ("tampered", "已被改动", "tampered"),
    INCOMPLETE: ("incomplete", "不完整", "incomplete"),
    UNKNOWN_ROOT: ("unknown_root", "不知中心是谁", "unknown root: the centre's key is not one that you know"),
    REVOKED: (
        "after_revocation",
        "含设备停用或隔离后的记录",
        "recorded or exported by a device that was revoked",
    ),
    MALFORMED: ("malformed", "文件格式不对", "malformed: not a case file"),
    UNSUPPORTED: ("unsupported", "不认识的版本", "unsupported: take a newer verifier"),
}
NOT_PROVEN = (
    ("记录的内容属实", "that what is recorded is true"),
    ("镜头对着的是现场(而不是屏幕或照片)", "that the camera was pointed at reality"),
    ("没有漏记的事", "that nothing was left unrecorded"),
    ("确切的时刻:只有先后界限", "the exact moment: there are only bounds before and after"),
    (
        "文书、缩略图等由导出设备制作,以其签名为限",
        "documents and small pictures beyond the word of the device that exported",
    ),
)


class Reason(NamedTuple):
    """Why a verdict: its exit status, the file or entry it shows at, and the sentence in both languages."""

    exit: int
    where: str
    zh: str
    en: str


class StopError(Exception):
    """Nothing more can be checked; holds the reasons."""

    def __init__(self, reasons: list[Reason]) -> None:
        super().__init__()
        self.reasons = reasons


def malformed(where: str, zh: str = "格式不对", en: str = "is not of the format") -> NoReturn:
    raise StopError([Reason(MALFORMED, where, zh, en)])


# ---------------------------------------------------------------------------------------------------------------------------
# Ed25519 (RFC 8032 §5.1), verification only. Strict: canonical points, S below the order, no key of small order.

Point = tuple[int, int, int, int]  # X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z

PRIME = 2**255 - 19
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE_D = -121665 * pow(121666, -1, PRIME) % PRIME
ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)
SMALL_ORDER_Y = (
    0,
    1,
    PRIME - 1,
    int.from_bytes(
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
    ),
    int.from_bytes(
        bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"
    ),
)
NEUTRAL: Point = (0, 1, 1, 0)


def add(p: Point, q: Point) -> Point:
    """The sum of two points (RFC 8032 §5.1.4)."""
    a = (p[1] - p[0]) * (q[1] - q[0]) % PRIME
    b = (p[1] + p[0]) * (q[1] + q[0]) % PRIME
    c = 2 * CURVE_D * p[3] * q[3] % PRIME
    d = 2 * p[2] * q[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def is_public_key(public: bytes) -> bool:
    """Whether these are 32 bytes of a canonical y, not of small order."""
    y = int.from_bytes(public, "little") & ((1 << 255) - 1)
    return len(public) == 32 and y < PRIME and y not in SMALL_ORDER_Y


def decompress(public: bytes) -> Point | None:
    """The point of a public key (RFC 8032 §5.1.3), or None."""
    number = int.from_bytes(public, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    square = (y * y - 1) * pow(CURVE_D * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * ROOT_OF_MINUS_ONE % PRIME
    if (x * x - square) % PRIME or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = PRIME - x
    return x, y, 1, x * y % PRIME


class Multiples:
    """The multiples of a point that make products with it quick: 1 to 15 times each power of 16."""

    def __init__(self, point: Point) -> None:
        self.rows: list[list[Point]] = []
        for _ in range(64):
            row = [NEUTRAL]
            for _ in range(15):
                row.append(add(row[-1], point))
            self.rows.append(row)
            point = add(row[-1], point)

    def times(self, factor: int) -> Point:
        """The point, `factor` times; 0 ≤ factor < 2^256."""
        total = NEUTRAL
        for row in self.rows:
            if factor & 15:
                total = add(total, row[factor & 15])
            factor >>= 4
        return total


KNOWN_MULTIPLES: dict[bytes, Multiples] = {}  # by public key; that of the base point is b"\x58\x66…"
BASE = (4 * pow(5, -1, PRIME) % PRIME).to_bytes(32, "little")


def multiples(public: bytes) -> Multiples | None:
    """The multiples of minus a public key's point (of the base point itself), kept for up to 64 keys."""
    if public not in KNOWN_MULTIPLES:
        point = decompress(public)
        if point is None:
            return None
        if public != BASE:
            point = (PRIME - point[0], point[1], point[2], PRIME - point[3])
        if len(KNOWN_MULTIPLES) > 64:
            KNOWN_MULTIPLES.clear()
        KNOWN_MULTIPLES[public] = Multiples(point)
    return KNOWN_MULTIPLES[public]


def ed25519(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the signature is this key's over this message."""
    if len(signature) != 64 or not is_public_key(public):
        return False
    factor = int.from_bytes(signature[32:], "little")
    key, base = multiples(public), multiples(BASE)
    if factor >= GROUP_ORDER or key is None or base is None:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % GROUP_ORDER
    x, y, z, _ = add(base.times(factor), key.times(challenge))  # S·B − k·A must be R, byte by byte
    inverse = pow(z, -1, PRIME)
    x, y = x * inverse % PRIME, y * inverse % PRIME
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


def device_name(public: bytes) -> str:
    """The name of the device that holds a key (formats.md, "Keys and device names")."""
    return base64.b32encode(hashlib.sha256(public).digest()[:10]).decode().lower()


CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def crockford(data: bytes) -> str:
    """Bytes (a multiple of 5 bits) in Crockford base32, groups of four."""
    number = int.from_bytes(data, "big")
    text = "".join(CROCKFORD[number >> shift & 31] for shift in range(len(data) * 8 - 5, -1, -5))
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def fingerprint(public: bytes) -> str:
    """A key's fingerprint for people: 20 bytes of SHA-256."""
    return crockford(hashlib.sha256(public).digest()[:20])


def is_root(text: str, public: bytes) -> bool:
    """Whether `--root` names this key: by its fingerprint, its SHA-256 in hex, or a vkey.

    Raises:
        ValueError: the text is none of these.
    """
    text = text.strip()
    if "+" in text:
        return read_vkey(text)[2] == public
    digest = hashlib.sha256(public).hexdigest()
    if re.fullmatch("[0-9a-fA-F]{64}", text):
        return bool(public) and text.lower() == digest
    plain = re.sub("[- ]", "", text.upper()).translate(str.maketrans("OIL", "011"))
    if re.fullmatch(f"[{CROCKFORD}]{{32}}", plain) is None:
        raise ValueError("not a fingerprint")
    return bool(public) and plain == fingerprint(public).replace("-", "")


# ---------------------------------------------------------------------------------------------------------------------------
# Canonical JSON (formats.md): bytes count only if the value, written anew, gives the same bytes.

MAX_INT = 2**53 - 1
KEY = re.compile("[a-z][a-z0-9_]{0,39}")
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def small_int(text: str) -> int:
    if len(text) > 17:
        raise ValueError("number")
    return int(text)


def refuse(text: str) -> NoReturn:
    raise ValueError("not canonical: " + text[:20])


DECODER = json.JSONDecoder(parse_int=small_int, parse_float=refuse, parse_constant=refuse)


def check_value(value: Any, depth: int) -> None:
    """ValueError where the profile does not allow a value."""
    if isinstance(value, (dict, list)):
        if depth == 0:
            refuse("depth")
        for key in value if isinstance(value, dict) else ():
            if KEY.fullmatch(key) is None:
                refuse("key")
        for item in value.values() if isinstance(value, dict) else value:
            check_value(item, depth - 1)
    elif isinstance(value, str):
        if CONTROLS.search(value) or not unicodedata.is_normalized("NFC", value):
            refuse("text")
    elif isinstance(value, int) and not -MAX_INT <= value <= MAX_INT:
        refuse("number")


def encode(value: Any) -> bytes:
    """A checked value's canonical bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def decode(data: bytes, depth: int = 8) -> Any:
    """The value of canonical bytes; ValueError where they are not."""
    try:
        value = DECODER.decode(data.decode("utf-8"))
    except RecursionError:
        refuse("depth")
    check_value(value, depth)
    if encode(value) != data:
        refuse("form")
    return value


# ---------------------------------------------------------------------------------------------------------------------------
# Merkle trees (RFC 9162 §2.1).


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def included(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Whether the path leads from the leaf at an index to the root of a size (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, first, last = leaf, index, size - 1
    for sibling in path:
        if last == 0:
            return False
        if first & 1 or first == last:
            node = node_hash(sibling, node)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        first, last = first >> 1, last >> 1
    return last == 0 and node == root


def grew(old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: list[bytes]) -> bool:
    """Whether the new tree begins with the old one, which has leaves (RFC 9162 §2.1.4.2)."""
    if not 0 < old_size <= new_size:
        return False
    if old_size == new_size:
        return not path and old_root == new_root
    if old_size & (old_size - 1) == 0:
        path = [old_root] + path
    if not path:
        return False
    first, last = old_size - 1, new_size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        first, last = first >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


# ---------------------------------------------------------------------------------------------------------------------------
# Signed notes, checkpoints, cosignatures, policies (C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-policy).

SIGNED, COSIGNED = 0x01, 0x04
NOTE_NAME = re.compile("[^\\s+\x00-\x1f]+")
NOTE_LINE = re.compile("— ([^\\s+\x00-\x1f]+) ([A-Za-z0-9+/]+={0,2})")
CHECKPOINT = re.compile("([^\\s+\x00-\x1f]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/=]{44})\n")


class Head(NamedTuple):
    """A checkpoint: which log, how many leaves, their root, and the text that says so."""

    origin: str
    size: int
    root: bytes
    text: str


def unbase64(text: str) -> bytes:
    """Strict base64; ValueError where it is not."""
    data = base64.b64decode(text.encode("ascii"), validate=True)
    if base64.b64encode(data).decode() != text:
        refuse("base64")
    return data


def key_hash(name: str, kind: int, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def read_vkey(text: str) -> tuple[str, int, bytes]:
    """Name, kind and public key of a vkey; ValueError where it is none."""
    name, hashed, material = (text.split("+", 2) + ["", ""])[:3]
    data = unbase64(material)
    kind, public = data[0] if data else 0, data[1:]
    if NOTE_NAME.fullmatch(name) is None or kind not in (SIGNED, COSIGNED) or not is_public_key(public):
        refuse("vkey")
    if hashed != key_hash(name, kind, public).hex():
        refuse("vkey")
    return name, kind, public


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"


def read_note(note: str) -> tuple[Head, list[tuple[str, bytes, bytes]]]:
    """The checkpoint of a signed note, and its lines as (name, key hash, signature); ValueError where it is none."""
    text, gap, below = note.rpartition("\n\n")
    lines = below.split("\n")
    match = CHECKPOINT.fullmatch(text + "\n")
    if len(note) > 65536 or not gap or lines.pop() or not lines or match is None:
        refuse("note")
    head = Head(match[1], int(match[2]), unbase64(match[3]), match[0])
    if len(head.root) != 32 or head.size > MAX_INT:
        refuse("note")
    signatures = []
    for line in lines:
        found = NOTE_LINE.fullmatch(line)
        blob = unbase64(found[2]) if found else b""
        if found is None or len(blob) < 5:
            refuse("note")
        signatures.append((found[1], blob[:4], blob[4:]))
    return head, signatures


def cosigned(text: str, public: bytes, when: int, signature: bytes) -> bool:
    return ed25519(public, signature, f"cosignature/v1\ntime {when}\n{text}".encode())


def line_holds(
    head: Head, name: str, kind: int, public: bytes, lines: list[tuple[str, bytes, bytes]]
) -> bool | None:
    """Whether a key signed a note: all lines in its name verify. None where it has no line."""
    mine = [blob for at, hashed, blob in lines if (at, hashed) == (name, key_hash(name, kind, public))]
    for blob in mine:
        if kind == SIGNED:
            holds = ed25519(public, blob, head.text.encode())
        else:
            when = int.from_bytes(blob[:8], "big")
            holds = len(blob) == 72 and when < 2**63 and cosigned(head.text, public, when, blob[8:])
        if not holds:
            return False
    return True if mine else None


class Policy:
    """A tlog-policy: which logs, which witnesses, and how many of which groups are enough. ValueError where the text is none."""

    def __init__(self, text: str) -> None:
        self.logs: list[tuple[str, bytes]] = []
        self.witnesses: dict[str, tuple[str, bytes]] = {}
        self.groups: dict[str, tuple[int, list[str]]] = {}
        self.quorum: str | None = None
        used: set[str] = set()
        if not text.endswith("\n") or re.search("[\x00-\x08\x0b-\x1f\x7f]", text):
            refuse("policy")
        for line in text[:-1].split("\n"):
            words = re.split("[ \t]+", line.strip(" \t"))
            if words[0] == "" or words[0].startswith("#"):
                continue
            if words[0] == "log" and len(words) in (2, 3):
                self._log(words[1])
            elif words[0] == "witness" and len(words) in (3, 4):
                self._witness(words[1], words[2])
            elif words[0] == "group" and len(words) > 3:
                self._group(words[1], words[2], words[3:], used)
            elif (
                words[0] == "quorum"
                and len(words) == 2
                and self.quorum is None
                and (words[1] == "none" or self._knows(words[1]))
            ):
                self.quorum = words[1]
            else:
                refuse("policy")
        if self.quorum is None:
            refuse("policy")

    def _knows(self, name: str) -> bool:
        return name in self.witnesses or name in self.groups

    def _log(self, vkey: str) -> None:
        name, kind, public = read_vkey(vkey)
        if kind != SIGNED or public in [known for _, known in self.logs]:
            refuse("policy")
        self.logs.append((name, public))

    def _witness(self, name: str, vkey: str) -> None:
        key_name, kind, public = read_vkey(vkey)
        known = [public for _, public in self.witnesses.values()]
        if kind != COSIGNED or public in known or name == "none" or self._knows(name):
            refuse("policy")
        self.witnesses[name] = (key_name, public)

    def _group(self, name: str, threshold: str, members: list[str], used: set[str]) -> None:
        need = {"any": "1", "all": str(len(members))}.get(threshold, threshold)
        if (
            re.fullmatch("[1-9][0-9]{0,5}", need) is None
            or int(need) > len(members)
            or name == "none"
            or self._knows(name)
        ):
            refuse("policy")
        for member in members:
            if not self._knows(member) or member in used:
                refuse("policy")
            used.add(member)
        self.groups[name] = (int(need), members)

    def met(self, witnesses: set[str]) -> tuple[bool, list[str]]:
        """Whether these witnesses are enough, and which groups below the quorum have witnessed."""
        holds = {name: name in witnesses for name in self.witnesses}
        for name, (need, members) in self.groups.items():
            holds[name] = sum(holds[member] for member in members) >= need
        agencies = [name for name in self.groups if holds[name] and name != self.quorum]
        return self.quorum != "none" and holds[str(self.quorum)], agencies


# ---------------------------------------------------------------------------------------------------------------------------
# The ZIP. Every header is computed from name, size, CRC-32 and offset, and the bytes must be these.

MAX_MEMBERS = 200_000
MAX_TEXT = 64 * 1024 * 1024
FULL = 0xFFFFFFFF
BAD_NAME = re.compile('[\x00-\x1f\x7f-\x9f\\\\:*?"<>|%\ud800-\udfff]')
WINDOWS_NAME = re.compile("(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])([.].*)?", re.IGNORECASE)
EVIDENCE = (
    "case.json", "entries.jsonl", "photos.jsonl", "proofs.jsonl", "checkpoints.jsonl", "devices.jsonl", "centre.json",
    "centre-log.txt", "witnesses.jsonl", "policy.txt", "export.json",
)  # fmt: skip
LISTED_TAGS = (
    "HOW-TO-VERIFY.txt", "allowed_signers", "bag-info.txt", "bagit.txt", "manifest-sha256.txt", "manifest-sm3.txt",
    "verify.py",
)  # fmt: skip
LAST = ("tagmanifest-sha256.txt", "tagmanifest-sha256.txt.sig")
PAYLOAD = re.compile("data/(documents|photos|photos-masked|contact-sheets)/.+")


class Member(NamedTuple):
    """A file of the bag: size, CRC-32, digests as read, and where its content begins."""

    size: int
    crc: int
    sha256: str
    sm3: str
    at: int


def local_header(name: bytes, size: int, crc: int) -> bytes:
    extra = struct.pack("<HHQQ", 1, 16, size, size) if size >= FULL else b""
    shown, needed = min(size, FULL), 45 if extra else 20
    fields = (0x04034B50, needed, 0x0800, 0, 0, 0x0021, crc, shown, shown, len(name), len(extra))
    return struct.pack("<I5H3I2H", *fields) + name + extra


def directory_header(name: bytes, size: int, crc: int, offset: int) -> bytes:
    large = [size, size] * (size >= FULL) + [offset] * (offset >= FULL)
    extra = struct.pack(f"<HH{len(large)}Q", 1, 8 * len(large), *large) if large else b""
    shown, needed = min(size, FULL), 45 if extra else 20
    head = struct.pack("<I6H3I", 0x02014B50, 3 << 8 | needed, needed, 0x0800, 0, 0, 0x0021, crc, shown, shown)
    rest = struct.pack("<5H2I", len(name), len(extra), 0, 0, 0, 0o100644 << 16, min(offset, FULL))
    return head + rest + name + extra


def end_records(count: int, size: int, offset: int) -> bytes:
    zip64 = b""
    if count >= 0xFFFF or size >= FULL or offset >= FULL:
        zip64 = struct.pack("<IQ2H2I4Q", 0x06064B50, 44, 3 << 8 | 45, 45, 0, 0, count, count, size, offset)
        zip64 += struct.pack("<IIQI", 0x07064B50, 0, offset + size, 1)
    shown = min(count, 0xFFFF)
    return zip64 + struct.pack(
        "<I4H2IH", 0x06054B50, 0, 0, shown, shown, min(size, FULL), min(offset, FULL), 0
    )


def is_name(name: str) -> bool:
    """Whether the format allows a member's name."""
    if len(name) > 240 or BAD_NAME.search(name) or not unicodedata.is_normalized("NFC", name):
        return False
    return all(part and part[-1] not in ". " and not WINDOWS_NAME.fullmatch(part) for part in name.split("/"))


class Archive:
    """The ZIP, read once: the digests of its members, and the text of its tag files."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.folder = ""
        self.members: dict[str, Member] = {}
        self.texts: dict[str, bytes] = {}
        self.wrong_crc: list[str] = []
        self.has_sm3 = "sm3" in hashlib.algorithms_available
        file.seek(0, 2)
        self.length = file.tell()
        file.seek(0)
        self._read()

    def _read(self) -> None:
        offset, directory, folded, in_tags = 0, [], set(), False
        while True:
            fixed = self.file.read(4)
            if fixed != b"PK\x03\x04":
                break
            name, size, crc, length = self._header(fixed + self.file.read(26))
            path = self._path(name)
            if (
                name.casefold() in folded
                or len(folded) >= MAX_MEMBERS
                or (in_tags and path.startswith("data/"))
            ):
                malformed(
                    name, "文件名重复、次序不对或文件过多", "a name twice, out of order, or too many files"
                )
            folded.add(name.casefold())
            in_tags = not path.startswith("data/")
            if offset + length + size > self.length:
                malformed(name, "文件被截断", "the file is cut short")
            self.members[path] = self._content(path, size, crc, offset + length)
            directory.append((name, size, crc, offset))
            offset += length + size
        start, rest = offset, fixed
        for name, size, crc, at in directory:
            expected = directory_header(name.encode(), size, crc, at)
            rest += self.file.read(len(expected) - len(rest)) if len(rest) < len(expected) else b""
            if rest != expected:
                malformed(name, "目录与成员不符", "the directory does not fit the members")
            offset, rest = offset + len(expected), b""
        expected = end_records(len(directory), offset - start, start)
        if (
            rest + self.file.read(len(expected) + 1 - len(rest)) != expected
            or tuple(self.members)[-2:] != LAST
        ):
            malformed("ZIP", "不是案卷文件的 ZIP,或结尾不对", "not the ZIP of a case file, or its end is off")

    def _header(self, fixed: bytes) -> tuple[str, int, int, int]:
        """Name, size, CRC-32 of the member, and the length of its header."""
        if len(fixed) != 30:
            malformed("ZIP", "文件被截断", "the file is cut short")
        crc, _, size, name_length, extra_length = struct.unpack("<3I2H", fixed[14:])
        raw = self.file.read(name_length)
        extra = self.file.read(extra_length)
        if len(extra) == 20:
            size = struct.unpack("<Q", extra[4:12])[0]
        try:
            name = raw.decode("utf-8")
        except ValueError:
            malformed("ZIP", "文件名不是 UTF-8", "a name that is not UTF-8")
        if local_header(raw, size, crc) != fixed + raw + extra:
            malformed(name, "ZIP 头部不符合格式", "a ZIP header is not of the format")
        return name, size, crc, len(fixed + raw + extra)

    def _path(self, name: str) -> str:
        """The path in the bag, if the format has it."""
        folder, _, path = name.partition("/")
        self.folder = self.folder or folder
        evidence = path.startswith("data/evidence/") and path[14:] in EVIDENCE
        layout = evidence or PAYLOAD.fullmatch(path) or path in LISTED_TAGS + LAST
        if not is_name(name) or folder != self.folder or not layout:
            malformed(name, "案卷文件中不应有此文件", "a case file has no such file")
        return path

    def _content(self, path: str, size: int, crc: int, at: int) -> Member:
        sha256, sm3, found, left = hashlib.sha256(), hashlib.new("sm3") if self.has_sm3 else None, 0, size
        kept: list[bytes] = []
        if not path.startswith("data/") and size > MAX_TEXT:
            malformed(path, "文件过大", "the file is too large")
        while left:
            chunk = self.file.read(min(left, 1 << 20))
            if not chunk:
                malformed(path, "文件被截断", "the file is cut short")
            left -= len(chunk)
            found = zlib.crc32(chunk, found)
            sha256.update(chunk)
            if sm3 and path.startswith("data/"):
                sm3.update(chunk)
            if not path.startswith("data/"):
                kept.append(chunk)
        if not path.startswith("data/"):
            self.texts[path] = b"".join(kept)
        if found != crc:
            self.wrong_crc.append(path)
        return Member(size, crc, sha256.hexdigest(), sm3.hexdigest() if sm3 else "", at)

    def lines(self, name: str, longest: int) -> Iterator[bytes]:
        """The lines of an evidence file, without LF, read a second time and compared with the first."""
        member = self.members["data/evidence/" + name]
        self.file.seek(member.at)
        left, digest = member.size, hashlib.sha256()
        while left:
            line = self.file.readline(min(left, longest + 1))
            digest.update(line)
            left -= len(line)
            if not line.endswith(b"\n"):
                malformed(name)
            here = self.file.tell()
            yield line[:-1]
            self.file.seek(here)
        if digest.hexdigest() != member.sha256:
            malformed(name, "读取时文件发生变化", "the file changed while it was read")

    def text(self, name: str) -> str:
        """An evidence file that is one text, bounded."""
        member = self.members["data/evidence/" + name]
        if member.size > MAX_TEXT // 4:
            malformed(name, "文件过大", "the file is too large")
        self.file.seek(member.at)
        data = self.file.read(member.size)
        if hashlib.sha256(data).hexdigest() != member.sha256:
            malformed(name, "读取时文件发生变化", "the file changed while it was read")
        try:
            return data.decode("utf-8")
        except ValueError:
            malformed(name)


# ---------------------------------------------------------------------------------------------------------------------------
# The bag (RFC 8493), and the signature over it (OpenSSH, PROTOCOL.sshsig).


def ssh_strings(*values: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(value)) + value for value in values)


def ssh_signature(public: bytes, signature: bytes) -> bytes:
    """The one file that the format allows for this key and signature."""
    key = ssh_strings(b"ssh-ed25519", public)
    inner = ssh_strings(b"ssh-ed25519", signature)
    blob = b"SSHSIG" + struct.pack(">I", 1) + ssh_strings(key, b"inspector-case", b"", b"sha512", inner)
    text = base64.b64encode(blob).decode()
    lines = [text[at : at + 70] for at in range(0, len(text), 70)]
    return "\n".join(["-----BEGIN SSH SIGNATURE-----"] + lines + ["-----END SSH SIGNATURE-----", ""]).encode()


def signer_of(data: bytes, message: bytes) -> bytes | None:
    """The key that signed a message, or None where the signature does not hold."""
    try:
        blob = base64.b64decode(b"".join(data.split(b"\n")[1:-2]), validate=True)
    except ValueError:
        return None
    public, signature = blob[33:65], blob[-64:]
    if len(blob) < 129 or ssh_signature(public, signature) != data:
        return None
    signed = b"SSHSIG" + ssh_strings(b"inspector-case", b"", b"sha512", hashlib.sha512(message).digest())
    return public if ed25519(public, signature, signed) else None


def read_manifest(name: str, data: bytes) -> dict[str, str]:
    """Digest by path."""
    found: dict[str, str] = {}
    try:
        text = data.decode("utf-8")
    except ValueError:
        malformed(name)
    for line in text.split("\n")[:-1]:
        match = re.fullmatch("([0-9a-f]{64})  (.+)", line)
        if match is None or match[2] in found:
            malformed(name)
        found[match[2]] = match[1]
    if text and not text.endswith("\n"):
        malformed(name)
    return found


def check_bag(archive: Archive) -> tuple[bytes, list[Reason]]:
    """Compare every file with the manifests. The exporting device's key, and what is wrong."""
    reasons: list[Reason] = []
    info = archive.texts.get("bag-info.txt")
    if info is None:
        malformed("bag-info.txt", "没有此文件", "is not there")
    versions = [line[23:] for line in info.split(b"\n") if line.startswith(b"Inspector-Case-Format: ")]
    if len(versions) != 1:
        malformed("bag-info.txt")
    if versions[0] != FORMAT.encode():
        raise StopError(
            [Reason(UNSUPPORTED, "bag-info.txt", "案卷格式版本不认识", "a version that is not known here")]
        )
    for path in archive.wrong_crc:
        reasons.append(Reason(TAMPERED, path, "内容与 ZIP 校验值不符", "the content does not fit its CRC-32"))
    public = signer_of(archive.texts[LAST[1]], archive.texts[LAST[0]])
    if public is None:
        reasons.append(
            Reason(TAMPERED, LAST[1], "导出设备的签名无效", "the exporting device's signature does not hold")
        )
        raise_tampered(reasons)
    listed = read_listed(LAST[0], archive.texts[LAST[0]], reasons)
    compare(archive, listed, [path for path in archive.texts if path not in LAST], reasons)
    if archive.texts.get("allowed_signers", b"") not in (b"", allowed_signers(public or b"")):
        reasons.append(
            Reason(TAMPERED, "allowed_signers", "与签名的密钥不符", "is not of the key that signed")
        )
    if archive.texts.get("bagit.txt", BAGIT) != BAGIT:
        reasons.append(Reason(MALFORMED, "bagit.txt", "格式不对", "is not of the format"))
    reasons += [missing(path) for path in LISTED_TAGS if path not in archive.texts and path not in listed]
    if "manifest-sha256.txt" in archive.texts:
        payload = read_listed("manifest-sha256.txt", archive.texts["manifest-sha256.txt"], reasons)
        compare(archive, payload, [path for path in archive.members if path.startswith("data/")], reasons)
        check_sm3(archive, payload, reasons)
    for name in EVIDENCE:
        if "data/evidence/" + name not in archive.members:
            reasons.append(missing("data/evidence/" + name))
    return public or b"", reasons


BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def allowed_signers(public: bytes) -> bytes:
    key = base64.b64encode(ssh_strings(b"ssh-ed25519", public))
    return b'inspector namespaces="inspector-case" ssh-ed25519 ' + key + b"\n"


def missing(path: str) -> Reason:
    return Reason(INCOMPLETE, path, "缺少此文件", "the file is not there")


def raise_tampered(reasons: list[Reason]) -> None:
    """End here where something was changed already: what follows would only be noise."""
    if any(reason.exit == TAMPERED for reason in reasons):
        raise StopError(reasons)


def read_listed(name: str, data: bytes, reasons: list[Reason]) -> dict[str, str]:
    """A manifest. One that was changed is told as changed, before it is told to be malformed."""
    try:
        return read_manifest(name, data)
    except StopError:
        raise_tampered(reasons)
        raise


def compare(archive: Archive, listed: dict[str, str], there: list[str], reasons: list[Reason]) -> None:
    for path in there:
        if path not in listed:
            reasons.append(Reason(TAMPERED, path, "清单中没有此文件", "no manifest lists the file"))
        elif archive.members[path].sha256 != listed[path]:
            reasons.append(Reason(TAMPERED, path, "文件已被改动", "the file was changed"))
    known = set(there)
    reasons += [missing(path) for path in listed if path not in known]


def check_sm3(archive: Archive, payload: dict[str, str], reasons: list[Reason]) -> None:
    """The same files, in SM3 (GB/T 32905); the digests themselves only where this Python's OpenSSL has it."""
    name = "manifest-sm3.txt"
    if name not in archive.texts:
        return
    listed = read_listed(name, archive.texts[name], reasons)
    if list(listed) != list(payload):
        reasons.append(Reason(TAMPERED, name, "与 SHA-256 清单不一致", "does not list the same files"))
    for path, digest in listed.items():
        if archive.has_sm3 and path in archive.members and archive.members[path].sm3 != digest:
            reasons.append(Reason(TAMPERED, path, "SM3 校验值不符", "has another SM3"))


# ---------------------------------------------------------------------------------------------------------------------------
# The evidence: what its lines must look like. Anything else is malformed.

Ref = tuple[str, int]
NAME = re.compile("[A-Za-z0-9][A-Za-z0-9._@:-]{0,79}")
DEVICE = re.compile("[a-z2-7]{16}")
HEX64 = re.compile("[0-9a-f]{64}")
STATES = ("active", "revoked", "quarantined")
MAX_LINE = 600_000


class Place(NamedTuple):
    """Where a leaf is in the centre's log."""

    at: int
    path: list[bytes]


class Entry(NamedTuple):
    """What is kept of an entry: its header, its hash, whether its body is withheld, and what the body says of photos, seals, anchors."""

    header: dict[str, Any]
    hash: bytes
    withheld: bool
    photo: str
    seal: Any
    anchor: Any


def need(holds: object) -> None:
    if not holds:
        raise ValueError("not of the format")


def text(value: Any, form: re.Pattern[str] | None = None) -> str:
    need(isinstance(value, str) and (form is None or form.fullmatch(value)))
    return str(value)


def number(value: Any, low: int = 0, high: int = MAX_INT) -> int:
    need(isinstance(value, int) and not isinstance(value, bool) and low <= value <= high)
    return int(value)


def members(value: Any, names: str) -> dict[str, Any]:
    need(isinstance(value, dict) and set(value) == set(names.split()))
    return dict(value)


def rising(values: Any) -> list[Any]:
    need(isinstance(values, list) and all(left < right for left, right in zip(values, values[1:])))  # noqa: B905, RUF007
    return list(values)


def ref(value: Any) -> Ref:
    match = re.fullmatch("([a-z2-7]{16})/([1-9][0-9]{0,15})", text(value))
    need(match)
    return (match[1], int(match[2])) if match else ("", 0)


def hashes(value: Any) -> list[bytes]:
    need(isinstance(value, list) and len(value) <= 64)
    return [bytes.fromhex(text(one, HEX64)) for one in value]


def place(value: Any) -> Place | None:
    if value is None:
        return None
    found = members(value, "index path")
    return Place(number(found["index"]), hashes(found["path"]))


def signature(value: Any) -> bytes:
    data = unbase64(text(value))
    need(len(data) == 64)
    return data


def public_key(value: Any) -> bytes:
    return bytes.fromhex(text(value, HEX64))


def read_header(data: bytes) -> dict[str, Any]:
    """An entry's header (formats.md, "Header")."""
    need(len(data) <= 4096)
    header = members(decode(data), "v device seq type aggregate scope actor time replaces body_sha256")
    when = members(header["time"], "wall tz boot monotonic")
    need(number(header["v"]) == 1 and (header["actor"] == "" or text(header["actor"], NAME)))
    text(header["device"], DEVICE), text(header["type"], re.compile("[a-z_]+\\.[a-z_]+"))
    text(header["aggregate"], NAME), text(header["scope"], NAME), text(header["body_sha256"], HEX64)
    number(header["seq"], 1), number(when["wall"], 0, 253402300799999), number(when["tz"], -1439, 1439)
    text(when["boot"], re.compile("[0-9a-f]{16}")), number(when["monotonic"])
    header["replaces"] = rising([ref(one) for one in header["replaces"]])
    need(
        all(
            one[1] <= MAX_INT and (one[0] != header["device"] or one[1] < header["seq"])
            for one in header["replaces"]
        )
    )
    return header


def read_entry(row: dict[str, Any]) -> tuple[Entry, bool]:
    """An entry, and whether its body has the hash that its header states."""
    raw, header = text(row["header"]).encode(), read_header(text(row["header"]).encode())
    if row["body"] is None:
        return Entry(header, leaf_hash(raw), True, "", None, None), True
    body = text(row["body"]).encode()
    if not body or hashlib.sha256(body).hexdigest() != header["body_sha256"]:
        return Entry(header, leaf_hash(raw), False, "", None, None), False
    need(len(body) <= 262144)
    content = members(decode(body, 9), "salt data")
    text(content["salt"], re.compile("[0-9a-f]{32}"))
    need(isinstance(content["data"], dict))
    data, kind = content["data"], header["type"]
    photo = data.get("sha256") if kind.endswith(".photo_added") else ""
    photo = photo if isinstance(photo, str) and HEX64.fullmatch(photo) else ""
    seal = data if kind == "inspection.sealed" else None
    return Entry(header, leaf_hash(raw), False, photo, seal, data.get("anchor")), True


def last(rows: dict[Ref, Any]) -> Ref:
    return next(reversed(rows), ("", 0))


class Evidence:
    """Everything in `data/evidence/`, read; nothing of it is verified but the hashes of bodies."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.wrong_bodies: list[str] = []
        self.entries: dict[Ref, Entry] = {}
        self.photos: dict[str, dict[str, Any]] = {}
        self.proofs: dict[Ref, tuple[int, list[bytes]]] = {}
        self.checkpoints: dict[Ref, dict[str, Any]] = {}
        self.devices: dict[str, list[dict[str, Any]]] = {}
        self.witnesses: list[tuple[str, list[bytes]]] = []
        self.last_device = ("", 0, "", "")
        self.rows("case.json", "case edition about subject withheld", self.read_case)
        self.rows("entries.jsonl", "header body", self.read_entry)
        self.rows("photos.jsonl", "sha256 file bytes masked", self.read_photo)
        self.rows("proofs.jsonl", "device seq size path", self.read_proof)
        self.rows(
            "checkpoints.jsonl",
            "device size root signature time cosignature state place",
            self.read_checkpoint,
        )
        self.rows("devices.jsonl", "device public_key department role time place", self.read_device)
        self.rows("centre.json", "name public_key policy_time policy_place", self.read_centre)
        self.rows("witnesses.jsonl", "note consistency", self.read_witness)
        self.rows("export.json", "device entry time reason actor", self.read_export)
        self.note = archive.text("centre-log.txt")
        self.policy_text = archive.text("policy.txt")
        try:
            self.policy = Policy(self.policy_text) if self.policy_text else None
        except ValueError:
            malformed("policy.txt")

    def rows(self, name: str, names: str, read: Callable[[dict[str, Any]], None]) -> None:
        count = 0
        for line in self.archive.lines(name, MAX_TEXT // 4 if name.endswith(".json") else MAX_LINE):
            count += 1
            try:
                read(members(decode(line), names))
            except (ValueError, TypeError):
                malformed(f"{name}:{count}")
        if name.endswith(".json") and count != 1:
            malformed(name)

    def read_case(self, row: dict[str, Any]) -> None:
        text(row["case"]), text(row["subject"])
        withheld = members(row["withheld"], "entries photos")
        self.edition, self.about = row["edition"], {text(one) for one in rising(row["about"])}
        self.withheld = set(rising([ref(one) for one in withheld["entries"]]))
        self.withheld_photos = {text(one, HEX64) for one in rising(withheld["photos"])}
        need(
            self.edition == "redacted"
            or (self.edition == "internal" and not self.withheld | self.withheld_photos)
        )
        self.case = row

    def read_entry(self, row: dict[str, Any]) -> None:
        entry, holds = read_entry(row)
        name = (entry.header["device"], entry.header["seq"])
        need(name > last(self.entries))
        self.entries[name] = entry
        if not holds:
            self.wrong_bodies.append("%s/%d" % name)

    def read_photo(self, row: dict[str, Any]) -> None:
        sha256 = text(row["sha256"], HEX64)
        number(row["bytes"])
        start = "photos(%s)/[0-9]{4,8}-" + sha256[:8].upper() + "[.]"
        need(row["file"] == "" or text(row["file"], re.compile(start % "" + "[a-z0-9]{1,8}")))
        need(row["masked"] == "" or text(row["masked"], re.compile(start % "-masked" + "jpg")))
        need(sha256 not in self.photos)
        self.photos[sha256] = row

    def read_proof(self, row: dict[str, Any]) -> None:
        name = (text(row["device"], DEVICE), number(row["seq"], 1))
        need(name > last(self.proofs))
        self.proofs[name] = (number(row["size"]), hashes(row["path"]))

    def read_checkpoint(self, row: dict[str, Any]) -> None:
        name = (text(row["device"], DEVICE), number(row["size"]))
        need(name > last(self.checkpoints) and row["state"] in STATES)
        need((row["time"] is None) == (row["cosignature"] == ""))
        keep = {
            "leaf": leaf({"kind": "checkpoint"}, row, "device size root state time"),
            "place": place(row["place"]),
        }
        keep["root"], keep["signature"] = public_key(row["root"]), signature(row["signature"])
        keep["time"] = None if row["time"] is None else number(row["time"])
        keep["cosignature"] = signature(row["cosignature"]) if row["cosignature"] else b""
        self.checkpoints[name] = {**row, **keep}

    def read_device(self, row: dict[str, Any]) -> None:
        text(row["device"], DEVICE), text(row["department"]), text(row["role"]), number(row["time"])
        key = (row["device"], row["time"], row["department"], row["role"])
        need(key > self.last_device)
        self.last_device = key
        keep = {
            "leaf": leaf({"kind": "device"}, row, "device public_key department role time"),
            "place": place(row["place"]),
        }
        self.devices.setdefault(row["device"], []).append(
            {**row, **keep, "public_key": public_key(row["public_key"])}
        )

    def read_centre(self, row: dict[str, Any]) -> None:
        text(row["name"])
        self.centre = public_key(row["public_key"]) if row["public_key"] else b""
        need(
            is_public_key(self.centre)
            if row["public_key"]
            else row["name"] == "" and row["policy_place"] is None
        )
        self.centre_name, self.policy_time, self.policy_place = (
            row["name"],
            number(row["policy_time"]),
            place(row["policy_place"]),
        )

    def read_witness(self, row: dict[str, Any]) -> None:
        self.witnesses.append((text(row["note"]), hashes(row["consistency"])))

    def read_export(self, row: dict[str, Any]) -> None:
        (
            text(row["device"], DEVICE),
            ref(row["entry"]),
            number(row["time"]),
            text(row["reason"]),
            text(row["actor"]),
        )
        self.export = row


def leaf(kind: dict[str, Any], row: dict[str, Any], names: str) -> bytes:
    """The hash of the leaf of the centre's log that states these members of a line."""
    return leaf_hash(encode({**kind, **{name: row[name] for name in names.split()}}))


# ---------------------------------------------------------------------------------------------------------------------------
# What must hold of the evidence.


class Check:
    """Everything that is to be said of a case file whose bag holds. `exporter` is the key that signed the bag."""

    def __init__(self, evidence: Evidence, exporter: bytes, root: str, policy: Policy | None) -> None:
        self.evidence, self.exporter, self.root = evidence, exporter, root
        self.policy = policy or evidence.policy
        self.policy_given = policy is not None
        self.reasons: list[Reason] = []
        self.head: Head | None = None
        self.agencies: list[str] = []
        self.cosigners: list[str] = []
        self.check_head()
        self.check_devices()
        self.check_checkpoints()
        self.check_entries()
        self.check_seals()
        self.check_photos()
        self.check_witnesses()
        self.check_root()
        if evidence.edition == "redacted":
            self.say(REDACTED, "case.json", "删节本", "a redacted edition")

    def say(self, status: int, where: str, zh: str, en: str) -> None:
        self.reasons.append(Reason(status, where, zh, en))

    def check_head(self) -> None:
        """The checkpoint of the centre's log that all places lead to."""
        evidence = self.evidence
        if not evidence.note:
            return
        try:
            head, lines = read_note(evidence.note)
        except ValueError:
            self.say(TAMPERED, "centre-log.txt", "不是签名文本", "is not a signed note")
            return
        name = device_name(evidence.centre) if evidence.centre else "?"
        ours = re.fullmatch(f"inspector/centre/{name}/[^/]+", head.origin)
        if ours and line_holds(head, head.origin, SIGNED, evidence.centre, lines):
            self.head = head
        else:
            self.say(TAMPERED, "centre-log.txt", "中心的签名无效", "the centre's signature does not hold")

    def placed(self, where: str, hashed: bytes, at: Place | None) -> bool:
        """Whether a leaf is in the centre's log; a proof that does not hold is tampering."""
        if at is None:
            return False
        if self.head is None or not included(hashed, at.at, self.head.size, at.path, self.head.root):
            self.say(
                TAMPERED, where, "在中心日志中的证明不成立", "its proof in the centre's log does not hold"
            )
            return False
        return True

    def check_devices(self) -> None:
        evidence = self.evidence
        self.known: dict[str, bytes] = {}
        for device, records in evidence.devices.items():
            placed = False
            for record in records:
                if device_name(record["public_key"]) != device:
                    self.say(TAMPERED, device, "设备名与公钥不符", "the device's name is not that of its key")
                placed = self.placed(device, record["leaf"], record["place"]) or placed
                self.known[device] = record["public_key"]
            if not placed:
                self.say(UNPLACED, device, "设备未在中心登记", "the device is not in the centre's log")
        device = evidence.export["device"]
        if device_name(self.exporter) != device:
            self.say(
                TAMPERED,
                "export.json",
                "签名的不是所称的导出设备",
                "another device signed than the one named",
            )
        for needed in sorted({device} | {name for name, _ in evidence.entries}):
            if needed not in self.known:
                self.say(INCOMPLETE, needed, "缺少设备的公钥", "the key of the device is not there")

    def check_checkpoints(self) -> None:
        evidence = self.evidence
        self.placed_checkpoints: set[Ref] = set()
        for name, row in evidence.checkpoints.items():
            where = "checkpoint %s/%d" % name
            words = checkpoint_text("inspector/device/" + name[0], name[1], row["root"])
            if name[0] not in self.known:
                self.say(INCOMPLETE, where, "缺少设备的公钥", "the key of the device is not there")
            elif not ed25519(self.known[name[0]], row["signature"], words.encode()):
                self.say(TAMPERED, where, "设备签名无效", "the device's signature does not hold")
            if row["time"] is not None and not cosigned(
                words, evidence.centre, row["time"], row["cosignature"]
            ):
                self.say(TAMPERED, where, "中心回执无效", "the centre's receipt does not hold")
            if self.placed(where, row["leaf"], row["place"]) and row["time"] is not None:
                self.placed_checkpoints.add(name)
            if row["state"] != "active" and name[0] == evidence.export["device"]:
                self.say(
                    REVOKED,
                    where,
                    "导出设备已停用或被隔离",
                    "the exporting device was revoked or quarantined",
                )

    def check_entries(self) -> None:
        evidence, names = self.evidence, "%s/%d"
        for where in evidence.wrong_bodies:
            self.say(TAMPERED, where, "内容与其哈希不符", "the body is not the one of the header")
        for name, entry in evidence.entries.items():
            if entry.withheld and name not in evidence.withheld:
                self.say(INCOMPLETE, names % name, "没有内容", "the body is not there")
            elif not entry.withheld and name in evidence.withheld:
                self.say(TAMPERED, names % name, "称未附内容,实有内容", "said to be withheld, and is there")
            self.check_proof(name, entry)
            whole = entry.header["scope"] != "county" or entry.header["aggregate"] in evidence.about
            for replaced in entry.header["replaces"]:
                if whole and replaced not in evidence.entries:
                    self.say(INCOMPLETE, names % replaced, "缺少此记录", "the entry is not there")
        for name in sorted(evidence.withheld - set(evidence.entries)):
            self.say(INCOMPLETE, names % name, "缺少此记录", "the entry is not there")
        for name in evidence.proofs:
            if name not in evidence.entries:
                self.say(
                    TAMPERED, names % name, "证明没有对应的记录", "a proof of an entry that is not there"
                )

    def check_proof(self, name: Ref, entry: Entry) -> None:
        """That the entry is in its device's log, at a checkpoint that the centre has."""
        where = "%s/%d" % name
        size, path = self.evidence.proofs.get(name, (-1, []))
        row = self.evidence.checkpoints.get((name[0], size))
        if row is None:
            self.say(INCOMPLETE, where, "缺少证明", "its proof is not there")
            return
        if not included(entry.hash, name[1] - 1, size, path, row["root"]):
            self.say(
                TAMPERED, where, "在设备日志中的证明不成立", "its proof in the device's log does not hold"
            )
        if row["state"] != "active":
            self.say(
                REVOKED,
                where,
                "设备停用或隔离后才送达中心",
                "came to the centre after the device was revoked",
            )
        if (name[0], size) not in self.placed_checkpoints:
            self.say(UNPLACED, where, "没有经中心登记的回执", "has no receipt in the centre's log")

    def check_seals(self) -> None:
        """Everything that a concluded inspection consisted of is here, and is what it was."""
        self.seals = []
        for name, entry in self.evidence.entries.items():
            if entry.header["type"] != "inspection.sealed":
                continue
            where = "%s/%d" % name
            if entry.seal is None:
                if where not in self.evidence.wrong_bodies:
                    self.say(INCOMPLETE, where, "封存记录没有内容", "the body of a seal is not there")
                continue
            self.seals.append(
                {
                    "inspection": entry.header["aggregate"],
                    "entry": where,
                    "hash": entry.hash.hex(),
                    "fingerprint": crockford(entry.hash[:10]),
                }
            )
            try:
                sealed = sealed_refs(entry.seal)
                count, digest, photo_digest = (
                    entry.seal[key] for key in ("count", "entries_sha256", "photos_sha256")
                )
            except (ValueError, TypeError, KeyError):
                self.say(TAMPERED, where, "封存记录读不懂", "the seal cannot be read")
                continue
            absent = [one for one in sealed if one not in self.evidence.entries]
            for one in absent:
                self.say(INCOMPLETE, "%s/%d" % one, "封存的记录不在", "an entry of the seal is not there")
            if absent:
                continue
            found = [self.evidence.entries[one] for one in sealed]
            if (
                len(found) != count
                or hashlib.sha256(b"".join(one.hash for one in found)).hexdigest() != digest
            ):
                self.say(TAMPERED, where, "封存的记录已变", "the entries are not those that were sealed")
            hidden = any(one.withheld and one.header["type"].endswith(".photo_added") for one in found)
            photos = "".join(sorted({one.photo + "\n" for one in found if one.photo}))
            if not hidden and hashlib.sha256(photos.encode()).hexdigest() != photo_digest:
                self.say(TAMPERED, where, "封存的照片已变", "the photos are not those that were sealed")

    def check_photos(self) -> None:
        evidence, files = self.evidence, self.evidence.archive.members
        named = {entry.photo for entry in evidence.entries.values() if entry.photo}
        used = set()
        for sha256, row in evidence.photos.items():
            where = row["file"] or "photo " + sha256
            if sha256 not in named | evidence.withheld_photos:
                self.say(TAMPERED, where, "没有记录提到此照片", "no entry names this photo")
            if row["file"] and sha256 in evidence.withheld_photos:
                self.say(TAMPERED, where, "称未附原图,实有原图", "said to be withheld, and is there")
            if not row["file"] and sha256 not in evidence.withheld_photos:
                self.say(INCOMPLETE, where, "缺少原图", "the original is not there")
            for path in (row["file"], row["masked"]):
                used.add("data/" + path)
                if path and "data/" + path not in files:
                    self.say(INCOMPLETE, path, "缺少此文件", "the file is not there")
            member = files.get("data/" + row["file"])
            if member and (member.sha256, member.size) != (sha256, row["bytes"]):
                self.say(TAMPERED, where, "不是记录所称的照片", "is not the photo that was recorded")
        for sha256 in sorted((named | evidence.withheld_photos) - set(evidence.photos)):
            self.say(INCOMPLETE, "photo " + sha256, "缺少此照片", "the photo is not there")
        for path in files:
            if path.startswith("data/photos") and path not in used:
                self.say(TAMPERED, path, "没有记录提到此照片", "no entry names this photo")

    def check_witnesses(self) -> None:
        """Who else saw the centre's log as it is here, and whether the policy is content."""
        evidence, policy, head = self.evidence, self.policy, self.head
        seen: set[str] = set()
        for at, (note, path) in enumerate(evidence.witnesses, 1):
            where = f"witnesses.jsonl:{at}"
            try:
                later, lines = read_note(note)
            except ValueError:
                self.say(TAMPERED, where, "不是签名文本", "is not a signed note")
                continue
            holds = (
                head is not None
                and later.origin == head.origin
                and grew(head.size, head.root, later.size, later.root, path)
            )
            if not holds or not line_holds(later, later.origin, SIGNED, evidence.centre, lines):
                self.say(TAMPERED, where, "与中心日志不一致", "does not fit the centre's log")
                continue
            for name, (key_name, public) in (policy.witnesses if policy else {}).items():
                signed = line_holds(later, key_name, COSIGNED, public, lines)
                if signed is False:
                    self.say(TAMPERED, where, "见证签名无效", "a witness's signature does not hold")
                if signed:
                    seen.add(name)
        self.cosigners = sorted(seen)
        hashed = leaf_hash(encode({"kind": "policy", "sha256": hashlib.sha256(evidence.policy_text.encode()).hexdigest(),
                                   "time": evidence.policy_time}))  # fmt: skip
        proven = self.placed("policy.txt", hashed, evidence.policy_place) or self.policy_given
        ours = head is not None and policy is not None and (head.origin, evidence.centre) in policy.logs
        enough, self.agencies = policy.met(seen) if policy else (False, [])
        if not (enough and proven and ours):
            self.say(
                UNWITNESSED,
                "policy.txt",
                "见证未达要求的单位数,或没有要求",
                "the policy's quorum is not met, or there is none",
            )

    def check_root(self) -> None:
        public = self.evidence.centre or self.exporter
        if not self.root or not is_root(self.root, public):
            self.say(
                UNKNOWN_ROOT,
                fingerprint(public),
                "中心公钥的指纹未经核对",
                "the centre's key was not compared with one you know",
            )

    def times(self) -> list[dict[str, Any]]:
        """For each entry: not before, not after (seconds since 1970 UTC, or None), and what the device's clock said."""
        evidence, floor = self.evidence, {}
        for name, entry in evidence.entries.items():
            floor[name] = self.anchor(name, entry.anchor)
        changed = True
        while changed:  # an entry is younger than what its device wrote before it, and than what it replaces
            changed, before = False, ("", 0)
            for name, entry in evidence.entries.items():
                older = [floor[one] for one in entry.header["replaces"] if one in floor]
                newest = max([floor[name], floor[before] if before[0] == name[0] else 0] + older)
                changed, floor[name], before = changed or newest > floor[name], newest, name
        rows = []
        for name, entry in evidence.entries.items():
            row = evidence.checkpoints.get((name[0], evidence.proofs.get(name, (-1, []))[0]), {"time": None})
            rows.append({"entry": "%s/%d" % name, "type": entry.header["type"], "not_before": floor[name] or None,
                         "not_after": row["time"], "clock": entry.header["time"]["wall"] / 1000})  # fmt: skip
        return rows

    def jumps(self) -> list[str]:
        """Entries at which the device's clock was set by more than 2 s against the one that nobody can set."""
        drift: dict[tuple[str, str], int] = {}
        found = []
        for name, entry in self.evidence.entries.items():
            when = entry.header["time"]
            key, ahead = (name[0], when["boot"]), when["wall"] - when["monotonic"]
            if abs(drift.get(key, ahead) - ahead) > 2000:
                found.append("%s/%d" % name)
            drift[key] = ahead
        return found

    def anchor(self, name: Ref, anchor: Any) -> int:
        """The time of the receipt that an entry quotes, if the centre gave it; else 0."""
        try:
            found = members(anchor, "size root time cosignature")
            words = checkpoint_text(
                "inspector/device/" + name[0], number(found["size"]), public_key(found["root"])
            )
            when, signed = number(found["time"]), signature(found["cosignature"])
        except (ValueError, TypeError):
            return 0
        return when if self.evidence.centre and cosigned(words, self.evidence.centre, when, signed) else 0


def sealed_refs(seal: dict[str, Any]) -> list[Ref]:
    """The entries that a seal names, in order; ValueError where its ranges are none."""
    found: list[Ref] = []
    for row in rising_devices(seal["entries"]):
        before = -1
        for run in text(row["seqs"]).split(","):
            match = re.fullmatch("([1-9][0-9]{0,15})(?:-([1-9][0-9]{0,15}))?", run)
            low = int(match[1]) if match else 0
            high = int(match[2] or low) if match else 0
            need(
                match
                and before + 1 < low
                and (match[2] is None or low < high)
                and high - low < 20000 - len(found)
            )
            found += [(row["device"], one) for one in range(low, high + 1)]
            before = high
    return found


def rising_devices(value: Any) -> list[dict[str, Any]]:
    rows = [members(one, "device seqs") for one in value]
    rising([text(row["device"], DEVICE) for row in rows])
    return rows


# ---------------------------------------------------------------------------------------------------------------------------
# The report.


def verify(path: str, root: str = "", policy: Policy | None = None) -> dict[str, Any]:
    """Check a file: its verdict, why, and what it holds. OSError where it cannot be read."""
    report: dict[str, Any] = {"case": None, "sm3_checked": "sm3" in hashlib.algorithms_available}
    with open(path, "rb") as file:  # noqa: PTH123
        try:
            archive = Archive(file)
            exporter, reasons = check_bag(archive)
            if not any(
                reason.exit in (TAMPERED, MALFORMED) or reason.where.startswith("data/evidence/")
                for reason in reasons
            ):
                check = Check(Evidence(archive), exporter, root, policy)
                reasons += check.reasons
                report.update(describe(check))
        except StopError as stop:
            reasons = stop.reasons
    status = next((one for one in ORDER if any(reason.exit == one for reason in reasons)), VERIFIED)
    report.update(verdict=VERDICTS[status][0], exit=status)
    report["reasons"] = [
        {"verdict": VERDICTS[one.exit][0], "where": one.where, "zh": one.zh, "en": one.en} for one in reasons
    ]
    return report


def describe(check: Check) -> dict[str, Any]:
    """What the file holds and who vouches for it."""
    evidence, export = check.evidence, check.evidence.export
    authors: dict[str, int] = {}
    for device, _ in evidence.entries:
        authors[device] = authors.get(device, 0) + 1
    departments = {device: records[-1]["department"] for device, records in evidence.devices.items()}
    head = check.head
    return {
        "case": evidence.case["case"], "edition": evidence.edition, "subject": evidence.case["subject"],
        "entries": len(evidence.entries), "photos": len(evidence.photos),
        "withheld": {"entries": len(evidence.withheld), "photos": len(evidence.withheld_photos)},
        "exported": {**export, "department": departments.get(export["device"], "")},
        "authors": [{"device": name, "department": departments.get(name, ""), "entries": count}
                    for name, count in sorted(authors.items())],
        "centre": {"name": evidence.centre_name, "fingerprint": fingerprint(evidence.centre) if evidence.centre else "",
                   "origin": head.origin if head else "", "size": head.size if head else 0},
        "agencies": check.agencies, "witnesses": check.cosigners, "seals": check.seals,
        "times": check.times(), "jumps": check.jumps(),
    }  # fmt: skip


def shown(value: Any) -> str:
    """A text of the file, harmless for a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in str(value))


def clock(seconds: int | None) -> str:
    return "—" if seconds is None else time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(seconds))


def page(report: dict[str, Any], english: bool) -> Iterator[str]:
    """The report for people."""
    status = report["exit"]
    yield f"{('结论', 'Verdict')[english]}: {VERDICTS[status][1 + english]} ({status})"
    for reason in report["reasons"][:40]:
        yield f"  - {shown(reason['where'])}: {reason['en' if english else 'zh']}"
    if len(report["reasons"]) > 40:
        yield f"  … {len(report['reasons'])}"
    if report["case"] is not None:
        export, withheld, centre = report["exported"], report["withheld"], report["centre"]
        yield f"{('案卷', 'Case')[english]}: {shown(report['case'])}  {shown(report['subject'])}  [{report['edition']}]"
        yield (f"{('记录', 'Entries')[english]}: {report['entries']} (-{withheld['entries']})  "
               f"{('照片', 'Photos')[english]}: {report['photos']} (-{withheld['photos']})")  # fmt: skip
        yield (f"{('导出', 'Exported')[english]}: {clock(export['time'])}  {export['device']} {shown(export['department'])}  "
               f"{shown(export['reason'])}")  # fmt: skip
        for author in report["authors"]:
            yield f"  {author['device']} {shown(author['department'])}: {author['entries']}"
        yield f"{('中心', 'Centre')[english]}: {shown(centre['name'])} {centre['fingerprint']}"
        yield f"{('见证', 'Witnessed by')[english]}: {', '.join(map(shown, report['agencies'])) or '—'}"
        befores = [row["not_before"] for row in report["times"] if row["not_before"]]
        afters = [row["not_after"] for row in report["times"] if row["not_after"]]
        yield f"{('时间', 'Time')[english]}: {clock(min(befores, default=None))} … {clock(max(afters, default=None))}"
        for seal in report["seals"]:
            yield f"{('封存', 'Sealed')[english]}: {shown(seal['inspection'])} {seal['fingerprint']}"
    yield ("核验不能证明:", "This does not prove:")[english]
    for line in NOT_PROVEN:
        yield f"  - {line[english]}"


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks a case file; the exit status is the verdict.")
    parser.add_argument("file")
    parser.add_argument(
        "--root", default="", help="fingerprint of the centre's key, 64 hex characters, or vkey"
    )
    parser.add_argument("--policy", help="a tlog-policy that you trust")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    asked = parser.parse_args()
    try:
        if asked.root:
            is_root(asked.root, b"")
        policy = Policy(open(asked.policy, encoding="utf-8").read()) if asked.policy else None  # noqa: PTH123, SIM115
        report = verify(asked.file, asked.root, policy)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    out = (
        json.dumps(report, ensure_ascii=False, indent=1)
        if asked.json
        else "\n".join(page(report, asked.lang == "en"))
    )
    sys.stdout.buffer.write((out + "\n").encode())
    return int(report["exit"])


if __name__ == "__main__":
    sys.exit(main())
