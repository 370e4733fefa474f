"""`export case`: what leaves for others in one file that anyone can check."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspector.cli import export_tables, output
from inspector.cli.redactions import redactions
from inspector.cli.session import JSON, is_terminal, open_store, register

if TYPE_CHECKING:
    from inspector.export.case import Exported, Planned, Progress

REASONS_SHOWN = 5
AS = Annotated[
    str, typer.Option("--as", help="Who exports; else the patrol's first officer. 由谁。", metavar="OFFICER")
]


def add_to(app: typer.Typer) -> None:
    """Register the group."""
    group = typer.Typer(help="Export for others. 导出。", no_args_is_help=True)
    register(group, "case", case)
    register(group, "redactions", redactions)
    export_tables.add_to(group)
    app.add_typer(group, name="export")


def case(
    subject: Annotated[
        list[str],
        typer.Argument(
            help="A site, inspections or items: id, its beginning, or a site's name. 点位、检查或问题。"
        ),
    ],
    out: Annotated[Path, typer.Option(help="The .zip to write. 输出文件。", metavar="F")],
    reason: Annotated[str, typer.Option(help="For whom and why; it is recorded. 给谁、为什么。")],
    edition: Annotated[str, typer.Option(help="internal or redacted. 版本。")] = "internal",
    offline: Annotated[
        bool, typer.Option("--offline", help="Do not ask the centre for proofs. 不联网取证明。")
    ] = False,
    redact: Annotated[
        list[str] | None,
        typer.Option(help="Hide this text too, in a redacted edition. 另外隐去的文字。", metavar="TEXT"),
    ] = None,
    who: AS = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Write a case file: documents, photos and what proves them, in one ZIP that anyone can check. Run it again after a cut:
    it goes on. 导出案卷。"""
    from inspector.export import case_run
    from inspector.sync.proving import prover

    wish = case_run.Wish(
        subjects=tuple(subject), path=out, reason=reason, edition=edition, who=who, redact=tuple(redact or ())
    )
    with (
        open_store() as store,
        case_run.prepare(
            store, wish, prover(store, offline=offline), told=None if as_json else making
        ) as planned,
    ):
        if not as_json:
            tell_plan(planned)
        exported = case_run.run(store, wish, planned, progress=None if as_json else _Meter().show)
    if as_json:
        output.data(case_data(planned, exported))
        return
    tell_written(exported)


def tell_written(exported: "Exported") -> None:
    """Where it is, and what a stranger will find who has the fingerprint."""
    output.line(str(exported.path))
    output.tell(
        f"案卷已写好：{exported.files}个文件，{exported.bytes:,}字节。",
        f"Written: {exported.files} files, {exported.bytes:,} bytes.",
    )
    checked = exported.checked
    output.tell(
        f"别人核验时会看到：{checked.verdict.words}（{checked.verdict.value}）",
        f"A stranger who checks it will find: {checked.verdict.words} ({checked.verdict.value})",
    )
    for reason in checked.reasons[:REASONS_SHOWN]:
        output.tell(f"  {reason.where}  {reason.zh}", f"  {reason.where}  {reason.en}")
    left = len(checked.reasons) - REASONS_SHOWN
    if left > 0:
        output.tell(f"  …… 还有{left}处", f"  … and {left} more")
    output.tell(
        f"核验：inspector verify {exported.path} --root 指纹",
        f"Check it: inspector verify {exported.path} --root FINGERPRINT",
    )


def making(title: str) -> None:
    """Say which document is made."""
    output.tell(f"制作：{title}", f"Making: {title}")


def tell_plan(planned: "Planned") -> None:
    """Say what will be in it, and what is missing."""
    found, size = planned.case, f"{planned.bytes:,}"
    output.tell(
        f"案卷 {found.id}：记录{len(found.entries)}条、照片{len(found.photos)}张、文件{planned.documents}件，约{size}字节。",
        f"Case file {found.id}: {len(found.entries)} entries, {len(found.photos)} photos, {planned.documents} documents,"
        f" about {size} bytes.",
    )
    if planned.problems:
        output.tell("写之前请看：", "Before it is written, look at:")
        output.problems(planned.problems)


class _Meter:
    """Tells a terminal how far it is, at every tenth."""

    def __init__(self) -> None:
        self._told = 0

    def show(self, done: "Progress") -> None:
        """Say it where another tenth is done and somebody looks."""
        tenth = done.files * 10 // max(1, done.of_files)
        if tenth > self._told and is_terminal(sys.stderr):
            self._told = tenth
            output.tell(
                f"已写{done.files}/{done.of_files}个文件，{done.bytes:,}/{done.of_bytes:,}字节",
                f"{done.files}/{done.of_files} files, {done.bytes:,}/{done.of_bytes:,} bytes",
            )


def case_data(planned: "Planned", exported: "Exported") -> dict[str, Any]:
    """A case file that was written, for programs."""
    return {
        "path": str(exported.path),
        "case": planned.case.id,
        "subject": [str(one) for one in planned.case.subjects],
        "edition": planned.redaction.edition,
        "entries": len(planned.case.entries),
        "photos": len(planned.case.photos),
        "documents": planned.documents,
        "pdf": planned.pdf,
        "bytes": exported.bytes,
        "files": exported.files,
        "unproven": planned.unproven,
        "entry": str(exported.entry),
        "manifest_sha256": exported.manifest_sha256,
        "verdict": exported.checked.verdict.code,
        "status": exported.checked.verdict.value,
        "problems": [output.problem_data(one) for one in planned.problems],
    }
