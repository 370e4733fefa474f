"""One paper that was issued: how it was served, its whole text; serve, print again, void."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from inspector.commands import BACK, EVERYWHERE, Command
from inspector.domain.paper import Paper
from inspector.domain.paper_kind import PaperKind
from inspector.errors import NotFound
from inspector.export.as_text import as_text
from inspector.forms.papers import paper_kind
from inspector.language import tr
from inspector.screens.base import Page, guarded
from inspector.screens.form import Line
from inspector.screens.kept import KeptForm, drafted
from inspector.screens.paper_save import saving
from inspector.screens.paper_text import paper_content
from inspector.screens.paper_words import paper_lines
from inspector.screens.serve import Outcome, serving
from inspector.screens.workplace import Workplace
from inspector.services import notices, papers, rectification
from inspector.store.paper_queries import PaperRow
from inspector.widgets.content import joined, plain


class IssuedScreen(Page):
    """The page of one issued paper."""

    CSS_PATH = "issued.tcss"
    AUTO_FOCUS = "#issued-box"
    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("issued.serve", "f2,s", "serve", "送达", "Serve",
                "记录怎样送达；已送达的更正。", "Record how it was served, or correct that.", footer=True),
        Command("issued.print", "f7,p", "print_copy", "打印", "Print",
                "再存成文件，印“副本”；还没存过文件的是正本。",
                "Save its files again, marked as a copy; the first ones are the original.", footer=True),
        Command("issued.original", "f6", "original", "正本", "Original",
                "临时编号换成正式文号后，再出一次正本。", "The original again, where a provisional number was replaced.", footer=True),
        Command("issued.void", "f3", "void", "作废", "Void",
                "写明理由，作废这份文书；文号保留不再用。", "Void it with a reason; its number is never given again.", footer=True),
        BACK,
    )  # fmt: skip

    def __init__(self, place: Workplace, paper: str, *, files: Sequence[Path] = (), said: str = "") -> None:
        super().__init__(place)
        self._paper_id = paper
        self._files = tuple(files)
        self._said = said
        self._paper: Paper | None = None
        self._kind: PaperKind | None = None

    def body(self) -> Iterable[Widget]:
        """One text that scrolls."""
        yield VerticalScroll(Static(id="issued"), id="issued-box", can_focus=True)

    def heading(self) -> str:
        """Its number."""
        return tr("文书：", "Paper: ") + (self._paper.shown if self._paper else "")

    def allows(self, action: str, parameters: tuple[object, ...]) -> bool:
        """A voided paper stays as it is; an original is printed again only in place of a provisional one."""
        paper = self._paper
        if paper is None:
            return action not in ("serve", "print_copy", "original", "void")
        if action in ("serve", "void"):
            return not paper.voided
        if action == "original":
            return bool(paper.provisional and paper.number and not paper.voided)
        return action != "print_copy" or self._kind is not None

    async def reload(self) -> None:
        """The paper anew."""

        def read() -> tuple[Paper, PaperRow, PaperKind | None, list[tuple[str, str]]]:
            found = papers.paper(self.place.store, self._paper_id)
            row = papers.row(self.place.store, self._paper_id)
            try:
                kind = paper_kind(found.kind)
                text = as_text(kind, notices.printed(self.place.store, found))
            except (NotFound, KeyError):  # of a newer program: its facts can be read all the same
                return found, row, None, []
            return found, row, kind, text

        found, row, self._kind, text = await self.place.read(read)
        self._paper = found
        title = str(self._kind.title) if self._kind is not None else found.kind
        top = paper_lines(found, row, title, len(found.items))
        if self._files:
            top.append(
                ("$success", tr(f"文件在 {self._files[0].parent}：", f"Files in {self._files[0].parent}:"))
            )
            top += [("$success", f"  {path.name}") for path in self._files]
        above = Content("\n").join(plain(words, look, lines=False) for look, words in top)
        self.query_one("#issued", Static).update(joined(above, "\n\n", paper_content(text)))
        if self._said:
            self.tell(
                self._said,
                "good",
                tr("送达后按 F2 记录，期限从送达起算。", "F2 records its service, from which deadlines run."),
            )
            self._said = ""
        self.refresh_bindings()

    @guarded
    async def action_serve(self) -> None:
        """How it was served."""
        paper = self._paper
        if paper is None:
            return
        kept, keep = await drafted(self.place, f"serve/{self._paper_id}")
        form = await serving(self.place, paper, kept=kept, keep=keep)

        async def then(done: Outcome | None) -> None:
            if done is not None:
                await self._after(done.words, done.hint)

        self.app.push_screen(form, then)

    @guarded
    async def _after(self, words: str, hint: str = "") -> None:
        await self.refresh_all()
        self.tell(words, "good", hint)

    @guarded
    async def action_print_copy(self) -> None:
        """Its files once more."""
        await self._save(original=False)

    @guarded
    async def action_original(self) -> None:
        """The original once more, under its number."""
        await self._save(original=True)

    async def _save(self, *, original: bool) -> None:
        paper, kind = self._paper, self._kind
        if paper is None or kind is None:
            return

        async def then(files: list[Path] | None) -> None:
            if files:
                self._files = tuple(files)
                await self._after(tr(f"已存 {len(files)} 个文件。", f"{len(files)} files saved."))

        self.app.push_screen(await saving(self.place, kind, paper, paper.data, original=original), then)

    @guarded
    async def action_void(self) -> None:
        """Void it."""
        paper = self._paper
        if paper is None:
            return
        lines = [
            Line(
                "reason",
                tr("理由", "Reason"),
                longest=2_000,
                hint=tr("如：写错当事人", "e.g. the wrong party"),
            )
        ]
        if paper.service is not None:
            lines.append(Line("override", tr("已送达仍作废", "Though served"), longest=2_000,
                              hint=tr("为什么已送达还要作废", "why it is voided though it was served")))  # fmt: skip
            lines.append(Line("officer", tr("由谁作废", "By"),
                              hint=tr("期限在走的，要专班组长", "while a deadline runs, a team lead")))  # fmt: skip

        async def then(done: bool | None) -> None:
            if done:
                await self._after(
                    tr("已作废；文号保留，不再使用。", "Voided; its number is kept and never given again.")
                )

        self.app.push_screen(
            KeptForm(self.place, tr(f"作废 {paper.shown}", f"Void {paper.shown}"), lines, partial(self._void, paper),
                     about=tr("作废不能撤回；文号保留。", "It cannot be taken back; its number is kept.")), then,
        )  # fmt: skip

    async def _void(self, paper: Paper, values: Mapping[str, str]) -> Any:
        def void() -> None:
            person = rectification.actor(self.place.store, values.get("officer", ""))
            notices.void(
                self.place.store, self.place.forms, paper.id, reason=values["reason"],
                override=values.get("override", ""), person=person,
            )  # fmt: skip

        await self.place.write(void)
        return True
