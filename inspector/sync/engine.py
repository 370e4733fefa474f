"""The course of a sync as a pure state machine: `step(state, event) -> (state, effect)`. docs/sync.md draws it.

It does no IO and knows no clock: an effect says what to do next, the client does it and says what came of it.
Records go before photos; what fails is tried again after a wait that grows; a photo that cannot travel is set
aside and blocks nothing. `TRANSITIONS` is the whole of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from inspector.sync.failures import SESSION_LOST, Failure
from inspector.sync.moves import (
    Asked,
    AskPhotos,
    Begun,
    ChunkMoved,
    CursorRefused,
    Effect,
    Event,
    Failed,
    FetchChunk,
    Finish,
    Gapped,
    Listed,
    ListPhotos,
    Opened,
    OpenSession,
    ParkPhoto,
    Photo,
    PhotoLeft,
    Pull,
    Pulled,
    Push,
    Pushed,
    Rest,
    SendChunk,
    SessionLost,
    Stopped,
    Wait,
    Waited,
)
from inspector.sync.protocol import BATCH_ENTRIES, CHUNK_BYTES_MAX, CHUNK_BYTES_MIN, CHUNK_BYTES_START

BATCH_MIN, BATCH_START, BATCH_MAX = 20, 200, BATCH_ENTRIES
"""Entries of a batch or page."""
QUICK_SECONDS, SLOW_SECONDS = 1.0, 4.0
"""A piece that took less makes the next one twice as large, one that took more half as large."""
WAIT_FIRST, WAIT_MAX = 1.0, 300.0
"""Seconds before the first retry, and before each of the late ones."""
REST_SECONDS = 60.0
"""How often a watching laptop asks for news."""
PATIENCE = 4
"""At how many failures in a row a single sync gives up."""
SESSIONS_LOST = 2
"""How many sessions in a row may be lost before that counts as a failure."""
UPLOADS_OF_A_PHOTO = 2
"""How often a photo is sent in one sync before it is set aside."""


class Phase(StrEnum):
    """Where a sync is."""

    RESTING = "resting"
    OPENING = "opening"
    PUSHING = "pushing"
    PULLING = "pulling"
    ASKING = "asking"
    UPLOADING = "uploading"
    LISTING = "listing"
    DOWNLOADING = "downloading"
    WAITING = "waiting"
    FINISHED = "finished"


COURSE = (
    Phase.OPENING, Phase.PUSHING, Phase.PULLING, Phase.ASKING, Phase.UPLOADING, Phase.LISTING, Phase.DOWNLOADING,
)  # fmt: skip
"""Phases in the order in which a sync goes through them; all but the first are inside of a session."""


@dataclass(frozen=True, slots=True)
class State:
    """What the engine knows.

    Attributes:
        phase: where the sync is.
        watching: go on after the end, and after every failure that may pass.
        fetching: photos of others are fetched as well.
        sent: how many entries the centre holds, by its receipts in this sync.
        batch: how many entries the next batch or page may have.
        chunk: how many bytes of a photo the next request may carry.
        afresh: the next page is to be the first.
        own: pages are to have this device's own entries too.
        every_photo: offer every photo that is here, also those known to be at the centre.
        asked_above: in that case, up to which hash the centre has all.
        queue: photos still to travel, in order.
        uploads: how often each photo that is not confirmed was sent.
        left: photos set aside for this sync.
        failures: how many in a row.
        failure: the newest, while nothing has succeeded since.
        answered: the centre has answered in this sync.
        sessions_lost: how many in a row.
        stuck: the furthest place in `COURSE` that failed and has not succeeded since.
    """

    phase: Phase = Phase.RESTING
    watching: bool = False
    fetching: bool = True
    sent: int = 0
    batch: int = BATCH_START
    chunk: int = CHUNK_BYTES_START
    afresh: bool = False
    own: bool = False
    every_photo: bool = False
    asked_above: str = ""
    queue: tuple[Photo, ...] = ()
    uploads: Mapping[str, int] = field(default_factory=dict)
    left: frozenset[str] = frozenset()
    failures: int = 0
    failure: Failure | None = None
    answered: bool = False
    sessions_lost: int = 0
    stuck: int = 0


Step = tuple[State, Effect]


def backoff(failures: int, jitter: float, *, after: float = 0.0) -> float:
    """Seconds to wait after the n-th failure in a row: doubling from 1 s to 5 min, up to half of it by chance.

    Never less than the centre asked for (`after`), and never more than 5 minutes.
    """
    whole = min(WAIT_MAX, WAIT_FIRST * 2.0 ** min(max(failures - 1, 0), 20))
    return min(WAIT_MAX, max(after, whole * (0.5 + jitter / 2)))


def adapted(value: int, seconds: float, low: int, high: int) -> int:
    """The size of the next batch or chunk after one that took `seconds`."""
    if seconds < QUICK_SECONDS:
        return min(high, value * 2)
    return max(low, value // 2) if seconds > SLOW_SECONDS else value


def _well(state: State) -> State:
    """Something succeeded. That records went well does not make up for photos that never do."""
    if _place(state.phase) < state.stuck:
        return state
    return replace(state, failures=0, failure=None, sessions_lost=0, stuck=0)


def _place(phase: Phase) -> int:
    return COURSE.index(phase) if phase in COURSE else 0


def _begin(state: State, _: Event) -> Step:
    state = replace(state, phase=Phase.OPENING, uploads={}, left=frozenset(), answered=False)
    return state, OpenSession()


def _try_again(state: State, _: Event) -> Step:
    return replace(state, phase=Phase.OPENING), OpenSession()


def _opened(state: State, event: Opened) -> Step:
    state = replace(state, answered=True, sent=min(event.have, event.sent))
    if event.have < event.sent:
        state = _all_again(state)
    elif event.restored:
        state = replace(state, every_photo=True, asked_above="")
    return _push(state) if state.sent < event.size else _pull(state)


def _push(state: State) -> Step:
    return replace(state, phase=Phase.PUSHING, queue=()), Push(state.sent, state.batch)


def _pushed(state: State, event: Pushed) -> Step:
    batch = adapted(state.batch, event.seconds, BATCH_MIN, BATCH_MAX)
    state = replace(_well(state), batch=batch, sent=event.at)
    return _push(state) if event.at < event.size else _pull(state)


def _all_again(state: State) -> State:
    """The centre lost something, and its positions may be given anew to other entries: no cursor holds any more."""
    return replace(state, afresh=True, own=True, every_photo=True, asked_above="")


def _gapped(state: State, event: Gapped) -> Step:
    """A new session shows the centre the receipt for what it lost, so that all laptops get to know of it."""
    return _session_lost(_all_again(state), event)


def _pull(state: State) -> Step:
    return replace(state, phase=Phase.PULLING), Pull(state.batch, state.afresh, state.own)


def _pulled(state: State, event: Pulled) -> Step:
    batch = adapted(state.batch, event.seconds, BATCH_MIN, BATCH_MAX)
    state = replace(_well(state), batch=batch, afresh=False)
    if event.more:
        return _pull(state)
    state = replace(state, own=False)
    return _push(state) if event.unsent else _ask(state)


def _cursor_refused(state: State, _: Event) -> Step:
    return _pull(_all_again(state))


def _ask(state: State) -> Step:
    return replace(state, phase=Phase.ASKING, queue=()), AskPhotos(state.every_photo, state.asked_above)


def _asked(state: State, event: Asked) -> Step:
    state = _well(state)
    queue = tuple(photo for photo in event.missing if photo.sha256 not in state.left)
    if queue:
        return _upload(replace(state, queue=queue))
    if event.refused:
        return _list(state)
    if event.above:
        return _ask(replace(state, asked_above=event.above))
    if state.every_photo:
        # All that was here at the beginning was offered; what was taken meanwhile is asked for like every day.
        return replace(state, every_photo=False, asked_above=""), AskPhotos(offered=True)
    return _list(state)


def _upload(state: State) -> Step:
    """Send on with the first photo; when none is left, ask: only the centre's word makes a photo sent."""
    if not state.queue:
        return _ask(state)
    photo, state = state.queue[0], replace(state, phase=Phase.UPLOADING)
    if state.uploads.get(photo.sha256, 0) >= UPLOADS_OF_A_PHOTO:
        return state, ParkPhoto(photo)
    return state, SendChunk(photo, state.chunk)


