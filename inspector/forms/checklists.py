"""Files of checklists, packs, the law register and county parameters, read into the values of `inspector.domain`.

Everything wrong in a file is found at once and named with file and line; a file with one error is not taken.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from inspector.domain.checklist import (
    AnswerSpec,
    Checklist,
    Choice,
    Column,
    Example,
    Item,
    LegalBasis,
    Pack,
    Proposal,
    Rule,
    Words,
)
from inspector.domain.rules import Names, find_faults
from inspector.errors import BadInput, Problem
from inspector.forms.checklist_faults import checklist_problems, reach_problems
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
    checklist = _checklist(document, data, problems)
    around = around or Around()
    problems += checklist_problems(document, checklist, basis=around.basis)
    problems += [
        Problem(
            f"{document.name}:{fault.line}",
            f"{fault.item}：{fault.words.zh}",
            f"{fault.item}: {fault.words.en}",
        )
        for fault in find_faults(checklist, Names(around.params, around.answers))
    ]
    problems = problems or list(reach_problems(document, checklist, around.answers))
    if problems:
        refuse(document, problems)
    return checklist


def read_known_checklist(data: bytes, name: str) -> Checklist:
    """Read a checklist that was checked before: one that the program ships, which its tests check.

    Raises:
        BadInput: it was changed for the worse; every fault with file and line.
    """
    document = read_yaml(data, name)
    problems: list[Problem] = []
    try:
        checklist = _checklist(document, data, problems)
    except (KeyError, TypeError, AttributeError):
        problems = [Problem(f"{name}:1", "形状不对", "is not of its shape")]
    return checklist if not problems else read_checklist(data, name)


def _checklist(document: Document, data: bytes, problems: list[Problem]) -> Checklist:
    top = document.value
    items = tuple(
        _item(document, ("items", number), raw, problems) for number, raw in enumerate(top["items"])
    )
    return Checklist(
        code=top["checklist"],
        version=top["version"],
        title=_words(top["title"]),
        track=top["track"],
        site_kinds=tuple(top["site_kinds"]),
        items=items,
        sha256=hashlib.sha256(data).hexdigest(),
        uses=tuple(top.get("uses", ())),
        form=top.get("form", "checklist"),
        respondents=tuple(top.get("respondents", ())),
    )


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
        questionnaires=tuple(top.get("questionnaires", ())),
        only=tuple((code, tuple(items)) for code, items in top.get("only", {}).items()),
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
            found[ref] = LegalBasis(
                ref,
                _words(law["name"]),
                law.get("number", ""),
                article=raw.get("article", ""),
                status=raw["status"],
                note=raw.get("note", ""),
                # An article may have changed within a text that is still valid.
                valid_from=raw.get("from", law.get("from", "")),
                valid_until=raw.get("until", law.get("until", "")),
            )
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

    def rule(at: tuple[str | int, ...], given: Mapping[str, Any]) -> Rule:
        try:
            return Rule(to_cel(answer, given["when"]), _words(given), given.get("severity"))
        except BadForm as fault:
            where = document.where((*path, *at))
            problems.append(
                Problem(where, f"{raw['code']}：{fault.words.zh}", f"{raw['code']}: {fault.words.en}")
            )
            return Rule("false", _words(given))

    def rules(name: str) -> tuple[Rule, ...]:
        given = raw.get(name, ())
        if isinstance(given, Mapping):
            return (rule((name,), given),)
        return tuple(rule((name, number), one) for number, one in enumerate(given))

    proposals = raw.get("proposal", ())
    return Item(
        code=raw["code"],
        question=_words(raw["question"]),
        answer=answer,
        severity=raw["severity"],
        lead=raw["lead"],
        help=_some_words(raw.get("help")),
        partners=tuple(raw.get("partners", ())),
        applies=raw.get("applies", ""),
        invalid=rules("invalid"),
        violations=rules("violation"),
        hints=rules("hint"),
        derived=raw.get("derived", ""),
        proposals=tuple(
            Proposal(given["value"], _words(given))
            for given in ([proposals] if isinstance(proposals, Mapping) else proposals)
        ),
        fact=raw.get("fact", ""),
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
