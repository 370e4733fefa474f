"""A finding: one violating answer of one inspection, with its severity, measure and deadline (问题一事一条)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from inspector.domain.calendar import Calendar, Due, add_days
from inspector.domain.entries import Draft, Entry, Stamp
from inspector.domain.ids import derived_id
from inspector.domain.registers import Registers, Setter, fold
from inspector.language import tr

AMENDABLE = ("severity", "measure", "deadline_days", "due", "due_estimated", "note", "urgent")
"""What people change; `due_estimated` goes with `due`: a year on the way to it was not known."""
COPIED = (
    "inspection",
    "site",
    "item",
    "question",
    "question_en",
    "value",
    "reason",
    "reason_en",
    "lead",
    "basis",
    "lead_only",
)


def _recorded(data: Mapping[str, Any]) -> Mapping[str, Any]:
    fields = {name: data[name] for name in AMENDABLE if name in data}
    return {"origin": {name: data[name] for name in COPIED if name in data}, "withdrawn": "", **fields}


VOCABULARY: dict[str, Setter] = {
    "finding.recorded": _recorded,
    "finding.amended": lambda data: {name: data[name] for name in AMENDABLE if name in data},
    "finding.withdrawn": lambda data: {"withdrawn": data["reason"]},
}


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of a finding.

    Attributes:
        severity: 1 (轻微) to 4 (重大).
        deadline_days: days to put it right; 0 is on the spot (即).
        due: the last day, "YYYY-MM-DD".
        due_estimated: that day is an estimate (预估).
        urgent: why a measure could not wait for the day; empty where nobody said so.
        lead_only: none of the item's departments was there: a lead to be passed on, not a finding of this team.
        withdrawn: why it no longer stands (the answer was corrected); empty while it stands.
    """

    id: str
    scope: str
    inspection: str
    site: str
    item: str
    question: str
    question_en: str
    reason: str
    reason_en: str
    lead: str
    basis: tuple[str, ...]
    severity: int
    measure: str
    deadline_days: int
    due: str
    due_estimated: bool
    note: str
    withdrawn: str
    recorded: Stamp
    conflicts: tuple[str, ...]
    urgent: str = ""
    lead_only: bool = False


def finding_id(inspection: str, item: str) -> str:
    """One finding for one item of one inspection, whoever records it."""
    return derived_id("f", inspection, item)


def due_date(found: date, deadline_days: int, calendar: Calendar, params: Mapping[str, Any]) -> Due:
    """The last day of a deadline, counted from the day after in natural or working days, as the county decided."""
    return add_days(calendar, found, deadline_days, str(params.get("deadline_days_kind") or "natural"))


def due_fields(due: Due, *, known: bool = False) -> dict[str, Any]:
    """As entry data: the day, and whether it is an estimate where that is so, or was `known` to be."""
    estimated = not due.certain
    return {"due": due.date.isoformat(), **({"due_estimated": estimated} if estimated or known else {})}


class HasDue(Protocol):
    """A finding, or a line of a list of them."""

    @property
    def due(self) -> str:
        """The last day."""

    @property
    def due_estimated(self) -> bool:
        """Whether that is an estimate."""


def show_due(found: HasDue) -> str:
    """The last day for people, marked where it is an estimate."""
    return found.due + tr("（预估）", " (estimated)") if found.due_estimated else found.due


def fold_finding(entries: Iterable[Entry]) -> tuple[Finding | None, Registers]:
    """A finding from its entries; None until it is recorded."""
    entries = list(entries)
    registers = fold(entries, VOCABULARY)
    head = registers.head("origin")
    if head is None:
        return None, registers
    origin = registers.value("origin")
    finding = Finding(
        id=head.aggregate,
        scope=head.scope,
        inspection=origin["inspection"],
        site=origin["site"],
        item=origin["item"],
        question=origin["question"],
        question_en=origin.get("question_en", ""),
        reason=origin.get("reason", ""),
        reason_en=origin.get("reason_en", ""),
        lead=origin.get("lead", ""),
        basis=tuple(origin.get("basis", ())),
        severity=registers.value("severity", 1),
        measure=registers.value("measure", ""),
        deadline_days=registers.value("deadline_days", 0),
        due=registers.value("due", ""),
        due_estimated=registers.value("due_estimated", False),
        note=registers.value("note", ""),
        withdrawn=registers.value("withdrawn", ""),
        recorded=head.time,
        conflicts=registers.conflicts(),
        urgent=registers.value("urgent", ""),
        lead_only=origin.get("lead_only", False),
    )
    return finding, registers


def record_finding(known: Registers, *, aggregate: str, scope: str, data: Mapping[str, Any]) -> list[Draft]:
    """Record a finding, or bring a known one to the present answer; none where nothing changes.

    What people amended (severity, measure, deadline, note) stays as they set it; a severity and a last day that nobody
    amended follow the rules and the calendar.
    """
    if not known.heads:
        return [Draft("finding.recorded", aggregate, scope, data)]
    now = {name: data[name] for name in COPIED if name in data}
    same = known.value("origin") == now
    registers = ["origin", "withdrawn"]
    for names in (("severity",), ("deadline_days", "due", "due_estimated")):
        untouched = all(
            head.entry.type == "finding.recorded" for name in names for head in known.heads.get(name, ())
        )
        moved = {name: data[name] for name in names if name in data and known.value(name) != data[name]}
        if untouched and moved:
            now, same = now | moved, False
            registers += moved
    if same and not known.value("withdrawn") and not known.conflict("withdrawn"):
        return []
    return [Draft("finding.recorded", aggregate, scope, now, known.seen(*registers))]


def withdraw_finding(known: Registers, *, aggregate: str, scope: str, reason: str) -> list[Draft]:
    """Withdraw a finding that no longer stands; none where there is none."""
    if not known.heads or (known.value("withdrawn") and not known.conflict("withdrawn")):
        return []
    return [Draft("finding.withdrawn", aggregate, scope, {"reason": reason}, known.seen("withdrawn"))]


def amend_finding(known: Registers, *, aggregate: str, scope: str, fields: Mapping[str, Any]) -> list[Draft]:
    """Change severity, measure, deadline or note; none where nothing changes."""
    changed = {
        name: value
        for name, value in fields.items()
        if name in AMENDABLE and (known.value(name) != value or known.conflict(name))
    }
    if not changed:
        return []
    return [Draft("finding.amended", aggregate, scope, changed, known.seen(*changed))]
