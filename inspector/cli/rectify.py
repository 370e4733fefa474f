"""`rectify list|show|actions|do|assign|settle|look-back`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspector.cli import output
from inspector.cli.rectify_data import choice_data, item_data, show_choice, show_item
from inspector.cli.session import JSON, open_store, register
from inspector.language import tr

if TYPE_CHECKING:
    from inspector.services.rectification import Done
    from inspector.store.board import BoardRow
    from inspector.store.workspace import Store

ITEM = Annotated[str, typer.Argument(help="The item's id or its beginning. 问题编号。")]
AS = Annotated[
    str, typer.Option("--as", help="Who acts; else the patrol's first officer. 由谁。", metavar="OFFICER")
]


def add_to(app: typer.Typer) -> None:
    """Register the group."""
    group = typer.Typer(help="Rectification. 整改。", no_args_is_help=True)
    for name, function in (
        ("list", list_items), ("show", show), ("actions", actions), ("do", do), ("assign", assign),
        ("settle", settle), ("look-back", look_back),
    ):  # fmt: skip
        register(group, name, function)
    app.add_typer(group, name="rectify")


def list_items(
    grid: Annotated[str, typer.Option(help="Grid. 网格。")] = "",
    site: Annotated[str, typer.Option(help="Site. 点位。")] = "",
    department: Annotated[str, typer.Option(help="Department in the lead. 牵头部门。")] = "",
    kind: Annotated[str, typer.Option(help="training or campus. 类别。")] = "",
    state: Annotated[str, typer.Option(help="A state, or unsettled, waiting, conflict. 状态。")] = "",
    severity: Annotated[int, typer.Option(help="At least, 1 to 4. 严重程度不低于。")] = 0,
    officer: Annotated[str, typer.Option(help="Officer in charge. 承办人。")] = "",
    pack: Annotated[str, typer.Option(help="Pack of the inspection. 检查包。")] = "",
    item: Annotated[str, typer.Option(help="Item code. 检查项。")] = "",
    search: Annotated[str, typer.Option(help="Site by characters, pinyin, initials. 查找点位。")] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="Overdue only. 只看逾期。")] = False,
    due_in: Annotated[int | None, typer.Option(help="Due within so many days. 几天内到期。")] = None,
    settled: Annotated[bool, typer.Option("--settled", help="Closed ones too. 含已销号。")] = False,
    view: Annotated[str, typer.Option(help="A saved view. 已存视图。")] = "",
    save_view: Annotated[str, typer.Option(help="Save this filter under a name. 存为视图。")] = "",
    sort: Annotated[str, typer.Option(help="due, age, severity, site or moved. 排序。")] = "due",
    limit: Annotated[int, typer.Option(help="How many lines. 行数。", min=1, max=100_000)] = 100,
    offset: Annotated[int, typer.Option(help="How many to leave out. 跳过。", min=0)] = 0,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List items: urgent and overdue first. 整改清单。"""
    from dataclasses import asdict

    from inspector.services import boards
    from inspector.services.forms import Forms

    with open_store() as store:
        wanted = boards.filter_of(
            store, view=view, grid=grid, site=site, department=department, kind=kind, state=state,
            severity=severity, officer=officer, pack=pack, item=item, search=search, overdue=overdue,
            due_in=due_in, settled=settled,
        )  # fmt: skip
        if save_view:
            boards.save_view(store, save_view, wanted)
        page = boards.page(store, Forms(store), wanted, sort=sort, limit=limit, offset=offset)
        names = boards.names_of(store)
    if as_json:
        rows = [asdict(row) | {"actions": list(page.actions.get(row.id, ()))} for row in page.rows]
        output.data({"items": rows, "counts": asdict(page.counts), "filter": wanted.to_data()})
        return
    _print(page.rows, names)
    number = page.counts
    output.tell(
        f"共{number.total}条：未销号{number.unsettled}，逾期{number.overdue}，三日内到期{number.due_soon}，"
        f"待审批{number.waiting}，待裁定{number.conflicts}。",
        f"{number.total} items: {number.unsettled} unsettled, {number.overdue} overdue, {number.due_soon} due in 3 days,"
        f" {number.waiting} waiting, {number.conflicts} in conflict.",
    )


