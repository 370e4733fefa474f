"""`rules explain`: why each item is judged as it is, for people and for programs."""

from pathlib import Path

import pytest

from tests.cli.command_line import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A workspace with nothing in it."""
    return Desk(tmp_path)


def test_every_item_is_explained(desk: Desk) -> None:
    """Each has its conditions and its sources; only what is verified and valid on the day has an article."""
    name = desk.inspection()
    found = desk.json("rules", "explain", name)
    shown = {line["item"]: line for line in desk.json("inspect", "show", name)["items"]}
    assert [one["item"] for one in found] == list(shown)
    for one in found:
        assert one.keys() == {
            "item", "question", "question_en", "value", "shown", "verdict", "reason", "reason_en", "applies",
            "conditions", "missing", "basis", "parameters",
        }  # fmt: skip
        assert one["verdict"] == shown[one["item"]]["verdict"]
        assert all(basis["verified"] or "待法制审核" in basis["citation"] for basis in one["basis"])


def test_one_item_is_explained_with_what_it_saw(desk: Desk) -> None:
    """Conditions true, false or unknown, with the values of answers by label, the parameter and its value."""
    name = desk.inspection()
    desk.good("inspect", "answer", name, "T-LIC-01", "无")
    (found,) = desk.json("rules", "explain", name, "t-lic-07")
    (applies, violation, hint) = found["conditions"]
    assert (applies["kind"], applies["holds"]) == ("applies", False)
    assert applies["inputs"] == [
        {"name": "T-LIC-01 的回答", "name_en": "the answer of T-LIC-01", "value": "无", "value_en": "none"}
    ]
    assert (violation["kind"], violation["holds"]) == ("violation", None)
    assert hint["kind"] == "hint"
    assert found["verdict"] == "not_applicable"
    assert found["parameters"].keys() == {"permit_notice_days"}
    said = desk.good("rules", "explain", name, "T-LIC-07").out
    assert "何时检查［不成立］" in said
    assert "T-LIC-01 的回答＝无" in said
    assert "县参数：permit_notice_days＝" in said
    assert "依据：《" in said


def test_an_unknown_verdict_names_what_is_missing(desk: Desk) -> None:
    """What had to be known for more is in the document and in the words."""
    name = desk.inspection()
    desk.good("inspect", "answer", name, "T-LIC-01", "无")
    (found,) = desk.json("rules", "explain", name, "T-LIC-03")
    assert found["verdict"] == "unknown"
    assert found["missing"][0]["name"] == "T-LIC-02 的回答"
    assert "还不知道：T-LIC-02 的回答" in desk.good("rules", "explain", name, "T-LIC-03").out


def test_an_unknown_item_is_refused(desk: Desk) -> None:
    """With the exit of what is not found."""
    assert desk.run("rules", "explain", desk.inspection(), "T-NONE-01").status == 3


def test_show_says_why_not_what_is_proposed_and_how(desk: Desk) -> None:
    """`inspect show` has the reason of what is not asked, in both languages; nothing is proposed here."""
    name = desk.inspection()
    desk.good("inspect", "answer", name, "T-LIC-01", "无")
    shown = {line["item"]: line for line in desk.json("inspect", "show", name)["items"]}
    assert shown["T-LIC-05"]["why_not"] == "T-LIC-01 的回答＝无"
    assert shown["T-LIC-05"]["why_not_en"] == "the answer of T-LIC-01 = none"
    assert (shown["T-LIC-01"]["why_not"], shown["T-LIC-01"]["proposal"], shown["T-LIC-01"]["how"]) == (
        None,
        None,
        "",
    )
    assert "不涉及：T-LIC-01 的回答＝无" in desk.good("inspect", "show", name).out
