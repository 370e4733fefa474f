"""Read tables of papers: what was issued and served, and which numbers may be given. Each row's `id` is its aggregate."""

PAPERS = """
CREATE TABLE authority (
  id TEXT PRIMARY KEY, department TEXT NOT NULL, name TEXT NOT NULL, prefix TEXT NOT NULL, address TEXT NOT NULL,
  phone TEXT NOT NULL, contact TEXT NOT NULL, conflicts INTEGER NOT NULL
) STRICT;
CREATE TABLE number_lease (
  id TEXT NOT NULL, author TEXT NOT NULL, seq INTEGER NOT NULL, authority TEXT NOT NULL, year INTEGER NOT NULL,
  kind TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, device TEXT NOT NULL,
  PRIMARY KEY (id, author, seq)
) STRICT;
CREATE TABLE paper (
  id TEXT PRIMARY KEY, scope TEXT NOT NULL, kind TEXT NOT NULL, authority TEXT NOT NULL, year INTEGER NOT NULL,
  prefix TEXT NOT NULL, word TEXT NOT NULL, number INTEGER NOT NULL, provisional TEXT NOT NULL,
  site TEXT NOT NULL, inspection TEXT NOT NULL, due TEXT NOT NULL, status TEXT NOT NULL, method TEXT NOT NULL,
  served TEXT NOT NULL, voided TEXT NOT NULL, issued INTEGER NOT NULL, device TEXT NOT NULL, seq INTEGER NOT NULL,
  conflicts TEXT NOT NULL
) STRICT;
CREATE INDEX paper_site ON paper (site, issued);
CREATE INDEX paper_series ON paper (authority, year, kind, device);
CREATE TABLE paper_number (
  id TEXT NOT NULL, authority TEXT NOT NULL, year INTEGER NOT NULL, kind TEXT NOT NULL, number INTEGER NOT NULL,
  device TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (id, number)
) STRICT;
CREATE INDEX paper_number_series ON paper_number (authority, year, kind, number);
CREATE TABLE paper_item (
  id TEXT NOT NULL, item TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (id, item)
) STRICT;
CREATE INDEX paper_item_item ON paper_item (item);
"""
"""`paper_number`: every number that was ever given, by the entry that gave it; two papers with one are a conflict."""

PAPER_TABLES: tuple[str, ...] = ("authority", "number_lease", "paper", "paper_number", "paper_item")
