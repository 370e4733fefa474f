"""Findings: what follows from the answers of an inspection, and what people change of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspector.domain import finding as findings
from inspector.domain.calendar import Calendar, day_facts
from inspector.domain.checklist import ENTERPRISE_WORDS, SCHOOL_WORDS, Item
from inspector.domain.completion import complete
from inspector.domain.departments import is_lead_only
from inspector.domain.entries import Draft, Ref
from inspector.domain.inspection import Inspection
from inspector.domain.measures import measure_advice, measure_objection
from inspector.domain.objections import Advisory, Objection
from inspector.domain.rules import Context, Judgement
from inspector.domain.site import Site
from inspector.domain.tidy import tidy_text
from inspector.domain.when import local_date
from inspector.errors import BadInput, NotFound, Refusal
from inspector.forms.county import County
from inspector.services import lookup
from inspector.services.forms import Forms, FormSet
from inspector.services.sheets import context_of, departments_of, judge_all, site_of
from inspector.store import queries
from inspector.store.workspace import Store, View

CORRECTED = "答案已更正，不再构成问题"
"""The reason in the record, in the language of the record."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What follows from the answers: drafts, and the ids of the findings that then stand."""

    drafts: list[Draft]
    standing: list[str]


def reconcile(
    view: View,
    form: FormSet,
    inspection: Inspection,
    site: Site,
    context: Context,
    *,
    calendar: Calendar,
    there: Sequence[str] = (),
) -> Reconciled:
    """Findings as the answers now have it: recorded where an item is violated, withdrawn where it no longer is.

    Args:
        there: the departments of the team (`sheets.departments_of`): what none of them is for is a lead only.
    """
    context = complete(form.checklists, context)
    known = set(queries.finding_ids(view.connection, inspection.id))
    judged = {
        findings.finding_id(inspection.id, item.code): (item, judgement)
        for _, item, judgement in judge_all(form, context)
    }
    wanted = [name for name, (_, said) in judged.items() if said.verdict == "violation" or name in known]
    drafts: list[Draft] = []
    for name, entries in view.entries_of_all(wanted).items():
        item, judgement = judged[name]
        _, registers = findings.fold_finding(entries)
        if judgement.verdict == "violation":
            drafts += findings.record_finding(
                registers,
                aggregate=name,
                scope=inspection.scope,
                data=_finding_data(inspection, site, item, judgement, context, calendar=calendar)
                | ({"lead_only": True} if is_lead_only(item, there) else {}),
            )
        else:
            drafts += findings.withdraw_finding(
                registers, aggregate=name, scope=inspection.scope, reason=CORRECTED
            )
    standing = [name for name, (_, said) in judged.items() if said.verdict == "violation"]
    return Reconciled(drafts, sorted(standing))


def follow(
    view: View, store: Store, form: FormSet, after: Inspection, site: Site, *, county: County
) -> Reconciled:
    """Findings as an inspection with these answers has them, by what the county says."""
    there = departments_of(store, after, site)
    context = context_of(after, site, county)
    return reconcile(view, form, after, site, context, calendar=county.calendar, there=there)


def withdraw_all(view: View, inspection: Inspection, reason: str) -> list[Draft]:
    """Drafts that withdraw every finding of a voided inspection."""
    drafts: list[Draft] = []
    names = queries.finding_ids(view.connection, inspection.id)
    for name, entries in view.entries_of_all(names).items():
        _, registers = findings.fold_finding(entries)
        drafts += findings.withdraw_finding(
            registers, aggregate=name, scope=inspection.scope, reason=f"检查作废：{reason}"
        )
    return drafts


def _finding_data(
    inspection: Inspection,
    site: Site,
    item: Item,
    judgement: Judgement,
    context: Context,
    *,
    calendar: Calendar,
) -> dict[str, Any]:
    days = item.deadline_days or 0
    due = findings.due_date(local_date(inspection.started), days, calendar, context.params)
    return {
        "inspection": inspection.id,
        "site": site.id,
        "item": item.code,
        "question": item.question.zh,
        "question_en": item.question.en,
        "value": context.answers.get(item.code),
        "reason": judgement.reason.zh,
        "reason_en": judgement.reason.en,
        "lead": item.lead,
        "basis": list(item.basis),
        "severity": judgement.severity or item.severity,
        "measure": item.measure.zh if item.measure else "",
        "deadline_days": days,
        **findings.due_fields(due),
    }


def measure_word(store: Store, measure: str, urgent: str) -> tuple[Objection | None, Advisory | None]:
    """What the hour and the day say of a measure that is to be taken now."""
    county = Forms(store).county()
    today = day_facts(county.calendar, county.params, store.clock.stamp().wall)
    off = today.get("statutory")
    return (
        measure_objection(measure, statutory_off=off, night=bool(today.get("night")), urgent_reason=urgent),
        measure_advice(measure, statutory_off=off),
    )


def _refuse_foreign_words(store: Store, inspection: str, measure: str) -> None:
    """Enterprises are ordered, schools are advised: the words of one are not those of the other.

    Raises:
        BadInput: the measure has a word of the other track.
    """
    school = site_of(store, lookup.inspection(store, inspection)).kind == "campus"
    found = [word for word in (ENTERPRISE_WORDS if school else SCHOOL_WORDS) if word in measure]
    if found:
        whose = ("机构线", "enterprises") if school else ("学校线", "schools")
        raise BadInput(
            f"措施里的“{'、'.join(found)}”是{whose[0]}的用语，没有改动。",
            f"{', '.join(found)} is a word for {whose[1]}; nothing was changed.",
            hint=("改用对这类场所的措施。", "Choose a measure for this kind of site."), code="finding.measure_words",
        )  # fmt: skip


def amend_finding(store: Store, finding: str, fields: Mapping[str, Any], *, actor: str = "") -> list[Ref]:
    """Change severity, measure, deadline, note or the reason why a measure is urgent; a new number of days moves the
    last day.

    Raises:
        NotFound: no such finding.
        Refusal: the measure is not taken at this hour or on this day (`measure_objection`).
        BadInput: a severity outside 1–4, a deadline outside 0–365 days, or a measure in the words of the other track.
    """
    changed = {name: tidy_text(value) if isinstance(value, str) else value for name, value in fields.items()}
    state, _ = findings.fold_finding(store.entries(finding))
    if state is None:
        raise NotFound(f"没有找到问题“{finding}”。", f"No finding {finding!r}.", code="finding.unknown")
    if "severity" in changed and changed["severity"] not in (1, 2, 3, 4):
        raise BadInput("严重程度是 1 到 4。", "Severity is 1 to 4.", code="finding.severity")
    if "deadline_days" in changed:
        days = changed["deadline_days"]
        if not isinstance(days, int) or not 0 <= days <= 365:
            raise BadInput("期限是 0 到 365 天。", "A deadline is 0 to 365 days.", code="finding.deadline")
        begun = lookup.inspection(store, state.inspection)
        county = Forms(store).rules(begun)
        due = findings.due_date(local_date(begun.started), days, county.calendar, county.params)
        changed |= findings.due_fields(due, known=state.due_estimated)

    if changed.get("measure"):
        _refuse_foreign_words(store, state.inspection, changed["measure"])
        objection, _ = measure_word(store, changed["measure"], changed.get("urgent") or state.urgent)
        if objection is not None:
            raise Refusal(objection.zh, objection.en, code=objection.code)

    def decide(view: View) -> Sequence[Draft]:
        _, registers = findings.fold_finding(view.entries(finding))
        return findings.amend_finding(registers, aggregate=finding, scope=state.scope, fields=changed)

    return store.decide(decide, actor=actor)
