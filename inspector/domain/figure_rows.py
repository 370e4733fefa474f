"""The rows that figures are counted over. `store.figures` reads them, one at a time; `keys_of` says to which parts one belongs."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from inspector.domain.figure_history import CLOSED, DONE
from inspector.domain.lifecycle import DRAFT, DUE, MERGED, SETTLED, VOIDED

READS = ("sites", "changes", "visits", "turns", "found", "due", "open", "steps", "put_right", "papers", "tips",
         "schools", "responses", "activities", "grids", "people")  # fmt: skip
"""What is read, each by the function of that name in `store.figures`, and the row class that it gives."""
SUBJECT, NON_SUBJECT = "subject", "non_subject"
_GONE = ("closed", "transformed")


class SiteRow(NamedTuple):
    """A site as it was known at the end of the last day."""

    site: str
    scope: str
    kind: str
    recorded_class: str
    quadrant: str
    registration: str
    status: str
    stage: str
    students: int | None
    estimated: bool
    permit_until: str
    on: str

    @property
    def id(self) -> str:
        """The record behind it."""
        return self.site

    @property
    def running(self) -> bool:
        """在营: everything that is not recorded as closed."""
        return self.status != "closed"

    @property
    def cls(self) -> str:
        """Its class; one that is recorded as transformed and still has a subject's category is of no class."""
        if self.status == "transformed" and self.recorded_class == SUBJECT:
            return "unknown"
        return self.recorded_class

    @property
    def expired(self) -> bool:
        """Its permit's last day has passed."""
        return bool(self.permit_until) and self.permit_until < self.on

    def keys_of(self, dimension: str) -> tuple[str, ...]:
        """Its parts."""
        if dimension == "grid":
            return (self.scope,)
        if dimension == "quadrant":
            return (self.quadrant,)
        if dimension == "stage":
            return (self.stage,)
        return (self.kind,)


class ChangeRow(NamedTuple):
    """What became of a training site from one state to the next, `day` being the day on which that was recorded.

    `now`: the status at the end of the last day, so that what was taken back meanwhile counts for nothing.
    """

    site: str
    scope: str
    day: str
    class_before: str
    quadrant_before: str
    status_before: str
    class_after: str
    status_after: str
    class_now: str
    status_now: str

    @property
    def id(self) -> str:
        """The record behind it."""
        return self.site

    @property
    def ended(self) -> bool:
        """It was closed, and still is."""
        return self.status_before != "closed" and self.status_after == "closed" == self.status_now

    @property
    def left(self) -> bool:
        """An institution for subjects is none any more: closed, transformed or of another class, and still so."""
        before = self.class_before == SUBJECT and self.status_before not in _GONE
        after = self.status_after in _GONE or self.class_after == NON_SUBJECT
        return before and after and (self.status_now in _GONE or self.class_now == NON_SUBJECT)

    def keys_of(self, dimension: str) -> tuple[str, ...]:
        """Its parts."""
        return (self.scope,) if dimension == "grid" else (self.quadrant_before,)


class VisitRow(NamedTuple):
    """An inspection that was begun and not voided. `known`: its site was in operation at the end of the last day."""

    id: str
    site: str
    scope: str
    kind: str
    day: str
    days: tuple[str, ...]
    departments: tuple[str, ...]
    supervised: bool
    known: bool

    def keys_of(self, dimension: str) -> tuple[str, ...]:
        """Its parts."""
        if dimension == "grid":
            return (self.scope,)
        if dimension == "day":
            return self.days
        if dimension == "department":
            return self.departments
        return (self.kind,)


class TurnRow(NamedTuple):
    """One person on one outing: a patrol, or the visits of one day outside of any patrol."""

    id: str
    person: str
    department: str
    helper: bool
    day: str
    days: tuple[str, ...]
    grids: tuple[str, ...]

    def keys_of(self, dimension: str) -> tuple[str, ...]:
        """Its parts."""
        if dimension == "grid":
            return self.grids
        return self.days if dimension == "day" else (self.department,)


