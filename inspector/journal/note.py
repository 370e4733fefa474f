"""Signed notes and checkpoints in the public C2SP formats: signed-note, tlog-checkpoint, tlog-cosignature.

A checkpoint is a text that states the size and the root of a log. The log's owner signs it; others cosign it
with their time. Only the Ed25519 types are known here: 0x01 (signature) and 0x04 (cosignature).
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from inspector.journal.canonical import MAX_INT, MalformedError
from inspector.journal.keys import SIGNATURE_BYTES, SigningKey, is_public_key, verify
from inspector.journal.merkle import HASH_BYTES

ED25519 = 0x01
COSIGNATURE_V1 = 0x04
MAX_NOTE_CHARS = 65_536
MAX_TIME = 2**63 - 1

_NAME = re.compile(r"[^\s+]+")
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")
_FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\ud800-\udfff]")
_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})\n")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Whose signatures of which kind are meant: a vkey of signed-note."""

    name: str
    kind: int
    public: bytes

    @property
    def key_hash(self) -> bytes:
        """The first 4 bytes of SHA-256(name ‖ LF ‖ kind ‖ public key)."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint states: a log by its origin, how many entries, and their root."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A signature over another's checkpoint: "at this time the largest tree of this log that I saw"."""

    time: int
    signature: bytes

    def to_bytes(self) -> bytes:
        """8 bytes of seconds since 1970, big-endian, then the 64 bytes of the signature."""
        return self.time.to_bytes(8, "big") + self.signature

    @classmethod
    def from_bytes(cls, data: bytes) -> "Cosignature":
        """The cosignature that `to_bytes` wrote.

        Raises:
            MalformedError: not 72 bytes, or a time beyond 2^63 − 1.
        """
        time = int.from_bytes(data[:8], "big")
        if len(data) != 8 + SIGNATURE_BYTES or time > MAX_TIME:
            raise MalformedError("不是 v1 联署签名", "not a v1 cosignature")
        return cls(time, data[8:])


