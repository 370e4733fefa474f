"""Papers (文书) of an inspection, a site or some items: those that are there, and the kinds that can be issued now."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import App
from textual.widget import Widget

from inspector.commands import BACK, EVERYWHERE, Command
from inspector.forms.papers import paper_kind, shipped_papers
from inspector.language import tr
from inspector.screens.base import Page, guarded
from inspector.screens.paper_save import saved_words
from inspector.screens.paper_words import desk_rows
from inspector.screens.workplace import Workplace
from inspector.services import paper_desk
from inspector.services.paper_desk import Desk
from inspector.widgets.lines import Column, LineList


class PapersScreen(Page):
    """The papers about a site, an inspection or some items."""

    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("papers.open", "enter", "choose", "打开", "Open",
                "已出的：送达、打印、作废；可出的：填写、预览、签发。",
                "A paper that is there: serve, print, void; a kind: fill in, read, issue.", footer=True),
        EVERYWHERE[1],
        BACK,
    )  # fmt: skip

    def __init__(
        self, place: Workplace, *, items: Sequence[str] = (), inspection: str = "", site: str = ""
    ) -> None:
        super().__init__(place)
        self._asked = {"items": tuple(items), "inspection": inspection, "site": site}
        self._desk: Desk | None = None

    def body(self) -> Iterable[Widget]:
        """One list."""
        yield LineList(
            [Column("", 10), Column(tr("文书", "Paper")), Column(tr("日期", "Day"), 10)],
            heading=False,
            id="papers",
        )

    def heading(self) -> str:
        """Whose papers."""
        site = self._desk.site if self._desk else None
        return tr("文书：", "Papers: ") + (site.name if site else "")

    async def reload(self) -> None:
        """The list anew."""

        def read() -> tuple[Desk, list[str]]:
            found = paper_desk.desk(self.place.store, **self._asked)  # type: ignore[arg-type]
            kept = paper_desk.drafts(self.place.store)
            kinds = [*found.usual, *found.other]
            return found, [one.code for one in kinds if paper_desk.draft_key(one.code, found) in kept]

        found, begun = await self.place.write(read)
        first = self._desk is None
        self._desk = found
        titles = {code: str(kind.title) for code, kind in shipped_papers().items()}
        self.query_one("#papers", LineList).show(desk_rows(found, titles, begun))
        if first and not found.issued:
            self.tell(tr("回车选一种文书：填写、预览、签发。", "Enter takes a kind: fill in, read, issue."))

    async def action_choose(self) -> None:
        """As Enter in the list."""
        self.query_one("#papers", LineList).action_choose()

    @on(LineList.Chosen, "#papers")
    @guarded
    async def _chosen(self, event: LineList.Chosen) -> None:
        kind, _, name = event.row.key.partition(":")
        if kind == "paper":
            self._open_issued(name)
        elif kind == "kind":
            self._make(name)

    def _open_issued(self, paper: str, **more: Any) -> None:
        from inspector.screens.issued import IssuedScreen

        self.app.push_screen(IssuedScreen(self.place, paper, **more))

    def _make(self, code: str) -> None:
        from inspector.screens.paper import Made, PaperScreen

        if self._desk is None:
            return

        async def then(made: Made | None) -> None:
            await self._look_again()
            if made is None:
                return
            self.tell("")
            if made.paper:
                self.query_one("#papers", LineList).select(f"paper:{made.paper}")
                count = len(made.files)
                said = tr(f"已签发，已存 {count} 个文件。", f"Issued; {count} files saved.")
                if not made.files:
                    said = tr(
                        "已签发，还没有存成文件：按 F7 存正本。",
                        "Issued; no file yet: F7 saves the original.",
                    )
                self._open_issued(made.paper, files=made.files, said=said)
            elif made.files:
                self.tell(saved_words(made.files), "good")

        self.app.push_screen(PaperScreen(self.place, paper_kind(code), self._desk), then)

    @guarded
    async def _look_again(self) -> None:
        await self.refresh_all()


def open_papers(
    app: App[Any], place: Workplace, *, items: Sequence[str] = (), inspection: str = "", site: str = ""
) -> None:
    """Show the papers about some items, an inspection or a site, on top of what is shown."""
    app.push_screen(PapersScreen(place, items=items, inspection=inspection, site=site))
