"""`central serve|enrol|publish|status|policy|grant|revoke|export-case`: the centre's side."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inspector.cli import centre_case, output, publishing, words
from inspector.cli.centre_data import DATA, DATABASE, DEFAULT_DATA, open_centre
from inspector.cli.session import JSON, register
from inspector.errors import NotFound, UsageError
from inspector.language import tr

if TYPE_CHECKING:
    from inspector.central.storage import Storage

_EVERYWHERE = "*"


def add_to(app: typer.Typer) -> None:
    """Register the group."""
    group = typer.Typer(help="The central endpoint. 中心端。", no_args_is_help=True)
    for name, function in (
        ("serve", serve_centre),
        ("enrol", enrol),
        ("publish", publishing.publish),
        ("status", status),
        ("policy", policy),
        ("grant", grant),
        ("revoke", revoke),
        ("export-case", centre_case.export_case),
    ):
        register(group, name, function)
    app.add_typer(group, name="central")


def serve_centre(
    data: DATA = DEFAULT_DATA,
    database: DATABASE = "",
    host: Annotated[str, typer.Option(help="Address to listen on. 监听地址。")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one. 端口。")] = 8743,
    name: Annotated[str, typer.Option(help="Its name when it is made. 中心名称。")] = "",
    certificate: Annotated[Path | None, typer.Option(help="PEM certificate for TLS. 证书。")] = None,
    certificate_key: Annotated[Path | None, typer.Option(help="PEM key for TLS. 私钥。")] = None,
    number_block: Annotated[
        int, typer.Option(min=1, max=1000, help="Numbers of papers leased at once. 每次分发的文号数。")
    ] = 20,
    quiet: Annotated[bool, typer.Option("--quiet", help="No log on stderr. 不输出日志。")] = False,
) -> None:
    """Serve until interrupted; prints its address. 启动中心。"""
    from inspector.central.serve import Running, log_to_stderr, serve
    from inspector.central.settings import Settings

    if bool(certificate) != bool(certificate_key):
        raise UsageError("证书和私钥要一起给。", "Give --certificate and --certificate-key together.")
    if not quiet:
        log_to_stderr()

    def ready(running: Running) -> None:
        output.line(running.address.url)
        output.tell(
            f"中心“{running.storage.name}”已启动；Ctrl+C 停止。",
            f"The centre {running.storage.name!r} is serving; Ctrl+C stops it.",
        )
        _tell_fingerprint(running.storage.fingerprint)
        output.flush()

    settings = Settings(
        data=data,
        database=database,
        host=host,
        port=port,
        name=name,
        certificate=certificate,
        certificate_key=certificate_key,
        number_block=number_block,
    )
    serve(settings, on_ready=ready)


def _tell_fingerprint(text: str) -> None:
    output.tell(f"中心公钥指纹：{text}", f"The fingerprint of the centre's key: {text}")


def enrol(
    name: Annotated[str, typer.Option(help="Whose laptop. 姓名。")],
    role: Annotated[str, typer.Option(help="officer, lead, supervisor or admin. 角色。")] = "officer",
    department: Annotated[str, typer.Option(help="Department. 单位。")] = "",
    grid: Annotated[
        list[str] | None,
        typer.Option("--grid", help="Grid by code, name or id; several; none is all. 网格。"),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=90, help="Days the code is good. 有效天数。")] = 7,
    data: DATA = DEFAULT_DATA,
    database: DATABASE = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Print a one-time code for one laptop. 生成一次性注册码。"""
    from inspector.central.settings import Settings

    with open_centre(Settings(data=data, database=database)) as storage:
        scopes = _scopes(storage, grid or [])
        code = storage.create_code(
            name=name, role=role, department=department, scopes=scopes, seconds=days * 86_400
        )
        fingerprint = storage.fingerprint
    if as_json:
        output.data(
            {
                "code": str(code),
                "scopes": scopes,
                "role": role,
                "name": name,
                "days": days,
                "fingerprint": fingerprint,
            }
        )
        return
    output.line(str(code))
    output.tell(
        f"只能用一次，{days}天内有效。在电脑上运行：inspector enrol 中心地址 注册码",
        f"Good once, for {days} days. On the laptop: inspector enrol URL CODE",
    )
    _tell_fingerprint(fingerprint)


def _scopes(storage: "Storage", grids: list[str]) -> list[str]:
    from inspector.domain.office import fold_grid, grid_id

    if not grids:
        return [_EVERYWHERE]
    with storage.known() as known:
        folded = [fold_grid(entries)[0] for entries in known.of_types("grid.recorded").values()]
    there = [grid for grid in folded if grid is not None]
    scopes = []
    for text in grids:
        wanted = text.strip()
        found = [grid.id for grid in there if wanted in (grid.id, grid.code, grid.name)]
        # A laptop may be enrolled before its registry reaches the centre: the code alone names the grid.
        scopes.append(found[0] if found else wanted if wanted.startswith("g-") else grid_id(wanted, wanted))
    return scopes


