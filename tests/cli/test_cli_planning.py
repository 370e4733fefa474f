"""Tips and plans at the command line: every step of both, and what never leaves the laptop."""

import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from inspector.cli.main import app
from inspector.domain.when import local_time
from tests.cli.command_line import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A workspace with people and the sites of a small registry."""
    desk = Desk(tmp_path)
    desk.people()
    desk.good("registry", "import", str(desk.registry))
    return desk


def _today() -> str:
    return local_time(time.time_ns() // 1_000_000).date().isoformat()


def test_a_tip_goes_its_whole_way(desk: Desk) -> None:
    """Recorded, listed, assigned to a plan, answered and told; each step is seen in the one before last."""
    today = _today()
    plan = desk.json("patrol", "plan", "样例专项", "--from", today)
    tip = desk.json("tip", "add", "晚上九点还在上课", "--site", "示例一点", "--named", "--category", "时间")
    assert (tip["state"], tip["named"], tip["advice"], tip["reporter_here"]) == (
        "received",
        True,
        None,
        False,
    )
    (line,) = desk.json("tip", "list")
    assert (line["id"], line["site_name"], line["late"]) == (tip["id"], "示例一点", "")
    assert line["next_due"] > line["received"] == today
    given = desk.json("tip", "assign", tip["id"], "--plan", "样例专项", "--department", "公安局")
    assert (given["state"], given["plan"], given["department"]) == ("assigned", plan["id"], "police")
    assert given["due"] == given["next_due"]
    assert [line["id"] for line in desk.json("tip", "list", "--plan", plan["id"])] == [tip["id"]]
    done = desk.run("tip", "answer", tip["id"], "--outcome", "confirmed", "--text", "已责令改正")
    assert (done.status, "--told" in done.err) == (0, True)
    told = desk.json("tip", "answer", tip["id"], "--told")
    assert (told["outcome"], told["told"], told["next_due"]) == ("confirmed", True, "")
    assert "已告知举报人" in desk.good("tip", "show", tip["id"]).out
    figures = desk.json("tip", "count", "--from", today.replace("-", "."), "--to", today)
    assert figures == {
        "received": 1, "assigned": 1, "answered": 1, "due": 1, "on_time": 1, "named_answered": 1, "named_told": 1,
    }  # fmt: skip
    assert "受理  1" in desk.good("tip", "count").out
    assert desk.json("tip", "count", "--to", "2026-09-01")["received"] == 0


def test_who_reported_is_shown_only_when_asked_for(desk: Desk) -> None:
    """Name and phone are read from standard input; neither the list nor the tip shows them, --reporter does."""
    words = [*desk.named, "tip", "add", "夜里补课", "--address", "样例小区", "--reporter"]
    done = CliRunner().invoke(app, words, input="样例举报人\n13900000000\n")
    assert done.exit_code == 0, done.output
    tip = done.stdout.strip().splitlines()[-1]
    for shown in (desk.good("tip", "list").out, desk.good("tip", "show", tip, "--json").out):
        assert "样例举报人" not in shown
        assert "13900000000" not in shown
    assert "样例举报人" in desk.good("tip", "show", tip, "--reporter").out
    assert desk.json("tip", "show", tip, "--reporter")["reporter"] == {
        "name": "样例举报人",
        "phone": "13900000000",
    }
    told = desk.run(
        "tip", "answer", tip, "--outcome", "unfounded", "--text", "已电话告知 139 0000 0000", "--json"
    )
    assert (told.status, told.json["error"]["code"]) == (4, "tip.reporter_told")
    desk.good("tip", "void", tip, "--reason", "重复登记")
    assert desk.json("tip", "show", tip, "--reporter")["reporter"] == {}
    none = CliRunner().invoke(app, words, input="")
    assert none.exit_code == 2


def test_a_plan_is_covered_excused_and_closed(desk: Desk) -> None:
    """A visit counts for its grid, an excuse is listed with its reason, and what is left needs a word."""
    plan = desk.json(
        "patrol", "plan", "夜查计划", "--from", _today(), "--occasion", "夜查",
        "--kind", "training",
    )  # fmt: skip
    assert plan["coverage"] == {"sites": 3, "visited": 0, "excused": 0, "open": 3, "shut": 0, "elsewhere": 0}
    begun = desk.json("patrol", "start", "--officer", "样例甲", "--officer", "样例乙", "--plan", "夜查计划")
    assert (begun["plan"], begun["occasion"]) == (plan["id"], "night")
    desk.good(
        "inspect", "start", "示例一点", "--officer", "样例甲", "--officer", "样例乙", "--task-source", "plan"
    )
    desk.good("patrol", "excuse", plan["id"], "示例二点", "关门")
    found = desk.json("patrol", "coverage", plan["id"], "--all")
    assert {site["name"]: (site["state"], site["reason"]) for site in found["sites"]} == {
        "示例一点": ("visited", ""), "示例二点": ("excused", "关门"), "示例三点": ("open", ""),
    }  # fmt: skip
    assert sum(grid["visited"] for grid in found["grids"]) == 1
    assert "示例三点" in desk.good("patrol", "coverage", "夜查计划").out
    (listed,) = desk.json("patrol", "list")
    assert listed["coverage"] == found["plan"]["coverage"]
    refused = desk.run("patrol", "close", plan["id"], "--json")
    assert (refused.status, refused.json["error"]["code"]) == (4, "plan.open_sites")
    closed = desk.json("patrol", "close", plan["id"], "--reason", "天气原因提前结束")
    assert closed == {"sites": 3, "visited": 1, "excused": 1, "open": 1, "shut": 0}
    assert desk.json("patrol", "list") == []
    assert len(desk.json("patrol", "list", "--all")) == 1
    assert desk.run("patrol", "excuse", plan["id"], "示例三点", "关门").status == 4


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("tip", "add", "内容", "--channel", "鸽子", "--address", "路"), 4),
        (("tip", "add", "内容"), 4),
        (("tip", "add", "内容", "--address", "路", "--received", "2127-01-01"), 4),
        (("tip", "add", "内容", "--address", "路", "--received", "某天"), 5),
        (("tip", "add", "内容", "--site", "没有这处"), 3),
        (("tip", "list", "--state", "lost"), 2),
        (("tip", "show", "t-none"), 3),
        (("patrol", "plan", "计划", "--from", "2026-09-22", "--to", "2026-09-21"), 4),
        (("patrol", "plan", "计划", "--from", "2026-09-22", "--occasion", "梦游"), 4),
        (("patrol", "plan", "计划", "--from", "2026-09-22", "--kind", "shop"), 2),
        (("patrol", "plan", "计划", "--from", "2026-09-22", "--grid", "没有"), 3),
        (("patrol", "plan", "计划", "--from", "2026-09-22", "--pack", "没有"), 3),
        (("patrol", "coverage", "l-none"), 3),
    ],
)
def test_mistakes_are_told_with_their_status(desk: Desk, words: tuple[str, ...], status: int) -> None:
    """What is off, what is not there, what the field refuses and what cannot be read have their own statuses."""
    done = desk.run(*words)
    assert (done.status, bool(done.err)) == (status, True)
