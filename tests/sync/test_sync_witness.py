"""A laptop watches the centre's log: what only grows is cosigned, anything else is an alarm at the next sync."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from inspector.journal.keys import SigningKey, device_id
from inspector.journal.merkle import leaf_hash
from inspector.journal.nodes import LeafTree, consistency_proof
from inspector.journal.note import (
    Cosignature,
    checkpoint_text,
    parse_checkpoint,
    sign_note,
    verify_cosignature,
)
from inspector.store.workspace import Store
from inspector.sync.client import SyncClient
from inspector.sync.protocol import problem, unb64
from inspector.sync.witness import ALARMS, LOGS
from tests.sync.sync_world import quick, workspace
from tests.sync.test_sync_hostile import KEY, Evil, as_json, refused, session

CENTRE = device_id(KEY.public)


class Log:
    """A log that a centre shows: its leaves may be changed by whoever is evil."""

    def __init__(self, evil: Evil) -> None:
        self.leaves = [b"1", b"2", b"3"]
        self.epoch = "e1"
        self.centre = CENTRE
        self.key = KEY
        self.cosigned: list[tuple[int, int, bytes]] = []
        self.asked: list[dict[str, Any]] = []
        self.change: Callable[[dict[str, Any]], None] = lambda _: None
        evil.answers["/v1/log/head"] = self.head
        evil.answers["/v1/log/cosignatures"] = self.keep

    @property
    def tree(self) -> LeafTree:
        return LeafTree([leaf_hash(leaf) for leaf in self.leaves])

    def head(self, request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)
        self.asked.append(asked)
        tree = self.tree
        origin = f"inspector/centre/{self.centre}/{self.epoch}"
        note = sign_note(checkpoint_text(origin, tree.size, tree.root()), origin, self.key)
        proof = []
        if asked["origin"] == origin and 0 < asked["size"] <= tree.size:
            proof = consistency_proof(asked["size"], tree.size, tree.node)
        answer = {
            "note": note, "origin": origin, "size": tree.size, "consistency": [step.hex() for step in proof],
        }  # fmt: skip
        self.change(answer)
        return as_json(request, answer)

    def keep(self, request: httpx.Request) -> httpx.Response:
        sent = json.loads(request.content)
        self.cosigned.append((sent["size"], sent["time"], unb64(sent["cosignature"], size=64)))
        return as_json(request, {"kept": True})


@pytest.fixture
def evil() -> Evil:
    return Evil()


@pytest.fixture
def log(evil: Evil) -> Log:
    return Log(evil)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with workspace(tmp_path / "a") as opened:
        opened.set_settings(
            centre_url="http://127.0.0.1:1", centre_device=CENTRE, centre_name="centre", centre_key=KEY.public.hex()
        )  # fmt: skip
        yield opened


def code(store: Store, evil: Evil) -> str:
    """What a sync came to: the code of its failure, or nothing."""
    report = SyncClient(store, transport=httpx.MockTransport(evil), pace=quick()).sync_once()
    return "" if report.failure is None else report.failure.code


def test_a_log_that_only_grows_is_cosigned(store: Store, evil: Evil, log: Log) -> None:
    """Each checkpoint once, by the device's key; the next question names the last one seen, with its note."""
    for size in (3, 3, 4, 9):
        log.leaves = [str(number).encode() for number in range(1, size + 1)]
        assert code(store, evil) == ""
    assert [size for size, _, _ in log.cosigned] == [3, 4, 9]
    assert [asked["size"] for asked in log.asked] == [0, 3, 3, 4]
    size, time, signature = log.cosigned[-1]
    origin = f"inspector/centre/{CENTRE}/e1"
    text = checkpoint_text(origin, size, log.tree.root())
    assert verify_cosignature(text, store.key.public, Cosignature(time, signature))
    known = store.json_setting(LOGS)[-1]
    assert parse_checkpoint(known["note"].partition("\n\n")[0] + "\n").size == 9
    assert store.json_setting(ALARMS) is None


def _roll_back(log: Log) -> None:
    del log.leaves[2:]


def _fork(log: Log) -> None:
    log.leaves[2:] = [b"other", b"4", b"5"]


def _drop_a_leaf(log: Log) -> None:
    del log.leaves[0]
    log.leaves += [b"4", b"5"]


def _change_a_leaf(log: Log) -> None:
    log.leaves[1] = b"changed"


def _rewrite_and_grow(log: Log) -> None:
    log.leaves = [b"a", b"b", b"c", b"d"]


def _other_epoch(log: Log) -> None:
    log.epoch = "e2"


def _other_centre(log: Log) -> None:
    log.centre = "a" * 16


def _no_proof(log: Log) -> None:
    log.leaves.append(b"4")
    log.change = lambda answer: answer.update(consistency=[])


