"""A hundred and some new entries, pushed and pulled: with a short history behind them and with a long one."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench import child, world
from bench.measure import Row, Rows, milliseconds, rate, ratio, seconds, take_turns
from inspector.services.forms import Forms
from inspector.store import log
from inspector.store.workspace import Store
from inspector.sync.client import sync_once
from inspector.sync.enrolment import enrol

_NEW = 100
_SHORT = 1_000


class Pair:
    """Two laptops and their centre, with a history that all three have."""

    def __init__(self, first: Store, second: Store, centre: child.Child, pattern: world.Pattern) -> None:
        self.first, self.second, self.centre, self.pattern = first, second, centre, pattern
        self.used: list[float] = []
        self.bytes: list[int] = []

    def settle(self) -> float:
        """Bring all three to the same; seconds."""

        def work() -> None:
            for store in (self.first, self.second):
                sync_once(store).check()

        return seconds(work)

    def exchange(self) -> float:
        """Record two inspections or more, push them, pull them. Seconds of both syncs."""
        world.add_history(self.first, self.pattern, log.own_tree(self.first.connection).size + _NEW)
        theirs = self.centre.cpu()
        took = seconds(self._both)
        self.used.append(self.centre.cpu() - theirs)
        return took

    def _both(self) -> None:
        sent = sync_once(self.first)
        sent.check()
        received = sync_once(self.second)
        received.check()
        if sent.entries_sent < _NEW or received.entries_received < _NEW:
            raise RuntimeError("the new entries did not all travel")
        self.bytes.append(sent.bytes_up + received.bytes_down)


@contextmanager
def _pair(folder: Path, entries: int) -> Iterator[Pair]:
    with ExitStack() as stack:
        centre = stack.enter_context(child.centre(folder / "centre"))
        first = stack.enter_context(world.office(folder / "first"))
        second = stack.enter_context(Store.create(folder / "second", world.PASSPHRASE, cost=world.CHEAP))
        pattern = world.record_pattern(first, Forms(first))
        world.add_history(first, pattern, entries)
        for store in (first, second):
            enrol(store, centre.url, centre.code())
        yield Pair(first, second, centre, pattern)


def run(quick: bool) -> Rows:
    """History of 1,000 entries and of 100,000 (quick: 5,000)."""
    long, rounds = (5_000, 5) if quick else (100_000, 9)
    with (
        world.folder() as folder,
        _pair(folder / "short", _SHORT) as short,
        _pair(folder / "long", long) as far,
    ):
        short.settle()
        filled = far.settle()
        samples = take_turns({"short": short.exchange, "long": far.exchange}, rounds, warm=2)
        size = log.own_tree(far.first.connection).size
        used = {"short": short.used[2:], "long": far.used[2:]}
        carried = {"short": short.bytes[2:], "long": far.bytes[2:]}
        return [
            Row(
                f"two inspections there and back, history of {long:,} ÷ of {_SHORT:,}",
                ratio(samples, "long", "short"),
            ),
            Row("the same, CPU of the centre", ratio(used, "long", "short")),
            Row("the same, bytes of bodies", ratio(carried, "long", "short")),
            Row(f"two inspections there and back, history of {long:,}", milliseconds(samples, "long")),
            Row(f"two inspections there and back, history of {_SHORT:,}", milliseconds(samples, "short")),
            Row(
                f"the first sync of both laptops, {long:,} entries",
                rate({"all": [filled]}, "all", size, "entries/s"),
            ),
        ]
