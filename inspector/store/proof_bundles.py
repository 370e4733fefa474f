"""Proofs that this laptop keeps, by what a case file is about; and the hashes of entries that they are checked against."""

import json
from collections.abc import Iterable

from inspector.domain.entries import Ref
from inspector.journal.merkle import leaf_hash
from inspector.store.log import Connection


def keep_bundle(connection: Connection, subject: str, data: bytes) -> None:
    """Keep the newest proofs of a subject, in the running transaction."""
    connection.execute(
        "INSERT INTO proof_bundle (subject, data) VALUES (?, ?)"
        " ON CONFLICT (subject) DO UPDATE SET data = excluded.data",
        (subject, data),
    )


def kept_bundle(connection: Connection, subject: str) -> bytes | None:
    """The proofs of a subject; None where there are none."""
    row = connection.execute("SELECT data FROM proof_bundle WHERE subject = ?", (subject,)).fetchone()
    return None if row is None else bytes(row[0])


def hashes_of(connection: Connection, refs: Iterable[Ref]) -> dict[Ref, bytes]:
    """The leaf hashes of those entries that are here."""
    rows = connection.execute(
        "SELECT entry.device, entry.seq, entry.header FROM json_each(?) AS wanted CROSS JOIN entry"
        " ON entry.device = wanted.value ->> 0 AND entry.seq = wanted.value ->> 1",
        (json.dumps(list(refs)),),
    )
    return {Ref(device, seq): leaf_hash(bytes(header)) for device, seq, header in rows}


def own_hashes(connection: Connection, device: str, size: int) -> list[bytes]:
    """The leaf hashes of this laptop's first entries, in order."""
    rows = connection.execute(
        "SELECT header FROM entry WHERE device = ? AND seq <= ? ORDER BY seq", (device, size)
    )
    return [leaf_hash(bytes(row[0])) for row in rows]
