"""`inspector rectify …` as a person and as a program use it: output, keys, exit statuses."""

from pathlib import Path
from typing import Any

import pytest

from inspector.store.workspace import Store
from tests.cli.command_line import Desk
from tests.rectifying import bring, make_approvers, make_items, write_photo
from tests.workplace import PASSPHRASE


class RectifyDesk(Desk):
    """A desk with three items: open, rectifying and passed."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        with self.store() as store:
            make_approvers(store)
            self.open, self.running = make_items(store, items=("T-LIC-01", "T-TIME-10"))
            (self.passed,) = make_items(store, address="虚构路3号")
            bring(store, self.running, "rectifying", root)
            bring(store, self.passed, "passed", root)

    def store(self, seed: int = 0) -> Store:
        """The workspace itself."""
        return Store.open(self.workspace, PASSPHRASE)


@pytest.fixture
def desk(tmp_path: Path) -> RectifyDesk:
    """Three items and everybody who deals with them."""
    return RectifyDesk(tmp_path)


def test_the_list_and_its_numbers(desk: RectifyDesk) -> None:
    """Lines, numbers and filter for programs; for people a table on stdout and the numbers beside it."""
    found = desk.json("rectify", "list")
    assert found.keys() == {"items", "counts", "filter"}
    assert {row["id"] for row in found["items"]} == {desk.open, desk.running, desk.passed}
    assert (found["counts"]["total"], found["counts"]["unsettled"], found["counts"]["waiting"]) == (3, 3, 1)
    assert found["counts"]["states"] == {"open": 1, "rectifying": 1, "passed": 1}
    assert found["filter"] == {}
    shown = desk.good("rectify", "list")
    assert desk.open in shown.out
    assert "整改中" in shown.out
    assert "共3条" in shown.err
    assert "共3条" not in shown.out


def test_filters_combine_and_pages_turn(desk: RectifyDesk) -> None:
    """By state in people's words, by search, by page; what matches nothing is an empty list."""
    assert [row["id"] for row in desk.json("rectify", "list", "--state", "整改中")["items"]] == [desk.running]
    assert [row["id"] for row in desk.json("rectify", "list", "--state", "waiting")["items"]] == [desk.passed]
    both = desk.json(
        "rectify", "list", "--item", "T-LIC-01", "--department", "education", "--search", "虚构路3号"
    )
    assert [row["id"] for row in both["items"]] == [desk.passed]
    pages = [desk.json("rectify", "list", "--limit", "1", "--offset", str(n))["items"] for n in range(4)]
    assert [len(page) for page in pages] == [1, 1, 1, 0]
    assert len({row["id"] for page in pages for row in page}) == 3
    assert desk.json("rectify", "list", "--due-in", "99999999999999999")["counts"]["total"] == 1
    assert desk.json("rectify", "list", "--officer", "样例丙")["items"] == []


def test_a_view_is_kept_and_used(desk: RectifyDesk) -> None:
    """Saved under a name, used by it, narrowed by more."""
    desk.good("rectify", "list", "--state", "passed", "--save-view", "待销号")
    found = desk.json("rectify", "list", "--view", "待销号")
    assert (found["filter"], [row["id"] for row in found["items"]]) == ({"state": "passed"}, [desk.passed])
    assert desk.json("rectify", "list", "--view", "待销号", "--item", "T-TIME-10")["items"] == []


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("list", "--state", "别的"), 2),
        (("list", "--department", "海关"), 2),
        (("list", "--sort", "colour"), 2),
        (("list", "--view", "没有"), 3),
        (("list", "--officer", "没有"), 3),
        (("list", "--grid", "没有"), 3),
        (("show", "f-zzzz"), 3),
        (("do", "f-zzzz", "submit"), 3),
        (("do", "only-one-word"), 2),
        (("settle", "f-zzzz", "no step"), 2),
        (("assign", "f-zzzz", "--handler", "样例甲"), 3),
        (("actions", "f-zzzz"), 3),
    ],
)
def test_mistakes_have_their_status(desk: RectifyDesk, words: tuple[str, ...], status: int) -> None:
    """A wrong word is 2, what is not there 3; nothing goes to stdout."""
    done = desk.run("rectify", *words)
    assert (done.status, done.out) == (status, "")
    assert done.err


