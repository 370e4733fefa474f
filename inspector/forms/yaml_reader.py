"""A small, strict YAML: what a form's file may use, read with the line of every value.

YAML 1.2 core scalars only: `no` and `20:30` and `2026-01-10` are texts. Refused, with the line: tags,
anchors and aliases (a few hundred bytes can name billions of values), the same key twice, keys that are
not texts, numbers written `012`, `0x1f`, `1_000`, `3.5` or `1e3` (decimals are written in quotes),
several documents, a letter with more marks than any script has, and anything deeper or larger than the limits.
"""

import contextlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from inspector.domain.tidy import MARKS_MAX, stream_safe
from inspector.errors import BadInput, Problem

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MAX_NODES = 20_000
MAX_SCALAR = 20_000
"""Characters of one text."""
MAX_INTEGER = 2**53 - 1

Path = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_NUMBER_LIKE = re.compile(
    r"[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?|0[xob][0-9a-fA-F_]+"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_WORDS: Mapping[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(frozen=True, slots=True)
class Document:
    """Plain values, and the line (from 1) where the value at each path starts."""

    name: str
    value: Any
    lines: Mapping[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """The line of the value there, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def where(self, path: Path) -> str:
        """ "file.yaml:14"."""
        return f"{self.name}:{self.line(path)}"


class _Refused(Exception):  # noqa: N818 - becomes a Problem
    def __init__(self, line: int, zh: str, en: str) -> None:
        super().__init__(en)
        self.line, self.zh, self.en = line, zh, en


def read_yaml(data: bytes, name: str) -> Document:
    """Read one strict YAML document.

    Args:
        data: the bytes of the file, UTF-8 with or without a BOM.
        name: how problems call the file.

    Raises:
        BadInput: with one problem at "name:line".
    """
    try:
        return _read(data, name)
    except _Refused as fault:
        where = f"{name}:{fault.line}"
        raise BadInput(
            f"{where}：{fault.zh}",
            f"{where}: {fault.en}",
            code="yaml",
            problems=[Problem(where, fault.zh, fault.en)],
        ) from None


def _read(data: bytes, name: str) -> Document:
    if len(data) > MAX_BYTES:
        raise _Refused(1, f"文件超过 {MAX_BYTES} 字节", f"the file is larger than {MAX_BYTES} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1
        raise _Refused(line, "不是 UTF-8 编码", "this is not UTF-8") from None
    lines: dict[Path, int] = {}
    value = _Builder(lines).build(text)
    return Document(name, value, lines)


class _Builder:
    """Turns the parser's events into values. Events, not nodes: limits hold before anything is built."""

    def __init__(self, lines: dict[Path, int]) -> None:
        self._lines = lines
        self._nodes = 0

    def build(self, text: str) -> Any:
        """The values of a text: by libyaml, eight times as fast; what it refuses is refused in Python's words."""
        import yaml

        with contextlib.suppress(_Refused, AttributeError):
            return self._build(text, yaml.CSafeLoader)
        self._nodes = 0
        self._lines.clear()
        return self._build(text, yaml.SafeLoader)

    def _build(self, text: str, loader: Any) -> Any:
        import yaml

        try:
            events = yaml.parse(text, Loader=loader)
            self._events = iter(events)
            self._yaml = yaml
            next(self._events)
            if isinstance(next(self._events), yaml.StreamEndEvent):
                raise _Refused(1, "文件是空的", "the file is empty")
            value = self._value(next(self._events), ())
            next(self._events)
            if not isinstance(more := next(self._events), yaml.StreamEndEvent):
                raise _Refused(_line(more), "只能有一个文档（“---”）", "only one document is allowed")
        except yaml.YAMLError as fault:
            mark = getattr(fault, "problem_mark", None)
            line = mark.line + 1 if mark is not None else 1
            problem = getattr(fault, "problem", None) or str(fault).splitlines()[0]
            raise _Refused(line, f"YAML 写法不对（{problem}）", f"not well-formed YAML ({problem})") from None
        except (ValueError, OverflowError, RecursionError, StopIteration):
            raise _Refused(1, "YAML 写法不对", "not well-formed YAML") from None
        return value

    def _value(self, event: Any, path: Path) -> Any:
        self._nodes += 1
        line = _line(event)
        self._lines[path] = line
        self._refuse(event, path, line)
        if isinstance(event, self._yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, self._yaml.SequenceStartEvent):
            return self._sequence(path)
        return _scalar(event, line)

    def _refuse(self, event: Any, path: Path, line: int) -> None:
        if self._nodes > MAX_NODES:
            raise _Refused(line, f"超过 {MAX_NODES} 个值", f"more than {MAX_NODES} values")
        if len(path) > MAX_DEPTH:
            raise _Refused(line, f"嵌套超过 {MAX_DEPTH} 层", f"nested deeper than {MAX_DEPTH}")
        if isinstance(event, self._yaml.AliasEvent) or event.anchor is not None:
            raise _Refused(line, "不允许锚和别名（& 和 *）", "anchors and aliases (& and *) are not allowed")
        if event.tag is not None:
            raise _Refused(line, "不允许标签（!…）", "tags (!…) are not allowed")

    def _mapping(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self._events), self._yaml.MappingEndEvent):
            line = _line(event)
            if not isinstance(event, self._yaml.ScalarEvent):
                raise _Refused(line, "键必须是文字", "keys must be texts")
            self._nodes += 1
            self._refuse(event, path, line)
            key = event.value
            if not isinstance(_scalar(event, line), str):
                raise _Refused(line, f"键“{key}”不是文字，请加引号", f'the key "{key}" is no text, quote it')
            if key in found:
                raise _Refused(line, f"键“{key}”重复", f'the key "{key}" is there twice')
            found[key] = self._value(next(self._events), (*path, key))
            self._lines[(*path, key)] = line
        return found

    def _sequence(self, path: Path) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(self._events), self._yaml.SequenceEndEvent):
            found.append(self._value(event, (*path, len(found))))
        return found


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _scalar(event: Any, line: int) -> Any:
    text: str = event.value
    if len(text) > MAX_SCALAR:
        raise _Refused(line, f"文字超过 {MAX_SCALAR} 个字", f"a text of more than {MAX_SCALAR} characters")
    if not stream_safe(text):
        zh = f"一个字带了超过 {MARKS_MAX} 个附加符号"
        raise _Refused(line, zh, f"a letter with more than {MARKS_MAX} marks")
    text = unicodedata.normalize("NFC", text)
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in text):
        raise _Refused(line, "文字里有控制字符", "control characters in a text")
    if event.style:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text) and len(text) <= 17 and abs(int(text)) <= MAX_INTEGER:
        return int(text)
    if _NUMBER_LIKE.fullmatch(text):
        raise _Refused(
            line,
            f"数字“{text[:40]}”请加引号，或写成普通整数",
            f'quote the number "{text[:40]}", or write a plain whole number',
        )
    return text
