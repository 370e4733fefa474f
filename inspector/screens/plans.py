"""巡查计划: how far each plan is, grid by grid; below a grid the sites that nobody has been to yet."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual import on
from textual.widget import Widget

from inspector.commands import BACK, EVERYWHERE, Command
from inspector.domain.plan import EXCUSES, PLAN_OCCASIONS, SITE_STATES, Coverage
from inspector.language import tr
from inspector.screens.base import Page, guarded
from inspector.screens.form import FormScreen, Line, choose, numbered
from inspector.screens.words import KIND_WORDS
from inspector.screens.workplace import Workplace
from inspector.services import people, plans
from inspector.services.plans import GridCoverage, PlanCoverage
from inspector.store import planning
from inspector.store.planning import PlanSite
from inspector.widgets.lines import Column, LineList, Row

_BAR = 10
_SITES_SHOWN = 2_000


class PlansScreen(Page):
    """Plans with their coverage, and the grids of each."""

    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("plans.choose", "enter", "choose", "未查", "Open",
                "列出这个计划（或网格）还没有查的点位。", "The sites of the plan or the grid that were not visited.",
                footer=True),
        Command("plans.patrol", "f2", "patrol", "巡查", "Patrol",
                "按这个计划开始巡查。", "Start a patrol that is part of this plan.", footer=True),
        Command("plans.new", "f4,n", "new_plan", "新计划", "New",
                "制定巡查计划。", "Make a plan.", footer=True),
        Command("plans.close", "f8", "close_plan", "结束", "Close",
                "结束计划；没查也没说明的，要写理由。", "Close a plan; sites that are left need a reason.", footer=True),
        Command("plans.all", "f3", "toggle_closed", "含结束", "All",
                "已结束的计划也列出来。", "List closed plans too."),
        EVERYWHERE[1],
        BACK,
    )  # fmt: skip

    def __init__(self, place: Workplace) -> None:
        super().__init__(place)
        self._plans: dict[str, PlanCoverage] = {}
        self._with_closed = False

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield LineList(
            [
                Column(tr("计划、网格", "Plan, grid")),
                Column(tr("进度", "Coverage"), _BAR + 5),
                Column(tr("已查/应查", "Visited"), 9, right=True),
                Column(tr("说明", "Excused"), 5, right=True),
                Column(tr("未查", "Open"), 5, right=True),
                Column(tr("关停", "Shut"), 5, right=True),
            ],
            id="plans",
        )

    def heading(self) -> str:
        """The title."""
        return tr("巡查计划", "Plans")

    async def reload(self) -> None:
        """The list anew."""
        found = await self.place.read(self._read)
        self._plans = {one.plan.id: one for one in found}
        rows = [row for one in found for row in _plan_rows(one)]
        self.query_one("#plans", LineList).show(rows)
        if not rows:
            self.tell(
                tr("没有进行中的计划。", "There is no plan now."), hint=tr("按 F4 制定。", "F4 makes one.")
            )

    def _read(self) -> list[PlanCoverage]:
        store = self.place.store
        return [
            plans.coverage(store, row) for row in planning.plans(store.connection, closed=self._with_closed)
        ]

    def _under(self) -> tuple[PlanCoverage | None, str | None]:
        """The plan under the cursor, and the grid; None on the plan's own line."""
        row = self.query_one("#plans", LineList).row
        plan, slash, grid = row.key.partition("/") if row else ("", "", "")
        return self._plans.get(plan), grid if slash else None

    # -- keys --------------------------------------------------------------------------------------------------

    async def action_choose(self) -> None:
        """As Enter in the list."""
        self.query_one("#plans", LineList).action_choose()

    @on(LineList.Chosen, "#plans")
    @guarded
    async def _chosen(self, _: LineList.Chosen) -> None:
        plan, grid = self._under()
        if plan is not None:
            self.app.push_screen(PlanSitesScreen(self.place, plan.plan.id, grid=grid))

    @guarded
    async def action_patrol(self) -> None:
        """Who goes."""
        from inspector.screens.patrol import PatrolScreen

        plan, _ = self._under()
        if plan is not None:
            self.app.push_screen(PatrolScreen(self.place, plan=plan.plan.id))

    @guarded
    async def action_toggle_closed(self) -> None:
        """With closed ones, or without."""
        self._with_closed = not self._with_closed
        self.tell("")
        await self.refresh_all()

    async def _then(self, changed: bool | None) -> None:
        if changed:
            await self._saved()

    @guarded
    async def _saved(self) -> None:
        await self.refresh_all()
        self.tell(tr("已保存。", "Saved."), "good")

    @guarded
    async def action_new_plan(self) -> None:
        """Which sites, and when."""
        self.app.push_screen(new_plan(self.place, actor=await actor_of(self.place)), self._then)

    @guarded
    async def action_close_plan(self) -> None:
        """It is over."""
        plan, _ = self._under()
        if plan is not None and not plan.plan.closed:
            form = close_plan(self.place, plan, actor=await actor_of(self.place))
            self.app.push_screen(form, self._then)


