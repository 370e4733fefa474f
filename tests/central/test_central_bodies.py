"""Bodies and cursors that strangers and broken laptops send: each is bounded and refused in words."""

import asyncio
import json
import tracemalloc
from collections.abc import AsyncIterator

import httpx
import pytest
import zstandard
from starlette.types import Message, Receive, Scope, Send

from inspector.central.guard import Guard, allow_session_time
from inspector.central.problems import ProblemError
from inspector.central.wire import plain_lines
from inspector.sync.protocol import (
    BODY_BYTES_MAX,
    PLAIN_BYTES_MAX,
)
from tests.central.centre_client import open_session, problem_of
from tests.contracts.laptops import Laptop


async def test_large_bodies_are_refused_early(client: httpx.AsyncClient, laptop: Laptop) -> None:
    """Of a body of 200 MB not much more than the limit is ever read."""
    await open_session(client, laptop)
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(200):
            sent += 1_000_000
            yield bytes(1_000_000)

    assert problem_of(await client.post("/v1/entries", content=endless())) == (413, "request.too_large")
    assert sent <= BODY_BYTES_MAX + 2_000_000
    answer = await client.post(
        "/v1/entries", content=b"", headers={"Content-Length": str(BODY_BYTES_MAX + 1)}
    )
    assert problem_of(answer) == (413, "request.too_large")


def test_a_zstd_bomb_is_bounded_in_memory() -> None:
    """A small body that decompresses to a gigabyte is refused within a small multiple of the limit."""
    compressor = zstandard.ZstdCompressor(level=1).compressobj()
    block = bytes(1_000_000)
    bomb = b"".join(compressor.compress(block) for _ in range(300)) + compressor.flush()
    tracemalloc.start()
    try:
        with pytest.raises(ProblemError) as caught:
            plain_lines(bomb, "zstd")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert caught.value.code == "request.too_large"
    assert peak < 3 * PLAIN_BYTES_MAX


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"{}",
        b"\xff\xfe",
        b'{"device":' + b"[" * 4_000,
        b'{"device":' + b'{"a":' * 800,
        b'{"device": 1e999999}',
        json.dumps({"device": "a" * 16, "challenge": "x", "signature": "y"}).encode(),
        json.dumps({"device": "a" * 16, "more": 1}).encode(),
    ],
)
async def test_hostile_json_is_malformed(client: httpx.AsyncClient, body: bytes) -> None:
    """JSON that is not the model's, thousands deep or not JSON at all, is a problem document and harms nothing."""
    for path in ("/v1/enrolments", "/v1/challenges", "/v1/sessions"):
        answer = await client.post(path, content=body)
        assert problem_of(answer) == (400, "request.malformed")


@pytest.mark.parametrize("path", ["/v1/enrolments", "/v1/challenges", "/v1/sessions"])
async def test_requests_without_a_session_are_small(client: httpx.AsyncClient, path: str) -> None:
    """More than 4 KB of a stranger's request is never read."""
    answer = await client.post(path, content=b" " * 4_097)
    assert problem_of(answer) == (413, "request.too_large")


async def test_a_dripping_body_ends() -> None:
    """A body without a session has a deadline in all, however regularly its bytes come; one with a session has more."""
    read: dict[bool, int] = {}
    sent: list[Message] = []

    async def drip() -> Message:
        await asyncio.sleep(0.01)
        more = sum(read.values()) < 200
        return {"type": "http.request", "body": b" ", "more_body": more}

    async def send(message: Message) -> None:
        sent.append(message)

    for with_session in (False, True):

        async def app(scope: Scope, receive: Receive, send: Send, session: bool = with_session) -> None:
            if session:
                allow_session_time(scope)
            read[session] = 0
            while (await receive()).get("more_body"):
                read[session] += 1

        guard = Guard(app, body_seconds=5, open_body_seconds=0.2)
        scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"content-length", b"1000")]}
        await guard(scope, drip, send)
    assert read[False] < 30
    assert sum(read.values()) == 200
    assert [message["status"] for message in sent if "status" in message] == [408]


@pytest.mark.parametrize("cursor", ["x", "!!!!", "W10=", "eyJlIjoxfQ==", "5" * 2_000])
async def test_hostile_cursors_are_malformed(client: httpx.AsyncClient, laptop: Laptop, cursor: str) -> None:
    """A cursor that this centre never gave is refused."""
    await open_session(client, laptop)
    answer = await client.post("/v1/pull", json={"cursor": cursor})
    assert problem_of(answer)[0] in (400, 409)
