"""The program on the terminal: opens the workspace, shows the screens, and ends in order.

It holds no rule of the field. What can be done is in `screens`, what happens in `services`.
"""

import asyncio
import contextlib
import signal
import time
from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import Any, ClassVar

from textual.app import SystemCommand
from textual.binding import BindingsMap
from textual.screen import Screen

from inspector.commands import EVERYWHERE
from inspector.errors import InspectorError, NotFound
from inspector.language import tr
from inspector.screens.base import Told
from inspector.screens.syncing import Syncing
from inspector.screens.workplace import LAST_PLACE, LOG_NAME, Workplace
from inspector.services import lookup
from inspector.store.workspace import Store
from inspector.theme import DAY, NIGHT
from inspector.widgets.bars import MessageLine
from inspector.widgets.content import ControlFilter
from inspector.widgets.ordered import OrderedApp

_THEME = "theme"
IDLE_SECONDS = 600.0
"""Without a key for so long the workspace is locked."""
IDLE_LOOK_SECONDS = 5.0
_SYNC_END_SECONDS = 10
_RESTARTS = 2
"""How often the screens are opened again after a fault of ours, at the place where the officer was."""


class InspectorApp(OrderedApp[None]):
    """The screens over one open workspace. Closing the store is the caller's."""

    # Read at the start: a screen whose style comes with its first showing holds the loop up for 150 ms.
    CSS_PATH: ClassVar[list[str | PurePath]] = [
        "app.tcss",
        *(
            path
            for path in sorted((Path(__file__).parent / "screens").glob("*.tcss"))
            if path.stem != "unlock"
        ),
    ]
    TITLE = "inspector"
    ENABLE_COMMAND_PALETTE = True
    animation_level = "none"
    BINDINGS: ClassVar[list[Any]] = []

    def __init__(self, store: Store, *, sync: bool = True, restarted: bool = False) -> None:
        """
        Args:
            sync: keep in step with the centre in the background, where this laptop is enrolled.
            restarted: the screens before these ended by a fault of ours; the officer is told.
        """
        super().__init__()
        self.place = Workplace(store)
        self.syncing = Syncing(store, fault=self.place.record_fault)
        self._sync_wanted = sync
        self._restarted = restarted
        self.locked = False
        self._said: tuple[Screen[Any], int, str] | None = None
        self._filters.append(ControlFilter())
        merged = dict(self._bindings.key_to_bindings)
        for key, binding in BindingsMap(
            [binding for command in EVERYWHERE for binding in command.bindings()]
        ):
            merged[key] = [binding]
        self._bindings = BindingsMap.from_keys(merged)
        self.register_theme(NIGHT)
        self.register_theme(DAY)
        self.theme = NIGHT.name

    async def on_mount(self) -> None:
        """Tonight; and where the officer was before the program ended."""
        from inspector.screens.tonight import TonightScreen

        self._end_in_order_on_signals()
        self.set_interval(IDLE_LOOK_SECONDS, self._lock_when_idle)
        chosen = await self.place.read(self.place.store.setting, _THEME)
        if chosen is not None and chosen in (NIGHT.name, DAY.name):
            self.theme = chosen
        await self.push_screen(TonightScreen(self.place))
        await self._return_to_last_place()
        if self._restarted and isinstance(self.screen, Told):
            self.screen.tell(
                tr(
                    "程序刚才出错，已重新打开。记录是安全的。",
                    "The program failed and was opened again. The record is safe.",
                ),
                "warn",
            )
        if self._sync_wanted and await self.place.read(self.place.store.setting, "centre_url") is not None:
            self.syncing.start()
        self.run_worker(self._check_pages(), exit_on_error=False)

    async def _check_pages(self) -> None:
        """Say at once when the database is not what was written; what can be read stays usable."""
        from inspector.services.doctor import damaged_pages

        found = await self.place.slow(damaged_pages, self.place.store)
        if found is not None and isinstance(self.screen, Told):
            self.screen.tell_error(found)

    def _end_in_order_on_signals(self) -> None:
        # A closed terminal and a shutdown of the machine end as F10 does. Windows has no such signals on a loop.
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError, AttributeError):
            for name in ("SIGTERM", "SIGHUP"):
                asyncio.get_running_loop().add_signal_handler(getattr(signal, name), self.exit)

    async def _return_to_last_place(self) -> None:
        kept = await self.place.read(self.place.store.json_setting, LAST_PLACE)
        if not isinstance(kept, dict) or not isinstance(kept.get("inspection"), str):
            return
        try:
            found = await self.place.read(lookup.inspection, self.place.store, kept["inspection"])
        except NotFound:
            return
        if found.status == "open":
            from inspector.screens.checklist import ChecklistScreen

            screen = ChecklistScreen(self.place, found.id, item=str(kept.get("item", "")))
            await self.push_screen(screen)
            screen.tell(tr("回到上次的位置，继续检查。", "Back where you were: go on."))

    def key_begins(self) -> None:
        """Note what the message line says."""
        self._said = self._says()

    def key_ended(self) -> None:
        """An old refusal goes with the next key that is not refused."""
        said, screen = self._says(), self.screen
        if isinstance(screen, Told) and screen.typing:
            return
        if said is not None and said == self._said and said[2] == "bad" and isinstance(screen, Told):
            screen.tell("")

    def _says(self) -> tuple[Screen[Any], int, str] | None:
        line = next(iter(self.screen.query(MessageLine)), None) if self._screen_stack else None
        return None if line is None else (self.screen, line.told, line.kind)

    # -- commands of every screen ------------------------------------------------------------------------------

    async def action_show_help(self) -> None:
        """The keys of this screen."""
        from inspector.screens.help import HelpScreen

        screen = self.screen
        if isinstance(screen, Told) and not isinstance(screen, HelpScreen):
            await self.push_screen(HelpScreen(self.place, screen.commands, EVERYWHERE))

    async def action_show_sync(self) -> None:
        """The standing with the centre."""
        from inspector.screens.sync import SyncScreen

        if not isinstance(self.screen, SyncScreen):
            await self.push_screen(SyncScreen(self.place, self.syncing))

    async def action_switch_theme(self) -> None:
        """Night or day."""
        self.theme = DAY.name if self.theme == NIGHT.name else NIGHT.name
        name = self.theme
        with contextlib.suppress(InspectorError):
            await self.place.write(lambda: self.place.store.set_settings(**{_THEME: name}))

    async def action_lock(self) -> None:
        """End the screens; `run_tui` closes the store, wipes its keys and asks for the passphrase."""
        self.locked = True
        self.exit()

    async def _lock_when_idle(self) -> None:
        if time.monotonic() - self.last_key >= IDLE_SECONDS:
            await self.action_lock()

    async def action_leave(self) -> None:
        """End. What is being written is finished first."""
        self.exit()

    async def action_quit(self) -> None:
        """As `action_leave`."""
        self.exit()

    def action_command_palette(self) -> None:
        """The palette; not while the laptop is in the hands of somebody who answers a questionnaire."""
        if not getattr(self.screen, "handed_over", False):
            super().action_command_palette()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The palette: the commands of the screen that can be used now, then those of every screen."""
        seen = set()
        for command in (*getattr(screen, "commands", ()), *EVERYWHERE):
            if command.title in seen or "{key}" in command.action or command.id == "screen.back":
                continue
            seen.add(command.title)
            action = command.action.removeprefix("app.")
            namespace = screen if hasattr(screen, f"action_{action.partition('(')[0]}") else self

            async def run(action: str = action, namespace: Any = namespace) -> None:
                await self.run_action(action, namespace)

            yield SystemCommand(command.title, f"{command.help}（{command.key_names}）", run)

    def _fatal_error(self) -> None:
        # Textual would print every local variable, answers and keys among them.
        if self._exception is not None:
            self.place.record_fault(self._exception)
        self._close_messages_no_wait()

    @property
    def failed(self) -> bool:
        """Whether a fault of ours ended it."""
        return self._exception is not None

    async def on_unmount(self) -> None:
        """Stop the sync, finish what is being written."""
        await asyncio.get_running_loop().run_in_executor(None, self.syncing.close)
        self.place.close()


def run_tui(workspace: Path, passphrase: str | None) -> None:
    """Open the workspace and show the screens until the officer leaves.

    Args:
        passphrase: asked for on a screen where it is None.

    Raises:
        WorkspaceError, WrongPassphrase, Damaged: the workspace cannot be opened.
    """
    store = _unlocked(workspace) if passphrase is None else Store.open(workspace, passphrase)
    while store is not None:
        locked = _show_screens(store)
        store = _unlocked(workspace, locked=True) if locked else None


def _unlocked(workspace: Path, *, locked: bool = False) -> Store | None:
    from inspector.screens.unlock import UnlockApp

    return UnlockApp(workspace, locked=locked).run()


def _show_screens(store: Store) -> bool:
    """The screens until the officer leaves or locks them (then True); the store is closed and its keys are wiped.

    Raises:
        InspectorError: they failed again and again.
    """
    app = None
    try:
        for again in range(_RESTARTS + 1):
            app = InspectorApp(store, restarted=again > 0)
            app.run()
            if not app.failed:
                return app.locked
        raise InspectorError(
            "程序多次出错，已停下。记录是安全的：已保存的内容都在。",
            "The program failed several times and stopped. The record is safe: what was saved is there.",
            hint=(f"详情在 {store.path / LOG_NAME}", f"Details: {store.path / LOG_NAME}"),
            code="fault",
        )
    finally:
        if app is not None and app.locked:
            for _ in range(_SYNC_END_SECONDS):
                if app.syncing.close():
                    break
            store.close()
        elif app is None or not app.syncing.running:
            store.close()
