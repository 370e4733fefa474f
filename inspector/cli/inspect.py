"""`inspect answer|note|show|conclude|void` and `finding list`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspector.cli import legality, output, questionnaires, words
from inspector.cli.session import JSON, open_store, register
from inspector.cli.sheet_data import line_data, sheet_data
from inspector.language import tr

if TYPE_CHECKING:
    from inspector.services.sheets import Line, Sheet
    from inspector.store.workspace import Store

ID = Annotated[str, typer.Argument(help="The inspection's id. 检查编号。")]


def add_to(app: typer.Typer) -> None:
    """Register the groups."""
    group = typer.Typer(help="Inspect a site. 检查。", no_args_is_help=True)
    legality.add_to(group)
    named = (
        ("answer", answer),
        ("note", note),
        ("show", show),
        ("list", list_inspections),
        ("team", team),
        ("conclude", conclude),
        ("void", void),
    )
    for name, function in named:
        register(group, name, function)
    questionnaires.add_to(group)
    app.add_typer(group, name="inspect")
    findings = typer.Typer(help="Findings. 问题。", no_args_is_help=True)
    register(findings, "list", list_findings)
    register(findings, "amend", amend)
    app.add_typer(findings, name="finding")


def answer(
    inspection: ID,
    item: Annotated[str, typer.Argument(help="Item code, such as T-LIC-01. 项目编码。")],
    value: Annotated[str, typer.Argument(help="The answer; JSON for rosters; '' takes it back. 答案。")],
    note: Annotated[str | None, typer.Option(help="A note on the item. 备注。")] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Answer an item; saved when this returns. 填写一项。"""
    from inspector.domain.finding import show_due
    from inspector.services import inspections
    from inspector.services.forms import Forms
    from inspector.services.sheets import sheet

    with open_store() as store:
        forms = Forms(store)
        inspections.answer(store, forms, inspection, item, value or None, note=note)
        now = sheet(store, forms, _whole_id(store, inspection))
        _, asked = forms.of(now.inspection).item(item)
    line = now.line(asked.code)
    if as_json:
        output.data(line_data(line))
        return
    output.line(f"{line.item.code}  {line.shown}  {_verdict(line)}")
    if line.finding:
        finding = line.finding
        output.line(
            tr(
                f"  问题：{finding.reason}；措施：{finding.measure}；期限：{show_due(finding)}",
                f"  finding: {finding.reason_en}; due {show_due(finding)}",
            )
        )
    output.tell("已保存。", "Saved.")


def _whole_id(store: Any, text: str) -> str:
    from inspector.services import lookup

    return lookup.inspection(store, text).id


def _verdict(line: "Line") -> str:
    return words.verdict(line.judgement.verdict)


def note(
    inspection: ID,
    text: Annotated[str, typer.Argument(help="The note; '' takes it back. 备注。")],
    item: Annotated[str, typer.Option(help="The item; without it, the whole inspection. 检查项。")] = "",
) -> None:
    """Write a note on an item or on the inspection. 备注。"""
    from inspector.services import inspections, lookup
    from inspector.services.forms import Forms

    with open_store() as store:
        state = lookup.inspection(store, inspection)
        code = Forms(store).of(state).item(item)[1].code if item else ""
        inspections.note(store, state.id, code, text)
    output.tell("已保存。", "Saved.")


def show(inspection: ID, as_json: Annotated[bool, JSON] = False) -> None:
    """Show an inspection: every item, its answer, what follows. 查看检查。"""
    from inspector.services.forms import Forms
    from inspector.services.sheets import sheet

    with open_store() as store:
        now = sheet(store, Forms(store), _whole_id(store, inspection))
    if as_json:
        output.data(sheet_data(now))
    else:
        _show_sheet(now)


