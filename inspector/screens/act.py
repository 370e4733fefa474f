"""The dialog of one action: who acts, exactly what the action needs, every reason against it, a word before what is final."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from textual.widget import Widget
from textual.widgets import Input, Static

from inspector.commands import Command
from inspector.domain.objections import Guarded
from inspector.language import tr
from inspector.screens.base import guarded
from inspector.screens.dialogs import existing
from inspector.screens.form import FormScreen, Line
from inspector.screens.kept import Keep, KeptForm
from inspector.screens.workplace import Workplace
from inspector.services.rectification import Done
from inspector.widgets.content import plain

Do = Callable[[Mapping[str, str], tuple[Path, ...]], Awaitable[list[Done]]]


class ActScreen(KeptForm):
    """One action on one item or on several; dismisses with what became of each, or with None."""

    KEYS: ClassVar[tuple[Command, ...]] = (
        *FormScreen.KEYS[:3],
        Command("act.photos", "f7", "photos", "照片", "Photos",
                "从手机、相机或文件夹里选照片。", "Choose photos from a phone, a camera or a folder.", footer=True),
        Command("act.confirm", "f8", "confirm", "确认", "Confirm",
                "确认做不能撤回的事；内容改过要重新核对。", "Confirm what cannot be undone, as it stands in the form.", footer=True),
        FormScreen.KEYS[3],
    )  # fmt: skip

    def __init__(
        self,
        place: Workplace,
        title: str,
        lines: Sequence[Line],
        do: Do,
        *,
        about: str = "",
        final: str = "",
        check: Do | None = None,
        kept: Mapping[str, str] | None = None,
        keep: Keep | None = None,
    ) -> None:
        """
        Args:
            final: what cannot be undone, in words; empty where it can. It then takes F8 after the form is accepted.
            check: refuses as `do` would; asked before the word of what is final.
        """
        super().__init__(place, title, lines, self._never, about=about, kept=kept, keep=keep)
        self._do = do
        self._check = check
        self._final = final
        self._asked: tuple[Mapping[str, str], tuple[Path, ...]] | None = None
        self._picked: tuple[Path, ...] = ()

    async def _never(self, _: Mapping[str, str]) -> None:
        """What is accepted goes through `_accept` here."""

    def allows(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Photos where they are asked for; a confirmation where one is."""
        if action == "photos":
            return any(line.name == "photos" for line in self._lines)
        return action != "confirm" or self._asked is not None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What this dialog never asks for is not in its footer either."""
        return self.allows(action, parameters)

    def below(self) -> Iterable[Widget]:
        """Room for the reasons."""
        yield Static(id="form-reasons")

    def begin(self) -> None:
        """Always who acts, whether somebody is proposed or not, so that the same keys do the same each time.

        A proposal is selected: a number replaces it, Down keeps it. Otherwise the number would become the note of a step
        that is signed by whoever acted before.
        """
        super().begin()
        first = self.query_one(f"#form-{self._lines[0].name}", Input)
        first.focus()
        first.select_all()

    @property
    def changed(self) -> bool:
        """Whether something was typed, or photos were chosen."""
        return bool(self._picked) or super().changed

    # -- accepting ---------------------------------------------------------------------------------------------

    async def _accept(self, then: str) -> None:
        if self._submitting:
            return
        self._submitting = True
        try:
            self.query_one("#form-reasons", Static).update("")
            values = self.values()
            typed = values.get("photos", "").strip().strip('"')
            path = await self.place.slow(existing, typed) if typed else None
            if path is not None and await self.place.slow(path.is_dir):
                self._pick(path)
                return
            photos = (*self._picked, *([path] if path else []))
            if self._final and self._asked != (values, photos):
                await self._ask(values, photos)
                return
            if self._final and then != "confirm":
                self._say_final()
                return
            if photos:
                self.tell(tr(f"正在取入 {len(photos)} 张照片……", f"Taking in {len(photos)} photos ..."))
            done = await self._do(values, photos)
        finally:
            self._submitting = False
        self.forget()
        self.dismiss(done)

    async def _ask(self, values: Mapping[str, str], photos: tuple[Path, ...]) -> None:
        self._asked = None
        if self._check is not None:
            await self._check(values, photos)
        self._asked = (values, photos)
        self._say_final()
        self.refresh_bindings()

    def _say_final(self) -> None:
        self.tell(self._final, "warn", tr("按 F8 确认，Esc 不做。", "F8 confirms, Esc leaves it."))

    @guarded
    async def action_confirm(self) -> None:
        """Do what cannot be undone, if it stands as it was when that was said."""
        await self._accept("confirm")

    def tell_error(self, error: Exception) -> None:
        """Every reason, below the lines; the cursor goes to the first line that is asked for. Nothing typed is lost."""
        super().tell_error(error)
        if not isinstance(error, Guarded):
            return
        self.tell(error.message, "bad", error.hint)
        words = "\n".join(f"{n}. {tr(one.zh, one.en)}" for n, one in enumerate(error.objections, 1))
        self.query_one("#form-reasons", Static).update(plain(words, limit=1_200))
        asked = [
            {"evidence": "photos", "photo": "photos"}.get(one.about, one.about) for one in error.objections
        ]
        for line in self._lines:
            if line.name in asked:
                self.query_one(f"#form-{line.name}", Input).focus()
                break
        self.query_one("#form").scroll_end(animate=False)

    # -- photos ------------------------------------------------------------------------------------------------

    async def action_photos(self) -> None:
        """Choose photos."""
        self._pick(None)

    def _pick(self, folder: Path | None) -> None:
        from inspector.screens.pick_photos import PickPhotosScreen

        async def then(found: list[Path] | None) -> None:
            if found is None:
                return
            self._picked = tuple(found)
            self._sure = False
            self.query_one("#form-photos", Input).value = ""
            names = "、".join(path.name for path in found[:3])
            words = tr(f"已选 {len(found)} 张：{names}", f"{len(found)} chosen: {names}")
            self.query_one("#hint-photos", Static).update(plain(words, limit=200, lines=False))

        self.app.push_screen(PickPhotosScreen(self.place, folder), then)
