"""Typed text is stored as the journal takes it, whatever was typed; ids hold what they promise."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.ids import derived_id, random_id
from inspector.domain.tidy import TEXT_MAX, tidy_line, tidy_text
from inspector.errors import BadInput
from inspector.journal.canonical import decode, encode

anything = st.text(st.characters(), max_size=60)


@given(anything)
def test_tidied_text_is_taken_by_the_journal(text: str) -> None:
    """Controls, lone surrogates and unnormalised letters never reach an entry; tidying twice is tidying once."""
    for tidy in (tidy_text, tidy_line):
        found = tidy(text)
        assert decode(encode({"a": found}), max_bytes=10_000) == {"a": found}
        assert tidy(found) == found
        assert unicodedata.is_normalized("NFC", found)


@given(anything)
def test_a_line_is_one_line(text: str) -> None:
    """No line break, tab or other control is left in it."""
    assert not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in tidy_line(text))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  夜查 \r\n第二行\r", "夜查 \n第二行"),
        ("a\x1b[31mb\x00", "a [31mb"),
        ("e\u0301", "é"),
        ("\ud800x", "x"),
    ],
)
def test_what_is_kept(typed: str, kept: str) -> None:
    """Line ends become one, controls become spaces, the words stay."""
    assert tidy_text(typed) == kept


def test_too_long_is_refused_and_not_cut() -> None:
    """A text is never shortened silently."""
    assert len(tidy_text("字" * TEXT_MAX)) == TEXT_MAX
    with pytest.raises(BadInput) as caught:
        tidy_text("字" * (TEXT_MAX + 1))
    assert caught.value.code == "text.long"


@given(st.lists(st.text(max_size=4), max_size=4), st.lists(st.text(max_size=4), max_size=4))
def test_derived_ids_tell_parts_apart(one: list[str], other: list[str]) -> None:
    """The same parts give the same id; others another one, also where they join to the same letters."""
    if any("\x1f" in part for part in one + other) or not one or not other:
        return
    same = derived_id("s", *_plain(one)) == derived_id("s", *_plain(other))
    assert same is (_plain(one) == _plain(other))


def _plain(parts: list[str]) -> list[str]:
    return [part.encode("utf-8", "replace").decode() for part in parts]


def test_ids_have_their_form() -> None:
    """A prefix and twelve letters; an id of an act wants enough randomness."""
    assert derived_id("s", "x") == derived_id("s", "x") != derived_id("f", "x")
    made = random_id("i", bytes(range(8)))
    assert made.startswith("i-")
    assert len(made) == 14
    with pytest.raises(ValueError, match="8 random bytes"):
        random_id("i", b"1234567")
