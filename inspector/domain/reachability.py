"""Conditions that can never hold, found by trying everything that they can look at.

Tried are conditions over a bounded number of combinations of choices, yes/no answers and facts with known values. A
condition over numbers, dates or texts is left alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from math import prod
from typing import Any

from inspector.domain.checklist import AnswerSpec, Checklist, Item, Words
from inspector.domain.rule_language import ROOTS, NotAnExpression, build
from inspector.domain.rule_names import DAY_KINDS, WEEKDAYS, references
from inspector.domain.site_facts import BY_NAME

MOST_TRIED = 1_024
_UNKNOWN = ("unknown", "unclear")


def unreachable(
    checklist: Checklist, others: Mapping[str, AnswerSpec] | None = None
) -> Iterator[tuple[Item, Words]]:
    """Items that are never asked, and rules that never hold.

    Args:
        others: answers of checklists that it uses, by rule name.
    """
    specs = dict(others or {}) | {item.name: item.answer for item in checklist.items}
    never: set[str] = set()
    for item in checklist.items:
        if item.applies and _never(item, item.applies, specs, never):
            never.add(item.name)
            yield (
                item,
                Words(
                    f"条件“{item.applies}”永远不成立，这一题问不到",
                    f'"{item.applies}" can never hold, so that this is never asked',
                ),
            )
    for item in checklist.items:
        for kind, rules in (("违规", item.violations), ("提示", item.hints), ("invalid", item.invalid)):
            for rule in rules:
                if _never(item, rule.when, specs, never):
                    yield (
                        item,
                        Words(
                            f"{kind}条件“{rule.when}”永远不成立",
                            f'the condition "{rule.when}" can never hold',
                        ),
                    )


def _never(item: Item, source: str, specs: Mapping[str, AnswerSpec], never: set[str]) -> bool:
    try:
        program = build(item.answer, source)
    except NotAnExpression:
        return False
    named = [(root, name) for root, name, _ in references(source)]
    ranges = [_range(root, name, specs, never) for root, name in named]
    values = _values(item.answer) if source != item.applies else [None]
    if values is None or any(found is None for found in ranges):
        return False
    known = [found for found in ranges if found is not None]
    if prod(len(found) for found in known) * len(values) > MOST_TRIED:
        return False
    for value in values:
        for combination in product(*known):
            facts: dict[str, dict[str, Any]] = {root: {} for root in ROOTS}
            for (root, name), given in zip(named, combination, strict=True):
                if given is not None:
                    facts[root][name] = given
            if program.run(value, facts) == (True, True):
                return False
    return True


def _range(root: str, name: str, specs: Mapping[str, AnswerSpec], never: set[str]) -> Sequence[Any] | None:
    """All values of a name, unknown (None) among them; None where there are too many to try."""
    if root == "answers" and name in never:
        return [None]
    if root == "answers" and name in specs:
        values = _values(specs[name])
        return None if values is None else [None, *values]
    if root == "site" and name in BY_NAME:
        field = BY_NAME[name]
        if field.type == "bool":
            return [None, True, False]
        return [None, *(c for c in field.choices if c not in _UNKNOWN)] if field.choices else None
    if root == "day":
        days = {"kind": DAY_KINDS, "weekday": WEEKDAYS, "statutory": (True, False), "night": (True, False)}
        return [None, *days[name]] if name in days else None
    return None


def _values(spec: AnswerSpec) -> Sequence[Any] | None:
    if spec.type == "yes_no":
        return ["yes", "no"]
    codes = [choice.code for choice in spec.choices]
    if spec.type == "choice":
        return codes
    if spec.type == "multi_choice" and 2 ** len(codes) <= MOST_TRIED:
        return [list(some) for n in range(len(codes) + 1) for some in combinations(codes, n)]
    return None
