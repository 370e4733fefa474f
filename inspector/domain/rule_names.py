"""What rules may name, and the faults that can be found in them without any answer.

CEL itself finds syntax and types; here is found what only the checklist knows: items, choices, columns, facts
of the site and of the day, parameters.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from inspector.domain import calendar
from inspector.domain.checklist import AnswerSpec, Checklist, Item, Words, answer_name
from inspector.domain.rule_language import ROOTS, NotAnExpression, build
from inspector.domain.site_facts import FIELDS

DAY_FACTS: Mapping[str, Words] = {
    "date": Words("当天日期", "date of the day"),
    "time": Words("当时时刻", "time of day"),
    "weekday": Words("星期几", "day of the week"),
    "kind": Words("当天属性（上课日、周末、节假日…）", "kind of day"),
    "statutory": Words("当天是否法定放假或补休日", "whether the day is a statutory day off"),
    "night": Words("是否在夜查时段", "whether it is night"),
}
DAY_KINDS = tuple(calendar.DAY_KINDS)
WEEKDAYS = calendar.WEEKDAYS
SITE_FACTS: Mapping[str, Words] = {f.name: Words(f.zh, f.en) for f in FIELDS if not f.personal}
"""Rules do not look at facts about persons."""

_DERIVED_TYPES = {"integer": "int", "decimal": "double|int", "yes_no": "bool|string"}

HOLE = re.compile(r"\{([^{}]+)\}")
"""An expression inside a sentence."""

_STRINGS = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_ROOT = re.compile(rf"(?<![\w.])({'|'.join(ROOTS)})\b(?:\.([A-Za-z_]\w*)(?!\s*\()(?!\w))?")
_HAS = re.compile(rf"\bhas\s*\(\s*({'|'.join(ROOTS)})\b")
_ROW_NAME = re.compile(r"\.\s*(?:exists_one|exists|all|filter|map)\s*\(\s*([A-Za-z_]\w*)\s*,")
_NAME = r"(?<![\w.])([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?)"
_COMPARED = re.compile(_NAME + r"\s*(?:==|!=)\s*('[^']*'|\"[^\"]*\")")
_ONE_OF = re.compile(_NAME + r"\s+in\s+\[([^\]]*)\]")
_CONTAINS = re.compile(r"('[^']*'|\"[^\"]*\")\s+in\s+" + _NAME)


@dataclass(frozen=True, slots=True)
class Names:
    """What exists outside one checklist. None stands for "not looked at".

    Attributes:
        params: names of the county's parameters.
        answers: of the checklists that it `uses`, by rule name ("T_LIC_13").
    """

    params: Collection[str] | None = None
    answers: Mapping[str, AnswerSpec] | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a rule: the item's code, the line of the file where the item starts, and what."""

    item: str
    line: int
    words: Words


def references(source: str) -> tuple[tuple[str, str, Words], ...]:
    """What an expression looks at: (root, name, label for people), each once, in order."""
    bare = _STRINGS.sub("''", source)
    found = dict.fromkeys((m[1], m[2]) for m in _ROOT.finditer(bare) if m[2])
    return tuple((root, name, _label(root, name)) for root, name in found)


def find_faults(checklist: Checklist, names: Names = Names()) -> list[Fault]:
    """Every fault of every rule of a checklist, in its order."""
    known: dict[str, AnswerSpec | None] = {item.name: item.answer for item in checklist.items}
    if names.answers is not None:
        known |= {n: spec for n, spec in names.answers.items() if n not in known}
    faults: list[Fault] = []
    for item in checklist.items:
        for source, gives in _expressions(item):
            faults += [Fault(item.code, item.line, w) for w in _look(item, source, gives)]
            faults += [Fault(item.code, item.line, w) for w in _names(checklist, source, known, names)]
            faults += [Fault(item.code, item.line, w) for w in _choices(item, source, known)]
    return faults


def _expressions(item: Item) -> Iterator[tuple[str, str]]:
    """Each expression of the item with the type that it must give."""
    if item.applies:
        yield item.applies, "bool"
    if item.derived:
        yield item.derived, _DERIVED_TYPES.get(item.answer.type, "string")
    for rule in (*item.invalid, *item.violations, *item.hints):
        yield rule.when, "bool"
        yield from _holes(rule.words)
    for proposal in item.proposals:
        yield proposal.value, "string"
        yield from _holes(proposal.words)


def _holes(words: Words) -> Iterator[tuple[str, str]]:
    for text in (words.zh, words.en):
        for hole in HOLE.finditer(text):
            yield hole[1], "dyn"


