"""What comes after a conclusion from somebody who had not seen it is kept, and said."""

from pathlib import Path

from inspector.domain.inspection import fold_inspection
from inspector.services import inspections
from inspector.services.forms import Forms
from tests.workplace import conclude, exchange, make_store, start_inspection


def test_an_answer_that_had_not_seen_the_conclusion_is_counted(tmp_path: Path) -> None:
    """Two laptops part; one concludes, the other answers: together they show one late entry, and nothing is lost."""
    with make_store(tmp_path / "a", 1) as first, make_store(tmp_path / "b", 2) as second:
        begun = start_inspection(first)
        exchange(first, second)
        inspections.answer(second, Forms(second), begun.id, "T-TIME-10", "no")
        conclude(first, begun.id)
        alone, _ = fold_inspection(first.entries(begun.id))
        assert alone is not None
        assert (alone.status, alone.late) == ("concluded", 0)
        exchange(first, second)
        for store in (first, second):
            together, _ = fold_inspection(store.entries(begun.id))
            assert together is not None
            assert (together.status, together.late, together.answers["T-TIME-10"]) == ("concluded", 1, "no")
