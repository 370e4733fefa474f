"""What the centre publishes: once, through the same decisions as a laptop, and all or nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from inspector.central import publish
from inspector.central.publish import Publication
from inspector.central.status import status
from inspector.central.storage import Storage
from inspector.domain.office import Assignment
from inspector.errors import BadInput, NotFound, UsageError
from inspector.forms.library import shipped
from inspector.forms.texts import library_texts
from inspector.journal.verify import verify_log
from inspector.registry.reading import read
from tests.contracts.laptops import Laptop
from tests.workplace import write_registry

SAMPLE = Path(__file__).parents[1] / "registry" / "data" / "registry-yuehu.xlsx"


def test_a_registry_is_published_once(centre: Storage) -> None:
    """The second time there is nothing to say; every site is in the scope of its grid, which a laptop then pulls."""
    reading = read(SAMPLE)
    wanted = Publication(registry=reading, source=SAMPLE.name)
    seen = publish.preview(centre, wanted)
    assert seen.found is not None
    assert seen.found.new
    first = publish.publish(centre, wanted)
    assert first.entries == seen.entries > 100
    again = publish.publish(centre, wanted)
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
    publish.publish(centre, Publication(registry=read(SAMPLE), source=SAMPLE.name))
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
    first = publish.publish(centre, Publication(library=library))
    assert first.entries == len(library.checklists) + len(library.packs)
    assert publish.publish(centre, Publication(library=library)).entries == 0
    assert publish.publish(centre, assigning("county", "training", "night-patrol")).entries == 1
    assert publish.publish(centre, assigning("county", "training", "night-patrol")).entries == 0
    with pytest.raises(NotFound):
        publish.publish(centre, assigning("g-nowhere", "training", "night-patrol"))
    with pytest.raises(NotFound):
        publish.publish(centre, assigning("county", "training", "no-such-pack"))


def assigning(grid: str, kind: str, pack: str) -> Publication:
    return Publication(assignments=[Assignment(grid, kind, pack)])


@pytest.mark.parametrize(
    ("assignments", "error"),
    [
        ([("county", "castle", "night-patrol")], UsageError),
        ([("county", "campus", "night-patrol")], BadInput),
        ([("county", "training", "none")], NotFound),
        ([("G99", "training", "night-patrol")], NotFound),
        ([("county", "training", "night-patrol"), ("county", "training", "night-patrol")], BadInput),
    ],
)
def test_a_mistake_anywhere_publishes_nothing(
    centre: Storage, assignments: list[tuple[str, str, str]], error: type[Exception]
) -> None:
    """A faulty assignment beside a good registry, officers and checklists: the trial and the real one refuse alike."""
    wanted = Publication(
        registry=read(SAMPLE), source=SAMPLE.name, library=shipped(),
        people=[{"name": "王示例", "department": "县教育局", "certificate": "ZF1", "standing": "officer"}],
        assignments=[Assignment(*one) for one in assignments],
    )  # fmt: skip
    for way in (publish.preview, publish.publish):
        with pytest.raises(error):
            way(centre, wanted)
    with centre.known() as known:
        assert known.of_types("site.recorded", "officer.recorded", "checklist.published") == {}


def test_sites_move_into_grids_that_are_published_later(centre: Storage, tmp_path: Path) -> None:
    """A registry before its grids is no mistake for ever: with the grids, a laptop of that grid gets its sites."""
    sites, grids = write_registry(tmp_path / "sites.csv"), tmp_path / "grids.csv"
    publish.publish(centre, Publication(registry=read(sites), source="sites.csv"))
    grids.write_text("网格编码,网格名称,网格长\n01,第一网格,样例甲\n02,第二网格,样例乙\n", "utf-8")
    done = publish.publish(centre, Publication(registry=read(grids), source="grids.csv"))
    assert done.found is not None
    assert len(done.found.moved) == 3
    assert publish.publish(centre, Publication(registry=read(grids), source="grids.csv")).entries == 0
    scopes = status(centre).scopes
    assert (scopes["g-01"], scopes["g-02"]) == (2, 1)
    assert status(centre).quarantined == {}


def test_what_is_assigned_may_be_published_beside(centre: Storage) -> None:
    """Grid and pack of an assignment may come in the very same publication, the grid by its code or its name."""
    reading = read(SAMPLE)
    grid = next(one for one in reading.grids if one.code)
    wanted = Publication(
        registry=reading, source=SAMPLE.name, library=shipped(),
        assignments=[Assignment(grid.code, "training", "night-patrol"), Assignment(grid.name, "campus", "campus-homework")],
    )  # fmt: skip
    assert publish.preview(None, wanted).counts == publish.publish(centre, wanted).counts
    with centre.known() as known:
        data = [entries[0].data for entries in known.of_types("pack.assigned").values()]
    assert {(one or {})["grid"] for one in data} == {f"g-{grid.code}"}


def test_a_changed_text_under_the_same_version_is_told(centre: Storage) -> None:
    """Laptops may go on with the text that they had, so whoever publishes is told; the same text again is no matter."""
    library = shipped()
    pack = next(text for text in library_texts(library) if text.kind == "pack")
    assert publish.publish(centre, Publication(texts=[pack])).changed == ()
    assert publish.publish(centre, Publication(texts=[pack])).changed == ()
    other = replace(pack, sha256="0" * 64, text=pack.text + "# other\n")
    assert publish.preview(centre, Publication(texts=[other])).changed == (other,)


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
