"""A laptop at work that is killed again and again. Run by test_kill_device.py.

    device_kills.py BASE SEED KILLS

Works on one workspace in BASE; each child is killed at a random moment and its promises are checked in the parent.
Prints one JSON document: kills, promises, faults.
"""

import functools
import json
import random
import sys
from collections.abc import Callable
from pathlib import Path

from inspector.domain import inspecting
from inspector.domain.inspection import fold_inspection
from inspector.services import inspections, lookup
from inspector.services.doctor import diagnose
from inspector.services.forms import Forms
from inspector.services.sites import add_site
from inspector.store import log
from inspector.store.workspace import Store
from tests.faults.kill_driver import kill_later
from tests.workplace import PASSPHRASE, make_store, start_inspection

LONGEST = 0.12
"""Seconds from the report that starts the clock to a child's death, at most."""
MOST_REPORTS = 8
"""Reports after the first until the clock starts, at most."""

Report = Callable[[str], None]


def _photograph(store: Store, inspection: str, data: bytes) -> str:
    sha256 = store.put_photo(data)
    state, registers = fold_inspection(store.entries(inspection))
    if state is None:
        raise AssertionError("the inspection is gone")
    found = state
    store.decide(
        lambda _: inspecting.add_photo(
            found, registers, sha256=sha256, name="p.jpg", size=len(data), item="", facts={}
        )
    )
    return sha256


def work(report: int, *, path: Path, inspection: str, seed: int) -> None:
    """Open the workspace and do what an officer does, promising each step to the parent when it is saved."""
    import os

    def tell(kind: str, value: object) -> None:
        os.write(report, (json.dumps([kind, value]) + "\n").encode())

    chance = random.Random(seed)
    with Store.open(path, PASSPHRASE) as store:
        forms = Forms(store)
        forms.of(lookup.inspection(store, inspection))
        tell("opened", 0)
        for number in range(1_000):
            if number % 5 == 3:
                tell("photo", _photograph(store, inspection, chance.randbytes(chance.randint(1, 60_000))))
            elif number % 5 == 4:
                add_site(store, address=f"虚构路{seed}号{number}")
            else:
                inspections.answer(
                    store, forms, inspection, "T-STF-01", str(chance.randint(0, 50)), note=f"{seed}-{number}"
                )
            tell("entries", log.own_tree(store.connection).size)


def fault(path: Path, entries: int, photos: set[str]) -> str:
    """What does not hold of the workspace after a kill; "" where all does."""
    with Store.open(path, PASSPHRASE) as store:
        numbers = [entry.ref.seq for entry in log.sealed_entries(store.connection, store.device)]
        if numbers != list(range(1, len(numbers) + 1)):
            return "numbers with gaps"
        if len(numbers) < entries:
            return f"{entries - len(numbers)} promised entries lost"
        named = {
            row[0]
            for row in store.connection.execute("SELECT sha256 FROM photo UNION SELECT sha256 FROM blob")
        }
        if photos - named:
            return "a promised photo is not named"
        if any(not store.blobs.has(sha256) for sha256 in named):
            return "a named photo has no file"
    return ""


def main(base: Path, seed: int, kills: int) -> dict[str, object]:
    """Kill `kills` children one after another."""
    chance = random.Random(seed)
    path = base / "ws"
    with make_store(path) as store:
        state = start_inspection(store)
        inspection = state.id
        Forms(store).of(state)  # compiled once, for all children
    entries, photos, promises, killed, faults = 0, set[str](), 0, 0, list[str]()
    for number in range(kills):
        child = functools.partial(work, path=path, inspection=inspection, seed=seed * 10_000 + number)
        lines, was_killed = kill_later(
            child, chance.random() * LONGEST, after=chance.randint(0, MOST_REPORTS)
        )
        killed += was_killed
        for line in lines:
            kind, value = json.loads(line)
            promises += kind != "opened"
            if kind == "photo":
                photos.add(value)
            elif kind == "entries":
                entries = max(entries, value)
        found = fault(path, entries, photos)
        if found:
            faults.append(f"kill {number}: {found}")
    with Store.open(path, PASSPHRASE) as store:
        problems = [problem.en for problem in diagnose(store, read_data=True).problems]
        strays = [left.name for left in path.rglob("*.tmp")]
    return {
        "seed": seed, "kills": killed, "promises": promises, "entries": entries, "photos": len(photos),
        "faults": faults, "problems": problems, "strays": strays,
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
