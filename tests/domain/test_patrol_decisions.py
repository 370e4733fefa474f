"""A patrol: started by an allowed team, changed, ended once."""

from inspector.domain.entries import Draft, Entry, Ref, Stamp
from inspector.domain.inspecting import Team
from inspector.domain.office import Officer
from inspector.domain.patrol import end_patrol as end
from inspector.domain.patrol import fold_patrol, start_patrol

OFFICER = Officer("o-1", "样例甲", "教体局", "证-1", "", "officer")
HELPER = Officer("o-2", "样例戊", "街道", "", "", "helper")


def _entry(draft: Draft, seq: int) -> Entry:
    return Entry(
        Ref("a" * 16, seq), draft.type, draft.aggregate, draft.scope, "",
        Stamp(seq, 480, "0123456789abcdef", seq), draft.replaces, draft.data,
    )  # fmt: skip


def test_a_patrol_runs_until_it_is_ended() -> None:
    """Its team and its start are known at once; the end is recorded once, with its counts."""
    (started,) = start_patrol(patrol="p-1", occasion="night", team=Team((OFFICER,), (HELPER,)))
    entries = [_entry(started, 1)]
    patrol, registers = fold_patrol(entries)
    assert patrol is not None
    assert (patrol.officers, patrol.helpers, patrol.ended) == (("o-1",), ("o-2",), False)
    (ended,) = end(registers, patrol="p-1", summary={"inspections": 2})
    entries.append(_entry(ended, 2))
    patrol, registers = fold_patrol(reversed(entries))
    assert patrol is not None
    assert patrol.ended
    assert end(registers, patrol="p-1", summary={"inspections": 3}) == []


def test_without_its_start_it_is_not_known() -> None:
    """An end that came before its start waits for it."""
    patrol, registers = fold_patrol([_entry(Draft("patrol.ended", "p-1", "county", {}), 2)])
    assert patrol is None
    assert registers.value("end") == {}
