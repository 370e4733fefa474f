"""`registry import|list`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspector.cli import output, words
from inspector.cli.session import JSON, open_store, register
from inspector.errors import BadInput, UsageError
from inspector.language import tr

if TYPE_CHECKING:
    from inspector.registry.diff import RegistryDiff
    from inspector.registry.matching import Change
    from inspector.registry.reading import RegistryReading
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

    mapping = mapping_of(map_ or [], mapping_file)
    with open_store() as store:
        done = import_registry(store, file, mapping=mapping, dry_run=dry_run, accept=accept)
    if save_mapping:
        columns.save_mapping(save_mapping, mapping)
    if as_json:
        counts = {"dry_run": done.dry_run, "recorded": done.recorded, "kept_conflicts": done.kept}
        output.data({**counts, **comparison_data(done.reading, done.found)})
    else:
        _show(done)
    if dry_run:
        refuse_errors(done.found)


def mapping_of(texts: list[str], mapping_file: Path | None) -> dict[str, str]:
    """The columns that are named by hand: a saved mapping, and over it FIELD=COLUMN words.

    Raises:
        UsageError: a word is not FIELD=COLUMN.
        NotFound, BadInput: the file is not there or not a mapping.
    """
    from inspector.registry import columns

    pairs = dict(columns.load_mapping(mapping_file)) if mapping_file else {}
    for text in texts:
        name, equals, column = text.partition("=")
        if not equals or not name.strip() or not column.strip():
            raise UsageError(
                f"--map 要写成 字段=列名，收到“{text}”。", f"--map takes FIELD=COLUMN, not {text!r}.",
                hint=("例：--map name=培训点名称", "For example: --map name=C"),
            )  # fmt: skip
        pairs[name.strip()] = column.strip()
    return pairs


def comparison_data(reading: "RegistryReading", found: "RegistryDiff") -> dict[str, Any]:
    """What a file says and what importing it would change, for programs."""
    return {
        "sheets": [
            {"name": sheet.name, "kind": sheet.kind, "rows": sheet.rows, "blank": sheet.blank,
             "totals": sheet.totals, "repeated": sheet.repeated, "hidden": sheet.hidden,
             "unused_columns": list(sheet.unused)}
            for sheet in reading.sheets
        ],
        "new_sites": [{"id": new.site_id, "place": new.place, "facts": dict(new.facts)} for new in found.new],
        "new_grids": [{"id": new.grid_id, "place": new.place, "facts": dict(new.facts)} for new in found.new_grids],
        "same": list(found.same),
        "filled": [_change_data(change) for change in (*found.filled, *found.grid_filled)],
        "moved": [_change_data(change) for change in found.moved],
        "conflicts": [_change_data(change) for change in (*found.conflicts, *found.grid_conflicts)],
        "absent": list(found.absent),
        "problems": [
            output.problem_data(problem) for problem in (*reading.problems, *found.duplicates, *found.problems)
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


def show_comparison(reading: "RegistryReading", found: "RegistryDiff") -> None:
    """The same for people: sheets, counts, every change with its cell, what to look at."""
    for sheet in reading.sheets:
        kind = words.sheet_kind(sheet.kind)
        output.line(
            tr(
                f"工作表“{sheet.name}”：{kind}，{sheet.rows}行（空{sheet.blank}、合计{sheet.totals}、重复{sheet.repeated}）",
                f"sheet {sheet.name}: {kind}, {sheet.rows} rows ({sheet.blank} blank, {sheet.totals} totals,"
                f" {sheet.repeated} repeated)",
            )
        )
        if sheet.unused:
            output.line(
                tr(
                    f"  没有采用的列：{'、'.join(sheet.unused)}",
                    f"  columns not taken: {', '.join(sheet.unused)}",
                )
            )
    filled, moved = (*found.filled, *found.grid_filled), found.moved
    conflicts = (*found.conflicts, *found.grid_conflicts)
    output.line(
        tr(
            f"新增点位{len(found.new)}、网格{len(found.new_grids)}；补充{len(filled)}；归入网格{len(moved)}；"
            f"冲突{len(conflicts)}；一致{len(found.same)}；台账里没有的已知点位{len(found.absent)}",
            f"new: {len(found.new)} sites, {len(found.new_grids)} grids; filled {len(filled)}; put into their grid"
            f" {len(moved)}; conflicts {len(conflicts)}; same {len(found.same)}; known but not in the file"
            f" {len(found.absent)}",
        )
    )
    _list_changes("+", [_change_line(change) for change in found.filled])
    _list_changes("+", [_change_line(change, of_grid=True) for change in found.grid_filled])
    _list_changes("+", [_change_line(change) for change in moved])
    _list_changes("!", [_change_line(change) for change in found.conflicts])
    _list_changes("!", [_change_line(change, of_grid=True) for change in found.grid_conflicts])
    notes = (*reading.problems, *found.duplicates, *found.problems)
    if notes:
        output.tell(f"请核对{len(notes)}处：", f"{len(notes)} places to look at:")
        output.problems(notes)


def tell_kept(found: "RegistryDiff") -> None:
    """What was left as it is, for want of --accept."""
    kept = len(found.conflicts) + len(found.grid_conflicts)
    if kept:
        output.tell(
            f"{kept}处与已知不同，保持原样；确认后加 --accept 再运行一次。",
            f"{kept} values differ and were left as they are; run it again with --accept to record them.",
        )


def refuse_errors(found: "RegistryDiff") -> None:
    """End a dry run of a file that would not be taken.

    Raises:
        BadInput: it has errors.
    """
    if found.errors:
        raise BadInput(
            f"文件有{len(found.errors)}处错误，现在导入会被拒绝。",
            f"The file has {len(found.errors)} errors; importing it would be refused.",
            code="registry.errors",
            problems=found.errors,
        )


def _show(done: "Import") -> None:
    show_comparison(done.reading, done.found)
    if done.dry_run:
        output.tell("只是试看，没有导入。", "A dry run: nothing was imported.")
    elif done.recorded:
        output.tell(
            f"已导入并保存（{done.recorded}条记录）。", f"Imported and saved ({done.recorded} entries)."
        )
    else:
        output.tell("没有新内容，未作改动。", "Nothing new; nothing was changed.")
    if done.kept:
        tell_kept(done.found)


def _change_line(change: "Change", *, of_grid: bool = False) -> str:
    from inspector.domain.site_facts import BY_NAME
    from inspector.registry.columns import GRID_LABELS

    if of_grid:
        label = tr(*GRID_LABELS[change.field])
    else:
        field = BY_NAME["grid_name" if change.field == "grid" else change.field]
        label = tr(field.zh, field.en)
    old, new = words.fact_value(change.field, change.old), words.fact_value(change.field, change.new)
    start = f"{change.place}  " if change.place else ""
    return f"{start}{change.name}  {label}: {old} → {change.shown or new}"


def _list_changes(mark: str, changes: list[str]) -> None:
    for change in changes[:SHOWN]:
        output.line(f"  {mark} {change}")
    if len(changes) > SHOWN:
        output.line(tr(f"  …… 共{len(changes)}处", f"  … {len(changes)} in all"))


def list_grids(as_json: Annotated[bool, JSON] = False) -> None:
    """What the registry holds, grid by grid. 各网格点位数。"""
    from dataclasses import asdict

    from inspector.store.tallies import grid_counts

    with open_store() as store:
        rows = grid_counts(store.connection)
    if as_json:
        output.data([asdict(row) for row in rows])
        return
    unknown = tr("（网格未知）", "(grid unknown)")
    output.table(
        [[row.code, row.name or unknown, row.lead_unit, str(row.training), str(row.campus)] for row in rows],
        [
            tr("编码", "code"),
            tr("网格", "grid"),
            tr("网格长单位", "lead unit"),
            tr("机构", "training"),
            tr("学校", "campus"),
        ],
    )
