"""Read tables of the campaign: activities, and the list of responsibilities."""

CAMPAIGN = """
CREATE TABLE activity (
  id TEXT PRIMARY KEY, scope TEXT NOT NULL, kind TEXT NOT NULL, date TEXT NOT NULL, title TEXT NOT NULL,
  topic TEXT NOT NULL, organiser TEXT NOT NULL, sessions INTEGER NOT NULL, people INTEGER NOT NULL,
  copies INTEGER NOT NULL, issues INTEGER NOT NULL, note TEXT NOT NULL, voided TEXT NOT NULL, device TEXT NOT NULL,
  conflicts INTEGER NOT NULL
) STRICT;
CREATE INDEX activity_date ON activity (date, id);
CREATE TABLE task (
  id TEXT PRIMARY KEY, grouping TEXT NOT NULL, task TEXT NOT NULL, basis TEXT NOT NULL, lead TEXT NOT NULL,
  partners TEXT NOT NULL, person TEXT NOT NULL, stage TEXT NOT NULL, start TEXT NOT NULL, due TEXT NOT NULL,
  until TEXT NOT NULL, number INTEGER NOT NULL, state TEXT NOT NULL, done TEXT NOT NULL, note TEXT NOT NULL,
  evidence TEXT NOT NULL, steps INTEGER NOT NULL, voided TEXT NOT NULL, device TEXT NOT NULL,
  conflicts INTEGER NOT NULL
) STRICT;
CREATE INDEX task_due ON task (state, due)
"""
"""`grouping` is what a task calls its group; `voided` is the reason, empty while it counts."""
CAMPAIGN_TABLES: tuple[str, ...] = ("activity", "task")
