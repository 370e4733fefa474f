"""Random people on three laptops that hear of each other late: whatever they do to items, the red lines hold and nothing is lost."""

import contextlib
import hashlib
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from inspector.domain.lifecycle import ACTIONS, TABLE
from inspector.domain.objections import Guarded
from inspector.domain.office import Officer
from inspector.domain.rectification import Item
from inspector.domain.rectification_guard import Service, Wish
from inspector.domain.when import local_date
from inspector.services import inspections, people, rectification
from inspector.services.forms import Forms
from inspector.store import board, log, projections, queries
from inspector.store.board import SORTS, Filter
from inspector.store.workspace import Store
from tests.workplace import (
    PASSPHRASE,
    TestClock,
    all_entries,
    conclude,
    deliver,
    exchange,
    make_store,
    start_inspection,
)

_DAY_MS = 86_400_000
_LAPTOPS = 3
_BY_HAND = [row.code for row in TABLE if row.by_hand]
_REASON = "随机处理（虚构）"
ITEMS = 5
_ENDING = ("transfer", "open_case", "void", "merge")
"""What ends an item at once; seldom tried, so that others go on."""
_item = st.integers(0, ITEMS - 1)
_laptop = st.integers(0, _LAPTOPS - 1)


class World:
    """Three laptops that know of five items at several stages; copied for each example."""

    def __init__(self, root: Path) -> None:
        self.root, self.count = root, 0
        with make_store(root / "base-0", 0) as first:
            begun = [start_inspection(first, address=f"虚构路{number}号").id for number in (1, 2, 3)]
            for name, items in zip(
                begun, (("T-LIC-01", "T-TIME-10"), ("T-LIC-01", "T-TIME-10"), ("T-LIC-01",)), strict=True
            ):
                for item in items:
                    inspections.answer(first, Forms(first), name, item, "无" if item == "T-LIC-01" else "yes")
            for name in begun[:2]:
                conclude(first, name)
            people.add_officer(first, name="样例丙", department="教体局", certificate="样例-0003")
            for duty in ("lead", "section", "deputy", "head"):
                people.add_officer(
                    first, name=f"样例{duty}", department="教体局", standing="helper", duty=duty
                )
            # Who registered has the highest duty too: the red line has to hold all the same.
            people.add_officer(
                first, name="样例甲", department="教体局", certificate="样例-0001", duty="head"
            )
            names = [row.id for row in queries.findings(first.connection)]
            self.items = sorted(names, key=lambda name: rectification.load(first, name)[0].state == "draft")
            for name, state in zip(self.items, ("passed", "submitted", "rectifying"), strict=False):
                _bring(first, name, state)
            entries = all_entries(first)
        assert len(self.items) == ITEMS
        for number in range(1, _LAPTOPS):
            with make_store(root / f"base-{number}", number) as other:
                deliver(entries, other)

    def laptops(self) -> list[Store]:
        """Open copies. The last one belongs to officers of a centre, and approves nothing."""
        self.count += 1
        stores = []
        for number in range(_LAPTOPS):
            path = self.root / f"{self.count}-{number}"
            shutil.copytree(self.root / f"base-{number}", path)
            stores.append(Store.open(path, PASSPHRASE, clock=TestClock(number + 10 * self.count)))
        stores[-1].set_settings(centre_device="f" * 16, role="officer")
        return stores


