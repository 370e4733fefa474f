"""The answer to a tip as a paper: filled from the tip, and silent about who reported."""

from pathlib import Path

import pytest

from inspector.errors import Refusal
from inspector.services import lookup, notices, numbering, papers, tips
from inspector.services.forms import Forms
from inspector.store.workspace import Store
from tests.ui.ui_world import TestClock, begin, make_county

NAME = "样例举报人某某"


def answered(store: Store) -> str:
    """A tip under a name that was looked into; its id."""
    numbering.set_authority(
        store,
        "education",
        name="样例县教体局",
        prefix="样教体",
        address="样例路1号",
        phone="0000",
        contact="样例甲",
    )
    tip = tips.add_tip(
        store,
        channel="phone",
        content="夜里还在上课",
        site="晨光样例美术",
        received=store.today(),
        name=NAME,
        phone="000-0000",
    ).tip
    tips.assign_tip(store, tip.id, department="education")
    tips.answer_tip(store, tip.id, outcome="unfounded", text="现场未见上课")
    return tip.id


def bodies(store: Store) -> bytes:
    """Everything that travels."""
    return b"".join(row[0] or b"" for row in store.connection.execute("SELECT body FROM entry"))


def test_the_reply_is_filled_from_the_tip_and_its_name_stays_here(tmp_path: Path) -> None:
    """What is known of the tip is in the paper; who reported is printed on this laptop and is in no entry."""
    with make_county(tmp_path / "ws") as store:
        asked = notices.Asked("tip_reply", tip=answered(store), authority="education")
        prepared = notices.prepare(store, Forms(store), asked)
        assert prepared.lacking == ()
        paper = notices.issue(store, prepared, person=lookup.officer(store, "样例甲"))
        assert paper is not None
        shown = notices.printed(store, paper)["t"]
        assert (shown["tipster"], shown["content"], shown["handling"]) == (
            NAME,
            "夜里还在上课",
            "现场未见上课",
        )
        assert NAME.encode() not in bodies(store)
        store.set_settings(**{notices.PRIVATE + paper.id: None})  # as on every other laptop
        assert notices.printed(store, papers.paper(store, paper.id))["t"]["tipster"] == notices.WITHHELD


def test_a_clock_that_was_set_back_issues_no_paper(tmp_path: Path) -> None:
    """A paper's day and the year of its number come from the clock: one far behind the record is refused."""
    with make_county(tmp_path / "ws") as store:
        begin(store, "样例甲", "样例乙")
        asked = notices.Asked("tip_reply", tip=answered(store), authority="education")
        prepared = notices.prepare(store, Forms(store), asked)
        store.clock = TestClock(-400 * 86_400_000)
        with pytest.raises(Refusal) as caught:
            notices.issue(store, prepared, person=None)
        assert caught.value.code == "clock.back"
        assert papers.papers(store) == []


def test_without_who_reported_the_reply_is_not_issued(tmp_path: Path) -> None:
    """On a laptop that does not know the name, the field is lacking, and may be typed."""
    with make_county(tmp_path / "ws") as store:
        tip = answered(store)
        tips.set_reporter(store, tip)
        asked = notices.Asked("tip_reply", tip=tip, authority="education")
        prepared = notices.prepare(store, Forms(store), asked)
        assert [one.field for one in prepared.lacking] == ["t.tipster"]
        with pytest.raises(Refusal):
            notices.issue(store, prepared, person=None)
