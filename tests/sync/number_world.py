"""A centre's storage and laptops that exchange with it by calls: an exchange can be cut, held up or repeated at will."""

import shutil
from pathlib import Path
from typing import Any

from inspector.central.numbers import lease
from inspector.central.publish import Publication, publish
from inspector.central.settings import Settings
from inspector.central.storage import Storage
from inspector.domain.paper import Paper
from inspector.domain.site import fold_site, record_site
from inspector.journal.receipt import sign_checkpoint
from inspector.services import numbering, papers
from inspector.services.numbering import Wanted
from inspector.store import log, projections
from inspector.store.workspace import Store
from inspector.sync.protocol import Push, enrolment_message
from tests.workplace import PASSPHRASE, TestClock, make_store

GRID = "g-7"
AUTHORITY = {"department": "education", "name": "样例县教育体育局", "prefix": "样教体"}
KIND = "order_to_correct"
SITE = "s-1"
FACTS = {"kind": "training", "name": "样例一点", "grid": GRID}


def make_county(root: Path, laptops: int, *, block: int = 3) -> None:
    """A centre with an authority and laptops that are enrolled, prepared once to be copied."""
    storage = Storage(Settings(root / "centre", number_block=block))
    publish(storage, Publication(authorities=[AUTHORITY]))
    for number in range(laptops):
        with make_store(root / f"laptop-{number}", number) as store:
            code = storage.create_code(name="示例员", role="officer", department="教体局", scopes=[GRID])
            signature = store.key.sign(enrolment_message(code.digest, store.key.public))
            storage.enrol(digest=code.digest, public_key=store.key.public, signature=signature)
            store.set_settings(
                centre_device=storage.device_id, centre_devices=[storage.device_id], department="教体局"
            )
    storage.close()


class Desk:
    """A laptop of that county."""

    def __init__(self, path: Path, seed: int) -> None:
        self.store = Store.open(path, PASSPHRASE, clock=TestClock(seed))
        self.store.decide(
            lambda view: record_site(
                fold_site(view.entries(SITE))[1], aggregate=SITE, facts=FACTS, origin="registry"
            )
        )
        self.sent = 0
        self.cursor = ""

    def issue(self, kind: str = KIND, **more: Any) -> Paper:
        """Issue a paper."""
        given: dict[str, Any] = {
            "kind": kind,
            "word": "责改",
            "authority": "education",
            "data": {"title": "示例"},
        }
        return papers.issue(self.store, site=SITE, **{**given, **more})

    def push(self, centre: Storage, *, lost: bool = False) -> None:
        """Send what is not known to be there; of a lost answer the laptop knows nothing."""
        store = self.store
        entries = log.sealed_entries(store.connection, store.device, above=self.sent)
        if entries:
            tree = log.own_tree(store.connection)
            signature = sign_checkpoint(store.key, tree.size, tree.root())
            centre.append(Push(store.device, tree.size, signature, tuple(entries)))
            self.sent = self.sent if lost else tree.size

    def pull(self, centre: Storage, *, pages: int = 100) -> None:
        """Fetch pages, at most so many."""
        for _ in range(pages):
            page = centre.page(self.store.device, self.cursor, limit=4)
            self.store.receive(page.entries, cursor=page.cursor, scopes=page.scopes)
            self.cursor = page.cursor
            if not page.more:
                break

    def ask(self, centre: Storage, wanted: list[Wanted] | None = None) -> None:
        """Ask for numbers; also with what was wanted some time ago."""
        for one in numbering.wanted(self.store) if wanted is None else wanted:
            lease(centre, self.store.device, one.series, known=one.known, highest=one.highest)

    def sync(self, centre: Storage) -> None:
        """All of it, as a sync does."""
        self.push(centre)
        self.pull(centre)
        self.ask(centre)
        self.pull(centre)
        papers.assign_numbers(self.store)
        self.push(centre)

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """What it shows of papers."""
        names = ("authority", "number_lease", "paper", "paper_number", "paper_item")
        found = projections.dump(self.store.connection)
        return {name: found[name] for name in names}


class County:
    """Copies of a prepared county."""

    def __init__(self, template: Path, path: Path, laptops: int) -> None:
        self.path = path
        shutil.copytree(template, path)
        self.centre = Storage(Settings(path / "centre", number_block=3))
        self.desks = [Desk(path / f"laptop-{number}", number) for number in range(laptops)]

    def close(self) -> None:
        """Close all of it and remove it."""
        self.centre.close()
        for desk in self.desks:
            desk.store.close()
        shutil.rmtree(self.path)
