"""Tables for other hands: whole or not at all, nothing in them runs, nothing personal unless asked for."""

import csv
import json
import tracemalloc
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.errors import Refusal, UsageError, WorkspaceError
from inspector.export import tables
from inspector.export.file_names import LONGEST, safe_name
from inspector.export.table_columns import TABLES
from inspector.export.tables import inert, write_table
from inspector.registry.workbook import read_sheets
from inspector.services import activities, sites, tasks, tips
from inspector.store.engine import immediate
from inspector.store.files import hooks
from inspector.store.workspace import Store
from tests.workplace import make_store

HOSTILE = '=HYPERLINK("http://evil.invalid","样例")'
ROWS, MEMORY_BYTES = 20_000, 12_000_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A workspace with a site, an activity, a task and a tip, whose texts would like to be formulas."""
    with make_store(tmp_path / "ws") as made:
        sites.add_site(
            made,
            name=HOSTILE,
            address="@SUM(A1)\n二行",
            facts={"principal": "样例张", "phone": "13900000000", "students": 12},
        )
        activities.add_activity(made, title="+推进会", kind="会议", sessions=1, people=26, day="2026-09-01")
        tasks.add_task(
            made, task="-夜查", lead="县教体局", partners="公安局、市监局", due="2026-10-01", person="样例李"
        )
        tips.add_tip(made, channel="phone", content="样例内容", address="样例小区")
        yield made


def read_csv(path: Path) -> list[list[str]]:
    """Its rows, as a program of an office reads them."""
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") >= 1
    return list(csv.reader(data.decode("utf-8-sig").splitlines(keepends=True)))


def read_xlsx(path: Path) -> list[list[Any]]:
    """The rows of its only sheet, typed."""
    (sheet,) = read_sheets(path)
    return [list(row) for row in sheet.rows]


@pytest.mark.parametrize("code", sorted(TABLES))
@pytest.mark.parametrize("form", tables.FORMATS)
def test_every_table_is_written_in_every_form(store: Store, tmp_path: Path, code: str, form: str) -> None:
    """Heads and rows agree with the table's columns; a folder gets a name of table and day."""
    path, number = write_table(store, code, tmp_path, form, personal=True)
    assert path.name == f"{TABLES[code].words.zh}-2026-09-21.{form}"
    names = [column.zh for column in TABLES[code].columns]
    if form == "json":
        rows = json.loads(path.read_text("utf-8"))
        assert len(rows) == number
        assert all(list(row) == [column.name for column in TABLES[code].columns] for row in rows)
    else:
        rows = read_csv(path) if form == "csv" else read_xlsx(path)
        assert (rows[0], len(rows)) == (names, number + 1)
    assert (number > 0) == (code in ("sites", "activities", "tasks", "tips"))


def test_no_text_of_a_table_is_run(store: Store, tmp_path: Path) -> None:
    """In CSV such a text begins with one "'", in Excel it is a text cell; JSON has it as it is."""
    rows = read_csv(write_table(store, "sites", tmp_path / "a.csv", "csv")[0])
    found = dict(zip(rows[0], rows[1], strict=True))
    assert (found["名称"], found["地址"]) == ("'" + HOSTILE, "'@SUM(A1) 二行")
    cells = read_xlsx(write_table(store, "sites", tmp_path / "a.xlsx", "xlsx")[0])
    assert HOSTILE in cells[1]
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.xlsx") as made:
        sheet = made.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "<autoFilter" in sheet
        assert 'state="frozen"' in sheet
        assert 'quotePrefix="1"' in made.read("xl/styles.xml").decode()
    (row,) = json.loads(write_table(store, "sites", tmp_path / "a.json", "json")[0].read_text("utf-8"))
    assert row["name"] == HOSTILE


@given(st.text(max_size=20))
def test_what_is_made_inert_can_be_read_back(text: str) -> None:
    """No result begins with a sign of a formula, and taking one "'" off gives the text again."""
    found = inert(text)
    assert not found.startswith(tuple("=+-@＝＋－＠\t\r\n"))
    assert (found.removeprefix("'")) == text


def test_values_have_their_types(store: Store, tmp_path: Path) -> None:
    """Days are dates and counts are numbers in Excel; codes are words for people, and codes for programs."""
    rows = read_xlsx(write_table(store, "activities", tmp_path / "a.xlsx", "xlsx")[0])
    found = dict(zip(rows[0], rows[1], strict=True))
    assert str(found["日期"])[:10] == "2026-09-01"
    assert isinstance(found["日期"], date)
    assert (found["人次"], found["类别"]) == (26, "会议")
    named = read_csv(write_table(store, "activities", tmp_path / "b.csv", "csv", names=True)[0])
    found = dict(zip(named[0], named[1], strict=True))
    assert (found["kind"], found["people"], found["date"]) == ("meeting", "26", "2026-09-01")
    rows = read_csv(write_table(store, "tasks", tmp_path / "t.csv", "csv")[0])
    found = dict(zip(rows[0], rows[1], strict=True))
    assert (found["任务"], found["配合单位"], found["完成时限"], found["进展"]) == (
        "'-夜查",
        "公安局、市监局",
        "2026-10-01",
        "未开始",
    )


