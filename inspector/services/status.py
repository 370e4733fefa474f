"""Where this workspace stands: what is here, what waits, who is out on patrol, and since when the centre has it."""

from dataclasses import dataclass
from typing import Any

from inspector.domain.patrol import Patrol
from inspector.journal.fingerprint import fingerprint
from inspector.services.people import current_patrol
from inspector.store import log, queries
from inspector.store.queries import Pending
from inspector.store.workspace import Store


@dataclass(frozen=True, slots=True)
class Summary:
    """The state of a workspace.

    Attributes:
        centre: what enrolment told (centre_url, centre_name, officer_name, role, department) and the fingerprint of the
            centre's key; None before it.
        received_until: entries that the centre holds by its verified receipt.
        receipt_time: when it signed, seconds since 1970 UTC; None before the first.
        last_sync: what the last attempt came to, as the sync client wrote it; None before the first.
        log_alarms: how often the centre's log was not the one that this laptop had seen.
    """

    device: str
    counts: dict[str, int]
    pending: Pending
    centre: dict[str, Any] | None
    own_entries: int
    received_until: int
    receipt_time: int | None
    last_sync: dict[str, Any] | None
    patrol: Patrol | None
    open_inspections: int
    log_alarms: int


def _centre(store: Store) -> dict[str, Any] | None:
    if store.setting("centre_url") is None:
        return None
    names = ("centre_url", "centre_name", "officer_name", "role", "department")
    found = {name: store.setting(name) or "" for name in names}
    key = store.setting("centre_key")
    return {**found, "fingerprint": fingerprint(bytes.fromhex(key)) if key else ""}


def summary(store: Store) -> Summary:
    """Look, change nothing."""
    connection = store.connection
    receipt = log.last_receipt(connection, store.device)
    return Summary(
        device=store.device,
        counts=queries.counts(connection),
        pending=queries.pending(connection, store.device),
        centre=_centre(store),
        own_entries=log.own_tree(connection).size,
        received_until=receipt.size if receipt else 0,
        receipt_time=receipt.time if receipt else None,
        last_sync=store.json_setting("last_sync"),
        patrol=current_patrol(store),
        open_inspections=len(queries.inspections(connection, status="open", limit=10_000)),
        log_alarms=len(store.json_setting("log_alarms") or []),
    )