def _look(item: Item, source: str, gives: str) -> Iterator[Words]:
    """Syntax, types, and the ways around "unknown stays unknown"."""
    try:
        program = build(item.answer, source)
    except NotAnExpression as fault:
        yield Words(f"条件“{source}”写得不对（{fault}）", f'the condition "{source}" is not right ({fault})')
        return
    if gives != "dyn" and program.gives not in (*gives.split("|"), "dyn"):
        yield Words(
            f"条件“{source}”得到的是 {program.gives}，应为 {gives}",
            f'the condition "{source}" gives {program.gives}, not {gives}',
        )
    before = (item.applies, item.derived, *(proposal.value for proposal in item.proposals))
    if source in before and re.search(r"\b(value|rows)\b", _STRINGS.sub("''", source)):
        yield Words(f"“{source}”不能看本题的答案", f'"{source}" cannot look at the answer of its own item')
    bare = _STRINGS.sub("''", source)
    if _HAS.search(bare) or any(not m[2] for m in _ROOT.finditer(bare)):
        yield Words(
            f"条件“{source}”：answers、site、day、params 只能写成“名.项”，也不能用 has()：未知不能当作没有",
            f'the condition "{source}": answers, site, day and params are reached by name only, '
            "never with has(): unknown is not absent",
        )


def _names(
    checklist: Checklist, source: str, known: Mapping[str, AnswerSpec | None], names: Names
) -> Iterator[Words]:
    for root, name, label in references(source):
        if root == "answers":
            unknown = name not in known and (names.answers is not None or not _may_use(checklist, name))
        elif root == "site":
            unknown = name not in SITE_FACTS
        elif root == "day":
            unknown = name not in DAY_FACTS
        else:
            unknown = names.params is not None and name not in names.params
        if unknown:
            yield Words(
                f"条件里的 {root}.{name} 不存在", f"{root}.{name} in a condition does not exist ({label.en})"
            )


def _may_use(checklist: Checklist, name: str) -> bool:
    return any(name.startswith(answer_name(code) + "_") for code in checklist.uses)


def _choices(item: Item, source: str, known: Mapping[str, AnswerSpec | None]) -> Iterator[Words]:
    """Literals that are no choice of what they are compared with, and columns that do not exist."""
    variables = set(_ROW_NAME.findall(source))
    columns = {c.code: c.answer for c in item.answer.columns}
    for variable, column in re.findall(
        r"(?<![\w.])([A-Za-z_]\w*)\.([A-Za-z_]\w*)(?!\s*\()", _STRINGS.sub("''", source)
    ):
        if variable in variables and columns and column not in columns and column not in ("start", "end"):
            yield Words(f"表格没有“{column}”这一列", f'the roster has no column "{column}"')
    for name, literal in _literals(source):
        spec = _spec(name, item, variables, columns, known)
        codes = _codes(spec)
        if codes and literal[1:-1] not in codes:
            yield Words(
                f"{literal} 不是 {name} 的选项（有：{'、'.join(sorted(codes))}）",
                f"{literal} is no choice of {name} (there are {', '.join(sorted(codes))})",
            )


def _literals(source: str) -> Iterator[tuple[str, str]]:
    for match in _COMPARED.finditer(source):
        yield match[1], match[2]
    for match in _CONTAINS.finditer(source):
        yield match[2], match[1]
    for match in _ONE_OF.finditer(source):
        for literal in _STRINGS.findall(match[2]):
            yield match[1], literal


def _spec(
    name: str,
    item: Item,
    variables: Collection[str],
    columns: Mapping[str, AnswerSpec],
    known: Mapping[str, AnswerSpec | None],
) -> AnswerSpec | None:
    head, _, tail = name.partition(".")
    if name == "value":
        return item.answer
    if head == "answers":
        return known.get(tail)
    return columns.get(tail) if head in variables else None


def _codes(spec: AnswerSpec | None) -> frozenset[str]:
    if spec is None:
        return frozenset()
    if spec.type == "yes_no":
        return frozenset(("yes", "no", "na"))
    return frozenset(c.code for c in spec.choices)


def _label(root: str, name: str) -> Words:
    if root == "answers":
        code = name.replace("_", "-")
        return Words(f"{code} 的回答", f"the answer of {code}")
    if root == "params":
        return Words(f"县参数 {name}", f"the county parameter {name}")
    labels = SITE_FACTS if root == "site" else DAY_FACTS
    return labels.get(name, Words(name, name))
