"""挂图作战: a tile for each grid; below it the trend, what is overdue, or the departments."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual import on
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from inspector.commands import BACK, EVERYWHERE, Command
from inspector.domain.entries import COUNTY
from inspector.language import tr
from inspector.screens.base import Page, guarded
from inspector.screens.workplace import Workplace
from inspector.services import dashboard
from inspector.services.dashboard import STANDINGS, Dashboard, DepartmentLine, GridTile, percent
from inspector.store.board import BoardRow, Filter
from inspector.text import fit
from inspector.widgets.columns import column_lines, number_line
from inspector.widgets.content import joined, plain
from inspector.widgets.tiles import Tile, TileMap

_SIGNS = {
    "overdue": ("!!", "alert"),
    "soon": ("! ", "warn"),
    "open": ("..", ""),
    "unvisited": ("? ", "warn"),
    "partly": ("- ", ""),
    "good": ("ok", "good"),
    "empty": ("  ", "dim"),
}
_WEEK_CELLS = 5
_LABEL = 9
_TALL = 32
_PANELS = ("trend", "overdue", "departments")


class DashboardScreen(Page):
    """The wall map of the grids, and below it one of three panels."""

    CSS_PATH = "dashboard.tcss"
    AUTO_FOCUS = "TileMap"
    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("dashboard.choose", "enter", "choose", "整改", "Items",
                "打开这个网格的整改清单。", "Open the grid's list of rectification.", footer=True),
        Command("dashboard.panel", "f3,tab", "next_panel", "下栏", "Panel",
                "下栏换成走势、逾期、部门。", "Below: the trend, what is overdue, the departments.", footer=True),
        Command("dashboard.tasks", "f6,t", "tasks", "责任清单", "Tasks",
                "责任清单、路线图、时间表。", "The list of responsibilities.", footer=True),
        Command("dashboard.activities", "f8,a", "activities", "活动", "Activities",
                "会议、培训、宣传、简报、问卷。", "Meetings, trainings, publicity, briefings.", footer=True),
        EVERYWHERE[1],
        BACK,
    )  # fmt: skip

    def __init__(self, place: Workplace) -> None:
        super().__init__(place)
        self._found: Dashboard | None = None
        self._panel = 0

    def body(self) -> Iterable[Widget]:
        """The county in a line, the tiles, the panel."""
        yield Static(id="total")
        yield TileMap(id="tiles")
        yield Static(id="here")
        yield VerticalScroll(Static(id="panel"), id="panel-box", can_focus=False)

    def heading(self) -> str:
        """The title and its time."""
        words = tr("挂图作战", "Wall map")
        return f"{words}　{self._found.first[5:]}—{self._found.last[5:]}" if self._found else words

    async def reload(self) -> None:
        """Count anew."""
        found = await self.place.read(dashboard.dashboard, self.place.store)
        self._found = found
        self.query_one("#total", Static).update(plain(_total_words(found.total), lines=False))
        self.query_one("#tiles", TileMap).show([_tile(one) for one in found.grids])
        self._show_panel()
        if not found.grids:
            self.tell(
                tr("还没有网格和点位。", "There are no grids and no sites yet."),
                hint=tr(
                    "用 inspector registry import 导入台账。", "inspector registry import reads the registry."
                ),
            )

    def _show_panel(self) -> None:
        if self._found is not None:
            cells = max(self.size.width - 4, 40)
            if _PANELS[self._panel] == "trend":
                lines = _trend(self._found, cells, 1 if self.size.height < _TALL else 2)
            else:
                lines = (_overdue if _PANELS[self._panel] == "overdue" else _departments)(self._found, cells)
            self.query_one("#panel", Static).update(joined(*lines))

    # -- keys --------------------------------------------------------------------------------------------------

    async def action_choose(self) -> None:
        """As Enter on a tile."""
        self.query_one("#tiles", TileMap).action_choose()

    @on(TileMap.Chosen, "#tiles")
    @guarded
    async def _chosen(self, event: TileMap.Chosen) -> None:
        from inspector.screens.board import BoardScreen

        self.app.push_screen(BoardScreen(self.place, Filter(grid=event.tile.key)))

    @on(TileMap.Highlighted, "#tiles")
    def _moved(self, event: TileMap.Highlighted) -> None:
        found = self._found
        tile = next((one for one in found.grids if one.grid == event.tile.key), None) if found else None
        if tile is not None:
            self.query_one("#here", Static).update(plain(_tile_words(tile), lines=False))

    @guarded
    async def action_next_panel(self) -> None:
        """The next panel."""
        self._panel = (self._panel + 1) % len(_PANELS)
        self._show_panel()

    @guarded
    async def action_tasks(self) -> None:
        """The list of responsibilities."""
        from inspector.screens.tasks import TasksScreen

        self.app.push_screen(TasksScreen(self.place))

    @guarded
    async def action_activities(self) -> None:
        """What was held and printed."""
        from inspector.screens.activities import ActivitiesScreen

        self.app.push_screen(ActivitiesScreen(self.place))


def _total_words(total: GridTile) -> str:
    return tr(
        f"检查 {total.visits} 家次　覆盖 {total.visited}/{total.sites}（{percent(total.coverage)}）　"
        f"挂账 {total.unsettled}　逾期 {total.overdue}",
        f"visits {total.visits}  covered {total.visited}/{total.sites} ({percent(total.coverage)})  "
        f"open {total.unsettled}  overdue {total.overdue}",
    )


def _tile(one: GridTile) -> Tile:
    sign, kind = _SIGNS[one.standing]
    share = percent(one.coverage) if one.sites else "-"
    return Tile(
        one.grid,
        (
            one.label,
            f"{sign} {STANDINGS[one.standing]} {share}",
            tr(f"挂账{one.unsettled} 逾期{one.overdue}", f"open {one.unsettled} late {one.overdue}"),
        ),
        kind,
    )


def _tile_words(one: GridTile) -> str:
    unit = f"（{one.lead_unit}）" if one.lead_unit else ""
    return tr(
        f"{one.label}{unit}：检查 {one.visits} 家次，已查 {one.visited}/{one.sites}；发现 {one.found}，销号 {one.closed}",
        f"{one.label}{unit}: visits {one.visits}, visited {one.visited}/{one.sites}; found {one.found}, closed {one.closed}",
    )


def _trend(found: Dashboard, cells: int, height: int) -> Iterator[Content]:
    weeks = found.weeks[-max(1, (cells - _LABEL) // _WEEK_CELLS) :]
    for words, name, style in (
        (tr("检查家次", "visits"), "visits", "$primary"),
        (tr("发现问题", "found"), "found", "$warning"),
        (tr("销号", "closed"), "closed", "$success"),
    ):
        numbers = [getattr(week, name) for week in weeks]
        drawn = column_lines(numbers, cells=_WEEK_CELLS, height=height)
        labels = [""] * (height - 1) + [words]
        yield plain(
            "".join(f"{fit(label, _LABEL)}{line}\n" for label, line in zip(labels, drawn, strict=True)), style
        )
        yield plain(fit("", _LABEL) + number_line([str(one) for one in numbers], cells=_WEEK_CELLS) + "\n")
    # A day takes a week's five cells, so every other one is named, the last one too.
    odd = len(weeks) % 2
    days = number_line([week.first[5:] for week in weeks[1 - odd :: 2]], cells=2 * _WEEK_CELLS)
    room = _LABEL - _WEEK_CELLS if odd else _LABEL
    yield plain(fit(tr("周一", "Monday"), max(room, 0)) + days, "$text-muted")


def _overdue(found: Dashboard, cells: int) -> Iterator[Content]:
    late = found.total.overdue
    yield plain(tr(f"逾期 {late}\n", f"Overdue: {late}\n"), "bold")
    for row in found.late:
        yield plain(_late_line(row, cells) + "\n", "$error")
    if not found.late:
        yield plain(tr("没有逾期的问题。", "Nothing is overdue."))


def _late_line(row: BoardRow, cells: int) -> str:
    rest = max(cells - 11 - 19 - 13, 10)
    question = tr(row.question, row.question_en or row.question)
    grid = tr("未分网格", "no grid") if row.grid == COUNTY else row.grid
    return f"{row.due} {fit(row.site_name, 18)} {fit(grid, 12)} {fit(question, rest)}"


def _departments(found: Dashboard, cells: int) -> Iterator[Content]:
    heads = (
        tr("部门", "Department"), tr("挂账", "open"), tr("逾期", "late"), tr("发现", "found"), tr("销号", "closed"),
        tr("任务", "tasks"), tr("任务逾期", "late"),
    )  # fmt: skip
    yield plain(_columns(heads) + "\n", "underline $text-muted")
    for one in found.departments:
        yield plain(_columns(_department(one)) + "\n", "$error" if one.overdue or one.tasks_overdue else "")
    if not found.departments:
        yield plain(tr("各部门都没有问题和任务。", "No department has items or tasks."))


def _department(one: DepartmentLine) -> tuple[str, ...]:
    numbers = (one.unsettled, one.overdue, one.found, one.closed, one.tasks, one.tasks_overdue)
    return (one.label, *map(str, numbers))


def _columns(cells: tuple[str, ...]) -> str:
    return fit(cells[0], 18) + "".join(fit(cell, 9, right=True) for cell in cells[1:])
