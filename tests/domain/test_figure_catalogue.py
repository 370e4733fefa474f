"""The catalogue of figures as a whole, and the arithmetic of shares."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.figure_catalogue import CATALOGUE, FIGURES, GROUPS
from inspector.domain.figure_rows import READS
from inspector.domain.figures import DIMENSIONS, UNITS, plain_number, share, show


def test_every_declaration_is_whole() -> None:
    """Codes are unique; unit, group, rows and dimensions exist; a share names two figures; the rest can be counted."""
    assert len(FIGURES) == len(CATALOGUE)
    for figure in CATALOGUE:
        assert figure.unit in UNITS, figure.code
        assert figure.group in GROUPS, figure.code
        assert set(figure.by) <= set(DIMENSIONS), figure.code
        assert figure.means.zh, figure.code
        assert figure.means.en, figure.code
        if figure.kind == "ratio":
            assert {figure.numerator, figure.denominator} <= set(FIGURES), figure.code
        elif figure.reads:
            assert figure.reads in READS, figure.code
            assert figure.picks is not None, figure.code
        else:
            assert figure.lacking is not None, figure.code


@given(above=st.integers(0, 10**6), below=st.integers(0, 10**6))
def test_a_share_is_rounded_to_a_tenth_of_a_percent(above: int, below: int) -> None:
    """Half a tenth goes up; without a denominator there is no share, and it is shown as a dash."""
    found = share(above, below)
    if below == 0:
        assert found is None
        assert show(found, "percent") == "—"
    else:
        assert found is not None
        assert abs(Decimal(found) - Decimal(above) * 1000 / below) <= Decimal("0.5")
        assert show(found, "percent") == f"{found // 10}.{found % 10}%"


def test_decimals_are_shown_plainly() -> None:
    """Square metres have no exponent and no idle zeros."""
    assert plain_number(Decimal("1E+2")) == "100"
    assert plain_number(Decimal("12.50")) == "12.5"
    assert plain_number(Decimal("0.30")) == "0.3"
