"""举报线索: what was reported and is not answered yet, what is overdue first."""

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from inspector.commands import BACK, EVERYWHERE, Command
from inspector.domain.checklist import DEPARTMENTS
from inspector.domain.tip import CHANNELS, OUTCOMES, STATES
from inspector.language import tr
from inspector.screens.base import Page, guarded
from inspector.screens.workplace import Workplace
from inspector.services import people, tips
from inspector.services.tips import Reported, TipLine
from inspector.store import planning, queries
from inspector.store.planning import PlanRow
from inspector.store.queries import InspectionRow
from inspector.widgets.content import joined, plain
from inspector.widgets.lines import Column, LineList, Row

_LATE = {
    "accept": ("分办逾期", "assign!"),
    "answer": ("答复逾期", "answer!"),
    "tell": ("告知逾期", "tell!"),
}


class TipsScreen(Page):
    """Tips, with what is under the cursor below the list."""

    CSS_PATH = "tips.tcss"
    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("tips.choose", "enter", "choose", "点位", "Site",
                "打开线索所说的点位。", "Open the site that the tip is about.", footer=True),
        Command("tips.new", "f4,n", "new_tip", "登记", "New",
                "登记一条举报线索。", "Record a tip.", footer=True),
        Command("tips.assign", "f6,a", "assign", "分办", "Assign",
                "分给计划、部门或人员。", "Give it to a plan, a department or a person.", footer=True),
        Command("tips.answer", "f8,r", "answer", "答复", "Answer",
                "记下核查结果和答复，实名的记下已告知。", "Record the outcome, the reply, and that the person was told.",
                footer=True),
        Command("tips.reporter", "f7", "reporter", "举报人", "Reporter",
                "显示举报人；只在登记的电脑上有。", "Show who reported; only the laptop that recorded it knows."),
        Command("tips.done", "f3", "toggle_done", "含办结", "All",
                "已答复的也列出来，或只看没办完的。", "List answered ones too, or only what is left to do."),
        Command("tips.void", "delete", "void", "作废", "Void",
                "登记错了或重复了，作废。", "Take back what was recorded by mistake or twice."),
        EVERYWHERE[1],
        BACK,
    )  # fmt: skip

    def __init__(self, place: Workplace) -> None:
        super().__init__(place)
        self._lines: dict[str, TipLine] = {}
        self._done = False

    def body(self) -> Iterable[Widget]:
        """The list, then the tip under the cursor."""
        yield LineList(
            [
                Column(tr("状态", "State"), 8),
                Column(tr("期限", "Due"), 10),
                Column(tr("来源", "Channel"), 8),
                Column("", 4),
                Column(tr("地点", "Where"), 18),
                Column(tr("内容", "Content")),
            ],
            id="tips",
        )
        yield VerticalScroll(Static(id="tip"), id="tip-box", can_focus=False)

    def heading(self) -> str:
        """The title."""
        late = sum(bool(line.late) for line in self._lines.values())
        words = tr("举报线索", "Tips")
        return words + tr(f"　逾期 {late}", f"  overdue: {late}") if late else words

    async def reload(self) -> None:
        """The list anew."""
        found = await self.place.write(tips.tip_lines, self.place.store, self.place.forms)
        shown = [line for line in found if self._done or line.next_due]
        self._lines = {line.row.id: line for line in shown}
        self.query_one("#tips", LineList).show([_row(line) for line in shown])
        if not shown:
            self.query_one("#tip", Static).update(plain(""))
            words = (
                tr("没有线索。", "There are no tips.")
                if self._done
                else tr("没有待办的线索。", "Nothing is left to do.")
            )
            self.tell(words, hint=tr("按 F4 登记。", "F4 records one."))

    @property
    def _line(self) -> TipLine | None:
        row = self.query_one("#tips", LineList).row
        return self._lines.get(row.key) if row else None

    @on(LineList.Highlighted, "#tips")
    def _moved(self, event: LineList.Highlighted) -> None:
        line = self._lines.get(event.row.key)
        self.query_one("#tip", Static).update(joined(_about(line) if line else ""))

    # -- keys --------------------------------------------------------------------------------------------------

    async def action_choose(self) -> None:
        """As Enter in the list."""
        self.query_one("#tips", LineList).action_choose()

    @on(LineList.Chosen, "#tips")
    @guarded
    async def _chosen(self, _: LineList.Chosen) -> None:
        from inspector.screens.site import SiteScreen

        line = self._line
        if line is None:
            return
        if line.row.site_name:
            self.app.push_screen(SiteScreen(self.place, line.row.site))
        else:
            self.tell(
                tr("还没有查明是哪个点位。", "It is not known which site it is."),
                hint=tr("按 F6 分办时填写。", "F6: say so when it is assigned."),
            )

    async def _actor(self) -> str:
        patrol = await self.place.read(people.current_patrol, self.place.store)
        return patrol.officers[0] if patrol else ""

    @guarded
    async def action_new_tip(self) -> None:
        """What somebody reported."""
        from inspector.screens.tip_forms import new_tip

        async def then(made: Reported | None) -> None:
            if made is not None:
                await self._saved(made.tip.id)
                if made.advice is not None:
                    self.tell(tr(made.advice.zh, made.advice.en), "warn")

        self.app.push_screen(await new_tip(self.place, actor=await self._actor()), then)

    @guarded
    async def _saved(self, tip: str = "") -> None:
        await self.refresh_all()
        if tip:
            self.query_one("#tips", LineList).select(tip)
        self.tell(tr("已保存。", "Saved."), "good")

    async def _then(self, changed: bool | None) -> None:
        if changed:
            await self._saved()

    @guarded
    async def action_assign(self) -> None:
        """Who looks into it."""
        from inspector.screens.tip_forms import assign_tip

        line = self._line
        if line is not None:
            plans = await self.place.read(self._plans)
            form = assign_tip(self.place, line, plans, actor=await self._actor())
            self.app.push_screen(form, self._then)

    def _plans(self) -> list[PlanRow]:
        return planning.plans(self.place.store.connection, closed=False)

    @guarded
    async def action_answer(self) -> None:
        """What came of it."""
        from inspector.screens.tip_forms import answer_tip

        line = self._line
        if line is not None:
            seen = await self.place.read(self._looked_into, line)
            form = await answer_tip(self.place, line, seen, actor=await self._actor())
            self.app.push_screen(form, self._then)

    def _looked_into(self, line: TipLine) -> list[InspectionRow]:
        if not line.row.site:
            return []
        since = tips.begins(line.row.received)
        found = queries.inspections(self.place.store.connection, site=line.row.site, since=since, limit=5)
        return [row for row in found if row.status != "voided"]

    @guarded
    async def action_reporter(self) -> None:
        """Who reported, on the message line."""
        line = self._line
        if line is None:
            return
        who = await self.place.read(tips.reporter_of, self.place.store, line.row.id)
        if who:
            self.tell(
                tr("举报人（请保密）：", "Reported by (confidential): ") + "　".join(who.values()), "warn"
            )
        else:
            self.tell(
                tr(
                    "举报人信息只在登记的电脑上，本机没有。",
                    "Who reported is only on the laptop that recorded it.",
                )
            )

    @guarded
    async def action_toggle_done(self) -> None:
        """With those that are done, or without."""
        self._done = not self._done
        self.tell("")
        await self.refresh_all()

    @guarded
    async def action_void(self) -> None:
        """Take it back."""
        from inspector.screens.tip_forms import void_tip

        line = self._line
        if line is not None:
            self.app.push_screen(void_tip(self.place, line.row.id, actor=await self._actor()), self._then)


