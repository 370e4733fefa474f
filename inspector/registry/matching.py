"""Which row is which site, and what it says otherwise. Pure.

A site of the file is a known one by its valid credit code, else by kind, name and address, else by kind, name and grid
where that is one site and one of both has no address. Of several candidates only the one whose id was made from this
very code or name and address is taken; otherwise they are an error, never a choice.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from inspector.domain import credit_code
from inspector.domain.office import GRID_FIELDS, grid_id
from inspector.domain.site_facts import BY_NAME, normal_address, normal_name, site_id
from inspector.errors import Problem
from inspector.registry.rows import GridRow, SiteRow, shown

_NOT_COMPARED = frozenset({"source_place", "category_class"})
_COMPANIONS = {"category": "category_class", "students": "students_estimated"}
_UNKNOWN = frozenset({"", "unclear", "unknown"})


@dataclass(frozen=True, slots=True)
class Change:
    """One fact of a known site or grid that the file says otherwise (conflict) or that was unknown (old is None).

    `shown` is the new value's name where the value itself is an id.
    """

    subject: str
    name: str
    field: str
    old: Any
    new: Any
    place: str
    shown: str = ""


@dataclass(frozen=True, slots=True)
class NewSite:
    """A site that is not known yet."""

    site_id: str
    facts: Mapping[str, Any]
    place: str


@dataclass(frozen=True, slots=True)
class NewGrid:
    """A grid that is not known yet; facts as in GRID_FIELDS, absent where empty."""

    grid_id: str
    facts: Mapping[str, Any]
    place: str


def in_grid(site: NewSite, grids: Mapping[str, Mapping[str, str]]) -> NewSite:
    """The site with the id of its grid, where one grid has that name (compared name -> id -> name)."""
    named = grids.get(normal_name(str(site.facts.get("grid_name", ""))), {})
    return replace(site, facts={**site.facts, "grid": next(iter(named))}) if len(named) == 1 else site


def is_unknown(value: Any) -> bool:
    """Whether a fact says nothing: absent, empty, or recorded as unclear."""
    return value is None or (isinstance(value, str) and value in _UNKNOWN)


def usable_code(facts: Mapping[str, Any]) -> str:
    code = credit_code.check(str(facts.get("credit_code", "")))
    return code.value if code.usable else ""


def _as_compared(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if name in {"name", "grid_name"}:
        return normal_name(value)
    if name in {"address", "registered_address"}:
        return normal_address(value)
    return "".join(unicodedata.normalize("NFKC", value).casefold().split())


def _differing(
    old: Mapping[str, Any], new: Mapping[str, Any], names: Iterable[str]
) -> tuple[list[str], list[str]]:
    """(facts that only the new one knows, facts in which both differ)."""
    filled, conflicts = [], []
    for name in names:
        if name in _NOT_COMPARED or is_unknown(new.get(name)):
            continue
        if is_unknown(old.get(name)):
            filled.append(name)
        elif _as_compared(name, old[name]) != _as_compared(name, new[name]):
            conflicts.append(name)
    if "students" in (*filled, *conflicts) or "students" not in new:
        filled, conflicts = ([n for n in part if n != "students_estimated"] for part in (filled, conflicts))
    return filled, conflicts


@dataclass(slots=True)
class _Index:
    """Known sites by what they are recognised by."""

    code: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    place: dict[tuple[str, str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    grid: dict[tuple[str, str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, identity: str, facts: Mapping[str, Any]) -> None:
        for keys, key in (
            (self.code, usable_code(facts)),
            (self.place, _place_key(facts)),
            (self.grid, _grid_key(facts)),
        ):
            if key and identity not in keys[key]:  # type: ignore[index]
                keys[key].append(identity)  # type: ignore[index]


def _place_key(facts: Mapping[str, Any]) -> tuple[str, str, str] | None:
    address = normal_address(facts.get("address", ""))
    return (facts.get("kind", ""), normal_name(facts.get("name", "")), address) if address else None


def _grid_key(facts: Mapping[str, Any]) -> tuple[str, str, str]:
    return facts.get("kind", ""), normal_name(facts.get("name", "")), normal_name(facts.get("grid_name", ""))


class SiteSide:
    """Ties rows to sites, known before or new in this file."""

    def __init__(self, known: Mapping[str, Mapping[str, Any]], grid_names: Mapping[str, str]) -> None:
        self.known = known
        self.grid_names = grid_names
        self.index = _Index()
        for identity, facts in known.items():
            self.index.add(identity, facts)
        self.rows: dict[str, SiteRow] = {}
        self.new: list[NewSite] = []
        self.same: list[str] = []
        self.filled: list[Change] = []
        self.conflicts: list[Change] = []
        self.duplicates: list[Problem] = []
        self.problems: list[Problem] = []

    def take(self, row: SiteRow) -> None:
        candidates = self._candidates(row.facts)
        if len(candidates) > 1 and site_id(row.facts) in candidates:
            candidates = [site_id(row.facts)]
        if len(candidates) > 1:
            names = "、".join(sorted(candidates))
            self._say(
                row.place,
                "error",
                f"与几个已有场所都相符（{names}），请填信用代码或地址",
                f"fits several known sites ({names}): give its credit code or address",
            )
            return
        identity = candidates[0] if candidates else site_id(row.facts)
        if identity in self.rows:
            self._merge(identity, row)
            return
        if identity not in self.known:
            self._warn_of_namesake(row)
        self.index.add(identity, row.facts)
        self.rows[identity] = row

    def _facts(self, identity: str) -> Mapping[str, Any]:
        return self.rows[identity].facts if identity in self.rows else self.known[identity]

    def _candidates(self, facts: Mapping[str, Any]) -> list[str]:
        by_code = self.index.code.get(usable_code(facts), [])
        by_place = self.index.place.get(_place_key(facts) or ("", "", ""), [])
        if by_code:
            both = [identity for identity in by_code if identity in by_place]
            return both if len(by_code) > 1 and both else by_code
        if by_place:
            return by_place
        address = facts.get("address")
        by_grid = self.index.grid.get(_grid_key(facts), [])
        if by_grid and facts.get("grid_name"):
            fitting = [one for one in by_grid if not address or not self._facts(one).get("address")]
            fitting = [one for one in fitting if not (usable_code(facts) and usable_code(self._facts(one)))]
            if fitting:
                return fitting
        own = site_id(facts)
        return [own] if own in self.known or own in self.rows else []

    def _warn_of_namesake(self, row: SiteRow) -> None:
        others = [one for one in self.index.grid.get(_grid_key(row.facts), []) if one in self.known]
        if others and row.facts.get("grid_name"):
            address = shown(self.known[others[0]].get("address", ""))
            self._say(
                row.place, "warning",
                f"同网格已有同名场所（{others[0]}，{address}），地址或代码不同，按新场所登记；如是搬迁请先核对",
                f"the grid has a site of that name ({others[0]}) at another address or with another code; taken as new",
            )  # fmt: skip

    def _merge(self, identity: str, row: SiteRow) -> None:
        first = self.rows[identity]
        filled, conflicts = _differing(first.facts, row.facts, BY_NAME)
        if conflicts:
            zh = "、".join(BY_NAME[name].zh for name in conflicts)
            en = ", ".join(BY_NAME[name].en for name in conflicts)
            where = row.cells.get(conflicts[0], row.place)
            self.duplicates.append(
                Problem(
                    where,
                    f"与{first.place}是同一场所而{zh}不同，请留一行",
                    f"the same site as {first.place}, but differing in: {en}; keep one row",
                )
            )
            return
        names = {*filled, *(_COMPANIONS[name] for name in filled if name in _COMPANIONS)}
        added = {name: row.facts[name] for name in names if name in row.facts}
        places = {name: row.cells[name] for name in names if name in row.cells}
        self.rows[identity] = replace(first, facts={**first.facts, **added}, cells={**first.cells, **places})
        self.index.add(identity, self.rows[identity].facts)
        self._say(
            row.place,
            "note",
            f"与{first.place}是同一场所，合并登记",
            f"the same site as {first.place}, taken together",
        )

    def _say(self, where: str, severity: str, zh: str, en: str) -> None:
        self.problems.append(Problem(where, zh, en, severity))

    def compare(self, order: Mapping[str, int], *, grids_in_file: bool) -> None:
        """Fill `new`, `same`, `filled` and `conflicts`, in the order of the file."""
        for identity, row in sorted(self.rows.items(), key=lambda item: order[item[1].place]):
            if not grids_in_file:
                self._check_grid(row)
            if identity not in self.known:
                self.new.append(NewSite(identity, self._with_grid_name(row.facts), row.place))
                continue
            more, other = _differing(self.known[identity], row.facts, BY_NAME)
            self.filled += self._changes(identity, row, more)
            self.conflicts += self._changes(identity, row, other)
            if not more and not other:
                self.same.append(identity)

    def moved(self, grids: Mapping[str, Mapping[str, str]]) -> list[Change]:
        """Known sites whose grid's name is that of one grid and which are not recorded in it: they belong there.

        Args:
            grids: compared name -> grids of that name, id -> name as it is shown.
        """
        filled = {change.subject: change.new for change in self.filled if change.field == "grid_name"}
        out = []
        for identity, facts in self.known.items():
            written = filled.get(identity) or facts.get("grid_name")
            named = grids.get(normal_name(str(written)), {}) if written else {}
            if len(named) != 1 or facts.get("grid") in named:
                continue
            ((grid, name),) = named.items()
            row = self.rows.get(identity)
            place = row.cells.get("grid_name", row.place) if row else ""
            label = str(facts.get("name") or facts.get("address") or identity)
            out.append(Change(identity, label, "grid", facts.get("grid"), grid, place, shown=name))
        return out

    def absent(self) -> tuple[str, ...]:
        """Known sites of the kinds in the file that it does not name."""
        kinds = {row.facts["kind"] for row in self.rows.values()}
        return tuple(
            one for one, facts in self.known.items() if one not in self.rows and facts.get("kind") in kinds
        )

    def _changes(self, identity: str, row: SiteRow, names: list[str]) -> list[Change]:
        """One change a fact, followed by the facts that go with it (class of category, estimated or not)."""
        old = self.known[identity]
        out = []
        for name in names:
            companion = _COMPANIONS.get(name, "")
            with_it = [companion] if companion in row.facts and companion not in names else []
            for one in (name, *with_it):
                before = None if is_unknown(old.get(one)) else old[one]
                if one == name or before != row.facts[one]:
                    place = row.cells.get(name, row.place)
                    out.append(Change(identity, row.facts["name"], one, before, row.facts[one], place))
        return out

    def _check_grid(self, row: SiteRow) -> None:
        written = row.facts.get("grid_name", "")
        if written and normal_name(written) not in self.grid_names:
            where = row.cells.get("grid_name", row.place)
            self._say(
                where, "warning", f"没有“{shown(written)}”这个网格", f"there is no grid {shown(written)!r}"
            )

    def _with_grid_name(self, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        written = facts.get("grid_name")
        name = self.grid_names.get(normal_name(written)) if written else None
        return {**facts, "grid_name": name} if name else facts


class GridSide:
    """Ties the file's grids to known ones, by code, else by name."""

    def __init__(self, known: Mapping[str, Mapping[str, Any]]) -> None:
        self.known = known
        self.by_name = {
            normal_name(facts["name"]): identity for identity, facts in known.items() if facts.get("name")
        }
        self.by_code = {
            normal_name(facts["code"]): identity for identity, facts in known.items() if facts.get("code")
        }
        self.new: list[NewGrid] = []
        self.filled: list[Change] = []
        self.conflicts: list[Change] = []
        self.problems: list[Problem] = []

    def take(self, grid: GridRow) -> None:
        facts = {name: value for name in GRID_FIELDS if (value := getattr(grid, name))}
        by_code, by_name = self.by_code.get(normal_name(grid.code)), self.by_name.get(normal_name(grid.name))
        if by_code and by_name and by_code != by_name:
            self.problems.append(
                Problem(
                    grid.place,
                    f"编码{grid.code}与名称“{shown(grid.name)}”属于两个不同的已有网格",
                    f"code {grid.code} and name {shown(grid.name)!r} are of two known grids",
                )
            )
            return
        identity = by_code or by_name or grid_id(grid.code, grid.name)
        if identity not in self.known:
            self.new.append(NewGrid(identity, facts, grid.place))
            return
        filled, conflicts = _differing(self.known[identity], facts, facts)
        for names, changes in ((filled, self.filled), (conflicts, self.conflicts)):
            for name in names:
                before = self.known[identity].get(name) or None
                changes.append(Change(identity, grid.name, name, before, facts[name], grid.place))

    def by_names(self) -> dict[str, dict[str, str]]:
        """Grids known or in the file: compared name -> id -> name as it is shown."""
        found: dict[str, dict[str, str]] = {}
        new = {grid.grid_id: grid.facts for grid in self.new}
        for identity, facts in {**self.known, **new}.items():
            if facts.get("name"):
                found.setdefault(normal_name(facts["name"]), {})[identity] = facts["name"]
        return found

    def names(self) -> dict[str, str]:
        """Grids known or in the file: compared name -> name as it is shown."""
        found = {
            normal_name(facts["name"]): facts["name"] for facts in self.known.values() if facts.get("name")
        }
        for grid in self.new:
            found.setdefault(normal_name(grid.facts["name"]), grid.facts["name"])
        return found
