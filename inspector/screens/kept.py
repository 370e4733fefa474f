"""Forms that lose nothing: what is typed is kept from key to key, also over a lock; Esc asks before it drops anything."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Footer, Input, Static, TextArea

from inspector.commands import Command
from inspector.language import tr
from inspector.screens.base import Dialog, Told, guarded
from inspector.screens.form import FormScreen, Line, Submit
from inspector.screens.workplace import Workplace
from inspector.services import paper_desk
from inspector.services.paper_desk import PaperDraft
from inspector.widgets.bars import MessageLine
from inspector.widgets.content import plain

Keep = Callable[[Mapping[str, str] | None], None]
"""Keeps what stands in the lines; None drops it."""


def _ask(screen: Told) -> None:
    screen.tell(
        tr("写的内容还没有保存。", "What you typed is not saved."), "warn",
        tr("按 F2 保存，再按一次 Esc 放弃。", "F2 saves it; Esc once more drops it."),
    )  # fmt: skip


class KeptForm(FormScreen):
    """A form whose lines come back as they were typed."""

    def __init__(
        self, place: Workplace, title: str, lines: Sequence[Line], submit: Submit, *, about: str = "",
        kept: Mapping[str, str] | None = None, keep: Keep | None = None, first: str = "", typing_first: bool = True,
    ) -> None:  # fmt: skip
        """
        Args:
            kept: what stood in the lines when they were left without an answer.
            first: the line in which typing begins.
        """
        super().__init__(place, title, lines, submit, about=about, typing_first=typing_first)
        self._kept = dict(kept or {})
        self._keep = keep
        self._first = first
        self._sure = False

    def begin(self) -> None:
        """What was typed before, then where typing begins."""
        super().begin()
        for name, value in self._kept.items():
            for found in self.query(f"#form-{name}").results(Input):
                found.value = plain(value, limit=found.max_length or 300).plain
        if self._first:
            self.query_one(f"#form-{self._first}", Input).focus()
        self._told_kept()

    def _told_kept(self) -> None:
        if self.changed:
            self.tell(tr("上次没有写完的内容还在。", "What was typed last time is still here."))

    @property
    def changed(self) -> bool:
        """Whether anything stands in the lines that was not there."""
        present = {line.name: line.value for line in self._lines}
        return any(value.strip() != present[name].strip() for name, value in self.values().items())

    @on(Input.Changed)
    def _typed(self) -> None:
        self._sure = False
        if self._keep is not None and self.is_mounted:
            self._keep(self.values() if self.changed else None)

    async def _accept(self, then: str) -> None:
        await super()._accept(then)
        self.forget()

    def forget(self) -> None:
        """What was typed need not be kept any more."""
        if self._keep is not None:
            self._keep(None)

    @guarded
    async def action_leave_form(self) -> None:
        """Close; ask first where something was typed."""
        if self.changed and not self._sure:
            self._sure = True
            _ask(self)
            return
        self.forget()
        self.dismiss(None)


async def drafted(place: Workplace, key: str) -> tuple[Mapping[str, str], Keep]:
    """What was left in the lines of a form, and how to keep what is typed now; `key` names the form and what it is about."""
    found = await place.write(paper_desk.drafts, place.store)

    def keep(values: Mapping[str, str] | None) -> None:
        draft = None if values is None else PaperDraft(typing=dict(values))
        place.keep(key, lambda store: paper_desk.keep_draft(store, key, draft))

    return found.get(key, PaperDraft()).typing, keep


class TextScreen(Told, Dialog):
    """Several lines of text. Dismisses with what `submit` returned; None where it was left."""

    CSS_PATH = "kept.tcss"
    KEYS: ClassVar[tuple[Command, ...]] = (
        Command("text.accept", "f2", "accept", "确定", "Accept",
                "保存并关闭；回车是换行。", "Save and close; Enter begins a new line.", footer=True),
        Command("text.leave", "escape", "leave_text", "取消", "Cancel",
                "不保存，回到原处；写了内容的先问一次。", "Leave without saving; asks once where something was typed.",
                footer=True),
    )  # fmt: skip

    def __init__(
        self, place: Workplace, title: str, value: str, submit: Callable[[str], Any], *, about: str = "",
        kept: str | None = None, keep: Callable[[str | None], None] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(place)
        self._title, self._value, self._submit, self._about = title, value, submit, about
        self._kept, self._keep = kept, keep
        self._sure = False

    def compose(self) -> ComposeResult:
        """Title, words, text."""
        with Vertical(id="text-box"):
            yield Static(plain(self._title), id="text-title")
            if self._about:
                yield Static(plain(self._about, limit=400), id="text-about")
            shown = self._value if self._kept is None else self._kept
            yield TextArea(plain(shown, limit=20_000).plain, id="text", tab_behavior="focus")
        yield MessageLine()
        yield Footer(show_command_palette=False)

    @property
    def _area(self) -> TextArea:
        return self.query_one("#text", TextArea)

    @property
    def changed(self) -> bool:
        """Whether another text stands there than at first."""
        return self._area.text.strip() != self._value.strip()

    def on_mount(self) -> None:
        """Typing begins at the end."""
        self._area.focus()
        self._area.move_cursor(self._area.document.end)
        if self._kept is not None and self.changed:
            self.tell(tr("上次没有写完的内容还在。", "What was typed last time is still here."))

    @on(TextArea.Changed)
    def _typed(self) -> None:
        self._sure = False
        if self._keep is not None:
            self._keep(self._area.text if self.changed else None)

    @guarded
    async def action_accept(self) -> None:
        """Submit; on an error the text stays as it is."""
        result = await self._submit(self._area.text)
        if self._keep is not None:
            self._keep(None)
        self.dismiss(result)

    @guarded
    async def action_leave_text(self) -> None:
        """Close; ask first where something was typed."""
        if self.changed and not self._sure:
            self._sure = True
            _ask(self)
            return
        if self._keep is not None:
            self._keep(None)
        self.dismiss(None)


class ConfirmScreen(Told, Dialog):
    """A question of which the answer changes something: only Enter says yes. Dismisses with True or None."""

    CSS_PATH = "kept.tcss"
    KEYS: ClassVar[tuple[Command, ...]] = (
        Command("confirm.yes", "enter", "yes", "确定", "Yes", "就这样做。", "Do it.", footer=True),
        Command("confirm.no", "escape", "no", "不做", "No", "什么都不做，回到原处。", "Do nothing and go back.", footer=True),
    )  # fmt: skip

    def __init__(self, place: Workplace, title: str, words: Iterable[str]) -> None:
        super().__init__(place)
        self._title, self._words = title, tuple(words)

    def compose(self) -> ComposeResult:
        """What is asked."""
        with VerticalScroll(id="confirm-box", can_focus=True):
            yield Static(plain(self._title), id="text-title")
            yield Static(plain("\n".join(self._words), limit=1_200))
        yield MessageLine()
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """The box has the keys."""
        self.query_one("#confirm-box").focus()

    def on_key(self, event: events.Key) -> None:
        """No key of it reaches the page below."""
        if event.key not in ("enter", "escape", "f1", "f10", "ctrl+l", "ctrl+q"):
            event.stop()
            event.prevent_default()

    @guarded
    async def action_yes(self) -> None:
        """Yes."""
        self.dismiss(True)

    @guarded
    async def action_no(self) -> None:
        """No."""
        self.dismiss(None)
