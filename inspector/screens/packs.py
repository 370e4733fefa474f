"""Which pack an inspection begins with: those for this kind of site, the present one first."""

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.widget import Widget

from inspector.commands import BACK, EVERYWHERE, Command
from inspector.domain.checklist import Pack
from inspector.language import tr
from inspector.screens.base import Page, guarded
from inspector.screens.workplace import Workplace
from inspector.services import lookup
from inspector.widgets.lines import Column, LineList, Row


class PacksScreen(Page):
    """Packs for one site; dismisses with the code that was chosen, or with None."""

    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("packs.choose", "enter", "choose", "用这个", "Take",
                "下次检查用光标所在的检查包。", "The next inspection begins with the pack under the cursor.", footer=True),
        EVERYWHERE[1],
        BACK,
    )  # fmt: skip

    def __init__(self, place: Workplace, site: str, *, chosen: str) -> None:
        super().__init__(place)
        self._site = site
        self._chosen = chosen

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield LineList(
            [
                Column("", 4),
                Column(tr("检查包", "Pack"), 20),
                Column(tr("何时用", "When")),
                Column(tr("检查表", "Checklists"), 6, right=True),
            ],
            id="packs",
        )

    def heading(self) -> str:
        """The title."""
        return tr("选择检查包", "Choose a pack")

    async def reload(self) -> None:
        """Those for this kind of site."""
        packs = await self.place.write(self._read)
        rows = []
        for pack in packs:
            mark = tr("现用", "now") if pack.code == self._chosen else ""
            cells = (mark, str(pack.title), str(pack.occasion), str(len(pack.checklists)))
            rows.append(Row(pack.code, cells, "strong" if pack.code == self._chosen else ""))
        self.query_one("#packs", LineList).show(rows, keep=self._chosen)

    def _read(self) -> list[Pack]:
        site = lookup.site(self.place.store, self._site)
        found = [pack for pack in self.place.forms.packs().values() if site.kind in pack.site_kinds]
        return sorted(found, key=lambda pack: (pack.code != self._chosen, pack.code))

    async def action_choose(self) -> None:
        """As Enter in the list."""
        self.query_one("#packs", LineList).action_choose()

    @on(LineList.Chosen, "#packs")
    @guarded
    async def _take(self, event: LineList.Chosen) -> None:
        self.dismiss(event.row.key)
