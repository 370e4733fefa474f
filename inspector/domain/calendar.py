"""What a day is in the county: days off, working weekends, school terms and breaks; and counting days to a deadline.

All days are the county's own (Asia/Shanghai, `domain.when`). What nobody has said is unknown, never guessed: without the
year's notice of the State Council a Saturday may be a working day, and without the county's school calendar a weekday
may lie in a school break.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from inspector.domain.checklist import Words
from inspector.domain.when import local_time

DayKind = Literal["school_day", "weekend", "holiday", "working_weekend", "winter_break", "summer_break"]
PeriodKind = Literal["term", "winter_break", "summer_break", "other_break"]
CountKind = Literal["natural", "working"]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY_LABELS: Mapping[str, Words] = dict(
    zip(
        WEEKDAYS,
        (
            Words("星期一", "Monday"),
            Words("星期二", "Tuesday"),
            Words("星期三", "Wednesday"),
            Words("星期四", "Thursday"),
            Words("星期五", "Friday"),
            Words("星期六", "Saturday"),
            Words("星期日", "Sunday"),
        ),
        strict=True,
    )
)
DAY_KINDS: Mapping[str, Words] = {
    "school_day": Words("上课日", "school day"),
    "weekend": Words("周末", "weekend"),
    "holiday": Words("节假日", "holiday"),
    "working_weekend": Words("调休上班日（周末）", "working weekend day"),
    "winter_break": Words("寒假", "winter break"),
    "summer_break": Words("暑假", "summer break"),
}
PERIOD_KINDS: Mapping[str, Words] = {
    "term": Words("学期", "term"),
    "winter_break": DAY_KINDS["winter_break"],
    "summer_break": DAY_KINDS["summer_break"],
    "other_break": Words("其他假期", "other break"),
}
_BREAKS: Mapping[str, DayKind] = {
    "winter_break": "winter_break",
    "summer_break": "summer_break",
    "other_break": "holiday",
}
"""A break of the county besides the two long ones is a day of rest (休息日): the kind of day is a holiday."""

CHILDRENS_DAY = Words("儿童节（不满14周岁放假）", "Children's Day (a day off under 14)")
NO_SCHOOL_CALENDAR = Words(
    "本县校历（是否在假期内）", "the county's school calendar (a break cannot be ruled out)"
)


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Days off in a row under one name, weekend and compensatory rest days in between included."""

    name: Words
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class StatutoryYear:
    """A whole year as the State Council's notice arranges it.

    Attributes:
        working: Saturdays and Sundays that are worked (调休上班日).
        source: the notice; `text` names the file that says so ("statutory@2026.1").
    """

    year: int
    off: tuple[DaysOff, ...]
    working: tuple[date, ...]
    source: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """A term or a break of the county's schools."""

    kind: PeriodKind
    name: Words
    first: date
    last: date
    source: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is known of days. Both may be empty; nothing is known then.

    Attributes:
        years: by year, each complete.
        periods: in the order of their first days.
    """

    years: Mapping[int, StatutoryYear] = field(default_factory=dict)
    periods: tuple[Period, ...] = ()

    def off(self, day: date) -> DaysOff | None:
        """The days off that this day is among."""
        known = self.years.get(day.year)
        return next((off for off in known.off if off.first <= day <= off.last), None) if known else None

    def works(self, day: date) -> bool:
        """Whether this weekend day is worked; False in an unknown year."""
        known = self.years.get(day.year)
        return known is not None and day in known.working

    def period(self, day: date) -> Period | None:
        """The break that this day is in, else its term."""
        found = [period for period in self.periods if period.first <= day <= period.last]
        return min(found, key=lambda period: period.kind == "term", default=None)


def lay_over(*calendars: Calendar) -> Calendar:
    """One calendar of several: a later one's year stands for an earlier one's, periods are put together.

    Where periods of different calendars overlap, a break counts before a term.
    """
    years: dict[int, StatutoryYear] = {}
    periods: dict[tuple[Any, ...], Period] = {}
    for calendar in calendars:
        years |= calendar.years
        periods |= {(p.first, p.last, p.kind, p.name.zh): p for p in calendar.periods}
    return Calendar(dict(sorted(years.items())), tuple(periods[key] for key in sorted(periods)))


@dataclass(frozen=True, slots=True)
class Day:
    """What is known of a day.

    Attributes:
        kind: None where it is not known.
        name: of the holiday or the period ("国庆节"); empty where there is none.
        weekday: "mon" … "sun".
        statutory: a statutory day off, compensatory rest days included; None in an unknown year.
        childrens_day: 1 June: those under 14 are free (全国年节及纪念日放假办法).
        missing: what would have to be known.
        sources: what says so, for people.
    """

    date: date
    kind: DayKind | None
    name: Words
    weekday: str
    statutory: bool | None
    childrens_day: bool
    missing: tuple[Words, ...] = ()
    sources: tuple[str, ...] = ()


_NO_NAME = Words("", "")


def _no_year(year: int) -> Words:
    return Words(
        f"{year}年放假安排（国务院办公厅通知）", f"the State Council's notice on the holidays of {year}"
    )


def day_of(calendar: Calendar, day: date) -> Day:
    """What a day is. Statutory days off come before school breaks, these before working weekends and weekends.

    A break that the county has given is one also in a year whose notice is not known; every other day of such a year is
    unknown. A weekday, or a weekend day that is worked, is known only where a term of the county's schools covers it.
    """
    year, off, period = calendar.years.get(day.year), calendar.off(day), calendar.period(day)
    statutory = None if year is None else off is not None
    resting = period is not None and period.kind != "term"
    working = calendar.works(day)
    kind: DayKind | None = None
    name = _NO_NAME
    missing: tuple[Words, ...] = ()
    if off is not None:
        kind, name = "holiday", off.name
    elif period is not None and resting:
        kind, name = _BREAKS[period.kind], period.name
    elif year is None:
        missing = (_no_year(day.year),) + (() if period else (NO_SCHOOL_CALENDAR,))
    elif day.weekday() >= 5 and not working:
        kind = "weekend"
    elif period is None:
        missing = (NO_SCHOOL_CALENDAR,)
    else:
        kind, name = ("working_weekend" if working else "school_day"), period.name
    return Day(
        date=day,
        kind=kind,
        name=name,
        weekday=WEEKDAYS[day.weekday()],
        statutory=statutory,
        childrens_day=(day.month, day.day) == (6, 1),
        missing=missing,
        sources=_sources(year, period),
    )


def _sources(year: StatutoryYear | None, period: Period | None) -> tuple[str, ...]:
    found = [text for known in (year, period) if known for text in (known.source, known.text)]
    return tuple(dict.fromkeys(text for text in found if text))


def is_clock(text: object) -> bool:
    """Whether this is a time of day as rules compare it: "20:30"."""
    if not isinstance(text, str) or len(text) != 5 or text[2] != ":":
        return False
    hour, minute = text[:2], text[3:]
    return (hour + minute).isascii() and (hour + minute).isdigit() and int(hour) < 24 and int(minute) < 60


def is_night(clock: str, start: object, end: object) -> bool | None:
    """Whether a time of day is in the night from `start` until before `end`, over midnight where `end` is earlier.

    None where one of the three is no time.
    """
    if not (is_clock(clock) and isinstance(start, str) and is_clock(start)):
        return None
    if not (isinstance(end, str) and is_clock(end)):
        return None
    if start <= end:
        return start <= clock < end
    return clock >= start or clock < end


def day_facts(calendar: Calendar, params: Mapping[str, Any], wall: int) -> dict[str, Any]:
    """What rules may know of the day and hour of a wall clock reading (ms since 1970, UTC); unknown facts are absent."""
    moment = local_time(wall)
    found = day_of(calendar, moment.date())
    clock = moment.strftime("%H:%M")
    facts: dict[str, Any] = {"date": found.date.isoformat(), "time": clock, "weekday": found.weekday}
    night = is_night(clock, params.get("night_start"), params.get("night_end"))
    more = {"kind": found.kind, "statutory": found.statutory, "night": night}
    return facts | {name: value for name, value in more.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a deadline, and whether it is certain (else 预估: a year on the way is not known yet)."""

    date: date
    certain: bool = True


