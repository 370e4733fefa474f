"""活动台账: meetings, trainings, publicity, briefings, questionnaires, the latest first."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual import on
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from inspector.commands import BACK, EVERYWHERE, Command
from inspector.domain.activity import COUNTS, KINDS
from inspector.language import tr
from inspector.screens.base import Page, guarded
from inspector.screens.form import FormScreen, Line, choose, numbered
from inspector.screens.kept import KeptForm, drafted
from inspector.screens.plans import actor_of
from inspector.screens.workplace import Workplace
from inspector.services import activities
from inspector.store import campaign
from inspector.store.campaign import ActivityRow
from inspector.widgets.content import joined, plain
from inspector.widgets.lines import Column, LineList, Row

_SHOWN = 2_000


class ActivitiesScreen(Page):
    """Activities, with what is under the cursor below the list."""

    CSS_PATH = "activities.tcss"
    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("activities.change", "enter", "choose", "更正", "Change",
                "更正光标所在的活动。", "Put the activity under the cursor right.", footer=True),
        Command("activities.new", "f4,n", "new_activity", "登记", "New",
                "登记一次会议、培训、宣传、简报或问卷。", "Record a meeting, a training, publicity, a briefing.",
                footer=True),
        Command("activities.kind", "f6", "next_kind", "类别", "Kind",
                "只看一类活动，再按看下一类。", "Only one kind of activity; again for the next.", footer=True),
        Command("activities.all", "f3", "toggle_voided", "含作废", "All",
                "作废的也列出来。", "List voided ones too."),
        Command("activities.void", "delete", "void", "作废", "Void",
                "登记错了或重复了，作废。", "Take back what was recorded by mistake or twice."),
        EVERYWHERE[1],
        BACK,
    )  # fmt: skip

    def __init__(self, place: Workplace) -> None:
        super().__init__(place)
        self._rows: dict[str, ActivityRow] = {}
        self._kind = ""
        self._voided = False

    def body(self) -> Iterable[Widget]:
        """The list, then the activity under the cursor."""
        yield LineList(
            [
                Column(tr("日期", "Date"), 10),
                Column(tr("类别", "Kind"), 12),
                Column(tr("名称", "Title")),
                Column(tr("主办", "Organiser"), 12),
                Column(tr("数量", "Counts"), 16, right=True),
            ],
            id="activities",
        )
        yield VerticalScroll(Static(id="activity"), id="activity-box", can_focus=False)

    def heading(self) -> str:
        """The title, and which kind is listed."""
        words = tr("活动台账", "Activities")
        return f"{words}　{KINDS[self._kind]}" if self._kind else words

    async def reload(self) -> None:
        """The list anew."""
        rows = await self.place.read(self._read)
        self._rows = {row.id: row for row in rows}
        self.query_one("#activities", LineList).show([_row(row) for row in rows])
        if not rows:
            self.query_one("#activity", Static).update(plain(""))
            self.tell(
                tr("还没有登记活动。", "There are no activities yet."),
                hint=tr(
                    "按 F4 登记，或用 inspector activity import 导入。",
                    "F4 records one; inspector activity import reads a list.",
                ),
            )

    def _read(self) -> list[ActivityRow]:
        store = self.place.store
        return campaign.activities(store.connection, kind=self._kind, voided=self._voided, limit=_SHOWN)

    @property
    def _row(self) -> ActivityRow | None:
        row = self.query_one("#activities", LineList).row
        return self._rows.get(row.key) if row else None

    @on(LineList.Highlighted, "#activities")
    def _moved(self, event: LineList.Highlighted) -> None:
        row = self._rows.get(event.row.key)
        self.query_one("#activity", Static).update(joined(plain(_about(row)) if row else ""))

    async def action_choose(self) -> None:
        """As Enter in the list."""
        self.query_one("#activities", LineList).action_choose()

    @on(LineList.Chosen, "#activities")
    @guarded
    async def _chosen(self, _: LineList.Chosen) -> None:
        row = self._row
        if row is not None and not row.voided:
            self.app.push_screen(
                await activity_form(self.place, row, actor=await actor_of(self.place)), self._then
            )

    @guarded
    async def action_new_activity(self) -> None:
        """Record one."""
        self.app.push_screen(
            await activity_form(self.place, None, actor=await actor_of(self.place)), self._then
        )

    @guarded
    async def _then(self, saved: str | None) -> None:
        if saved:
            await self.refresh_all()
            self.query_one("#activities", LineList).select(saved)
            self.tell(tr("已保存。", "Saved."), "good")

    @guarded
    async def action_next_kind(self) -> None:
        """The next kind."""
        kinds = ("", *KINDS)
        self._kind = kinds[(kinds.index(self._kind) + 1) % len(kinds)]
        self.tell("")
        await self.refresh_all()

    @guarded
    async def action_toggle_voided(self) -> None:
        """With voided ones, or without."""
        self._voided = not self._voided
        self.tell("")
        await self.refresh_all()

    @guarded
    async def action_void(self) -> None:
        """Take it back."""
        row = self._row
        if row is not None and not row.voided:
            self.app.push_screen(void_form(self.place, row, actor=await actor_of(self.place)), self._then)


async def activity_form(place: Workplace, row: ActivityRow | None, *, actor: str) -> KeptForm:
    """Record an activity, or put one right; dismisses with its id when it is saved."""
    kinds = [(code, str(words)) for code, words in KINDS.items()]

    def save(values: Mapping[str, str]) -> str:
        given = {
            "title": values["name"],
            **{name: values[name] for name in ("topic", "organiser", "note")},
            **{name: values[name].strip() or "0" for name in COUNTS},
            "kind": choose(values["kind"], kinds, default="meeting"),
        }
        if row is not None:
            return activities.change_activity(
                place.store, row.id, date=values["day"], actor=actor, **given
            ).id
        return activities.add_activity(
            place.store, day=values["day"], grid=values["grid"], actor=actor, **given
        ).id

    async def submit(values: Mapping[str, str]) -> str:
        return await place.write(save, values)

    def present(name: str) -> str:
        return str(getattr(row, name) or "") if row else ""

    kept, keep = await drafted(place, f"activity/{row.id if row else 'new'}")
    today = await place.read(place.store.today)
    lines = [
        Line("name", tr("名称", "Title"), present("title"), hint=tr("如：双减工作联席会议", "e.g. joint meeting")),
        Line("kind", tr("类别", "Kind"), str(KINDS.get(row.kind, row.kind)) if row else "1", hint=numbered(kinds), longest=20),
        Line("day", tr("日期", "Date"), present("date") or today, longest=20),
        Line("topic", tr("主题", "Topic"), present("topic")),
        Line("organiser", tr("主办单位", "Organiser"), present("organiser")),
        Line("sessions", tr("场次", "Sessions"), present("sessions"), longest=10),
        Line("people", tr("人次", "People"), present("people"), longest=10),
        Line("copies", tr("份数", "Copies"), present("copies"), longest=10),
        Line("issues", tr("期（集）数", "Issues"), present("issues"), longest=10),
        Line("note", tr("备注", "Note"), present("note"), longest=4_000),
    ]  # fmt: skip
    if row is None:
        lines.insert(
            5,
            Line(
                "grid",
                tr("网格", "Grid"),
                hint=tr("编号或名称；留空为全县", "Code or name; empty: the county"),
            ),
        )
    title = tr("更正活动", "Change the activity") if row else tr("登记活动", "Record an activity")
    return KeptForm(place, title, lines, submit, kept=kept, keep=keep)


def void_form(place: Workplace, row: ActivityRow, *, actor: str) -> FormScreen:
    """Why it was a mistake; dismisses with its id when it is void."""

    async def submit(values: Mapping[str, str]) -> str:
        await place.write(activities.void_activity, place.store, row.id, reason=values["reason"], actor=actor)
        return row.id

    return FormScreen(
        place,
        tr("作废这条活动", "Void this activity"),
        [Line("reason", tr("理由", "Reason"), hint=tr("如：重复登记", "e.g. recorded twice"), longest=500)],
        submit,
        about=f"{row.date}　{row.title}",
    )


def counts_words(row: ActivityRow) -> str:
    """What was counted: "1场 30人次"."""
    units = {
        "sessions": ("场", " sessions"), "people": ("人次", " people"), "copies": ("份", " copies"),
        "issues": ("期", " issues"),
    }  # fmt: skip
    return " ".join(f"{getattr(row, name)}{tr(*unit)}" for name, unit in units.items() if getattr(row, name))


def _row(row: ActivityRow) -> Row:
    mark = tr("有冲突 ", "conflict ") if row.conflicts else tr("已作废 ", "voided ") if row.voided else ""
    cells = (row.date, str(KINDS.get(row.kind, row.kind)), mark + row.title, row.organiser, counts_words(row))
    return Row(row.id, cells, "dim" if row.voided else "alert" if row.conflicts else "")


def _about(row: ActivityRow) -> str:
    head = f"{row.date}　{KINDS.get(row.kind, row.kind)}　{counts_words(row)}".strip()
    parts = [
        head + (tr(f"　网格：{row.grid}", f"  Grid: {row.grid}") if row.grid else ""),
        row.title + (tr(f"　主题：{row.topic}", f"  Topic: {row.topic}") if row.topic else ""),
        row.note,
        tr(f"作废：{row.voided}", f"Voided: {row.voided}") if row.voided else "",
    ]
    return "\n".join(part for part in parts if part)
