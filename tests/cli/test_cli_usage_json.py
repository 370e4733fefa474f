"""Programs that ask for JSON get a document also where the command itself is not right."""

from pathlib import Path

import pytest

from tests.cli.command_line import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A folder without a workspace."""
    return Desk(tmp_path, workspace=False)


@pytest.mark.parametrize(
    "words",
    [("inspect", "show", "--json"), ("checklist", "list", "--json", "--nonsense"), ("checklist", "nothing", "--json")],
)  # fmt: skip
def test_a_mistake_is_a_document(desk: Desk, words: tuple[str, ...]) -> None:
    """A missing argument, an unknown option, an unknown command: status 2 and {error}."""
    done = desk.run(*words)
    assert (done.status, done.json["error"]["code"]) == (2, "usage")
    assert done.err.strip()


def test_without_json_it_is_told_as_before(desk: Desk) -> None:
    """On stderr, nothing on stdout; and what is right goes on."""
    done = desk.run("checklist", "list", "--nonsense")
    assert (done.status, done.out) == (2, "")
    assert desk.json("checklist", "list")


def test_an_amended_deadline_is_told(tmp_path: Path) -> None:
    """The new last day is said at once; an unknown pack is not found."""
    desk = Desk(tmp_path)
    begun = desk.inspection()
    desk.good("inspect", "answer", begun, "T-TIME-10", "yes")
    (finding,) = desk.json("finding", "list")
    said = desk.good("finding", "amend", finding["id"], "--days", "5").err
    (after,) = desk.json("finding", "list")
    assert f"整改期限到 {after['due']}" in said
    assert desk.run("checklist", "assign", "nothing").status == 3
