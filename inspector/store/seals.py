"""What a seal is made of: names and hashes of entries, and the photos that they name."""

import json
from collections.abc import Sequence

from inspector.domain.entries import Ref
from inspector.domain.sealing import SealedLine
from inspector.journal.merkle import leaf_hash
from inspector.store.log import Connection


def lines(connection: Connection, aggregates: Sequence[str]) -> list[SealedLine]:
    """Every entry of these aggregates that is here."""
    rows = connection.execute(
        "SELECT device, seq, header, CASE WHEN type LIKE '%.photo\\_added' ESCAPE '\\' THEN body END FROM entry"
        " WHERE aggregate IN (SELECT value FROM json_each(?))",
        (json.dumps(list(aggregates)),),
    )
    return [
        SealedLine(Ref(device, seq), leaf_hash(bytes(header)), _photo(body))
        for device, seq, header, body in rows
    ]


def _photo(body: bytes | None) -> str:
    return "" if body is None else str(json.loads(bytes(body)).get("data", {}).get("sha256", ""))


def findings_of(connection: Connection, inspection: str) -> list[str]:
    """The ids of an inspection's findings, also of those that were withdrawn."""
    rows = connection.execute("SELECT id FROM finding WHERE inspection = ? ORDER BY id", (inspection,))
    return [str(row[0]) for row in rows]


def hash_of(connection: Connection, ref: Ref) -> bytes | None:
    """The hash of an entry that is here; None where it is not."""
    row = connection.execute("SELECT header FROM entry WHERE device = ? AND seq = ?", ref).fetchone()
    return None if row is None else leaf_hash(bytes(row[0]))
