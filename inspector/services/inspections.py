"""Inspecting a site: start, answer, note, finding, conclude. What the TUI and the command line call.

Each function is one decision in one transaction: it looks at the state, judges with the pinned checklists, and appends
the answer together with the findings that follow from it. When it returns, the answer is saved.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from inspector.domain import finding as findings
from inspector.domain import inspecting
from inspector.domain.answers import read_answer
from inspector.domain.checklist import Item
from inspector.domain.entries import Draft, Ref
from inspector.domain.ids import random_id
from inspector.domain.inspecting import Team
from inspector.domain.inspection import Inspection, fold_inspection
from inspector.domain.registers import Registers
from inspector.domain.rules import Context, Judgement
from inspector.domain.site import Site
from inspector.domain.tidy import tidy_line, tidy_text
from inspector.domain.when import local_date
from inspector.errors import BadInput, NotFound
from inspector.forms.library import shipped
from inspector.services import lookup
from inspector.services.forms import Forms, FormSet
from inspector.services.sheets import Sheet, context_of, judge_all, sheet, site_of
from inspector.store.workspace import Store, View


def start(
    store: Store,
    forms: Forms,
    *,
    site: Site,
    people: Team,
    pack: str = "",
    patrol: str = "",
    source: str = "",
) -> Inspection:
    """Start an inspection with a pack (the assigned one unless named), pinned to today's texts.

    Raises:
        NotFound: no such pack.
        Refusal: the pack is for other sites, or the team is not allowed.
    """
    chosen = forms.pack_for(site, pack)
    pack_pin, pins = forms.pins(chosen)
    words = tidy_line(source)
    inspection = random_id("i", store.clock.random(8))

    def decide(view: View) -> Sequence[Draft]:
        drafts = inspecting.start(
            inspection=inspection,
            site=site,
            pack=pack_pin,
            checklists=pins,
            team=people,
            patrol=patrol,
            source=words,
        )
        return [*forms.publishing(view, pack_pin, pins), *drafts]

    store.decide(decide, actor=people.officers[0].id if people.officers else "")
    return lookup.inspection(store, inspection)


def answer(
    store: Store,
    forms: Forms,
    inspection: str,
    item: str,
    raw: Any,
    *,
    note: str | None = None,
    actor: str = "",
) -> list[Ref]:
    """Answer an item with what somebody typed or chose; None takes the answer back. Findings follow.

    Args:
        raw: anything `domain.answers.read_answer` takes for the item.
        note: a note on the item, in the same transaction; None leaves it.

    Raises:
        NotFound: no such inspection or item.
        BadInput: the value is not an answer to this item, or cannot be right.
        Refusal: the inspection is concluded or voided.
    """
    state = lookup.inspection(store, inspection)
    form = forms.of(state)
    compiled, asked = form.item(item)
    if asked.derived:
        raise BadInput(
            f"{asked.code}由系统推算，不用填写。",
            f"{asked.code} is computed and not answered.",
            code="item.derived",
        )
    value = None if raw is None else read_answer(asked, raw)

    def decide(view: View) -> Sequence[Draft]:
        present, registers = _present(view, state.id)
        site = site_of(store, present)
        after = _with(present, asked, value)
        context = context_of(after, site, shipped().params)
        wrong = compiled.invalid(asked.code, value, context) if value is not None else ()
        if wrong:
            raise BadInput(
                f"{asked.code}：{'；'.join(words.zh for words in wrong)}",
                f"{asked.code}: {'; '.join(words.en for words in wrong)}",
                code="answer.invalid",
            )
        drafts = _answer_drafts(store, present, registers, asked, value)
        if note is not None:
            drafts += inspecting.note(present, registers, item=asked.code, text=tidy_text(note))
        return [*drafts, *_reconcile(view, form, after, site, context)]

    return store.decide(decide, actor=actor or _first(state.officers))


def _present(view: View, inspection: str) -> tuple[Inspection, Registers]:
    state, registers = fold_inspection(view.entries(inspection))
    if state is None:
        raise NotFound(
            f"没有找到检查“{inspection}”。", f"No inspection {inspection!r}.", code="inspection.unknown"
        )
    return state, registers


def _first(ids: Sequence[str]) -> str:
    return ids[0] if ids else ""


def _with(inspection: Inspection, item: Item, value: Any) -> Inspection:
    from dataclasses import replace

    answers = {code: known for code, known in inspection.answers.items() if code != item.code}
    # A roster without rows is no answer; "none of them" among several choices is one.
    if value is not None and not (value == [] and item.answer.type == "roster"):
        answers[item.code] = value
    return replace(inspection, answers=answers)


def _answer_drafts(
    store: Store, present: Inspection, registers: Registers, item: Item, value: Any
) -> list[Draft]:
    if item.answer.type == "roster":
        return inspecting.answer_rows(
            present,
            registers,
            item=item.code,
            rows=value or [],
            new_row_id=lambda ordinal: random_id(f"r{ordinal:04d}", store.clock.random(8)),
        )
    return inspecting.answer(present, registers, item=item.code, value=value)


def _reconcile(
    view: View, form: FormSet, inspection: Inspection, site: Site, context: Context
) -> list[Draft]:
    """Findings as the answers now have it: recorded where an item is violated, withdrawn where it no longer is."""
    known = {
        row[0]
        for row in view.connection.execute("SELECT id FROM finding WHERE inspection = ?", (inspection.id,))
    }
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
                data=_finding_data(inspection, site, item, judgement, context),
            )
        else:
            drafts += findings.withdraw_finding(
                registers, aggregate=name, scope=inspection.scope, reason="答案已更正，不再构成问题"
            )
    return drafts


def _finding_data(
    inspection: Inspection, site: Site, item: Item, judgement: Judgement, context: Context
) -> dict[str, Any]:
    days = item.deadline_days or 0
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
        "severity": item.severity,
        "measure": item.measure.zh if item.measure else "",
        "deadline_days": days,
        "due": findings.due_date(local_date(inspection.started), days),
    }


def note(store: Store, inspection: str, item: str, text: str, *, actor: str = "") -> list[Ref]:
    """Write a note on an item, or (item "") on the inspection.

    Raises:
        NotFound: no such inspection.
        Refusal: the inspection is concluded or voided.
    """
    state = lookup.inspection(store, inspection)
    words = tidy_text(text)

    def decide(view: View) -> Sequence[Draft]:
        present, registers = _present(view, state.id)
        return inspecting.note(present, registers, item=item, text=words)

    return store.decide(decide, actor=actor or _first(state.officers))


def amend_finding(store: Store, finding: str, fields: Mapping[str, Any], *, actor: str = "") -> list[Ref]:
    """Change severity, measure, deadline or note of a finding; a new number of days moves the last day.

    Raises:
        NotFound: no such finding.
        BadInput: a severity outside 1–4 or a deadline outside 0–365 days.
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
        begun = lookup.inspection(store, state.inspection).started
        changed["due"] = findings.due_date(local_date(begun), days)

    def decide(view: View) -> Sequence[Draft]:
        _, registers = findings.fold_finding(view.entries(finding))
        return findings.amend_finding(registers, aggregate=finding, scope=state.scope, fields=changed)

    return store.decide(decide, actor=actor)


