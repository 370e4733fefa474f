"""`inspect start|check|told|confirm|extract`: what the guard asks for."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspector.cli import output
from inspector.cli.session import JSON, open_store, register
from inspector.language import tr

if TYPE_CHECKING:
    from inspector.services.extracts import Extract

ID = Annotated[str, typer.Argument(help="The inspection's id. 检查编号。")]


def add_to(group: typer.Typer) -> None:
    """Register the commands in the group `inspect`."""
    for name, function in (
        ("start", start),
        ("check", check),
        ("told", told),
        ("confirm", confirm),
        ("extract", extract),
    ):
        register(group, name, function)


def start(
    site: Annotated[str, typer.Argument(help="Site: id, name or credit code. 点位。")],
    officer: Annotated[
        list[str],
        typer.Option("--officer", help="Inspecting officer: id, certificate or name; twice. 执法人员。"),
    ],
    pack: Annotated[str, typer.Option(help="Checklist pack; else the assigned one. 检查包。")] = "",
    helper: Annotated[
        list[str] | None, typer.Option("--helper", help="Helper, grid worker. 协助人员。")
    ] = None,
    task_source: Annotated[
        str,
        typer.Option(help="plan, complaint, assignment or surprise; else the patrol's. 任务来源。"),
    ] = "",
    reason: Annotated[str, typer.Option(help="Why above the yearly cap. 超过年度次数的理由。")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Start an inspection; prints its id. Refused with every reason at once. 开始检查；不能开始时列出全部原因。"""
    from inspector.services import inspections, lookup, people
    from inspector.services.forms import Forms

    with open_store() as store:
        forms = Forms(store)
        patrol = people.current_patrol(store)
        begun = inspections.start(
            store,
            forms,
            site=lookup.site(store, site),
            people=people.team(store, officer, helper or []),
            pack=pack,
            patrol=patrol.id if patrol else "",
            source=task_source or (patrol.source if patrol else ""),
            reason=reason,
        )
    if as_json:
        output.data(
            {
                "id": begun.id,
                "site": begun.site,
                "pack": begun.pack.to_data(),
                "checklists": [pin.to_data() for pin in begun.checklists],
                "questionnaires": [pin.to_data() for pin in begun.questionnaires],
                "officers": list(begun.officers),
                "helpers": list(begun.helpers),
                "source": begun.source,
                "frequency": begun.frequency or None,
                "override": begun.override or None,
            }
        )
    else:
        output.line(begun.id)
        output.tell("已开始并保存。", "Started and saved.")


