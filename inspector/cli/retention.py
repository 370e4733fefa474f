"""`retention list|destroy`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspector.cli import output
from inspector.cli.session import JSON, open_store, register
from inspector.language import tr

if TYPE_CHECKING:
    from inspector.services.retention import Due


def add_to(app: typer.Typer) -> None:
    """Register the group."""
    group = typer.Typer(help="What is kept no longer. 到期信息的销毁。", no_args_is_help=True)
    register(group, "list", list_expired)
    register(group, "destroy", destroy)
    app.add_typer(group, name="retention")


def list_expired(as_json: Annotated[bool, JSON] = False) -> None:
    """List what has been kept as long as the county decided; nothing of what is open. 到期可销毁的内容。"""
    from inspector.domain.when import local_date
    from inspector.services import retention
    from inspector.services.forms import Forms

    with open_store() as store:
        found = retention.expired(store, Forms(store), today=local_date(store.clock.stamp()))
    _print(found, as_json=as_json)


def destroy(
    reason: Annotated[str, typer.Option(help="Why; it is recorded. 理由。")],
    rule: Annotated[
        list[str] | None, typer.Argument(help="Which rules, as listed; all without. 哪几类（不写为全部）。")
    ] = None,
    subject: Annotated[
        str, typer.Option(help="Only this inspection, tip or site (its id). 只销毁这一个的。", metavar="ID")
    ] = "",
    who: Annotated[str, typer.Option("--as", help="Who approves. 由谁批准。", metavar="OFFICER")] = "",
    sure: Annotated[
        bool, typer.Option("--sure", help="Do it: what is destroyed never comes back. 确定销毁，不能恢复。")
    ] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Destroy the contents of what has been kept long enough, here and everywhere; headers and proofs stay. 销毁到期信息。"""
    from inspector.errors import Refusal
    from inspector.services import rectification, retention
    from inspector.services.forms import Forms

    with open_store() as store:
        if not sure:
            raise Refusal(
                "销毁后不能恢复；没有改动。", "What is destroyed never comes back; nothing was changed.",
                hint=("先看 inspector retention list，确定后加 --sure。", "See inspector retention list; then add --sure."),
                code="retention.sure",
            )  # fmt: skip
        done = retention.destroy(
            store, Forms(store), rules=rule or (), subject=subject, reason=reason,
            person=rectification.actor(store, who),
        )  # fmt: skip
    _print(done, as_json=as_json)
    if not as_json:
        count = sum(len(one.refs) for one in done)
        output.tell(
            f"已销毁{count}条记录的内容；同步后其他电脑和中心也会销毁。",
            f"The contents of {count} entries are destroyed; with the next syncs also elsewhere and at the centre.",
        )


def _print(found: "list[Due]", *, as_json: bool) -> None:
    from inspector.domain.retention import RULES

    if as_json:
        output.data([_data(one) for one in found])
        return
    output.table(
        [
            [one.rule, tr(RULES[one.rule].words.zh, RULES[one.rule].words.en), one.title, one.subject, one.closed,
             one.due, str(len(one.refs))]
            for one in found
        ],
        [tr("规则", "rule"), tr("内容", "what"), tr("点位", "site"), tr("编号", "id"), tr("起算日", "since"),
         tr("到期日", "due"), tr("条数", "entries")],
    )  # fmt: skip


def _data(one: "Due") -> dict[str, Any]:
    return {
        "rule": one.rule, "subject": one.subject, "title": one.title, "closed": one.closed, "due": one.due,
        "scope": one.scope, "entries": [str(ref) for ref in one.refs],
    }  # fmt: skip
