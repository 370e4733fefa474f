"""Steps that no honest program writes: other laptops see them, and no item leaves the list by them."""

import time

import pytest

from inspector.domain.entries import COUNTY, Entry, Ref, Stamp
from inspector.domain.lifecycle import APPROVING, TABLE, within_reach
from inspector.domain.rectification import MOVED, Item, fold_item
from tests.domain.rectifying_world import OPENING, Case

FORGER, OTHER = "b" * 16, "c" * 16


def moved(device: str, seq: int, action: str, to: str, *after: Ref, note: str = "") -> Entry:
    """A step as somebody's own program writes it."""
    data = {"action": action, "to": to, "day": "2026-03-03", "note": note}
    return Entry(
        Ref(device, seq),
        MOVED,
        "f-1",
        COUNTY,
        "o-样例",
        Stamp(1_772_500_000_000, 480, "0" * 16, seq),
        after,
        data,
    )


def folded(*entries: Entry) -> Item:
    """The item with these steps."""
    item, _ = fold_item([*Case().entries, *entries], OPENING)
    assert item is not None
    return item


@pytest.mark.parametrize(
    ("action", "to"),
    [
        ("submit", "closed"),
        ("keep", "archived"),
        ("merge", "closed"),
        ("nobody_knows", "archived"),
        ("pass", "cased"),
    ],
)
def test_no_step_off_the_table_takes_an_item_out_of_the_list(action: str, to: str) -> None:
    """An officer's word that something open is closed is kept and marked; the item stays where it was."""
    item = folded(moved(FORGER, 1, action, to))
    assert (item.state, item.settled) == ("open", False)
    assert item.irregular


def test_what_no_approval_leads_to_is_within_reach() -> None:
    """Every row of the table that takes no duty leads somewhere, none that takes one does, and no row to another's goal."""
    for row in TABLE:
        if row.by_hand:
            assert within_reach(row.code, row.to) == (row.code not in APPROVING)
            assert not within_reach(row.code, "closed")
    assert within_reach("of_a_newer_program", "review")
    assert not within_reach("of_a_newer_program", "closed")


def test_many_contradicting_steps_at_the_end_of_many_are_folded_in_time() -> None:
    """Three thousand steps and as many that contradict each other at their end: the fold goes along each once."""
    chain = [moved(FORGER, 1, "submit", "submitted")]
    for seq in range(2, 3_001):
        chain.append(moved(FORGER, seq, "submit", "submitted", chain[-1].ref, note=str(seq)))
    rivals = [
        moved(OTHER, seq, "submit", "submitted", chain[-1].ref, note=str(seq)) for seq in range(1, 3_001)
    ]
    began = time.monotonic()
    item = folded(*chain, *rivals)
    assert time.monotonic() - began < 20
    assert (len(item.path), len(item.rivals)) == (3_001, 3_000)
