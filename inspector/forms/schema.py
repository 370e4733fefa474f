"""The shape of a form's file, checked by JSON Schema; faults in words, with file and line."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any, Literal

from inspector.domain.checklist import Words
from inspector.errors import Problem
from inspector.forms.places import data_root
from inspector.forms.yaml_reader import Document

Kind = Literal["checklist", "pack", "register", "parameters", "calendar", "paper", "paper_parts"]

MAX_PROBLEMS = 50

_TYPES = {
    "string": Words("文字", "a text"),
    "integer": Words("整数", "a whole number"),
    "boolean": Words("true 或 false", "true or false"),
    "array": Words("列表", "a list"),
    "object": Words("键: 值", "key: value"),
    "null": Words("空", "nothing"),
}


def shape_problems(document: Document, kind: Kind) -> list[Problem]:
    """What in the document is not of the shape of this kind of file, in the order of its lines."""
    found: list[tuple[int, Problem]] = []
    for error in _validator(kind).iter_errors(document.value):
        for leaf in _leaves(error):
            path = _place(leaf)
            words = _say(leaf)
            at = "/".join(str(part + 1 if isinstance(part, int) else part) for part in path) or "/"
            where = document.where(path)
            found.append(
                (document.line(path), Problem(where, f"{at}：{words.zh}", f"{at}: {words.en}")),
            )
            if len(found) >= MAX_PROBLEMS:
                break
    return list(dict.fromkeys(problem for _, problem in sorted(found, key=lambda pair: pair[0])))


@cache
def _validator(kind: Kind) -> Any:
    from jsonschema import Draft202012Validator

    text = (data_root() / "schema" / f"{kind}.schema.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text))


def _place(error: Any) -> tuple[str | int, ...]:
    """Where it is wrong: of a key that does not belong there, the key itself."""
    path = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        return (*path, next(name for name in error.instance if name not in known))
    return (*path, error.instance) if "propertyNames" in error.absolute_schema_path else path


def _leaves(error: Any) -> list[Any]:
    """Of several allowed shapes, the faults against the one that was meant: the one that went deepest."""
    if not error.context:
        return [error]
    by_branch: dict[int, list[Any]] = {}
    for inner in error.context:
        by_branch.setdefault(inner.schema_path[0], []).append(inner)
    if all(len(list(inner.path)) == 0 and inner.validator in ("type", "enum") for inner in error.context):
        return [error]
    meant = max(
        by_branch.values(),
        key=lambda inners: (
            max(len(i.path) for i in inners),
            -sum(i.validator in ("type", "enum") for i in inners),
        ),
    )
    return [leaf for inner in meant for leaf in _leaves(inner)]


def _say(error: Any) -> Words:
    say = _SENTENCES.get(error.validator)
    if say is not None:
        return say(error)
    return Words(f"不合规定（{error.validator}）", f"is not as required ({error.validator})")


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:59] + "…"


def _required(error: Any) -> Words:
    missing = "、".join(name for name in error.validator_value if name not in error.instance)
    return Words(f"缺少 {missing}", f"lacks {missing}")


def _additional(error: Any) -> Words:
    known = error.schema.get("properties", {})
    extra = "、".join(str(name) for name in error.instance if name not in known)
    return Words(
        f"不认识 {extra}（可用：{'、'.join(known)}）",
        f"does not know {extra} (there are {', '.join(known)})",
    )


def _type(error: Any) -> Words:
    wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    zh = "或".join(_TYPES[name].zh for name in wanted)
    en = " or ".join(_TYPES[name].en for name in wanted)
    return Words(f"{_shown(error.instance)} 应为{zh}", f"{_shown(error.instance)} should be {en}")


def _enum(error: Any) -> Words:
    allowed = "、".join(str(v) for v in error.validator_value)
    return Words(
        f"{_shown(error.instance)} 应为下列之一：{allowed}",
        f"{_shown(error.instance)} should be one of {allowed}",
    )


def _pattern(error: Any) -> Words:
    return Words(
        f"{_shown(error.instance)} 的写法应合 {error.validator_value}",
        f"{_shown(error.instance)} should be written like {error.validator_value}",
    )


_SENTENCES: dict[str, Callable[[Any], Words]] = {
    "required": _required,
    "additionalProperties": _additional,
    "type": _type,
    "enum": _enum,
    "pattern": _pattern,
    "anyOf": lambda e: Words(
        f"{_shown(e.instance)} 不是可用的写法", f"{_shown(e.instance)} is no form that is known"
    ),
    "const": lambda e: Words(f"应为 {_shown(e.validator_value)}", f"should be {_shown(e.validator_value)}"),
    "not": lambda _: Words(
        "choices 只用于选择题，columns 只用于表格", "choices are for choices only, columns for rosters only"
    ),
    "minLength": lambda _: Words("不能是空的", "must not be empty"),
    "maxLength": lambda e: Words(f"超过 {e.validator_value} 字", f"is longer than {e.validator_value}"),
    "minItems": lambda e: Words(f"至少 {e.validator_value} 项", f"needs at least {e.validator_value}"),
    "maxItems": lambda e: Words(f"至多 {e.validator_value} 项", f"has more than {e.validator_value}"),
    "minProperties": lambda e: Words(f"至少 {e.validator_value} 项", f"needs at least {e.validator_value}"),
    "maxProperties": lambda e: Words(f"至多 {e.validator_value} 项", f"has more than {e.validator_value}"),
    "uniqueItems": lambda _: Words("有重复", "has the same twice"),
    "minimum": lambda e: Words(f"不能小于 {e.validator_value}", f"is less than {e.validator_value}"),
    "maximum": lambda e: Words(f"不能大于 {e.validator_value}", f"is more than {e.validator_value}"),
}
