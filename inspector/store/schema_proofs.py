"""Tables of proofs: what the centre's log showed of entries that this laptop holds, kept so that a case file can be made offline;
and which bodies are destroyed for good."""

PROOFS = """
CREATE TABLE proof_bundle (
  subject TEXT PRIMARY KEY, data BLOB NOT NULL
) STRICT;
CREATE TABLE destroyed (
  device TEXT NOT NULL, seq INTEGER NOT NULL, type TEXT NOT NULL, scope TEXT NOT NULL, before INTEGER NOT NULL,
  PRIMARY KEY (device, seq, type, scope)
) STRICT, WITHOUT ROWID
"""
"""`destroyed`: entries whose bodies are never kept again, as far as they are of that type and scope and older than `before`
(ms; domain/retention.py).
`subject` is what a case file is about, "inspection/i-…"; `data` is what the centre gave, after it was checked."""
