"""Where sites are, as far as their photos say so."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from inspector.store.log import Connection

_LAT, _LON = 900_000_000, 1_800_000_000


@dataclass(frozen=True, slots=True)
class SitePlace:
    """A site and the photos' positions there: latitude and longitude in 10⁻⁷ degree, WGS-84 as cameras write it."""

    site: str
    scope: str
    points: tuple[tuple[int, int], ...]

    @property
    def middle(self) -> tuple[int, int] | None:
        """The middle one of the latitudes and of the longitudes, so that a single photo taken elsewhere moves little."""
        if not self.points:
            return None
        lat, lon = (sorted(one) for one in zip(*self.points, strict=True))
        return lat[len(lat) // 2], lon[len(lon) // 2]


def site_places(connection: Connection) -> Iterator[SitePlace]:
    """Every site with its photos' positions; those that are flagged as odd, and those of withdrawn photos, are left out."""
    known: dict[str, list[tuple[int, int]]] = {}
    rows = connection.execute(
        "SELECT COALESCE(inspection.site, item.site), photo.facts FROM photo"
        " LEFT JOIN inspection ON inspection.id = photo.inspection AND inspection.status <> 'voided'"
        " LEFT JOIN item ON item.id = photo.inspection WHERE photo.facts LIKE '%\"position\"%'"
    )
    for site, text in rows:
        point = _point(json.loads(text))
        if site and point is not None:
            known.setdefault(site, []).append(point)
    for site, scope in connection.execute("SELECT id, scope FROM site ORDER BY scope, name, id"):
        yield SitePlace(site, scope, tuple(known.get(site, ())))


def _point(facts: Any) -> tuple[int, int] | None:
    where = facts.get("position") if isinstance(facts, dict) else None
    flags = facts.get("flags") if isinstance(facts, dict) else None
    if not isinstance(where, dict) or (isinstance(flags, list) and "position_odd" in flags):
        return None
    lat, lon = where.get("lat"), where.get("lon")
    if type(lat) is not int or type(lon) is not int or abs(lat) > _LAT or abs(lon) > _LON:
        return None
    return lat, lon
