"""The summary of an inspection, and its conclusion."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import events, on
from textual.widget import Widget
from textual.widgets import Static

from inspector.commands import BACK, EVERYWHERE, Command
from inspector.domain.checklist import DEPARTMENTS
from inspector.domain.objections import Guarded, Objection
from inspector.domain.office import Officer
from inspector.domain.procedures import recusal_asked_for
from inspector.journal.words import fingerprint, words
from inspector.language import tr
from inspector.screens.base import Page, guarded
from inspector.screens.case_command import EXPORT
from inspector.screens.question import started_words
from inspector.screens.summary import COUNT, summary_rows
from inspector.screens.telling import confirming, found_words, telling
from inspector.screens.words import pack_title
from inspector.screens.workplace import Workplace
from inspector.services import inspections, legality, lookup
from inspector.services.legality import EndCheck
from inspector.services.sheets import Sheet, sheet
from inspector.widgets.content import plain
from inspector.widgets.lines import Column, LineList, Row

DONE = "#done"
"""What the screen dismisses with where the inspection is concluded."""


class ConcludeScreen(Page):
    """What was found, what is open; dismisses with the item to go to, if one was chosen, or with `DONE`."""

    CSS_PATH = "conclude.tcss"
    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("conclude.conclude", "f8", "conclude", "办结", "Conclude",
                "办结这次检查；办结后不能再改。", "Conclude; it cannot be changed afterwards.", footer=True),
        Command("conclude.team", "f2", "team", "增补人员", "Team",
                "增补或更换检查人员。", "Change who takes part.", footer=True),
        Command("conclude.note", "f6,m", "note", "总备注", "Remark",
                "写整次检查的备注。", "Write a note on the whole inspection."),
        Command("conclude.go", "enter", "go", "去该项", "Go there",
                "回到光标所在的项。", "Go to the item under the cursor.", footer=True),
        Command("conclude.sure", "y", "conclude_open", "确定办结", "Conclude",
                "还有未填、待核或冲突的项时，确定办结。", "Conclude though items are open, unknown or in conflict."),
        Command("conclude.told", "t,f4", "told", "告知", "On the spot",
                "记录出示证件、告知权利、询问回避。", "Record certificates shown, rights told, recusal asked."),
        Command("conclude.confirm", "s,f7", "confirm", "部门确认", "Confirm",
                "确认光标所在（或第一个未确认）部门的部分。",
                "Confirm the part of the department under the cursor, or the first open one."),
        Command("conclude.papers", "p", "papers", "文书", "Papers",
                "办结后当场出文书：笔录、整改通知、停办通知等。", "Papers of the concluded inspection: record, notices.", footer=True),
        Command("conclude.mask", "k", "mask", "打码", "Mask",
                "给照片里的人遮盖：公开件只用遮盖后的副本。", "Cover persons in photos: redacted files get the copies."),
        EXPORT,
        Command("conclude.void", "f3,v", "void", "作废", "Void",
                "开错了：写明理由，作废这次检查。", "Started by mistake: void it with a reason."),
        BACK,
    )  # fmt: skip

    def __init__(self, place: Workplace, inspection: str) -> None:
        super().__init__(place)
        self._inspection = inspection
        self._sheet: Sheet | None = None
        self._asked = False
        self._check: EndCheck | None = None
        self._officers: list[Officer] = []

    def body(self) -> Iterable[Widget]:
        """Words on top, then what deserves a look."""
        yield Static(id="summary")
        yield LineList(
            [Column(tr("类", "Kind"), 8), Column(tr("编码", "Code"), 10), Column(tr("说明", "What"))],
            id="open",
        )

    def heading(self) -> str:
        """The title."""
        return tr("小结：", "Summary: ") + (self._sheet.site.name if self._sheet else "")

    def allows(self, action: str, parameters: tuple[object, ...]) -> bool:
        """What is concluded stays as it is."""
        if action in ("conclude", "conclude_open", "team", "note", "void", "told", "confirm"):
            return self._sheet is not None and self._sheet.inspection.status == "open"
        if action == "papers":
            return self._sheet is not None and self._sheet.inspection.status == "concluded"
        return True

    async def reload(self) -> None:
        """The summary anew."""

        def read() -> tuple[Sheet, EndCheck, list[Officer], list[Officer], str]:
            found = sheet(self.place.store, self.place.forms, self._inspection)
            state = found.inspection
            return (
                found,
                legality.check_conclude(self.place.store, self.place.forms, self._inspection),
                lookup.officers(self.place.store, state.officers),
                lookup.officers(self.place.store, state.helpers),
                pack_title(self.place.forms.packs(), state.pack.code),
            )

        found, check, officers, helpers, pack = await self.place.write(read)
        self._sheet, self._check, self._officers = found, check, officers
        self.query_one("#summary", Static).update(plain(_words(found, officers, helpers, pack)))
        guard = guard_rows(check) if found.inspection.status == "open" else []
        self.query_one("#open", LineList).show([*guard, *summary_rows(found)])
        self.refresh_bindings()

    def on_key(self, event: events.Key) -> None:
        """Any other key takes the question back: a "y" pressed later must not conclude."""
        if event.key != "y":
            self._asked = False

    @guarded
    async def action_conclude(self) -> None:
        """Conclude where nothing is open; otherwise ask, for what is concluded stays as it is."""
        if self._check is not None and self._check.objections and self._sheet is not None:
            self._tell_missing(self._check.objections)
            return
        open_words = _open_words(self._sheet) if self._sheet else ""
        if open_words:
            self._asked = True
            self.tell(
                tr(f"{open_words}。确定办结？办结后不能再改。", f"{open_words}. Conclude? It cannot be changed then."),
                "warn", tr("按 y 办结，按 Esc 返回补填。", "y concludes; Esc goes back to fill in."),
            )  # fmt: skip
            return
        await self._conclude()

    def _tell_missing(self, objections: Sequence[Objection]) -> None:
        """Which reasons stand against it; the cursor goes to the first of them."""
        self.query_one("#open", LineList).select(guard_key(objections[0]))
        more = (
            tr(f"（共 {len(objections)} 条）", f" ({len(objections)} in all)") if len(objections) > 1 else ""
        )
        team = any(found.code == "officers.two" for found in objections)
        self.tell(
            tr("不能办结：", "Cannot conclude: ") + found_words(objections[0]) + more, "bad",
            tr("已填写的内容都已保存。", "All answers are saved. ")
            + (tr("按 F2 增补人员。", "F2 adds an officer.") if team else tr("回车去补。", "Enter leads there.")),
        )  # fmt: skip

    @guarded
    async def action_told(self) -> None:
        """What is shown and told on the spot."""
        if self._sheet is not None:
            self.app.push_screen(telling(self.place, self._sheet.inspection), self._when_saved)

    @guarded
    async def action_confirm(self) -> None:
        """A department's part: that under the cursor, else the first that is not confirmed."""
        if self._sheet is None or self._check is None:
            return
        row = self.query_one("#open", LineList).row
        wanted = row.key.rpartition("/")[2] if row is not None and row.key.startswith("#section") else ""
        sections = self._check.sections if len(self._check.sections) > 1 else ()
        open_ones = [one for one in sections if one.state != "confirmed"]
        chosen = next((one for one in open_ones if one.department == wanted), None)
        chosen = chosen or (open_ones[0] if open_ones else None)
        if chosen is None:
            self.tell(tr("没有要确认的部门。", "No department has to confirm anything."), "good")
            return
        self.app.push_screen(confirming(self.place, self._sheet, chosen, self._officers), self._when_saved)

    async def _when_saved(self, saved: bool | None) -> None:
        if saved:
            await self._after()

    @guarded
    async def action_conclude_open(self) -> None:
        """The answer to that question."""
        if self._asked:
            self._asked = False
            await self._conclude()

    async def _conclude(self) -> None:
        await self.place.write(inspections.conclude, self.place.store, self.place.forms, self._inspection)
        self.place.remember_place(None)
        await self.refresh_all()
        self.tell(
            tr("已办结，已保存在本机。", "Concluded, and saved on this laptop."), "good",
            tr("按 p 出文书；按 Esc 回到今晚；接通中心后按 F5 上报。",
               "p: papers. Esc goes to Tonight; F5 sends it when the centre is in reach."),
        )  # fmt: skip

    @guarded
    async def action_back(self) -> None:
        """To the checklist; from a concluded one to Tonight."""
        done = self._sheet is not None and self._sheet.inspection.status == "concluded"
        self.dismiss(DONE if done else None)

    def tell_error(self, error: Exception) -> None:
        """What came meanwhile and stands against it is shown as the rest of it."""
        if isinstance(error, Guarded):
            self._tell_missing(error.objections)
        else:
            super().tell_error(error)

    @guarded
    async def action_team(self) -> None:
        """Change who takes part."""
        from inspector.screens.patrol import PatrolScreen

        if self._sheet is not None:
            self.app.push_screen(
                PatrolScreen(self.place, inspection=self._sheet.inspection), self._when_saved
            )

    @guarded
    async def _after(self) -> None:
        await self.refresh_all()
        self.tell(tr("已保存。", "Saved."), "good")

    @guarded
    async def action_note(self) -> None:
        """A note on the whole."""
        from inspector.screens.dialogs import note

        present = self._sheet.inspection.notes.get("", "") if self._sheet else ""
        self.app.push_screen(note(self.place, self._inspection, "", present), self._when_saved)

    @guarded
    async def action_papers(self) -> None:
        """The papers of this inspection."""
        from inspector.screens.papers import open_papers

        open_papers(self.app, self.place, inspection=self._inspection)

    @guarded
    async def action_mask(self) -> None:
        """What is covered of photos before they leave."""
        from inspector.screens.masks import MasksScreen

        self.app.push_screen(MasksScreen(self.place, self._inspection))

    @guarded
    async def action_export_case(self) -> None:
        """The case file of this inspection."""
        from inspector.screens.case_export import open_export

        title = (
            self._sheet.site.name or str(self._sheet.site.facts.get("address") or "") if self._sheet else ""
        )
        await open_export(self.app, self.place, self._inspection, title or self._inspection)

    @guarded
    async def action_void(self) -> None:
        """Void a mistaken inspection."""
        from inspector.screens.corrections import void_inspection

        def then(done: bool | None) -> None:
            if done:
                self.place.remember_place(None)
                self.dismiss(DONE)

        self.app.push_screen(void_inspection(self.place, self._inspection), then)

    @on(LineList.Chosen, "#open")
    @guarded
    async def _go(self, event: LineList.Chosen) -> None:
        kind, _, _ = event.row.key.partition("/")
        ways = {"#team": self.action_team, "#procedure": self.action_told, "#section": self.action_confirm}
        if kind in ways:
            await ways[kind]()
        elif kind == "#advice":  # a row may be too narrow for all of it
            self.tell(event.row.cells[-1], "warn")
        elif kind == "#entry":
            self.dismiss(event.row.key.partition("/")[2])
        elif kind.startswith(COUNT):
            self.tell(tr("这一行只是数目。", "This line is only a count."))
        else:
            self.dismiss(event.row.key)

    async def action_go(self) -> None:
        """As Enter in the list."""
        self.query_one("#open", LineList).action_choose()


