"""The routes of photos: uploading in pieces (tus 1.0: core, creation, checksum) and fetching with ranges."""

import functools
import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

from starlette.concurrency import iterate_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from inspector.central import wire
from inspector.central.blobs import Blobs
from inspector.central.guard import BodyIdleError
from inspector.central.problems import ProblemError
from inspector.central.routes import blobs_of, in_thread
from inspector.central.uploads import Chunk, Uploads, read_checksum, read_metadata
from inspector.central.verdicts import is_sha256
from inspector.sync.protocol import PHOTO_BYTES_MAX

TUS = "1.0.0"
_WRITE_BYTES = 262_144
_READ_BYTES = 262_144
_RANGE = re.compile(r"bytes=(\d{0,10})-(\d{0,10})")

Handler = Callable[[Request], Awaitable[Response]]


def _uploads(request: Request) -> Uploads:
    uploads: Uploads = request.app.state.uploads
    return uploads


def _check_tus(request: Request) -> None:
    if request.headers.get("tus-resumable") != TUS:
        raise ProblemError("request.malformed", status=412, reason=f"Tus-Resumable is {TUS}")


def _number(request: Request, header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= 15):
        raise ProblemError("request.malformed", reason=f"{header} is a number")
    return int(text)


async def uploads_options(request: Request) -> Response:
    """OPTIONS /v1/uploads"""
    headers = {
        "Tus-Resumable": TUS,
        "Tus-Version": TUS,
        "Tus-Extension": "creation,checksum",
        "Tus-Max-Size": str(PHOTO_BYTES_MAX),
        "Tus-Checksum-Algorithm": "sha256",
    }
    return wire.answer(request, 204, b"", headers=headers)


async def create_upload(request: Request) -> Response:
    """POST /v1/uploads"""
    device = await wire.session_device(request)
    _check_tus(request)
    length = _number(request, "upload-length")
    if length > PHOTO_BYTES_MAX:
        raise ProblemError("request.too_large", limit=PHOTO_BYTES_MAX)
    sha256 = read_metadata(request.headers.get("upload-metadata", "")).get("sha256", "")
    if not is_sha256(sha256) or not length:
        raise ProblemError("request.malformed", reason="Upload-Metadata has sha256, and a photo is not empty")
    uploads = _uploads(request)

    def work() -> Response:
        upload = uploads.create(device, sha256=sha256, length=length)
        headers = {
            "Tus-Resumable": TUS,
            "Location": f"/v1/uploads/{upload.id}",
            "Upload-Offset": str(upload.offset),
        }
        return wire.answer(request, 201, b"", headers=headers)

    return await in_thread(work)


async def one_upload(request: Request) -> Response:
    """HEAD, PATCH /v1/uploads/{id}; POST with X-HTTP-Method-Override for networks that block PATCH"""
    method = request.method
    if method == "POST":
        method = request.headers.get("x-http-method-override", "").upper()
    if method == "HEAD":
        return await _stand(request)
    if method == "PATCH":
        return await _patch(request)
    raise ProblemError("method")


async def _stand(request: Request) -> Response:
    device = await wire.session_device(request)
    _check_tus(request)
    uploads, name = _uploads(request), request.path_params["id"]

    def work() -> Response:
        upload = uploads.stand(device, name)
        headers = {
            "Tus-Resumable": TUS,
            "Upload-Offset": str(upload.offset),
            "Upload-Length": str(upload.length),
        }
        return wire.answer(request, 200, b"", headers=headers)

    return await in_thread(work)


async def _patch(request: Request) -> Response:
    device = await wire.session_device(request)
    _check_tus(request)
    if request.headers.get("content-type") != "application/offset+octet-stream":
        raise ProblemError(
            "request.malformed", status=415, reason="application/offset+octet-stream is needed"
        )
    offset = _number(request, "upload-offset")
    checksum = read_checksum(request.headers.get("upload-checksum", ""))
    uploads, name = _uploads(request), request.path_params["id"]
    chunk = await in_thread(lambda: uploads.begin(device, name, offset, checksum))
    new_offset = await _take(request, chunk)
    headers = {"Tus-Resumable": TUS, "Upload-Offset": str(new_offset)}
    return await in_thread(lambda: wire.answer(request, 204, b"", headers=headers))


