"""Days as people write them."""

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
