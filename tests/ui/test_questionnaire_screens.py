"""Questionnaires by keys alone: the laptop goes from hand to hand, each person is saved once, only counts come back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.pilot import Pilot

from inspector import language
from inspector.domain.inspection import fold_inspection
from inspector.domain.questionnaire import Response, responses_of
from inspector.forms.library import shipped
from inspector.services import inspections
from inspector.services.forms import Forms
from inspector.store.workspace import Store
from inspector.text import width
from inspector.widgets.counted import bar, counted_line
from tests.ui.ui_world import begin, burst, keys, kind, message_of, screens, settled, shows, text_of, until

FORMS = [form for form in shipped().checklists.values() if form.form == "questionnaire"]
PUPIL = (
    *("45", "enter", "2", "0", "3", "enter", "4", "2", "enter", "14", "enter"),
    *("2", "3", "1", "34", "enter", "2"),
)
"""The keys of one pupil for the eleven questions of Q-STU; in the second "2 then none of them"."""


@asynccontextmanager
async def _forms(store: Store) -> AsyncIterator[tuple[Pilot[Any], str]]:
    name = begin(store, "样例甲", "样例乙", site="样例第一小学")
    async with screens(store) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "C-HW-01" in text_of(pilot.app))
        await shows(pilot, "问卷 3 种：按 q")
        await keys(pilot, "q")
        await shows(pilot, "Q-STU", "Q-PAR", "Q-TEA")
        yield pilot, name


def _responses(store: Store, name: str, form: str = "Q-STU") -> tuple[Response, ...]:
    return responses_of(fold_inspection(store.entries(name))[1], form)


async def test_three_pupils_answer_one_after_the_other(county: Store) -> None:
    """One save at the end of each, said with its number; the next person begins at once; then there are counts."""
    async with _forms(county) as (pilot, name):
        await keys(pilot, "enter")
        assert kind(pilot) == "RespondScreen"
        for number in (1, 2, 3):
            await keys(pilot, "1", *PUPIL[:-1])
            assert len(_responses(county, name)) == number - 1
            await keys(pilot, PUPIL[-1])
            assert f"已保存，第 {number} 份" in message_of(pilot.app)
            assert "您是：" in text_of(pilot.app)
        assert dict(_responses(county, name)[0].answers) == {
            "Q-STU-01": 45, "Q-STU-02": [], "Q-STU-03": 3, "Q-STU-04": "ranked", "Q-STU-05": 2,
            "Q-STU-06": ["homework", "new_lesson"], "Q-STU-07": "from_700", "Q-STU-08": "from_8",
            "Q-STU-09": "always", "Q-STU-10": ["arts", "sports"], "Q-STU-11": "yes",
        }  # fmt: skip
        await keys(pilot, "escape", "escape")
        assert "这一轮收到3份" in message_of(pilot.app)
        await keys(pilot, "t")
        await shows(pilot, "Q-STU 学生问卷", "学生 3 份", "平均 45.0 分钟")
        assert "100.0%" in text_of(pilot.app)


async def test_no_data_of_the_inspection_is_on_the_screen_that_is_handed_over(county: Store) -> None:
    """Neither site nor officers nor findings; the keys and the palette that lead elsewhere are held."""
    async with _forms(county) as (pilot, _):
        await keys(pilot, "enter")
        for step in ("1", "4", "enter"):
            shown = text_of(pilot.app)
            assert not [
                word for word in ("样例", "小学", "C-HW", "未注册", "问题", "样例甲") if word in shown
            ]
            for held in ("f1", "?", "f5", "f10", "ctrl+q", "ctrl+p"):
                await keys(pilot, held)
                assert kind(pilot) == "RespondScreen", held
            await keys(pilot, step)


async def test_one_escape_only_asks_and_an_unfinished_response_is_not_saved(county: Store) -> None:
    """Esc, something else, Esc: still there. Esc Esc: gone, and nothing was recorded."""
    async with _forms(county) as (pilot, name):
        await keys(pilot, "enter", "1", "45", "enter", "escape")
        assert "没有答完，不保存" in message_of(pilot.app)
        await keys(pilot, "1", "escape")
        assert kind(pilot) == "RespondScreen"
        await keys(pilot, "escape")
        assert kind(pilot) == "QuestionnairesScreen"
        assert _responses(county, name) == ()


async def test_an_answer_can_be_changed_before_the_end(county: Store) -> None:
    """Back to the question before, its answer is still there; erased and skipped it is no answer."""
    async with _forms(county) as (pilot, name):
        await keys(pilot, "enter", "1", "45", "enter", "left")
        assert "[ 45 ]" in text_of(pilot.app)
        await keys(pilot, "backspace", "0", "enter")
        await keys(pilot, "1", "3", "left", "right", "2", "1", "enter")
        await keys(pilot, "enter", "5", "left", "backspace", "enter", *["enter"] * 6, "1")
        assert [dict(one.answers) for one in _responses(county, name)] == [
            {"Q-STU-01": 40, "Q-STU-02": ["maths", "english"], "Q-STU-11": "no"}
        ]


async def test_a_number_beyond_its_bounds_is_not_taken(county: Store) -> None:
    """The question stays, with what is expected; a choice that is not there changes nothing."""
    async with _forms(county) as (pilot, _):
        await keys(pilot, "enter", "7")
        assert "没有第 7 个选择" in message_of(pilot.app)
        await keys(pilot, "1", "601", "enter")
        assert "第 1 题" in text_of(pilot.app)
        assert "0 ~ 600" in message_of(pilot.app)
        await keys(pilot, "backspace", "enter", "9")
        assert "第 2 题" in text_of(pilot.app)


async def test_keys_typed_ahead_save_one_response_each(county: Store) -> None:
    """A fast typist: every key is there before the first is dealt with; nothing is lost or doubled."""
    async with _forms(county) as (pilot, name):
        await keys(pilot, "enter")
        burst(pilot, "1", *PUPIL, "1", *PUPIL)
        await settled(pilot)
        await until(pilot, lambda: len(_responses(county, name)) == 2)
        assert len({str(one.answers) for one in _responses(county, name)}) == 1


async def test_a_blank_response_is_not_saved(county: Store) -> None:
    """Eleven times Enter: nothing was answered, and that is said."""
    async with _forms(county) as (pilot, name):
        await keys(pilot, "enter", "1", *["enter"] * 11)
        assert "没有记录" in message_of(pilot.app)
        assert "第 11 题" in text_of(pilot.app)
        await keys(pilot, "1")
        assert len(_responses(county, name)) == 1


async def test_the_last_response_of_a_round_can_be_taken_back(county: Store) -> None:
    """Once: the count is one less, and there is nothing more to take back."""
    async with _forms(county) as (pilot, name):
        await keys(pilot, "enter", "1", *PUPIL, "1", *PUPIL, "escape", "escape", "u")
        assert "已撤回 Q-STU 的最后一份" in message_of(pilot.app)
        assert len(_responses(county, name)) == 1
        await keys(pilot, "u")
        assert len(_responses(county, name)) == 1


async def test_a_concluded_inspection_is_counted_and_takes_no_response(county: Store) -> None:
    """Concluded elsewhere while somebody answers: refused with the reason, and the list offers no run."""
    async with _forms(county) as (pilot, name):
        await keys(pilot, "enter", "1", *PUPIL[:-1])
        inspections.conclude(county, Forms(county), name)
        await keys(pilot, PUPIL[-1])
        assert "已办结" in message_of(pilot.app)
        await keys(pilot, "escape", "escape", "enter")
        assert kind(pilot) == "QuestionnairesScreen"
        await keys(pilot, "t")
        assert kind(pilot) == "TallyScreen"


async def test_fewer_than_three_are_not_told_apart(county: Store) -> None:
    """Two pupils: no answer of theirs is on the screen of counts."""
    async with _forms(county) as (pilot, _):
        await keys(pilot, "enter", "1", *PUPIL, "1", *PUPIL, "escape", "escape", "f4")
        await shows(pilot, "学生 <3 份", "不足 3 人作答")
        assert "%" not in text_of(pilot.app)


async def test_a_pack_without_questionnaires_offers_none(county: Store) -> None:
    """The key does nothing, and no line speaks of them."""
    begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen")
        await keys(pilot, "q")
        assert kind(pilot) == "ChecklistScreen"


@pytest.mark.parametrize("spoken", ["zh", "en"])
async def test_every_question_fits_a_small_screen(county: Store, spoken: str) -> None:
    """All questions of all shipped forms, with all choices and the key line, at 80 × 24."""
    from inspector.screens.respond import RespondScreen

    language.use(spoken)
    try:
        async with screens(county) as pilot:
            for form in FORMS:
                screen = RespondScreen(pilot.app.place, "i-none", form)  # type: ignore[attr-defined]
                await pilot.app.push_screen(screen)
                await keys(pilot, "1")
                for item in form.items:
                    choices = item.answer.choices
                    await shows(pilot, str(choices[-1].label if choices else item.answer.unit))
                    assert screen.query_one("#asked-box").max_scroll_y == 0, item.code
                    if item is not form.items[-1]:
                        await keys(pilot, "enter")
                await keys(pilot, "escape", "escape")
    finally:
        language.use("zh")


def test_bars_are_made_of_whole_signs() -> None:
    """None for nothing, all for all, at least one for somebody; a line never grows."""
    assert (bar(0, 3, 10), bar(3, 3, 10), bar(1, 1000, 10), bar(1, 0, 10)) == ("", "#" * 10, "#", "")
    assert bar(2, 3, 10) == "#" * 6
    for cells in (60, 76, 120):
        for label in ("是", "周一到周五，晚上八点半后还在上课的很长的一个选项"):
            line = counted_line(label, 12, 36, "33.3%", cells=cells)
            assert line.rstrip().endswith("12   33.3%")
            assert width(line) == cells
