"""What two laptops do to one inspection without knowing of each other: nothing is lost, nothing wins silently."""

from pathlib import Path
from typing import Any

import pytest

from inspector.domain.entries import Ref
from inspector.domain.inspection import fold_inspection
from inspector.errors import Refusal
from inspector.services import inspections
from inspector.services.forms import Forms
from inspector.services.sheets import Line, sheet
from inspector.store import queries
from inspector.store.workspace import Store
from tests.workplace import be_told, conclude, exchange, make_store, start_inspection

GRADES = "T-TIME-12"


def _line(store: Store, inspection: str, item: str) -> Line:
    return sheet(store, Forms(store), inspection).line(item)


def _answer(
    store: Store, inspection: str, item: str, value: Any, seen: tuple[Ref, ...] | None = None
) -> None:
    inspections.answer(store, Forms(store), inspection, item, value, seen=seen)


def _conflicts(store: Store, inspection: str) -> tuple[str, ...]:
    state, _ = fold_inspection(store.entries(inspection))
    assert state is not None
    return state.conflicts


def test_a_rule_that_only_both_break_has_its_finding_in_the_conclusion(tmp_path: Path) -> None:
    """Nine people on one laptop, one teacher on the other: only together a violation, and the conclusion names it."""
    with make_store(tmp_path / "a", 1) as first, make_store(tmp_path / "b", 2) as second:
        begun = start_inspection(first)
        exchange(first, second)
        _answer(first, begun.id, "T-STF-01", "9")
        _answer(second, begun.id, "T-STF-02", "1")
        exchange(first, second)
        done = conclude(first, begun.id)
        assert [row.item for row in done.findings] == ["T-STF-02"]
        assert done.inspection.conclusion is not None
        assert done.inspection.conclusion["findings"] == [done.findings[0].id]


def test_a_colleagues_row_stays_when_a_table_is_saved(tmp_path: Path) -> None:
    """A row that a sync brought while the table was open is not on that screen, and not overwritten by it."""
    with make_store(tmp_path / "a", 1) as first, make_store(tmp_path / "b", 2) as second:
        begun = start_inspection(first)
        _answer(first, begun.id, GRADES, [{"grade": "g3", "students": 5}])
        exchange(first, second)
        shown = _line(first, begun.id, GRADES)
        _answer(
            second,
            begun.id,
            GRADES,
            [{"grade": "g3", "students": 5}, {"grade": "g4", "students": 7}],
        )
        exchange(first, second)
        rows = [(shown.row_ids[0], shown.value[0]), ("", {"grade": "g5", "students": 9})]
        inspections.edit_roster(
            first, Forms(first), begun.id, GRADES, rows, shown=shown.row_ids, seen=shown.seen
        )
        together = sorted(row["students"] for row in _line(first, begun.id, GRADES).value)
        assert together == [5, 7, 9]
        assert _conflicts(first, begun.id) == ()


def test_an_answer_given_over_an_unseen_one_is_a_conflict_until_somebody_decides(tmp_path: Path) -> None:
    """The screen showed no answer; a sync had brought one: both stay, and the next answer settles it."""
    with make_store(tmp_path / "a", 1) as first, make_store(tmp_path / "b", 2) as second:
        begun = start_inspection(first)
        exchange(first, second)
        before = _line(first, begun.id, "T-TIME-10").seen
        _answer(second, begun.id, "T-TIME-10", "no")
        exchange(first, second)
        _answer(first, begun.id, "T-TIME-10", "yes", before)
        assert _conflicts(first, begun.id) == ("answer/T-TIME-10",)
        _answer(first, begun.id, "T-TIME-10", "yes", _line(first, begun.id, "T-TIME-10").seen)
        assert _conflicts(first, begun.id) == ()


def test_what_this_laptop_wrote_itself_counts_as_seen(tmp_path: Path) -> None:
    """Keys typed ahead of the screen are one officer's: the later answer replaces the earlier."""
    with make_store(tmp_path / "a", 1) as store:
        begun = start_inspection(store)
        before = _line(store, begun.id, "T-TIME-10").seen
        _answer(store, begun.id, "T-TIME-10", "no", before)
        _answer(store, begun.id, "T-TIME-10", "yes", before)
        assert _conflicts(store, begun.id) == ()
        assert _line(store, begun.id, "T-TIME-10").value == "yes"


def test_two_conclusions_are_settled_by_concluding_again(tmp_path: Path) -> None:
    """Both laptops concluded: the disagreement is shown, and a person can end it; nothing else can be changed."""
    with make_store(tmp_path / "a", 1) as first, make_store(tmp_path / "b", 2) as second:
        begun = start_inspection(first)
        be_told(first, begun.id)
        exchange(first, second)
        inspections.conclude(first, Forms(first), begun.id, remark="甲")
        inspections.conclude(second, Forms(second), begun.id, remark="乙")
        exchange(first, second)
        assert _conflicts(first, begun.id) == ("conclusion",)
        with pytest.raises(Refusal):
            _answer(first, begun.id, "T-TIME-10", "no")
        inspections.conclude(first, Forms(first), begun.id, remark="两人议定")
        assert _conflicts(first, begun.id) == ()
        with pytest.raises(Refusal):
            inspections.conclude(first, Forms(first), begun.id)


def test_a_conflict_found_after_the_conclusion_can_be_settled(tmp_path: Path) -> None:
    """Two answers met only after the conclusion: that item alone takes an answer, which settles it."""
    with make_store(tmp_path / "a", 1) as first, make_store(tmp_path / "b", 2) as second:
        begun = start_inspection(first)
        exchange(first, second)
        _answer(first, begun.id, "T-TIME-10", "no")
        _answer(second, begun.id, "T-TIME-10", "yes")
        conclude(first, begun.id)
        exchange(first, second)
        assert _conflicts(first, begun.id) == ("answer/T-TIME-10",)
        _answer(first, begun.id, "T-TIME-10", "yes")
        assert _conflicts(first, begun.id) == ()
        with pytest.raises(Refusal):
            _answer(first, begun.id, "T-TIME-09", "no")


def test_findings_of_a_voided_inspection_are_withdrawn(tmp_path: Path) -> None:
    """An inspection of the wrong site leaves no open finding behind."""
    with make_store(tmp_path / "a") as store:
        begun = start_inspection(store)
        _answer(store, begun.id, "T-TIME-10", "yes")
        assert len(queries.findings(store.connection)) == 1
        inspections.void(store, begun.id, reason="点位开错了")
        assert queries.findings(store.connection) == []
        assert queries.findings(store.connection, withdrawn=True)[0].withdrawn == "检查作废：点位开错了"
