"""Proofs that this laptop keeps, by what a case file is about; and the hashes of entries that they are checked against."""

import json
from collections.abc import Iterable

from inspector.domain.entries import Ref
from inspector.journal.merkle import leaf_hash
from inspector.store.log import Connection


def keep_bundle(connection: Connection, subject: str, data: bytes, *, fetched: int) -> None:
    """Keep the newest proofs of a subject, in the running transaction. `fetched`: seconds since 1970 UTC."""
    connection.execute(
        "INSERT INTO proof_bundle (subject, fetched, data) VALUES (?, ?, ?)"
        " ON CONFLICT (subject) DO UPDATE SET fetched = excluded.fetched, data = excluded.data",
        (subject, fetched, data),
    )


def kept_bundle(connection: Connection, subject: str) -> tuple[int, bytes] | None:
    """When the proofs of a subject were fetched, and they; None where there are none."""
    row = connection.execute(
        "SELECT fetched, data FROM proof_bundle WHERE subject = ?", (subject,)
    ).fetchone()
    return None if row is None else (int(row[0]), bytes(row[1]))


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
