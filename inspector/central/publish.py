"""What the centre tells everybody: registry, officers, checklists, assignments, as entries of its own journal.

All of it goes through the decisions that a device uses, so publishing the same thing twice changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inspector.central.storage import Known, Storage
from inspector.domain import office
from inspector.domain.entries import Draft
from inspector.domain.office import GRID_FIELDS, fold_grid, fold_officer, officer_id, record_officer
from inspector.domain.registers import fold
from inspector.domain.site import FACT, fold_site
from inspector.errors import NotFound
from inspector.forms.library import Library
from inspector.forms.texts import FormText
from inspector.registry.diff import RegistryDiff, diff
from inspector.registry.plan import registry_drafts
from inspector.registry.reading import RegistryReading


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did: entries written, and for a registry its comparison with what was known."""

    entries: int
    found: RegistryDiff | None = None


def compare_registry(storage: Storage, reading: RegistryReading) -> RegistryDiff:
    """What publishing a registry would change; nothing is changed."""
    with storage.known() as known:
        return _compare(known, reading)[0]


def publish_registry(
    storage: Storage, reading: RegistryReading, *, source: str, accept: bool = False
) -> Published:
    """Publish grids and sites, all or nothing; values that differ from known ones only where `accept`.

    Args:
        source: the file's name, as it is to be remembered.

    Raises:
        BadInput: the file has errors; nothing was published.
    """
    result: list[RegistryDiff] = []

    def decide(known: Known) -> Sequence[Draft]:
        found, grids = _compare(known, reading)
        result.append(found)
        return registry_drafts(
            found, accept=accept, entries=known.entries, known_grids=grids, source=source[:120]
        )

    written = storage.publish(decide)
    return Published(len(written), result[-1])


def _compare(known: Known, reading: RegistryReading) -> tuple[RegistryDiff, dict[str, str]]:
    sites = {}
    for aggregate, entries in known.of_types("site.recorded").items():
        registers = fold_site(entries)[1]
        sites[aggregate] = {name: value for name, value in registers.under(FACT).items() if value is not None}
    grids, names = {}, {}
    for aggregate, entries in known.of_types("grid.recorded").items():
        grid, registers = fold_grid(entries)
        if grid is not None:
            grids[aggregate] = {name: registers.value(name, "") for name in GRID_FIELDS}
            names[grid.name] = aggregate
    return diff(reading, sites, grids), names


def publish_officers(storage: Storage, people: Sequence[dict[str, str]]) -> Published:
    """Publish officers by the fields of `office.OFFICER_FIELDS`, all or nothing.

    Raises:
        Refusal: one of them has no name, an unknown standing, or no certificate number although certified.
    """

    def decide(known: Known) -> list[Draft]:
        drafts: dict[str, list[Draft]] = {}
        for fields in people:
            person = officer_id(fields.get("certificate", ""), fields["name"], fields.get("department", ""))
            registers = fold_officer(known.entries(person))[1]
            drafts[person] = record_officer(registers, aggregate=person, fields=fields)
        return [draft for found in drafts.values() for draft in found]

    return Published(len(storage.publish(decide)))


def publish_officers_file(storage: Storage, path: Path) -> Published:
    """Publish the officers of an .xlsx, .ods or .csv file.

    Raises:
        NotFound: no such file.
        BadInput: it has no such table, or errors, each with its row; nothing was published.
    """
    from inspector.central.officers_file import read_officers

    return publish_officers(storage, read_officers(path))


def publish_checklists(storage: Storage, library: Library) -> Published:
    """Publish all checklists and packs of a library, each exact text once."""

    kinds = (("checklist", library.checklists), ("pack", library.packs))
    texts = [
        FormText(kind, form.code, form.version, form.sha256, library.sources[form.sha256].decode("utf-8"))
        for kind, forms in kinds
        for form in forms.values()
    ]
    return publish_texts(storage, texts)


def publish_texts(storage: Storage, texts: Sequence[FormText]) -> Published:
    """Publish checklists and packs, each exact text once."""

    def decide(known: Known) -> list[Draft]:
        drafts: list[Draft] = []
        for found in texts:
            registers = fold(known.entries(office.checklist_aggregate(found.sha256)), office.VOCABULARY)
            drafts += office.publish_text(
                found.kind,
                registers,
                code=found.code,
                version=found.version,
                sha256=found.sha256,
                text=found.text,
            )
        return drafts

    return Published(len(storage.publish(decide)))


def assign_pack(storage: Storage, *, grid: str, site_kind: str, pack: str) -> Published:
    """Say which pack is used for a kind of site in a grid ("county": everywhere), once.

    Raises:
        NotFound: the grid or the pack was never published.
    """

    def decide(known: Known) -> list[Draft]:
        _check_assignable(known, grid, pack)
        aggregate = office.assignment_id(grid, site_kind)
        registers = fold(known.entries(aggregate), office.VOCABULARY)
        return office.assign_pack(registers, grid=grid, site_kind=site_kind, pack=pack)

    return Published(len(storage.publish(decide)))


def _check_assignable(known: Known, grid: str, pack: str) -> None:
    if grid != "county" and not known.entries(grid):
        raise NotFound(
            f"中心没有网格“{grid}”。", f"The centre has no grid {grid!r}.",
            hint=("先发布含该网格的台账。", "Publish a registry with this grid first."), code="grid.unknown",
        )  # fmt: skip
    packs = {
        str((entry.data or {}).get("code"))
        for entries in known.of_types("pack.published").values()
        for entry in entries
    }
    if pack not in packs:
        raise NotFound(
            f"中心没有发布检查包“{pack}”。", f"The centre has not published a pack {pack!r}.",
            hint=("先用 inspector central publish 发布检查表。", "Publish the checklists first."),
            code="pack.unknown",
        )  # fmt: skip