def is_working_day(calendar: Calendar, day: date) -> bool | None:
    """Whether offices work; None in an unknown year."""
    if day.year not in calendar.years:
        return None
    return calendar.off(day) is None and (day.weekday() < 5 or calendar.works(day))


def add_days(calendar: Calendar, start: date, days: int, kind: str = "natural") -> Due:
    """The last day of a deadline that is counted from the day after `start`.

    Args:
        days: 0 is the day itself.
        kind: "working" counts days on which offices work, else natural days. In an unknown year these are Monday to
            Friday, and the day is not certain.

    Raises:
        ValueError: `days` is negative.
    """
    if days < 0:
        raise ValueError("a deadline is not before its start")
    left, day, certain = days, start, True
    if kind != "working":
        return Due(start + timedelta(days=days)) if days <= (date.max - start).days else Due(date.max, False)
    while left:
        if day == date.max:
            return Due(day, False)
        day += timedelta(days=1)
        works = is_working_day(calendar, day)
        certain = certain and works is not None
        left -= day.weekday() < 5 if works is None else works
    return Due(day, certain)


def overlapping(spans: Sequence[tuple[date, date]]) -> list[int]:
    """Which of these spans (first and last day) begin before an earlier one has ended, by their places."""
    found: list[int] = []
    last: date | None = None
    for place in sorted(range(len(spans)), key=lambda place: (spans[place], place)):
        first, end = spans[place]
        if last is not None and first <= last:
            found.append(place)
        last = end if last is None else max(last, end)
    return sorted(found)
