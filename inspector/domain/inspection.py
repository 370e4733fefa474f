"""An inspection: who looked at which site with which checklists, what was answered, and its conclusion.

One answer, one roster row, one note, one photo is one entry, so that a cut loses nothing and a part can be
withheld later without touching the proof of the rest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from inspector.domain import boxes
from inspector.domain.entries import Entry, Ref, Stamp
from inspector.domain.registers import Registers, Setter, fold
from inspector.domain.sealing import SEAL

START, OFFICERS, CONCLUSION, VOID = "start", "officers", "conclusion", "void"
SEALED = "inspection.sealed"
_BESIDE = frozenset({SEALED, *boxes.MASKED})
"""What belongs to the record and is no part of what the conclusion covers."""
REST, PROPOSAL = "rest", "proposal"
"""How an answer came, where nobody gave it by itself: with the rest of its section, or as a proposal accepted."""


def _started(data: Mapping[str, Any]) -> Mapping[str, Any]:
    people = {"officers": data["officers"], "helpers": data.get("helpers", [])}
    return {START: data, OFFICERS: people}


VOCABULARY: dict[str, Setter] = {
    "inspection.started": _started,
    "inspection.officers_changed": lambda data: {OFFICERS: data},
    "inspection.answered": lambda data: {
        f"answer/{data['item']}": data["value"],
        f"how/{data['item']}": data.get("how", ""),
    },
    "inspection.row_recorded": lambda data: {f"row/{data['item']}/{data['row']}": data["cells"]},
    "inspection.noted": lambda data: {f"note/{data['item']}": data["text"]},
    "inspection.photo_added": lambda data: {f"photo/{data['sha256']}": data},
    "inspection.photo_withdrawn": lambda data: {f"photo/{data['sha256']}": None},
    "inspection.response_recorded": lambda data: {f"response/{data['form']}/{data['response']}": data},
    "inspection.response_withdrawn": lambda data: {f"response/{data['form']}/{data['response']}": None},
    "inspection.procedure_recorded": lambda data: {f"procedure/{data['step']}": data},
    "inspection.section_confirmed": lambda data: {f"section/{data['department']}": data},
    "inspection.concluded": lambda data: {CONCLUSION: data},
    "inspection.sealed": lambda data: {SEAL: data},
    "inspection.photo_masked": boxes.register,
    "inspection.voided": lambda data: {VOID: data},
}


@dataclass(frozen=True, slots=True)
class PackPin:
    """The exact texts that an inspection is filled with.

    Attributes:
        items: of a checklist that the pack takes in part, the codes of those items; empty where it takes all.
    """

    code: str
    version: str
    sha256: str
    items: tuple[str, ...] = ()

    def to_data(self) -> dict[str, Any]:
        """As entry data."""
        data: dict[str, Any] = {"code": self.code, "version": self.version, "sha256": self.sha256}
        return data | {"items": list(self.items)} if self.items else data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "PackPin":
        """From entry data."""
        items = tuple(str(item) for item in data.get("items", ()))
        return cls(str(data["code"]), str(data["version"]), str(data["sha256"]), items)


@dataclass(frozen=True, slots=True)
class RulePin:
    """An exact text that a conclusion was judged by. `kind` is one of `office.RULE_KINDS`."""

    kind: str
    code: str
    version: str
    sha256: str

    def to_data(self) -> dict[str, str]:
        """As entry data."""
        return {"kind": self.kind, "code": self.code, "version": self.version, "sha256": self.sha256}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "RulePin":
        """From entry data."""
        return cls(*(str(data[name]) for name in ("kind", "code", "version", "sha256")))


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of an inspection: original bytes by their SHA-256, and what the file said of itself when taken in."""

    sha256: str
    item: str
    name: str
    bytes: int
    facts: Mapping[str, Any]
    ref: Ref
    recorded: Stamp


