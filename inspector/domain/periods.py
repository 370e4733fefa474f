"""Times of a report as people say them: 本周, 上月, 今年, 寒假, or two days."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from inspector.domain.calendar import Calendar

Span = tuple[date, date]


def _week(today: date, back: int) -> Span:
    monday = today - timedelta(days=today.weekday() + 7 * back)
    return monday, monday + timedelta(days=6)


def _month(today: date, back: int) -> Span:
    return _months(today, 1, today.month - 1 - back)


def _quarter(today: date, back: int) -> Span:
    return _months(today, 3, (today.month - 1) // 3 * 3 - 3 * back)


def _months(today: date, count: int, since_january: int) -> Span:
    year, month = today.year + since_january // 12, since_january % 12 + 1
    after = since_january + count
    end = date(today.year + after // 12, after % 12 + 1, 1)
    return date(year, month, 1), end - timedelta(days=1)


def _year(today: date, back: int) -> Span:
    return date(today.year - back, 1, 1), date(today.year - back, 12, 31)


_WORDS: Mapping[str, Callable[[date], Span]] = {
    "今天": lambda today: (today, today),
    "today": lambda today: (today, today),
    "昨天": lambda today: (today - timedelta(days=1),) * 2,
    "yesterday": lambda today: (today - timedelta(days=1),) * 2,
    **{word: lambda today: _week(today, 0) for word in ("本周", "这周", "this week")},
    **{word: lambda today: _week(today, 1) for word in ("上周", "last week")},
    **{word: lambda today: _month(today, 0) for word in ("本月", "这个月", "this month")},
    **{word: lambda today: _month(today, 1) for word in ("上月", "上个月", "last month")},
    **{word: lambda today: _quarter(today, 0) for word in ("本季度", "this quarter")},
    **{word: lambda today: _quarter(today, 1) for word in ("上季度", "last quarter")},
    **{word: lambda today: _year(today, 0) for word in ("今年", "本年", "this year")},
    **{word: lambda today: _year(today, 1) for word in ("去年", "last year")},
}
PERIODS = tuple(_WORDS)
"""What `period_of` knows beside the names of the county's terms and breaks."""
OFFERED = ("本周", "上周", "本月", "上月", "本季度", "今年", "去年")


def period_of(words: str, today: date, calendar: Calendar) -> Span | None:
    """The first and the last day of what somebody calls so; None where nobody knows.

    What is not over yet ends today. A term or a break is known by the name that the county's calendar gives it, and 寒假,
    暑假, 国庆节 by kind: the latest that has begun.
    """
    wanted = words.strip().lower()
    span = _WORDS[wanted](today) if wanted in _WORDS else _named(wanted, today, calendar)
    if span is None or span[0] > today:
        return None
    return span[0], min(span[1], today)


def _named(wanted: str, today: date, calendar: Calendar) -> Span | None:
    kinds = {"寒假": "winter_break", "暑假": "summer_break", "本学期": "term"}
    spans: list[Span] = []
    for period in calendar.periods:
        names = (period.name.zh, period.name.en.lower())
        if wanted in names or kinds.get(wanted) == period.kind:
            spans.append((period.first, period.last))
    for year in calendar.years.values():
        spans += [
            (off.first, off.last)
            for off in year.off
            if wanted in (off.name.zh, off.name.zh.removesuffix("节"), off.name.en.lower())
        ]
    return max((span for span in spans if span[0] <= today), default=None)
