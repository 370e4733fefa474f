"""Authorities, numbers and papers from the command line."""

from pathlib import Path
from typing import Any

import pytest

from inspector.services import papers
from inspector.services.sites import add_site
from inspector.store.workspace import Store
from tests.cli.command_line import Desk
from tests.workplace import PASSPHRASE

KIND = "order_to_correct"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A workspace whose authority is known."""
    made = Desk(tmp_path)
    made.good("authority", "set", "教体", "--name", "样例县教育体育局", "--prefix", "样教体")
    return made


def issue(desk: Desk) -> str:
    """A paper, as a screen issues it."""
    with Store.open(desk.workspace, PASSPHRASE) as store:
        site = add_site(store, name="样例一点", address="虚构路1号").id
        made = papers.issue(store, kind=KIND, word="责改", authority="education", site=site, data={"a": 1})
    return made.id


def test_an_authority_is_set_and_listed(desk: Desk) -> None:
    """What is not given stays; a department that is not known is a mistake of usage."""
    changed = desk.json("authority", "set", "教体局", "--phone", "0000-1234567")
    assert (changed["prefix"], changed["phone"]) == ("样教体", "0000-1234567")
    assert desk.json("authority", "list") == [changed]
    assert "样例县教育体育局" in desk.good("authority", "list").out
    wrong = desk.run("authority", "set", "某某", "--json")
    assert (wrong.status, wrong.json["error"]["code"]) == (2, "authority.department")


def test_a_paper_from_its_provisional_number_to_its_voiding(desk: Desk) -> None:
    """Numbered by hand, served, corrected and voided; each step says what it did, and the list shows it."""
    paper = issue(desk)
    assert desk.json("notice", "list")[0]["number"] == 0
    block = ("--authority", "教体", "--kind", KIND, "--first", "1", "--last", "3")
    noted = desk.json("notice", "numbers", "add", *block)
    assert noted["numbered"] == [paper]
    (row,) = desk.json("notice", "numbers", "list")
    assert (row["first"], row["last"], row["free"], row["mine"]) == (1, 3, 2, True)
    shown: dict[str, Any] = desk.json("notice", "show", paper)
    number = shown["shown"]
    assert number.endswith("1号")
    assert shown["provisional_shown"].endswith("（临时编号）")
    assert shown["data"] == {"a": 1}
    assert "未送达" in desk.good("notice", "show", number).out
    refused = desk.run("notice", "serve", paper, "--method", "left", "--json")
    assert (refused.status, refused.json["error"]["code"]) == (5, "paper.witness")
    served = desk.json("notice", "serve", number, "--receiver", "样例负责人", "--relation", "负责人")
    assert (served["status"], served["service"]["receiver"]) == ("served", "样例负责人")
    again = desk.run("notice", "serve", paper, "--receiver", "样例丙", "--json")
    assert (again.status, again.json["error"]["code"]) == (4, "paper.served")
    desk.good("notice", "serve", paper, "--receiver", "样例丙", "--correct", "签收人写错")
    assert "样例丙" in desk.good("notice", "show", paper).out
    assert desk.run("notice", "void", paper, "--reason", "填写错误").status == 4
    voided = desk.json("notice", "void", paper, "--reason", "填写错误", "--override", "已收回原件")
    assert (voided["status"], voided["number"]) == ("voided", 1)
    assert "已作废" in desk.good("notice", "list", "--status", "voided").out


def test_numbers_are_wanted_for_the_next_sync(desk: Desk) -> None:
    """The wish is kept; a kind that is no code is refused."""
    wanted = desk.json("notice", "numbers", "want", "--authority", "教体", "--kind", KIND)
    assert wanted == {"wanted": [f"education:{KIND}"]}
    assert desk.run("notice", "numbers", "want", "--authority", "教体", "--kind", "责改").status == 5
    assert (
        desk.run(
            "notice", "numbers", "add", "--authority", "教体", "--kind", KIND, "--first", "2", "--last", "1"
        ).status
        == 4
    )


def test_the_centre_publishes_authorities(desk: Desk, tmp_path: Path) -> None:
    """From a table, twice is once, and a mistake publishes nothing."""
    table = tmp_path / "authorities.csv"
    table.write_text("机关名称,机关代字\n样例县教育体育局,样教体\n", encoding="utf-8")
    data = str(tmp_path / "centre")
    words = ("central", "publish", "--data", data, "--authorities", str(table))
    assert desk.json(*words)["authorities"] == {"entries": 1}
    assert desk.json(*words)["authorities"] == {"entries": 0}
    table.write_text("机关名称,机关代字\n样例县教育体育局,\n", encoding="utf-8")
    assert desk.run(*words).status == 5
