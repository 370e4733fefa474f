"""The lead's list: what it shows, filters that combine, views that are kept, marks, one action for many, hasty keys."""

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from inspector.domain import lifecycle
from inspector.services import boards, bulk, lookup, rectification
from inspector.services.forms import Forms
from inspector.services.rectification import Act
from inspector.store.board import Filter
from inspector.store.workspace import Store
from tests.ui.lead_world import does, found_items, open_board, open_item, picture, served, with_duties
from tests.ui.ui_world import burst, keys, kind, message_of, screens, settled, shows, text_of, top, until

MANY = 100_000


@pytest.fixture
def _at_leisure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of these tests come at once and are meant for what is there then."""
    monkeypatch.setattr("inspector.screens.board._SEEN_SECONDS", 0.0)


def _state(store: Store, item: str) -> str:
    return rectification.load(store, item)[0].state


async def _dialog(pilot: Pilot[Any], words: str) -> None:
    """From the list of actions to the dialog of the one with these words."""
    await until(pilot, lambda: kind(pilot) == "PickScreen")
    await settled(pilot)
    key = next(row[0] for row in top(pilot)._rows if row[1] == words)
    top(pilot).query_one("#picks").select(key)
    await settled(pilot)
    await keys(pilot, "enter")
    await until(pilot, lambda: kind(pilot) == "ActScreen")
    await settled(pilot)


async def test_f8_shows_what_is_open_with_numbers_in_words(county: Store) -> None:
    """Overdue is a word; the numbers above are those of the lines below; what was only proposed is marked."""
    with_duties(county)
    items = found_items(county)
    served(county, items[1], until=_day(22), on=_day(20))
    async with screens(county) as pilot:
        await shows(pilot, "F8 整改")
        await open_board(pilot)
        await shows(pilot, "未销号 3", "逾期 1", "拟11-23", "共3条")
        assert [line.split()[1] for line in text_of(pilot.app).splitlines() if "T-LIC-01" in line] == ["逾期"]


def _day(day: int) -> Any:
    from datetime import date

    return date(2026, 11, day)


async def test_filters_combine_and_a_view_is_kept(county: Store) -> None:
    """State and severity together leave one line; saved under a name, the view is there on F6 and after a restart."""
    with_duties(county)
    found_items(county)
    found_items(county, "晨光样例美术", conclude=False)
    async with screens(county) as pilot:
        await keys(pilot, "escape") if kind(pilot) == "ChecklistScreen" else None
        await open_board(pilot)
        await shows(pilot, "共6条")
        await keys(pilot, "f4")
        await until(pilot, lambda: kind(pilot) == "FilterScreen" and "严重程度" in text_of(pilot.app))
        for name, words in (("state", "已登记"), ("severity", "重大及以上")):
            top(pilot).query_one("#parts").select(name)
            await keys(pilot, "enter")
            await until(pilot, lambda: kind(pilot) == "PickScreen")
            key = next(row[0] for row in top(pilot)._rows if row[1] == words)
            top(pilot).query_one("#picks").select(key)
            await keys(pilot, "enter")
            await until(pilot, lambda: kind(pilot) == "FilterScreen")
        await keys(pilot, "f3")
        await until(pilot, lambda: kind(pilot) == "FormScreen")
        await keys(pilot, "major", "enter")
        await shows(pilot, "已存为视图“major”")
        await keys(pilot, "f2")
        await shows(pilot, "共1条", "已登记，重大及以上")
        await keys(pilot, "f6", "f6", "f6", "f6", "f6")
        await shows(pilot, "回头看")
        await keys(pilot, "f6")
        await shows(pilot, "视图：major", "共1条")
        await keys(pilot, "f6")
        await shows(pilot, "全部未销号", "共6条")
    assert boards.kept_views(county) == {"major": Filter(state="open", severity=4)}


async def test_typing_searches_and_escape_shows_all_again(county: Store) -> None:
    """Initials of a site, typed without a key before, leave its items; Esc brings the others back."""
    found_items(county)
    found_items(county, "晨光样例美术")
    async with screens(county) as pilot:
        await open_board(pilot)
        await keys(pilot, "c", "g")
        await shows(pilot, "共3条", "晨光样例美术")
        await keys(pilot, "enter")
        assert pilot.app.focused is top(pilot).lines
        await keys(pilot, "escape")
        await shows(pilot, "共6条")


@pytest.mark.usefixtures("_at_leisure")
async def test_one_action_for_many_names_those_that_were_refused(county: Store, tmp_path: Path) -> None:
    """Three are marked; two are escalated, the third says every reason why not, is as it was and stays marked."""
    with_duties(county)
    items = [*found_items(county), *found_items(county, "晨光样例美术")]
    for item in items[:2]:
        served(county, item, until=_day(22), on=_day(20))
    served(county, items[2])
    async with screens(county) as pilot:
        await open_board(pilot)
        for item in items[:3]:
            top(pilot).lines.select(item)
            await keys(pilot, "space")
        await shows(pilot, "已选 3")
        await keys(pilot, "f2")
        await _dialog(pilot, "升级督办")
        top(pilot).query_one("#form-who").value = "样例组长"
        await keys(pilot, "f2")
        await shows(pilot, "升级督办要写说明")
        assert kind(pilot) == "ActScreen"
        assert top(pilot).values()["who"] == "样例组长"
        top(pilot).query_one("#form-note").value = "两次逾期不改"
        await keys(pilot, "f2")
        await until(pilot, lambda: kind(pilot) == "OutcomeScreen")
        await shows(pilot, "已保存 2 条，没有做 1 条", "还没有逾期，也没有复查不通过")
        await keys(pilot, "escape")
        await shows(pilot, "已选 1")
    assert [_state(county, item) for item in items[:3]] == ["escalated", "escalated", "noticed"]
    assert _state(county, items[3]) == lifecycle.OPEN


@pytest.mark.usefixtures("_at_leisure")
async def test_several_are_assigned_at_once(county: Store) -> None:
    """Another officer in charge and a priority for all that are marked; the list shows both."""
    with_duties(county)
    items = found_items(county)
    async with screens(county) as pilot:
        await open_board(pilot)
        await keys(pilot, "+")
        await shows(pilot, "已选 3")
        await keys(pilot, "f2")
        await _dialog(pilot, "交办")
        for name, text in (("who", "样例组长"), ("handler", "样例庚"), ("priority", "紧急")):
            top(pilot).query_one(f"#form-{name}").value = text
        await keys(pilot, "f2")
        await until(pilot, lambda: kind(pilot) == "BoardScreen" and "已保存 3 条" in message_of(pilot.app))
        await shows(pilot, "急", "样例庚")
    wanted = lookup.officer(county, "样例庚").id
    found = [rectification.load(county, item)[0] for item in items]
    assert [(item.handler, item.priority) for item in found] == [(wanted, 2)] * 3


def _insert(store: Store, number: int) -> None:
    """So many lines, as a county would have after years: only the list's own table, which is what it reads."""
    with store.connection as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO item (id, scope, inspection, site, item, lead, severity, state, settled, running, due,"
            " due_estimated, handler, priority, rounds, endorsed, conflict, irregular, relapse_of, moved, closed, late,"
            " pack, found) VALUES (?, 'county', 'i-x', 's-x', 'T-LIC-01', 'education', 2, 'rectifying', 0, 1,"
            " '2026-12-01', 0, '', 0, 0, 0, 0, 0, '', '', '', 0, '', 0)",
            ((f"f-{number:06d}",) for number in range(number)),
        )
        connection.execute("COMMIT")


