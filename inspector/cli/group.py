"""The group of all commands: mistakes in options are told to programs as every other error is."""

import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from inspector.cli import output
from inspector.errors import UsageError

_Mistake: Any = typer.BadParameter.__mro__[1]
"""Click's UsageError, whether Typer brings its own Click or takes the installed one."""


class Commands(TyperGroup):
    """With `--json`, an unknown option or a missing argument too ends with an error document on stdout."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """As Click runs commands."""
        words = list(sys.argv[1:] if args is None else args)
        told = standalone_mode and "--json" in words
        try:
            done = super().main(
                args, prog_name, complete_var, standalone_mode and not told, windows_expand_args, **extra
            )
        except _Mistake as fault:
            if not told:
                raise
            said = fault.format_message()
            error = UsageError(
                f"命令写得不对：{said}", f"The command is not right: {said}",
                hint=("用 -h 查看这条命令的写法。", "-h shows how this command is written."), code="usage",
            )  # fmt: skip
            output.error(error, as_json=True)
            sys.exit(error.exit_status)
        except typer.Abort:
            if not told:
                raise
            sys.exit(1)
        if told:
            sys.exit(done if isinstance(done, int) else 0)
        return done
