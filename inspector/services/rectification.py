"""Rectification (整改): items of the list, what may be done with them and by whom, and doing it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from inspector.domain import lifecycle, rectifying
from inspector.domain.entries import Draft, Ref
from inspector.domain.lifecycle import TABLE, Transition
from inspector.domain.objections import Objection
from inspector.domain.office import Officer
from inspector.domain.rectification import Item
from inspector.domain.rectification_guard import (
    About,
    Service,
    Wish,
    objections,
    required_duty,
    state_objections,
)
from inspector.domain.registers import Registers
from inspector.domain.tidy import tidy_line, tidy_text
from inspector.domain.when import local_date
from inspector.errors import InspectorError, NotFound
from inspector.evidence.examine import Examiner
from inspector.services import lookup
from inspector.services.days import read_day
from inspector.services.forms import Forms, is_enrolled
from inspector.services.photos import keep_photos
from inspector.store import paper_queries, queries
from inspector.store.project_rectification import folded
from inspector.store.workspace import Store, View

LEADING_ROLES = ("lead", "supervisor", "admin")
_PHASE_OF = {"correct": "after", "submit": "after", "pass": "review", "fail": "review"}


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody wants to do, as it was typed. Dates are "YYYY-MM-DD"; `item` is another item's id."""

    action: str
    note: str = ""
    photos: tuple[Path, ...] = ()
    signer: str = ""
    until: str = ""
    on: str = ""
    department: str = ""
    item: str = ""
    crime: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """An action at an item's present state.

    Attributes:
        people: who may do it; empty where nobody may now.
        reasons: why nobody, or not the person asked about, may.
        needs: what has to come along.
    """

    row: Transition
    people: tuple[Officer, ...]
    reasons: tuple[Objection, ...]
    needs: tuple[str, ...] = field(default=())


def find(store: Store, text: str) -> Item:
    """The item with that id or start of an id.

    Raises:
        NotFound: none, or more than one.
    """
    return load(store, lookup.finding(store, text))[0]


def load(store: Store | View, name: str) -> tuple[Item, Registers]:
    """An item and its registers, as a workspace or a transaction has them.

    Raises:
        NotFound: there is no such finding here.
    """
    item, registers = folded(store.connection, store.entries(name))
    if item is None:
        raise NotFound(f"没有找到问题“{name}”。", f"No finding {name!r}.", code="finding.unknown")
    return item, registers


def about(store: Store, forms: Forms, item: Item) -> About:
    """What decisions on an item are made by."""
    return About(
        today=local_date(store.clock.stamp()),
        site_kind=queries.site_kind(store.connection, item.finding.site) or "training",
        params=forms.params(),
        leading=may_approve(store),
        papers=frozenset(
            row.kind for row in paper_queries.papers(store.connection, item=item.id) if row.status != "voided"
        ),
    )


def may_approve(store: Store) -> bool:
    """Whether this laptop may approve: it belongs to no centre, or to a lead, a supervisor or an administrator."""
    return not is_enrolled(store) or (store.setting("role") or "") in LEADING_ROLES


def actor(store: Store, text: str) -> Officer | None:
    """Who acts: the person named, else the first officer who is out on patrol.

    Raises:
        NotFound: the name means nobody, or more than one.
    """
    from inspector.services.people import current_patrol

    if text.strip():
        return lookup.officer(store, text)
    patrol = current_patrol(store)
    return next(iter(lookup.officers(store, patrol.officers)), None) if patrol else None


def choices(store: Store, forms: Forms, item: Item, person: Officer | None = None) -> list[Choice]:
    """Every action that leads on from the present state: who may do it, and why not.

    Args:
        person: whom it is about; everybody who is known, if None.
    """
    around = about(store, forms, item)
    people = [person] if person is not None else queries.officers(store.connection)
    found = []
    for row in TABLE:
        if not row.by_hand or (state_objections(item, row, around) and not item.rivals):
            continue
        blocking = [
            one
            for one in _standing(item, row, None, around)
            if one.code not in ("rectify.who", "rectify.duty")
        ]
        may = tuple(one for one in people if not _standing(item, row, one, around))
        reasons: Sequence[Objection] = blocking
        if not may and not blocking:
            reasons = [_nobody(row, around)] if person is None else _standing(item, row, person, around)
        found.append(Choice(row, () if blocking else may, tuple(reasons), row.needs))
    return found


def _standing(item: Item, row: Transition, person: Officer | None, around: About) -> list[Objection]:
    """What stands in somebody's way whatever comes along."""
    return [one for one in objections(item, Wish(row.code), person, around) if not one.about]


def _nobody(row: Transition, around: About) -> Objection:
    who = lifecycle.WHO[required_duty(row, around.params) if row.who in lifecycle.DUTIES else row.who]
    return Objection(
        "rectify.nobody",
        f"名单上没有能{row.words.zh}的人：要{who.zh}。",
        f"Nobody on the list may: it takes {who.en}.",
    )


