"""The command line: its groups, and what comes before every command. Loads Typer and nothing heavier."""

import os
import sys
from pathlib import Path
from typing import Annotated, TextIO

import typer

from inspector import __version__
from inspector.cli import (
    activity,
    authority,
    calendar,
    central,
    checklist,
    dashboard,
    demo,
    export,
    inspect,
    notice,
    office,
    output,
    patrol,
    photo,
    rectify,
    registry,
    report,
    retention,
    rules,
    site,
    synchronise,
    task,
    tip,
    verify,
    workspace,
)
from inspector.cli.group import Commands
from inspector.cli.session import chosen, command
from inspector.errors import InspectorError

app = typer.Typer(
    name="inspector",
    cls=Commands,
    help="双减巡查现场检查（离线可用）。Offline field inspection for county joint enforcement teams.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        output.line(f"inspector {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    workspace_dir: Annotated[
        Path | None, typer.Option("--workspace", help="The workspace folder. 工作区文件夹。", metavar="DIR")
    ] = None,
    passphrase_file: Annotated[
        Path | None,
        typer.Option(
            "--passphrase-file", help="File whose first line is the passphrase. 口令文件。", metavar="F"
        ),
    ] = None,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version. 版本。")
    ] = False,
) -> None:
    """Without a command: open the screens. 不带命令即打开界面。"""
    chosen.workspace = workspace_dir
    chosen.passphrase_file = passphrase_file
    if context.invoked_subcommand is None:
        open_screens()


@command
def open_screens() -> None:
    """Open the terminal screens on the chosen workspace."""
    workspace.run_screens()


for module in (
    workspace,
    registry,
    site,
    office,
    authority,
    checklist,
    calendar,
    patrol,
    tip,
    activity,
    task,
    inspect,
    rules,
    rectify,
    dashboard,
    notice,
    photo,
    retention,
    export,
    report,
    verify,
    synchronise,
    central,
    demo,
):
    module.add_to(app)


def run() -> None:
    """The console script."""
    _speak_utf8()
    try:
        app()
    except InspectorError as error:  # of what is printed before any command, such as the version
        output.error(error)
        sys.exit(error.exit_status)


def _speak_utf8() -> None:
    """Chinese output works whatever the locale; what a stream cannot show is escaped, never a crash."""
    if sys.stdout is None:
        sys.stdout = _nowhere()
    if sys.stderr is None:
        sys.stderr = _nowhere()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def _nowhere() -> TextIO:
    """In place of a stream that was closed before the program started."""
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - open until the end
