"""Read tables computed from the journal. Each row is a function of its aggregate's entries and of nothing else.

Appending and receiving refresh the rows of the aggregates they touch; `rebuild` refreshes all of them. Both go through
`refresh`, so a rebuild gives exactly what the increments gave.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from inspector.domain.entries import Entry
from inspector.domain.finding import fold_finding
from inspector.domain.inspection import Photo, fold_inspection, photos_of
from inspector.domain.office import TEXT_KINDS, checklist_aggregate, fold_grid, fold_officer
from inspector.domain.patrol import fold_patrol
from inspector.domain.rectification import VOCABULARY as RECTIFICATION
from inspector.domain.registers import fold
from inspector.domain.shapes import well_formed
from inspector.domain.site import fold_site
from inspector.domain.site_facts import quadrant
from inspector.store.log import Connection, entries_of
from inspector.store.project_campaign import project_activity, project_task
from inspector.store.project_figures import project_answers, project_report, project_site_states
from inspector.store.project_papers import project_authority, project_leases, project_paper
from inspector.store.project_planning import forget_planning, project_plan, project_tip
from inspector.store.project_rectification import item_row, item_rows_of, known_of
from inspector.store.schema import PROJECTION_TABLES
from inspector.store.schema_campaign import CAMPAIGN_TABLES
from inspector.store.schema_figures import FIGURES_TABLES
from inspector.store.schema_papers import PAPER_TABLES
from inspector.store.search import reindex

Projector = Callable[[Connection, str, list[Entry]], None]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _put(connection: Connection, table: str, row: dict[str, Any], key: str = "id") -> None:
    columns = ", ".join(row)
    updates = ", ".join(f"{name} = excluded.{name}" for name in row if name not in key.split(", "))
    connection.execute(
        f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(row))})"  # noqa: S608 - our own names
        f" ON CONFLICT ({key}) DO UPDATE SET {updates}",
        tuple(row.values()),
    )


def _site(connection: Connection, aggregate: str, entries: list[Entry]) -> None:
    site, _ = fold_site(entries)
    if site is None:
        return
    facts = site.facts
    row = {
        "id": aggregate,
        "scope": site.scope,
        "kind": site.kind,
        "name": site.name,
        "address": str(facts.get("address", "")),
        "category": str(facts.get("category") or facts.get("stage") or ""),
        "quadrant": str(quadrant(facts).code) if site.kind == "training" else "",
        "status": str(facts.get("status", "")),
        "origin": site.origin,
        "conflicts": len(site.conflicts),
        "facts": _json(facts),
    }
    _put(connection, "site", row)
    project_site_states(connection, aggregate, entries)
    number = connection.execute("SELECT number FROM site WHERE id = ?", (aggregate,)).fetchone()[0]
    reindex(connection, number, site.name, str(facts.get("address", "")), str(facts.get("principal", "")))


def _grid(connection: Connection, aggregate: str, entries: list[Entry]) -> None:
    grid, _ = fold_grid(entries)
    if grid is not None:
        _put(
            connection,
            "grid",
            {
                "id": aggregate,
                "code": grid.code,
                "name": grid.name,
                "lead_unit": grid.lead_unit,
                "lead_person": grid.lead_person,
                "phone": grid.phone,
            },
        )


def _officer(connection: Connection, aggregate: str, entries: list[Entry]) -> None:
    officer, _ = fold_officer(entries)
    if officer is not None:
        _put(
            connection,
            "officer",
            {
                "id": aggregate,
                "name": officer.name,
                "department": officer.department,
                "certificate": officer.certificate,
                "certificate_until": officer.certificate_until,
                "standing": officer.standing,
                "duty": officer.duty,
            },
        )


def _form(connection: Connection, aggregate: str, entries: list[Entry]) -> None:
    """A text as each of its authors published it: whose word counts is for the reader to say.

    Nobody takes another's text back, so what an entry says that it replaces is not looked at. A text that was only
    handed on with an inspection (`pinned`) is nobody's decision: its row names no device.
    """
    _forget_form(connection, aggregate)
    rows: dict[str, dict[str, Any]] = {}
    for entry in sorted(entries, key=lambda one: one.ref):
        kind, _, act = entry.type.partition(".")
        data = entry.data
        if kind not in TEXT_KINDS or act != "published" or data is None or not well_formed(entry.type, data):
            continue
        if checklist_aggregate(data["sha256"]) == aggregate:
            device = "" if data.get("pinned") else entry.ref.device
            said = {name: data[name] for name in ("sha256", "code", "version", "text")}
            rows.setdefault(device, {**said, "kind": kind, "device": device})
    for row in rows.values():
        _put(connection, "form", row, key="sha256, device")


def _forget_form(connection: Connection, aggregate: str) -> None:
    if aggregate.startswith("c-"):
        first = aggregate.removeprefix("c-")
        connection.execute("DELETE FROM form WHERE sha256 >= ? AND sha256 < ?", (first, first + "g"))


def _assignment(connection: Connection, aggregate: str, entries: list[Entry]) -> None:
    from inspector.domain.office import VOCABULARY

    assignment = fold(entries, VOCABULARY).value("assignment")
    if assignment is not None:
        row = {name: assignment[name] for name in ("grid", "site_kind", "pack")}
        _put(connection, "assignment", {"id": aggregate, **row})


def _patrol(connection: Connection, aggregate: str, entries: list[Entry]) -> None:
    patrol, _ = fold_patrol(entries)
    if patrol is not None:
        row = {
            "id": aggregate,
            "occasion": patrol.occasion,
            "officers": _json(patrol.officers),
            "helpers": _json(patrol.helpers),
            "started": patrol.started.wall,
            "device": patrol.device,
            "ended": int(patrol.ended),
            "plan": patrol.plan,
        }
        _put(connection, "patrol", row)


def _inspection(connection: Connection, aggregate: str, entries: list[Entry]) -> None:
    inspection, registers = fold_inspection(entries)
    _photos(connection, aggregate, photos_of(registers), entries[0].scope)
    if inspection is None:
        return
    row = {
        "id": aggregate,
        "scope": inspection.scope,
        "site": inspection.site,
        "pack": inspection.pack.code,
        "status": inspection.status,
        "patrol": inspection.patrol,
        "started": inspection.started.wall,
        "concluded": inspection.concluded_at.wall if inspection.concluded_at else None,
        "answered": len(inspection.answers),
        "photos": len(inspection.photos),
        "conflicts": len(inspection.conflicts) + (1 if inspection.late else 0),
        "device": inspection.device,
        "officers": _json(inspection.officers),
        "helpers": _json(inspection.helpers),
    }
    project_answers(connection, inspection, registers)
    before = known_of(connection, aggregate)
    _put(connection, "inspection", row)
    # Of several conclusions each may name other findings, which the line does not show.
    several = sum(entry.type == "inspection.concluded" for entry in entries) > 1
    if several or known_of(connection, aggregate) != before:
        for item in item_rows_of(connection, aggregate):
            _put(connection, "item", item)


def _item(connection: Connection, aggregate: str, entries: list[Entry]) -> None:
    """The line of the list, and the photos of what was done since."""
    row = item_row(connection, entries)
    if row is not None:
        _put(connection, "item", row)
    _photos(connection, aggregate, photos_of(fold(entries, RECTIFICATION)), entries[0].scope)


def _photos(connection: Connection, aggregate: str, photos: Sequence[Photo], scope: str) -> None:
    """Photos have rows of their own also where the inspection's start is not here: they still have to be sent."""
    connection.execute("DELETE FROM photo WHERE inspection = ?", (aggregate,))
    for photo in photos:
        connection.execute(
            "INSERT INTO photo (sha256, inspection, item, scope, name, bytes, device, facts)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                photo.sha256,
                aggregate,
                photo.item,
                scope,
                photo.name,
                photo.bytes,
                photo.ref.device,
                _json(photo.facts),
            ),
        )


