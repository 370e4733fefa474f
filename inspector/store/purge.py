"""Letting go of what this device may no longer see: other devices' records of grids that it was taken off.

What this device recorded itself stays: unsent it is evidence, and sent it is the centre's backup.
"""

import json
from collections.abc import Iterable, Sequence

from inspector.domain.entries import COUNTY
from inspector.domain.rectification import PHOTO_TYPES
from inspector.store import projections
from inspector.store.log import Connection
from inspector.store.project_rectification import items_of

_MARKS = ", ".join("?" * len(PHOTO_TYPES))


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
        others = "FROM entry WHERE scope = ? AND aggregate = ? AND device <> ?"
        bodies = connection.execute(
            f"SELECT body {others} AND type IN ({_MARKS})", (scope, aggregate, device, *PHOTO_TYPES)
        )
        photos |= _mentioned(row[0] for row in bodies)
        connection.execute(f"DELETE {others}", (scope, aggregate, device))
        # What this device itself found in an inspection that is let go of has a line of its own, which follows it.
        aggregates |= set(items_of(connection, aggregate))
        projections.forget(connection, aggregate)
        aggregates.add(aggregate)
    return aggregates, photos


def unmentioned(connection: Connection, photos: set[str]) -> list[str]:
    """Those of these photos that no entry here names any more; they are forgotten in the running transaction."""
    if not photos:
        return []
    bodies = connection.execute(f"SELECT body FROM entry WHERE type IN ({_MARKS})", PHOTO_TYPES)  # noqa: S608
    gone = sorted(photos - _mentioned(row[0] for row in bodies))
    for sha256 in gone:
        connection.execute("DELETE FROM blob WHERE sha256 = ?", (sha256,))
    return gone


def _mentioned(bodies: Iterable[bytes | None]) -> set[str]:
    found = set()
    for body in bodies:
        name = json.loads(body)["data"].get("sha256") if body is not None else None
        if isinstance(name, str):
            found.add(name)
    return found
