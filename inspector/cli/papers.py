"""`notice kinds|create|print|template …`: papers as files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspector.cli import output
from inspector.cli.session import JSON, open_store, register
from inspector.errors import UsageError
from inspector.language import tr

if TYPE_CHECKING:
    from inspector.domain.paper_kind import PaperKind
    from inspector.services.notices import Prepared

KIND = Annotated[str, typer.Argument(help="Kind of paper, as notice kinds lists it. 文书种类。")]
OUT = typer.Option(help="Where to: .docx or .pdf; both by giving it twice. 输出文件。", metavar="F")
FORCE = typer.Option("--force", help="Replace a file that is there. 覆盖。")


def add_to(group: typer.Typer) -> None:
    """Register the commands in the group `notice`."""
    register(group, "kinds", kinds)
    register(group, "create", create)
    register(group, "print", print_again)
    templates = typer.Typer(help="A department's own Word templates. 自己的模板。", no_args_is_help=True)
    for name, function in (
        ("check", check_template), ("use", use_template), ("drop", drop_template), ("export", export_template),
    ):  # fmt: skip
        register(templates, name, function)
    group.add_typer(templates, name="template")


def kinds(as_json: Annotated[bool, JSON] = False) -> None:
    """List the kinds of papers: when each is used and what has to be written for it. 文书种类。"""
    from inspector.forms.papers import shipped_papers

    found = list(shipped_papers().values())
    if as_json:
        output.data([_kind_data(kind) for kind in found])
        return
    tracks = {"enterprise": tr("机构", "sites"), "school": tr("学校", "schools"), "both": tr("两者", "both")}
    output.table(
        [
            [kind.code, str(kind.title), tracks[kind.track], kind.word or "—", str(kind.occasion),
             " ".join(field.typed for field in kind.typed)]
            for kind in found
        ],
        [tr("代码", "code"), tr("文书", "paper"), tr("用于", "for"), tr("字", "word"), tr("何时用", "when"), tr("手填", "typed")],
    )  # fmt: skip


def _kind_data(kind: "PaperKind") -> dict[str, Any]:
    return {
        "kind": kind.code, "title": kind.title.zh, "title_en": kind.title.en, "track": kind.track, "word": kind.word,
        "numbered": kind.numbered, "serves": kind.serves, "states": list(kind.states), "occasion": kind.occasion.zh,
        "fields": [
            {"name": one.name, "zh": one.words.zh, "en": one.words.en, "required": one.required, "source": one.source,
             "typed": one.typed}
            for one in kind.fields
        ],
    }  # fmt: skip


def create(
    kind: KIND,
    item: Annotated[
        list[str] | None, typer.Option(help="What it is about; several times. 问题编号。")
    ] = None,
    inspection: Annotated[str, typer.Option(help="Its inspection, without items. 检查编号。")] = "",
    site: Annotated[str, typer.Option(help="Its site, without either. 点位。")] = "",
    value: Annotated[
        list[str] | None,
        typer.Option("--set", help="What is typed for this paper. 手填内容。", metavar="NAME=VALUE"),
    ] = None,
    tip: Annotated[str, typer.Option(help="The tip that it answers. 所答复的线索。")] = "",
    authority: Annotated[str, typer.Option(help="Whose paper: a department. 出文部门。")] = "",
    out: Annotated[list[Path] | None, OUT] = None,
    template: Annotated[
        Path | None, typer.Option(help="A Word template for this once. 模板。", metavar="F")
    ] = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="Only look: no number, printed as a draft. 草稿。")
    ] = False,
    force: Annotated[bool, FORCE] = False,
    who: Annotated[str, typer.Option("--as", help="Who issues it. 由谁。", metavar="OFFICER")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Issue a paper under its number and write it; a mandatory field that lacks stops it. 制作文书。"""
    from inspector.export.files import write_paper
    from inspector.services import notices, rectification
    from inspector.services.forms import Forms

    files = _targets(out or [], force=force)
    with open_store() as store:
        asked = notices.Asked(
            kind,
            items=tuple(item or ()),
            inspection=inspection,
            site=site,
            authority=authority,
            typed=_typed(value or []),
            tip=tip,
        )
        prepared = notices.prepare(store, Forms(store), asked)
        data, paper = prepared.data, None
        if not draft:
            paper = notices.issue(store, prepared, person=rectification.actor(store, who))
            data = notices.printed(store, paper) if paper else data
        for path in files:
            write_paper(store, prepared.kind, data, path, draft=draft, template=template, force=force)
    shown = paper.shown if paper else ""
    if as_json:
        output.data(
            {"id": paper.id if paper else None, "number": shown, "kind": kind, "files": [str(path) for path in files],
             "draft": draft, "lacking": _lacking(prepared)}
        )  # fmt: skip
    else:
        output.line(f"{paper.id if paper else '—'}  {shown or prepared.kind.title}")
        for one in prepared.lacking:
            output.tell(
                f"还缺：{one.zh}：{one.where.zh} {one.how.zh}",
                f"lacking: {one.en}: {one.where.en} {one.how.en}",
            )
        for path in files:
            output.tell(f"已写入 {path}", f"Written: {path}")
    _tell_next(issued=paper is not None, draft=draft)