@dataclass(frozen=True, slots=True)
class Note:
    """A note taken apart: its text and (name, key hash, signature) of each line. Nothing is verified yet."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    """The text that is signed: origin, size and base64 of the root, a line each.

    Raises:
        MalformedError: the origin is empty or has white space or "+", or the size or the root is off.
    """
    _check_name(origin)
    if not 0 <= size <= MAX_INT or len(root) != HASH_BYTES:
        raise MalformedError("检查点的大小或根无效", "the size or the root of a checkpoint is not valid")
    return f"{origin}\n{size}\n{_base64(root)}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """What a checkpoint text states. Extension lines are refused: no log of ours writes any.

    Raises:
        MalformedError: the text is not what `checkpoint_text` writes.
    """
    lines = text.split("\n")
    if len(lines) == 4 and _SIZE.fullmatch(lines[1]) is not None:
        found = Checkpoint(lines[0], int(lines[1]), _unbase64(lines[2]))
        if checkpoint_text(found.origin, found.size, found.root) == text:
            return found
    raise MalformedError("不是检查点文本", "not the text of a checkpoint")


def format_vkey(key: VerifierKey) -> str:
    """The text of a verifier key: name+hash+base64(kind ‖ public key)."""
    _check_name(key.name)
    return f"{key.name}+{key.key_hash.hex()}+{_base64(bytes([key.kind]) + key.public)}"


def parse_vkey(text: str) -> VerifierKey:
    """The verifier key that a text states.

    Raises:
        MalformedError: not of that form, an unknown kind, a key that is none, or a hash that does not fit.
    """
    name, _, rest = text.partition("+")
    material = _unbase64(rest[9:])
    if material and material[0] in (ED25519, COSIGNATURE_V1) and is_public_key(material[1:]):
        key = VerifierKey(name, material[0], material[1:])
        if format_vkey(key) == text:
            return key
    raise MalformedError("不是有效的验证公钥", "not a valid verifier key")


def sign_note(text: str, name: str, key: SigningKey) -> str:
    """The text with one Ed25519 signature line under it. `add_line` adds further ones."""
    vkey = VerifierKey(name, ED25519, key.public)
    return add_line(f"{_checked_text(text)}\n", vkey, key.sign(text.encode()))


def add_line(note: str, vkey: VerifierKey, signature: bytes) -> str:
    """The note with a signature line more. `signature` of a cosignature is `Cosignature.to_bytes()`."""
    _check_name(vkey.name)
    return f"{note}— {vkey.name} {_base64(vkey.key_hash + signature)}\n"


def parse_note(note: str) -> Note:
    """Take a note apart.

    Raises:
        MalformedError: too long, or not of the form of signed-note.
    """
    text, gap, below = note.rpartition("\n\n")
    if len(note) > MAX_NOTE_CHARS or not gap or not below:
        raise MalformedError("不是签名文本", "not a signed note")
    _checked_text(text + "\n")
    signatures = []
    for line in below.splitlines(keepends=True):
        match = _LINE.fullmatch(line)
        blob = _unbase64(match[2]) if match else b""
        if match is None or len(blob) < 5:
            raise MalformedError("签名行格式不对", "a signature line is not of the form")
        signatures.append((match[1], blob[:4], blob[4:]))
    return Note(text + "\n", tuple(signatures))


def verify_note(note: str, vkey: VerifierKey) -> str:
    """The text of a note that this key signed; a key of kind 0x04 is looked for as a cosignature.

    Lines of other keys are ignored, as the format wants.

    Raises:
        MalformedError: not a note, not signed by the key, or a line in the key's name does not verify.
    """
    opened = parse_note(note)
    lines = [
        sig for name, key_hash, sig in opened.signatures if (name, key_hash) == (vkey.name, vkey.key_hash)
    ]
    if not lines:
        raise MalformedError("没有该密钥的签名", "not signed by this key")
    if not all(_line_verifies(opened.text, vkey, sig) for sig in lines):
        raise MalformedError("签名无效", "the signature is not valid")
    return opened.text


def cosign(text: str, name: str, key: SigningKey, time_seconds: int) -> Cosignature:
    """Sign somebody's checkpoint with a time (seconds since 1970 UTC).

    The v1 message does not hold the cosigner's name, so one key must serve one name only; the name is checked
    here because it stands in the signature line.
    """
    _check_name(name)
    if not 0 <= time_seconds <= MAX_TIME:
        raise MalformedError("联署时间无效", "the time of a cosignature is not valid")
    return Cosignature(time_seconds, key.sign(_cosigned(_checked_text(text), time_seconds)))


def verify_cosignature(text: str, public: bytes, cosignature: Cosignature) -> bool:
    """Whether the key cosigned this very text at this very time."""
    if not 0 <= cosignature.time <= MAX_TIME:
        return False
    return verify(public, cosignature.signature, _cosigned(text, cosignature.time))


def _line_verifies(text: str, vkey: VerifierKey, signature: bytes) -> bool:
    if vkey.kind == COSIGNATURE_V1:
        try:
            return verify_cosignature(text, vkey.public, Cosignature.from_bytes(signature))
        except MalformedError:
            return False
    return verify(vkey.public, signature, text.encode())


def _cosigned(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def _check_name(name: str) -> None:
    if _NAME.fullmatch(name) is None or _FORBIDDEN.search(name) is not None:
        raise MalformedError("名称为空或含空白、加号", "a name is empty or has white space or a plus sign")


def _checked_text(text: str) -> str:
    if not text.endswith("\n") or text == "\n" or _FORBIDDEN.search(text) is not None:
        raise MalformedError(
            "文本须以换行结尾且无控制字符", "a text must end in a newline and have no control characters"
        )
    return text


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _unbase64(text: str) -> bytes:
    """The bytes of standard base64, or b"" where the text is not exactly that."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return data if _base64(data) == text else b""
