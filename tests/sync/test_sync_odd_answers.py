"""Answers of odd shape, signed or not: each is refused in words, and none ends the program or a watch."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from inspector.journal.keys import device_id
from inspector.store.workspace import Store
from inspector.sync.client import SyncClient
from inspector.sync.exchange import Entries
from inspector.sync.protocol import ENTRIES_TYPE
from tests.sync.sync_world import quick, receipted, workspace
from tests.sync.test_sync_hostile import (
    KEY,
    Evil,
    as_json,
    failed,
    page,
    refused,
    run,
    session,
    signed,
)

if TYPE_CHECKING:
    from inspector.sync.progress import Progress


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


@pytest.mark.parametrize("code", [[], {}, None, 7, ["rate.limited"]])
@pytest.mark.parametrize("path", ["/v1/challenges", "/v1/pull"])
def test_a_refusal_whose_code_is_no_text_is_a_strangers(
    store: Store, evil: Evil, path: str, code: object
) -> None:
    """A refusal is not signed, so anybody on the way can write one: of an odd shape, it is a login page like any other."""
    evil.answers[path] = lambda _: refused(403, {"code": code})
    assert failed(store, evil) == "sync.portal"


def test_a_fault_of_the_program_ends_no_watch(
    store: Store, evil: Evil, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What nobody foresaw is told by its type, never by its text, and the watch goes on and comes to its end."""
    phases, told = [""], [""]
    right = Entries.pull
    faults = iter([TypeError("secret words"), KeyError("secret words")])

    def pull(self: Entries, effect: object) -> object:
        fault = next(faults, None)
        if fault is not None:
            raise fault
        return right(self, effect)  # type: ignore[arg-type]

    def note(progress: "Progress") -> None:
        phases.append(progress.phase)
        told.append(progress.en)

    monkeypatch.setattr(Entries, "pull", pull)
    client = SyncClient(store, transport=httpx.MockTransport(evil), pace=quick())
    with caplog.at_level(logging.ERROR, "inspector.sync"):
        report = client.watch(progress=note, stop=lambda: phases[-1] == "resting")
    assert phases.count("waiting") == 2
    assert any("TypeError" in sentence for sentence in told)
    assert report.failure is None
    assert ["TypeError" in line or "KeyError" in line for line in caplog.messages] == [True, True]
    assert "secret" not in caplog.text
    assert receipted(store) == 0


def test_a_lasting_fault_ends_a_single_sync_in_words(
    store: Store, evil: Evil, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sync that always fails in the program ends after its few tries, with a sentence that names the fault's type."""

    def pull(_: Entries, __: object) -> object:
        raise TypeError

    monkeypatch.setattr(Entries, "pull", pull)
    report = run(store, evil)
    assert report.failure is not None
    assert "TypeError" in report.failure.zh
    assert "TypeError" in report.failure.en


HALF = "\ud800"
"""Half of a character: JSON can name it, no file and no request can hold it."""


def test_half_a_challenge_is_none(store: Store, evil: Evil) -> None:
    """A challenge that cannot be signed is refused in words."""
    evil.answers["/v1/challenges"] = lambda request: as_json(request, {"challenge": HALF})
    assert failed(store, evil) == "sync.malformed"


@pytest.mark.parametrize(
    "changes",
    [
        {"publishers": [HALF]},
        {"kept_apart": [{"seq": 1, "reason": HALF}], "kept_apart_count": 1},
        {"time": 10**300},
        {"size": 2**53},
    ],
)
def test_a_session_that_cannot_be_kept_is_none(store: Store, evil: Evil, changes: dict[str, object]) -> None:
    """Halves of characters and numbers beyond all measure in a signed session end the sync in words."""
    evil.answers["/v1/sessions"] = lambda request: as_json(request, session(**changes))
    assert failed(store, evil) == "sync.malformed"


@pytest.mark.parametrize("changes", [{"cursor": HALF}, {"scopes": ["county", HALF]}])
def test_a_page_that_cannot_be_kept_is_none(store: Store, evil: Evil, changes: dict[str, object]) -> None:
    """Halves of characters in the head of a page are refused before anything of it is stored."""
    head = {"cursor": "c", "more": False, "scopes": ["county"], "version": 1, **changes}
    body = json.dumps(head).encode() + b"\n"
    evil.answers["/v1/pull"] = lambda request: signed(request, body, media=ENTRIES_TYPE)
    assert failed(store, evil) == "sync.malformed"
    assert store.setting("cursor") is None


@pytest.mark.parametrize(("empty", "complete"), [(3, True), (4, False)])
def test_pages_that_only_promise_come_to_an_end(store: Store, evil: Evil, empty: int, complete: bool) -> None:
    """A few pages without entries may promise more, each at a new cursor; one too many ends the sync in words."""
    told = 0

    def promising(request: httpx.Request) -> httpx.Response:
        nonlocal told
        told += 1
        return signed(request, page(cursor=f"c{told}", more=told <= empty), media=ENTRIES_TYPE)

    evil.answers["/v1/pull"] = promising
    report = run(store, evil)
    assert report.complete is complete
    assert report.failure is None or report.failure.code == "sync.malformed"
    assert told == 4
