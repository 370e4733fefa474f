"""Map data: positions as recorded, shapes that are right, nothing personal unless asked for."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.export.geojson import hull, shape_of, write_geojson
from inspector.services import sites
from inspector.store.engine import immediate
from inspector.store.workspace import Store
from tests.ui.ui_world import begin, make_county

POINTS = st.lists(st.tuples(st.integers(-900, 900), st.integers(-1800, 1800)), max_size=30)


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Store]:
    """A county with photos of one visit: three with a position, one odd, one without."""
    store = make_county(tmp_path / "ws")
    inspection = begin(store, "样例甲", "样例乙")
    facts = [
        {"position": {"lat": lat, "lon": lon}, "flags": flags}
        for lat, lon, flags in (
            (305_000_001, 1_142_000_001, []),
            (305_000_003, 1_142_000_003, []),
            (305_000_002, 1_142_000_002, []),
            (0, 0, ["position_odd"]),
            ("30", None, []),
        )
    ]
    with immediate(store.connection):
        for number, one in enumerate([*facts, {"flags": ["no_position"]}]):
            store.connection.execute(
                "INSERT INTO photo VALUES (?, ?, '', 'county', 'a.jpg', 1, 'x', ?)",
                (f"{number:064}", inspection, json.dumps(one)),
            )
    sites.add_site(store, name="有人样例", address="样例路7号", facts={"principal": "样例张"})
    yield store
    store.close()


def test_a_site_is_where_its_photos_were_taken(county: Store, tmp_path: Path) -> None:
    """The middle of the positions that are not odd, longitude first, exact to the seventh place; others have no geometry."""
    path, number, placed = write_geojson(county, tmp_path)
    assert (path.suffix, number, placed) == (".geojson", 5, 1)
    found = json.loads(path.read_text("utf-8"))
    assert found["type"] == "FeatureCollection"
    by_name = {one["properties"]["name"]: one for one in found["features"]}
    site = by_name["上海老盛昌样例培训"]
    assert site["geometry"] == {"type": "Point", "coordinates": [114.2000002, 30.5000002]}
    assert site["properties"]["photos_placed"] == 3
    assert by_name["有人样例"]["geometry"] is None
    assert "样例张" not in path.read_text("utf-8")
    told, _, _ = write_geojson(county, tmp_path / "p.geojson", personal=True)
    assert "样例张" in told.read_text("utf-8")


def test_a_grid_is_as_large_as_its_sites_are_apart(county: Store, tmp_path: Path) -> None:
    """One site is a point; a grid has the numbers of the wall map, and no geometry where nothing has a position."""
    path, number, placed = write_geojson(county, tmp_path / "grids.json", grids=True)
    (grid,) = json.loads(path.read_text("utf-8"))["features"]
    assert (number, placed, grid["id"], grid["geometry"]["type"]) == (1, 1, "county", "Point")
    assert (grid["properties"]["sites"], grid["properties"]["visits"]) == (5, 1)


def test_shapes_of_few_points() -> None:
    """Nothing, a point, a line, a closed polygon."""
    assert shape_of([]) is None
    shapes = [shape_of([(0, 0), (0, 10_000_000), (10_000_000, 0)][:number]) for number in (1, 2, 3)]
    assert [shape["type"] for shape in shapes if shape] == ["Point", "LineString", "Polygon"]
    assert shapes[2] == {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 1], [0, 0]]]}


@given(POINTS)
def test_a_hull_holds_every_point_and_turns_left(points: list[tuple[int, int]]) -> None:
    """Counter-clockwise, its corners are of the points, and no point lies outside of it."""
    corners = hull(points)
    assert set(corners) <= set(points)
    if len(corners) < 3:
        return
    for (lat1, lon1), (lat2, lon2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        for lat, lon in points:
            assert (lon2 - lon1) * (lat - lat1) - (lat2 - lat1) * (lon - lon1) >= 0
