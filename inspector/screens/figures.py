"""汇报数字: a county's figures of a time, the records behind each, and saving them as a file."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from inspector.commands import BACK, EVERYWHERE, Command
from inspector.domain.figure_catalogue import FIGURES, GROUPS
from inspector.domain.figure_report import Report
from inspector.domain.figures import DIMENSIONS, OVERLAPPING, UNITS, Cell, Figure, Value, show
from inspector.domain.periods import OFFERED
from inspector.errors import BadInput
from inspector.language import tr
from inspector.screens.base import Page, guarded
from inspector.screens.form import FormScreen, Line, choose, numbered
from inspector.screens.workplace import Workplace
from inspector.services import figures, lookup, paper_desk, reports
from inspector.store.files import ensure_dir
from inspector.widgets.content import joined, plain
from inspector.widgets.lines import Column, LineList, Row


def _forms() -> tuple[tuple[str, str], ...]:
    return (("docx", "Word"), ("xlsx", "Excel"), ("text", tr("文字", "text")), ("json", "JSON"))


class FiguresScreen(Page):
    """Every figure of a time. It begins with this month."""

    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("figures.open", "enter", "choose", "明细", "Open",
                "这个数的口径、分项和背后的记录。", "How a figure is counted, its parts, and the records behind it.", footer=True),
        Command("figures.line", "f3", "show_line", "一句话", "Line",
                "可以直接发出去的一段话。", "The paragraph for the phone.", footer=True),
        Command("figures.days", "f4", "choose_days", "期间", "Days",
                "换期间或网格：本周、上月、今年，或起止日期。", "Other days or another grid: this week, last month.", footer=True),
        Command("figures.all", "f6", "toggle_all", "全部", "All",
                "只看主要数字，或看全部。", "The main figures only, or all of them."),
        Command("figures.freeze", "f7", "freeze", "冻结", "Keep",
                "把这份数字原样留存，以后可以原样再出。", "Keep these figures as they are, to be given again word for word."),
        Command("figures.save", "f8", "save", "存文件", "Save",
                "存成 Word、Excel、文字或 JSON。", "Save as Word, Excel, text or JSON.", footer=True),
        BACK,
    )  # fmt: skip

    def __init__(self, place: Workplace) -> None:
        super().__init__(place)
        self._first, self._last, self._grid = tr("本月", "this month"), "", ""
        self._all = False
        self._report: Report | None = None

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield LineList(
            [
                Column(tr("指标", "Figure")),
                Column(tr("数值", "Value"), 10, right=True),
                Column(tr("单位", "Unit"), 7),
                Column(tr("说明", "Note"), 26),
            ],
            id="figures",
        )

    def heading(self) -> str:
        """The days and the grid."""
        report = self._report
        if report is None:
            return tr("汇报数字", "Figures")
        return tr(
            f"汇报数字　{report.first} 至 {report.last}　{report.grid_name}",
            f"Figures  {report.first} to {report.last}  {report.grid_name}",
        ).rstrip("　 ")

    async def reload(self) -> None:
        """Counted anew."""
        store, forms = self.place.store, self.place.forms

        def read() -> Report:
            first, last = reports.days_of(store, forms, self._first, self._last)
            return figures.compute(store, forms, first, last, grid=self._grid)

        self._report = report = await self.place.read(read)
        rows: list[Row] = []
        group = ""
        for code, value in report.values.items():
            figure = FIGURES[code]
            if not (self._all or figure.main):
                continue
            if figure.group != group:
                group = figure.group
                rows.append(Row(f"/{group}", (str(GROUPS[group]), "", "", ""), "strong"))
            rows.append(_row(figure, value))
        self.query_one("#figures", LineList).show(rows)

    def _figure(self) -> Figure | None:
        row = self.query_one("#figures", LineList).row
        return FIGURES.get(row.key) if row else None

    async def action_choose(self) -> None:
        """As Enter in the list."""
        self.query_one("#figures", LineList).action_choose()

    @on(LineList.Chosen, "#figures")
    @guarded
    async def _chosen(self, _: LineList.Chosen) -> None:
        figure = self._figure()
        if figure is not None and self._report is not None:
            self.app.push_screen(FigureScreen(self.place, figure, self._report))
        else:
            self.tell(
                tr("这一行是分组名。移到一个指标上再按回车。", "A heading. Move to a figure, then Enter.")
            )

    @guarded
    async def action_toggle_all(self) -> None:
        """The main ones, or all."""
        self._all = not self._all
        await self.refresh_all()

    @guarded
    async def action_show_line(self) -> None:
        """The paragraph."""
        if self._report is not None:
            self.app.push_screen(LineScreen(self.place, self._report))

    @guarded
    async def action_choose_days(self) -> None:
        """Which days."""
        self.app.push_screen(self._days_form(), self._then)

    def _days_form(self) -> FormScreen:
        store, forms = self.place.store, self.place.forms

        async def submit(values: Mapping[str, str]) -> bool:
            first, last, grid = (values[name].strip() for name in ("first", "last", "grid"))

            def check() -> None:
                days = reports.days_of(store, forms, first, last)
                figures.scope_of(store, forms.county(), *days, grid)

            await self.place.read(check)
            self._first, self._last, self._grid = first, last, grid
            return True

        return FormScreen(
            self.place, tr("哪些天的数字", "Figures of which days"),
            [
                Line("first", tr("期间或开始日期", "Days, or first day"), self._first,
                     hint=tr("例：", "For example: ") + tr("、".join(OFFERED), "this week, last month, last year")
                     + tr("；或 2026-11-01", "; or 2026-11-01")),
                Line("last", tr("结束日期", "Last day"), self._last, hint=tr("写了期间就留空", "empty with words")),
                Line("grid", tr("网格", "Grid"), self._grid, hint=tr("空着是全县", "empty: the whole county")),
            ],
            submit,
        )  # fmt: skip

    async def _then(self, changed: bool | None) -> None:
        if changed:
            self.tell("")
            await self._again()

    @guarded
    async def _again(self) -> None:
        await self.refresh_all()

    @guarded
    async def action_freeze(self) -> None:
        """Keep it."""
        report = self._report
        if report is None:
            return
        actor = self.place.acting
        sha256 = await self.place.write(reports.freeze, self.place.store, report, actor=actor)
        self.tell(
            tr(f"已冻结保存，编号 {sha256[:12]}。", f"Kept under {sha256[:12]}."), "good",
            tr(f"原样再出：inspector report --again {sha256[:12]}", f"Again: inspector report --again {sha256[:12]}"),
        )  # fmt: skip

    @guarded
    async def action_save(self) -> None:
        """As a file."""
        report = self._report
        if report is not None:
            folder = await self.place.read(paper_desk.folder, self.place.store)
            self.app.push_screen(save_form(self.place, report, folder), self._saved)

    async def _saved(self, path: Path | None) -> None:
        if path is not None:
            self.tell(tr(f"已存：{path}", f"Saved: {path}"), "good")


def save_form(place: Workplace, report: Report, folder: Path) -> FormScreen:
    """Where a report's file goes, and as what; dismisses with its path."""
    from inspector.export import report_files

    def write(typed: str, form: str) -> Path:
        wanted = Path(typed).expanduser().absolute()
        ensure_dir(wanted)
        where = report.grid_name or "全县"
        name = re.sub(r'[\\/:*?"<>|\s]+', "_", f"双减汇报_{where}_{report.first}_{report.last}")
        path = paper_desk.free_path(wanted, name, report_files.SUFFIXES[form])
        listed = report_files.lists(place.store, place.forms, report) if form == "xlsx" else ()
        report_files.write(report, path, form=form, lists=listed)
        return path

    async def submit(values: Mapping[str, str]) -> Path:
        form = choose(values["form"], _forms(), default="docx")
        if form not in report_files.SUFFIXES:
            raise BadInput(f"没有“{form}”这种格式。", f"There is no format {form!r}.",
                           hint=(numbered(_forms()), numbered(_forms())), code="report.suffix")  # fmt: skip
        return await place.slow(write, values["folder"].strip().strip('"') or str(folder), form)

    return FormScreen(
        place, tr("存成文件", "Save as a file"),
        [
            Line("folder", tr("文件夹", "Folder"), str(folder), longest=1_000),
            Line("form", tr("格式", "Format"), "1", hint=numbered(_forms()), longest=10),
        ],
        submit, typing_first=False,
        about=tr("回车就存到这里；不会覆盖已有的文件。", "Enter saves here. No file is replaced."),
    )  # fmt: skip


