"""What belongs to the case file of a site, an inspection or items, and what of it is not here."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from inspector.domain.authority import authority_id
from inspector.domain.case import INSPECTION, INTERNAL, ITEM, REDACTED, SITE, Subject, case_id, subject_text
from inspector.domain.entries import Entry, Ref
from inspector.domain.inspection import Inspection, PackPin, RulePin, fold_inspection
from inspector.domain.office import checklist_aggregate
from inspector.domain.patrol import fold_patrol
from inspector.domain.site import Site
from inspector.errors import NotFound, Problem
from inspector.journal.entry import SealedEntry, unseal
from inspector.services import lookup
from inspector.services.case_photos import CasePhoto, photos_of
from inspector.store import paper_queries, queries
from inspector.store.log import Connection
from inspector.store.workspace import Store

PER_SITE = 100_000
"""Inspections and papers of one site that are looked for: all."""
SHOWN = 20
"""Of things that are missing in numbers, how many are named."""
_PERSON = "o-"


@dataclass(frozen=True, slots=True)
class Redaction:
    """What an edition withholds.

    Attributes:
        refs: entries whose bodies are withheld.
        photos: SHA-256 (hex) of photos that are withheld.
        masked: derived copies (JPEG) of withheld photos, made when they are asked for.
        hide: a text as documents print it.
        check: looks at every file that is written (path, bytes) and raises where something shows that must not.
    """

    edition: str = INTERNAL
    refs: frozenset[Ref] = frozenset()
    photos: frozenset[str] = frozenset()
    masked: Mapping[str, Callable[[], bytes | None]] = field(default_factory=dict)
    hide: Callable[[str], str] = str
    check: Callable[[str, bytes], None] = lambda path, data: None


def naming_gone(redaction: Redaction, case: "Case") -> Redaction:
    """The edition with contents that nobody has any more (`retention.destroyed`) named as withheld; with any it is a redacted one.

    Else a reader could not tell them from what somebody left out.
    """
    gone = frozenset(entry.ref for entry in case.entries if entry.data is None)
    if gone <= redaction.refs:
        return redaction
    return replace(redaction, edition=REDACTED, refs=redaction.refs | gone)


@dataclass(frozen=True, slots=True)
class Case:
    """Everything of one case file.

    Attributes:
        about: the aggregates whose entries are here, sorted.
        sealed: their entries in order of device and number; `entries` are the same, opened.
        inspections, findings, papers, tips, plans: ids, in the order in which they are told.
        photos: those that the entries name, also withdrawn ones, numbered.
        names: of people by id.
        missing: aggregates that are named and not here.
    """

    id: str
    subjects: tuple[Subject, ...]
    scope: str
    site: Site | None
    about: tuple[str, ...]
    sealed: tuple[SealedEntry, ...]
    entries: tuple[Entry, ...]
    inspections: tuple[Inspection, ...]
    findings: tuple[str, ...]
    papers: tuple[str, ...]
    tips: tuple[str, ...]
    plans: tuple[str, ...]
    photos: tuple[CasePhoto, ...]
    names: Mapping[str, str]
    missing: tuple[str, ...]
    by_aggregate: Mapping[str, Sequence[Entry]] = field(repr=False, compare=False)

    @property
    def subject(self) -> str:
        """What was asked for, as one text."""
        return subject_text(self.subjects)

    def of(self, aggregate: str) -> list[Entry]:
        """The entries of one aggregate."""
        return list(self.by_aggregate.get(aggregate, ()))


def find_subjects(store: Store, texts: Sequence[str]) -> tuple[Subject, ...]:
    """The site, inspections or items that are meant.

    Raises:
        NotFound: a text means nothing, or more than one thing.
    """
    found = []
    for text in texts:
        wanted = text.strip()
        there = [
            *(Subject(SITE, name) for name in queries.site_ids_like(store.connection, wanted)),
            *(Subject(INSPECTION, name) for name in queries.ids_like(store.connection, "inspection", wanted)),
            *(Subject(ITEM, name) for name in queries.ids_like(store.connection, "finding", wanted)),
        ]
        if len(there) != 1:
            names = "、".join(one.id for one in there[:8])
            raise NotFound(
                f"“{text}”对应多个点位、检查或问题。" if there else f"没有找到点位、检查或问题“{text}”。",
                f"{text!r} means more than one thing." if there else f"No site, inspection or item {text!r}.",
                hint=(f"请写全编号：{names}", f"Write the whole id: {names}") if there else
                     ("用 inspector site list、inspect list、finding list 查看。", "See site list, inspect list, finding list."),
                code="case.unknown",
            )  # fmt: skip
        found.append(there[0])
    return tuple(sorted(set(found)))


def collect(store: Store, subjects: Sequence[Subject]) -> Case:
    """Everything that belongs to a case file about these.

    Raises:
        NotFound: one of them is not here.
    """
    connection = store.connection
    inspections = _inspections(store, subjects)
    sites = _sites(store, subjects, inspections)
    findings = [one for state in inspections for one in queries.finding_ids(connection, state.id)]
    papers = _papers(connection, subjects, inspections, findings)
    tips = _tips(connection, subjects, inspections)
    patrols = list(dict.fromkeys(state.patrol for state in inspections if state.patrol))
    plans = _plans(store, patrols)
    core = [*sites, *(state.id for state in inspections), *findings, *papers, *tips, *patrols, *plans]
    around = [*_pins(inspections), *_offices(store, papers)]
    known = store_entries(connection, [*core, *around])
    people = _people(_opened(known), inspections)
    grids = sorted({entry.scope for entry in known if entry.scope != "county"})
    wanted = sorted({*core, *around, *people, *grids})
    sealed = store_entries(connection, wanted)
    entries = _opened(sealed)
    about = {entry.aggregate for entry in entries}
    scope = _scope(store, inspections, sites)
    return Case(
        id=case_id(subjects, scope),
        subjects=tuple(sorted(set(subjects))),
        scope=scope,
        site=lookup.site(store, sites[0]) if sites else None,
        about=tuple(sorted(about)),
        sealed=tuple(sealed),
        entries=tuple(entries),
        inspections=tuple(inspections),
        findings=tuple(findings),
        papers=tuple(papers),
        tips=tuple(tips),
        plans=tuple(plans),
        photos=photos_of(store, entries, [state.id for state in inspections], findings),
        names={person.id: person.name for person in queries.officers(connection)},
        missing=tuple(sorted(set(wanted) - about)),
        by_aggregate=_by_aggregate(entries),
    )


def _by_aggregate(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.aggregate, []).append(entry)
    return found


def store_entries(connection: Connection, aggregates: Iterable[str]) -> list[SealedEntry]:
    """The stored bytes of these aggregates' entries, in order of device and number."""
    rows = connection.execute(
        "SELECT header, body FROM entry WHERE aggregate IN (SELECT value FROM json_each(?)) ORDER BY device, seq",
        (json.dumps(sorted(set(aggregates))),),
    )
    return [SealedEntry.stored(bytes(header), None if body is None else bytes(body)) for header, body in rows]


