"""What people answered, counted: bars and numbers, never a single response."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from inspector.commands import BACK, EVERYWHERE, Command
from inspector.domain.checklist import RESPONDENTS, Item
from inspector.domain.questionnaire import SMALL_GROUP, GroupTally, Numbers, Tally, tenths
from inspector.language import tr
from inspector.screens.base import Page
from inspector.screens.workplace import Workplace
from inspector.services import questionnaires
from inspector.widgets.content import joined, plain
from inspector.widgets.counted import counted_line

_LEAST_CELLS = 60


class TallyScreen(Page):
    """Questionnaires of an inspection, counted."""

    CSS_PATH = "tally.tcss"
    AUTO_FOCUS = "#tally-box"
    KEYS: ClassVar[tuple[Command, ...]] = (EVERYWHERE[0], BACK)

    def __init__(self, place: Workplace, inspection: str) -> None:
        super().__init__(place)
        self._inspection = inspection

    def body(self) -> Iterable[Widget]:
        """The counts, one questionnaire below the other."""
        yield VerticalScroll(Static(id="tally"), id="tally-box")

    def heading(self) -> str:
        """The title."""
        return tr("问卷统计", "Questionnaires, counted")

    async def reload(self) -> None:
        """Count anew."""
        found = await self.place.read(
            questionnaires.tallies, self.place.store, self.place.forms, self._inspection
        )
        cells = max(self.size.width - 4, _LEAST_CELLS)
        self.query_one("#tally", Static).update(joined(*_lines(found, cells)))


def _lines(found: Iterable[Tally], cells: int) -> Iterator[Content]:
    """All lines, each with its line break."""
    end = Content("\n")
    for one in found:
        people = tr("，", ", ").join(
            tr(f"{RESPONDENTS[code]} {few(number)} 份", f"{few(number)} from {RESPONDENTS[code]}s")
            for code, number in one.responses.items()
        )
        yield joined(plain(f"{one.form.code} {one.form.title}  ", "bold $accent"), plain(people), end)
        if any(number != 0 for number in one.responses.values()):
            for item in one.items:
                yield joined(plain(f"{item.item.code}  {item.item.question}", "bold"), end)
                for group in item.groups:
                    for line in _group_lines(item.item, group, cells):
                        yield joined(plain(f"  {line}"), end)
        yield end


def few(number: int | None) -> str:
    """A number of people; None is some, but too few to be told apart."""
    return f"<{SMALL_GROUP}" if number is None else str(number)


def _group_lines(item: Item, group: GroupTally, cells: int) -> Iterator[str]:
    who = str(RESPONDENTS[group.respondent])
    if group.small or group.answered is None:
        yield tr(
            f"{who}：不足 {SMALL_GROUP} 人作答，不分列",
            f"{who}: fewer than {SMALL_GROUP} answered; not told apart",
        )
        return
    yield tr(
        f"{who}：答 {group.answered} 人，未答 {group.unanswered} 人",
        f"{who}: {group.answered} answered, {group.unanswered} did not",
    )
    for count in group.counts if group.answered else ():
        share = f"{tenths(count.per_mille)}%"
        yield counted_line(str(count.label), count.count, group.answered, share, cells=cells - 2)
    if group.numbers is not None:
        yield numbers_words(group.numbers, str(item.answer.unit))


def numbers_words(numbers: Numbers, unit: str) -> str:
    """The mean, and the median where there are enough numbers for one."""
    words = tr(f"平均 {tenths(numbers.mean)} {unit}", f"mean {tenths(numbers.mean)} {unit}")
    if numbers.median is None:
        return words.rstrip()
    return tr(f"中位 {tenths(numbers.median)}，{words}", f"median {tenths(numbers.median)}, {words}").rstrip()