def status(
    data: DATA = DEFAULT_DATA, database: DATABASE = "", as_json: Annotated[bool, JSON] = False
) -> None:
    """Devices, how much of each is here, what is kept aside, photos that miss. 中心现状。"""
    from dataclasses import asdict

    from inspector.central.settings import Settings
    from inspector.central.status import status as count

    with open_centre(Settings(data=data, database=database), make=False) as storage:
        found = count(storage)
    if as_json:
        output.data(asdict(found))
        return
    output.line(f"{found.name}  {found.device}")
    output.line(f"{found.vkey}  {found.fingerprint}")
    output.line(
        tr(
            f"照片{found.photos}张（缺{found.photos_missing}张）  未用注册码{found.open_codes}个"
            f"  隔离{sum(found.quarantined.values())}条  分叉{sum(found.forks.values())}条",
            f"photos {found.photos} ({found.photos_missing} missing)  open codes {found.open_codes}"
            f"  quarantined {sum(found.quarantined.values())}  forks {sum(found.forks.values())}",
        )
    )
    output.table(
        [[row.id, row.name, words.role(row.role), row.department, words.state(row.state), str(row.size),
          " ".join(words.scope(scope) for scope in row.scopes)] for row in found.devices],
        [tr("设备", "device"), tr("姓名", "name"), tr("角色", "role"), tr("单位", "department"), tr("状态", "state"),
         tr("记录", "entries"), tr("网格", "grids")],
    )  # fmt: skip


def policy(
    agencies: Annotated[
        int | None,
        typer.Option("--agencies", min=1, max=99, help="How many agencies have to cosign. 须联署的单位数。"),
    ] = None,
    data: DATA = DEFAULT_DATA,
    database: DATABASE = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Whose cosignatures the county asks for under the centre's log: made of the laptops by department. 联署规则。"""
    from inspector.central import ledger
    from inspector.central.settings import Settings

    with open_centre(Settings(data=data, database=database), make=False) as storage:
        if agencies is not None:
            ledger.set_agencies(storage, agencies)
        found = ledger.present_policy(storage)
        fingerprint = storage.fingerprint
    if as_json:
        output.data(
            {
                "agencies": found.need,
                "departments": {name.partition("/")[2]: list(of) for name, of in found.agencies.items()},
                "possible": found.possible,
                "text": found.text,
                "fingerprint": fingerprint,
            }
        )
        return
    output.block(found.text)
    if not found.possible:
        output.tell(
            f"须{found.need}个单位联署，而有电脑注册的单位只有{len(found.agencies)}个：卷宗会显示见证不足。",
            f"{found.need} agencies have to cosign and only {len(found.agencies)} have laptops: case files will say"
            " that witnesses are missing.",
        )


def grant(
    device: Annotated[str, typer.Argument(help="The device's id. 设备编号。")],
    grid: Annotated[
        list[str] | None, typer.Option("--grid", help="Its grids from now on; none is all. 网格。")
    ] = None,
    data: DATA = DEFAULT_DATA,
    database: DATABASE = "",
) -> None:
    """Give a laptop exactly these grids: added ones are back-filled, others purged by its next sync. 调整网格。"""
    from inspector.central.settings import Settings

    with open_centre(Settings(data=data, database=database), make=False) as storage:
        if storage.device(device) is None:
            raise NotFound(f"没有设备“{device}”。", f"No device {device!r}.", code="device.unknown")
        storage.grant(device, _scopes(storage, grid or []))
    output.tell("已调整，下一次同步起生效。", "Granted, effective with its next sync.")


def revoke(
    device: Annotated[str, typer.Argument(help="The device's id. 设备编号。")],
    reason: Annotated[str, typer.Option(help="Why. 理由。")],
    restore: Annotated[bool, typer.Option("--restore", help="Let it in again. 恢复。")] = False,
    data: DATA = DEFAULT_DATA,
    database: DATABASE = "",
) -> None:
    """Shut a lost or stolen laptop out with its next request; what it sends later is kept aside. 停用设备。"""
    from inspector.central.settings import Settings

    with open_centre(Settings(data=data, database=database), make=False) as storage:
        storage.set_state(device, "active" if restore else "revoked", reason)
        if restore:
            storage.release(device)
    if restore:
        output.tell("已恢复。", "Restored.")
    else:
        output.tell("已停用，下一次请求起生效。", "Revoked, effective with its next request.")
