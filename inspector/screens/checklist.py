"""The checklist: one key answers, the cursor moves on, a violating answer opens its finding. Every answer is saved as given."""

from typing import ClassVar

from inspector.commands import BACK, EVERYWHERE, Command
from inspector.domain.inspection import PROPOSAL
from inspector.domain.rest import Rest
from inspector.language import tr
from inspector.screens.answer_page import AnswerPage
from inspector.screens.answering import rest_words
from inspector.screens.base import guarded
from inspector.screens.question import next_unanswered
from inspector.services import filling
from inspector.services.sheets import Sheet, sheet


class ChecklistScreen(AnswerPage):
    """Filling in one inspection. A concluded one is shown and cannot be changed."""

    CSS_PATH = "checklist.tcss"
    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("checklist.yes", "y", "answer('yes')", "是", "Yes", "答“是”（也可按 1）。", "Answer yes (or 1)."),
        Command("checklist.no", "n", "answer('no')", "否", "No", "答“否”（也可按 2）。", "Answer no (or 2)."),
        Command("checklist.na", "x", "answer('na')", "不适用", "N/A",
                "答“不适用”（也可按 3）。", "Answer not applicable (or 3)."),
        Command("checklist.digit", "1,2,3,4,5,6,7,8,9,0", "digit('{key}')", "选择", "Choose",
                "单选：按序号。多选：按序号选上或去掉，0 为都没有，回车到下一项。数字、日期、时刻：直接输入。",
                "Choice by number; several: numbers toggle, 0 is none, Enter goes on. Numbers and dates: just type.",
                keys_shown="0–9"),
        Command("checklist.open", "enter", "open", "填写", "Fill in",
                "打开输入行或表格；多选时到下一项。", "Open the input line or the table; go on from several choices."),
        Command("checklist.next", "ctrl+n,g", "next_unanswered", "下一未答", "Next open",
                "到下一个未答的项。", "To the next item without an answer.", footer=True),
        Command("checklist.undo", "u", "undo", "撤回", "Take back",
                "撤回这一项的答案；历史保留。", "Take this answer back; its history stays."),
        Command("checklist.rest", "r", "rest", "其余正常", "Rest in order",
                "本部分其余未答的是非题都按正常记下；数字、表格、拿不准的留下。紧接着按 u 撤回这一批。",
                "Record the open yes/no items of this section as in order; what needs a person stays. u right after takes it back.",
                footer=True),
        Command("checklist.accept", "a", "accept", "采用建议", "Accept",
                "采用这一项的建议答案。", "Accept the proposed answer of this item."),
        Command("checklist.hidden", "h", "hidden", "不涉及项", "N/A items",
                "显示或收起不涉及的项和原因。", "Show or hide items that do not apply, with the reason."),
        Command("checklist.explain", "e", "explain", "为什么", "Why",
                "看这一项为什么这样判断：条件、看到的值、还缺什么、依据。",
                "Why this item is judged so: conditions, what they saw, what is missing, the basis."),
        Command("checklist.note", "m,f6", "note", "备注", "Note", "写这一项的备注。", "Write a note on this item."),
        Command("checklist.photo", "p,f7", "photo", "拍照", "Photo",
                "为这一项加照片。", "Add photos to this item.", footer=True),
        Command("checklist.finding", "f,f4", "finding", "问题", "Finding",
                "改这一项问题的严重程度、措施、期限。", "Change severity, measure, deadline of this finding."),
        Command("checklist.questionnaires", "q", "questionnaires", "问卷", "Forms",
                "请学生、家长、教师作答，或看统计。", "Have pupils, parents, teachers answer; see the counts."),
        Command("checklist.tell", "t,f3", "told", "告知", "On the spot",
                "记录出示证件、告知权利、询问回避。", "Record certificates shown, rights told, recusal asked."),
        Command("checklist.conclude", "f8,c", "conclude", "办结", "Conclude",
                "看小结并办结。", "See the summary and conclude.", footer=True),
        EVERYWHERE[1],
        BACK,
    )  # fmt: skip

    def allows(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Only what the item under the cursor takes."""
        line = self.line
        if action == "undo" and self._batch_here:
            return True
        if action == "accept":
            return self.open and line is not None and line.proposal is not None
        if action == "rest":
            return self.open and line is not None
        if action in ("answer", "digit", "undo", "note", "photo"):
            return self.open and line is not None and (action in ("note", "photo") or not line.item.derived)
        if action == "questionnaires":
            return self._sheet is not None and bool(self._sheet.inspection.questionnaires)
        if action == "told":
            return self.open
        if action == "finding":
            return line is not None and line.finding is not None and self.open
        return True

    # -- other keys --------------------------------------------------------------------------------------------

    @guarded
    async def action_undo(self) -> None:
        """Take the answer back; right after "the rest is in order", that."""
        if self._batch_here:
            await self._take_rest_back()
            return
        line = self.line
        if line is None or not self._may_answer(line):
            return
        if line.item.answer.type == "roster":
            self.tell(tr("表格请打开后逐行删除。", "Open the table and delete its rows."), "warn")
        elif line.answered:
            await self._give(line, None, stay=True)

    @property
    def _batch_here(self) -> bool:
        return self.open and self._batch is not None and self._batch[1] == self._key

    @guarded
    async def action_rest(self) -> None:
        """The rest of this section is in order."""
        line = self.line
        if line is None:
            return
        store, forms, section = self.place.store, self.place.forms, line.checklist

        def record() -> tuple[Rest, Sheet]:
            said = filling.rest_in_order(store, forms, self._inspection, section)
            return said, sheet(store, forms, self._inspection)

        said, now = await self.place.write(record)
        self._show(now)
        self._batch = (tuple(said.answers), self._key) if said.answers else None
        self.tell(*rest_words(said))
        await self.refresh_bar()

    async def _take_rest_back(self) -> None:
        store, forms, batch = self.place.store, self.place.forms, self._batch

        def take() -> tuple[tuple[str, ...], Sheet]:
            gone = filling.take_rest_back(store, forms, self._inspection, batch[0] if batch else ())
            return gone, sheet(store, forms, self._inspection)

        gone, now = await self.place.write(take)
        self._batch = None
        self._show(now)
        self.tell(tr(f"已撤回这一批 {len(gone)} 项", f"Taken back: {len(gone)} answers"), "good")
        await self.refresh_bar()

    @guarded
    async def action_accept(self) -> None:
        """Accept what is proposed."""
        line = self.line
        if line is not None and line.proposal is not None and self._may_answer(line):
            await self._give(line, line.proposal[0], how=PROPOSAL)

    @guarded
    async def action_hidden(self) -> None:
        """Show or hide what does not apply."""
        if self._sheet is not None:
            self._whole = not self._whole
            self._show(self._sheet)

    async def action_next_unanswered(self) -> None:
        """To the next item without an answer."""
        row = self.lines.row
        if self._sheet is None or self.unsaved():
            return
        found = next_unanswered(self._sheet, row.key if row else "")
        if found:
            self.lines.select(found)
        else:
            self.tell(
                tr("都答完了。", "Everything is answered."), "good", tr("按 F8 办结。", "F8 concludes.")
            )

    @guarded
    async def action_explain(self) -> None:
        """Why the item is judged as it is."""
        from inspector.screens.explain import ExplainScreen

        if self.line is not None:
            self.app.push_screen(ExplainScreen(self.place, self._inspection, self.line.item.code))

    @guarded
    async def action_note(self) -> None:
        """Write a note."""
        from inspector.screens.dialogs import note

        line = self.line
        if line is None:
            return

        async def then(saved: bool | None) -> None:
            if saved:
                await self._after(tr("已保存备注。", "The note is saved."))

        self.app.push_screen(
            note(self.place, self._inspection, line.item.code, line.note, question=str(line.item.question)),
            then,
        )

    @guarded
    async def action_photo(self) -> None:
        """Add photos."""
        if self.line is not None:
            self._take_photos(self.line.item.code)

    @guarded
    async def action_told(self) -> None:
        """What is shown and told on the spot."""
        from inspector.screens.telling import telling

        async def then(saved: bool | None) -> None:
            if saved:
                await self._after(tr("告知已记录并保存。", "Recorded and saved."))

        if self._sheet is not None:
            self.app.push_screen(telling(self.place, self._sheet.inspection), then)

    @guarded
    async def action_finding(self) -> None:
        """Change the finding."""
        if self.line is not None:
            self._open_finding(self.line, move=False)

    @guarded
    async def action_questionnaires(self) -> None:
        """The questionnaires of this inspection."""
        from inspector.screens.questionnaires import QuestionnairesScreen

        self.app.push_screen(QuestionnairesScreen(self.place, self._inspection))

    @guarded
    async def action_conclude(self) -> None:
        """The summary."""
        from inspector.screens.conclude import DONE, ConcludeScreen

        async def then(item: str | None) -> None:
            if item == DONE:
                await self._leave()
                return
            if item:
                self.lines.select(item)
            await self.refresh_all()

        self.app.push_screen(ConcludeScreen(self.place, self._inspection), then)

    @guarded
    async def action_back(self) -> None:
        """Out of the input line first, then out of the checklist."""
        if self.typing:
            self._close_typed()
            return
        await self._leave()

    async def _leave(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self.place.remember_place(None)
        self.dismiss()
