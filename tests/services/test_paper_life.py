"""Papers of an office without a centre: numbers by hand, what goes along in one transaction, what is shown."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from inspector.domain.entries import Draft
from inspector.domain.numbers import Series
from inspector.domain.paper import DATA_BYTES_MAX, Paper
from inspector.domain.service import Service
from inspector.errors import BadInput, InspectorError, NotFound, Refusal, UsageError
from inspector.services import numbering, papers
from inspector.store import projections
from inspector.store.workspace import Store, View
from tests.workplace import exchange, make_site, make_store

KIND = "order_to_correct"
SERIES = Series("education", 2026, KIND)


def office(path: Path, seed: int) -> Store:
    """A workspace with an authority and a site."""
    store = make_store(path, seed)
    numbering.set_authority(store, "教体", name="样例县教育体育局", prefix="样教体")
    make_site(store)
    return store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with office(tmp_path / "a", 1) as made:
        yield made


def issue(store: Store, **more: Any) -> Paper:
    """Issue a paper about the one site."""
    given: dict[str, Any] = {"kind": KIND, "word": "责改", "authority": "教体局", "data": {"title": "示例"}}
    return papers.issue(store, site=make_site(store).id, **(given | more))


def handed(store: Store, receiver: str = "样例负责人") -> Service:
    """Handed over today."""
    return Service("personal", store.today(), receiver)


def test_numbers_by_hand_are_given_in_order(store: Store) -> None:
    """Papers that waited get theirs first; a voided one keeps its number; after the last, they are provisional again."""
    waiting = [issue(store), issue(store)]
    assert [paper.provisional[-1] for paper in waiting] == ["1", "2"]
    numbering.note_numbers(store, SERIES, first=5, last=8)
    assert [paper.number for paper in papers.assign_numbers(store)] == [5, 6]
    assert papers.assign_numbers(store) == []
    third = issue(store)
    papers.void(store, third.id, reason="填写错误")
    assert [issue(store).number for _ in range(2)] == [8, 0]
    assert papers.row(store, third.id).status == "voided"
    assert papers.row(store, third.id).number == 7
    assert [(row.first, row.last, row.free, row.mine) for row in numbering.leases(store)] == [(5, 8, 0, True)]


def test_a_paper_that_was_voided_while_it_waited_gets_no_number(store: Store) -> None:
    """Its provisional number stays, and the next number goes to the next paper."""
    first, second = issue(store), issue(store)
    papers.void(store, first.id, reason="填写错误")
    numbering.note_numbers(store, SERIES, first=1, last=1)
    assert [paper.id for paper in papers.assign_numbers(store)] == [second.id]


def test_another_year_is_another_series(store: Store, tmp_path: Path) -> None:
    """Numbers of this year are not given in the next one."""
    numbering.note_numbers(store, SERIES, first=1, last=9)
    assert issue(store).shown == "样教体责改〔2026〕1号"
    store.clock.wall += 200 * 86_400_000  # type: ignore[attr-defined]
    assert issue(store).shown.startswith("样教体责改〔2027〕临-")


def test_blocks_that_overlap_are_shown_and_never_silent(store: Store, tmp_path: Path) -> None:
    """Two laptops noted the same numbers: once they meet, the block shows it and the later of two papers too."""
    with office(tmp_path / "b", 2) as other:
        for one in (store, other):
            numbering.note_numbers(one, SERIES, first=1, last=3)
            issue(one)
        exchange(store, other)
        assert [row.overlaps for row in numbering.leases(store)] == [True, True]
        shown = {row.device: row.conflicts for row in papers.papers(store)}
        first, second = sorted((store.device, other.device))
        assert shown == {first: (), second: ("number_conflict",)}
        assert papers.papers(other) == papers.papers(store)
        (later,) = [row.id for row in papers.papers(store) if row.conflicts]
        papers.void(store, later, reason="文号重复，另开一份")
        assert papers.row(store, later).conflicts == (), "settled"
        assert [issue(one).number for one in (store, other)] == [2, 2], (
            "each its own word: they have not met again"
        )
        exchange(store, other)
        assert issue(store).number == 3, "what another paper has is not given"
        assert projections.dump(store.connection).keys() == projections.dump(other.connection).keys()


def test_what_goes_along_is_in_the_same_transaction(store: Store) -> None:
    """`also` sees the paper as it then is, its drafts are written with it, and what it refuses writes nothing."""
    seen: list[Paper] = []

    def also(view: View, paper: Paper) -> Sequence[Draft]:
        seen.append(paper)
        return [Draft("future.kind", "x-1", paper.scope, {"status": paper.status})]

    def refuse(view: View, paper: Paper) -> Sequence[Draft]:
        raise Refusal("不行。", "No.", code="test")

    paper = issue(store, also=also)
    papers.serve(store, paper.id, handed(store), also=also)
    papers.serve(store, paper.id, handed(store), also=also)
    assert [(one.id, one.status) for one in seen] == [(paper.id, "issued"), (paper.id, "served")]
    assert [entry.data for entry in store.entries("x-1")] == [{"status": "issued"}, {"status": "served"}]
    before = len(papers.papers(store))
    with pytest.raises(Refusal):
        issue(store, also=refuse)
    assert len(papers.papers(store)) == before


def test_what_is_printed_is_kept_as_it_was(store: Store) -> None:
    """The snapshot does not follow the authority's later prefix; nor does the number."""
    paper = issue(store, data={"party": "样例一点", "list": [{"n": 1}]})
    numbering.set_authority(store, "education", prefix="新教体")
    again = papers.paper(store, paper.id)
    assert again.data == {"party": "样例一点", "list": [{"n": 1}]}
    assert again.shown.startswith("样教体责改")
    assert issue(store).shown.startswith("新教体责改")