def _uploaded_chunk(state: State, event: ChunkMoved) -> Step:
    chunk = adapted(state.chunk, event.seconds, CHUNK_BYTES_MIN, CHUNK_BYTES_MAX)
    state = replace(_well(state), chunk=chunk)
    if event.done:
        sha256 = state.queue[0].sha256
        uploads = {**state.uploads, sha256: state.uploads.get(sha256, 0) + 1}
        state = replace(state, uploads=uploads, queue=state.queue[1:])
    # Records written meanwhile go first; the centre keeps what it has of the photo.
    return _push(state) if event.unsent else _upload(state)


def _left_upload(state: State, _: Event) -> Step:
    left = state.left | {state.queue[0].sha256}
    return _upload(replace(_well(state), left=left, queue=state.queue[1:]))


def _list(state: State) -> Step:
    return replace(state, phase=Phase.LISTING, queue=()), ListPhotos()


def _listed(state: State, event: Listed) -> Step:
    wanted = tuple(photo for photo in event.wanted if photo.sha256 not in state.left)
    return _download(replace(state, queue=wanted)) if wanted and state.fetching else _end(state)


def _download(state: State) -> Step:
    if not state.queue:
        return _list(state)
    return replace(state, phase=Phase.DOWNLOADING), FetchChunk(state.queue[0], state.chunk)