class PlanSitesScreen(Page):
    """The sites of a plan that nobody has been to, or all of them."""

    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("plan.choose", "enter", "choose", "打开", "Open",
                "打开光标所在的点位。", "Open the site under the cursor.", footer=True),
        Command("plan.all", "f3", "toggle_all", "全部", "All",
                "只看未查的，或看全部（已查、已说明、已关停）。", "Only what was not visited, or all of them.", footer=True),
        Command("plan.excuse", "f6,e", "excuse", "说明", "Excuse",
                "说明这个点位为什么没去；清空则收回。", "Say why nobody went there; empty takes it back.", footer=True),
        EVERYWHERE[1],
        BACK,
    )  # fmt: skip

    def __init__(self, place: Workplace, plan: str, *, grid: str | None = None) -> None:
        """
        Args:
            grid: only the sites of this scope; None: all.
        """
        super().__init__(place)
        self._plan = plan
        self._grid = grid
        self._all = False
        self._title = ""
        self._sites: dict[str, PlanSite] = {}

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield LineList(
            [
                Column(tr("状态", "State"), 8),
                Column(tr("点位", "Site")),
                Column(tr("类别", "Kind"), 6),
                Column(tr("线索", "Tips"), 4, right=True),
                Column(tr("没去的原因", "Why nobody went"), 22),
            ],
            id="plan-sites",
        )

    def heading(self) -> str:
        """The plan and the grid."""
        return self._title

    async def reload(self) -> None:
        """The list anew."""
        one, sites = await self.place.read(self._read)
        grid = next((found for found in one.grids if found.grid == self._grid), None)
        words = "　" + _grid_words(grid) if grid else ""
        counts = grid.counts if grid else one.total
        self._title = tr(
            f"{one.plan.name}{words}　未查 {counts.open}", f"{one.plan.name}{words}  open: {counts.open}"
        )
        self._sites = {site.site: site for site in sites}
        self.query_one("#plan-sites", LineList).show([_site_row(site) for site in sites])
        if not sites:
            self.tell(tr("没有未查的点位。", "Every site was visited or excused."), "good")
        elif len(sites) == _SITES_SHOWN:
            self.tell(tr(f"只列出前 {_SITES_SHOWN} 处。", f"Only the first {_SITES_SHOWN} are listed."))

    def _read(self) -> tuple[PlanCoverage, list[PlanSite]]:
        store = self.place.store
        row = plans.row_of(store, self._plan)
        states = () if self._all else ("open",)
        sites = planning.plan_sites(store.connection, row, grid=self._grid, states=states, limit=_SITES_SHOWN)
        return plans.coverage(store, row), sites

    @property
    def _site(self) -> PlanSite | None:
        row = self.query_one("#plan-sites", LineList).row
        return self._sites.get(row.key) if row else None

    async def action_choose(self) -> None:
        """As Enter in the list."""
        self.query_one("#plan-sites", LineList).action_choose()

    @on(LineList.Chosen, "#plan-sites")
    @guarded
    async def _chosen(self, _: LineList.Chosen) -> None:
        from inspector.screens.site import SiteScreen

        site = self._site
        if site is not None and site.state != "elsewhere":
            self.app.push_screen(SiteScreen(self.place, site.site))

    @guarded
    async def action_toggle_all(self) -> None:
        """All, or only what is left."""
        self._all = not self._all
        self.tell("")
        await self.refresh_all()

    @guarded
    async def action_excuse(self) -> None:
        """Why nobody went there."""
        site = self._site
        if site is not None:
            form = excuse(self.place, self._plan, site, actor=await actor_of(self.place))
            self.app.push_screen(form, self._excused)

    @guarded
    async def _excused(self, changed: bool | None) -> None:
        if changed:
            await self.refresh_all()
            self.tell(tr("已保存。", "Saved."), "good")


async def actor_of(place: Workplace) -> str:
    """Who acts: the first officer of the running patrol, if any."""
    patrol = await place.read(people.current_patrol, place.store)
    return patrol.officers[0] if patrol else ""


# -- forms -----------------------------------------------------------------------------------------------------


def new_plan(place: Workplace, *, actor: str) -> FormScreen:
    """Which sites are to be visited, and when; dismisses with True when it is saved."""
    occasions = [(code, str(words)) for code, words in PLAN_OCCASIONS.items()]
    kinds = [("", tr("全部", "all")), *((code, tr(*KIND_WORDS[code])) for code in ("training", "campus"))]

    def save(values: Mapping[str, str]) -> bool:
        plans.make_plan(
            place.store,
            name=values["name"],
            first=values["first"],
            last=values["last"],
            occasion=choose(values["occasion"], occasions, default="day"),
            grids=values["grids"].replace("、", " ").replace("，", " ").replace(",", " ").split(),
            site_kind=choose(values["kind"], kinds),
            actor=actor,
        )
        return True

    async def submit(values: Mapping[str, str]) -> bool:
        return await place.write(save, values)

    today = place.store.today()
    return FormScreen(
        place,
        tr("制定巡查计划", "Make a plan"),
        [
            Line("name", tr("名称", "Name"), hint=tr("如：寒假夜查第一周", "e.g. winter nights, week 1"), longest=80),
            Line("occasion", tr("类别", "Occasion"), "1", hint=numbered(occasions), longest=20),
            Line("first", tr("开始", "First day"), today, longest=20),
            Line("last", tr("结束", "Last day"), today, longest=20),
            Line("grids", tr("网格", "Grids"), hint=tr("编号或名称，用空格隔开；留空为全县", "Codes or names; empty: the county")),
            Line("kind", tr("点位", "Sites"), "1", hint=numbered(kinds), longest=20),
        ],
        submit,
    )  # fmt: skip


