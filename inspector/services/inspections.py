"""Inspecting a site: start, answer, note, finding, conclude. What the TUI and the command line call.

Each function is one decision in one transaction: it looks at the state, judges with the pinned checklists, and appends
the answer together with the findings that follow from it. When it returns, the answer is saved.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from inspector.domain import inspecting
from inspector.domain.answers import read_answer
from inspector.domain.checklist import Item
from inspector.domain.completion import complete
from inspector.domain.entries import Draft, Ref
from inspector.domain.ids import random_id
from inspector.domain.inspecting import Team
from inspector.domain.inspection import CONCLUSION, Inspection
from inspector.domain.objections import refuse
from inspector.domain.registers import Registers
from inspector.domain.rules import Compiled, Context
from inspector.domain.site import Site
from inspector.domain.tidy import tidy_line, tidy_text
from inspector.domain.when import local_date
from inspector.errors import BadInput
from inspector.services import legality, lookup
from inspector.services.findings import follow, withdraw_all
from inspector.services.forms import Forms
from inspector.services.sealing import sealer
from inspector.services.sheets import Sheet, context_of, sheet, site_of
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
    reason: str = "",
) -> Inspection:
    """Start an inspection with a pack (the assigned one unless named), pinned to today's texts.

    Args:
        source: the task source, a code or word of `legality.TASK_SOURCES`.
        reason: why it starts although the guard objects, where a reason is enough.

    Raises:
        NotFound: no such pack.
        Guarded: the guard objects; it names every reason.
        Refusal: the pack is for other sites.
    """
    chosen = forms.pack_for(site, pack)
    pins = forms.pins(chosen)
    why = tidy_text(reason)
    inspection = random_id("i", store.clock.random(8))

    def decide(view: View) -> Sequence[Draft]:
        check = legality.check_start(
            store, forms, site=site, people=people, pack=chosen.code, source=tidy_line(source)
        )
        overridden = refuse(check.objections, concluding=False, reason=why)
        override = {"reason": why, "objections": [found.code for found in overridden]}
        drafts = inspecting.start(
            inspection=inspection,
            site=site,
            pack=pins.pack,
            checklists=pins.checklists,
            questionnaires=pins.questionnaires,
            team=people,
            patrol=patrol,
            source=check.source,
            frequency=check.frequency.to_data() if check.frequency else None,
            override=override if overridden else None,
            anchor=view.anchor(),
        )
        return [*forms.publishing(view, pins), *drafts]

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
    seen: Collection[Ref] | None = None,
    how: str = "",
    actor: str = "",
) -> list[Ref]:
    """Answer an item with what somebody typed or chose; None takes the answer back. Findings follow.

    Args:
        raw: anything `domain.answers.read_answer` takes for the item.
        note: a note on the item, in the same transaction; None leaves it.
        seen: the entries behind the answer that was on the screen (`Line.seen`); what another laptop's sync brought
            since then stays beside the new answer, as a conflict. None acts on the present state.
        how: how the answer came, where nobody gave it by itself (`Inspection.how`).

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
        present, registers = lookup.folded(view.entries(state.id), state.id)
        site = site_of(store, present)
        after = _with(present, asked, value)
        county = forms.rules(present)
        context = context_of(after, site, county)
        _refuse_invalid(compiled, asked, value, complete(form.checklists, context))
        drafts = _answer_drafts(store, present, registers, item=asked, value=value, seen=seen, how=how)
        if note is not None:
            drafts += inspecting.note(present, registers, item=asked.code, text=tidy_text(note))
        return [*drafts, *follow(view, store, form, after, site, county=county).drafts]

    return store.decide(decide, actor=actor or state.first_officer)


def edit_roster(
    store: Store,
    forms: Forms,
    inspection: str,
    item: str,
    rows: Sequence[tuple[str, Mapping[str, Any]]],
    *,
    shown: Sequence[str],
    seen: Collection[Ref],
    actor: str = "",
) -> tuple[str, ...]:
    """Record a roster as somebody leaves it on a screen; rows that came meanwhile from elsewhere stay.

    Args:
        rows: id ("" for a new row) and cells of every row that is complete, in order.
        shown: ids of the rows that were on the screen; those that `rows` lacks were deleted there.
        seen: the entries behind them.

    Returns:
        The ids of `rows`, new ones included.

    Raises:
        NotFound, BadInput, Refusal: as `answer`.
    """
    state = lookup.inspection(store, inspection)
    form = forms.of(state)
    compiled, asked = form.item(item)
    read_answer(asked, [dict(cells) for _, cells in rows])
    ids = tuple(
        row or random_id(f"r{place:04d}", store.clock.random(8)) for place, (row, _) in enumerate(rows, 1)
    )

    def decide(view: View) -> Sequence[Draft]:
        present, registers = lookup.folded(view.entries(state.id), state.id)
        clean = [dict(cells) for cells in read_answer(asked, [dict(cells) for _, cells in rows])]
        edits = [inspecting.RowEdit(row, cells) for row, cells in zip(ids, clean, strict=True)]
        edits += [inspecting.RowEdit(row, None) for row in shown if row not in ids]
        drafts = inspecting.edit_rows(
            present, registers, item=asked.code, edits=edits, seen=seen, device=store.device
        )
        after = _with(present, asked, _rows_after(present, asked.code, edits))
        site = site_of(store, present)
        county = forms.rules(present)
        context = context_of(after, site, county)
        completed = complete(form.checklists, context)
        _refuse_invalid(compiled, asked, after.answers.get(asked.code), completed)
        return [*drafts, *follow(view, store, form, after, site, county=county).drafts]

    store.decide(decide, actor=actor or state.first_officer)
    return ids


