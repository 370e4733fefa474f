"""整改清单: every item that is not closed yet, the urgent and the overdue first; filters, marks, one action for many."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Static

from inspector.commands import EVERYWHERE, Command
from inspector.language import tr
from inspector.screens.base import guarded
from inspector.screens.board_filter import FilterScreen, Known, known
from inspector.screens.board_words import columns, count_words, filter_words, list_row, sort_words
from inspector.screens.pick import PickScreen
from inspector.screens.searching import SearchPage
from inspector.screens.workplace import Workplace
from inspector.services import boards, bulk, look_backs, people
from inspector.services.boards import BoardPage
from inspector.services.rectification import Done, may_approve
from inspector.store import board
from inspector.store.board import SORTS, Filter
from inspector.widgets.content import plain
from inspector.widgets.lines import PAGE, LineList, Row

ASSIGN, PAPERS = "assign", "papers"
_SEEN_SECONDS = 0.4
"""A key that comes sooner after the list moved under the cursor was meant for what stood there before."""


class BoardScreen(SearchPage):
    """The list of rectification."""

    CSS_PATH = "board.tcss"
    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("board.open", "enter", "choose", "打开", "Open",
                "打开光标所在的问题：经过、照片、可做的处理。", "Open the item: what was done, photos, what can be done."),
        Command("board.bulk", "f2", "bulk", "处理", "Act",
                "处理选中的问题（没有选就是光标所在的）：先选动作，再由谁。",
                "Act on the marked items, or on the one under the cursor.", footer=True),
        Command("board.mark", "space", "mark", "选/不选", "Mark",
                "选中或放开光标所在的问题，翻页也保留。", "Mark the item under the cursor, or not; kept over pages."),
        Command("board.mark_all", "plus", "mark_all", "全选", "Mark all",
                "选中清单上的全部（最多500条）。", "Mark all of the list, 500 at most."),
        Command("board.mark_none", "minus", "mark_none", "全不选", "Mark none",
                "放开全部选中的。", "Mark none."),
        Command("board.list", "down", "to_list", "到列表", "To list",
                "从查找行到列表。", "From the search line into the list."),
        Command("board.search", "f3,slash", "search", "查找", "Find",
                "按汉字、拼音或首字母查找点位。", "Find a site by characters, pinyin or initials.", footer=True),
        Command("board.filter", "f4", "filter", "筛选", "Filter",
                "按状态、期限、网格、部门等筛选，存为视图。", "Filter by state, deadline, grid and so on; keep views.", footer=True),
        Command("board.view", "f6", "next_view", "视图", "View",
                "换视图：全部未销号、逾期、待审批、待裁定、我承办、回头看，和存着的视图。",
                "The next view: all, overdue, waiting, in conflict, mine, look-backs, and those that were kept.", footer=True),
        Command("board.draw", "f7", "draw", "抽回头看", "Look-backs",
                "把到了时间、该抽查的已销号问题列入回头看。", "Plan the look-backs that are due."),
        Command("board.sort", "s", "sort", "排序", "Sort",
                "换排序：期限、登记先后、严重程度、点位、最近处理。", "Order by deadline, age, severity, site, last step."),
        Command("board.back", "escape", "leave_list", "返回", "Back",
                "先清除查找，再回到上一画面。", "Clear the search first, then go back.", footer=True),
    )  # fmt: skip

    def __init__(self, place: Workplace, wanted: Filter | None = None) -> None:
        super().__init__(place)
        self._filter = wanted or Filter()
        self._view = 0
        self._sort = "due"
        self._marked: dict[str, None] = {}
        self._known: Known | None = None
        self._shifted: tuple[str, float] = ("", 0.0)

    def body(self) -> Iterable[Widget]:
        """Search line, numbers, filter, list."""
        with Horizontal(id="find"):
            yield Static(plain(tr("查找", "Find")), id="find-label")
            yield Input(
                id="search",
                select_on_focus=False,
                placeholder=tr("点位：汉字、拼音或首字母，如 lsc", "site: characters, pinyin or initials"),
            )
        yield Static(id="numbers")
        yield Static(id="filter")
        yield LineList(columns(), id="items")

    def heading(self) -> str:
        """The title."""
        return tr("整改清单", "Rectification")

    @property
    def wanted(self) -> Filter:
        """What is listed now: the filter, and what is being searched for."""
        return replace(self._filter, search=self.search.value)

    # -- what it shows -----------------------------------------------------------------------------------------

    async def reload(self) -> None:
        """The list anew; the cursor stays on its item, wherever that stands by now."""
        await self._list(keep=True)

    async def _list(self, *, keep: bool) -> None:
        place, store, wanted, sort = self.place, self.place.store, self.wanted, self._sort
        old, cursor = (self.lines.row.key, self.lines.cursor) if keep and self.lines.row else ("", 0)
        if self._known is None:
            self._known = await place.read(known, place)

        def look() -> tuple[BoardPage, int, dict[str, str], str]:
            today = store.today()
            at = _place(place, wanted, today, sort=sort, name=old, cursor=cursor)
            page = boards.page(store, place.forms, wanted, sort=sort, limit=PAGE, offset=at // PAGE * PAGE)
            if at >= page.counts.total:  # the list has become shorter than where the cursor stood
                at = max(page.counts.total - 1, 0)
                page = boards.page(
                    store, place.forms, wanted, sort=sort, limit=PAGE, offset=at // PAGE * PAGE
                )
            return page, at, boards.names_of(store), today

        page, at, names, today = await place.read(look)

        async def fetch(offset: int, limit: int) -> list[Row]:
            some = await place.read(
                lambda: board.rows(store.connection, wanted, today, sort=sort, limit=limit, offset=offset)
            )
            return [list_row(row, names, today, marked=row.id in self._marked) for row in some]

        rows = [list_row(row, names, today, marked=row.id in self._marked) for row in page.rows]
        self.lines.show_pages(page.counts.total, rows, fetch, at=at)
        now = self.lines.row.key if self.lines.row else ""
        self._shifted = (now, time.monotonic()) if old and now != old else ("", 0.0)
        self._say(page, wanted)

    def _say(self, page: BoardPage, wanted: Filter) -> None:
        names = self._known.names if self._known else {}
        self._counts = page.counts
        self._show_numbers()
        words = filter_words(wanted, names) + tr("　共", ": ") + str(page.counts.total) + tr("条　", "  ")
        self.query_one("#filter", Static).update(plain(words + sort_words(self._sort), lines=False))
        if page.counts.total == 0:
            self.tell(
                tr("没有这样的问题。", "There is no such item."),
                hint=tr("F6 换视图，F4 改筛选，Esc 清除查找。", "F6 another view, F4 the filter, Esc clears the search."),
            )  # fmt: skip

    def _show_numbers(self) -> None:
        self.query_one("#numbers", Static).update(plain(count_words(self._counts, len(self._marked))))

    def _steady(self) -> bool:
        """Whether the item under the cursor is the one that the key was pressed for."""
        key, when = self._shifted
        row = self.lines.row
        pressed = float(getattr(self.app, "last_key", 0.0))
        if not key or row is None or row.key != key or pressed >= when + _SEEN_SECONDS:
            return True
        self._shifted = ("", 0.0)
        self.tell(
            tr("清单变了，光标下已是另一条，没有动它。", "The list changed: another item is under the cursor. Nothing was done."),
            "warn", tr("看清后再按一次。", "Look, then press again."),
        )  # fmt: skip
        return False

    # -- searching, filters, views -----------------------------------------------------------------------------

    @guarded
    async def action_leave_list(self) -> None:
        """Out of the search first."""
        search = self.search
        if self.typing or search.value:
            search.value = ""
            self.set_focus(self.lines)
        else:
            self.dismiss()

    @guarded
    async def action_filter(self) -> None:
        """The filter."""

        async def then(found: Filter | None) -> None:
            self._known = None
            if found is not None:
                self._filter = replace(found, search="")
            await self._listed(keep=found is None)

        self.app.push_screen(FilterScreen(self.place, self._filter), then)

    @guarded
    async def _listed(self, *, keep: bool) -> None:
        self.tell("")
        await self._list(keep=keep)
        await self.refresh_bar()

    @guarded
    async def action_next_view(self) -> None:
        """The next of the quick views, then of those that were kept."""
        views = await self._views()
        self._view = (self._view + 1) % len(views)
        name, self._filter = views[self._view]
        await self._listed(keep=False)
        self.tell(tr(f"视图：{name}", f"View: {name}"))

    async def _views(self) -> list[tuple[str, Filter]]:
        me = await self.place.read(_me, self.place)
        found = [
            (tr("全部未销号", "all that is unsettled"), Filter()),
            (tr("逾期", "overdue"), Filter(overdue=True)),
            (tr("待审批", "waiting"), Filter(state="waiting")),
            (tr("待裁定", "in conflict"), Filter(state="conflict")),
            *([(tr("我承办", "mine"), Filter(officer=me))] if me else []),
            (tr("回头看", "look-backs"), Filter(state="look_back")),
        ]
        kept = await self.place.read(boards.kept_views, self.place.store)
        return found + list(kept.items())

    @guarded
    async def action_sort(self) -> None:
        """Another order."""
        orders = list(SORTS)
        self._sort = orders[(orders.index(self._sort) + 1) % len(orders)]
        await self._listed(keep=True)

    async def find(self) -> None:
        """List what is searched for; the cursor begins at the top."""
        await self._list(keep=False)

    # -- marks -------------------------------------------------------------------------------------------------

    @guarded
    async def action_mark(self) -> None:
        """Mark the item under the cursor, or not; then on to the next."""
        row = self.lines.row
        if row is None or not self._steady():
            return
        if row.key in self._marked:
            del self._marked[row.key]
        elif len(self._marked) >= bulk.LIMIT:
            self.tell(tr(f"一次最多选{bulk.LIMIT}条。", f"{bulk.LIMIT} at most."), "warn")
            return
        else:
            self._marked[row.key] = None
        mark = row.cells[0].removeprefix("*")
        marked = row.key in self._marked
        cells = (("*" if marked else "") + mark, *row.cells[1:])
        self.lines.put(replace(row, cells=cells, kind="strong" if marked else ""))
        self._show_numbers()
        self.lines.action_move(1)

    @guarded
    async def action_mark_all(self) -> None:
        """Mark everything that is listed, as far as one action goes."""
        store, wanted, sort = self.place.store, self.wanted, self._sort
        found = await self.place.read(
            lambda: board.rows(store.connection, wanted, store.today(), sort=sort, limit=bulk.LIMIT)
        )
        self._marked = dict.fromkeys(row.id for row in found)
        await self._list(keep=True)
        self.tell(tr(f"已选 {len(found)} 条。", f"{len(found)} marked."))

    @guarded
    async def action_mark_none(self) -> None:
        """Mark nothing."""
        self._marked.clear()
        await self._list(keep=True)

    # -- acting ------------------------------------------------------------------------------------------------

    async def action_choose(self) -> None:
        """Open the item under the cursor."""
        if self._steady():
            self.lines.action_choose()

    @on(LineList.Chosen, "#items")
    @guarded
    async def _chosen(self, event: LineList.Chosen) -> None:
        from inspector.screens.item import ItemScreen

        self.app.push_screen(ItemScreen(self.place, event.row.key))

    @guarded
    async def action_bulk(self) -> None:
        """What the states of the marked items allow."""
        row = self.lines.row
        if not self._marked and (row is None or not self._steady()):
            return
        names = list(self._marked) or [row.key] if row else list(self._marked)
        store = self.place.store
        offers = await self.place.read(bulk.offers, store, names)
        rows = [(one.row.code, str(one.row.words), _some_words(one.count, len(names))) for one in offers]
        if await self.place.read(may_approve, store):
            rows.append(
                (ASSIGN, tr("交办", "assign"), tr("换承办人、定优先级", "who is in charge, priority"))
            )
        if await self.place.read(_of_one_site, self.place, names):
            rows.append(
                (
                    PAPERS,
                    tr("文书", "papers"),
                    tr("制作、送达这些问题的文书", "make and serve papers about these"),
                )
            )
        if not rows:
            self.tell(tr("这里没有可以成批做的处理。", "Nothing can be done with these at once."), "warn",
                      tr("回车打开，看为什么。", "Enter opens it and says why."))  # fmt: skip
            return
        number = len(names)
        title = tr(f"处理选中的 {number} 条：做什么", f"{number} items: what to do")

        async def then(action: str | None) -> None:
            if action:
                await self._act(names, action)

        self.app.push_screen(PickScreen(self.place, title, rows), then)

    @guarded
    async def _act(self, names: Sequence[str], action: str) -> None:
        from inspector.screens.actions import acting, assigning
        from inspector.screens.papers import open_papers

        if action == PAPERS:
            open_papers(self.app, self.place, items=names)
            return
        if action == ASSIGN:
            form = await assigning(self.place, names)
        else:
            form = await acting(self.place, names, action)
        self.app.push_screen(form, self._acted)

    async def _acted(self, done: list[Done] | None) -> None:
        if done is not None:
            await self._tell_outcome(done)

    @guarded
    async def _tell_outcome(self, done: list[Done]) -> None:
        from inspector.screens.outcome import OutcomeScreen

        refused = [one for one in done if one.error is not None]
        for one in done:
            if one.error is None:
                self._marked.pop(one.id, None)
        await self.refresh_all()
        number = len(done) - len(refused)
        words = tr(f"已保存 {number} 条", f"Saved {number}")
        if not refused:
            self.tell(words + tr("。", "."), "good")
            return
        self.tell(words + tr(f"，{len(refused)} 条没有做。", f", {len(refused)} were refused."), "warn")
        self.app.push_screen(OutcomeScreen(self.place, done))

    @guarded
    async def action_draw(self) -> None:
        """Plan the look-backs that are due."""
        store, forms = self.place.store, self.place.forms
        drawn = await self.place.read(look_backs.due, store, forms)
        if not drawn:
            self.tell(tr("现在没有要列入回头看的。", "No look-back is due now."))
            return
        await self._act([one.id for one in drawn], "look_back")


def _place(place: Workplace, wanted: Filter, today: str, *, sort: str, name: str, cursor: int) -> int:
    """Where an item stands by now; where the cursor was if it is not listed any more."""
    if not name:
        return cursor
    connection = place.store.connection
    # Nearly always nothing moved; looking there first spares counting through the whole list.
    there = board.rows(connection, wanted, today, sort=sort, limit=1, offset=cursor)
    if there and there[0].id == name:
        return cursor
    found = board.place_of(connection, wanted, today, name, sort=sort)
    return cursor if found is None else found


def _of_one_site(place: Workplace, names: Sequence[str]) -> bool:
    """Whether one paper could speak of all of them."""
    rows = board.rows_of(place.store.connection, names, place.store.today())
    return len({row.site for row in rows}) == 1


def _me(place: Workplace) -> str:
    """Whose items "mine" are: who acted last, else the patrol's first officer."""
    if place.acting:
        return place.acting
    patrol = people.current_patrol(place.store)
    return patrol.officers[0] if patrol and patrol.officers else ""


def _some_words(count: int, whole: int) -> str:
    if count == whole:
        return ""
    return tr(f"{whole}条中{count}条的状态可以", f"the state of {count} of {whole} allows it")
