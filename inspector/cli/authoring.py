"""`checklist import|export|diff`: checklists of people who do not program."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspector.cli import output
from inspector.cli.session import JSON, open_store, register, workspace_path
from inspector.errors import UsageError

if TYPE_CHECKING:
    from inspector.domain.checklist import Checklist
    from inspector.forms.xlsform import Imported

TRACK_WORDS = {"enterprise": ("机构线", "enterprise track"), "school": ("学校线", "school track")}
TRACKS = tuple(TRACK_WORDS)
FORCE = typer.Option(help="Replace an existing file. 覆盖已有文件。")


def add_to(group: typer.Typer) -> None:
    """Register the commands in the group of checklists."""
    for name, function in (("import", import_form), ("export", export_form), ("diff", diff)):
        register(group, name, function)


def import_form(
    file: Annotated[Path, typer.Argument(help="An XLSForm: .xlsx, .xls or .ods. XLSForm 工作簿。")],
    out: Annotated[
        Path | None, typer.Option(help="The checklist's file to write. 写出的检查表文件。")
    ] = None,
    code: Annotated[str, typer.Option(help="Code, such as T-XXX. 编码。")] = "",
    track: Annotated[str, typer.Option(help="enterprise or school. 机构线或学校线。")] = "",
    version: Annotated[str, typer.Option(help="Version. 版本。")] = "",
    strict: Annotated[bool, typer.Option(help="What is left out is an error. 有遗漏即不导入。")] = False,
    publish: Annotated[bool, typer.Option(help="Use it from now on. 立即采用。")] = False,
    force: Annotated[bool, FORCE] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Make a checklist of an XLSForm; names sheet, row and column of what cannot be carried. 导入 XLSForm。"""
    from inspector.cli.checklist import published, warn_of_changed
    from inspector.forms.xlsform import Wanted
    from inspector.services import authoring
    from inspector.services.forms import Forms, check_own_office

    if track and track not in TRACKS:
        raise UsageError(
            f"--track 只能是 {'、'.join(TRACKS)}，没有导入。",
            f"--track is one of {', '.join(TRACKS)}; nothing was imported.",
        )
    if out is None and not publish:
        raise UsageError("请用 --out 指定要写的文件，或用 --publish 发布。", "Give --out FILE, or --publish.")
    wanted = Wanted(code, version, track)
    if not publish:
        found = authoring.read_form(file, wanted)
        if found.failed:
            # What is missing may be the office's own, published before.
            found = authoring.read_form(file, wanted, **published())
        _taken(found, out, strict=strict, force=force, source=file)
    else:
        with open_store() as store:
            check_own_office(store)
            forms = Forms(store)
            county = forms.county()
            found = authoring.read_form(
                file, wanted, known=forms.checklists(), params=county.params, register=county.register
            )
            _taken(found, out, strict=strict, force=force, source=file)
            changed = authoring.publish(store, found)
        warn_of_changed(changed)
    _told(found, out, as_json=as_json, published=publish)


def _taken(found: "Imported", out: Path | None, *, strict: bool, force: bool, source: Path) -> None:
    """Write the checklist's file, or raise BadInput with the cells that it cannot be made of."""
    from inspector.services import authoring

    authoring.refuse(found, strict=strict)
    if out is not None:
        authoring.check_target(out, force=force, source=source)
        authoring.write_text(out, found.text)


def _told(found: "Imported", out: Path | None, *, as_json: bool, published: bool) -> None:
    if as_json:
        output.data(_data(found, out, published=published))
        return
    output.problems(found.problems)
    for name, given in found.names.items():
        if name.replace("_", "-") != given:
            output.line(f"{given}  {name}")
    for name, codes in found.choices.items():
        output.line(f"{name}: " + ", ".join(f"{ours}={theirs}" for theirs, ours in codes.items()))
    track = found.track
    zh, en = TRACK_WORDS.get(track, (track, track))
    output.tell(
        f"{found.code} {found.version}：{found.items}题，{zh}（{track}）。",
        f"{found.code} {found.version}: {found.items} items, {en}.",
    )
    if out is not None:
        output.tell(f"已写入 {out}", f"Written to {out}")
    if published:
        output.tell("已保存，今后采用。", "Saved; it is used from now on.")


def _data(found: "Imported", out: Path | None, *, published: bool) -> dict[str, Any]:
    return {
        "code": found.code,
        "version": found.version,
        "items": found.items,
        "track": found.track,
        "file": str(out) if out else "",
        "published": published,
        "names": [{"name": name, "code": code} for name, code in found.names.items()],
        "choices": [
            {"list": name, "name": theirs, "code": ours}
            for name, codes in found.choices.items()
            for theirs, ours in codes.items()
        ],
        "problems": [output.problem_data(problem) for problem in found.problems],
    }


def export_form(
    code: Annotated[
        str, typer.Argument(help="Checklist: CODE, CODE@VERSION, shipped:CODE or a file. 检查表。")
    ],
    out: Annotated[Path, typer.Option(help="The .xlsx file to write. 写出的工作簿。")],
    force: Annotated[bool, FORCE] = False,
) -> None:
    """Write a checklist as an XLSForm for a spreadsheet or ODK. 导出为 XLSForm。"""
    from inspector.services import authoring

    (checklist,) = _named(code)
    authoring.check_target(out, force=force, source=Path(code))
    authoring.write_form(checklist, out)
    output.tell(
        f"{checklist.code} {checklist.version}：{len(checklist.items)}题，已写入 {out}",
        f"{checklist.code} {checklist.version}: {len(checklist.items)} items, written to {out}",
    )


def diff(
    old: Annotated[str, typer.Argument(help="CODE, CODE@VERSION, shipped:CODE or a file. 旧版。")],
    new: Annotated[str, typer.Argument(help="The same of the newer one. 新版。")],
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Say in words what changed between two versions of a checklist. 两版检查表有何不同。"""
    from inspector.domain.checklist_diff import differences

    before, after = _named(old, new)
    changes = differences(before, after)
    if as_json:
        output.data(
            {
                "from": _version(before),
                "to": _version(after),
                "changes": [
                    {"item": c.item, "what": c.what, "how": c.how, "words": c.words.zh, "words_en": c.words.en,
                     "before": c.before.zh, "before_en": c.before.en, "after": c.after.zh, "after_en": c.after.en}
                    for c in changes
                ],
            }
        )  # fmt: skip
        return
    output.line(f"{before.code} {before.version} {before.sha256[:12]} → {after.version} {after.sha256[:12]}")
    for change in changes:
        output.line(f"{change.item}  {change.words}".strip())
    if not changes:
        output.tell("没有不同。", "No differences.")


def _version(checklist: "Checklist") -> dict[str, str]:
    return {"code": checklist.code, "version": checklist.version, "sha256": checklist.sha256}


def _named(*names: str) -> "list[Checklist]":
    from inspector.services import authoring
    from inspector.store.workspace import VAULT

    with ExitStack() as stack:
        there = (workspace_path() / VAULT).exists() and not all(authoring.stands_alone(n) for n in names)
        store = stack.enter_context(open_store()) if there else None
        return [authoring.named_checklist(name, store) for name in names]
