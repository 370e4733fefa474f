"""A small county for the screens: a workspace with cheap keys, sites, people and the shipped checklists."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from inspector.domain.entries import Stamp
from inspector.services import people, sites
from inspector.store.vault import Argon2
from inspector.store.workspace import Store

PASSPHRASE = "correct horse"
CHEAP = Argon2(memory_kib=64, iterations=1, lanes=1)
EVENING = 1_795_442_400_000
"""2026-11-23 22:00 in the county: a Monday night."""


class TestClock:
    """Time that moves a millisecond with every look; random bytes that repeat from run to run."""

    __test__ = False

    def __init__(self) -> None:
        self._ticks = itertools.count()

    def stamp(self) -> Stamp:
        """Now."""
        tick = next(self._ticks)
        return Stamp(EVENING + tick, 480, "0" * 16, 1_000 + tick)

    def random(self, size: int) -> bytes:
        """Bytes that nobody used before."""
        return next(self._ticks).to_bytes(4, "big") * (size // 4 + 1) if size < 4 else (
            next(self._ticks).to_bytes(size, "big")
        )


def make_county(path: Path) -> Store:
    """A workspace with three sites, one campus, four people."""
    store = Store.create(path, PASSPHRASE, clock=TestClock(), cost=CHEAP)
    people.add_officer(store, name="样例甲", department="教体局", certificate="样例-0001", until="2027-12-31")
    people.add_officer(store, name="样例乙", department="市监局", certificate="样例-0002")
    people.add_officer(store, name="样例丙", department="街道", standing="grid_worker")
    people.add_officer(store, name="样例丁", department="公安局", certificate="样例-0004", until="2025-01-01")
    held = {"permit_state": "held", "registration_state": "business"}
    sites.add_site(store, name="上海老盛昌样例培训", address="样例路1号", facts={**held, "category": "学科类"})
    none = {"permit_state": "none", "registration_state": "business"}
    sites.add_site(store, name="晨光样例美术", address="样例路2号", facts=none)
    sites.add_site(store, name="启明样例托管", address="样例路3号三楼")
    sites.add_site(store, name="样例第一小学", address="样例路9号", kind="campus")
    return store


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Store]:
    """The county, closed afterwards."""
    store = make_county(tmp_path / "workspace")
    yield store
    store.close()
