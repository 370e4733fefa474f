"""The Word report (汇报): the county's structure with its numbers in tables, everything open to be edited.

What only people can write — how the work was done, difficulties, what comes next — is a heading with a prompt.
"""

import io
from collections.abc import Sequence
from typing import Any

from inspector.domain.figure_catalogue import FIGURES, GROUPS, UNKNOWN
from inspector.domain.figure_report import Report
from inspector.domain.figures import DIMENSIONS, UNITS, Value, show
from inspector.export.layout import printable
from inspector.export.report_text import days_words, footer, line
from inspector.export.word import same_bytes

_SONG, _HEI, _FANGSONG = "宋体", "黑体", "仿宋"
_PARTS = (("visits", "grid"), ("visits", "department"), ("visits", "day"), ("found", "module"), ("found", "department"),
          ("papers", "paper"))  # fmt: skip
_PROMPTS = {
    "led": "（请写：组织领导、专班运行、会议部署、部门协同。）",
    "eased": "（请写：作业、课后服务、课堂、考试等方面的做法。）",
    "publicity": "（请写：督导通报、宣传、培训会、问卷。）",
    "hard": "（请写：课后服务经费、家教家养、部分家长焦虑等方面的困难和建议。）",
    "next": "（请写：下一步的打算和时间。）",
}
_PARTS_MOST = 60


def docx(report: Report, sha256: str) -> bytes:
    """The file; the same report gives the same bytes."""
    from docx import Document

    made = _Report(Document(), report, sha256)
    made.write()
    raw = io.BytesIO()
    made.document.save(raw)
    return same_bytes(raw.getvalue())


