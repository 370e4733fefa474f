"""Read tables of rectification: one line an item of the list.

The first index holds all that the list filters, sorts and counts by, in the order that is shown first: pages and numbers are read
from it alone (`python -m bench board`).
"""

RECTIFICATION = """
ALTER TABLE officer ADD COLUMN duty TEXT NOT NULL DEFAULT '';
CREATE TABLE item (
  id TEXT PRIMARY KEY, scope TEXT NOT NULL, inspection TEXT NOT NULL, site TEXT NOT NULL, item TEXT NOT NULL,
  lead TEXT NOT NULL, severity INTEGER NOT NULL, state TEXT NOT NULL,
  settled INTEGER NOT NULL, running INTEGER NOT NULL, due TEXT NOT NULL, due_estimated INTEGER NOT NULL,
  handler TEXT NOT NULL, priority INTEGER NOT NULL, rounds INTEGER NOT NULL, endorsed INTEGER NOT NULL,
  conflict INTEGER NOT NULL, irregular INTEGER NOT NULL, relapse_of TEXT NOT NULL, moved TEXT NOT NULL,
  closed TEXT NOT NULL, late INTEGER NOT NULL, pack TEXT NOT NULL, found INTEGER NOT NULL
) STRICT;
CREATE INDEX item_board ON item (settled, priority DESC, due, severity DESC, id, scope, state, running, conflict, lead, handler,
  item, pack, site, inspection, found, moved);
CREATE INDEX item_scope ON item (scope, settled, priority DESC, due, severity DESC, id);
CREATE INDEX item_state ON item (state, due);
CREATE INDEX item_site ON item (site, item);
CREATE INDEX item_inspection ON item (inspection)
"""
RECTIFICATION_TABLES: tuple[str, ...] = ("item",)
