"""What was known on each day of a site and of an item: the histories from which figures of any day are read.

A state holds from its day until before the next one's. Like every fold it is a function of the set of entries: the state
of a day is what the entries recorded until its end say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from inspector.domain import lifecycle
from inspector.domain.entries import Entry
from inspector.domain.finding import fold_finding
from inspector.domain.rectification import Item, dues
from inspector.domain.site import fold_site
from inspector.domain.site_facts import LONG_TERM, TRAINING, category_class, quadrant
from inspector.domain.when import local_date

STILL = "9999-12-31"
"""The end of a state that goes on."""
DAYS_MOST = 400
"""Of how many of its latest days a site's history is made; what came before is one state."""
DONE = frozenset(
    {
        lifecycle.PASSED,
        lifecycle.ON_SPOT,
        lifecycle.CLOSED,
        lifecycle.LOOK_BACK,
        lifecycle.ARCHIVED,
        lifecycle.RELAPSED,
    }
)
"""States in which an item has been put right. One that relapsed had been: the relapse is a figure of its own."""
CLOSED = frozenset({lifecycle.CLOSED, lifecycle.LOOK_BACK, lifecycle.ARCHIVED, lifecycle.RELAPSED})
"""States after the closing."""


@dataclass(frozen=True, slots=True)
class SiteState:
    """What a site was known to be from `first` until before `until`.

    Attributes:
        cls: class of its category, as `site_facts.category_class` has it.
        students: None where nobody recorded a number.
        permit_until: last day of a permit that is held; empty without an end or a permit.
    """

    first: str
    until: str
    scope: str
    kind: str
    cls: str
    quadrant: str
    registration: str
    status: str
    stage: str
    students: int | None
    estimated: bool
    permit_until: str


def site_history(entries: Iterable[Entry]) -> list[SiteState]:
    """The states of a site, the earliest first; none without entries that say something."""
    by_day: dict[str, list[Entry]] = {}
    for entry in entries:
        by_day.setdefault(local_date(entry.time).isoformat(), []).append(entry)
    found: list[SiteState] = []
    known: list[Entry] = []
    days = sorted(by_day)
    for place, day in enumerate(days):
        known += by_day[day]
        if place < len(days) - DAYS_MOST:
            continue
        site, _ = fold_site(known)
        if site is None:
            continue
        state = _site_state(day, site.scope, site.facts)
        if found and replace(state, first=found[-1].first) == found[-1]:
            continue
        if found:
            found[-1] = replace(found[-1], until=day)
        found.append(state)
    return found


def _site_state(day: str, scope: str, facts: Any) -> SiteState:
    kind = str(facts.get("kind", TRAINING))
    training = kind == TRAINING
    students, until = facts.get("students"), facts.get("permit_until")
    held = training and facts.get("permit_state") == "held" and until not in (None, LONG_TERM)
    return SiteState(
        first=day,
        until=STILL,
        scope=scope,
        kind=kind,
        cls=str(facts.get("category_class") or category_class(str(facts.get("category", ""))))
        if training
        else "",
        quadrant=str(quadrant(facts).code) if training else "",
        registration=str(facts.get("registration_state", "")) if training else "",
        status=str(facts.get("status", "")),
        stage=str(facts.get("stage", "")),
        students=students if isinstance(students, int) and not isinstance(students, bool) else None,
        estimated=bool(facts.get("students_estimated")),
        permit_until=str(until) if held else "",
    )


@dataclass(frozen=True, slots=True)
class ItemState:
    """Where an item stood from `first` until before `until`; the first of its states has no `action`.

    Attributes:
        stood: the day on which the finding stood; empty while it is a draft, and of one that never stood.
        due: the last day; `noticed`: a served paper set it.
        spot: it was put right on the spot.
        done: the day since when it is put right; empty while it is not.
        in_time: what put it right came by the last day.
        department: to which it was transferred by this step.
    """

    first: str
    until: str
    action: str
    state: str
    stood: str
    due: str
    noticed: bool
    spot: bool
    done: str
    in_time: bool
    department: str


def item_history(item: Item, entries: Iterable[Entry]) -> list[ItemState]:
    """The states of an item in the order of its steps. A step is not before the one that it follows."""
    start = _opening(item, entries)
    found = [start]
    deadlines = dues(item.path, item.finding)
    handed_in = ""
    for step, (due, _) in zip(item.path, deadlines[1:], strict=True):
        before = found[-1]
        day = max(before.first, str(step.data.get("day") or local_date(step.time).isoformat()))
        found[-1] = replace(before, until=day)
        action, state = step.action, lifecycle.RECTIFYING if step.after == lifecycle.NOTICED else step.after
        if action in (*lifecycle.NOTIFYING, "send_back"):
            handed_in = ""
        if action == "submit":
            handed_in = day
        done = (before.done or day) if state in DONE else ""
        spot = state in DONE and (before.spot or state == lifecycle.ON_SPOT)
        noticed = action != "recall" and (before.noticed or action in lifecycle.NOTIFYING)
        put_right = handed_in or done
        found.append(
            ItemState(
                first=day, until=STILL, action=action, state=state, stood=start.stood or _stands(state, day),
                due=due, noticed=noticed, spot=spot, done=done,
                in_time=bool(done and due and put_right <= due),
                department=str(step.data.get("department", "")) if action == "transfer" else "",
            )
        )  # fmt: skip
    return found


def _stands(state: str, day: str) -> str:
    """A draft that somebody moves on stands from that day, but for one that is thrown away."""
    return "" if state in (lifecycle.DRAFT, lifecycle.VOIDED, lifecycle.MERGED) else day


def _opening(item: Item, entries: Iterable[Entry]) -> ItemState:
    recorded = [
        local_date(entry.time).isoformat()
        for entry in entries
        if entry.type == "finding.recorded" and entry.data
    ]
    day = max(min(recorded, default=""), item.opening.day)
    state = item.path[0].before if item.path else item.state
    return ItemState(
        first=day, until=STILL, action="", state=state, stood=day if state == lifecycle.OPEN else "",
        due=item.finding.due, noticed=False, spot=False, done="", in_time=False, department="",
    )  # fmt: skip


def finding_value(entries: Sequence[Entry]) -> str:
    """The answer that a finding is about, as text: "3", "12.5", "yes"; empty where it is no single value."""
    _, registers = fold_finding(entries)
    value = (registers.value("origin") or {}).get("value", "")
    return str(value) if isinstance(value, int | str) else ""