class FigureScreen(Page):
    """One figure: how it is counted, its parts, and the records behind it."""

    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("figure.open", "enter", "choose", "打开", "Open",
                "打开光标所在的记录。", "Open the record under the cursor.", footer=True),
        BACK,
    )  # fmt: skip

    def __init__(self, place: Workplace, figure: Figure, report: Report) -> None:
        super().__init__(place)
        self._figure, self._report = figure, report
        self._records: dict[str, figures.Record] = {}

    def body(self) -> Iterable[Widget]:
        """Words, then the list."""
        yield Static(self._facts(), id="figure-about")
        yield LineList(
            [Column(tr("日期", "Day"), 10), Column(tr("内容", "Record")), Column(tr("编号", "Id"), 16)],
            id="records",
        )

    def _facts(self) -> Content:
        figure, value = self._figure, self._report.value(self._figure.code)
        lines = [plain(tr(f"口径：{figure.means.zh}", f"Counted: {figure.means.en}"), "$text-muted")]
        if value.reason is not None:
            lines.append(plain(str(value.reason), "$warning"))
        return joined(*(one if not place else joined("\n", one) for place, one in enumerate(lines)))

    def heading(self) -> str:
        """The figure and its number."""
        figure, value = self._figure, self._report.value(self._figure.code)
        unit = "" if figure.unit == "percent" else f" {UNITS[figure.unit]}"
        return f"{str(figure.words).strip('　 ')}  {_shown(value, figure.unit)}{unit}"

    async def reload(self) -> None:
        """Parts, then records."""
        figure, report = self._figure, self._report
        found = await self.place.read(
            figures.records,
            self.place.store,
            self.place.forms,
            figure.code,
            report.first,
            report.last,
            grid=report.grid,
        )
        rows = [
            Row(
                f"/{cell.dimension}/{cell.key}",
                ("", _part(report, cell), show(cell.value, figure.unit)),
                "dim",
            )
            for cell in report.value(figure.code).cells
        ]
        self._records = {f"{place}": one for place, one in enumerate(found)}
        rows += [Row(key, (one.day, one.words, one.id)) for key, one in self._records.items()]
        self.query_one("#records", LineList).show(rows)
        if len(found) >= figures.RECORDS_MOST:
            self.tell(
                tr(
                    f"只列出前 {len(found)} 条；全部在 Excel 台账里。",
                    f"The first {len(found)} only.",
                ),
                "warn",
            )

    async def action_choose(self) -> None:
        """As Enter in the list."""
        self.query_one("#records", LineList).action_choose()

    @on(LineList.Chosen, "#records")
    @guarded
    async def _chosen(self, chosen: LineList.Chosen) -> None:
        row = self.query_one("#records", LineList).row
        record = self._records.get(row.key) if row else None
        if record is None:
            self.tell(
                tr(
                    "这一行是分项的数；记录在分项的下面。",
                    "A part's number; the records are below the parts.",
                )
            )
            return
        if record.kind == "site":
            from inspector.screens.site import SiteScreen

            self.app.push_screen(SiteScreen(self.place, record.id))
        elif record.kind == "item":
            from inspector.screens.item import ItemScreen

            self.app.push_screen(ItemScreen(self.place, record.id))
        elif record.kind == "inspection":
            from inspector.screens.site import SiteScreen

            visit = await self.place.read(lookup.inspection, self.place.store, record.id)
            self.app.push_screen(SiteScreen(self.place, visit.site))
        else:
            self.tell(tr(f"编号 {record.id}", f"Id {record.id}"))


