"""The door for text: nothing of it acts on the terminal, whatever it is, and it has the width that it is said to have."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

from inspector.text import clean, fit
from inspector.widgets.content import ControlFilter, joined, plain

HOSTILE = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from("\x1b\x07\x00\x9b\x9d\u202e\u2066\u200b\ufeff\u0300[]/@=老盛昌"),
    ),
    max_size=80,
)


def _acts(text: str) -> bool:
    return any(unicodedata.category(character) == "Cc" for character in text)


@given(HOSTILE)
def test_a_cleaned_text_has_no_control_and_stays_on_one_line(text: str) -> None:
    """Whatever comes in, no control character comes out, and no line break."""
    assert not _acts(clean(text))
    assert all(hidden not in clean(text) for hidden in "\u202e\u2066\u200b\ufeff")


@given(HOSTILE, st.integers(0, 40), st.booleans())
def test_a_fitted_text_takes_exactly_its_cells(text: str, cells: int, right: bool) -> None:
    """Columns stay straight with any text: exactly so many cells, by the measure that Textual uses."""
    assert cell_len(fit(text, cells, right=right)) == cells


@given(HOSTILE)
def test_the_filter_lets_no_control_through(text: str) -> None:
    """The backstop works on segments that no door was asked for."""
    drawn = ControlFilter().apply([Segment(text)], Color(0, 0, 0))
    assert not _acts("".join(segment.text for segment in drawn))


@given(HOSTILE)
def test_plain_content_is_never_read_as_markup(text: str) -> None:
    """What looks like markup is shown as it is, alone and between other contents."""
    assert plain(text, lines=False).plain == clean(text)
    assert joined(plain("a"), text).plain == "a" + clean(text, lines=True)


def test_ordinary_texts_are_shown_unchanged() -> None:
    """Names with brackets, full-width signs, rare characters and accents are not touched."""
    for text in ("Door [A1] ok", "[/b]", "老盛昌（样例）𠮷㐂", "é ℃ ㎡ Ⅱ", "[@click=app.quit]x[/]"):
        assert clean(text) == text
        assert plain(text).plain == text


def test_a_long_text_is_cut_and_says_so() -> None:
    """A ten-megabyte line costs what its limit costs."""
    assert clean("长" * 10_000_000, limit=20) == "长" * 20 + ".."
    assert fit("长" * 100, 9) == "长长长" + " .."


def test_stacks_of_marks_do_not_climb_over_other_lines() -> None:
    """More than two combining marks on one letter are left out."""
    assert clean("a" + "\u0300" * 50) == "a\u0300\u0300"
