"""`inspect respond`, `retract` and `tally` as an officer uses them, from one answer and from a table of paper forms."""

from pathlib import Path

import pytest

from tests.cli.command_line import Desk


def _school(desk: Desk) -> str:
    desk.people()
    desk.good("site", "add", "--address", "虚构路1号", "--name", "样例小学", "--kind", "campus")
    begun = desk.good("inspect", "start", "样例小学", "--officer", "样例甲", "--officer", "样例乙")
    return begun.out.strip()


def _table(desk: Desk, text: str) -> str:
    path = desk.root / "paper.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_answers_are_recorded_and_counted(tmp_path: Path) -> None:
    """One by one; two are not told apart, three are, in shares of a tenth of a percent."""
    desk = Desk(tmp_path)
    name = _school(desk)
    one = ("inspect", "respond", name, "q-stu", "--as", "student", "--answers")
    saved = desk.json(*one, '{"Q-STU-01": "40分钟", "Q-STU-04": "公布了名次"}')
    assert (saved["form"], saved["standing"], len(saved["responses"])) == ("Q-STU", 1, 1)
    assert "已保存1份" in desk.good(*one, '{"Q-STU-01": 20, "Q-STU-02": ["maths"]}').err
    few = desk.json("inspect", "tally", name)[0]
    assert few["responses"] == {"student": "<3"}
    assert few["items"][0]["groups"] == [
        {"respondent": "student", "answered": "<3", "unanswered": "<3", "counts": [], "numbers": None}
    ]
    desk.good(*one, '{"Q-STU-01": 90, "Q-STU-02": []}')
    told = desk.json("inspect", "tally", name)[0]
    assert told["responses"] == {"student": 3}
    assert told["items"][0]["groups"][0]["numbers"] == {"median": None, "mean": "50.0"}
    assert told["items"][1]["groups"][0]["answered"] == "<3"
    shown = desk.good("inspect", "tally", name).out
    assert "平均50.0 分钟" in shown
    assert "<3，不分列" in shown
    assert "— Q-PAR 家长问卷  家长 0" in shown


def test_a_table_of_paper_forms_is_recorded_as_a_whole(tmp_path: Path) -> None:
    """Item codes in the first row, a person a row; numbers, codes and labels; empty cells are no answers."""
    desk = Desk(tmp_path)
    name = _school(desk)
    text = "Q-PAR-01,q-par-07,答卷人\n自愿,30,家长\n2,,\n\nvoluntary,45分钟,parent\nvoluntary,,\n"
    saved = desk.json("inspect", "respond", name, "Q-PAR", "--file", _table(desk, text))
    assert saved["standing"] == 4
    told = desk.json("inspect", "tally", name)[1]
    first = told["items"][0]["groups"][0]
    assert {one["code"]: (one["count"], one["per_mille"]) for one in first["counts"] if one["count"]} == {
        "voluntary": (3, 750), "pressed": (1, 250),
    }  # fmt: skip
    assert told["items"][6]["groups"][0]["answered"] == "<3"


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("Q-PAR-01,Q-PAR-07\n自愿,30\n也许,30\n1,601\n", "response.file", ["第3行 Q-PAR-01", "第4行 Q-PAR-07"]),
        ("Q-PAR-01,姓名\n自愿,样例某\n", "response.file", ["姓名"]),
        ("Q-PAR-01,Q-PAR-01\n自愿,自愿\n", "response.file", ["Q-PAR-01"]),
        ("Q-PAR-01,答卷人\n自愿,学生\n", "response.file", ["第2行"]),
        ("Q-PAR-01,Q-PAR-02\n自愿,,多余\n", "response.file", ["第2行"]),
        ("Q-PAR-01\n", "response.table", []),
        ("Q-PAR-01\n" + "自愿\n" * 2001, "response.many", []),
    ],
)  # fmt: skip
def test_one_bad_row_and_nothing_is_recorded(tmp_path: Path, text: str, code: str, told: list[str]) -> None:
    """All or nothing, each fault at its row; a column for names is no column of a questionnaire."""
    desk = Desk(tmp_path)
    name = _school(desk)
    done = desk.run("inspect", "respond", name, "Q-PAR", "--file", _table(desk, text), "--json")
    assert done.status == 5
    assert done.json["error"]["code"] == code
    assert [problem["where"] for problem in done.json["error"]["problems"]] == told
    assert desk.json("inspect", "tally", name)[1]["responses"] == {"parent": 0}


def test_a_mistyped_response_is_taken_back(tmp_path: Path) -> None:
    """By the id that `respond` printed, with a reason."""
    desk = Desk(tmp_path)
    name = _school(desk)
    printed = desk.good("inspect", "respond", name, "Q-TEA", "--answers", '{"Q-TEA-06": "late"}').out.strip()
    desk.good("inspect", "retract", name, "Q-TEA", printed, "--reason", "录错")
    assert desk.json("inspect", "tally", name)[2]["responses"] == {"teacher": 0}
    assert desk.run("inspect", "retract", name, "Q-TEA", "a-none", "--reason", "录错").status == 3


def test_what_cannot_be_recorded_says_why(tmp_path: Path) -> None:
    """Words of the command, people the form is not for, forms of other packs, a concluded inspection."""
    desk = Desk(tmp_path)
    name = _school(desk)
    wanted = ("inspect", "respond", name, "Q-STU")
    good = ("--answers", '{"Q-STU-01": 1}')
    assert desk.run(*wanted).status == 2
    assert desk.run(*wanted, *good, "--file", "x.csv").status == 2
    assert desk.run(*wanted, "--answers", "[1]").status == 2
    assert desk.run(*wanted, "--answers", "{").status == 2
    assert desk.run(*wanted, *good, "--as", "teacher").status == 5
    assert desk.run(*wanted, "--answers", '{"Q-STU-01": "很久"}').status == 5
    assert desk.run("inspect", "respond", name, "Q-TPAR", *good).status == 3
    desk.good("inspect", "conclude", name)
    assert desk.run(*wanted, *good).status == 4
