"""A report that was kept (冻结): its document, word for word, under its hash. Nothing is ever changed in it or taken back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from inspector.domain.entries import COUNTY, Draft, Entry, Stamp
from inspector.domain.ids import derived_id
from inspector.domain.registers import Registers, Setter, fold

FROZEN = "report.frozen"
VOCABULARY: dict[str, Setter] = {FROZEN: lambda data: {"report": data}}


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept report. Whether the document has that hash is for whoever can encode it to say."""

    id: str
    scope: str
    sha256: str
    first: str
    last: str
    grid: str
    recorded: Stamp
    actor: str
    device: str
    document: Mapping[str, Any] = field(repr=False)


def report_id(sha256: str) -> str:
    """The id of a report: the same figures over the same journal are the same report, whoever keeps it."""
    return derived_id("r", sha256)


def fold_report(entries: Iterable[Entry]) -> tuple[Kept | None, Registers]:
    """A kept report from its entries; None without any."""
    named = [
        entry for entry in entries
        if entry.type != FROZEN or entry.data is None or entry.aggregate == report_id(str(entry.data.get("sha256")))
    ]  # fmt: skip
    # What is kept is never replaced, whatever an entry says of that.
    registers = fold([replace(entry, replaces=()) for entry in named], VOCABULARY)
    head = registers.head("report")
    if head is None:
        return None, registers
    said = registers.value("report")
    kept = Kept(
        id=head.aggregate,
        scope=head.scope,
        sha256=said["sha256"],
        first=said["first"],
        last=said["last"],
        grid=said["grid"],
        recorded=head.time,
        actor=head.actor,
        device=head.ref.device,
        document=said["document"],
    )
    return kept, registers


def freeze(known: Registers, *, sha256: str, document: Mapping[str, Any]) -> list[Draft]:
    """Keep a report; none where it is kept."""
    if known.heads:
        return []
    data = {
        "sha256": sha256,
        "first": document["first"],
        "last": document["last"],
        "grid": document["grid"],
        "document": document,
    }
    return [Draft(FROZEN, report_id(sha256), document["grid"] or COUNTY, data)]
