"""Files that ask for more than a registry needs, or are not what they say, are refused before they cost anything."""

import sys
import time
import zipfile
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspector.errors import BadInput, NotFound
from inspector.registry import bounds, confined
from inspector.registry.reading import read

DATA = Path(__file__).parent / "data"
SHEET = (
    '<?xml version="1.0"?>{head}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{rows}</sheetData></worksheet>"
)


def text_row(row: int, *texts: str) -> str:
    cells = "".join(
        f'<c r="{"AB"[n]}{row}" t="inlineStr"><is><t>{text}</t></is></c>' for n, text in enumerate(texts)
    )
    return f'<row r="{row}">{cells}</row>'


GOOD = text_row(1, "机构名称", "类别")
SITE = text_row(2, "示例中心", "体育")


def crafted(path: Path, rows: str, head: str = "", extra: dict[str, bytes] | None = None) -> Path:
    """An .xlsx whose one sheet is these rows, word for word."""
    openpyxl.Workbook().save(path.with_suffix(".base"))
    with (
        zipfile.ZipFile(path.with_suffix(".base")) as base,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for member in base.infolist():
            sheet = member.filename.endswith("sheet1.xml")
            data = SHEET.format(head=head, rows=rows).encode() if sheet else base.read(member)
            out.writestr(member.filename, (extra or {}).pop(member.filename, data))
        for name, data in (extra or {}).items():
            out.writestr(name, data)
    return path


def refused(path: Path, code: str) -> BadInput:
    """The refusal, which must come fast and say that nothing was imported."""
    began = time.monotonic()
    with pytest.raises(BadInput) as caught:
        read(path)
    assert time.monotonic() - began < 5
    assert caught.value.code == code
    assert "没有导入" in caught.value.hint_zh
    return caught.value


def number(name: str) -> str:
    return f'<c r="{name}"><v>1</v></c>'


def test_the_crafted_file_is_read_when_it_is_harmless(tmp_path: Path) -> None:
    """The frame of these tests is a good file: styled empty cells far away cost nothing and are not counted."""
    far = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    (site,) = read(crafted(tmp_path / "good.xlsx", GOOD + SITE + far)).sites
    assert site.facts["name"] == "示例中心"


@pytest.mark.parametrize(
    "rows",
    [
        f'<row r="1048576">{number("XFD1048576")}</row>',
        f'<row r="50001">{number("A50001")}</row>',
        f'<row r="3">{number("CW3")}</row>',
        f'<row r="3">{number("xfd3")}</row>',
        f"<row>{'<c><v>1</v></c>' * 300}</row>",
        f'<row r="3"><c r="A3" t="inlineStr"><is><t>{"长" * 40_000}</t></is></c></row>',
    ],
    ids=["17 billion cells", "rows", "columns", "small letters", "unnamed columns", "long cell"],
)
def test_cells_beyond_the_limits(tmp_path: Path, rows: str) -> None:
    """A cell too far down, too far right, or too long is found from the file's text, before any table is laid out."""
    refused(crafted(tmp_path / "far.xlsx", GOOD + SITE + rows), "registry.limit")


@pytest.mark.parametrize(
    ("target", "member", "code"),
    [
        ("evil/sheet1.xml", "xl/evil/sheet1.xml", "registry.limit"),
        ("/other/sheet1.xml", "other/sheet1.xml", "registry.limit"),
        ("worksheets/sheet1.bin", "xl/worksheets/sheet1.bin", "registry.limit"),
        ("media/image1.png", "xl/media/image1.png", "registry.limit"),
        ("worksheets/sheet9.xml", "xl\\worksheets\\sheet9.xml", "registry.unreadable"),
        ("../evil/sheet1.xml", "xl/../evil/sheet1.xml", "registry.unreadable"),
    ],
)
def test_a_sheet_at_an_unusual_place(tmp_path: Path, target: str, member: str, code: str) -> None:
    """A workbook may keep a sheet under any name; its far cells are found there too, or the name is refused."""
    relationship = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    relationships = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{relationship}" Target="{target}"/></Relationships>'
    )
    sheet = SHEET.format(head="", rows=f'<row r="1048576">{number("XFD1048576")}</row>')
    extra = {"xl/_rels/workbook.xml.rels": relationships.encode(), member: sheet.encode()}
    refused(crafted(tmp_path / "moved.xlsx", GOOD + SITE, extra=extra), code)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_reckoning_that_misses_a_sheet_costs_the_child_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were a sheet of 17 billion cells ever overlooked, the parser's process would end, and this one tell it."""
    monkeypatch.setattr(bounds, "check_archive", lambda _: None)
    rows = GOOD + f'<row r="1048576">{number("XFD1048576")}</row>'
    refused(crafted(tmp_path / "far.xlsx", rows), "registry.unreadable")


def test_one_shared_text_in_many_cells(tmp_path: Path) -> None:
    """A text of 30,000 characters named by 20,000 cells (600 million characters in a file of 100 kB) is refused."""
    shared = f"<sst xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><si><t>{'字' * 30_000}</t></si></sst>"
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(3, 20_000))
    path = crafted(tmp_path / "shared.xlsx", GOOD + rows, extra={"xl/sharedStrings.xml": shared.encode()})
    assert path.stat().st_size < 200_000
    refused(path, "registry.limit")


def test_an_archive_that_unpacks_to_much(tmp_path: Path) -> None:
    """A member of 30 MB packed a thousandfold is refused by the archive's directory alone."""
    refused(
        crafted(tmp_path / "bomb.xlsx", GOOD, extra={"xl/media/x.xml": bytes(30 * 2**20)}), "registry.limit"
    )


