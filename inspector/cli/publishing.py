"""`central publish`: everything that is named is checked and published together, or nothing is."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspector.cli import output
from inspector.cli.centre_data import DATA, DATABASE, DEFAULT_DATA, open_centre, try_centre
from inspector.cli.checklist import dropped_data, tell_dropped, warn_of_changed
from inspector.cli.registry import comparison_data, mapping_of, refuse_errors, show_comparison, tell_kept
from inspector.cli.session import JSON
from inspector.errors import UsageError
from inspector.language import tr

if TYPE_CHECKING:
    from inspector.central.publish import Publication, Published
    from inspector.domain.office import Assignment
    from inspector.registry.reading import RegistryReading

_PARTS = {
    "registry": ("台账", "registry"),
    "officers": ("人员", "officers"),
    "authorities": ("机关", "authorities"),
    "checklists": ("随附检查表", "shipped checklists"),
    "checklist_files": ("自编文件", "own files"),
    "assignments": ("检查包指定", "assignments"),
}


def publish(
    registry: Annotated[Path | None, typer.Option(help="Registry file (Excel, CSV). 台账。")] = None,
    officers: Annotated[Path | None, typer.Option(help="Officers file (Excel, CSV). 人员表。")] = None,
    authorities: Annotated[
        Path | None, typer.Option(help="Authorities with their number prefixes (Excel, CSV). 机关表。")
    ] = None,
    checklists: Annotated[
        bool, typer.Option("--checklists", help="The shipped checklists. 随附检查表。")
    ] = False,
    checklist_file: Annotated[
        list[Path] | None,
        typer.Option(
            "--checklist-file",
            "--file",
            help="Own checklists, packs, parameters, calendars, law registers. 自编检查表、参数、日历、法规。",
        ),
    ] = None,
    assign: Annotated[
        list[str] | None,
        typer.Option(help="GRID:KIND:PACK, GRID may be county. 指定检查包。", metavar="G:K:P"),
    ] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", help="FIELD=COLUMN title or letter. 字段=列名。", metavar="F=C"),
    ] = None,
    mapping_file: Annotated[
        Path | None, typer.Option("--mapping", help="A saved mapping. 对应表。", metavar="FILE")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would change. 只看差异。")
    ] = False,
    accept: Annotated[bool, typer.Option("--accept", help="Record differing values. 接受冲突。")] = False,
    data: DATA = DEFAULT_DATA,
    database: DATABASE = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Publish registry, officers, authorities, checklists and assignments to the laptops, all or nothing. 发布。"""
    from inspector.central import publish as publishing
    from inspector.central.settings import Settings
    from inspector.registry import reading

    if not (registry or officers or authorities or checklists or checklist_file or assign):
        raise UsageError(
            "没有指明发布什么。", "Nothing to publish was named.",
            hint=("用 --registry、--officers、--authorities、--checklists、--checklist-file 或 --assign。",
                  "Use --registry, --officers, --authorities, --checklists, --checklist-file or --assign."),
        )  # fmt: skip
    assignments = [_assignment(text) for text in assign or []]
    mapping = mapping_of(map_ or [], mapping_file)
    read = reading.read(registry, mapping=mapping) if registry else None
    settings = Settings(data=data, database=database)
    with try_centre(settings) as there:
        known = publishing.published_before(there) if there is not None and checklist_file else None
    wanted = publishing.Publication(
        registry=read,
        source=registry.name if registry else "",
        accept=accept,
        people=_people(officers),
        authorities=_read_authorities(authorities),
        library=_shipped() if checklists else None,
        texts=_texts(checklist_file or [], known),
        assignments=assignments,
    )
    if dry_run:
        with try_centre(settings) as there:
            done = publishing.preview(there, wanted)
    else:
        done = _publish(settings, wanted)
    _tell(done, read, dry_run=dry_run, accept=accept, as_json=as_json)


def _tell(done: "Published", read: Any, *, dry_run: bool, accept: bool, as_json: bool) -> None:
    """Say what was published, or would be.

    Raises:
        BadInput: it was a dry run, and the registry's file has errors.
    """
    warn_of_changed(done.changed)
    tell_dropped(done.dropped)
    if as_json:
        gone = [dropped_data(one) for one in done.dropped]
        output.data({"dry_run": dry_run, "entries": done.entries, "dropped": gone, **_data(done, read)})
    else:
        _show(done, read, dry_run=dry_run, accept=accept)
    if dry_run and done.found is not None:
        refuse_errors(done.found)


def _publish(settings: Any, wanted: "Publication") -> "Published":
    """Try it first: a mistake makes no centre either."""
    from inspector.central import publish as publishing

    with try_centre(settings) as there:
        if there is not None:
            return publishing.publish(there, wanted)
    tried = publishing.preview(None, wanted)
    if tried.found is not None:
        refuse_errors(tried.found)
    with open_centre(settings) as made:
        return publishing.publish(made, wanted)


def _assignment(text: str) -> "Assignment":
    from inspector.domain.office import Assignment

    parts = [part.strip() for part in text.split(":")]
    if len(parts) != 3 or not all(parts):
        raise UsageError(
            f"--assign 要写成 网格:类别:检查包，收到“{text}”。",
            f"--assign takes GRID:KIND:PACK, not {text!r}.",
            hint=(
                "例：--assign county:training:night-patrol",
                "For example: --assign county:training:night-patrol",
            ),
        )
    return Assignment(grid=parts[0], site_kind=parts[1], pack=parts[2])


def _people(path: Path | None) -> list[dict[str, str]]:
    from inspector.registry.officers import read_officers

    return read_officers(path) if path else []


def _read_authorities(path: Path | None) -> list[dict[str, str]]:
    from inspector.registry.authorities import read_authorities

    return read_authorities(path) if path else []


def _shipped() -> Any:
    from inspector.forms.library import shipped

    return shipped()


def _texts(files: list[Path], known: Any) -> list[Any]:
    from inspector.forms.texts import read_texts

    if known is None:
        return read_texts(files) if files else []
    checklists, county = known
    return read_texts(files, known=checklists, params=county.params, register=county.register)


def _data(done: "Published", read: "RegistryReading | None") -> dict[str, Any]:
    parts: dict[str, Any] = {name: {"entries": count} for name, count in done.counts.items()}
    if read is not None and done.found is not None:
        parts["registry"] = {"entries": done.counts.get("registry", 0), **comparison_data(read, done.found)}
    return parts


def _show(done: "Published", read: "RegistryReading | None", *, dry_run: bool, accept: bool) -> None:
    if read is not None and done.found is not None:
        show_comparison(read, done.found)
    for name, count in done.counts.items():
        output.line(tr(f"{_PARTS[name][0]}：{count}条记录", f"{_PARTS[name][1]}: {count} entries"))
    if dry_run:
        output.tell("只是试看，没有发布。", "A dry run: nothing was published.")
    elif done.entries:
        output.tell("已发布；各电脑下次同步时收到。", "Published; laptops get it with their next sync.")
    else:
        output.tell("没有新内容，未作改动。", "Nothing new; nothing was changed.")
    if done.found is not None and not accept and not dry_run:
        tell_kept(done.found)
