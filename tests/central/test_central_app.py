"""The centre's application over ASGI: enrolment, sessions, entries, who may do what, how often."""

import json
from dataclasses import replace

import httpx
import pytest
import zstandard

from inspector.central.limits import Limits, RateLimit
from inspector.central.problems import ProblemError
from inspector.central.status import status
from inspector.central.storage import Storage
from inspector.sync.protocol import (
    NONCE_HEADER,
    PROBLEMS,
    EnrolmentCode,
    Page,
    b64,
    session_message,
    unb64,
)
from tests.central.centre_client import Clock, name_photo, open_session, problem_of, send, try_session
from tests.contracts.laptops import Laptop

TUS = {"Tus-Resumable": "1.0.0"}


def enrolment(laptop: Laptop, code: EnrolmentCode) -> dict[str, str]:
    """The body of an enrolment."""
    return {
        "code_digest": code.digest,
        "public_key": laptop.key.public.hex(),
        "signature": b64(laptop.sign_code(code)),
    }


async def test_enrolment_is_idempotent(client: httpx.AsyncClient, centre: Storage) -> None:
    """The same key may enrol again with its code, as after a lost answer; another key may not."""
    code = centre.create_code(name="王示例", role="lead", department="教育局", scopes=["g-01"])
    first = await client.post("/v1/enrolments", json=enrolment(Laptop(1), code))
    assert first.status_code == 200, first.text
    found = first.json()
    assert (found["device"], found["role"], found["scopes"]) == (Laptop(1).id, "lead", ["county", "g-01"])
    assert EnrolmentCode.make(code.secret, bytes.fromhex(found["centre"]["public_key"])) == code
    again = await client.post("/v1/enrolments", json=enrolment(Laptop(1), code))
    assert again.json() == found
    other = await client.post("/v1/enrolments", json=enrolment(Laptop(2), code))
    assert problem_of(other) == (409, "code.used")


async def test_codes_expire_and_cannot_be_guessed(
    client: httpx.AsyncClient, centre: Storage, clock: Clock
) -> None:
    """An expired code is unknown, a wrong signature counts against the code, and five wrong ones a minute are all."""
    code = centre.create_code(name="王示例", role="officer", department="", scopes=[], seconds=60)
    body = enrolment(Laptop(1), code)
    stolen = {**body, "signature": b64(bytes(64))}
    assert problem_of(await client.post("/v1/enrolments", json=stolen)) == (401, "session.refused")
    clock.now += 61
    assert problem_of(await client.post("/v1/enrolments", json=body)) == (403, "code.unknown")
    codes = [problem_of(await client.post("/v1/enrolments", json=body))[1] for _ in range(10)]
    assert codes[-1] == "rate.limited"
    assert codes.count("code.unknown") <= 5
    clock.now += 60
    assert problem_of(await client.post("/v1/enrolments", json=body)) == (403, "code.unknown")


async def test_a_new_code_does_not_clear_a_quarantine(
    client: httpx.AsyncClient, centre: Storage, laptop: Laptop
) -> None:
    """A revoked device's key cannot come back by another code: only an administrator lets it in again."""
    centre.set_state(laptop.id, "revoked", "遗失")
    code = centre.create_code(name="王示例", role="admin", department="", scopes=["*"])
    assert problem_of(await client.post("/v1/enrolments", json=enrolment(laptop, code))) == (
        403,
        "device.revoked",
    )


async def test_sessions_need_the_key_and_a_fresh_challenge(
    client: httpx.AsyncClient, laptop: Laptop, clock: Clock
) -> None:
    """A challenge is good once, for its device, for a short time, and only when signed with the device's key."""
    centre = (await client.get("/v1/identity")).json()["device"]

    async def challenge() -> str:
        return str((await client.post("/v1/challenges", json={"device": laptop.id})).json()["challenge"])

    async def answer(text: str, key: Laptop) -> tuple[int, str]:
        signature = b64(key.key.sign(session_message(centre, text)))
        asked = {"device": laptop.id, "challenge": text, "signature": signature}
        got = await client.post("/v1/sessions", json=asked)
        return (200, "") if got.is_success else problem_of(got)

    used = await challenge()
    assert await answer(used, laptop) == (200, "")
    assert await answer(used, laptop) == (401, "session.refused")
    assert await answer(await challenge(), Laptop(2)) == (401, "session.refused")
    late = await challenge()
    clock.now += 121
    assert await answer(late, laptop) == (401, "session.refused")
    unknown = await client.post("/v1/challenges", json={"device": Laptop(9).id})
    assert problem_of(unknown) == (403, "device.unknown")


