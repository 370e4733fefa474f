"""`enrol` and `sync`."""

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspector.cli import output, words
from inspector.cli.session import JSON, is_terminal, open_store, register
from inspector.errors import SyncError
from inspector.language import tr

if TYPE_CHECKING:
    from inspector.sync.progress import Progress, SyncReport


_REASONS = {
    "scope.denied": (
        "不在本机获准的网格内；管理员给本机加上网格后自动放行",
        "outside of this laptop's grids; released by itself when the administrator grants them",
    ),
    "role.denied": ("本机角色无权发布", "this laptop's role may not publish them"),
    "device.revoked": ("本机已被停用", "this laptop was revoked"),
    "device.quarantined": ("本机已被隔离", "this laptop is quarantined"),
    "body.malformed": ("内容不合格式，多半是两边版本不同", "not of the format; mostly different versions"),
    "data.malformed": ("内容不合格式，多半是两边版本不同", "not of the format; mostly different versions"),
    "scope.unknown": (
        "中心还没有这个网格；网格发布后自动放行",
        "of a grid that the centre does not know yet; released by itself when it is published",
    ),
    "scope.aggregate": (
        "所写的网格与这项内容所在的网格不符",
        "written for another grid than the one they belong to",
    ),
    "replaces.unknown": ("所依据的记录还没有到中心", "they build on entries that the centre does not have"),
}


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    register(app, "enrol", enrol)
    register(app, "sync", sync)


def enrol(
    url: Annotated[str, typer.Argument(help="The centre's address. 中心地址。")],
    code: Annotated[str, typer.Argument(help="The one-time code. 注册码。")],
    ca_file: Annotated[
        Path | None,
        typer.Option("--ca-file", help="PEM file of the office's own certificate authority. 自建证书。"),
    ] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Join a centre with a one-time code; safe to repeat after a cut. 注册到中心。"""
    from inspector.journal.fingerprint import fingerprint
    from inspector.services.forms import set_aside
    from inspector.sync.enrol_hints import own_hint
    from inspector.sync.enrolment import enrol as join

    with open_store() as store:
        try:
            found = join(store, url, code, ca_file=str(ca_file.resolve()) if ca_file else "")
        except SyncError as error:
            own_hint(error)
            raise
        device, aside = store.device, set_aside(store)
    mark = fingerprint(found.key)
    if as_json:
        output.data(
            {
                "centre": found.name,
                "url": found.url,
                "device": device,
                "officer": found.officer,
                "role": found.role,
                "department": found.department,
                "fingerprint": mark,
            }
        )
        return
    output.line(
        tr(
            f"已注册到“{found.name}”：{found.officer}（{words.role(found.role)}）",
            f"Enrolled at {found.name!r} as {found.officer} ({found.role})",
        )
    )
    output.line(tr(f"中心公钥指纹：{mark}", f"fingerprint of the centre's key: {mark}"))
    if aside:
        output.tell(
            f"注意：本机以前自行采用的{'、'.join(aside)}从现在起不再采用，要用请由办公室在中心发布"
            "（inspector central publish --file）。",
            f"Note: {', '.join(aside)}, which this laptop published for itself, count no longer; to use them, have the"
            " office publish them at the centre (inspector central publish --file).",
        )
    output.tell("运行 inspector sync 上报和接收。", "inspector sync sends and receives.")


def sync(
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on; retry while there is no network. 持续同步。")
    ] = False,
    retry_photos: Annotated[
        bool, typer.Option("--retry-photos", help="Try photos again that were set aside. 重试搁置的照片。")
    ] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Send what waits, receive what is new; "sent" only by the centre's verified receipt. 同步。"""
    from inspector.sync.client import sync_once
    from inspector.sync.client import watch as keep_watching

    with open_store() as store:
        if retry_photos:
            store.unpark_photos()
        report = keep_watching(store, progress=_teller()) if watch else sync_once(store, progress=_teller())
        from inspector.store import queries

        pending = queries.pending(store.connection, store.device)
    if as_json:
        output.data({**_report_data(report), "pending": {"entries": pending.entries, "photos_up": pending.photos_up,
                                                          "photos_down": pending.photos_down}})  # fmt: skip
    else:
        _show(report)
        if pending.entries or pending.photos_up:
            output.line(
                tr(
                    f"仍待上报：记录{pending.entries}条，照片{pending.photos_up}张（都保存在本机）",
                    f"still to send: {pending.entries} entries, {pending.photos_up} photos (all kept here)",
                )
            )
    if report.failure is not None:
        if as_json:
            output.error(report.failure)
            raise typer.Exit(report.failure.exit_status)
        raise report.failure


def _teller() -> Any:
    """Narrates on stderr: each sentence once, and on a terminal the counts as they move."""
    last = [""]
    live = is_terminal(sys.stderr)

    def tell(progress: "Progress") -> None:
        text = tr(progress.zh, progress.en)
        if live and progress.phase in ("pushing", "uploading", "downloading", "pulling"):
            text += tr(
                f"  记录{progress.entries_sent}/{progress.entries_total}  照片{progress.photos_sent}/{progress.photos_total}",
                f"  entries {progress.entries_sent}/{progress.entries_total}  photos {progress.photos_sent}/{progress.photos_total}",
            )
        if text != last[0]:
            last[0] = text
            output.tell(text, text)

    return tell


def _report_data(report: "SyncReport") -> dict[str, Any]:
    return {
        "complete": report.failure is None and not report.stopped,
        "entries_sent": report.entries_sent,
        "entries_again": report.entries_again,
        "entries_received": report.entries_received,
        "quarantined": [{"seq": seq, "reason": reason} for seq, reason in report.quarantined],
        "photos_sent": report.photos_sent,
        "photos_fetched": report.photos_fetched,
        "photos_parked": [{"sha256": sha256, "reason": reason} for sha256, reason in report.photos_parked],
        "restored": report.restored,
        "clock_offset": report.clock_offset,
        "bytes_up": report.bytes_up,
        "bytes_down": report.bytes_down,
        "failure": None
        if report.failure is None
        else {"code": report.failure.code, "message": report.failure.zh, "message_en": report.failure.en},
    }


def _show(report: "SyncReport") -> None:
    output.line(
        tr(
            f"已上报记录{report.entries_sent}条、照片{report.photos_sent}张（均有中心回执）；"
            f"收到记录{report.entries_received}条、照片{report.photos_fetched}张",
            f"sent {report.entries_sent} entries and {report.photos_sent} photos (with receipts);"
            f" received {report.entries_received} entries and {report.photos_fetched} photos",
        )
    )
    if report.restored:
        output.line(
            tr(
                f"中心从备份恢复过；已补报{report.entries_again}条",
                f"the centre was restored from a backup; {report.entries_again} entries were sent again",
            )
        )
    for reason, count in Counter(reason for _, reason in report.quarantined).most_common():
        zh, en = _REASONS.get(reason, (f"原因编码 {reason}", reason))
        output.line(tr(f"中心暂存{count}条：{zh}", f"the centre keeps {count} entries apart: {en}"))
    for sha256, reason in report.photos_parked:
        output.line(tr(f"照片{sha256[:12]}已搁置：{reason}", f"photo {sha256[:12]} is parked: {reason}"))
