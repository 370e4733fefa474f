"""Activities, responsibilities, the wall map and the exports at the command line."""

import json
from pathlib import Path

import pytest

from tests.cli.command_line import Desk
from tests.services.test_campaign import write_list


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A workspace with the sites of a small registry."""
    desk = Desk(tmp_path)
    desk.good("registry", "import", str(desk.registry))
    return desk


def test_an_activity_goes_its_whole_way(desk: Desk) -> None:
    """Recorded, put right, counted, voided; each step is seen in the list."""
    made = desk.json(
        "activity",
        "add",
        "联席会议",
        "--sessions",
        "1",
        "--people",
        "26",
        "--topic",
        "夜查",
        "--date",
        "2026.9.1",
    )
    assert (made["kind"], made["date"], made["counts"]) == (
        "meeting",
        "2026-09-01",
        {"people": 26, "sessions": 1},
    )
    found = desk.json("activity", "change", made["id"], "--people", "30", "--kind", "培训")
    assert (found["kind"], found["counts"]["people"], found["topic"]) == ("training", 30, "夜查")
    (line,) = desk.json("activity", "list", "--kind", "training", "--topic", "夜")
    assert (line["id"], line["people"]) == (made["id"], 30)
    assert desk.json("activity", "count", "--topic")[0]["topic"] == "夜查"
    assert "30" in desk.good("activity", "count").out
    assert "人次 30" in desk.good("activity", "show", made["id"]).out
    desk.good("activity", "void", made["id"], "--reason", "重复登记了")
    assert desk.json("activity", "list") == []
    assert len(desk.json("activity", "list", "--all")) == 1
    assert desk.run("activity", "list", "--kind", "party").status == 2


def test_a_list_is_imported_looked_at_and_worked_off(desk: Desk, tmp_path: Path) -> None:
    """Three views, progress, a change, a removal; twice is once."""
    path = write_list(tmp_path / "清单.xlsx")
    done = desk.json("task", "import", str(path))
    assert done == {"tasks": 4, "recorded": 4, "progressed": 2, "skipped": 0, "repeated": []}
    assert "没有新内容" in desk.good("task", "import", str(path)).err
    listed = desk.json("task", "list", "--view", "roadmap", "--unit", "police")
    (task,) = listed["parts"][0]["tasks"]
    assert (task["task"], listed["counts"]["total"]) == ("开展寒假夜查", 1)
    assert "[校外治理]" in desk.good("task", "list").out
    told = desk.json("task", "progress", task["id"], "--state", "done", "--note", "夜查12次")
    assert (told["state"], told["shown"], told["steps"][-1]["note"]) == ("done", "done", "夜查12次")
    changed = desk.json("task", "change", task["id"], "--due", "2026-12-31", "--with", "公安局")
    assert (changed["due"], changed["until"], changed["partners"]) == ("2026-12-31", "", ["公安局"])
    assert "夜查12次" in desk.good("task", "show", task["id"]).out
    desk.good("task", "void", task["id"], "--reason", "并入另一项")
    assert desk.run("task", "progress", task["id"], "--note", "又查").status == 4
    made = desk.json("task", "add", "印发公开信", "--lead", "县教体局", "--due", "2026年12月底")
    assert (made["due"], made["until"]) == ("2026-12-31", "2026年12月底")
    assert desk.run("task", "list", "--view", "wall").status == 2


def test_the_wall_map_is_printed_told_and_written(desk: Desk, tmp_path: Path) -> None:
    """Text for people, stable keys for programs, a page for a browser; a time that is none is refused."""
    found = desk.json("dashboard")
    assert set(found) == {"today", "from", "to", "total", "grids", "weeks", "overdue", "departments", "tasks"}
    assert found["total"]["sites"] == 3
    assert "检查家次" in desk.good("dashboard").out
    page = tmp_path / "map.html"
    told = desk.json("dashboard", "--html", str(page))
    assert (told["file"], told["bytes"]) == (str(page), page.stat().st_size)
    assert desk.run("dashboard", "--html", str(page)).status == 4
    assert desk.run("dashboard", "--from", "2026-02-01", "--to", "2026-01-01").status == 5


def test_tables_and_maps_are_exported(desk: Desk, tmp_path: Path) -> None:
    """Each by its command; the file and the number of rows are told; what is personal is said to be so."""
    for code in ("sites", "inspections", "findings", "items", "papers", "tips", "activities", "tasks"):
        for form in ("csv", "xlsx", "json"):
            out = tmp_path / f"{code}.{form}"
            told = desk.json("export", code, "--out", str(out), "--format", form)
            assert (told["file"], told["rows"], told["personal"]) == (
                str(out),
                3 if code == "sites" else 0,
                False,
            )
    done = desk.good("export", "sites", "--out", str(tmp_path / "p.csv"), "--format", "csv", "--personal")
    assert "个人信息" in done.err
    assert desk.run("export", "sites", "--out", str(tmp_path / "p.csv"), "--format", "csv").status == 4
    told = desk.json("export", "geojson", "--out", str(tmp_path / "map.geojson"))
    assert (told["features"], told["placed"]) == (3, 0)
    assert len(json.loads((tmp_path / "map.geojson").read_text("utf-8"))["features"]) == 3
    assert "GCJ-02" in desk.good("export", "geojson", "--grid", "--out", str(tmp_path / "grids.geojson")).err


def test_a_row_that_is_left_out_is_named(desk: Desk, tmp_path: Path) -> None:
    """Two rows of one group and one name: the first counts, and whoever imports learns which task the other row is."""
    path = tmp_path / "清单.csv"
    path.write_text(
        "工作类别,工作任务,责任单位,完成时限\n校内提质,作业公示,教体局,长期\n校内提质,作业公示,教体局,2026-12-01\n",
        encoding="utf-8",
    )
    done = desk.good("task", "import", str(path))
    assert "没有导入1行" in done.err
    assert "作业公示" in done.err


def test_the_name_of_a_file_tells_which_format_to_ask_for(desk: Desk, tmp_path: Path) -> None:
    """A .csv asked for without --format: refused, with the option that is missing."""
    done = desk.run("export", "sites", "--out", str(tmp_path / "a.csv"))
    assert (done.status, "--format csv" in done.err) == (2, True)
