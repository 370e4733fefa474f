"""`registry import|list`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspector.cli import output
from inspector.cli.session import JSON, open_store, register
from inspector.errors import BadInput, UsageError
from inspector.language import tr

if TYPE_CHECKING:
    from inspector.registry.matching import Change
    from inspector.services.registry import Import

SHOWN = 30


def add_to(app: typer.Typer) -> None:
    """Register the group."""
    group = typer.Typer(help="The office's registry of sites and grids. 台账。", no_args_is_help=True)
    register(group, "import", import_file)
    register(group, "list", list_grids)
    app.add_typer(group, name="registry")


def import_file(
    file: Annotated[Path, typer.Argument(help="Excel (.xlsx .xls .ods) or CSV. 台账文件。")],
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", help="FIELD=COLUMN title or letter. 字段=列名。", metavar="F=C"),
    ] = None,
    mapping_file: Annotated[
        Path | None, typer.Option("--mapping", help="A saved mapping. 已存的对应表。", metavar="FILE")
    ] = None,
    save_mapping: Annotated[
        Path | None, typer.Option("--save-mapping", help="Save the mapping. 保存对应表。", metavar="FILE")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would change. 只看差异。")
    ] = False,
    accept: Annotated[
        bool, typer.Option("--accept", help="Record values that differ from known ones. 接受冲突。")
    ] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Import a registry: all or nothing, twice is once, nothing overwritten silently. 导入台账。"""
    from inspector.registry import columns
    from inspector.services.registry import import_registry

    mapping = dict(columns.load_mapping(mapping_file)) if mapping_file else {}
    mapping.update(_pairs(map_ or []))
    with open_store() as store:
        done = import_registry(store, file, mapping=mapping, dry_run=dry_run, accept=accept)
    if save_mapping:
        columns.save_mapping(save_mapping, mapping)
    if as_json:
        output.data(_import_data(done))
    else:
        _show(done)
    if dry_run and done.found.errors:
        raise BadInput(
            f"文件有{len(done.found.errors)}处错误，现在导入会被拒绝。",
            f"The file has {len(done.found.errors)} errors; importing it would be refused.",
            code="registry.errors",
            problems=done.found.errors,
        )


def _pairs(texts: list[str]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        name, equals, column = text.partition("=")
        if not equals or not name.strip() or not column.strip():
            raise UsageError(
                f"--map 要写成 字段=列名，收到“{text}”。", f"--map takes FIELD=COLUMN, not {text!r}.",
                hint=("例：--map name=培训点名称", "For example: --map name=C"),
            )  # fmt: skip
        pairs[name.strip()] = column.strip()
    return pairs


def _import_data(done: "Import") -> dict[str, Any]:
    found = done.found
    return {
        "dry_run": done.dry_run,
        "recorded": done.recorded,
        "kept_conflicts": done.kept,
        "sheets": [
            {"name": sheet.name, "kind": sheet.kind, "rows": sheet.rows, "blank": sheet.blank,
             "totals": sheet.totals, "repeated": sheet.repeated, "hidden": sheet.hidden}
            for sheet in done.reading.sheets
        ],
        "new_sites": [{"id": new.site_id, "place": new.place, "facts": dict(new.facts)} for new in found.new],
        "new_grids": [{"id": new.grid_id, "place": new.place, "facts": dict(new.facts)} for new in found.new_grids],
        "same": list(found.same),
        "filled": [_change_data(change) for change in (*found.filled, *found.grid_filled)],
        "conflicts": [_change_data(change) for change in (*found.conflicts, *found.grid_conflicts)],
        "absent": list(found.absent),
        "problems": [
            output.problem_data(problem)
            for problem in (*done.reading.problems, *found.duplicates, *found.problems)
        ],
    }  # fmt: skip


def _change_data(change: "Change") -> dict[str, Any]:
    return {
        "id": change.subject,
        "name": change.name,
        "field": change.field,
        "old": change.old,
        "new": change.new,
        "place": change.place,
    }


def _show(done: "Import") -> None:
    found = done.found
    kinds = {"training": "培训机构", "campus": "学校", "grid": "网格"}
    for sheet in done.reading.sheets:
        kind = kinds.get(sheet.kind, sheet.kind)
        output.line(
            tr(
                f"工作表“{sheet.name}”：{kind}，{sheet.rows}行（空{sheet.blank}、合计{sheet.totals}、重复{sheet.repeated}）",
                f"sheet {sheet.name}: {sheet.kind}, {sheet.rows} rows ({sheet.blank} blank, {sheet.totals} totals,"
                f" {sheet.repeated} repeated)",
            )
        )
    changes = (*found.filled, *found.grid_filled)
    conflicts = (*found.conflicts, *found.grid_conflicts)
    output.line(
        tr(
            f"新增点位{len(found.new)}、网格{len(found.new_grids)}；补充{len(changes)}；冲突{len(conflicts)}；"
            f"一致{len(found.same)}；台账里没有的已知点位{len(found.absent)}",
            f"new: {len(found.new)} sites, {len(found.new_grids)} grids; filled {len(changes)}; conflicts"
            f" {len(conflicts)}; same {len(found.same)}; known but not in the file {len(found.absent)}",
        )
    )
    _list_changes("+", changes)
    _list_changes("!", conflicts)
    notes = (*done.reading.problems, *found.problems)
    if notes:
        output.tell(f"请核对{len(notes)}处：", f"{len(notes)} places to look at:")
        output.problems(notes)
    if done.dry_run:
        output.tell("只是试看，没有导入。", "A dry run: nothing was imported.")
    elif done.recorded:
        output.tell(
            f"已导入并保存（{done.recorded}条记录）。", f"Imported and saved ({done.recorded} entries)."
        )
    else:
        output.tell("没有新内容，未作改动。", "Nothing new; nothing was changed.")
    if done.kept:
        output.tell(
            f"{done.kept}处与已知不同，保持原样；确认后加 --accept 再导入。",
            f"{done.kept} values differ and were left as they are; import with --accept to record them.",
        )


def _list_changes(mark: str, changes: "tuple[Change, ...]") -> None:
    for change in changes[:SHOWN]:
        output.line(f"  {mark} {change.place}  {change.name}  {change.field}: {change.old} → {change.new}")
    if len(changes) > SHOWN:
        output.line(tr(f"  …… 共{len(changes)}处", f"  … {len(changes)} in all"))


def list_grids(as_json: Annotated[bool, JSON] = False) -> None:
    """What the registry holds, grid by grid. 各网格点位数。"""
    with open_store() as store:
        rows = store.connection.execute(
            "SELECT site.scope, COALESCE(grid.code, ''), COALESCE(grid.name, ''), COALESCE(grid.lead_unit, ''),"
            " sum(kind = 'training'), sum(kind = 'campus') FROM site LEFT JOIN grid ON grid.id = site.scope"
            " GROUP BY site.scope ORDER BY 2, 1"
        ).fetchall()
    if as_json:
        names = ("grid", "code", "name", "lead_unit", "training", "campus")
        output.data([dict(zip(names, row, strict=True)) for row in rows])
        return
    unknown = tr("（网格未知）", "(grid unknown)")
    output.table(
        [[row[1], row[2] or unknown, row[3], str(row[4]), str(row[5])] for row in rows],
        [
            tr("编码", "code"),
            tr("网格", "grid"),
            tr("网格长单位", "lead unit"),
            tr("机构", "training"),
            tr("学校", "campus"),
        ],
    )