def _opened(sealed: Iterable[SealedEntry]) -> list[Entry]:
    return [unseal(one) for one in sealed]


def _inspections(store: Store, subjects: Sequence[Subject]) -> list[Inspection]:
    names: dict[str, None] = {}
    for one in subjects:
        if one.kind == SITE:
            rows = queries.inspections(store.connection, site=one.id, limit=PER_SITE)
            names |= dict.fromkeys(row.id for row in rows)
        elif one.kind == INSPECTION:
            names[one.id] = None
        else:
            row = store.connection.execute(
                "SELECT inspection FROM finding WHERE id = ?", (one.id,)
            ).fetchone()
            if row is None:
                raise NotFound(f"没有找到问题“{one.id}”。", f"No item {one.id!r}.", code="finding.unknown")
            names[str(row[0])] = None
    found = [fold_inspection(store.entries(name))[0] for name in names]
    return sorted((one for one in found if one), key=lambda one: (one.started.wall, one.id))


def _sites(store: Store, subjects: Sequence[Subject], inspections: Sequence[Inspection]) -> list[str]:
    named = [one.id for one in subjects if one.kind == SITE]
    return list(dict.fromkeys([*named, *(one.site for one in inspections)]))


def _papers(
    connection: Connection, subjects: Sequence[Subject], inspections: Sequence[Inspection], findings: Sequence[str]
) -> list[str]:  # fmt: skip
    rows: dict[str, paper_queries.PaperRow] = {}
    for one in subjects:
        if one.kind == SITE:
            found = paper_queries.papers(connection, site=one.id, limit=PER_SITE)
            rows |= {row.id: row for row in found}
    for state in inspections:
        rows |= {row.id: row for row in paper_queries.papers(connection, inspection=state.id, limit=PER_SITE)}
    for item in findings:
        rows |= {row.id: row for row in paper_queries.papers(connection, item=item, limit=PER_SITE)}
    return [row.id for row in sorted(rows.values(), key=lambda row: (row.issued, row.id))]