async def _take(request: Request, chunk: Chunk) -> int:
    """Write a body into the upload; returns where the upload stands then."""
    pending = bytearray()
    try:
        async for data in request.stream():
            pending += data
            if len(pending) >= _WRITE_BYTES:
                await in_thread(functools.partial(chunk.write, bytes(pending)))
                pending.clear()
    except (ClientDisconnect, BodyIdleError):
        await in_thread(functools.partial(_keep, chunk, bytes(pending)))
        raise
    except BaseException:
        await in_thread(chunk.abandon)
        raise
    return await in_thread(functools.partial(_finish, chunk, bytes(pending)))


def _finish(chunk: Chunk, rest: bytes) -> int:
    try:
        if rest:
            chunk.write(rest)
        return chunk.finish(whole=True)
    finally:
        chunk.abandon()


def _keep(chunk: Chunk, rest: bytes) -> None:
    try:
        if rest:
            chunk.write(rest)
    except ProblemError:
        pass
    finally:
        chunk.abandon()


async def fetch_photo(request: Request) -> Response:
    """GET /v1/photos/{sha256}"""
    device = await wire.session_device(request)
    sha256 = request.path_params["sha256"]
    if not is_sha256(sha256):
        raise ProblemError("photo.unknown")
    storage = wire.storage_of(request)
    blobs = blobs_of(request)
    nonce = wire.check_nonce(request)

    def work() -> Response:
        size = storage.photo_bytes(device, sha256)
        if not blobs.has(sha256):
            storage.lose_photo(sha256)
            raise ProblemError("photo.unknown")
        wanted = read_range(request.headers.get("range", ""), size)
        start, end = wanted or (0, size)
        status = 206 if wanted else 200
        headers = {"Accept-Ranges": "bytes", "ETag": f'"{sha256}"', "Content-Length": str(end - start)}
        if wanted:
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        if nonce:
            headers |= wire.sign_header(
                storage.key, nonce, status, _digest_of(blobs, sha256, start, end, size)
            )
        body: AsyncIterator[bytes] = iterate_in_threadpool(_read(blobs, sha256, start, end))
        return StreamingResponse(body, status, headers, "application/octet-stream")

    return await in_thread(work)


def read_range(header: str, size: int) -> tuple[int, int] | None:
    """Start and end (exclusive) of a Range header with one range; None to send all.

    Raises:
        ProblemError: request.malformed with 416: the range has nothing of the photo.
    """
    match = _RANGE.fullmatch(header.replace(" ", ""))
    if match is None or not (match[1] or match[2]):
        return None
    if match[1]:
        start, end = int(match[1]), min(int(match[2]) + 1 if match[2] else size, size)
    else:
        start, end = max(0, size - int(match[2])), size
    if start >= end:
        raise ProblemError("request.malformed", status=416, bytes=size)
    return start, end


def _digest_of(blobs: Blobs, sha256: str, start: int, end: int, size: int) -> str:
    if (start, end) == (0, size):
        return sha256
    digest = hashlib.sha256()
    for block in _read(blobs, sha256, start, end):
        digest.update(block)
    return digest.hexdigest()


def _read(blobs: Blobs, sha256: str, start: int, end: int) -> Iterator[bytes]:
    with blobs.open(sha256) as file:
        file.seek(start)
        left = end - start
        while left > 0 and (block := file.read(min(_READ_BYTES, left))):
            left -= len(block)
            yield block


PHOTO_ROUTES = [
    Route("/v1/uploads", create_upload, methods=["POST"]),
    Route("/v1/uploads", uploads_options, methods=["OPTIONS"]),
    Route("/v1/uploads/{id:str}", one_upload, methods=["HEAD", "PATCH", "POST"]),
    Route("/v1/photos/{sha256:str}", fetch_photo, methods=["GET"]),
]
