"""The course of a sync, without IO: what is done next after what came of the last step."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.sync import engine, failures, moves
from inspector.sync.engine import COURSE, TRANSITIONS, Phase, State, adapted, backoff, step
from inspector.sync.protocol import CHUNK_BYTES_MAX, CHUNK_BYTES_MIN, CHUNK_BYTES_START, PROBLEMS

PHOTO, OTHER = moves.Photo("a" * 64, 1_000), moves.Photo("b" * 64, 2_000)
DOCUMENT = (Path(__file__).parents[2] / "docs" / "sync.md").read_text("utf-8")


def play(state: State, *events: moves.Event) -> tuple[State, list[moves.Effect]]:
    """The effects after each of the events."""
    effects = []
    for event in events:
        state, effect = step(state, event)
        effects.append(effect)
    return state, effects


def test_records_go_before_photos_and_all_in_order() -> None:
    """A whole sync: session, batches, pages, asking, uploads, asking again, downloads, end."""
    state, effects = play(
        State(),
        moves.Begun(),
        moves.Opened(have=0, sent=0, size=300),
        moves.Pushed(at=200, size=300, seconds=0.1),
        moves.Pushed(at=300, size=300, seconds=0.1),
        moves.Pulled(more=True, seconds=2.0),
        moves.Pulled(more=False, seconds=2.0),
        moves.Asked((PHOTO,)),
        moves.ChunkMoved(done=False, seconds=2.0),
        moves.ChunkMoved(done=True, seconds=2.0),
        moves.Asked(()),
        moves.Listed((OTHER,)),
        moves.ChunkMoved(done=True, seconds=2.0),
        moves.Listed(()),
    )
    chunk = CHUNK_BYTES_START
    assert effects == [
        moves.OpenSession(),
        moves.Push(0, 200),
        moves.Push(200, 400),
        moves.Pull(500),
        moves.Pull(500),
        moves.AskPhotos(),
        moves.SendChunk(PHOTO, chunk),
        moves.SendChunk(PHOTO, chunk),
        moves.AskPhotos(),
        moves.ListPhotos(),
        moves.FetchChunk(OTHER, chunk),
        moves.ListPhotos(),
        moves.Finish(),
    ]
    assert state.failure is None


def test_a_centre_that_lost_entries_gets_them_and_every_photo_is_offered() -> None:
    """Below the last receipt the push starts at what the centre has, the pull at the beginning, and all photos are
    asked for, group by group.
    """
    _, effects = play(
        State(),
        moves.Begun(),
        moves.Opened(have=10, sent=50, size=50),
        moves.Pushed(at=50, size=50, seconds=2.0),
        moves.Pulled(more=False, seconds=2.0),
        moves.Asked((), above="c"),
        moves.Asked(()),
        moves.Asked(()),
    )
    assert effects[1:3] == [moves.Push(10, 200), moves.Pull(200, afresh=True, own=True)]
    assert effects[3:] == [
        moves.AskPhotos(every=True),
        moves.AskPhotos(every=True, above="c"),
        moves.AskPhotos(offered=True),
        moves.ListPhotos(),
    ]


def test_a_gap_is_filled_from_where_the_centre_stands() -> None:
    """A refused push opens a new session, and goes on from what the centre has; the pull starts over."""
    state, effects = play(
        State(),
        moves.Begun(),
        moves.Opened(have=30, sent=30, size=60),
        moves.Gapped(have=20),
        moves.Opened(have=20, sent=30, size=60),
        moves.Pushed(at=60, size=60, seconds=2.0),
    )
    assert effects[2:] == [moves.OpenSession(), moves.Push(20, 200), moves.Pull(200, afresh=True, own=True)]
    assert state.every_photo


def test_gaps_without_end_are_a_failure() -> None:
    """A centre that finds a gap in every session does not keep a laptop going round."""
    state, _ = play(State(), moves.Begun())
    for _ in range(engine.SESSIONS_LOST + 1):
        state, effects = play(state, moves.Opened(have=30, sent=30, size=60), moves.Gapped(have=20))
    assert isinstance(effects[-1], moves.Wait)


def test_a_refused_cursor_starts_the_pull_over() -> None:
    """Pages begin anew, own entries included; the pages after the first go on from the new cursor."""
    state, effects = play(
        State(),
        moves.Begun(),
        moves.Opened(have=0, sent=0, size=0),
        moves.CursorRefused(),
        moves.Pulled(more=True, seconds=2.0),
        moves.Pulled(more=False, seconds=2.0),
    )
    assert effects[2:4] == [moves.Pull(200, afresh=True, own=True), moves.Pull(200, own=True)]
    assert effects[4] == moves.AskPhotos(every=True)
    assert not state.own


def test_entries_written_meanwhile_overtake_photos() -> None:
    """After a chunk, new entries are pushed before the next chunk of any photo."""
    state = State(phase=Phase.UPLOADING, sent=5, queue=(PHOTO, OTHER))
    after, effect = step(state, moves.ChunkMoved(done=True, seconds=2.0, unsent=2))
    assert (after.phase, effect) == (Phase.PUSHING, moves.Push(5, state.batch))


def test_a_photo_that_stays_missing_is_set_aside() -> None:
    """Sent twice and missed twice, a photo is parked; the next one is not kept waiting."""
    done = moves.ChunkMoved(done=True, seconds=2.0)
    _, effects = play(
        State(phase=Phase.ASKING),
        moves.Asked((PHOTO, OTHER)),
        done,
        done,
        moves.Asked((PHOTO,)),
        done,
        moves.Asked((PHOTO,)),
        moves.PhotoLeft(),
        moves.Asked((PHOTO,)),
    )
    assert effects[5] == moves.ParkPhoto(PHOTO)
    assert effects[6:] == [moves.AskPhotos(), moves.ListPhotos()]


def test_the_newest_failure_is_the_reason_until_something_succeeds() -> None:
    """While waiting the last failure is told; the first success takes it away."""
    state = State(phase=Phase.PULLING, answered=True, watching=True)
    state, _ = step(state, moves.Failed(failures.NO_CONNECTION, 0.0))
    state, _ = play(state, moves.Waited(), moves.Failed(failures.PORTAL, 0.0))
    assert state.failure == failures.PORTAL
    state, _ = play(
        state, moves.Waited(), moves.Opened(have=0, sent=0, size=0), moves.Pulled(more=False, seconds=1.0)
    )
    assert (state.failure, state.failures) == (None, 0)


def test_a_single_sync_gives_up_at_once_without_an_answer_and_soon_with_one() -> None:
    """Offline is said at once; a link that breaks in the middle gets a few more chances."""
    _, effects = play(State(), moves.Begun(), moves.Failed(failures.NO_CONNECTION, 0.0))
    assert effects[-1] == moves.Finish()
    state, count = State(phase=Phase.PUSHING, answered=True), 0
    while True:
        state, effect = step(state, moves.Failed(failures.CUT, 0.0))
        count += 1
        if effect == moves.Finish():
            break
        state, _ = play(state, moves.Waited(), moves.Opened(have=0, sent=0, size=9))
    assert count == engine.PATIENCE


@pytest.mark.parametrize("last", [moves.Failed(failures.CUT, 0.0), moves.SessionLost()])
def test_photos_that_always_fail_end_a_single_sync_though_records_go_well(last: moves.Event) -> None:
    """Success in an earlier phase does not hide that a later one never succeeds: no endless circle."""
    opened, effect = 0, engine.step(State(), moves.Begun())[1]
    state = State(phase=Phase.OPENING)
    while not isinstance(effect, moves.Finish):
        event: moves.Event
        if isinstance(effect, moves.OpenSession):
            opened += 1
            event = moves.Opened(have=0, sent=0, size=1)
        elif isinstance(effect, moves.Push):
            event = moves.Pushed(at=1, size=1, seconds=1.0)
        elif isinstance(effect, moves.Pull):
            event = moves.Pulled(more=False, seconds=1.0)
        elif isinstance(effect, moves.AskPhotos):
            event = moves.Asked((PHOTO,))
        else:
            event = moves.Waited() if isinstance(effect, moves.Wait) else last
        state, effect = step(state, event)
    assert opened < 20
    assert state.failure is not None


def test_a_watch_goes_on_after_what_may_pass_and_stops_at_what_may_not() -> None:
    """No network is waited out for ever; a fork ends the watch."""
    state = State(phase=Phase.OPENING, watching=True)
    for _ in range(50):
        state, effect = step(state, moves.Failed(failures.NO_CONNECTION, 0.9))
        assert isinstance(effect, moves.Wait)
        state, _ = step(state, moves.Waited())
    fork = failures.refusal(failures.ProblemAnswerError("push.fork", 409, {}))
    _, effect = step(replace(state, phase=Phase.PUSHING), moves.Failed(fork, 0.0))
    assert effect == moves.Finish()


def test_sessions_that_end_at_once_count_as_failures() -> None:
    """A centre that always wants a new session is not asked in an endless circle."""
    state, opened = State(phase=Phase.PUSHING, answered=True), 0
    effect: moves.Effect = moves.Push(0, 1)
    while effect != moves.Finish():
        state, effect = step(state, moves.SessionLost())
        if isinstance(effect, moves.Wait):
            state, effect = step(state, moves.Waited())
        if effect == moves.OpenSession():
            opened += 1
            state, effect = step(state, moves.Opened(have=0, sent=0, size=1))
    assert opened < 10
    assert state.failure == failures.SESSION_LOST


def test_a_failure_of_the_link_makes_pieces_smaller() -> None:
    """Batches and chunks halve down to their least, and double up to their most on a quick link."""
    state = State(phase=Phase.PUSHING, watching=True)
    for _ in range(20):
        state, _ = play(replace(state, phase=Phase.PUSHING), moves.Failed(failures.CUT, 0.0))
    assert (state.batch, state.chunk) == (engine.BATCH_MIN, CHUNK_BYTES_MIN)


@settings(deadline=None)
@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True), st.floats(0, 1_000))
def test_waits_grow_and_never_pass_five_minutes(count: int, jitter: float, after: float) -> None:
    """Every wait lies between half and all of its doubling, within 5 minutes, and respects the centre's wish."""
    seconds = backoff(count, jitter, after=after)
    whole = min(300.0, 2.0 ** min(count - 1, 30))
    assert min(300.0, max(after, whole / 2)) <= seconds <= max(whole, min(after, 300.0)) <= 300.0


