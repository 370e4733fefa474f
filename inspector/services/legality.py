"""The guard of inspections at work: what it looks at, what is told on the spot, who confirms which part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from inspector.domain import departments, legality, procedures
from inspector.domain.checklist import DEPARTMENTS, Item
from inspector.domain.entries import Draft, Ref
from inspector.domain.inspecting import Team
from inspector.domain.inspection import Inspection, PackPin, RulePin
from inspector.domain.legality import Beginning, Ending, Frequency
from inspector.domain.objections import Advisory, Objection
from inspector.domain.office import TEXT_KINDS, Officer
from inspector.domain.procedures import STEPS, USUAL, SectionState
from inspector.domain.registers import Registers
from inspector.domain.site import Site
from inspector.domain.tidy import tidy_line, tidy_text
from inspector.domain.when import local_date, local_time
from inspector.errors import UsageError
from inspector.forms.library import shipped
from inspector.services import lookup
from inspector.services.forms import Forms, office_devices
from inspector.services.sheets import site_of
from inspector.store import queries, visits
from inspector.store.workspace import Store, View


@dataclass(frozen=True, slots=True)
class StartCheck:
    """What the guard says of an inspection that could start now."""

    objections: tuple[Objection, ...]
    advisories: tuple[Advisory, ...]
    frequency: Frequency | None
    source: str


@dataclass(frozen=True, slots=True)
class EndCheck:
    """What the guard says of an open inspection."""

    objections: tuple[Objection, ...]
    advisories: tuple[Advisory, ...]
    sections: tuple[SectionState, ...]
    recusal: str


@dataclass(frozen=True, slots=True)
class Told:
    """One step of the procedure as somebody records it."""

    step: str
    person: str
    capacity: str
    outcome: str


# -- before the start ------------------------------------------------------------------------------------------


def check_start(
    store: Store, forms: Forms, *, site: Site, people: Team, pack: str = "", source: str = ""
) -> StartCheck:
    """The guard's word on starting an inspection now, without starting it.

    Raises:
        NotFound: no such pack, or a checklist of it is not here.
        Refusal: the pack is for other sites.
    """
    pins = forms.pins(forms.pack_for(site, pack))
    stamp = store.clock.stamp()
    known = forms.checklists()
    frequency = frequency_of(store, forms, site, local_date(stamp)) if site.kind == "training" else None
    about = Beginning(
        site_kind=site.kind,
        officers=people.officers,
        helpers=people.helpers,
        on=local_date(stamp),
        items=tuple(
            item
            for pin in pins.checklists
            for item in known[pin.code].items
            if not pin.items or item.code in pin.items
        ),
        source=source,
        frequency=frequency,
        unpublished=unpublished(store, (pins.pack, *pins.checklists, *pins.questionnaires)),
        behind=visits.newest(store.connection, store.device) - stamp.wall,
        elsewhere=_elsewhere(store, site, local_date(stamp)) if site.kind == "training" else 0,
    )
    return StartCheck(
        tuple(legality.guard_start(about)),
        tuple(legality.advise_start(about)),
        frequency,
        legality.source_code(source),
    )


def frequency_of(store: Store, forms: Forms, site: Site, on: date, *, besides: str = "") -> Frequency:
    """Which inspection of its year one on that day would be: those known here, and that one. A voided one counts where
    something was answered: the enterprise was inspected all the same.

    Args:
        besides: an inspection that is that one, and not counted twice.
    """
    rows = queries.inspections(store.connection, site=site.id, limit=10_000)
    until = next((row.started for row in rows if row.id == besides), None)
    earlier = [
        row
        for row in rows
        if _counts(row)
        and row.id != besides
        and local_time(row.started).year == on.year
        and (until is None or row.started <= until)
    ]
    return Frequency(on.year, len(earlier) + 1, forms.params().get("inspections_per_year"))


def _counts(row: queries.InspectionRow) -> bool:
    return row.status != "voided" or row.answered > 0


def _elsewhere(store: Store, site: Site, on: date) -> int:
    facts = site.facts
    others = visits.same_enterprise(
        store.connection,
        site.id,
        code=str(facts.get("credit_code", "")),
        name=str(facts.get("name", "")),
    )
    return sum(
        _counts(row) and local_time(row.started).year == on.year
        for other in others
        for row in queries.inspections(store.connection, site=other, limit=10_000)
    )


def unpublished(store: Store, pins: Sequence[PackPin | RulePin]) -> tuple[str, ...]:
    """Codes of texts that are neither shipped nor published by the centre (by this laptop, where it has no centre)."""
    authors = office_devices(store)
    found = set(shipped().sources)
    for kind in TEXT_KINDS:
        found |= {row.sha256 for row in queries.forms(store.connection, kind, devices=authors)}
    return tuple(pin.code for pin in pins if pin.sha256 not in found)


# -- before the conclusion -------------------------------------------------------------------------------------


def check_conclude(store: Store, forms: Forms, inspection: str) -> EndCheck:
    """The guard's word on concluding an inspection now.

    Raises:
        NotFound: no such inspection.
    """
    state, registers = _state(store, inspection)
    return ending(store, forms, state, registers)


def ending(store: Store, forms: Forms, state: Inspection, registers: Registers) -> EndCheck:
    """As `check_conclude`, of a state that was read already."""
    site = site_of(store, state)
    officers = tuple(lookup.officers(store, state.officers))
    items = items_of(forms, state)
    sections = section_states(registers, items, officers) if site.kind == "training" else ()
    on = local_date(state.started)
    entry = procedures.entry_missing(state.answers)
    about = Ending(
        site_kind=site.kind,
        officers=officers,
        on=on,
        items=items,
        source=state.source,
        frequency=frequency_of(store, forms, site, on, besides=state.id) if site.kind == "training" else None,
        procedure=state.procedure,
        entry=entry if any(item.code == entry for item in items) else "",
        sections=sections,
    )
    return EndCheck(
        tuple(legality.guard_conclude(about)),
        tuple(legality.advise_conclude(about)),
        sections,
        procedures.recusal_asked_for(state.procedure),
    )


def items_of(forms: Forms, state: Inspection) -> tuple[Item, ...]:
    """The items of the checklists that an inspection is pinned to."""
    return tuple(item for compiled in forms.of(state).checklists for item in compiled.checklist.items)


def section_states(
    registers: Registers, items: Sequence[Item], officers: Sequence[Officer]
) -> tuple[SectionState, ...]:
    """The parts of the departments that are there."""
    team = [person.id for person in officers]
    return tuple(
        procedures.section_state(registers, code, _codes(items, code), team=team)
        for code in departments.sections(items, officers)
    )


def _codes(items: Sequence[Item], department: str) -> list[str]:
    return [item.code for item in departments.section_items(items, department)]


# -- on the spot -----------------------------------------------------------------------------------------------


def tell(store: Store, inspection: str, told: Sequence[Told], *, actor: str = "") -> list[Ref]:
    """Record what was shown and told, all of it or nothing.

    Raises:
        NotFound: no such inspection.
        UsageError: no such step.
        Refusal: the inspection is not open, or what is said is not whole.
    """
    state, _ = _state(store, inspection)

    def decide(view: View) -> Sequence[Draft]:
        present, registers = lookup.folded(view.entries(state.id), state.id)
        officers = lookup.officers(store, present.officers)
        drafts: list[Draft] = []
        for one in told:
            drafts += procedures.record_step(
                present,
                registers,
                step=one.step,
                person=tidy_line(one.person),
                capacity=tidy_line(one.capacity),
                outcome=tidy_text(one.outcome),
                officers=officers,
            )
        return drafts

    return store.decide(decide, actor=actor or next(iter(state.officers), ""))


def tell_all(
    store: Store, inspection: str, *, person: str, capacity: str, outcomes: Mapping[str, str] | None = None
) -> list[Ref]:
    """Record the three steps of every inspection of an enterprise, in the usual wording unless said otherwise.

    Raises:
        NotFound, Refusal: as `tell`.
    """
    wording = {**USUAL, **(outcomes or {})}
    return tell(
        store,
        inspection,
        [Told(step, person, capacity, wording[step]) for step in procedures.STEPS],
    )


def confirm(
    store: Store, forms: Forms, inspection: str, department: str, officers: Sequence[str] = ()
) -> list[Ref]:
    """Confirm the part of a department as it stands.

    Args:
        department: its code or its name.
        officers: ids, certificates or names; without any, those of the department who take part.

    Raises:
        NotFound: no such inspection or person.
        UsageError: no such department, or it has no part in this visit.
        Refusal: the inspection is not open, or somebody may not confirm this part.
    """
    state, _ = _state(store, inspection)
    code = section_code(store, forms, state, department)
    team = lookup.officers(store, state.officers)
    chosen = [lookup.officer(store, text) for text in officers] or departments.of_department(team, code)
    codes = _codes(items_of(forms, state), code)

    def decide(view: View) -> Sequence[Draft]:
        present, registers = lookup.folded(view.entries(state.id), state.id)
        return procedures.confirm_section(
            present,
            registers,
            department=code,
            officers=chosen,
            items=codes,
            on=local_date(present.started),
        )

    return store.decide(decide, actor=chosen[0].id if chosen else "")


def confirm_all(store: Store, forms: Forms, inspection: str) -> None:
    """Confirm the part of every department that is there, where there is more than one.

    Raises:
        NotFound, Refusal: as `confirm`.
    """
    found = check_conclude(store, forms, inspection).sections
    for section in found if len(found) > 1 else ():
        confirm(store, forms, inspection, section.department)


def section_code(store: Store, forms: Forms, state: Inspection, department: str) -> str:
    """The code of a department that has a part in this visit.

    Raises:
        UsageError: there is no such department, or it has none.
    """
    code = departments.department_code(department)
    parts = departments.sections(items_of(forms, state), lookup.officers(store, state.officers))
    if code not in parts:
        zh, en = "、".join(DEPARTMENTS[one].zh for one in parts), ", ".join(parts)
        raise UsageError(
            f"这次检查没有“{department}”部门的部分。", f"{department!r} has no part in this inspection.",
            hint=(f"有：{zh}（{en}）", f"There are: {en}") if parts else ("", ""), code="section.unknown",
        )  # fmt: skip
    return code


def step_code(text: str) -> str:
    """The code of a step by its code or its Chinese words; what was typed where it is none."""
    wanted = text.strip().lower()
    return next((code for code, words in STEPS.items() if wanted in (code, words.zh)), wanted)


def _state(store: Store, inspection: str) -> tuple[Inspection, Registers]:
    found = lookup.inspection(store, inspection)
    return lookup.folded(store.entries(found.id), found.id)
