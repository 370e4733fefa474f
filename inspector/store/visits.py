"""What the guard asks of earlier visits: when this laptop recorded last, and other sites of the same enterprise."""

from inspector.domain.site_facts import normal_name
from inspector.store import log
from inspector.store.log import Connection


def newest(connection: Connection, device: str) -> int:
    """Milliseconds since 1970 of the newest thing that this laptop knows to have happened; 0 before the first.

    Its own last entry, the inspections that it began, and the centre's last receipt.
    """
    last = list(log.sealed_entries(connection, device, above=_size(connection, device) - 1))
    began = connection.execute("SELECT max(started) FROM inspection WHERE device = ?", (device,)).fetchone()[
        0
    ]
    receipt = log.last_receipt(connection, device)
    return max(
        last[-1].fields["time"]["wall"] if last else 0, began or 0, receipt.time * 1000 if receipt else 0
    )


def _size(connection: Connection, device: str) -> int:
    found = connection.execute("SELECT max(seq) FROM entry WHERE device = ?", (device,)).fetchone()[0]
    return int(found or 0)


def same_enterprise(connection: Connection, site: str, *, code: str, name: str) -> list[str]:
    """Ids of other training sites with that credit code or, as names are compared, that name; empty ones match none."""
    code, name = normal_name(code), normal_name(name)
    rows = connection.execute(
        "SELECT id, name, json_extract(facts, '$.credit_code') FROM site WHERE kind = 'training' AND id != ?"
        " ORDER BY id",
        (site,),
    )
    return [
        row[0]
        for row in rows
        if (code and normal_name(str(row[2] or "")) == code) or (name and normal_name(row[1]) == name)
    ]
