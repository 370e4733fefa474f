"""Drawing look-backs (回头看), and what was found of the same before (反弹)."""

from dataclasses import dataclass
from datetime import date, timedelta

from inspector.domain.look_back import Closed, draw
from inspector.domain.office import Officer
from inspector.domain.rectification import Item
from inspector.domain.when import local_date
from inspector.services.forms import Forms
from inspector.services.rectification import Act, Done, do_all
from inspector.store import board
from inspector.store.workspace import Store

_DAY_MS = 86_400_000


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
    until = int(params.get("look_back_until_days") or 90)
    rows = store.connection.execute(
        "SELECT id, severity, closed, state FROM item WHERE closed <> ''"
    ).fetchall()
    closed = [Closed(row[0], row[1], date.fromisoformat(row[2]), row[3] != "closed") for row in rows]
    drawn = draw(
        closed,
        today,
        share_percent=int(params.get("look_back_share_percent") or 20),
        from_days=int(params.get("look_back_from_days") or 30),
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
    years = int(forms.params().get("relapse_years") or 2)
    since = item.finding.recorded.wall - years * 366 * _DAY_MS
    found = board.earlier(
        store.connection, site=item.finding.site, item=item.finding.item, besides=item.id, since=since
    )
    return [name for name in found if _found(store, name) < item.finding.recorded.wall]


def _found(store: Store, name: str) -> int:
    row = store.connection.execute("SELECT found FROM item WHERE id = ?", (name,)).fetchone()
    return int(row[0]) if row else 0
