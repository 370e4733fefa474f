"""Sites and grids for a map: GeoJSON (RFC 7946), which is WGS-84.

A site is where its photos were taken (the middle one of them); one without a position has no geometry. A grid's shape is
the convex hull of its sites' positions: not its boundary, which nobody recorded.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from inspector.export.file_names import target
from inspector.export.table_columns import SITES
from inspector.language import tr
from inspector.plain import inert_json
from inspector.services import dashboard
from inspector.store import positions
from inspector.store.files import StagedFile, disk_errors
from inspector.store.workspace import Store

Point = tuple[int, int]
"""Latitude and longitude in 10⁻⁷ degree."""


def write_geojson(
    store: Store, out: Path, *, grids: bool = False, personal: bool = False, force: bool = False
) -> tuple[Path, int, int]:
    """Write sites, or grids; where it is, how many features it has, and how many of them have a position.

    Raises:
        UsageError: the file is no .geojson or .json, or its folder is not there.
        Refusal: a file is there, and `force` is not said.
        WorkspaceError: the disk does not take it; nothing is left of it.
    """
    words = tr("网格", "grids") if grids else tr("点位", "sites")
    suffix = out.suffix.lower() if out.suffix.lower() == ".json" else ".geojson"
    path = target(out, f"{words}-{store.today()}", suffix, force=force)
    found = _grids(store) if grids else _sites(store, personal=personal)
    number = placed = 0
    with disk_errors(path), StagedFile(path) as staged:
        staged.write(b'{"type": "FeatureCollection", "features": [')
        for number, feature in enumerate(found, 1):
            placed += feature["geometry"] is not None
            text = inert_json(json.dumps(feature, ensure_ascii=False))
            staged.write((("\n" if number == 1 else ",\n") + text).encode("utf-8", "replace"))
        staged.write(b"\n]}\n")
        staged.commit()
    return path, number, placed


def _feature(name: str, geometry: Mapping[str, Any] | None, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "id": name, "geometry": geometry, "properties": properties}


def _sites(store: Store, *, personal: bool) -> Iterator[dict[str, Any]]:
    places = {one.site: one for one in positions.site_places(store.connection)}
    for row in SITES.rows(store.connection):
        known = {
            column.name: value
            for column, value in zip(SITES.columns, row, strict=True)
            if value not in (None, "") and (personal or not column.personal)
        }
        middle = places[row[0]].middle if row[0] in places else None
        shape = None if middle is None else {"type": "Point", "coordinates": _degrees(middle)}
        yield _feature(
            row[0], shape, known | ({"photos_placed": len(places[row[0]].points)} if middle else {})
        )


def _grids(store: Store) -> Iterator[dict[str, Any]]:
    points: dict[str, set[Point]] = {}
    for place in positions.site_places(store.connection):
        middle = place.middle
        if middle is not None:
            points.setdefault(place.scope, set()).add(middle)
    for tile in dashboard.dashboard(store).grids:
        properties = {
            name: getattr(tile, name)
            for name in (
                "code", "name", "lead_unit", "sites", "visited", "visits", "found", "closed", "unsettled", "overdue",
                "standing",
            )
        }  # fmt: skip
        yield _feature(tile.grid, shape_of(points.get(tile.grid, ())), properties)


def shape_of(points: Iterable[Point]) -> dict[str, Any] | None:
    """The convex hull of points: a polygon, counter-clockwise and closed; a line or a point where there is no area."""
    corners = hull(points)
    if not corners:
        return None
    if len(corners) == 1:
        return {"type": "Point", "coordinates": _degrees(corners[0])}
    if len(corners) == 2:
        return {"type": "LineString", "coordinates": [_degrees(one) for one in corners]}
    return {"type": "Polygon", "coordinates": [[_degrees(one) for one in (*corners, corners[0])]]}


def hull(points: Iterable[Point]) -> list[Point]:
    """Corners of the convex hull, counter-clockwise as seen on a map; of points on one line, its two ends.

    Andrew's monotone chain, in whole numbers.
    """
    ordered = sorted({(lon, lat) for lat, lon in points})
    if len(ordered) < 3:
        return [(lat, lon) for lon, lat in ordered]

    def half(some: Iterable[Point]) -> list[Point]:
        kept: list[Point] = []
        for one in some:
            while len(kept) >= 2 and _turn(kept[-2], kept[-1], one) <= 0:
                kept.pop()
            kept.append(one)
        return kept[:-1]

    return [(lat, lon) for lon, lat in half(ordered) + half(reversed(ordered))]


def _turn(first: Point, second: Point, third: Point) -> int:
    return (second[0] - first[0]) * (third[1] - first[1]) - (second[1] - first[1]) * (third[0] - first[0])


def _degrees(point: Point) -> list[float]:
    """Longitude before latitude, as GeoJSON has it, with the seven places that were recorded."""
    return [round(point[1] / 1e7, 7), round(point[0] / 1e7, 7)]
