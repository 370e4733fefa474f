"""The law of numbers: whatever is lost, late or repeated, no number is given twice and none is given up."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from inspector.domain.numbers import fold_leases
from inspector.domain.service import Service
from inspector.errors import InspectorError
from inspector.services import numbering, papers
from inspector.store import paper_queries
from tests.sync.number_world import KIND, County, make_county

if TYPE_CHECKING:
    from inspector.domain.paper import Paper
    from inspector.services.numbering import Wanted

LAPTOPS = 3
DESKS = st.integers(0, LAPTOPS - 1)
PICKS = st.integers(0, 1_000)


@contextmanager
def expecting(*codes: str) -> Iterator[None]:
    """It may be refused, for one of these reasons."""
    try:
        yield
    except InspectorError as error:
        if error.code not in codes:
            raise


class Machine(RuleBasedStateMachine):
    """Laptops that issue, serve and void, and exchange with the centre in bits and pieces."""

    template: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        template = self.template
        self.county = County(template, Path(tempfile.mkdtemp(dir=template.parent)) / "county", LAPTOPS)
        self.asked: list[tuple[int, list[Wanted]]] = []
        self.issued: dict[str, Paper] = {}
        self.numbers: dict[str, int] = {}

    @initialize()
    def begin(self) -> None:
        """The authority comes with the first pull; everybody has papers, and one has met the centre since."""
        for number, desk in enumerate(self.county.desks):
            desk.pull(self.county.centre)
            self.issue(number, 2, KIND)
        self.sync(0)

    @rule(desk=DESKS, count=st.integers(1, 4), kind=st.sampled_from([KIND, KIND, "rectification_notice"]))
    def issue(self, desk: int, count: int, kind: str) -> None:
        """Papers are issued, with or without a network."""
        for _ in range(count):
            paper = self.county.desks[desk].issue(kind)
            assert paper.number or paper.provisional
            self.issued[paper.id] = paper

    @rule(desk=DESKS)
    def sync(self, desk: int) -> None:
        """A laptop meets the centre as it should."""
        self.county.desks[desk].sync(self.county.centre)

    def _any(self, desk: int, pick: int) -> str | None:
        rows = papers.papers(self.county.desks[desk].store)
        return sorted(row.id for row in rows)[pick % len(rows)] if rows else None

    @precondition(lambda self: self.issued)
    @rule(desk=DESKS, pick=PICKS, override=st.booleans())
    def void(self, desk: int, pick: int, override: bool) -> None:
        """Any laptop that has it voids a paper."""
        store, paper = self.county.desks[desk].store, self._any(desk, pick)
        if paper is not None:
            with expecting("paper.void_served"):
                papers.void(store, paper, reason="填写错误", override="当事人要求" if override else "")

    @precondition(lambda self: self.issued)
    @rule(desk=DESKS, pick=PICKS)
    def serve(self, desk: int, pick: int) -> None:
        """Any laptop that has it serves a paper."""
        store, paper = self.county.desks[desk].store, self._any(desk, pick)
        if paper is not None:
            with expecting("paper.voided", "paper.served"):
                papers.serve(store, paper, Service("personal", store.today(), f"样例{desk}"))

    @rule(desk=DESKS, lost=st.booleans())
    def push(self, desk: int, lost: bool) -> None:
        """Entries go up; the answer may be lost."""
        self.county.desks[desk].push(self.county.centre, lost=lost)

    @rule(desk=DESKS, pages=st.integers(1, 3))
    def pull(self, desk: int, pages: int) -> None:
        """Some pages come."""
        self.county.desks[desk].pull(self.county.centre, pages=pages)

    @rule(desk=DESKS)
    def ask(self, desk: int) -> None:
        """Numbers are asked for; the question may come again, much later."""
        wanted = numbering.wanted(self.county.desks[desk].store)
        self.asked.append((desk, wanted))
        self.county.desks[desk].ask(self.county.centre, wanted)

    @precondition(lambda self: self.asked)
    @rule(pick=PICKS)
    def ask_late(self, pick: int) -> None:
        """A question of some time ago arrives once more."""
        desk, wanted = self.asked[pick % len(self.asked)]
        self.county.desks[desk].ask(self.county.centre, wanted)

    @rule(desk=DESKS)
    def settle(self, desk: int) -> None:
        """Papers that wait get what there is."""
        papers.assign_numbers(self.county.desks[desk].store)

    @invariant()
    def no_number_is_given_twice(self) -> None:
        """Over all laptops, and each paper keeps the one it got."""
        given: Counter[tuple[object, int]] = Counter()
        for desk in self.county.desks:
            for row in papers.papers(desk.store):
                if row.device != desk.store.device:
                    continue
                paper = papers.paper(desk.store, row.id)
                assert len(paper.given) <= 1, "replaced twice"
                assert paper.provisional == self.issued[paper.id].provisional, "no longer traceable"
                if paper.number:
                    given[paper.series, paper.number] += 1
                    assert self.numbers.setdefault(paper.id, paper.number) == paper.number
                else:
                    assert paper.id not in self.numbers, "a number was given up"
        assert not [key for key, count in given.items() if count > 1]

    @invariant()
    def leases_touch_without_overlapping(self) -> None:
        """What the centre leased of a series is one run of numbers from 1, each leased once."""
        with self.county.centre.known() as known:
            for entries in known.of_types("numbers.leased").values():
                leases = sorted(fold_leases(entries), key=lambda lease: lease.first)
                ends = [0, *(lease.last for lease in leases)]
                assert [lease.first - 1 for lease in leases] == ends[:-1]

    def teardown(self) -> None:
        """After everybody met the centre, all show the same, and what counts has a number."""
        try:
            self._meet()
        finally:
            self.county.close()

    def _all_sync(self) -> None:
        """Until nobody waits for a number; each sync leases one block of each series."""
        for _ in range(len(self.issued) + 1):
            for desk in self.county.desks:
                desk.sync(self.county.centre)
            if not any(
                paper_queries.waiting(desk.store.connection, desk.store.device) for desk in self.county.desks
            ):
                break

    def _meet(self) -> None:
        county = self.county
        self._all_sync()
        for number, desk in enumerate(county.desks):
            own = [
                row for row in papers.papers(desk.store, status="issued") if row.device == desk.store.device
            ]
            for row in own[-1:]:
                papers.void(desk.store, row.id, reason="填写错误")
            self.issue(number, 4, KIND)
        self._all_sync()
        for desk in county.desks:
            desk.pull(county.centre)
        first = county.desks[0].tables()
        assert all(desk.tables() == first for desk in county.desks[1:])
        for row in papers.papers(county.desks[0].store):
            assert row.number or row.status == "voided"
            assert "number_conflict" not in row.conflicts
            assert row.number or row.id not in self.numbers
        self.no_number_is_given_twice()


def test_no_number_is_given_twice_whatever_is_lost(tmp_path: Path) -> None:
    """Three laptops and a centre with lost answers, late questions and half pulls: numbers are unique in their series,
    voided papers keep theirs, a provisional number is replaced once, and in the end all show the same.
    """
    template = tmp_path / "template"
    make_county(template, LAPTOPS)
    Machine.template = template
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