def guard_key(found: Objection) -> str:
    """The row of an objection; what stands before "/" says where it leads."""
    kind, _, _ = found.code.partition(".")
    if kind in ("procedure", "section", "entry"):
        return f"#{kind}/{found.about}"
    return f"#team/{found.code}"


def guard_rows(check: EndCheck) -> list[Row]:
    """What still stands against concluding, the confirmed parts, and what is worth knowing."""
    missing, done = tr("还缺", "missing"), tr("已确认", "done")
    rows = [Row(guard_key(found), (missing, "", found_words(found)), "alert") for found in check.objections]
    for one in check.sections if len(check.sections) > 1 else ():
        if one.state == "confirmed":
            name = DEPARTMENTS[one.department]
            words = tr(f"{name}部门的部分", f"part of {name}")
            rows.append(Row(f"#section/{one.department}", (done, "", words), "good"))
    rows += [
        Row(f"#advice/{number}", (tr("注意", "note"), "", tr(found.zh, found.en)), "warn")
        for number, found in enumerate(check.advisories)
    ]
    return rows


def _open_words(found: Sheet) -> str:
    """How much is not settled; empty where everything is."""
    clashes = sum(line.conflict for line in found.lines())
    parts = [
        (len(found.unanswered), tr("必答未答", "required open")),
        (found.counts["unknown"], tr("待核", "unknown")),
        (clashes, tr("冲突", "in conflict")),
    ]
    words = [tr(f"{number} 项{word}", f"{number} {word}") for number, word in parts if number]
    return tr("还有 ", "Still ") + tr("、", ", ").join(words) if words else ""


