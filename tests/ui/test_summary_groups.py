"""The conclusion's list: groups with counts, in the order of their weight; Enter leads to the item."""

from pathlib import Path

from inspector.screens.summary import COUNT, summary_rows
from inspector.services import filling, inspections
from inspector.services.forms import Forms
from inspector.services.sheets import sheet
from inspector.store.workspace import Store
from tests.ui.ui_world import begin, keys, kind, screens, text_of, top, until
from tests.workplace import all_entries, deliver, exchange, make_store, start_inspection


def test_every_group_has_its_count(county: Store) -> None:
    """Violations, what is unknown with what is missing, what is open, what came in one go, what does not apply."""
    name = begin(county, "样例甲", "样例乙")
    forms = Forms(county)
    inspections.answer(county, forms, name, "T-LIC-01", "无")
    said = filling.rest_in_order(county, forms, name, "T-STF")
    now = sheet(county, forms, name)
    rows = summary_rows(now)
    heads = [row.cells[0] for row in rows if not row.selectable]
    out = sum(line.applies is False for line in now.lines())
    optional = sum(line.asked and not line.answered for line in now.lines()) - len(now.unanswered)
    assert heads == [
        "问题 1 项",
        "待核：缺少必要信息 6 项",
        f"必答未答 {len(now.unanswered)} 项",
        "另外",
    ]
    assert [row.cells[2] for row in rows if row.selectable and row.key.startswith(COUNT)] == [
        f"{optional} 项选答未答",
        f"{len(said.answers)} 项按“其余正常”一并记下",
        f"{out} 项不涉及（检查表里按 h 显示）",
    ]
    shown = [row.key for row in rows if not row.key.startswith(COUNT)]
    unknown = ["T-TIME-08A", "T-TIME-08B", "T-HID-05", "T-HID-07A", "T-LIC-03", "T-CNT-01B"]
    assert shown == ["T-LIC-01", *unknown, *now.unanswered]
    assert {row.key: row.cells[-1] for row in rows}["T-LIC-03"] == "尚不知道：T-LIC-02 的回答"


def test_a_disagreement_is_a_group_of_its_own(tmp_path: Path) -> None:
    """Two laptops answered differently: the item is listed for a person to settle."""
    with make_store(tmp_path / "a", 1) as one, make_store(tmp_path / "b", 2) as other:
        begun = start_inspection(one).id
        deliver(all_entries(one), other)
        inspections.answer(one, Forms(one), begun, "T-TIME-10", "是")
        inspections.answer(other, Forms(other), begun, "T-TIME-10", "否")
        exchange(one, other)
        rows = summary_rows(sheet(one, Forms(one), begun))
        at = next(number for number, row in enumerate(rows) if row.cells[0].startswith("冲突"))
        assert rows[at].cells[0].endswith(" 1 项")
        assert rows[at + 1].key == "T-TIME-10"


async def test_enter_goes_from_the_conclusion_to_the_item(county: Store) -> None:
    """The cursor skips headings; Enter is at the item in the checklist."""
    name = begin(county, "样例甲", "样例乙")
    inspections.answer(county, Forms(county), name, "T-LIC-01", "无")
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        await keys(pilot, "f8")
        await until(pilot, lambda: kind(pilot) == "ConcludeScreen" and "必答未答" in text_of(pilot.app))
        await keys(pilot, "end", "enter")
        assert kind(pilot) == "ConcludeScreen"
        assert "不涉及" in text_of(pilot.app, "#open")
        top(pilot).query_one("#open").select("T-LIC-03")
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen")
        assert top(pilot).line.item.code == "T-LIC-03"
