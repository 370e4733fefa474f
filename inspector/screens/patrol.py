"""Patrol set-up: two officers with certificates are chosen once for all inspections of the outing; helpers apart."""

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget
from textual.widgets import Static

from inspector.commands import BACK, EVERYWHERE, Command
from inspector.domain.inspecting import CERTIFIED_OFFICERS_NEEDED, certified_officers
from inspector.domain.inspection import Inspection
from inspector.domain.legality import TASK_SOURCES
from inspector.domain.office import STANDINGS, Officer
from inspector.domain.patrol import OCCASIONS
from inspector.domain.plan import patrol_occasion
from inspector.domain.when import local_date
from inspector.language import tr
from inspector.screens.base import Page, guarded
from inspector.screens.workplace import Workplace
from inspector.services import inspections, people, plans
from inspector.store import queries
from inspector.store.planning import PlanRow
from inspector.widgets.content import plain
from inspector.widgets.lines import Column, LineList, Row

OFFICER, HELPER = "officer", "helper"


class PatrolScreen(Page):
    """Choosing who is out; dismisses with True when the patrol (or the changed team) is saved."""

    CSS_PATH = "patrol.tcss"
    RELOADS = False
    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("patrol.start", "f2,enter", "start", "确定", "Start",
                "人选好了，保存。", "The team is complete: save it.", footer=True),
        Command("patrol.toggle", "space", "toggle_row", "选/不选", "Choose",
                "选上或去掉：执法人员列为检查人员，其他人列为协助。",
                "Choose or leave out: officers inspect, others help.", footer=True),
        Command("patrol.officer", "1", "assign('officer')", "检查", "Officer",
                "列为检查人员。", "List as inspecting officer."),
        Command("patrol.helper", "2", "assign('helper')", "协助", "Helper",
                "列为协助人员（不算检查人员）。", "List as helper (does not count as officer)."),
        Command("patrol.person", "f4,n", "new_person", "新人员", "Person",
                "登记名单上没有的人员。", "Record somebody who is not on the list.", footer=True),
        Command("patrol.occasion", "f6,left,right", "occasion", "类别", "Occasion",
                "夜查、双休日、节假日、寒暑假、日查。", "Night, weekend, holiday, vacation, day.", footer=True),
        Command("patrol.source", "f7", "source", "来源", "Source",
                "任务来源：计划、举报、交办、突击/专项。", "Task source: plan, complaint, assignment, surprise."),
        Command("patrol.plan", "f8", "plan", "计划", "Plan",
                "这次巡查属于哪个计划，或不属于任何计划。", "Which plan this patrol is part of, or none."),
        BACK,
    )  # fmt: skip

    def __init__(self, place: Workplace, *, inspection: Inspection | None = None, plan: str = "") -> None:
        """
        Args:
            inspection: change the team of this open inspection instead of starting a patrol.
            plan: id of the plan that the patrol is to be part of; empty: one that goes on today.
        """
        super().__init__(place)
        self._inspection = inspection
        self._people: list[Officer] = []
        self._roles: dict[str, str] = {}
        self._first = True
        stamp = place.store.clock.stamp()
        self._today = local_date(stamp)
        self._now = stamp.wall
        self._occasion = "day"
        self._source = "plan"
        self._plan = plan
        self._plans: dict[str, PlanRow] = {}
        if inspection is not None:
            self._roles = dict.fromkeys(inspection.officers, OFFICER) | dict.fromkeys(
                inspection.helpers, HELPER
            )

    def body(self) -> Iterable[Widget]:
        """What is chosen, then who there is."""
        yield Static(id="chosen")
        yield LineList(
            [
                Column(tr("今晚", "Tonight"), 6),
                Column(tr("姓名", "Name"), 14),
                Column(tr("部门", "Department")),
                Column(tr("身份", "Standing"), 8),
                Column(tr("执法证号", "Certificate"), 18),
                Column(tr("有效期至", "Until"), 15),
            ],
            id="people",
        )

    def heading(self) -> str:
        """The title."""
        return tr("增补检查人员", "Team") if self._inspection else tr("开始巡查：选择人员", "Start a patrol")

    def allows(self, action: str, parameters: tuple[object, ...]) -> bool:
        """The occasion belongs to a patrol, not to one inspection."""
        return not (action in ("occasion", "source", "plan") and self._inspection is not None)

    async def reload(self) -> None:
        """Who there is."""
        found = await self.place.read(lambda: queries.officers(self.place.store.connection))
        if self._first and self._inspection is None:
            self._occasion = await self.place.read(people.likely_occasion, self.place.forms, self._now)
            await self._take_plan()
            await self._take_last_team()
        self._first = False
        self._people = sorted(found, key=lambda person: person.standing != "officer")
        if not self._people:
            self.tell(
                tr("还没有人员名单。", "Nobody is on the list yet."), hint=tr("按 F4 登记。", "Press F4.")
            )
        self._draw()

    async def _take_plan(self) -> None:
        """The plan that was asked for, else the first that goes on today, says what the patrol is and who goes."""
        self._plans = {plan.id: plan for plan in await self.place.read(self._known_plans)}
        self._plan = self._plan if self._plan in self._plans else next(iter(self._plans), "")
        self._go_by_plan()
        if self._plan:
            self._roles = dict.fromkeys(self._plans[self._plan].officers, OFFICER)

    def _known_plans(self) -> list[PlanRow]:
        running = plans.running_plans(self.place.store)
        asked = [plans.row_of(self.place.store, self._plan)] if self._plan else []
        return [*asked, *(plan for plan in running if plan.id != self._plan)]

    def _go_by_plan(self) -> None:
        if self._plan:
            self._occasion = patrol_occasion(self._plans[self._plan].occasion) or self._occasion

    async def _take_last_team(self) -> None:
        """Those who were out last are chosen; one key takes them again."""
        last = await self.place.read(people.current_patrol, self.place.store)
        if last is not None:
            today = not await self.place.read(people.from_another_day, self.place.store, last)
            if today:
                self._source = last.source or self._source
                self._occasion = self._occasion if self._plan else last.occasion or self._occasion
            if self._roles:
                return
            self._roles = dict.fromkeys(last.officers, OFFICER) | dict.fromkeys(last.helpers, HELPER)
            self.tell(
                tr("上次的人员已选好。", "The last team is chosen."),
                hint=tr("按 F2 采用，空格增减。", "F2 takes it; Space changes it."),
            )

    def _draw(self) -> None:
        rows = []
        for person in self._people:
            role = self._roles.get(person.id, "")
            expired = bool(person.certificate_until) and person.certificate_until < self._today.isoformat()
            standing = tr(*STANDINGS.get(person.standing, (person.standing, person.standing)))
            word = {OFFICER: tr("检查", "inspect"), HELPER: tr("协助", "help")}.get(role, "")
            until = person.certificate_until + (tr(" 过期", " over") if expired else "")
            cells = (word, person.name, person.department, standing, person.certificate or "-", until)
            rows.append(Row(person.id, cells, "strong" if role else "warn" if expired else ""))
        self.query_one("#people", LineList).show(rows)
        self.query_one("#chosen", Static).update(plain(self._words()))

    def _words(self) -> str:
        officers = [person for person in self._people if self._roles.get(person.id) == OFFICER]
        helpers = [person.name for person in self._people if self._roles.get(person.id) == HELPER]
        certified = len(certified_officers(officers, self._today))
        names = tr("、", ", ").join(person.name for person in officers) or tr("未选", "nobody")
        words = [
            tr(f"检查人员：{names}（持有效证 {certified} 名）", f"Officers: {names} ({certified} certified)")
        ]
        if helpers:
            words.append(tr(f"协助：{'、'.join(helpers)}", f"Helpers: {', '.join(helpers)}"))
        if certified < CERTIFIED_OFFICERS_NEEDED:
            words.append(
                tr(
                    "检查培训场所需要两名持有效执法证的执法人员，不足不能开始。",
                    "A training site needs two certified officers before it can start.",
                )
            )
        if self._inspection is None:
            task = TASK_SOURCES[self._source]
            words.insert(
                0,
                tr("类别：", "Occasion: ") + tr(*OCCASIONS[self._occasion])
                + tr(f"　任务来源：{task}（F7 换）", f"  Task source: {task} (F7 changes)"),
            )  # fmt: skip
            if self._plans:
                name = self._plans[self._plan].name if self._plan else tr("无", "none")
                words.insert(1, tr(f"计划：{name}（F8 换）", f"Plan: {name} (F8 changes)"))
        return "\n".join(words)

    # -- keys --------------------------------------------------------------------------------------------------

    def _person(self) -> Officer | None:
        row = self.query_one("#people", LineList).row
        return next((person for person in self._people if row and person.id == row.key), None)

    async def action_toggle_row(self) -> None:
        """Choose the person under the cursor, or not."""
        person = self._person()
        if person is not None:
            default = OFFICER if person.standing in ("officer", "school_inspector") else HELPER
            self._set(person, "" if person.id in self._roles else default)

    async def action_assign(self, role: str) -> None:
        """As officer or helper, whatever the standing; saving refuses what is not allowed."""
        person = self._person()
        if person is not None:
            self._set(person, "" if self._roles.get(person.id) == role else role)

    def _set(self, person: Officer, role: str) -> None:
        self._roles.pop(person.id, None)
        if role:
            self._roles[person.id] = role
        self._draw()

    async def action_occasion(self) -> None:
        """The next occasion."""
        names = list(OCCASIONS)
        self._occasion = names[(names.index(self._occasion) + 1) % len(names)]
        self._draw()

    async def action_source(self) -> None:
        """The next task source."""
        names = list(TASK_SOURCES)
        self._source = names[(names.index(self._source) + 1) % len(names)]
        self._draw()

    async def action_plan(self) -> None:
        """The next plan that goes on today, or none."""
        names = [*self._plans, ""]
        self._plan = names[(names.index(self._plan) + 1) % len(names)]
        self._go_by_plan()
        self._draw()

    @guarded
    async def action_new_person(self) -> None:
        """Record somebody."""
        from inspector.screens.dialogs import new_person

        async def made(person: str | None) -> None:
            if person:
                await self.refresh_all()
                self.query_one("#people", LineList).select(person)
                await self.action_toggle_row()

        self.app.push_screen(new_person(self.place), made)

    @guarded
    async def action_start(self) -> None:
        """Save the team."""
        chosen = {
            role: [who for who, what in self._roles.items() if what == role] for role in (OFFICER, HELPER)
        }
        occasion, source, inspection, plan = self._occasion, self._source, self._inspection, self._plan

        def save() -> None:
            store = self.place.store
            team = people.team(store, chosen[OFFICER], chosen[HELPER])
            if inspection is None:
                people.begin_patrol(store, occasion=occasion, people=team, source=source, plan=plan)
            else:
                inspections.change_team(store, inspection.id, team)
                people.join_patrol(store, inspection.patrol, team)

        await self.place.write(save)
        self.dismiss(True)
