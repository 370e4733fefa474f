"""Report files read back by other programs: types, texts that stay texts, tables, the same bytes again."""

import io
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from bench.county_year import Size, Year, write
from inspector.domain.figure_report import Report
from inspector.export import report_files
from inspector.export.report_text import days_words, line
from inspector.services import figures, sites
from inspector.services.forms import Forms
from inspector.store.vault import Argon2
from inspector.store.workspace import Store

FORMULA = '=HYPERLINK("http://example.invalid","样例")'


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path = tmp_path_factory.mktemp("files") / "w"
    with Store.create(path, "correct horse", cost=Argon2(64, 1, 1)) as found:
        write(found, Year(2, Size(30, 8, 4, 80, 20, 9), date(2025, 11, 3), 300))
        sites.add_site(found, name=FORMULA, address="样例路1号")
        yield found


@pytest.fixture(scope="module")
def report(store: Store) -> Report:
    return figures.compute(store, Forms(store), "2025-11-01", store.today())


def test_the_ledger_is_read_by_openpyxl_and_calamine(store: Store, report: Report) -> None:
    """Sheets with frozen heads and filters; days are days, numbers numbers, shares percents; charts are native."""
    import openpyxl  # type: ignore[import-untyped]
    from python_calamine import CalamineWorkbook

    data = report_files.render(report, "xlsx", report_files.lists(store, Forms(store), report))
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["指标", "分项", "图表", "检查", "问题整改", "文书", "点位", "举报线索", "说明"]
    visits = book["检查"]
    assert visits.max_row - 1 == report.values["visits"].value
    assert isinstance(visits["A2"].value, datetime)
    assert visits["A2"].number_format == "yyyy-mm-dd"
    assert visits.freeze_panes == "B2"
    assert visits.auto_filter.ref == f"A1:L{visits.max_row}"
    assert book["图表"]._charts
    rates = {row[7].value: row[1] for row in book["指标"].iter_rows(min_row=3) if row[7].value}
    assert rates["closing_rate"].number_format == "0.0%"
    assert rates["closing_rate"].value == (report.values["closing_rate"].value or 0) / 1000
    assert rates["reduction_rate"].value == "—"
    assert CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names == book.sheetnames


def test_words_that_look_like_a_formula_stay_words(store: Store, report: Report) -> None:
    """A site named like a formula is a text in the ledger: nothing is computed, nothing is a link."""
    import openpyxl

    data = report_files.render(report, "xlsx", report_files.lists(store, Forms(store), report))
    found = [
        cell
        for row in openpyxl.load_workbook(io.BytesIO(data))["点位"].iter_rows()
        for cell in row
        if cell.value == FORMULA
    ]
    assert [(cell.data_type, cell.hyperlink) for cell in found] == [("s", None)]


def test_the_word_report_has_the_countys_structure(report: Report) -> None:
    """The five chapters, native tables with the numbers, prompts where people write, the sources in the footer."""
    from docx import Document

    document = Document(io.BytesIO(report_files.render(report, "docx")))
    heads = [one.text for one in document.paragraphs if one.style and one.style.name == "Heading 1"]
    assert heads[:5] == ["一、基本情况", "二、工作开展", "三、关键数", "四、困难与建议", "五、下一步"]
    cells = {row.cells[0].text: row.cells[1].text for table in document.tables for row in table.rows}
    assert cells["检查"] == str(report.values["visits"].value)
    assert cells["压减率"] == "—"
    words = "\n".join(one.text for one in document.sections[0].footer.paragraphs)
    assert report.last in words
    assert figures.name_of(report) in words
    assert any("请写" in one.text for one in document.paragraphs)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not here")
def test_the_word_report_opens_in_libreoffice(report: Report, tmp_path: Path) -> None:
    """Another office program makes a PDF of it."""
    path = tmp_path / "r.docx"
    path.write_bytes(report_files.render(report, "docx"))
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("form", ["docx", "xlsx", "json", "text"])
def test_the_same_report_gives_the_same_bytes(store: Store, report: Report, form: str) -> None:
    """Made twice, and made from the document read back, a file is the same."""
    again = Report.from_data(report.to_data())
    one, two = (report_files.lists(store, Forms(store), report) for _ in range(2))
    assert report_files.render(report, form, one) == report_files.render(again, form, two)


def test_the_line_leaves_out_what_did_not_happen(store: Store) -> None:
    """A day without anything says so in one short sentence; no zero is listed that nobody asked about."""
    quiet = figures.compute(store, Forms(store), "2024-01-01", "2024-01-01")
    assert line(quiet) == "2024年1月1日，全县出动执法人员0人次，检查0家次；发现问题0个。"
    assert days_words("2026-01-01", "2026-01-31") == "2026年1月1日至31日"
    assert days_words("2025-12-01", "2026-01-31") == "2025年12月1日至2026年1月31日"