def test_entities_are_refused(tmp_path: Path) -> None:
    """A document type declaration, with which a text could multiply itself, is never expanded."""
    head = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    refused(crafted(tmp_path / "entity.xlsx", GOOD + SITE, head=head), "registry.unreadable")


def test_an_ods_that_repeats_a_cell(tmp_path: Path) -> None:
    """A cell declared as repeated over a million rows is refused; empty ones at the end are usual and cost nothing."""
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    frame = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{urn}:office:1.0"'
        f' xmlns:table="{urn}:table:1.0" xmlns:text="{urn}:text:1.0"><office:body><office:spreadsheet>'
        '<table:table table:name="台账">ROWS</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )

    def row(texts: list[str], times: int = 1) -> str:
        cells = "".join(
            f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
            for text in texts
        )
        return f'<table:table-row table:number-rows-repeated="{times}">{cells}</table:table-row>'

    def save(name: str, rows: str) -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
            out.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            out.writestr(
                "META-INF/manifest.xml",
                '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
            )
            out.writestr("content.xml", frame.replace("ROWS", rows))
        return path

    table = row(["机构名称", "类别"]) + row(["示例中心", "体育"])
    cell = '<table:table-cell table:number-columns-repeated="16384"/>'
    empty = f'<table:table-row table:number-rows-repeated="1048570">{cell}</table:table-row>'
    (site,) = read(save("good.ods", table + empty)).sites
    assert site.facts["category_class"] == "non_subject"
    refused(save("bad.ods", table + row(["示例"], 1_000_000)), "registry.limit")


def test_an_xls_that_reaches_too_far() -> None:
    """The old format is parsed in a child process, which reports its limits like the others."""
    refused(DATA / "tall.xls", "registry.limit")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_the_child_process_has_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook that needs more memory than it may have ends its own process, not this one."""
    monkeypatch.setattr(confined, "_MEMORY", 1024 * 1024)
    refused(DATA / "old-format.xls", "registry.unreadable")
    refused(DATA / "registry-yuehu.xlsx", "registry.unreadable")


def test_text_files_beyond_the_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Columns, cells and rows of a CSV are bounded as those of a workbook, an open quotation mark among them."""
    path = tmp_path / "台账.csv"
    for text in (
        "机构名称,类别\n" + "a," * 300,
        "机构名称,类别\n" + "长" * 40_000,
        '机构名称,类别\n"' + "a" * 200_000,
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(BadInput):
            read(path)
    path.write_text("机构名称,类别\n" + "示例,体育\n" * 50_001, encoding="utf-8")
    refused(path, "registry.limit")
    monkeypatch.setattr(bounds, "MAX_FILE", 1000)
    refused(path, "registry.limit")


def test_control_characters_never_get_in(tmp_path: Path) -> None:
    """NUL, escape sequences and direction marks are taken out of every fact, and the cell is named."""
    path = tmp_path / "台账.csv"
    path.write_bytes("机构名称,类别,备注\n示\x00例\u202e中心\u200b,体育,\x1b[2J看\x9b31m\n".encode())
    reading = read(path)
    (site,) = reading.sites
    assert (site.facts["name"], site.facts["remark"]) == ("示例中心", "[2J看31m")
    assert {problem.where for problem in reading.problems if "控制字符" in problem.zh} == {
        "台账!A2",
        "台账!C2",
    }
    everything = "".join(problem.where + problem.zh + problem.en for problem in reading.problems)
    assert everything.isprintable()


def test_piles_of_marks_are_cut(tmp_path: Path) -> None:
    """Thousands of marks on one letter, in titles and cells, are read in no time and leave a name with a few of them."""
    pile = "\u0301\u0316" * 8_000
    path = tmp_path / "台账.csv"
    voiced = "\uff76" + "\uff9e" * 16_000
    rows = "".join(f"示例中心{number}{pile},体育,{voiced}\n" for number in range(20))
    path.write_text(f"机构名称,类别,备注{pile}\n{rows}", encoding="utf-8")
    began = time.monotonic()
    sites = read(path).sites
    assert time.monotonic() - began < 5
    assert len(sites) == 20
    assert all(len(site.facts["name"]) < 50 for site in sites)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xlsx", b""),
        ("a.xlsx", b"PK\x03\x04" + bytes(50)),
        ("a.xlsx", b"plain text"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("a.csv", b"\xff\xfe\x00"),
        ("a.csv", b"\x81\x20\xff\xff"),
        ("a.pdf", b"%PDF-1.7"),
        ("a.csv", "只有一行文字\n".encode()),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    """Empty, cut, foreign, mislabelled files, and texts without a table end in a sentence, not in a traceback."""
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(BadInput) as caught:
        read(path)
    assert caught.value.zh
    assert caught.value.hint_zh


def test_no_file_at_all(tmp_path: Path) -> None:
    """A wrong path, or a folder, is told as such."""
    for path in (tmp_path / "none.xlsx", tmp_path):
        with pytest.raises(NotFound):
            read(path)


ORIGINAL = (DATA / "registry-yuehu.xlsx").read_bytes()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, len(ORIGINAL) - 1), st.integers(0, 255)), min_size=1, max_size=6),
    st.integers(0, len(ORIGINAL)),
)
def test_damaged_bytes_are_noticed_or_harmless(
    tmp_path: Path, changes: list[tuple[int, int]], cut: int
) -> None:
    """A workbook with wrong bytes or a missing end is refused with a reason, or reads as the 120 sites that it holds."""
    data = bytearray(ORIGINAL)
    for place, value in changes:
        data[place] = value
    path = tmp_path / "damaged.xlsx"
    path.write_bytes(bytes(data[: cut or None]) if cut % 3 == 0 else bytes(data))
    try:
        reading = read(path)
    except BadInput:
        return
    assert len(reading.sites) == 120