@pytest.mark.usefixtures("_at_leisure")
async def test_a_hundred_thousand_items_are_read_a_page_at_a_time(county: Store) -> None:
    """The last one is a key away, few pages are in memory, and a mark of the first page is kept all the way."""
    _insert(county, MANY)
    async with screens(county) as pilot:
        await open_board(pilot)
        await shows(pilot, f"共{MANY}条")
        lines = top(pilot).lines
        await keys(pilot, "space", "end")
        await until(pilot, lambda: lines.row is not None and lines.row.key == f"f-{MANY - 1:06d}")
        assert sum(len(page) for page in lines._pages.values()) <= 500
        await keys(pilot, "space", "home")
        await until(pilot, lambda: lines.row is not None and lines.row.cells[0] == "*")
        await shows(pilot, "已选 2")


async def test_the_cursor_stays_on_its_item_when_others_come_before_it(county: Store) -> None:
    """A sync brings more urgent items while a lead looks at one: the keys that follow still mean that one."""
    with_duties(county)
    _insert(county, 400)
    async with screens(county) as pilot:
        await open_board(pilot)
        lines = top(pilot).lines
        await keys(pilot, "end", "up")
        await until(pilot, lambda: lines.row is not None)
        before = lines.row.key
        found_items(county)
        await top(pilot).refresh_all()
        assert lines.total == 403
        assert lines.row.key == before
        await keys(pilot, "space")
        assert list(top(pilot)._marked) == [before]


@pytest.mark.parametrize("key", ["space", "f2", "enter"])
async def test_a_hasty_key_does_not_fall_on_the_item_that_came_under_the_cursor(
    county: Store, key: str
) -> None:
    """The item under the cursor is closed elsewhere: a key typed ahead does nothing to its neighbour, and says so."""
    with_duties(county)
    items = found_items(county)
    async with screens(county) as pilot:
        await open_board(pilot)
        gone = top(pilot).lines.row.key
        does(county, gone, "样例组长", Act("void", note="重复登记了"))
        burst(pilot, "down", "up")
        await settled(pilot)
        await top(pilot).refresh_all()
        await keys(pilot, key)
        assert kind(pilot) == "BoardScreen"
        assert "没有动它" in message_of(pilot.app)
        assert not top(pilot)._marked
        assert top(pilot).lines.row.key in items


