"""`activity add|change|list|show|void|import|count`: meetings, trainings, publicity, briefings, questionnaires."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspector.cli import output
from inspector.cli.session import JSON, open_store, register
from inspector.errors import UsageError
from inspector.language import tr

if TYPE_CHECKING:
    from inspector.domain.activity import Activity

_ACTIVITY = typer.Argument(metavar="ACTIVITY", help="Id or start of it. 活动编号。")
_KIND = "meeting, training, publicity, briefing, questionnaire, media or other. 类别。"
_Topic = Annotated[str | None, typer.Option(help="What it was about. 主题。")]
_Organiser = Annotated[str | None, typer.Option(help="Unit that held it. 主办单位。")]
_Note = Annotated[str | None, typer.Option(help="Remark. 备注。")]
_Sessions = Annotated[int | None, typer.Option(min=0, help="How many sessions. 场次。")]
_People = Annotated[int | None, typer.Option(min=0, help="How many people came. 人次。")]
_Copies = Annotated[int | None, typer.Option(min=0, help="How many copies. 份数。")]
_Issues = Annotated[int | None, typer.Option(min=0, help="How many issues or episodes. 期（集）数。")]


def add_to(app: typer.Typer) -> None:
    """Register the group."""
    group = typer.Typer(
        help="活动台账：会议、培训、宣传、简报、问卷。 Activities of the campaign.", no_args_is_help=True
    )
    for name, function in (
        ("add", add), ("change", change), ("list", list_activities), ("show", show), ("void", void),
        ("import", import_file), ("count", count),
    ):  # fmt: skip
        register(group, name, function)
    app.add_typer(group, name="activity")


def add(
    title: Annotated[str, typer.Argument(help="Title. 名称。")],
    kind: Annotated[str, typer.Option(help=_KIND)] = "meeting",
    day: Annotated[str, typer.Option("--date", help="Day; else today. 日期。", metavar="DATE")] = "",
    grid: Annotated[str, typer.Option(help="Grid that it was for; else the county. 网格。")] = "",
    topic: _Topic = None,
    organiser: _Organiser = None,
    sessions: _Sessions = None,
    people: _People = None,
    copies: _Copies = None,
    issues: _Issues = None,
    note: _Note = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Record an activity. 登记活动。"""
    from inspector.services import activities

    with open_store() as store:
        found = activities.add_activity(
            store, title=title, kind=kind, day=day, grid=grid, topic=topic, organiser=organiser, sessions=sessions,
            people=people, copies=copies, issues=issues, note=note,
        )  # fmt: skip
    _said(found, as_json)