@settings(deadline=None)
@given(st.integers(CHUNK_BYTES_MIN, CHUNK_BYTES_MAX), st.floats(0, 100))
def test_a_piece_stays_within_its_bounds(value: int, seconds: float) -> None:
    """However fast or slow a link is, a chunk has 64 KiB to 4 MiB."""
    assert CHUNK_BYTES_MIN <= adapted(value, seconds, CHUNK_BYTES_MIN, CHUNK_BYTES_MAX) <= CHUNK_BYTES_MAX


_PHOTOS = st.lists(st.sampled_from((PHOTO, OTHER)), unique=True).map(tuple)
_SECONDS = st.sampled_from((0.1, 2.0, 9.0))
_ANSWERS: dict[type, Callable[[moves.Effect], st.SearchStrategy[moves.Event]]] = {
    moves.OpenSession: lambda _: st.builds(
        moves.Opened, st.just(0), st.just(0), st.sampled_from((0, 3)), st.booleans()
    ),
    moves.Push: lambda _: st.one_of(
        st.builds(moves.Pushed, st.just(3), st.just(3), _SECONDS), st.just(moves.SessionLost())
    ),
    moves.Pull: lambda _: st.one_of(
        st.builds(moves.Pulled, st.booleans(), _SECONDS), st.just(moves.CursorRefused())
    ),
    moves.AskPhotos: lambda _: st.builds(moves.Asked, _PHOTOS, st.sampled_from(("", "c"))),
    moves.SendChunk: lambda _: st.one_of(
        st.builds(moves.ChunkMoved, st.booleans(), _SECONDS, st.sampled_from((0, 0, 1))),
        st.just(moves.PhotoLeft()),
    ),
    moves.ParkPhoto: lambda _: st.just(moves.PhotoLeft()),
    moves.ListPhotos: lambda _: st.builds(moves.Listed, _PHOTOS),
    moves.FetchChunk: lambda _: st.one_of(
        st.builds(moves.ChunkMoved, st.booleans(), _SECONDS), st.just(moves.PhotoLeft())
    ),
    moves.Wait: lambda _: st.just(moves.Waited()),
    moves.Rest: lambda _: st.just(moves.Begun()),
}


