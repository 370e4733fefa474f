"""`report`: the county's figures of a time, as a line for the phone, Word, Excel or JSON."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspector.cli import output
from inspector.cli.session import JSON, open_store, register
from inspector.errors import UsageError
from inspector.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inspector.domain.figure_report import Report
    from inspector.export.report_xlsx import Sheet
    from inspector.services.figures import Record
    from inspector.services.forms import Forms
    from inspector.store.figures import FrozenRow
    from inspector.store.workspace import Store

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
    freeze: Annotated[
        bool, typer.Option("--freeze", help="Keep it as it is now. 冻结，以后原样再出。")
    ] = False,
    again: Annotated[
        str, typer.Option(help="A kept report, by its hash or id. 再出冻结的一份。", metavar="HASH")
    ] = "",
    diff: Annotated[
        bool, typer.Option("--diff", help="With --again: what is another number now. 与现在的数字比较。")
    ] = False,
    check: Annotated[
        bool,
        typer.Option("--check", help="With --again: count it anew from the journal. 用当时的记录重算核对。"),
    ] = False,
    kept: Annotated[bool, typer.Option("--kept", help="List kept reports. 列出冻结的汇报。")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the file. 覆盖已有的文件。")] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Figures of a time. 汇报数字：一句话、Word、Excel。"""
    from inspector.services import figures, reports
    from inspector.services.forms import Forms
    from inspector.store.past import past

    _check_format(form, out)
    _check_again(again, (first, last, freeze, opened))
    with open_store() as store:
        forms = Forms(store)
        if kept:
            _print_kept(reports.kept_reports(store), as_json=as_json)
            return
        if again:
            found = reports.kept(store, again)
            if check:
                _print_check(reports.recounted(store, found), as_json=as_json)
                return
            if diff:
                _print_differences(found, reports.today_of(store, forms, found), as_json=as_json)
                return
        else:
            begin, end = reports.days_of(store, forms, first, last)
            if opened:
                _print_records(figures.records(store, forms, opened, begin, end, grid=grid), as_json=as_json)
                return
            found = figures.compute(store, forms, begin, end, grid=grid)
        if freeze:
            sha256 = reports.freeze(store, found)
            output.tell(f"已冻结：{sha256}", f"Kept: {sha256}")
        if again and form == "xlsx":
            with past(store, found.heads) as then:
                _give(found, form, out, _lists(then, Forms(then), found), force=force, as_json=as_json)
            return
        lists = _lists(store, forms, found) if form == "xlsx" else ()
        _give(found, form, out, lists, force=force, as_json=as_json)


def _lists(store: "Store", forms: "Forms", found: "Report") -> "Iterable[Sheet]":
    """The records of a ledger, as that store knows them."""
    from inspector.export.report_files import lists

    return lists(store, forms, found)


def _check_again(again: str, others: tuple[object, ...]) -> None:
    if again and any(others):
        raise UsageError(
            "--again 是原样再出，不能再写期间。", "--again gives a report as it was; name no days with it."
        )


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


def _give(
    found: "Report", form: str, out: Path | None, lists: "Iterable[Sheet]", *, force: bool, as_json: bool
) -> None:
    from inspector.export import report_files, report_text
    from inspector.services import figures

    if out is not None:
        report_files.write(found, out, form=form, lists=lists, force=force)
        output.tell(f"已写好：{out}", f"Written: {out}")
        if as_json:
            output.data(as_data(found))
        return
    if form == "json" or as_json:
        output.data(as_data(found))
        return
    output.line(report_text.line(found))
    for line in report_text.footer(found, figures.name_of(found)):
        output.tell(line, line)


def _print_kept(rows: "list[FrozenRow]", *, as_json: bool) -> None:
    if as_json:
        output.data([row._asdict() for row in rows])
        return
    from inspector.domain.when import show_time

    output.table(
        [(row.sha256[:16], row.first, row.last, row.grid, show_time(row.recorded)) for row in rows],
        [tr("编号", "hash"), tr("起", "from"), tr("止", "to"), tr("网格", "grid"), tr("冻结于", "kept at")],
    )


def _print_check(same: bool, *, as_json: bool) -> None:
    if as_json:
        output.data({"same": same})
    else:
        output.line(
            tr(
                "用当时的记录重算，数字完全一致。",
                "Counted anew from the entries of that time, every figure is the same.",
            )
            if same
            else tr(
                "用当时的记录重算，数字不一致。",
                "Counted anew from the entries of that time, figures differ.",
            )
        )


def _print_differences(before: "Report", after: "Report", *, as_json: bool) -> None:
    from inspector.domain.figure_catalogue import FIGURES
    from inspector.domain.figure_report import differences
    from inspector.domain.figures import show

    rows = []
    for one in differences(before, after):
        figure = FIGURES.get(one.code)
        unit = figure.unit if figure is not None else ""
        words = str(figure.words).strip() if figure is not None else one.code
        rows.append((one.code, words, show(one.before.value, unit), show(one.after.value, unit)))
    if as_json:
        output.data([dict(zip(("code", "name", "before", "after"), row, strict=True)) for row in rows])
        return
    if not rows:
        output.line(tr("与现在的数字完全一致。", "Every figure is the same now."))
        return
    output.table(rows, [tr("代码", "code"), tr("指标", "figure"), tr("当时", "then"), tr("现在", "now")])


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
