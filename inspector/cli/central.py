"""`central serve|enrol|publish|status|revoke`: the centre's side."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspector.cli import output
from inspector.cli.session import JSON, register
from inspector.errors import NotFound, UsageError, WorkspaceError
from inspector.language import tr

if TYPE_CHECKING:
    from inspector.central.settings import Settings
    from inspector.central.storage import Storage

DATA = Annotated[
    Path,
    typer.Option("--data", help="The centre's data folder. 数据文件夹。", envvar="INSPECTOR_CENTRAL_DATA"),
]
DATABASE = Annotated[
    str,
    typer.Option(
        "--database", help="SQLite or postgresql+psycopg:// address; else SQLite in --data. 数据库地址。"
    ),
]
DEFAULT_DATA = Path("centre")
_EVERYWHERE = "*"


def add_to(app: typer.Typer) -> None:
    """Register the group."""
    group = typer.Typer(help="The central endpoint. 中心端。", no_args_is_help=True)
    for name, function in (
        ("serve", serve_centre),
        ("enrol", enrol),
        ("publish", publish),
        ("status", status),
        ("grant", grant),
        ("revoke", revoke),
    ):
        register(group, name, function)
    app.add_typer(group, name="central")


@contextmanager
def _storage(settings: "Settings", *, make: bool = True) -> Iterator["Storage"]:
    """The centre's storage; made on first use, unless `make` is off."""
    from inspector.central.identity import make_private_dir
    from inspector.central.storage import Storage

    if not make and not settings.data.is_dir():
        raise WorkspaceError(
            f"{settings.data} 里没有中心。", f"There is no centre in {settings.data}.",
            hint=("核对 --data。", "Check --data."), code="central.none",
        )  # fmt: skip
    make_private_dir(settings.data)
    storage = Storage(settings)
    try:
        yield storage
    finally:
        storage.close()