class _Report:
    """A document while it is made."""

    def __init__(self, document: Any, report: Report, sha256: str) -> None:
        self.document, self._report, self._sha256 = document, report, sha256
        self._set_up()

    def _set_up(self) -> None:
        from datetime import datetime

        from docx.shared import Cm, Pt

        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.6)
        section.top_margin, section.bottom_margin = Cm(2.8), Cm(2.5)
        normal = self.document.styles["Normal"]
        normal.font.size = Pt(12)
        _font(normal, _FANGSONG)
        normal.paragraph_format.line_spacing = 1.4
        for name, size in (("Title", 20), ("Heading 1", 15), ("Heading 2", 13)):
            style = self.document.styles[name]
            style.font.size, style.font.bold, style.font.color.rgb = Pt(size), True, _black()
            _font(style, _HEI)
        properties = self.document.core_properties
        properties.title = f"双减工作汇报 {self._report.first} 至 {self._report.last}"
        properties.author, properties.language = "", "zh-CN"
        properties.comments = f"sha256 {self._sha256}"
        properties.created = properties.modified = datetime(2026, 1, 1)  # noqa: DTZ001 - of no zone in the file
        properties.last_modified_by = ""

    def write(self) -> None:
        """All of it, from top to bottom."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        report = self._report
        title = self.document.add_paragraph(style="Title")
        title.add_run(printable(f"{report.grid_name or '全县'}“双减”工作情况汇报"))
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        below = self._text(f"（{days_words(report.first, report.last)}）", indent=False)
        below.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._text(line(report))
        self._heading("一、基本情况")
        self._groups("base")
        self._heading("二、工作开展")
        for number, (name, prompt) in enumerate(
            (("高位统筹", "led"), ("减负提质", "eased"), ("校内外治理", ""), ("督办宣传", "publicity")),
            start=1,
        ):
            self._heading(f"（{'一二三四'[number - 1]}）{name}", level=2)
            if prompt:
                self._text(_PROMPTS[prompt])
            if name == "减负提质":
                self._groups("school")
            if name == "校内外治理":
                self._groups("work", "item", "paper", "advert", "tip")
            if name == "督办宣传":
                self._groups("supervise")
        self._heading("三、关键数")
        self._groups("action")
        self._by_parts()
        self._heading("四、困难与建议")
        self._text(_PROMPTS["hard"])
        self._heading("五、下一步")
        self._text(_PROMPTS["next"])
        self._heading("附：口径和没有记录的数")
        self._text("各数的统计口径见台账（Excel）“指标”表。下列数字本系统没有记录，不能当作 0：")
        for one in UNKNOWN:
            self._text(f"{one.words.zh}：{one.why.zh}。")
        self._footer()

    def _heading(self, words: str, level: int = 1) -> None:
        self.document.add_paragraph(printable(words), style=f"Heading {level}")

    def _text(self, words: str, *, indent: bool = True) -> Any:
        from docx.shared import Pt

        paragraph = self.document.add_paragraph(printable(words))
        if indent:
            paragraph.paragraph_format.first_line_indent = Pt(24)
        return paragraph

    def _groups(self, *groups: str) -> None:
        for group in groups:
            rows = []
            for code, value in self._report.values.items():
                figure = FIGURES.get(code)
                if figure is not None and figure.group == group and figure.main:
                    unit = (
                        "" if figure.unit == "percent" else UNITS[figure.unit].zh
                    )  # beside the number already
                    rows.append((figure.words.zh, _shown(value, figure.unit), unit, _note(value)))
            self._table((GROUPS[group].zh, "数值", "单位", "说明"), rows, (6.6, 2.4, 1.6, 5.2))

    def _by_parts(self) -> None:
        for code, by in _PARTS:
            figure, value = FIGURES[code], self._report.value(code)
            cells = [cell for cell in value.cells if cell.dimension == by]
            rows = [
                (self._report.name(by, cell.key), show(cell.value, ""), UNITS[figure.unit].zh)
                for cell in cells
            ]
            if rows:
                title = f"{figure.words.zh.strip()}（按{DIMENSIONS[by].zh}）"
                self._table((title, "数值", "单位"), rows[:_PARTS_MOST], (9.0, 3.4, 3.4))

    def _table(self, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Cm, Pt

        table = self.document.add_table(rows=1, cols=len(heads), style="Table Grid")
        table.autofit = False
        for place, column in enumerate(table.columns):
            column.width = Cm(widths[place])
        _repeat(table.rows[0])
        for number, words in enumerate((heads, *rows)):
            row = table.rows[0] if number == 0 else table.add_row()
            _keep(row)
            for place, cell in enumerate(row.cells):
                cell.width = Cm(widths[place])
                paragraph = cell.paragraphs[0]
                form = paragraph.paragraph_format
                form.line_spacing, form.space_before, form.space_after = 1, Pt(1.5), Pt(1.5)
                run = paragraph.add_run(printable(words[place]))
                run.font.size, run.bold = Pt(10.5), number == 0
                if place == 1 and number:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        self.document.add_paragraph().paragraph_format.line_spacing = 0.8

    def _footer(self) -> None:
        from docx.shared import Pt

        paragraph = self.document.sections[0].footer.paragraphs[0]
        for place, words in enumerate(footer(self._report, self._sha256)):
            run = paragraph.add_run(printable(words))
            run.font.size = Pt(7.5)
            if place < len(footer(self._report, self._sha256)) - 1:
                run.add_break()


def _shown(value: Value, unit: str) -> str:
    about = "约" if value.estimated and value.value else ""
    return about + show(value.value, unit)


def _note(value: Value) -> str:
    if value.reason is not None:
        return value.reason.zh
    if value.denominator is not None:
        return f"{show(value.numerator, '')} ÷ {show(value.denominator, '')}"
    return ""


def _font(style: Any, name: str) -> None:
    from docx.oxml.ns import qn

    style.font.name = "Times New Roman"
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for old in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(old), None)
    fonts.set(qn("w:eastAsia"), name)


def _black() -> Any:
    from docx.shared import RGBColor

    return RGBColor(0, 0, 0)


def _repeat(row: Any) -> None:
    """Print this row again on each page."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - python-docx has no other way


def _keep(row: Any) -> None:
    """Do not break a row over two pages."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - python-docx has no other way
