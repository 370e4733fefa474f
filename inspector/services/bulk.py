"""Several items of the list at once: what their states allow, and who may."""

from collections.abc import Sequence
from dataclasses import dataclass

from inspector.domain.lifecycle import DUTIES, TABLE, Transition, rank
from inspector.domain.office import Officer
from inspector.domain.rectification_guard import person_objections
from inspector.errors import InspectorError
from inspector.services.boards import open_to
from inspector.services.forms import Forms
from inspector.services.rectification import Done, about, direct, load, may_approve
from inspector.store import board, queries
from inspector.store.workspace import Store

LIMIT = 500
"""Items that are dealt with at once, at most."""
_LOOKED = 40
"""Of so many the people are asked who may; what another one takes is said when it is done."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An action for several items. `count`: how many of them are in a state that takes it."""

    row: Transition
    count: int


def offers(store: Store, names: Sequence[str]) -> list[Offer]:
    """What the states of these items allow, in the order of the table. Serving a paper is done with the paper."""
    leading = may_approve(store)
    rows = board.rows_of(store.connection, names, store.today())
    allowed = [set(open_to(row, leading=leading)) for row in rows]
    found = (Offer(row, sum(row.code in codes for codes in allowed)) for row in TABLE if row.by_hand)
    return [offer for offer in found if offer.count and "paper" not in offer.row.needs]


def who_may(store: Store, forms: Forms, names: Sequence[str], action: Transition) -> list[Officer]:
    """The people who may do it to at least one of these items."""
    people = queries.officers(store.connection)
    found: set[str] = set()
    for name in names[:_LOOKED]:
        item, _ = load(store, name)
        around = about(store, forms, item)
        found |= {
            person.id
            for person in people
            if person.id not in found and not person_objections(item, action, person, around)
        }
    return [person for person in people if person.id in found]


def leads(store: Store) -> list[Officer]:
    """Who may assign and settle: leads and who stands above them, on a laptop that may approve."""
    if not may_approve(store):
        return []
    return [one for one in queries.officers(store.connection) if rank(one.duty) >= rank(next(iter(DUTIES)))]


def direct_all(
    store: Store, forms: Forms, names: Sequence[str], *, person: Officer | None, handler: str = "",
    priority: int | None = None, note: str = "",
) -> list[Done]:  # fmt: skip
    """Put an officer in charge of several items, or set their priority, each on its own."""
    found = []
    for name in names:
        try:
            direct(store, forms, name, person=person, handler=handler, priority=priority, note=note)
            found.append(Done(name, None))
        except InspectorError as error:
            found.append(Done(name, error))
    return found