def _rows_after(
    present: Inspection, item: str, edits: Sequence[inspecting.RowEdit]
) -> list[Mapping[str, Any]]:
    rows: dict[str, Mapping[str, Any] | None] = dict(
        zip(present.row_ids.get(item, ()), present.answers.get(item, []), strict=True)
    )
    rows.update({edit.row: edit.cells for edit in edits})
    return [cells for _, cells in sorted(rows.items()) if cells is not None]


def _refuse_invalid(compiled: Compiled, item: Item, value: Any, context: Context) -> None:
    wrong = compiled.invalid(item.code, value, context) if value is not None else ()
    if wrong:
        raise BadInput(
            f"{item.code}：{'；'.join(words.zh for words in wrong)}",
            f"{item.code}: {'; '.join(words.en for words in wrong)}",
            code="answer.invalid",
        )


def _with(inspection: Inspection, item: Item, value: Any) -> Inspection:
    from dataclasses import replace

    answers = {code: known for code, known in inspection.answers.items() if code != item.code}
    # A roster without rows is no answer; "none of them" among several choices is one.
    if value is not None and not (value == [] and item.answer.type == "roster"):
        answers[item.code] = value
    return replace(inspection, answers=answers)


def _answer_drafts(
    store: Store,
    present: Inspection,
    registers: Registers,
    *,
    item: Item,
    value: Any,
    seen: Collection[Ref] | None,
    how: str,
) -> list[Draft]:
    if item.answer.type == "roster":
        return inspecting.answer_rows(
            present,
            registers,
            item=item.code,
            rows=value or [],
            new_row_id=lambda ordinal: random_id(f"r{ordinal:04d}", store.clock.random(8)),
        )
    return inspecting.answer(
        present, registers, item=item.code, value=value, seen=seen, device=store.device, how=how
    )


def note(store: Store, inspection: str, item: str, text: str, *, actor: str = "") -> list[Ref]:
    """Write a note on an item, or (item "") on the inspection.

    Raises:
        NotFound: no such inspection.
        Refusal: the inspection is concluded or voided.
    """
    state = lookup.inspection(store, inspection)
    words = tidy_text(text)

    def decide(view: View) -> Sequence[Draft]:
        present, registers = lookup.folded(view.entries(state.id), state.id)
        return inspecting.note(present, registers, item=item, text=words)

    return store.decide(decide, actor=actor or state.first_officer)


def change_team(store: Store, inspection: str, people: Team) -> list[Ref]:
    """Change who takes part in an open inspection.

    Raises:
        NotFound: no such inspection.
        Refusal: it is not open, or the team is not allowed.
    """
    state = lookup.inspection(store, inspection)

    def decide(view: View) -> Sequence[Draft]:
        present, registers = lookup.folded(view.entries(state.id), state.id)
        site = site_of(store, present)
        return inspecting.change_team(present, registers, team=people, site_kind=site.kind)

    return store.decide(decide, actor=people.officers[0].id if people.officers else "")


def conclude(store: Store, forms: Forms, inspection: str, *, remark: str = "", actor: str = "") -> Sheet:
    """Conclude an inspection; the conclusion names what is still unanswered.

    Raises:
        NotFound: no such inspection.
        Guarded: the guard objects; it names every reason.
        Refusal: it is not open.
    """
    state = lookup.inspection(store, inspection)

    def decide(view: View) -> Sequence[Draft]:
        present, registers = lookup.folded(view.entries(state.id), state.id)
        inspecting.check_open(present, settles=registers.conflict(CONCLUSION))
        check = legality.ending(store, forms, present, registers)
        if present.status == "open":  # two conclusions that disagree are settled whatever came meanwhile
            refuse(check.objections, concluding=True)
        now = sheet(store, forms, state.id)
        # Answers of several laptops may violate a rule only together: the conclusion never lacks their finding.
        county = forms.rules(present)
        reconciled = follow(view, store, forms.of(present), present, now.site, county=county)
        concluded = inspecting.conclude(
            present,
            registers,
            officers=lookup.officers(store, present.officers),
            site_kind=now.site.kind,
            on=local_date(present.started),
            unanswered=now.unanswered,
            findings=reconciled.standing,
            rules=county.pins,
            remark=tidy_text(remark),
            recusal=check.recusal,
        )
        return [*forms.publishing_rules(view, county.pins), *reconciled.drafts, *concluded]

    store.decide(decide, actor=actor or state.first_officer, then=sealer(state.id))
    return sheet(store, forms, state.id)


def void(store: Store, inspection: str, *, reason: str, actor: str = "") -> list[Ref]:
    """Void an inspection that was started by mistake; its findings go with it.

    Raises:
        NotFound: no such inspection.
        Refusal: it is not open, or no reason is given.
    """
    state = lookup.inspection(store, inspection)
    words = tidy_text(reason)

    def decide(view: View) -> Sequence[Draft]:
        present, registers = lookup.folded(view.entries(state.id), state.id)
        return [*inspecting.void(present, registers, reason=words), *withdraw_all(view, present, words)]

    return store.decide(decide, actor=actor or state.first_officer)
