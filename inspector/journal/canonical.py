"""One value, one row of bytes: strict canonical JSON, a profile of RFC 8785.

Entries are hashed and signed as bytes, so a value must have exactly one encoding. The profile leaves out what
makes encodings differ: floats, free keys, unnormalised text. docs/formats.md states it byte for byte.
"""

import functools
import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Never

from inspector.language import tr

MAX_HEADER_BYTES = 4_096
MAX_BODY_BYTES = 262_144
MAX_DEPTH = 8
"""How many arrays and objects may lie inside each other; the outermost counts."""
MAX_INT = 2**53 - 1
"""Largest magnitude of an integer: what every JSON reader keeps exactly (RFC 7493 §2.2)."""

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# Matches at every quote, even one that never closes, so that a hostile text cannot make it scan twice.
_STRINGS = re.compile(rb'(?s)"(?:[^"\\]|\\.)*+(?:"|\\?\Z)')
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class MalformedError(ValueError):
    """Bytes or values that the format does not allow; `zh` and `en` say why, without quoting content."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en

    @property
    def message(self) -> str:
        """The reason in the language of this process."""
        return tr(self.zh, self.en)


def encode(value: Any, *, max_depth: int = MAX_DEPTH) -> bytes:
    """The canonical bytes of a value: UTF-8 JSON, keys sorted, no white space, nothing escaped without need.

    Args:
        value: mappings, lists or tuples, str, int, bool, None.
        max_depth: how deep arrays and objects may nest.

    Raises:
        MalformedError: the value is outside of the profile. Nothing is rounded, normalised or dropped.
    """
    return _ENCODER.encode(_plain(value, max_depth)).encode()


def decode(data: bytes, *, max_bytes: int, max_depth: int = MAX_DEPTH) -> Any:
    """The value of canonical bytes. Bytes are taken only if the value encodes to these very bytes.

    That one rule refuses repeated keys, floats, needless escapes, white space, byte order marks and the like.
    Work is linear in `max_bytes`, and nesting is checked before anything recurses.

    Raises:
        MalformedError: too long, too deep, or not canonical.
    """
    if len(data) > max_bytes:
        raise MalformedError(f"数据超过 {max_bytes} 字节", f"more than {max_bytes} bytes")
    _check_depth(data, max_depth)
    try:
        value = _DECODER.decode(data.decode("utf-8"))
    except MalformedError:
        raise
    except ValueError:
        raise MalformedError("不是有效的 UTF-8 JSON", "not valid JSON in UTF-8") from None
    if encode(value, max_depth=max_depth) != data:
        raise MalformedError("不是规范编码(RFC 8785)", "not in canonical form (RFC 8785)")
    return value


def _no_float(_text: str) -> Never:
    raise MalformedError("不允许浮点数", "floats are not allowed")


# Made once: an entry is decoded and encoded a few times on its way, and making these costs as much as using them.
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
_DECODER = json.JSONDecoder(parse_float=_no_float, parse_constant=_no_float)


def _check_depth(data: bytes, max_depth: int) -> None:
    if data.count(b"[") + data.count(b"{") <= max_depth:
        return
    depth = 0
    for byte in _STRINGS.sub(b"", data).translate(None, _NOT_BRACKETS):
        depth += 1 if byte in b"[{" else -1
        if depth > max_depth:
            raise _too_deep()


def _too_deep() -> MalformedError:
    return MalformedError("嵌套层数过多", "nested too deep")


def _plain(value: Any, depth: int) -> Any:
    """The value as plain JSON types, checked; `depth` is how many levels are left."""
    kind = type(value)
    if kind is str:
        return value if value.isascii() and value.isprintable() else _text(value)
    if kind is dict or kind is list:
        return _container(value, depth)
    if value is None or kind is bool:
        return value
    return _unusual(value, depth)


def _container(value: Any, depth: int) -> Any:
    if depth <= 0:
        raise _too_deep()
    if isinstance(value, Mapping):
        return {_key(key): _plain(item, depth - 1) for key, item in value.items()}
    return [_plain(item, depth - 1) for item in value]


def _unusual(value: Any, depth: int) -> Any:
    """Integers, and what is not exactly of a JSON type but stands for one."""
    if isinstance(value, int):
        if not -MAX_INT <= value <= MAX_INT:
            raise MalformedError("整数超出 ±(2^53−1)", "an integer is beyond ±(2^53−1)")
        return int(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping | list | tuple):
        return _container(value, depth)
    if isinstance(value, float):
        _no_float("")
    raise MalformedError(f"不允许的类型 {type(value).__name__}", f"a {type(value).__name__} is not allowed")


@functools.lru_cache(maxsize=1_024)
def _key(key: object) -> str:
    if not isinstance(key, str) or _KEY.fullmatch(key) is None:
        raise MalformedError(
            "键名不符合 [a-z][a-z0-9_]{0,39}", "a key is not of the form [a-z][a-z0-9_]{0,39}"
        )
    return str(key)


def _text(text: str) -> str:
    # What is printable has none of them; the search takes longer, and is for line feeds and the like.
    if not text.isprintable() and _FORBIDDEN.search(text) is not None:
        raise MalformedError("文字含控制字符", "text contains a control character")
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        raise MalformedError("文字未按 NFC 规范化", "text is not in Unicode form NFC")
    return str(text)
