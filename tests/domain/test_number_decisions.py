"""Blocks of numbers as decisions: whatever was leased before, the next one touches nothing and skips nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.entries import COUNTY, Entry, Ref, Stamp
from inspector.domain.numbers import (
    BLOCK_MAX,
    NUMBER_MAX,
    Lease,
    Series,
    counting,
    fold_leases,
    free_numbers,
    lease_block,
    note_block,
    provisional,
    series_id,
    show_number,
)
from inspector.errors import Refusal

SERIES = Series("education", 2026, "order_to_correct")
CENTRE, LAPTOPS = "c" * 16, ("a" * 16, "b" * 16)


def lease(first: int, last: int, device: str, *, by: str = CENTRE, seq: int = 1) -> Lease:
    return Lease(Ref(by, seq), SERIES, first, last, device)


def entry(seq: int, data: dict[str, object], *, by: str = CENTRE, aggregate: str = "") -> Entry:
    return Entry(
        Ref(by, seq), "numbers.leased", aggregate or series_id(SERIES), COUNTY, "",
        Stamp(1_790_000_000_000, 480, "0" * 16, seq), (), data,
    )  # fmt: skip


@given(
    hand=st.lists(st.tuples(st.integers(1, 80), st.integers(0, 9)), max_size=4),
    asks=st.lists(st.tuples(st.sampled_from(LAPTOPS), st.integers(1, 9)), max_size=8),
)
def test_blocks_fill_the_numbers_around_those_noted_by_hand(
    hand: list[tuple[int, int]], asks: list[tuple[str, int]]
) -> None:
    """Leases never overlap each other or what was noted by hand, and up to the last of them no number is left out."""
    leases = [lease(first, first + more, LAPTOPS[0], by=LAPTOPS[0]) for first, more in hand]
    noted = {number for one in leases for number in range(one.first, one.last + 1)}
    for seq, (device, size) in enumerate(asks, start=1):
        known = max(
            (one.last for one in leases if one.device == device and one.said.device == CENTRE), default=0
        )
        (draft,) = lease_block(
            leases, centre=[CENTRE], device=device, series=SERIES, known=known, highest=0, size=size
        )
        leases += fold_leases([entry(seq, dict(draft.data))])
    given_out = [n for one in leases if one.said.device == CENTRE for n in range(one.first, one.last + 1)]
    assert len(given_out) == len(set(given_out))
    assert not noted & set(given_out)
    assert set(range(1, max(given_out, default=0) + 1)) <= noted | set(given_out)


def test_what_is_no_lease_leases_nothing() -> None:
    """Backwards, too long, of another series than its aggregate, of no shape: each sets nothing; a repeat counts once."""
    good = {**SERIES._asdict(), "first": 1, "last": 9, "device": LAPTOPS[0]}
    bad = [
        {**good, "first": 9, "last": 1},
        {**good, "last": 1 + BLOCK_MAX},
        {**good, "kind": "other"},
        {**good, "device": "A"},
        {**good, "last": True},
        {"first": 1},
    ]
    entries = [entry(1, good), entry(1, good), *(entry(seq, data) for seq, data in enumerate(bad, start=2))]
    assert fold_leases(entries) == (lease(1, 9, LAPTOPS[0]),)
    assert fold_leases(reversed(entries)) == (lease(1, 9, LAPTOPS[0]),)


def test_only_those_who_lease_here_count() -> None:
    """A laptop gives from its own blocks by its centre's word; of overlapping ones each number is free once."""
    mine = [lease(4, 6, LAPTOPS[0]), lease(1, 4, LAPTOPS[0], seq=2)]
    others = [lease(1, 9, LAPTOPS[1]), lease(7, 9, LAPTOPS[0], by=LAPTOPS[1])]
    found = counting([*mine, *others], device=LAPTOPS[0], authors=[CENTRE])
    assert list(free_numbers(found, {2})) == [1, 3, 4, 5, 6]
    assert mine[0].overlaps(others[0])
    assert not mine[0].overlaps(mine[1])


def test_the_last_number_ends_a_series() -> None:
    """Where all are leased, nothing is."""
    full = [lease(1, NUMBER_MAX, LAPTOPS[0])]
    asked = {"centre": [CENTRE], "series": SERIES, "highest": 0}
    assert lease_block(full, device=LAPTOPS[1], known=0, **asked) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(("first", "last", "code"), [
    (0, 5, "numbers.block"), (5, 4, "numbers.block"), (1, BLOCK_MAX + 1, "numbers.block"),
    (NUMBER_MAX, NUMBER_MAX + 1, "numbers.block"), (9, 12, "numbers.twice"),
])  # fmt: skip
def test_a_block_by_hand_has_bounds(first: int, last: int, code: str) -> None:
    """A block is whole, short, and nothing of it is this laptop's already; the same one again is nothing new."""
    mine = [lease(10, 20, LAPTOPS[0], by=LAPTOPS[0])]
    with pytest.raises(Refusal) as caught:
        note_block(mine, device=LAPTOPS[0], series=SERIES, first=first, last=last)
    assert caught.value.code == code
    assert note_block(mine, device=LAPTOPS[0], series=SERIES, first=10, last=20) == []


def test_numbers_are_shown_as_they_are_printed() -> None:
    """With 〔〕 around the year; a provisional one says so."""
    assert show_number("样教体", "责改", 2026, 7, "临-abcd-1") == "样教体责改〔2026〕7号"
    waiting = provisional("abcdefgh", 3)
    assert show_number("样教体", "责改", 2026, 0, waiting) == "样教体责改〔2026〕临-abcd-3号（临时编号）"