def serve_centre(
    data: DATA = DEFAULT_DATA,
    database: DATABASE = "",
    host: Annotated[str, typer.Option(help="Address to listen on. 监听地址。")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one. 端口。")] = 8743,
    name: Annotated[str, typer.Option(help="Its name when it is made. 中心名称。")] = "",
    certificate: Annotated[Path | None, typer.Option(help="PEM certificate for TLS. 证书。")] = None,
    certificate_key: Annotated[Path | None, typer.Option(help="PEM key for TLS. 私钥。")] = None,
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
        output.flush()

    settings = Settings(
        data=data,
        database=database,
        host=host,
        port=port,
        name=name,
        certificate=certificate,
        certificate_key=certificate_key,
    )
    serve(settings, on_ready=ready)


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

    with _storage(Settings(data=data, database=database)) as storage:
        scopes = _scopes(storage, grid or [])
        code = storage.create_code(
            name=name, role=role, department=department, scopes=scopes, seconds=days * 86_400
        )
    if as_json:
        output.data({"code": str(code), "scopes": scopes, "role": role, "name": name, "days": days})
        return
    output.line(str(code))
    output.tell(
        f"只能用一次，{days}天内有效。在电脑上运行：inspector enrol 中心地址 注册码",
        f"Good once, for {days} days. On the laptop: inspector enrol URL CODE",
    )


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


def publish(
    registry: Annotated[Path | None, typer.Option(help="Registry file (Excel, CSV). 台账。")] = None,
    officers: Annotated[Path | None, typer.Option(help="Officers file (Excel, CSV). 人员表。")] = None,
    checklists: Annotated[
        bool, typer.Option("--checklists", help="The shipped checklists. 随附检查表。")
    ] = False,
    checklist_file: Annotated[
        list[Path] | None, typer.Option("--checklist-file", help="Own checklists, packs. 自编检查表。")
    ] = None,
    assign: Annotated[
        list[str] | None,
        typer.Option(help="GRID:KIND:PACK, GRID may be county. 指定检查包。", metavar="G:K:P"),
    ] = None,
    mapping_file: Annotated[Path | None, typer.Option("--mapping", help="A saved mapping. 对应表。")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would change. 只看差异。")
    ] = False,
    accept: Annotated[bool, typer.Option("--accept", help="Record differing values. 接受冲突。")] = False,
    data: DATA = DEFAULT_DATA,
    database: DATABASE = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Publish registry, officers, checklists and assignments to the laptops. 发布。"""
    from inspector.central.settings import Settings

    if not (registry or officers or checklists or checklist_file or assign):
        raise UsageError(
            "没有指明发布什么。", "Nothing to publish was named.",
            hint=("用 --registry、--officers、--checklists 或 --assign。", "Use --registry, --officers, --checklists or --assign."),
        )  # fmt: skip
    done: dict[str, Any] = {}
    with _storage(Settings(data=data, database=database)) as storage:
        if registry:
            done["registry"] = _publish_registry(
                storage, registry, mapping_file, dry_run=dry_run, accept=accept
            )
        if not dry_run:
            done.update(_publish_rest(storage, officers, checklists=checklists, assign=assign or []))
            if checklist_file:
                done["checklist files"] = {"entries": _publish_files(storage, checklist_file)}
    if as_json:
        output.data({"dry_run": dry_run, **done})
        return
    for name, found in done.items():
        output.line(f"{name}: " + "  ".join(f"{key} {value}" for key, value in found.items()))
    if dry_run:
        output.tell("只是试看，没有发布。", "A dry run: nothing was published.")
    else:
        output.tell("已发布；各电脑下次同步时收到。", "Published; laptops get it with their next sync.")


def _publish_registry(
    storage: "Storage", path: Path, mapping_file: Path | None, *, dry_run: bool, accept: bool
) -> dict[str, Any]:
    from inspector.central.publish import compare_registry, publish_registry
    from inspector.registry import columns, reading

    mapping = columns.load_mapping(mapping_file) if mapping_file else {}
    read = reading.read(path, mapping=mapping)
    output.problems(read.problems)
    if dry_run:
        found, entries = compare_registry(storage, read), 0
    else:
        published = publish_registry(storage, read, source=path.name, accept=accept)
        if published.found is None:
            raise AssertionError("a registry is compared before it is published")
        found, entries = published.found, published.entries
    return {
        "entries": entries,
        "new_sites": len(found.new),
        "new_grids": len(found.new_grids),
        "filled": len(found.filled) + len(found.grid_filled),
        "conflicts": len(found.conflicts) + len(found.grid_conflicts),
        "same": len(found.same),
    }


def _publish_files(storage: "Storage", files: list[Path]) -> int:
    from inspector.central.publish import publish_texts
    from inspector.forms.texts import read_texts

    return publish_texts(storage, read_texts(files)).entries


def _publish_rest(
    storage: "Storage", officers: Path | None, *, checklists: bool, assign: list[str]
) -> dict[str, dict[str, Any]]:
    from inspector.central import publish as publishing

    done: dict[str, dict[str, Any]] = {}
    if officers:
        done["officers"] = {"entries": publishing.publish_officers_file(storage, officers).entries}
    if checklists:
        from inspector.forms.library import shipped

        done["checklists"] = {"entries": publishing.publish_checklists(storage, shipped()).entries}
    for text in assign:
        parts = text.split(":")
        if len(parts) != 3:
            raise UsageError(
                f"--assign 要写成 网格:类别:检查包，收到“{text}”。",
                f"--assign takes GRID:KIND:PACK, not {text!r}.",
            )
        grid = "county" if parts[0] == "county" else _scopes(storage, [parts[0]])[0]
        found = publishing.assign_pack(storage, grid=grid, site_kind=parts[1], pack=parts[2])
        done[f"assign {text}"] = {"entries": found.entries}
    return done


def status(
    data: DATA = DEFAULT_DATA, database: DATABASE = "", as_json: Annotated[bool, JSON] = False
) -> None:
    """Devices, how much of each is here, what is kept aside, photos that miss. 中心现状。"""
    from dataclasses import asdict

    from inspector.central.settings import Settings
    from inspector.central.status import status as count

    with _storage(Settings(data=data, database=database), make=False) as storage:
        found = count(storage)
    if as_json:
        output.data(asdict(found))
        return
    output.line(f"{found.name}  {found.device}")
    output.line(
        tr(
            f"照片{found.photos}张（缺{found.photos_missing}张）  未用注册码{found.open_codes}个"
            f"  隔离{sum(found.quarantined.values())}条  分叉{sum(found.forks.values())}条",
            f"photos {found.photos} ({found.photos_missing} missing)  open codes {found.open_codes}"
            f"  quarantined {sum(found.quarantined.values())}  forks {sum(found.forks.values())}",
        )
    )
    output.table(
        [[row.id, row.name, row.role, row.department, row.state, str(row.size), " ".join(row.scopes)] for row in found.devices],
        [tr("设备", "device"), tr("姓名", "name"), tr("角色", "role"), tr("单位", "department"), tr("状态", "state"),
         tr("记录", "entries"), tr("网格", "grids")],
    )  # fmt: skip


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

    with _storage(Settings(data=data, database=database), make=False) as storage:
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

    with _storage(Settings(data=data, database=database), make=False) as storage:
        storage.set_state(device, "active" if restore else "revoked", reason)
        if restore:
            storage.release(device)
    if restore:
        output.tell("已恢复。", "Restored.")
    else:
        output.tell("已停用，下一次请求起生效。", "Revoked, effective with its next request.")