def _named(line: TipLine) -> str:
    return tr("实名", "name") if line.row.named else tr("匿名", "anon")


def _row(line: TipLine) -> Row:
    row = line.row
    waits = row.state == "answered" and line.next_due
    state = tr("待告知", "to tell") if waits else str(STATES.get(row.state, row.state))
    state = tr(*_LATE[line.late]) if line.late else state
    cells = (
        tr("有冲突", "conflict") if row.conflicts else state,
        line.next_due,
        str(CHANNELS.get(row.channel, row.channel)),
        _named(line),
        row.site_name or row.address,
        row.content,
    )
    return Row(row.id, cells, "alert" if line.late or row.conflicts else "" if line.next_due else "dim")


def _about(line: TipLine) -> Content:
    row = line.row
    due = line.next_due + (tr("（预估）", " (estimated)") if line.next_due_estimated else "")
    lead = (
        tr("（网格员反映，只是线索）", " (of a grid worker: a lead only)")
        if row.channel == "grid_worker"
        else ""
    )
    head = tr(f"{row.received} 收到{lead}", f"Received {row.received}{lead}")
    given = [
        row.plan_name, str(DEPARTMENTS.get(row.department, row.department)), row.officer_name,
    ]  # fmt: skip
    names = tr("、", ", ").join(name for name in given if name)
    if names:
        head += tr(f"　分给：{names}", f"  Given to: {names}")
    if due:
        head += tr(f"　期限：{due}", f"  Due: {due}")
    if row.outcome:
        outcome = str(OUTCOMES.get(row.outcome, row.outcome))
        head += tr(f"　结果：{outcome}（{row.answered}）", f"  Outcome: {outcome} ({row.answered})")
        if row.named:
            head += tr("，已告知", ", told") if row.told else tr("，未告知", ", not told")
    parts = [plain(head, "$text-muted"), plain(row.content)]
    here = tr(
        "举报人信息在本机，按 F7 显示；不上报。", "Who reported is on this laptop (F7) and is never sent."
    )
    away = tr("举报人信息只在登记的电脑上。", "Who reported is only on the laptop that recorded it.")
    if line.reporter_here or row.named:
        parts.append(plain(here if line.reporter_here else away, "$text-muted"))
    return joined(*(part if number == 0 else joined("\n", part) for number, part in enumerate(parts)))