def _show_sheet(now: "Sheet") -> None:
    from inspector.domain.finding import show_due
    from inspector.domain.procedures import recusal_asked_for
    from inspector.domain.when import show_time

    state, counts = now.inspection, now.counts
    output.line(
        f"{state.id}  {now.site.name}  {words.inspection_status(state.status)}  {show_time(state.started.wall)}"
    )
    output.line(
        tr(
            f"应答{counts['asked']}  已答{counts['answered']}  未答{counts['asked'] - counts['answered']}"
            f"（其中必答{len(now.unanswered)}）  违规{counts['violations']}  提示{counts['hints']}"
            f"  待核{counts['unknown']}  照片{len(state.photos)}",
            f"asked {counts['asked']}  answered {counts['answered']}  open {counts['asked'] - counts['answered']}"
            f" ({len(now.unanswered)} of them required)  violations {counts['violations']}  hints {counts['hints']}"
            f"  unknown {counts['unknown']}  photos {len(state.photos)}",
        )
    )
    if state.late:
        output.line(
            tr(
                f"注意：办结后又收到{state.late}条其他电脑的记录（当时未见办结），请核对。",
                f"Note: {state.late} entries of other laptops came after the conclusion, unaware of it; look at them.",
            )
        )
    for found in now.marks:
        output.line(tr(f"注意：{found.zh}", f"Note: {found.en}"))
    asked = recusal_asked_for(state.procedure)
    if asked:
        output.line(tr(f"注意：当事人{asked}", f"Note: the respondent asks for recusal: {asked}"))
    for section in now.sections:
        output.line(f"— {section.checklist.title}")
        for line in section.lines:
            mark = {"violation": "✗", "hint": "!", "in_order": "√", "unknown": "?"}.get(
                line.judgement.verdict, " "
            )
            lead = tr("〔线索〕", "[lead only] ") if line.lead_only else ""
            how = words.how(line.how)
            output.line(f" {mark} {line.item.code}  {lead}{line.item.question}  {line.shown}{how}")
            if line.why_not:
                output.line("      " + tr(f"不涉及：{line.why_not}", f"does not apply: {line.why_not}"))
            if line.proposal:
                value, why = line.proposed, line.proposal[1]
                output.line("      " + tr(f"建议：{value} — {why}", f"proposed: {value}: {why}"))
            if line.finding:
                output.line(
                    f"      {tr(line.finding.reason, line.finding.reason_en)}  {show_due(line.finding)}"
                )
            if line.note:
                output.line(f"      {line.note}")


