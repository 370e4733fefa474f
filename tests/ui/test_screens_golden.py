"""Some screens as an officer reads them at 80 × 24, character by character. Each protects the rule in its name.

After a change that is meant: INSPECTOR_GOLDEN=write python -m pytest tests/ui/test_screens_golden.py, then read the diff.
"""

import os
from datetime import date
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from inspector.services import inspections
from inspector.services.forms import Forms
from inspector.services.rectification import Act
from inspector.store.workspace import Store
from tests.ui.lead_world import does, found_items, open_board, open_item, served, with_duties
from tests.ui.ui_world import begin, keys, kind, make_county, screens, settled, shows, text_of, top, until

GOLDEN = Path(__file__).parent / "golden"


async def same(pilot: Pilot[Any], name: str, part: str = "") -> None:
    await settled(pilot)
    # The footer is made anew, a moment later, whenever other commands can be used.
    await until(pilot, lambda: text_of(pilot.app).split("\n")[-1].strip() != "")
    text = text_of(pilot.app, part)
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("INSPECTOR_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8", newline="\n")
    assert path.read_text(encoding="utf-8") == text + "\n"


async def test_what_is_open_stands_on_top_of_tonight(county: Store) -> None:
    """The unfinished inspection is the first line; a wide name leaves every column where it was."""
    begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await shows(pilot, "继续")
        await same(pilot, "tonight")


async def test_a_state_is_told_in_words_and_not_by_colour_alone(county: Store) -> None:
    """Verdicts, answers and what hangs on an item are words; the question, its choices and keys are below the list."""
    name = begin(county, "样例甲", "样例乙")
    forms = Forms(county)
    inspections.answer(county, forms, name, "T-TIME-01", "1")
    inspections.answer(county, forms, name, "T-TIME-02", "18:30-21:00", note="样例备注")
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        top(pilot).lines.select("T-TIME-02")
        await shows(pilot, "备注：样例备注")
        await same(pilot, "checklist")


async def test_a_finding_comes_filled_in(county: Store) -> None:
    """Severity, measure and deadline are proposed; the form says which key accepts them."""
    begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        top(pilot).lines.select("T-LIC-01")
        await settled(pilot)
        await keys(pilot, "3")
        await until(pilot, lambda: kind(pilot) == "FormScreen" and "说明" in text_of(pilot.app))
        await same(pilot, "finding", "#form")


async def test_the_team_is_chosen_with_certificates_in_sight(county: Store) -> None:
    """Numbers, expiry and who counts are seen before the patrol begins."""
    async with screens(county) as pilot:
        await keys(pilot, "f2")
        await until(pilot, lambda: kind(pilot) == "PatrolScreen" and "样例甲" in text_of(pilot.app))
        await keys(pilot, "space")
        await shows(pilot, "持有效证")
        await same(pilot, "patrol")


async def test_a_conclusion_lists_what_is_open_before_it_is_made(county: Store) -> None:
    """Violations first, then what is unknown and unanswered; a refusal says what is safe and which key goes on."""
    name = begin(county, "样例甲")
    inspections.answer(county, Forms(county), name, "T-LIC-01", "3")
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        await keys(pilot, "f8")
        await until(pilot, lambda: kind(pilot) == "ConcludeScreen" and "未答" in text_of(pilot.app))
        await keys(pilot, "f8")
        await shows(pilot, "按 F2 增补")
        await same(pilot, "conclude")


def _items(store: Store) -> str:
    """Three items of a site: one overdue, one handed in, one open; the one that was handed in."""
    with_duties(store)
    items = found_items(store)
    served(store, items[1], until=date(2026, 11, 22), on=date(2026, 11, 20))
    served(store, items[0])
    does(store, items[0], "样例甲", Act("submit", note="广告牌已拆除"))
    return items[0]


async def test_the_lead_sees_what_is_overdue_in_words(county: Store) -> None:
    """The overdue item is on top and says so; numbers stand above the lines; a proposed day is marked as one."""
    _items(county)
    async with screens(county) as pilot:
        await open_board(pilot)
        await keys(pilot, "space")
        await same(pilot, "board")


async def test_one_item_says_what_can_be_done_by_whom_and_why_not(county: Store) -> None:
    """Where it stands, what may be done and by whom, what was done and by whom, on one screen without scrolling."""
    item = _items(county)
    async with screens(county) as pilot:
        await open_board(pilot)
        await open_item(pilot, item)
        await same(pilot, "item")


async def test_every_screen_speaks_english_too(tmp_path: Path) -> None:
    """With English chosen no Chinese is left on the frame of the screens (names of places and people stay)."""
    from inspector import language

    language.use("en")
    try:
        with make_county(tmp_path / "workspace") as store:
            begin(store, "样例甲", "样例乙")
            async with screens(store) as pilot:
                await shows(pilot, "Tonight", "Patrol", "Find", "go on")
                await keys(pilot, "enter")
                await until(
                    pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app)
                )
                await same(pilot, "checklist-en")
    finally:
        language.use("zh")
