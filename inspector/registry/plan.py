"""From a comparison to drafts: what an import records. Pure; the device and the centre both import through it."""

from collections.abc import Callable, Iterable
from typing import Any

from inspector.domain.entries import Draft, Entry
from inspector.domain.office import fold_grid, record_fields
from inspector.domain.site import fold_site, record_site
from inspector.domain.site_facts import normal_name
from inspector.registry.diff import RegistryDiff, apply_grids, apply_plan

Entries = Callable[[str], Iterable[Entry]]
"""From an aggregate's id to its entries."""


def registry_drafts(
    found: RegistryDiff, *, accept: bool, entries: Entries, known_grids: dict[str, str], source: str
) -> list[Draft]:
    """Drafts for everything the file adds, and for what it changes where `accept`.

    Args:
        entries: what the journal says of a grid or a site.
        known_grids: name -> id of grids that are known already.
        source: the file, as it is to be remembered.

    Raises:
        BadInput: the file has errors; nothing of it is imported.
    """
    drafts: list[Draft] = []
    names = {normal_name(name): grid for name, grid in known_grids.items()}
    for grid, fields in apply_grids(found, accept):
        drafts += record_fields("grid", grid, fields, fold_grid(entries(grid))[1])
        if "name" in fields:
            names[normal_name(str(fields["name"]))] = grid
    for site, facts in apply_plan(found, accept):
        known = fold_site(entries(site))[1]
        complete: dict[str, Any] = dict(facts)
        name = normal_name(str(complete.get("grid_name", "")))
        if name and name in names:
            complete["grid"] = names[name]
        drafts += record_site(known, aggregate=site, facts=complete, origin="registry", note=source)
    return drafts
