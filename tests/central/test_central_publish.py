"""What the centre publishes: once, through the same decisions as a laptop, and all or nothing."""

from pathlib import Path

import pytest

from inspector.central import publish
from inspector.central.status import status
from inspector.central.storage import Storage
from inspector.errors import BadInput, NotFound
from inspector.forms.library import shipped
from inspector.journal.verify import verify_log
from inspector.registry.reading import read
from tests.contracts.laptops import Laptop

SAMPLE = Path(__file__).parents[1] / "registry" / "data" / "registry-yuehu.xlsx"


def test_a_registry_is_published_once(centre: Storage) -> None:
    """The second time there is nothing to say; every site is in the scope of its grid, which a laptop then pulls."""
    reading = read(SAMPLE)
    assert publish.compare_registry(centre, reading).new
    first = publish.publish_registry(centre, reading, source=SAMPLE.name)
    assert first.entries > 100
    again = publish.publish_registry(centre, reading, source=SAMPLE.name)
    assert again.entries == 0
    assert again.found is not None
    assert again.found.nothing_to_do
    scopes = status(centre).scopes
    grid = next(scope for scope in scopes if scope.startswith("g-"))
    laptop = Laptop(5)
    laptop.enrol(centre, grid)
    page = centre.page(laptop.id, "")
    assert {sealed.scope for sealed in page.entries} == {"county", grid}
    assert len(page.entries) == scopes["county"] + scopes[grid]


def test_the_centres_own_log_verifies(centre: Storage) -> None:
    """What the centre publishes is a log like any other: gap-free, and its entries are canonical."""
    publish.publish_registry(centre, read(SAMPLE), source=SAMPLE.name)
    chief = Laptop(6)
    chief.enrol(centre, "*", role="supervisor")
    pages = [centre.page(chief.id, "")]
    while pages[-1].more:
        pages.append(centre.page(chief.id, pages[-1].cursor))
    entries = [sealed for page in pages for sealed in page.entries]
    ordered = sorted(entries, key=lambda sealed: sealed.ref)
    found = centre.device(centre.device_id)
    assert found is not None
    assert verify_log(ordered, device=centre.device_id).size == found.size == len(ordered)


def test_checklists_are_published_once_and_assigned(centre: Storage) -> None:
    """Each exact text once; a pack is assigned only where grid and pack are known."""
    library = shipped()
    first = publish.publish_checklists(centre, library)
    assert first.entries == len(library.checklists) + len(library.packs)
    assert publish.publish_checklists(centre, library).entries == 0
    pack = next(iter(library.packs))
    assigned = publish.assign_pack(centre, grid="county", site_kind="training", pack=pack)
    assert assigned.entries == 1
    assert publish.assign_pack(centre, grid="county", site_kind="training", pack=pack).entries == 0
    with pytest.raises(NotFound):
        publish.assign_pack(centre, grid="g-nowhere", site_kind="training", pack=pack)
    with pytest.raises(NotFound):
        publish.assign_pack(centre, grid="county", site_kind="training", pack="no-such-pack")


OFFICERS = """人员名单,,,,
姓 名,所在单位,执法证号,有效期至,身份
王示例,县教育局,ZF000001,2027年6月30日,执法人员
李样本,县市场监管局,ZF000002,长期,
赵虚构,城东街道,,,网格员
,,,,
"""


def test_officers_are_read_from_a_table(centre: Storage, tmp_path: Path) -> None:
    """A title above the header, spaces in it, blank rows and spelled dates are read; a second time nothing changes."""
    path = tmp_path / "officers.csv"
    path.write_text(OFFICERS, "utf-8-sig")
    assert publish.publish_officers_file(centre, path).entries == 3
    assert publish.publish_officers_file(centre, path).entries == 0
    with centre.known() as known:
        people = [entries[0].data for entries in known.of_types("officer.recorded").values()]
    by_name = {person["name"]: person for person in people if person is not None}
    assert by_name["王示例"]["certificate_until"] == "2027-06-30"
    assert by_name["李样本"]["standing"] == "officer"
    assert by_name["李样本"]["certificate_until"] == ""
    assert by_name["赵虚构"]["standing"] == "grid_worker"


def test_a_table_with_errors_publishes_nothing(centre: Storage, tmp_path: Path) -> None:
    """Every error is named with its row, and nobody of the table is recorded."""
    path = tmp_path / "officers.csv"
    path.write_text(OFFICERS + "孙样本,县公安局,,,执法人员\n,县公安局,ZF9,后天,领导\n", "utf-8")
    with pytest.raises(BadInput) as caught:
        publish.publish_officers_file(centre, path)
    assert len(caught.value.problems) == 4
    assert caught.value.problems[0].where.endswith("!7")
    with centre.known() as known:
        assert known.of_types("officer.recorded") == {}


def test_a_file_without_such_a_table_is_refused(centre: Storage, tmp_path: Path) -> None:
    """A file of something else is not taken for officers."""
    path = tmp_path / "officers.csv"
    path.write_text("甲,乙\n1,2\n", "utf-8")
    with pytest.raises(BadInput) as caught:
        publish.publish_officers_file(centre, path)
    assert caught.value.code == "officers.table"
