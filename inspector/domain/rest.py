"""What "the rest of this section is in order" stands for: which answers. Pure.

A yes_no item that certainly applies is answered where exactly one of yes and no is in order, nothing speaks against it
(a proposal, or one that hangs on what is not known yet), and the answers together make nothing new a violation, a hint,
unknown, or not applicable. Everything else is left to a person.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from inspector.domain.answers import read_answer
from inspector.domain.checklist import Item
from inspector.domain.completion import complete
from inspector.domain.rules import Compiled, Context
from inspector.errors import BadInput

_MARKED = ("violation", "hint", "unknown", "not_applicable")


@dataclass(frozen=True, slots=True)
class Rest:
    """What can be said of the rest of a section.

    Attributes:
        answers: item code -> "yes" or "no", in the order of the section.
        left: codes of items that are asked, have no answer, and need a person; in the order of the section.
    """

    answers: Mapping[str, str]
    left: tuple[str, ...]


def rest_in_order(
    checklists: Sequence[Compiled], section: str, context: Context, *, disputed: Collection[str] = ()
) -> Rest:
    """The answers of the rest of a section.

    Args:
        checklists: all of the inspection.
        section: the code of one of them.
        context: as it is before `complete`.
        disputed: codes of items whose answers are in conflict; they are left.

    Raises:
        KeyError: none of these checklists has that code.
    """
    compiled = {found.checklist.code: found for found in checklists}[section]
    now = complete(checklists, context)
    wanted = [
        item
        for item in compiled.checklist.items
        if not item.derived
        and _open(context.answers.get(item.code))
        and compiled.applies(item.code, now) is not False
    ]
    found: dict[str, str] = {}
    for item in wanted:
        # Where it is not known whether an item applies, "in order" may be a statement about nothing.
        certain = item.code not in disputed and compiled.applies(item.code, now)
        value = _in_order(checklists, compiled, item, context) if certain else ""
        if value and _unopposed(compiled, item, value, now):
            found[item.code] = value
    answers = _together(checklists, compiled, found, context)
    return Rest(answers, tuple(item.code for item in wanted if item.code not in answers))


def _open(value: Any) -> bool:
    return value is None or value == ""


def _with(context: Context, answers: Mapping[str, str]) -> Context:
    return replace(context, answers={**context.answers, **answers})


def _in_order(checklists: Sequence[Compiled], compiled: Compiled, item: Item, context: Context) -> str:
    """The one of yes and no that is in order; "" where both or neither are."""
    if item.answer.type != "yes_no":
        return ""
    good = []
    for value in ("yes", "no"):
        then = complete(checklists, _with(context, {item.code: value}))
        judged = compiled.judge(item.code, value, then)
        if judged.verdict == "in_order" and not compiled.invalid(item.code, value, then):
            good.append(value)
    return good[0] if len(good) == 1 else ""


def _unopposed(compiled: Compiled, item: Item, value: str, context: Context) -> bool:
    if compiled.proposes_unknown(item.code, context):
        return False
    proposal = compiled.propose(item.code, context)
    if proposal is None:
        return True
    try:
        return bool(read_answer(item, proposal[0]) == value)
    except BadInput:
        return False


def _together(
    checklists: Sequence[Compiled], compiled: Compiled, found: Mapping[str, str], context: Context
) -> dict[str, str]:
    """Those of the answers that can be given together: all of them, else one after the other as far as it goes."""
    before = _marks(checklists, context)
    if _harmless(checklists, compiled, found, context, before):
        return dict(found)
    kept: dict[str, str] = {}
    for code, value in found.items():
        more = {**kept, code: value}
        if _harmless(checklists, compiled, more, context, before):
            kept = more
    return kept


def _harmless(
    checklists: Sequence[Compiled],
    compiled: Compiled,
    answers: Mapping[str, str],
    context: Context,
    before: Collection[tuple[str, ...]],
) -> bool:
    then = _with(context, answers)
    now = complete(checklists, then)
    items = {item.code: item for item in compiled.checklist.items}
    return (
        all(compiled.judge(code, value, now).verdict == "in_order" for code, value in answers.items())
        and all(_unopposed(compiled, items[code], value, now) for code, value in answers.items())
        and _marks(checklists, then) <= set(before)
    )


def _marks(checklists: Sequence[Compiled], context: Context) -> set[tuple[str, ...]]:
    """Everything that somebody would have to look at, of all items; a violation with its words."""
    now = complete(checklists, context)
    found: set[tuple[str, ...]] = set()
    for compiled in checklists:
        for item in compiled.checklist.items:
            value = context.answers.get(item.code)
            if _open(value) and not item.derived:
                continue
            judged = compiled.judge(item.code, value, now)
            if judged.verdict in _MARKED:
                # What is missing for a verdict that is unknown already may become less.
                words = judged.reason.zh if judged.verdict in ("violation", "hint") else ""
                found.add((item.code, judged.verdict, words))
    return found
