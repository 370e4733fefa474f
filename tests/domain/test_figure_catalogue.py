"""The catalogue of figures as a whole, and the arithmetic of shares."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.figure_catalogue import CATALOGUE, FIGURES, GROUPS
from inspector.domain.figure_rows import READS
from inspector.domain.figures import DIMENSIONS, UNITS, Cell, Value, plain_number, ratio_of, share, show


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


def test_a_share_of_what_nobody_looked_at_says_nothing() -> None:
    """Not in total, and not in the grid where only visits were made: there it has no value beside one of another grid."""

    def found(**seen: int) -> dict[str, Value]:
        def value(code: str, cells: dict[str, int]) -> Value:
            return Value(
                code, sum(cells.values()), cells=tuple(Cell("grid", key, n) for key, n in cells.items())
            )

        return {
            "schools_all_ok": value("schools_all_ok", {"g-1": 1}),
            "schools_checked": value("schools_checked", {"g-1": 2, "g-2": 3}),
            "schools_looked_at": value("schools_looked_at", seen),
        }

    figure = FIGURES["schools_ok_rate"]
    assert ratio_of(figure, found()).value is None
    some = ratio_of(figure, found(**{"g-1": 2}))
    assert some.value == 200
    assert [(cell.key, cell.value) for cell in some.cells] == [("g-1", 500), ("g-2", None)]
