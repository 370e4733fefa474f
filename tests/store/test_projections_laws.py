"""The read tables are a function of the journal: rebuilding, another order, another laptop give the same bytes."""

import contextlib
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspector.domain import inspecting
from inspector.domain.finding import finding_id
from inspector.domain.inspection import fold_inspection
from inspector.errors import NotFound, Refusal
from inspector.journal.entry import SealedEntry
from inspector.services import inspections, legality, people, plans, tips
from inspector.services.findings import amend_finding
from inspector.services.forms import Forms
from inspector.services.sites import add_site
from inspector.store import log, planning, projections
from inspector.store.workspace import Store
from tests.workplace import (
    PASSPHRASE,
    TestClock,
    all_entries,
    conclude,
    deliver,
    exchange,
    make_people,
    make_store,
    start_inspection,
)

Act = Callable[[Store, Forms, str], object]


def _photo(store: Store, inspection: str, content: bytes) -> None:
    sha256 = store.put_photo(content)
    store.decide(
        lambda view: inspecting.add_photo(
            *_known(view.entries(inspection)),
            sha256=sha256,
            name="p.jpg",
            size=len(content),
            item="",
            facts={},
        )
    )


def _known(entries: list) -> tuple:  # type: ignore[type-arg]
    state, registers = fold_inspection(entries)
    if state is None:
        raise NotFound("没有。", "None.")
    return state, registers


ACTS: tuple[Act, ...] = (
    lambda store, forms, name: inspections.answer(store, forms, name, "T-LIC-01", "无"),
    lambda store, forms, name: inspections.answer(store, forms, name, "T-LIC-01", "valid"),
    lambda store, forms, name: inspections.answer(store, forms, name, "T-LIC-01", None),
    lambda store, forms, name: inspections.answer(store, forms, name, "T-STF-01", "3", note="记"),
    lambda store, forms, name: inspections.answer(
        store, forms, name, "T-TIME-12", [{"grade": "五年级", "students": "12"}]
    ),
    lambda store, forms, name: inspections.answer(store, forms, name, "T-TIME-12", None),
    lambda store, forms, name: inspections.note(store, name, "", "总记"),
    lambda store, forms, name: amend_finding(
        store, finding_id(name, "T-LIC-01"), {"severity": 2, "deadline_days": 9}
    ),
    lambda store, forms, name: _photo(store, name, b"photo"),
    lambda store, forms, name: legality.tell_all(store, name, person="样例负责人", capacity="负责人"),
    lambda store, forms, name: legality.confirm(store, forms, name, "education"),
    lambda store, forms, name: conclude(store, name),
    lambda store, forms, name: inspections.void(store, name, reason="误建的检查"),
    lambda store, forms, name: add_site(store, address="虚构路9号", facts={"students": "30"}),
    lambda store, forms, name: add_site(store, name="示例点", address="虚构路2号"),
    lambda store, forms, name: make_people(store),
    lambda store, forms, name: people.begin_patrol(
        store, occasion="night", people=people.team(store, ["样例甲", "样例乙"])
    ),
    lambda store, forms, name: tips.add_tip(store, channel="phone", content="虚构", address="虚构路9号"),
    lambda store, forms, name: tips.assign_tip(
        store, planning.tips(store.connection)[0].id, department="公安局", site="虚构路9号"
    ),
    lambda store, forms, name: tips.answer_tip(
        store, planning.tips(store.connection)[0].id, outcome="unfounded", text="虚构"
    ),
    lambda store, forms, name: plans.make_plan(store, name="虚构", first="2026-09-21"),
    lambda store, forms, name: plans.excuse(
        store, planning.plans(store.connection)[0].id, "虚构路9号", reason="关门"
    ),
    lambda store, forms, name: plans.close_plan(store, planning.plans(store.connection)[0].id),
)