def close_plan(place: Workplace, one: PlanCoverage, *, actor: str) -> FormScreen:
    """Whether it is over; dismisses with True when it is closed."""
    counts = one.total

    async def submit(values: Mapping[str, str]) -> bool:
        reason = values["reason"]
        await place.write(plans.close_plan, place.store, one.plan.id, reason=reason, actor=actor)
        return True

    return FormScreen(
        place,
        tr(f"结束计划：{one.plan.name}", f"Close the plan: {one.plan.name}"),
        [Line("reason", tr("理由", "Reason"), hint=tr("还有未查的才要写", "Needed where sites are left"), longest=300)],
        submit,
        about=tr(
            f"应查 {counts.to_visit}　已查 {counts.visited}　已说明 {counts.excused}　未查 {counts.open}",
            f"To visit {counts.to_visit}, visited {counts.visited}, excused {counts.excused}, open {counts.open}",
        ),
    )  # fmt: skip


def excuse(place: Workplace, plan: str, site: PlanSite, *, actor: str) -> FormScreen:
    """Why a site was not visited; dismisses with True when it is saved."""
    usual = [(str(words), str(words)) for words in EXCUSES]

    async def submit(values: Mapping[str, str]) -> bool:
        reason = choose(values["reason"], usual)
        await place.write(plans.excuse, place.store, plan, site.site, reason=reason, actor=actor)
        return True

    return FormScreen(
        place,
        tr("为什么没去", "Why nobody went"),
        [Line("reason", tr("原因", "Reason"), site.reason,
              hint=numbered(usual) + tr("；也可以直接写", "; or in your own words"))],
        submit,
        about=f"{site.name}　{site.address}",
    )  # fmt: skip


# -- lines -----------------------------------------------------------------------------------------------------


def bar(counts: Coverage, cells: int = _BAR) -> str:
    """Visited and excused of what is to be visited: "████▒▒····" and the share that is dealt with, rounded down."""
    whole = counts.to_visit
    if not whole:
        return ""
    visited = counts.visited * cells // whole
    excused = (counts.visited + counts.excused) * cells // whole - visited
    share = (counts.visited + counts.excused) * 100 // whole
    return "█" * visited + "▒" * excused + "·" * (cells - visited - excused) + f"{share:>4}%"


def _numbers(counts: Coverage) -> tuple[str, ...]:
    rest = (counts.excused, counts.open, counts.shut)
    return (
        bar(counts),
        f"{counts.visited}/{counts.to_visit}",
        *(str(number) if number else "" for number in rest),
    )


def _plan_rows(one: PlanCoverage) -> list[Row]:
    plan = one.plan
    occasion = str(PLAN_OCCASIONS.get(plan.occasion, plan.occasion))
    days = plan.first[5:] if plan.first == plan.last else f"{plan.first[5:]}—{plan.last[5:]}"
    ended = tr("（已结束）", " (closed)") if plan.closed else ""
    rows = [
        Row(
            plan.id,
            (f"{plan.name}{ended} {occasion} {days}", *_numbers(one.total)),
            "dim" if plan.closed else "strong",
        )
    ]
    if plan.closed:
        return rows
    for grid in one.grids:
        kind = "" if grid.counts.open else "good"
        rows.append(Row(f"{plan.id}/{grid.grid}", (f"  {_grid_words(grid)}", *_numbers(grid.counts)), kind))
    return rows


def _grid_words(grid: GridCoverage) -> str:
    if grid.name or grid.code:
        return f"{grid.code} {grid.name}".strip()
    return {
        "county": tr("未分网格", "no grid"),
        "": tr(f"不在本机 {grid.counts.elsewhere} 处", f"{grid.counts.elsewhere} not on this laptop"),
    }.get(grid.grid, grid.grid)


def _site_row(site: PlanSite) -> Row:
    state = str(SITE_STATES.get(site.state, site.state))
    kind = tr(*KIND_WORDS[site.kind]) if site.kind in ("training", "campus") else ""
    look = {"open": "warn" if site.tips else "", "visited": "good"}.get(site.state, "dim")
    return Row(site.site, (state, site.name, kind, str(site.tips) if site.tips else "", site.reason), look)
