"""Read tables of the county's figures: what was known on each day of sites and of items, and what schools answered.

Each row of the two histories holds from the day `first` until before the day `until` ("9999-12-31": still), so that the
state of any day is one query.
"""

FIGURES = """
CREATE INDEX patrol_started ON patrol (started);
ALTER TABLE inspection ADD COLUMN helpers TEXT NOT NULL DEFAULT '[]';
CREATE INDEX inspection_patrol ON inspection (patrol, scope);
CREATE INDEX paper_served ON paper (served);
CREATE TABLE site_history (
  id TEXT NOT NULL, first TEXT NOT NULL, until TEXT NOT NULL, scope TEXT NOT NULL, kind TEXT NOT NULL,
  class TEXT NOT NULL, quadrant TEXT NOT NULL, registration TEXT NOT NULL, status TEXT NOT NULL,
  stage TEXT NOT NULL, students INTEGER, estimated INTEGER NOT NULL, permit_until TEXT NOT NULL,
  PRIMARY KEY (id, first)
) STRICT, WITHOUT ROWID;
CREATE INDEX site_history_first ON site_history (first);
CREATE TABLE item_history (
  id TEXT NOT NULL, place INTEGER NOT NULL, first TEXT NOT NULL, until TEXT NOT NULL, action TEXT NOT NULL,
  state TEXT NOT NULL, scope TEXT NOT NULL, site TEXT NOT NULL, inspection TEXT NOT NULL, item TEXT NOT NULL,
  lead TEXT NOT NULL, severity INTEGER NOT NULL, stood TEXT NOT NULL, due TEXT NOT NULL, noticed INTEGER NOT NULL,
  spot INTEGER NOT NULL, done TEXT NOT NULL, in_time INTEGER NOT NULL, department TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (id, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_history_stood ON item_history (stood, until);
CREATE INDEX item_history_due ON item_history (due, noticed);
CREATE INDEX item_history_until ON item_history (until, state);
CREATE INDEX item_history_step ON item_history (first, action);
CREATE INDEX item_history_done ON item_history (item, done);
CREATE TABLE indicator_answer (
  id TEXT NOT NULL, item TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (id, item)
) STRICT, WITHOUT ROWID;
CREATE TABLE response_count (
  id TEXT NOT NULL, form TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (id, form)
) STRICT, WITHOUT ROWID;
CREATE TABLE frozen_report (
  id TEXT PRIMARY KEY, sha256 TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL, grid TEXT NOT NULL,
  recorded INTEGER NOT NULL, device TEXT NOT NULL, actor TEXT NOT NULL
) STRICT
"""
"""`item_history`: `stood` is the day on which the finding stood ("" while it is a draft), `done` the day since when it is put
right ("" while it is not), `noticed` whether a served paper set `due`, `spot` whether it was put right on the spot."""
FIGURES_TABLES: tuple[str, ...] = (
    "site_history",
    "item_history",
    "indicator_answer",
    "response_count",
    "frozen_report",
)
