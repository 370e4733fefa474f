"""Makes the Word templates of the shipped papers from their YAML files.

    python tools/paper_templates.py

A page as GB/T 9704 has it: A4, margins 37/35/28/26 mm, titles 小标宋 22 pt, text 仿宋 16 pt on 28 pt lines, — n — below.
A test asks that the shipped templates are what this makes.
"""

import io
import sys
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_ROW_HEIGHT_RULE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from inspector.domain.paper_kind import Block, PaperKind
from inspector.export.layout import PROVISIONAL, signed, stuck
from inspector.forms.papers import case_kinds, papers_root, shipped_papers

FANG, SONG, HEI = "仿宋_GB2312", "方正小标宋简体", "黑体"
LATIN = "Times New Roman"
CENTER, RIGHT, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT
LINE_MM = 156
STYLES: dict[str, dict[str, Any]] = {
    "Paper Mark": {"font": HEI, "size": 16, "align": RIGHT, "exact": 28},
    "Paper Authority": {"font": SONG, "size": 22, "align": CENTER, "exact": 36},
    "Paper Title": {"font": SONG, "size": 22, "align": CENTER, "exact": 36, "after": 8},
    "Paper Number": {"font": FANG, "size": 16, "align": CENTER, "exact": 28, "after": 12},
    "Paper Body": {"font": FANG, "size": 16, "exact": 28, "indent": 32},
    "Paper Plain": {"font": FANG, "size": 16, "exact": 28},
    "Paper Center": {"font": FANG, "size": 16, "exact": 28, "align": CENTER},
    "Paper Right": {"font": FANG, "size": 16, "exact": 28, "align": RIGHT},
    "Paper Heading": {"font": HEI, "size": 16, "exact": 28, "before": 8, "keep": True},
    "Paper Cell": {"font": FANG, "size": 12, "exact": 20},
    "Paper Label": {"font": HEI, "size": 12, "exact": 20, "align": CENTER},
    "Paper Small": {"font": FANG, "size": 10.5, "exact": 18, "before": 6},
    "Paper Picture": {"font": FANG, "size": 12, "align": CENTER, "before": 10, "keep": True},
    "Paper Caption": {"font": FANG, "size": 10.5, "exact": 16, "align": CENTER, "keep": True},
    "Paper Hash": {"font": FANG, "latin": "Courier New", "size": 7.5, "align": CENTER, "exact": 12},
}
FINE: dict[str, dict[str, Any]] = {
    "Paper Fine": {"font": FANG, "size": 9, "exact": 13},
    "Paper Fine Label": {"font": HEI, "size": 9, "exact": 13, "align": CENTER},
}
"""Sizes and lines in points. Pictures stand on single lines: an exact line would cut them off."""
TEXT_STYLES = {
    "body": "Paper Body",
    "plain": "Paper Plain",
    "center": "Paper Center",
    "right": "Paper Right",
    "small": "Paper Small",
    "heading": "Paper Heading",
}


def template(kind: PaperKind) -> bytes:
    """The Word template of a kind."""
    document = Document()
    _page(document)
    _styles(document, fine=any(_is_fine(block) for block in kind.blocks))
    writer = _Writer(document)
    for block, sticky in zip(kind.blocks, stuck(kind.blocks), strict=True):
        writer.block(block, sticky=sticky)
    _properties(document, kind)
    return _packed(document)


