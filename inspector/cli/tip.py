"""`tip add|list|show|assign|answer|void|count`: what was reported, and what became of it."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspector.cli import output, words
from inspector.cli.session import JSON, is_terminal, open_store, register
from inspector.errors import UsageError
from inspector.language import tr

if TYPE_CHECKING:
    from inspector.domain.tip import Tip
    from inspector.store.workspace import Store

_TIP = typer.Argument(metavar="TIP", help="Id or start of it. 线索编号。")
_LONGEST = 400


def add_to(app: typer.Typer) -> None:
    """Register the group."""
    group = typer.Typer(help="举报线索：登记、分办、答复。 Tips: what was reported.", no_args_is_help=True)
    for name, function in (
        ("add", add), ("list", list_tips), ("show", show), ("assign", assign), ("answer", answer), ("void", void),
        ("count", count),
    ):  # fmt: skip
        register(group, name, function)
    app.add_typer(group, name="tip")


def add(
    content: Annotated[str, typer.Argument(help="What was reported. 举报内容。")],
    channel: Annotated[
        str,
        typer.Option(help="phone, mailbox, letter, grid_worker, parent, upward or other. 来源。"),
    ] = "phone",
    site: Annotated[str, typer.Option(help="Id, name or credit code. 点位。")] = "",
    address: Annotated[str, typer.Option(help="Where, if the site is not known. 地址。")] = "",
    received: Annotated[
        str, typer.Option(help="Day it came in; else today. 收到日期。", metavar="DATE")
    ] = "",
    named: Annotated[bool, typer.Option("--named", help="The person gave a name. 实名。")] = False,
    category: Annotated[list[str] | None, typer.Option(help="A word for what it is about. 类别词。")] = None,
    reporter: Annotated[
        bool,
        typer.Option(
            "--reporter",
            help="Ask for name and phone (two lines of standard input); they stay on this laptop. 填举报人。",
        ),
    ] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Record a tip. Who reported is never part of the record. 登记举报线索。"""
    from inspector.services import tips

    name, phone = _ask_reporter() if reporter else ("", "")
    with open_store() as store:
        found = tips.add_tip(
            store,
            channel=channel,
            content=content,
            received=received,
            site=site,
            address=address,
            category=category or [],
            named=named,
            name=name,
            phone=phone,
        )
        data = _data(store, found.tip)
    if as_json:
        output.data(data | {"advice": found.advice.to_data() if found.advice else None})
    else:
        output.line(found.tip.id)
    if found.advice is not None:
        output.tell(found.advice.zh, found.advice.en)
    output.tell("已保存。", "Saved.")


def _ask_reporter() -> tuple[str, str]:
    """Name and phone from standard input: words of the command line are seen by others and kept by shells.

    Raises:
        UsageError: nothing was given.
    """
    given = []
    for zh, en in (("举报人姓名：", "Name: "), ("电话：", "Phone: ")):
        if is_terminal(sys.stdin):
            sys.stderr.write(tr(zh, en))
            sys.stderr.flush()
        given.append(sys.stdin.readline(_LONGEST).strip() if sys.stdin else "")
    if not any(given):
        raise UsageError(
            "没有读到举报人的姓名和电话。", "Neither a name nor a phone was given.",
            hint=("按提示输入，或从标准输入给两行。", "Type them, or give two lines on standard input."),
        )  # fmt: skip
    return given[0], given[1]


