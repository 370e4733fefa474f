"""One item of rectification: where it stands, what was done, what can be done and by whom, and why not."""

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from inspector.commands import BACK, EVERYWHERE, Command
from inspector.domain.lifecycle import ACTIONS
from inspector.language import tr
from inspector.screens.base import Page, guarded
from inspector.screens.case_command import EXPORT
from inspector.screens.item_words import action_words as words_of
from inspector.screens.item_words import (
    choice_words,
    head_words,
    item_rows,
    last_step_key,
    step_words,
)
from inspector.screens.workplace import Workplace
from inspector.services.item_sheets import ItemSheet, item_sheet
from inspector.services.rectification import Done
from inspector.widgets.content import plain
from inspector.widgets.lines import Column, LineList, Row


class ItemScreen(Page):
    """One item of rectification."""

    CSS_PATH = "item.tcss"
    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("item.choose", "enter,f2", "choose", "处理", "Act",
                "做光标所在的处理；在矛盾的一步上裁定；在以前的问题上打开它。",
                "Do what is under the cursor; settle a contradiction; open an earlier item.", footer=True),
        Command("item.photos", "f4", "photos", "照片", "Photos",
                "整改前后的照片并排看。", "The photos before and after, side by side.", footer=True),
        Command("item.assign", "f6", "assign", "交办", "Assign",
                "换承办人、定优先级（组长）。", "Who is in charge, and the priority (a lead).", footer=True),
        Command("item.papers", "f7", "papers", "文书", "Papers",
                "制作和送达文书；送达以后期限起算。", "Make and serve papers; the deadline runs from service.", footer=True),
        EXPORT,
        BACK,
    )  # fmt: skip

    def __init__(self, place: Workplace, item: str) -> None:
        super().__init__(place)
        self._item_id = item
        self._sheet: ItemSheet | None = None

    def body(self) -> Iterable[Widget]:
        """Head, rows, the whole of the row under the cursor."""
        yield Static(id="head")
        yield LineList(
            [Column("", 11), Column("", int(tr("14", "20"))), Column("")], heading=False, id="rows"
        )
        yield VerticalScroll(Static(id="whole"), id="whole-box", can_focus=False)

    def heading(self) -> str:
        """The title."""
        return tr("整改事项", "Item")

    @property
    def lines(self) -> LineList:
        """The rows."""
        return self.query_one("#rows", LineList)

    async def reload(self) -> None:
        """The item anew; where the row under the cursor is gone, the cursor goes where no key does anything."""
        old_sheet, first = self._sheet, self._sheet is None
        found = await self.place.read(item_sheet, self.place.store, self.place.forms, self._item_id)
        self._sheet = found
        rows = item_rows(found)
        old = self.lines.row.key if self.lines.row else ""
        keep = old if any(row.key == old for row in rows) else last_step_key(found)
        if first:
            open_to = {f"do:{one.row.code}" for one in found.choices if one.people}
            keep = next((row.key for row in rows if row.key.startswith("rival:") or row.key in open_to), keep)
        self._show(rows, keep)
        if old_sheet is not None and _steps(old_sheet) != _steps(found):
            # What was said last may not be so any more: a sync brought a step, or another window took one.
            self.tell(
                tr("这一条有了新的一步。", "There is a new step on this item."), "warn",
                tr("现在：", "Now: ") + head_words(found)[3],
            )  # fmt: skip

    def _show(self, rows: list[Row], keep: str) -> None:
        found = self._sheet
        if found is None:
            return
        words = "\n".join(line.replace("\n", " ") for line in head_words(found))
        self.query_one("#head", Static).update(plain(words, limit=2_000))
        self.lines.show(rows, keep=keep)

    @on(LineList.Highlighted, "#rows")
    def _highlighted(self, event: LineList.Highlighted) -> None:
        self.query_one("#whole", Static).update(plain(self._whole(event.row), limit=1_500))

    def _whole(self, row: Row) -> str:
        """All words of a row; its own line may have cut them."""
        found, (kind, _, name) = self._sheet, row.key.partition(":")
        if found is None or kind not in ("do", "step", "rival"):
            return ""
        if kind == "do":
            choice = next((one for one in found.choices if one.row.code == name), None)
            return "" if choice is None else f"{choice.row.words}{tr('：', ': ')}{choice_words(choice)}"
        steps = (*found.item.path, *found.item.rivals)
        step = next((one for one in steps if str(one.ref) == name), None)
        return "" if step is None else f"{words_of(step)}{tr('：', ': ')}{step_words(step, found)}"

    # -- keys --------------------------------------------------------------------------------------------------

    async def action_choose(self) -> None:
        """As Enter in the list."""
        self.lines.action_choose()

    @on(LineList.Chosen, "#rows")
    @guarded
    async def _chosen(self, event: LineList.Chosen) -> None:
        kind, _, name = event.row.key.partition(":")
        if kind == "item":
            self.app.push_screen(ItemScreen(self.place, name))
        elif kind == "rival":
            await self._settle(name)
        elif kind == "do":
            await self._act(name)

    async def _act(self, action: str) -> None:
        from inspector.screens.actions import acting

        found = self._sheet
        choice = next((one for one in found.choices if one.row.code == action), None) if found else None
        if choice is None:
            return
        if not choice.people:
            self.tell(
                tr(f"现在不能{choice.row.words.zh}。", f"Not now: {choice.row.words.en}."), "warn",
                tr("原因在清单下面。", "The reasons are below the list."),
            )  # fmt: skip
        elif "paper" in ACTIONS[action].needs:
            await self.action_papers()
        else:
            self.app.push_screen(await acting(self.place, [self._item_id], action), self._after)

    async def _settle(self, ref: str) -> None:
        from inspector.screens.actions import settling

        found = self._sheet
        step = next((one for one in found.item.rivals if str(one.ref) == ref), None) if found else None
        if found is None or step is None:
            return
        words = "\n".join(
            f"{'>' if one.ref == step.ref else ' '} {words_of(one)}{tr('：', ': ')}{step_words(one, found)}"
            for one in found.item.rivals
        )
        about = tr(
            "以“>”这一步为准，另一步留在记录里：\n",
            "The step with > counts, the other one stays in the record:\n",
        )
        self.app.push_screen(await settling(self.place, self._item_id, step, about + words), self._after)

    @guarded
    async def action_assign(self) -> None:
        """Who is in charge."""
        from inspector.screens.actions import assigning

        self.app.push_screen(await assigning(self.place, [self._item_id]), self._after)

    @guarded
    async def action_photos(self) -> None:
        """Before and after."""
        from inspector.screens.item_photos import ItemPhotosScreen

        self.app.push_screen(ItemPhotosScreen(self.place, self._item_id))

    @guarded
    async def action_papers(self) -> None:
        """Papers about this item: made, and served."""
        from inspector.screens.papers import open_papers

        open_papers(self.app, self.place, items=[self._item_id])

    @guarded
    async def action_export_case(self) -> None:
        """The case file of this item."""
        from inspector.screens.case_export import open_export

        name = self._sheet.site.name if self._sheet else ""
        await open_export(self.app, self.place, self._item_id, name or self._item_id)

    async def _after(self, done: list[Done] | None) -> None:
        if done is not None:
            await self._saved()

    @guarded
    async def _saved(self) -> None:
        await self.refresh_all()
        found = self._sheet
        if found is not None:
            self.lines.select(last_step_key(found))
            self.tell(tr("已保存。", "Saved."), "good", tr("现在：", "Now: ") + head_words(found)[3])


def _steps(found: ItemSheet) -> list[str]:
    """What was done, and what contradicts."""
    return [str(step.ref) for step in (*found.item.path, *found.item.rivals)]
