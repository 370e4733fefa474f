"""One kind of paper being made: what it lacks, what it is about, what is typed; read, issued, saved as files."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from inspector.commands import BACK, EVERYWHERE, Command
from inspector.domain.paper import Paper
from inspector.errors import InspectorError
from inspector.export.as_text import as_text
from inspector.language import tr
from inspector.screens.base import guarded
from inspector.screens.kept import ConfirmScreen
from inspector.screens.paper_filling import Filling
from inspector.screens.paper_save import saving
from inspector.screens.paper_words import confirm_words
from inspector.services import notices, paper_desk, rectification
from inspector.services.notices import Prepared
from inspector.services.paper_desk import PaperDraft


@dataclass(frozen=True, slots=True)
class Made:
    """What a paper's page dismisses with: the issued paper, or "" for a kind that takes no number, and its files."""

    paper: str
    files: tuple[Path, ...]


class PaperScreen(Filling):
    """A paper before it is issued."""

    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("paper.issue", "f2", "issue", "签发", "Issue",
                "齐了就取号签发，再存成文件；先问一次。", "Issue it under its number, then save its files; asks first.", footer=True),
        Command("paper.go", "enter", "go", "填写", "Fill in",
                "填写光标所在的一项；缺的项带到要填的地方。", "Fill in the line under the cursor; a lacking one leads to its place.",
                footer=True),
        Command("paper.take", "space", "take", "选/不选", "Take",
                "问题：写进文书或不写。", "An item: on the paper, or not.", footer=True),
        Command("paper.preview", "f6,v", "preview", "预览", "Read",
                "看文书现在的全文。", "Read the paper as it stands now.", footer=True),
        Command("paper.clear", "f8", "clear", "重填", "Clear",
                "丢掉这份草稿里手填的内容；先问一次。", "Drop what was typed for this paper; asks first."),
        BACK,
    )  # fmt: skip

    @guarded
    async def action_clear(self) -> None:
        """Drop what was typed."""

        async def then(sure: bool | None) -> None:
            if sure:
                self._draft = PaperDraft()
                self._keep()
                await self._after_filling()

        words = [
            tr(
                "丢掉为这份文书手填的内容，回到默认。",
                "Drop what was typed for this paper and begin with the defaults.",
            )
        ]
        self.app.push_screen(ConfirmScreen(self.place, tr("重填？", "Clear?"), words), then)

    # -- reading and issuing -----------------------------------------------------------------------------------

    @guarded
    async def action_preview(self) -> None:
        """Read it."""
        from inspector.screens.paper_text import PaperTextScreen

        if self._prepared is None:
            await self.reload()
            return
        prepared = self._prepared
        text = await self.place.read(as_text, prepared.kind, prepared.data)
        lacking = len(prepared.lacking)
        about = (
            tr(f"还缺 {lacking} 项，缺的地方是空的。", f"{lacking} lacking; those places are empty.")
            if lacking
            else ""
        )
        self.app.push_screen(PaperTextScreen(self.place, str(self._kind.title), text, about=about))

    @guarded
    async def action_issue(self) -> None:
        """Say under which number, ask, issue."""
        shown = self._prepared
        if shown is None:
            await self.reload()
            return
        if shown.lacking:
            self.lines.select(f"lack:{shown.lacking[0].field}")
            names = tr("、", ", ").join(tr(one.zh, one.en) for one in shown.lacking[:3])
            self.tell(tr(f"还缺 {len(shown.lacking)} 项：{names}，没有签发。", f"Lacking {len(shown.lacking)}: {names}. Not issued."),
                      "bad", tr("回车去填；写的内容都留着。", "Enter leads there; what you typed stays."))  # fmt: skip
            return
        coming = await self.place.read(paper_desk.coming_number, self.place.store, shown)

        async def then(sure: bool | None) -> None:
            if sure:
                await self._issue(shown)

        title = tr(f"签发：{self._kind.title}？", f"Issue: {self._kind.title}?") if coming else tr(
            f"制作：{self._kind.title}？", f"Make: {self._kind.title}?")  # fmt: skip
        self.app.push_screen(ConfirmScreen(self.place, title, confirm_words(shown, coming)), then)

    @guarded
    async def _issue(self, shown: Prepared) -> None:
        if self._issuing:
            return
        self._issuing = True
        try:
            store = self.place.store

            def issue() -> Paper | None:
                fresh = self._prepare(self.draft.typed)
                if fresh.data != shown.data or fresh.lacking:
                    raise paper_desk.changed_meanwhile()
                paper = notices.issue(store, fresh, person=rectification.actor(store, ""))
                paper_desk.keep_draft(store, self._key, None)
                if paper is not None:
                    paper_desk.note_unprinted(store, paper.id, printed=False)
                return paper

            paper = await self.place.write(issue)
        except InspectorError:
            await self.refresh_all()
            raise
        finally:
            self._issuing = False

        def then(files: list[Path] | None) -> None:
            self.dismiss(Made(paper.id if paper else "", tuple(files or ())))

        self.app.push_screen(await saving(self.place, self._kind, paper, shown.data, just_issued=True), then)