def _part(report: Report, cell: Cell) -> str:
    dimension, name = dimension_words(cell.dimension), report.name(cell.dimension, cell.key)
    return tr(f"{dimension}：{name}", f"{dimension}: {name}")


def dimension_words(code: str) -> str:
    """A dimension, marked where its parts add up to more than the whole."""
    words = str(DIMENSIONS.get(code, code))
    return words + tr("（可重复）", " (may overlap)") if code in OVERLAPPING else words


class LineScreen(Page):
    """The paragraph for the phone, and where its numbers come from."""

    KEYS: ClassVar[tuple[Command, ...]] = (EVERYWHERE[0], BACK)
    AUTO_FOCUS = "#line-box"

    def __init__(self, place: Workplace, report: Report) -> None:
        super().__init__(place)
        self._report = report

    def body(self) -> Iterable[Widget]:
        """The words."""
        from inspector.export.report_text import footer, line

        below = "\n".join(footer(self._report, figures.name_of(self._report)))
        yield VerticalScroll(
            Static(
                joined(
                    plain(line(self._report), limit=4_000), "\n\n", plain(below, "$text-muted", limit=4_000)
                ),
                id="line",
            ),
            id="line-box",
        )

    def heading(self) -> str:
        """The title."""
        return tr("一句话汇报", "The report line")

    async def reload(self) -> None:
        """Nothing changes."""


def _shown(value: Value, unit: str) -> str:
    about = tr("约", "~") if value.estimated and value.value else ""
    return about + show(value.value, unit)


def _row(figure: Figure, value: Value) -> Row:
    note = ""
    if value.reason is not None:
        note = str(value.reason)
    elif value.denominator is not None:
        note = f"{show(value.numerator, '')} ÷ {show(value.denominator, '')}"
    unit = "" if figure.unit == "percent" else str(UNITS[figure.unit])
    look = "dim" if not value.value else ""
    return Row(figure.code, (str(figure.words), _shown(value, figure.unit), unit, note), look)
