"""Times of a report as people say them."""

from datetime import date

import pytest

from inspector.domain.calendar import Calendar, Period
from inspector.domain.checklist import Words
from inspector.domain.periods import PERIODS, period_of

TODAY = date(2026, 11, 22)
BREAK = Period("summer_break", Words("2026年暑假", "summer 2026"), date(2026, 7, 5), date(2026, 8, 31))


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("今天", "2026-11-22", "2026-11-22"),
        ("本周", "2026-11-16", "2026-11-22"),
        ("上周", "2026-11-09", "2026-11-15"),
        ("本月", "2026-11-01", "2026-11-22"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("本季度", "2026-10-01", "2026-11-22"),
        ("上季度", "2026-07-01", "2026-09-30"),
        ("去年", "2025-01-01", "2025-12-31"),
        ("暑假", "2026-07-05", "2026-08-31"),
        ("2026年暑假", "2026-07-05", "2026-08-31"),
    ],
)
def test_words_for_a_time(words: str, first: str, last: str) -> None:
    """Each word is its days; what is not over yet ends today."""
    found = period_of(words, TODAY, Calendar(periods=(BREAK,)))
    assert found is not None
    assert [day.isoformat() for day in found] == [first, last]


def test_words_nobody_knows_are_none() -> None:
    """A break that the county has not named, or that has not begun, is no time."""
    assert period_of("寒假", TODAY, Calendar()) is None
    assert period_of("暑假", date(2026, 6, 1), Calendar(periods=(BREAK,))) is None


def test_the_turn_of_the_year() -> None:
    """In January last month is December, and last quarter the fourth of the year before."""
    day = date(2026, 1, 3)
    assert period_of("上月", day, Calendar()) == (date(2025, 12, 1), date(2025, 12, 31))
    assert period_of("上季度", day, Calendar()) == (date(2025, 10, 1), date(2025, 12, 31))
    for words in PERIODS:
        span = period_of(words, day, Calendar())
        assert span is not None
        assert span[0] <= span[1] <= day
