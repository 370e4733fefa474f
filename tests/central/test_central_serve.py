"""A real centre over loopback: push, pull, photos with a foreign tus client, cut and slow connections, locks."""

import hashlib
import io
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from inspector.central.photos import upload_id
from inspector.central.serve import Running, serve
from inspector.central.settings import Settings
from inspector.errors import Busy, WorkspaceError
from inspector.sync.protocol import BODY_BYTES_MAX, Page, b64, session_message, unb64
from tests.central.centre_client import PHOTO, PHOTO_SHA256, name_photo
from tests.central.running_centre import running_centre
from tests.contracts.laptops import Laptop

DEADLINE_SECONDS = 10


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """A centre with short patience."""
    settings = Settings(tmp_path / "centre", port=0, header_seconds=0.5, body_seconds=0.5)
    with running_centre(settings) as found:
        yield found


@pytest.fixture
def laptop(running: Running) -> Laptop:
    """An enrolled laptop."""
    made = Laptop(1)
    made.enrol(running.storage, "g-01")
    return made


def open_session(running: Running, laptop: Laptop) -> str:
    """A token, over the network."""
    url = running.address.url
    challenge = httpx.post(f"{url}/v1/challenges", json={"device": laptop.id}).json()["challenge"]
    signature = b64(laptop.key.sign(session_message(running.storage.device_id, challenge)))
    asked = {"device": laptop.id, "challenge": challenge, "signature": signature}
    token: str = httpx.post(f"{url}/v1/sessions", json=asked).json()["token"]
    return token


@pytest.fixture
def client(running: Running, laptop: Laptop) -> Iterator[httpx.Client]:
    """A client with a session."""
    headers = {"Authorization": f"Bearer {open_session(running, laptop)}"}
    with httpx.Client(base_url=running.address.url, headers=headers) as opened:
        yield opened


def connect(running: Running) -> socket.socket:
    """A bare connection."""
    return socket.create_connection((running.address.host, running.address.port), timeout=DEADLINE_SECONDS)


def test_push_and_pull_over_the_network(running: Running, laptop: Laptop, client: httpx.Client) -> None:
    """Entries pushed over a real connection come back in a pull, and the receipt holds."""
    laptop.write("g-01", 5)
    receipt = client.post("/v1/entries", content=laptop.push(1, 5).encode()).json()
    laptop.check(running.storage, receipt["size"], receipt["time"], unb64(receipt["cosignature"]))
    page = Page.decode(client.post("/v1/pull", json={"cursor": "", "include_own": True}).content)
    assert page.entries == tuple(laptop.entries)
    assert "server" not in client.get("/v1/identity").headers


def test_a_foreign_tus_client_gets_through(running: Running, laptop: Laptop, client: httpx.Client) -> None:
    """tuspy, which knows nothing of this centre, uploads a photo in chunks and resumes one that stopped."""
    from tusclient.client import TusClient

    name_photo(laptop)
    client.post("/v1/entries", content=laptop.push(1, 1).encode())
    tus = TusClient(
        f"{running.address.url}/v1/uploads", headers={"Authorization": client.headers["Authorization"]}
    )
    uploader = tus.uploader(
        file_stream=io.BytesIO(PHOTO), chunk_size=300_000, metadata={"sha256": PHOTO_SHA256}
    )
    uploader.upload(stop_at=600_000)
    resumed = tus.uploader(
        file_stream=io.BytesIO(PHOTO), chunk_size=300_000, metadata={"sha256": PHOTO_SHA256}, url=uploader.url
    )
    assert resumed.offset == 600_000
    resumed.upload()
    fetched = client.get(f"/v1/photos/{PHOTO_SHA256}", headers={"Range": "bytes=500000-"})
    assert (fetched.status_code, fetched.content) == (206, PHOTO[500_000:])


