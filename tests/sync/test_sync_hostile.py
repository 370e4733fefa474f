"""A centre with the right key that answers wrongly: bounded, refused in words, and never more believed than proved."""

import json
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import zstandard

from inspector.domain.entries import Draft, Ref, Stamp
from inspector.errors import SyncError
from inspector.journal.entry import SealedEntry, seal
from inspector.journal.keys import SigningKey, device_id
from inspector.journal.merkle import root_of
from inspector.journal.receipt import issue_receipt, sign_checkpoint
from inspector.store import log
from inspector.store.workspace import Store
from inspector.sync.client import SyncClient
from inspector.sync.course import Pace
from inspector.sync.progress import SyncReport
from inspector.sync.protocol import (
    BODY_BYTES_MAX,
    ENTRIES_TYPE,
    NONCE_HEADER,
    PLAIN_BYTES_MAX,
    SIGNATURE_HEADER,
    Page,
    b64,
    problem,
    response_message,
)
from tests.sync.sync_world import GRID, add_photo, pending, quick, receipted, start, workspace

KEY = SigningKey(b"\x07" * 32)
JSON = "application/json"

Handler = Callable[[httpx.Request], httpx.Response]


def signed(
    request: httpx.Request,
    body: bytes,
    *,
    media: str = JSON,
    status: int = 200,
    wire: bytes | None = None,
    **headers: str,
) -> httpx.Response:
    """An answer with the centre's right signature over `body`, travelling as `wire`."""
    nonce = request.headers[NONCE_HEADER]
    all_headers = {
        "Content-Type": media,
        SIGNATURE_HEADER: b64(KEY.sign(response_message(nonce, status, body))),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return httpx.Response(
        status, headers=all_headers, stream=httpx.ByteStream(body if wire is None else wire)
    )


def as_json(request: httpx.Request, data: object) -> httpx.Response:
    return signed(request, json.dumps(data).encode())


def refused(status: int, document: object) -> httpx.Response:
    """A problem document."""
    headers = {"Content-Type": "application/problem+json"}
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(json.dumps(document).encode()))


class Evil:
    """Opens sessions rightly; what else it answers is told by path."""

    def __init__(self) -> None:
        self.answers: dict[str, Handler] = {
            "/v1/challenges": lambda request: as_json(request, {"challenge": "c" * 43}),
            "/v1/sessions": lambda request: as_json(request, session()),
            "/v1/pull": lambda request: signed(request, page(), media=ENTRIES_TYPE),
            "/v1/photos/missing": lambda request: as_json(request, {"missing": []}),
            "/v1/log/head": lambda _: refused(404, problem("not_found")),
        }
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url.path}")
        return self.answers[request.url.path](request)


def session(**changes: object) -> dict[str, object]:
    return {"token": "t" * 43, "expires_in": 60, "size": 0, "epoch": "e1", "scopes": [GRID], "role": "officer", "publishers": [],
            "kept_apart": [], "kept_apart_count": 0,
            "time": 1_790_000_000, **changes}  # fmt: skip


def page(*entries: SealedEntry, cursor: str = "c1", more: bool = False) -> bytes:
    return Page(cursor, more, ("county", GRID), entries).encode()


@pytest.fixture
def evil() -> Evil:
    return Evil()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with workspace(tmp_path / "a") as opened:
        opened.set_settings(
            centre_url="http://127.0.0.1:1",
            centre_device=device_id(KEY.public),
            centre_name="centre",
            centre_key=KEY.public.hex(),
        )
        yield opened


def run(store: Store, evil: Evil) -> SyncReport:
    return SyncClient(store, transport=httpx.MockTransport(evil), pace=quick()).sync_once()


def failed(store: Store, evil: Evil) -> str:
    """The code of the failure; nothing may count as sent."""
    report = run(store, evil)
    assert isinstance(report.failure, SyncError)
    assert receipted(store) == 0
    return report.failure.code


