"""An item of rectification (整改事项): a finding from the moment it stands until it is closed and looked back at.

The entries of a finding and of its rectification share one aggregate. What somebody did is one entry that replaces the
step it saw, so the steps form a path; two steps that replace the same one are a conflict, which a lead settles.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from inspector.domain import boxes, lifecycle
from inspector.domain.entries import Entry, Ref, Stamp
from inspector.domain.finding import VOCABULARY as FINDING_WORDS
from inspector.domain.finding import Finding, fold_finding
from inspector.domain.lifecycle import (
    ACTIONS,
    DRAFT,
    DUE,
    NOTICED,
    NOTIFYING,
    OPEN,
    RECTIFYING,
    SETTLED,
    VOIDED,
)
from inspector.domain.registers import Registers, Setter, fold
from inspector.domain.shapes import well_formed

STAGE = "stage"
MOVED, DIRECTED, SETTLED_BY = "rectification.moved", "rectification.directed", "rectification.settled"
PHOTO_ADDED, LINKED = "rectification.photo_added", "rectification.linked"
PHOTO_TYPES = ("inspection.photo_added", PHOTO_ADDED)
"""The kinds of entries that name photos."""
DIRECTIONS = ("handler", "priority")
PHASES = {"after": ("整改后", "after"), "review": ("复查", "review"), "look_back": ("回头看", "look-back")}
PRIORITIES = {0: ("一般", "normal"), 1: ("重要", "high"), 2: ("紧急", "urgent")}

VOCABULARY: dict[str, Setter] = {
    MOVED: lambda data: {STAGE: data},
    SETTLED_BY: lambda data: {STAGE: {**data["stage"], "chosen": data["chosen"]}},
    DIRECTED: lambda data: {name: data[name] for name in DIRECTIONS if name in data},
    PHOTO_ADDED: lambda data: {f"photo/{data['sha256']}": data},
    LINKED: lambda data: {"relapse_of": data["relapse_of"]},
    "rectification.photo_masked": boxes.register,
}
_OFF_TABLE = ("unknown_action", "not_from_there", "not_to_there")
_ALL: dict[str, Setter] = {**FINDING_WORDS, **VOCABULARY}


@dataclass(frozen=True, slots=True)
class Opening:
    """What an item's inspection says of it.

    Attributes:
        concluded: the on-site record is signed: its findings stand.
        officers: who inspected; they registered what they found.
        day: local day of the conclusion, else of the start, "YYYY-MM-DD".
        standing: ids of the findings that the conclusion names.
    """

    concluded: bool
    officers: tuple[str, ...] = ()
    day: str = ""
    standing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody did to an item.

    Attributes:
        before, after: states; `after` is what the entry says, where that is one.
        irregular: why the table does not have it that way; empty where it does.
    """

    action: str
    before: str
    after: str
    actor: str
    time: Stamp
    ref: Ref
    data: Mapping[str, Any]
    irregular: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """The state of an item.

    Attributes:
        state: a code of `lifecycle.STATES`, as recorded; `state_on` has what the day makes of it.
        due: last day of the running deadline, or the day proposed with the finding until a paper is served.
        rivals: the steps that contradict each other; empty without a conflict.
        rounds: how many times a deadline was set again.
        registrants: who registered it; none of them may close it.
        handlers: who is, or ever was, in charge; none of them may review it.
        relapse_of: the earlier item that this one is the relapse of.
        irregular: codes of what the table does not have that way, and `withdrawn` where the finding no longer stands.
    """

    id: str
    finding: Finding
    state: str
    due: str
    due_estimated: bool
    handler: str
    priority: int
    path: tuple[Step, ...]
    rivals: tuple[Step, ...]
    rounds: int
    extensions: int
    endorsed_by: str
    registrants: frozenset[str]
    handlers: frozenset[str]
    photos: Mapping[str, Mapping[str, Any]]
    relapse_of: str
    irregular: tuple[str, ...]
    opening: Opening = field(default_factory=lambda: Opening(concluded=False))

    @property
    def settled(self) -> bool:
        """Whether the list of open work leaves it out."""
        return self.state in SETTLED and not self.rivals

    @property
    def last(self) -> Step | None:
        """The latest step."""
        return self.path[-1] if self.path else None

    def last_of(self, *actions: str) -> Step | None:
        """The latest step of these kinds."""
        return next((step for step in reversed(self.path) if step.action in actions), None)

    def state_on(self, day: date) -> str:
        """The state on a day: from the day of service on, the unit is rectifying."""
        if self.state != NOTICED:
            return self.state
        served = self.last_of(*NOTIFYING, "redate")
        begun = str(served.data.get("on", "")) if served else ""
        return RECTIFYING if begun <= day.isoformat() else NOTICED

    @property
    def noticed_by(self) -> str:
        """The id of the paper that set the deadline last; empty before any, and once it was recalled."""
        step = self.last_of(*NOTIFYING, "recall")
        return str(step.data.get("paper", "")) if step is not None and step.action != "recall" else ""

    def overdue(self, day: date) -> bool:
        """Whether the deadline has passed: from 00:00 of the day after its last day."""
        return self.state in DUE and bool(self.due) and self.due < day.isoformat()

    def late(self) -> bool:
        """Whether what was handed in last came after the deadline of its time."""
        step = self.last_of("submit")
        return step is not None and bool(step.data.get("late"))

    def unit_recorders(self) -> frozenset[str]:
        """Who wrote down what the unit handed in, since the last deadline was set."""
        found: set[str] = set()
        for step in self.path:
            if step.action in NOTIFYING:
                found.clear()
            if step.action == "submit":
                found.add(step.actor)
        return frozenset(found)


