"""Values as the strict YAML that `yaml_reader` reads, laid out as people write checklists by hand."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

WIDTH = 110
"""Characters up to which a mapping or a list stays on one line."""

_PLAIN = re.compile(
    r"[A-Za-z\u4e00-\u9fff](?:[\w\u4e00-\u9fff，。？！（）；、：《》“”·…–—％㎡ ./+-]*[\w\u4e00-\u9fff，。？！（）；、《》“”…％㎡])?"
)
_OTHER_SENSE = re.compile(r"(?i)y|n|yes|no|on|off|true|false|null")
"""What other readers of YAML take for something else than a text."""


def checklist_yaml(top: Mapping[str, Any], comments: Mapping[str, str]) -> str:
    """The text of a checklist file.

    Args:
        top: what the file says, "items" last.
        comments: a line above an item, by its code.
    """
    lines = [line for key, value in top.items() if key != "items" for line in _pair(key, value, 0)]
    lines.append("items:")
    for item in top["items"]:
        if comment := comments.get(item["code"]):
            lines.append(f"  # {_one_line(comment)}")
        pairs = [line for key, value in item.items() for line in _pair(key, value, 4)]
        lines += [f"  - {pairs[0].lstrip()}", *pairs[1:], ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _pair(key: str, value: Any, indent: int) -> list[str]:
    flat = _flow(value)
    start = " " * indent + _text(key) + ":"
    simple = not isinstance(value, dict | list) or not value
    if simple or (indent + len(key) + len(flat) <= WIDTH and not _tall(value)):
        return [f"{start} {flat}"]
    return [start, *_block(value, indent + 2)]


def _tall(value: Any) -> bool:
    """Lists of mappings are read better one below the other."""
    return isinstance(value, list) and len(value) > 1 and isinstance(value[0], dict)


def _block(value: Any, indent: int) -> list[str]:
    if isinstance(value, Mapping):
        return [line for key, inner in value.items() for line in _pair(key, inner, indent)]
    lines: list[str] = []
    for inner in value:
        flat = _flow(inner)
        if not isinstance(inner, Mapping) or not inner or indent + len(flat) <= WIDTH:
            lines.append(" " * indent + "- " + flat)
        else:
            below = _block(inner, indent + 2)
            lines += [" " * indent + "- " + below[0].lstrip(), *below[1:]]
    return lines


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(key)}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(_flow(inner) for inner in value) + "]"
    if value is None or isinstance(value, bool | int):
        return json.dumps(value)
    return _text(str(value))


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and not _OTHER_SENSE.fullmatch(text):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in quoted)


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)[:200]