def test_nothing_personal_leaves_unless_asked_for(store: Store, tmp_path: Path) -> None:
    """Neither heads nor bytes of such columns are there; with --personal they are."""
    for code, told in (
        ("sites", ("样例张", "13900000000")),
        ("tasks", ("样例李",)),
        ("tips", ("样例内容", "样例小区")),
    ):
        for form in ("csv", "json"):
            data = write_table(store, code, tmp_path / f"{code}.{form}", form)[0].read_text("utf-8")
            assert not any(one in data for one in told)
            data = write_table(store, code, tmp_path / f"{code}-p.{form}", form, personal=True)[0].read_text(
                "utf-8"
            )
            assert all(one in data for one in told)
    cells = read_xlsx(write_table(store, "sites", tmp_path / "sites.xlsx", "xlsx")[0])
    assert "负责人" not in cells[0]


def test_a_file_that_is_there_stays(store: Store, tmp_path: Path) -> None:
    """Not replaced without force, also where it is a link into nowhere; other suffixes and folders are refused."""
    path = tmp_path / "表.csv"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        write_table(store, "sites", path, "csv")
    assert (refused.value.code, path.read_text("utf-8")) == ("export.exists", "mine")
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "nowhere")
    with pytest.raises(Refusal):
        write_table(store, "sites", link, "csv")
    assert write_table(store, "sites", path, "csv", force=True)[1] == 1
    for out, form in (
        (tmp_path / "a.txt", "csv"),
        (tmp_path / "no" / "a.csv", "csv"),
        (tmp_path / "a.csv", "pdf"),
    ):
        with pytest.raises(UsageError):
            write_table(store, "sites", out, form)


@pytest.mark.parametrize("form", tables.FORMATS)
def test_a_disk_that_fails_leaves_nothing(store: Store, tmp_path: Path, form: str) -> None:
    """Whole or not at all: the old file is as it was, and no half of a new one lies beside it."""
    folder = tmp_path / "out"
    folder.mkdir()
    path = folder / f"a.{form}"
    path.write_text("mine", encoding="utf-8")

    def fail(operation: Any) -> None:
        if operation.kind == "fsync":
            raise OSError(28, "No space left on device")

    with hooks.observed_by(fail), pytest.raises(WorkspaceError):
        write_table(store, "sites", path, form, force=True)
    assert ([one.name for one in folder.iterdir()], path.read_text("utf-8")) == ([f"a.{form}"], "mine")


@pytest.mark.parametrize("form", tables.FORMATS)
def test_a_long_table_takes_little_memory(store: Store, tmp_path: Path, form: str) -> None:
    """Many rows take no more than a few pieces of them: in one list they would be several times that."""
    with immediate(store.connection):  # the read table alone: what is counted here is the writing
        store.connection.executemany(
            "INSERT INTO activity VALUES (?, 'county', 'meeting', '2026-09-01', ?, '', '', 1, 2, 3, 4, '', '', 'x', 0)",
            ((f"e-{number:06}", f"样例活动{number}") for number in range(ROWS)),
        )
    tracemalloc.start()
    try:
        _, number = write_table(store, "activities", tmp_path / f"long.{form}", form)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert number == ROWS + 1
    assert most < MEMORY_BYTES, most


@given(st.text(max_size=300))
def test_any_text_makes_a_name_that_every_system_takes(text: str) -> None:
    """Not empty, no separator, no reserved name, no dot or blank at an end, short enough, and the same when made again."""
    found = safe_name(text, ".csv")
    stem = found.removesuffix(".csv")
    assert stem
    assert not set(stem) & set('\\/:*?"<>|')
    assert len(stem.encode("utf-8")) <= LONGEST + 1
    assert stem == stem.strip(" .")
    assert safe_name(stem) == stem


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("CON", "_CON"), ("con.txt", "_con.txt"), ("COM1", "_COM1"), ("LPT9 .x", "_LPT9 .x"), ("a/b\\c:d", "a_b_c_d"),
        ("台账. ", "台账"), ("..", "_"), ("", "_"), ("整改\u202e清单", "整改_清单"), ("e\u0301", "\u00e9"), ("COM10", "COM10"),
    ],
)  # fmt: skip
def test_names_that_are_known_to_be_bad(text: str, name: str) -> None:
    """What Windows reserves, takes off or forbids, and what hides."""
    assert safe_name(text) == name


@pytest.mark.parametrize("text", ["=1", " =1", "\u00a0=1", "\u3000＝1", "﹦1", "\t=1", " '1", " -1"])
def test_blanks_before_a_formula_make_it_no_text(text: str) -> None:
    """A spreadsheet may take blanks away and run what is left; so these are kept from it as well."""
    assert inert(text) == "'" + text