def _tips(
    connection: Connection, subjects: Sequence[Subject], inspections: Sequence[Inspection]
) -> list[str]:
    rows = connection.execute(
        "SELECT id FROM tip WHERE site IN (SELECT value FROM json_each(?))"
        " OR (inspection <> '' AND inspection IN (SELECT value FROM json_each(?))) ORDER BY received, id",
        (
            json.dumps([one.id for one in subjects if one.kind == SITE]),
            json.dumps([one.id for one in inspections]),
        ),
    )
    return [str(row[0]) for row in rows]


def _plans(store: Store, patrols: Sequence[str]) -> list[str]:
    states = [fold_patrol(store.entries(name))[0] for name in patrols]
    return list(dict.fromkeys(one.plan for one in states if one is not None and one.plan))


def _pins(inspections: Sequence[Inspection]) -> list[str]:
    """The texts that inspections were made and judged by."""
    found: list[str] = []
    for state in inspections:
        pins: list[PackPin | RulePin] = [state.pack, *state.checklists, *state.questionnaires, *state.rules]
        found += [checklist_aggregate(pin.sha256) for pin in pins if pin.sha256]
    return list(dict.fromkeys(found))


def _offices(store: Store, papers: Sequence[str]) -> list[str]:
    rows = store.connection.execute(
        "SELECT DISTINCT authority FROM paper WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(papers)),),
    )
    return [authority_id(str(row[0])) for row in rows]


def _people(entries: Sequence[Entry], inspections: Sequence[Inspection]) -> list[str]:
    """Who acted, who took part, who was put in charge."""
    found = {entry.actor for entry in entries}
    for state in inspections:
        found |= {*state.officers, *state.helpers}
    for entry in entries:
        data: Mapping[str, Any] = entry.data or {}
        for name in ("officers", "helpers"):
            found |= {str(one) for one in data.get(name) or () if isinstance(one, str)}
        found.add(str(data.get("handler") or ""))
    return sorted(one for one in found if one.startswith(_PERSON))


def _scope(store: Store, inspections: Sequence[Inspection], sites: Sequence[str]) -> str:
    if inspections:
        return inspections[0].scope
    return lookup.site(store, sites[0]).scope if sites else "county"


def shortcomings(store: Store, case: Case, unproven: Sequence[Ref] = ()) -> list[Problem]:
    """What a reader of the case file will miss or has to look at; none of it stops an export.

    Args:
        unproven: the entries that no checkpoint proves.
    """
    told = [*_lacking(case), *(one for state in case.inspections for one in _open_ends(store, case, state))]
    if unproven:
        first = "、".join(str(ref) for ref in unproven[:3])
        told.append(
            (first, f"等{len(unproven)}条记录没有证明：联网同步后再导出", f"and {len(unproven)} in all are not proven: sync first")
        )  # fmt: skip
    return [Problem(where, zh, en, "warning") for where, zh, en in told]


def _lacking(case: Case) -> Iterator[tuple[str, str, str]]:
    """Contents, originals and entries that are not here."""
    for entry in [entry for entry in case.entries if entry.data is None][:SHOWN]:
        yield (
            str(entry.ref),
            "内容已不在（保存期满销毁，或读不出）：写明未附，按公开件（有内容未附）核验",
            "its content is gone (kept long enough, or unreadable): named as withheld, in a redacted edition",
        )
    for photo in case.photos:
        if not photo.here:
            yield (
                photo.label,
                f"照片原件不在本机：{photo.name}，先同步",
                f"the original is not here: {photo.name}; sync first",
            )
    replaced = {ref for entry in case.entries for ref in entry.replaces}
    for ref in sorted(replaced - {entry.ref for entry in case.entries})[:SHOWN]:
        yield str(ref), "被其他记录改动的这一条不在本机", "an entry that others replace is not here"
    for name in case.missing:
        if not name.startswith(_PERSON):
            yield name, "提到的资料不在本机", "it is named and not here"


def _open_ends(store: Store, case: Case, state: Inspection) -> Iterator[tuple[str, str, str]]:
    """What an inspection leaves open."""
    if state.status == "voided":
        return
    if state.status == "open":
        yield state.id, "检查没有办结，没有封存", "the inspection is not concluded, so that nothing is sealed"
    for key in state.conflicts:
        yield state.id, f"两台电脑记录不一致：{key}", f"two laptops contradict each other: {key}"
    if state.late:
        yield state.id, f"办结后又收到{state.late}条记录", f"{state.late} entries came after the conclusion"
    if not _has_record(store, case, state):
        yield state.id, "没有签发过现场检查笔录", "no record of the inspection on site was issued"


def _has_record(store: Store, case: Case, state: Inspection) -> bool:
    rows = paper_queries.papers(store.connection, inspection=state.id, kind="on_site_record")
    return any(row.id in case.papers and not row.voided for row in rows)
