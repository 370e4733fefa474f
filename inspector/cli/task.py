"""`task add|change|list|show|progress|void|import`: the list of responsibilities, its route map and its timetable."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspector.cli import output
from inspector.cli.session import JSON, open_store, register
from inspector.errors import UsageError
from inspector.language import tr

if TYPE_CHECKING:
    from inspector.domain.responsibility import Task
    from inspector.store.workspace import Store

_TASK = typer.Argument(metavar="TASK", help="Id or start of it. 任务编号。")
_Group = Annotated[str | None, typer.Option(help="Part of the list. 类别。")]
_Basis = Annotated[str | None, typer.Option(help="Document that asks for it. 依据。")]
_With = Annotated[
    list[str] | None, typer.Option("--with", help="A unit that cooperates; may be repeated. 配合单位。")
]
_Person = Annotated[str | None, typer.Option(help="Who answers for it. 责任人。")]
_Stage = Annotated[str | None, typer.Option(help="Stage of the route map. 阶段。")]
_Start = Annotated[str | None, typer.Option("--from", help="First day. 开始日期。", metavar="DATE")]
_Due = Annotated[
    str | None, typer.Option(help="Last day, or words such as 2026年9月底, 长期. 完成时限。", metavar="DATE")
]
_Number = Annotated[int | None, typer.Option(min=0, max=99_999, help="Place on the list. 序号。")]


def add_to(app: typer.Typer) -> None:
    """Register the group."""
    group = typer.Typer(
        help="责任清单：任务、责任单位、时限、进展（路线图、时间表）。 The list of responsibilities.", no_args_is_help=True
    )  # fmt: skip
    for name, function in (
        ("add", add), ("change", change), ("list", list_tasks), ("show", show), ("progress", progress),
        ("void", void), ("import", import_file),
    ):  # fmt: skip
        register(group, name, function)
    app.add_typer(group, name="task")


def add(
    task: Annotated[str, typer.Argument(help="What is to be done. 任务。")],
    lead: Annotated[str, typer.Option(help="Unit that leads. 牵头（责任）单位。")],
    group: _Group = None,
    basis: _Basis = None,
    partner: _With = None,
    person: _Person = None,
    stage: _Stage = None,
    start: _Start = None,
    due: _Due = None,
    number: _Number = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Put a task on the list. 登记任务。"""
    from inspector.services import tasks

    with open_store() as store:
        found = tasks.add_task(
            store, task=task, lead=lead, group=group, basis=basis, partners=partner, person=person, stage=stage,
            start=start, due=due, number=number,
        )  # fmt: skip
        data = _data(store, found)
    _said(data, as_json)


