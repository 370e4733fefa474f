"""Syncing over networks that cut, delay, repeat and lie: nothing lost, nothing twice, nothing believed that is not proved."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from inspector.domain.entries import Ref
from inspector.errors import NotTrusted, Offline
from inspector.store.workspace import Store
from inspector.sync.protocol import CHUNK_BYTES_MAX
from tests.faults.proxy import Proxy, http, proxy_to
from tests.sync.sync_world import (
    Centre,
    add_photo,
    answer,
    centre_at,
    dump,
    laptop,
    pending,
    receipted,
    start,
    sync,
)

pytestmark = pytest.mark.faults

SAMPLED_CUTS = 60


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    with centre_at(tmp_path_factory.mktemp("centre") / "data") as serving:
        yield serving


@pytest.fixture(scope="module")
def network(centre: Centre) -> Iterator[Proxy]:
    with proxy_to(int(centre.url.rpartition(":")[2])) as proxy:
        yield proxy


@pytest.fixture(autouse=True)
def _good_network(network: Proxy) -> Iterator[None]:
    yield
    network.cut_after(0)
    network.seconds, network.reply, network.repeat = 0.0, None, None


def _small(path: Path, centre: Centre, network: Proxy, number: int) -> Store:
    """A laptop in a grid of its own with three entries and a photo, behind the bad network."""
    grid = f"g-cut-{number}"
    store = laptop(path, centre, grid)
    store.set_settings(centre_url=network.url)
    start(store, f"i-{number}", scope=grid)
    answer(store, f"i-{number}", "q", 1, scope=grid)
    add_photo(store, f"i-{number}", random.Random(number).randbytes(2_000), scope=grid)
    return store


def _believes_no_more_than_is_there(store: Store, centre: Centre) -> None:
    assert receipted(store) <= len(centre.refs(store.device))
    sent = {row[0] for row in store.connection.execute("SELECT sha256 FROM photo_sent")}
    assert sent <= centre.photos()


def _is_all_there(store: Store, centre: Centre, photos: int = 1) -> None:
    size = receipted(store)
    assert centre.refs(store.device) == [Ref(store.device, seq) for seq in range(1, size + 1)]
    waits = pending(store)
    assert (waits.entries, waits.photos_up, waits.parked, waits.quarantined) == (0, 0, 0, 0)
    linked = [row[0] for row in store.connection.execute("SELECT sha256 FROM photo")]
    assert len(linked) == photos
    assert set(linked) <= centre.photos()


def test_a_link_cut_anywhere_in_an_exchange_loses_and_doubles_nothing(
    tmp_path: Path, centre: Centre, network: Proxy
) -> None:
    """Cut once after k bytes, k spread over the whole exchange: whatever the laptop believes is so, and all arrives."""
    with _small(tmp_path / "whole", centre, network, 0) as store:
        before = network.up + network.down
        assert sync(store).complete
        whole = network.up + network.down - before
    step = whole / SAMPLED_CUTS
    chance = random.Random(20261122)
    for number in range(1, SAMPLED_CUTS + 1):
        at = max(1, int((number - chance.random()) * step))
        with _small(tmp_path / f"{number}", centre, network, number) as store:
            network.cut_after(at, times=1)
            sync(store)
            _believes_no_more_than_is_there(store, centre)
            network.cut_after(0)
            assert sync(store).complete, at
            _is_all_there(store, centre)


def test_a_photo_on_a_link_that_keeps_cutting_arrives_with_little_waste(
    tmp_path: Path, centre: Centre, network: Proxy
) -> None:
    """Each cut costs at most the chunk that was under way; the upload goes on where the centre has it."""
    content = random.Random(5).randbytes(6_000_000)
    with laptop(tmp_path / "a", centre, "g-wide") as store:
        store.set_settings(centre_url=network.url)
        start(store, "i-wide", scope="g-wide")
        add_photo(store, "i-wide", content, scope="g-wide")
        before, cuts = network.up, network.cuts
        network.cut_after(900_000)
        for _ in range(40):
            if sync(store).complete:
                break
        network.cut_after(0)
        assert sync(store).complete
        _is_all_there(store, centre)
        happened = network.cuts - cuts
        assert happened >= 5
        assert network.up - before <= len(content) + happened * (CHUNK_BYTES_MAX // 8) + 100_000


def test_a_download_on_a_link_that_keeps_cutting_arrives_whole(
    tmp_path: Path, centre: Centre, network: Proxy
) -> None:
    """A photo of another laptop comes in piece by piece, and its bytes are the original's."""
    content = random.Random(6).randbytes(3_000_000)
    with laptop(tmp_path / "a", centre, "g-down") as a, laptop(tmp_path / "b", centre, "g-down") as b:
        start(a, "i-down", scope="g-down")
        sha256 = add_photo(a, "i-down", content, scope="g-down")
        assert sync(a).complete
        b.set_settings(centre_url=network.url)
        network.cut_after(500_000)
        for _ in range(40):
            if sync(b).complete:
                break
        network.cut_after(0)
        assert sync(b).complete
        assert b.blobs.get(sha256) == content
        assert dump(a) == dump(b)


def test_requests_that_arrive_twice_count_once(tmp_path: Path, centre: Centre, network: Proxy) -> None:
    """With every request in a session delivered twice, each entry and photo is there once, and the receipts hold."""
    with _small(tmp_path / "a", centre, network, 900) as store:
        network.repeat = lambda request: not _opens(request)
        report = sync(store)
        assert report.complete
        assert (report.entries_sent, report.photos_sent) == (3, 1)
        _is_all_there(store, centre)


