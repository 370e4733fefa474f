"""Days as people write them."""

import re
import unicodedata
from datetime import date, timedelta

from inspector.domain.site_facts import LONG_TERM
from inspector.errors import BadInput


def read_day(text: str) -> str:
    """A day in any plain spelling (2026-11-30, 2026.11.30, 2026年11月30日) as "YYYY-MM-DD".

    Raises:
        BadInput: it is no day.
    """
    from inspector.registry.cells import date_text

    found = date_text(text)
    if not found or found == LONG_TERM:
        raise BadInput(
            f"日期“{text}”看不懂，请写成 2026-11-30。", f"{text!r} is not a date; write 2026-11-30.", code="date"
        )  # fmt: skip
    return found


_SOON = {"今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2, "today": 0, "tomorrow": 1}
_OF_A_YEAR = re.compile(r"(\d{1,2})(?:[-./]|月)(\d{1,2})日?")


def coming_day(text: str, today: str) -> str:
    """A day that is still to come, where somebody wrote it short: "明天", "11-30", "11月30日" (the next one, `today` included).

    Month comes before day, as it does in China. Anything else is left as it is, for `read_day` to read or to refuse.

    Args:
        today: "YYYY-MM-DD".
    """
    typed = unicodedata.normalize("NFKC", text).strip().lower()
    now = date.fromisoformat(today)
    if typed in _SOON:
        return (now + timedelta(days=_SOON[typed])).isoformat()
    found = _OF_A_YEAR.fullmatch(typed)
    if found is None:
        return text
    for year in (now.year, now.year + 1):
        try:
            day = date(year, int(found[1]), int(found[2]))
        except ValueError:
            continue
        if day >= now:
            return day.isoformat()
    return text
