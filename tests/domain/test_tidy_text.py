"""Typed text is stored as the journal takes it, whatever was typed; ids hold what they promise."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.ids import derived_id, random_id
from inspector.domain.tidy import (
    MARKS_MAX,
    TEXT_MAX,
    stream_safe,
    tidy_line,
    tidy_text,
    without_excess_marks,
)
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


def _longest_run(text: str) -> int:
    longest = run = 0
    for character in unicodedata.normalize("NFKD", text):
        run = run + 1 if unicodedata.combining(character) else 0
        longest = max(longest, run)
    return longest


marked = st.text(st.sampled_from("aé字ǻ\u0301\u0316\u0344\uff9e\u0f73 "), max_size=90)


@given(marked)
def test_a_letter_carries_few_marks(text: str) -> None:
    """Unicode's own decomposition finds no longer run of marks than is said; a text within the limit stays as it is."""
    assert stream_safe(text) == (_longest_run(text) <= MARKS_MAX)
    cut = without_excess_marks(text)
    assert _longest_run(cut) <= MARKS_MAX
    assert (cut == text) == stream_safe(text)


def test_every_mark_of_unicode_is_counted() -> None:
    """No character of this Python's Unicode, repeated, makes a long run of marks that goes unnoticed."""
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        apart = unicodedata.normalize("NFKD", character)
        if all(unicodedata.combining(part) for part in apart):
            assert not stream_safe(character * (MARKS_MAX + 1)), hex(code)


def test_a_pile_of_marks_is_refused_in_words() -> None:
    """Half a million marks on one letter are refused at once; bringing them into order would take hours."""
    with pytest.raises(BadInput) as caught:
        tidy_text("a" + "\u0301\u0316" * 250_000)
    assert caught.value.code == "text.marks"
