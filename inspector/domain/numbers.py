"""Numbers of papers (文号): blocks that the centre leases, so that laptops without a network never give one twice.

A series counts one kind of paper of one authority in one year. A lease is a block of it for one device. Nobody takes
another's lease back, so what an entry of this kind replaces is not looked at.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from inspector.domain.entries import COUNTY, Draft, Entry, Ref
from inspector.domain.ids import derived_id
from inspector.domain.registers import Setter
from inspector.domain.shapes import well_formed
from inspector.errors import Refusal

NUMBER_MAX = 99_999
BLOCK = 20
"""How many numbers a lease has where the centre is not told otherwise."""
BLOCK_MAX = 1_000
"""Most numbers of one lease."""
AHEAD_MAX = 1_000
"""How far above its own knowledge a centre that was restored from a backup believes that it had leased already."""
BY_HAND_MAX = 1_000
"""How many numbers of a series the centre goes around for the sake of one laptop, which noted them by hand."""
KIND = re.compile(r"[a-z][a-z0-9_]{0,39}")
LETTERS = 4
"""Letters of a device's name in its provisional numbers."""


class Series(NamedTuple):
    """What is counted together: numbers of one authority (a department's code), one year and one kind of paper."""

    authority: str
    year: int
    kind: str


@dataclass(frozen=True, slots=True)
class Lease:
    """The numbers `first` to `last` of a series, for one device. `said` is the entry that says so."""

    said: Ref
    series: Series
    first: int
    last: int
    device: str

    def overlaps(self, other: "Lease") -> bool:
        """Whether both have a number and are for different devices."""
        apart = self.last < other.first or other.last < self.first
        return self.series == other.series and self.device != other.device and not apart


