"""The outermost layer of the app: idle time limits, security headers, and refusals as problem documents."""

import asyncio
import json
import logging
import time
import traceback
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inspector.central.problems import ProblemError

logger = logging.getLogger("inspector.central")

PROBLEM_TYPE = "application/problem+json"
_SECURITY_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
]


SESSION_SECONDS = 120.0
SESSION_BYTES_PER_SECOND = 1_024
"""With a session a body has so long, and longer only as long as it comes faster than this."""
_EXCHANGE = "inspector.exchange"


class BodyIdleError(Exception):
    """A body paused for too long, or took too long in all."""


def allow_session_time(scope: Scope) -> None:
    """The request has shown a session: its body may be large and the network slow."""
    exchange = scope.get(_EXCHANGE)
    if isinstance(exchange, _Exchange):
        exchange.with_session = True


class Guard:
    """Pure ASGI, around everything else."""

    def __init__(self, app: ASGIApp, *, body_seconds: float, open_body_seconds: float) -> None:
        self.app = app
        self.body_seconds = body_seconds
        self.open_body_seconds = open_body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange = _Exchange(scope, receive, send, self.body_seconds, self.open_body_seconds)
        scope = {**scope, _EXCHANGE: exchange}
        try:
            await self.app(scope, exchange.receive, exchange.send)
        except ClientDisconnect:
            return
        except Exception as error:
            refusal = _refusal(error)
            if refusal.code == "internal":
                _log_error(scope, error)
            if exchange.started:
                raise
            # A body that was not read to its end cannot be followed by another request.
            await _send_problem(exchange.send, refusal, close=not exchange.complete)


class _Exchange:
    """One request and its answer: whether the body is in, and whether the answer has begun."""

    def __init__(
        self, scope: Scope, receive: Receive, send: Send, body_seconds: float, open_body_seconds: float
    ) -> None:
        self._receive = receive
        self._send = send
        self._body_seconds = body_seconds
        self._open_body_seconds = open_body_seconds
        self._began = time.monotonic()
        self._bytes = 0
        self.with_session = False
        self.complete = not _has_body(scope)
        self.started = False

    async def receive(self) -> Message:
        """The next piece of the body, in time."""
        if (
            self.complete
        ):  # what follows a body is only the end of the connection: it may take as long as it likes
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), min(self._body_seconds, self._left()))
        except TimeoutError as error:
            raise BodyIdleError from error
        self.complete = not message.get("more_body", False)
        self._bytes += len(message.get("body", b""))
        return message

    def _left(self) -> float:
        """Seconds until the body must be in."""
        allowed = self._open_body_seconds
        if self.with_session:
            allowed = max(SESSION_SECONDS, self._bytes / SESSION_BYTES_PER_SECOND)
        return self._began + allowed - time.monotonic()

    async def send(self, message: Message) -> None:
        """A piece of the answer, with the headers that every answer has."""
        if message["type"] == "http.response.start":
            self.started = True
            names = {name.lower() for name, _ in message["headers"]}
            added = [header for header in _SECURITY_HEADERS if header[0] not in names]
            message = {**message, "headers": [*message["headers"], *added]}
        await self._send(message)


def _has_body(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    return headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers


def _refusal(error: Exception) -> ProblemError:
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, BodyIdleError):
        return ProblemError("request.malformed", status=408, reason="the body paused or took too long")
    if isinstance(error, HTTPException):
        code = {404: "not_found", 405: "method"}.get(error.status_code, "request.malformed")
        return ProblemError(code, status=error.status_code)
    return ProblemError("internal")


async def _send_problem(send: Send, refusal: ProblemError, *, close: bool) -> None:
    body = json.dumps(refusal.document(), ensure_ascii=False).encode()
    headers = [(b"content-type", PROBLEM_TYPE.encode()), (b"content-length", str(len(body)).encode())]
    if close:
        headers.append((b"connection", b"close"))
    if refusal.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    if "retry_after" in refusal.details:
        headers.append((b"retry-after", str(refusal.details["retry_after"]).encode()))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _log_error(scope: Scope, error: Exception) -> None:
    """Where it happened, without any value: values may be secret or personal."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    places = [
        f"{frame.filename.rpartition('inspector')[2] or frame.filename}:{frame.lineno}" for frame in frames
    ]
    details: dict[str, Any] = {
        "method": scope["method"],
        "path": scope["path"][:200],
        "error": type(error).__name__,
        "at": places,
    }
    logger.error("request.failed", extra={"details": details})
