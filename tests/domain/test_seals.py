"""Ranges of numbers, and what a seal says of entries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.entries import Ref
from inspector.domain.sealing import SealedLine, read_ranges, seal_data, spell_ranges
from inspector.domain.shapes import well_formed


@given(st.sets(st.integers(1, 300), min_size=1))
def test_ranges_come_back_as_they_were(numbers: set[int]) -> None:
    """Numbers written as ranges are read back, whatever gaps they have."""
    assert read_ranges(spell_ranges(numbers)) == sorted(numbers)


@pytest.mark.parametrize(
    "text", ["", "0", "3-2", "1,1", "2,1", "1-3,3", "01", "1-99999999", "1-2,3", "x", "1-", "1,"]
)
def test_other_spellings_are_refused(text: str) -> None:
    """One set of numbers has one spelling, and none is larger than a case can be."""
    with pytest.raises(ValueError, match=r".*"):
        read_ranges(text)


_LINES = st.lists(
    st.builds(
        SealedLine,
        st.builds(Ref, st.sampled_from(["a" * 16, "b" * 16]), st.integers(1, 40)),
        st.binary(min_size=32, max_size=32),
        st.sampled_from(["", "0" * 64, "1" * 64]),
    ),
    min_size=1,
    unique_by=lambda line: line.ref,
)


@given(_LINES, st.data())
def test_a_seal_is_of_the_set_of_entries(lines: list[SealedLine], data: st.DataObject) -> None:
    """Order and repeats change nothing; leaving out an entry, or changing its hash, changes the seal."""
    whole = seal_data(["i-1"], lines)
    assert well_formed("inspection.sealed", whole)
    assert seal_data(["i-1"], data.draw(st.permutations([*lines, lines[0]]))) == whole
    other = bytes(reversed(lines[0].hash)) + b"x"
    assert (
        seal_data(["i-1"], [lines[0]._replace(hash=other[1:]), *lines[1:]]) != whole
        or other[1:] == lines[0].hash
    )
    if len(lines) > 1:
        assert seal_data(["i-1"], lines[1:]) != whole
