"""Tables of proofs: what the centre's log showed of entries that this laptop holds, kept so that a case file can be made offline."""

PROOFS = """
CREATE TABLE proof_bundle (
  subject TEXT PRIMARY KEY, fetched INTEGER NOT NULL, data BLOB NOT NULL
) STRICT
"""
"""`subject` is what a case file is about, "inspection/i-…"; `data` is what the centre gave, after it was checked."""
