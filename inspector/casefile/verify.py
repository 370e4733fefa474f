#!/usr/bin/env python3
"""Checks a case file of `inspector` (docs/case-file.md, format 1) with nothing but Python 3.9 or later.

    python verify.py CASE.zip [--root FINGERPRINT] [--policy FILE] [--json] [--lang zh|en]

It reads the ZIP as a stream, unpacks nothing, writes nothing, needs no network and runs no code that it reads. Take it from a place
that you trust: the copy inside of a case file is for convenience. `--root` is the fingerprint of the centre's key, from paper or from
the office; without it the verdict is at best "unknown root". `--policy` puts a policy that you trust in the place of the file's.

Read it from top to bottom: what it can say, signatures, JSON, trees, notes and policies, the ZIP, the bag, the evidence, what must
hold of that, the report. The exit status is the verdict:

     0 verified    10 unwitnessed    11 signed, not at the centre   12 redacted
    20 tampered    21 incomplete     22 unknown root                23 after revocation
    30 malformed   31 unsupported     2 wrong use, or the file cannot be opened
"""

# fmt: off
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
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple, NoReturn

FORMAT = b"1"
VERIFIED, UNWITNESSED, UNPLACED, REDACTED = 0, 10, 11, 12
TAMPERED, INCOMPLETE, UNKNOWN_ROOT, REVOKED = 20, 21, 22, 23
MALFORMED, UNSUPPORTED = 30, 31
# The first of these that something is to be said of is the verdict.
ORDER = (MALFORMED, UNSUPPORTED, TAMPERED, INCOMPLETE, REVOKED, UNKNOWN_ROOT, UNPLACED, UNWITNESSED, REDACTED)
VERDICTS = {
    VERIFIED: ("verified", "核验通过：自设备签名起未被改动", "verified: unchanged since its devices signed it"),
    UNWITNESSED: ("unwitnessed", "日志见证单位不足", "unwitnessed: too few agencies cosigned the centre's log"),
    UNPLACED: ("not_at_centre", "有签名，但未经中心登记", "signed by its devices, but not in the centre's log"),
    REDACTED: ("redacted", "核验通过（公开件，部分内容未附）", "redacted: everything that is here holds, some of it is withheld"),
    TAMPERED: ("tampered", "已被改动", "tampered"),
    INCOMPLETE: ("incomplete", "不完整", "incomplete"),
    UNKNOWN_ROOT: ("unknown_root", "中心身份未核对", "unknown root: the centre's key was not compared with one you know"),
    REVOKED: ("after_revocation", "含设备停用或隔离后的记录", "recorded or exported by a device that was revoked"),
    MALFORMED: ("malformed", "文件格式不对", "malformed: not a case file"),
    UNSUPPORTED: ("unsupported", "不认识的版本", "unsupported: take a newer verifier"),
}
REASONS = {  # what can be said of a file or an entry: the verdict that it leads to, and the sentence
    "zip": (MALFORMED, "不是案卷文件的 ZIP，或被截断、添加", "not the ZIP of a case file, or something was cut off or added"),
    "name": (MALFORMED, "案卷文件中不应有此文件", "a case file has no such file"),
    "order": (MALFORMED, "文件名重复、次序不对或文件过多", "a name twice, out of order, or too many files"),
    "directory": (MALFORMED, "目录与成员不符", "the directory does not fit the members"),
    "size": (MALFORMED, "文件过大", "the file is too large"),
    "moving": (MALFORMED, "读取时文件发生变化", "the file changed while it was read"),
    "format": (MALFORMED, "格式不对", "is not of the format"),
    "version": (UNSUPPORTED, "不认识这个案卷格式版本", "a version of the format that is not known here"),
    "crc": (TAMPERED, "内容与 ZIP 校验值不符", "the content does not fit its CRC-32"),
    "changed": (TAMPERED, "文件已被改动", "the file was changed"),
    "unlisted": (TAMPERED, "清单中没有此文件", "no manifest lists the file"),
    "sm3": (TAMPERED, "SM3 校验值或清单不符", "has another SM3, or the SM3 manifest lists other files"),
    "signature": (TAMPERED, "导出设备的签名无效", "the exporting device's signature does not hold"),
    "signers": (TAMPERED, "与签名的密钥不符", "is not of the key that signed"),
    "signer": (TAMPERED, "签名的不是所称的导出设备", "another device signed than the one named"),
    "head": (TAMPERED, "中心的签名无效", "the centre's signature does not hold"),
    "place": (TAMPERED, "在中心日志中的证明不成立", "its proof in the centre's log does not hold"),
    "device": (TAMPERED, "设备名与公钥不符", "the device's name is not that of its key"),
    "checkpoint": (TAMPERED, "设备签名无效", "the device's signature does not hold"),
    "receipt": (TAMPERED, "中心回执无效", "the centre's receipt does not hold"),
    "body": (TAMPERED, "内容与其哈希不符", "the body is not the one of the header"),
    "present": (TAMPERED, "称未附，实已附", "said to be withheld, and is there"),
    "proof": (TAMPERED, "在设备日志中的证明不成立", "its proof in the device's log does not hold"),
    "stray": (TAMPERED, "证明没有对应的记录", "a proof of an entry that is not there"),
    "seal": (TAMPERED, "封存的记录或照片已变", "the entries or photos are not those that were sealed"),
    "unnamed": (TAMPERED, "没有记录提到此照片", "no entry names this photo"),
    "photo": (TAMPERED, "不是记录所称的照片", "is not the photo that was recorded"),
    "fork": (TAMPERED, "与中心日志不一致", "does not fit the centre's log"),
    "witness": (TAMPERED, "见证签名无效", "a witness's signature does not hold"),
    "file_missing": (INCOMPLETE, "缺少此文件", "the file is not there"),
    "entry_missing": (INCOMPLETE, "缺少此记录", "the entry is not there"),
    "body_missing": (INCOMPLETE, "没有内容", "the body is not there"),
    "proof_missing": (INCOMPLETE, "缺少证明", "its proof is not there"),
    "key_missing": (INCOMPLETE, "缺少设备的公钥", "the key of the device is not there"),
    "photo_missing": (INCOMPLETE, "缺少原图", "the photo is not there"),
    "revoked": (REVOKED, "设备停用或隔离后才送达中心", "came to the centre after the device was revoked"),
    "root": (UNKNOWN_ROOT, "中心公钥的指纹未经核对", "the centre's key was not compared with one you know"),
    "other_root": (UNKNOWN_ROOT, "案卷的中心公钥是这个指纹，与给出的不同", "the file's centre key, not the one you gave"),
    "unplaced": (UNPLACED, "没有经中心登记的回执", "has no receipt in the centre's log"),
    "unenrolled": (UNPLACED, "设备未在中心登记", "the device is not in the centre's log"),
    "quorum": (UNWITNESSED, "见证未达要求的单位数，或没有要求", "the policy's quorum is not met, or there is none"),
    "redacted": (REDACTED, "公开件", "a redacted edition"),
}
NOT_PROVEN = (
    ("记录的内容属实", "that what is recorded is true"),
    ("镜头对着的是现场（而不是屏幕或照片）", "that the camera was pointed at reality"),
    ("没有漏记的事", "that nothing was left unrecorded"),
    ("确切的时刻：只有先后界限", "the exact moment: there are only bounds before and after"),
    ("见证单位到过现场：它们见证的是中心日志没有改写",
     "that the agencies which cosigned were on site: they vouch for the centre's log"),
    ("文书、缩略图等由导出设备制作，以其签名为限", "documents and small pictures beyond the word of the device that exported"),
)
Reason = tuple[str, str]  # a key of REASONS, and the file or entry where it shows
Ref = tuple[str, int]  # an entry: device and number; a device's checkpoint: device and size


