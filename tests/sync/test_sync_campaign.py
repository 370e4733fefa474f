"""The campaign between laptops through a real centre: the list is a lead's, progress and activities are everybody's."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from inspector.services import activities, tasks
from inspector.store import campaign
from inspector.store.workspace import Store
from inspector.sync.enrolment import enrol
from tests.sync.sync_world import GRID, Centre, centre_at, sync, workspace, write


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    """A serving centre."""
    with centre_at(tmp_path / "centre") as serving:
        yield serving


def joined(path: Path, centre: Centre, role: str) -> Store:
    """A laptop of that role."""
    store = workspace(path)
    enrol(store, centre.url, centre.code(GRID, role=role))
    return store


def test_a_list_reaches_everybody_and_its_progress_comes_back(tmp_path: Path, centre: Centre) -> None:
    """A lead's list is on an officers' laptop after a sync; what is told there is on the lead's after another."""
    with (
        joined(tmp_path / "l", centre, "lead") as lead,
        joined(tmp_path / "o", centre, "officer") as officers,
    ):
        made = tasks.add_task(lead, task="开展夜查", lead="县教体局", due="2026-12-31")
        sync(lead)
        sync(officers)
        tasks.progress(officers, made.id, note="已查两轮")
        activities.add_activity(officers, title="培训会", kind="training", sessions=1)
        sync(officers)
        sync(lead)
        assert [(row.state, row.note) for row in campaign.tasks(lead.connection)] == [("doing", "已查两轮")]
        assert [row.title for row in campaign.activities(lead.connection)] == ["培训会"]
        assert list(centre.storage.kept_apart(officers.device)[0]) == []


def test_a_list_of_an_officers_laptop_is_kept_apart(tmp_path: Path, centre: Centre) -> None:
    """Written past the program's own refusal, it reaches nobody; nor does what is in another scope than it began."""
    with joined(tmp_path / "o", centre, "officer") as officers:
        write(officers, "task.recorded", "d-1", {"task": "夜查", "lead": "县教体局"}, scope="county")
        write(officers, "task.voided", "d-1", {"reason": "不要了"}, scope="county")
        write(
            officers,
            "activity.recorded",
            "e-1",
            {"kind": "meeting", "date": "2026-09-01", "title": "会"},
            scope=GRID,
        )
        write(officers, "activity.voided", "e-1", {"reason": "重复登记"}, scope="county")
        sync(officers)
        kept = [item.reason for item in centre.storage.kept_apart(officers.device)[0]]
        assert kept == ["role.denied", "role.denied", "scope.aggregate"]
