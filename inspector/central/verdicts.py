"""Judging entries: which go to the others, and which are kept apart, with the reason."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from inspector.central.accounts import Device
from inspector.central.core import CENTRE_ROLE
from inspector.central.places import BOUND_FAMILIES, STAFF_TYPES, Place, family
from inspector.central.tables import ACCEPTED, QUARANTINED
from inspector.domain import (
    activity,
    authority,
    case,
    finding,
    inspection,
    numbers,
    office,
    paper,
    patrol,
    plan,
    rectification,
    reporting,
    responsibility,
    retention,
    site,
    tip,
)
from inspector.domain.entries import Entry, Ref
from inspector.domain.lifecycle import within_reach
from inspector.domain.rectification import DIRECTED, MOVED, PHOTO_TYPES, SETTLED_BY
from inspector.domain.registers import Setter
from inspector.domain.shapes import well_formed
from inspector.errors import BadInput
from inspector.journal.canonical import MalformedError
from inspector.journal.entry import SealedEntry, unseal

ASSIGNING_TYPES = frozenset({"pack.assigned"})
"""What tells everybody which checklists to use: for the centre and the county's administration to say."""
ASSIGNING_ROLES = frozenset({"supervisor", "admin", "centre"})
LEADING_ROLES = ASSIGNING_ROLES | {"lead"}
"""Whose laptops may change what the centre recorded of a person or a grid (others may add whom it does not know), and
approve in rectification."""
UNKNOWN_SCOPE = "scope.unknown"
LEASE_TYPE = "numbers.leased"
_PUBLISHED_TYPES = frozenset(f"{kind}.published" for kind in office.TEXT_KINDS)
_PUBLISHED_AGGREGATES = "c-"
_SETTERS: Mapping[str, Setter] = {
    **office.VOCABULARY,
    **site.VOCABULARY,
    **inspection.VOCABULARY,
    **finding.VOCABULARY,
    **rectification.VOCABULARY,
    **patrol.VOCABULARY,
    **authority.VOCABULARY,
    **numbers.VOCABULARY,
    **paper.VOCABULARY,
    **tip.VOCABULARY,
    **plan.VOCABULARY,
    **retention.VOCABULARY,
    **case.VOCABULARY,
    **activity.VOCABULARY,
    **responsibility.VOCABULARY,
    **reporting.VOCABULARY,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an entry: "accepted", or "quarantined" with a reason."""

    seq: int
    verdict: str
    reason: str


@dataclass(frozen=True, slots=True)
class Judged:
    """An entry with its verdict and, where it could be opened, what it says.

    `missing`: what it replaces and the centre does not have, each device's last.
    """

    sealed: SealedEntry
    verdict: Verdict
    entry: Entry | None
    missing: tuple[Ref, ...] = ()


class Around(Protocol):
    """What an entry is judged by besides its device and itself (`replaced.Held`)."""

    def __call__(self, ref: Ref) -> bool:
        """Whether an entry of another device, which this one replaces, is there."""

    def place(self, aggregate: str) -> Place | None:
        """Where an aggregate is."""

    def aggregate_of(self, ref: Ref) -> str | None:
        """What a replaced entry is about, if it is known."""

    def knows(self, scope: str) -> bool:
        """Whether a scope is known here."""

    def learn(self, sealed: SealedEntry) -> None:
        """An entry was accepted: those after it are judged by it as well."""


def judge(device: Device, sealed: SealedEntry, around: Around) -> Judged:
    """Whether an entry goes to the others. Whatever it is, it is kept and counted."""
    try:
        entry = unseal(sealed)
    except MalformedError:
        return Judged(sealed, Verdict(sealed.ref.seq, QUARANTINED, "body.malformed"), None)
    reason = _refused_for(device, entry, around) or _out_of_place(device, entry, around)
    missing = () if reason else _missing(entry, around)
    if missing:
        reason = "replaces.unknown"
    if not reason:
        around.learn(sealed)
    verdict = Verdict(entry.ref.seq, QUARANTINED if reason else ACCEPTED, reason)
    return Judged(sealed, verdict, entry, missing)


def _missing(entry: Entry, holds: Around) -> tuple[Ref, ...]:
    last: dict[str, Ref] = {}
    for ref in sorted(entry.replaces):
        # An entry's own device numbers it after what it replaces: the form of entries sees to that.
        if ref.device != entry.ref.device and not holds(ref):
            last[ref.device] = ref
    return tuple(last.values())


def _refused_for(device: Device, entry: Entry, around: Around) -> str:
    if not device.active:
        return f"device.{device.state}"
    if not device.may_write(entry.scope):
        return "scope.denied"
    # A cursor names every scope, so scopes must not be made up; the centre itself names only grids of the registry.
    if device.role != CENTRE_ROLE and not around.knows(entry.scope):
        return UNKNOWN_SCOPE
    if _above_role(device, entry):
        return "role.denied"
    if entry.type == LEASE_TYPE and device.role != CENTRE_ROLE and not _for_itself(device, entry):
        return "role.denied"
    published = entry.type in _PUBLISHED_TYPES
    # A published text never changes, nor does a paper that was issued: there is nothing of them to replace.
    if ((published or entry.type in paper.ONCE_TYPES) and entry.replaces) or (
        entry.aggregate.startswith(_PUBLISHED_AGGREGATES) and not published
    ):
        return "data.malformed"
    if entry.data is not None and not _foldable(entry, entry.data):
        return "data.malformed"
    return ""


def _above_role(device: Device, entry: Entry) -> bool:
    """Whether an entry is for a supervisor's laptop, or for a lead's, and this is none."""
    if entry.type in ASSIGNING_TYPES:
        return device.role not in ASSIGNING_ROLES
    data = entry.data or {}
    approves = (
        entry.type in (DIRECTED, SETTLED_BY, retention.DESTROYED, *responsibility.LEAD_TYPES)
        # By what it leads to as well: a fold takes a step's word for that.
        or (
            entry.type == MOVED
            and entry.data is not None
            and not within_reach(str(data.get("action")), str(data.get("to")))
        )
        # Who may approve is for those to say whose laptops approve.
        or (entry.type == "officer.recorded" and bool(data.get("duty")))
    )
    return approves and device.role not in LEADING_ROLES


def _for_itself(device: Device, entry: Entry) -> bool:
    """A laptop that had no centre yet noted its own numbers; nobody but the centre speaks for others."""
    return entry.data is None or entry.data.get("device") == device.id


def _out_of_place(device: Device, entry: Entry, around: Around) -> str:
    """Whether an entry reaches for what is not its device's, or for what is about something else."""
    about = {around.aggregate_of(ref) for ref in entry.replaces}
    if about - {None, entry.aggregate}:
        return "data.malformed"
    place = around.place(entry.aggregate)
    if place is None:
        return ""
    if entry.type == paper.ISSUED and place.issued:
        return "data.malformed"  # under the name of a paper that is there
    if entry.type in STAFF_TYPES and place.of_centre and device.role not in LEADING_ROLES:
        return "role.denied"
    if place.bound or family(entry.type) in BOUND_FAMILIES:
        return "" if entry.scope == place.first else "scope.aggregate"
    if family(entry.type) == "site" and entry.scope not in place.grids:
        # A site may move. Whoever moves it must be allowed at both ends.
        return "" if any(device.may_write(scope) for scope in place.grids) else "scope.aggregate"
    return ""


def _foldable(entry: Entry, data: Mapping[str, Any]) -> bool:
    """Whether the entry would not break the folds of the others. Unknown types go through: others may know them."""
    if not well_formed(entry.type, data):
        return False
    setter = _SETTERS.get(entry.type)
    try:
        if setter is not None:
            setter(data)
        if entry.type in _PUBLISHED_TYPES:
            return _says_itself(entry, data)
    except (AttributeError, KeyError, TypeError, ValueError):
        return False
    return True


def _says_itself(entry: Entry, data: Mapping[str, Any]) -> bool:
    """Whether a published text is under its own name: hash, aggregate, and what the text itself says that it is.

    Of a text that this program cannot read, as it is a newer one's, only hash and aggregate can be checked.
    """
    from inspector.forms.checklists import kind_of
    from inspector.forms.yaml_reader import read_yaml

    text = data["text"].encode("utf-8")
    sha256 = hashlib.sha256(text).hexdigest()
    if data["sha256"] != sha256 or entry.aggregate != office.checklist_aggregate(sha256):
        return False
    try:
        said = read_yaml(text, sha256)
    except BadInput:
        return True
    kind = family(entry.type)
    if kind_of(said) != kind:
        return False
    return bool((said.value[kind], said.value.get("version")) == (data["code"], data["version"]))


def named_photo(entry: Entry | None) -> str:
    """The hash of the photo that an entry names, or nothing."""
    if entry is None or entry.type not in PHOTO_TYPES or entry.data is None:
        return ""
    sha256 = entry.data.get("sha256")
    return sha256 if isinstance(sha256, str) and is_sha256(sha256) else ""


def is_sha256(text: str) -> bool:
    """Whether a text is 64 lower-case hexadecimal characters."""
    return len(text) == 2 * hashlib.sha256().digest_size and not set(text) - set("0123456789abcdef")