def test_a_cut_keeps_what_arrived(running: Running, laptop: Laptop, client: httpx.Client) -> None:
    """A connection that dies in a chunk costs at most that chunk: what arrived before it stays, the rest goes on."""
    name_photo(laptop)
    client.post("/v1/entries", content=laptop.push(1, 1).encode())
    tus = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(PHOTO))}
    metadata = f"sha256 {b64(PHOTO_SHA256.encode())}"
    place = client.post("/v1/uploads", headers={**tus, "Upload-Metadata": metadata}).headers["location"]
    head = (
        f"PATCH {place} HTTP/1.1\r\nHost: x\r\nAuthorization: {client.headers['Authorization']}\r\n"
        "Tus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\n"
        f"Content-Length: {len(PHOTO)}\r\n\r\n"
    )
    with connect(running) as cut:
        cut.sendall(head.encode() + PHOTO[:700_000])
    device = running.storage.device(laptop.id)
    assert device is not None
    name = upload_id(laptop.id, PHOTO_SHA256)
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not (offset := running.storage.upload(device, name).offset):
        assert time.monotonic() < deadline
    assert offset <= 700_000
    stand = client.head(place, headers=tus)
    assert stand.headers["upload-offset"] == str(offset)
    stream = {**tus, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
    assert client.patch(place, content=PHOTO[offset:], headers=stream).status_code == 204
    assert client.get(f"/v1/photos/{PHOTO_SHA256}").content == PHOTO


def test_the_newest_connection_wins(running: Running, laptop: Laptop, client: httpx.Client) -> None:
    """A connection that hangs in a chunk does not keep a new one from sending the photo."""
    name_photo(laptop)
    client.post("/v1/entries", content=laptop.push(1, 1).encode())
    tus = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(PHOTO))}
    metadata = f"sha256 {b64(PHOTO_SHA256.encode())}"
    place = client.post("/v1/uploads", headers={**tus, "Upload-Metadata": metadata}).headers["location"]
    head = (
        f"PATCH {place} HTTP/1.1\r\nHost: x\r\nAuthorization: {client.headers['Authorization']}\r\n"
        "Tus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\n"
        f"Content-Length: {len(PHOTO)}\r\n\r\n"
    )
    with connect(running) as hanging:
        hanging.sendall(head.encode() + PHOTO[:300_000])
        offset = int(client.head(place, headers=tus).headers["upload-offset"])
        stream = {**tus, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
        answer = client.patch(place, content=PHOTO[offset:], headers=stream)
        deadline = time.monotonic() + DEADLINE_SECONDS
        while answer.status_code == 409 and time.monotonic() < deadline:  # the older one came later after all
            stream["Upload-Offset"] = client.head(place, headers=tus).headers["upload-offset"]
            answer = client.patch(place, content=PHOTO[int(stream["Upload-Offset"]) :], headers=stream)
        assert answer.status_code == 204
        assert client.get(f"/v1/photos/{PHOTO_SHA256}").content == PHOTO


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"GET /v1/identity HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        b"GET /v1/identity HTTP/1.1\r\nHost: x\r\n\r\nGET /v1/iden",
    ],
)
def test_a_slow_head_is_cut(running: Running, start: bytes) -> None:
    """A connection that does not finish the head of a request is closed, also after a first one; else this times out."""
    with connect(running) as slow:
        slow.sendall(start)
        drain(slow)


def test_a_slow_body_is_refused(running: Running, client: httpx.Client) -> None:
    """A body that pauses for too long is answered with 408 and the connection closed."""
    with connect(running) as slow:
        slow.sendall(b"POST /v1/challenges HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        answer = drain(slow)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"connection: close" in answer.lower()


def test_many_slow_connections_do_not_block_others(running: Running) -> None:
    """A hundred connections that send nothing leave room for one that does."""
    slow = [connect(running) for _ in range(100)]
    try:
        assert httpx.get(f"{running.address.url}/v1/identity").status_code == 200
    finally:
        for connection in slow:
            connection.close()


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GARBAGE\r\n\r\n",
        b"GET /v1/identity HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 300_000,
        b"POST /v1/challenges HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"POST /v1/challenges HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}",
    ],
)
def test_broken_http_is_refused(running: Running, request_bytes: bytes) -> None:
    """What is not HTTP, has endless headers or contradicts itself ends with a 4xx or a closed connection."""
    with connect(running) as broken:
        broken.sendall(request_bytes)
        answer = drain(broken)
    assert not answer or answer.startswith(b"HTTP/1.1 4")
    assert httpx.get(f"{running.address.url}/v1/identity").status_code == 200


def test_a_stated_length_beyond_the_limit_is_refused_unread(running: Running, client: httpx.Client) -> None:
    """200 MB are refused after the head; nothing of them is taken."""
    with connect(running) as large:
        large.sendall(
            f"POST /v1/entries HTTP/1.1\r\nHost: x\r\nAuthorization: {client.headers['Authorization']}\r\n"
            f"Content-Length: {BODY_BYTES_MAX * 25}\r\n\r\n".encode()
        )
        answer = drain(large)
    assert answer.startswith(b"HTTP/1.1 413")


def test_two_servers_on_one_folder_are_refused(running: Running) -> None:
    """The folder is held while it is served; afterwards it is free again."""
    with pytest.raises(Busy) as caught:
        serve(running.storage.settings)
    assert caught.value.code == "central.serving"


def test_a_taken_address_is_said_plainly(running: Running, tmp_path: Path) -> None:
    """Another folder on the same port: a sentence, and no half-started centre."""
    with pytest.raises(WorkspaceError) as caught:
        serve(Settings(tmp_path / "other", port=running.address.port))
    assert caught.value.code == "central.address"


def test_it_goes_on_after_a_restart(tmp_path: Path) -> None:
    """A centre stopped and started again has its devices, entries and receipts; its folder's lock is free."""
    settings = Settings(tmp_path / "centre", port=0)
    laptop = Laptop(1)
    laptop.write("g-01", 3)
    with running_centre(settings) as first:
        laptop.enrol(first.storage, "g-01")
        receipt = first.storage.append(laptop.push(1, 3))
    with running_centre(settings) as second:
        assert second.storage.append(laptop.push(1, 3)) == receipt
        assert hashlib.sha256(second.storage.key.public).digest()
        assert open_session(second, laptop)


def drain(connection: socket.socket) -> bytes:
    """Everything until the other side closes."""
    received = bytearray()
    try:
        while block := connection.recv(65_536):
            received += block
    except ConnectionError:
        pass
    return bytes(received)
