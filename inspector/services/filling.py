"""Filling in many items at once: the rest of a section is in order, and taking that back."""

from collections.abc import Sequence
from dataclasses import replace

from inspector.domain import inspecting, rest
from inspector.domain.entries import Draft
from inspector.domain.rest import Rest
from inspector.errors import NotFound
from inspector.services import lookup
from inspector.services.findings import follow
from inspector.services.forms import Forms
from inspector.services.sheets import context_of, site_of
from inspector.store.workspace import Store, View


def rest_in_order(store: Store, forms: Forms, inspection: str, section: str, *, actor: str = "") -> Rest:
    """Record that the rest of a section is in order, in one transaction; what that was, and what is left.

    Args:
        section: the code of a checklist of this inspection, such as "T-LIC".

    Raises:
        NotFound: no such inspection or section.
        Refusal: the inspection is not open.
    """
    state = lookup.inspection(store, inspection)
    form = forms.of(state)
    code = _section(section, [compiled.checklist.code for compiled in form.checklists])
    said: list[Rest] = []

    def decide(view: View) -> Sequence[Draft]:
        present, registers = lookup.folded(view.entries(state.id), state.id)
        site = site_of(store, present)
        disputed = {key.split("/")[1] for key in present.conflicts if "/" in key}
        county = forms.rules(present)
        context = context_of(present, site, county)
        found = rest.rest_in_order(form.checklists, code, context, disputed=disputed)
        said.append(found)
        drafts = inspecting.answer_rest(present, registers, answers=found.answers)
        after = replace(present, answers={**present.answers, **found.answers})
        return [*drafts, *follow(view, store, form, after, site, county=county).drafts]

    store.decide(decide, actor=actor or state.first_officer)
    return said[-1]


def take_rest_back(
    store: Store, forms: Forms, inspection: str, items: Sequence[str], *, actor: str = ""
) -> tuple[str, ...]:
    """Take back those of these answers that still are as they came with the rest, in one transaction; which.

    Raises:
        NotFound: no such inspection.
        Refusal: the inspection is not open.
    """
    state = lookup.inspection(store, inspection)
    form = forms.of(state)
    gone: list[str] = []

    def decide(view: View) -> Sequence[Draft]:
        present, registers = lookup.folded(view.entries(state.id), state.id)
        drafts = inspecting.take_rest_back(present, registers, items=items)
        gone[:] = [draft.data["item"] for draft in drafts]
        after = replace(present, answers={c: v for c, v in present.answers.items() if c not in gone})
        site, county = site_of(store, present), forms.rules(present)
        return [*drafts, *follow(view, store, form, after, site, county=county).drafts]

    store.decide(decide, actor=actor or state.first_officer)
    return tuple(gone)


def _section(text: str, codes: Sequence[str]) -> str:
    for code in codes:
        if code.lower() == text.strip().lower():
            return code
    raise NotFound(
        f"这次检查没有“{text}”这一部分（有：{'、'.join(codes)}）。",
        f"This inspection has no section {text!r} (there are: {', '.join(codes)}).",
        code="inspection.section",
    )
