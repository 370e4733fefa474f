"""Appending and listing: numbers without gaps, a tree over exactly the log, lists that agree with what they list."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspector.domain.entries import COUNTY, Draft, Ref
from inspector.journal.entry import unseal
from inspector.journal.merkle import root_of
from inspector.services import inspections
from inspector.services.forms import Forms
from inspector.services.sites import add_site
from inspector.store import log, queries
from inspector.store.workspace import Store
from tests.workplace import conclude, make_store, start_inspection


@pytest.fixture(scope="module")
def growing(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A workspace that grows from example to example."""
    return make_store(tmp_path_factory.mktemp("log") / "ws")


@given(sizes=st.lists(st.integers(0, 4), max_size=4))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_log_and_its_tree_grow_together(growing: Store, sizes: list[int]) -> None:
    """After any appends: numbers 1, 2, 3 …, the stored tree is the tree over the stored headers, and each opens."""
    for size in sizes:
        before = log.own_tree(growing.connection).size
        drafts = [
            Draft("note.added", f"n-{before + number}", COUNTY, {"n": number}) for number in range(size)
        ]
        refs = growing.decide(lambda _, drafts=drafts: drafts)  # type: ignore[misc]
        assert refs == [Ref(growing.device, before + number + 1) for number in range(size)]
    entries = list(log.iterate_entries(growing.connection, growing.device, page=3))
    assert [entry.ref.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert log.own_tree(growing.connection).root() == root_of(entry.hash for entry in entries)
    for entry in entries[-3:]:
        opened = unseal(entry)
        assert log.entries_of(growing.connection, opened.aggregate) == [opened]


def test_lists_agree_with_each_other(tmp_path: Path) -> None:
    """What a site list counts is what the finding list lists; a voided inspection counts nowhere."""
    with make_store(tmp_path / "ws") as store:
        forms = Forms(store)
        kept = start_inspection(store, forms)
        voided = start_inspection(store, forms)
        for one in (kept, voided):
            inspections.answer(store, forms, one.id, "T-LIC-01", "无")
        (site,) = queries.sites(store.connection)
        assert site.findings == len(queries.findings(store.connection, site=site.id)) == 2
        assert site.open_inspection == voided.id
        assert [row.id for row in queries.inspections(store.connection, site=site.id)] == [voided.id, kept.id]
        assert [row.id for row in queries.inspections(store.connection, since=kept.started.wall + 1)] == [
            voided.id
        ]
        conclude(store, kept.id)
        assert [row.id for row in queries.inspections(store.connection, status="concluded")] == [kept.id]
        assert queries.pending(store.connection, store.device).entries == log.own_tree(store.connection).size


def test_a_long_list_comes_in_pages(tmp_path: Path) -> None:
    """Pages by limit and offset give each site once, in one order, and the count is theirs."""
    with make_store(tmp_path / "ws") as store:
        for number in range(23):
            add_site(store, address=f"虚构路{number}号")
        pages = [
            row.id
            for offset in range(0, 30, 5)
            for row in queries.sites(store.connection, limit=5, offset=offset)
        ]
        assert len(set(pages)) == len(pages) == queries.count_sites(store.connection) == 23
        assert pages == [row.id for row in queries.sites(store.connection)]


def test_ids_are_found_by_their_start(tmp_path: Path) -> None:
    """Four letters at least; a wildcard is a letter like any other."""
    with make_store(tmp_path / "ws") as store:
        name = start_inspection(store).id
        for text, found in (
            (name, [name]),
            (name[:6], [name]),
            (name[:3], []),
            ("%", []),
            ("i-__", []),
            ("", []),
        ):
            assert queries.ids_like(store.connection, "inspection", text) == found
