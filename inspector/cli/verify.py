"""`verify`: what a stranger can know from a case file, on one page."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspector.cli import output
from inspector.cli.session import JSON, register
from inspector.errors import BadInput, NotFound
from inspector.language import english, tr

if TYPE_CHECKING:
    from inspector.casefile.verdict import Bracket, Checked, Contents, Reason

_REASONS_SHOWN = 40
_LAST_SECOND = 253_402_200_000  # in the last days of the year 9999, where calendars end
_POLICY_MAX = 16 * 1024 * 1024


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    register(app, "verify", verify)


def verify(
    file: Annotated[
        Path, typer.Argument(help="The ZIP of a case file, not unpacked. 案卷文件（ZIP，不解压）。")
    ],
    root: Annotated[
        str,
        typer.Option(
            help="Fingerprint of the centre's key, from paper or the office; also 64 hex characters, or the vkey. 中心公钥的指纹。"
        ),
    ] = "",
    policy: Annotated[
        Path | None,
        typer.Option(help="A tlog-policy to use in the place of the file's. 另行提供的见证规则。"),
    ] = None,
    times: Annotated[
        bool, typer.Option("--times", help="List the bounds of every entry. 逐条列出时间界限。")
    ] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Check a case file: nothing is unpacked, no network, no workspace. The exit status is the verdict. 核验案卷文件。"""
    from inspector.casefile.check import check_case

    try:
        text = _policy_text(policy) if policy is not None else None
        found = check_case(file, root=root, policy=text)
    except FileNotFoundError as error:
        raise NotFound(
            f"没有文件 {error.filename}。", f"There is no file {error.filename}.", code="file"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"{file} 读不出来：{error}", f"{file} cannot be read: {error}", code="verify.file"
        ) from error
    if as_json:
        output.data(_data(found))
    else:
        _page(found, times=times)
    raise typer.Exit(int(found.verdict))


def _policy_text(path: Path) -> str:
    if path.exists() and not path.is_file():
        raise OSError(f"{path}: not a file")
    with path.open("rb") as file:
        return file.read(_POLICY_MAX).decode()


def _page(found: "Checked", *, times: bool) -> None:
    output.line(f"{tr('结论', 'Verdict')}  {found.verdict.words}  ({int(found.verdict)})")
    for reason in found.reasons[:_REASONS_SHOWN]:
        output.line(f"  · {reason.where}  {reason.message}")
    if len(found.reasons) > _REASONS_SHOWN:
        more = len(found.reasons) - _REASONS_SHOWN
        output.line(tr(f"  · …… 还有{more}处", f"  · … and {more} more"))
    if found.contents is not None:
        _contents(found.contents)
        if times:
            for bracket in found.contents.times:
                output.line(_bracket(bracket))
    output.line()
    output.line(tr("核验不能证明：", "This does not prove:"))
    from inspector.casefile.verdict import NOT_PROVEN

    for words in NOT_PROVEN:
        output.line(f"  · {words[english()]}")


def _contents(found: "Contents") -> None:
    output.line()
    edition = tr("公开件", "redacted") if found.edition == "redacted" else tr("内部卷", "internal")
    rows = [
        (tr("案卷", "Case"), f"{found.case}  {found.subject}  {edition}"),
        (
            tr("内容", "Holds"),
            tr(
                f"记录{found.entries}条（未附内容{found.withheld_entries}条），照片{found.photos}张（未附原图{found.withheld_photos}张）",
                f"{found.entries} entries ({found.withheld_entries} withheld), {found.photos} photos ({found.withheld_photos})",
            ),
        ),
        (
            tr("导出", "Exported"),
            f"{_moment(found.export_time)}  {found.exporter.department}  {found.exporter.device}  {found.export_reason}",
        ),
        (
            tr("记录设备", "Recorded by"),
            "；".join(
                f"{one.department or _whose(found, one.device)} {one.device} ×{one.entries}"
                for one in found.signers
            ),
        ),
        (tr("中心", "Centre"), f"{found.centre or '—'}  {found.centre_fingerprint}"),
        (tr("日志见证单位", "Log witnessed by"), "，".join(_agencies(found)) or "—"),
        (tr("全部记录的时间界限", "Bounds of all entries"), _span(found.times)),
    ]
    rows += [
        (tr("封存", "Sealed"), f"{one.inspection}  {one.fingerprint}  {' '.join(one.words)}")
        for one in found.seals
    ]
    rows += [
        (
            tr("未封存", "Not sealed"),
            tr(f"{one}（是否漏附无从知道）", f"{one} (whether something was left out cannot be known)"),
        )
        for one in found.unsealed
    ]
    for label, words in rows:
        output.line(f"{label}  {words}")
    odd = sum(bool(one.outside or one.jumped) for one in found.times)
    if odd:
        output.line(
            tr(
                f"设备时钟有出入的记录{odd}条（--times 逐条列出）",
                f"{odd} entries with a clock that lies outside of the bounds or was set (--times lists them)",
            )
        )