@settings(deadline=None)
@given(st.data(), st.booleans())
def test_every_event_that_an_effect_can_bring_has_a_meaning(data: st.DataObject, watching: bool) -> None:
    """However the other side behaves, the machine knows what to do, and photos never move before the pull is done."""
    state, effect = step(State(watching=watching), moves.Begun())
    pulled = False
    for _ in range(40):
        if isinstance(effect, moves.Finish):
            return
        if isinstance(effect, moves.OpenSession):
            pulled = False
        if isinstance(effect, moves.SendChunk | moves.FetchChunk):
            assert pulled
        event = data.draw(_ANSWERS[type(effect)](effect))
        pulled = pulled or (isinstance(event, moves.Pulled) and not event.more)
        state, effect = step(state, event)


def test_an_event_without_a_meaning_is_a_fault() -> None:
    """The table is closed."""
    with pytest.raises(ValueError, match="Pushed"):
        step(State(), moves.Pushed(1, 1, 0.0))


def test_the_document_has_the_whole_table() -> None:
    """docs/sync.md lists exactly the transitions that the engine has."""
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \|", DOCUMENT, re.MULTILINE)
    own = {
        (str(phase), event.__name__)
        for phase, event in TRANSITIONS
        if event not in (moves.Failed, moves.Stopped, moves.SessionLost)
    }
    assert set(rows) == own
    assert len(rows) == len(set(rows))
    assert {phase for phase, event in TRANSITIONS if event is moves.SessionLost} == set(COURSE[1:])


def test_the_document_names_every_problem_and_every_route() -> None:
    """docs/sync.md explains each problem code with its status, and each route of the centre."""
    from inspector.central.app import ROUTES

    for code, (status, _, _) in PROBLEMS.items():
        assert re.search(rf"^\| `{re.escape(code)}` \| {status} \|", DOCUMENT, re.MULTILINE), code
    for route in ROUTES:
        path = re.sub(r":\w+}", "}", route.path)
        for method in (route.methods or set()) - {"HEAD", "OPTIONS"}:
            assert f"`{method} {path}`" in DOCUMENT, f"{method} {path}"
