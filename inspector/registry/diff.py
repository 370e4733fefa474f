"""What importing a file would change: a comparison of its reading with what is known, and the plan that follows. Pure.

Nothing is decided silently: a value that differs from a known one is a conflict and is recorded only when accepted; two
rows of one file that contradict each other are an error, and then nothing of the file is imported.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from inspector.errors import BadInput, Problem
from inspector.registry.matching import Change, GridSide, NewGrid, NewSite, SiteSide, in_grid, usable_code
from inspector.registry.reading import RegistryReading

__all__ = ["Change", "NewGrid", "NewSite", "RegistryDiff", "apply_grids", "apply_plan", "diff"]


@dataclass(frozen=True, slots=True)
class RegistryDiff:
    """The difference between a file and what is known.

    Attributes:
        new, same, filled, conflicts: sites and facts of the file; `same` holds ids of sites with nothing to record.
        absent: ids of known sites of the file's kinds that it does not name. Only reported: a list is no closure.
        duplicates: rows of the file that contradict each other (errors).
        problems: rows that cannot be tied to one known site (errors), grids unknown and the like (warnings).
        moved: known sites, of the file or not, that belong into a grid that is known now (field "grid").
        new_grids, grid_filled, grid_conflicts: the same for grids.
        unreadable: errors of the reading itself.
    """

    new: tuple[NewSite, ...] = ()
    same: tuple[str, ...] = ()
    filled: tuple[Change, ...] = ()
    conflicts: tuple[Change, ...] = ()
    moved: tuple[Change, ...] = ()
    absent: tuple[str, ...] = ()
    duplicates: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    new_grids: tuple[NewGrid, ...] = ()
    grid_filled: tuple[Change, ...] = ()
    grid_conflicts: tuple[Change, ...] = ()
    unreadable: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Why nothing of the file may be imported; empty where it may."""
        own = (*self.duplicates, *self.problems)
        return (*self.unreadable, *(problem for problem in own if problem.severity == "error"))

    @property
    def nothing_to_do(self) -> bool:
        """Whether the file says nothing that is not known."""
        sites = (self.new, self.filled, self.conflicts, self.moved)
        return not any((*sites, self.new_grids, self.grid_filled, self.grid_conflicts))


def diff(
    reading: RegistryReading,
    known_sites: Mapping[str, Mapping[str, Any]],
    known_grids: Mapping[str, Mapping[str, Any]],
) -> RegistryDiff:
    """Compare a reading with known sites (id -> facts) and grids (id -> facts as in GRID_FIELDS).

    How rows are tied to sites is told in `matching`.
    """
    grids = GridSide(known_grids)
    for grid in reading.grids:
        grids.take(grid)
    sites = SiteSide(known_sites, grids.names())
    for row in sorted(reading.sites, key=lambda row: not usable_code(row.facts)):
        sites.take(row)
    order = {row.place: number for number, row in enumerate(reading.sites)}
    sites.compare(order, grids_in_file=bool(reading.grids))
    moved = sites.moved(by_names := grids.by_names())
    elsewhere = {change.subject for change in moved}
    return RegistryDiff(
        new=tuple(in_grid(site, by_names) for site in sites.new),
        same=tuple(one for one in sites.same if one not in elsewhere),
        filled=tuple(sites.filled),
        conflicts=tuple(sites.conflicts),
        moved=tuple(moved),
        absent=sites.absent(),
        duplicates=tuple(sites.duplicates),
        problems=(*sites.problems, *grids.problems),
        new_grids=tuple(grids.new),
        grid_filled=tuple(grids.filled),
        grid_conflicts=tuple(grids.conflicts),
        unreadable=reading.errors,
    )


def apply_plan(found: RegistryDiff, accept: bool) -> list[tuple[str, dict[str, Any]]]:
    """What importing records: (site id, facts), new sites whole, known ones with the filled facts alone.

    Conflicts are among them only where `accept`. Recording the plan and comparing again leaves nothing to do, but
    for the conflicts that were not accepted.

    Raises:
        BadInput: the file has errors; nothing of it is imported.
    """
    _refuse(found)
    plan: dict[str, dict[str, Any]] = {site.site_id: dict(site.facts) for site in found.new}
    return _with_changes(plan, (*found.moved, *found.filled, *(found.conflicts if accept else ())))


def apply_grids(found: RegistryDiff, accept: bool) -> list[tuple[str, dict[str, Any]]]:
    """The same for grids: (grid id, facts).

    Raises:
        BadInput: the file has errors; nothing of it is imported.
    """
    _refuse(found)
    plan: dict[str, dict[str, Any]] = {grid.grid_id: dict(grid.facts) for grid in found.new_grids}
    return _with_changes(plan, (*found.grid_filled, *(found.grid_conflicts if accept else ())))


def _with_changes(
    plan: dict[str, dict[str, Any]], changes: Iterable[Change]
) -> list[tuple[str, dict[str, Any]]]:
    for change in changes:
        plan.setdefault(change.subject, {})[change.field] = change.new
    return list(plan.items())


def _refuse(found: RegistryDiff) -> None:
    if found.errors:
        raise BadInput(
            f"文件有{len(found.errors)}处错误，没有导入任何内容",
            f"the file has {len(found.errors)} errors; nothing was imported",
            hint=("请按所列的行列改正后再导入。", "Put the listed rows and columns right and import again."),
            code="registry.errors",
            problems=found.errors,
        )