class ItemRow(NamedTuple):
    """An item, in its state at the end of the last day, or in that to which one step led (`action`)."""

    id: str
    first: str
    action: str
    state: str
    scope: str
    site: str
    inspection: str
    item: str
    lead: str
    severity: int
    stood: str
    due: str
    noticed: bool
    spot: bool
    done: str
    in_time: bool
    department: str
    value: str
    estimate: bool
    kind: str
    on: str

    @property
    def counts(self) -> bool:
        """It stands: neither a draft, nor voided, nor merged into another."""
        return bool(self.stood) and self.state not in (DRAFT, VOIDED, MERGED)

    @property
    def put_right(self) -> bool:
        """It is put right, as far as that was approved where it needs a review."""
        return self.state in DONE

    @property
    def closed(self) -> bool:
        """已销号."""
        return self.state in CLOSED

    @property
    def settled(self) -> bool:
        """Nothing is open any more."""
        return self.state in SETTLED

    @property
    def overdue(self) -> bool:
        """The last day has passed and nothing was handed in."""
        return self.state in DUE and self.noticed and bool(self.due) and self.due < self.on

    @property
    def overdue_days(self) -> int:
        """Days since the last one."""
        from datetime import date

        return (date.fromisoformat(self.on) - date.fromisoformat(self.due)).days if self.overdue else 0

    @property
    def amount(self) -> Decimal:
        """The number that was found: boards, square metres."""
        try:
            found = Decimal(self.value or "0")
        except InvalidOperation:
            return Decimal(0)
        return found if found.is_finite() and 0 < found < 10**9 else Decimal(0)

    def keys_of(self, dimension: str) -> tuple[str, ...]:
        """Its parts."""
        if dimension == "grid":
            return (self.scope,)
        if dimension == "department":
            return (self.department or self.lead,) if self.action == "transfer" else (self.lead,)
        if dimension == "module":
            return ("-".join(self.item.split("-")[:2]),)
        if dimension == "severity":
            return (str(self.severity),)
        return (self.kind,)


class PaperRow(NamedTuple):
    """A paper that was served and is not voided."""

    id: str
    site: str
    scope: str
    kind: str
    authority: str
    served: str

    def keys_of(self, dimension: str) -> tuple[str, ...]:
        """Its parts."""
        if dimension == "grid":
            return (self.scope,)
        return (self.kind,) if dimension == "paper" else (self.authority,)


class TipRow(NamedTuple):
    """A tip that is not voided.

    `fell`: its last day for the answer is among the days; `came`, `replied`: so is its receipt, its answer.
    """

    id: str
    scope: str
    channel: str
    named: bool
    told: bool
    state: str
    upheld: bool
    department: str
    came: bool
    replied: bool
    fell: bool
    in_time: bool

    def keys_of(self, dimension: str) -> tuple[str, ...]:
        """Its parts."""
        if dimension == "grid":
            return (self.scope,)
        return (self.channel,) if dimension == "channel" else (self.department,)


class SchoolRow(NamedTuple):
    """A school that was on file at the end of the last day.

    Attributes:
        stages: "primary", "junior", "senior".
        checks: indicator -> whether it was in order when it was last looked at within the days.
        numbers: item -> the number answered last within the days.
        visited, supervised: within the days, by anybody, by a school inspector.
    """

    id: str
    scope: str
    stage: str
    stages: frozenset[str]
    students: int | None
    checks: Mapping[str, bool]
    numbers: Mapping[str, int]
    visited: bool
    supervised: bool

    @property
    def compulsory(self) -> bool:
        """义务教育: it has a primary or a junior stage."""
        return bool(self.stages & {"primary", "junior"})

    def keys_of(self, dimension: str) -> tuple[str, ...]:
        """Its parts."""
        return (self.stage,) if dimension == "stage" else (self.scope,)


class ResponseRow(NamedTuple):
    """How many responses of a questionnaire an inspection has."""

    id: str
    scope: str
    form: str
    number: int

    def keys_of(self, dimension: str) -> tuple[str, ...]:
        """Its parts."""
        return (self.scope,)


class ActivityRow(NamedTuple):
    """A meeting, a training, publicity … that is not voided, by the day it took place."""

    id: str
    scope: str
    kind: str
    title: str
    day: str
    sessions: int
    people: int
    copies: int
    issues: int

    def keys_of(self, dimension: str) -> tuple[str, ...]:
        """Its parts."""
        return (self.scope,)


class GridRow(NamedTuple):
    """A grid, and whether somebody leads it."""

    id: str
    led: bool

    def keys_of(self, dimension: str) -> tuple[str, ...]:
        """Its parts."""
        return (self.id,)


class PersonRow(NamedTuple):
    """A person of the office's list."""

    id: str
    department: str
    standing: str

    def keys_of(self, dimension: str) -> tuple[str, ...]:
        """Its parts."""
        return (self.department,)
