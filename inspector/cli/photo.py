"""`photo add|list|withdraw|mask`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inspector.cli import output
from inspector.cli.session import JSON, open_store, register
from inspector.language import tr

if TYPE_CHECKING:
    from inspector.domain.masking import Mask


def add_to(app: typer.Typer) -> None:
    """Register the group."""
    group = typer.Typer(help="Photos of an inspection. 照片。", no_args_is_help=True)
    register(group, "add", add)
    register(group, "list", list_photos)
    register(group, "withdraw", withdraw)
    register(group, "mask", mask)
    app.add_typer(group, name="photo")


def add(
    files: Annotated[
        list[Path], typer.Argument(help="Files, or a folder such as a phone's card. 文件或文件夹。")
    ],
    inspection: Annotated[str, typer.Option(help="The inspection's id. 检查编号。")],
    item: Annotated[str, typer.Option(help="The item it shows. 检查项。")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Take photos in: original bytes kept and hashed, odd times and the like flagged. 导入照片。"""
    from inspector.evidence.examine import Examiner
    from inspector.services.forms import Forms
    from inspector.services.photos import PhotoTaken, add_photos

    def told(photo: PhotoTaken) -> None:
        if not as_json:
            known = "" if photo.new else tr("（已有）", " (had it)")
            notes = "；".join(flag.message for flag in photo.facts.findings)
            output.line(
                f"{photo.facts.sha256[:12]}  {photo.name}{known}  {photo.facts.taken or '—'}  {notes}"
            )

    with open_store() as store, Examiner() as examiner:
        taken = add_photos(store, Forms(store), examiner, inspection, files, item=item, on_photo=told)
    if as_json:
        output.data([{**photo.facts.to_data(), "name": photo.name, "new": photo.new} for photo in taken])
    else:
        new = sum(photo.new for photo in taken)
        output.tell(
            f"已保存{new}张，重复{len(taken) - new}张。",
            f"Saved {new}; {len(taken) - new} were there already.",
        )


def withdraw(
    photo: Annotated[str, typer.Argument(help="SHA-256 or its beginning. 校验值。")],
    inspection: Annotated[str, typer.Option(help="The inspection's id. 检查编号。")],
    reason: Annotated[str, typer.Option(help="Why. 理由。")],
) -> None:
    """Take a photo off an open inspection's record; bytes and history stay. 撤下照片。"""
    from inspector.errors import NotFound
    from inspector.services import lookup
    from inspector.services.photos import withdraw_photo

    with open_store() as store:
        state = lookup.inspection(store, inspection)
        found = [known.sha256 for known in state.photos if known.sha256.startswith(photo.lower())]
        if len(found) != 1 or len(photo) < 6:
            raise NotFound(
                f"没有（或不止一张）照片“{photo}”。",
                f"No photo (or more than one) {photo!r}.",
                code="photo.unknown",
            )
        withdraw_photo(store, state.id, found[0], reason=reason)
    output.tell("已撤下，原件和记录保留。", "Withdrawn; the original and the record are kept.")


def mask(
    photo: Annotated[str, typer.Argument(help="SHA-256 or its beginning. 校验值。")],
    box: Annotated[
        list[str] | None,
        typer.Option(
            help="x,y,w,h in thousandths of the upright picture; several times. 遮盖框（千分之几）。"
        ),
    ] = None,
    clear: Annotated[
        bool, typer.Option("--clear", help="Looked at: nothing to cover. 看过，无须遮盖。")
    ] = False,
    note: Annotated[str, typer.Option(help="A note. 说明。")] = "",
    actor: Annotated[str, typer.Option("--as", help="Who decides: name, certificate or id. 由谁。")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Say what is covered of a photo in copies that leave; the original never changes. 照片打码。"""
    from inspector.domain.boxes import read_box
    from inspector.errors import UsageError
    from inspector.services import lookup, masking

    if bool(box) == clear:
        raise UsageError(
            "请用 --box 写出遮盖框，或用 --clear 说明无须遮盖。", "Name boxes by --box, or say --clear.", code="mask.which"
        )  # fmt: skip
    boxes = [read_box(text) for text in box or ()]
    with open_store() as store:
        by = lookup.officer(store, actor).id if actor else ""
        found = masking.mask(store, masking.find_photo(store, photo), boxes, note=note, actor=by)
    shown = [] if found is None else [list(one) for one in found.boxes]
    if as_json:
        output.data({"sha256": "" if found is None else found.sha256, "boxes": shown})
    else:
        output.tell(f"已保存：遮盖{len(shown)}处。", f"Saved: {len(shown)} places covered.")


def list_photos(
    inspection: Annotated[str, typer.Option(help="The inspection's id. 检查编号。")],
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List an inspection's photos and where they are. 照片列表。"""
    from dataclasses import asdict

    from inspector.services import lookup, masking
    from inspector.store import queries

    with open_store() as store:
        name = lookup.inspection(store, inspection).id
        rows = queries.photos(store.connection, name)
        masks = {one.sha256: one.mask for one in masking.photos(store, name)}
    if as_json:
        output.data([{**asdict(row), "mask": mask_data(masks.get(row.sha256))} for row in rows])
        return
    sent, waiting = tr("已上报", "sent"), tr("未上报", "not sent")
    output.table(
        [[row.sha256[:12], row.name, row.item, str(row.bytes), sent if row.sent else waiting, row.parked] for row in rows],
        [tr("校验值", "sha256"), tr("文件名", "name"), tr("检查项", "item"), tr("字节", "bytes"), tr("上报", "sent"),
         tr("搁置原因", "parked")],
    )  # fmt: skip


def mask_data(mask: "Mask | None") -> list[list[int]] | None:
    """What was decided of a photo, for programs: boxes, none where nothing has to be covered, null where nobody looked."""
    return None if mask is None else [list(box) for box in mask.boxes]
