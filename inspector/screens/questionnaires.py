"""The questionnaires of an inspection: which there are, how many have answered, and handing the laptop over."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from inspector.commands import BACK, EVERYWHERE, Command
from inspector.domain.checklist import RESPONDENTS
from inspector.language import tr
from inspector.screens.base import Page, guarded
from inspector.screens.workplace import Workplace
from inspector.services import questionnaires
from inspector.widgets.lines import Column, LineList, Row

if TYPE_CHECKING:
    from inspector.domain.inspection import Inspection
    from inspector.services.questionnaires import Offered


_TAKEN_BACK = "录入后当场撤回"
"""The reason in the record, in the language of the record."""


class QuestionnairesScreen(Page):
    """Questionnaires of an inspection. Enter hands the laptop to those who answer; counts only are shown."""

    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("questionnaires.run", "enter", "run", "请人作答", "Ask",
                "把电脑交给答卷人：一题一屏，不显示检查内容。",
                "Hand the laptop over: one question a screen, nothing of the inspection on it.", footer=True),
        Command("questionnaires.tally", "f4,t", "tally", "统计", "Count",
                "看各题统计；不足三人的不分列。", "See the counts; fewer than three are not told apart.", footer=True),
        Command("questionnaires.undo", "u", "undo", "撤回", "Take back",
                "撤回刚才录错的最后一份；原记录保留。",
                "Take back the last response that was just saved; its record stays.", footer=True),
        EVERYWHERE[1],
        BACK,
    )  # fmt: skip

    def __init__(self, place: Workplace, inspection: str) -> None:
        super().__init__(place)
        self._about = inspection
        self._inspection: Inspection | None = None
        self._offered: tuple[Offered, ...] = ()
        self._last: tuple[str, str] | None = None

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield LineList(
            [
                Column(tr("编码", "Code"), 8),
                Column(tr("问卷", "Questionnaire")),
                Column(tr("答卷人", "For"), 12),
                Column(tr("题数", "Items"), 6, right=True),
                Column(tr("已收份数", "Responses"), 10, right=True),
            ],
            id="forms",
        )

    def heading(self) -> str:
        """The title."""
        return tr("问卷（不记姓名，只计数）", "Questionnaires (no names, counts only)")

    def allows(self, action: str, parameters: tuple[object, ...]) -> bool:
        """A concluded inspection is only counted."""
        still = self._inspection is not None and self._inspection.status == "open"
        if action == "undo":
            return still and self._last is not None
        return still or action != "run"

    async def reload(self) -> None:
        """Which there are."""
        self._inspection, self._offered = await self.place.read(
            questionnaires.offered, self.place.store, self.place.forms, self._about
        )
        rows = []
        for one in self._offered:
            form = one.form
            people = tr("、", ", ").join(str(RESPONDENTS[code]) for code in form.respondents)
            cells = (form.code, str(form.title), people, str(len(form.items)), str(one.responses))
            rows.append(Row(form.code, cells, "good" if one.responses else ""))
        self.query_one("#forms", LineList).show(rows)
        if not rows:
            self.tell(
                tr("这个检查包不带问卷。", "The pack of this inspection has no questionnaires."), "warn"
            )
        self.refresh_bindings()

    @guarded
    async def action_run(self) -> None:
        """Hand the laptop over."""
        from inspector.screens.respond import RespondScreen

        row = self.query_one("#forms", LineList).row
        found = next((one for one in self._offered if row is not None and one.form.code == row.key), None)
        if found is None:
            return

        async def then(saved: tuple[str, ...] | None) -> None:
            self._last = (found.form.code, saved[-1]) if saved else self._last
            await self.refresh_all()
            count = len(saved or ())
            self.tell(
                tr(f"这一轮收到{count}份，都已保存。", f"{count} responses this round, all saved."), "good"
            )

        self.app.push_screen(RespondScreen(self.place, self._about, found.form), then)

    @guarded
    async def action_tally(self) -> None:
        """The counts."""
        from inspector.screens.tally import TallyScreen

        self.app.push_screen(TallyScreen(self.place, self._about))

    @guarded
    async def action_undo(self) -> None:
        """Take back the last response of this round."""
        if self._last is None:
            return
        form, name = self._last
        store, forms = self.place.store, self.place.forms
        await self.place.write(
            questionnaires.withdraw_response, store, forms, self._about, form, name, reason=_TAKEN_BACK
        )
        self._last = None
        await self.refresh_all()
        self.tell(
            tr(f"已撤回 {form} 的最后一份，不再计数。", f"The last response to {form} is taken back."), "good"
        )
