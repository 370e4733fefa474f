"""今晚: the sites of my grids, with what is open on top; finding one by characters, pinyin or initials."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual import on
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Static

from inspector.commands import EVERYWHERE, Command
from inspector.domain.when import local_time
from inspector.language import english, tr
from inspector.screens.base import guarded
from inspector.screens.searching import SearchPage
from inspector.screens.words import KIND_WORDS, quadrant_words
from inspector.screens.workplace import Workplace
from inspector.services import people
from inspector.store import queries
from inspector.store.queries import InspectionRow, SiteRow
from inspector.widgets.content import plain
from inspector.widgets.lines import PAGE, Column, LineList, Row

_KINDS = ("", "training", "campus")


class TonightScreen(SearchPage):
    """The first screen of a patrol."""

    CSS_PATH = "tonight.tcss"
    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("tonight.choose", "enter", "choose", "打开", "Open",
                "打开光标所在的点位，或继续未办结的检查。", "Open the site, or continue the open inspection."),
        Command("tonight.list", "down", "to_list", "到列表", "To list",
                "从查找行到列表。", "From the search line into the list."),
        Command("tonight.patrol", "f2", "patrol", "巡查", "Patrol",
                "选两名执法人员，开始今晚的巡查。", "Choose two officers and start the patrol.", footer=True),
        Command("tonight.search", "f3,slash", "search", "查找", "Find",
                "按汉字、拼音或首字母查找点位。", "Find a site by characters, pinyin or initials."),
        Command("tonight.new", "f4", "new_site", "新点位", "New site",
                "登记台账里没有的场所。", "Record a place that is in no registry.", footer=True),
        Command("tonight.sync", "f5", "app.show_sync", "上报", "Sync",
                "查看未上报的内容，接通中心后上报。", "See what is not sent yet; send it.", footer=True),
        Command("tonight.kind", "f6", "next_kind", "类别", "Kind",
                "只看培训场所、只看校园、全部。", "Training sites only, campuses only, all."),
        Command("tonight.tips", "ctrl+t", "tips", "线索", "Tips",
                "举报线索：登记、分办、答复。", "Tips: record, assign, answer."),
        Command("tonight.plans", "ctrl+g", "plans", "计划", "Plans",
                "巡查计划：哪些点位还没有查。", "Plans: which sites were not visited yet."),
        Command("tonight.figures", "ctrl+r", "figures", "数字", "Figures",
                "汇报数字：本周、上月或任意期间，存成 Word、Excel。", "Figures of a time, as Word and Excel."),
        Command("tonight.dashboard", "f7", "dashboard", "挂图", "Map",
                "挂图作战：各网格的覆盖、挂账、逾期；责任清单和活动。", "The wall map of the grids; responsibilities, activities."),
        Command("tonight.rectify", "f8", "rectify", "整改", "Rectify",
                "整改清单：没有销号的问题、复查、审批、回头看。",
                "The list of rectification: what is open, reviews, approvals, look-backs.", footer=True),
        Command("tonight.quit", "f10,ctrl+q", "app.leave", "退出", "Quit",
                "退出。已保存的内容都在。", "Quit. What was saved stays.", footer=True),
        Command("tonight.out", "escape", "clear_search", "清除查找", "Clear",
                "清除查找，回到列表。", "Clear the search and go back to the list."),
    )  # fmt: skip

    def __init__(self, place: Workplace) -> None:
        super().__init__(place)
        self._kind = ""
        self._count = 0
        self._nothing = False

    def body(self) -> Iterable[Widget]:
        """Search line, then the list."""
        with Horizontal(id="find"):
            yield Static(plain(tr("查找", "Find")), id="find-label")
            yield Input(
                id="search",
                select_on_focus=False,
                placeholder=tr("汉字、拼音或首字母，如 lsc", "characters, pinyin or initials"),
            )
            yield Static(plain(""), id="count")
        yield LineList(
            [
                Column(tr("状态", "State"), 8),
                Column(tr("点位", "Site")),
                Column(tr("类别", "Kind"), 8 if english() else 6),
                Column(tr("证照", "Papers"), 8),
                Column(tr("网格", "Grid"), 10),
                Column(tr("上次", "Last"), 5),
                Column(tr("问题", "Hits"), 4, right=True),
            ],
            id="sites",
        )

    def heading(self) -> str:
        """The title."""
        return tr("今晚巡查", "Tonight")

    async def reload(self) -> None:
        """The list anew."""
        search = self.search.value
        kind = self._kind
        read, store = self.place.read, self.place.store
        codes: dict[str, str] = {}

        def first() -> tuple[list[InspectionRow], int, list[SiteRow]]:
            connection = store.connection
            for grid in queries.grids(connection):
                codes[grid.id] = grid.code or grid.name
            going = [] if search.strip() else queries.inspections(connection, status="open", limit=20)
            total = queries.count_sites(connection, kind=kind, search=search)
            return (
                going,
                total,
                queries.sites(connection, kind=kind, search=search, today=store.today(), limit=PAGE),
            )

        going, total, sites = await read(first)
        top = [_going_row(row) for row in going]

        def some(offset: int, limit: int) -> list[Row]:
            start = max(0, offset - len(top))
            rows = queries.sites(
                store.connection,
                kind=kind,
                search=search,
                today=store.today(),
                limit=limit - len(top[offset:]),
                offset=start,
            )
            return top[offset : offset + limit] + [_site_row(row, codes) for row in rows]

        async def fetch(offset: int, limit: int) -> list[Row]:
            return await read(some, offset, limit)

        rows = (top + [_site_row(row, codes) for row in sites])[:PAGE]
        key = self.lines.row.key if self.lines.row else ""
        self.lines.show_pages(len(top) + total, rows, fetch)
        if key and not search:
            self.lines.select(key)
        self._count = total
        self._show_count(total, bool(search.strip()))

    def _show_count(self, total: int, searching: bool) -> None:
        which = tr(*KIND_WORDS[self._kind]) if self._kind else tr("全部", "all")
        words = tr(f"{which} {total} 处", f"{which}: {total}")
        self.query_one("#count", Static).update(plain(words))
        nothing = total == 0
        if self._nothing and not nothing:
            self.tell("")
        self._nothing = nothing
        if nothing:
            if searching:
                self.tell(
                    tr("没有找到。", "Nothing found."),
                    hint=tr("按 F4 登记新点位。", "F4 records a new site."),
                )
            else:
                self.tell(
                    tr("还没有点位。", "There are no sites yet."),
                    hint=tr(
                        "用 inspector registry import 导入台账，或按 F4 登记新点位。",
                        "Import the registry with inspector registry import, or press F4.",
                    ),
                )

    # -- keys --------------------------------------------------------------------------------------------------

    @guarded
    async def action_clear_search(self) -> None:
        """Back to the whole list."""
        search = self.search
        search.value = ""
        self.set_focus(self.lines)

    @guarded
    async def action_next_kind(self) -> None:
        """The next kind of site."""
        self._kind = _KINDS[(_KINDS.index(self._kind) + 1) % len(_KINDS)]
        await self.reload()

    async def action_choose(self) -> None:
        """Open the site under the cursor."""
        self.lines.action_choose()

    @on(LineList.Chosen, "#sites")
    @guarded
    async def _chosen(self, event: LineList.Chosen) -> None:
        from inspector.screens.checklist import ChecklistScreen
        from inspector.screens.site import SiteScreen

        kind, _, name = event.row.key.partition(":")
        if kind == "inspection":
            self.app.push_screen(ChecklistScreen(self.place, name))
        else:
            self.app.push_screen(SiteScreen(self.place, name))

    @guarded
    async def action_patrol(self) -> None:
        """Who is out tonight."""
        from inspector.screens.patrol import PatrolScreen

        self.app.push_screen(PatrolScreen(self.place))

    @guarded
    async def action_tips(self) -> None:
        """What was reported."""
        from inspector.screens.tips import TipsScreen

        self.app.push_screen(TipsScreen(self.place))

    @guarded
    async def action_plans(self) -> None:
        """How far the plans are."""
        from inspector.screens.plans import PlansScreen

        self.app.push_screen(PlansScreen(self.place))

    @guarded
    async def action_figures(self) -> None:
        """What it comes to."""
        from inspector.screens.figures import FiguresScreen

        self.app.push_screen(FiguresScreen(self.place))

    @guarded
    async def action_dashboard(self) -> None:
        """The wall map."""
        from inspector.screens.dashboard import DashboardScreen

        self.app.push_screen(DashboardScreen(self.place))

    @guarded
    async def action_rectify(self) -> None:
        """The list of rectification."""
        from inspector.screens.board import BoardScreen

        self.app.push_screen(BoardScreen(self.place))

    @guarded
    async def action_new_site(self) -> None:
        """A place that is in no registry."""
        from inspector.screens.dialogs import new_site
        from inspector.screens.site import SiteScreen

        patrol = await self.place.read(people.current_patrol, self.place.store)
        actor = patrol.officers[0] if patrol else ""

        def made(site: str | None) -> None:
            if site:
                self.app.push_screen(SiteScreen(self.place, site))

        self.app.push_screen(new_site(self.place, actor=actor), made)


def _site_row(row: SiteRow, codes: Mapping[str, str]) -> Row:
    # The column holds a grid's code; names of a town's grids differ only at their end, which would be cut.
    state = tr("有冲突", "conflict") if row.conflicts else ""
    if row.open_inspection:
        state = tr("检查中", "open")
    elif row.status == "closed":
        state = tr("已关停", "closed")
    elif row.origin == "patrol":
        state = state or tr("新登记", "new")
    last = local_time(row.last_inspected).strftime("%m-%d") if row.last_inspected else "-"
    cells = (
        state,
        row.label,
        tr(*KIND_WORDS.get(row.kind, (row.kind, row.kind))),
        quadrant_words(row.quadrant) if row.kind == "training" else "",
        codes.get(row.scope, row.grid),
        last,
        str(row.findings) if row.findings else "",
    )
    kind = "strong" if row.open_inspection else "dim" if row.status == "closed" else ""
    return Row(f"site:{row.id}", cells, kind or ("warn" if row.findings else ""))


def _going_row(row: InspectionRow) -> Row:
    answered = tr(f"已答 {row.answered}", f"{row.answered} done")
    cells = (
        tr("继续", "go on"),
        row.site_name,
        answered,
        "",
        "",
        local_time(row.started).strftime("%m-%d"),
    )
    return Row(f"inspection:{row.id}", (*cells, str(row.findings) if row.findings else ""), "strong")
