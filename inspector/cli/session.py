"""What every command shares: the workspace and the passphrase that were named, opening it, turning errors into exits."""

import functools
import inspect
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from inspector.cli import output
from inspector.errors import InspectorError, UsageError, WorkspaceError
from inspector.language import tr

if TYPE_CHECKING:
    from inspector.store.workspace import Store

WORKSPACE_VARIABLE = "INSPECTOR_WORKSPACE"
PASSPHRASE_VARIABLE = "INSPECTOR_PASSPHRASE_FILE"  # noqa: S105 - a name, not a passphrase
_PASSPHRASE_FILE_BYTES = 4096
_CHINESE_TAIL = re.compile(r"([\u2e80-\uffef][^\n]*)$")

JSON = typer.Option("--json", help="Print one JSON document. 输出 JSON。")
Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass
class Chosen:
    """What the options before the command named."""

    workspace: Path | None = None
    passphrase_file: Path | None = None


chosen = Chosen()


def workspace_path() -> Path:
    """The workspace: named on the command line, by INSPECTOR_WORKSPACE, or the person's own data folder."""
    if chosen.workspace is not None:
        return chosen.workspace
    named = os.environ.get(WORKSPACE_VARIABLE)
    if named:
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "inspector"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "inspector"
    return Path(os.environ.get("XDG_DATA_HOME", str(Path.home() / ".local" / "share"))) / "inspector"


def is_terminal(stream: Any) -> bool:
    """Whether a person is at this stream; a closed one (None) is no terminal."""
    return stream is not None and not stream.closed and bool(stream.isatty())


def read_passphrase(*, confirm: bool = False, prompt: tuple[str, str] = ("口令", "Passphrase")) -> str:
    """The passphrase: from the named file, from INSPECTOR_PASSPHRASE_FILE, or asked for on the terminal.

    Raises:
        WorkspaceError: there is neither a file nor a terminal, or the file cannot be read.
        UsageError: the two typed passphrases differ.
    """
    named = chosen.passphrase_file or os.environ.get(PASSPHRASE_VARIABLE)
    if named:
        return passphrase_in(Path(named))
    if not is_terminal(sys.stdin):
        raise WorkspaceError(
            "需要口令。", "A passphrase is needed.",
            hint=("用 --passphrase-file 或环境变量 INSPECTOR_PASSPHRASE_FILE 指定口令文件。",
                  "Name a file with --passphrase-file or INSPECTOR_PASSPHRASE_FILE."),
            code="workspace.passphrase_needed",
        )  # fmt: skip
    return ask_passphrase(prompt, confirm=confirm)


def passphrase_named() -> bool:
    """Whether a passphrase file is named, so that nobody has to be asked."""
    return bool(chosen.passphrase_file or os.environ.get(PASSPHRASE_VARIABLE))


def ask_passphrase(prompt: tuple[str, str], *, confirm: bool) -> str:
    """Ask on the terminal, twice where `confirm`.

    Raises:
        UsageError: the two differ.
    """
    import getpass

    passphrase = getpass.getpass(tr(prompt[0] + "：", prompt[1] + ": "))
    again = tr("再输一遍：", "Once more: ")
    if confirm and getpass.getpass(again) != passphrase:
        raise UsageError("两次输入的口令不一样。", "The two passphrases differ.")
    return passphrase


def passphrase_in(path: Path) -> str:
    """The first line of a passphrase file.

    Raises:
        WorkspaceError: it cannot be read, or is empty.
    """
    try:
        with path.open("rb") as file:
            text = file.read(_PASSPHRASE_FILE_BYTES).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise WorkspaceError(
            f"口令文件 {path} 读不出来。",
            f"The passphrase file {path} cannot be read.",
            code="passphrase_file",
        ) from error
    first = text.splitlines()[0].strip() if text.strip() else ""
    if not first:
        raise WorkspaceError(
            f"口令文件 {path} 是空的。", f"The passphrase file {path} is empty.", code="passphrase_file"
        )
    return first


@contextmanager
def open_store() -> Iterator["Store"]:
    """The open workspace.

    Raises:
        WorkspaceError: there is none, it is locked, or a newer program wrote it.
    """
    from inspector.store.workspace import VAULT, Store

    path = workspace_path()
    if not (path / VAULT).exists():
        raise WorkspaceError(
            f"{path} 里没有工作区。", f"There is no workspace in {path}.",
            hint=("先运行 inspector init，或用 --workspace 指定位置。", "Run inspector init, or name it with --workspace."),
            code="workspace.none",
        )  # fmt: skip
    with Store.open(path, read_passphrase()) as store:
        yield store


def register(group: typer.Typer, name: str, function: Callable[..., Any]) -> None:
    """Add a command. Its docstring's Chinese, which ends it, comes first in the help."""
    text = inspect.getdoc(function) or ""
    found = _CHINESE_TAIL.search(text)
    words = f"{found[1]} {text[: found.start()].strip()}" if found else text
    group.command(name, help=words)(command(function))


def _refuse_undecodable(value: Any) -> None:
    """Refuse words that are not text: bytes of the shell that are no UTF-8. File names may be any bytes."""
    texts = value if isinstance(value, list | tuple) else (value,)
    for text in texts:
        if isinstance(text, str) and any("\ud800" <= character <= "\udfff" for character in text):
            raise UsageError(
                f"“{text}”里有读不出的字符。", f"{text!r} has characters that are no text.",
                hint=("请检查终端的字符编码（应为 UTF-8）。", "Check that the terminal speaks UTF-8."),
                code="usage.encoding",
            )  # fmt: skip


def command(function: Function) -> Function:
    """Turn errors for people into a sentence and an exit status; let everything else be a bug."""

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            for value in kwargs.values():
                _refuse_undecodable(value)
            found = function(*args, **kwargs)
            output.flush()
            return found
        except InspectorError as error:
            output.error(error, as_json=bool(kwargs.get("as_json")) and error.code != "output")
            raise typer.Exit(error.exit_status) from None
        except KeyboardInterrupt:
            output.tell("已中断；已保存的内容都在。", "Interrupted; everything that was saved is there.")
            raise typer.Exit(130) from None
        except BrokenPipeError:
            raise typer.Exit(0) from None

    return run  # type: ignore[return-value]
