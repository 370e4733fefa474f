"""The guard on the command line: every reason at once, for people and for programs."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.command_line import Desk

ALONE = ("虚构路9号", "--officer", "样例甲")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Two officers, a helper and a site."""
    made = Desk(tmp_path)
    made.people()
    made.good("site", "add", "--address", "虚构路9号")
    return made


def test_a_refused_start_lists_its_reasons(desk: Desk) -> None:
    """On stderr for people, as one document for programs, with the exit status of a refusal."""
    done = desk.run("inspect", "start", *ALONE)
    assert (done.status, done.out) == (4, "")
    assert "officers.two  需要两名持有效执法证的执法人员" in done.err
    assert "source.missing  没有写明任务来源" in done.err
    done = desk.run("inspect", "start", *ALONE, "--json")
    assert done.status == 4
    assert done.json["refused"] is True
    assert [reason["code"] for reason in done.json["reasons"]] == ["officers.two", "source.missing"]
    assert done.json["reasons"][0].keys() == {"code", "message", "message_en", "overridable", "about"}
    assert done.json["error"]["code"] == "inspection.guard"
    assert desk.json("inspect", "list") == []


def test_the_guard_is_asked_without_starting(desk: Desk) -> None:
    """`inspect check` gives reasons, advisories and frequency, and records nothing."""
    found = desk.json("inspect", "check", *ALONE, "--task-source", "突击/专项")
    assert found.keys() == {"refused", "reasons", "advisories", "frequency", "source"}
    assert [reason["code"] for reason in found["reasons"]] == ["officers.two"]
    assert (found["refused"], found["source"], found["frequency"]["count"]) == (True, "surprise", 1)
    assert [one["code"] for one in found["advisories"]] == ["items.leads"]
    shown = desk.good("inspect", "check", *ALONE, "--officer", "样例乙", "--task-source", "plan").out
    assert "可以开始" in shown
    assert "本年第 1 次" in shown
    assert desk.json("inspect", "list") == []


def test_the_patrols_source_is_that_of_its_inspections(desk: Desk) -> None:
    """Named once with the patrol."""
    team = ("--officer", "样例甲", "--officer", "样例乙")
    assert desk.json("patrol", "start", *team, "--task-source", "交办")["source"] == "assignment"
    assert desk.json("inspect", "start", "虚构路9号", *team)["source"] == "assignment"
    assert desk.run("patrol", "start", *team, "--task-source", "随便").status == 2


def _begun(desk: Desk) -> str:
    team = ("--officer", "样例甲", "--officer", "样例乙")
    return str(desk.json("inspect", "start", "虚构路9号", *team, "--task-source", "plan")["id"])


def test_told_confirmed_extracted_concluded(desk: Desk) -> None:
    """A refused conclusion names what is missing; what is recorded is shown again; the extract says who confirmed."""
    name = _begun(desk)
    done = desk.run("inspect", "conclude", name, "--json")
    missing = [(reason["code"], reason["about"]) for reason in done.json["reasons"]]
    assert done.status == 4
    assert missing[-2:] == [("section.open", "education"), ("section.open", "police")]
    assert len(missing) == 5
    desk.be_told(name)
    desk.good(
        "inspect",
        "told",
        name,
        "询问是否申请回避",
        "--person",
        "样例",
        "--outcome",
        "申请回避：有纠纷（虚构）",
    )
    shown = desk.json("inspect", "show", name)["procedure"]
    assert shown["certificates_shown"]["certificates"] == ["样例-0001", "样例-0002"]
    assert "申请回避" in desk.good("inspect", "show", name).out
    part: dict[str, Any] = desk.json("inspect", "extract", name, "公安局")
    assert part.keys() == {
        "inspection", "site", "department", "status", "items", "findings", "officers", "confirmation",
        "marks",
    }  # fmt: skip
    assert part["marks"] == []
    assert part["confirmation"]["state"] == "confirmed"
    assert "已确认" in desk.good("inspect", "extract", name, "police").out
    assert desk.json("inspect", "conclude", name)["conclusion"]["recusal"].startswith("申请回避")


def test_wrong_words_for_steps_and_departments(desk: Desk) -> None:
    """Each with its own sentence and status."""
    name = _begun(desk)
    assert desk.run("inspect", "told", name, "coffee", "--person", "样例").status == 2
    assert desk.run("inspect", "told", name, "rights_told").status == 4
    assert desk.run("inspect", "confirm", name, "税务局").status == 2
    assert desk.run("inspect", "confirm", name, "教体局", "--officer", "样例乙").status == 4
    assert desk.run("inspect", "extract", name, "没有").status == 2


def test_an_urgent_reason_is_kept_with_the_finding(desk: Desk) -> None:
    """Beside the measure, whatever the hour."""
    name = _begun(desk)
    desk.good("inspect", "answer", name, "T-LIC-01", "无")
    finding = desk.json("finding", "list")[0]["id"]
    desk.good("finding", "amend", finding, "--measure", "强制拆除门牌", "--urgent", "将坠落（虚构）")
    assert desk.json("finding", "list")[0]["measure"] == "强制拆除门牌"
