"""Typed reads of the projections: frozen rows for lists and counts. No writing, no folding."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspector.domain.office import Assignment, Grid, Officer
from inspector.store.log import Connection
from inspector.store.schema import PROJECTION_TABLES
from inspector.store.search import match_expression


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A line of a site list, with what was seen there and what is open."""

    id: str
    scope: str
    kind: str
    name: str
    address: str
    category: str
    quadrant: str
    status: str
    origin: str
    conflicts: int
    grid: str
    last_inspected: int | None
    open_inspection: str
    findings: int

    @property
    def label(self) -> str:
        """The name, or the address of a place without one."""
        return self.name or self.address or self.id


@dataclass(frozen=True, slots=True)
class InspectionRow:
    """A line of an inspection list."""

    id: str
    scope: str
    site: str
    site_name: str
    pack: str
    status: str
    started: int
    concluded: int | None
    answered: int
    photos: int
    findings: int
    conflicts: int
    device: str


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A line of a finding list."""

    id: str
    scope: str
    inspection: str
    site: str
    site_name: str
    item: str
    question: str
    question_en: str
    reason: str
    reason_en: str
    severity: int
    measure: str
    deadline_days: int
    due: str
    due_estimated: bool
    lead: str
    note: str
    withdrawn: str
    recorded: int
    conflicts: int


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """A photo of an inspection and where its bytes are."""

    sha256: str
    inspection: str
    item: str
    name: str
    bytes: int
    device: str
    facts: Mapping[str, Any]
    here: bool
    sent: bool
    parked: str


@dataclass(frozen=True, slots=True)
class FormRow:
    """A checklist's or a pack's exact text."""

    sha256: str
    kind: str
    code: str
    version: str
    text: str


@dataclass(frozen=True, slots=True)
class Pending:
    """What waits to be sent or fetched."""

    entries: int
    photos_up: int
    photos_down: int
    parked: int
    quarantined: int


_SITE_COLUMNS = """
SELECT site.id, site.scope, site.kind, site.name, site.address, site.category,
  CASE WHEN ? <> '' AND site.quadrant LIKE 'licensed%' AND facts ->> 'permit_until' < ? THEN 'unclear'
    ELSE site.quadrant END,
  site.status,
  site.origin, site.conflicts, COALESCE(grid.name, ''),
  (SELECT max(started) FROM inspection WHERE inspection.site = site.id AND status <> 'voided'),
  COALESCE((SELECT id FROM inspection WHERE inspection.site = site.id AND status = 'open'
            ORDER BY started DESC LIMIT 1), ''),
  (SELECT count(*) FROM finding WHERE finding.site = site.id AND withdrawn = '')
FROM site LEFT JOIN grid ON grid.id = site.scope
"""


def sites(
    connection: Connection,
    *,
    grid: str = "",
    kind: str = "",
    search: str = "",
    today: str = "",
    limit: int = 500,
    offset: int = 0,
) -> list[SiteRow]:
    """Sites by grid and name.

    Args:
        search: characters, pinyin or initials.
        today: "YYYY-MM-DD": a permit that ended before makes the quadrant unclear, as `site_facts.quadrant` has it.
    """
    where, values = _site_filter(grid=grid, kind=kind, search=search)
    rows = connection.execute(
        f"{_SITE_COLUMNS} {where} ORDER BY grid.code, site.kind DESC, site.name, site.id LIMIT ? OFFSET ?",
        (today, today, *values, limit, offset),
    ).fetchall()
    return [SiteRow(*row) for row in rows]


def site_kind(connection: Connection, site: str) -> str:
    """Whether a site is "training" or "campus"; empty where it is not here."""
    row = connection.execute("SELECT kind FROM site WHERE id = ?", (site,)).fetchone()
    return str(row[0]) if row else ""


def count_sites(connection: Connection, *, grid: str = "", kind: str = "", search: str = "") -> int:
    """How many sites `sites` would list without a limit."""
    where, values = _site_filter(grid=grid, kind=kind, search=search)
    return int(connection.execute(f"SELECT count(*) FROM site {where}", values).fetchone()[0])  # noqa: S608


def _site_filter(*, grid: str, kind: str, search: str) -> tuple[str, tuple[Any, ...]]:
    clauses: list[str] = []
    values: list[Any] = []
    if grid:
        clauses.append("site.scope = ?")
        values.append(grid)
    if kind:
        clauses.append("site.kind = ?")
        values.append(kind)
    if search.strip():
        expression = match_expression(search)
        if expression:
            clauses.append(
                "(site.number IN (SELECT rowid FROM site_search WHERE site_search MATCH ?) OR site.id = ?)"
            )
            values.extend((expression, search.strip()))
        else:
            clauses.append("site.id = ?")
            values.append(search.strip())
    return ("WHERE " + " AND ".join(clauses) if clauses else ""), tuple(values)


def site_ids_like(connection: Connection, text: str) -> list[str]:
    """Sites whose id starts with the text, whose name is the text, or whose credit code is the text; at most 20."""
    rows = connection.execute(
        "SELECT id FROM site WHERE id = ?1 OR name = ?1 OR facts ->> 'credit_code' = ?1"
        " OR (length(?1) >= 4 AND substr(id, 1, length(?1)) = ?1) ORDER BY id LIMIT 20",
        (text,),
    ).fetchall()
    exact = [row[0] for row in rows if row[0] == text]
    return exact or [row[0] for row in rows]


def ids_like(connection: Connection, table: str, text: str) -> list[str]:
    """Ids of rows of a table ("inspection", "paper", "tip" …) that are the text or start with it (4 characters at least)."""
    if table not in PROJECTION_TABLES:
        raise ValueError(table)
    rows = connection.execute(
        f"SELECT id FROM {table} WHERE id = ?1 OR (length(?1) >= 4 AND substr(id, 1, length(?1)) = ?1)"  # noqa: S608
        " ORDER BY id LIMIT 20",
        (text,),
    ).fetchall()
    exact = [row[0] for row in rows if row[0] == text]
    return exact or [row[0] for row in rows]


def facts_of_sites(connection: Connection) -> dict[str, dict[str, Any]]:
    """Every site's facts by id."""
    return {
        row[0]: json.loads(row[1]) for row in connection.execute("SELECT id, facts FROM site ORDER BY id")
    }


