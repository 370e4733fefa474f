"""回头看: which closed items are looked at again. All major ones, and of the others of each month at least a share."""

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

MAJOR = 4


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed item. `planned`: it is, or was, looked back at."""

    id: str
    severity: int
    closed: date
    planned: bool = False


def draw(
    items: Iterable[Closed], today: date, *, share_percent: int, from_days: int, until_days: int
) -> list[Closed]:
    """Whose look-back is to be planned today.

    The draw of a month is over all that was closed in it, by the hash of each id: nobody chooses, every laptop with the
    same list draws the same, and drawing again adds nothing.

    Args:
        from_days, until_days: days after the closing between which a look-back is.
    """
    months: dict[str, list[Closed]] = {}
    for item in items:
        months.setdefault(item.closed.isoformat()[:7], []).append(item)
    found: list[Closed] = []
    for month in months.values():
        others = sorted((item for item in month if item.severity < MAJOR), key=_lot)
        drawn = {item.id for item in others[: math.ceil(len(others) * share_percent / 100)]}
        found += [item for item in month if item.severity >= MAJOR or item.id in drawn]
    window = (today - timedelta(days=until_days), today - timedelta(days=from_days))
    due = [item for item in found if not item.planned and item.closed <= window[1]]
    return sorted(due, key=lambda item: (item.closed >= window[0], item.closed, item.id))


def _lot(item: Closed) -> bytes:
    return hashlib.sha256(f"look-back\n{item.id}\n{item.closed.isoformat()}".encode()).digest()