async def test_strangers_cannot_crowd_out_a_challenge(client: httpx.AsyncClient, laptop: Laptop) -> None:
    """A challenge stays good however many others ask for one, or answer it wrongly, meanwhile."""
    centre = (await client.get("/v1/identity")).json()["device"]

    async def ask() -> str:
        return str((await client.post("/v1/challenges", json={"device": laptop.id})).json()["challenge"])

    mine = await ask()
    assert len({mine, *[await ask() for _ in range(40)]}) == 41
    said = {"device": laptop.id, "challenge": mine}
    for changed in (mine, "", "1.2.3", mine[:-1] + "é", "9" + mine):
        wrong = {**said, "challenge": changed, "signature": b64(bytes(64))}
        assert problem_of(await client.post("/v1/sessions", json=wrong))[0] in (400, 401)
    right = {**said, "signature": b64(laptop.key.sign(session_message(centre, mine)))}
    assert (await client.post("/v1/sessions", json=right)).status_code == 200
    assert problem_of(await client.post("/v1/sessions", json=right)) == (401, "session.refused")


async def test_sessions_end(client: httpx.AsyncClient, laptop: Laptop, clock: Clock) -> None:
    """A token is good for an hour."""
    session = await open_session(client, laptop)
    assert session["expires_in"] == 3_600
    assert (await client.post("/v1/pull", json={"cursor": ""})).status_code == 200
    clock.now += 3_601
    assert problem_of(await client.post("/v1/pull", json={"cursor": ""})) == (401, "session.needed")


async def test_push_and_pull_between_two_laptops(
    client: httpx.AsyncClient, centre: Storage, laptop: Laptop
) -> None:
    """What one laptop pushes, the other of the same grid pulls byte for byte, and the receipt holds."""
    second = Laptop(2)
    second.enrol(centre, "g-01")
    laptop.write("g-01", 30)
    await open_session(client, laptop)
    body = zstandard.ZstdCompressor().compress(laptop.push(1, 30).encode())
    answer = await client.post("/v1/entries", content=body, headers={"Content-Encoding": "zstd"})
    receipt = answer.json()
    laptop.check(centre, receipt["size"], receipt["time"], unb64(receipt["cosignature"]))
    assert receipt["verdicts"] == []
    assert (await send(client, laptop.push(1, 30))).content == answer.content
    session = await open_session(client, second)
    assert (session["size"], session["scopes"]) == (0, ["county", "g-01"])
    answer = await client.post("/v1/pull", json={"cursor": "", "limit": 100})
    assert answer.headers["content-encoding"] == "zstd"
    page = Page.decode(answer.content)
    assert page.entries == tuple(laptop.entries)
    assert not page.more
    plain = await client.post("/v1/pull", json={"cursor": ""}, headers={"Accept-Encoding": "zstd;q=0"})
    assert "content-encoding" not in plain.headers
    assert Page.decode(plain.content) == page


async def test_a_push_is_for_the_sessions_device_alone(
    client: httpx.AsyncClient, centre: Storage, laptop: Laptop
) -> None:
    """A device cannot append to another one's log, though it holds a session."""
    other = Laptop(2)
    other.enrol(centre, "g-01")
    other.write("g-01", 1)
    await open_session(client, laptop)
    assert problem_of(await send(client, other.push(1, 1))) == (400, "request.malformed")


async def test_a_cut_or_altered_push_stores_nothing(
    client: httpx.AsyncClient, centre: Storage, laptop: Laptop
) -> None:
    """A body cut at any of many places, or with a byte changed, is refused whole."""
    laptop.write("g-01", 3)
    await open_session(client, laptop)
    body = laptop.push(1, 3).encode()
    for cut in range(0, len(body), 37):
        assert problem_of(await client.post("/v1/entries", content=body[:cut]))[0] in (400, 409, 422)
    altered = body.replace("第2条".encode(), "第9条".encode())
    assert problem_of(await client.post("/v1/entries", content=altered)) == (422, "push.signature")
    found = centre.device(laptop.id)
    assert found is not None
    assert found.size == 0


