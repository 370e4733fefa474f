"""Activities and the list of responsibilities: what may be recorded, what follows from what, whatever the order."""

import itertools
from datetime import date
from typing import Any

import pytest

from inspector.domain.activity import fold_activity, record_activity, void_activity
from inspector.domain.entries import Draft, Entry, Ref, Stamp
from inspector.domain.registers import fold
from inspector.domain.responsibility import (
    Task,
    arranged,
    fold_task,
    overdue,
    progress_task,
    record_task,
    state_code,
    task_id,
    void_task,
)
from inspector.errors import Refusal

TODAY = date(2026, 11, 23)
ACTIVITY = {
    "kind": "meeting",
    "date": "2026-11-20",
    "title": "联席会议",
    "counts": {"sessions": 1, "people": 26},
}
TASK = {"task": "寒假夜查", "lead": "县教体局", "due": "2026-11-22"}


def _entry(seq: int, draft: Draft, device: str = "a" * 16) -> Entry:
    return Entry(
        Ref(device, seq), draft.type, draft.aggregate, draft.scope, "", Stamp(0, 480, "0" * 16, seq),
        draft.replaces, draft.data,
    )  # fmt: skip


NOTHING = fold((), {})


def _entries(*drafts: list[Draft], device: str = "a" * 16, first: int = 1) -> list[Entry]:
    flat = [draft for some in drafts for draft in some]
    return [_entry(first + place, draft, device) for place, draft in enumerate(flat)]


def _task(*entries: Entry) -> Task:
    found, _ = fold_task(entries)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"kind": "party"}, "activity.kind"),
        ({"title": ""}, "activity.title"),
        ({"date": "2026-11-24"}, "activity.date"),
        ({"counts": {"people": -1}}, "activity.count"),
        ({"counts": {"cakes": 3}}, "activity.count"),
    ],
)
def test_an_activity_that_says_too_little_is_refused(fields: dict[str, Any], code: str) -> None:
    """Each refusal has its code, and nothing is drafted."""
    with pytest.raises(Refusal) as refused:
        record_activity(NOTHING, activity="e-1", scope="county", fields={**ACTIVITY, **fields}, today=TODAY)
    assert refused.value.code == code


def test_an_activity_is_recorded_once_put_right_and_taken_back() -> None:
    """The same again drafts nothing; a change replaces; what was taken back takes no change and keeps its counts."""

    def record(known: Any, **more: Any) -> list[Draft]:
        return record_activity(
            known, activity="e-1", scope="county", fields={**ACTIVITY, **more}, today=TODAY
        )

    entries = _entries(record(NOTHING))
    state, known = fold_activity(entries)
    assert state is not None
    assert (state.counts, state.grid) == ({"sessions": 1, "people": 26}, "")
    assert record(known) == []
    entries += _entries(record(known, counts={"people": 30, "sessions": 0}), first=2)
    state, known = fold_activity(entries)
    assert state is not None
    assert state.counts == {"people": 30}
    with pytest.raises(Refusal):
        void_activity(known, state, "错")
    entries += _entries(void_activity(known, state, "重复登记了"), first=3)
    state, known = fold_activity(entries)
    assert state is not None
    assert (state.voided, void_activity(known, state, "重复登记了")) == (True, [])
    with pytest.raises(Refusal) as refused:
        record(known)
    assert refused.value.code == "activity.voided"


def test_overdue_is_made_by_the_day_and_ends_with_the_work() -> None:
    """The last day itself is not overdue; what is done never is, and what has no day cannot be."""
    assert [overdue("open", "2026-11-22", day) for day in ("2026-11-21", "2026-11-22", "2026-11-23")] == [
        False,
        False,
        True,
    ]
    assert state_code("done", "2026-11-22", "2027-01-01") == "done"
    assert state_code("doing", "", "2027-01-01") == "doing"


def test_a_task_needs_a_unit_and_its_end_something_to_show() -> None:
    """No unit, no task; done says what came of it; a day to come and an unknown state are refused."""
    for fields, code in (
        ({"lead": ""}, "task.lead"),
        ({"task": ""}, "task.task"),
        ({"start": "2026-12-01"}, "task.days"),
    ):
        with pytest.raises(Refusal) as refused:
            record_task(NOTHING, task="d-1", fields={**TASK, **fields})
        assert refused.value.code == code
    state, known = fold_task(_entries(record_task(NOTHING, task="d-1", fields=TASK)))
    for wish, code in (
        ({"to": "done", "day": "2026-11-23"}, "task.evidence"),
        ({"to": "done", "day": "2026-11-24", "note": "办好"}, "task.day"),
        ({"to": "late", "day": "2026-11-23"}, "task.state"),
    ):
        with pytest.raises(Refusal) as refused:
            progress_task(known, state, today=TODAY, **wish)
        assert refused.value.code == code


def test_steps_of_two_laptops_are_all_kept_whatever_their_order() -> None:
    """Each thing told is a step; two that did not know each other are a conflict; every order gives the same task."""
    entries = _entries(record_task(NOTHING, task="d-1", fields=TASK))
    state, known = fold_task(entries)
    doing = progress_task(known, state, to="doing", day="2026-11-20", note="已部署", today=TODAY)
    done = progress_task(known, state, to="done", day="2026-11-21", evidence="简报第1期", today=TODAY)
    entries += _entries(doing, device="b" * 16) + _entries(done, device="c" * 16)
    states = {
        (one.state, one.steps, one.conflicts, one.done)
        for one in (_task(*order) for order in itertools.permutations(entries))
    }
    ((_, steps, conflicts, _),) = states
    assert ([step.state for step in steps], conflicts) == (["doing", "done"], ("progress",))
    found, known = fold_task(entries)
    entries += _entries(
        progress_task(known, found, to="done", day="2026-11-22", note="完成", today=TODAY), first=2
    )
    assert (_task(*entries).conflicts, _task(*entries).done) == ((), "2026-11-22")
    found, known = fold_task(entries)
    assert void_task(known, found, "并入另一项")[0].type == "task.voided"


def test_a_task_has_one_name_however_its_list_is_spelt() -> None:
    """Width and spaces make no other task; the group does."""
    assert task_id("治理", "开展（寒假）夜查") == task_id("治理 ", "开展(寒假) 夜查")
    assert task_id("治理", "夜查") != task_id("宣传", "夜查")


def _listed(number: int, **more: str) -> Task:
    return _task(
        *_entries(
            record_task(NOTHING, task=f"d-{number}", fields={**TASK, "due": "", "number": number, **more})
        )
    )


def test_one_list_three_views_each_with_every_task_once() -> None:
    """Groups as listed, stages by their first day, months by due day with the undated last; nothing is lost or doubled."""
    tasks = [
        _listed(3, group="宣传", stage="总结", due="2027-03-01"),
        _listed(1, group="治理", stage="集中治理", start="2026-12-01", due="2027-01-15"),
        _listed(2, group="治理", stage="部署", due="2026-11-30"),
        _listed(4, group="宣传", until="长期坚持"),
    ]
    assert [title for title, _ in arranged(tasks, "list")] == ["治理", "宣传"]
    assert [title for title, _ in arranged(tasks, "roadmap")] == ["部署", "集中治理", "总结", ""]
    assert [title for title, _ in arranged(tasks, "schedule")] == ["2026-11", "2027-01", "2027-03", ""]
    for view in ("list", "roadmap", "schedule"):
        assert sorted(one.id for _, part in arranged(tasks, view) for one in part) == [
            "d-1",
            "d-2",
            "d-3",
            "d-4",
        ]