class _Writer:
    """Blocks as paragraphs and tables with the tags that docxtpl fills."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.touching = False  # the last thing was text: a table right under it needs a gap

    def block(self, block: Block, *, sticky: bool) -> None:
        """Write one block; what hangs on a condition stands between two lines that vanish."""
        if block.when:
            self.line(f"{{%p if {block.when} %}}")
        if block.type in ("table", "rows") and self.touching:
            self._gap()
        before = len(self.document.paragraphs)
        getattr(self, f"_{block.type}")(block)
        for paragraph in self.document.paragraphs[before:] if sticky else ():
            paragraph.paragraph_format.keep_with_next = True
        self.touching = block.type in ("text", "each", "seal") and block.style != "heading"
        if block.when:
            self.line("{%p endif %}")

    def line(self, text: str, style: str = "Paper Plain") -> Any:
        """One paragraph."""
        paragraph = self.document.add_paragraph(style=style)
        _put(paragraph, text)
        return paragraph

    def _head(self, _: Block) -> None:
        for name, word in (("draft", "草　稿"), ("duplicate", "副　本")):
            self.line(f"{{%p if paper.{name} %}}")
            self.line(word, "Paper Mark")
            self.line("{%p endif %}")
        self.line("{{ authority.name }}", "Paper Authority")
        self.line("{{ paper.title }}", "Paper Title")
        self.line("{%p if paper.number %}")
        self.line("{{ paper.number }}", "Paper Number")
        self.line("{%p endif %}")
        self.line("{%p if paper.provisional %}")
        self.line(PROVISIONAL, "Paper Caption")
        self.line("{%p endif %}")

    def _text(self, block: Block) -> None:
        self.line(block.text, TEXT_STYLES[block.style])

    def _each(self, block: Block) -> None:
        self.line(f"{{%p for it in {block.over} %}}")
        self.line(block.text, TEXT_STYLES[block.style])
        self.line("{%p endfor %}")

    def _space(self, block: Block) -> None:
        for _ in range(block.lines):
            self.line("")

    def _page(self, _: Block) -> None:
        self.document.add_paragraph(style="Paper Small").add_run().add_break(WD_BREAK.PAGE)

    def _seal(self, _: Block) -> None:
        self.line("").paragraph_format.keep_with_next = True
        for text in ("{{ authority.name }}", "（印章）", "{{ paper.date }}"):
            paragraph = self.line(text, "Paper Right")
            paragraph.paragraph_format.right_indent = Pt(32)
            paragraph.paragraph_format.keep_with_next = text != "{{ paper.date }}"
            paragraph.paragraph_format.space_after = Pt(12 if text == "{{ paper.date }}" else 0)

    def _code(self, _: Block) -> None:
        self.line("{{ proof.code }}", "Paper Picture")
        self.line("{{ proof.link }}", "Paper Hash")

    def _table(self, block: Block) -> None:
        table = self._grid(block.widths, len(block.cells))
        for row, texts in zip(table.rows, block.cells, strict=True):
            cells = list(row.cells)
            if len(texts) < len(cells):
                cells[len(texts) - 1].merge(cells[-1])
            for place, text in enumerate(texts):
                _fill(cells[place], text, "Paper Label" if place % 2 == 0 else "Paper Cell")
            if any(signed(text) for text in texts):
                _tall(row)
        if any(signed(text) for texts in block.cells for text in texts):
            _together(table)
        self._gap()

    def _rows(self, block: Block) -> None:
        table = self._grid(tuple(column.width for column in block.columns), 4)
        head, begin, row, end = table.rows
        _repeat(head)
        for place, column in enumerate(block.columns):
            _fill(head.cells[place], column.title, "Paper Fine Label" if _is_fine(block) else "Paper Label")
            _fill(row.cells[place], column.text, "Paper Fine" if _is_fine(block) else "Paper Cell")
        _fill(begin.cells[0], f"{{%tr for it in {block.over} %}}", "Paper Cell")
        _fill(end.cells[0], "{%tr endfor %}", "Paper Cell")
        if any(signed(column.title) for column in block.columns):
            _tall(row)
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        if block.over == "officers":
            _together(table)
        if block.empty:
            self.line(f"{{%p if not {block.over} %}}")
            self.line(block.empty, "Paper Small")
            self.line("{%p endif %}")
        self._gap()

    def _photos(self, _: Block) -> None:
        self.line("附页：现场照片", "Paper Heading")
        self.line("{%p for it in photos %}")
        self.line("{{ it.picture }}", "Paper Picture")
        self.line("{{ it.no }}　检查项 {{ it.item }}　{{ it.caption }}", "Paper Caption")
        self.line("设备时间 {{ it.taken }}　设备 {{ it.device }}", "Paper Caption")
        self.line("采集 {{ it.recorded }}　采集人 {{ it.by }}", "Paper Caption")
        self.line("原件 {{ it.bytes }} 字节，{{ it.place }}", "Paper Caption")
        self.line("SHA-256 {{ it.sha256 }}", "Paper Hash")
        self.line("{%p endfor %}")

    def _grid(self, widths: Sequence[int], rows: int) -> Any:
        table = self.document.add_table(rows=rows, cols=len(widths), style="Table Grid")
        table.autofit = False
        total = sum(widths)
        for column, width in enumerate(widths):
            for row in table.rows:
                row.cells[column].width = Mm(round(width * LINE_MM / total, 1))
            table.columns[column].width = Mm(round(width * LINE_MM / total, 1))
        return table

    def _gap(self) -> None:
        gap = self.document.add_paragraph(style="Paper Small")
        gap.paragraph_format.line_spacing = Pt(6)
        gap.paragraph_format.space_before = Pt(0)


def _put(paragraph: Any, text: str) -> None:
    run = paragraph.add_run(text)
    for node in run._r.iter(qn("w:t")):
        node.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _fill(cell: Any, text: str, style: str) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style = style
    _put(paragraph, text)
    align = OxmlElement("w:vAlign")
    align.set(qn("w:val"), "center")
    cell._tc.get_or_add_tcPr().append(align)


def _tall(row: Any) -> None:
    """Room for a signature or a seal."""
    row.height, row.height_rule = Mm(13), WD_ROW_HEIGHT_RULE.AT_LEAST


def _together(table: Any) -> None:
    """A table for signatures is not torn from page to page."""
    for row in table.rows[:-1]:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def _repeat(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(22)
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = CENTER
    for kind, text in (("", "— "), ("begin", ""), ("instr", "PAGE"), ("end", ""), ("", " —")):
        run = paragraph.add_run(text if not kind else "")
        _font(run._r.get_or_add_rPr(), "宋体", 14)
        if kind in ("begin", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        elif kind:
            field = OxmlElement("w:instrText")
            field.text = text
            run._r.append(field)


def _font(properties: Any, chinese: str, size: float, latin: str = LATIN) -> None:
    for old in (*properties.findall(qn("w:rFonts")), *properties.findall(qn("w:lang"))):
        properties.remove(old)
    fonts = OxmlElement("w:rFonts")
    for name, value in (("ascii", latin), ("hAnsi", latin), ("eastAsia", chinese), ("cs", latin)):
        fonts.set(qn(f"w:{name}"), value)
    properties.insert(0, fonts)
    for name in ("w:sz", "w:szCs"):
        for old in properties.findall(qn(name)):
            properties.remove(old)
        found = OxmlElement(name)
        found.set(qn("w:val"), str(round(size * 2)))
        properties.append(found)
    language = OxmlElement("w:lang")
    for name, value in (("val", "en-US"), ("eastAsia", "zh-CN")):
        language.set(qn(f"w:{name}"), value)
    properties.append(language)


def _is_fine(block: Block) -> bool:
    """Whether a table is set small: hundreds of rows that are looked up and not read out."""
    return block.type == "rows" and block.style == "small"


def _styles(document: Any, *, fine: bool) -> None:
    for properties in document.styles.element.findall(
        f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}"
    ):
        _font(properties, FANG, 16)
    _font(document.styles["Normal"].element.get_or_add_rPr(), FANG, 16)
    for name, how in (STYLES | (FINE if fine else {})).items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        _font(style.element.get_or_add_rPr(), how["font"], how["size"], how.get("latin", LATIN))
        layout = style.paragraph_format
        layout.space_before, layout.space_after = Pt(how.get("before", 0)), Pt(how.get("after", 0))
        layout.alignment = how.get("align", LEFT)
        layout.keep_with_next = bool(how.get("keep"))
        if "exact" in how:
            layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(how["exact"])
        else:
            layout.line_spacing_rule = WD_LINE_SPACING.SINGLE
        if "indent" in how:
            layout.first_line_indent = Pt(how["indent"])


def _properties(document: Any, kind: PaperKind) -> None:
    properties = document.core_properties
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.title, properties.language = kind.title.zh, "zh-CN"
    properties.created = properties.modified = datetime(2026, 1, 1)  # noqa: DTZ001 - written as it is
    properties.revision = 1


def _packed(document: Any) -> bytes:
    """The package without python-docx's own thumbnail, and the same bytes on each run."""
    raw = io.BytesIO()
    for part, relation in [(document.part.package, one) for one in list(document.part.package.rels)]:
        if part.rels[relation].reltype.endswith("/thumbnail"):
            part.rels.pop(relation)
    document.save(raw)
    packed = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda one: (one != "[Content_Types].xml", one)):
            target.writestr(
                zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), source.read(name), zipfile.ZIP_DEFLATED
            )
    return packed.getvalue()


def main(codes: Iterable[str]) -> None:
    """Write the templates of these kinds, of all without any."""
    folder = papers_root() / "templates"
    folder.mkdir(exist_ok=True)
    wanted = set(codes)
    for kind in (*shipped_papers().values(), *case_kinds().values()):
        if not wanted or kind.code in wanted:
            (folder / f"{kind.code}.docx").write_bytes(template(kind))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    main(sys.argv[1:])
