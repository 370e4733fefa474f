"""From a key press to an answer that a power cut cannot take: with a long history, with a short one, and at the disk's limit."""

import os
import sqlite3
import statistics
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path
from typing import Any

from bench import world
from bench.measure import Row, Rows, Samples, Spread, exactly, milliseconds, ratio, seconds, take_turns
from bench.spans import Place, Spans
from inspector.domain.rules import Compiled
from inspector.services import inspections, lookup, status
from inspector.services.forms import Forms
from inspector.services.sheets import sheet
from inspector.store import log, projections, queries
from inspector.store.files import Operation, hooks
from inspector.store.workspace import Store

_SHORT = 100


class Desk:
    """An officer who answers one item after another, inspection after inspection."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.forms = Forms(store)
        self.inspection = ""
        # As in the program: what another connection wrote is not in this one's cache.
        self._reader = ThreadPoolExecutor(1)
        self._keys = self._press()
        self.answer()

    def _press(self) -> Iterator[tuple[str, Any]]:
        sites = cycle(world.training_sites(self.store))
        people = world.officers(self.store)
        while True:
            self.inspection = inspections.start(
                self.store, self.forms, site=next(sites), people=people, source="plan", reason=world.REASON
            ).id
            for code, choices in world.askable(self.store, self.forms, self.inspection):
                yield code, choices[0]

    def answer(self) -> float:
        """Answer the next item; seconds until it is committed."""
        code, value = next(self._keys)
        return seconds(lambda: inspections.answer(self.store, self.forms, self.inspection, code, value))

    def show(self) -> float:
        """What the screen reads before it shows the answer, in the thread that wrote: the sheet again. Seconds."""
        return seconds(lambda: sheet(self.store, self.forms, self.inspection))

    def tonight(self) -> float:
        """What the first screen reads, in a reader's thread. Seconds."""
        return self._reader.submit(seconds, lambda: queries.sites(self.store.connection)).result()

    def bar(self) -> float:
        """What the status line reads, in a reader's thread. Seconds."""
        return self._reader.submit(seconds, lambda: status.summary(self.store)).result()

    def close(self) -> None:
        """End the reader, close the workspace."""
        self._reader.shutdown()
        self.store.close()


class Bare:
    """The same bytes, as an answer writes them, with nothing around: one flush, one commit."""

    def __init__(self, folder: Path, source: Desk) -> None:
        self._source = source
        self._file = (folder / "bare.bin").open("ab", buffering=0)
        self._plain = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self._plain.execute(f"PRAGMA {pragma}")
        self._plain.execute(
            "CREATE TABLE entry (device TEXT, seq INTEGER PRIMARY KEY, header BLOB, body BLOB)"
        )
        self._seq = 0

    def _newest(self) -> tuple[bytes, bytes]:
        store = self._source.store
        size = log.own_tree(store.connection).size
        entry = log.sealed_entries(store.connection, store.device, above=size - 1)[0]
        return entry.header, entry.body or b""

    def flush(self) -> float:
        """Write the bytes to a file and wait for the disk."""
        header, body = self._newest()
        flush = getattr(os, "fdatasync", os.fsync)

        def work() -> None:
            self._file.write(header + body)
            flush(self._file.fileno())

        return seconds(work)

    def commit(self) -> float:
        """Insert the bytes into a plain SQLite table: one transaction, synchronous=FULL."""
        header, body = self._newest()
        self._seq += 1

        def work() -> None:
            self._plain.execute("BEGIN IMMEDIATE")
            self._plain.execute("INSERT INTO entry VALUES (?, ?, ?, ?)", ("bare", self._seq, header, body))
            self._plain.execute("COMMIT")

        return seconds(work)

    def close(self) -> None:
        """Let go of the files."""
        self._file.close()
        self._plain.close()