def change_team(store: Store, inspection: str, people: Team) -> list[Ref]:
    """Change who takes part in an open inspection.

    Raises:
        NotFound: no such inspection.
        Refusal: it is not open, or the team is not allowed.
    """
    state = lookup.inspection(store, inspection)

    def decide(view: View) -> Sequence[Draft]:
        present, registers = _present(view, state.id)
        site = site_of(store, present)
        return inspecting.change_team(present, registers, team=people, site_kind=site.kind)

    return store.decide(decide, actor=_first([person.id for person in people.officers]))


def conclude(store: Store, forms: Forms, inspection: str, *, remark: str = "", actor: str = "") -> Sheet:
    """Conclude an inspection; the conclusion names what is still unanswered.

    Raises:
        NotFound: no such inspection.
        Refusal: it is not open, or a training site without two certified officers.
    """
    state = lookup.inspection(store, inspection)

    def decide(view: View) -> Sequence[Draft]:
        present, registers = _present(view, state.id)
        now = sheet(store, forms, state.id)
        return inspecting.conclude(
            present,
            registers,
            officers=lookup.officers(store, present.officers),
            site_kind=now.site.kind,
            on=local_date(present.started),
            unanswered=now.unanswered,
            findings=[row.id for row in now.findings],
            remark=tidy_text(remark),
        )

    store.decide(decide, actor=actor or _first(state.officers))
    return sheet(store, forms, state.id)


def void(store: Store, inspection: str, *, reason: str, actor: str = "") -> list[Ref]:
    """Void an inspection that was started by mistake.

    Raises:
        NotFound: no such inspection.
        Refusal: it is not open, or no reason is given.
    """
    state = lookup.inspection(store, inspection)

    def decide(view: View) -> Sequence[Draft]:
        present, registers = _present(view, state.id)
        return inspecting.void(present, registers, reason=tidy_text(reason))

    return store.decide(decide, actor=actor or _first(state.officers))
