"""Days: every kind, what is missing where nothing is known, the second opinion of a library, and counting deadlines."""

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.calendar import (
    DAY_KINDS,
    PERIOD_KINDS,
    Calendar,
    DaysOff,
    Due,
    Period,
    StatutoryYear,
    add_days,
    day_facts,
    day_of,
    is_clock,
    is_night,
    lay_over,
    overlapping,
)
from inspector.domain.checklist import Words
from inspector.domain.patrol import likely_occasion
from inspector.forms.library import shipped

STATUTORY = shipped().calendar
NAME = Words("某", "some")


def span(kind: str, first: str, last: str) -> Period:
    """A period of the county."""
    return Period(kind, NAME, date.fromisoformat(first), date.fromisoformat(last))  # type: ignore[arg-type]


SCHOOL = Calendar(
    periods=(
        span("winter_break", "2026-01-31", "2026-03-01"),
        span("term", "2026-03-02", "2026-07-10"),
        span("summer_break", "2026-07-11", "2026-08-31"),
        span("term", "2026-09-01", "2027-01-22"),
        span("winter_break", "2027-01-23", "2027-02-21"),
    )
)
COUNTY = lay_over(STATUTORY, SCHOOL)


@pytest.mark.parametrize(
    ("day", "kind", "statutory"),
    [
        ("2026-09-30", "school_day", False),
        ("2026-10-01", "holiday", True),
        ("2026-10-07", "holiday", True),
        ("2026-10-08", "school_day", False),
        ("2026-10-10", "working_weekend", False),
        ("2026-10-11", "weekend", False),
        ("2026-02-14", "winter_break", False),  # a worked Saturday in the break
        ("2026-02-17", "holiday", True),  # the Spring Festival in the break
        ("2026-02-28", "winter_break", False),
        ("2026-03-01", "winter_break", False),
        ("2026-03-02", "school_day", False),
        ("2026-07-11", "summer_break", False),
        ("2026-06-01", "school_day", False),
        ("2026-12-31", "school_day", False),
        ("2027-01-01", None, None),
        ("2027-01-02", None, None),
        ("2027-01-25", "winter_break", None),
        ("2027-03-01", None, None),
        ("2026-01-15", None, False),  # before the county's first period
        ("2023-12-31", None, None),
    ],
)
def test_what_a_day_is(day: str, kind: str | None, statutory: bool | None) -> None:
    """Days off before breaks, breaks before weekends; in a year without a notice only breaks are known."""
    found = day_of(COUNTY, date.fromisoformat(day))
    assert (found.kind, found.statutory) == (kind, statutory)
    assert bool(found.missing) == (kind is None)


@pytest.mark.parametrize(
    ("day", "kind"),
    [("2026-10-01", "holiday"), ("2026-10-11", "weekend"), ("2026-10-10", None), ("2026-10-12", None)],
)
def test_without_a_school_calendar(day: str, kind: str | None) -> None:
    """Days off and plain weekends are known; a worked day may lie in a break, and the day says so."""
    found = day_of(STATUTORY, date.fromisoformat(day))
    assert found.kind == kind
    assert ["校历" in words.zh for words in found.missing] == ([] if kind else [True])


def test_a_day_says_its_name_and_who_says_so() -> None:
    """The holiday's name; Children's Day is flagged; a break besides the two long ones is a day of rest."""
    day = day_of(COUNTY, date(2026, 10, 3))
    assert (day.name.zh, day.weekday, day.childrens_day) == ("国庆节", "sat", False)
    assert day.sources == ("国务院办公厅关于2026年部分节假日安排的通知", "statutory@2026.1")
    assert day_of(COUNTY, date(2026, 6, 1)).childrens_day
    spring = lay_over(COUNTY, Calendar(periods=(span("other_break", "2026-05-11", "2026-05-12"),)))
    assert day_of(spring, date(2026, 5, 11)).kind == "holiday"
    assert day_of(spring, date(2026, 5, 11)).statutory is False


def test_three_years_agree_with_the_library() -> None:
    """Every day of 2024 to 2026: worked or not, and the holiday's name, as chinese-calendar has them."""
    always = lay_over(STATUTORY, Calendar(periods=(span("term", "2024-01-01", "2026-12-31"),)))
    assert sorted(STATUTORY.years) == [2024, 2025, 2026]
    day = date(2024, 1, 1)
    while day.year < 2027:
        found = day_of(always, day)
        off, name = chinese_calendar.get_holiday_detail(day)
        assert (found.kind in ("holiday", "weekend")) == off, day
        assert (found.kind == "working_weekend") == (day.weekday() >= 5 and not off), day
        if off:
            assert (found.kind == "holiday") == (name is not None), day
            if name is not None:
                assert found.name.zh.startswith(chinese_calendar.Holiday(name).chinese), day
        day += timedelta(days=1)


_DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
_SPANS = st.tuples(_DAYS, st.integers(0, 80)).map(lambda pair: (pair[0], pair[0] + timedelta(pair[1])))


@st.composite
def _calendars(draw: st.DrawFn, years: tuple[int, ...] = tuple(range(2020, 2031))) -> Calendar:
    found = {}
    for year in draw(st.sets(st.sampled_from(years), max_size=4)):
        inside = st.integers(0, 364).map(lambda n, year=year: date(year, 1, 1) + timedelta(n))  # type: ignore[misc]
        off = tuple(DaysOff(NAME, day, day) for day in draw(st.lists(inside, max_size=8)))
        working = tuple(day for day in draw(st.lists(inside, max_size=5)) if day.weekday() >= 5)
        found[year] = StatutoryYear(year, off, working, "x")
    kinds = st.sampled_from(sorted(PERIOD_KINDS))
    periods = [Period(draw(kinds), NAME, *draw(_SPANS)) for _ in range(draw(st.integers(0, 5)))]  # type: ignore[arg-type]
    return Calendar(found, tuple(sorted(periods, key=lambda period: period.first)))


@given(_calendars(), st.dates())
def test_every_day_has_an_answer(calendar: Calendar, day: date) -> None:
    """Whatever is known: a kind, or what is missing, never both and never neither; in an unknown year nothing is statutory."""
    found = day_of(calendar, day)
    assert (found.kind is None) == bool(found.missing)
    assert found.kind is None or found.kind in DAY_KINDS
    assert (found.statutory is None) == (day.year not in calendar.years)


@given(_calendars((2020, 2021, 2022)), _calendars((2023, 2024)), _calendars((2025, 2026)), _DAYS)
def test_disjoint_calendars_merge_in_any_order(a: Calendar, b: Calendar, c: Calendar, day: date) -> None:
    """Who was published first does not matter where nobody says the same thing twice."""
    assert lay_over(a, b, c) == lay_over(c, a, b) == lay_over(lay_over(b, c), a)
    assert lay_over(a, a) == lay_over(a)
    assert day_of(lay_over(a, b), day) == day_of(lay_over(b, a), day)


@pytest.mark.parametrize(
    ("start", "days", "kind", "due", "certain"),
    [
        ("2026-01-01", 0, "natural", "2026-01-01", True),
        ("2027-12-31", 1, "natural", "2028-01-01", True),
        ("2026-09-30", 0, "working", "2026-09-30", True),
        ("2026-09-30", 1, "working", "2026-10-08", True),  # after the holidays
        ("2026-10-09", 1, "working", "2026-10-10", True),  # a worked Saturday
        ("2026-10-10", 1, "working", "2026-10-12", True),
        ("2026-12-30", 1, "working", "2026-12-31", True),
        ("2026-12-31", 1, "working", "2027-01-01", False),  # nobody knows yet that it is a day off
        ("2026-12-31", 2, "working", "2027-01-04", False),
    ],
)
def test_the_last_day_of_a_deadline(start: str, days: int, kind: str, due: str, certain: bool) -> None:
    """Natural days are certain; working days follow the notices, and are an estimate beyond them."""
    found = add_days(STATUTORY, date.fromisoformat(start), days, kind)
    assert found == Due(date.fromisoformat(due), certain)


@given(_calendars(), _DAYS, st.integers(0, 60), st.sampled_from(("natural", "working")))
def test_a_longer_deadline_is_later(calendar: Calendar, start: date, days: int, kind: str) -> None:
    """One day more ends later, and no estimate becomes certain by it."""
    one, more = (add_days(calendar, start, number, kind) for number in (days, days + 1))
    assert start <= one.date < more.date
    assert one.date >= start + timedelta(days)
    assert one.certain or not more.certain


def test_deadlines_at_the_end_of_time() -> None:
    """The last day there is ends every count; none begins before its start."""
    assert add_days(Calendar(), date(9999, 12, 30), 5, "working") == Due(date.max, False)
    assert add_days(Calendar(), date(9999, 12, 30), 5) == Due(date.max, False)
    with pytest.raises(ValueError, match="before its start"):
        add_days(Calendar(), date(2026, 1, 1), -1)


