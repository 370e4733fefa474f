"""What all screens share: commands become keys, errors become sentences, the work of others is noticed."""

import functools
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, ClassVar, Concatenate, ParamSpec, TypeVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingsMap, BindingType
from textual.css.query import NoMatches
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Footer, Input, TextArea

from inspector.commands import BACK, Command
from inspector.domain.objections import Guarded
from inspector.domain.patrol import OCCASIONS
from inspector.errors import InspectorError, Problem
from inspector.language import tr
from inspector.screens.workplace import Workplace
from inspector.services import lookup
from inspector.services.status import Summary
from inspector.text import fit
from inspector.widgets.bars import MessageLine, TopBar
from inspector.widgets.lines import LineList

P = ParamSpec("P")
S = TypeVar("S", bound="Told")
POLL_SECONDS = 2.0
_PEOPLE_CELLS = 28


def guarded(
    method: Callable[Concatenate[S, P], Coroutine[Any, Any, None]],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, None]]:
    """An action or handler whose errors are told to the officer instead of ending the program."""

    @functools.wraps(method)
    async def run(self: S, *args: P.args, **kwargs: P.kwargs) -> None:
        try:
            await method(self, *args, **kwargs)
        except Exception as error:  # noqa: BLE001 - the one place where errors become sentences
            self.tell_error(error)

    return cast("Callable[Concatenate[S, P], Coroutine[Any, Any, None]]", run)


class Told(Screen[Any]):
    """A screen with commands and a message line.

    Attributes:
        KEYS: what can be done here, in the order of the footer.
    """

    KEYS: ClassVar[tuple[Command, ...]] = ()

    def __init__(self, place: Workplace) -> None:
        super().__init__()
        self.place = place
        merged = dict(self._bindings.key_to_bindings)
        for key, binding in BindingsMap(
            [binding for command in self.commands for binding in command.bindings()]
        ):
            merged[key] = [binding]
        self._bindings = BindingsMap.from_keys(merged)

    @property
    def commands(self) -> tuple[Command, ...]:
        """The commands of this screen."""
        return self.KEYS

    def tell(self, words: str, kind: str = "", hint: str = "") -> None:
        """Say what just happened ("", "good", "warn", "bad")."""
        for line in self.query(MessageLine):
            line.tell(words, kind, hint)

    def tell_error(self, error: Exception) -> None:
        """Say what did not happen, what is safe, and what to do next."""
        if isinstance(error, InspectorError):
            parts = [error.message, *(_fault_words(error, fault) for fault in error.problems[:2])]
            self.tell(" ".join(parts), "bad", error.hint)
            return
        log = self.place.record_fault(error)
        self.tell(
            tr("程序出错，记录是安全的：已保存的内容都在。", "The program failed. The record is safe: what was saved is there."),
            "bad",
            tr(f"可以继续使用。详情在 {log}", f"You can go on. Details: {log}"),
        )  # fmt: skip

    def on_line_list_failed(self, event: LineList.Failed) -> None:
        """A page of a list could not be read."""
        self.tell_error(event.error)

    @property
    def typing(self) -> bool:
        """Whether text is being typed."""
        return isinstance(self.focused, Input | TextArea)

    def _is_command(self, event: events.Key) -> bool:
        """Whether the key is bound on this screen or everywhere."""
        bound = (*self._bindings.key_to_bindings, *self.app._bindings.key_to_bindings)  # noqa: SLF001
        return any(key in bound for key in (event.key, *event.aliases))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Which commands can be used now; screens narrow it in `allows`."""
        try:
            allowed = self.allows(action, parameters)
        except NoMatches:  # the footer also asks before the body is there, and once more when it is gone
            return None
        return allowed if allowed is not False else None

    def allows(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Whether a command can be used now."""
        return True


def _fault_words(error: InspectorError, fault: Problem) -> str:
    """A problem with its place; the reasons of the guard have none."""
    return fault.message if isinstance(error, Guarded) else f"{fault.where}：{fault.message}"


class Page(Told):
    """A full screen: top bar, body, message line, footer. Notices what others write while nobody types."""

    KEYS: ClassVar[tuple[Command, ...]] = (BACK,)
    AUTO_FOCUS = "LineList"
    RELOADS: ClassVar[bool] = True

    def __init__(self, place: Workplace) -> None:
        super().__init__(place)
        self._seen: tuple[int, int] | None = None
        self._busy = False

    def compose(self) -> ComposeResult:
        """Bars around the body."""
        yield TopBar()
        yield from self.body()
        yield MessageLine()
        yield Footer(show_command_palette=False)

    def body(self) -> Iterable[Widget]:
        """The widgets of this screen."""
        return ()

    def heading(self) -> str:
        """What stands on the left of the top bar."""
        return ""

    async def reload(self) -> None:
        """Read anew what this screen shows."""

    @guarded
    async def on_mount(self) -> None:
        """Show it for the first time, then look every two seconds whether somebody else wrote."""
        await self.refresh_all()
        if self.RELOADS:
            self.set_interval(POLL_SECONDS, self.look)

    @guarded
    async def on_screen_resume(self) -> None:
        """Show what changed meanwhile."""
        if self._seen is not None and self.RELOADS:
            await self.look()

    @guarded
    async def look(self) -> None:
        """Reload if anybody wrote to the workspace."""
        if self._busy or self.typing or not self.is_current or self.place.stop.is_set():
            return
        self._busy = True
        try:
            if await self.place.version() != self._seen:
                await self.refresh_all()
        finally:
            self._busy = False

    async def refresh_all(self) -> None:
        """Body and top bar."""
        self._seen = await self.place.version()
        await self.reload()
        await self.refresh_bar()

    async def refresh_bar(self) -> None:
        """The top bar: where one is, who is on patrol, what is not sent yet."""
        summary = await self.place.refresh_summary()
        people = await self.place.read(patrol_words, self.place, summary)
        people = fit(people, _PEOPLE_CELLS).rstrip()
        words = "  ".join(part for part in (people, pending_words(summary)) if part)
        for bar in self.query(TopBar):
            bar.show(self.heading(), words)

    @guarded
    async def action_back(self) -> None:
        """To the screen before."""
        self.dismiss()


class Dialog(ModalScreen[Any]):
    """The base of small screens over a page; mixed with `Told`."""

    # A modal screen gets none of the program's own keys; locking must not wait for a form.
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+l", "app.lock", show=False)]


def pending_words(summary: Summary) -> str:
    """What is not sent yet. "已上报" only where a verified receipt covers everything of this device."""
    waiting = summary.pending.entries + summary.pending.photos_up
    if summary.centre is None:
        return tr("未注册中心", "no centre")
    if waiting:
        return tr(f"未上报 {waiting}", f"unsent {waiting}")
    if summary.own_entries and summary.received_until >= summary.own_entries:
        return tr("全部已上报", "all sent")
    return tr("无待报", "nothing to send")


def patrol_words(place: Workplace, summary: Summary) -> str:
    """Who is out on patrol."""
    if summary.patrol is None:
        return ""
    names = [person.name for person in lookup.officers(place.store, summary.patrol.officers)]
    occasion = tr(*OCCASIONS.get(summary.patrol.occasion, ("巡查", "patrol")))
    return f"{occasion} {tr('、', ', ').join(names)}"
