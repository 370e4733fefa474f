"""What the rules of a whole inspection may look at: facts that answers stand for, computed items, and only answers
to items that apply.

Items are taken in the order of what they hang on, so that the result does not depend on the order of checklists,
items or answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from inspector.domain.checklist import Item, answer_name
from inspector.domain.rule_names import references
from inspector.domain.rules import Compiled, Context


def complete(checklists: Sequence[Compiled], context: Context) -> Context:
    """The context of these checklists, completed. Completing it again changes nothing.

    - An answer to an item with a `fact` stands for that fact of the day or the site.
    - A computed item has its value; without one it is absent.
    - An answer to an item that certainly does not apply is not seen.
    """
    items = {item.code: (compiled, item) for compiled in checklists for item in compiled.checklist.items}
    answers = {code: value for code, value in context.answers.items() if code in items}
    now = replace(
        context,
        answers=answers,
        decimals=_decimals(checklists),
        items={item.name: item for _, item in items.values()},
        **_facts(checklists, answers, context),
    )
    for code in _order(tuple(checklists)):
        compiled, item = items[code]
        if compiled.applies(code, now) is False:
            value = None
        elif item.derived:
            value, _ = compiled.derive(code, now)
        else:
            continue
        if answers.get(code) != value:
            answers = {known: given for known, given in answers.items() if known != code}
            if value is not None:
                answers[code] = value
            now = replace(now, answers=answers)
    return now


def _decimals(checklists: Sequence[Compiled]) -> frozenset[str]:
    return frozenset(
        item.name
        for compiled in checklists
        for item in compiled.checklist.items
        if item.answer.type == "decimal"
    )


def _facts(
    checklists: Sequence[Compiled], answers: Mapping[str, Any], context: Context
) -> dict[str, Mapping[str, Any]]:
    stated: dict[str, dict[str, Any]] = {"day": dict(context.day), "site": dict(context.site)}
    for compiled in checklists:
        for item in compiled.checklist.items:
            if item.fact and answers.get(item.code) not in (None, "", "na"):
                root, _, name = item.fact.partition(".")
                stated[root][name] = answers[item.code]
    return dict(stated)


@lru_cache(maxsize=32)
def _order(checklists: tuple[Compiled, ...]) -> tuple[str, ...]:
    """Codes of items that are computed or may not apply, each after those that it hangs on.

    Items in a circle, which a checklist's file is refused for, come in the order of their codes.
    """
    items: dict[str, Item] = {i.name: i for compiled in checklists for i in compiled.checklist.items}
    wanted = {name: item for name, item in items.items() if item.derived or item.applies}
    hangs_on = {name: _hangs_on(item) & wanted.keys() for name, item in wanted.items()}
    order: list[str] = []
    while hangs_on:
        ready = sorted(name for name, needs in hangs_on.items() if not needs & hangs_on.keys())
        for name in ready or sorted(hangs_on)[:1]:
            order.append(name)
            del hangs_on[name]
    return tuple(items[name].code for name in order)


def _hangs_on(item: Item) -> set[str]:
    sources = (item.derived, item.applies)
    return {name for source in sources for root, name, _ in references(source) if root == "answers"}


def circles(items: Sequence[Item]) -> tuple[str, ...]:
    """Codes of items whose being asked or computed hangs on itself, around some corner; in order."""
    known = {item.name: _hangs_on(item) for item in items}
    found = []
    for item in items:
        seen: set[str] = set()
        reached = set(known[item.name])
        while reached - seen:
            name = (reached - seen).pop()
            seen.add(name)
            reached |= known.get(name, set())
        if answer_name(item.code) in reached:
            found.append(item.code)
    return tuple(found)