def change(
    task: Annotated[str, _TASK],
    wording: Annotated[str | None, typer.Option("--task", help="What is to be done. 任务。")] = None,
    lead: Annotated[str | None, typer.Option(help="Unit that leads. 牵头（责任）单位。")] = None,
    group: _Group = None,
    basis: _Basis = None,
    partner: _With = None,
    person: _Person = None,
    stage: _Stage = None,
    start: _Start = None,
    due: _Due = None,
    number: _Number = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Put a task right; what is not given stays as it is. 更正任务。"""
    from inspector.services import tasks

    with open_store() as store:
        found = tasks.change_task(
            store, task, lead=lead, group=group, basis=basis, partners=partner, person=person, stage=stage,
            start=start, due=due, number=number, wording=wording,
        )  # fmt: skip
        data = _data(store, found)
    _said(data, as_json)


def _said(data: dict[str, Any], as_json: bool) -> None:
    if as_json:
        output.data(data)
    else:
        output.line(data["id"])
    output.tell("已保存。", "Saved.")


def list_tasks(
    view: Annotated[str, typer.Option(help="list, roadmap (路线图) or schedule (时间表). 视图。")] = "list",
    unit: Annotated[str, typer.Option(help="Only what this unit leads or takes part in. 单位。")] = "",
    state: Annotated[str, typer.Option(help="open, doing, done or overdue. 进展。")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List responsibilities by group, stage or due day. 责任清单、路线图、时间表。"""
    from inspector.domain.responsibility import STATES, VIEWS, state_words
    from inspector.services import tasks

    if view not in VIEWS or state not in ("", "overdue", *STATES):
        raise UsageError(
            f"视图只能是 {'、'.join(VIEWS)}；进展只能是 {'、'.join((*STATES, 'overdue'))}。",
            f"The view is one of {', '.join(VIEWS)}, the state one of {', '.join((*STATES, 'overdue'))}.",
        )
    with open_store() as store:
        found = tasks.task_view(store, view, unit=unit, state=state)
    if as_json:
        output.data(found.to_data())
        return
    for title, part in found.parts:
        output.line(f"[{title or tr('未分类', 'none')}]")
        for line in part:
            row = line.row
            units = tr("、", ", ").join((row.lead, *row.partners))
            output.line(
                f"  {row.id}  {state_words(line.state)}  {row.due or row.until or '-'}  {row.task}  {units}  {row.person}"
            )
    counts = found.counts
    output.tell(
        f"共{counts['total']}项：未开始{counts['open']}，进行中{counts['doing']}，已完成{counts['done']}；其中逾期{counts['overdue']}。",
        f"{counts['total']} tasks: {counts['open']} not begun, {counts['doing']} under way, {counts['done']} done;"
        f" overdue {counts['overdue']}.",
    )


def show(task: Annotated[str, _TASK], as_json: Annotated[bool, JSON] = False) -> None:
    """Show a task with everything that was told of it. 任务详情。"""
    from inspector.domain.responsibility import state_words
    from inspector.services import tasks

    with open_store() as store:
        found = tasks.find_task(store, task)
        data = _data(store, found)
    if as_json:
        output.data(data)
        return
    output.line(f"{found.id}  {state_words(data['shown'])}  {found.task}")
    for label, value in (
        (tr("类别", "group"), found.group), (tr("依据", "basis"), found.basis), (tr("牵头", "lead"), found.lead),
        (tr("配合", "with"), tr("、", ", ").join(found.partners)), (tr("责任人", "person"), found.person),
        (tr("阶段", "stage"), found.stage), (tr("开始", "from"), found.start),
        (tr("时限", "due"), " ".join(part for part in (found.due, found.until) if part)),
        (tr("移除原因", "voided"), found.void_reason),
    ):  # fmt: skip
        if value:
            output.line(f"  {label}: {value}")
    for step in found.steps:
        words = "  ".join(part for part in (step.note, step.evidence) if part)
        output.line(f"  {step.day}  {state_words(step.state)}  {words}")


def progress(
    task: Annotated[str, _TASK],
    state: Annotated[str, typer.Option(help="open, doing or done; else under way. 进展。")] = "",
    note: Annotated[str, typer.Option(help="What was done. 进展说明。")] = "",
    evidence: Annotated[str, typer.Option(help="What shows it. 佐证材料。")] = "",
    day: Annotated[str, typer.Option("--date", help="Day; else today. 日期。", metavar="DATE")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Tell how far a task is. 登记进展。"""
    from inspector.services import tasks

    with open_store() as store:
        found = tasks.progress(store, task, state=state, note=note, evidence=evidence, day=day)
        data = _data(store, found)
    if as_json:
        output.data(data)
    output.tell("已保存。", "Saved.")


def void(
    task: Annotated[str, _TASK],
    reason: Annotated[str, typer.Option(help="Why. 原因。")],
) -> None:
    """Take a task off the list. 从清单移除。"""
    from inspector.services import tasks

    with open_store() as store:
        tasks.void_task(store, task, reason=reason)
    output.tell("已移除，原记录保留。", "Taken off the list; the record is kept.")


def import_file(
    file: Annotated[Path, typer.Argument(help="List of responsibilities (Excel, CSV). 责任清单。")],
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Record the list of a file, all or nothing, twice is once. 导入责任清单。"""
    from dataclasses import asdict

    from inspector.services import tasks

    with open_store() as store:
        found = tasks.import_tasks(store, file)
    if as_json:
        output.data(asdict(found))
        return
    output.line(
        tr(
            f"任务{found.tasks}项，新的或有变化的{found.recorded}项，带进展的{found.progressed}项",
            f"tasks {found.tasks}, new or changed {found.recorded}, with a state {found.progressed}",
        )
    )
    if found.repeated:
        named = "、".join(found.repeated[:10]) + ("……" if len(found.repeated) > 10 else "")
        output.tell(
            f"没有导入{len(found.repeated)}行：同一类别、同名的任务只记第一行（{named}）。内容不同的，请改任务名后再导入。",
            f"Left out {len(found.repeated)} rows: of a group and task only the first row counts ({named})."
            " Where they differ, give them other names and import again.",
        )
    if removed := found.skipped - len(found.repeated):
        output.tell(
            f"跳过{removed}项：已从清单移除。", f"Skipped {removed}: taken off the list.",
        )  # fmt: skip
    changed = found.recorded or found.progressed
    output.tell(
        "已保存。" if changed else "没有新内容，未作改动。",
        "Saved." if changed else "Nothing new; nothing was changed.",
    )


def _data(store: "Store", task: "Task") -> dict[str, Any]:
    from dataclasses import asdict

    from inspector.domain.responsibility import state_code

    steps = [
        {"day": step.day, "state": step.state, "note": step.note, "evidence": step.evidence, "by": step.actor}
        for step in task.steps
    ]
    shown = state_code(task.state, task.due, store.today())
    return asdict(task) | {"recorded": task.recorded.wall, "steps": steps, "shown": shown}
