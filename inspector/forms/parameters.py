"""Parameter files: what a county decides, typed by what the program ships."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from inspector.domain.calendar import is_clock
from inspector.domain.checklist import Words
from inspector.domain.scalars import decimal
from inspector.errors import Problem
from inspector.forms.checklists import refuse
from inspector.forms.schema import shape_problems
from inspector.forms.yaml_reader import Document, read_yaml

TYPES: Mapping[str, Words] = {
    "integer": Words("整数", "a whole number"),
    "decimal": Words("数（小数加引号）", "a number (decimals in quotes)"),
    "time": Words('时刻，如 "20:30"', 'a time such as "20:30"'),
    "text": Words("文字", "a text"),
    "boolean": Words("true 或 false", "true or false"),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing that a county decides.

    Attributes:
        value: None while nobody has decided: unknown to rules. Decimals are texts.
        type: of `TYPES`, or "" where the program does not know it: then any value will do.
        choices: the texts that it may be; empty where any will do.
        source: where the value comes from: a document, 建议值 (a proposal), 由县定 (the county decides).
    """

    name: str
    value: Any
    words: Words
    type: str = ""
    choices: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class ParameterFile:
    """A parameter file: what it is called, and its values by name."""

    code: str
    version: str
    values: Mapping[str, Parameter]


def read_parameters(
    data: bytes, name: str, known: Mapping[str, Parameter] | None = None, *, typed: bool = True
) -> ParameterFile:
    """Read county parameters.

    Args:
        known: those that the program ships. A file may hold some of them, without their words; each value must be of
            the type of the shipped one.
        typed: whether types are looked at; a text that was pinned long ago stays readable.

    Raises:
        BadInput: `problems` names every fault with file and line.
    """
    document = read_yaml(data, name)
    problems = shape_problems(document, "parameters")
    if problems:
        refuse(document, problems)
    top = document.value
    values: dict[str, Parameter] = {}
    for key, raw in top["values"].items():
        before = (known or {}).get(key)
        values[key] = _parameter(key, raw, before)
        if typed:
            problems += _faults(document, key, raw, values[key], before)
    if problems:
        refuse(document, problems)
    return ParameterFile(top["parameters"], top["version"], values)


def unknown_parameters(data: bytes, name: str, known: Mapping[str, Parameter]) -> list[Problem]:
    """Warnings of parameters that the program does not ship: only a county's own checklists can use them."""
    document = read_yaml(data, name)
    return [
        Problem(
            document.where(("values", key)),
            f"{key} 不是随附的参数，只有自编检查表会用到",
            f"{key} is no parameter of the program; only your own checklists can use it",
            "warning",
        )
        for key in document.value["values"]
        if key not in known
    ]


def _parameter(name: str, raw: Mapping[str, Any], before: Parameter | None) -> Parameter:
    words = before.words if before else Words("", "")
    kind = before.type if before else ""
    return Parameter(
        name=name,
        value=raw["value"],
        words=Words(raw.get("zh", words.zh), raw.get("en", words.en)),
        type=kind or raw.get("type", "") or _type_of(raw["value"]),
        choices=before.choices if before else tuple(raw.get("choices", ())),
        source=raw.get("source", ""),
    )


def _type_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if value is None:
        return ""
    return "time" if is_clock(value) else "text"


def _suits(value: Any, kind: str) -> bool:
    if value is None or not kind:
        return True
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "time":
        return is_clock(value)
    if kind == "decimal":
        return _is_decimal(value)
    return isinstance(value, str)


def _is_decimal(value: Any) -> bool:
    if isinstance(value, int):
        return not isinstance(value, bool)
    try:
        return isinstance(value, str) and decimal(value) == value
    except ValueError:
        return False


def _faults(
    document: Document, name: str, raw: Mapping[str, Any], made: Parameter, before: Parameter | None
) -> Iterator[Problem]:
    where = document.where(("values", name, "value"))
    if not _suits(made.value, made.type):
        kind = TYPES[made.type]
        yield Problem(
            where, f"{name}：{made.value} 应为{kind.zh}", f"{name}: {made.value} should be {kind.en}"
        )
    elif made.choices and made.value is not None and made.value not in made.choices:
        choices = "、".join(made.choices)
        yield Problem(
            where, f"{name}：应为下列之一：{choices}", f"{name}: should be one of {', '.join(made.choices)}"
        )
    if before is None and not ("zh" in raw and "en" in raw):
        where = document.where(("values", name))
        yield Problem(where, f"{name} 要写 zh 和 en", f"{name} needs zh and en")
