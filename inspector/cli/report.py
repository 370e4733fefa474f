"""`report`: the county's figures of a time, as a line for the phone, Word, Excel or JSON."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspector.cli import output
from inspector.cli.session import JSON, open_store, register
from inspector.errors import UsageError
from inspector.language import tr

if TYPE_CHECKING:
    from inspector.domain.figure_report import Report
    from inspector.services.figures import Record

FORMATS = ("text", "docx", "xlsx", "json")


def report(
    first: Annotated[
        str,
        typer.Option(
            "--from", help="First day, or words such as 本周, 上月. 开始日期，或“上月”。", metavar="DATE"
        ),
    ] = "",
    last: Annotated[
        str, typer.Option("--to", help="Last day; today if none. 结束日期。", metavar="DATE")
    ] = "",
    grid: Annotated[str, typer.Option(help="Only this grid: code, name or id. 网格。")] = "",
    form: Annotated[str, typer.Option("--format", help="text, docx, xlsx or json. 形式。")] = "text",
    out: Annotated[Path | None, typer.Option(help="The file to write. 写到哪个文件。")] = None,
    opened: Annotated[
        str, typer.Option("--open", help="The records behind this figure. 这个数背后的记录。", metavar="CODE")
    ] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Figures of a time. 汇报数字：一句话、Word、Excel。"""
    from inspector.services import figures, reports
    from inspector.services.forms import Forms

    _check_format(form, out)
    with open_store() as store:
        forms = Forms(store)
        begin, end = reports.days_of(store, forms, first, last)
        if opened:
            _print_records(figures.records(store, forms, opened, begin, end, grid=grid), as_json=as_json)
            return
        found = figures.compute(store, forms, begin, end, grid=grid)
        _give(found, form, out, as_json=as_json)


def _check_format(form: str, out: Path | None) -> None:
    if form not in FORMATS:
        raise UsageError(
            f"不认识的形式“{form}”。",
            f"Unknown format {form!r}.",
            hint=("、".join(FORMATS), ", ".join(FORMATS)),
        )
    if form in ("docx", "xlsx") and out is None:
        raise UsageError(
            "没有写存到哪个文件。",
            "No file is named.",
            hint=(f"加 --out 汇报.{form}", f"Add --out report.{form}"),
        )


def _give(found: "Report", form: str, out: Path | None, *, as_json: bool) -> None:
    from inspector.services import figures

    if form == "json" or as_json:
        output.data(as_data(found))
        return
    from inspector.export import report_text

    output.line(report_text.line(found))
    for line in report_text.footer(found, figures.name_of(found)):
        output.tell(line, line)


def as_data(found: "Report") -> dict[str, Any]:
    """A report for programs: each figure with its words, and the document that its hash is of."""
    from inspector.domain.figure_catalogue import FIGURES, UNKNOWN
    from inspector.domain.figures import UNITS, show
    from inspector.services import figures

    rows = []
    for code, value in found.values.items():
        figure = FIGURES.get(code)
        if figure is None:
            continue
        rows.append(
            {
                "code": code,
                "group": figure.group,
                "name": figure.words.zh.strip("　 "),
                "name_en": figure.words.en.strip(),
                "unit": UNITS[figure.unit].zh,
                "kind": figure.kind,
                "shown": show(value.value, figure.unit),
                "means": figure.means.zh,
                "means_en": figure.means.en,
                "source": figure.source,
            }
        )
    unknown = [
        {"name": one.words.zh, "name_en": one.words.en, "why": one.why.zh, "why_en": one.why.en}
        for one in UNKNOWN
    ]
    return {
        "sha256": figures.name_of(found), "document": found.to_data(), "figures": rows, "unknown": unknown,
    }  # fmt: skip


def _print_records(found: "list[Record]", *, as_json: bool) -> None:
    if as_json:
        output.data([{"kind": one.kind, "id": one.id, "words": one.words, "day": one.day} for one in found])
        return
    output.table(
        [(one.day, one.id, one.words) for one in found],
        [tr("日期", "day"), tr("编号", "id"), tr("内容", "record")],
    )


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    register(app, "report", report)
