"""The encrypted form of a photo file, and of one that is still arriving. It knows bytes and no file names.

A whole file, sealed under its own key K = HKDF-SHA256(blob key, info = the file's magic and random salt):

    magic 8, salt 16, head 60, chunks
    head = AES-256-GCM(K, nonce "head" and zeros) of sha256 32, size 8, chunk size 4; bound to magic and salt
    chunk i = AES-256-GCM(K, nonce of 7 zeros, i as 4 bytes, 1 for the last else 0); bound to the sha256

The sealed head says how many chunks there are, so that one chunk can be read and trusted without the others:
a cut file has the wrong length, a moved chunk the wrong nonce, another photo's chunk the wrong key.

An arriving file is a magic and a salt, followed by frames of whatever came:

    frame = length 4, nonce 12, AES-256-GCM(K, nonce) of the bytes; bound to sha256, offset and length

Frames have random nonces: one that was cut by a kill is written again with other bytes.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from inspector.store.datakey import derive

CHUNK = 256 * 1024
"""Bytes of a photo in one sealed chunk."""

WHOLE = b"inspblb1"
ARRIVING = b"inspprt1"
SALT_BYTES = 16
START_BYTES = len(WHOLE) + SALT_BYTES
NONCE_BYTES = 12
TAG_BYTES = 16

_HEAD = struct.Struct(">32sQI")
HEAD_BYTES = _HEAD.size + TAG_BYTES
_HEAD_NONCE = b"head" + bytes(8)
_FRAME = struct.Struct(">I12s")


class Broken(Exception):  # noqa: N818 - not for people: callers say which file it is
    """The bytes are not what was sealed. `str()` says where, in English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class Head(NamedTuple):
    """What the sealed head of a whole file says, with the key that opened it."""

    sha256: bytes
    size: int
    chunk: int
    key: bytes

    @property
    def chunks(self) -> int:
        """How many chunks there are; an empty file has one empty chunk."""
        return max(1, -(-self.size // self.chunk))

    @property
    def stored(self) -> int:
        """How long the whole encrypted file is."""
        return START_BYTES + HEAD_BYTES + self.size + self.chunks * TAG_BYTES


def seal(blob_key: bytes, sha256: bytes, data: bytes, salt: bytes) -> Iterator[bytes]:
    """The encrypted file of a photo, piece by piece."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    start = WHOLE + salt
    head = Head(sha256, len(data), CHUNK, _file_key(blob_key, start))
    cipher = AESGCM(head.key)
    yield start + cipher.encrypt(_HEAD_NONCE, _HEAD.pack(sha256, head.size, head.chunk), start)
    view = memoryview(data)
    for index in range(head.chunks):
        part = view[index * CHUNK : (index + 1) * CHUNK]
        yield cipher.encrypt(_chunk_nonce(head, index), part, sha256)


def open_head(blob_key: bytes, stream: BinaryIO, stored: int) -> Head:
    """Read the head at the start of a whole file of `stored` bytes.

    Raises:
        Broken: it is not ours, was changed, or the file is cut or longer than it says.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    start, sealed = stream.read(START_BYTES), stream.read(HEAD_BYTES)
    if start[: len(WHOLE)] != WHOLE or len(sealed) != HEAD_BYTES:
        raise Broken("文件开头不对", "it does not begin as it should")
    key = _file_key(blob_key, start)
    try:
        sha256, size, chunk = _HEAD.unpack(AESGCM(key).decrypt(_HEAD_NONCE, sealed, start))
    except InvalidTag:
        raise Broken("文件头被改动", "its head was changed") from None
    head = Head(sha256, size, chunk, key)
    if head.stored != stored:
        zh = f"长度应为 {head.stored} 字节，实际 {stored} 字节"
        raise Broken(zh, f"it has {stored} bytes instead of {head.stored}")
    return head


def open_chunks(head: Head, stream: BinaryIO, first: int, count: int) -> Iterator[bytes]:
    """The bytes of `count` chunks from chunk `first` on, each checked before it is handed out.

    Raises:
        Broken: naming the chunk that is not what was sealed.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cipher = AESGCM(head.key)
    stream.seek(START_BYTES + HEAD_BYTES + first * (head.chunk + TAG_BYTES))
    for index in range(first, first + count):
        length = min(head.chunk, head.size - index * head.chunk) + TAG_BYTES
        try:
            yield cipher.decrypt(_chunk_nonce(head, index), stream.read(length), head.sha256)
        except InvalidTag:
            where = f"{index + 1}/{head.chunks}"
            raise Broken(f"第 {where} 块被改动", f"chunk {where} was changed") from None


def arriving_start(salt: bytes) -> bytes:
    """How the file of an arriving photo begins."""
    return ARRIVING + salt


def seal_frame(
    blob_key: bytes, start: bytes, data: bytes, *, sha256: bytes, offset: int, nonce: bytes
) -> bytes:
    """The frame of `data`, which belongs at `offset` of the photo."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    bound = _frame_bound(sha256, offset, len(data))
    return _FRAME.pack(len(data), nonce) + AESGCM(_file_key(blob_key, start)).encrypt(nonce, data, bound)


def open_frames(blob_key: bytes, stream: BinaryIO, sha256: bytes, limit: int) -> Iterator[tuple[int, bytes]]:
    """The good frames of an arriving file, in order: where the frame ends in the file, and its bytes.

    Ends at the first frame that is cut or changed, or would go beyond `limit` bytes of photo.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    start = stream.read(START_BYTES)
    if len(start) != START_BYTES or start[: len(ARRIVING)] != ARRIVING:
        return
    cipher, offset, end = AESGCM(_file_key(blob_key, start)), 0, START_BYTES
    while len(header := stream.read(_FRAME.size)) == _FRAME.size:
        length, nonce = _FRAME.unpack(header)
        if offset + length > limit:
            return
        sealed = stream.read(length + TAG_BYTES)
        try:
            data = cipher.decrypt(nonce, sealed, _frame_bound(sha256, offset, length))
        except (InvalidTag, ValueError):
            return
        offset += length
        end += len(header) + len(sealed)
        yield end, data


def frames_end(stream: BinaryIO, stored: int) -> tuple[int, int]:
    """Where the frames of an arriving file of `stored` bytes end, by their lengths alone.

    Returns: the position behind the last frame that is not cut (0: not even the start is there), and how many
    bytes of photo the frames have.
    """
    start = stream.read(START_BYTES)
    if len(start) != START_BYTES or start[: len(ARRIVING)] != ARRIVING:
        return 0, 0
    end, offset = START_BYTES, 0
    while len(header := stream.read(_FRAME.size)) == _FRAME.size:
        length, _ = _FRAME.unpack(header)
        after = end + _FRAME.size + length + TAG_BYTES
        if after > stored:
            break
        end, offset = after, offset + length
        stream.seek(end)
    return end, offset


def _file_key(blob_key: bytes, start: bytes) -> bytes:
    return derive(blob_key, f"inspector/blob-file/{start.hex()}")


def _chunk_nonce(head: Head, index: int) -> bytes:
    return bytes(7) + struct.pack(">IB", index, index == head.chunks - 1)


def _frame_bound(sha256: bytes, offset: int, length: int) -> bytes:
    return sha256 + struct.pack(">QI", offset, length)
