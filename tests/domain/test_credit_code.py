"""The unified social credit code: form, check character, and what counts as a repair."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.credit_code import ALPHABET, check, check_character

first17 = st.tuples(
    st.text(ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=9, max_size=9),
).map("".join)
codes = first17.map(lambda text: text + check_character(text))


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91110000600037341L"])
def test_known_codes_hold(code: str) -> None:
    """Codes published by others as examples of the standard pass: the weights are those of GB 32100-2015."""
    assert check_character(code[:17]) == code[17]
    assert check(code).state == "valid"


@given(codes, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_no_single_wrong_character_passes(code: str, place: int, other: str) -> None:
    """Any one character exchanged for another is noticed, and never put right by the program."""
    wrong = code[:place] + other + code[place + 1 :]
    found = check(wrong)
    assert found.usable == (wrong == code)
    assert found.value == wrong


@given(codes, st.lists(st.tuples(st.integers(0, 18), st.sampled_from(" \u3000\u00a0\n\t\u200b")), max_size=4))
def test_width_spaces_and_case_are_repaired_to_the_code(code: str, spaces: list[tuple[int, str]]) -> None:
    """Full-width and lower-case letters and any spaces lead to the same value, marked as a repair."""
    wide = "".join(chr(ord(character) + 0xFEE0) for character in code.lower())
    for place, space in spaces:
        wide = wide[:place] + space + wide[place:]
    found = check(wide)
    assert (found.value, found.state) == (code, "repaired")
    assert check(found.value).state == "valid"


@pytest.mark.parametrize("written", ["", "  ", "无", "/", "—", "不详", "\u3000"])
def test_nothing_is_missing(written: str) -> None:
    """What an office writes for "nothing" is a missing code, not a wrong one."""
    assert check(written).state == "missing"


@pytest.mark.parametrize(
    ("written", "old"),
    [
        ("331002000012345", True),
        ("91350100M000100Y4", False),
        ("91350100M000100Y4O", False),
        ("9135O100M000100Y43", False),
        ("营业执照", False),
        ("91350100-M000100Y43", False),
    ],
)
def test_other_forms_are_kept_and_told_apart(written: str, old: bool) -> None:
    """A 15-digit number is recognised as the old registration number; O is never read as 0, a dash never dropped."""
    found = check(written)
    assert (found.state, found.old_number, found.value) == ("bad_form", old, written)
