"""Days that are typed short."""

import pytest

from inspector.services.days import coming_day

TODAY = "2026-11-22"


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("明天", "2026-11-23"),
        ("今天", "2026-11-22"),
        ("后天", "2026-11-24"),
        ("11-22", "2026-11-22"),
        ("11-21", "2027-11-21"),
        ("6月30日", "2027-06-30"),
        ("１２－０１", "2026-12-01"),
        ("2-29", "2-29"),
        ("30-06", "30-06"),
        ("2026-12-31", "2026-12-31"),
        ("下周", "下周"),
        ("", ""),
    ],
)
def test_a_short_day_is_the_next_one(typed: str, day: str) -> None:
    """Today counts; a day that neither year has, the other order and every other spelling are left as they are."""
    assert coming_day(typed, TODAY) == day
