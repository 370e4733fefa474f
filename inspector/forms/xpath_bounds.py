"""Constraints that say no more than a least and a greatest value: `. >= 1 and . <= 600`, `string-length(.) <= 20`."""

import re
from typing import Any

from inspector.domain.scalars import decimal
from inspector.forms.xpath import BadXPath, Binary, Call, Dot, Negative, Node, Number, Text, parse

_NAMES = {">=": "minimum", "<=": "maximum"}
_WHOLE = re.compile(r"-?[0-9]{1,15}")


def bounds_of(source: str, kind: str) -> dict[str, Any] | None:
    """The minimum and maximum of an answer of this kind (of a text in characters); None where it says anything else."""
    try:
        parts = [parse(source)]
    except BadXPath:
        return None
    found: dict[str, Any] = {}
    while isinstance(first := parts[0], Binary) and first.sign == "and":
        parts[0:1] = [first.left, first.right]
    for part in parts:
        if not isinstance(part, Binary) or part.sign not in _NAMES or not _is_size(part.left, kind):
            return None
        value = _literal(part.right, kind)
        if value is None or _NAMES[part.sign] in found:
            return None
        found[_NAMES[part.sign]] = value
    return found


def _is_size(node: Node, kind: str) -> bool:
    if kind == "text":
        return node == Call("string-length", (Dot(),))
    return isinstance(node, Dot)


def _literal(node: Node, kind: str) -> int | str | None:
    if kind == "date" and isinstance(node, Call) and node.name == "date" and len(node.given) == 1:
        node = node.given[0]
    if kind == "date":
        return node.text if isinstance(node, Text) else None
    if isinstance(node, Negative) and isinstance(node.of, Number):
        written = f"-{node.of.text}"
    elif isinstance(node, Number):
        written = node.text
    else:
        return None
    if kind in ("integer", "text", "decimal") and _WHOLE.fullmatch(written):
        return int(written)
    if kind != "decimal":
        return None
    try:
        return decimal(written)
    except ValueError:
        return None