def _receipt_for(store: Store, root: bytes, size: int, *, key: SigningKey = KEY) -> dict[str, object]:
    made = issue_receipt(
        centre="centre", centre_key=key, device_public=store.key.public, size=size, root=root,
        device_signature=sign_checkpoint(store.key, size, root), time_seconds=1_790_000_000,
    )  # fmt: skip
    return {"size": size, "time": made.time, "cosignature": b64(made.cosignature), "verdicts": []}


def _own_root(store: Store) -> bytes:
    return root_of(entry.hash for entry in log.iterate_entries(store.connection, store.device))


def test_the_right_receipt_is_taken(store: Store, evil: Evil) -> None:
    """The test's centre can be believed where it answers rightly: the refusals below are due to what is wrong."""
    start(store, "i-1")
    right = _receipt_for(store, _own_root(store), 1)
    evil.answers["/v1/entries"] = lambda request: as_json(request, right)
    assert run(store, evil).complete
    assert receipted(store) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("other root", "sync.receipt"),
        ("other key", "sync.receipt"),
        ("other time", "sync.receipt"),
        ("smaller size", "sync.malformed"),
        ("larger size", "sync.malformed"),
        ("size as text", "sync.malformed"),
        ("size true", "sync.malformed"),
        ("short cosignature", "sync.malformed"),
        ("no verdicts", "sync.malformed"),
    ],
)
def test_a_signed_answer_with_a_wrong_receipt_marks_nothing(
    store: Store, evil: Evil, change: str, code: str
) -> None:
    """The answer's own signature is not enough: the receipt must hold for the root computed here."""
    start(store, "i-1")
    start(store, "i-2")
    root = _own_root(store)
    right = _receipt_for(store, root, 2)
    wrong = {
        "other root": _receipt_for(store, b"\x01" * 32, 2),
        "other key": _receipt_for(store, root, 2, key=SigningKey(b"\x08" * 32)),
        "other time": {**right, "time": 1_790_000_001},
        "smaller size": {**right, "size": 1},
        "larger size": {**right, "size": 3},
        "size as text": {**right, "size": "2"},
        "size true": {**right, "size": True},
        "short cosignature": {**right, "cosignature": "AAAA"},
        "no verdicts": {**right, "verdicts": None},
    }[change]
    evil.answers["/v1/entries"] = lambda request: as_json(request, wrong)
    assert failed(store, evil) == code


def test_a_gap_that_goes_nowhere_ends(store: Store, evil: Evil) -> None:
    """A centre that claims gaps above what was sent cannot make the laptop push for ever."""
    start(store, "i-1")
    document = {"code": "push.gap", "have": 7}
    evil.answers["/v1/entries"] = lambda _: refused(409, document)
    assert failed(store, evil) == "push.gap"
    assert len(evil.asked) < 50


@pytest.mark.parametrize("level", ["plain", "compressed"])
def test_an_endless_answer_takes_bounded_memory(store: Store, evil: Evil, level: str) -> None:
    """More than the limits allow, plain or as a zstd bomb, is cut off; memory stays near the limit."""
    if level == "plain":

        def answer(request: httpx.Request) -> httpx.Response:
            def endless() -> Iterator[bytes]:
                while True:
                    yield b"x" * 65_536

            return httpx.Response(200, headers={"Content-Type": ENTRIES_TYPE}, content=endless())

        limit = BODY_BYTES_MAX
    else:
        bomb = zstandard.ZstdCompressor(level=19).compress(b"\0" * (PLAIN_BYTES_MAX * 8))

        def answer(request: httpx.Request) -> httpx.Response:
            return signed(request, b"", media=ENTRIES_TYPE, wire=bomb, Content_Encoding="zstd")

        limit = PLAIN_BYTES_MAX
    evil.answers["/v1/pull"] = answer
    tracemalloc.start()
    try:
        assert failed(store, evil) == "sync.malformed"
        assert tracemalloc.get_traced_memory()[1] < 3 * limit + 8_000_000
    finally:
        tracemalloc.stop()


