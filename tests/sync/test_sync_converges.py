"""Two laptops that record and sync in any order end with the same state, and so does one that sees it all at once."""

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspector.domain import inspecting
from inspector.domain.inspection import fold_inspection
from inspector.errors import Refusal
from inspector.store.workspace import Store, View
from tests.sync.sync_world import Centre, add_photo, centre_at, dump, laptop, start, sync

if TYPE_CHECKING:
    from pathlib import Path

_NUMBERS = itertools.count()
_DEEDS = st.lists(
    st.tuples(
        st.sampled_from(("a", "b")), st.sampled_from(("answer", "answer", "note", "photo", "sync", "sync")),
        st.integers(0, 2), st.integers(0, 3),
    ),
    max_size=14,
)  # fmt: skip


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    with centre_at(tmp_path_factory.mktemp("centre") / "data") as serving:
        yield serving


def _do(store: Store, deed: str, item: int, value: int, grid: str) -> None:
    if deed == "sync":
        assert sync(store).complete
    elif deed == "photo":
        add_photo(store, f"i-{grid}", f"{grid}/{value}".encode(), scope=grid)
    else:

        def decide(view: View) -> list[object]:
            inspection, registers = fold_inspection(view.entries(f"i-{grid}"))
            if inspection is None:
                raise Refusal("还没有收到。", "Not here yet.")
            if deed == "note":
                return [*inspecting.note(inspection, registers, item=f"q{item}", text=f"第{value}次")]
            return [*inspecting.answer(inspection, registers, item=f"q{item}", value=value)]

        try:
            store.decide(decide)  # type: ignore[arg-type]
        except Refusal:
            return


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=_DEEDS)
def test_two_laptops_converge_whatever_the_order(
    centre: Centre, tmp_path_factory: pytest.TempPathFactory, deeds: list[tuple[str, str, int, int]]
) -> None:
    """Answers, notes and photos on one inspection from both, conflicting or not: equal projections everywhere."""
    grid = f"g-c{next(_NUMBERS)}"
    base: Path = tmp_path_factory.mktemp(grid)
    with laptop(base / "a", centre, grid) as a, laptop(base / "b", centre, grid) as b:
        start(a, f"i-{grid}", scope=grid)
        for who, deed, item, value in deeds:
            _do(a if who == "a" else b, deed, item, value, grid)
        for store in (a, b, a):
            assert sync(store).complete
        assert dump(a) == dump(b)
        with laptop(base / "late", centre, grid) as late:
            assert sync(late).complete
            assert dump(late) == dump(a)
        before = dump(b)
        b.rebuild()
        assert dump(b) == before
