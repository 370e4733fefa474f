"""The campaign over real workspaces: lists that offices send, read tables that can be rebuilt, laptops that agree."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter

from inspector.errors import BadInput, Refusal
from inspector.services import activities, tasks
from inspector.store import campaign, projections
from inspector.store.workspace import Store
from tests.workplace import all_entries, deliver, make_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A workspace."""
    with make_store(tmp_path / "ws") as made:
        yield made


def write_list(path: Path) -> Path:
    """A list as an office keeps it: a title above, merged cells, units in one cell, deadlines in words."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("责任清单")
        sheet.merge_range("A1:H1", "样例县“双减”工作责任清单")
        for column, title in enumerate(
            ("序号", "类  别", "工作任务", "责任单位", "配合单位", "责任人", "完成时限", "进展情况")
        ):
            sheet.write(2, column, title)
        sheet.merge_range("B4:B5", "校外治理")
        sheet.merge_range("D4:D5", "县教体局、县市监局")
        rows = (
            ("1", None, "开展寒假夜查", None, "县公安局；城管局", "样例甲", "2026年9月底前", "正在推进"),
            ("2", None, "预收费全额监管", None, "", "样例乙", "2026.10.15前", "已完成"),
            ("3", "宣传引导", "印发告家长书", "县教体局", "各镇街", "", "长期坚持", "未启动"),
            ("4", "", "编发简报", "县委宣传部", "", "", 46300, ""),
        )
        for place, row in enumerate(rows, 3):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(place, column, value)
    return path


def test_a_list_of_an_office_is_read_as_it_is_meant(store: Store, tmp_path: Path) -> None:
    """Merged cells, several units in one, deadlines as month ends or words; read twice it is there once."""
    path = write_list(tmp_path / "责任清单.xlsx")
    done = tasks.import_tasks(store, path)
    assert (done.tasks, done.recorded, done.progressed, done.skipped) == (4, 4, 2, 0)
    rows = {row.task: row for row in campaign.tasks(store.connection)}
    night = rows["开展寒假夜查"]
    assert (night.group, night.lead, night.partners) == (
        "校外治理",
        "县教体局",
        ("县市监局", "县公安局", "城管局"),
    )
    assert (night.due, night.until, night.state) == ("2026-09-30", "2026年9月底前", "doing")
    money = rows["预收费全额监管"]
    assert (money.group, money.lead, money.due, money.state) == ("校外治理", "县教体局", "2026-10-15", "done")
    assert (rows["印发告家长书"].due, rows["印发告家长书"].until) == ("", "长期坚持")
    assert (rows["编发简报"].group, rows["编发简报"].due) == ("宣传引导", "2026-10-05")
    again = tasks.import_tasks(store, path)
    assert (again.recorded, again.progressed) == (0, 0)
    tasks.progress(store, night.id, state="done", evidence="样例简报")
    tasks.void_task(store, money.id, reason="并入另一项")
    third = tasks.import_tasks(store, path)
    assert (third.recorded, third.progressed, third.skipped) == (0, 0, 1)
    assert tasks.find_task(store, "开展寒假夜查").state == "done"


def test_a_row_without_a_unit_stops_the_whole_list(store: Store, tmp_path: Path) -> None:
    """Who answers for a task is never guessed from the row above; the fault names sheet and row, nothing is recorded."""
    path = tmp_path / "list.csv"
    path.write_text("任务,责任单位\n甲,县教体局\n乙,\n", encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        tasks.import_tasks(store, path)
    assert (refused.value.code, refused.value.problems[0].where) == ("tasks.errors", "list!3")
    assert campaign.tasks(store.connection) == []


def test_views_and_counts_are_of_today(store: Store, tmp_path: Path) -> None:
    """Overdue is by the day; a unit sees what it leads or takes part in, by name or by department."""
    tasks.import_tasks(store, write_list(tmp_path / "list.xlsx"))
    store.clock.wall += 20 * 86_400_000  # type: ignore[attr-defined]
    found = tasks.task_view(store)
    assert found.counts == {"total": 4, "open": 2, "doing": 1, "done": 1, "overdue": 2}
    assert [line.row.task for line in tasks.task_view(store, unit="police").lines] == ["开展寒假夜查"]
    assert len(tasks.task_view(store, unit="教体局").lines) == 3
    assert [line.row.task for line in tasks.task_view(store, state="overdue").lines] == [
        "开展寒假夜查",
        "编发简报",
    ]


def test_a_laptop_that_is_no_leads_tells_progress_only(store: Store) -> None:
    """The list is a lead's; how far a task is may be told by whoever does it."""
    made = tasks.add_task(store, task="开展夜查", lead="县教体局", due="2026-12-01")
    store.set_settings(centre_device="a" * 16, role="officer")
    for act in (
        lambda: tasks.add_task(store, task="另一项", lead="县教体局"),
        lambda: tasks.change_task(store, made.id, due="2027-01-01"),
        lambda: tasks.void_task(store, made.id, reason="不再需要"),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.code == "task.role"
    assert tasks.progress(store, made.id, note="已部署").state == "doing"


def test_changing_a_task_keeps_its_name_and_its_steps(store: Store) -> None:
    """A new wording or day is the same task; a day takes the place of words."""
    made = tasks.add_task(store, task="开展夜查", lead="县教体局", due="长期", partners="公安局、市监局")
    assert (made.due, made.until, made.partners) == ("", "长期", ("公安局", "市监局"))
    tasks.progress(store, made.id, note="已部署")
    found = tasks.change_task(store, made.id, wording="开展寒暑假夜查", due="2026-12-31")
    assert (found.id, found.task, found.due, found.until, len(found.steps)) == (
        made.id, "开展寒暑假夜查", "2026-12-31", "", 1,
    )  # fmt: skip
    assert found.partners == made.partners


ACTIVITIES = """样例县双减活动台账,,,,
日期,活动名称,主题,场次,人次,份数,备注
2026.9.1,双减工作联席会议,寒假治理,1,约30人,,
2026年9月5日,家长问卷,满意度,,,5.9万,
"""


def test_activities_of_a_file_are_recorded_once_and_counted(store: Store, tmp_path: Path) -> None:
    """The title says the kind where no column does; what is no number is a fault with its row; twice is once."""
    path = tmp_path / "活动.csv"
    path.write_text(ACTIVITIES, encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        activities.import_activities(store, path)
    assert [problem.where for problem in refused.value.problems] == ["活动!4"]
    path.write_text(ACTIVITIES.replace("5.9万", "59000份"), encoding="utf-8")
    assert activities.import_activities(store, path) == (2, 2)
    assert activities.import_activities(store, path) == (2, 0)
    sums = {row.kind: row for row in campaign.activity_sums(store.connection)}
    assert (sums["meeting"].sessions, sums["meeting"].people, sums["questionnaire"].copies) == (1, 30, 59_000)
    (meeting,) = campaign.activities(store.connection, kind="meeting")
    activities.void_activity(store, meeting.id, reason="重复登记了")
    assert [row.kind for row in campaign.activity_sums(store.connection)] == ["questionnaire"]
    assert len(campaign.activities(store.connection, voided=True)) == 2


def test_an_activity_put_right_keeps_what_was_not_given(store: Store) -> None:
    """A count that is set to nothing goes; a day in any spelling comes; a word is no count."""
    made = activities.add_activity(
        store, title="推进会", kind="会议", day="2026.9.1", sessions=1, people="26人", topic="夜查"
    )
    assert (made.kind, made.date, made.counts) == ("meeting", "2026-09-01", {"sessions": 1, "people": 26})
    found = activities.change_activity(store, made.id, people=0, note="样例")
    assert (found.counts, found.topic, found.note) == ({"sessions": 1}, "夜查", "样例")
    with pytest.raises(BadInput):
        activities.change_activity(store, made.id, copies="若干")


def test_rebuilt_and_received_tables_are_as_the_written_ones(store: Store, tmp_path: Path) -> None:
    """A rebuild gives what the increments gave, and another laptop that got the entries has the same rows."""
    tasks.import_tasks(store, write_list(tmp_path / "list.xlsx"))
    activities.add_activity(store, title="推进会", sessions=1)
    tasks.progress(store, "开展寒假夜查", state="done", note="完成")
    before = projections.dump(store.connection)
    with make_store(tmp_path / "other", 1) as other:
        deliver(all_entries(store), other)
        there = projections.dump(other.connection)
        assert {name: there[name] for name in ("task", "activity")} == {
            name: before[name] for name in ("task", "activity")
        }
    store.rebuild()
    assert projections.dump(store.connection) == before
