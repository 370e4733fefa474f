"""`checklist import|export|diff`: checklists of people who do not program."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspector.cli import output
from inspector.cli.session import JSON, open_store, register
from inspector.errors import UsageError

if TYPE_CHECKING:
    from inspector.forms.xlsform import Imported

TRACKS = ("enterprise", "school")


def add_to(group: typer.Typer) -> None:
    """Register the commands in the group of checklists."""
    register(group, "import", import_form)


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
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Make a checklist of an XLSForm; names sheet, row and column of what cannot be carried. 导入 XLSForm。"""
    from inspector.forms.xlsform import Wanted
    from inspector.services import authoring

    if track and track not in TRACKS:
        raise UsageError(
            f"--track 只能是 {'、'.join(TRACKS)}，没有导入。",
            f"--track is one of {', '.join(TRACKS)}; nothing was imported.",
        )
    if out is None and not publish:
        raise UsageError("请用 --out 指定要写的文件，或用 --publish 发布。", "Give --out FILE, or --publish.")
    found = authoring.read_form(file, Wanted(code, version, track))
    authoring.refuse(found, strict=strict)
    if out is not None:
        authoring.write_text(out, found.text)
    if publish:
        with open_store() as store:
            authoring.publish(store, found)
    _told(found, out, as_json=as_json, published=publish)


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
    output.tell(
        f"{found.code} {found.version}：{found.items}题。",
        f"{found.code} {found.version}: {found.items} items.",
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