def _downloaded_chunk(state: State, event: ChunkMoved) -> Step:
    chunk = adapted(state.chunk, event.seconds, CHUNK_BYTES_MIN, CHUNK_BYTES_MAX)
    queue = state.queue[1:] if event.done else state.queue
    state = replace(_well(state), chunk=chunk, queue=queue)
    return _push(state) if event.unsent else _download(state)


def _left_download(state: State, _: Event) -> Step:
    left = state.left | {state.queue[0].sha256}
    return _download(replace(_well(state), left=left, queue=state.queue[1:]))


def _end(state: State) -> Step:
    state = replace(state, failures=0, failure=None, sessions_lost=0, stuck=0)
    if state.watching:
        return replace(state, phase=Phase.RESTING, queue=()), Rest(REST_SECONDS)
    return replace(state, phase=Phase.FINISHED, queue=()), Finish()


def _session_lost(state: State, _: Event) -> Step:
    """A session ends after an hour or with a restart of the centre; one that ends at once is a failure."""
    stuck = max(state.stuck, _place(state.phase))
    state = replace(state, sessions_lost=state.sessions_lost + 1, queue=(), stuck=stuck)
    if state.sessions_lost > SESSIONS_LOST:
        return _failed(state, Failed(SESSION_LOST, 0.5))
    return replace(state, phase=Phase.OPENING), OpenSession()


def _failed(state: State, event: Failed) -> Step:
    failures = state.failures + 1
    stuck = max(state.stuck, _place(state.phase))
    state = replace(state, failures=failures, failure=event.failure, queue=(), stuck=stuck)
    if event.failure.link:
        batch, chunk = max(BATCH_MIN, state.batch // 2), max(CHUNK_BYTES_MIN, state.chunk // 2)
        state = replace(state, batch=batch, chunk=chunk)
    hopeless = not state.watching and (failures >= PATIENCE or not state.answered)
    if event.failure.lasting or hopeless:
        return replace(state, phase=Phase.FINISHED), Finish()
    seconds = backoff(failures, event.jitter, after=event.failure.after)
    return replace(state, phase=Phase.WAITING), Wait(seconds)


def _stop(state: State, _: Event) -> Step:
    return replace(state, phase=Phase.FINISHED, queue=()), Finish()


TRANSITIONS: Mapping[tuple[Phase, type], Callable[..., Step]] = {
    (Phase.RESTING, Begun): _begin,
    (Phase.OPENING, Opened): _opened,
    (Phase.PUSHING, Pushed): _pushed,
    (Phase.PUSHING, Gapped): _gapped,
    (Phase.PULLING, Pulled): _pulled,
    (Phase.PULLING, CursorRefused): _cursor_refused,
    (Phase.ASKING, Asked): _asked,
    (Phase.UPLOADING, ChunkMoved): _uploaded_chunk,
    (Phase.UPLOADING, PhotoLeft): _left_upload,
    (Phase.LISTING, Listed): _listed,
    (Phase.DOWNLOADING, ChunkMoved): _downloaded_chunk,
    (Phase.DOWNLOADING, PhotoLeft): _left_download,
    (Phase.WAITING, Waited): _try_again,
    **{(phase, SessionLost): _session_lost for phase in COURSE[1:]},
    **{(phase, Failed): _failed for phase in Phase if phase is not Phase.FINISHED},
    **{(phase, Stopped): _stop for phase in Phase},
}
"""Which event means what in which phase. Any other pair is a fault of the program."""


def step(state: State, event: Event) -> Step:
    """The next state, and what to do in it.

    Raises:
        ValueError: the event has no meaning in this phase.
    """
    handler = TRANSITIONS.get((state.phase, type(event)))
    if handler is None:
        raise ValueError(f"{type(event).__name__} has no meaning while {state.phase}")
    return handler(state, event)