def _leased(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return {f"lease/{data['device']}/{data['first']}-{data['last']}": dict(data)}


VOCABULARY: dict[str, Setter] = {"numbers.leased": _leased}


def series_id(series: Series) -> str:
    """All leases of a series are one aggregate."""
    return derived_id("nu", series.authority, str(series.year), series.kind)


def fold_leases(entries: Iterable[Entry]) -> tuple[Lease, ...]:
    """The leases of one series by its entries, in the order of their names; each once."""
    found: dict[Ref, Lease] = {}
    for entry in entries:
        data = entry.data
        if entry.type not in VOCABULARY or data is None or not well_formed(entry.type, data):
            continue
        series = Series(data["authority"], data["year"], data["kind"])
        lease = Lease(entry.ref, series, data["first"], data["last"], data["device"])
        if series_id(series) == entry.aggregate and 0 < lease.first <= lease.last < lease.first + BLOCK_MAX:
            found[entry.ref] = lease
    return tuple(found[ref] for ref in sorted(found))


def counting(leases: Iterable[Lease], *, device: str, authors: Collection[str]) -> tuple[Lease, ...]:
    """The leases that this device may give numbers from: those for it, by whoever leases here, lowest first."""
    mine = [lease for lease in leases if lease.device == device and lease.said.device in authors]
    return tuple(sorted(mine, key=lambda lease: (lease.first, lease.said)))


def free_numbers(leases: Iterable[Lease], used: Collection[int]) -> Iterator[int]:
    """The numbers of these leases that no paper has, each once, lowest first."""
    given = set(used)
    for lease in leases:
        for number in range(lease.first, lease.last + 1):
            if number not in given:
                given.add(number)
                yield number


def lease_block(
    leases: Sequence[Lease],
    *,
    centre: Collection[str],
    device: str,
    series: Series,
    known: int,
    highest: int,
    size: int = BLOCK,
) -> list[Draft]:
    """The centre's answer to a laptop that asks for numbers: its next block, or nothing where it has one to fetch.

    Blocks of the centre follow each other without a gap, around blocks that laptops noted by hand before they had a
    centre.

    Args:
        leases: all of the series.
        centre: the devices under which the centre publishes, or did.
        known: the last number that was leased to the laptop, as far as it knows; a lost answer shows by it.
        highest: the last number of the series that the laptop knows to be leased to anybody: a centre that was
            restored from a backup may have forgotten it.
        size: how many numbers.
    """
    own = [lease for lease in leases if lease.said.device in centre]
    if any(lease.last > known for lease in own if lease.device == device):
        return []
    top = max((lease.last for lease in own), default=0)
    first = max(top, min(highest, top + AHEAD_MAX)) + 1
    others = _by_hand(leases, centre)
    for lease in sorted(others, key=lambda lease: lease.first):
        if lease.first <= first <= lease.last:
            first = lease.last + 1
    until = min((lease.first - 1 for lease in others if lease.first > first), default=NUMBER_MAX)
    last = min(first + min(size, BLOCK_MAX) - 1, until, NUMBER_MAX)
    return [_draft(series, first, last, device)] if first <= last else []


def _by_hand(leases: Iterable[Lease], centre: Collection[str]) -> list[Lease]:
    """What laptops noted before they had a centre: the first of each, so that none takes a whole year from the county."""
    found: list[Lease] = []
    sums: dict[str, int] = {}
    for lease in sorted(leases, key=lambda lease: lease.said):
        author = lease.said.device
        if author not in centre:
            sums[author] = sums.get(author, 0) + lease.last - lease.first + 1
            if sums[author] <= BY_HAND_MAX:
                found.append(lease)
    return found


def spent(leases: Iterable[Lease], *, centre: Collection[str], device: str, said: Collection[Ref]) -> int:
    """How far the centre went on with a series for a laptop by these of its entries, what it skipped included."""
    before = total = 0
    for lease in sorted(leases, key=lambda lease: (lease.first, lease.said)):
        if lease.said.device in centre:
            if lease.device == device and lease.said in said:
                total += lease.last - before
            before = max(before, lease.last)
    return total


def is_leased(leases: Iterable[Lease], *, centre: Collection[str], device: str, known: int) -> bool:
    """Whether the centre has leased numbers to the laptop that it does not know of yet."""
    return any(
        lease.last > known for lease in leases if lease.device == device and lease.said.device in centre
    )


def note_block(leases: Sequence[Lease], *, device: str, series: Series, first: int, last: int) -> list[Draft]:
    """An office without a centre: numbers that this laptop may give, by its own word; none where it has them already.

    Raises:
        Refusal: it is no block, or a part of it is this laptop's already.
    """
    if not 1 <= first <= last <= NUMBER_MAX or last - first >= BLOCK_MAX:
        raise Refusal(
            f"{first}到{last}不是一段文号。", f"{first} to {last} is no block of numbers.",
            hint=(f"从1到{NUMBER_MAX}，一次最多{BLOCK_MAX}个。", f"From 1 to {NUMBER_MAX}, at most {BLOCK_MAX} at once."),
            code="numbers.block",
        )  # fmt: skip
    mine = counting(leases, device=device, authors=(device,))
    if any((lease.first, lease.last) == (first, last) for lease in mine):
        return []
    if any(lease.first <= last and first <= lease.last for lease in mine):
        raise Refusal(
            f"{first}到{last}里有本机已有的文号，没有改动。",
            f"Some of {first} to {last} are this laptop's already; nothing was changed.",
            hint=("用 inspector notice numbers list 查看。", "See inspector notice numbers list."),
            code="numbers.twice",
        )  # fmt: skip
    return [_draft(series, first, last, device)]


def _draft(series: Series, first: int, last: int, device: str) -> Draft:
    data = {**series._asdict(), "first": first, "last": last, "device": device}
    return Draft("numbers.leased", series_id(series), COUNTY, data)


def provisional(device: str, count: int) -> str:
    """What stands for a number until one is leased: the device's letters, and its own count."""
    return f"临-{device[:LETTERS]}-{count}"


def show_number(prefix: str, word: str, year: int, number: int, waiting: str) -> str:
    """The number as it is printed: 样教体责改〔2026〕7号; a provisional one (`waiting`) says that it is one."""
    start = f"{prefix}{word}〔{year}〕"
    return f"{start}{number}号" if number else f"{start}{waiting}号（临时编号）"
