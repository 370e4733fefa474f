"""Canonical JSON: one value, one row of bytes, and nothing else is read."""

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.journal.canonical import MAX_BODY_BYTES, MAX_DEPTH, MAX_INT, MalformedError, decode, encode


def _is_clean(text: str) -> bool:
    categories = {unicodedata.category(char) for char in text.replace("\n", "").replace("\t", "")}
    return not categories & {"Cc", "Cs"}


TEXT = st.text().map(lambda text: unicodedata.normalize("NFC", text)).filter(_is_clean)
KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,39}", fullmatch=True)
SCALARS = st.none() | st.booleans() | st.integers(-MAX_INT, MAX_INT) | TEXT
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
).filter(lambda value: _depth(value) <= MAX_DEPTH)


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max((_depth(item) for item in value.values()), default=0)
    if isinstance(value, list):
        return 1 + max((_depth(item) for item in value), default=0)
    return 0


@given(VALUES)
def test_every_value_of_the_profile_comes_back(value: Any) -> None:
    """Encoding loses nothing, and what is read back is the same value."""
    assert decode(encode(value), max_bytes=MAX_BODY_BYTES) == value


@given(st.dictionaries(KEYS, SCALARS, min_size=2))
def test_the_order_of_keys_does_not_matter(value: dict[str, Any]) -> None:
    """Two equal objects have the same bytes, however they were built."""
    assert encode(dict(reversed(value.items()))) == encode(value)


@given(st.binary(max_size=40))
def test_whatever_is_read_is_exactly_what_would_be_written(data: bytes) -> None:
    """No bytes are read as a value that has other bytes; everything else is refused in one way."""
    try:
        value = decode(data, max_bytes=40)
    except MalformedError:
        return
    assert encode(value) == data


@given(VALUES, st.data())
def test_white_space_anywhere_is_refused(value: Any, data: st.DataObject) -> None:
    """The same JSON value in other bytes is refused."""
    encoded = encode(value)
    at = data.draw(st.integers(0, len(encoded)))
    changed = encoded[:at] + b" " + encoded[at:]
    try:
        again = decode(changed, max_bytes=MAX_BODY_BYTES)
    except MalformedError:
        return
    assert again != value, "a blank inside a text is another text"


@given(st.text(max_size=8))
@settings(max_examples=300)
def test_text_is_taken_only_clean_and_normalised(text: str) -> None:
    """Text with control characters, lone surrogates or outside of NFC is refused, never repaired."""
    fine = _is_clean(text) and unicodedata.is_normalized("NFC", text)
    if fine:
        assert json.loads(encode([text])) == [text]
    else:
        with pytest.raises(MalformedError):
            encode([text])


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        2**53,
        -(2**53),
        b"x",
        {1: 2},
        {"A": 1},
        {"": 1},
        {"a" * 41: 1},
        {"é": 1},
        {1, 2},
        object(),
    ],
)
def test_values_outside_of_the_profile_are_refused(value: object) -> None:
    """Floats, large integers, bytes, free keys and foreign types cannot be encoded."""
    with pytest.raises(MalformedError):
        encode({"data": value})


def test_eight_levels_are_allowed_and_nine_are_not() -> None:
    """The outermost array counts as the first level."""
    value: Any = "x"
    for _ in range(MAX_DEPTH):
        value = [value]
    assert decode(encode(value), max_bytes=100) == value
    with pytest.raises(MalformedError, match="deep"):
        encode([value])
    with pytest.raises(MalformedError, match="deep"):
        decode(b"[" + encode(value) + b"]", max_bytes=100)


def test_brackets_in_text_are_not_levels() -> None:
    """A note may be full of brackets, quotes and backslashes."""
    value = {"note": "[[[[[[[[[[{{{{{{{{{{" * 5 + '"]\\"[[[[' + "\\"}
    assert decode(encode(value), max_bytes=1000) == value


@pytest.mark.parametrize(
    "data",
    [
        b"[" * MAX_BODY_BYTES,
        b'{"a":' * (MAX_BODY_BYTES // 5),
        b'"' + b'\\"' * (MAX_BODY_BYTES // 2 - 1),
        b'["' + b"\\" * (MAX_BODY_BYTES - 2),
        b"9" * MAX_BODY_BYTES,
        b'[{"' * (MAX_BODY_BYTES // 3),
    ],
    ids=["arrays", "objects", "open string", "backslashes", "one number", "open keys"],
)
def test_hostile_bytes_are_refused_without_recursion(data: bytes) -> None:
    """Deep or never-ending bytes of the largest size end in a refusal, not in a crash."""
    with pytest.raises(MalformedError):
        decode(data, max_bytes=MAX_BODY_BYTES)


def test_too_many_bytes_are_not_even_looked_at() -> None:
    """The limit holds for sound bytes as well."""
    data = encode({"a": "x" * 100})
    with pytest.raises(MalformedError, match="more than 100 bytes"):
        decode(data, max_bytes=100)


def test_reasons_are_in_both_languages() -> None:
    """A refusal can be shown to people, and does not quote what was in the bytes."""
    with pytest.raises(MalformedError) as caught:
        encode({"note": "身份证\x07号"})
    assert (caught.value.zh, caught.value.en) == ("文字含控制字符", "text contains a control character")
    assert caught.value.message in (caught.value.zh, caught.value.en)