def fold_item(entries: Iterable[Entry], opening: Opening) -> tuple[Item | None, Registers]:
    """An item from the entries of its aggregate, in any order; None until its finding is known."""
    entries = list(entries)
    finding, _ = fold_finding(entries)
    registers = fold(entries, _ALL)
    if finding is None:
        return None, registers
    found = _by_ref(entries)
    first = _first_state(finding, opening)
    heads = [head.entry for head in registers.heads.get(STAGE, ())]
    rivals = _ends(heads, found, first) if registers.conflict(STAGE) else ()
    path = _path(heads[0], found, first) if heads else ()
    recorded = {entry.actor for entry in entries if entry.type == "finding.recorded" and entry.actor}
    registrants = frozenset({*recorded, *opening.officers})
    due, estimated = dues(path, finding)[-1]
    item = Item(
        id=finding.id,
        finding=finding,
        state=path[-1].after if path else first,
        due=due,
        due_estimated=estimated,
        handler=registers.value("handler") or (opening.officers[0] if opening.officers else ""),
        priority=registers.value("priority", 0),
        path=path,
        rivals=rivals,
        rounds=sum(step.action == "notify_again" for step in path),
        extensions=_since_notice(path, "grant_extension"),
        endorsed_by=_endorsed(path),
        registrants=registrants,
        handlers=_handlers(found.values(), opening),
        photos={sha256: data for sha256, data in registers.under("photo").items() if data is not None},
        relapse_of=registers.value("relapse_of", ""),
        irregular=_irregular(path, finding, registrants, first=first, withheld=_withheld(found)),
        opening=opening,
    )
    return item, registers


def _handlers(entries: Iterable[Entry], opening: Opening) -> frozenset[str]:
    """Everybody who is or was in charge: handing an item over just before its review does not make a reviewer."""
    named = {
        str(entry.data["handler"])
        for entry in entries
        if entry.type == DIRECTED
        and entry.data
        and well_formed(entry.type, entry.data)
        and entry.data.get("handler")
    }
    return frozenset({*named, *opening.officers[:1]})


def _by_ref(entries: Iterable[Entry]) -> dict[Ref, Entry]:
    """Each entry once; with its body where any copy has it."""
    found: dict[Ref, Entry] = {}
    for entry in entries:
        if entry.ref not in found or found[entry.ref].data is None:
            found[entry.ref] = entry
    return found


def _first_state(finding: Finding, opening: Opening) -> str:
    """Where an item stands before anybody moved it: a finding stands once its inspection is concluded."""
    # What two officers signed is voided by a lead, with a reason; taking it back later alone does not end it.
    if finding.withdrawn and not (opening.concluded and finding.id in opening.standing):
        return VOIDED
    return OPEN if opening.concluded and not finding.lead_only else DRAFT


def _path(head: Entry, found: Mapping[Ref, Entry], first: str) -> tuple[Step, ...]:
    """The steps that lead to an entry, the earliest first."""
    entries: dict[Ref, Entry] = {}
    at: Entry | None = head
    while at is not None and at.ref not in entries:
        entries[at.ref] = at
        at = _before(at, found)
    steps: list[Step] = []
    state = first
    for entry in reversed(entries.values()):
        step = _step(entry, state, found)
        steps.append(step)
        state = step.after
    return tuple(steps)


def _ends(heads: Sequence[Entry], found: Mapping[Ref, Entry], first: str) -> tuple[Step, ...]:
    """The last step of each path. What paths share is gone along once: a hostile laptop makes both of them long."""
    known: dict[Ref, Step] = {}
    for head in heads:
        entries: dict[Ref, Entry] = {}
        at: Entry | None = head
        while at is not None and at.ref not in entries and at.ref not in known:
            entries[at.ref] = at
            at = _before(at, found)
        state = known[at.ref].after if at is not None and at.ref in known else first
        for entry in reversed(entries.values()):
            known[entry.ref] = _step(entry, state, found)
            state = known[entry.ref].after
    return tuple(known[head.ref] for head in heads)


