"""The centre's application over ASGI: enrolment, sessions, entries, refusals."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import zstandard

from inspector.central.app import create_app
from inspector.central.settings import Settings
from inspector.central.storage import Storage
from inspector.journal.keys import verify
from inspector.sync.protocol import (
    BODY_BYTES_MAX,
    NONCE_HEADER,
    SIGNATURE_HEADER,
    Page,
    b64,
    response_message,
    session_message,
    unb64,
)
from tests.contracts.laptops import Laptop

NONCE = "00112233445566778899aabbccddeeff"


class Clock:
    """Time that moves when told."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def storage(tmp_path: Path, clock: Clock) -> Iterator[Storage]:
    opened = Storage(Settings(tmp_path / "centre", clock=clock, name="月湖联合执法中心"))
    yield opened
    opened.close()


@pytest.fixture
async def client(storage: Storage) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(storage.settings, storage=storage))
    async with httpx.AsyncClient(transport=transport, base_url="http://centre") as opened:
        yield opened


async def open_session(client: httpx.AsyncClient, laptop: Laptop) -> dict[str, Any]:
    """Open a session; the client sends its token from then on."""
    identity = (await client.get("/v1/identity")).json()
    challenge = (await client.post("/v1/challenges", json={"device": laptop.id})).json()["challenge"]
    signature = b64(laptop.key.sign(session_message(identity["device"], challenge)))
    answer = await client.post(
        "/v1/sessions", json={"device": laptop.id, "challenge": challenge, "signature": signature}
    )
    assert answer.status_code == 200, answer.text
    session: dict[str, Any] = answer.json()
    client.headers["Authorization"] = f"Bearer {session['token']}"
    return session


async def test_push_and_pull_between_two_laptops(client: httpx.AsyncClient, storage: Storage) -> None:
    """What one laptop pushes, the other of the same grid pulls byte for byte, and the receipt holds."""
    first, second = Laptop(1), Laptop(2)
    first.enrol(storage, "g-01")
    second.enrol(storage, "g-01")
    first.write("g-01", 3)
    await open_session(client, first)
    body = zstandard.ZstdCompressor().compress(first.push(1, 3).encode())
    answer = await client.post("/v1/entries", content=body, headers={"Content-Encoding": "zstd"})
    assert answer.status_code == 200, answer.text
    receipt = answer.json()
    first.check(storage, receipt["size"], receipt["time"], unb64(receipt["cosignature"]))
    await open_session(client, second)
    answer = await client.post(
        "/v1/pull",
        json={"cursor": "", "limit": 100},
        headers={"Accept-Encoding": "identity", NONCE_HEADER: NONCE},
    )
    assert verify(
        storage.key.public,
        unb64(answer.headers[SIGNATURE_HEADER]),
        response_message(NONCE, 200, answer.content),
    )
    page = Page.decode(answer.content)
    assert page.entries == tuple(first.entries)
    assert page.scopes == ("county", "g-01")
    assert not page.more


async def test_oversized_bodies_are_refused(client: httpx.AsyncClient, storage: Storage) -> None:
    """A body above the limit is refused before it is kept, and so is a small one that decompresses to too much."""
    laptop = Laptop(1)
    laptop.enrol(storage, "g-01")
    await open_session(client, laptop)
    answer = await client.post("/v1/entries", content=b" " * (BODY_BYTES_MAX + 1))
    assert answer.status_code == 413
    bomb = zstandard.ZstdCompressor().compress(bytes(200_000_000))
    answer = await client.post("/v1/entries", content=bomb, headers={"Content-Encoding": "zstd"})
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


async def test_deep_json_is_a_problem(client: httpx.AsyncClient) -> None:
    """JSON nested 100,000 deep is refused as malformed and harms nothing."""
    answer = await client.post("/v1/sessions", content=b'{"device":' + b"[" * 100_000)
    assert (answer.status_code, json.loads(answer.content)["code"]) == (400, "request.malformed")