def check(
    site: Annotated[str, typer.Argument(help="Site: id, name or credit code. 点位。")],
    officer: Annotated[list[str], typer.Option("--officer", help="Inspecting officer; twice. 执法人员。")],
    helper: Annotated[list[str] | None, typer.Option("--helper", help="Helper. 协助人员。")] = None,
    pack: Annotated[str, typer.Option(help="Checklist pack; else the assigned one. 检查包。")] = "",
    task_source: Annotated[
        str, typer.Option(help="plan, complaint, assignment or surprise; else the patrol's. 任务来源。")
    ] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Ask the guard whether an inspection could start; nothing is recorded. 试问能否开始检查，不作记录。"""
    from inspector.services import legality, lookup, people
    from inspector.services.forms import Forms

    with open_store() as store:
        patrol = people.current_patrol(store)
        found = legality.check_start(
            store,
            Forms(store),
            site=lookup.site(store, site),
            people=people.team(store, officer, helper or []),
            pack=pack,
            source=task_source or (patrol.source if patrol else ""),
        )
    if as_json:
        output.data(
            {
                "refused": bool(found.objections),
                "reasons": [one.to_data() for one in found.objections],
                "advisories": [one.to_data() for one in found.advisories],
                "frequency": found.frequency.to_data() if found.frequency else None,
                "source": found.source,
            }
        )
        return
    output.line(tr("不能开始", "cannot start") if found.objections else tr("可以开始", "can start"))
    for objection in found.objections:
        mark = tr("（写明理由可以开始）", " (a reason is enough)") if objection.overridable else ""
        output.line(f"  {objection.code}  {tr(objection.zh, objection.en)}{mark}")
    for advisory in found.advisories:
        output.line(tr("  提示：", "  note: ") + tr(advisory.zh, advisory.en))
    if found.frequency:
        output.line(f"  {found.frequency.words}")


def told(
    inspection: ID,
    step: Annotated[
        str,
        typer.Argument(help="certificates_shown, rights_told or recusal_asked. 步骤。"),
    ],
    person: Annotated[str, typer.Option(help="To whom, by name. 在场人姓名。")] = "",
    capacity: Annotated[str, typer.Option(help="Who that is: 负责人, 员工 … 身份。")] = "",
    outcome: Annotated[
        str,
        typer.Option(help="What came of it; else the usual words. 结果。"),
    ] = "",
) -> None:
    """Record what was shown or told on the spot, and to whom. 记录出示证件、告知权利、询问回避。"""
    from inspector.domain.procedures import USUAL
    from inspector.services import legality

    code = legality.step_code(step)
    with open_store() as store:
        words = outcome or USUAL.get(code, "")
        legality.tell(store, inspection, [legality.Told(code, person, capacity, words)])
    output.tell("已保存。", "Saved.")


def confirm(
    inspection: ID,
    department: Annotated[str, typer.Argument(help="Department: code or name. 部门。")],
    officer: Annotated[
        list[str] | None,
        typer.Option("--officer", help="Who confirms; else all of it who take part. 确认人。"),
    ] = None,
) -> None:
    """Confirm the part of one department in a joint visit. 部门确认本部门的部分。"""
    from inspector.services import legality
    from inspector.services.forms import Forms

    with open_store() as store:
        legality.confirm(store, Forms(store), inspection, department, officer or [])
    output.tell("已确认并保存。", "Confirmed and saved.")


def extract(
    inspection: ID,
    department: Annotated[str, typer.Argument(help="Department: code or name. 部门。")],
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Show the part of one department: its items, findings, officers, confirmation. 某部门的摘录。"""
    from inspector.services import extracts
    from inspector.services.forms import Forms

    with open_store() as store:
        found = extracts.extract(store, Forms(store), inspection, department)
    if as_json:
        output.data(_data(found))
    else:
        _show(found)


def _data(found: "Extract") -> dict[str, Any]:
    from dataclasses import asdict

    state = found.sheet.inspection
    return {
        "inspection": state.id,
        "site": {"id": found.sheet.site.id, "name": found.sheet.site.name},
        "department": found.department,
        "status": state.status,
        "items": [
            {
                "item": line.item.code,
                "question": line.item.question.zh,
                "question_en": line.item.question.en,
                "leads": line.item.lead == found.department,
                "value": line.value,
                "shown": line.shown,
                "verdict": line.judgement.verdict,
                "reason": line.judgement.reason.zh,
                "reason_en": line.judgement.reason.en,
            }
            for line in found.lines
        ],
        "findings": [asdict(row) for row in found.findings],
        "officers": [
            {"id": person.id, "name": person.name, "certificate": person.certificate}
            for person in found.officers
        ],
        "confirmation": {
            "needed": found.needs_confirmation,
            "state": found.section.state,
            "officers": list(found.section.officers),
        },
        "marks": [mark.to_data() for mark in found.sheet.marks],
    }


def _show(found: "Extract") -> None:
    from inspector.cli import words
    from inspector.domain.checklist import DEPARTMENTS

    state = found.sheet.inspection
    output.line(f"{state.id}  {found.sheet.site.name}  {DEPARTMENTS[found.department]}")
    for mark in found.sheet.marks:
        output.line(tr(f"注意：{mark.zh}", f"Note: {mark.en}"))
    names = tr("、", ", ").join(f"{person.name}（{person.certificate}）" for person in found.officers)
    output.line(tr(f"检查人员：{names}", f"Officers: {names}"))
    if found.needs_confirmation:
        output.line(tr("确认：", "Confirmation: ") + words.section_state(found.section.state))
    for line in found.lines:
        if line.answered:
            verdict = words.verdict(line.judgement.verdict)
            output.line(f"  {line.item.code}  {line.item.question}  {line.shown}  {verdict}")
    for row in found.findings:
        output.line(
            tr(
                f"  问题 {row.item}：{row.reason}；限 {row.due}",
                f"  finding {row.item}: {row.reason_en}; due {row.due}",
            )
        )