def _before(entry: Entry, found: Mapping[Ref, Entry]) -> Entry | None:
    """The step that an entry follows: what it chose where it settles a conflict, else what it replaces."""
    if entry.type == SETTLED_BY and entry.data is not None:
        try:
            return found.get(Ref.parse(str(entry.data["chosen"])))
        except ValueError:
            return None
    for ref in sorted(entry.replaces):
        before = found.get(ref)
        if before is not None and before.type in (MOVED, SETTLED_BY):
            return before
    return None


def _step(entry: Entry, before: str, found: Mapping[Ref, Entry]) -> Step:
    settles = entry.type == SETTLED_BY
    told = _told(entry)
    if settles:
        told = {**told, "settled": (entry.data or {}).get("note", "")}
    action = "settle" if settles else str(told.get("action", ""))
    after = str(told.get("to", before))
    wrong = _wrong_settling(entry, found) if settles else _against_table(action, before, after)
    if entry.data is None:
        wrong = "withheld"
    elif after not in lifecycle.STATES:
        # A newer program's, or nobody's: where it leads is not known, so the item stays where it was.
        after, wrong = before, "unknown_state"
    elif wrong in _OFF_TABLE and after in SETTLED:
        # No step off the table takes an item out of the list of open work: it stays where it was, with a mark.
        after = before
    return Step(action, before, after, entry.actor, entry.time, entry.ref, told, wrong)


def _wrong_settling(entry: Entry, found: Mapping[Ref, Entry]) -> str:
    """Whether a conflict was settled by something else than one of the steps that contradicted each other."""
    chosen = _before(entry, found)
    same = chosen is not None and chosen.ref in entry.replaces and _told(chosen) == _told(entry)
    return "" if same else "not_that_step"


def _told(entry: Entry) -> Mapping[str, Any]:
    """What an entry says of the step that it records, or chooses; nothing where it is not of its kind's shape."""
    data: Mapping[str, Any] = entry.data or {}
    if not well_formed(entry.type, data):
        return {}
    told = data["stage"] if entry.type == SETTLED_BY else data
    return {name: value for name, value in told.items() if name not in ("chosen", "settled")}


def _against_table(action: str, before: str, after: str) -> str:
    row = ACTIONS.get(action)
    if row is None or not row.is_step:
        return "unknown_action"
    source = RECTIFYING if before == NOTICED and NOTICED not in row.sources else before
    if source not in row.sources:
        return "not_from_there"
    return (
        "" if lifecycle.target(row, source) == after or (row.to == "" and after == before) else "not_to_there"
    )


def _since_notice(path: Sequence[Step], action: str) -> int:
    count = 0
    for step in path:
        if step.action in NOTIFYING:
            count = 0
        count += step.action == action
    return count


def _endorsed(path: Sequence[Step]) -> str:
    """Who endorsed the closing that is asked for now."""
    by = ""
    for step in path:
        if step.action == "endorse":
            by = step.actor
        elif step.action not in ("close", "settle"):
            by = ""
    return by


def dues(path: Sequence[Step], finding: Finding) -> list[tuple[str, bool]]:
    """The last day, and whether it is an estimate: before the first step, and after each."""
    due, estimated = finding.due, finding.due_estimated
    found = [(due, estimated)]
    for step in path:
        if step.action == "recall":
            due, estimated = finding.due, finding.due_estimated
        if step.action in (*NOTIFYING, "redate", "grant_extension") and step.data.get("until"):
            due, estimated = str(step.data["until"]), bool(step.data.get("estimated"))
        found.append((due, estimated))
    return found


def _withheld(found: Mapping[Ref, Entry]) -> bool:
    return any(entry.type in (MOVED, SETTLED_BY) and entry.data is None for entry in found.values())


def _irregular(
    path: Sequence[Step], finding: Finding, registrants: frozenset[str], *, first: str, withheld: bool
) -> tuple[str, ...]:
    """What is out of order with the path, whoever's program wrote it."""
    found = [step.irregular for step in path if step.irregular]
    if withheld:
        found.append("withheld")
    endorsed = ""
    for step in path:
        if step.action in ("endorse", "close") and step.actor in registrants:
            found.append("closed_by_recorder")
        if step.action == "close" and (not endorsed or endorsed == step.actor):
            found.append("not_two_steps")
        if step.action == "endorse":
            endorsed = step.actor
        elif step.action not in ("close", "settle"):
            endorsed = ""
    if finding.withdrawn and (path or first != VOIDED):
        found.append("withdrawn")
    return tuple(dict.fromkeys(found))
