"""Destroying bodies in the transaction that takes the entry in which asks for it, and for ever after."""

import json
from collections.abc import Iterable

from inspector.domain.rectification import PHOTO_TYPES
from inspector.domain.retention import DESTROYED, reached_before, refs_of, types_of
from inspector.domain.shapes import well_formed
from inspector.journal.entry import SealedEntry
from inspector.store import projections
from inspector.store.log import Connection
from inspector.store.purge import unmentioned

_DOOMED = "doomed_photos"
_HERE = (
    "SELECT entry.device, entry.seq, entry.type, entry.aggregate, entry.body FROM destroyed"
    " CROSS JOIN entry ON entry.device = destroyed.device AND entry.seq = destroyed.seq"
    " WHERE entry.body IS NOT NULL AND entry.type = destroyed.type AND entry.scope = destroyed.scope"
    " AND json_extract(CAST(entry.header AS TEXT), '$.time.wall') < destroyed.before"
)


def settle(connection: Connection, entries: Iterable[SealedEntry], *, now: int) -> tuple[set[str], list[str]]:
    """Note what these entries destroy, and destroy what is here of anything that was ever destroyed, in the running
    transaction.

    An entry reaches others of its own scope and of its rule's types that are old enough, and nothing else; whether its
    author may do so, the centre has judged.

    Args:
        now: by this laptop's clock, ms since 1970 UTC.

    Returns:
        The aggregates to refresh, and photos that nothing names any more.
    """
    for sealed in entries:
        if sealed.type == DESTROYED and sealed.body is not None:
            _note(connection, sealed, now)
    rows = connection.execute(_HERE).fetchall()
    if not rows:
        return set(), []
    photos = {
        str(json.loads(bytes(body))["data"].get("sha256"))
        for _, _, kind, _, body in rows
        if kind in PHOTO_TYPES
    }
    connection.executemany(
        "UPDATE entry SET body = NULL WHERE device = ? AND seq = ?",
        [(device, seq) for device, seq, *_ in rows],
    )
    connection.executemany(
        "UPDATE rival SET body = NULL WHERE device = ? AND seq = ?",
        [(device, seq) for device, seq, *_ in rows],
    )
    aggregates = {row[3] for row in rows}
    for aggregate in aggregates:
        projections.forget(connection, aggregate)
        connection.execute("DELETE FROM setting WHERE key = ?", (f"tip_reporter/{aggregate}",))
    # The search index keeps deleted words until its parts are merged.
    connection.execute("INSERT INTO site_search (site_search) VALUES ('optimize')")
    return aggregates, unmentioned(connection, photos)


def _note(connection: Connection, sealed: SealedEntry, now: int) -> None:
    data = json.loads((sealed.body or b"").decode())["data"]
    if not well_formed(DESTROYED, data):
        return
    before = reached_before(int(sealed.fields["time"]["wall"]), now)
    connection.executemany(
        "INSERT OR IGNORE INTO destroyed (device, seq, type, scope, before) VALUES (?, ?, ?, ?, ?)",
        [(*ref, kind, sealed.scope, before) for ref in sorted(refs_of(data)) for kind in types_of(data)],
    )
