"""What the centre tells everybody: registry, officers, checklists, assignments, as entries of its own journal.

All of it goes through the decisions that a device uses, so publishing the same thing twice changes nothing; and what
is published together is decided together, so a mistake anywhere publishes nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from inspector.central.storage import Storage
from inspector.domain import office
from inspector.domain.authority import authority_id, fold_authority, record_authority
from inspector.domain.checklist import Checklist
from inspector.domain.entries import COUNTY, Draft, Entry
from inspector.domain.office import (
    GRID_FIELDS,
    Assignment,
    fold_grid,
    fold_officer,
    grid_id,
    officer_id,
    record_officer,
)
from inspector.domain.registers import fold
from inspector.domain.site import FACT, fold_site
from inspector.errors import BadInput, NotFound
from inspector.forms.county import County, Dropped, dropped, in_force, merged
from inspector.forms.library import Library, shipped
from inspector.forms.texts import (
    FormText,
    changed_texts,
    check_assignable,
    is_decision,
    library_texts,
    newest_checklists,
    newest_packs,
    rule_texts,
    text_drafts,
)
from inspector.registry.diff import RegistryDiff, diff
from inspector.registry.plan import registry_drafts
from inspector.registry.reading import RegistryReading

_TEXT_TYPES = tuple(f"{kind}.published" for kind in office.TEXT_KINDS)


class Known(Protocol):
    """What a centre knows already (`storage.Known`)."""

    def entries(self, aggregate: str) -> list[Entry]:
        """The entries of an aggregate."""

    def of_types(self, *types: str) -> dict[str, list[Entry]]:
        """The entries of these types by their aggregates."""

    def publishers(self) -> Collection[str]:
        """The devices under which the centre publishes, or once did."""


class _Nothing:
    """What a centre knows that is not made yet."""

    def entries(self, aggregate: str) -> list[Entry]:
        return []

    def of_types(self, *types: str) -> dict[str, list[Entry]]:
        return {}

    def publishers(self) -> Collection[str]:
        return ()


@dataclass(frozen=True, slots=True)
class Publication:
    """What is to be published together.

    Attributes:
        source: the registry file's name, as it is to be remembered.
        accept: registry values that differ from known ones are recorded too.
        people: officers by the fields of `office.OFFICER_FIELDS`.
        authorities: by the fields of `authority.AUTHORITY_FIELDS`.
        library, texts: checklists and packs that are shipped, and the office's own texts of every kind.
        assignments: which pack is used where; `grid` is a grid's code, name or id, or "county".
    """

    registry: RegistryReading | None = None
    source: str = ""
    accept: bool = False
    people: Sequence[Mapping[str, str]] = ()
    authorities: Sequence[Mapping[str, str]] = ()
    library: Library | None = None
    texts: Sequence[FormText] = ()
    assignments: Sequence[Assignment] = ()


@dataclass(slots=True)
class Published:
    """What publishing did, or would do.

    Attributes:
        counts: entries of each part by "registry", "officers", "authorities", "checklists", "checklist_files",
            "assignments", for the parts that there were.
        found: for a registry, its comparison with what was known.
        changed: texts whose code and version were published before with other words.
        dropped: what earlier versions of these texts named and these do not.
    """

    counts: dict[str, int] = field(default_factory=dict)
    found: RegistryDiff | None = None
    changed: tuple[FormText, ...] = ()
    dropped: tuple[Dropped, ...] = ()

    @property
    def entries(self) -> int:
        """Entries of all parts."""
        return sum(self.counts.values())


def publish(storage: Storage, wanted: Publication) -> Published:
    """Publish it, all or nothing.

    Raises:
        BadInput: the registry's file has errors, a pack is not for that kind of site, or one grid and kind of site
            is given two packs.
        NotFound: a pack or a grid that was never published is assigned.
        Refusal: an officer has no name, an unknown standing, or no certificate number although certified; an
            authority is of no department, or has no name or no prefix.
    """
    done: list[Published] = []

    def decide(known: Known) -> list[Draft]:
        drafts, published = _decide(known, wanted)
        done.append(published)
        return drafts

    storage.publish(decide)
    return done[-1]


def preview(storage: Storage | None, wanted: Publication) -> Published:
    """What publishing would do; nothing is changed. Without a storage: at a centre that is not made yet.

    Raises:
        BadInput, NotFound, Refusal: as `publish`, except for errors of the registry's file, which are in `found`.
    """
    if storage is None:
        return _decide(_Nothing(), wanted, trying=True)[1]
    with storage.known() as known:
        return _decide(known, wanted, trying=True)[1]


def published_before(storage: Storage) -> tuple[dict[str, Checklist], County]:
    """The checklists that the centre published, the newest of each code, and what the county decided by now."""
    with storage.known() as known:
        texts = _versions(known)
        return newest_checklists(texts), merged(in_force(shipped(), texts))


def _decide(known: Known, wanted: Publication, *, trying: bool = False) -> tuple[list[Draft], Published]:
    done = Published()
    parts: dict[str, list[Draft]] = {}
    if wanted.registry is not None:
        done.found, grids = _compare(known, wanted.registry)
        if not (trying and done.found.errors):
            parts["registry"] = registry_drafts(
                done.found,
                accept=wanted.accept,
                entries=known.entries,
                known_grids=grids,
                source=wanted.source[:120],
            )
    if wanted.people:
        parts["officers"] = _officers(known, wanted.people)
    if wanted.authorities:
        parts["authorities"] = _authorities(known, wanted.authorities)
    library = library_texts(wanted.library) if wanted.library is not None else []
    if wanted.library is not None:
        parts["checklists"] = text_drafts(library, known.entries, authors=known.publishers())
    if wanted.texts:
        there = {text.sha256 for text in library}
        parts["checklist_files"] = text_drafts(
            [text for text in wanted.texts if text.sha256 not in there],
            known.entries,
            authors=known.publishers(),
        )
        done.changed = tuple(
            changed_texts(wanted.texts, [*_versions(known), *library, *rule_texts(shipped())])
        )
        done.dropped = dropped(shipped(), _versions(known), wanted.texts)
    if wanted.assignments:
        parts["assignments"] = _assignments(known, wanted, [*library, *wanted.texts], done.found)
    done.counts = {name: len(drafts) for name, drafts in parts.items()}
    return [draft for drafts in parts.values() for draft in drafts], done


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


def _officers(known: Known, people: Iterable[Mapping[str, str]]) -> list[Draft]:
    drafts: dict[str, list[Draft]] = {}
    centre = known.publishers()
    for fields in people:
        person = officer_id(fields.get("certificate", ""), fields["name"], fields.get("department", ""))
        entries = known.entries(person)
        registers = fold_officer(entries)[1]
        found = record_officer(registers, aggregate=person, fields=fields)
        if not found and not any(entry.ref.device in centre for entry in entries):
            # A laptop said so already. Said by the centre it is the centre's, which laptops do not change.
            found = [Draft("officer.recorded", person, COUNTY, dict(fields), registers.seen(*fields))]
        drafts[person] = found
    return [draft for found in drafts.values() for draft in found]


def _authorities(known: Known, wanted: Iterable[Mapping[str, str]]) -> list[Draft]:
    drafts: dict[str, list[Draft]] = {}
    centre = known.publishers()
    for fields in wanted:
        aggregate = authority_id(fields["department"])
        entries = known.entries(aggregate)
        registers = fold_authority(entries)[1]
        found = record_authority(registers, fields)
        if not found and not any(entry.ref.device in centre for entry in entries):
            found = [Draft("authority.recorded", aggregate, COUNTY, dict(fields), registers.seen(*fields))]
        drafts[aggregate] = found
    return [draft for found in drafts.values() for draft in found]


def _versions(known: Known) -> list[FormText]:
    """The texts that the centre published before; what laptops hand on is none of its decisions."""
    found, authors = [], known.publishers()
    for entries in known.of_types(*_TEXT_TYPES).values():
        for entry in entries:
            if not is_decision(entry, authors):
                continue
            data = entry.data or {}
            fields = (str(data.get(name, "")) for name in ("code", "version", "sha256", "text"))
            found.append(FormText(entry.type.partition(".")[0], *fields))
    return found


def _assignments(
    known: Known, wanted: Publication, texts: Sequence[FormText], found: RegistryDiff | None
) -> list[Draft]:
    grids: dict[str, tuple[str, ...]] = {}
    for entries in known.of_types("grid.recorded").values():
        grid = fold_grid(entries)[0]
        if grid is not None:
            grids[grid.id] = (grid.id, grid.code, grid.name)
    for new in found.new_grids if found else ():
        grids[new.grid_id] = (new.grid_id, new.facts.get("code", ""), new.facts["name"])
    packs = newest_packs((*_versions(known), *texts))
    drafts: dict[str, list[Draft]] = {}
    for asked in wanted.assignments:
        scope = _grid(asked.grid, grids)
        if asked.pack not in packs:
            raise NotFound(
                f"中心没有发布检查包“{asked.pack}”，没有发布任何内容。",
                f"The centre has not published a pack {asked.pack!r}; nothing was published.",
                hint=("一并用 --checklists 或 --checklist-file 发布它。",
                      "Publish it too, with --checklists or --checklist-file."),
                code="pack.unknown",
            )  # fmt: skip
        check_assignable(packs[asked.pack], asked.site_kind)
        aggregate = office.assignment_id(scope, asked.site_kind)
        if aggregate in drafts:
            raise BadInput(
                f"同一网格、同一类场所（{asked.grid}:{asked.site_kind}）指定了两次，没有发布任何内容。",
                f"{asked.grid}:{asked.site_kind} is assigned twice; nothing was published.",
                code="pack.twice",
            )
        registers = fold(known.entries(aggregate), office.VOCABULARY)
        drafts[aggregate] = office.assign_pack(
            registers, grid=scope, site_kind=asked.site_kind, pack=asked.pack
        )
    return [draft for made in drafts.values() for draft in made]


def _grid(text: str, grids: Mapping[str, tuple[str, ...]]) -> str:
    wanted = text.strip()
    if wanted == COUNTY:
        return COUNTY
    for identity, names in grids.items():
        if wanted in names or identity == grid_id(wanted, wanted):
            return identity
    raise NotFound(
        f"中心没有网格“{text}”，没有发布任何内容。",
        f"The centre has no grid {text!r}; nothing was published.",
        hint=(
            "一并用 --registry 发布含该网格的台账。",
            "Publish a registry with this grid too (--registry).",
        ),
        code="grid.unknown",
    )


def publish_officers_file(storage: Storage, path: Path) -> Published:
    """Publish the officers of an .xlsx, .ods or .csv file.

    Raises:
        NotFound: no such file.
        BadInput: it has no such table, or errors, each with its row; nothing was published.
    """
    from inspector.registry.officers import read_officers

    return publish(storage, Publication(people=read_officers(path)))
