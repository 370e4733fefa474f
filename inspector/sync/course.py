"""The engine at work: does each effect against the store and the link, and tells the engine what came of it."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import SystemRandom

from inspector.errors import Busy, Damaged, InspectorError
from inspector.store.workspace import Store
from inspector.sync import engine, failures, moves
from inspector.sync.engine import Phase, State
from inspector.sync.exchange import Entries
from inspector.sync.failures import (
    Failure,
    Kind,
    ProblemAnswerError,
    StoppedError,
    SyncFailedError,
)
from inspector.sync.link import Link
from inspector.sync.membership import Membership
from inspector.sync.progress import Notice, SyncReport, Tally
from inspector.sync.uploads import Photos

_logger = logging.getLogger("inspector.sync")
_logger.addHandler(logging.NullHandler())  # without a handler of the caller's, nothing may reach the screen

SLICE_SECONDS = 0.2
"""How long a wait goes on before it looks whether somebody asked to stop."""
LOOK_SECONDS = 1.0
"""How often a resting sync looks whether entries were written."""


def never() -> bool:
    """Nobody asks to stop."""
    return False


def nobody(_: object) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Where time and chance come from.

    Attributes:
        clock: seconds, for measuring how fast the link is.
        sleep: waits that many seconds, at most `SLICE_SECONDS` at once.
        chance: a random number in [0, 1) that spreads the retries of many laptops.
        nudged: set by anybody to end a wait.
    """

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = field(default_factory=lambda: SystemRandom().random)
    nudged: threading.Event = field(default_factory=threading.Event)

    def wait(self, seconds: float, *, stop: Callable[[], bool], woken: Callable[[], bool]) -> bool:
        """Wait, in small slices; False where somebody asked to stop."""
        left, look = seconds, LOOK_SECONDS
        while left > 0 and not self.nudged.is_set():
            if stop():
                return False
            if look <= 0:
                if woken():
                    break
                look = LOOK_SECONDS
            self.sleep(min(SLICE_SECONDS, left))
            left -= SLICE_SECONDS
            look -= SLICE_SECONDS
        self.nudged.clear()
        return not stop()


