"""Where aggregates are, and what entries are about: who may write of something is decided by the thing itself.

An inspection, a finding or a tip belongs to the scope of its first accepted entry. Were its entries judged by the scope that
each names, anybody could reach into another grid's records through the scope that everybody shares.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from inspector.central import tables
from inspector.central.core import CENTRE_ROLE
from inspector.central.tables import ACCEPTED
from inspector.domain.entries import COUNTY, Ref
from inspector.domain.paper import ISSUED
from inspector.journal.entry import SealedEntry

T = TypeVar("T")

BOUND_FAMILIES = frozenset(
    {"inspection", "finding", "rectification", "paper", "tip", "plan", "activity", "task"}
)
"""What never leaves the scope in which it began."""
GRID_TYPE = "grid.recorded"
STAFF_TYPES = frozenset({GRID_TYPE, "officer.recorded", "authority.recorded"})
"""Who and what the county's administration is made of."""
_CHUNK = 400


@dataclass(slots=True)
class Place:
    """Where an aggregate is: the scope of its first accepted entry, all its scopes, and whether it may leave the first.

    `of_centre`: the centre itself recorded it. `issued`: it is a paper that was issued.
    """

    first: str
    scopes: set[str] = field(default_factory=set)
    bound: bool = False
    of_centre: bool = False
    issued: bool = False

    @property
    def grids(self) -> set[str]:
        """The scopes whose devices it concerns: the whole county only while no grid is known."""
        return self.scopes - {COUNTY} or self.scopes


class Places:
    """The aggregates of some entries and of what they replace, as a transaction sees them."""

    def __init__(self, connection: Connection, entries: Sequence[SealedEntry]) -> None:
        self._places: dict[str, Place] = {}
        self._aggregates: dict[Ref, str] = {}
        self._scopes: set[str] = set()
        self._read_places(connection, {sealed.aggregate for sealed in entries})
        self._read_aggregates(
            connection, {Ref.parse(text) for sealed in entries for text in sealed.fields["replaces"]}
        )
        self._read_grids(connection, entries)
        self._aggregates.update({sealed.ref: sealed.aggregate for sealed in entries})

    def of(self, aggregate: str) -> Place | None:
        """Where an aggregate is; None where nothing of it was accepted yet."""
        return self._places.get(aggregate)

    def aggregate_of(self, ref: Ref) -> str | None:
        """What a replaced entry is about, if it is known."""
        return self._aggregates.get(ref)

    def knows(self, scope: str) -> bool:
        """Whether a scope is more than a word: the county, a recorded or granted grid, or one with entries."""
        return scope == COUNTY or scope in self._scopes

    def learn(self, sealed: SealedEntry) -> None:
        """An entry was accepted."""
        self._note(sealed.aggregate, sealed.scope, sealed.type)

    def _note(self, aggregate: str, scope: str, kind: str) -> None:
        place = self._places.setdefault(aggregate, Place(scope))
        place.scopes.add(scope)
        place.bound |= family(kind) in BOUND_FAMILIES
        place.issued |= kind == ISSUED

    def _read_places(self, connection: Connection, aggregates: Iterable[str]) -> None:
        table = tables.entry
        began = sa.func.min(table.c.received)
        for some in _chunks(sorted(aggregates)):
            query = (
                sa.select(table.c.aggregate, table.c.scope, table.c.type, began.label("began"))
                .where(table.c.aggregate.in_(some), table.c.verdict == ACCEPTED)
                .group_by(table.c.aggregate, table.c.scope, table.c.type)
            )
            rows = connection.execute(query).all()
            for row in sorted(rows, key=lambda row: (row.began, row.scope == COUNTY)):
                self._note(row.aggregate, row.scope, row.type)
            device = tables.device
            by_centre = (
                sa.select(table.c.aggregate)
                .join(device, device.c.id == table.c.device)
                .where(
                    table.c.aggregate.in_(some),
                    table.c.type.in_(STAFF_TYPES),
                    table.c.verdict == ACCEPTED,
                    device.c.role == CENTRE_ROLE,
                )
            )
            for aggregate in connection.execute(by_centre).scalars():
                self._places[aggregate].of_centre = True

    def _read_grids(self, connection: Connection, entries: Sequence[SealedEntry]) -> None:
        entry, granted, used = tables.entry, tables.device_scope, tables.scope_counter
        grids = [sealed for sealed in entries if sealed.type == GRID_TYPE and sealed.scope == COUNTY]
        self._scopes.update(sealed.aggregate for sealed in grids)
        wanted = sorted({sealed.scope for sealed in entries} - self._scopes)
        for some in _chunks(wanted):
            recorded = sa.select(entry.c.aggregate).where(
                entry.c.aggregate.in_(some), entry.c.type == GRID_TYPE, entry.c.verdict == ACCEPTED
            )
            queries = recorded.union(
                sa.select(granted.c.scope).where(granted.c.scope.in_(some)),
                sa.select(used.c.scope).where(used.c.scope.in_(some), used.c.last > 0),
            )
            self._scopes.update(connection.execute(queries).scalars())

    def _read_aggregates(self, connection: Connection, refs: Iterable[Ref]) -> None:
        table = tables.entry
        numbers: dict[str, list[int]] = {}
        for ref in refs:
            numbers.setdefault(ref.device, []).append(ref.seq)
        for device, wanted in numbers.items():
            for some in _chunks(sorted(wanted)):
                query = sa.select(table.c.seq, table.c.aggregate).where(
                    table.c.device == device, table.c.seq.in_(some)
                )
                for row in connection.execute(query):
                    self._aggregates[Ref(device, row.seq)] = row.aggregate


def family(kind: str) -> str:
    """The first part of a type: "finding" of "finding.recorded"."""
    return kind.partition(".")[0]


def _chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
