"""A small form over a page: labelled lines, one button's worth of Enter, errors shown in place."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Footer, Input, Static

from inspector.commands import Command
from inspector.language import tr
from inspector.screens.base import Dialog, Told, guarded
from inspector.screens.workplace import Workplace
from inspector.widgets.bars import MessageLine
from inspector.widgets.content import plain


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a form.

    Attributes:
        name: key in what `submit` gets.
        hint: what may stand here, shown behind the input.
        asked_by: code of the refusal that asks for this line; it is not shown before.
    """

    name: str
    label: str
    value: str = ""
    hint: str = ""
    password: bool = False
    longest: int = 300
    asked_by: str = ""


Submit = Callable[[Mapping[str, str]], Awaitable[Any]]


class FormScreen(Told, Dialog):
    """Asks for a few lines. Dismisses with what `submit` returned; None where it was left."""

    CSS_PATH = "form.tcss"
    KEYS: ClassVar[tuple[Command, ...]] = (
        Command("form.accept", "f2", "accept", "确定", "Accept",
                "保存并关闭；在任一行按回车也一样。", "Save and close; Enter on any line does the same.", footer=True),
        Command("form.next", "down", "app.focus_next", "下一行", "Next",
                "到下一行（Tab 也可）。", "To the next line (also Tab)."),
        Command("form.previous", "up", "app.focus_previous", "上一行", "Previous",
                "到上一行。", "To the line before."),
        Command("form.leave", "escape", "leave_form", "取消", "Cancel",
                "不保存这张表，回到原处。", "Leave without saving this form.", footer=True),
    )  # fmt: skip

    def __init__(
        self,
        place: Workplace,
        title: str,
        lines: Sequence[Line],
        submit: Submit,
        *,
        about: str = "",
        typing_first: bool = True,
        also: Command | None = None,
    ) -> None:
        """
        Args:
            about: a few words above the lines.
            typing_first: the first line has the focus at once; otherwise Enter accepts as it is and Tab leads to it,
                so that keys typed ahead change nothing.
            also: accepts too, and says where to go then (its action is "also"); dismisses with its id.
        """
        self._also = also
        super().__init__(place)
        self._title = title
        self._lines = tuple(lines)
        self._submit = submit
        self._about = about
        self._typing_first = typing_first
        self._submitting = False

    @property
    def commands(self) -> tuple[Command, ...]:
        """Those of every form, and one of this."""
        if self._also is None:
            return self.KEYS
        # What goes on to something else is a form of what is saved already: leaving it cancels nothing.
        closing = replace(self.KEYS[-1], zh="关闭", en="Close")
        return (*self.KEYS[:-1], closing, self._also)

    def compose(self) -> ComposeResult:
        """Title, words, lines."""
        with VerticalScroll(id="form", can_focus=True):
            yield Static(plain(self._title), id="form-title")
            if self._about:
                yield Static(plain(self._about, limit=1_200), id="form-about")
            for line in self._lines:
                with Horizontal(
                    id=f"line-{line.name}",
                    classes="form-line asked-later" if line.asked_by else "form-line",
                ):
                    yield Static(plain(line.label), classes="form-label")
                    yield Input(
                        plain(line.value, limit=line.longest).plain,
                        id=f"form-{line.name}",
                        password=line.password,
                        max_length=line.longest,
                        select_on_focus=False,
                    )
                if line.hint:
                    yield Static(plain(line.hint), id=f"hint-{line.name}", classes="form-hint")
            yield from self.below()
        yield MessageLine()
        yield Footer(show_command_palette=False)

    def below(self) -> Iterable[Widget]:
        """What stands below the lines."""
        return ()

    def on_mount(self) -> None:
        """Where typing begins."""
        self.begin()

    def begin(self) -> None:
        """Put the focus where typing begins. (Textual runs every class's own `on_mount`; this one is overridden.)"""
        if self._typing_first and self._lines:
            self.query_one(f"#form-{self._lines[0].name}", Input).focus()
        else:
            self.query_one("#form").focus()

    def values(self) -> dict[str, str]:
        """What stands in the lines."""
        return {line.name: self.query_one(f"#form-{line.name}", Input).value for line in self._lines}

    @on(Input.Submitted)
    async def _submitted(self) -> None:
        await self.action_accept()

    async def on_key(self, event: events.Key) -> None:
        """Enter accepts, also where no line has the focus; it goes no further, or the page below would get it too."""
        if event.key == "enter" and not self.typing:
            event.stop()
            event.prevent_default()
            await self.action_accept()

    @guarded
    async def action_accept(self) -> None:
        """Submit; on an error the form stays as it is."""
        await self._accept("")

    @guarded
    async def action_also(self) -> None:
        """Submit, and go where the command leads."""
        await self._accept(self._also.id if self._also else "")

    async def _accept(self, then: str) -> None:
        if self._submitting:
            return
        self._submitting = True
        try:
            result = await self._submit(self.values())
        finally:
            self._submitting = False
        self.dismiss(then or result)

    @guarded
    async def action_leave_form(self) -> None:
        """Close without submitting."""
        self.dismiss(None)

    def tell_error(self, error: Exception) -> None:
        """In the form itself."""
        super().tell_error(error)
        asked = getattr(error, "code", "")
        for line in self._lines:
            if line.asked_by and line.asked_by == asked:
                self.query_one(f"#line-{line.name}").remove_class("asked-later")
                self.query_one(f"#form-{line.name}", Input).focus()
        self.query_one("#form").scroll_end(animate=False)


def choose(text: str, options: Sequence[tuple[str, str]], *, default: str = "") -> str:
    """The option that was meant by its number or name; what was typed where none matches (the service then refuses)."""
    typed = text.strip()
    if not typed:
        return default
    for number, (code, label) in enumerate(options, 1):
        if typed.lower() in (str(number), code.lower(), label.lower()):
            return code
    return typed


def numbered(options: Sequence[tuple[str, str]]) -> str:
    """ "1 培训场所  2 校园"."""
    return tr("输入序号：", "By number: ") + "  ".join(
        f"{n} {label}" for n, (_, label) in enumerate(options, 1)
    )
