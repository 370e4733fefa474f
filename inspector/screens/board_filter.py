"""The filter of the list: each part chosen from what there is, all of them combined; kept under a name for later."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from textual import on
from textual.widget import Widget

from inspector.commands import BACK, EVERYWHERE, Command
from inspector.domain.checklist import DEPARTMENTS, SEVERITIES
from inspector.domain.lifecycle import STATES
from inspector.errors import UsageError
from inspector.language import tr
from inspector.screens.base import Page, guarded
from inspector.screens.board_words import choice_words, filter_words
from inspector.screens.form import FormScreen, Line
from inspector.screens.pick import PickScreen
from inspector.screens.words import KIND_WORDS
from inspector.screens.workplace import Workplace
from inspector.services import boards
from inspector.services.boards import GROUPS
from inspector.store import queries
from inspector.store.board import Filter
from inspector.widgets.lines import Column, LineList, Row

_DAYS = (0, 1, 3, 7, 15, 30)


@dataclass(frozen=True, slots=True)
class Known:
    """What a filter may name: choices by the part of the filter, and names by id."""

    choices: Mapping[str, list[tuple[str, str]]]
    names: Mapping[str, str]
    views: Mapping[str, Filter]


def known(place: Workplace) -> Known:
    """What there is to choose from; read from the workspace, not on the event loop."""
    connection = place.store.connection
    grids = [(grid.id, grid.name or grid.code or grid.id) for grid in queries.grids(connection)]
    people = [(person.id, person.name) for person in queries.officers(connection)]
    packs = [(code, str(pack.title)) for code, pack in sorted(place.forms.packs().items())]
    states = [(code, tr(*words)) for code, words in GROUPS.items()]
    choices = {
        "state": states + [(code, str(words)) for code, words in STATES.items()],
        "grid": grids,
        "department": [(code, str(words)) for code, words in DEPARTMENTS.items()],
        "kind": [(code, tr(*words)) for code, words in KIND_WORDS.items() if code],
        "severity": [(str(level), choice_words("severity", str(level), {})) for level in sorted(SEVERITIES)],
        "overdue": [("1", tr("只看逾期", "overdue only"))],
        "due_in": [(str(days), _days_words(days)) for days in _DAYS],
        "officer": people,
        "pack": packs,
        "settled": [("1", tr("含已销号", "closed ones too"))],
    }
    return Known(choices, {**dict(grids), **dict(people), **dict(packs)}, boards.kept_views(place.store))


def _days_words(days: int) -> str:
    return tr(f"{days}天内", f"within {days} days") if days else tr("今天", "today")


def labels() -> dict[str, str]:
    """The parts of a filter, in the order of the screen."""
    return {
        "state": tr("状态", "State"),
        "overdue": tr("逾期", "Overdue"),
        "due_in": tr("几天内到期", "Due within"),
        "grid": tr("网格", "Grid"),
        "department": tr("牵头部门", "Department"),
        "kind": tr("类别", "Kind"),
        "severity": tr("严重程度", "Severity"),
        "officer": tr("承办人", "In charge"),
        "pack": tr("检查包", "Pack"),
        "settled": tr("已销号的", "Closed ones"),
    }


class FilterScreen(Page):
    """The filter of the list; dismisses with it, or with None."""

    RELOADS = False
    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("filter.choose", "enter", "choose", "选值", "Choose",
                "为光标所在的条件选一个值。", "Choose a value for the line under the cursor.", footer=True),
        Command("filter.apply", "f2", "apply", "采用", "Apply",
                "按这些条件列出。", "List by these conditions.", footer=True),
        Command("filter.save", "f3", "save_view", "存视图", "Save view",
                "把这些条件存为视图，起个名字。", "Keep these conditions under a name.", footer=True),
        Command("filter.views", "f4", "views", "已存视图", "Views",
                "用以前存的视图。", "Take a view that was kept.", footer=True),
        Command("filter.clear", "delete,backspace", "clear", "去掉", "Clear",
                "去掉光标所在的条件。", "Take the condition under the cursor away."),
        Command("filter.none", "f6", "clear_all", "全部去掉", "Clear all",
                "去掉全部条件。", "Take all conditions away."),
        Command("filter.forget", "f7", "forget", "删视图", "Forget",
                "删去一个存着的视图。", "Forget a view that was kept."),
        BACK,
    )  # fmt: skip

    def __init__(self, place: Workplace, wanted: Filter) -> None:
        super().__init__(place)
        self._wanted = wanted
        self._known = Known({}, {}, {})

    def body(self) -> Iterable[Widget]:
        """The parts."""
        yield LineList([Column(tr("条件", "Condition"), 14), Column(tr("值", "Value"))], id="parts")

    def heading(self) -> str:
        """The title."""
        return tr("筛选", "Filter")

    async def reload(self) -> None:
        """What there is to choose from."""
        self._known = await self.place.read(known, self.place)
        self._draw()

    def _draw(self) -> None:
        rows = []
        for name, label in labels().items():
            value = _value(self._wanted, name)
            shown = dict(self._known.choices.get(name, ())).get(
                value, value and choice_words(name, value, self._known.names)
            )
            rows.append(Row(name, (label, shown or tr("不限", "any")), "strong" if value else ""))
        self.query_one("#parts", LineList).show(rows)
        self.tell(filter_words(self._wanted, self._known.names))

    async def action_choose(self) -> None:
        """As Enter in the list."""
        self.query_one("#parts", LineList).action_choose()

    @on(LineList.Chosen, "#parts")
    @guarded
    async def _choose(self, event: LineList.Chosen) -> None:
        name = event.row.key
        any_one = [("", tr("不限", "any"), "")]
        rows = any_one + [(key, words, "") for key, words in self._known.choices[name]]

        async def then(value: str | None) -> None:
            if value is not None:
                self._wanted = replace(self._wanted, **{name: _typed(name, value)})
                self._draw()

        self.app.push_screen(
            PickScreen(self.place, labels()[name], rows, chosen=_value(self._wanted, name)), then
        )

    @guarded
    async def action_clear(self) -> None:
        """Without the condition under the cursor."""
        row = self.query_one("#parts", LineList).row
        if row is not None:
            self._wanted = replace(self._wanted, **{row.key: _typed(row.key, "")})
            self._draw()

    @guarded
    async def action_clear_all(self) -> None:
        """No conditions."""
        self._wanted = Filter()
        self._draw()

    @guarded
    async def action_apply(self) -> None:
        """List by it."""
        self.dismiss(self._wanted)

    @guarded
    async def action_save_view(self) -> None:
        """Keep it under a name."""
        wanted, place = self._wanted, self.place

        async def submit(values: Mapping[str, str]) -> str:
            name = values["name"].strip()
            if not name or not wanted.to_data():
                raise UsageError(
                    "视图要有名字，也要至少有一个条件。", "A view needs a name and at least one condition.",
                    hint=("先选条件，再起名字。", "Choose a condition first, then name it."),
                )  # fmt: skip
            await place.write(boards.save_view, place.store, name, wanted)
            return name

        async def then(name: str | None) -> None:
            if name:
                await self.reload()
                self.tell(tr(f"已存为视图“{name}”。", f"Kept as view “{name}”."), "good",
                          tr("在清单上按 F6 也能换到它。", "F6 in the list goes to it too."))  # fmt: skip

        about = filter_words(wanted, self._known.names)
        line = Line("name", tr("名字", "Name"), longest=40)
        self.app.push_screen(
            FormScreen(place, tr("存为视图", "Keep as a view"), [line], submit, about=about), then
        )

    def _pick_view(self, title: str, then: Any) -> None:
        names = self._known.names
        rows = [(name, name, filter_words(found, names)) for name, found in self._known.views.items()]
        self.app.push_screen(PickScreen(self.place, title, rows), then)

    @guarded
    async def action_views(self) -> None:
        """Take a view that was kept."""

        async def then(name: str | None) -> None:
            if name is not None and name in self._known.views:
                self.dismiss(self._known.views[name])

        self._pick_view(tr("已存视图", "Views"), then)

    @guarded
    async def action_forget(self) -> None:
        """Forget a view."""

        async def then(name: str | None) -> None:
            if name is not None:
                await self.place.write(boards.save_view, self.place.store, name, Filter())
                await self.reload()
                self.tell(tr(f"视图“{name}”已删去。", f"View “{name}” is gone."), "good")

        self._pick_view(tr("删去哪个视图", "Which view to forget"), then)


def _value(wanted: Filter, name: str) -> str:
    value = getattr(wanted, name)
    if value is None or value is False or value == "" or (name == "severity" and value == 0):
        return ""
    return "1" if value is True else str(value)


def _typed(name: str, value: str) -> Any:
    if name == "due_in":
        return int(value) if value else None
    if name in ("overdue", "settled"):
        return bool(value)
    return int(value or 0) if name == "severity" else value
