"""Items of rectification in real workspaces: who approves, findings that stand, and steps through the services."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from inspector.domain.office import Officer
from inspector.domain.rectification import Item
from inspector.domain.rectification_guard import Service
from inspector.domain.when import local_date
from inspector.services import inspections, lookup, people, rectification
from inspector.services.forms import Forms
from inspector.services.rectification import Act
from inspector.store import queries
from inspector.store.workspace import Store
from tests.evidence.photo_samples import encode, noise
from tests.workplace import conclude, start_inspection

DAY_MS = 86_400_000
DUTIES = ("lead", "section", "deputy", "head")


def make_approvers(store: Store) -> None:
    """A third officer, and one person for each duty (样例lead, 样例section, …)."""
    people.add_officer(store, name="样例丙", department="教体局", certificate="样例-0003")
    for duty in DUTIES:
        people.add_officer(store, name=f"样例{duty}", department="教体局", standing="helper", duty=duty)


def make_items(
    store: Store, *, address: str = "虚构路9号", items: tuple[str, ...] = ("T-LIC-01",)
) -> list[str]:
    """Findings of a new inspection that is concluded; their ids by item."""
    begun = start_inspection(store, address=address)
    for item in items:
        inspections.answer(store, Forms(store), begun.id, item, "无" if item == "T-LIC-01" else "yes")
    conclude(store, begun.id)
    found = {row.item: row.id for row in queries.findings(store.connection, inspection=begun.id)}
    return [found[item] for item in items]


def pass_days(store: Store, days: int) -> None:
    """Let days go by."""
    clock: Any = store.clock
    clock.wall += days * DAY_MS


def write_photo(folder: Path, name: str = "after.jpg") -> Path:
    """A photo as a phone's card has it; another one for each name."""
    path = folder / name
    path.write_bytes(encode(noise(120, 90)))
    return path


def who(store: Store, name: str) -> Officer:
    """A person by name or duty."""
    return lookup.officer(store, f"样例{name}")


def do(store: Store, name: str, action: str, by: str, **along: Any) -> Item:
    """A step by somebody, with a paper where it takes one."""
    service = along.pop("service", None)
    if action in ("notify", "notify_again") and service is None:
        today = local_date(store.clock.stamp())
        service = Service("w-1", "rectification_notice", today, today + timedelta(days=along.pop("days", 7)))
    act = replace(Act(action, note="已办（虚构）"), **along)
    return rectification.do(store, Forms(store), name, act, person=who(store, by), service=service)


def bring(store: Store, name: str, state: str, folder: Path) -> Item:
    """Bring an open item to "rectifying", "submitted", "review", "passed" or "closed"."""
    ways: dict[str, tuple[str, str, dict[str, Any]]] = {
        "rectifying": ("notify", "甲", {}),
        "submitted": ("submit", "甲", {}),
        "review": ("plan_review", "甲", {"on": "2026-12-31"}),
        "passed": ("pass", "丙", {"photos": (write_photo(folder, f"{name}-pass.jpg"),)}),
        "endorsed": ("endorse", "section", {}),
        "closed": ("close", "deputy", {}),
    }
    for reached, (action, by, along) in ways.items():
        item = do(store, name, action, by, **along)
        if reached == state:
            return item
    raise AssertionError(state)
