"""Children that are killed at random moments: a laptop at work, or a centre that serves. Run by test_sync_kills.py.

    kill_driver.py laptop BASE SEED KILLS URL CODE     prints what each child reported, one JSON line a child
    kill_driver.py centre BASE SEED PORT               kills and restarts the centre until its standard input closes

Everything is imported once and children are forked, so that a kill costs little.
"""

import functools
import json
import os
import random
import select
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inspector.store.workspace import Store


def kill_later(work: Callable[[int], None], seconds: float, *, after: int = 0) -> tuple[list[str], bool]:
    """Fork a child that works and reports to a pipe; kill it so long after its first report and `after` further ones.

    Its whole lines, and whether it was killed. A slow machine kills as deep in the work as a fast one does.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        status = 1
        try:
            work(writing)
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    collected = b""
    until: float | None = None
    while True:
        # The clock starts with a report: opening the workspace is not what is tested.
        left = None if until is None else max(0.0, until - time.monotonic())
        ready, _, _ = select.select([reading], [], [], left if left is not None else 30)
        if not ready:
            break
        data = os.read(reading, 65_536)
        if not data:
            break
        collected += data
        if until is None and collected.count(b"\n") > after:
            until = time.monotonic() + seconds
    os.kill(child, signal.SIGKILL)
    while data := os.read(reading, 65_536):
        collected += data
    os.close(reading)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        sys.exit(f"a child failed: {collected[-400:]!r}")
    return collected.decode().split("\n")[:-1], os.WIFSIGNALED(status)


class Officer:
    """Somebody who records and syncs without end, and reports what the calls said, right after they returned."""

    def __init__(self, store: "Store", report: int, chance: random.Random) -> None:
        self.store = store
        self.report = report
        self.chance = chance

    def say(self, *words: object) -> None:
        """Report a line."""
        os.write(self.report, (" ".join(map(str, words)) + "\n").encode())

    def join(self, url: str, code: str) -> bool:
        """Enrol, as far as the centre is there."""
        from inspector.errors import SyncError
        from inspector.sync.enrolment import enrol
        from inspector.sync.membership import membership

        if membership(self.store) is None:
            try:
                enrol(self.store, url, code)
            except SyncError:
                return False
            self.say("enrolled")
        return True

    def work(self, inspection: str) -> None:
        """Record answers and photos and sync, in any order."""
        from tests.sync.sync_world import add_photo, answer, start

        self.say("saved", start(self.store, inspection).seq, inspection)
        for turn in range(1_000):
            deed = self.chance.random()
            if deed < 0.5:
                self.say("saved", answer(self.store, inspection, f"q{turn}", turn).seq, f"q{turn}")
            elif deed < 0.65:
                content = self.chance.randbytes(self.chance.choice((500, 70_000, 300_000)))
                self.say("photo", add_photo(self.store, inspection, content))
            else:
                self.sync()

    def sync(self) -> None:
        """Sync once; what counts as sent is reported even while it runs."""
        from inspector.errors import WorkspaceError
        from inspector.sync.client import SyncClient
        from inspector.sync.course import Pace

        self.say("syncing")
        client = SyncClient(self.store, pace=Pace(sleep=lambda _: time.sleep(0.002)))
        try:
            client.sync_once(progress=lambda progress: self.say("sent", progress.entries_sent))
        except WorkspaceError as error:
            self.say("error", error.code)
        for row in self.store.connection.execute("SELECT sha256 FROM photo_sent"):
            self.say("gone", row[0])
        self.say("synced")


def laptop(base: Path, seed: int, kills: int, url: str, code: str) -> None:
    """Work as a laptop does, killed `kills` times."""
    from inspector.store.workspace import Store
    from tests.sync.sync_world import CHEAP, PASSPHRASE

    chance = random.Random(seed)

    def work(report: int, number: int) -> None:
        path = base / "laptop"
        store = Store.open(path, PASSPHRASE) if path.exists() else Store.create(path, PASSPHRASE, cost=CHEAP)
        officer = Officer(store, report, random.Random(seed * 1_000_003 + number))
        officer.say("open")
        if officer.join(url, code):
            officer.work(f"i-{number}")

    for number in range(kills):
        seconds = chance.uniform(0.0, 0.3)
        lines, killed = kill_later(functools.partial(work, number=number), seconds)
        print(json.dumps({"lines": lines, "killed": killed}), flush=True)


def centre(base: Path, seed: int, port: int) -> None:
    """Serve, killed and restarted at random moments, until standard input closes. Prints how many kills."""
    from inspector.central.serve import serve
    from inspector.central.settings import Settings

    chance = random.Random(seed)
    settings = Settings(
        base / "centre", port=port, calls_per_minute=1_000_000, wrong_codes_per_minute=100_000
    )

    def work(report: int) -> None:
        def ready(_: object) -> None:
            os.write(report, b"ready\n")

        serve(settings, on_ready=ready)

    kills = 0
    while not select.select([sys.stdin], [], [], 0)[0]:
        _, killed = kill_later(work, chance.uniform(0.15, 1.2))
        kills += killed
    print(kills, flush=True)


if __name__ == "__main__":
    what, base, seed, *rest = sys.argv[1:]
    if what == "laptop":
        laptop(Path(base), int(seed), int(rest[0]), rest[1], rest[2])
    else:
        centre(Path(base), int(seed), int(rest[0]))
