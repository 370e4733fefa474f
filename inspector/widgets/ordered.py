"""Keys one after another: each is dealt with to its end, what it saves included, before the next one is given out.

A toolkit that hands printable keys to the input line at once, and runs commands only when their key has come back up to
the program, would change the order of keys that come faster than it works. What is typed ahead waits here instead.
"""

import asyncio
import time
from collections import deque
from typing import Any, Generic

from textual import events
from textual.app import App, ReturnType
from textual.dom import DOMNode
from textual.message_pump import MessagePump

_KEPT = 2_000
"""Keys that wait at most: half a minute of the fastest typing. Further ones are refused with a bell."""
_LOOK_SECONDS = 0.1
_ROUNDS = 50


class OrderedApp(App[ReturnType], Generic[ReturnType]):
    """A program whose keys and pastes take effect in the order in which they were typed."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[events.Key | events.Paste] = deque()
        self._released: events.Event | None = None
        self._giving: asyncio.Task[None] | None = None
        self._resting = asyncio.Event()
        self._resting.set()
        self.last_key = time.monotonic()

    async def keys_done(self) -> None:
        """Wait until every key that was typed has been dealt with."""
        await self._resting.wait()

    def key_begins(self) -> None:
        """Before a key is given out."""

    def key_ended(self) -> None:
        """After everything that it led to."""

    async def on_event(self, event: events.Event) -> None:
        """Keep keys and pastes until it is their turn."""
        if (
            isinstance(event, events.Key | events.Paste)
            and not event.is_forwarded
            and event is not self._released
        ):
            self._keep(event)
            return
        await super().on_event(event)

    def _keep(self, event: events.Key | events.Paste) -> None:
        self.last_key = time.monotonic()
        if len(self._waiting) >= _KEPT:
            self.bell()
            return
        self._waiting.append(event)
        self._resting.clear()
        if self._giving is None or self._giving.done():
            self._giving = asyncio.get_running_loop().create_task(self._give_out())

    async def _give_out(self) -> None:
        try:
            while self._waiting and self._running:
                if not self._screen_stack:
                    await asyncio.sleep(_LOOK_SECONDS)
                    continue
                event = self._waiting.popleft()
                target: DOMNode = self.focused or self.screen
                self._released = event
                self.key_begins()
                self.post_message(event)
                await self._through(self)
                await self._settle(target)
                self.key_ended()
        finally:
            self._resting.set()

    async def _settle(self, target: DOMNode) -> None:
        """Wait until whatever a key led to is done: it goes up from its widget, and so does what it makes others say."""
        before: Any = None
        calm = 0
        for _ in range(_ROUNDS):
            await self._up_from(target)
            now: DOMNode = self.focused or self.screen
            if now is not target:
                await self._up_from(now)
            standing = (self.screen, self.focused)
            calm = calm + 1 if standing == before else 0
            before = standing
            if calm >= 2:
                return

    async def _up_from(self, node: DOMNode) -> None:
        for pump in [*(found for found in node.ancestors_with_self if found is not self), self]:
            await self._through(pump)
            if not self._running:
                return

    async def _through(self, pump: MessagePump) -> None:
        """Wait until everything has been dealt with that is in the queue of a widget, screen or program now."""
        done = asyncio.Event()
        if not pump.call_later(done.set):
            return
        while not done.is_set() and not (pump._closing or pump._closed):  # noqa: SLF001 - no public word for it
            try:
                await asyncio.wait_for(done.wait(), _LOOK_SECONDS)
            except TimeoutError:
                continue

    async def on_unmount(self) -> None:
        """Give out no more keys."""
        self._waiting.clear()
        if self._giving is not None:
            self._giving.cancel()
        self._resting.set()  # a task that is cancelled before its first step sets nothing
