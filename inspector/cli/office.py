"""`officer add|import|list`."""

from pathlib import Path
from typing import Annotated

import typer

from inspector.cli import output
from inspector.cli.session import JSON, open_store, register
from inspector.language import tr


def add_to(app: typer.Typer) -> None:
    """Register the group."""
    group = typer.Typer(
        help="Officers, school inspectors, grid workers, helpers. 人员。", no_args_is_help=True
    )
    register(group, "add", add)
    register(group, "import", import_file)
    register(group, "list", list_officers)
    app.add_typer(group, name="officer")


def add(
    name: Annotated[str, typer.Argument(help="Name. 姓名。")],
    department: Annotated[str, typer.Option(help="Department. 单位。")] = "",
    certificate: Annotated[str, typer.Option(help="Enforcement certificate number. 执法证号。")] = "",
    until: Annotated[str, typer.Option(help="Certificate valid until, YYYY-MM-DD. 有效期至。")] = "",
    standing: Annotated[
        str,
        typer.Option(
            help="officer, school_inspector, grid_worker or helper; officer with a certificate. 身份。"
        ),
    ] = "",
    duty: Annotated[str, typer.Option(help="lead, section, deputy or head: approves as. 审批职务。")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Record a person; with a certificate number, a certified officer. 登记人员。"""
    from dataclasses import asdict

    from inspector.services.people import add_officer

    chosen = standing or ("officer" if certificate.strip() else "helper")
    with open_store() as store:
        person = add_officer(
            store, name=name, department=department, certificate=certificate, until=until, standing=chosen,
            duty=duty,
        )  # fmt: skip
    if as_json:
        output.data(asdict(person))
        return
    output.line(person.id)
    label = _standing(person.standing)
    output.tell(f"已保存：{person.name}（{label}）", f"Saved: {person.name} ({label})")


def import_file(
    file: Annotated[Path, typer.Argument(help="Officers file (Excel, CSV). 人员表。")],
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Record the people of a file, all or nothing, twice is once. 导入人员表。"""
    from inspector.services.people import import_officers

    with open_store() as store:
        people, recorded = import_officers(store, file)
    if as_json:
        output.data({"people": people, "recorded": recorded})
        return
    output.line(
        tr(f"人员{people}名，新的或有变化的{recorded}名", f"people {people}, new or changed {recorded}")
    )
    output.tell(
        "已保存。" if recorded else "没有新内容，未作改动。",
        "Saved." if recorded else "Nothing new; nothing was changed.",
    )


def _standing(code: str) -> str:
    from inspector.domain.office import STANDINGS

    return tr(*STANDINGS[code]) if code in STANDINGS else code


def list_officers(as_json: Annotated[bool, JSON] = False) -> None:
    """List people with their certificates. 人员列表。"""
    from dataclasses import asdict

    from inspector.store import queries

    with open_store() as store:
        people = queries.officers(store.connection)
    if as_json:
        output.data([asdict(person) for person in people])
        return
    output.table(
        [
            [person.id, person.name, person.department, _standing(person.standing), person.certificate, person.certificate_until]
            for person in people
        ],
        [tr("编号", "id"), tr("姓名", "name"), tr("单位", "department"), tr("身份", "standing"), tr("执法证号", "certificate"),
         tr("有效期至", "until")],
    )  # fmt: skip
