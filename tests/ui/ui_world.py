"""A small county for the screens, and what their tests share: keys in, text of the screen out."""

import asyncio
import contextlib
import itertools
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot

from inspector.app import InspectorApp
from inspector.domain.entries import Stamp
from inspector.services import inspections, legality, lookup, people, sites
from inspector.services.forms import Forms
from inspector.store.vault import Argon2
from inspector.store.workspace import Store

if TYPE_CHECKING:
    from inspector.widgets.ordered import OrderedApp

PASSPHRASE = "correct horse"
PATIENCE_SECONDS = 60
CHEAP = Argon2(memory_kib=64, iterations=1, lanes=1)
EVENING = 1_795_442_400_000
"""2026-11-23 22:00 in the county: a Monday night."""


class TestClock:
    """Time that moves a millisecond with every look; random bytes that are the same in every run."""

    __test__ = False

    def __init__(self, start: int = 0) -> None:
        self._ticks = itertools.count(start)

    def stamp(self) -> Stamp:
        """Now."""
        tick = next(self._ticks)
        return Stamp(EVENING + tick, 480, "0" * 16, 1_000 + tick)

    def random(self, size: int) -> bytes:
        """Bytes that nobody used before."""
        return next(self._ticks).to_bytes(max(size, 4), "big")[-size:]


def make_county(path: Path) -> Store:
    """A workspace with three training sites, a campus and four people."""
    store = Store.create(path, PASSPHRASE, clock=TestClock(), cost=CHEAP)
    people.add_officer(store, name="样例甲", department="教体局", certificate="样例-0001", until="2027-12-31")
    people.add_officer(store, name="样例乙", department="市监局", certificate="样例-0002")
    people.add_officer(store, name="样例丙", department="街道", standing="grid_worker")
    people.add_officer(store, name="样例丁", department="公安局", certificate="样例-0004", until="2025-01-01")
    held = {"permit_state": "held", "registration_state": "business"}
    sites.add_site(
        store, name="上海老盛昌样例培训", address="样例路1号", facts={**held, "category": "学科类"}
    )
    none = {"permit_state": "none", "registration_state": "business"}
    sites.add_site(store, name="晨光样例美术", address="样例路2号", facts=none)
    sites.add_site(store, name="启明样例托管", address="样例路3号三楼")
    sites.add_site(store, name="样例第一小学", address="样例路9号", kind="campus")
    return store


def begin(store: Store, *officers: str, site: str = "上海老盛昌样例培训") -> str:
    """A patrol of these officers and an open inspection of the site; its id.

    One officer alone cannot start: a second one was there at the start, and has left since.
    """
    team = people.team(store, officers)
    patrol = people.begin_patrol(store, occasion="night", people=team)
    found = lookup.site(store, site)
    whole = team if len(officers) > 1 else people.team(store, [*officers, "样例乙"])
    name = inspections.start(
        store, Forms(store), site=found, people=whole, patrol=patrol.id, source=patrol.source
    ).id
    if whole is not team:
        inspections.change_team(store, name, team)
    return name


def be_told(store: Store, inspection: str) -> None:
    """Everything that is shown, told and confirmed before an inspection of an enterprise is concluded."""
    legality.tell_all(store, inspection, person="样例负责人", capacity="负责人")
    legality.confirm_all(store, Forms(store), inspection)


@asynccontextmanager
async def screens(store: Store, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[Any]]:
    """The program over a workspace, after its first screen is filled. Fails when it does not end with the block."""
    app = InspectorApp(store, sync=False)
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(None) as ending:
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: app.place.summary is not None and len(app.screen_stack) > 1)
            await pilot.pause()
            try:
                yield pilot
            finally:
                telling = loop.call_later(PATIENCE_SECONDS - 1, tell_tasks)
                ending.reschedule(loop.time() + PATIENCE_SECONDS)
        telling.cancel()
    # A toolkit that waits for its widgets takes the cancelling for their end.
    assert not ending.expired(), "the program did not end; what its tasks wait for is printed above"


def tell_tasks() -> None:
    """Print where each task of this loop waits, its outermost coroutine first; not those that wait for messages."""
    for task in asyncio.all_tasks():
        steps = []
        step: Any = task.get_coro()
        while step is not None:
            frame = getattr(step, "cr_frame", None) or getattr(step, "gi_frame", None)
            if frame is not None:
                steps.append(f"    {frame.f_code.co_filename}:{frame.f_lineno} {frame.f_code.co_name}")
            step = getattr(step, "cr_await", None) or getattr(step, "gi_yieldfrom", None)
        if not any(line.endswith(" _get_message") for line in steps):
            print("\n".join([task.get_name(), *steps]))


async def until(pilot: Pilot[Any], condition: Callable[[], object], *, looks: int = 1_000) -> None:
    """Let the program run until something holds; fail after some seconds, with the screen as it stands."""
    for _ in range(looks):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("never came:\n" + text_of(pilot.app))


async def shows(pilot: Pilot[Any], *words: str) -> None:
    """Wait until all these words are on the screen."""
    await until(pilot, lambda: all(word in text_of(pilot.app) for word in words))


_NAMED = re.compile(
    r"f\d+|enter|escape|tab|backspace|space|up|down|left|right|home|end|pageup|pagedown|delete|.*\+.*"
)


async def keys(pilot: Pilot[Any], *names: str) -> None:
    """Press keys, each after the one before was dealt with; what is no key's name is typed."""
    for name in names:
        for key in [name] if _NAMED.fullmatch(name) else name:
            pilot.app.post_message(key_event(key))
            await settled(pilot)


def burst(pilot: Pilot[Any], *names: str) -> None:
    """Type without a pause: all keys are there before the first is dealt with."""
    for name in names:
        for key in [name] if _NAMED.fullmatch(name) else name:
            pilot.app.post_message(key_event(key))


def key_event(name: str) -> events.Key:
    """A key as the terminal's driver makes it."""
    if len(name) == 1:
        return events.Key(_character_to_key(name), name)
    return events.Key(name, {"enter": "\r", "space": " ", "tab": "\t"}.get(name))


async def settled(pilot: Pilot[Any]) -> None:
    """Until the program and the widgets of its screen have nothing left to deal with (twice: keys come back up)."""
    for _ in range(2):
        done = asyncio.Event()
        if not pilot.app.call_later(done.set):
            return  # the program is ending
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not done.is_set() and not (pilot.app._closing or pilot.app._closed):
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(done.wait(), 0.1)
            await cast("OrderedApp[Any]", pilot.app).keys_done()
        await pilot._wait_for_screen()
        if pilot.app.screen_stack and not pilot.app._closing:
            pilot.app.screen._on_timer_update()  # what waits for the next frame, such as scrolling


def top(pilot: Pilot[Any]) -> Any:
    """The screen on top, with whatever it has."""
    return pilot.app.screen


def kind(pilot: Pilot[Any]) -> str:
    """Which screen is on top."""
    return type(pilot.app.screen).__name__


def text_of(app: Any, part: str = "") -> str:
    """The screen on top (or the part of it that a selector names) as text, without blanks at the ends."""
    strips = app.screen._compositor.render_strips()
    if part:
        region = app.screen.query_one(part).region
        strips = [strip.crop(region.x, region.right) for strip in strips[region.y : region.bottom]]
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


def message_of(app: Any) -> str:
    """What the message line says."""
    return str(app.screen.query_one("#message").words)
