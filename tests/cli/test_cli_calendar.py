"""`calendar` and `parameters` as people type them."""

import json
from pathlib import Path

import pytest

from tests.cli.command_line import Desk, environment, spawn

SCHOOL = str(Path(__file__).parents[2] / "checklists" / "demo" / "school-calendar.yaml")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A workspace with nothing in it."""
    return Desk(tmp_path)


def test_a_day_is_known_once_the_school_calendar_is(desk: Desk) -> None:
    """Before, a weekday says what is missing; after the import it is a school day; again changes nothing."""
    before = desk.json("calendar", "show", "2026-10-12")
    assert (before["kind"], before["known"], before["statutory"]) == (None, False, False)
    assert "校历" in before["missing"][0]
    assert "不知道" in desk.good("calendar", "show", "2026年10月12日").out
    done = desk.good("calendar", "import", SCHOOL)
    assert "2026-09-01 — 2027-01-22  学期" in done.out
    again = desk.json("calendar", "import", SCHOOL)
    assert (again["new"], again["years"], len(again["periods"])) == (False, [], 8)
    after = desk.json("calendar", "show", "2026-10-12")
    assert (after["kind"], after["missing"], after["night"]) == (
        "school_day",
        [],
        {"start": "20:00", "end": "06:00"},
    )
    assert after["sources"][-1] == "school@2026.1"
    assert {"date", "weekday", "known"} <= desk.json("calendar", "show").keys()


def test_a_span_of_days(desk: Desk) -> None:
    """One line a day; too long or backwards is refused."""
    found = desk.json("calendar", "show", "2026-09-30", "--to", "2026-10-11")
    assert [day["kind"] for day in found] == [None, *["holiday"] * 7, None, None, None, "weekend"]
    assert found[3]["name"] == "国庆节"
    table = desk.good("calendar", "show", "2026-09-30", "--to", "2026-10-02").out.splitlines()
    assert [line.split()[:3] for line in table[1:]] == [
        ["2026-09-30", "星期三", "不知道"], ["2026-10-01", "星期四", "节假日"], ["2026-10-02", "星期五", "节假日"],
    ]  # fmt: skip
    assert desk.run("calendar", "show", "2026-10-02", "--to", "2026-10-01").status == 2
    assert desk.run("calendar", "show", "2026-10-02", "--to", "2036-10-01").status == 2
    assert desk.run("calendar", "show", "2026-02-30").status == 5


def test_childrens_day_and_an_unknown_year(desk: Desk) -> None:
    """Said in words."""
    assert "儿童节" in desk.good("calendar", "show", "2026-06-01").out
    assert "2027年放假安排" in desk.good("calendar", "show", "2027-10-01").out


def test_a_bad_calendar_is_refused_with_its_line(desk: Desk) -> None:
    """And nothing is published; a file of another kind is named as such."""
    path = desk.root / "bad.yaml"
    path.write_text(Path(SCHOOL).read_text("utf-8").replace("2026-01-30", "2026-02-30"), "utf-8")
    done = desk.run("calendar", "import", str(path))
    assert (done.status, "bad.yaml:7" in done.err) == (5, True)
    done = desk.run("parameters", "import", SCHOOL)
    assert (done.status, "不是参数文件" in done.err) == (5, True)
    assert desk.json("calendar", "show", "2026-10-12")["kind"] is None


def test_parameters_say_where_they_come_from(desk: Desk) -> None:
    """Value, default and the file; an earlier version is not used, and that is said."""
    words = 'parameters: county\nversion: "{}"\nvalues:\n  offline_end: {{value: "{}"}}\n'
    path = desk.root / "county.yaml"
    path.write_text(words.format(2, "20:00"), "utf-8")
    assert desk.json("parameters", "import", str(path))["values"] == {"offline_end": "20:00"}
    row = next(row for row in desk.json("parameters", "show") if row["name"] == "offline_end")
    assert (row["value"], row["default"], row["from"], row["type"]) == ("20:00", "20:30", "county@2", "time")
    assert "county@2" in desk.good("parameters", "show").out
    path.write_text(words.format(1, "19:00"), "utf-8")
    assert "不采用" in desk.good("parameters", "import", str(path)).err
    path.write_text(words.format(2, "19:30"), "utf-8")
    assert "以前就有内容不同的一份" in desk.good("checklist", "publish", str(path)).err
    assert (
        next(r for r in desk.json("parameters", "show") if r["name"] == "offline_end")["from"] == "county@2"
    )
    path.write_text(words.format(3, "八点"), "utf-8")
    assert desk.run("checklist", "validate", str(path)).status == 5


def test_what_a_later_version_no_longer_names_is_said(desk: Desk) -> None:
    """It stands for the whole earlier one; values, years and periods that fall away are named, at the centre too."""
    first = 'parameters: county\nversion: "1"\nvalues:\n  offline_end: {value: "20:00"}\n  online_end: {value: "20:10"}\n'
    second = 'parameters: county\nversion: "2"\nvalues:\n  online_end: {value: "20:20"}\n'
    calendar = (
        'calendar: school\nversion: "9999.1"\nperiods:\n'
        "  - {kind: term, name: {zh: 试学期, en: term}, first: 2031-02-20, last: 2031-06-30, source: 虚构}\n"
    )
    one, two, days = (desk.root / name for name in ("one.yaml", "two.yaml", "days.yaml"))
    for path, text in ((one, first), (two, second), (days, calendar)):
        path.write_text(text, "utf-8")
    data = ("--data", str(desk.root / "centre"))
    assert desk.json("parameters", "import", str(one))["dropped"] == []
    assert (
        json.loads(desk.good("central", "publish", "--file", str(one), *data, "--json").out)["dropped"] == []
    )
    done = desk.good("central", "publish", "--file", str(two), "--dry-run", *data, "--json")
    assert [found["names"] for found in json.loads(done.out)["dropped"]] == [["offline_end"]]
    assert "offline_end" in desk.good("central", "publish", "--file", str(two), *data).err
    done = desk.good("parameters", "import", str(two))
    assert "以前版本里的offline_end；" in done.err
    assert desk.json("parameters", "import", str(two))["dropped"] == []
    desk.good("calendar", "import", SCHOOL)
    done = desk.good("checklist", "publish", str(days))
    assert "2026-" in done.err


def test_a_file_that_is_not_taken_is_not_called_used(desk: Desk) -> None:
    """It is saved, and the words say that it does not count; "2026.01" is the version 2026.1."""
    words = 'parameters: county\nversion: "{}"\nvalues:\n  offline_end: {{value: "{}"}}\n'
    path = desk.root / "county.yaml"
    path.write_text(words.format("2026.1", "20:00"), "utf-8")
    assert "从现在起采用" in desk.good("parameters", "import", str(path)).err
    path.write_text(words.format("2025.9", "19:00"), "utf-8")
    done = desk.good("parameters", "import", str(path))
    assert ("没有被采用" in done.err, "从现在起采用" in done.err, "以前就采用了" in done.err) == (
        True,
        False,
        False,
    )
    assert desk.json("parameters", "import", str(path))["used"] is False
    path.write_text(words.format("2026.01", "19:30"), "utf-8")
    assert "以前就有内容不同的一份" in desk.good("parameters", "import", str(path)).err


def test_the_centre_takes_these_files(desk: Desk) -> None:
    """With the option of own files, under either of its names."""
    data = ("--data", str(desk.root / "centre"))
    done = desk.good("central", "publish", "--file", SCHOOL, *data)
    assert "自编文件：1条记录" in done.out
    again = json.loads(desk.good("central", "publish", "--checklist-file", SCHOOL, *data, "--json").out)
    assert again["entries"] == 0


def test_without_a_workspace_the_programs_own_calendar_answers(tmp_path: Path) -> None:
    """In a process of its own, whatever zone that believes in."""
    env = environment(TZ="America/New_York", INSPECTOR_WORKSPACE=str(tmp_path / "none"))
    done = spawn("calendar", "show", "2026-10-10", "--json", env=env)
    found = json.loads(done.stdout)
    assert (done.returncode, found["kind"], found["weekday"]) == (0, None, "sat")
    done = spawn("calendar", "show", "2026-10-11", "--json", env=env)
    assert json.loads(done.stdout)["kind"] == "weekend"