def run(quick: bool) -> Rows:
    """Answers with 100 entries and with 100,000 (quick: 10,000) in the journal."""
    long, rounds = (10_000, 40) if quick else (100_000, 100)
    with world.folder() as folder:
        few, many = _prepared(folder / "few", _SHORT), _prepared(folder / "many", long)
        bare = Bare(folder, few)
        try:
            samples = take_turns(
                {
                    "few": few.answer,
                    "many": many.answer,
                    "show few": few.show,
                    "show many": many.show,
                    "bar few": few.bar,
                    "bar many": many.bar,
                    "tonight few": few.tonight,
                    "tonight many": many.tonight,
                    "flush": bare.flush,
                    "commit": bare.commit,
                },
                rounds,
                warm=6,
            )
            return [*_rows(samples, long), *_profile(many, rounds)]
        finally:
            bare.close()
            few.close()
            many.close()


def _prepared(path: Path, entries: int) -> Desk:
    store = world.office(path)
    if entries > _SHORT:
        world.add_history(store, world.record_pattern(store, Forms(store)), entries)
    return Desk(store)


def _rows(samples: Samples, long: int) -> Rows:
    whole = {
        name: [sum(parts) for parts in zip(*(samples[case] for case in cases), strict=True)]
        for name, cases in (
            ("few", ("few", "show few", "bar few")),
            ("many", ("many", "show many", "bar many")),
        )
    }
    return [
        Row(f"answer with {long:,} entries ÷ with {_SHORT}", ratio(samples, "many", "few")),
        Row(f"answer with {long:,} entries ÷ one bare SQLite FULL commit", ratio(samples, "many", "commit")),
        Row(f"answer with {long:,} entries ÷ one bare flush (fdatasync)", ratio(samples, "many", "flush")),
        Row(f"answer and what the screen reads, {long:,} ÷ {_SHORT}", ratio(whole, "many", "few")),
        Row(f"answer until committed, {long:,} entries", milliseconds(samples, "many")),
        Row(f"answer until committed, {_SHORT} entries", milliseconds(samples, "few")),
        Row(f"sheet read again, {long:,} entries", milliseconds(samples, "show many")),
        Row(f"status line read again, {long:,} entries", milliseconds(samples, "bar many")),
        Row(f"status line read again, {_SHORT} entries", milliseconds(samples, "bar few")),
        Row(f"list of the first screen, {long:,} entries", milliseconds(samples, "tonight many")),
        Row(f"list of the first screen, {_SHORT} entries", milliseconds(samples, "tonight few")),
        Row("one bare SQLite FULL commit", milliseconds(samples, "commit")),
        Row("one bare flush (fdatasync)", milliseconds(samples, "flush")),
    ]


_PLACES: tuple[Place, ...] = (
    (inspections, "answer", "everything else"),
    (lookup, "inspection", "look up the inspection"),
    (lookup, "folded", "fold the inspection"),
    (inspections, "site_of", "fold the site"),
    (inspections, "follow", "reconcile findings"),
    (Compiled, "judge", "judge the rules"),
    (log, "append", "append entries and tree"),
    (log, "seal", "seal entries"),
    (projections, "refresh", "refresh projections"),
)


def _profile(desk: Desk, rounds: int) -> Rows:
    """Own time of each part of an answer, of the same answers taken one after another."""
    spans, answers = Spans(), []

    def told(operation: Operation) -> None:
        if operation.name == "database.commit":
            spans.enter()
        elif operation.name == "database.committed":
            spans.leave("commit")

    with spans.over(_PLACES), hooks.observed_by(told):
        for _ in range(rounds):
            desk.answer()
            answers.append(dict(spans.own))
            spans.own.clear()
    whole = statistics.median(sum(own.values()) for own in answers)
    labels = sorted({label for own in answers for label in own}, key=lambda label: -_middle(answers, label))
    return [
        Row(f"  of it: {label}", _spread(answers, label), f"{_middle(answers, label) / whole:.0%}")
        for label in labels
    ] + [Row("  all of it while measured", exactly(whole * 1000, "ms"))]


def _middle(answers: list[dict[str, float]], label: str) -> float:
    return statistics.median(own.get(label, 0.0) for own in answers)


def _spread(answers: list[dict[str, float]], label: str) -> Spread:
    return Spread.of((own.get(label, 0.0) * 1000 for own in answers), "ms")