class StopError(Exception):
    """Nothing more can be checked, for these reasons."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__()
        self.reasons = reasons


def need(holds: object) -> None:
    """ValueError unless something of the format is as it must be."""
    if not holds:
        raise ValueError("not of the format")


# ---------------------------------------------------------------------------------------------------------------------------
# Ed25519 (RFC 8032 §5.1), verification only. Strict: canonical points, S below the order, no key of small order.

Point = tuple[int, int, int, int]  # X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z
PRIME = 2**255 - 19
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE_D = -121665 * pow(121666, -1, PRIME) % PRIME
SMALL_ORDER_Y = (
    0, 1, PRIME - 1,
    int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"),
    int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"),
)
BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
BASE_Y = 4 * pow(5, -1, PRIME) % PRIME
BASE: Point = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % PRIME)


def add(p: Point, q: Point) -> Point:
    """The sum of two points (RFC 8032 §5.1.4)."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % PRIME, (p[1] + p[0]) * (q[1] + q[0]) % PRIME
    c, d = 2 * CURVE_D * p[3] * q[3] % PRIME, 2 * p[2] * q[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def is_public_key(public: bytes) -> bool:
    """Whether these are 32 bytes of a canonical y, not of small order."""
    y = int.from_bytes(public, "little") & ((1 << 255) - 1)
    return len(public) == 32 and y < PRIME and y not in SMALL_ORDER_Y


def decompress(public: bytes) -> Point | None:
    """The point of a public key (RFC 8032 §5.1.3), or None."""
    sign, y = public[31] >> 7, int.from_bytes(public, "little") & ((1 << 255) - 1)
    square = (y * y - 1) * pow(CURVE_D * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    if (x * x - square) % PRIME or (x == 0 and sign):
        return None
    x = x if x & 1 == sign else PRIME - x
    return x, y, 1, x * y % PRIME


def combine(first: int, p: Point, second: int, q: Point) -> Point:
    """p, `first` times, and q, `second` times: bit by bit, both at once."""
    total: Point = (0, 1, 1, 0)
    sums = (total, p, q, add(p, q))
    for bit in range(max(first.bit_length(), second.bit_length()) - 1, -1, -1):
        total = add(total, total)
        both = first >> bit & 1 | (second >> bit & 1) << 1
        total = add(total, sums[both]) if both else total
    return total


def ed25519(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the signature is this key's over this message."""
    if len(signature) != 64 or not is_public_key(public):
        return False
    factor, key = int.from_bytes(signature[32:], "little"), decompress(public)
    if factor >= GROUP_ORDER or key is None:
        return False
    minus = PRIME - key[0], key[1], key[2], PRIME - key[3]
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % GROUP_ORDER
    x, y, z, _ = combine(factor, BASE, challenge, minus)  # S·B − k·A must be R, byte by byte
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


def is_root(given: str, public: bytes) -> bool:
    """Whether `--root` names this key: by its fingerprint, its SHA-256 in hex, or a vkey. ValueError where it is none of these."""
    given = unicodedata.normalize("NFKC", given.strip())
    if "+" in given:
        return read_vkey(given)[2] == public
    if re.fullmatch("[0-9a-fA-F]{64}", given):
        return given.lower() == hashlib.sha256(public).hexdigest()
    plain = re.sub("[\\s‐-―-]", "", given.upper()).translate(str.maketrans("OILU", "011V"))
    need(re.fullmatch(f"[{CROCKFORD}]{{32}}", plain))
    return plain == fingerprint(public).replace("-", "")


# ---------------------------------------------------------------------------------------------------------------------------
# Canonical JSON (formats.md): bytes count only if the value, written anew, gives the same bytes.

MAX_INT = 2**53 - 1
KEY = re.compile("[a-z][a-z0-9_]{0,39}")
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def refuse(why: str) -> NoReturn:
    raise ValueError(why[:20])


DECODER = json.JSONDecoder(
    parse_int=lambda digits: int(digits) if len(digits) < 18 else refuse(digits), parse_float=refuse, parse_constant=refuse
)


def check_value(value: Any, depth: int) -> None:
    """ValueError where the profile does not allow a value."""
    if isinstance(value, (dict, list)):
        need(depth)
        need(all(KEY.fullmatch(key) for key in value) if isinstance(value, dict) else True)
        for item in value.values() if isinstance(value, dict) else value:
            check_value(item, depth - 1)
    elif isinstance(value, str):
        need(not CONTROLS.search(value) and unicodedata.is_normalized("NFC", value))
    elif isinstance(value, int):
        need(-MAX_INT <= value <= MAX_INT)


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
    need(encode(value) == data)
    return value


# ---------------------------------------------------------------------------------------------------------------------------
# Merkle trees (RFC 9162 §2.1).


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def climb(first: int, last: int, old: bytes, new: bytes, path: Iterable[bytes]) -> tuple[bytes, bytes] | None:
    """From the node that ends the old tree to the roots of the old and the whole tree; None where the path is no path."""
    for sibling in path:
        if last == 0:
            return None
        if first & 1 or first == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        first, last = first >> 1, last >> 1
    return (old, new) if last == 0 else None


def included(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Whether the path leads from the leaf at an index to the root of a size (RFC 9162 §2.1.3.2)."""
    found = climb(index, size - 1, leaf, leaf, path) if 0 <= index < size else None
    return found is not None and found[1] == root


def grew(old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: list[bytes]) -> bool:
    """Whether the new tree begins with the old one, which has leaves (RFC 9162 §2.1.4.2)."""
    if not 0 < old_size < new_size:
        return 0 < old_size == new_size and not path and old_root == new_root
    path = path if old_size & (old_size - 1) else [old_root, *path]
    first, last = old_size - 1, new_size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    return bool(path) and climb(first, last, path[0], path[0], path[1:]) == (old_root, new_root)


# ---------------------------------------------------------------------------------------------------------------------------
# Signed notes, checkpoints, cosignatures, policies (C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-policy).

SIGNED, COSIGNED = 0x01, 0x04
NOTE_NAME = "[^\\s+\x00-\x1f]+"
NOTE_LINE = re.compile(f"— ({NOTE_NAME}) ([A-Za-z0-9+/]+={{0,2}})")
CHECKPOINT = re.compile(f"({NOTE_NAME})\n(0|[1-9][0-9]{{0,15}})\n([A-Za-z0-9+/=]{{44}})\n")
Lines = list[tuple[str, bytes, bytes]]  # of a note: name, key hash, signature


class Head(NamedTuple):
    """A checkpoint: which log, how many leaves, their root, and the text that says so."""

    origin: str
    size: int
    root: bytes
    text: str


def unbase64(text: str) -> bytes:
    """Strict base64; ValueError where it is not."""
    data = base64.b64decode(text.encode("ascii"), validate=True)
    need(base64.b64encode(data).decode() == text)
    return data


def key_hash(name: str, kind: int, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def read_vkey(text: str) -> tuple[str, int, bytes]:
    """Name, kind and public key of a vkey; ValueError where it is none."""
    name, hashed, material = text.split("+", 2)
    data = unbase64(material)
    need(re.fullmatch(NOTE_NAME, name) and data[:1] in (b"\x01", b"\x04") and is_public_key(data[1:]))
    need(hashed == key_hash(name, data[0], data[1:]).hex())
    return name, data[0], data[1:]


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"


def read_note(note: str) -> tuple[Head, Lines]:
    """The checkpoint of a signed note, and its lines; ValueError where it is none."""
    text, gap, below = note.rpartition("\n\n")
    lines, match = below.split("\n"), CHECKPOINT.fullmatch(text + "\n")
    need(len(note) <= 65536 and gap and not lines.pop() and lines and match)
    origin, size, root = match.groups() if match else ("", "", "")
    head = Head(origin, int(size), unbase64(root), text + "\n")
    need(len(head.root) == 32 and head.size <= MAX_INT)
    found: Lines = []
    for line in lines:
        words = NOTE_LINE.fullmatch(line)
        blob = unbase64(words[2]) if words else b""
        need(len(blob) >= 5)
        found.append((words[1] if words else "", blob[:4], blob[4:]))
    return head, found


def cosigned(text: str, public: bytes, when: int, signature: bytes) -> bool:
    return when < 2**63 and ed25519(public, signature, f"cosignature/v1\ntime {when}\n{text}".encode())


def signed_by(head: Head, lines: Lines, name: str, kind: int, public: bytes) -> bool | None:
    """Whether a key signed a note: all lines in its name hold. None where it has no line."""
    mine = [blob for at, hashed, blob in lines if (at, hashed) == (name, key_hash(name, kind, public))]
    if kind == SIGNED:
        held = [ed25519(public, blob, head.text.encode()) for blob in mine]
    else:
        held = [len(blob) == 72 and cosigned(head.text, public, int.from_bytes(blob[:8], "big"), blob[8:]) for blob in mine]
    return all(held) if held else None


class Policy:
    """A tlog-policy: which logs, which witnesses, and how many of which groups are enough. ValueError where the text is none."""

    def __init__(self, text: str) -> None:
        self.logs: list[tuple[str, bytes]] = []
        self.witnesses: dict[str, tuple[str, bytes]] = {}
        self.groups: dict[str, tuple[int, list[str]]] = {}
        self.quorum, free = "", set[str]()  # what may still become a member of a group
        keys = set[tuple[int, bytes]]()
        need(text.endswith("\n") and not re.search("[\x00-\x08\x0b-\x1f\x7f]", text))
        for line in text[:-1].split("\n"):
            kind, *words = re.split("[ \t]+", line.strip(" \t"))
            if kind == "log" and len(words) in (1, 2):
                name, sort, public = read_vkey(words[0])
                need(sort == SIGNED and (sort, public) not in keys)
                keys.add((sort, public))
                self.logs.append((name, public))
            elif kind == "witness" and len(words) in (2, 3):
                name, sort, public = read_vkey(words[1])
                need(sort == COSIGNED and (sort, public) not in keys and self.is_new(words[0]))
                keys.add((sort, public))
                self.witnesses[words[0]] = (name, public)
                free.add(words[0])
            elif kind == "group" and len(words) > 2:
                name, threshold, *members = words
                count = {"any": "1", "all": str(len(members))}.get(threshold, threshold)
                need(re.fullmatch("[1-9][0-9]{0,5}", count) and int(count) <= len(members) and self.is_new(name))
                need(len(set(members)) == len(members) and free.issuperset(members))
                self.groups[name] = (int(count), members)
                free.difference_update(members)
                free.add(name)
            elif kind == "quorum" and len(words) == 1:
                need(not self.quorum and (words[0] == "none" or not self.is_new(words[0])))
                self.quorum = words[0]
            else:
                need(kind == "" or kind.startswith("#"))
        need(self.quorum)

    def is_new(self, name: str) -> bool:
        return name != "none" and name not in self.witnesses and name not in self.groups

    def content(self, names: set[str]) -> set[str]:
        """Which witnesses and groups are content, given the witnesses that cosigned."""
        holds = set(names)
        for name, (count, members) in self.groups.items():
            holds |= {name} if len(holds.intersection(members)) >= count else set()
        return holds


# ---------------------------------------------------------------------------------------------------------------------------
# The ZIP. Every header is computed from name, size, CRC-32 and offset, and the bytes must be these.

MAX_MEMBERS, MAX_TAG, MAX_TEXT, MAX_LINE, FULL = 200_000, 1 << 26, 1 << 24, 600_000, 0xFFFFFFFF  # MAX_MEMBERS: lines as well
STARTED = "inspection.started"
MAX_ROUNDS, MAX_SEALED = 16, 1_000_000  # MAX_SEALED: entries that all seals name together
BAD_NAME = re.compile('[\x00-\x1f\x7f-\x9f\\\\:*?"<>|%\ud800-\udfff]')
WINDOWS_NAME = re.compile("(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])([.].*)?", re.IGNORECASE)
EVIDENCE = ("case.json", "entries.jsonl", "photos.jsonl", "proofs.jsonl", "checkpoints.jsonl", "devices.jsonl", "centre.json",
            "centre-log.txt", "witnesses.jsonl", "policy.txt", "export.json")
TAGS = ("HOW-TO-VERIFY.txt", "allowed_signers", "bag-info.txt", "bagit.txt", "manifest-sha256.txt", "manifest-sm3.txt", "verify.py")
LAST = ("tagmanifest-sha256.txt", "tagmanifest-sha256.txt.sig")
LAYOUT = re.compile("data/(?:documents|photos|photos-masked|contact-sheets)/.+|" + "|".join(
    re.escape(name) for name in (*("data/evidence/" + name for name in EVIDENCE), *TAGS, *LAST)))


class Member(NamedTuple):
    """A file of the bag: its size, its digests as read, and where its content begins."""

    size: int
    sha256: str
    sm3: str
    at: int


def local_header(name: bytes, size: int, crc: int) -> bytes:
    extra = struct.pack("<HHQQ", 1, 16, size, size) if size >= FULL else b""
    shown, version = min(size, FULL), 45 if extra else 20
    head = struct.pack("<I5H3I2H", 0x04034B50, version, 0x0800, 0, 0, 0x0021, crc, shown, shown, len(name), len(extra))
    return head + name + extra


def directory_header(name: bytes, size: int, crc: int, offset: int) -> bytes:
    large = [size, size] * (size >= FULL) + [offset] * (offset >= FULL)
    extra = struct.pack(f"<HH{len(large)}Q", 1, 8 * len(large), *large) if large else b""
    shown, version = min(size, FULL), 45 if extra else 20
    head = struct.pack("<I6H3I", 0x02014B50, 3 << 8 | version, version, 0x0800, 0, 0, 0x0021, crc, shown, shown)
    return head + struct.pack("<5H2I", len(name), len(extra), 0, 0, 0, 0o100644 << 16, min(offset, FULL)) + name + extra


def end_records(count: int, size: int, offset: int) -> bytes:
    zip64 = b""
    if count >= 0xFFFF or size >= FULL or offset >= FULL:
        zip64 = struct.pack("<IQ2H2I4Q", 0x06064B50, 44, 3 << 8 | 45, 45, 0, 0, count, count, size, offset)
        zip64 += struct.pack("<IIQI", 0x07064B50, 0, offset + size, 1)
    shown = min(count, 0xFFFF)
    return zip64 + struct.pack("<I4H2IH", 0x06054B50, 0, 0, shown, shown, min(size, FULL), min(offset, FULL), 0)


def is_name(name: str) -> bool:
    """Whether the format allows a member's name."""
    if len(name) > 240 or BAD_NAME.search(name) or not unicodedata.is_normalized("NFC", name):
        return False
    return all(part and part[-1] not in ". " and not WINDOWS_NAME.fullmatch(part) for part in name.split("/"))


class Archive:
    """The ZIP, read once: the digests of its members, and the content of its tag files. StopError where it is not of the format."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.length = file, file.seek(0, 2)
        self.members: dict[str, Member] = {}
        self.tags: dict[str, bytes] = {}
        self.reasons: list[Reason] = []
        self.has_sm3 = "sm3" in hashlib.algorithms_available
        headers: list[bytes] = []
        folder, names, offset = "", set[str](), file.seek(0)
        while True:
            fixed = file.read(30)
            if fixed[:4] != b"PK\x03\x04":
                break
            raw, size, crc, length = self.header(fixed)
            name = raw.decode("utf-8", "surrogateescape")
            at, _, path = name.partition("/")
            folder = folder or at
            if not is_name(name) or at != folder or not LAYOUT.fullmatch(path):
                raise StopError(("name", name))
            if name.casefold() in names or len(names) >= MAX_MEMBERS or (self.tags and path.startswith("data/")):
                raise StopError(("order", name))
            names.add(name.casefold())
            headers.append(directory_header(raw, size, crc, offset))
            self.take(path, size, crc, offset + length)
            offset += length + size
        file.seek(offset)
        for header in headers:
            if file.read(len(header)) != header:
                raise StopError(("directory", "ZIP"))
        end = end_records(len(headers), sum(map(len, headers)), offset)
        if file.read(len(end) + 1) != end or tuple(self.members)[-2:] != LAST:
            raise StopError(("zip", "ZIP"))

    def header(self, fixed: bytes) -> tuple[bytes, int, int, int]:
        """Name, size and CRC-32 of the next member, and the length of its header, which must follow from these."""
        crc, _, size, name_length, extra_length = struct.unpack("<3I2H", fixed[14:].ljust(16, b"\0"))
        name, extra = self.file.read(name_length), self.file.read(extra_length)
        size = int.from_bytes(extra[4:12], "little") if len(extra) == 20 else size
        if local_header(name, size, crc) != fixed + name + extra:
            raise StopError(("zip", name.decode("utf-8", "replace")))
        return name, size, crc, len(fixed + name + extra)

    def take(self, path: str, size: int, crc: int, at: int) -> None:
        """Read a member's content."""
        payload, left, found = path.startswith("data/"), size, 0
        sha256, sm3 = hashlib.sha256(), hashlib.new("sm3") if self.has_sm3 else hashlib.sha256()
        if at + size > self.length or (size > MAX_TAG and not payload):
            raise StopError(("zip" if payload or size <= MAX_TAG else "size", path))
        kept = []
        while left:
            chunk = self.file.read(min(left, 1 << 20))
            if not chunk:
                raise StopError(("zip", path))
            left, found = left - len(chunk), zlib.crc32(chunk, found)
            sha256.update(chunk)
            if payload:
                sm3.update(chunk)
            else:
                kept.append(chunk)
        if not payload:
            self.tags[path] = b"".join(kept)
        if found != crc:
            self.reasons.append(("crc", path))
        self.members[path] = Member(size, sha256.hexdigest(), sm3.hexdigest(), at)

    def lines(self, name: str, longest: int) -> Iterator[bytes]:
        """The lines of an evidence file without LF, read a second time and compared with the first."""
        member, done, digest = self.members["data/evidence/" + name], 0, hashlib.sha256()
        while done < member.size:
            self.file.seek(member.at + done)
            line = self.file.readline(min(longest + 1, member.size - done))
            digest.update(line)
            done += len(line)
            if not line.endswith(b"\n"):
                raise StopError(("format", name))
            yield line[:-1]
        if digest.hexdigest() != member.sha256:
            raise StopError(("moving", name))

    def text(self, name: str) -> str:
        """An evidence file that is one text, read a second time."""
        member = self.members["data/evidence/" + name]
        self.file.seek(member.at)
        data = self.file.read(min(member.size, MAX_TEXT + 1))
        if hashlib.sha256(data).hexdigest() != member.sha256:
            raise StopError(("size" if member.size > MAX_TEXT else "moving", name))
        try:
            return data.decode("utf-8")
        except ValueError:
            raise StopError(("format", name)) from None


# ---------------------------------------------------------------------------------------------------------------------------
# The bag (RFC 8493), and the signature over it (OpenSSH, PROTOCOL.sshsig).

BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def ssh_strings(*values: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(value)) + value for value in values)


def ssh_signature(public: bytes, signature: bytes) -> bytes:
    """The one file that the format allows for this key and signature."""
    key, inner = ssh_strings(b"ssh-ed25519", public), ssh_strings(b"ssh-ed25519", signature)
    blob = b"SSHSIG" + struct.pack(">I", 1) + ssh_strings(key, b"inspector-case", b"", b"sha512", inner)
    text = base64.b64encode(blob).decode()
    lines = [text[at : at + 70] for at in range(0, len(text), 70)]
    return "\n".join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----", ""]).encode()


def signer_of(data: bytes, message: bytes) -> bytes | None:
    """The key that signed a message, or None where the signature does not hold."""
    try:
        blob = base64.b64decode(b"".join(data.split(b"\n")[1:-2]), validate=True)
    except ValueError:
        return None
    public, signature = blob[33:65], blob[-64:]
    signed = b"SSHSIG" + ssh_strings(b"inspector-case", b"", b"sha512", hashlib.sha512(message).digest())
    return public if ssh_signature(public, signature) == data and ed25519(public, signature, signed) else None


def read_manifest(data: bytes) -> dict[str, str]:
    """Digest by path; ValueError where it is no manifest."""
    found: dict[str, str] = {}
    *lines, rest = data.decode("utf-8").split("\n")
    for line in lines:
        match = re.fullmatch("([0-9a-f]{64})  (.+)", line)
        need(match and match[2] not in found)
        if match:
            found[match[2]] = match[1]
    need(not rest)
    return found


def compare(archive: Archive, listed: dict[str, str], there: list[str]) -> Iterator[Reason]:
    """What a manifest and the files do not have in common."""
    known = set(there)
    for path in there:
        if path not in listed:
            yield "unlisted", path
        elif archive.members[path].sha256 != listed[path]:
            yield "changed", path
    yield from (("file_missing", path) for path in listed if path not in known)


def check_bag(archive: Archive) -> tuple[bytes, list[Reason]]:
    """Compare every file with the manifests: the key that signed, and what is wrong."""
    info = archive.tags.get("bag-info.txt", b"").split(b"\n")
    versions = [line[23:] for line in info if line.startswith(b"Inspector-Case-Format: ")]
    if versions != [FORMAT]:
        raise StopError(("version" if len(versions) == 1 else "format", "bag-info.txt"))
    reasons = archive.reasons
    public = signer_of(archive.tags[LAST[1]], archive.tags[LAST[0]])
    if public is None:
        raise StopError(*reasons, ("signature", LAST[1]))
    where = LAST[0]
    try:
        listed = read_manifest(archive.tags[where])
        reasons += compare(archive, listed, [path for path in archive.tags if path not in LAST])
        reasons += [("file_missing", path) for path in TAGS if path not in archive.tags and path not in listed]
        line = b'inspector namespaces="inspector-case" ssh-ed25519 ' + base64.b64encode(ssh_strings(b"ssh-ed25519", public)) + b"\n"
        if archive.tags.get("allowed_signers", line) != line:
            reasons.append(("signers", "allowed_signers"))
        if archive.tags.get("bagit.txt", BAGIT) != BAGIT:
            reasons.append(("format", "bagit.txt"))
        where = "manifest-sha256.txt"
        payload = read_manifest(archive.tags.get(where, b""))
        if where in archive.tags:
            reasons += compare(archive, payload, [path for path in archive.members if path.startswith("data/")])
        where = "manifest-sm3.txt"
        national = read_manifest(archive.tags.get(where, b""))
        if where in archive.tags and "manifest-sha256.txt" in archive.tags and list(national) != list(payload):
            reasons.append(("sm3", where))
        elif archive.has_sm3 and "manifest-sha256.txt" in archive.tags:  # GB/T 32905, where this Python's OpenSSL has it
            known = archive.members
            reasons += [("sm3", path) for path, digest in national.items() if path in known and known[path].sm3 != digest]
    except ValueError:
        reasons.append(("format", where))
    reasons += [("file_missing", "data/evidence/" + name) for name in EVIDENCE if "data/evidence/" + name not in archive.members]
    if any(REASONS[code][0] == TAMPERED for code, _ in reasons):  # what is malformed then is its consequence
        reasons = [one for one in reasons if REASONS[one[0]][0] != MALFORMED]
    return public, reasons


# ---------------------------------------------------------------------------------------------------------------------------
# The evidence: what its lines must look like. Each reader gives a member's value, or ValueError or TypeError.


def form(pattern: str) -> Callable[[Any], str]:
    """A reader of texts of a form."""
    compiled = re.compile(pattern, re.DOTALL)

    def read(value: Any) -> str:
        need(isinstance(value, str) and compiled.fullmatch(value))
        return str(value)

    return read


def within(low: int, high: int) -> Callable[[Any], int]:
    """A reader of integers."""

    def read(value: Any) -> int:
        need(isinstance(value, int) and not isinstance(value, bool) and low <= value <= high)
        return int(value)

    return read


def members(value: Any, shape: dict[str, Callable[[Any], Any]]) -> dict[str, Any]:
    """An object of exactly these members, each read."""
    need(isinstance(value, dict) and value.keys() == shape.keys())
    return {name: read(value[name]) for name, read in shape.items()}


def rising(read: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    """A reader of sorted arrays without repetition."""

    def read_all(value: Any) -> list[Any]:
        need(isinstance(value, list))
        found = [read(one) for one in value]
        need(all(left < right for left, right in zip(found, found[1:])))  # noqa: B905, RUF007
        return found

    return read_all


anything, number, positive = form(".*"), within(0, MAX_INT), within(1, MAX_INT)
name, device, hex64 = form("[A-Za-z0-9][A-Za-z0-9._@:-]{0,79}"), form("[a-z2-7]{16}"), form("[0-9a-f]{64}")


def sha256(value: Any) -> bytes:
    return bytes.fromhex(hex64(value))


def signature(value: Any) -> bytes:
    data = unbase64(anything(value))
    need(len(data) == 64)
    return data


def ref(value: Any) -> Ref:
    at, _, seq = form("[a-z2-7]{16}/[1-9][0-9]{0,15}")(value).partition("/")
    return at, int(seq)


def path(value: Any) -> list[bytes]:
    need(isinstance(value, list) and len(value) <= 64)
    return [sha256(one) for one in value]


def place(value: Any) -> dict[str, Any] | None:
    return None if value is None else members(value, {"index": number, "path": path})


TIME = {"wall": within(0, 253402300799999), "tz": within(-1439, 1439), "boot": form("[0-9a-f]{16}"), "monotonic": number}
HEADER: dict[str, Callable[[Any], Any]] = {
    "v": within(1, 1), "device": device, "seq": positive, "type": form("[a-z_]+[.][a-z_]+"), "aggregate": name, "scope": name,
    "actor": lambda value: value == "" or name(value), "time": lambda value: members(value, TIME), "replaces": rising(ref),
    "body_sha256": hex64,
}
ANCHOR = {"size": number, "root": sha256, "time": number, "cosignature": signature}
SHAPES: dict[str, dict[str, Callable[[Any], Any]]] = {
    "case.json": {"case": anything, "edition": form("internal|redacted"), "about": rising(anything), "subject": anything,
                  "withheld": lambda value: members(value, {"entries": rising(ref), "photos": rising(hex64)})},
    "entries.jsonl": {"header": anything, "body": lambda value: None if value is None else anything(value).encode()},
    "photos.jsonl": {"sha256": hex64, "file": form("(photos/[0-9]{4,8}-[0-9A-F]{8}[.][a-z0-9]{1,8})?"), "bytes": number,
                     "masked": form("(photos-masked/[0-9]{4,8}-[0-9A-F]{8}[.]jpg)?")},
    "proofs.jsonl": {"device": device, "seq": within(1, 10**16 - 1), "size": number, "path": path},
    "checkpoints.jsonl": {"device": device, "size": number, "root": sha256, "signature": signature, "place": place,
                          "time": lambda value: None if value is None else number(value),
                          "cosignature": lambda value: signature(value) if value else anything(value).encode(),
                          "state": form("active|revoked|quarantined")},
    "devices.jsonl": {"device": device, "public_key": sha256, "department": anything, "role": anything, "time": number,
                      "place": place},
    "centre.json": {"name": anything, "public_key": lambda value: sha256(value) if value else anything(value).encode(),
                    "policy_time": number, "policy_place": place},
    "witnesses.jsonl": {"note": anything, "consistency": path},
    "export.json": {"device": device, "entry": ref, "time": number, "reason": anything, "actor": anything},
}


class Entry(NamedTuple):
    """What is kept of an entry: its header, hash, whether its body is withheld, and what that says of photos, seals, anchors."""

    header: dict[str, Any]
    hash: bytes
    withheld: bool
    photo: str = ""
    seal: Any = None
    anchor: Any = None


def read_entry(header_text: str, body: bytes | None) -> tuple[Entry, bool]:
    """An entry, and whether its body has the hash that its header states (formats.md, "Entry")."""
    raw = header_text.encode()
    need(len(raw) <= 4096)
    header, hashed = members(decode(raw), HEADER), leaf_hash(raw)
    own = (header["device"], header["seq"])
    need(all(one[1] <= MAX_INT and (one[0] != own[0] or one[1] < own[1]) for one in header["replaces"]))
    if body is None:
        return Entry(header, hashed, True), True
    if not body or hashlib.sha256(body).hexdigest() != header["body_sha256"]:
        return Entry(header, hashed, False), False
    need(len(body) <= 262144)
    data = members(decode(body, 9), {"salt": form("[0-9a-f]{32}"), "data": lambda value: value})["data"]
    need(isinstance(data, dict))
    photo = data.get("sha256") if header["type"].endswith(".photo_added") else ""
    photo = photo if isinstance(photo, str) and re.fullmatch("[0-9a-f]{64}", photo) else ""
    return Entry(header, hashed, False, photo, data if header["type"] == "inspection.sealed" else None, data.get("anchor")), True


class Evidence:
    """Everything in `data/evidence/`, read; nothing of it is verified but the hashes of bodies."""

    def __init__(self, archive: Archive) -> None:
        self.archive, self.wrong_bodies = archive, list[Ref]()
        self.entries: dict[Ref, Entry] = {}
        for where, row in self.rows("entries.jsonl"):
            with_body = self.guarded(where, lambda row=row: read_entry(row["header"], row["body"]))  # type: ignore[misc]
            header = with_body[0].header
            self.put(self.entries, (header["device"], header["seq"]), with_body[0], where)
            if not with_body[1]:
                self.wrong_bodies.append((header["device"], header["seq"]))
        self.photos: dict[str, dict[str, Any]] = {}
        for where, row in self.rows("photos.jsonl"):
            fits = all(value == "" or value.rpartition("-")[2][:8] == row["sha256"][:8].upper()
                       for value in (row["file"], row["masked"]))
            if row["sha256"] in self.photos or not fits:
                raise StopError(("format", where))
            self.photos[row["sha256"]] = row
        self.proofs: dict[Ref, dict[str, Any]] = {}
        for where, row in self.rows("proofs.jsonl"):
            self.put(self.proofs, (row["device"], row["seq"]), row, where)
        self.checkpoints: dict[Ref, dict[str, Any]] = {}
        for where, row in self.rows("checkpoints.jsonl"):
            row["leaf"] = leaf("checkpoint", row["line"], "device size root state time")
            self.put(self.checkpoints, (row["device"], row["size"]), row, where)
            if (row["time"] is None) != (row["cosignature"] == b""):
                raise StopError(("format", where))
        devices: dict[Any, dict[str, Any]] = {}
        for where, row in self.rows("devices.jsonl"):
            row["leaf"] = leaf("device", row["line"], "device public_key department role time")
            self.put(devices, (row["device"], row["time"], row["department"], row["role"]), row, where)
        self.devices = list(devices.values())
        self.witnesses = [row for _, row in self.rows("witnesses.jsonl")]
        self.case, self.centre, self.export = (self.one(f"{file}.json") for file in ("case", "centre", "export"))
        self.withheld, self.hidden = (set(self.case["withheld"][kind]) for kind in ("entries", "photos"))
        self.key = self.centre["public_key"]
        if self.case["edition"] == "internal" and self.withheld | self.hidden:
            raise StopError(("format", "case.json"))
        if not is_public_key(self.key) and (self.key or self.centre["name"] or self.centre["policy_place"]):
            raise StopError(("format", "centre.json"))
        self.note, self.policy_text = archive.text("centre-log.txt"), archive.text("policy.txt")
        self.policy = self.guarded("policy.txt", lambda: Policy(self.policy_text) if self.policy_text else None)

    def guarded(self, where: str, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except (ValueError, TypeError):
            raise StopError(("format", where)) from None

    def rows(self, file: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each line's place in words, and its members; the line as it was is `line`."""
        for at, line in enumerate(self.archive.lines(file, MAX_LINE if file.endswith("l") else MAX_TEXT), 1):
            if at > MAX_MEMBERS:
                raise StopError(("size", file))
            raw = self.guarded(f"{file}:{at}", lambda line=line: decode(line))  # type: ignore[misc]
            row = self.guarded(f"{file}:{at}", lambda raw=raw: members(raw, SHAPES[file]))  # type: ignore[misc]
            yield f"{file}:{at}", {**row, "line": raw}

    def one(self, file: str) -> dict[str, Any]:
        rows = [row for _, row in self.rows(file)]
        if len(rows) != 1:
            raise StopError(("format", file))
        return rows[0]

    def put(self, rows: dict[Any, Any], key: Any, row: Any, where: str) -> None:
        """Lines come in rising order, none twice."""
        if rows and key <= next(reversed(rows)):
            raise StopError(("format", where))
        rows[key] = row


def leaf(kind: str, line: dict[str, Any], names: str) -> bytes:
    """The hash of the leaf of the centre's log that states these members of a line."""
    return leaf_hash(encode({"kind": kind, **{one: line[one] for one in names.split()}}))


# ---------------------------------------------------------------------------------------------------------------------------
# What must hold of the evidence.


def said(at: Ref) -> str:
    return f"{at[0]}/{at[1]}"


class Check:
    """Everything that is to be said of a case file whose bag holds. `exporter` is the key that signed the bag."""

    def __init__(self, evidence: Evidence, exporter: bytes, root: str, policy: Policy | None) -> None:
        self.evidence, self.exporter, self.given = evidence, exporter, policy
        self.reasons: list[Reason] = []
        self.seals: list[dict[str, str]] = []
        self.sealed_count = 0
        self.written: dict[tuple[str, str], list[int]] = {}  # the numbers of a device's entries by what they are about
        for at, entry in evidence.entries.items():
            self.written.setdefault((at[0], entry.header["aggregate"]), []).append(at[1])
        self.head = self.check_head()
        self.check_devices()
        self.check_checkpoints()
        for at, entry in evidence.entries.items():
            self.check_entry(at, entry)
            if entry.header["type"] == "inspection.sealed" and at not in evidence.wrong_bodies:
                self.check_seal(at, entry)
        self.say("body", *map(said, evidence.wrong_bodies))
        self.say("entry_missing", *(said(at) for at in sorted(evidence.withheld - evidence.entries.keys())))
        self.say("stray", *(said(at) for at in evidence.proofs if at not in evidence.entries))
        self.check_photos()
        self.check_witnesses()
        public = evidence.key or exporter
        if not root or not is_root(root, public):
            self.say("other_root" if root else "root", fingerprint(public))
        if evidence.case["edition"] == "redacted":
            self.say("redacted", "case.json")

    def say(self, code: str, *wheres: str) -> None:
        self.reasons += [(code, where) for where in wheres]

    def check_head(self) -> Head | None:
        """The checkpoint of the centre's log that all places lead to, if the centre signed it."""
        evidence = self.evidence
        if not evidence.note:
            return None
        try:
            head, lines = read_note(evidence.note)
            need(evidence.key and re.fullmatch(f"inspector/centre/{device_name(evidence.key)}/[^/]+", head.origin))
            need(signed_by(head, lines, head.origin, SIGNED, evidence.key))
        except ValueError:
            self.say("head", "centre-log.txt")
            return None
        return head

    def placed(self, where: str, hashed: bytes, at: dict[str, Any] | None) -> bool:
        """Whether a leaf is in the centre's log; a proof that does not hold is tampering."""
        head = self.head
        holds = at is not None and head is not None and included(hashed, at["index"], head.size, at["path"], head.root)
        if at is not None and not holds:
            self.say("place", where)
        return holds

    def check_devices(self) -> None:
        """Every device has a record in the centre's log, and its name is that of its key."""
        evidence, enrolled = self.evidence, set[str]()
        self.keys: dict[str, bytes] = {}
        for row in evidence.devices:
            if device_name(row["public_key"]) != row["device"]:
                self.say("device", row["device"])
            if self.placed(row["device"], row["leaf"], row["place"]):
                enrolled.add(row["device"])
            self.keys[row["device"]] = row["public_key"]
        self.say("unenrolled", *(sorted(self.keys.keys() - enrolled)))
        exporter = evidence.export["device"]
        if device_name(self.exporter) != exporter:
            self.say("signer", "export.json")
        self.say("key_missing", *sorted({exporter, *(at for at, _ in evidence.entries)} - self.keys.keys()))

    def check_checkpoints(self) -> None:
        """Every checkpoint is signed by its device, cosigned by the centre with its time, and in the centre's log."""
        evidence, self.receipted = self.evidence, set[Ref]()
        for at, row in evidence.checkpoints.items():
            where, text = "checkpoint " + said(at), checkpoint_text("inspector/device/" + at[0], at[1], row["root"])
            if at[0] not in self.keys:
                self.say("key_missing", where)
            elif not ed25519(self.keys[at[0]], row["signature"], text.encode()):
                self.say("checkpoint", where)
            if row["time"] is not None and not cosigned(text, evidence.key, row["time"], row["cosignature"]):
                self.say("receipt", where)
            if self.placed(where, row["leaf"], row["place"]) and row["time"] is not None:
                self.receipted.add(at)
            if row["state"] != "active" and at[0] == evidence.export["device"]:
                self.say("revoked", where)

    def check_entry(self, at: Ref, entry: Entry) -> None:
        """Its body is here or withheld, what it replaces is here, its device's log holds it, at a checkpoint of the centre."""
        evidence, header = self.evidence, entry.header
        if entry.withheld != (at in evidence.withheld):
            self.say("body_missing" if entry.withheld else "present", said(at))
        if header["scope"] != "county" or header["aggregate"] in evidence.case["about"]:
            self.say("entry_missing", *(said(old) for old in header["replaces"] if old not in evidence.entries))
        proof = evidence.proofs.get(at)
        row = evidence.checkpoints.get((at[0], proof["size"])) if proof else None
        if proof is None or row is None:
            self.say("proof_missing", said(at))
            return
        if not included(entry.hash, at[1] - 1, proof["size"], proof["path"], row["root"]):
            self.say("proof", said(at))
        if row["state"] != "active":
            self.say("revoked", said(at))
        if (at[0], proof["size"]) not in self.receipted:
            self.say("unplaced", said(at))

    def check_seal(self, at: Ref, entry: Entry) -> None:
        """Everything that a concluded inspection consisted of is here, and is what it was."""
        if entry.seal is None:
            self.say("body_missing", said(at))
            return
        self.seals.append({"inspection": entry.header["aggregate"], "entry": said(at), "hash": entry.hash.hex(),
                           "fingerprint": crockford(entry.hash[:10])})
        try:
            sealed, about = sealed_refs(entry.seal["entries"]), rising(anything)(entry.seal["about"])
            stated = [entry.seal[key] for key in ("count", "entries_sha256", "photos_sha256")]
        except (ValueError, TypeError, KeyError):
            self.say("seal", said(at))
            return
        self.sealed_count += len(sealed)
        if self.sealed_count > MAX_SEALED:
            raise StopError(("size", "entries.jsonl"))
        found = [self.evidence.entries[one] for one in sealed if one in self.evidence.entries]
        self.say("entry_missing", *(said(one) for one in sealed if one not in self.evidence.entries))
        digest = hashlib.sha256(b"".join(one.hash for one in found)).hexdigest()
        photos = hashlib.sha256("".join(sorted({one.photo + "\n" for one in found if one.photo})).encode()).hexdigest()
        hidden = any(one.withheld and one.header["type"].endswith(".photo_added") for one in found)
        named, own = set(sealed), [(seq, one) for one in about for seq in self.written.get((at[0], one), ())]
        begun = any((one.header["type"], one.header["aggregate"]) == (STARTED, entry.header["aggregate"]) for one in found)
        foreign = any(one.header["aggregate"] not in about for one in found) or (len(found) == len(sealed) and not begun)
        if foreign or entry.header["aggregate"] not in about or any(seq < at[1] and (at[0], seq) not in named for seq, _ in own):
            self.say("seal", said(at))  # it is of something else, or its own device left out what it had written
        elif len(found) == len(sealed) and ([len(found), digest] != stated[:2] or (photos != stated[2] and not hidden)):
            self.say("seal", said(at))

    def check_photos(self) -> None:
        """Every photo that an entry names is here or withheld, is what it was, and every photo here is named."""
        evidence, files, used = self.evidence, self.evidence.archive.members, set[str]()
        named = {entry.photo for entry in evidence.entries.values() if entry.photo}
        for photo, row in evidence.photos.items():
            where, member = row["file"] or "photo " + photo, files.get("data/" + row["file"])
            if photo not in named | evidence.hidden:
                self.say("unnamed", where)
            if bool(row["file"]) == (photo in evidence.hidden):
                self.say("present" if row["file"] else "photo_missing", where)
            shown = ["data/" + file for file in (row["file"], row["masked"]) if file]
            self.say("file_missing", *(file for file in shown if file not in files))
            if member and (member.sha256, member.size) != (photo, row["bytes"]):
                self.say("photo", where)
            used.update(shown)
        self.say("photo_missing", *("photo " + photo for photo in sorted((named | evidence.hidden) - evidence.photos.keys())))
        self.say("unnamed", *(file for file in files if re.match("data/photos(-masked)?/", file) and file not in used))

    def check_witnesses(self) -> None:
        """Who else saw the centre's log as it is here, and whether the policy is content."""
        evidence, policy, head = self.evidence, self.given or self.evidence.policy, self.head
        self.cosigners, self.agencies = set[str](), list[str]()
        known: dict[tuple[str, bytes], list[str]] = {}
        for one, (key_name, public) in (policy.witnesses if policy else {}).items():
            known.setdefault((key_name, key_hash(key_name, COSIGNED, public)), []).append(one)
        for at, row in enumerate(evidence.witnesses, 1):
            where = f"witnesses.jsonl:{at}"
            try:
                later, lines = read_note(row["note"])
                need(head and later.origin == head.origin and signed_by(later, lines, head.origin, SIGNED, evidence.key))
                need(head and grew(head.size, head.root, later.size, later.root, row["consistency"]))
            except ValueError:
                self.say("fork", where)
                continue
            for one in [one for pair in sorted({line[:2] for line in lines}) for one in known.get(pair, ())]:
                if policy and signed_by(later, lines, policy.witnesses[one][0], COSIGNED, policy.witnesses[one][1]):
                    self.cosigners.add(one)
                else:
                    self.say("witness", where)
        digest = hashlib.sha256(evidence.policy_text.encode()).hexdigest()
        stated = leaf("policy", {"sha256": digest, "time": evidence.centre["policy_time"]}, "sha256 time")
        proven = self.placed("policy.txt", stated, evidence.centre["policy_place"]) or self.given is not None
        content = policy.content(self.cosigners) if policy else set()
        if policy:
            self.agencies = [one for one in policy.groups if one in content and one != policy.quorum]
        if not (policy and head and proven and policy.quorum in content and (head.origin, evidence.key) in policy.logs):
            self.say("quorum", "policy.txt")

    def times(self) -> list[dict[str, Any]]:
        """For each entry: not before, not after (seconds since 1970 UTC, or None), the device's clock, and whether that was set."""
        entries, evidence = self.evidence.entries, self.evidence
        floor = {at: self.anchor(at[0], entry.anchor) for at, entry in entries.items()}
        ahead, rows = dict[Any, int](), []
        for _ in range(MAX_ROUNDS):  # an entry is younger than what its device wrote before it, and than what it replaces
            before = ("", 0)
            for at, entry in entries.items():
                older = [floor.get(old, 0) for old in entry.header["replaces"]]
                newest = max([floor[at], floor[before] if before[0] == at[0] else 0, *older])
                floor[at], before = newest, at
        for at, entry in entries.items():
            row = evidence.checkpoints.get((at[0], evidence.proofs.get(at, {}).get("size", -1)), {"time": None})
            when = entry.header["time"]
            run, now = (at[0], when["boot"]), when["wall"] - when["monotonic"]
            rows.append({"entry": said(at), "type": entry.header["type"], "not_before": floor[at] or None, "not_after": row["time"],
                         "clock": when["wall"] / 1000, "jumped": abs(ahead.get(run, now) - now) > 2000})
            ahead[run] = now
        return rows

    def anchor(self, at: str, anchor: Any) -> int:
        """The time of the receipt that an entry of this device quotes, if the centre gave it; else 0."""
        try:
            found = members(anchor, ANCHOR)
            text = checkpoint_text("inspector/device/" + at, found["size"], found["root"])
            need(cosigned(text, self.evidence.key, found["time"], found["cosignature"]))
        except (ValueError, TypeError):
            return 0
        return int(found["time"])


def sealed_refs(rows: Any) -> list[Ref]:
    """The entries that a seal names, in order; ValueError or TypeError where its ranges are none."""
    found: list[Ref] = []
    need(isinstance(rows, list))
    shapes = [members(row, {"device": device, "seqs": anything}) for row in rows]
    rising(device)([row["device"] for row in shapes])
    for row in shapes:
        before = -1
        for run in row["seqs"].split(","):
            match = re.fullmatch("([1-9][0-9]{0,15})(?:-([1-9][0-9]{0,15}))?", run)
            low, high = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
            need(match and before + 1 < low and (match[2] is None or low < high) and high - low + len(found) < 20_000)
            found += [(row["device"], seq) for seq in range(low, high + 1)]
            before = high
    return found


# ---------------------------------------------------------------------------------------------------------------------------
# The report.


def check_file(name: str) -> None:
    """OSError where there is something else than a file: a pipe would be waited for."""
    if Path(name).exists() and not Path(name).is_file():
        raise OSError(f"{name}: not a file")


def verify(file: str, root: str = "", policy: Policy | None = None) -> dict[str, Any]:
    """Check a file: its verdict, why, and what it holds. OSError where it cannot be read."""
    report: dict[str, Any] = {"case": None, "sm3_checked": "sm3" in hashlib.algorithms_available}
    check_file(file)
    with open(file, "rb") as opened:  # noqa: PTH123
        try:
            archive = Archive(opened)
            exporter, reasons = check_bag(archive)
            if not any(REASONS[code][0] in (TAMPERED, MALFORMED) or at.startswith("data/evidence/") for code, at in reasons):
                check = Check(Evidence(archive), exporter, root, policy)
                reasons += check.reasons
                report.update(describe(check))
        except StopError as stop:
            reasons = list(stop.reasons)
    exits = {REASONS[code][0] for code, _ in reasons}
    report["exit"] = next((one for one in ORDER if one in exits), VERIFIED)
    report["verdict"] = VERDICTS[report["exit"]][0]
    report["reasons"] = [{"code": code, "exit": REASONS[code][0], "where": where, "zh": REASONS[code][1], "en": REASONS[code][2]}
                         for code, where in reasons]
    return report


def describe(check: Check) -> dict[str, Any]:
    """What the file holds and who vouches for it."""
    evidence, export, head = check.evidence, check.evidence.export, check.head
    departments = {row["device"]: row["department"] for row in evidence.devices}
    counts: dict[str, int] = {}
    for at, _ in evidence.entries:
        counts[at] = counts.get(at, 0) + 1
    begun = {entry.header["aggregate"] for entry in evidence.entries.values() if entry.header["type"] == STARTED}
    return {
        "case": evidence.case["case"], "edition": evidence.case["edition"], "subject": evidence.case["subject"],
        "entries": len(evidence.entries), "photos": len(evidence.photos),
        "withheld": {"entries": len(evidence.withheld), "photos": len(evidence.hidden)},
        "exported": {**export["line"], "department": departments.get(export["device"], "")},
        "authors": [{"device": at, "department": departments.get(at, ""), "entries": count} for at, count in sorted(counts.items())],
        "centre": {"name": evidence.centre["name"], "fingerprint": fingerprint(evidence.key) if evidence.key else "",
                   "origin": head.origin if head else "", "size": head.size if head else 0},
        "agencies": check.agencies, "witnesses": sorted(check.cosigners), "seals": check.seals,
        "unsealed": sorted(begun - {seal["inspection"] for seal in check.seals}), "times": check.times(),
    }


def shown(value: Any) -> str:
    """A text of the file, harmless for a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in str(value))


EDITIONS = {"internal": ("内部卷", "internal"), "redacted": ("公开件", "redacted")}


def clock(seconds: int | None) -> str:
    if seconds is None or seconds > 253402200000:
        return "—"
    return time.strftime("%Y-%m-%d %H:%M:%S+08:00", time.gmtime(seconds + 8 * 3600))


def page(report: dict[str, Any], english: bool) -> Iterator[str]:
    """The report for people."""

    def tr(zh: str, en: str) -> str:
        return en if english else zh

    def whose(device: str) -> str:
        return tr("中心", "centre") if f"/{device}/" in report["centre"]["origin"] else "—"

    yield f"{tr('结论', 'Verdict')}  {tr(*VERDICTS[report['exit']][1:])}  ({report['exit']})"
    yield from (f"  - {shown(one['where'])}: {tr(one['zh'], one['en'])}" for one in report["reasons"][:40])
    if len(report["reasons"]) > 40:
        yield f"  … {len(report['reasons'])}"
    if report["case"] is not None:
        export, withheld, centre, times = (report[key] for key in ("exported", "withheld", "centre", "times"))
        yield f"{tr('案卷', 'Case')}  {shown(report['case'])}  {shown(report['subject'])}  {tr(*EDITIONS[report['edition']])}"
        yield f"{tr('记录', 'Entries')}  {report['entries']} ({tr('未附内容', 'withheld')} {withheld['entries']})"
        yield f"{tr('照片', 'Photos')}  {report['photos']} ({tr('未附原图', 'withheld')} {withheld['photos']})"
        exporter = f"{shown(export['department'])} {export['device']}"
        own = {"agency/" + re.sub(r"\s", "-", one["department"]) for one in (export, *report["authors"])}
        mark = tr("（本案单位）", " (of this case)")
        agencies = [re.sub("^agency/", "", shown(one)) + mark * (one in own) for one in report["agencies"]]
        yield f"{tr('导出', 'Exported')}  {clock(export['time'])}  {exporter}  {shown(export['reason'])}"
        yield from (f"{tr('记录设备', 'Recorded by')}  {shown(one['department']) or whose(one['device'])}"
                    f" {one['device']} ×{one['entries']}" for one in report["authors"])
        yield f"{tr('中心', 'Centre')}  {shown(centre['name'])}  {centre['fingerprint']}"
        yield f"{tr('日志见证单位', 'Log witnessed by')}  {', '.join(agencies) or '—'}"
        first, final = (clock(pick(one[key] for one in times) if times and all(one[key] for one in times) else None)
                        for key, pick in (("not_before", min), ("not_after", max)))
        yield f"{tr('全部记录：不早于', 'All entries: not before')}  {first}  {tr('不晚于', 'not after')}  {final}"
        yield from (f"{tr('封存', 'Sealed')}  {shown(one['inspection'])}  {one['fingerprint']}" for one in report["seals"])
        yield from (f"{tr('未封存（是否漏附无从知道）', 'Not sealed (whether something was left out cannot be known)')}  {shown(one)}"
                    for one in report["unsealed"])
    if not report["sm3_checked"]:
        yield tr("本机的 Python 没有 SM3，未核对 SM3 校验值。", "This Python has no SM3: the SM3 manifest was not checked.")
    yield tr("核验不能证明：", "This does not prove:")
    yield from (f"  - {tr(*line)}" for line in NOT_PROVEN)


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks a case file; the exit status is the verdict.")
    parser.add_argument("file")
    parser.add_argument("--root", default="", help="fingerprint of the centre's key, 64 hex characters, or vkey")
    parser.add_argument("--policy", help="a tlog-policy that you trust")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    asked = parser.parse_args()
    policy = None
    try:
        if asked.root:
            is_root(asked.root, b"")
    except ValueError:
        parser.error("--root: 不是中心公钥的指纹（八组，每组四个字符） not a fingerprint (eight groups of four characters)")
    try:
        if asked.policy:
            check_file(asked.policy)
            with open(asked.policy, "rb") as file:  # noqa: PTH123
                policy = Policy(file.read(MAX_TEXT).decode("utf-8"))
        report = verify(asked.file, asked.root, policy)
    except OSError as error:
        parser.error(f"读不出来 cannot be read: {error}")
    except ValueError:
        parser.error("--policy: 不是见证规则 not a tlog-policy")
    out = json.dumps(report, ensure_ascii=False, indent=1) if asked.json else "\n".join(page(report, asked.lang == "en"))
    sys.stdout.buffer.write((out + "\n").encode("utf-8", "replace"))
    return int(report["exit"])


if __name__ == "__main__":
    sys.exit(main())