def _words(found: Sheet, officers: list[Officer], helpers: list[Officer], pack: str) -> str:
    counts, state = found.counts, found.inspection
    names = tr("、", ", ").join(
        f"{person.name}（{person.certificate or tr('无证号', 'no number')}）" for person in officers
    )
    lines = [
        started_words(found, pack),
        tr(f"检查人员：{names}", f"Officers: {names}"),
    ]
    if helpers:
        lines.append(tr("协助：", "Helpers: ") + tr("、", ", ").join(person.name for person in helpers))
    lines.append(
        tr(
            f"应答 {counts['asked']} 项，已答 {counts['answered']}；问题 {counts['violations']}，提示 {counts['hints']}，"
            f"待核 {counts['unknown']}；照片 {len(state.photos)}",
            f"{counts['answered']} of {counts['asked']} answered; {counts['violations']} violations, "
            f"{counts['hints']} hints, {counts['unknown']} unknown; {len(state.photos)} photos",
        )
    )
    asked = recusal_asked_for(state.procedure)
    if asked:
        lines.append(tr(f"当事人要求：{asked}", f"The respondent asks for recusal: {asked}"))
    if state.notes.get(""):
        lines.append(tr("备注：", "Remark: ") + state.notes[""])
    if state.status == "concluded":
        lines.append(tr("已办结。", "Concluded."))
        if found.seal is not None:
            told = f"{fingerprint(found.seal)}  {' '.join(words(found.seal))}"
            lines.append(tr(f"指纹：{told}", f"Fingerprint: {told}"))
        lines += [tr(f"注意：{mark.zh}", f"Note: {mark.en}") for mark in found.marks]
    return "\n".join(lines)