def grids(connection: Connection) -> list[Grid]:
    """All grids by code."""
    rows = connection.execute(
        "SELECT id, code, name, lead_unit, lead_person, phone FROM grid ORDER BY code, name"
    )
    return [Grid(*row) for row in rows]


def officers(connection: Connection) -> list[Officer]:
    """All officers by department and name."""
    rows = connection.execute(
        "SELECT id, name, department, certificate, certificate_until, standing, duty FROM officer"
        " ORDER BY department, name, id"
    )
    return [Officer(*row) for row in rows]


def assignments(connection: Connection) -> list[Assignment]:
    """Which pack is used where."""
    rows = connection.execute("SELECT grid, site_kind, pack FROM assignment ORDER BY grid, site_kind")
    return [Assignment(*row) for row in rows]


def forms(connection: Connection, kind: str, *, devices: Sequence[str]) -> list[FormRow]:
    """The texts of a kind (`office.TEXT_KINDS`) as one of these devices published them."""
    marks = ", ".join("?" * len(devices))
    rows = connection.execute(
        "SELECT DISTINCT sha256, kind, code, version, text FROM form"  # noqa: S608 - marks
        f" WHERE kind = ? AND device IN ({marks}) ORDER BY code, version, sha256",
        (kind, *devices),
    )
    return [FormRow(*row) for row in rows]


def form(connection: Connection, sha256: str) -> FormRow | None:
    """The text with that hash, whoever published it."""
    row = connection.execute(
        "SELECT sha256, kind, code, version, text FROM form WHERE sha256 = ? ORDER BY device LIMIT 1",
        (sha256,),
    ).fetchone()
    return None if row is None else FormRow(*row)


def inspections(
    connection: Connection, *, site: str = "", status: str = "", patrol: str = "", since: int = 0, limit: int = 500
) -> list[InspectionRow]:  # fmt: skip
    """Inspections, newest first."""
    clauses, values = ["inspection.started >= ?"], [since]  # type: tuple[list[str], list[Any]]
    for column, value in (("site", site), ("status", status), ("patrol", patrol)):
        if value:
            clauses.append(f"inspection.{column} = ?")
            values.append(value)
    rows = connection.execute(
        "SELECT inspection.id, inspection.scope, inspection.site,"  # noqa: S608 - our own names
        " COALESCE(NULLIF(site.name, ''), site.address, inspection.site), pack, inspection.status, started, concluded,"
        " answered, photos, (SELECT count(*) FROM finding WHERE inspection = inspection.id AND withdrawn = ''),"
        " inspection.conflicts, device FROM inspection LEFT JOIN site ON site.id = inspection.site"
        f" WHERE {' AND '.join(clauses)} ORDER BY started DESC, inspection.id LIMIT ?",
        (*values, limit),
    ).fetchall()
    return [InspectionRow(*row) for row in rows]


def findings(
    connection: Connection,
    *,
    inspection: str = "",
    site: str = "",
    withdrawn: bool = False,
    limit: int = 500,
    offset: int = 0,
) -> list[FindingRow]:
    """Findings, the earliest deadline first; withdrawn ones only when asked for."""
    clauses: list[str] = [] if withdrawn else ["finding.withdrawn = ''"]
    values: list[Any] = []
    for column, value in (("inspection", inspection), ("site", site)):
        if value:
            clauses.append(f"finding.{column} = ?")
            values.append(value)
    where = f"WHERE {' AND '.join(clauses)}" if clauses else ""
    rows = connection.execute(
        "SELECT finding.id, finding.scope, inspection, site,"  # noqa: S608 - our own names
        " COALESCE(NULLIF(site.name, ''), site.address, finding.site), item, question, question_en, reason,"
        " reason_en, severity, measure, deadline_days, due, due_estimated, lead, note, withdrawn, recorded, finding.conflicts"
        f" FROM finding LEFT JOIN site ON site.id = finding.site {where}"
        " ORDER BY due, severity DESC, item, finding.id LIMIT ? OFFSET ?",
        (*values, limit, offset),
    ).fetchall()
    return [FindingRow(*(*row[:14], bool(row[14]), *row[15:])) for row in rows]


