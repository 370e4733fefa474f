"""Requests and answers as bytes: bounded bodies, decompression that cannot explode, signed answers, tokens."""

import hashlib
import re
import threading
from collections.abc import Mapping
from typing import TypeVar

import anyio.to_thread
import zstandard
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from inspector.central.accounts import Device
from inspector.central.guard import allow_session_time
from inspector.central.problems import ProblemError
from inspector.central.storage import Storage
from inspector.journal.keys import SigningKey
from inspector.sync.protocol import (
    BODY_BYTES_MAX,
    LINES_ENTRIES_MAX,
    NONCE_HEADER,
    PLAIN_BYTES_MAX,
    SIGNATURE_HEADER,
    b64,
    response_message,
)

JSON_BYTES_MAX = 1_048_576
OPEN_JSON_BYTES_MAX = 4_096
"""Most bytes of a request without a session."""
_NONCE = re.compile(r"[0-9a-f]{32}")
_STEP = 1_048_576
_WINDOW_BYTES_MAX = 8_388_608
_WORTH_COMPRESSING = 256

DECODING = threading.BoundedSemaphore(2)
"""How many pushes are unpacked at once: each may take twice PLAIN_BYTES_MAX for a moment."""

ModelT = TypeVar("ModelT", bound=BaseModel)


def storage_of(request: Request) -> Storage:
    """The storage of the app that serves this request."""
    storage: Storage = request.app.state.storage
    return storage


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body, of at most `limit` bytes as it travels.

    Raises:
        ProblemError: request.too_large, before anything is kept; request.malformed.
    """
    stated = request.headers.get("content-length")
    if stated is not None and (not stated.isdecimal() or int(stated) > limit):
        raise ProblemError("request.too_large", limit=limit)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise ProblemError("request.too_large", limit=limit)
    return bytes(body)


async def read_model(request: Request, model: type[ModelT], *, limit: int = OPEN_JSON_BYTES_MAX) -> ModelT:
    """The body as one of the edge's models.

    Raises:
        ProblemError: request.malformed, naming the members that are off.
    """
    body = await read_body(request, limit)
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        members = sorted({".".join(str(part) for part in item["loc"])[:80] for item in error.errors()})[:20]
        raise ProblemError("request.malformed", members=members) from error


async def read_lines(request: Request) -> tuple[bytes, str]:
    """The body of a push and its encoding ("" or "zstd"), still as it travelled.

    Raises:
        ProblemError: too large, or in an encoding that is not spoken here.
    """
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "zstd"):
        raise ProblemError("request.malformed", status=415, reason="content-encoding is identity or zstd")
    return await read_body(request, BODY_BYTES_MAX), encoding


def plain_lines(body: bytes, encoding: str) -> bytes:
    """The body decompressed, never more than PLAIN_BYTES_MAX bytes in memory.

    Raises:
        ProblemError: request.too_large, request.malformed.
    """
    if encoding == "identity":
        return body
    plain, lines = bytearray(), 0
    decompressor = zstandard.ZstdDecompressor(max_window_size=_WINDOW_BYTES_MAX)
    try:
        with decompressor.stream_reader(body, read_across_frames=False) as reader:
            while chunk := reader.read(_STEP):
                plain += chunk
                lines += chunk.count(b"\n")
                # What cannot be a push is not unpacked to its end.
                if not lines or lines > 2 * LINES_ENTRIES_MAX + 1 or len(plain) > PLAIN_BYTES_MAX:
                    raise ProblemError("request.too_large", limit=PLAIN_BYTES_MAX)
    except zstandard.ZstdError as error:
        raise ProblemError("request.malformed", reason="not zstd") from error
    return bytes(plain)


def check_nonce(request: Request) -> str:
    """The request's nonce, or nothing.

    Raises:
        ProblemError: request.malformed.
    """
    nonce = request.headers.get(NONCE_HEADER, "")
    if nonce and _NONCE.fullmatch(nonce) is None:
        raise ProblemError("request.malformed", reason=f"{NONCE_HEADER} is 32 hexadecimal characters")
    return nonce


def sign_header(key: SigningKey, nonce: str, status: int, digest: str) -> dict[str, str]:
    """The header that proves an answer to be this centre's, for this very request.

    Args:
        digest: SHA-256 of the body before any content encoding, hexadecimal.
    """
    if not nonce:
        return {}
    return {SIGNATURE_HEADER: b64(key.sign(response_digest_message(nonce, status, digest)))}


def response_digest_message(nonce: str, status: int, digest: str) -> bytes:
    """`protocol.response_message` for a body of which only the hash is at hand."""
    empty = hashlib.sha256(b"").hexdigest()
    return response_message(nonce, status, b"").replace(empty.encode(), digest.encode())


def answer(
    request: Request,
    status: int,
    body: bytes,
    *,
    media: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A 2xx answer, signed over the plain body if the request has a nonce, then compressed if it may be."""
    signed = sign_header(
        storage_of(request).key, check_nonce(request), status, hashlib.sha256(body).hexdigest()
    )
    more = {**signed, **(headers or {})}
    if media is not None and len(body) >= _WORTH_COMPRESSING and _takes_zstd(request):
        body = zstandard.ZstdCompressor(level=3).compress(body)
        more |= {"Content-Encoding": "zstd", "Vary": "Accept-Encoding"}
    return Response(body, status, more, media)


def answer_model(request: Request, model: BaseModel, *, status: int = 200) -> Response:
    """A 2xx answer with JSON."""
    return answer(request, status, model.model_dump_json().encode(), media="application/json")


def _takes_zstd(request: Request) -> bool:
    accepted = request.headers.get("accept-encoding", "")
    return any(
        part.split(";")[0].strip() == "zstd" and part.replace(" ", "").partition(";q=")[2] != "0"
        for part in accepted.split(",")
    )


async def session_device(request: Request) -> Device:
    """Whose session the request shows, with the rights of this moment.

    Raises:
        ProblemError: session.needed, rate.limited.
    """
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise ProblemError("session.needed")
    check_nonce(request)
    device = await anyio.to_thread.run_sync(storage_of(request).session_device, token.strip())
    allow_session_time(request.scope)
    return device