@pytest.mark.parametrize(
    ("wrong", "kind", "code"),
    [
        ({"data": {"text": "字" * (DATA_BYTES_MAX // 3)}}, BadInput, "paper.data"),
        ({"data": {"share": 0.5}}, BadInput, "paper.data"),
        ({"data": {"a": {"b": {"c": {"d": {"e": {"f": {"g": {}}}}}}}}}, BadInput, "paper.data"),
        ({"items": ["f" * 81]}, BadInput, "paper.items"),
        ({"authority": "市监"}, Refusal, "authority.unknown"),
        ({"authority": "不知道"}, UsageError, "authority.department"),
        ({"due": "很快"}, BadInput, "date"),
    ],
)
def test_what_cannot_be_kept_takes_no_number(
    store: Store, wrong: dict[str, Any], kind: type[InspectorError], code: str
) -> None:
    """A refusal in words, and the next paper still has the first number."""
    numbering.note_numbers(store, SERIES, first=1, last=2)
    with pytest.raises(kind) as caught:
        issue(store, **wrong)
    assert caught.value.code == code
    assert issue(store).number == 1


def test_the_largest_snapshot_fits(store: Store) -> None:
    """As much as is allowed is kept, beside as many items as are allowed."""
    data = {"text": "字" * ((DATA_BYTES_MAX - 20) // 3)}
    paper = issue(store, data=data, items=[f"f-{number:0>70}" for number in range(500)])
    assert papers.paper(store, paper.id).data == data


def test_papers_are_found_by_what_they_are_about(store: Store) -> None:
    """By site, item, kind and status; by id, its start, or the number that was printed."""
    numbering.note_numbers(store, SERIES, first=1, last=2)
    first = issue(store, items=["f-1", "f-2"])
    second = issue(store, items=["f-2"], kind="rectification_notice")
    papers.serve(store, first.id, handed(store))
    site = make_site(store).id
    for wanted, found in (
        ({"site": site}, {first.id, second.id}), ({"item": "f-1"}, {first.id}), ({"kind": KIND}, {first.id}),
        ({"status": "served"}, {first.id}), ({"item": "f-9"}, set()),
    ):  # fmt: skip
        assert {row.id for row in papers.papers(store, **wanted)} == found
    assert papers.row(store, first.id).items == ("f-1", "f-2")
    for text in (first.id, first.id[:6], first.shown, " 样教体责改〔2026〕 1号 "):
        assert papers.paper(store, text).id == first.id
    with pytest.raises(NotFound):
        papers.paper(store, "样教体责改〔2026〕9号")


def test_rebuilding_gives_the_same_rows(store: Store, tmp_path: Path) -> None:
    """From the journal alone, here and on another laptop that got the entries."""
    numbering.note_numbers(store, SERIES, first=1, last=1)
    first, _ = issue(store, items=["f-1"]), issue(store)
    papers.serve(store, first.id, handed(store))
    before = projections.dump(store.connection)
    store.rebuild()
    assert projections.dump(store.connection) == before
    with make_store(tmp_path / "b", 2) as other:
        exchange(store, other)
        assert papers.papers(other) == papers.papers(store)