def change(
    activity: Annotated[str, _ACTIVITY],
    title: Annotated[str | None, typer.Option(help="Title. 名称。")] = None,
    kind: Annotated[str | None, typer.Option(help=_KIND)] = None,
    day: Annotated[str | None, typer.Option("--date", help="Day. 日期。", metavar="DATE")] = None,
    topic: _Topic = None,
    organiser: _Organiser = None,
    sessions: _Sessions = None,
    people: _People = None,
    copies: _Copies = None,
    issues: _Issues = None,
    note: _Note = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Put an activity right; what is not given stays as it is. 更正活动。"""
    from inspector.services import activities

    with open_store() as store:
        found = activities.change_activity(
            store, activity, title=title, kind=kind, date=day, topic=topic, organiser=organiser,
            sessions=sessions, people=people, copies=copies, issues=issues, note=note,
        )  # fmt: skip
    _said(found, as_json)


def _said(found: "Activity", as_json: bool) -> None:
    if as_json:
        output.data(_data(found))
    else:
        output.line(found.id)
    output.tell("已保存。", "Saved.")


def list_activities(
    kind: Annotated[str, typer.Option(help=_KIND)] = "",
    topic: Annotated[str, typer.Option(help="A word of title or topic. 名称或主题含。")] = "",
    first: Annotated[str, typer.Option("--from", help="From this day on. 起。", metavar="DATE")] = "",
    last: Annotated[str, typer.Option("--to", help="Until this day. 止。", metavar="DATE")] = "",
    voided: Annotated[bool, typer.Option("--all", help="Voided ones too. 含作废。")] = False,
    limit: Annotated[int, typer.Option(min=1, max=5_000)] = 500,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List activities, the latest first. 活动列表。"""
    from dataclasses import asdict

    from inspector.domain.activity import KINDS
    from inspector.services.activities import kind_code
    from inspector.services.tips import day_or_none
    from inspector.store import campaign

    code = kind_code(kind)
    if code and code not in KINDS:
        raise UsageError(f"类别只能是 {'、'.join(KINDS)}。", f"The kind is one of {', '.join(KINDS)}.")
    with open_store() as store:
        found = campaign.activities(
            store.connection, kind=code, topic=topic, since=day_or_none(first), until=day_or_none(last),
            voided=voided, limit=limit,
        )  # fmt: skip
    if as_json:
        output.data([asdict(row) for row in found])
        return
    output.table(
        [
            [row.id, row.date, str(KINDS.get(row.kind, row.kind)), row.title[:40], row.organiser,
             *(str(number or "") for number in (row.sessions, row.people, row.copies, row.issues)),
             tr("已作废", "voided") if row.voided else ""]
            for row in found
        ],
        [tr("编号", "id"), tr("日期", "date"), tr("类别", "kind"), tr("名称", "title"), tr("主办", "organiser"),
         tr("场次", "sessions"), tr("人次", "people"), tr("份数", "copies"), tr("期数", "issues"), ""],
    )  # fmt: skip


def show(activity: Annotated[str, _ACTIVITY], as_json: Annotated[bool, JSON] = False) -> None:
    """Show an activity. 活动详情。"""
    from inspector.domain.activity import COUNTS, KINDS
    from inspector.services import activities

    with open_store() as store:
        found = activities.find_activity(store, activity)
    if as_json:
        output.data(_data(found))
        return
    output.line(f"{found.id}  {KINDS.get(found.kind, found.kind)}  {found.date}")
    counts = tr("，", ", ").join(f"{COUNTS[name]} {number}" for name, number in found.counts.items())
    for label, value in (
        (tr("名称", "title"), found.title), (tr("主题", "topic"), found.topic), (tr("主办", "organiser"), found.organiser),
        (tr("网格", "grid"), found.grid), (tr("数量", "counts"), counts), (tr("备注", "note"), found.note),
        (tr("作废原因", "voided"), found.void_reason),
    ):  # fmt: skip
        if value:
            output.line(f"  {label}: {value}")


def void(
    activity: Annotated[str, _ACTIVITY],
    reason: Annotated[str, typer.Option(help="Why. 原因。")],
) -> None:
    """Take back an activity that was recorded by mistake or twice. 作废。"""
    from inspector.services import activities

    with open_store() as store:
        activities.void_activity(store, activity, reason=reason)
    output.tell("已作废，原记录保留。", "Voided; the record is kept.")


def import_file(
    file: Annotated[Path, typer.Argument(help="Activities (Excel, CSV). 活动台账。")],
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Record the activities of a file, all or nothing, twice is once. 导入活动台账。"""
    from inspector.services import activities

    with open_store() as store:
        found, recorded = activities.import_activities(store, file)
    if as_json:
        output.data({"activities": found, "recorded": recorded})
        return
    output.line(tr(f"活动{found}项，新的{recorded}项", f"activities {found}, new {recorded}"))
    output.tell(
        "已保存。" if recorded else "没有新内容，未作改动。",
        "Saved." if recorded else "Nothing new; nothing was changed.",
    )


def count(
    first: Annotated[str, typer.Option("--from", help="From this day on. 起。", metavar="DATE")] = "",
    last: Annotated[str, typer.Option("--to", help="Until this day. 止。", metavar="DATE")] = "",
    by_topic: Annotated[bool, typer.Option("--topic", help="By topic too. 再按主题分。")] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Count sessions, people, copies and issues by kind. 活动统计。"""
    from dataclasses import asdict

    from inspector.domain.activity import COUNTS, KINDS
    from inspector.services.tips import day_or_none
    from inspector.store import campaign

    with open_store() as store:
        found = campaign.activity_sums(
            store.connection, since=day_or_none(first), until=day_or_none(last), by_topic=by_topic
        )
    if as_json:
        output.data([asdict(row) for row in found])
        return
    output.table(
        [
            [str(KINDS.get(row.kind, row.kind)), *([row.topic] if by_topic else []), str(row.records),
             *(str(getattr(row, name) or "") for name in COUNTS)]
            for row in found
        ],
        [tr("类别", "kind"), *([tr("主题", "topic")] if by_topic else []), tr("登记", "records"), *map(str, COUNTS.values())],
    )  # fmt: skip


def _data(found: "Activity") -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(found) | {"counts": dict(found.counts), "recorded": found.recorded.wall, "grid": found.grid}
