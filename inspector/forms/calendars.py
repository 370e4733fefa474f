"""Calendar files: whole years of days off and working weekends, and the county's school calendar."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from inspector.domain.calendar import Calendar, DaysOff, Period, StatutoryYear, overlapping
from inspector.domain.checklist import Words
from inspector.errors import Problem
from inspector.forms.checklists import refuse
from inspector.forms.schema import shape_problems
from inspector.forms.yaml_reader import Document, Path, read_yaml

PERIOD_DAYS_MAX = 366
_FIXED = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))
"""Days off of every year (全国年节及纪念日放假办法): a year that lacks one is not complete."""
_NAMED = (("元旦", "新年"), ("春节",), ("清明",), ("劳动节", "五一"), ("端午",), ("中秋",), ("国庆", "十一"))
"""The holidays of every year by their Chinese names, also where two share one row. A year that leaves one out would have
its days counted as school days and working days (全国年节及纪念日放假办法)."""


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A calendar file: what it is called, and what it says."""

    code: str
    version: str
    calendar: Calendar


def read_calendar(data: bytes, name: str) -> CalendarFile:
    """Read a calendar from the bytes of its file.

    Raises:
        BadInput: `problems` names every fault with file and line.
    """
    document = read_yaml(data, name)
    problems = shape_problems(document, "calendar")
    if problems:
        refuse(document, problems)
    top = document.value
    text = f"{top['calendar']}@{top['version']}"
    years = [
        (_year(document, number, raw, text, problems)) for number, raw in enumerate(top.get("years", ()))
    ]
    periods = [
        _period(document, ("periods", number), raw, text, problems)
        for number, raw in enumerate(top.get("periods", ()))
    ]
    if not years and not periods:
        problems.append(
            Problem(f"{name}:1", "要有 years（放假安排）或 periods（校历）", "needs years or periods")
        )
    if not problems:
        problems += _doubled_years(document, [year for year in years if year])
        problems += _overlaps(document, ("periods",), [p for p in periods if p])
    if problems:
        refuse(document, problems)
    by_year = {year.year: year for year in years if year}
    kept = sorted((p for p in periods if p), key=lambda period: period.first)
    return CalendarFile(top["calendar"], top["version"], Calendar(by_year, tuple(kept)))


def _words(raw: Mapping[str, str]) -> Words:
    return Words(raw["zh"], raw["en"])


def _day(document: Document, path: Path, text: str, problems: list[Problem]) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.append(Problem(document.where(path), f"没有 {text} 这一天", f"there is no day {text}"))
        return None


def _span(
    document: Document, path: Path, raw: Mapping[str, Any], problems: list[Problem]
) -> tuple[date, date] | None:
    first = _day(document, (*path, "first"), raw["first"], problems)
    last = _day(document, (*path, "last"), raw["last"], problems)
    if first is None or last is None:
        return None
    if last < first:
        where = document.where((*path, "last"))
        problems.append(Problem(where, f"{last} 早于 {first}", f"{last} is before {first}"))
        return None
    return first, last


def _period(
    document: Document, path: Path, raw: Mapping[str, Any], text: str, problems: list[Problem]
) -> Period | None:
    span = _span(document, path, raw, problems)
    if span is None:
        return None
    if (span[1] - span[0]).days >= PERIOD_DAYS_MAX:
        problems.append(Problem(document.where(path), "一段超过一年", "is longer than a year"))
        return None
    return Period(raw["kind"], _words(raw["name"]), *span, raw.get("source", ""), text)


def _year(
    document: Document, number: int, raw: Mapping[str, Any], text: str, problems: list[Problem]
) -> StatutoryYear | None:
    path: Path = ("years", number)
    before = len(problems)
    off: list[DaysOff] = []
    for place, given in enumerate(raw["off"]):
        span = _span(document, (*path, "off", place), given, problems)
        if span is not None:
            off.append(DaysOff(_words(given["name"]), *span))
    working = [
        day
        for place, given in enumerate(raw.get("working", ()))
        if (day := _day(document, (*path, "working", place), given, problems)) is not None
    ]
    year = StatutoryYear(raw["year"], tuple(off), tuple(working), raw["source"], text)
    if len(problems) == before:
        problems += _year_faults(document, path, year)
    return year if len(problems) == before else None


def _year_faults(document: Document, path: Path, year: StatutoryYear) -> Iterator[Problem]:
    for place, off in enumerate(year.off):
        for key, day in (("first", off.first), ("last", off.last)):
            yield from _outside(document.where((*path, "off", place, key)), day, year.year)
    yield from _overlaps(document, (*path, "off"), year.off)
    for place, day in enumerate(year.working):
        where = document.where((*path, "working", place))
        yield from _outside(where, day, year.year)
        if day.weekday() < 5:
            yield Problem(where, f"{day} 不是周六或周日", f"{day} is neither Saturday nor Sunday")
        if any(off.first <= day <= off.last for off in year.off):
            yield Problem(where, f"{day} 既放假又上班", f"{day} is a day off and a working day")
        if day in year.working[:place]:
            yield Problem(where, f"{day} 重复", f"{day} is there twice")
    for month, number in _FIXED:
        day = date(year.year, month, number)
        if not any(off.first <= day <= off.last for off in year.off):
            yield Problem(
                document.where(path),
                f"{year.year} 年没有列全：缺少法定节假日 {day}",
                f"{year.year} is not complete: it lacks the public holiday {day}",
            )
    lacking = "、".join(_unnamed(year))
    if lacking:
        yield Problem(
            document.where(path),
            f"{year.year} 年没有列全：缺少{lacking}（按国务院放假通知逐个写明名称）",
            f"{year.year} is not complete: no row is called {lacking}",
        )


def _unnamed(year: StatutoryYear) -> list[str]:
    """Holidays of every year that no row of this one names."""
    names = "、".join(off.name.zh for off in year.off)
    return [known[0] for known in _NAMED if not any(name in names for name in known)]


def _outside(where: str, day: date, year: int) -> Iterator[Problem]:
    if day.year != year:
        yield Problem(where, f"{day} 不在 {year} 年", f"{day} is not in {year}")


def _overlaps(document: Document, path: Path, spans: Any) -> Iterator[Problem]:
    for place in overlapping([(span.first, span.last) for span in spans]):
        span = spans[place]
        yield Problem(
            document.where((*path, place)),
            f"{span.name.zh}（{span.first}—{span.last}）与另一段重叠",
            f"{span.name.en} ({span.first} to {span.last}) overlaps another",
        )


def _doubled_years(document: Document, years: list[StatutoryYear]) -> Iterator[Problem]:
    for number, year in enumerate(years):
        if any(other.year == year.year for other in years[:number]):
            yield Problem(
                document.where(("years", number)), f"{year.year} 年重复", f"{year.year} is there twice"
            )
