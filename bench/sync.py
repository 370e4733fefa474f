"""10,000 entries to the centre and out again to a second laptop, against what SQLite and zstd alone make of the same bytes."""

import shutil
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench import child, wire, world
from bench.measure import Row, Rows, Spread, exactly, rate, ratio, seconds, take_turns
from inspector.journal.entry import SealedEntry
from inspector.services.forms import Forms
from inspector.store import log, projections
from inspector.store.workspace import Store
from inspector.sync.client import sync_once
from inspector.sync.enrolment import enrol

_COMMIT = 500


def run(quick: bool) -> Rows:
    """Push and pull of 10,000 entries (quick: 2,000), and a sync that has nothing to do."""
    amount, rounds = (2_000, 5) if quick else (10_000, 5)
    with world.folder() as folder:
        source = folder / "source"
        with world.office(source) as store:
            world.add_history(store, world.record_pattern(store, Forms(store)), amount)
            entries = list(log.iterate_entries(store.connection, store.device))
        trial = _Trial(folder, source, entries)
        samples = take_turns(
            {
                "exchange": trial.exchange,
                "insert": trial.insert,
                "zstd": trial.zstd,
            },
            rounds,
            warm=0,
        )
        samples = {**samples, "push": trial.pushes, "pull": trial.pulls}
        count = len(entries)
        return [
            Row(
                "push ÷ bare SQLite FULL insert of the same, 500 a commit (rate)",
                ratio(samples, "insert", "push"),
            ),
            Row(
                "pull ÷ bare SQLite FULL insert of the same, 500 a commit (rate)",
                ratio(samples, "insert", "pull"),
            ),
            Row(
                "push",
                rate(samples, "push", count, "entries/s"),
                f"{count:,} entries, {trial.payload:,} bytes",
            ),
            Row("pull, with projections", rate(samples, "pull", count, "entries/s")),
            Row("bare SQLite FULL insert", rate(samples, "insert", count, "entries/s")),
            Row("zstd of the same, 500 at once", rate(samples, "zstd", count, "entries/s")),
            Row("CPU of the laptop that pushes", trial.cpu("push client"), "an entry"),
            Row("CPU of the centre while it takes", trial.cpu("push centre"), "an entry"),
            Row("CPU of the centre while it gives", trial.cpu("pull centre"), "an entry"),
            Row("CPU of the laptop that pulls", trial.cpu("pull client"), "an entry"),
            *_on_the_wire(folder, source, trial.payload),
        ]


@dataclass
class _Trial:
    """One source, exchanged again and again through a new centre with new laptops."""

    folder: Path
    source: Path
    entries: Sequence[SealedEntry]
    pushes: list[float] = field(default_factory=list)
    pulls: list[float] = field(default_factory=list)
    used: dict[str, list[float]] = field(default_factory=dict)
    number: int = 0

    @property
    def payload(self) -> int:
        """Bytes of all headers and bodies."""
        return sum(len(entry.header) + len(entry.body or b"") for entry in self.entries)

    def cpu(self, part: str) -> Spread:
        """Microseconds of processor time an entry."""
        return Spread.of((value * 1e6 / len(self.entries) for value in self.used[part]), "µs")

    def exchange(self) -> float:
        """Push all to a new centre, pull all into a new laptop, compare. Seconds of both syncs."""
        self.number += 1
        place = self.folder / f"round-{self.number}"
        shutil.copytree(self.source, place / "first")
        with (
            child.centre(place / "centre") as centre,
            world.reopen(place / "first") as first,
            Store.create(place / "second", world.PASSPHRASE, cost=world.CHEAP) as second,
        ):
            for store in (first, second):
                enrol(store, centre.url, centre.code())
            self.pushes.append(self._sync(first, centre, "push"))
            self.pulls.append(self._sync(second, centre, "pull"))
            _check_equal(first, second, len(self.entries))
        shutil.rmtree(place)
        return self.pushes[-1] + self.pulls[-1]

    def _sync(self, store: Store, centre: child.Child, part: str) -> float:
        theirs, ours = centre.cpu(), time.process_time()
        took = seconds(lambda: sync_once(store).check())
        self.used.setdefault(f"{part} client", []).append(time.process_time() - ours)
        self.used.setdefault(f"{part} centre", []).append(centre.cpu() - theirs)
        return took

    def insert(self) -> float:
        """The same headers and bodies into a plain SQLite table with the journal's keys."""
        self.number += 1
        connection = sqlite3.connect(self.folder / f"insert-{self.number}.sqlite", isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(
            "CREATE TABLE entry (scope TEXT, position INTEGER, device TEXT, seq INTEGER, header BLOB, body BLOB,"
            " hash BLOB, PRIMARY KEY (scope, position), UNIQUE (device, seq))"
        )
        rows = [
            (entry.scope, place, *entry.ref, entry.header, entry.body, entry.hash)
            for place, entry in enumerate(self.entries)
        ]

        def work() -> None:
            for start in range(0, len(rows), _COMMIT):
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany(
                    "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)", rows[start : start + _COMMIT]
                )
                connection.execute("COMMIT")

        took = seconds(work)
        connection.close()
        return took

    def zstd(self) -> float:
        """The same headers and bodies compressed, 500 at once."""
        import zstandard

        lots = [
            b"\n".join(entry.header + (entry.body or b"") for entry in self.entries[start : start + _COMMIT])
            for start in range(0, len(self.entries), _COMMIT)
        ]
        compressor = zstandard.ZstdCompressor(level=3)
        return seconds(lambda: [compressor.compress(lot) for lot in lots])


def _check_equal(first: Store, second: Store, count: int) -> None:
    receipt = log.last_receipt(first.connection, first.device)
    if receipt is None or receipt.size != count:
        raise RuntimeError("the centre has no receipt for all that was pushed")
    if projections.dump(first.connection) != projections.dump(second.connection):
        raise RuntimeError("the two laptops do not show the same")


def _on_the_wire(folder: Path, source: Path, payload: int) -> Rows:
    """Bytes and requests, all that TCP carries, counted by a forwarder in between."""
    shutil.copytree(source, folder / "counted")
    with (
        child.centre(folder / "centre") as centre,
        wire.forwarder(centre.url) as counted,
        world.reopen(folder / "counted") as first,
        Store.create(folder / "second", world.PASSPHRASE, cost=world.CHEAP) as second,
    ):
        for store in (first, second):
            enrol(store, counted.url, centre.code())
        found: dict[str, tuple[int, int]] = {}
        for part, store in (("push", first), ("pull", second), ("nothing", first)):
            counted.reset()
            sync_once(store).check()
            found[part] = (counted.up + counted.down, counted.requests)
    return [
        Row("bytes of the push ÷ bytes of headers and bodies", exactly(found["push"][0] / payload, "×")),
        Row("bytes of the pull ÷ bytes of headers and bodies", exactly(found["pull"][0] / payload, "×")),
        Row("requests of the push", exactly(found["push"][1], "")),
        Row("requests of a sync that has nothing to do", exactly(found["nothing"][1], "")),
        Row("bytes of a sync that has nothing to do", exactly(found["nothing"][0], "B")),
    ]