def _print(rows: "list[BoardRow]", names: dict[str, str]) -> None:
    from inspector.services.boards import state_words

    output.table(
        [
            [row.id, state_words(row),
             _due(row), str(row.severity), row.item, row.site_name, row.grid,
             names.get(row.handler, "—")]
            for row in rows
        ],
        [tr("编号", "id"), tr("状态", "state"), tr("期限", "due"), tr("级", "sev"), tr("检查项", "item"), tr("点位", "site"),
         tr("网格", "grid"), tr("承办人", "in charge")],
    )  # fmt: skip


def _due(row: "BoardRow") -> str:
    """The last day, marked as on the screen: "拟" where it is only proposed, a star where it is an estimate."""
    from inspector.domain.lifecycle import PROPOSED

    if not row.due:
        return "—"
    return (tr("拟", "~") if row.state in PROPOSED else "") + row.due + ("*" if row.due_estimated else "")


def show(item: ITEM, as_json: Annotated[bool, JSON] = False) -> None:
    """Show an item: where it stands, what was done, what can be done. 查看问题。"""
    from inspector.services import rectification
    from inspector.services.forms import Forms

    with open_store() as store:
        forms = Forms(store)
        found = rectification.find(store, item)
        data = item_data(store, forms, found)
    if as_json:
        output.data(data)
    else:
        show_item(data)


