"""Which records name a photo."""

from inspector.store.log import Connection


def photos_like(connection: Connection, text: str) -> list[str]:
    """The photos whose SHA-256 begins so."""
    rows = connection.execute(
        "SELECT DISTINCT sha256 FROM photo WHERE substr(sha256, 1, ?) = ? ORDER BY sha256", (len(text), text)
    )
    return [row[0] for row in rows]


def photo_places(connection: Connection, sha256: str) -> list[tuple[str, str]]:
    """The inspections and items that name a photo, each with its scope."""
    rows = connection.execute(
        "SELECT inspection, scope FROM photo WHERE sha256 = ? ORDER BY inspection", (sha256,)
    )
    return [(row[0], row[1]) for row in rows]
