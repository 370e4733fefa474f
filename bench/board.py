"""The rectification list with 100,000 items: open, filter, turn pages, count, act on many, against plain SQL on the same table."""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any

from bench import world
from bench.measure import Row, Rows, Samples, milliseconds, ratio, seconds, take_turns
from inspector.domain.lifecycle import RUNNING, SETTLED, STATES
from inspector.services import boards, lookup, people, rectification
from inspector.services.forms import Forms
from inspector.services.rectification import Act
from inspector.store import board
from inspector.store.board import SORTS, Filter
from inspector.store.engine import immediate
from inspector.store.workspace import Store

_PAGE = 100
_OPEN = "SELECT * FROM item WHERE settled = 0 ORDER BY"


def run(quick: bool) -> Rows:
    """100,000 items (quick: 20,000), most of them closed, as after some years."""
    size, rounds, many = (20_000, 5, 50) if quick else (100_000, 9, 200)
    with world.folder() as folder, world.office(folder / "w") as store:
        people.add_officer(store, name="样例组长", department="教体局", standing="helper", duty="lead")
        forms = Forms(store)
        pattern = world.record_pattern(store, forms)
        world.add_history(store, pattern, 8_000 if quick else 30_000)
        real = board.ids(store.connection, Filter(), store.today())
        _fill(store, size - len(real))
        found = _lists(store, forms, size, rounds)
        found += _many(store, forms, real, many, rounds)
    return found


def _fill(store: Store, count: int) -> None:
    """Lines as the projection writes them, without the entries behind them: the list reads nothing else."""
    chance = random.Random(1)
    sites = [site.id for site in world.training_sites(store)]
    today = date.fromisoformat(store.today())
    closed = [code for code in STATES if code in SETTLED]
    open_states = [code for code in STATES if code not in SETTLED and code != "noticed"]

    def lines() -> Iterator[tuple[Any, ...]]:
        for number in range(count):
            state = chance.choice(closed if chance.random() < 0.7 else open_states)
            day = (today + timedelta(days=chance.randint(-400, 20))).isoformat()
            yield (
                f"f-bench{number:07d}", f"g-{chance.randint(1, 40)}", f"i-{number // 8}", chance.choice(sites),
                f"T-{number % 120:03d}", chance.choice(["education", "market", "police"]), chance.randint(1, 4), state,
                int(state in SETTLED), int(state in RUNNING), day, 0, f"o-{chance.randint(1, 60)}",
                0 if chance.random() < 0.9 else 2, 0, 0, int(chance.random() < 0.001), 0, "", day,
                day if state in SETTLED else "", 0, "night-patrol", 1_700_000_000_000 + number * 60_000,
            )  # fmt: skip

    every = lines()
    while lot := list(islice(every, 5_000)):
        with immediate(store.connection):
            store.connection.executemany(f"INSERT INTO item VALUES (?{', ?' * 23})", lot)


def _lists(store: Store, forms: Forms, size: int, rounds: int) -> Rows:
    connection, today = store.connection, store.today()
    deep = board.counts(connection, Filter(), today).total - _PAGE
    grid = Filter(grid="g-7", severity=3, overdue=True)

    def plain(query: str, *values: Any) -> Callable[[], float]:
        return lambda: seconds(lambda: connection.execute(query, values).fetchall())

    def listed(wanted: Filter, sort: str = "due", offset: int = 0) -> Callable[[], float]:
        return lambda: seconds(
            lambda: board.rows(connection, wanted, today, sort=sort, limit=_PAGE, offset=offset)
        )

    def counted(wanted: Filter) -> Callable[[], float]:
        return lambda: seconds(lambda: board.counts(connection, wanted, today))

    def opened() -> float:
        return seconds(lambda: boards.page(store, forms, Filter()))

    due = SORTS["due"]
    samples = take_turns(
        {
            "open": opened,
            "page": listed(Filter()),
            "deep": listed(Filter(), offset=deep),
            "filter": listed(grid),
            "counts": counted(Filter()),
            "all": counted(Filter(settled=True)),
            **{f"sort {name}": listed(Filter(), name) for name in SORTS if name != "due"},
            "sql page": plain(f"{_OPEN} {due} LIMIT {_PAGE}"),
            "sql deep": plain(f"{_OPEN} {due} LIMIT {_PAGE} OFFSET {deep}"),
            "sql filter": plain(
                f"SELECT * FROM item WHERE settled = 0 AND scope = ? AND severity >= 3 AND running = 1 AND due < ?"
                f" ORDER BY {due} LIMIT {_PAGE}", "g-7", today,
            ),
            "sql count": plain("SELECT state, count(*) FROM item WHERE settled = 0 GROUP BY state"),
            "sql all": plain("SELECT state, count(*) FROM item GROUP BY state"),
        },
        rounds,
    )  # fmt: skip
    rows = boards.page(store, forms, Filter(), offset=deep)
    if len(rows.rows) != _PAGE or rows.counts.total != deep + _PAGE:
        raise RuntimeError(f"{len(rows.rows)} lines on the last page of {rows.counts.total}")
    return _figures(samples, size, deep)


def _figures(samples: Samples, size: int, deep: int) -> Rows:
    note = f"{size:,} items, {deep + _PAGE:,} of them open"
    pairs = (
        ("a page of 100", "page", "sql page"),
        ("the last page", "deep", "sql deep"),
        ("grid, severity and overdue together", "filter", "sql filter"),
        ("all numbers over the open ones", "counts", "sql count"),
        ("all numbers over everything", "all", "sql all"),
    )
    found = [Row(f"{words} ÷ plain SQL", ratio(samples, of, to), note) for words, of, to in pairs]
    found.append(
        Row("opening the list: page, numbers, what can be done", milliseconds(samples, "open"), note)
    )
    found += [Row(words, milliseconds(samples, of)) for words, of, _ in pairs]
    found += [
        Row(f"a page by {name}", milliseconds(samples, f"sort {name}")) for name in SORTS if name != "due"
    ]
    return found


def _many(store: Store, forms: Forms, real: list[str], many: int, rounds: int) -> Rows:
    """Transfer real items, each with its own entry and transaction, beside as many bare inserts."""
    lead = lookup.officer(store, "样例组长")
    left = iter(real)
    connection = store.connection

    def act() -> float:
        names = list(islice(left, many))
        act = Act("transfer", note="不归本部门（测速）", department="市场监管局")
        begun = seconds(lambda: done.extend(rectification.do_all(store, forms, names, act, person=lead)))
        if len(done) != many or any(one.error is not None for one in done):
            raise RuntimeError(f"{len(done)} of {many} done")
        done.clear()
        return begun

    def bare() -> float:
        def work() -> None:
            for number in range(many):
                with immediate(connection):
                    connection.execute(
                        "INSERT INTO bare (text) VALUES (?)", (f"{number:04d} " + "不归本部门（测速）" * 20,)
                    )

        return seconds(work)

    connection.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, text TEXT)")
    done: list[rectification.Done] = []
    samples = take_turns({"act": act, "bare": bare}, min(rounds, 3), warm=0)
    each = {name: [value / many for value in found] for name, found in samples.items()}
    return [
        Row(
            f"one action on {many} items ÷ {many} bare inserts, each committed",
            ratio(samples, "act", "bare"),
            "each item decided, sealed and projected in its own transaction",
        ),
        Row("one of them", milliseconds(each, "act")),
    ]
