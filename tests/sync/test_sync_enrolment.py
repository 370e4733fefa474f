"""Joining a centre: the right one only, safely repeated, all or nothing."""

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from inspector.errors import BadInput, NotTrusted, Offline, Refusal, SyncError
from inspector.sync.client import check_url
from inspector.sync.enrolment import enrol
from inspector.sync.membership import membership
from tests.sync.sync_world import Centre, centre_at, sync, workspace


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    with centre_at(tmp_path / "centre") as serving:
        yield serving


def test_enrolment_remembers_the_centre_and_what_the_laptop_is(tmp_path: Path, centre: Centre) -> None:
    """The centre's address, key, name and this laptop's role are kept, and a second time changes nothing."""
    code = centre.code("g-1", "g-2")
    with workspace(tmp_path / "a") as store:
        joined = enrol(store, f"{centre.url}/", code.lower().replace("-", " "))
        assert (joined.url, joined.name, joined.key) == (
            centre.url,
            centre.storage.name,
            centre.storage.key.public,
        )
        assert (joined.officer, joined.role, joined.department) == ("示例员", "officer", "教育")
        assert store.json_setting("scopes") == ["county", "g-1", "g-2"]
        assert enrol(store, centre.url, code) == joined
        assert len(centre.storage.devices()) == 1


def test_enrolling_again_does_not_hide_what_the_sync_has_to_notice(tmp_path: Path, centre: Centre) -> None:
    """A new enrolment at the same centre keeps the epoch and the scopes that the last sync knew."""
    with workspace(tmp_path / "a") as store:
        enrol(store, centre.url, centre.code("g-1"))
        sync(store)
        epoch = store.setting("centre_epoch")
        centre.storage.renew_epoch()
        enrol(store, centre.url, centre.code("g-1", "g-2"))
        assert store.setting("centre_epoch") == epoch
        assert store.json_setting("scopes") == ["county", "g-1"]
        assert sync(store).restored


def _no_request(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"{request.method} {request.url} was sent")


@pytest.mark.parametrize("change", ["missing", "swapped", "foreign"])
def test_a_mistyped_code_sends_nothing(tmp_path: Path, centre: Centre, change: str) -> None:
    """A code with a wrong, missing or strange character is refused before any request."""
    code = centre.code().replace("-", "")
    typed = {"missing": code[:-1], "swapped": _swapped(code), "foreign": code[:-1] + "!"}[change]
    with workspace(tmp_path / "a") as store, pytest.raises(BadInput) as caught:
        enrol(store, centre.url, typed, transport=httpx.MockTransport(_no_request))
    assert caught.value.code == "enrol.code"


def _swapped(code: str) -> str:
    at = next(index for index in range(24) if code[index] != code[index + 1])
    return code[:at] + code[at + 1] + code[at] + code[at + 2 :]


def test_another_centre_at_the_address_is_not_told_the_code(tmp_path: Path, centre: Centre) -> None:
    """A centre whose key does not fit the code gets one question and no enrolment."""
    with centre_at(tmp_path / "other") as other, workspace(tmp_path / "a") as store:
        with pytest.raises(NotTrusted) as caught:
            enrol(store, other.url, centre.code())
        assert caught.value.code == "enrol.other_centre"
        assert membership(store) is None
        assert other.storage.devices() == []


def test_a_laptop_belongs_to_one_centre(tmp_path: Path, centre: Centre) -> None:
    """An enrolled laptop refuses another centre and stays with its own."""
    with centre_at(tmp_path / "other") as other, workspace(tmp_path / "a") as store:
        joined = enrol(store, centre.url, centre.code())
        with pytest.raises(Refusal) as caught:
            enrol(store, other.url, other.code())
        assert caught.value.code == "enrol.enrolled"
        assert membership(store) == joined


def test_a_used_and_an_unknown_code_are_refused_in_words(tmp_path: Path, centre: Centre) -> None:
    """A code that another laptop used, and one that the centre never gave, leave the laptop as it was."""
    code = centre.code()
    with workspace(tmp_path / "a") as a, workspace(tmp_path / "b") as b:
        enrol(a, centre.url, code)
        with pytest.raises(SyncError) as caught:
            enrol(b, centre.url, code)
        assert caught.value.code == "code.used"
        assert membership(b) is None


def test_no_answer_leaves_the_laptop_as_it_was(tmp_path: Path, centre: Centre) -> None:
    """Without a network the laptop is not enrolled, and the same code works later."""
    code = centre.code()
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with workspace(tmp_path / "a") as store:
        with pytest.raises(Offline):
            enrol(store, f"http://127.0.0.1:{port}", code)
        assert membership(store) is None
        enrol(store, centre.url, code)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "centre",
        "ftp://centre",
        "https://",
        "https://me:secret@centre",
        "https://centre/?x=1",
        "https://[",
        "http://a:b",
    ],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    """Only https addresses without credentials or queries are a centre's."""
    with pytest.raises(BadInput):
        check_url(address)


def test_plain_http_is_for_this_machine_only() -> None:
    """Records never travel unencrypted over a network."""
    assert check_url("http://127.0.0.1:8743/") == "http://127.0.0.1:8743"
    assert check_url("https://centre.example/inspector/") == "https://centre.example/inspector"
    with pytest.raises(BadInput) as caught:
        check_url("http://192.168.1.5:8743")
    assert caught.value.code == "enrol.plain_http"