@pytest.mark.parametrize(
    ("evil_deed", "expected"),
    [
        (_roll_back, "log.shrunk"),
        (_fork, "log.forked"),
        (_drop_a_leaf, "log.forked"),
        (_change_a_leaf, "log.forked"),
        (_rewrite_and_grow, "log.forked"),
        (_no_proof, "log.forked"),
        (_other_epoch, "log.origin"),
        (_other_centre, "log.origin"),
    ],
)
def test_a_log_that_did_not_only_grow_is_an_alarm(
    store: Store, evil: Evil, log: Log, evil_deed: Callable[[Log], None], expected: str
) -> None:
    """It ends the sync, is never cosigned, keeps both signed checkpoints, and stays an alarm until it is right again."""
    assert code(store, evil) == ""
    before, right = store.json_setting(LOGS), (log.leaves.copy(), log.epoch, log.centre, log.change)
    evil_deed(log)
    log.cosigned.clear()
    assert code(store, evil) == expected
    assert code(store, evil) == expected
    assert log.cosigned == []
    assert store.json_setting(LOGS) == before, "what was seen rightly stays the measure"
    alarms = store.json_setting(ALARMS)
    assert [alarm["code"] for alarm in alarms] == [expected], "the same evidence is kept once"
    assert alarms[0]["before"]["note"] == before[-1]["note"]
    assert alarms[0]["now"]["note"] != before[-1]["note"] or expected == "log.forked"
    assert "警报" in store.json_setting("last_sync")["zh"]
    log.leaves, log.epoch, log.centre, log.change = right
    log.leaves.append(b"4")
    assert code(store, evil) == ""


def test_a_new_epoch_begins_a_new_log(store: Store, evil: Evil, log: Log) -> None:
    """Where the session tells of a restoration too, the laptop starts over; the log before stays as evidence."""
    assert code(store, evil) == ""
    log.epoch, log.leaves = "e2", [b"restored"]
    evil.answers["/v1/sessions"] = lambda request: as_json(request, session(epoch="e2"))
    assert code(store, evil) == ""
    assert [one["size"] for one in store.json_setting(LOGS)] == [3, 1]
    log.epoch, log.leaves = "e1", [b"1", b"2", b"3", b"4"]
    evil.answers["/v1/sessions"] = lambda request: as_json(request, session())
    assert code(store, evil) == "log.origin", "a log that was left behind does not come back"


def test_an_epoch_renewed_by_the_very_question_is_no_alarm(store: Store, evil: Evil, log: Log) -> None:
    """The new epoch is in the head before the session knows of it: a new session settles it."""
    assert code(store, evil) == ""
    log.epoch, log.leaves = "e2", [b"restored"]
    epochs = iter(["e1", "e2"])
    evil.answers["/v1/sessions"] = lambda request: as_json(request, session(epoch=next(epochs)))
    assert code(store, evil) == ""
    assert len(store.json_setting(LOGS)) == 2


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: refused(404, problem("not_found")),
        lambda _: refused(429, problem("rate.limited", retry_after=9)),
        lambda _: refused(404, {"detail": "a proxy"}),
        lambda _: httpx.Response(502),
    ],
)
@pytest.mark.parametrize("path", ["/v1/log/head", "/v1/log/cosignatures"])
def test_a_centre_without_a_log_is_left_alone(
    store: Store, evil: Evil, log: Log, path: str, answer: Callable[[httpx.Request], httpx.Response]
) -> None:
    """An older centre, a proxy that knows no such address: the sync goes on; a cosignature is sent again next time."""
    right = evil.answers[path]
    evil.answers[path] = answer
    assert code(store, evil) == ""
    assert evil.asked[-1] == "POST /v1/photos/missing" or "POST /v1/log/head" in evil.asked
    evil.answers[path] = right
    assert code(store, evil) == ""
    assert [size for size, _, _ in log.cosigned] == [3]


@pytest.mark.parametrize(
    "change",
    [
        lambda answer: answer.update(size=4),
        lambda answer: answer.update(origin="x"),
        lambda answer: answer.update(note="x"),
        lambda answer: answer.update(note="x" * 5_000),
        lambda answer: answer.update(consistency=["zz"]),
        lambda answer: answer.update(consistency=["00"]),
        lambda answer: answer.update(consistency=["00" * 32] * 200),
        lambda answer: answer.pop("consistency"),
    ],
)
def test_a_malformed_head_is_refused(
    store: Store, evil: Evil, log: Log, change: Callable[[dict[str, Any]], None]
) -> None:
    """A signed answer that is not of the protocol is refused in words; nothing of it is kept."""
    log.change = change
    assert code(store, evil) == "sync.malformed"
    assert store.json_setting(LOGS) is None


def test_a_head_of_another_key_is_refused(store: Store, evil: Evil, log: Log) -> None:
    """Only the centre's key, known since enrolment, signs its log."""
    log.key = SigningKey(b"\x08" * 32)
    assert code(store, evil) == "sync.malformed"
