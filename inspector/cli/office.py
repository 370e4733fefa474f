"""`officer add|list`."""

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
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Record a person; with a certificate number, a certified officer. 登记人员。"""
    from dataclasses import asdict

    from inspector.services.people import add_officer

    chosen = standing or ("officer" if certificate.strip() else "helper")
    with open_store() as store:
        person = add_officer(
            store, name=name, department=department, certificate=certificate, until=until, standing=chosen
        )
    if as_json:
        output.data(asdict(person))
        return
    output.line(person.id)
    label = _standing(person.standing)
    output.tell(f"已保存：{person.name}（{label}）", f"Saved: {person.name} ({label})")


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
