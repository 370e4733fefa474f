"""What is typed belongs to the item that it was typed for, and is never saved as something else."""

from inspector.services.forms import Forms
from inspector.services.sheets import sheet
from inspector.store.workspace import Store
from tests.ui.ui_world import begin, keys, kind, screens, shows, text_of, top, until


async def test_what_is_typed_is_saved_for_its_own_item(county: Store) -> None:
    """Ctrl+N over a half-typed line goes nowhere and says so; Enter then saves it where it belongs."""
    name = begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        top(pilot).lines.select("T-STF-01")
        await shows(pilot, "T-STF-01　")
        await keys(pilot, "5", "ctrl+n")
        await shows(pilot, "T-STF-01 的输入还没有保存")
        await keys(pilot, "enter")
        await shows(pilot, "已保存：T-STF-01 5")
    now = sheet(county, Forms(county), name)
    assert now.line("T-STF-01").value == 5
    assert now.line("T-STF-02").value is None


async def test_a_choice_beyond_nine_is_typed(county: Store) -> None:
    """With more than nine choices a digit begins the number and saves nothing yet."""
    name = begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        top(pilot).lines.select("T-HID-02")
        await shows(pilot, "对外用什么名义")
        await keys(pilot, "1", "0")
        assert sheet(county, Forms(county), name).line("T-HID-02").value is None
        await keys(pilot, "enter")
        await shows(pilot, "已保存：T-HID-02 众筹私教")


async def test_what_is_refused_is_typed_over(county: Store) -> None:
    """The line keeps what was refused, selected: the next digits take its place."""
    name = begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        top(pilot).lines.select("T-STF-01")
        await shows(pilot, "T-STF-01　")
        await keys(pilot, "3", "x", "enter")
        await shows(pilot, "读不懂")
        await keys(pilot, "7", "enter")
        await shows(pilot, "已保存：T-STF-01 7")
    assert sheet(county, Forms(county), name).line("T-STF-01").value == 7
