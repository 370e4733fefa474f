"""What an officer is offered who wants a paper, and what a laptop keeps of papers that are not issued."""

from pathlib import Path

import pytest

from inspector.domain.lifecycle import STATES
from inspector.forms.papers import shipped_papers
from inspector.services import paper_desk
from inspector.services.paper_desk import PaperDraft
from tests.ui.ui_world import make_county


def test_every_state_of_a_kind_is_one_of_the_lifecycle() -> None:
    """A word that no item is ever in would hide a kind from those that are usual."""
    for kind in shipped_papers().values():
        assert paper_desk.states_of(kind) <= {*STATES, "overdue"}, kind.code


def test_the_newest_drafts_are_kept_and_broken_ones_left_out(tmp_path: Path) -> None:
    """Drafts do not pile up without end; a setting that cannot be read costs the draft and nothing else."""
    with make_county(tmp_path / "workspace") as store:
        for number in range(40):
            paper_desk.keep_draft(store, f"k/{number}", PaperDraft(typed={"x": str(number)}))
        kept = paper_desk.drafts(store)
        assert list(kept) == [f"k/{number}" for number in range(10, 40)]
        paper_desk.keep_draft(store, "k/39", None)
        assert "k/39" not in paper_desk.drafts(store)
        store.set_settings(**{paper_desk.DRAFTS: [1, {"key": "a", "typed": 3, "items": "x"}]})
        assert paper_desk.drafts(store) == {"a": PaperDraft()}


@pytest.mark.parametrize("name", ["../../x", "CON:\n", "", "…" * 200, "\u202ea"])
def test_a_file_name_stays_one_name(name: str) -> None:
    """Whatever a site is called, its paper's file lies in the chosen folder and has a name."""
    kind = shipped_papers()["rectification_notice"]
    found = paper_desk.file_name(
        kind, {"party": {"name": name}, "site": {"name": "", "address": ""}}, number="样〔2026〕1号"
    )
    assert Path(found).name == found
    assert len(found.encode()) < 240
    assert not set(found) & set('\\/:*?"<>|\n\u202e')


def test_a_file_that_is_there_is_not_taken(tmp_path: Path) -> None:
    """A second file of the same name gets a number."""
    first = paper_desk.free_path(tmp_path, "x", ".docx")
    first.write_bytes(b"")
    assert paper_desk.free_path(tmp_path, "x", ".docx").name == "x(2).docx"
