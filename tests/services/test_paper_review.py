"""The opinion after a review says when it was reviewed, by whom and what they photographed, not what the first inspection had."""

from pathlib import Path
from typing import Any

from inspector.forms.papers import paper_kind
from inspector.services.forms import Forms
from inspector.services.paper_data import gather, missing
from inspector.services.paper_evidence import About
from inspector.store import queries
from inspector.store.workspace import Store
from tests.rectifying import bring, do, make_approvers, make_items, pass_days, write_photo
from tests.workplace import make_store

OPINION = paper_kind("reinspection_opinion")


def _opinion(store: Store, *names: str) -> dict[str, Any]:
    return gather(store, Forms(store), OPINION, about=About(tuple(names)))


def test_an_opinion_is_about_the_review(tmp_path: Path) -> None:
    """Five days later somebody else reviews: that day, that officer and that photo are printed."""
    with make_store(tmp_path / "w") as store:
        make_approvers(store)
        (name,) = make_items(store)
        bring(store, name, "review", tmp_path)
        found = _opinion(store, name)["inspection"]["date"]
        pass_days(store, 5)
        do(store, name, "pass", "丙", photos=(write_photo(tmp_path, "review.jpg"),))
        data = _opinion(store, name)
        assert data["t"]["reviewed"] == data["paper"]["date"] != found
        assert [row["caption"] for row in data["photos"]] == ["review.jpg"]
        assert [row["by"] for row in data["photos"]] == ["样例丙"]
        assert data["findings"][0]["photos"] == "照片1"
        assert len(queries.photos(store.connection, data["inspection"]["id"])) != 1


def test_without_one_review_somebody_says_who_and_when(tmp_path: Path) -> None:
    """Before a review, or where findings were reviewed on different days, day and people are asked for, never guessed."""
    with make_store(tmp_path / "w") as store:
        make_approvers(store)
        one, other = make_items(store, items=("T-LIC-01", "T-TIME-10"))
        lacking = {field.field for field in missing(OPINION, _opinion(store, one))}
        assert {"t.reviewed", "t.reviewers"} <= lacking
        bring(store, one, "passed", tmp_path)
        pass_days(store, 1)
        bring(store, other, "passed", tmp_path)
        lacking = {field.field for field in missing(OPINION, _opinion(store, one, other))}
        assert "t.reviewed" in lacking
