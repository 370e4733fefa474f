"""Importing the office's registry: read, compare, show, record. All or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from inspector.domain.entries import Draft
from inspector.errors import BadInput
from inspector.registry.diff import RegistryDiff, diff
from inspector.registry.plan import registry_drafts
from inspector.registry.reading import RegistryReading, read
from inspector.store import queries
from inspector.store.workspace import Store, View


@dataclass(frozen=True, slots=True)
class Import:
    """What an import found and did.

    Attributes:
        recorded: entries written; 0 for a dry run and where the file says nothing new.
        kept: conflicts that were left as they are, for want of `accept`.
    """

    reading: RegistryReading
    found: RegistryDiff
    dry_run: bool
    recorded: int
    kept: int


def import_registry(
    store: Store,
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    dry_run: bool = False,
    accept: bool = False,
    actor: str = "",
) -> Import:
    """Import a registry file, in one transaction, or (dry run) only compare it.

    Known values are never overwritten silently: what differs is listed and recorded only with `accept`.

    Raises:
        NotFound: there is no such file.
        BadInput: the file cannot be read or has errors (`problems` names sheet, row and column); nothing was imported.
    """
    reading = read(path, mapping=mapping)
    if dry_run:
        return Import(reading, _compare(store, reading), True, 0, 0)
    result: list[RegistryDiff] = []

    def decide(view: View) -> Sequence[Draft]:
        found = _compare(store, reading)
        result.append(found)
        names = {grid.name: grid.id for grid in queries.grids(view.connection)}
        source = path.name[:120]
        return registry_drafts(found, accept=accept, entries=view.entries, known_grids=names, source=source)

    recorded = store.decide(decide, actor=actor)
    found = result[0]
    kept = 0 if accept else len(found.conflicts) + len(found.grid_conflicts)
    return Import(reading, found, False, len(recorded), kept)


def _compare(store: Store, reading: RegistryReading) -> RegistryDiff:
    if not reading.sites and not reading.grids and not reading.errors:
        raise BadInput(
            "文件里没有认出点位或网格。", "No sites or grids were recognised in the file.",
            hint=("用 --map 字段=列名 指出各列，或先用 --dry-run 看认出了什么。",
                  "Name the columns with --map field=column; --dry-run shows what was recognised."),
            code="registry.empty",
        )  # fmt: skip
    grids = {
        grid.id: {
            "code": grid.code,
            "name": grid.name,
            "lead_unit": grid.lead_unit,
            "lead_person": grid.lead_person,
            "phone": grid.phone,
        }
        for grid in queries.grids(store.connection)
    }
    return diff(reading, queries.facts_of_sites(store.connection), grids)