@pytest.mark.usefixtures("_at_leisure")
async def test_a_burst_does_what_the_same_keys_do_slowly(county: Store) -> None:
    """Mark two, open the actions, choose one by its number, who and why: typed without a pause, on the same two."""
    with_duties(county)
    found_items(county)
    async with screens(county) as pilot:
        await open_board(pilot)
        lines = top(pilot).lines
        wanted = [lines.row_at(0).key, lines.row_at(1).key]
        await keys(pilot, "space", "space", "f2")
        await until(pilot, lambda: kind(pilot) == "PickScreen")
        number = next(n for n, row in enumerate(top(pilot)._rows, 1) if row[0] == "void")
        await keys(pilot, "escape", "-", "home")
        people = [
            person.name for person in bulk.who_may(county, Forms(county), wanted, lifecycle.ACTIONS["void"])
        ]
        lead = str(people.index("样例组长") + 1)
        burst(pilot, "space", "space", "f2", str(number), lead, "tab", "wrong", "f2", "f8")
        await until(pilot, lambda: kind(pilot) == "BoardScreen" and "已保存 2 条" in message_of(pilot.app))
    assert [_state(county, item) for item in wanted] == [lifecycle.VOIDED] * 2


async def test_nothing_final_happens_by_enter_alone(county: Store) -> None:
    """However often Enter and F2 are pressed, an item is voided by F8 only; a changed word asks again."""
    with_duties(county)
    found_items(county)
    async with screens(county) as pilot:
        await open_board(pilot)
        item = top(pilot).lines.row.key
        await keys(pilot, "f2")
        await _dialog(pilot, "撤销")
        top(pilot).query_one("#form-who").value = "样例组长"
        top(pilot).query_one("#form-note").value = "重复登记的"
        await settled(pilot)
        burst(pilot, "enter", "enter", "f2", "enter")
        await settled(pilot)
        assert _state(county, item) == lifecycle.OPEN
        top(pilot).query_one("#form-note").value = "重复登记的问题"
        await keys(pilot, "f8")
        assert _state(county, item) == lifecycle.OPEN
        await keys(pilot, "f8")
        await until(pilot, lambda: kind(pilot) == "BoardScreen")
    assert _state(county, item) == lifecycle.VOIDED


async def test_photos_are_chosen_from_a_folder_for_a_step(county: Store, tmp_path: Path) -> None:
    """A folder in the line opens the choice of its photos; what is chosen comes along with the step."""
    with_duties(county)
    item = found_items(county)[1]
    served(county, item)
    camera = tmp_path / "camera"
    for number in range(3):
        picture(camera / f"{number}.png", (number * 60, 10, 10))
    async with screens(county) as pilot:
        await open_board(pilot)
        top(pilot).lines.select(item)
        await keys(pilot, "f2")
        await _dialog(pilot, "报送整改材料")
        top(pilot).query_one("#form-photos").value = str(camera)
        await keys(pilot, "f2")
        await until(pilot, lambda: kind(pilot) == "PickPhotosScreen" and "2.png" in text_of(pilot.app))
        await keys(pilot, "space", "space", "f2")
        await until(pilot, lambda: kind(pilot) == "ActScreen")
        await shows(pilot, "已选 2 张")
        await keys(pilot, "f2")
        await until(pilot, lambda: kind(pilot) == "BoardScreen")
    found = rectification.load(county, item)[0]
    assert found.state == lifecycle.SUBMITTED
    assert sorted(photo["phase"] for photo in found.photos.values()) == ["after", "after"]


async def test_the_laptop_of_officers_offers_no_approvals(county: Store) -> None:
    """Enrolled as an officer's: what takes a duty is not offered for many, and the item says where it is done."""
    with_duties(county)
    item = found_items(county)[1]
    county.set_settings(centre_url="https://centre.example", centre_device="d-centre", role="officer")
    async with screens(county) as pilot:
        await open_board(pilot)
        top(pilot).lines.select(item)
        await keys(pilot, "f2")
        await until(pilot, lambda: kind(pilot) == "PickScreen" and "当场改正" in text_of(pilot.app))
        assert "撤销" not in text_of(pilot.app)
        assert "交办" not in text_of(pilot.app)
        await keys(pilot, "escape")
        await open_item(pilot, item)
        await until(pilot, lambda: top(pilot).lines.select("do:void"))
        await shows(pilot, "审批要在组长或督导的电脑上做")