class Course:
    """One sync, or one watch, of a workspace over a link."""

    def __init__(
        self,
        store: Store,
        centre: Membership,
        link: Link,
        tally: Tally,
        *,
        pace: Pace,
        stop: Callable[[], bool],
    ) -> None:
        self._tally = tally
        self._pace = pace
        self._stop = stop
        self._entries = Entries(store, centre, link, tally, clock=pace.clock)
        self._photos = Photos(store, link, tally, unsent=self._unsent, clock=pace.clock)
        self._store = store
        self._lock = store.sync_lock()
        self._watching = False

    def run(self, state: State, progress: Notice) -> SyncReport:
        """Go from rest to the end. Raises what `client.SyncClient` says."""
        self._watching = state.watching
        stopped = False
        try:
            state, effect = engine.step(state, moves.Begun())
            while not isinstance(effect, moves.Finish):
                progress(self._tally.progress(state.phase, _error(state)))
                if state.phase is Phase.WAITING:
                    self._remember(_error(state))
                elif state.phase is Phase.RESTING and state.watching:
                    self._remember(None)
                event = moves.Stopped() if self._stop() else self._perform(effect)
                stopped = isinstance(event, moves.Stopped)
                state, effect = engine.step(state, event)
        finally:
            if self._lock.held:
                self._lock.release()
        failure = None if stopped else _error(state)
        if not stopped:
            self._remember(failure)
        progress(self._tally.progress(Phase.FINISHED, failure))
        return self._tally.report(failure=failure, stopped=stopped)

    def _remember(self, failure: InspectorError | None) -> None:
        """What other windows and `status` say of the last attempt."""
        known = self._store.json_setting("last_sync") or {}
        zh, en = (failure.zh, failure.en) if failure else ("上次同步已完成。", "The last sync was complete.")
        if known.get("en") != en or failure is None:
            wall = self._store.clock.stamp().wall
            self._store.set_settings(
                last_sync={"time": wall, "complete": failure is None, "zh": zh, "en": en}
            )

    def _perform(self, effect: moves.Effect) -> moves.Event:
        try:
            return self._do(effect)
        except StoppedError:
            return moves.Stopped()
        except SyncFailedError as error:
            failure = error.failure
        except ProblemAnswerError as problem:
            if problem.code == "session.needed" and not isinstance(effect, moves.OpenSession):
                self._photos.forget()
                return moves.SessionLost()
            failure = failures.refusal(problem)
        except InspectorError as error:
            # A single sync tells its caller at once; a watch goes on when the disk or the lock is free again.
            if not self._watching:
                raise
            failure = failures.BUSY if isinstance(error, Busy) else _of_workspace(error)
        except Exception as error:  # noqa: BLE001 - a fault of the program must not end a watch
            # The type alone: the text of an exception may hold what an answer or an entry said.
            _logger.error("fault in %s: %s", type(effect).__name__, type(error).__name__)  # noqa: TRY400
            failure = _of_fault(error)
        self._photos.forget()
        # What broke because somebody asked to stop is no failure.
        return moves.Stopped() if self._stop() else moves.Failed(failure, self._pace.chance())

    def _do(self, effect: moves.Effect) -> moves.Event:
        if isinstance(effect, moves.Wait | moves.Rest):
            return self._pause(effect)
        if not self._lock.held:
            self._lock.acquire()
        if isinstance(effect, moves.OpenSession):
            return self._entries.open_session()
        if isinstance(effect, moves.Push):
            return self._entries.push(effect)
        if isinstance(effect, moves.Pull):
            return self._entries.pull(effect)
        return self._do_photos(effect)

    def _do_photos(self, effect: moves.Effect) -> moves.Event:
        match effect:
            case moves.AskPhotos():
                if effect.offered:
                    self._entries.offered_photos()
                return self._photos.ask(effect)
            case moves.SendChunk():
                return self._photos.send_chunk(effect)
            case moves.ParkPhoto():
                return self._photos.park(effect)
            case moves.FetchChunk():
                return self._photos.fetch_chunk(effect)
            case moves.ListPhotos():
                return self._photos.list_wanted()
            case _:
                raise ValueError(effect)

    def _pause(self, effect: moves.Wait | moves.Rest) -> moves.Event:
        """Wait without the lock, so that another window may sync meanwhile."""
        if self._lock.held:
            self._lock.release()
        resting = isinstance(effect, moves.Rest)
        woken = (lambda: self._unsent() > 0) if resting else never
        if not self._pace.wait(effect.seconds, stop=self._stop, woken=woken):
            return moves.Stopped()
        return moves.Begun() if resting else moves.Waited()

    def _unsent(self) -> int:
        return self._entries.size() - self._entries.sent()


def _error(state: State) -> InspectorError | None:
    return None if state.failure is None else state.failure.to_error()


def _of_workspace(error: InspectorError) -> Failure:
    return Failure(
        Kind.REFUSED,
        error.code,
        error.zh,
        error.en,
        hint=(error.hint_zh, error.hint_en),
        lasting=isinstance(error, Damaged),
    )


def _of_fault(error: Exception) -> Failure:
    fault = type(error).__name__
    return Failure(
        Kind.REFUSED,
        "sync.internal",
        f"同步时程序出错（{fault}），这一步没有完成。记录和照片都在本机，没有丢失。",
        f"The program failed in a step of the sync ({fault}); the step is not done. "
        "All records and photos are kept on this laptop.",
        hint=(
            "稍后再同步；一直如此请把括号里的字告诉中心管理员。",
            "Sync again later; if it stays like this, tell the administrator the word in brackets.",
        ),
    )