def _finding(connection: Connection, aggregate: str, entries: list[Entry]) -> None:
    finding, _ = fold_finding(entries)
    _item(connection, aggregate, entries)
    if finding is None:
        return
    names = (
        "id", "scope", "inspection", "site", "item", "question", "question_en", "reason", "reason_en",
        "severity", "measure", "deadline_days", "due", "lead", "note", "withdrawn",
    )  # fmt: skip
    row: dict[str, Any] = {name: getattr(finding, name) for name in names}
    row["due_estimated"] = int(finding.due_estimated)
    _put(
        connection, "finding", {**row, "recorded": finding.recorded.wall, "conflicts": len(finding.conflicts)}
    )


PROJECTORS: dict[str, Projector] = {
    "site": _site,
    "grid": _grid,
    "officer": _officer,
    **dict.fromkeys(TEXT_KINDS, _form),
    "assignment": _assignment,
    "patrol": _patrol,
    "inspection": _inspection,
    "finding": _finding,
    "rectification": _item,
    "authority": project_authority,
    "numbers": project_leases,
    "paper": project_paper,
    "tip": project_tip,
    "plan": project_plan,
    "activity": project_activity,
    "task": project_task,
    "report": project_report,
}


def refresh(connection: Connection, aggregates: Iterable[str]) -> None:
    """Compute the rows of these aggregates anew, in the running transaction."""
    for aggregate in sorted(set(aggregates)):
        entries = entries_of(connection, aggregate)
        kinds = {entry.type for entry in entries}
        words = {"assignment" if name == "pack.assigned" else name.split(".", 1)[0] for name in kinds}
        if "finding" in words:
            words.discard("rectification")  # its line is part of the finding's
        for kind in sorted(words):
            projector = PROJECTORS.get(kind)
            if projector is not None:
                projector(connection, aggregate, entries)


_KEYED = (
    "grid",
    "officer",
    "assignment",
    "patrol",
    "inspection",
    "finding",
    "item",
    *PAPER_TABLES,
    *CAMPAIGN_TABLES,
    *FIGURES_TABLES,
)


def forget(connection: Connection, aggregate: str) -> None:
    """Take an aggregate out of the read tables; `refresh` puts back what is still known of it."""
    for table in _KEYED:
        connection.execute(f"DELETE FROM {table} WHERE id = ?", (aggregate,))  # noqa: S608 - our own names
    connection.execute("DELETE FROM photo WHERE inspection = ?", (aggregate,))
    _forget_form(connection, aggregate)
    forget_planning(connection, aggregate)
    connection.execute(
        "DELETE FROM site_search WHERE rowid IN (SELECT number FROM site WHERE id = ?)", (aggregate,)
    )
    connection.execute("DELETE FROM site WHERE id = ?", (aggregate,))


def rebuild(connection: Connection) -> int:
    """Empty the read tables and compute all of them from the journal, in the running transaction. Aggregates done."""
    for table in PROJECTION_TABLES:
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
    connection.execute("DELETE FROM site_search")
    aggregates = [
        row[0] for row in connection.execute("SELECT DISTINCT aggregate FROM entry ORDER BY aggregate")
    ]
    refresh(connection, aggregates)
    return len(aggregates)


def dump(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every read table in a canonical order, for comparing two states."""
    tables: dict[str, list[tuple[Any, ...]]] = {}
    for table in PROJECTION_TABLES:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] != "number"]
        rows = connection.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()  # noqa: S608
        tables[table] = sorted((tuple(row) for row in rows), key=repr)
    return tables