def test_pages_without_end_and_without_progress_are_refused(store: Store, evil: Evil) -> None:
    """A page that promises more at the very same cursor ends the sync instead of going round."""
    evil.answers["/v1/pull"] = lambda request: signed(
        request, page(cursor="same", more=True), media=ENTRIES_TYPE
    )
    assert failed(store, evil) == "sync.malformed"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}\n",
        page()[:-1],
        page() + b"\n",
        page().replace(b'"version":1', b'"version":2'),
        page() + b'{"v":1}\n{}\n',
        page() + b"[" * 3_000 + b"\n\n",
        page() + b"../../etc/passwd\n\x1b[2J\n",
        page(cursor="c" * 300_000),
    ],
)
def test_a_page_that_is_none_changes_nothing(store: Store, evil: Evil, body: bytes) -> None:
    """Rightly signed nonsense is refused before anything of it is stored."""
    evil.answers["/v1/pull"] = lambda request: signed(request, body, media=ENTRIES_TYPE)
    assert failed(store, evil) == "sync.malformed"
    assert store.setting("cursor") is None
    assert store.connection.execute("SELECT count(*) FROM entry").fetchone()[0] == 0


def _foreign(kind: str = "note.added", device: str = "a" * 16, seq: int = 1) -> SealedEntry:
    return seal(
        Draft(kind, "x-1", GRID, {"text": "来自将来"}),
        ref=Ref(device, seq),
        actor="",
        time=Stamp(1, 480, "0" * 16, 1),
        salt=b"\1" * 16,
    )


def test_an_entry_of_an_unknown_kind_is_kept(store: Store, evil: Evil) -> None:
    """What a newer program wrote is stored with its bytes, and disturbs nothing."""
    entry = _foreign("future.thing")
    evil.answers["/v1/pull"] = lambda request: signed(request, page(entry), media=ENTRIES_TYPE)
    assert run(store, evil).complete
    kept = log.sealed_entries(store.connection, "a" * 16)
    assert [(item.header, item.body) for item in kept] == [(entry.header, entry.body)]


def test_entries_of_this_very_laptop_that_it_does_not_have_are_refused(store: Store, evil: Evil) -> None:
    """Own numbers that are not used here yet would collide with the next record: the sync stops before that."""
    entry = _foreign(device=store.device, seq=5)
    evil.answers["/v1/pull"] = lambda request: signed(request, page(entry), media=ENTRIES_TYPE)
    assert failed(store, evil) == "sync.log_behind"
    assert log.sealed_entries(store.connection, store.device) == []


@pytest.mark.parametrize(
    "location", ["", "/", "/v1/uploads/../../admin", "https://evil.example/v1/uploads/..", "/v1/uploads/a b"]
)
def test_an_upload_is_only_ever_sent_to_the_centre(store: Store, evil: Evil, location: str) -> None:
    """A Location that is not a plain upload of this centre is not followed."""
    start(store, "i-1")
    add_photo(store, "i-1", b"photo" * 100)
    evil.answers["/v1/entries"] = lambda request: as_json(request, _receipt_for(store, _own_root(store), 2))
    evil.answers["/v1/photos/missing"] = lambda request: as_json(
        request, {"missing": json.loads(request.content)["sha256"]}
    )
    evil.answers["/v1/uploads"] = lambda request: signed(
        request, b"", status=201, Location=location, Upload_Offset="0"
    )
    report = run(store, evil)
    assert report.failure is not None
    assert report.failure.code == "sync.malformed"
    assert pending(store).photos_up == 1
    assert all(asked.split(" ")[1] in evil.answers for asked in evil.asked)


def test_a_photo_that_the_centre_takes_and_still_misses_is_parked(store: Store, evil: Evil) -> None:
    """A centre that always misses a photo gets it twice, not for ever; then it is set aside with the reason."""
    start(store, "i-1")
    sha256 = add_photo(store, "i-1", b"photo" * 100)
    evil.answers["/v1/entries"] = lambda request: as_json(request, _receipt_for(store, _own_root(store), 2))
    evil.answers["/v1/photos/missing"] = lambda request: as_json(
        request, {"missing": json.loads(request.content)["sha256"]}
    )
    evil.answers["/v1/uploads"] = lambda request: signed(
        request, b"", status=201, Location="/v1/uploads/u1", Upload_Offset="0"
    )
    evil.answers["/v1/uploads/u1"] = lambda request: signed(request, b"", status=204, Upload_Offset="500")
    report = run(store, evil)
    assert report.complete
    assert [parked for parked, _ in report.photos_parked] == [sha256]
    assert evil.asked.count("PATCH /v1/uploads/u1") == 2
    assert (pending(store).photos_up, pending(store).parked) == (0, 1)