def list_inspections(
    site: Annotated[str, typer.Option(help="Only this site. 点位。")] = "",
    open_only: Annotated[bool, typer.Option("--open", help="Only open ones. 未办结。")] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List inspections, newest first. 检查列表。"""
    from dataclasses import asdict

    from inspector.domain.when import show_time
    from inspector.services import lookup
    from inspector.store import queries

    with open_store() as store:
        rows = queries.inspections(
            store.connection,
            site=lookup.site(store, site).id if site else "",
            status="open" if open_only else "",
        )
    if as_json:
        output.data([asdict(row) for row in rows])
        return
    output.table(
        [
            [row.id, row.site_name, words.inspection_status(row.status), show_time(row.started), str(row.answered),
             str(row.findings)]
            for row in rows
        ],
        [tr("编号", "id"), tr("点位", "site"), tr("状态", "status"), tr("开始", "started"), tr("已答", "answered"),
         tr("问题", "findings")],
    )  # fmt: skip


def team(
    inspection: ID,
    officer: Annotated[list[str], typer.Option("--officer", help="Inspecting officer. 执法人员。")],
    helper: Annotated[list[str] | None, typer.Option("--helper", help="Helper. 协助人员。")] = None,
) -> None:
    """Change who takes part in an open inspection. 调整检查人员。"""
    from inspector.services import inspections, people

    with open_store() as store:
        inspections.change_team(store, inspection, people.team(store, officer, helper or []))
    output.tell("已保存。", "Saved.")


def conclude(
    inspection: ID,
    remark: Annotated[str, typer.Option(help="A closing remark. 结论备注。")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Conclude an inspection; a training site needs two certified officers. 办结。"""
    from inspector.services import inspections
    from inspector.services.forms import Forms

    with open_store() as store:
        now = inspections.conclude(store, Forms(store), inspection, remark=remark)
    if as_json:
        output.data(sheet_data(now))
        return
    _show_sheet(now)
    left = now.unanswered
    if left:
        output.tell(
            f"办结时有{len(left)}项必答的未答，已写明。",
            f"{len(left)} required items were left open; the record says so.",
        )
    output.tell("已办结并保存。", "Concluded and saved.")


def void(inspection: ID, reason: Annotated[str, typer.Option(help="Why. 理由。")]) -> None:
    """Void an inspection that was started by mistake; nothing is deleted. 作废。"""
    from inspector.services import inspections

    with open_store() as store:
        inspections.void(store, inspection, reason=reason)
    output.tell("已作废，原记录保留。", "Voided; the record is kept.")


def amend(
    finding: Annotated[str, typer.Argument(help="The finding's id. 问题编号。")],
    severity: Annotated[int | None, typer.Option(min=1, max=4, help="1 minor … 4 grave. 程度。")] = None,
    measure: Annotated[str | None, typer.Option(help="Measure. 措施。")] = None,
    days: Annotated[
        int | None, typer.Option(min=0, max=365, help="Days to put it right; 0 on the spot. 期限天数。")
    ] = None,
    note: Annotated[str | None, typer.Option(help="A note. 备注。")] = None,
    urgent: Annotated[
        str | None, typer.Option(help="Why compulsory execution cannot wait for the day. 紧急情况理由。")
    ] = None,
) -> None:
    """Change severity, measure, deadline or note of a finding. 调整问题。"""
    from inspector.services import lookup
    from inspector.services.findings import amend_finding, measure_word

    named = {"severity": severity, "measure": measure, "deadline_days": days, "note": note, "urgent": urgent}
    fields = {name: value for name, value in named.items() if value is not None}
    with open_store() as store:
        name = lookup.finding(store, finding)
        amend_finding(store, name, fields)
        due = _last_day(store, name) if days is not None else ""
        _, advice = measure_word(store, measure or "", urgent or "")
    if advice is not None:
        output.tell(advice.zh, advice.en)
    output.tell("已保存。", "Saved.")
    if due:
        output.tell(f"整改期限到 {due}。", f"To be put right by {due}.")


def _last_day(store: "Store", finding: str) -> str:
    from inspector.domain.finding import fold_finding, show_due

    state, _ = fold_finding(store.entries(finding))
    return show_due(state) if state else ""


def list_findings(
    inspection: Annotated[str, typer.Option(help="Only this inspection. 检查。")] = "",
    site: Annotated[str, typer.Option(help="Only this site. 点位。")] = "",
    withdrawn: Annotated[bool, typer.Option("--withdrawn", help="With withdrawn ones. 含已撤回。")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 500,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List findings, the earliest deadline first. 问题列表。"""
    from dataclasses import asdict

    from inspector.domain.checklist import SEVERITIES
    from inspector.domain.finding import show_due
    from inspector.services import lookup
    from inspector.store import queries

    with open_store() as store:
        rows = queries.findings(
            store.connection,
            inspection=_whole_id(store, inspection) if inspection else "",
            site=lookup.site(store, site).id if site else "",
            withdrawn=withdrawn,
            limit=limit,
        )
    if as_json:
        output.data([asdict(row) for row in rows])
        return
    output.table(
        [[row.id, row.site_name, row.item, str(SEVERITIES[row.severity]), show_due(row), tr(row.reason, row.reason_en)]
         for row in rows],
        [tr("编号", "id"), tr("点位", "site"), tr("检查项", "item"), tr("程度", "severity"), tr("期限", "due"), tr("问题", "finding")],
    )  # fmt: skip
