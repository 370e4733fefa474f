"""`export sites|inspections|findings|items|papers|tips|activities|tasks`: tables for other hands; `export geojson`: a map."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from inspector.cli import output
from inspector.cli.session import JSON, open_store, register

_Out = Annotated[Path, typer.Option(help="The file, or a folder. 输出文件或文件夹。", metavar="F")]
_Format = Annotated[str, typer.Option("--format", help="csv, xlsx or json. 格式。")]
_Personal = Annotated[
    bool, typer.Option("--personal", help="With what says something of persons. 含个人信息列。")
]
_Force = Annotated[bool, typer.Option("--force", help="Replace a file that is there. 覆盖。")]
_HELP = {
    "sites": "Export the sites. 导出点位台账。",
    "inspections": "Export the inspections. 导出检查台账。",
    "findings": "Export what was found. 导出发现问题。",
    "items": "Export the list of rectification. 导出整改清单。",
    "papers": "Export the papers. 导出文书台账。",
    "tips": "Export the tips; who reported is in none. 导出举报线索（不含举报人）。",
    "activities": "Export the activities. 导出活动台账。",
    "tasks": "Export the list of responsibilities. 导出责任清单。",
}


def add_to(group: typer.Typer) -> None:
    """Register the commands in the group `export`."""
    for code, words in _HELP.items():
        register(group, code, _of(code, words))
    register(group, "geojson", geojson)


def _of(code: str, words: str) -> Callable[..., None]:
    def export(
        out: _Out,
        form: _Format = "xlsx",
        personal: _Personal = False,
        names: Annotated[
            bool, typer.Option("--names", help="Stable names as heads, codes as codes. 表头用英文列名。")
        ] = False,
        force: _Force = False,
        as_json: Annotated[bool, JSON] = False,
    ) -> None:
        from inspector.export.tables import write_table

        with open_store() as store:
            path, rows = write_table(
                store, code, out, form.lower(), personal=personal, names=names, force=force
            )
        if as_json:
            output.data({"file": str(path), "rows": rows, "personal": personal})
        output.tell(f"已导出{rows}行：{path}", f"Exported {rows} row(s): {path}")
        if personal:
            output.tell(
                "文件含个人信息，没有加密，请妥善保管。",
                "The file says something of persons and is not encrypted: look after it.",
            )

    export.__doc__ = words
    return export


def geojson(
    out: _Out,
    grid: Annotated[bool, typer.Option("--grid", help="Grids instead of sites. 按网格而不是点位。")] = False,
    personal: _Personal = False,
    force: _Force = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Export sites or grids for a map (GeoJSON, WGS-84). 导出地图数据。"""
    from inspector.export.geojson import write_geojson

    with open_store() as store:
        path, features, placed = write_geojson(store, out, grids=grid, personal=personal, force=force)
    if as_json:
        output.data({"file": str(path), "features": features, "placed": placed})
    output.tell(
        f"已导出{features}个，其中{placed}个有位置：{path}",
        f"Exported {features}, {placed} with a position: {path}",
    )
    output.tell(
        "坐标为 WGS-84（照片所记）；叠加高德、腾讯、百度等底图前要先转换坐标（GCJ-02、BD-09），否则偏移数百米。",
        "Positions are WGS-84, as the photos say; on GCJ-02 or BD-09 maps (Amap, Tencent, Baidu) convert them first,"
        " or they are off by hundreds of metres.",
    )
