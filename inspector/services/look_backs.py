"""Drawing look-backs (回头看), and what was found of the same before (反弹)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from inspector.domain.look_back import Closed, draw
from inspector.domain.office import Officer
from inspector.domain.rectification import Item
from inspector.domain.when import CHINA, local_date
from inspector.services.forms import Forms
from inspector.services.rectification import Act, Done, do_all
from inspector.store import board
from inspector.store.workspace import Store


@dataclass(frozen=True, slots=True)
class Drawn:
    """An item whose look-back is due. `late`: the time for it has passed."""

    id: str
    closed: str
    severity: int
    late: bool


def due(store: Store, forms: Forms) -> list[Drawn]:
    """Closed items whose look-back is to be planned now, those whose time runs out first."""
    params = forms.params()
    today = local_date(store.clock.stamp())
    until = _number(params, "look_back_until_days", 90)
    rows = store.connection.execute(
        "SELECT id, severity, closed, state FROM item WHERE closed <> ''"
    ).fetchall()
    closed = [Closed(row[0], row[1], date.fromisoformat(row[2]), row[3] != "closed") for row in rows]
    drawn = draw(
        closed,
        today,
        share_percent=_number(params, "look_back_share_percent", 20),
        from_days=_number(params, "look_back_from_days", 30),
        until_days=until,
    )
    return [
        Drawn(one.id, one.closed.isoformat(), one.severity, one.closed < today - timedelta(days=until))
        for one in drawn
    ]


def plan(store: Store, forms: Forms, *, person: Officer | None) -> list[Done]:
    """Plan every look-back that is due."""
    names = [one.id for one in due(store, forms)]
    return do_all(store, forms, names, Act("look_back"), person=person)


def same_before(store: Store, forms: Forms, item: Item) -> list[str]:
    """Items of the same question at the same site within the years that count as a relapse; the latest first."""
    years = _number(forms.params(), "relapse_years", 2)
    since = _years_before(local_date(item.finding.recorded), years)
    found = board.earlier(
        store.connection, site=item.finding.site, item=item.finding.item, besides=item.id, since=since
    )
    return [name for name in found if _found(store, name) < item.finding.recorded.wall]


def _number(params: Mapping[str, Any], name: str, default: int) -> int:
    """A parameter; 0 is a number too."""
    value = params.get(name)
    return value if isinstance(value, int) else default


def _years_before(day: date, years: int) -> int:
    """When the same day began so many years before, in milliseconds since 1970."""
    try:
        first = day.replace(year=day.year - years)
    except ValueError:  # there is no 29 February in that year
        first = day.replace(year=day.year - years, day=28)
    return int(datetime.combine(first, time(), CHINA).timestamp() * 1000)


def _found(store: Store, name: str) -> int:
    row = store.connection.execute("SELECT found FROM item WHERE id = ?", (name,)).fetchone()
    return int(row[0]) if row else 0
