"""A centre that really serves on loopback, and laptops with real workspaces, for the tests of syncing."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from inspector.central.serve import Running, serve
from inspector.central.settings import Settings
from inspector.central.storage import Storage
from inspector.domain.entries import Draft, Ref
from inspector.store import log, projections, queries
from inspector.store.vault import Argon2
from inspector.store.workspace import Store
from inspector.sync.client import SyncClient
from inspector.sync.course import Pace
from inspector.sync.enrolment import enrol
from inspector.sync.progress import SyncReport

CHEAP = Argon2(memory_kib=64, iterations=1, lanes=1)
PASSPHRASE = "correct horse battery"
GRID = "g-7"
PIN = {"code": "示例", "version": "1", "sha256": "0" * 64}


def quick() -> Pace:
    """A pace that never really waits, with chance taken out."""
    return Pace(sleep=lambda _: None, chance=lambda: 0.0)


class Centre:
    """A centre in a folder; `with centre.serving()` it answers on a free port, the same one again next time."""

    def __init__(self, data: Path) -> None:
        self.settings = Settings(data, port=0, calls_per_minute=1_000_000, wrong_codes_per_minute=1_000)
        self.storage = Storage(self.settings)
        self.url = ""

    def code(self, *grids: str, role: str = "officer") -> str:
        """A fresh one-time code."""
        made = self.storage.create_code(name="示例员", role=role, department="教育", scopes=grids or (GRID,))
        return str(made)

    def close(self) -> None:
        self.storage.close()

    @contextmanager
    def serving(self) -> Iterator["Centre"]:
        """Serve in a thread until the end of the block."""
        ready, box = threading.Event(), []

        def on_ready(running: Running) -> None:
            box.append(running)
            ready.set()

        thread = threading.Thread(target=serve, args=(self.settings,), kwargs={"on_ready": on_ready})
        thread.start()
        try:
            assert ready.wait(20)
            self.url = box[0].address.url
            yield self
        finally:
            for running in box:
                running.stop()
            thread.join(20)

    def refs(self, device: str) -> list[Ref]:
        """The accepted entries of a device that the centre has, by number, as often as it has them."""
        import sqlalchemy as sa

        from inspector.central import tables

        with self.storage.database.read() as connection:
            query = sa.select(tables.entry.c.device, tables.entry.c.seq).where(
                tables.entry.c.device == device
            )
            return sorted(Ref(row.device, row.seq) for row in connection.execute(query))

    def photos(self) -> set[str]:
        """The photos that the centre holds, by their files, each checked against its name."""
        import hashlib

        found = set()
        for path in (self.settings.data / "photos").glob("??/*"):
            assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name
            found.add(path.name)
        return found


@contextmanager
def centre_at(data: Path) -> Iterator[Centre]:
    """A serving centre."""
    centre = Centre(data)
    try:
        with centre.serving():
            yield centre
    finally:
        centre.close()


def workspace(path: Path) -> Store:
    """A new, cheap workspace."""
    return Store.create(path, PASSPHRASE, cost=CHEAP)


def laptop(path: Path, centre: Centre, *grids: str, url: str = "") -> Store:
    """A workspace that is enrolled."""
    store = workspace(path)
    enrol(store, url or centre.url, centre.code(*grids))
    return store


def sync(store: Store, **options: Any) -> SyncReport:
    """One sync that does not really wait."""
    return SyncClient(store, pace=quick()).sync_once(**options)


def write(
    store: Store, kind: str, aggregate: str, data: Mapping[str, Any], *, scope: str = GRID, **replaces: Any
) -> Ref:
    """Append one entry."""
    draft = Draft(kind, aggregate, scope, data, tuple(replaces.get("replaces", ())))
    return store.decide(lambda _: [draft])[0]


def start(store: Store, inspection: str, *, scope: str = GRID) -> Ref:
    """Start an inspection."""
    data = {
        "site": "s-1", "pack": PIN, "checklists": [PIN], "officers": ["o-1", "o-2"], "helpers": [],
    }  # fmt: skip
    return write(store, "inspection.started", inspection, data, scope=scope)


def answer(
    store: Store, inspection: str, item: str, value: Any, *, scope: str = GRID, replaces: Any = ()
) -> Ref:
    """Answer an item."""
    data = {"item": item, "value": value}
    return write(store, "inspection.answered", inspection, data, scope=scope, replaces=replaces)


def add_photo(store: Store, inspection: str, content: bytes, *, scope: str = GRID) -> str:
    """Keep a photo and link it."""
    sha256 = store.put_photo(content)
    data = {"sha256": sha256, "name": f"{sha256[:6]}.jpg", "bytes": len(content), "item": "", "facts": {}}
    write(store, "inspection.photo_added", inspection, data, scope=scope)
    return sha256


def dump(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every projection."""
    return projections.dump(store.connection)


def pending(store: Store) -> queries.Pending:
    """What waits."""
    return queries.pending(store.connection, store.device)


def receipted(store: Store) -> int:
    """How many own entries have a receipt."""
    receipt = log.last_receipt(store.connection, store.device)
    return 0 if receipt is None else receipt.size
