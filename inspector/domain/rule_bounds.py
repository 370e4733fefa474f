"""How much one expression may make, so that a text from elsewhere cannot fill the memory of a laptop.

The library counts steps, but not what a step makes: texts that are joined in a macro and handed to the next one double
each time. So the most that an expression could make is estimated where the rule is read, for the largest answer that
rules are given; larger answers are not given to rules at all.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inspector.domain.rule_tree import NotRead, Tree, read_cel

MAX_ROWS = 200
"""Of a table, whoever wrote it."""
MAX_GIVEN = 200_000
"""Of one answer: characters, and 8 for each cell."""
MAX_MADE = 15_000_000
"""Characters that one expression may make at most, those of steps between counted; about 60 MB."""

_CELL = 8
_TEXT = 4_000
_COLUMNS = 60
_STEPS = 20_000
"""The library stops at 10,000."""
_MACROS = ("map", "filter", "exists", "exists_one", "all")
_ANY_MACRO = re.compile(rf"\.\s*(?:{'|'.join(_MACROS)})\s*\(")


class TooMuch(ValueError):  # noqa: N818 - read as a sentence where it is caught
    """The expression could make more than a laptop holds, or uses what cannot be estimated."""


def check(source: str) -> None:
    """Refuse an expression whose result, or a step on the way, could grow beyond `MAX_MADE`.

    Raises:
        TooMuch: it could, or it has macros and is written so that this cannot be told.
    """
    try:
        tree = read_cel(source, indexes=True)
    except NotRead as fault:
        if _ANY_MACRO.search(source) or source.count("+") > 64:
            raise TooMuch(f"cannot be read: {fault}") from None
        return
    estimate = _Estimate()
    made = estimate.of(tree, {})
    if estimate.made + made.size > MAX_MADE:
        raise TooMuch("could fill the memory: macros and + build upon one another")


def too_large(given: Any) -> bool:
    """Whether this is more than rules are given: too many rows, or too much text in all."""
    return _weight(given) > MAX_GIVEN


def _weight(given: Any) -> int:
    if isinstance(given, str):
        return len(given)
    if isinstance(given, Mapping):
        return sum(_weight(part) + _CELL for part in given.values())
    if isinstance(given, list | tuple):
        return MAX_GIVEN + 1 if len(given) > MAX_ROWS else sum(_weight(part) + _CELL for part in given)
    return 1


@dataclass(frozen=True, slots=True)
class _Value:
    """The largest that a value may be: characters in all, elements, and what an element is."""

    size: int
    count: int = 1
    element: "_Value | None" = None

    def each(self) -> "_Value":
        return self.element or _Value(max(1, self.size // max(1, self.count)), _COLUMNS)


_SMALL = _Value(_CELL)
_ANSWER = _Value(MAX_GIVEN, MAX_ROWS)


@dataclass(slots=True)
class _Estimate:
    """Sums up what an expression makes, step by step; stops counting once it is too much."""

    made: int = 0
    times: int = 1

    def of(self, tree: Tree, names: Mapping[str, _Value]) -> _Value:
        if tree.op == "text":
            return _Value(len(tree.text) + 1)
        if tree.op == "name":
            return _name(tree.text, names)
        if tree.op == "method" and tree.text in _MACROS and len(tree.of) >= 3:
            return self._macro(tree, names)
        parts = [self.of(part, names) for part in tree.of]
        if tree.op in ("list", "+") or (tree.op == "call" and tree.text in ("bytes", "dyn", "string")):
            return self._new(tree.op, parts)
        return _of_parts(tree.op, parts)

    def _new(self, op: str, parts: list[_Value]) -> _Value:
        largest = max(parts, key=_by_size, default=_SMALL)
        if op == "list":
            self.made += self.times * len(parts) * _CELL
            return _Value(sum(part.size + _CELL for part in parts), len(parts), largest)
        size = sum(part.size for part in parts)
        self.made += self.times * size
        return _Value(max(size, 32), sum(part.count for part in parts), largest.element)

    def _macro(self, tree: Tree, names: Mapping[str, _Value]) -> _Value:
        over = self.of(tree.of[0], names)
        variable = tree.of[1].text
        before = self.times
        self.times = min(self.times * max(1, over.count), _STEPS)
        parts = [self.of(part, {**names, variable: over.each()}) for part in tree.of[2:]]
        self.made += self.times * _CELL
        self.times = before
        if tree.text == "filter":
            return over
        if tree.text == "map":
            return _Value(min(over.count * (parts[-1].size + _CELL), 10 * MAX_MADE), over.count, parts[-1])
        return _SMALL


def _by_size(value: _Value) -> int:
    return value.size


def _of_parts(op: str, parts: list[_Value]) -> _Value:
    if op == "?:":
        return max(parts[1:], key=_by_size)
    if op == "index":
        return max(parts[0].each(), _Value(parts[0].size, parts[0].count), key=_by_size)
    return parts[0] if op == "field" else _SMALL


def _name(text: str, names: Mapping[str, _Value]) -> _Value:
    root, _, rest = text.partition(".")
    if root in names:
        return names[root]
    if root in ("value", "rows", "answers"):
        return _ANSWER
    return _Value(_TEXT) if rest else _SMALL
