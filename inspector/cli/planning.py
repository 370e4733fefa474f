"""`patrol plan|list|coverage|excuse|close`: plans of patrols, and what became of each of their sites."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspector.cli import output, words
from inspector.cli.session import JSON, open_store
from inspector.errors import UsageError
from inspector.language import tr

if TYPE_CHECKING:
    from inspector.services.plans import PlanCoverage

_PLAN = typer.Argument(metavar="PLAN", help="Id, start of it, or name. 计划。")


def plan(
    name: Annotated[str, typer.Argument(help="What it is called. 名称。")],
    first: Annotated[str, typer.Option("--from", help="First day. 开始日期。", metavar="DATE")],
    last: Annotated[
        str, typer.Option("--to", help="Last day; else one day only. 结束日期。", metavar="DATE")
    ] = "",
    occasion: Annotated[
        str,
        typer.Option(
            help="night, weekend, holiday, vacation, day, national_day, winter_break or summer_break. 类别。"
        ),
    ] = "day",
    grid: Annotated[list[str] | None, typer.Option(help="Only this grid: code, name or id. 网格。")] = None,
    kind: Annotated[str, typer.Option(help="Only training or campus. 类别。")] = "",
    site: Annotated[
        list[str] | None, typer.Option(help="This site, whatever its grid and kind. 逐个指定点位。")
    ] = None,
    officer: Annotated[list[str] | None, typer.Option(help="Who is to go. 人员。")] = None,
    pack: Annotated[str, typer.Option(help="Pack that is asked for. 检查包。")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Make a plan: which sites are to be visited, and when. 制定巡查计划。"""
    from inspector.services import plans

    with open_store() as store:
        made = plans.make_plan(
            store,
            name=name,
            first=first,
            last=last,
            occasion=occasion,
            grids=grid or [],
            site_kind=kind,
            sites=site or [],
            officers=officer or [],
            pack=pack,
        )
        reached = plans.coverage(store, plans.row_of(store, made.id))
    if as_json:
        output.data(_data(reached) | {"sites": list(made.sites)})
        return
    output.line(made.id)
    output.tell(
        f"已保存：{made.name}，应查 {reached.total.to_visit} 处。",
        f"Saved: {made.name}, {reached.total.to_visit} sites to visit.",
    )


def list_plans(
    all_plans: Annotated[bool, typer.Option("--all", help="Closed ones too. 含已结束。")] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List plans with how far they are. 计划列表。"""
    from inspector.services import plans
    from inspector.store import planning

    with open_store() as store:
        found = [plans.coverage(store, row) for row in planning.plans(store.connection, closed=all_plans)]
    if as_json:
        output.data([_data(one) for one in found])
        return
    output.table(
        [
            [one.plan.id, one.plan.name, words.occasion(one.plan.occasion), f"{one.plan.first}—{one.plan.last}",
             f"{one.total.visited}/{one.total.to_visit}", str(one.total.excused), str(one.total.open),
             tr("已结束", "closed") if one.plan.closed else ""]
            for one in found
        ],
        [tr("编号", "id"), tr("名称", "name"), tr("类别", "occasion"), tr("日期", "days"), tr("已查", "visited"),
         tr("已说明", "excused"), tr("未查", "open"), tr("状态", "state")],
    )  # fmt: skip


def _data(found: "PlanCoverage") -> dict[str, Any]:
    from dataclasses import asdict

    counts = found.total.to_data() | {"elsewhere": found.total.elsewhere}
    return asdict(found.plan) | {"coverage": counts}


def coverage(
    plan: Annotated[str, _PLAN],
    grid: Annotated[str, typer.Option(help="Only this grid: code, name or id. 网格。")] = "",
    every: Annotated[bool, typer.Option("--all", help="Visited sites too. 含已查。")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 500,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Show grid by grid which sites were visited, excused, or not visited. 计划覆盖情况。"""
    from dataclasses import asdict

    from inspector.domain.plan import SITE_STATES
    from inspector.services import lookup, plans
    from inspector.store import planning

    with open_store() as store:
        row = plans.row_of(store, plans.find_plan(store, plan).id)
        scope = lookup.grid(store, grid) if grid else None
        found = plans.coverage(store, row)
        states = () if every else tuple(state for state in SITE_STATES if state != "visited")
        sites = planning.plan_sites(store.connection, row, grid=scope, states=states, limit=limit)
    grids = [one for one in found.grids if scope in (None, one.grid)]
    if as_json:
        output.data(
            {
                "plan": _data(found),
                "grids": [one.to_data() for one in grids],
                "sites": [asdict(site) for site in sites],
            }
        )
        return
    output.line(f"{row.id}  {row.name}  {row.first}—{row.last}")
    output.table(
        [
            [words.grid_name(one.grid, one.name), f"{one.counts.visited}/{one.counts.to_visit}",
             str(one.counts.excused), str(one.counts.open), str(one.counts.shut)]
            for one in grids
        ],
        [tr("网格", "grid"), tr("已查", "visited"), tr("已说明", "excused"), tr("未查", "open"), tr("已关停", "shut")],
    )  # fmt: skip
    output.table(
        [[site.site, site.name, str(SITE_STATES[site.state]), site.reason] for site in sites],
        [tr("编号", "id"), tr("点位", "site"), tr("状态", "state"), tr("原因", "reason")],
    )


def excuse(
    plan: Annotated[str, _PLAN],
    site: Annotated[str, typer.Argument(help="Id, name or credit code. 点位。")],
    reason: Annotated[str, typer.Argument(help="Why nobody went; '' takes it back. 为什么没去；空则收回。")],
) -> None:
    """Say why a site of a plan was not visited. 说明为什么没去。"""
    from inspector.services import plans

    with open_store() as store:
        plans.excuse(store, plan, site, reason=reason)
    output.tell("已保存。", "Saved.")


def close(
    plan: Annotated[str, _PLAN],
    reason: Annotated[
        str, typer.Option(help="Why it ends with sites not visited. 还有未查就结束的理由。")
    ] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Close a plan with what it came to. 结束计划。"""
    from inspector.services import plans

    if not plan.strip():
        raise UsageError("没有写哪个计划。", "No plan was named.")
    with open_store() as store:
        reached = plans.close_plan(store, plan, reason=reason)
    if as_json:
        output.data(reached.to_data())
        return
    output.line(
        tr(
            f"应查 {reached.to_visit}，已查 {reached.visited}，已说明 {reached.excused}，未查 {reached.open}",
            f"{reached.to_visit} to visit, {reached.visited} visited, {reached.excused} excused, {reached.open} open",
        )
    )
    output.tell("计划已结束并保存。", "The plan is closed and saved.")
