"""`demo`: a ready county to try, or a whole patrol that proves itself."""

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inspector.cli import output
from inspector.cli.session import is_terminal, register
from inspector.errors import UsageError
from inspector.language import tr

if TYPE_CHECKING:
    from inspector.demo.county import County


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    register(app, "demo", demo)


def demo(
    script: Annotated[
        bool, typer.Option("--script", help="Play a whole patrol and prove it. 演示整个流程。")
    ] = False,
    keep: Annotated[
        Path | None,
        typer.Option("--keep", help="Leave everything in this new folder. 保留在此文件夹。", metavar="DIR"),
    ] = None,
    pictures: Annotated[
        Path | None,
        typer.Option(
            "--pictures", help="Only write four drawn photos there. 只写四张样例照片。", metavar="DIR"
        ),
    ] = None,
) -> None:
    """A ready county with a centre on this machine: the screens, or (without a terminal) a scripted patrol. 演示。"""
    from inspector.demo.county import County

    if pictures is not None:
        _write_pictures(pictures)
        return
    with ExitStack() as stack:
        if keep is None:
            # A workspace may still be closing on Windows when the folder goes.
            folder = stack.enter_context(
                tempfile.TemporaryDirectory(prefix="inspector-demo-", ignore_cleanup_errors=True)
            )
            root = Path(folder)
        else:
            root = keep
            if root.exists() and any(root.iterdir()):
                raise UsageError(
                    f"{root} 不是空文件夹。",
                    f"{root} is not empty.",
                    hint=("换一个新文件夹。", "Name a new folder."),
                )
            root.mkdir(parents=True, exist_ok=True)
        county = County(root)
        passphrase_file = county.write_passphrase()
        if script or not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
            _play(county)
        else:
            _open(county)
        if keep is not None:
            _tell_kept(county, passphrase_file)


def _write_pictures(folder: Path) -> None:
    from inspector.demo.county import take_sample_pictures

    try:
        paths = take_sample_pictures(folder)
    except OSError as fault:
        raise UsageError(
            f"{folder} 里写不了照片（{fault.strerror}）。",
            f"No pictures can be written into {folder} ({fault.strerror}).",
            hint=("换一个文件夹。", "Name another folder."),
        ) from fault
    for path in paths:
        output.line(str(path))


def _play(county: "County") -> None:
    from inspector.demo.script import play

    def tell(zh: str, en: str) -> None:
        output.line(tr(zh, en))
        output.flush()

    play(county, tell)


def _open(county: "County") -> None:
    from inspector.app import run_tui
    from inspector.demo.county import PASSPHRASE, centre_running, make_screens_ready
    from inspector.sync.enrolment import enrol

    output.tell("正在准备演示县……", "Preparing a county …")
    with ExitStack() as stack:
        store = make_screens_ready(county)
        running = stack.enter_context(centre_running(county))
        code = running.storage.create_code(
            name="样例甲", role="supervisor", department="教体局", scopes=["*"]
        )
        enrol(store, running.address.url, str(code))
        store.close()
        output.tell(
            f"照片在 {county.camera}；口令 {PASSPHRASE}",
            f"Pictures are in {county.camera}; the passphrase is {PASSPHRASE}",
        )
        run_tui(county.first, PASSPHRASE)


def _tell_kept(county: "County", passphrase_file: Path) -> None:
    from inspector.demo.script import keep_notes

    output.tell("已保留：", "Kept:")
    for path, zh, en in keep_notes(county):
        if path.exists():
            output.tell(f"  {path}  {zh}", f"  {path}  {en}")
    output.tell(f"  {passphrase_file}  口令文件", f"  {passphrase_file}  passphrase file")