def list_tips(
    state: Annotated[str, typer.Option(help="received, assigned, answered, voided or overdue. 状态。")] = "",
    plan: Annotated[str, typer.Option(help="Only those of this plan. 计划。")] = "",
    limit: Annotated[int, typer.Option(min=1, max=5_000)] = 500,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List tips, what is overdue first. 线索列表。"""
    from inspector.domain.tip import CHANNELS, STATES
    from inspector.services import plans, tips
    from inspector.services.forms import Forms

    if state not in ("", "overdue", *STATES):
        raise UsageError(
            f"状态只能是 {'、'.join((*STATES, 'overdue'))}。", f"The state is one of {', '.join((*STATES, 'overdue'))}."
        )  # fmt: skip
    with open_store() as store:
        only = plans.find_plan(store, plan).id if plan else ""
        lines = tips.tip_lines(store, Forms(store), state=state, plan=only, limit=limit)
    if as_json:
        output.data([line.to_data() for line in lines])
        return
    output.table(
        [
            [line.row.id, words.tip_state(line.row.state, line.late), line.row.received, line.next_due,
             str(CHANNELS.get(line.row.channel, line.row.channel)), line.row.site_name or line.row.address,
             line.row.content[:40]]
            for line in lines
        ],
        [tr("编号", "id"), tr("状态", "state"), tr("收到", "received"), tr("期限", "due"), tr("来源", "channel"),
         tr("地点", "where"), tr("内容", "content")],
    )  # fmt: skip


def show(
    tip: Annotated[str, _TIP],
    reporter: Annotated[
        bool, typer.Option("--reporter", help="Who reported, if this laptop knows. 显示举报人。")
    ] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Show a tip with its deadlines. 线索详情。"""
    from inspector.services import tips

    with open_store() as store:
        found = tips.find_tip(store, tip)
        data = _data(store, found)
        who = tips.reporter_of(store, found.id) if reporter else None
    if as_json:
        output.data(data if who is None else data | {"reporter": who})
        return
    for line in words.tip_lines(data):
        output.line(line)
    if who is None:
        return
    if who:
        output.line(tr("举报人：", "Reported by: ") + "  ".join(who.values()))
    else:
        output.tell(
            "举报人信息只在登记的电脑上；本机没有。",
            "Who reported is only on the laptop that recorded it, not here.",
        )


def assign(
    tip: Annotated[str, _TIP],
    plan: Annotated[str, typer.Option(help="To this plan. 计划。")] = "",
    department: Annotated[str, typer.Option(help="To this department. 部门。")] = "",
    officer: Annotated[str, typer.Option(help="To this person. 人员。")] = "",
    due: Annotated[
        str,
        typer.Option(help="Last day of the answer; else as the county sets it. 答复期限。", metavar="DATE"),
    ] = "",
    site: Annotated[str, typer.Option(help="Where it turned out to be. 查明的点位。")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Give a tip to a plan, a department or a person. 分办。"""
    from inspector.services import tips

    with open_store() as store:
        found = tips.assign_tip(
            store, tip, plan=plan, department=department, officer=officer, due=due, site=site
        )
        data = _data(store, found)
    if as_json:
        output.data(data)
    output.tell(f"已保存，{data['next_due']} 前答复。", f"Saved; to be answered by {data['next_due']}.")


def answer(
    tip: Annotated[str, _TIP],
    outcome: Annotated[
        str, typer.Option(help="confirmed, partly, unfounded or out_of_hands. 核查结果。")
    ] = "",
    text: Annotated[str, typer.Option(help="The reply. 答复内容。")] = "",
    day: Annotated[
        str, typer.Option("--date", help="Day of the answer; else today. 答复日期。", metavar="DATE")
    ] = "",
    told: Annotated[
        bool, typer.Option("--told", help="Whoever gave a name was told. 已告知实名举报人。")
    ] = False,
    passed_to: Annotated[str, typer.Option(help="Department that it is for. 转给的部门。")] = "",
    finding: Annotated[list[str] | None, typer.Option(help="A finding that came of it. 问题编号。")] = None,
    inspection: Annotated[str, typer.Option(help="The inspection that looked into it. 检查编号。")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Answer a tip, or add to its answer. 答复。"""
    from inspector.services import tips

    with open_store() as store:
        found = tips.answer_tip(
            store,
            tip,
            outcome=outcome,
            text=text,
            day=day,
            told=told or None,
            passed_to=passed_to,
            items=finding or [],
            inspection=inspection,
        )
        data = _data(store, found)
    if as_json:
        output.data(data)
    output.tell("已保存。", "Saved.")
    if found.named and not found.told:
        output.tell("这是实名举报，告知后请再记 --told。", "The person gave a name: record --told once told.")


def void(
    tip: Annotated[str, _TIP],
    reason: Annotated[str, typer.Option(help="Why. 原因。")],
) -> None:
    """Take back a tip that was recorded by mistake or twice. 作废。"""
    from inspector.services import tips

    with open_store() as store:
        tips.void_tip(store, tip, reason=reason)
    output.tell("已作废，原记录保留。", "Voided; the record is kept.")


def count(
    first: Annotated[
        str, typer.Option("--from", help="Received from this day on. 起。", metavar="DATE")
    ] = "",
    last: Annotated[str, typer.Option("--to", help="Until this day. 止。", metavar="DATE")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Count tips received, assigned, answered, in time, told. 举报统计。"""
    from inspector.services import tips
    from inspector.services.forms import Forms

    with open_store() as store:
        found = tips.tip_figures(
            store, Forms(store), first=tips.day_or_none(first), last=tips.day_or_none(last)
        )
    if as_json:
        output.data(found)
        return
    for name, number in found.items():
        output.line(f"{words.tip_figure(name)}  {number}")


def _data(store: "Store", tip: "Tip") -> dict[str, Any]:
    from dataclasses import asdict

    from inspector.services import tips
    from inspector.services.forms import Forms

    line = tips.standing(store, Forms(store), tip)
    return asdict(tip) | {
        "recorded": tip.recorded.wall,
        "lead_only": tip.lead_only,
        "next_due": line.next_due,
        "next_due_estimated": line.estimated,
        "late": line.late,
        "reporter_here": bool(tips.reporter_of(store, tip.id)),
    }