def _agencies(found: "Contents") -> list[str]:
    """Who cosigned the centre's log; those that recorded or exported this case are marked: they vouch for themselves."""
    own = {"agency/" + "-".join(one.department.split()) for one in (found.exporter, *found.signers)}
    mark = tr("（本案单位）", " (of this case)")
    return [one.removeprefix("agency/") + (mark if one in own else "") for one in found.agencies]


def _whose(found: "Contents", device: str) -> str:
    """A device of no agency: the centre's own, or one of which nothing is known."""
    return tr("中心", "centre") if f"/{device}/" in found.log else "—"


def _span(times: tuple["Bracket", ...]) -> str:
    """A bound of all is known where each has one: entries without say nothing about the others."""
    lower = [one.not_before for one in times if one.not_before is not None]
    upper = [one.not_after for one in times if one.not_after is not None]
    first = min(lower) if lower and len(lower) == len(times) else None
    last = max(upper) if upper and len(upper) == len(times) else None
    return tr(
        f"不早于 {_moment(first)}，不晚于 {_moment(last)}",
        f"not before {_moment(first)}, not after {_moment(last)}",
    )


def _bracket(one: "Bracket") -> str:
    marks = []
    if one.outside:
        marks.append(tr(f"时钟偏出{one.outside}秒", f"clock {one.outside} s outside"))
    if one.jumped:
        marks.append(tr("时钟被调过", "clock was set"))
    span = f"{_moment(one.not_before)} … {_moment(one.not_after)}"
    return f"  {one.entry}  {one.type}  {span}  {tr('设备', 'device')} {_moment(one.clock // 1000)}  {' '.join(marks)}".rstrip()


def _moment(seconds: int | None) -> str:
    """A moment as the county's people write it: UTC+8, which is said."""
    if seconds is None or seconds > _LAST_SECOND:
        return "—"
    beijing = timezone(timedelta(hours=8))
    return f"{datetime.fromtimestamp(seconds, UTC).astimezone(beijing):%Y-%m-%d %H:%M:%S}+08:00"


def _data(found: "Checked") -> dict[str, Any]:
    from dataclasses import asdict

    from inspector.casefile.verdict import NOT_PROVEN

    document: dict[str, Any] = {
        "verdict": found.verdict.code,
        "exit": int(found.verdict),
        "reasons": [_reason(one) for one in found.reasons],
        "not_proven": [{"message": zh, "message_en": en} for zh, en in NOT_PROVEN],
        "contents": None,
    }
    if found.contents is not None:
        contents = asdict(found.contents)
        contents["export_time"] = found.contents.export_time * 1000
        contents["policy_time"] = found.contents.policy_time * 1000
        contents["seals"] = [
            asdict(one) | {"fingerprint": one.fingerprint, "words": list(one.words)}
            for one in found.contents.seals
        ]
        contents["times"] = [_times(one) for one in found.contents.times]
        document["contents"] = contents
    return document


def _reason(one: "Reason") -> dict[str, Any]:
    return {"verdict": one.verdict.code, "where": one.where, "message": one.zh, "message_en": one.en}


def _times(one: "Bracket") -> dict[str, Any]:
    return {
        "entry": one.entry,
        "type": one.type,
        "not_before": None if one.not_before is None else one.not_before * 1000,
        "not_after": None if one.not_after is None else one.not_after * 1000,
        "clock": one.clock,
        "outside": one.outside,
        "jumped": one.jumped,
    }
