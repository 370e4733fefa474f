"""The laptop in the hands of a pupil, a parent or a teacher: one question a screen, digits answer, one save at the end."""

import unicodedata
from collections.abc import Iterator
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Footer, Static

from inspector.commands import Command
from inspector.domain.answers import read_answer
from inspector.domain.checklist import RESPONDENTS, Checklist, Item
from inspector.errors import BadInput
from inspector.language import tr
from inspector.screens.answering import key_answer, toggled
from inspector.screens.base import Told, guarded
from inspector.screens.workplace import Workplace
from inspector.services import questionnaires
from inspector.widgets.bars import MessageLine
from inspector.widgets.content import joined, plain

_START = -1
_DIGITS = 6
_FEW = 4
"""Choices up to this many stand apart from each other, as there is room."""


class RespondScreen(Told):
    """Answering a questionnaire, one person after the other. Dismisses with the ids of what was saved.

    Nothing of the inspection is on it, and the keys that lead elsewhere are held.
    """

    CSS_PATH = "respond.tcss"
    AUTO_FOCUS = ""
    handed_over = True
    KEYS: ClassVar[tuple[Command, ...]] = (
        Command("respond.digit", "1,2,3,4,5,6,7,8,9,0", "digit('{key}')", "作答", "Answer",
                "单选：按序号即到下一题。多选：按序号选上或去掉，0 为都没有。数字：直接输入。",
                "One choice: its number, and on. Several: numbers toggle, 0 is none. A number: type it.",
                keys_shown="0–9"),
        Command("respond.next", "enter,right", "next", "下一题", "Next",
                "到下一题；没有作答就跳过。", "On to the next question; unanswered is skipped.", footer=True),
        Command("respond.previous", "left", "previous", "上一题", "Back",
                "回到上一题修改。", "Back to the question before.", footer=True),
        Command("respond.erase", "backspace,delete", "erase", "改", "Erase",
                "去掉这一题的答案。", "Take the answer to this question off."),
        Command("respond.hold", "f1,question_mark,f5,f10,ctrl+q", "hold", "停用", "Held",
                "作答时停用：帮助、上报、退出。", "Held while somebody answers: help, sync, quit."),
        Command("respond.leave", "escape", "back", "结束（两次）", "Leave (twice)",
                "按两次结束；没有答完的这一份不保存。", "Twice ends it; an unfinished response is not saved.", footer=True),
    )  # fmt: skip

    def __init__(self, place: Workplace, inspection: str, form: Checklist) -> None:
        super().__init__(place)
        self._inspection = inspection
        self._form = form
        self._saved: tuple[str, ...] = ()
        self._leaving = False
        self._respondent = ""
        self._at = _START
        self._answers: dict[str, Any] = {}
        self._typed = ""

    def compose(self) -> ComposeResult:
        """The question, what just happened, the keys. No bar with names."""
        yield VerticalScroll(Static(id="asked"), id="asked-box", can_focus=False)
        yield MessageLine()
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Ask who answers."""
        self._show()

    @property
    def _item(self) -> Item | None:
        return self._form.items[self._at] if self._at > _START else None

    # -- what it shows -----------------------------------------------------------------------------------------

    def _show(self) -> None:
        lines = self._start_lines() if self._item is None else self._question_lines(self._item)
        self.query_one("#asked", Static).update(joined(*_broken(lines)))
        self.query_one("#asked-box").scroll_home(animate=False)
        self.refresh_bindings()

    def _start_lines(self) -> Iterator[Content]:
        yield plain(self._form.title, "bold")
        yield plain("")
        yield plain(
            tr(
                "不记姓名，只统计数字，请按实际情况回答。",
                "No names; answers are only counted. Please answer as it is.",
            )
        )
        yield plain(tr("不想答的题按回车跳过。", "Enter skips what you do not want to answer."))
        yield plain("")
        yield plain(tr("您是：", "You are:"))
        for number, code in enumerate(self._form.respondents, 1):
            yield plain("")
            yield _choice(str(number), str(RESPONDENTS[code]), "")

    def _question_lines(self, item: Item) -> Iterator[Content]:
        count = len(self._form.items)
        yield plain(
            tr(f"第 {self._at + 1} 题，共 {count} 题", f"Question {self._at + 1} of {count}"), "$text-muted"
        )
        yield plain("")
        yield plain(item.question, "bold")
        yield plain(item.help or "", "$text-muted")
        if item.answer.type == "integer":
            yield plain("")
            yield joined(plain(f"  [ {self._typed or ' '} ] ", "bold $accent"), plain(item.answer.unit))
            yield plain("")
            yield plain(tr("输入数字，回车到下一题。", "Type the number; Enter goes on."), "$text-muted")
            return
        chosen = self._answers.get(item.code)
        options = _options(item)
        for number, code, label in options:
            if len(options) <= _FEW:
                yield plain("")
            mark = ""
            if item.answer.type == "multi_choice":
                mark = "[*] " if (chosen == [] if code == "" else code in (chosen or ())) else "[ ] "
            elif chosen is not None:
                mark = "(*) " if code == chosen else "( ) "
            yield _choice(number, label, mark)
        yield plain("")
        several = tr("可选几个；选好按回车到下一题。", "Choose any; Enter goes on.")
        yield plain(
            several
            if item.answer.type == "multi_choice"
            else tr("按序号选一个。", "Choose one by its number."),
            "$text-muted",
        )

    # -- keys --------------------------------------------------------------------------------------------------

    @guarded
    async def action_digit(self, digit: str) -> None:
        """A choice, one of several, or a digit of a number."""
        self._stay()
        item = self._item
        if item is None:
            self._begin(digit)
            return
        kind = item.answer.type
        if kind == "integer":
            self._typed = (self._typed + digit)[:_DIGITS]
        elif kind == "multi_choice":
            self._put(item, toggled(item, self._answers.get(item.code), digit))
            if digit == "0":
                await self._forward()
        else:
            self._answers[item.code] = key_answer(item, digit)
            await self._forward()
        self._show()

    def _put(self, item: Item, value: list[str] | None) -> None:
        if value is None:
            self._answers.pop(item.code, None)
        else:
            self._answers[item.code] = value

    def _begin(self, digit: str) -> None:
        place = int(digit) - 1
        if not 0 <= place < len(self._form.respondents):
            raise BadInput(f"没有第 {digit} 个选择。", f"There is no choice {digit}.", code="answer.key")
        self._respondent = self._form.respondents[place]
        self._at = 0
        self.tell("")
        self._show()

    @guarded
    async def action_next(self) -> None:
        """The next question; an unanswered one is skipped."""
        self._stay()
        if self._item is None:
            self.tell(tr("请按序号选择您是谁。", "Choose who you are by number."))
            return
        self._take_typed(self._item)
        await self._forward()
        self._show()

    def _take_typed(self, item: Item) -> None:
        if item.answer.type != "integer":
            return
        if self._typed:
            self._answers[item.code] = read_answer(item, self._typed)
        else:
            self._answers.pop(item.code, None)

    async def _forward(self) -> None:
        if self._at + 1 < len(self._form.items):
            self._go(self._at + 1)
        else:
            await self._save()

    def _go(self, at: int) -> None:
        self._at = at
        self.tell("")
        item = self._form.items[at]
        known = self._answers.get(item.code)
        self._typed = str(known) if item.answer.type == "integer" and known is not None else ""

    async def _save(self) -> None:
        recorded = await self.place.write(
            questionnaires.record_response,
            self.place.store,
            self.place.forms,
            self._inspection,
            self._form.code,
            respondent=self._respondent,
            answers=dict(self._answers),
        )
        self._saved = (*self._saved, *recorded.ids)
        self._at, self._answers, self._typed, self._respondent = _START, {}, "", ""
        self.tell(
            tr(f"已保存，第 {recorded.standing} 份。谢谢！", f"Saved: response {recorded.standing}. Thank you!"), "good",
            tr("请交给下一位；检查人员按两次 Esc 结束。", "Pass it on to the next person; officers end with Esc twice."),
        )  # fmt: skip

    @guarded
    async def action_previous(self) -> None:
        """The question before; from the first one, who answers."""
        self._stay()
        if self._at > 0:
            self._go(self._at - 1)
        elif self._at == 0:
            self._at = _START
        self._show()

    @guarded
    async def action_erase(self) -> None:
        """One digit, or the answer."""
        self._stay()
        if self._item is not None:
            self._typed = self._typed[:-1]
            if self._item.answer.type != "integer":
                self._answers.pop(self._item.code, None)
        self._show()

    async def action_hold(self) -> None:
        """Nothing leads elsewhere from here."""
        self._stay()
        self.tell(tr("作答时这个键停用。", "This key is held while somebody answers."))

    @guarded
    async def action_back(self) -> None:
        """Leave, at the second press in a row."""
        if self._leaving:
            self.dismiss(self._saved)
            return
        self._leaving = True
        words = tr("再按一次 Esc 结束。", "Esc once more ends it.")
        if self._answers or self._typed:
            words = tr(
                "再按一次 Esc 结束；这一份没有答完，不保存。",
                "Esc once more ends it; this response is not saved.",
            )
        self.tell(words, "warn")

    def _stay(self) -> None:
        if self._leaving:
            self._leaving = False
            self.tell("")

    async def on_key(self, event: events.Key) -> None:
        """Digits of a full-width keyboard are digits."""
        digit = unicodedata.normalize("NFKC", event.character or "")
        if not self._is_command(event) and len(digit) == 1 and digit in "0123456789":
            event.stop()
            await self.action_digit(digit)


def _options(item: Item) -> list[tuple[str, str, str]]:
    """(key, code, label) of each choice."""
    if item.answer.type == "yes_no":
        words = (("yes", tr("是", "yes")), ("no", tr("否", "no")), ("na", tr("不适用", "n/a")))
        return [(str(number), code, label) for number, (code, label) in enumerate(words, 1)]
    found = [(str(number), one.code, str(one.label)) for number, one in enumerate(item.answer.choices, 1)]
    if item.answer.type == "multi_choice":
        found.append(("0", "", tr("都没有", "none of them")))
    return found


def _choice(number: str, label: str, mark: str) -> Content:
    return joined(
        plain(f"  {number}  ", "bold $accent"), plain(f"{mark}{label}", "bold" if "*" in mark else "")
    )


def _broken(lines: Iterator[Content]) -> Iterator[Content]:
    """With a line break after each."""
    for line in lines:
        yield line
        yield Content("\n")