class World:
    """Laptops that were prepared once and are copied for each example."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.count = 0
        with make_store(root / "base-0", 0) as first:
            self.inspection = start_inspection(first).id
            entries = all_entries(first)
        for number in (1, 2):
            with make_store(root / f"base-{number}", number) as other:
                deliver(entries, other)
                self.forms = Forms(other)

    def laptops(self) -> list[Store]:
        """Three laptops that know of one inspection."""
        self.count += 1
        stores = []
        for number in range(3):
            path = self.root / f"{self.count}-{number}"
            shutil.copytree(self.root / f"base-{number}", path)
            stores.append(Store.open(path, PASSPHRASE, clock=TestClock(number + 10 * self.count)))
        return stores

    def drop(self, stores: list[Store]) -> None:
        """Close and delete them."""
        for store in stores:
            store.close()
            shutil.rmtree(store.path)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Prepared once; each example takes copies."""
    return World(tmp_path_factory.mktemp("laptops"))


def _play(data: st.DataObject, stores: list[Store], inspection: str) -> None:
    """Random work on random laptops, with random parts of what others wrote arriving in between."""
    forms = [Forms(store) for store in stores]
    for _ in range(data.draw(st.integers(1, 8), label="steps")):
        here = data.draw(st.integers(0, 2), label="laptop")
        if data.draw(st.integers(0, 2), label="kind") == 0:
            there = data.draw(st.integers(0, 2), label="from")
            pool = log.sealed_entries(stores[there].connection, stores[there].device)
            part = data.draw(
                st.lists(st.sampled_from(pool), max_size=6) if pool else st.just([]), label="part"
            )
            deliver(part, stores[here])
            continue
        with contextlib.suppress(Refusal, NotFound, IndexError):
            data.draw(st.sampled_from(ACTS), label="act")(stores[here], forms[here], inspection)


@given(data=st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_rebuilding_is_what_the_increments_gave_and_laptops_converge(
    world: World, data: st.DataObject
) -> None:
    """After any history each laptop rebuilds to its own state, and with the same entries all are byte-identical."""
    stores = world.laptops()
    try:
        _play(data, stores, world.inspection)
        for store in stores:
            before = projections.dump(store.connection)
            store.rebuild()
            assert projections.dump(store.connection) == before
        exchange(*stores)
        states = [repr(projections.dump(store.connection)) for store in stores]
        assert states[0] == states[1] == states[2]
        store = stores[0]
        store.rebuild()
        assert repr(projections.dump(store.connection)) == states[0]
    finally:
        world.drop(stores)


def _pages(data: st.DataObject, entries: list[SealedEntry]) -> list[list[SealedEntry]]:
    """The entries in any order with repeats, cut into pages anywhere."""
    again = data.draw(st.lists(st.sampled_from(entries), max_size=5), label="again")
    mixed = data.draw(st.permutations([*entries, *again]), label="order")
    cuts = sorted(data.draw(st.lists(st.integers(0, len(mixed)), max_size=4), label="cuts"))
    edges = [0, *cuts, len(mixed)]
    return [mixed[low:high] for low, high in pairwise(edges)]


@pytest.fixture(scope="module")
def conflicting(world: World) -> tuple[list[SealedEntry], str]:
    """A history full of conflicts by three laptops that worked apart, and the state it must give."""
    stores = world.laptops()
    for number, store in enumerate(stores):
        forms = Forms(store)
        for act in ACTS[number::2] if number else ACTS[:8]:
            with contextlib.suppress(Refusal, NotFound, IndexError):
                act(store, forms, world.inspection)
    exchange(*stores)
    entries, state = all_entries(stores[0]), repr(projections.dump(stores[0].connection))
    assert stores[0].connection.execute("SELECT sum(conflicts) FROM inspection").fetchone()[0] > 0
    world.drop(stores)
    return entries, state


@given(data=st.data())
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_order_of_delivery_changes_a_byte(
    world: World, conflicting: tuple[list[SealedEntry], str], data: st.DataObject
) -> None:
    """A history full of conflicts, delivered in any order, with repeats, in any pages, gives the same tables."""
    entries, state = conflicting
    world.count += 1
    path = world.root / f"reader-{world.count}"
    with make_store(path, 100 + world.count) as reader:
        for page in _pages(data, entries):
            deliver(page, reader)
        assert repr(projections.dump(reader.connection)) == state
    shutil.rmtree(path)
