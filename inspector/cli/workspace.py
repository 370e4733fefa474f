"""`init`, `passphrase`, `status`, `doctor`, and opening the screens."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspector.cli import output
from inspector.cli.session import (
    JSON,
    ask_passphrase,
    chosen,
    is_terminal,
    open_store,
    passphrase_in,
    read_passphrase,
    register,
    workspace_path,
)
from inspector.errors import Damaged, UsageError
from inspector.language import tr

if TYPE_CHECKING:
    from inspector.services.status import Summary


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    for name, function in (
        ("init", init),
        ("passphrase", passphrase),
        ("status", status),
        ("doctor", doctor),
    ):
        register(app, name, function)


def run_screens() -> None:
    """Open the screens; on a first start without a workspace, say what to do."""
    from inspector.store.workspace import VAULT

    path = workspace_path()
    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        raise UsageError(
            "界面需要终端。", "The screens need a terminal.",
            hint=("命令见 inspector --help。", "inspector --help lists the commands."),
        )  # fmt: skip
    if not (path / VAULT).exists():
        output.tell(f"{path} 里还没有工作区，现在新建。", f"There is no workspace in {path} yet; making one.")
        init(as_json=False)
    named = chosen.passphrase_file or os.environ.get("INSPECTOR_PASSPHRASE_FILE")
    from inspector.app import run_tui

    run_tui(path, passphrase_in(Path(named)) if named else None)


def init(as_json: Annotated[bool, JSON] = False) -> None:
    """Make a workspace: choose a passphrase; everything in it is encrypted. 新建工作区。"""
    from inspector.store.workspace import Store

    path = workspace_path()
    words = read_passphrase(
        confirm=True, prompt=("设定口令（至少8个字符）", "Choose a passphrase (8 characters or more)")
    )
    with Store.create(path, words) as store:
        device = store.device
    if as_json:
        output.data({"workspace": str(path), "device": device})
        return
    output.line(tr(f"已建立工作区 {path}", f"Made the workspace {path}"))
    output.line(tr(f"本机编号 {device}", f"This device is {device}"))
    output.tell(
        "口令无法找回，请与负责人各存一份。",
        "A lost passphrase cannot be recovered; keep a copy with your lead.",
    )


def passphrase(
    new_file: Annotated[
        Path | None,
        typer.Option("--new-file", help="File whose first line is the new passphrase. 新口令文件。"),
    ] = None,
) -> None:
    """Change the passphrase; a cut leaves the old one or the new one.

    An old copy of vault.json still opens the workspace with the old passphrase: destroy such copies.
    更改口令；旧的vault.json副本配旧口令仍能打开工作区，请销毁。
    """
    from inspector.store.vault import change_passphrase
    from inspector.store.workspace import VAULT

    old = read_passphrase(prompt=("现在的口令", "Present passphrase"))
    new = passphrase_in(new_file) if new_file else ask_passphrase(("新口令", "New passphrase"), confirm=True)
    change_passphrase(workspace_path() / VAULT, old, new)
    output.line(tr("口令已更改。", "The passphrase is changed."))


def status(as_json: Annotated[bool, JSON] = False) -> None:
    """What is here, what waits to be sent, who is out. 现状：有什么、待上报什么。"""
    from inspector.services.status import summary

    with open_store() as store:
        found = summary(store)
    if as_json:
        output.data(_status_data(found))
        return
    counts, pending = found.counts, found.pending
    output.line(
        tr(
            f"点位{counts['site']}  网格{counts['grid']}  人员{counts['officer']}  检查{counts['inspection']}"
            f"（未办结{found.open_inspections}）  问题{counts['finding']}  照片{counts['photo']}",
            f"sites {counts['site']}  grids {counts['grid']}  people {counts['officer']}  inspections"
            f" {counts['inspection']} ({found.open_inspections} open)  findings {counts['finding']}"
            f"  photos {counts['photo']}",
        )
    )
    output.line(
        tr(
            f"未上报：记录{pending.entries}条，照片{pending.photos_up}张；待下载照片{pending.photos_down}张"
            f"；搁置{pending.parked}张",
            f"not sent: {pending.entries} entries, {pending.photos_up} photos; to fetch: {pending.photos_down}"
            f" photos; parked: {pending.parked}",
        )
    )
    if found.centre is None:
        output.line(
            tr("尚未注册到中心；本机即办公室，一切照常。", "Not enrolled; this workspace is its own office.")
        )
    else:
        name = found.centre.get("centre_name", "")
        output.line(
            tr(
                f"中心：{name}；已收妥{found.received_until}/{found.own_entries}条",
                f"centre: {name}; it holds {found.received_until} of {found.own_entries} entries",
            )
        )
        mark = found.centre["fingerprint"]
        output.line(tr(f"中心公钥指纹：{mark}", f"fingerprint of the centre's key: {mark}"))
    if found.log_alarms:
        output.line(
            tr(
                f"警报：中心的日志有{found.log_alarms}次与本机看到过的不符，证据保存在本机。",
                f"Alarm: {found.log_alarms} times the centre's log was not the one seen before; the evidence is here.",
            )
        )
    if found.last_sync and found.last_sync.get("zh"):
        output.line(tr(str(found.last_sync["zh"]), str(found.last_sync.get("en", ""))))


def _status_data(found: "Summary") -> dict[str, Any]:
    pending = found.pending
    return {
        "device": found.device,
        "counts": found.counts,
        "open_inspections": found.open_inspections,
        "pending": {
            "entries": pending.entries,
            "photos_up": pending.photos_up,
            "photos_down": pending.photos_down,
            "parked": pending.parked,
            "quarantined": pending.quarantined,
        },
        "centre": found.centre,
        "own_entries": found.own_entries,
        "received_until": found.received_until,
        "receipt_time": found.receipt_time,
        "last_sync": found.last_sync,
        "log_alarms": found.log_alarms,
        "patrol": found.patrol.id if found.patrol else None,
    }


def doctor(
    read_data: Annotated[
        bool, typer.Option("--read-data", help="Re-read everything. 重读全部数据。")
    ] = False,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Compute the lists anew. 重新计算列表。")
    ] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Check that everything stored is still what was stored. 体检。"""
    from inspector.services.doctor import diagnose

    with open_store() as store:
        rebuilt = store.rebuild() if rebuild else None
        found = diagnose(store, read_data=read_data)
    if as_json:
        output.data(
            {
                "entries": found.entries,
                "foreign_entries": found.foreign_entries,
                "photos": found.photos,
                "receipts": found.receipts,
                "rivals": found.rivals,
                "read_data": found.read_data,
                "rebuilt": rebuilt,
                "problems": [output.problem_data(problem) for problem in found.problems],
            }
        )
        if found.problems:
            raise typer.Exit(Damaged.exit_status)
        return
    if rebuilt is not None:
        output.line(tr(f"已重新计算{rebuilt}项", f"computed {rebuilt} things anew"))
    depth = tr("全部数据", "all data") if read_data else tr("快速", "quick")
    output.line(
        tr(
            f"体检（{depth}）：本机记录{found.entries}条，收到{found.foreign_entries}条，回执{found.receipts}份",
            f"check ({depth}): {found.entries} own entries, {found.foreign_entries} received, {found.receipts} receipts",
        )
    )
    if found.problems:
        raise Damaged(
            f"发现{len(found.problems)}处损坏。", f"{len(found.problems)} damaged objects.",
            hint=("其余内容可用；请勿删除工作区，先与中心同步，再从备份恢复所列文件。",
                  "The rest is usable. Keep the workspace; sync with the centre, then restore the files named."),
            problems=found.problems,
        )  # fmt: skip
    output.line(tr("一切完好。", "Everything is as it was stored."))