def test_a_session_request_that_arrives_twice_is_refused_and_tried_again(
    tmp_path: Path, centre: Centre, network: Proxy
) -> None:
    """A challenge is good once; the refusal of the second delivery ends that sync and nothing else."""
    with _small(tmp_path / "a", centre, network, 903) as store:
        network.repeat = _opens
        report = sync(store)
        assert report.failure is not None
        assert report.failure.code == "session.refused"
        network.repeat = None
        assert sync(store).complete
        _is_all_there(store, centre)


def test_a_proxy_that_passes_on_no_patch_does_not_stop_photos(
    tmp_path: Path, centre: Centre, network: Proxy
) -> None:
    """Where PATCH is answered 405 by something on the way, chunks travel as POST, and the photo arrives."""
    with _small(tmp_path / "a", centre, network, 904) as store:
        network.reply = lambda request: http(405, PAGE) if request.startswith(b"PATCH ") else None
        assert sync(store).complete
        _is_all_there(store, centre)


def test_a_slow_link_is_only_slow(tmp_path: Path, centre: Centre, network: Proxy) -> None:
    """Held-back bytes change nothing but the time."""
    with _small(tmp_path / "a", centre, network, 901) as store:
        network.seconds = 0.01
        assert sync(store).complete
        _is_all_there(store, centre)


PAGE = "<html><title>欢迎使用 WLAN</title><form action=/login></form></html>".encode()
RECEIPT = json.dumps(
    {"size": 3, "time": 1_790_000_000, "cosignature": "A" * 86 + "==", "verdicts": []}
).encode()
PROBLEM = "application/problem+json"
JSON = "application/json"
PORTALS: dict[str, bytes] = {
    "html": http(200, PAGE),
    "empty": http(200),
    "html as json": http(200, PAGE, media=JSON),
    "json": http(200, b"{}", media=JSON),
    "json list": http(200, b"[]", media=JSON),
    "made-up receipt": http(200, RECEIPT, media=JSON),
    "made-up receipt, made-up signature": http(200, RECEIPT, media=JSON, Inspector_Signature="A" * 86 + "=="),
    "signature of no length": http(200, b"{}", media=JSON, Inspector_Signature=""),
    "no content": http(204),
    "created": http(201, b"{}", media=JSON),
    "moved": http(301, PAGE, Location="http://127.0.0.1/login"),
    "found": http(302, PAGE, Location="https://login.example/"),
    "see other": http(303, b"", Location="/login"),
    "temporary": http(307, b"", Location="http://127.0.0.1:9/v1/entries"),
    "permanent": http(308, b"", Location="http://127.0.0.1:9/v1/entries"),
    "forbidden page": http(403, PAGE),
    "not found page": http(404, PAGE),
    "proxy login": http(407, PAGE, Proxy_Authenticate="Basic"),
    "network login": http(511, PAGE),
    "teapot": http(418, b"short and stout"),
    "server error page": http(500, PAGE),
    "bad gateway": http(502, PAGE),
    "away": http(503, b"", Retry_After="1"),
    "gateway timeout": http(504, PAGE),
    "unknown problem": http(403, b'{"code":"device.charmed"}', media=PROBLEM),
    "problem that is none": http(409, b'["push.gap"]', media=PROBLEM),
    "endless nesting": http(200, b"[" * 100_000, media=JSON),
    "unknown encoding": http(200, PAGE, media=JSON, Content_Encoding="gzip"),
    "broken zstd": http(200, b"(\xb5/\xfd\xff\xff", media=JSON, Content_Encoding="zstd"),
    "cut short": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{",
    "not HTTP": b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    "nothing": b"",
}


@pytest.fixture(scope="module")
def waiting(centre: Centre, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = laptop(tmp_path_factory.mktemp("waiting") / "a", centre, "g-portal")
    start(store, "i-portal", scope="g-portal")
    add_photo(store, "i-portal", b"portal" * 100, scope="g-portal")
    yield store
    store.close()


@pytest.mark.parametrize("name", PORTALS)
@pytest.mark.parametrize("inside", [False, True], ids=["from the first request", "inside of a session"])
def test_a_login_page_is_never_taken_for_the_centre(
    waiting: Store, centre: Centre, network: Proxy, name: str, inside: bool
) -> None:
    """Whatever a portal answers, at once or after a session was opened: nothing is marked, and it is said plainly."""
    waiting.set_settings(centre_url=network.url)
    network.reply = lambda request: None if inside and _opens(request) else PORTALS[name]
    report = sync(waiting)
    assert isinstance(report.failure, NotTrusted | Offline)
    assert "没有丢失" in report.failure.zh
    assert report.failure.hint_zh
    assert receipted(waiting) == 0
    assert (pending(waiting).entries, pending(waiting).photos_up, pending(waiting).parked) == (2, 1, 0)
    assert centre.refs(waiting.device) == []


def _opens(request: bytes) -> bool:
    return b" /v1/sessions " in request or b" /v1/challenges " in request


def test_an_old_answer_of_the_real_centre_is_not_believed_again(
    tmp_path: Path, centre: Centre, network: Proxy
) -> None:
    """A recorded, rightly signed answer played to a later request fails by its nonce."""
    recorded: dict[bytes, bytes] = {}
    with _small(tmp_path / "a", centre, network, 902) as store:
        network.repeat = lambda _: False
        original = network._ask

        async def record(request: bytes) -> bytes:
            got = await original(request)
            recorded.setdefault(request.split(b" ", 2)[1], got)
            return got

        network._ask = record  # type: ignore[method-assign]
        assert sync(store).complete
        network._ask = original  # type: ignore[method-assign]
        answer(store, "i-902", "q2", 1, scope="g-cut-902")
        network.repeat = None
        network.reply = lambda request: recorded.get(request.split(b" ", 2)[1])
        report = sync(store)
        assert isinstance(report.failure, NotTrusted)
        assert report.failure.code == "sync.signature"
        assert receipted(store) == 3
