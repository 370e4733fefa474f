"""`patrol start|show|end`; plans are in `planning`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspector.cli import output, planning
from inspector.cli.session import JSON, open_store, register
from inspector.errors import NotFound
from inspector.language import tr

if TYPE_CHECKING:
    from inspector.domain.patrol import Patrol


def add_to(app: typer.Typer) -> None:
    """Register the group."""
    group = typer.Typer(help="巡查：一次外出的人员。 One outing of a team.", no_args_is_help=True)
    for name, function in (
        ("start", start), ("show", show), ("end", end), ("plan", planning.plan), ("list", planning.list_plans),
        ("coverage", planning.coverage), ("excuse", planning.excuse), ("close", planning.close),
    ):  # fmt: skip
        register(group, name, function)
    app.add_typer(group, name="patrol")


def start(
    officer: Annotated[
        list[str] | None,
        typer.Option("--officer", help="Inspecting officer; twice; else the plan's. 检查人员。"),
    ] = None,
    helper: Annotated[list[str] | None, typer.Option("--helper", help="Helper. 协助人员。")] = None,
    occasion: Annotated[
        str, typer.Option(help="night, weekend, holiday, vacation or day; else by the clock. 类别。")
    ] = "",
    task_source: Annotated[
        str, typer.Option(help="plan, complaint, assignment or surprise. 任务来源。")
    ] = "plan",
    plan: Annotated[str, typer.Option(help="The plan that it is part of: id or name. 所属计划。")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Start a patrol; the device's earlier one ends. 开始巡查。"""
    from inspector.domain.plan import patrol_occasion
    from inspector.services import people, plans
    from inspector.services.forms import Forms

    with open_store() as store:
        found = plans.find_plan(store, plan) if plan else None
        chosen = occasion or (patrol_occasion(found.occasion) if found else "")
        chosen = chosen or people.likely_occasion(Forms(store), store.clock.stamp().wall)
        team = people.team(store, officer or (found.officers if found else []), helper or [])
        begun = people.begin_patrol(
            store, occasion=chosen, people=team, source=task_source, plan=found.id if found else ""
        )
    _print(begun, as_json=as_json)
    output.tell("已开始并保存。", "Started and saved.")


def show(as_json: Annotated[bool, JSON] = False) -> None:
    """Show the patrol that this laptop is out on. 当前巡查。"""
    from inspector.services.people import current_patrol

    with open_store() as store:
        running = current_patrol(store)
    if running is None:
        raise NotFound("现在没有巡查。", "No patrol is running.", code="patrol.none")
    _print(running, as_json=as_json)


def end() -> None:
    """End the patrol that this laptop is out on. 结束巡查。"""
    from inspector.services.people import current_patrol, finish_patrol

    with open_store() as store:
        running = current_patrol(store)
        if running is None:
            raise NotFound("现在没有巡查。", "No patrol is running.", code="patrol.none")
        finish_patrol(store, running.id)
    output.tell("巡查已结束并保存。", "The patrol is ended and saved.")


def _print(patrol: "Patrol", *, as_json: bool) -> None:
    from inspector.domain.patrol import OCCASIONS

    data: dict[str, Any] = {
        "id": patrol.id,
        "occasion": patrol.occasion,
        "officers": list(patrol.officers),
        "helpers": list(patrol.helpers),
        "started": patrol.started.wall,
        "device": patrol.device,
        "ended": patrol.ended,
        "source": patrol.source,
        "plan": patrol.plan,
    }
    if as_json:
        output.data(data)
        return
    occasion = tr(*OCCASIONS[patrol.occasion]) if patrol.occasion in OCCASIONS else patrol.occasion
    output.line(f"{patrol.id}  {occasion}")