@pytest.mark.parametrize(
    ("clock", "start", "end", "night"),
    [
        ("19:59", "20:00", "06:00", False),
        ("20:00", "20:00", "06:00", True),
        ("00:00", "20:00", "06:00", True),
        ("05:59", "20:00", "06:00", True),
        ("06:00", "20:00", "06:00", False),
        ("12:00", "10:00", "13:00", True),
        ("09:00", "10:00", "13:00", False),
        ("12:00", None, "06:00", None),
        ("12:00", "20:00", "6:00", None),
        ("24:00", "20:00", "06:00", None),
    ],
)
def test_night(clock: str, start: object, end: object, night: bool | None) -> None:
    """From its start until before its end, over midnight too; what is no time makes it unknown."""
    assert is_night(clock, start, end) is night


@given(st.text(max_size=6))
def test_clock_texts(text: str) -> None:
    """Only HH:MM is one."""
    assert is_clock(text) == (
        text in {f"{hour:02}:{minute:02}" for hour in range(24) for minute in range(60)}
    )


HOURS = {"night_start": "20:00", "night_end": "06:00", "off_work_time": "18:00"}


def _wall(text: str) -> int:
    from datetime import datetime

    return int(datetime.fromisoformat(text + "+08:00").timestamp() * 1000)


def test_the_day_facts_of_rules() -> None:
    """Booleans are booleans; what is not known is absent."""
    assert day_facts(COUNTY, HOURS, _wall("2026-10-01T23:59:59")) == {
        "date": "2026-10-01", "time": "23:59", "weekday": "thu", "kind": "holiday", "statutory": True, "night": True,
    }  # fmt: skip
    assert day_facts(COUNTY, HOURS, _wall("2027-01-04T00:00:00")) == {
        "date": "2027-01-04", "time": "00:00", "weekday": "mon", "night": True,
    }  # fmt: skip
    assert day_facts(Calendar(), {}, 0) == {"date": "1970-01-01", "time": "08:00", "weekday": "thu"}


_CHILD = """
import json
from inspector.domain.calendar import day_facts
from inspector.forms.library import shipped
print(json.dumps([day_facts(shipped().calendar, {"night_start": "20:00", "night_end": "06:00"}, wall)
                  for wall in %s]))
"""


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Pacific/Kiritimati", "UTC"])
def test_the_day_is_chinas_whatever_the_laptops_zone(zone: str) -> None:
    """A laptop that believes in another zone sees the same day at both sides of midnight in Shanghai."""
    walls = [_wall("2026-09-30T23:59:59"), _wall("2026-10-01T00:00:00"), _wall("2026-10-01T12:00:00")]
    env = {**os.environ, "TZ": zone, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", _CHILD % walls], env=env, capture_output=True, check=True, timeout=60
    )
    found = json.loads(done.stdout)
    assert [(one["date"], one["time"], one.get("kind"), one["night"]) for one in found] == [
        ("2026-09-30", "23:59", None, True),
        ("2026-10-01", "00:00", "holiday", True),
        ("2026-10-01", "12:00", "holiday", False),
    ]


@pytest.mark.parametrize(
    ("moment", "occasion"),
    [
        ("2026-10-01T21:00", "holiday"),
        ("2026-07-20T21:00", "vacation"),
        ("2026-09-19T19:00", "night"),
        ("2026-09-19T14:00", "weekend"),
        ("2026-09-20T14:00", "day"),  # a worked Sunday
        ("2026-09-21T17:59", "day"),
        ("2026-09-21T18:00", "night"),
        ("2026-09-22T05:59", "night"),
        ("2027-03-06T10:00", "weekend"),  # an unknown year: most likely
    ],
)
def test_the_likely_occasion(moment: str, occasion: str) -> None:
    """Holiday, school break, night, weekend, in this order."""
    assert likely_occasion(COUNTY, HOURS, _wall(moment)) == occasion


@given(st.lists(_SPANS, max_size=6))
def test_overlaps_are_found(spans: list[tuple[date, date]]) -> None:
    """Without overlap every day is in one span at most, and the other way round."""
    days = [first + timedelta(n) for first, last in spans for n in range((last - first).days + 1)]
    assert bool(overlapping(spans)) == (len(set(days)) < len(days))
