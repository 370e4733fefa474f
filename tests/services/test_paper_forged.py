"""Papers as no honest program writes them: what was issued stays what it was, and nothing of it stops this program."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from inspector.domain.entries import Draft, Ref
from inspector.domain.paper_kind import NAMES
from inspector.domain.shapes import well_formed
from inspector.errors import BadInput
from inspector.services import notices, numbering, paper_data, papers
from inspector.store.workspace import Store
from tests.services.test_paper_life import SERIES, issue, office
from tests.workplace import exchange


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """A laptop that issues, and one that forges."""
    with office(tmp_path / "a", 1) as honest, office(tmp_path / "b", 2) as forger:
        numbering.note_numbers(honest, SERIES, first=1, last=9)
        yield honest, forger


def forge(pair: tuple[Store, Store], kind: str, paper: str, data: Mapping[str, Any], *replaced: Ref) -> None:
    """The other laptop writes an entry about a paper, and both meet."""
    honest, forger = pair
    scope = papers.papers(honest)[0].scope
    exchange(honest, forger)
    forger.decide(lambda view: [Draft(kind, paper, scope, data, replaced)])
    exchange(honest, forger)


def test_what_was_issued_cannot_be_replaced(pair: tuple[Store, Store]) -> None:
    """Another text under the same paper stands beside it as a conflict, and so does another number."""
    honest, _ = pair
    paper = issue(honest)
    (said,) = honest.entries(paper.id)
    assert said.data is not None
    forge(pair, "paper.issued", paper.id, {**said.data, "data": {"title": "伪造"}}, said.ref)
    forge(pair, "paper.numbered", paper.id, {"number": 77}, said.ref)
    forge(
        pair,
        "paper.served",
        paper.id,
        {"method": "personal", "date": "2026-01-01", "receiver": "甲"},
        said.ref,
    )
    found = papers.paper(honest, paper.id)
    assert set(found.conflicts) == {"issue", "number"}
    assert {number for number, _ in found.given} == {1, 77}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"paper": []},
        {"paper": {"title": "x"}, "photos": 3},
        dict.fromkeys(NAMES),
        {name: [] if isinstance(names, list) else {} for name, names in NAMES.items()},
        {
            name: [[1]] if isinstance(names, list) else dict.fromkeys(names, ())
            for name, names in NAMES.items()
        },
    ],
)
def test_contents_of_nobodys_form_are_refused_politely(
    pair: tuple[Store, Store], data: dict[str, Any]
) -> None:
    """A paper of another laptop that holds no paper cannot be printed, says so, and can still be served."""
    honest, _ = pair
    (said,) = honest.entries(issue(honest).id)
    assert said.data is not None
    forge(pair, "paper.issued", "n-forged", {**said.data, "number": 50, "data": data})
    with pytest.raises(BadInput) as caught:
        notices.printed(honest, papers.paper(honest, "n-forged"))
    assert caught.value.code == "paper.contents"


def test_an_unknown_way_of_service_is_shown_as_it_is(pair: tuple[Store, Store]) -> None:
    """A newer program's method has no word here, and is printed all the same."""
    honest, _ = pair
    whole: dict[str, Any] = {
        name: [] if isinstance(names, list) else dict.fromkeys(names, "") for name, names in NAMES.items()
    }
    paper = issue(honest, data={**whole, "t": {}, "law": {}})
    forge(pair, "paper.served", paper.id, {"method": "by_pigeon", "date": "2026-11-20"})
    assert notices.printed(honest, papers.paper(honest, paper.id))["served"]["way"] == "by_pigeon"


def test_days_that_are_none_are_of_no_shape() -> None:
    """Days are computed with: one that is none would stop whoever serves the paper."""
    issued = {
        "authority": "education", "year": 2026, "kind": "x", "prefix": "样", "word": "责改", "site": "s-1",
        "items": [], "data": {},
    }  # fmt: skip
    assert well_formed("paper.issued", {**issued, "due": "2026-11-20"})
    assert not well_formed("paper.issued", {**issued, "due": "whenever"})
    assert not well_formed("paper.served", {"method": "personal", "date": "zzzz"})


def test_a_photo_that_is_none_has_no_picture(pair: tuple[Store, Store]) -> None:
    """What a foreign paper names for a photo never reaches the folder of photos."""
    picture = paper_data.pictures(pair[0], None)  # type: ignore[arg-type]
    assert picture("../../../etc/passwd") is None
    assert picture("A" * 64) is None