def test_an_item_with_its_steps_and_what_can_be_done(desk: RectifyDesk) -> None:
    """Every key of the documentation, for people the same in words."""
    found = desk.json("rectify", "show", desk.passed)
    assert (found["state"], found["state_words"], found["irregular"]) == ("passed", "复查通过", [])
    assert [step["action"] for step in found["steps"]] == ["notify", "submit", "plan_review", "pass"]
    assert found["steps"][-1]["actor_name"] == "样例丙"
    assert [photo["phase"] for photo in found["photos"]] == ["review"]
    assert found["photos"][0]["here"] is True
    offered = {one["action"]: one for one in desk.json("rectify", "actions", desk.passed)}
    assert {one["name"] for one in offered["endorse"]["people"]} == {"样例section", "样例deputy", "样例head"}
    assert [one["code"] for one in offered["close"]["reasons"]] == ["rectify.endorsed"]
    mine = {one["action"]: one for one in desk.json("rectify", "actions", desk.passed, "--as", "样例甲")}
    assert mine["endorse"]["people"] == []
    assert {one["code"] for one in mine["endorse"]["reasons"]} == {"rectify.duty", "rectify.not_recorder"}
    shown = desk.good("rectify", "show", desk.passed).out
    assert "复查通过" in shown
    assert "审核销号" in shown
    assert "审核销号" in desk.good("rectify", "actions", desk.passed).out


def test_closing_by_commands(desk: RectifyDesk, tmp_path: Path) -> None:
    """Handed in with a photo, sent back, endorsed and closed by two; a refusal names every reason and is 4."""
    photo = str(write_photo(tmp_path, "cli.jpg"))
    done = desk.json("rectify", "do", desk.running, "submit", "--photo", photo, "--as", "样例甲")
    assert [(one["id"], one["done"], one["state"]) for one in done] == [(desk.running, True, "submitted")]
    assert desk.good("rectify", "do", desk.running, "send_back", "--note", "照片不清", "--as", "样例lead").out
    refused = desk.run("rectify", "do", desk.passed, "close", "--as", "样例甲", "--json")
    assert refused.status == 4
    assert {one["code"] for one in refused.json["reasons"]} == {
        "rectify.duty", "rectify.not_recorder", "rectify.endorsed"
    }  # fmt: skip
    desk.good("rectify", "do", desk.passed, "endorse", "--as", "样例section")
    assert "已销号" in desk.good("rectify", "do", desk.passed, "close", "--as", "样例deputy").out
    assert desk.json("rectify", "list")["counts"]["total"] == 2
    assert desk.json("rectify", "list", "--settled")["counts"]["total"] == 3


def test_many_at_once(desk: RectifyDesk) -> None:
    """Each on its own; the status is that of what was not done, and the others are saved."""
    done = desk.run(
        "rectify", "do", desk.open, desk.passed, desk.running, "void", "--note", "误报同一块牌子", "--as", "样例lead",
        "--json",
    )  # fmt: skip
    assert done.status == 4
    rows: list[dict[str, Any]] = done.json
    assert [row["done"] for row in rows] == [True, False, True]
    assert rows[1].keys() == {"id", "done", "state", "error"}
    assert rows[1]["error"]["reasons"][0]["code"] == "rectify.state"
    assert rows[0]["error"] is None
    assert desk.json("rectify", "list")["counts"]["total"] == 1


def test_assigning_and_look_backs(desk: RectifyDesk) -> None:
    """A lead assigns; an officer may not; what is closed is drawn when its time has come."""
    desk.good(
        "rectify",
        "assign",
        desk.open,
        desk.running,
        "--handler",
        "样例丙",
        "--priority",
        "2",
        "--as",
        "样例lead",
    )
    found = desk.json("rectify", "list", "--officer", "样例丙")
    assert {row["id"] for row in found["items"]} == {desk.open, desk.running}
    assert {row["priority"] for row in found["items"]} == {2}
    assert desk.run("rectify", "assign", desk.open, "--handler", "样例甲", "--as", "样例乙").status == 4
    assert desk.json("rectify", "look-back") == []
    assert desk.json("rectify", "look-back", "--plan", "--as", "样例lead") == []
    assert (
        desk.run(
            "rectify", "settle", desk.open, f"{'a' * 16}/1", "--note", "照片为准（虚构）", "--as", "样例lead"
        ).status
        == 4
    )
