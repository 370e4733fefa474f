"""One site: what is known of it, what was seen before; Enter starts or continues an inspection."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from textual import on
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from inspector.commands import BACK, EVERYWHERE, Command
from inspector.domain.checklist import SEVERITIES, Pack
from inspector.domain.finding import show_due
from inspector.domain.objections import Guarded
from inspector.domain.site import Site
from inspector.domain.site_facts import BY_NAME, quadrant, standing_flags
from inspector.domain.when import local_date, show_time
from inspector.language import tr
from inspector.screens.base import Page, guarded
from inspector.screens.case_command import EXPORT
from inspector.screens.words import KIND_WORDS, STATUS_WORDS, quadrant_words
from inspector.screens.workplace import Workplace
from inspector.services import inspections, legality, lookup, people, plans
from inspector.store import queries
from inspector.store.queries import FindingRow, InspectionRow
from inspector.widgets.content import joined, plain
from inspector.widgets.lines import Column, LineList, Row

_SHOWN = (
    "address", "credit_code", "category", "principal", "phone", "permit_number", "permit_until", "students",
    "stage", "classes", "responsible_inspector", "grid_name", "remark",
)  # fmt: skip


class History(LineList):
    """Inspections and findings; while all of them are in sight, a page up or down moves the facts above."""

    def action_page(self, step: int) -> None:
        """Up or down by a screenful."""
        if self.total > self.size.height:
            super().action_page(step)
        else:
            box = self.screen.query_one("#facts-box", VerticalScroll)
            box.scroll_relative(y=step * max(1, box.size.height - 1), animate=False, force=True)


class SiteScreen(Page):
    """The page of one site."""

    CSS_PATH = "site.tcss"
    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("site.choose", "enter", "choose", "检查", "Inspect",
                "开始、继续检查，或查看光标所在的旧检查。", "Start or continue an inspection, or look at a past one.",
                footer=True),
        Command("site.patrol", "f2", "patrol", "巡查", "Patrol",
                "选择执法人员，开始巡查。", "Choose officers and start a patrol.", footer=True),
        Command("site.pack", "f7", "pack", "检查包", "Pack",
                "这次检查用别的检查包：节假日、隐形培训、证照复核、回头看等。",
                "Begin with another pack: holiday, hidden training, licences, look-back.", footer=True),
        Command("site.correct", "f6", "correct", "更正", "Correct",
                "更正名称、地址、负责人、电话。", "Correct name, address, principal, phone.", footer=True),
        Command("site.papers", "p,f8", "papers", "文书", "Papers",
                "这个点位的文书：已出的，和现在可出的。", "The papers of this site: those issued, and those that can be."),
        EXPORT,
        EVERYWHERE[1],
        BACK,
    )  # fmt: skip

    def __init__(self, place: Workplace, site: str) -> None:
        super().__init__(place)
        self._site_id = site
        self._site: Site | None = None
        self._open = ""
        self._pack = ""
        self._shown = ""

    def body(self) -> Iterable[Widget]:
        """Facts on top, inspections and findings below."""
        yield VerticalScroll(Static(id="facts"), id="facts-box", can_focus=True)
        yield History(
            [
                Column(tr("状态", "State"), 8),
                Column(tr("检查与问题", "Inspections and findings")),
                Column(tr("时间", "When"), 16),
                Column(tr("问题", "Findings"), 4, right=True),
            ],
            id="history",
        )

    def heading(self) -> str:
        """The name of the site."""
        return self._site.name if self._site else tr("点位", "Site")

    def allows(self, action: str, parameters: tuple[object, ...]) -> bool:
        """An open inspection keeps the pack that it began with."""
        return action != "pack" or not self._open

    async def reload(self) -> None:
        """Everything anew."""
        site, pack, past, findings, titles = await self.place.write(self._read)
        self._site, self._shown = site, pack.code
        today = local_date(self.place.store.clock.stamp())
        often = await self.place.read(self._frequency, site, past, today)
        self.query_one("#facts", Static).update(_facts(site, today.isoformat(), often))
        self._open = next((row.id for row in past if row.status == "open"), "")
        rows = [_first_row(self._open, pack)]
        rows += [_inspection_row(row, titles.get(row.pack, row.pack)) for row in past if row.id != self._open]
        if findings:
            rows.append(Row("-", (tr("记录在案的问题", "Findings on record"),), "section", selectable=False))
            rows += [_finding_row(row) for row in findings]
        self.query_one("#history", LineList).show(rows)
        self.refresh_bindings()

    def _read(self) -> tuple[Site, Pack, list[InspectionRow], list[FindingRow], dict[str, str]]:
        store = self.place.store
        site = lookup.site(store, self._site_id)
        past = queries.inspections(store.connection, site=site.id, limit=50)
        findings = queries.findings(store.connection, site=site.id, limit=100)
        titles = {code: str(pack.title) for code, pack in self.place.forms.packs().items()}
        patrol = people.current_patrol(store)
        occasion = "" if patrol is None or people.from_another_day(store, patrol) else patrol.occasion
        pack = self.place.forms.pack_for(
            site, self._pack, occasion=occasion, planned=plans.pack_of(store, patrol)
        )
        return site, pack, past, findings, titles

    def _frequency(self, site: Site, past: list[InspectionRow], today: date) -> str:
        """Which inspection of the year the open one is, or the next would be."""
        if site.kind != "training":
            return ""
        running = next((row.id for row in past if row.status == "open"), "")
        return str(
            legality.frequency_of(self.place.store, self.place.forms, site, today, besides=running).words
        )

    async def action_choose(self) -> None:
        """As Enter in the list."""
        self.query_one("#history", LineList).action_choose()

    @on(LineList.Chosen, "#history")
    @guarded
    async def _chosen(self, event: LineList.Chosen) -> None:
        kind, _, name = event.row.key.partition(":")
        if kind == "new":
            await self._start()
        elif kind in ("inspection", "finding"):
            self._open_sheet(*name.split("/", 1))

    def _open_sheet(self, inspection: str, item: str = "") -> None:
        from inspector.screens.checklist import ChecklistScreen

        self.app.push_screen(ChecklistScreen(self.place, inspection, item=item))

    async def _start(self) -> None:
        patrol = await self.place.read(people.current_patrol, self.place.store)
        words = ""
        if patrol is None:
            words = tr("还没有开始巡查。", "No patrol is under way.")
        elif await self.place.read(people.from_another_day, self.place.store, patrol):
            words = tr("上次的巡查是另一天的。", "The last patrol was on another day.")
        if patrol is None or words:
            self.tell(
                words, "warn", tr("选好执法人员后自动开始这次检查。", "Choose the officers; the inspection starts then."),
            )  # fmt: skip
            await self.action_patrol()
            return

        def begin(reason: str = "") -> str:
            store, forms = self.place.store, self.place.forms
            site = lookup.site(store, self._site_id)
            team = people.patrol_team(store, patrol)
            planned = plans.pack_of(store, patrol)
            pack = forms.pack_for(site, self._pack, occasion=patrol.occasion, planned=planned).code
            return inspections.start(
                store, forms, site=site, people=team, pack=pack, patrol=patrol.id, source=patrol.source, reason=reason
            ).id  # fmt: skip

        async def again(reason: str) -> str:
            return await self.place.write(begin, reason)

        def opened(started: str | None) -> None:
            if started:
                self.tell("")
                self._open_sheet(started)

        try:
            opened(await self.place.write(begin))
        except Guarded as refusal:
            from inspector.screens.telling import objecting

            self.app.push_screen(objecting(self.place, refusal, again), opened)

    @guarded
    async def action_pack(self) -> None:
        """Another pack for the inspection that begins next."""
        from inspector.screens.packs import PacksScreen

        async def then(code: str | None) -> None:
            if code:
                self._pack = code
                await self.refresh_all()

        if self._site is not None:
            self.app.push_screen(PacksScreen(self.place, self._site.id, chosen=self._shown), then)

    @guarded
    async def action_correct(self) -> None:
        """Put name and address right."""
        from inspector.screens.corrections import site_facts

        patrol = await self.place.read(people.current_patrol, self.place.store)

        async def then(changed: bool | None) -> None:
            if changed:
                await self._corrected()

        if self._site is not None:
            actor = patrol.officers[0] if patrol else ""
            self.app.push_screen(site_facts(self.place, self._site, actor=actor), then)

    @guarded
    async def _corrected(self) -> None:
        await self.refresh_all()
        self.tell(
            tr("已更正，原来的内容留在历史里。", "Corrected; the history keeps what was there."), "good"
        )

    @guarded
    async def action_papers(self) -> None:
        """The papers of this site."""
        from inspector.screens.papers import open_papers

        open_papers(self.app, self.place, site=self._site_id)

    @guarded
    async def action_export_case(self) -> None:
        """The case file of this site."""
        from inspector.screens.case_export import open_export

        title = self._site.name or str(self._site.facts.get("address") or "") if self._site else ""
        await open_export(self.app, self.place, self._site_id, title or self._site_id)

    @guarded
    async def action_patrol(self) -> None:
        """Who is out tonight; then the inspection starts."""
        from inspector.screens.patrol import PatrolScreen

        async def then(started: bool | None) -> None:
            if started:
                await self._begin_after_patrol()

        self.app.push_screen(PatrolScreen(self.place), then)

    @guarded
    async def _begin_after_patrol(self) -> None:
        if not self._open:
            await self._start()


def _facts(site: Site, today: str, often: str = "") -> Content:
    parts: list[Content] = []
    kind = tr(*KIND_WORDS.get(site.kind, (site.kind, site.kind)))
    if site.kind == "training":
        found = quadrant(site.facts, today)
        words = tr(found.zh, found.en)

        parts.append(
            joined(
                plain(f"{kind}　{quadrant_words(found.code)}", "bold"),
                plain(tr(f"（{words}）", f" ({words})")),
            )
        )
    else:
        parts.append(plain(kind, "bold"))
    flags = standing_flags(site.facts, today)
    parts += [plain(tr(f"注意：{flag.zh}", f"Note: {flag.en}"), "$warning") for flag in flags]
    if often:
        parts.append(joined(plain(tr("检查频次：", "Frequency: "), "$text-muted"), plain(often)))
    if site.conflicts:
        names = tr("、", ", ").join(
            tr(BY_NAME[n].zh, BY_NAME[n].en) if n in BY_NAME else n for n in site.conflicts
        )
        parts.append(
            plain(tr(f"冲突：{names} 有两种说法，请核实", f"Conflict: two versions of {names}"), "$error")
        )
    pairs = [(name, site.facts[name]) for name in _SHOWN if site.facts.get(name) not in (None, "")]
    for name, value in pairs:
        field = BY_NAME[name]
        label = tr(field.zh, field.en)
        parts.append(joined(plain(f"{label}：", "$text-muted"), plain(value, limit=120, lines=False)))
    return Content("\n").join(parts)


def _first_row(open_inspection: str, pack: Pack) -> Row:
    if open_inspection:
        words = tr("继续未办结的检查", "Continue the open inspection")
        return Row(f"inspection:{open_inspection}", (tr("检查中", "open"), words), "strong")
    words = tr(f"开始检查：{pack.title}", f"Start an inspection: {pack.title}")
    return Row("new:", (tr("回车", "Enter"), words), "strong")


def _inspection_row(row: InspectionRow, pack: str) -> Row:
    words = tr(f"{pack}，已答 {row.answered} 项，照片 {row.photos}", f"{pack}, {row.answered} answers")
    state = tr(*STATUS_WORDS.get(row.status, (row.status, row.status)))
    count = str(row.findings) if row.findings else ""
    kind = "dim" if row.status == "voided" else ""
    return Row(f"inspection:{row.id}", (state, words, show_time(row.started), count), kind)


def _finding_row(row: FindingRow) -> Row:
    words = f"{row.item} {tr(row.reason, row.reason_en or row.reason)}"
    severity = str(SEVERITIES.get(row.severity, row.severity))
    return Row(
        f"finding:{row.inspection}/{row.item}",
        (severity, words, tr(f"限 {show_due(row)}", f"due {show_due(row)}")),
        "warn",
    )
