"""What the office keeps: grids, officers, checklists and which pack is used where."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from inspector.domain.entries import COUNTY, Draft, Entry
from inspector.domain.ids import derived_id
from inspector.domain.lifecycle import DUTIES
from inspector.domain.registers import Registers, Setter, fold
from inspector.domain.site_facts import normal_name
from inspector.errors import Refusal

STANDINGS = {
    "officer": ("执法人员", "certified officer"),
    "school_inspector": ("督学", "school inspector"),
    "grid_worker": ("网格员", "grid worker"),
    "helper": ("辅助人员", "helper"),
}
"""Who may write a record: only certified officers inspect an enterprise (行政处罚法 42; 国办发〔2024〕54号)."""

RULE_KINDS = ("parameters", "calendar", "register")
"""What the county decides, as texts: its parameters, its calendars, its law register."""
TEXT_KINDS = ("checklist", "pack", *RULE_KINDS)
"""The kinds of text that travel as entries, each under its own hash."""

GRID_FIELDS = ("code", "name", "lead_unit", "lead_person", "phone")
OFFICER_FIELDS = ("name", "department", "certificate", "certificate_until", "standing", "duty")


def _fields(names: Sequence[str]) -> Setter:
    def setter(data: Mapping[str, Any]) -> Mapping[str, Any]:
        return {name: data[name] for name in names if name in data}

    return setter


VOCABULARY: dict[str, Setter] = {
    "grid.recorded": _fields(GRID_FIELDS),
    "officer.recorded": _fields(OFFICER_FIELDS),
    **dict.fromkeys((f"{kind}.published" for kind in TEXT_KINDS), lambda data: {"content": data}),
    "pack.assigned": lambda data: {"assignment": data},
}


@dataclass(frozen=True, slots=True)
class Grid:
    """A grid area (网格) and who is responsible for it. Its id is the scope of everything in it."""

    id: str
    code: str
    name: str
    lead_unit: str = ""
    lead_person: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Officer:
    """A person who takes part in patrols, or who approves.

    Attributes:
        duty: what this person approves as, a code of `lifecycle.DUTIES`; empty for most.
    """

    id: str
    name: str
    department: str
    certificate: str
    certificate_until: str
    standing: str
    duty: str = ""

    def certified(self, on: date) -> bool:
        """Whether this person holds an enforcement certificate that is valid on that day."""
        if self.standing != "officer" or not self.certificate:
            return False
        return not self.certificate_until or self.certificate_until >= on.isoformat()


def grid_id(code: str, name: str) -> str:
    """The grid's id: its code where it is plain ASCII, else derived from its name."""
    plain = code.strip()
    if plain.isascii() and plain.replace("-", "").replace("_", "").isalnum():
        return f"g-{plain}"[:40]
    return derived_id("g", plain or name)


def officer_id(certificate: str, name: str, department: str) -> str:
    """The same certificate is the same officer on every laptop, however its number was typed (width, case, spaces)."""
    parts = (certificate,) if certificate.strip() else (name, department)
    return derived_id("o", *(normal_name(part) or part for part in parts))


def fold_grid(entries: Iterable[Entry]) -> tuple[Grid | None, Registers]:
    """A grid from its entries; None without any."""
    entries = list(entries)
    registers = fold(entries, VOCABULARY)
    if not registers.heads:
        return None, registers
    values = {name: registers.value(name, "") for name in GRID_FIELDS}
    return Grid(id=entries[0].aggregate, **values), registers


def fold_officer(entries: Iterable[Entry]) -> tuple[Officer | None, Registers]:
    """An officer from the entries; None without any."""
    entries = list(entries)
    registers = fold(entries, VOCABULARY)
    if not registers.heads:
        return None, registers
    values = {name: registers.value(name, "") for name in OFFICER_FIELDS}
    return Officer(id=entries[0].aggregate, **values), registers


def record_fields(kind: str, aggregate: str, fields: Mapping[str, Any], known: Registers) -> list[Draft]:
    """Drafts that bring a grid or an officer to these fields; none where nothing changes."""
    changed = {
        name: value
        for name, value in fields.items()
        if known.value(name, "") != value or known.conflict(name)
    }
    if known.heads and not changed:
        return []
    data = changed if known.heads else dict(fields)
    return [Draft(f"{kind}.recorded", aggregate, COUNTY, data, known.seen(*data))]


def record_officer(known: Registers, *, aggregate: str, fields: Mapping[str, str]) -> list[Draft]:
    """Record an officer.

    Raises:
        Refusal: no name, an unknown standing, or an officer without a certificate number.
    """
    if not fields.get("name"):
        raise Refusal("没有姓名。", "There is no name.", code="officer.name")
    standing = fields.get("standing", "")
    if standing not in STANDINGS:
        raise Refusal(
            f"不认识的身份“{standing}”。", f"Unknown standing {standing!r}.",
            hint=("可用：" + "、".join(STANDINGS), "One of: " + ", ".join(STANDINGS)), code="officer.standing",
        )  # fmt: skip
    if fields.get("duty") and fields["duty"] not in DUTIES:
        raise Refusal(
            f"不认识的职务“{fields['duty']}”。", f"Unknown duty {fields['duty']!r}.",
            hint=("可用：" + "、".join(DUTIES), "One of: " + ", ".join(DUTIES)), code="officer.duty",
        )  # fmt: skip
    if standing == "officer" and not fields.get("certificate"):
        raise Refusal(
            "执法人员必须有执法证号。", "A certified officer needs a certificate number.",
            hint=("没有执法证的人员请登记为辅助人员或网格员。", "Record people without one as helper or grid_worker."),
            code="officer.certificate",
        )  # fmt: skip
    certificate = fields.get("certificate", "")
    if certificate and len(normal_name(certificate)) < 2:
        raise Refusal(
            f"“{certificate}”不是执法证号。", f"{certificate!r} is no certificate number.",
            hint=("请按证件填写号码；没有就留空。", "Write the number as on the certificate; leave it empty without one."),
            code="officer.certificate",
        )  # fmt: skip
    return record_fields("officer", aggregate, fields, known)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Which pack is used for a kind of site in a grid. `grid` may be "county": everywhere."""

    grid: str
    site_kind: str
    pack: str


def assignment_id(grid: str, site_kind: str) -> str:
    """One assignment for each grid and kind of site and pack list."""
    return derived_id("a", grid, site_kind)


def assign_pack(known: Registers, *, grid: str, site_kind: str, pack: str) -> list[Draft]:
    """Assign a pack to a grid and a site kind; none where it already is."""
    data = {"grid": grid, "site_kind": site_kind, "pack": pack}
    if known.value("assignment") == data and not known.conflict("assignment"):
        return []
    scope = COUNTY
    return [Draft("pack.assigned", assignment_id(grid, site_kind), scope, data, known.seen("assignment"))]


def checklist_aggregate(sha256: str) -> str:
    """A published text is its own name: the same text is the same aggregate on every laptop."""
    return f"c-{sha256[:24]}"


def publish_text(
    kind: str, known: Registers, *, code: str, version: str, sha256: str, text: str, pinned: bool = False
) -> list[Draft]:
    """Put a text of one of `TEXT_KINDS` into the journal, once.

    Args:
        known: what was published of it by those whose word counts.
        pinned: it only goes along with an inspection that names it, and is nobody's decision to use it.
    """
    if known.heads:
        return []
    data: dict[str, Any] = {"code": code, "version": version, "sha256": sha256, "text": text}
    if pinned:
        data["pinned"] = True
    return [Draft(f"{kind}.published", checklist_aggregate(sha256), COUNTY, data)]