def do(
    store: Store, forms: Forms, name: str, act: Act, *, person: Officer | None, service: Service | None = None
) -> Item:
    """Do something with an item; saved when this returns.

    Raises:
        NotFound: no such item, photo or other item.
        BadInput: a date or a photo cannot be taken.
        Guarded: with every reason why not; nothing is changed.
    """
    item, _ = load(store, name)
    around = about(store, forms, item)
    wish = _wish(store, act, service)
    if act.photos and act.action in lifecycle.ACTIONS:
        # Nobody waits for photos to be read where something else stands in the way.
        rectifying.refuse(
            [one for one in objections(item, wish, person, around) if one.about not in ("photo", "evidence")]
        )
        wish = replace(wish, photos=tuple(_taken(store, act)))
    elif act.photos:
        raise NotFound(
            f"没有“{act.action}”这个动作。", f"There is no action {act.action!r}.", code="rectify.action"
        )

    def decide(view: View) -> list[Draft]:
        return drafts(view, name, wish, person, around)

    store.decide(decide, actor=person.id if person else "")
    return load(store, name)[0]


def check(store: Store, forms: Forms, name: str, act: Act, *, person: Officer | None) -> None:
    """Refuse as `do` would, by the present state; nothing is done. Photos are not looked at.

    Raises:
        NotFound, BadInput, Guarded: as `do`.
    """
    item, registers = load(store, name)
    wish = replace(_wish(store, act, None), photos=tuple({"sha256": ""} for _ in act.photos))
    around = about(store, forms, item)
    rectifying.move(item, registers, wish, person, around, scope=item.finding.scope)


def drafts(view: View, name: str, wish: Wish, person: Officer | None, around: About) -> list[Draft]:
    """What is recorded when somebody does something with an item, by the state inside the transaction.

    Raises:
        Guarded: with every reason why not.
    """
    item, registers = load(view, name)
    return rectifying.move(item, registers, wish, person, around, scope=item.finding.scope)


def _wish(store: Store, act: Act, service: Service | None) -> Wish:
    return Wish(
        action=act.action,
        note=tidy_text(act.note),
        signer=tidy_line(act.signer),
        until=_day(act.until),
        on=_day(act.on),
        department=tidy_line(act.department),
        other=find(store, act.item) if act.item else None,
        crime=act.crime,
        service=service,
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(read_day(text)) if text.strip() else None


def _taken(store: Store, act: Act) -> Iterator[Mapping[str, Any]]:
    with _examiner() as examiner:
        for kept in keep_photos(store, examiner, act.photos):
            yield {
                "sha256": kept.facts.sha256,
                "name": kept.name,
                "bytes": kept.size,
                "facts": kept.details,
                "phase": _PHASE_OF.get(act.action, "look_back"),
            }


@contextmanager
def _examiner() -> Iterator[Examiner]:
    with Examiner(workers=1) as examiner:
        yield examiner


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one item of many; `error` is None where it was done."""

    id: str
    error: InspectorError | None


def do_all(
    store: Store, forms: Forms, names: Iterable[str], act: Act, *, person: Officer | None
) -> list[Done]:
    """Do the same with several items, each on its own: what cannot be done stands in no other's way."""
    found = []
    for name in names:
        try:
            do(store, forms, name, act, person=person)
            found.append(Done(name, None))
        except InspectorError as error:
            found.append(Done(name, error))
    return found


def direct(
    store: Store, forms: Forms, name: str, *, person: Officer | None, handler: str = "", priority: int | None = None,
    note: str = "",
) -> Item:  # fmt: skip
    """Put another officer in charge, or set the priority.

    Raises:
        NotFound: no such item or officer.
        Guarded: this person or this laptop may not.
    """
    named = lookup.officer(store, handler) if handler else None
    around = about(store, forms, load(store, name)[0])

    def decide(view: View) -> list[Draft]:
        item, registers = load(view, name)
        return rectifying.direct(
            item, registers, person, around, scope=item.finding.scope, handler=named, priority=priority,
            note=tidy_text(note),
        )  # fmt: skip

    store.decide(decide, actor=person.id if person else "")
    return load(store, name)[0]


def settle(store: Store, forms: Forms, name: str, *, chosen: Ref, person: Officer | None, note: str) -> Item:
    """Say which of two contradicting steps counts.

    Raises:
        NotFound: no such item.
        Guarded: there is no such conflict, there is no reason, or this person or laptop may not.
    """
    found = load(store, name)[0]
    around = about(store, forms, found)

    def decide(view: View) -> list[Draft]:
        item, registers = load(view, name)
        return rectifying.settle(
            item, registers, chosen, person, around, scope=item.finding.scope, note=tidy_text(note)
        )

    left = len(found.rivals) + 1
    while True:
        store.decide(decide, actor=person.id if person else "")
        item = load(store, name)[0]
        # Of very many only some are settled at once; what was settled is chosen again, for the rest.
        own = [
            step.ref for step in item.rivals if step.action == "settle" and step.ref.device == store.device
        ]
        if not own or len(item.rivals) >= left:
            return item
        chosen, left = max(own), len(item.rivals)
