"""An inspection on a screen: its items, the question under the cursor, and how keys become saved answers."""

import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from textual import events, on
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input, Static

from inspector.language import tr
from inspector.screens.answering import choice_words, clock_words, key_answer, toggled, typed_form
from inspector.screens.base import Page, guarded
from inspector.screens.question import (
    nearest,
    next_asked,
    next_unanswered,
    no_longer,
    question,
    sheet_rows,
)
from inspector.screens.workplace import Workplace
from inspector.services import inspections
from inspector.services.sheets import Line, Sheet, sheet
from inspector.widgets.lines import Column, LineList

if TYPE_CHECKING:
    from textual.timer import Timer

_PLACE_SECONDS = 1.0


class AnswerPage(Page):
    """Shows the items of one inspection and saves answers; what other keys do is the checklist's."""

    def __init__(self, place: Workplace, inspection: str, *, item: str = "") -> None:
        super().__init__(place)
        self._inspection = inspection
        self._item = item
        self._sheet: Sheet | None = None
        self._timer: Timer | None = None
        # The item with several choices whose digits are being typed, and its finding's reason before the first.
        self._unsettled: tuple[str, str | None] | None = None
        # Whether items that do not apply are shown too.
        self._whole = False
        # What the rest of a section was answered with, and where the cursor stood, until something else is recorded.
        self._batch: tuple[tuple[str, ...], str] | None = None

    # -- what it shows -----------------------------------------------------------------------------------------

    def body(self) -> Iterable[Widget]:
        """The items; below them the question that is asked now."""
        yield LineList(
            [
                Column(tr("判断", "Verdict"), 6),
                Column(tr("编码", "Code"), 10),
                Column(tr("问题", "Question")),
                Column(tr("答案", "Answer"), 17),
                Column(tr("附", "With"), 6),
            ],
            heading=False,
            id="items",
        )
        yield VerticalScroll(Static(id="question"), id="question-box", can_focus=False)
        yield Input(id="typed", select_on_focus=False)

    def heading(self) -> str:
        """Site, how far, how many findings."""
        if self._sheet is None:
            return ""
        counts = self._sheet.counts
        return tr(
            f"{self._sheet.site.name}　已答 {counts['answered']}/{counts['asked']}　问题 {counts['violations']}",
            f"{self._sheet.site.name}  {counts['answered']}/{counts['asked']} done, {counts['violations']} findings",
        )

    @property
    def lines(self) -> LineList:
        """The items."""
        return self.query_one("#items", LineList)

    @property
    def line(self) -> Line | None:
        """The item under the cursor."""
        row = self.lines.row
        if self._sheet is None or row is None or not row.selectable:
            return None
        return self._sheet.line(row.key)

    @property
    def _key(self) -> str:
        return self.lines.row.key if self.lines.row else ""

    @property
    def open(self) -> bool:
        """Whether it can still be filled in."""
        return self._sheet is not None and self._sheet.inspection.status == "open"

    async def reload(self) -> None:
        """The whole sheet anew."""
        self._show(await self.place.write(sheet, self.place.store, self.place.forms, self._inspection))
        if not self.open:
            self.tell(tr("这次检查不能再改，只供查看。", "This inspection can only be looked at."), "warn")

    def _show(self, found: Sheet) -> None:
        first = self._sheet is None
        self._sheet = found
        keep = (self._item or next_unanswered(found, "")) if first else self._key
        rows = sheet_rows(found, whole=self._whole)
        self.lines.show(rows, keep=nearest(found, rows, keep))
        self._show_question()

    def _show_question(self) -> None:
        line = self.line
        if line is not None and self._sheet is not None:
            self.query_one("#question", Static).update(question(line, self.size.width - 2))
            self.query_one("#question-box").scroll_home(animate=False)
            self.refresh_bindings()

    @on(LineList.Highlighted, "#items")
    def _moved(self) -> None:
        self._show_question()
        self._finish_left()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_PLACE_SECONDS, self._remember)

    def _finish_left(self) -> None:
        """The cursor has left an item with several choices by another way than Enter: its finding opens now."""
        code = self._unsettled[0] if self._unsettled else ""
        if (
            not code
            or self._sheet is None
            or not self.is_current
            or (self.line and self.line.item.code == code)
        ):
            return
        before, now = self._unsettled[1] if self._unsettled else None, self._sheet.line(code)
        self._unsettled = None
        if _reason(now) not in (None, before):
            self._open_finding(now, move=False)

    def _remember(self) -> None:
        if self.open and self.line is not None:
            where = {"inspection": self._inspection, "item": self.line.item.code}
            self.place.remember_place(where)

    # -- answering ----------------------------------------------------------------------------------------------

    @guarded
    async def action_digit(self, digit: str) -> None:
        """Digits answer, toggle, or begin what is typed, by the type of the item."""
        line = self.line
        if line is None or not self._may_answer(line):
            return
        kind = line.item.answer.type
        if kind in ("yes_no", "choice"):
            await self._give(line, key_answer(line.item, digit))
        elif kind == "multi_choice":
            await self._toggle(line, digit)
        elif kind != "roster":
            self._type(line, digit)

    @guarded
    async def action_answer(self, value: str) -> None:
        """是, 否, 不适用."""
        line = self.line
        if line is not None and self._may_answer(line):
            if line.item.answer.type == "yes_no":
                await self._give(line, value)
            else:
                self.tell(tr("这一项请按序号或回车填写。", "Use a number or Enter for this item."), "warn")

    def _may_answer(self, line: Line) -> bool:
        if not self.open:
            self.tell(tr("这次检查已办结，不能再改。", "This inspection is concluded."), "warn")
        elif line.item.derived:
            self.tell(tr("这一项由系统推算，不用填。", "This item is computed."), "warn")
        return self.open and not line.item.derived

    async def _toggle(self, line: Line, digit: str) -> None:
        """Several choices: each digit is saved; the finding waits until the item is left."""
        if self._unsettled is None or self._unsettled[0] != line.item.code:
            self._unsettled = (line.item.code, _reason(line))
        await self._give(line, toggled(line.item, line.value, digit), stay=True, quiet=True)
        if digit == "0":
            self._settle(line.item.code)

    def _settle(self, code: str) -> None:
        """Leave an item with several choices: on to the next, over its finding where there is a new one."""
        now = self._sheet.line(code) if self._sheet else None
        before = self._unsettled[1] if self._unsettled and self._unsettled[0] == code else None
        self._unsettled = None
        if now is not None and now.finding and _reason(now) not in (None, before):
            self._open_finding(now, move=True)
        else:
            self._move_on(code)

    async def _give(
        self, line: Line, value: Any, *, stay: bool = False, quiet: bool = False, how: str = ""
    ) -> None:
        """Save an answer; only then say so, show what follows, and move on."""
        code, store, forms = line.item.code, self.place.store, self.place.forms
        before, earlier = _reason(line), self._sheet

        def save() -> Sheet:
            inspections.answer(store, forms, self._inspection, code, value, seen=line.seen, how=how)
            return sheet(store, forms, self._inspection)

        self._show(await self.place.write(save))
        self._batch = None
        now = self._sheet.line(code) if self._sheet else line
        words = now.shown.replace("\n", tr("；", "; ")) or tr("已撤回", "taken back")
        self.tell(
            tr(f"已保存：{code} {words}", f"Saved: {code} {words}"), "good", no_longer(earlier, self._sheet)
        )
        await self.refresh_bar()
        if not quiet and _reason(now) not in (None, before):
            self._open_finding(now, move=not stay)
        elif not stay and value is not None:
            self._move_on(code)

    def _move_on(self, code: str) -> None:
        following = next_asked(self._sheet, code) if self._sheet else ""
        if following:
            self.lines.select(following)
        else:
            self.tell(tr("到最后一项了。", "This was the last item."), "good",
                      tr("按 F8 看小结并办结，或按 g 到未答的项。", "F8 concludes; g goes to what is open."))  # fmt: skip
        self._remember()

    def _open_finding(self, line: Line, *, move: bool) -> None:
        from inspector.screens.dialogs import FINDING_PHOTO, finding

        if line.finding is None:
            return
        code = line.item.code

        async def then(result: bool | str | None) -> None:
            if result == FINDING_PHOTO.id:
                self._take_photos(code)
            elif result:
                advice = result if isinstance(result, str) else ""
                await self._after(tr(f"已保存：{code} 的问题", f"Saved: the finding of {code}"), advice)

        # Before the form and not after it: an answer that is typed ahead must not fall on the item before.
        if move:
            self._move_on(code)
        self.app.push_screen(finding(self.place, line.finding, line), then)

    @guarded
    async def _after(self, words: str, advice: str = "") -> None:
        earlier, self._batch = self._sheet, None
        await self.refresh_all()
        self.tell(words, "warn" if advice else "good", advice or no_longer(earlier, self._sheet))

    # -- typing ------------------------------------------------------------------------------------------------

    @guarded
    async def action_open(self) -> None:
        """What Enter means for the item."""
        line = self.line
        if line is None or not self._may_answer(line):
            return
        kind = line.item.answer.type
        if kind == "roster":
            await self._roster(line)
        elif kind == "multi_choice" and line.answered:
            self._settle(line.item.code)
        elif kind == "yes_no" or (kind in ("choice", "multi_choice") and len(line.item.answer.choices) <= 9):
            self.tell(choice_words(kind))
        else:
            self._type(line, "")

    async def on_key(self, event: events.Key) -> None:
        """Any character that is no command here begins what is typed; where nothing can be typed, that is said."""
        if self.typing or not event.is_printable or self._is_command(event):
            return
        event.stop()
        event.prevent_default()
        await self._begin(event.character or "")

    async def on_paste(self, event: events.Paste) -> None:
        """As typing it."""
        if not self.typing:
            event.stop()
            await self._begin(" ".join(event.text.split()))

    @guarded
    async def _begin(self, text: str) -> None:
        line = self.line
        if line is None or not text.strip() or not self._may_answer(line):
            return
        digit = unicodedata.normalize("NFKC", text)
        if digit.isascii() and digit.isdigit() and len(digit) == 1:
            await self.action_digit(digit)
        elif line.item.answer.type in ("yes_no", "choice", "multi_choice", "roster"):
            self.tell(
                tr(f"“{text[:20]}”不是这一项的按键。", f'"{text[:20]}" is no key of this item.'), "warn",
                choice_words(line.item.answer.type),
            )  # fmt: skip
        else:
            self._type(line, text)

    def _type(self, line: Line, begun: str) -> None:
        typed = self.query_one("#typed", Input)
        typed.placeholder = typed_form(line.item)
        typed.value = begun or (line.value if isinstance(line.value, str) else "")
        typed.display = True
        # At once, not after the next event: keys that were typed ahead belong to this line.
        self.set_focus(typed)
        typed.cursor_position = len(typed.value)

    @on(Input.Submitted, "#typed")
    @guarded
    async def _typed(self, event: Input.Submitted) -> None:
        line = self.line
        if line is None:
            return
        if not event.value.strip():
            self._close_typed()
            return
        await self._give_typed(line, event.value)

    async def _give_typed(self, line: Line, text: str) -> None:
        """Save what was typed; while it cannot be taken, the line stays open with it."""
        typed = self.query_one("#typed", Input)
        code, store, forms = line.item.code, self.place.store, self.place.forms
        await self.place.write(inspections.answer, store, forms, self._inspection, code, text, seen=line.seen)
        typed.value = ""
        self._close_typed()
        before, earlier, self._batch = _reason(line), self._sheet, None
        self._show(await self.place.write(sheet, store, forms, self._inspection))
        now = self._sheet.line(code) if self._sheet else line
        doubt = clock_words(line.item, text, now.value, self.place.store.clock.stamp().wall)
        saved = tr(f"已保存：{code} {now.shown}", f"Saved: {code} {now.shown}")
        self.tell(saved, "warn" if doubt else "good", doubt or no_longer(earlier, self._sheet))
        await self.refresh_bar()
        if _reason(now) not in (None, before):
            self._open_finding(now, move=True)
        else:
            self._move_on(code)

    def _close_typed(self) -> None:
        self.query_one("#typed", Input).display = False
        self.set_focus(self.lines)

    # -- what else an item leads to ----------------------------------------------------------------------------

    def _take_photos(self, code: str) -> None:
        from inspector.screens.photos import PhotosScreen

        self.app.push_screen(PhotosScreen(self.place, self._inspection, code))

    async def _roster(self, line: Line) -> None:
        from inspector.screens.roster import RosterScreen

        code = line.item.code

        async def then(saved: bool | None) -> None:
            if not saved:
                return
            await self._after(tr(f"已保存：{code} 的表格", f"Saved: the table of {code}"))
            now = self._sheet.line(code) if self._sheet else line
            if now.judgement.verdict == "violation":
                self._open_finding(now, move=True)
            else:
                self._move_on(code)

        self.app.push_screen(RosterScreen(self.place, self._inspection, line), then)


def _reason(line: Line) -> str | None:
    """Why the answer is a finding now; None where it is none."""
    return line.finding.reason if line.finding and line.judgement.verdict == "violation" else None
