"""Decisions about an item of rectification: from its state and what somebody wants to do, to drafts or every reason why not."""

from collections.abc import Sequence
from typing import Any

from inspector.domain import lifecycle
from inspector.domain.checklist import Words
from inspector.domain.entries import Draft, Ref
from inspector.domain.lifecycle import ACTIONS, Transition
from inspector.domain.objections import REASON_LENGTH, Guarded, Objection
from inspector.domain.office import Officer
from inspector.domain.rectification import (
    DIRECTED,
    LINKED,
    MOVED,
    PHOTO_ADDED,
    PRIORITIES,
    SETTLED_BY,
    STAGE,
    Item,
)
from inspector.domain.rectification_guard import About, Wish, duty_objections, objections
from inspector.domain.registers import Registers

SETTLED_AT_ONCE = 80
"""How many contradicting steps one entry replaces: its header has a bound, and a hostile laptop writes thousands."""
_DIRECTING = Transition("direct", Words("交办", "assign"), (), "", "lead")
_SETTLING = Transition("settle", Words("裁定", "settle"), (), "", "lead")


def move(
    item: Item, registers: Registers, wish: Wish, person: Officer | None, about: About, *, scope: str
) -> list[Draft]:
    """Do it.

    Raises:
        Guarded: with every reason why not; nothing is changed.
    """
    refuse(objections(item, wish, person, about))
    row = ACTIONS[wish.action]
    state = item.state_on(about.today)
    source = state if state in row.sources else item.state
    data = {
        "action": row.code, "to": lifecycle.target(row, source), "day": about.today.isoformat(), **_along(item, wish, about),
    }  # fmt: skip
    drafts = [Draft(PHOTO_ADDED, item.id, scope, photo) for photo in wish.photos]
    drafts.append(Draft(MOVED, item.id, scope, data, registers.seen(STAGE)[:SETTLED_AT_ONCE]))
    if row.code == "relapse" and wish.other is not None:
        other = wish.other
        drafts.append(Draft(LINKED, other.id, other.finding.scope, {"relapse_of": item.id}))
    return drafts


def _along(item: Item, wish: Wish, about: About) -> dict[str, Any]:
    """What is kept with a step, besides where it leads."""
    data: dict[str, Any] = {
        "note": wish.note.strip(),
        "photos": [str(photo["sha256"]) for photo in wish.photos],
        "signer": wish.signer.strip(),
        "department": wish.department.strip(),
        "crime": wish.crime,
        "item": wish.other.id if wish.other else "",
        "until": wish.until.isoformat() if wish.until else "",
        "on": wish.on.isoformat() if wish.on else "",
    }
    if wish.service is not None:
        served = wish.service
        data |= {"paper": served.paper, "kind": served.kind, "on": served.on.isoformat()}
        data |= {"until": served.until.isoformat() if served.until else "", "estimated": served.estimated}
    if wish.action == "grant_extension" and wish.until is None:
        asked = item.last_of("ask_extension")
        data["until"] = str(asked.data.get("until", "")) if asked else ""
    if wish.action == "submit":
        data["late"] = item.overdue(about.today)
    return {name: value for name, value in data.items() if value}


def direct(
    item: Item, registers: Registers, person: Officer | None, about: About, *, scope: str,
    handler: Officer | None = None, priority: int | None = None, note: str = "",
) -> list[Draft]:  # fmt: skip
    """Name another officer in charge, or set the priority; none where nothing changes and nobody contradicts.

    Raises:
        Guarded: this person may not, or the one named is no officer.
    """
    found = duty_objections(_DIRECTING, person, about, "lead")
    if handler is not None and handler.standing not in ("officer", "school_inspector"):
        found.append(
            Objection(
                "rectify.handler", f"{handler.name}不是执法人员，不能承办。", f"{handler.name} is no officer."
            )
        )
    if priority is not None and priority not in PRIORITIES:
        found.append(Objection("rectify.priority", "优先级是 0、1、2。", "A priority is 0, 1 or 2."))
    refuse(found)
    wanted: dict[str, Any] = {}
    if handler is not None and (registers.value("handler") != handler.id or registers.conflict("handler")):
        wanted["handler"] = handler.id
    if priority is not None and (
        registers.value("priority", 0) != priority or registers.conflict("priority")
    ):
        wanted["priority"] = priority
    if not wanted:
        return []
    data = wanted | ({"note": note.strip()} if note.strip() else {})
    return [Draft(DIRECTED, item.id, scope, data, registers.seen(*wanted))]


def settle(
    item: Item,
    registers: Registers,
    chosen: Ref,
    person: Officer | None,
    about: About,
    *,
    scope: str,
    note: str,
) -> list[Draft]:
    """Say which of the steps that contradict each other counts; all stay in the record.

    Of very many, `SETTLED_AT_ONCE` are settled; the rest then contradict what was settled.

    Raises:
        Guarded: there is no conflict, the step is none of the two, no reason is given, or this person may not.
    """
    found = duty_objections(_SETTLING, person, about, "lead")
    step = next((one for one in item.rivals if one.ref == chosen), None)
    if step is None:
        found.append(
            Objection(
                "rectify.no_rival", "没有这样一个相互矛盾的处理。", "There is no such contradicting step."
            )
        )
    if sum(sign.isalnum() for sign in note) < REASON_LENGTH:
        found.append(
            Objection(
                "rectify.needs_note", "裁定要写明理由。", "A reason is needed to settle it.", about="note"
            )
        )
    refuse(found)
    if step is None:
        return []
    stage = {name: value for name, value in step.data.items() if name not in ("chosen", "settled")}
    data = {"stage": stage, "chosen": str(chosen), "day": about.today.isoformat(), "note": note.strip()}
    others = [ref for ref in registers.seen(STAGE) if ref != chosen]
    return [Draft(SETTLED_BY, item.id, scope, data, tuple(sorted([chosen, *others[: SETTLED_AT_ONCE - 1]])))]


def refuse(found: Sequence[Objection]) -> None:
    """Refuse with every reason; nothing where there is none.

    Raises:
        Guarded: there is at least one.
    """
    if found:
        raise Guarded(
            f"现在不能这样处理，原因{len(found)}条。", f"It cannot be done now, for {len(found)} reason(s).", found,
            ("没有改动。", "Nothing was changed."),
        )  # fmt: skip
