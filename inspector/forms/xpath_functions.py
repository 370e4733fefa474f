"""The functions of XPath that are carried into our rules, by name: what each is given, and the CEL that it becomes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from inspector.domain.checklist import AnswerSpec, Words
from inspector.domain.rule_language import NotAnExpression, build
from inspector.forms.xpath import BadXPath
from inspector.forms.xpath_terms import (
    DATE,
    KIND_WORDS,
    PRODUCT,
    RELATION,
    SUM,
    TIME,
    WHOLE,
    Kind,
    Scope,
    Term,
    a_number,
    alike,
    as_double,
    either,
    negated,
    plain_text,
    quoted,
    truth,
    wrong,
)


def _not(given: list[Term], _scope: Scope) -> Term:
    return negated(truth(given[0]))


def _selected(given: list[Term], _scope: Scope) -> Term:
    chosen, wanted = given
    if chosen.kind not in ("one", "many"):
        raise wrong("selected()", chosen, KIND_WORDS["many"])
    if wanted.literal is not None:
        wanted = alike("==", wanted, replace(chosen, kind="one"))
    elif wanted.kind != "one" or dict(wanted.codes) != dict(chosen.codes):
        raise wrong("selected()", wanted, KIND_WORDS["one"])
    if chosen.kind == "one":
        return Term(
            f"{chosen.cel} == {wanted.cel}", "bool", RELATION, opposite=f"{chosen.cel} != {wanted.cel}"
        )
    return Term(f"{wanted.cel} in {chosen.cel}", "bool", RELATION)


def _count_selected(given: list[Term], _scope: Scope) -> Term:
    chosen = given[0]
    if chosen.kind != "many":
        raise wrong("count-selected()", chosen, KIND_WORDS["many"])
    return Term(f"size({chosen.cel})", "int")


def _if(given: list[Term], _scope: Scope) -> Term:
    return either(truth(given[0]), given[1], given[2])


def _coalesce(given: list[Term], scope: Scope) -> Term:
    first, second = given
    if first.there:
        return either(Term(first.there, "bool"), first, second)
    scope.notes.append(
        Words(
            "coalesce()：第一个没有答案时这里是“未知”，不取第二个",
            "coalesce(): without the first answer it is unknown here, not the second",
        )
    )
    return first


def _length(given: list[Term], _scope: Scope) -> Term:
    return Term(f"size({plain_text(given[0]).cel})", "int")


def _regex(given: list[Term], _scope: Scope) -> Term:
    text = plain_text(given[0])
    pattern = given[1].literal
    if pattern is None:
        raise BadXPath("regex() 的式样要写成文字", "the pattern of regex() must be a literal")
    matcher = f"matches({quoted(f'^(?:{pattern})$')})"
    try:
        known, _ = build(AnswerSpec("text"), f"''.{matcher}").run(None, {})
    except NotAnExpression:
        known = False
    if not known:
        raise BadXPath(f"正则式 {pattern} 不合 RE2", f"the pattern {pattern} is not RE2")
    return Term(f"{text.at(WHOLE)}.{matcher}", "bool")


def _concat(given: list[Term], _scope: Scope) -> Term:
    parts = [_shown(part) for part in given]
    return parts[0] if len(parts) == 1 else Term(" + ".join(p.at(PRODUCT) for p in parts), "str", SUM)


def _shown(term: Term) -> Term:
    if term.kind == "int":
        return Term(f"string({term.cel})", "str")
    if term.kind == "dec":
        raise BadXPath("小数不能接成文字，请用 int()", "a fraction has no text here; use int()")
    return plain_text(term)


def _string(given: list[Term], _scope: Scope) -> Term:
    return _shown(given[0])


def _int(given: list[Term], _scope: Scope) -> Term:
    whole = a_number("int()", given[0])
    return whole if whole.kind == "int" else Term(f"int({whole.cel})", "int")


def _round(given: list[Term], _scope: Scope) -> Term:
    places = "0" if len(given) == 1 else a_number("round()", given[1]).literal or "?"
    if not re.fullmatch("[0-6]", places):
        raise BadXPath("round() 的位数应写成 0 到 6", "the places of round() must be written as 0 to 6")
    rounded = f"round({as_double(a_number('round()', given[0])).cel}, {places})"
    return Term(f"int({rounded})", "int") if places == "0" else Term(rounded, "dec")


def _to_number(given: list[Term], _scope: Scope) -> Term:
    if given[0].kind in ("int", "dec"):
        return given[0]
    return Term(f"number({plain_text(given[0]).cel})", "dec")


def _literal_of(name: str, given: Term, kind: Kind, form: re.Pattern[str]) -> Term:
    if given.kind == kind:
        return given
    if given.literal is None or not form.fullmatch(given.literal):
        raise wrong(f"{name}()", given, KIND_WORDS[kind])
    return replace(given, kind=kind)


def _date(given: list[Term], _scope: Scope) -> Term:
    return _literal_of("date", given[0], "date", DATE)


def _clock(given: list[Term], _scope: Scope) -> Term:
    return replace(_literal_of("decimal-time", given[0], "time", TIME), kind="clock")


def _extreme(written: str, name: str, given: list[Term]) -> Term:
    if len(given) == 1:
        return _folded(name, given[0], written)
    parts = [a_number(f"{written}()", part) for part in given]
    kind: Kind = "dec" if any(p.kind == "dec" for p in parts) else "int"
    if kind == "dec":
        parts = [as_double(p) for p in parts]
    return Term(f"{name}([{', '.join(p.cel for p in parts)}])", kind)


def _min(given: list[Term], _scope: Scope) -> Term:
    return _extreme("min", "least", given)


def _max(given: list[Term], _scope: Scope) -> Term:
    return _extreme("max", "greatest", given)


def _folded(name: str, column: Term, written: str) -> Term:
    if column.kind != "column" or column.cells not in ("int", "dec"):
        raise wrong(f"{written}()", column, Words("表格里的一列数字", "a column of numbers of a repeat"))
    return Term(f"{name}({column.cel})", column.cells)


def _sum(given: list[Term], _scope: Scope) -> Term:
    total = _folded("sum", given[0], "sum")
    # A sum of fractions may come out whole, which no other fraction adds to.
    return Term(f"double({total.cel})", "dec") if total.kind == "dec" else total


def _count(given: list[Term], _scope: Scope) -> Term:
    column = given[0]
    if column.kind not in ("column", "repeat"):
        raise wrong("count()", column, KIND_WORDS["repeat"])
    rows, _, _ = column.cel.partition(".map(")  # an empty cell counts as well
    return Term(f"size({rows})", "int")


FUNCTIONS: Mapping[str, tuple[Callable[[list[Term], Scope], Term], int, int]] = {
    "not": (_not, 1, 1), "selected": (_selected, 2, 2), "count-selected": (_count_selected, 1, 1), "if": (_if, 3, 3),
    "coalesce": (_coalesce, 2, 2), "string-length": (_length, 1, 1), "regex": (_regex, 2, 2),
    "concat": (_concat, 1, 20), "string": (_string, 1, 1), "int": (_int, 1, 1), "round": (_round, 1, 2),
    "number": (_to_number, 1, 1), "date": (_date, 1, 1), "decimal-time": (_clock, 1, 1),
    "min": (_min, 1, 20), "max": (_max, 1, 20), "sum": (_sum, 1, 1), "count": (_count, 1, 1),
    "today": (lambda _g, _s: Term("day.date", "date"), 0, 0),
    "true": (lambda _g, _s: Term("true", "bool"), 0, 0), "false": (lambda _g, _s: Term("false", "bool"), 0, 0),
}  # fmt: skip