def actions(
    item: ITEM,
    who: AS = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Say which actions are open to whom, and why others are not. 可做的处理。"""
    from inspector.services import lookup, rectification
    from inspector.services.forms import Forms

    with open_store() as store:
        forms = Forms(store)
        person = lookup.officer(store, who) if who else None
        found = rectification.choices(store, forms, rectification.find(store, item), person)
    if as_json:
        output.data([choice_data(one) for one in found])
        return
    for one in found:
        show_choice(one)


def do(
    item: Annotated[
        list[str],
        typer.Argument(help="Items, then the action. 问题编号，最后是动作。", metavar="ITEM… ACTION"),
    ],
    note: Annotated[str, typer.Option(help="A note or the reason. 说明。")] = "",
    photo: Annotated[list[Path] | None, typer.Option(help="A photo; several times. 照片。")] = None,
    signer: Annotated[str, typer.Option(help="Who signed on the spot. 现场签字人。")] = "",
    until: Annotated[str, typer.Option(help="Last day, YYYY-MM-DD. 截止日期。", metavar="DATE")] = "",
    on: Annotated[str, typer.Option(help="Planned day. 日期。", metavar="DATE")] = "",
    department: Annotated[str, typer.Option(help="To which department. 移送部门。")] = "",
    other: Annotated[
        str, typer.Option("--item", help="Main item, or the new finding of a relapse. 另一个问题。")
    ] = "",
    crime: Annotated[bool, typer.Option("--crime", help="A suspected crime. 涉嫌犯罪。")] = False,
    who: AS = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Do something with items; `rectify actions` says what. 处理问题。"""
    from inspector.errors import UsageError
    from inspector.services import lookup, rectification
    from inspector.services.forms import Forms

    if len(item) < 2:
        raise UsageError("要写问题编号和动作。", "An item and an action are needed.",
                         hint=("用 inspector rectify actions ITEM 查看动作。", "See inspector rectify actions ITEM."))  # fmt: skip
    *names, action = item
    act = rectification.Act(
        action, note=note, photos=tuple(photo or ()), signer=signer, until=until, on=on, department=department,
        item=other, crime=crime,
    )  # fmt: skip
    with open_store() as store:
        forms = Forms(store)
        person = rectification.actor(store, who)
        ids = [lookup.finding(store, name) for name in names]
        if len(ids) == 1:
            rectification.do(store, forms, ids[0], act, person=person)
            done = [rectification.Done(ids[0], None)]
        else:
            done = rectification.do_all(store, forms, ids, act, person=person)
        _report(store, done, as_json=as_json)


def _report(store: "Store", done: "list[Done]", *, as_json: bool) -> None:
    from inspector.domain.lifecycle import STATES
    from inspector.services import rectification

    failed = [one for one in done if one.error is not None]
    if as_json:
        output.data(
            [
                {"id": one.id, "done": one.error is None, "state": rectification.load(store, one.id)[0].state,
                 "error": None if one.error is None else {"code": one.error.code, "message": one.error.zh, "message_en": one.error.en,
                                                          **one.error.details()}}
                for one in done
            ]
        )  # fmt: skip
    else:
        for one in done:
            if one.error is None:
                state = STATES[rectification.load(store, one.id)[0].state]
                output.line(f"{one.id}  {state}")
            else:
                output.error(one.error)
    output.tell(f"已保存{len(done) - len(failed)}条。", f"Saved {len(done) - len(failed)}.")
    if failed:
        raise typer.Exit(failed[0].error.exit_status if failed[0].error else 1)


def assign(
    item: Annotated[list[str], typer.Argument(help="Items. 问题编号。")],
    handler: Annotated[str, typer.Option(help="Officer in charge. 承办人。")] = "",
    priority: Annotated[int | None, typer.Option(help="0, 1 or 2. 优先级。", min=0, max=2)] = None,
    note: Annotated[str, typer.Option(help="A note. 说明。")] = "",
    who: AS = "",
) -> None:
    """Put an officer in charge, or set the priority (a lead). 交办。"""
    from inspector.services import lookup, rectification
    from inspector.services.forms import Forms

    with open_store() as store:
        forms = Forms(store)
        person = rectification.actor(store, who)
        for name in [lookup.finding(store, text) for text in item]:
            rectification.direct(
                store, forms, name, person=person, handler=handler, priority=priority, note=note
            )
    output.tell(f"已保存{len(item)}条。", f"Saved {len(item)}.")


def settle(
    item: ITEM,
    chosen: Annotated[
        str, typer.Argument(help="The step that counts, as rectify show names it. 以哪一步为准。")
    ],
    note: Annotated[str, typer.Option(help="Why. 理由。")] = "",
    who: AS = "",
) -> None:
    """Settle two steps that contradict each other (a lead). 裁定。"""
    from inspector.domain.entries import Ref
    from inspector.errors import UsageError
    from inspector.services import rectification
    from inspector.services.forms import Forms

    try:
        ref = Ref.parse(chosen)
    except ValueError:
        raise UsageError(f"“{chosen}”不是步骤编号。", f"{chosen!r} names no step.") from None
    with open_store() as store:
        found = rectification.find(store, item)
        rectification.settle(
            store, Forms(store), found.id, chosen=ref, person=rectification.actor(store, who), note=note
        )
    output.tell("已裁定并保存，两步都留在记录里。", "Settled and saved; both steps stay in the record.")


def look_back(
    plan: Annotated[bool, typer.Option("--plan", help="Plan them (a lead). 列入回头看。")] = False,
    who: AS = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List, or plan, the look-backs that are due: all major ones, a share of the others. 回头看抽取。"""
    from dataclasses import asdict

    from inspector.services import look_backs, rectification
    from inspector.services.forms import Forms

    with open_store() as store:
        forms = Forms(store)
        if plan:
            done = look_backs.plan(store, forms, person=rectification.actor(store, who))
            _report(store, done, as_json=as_json)
            return
        found = look_backs.due(store, forms)
    data: list[dict[str, Any]] = [asdict(one) for one in found]
    if as_json:
        output.data(data)
        return
    late = tr("已过时限", "late")
    output.table(
        [[one.id, one.closed, str(one.severity), late if one.late else ""] for one in found],
        [tr("编号", "id"), tr("销号日", "closed"), tr("级", "sev"), ""],
    )
