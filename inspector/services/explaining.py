"""Why an item is judged as it is: its conditions with what they looked at, what is missing, and where the rule comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inspector.domain.checklist import UNVERIFIED, LegalBasis, Words
from inspector.domain.completion import complete
from inspector.domain.fact_words import NOT_KNOWN, value_words
from inspector.domain.rule_names import references
from inspector.domain.rules import Context, Step
from inspector.domain.when import local_date
from inspector.language import tr
from inspector.services import lookup
from inspector.services.forms import Forms
from inspector.services.sheets import Line, context_of, sheet
from inspector.store.workspace import Store

KIND_WORDS: Mapping[str, Words] = {
    "applies": Words("何时检查", "Asked when"),
    "derived": Words("推算", "Computed"),
    "invalid": Words("不可能的答案", "Impossible answer"),
    "violation": Words("违规", "Violation"),
    "hint": Words("提示", "Hint"),
}
_HOLDS = {
    True: Words("成立", "true"),
    False: Words("不成立", "false"),
    None: Words("不知道", "unknown"),
}


@dataclass(frozen=True, slots=True)
class Basis:
    """A source of a rule, as it may be printed of the day of the inspection."""

    ref: str
    citation: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that the county decided and a condition looked at; None where the county has not decided."""

    name: str
    value: Any
    words: Words


@dataclass(frozen=True, slots=True)
class Explained:
    """An item, and why it is judged as it is. `line.judgement.missing` names what had to be known for more."""

    line: Line
    steps: tuple[Step, ...]
    basis: tuple[Basis, ...]
    parameters: tuple[Parameter, ...]


def explain(store: Store, forms: Forms, inspection: str, item: str = "") -> tuple[Explained, ...]:
    """Every item of an inspection explained, or the one that is named (in any spelling of case).

    Raises:
        NotFound: no such inspection or item.
    """
    state = lookup.inspection(store, inspection)
    form = forms.of(state)
    wanted = form.item(item)[1].code if item else ""
    now = sheet(store, forms, state.id)
    county = forms.rules(state)
    context = complete(form.checklists, context_of(state, now.site, county))
    on = local_date(state.started).isoformat()
    found = []
    for compiled, section in zip(form.checklists, now.sections, strict=True):
        for line in section.lines:
            if wanted and line.item.code != wanted:
                continue
            steps = compiled.explain(line.item.code, line.value, context)
            basis = tuple(_basis(county.register, ref, on) for ref in line.item.basis)
            found.append(Explained(line, steps, basis, _parameters(steps, context)))
    return tuple(found)


def _basis(register: Mapping[str, LegalBasis], ref: str, on: str) -> Basis:
    known = register.get(ref)
    if known is None:  # of a register that this program does not have
        return Basis(ref, f"{ref}（{UNVERIFIED.zh}）", verified=False)
    return Basis(ref, known.citation(on), known.verified and known.in_force(on))


def _parameters(steps: tuple[Step, ...], context: Context) -> tuple[Parameter, ...]:
    names = dict.fromkeys(
        name for step in steps for root, name, _ in references(step.source) if root == "params"
    )
    values = {name: context.params.get(name) for name in names}
    return tuple(
        Parameter(name, value, NOT_KNOWN if value is None else value_words("params", name, value, {}))
        for name, value in values.items()
    )


def explained_lines(found: Explained) -> list[str]:
    """The explanation for people, line by line; what belongs to a condition is indented."""
    lines = []
    if found.line.why_not:
        lines.append(tr(f"不涉及：{found.line.why_not}", f"Does not apply: {found.line.why_not}"))
    lines.append(tr(f"判断的理由：{found.line.judgement.reason}", f"Why: {found.line.judgement.reason}"))
    for step in found.steps:
        lines += _step_lines(step)
    if not found.steps:
        lines.append(tr("这一项只作记录，没有条件。", "This item only records; it has no condition."))
    if found.line.judgement.missing:
        names = tr("、", ", ").join(str(words) for words in found.line.judgement.missing)
        lines.append(tr(f"还不知道：{names}", f"Not known yet: {names}"))
    lines += [
        tr(f"县参数：{one.name}＝{one.words}", f"County parameter: {one.name} = {one.words}")
        for one in found.parameters
    ]
    lines += [tr(f"依据：{one.citation}", f"Basis: {one.citation}") for one in found.basis]
    return lines


def _step_lines(step: Step) -> list[str]:
    kind = KIND_WORDS[step.kind]
    holds = "" if step.kind == "derived" else f"［{_HOLDS[step.holds]}］"
    words = "" if step.kind in ("applies", "derived") else str(step.words)
    lines = [tr(f"{kind}{holds} {words}", f"{kind} {holds} {words}").rstrip(), f"    {step.source}"]
    return lines + [f"    {label}＝{shown}" for label, shown in step.inputs]