def _wants(store: Store, evil: Evil, sha256: str) -> str:
    entry = seal(
        Draft("inspection.started", "i-9", GRID, _START),
        ref=Ref("a" * 16, 1), actor="", time=Stamp(1, 480, "0" * 16, 1), salt=b"\1" * 16,
    )  # fmt: skip
    photo = {"sha256": sha256, "name": "x.jpg", "bytes": 10, "item": "", "facts": {}}
    named = seal(
        Draft("inspection.photo_added", "i-9", GRID, photo),
        ref=Ref("a" * 16, 2), actor="", time=Stamp(1, 480, "0" * 16, 1), salt=b"\2" * 16,
    )  # fmt: skip
    evil.answers["/v1/pull"] = lambda request: signed(request, page(entry, named), media=ENTRIES_TYPE)
    return f"/v1/photos/{sha256}"


_PIN = {"code": "x", "version": "1", "sha256": "0" * 64}
_START = {"site": "s-1", "pack": _PIN, "checklists": [_PIN], "officers": [], "helpers": []}


@pytest.mark.parametrize(
    "content_range", ["", "bytes 5-14/10", "bytes 0-4/10", "bytes 0-9/5", "bytes 1-10/11", "bytes */10"]
)
def test_a_range_that_is_not_the_asked_one_is_refused(store: Store, evil: Evil, content_range: str) -> None:
    """Bytes of another place of a photo are never put together with those that are here."""
    path = _wants(store, evil, "ab" * 32)
    evil.answers[path] = lambda request: signed(
        request, b"0123456789", status=206, media="application/octet-stream", Content_Range=content_range
    )
    assert failed(store, evil) == "sync.malformed"
    assert not store.blobs.has("ab" * 32)


def test_a_photo_whose_bytes_are_others_is_not_kept(store: Store, evil: Evil) -> None:
    """A downloaded photo must have its SHA-256; else it is dropped and blocks nothing."""
    path = _wants(store, evil, "ab" * 32)
    evil.answers[path] = lambda request: signed(
        request, b"0123456789", status=206, media="application/octet-stream", Content_Range="bytes 0-9/10"
    )
    report = run(store, evil)
    assert report.complete
    assert report.photos_fetched == 0
    assert not store.blobs.has("ab" * 32)


@pytest.mark.parametrize(
    "changes",
    [
        {"token": ""},
        {"token": "a b\r\nX: y" + "t" * 20},
        {"size": -1},
        {"size": "0"},
        {"epoch": "../x"},
        {"time": None},
    ],
)
def test_a_session_that_is_none_is_refused(store: Store, evil: Evil, changes: dict[str, object]) -> None:
    """Wrong members of a signed session end the sync before anything is sent."""
    start(store, "i-1")
    evil.answers["/v1/sessions"] = lambda request: as_json(request, session(**changes))
    assert failed(store, evil) == "sync.malformed"
    assert "POST /v1/entries" not in evil.asked


def test_a_busy_centre_is_asked_again_when_it_says(store: Store, evil: Evil) -> None:
    """429 is waited out as long as the centre asks."""
    waited: list[float] = []
    tries = 0

    def busy(request: httpx.Request) -> httpx.Response:
        nonlocal tries
        tries += 1
        if tries == 1:
            return refused(429, {"code": "rate.limited", "retry_after": 7})
        return signed(request, page(), media=ENTRIES_TYPE)

    evil.answers["/v1/pull"] = busy
    pace = Pace(sleep=waited.append, chance=lambda: 0.0)
    report = SyncClient(store, transport=httpx.MockTransport(evil), pace=pace).sync_once()
    assert report.complete
    assert 6.5 <= sum(waited) <= 7.5
