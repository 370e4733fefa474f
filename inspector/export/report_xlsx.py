"""The ledger of a report (台账) as an Excel file: the figures with their parts, and the records behind them.

Words of users are written as texts, never as formulas; numbers are numbers, days are days.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from inspector.domain.figure_catalogue import FIGURES, GROUPS, UNKNOWN
from inspector.domain.figure_report import Report
from inspector.domain.figures import DIMENSIONS, UNITS, Cell, Value
from inspector.export.layout import printable
from inspector.export.report_text import days_words, footer, line

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
ROWS_MOST = 1_048_000
"""Of one sheet; a little less than Excel takes."""
_CHARTED = (
    ("visits", "grid", "各网格检查家次"),
    ("found", "module", "各模块发现问题"),
    ("found", "grid", "各网格发现问题"),
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list.

    Attributes:
        kind: "text", "number", "date" ("YYYY-MM-DD") or "percent" (tenths of a percent).
    """

    title: str
    width: int
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list of records."""

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[Any]]


def workbook(report: Report, sha256: str, lists: Iterable[Sheet] = ()) -> bytes:
    """The file; the same report and lists give the same bytes."""
    import xlsxwriter

    raw = io.BytesIO()
    book = xlsxwriter.Workbook(
        raw, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "constant_memory": True,
              "default_date_format": "yyyy-mm-dd"},
    )  # fmt: skip
    book.set_properties({"title": "双减巡查汇报台账", "created": _EPOCH, "comments": f"sha256 {sha256}"})
    made = _Book(book, report, sha256)
    made.figures()
    made.parts()
    for sheet in lists:
        made.listing(sheet)
    made.notes()
    book.close()
    return raw.getvalue()


class _Book:
    """A workbook while it is made."""

    def __init__(self, book: Any, report: Report, sha256: str) -> None:
        self._book, self._report, self._sha256 = book, report, sha256
        font = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
        self._head = book.add_format(
            {**font, "bold": True, "bg_color": "#DDE6F0", "border": 1, "text_wrap": True, "align": "center"}
        )
        self._title = book.add_format({**font, "bold": True, "font_size": 14})
        self._group = book.add_format({**font, "bold": True, "bg_color": "#F2F2F2", "border": 1})
        wrapped = {**font, "border": 1, "text_wrap": True}
        self._formats = {
            "text": book.add_format(wrapped),
            "number": book.add_format(
                {**font, "border": 1, "num_format": "#,##0.##;-#,##0.##;0", "align": "right"}
            ),
            "whole": book.add_format({**font, "border": 1, "num_format": "#,##0", "align": "right"}),
            "date": book.add_format({**font, "border": 1, "num_format": "yyyy-mm-dd", "align": "center"}),
            "percent": book.add_format({**font, "border": 1, "num_format": "0.0%", "align": "right"}),
        }
        self._plain = book.add_format({**font, "text_wrap": True})

    def _sheet(self, name: str, widths: Sequence[int], *, landscape: bool = True) -> Any:
        sheet = self._book.add_worksheet(name)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        sheet.set_paper(9)
        if landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.set_footer(
            f"&L{self._report.first} 至 {self._report.last}　快照 {self._sha256[:16]}&R第 &P 页，共 &N 页"
        )
        return sheet

    def _cell(self, sheet: Any, row: int, column: int, value: Any, kind: str) -> None:
        shape = self._formats["whole" if kind == "number" and isinstance(value, int) else kind]
        if value is None or value == "":
            sheet.write_blank(row, column, None, shape)
        elif kind == "percent":
            sheet.write_number(row, column, int(value) / 1000, shape)
        elif kind == "number":
            sheet.write_number(row, column, float(value), shape)
        elif kind == "date":
            self._day(sheet, row, column, str(value))
        else:
            sheet.write_string(row, column, printable(str(value))[:32_000], self._formats["text"])

    def _day(self, sheet: Any, row: int, column: int, text: str) -> None:
        try:
            sheet.write_datetime(row, column, date.fromisoformat(text[:10]), self._formats["date"])
        except ValueError:
            sheet.write_string(row, column, printable(text)[:200], self._formats["text"])

    def figures(self) -> None:
        """Every figure with its unit, numerator and denominator, and how it is counted."""
        titles = ("指标", "数值", "单位", "分子", "分母", "说明", "口径", "代码")
        sheet = self._sheet("指标", (34, 12, 8, 10, 10, 24, 60, 30))
        report = self._report
        sheet.merge_range(
            0,
            0,
            0,
            7,
            f"{report.grid_name or '全县'}“双减”巡查数字（{days_words(report.first, report.last)}）",
            self._title,
        )
        sheet.set_row(0, 26)
        _heads(sheet, 1, titles, self._head)
        at, group = 2, ""
        for code, value in report.values.items():
            figure = FIGURES.get(code)
            if figure is None:
                continue
            if figure.group != group:
                group = figure.group
                for column in range(len(titles)):
                    sheet.write_blank(at, column, None, self._group)
                sheet.write_string(at, 0, GROUPS[group].zh, self._group)
                at += 1
            self._cell(sheet, at, 0, figure.words.zh, "text")
            self._number(sheet, at, 1, value, figure.unit)
            self._cell(sheet, at, 2, UNITS[figure.unit].zh, "text")
            self._cell(sheet, at, 3, value.numerator, "number")
            self._cell(sheet, at, 4, value.denominator, "number")
            note = value.reason.zh if value.reason else "含估算" if value.estimated else ""
            for column, words in ((5, note), (6, f"{figure.means.zh}（{figure.source}）"), (7, code)):
                self._cell(sheet, at, column, words, "text")
            at += 1
        sheet.freeze_panes(2, 1)
        sheet.repeat_rows(1)
        sheet.autofilter(1, 0, at - 1, len(titles) - 1)

    def _number(self, sheet: Any, row: int, column: int, value: Value | Cell, unit: str) -> None:
        if value.value is None:
            sheet.write_string(row, column, "—", self._formats["text"])
        else:
            self._cell(sheet, row, column, value.value, "percent" if unit == "percent" else "number")

    def parts(self) -> None:
        """Every figure by its dimensions, and charts of some."""
        sheet = self._sheet("分项", (34, 12, 26, 12, 8, 10, 10))
        _heads(sheet, 0, ("指标", "按", "分项", "数值", "单位", "分子", "分母"), self._head)
        at = 1
        spans: dict[tuple[str, str], tuple[int, int]] = {}
        for code, value in self._report.values.items():
            figure = FIGURES.get(code)
            if figure is None:
                continue
            for cell in value.cells:
                words = (figure.words.zh.strip(), DIMENSIONS[cell.dimension].zh if cell.dimension in DIMENSIONS else cell.dimension,
                         self._part(cell))  # fmt: skip
                for column, text in enumerate(words):
                    self._cell(sheet, at, column, text, "text")
                self._number(sheet, at, 3, cell, figure.unit)
                self._cell(sheet, at, 4, UNITS[figure.unit].zh, "text")
                self._cell(sheet, at, 5, cell.numerator, "number")
                self._cell(sheet, at, 6, cell.denominator, "number")
                first, _ = spans.get((code, cell.dimension), (at, at))
                spans[code, cell.dimension] = (first, at)
                at += 1
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        if at > 1:
            sheet.autofilter(0, 0, at - 1, 6)
        self._charts(spans)

    def _part(self, cell: Cell) -> str:
        words = self._report.names.get((cell.dimension, cell.key))
        return words.zh if words is not None else cell.key or "—"

    def _charts(self, spans: dict[tuple[str, str], tuple[int, int]]) -> None:
        wanted = [(spans[code, by], title) for code, by, title in _CHARTED if (code, by) in spans]
        if not wanted:
            return
        sheet = self._sheet("图表", (12,))
        for place, ((first, last), title) in enumerate(wanted):
            chart = self._book.add_chart({"type": "bar"})
            chart.add_series(
                {"categories": ["分项", first, 2, last, 2], "values": ["分项", first, 3, last, 3], "gap": 60,
                 "data_labels": {"value": True}, "fill": {"color": "#4472C4"}}
            )  # fmt: skip
            chart.set_title({"name": title, "name_font": {"size": 12}})
            chart.set_legend({"none": True})
            chart.set_y_axis({"reverse": True})
            chart.set_size({"width": 760, "height": min(900, 120 + 24 * (last - first + 1))})
            sheet.insert_chart(1 + place * 22, 0, chart)

    def listing(self, listed: Sheet) -> None:
        """A list of records."""
        sheet = self._sheet(listed.name, [column.width for column in listed.columns])
        _heads(sheet, 0, [column.title for column in listed.columns], self._head)
        at = 1
        for row in listed.rows:
            if at > ROWS_MOST:
                sheet.write_string(at, 0, "……行数超过一张表的上限，以下略", self._plain)
                break
            for place, (value, column) in enumerate(zip(row, listed.columns, strict=True)):
                self._cell(sheet, at, place, value, column.kind)
            at += 1
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        if at > 1:
            sheet.autofilter(0, 0, at - 1, len(listed.columns) - 1)

    def notes(self) -> None:
        """The line, the sources, and what is not known."""
        sheet = self._sheet("说明", (110,), landscape=False)
        words = [
            line(self._report),
            "",
            *footer(self._report, self._sha256),
            "",
            "以下数字本系统没有记录，报告里不能当作 0：",
        ]
        words += [f"{one.words.zh}：{one.why.zh}" for one in UNKNOWN]
        words += [
            "",
            "时段、部门两种分项可以重复计入（节假日的夜查两边都计；两个部门一起去的各计一次），合计不等于各分项之和。",
        ]
        for at, text in enumerate(words):
            sheet.write_string(at, 0, printable(text), self._plain)


def _heads(sheet: Any, row: int, titles: Sequence[str], shape: Any) -> None:
    for column, title in enumerate(titles):
        sheet.write_string(row, column, title, shape)
    sheet.set_row(row, 24)
