"""The adapter to CEL (Common Expression Language): the only file that imports the library.

Checklists say `language: cel`; which library reads it is decided here. An expression is compiled against
the type of the answer that it is written for, so that comparing a date with a number is found when the
file is read. Limits are the library's (10,000 steps, nesting of 32, RE2 patterns), `MAX_SOURCE` here and `rule_bounds`.
"""

import math
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import Any

from inspector.domain import rule_bounds
from inspector.domain.checklist import AnswerSpec

MAX_SOURCE = 2_000
"""Characters of one expression."""

ROOTS = ("answers", "site", "day", "params")


class NotAnExpression(ValueError):  # noqa: N818 - read as a sentence where it is caught
    """The text is no expression, or its types do not fit; the argument says where, in the library's words."""


class Program:
    """An expression ready for answers of one kind. `gives` is its static type: "bool", "string", "dyn" …"""

    def __init__(self, answer: AnswerSpec, expression: Any) -> None:
        self._answer = answer
        self._expression = expression
        self.gives = expression.return_type().name().lower()

    def run(self, value: Any, facts: Mapping[str, Any]) -> tuple[bool, Any]:
        """(True, result), or (False, None) when it hangs on something that is not known or goes wrong.

        Args:
            value: the answer in its canonical form; None where there is none yet.
            facts: a mapping for each of ROOTS.
        """
        if any(map(rule_bounds.too_large, (value, *facts.get("answers", {}).values()))):
            return False, None
        data = dict(facts)
        if value is not None:
            data["value"] = _for_rules(self._answer, value)
            if self._answer.type == "roster":
                data["rows"] = data["value"]
        try:
            result = self._expression.eval(data=data)
            if result.type().name() == "ERROR":
                return False, None
            return True, result.plain_value()
        except (RuntimeError, TypeError, ValueError, RecursionError, MemoryError):
            return False, None


@lru_cache(maxsize=4_096)
def build(answer: AnswerSpec, source: str) -> Program:
    """Compile an expression for answers of this kind; the same one once.

    Raises:
        NotAnExpression: it is too long, could fill the memory, is not CEL, names what does not exist or compares unlike types.
    """
    if len(source) > MAX_SOURCE:
        raise NotAnExpression(f"longer than {MAX_SOURCE} characters")
    try:
        rule_bounds.check(source)
        return Program(answer, _environment(answer.type).compile(source))
    except rule_bounds.TooMuch as fault:
        raise NotAnExpression(str(fault)) from None
    except RuntimeError as fault:
        lines = str(fault).removeprefix("INVALID_ARGUMENT: ").splitlines()
        raise NotAnExpression(lines[0].removeprefix("ERROR: <input>:") if lines else "no CEL") from None


def _for_rules(answer: AnswerSpec, value: Any) -> Any:
    """Decimals as numbers; everything else is as entries keep it."""
    if answer.type == "decimal":
        return number(value)
    if answer.type == "roster" and isinstance(value, list):
        decimals = {c.code for c in answer.columns if c.answer.type == "decimal"}
        return [_row(row, decimals) for row in value]
    return value


def _row(row: Any, decimals: set[str]) -> Any:
    if not isinstance(row, Mapping):
        return row
    return {key: number(cell) if key in decimals else cell for key, cell in row.items()}


def number(value: Any) -> Any:
    """A canonical decimal as a number; what is none stays as it is and then compares with nothing."""
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _days(start: str, end: str) -> int:
    return (date.fromisoformat(end) - date.fromisoformat(start)).days


def _minutes(start: str, end: str) -> int:
    (start_hour, start_minute), (end_hour, end_minute) = (
        (int(part) for part in text.split(":")) for text in (start, end)
    )
    return 60 * (end_hour - start_hour) + end_minute - start_minute


def _share(whole: int, percent: int) -> int:
    return -((-whole * percent) // 100)


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError("not a number")
    return Decimal(str(value))


def _times(one: Any, other: Any) -> float:
    return float(_decimal(one) * _decimal(other))


def _quotient(one: Any, other: Any) -> float:
    return float(_decimal(one) / _decimal(other))


def _sum(values: list[Any]) -> int | float:
    total = math.fsum(values)
    return int(total) if total.is_integer() else total


def _round(given: Any, places: int) -> float:
    """To so many places of the decimal that is shown, halves upwards as in XPath: 1.005 → 1.01, -2.5 → -2."""
    exact = _decimal(given)
    unit = Decimal(1).scaleb(-max(0, min(places, 6)))
    return float(exact.quantize(unit, ROUND_HALF_UP if exact > 0 else ROUND_HALF_DOWN))


def _least(values: list[Any]) -> int | float:
    return min(map(_a_number, values))


def _greatest(values: list[Any]) -> int | float:
    return max(map(_a_number, values))


def _a_number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("not a number")
    return value


@cache
def _environment(answer_type: str) -> Any:
    from cel_expr_python import cel

    types = cel.Type
    text, whole, any_type = types.STRING, types.INT, types.DYN
    record = types.Map(text, any_type)
    value = {
        "multi_choice": types.List(text),
        "integer": whole,
        "decimal": any_type,
        "time_range": types.Map(text, text),
        "roster": types.List(record),
    }.get(answer_type, text)
    variables = dict.fromkeys(ROOTS, record) | {"value": value}
    if answer_type == "roster":
        variables["rows"] = value

    def function(name: str, gives: Any, takes: list[Any], implementation: Any) -> Any:
        return cel.FunctionDecl(name, [cel.Overload(f"{name}_1", gives, takes, impl=implementation)])

    def numeric(name: str, implementation: Any) -> Any:
        """A function of two numbers of any kind: the library looks for the very types at run time."""
        kinds = {"i": whole, "d": types.DOUBLE, "s": text}
        pairs = [(a, b) for a in kinds for b in kinds]
        return cel.FunctionDecl(
            name,
            [
                cel.Overload(f"{name}_{a}{b}", any_type, [kinds[a], kinds[b]], impl=implementation)
                for a, b in pairs
            ],
        )

    functions = [
        function("days", whole, [text, text], _days),
        function("minutes", whole, [text, text], _minutes),
        function("share", whole, [whole, whole], _share),
        cel.FunctionDecl(
            "number",
            [
                cel.Overload(f"number_{kind}", any_type, [given], impl=number)
                for kind, given in (("s", text), ("i", whole), ("d", types.DOUBLE))
            ],
        ),
        numeric("times", _times),
        numeric("quotient", _quotient),
        function("sum", any_type, [types.List(any_type)], _sum),
        function("least", any_type, [types.List(any_type)], _least),
        function("greatest", any_type, [types.List(any_type)], _greatest),
        cel.FunctionDecl(
            "round",
            [
                cel.Overload(f"round_{kind}", types.DOUBLE, [given, whole], impl=_round)
                for kind, given in (("i", whole), ("d", types.DOUBLE))
            ],
        ),
    ]
    return cel.NewEnv(variables=variables, functions=functions)
