"""`dashboard`: the wall map as text, as JSON, or as one page for a browser."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inspector.cli import output
from inspector.cli.session import JSON, open_store, register
from inspector.language import tr

if TYPE_CHECKING:
    from inspector.services.dashboard import Dashboard


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    register(app, "dashboard", dashboard)


def dashboard(
    first: Annotated[
        str, typer.Option("--from", help="From this day on; else twelve weeks. 起。", metavar="DATE")
    ] = "",
    last: Annotated[str, typer.Option("--to", help="Until this day; else today. 止。", metavar="DATE")] = "",
    page: Annotated[
        Path | None,
        typer.Option(
            "--html", help="Write one page for a browser instead. 写成一个网页文件。", metavar="FILE"
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there. 覆盖。")] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """The wall map: grids, trend, what is overdue, departments. 挂图作战。"""
    from inspector.services import dashboard as dashboards

    with open_store() as store:
        found = dashboards.dashboard(store, first=first, last=last)
    if page is not None:
        from inspector.export.dashboard_page import write_page

        path, written = write_page(found, page, force=force)
        if as_json:
            output.data({"file": str(path), "bytes": written})
        output.tell(f"已写入 {path}。", f"Written to {path}.")
        return
    if as_json:
        output.data(found.to_data())
        return
    _print(found)


def _print(found: "Dashboard") -> None:
    from inspector.services.dashboard import STANDINGS, percent

    total = found.total
    output.line(
        tr(
            f"{found.first} 至 {found.last}（今天 {found.today}）",
            f"{found.first} to {found.last} (today {found.today})",
        )
    )
    output.line(
        tr(
            f"检查 {total.visits} 家次，覆盖 {total.visited}/{total.sites} 家（{percent(total.coverage)}）；"
            f"发现问题 {total.found}，销号 {total.closed}；现挂账 {total.unsettled}，其中逾期 {total.overdue}",
            f"visits {total.visits}, covered {total.visited}/{total.sites} ({percent(total.coverage)});"
            f" found {total.found}, closed {total.closed}; open now {total.unsettled}, overdue {total.overdue}",
        )
    )
    output.line()
    output.table(
        [
            [tile.label, str(STANDINGS[tile.standing]), percent(tile.coverage), f"{tile.visited}/{tile.sites}",
             str(tile.visits), str(tile.unsettled), str(tile.overdue), tile.lead_unit]
            for tile in found.grids
        ],
        [tr("网格", "grid"), tr("状况", "standing"), tr("点位覆盖率", "sites covered"),
         tr("已查/在册", "visited"), tr("家次", "visits"),
         tr("挂账", "open"), tr("逾期", "overdue"), tr("网格长单位", "lead unit")],
    )  # fmt: skip
    output.line()
    output.table(
        [[week.first, str(week.visits), str(week.found), str(week.closed)] for week in found.weeks],
        [
            tr("周（周一）", "week of"),
            tr("检查家次", "visits"),
            tr("发现问题", "found"),
            tr("销号", "closed"),
        ],
    )
    output.line()
    output.table(
        [
            [one.label, str(one.unsettled), str(one.overdue), str(one.found), str(one.closed), str(one.tasks),
             str(one.tasks_overdue)]
            for one in found.departments
        ],
        [tr("部门", "department"), tr("挂账", "open"), tr("逾期", "overdue"), tr("发现", "found"), tr("销号", "closed"),
         tr("任务未完成", "tasks left"), tr("任务逾期", "tasks overdue")],
    )  # fmt: skip
    if found.late:
        output.line()
        output.table(
            [[row.due, row.site_name, row.question[:40], row.grid, row.id] for row in found.late[:20]],
            [
                tr("逾期自", "due"),
                tr("点位", "site"),
                tr("问题", "item"),
                tr("网格", "grid"),
                tr("编号", "id"),
            ],
        )