class Team(RuleBasedStateMachine):
    """What people do, in any order."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.stores = self.world.laptops()
        self.forms = [Forms(store) for store in self.stores]

    @rule(laptop=_laptop, item=_item, steps=st.integers(1, 4), data=st.data())
    def go_on(self, laptop: int, item: int, steps: int, data: st.DataObject) -> None:
        """Somebody does what the program offers, and others after that."""
        for _ in range(steps):
            store, found = self._item(laptop, item)
            offered = rectification.choices(store, self.forms[laptop], found)
            pairs = [
                (one.row.code, who) for one in offered for who in one.people if one.row.code not in _ENDING
            ]
            if pairs:
                action, who = data.draw(st.sampled_from(pairs), label="what and who")
                with contextlib.suppress(Guarded):
                    self._do(laptop, found, action, who)

    @rule(
        laptop=_laptop,
        item=_item,
        action=st.sampled_from(_BY_HAND),
        who=st.integers(0, 7),
        end=st.integers(0, 5),
    )
    def try_anything(self, laptop: int, item: int, action: str, who: int, end: int) -> None:
        """Anybody tries anything; what the guard refuses changes nothing."""
        if action in _ENDING and end:
            return
        store, found = self._item(laptop, item)
        everybody = queries.officers(store.connection)
        before = log.own_tree(store.connection).size
        try:
            self._do(laptop, found, action, everybody[who % len(everybody)])
        except Guarded:
            assert log.own_tree(store.connection).size == before

    @rule(laptop=st.integers(0, 1), item=_item, first=st.booleans())
    def settle(self, laptop: int, item: int, first: bool) -> None:
        """A lead settles a conflict."""
        store, found = self._item(laptop, item)
        if found.rivals:
            lead = next(one for one in queries.officers(store.connection) if one.duty == "lead")
            chosen = found.rivals[0 if first else -1].ref
            rectification.settle(
                store, self.forms[laptop], found.id, chosen=chosen, person=lead, note=_REASON
            )
            assert not self._item(laptop, item)[1].rivals

    @rule(laptop=st.integers(0, 1), item=_item, who=st.integers(0, 7), priority=st.integers(0, 2))
    def direct(self, laptop: int, item: int, who: int, priority: int) -> None:
        """A lead puts somebody in charge."""
        store, found = self._item(laptop, item)
        everybody = queries.officers(store.connection)
        lead = next(one for one in everybody if one.duty == "lead")
        with contextlib.suppress(Guarded):
            rectification.direct(
                store, self.forms[laptop], found.id, person=lead, handler=everybody[who % len(everybody)].id,
                priority=priority,
            )  # fmt: skip

    @rule(laptop=_laptop, days=st.sampled_from([1, 3, 10, 40]))
    def later(self, laptop: int, days: int) -> None:
        """Days pass on one laptop's clock."""
        clock: Any = self.stores[laptop].clock
        clock.wall += days * _DAY_MS

    @rule(here=_laptop, there=_laptop, share=st.integers(1, 3))
    def hear(self, here: int, there: int, share: int) -> None:
        """A part of what one laptop wrote reaches another."""
        pool = log.sealed_entries(self.stores[there].connection, self.stores[there].device)
        deliver(pool[: len(pool) * share // 3], self.stores[here])

    @invariant()
    def no_line_is_lost(self) -> None:
        """Each item has its line everywhere, always."""
        for store in self.stores:
            listed = board.ids(store.connection, Filter(settled=True), store.today())
            assert listed == sorted(self.world.items)

    def teardown(self) -> None:
        """All hear of everything; then all agree, and what was done is in order."""
        try:
            for store in self.stores:
                _rebuilds(store)
            exchange(*self.stores)
            dumps = [repr(projections.dump(store.connection)) for store in self.stores]
            assert dumps[0] == dumps[1] == dumps[2]
            for store in self.stores[:2]:
                _rebuilds(store)
            _counted(self.stores[0])
            for name in self.world.items:
                _in_order(rectification.load(self.stores[0], name)[0])
        finally:
            for store in self.stores:
                store.close()
                shutil.rmtree(store.path)

    def _item(self, laptop: int, item: int) -> tuple[Store, Item]:
        store = self.stores[laptop]
        return store, rectification.load(store, self.world.items[item])[0]

    def _do(self, laptop: int, item: Item, action: str, who: Officer) -> None:
        store = self.stores[laptop]
        around = rectification.about(store, self.forms[laptop], item)
        other = next(
            (rectification.load(store, name)[0] for name in self.world.items if name != item.id), None
        )
        wish = _wish(store, item, action, other)
        done = ACTIONS[action]
        before = len(item.path)
        store.decide(lambda view: rectification.drafts(view, item.id, wish, who, around), actor=who.id)
        after = rectification.load(store, item.id)[0]
        assert (len(after.path), after.path[-1].action) == (before + 1, done.code)


def _bring(store: Store, name: str, wanted: str) -> None:
    """Bring an item to a state by steps of those who may."""
    forms = Forms(store)
    for action in ("notify", "submit", "plan_review", "pass"):
        item, _ = rectification.load(store, name)
        if item.state_on(local_date(store.clock.stamp())) == wanted:
            return
        around = rectification.about(store, forms, item)
        offered = next(one for one in rectification.choices(store, forms, item) if one.row.code == action)
        who, wish = offered.people[0], _wish(store, item, action, None)
        store.decide(lambda view: rectification.drafts(view, name, wish, who, around), actor=who.id)  # noqa: B023


def _wish(store: Store, item: Item, action: str, other: Item | None) -> Wish:
    content = f"{item.id} {action}".encode()
    photo = {
        "sha256": store.put_photo(content),
        "name": "p.jpg",
        "bytes": len(content),
        "facts": {},
        "phase": "after",
    }
    assert photo["sha256"] == hashlib.sha256(content).hexdigest()
    today = local_date(store.clock.stamp())
    service = Service("w-1", "rectification_notice", today, today + timedelta(days=3))
    due = item.due or today.isoformat()
    wish = Wish(
        action, note=_REASON, photos=(photo,), signer="样例负责人", department="市场监管局", service=service, on=today,
        other=other if action in ("merge", "relapse") else None,
    )  # fmt: skip
    if action == "ask_extension":
        later = max(today.isoformat(), due)
        return replace(wish, until=type(today).fromisoformat(later) + timedelta(days=5))
    return wish


def _rebuilds(store: Store) -> None:
    """The lines are what a rebuild gives."""
    before = projections.dump(store.connection)
    store.rebuild()
    assert projections.dump(store.connection) == before


def _counted(store: Store) -> None:
    """The numbers are those of the lines, and the pages hold each line once."""
    today = store.today()
    for wanted in (
        Filter(),
        Filter(settled=True),
        Filter(overdue=True),
        Filter(state="waiting"),
        Filter(state="conflict"),
    ):
        for sort in SORTS:
            listed = [
                row
                for offset in range(0, 2 * ITEMS, 2)
                for row in board.rows(store.connection, wanted, today, sort=sort, limit=2, offset=offset)
            ]
            number = board.counts(store.connection, wanted, today)
            assert sorted(row.id for row in listed) == board.ids(store.connection, wanted, today)
            assert number.total == len(listed)
            assert number.overdue == sum(row.overdue for row in listed)
            assert number.conflicts == sum(row.conflict for row in listed)
            assert number.unsettled == sum(not row.settled for row in listed)


def _in_order(item: Item) -> None:
    """Looked at from outside of the program's own marks: who closed, who endorsed, who reviewed, by the table."""
    assert item.irregular == ()
    for rival in (item.path, *((step,) for step in item.rivals)):
        endorsers: list[str] = []
        for step in rival:
            if step.action in ("endorse", "close"):
                assert step.actor not in item.registrants
            if step.action == "endorse":
                endorsers.append(step.actor)
            if step.action == "close" and rival is item.path:
                assert endorsers
                assert endorsers[-1] != step.actor
    if item.rivals:
        assert not item.settled


def test_whatever_people_do_on_three_laptops_the_red_lines_hold(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Nobody closes what they registered, two approvers differ, no item is lost, the same lines everywhere after a full
    exchange, numbers equal lists, and a rebuild gives what the increments gave."""
    made = World(tmp_path_factory.mktemp("teams"))

    class Played(Team):
        world = made

    run_state_machine_as_test(
        Played,
        settings=settings(
            max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
