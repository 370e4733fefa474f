"""The tables of the device: the journal, what is known of the centre, and the projections that can be rebuilt."""

from typing import TYPE_CHECKING

from inspector.store.engine import immediate
from inspector.store.schema_campaign import CAMPAIGN, CAMPAIGN_TABLES
from inspector.store.schema_figures import FIGURES, FIGURES_TABLES
from inspector.store.schema_papers import PAPER_TABLES, PAPERS
from inspector.store.schema_planning import PLANNING, PLANNING_TABLES
from inspector.store.schema_proofs import PROOFS
from inspector.store.schema_rectification import RECTIFICATION, RECTIFICATION_TABLES

if TYPE_CHECKING:
    from sqlite_utils.db import Database

SCHEMA_VERSION = 4

JOURNAL = """
CREATE TABLE entry (
  device TEXT NOT NULL, seq INTEGER NOT NULL, type TEXT NOT NULL, aggregate TEXT NOT NULL, scope TEXT NOT NULL,
  header BLOB NOT NULL, body BLOB,
  PRIMARY KEY (device, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX entry_aggregate ON entry (aggregate);
CREATE TABLE own_log (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL, frontier BLOB NOT NULL) STRICT;
CREATE TABLE receipt (
  size INTEGER PRIMARY KEY, root BLOB NOT NULL, device_signature BLOB NOT NULL, centre TEXT NOT NULL,
  time INTEGER NOT NULL, cosignature BLOB NOT NULL
) STRICT;
CREATE TABLE rival (
  device TEXT NOT NULL, seq INTEGER NOT NULL, header BLOB NOT NULL, body BLOB, PRIMARY KEY (device, seq, header)
) STRICT;
CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE blob (sha256 TEXT PRIMARY KEY, bytes INTEGER NOT NULL) STRICT;
CREATE TABLE photo_sent (sha256 TEXT PRIMARY KEY) STRICT;
CREATE TABLE photo_parked (sha256 TEXT PRIMARY KEY, direction TEXT NOT NULL, reason TEXT NOT NULL) STRICT;
CREATE TABLE quarantined (seq INTEGER PRIMARY KEY, reason TEXT NOT NULL) STRICT;
"""
"""`rival`: a second, different entry under a name that is taken. Kept as evidence, never shown as fact."""

PROJECTIONS = """
CREATE TABLE site (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
  scope TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, address TEXT NOT NULL,
  category TEXT NOT NULL, quadrant TEXT NOT NULL,
  status TEXT NOT NULL, origin TEXT NOT NULL,
  conflicts INTEGER NOT NULL, facts TEXT NOT NULL
) STRICT;
CREATE INDEX site_scope ON site (scope, name);
CREATE VIRTUAL TABLE site_search USING fts5 (
  characters, syllables, initials, content='', contentless_delete=1, tokenize='unicode61'
);
CREATE TABLE grid (
  id TEXT PRIMARY KEY, code TEXT NOT NULL, name TEXT NOT NULL, lead_unit TEXT NOT NULL, lead_person TEXT NOT NULL,
  phone TEXT NOT NULL
) STRICT;
CREATE TABLE officer (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, department TEXT NOT NULL, certificate TEXT NOT NULL,
  certificate_until TEXT NOT NULL, standing TEXT NOT NULL
) STRICT;
CREATE TABLE form (
  sha256 TEXT NOT NULL, device TEXT NOT NULL, kind TEXT NOT NULL, code TEXT NOT NULL, version TEXT NOT NULL,
  text TEXT NOT NULL, PRIMARY KEY (sha256, device)
) STRICT;
CREATE TABLE assignment (id TEXT PRIMARY KEY, grid TEXT NOT NULL, site_kind TEXT NOT NULL, pack TEXT NOT NULL) STRICT;
CREATE TABLE patrol (
  id TEXT PRIMARY KEY, occasion TEXT NOT NULL, officers TEXT NOT NULL, helpers TEXT NOT NULL,
  started INTEGER NOT NULL, device TEXT NOT NULL, ended INTEGER NOT NULL
) STRICT;
CREATE TABLE inspection (
  id TEXT PRIMARY KEY, scope TEXT NOT NULL, site TEXT NOT NULL, pack TEXT NOT NULL, status TEXT NOT NULL,
  patrol TEXT NOT NULL, started INTEGER NOT NULL, concluded INTEGER, answered INTEGER NOT NULL,
  photos INTEGER NOT NULL, conflicts INTEGER NOT NULL, device TEXT NOT NULL, officers TEXT NOT NULL
) STRICT;
CREATE INDEX inspection_site ON inspection (site, started);
CREATE TABLE finding (
  id TEXT PRIMARY KEY, scope TEXT NOT NULL, inspection TEXT NOT NULL, site TEXT NOT NULL, item TEXT NOT NULL,
  question TEXT NOT NULL, question_en TEXT NOT NULL, reason TEXT NOT NULL, reason_en TEXT NOT NULL,
  severity INTEGER NOT NULL, measure TEXT NOT NULL, deadline_days INTEGER NOT NULL, due TEXT NOT NULL,
  lead TEXT NOT NULL, note TEXT NOT NULL, withdrawn TEXT NOT NULL, recorded INTEGER NOT NULL,
  conflicts INTEGER NOT NULL
) STRICT;
CREATE INDEX finding_inspection ON finding (inspection, withdrawn);
CREATE INDEX finding_site ON finding (site, withdrawn);
CREATE TABLE photo (
  sha256 TEXT NOT NULL, inspection TEXT NOT NULL, item TEXT NOT NULL, scope TEXT NOT NULL, name TEXT NOT NULL,
  bytes INTEGER NOT NULL, device TEXT NOT NULL, facts TEXT NOT NULL, PRIMARY KEY (sha256, inspection)
) STRICT;
CREATE INDEX photo_inspection ON photo (inspection);
"""

PROJECTION_TABLES = (
    "site", "grid", "officer", "form", "assignment", "patrol", "inspection", "finding", "photo",
    *RECTIFICATION_TABLES, *PAPER_TABLES, *PLANNING_TABLES, *FIGURES_TABLES, *CAMPAIGN_TABLES,
)  # fmt: skip


def migrate(database: "Database") -> None:
    """Bring a database to `SCHEMA_VERSION`, one migration a transaction. Needed when made, and after an upgrade."""
    from sqlite_utils.migrations import Migrations

    migrations = Migrations("device")

    @migrations()
    def m0001_journal_and_projections(db: "Database") -> None:
        _run(db, JOURNAL, PROJECTIONS)

    @migrations()
    def m0002_estimated_deadlines(db: "Database") -> None:
        db.conn.execute("ALTER TABLE finding ADD COLUMN due_estimated INTEGER NOT NULL DEFAULT 0")

    @migrations()
    def m0003_rectification_papers_plans(db: "Database") -> None:
        _run(db, RECTIFICATION, PAPERS, PLANNING)

    @migrations()
    def m0004_proofs_figures_campaign(db: "Database") -> None:
        _run(db, PROOFS, FIGURES, CAMPAIGN)

    migrations.apply(database)
    database.conn.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _run(database: "Database", *scripts: str) -> None:
    for script in scripts:
        for statement in script.split(";"):
            if statement.strip():
                database.conn.execute(statement)


def upgrade(database: "Database") -> None:
    """Bring the database of an earlier program to `SCHEMA_VERSION`, and close it. Of two programs one waits and then
    finds it done."""
    with immediate(database.conn):
        if database.conn.execute("PRAGMA user_version").fetchone()[0] < SCHEMA_VERSION:
            migrate(database)
    database.close()
