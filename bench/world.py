"""What the benches measure on: a workspace with a registry and people, and a history of inspections like real ones."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from inspector.domain.entries import Draft, Entry, Ref, Stamp
from inspector.domain.finding import finding_id
from inspector.domain.inspecting import Team
from inspector.domain.site import Site
from inspector.forms.places import data_root
from inspector.services import inspections, legality, lookup
from inspector.services.forms import Forms
from inspector.services.people import add_officer, team
from inspector.services.registry import import_registry
from inspector.services.sheets import sheet
from inspector.store import log, projections, queries
from inspector.store.clock import Clock
from inspector.store.engine import immediate
from inspector.store.vault import Argon2
from inspector.store.workspace import Store

REASON = "测速：同一点位多次检查"
"""Why a site is inspected more often than a year allows."""

PASSPHRASE = "bench bench bench"
CHEAP = Argon2(memory_kib=64, iterations=1, lanes=1)
"""Costs nothing: what unlocking costs is measured by itself."""
_AT_ONCE = 5_000
_TOGETHER = 2
"""Entries of one answer: the answer and what follows from it."""


class PatrolClock:
    """A clock on which some seconds pass between two answers, so that stamps differ as they do in the field."""

    def __init__(self, inner: Clock) -> None:
        self._inner = inner
        self._passed = 0

    def stamp(self) -> Stamp:
        """A little later than the one before."""
        self._passed += 5_000 + int.from_bytes(self.random(2)) % 40_000
        now = self._inner.stamp()
        return replace(now, wall=now.wall + self._passed, monotonic=now.monotonic + self._passed)

    def random(self, size: int) -> bytes:
        """Random bytes."""
        return self._inner.random(size)


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for the time of the block."""
    with TemporaryDirectory(prefix="inspector-bench-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def office(path: Path) -> Store:
    """A workspace with the invented county's registry and two officers."""
    store = Store.create(path, PASSPHRASE, cost=CHEAP)
    import_registry(store, data_root() / "demo" / "registry.xlsx")
    for number, name in enumerate(("样例甲", "样例乙"), start=1):
        add_officer(store, name=name, department="教体局", certificate=f"样例-{number:04d}")
    return store


def reopen(path: Path) -> Store:
    """A workspace that was made here."""
    return Store.open(path, PASSPHRASE)


def training_sites(store: Store) -> list[Site]:
    """Every training site of the registry."""
    rows = queries.sites(store.connection, kind="training")
    return [lookup.site(store, row.id) for row in rows]


def officers(store: Store) -> Team:
    """Those who inspect."""
    return team(store, ["样例甲", "样例乙"])


def askable(store: Store, forms: Forms, inspection: str) -> list[tuple[str, list[Any]]]:
    """Items that one key answers, each with two answers that it takes."""
    found = []
    for line in sheet(store, forms, inspection).lines():
        spec = line.item.answer
        if line.item.derived:
            continue
        if spec.type == "yes_no":
            found.append((line.item.code, ["no", "yes"]))
        elif spec.type == "choice" and len(spec.choices) > 1:
            found.append((line.item.code, [spec.choices[0].code, spec.choices[1].code]))
    return found


@dataclass(frozen=True, slots=True)
class Pattern:
    """One inspection as the services recorded it: its entries with their findings, to be repeated under other names."""

    inspection: str
    site: str
    entries: tuple[Entry, ...]


def record_pattern(store: Store, forms: Forms) -> Pattern:
    """Inspect a site through the services: every item that one key answers, every third of them corrected later."""
    site = training_sites(store)[0]
    state = inspections.start(store, forms, site=site, people=officers(store), source="plan", reason=REASON)
    items = askable(store, forms, state.id)
    for number, (code, choices) in enumerate(items):
        inspections.answer(store, forms, state.id, code, choices[0])
        if number % 3 == 0:
            inspections.answer(store, forms, state.id, code, choices[1], note="现场已核对，见门口公示栏")
    # No dwelling: that would want the basis of entry in writing.
    inspections.answer(store, forms, state.id, "T-HID-01", "登记的教学场所")
    legality.tell_all(store, state.id, person="样例负责人", capacity="负责人")
    legality.confirm_all(store, forms, state.id)
    inspections.conclude(store, forms, state.id)
    names = [
        state.id,
        *(row.id for row in queries.findings(store.connection, inspection=state.id, withdrawn=True)),
    ]
    entries = sorted(entry for name in names for entry in _plain(store, name))
    return Pattern(state.id, site.id, tuple(entry for _, entry in entries))


def _plain(store: Store, aggregate: str) -> list[tuple[Ref, Entry]]:
    return [(entry.ref, entry) for entry in store.entries(aggregate)]


def _repeats(pattern: Pattern, sites: Sequence[Site], device: str, size: int) -> Iterator[list[Draft]]:
    """The pattern again and again, each time as another inspection of the next site."""
    places = {entry.ref: place for place, entry in enumerate(pattern.entries)}
    number = 0
    while True:
        name, site = f"i-bench{size:08d}", sites[number % len(sites)]
        drafts = []
        for entry in pattern.entries:
            item = (entry.data or {}).get("item", "")
            own = entry.aggregate == pattern.inspection
            text = json.dumps(entry.data, ensure_ascii=False)
            data = json.loads(text.replace(pattern.inspection, name).replace(pattern.site, site.id))
            replaces = tuple(Ref(device, size + 1 + places[ref]) for ref in entry.replaces if ref in places)
            aggregate = name if own else finding_id(name, item)
            drafts.append(Draft(entry.type, aggregate, site.scope, data, replaces))
        yield drafts
        size += len(drafts)
        number += 1


def add_history(store: Store, pattern: Pattern, entries: int) -> None:
    """Append whole inspections until this device has at least so many entries; many to a transaction."""
    sites = training_sites(store)
    present = log.own_tree(store.connection).size
    lots = _repeats(pattern, sites, store.device, present)
    each, clock = len(pattern.entries), PatrolClock(store.clock)
    while present < entries:
        wanted = min(_AT_ONCE, entries - present)
        drafts = [draft for lot in islice(lots, -(-wanted // each)) for draft in lot]
        with immediate(store.connection):
            for start in range(0, len(drafts), _TOGETHER):
                together = drafts[start : start + _TOGETHER]
                log.append(store.connection, together, device=store.device, actor="", clock=clock)
            projections.refresh(store.connection, (draft.aggregate for draft in drafts))
        present += len(drafts)
