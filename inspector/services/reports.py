"""Reports of a time: which days are meant, and what was kept of reports that were made before."""

from datetime import date

from inspector.domain.periods import OFFERED, period_of
from inspector.errors import InspectorError, UsageError
from inspector.services.days import read_day
from inspector.services.forms import Forms
from inspector.store.workspace import Store


def days_of(store: Store, forms: Forms, first: str, last: str) -> tuple[str, str]:
    """The first and the last day of what somebody named.

    Args:
        first: a day, or words such as 上月 when `last` is empty; empty: this month.
        last: a day; empty: today.

    Raises:
        UsageError: neither days nor words that are known.
    """
    today = store.today()
    words = first.strip() or ("本月" if not last else "")
    if not last:
        span = period_of(words, date.fromisoformat(today), forms.calendar())
        if span is not None:
            return span[0].isoformat(), span[1].isoformat()
    if not words:
        raise UsageError("没有写从哪天开始。", "No first day is named.", hint=("加 --from", "Add --from"))
    try:
        return read_day(words), read_day(last) if last else today
    except InspectorError as error:
        raise UsageError(
            f"“{words}”不是日期，也不是认识的期间。" if not last else error.zh,
            f"{words!r} is neither a day nor a time that is known." if not last else error.en,
            hint=("日期写成 2026-11-01；期间可用：" + "、".join(OFFERED) + "，或校历里的名称。",
                  "A day such as 2026-11-01, or: this week, last week, this month, last month, this year, last year."),
            code="report.days",
        ) from None  # fmt: skip