def _tell_next(*, issued: bool, draft: bool) -> None:
    if issued:
        output.tell(
            "已签发并保存；送达后用 inspector notice serve 记录。",
            "Issued and saved; record its service by notice serve.",
        )
    elif not draft:
        output.tell(
            "这种文书不编号，不进文书列表；要再打印，用同样的内容再制作。",
            "This kind takes no number and is on no list; to print it again, make it again with the same words.",
        )


def _lacking(prepared: "Prepared") -> list[dict[str, str]]:
    return [
        {"field": one.field, "zh": one.zh, "en": one.en, "where": one.where.zh, "how": one.how.zh}
        for one in prepared.lacking
    ]


def _targets(paths: list[Path], *, force: bool) -> list[Path]:
    """The files to be written, before a number is taken for them.

    Raises:
        UsageError: another suffix than .docx or .pdf, or a folder that is not there.
        Refusal: a file is there.
    """
    from inspector.errors import Refusal

    for path in paths:
        if path.suffix.lower() not in (".docx", ".pdf"):
            raise UsageError("文书只能写成 .docx 或 .pdf，没有签发。", "A paper is a .docx or a .pdf; nothing was issued.",
                             code="paper.suffix")  # fmt: skip
        if not path.absolute().parent.is_dir():
            raise UsageError(
                f"没有文件夹 {path.parent}，没有签发。",
                f"There is no folder {path.parent}; nothing was issued.",
            )
        if path.exists() and not force:
            raise Refusal(
                f"{path} 已存在，没有签发。", f"{path} is there already; nothing was issued.",
                hint=("换一个文件名，或加 --force。", "Choose another name, or add --force."), code="paper.exists",
            )  # fmt: skip
    return paths


def _typed(pairs: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise UsageError(f"“{pair}”要写成 名称=内容。", f"Write {pair!r} as name=value.")
        found[name.strip()] = value
    return found


def print_again(
    paper: Annotated[
        str, typer.Argument(help="The paper: its id or its number. 文书编号或文号。", metavar="PAPER")
    ],
    out: Annotated[list[Path], OUT],
    original: Annotated[
        bool,
        typer.Option("--original", help="In place of one with a provisional number. 替换临时编号的正本。"),
    ] = False,
    force: Annotated[bool, FORCE] = False,
) -> None:
    """Write an issued paper again, as it was issued, marked 副本. 再次打印。"""
    from inspector.errors import Refusal
    from inspector.export.files import write_paper
    from inspector.forms.papers import paper_kind
    from inspector.services import notices, papers

    with open_store() as store:
        found = papers.paper(store, paper)
        if original and not (found.provisional and found.number):
            raise Refusal(
                "只有临时编号换成正式文号的文书才能再出正本。", "Only a paper that had a provisional number has an original again.",
                hint=("去掉 --original 打印副本。", "Leave out --original for a copy."), code="paper.original",
            )  # fmt: skip
        for path in _targets(out, force=force):
            write_paper(
                store,
                paper_kind(found.kind),
                notices.printed(store, found),
                path,
                copy=not original,
                force=force,
            )
    for path in out:
        output.line(str(path))


TEMPLATE = Annotated[Path, typer.Argument(help="The Word template. 模板文件。")]


def check_template(kind: KIND, file: TEMPLATE) -> None:
    """Check a template: broken tags, unknown names, what a paper must not do; with their places. 检查模板。"""
    from inspector.export.files import check
    from inspector.forms.papers import paper_kind

    check(paper_kind(kind), file)
    output.tell("模板可用。", "The template is good.")


def use_template(kind: KIND, file: TEMPLATE) -> None:
    """Use an own template for a kind of paper on this laptop from now on. 采用模板。"""
    from inspector.export import files
    from inspector.forms.papers import paper_kind

    with open_store() as store:
        files.use_template(store, paper_kind(kind), file)
    output.tell("已采用。", "It is used from now on.")


def drop_template(kind: KIND) -> None:
    """Go back to the shipped template. 恢复自带模板。"""
    from inspector.export import files
    from inspector.forms.papers import paper_kind

    with open_store() as store:
        there = files.drop_template(store, paper_kind(kind))
    output.tell(
        "已恢复自带模板。" if there else "本来就用自带模板。",
        "The shipped one is used." if there else "It was used already.",
    )


def export_template(
    kind: KIND,
    out: Annotated[Path, typer.Option(help="Where to. 输出文件。", metavar="F")],
    force: Annotated[bool, FORCE] = False,
) -> None:
    """Write the template that is used now, to begin an own one with. 导出模板。"""
    from inspector.errors import Refusal
    from inspector.export import files
    from inspector.export.papers import shipped_template
    from inspector.forms.papers import paper_kind
    from inspector.store.files import write_atomically

    found = paper_kind(kind)
    if out.exists() and not force:
        raise Refusal(
            f"{out} 已存在，没有覆盖。", f"{out} is there already; it was not replaced.", code="paper.exists"
        )
    with open_store() as store:
        source = files.own_template(store, found.code) or shipped_template(found)
        write_atomically(out, source.read_bytes())
    output.line(str(out))
