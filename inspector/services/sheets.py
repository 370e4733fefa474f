"""An inspection as it is filled in: every item with its answer, what the rules say of it, and what hangs on it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from inspector.domain import departments
from inspector.domain.answers import read_answer, show_answer
from inspector.domain.calendar import day_facts
from inspector.domain.checklist import Checklist, Item, Words
from inspector.domain.completion import complete
from inspector.domain.departments import is_lead_only
from inspector.domain.entries import Ref
from inspector.domain.inspection import Inspection
from inspector.domain.objections import Advisory
from inspector.domain.registers import Registers
from inspector.domain.rules import Compiled, Context, Judgement
from inspector.domain.site import Site, fold_site
from inspector.errors import BadInput
from inspector.forms.county import County
from inspector.services import lookup
from inspector.services.forms import Forms, FormSet
from inspector.services.sealing import seal_hash
from inspector.store import queries
from inspector.store.queries import FindingRow
from inspector.store.workspace import Store


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a sheet.

    Attributes:
        applies: whether it is asked here; None where that cannot be known (then it is asked).
        finding: the finding that its answer stands for now.
        seen: the entries behind the answer; who changes it has seen these.
        row_ids: of a roster, the ids of its rows in the order of `value`.
        why_not: why it is not asked here.
        proposal: what the answer most likely is, as somebody would type it, and why; only while it is asked and has
            no answer.
        how: how the answer came, where nobody gave it by itself: "rest" or "proposal".
        lead_only: none of its departments is there: what is seen of it is passed on as a lead.
    """

    checklist: str
    item: Item
    value: Any
    judgement: Judgement
    applies: bool | None
    note: str
    photos: int
    finding: FindingRow | None
    conflict: bool
    seen: tuple[Ref, ...] = ()
    row_ids: tuple[str, ...] = ()
    why_not: Words | None = None
    proposal: tuple[str, Words] | None = None
    how: str = ""
    lead_only: bool = False

    @property
    def asked(self) -> bool:
        """Whether somebody has to answer it here."""
        return not self.item.derived and self.applies is not False

    @property
    def answered(self) -> bool:
        """Whether there is an answer."""
        return self.value is not None

    @property
    def shown(self) -> str:
        """The answer for people; empty without one."""
        return show_answer(self.item, self.value) if self.value is not None else ""

    @property
    def proposed(self) -> str:
        """The proposed answer for people; empty where nothing is proposed."""
        if self.proposal is None:
            return ""
        try:
            return show_answer(self.item, read_answer(self.item, self.proposal[0]))
        except BadInput:
            return self.proposal[0]


