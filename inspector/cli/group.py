"""The group of all commands: mistakes in options are told to programs as every other error is."""

import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from inspector.cli import output
from inspector.cli.mistakes import in_chinese
from inspector.errors import UsageError
from inspector.language import english
from inspector.plain import safe_text

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
                f"命令写得不对：{in_chinese(said)}", f"The command is not right: {said}",
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

    def make_context(self, *args: Any, **extra: Any) -> Any:
        """As Click does."""
        try:
            return super().make_context(*args, **extra)
        except _Mistake as fault:
            raise _bilingual(fault) from None

    def invoke(self, ctx: Any) -> Any:
        """As Click does."""
        try:
            return super().invoke(ctx)
        except _Mistake as fault:
            raise _bilingual(fault) from None


def _bilingual(fault: Any) -> Any:
    """The same mistake, shown in the language of the process. A group without a command shows its help, as Click has it."""
    if not english() and type(fault).__name__ != "NoArgsIsHelpError":

        def show(file: Any = None) -> None:
            stream = sys.stderr if file is None else file
            lines = [f"命令写得不对：{in_chinese(fault.format_message())}"]
            if fault.ctx is not None:
                lines.append(fault.ctx.get_usage().replace("Usage: ", "写法：", 1))
                lines.append(f"全部选项：{fault.ctx.command_path} -h")
            else:
                lines.append("用 -h 查看这条命令的写法。")
            stream.write("\n".join(map(safe_text, lines)) + "\n")

        fault.show = show
    return fault
