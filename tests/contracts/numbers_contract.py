"""What leasing numbers has to be, whatever database is below the centre: gap free, never twice, once for one question."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import pytest

from inspector.central.numbers import lease
from inspector.central.problems import ProblemError
from inspector.central.publish import Publication, publish
from inspector.central.storage import Storage
from inspector.domain.numbers import Lease, Series, fold_leases, series_id
from tests.contracts.laptops import Laptop
from tests.contracts.storage_contract import dump, restore

SERIES = Series("education", 2026, "order_to_correct")
AUTHORITY = {"department": "education", "name": "样例县教育体育局", "prefix": "样教体"}
BLOCK = 20


def leases(storage: Storage, series: Series = SERIES) -> tuple[Lease, ...]:
    """What the centre knows to be leased."""
    with storage.known() as known:
        return fold_leases(known.entries(series_id(series)))


def blocks(found: Iterable[Lease]) -> list[tuple[int, int]]:
    """First and last, lowest first."""
    return sorted((one.first, one.last) for one in found)


def last(storage: Storage, laptop: Laptop) -> int:
    """The last number leased to a laptop."""
    return max((one.last for one in leases(storage) if one.device == laptop.id), default=0)


def hand_block(first: int, end: int, device: str) -> dict[str, object]:
    """What a laptop notes by hand."""
    return {**SERIES._asdict(), "first": first, "last": end, "device": device}


def note_by_hand(laptop: Laptop, first: int, end: int, *, of: str = "") -> None:
    """Write such an entry, under the aggregate of its series."""
    from inspector.domain.entries import Draft, Ref, Stamp
    from inspector.journal.entry import seal

    seq = len(laptop.entries) + 1
    draft = Draft("numbers.leased", series_id(SERIES), "county", hand_block(first, end, of or laptop.id))
    stamp = Stamp(wall=1_790_000_000_000 + seq, tz=480, boot="0123456789abcdef", monotonic=seq)
    laptop.entries.append(
        seal(draft, ref=Ref(laptop.id, seq), actor="", time=stamp, salt=seq.to_bytes(16, "big"))
    )


class NumbersContract:
    """Mixed into a test class for each database, which gives `settings` and `storage`."""

    @pytest.fixture
    def centre(self, storage: Storage) -> Storage:
        """A centre whose authority is known."""
        publish(storage, Publication(authorities=[AUTHORITY]))
        return storage

    def _laptop(self, centre: Storage, number: int, *scopes: str) -> Laptop:
        made = Laptop(number)
        made.enrol(centre, *(scopes or ("g-01",)))
        return made

    def test_blocks_follow_each_other(self, centre: Storage) -> None:
        """Two laptops that ask in turn get blocks without a gap and without an overlap; series do not touch each other."""
        first, second = self._laptop(centre, 1), self._laptop(centre, 2)
        for laptop in (first, second, first):
            assert lease(centre, laptop.id, SERIES, known=last(centre, laptop))
        assert blocks(leases(centre)) == [(1, 20), (21, 40), (41, 60)]
        other = SERIES._replace(year=2027)
        assert lease(centre, second.id, other, known=0)
        assert blocks(leases(centre, other)) == [(1, 20)]

    def test_asking_again_leases_nothing_twice(self, centre: Storage) -> None:
        """A question repeated, as after a lost answer or by a request that was held up, finds the lease that is there."""
        laptop = self._laptop(centre, 1)
        for _ in range(3):
            assert lease(centre, laptop.id, SERIES, known=0)
        assert blocks(leases(centre)) == [(1, 20)]
        assert lease(centre, laptop.id, SERIES, known=20)
        assert lease(centre, laptop.id, SERIES, known=0)
        assert blocks(leases(centre)) == [(1, 20), (21, 40)]

    def test_a_laptop_that_always_asks_gets_a_days_numbers(self, centre: Storage) -> None:
        """One that claims to know of more than it was leased is given no more than a day needs; the others go on."""
        greedy, other = self._laptop(centre, 1), self._laptop(centre, 2)
        lease(centre, greedy.id, SERIES, known=99_999, highest=99_999)
        with pytest.raises(ProblemError) as caught:
            lease(centre, greedy.id, SERIES, known=99_999, highest=99_999)
        assert caught.value.code == "numbers.denied"
        assert last(centre, greedy) == 1_000 + BLOCK
        assert lease(centre, other.id, SERIES, known=0)
        assert lease(centre, greedy.id, SERIES, known=0), "what it has not fetched yet is still there for it"

    def test_blocks_by_hand_take_no_year_from_the_county(self, centre: Storage) -> None:
        """A laptop that notes every number as its own holds nobody up: the centre goes around a part of them only."""
        forger, honest = self._laptop(centre, 1), self._laptop(centre, 2)
        for first in range(1, 99_999, 1_000):
            note_by_hand(forger, first, min(first + 999, 99_999))
        centre.append(forger.push(1, len(forger.entries)))
        assert lease(centre, honest.id, SERIES, known=0)
        assert last(centre, honest) == 1_000 + BLOCK

    def test_many_at_once_overlap_nowhere(self, centre: Storage) -> None:
        """Laptops that ask at the same time, each several times, share the numbers without a gap."""
        laptops = [self._laptop(centre, number) for number in range(1, 6)]
        with ThreadPoolExecutor(5) as pool:
            for known in (0, 1_000):
                done = pool.map(
                    lambda one, known=known: lease(
                        centre, one.id, SERIES, known=min(known, last(centre, one))
                    ),
                    laptops * 2,
                )
                assert all(done)
        found = blocks(leases(centre))
        assert [first for first, _ in found] == [1 + BLOCK * index for index in range(len(found))]
        assert all(end - first == BLOCK - 1 for first, end in found)
        assert {one.device for one in leases(centre)} == {laptop.id for laptop in laptops}

    def test_who_may_not_write_gets_none(self, centre: Storage) -> None:
        """A revoked laptop, an unknown one, one without a grid, and papers of an authority that nobody recorded."""
        laptop = self._laptop(centre, 1)
        stranger = Laptop(9)
        homeless = self._laptop(centre, 3)
        centre.grant(homeless.id, [])
        cases = [
            (stranger.id, SERIES, "device.revoked"),
            (homeless.id, SERIES, "numbers.denied"),
            (laptop.id, SERIES._replace(authority="market"), "numbers.denied"),
        ]
        for device, series, code in cases:
            with pytest.raises(ProblemError) as caught:
                lease(centre, device, series, known=0)
            assert caught.value.code == code
        centre.set_state(laptop.id, "revoked", "遗失")
        with pytest.raises(ProblemError) as caught:
            lease(centre, laptop.id, SERIES, known=0)
        assert caught.value.code == "device.revoked"
        assert leases(centre) == ()

    def test_numbers_noted_by_hand_are_gone_around(self, centre: Storage) -> None:
        """What a laptop noted before it had a centre is leased to nobody, and to no other laptop in its name."""
        laptop, other = self._laptop(centre, 1), self._laptop(centre, 2)
        note_by_hand(laptop, 1, 5)
        note_by_hand(laptop, 12, 14)
        note_by_hand(laptop, 30, 40, of=other.id)
        accepted = centre.append(laptop.push(1, 3))
        assert [(one.seq, one.reason) for one in accepted.verdicts] == [(3, "role.denied")]
        for _ in range(2):
            assert lease(centre, other.id, SERIES, known=last(centre, other))
        assert blocks(one for one in leases(centre) if one.device == other.id) == [(6, 11), (15, 34)]

    def test_a_restored_centre_goes_on_above_what_laptops_know(self, centre: Storage) -> None:
        """A backup that has forgotten leases gives none of their numbers again to a laptop that knows of them."""
        first, second = self._laptop(centre, 1), self._laptop(centre, 2)
        kept = dump(centre)
        for laptop in (first, second):
            lease(centre, laptop.id, SERIES, known=0)
        restore(centre, kept)
        centre.renew_epoch()
        assert lease(centre, first.id, SERIES, known=20, highest=40)
        assert blocks(leases(centre)) == [(41, 60)]
        assert lease(centre, second.id, SERIES, known=40, highest=99_999)
        assert blocks(leases(centre))[-1][1] < 2_000