@dataclass(frozen=True, slots=True)
class Section:
    """One checklist of a sheet."""

    checklist: Checklist
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """An inspection with its items in the order of the visit.

    `marks`: what is out of order with its conclusion (`review.marks`). `seal`: the hash of its newest seal; None without one.
    """

    inspection: Inspection
    site: Site
    sections: tuple[Section, ...]
    findings: tuple[FindingRow, ...]
    marks: tuple[Advisory, ...] = ()
    seal: bytes | None = None

    def lines(self) -> Iterator[Line]:
        """Every item in order."""
        for section in self.sections:
            yield from section.lines

    def line(self, code: str) -> Line:
        """The item with that code.

        Raises:
            KeyError: there is none.
        """
        for line in self.lines():
            if line.item.code == code:
                return line
        raise KeyError(code)

    @property
    def unanswered(self) -> list[str]:
        """Codes of items that are asked here, wanted, and have no answer."""
        return [
            line.item.code
            for line in self.lines()
            if line.asked and not line.answered and line.item.answer.required
        ]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many items are asked, answered, violations, hints and unknown."""
        lines = list(self.lines())
        verdicts = [line.judgement.verdict for line in lines]
        return {
            "asked": sum(line.asked for line in lines),
            "answered": sum(line.asked and line.answered for line in lines),
            "violations": verdicts.count("violation"),
            "hints": verdicts.count("hint"),
            "unknown": verdicts.count("unknown"),
        }


def sheet(store: Store, forms: Forms, inspection: str) -> Sheet:
    """The sheet of an inspection.

    Raises:
        NotFound: no such inspection, or its site is not here.
        Damaged: a checklist that it is pinned to is not here.
    """
    from inspector.services.review import marks  # which asks the guard, which looks at sites as sheets do

    state, registers = lookup.folded(store.entries(inspection), inspection)
    site = site_of(store, state)
    findings = tuple(queries.findings(store.connection, inspection=state.id))
    context = context_of(state, site, forms.rules(state))
    there = departments_of(store, state, site)
    sections = _sections(forms.of(state), context, state, registers, findings=findings, there=there)
    sealed = seal_hash(store, state.id) if state.status == "concluded" else None
    return Sheet(state, site, sections, findings, marks(store, forms, state, registers), sealed)


def site_of(store: Store, inspection: Inspection) -> Site:
    """The site of an inspection; a bare one where its entries have not come yet."""
    site, _ = fold_site(store.entries(inspection.site))
    if site is None:
        return Site(inspection.site, inspection.scope, {"kind": "training"}, (), "registry")
    return site


def departments_of(store: Store, inspection: Inspection, site: Site) -> tuple[str, ...]:
    """The known departments of those who inspect an enterprise; none at a school, where it makes no difference."""
    if site.kind != "training":
        return ()
    return departments.departments_of(lookup.officers(store, inspection.officers))


def context_of(inspection: Inspection, site: Site, county: County) -> Context:
    """What the rules may look at: answers, site, the county's parameters, and the day the inspection began."""
    params = county.params
    day = day_facts(county.calendar, params, inspection.started.wall)
    return Context(answers=inspection.answers, site=site.facts, day=day, params=params)


def judge_all(forms: FormSet, context: Context) -> Iterator[tuple[Compiled, Item, Judgement]]:
    """Every item with what the rules say of its present answer."""
    context = complete(forms.checklists, context)
    for compiled in forms.checklists:
        for item in compiled.checklist.items:
            yield compiled, item, compiled.judge(item.code, context.answers.get(item.code), context)


def _sections(
    forms: FormSet,
    context: Context,
    state: Inspection,
    registers: Registers,
    *,
    findings: tuple[FindingRow, ...],
    there: tuple[str, ...],
) -> tuple[Section, ...]:
    context = complete(forms.checklists, context)
    by_item = {row.item: row for row in findings}
    photos: dict[str, int] = {}
    for photo in state.photos:
        photos[photo.item] = photos.get(photo.item, 0) + 1
    conflicts = {key.split("/")[1] for key in state.conflicts if "/" in key}
    keys: dict[str, list[str]] = {}
    for key in registers.heads:
        if key.startswith(("answer/", "row/")):
            keys.setdefault(key.split("/")[1], []).append(key)
    sections = []
    for compiled in forms.checklists:
        lines = []
        for item in compiled.checklist.items:
            value = state.answers.get(item.code)
            if item.derived:
                value = context.answers.get(item.code)
            applies = compiled.applies(item.code, context)
            wanted = value is None and applies is not False and not item.derived
            lines.append(
                Line(
                    checklist=compiled.checklist.code,
                    item=item,
                    value=value,
                    judgement=compiled.judge(item.code, value, context),
                    applies=applies,
                    why_not=compiled.why_not(item.code, context) if applies is False else None,
                    proposal=compiled.propose(item.code, context) if wanted else None,
                    how=state.how.get(item.code, ""),
                    note=state.notes.get(item.code, ""),
                    photos=photos.get(item.code, 0),
                    finding=by_item.get(item.code),
                    conflict=item.code in conflicts,
                    seen=registers.seen(*keys.get(item.code, ())),
                    row_ids=state.row_ids.get(item.code, ()),
                    lead_only=is_lead_only(item, there),
                )
            )
        sections.append(Section(compiled.checklist, tuple(lines)))
    return tuple(sections)
