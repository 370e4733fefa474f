"""Random kill -9 of a laptop and of its centre, while it records, takes photos and syncs over real loopback."""

import json
import os
import random
import socket
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa

from inspector.central import tables
from inspector.domain.entries import Ref
from inspector.store import log
from inspector.store.workspace import Store
from tests.sync.sync_world import PASSPHRASE, Centre, dump, pending, sync

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="forks one child for each kill"),
]

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("INSPECTOR_KILLS", "200"))


def _driver(*words: object, **options: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.faults.kill_driver", *map(str, words)]
    return subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, **options)  # type: ignore[call-overload,no-any-return]


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _hashes(centre: Centre, device: str) -> dict[int, bytes]:
    with centre.storage.database.read() as connection:
        query = sa.select(tables.entry.c.seq, tables.entry.c.hash).where(tables.entry.c.device == device)
        rows = connection.execute(query).all()
    assert len({row.seq for row in rows}) == len(rows)
    return {row.seq: bytes(row.hash) for row in rows}


def test_kills_of_laptop_and_centre_lose_and_double_nothing(tmp_path: Path) -> None:
    """What was reported as saved is kept, what was reported as sent is at the centre, each once, after any kill."""
    seed = int(os.environ.get("INSPECTOR_SEED", random.SystemRandom().randrange(10**9)))
    print(f"INSPECTOR_SEED={seed} INSPECTOR_KILLS={KILLS}")
    setting_up = Centre(tmp_path / "centre")
    code = setting_up.code()
    setting_up.close()
    port = _free_port()
    serving = _driver("centre", tmp_path, seed, port, stdin=subprocess.PIPE)
    working = _driver("laptop", tmp_path, seed, KILLS, f"http://127.0.0.1:{port}", code)
    try:
        printed, _ = working.communicate(timeout=240)
        centre_kills = int(serving.communicate("end\n", timeout=60)[0])
    finally:
        for process in (working, serving):
            process.kill()
            process.wait(60)
    assert working.returncode == 0
    runs = [json.loads(line) for line in printed.splitlines()]
    lines = [line.split(" ") for run in runs for line in run["lines"]]
    said = Counter(words[0] for words in lines)
    at_kill = Counter(run["lines"][-1].split(" ")[0] for run in runs if run["killed"] and run["lines"])
    print(
        f"kills: laptop {sum(run['killed'] for run in runs)}, centre {centre_kills}; {said}; last words {at_kill}"
    )
    assert said["error"] == 0

    with Store.open(tmp_path / "laptop", PASSPHRASE) as store:
        _kept_what_was_saved(store, lines)
        centre = Centre(tmp_path / "centre")
        try:
            _holds_what_was_sent(centre, store, lines)
            with centre.serving():
                store.set_settings(centre_url=centre.url)
                assert sync(store).complete
                _same_on_both_sides(centre, store)
                # A second laptop sees it all, once.
                _second_laptop_agrees(tmp_path / "second", centre, store)
        finally:
            centre.close()
    assert sum(run["killed"] for run in runs) + centre_kills >= KILLS
    assert at_kill["sent"] + at_kill["syncing"] >= KILLS // 10


def _kept_what_was_saved(store: Store, lines: list[list[str]]) -> None:
    entries = {(entry.ref.seq): entry for entry in log.iterate_entries(store.connection, store.device)}
    assert sorted(entries) == list(range(1, len(entries) + 1))
    saved = [words for words in lines if words[0] == "saved"]
    numbers = [int(words[1]) for words in saved]
    assert len(set(numbers)) == len(numbers)
    for _, seq, name in saved:
        sealed = entries[int(seq)]
        assert sealed.aggregate == name or f'"item":"{name}"'.encode() in (sealed.body or b"")
    photos = {words[1] for words in lines if words[0] == "photo"}
    linked = {row[0] for row in store.connection.execute("SELECT sha256 FROM photo")}
    assert photos <= linked
    for sha256 in linked:
        store.blobs.get(sha256)
    before = dump(store)
    store.rebuild()
    assert dump(store) == before


def _holds_what_was_sent(centre: Centre, store: Store, lines: list[list[str]]) -> None:
    there = _hashes(centre, store.device)
    sent = max((int(words[1]) for words in lines if words[0] == "sent"), default=0)
    assert sorted(there) == list(range(1, len(there) + 1))
    assert sent <= len(there)
    assert {words[1] for words in lines if words[0] == "gone"} <= centre.photos()


def _same_on_both_sides(centre: Centre, store: Store) -> None:
    own = {entry.ref.seq: entry.hash for entry in log.iterate_entries(store.connection, store.device)}
    assert _hashes(centre, store.device) == own
    waits = pending(store)
    assert (waits.entries, waits.photos_up, waits.photos_down, waits.parked, waits.quarantined) == (0,) * 5
    linked = {row[0] for row in store.connection.execute("SELECT sha256 FROM photo")}
    assert linked <= centre.photos()
    assert centre.refs(store.device)[-1] == Ref(store.device, len(own))


def _second_laptop_agrees(path: Path, centre: Centre, store: Store) -> None:
    from tests.sync.sync_world import laptop

    with laptop(path, centre) as second:
        report = sync(second, photos=False)
        assert report.complete
        assert dump(second) == dump(store)
