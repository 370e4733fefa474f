"""What can go wrong, for people: what happened, what is safe, what to do next.

    InspectorError                 exit status
    ├── UsageError                 2   the words of the command are off
    ├── NotFound                   3   no such site, inspection, officer, file …
    ├── Refusal                    4   a rule of the field says no; nothing was changed
    ├── BadInput                   5   a file or value cannot be taken as it is; nothing was imported
    ├── WorkspaceError             6   the workspace is missing, locked, busy or too new
    │   ├── WrongPassphrase
    │   └── Busy
    ├── SyncError                  7   not sent; everything is kept and is sent later
    │   ├── Offline                    no answer, or not from our centre
    │   └── NotTrusted                 an answer that is not, or not verifiably, our centre's
    └── Damaged                    8   stored bytes are not what was stored; named, never repaired silently

Exit status 0 is success, 1 a fault of ours, 130 an interrupt. docs/guide/commands.md has the same table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from inspector.language import tr


class InspectorError(Exception):
    """An error with a sentence for people in both languages.

    `code` is stable and for programs ("officers.two"); `hint` says what to do next.
    """

    exit_status = 1
    default_code = "error"

    def __init__(
        self,
        zh: str,
        en: str,
        *,
        hint: tuple[str, str] = ("", ""),
        code: str = "",
        problems: Sequence["Problem"] = (),
    ) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en
        self.hint_zh, self.hint_en = hint
        self.code = code or self.default_code
        self.problems = tuple(problems)

    def details(self) -> dict[str, object]:
        """What a program is told besides, by stable keys."""
        return {}

    @property
    def message(self) -> str:
        """The sentence in the language of this process."""
        return tr(self.zh, self.en)

    @property
    def hint(self) -> str:
        """What to do next, in the language of this process; may be empty."""
        return tr(self.hint_zh, self.hint_en)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in an input, with its place ("工作表!C12", "file.yaml:14") in words for people."""

    where: str
    zh: str
    en: str
    severity: str = "error"

    @property
    def message(self) -> str:
        """The sentence in the language of this process."""
        return tr(self.zh, self.en)


class UsageError(InspectorError):
    """The words of a command are off."""

    exit_status = 2
    default_code = "usage"


class NotFound(InspectorError):
    """Something named is not there."""

    exit_status = 3
    default_code = "not_found"


class Refusal(InspectorError):
    """A rule of the field says no. Nothing was changed."""

    exit_status = 4
    default_code = "refused"


class BadInput(InspectorError):
    """A file or a value cannot be taken as it is. Nothing was imported."""

    exit_status = 5
    default_code = "bad_input"


class WorkspaceError(InspectorError):
    """The workspace is missing, locked, busy or written by a newer program."""

    exit_status = 6
    default_code = "workspace"


class WrongPassphrase(WorkspaceError):
    """The passphrase does not open this workspace."""

    default_code = "workspace.passphrase"


class Busy(WorkspaceError):
    """Another process holds what this one needs."""

    default_code = "workspace.busy"


class SyncError(InspectorError):
    """Not sent. Everything is kept and is sent later."""

    exit_status = 7
    default_code = "sync"


class Offline(SyncError):
    """No answer from the centre. Trying again later is right."""

    default_code = "sync.offline"


class NotTrusted(SyncError):
    """An answer came, but not verifiably from our centre: a login page, a proxy, another server."""

    default_code = "sync.not_trusted"


class Damaged(InspectorError):
    """Stored bytes are not what was stored."""

    exit_status = 8
    default_code = "damaged"
