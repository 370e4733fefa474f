"""`authority set|list`."""

from typing import Annotated

import typer

from inspector.cli import output
from inspector.cli.session import JSON, open_store, register
from inspector.language import tr


def add_to(app: typer.Typer) -> None:
    """Register the group."""
    group = typer.Typer(help="Authorities that issue papers. 机关名称和机关代字。", no_args_is_help=True)
    register(group, "set", set_authority)
    register(group, "list", list_authorities)
    app.add_typer(group, name="authority")


def set_authority(
    department: Annotated[str, typer.Argument(help="Department, as a code or a name. 部门。")],
    name: Annotated[str, typer.Option(help="Full name as printed. 机关全称。")] = "",
    prefix: Annotated[str, typer.Option(help="What its numbers begin with. 机关代字。")] = "",
    address: Annotated[str, typer.Option(help="Address. 地址。")] = "",
    phone: Annotated[str, typer.Option(help="Telephone. 电话。")] = "",
    contact: Annotated[str, typer.Option(help="Whom to ask for. 联系人。")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Record an authority; what is not given stays as it is. 登记机关。"""
    from dataclasses import asdict

    from inspector.services import numbering

    with open_store() as store:
        found = numbering.set_authority(
            store, department, name=name, prefix=prefix, address=address, phone=phone, contact=contact
        )
    if as_json:
        output.data(asdict(found))
        return
    output.line(found.id)
    output.tell(f"已保存：{found.name}（{found.prefix}）", f"Saved: {found.name} ({found.prefix})")


def list_authorities(as_json: Annotated[bool, JSON] = False) -> None:
    """List authorities. 机关列表。"""
    from dataclasses import asdict

    from inspector.services import numbering

    with open_store() as store:
        found = numbering.authorities(store)
    if as_json:
        output.data([asdict(one) for one in found])
        return
    output.table(
        [[one.department, one.name, one.prefix, one.address, one.phone, one.contact] for one in found],
        [
            tr("部门", "department"),
            tr("机关", "name"),
            tr("代字", "prefix"),
            tr("地址", "address"),
            tr("电话", "phone"),
            tr("联系人", "contact"),
        ],
    )
