"""Findings on their way to being closed, for the screens of the lead: people with duties, steps, papers, photos."""

import itertools
from datetime import date
from pathlib import Path
from typing import Any

from PIL import Image
from textual.pilot import Pilot

from inspector.domain.rectification_guard import Service
from inspector.evidence.examine import Examiner
from inspector.services import inspections, lookup, people, rectification
from inspector.services.forms import Forms
from inspector.services.photos import add_photos
from inspector.services.rectification import Act
from inspector.store import queries
from inspector.store.workspace import Store
from tests.ui.ui_world import (
    CHEAP,
    PASSPHRASE,
    TestClock,
    be_told,
    begin,
    keys,
    kind,
    settled,
    text_of,
    top,
    until,
)
from tests.workplace import exchange

TODAY = "2026-11-23"


def with_duties(store: Store) -> None:
    """Who approves, and a third certified officer who may review."""
    people.add_officer(store, name="样例组长", department="教体局", certificate="样例-0011", duty="lead")
    people.add_officer(store, name="样例科长", department="教体局", certificate="样例-0012", duty="section")
    people.add_officer(store, name="样例副局", department="教体局", certificate="样例-0013", duty="deputy")
    people.add_officer(store, name="样例庚", department="市监局", certificate="样例-0014")


def picture(path: Path, colour: tuple[int, int, int]) -> Path:
    """A photo of one colour."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (64, 48), colour).save(path)
    return path


def found_items(
    store: Store, site: str = "上海老盛昌样例培训", *, conclude: bool = True, photo: Path | None = None
) -> list[str]:
    """Two officers inspect a site, and conclude with three findings; their ids by item."""
    forms = Forms(store)
    name = begin(store, "样例甲", "样例乙", site=site)
    inspections.answer(store, forms, name, "T-LIC-01", "3")
    inspections.answer(store, forms, name, "T-TIME-02", "18:30-21:00")
    inspections.answer(store, forms, name, "T-AD-03", "2")
    if photo is not None:
        with Examiner(workers=1) as examiner:
            add_photos(store, forms, examiner, name, [photo], item="T-LIC-01")
    if conclude:
        be_told(store, name)
        inspections.conclude(store, forms, name)
    rows = queries.findings(store.connection, inspection=name)
    return [row.id for row in sorted(rows, key=lambda row: row.item)]


def does(store: Store, item: str, who: str, act: Act, service: Service | None = None) -> None:
    """One step."""
    rectification.do(store, Forms(store), item, act, person=lookup.officer(store, who), service=service)


def served(
    store: Store, item: str, *, until: date = date(2026, 11, 30), on: date = date(2026, 11, 23)
) -> None:
    """A paper about it was served."""
    does(store, item, "样例甲", Act("notify"), Service(f"p-{item[:6]}", "order", on, until))


def second_laptop(path: Path) -> Store:
    """Another device, that knows nothing yet."""
    return Store.create(path, PASSPHRASE, clock=TestClock(5_000_000), cost=CHEAP)


def meet(*stores: Store) -> None:
    """Every laptop gets the entries and the photos that any of them has."""
    exchange(*stores)
    photos = {sha256: store for store in stores for sha256 in store.blobs.names()}
    for sha256, giver in photos.items():
        for store in stores:
            if not store.blobs.has(sha256):
                store.put_photo(giver.blobs.get(sha256))


def days_later(store: Store, days: int) -> None:
    """The laptop's clock, so many days on."""
    clock = store.clock
    assert isinstance(clock, TestClock)
    clock._ticks = itertools.count(days * 86_400_000)


async def open_board(pilot: Pilot[Any]) -> None:
    """From tonight to the list."""
    await keys(pilot, "f8")
    await until(pilot, lambda: kind(pilot) == "BoardScreen" and "未销号" in text_of(pilot.app))
    await settled(pilot)


async def open_item(pilot: Pilot[Any], item: str) -> None:
    """From the list to one item."""
    assert top(pilot).lines.select(item)
    await settled(pilot)
    await keys(pilot, "enter")
    await until(pilot, lambda: kind(pilot) == "ItemScreen" and item in text_of(pilot.app))
    await settled(pilot)


async def choose_action(pilot: Pilot[Any], action: str) -> None:
    """On one item: the dialog of an action."""
    await until(pilot, lambda: top(pilot).lines.select(f"do:{action}"))
    await settled(pilot)
    await keys(pilot, "enter")
    await until(pilot, lambda: kind(pilot) == "ActScreen")
    await settled(pilot)


async def fill(pilot: Pilot[Any], **fields: str) -> None:
    """Write into the lines of a dialog."""
    for name, text in fields.items():
        top(pilot).query_one(f"#form-{name}").value = text
    await settled(pilot)
