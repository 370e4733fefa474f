"""The centre killed without warning, again and again, while entries and a photo come in."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import httpx
import pytest

from inspector.central.settings import Settings
from inspector.central.storage import Storage
from inspector.sync.protocol import Page, b64, session_message, unb64
from tests.central.centre_client import PHOTO, PHOTO_SHA256, name_photo
from tests.contracts.laptops import Laptop
from tests.patience import line_of

KILLS = 3
SERVE = """
import pathlib, sys
from inspector.central.serve import serve
from inspector.central.settings import Settings
serve(Settings(pathlib.Path(sys.argv[1]), port=0), on_ready=lambda it: print(it.address.url, flush=True))
"""


@contextmanager
def served(data: Path) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """A centre in a process of its own: its address, and the process to be killed."""
    command = [sys.executable, "-c", SERVE, str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            yield line_of(process).strip(), process
        finally:
            process.kill()


def session_of(client: httpx.Client, laptop: Laptop) -> int:
    """Open a session; returns how many entries the centre has."""
    centre = client.get("/v1/identity").json()["device"]
    challenge = client.post("/v1/challenges", json={"device": laptop.id}).json()["challenge"]
    signature = b64(laptop.key.sign(session_message(centre, challenge)))
    asked = {"device": laptop.id, "challenge": challenge, "signature": signature}
    session = client.post("/v1/sessions", json=asked).json()
    client.headers["Authorization"] = f"Bearer {session['token']}"
    return int(session["size"])


def send_all(client: httpx.Client, laptop: Laptop, have: int, receipts: dict[int, bytes]) -> None:
    """Send entries in batches and then the photo, from where the centre stands; notes every receipt."""
    for last in range(have + 5, len(laptop.entries) + 1, 5):
        answer = client.post("/v1/entries", content=laptop.push(last - 4, last).encode())
        assert answer.status_code == 200, answer.text
        receipts[last] = answer.content
    tus = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(PHOTO))}
    metadata = f"sha256 {b64(PHOTO_SHA256.encode())}"
    created = client.post("/v1/uploads", headers={**tus, "Upload-Metadata": metadata})
    offset = int(created.headers["upload-offset"])
    for _ in range(2 * len(PHOTO) // 50_000 + 2):
        if offset >= len(PHOTO):
            return
        headers = {**tus, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
        chunk = PHOTO[offset : offset + 50_000]
        offset = int(
            client.patch(created.headers["location"], content=chunk, headers=headers).headers["upload-offset"]
        )
    raise AssertionError(f"the upload stands still at {offset}")


@pytest.mark.faults
def test_what_was_acknowledged_survives_every_kill(tmp_path: Path) -> None:
    """Whenever the centre dies, every receipt that it gave holds after its restart, and nothing is there twice."""
    data, random = tmp_path / "centre", Random(7)
    laptop = Laptop(1)
    name_photo(laptop)
    laptop.write("g-01", 399)
    storage = Storage(Settings(data))
    laptop.enrol(storage, "g-01")
    storage.close()
    receipts: dict[int, bytes] = {}
    for round_number in range(KILLS + 1):
        with served(data) as (url, process), httpx.Client(base_url=url) as client:
            have = session_of(client, laptop)
            assert have >= max(receipts, default=0), "an acknowledged entry is gone"
            if receipts:
                last = max(receipts)
                again = client.post("/v1/entries", content=laptop.push(last - 4, last).encode())
                assert again.content == receipts[last], "a repeat gave another receipt"
            killer = threading.Timer(random.uniform(0.02, 0.25), process.kill)
            if round_number < KILLS:
                killer.start()
            try:
                send_all(client, laptop, have, receipts)
            except httpx.TransportError:
                pass  # killed: what became of the last request is unknown, as after any cut
            finally:
                killer.cancel()
            if round_number == KILLS:
                pages = client.post("/v1/pull", json={"cursor": "", "limit": 1_000, "include_own": True})
                assert Page.decode(pages.content).entries == tuple(laptop.entries)
                assert client.get(f"/v1/photos/{PHOTO_SHA256}").content == PHOTO
    storage = Storage(Settings(data))
    try:
        for size, content in receipts.items():
            receipt = httpx.Response(200, content=content).json()
            laptop.check(storage, size, receipt["time"], unb64(receipt["cosignature"]))
    finally:
        storage.close()
