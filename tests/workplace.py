"""A cheap workplace for tests: workspaces that open at once, people, a small registry, an inspection, an exchange."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from inspector.domain.entries import COUNTY, Stamp
from inspector.domain.inspecting import Team
from inspector.domain.inspection import Inspection
from inspector.domain.office import Officer
from inspector.domain.site import Site
from inspector.journal.entry import SealedEntry
from inspector.services import inspections, legality, people
from inspector.services.forms import Forms
from inspector.services.sheets import Sheet
from inspector.services.sites import add_site
from inspector.store import log
from inspector.store.vault import Argon2
from inspector.store.workspace import Store

PASSPHRASE = "correct horse"
CHEAP = Argon2(memory_kib=64, iterations=1, lanes=1)
EVENING = 1_790_000_000_000
"""2026-09-21 21:33 in the county: a Monday evening."""

REGISTRY_CSV = """机构名称,统一社会信用代码,地址,所属网格,类别
示例一点,,虚构路1号,第一网格,学科类
示例二点,,虚构路2号,第一网格,非学科类
示例三点,,虚构路3号,第二网格,学科类
"""


class TestClock:
    """A clock that stands where it is put, and bytes that repeat from run to run.

    Attributes:
        wall: what the next stamp says; each stamp is a second later than the one before.
    """

    __test__ = False

    def __init__(self, seed: int = 0, wall: int = EVENING) -> None:
        import random

        self.wall = wall
        self._monotonic = 0
        self._random = random.Random(f"device {seed}")

    def stamp(self) -> Stamp:
        self.wall += 1000
        self._monotonic += 1000
        return Stamp(wall=self.wall, tz=480, boot="0123456789abcdef", monotonic=self._monotonic)

    def random(self, size: int) -> bytes:
        return self._random.randbytes(size)


def make_store(path: Path, seed: int = 0, *, wall: int = EVENING) -> Store:
    """A workspace whose passphrase costs nothing to check; the same seed is the same device."""
    return Store.create(path, PASSPHRASE, clock=TestClock(seed, wall), cost=CHEAP)


def write_registry(path: Path) -> Path:
    """Three invented training sites in two grids, as an office's CSV."""
    path.write_text(REGISTRY_CSV, encoding="utf-8")
    return path


def make_people(store: Store) -> tuple[Officer, Officer, Officer]:
    """Two certified officers and a grid worker, all invented."""
    return (
        people.add_officer(store, name="样例甲", department="教体局", certificate="样例-0001"),
        people.add_officer(store, name="样例乙", department="公安局", certificate="样例-0002"),
        people.add_officer(store, name="样例戊", department="城东街道", standing="grid_worker"),
    )


def make_team(store: Store) -> Team:
    """Two certified officers with a helper beside them."""
    first, second, helper = make_people(store)
    return Team(officers=(first, second), helpers=(helper,))


def make_site(store: Store, address: str = "虚构路9号") -> Site:
    """A training site met on patrol."""
    return add_site(store, address=address, found="听到讲课声（虚构）")


def start_inspection(store: Store, forms: Forms | None = None, *, address: str = "虚构路9号") -> Inspection:
    """An open inspection of a training site by two certified officers."""
    return inspections.start(
        store, forms or Forms(store), site=make_site(store, address), people=make_team(store),
        source="plan", reason="虚构：多次检查",
    )  # fmt: skip


def be_told(store: Store, inspection: str) -> None:
    """Everything that is shown, told and confirmed before an inspection of an enterprise is concluded."""
    legality.tell_all(store, inspection, person="样例负责人", capacity="负责人")
    legality.confirm_all(store, Forms(store), inspection)


def conclude(store: Store, inspection: str, *, remark: str = "") -> Sheet:
    """Conclude an inspection after everything that comes before it."""
    be_told(store, inspection)
    return inspections.conclude(store, Forms(store), inspection, remark=remark)


def all_entries(store: Store) -> list[SealedEntry]:
    """Every entry of a workspace, own and received, by device and number."""
    devices = store.connection.execute("SELECT DISTINCT device FROM entry ORDER BY device").fetchall()
    return [entry for (device,) in devices for entry in log.sealed_entries(store.connection, device)]


def deliver(entries: Iterable[SealedEntry], to: Store, *, scopes: Sequence[str] = (COUNTY,)) -> int:
    """Hand entries to a workspace as one page of the centre."""
    return to.receive(entries, cursor="c", scopes=scopes)


def exchange(*stores: Store, scopes: Sequence[str] = (COUNTY,)) -> None:
    """Let every workspace have what any of them has."""
    pool = [entry for store in stores for entry in all_entries(store)]
    for store in stores:
        deliver(pool, store, scopes=scopes)


def decide(store: Store, folder: Path, values: str, version: str = "1", code: str = "county") -> None:
    """Publish parameters of the county, such as `offline_end: {value: "20:00"}`."""
    from inspector.forms.texts import read_texts
    from inspector.services.forms import publish

    path = folder / "parameters.yaml"
    text = f'parameters: {code}\nversion: "{version}"\nvalues:\n  {values}\n'
    path.write_text(text, encoding="utf-8")
    assert publish(store, read_texts([path])) == 1
