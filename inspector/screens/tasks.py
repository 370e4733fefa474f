"""责任清单: what is to be done, by which unit, until when; by group, by stage (路线图) or by due day (时间表)."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual import on
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from inspector.commands import BACK, EVERYWHERE, Command
from inspector.domain.responsibility import STATES, VIEWS, state_words
from inspector.language import tr
from inspector.screens.base import Page, guarded
from inspector.screens.form import FormScreen, Line, choose, numbered
from inspector.screens.kept import KeptForm, drafted
from inspector.screens.plans import actor_of
from inspector.screens.workplace import Workplace
from inspector.services import tasks
from inspector.services.tasks import TaskLine, TaskView
from inspector.widgets.content import joined, plain
from inspector.widgets.lines import Column, LineList, Row


class TasksScreen(Page):
    """The list of responsibilities, with the task under the cursor below it."""

    CSS_PATH = "tasks.tcss"
    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("tasks.progress", "enter", "choose", "进展", "Progress",
                "登记光标所在任务的进展和佐证。", "Tell how far the task is, and what shows it.", footer=True),
        Command("tasks.view", "f6,v", "next_view", "视图", "View",
                "换视图：责任清单、路线图、时间表。", "Another view: by group, by stage, by due day.", footer=True),
        Command("tasks.left", "f3", "toggle_left", "未完成", "Left",
                "只看没有完成的，或全部。", "Only what is not done, or all.", footer=True),
        Command("tasks.new", "f4,n", "new_task", "新任务", "New",
                "往清单里加一项任务。", "Put a task on the list."),
        Command("tasks.change", "f8,e", "change", "更正", "Change",
                "更正任务的内容、单位、时限。", "Put the task's wording, units or days right.", footer=True),
        Command("tasks.void", "delete", "void", "移除", "Remove",
                "从清单移除，写明理由。", "Take the task off the list, with the reason."),
        EVERYWHERE[1],
        BACK,
    )  # fmt: skip

    def __init__(self, place: Workplace) -> None:
        super().__init__(place)
        self._view = "list"
        self._left = False
        self._lines: dict[str, TaskLine] = {}
        self._counts: Mapping[str, int] = {}

    def body(self) -> Iterable[Widget]:
        """The list, then the task under the cursor."""
        yield LineList(
            [
                Column(tr("进展", "State"), 8),
                Column(tr("时限", "Due"), 10),
                Column(tr("任务", "Task")),
                Column(tr("责任单位", "Unit"), 14),
                Column(tr("责任人", "Person"), 8),
            ],
            id="tasks",
        )
        yield VerticalScroll(Static(id="task"), id="task-box", can_focus=False)

    def heading(self) -> str:
        """The view, and how many are left and overdue."""
        left = self._counts.get("total", 0) - self._counts.get("done", 0)
        late = self._counts.get("overdue", 0)
        words = {"list": tr("责任清单", "Responsibilities")}.get(self._view) or str(VIEWS[self._view])
        return words + tr(f"　未完成 {left}　逾期 {late}", f"  left: {left}  overdue: {late}")

    async def reload(self) -> None:
        """The list anew."""
        found: TaskView = await self.place.read(tasks.task_view, self.place.store, self._view)
        self._counts = found.counts
        rows: list[Row] = []
        self._lines = {}
        for title, part in found.parts:
            shown = [line for line in part if not self._left or line.state != "done"]
            if shown:
                rows.append(Row(f"={title}", (self._title(title),), "section", selectable=False))
                rows += [_row(line) for line in shown]
                self._lines |= {line.row.id: line for line in shown}
        self.query_one("#tasks", LineList).show(rows)
        if not rows:
            self.query_one("#task", Static).update(plain(""))
            self.tell(
                tr("没有没完成的任务。", "Everything is done.")
                if found.lines
                else tr("还没有责任清单。", "There is no list of responsibilities yet."),
                hint=""
                if found.lines
                else tr(
                    "用 inspector task import 导入，或按 F4 登记。",
                    "inspector task import reads an office's list; F4 adds a task.",
                ),
            )

    def _title(self, title: str) -> str:
        if title:
            return title
        return tr("无明确时限", "no day") if self._view == "schedule" else tr("未分类", "others")

    @property
    def _line(self) -> TaskLine | None:
        row = self.query_one("#tasks", LineList).row
        return self._lines.get(row.key) if row else None

    @on(LineList.Highlighted, "#tasks")
    def _moved(self, event: LineList.Highlighted) -> None:
        line = self._lines.get(event.row.key)
        self.query_one("#task", Static).update(joined(_about(line) if line else ""))

    async def action_choose(self) -> None:
        """As Enter in the list."""
        self.query_one("#tasks", LineList).action_choose()

    @on(LineList.Chosen, "#tasks")
    @guarded
    async def _chosen(self, _: LineList.Chosen) -> None:
        line = self._line
        if line is not None:
            form = await progress_form(self.place, line, actor=await actor_of(self.place))
            self.app.push_screen(form, self._then)

    @guarded
    async def _then(self, saved: str | None) -> None:
        if saved:
            await self.refresh_all()
            self.query_one("#tasks", LineList).select(saved)
            self.tell(tr("已保存。", "Saved."), "good")

    @guarded
    async def action_next_view(self) -> None:
        """The next view."""
        views = list(VIEWS)
        self._view = views[(views.index(self._view) + 1) % len(views)]
        self.tell("")
        await self.refresh_all()

    @guarded
    async def action_toggle_left(self) -> None:
        """Only what is left, or all."""
        self._left = not self._left
        self.tell("")
        await self.refresh_all()

    @guarded
    async def action_new_task(self) -> None:
        """Put one on the list."""
        self.app.push_screen(await task_form(self.place, None, actor=await actor_of(self.place)), self._then)

    @guarded
    async def action_change(self) -> None:
        """Put it right."""
        line = self._line
        if line is not None:
            form = await task_form(self.place, line, actor=await actor_of(self.place))
            self.app.push_screen(form, self._then)

    @guarded
    async def action_void(self) -> None:
        """Take it off the list."""
        line = self._line
        if line is not None:
            self.app.push_screen(void_form(self.place, line, actor=await actor_of(self.place)), self._then)


async def progress_form(place: Workplace, line: TaskLine, *, actor: str) -> KeptForm:
    """How far a task is; dismisses with its id when it is saved."""
    states = [(code, str(words)) for code, words in STATES.items()]

    def save(values: Mapping[str, str]) -> str:
        return tasks.progress(
            place.store,
            line.row.id,
            state=choose(values["state"], states, default="doing"),
            note=values["note"],
            evidence=values["evidence"],
            day=values["day"],
            actor=actor,
        ).id

    async def submit(values: Mapping[str, str]) -> str:
        return await place.write(save, values)

    kept, keep = await drafted(place, f"progress/{line.row.id}")
    now = line.row.state if line.row.state != "open" else "doing"
    return KeptForm(
        place,
        tr("登记进展", "How far it is"),
        [
            Line("state", tr("进展", "State"), str(STATES.get(now, now)), hint=numbered(states), longest=20),
            Line("note", tr("说明", "What was done"), longest=4_000),
            Line("evidence", tr("佐证材料", "What shows it"), hint=tr("材料名称、文号；完成时要写说明或佐证",
                 "Name or number of a document; what is done says one of the two"), longest=1_000),
            Line("day", tr("日期", "Day"), await place.read(place.store.today), longest=20),
        ],
        submit, about=line.row.task, kept=kept, keep=keep,
    )  # fmt: skip


async def task_form(place: Workplace, line: TaskLine | None, *, actor: str) -> KeptForm:
    """Put a task on the list, or put it right; dismisses with its id when it is saved."""
    row = line.row if line else None

    def save(values: Mapping[str, str]) -> str:
        given = {
            name: values[name]
            for name in ("group", "basis", "lead", "partners", "person", "stage", "start", "due")
        }
        if row is not None:
            if given["due"] == (row.until or row.due):
                given.pop("due")
            return tasks.change_task(place.store, row.id, wording=values["task"], actor=actor, **given).id
        return tasks.add_task(place.store, task=values["task"], actor=actor, **given).id

    async def submit(values: Mapping[str, str]) -> str:
        return await place.write(save, values)

    def present(name: str) -> str:
        return str(getattr(row, name)) if row else ""

    kept, keep = await drafted(place, f"task/{row.id if row else 'new'}")
    title = tr("更正任务", "Change the task") if row else tr("新任务", "A new task")
    return KeptForm(
        place,
        title,
        [
            Line("task", tr("任务", "Task"), present("task"), longest=2_000),
            Line("group", tr("类别", "Group"), present("group")),
            Line("lead", tr("牵头单位", "Unit"), present("lead"), hint=tr("只写一个；其余写在配合单位", "One; the others below")),
            Line("partners", tr("配合单位", "With"), "、".join(row.partners) if row else "",
                 hint=tr("用顿号隔开", "Separated by commas"), longest=2_000),
            Line("person", tr("责任人", "Person"), present("person")),
            Line("stage", tr("阶段", "Stage"), present("stage"), hint=tr("路线图按它分段", "The route map is by these")),
            Line("start", tr("开始日期", "From"), present("start"), longest=20),
            Line("due", tr("完成时限", "Due"), (row.until or row.due) if row else "",
                 hint=tr("日期，或“2026年9月底”“长期”", "A day, or words")),
            Line("basis", tr("依据", "Basis"), present("basis"), longest=2_000),
        ],
        submit, kept=kept, keep=keep,
    )  # fmt: skip


def void_form(place: Workplace, line: TaskLine, *, actor: str) -> FormScreen:
    """Why it goes off the list; dismisses with its id when it is off."""

    async def submit(values: Mapping[str, str]) -> str:
        await place.write(tasks.void_task, place.store, line.row.id, reason=values["reason"], actor=actor)
        return line.row.id

    return FormScreen(
        place,
        tr("从清单移除", "Take it off the list"),
        [
            Line(
                "reason",
                tr("理由", "Reason"),
                hint=tr("如：并入另一项", "e.g. part of another one"),
                longest=500,
            )
        ],
        submit,
        about=line.row.task,
    )


_KINDS = {"overdue": "alert", "done": "dim", "doing": ""}


def _row(line: TaskLine) -> Row:
    row = line.row
    state = tr("有冲突", "conflict") if row.conflicts else state_words(line.state)
    cells = (state, row.due or row.until, row.task, row.lead, row.person)
    return Row(row.id, cells, "alert" if row.conflicts else _KINDS.get(line.state, ""))


def _about(line: TaskLine) -> Content:
    row = line.row
    due = " ".join(
        part for part in (row.due, f"（{row.until}）" if row.until and row.due else row.until) if part
    )
    head = [
        state_words(line.state), due and tr(f"时限：{due}", f"Due: {due}"),
        tr("单位：", "Units: ") + tr("、", ", ").join((row.lead, *row.partners)),
        row.person and tr(f"责任人：{row.person}", f"Person: {row.person}"),
    ]  # fmt: skip
    told = "　".join(part for part in (row.note, row.evidence) if part)
    where = "　".join(part for part in (row.stage, row.basis) if part)
    lines = [plain("　".join(part for part in head if part), "$text-muted"), plain(row.task)]
    lines += [plain(text, "$text-muted") for text in (told and tr("进展：", "Told: ") + told, where) if text]
    return joined(*(part if number == 0 else joined("\n", part) for number, part in enumerate(lines)))
