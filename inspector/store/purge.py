"""Letting go of what this device may no longer see: other devices' records of grids that it was taken off.

What this device recorded itself stays: unsent it is evidence, and sent it is the centre's backup.
"""

from collections.abc import Sequence

from inspector.domain.entries import COUNTY
from inspector.store import projections
from inspector.store.log import Connection


def purge(connection: Connection, *, device: str, scopes: Sequence[str]) -> tuple[set[str], set[str]]:
    """Delete others' entries outside of these scopes, in the running transaction.

    Returns:
        The aggregates to refresh, and the hashes of photos that may have lost their last mention.
    """
    allowed = {*scopes, COUNTY}
    rows = connection.execute(
        "SELECT DISTINCT scope, aggregate FROM entry WHERE device <> ?", (device,)
    ).fetchall()
    aggregates: set[str] = set()
    photos: set[str] = set()
    for scope, aggregate in rows:
        if scope in allowed:
            continue
        found = connection.execute("SELECT sha256 FROM photo WHERE inspection = ?", (aggregate,)).fetchall()
        photos.update(row[0] for row in found)
        connection.execute(
            "DELETE FROM entry WHERE scope = ? AND aggregate = ? AND device <> ?", (scope, aggregate, device)
        )
        projections.forget(connection, aggregate)
        aggregates.add(aggregate)
    return aggregates, photos


def unmentioned(connection: Connection, photos: set[str]) -> list[str]:
    """Those of these photos that no inspection here names any more; they are forgotten in the running transaction."""
    gone = []
    for sha256 in sorted(photos):
        if connection.execute("SELECT 1 FROM photo WHERE sha256 = ?", (sha256,)).fetchone() is None:
            connection.execute("DELETE FROM blob WHERE sha256 = ?", (sha256,))
            gone.append(sha256)
    return gone
