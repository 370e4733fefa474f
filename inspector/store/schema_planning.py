"""Read tables of planning: tips, and plans of patrols."""

PLANNING = """
CREATE TABLE tip (
  id TEXT PRIMARY KEY, scope TEXT NOT NULL, channel TEXT NOT NULL, received TEXT NOT NULL, named INTEGER NOT NULL,
  site TEXT NOT NULL, address TEXT NOT NULL, content TEXT NOT NULL, state TEXT NOT NULL, plan TEXT NOT NULL,
  department TEXT NOT NULL, officer TEXT NOT NULL, due TEXT NOT NULL, due_estimated INTEGER NOT NULL,
  outcome TEXT NOT NULL, answered TEXT NOT NULL, told INTEGER NOT NULL, inspection TEXT NOT NULL,
  device TEXT NOT NULL, conflicts INTEGER NOT NULL
) STRICT;
CREATE INDEX tip_received ON tip (received);
CREATE INDEX tip_plan ON tip (plan, site, state);
CREATE INDEX tip_site ON tip (site);
CREATE TABLE plan (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, occasion TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL,
  grids TEXT NOT NULL, site_kind TEXT NOT NULL, by_name INTEGER NOT NULL, officers TEXT NOT NULL, pack TEXT NOT NULL,
  closed INTEGER NOT NULL, device TEXT NOT NULL, conflicts INTEGER NOT NULL
) STRICT;
CREATE TABLE plan_site (plan TEXT NOT NULL, site TEXT NOT NULL, PRIMARY KEY (plan, site)) STRICT, WITHOUT ROWID;
CREATE TABLE plan_excuse (
  plan TEXT NOT NULL, site TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (plan, site)
) STRICT, WITHOUT ROWID;
ALTER TABLE patrol ADD COLUMN plan TEXT NOT NULL DEFAULT '';
CREATE INDEX site_coverage ON site (scope, kind, status, id);
CREATE INDEX inspection_coverage ON inspection (started, status, site)
"""
"""Coverage is read from the last two alone: the rows of sites are long."""
PLANNING_TABLES: tuple[str, ...] = ("tip", "plan", "plan_site", "plan_excuse")