@dataclass(frozen=True, slots=True)
class Inspection:
    """The state of an inspection.

    Attributes:
        answers: item code -> canonical value (rosters: list of rows in the order they were added).
        notes: item code -> text; "" is the inspection's own note.
        photos: in the order of their names.
        conflicts: register names whose authors did not know of each other.
        source: code of the task source; free text in entries from before there were codes.
        frequency: which inspection of the year it was, as known when it started; empty where nobody counted.
        override: why it started all the same, and over which objections; empty where nothing objected.
        procedure: step -> what was recorded of it (`inspection.procedure_recorded`).
        late: how many entries came from somebody who had not seen the conclusion; somebody has to look at them.
        entries: how many there are, but for seals and decisions on what to mask.
        how: item code -> how its answer came (`REST`, `PROPOSAL`), where nobody gave it by itself.
    """

    id: str
    scope: str
    site: str
    pack: PackPin
    checklists: tuple[PackPin, ...]
    officers: tuple[str, ...]
    helpers: tuple[str, ...]
    patrol: str
    source: str
    started: Stamp
    device: str
    answers: Mapping[str, Any]
    row_ids: Mapping[str, tuple[str, ...]]
    notes: Mapping[str, str]
    photos: tuple[Photo, ...]
    conclusion: Mapping[str, Any] | None
    concluded_at: Stamp | None
    void_reason: str
    conflicts: tuple[str, ...]
    late: int
    how: Mapping[str, str] = field(default_factory=dict)
    questionnaires: tuple[PackPin, ...] = ()
    frequency: Mapping[str, Any] = field(default_factory=dict)
    override: Mapping[str, Any] = field(default_factory=dict)
    procedure: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    entries: int = field(default=0, compare=False)

    @property
    def first_officer(self) -> str:
        """Under whose name it goes on where nobody else is named; empty without officers."""
        return self.officers[0] if self.officers else ""

    @property
    def status(self) -> str:
        """ "voided", "concluded" or "open"."""
        if self.void_reason:
            return "voided"
        return "concluded" if self.conclusion is not None else "open"

    @property
    def rules(self) -> tuple[RulePin, ...]:
        """The texts that the conclusion was judged by, each laid over those before it; empty where it names none."""
        return tuple(RulePin.from_data(pin) for pin in (self.conclusion or {}).get("rules", ()))


def _rows(registers: Registers) -> tuple[dict[str, list[Any]], dict[str, tuple[str, ...]]]:
    rows: dict[str, list[Any]] = {}
    ids: dict[str, list[str]] = {}
    for key, cells in registers.under("row").items():
        item, row = key.split("/", 1)
        if cells is not None:
            rows.setdefault(item, []).append(cells)
            ids.setdefault(item, []).append(row)
    return rows, {item: tuple(found) for item, found in ids.items()}


def _late(registers: Registers, entries: int) -> int:
    """Entries that the conclusion does not cover: recorded by somebody who had not seen it."""
    conclusion = registers.value(CONCLUSION)
    covered = conclusion.get("entries") if conclusion is not None else None
    return max(0, entries - covered - 1) if isinstance(covered, int) else 0


def photos_of(registers: Registers) -> tuple[Photo, ...]:
    """The photos that registers name, also where the inspection's start is not known here."""
    found = []
    for sha256, data in registers.under("photo").items():
        entry = registers.head(f"photo/{sha256}")
        if data is not None and entry is not None:
            found.append(
                Photo(
                    sha256,
                    data.get("item", data.get("phase", "")),
                    data["name"],
                    data["bytes"],
                    data["facts"],
                    entry.ref,
                    entry.time,
                )
            )
    return tuple(sorted(found, key=lambda photo: (photo.name, photo.sha256)))


def fold_inspection(entries: Iterable[Entry]) -> tuple[Inspection | None, Registers]:
    """An inspection from its entries, in any order; None until its start is known."""
    entries = list(entries)
    registers = fold(entries, VOCABULARY)
    first = registers.head(START)
    if first is None:
        return None, registers
    start = registers.value(START)
    # Where the body of the latest change is withheld, those who began are all that is known.
    people = registers.value(OFFICERS) or {"officers": start["officers"], "helpers": start.get("helpers", [])}
    rows, row_ids = _rows(registers)
    answers = {item: value for item, value in registers.under("answer").items() if value is not None}
    answers.update(rows)
    end = registers.head(CONCLUSION)
    count = len({entry.ref for entry in entries if entry.type not in _BESIDE})
    inspection = Inspection(
        id=first.aggregate,
        scope=first.scope,
        site=start["site"],
        pack=PackPin.from_data(start["pack"]),
        checklists=tuple(PackPin.from_data(pin) for pin in start["checklists"]),
        officers=tuple(people["officers"]),
        helpers=tuple(people["helpers"]),
        patrol=start.get("patrol", ""),
        source=start.get("source", ""),
        started=first.time,
        device=first.ref.device,
        answers=dict(sorted(answers.items())),
        row_ids=row_ids,
        notes={item: text for item, text in registers.under("note").items() if text},
        photos=photos_of(registers),
        conclusion=registers.value(CONCLUSION),
        concluded_at=end.time if end else None,
        void_reason=(registers.value(VOID) or {}).get("reason", ""),
        # Two who gave the same answer agree, however each came to it; and two confirmations of one part do not contradict
        # each other: whoever saw all of it has confirmed it. Boxes that two people drew add up.
        conflicts=tuple(
            key for key in registers.conflicts() if not key.startswith(("how/", "section/", "mask/", SEAL))
        ),
        late=_late(registers, count),
        entries=count,
        how={item: how for item, how in registers.under("how").items() if how and item in answers},
        questionnaires=tuple(PackPin.from_data(pin) for pin in start.get("questionnaires", ())),
        frequency=start.get("frequency", {}),
        override=start.get("override", {}),
        procedure=registers.under("procedure"),
    )
    return inspection, registers
