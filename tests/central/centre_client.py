"""A client for the tests of the application: every 2xx answer is checked for the centre's signature."""

import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from inspector.central.app import create_app
from inspector.central.storage import Storage
from inspector.journal.keys import verify
from inspector.sync.protocol import (
    NONCE_HEADER,
    SIGNATURE_HEADER,
    Push,
    b64,
    response_message,
    session_message,
    unb64,
)
from tests.contracts.laptops import Laptop

PHOTO = bytes(range(256)) * 4_000
PHOTO_SHA256 = hashlib.sha256(PHOTO).hexdigest()


class Clock:
    """Time that moves when told."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def centre_client(storage: Storage) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application over ASGI, which sends a nonce with each request."""

    async def ask(request: httpx.Request) -> None:
        request.headers.setdefault(NONCE_HEADER, os.urandom(16).hex())

    async def check(response: httpx.Response) -> None:
        await response.aread()
        if response.is_success:
            nonce = response.request.headers[NONCE_HEADER]
            message = response_message(nonce, response.status_code, response.content)
            assert verify(storage.key.public, unb64(response.headers[SIGNATURE_HEADER]), message)

    transport = httpx.ASGITransport(create_app(storage.settings, storage=storage))
    hooks: dict[str, Any] = {"request": [ask], "response": [check]}
    async with httpx.AsyncClient(transport=transport, base_url="http://centre", event_hooks=hooks) as opened:
        yield opened


async def open_session(client: httpx.AsyncClient, laptop: Laptop) -> dict[str, Any]:
    """Open a session; the client sends its token from then on."""
    answer = await try_session(client, laptop)
    assert answer.status_code == 200, answer.text
    session: dict[str, Any] = answer.json()
    client.headers["Authorization"] = f"Bearer {session['token']}"
    return session


async def try_session(client: httpx.AsyncClient, laptop: Laptop) -> httpx.Response:
    """Ask for a session."""
    centre = (await client.get("/v1/identity")).json()["device"]
    challenge = (await client.post("/v1/challenges", json={"device": laptop.id})).json().get("challenge", "")
    signature = b64(laptop.key.sign(session_message(centre, challenge)))
    asked = {"device": laptop.id, "challenge": challenge, "signature": signature}
    return await client.post("/v1/sessions", json=asked)


async def send(client: httpx.AsyncClient, push: Push) -> httpx.Response:
    """Push."""
    return await client.post("/v1/entries", content=push.encode())


def name_photo(laptop: Laptop, scope: str = "g-01", sha256: str = PHOTO_SHA256) -> None:
    """Write an entry that names a photo."""
    data = {"sha256": sha256, "name": "a.jpg", "bytes": len(PHOTO), "item": "", "facts": {}}
    laptop.write(scope, kind="inspection.photo_added", data=data)


def problem_of(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal, which must be a whole problem document."""
    document = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert document["status"] == answer.status_code
    assert document["title"]
    assert document["title_en"]
    return answer.status_code, document["code"]
