"""`inspector report` as an office uses it: the line, files, records behind a figure, keeping and giving again."""

from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]

from bench.county_year import Size, Year, write
from inspector.store.workspace import Store
from tests.cli.command_line import Desk
from tests.workplace import PASSPHRASE

DAYS = ("--from", "2026-01-01", "--to", "2026-06-30")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A workspace with some months of an invented county."""
    found = Desk(tmp_path_factory.mktemp("report"))
    with Store.open(found.workspace, PASSPHRASE) as store:
        write(store, Year(5, Size(20, 6, 3, 60, 10, 9), date(2025, 11, 3), 300))
    return found


def test_the_line_is_data_and_its_sources_are_narration(desk: Desk) -> None:
    """Standard output is the one paragraph; period, journal and hash go to standard error."""
    done = desk.good("report", *DAYS)
    assert done.out.startswith("2026年1月1日至6月30日，全县出动执法人员")
    assert done.out.count("\n") == 1
    assert "快照编号" in done.err
    assert "2026-06-30 23:59" in done.err


def test_every_figure_is_in_the_json_with_its_definition(desk: Desk) -> None:
    """Each has code, words, unit and definition, and what is not known is told as such."""
    found = desk.good("report", *DAYS, "--json").json
    assert len(found["sha256"]) == 64
    rows = {row["code"]: row for row in found["figures"]}
    assert rows["reduction_rate"]["shown"] == "—"
    assert all(row["means"] and row["means_en"] and row["name"] for row in rows.values())
    assert found["unknown"]


def test_a_figure_opens_to_its_records(desk: Desk) -> None:
    """As many records as the figure says, by code or by name."""
    document = desk.good("report", *DAYS, "--json").json["document"]
    visits = next(one["value"] for one in document["figures"] if one["code"] == "visits")
    found = desk.good("report", *DAYS, "--open", "visits", "--json").json
    assert len(found) == visits
    assert {"kind", "id", "words", "day"} == set(found[0])
    assert desk.good("report", *DAYS, "--open", "检查", "--json").json == found


def test_a_kept_report_gives_the_same_files_again(desk: Desk, tmp_path: Path) -> None:
    """What --freeze kept is written again byte for byte, is listed, and is compared with today's figures."""
    done = desk.good(
        "report", *DAYS, "--freeze", "--format", "docx", "--out", str(tmp_path / "a.docx"), "--json"
    )
    sha256 = done.json["sha256"]
    desk.good("report", "--again", sha256[:10], "--format", "docx", "--out", str(tmp_path / "b.docx"))
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()
    assert sha256 in [row["sha256"] for row in desk.good("report", "--kept", "--json").json]
    assert desk.good("report", "--again", sha256, "--diff", "--json").json == []


def test_a_kept_ledger_is_made_from_the_records_of_its_time(desk: Desk, tmp_path: Path) -> None:
    """After something was recorded since, the ledger is the same byte for byte, and counting anew confirms its figures."""
    done = desk.good(
        "report", *DAYS, "--freeze", "--format", "xlsx", "--out", str(tmp_path / "a.xlsx"), "--json"
    )
    sha256 = done.json["sha256"]
    desk.good("site", "add", "--name", "样例后来", "--address", "样例路99号")
    desk.good("report", "--again", sha256, "--format", "xlsx", "--out", str(tmp_path / "b.xlsx"))
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert desk.good("report", "--again", sha256, "--check", "--json").json == {"same": True}
    assert not list(desk.workspace.glob("past-*"))


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("--from", "2026-02-01", "--to", "2026-01-01"), 5),
        (("--from", "某时"), 2),
        (("--from", "2026-01-01", "--to", "2027-12-31"), 5),
        ((*DAYS, "--format", "pdf"), 2),
        ((*DAYS, "--format", "docx"), 2),
        ((*DAYS, "--open", "nothing"), 3),
        ((*DAYS, "--grid", "没有的网格"), 3),
        (("--again", "ffff"), 3),
        (("--again", "ffff", *DAYS), 2),
    ],
)
def test_mistakes_are_told_with_their_status(desk: Desk, words: tuple[str, ...], status: int) -> None:
    """A sentence, a hint and the exit status of its kind; nothing on standard output."""
    done = desk.run("report", *words)
    assert (done.status, done.out) == (status, ""), done
    assert done.err


def test_a_file_is_not_replaced_unless_asked(desk: Desk, tmp_path: Path) -> None:
    """A file that is there stays as it is without --force, and a wrong ending is refused."""
    path = tmp_path / "a.txt"
    path.write_text("mine", encoding="utf-8")
    assert desk.run("report", *DAYS, "--out", str(path)).status == 4
    assert path.read_text(encoding="utf-8") == "mine"
    assert desk.run("report", *DAYS, "--format", "xlsx", "--out", str(path)).status == 2
    desk.good("report", *DAYS, "--out", str(path), "--force")
    assert path.read_text(encoding="utf-8").startswith("2026年")


def test_what_is_wrong_with_a_file_or_a_figure_is_told_with_what_helps(desk: Desk, tmp_path: Path) -> None:
    """Another suffix names the format to ask for; a folder that is not there is said; an unknown figure lists the known ones."""
    asked = desk.run("report", *DAYS, "--out", str(tmp_path / "a.xlsx"))
    assert (asked.status, "--format xlsx" in asked.err) == (2, True)
    lost = desk.run("report", *DAYS, "--format", "docx", "--out", str(tmp_path / "none" / "a.docx"))
    assert (lost.status, "没有文件夹" in lost.err) == (2, True)
    unknown = desk.run("report", *DAYS, "--open", "出动")
    assert (unknown.status, "出动执法人员（officer_turns）" in unknown.err) == (3, True)


def test_schools_that_nobody_looked_at_are_in_no_share(tmp_path: Path) -> None:
    """A visit that has answered nothing makes no share of schools in order, 0 % least of all; its pack is told by its title."""
    desk = Desk(tmp_path)
    desk.people()
    table = tmp_path / "schools.csv"
    table.write_text("学校名称,学段,地址,学生数\n样例实验小学,小学,样例路1号,300\n", encoding="utf-8")
    desk.good("registry", "import", str(table))
    desk.good(
        "inspect",
        "start",
        "样例实验小学",
        "--pack",
        "campus-homework",
        "--officer",
        "样例-0001",
        "--task-source",
        "plan",
    )
    document = desk.json("report", "--from", "今天")["document"]
    found = {one["code"]: one for one in document["figures"]}
    assert found["schools_checked"]["value"] == 1
    assert found["schools_ok_rate"]["value"] is None
    desk.good("report", "--from", "今天", "--format", "xlsx", "--out", str(tmp_path / "a.xlsx"))
    sheet = load_workbook(tmp_path / "a.xlsx")["检查"]
    assert "campus-homework" not in {cell.value for row in sheet.iter_rows() for cell in row}