ROUTES = [
    ("POST", "/v1/entries"),
    ("POST", "/v1/pull"),
    ("POST", "/v1/photos/missing"),
    ("GET", f"/v1/photos/{'0' * 64}"),
    ("POST", "/v1/uploads"),
    ("HEAD", f"/v1/uploads/{'0' * 32}"),
    ("PATCH", f"/v1/uploads/{'0' * 32}"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_nothing_goes_without_a_session(client: httpx.AsyncClient, method: str, path: str) -> None:
    """Every route but those of enrolment and sessions wants a token, and a made-up one does not do."""
    for token in ("", "Bearer", "Bearer x", "Basic eDp5", "Bearer \udcff", f"Bearer {'A' * 43}"):
        headers = [(b"authorization", token.encode("utf-8", "surrogateescape"))] if token else []
        answer = await client.request(method, path, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_revoked_device_can_hand_in_but_not_read(
    client: httpx.AsyncClient, centre: Storage, laptop: Laptop
) -> None:
    """Revocation ends the sessions at once; a new one takes entries into quarantine and gives nothing out."""
    name_photo(laptop)
    laptop.write("g-01", 1)
    await open_session(client, laptop)
    assert (await send(client, laptop.push(1, 1))).status_code == 200
    centre.set_state(laptop.id, "revoked", "遗失")
    assert problem_of(await send(client, laptop.push(1, 2))) == (401, "session.needed")
    session = await open_session(client, laptop)
    assert session["scopes"] == []
    assert problem_of(await client.post("/v1/pull", json={"cursor": ""})) == (403, "device.revoked")
    assert problem_of(await client.get(f"/v1/photos/{'0' * 64}")) == (403, "device.revoked")
    accepted = (await send(client, laptop.push(1, 2))).json()
    assert [item["reason"] for item in accepted["verdicts"]] == ["device.revoked"]


async def test_a_fork_is_a_problem_with_its_number(client: httpx.AsyncClient, laptop: Laptop) -> None:
    """A second entry under one number is answered with push.fork and the number."""
    laptop.write("g-01", 2)
    await open_session(client, laptop)
    await send(client, laptop.push(1, 2))
    twin = Laptop(1)
    twin.entries = [laptop.entries[0], twin.make(2, "g-01", data={"text": "另一份"})]
    answer = await send(client, twin.push(1, 2))
    assert problem_of(answer) == (409, "push.fork")
    assert answer.json()["seq"] == 2


async def test_a_fork_must_be_signed_by_the_device(
    client: httpx.AsyncClient, centre: Storage, laptop: Laptop
) -> None:
    """Another entry under a number, without the device's signature over that branch, brings nobody into quarantine."""
    laptop.write("g-01", 3)
    await open_session(client, laptop)
    await send(client, laptop.push(1, 3))
    twin = Laptop(1)
    twin.entries = [*laptop.entries[:2], twin.make(3, "g-01", data={"text": "另一份"})]
    real = twin.push(3, 3)
    for forged in (bytes(64), laptop.push(1, 3).signature):
        answer = await send(client, replace(real, signature=forged))
        assert problem_of(answer) == (422, "push.signature")
    found = centre.device(laptop.id)
    assert found is not None
    assert (found.state, status(centre).forks) == ("active", {})
    assert problem_of(await send(client, real)) == (409, "push.fork")


async def test_unknown_addresses_and_methods_are_problems(client: httpx.AsyncClient) -> None:
    """404 and 405 speak the same language as every other refusal."""
    assert problem_of(await client.get("/v1/nothing")) == (404, "not_found")
    assert problem_of(await client.get("/v1/identity/")) == (404, "not_found")
    assert problem_of(await client.get("/v1/entries")) == (405, "method")
    assert problem_of(await client.get("/v1/identity", headers={NONCE_HEADER: "short"})) == (
        400,
        "request.malformed",
    )


async def test_calls_without_a_session_are_limited(client: httpx.AsyncClient, clock: Clock) -> None:
    """One address may ask so often a minute, and is told when to come again."""
    allowed = RateLimit(3, clock)
    for _ in range(3):
        allowed.count("a")
    with pytest.raises(ProblemError) as caught:
        allowed.count("a")
    assert caught.value.details["retry_after"] == 20
    allowed.count("b")
    clock.now += 20
    allowed.count("a")
    limits: Limits = client._transport.app.state.limits  # type: ignore[attr-defined]
    limits.calls = allowed
    answers = [await client.get("/v1/identity") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_every_answer_has_security_headers(client: httpx.AsyncClient) -> None:
    """No sniffing, no caching, no framing, no banner."""
    for path in ("/v1/identity", "/v1/nothing"):
        headers = (await client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "server" not in headers


async def test_an_error_of_ours_is_a_problem_without_secrets(
    client: httpx.AsyncClient,
    centre: Storage,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What nobody foresaw is answered with 500 and logged by place, without values."""

    def broken(_self: Storage, _device: str) -> str:
        raise RuntimeError("a value that must not be logged")

    monkeypatch.setattr(Storage, "challenge", broken)
    answer = await client.post("/v1/challenges", json={"device": Laptop(1).id})
    assert problem_of(answer) == (500, "internal")
    (record,) = [record for record in caplog.records if record.name == "inspector.central"]
    assert record.message == "request.failed"
    details = vars(record)["details"]
    assert details["error"] == "RuntimeError"
    assert "must not be logged" not in json.dumps(details) + answer.text


async def test_the_openapi_document_names_what_there_is(client: httpx.AsyncClient) -> None:
    """Every route stands in the document, every reference in it leads somewhere, and its statuses are real."""
    from inspector.central.app import ROUTES as SERVED

    document = (await client.get("/v1/openapi.json")).json()
    served = {route.path.replace(":str", "") for route in SERVED}
    assert set(document["paths"]) == served
    text = json.dumps(document)
    names = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert names <= set(document["components"]["schemas"])
    assert all(status >= 400 for status, _, _ in PROBLEMS.values())


async def test_try_session_of_a_stranger(client: httpx.AsyncClient) -> None:
    """A device that never enrolled gets no session."""
    assert problem_of(await try_session(client, Laptop(7)))[0] in (400, 403)
