"""Asking for the passphrase before anything of the workspace can be read."""

import asyncio
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Footer, Input, Static

from inspector.errors import InspectorError
from inspector.language import tr
from inspector.store.workspace import Store
from inspector.theme import NIGHT
from inspector.widgets.bars import MessageLine
from inspector.widgets.content import ControlFilter, plain
from inspector.widgets.ordered import OrderedApp


class UnlockApp(OrderedApp[Store]):
    """Returns the open workspace; None where the officer leaves."""

    CSS_PATH = "unlock.tcss"
    ENABLE_COMMAND_PALETTE = False
    animation_level = "none"

    def __init__(self, workspace: Path, *, locked: bool = False) -> None:
        """
        Args:
            locked: it was open and has been locked.
        """
        super().__init__()
        self._workspace = workspace
        self._locked = locked
        self._trying = False
        self._filters.append(ControlFilter())
        self.register_theme(NIGHT)
        self.theme = NIGHT.name
        self.bind("escape,f10", "leave", description=tr("退出", "Quit"), key_display="Esc")

    def compose(self) -> ComposeResult:
        """Which workspace, and the line for its passphrase."""
        with Vertical(id="unlock"):
            title = tr("已锁定", "Locked") if self._locked else tr("打开工作区", "Open the workspace")
            yield Static(plain(title), id="unlock-title")
            yield Static(plain(str(self._workspace), limit=200))
            yield Input(
                password=True, id="passphrase", placeholder=tr("口令，回车打开", "Passphrase, then Enter")
            )
        yield MessageLine()
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Where typing begins."""
        self.query_one(Input).focus()

    @on(Input.Submitted)
    async def _open(self, event: Input.Submitted) -> None:
        if self._trying:
            return
        self._trying = True
        message = self.query_one(MessageLine)
        message.tell(tr("正在打开……", "Opening ..."))
        try:
            opened = await asyncio.to_thread(Store.open, self._workspace, event.value)
        except InspectorError as error:
            message.tell(error.message, "bad", error.hint)
            self.query_one(Input).value = ""
            return
        finally:
            self._trying = False
        self.exit(opened)

    async def action_leave(self) -> None:
        """Leave without opening."""
        self.exit(None)
