"""The rectification list by SQL against a slow filter of all lines in Python: same lines, same order, same numbers."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.domain.lifecycle import FINAL, RUNNING, SETTLED, STATES
from inspector.services import sites
from inspector.store import board
from inspector.store.board import SORTS, BoardRow, Filter
from inspector.store.workspace import Store
from tests.workplace import make_store

TODAY = "2026-03-10"
WAITING = {"extension", "passed", "on_spot"}
COUNT = 400
Made = tuple[Store, list[BoardRow]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """A workspace with sites and several hundred lines of all kinds, and the same lines without any filter."""
    with make_store(tmp_path_factory.mktemp("board") / "w") as store:
        names = ["晨光样例美术", "上海老盛昌样例培训", "启明样例托管", "样例第一小学"]
        found = [
            sites.add_site(store, name=name, address=f"样例路{n}号", kind="campus" if "小学" in name else "training")
            for n, name in enumerate(names)
        ]  # fmt: skip
        fill(store, [site.id for site in found], COUNT)
        rows = board.rows(store.connection, Filter(settled=True), TODAY, limit=COUNT * 2)
        assert len(rows) == COUNT
        yield store, rows


def fill(store: Store, site_ids: list[str], count: int, seed: int = 7) -> None:
    """Lines of every kind, some of a site that is not here."""
    chance = random.Random(seed)
    for number in range(count):
        state = chance.choice(list(STATES))
        if state == "noticed":
            state = "rectifying"
        conflict = int(chance.random() < 0.1)
        day = (date(2026, 3, 10) + timedelta(days=chance.randint(-6, 9))).isoformat()
        store.connection.execute(
            "INSERT INTO item VALUES (?" + ", ?" * 23 + ")",
            (
                f"f-{number:06d}", chance.choice(["county", "g-1", "g-2"]), f"i-{number // 3}",
                chance.choice([*site_ids, "s-elsewhere"]), chance.choice(["T-LIC-01", "T-AD-02", "C-HW-01"]),
                chance.choice(["education", "market", "police"]), chance.randint(1, 4), state,
                int(state in SETTLED and not conflict), int(state in RUNNING), chance.choice(["", day, day]),
                chance.randint(0, 1), chance.choice(["", "o-1", "o-2"]), chance.randint(0, 2), chance.randint(0, 2),
                chance.randint(0, 1), conflict, chance.randint(0, 1), "", chance.choice(["", day]), "",
                chance.randint(0, 1), chance.choice(["", "night-patrol", "site-look-back"]),
                1_790_000_000_000 + chance.randint(0, 50),
            ),
        )  # fmt: skip


_filters = st.builds(
    Filter,
    grid=st.sampled_from(["", "", "g-1", "county", "g-9"]),
    department=st.sampled_from(["", "", "education", "police"]),
    kind=st.sampled_from(["", "", "training", "campus"]),
    state=st.sampled_from(["", "", "unsettled", "waiting", "conflict", *STATES]),
    severity=st.sampled_from([0, 0, 1, 3, 4, 5]),
    officer=st.sampled_from(["", "", "o-1"]),
    overdue=st.booleans(),
    due_in=st.sampled_from([None, None, 0, 3, 100]),
    pack=st.sampled_from(["", "", "night-patrol"]),
    item=st.sampled_from(["", "", "T-AD-02"]),
    inspection=st.sampled_from(["", "", "", "i-4"]),
    settled=st.booleans(),
)


def slow(row: BoardRow, wanted: Filter) -> bool:
    """Whether a line is on the list, told from the line alone."""
    late = (date.fromisoformat(TODAY) + timedelta(days=wanted.due_in or 0)).isoformat()
    group: dict[str, Callable[[], bool]] = {
        "": lambda: wanted.settled or not row.settled,
        "unsettled": lambda: not row.settled,
        "waiting": lambda: row.state in WAITING,
        "conflict": lambda: row.conflict,
    }
    return all(
        (
            not wanted.grid or row.scope == wanted.grid,
            not wanted.site or row.site == wanted.site,
            not wanted.department or row.lead == wanted.department,
            not wanted.kind or row.kind == wanted.kind,
            not wanted.officer or row.handler == wanted.officer,
            not wanted.pack or row.pack == wanted.pack,
            not wanted.item or row.item == wanted.item,
            not wanted.inspection or row.inspection == wanted.inspection,
            row.severity >= wanted.severity,
            group.get(wanted.state, lambda: row.state == wanted.state)(),
            not wanted.overdue or (row.running and row.due and row.due < TODAY),
            wanted.due_in is None or (row.running and row.due and row.due <= late),
        )
    )


def _down(text: str) -> tuple[int, ...]:
    """Sorts texts of one length the other way round."""
    return tuple(-ord(sign) for sign in text) or (1,)


KEYS: dict[str, Callable[[BoardRow], Any]] = {
    "due": lambda r: (r.settled, -r.priority, r.due, -r.severity, r.id),
    "age": lambda r: (r.settled, r.found, r.id),
    "severity": lambda r: (r.settled, -r.severity, r.due, r.id),
    "site": lambda r: (r.site, r.due, r.id),
    "moved": lambda r: (_down(r.moved), r.id),
}


@given(wanted=_filters, sort=st.sampled_from(sorted(SORTS)), step=st.integers(1, 150))
@settings(max_examples=150, deadline=None)
def test_any_filters_any_sort_any_page_size(made: Made, wanted: Filter, sort: str, step: int) -> None:
    """Every page after another gives each line once, in the order of the sort; ids and numbers are those of the lines."""
    store, everything = made
    expected = sorted((row for row in everything if slow(row, wanted)), key=KEYS[sort])
    listed: list[BoardRow] = []
    while page := board.rows(store.connection, wanted, TODAY, sort=sort, limit=step, offset=len(listed)):
        listed += page
    assert [row.id for row in listed] == [row.id for row in expected]
    assert listed == expected
    assert board.ids(store.connection, wanted, TODAY) == sorted(row.id for row in expected)
    numbers = board.counts(store.connection, wanted, TODAY)
    assert numbers.total == len(expected)
    assert numbers.unsettled == sum(not row.settled for row in expected)
    assert numbers.overdue == sum(row.overdue for row in expected)
    assert numbers.waiting == sum(row.state in WAITING for row in expected)
    assert numbers.conflicts == sum(row.conflict for row in expected)
    assert sum(numbers.states.values()) == numbers.total
    soon = (date.fromisoformat(TODAY) + timedelta(days=board.SOON_DAYS)).isoformat()
    assert numbers.due_soon == sum(
        row.running and bool(row.due) and TODAY <= row.due <= soon for row in expected
    )


@pytest.mark.parametrize("field", [name for name in Filter.__dataclass_fields__ if name != "search"])
def test_each_filter_alone_leaves_lines_out_and_lets_lines_through(made: Made, field: str) -> None:
    """A filter that did nothing, or let nothing through, would be none."""
    store, everything = made
    value: Any = {
        "grid": "g-1", "site": everything[0].site, "inspection": "i-4", "officer": "o-1", "department": "market",
        "kind": "campus", "state": "review", "severity": 3, "overdue": True, "due_in": 2, "pack": "night-patrol",
        "item": "C-HW-01", "settled": True,
    }[field]  # fmt: skip
    wanted = replace(Filter(settled=True), **{field: value})
    found = board.ids(store.connection, wanted, TODAY)
    assert sorted(found) == sorted(row.id for row in everything if slow(row, wanted))
    assert 0 < len(found) < COUNT or field == "settled"


@pytest.mark.parametrize("words", ["晨光", "chenguang", "cg", "  cg ", "样例 托管"])
def test_sites_are_searched_as_everywhere(made: Made, words: str) -> None:
    """By characters, pinyin and initials, together with the other filters; what finds no site finds no line."""
    store, everything = made
    name = "启明样例托管" if "托管" in words else "晨光样例美术"
    wanted = Filter(search=words, settled=True, severity=2)
    found = board.rows(store.connection, wanted, TODAY, limit=COUNT)
    assert {row.site_name for row in found} == {name}
    assert len(found) == sum(row.site_name == name and row.severity >= 2 for row in everything)
    assert board.counts(store.connection, wanted, TODAY).total == len(found)
    assert board.ids(store.connection, Filter(search="zzzz"), TODAY) == []
    assert board.ids(store.connection, Filter(search="!!"), TODAY) == []


def test_what_is_due_days_ahead_has_a_bound(made: Made) -> None:
    """Any number of days is taken, as far as days go."""
    store, everything = made
    running = sum(row.running and bool(row.due) for row in everything)
    found = board.ids(store.connection, Filter(settled=True, due_in=10**12), TODAY)
    assert len(found) == running
    assert board.ids(store.connection, Filter(settled=True, due_in=-(10**12)), TODAY) == []


@given(wanted=_filters)
def test_a_kept_filter_comes_back_the_same(wanted: Filter) -> None:
    """What is set is kept; what a newer program set beside it is left out."""
    data = wanted.to_data()
    assert Filter.from_data(data) == wanted
    assert Filter.from_data({**data, "of_the_future": 1}) == wanted


def test_no_line_without_its_site_or_finding_is_left_out(made: Made) -> None:
    """A site or finding that is not here yet costs a line its words, not its place."""
    _, everything = made
    assert any(row.site == "s-elsewhere" and row.site_name == "s-elsewhere" for row in everything)
    assert {row.settled for row in everything if row.state in FINAL and not row.conflict} == {True}
