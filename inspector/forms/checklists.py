"""Files of checklists, packs, the law register and county parameters, read into the values of `inspector.domain`.

Everything wrong in a file is found at once and named with file and line; a file with one error is not taken.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from inspector.domain.answers import read_answer
from inspector.domain.checklist import (
    AnswerSpec,
    Checklist,
    Choice,
    Column,
    Example,
    Item,
    LegalBasis,
    Pack,
    Rule,
    Words,
)
from inspector.domain.rules import Names, find_faults
from inspector.domain.scalars import millionths
from inspector.errors import BadInput, Problem
from inspector.forms.schema import Kind, shape_problems
from inspector.forms.short_forms import BadForm, to_cel
from inspector.forms.yaml_reader import Document, read_yaml


@dataclass(frozen=True, slots=True)
class Around:
    """What a checklist refers to outside itself. None is not checked: a version pinned long ago stays readable.

    Attributes:
        basis: refs of the law register.
        params: names of county parameters.
        answers: of checklists that it `uses`, by rule name ("T_LIC_13").
    """

    basis: Collection[str] | None = None
    params: Collection[str] | None = None
    answers: Mapping[str, AnswerSpec] | None = None


def read_checklist(data: bytes, name: str, around: Around | None = None) -> Checklist:
    """Read a checklist from the bytes of its file.

    Raises:
        BadInput: `problems` names every fault with file and line.
    """
    document = read_yaml(data, name)
    _shape(document, "checklist")
    problems: list[Problem] = []
    top = document.value
    items = tuple(
        _item(document, ("items", number), raw, problems) for number, raw in enumerate(top["items"])
    )
    checklist = Checklist(
        code=top["checklist"],
        version=top["version"],
        title=_words(top["title"]),
        track=top["track"],
        site_kinds=tuple(top["site_kinds"]),
        items=items,
        sha256=hashlib.sha256(data).hexdigest(),
        uses=tuple(top.get("uses", ())),
    )
    around = around or Around()
    problems += _problems(document, checklist, around)
    problems += [
        Problem(
            f"{document.name}:{fault.line}",
            f"{fault.item}：{fault.words.zh}",
            f"{fault.item}: {fault.words.en}",
        )
        for fault in find_faults(checklist, Names(around.params, around.answers))
    ]
    if problems:
        refuse(document, problems)
    return checklist


def read_pack(data: bytes, name: str) -> Pack:
    """Read a pack. Whether its checklists exist is for the library to say.

    Raises:
        BadInput: `problems` names every fault with file and line.
    """
    document = read_yaml(data, name)
    _shape(document, "pack")
    top = document.value
    return Pack(
        code=top["pack"],
        version=top["version"],
        title=_words(top["title"]),
        track=top["track"],
        site_kinds=tuple(top["site_kinds"]),
        checklists=tuple(top["checklists"]),
        occasion=_words(top["occasion"]),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def read_register(data: bytes, name: str) -> dict[str, LegalBasis]:
    """Read a law register: what rules may refer to, by ref.

    Raises:
        BadInput: `problems` names every fault with file and line.
    """
    document = read_yaml(data, name)
    _shape(document, "register")
    found: dict[str, LegalBasis] = {}
    problems: list[Problem] = []
    for number, law in enumerate(document.value["documents"]):
        for ref, raw in law["articles"].items():
            if ref in found:
                where = document.where(("documents", number, "articles", ref))
                problems.append(Problem(where, f"{ref} 重复", f"{ref} is there twice"))
            found[ref] = LegalBasis(ref, _words(law["name"]), law.get("number", ""), **raw)
    if problems:
        refuse(document, problems)
    return found


def kind_of(document: Document) -> Kind | None:
    """What a file says that it is, by its first key."""
    kinds: tuple[Kind, ...] = ("checklist", "pack", "register", "parameters", "calendar")
    top = document.value if isinstance(document.value, dict) else {}
    return next((kind for kind in kinds if kind in top), None)


def _shape(document: Document, kind: Kind) -> None:
    problems = shape_problems(document, kind)
    if problems:
        refuse(document, problems)


def refuse(document: Document, problems: list[Problem]) -> NoReturn:
    """Refuse a whole file.

    Raises:
        BadInput: `problems` in the order of their lines.
    """
    problems = sorted(problems, key=lambda p: int(p.where.rpartition(":")[2]))
    first, count = problems[0], len(problems)
    raise BadInput(
        f"{document.name} 有 {count} 处不对，没有采用。{first.where}：{first.zh}",
        f"{document.name} has {count} faults and was not taken. {first.where}: {first.en}",
        code="checklist.file",
        problems=problems,
    )


def _words(raw: Mapping[str, str]) -> Words:
    return Words(raw["zh"], raw["en"])


def _some_words(raw: Mapping[str, str] | None) -> Words | None:
    return _words(raw) if raw else None


def _item(
    document: Document, path: tuple[str | int, ...], raw: Mapping[str, Any], problems: list[Problem]
) -> Item:
    answer = _answer({"type": raw["answer"]} if isinstance(raw["answer"], str) else raw["answer"])

    def rule(at: tuple[str | int, ...], given: Mapping[str, Any] | None) -> Rule | None:
        if given is None:
            return None
        try:
            return Rule(to_cel(answer, given["when"]), _words(given))
        except BadForm as fault:
            where = document.where((*path, *at))
            problems.append(
                Problem(where, f"{raw['code']}：{fault.words.zh}", f"{raw['code']}: {fault.words.en}")
            )
            return Rule("false", _words(given))

    invalid = [rule(("invalid", number), given) for number, given in enumerate(raw.get("invalid", ()))]
    return Item(
        code=raw["code"],
        question=_words(raw["question"]),
        answer=answer,
        severity=raw["severity"],
        lead=raw["lead"],
        help=_some_words(raw.get("help")),
        partners=tuple(raw.get("partners", ())),
        applies=raw.get("applies", ""),
        invalid=tuple(r for r in invalid if r is not None),
        violation=rule(("violation",), raw.get("violation")),
        hint=rule(("hint",), raw.get("hint")),
        derived=raw.get("derived", ""),
        measure=_some_words(raw.get("measure")),
        deadline_days=raw.get("deadline_days"),
        basis=tuple(raw.get("basis", ())),
        record_only=raw.get("record_only", False),
        photo=raw.get("photo", False),
        examples=tuple(
            _example(document, (*path, "examples", number), given)
            for number, given in enumerate(raw.get("examples", ()))
        ),
        line=document.line(path),
    )


def _answer(raw: Mapping[str, Any]) -> AnswerSpec:
    return AnswerSpec(
        type=raw["type"],
        unit=_some_words(raw.get("unit")) or Words("", ""),
        choices=tuple(Choice(code, _words(label)) for code, label in raw.get("choices", {}).items()),
        columns=tuple(
            Column(code, _words(column), _answer(column), column.get("personal", False))
            for code, column in raw.get("columns", {}).items()
        ),
        minimum=str(raw.get("minimum", "")),
        maximum=str(raw.get("maximum", "")),
        required=raw.get("required", True),
    )


def _example(document: Document, path: tuple[str | int, ...], raw: Mapping[str, Any]) -> Example:
    def pairs(name: str) -> tuple[tuple[str, Any], ...]:
        return tuple(raw.get(name, {}).items())

    return Example(
        value=raw.get("value"),
        expect=raw["expect"],
        answers=pairs("answers"),
        site=pairs("site"),
        day=pairs("day"),
        params=pairs("params"),
        line=document.line(path),
    )


def _problems(document: Document, checklist: Checklist, around: Around) -> Iterator[Problem]:
    """What shape and rules do not show: doubles, refs, and items that say two things at once."""
    seen: set[str] = set()
    for item in checklist.items:
        where = f"{document.name}:{item.line}"
        for words in _item_faults(checklist, item, around, doubled=item.code in seen):
            yield Problem(where, f"{item.code}：{words.zh}", f"{item.code}: {words.en}")
        for example, words in _bad_examples(item):
            yield Problem(
                f"{document.name}:{example.line}",
                f"{item.code} 的例子：{words.zh}",
                f"{item.code}, example: {words.en}",
            )
        seen.add(item.code)


def _item_faults(checklist: Checklist, item: Item, around: Around, *, doubled: bool) -> Iterator[Words]:
    if doubled:
        yield Words("编码重复", "the code is there twice")
    if not item.code.startswith(checklist.code + "-"):
        yield Words(f"编码应以 {checklist.code}- 开头", f"the code should start with {checklist.code}-")
    for ref in item.basis:
        if around.basis is not None and ref not in around.basis:
            yield Words(f"法规登记表里没有 {ref}", f"the law register has no {ref}")
    yield from _duty_faults(item)
    if item.derived and item.answer.type != "choice":
        yield Words("推算项的答案应为单选", "a derived item should be a choice")
    for spec in (item.answer, *(c.answer for c in item.answer.columns)):
        yield from _spec_faults(spec)


def _duty_faults(item: Item) -> Iterator[Words]:
    """A violation needs what is done about it, and what only records must not ask for anything."""
    if item.record_only:
        if item.violation is not None or item.deadline_days is not None:
            yield Words(
                "只记录的题不能有违规条件或期限", "an item that only records has no violation and no deadline"
            )
    elif item.violation is None:
        yield Words(
            "没有违规条件；只作记录请写 record_only: true", "has no violation; else write record_only: true"
        )
    elif item.measure is None or item.deadline_days is None or not item.basis:
        yield Words(
            "有违规条件的题要写 measure、deadline_days 和 basis",
            "an item with a violation needs measure, deadline_days and basis",
        )


def _spec_faults(spec: AnswerSpec) -> Iterator[Words]:
    labels = [c.label.zh for c in spec.choices]
    if len(set(labels)) < len(labels):
        yield Words("选项的中文名重复", "two choices have the same Chinese label")
    if spec.type in ("yes_no", "choice", "multi_choice", "time_range"):
        if spec.minimum or spec.maximum:
            yield Words(f"{spec.type} 没有上下限", f"{spec.type} has no bounds")
        return
    kind = spec.type if spec.type in ("decimal", "date", "time") else "integer"
    bounds = [b for b in (spec.minimum, spec.maximum) if b]
    try:
        probe = Item("?", Words("", ""), AnswerSpec(kind), 1, "education")
        canonical = [read_answer(probe, b) for b in bounds]
    except BadInput:
        yield Words(f"上下限应为 {kind}", f"the bounds should be {kind}")
        return
    if any(str(c) != b for c, b in zip(canonical, bounds, strict=True)):
        yield Words(f"上下限应写成 {canonical}", f"the bounds should be written {canonical}")
    by_size: Callable[[Any], Any] = millionths if kind in ("integer", "decimal") else str
    if len(canonical) == 2 and by_size(canonical[0]) > by_size(canonical[1]):
        yield Words("下限大于上限", "the minimum is above the maximum")


def _bad_examples(item: Item) -> Iterator[tuple[Example, Words]]:
    for example in item.examples:
        if item.derived or example.value is None:
            continue
        try:
            read_answer(item, example.value)
        except BadInput as fault:
            yield example, Words(fault.zh, fault.en)