def finding_ids(connection: Connection, inspection: str) -> list[str]:
    """Every finding of an inspection, withdrawn ones too."""
    rows = connection.execute("SELECT id FROM finding WHERE inspection = ? ORDER BY id", (inspection,))
    return [row[0] for row in rows]


def photos(connection: Connection, inspection: str) -> list[PhotoRow]:
    """An inspection's photos by name."""
    rows = connection.execute(
        "SELECT photo.sha256, photo.inspection, item, name, photo.bytes, device, facts,"
        " blob.sha256 IS NOT NULL, photo_sent.sha256 IS NOT NULL, COALESCE(photo_parked.reason, '')"
        " FROM photo LEFT JOIN blob ON blob.sha256 = photo.sha256"
        " LEFT JOIN photo_sent ON photo_sent.sha256 = photo.sha256"
        " LEFT JOIN photo_parked ON photo_parked.sha256 = photo.sha256"
        " WHERE inspection = ? ORDER BY name, photo.sha256",
        (inspection,),
    ).fetchall()
    return [_photo(*row) for row in rows]


def _photo(*row: Any) -> PhotoRow:
    sha256, inspection, item, name, size, device, facts, here, sent, parked = row
    return PhotoRow(
        sha256, inspection, item, name, size, device, json.loads(facts), bool(here), bool(sent), parked
    )


def photos_to_send(connection: Connection, limit: int = 1000) -> list[tuple[str, int]]:
    """Hash and size of photos that are here and that the centre is not known to hold; parked ones left out."""
    rows = connection.execute(
        "SELECT DISTINCT photo.sha256, photo.bytes FROM photo JOIN blob ON blob.sha256 = photo.sha256"
        " WHERE photo.sha256 NOT IN (SELECT sha256 FROM photo_sent)"
        " AND photo.sha256 NOT IN (SELECT sha256 FROM photo_parked WHERE direction = 'up')"
        " ORDER BY photo.bytes, photo.sha256 LIMIT ?",
        (limit,),
    ).fetchall()
    return [(row[0], row[1]) for row in rows]


def photos_to_fetch(connection: Connection, limit: int = 1000) -> list[tuple[str, int]]:
    """Hash and size of photos that are named here but not here; parked ones left out."""
    rows = connection.execute(
        "SELECT DISTINCT photo.sha256, photo.bytes FROM photo"
        " WHERE photo.sha256 NOT IN (SELECT sha256 FROM blob)"
        " AND photo.sha256 NOT IN (SELECT sha256 FROM photo_parked WHERE direction = 'down')"
        " AND length(photo.sha256) = 64 AND photo.sha256 NOT GLOB '*[^0-9a-f]*'"
        " ORDER BY photo.bytes, photo.sha256 LIMIT ?",
        (limit,),
    ).fetchall()
    return [(row[0], row[1]) for row in rows]


def pending(connection: Connection, device: str) -> Pending:
    """What waits to be sent or fetched."""
    size = connection.execute(
        "SELECT COALESCE(max(seq), 0) FROM entry WHERE device = ?", (device,)
    ).fetchone()[0]
    sent = connection.execute("SELECT COALESCE(max(size), 0) FROM receipt").fetchone()[0]
    parked = connection.execute("SELECT count(*) FROM photo_parked").fetchone()[0]
    quarantined = connection.execute("SELECT count(*) FROM quarantined").fetchone()[0]
    up = len(photos_to_send(connection, 100_000))
    down = len(photos_to_fetch(connection, 100_000))
    return Pending(max(0, size - sent), up, down, parked, quarantined)


def running_patrol(connection: Connection, device: str) -> str:
    """The id of the patrol that a device is out on; empty without one."""
    row = connection.execute(
        "SELECT id FROM patrol WHERE device = ? AND ended = 0 ORDER BY started DESC, id LIMIT 1", (device,)
    ).fetchone()
    return row[0] if row else ""


def noted_photos(connection: Connection) -> list[str]:
    """Hashes of photos whose bytes should be here."""
    return [row[0] for row in connection.execute("SELECT sha256 FROM blob ORDER BY sha256")]


def counts(connection: Connection) -> dict[str, int]:
    """How many of each thing, for a status line that is read after every answer.

    Entries are left out: counting them reads an index that is as long as the history.
    """
    names: Sequence[str] = ("site", "grid", "officer", "inspection", "finding", "photo")
    return {name: int(connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]) for name in names}  # noqa: S608
