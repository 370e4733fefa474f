"""One item on the screen: why not, by whom, what contradicts, photos that are not here, and texts of others."""

from pathlib import Path
from typing import Any

import pytest

from inspector.domain import lifecycle
from inspector.domain.service import Service as ServiceOfPaper
from inspector.services import lookup, notices, numbering, rectification
from inspector.services.forms import Forms
from inspector.services.rectification import Act
from inspector.services.sites import set_facts
from inspector.store.workspace import Store
from tests.ui.lead_world import (
    choose_action,
    does,
    found_items,
    meet,
    open_board,
    open_item,
    picture,
    second_laptop,
    served,
    with_duties,
)
from tests.ui.test_screens_hostile import MARKUP
from tests.ui.ui_world import burst, keys, kind, message_of, screens, settled, shows, text_of, top, until
from tests.workplace import exchange


async def test_an_action_that_nobody_may_do_says_why(county: Store) -> None:
    """It is listed with its reasons, Enter on it opens nothing, and nothing changes."""
    with_duties(county)
    item = found_items(county)[1]
    async with screens(county) as pilot:
        await open_board(pilot)
        await open_item(pilot, item)
        await until(pilot, lambda: top(pilot).lines.select("do:open_case"))
        await settled(pilot)
        await shows(pilot, "主要负责人")
        await keys(pilot, "enter")
        assert kind(pilot) == "ItemScreen"
        assert "现在不能立案" in message_of(pilot.app)
    assert rectification.load(county, item)[0].path == ()


async def test_serving_is_done_with_a_paper(county: Store) -> None:
    """No dialog pretends otherwise: Enter and F7 lead to the papers of this item, Esc back to it."""
    with_duties(county)
    item = found_items(county)[1]
    async with screens(county) as pilot:
        await open_board(pilot)
        await open_item(pilot, item)
        await until(pilot, lambda: top(pilot).lines.select("do:notify"))
        for key in ("enter", "f7"):
            await keys(pilot, key)
            await until(pilot, lambda: kind(pilot) == "PapersScreen")
            await keys(pilot, "escape")
            await until(pilot, lambda: kind(pilot) == "ItemScreen")


async def test_on_the_spot_takes_a_photo_and_a_name(county: Store, tmp_path: Path) -> None:
    """Every reason is listed at once; what was typed is still there; with both it is corrected on the spot."""
    with_duties(county)
    item = found_items(county)[0]
    async with screens(county) as pilot:
        await open_board(pilot)
        await open_item(pilot, item)
        await choose_action(pilot, "correct")
        await keys(pilot, "f2")
        await shows(pilot, "1. 当场改正要附照片", "2. 当场改正要写现场签字的负责人")
        top(pilot).query_one("#form-signer").value = "样例负责人"
        await keys(pilot, "f2")
        await shows(pilot, "1. 当场改正要附照片")
        assert top(pilot).values()["signer"] == "样例负责人"
        top(pilot).query_one("#form-photos").value = str(picture(tmp_path / "a.png", (1, 2, 3)))
        await keys(pilot, "f2")
        await until(pilot, lambda: kind(pilot) == "ItemScreen" and "立行立改" in message_of(pilot.app))
    assert rectification.load(county, item)[0].state == lifecycle.ON_SPOT


async def test_keys_typed_ahead_after_a_step_do_nothing_more(county: Store) -> None:
    """One Enter too many after a step that leads to others does not start the next one."""
    with_duties(county)
    item = found_items(county)[1]
    served(county, item)
    does(county, item, "样例甲", Act("submit", note="已停止招生"))
    async with screens(county) as pilot:
        await open_board(pilot)
        await open_item(pilot, item)
        await choose_action(pilot, "plan_review")
        top(pilot).query_one("#form-on").value = "2026-11-24"
        await settled(pilot)
        burst(pilot, "f2", "enter", "enter", "f2", "enter")
        await settled(pilot)
        await until(pilot, lambda: kind(pilot) == "ItemScreen")
    assert [step.action for step in rectification.load(county, item)[0].path] == [
        "notify",
        "submit",
        "plan_review",
    ]


async def test_two_steps_that_contradict_are_shown_and_settled(county: Store, tmp_path: Path) -> None:
    """Voided on one laptop and handed in on the other: both stand there, no action is offered, the lead chooses one."""
    with_duties(county)
    item = found_items(county)[1]
    served(county, item)
    with second_laptop(tmp_path / "second") as second:
        meet(county, second)
        does(county, item, "样例组长", Act("void", note="重复登记了"))
        does(second, item, "样例乙", Act("submit", note="已停止招生"))
        meet(county, second)
    async with screens(county) as pilot:
        await open_board(pilot)
        await shows(pilot, "待裁定 1")
        await open_item(pilot, item)
        await shows(pilot, "两步相互矛盾", "重复登记了", "已停止招生")
        assert "可做的处理" not in text_of(pilot.app)
        rival = next(step for step in rectification.load(county, item)[0].rivals if step.action == "submit")
        assert top(pilot).lines.select(f"rival:{rival.ref}")
        await settled(pilot)
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ActScreen")
        top(pilot).query_one("#form-who").value = "样例组长"
        await keys(pilot, "f2")
        await shows(pilot, "裁定要写明理由")
        top(pilot).query_one("#form-note").value = "单位确已改正"
        await keys(pilot, "f2")
        await until(pilot, lambda: kind(pilot) == "ItemScreen" and "已报送" in message_of(pilot.app))
        await shows(pilot, "裁定")
    found = rectification.load(county, item)[0]
    assert (found.state, found.rivals) == (lifecycle.SUBMITTED, ())


async def test_a_photo_that_is_not_here_says_so(county: Store, tmp_path: Path) -> None:
    """Entries came without the photo's bytes: its name is there, and that a sync brings it; arrows still work."""
    with_duties(county)
    item = found_items(county, photo=picture(tmp_path / "red.png", (200, 1, 1)))[1]
    with second_laptop(tmp_path / "second") as second:
        exchange(county, second)
        async with screens(second) as pilot:
            await open_board(pilot)
            await open_item(pilot, item)
            await keys(pilot, "f4")
            await until(pilot, lambda: kind(pilot) == "ItemPhotosScreen")
            await shows(pilot, "整改前 1/1", "red.png", "同步后能看", "没有照片")
            await keys(pilot, "right", "up", "left", "escape")
            await until(pilot, lambda: kind(pilot) == "ItemScreen")


@pytest.mark.parametrize("text", MARKUP)
async def test_texts_of_others_are_shown_as_they_are(county: Store, tmp_path: Path, text: str) -> None:
    """Names, notes, departments and photo names that look like markup do nothing on list, item, dialog and outcome."""
    from inspector.services import people, sites
    from inspector.text import fit

    with_duties(county)
    people.add_officer(county, name=text, department=text, certificate="样例-0019", duty="lead")
    sites.add_site(county, name=text, address=text, facts={"category": text})
    item = found_items(county, text, photo=picture(tmp_path / "[bold red]x.png", (1, 1, 1)))[1]
    served(county, item)
    does(county, item, "样例甲", Act("submit", note=text))
    does(county, item, "样例-0019", Act("send_back", note=text))
    shown = fit(text, 40).strip()
    async with screens(county) as pilot:
        await open_board(pilot)
        await shows(pilot, fit(text, 20).strip())
        await open_item(pilot, item)
        await shows(pilot, shown)
        await keys(pilot, "f4")
        await shows(pilot, "[bold red]x.png")
        await keys(pilot, "escape")
        await keys(pilot, "f6")
        await until(pilot, lambda: kind(pilot) == "ActScreen" and shown in text_of(pilot.app))
        await keys(pilot, "escape")
        await choose_action(pilot, "submit")
        await shows(pilot, shown)
        await keys(pilot, "escape", "escape", "f4")
        await until(pilot, lambda: kind(pilot) == "FilterScreen")
        top(pilot).query_one("#parts").select("officer")
        await keys(pilot, "enter")
        await until(
            pilot, lambda: kind(pilot) == "PickScreen" and fit(text, 26).strip() in text_of(pilot.app)
        )
        assert pilot.app.is_running


async def test_every_screen_of_the_lead_speaks_english_too(tmp_path: Path, english: Any) -> None:
    """No Chinese is left but what people named: sites, people, questions' codes."""
    from tests.ui.ui_world import make_county

    with make_county(tmp_path / "w") as store:
        with_duties(store)
        item = found_items(store)[1]
        served(store, item)
        async with screens(store) as pilot:
            await shows(pilot, "Rectify")
            await keys(pilot, "f8")
            await until(pilot, lambda: kind(pilot) == "BoardScreen" and "unsettled 3" in text_of(pilot.app))
            await open_item(pilot, item)
            await shows(pilot, "What can be done", "What was done", "serve a paper", "in charge: 样例甲")
            await choose_action(pilot, "transfer")
            await shows(pilot, "Who acts", "Reason", "By number")


@pytest.fixture
def english() -> Any:
    """The language of the screens."""
    from inspector import language

    language.use("en")
    yield
    language.use("zh")


async def test_a_served_paper_stands_in_the_record_with_its_number(county: Store) -> None:
    """Issued and served, a notice is a step of the item under its printed number; the item is being rectified."""
    forms = Forms(county)
    items = found_items(county, "启明样例托管")
    numbering.set_authority(
        county, "education", name="样例县教育体育局", prefix="样教体", address="样例路1号", phone="0000-0000000",
        contact="样例甲",
    )  # fmt: skip
    site = lookup.site(county, "启明样例托管")
    set_facts(county, site, {"principal": "样例负责人", "permit_state": "none", "registration_state": "none"})
    person = lookup.officer(county, "样例甲")
    asked = notices.Asked(
        "rectification_notice", items=tuple(items), authority="education", typed={"party": "样例张某"}
    )
    paper = notices.issue(county, notices.prepare(county, forms, asked), person=person)
    assert paper is not None
    service = ServiceOfPaper("personal", county.today(), "样例负责人", "负责人")
    notices.serve(county, forms, paper.id, service, person=person)
    async with screens(county) as pilot:
        await open_board(pilot)
        await open_item(pilot, items[0])
        step = rectification.load(county, items[0])[0].path[-1]
        assert top(pilot).lines.select(f"step:{step.ref}")
        await shows(pilot, "整改中", "送达文书", paper.shown)


async def test_papers_for_several_are_offered_where_they_are_of_one_site(county: Store) -> None:
    """One paper speaks of one site: marked items of two sites have none together."""
    with_duties(county)
    first, second = found_items(county), found_items(county, "晨光样例美术")
    async with screens(county) as pilot:
        await open_board(pilot)
        for marked, offered in ((first[:2], True), (second[:1], False)):
            for item in marked:
                top(pilot).lines.select(item)
                await settled(pilot)
                await keys(pilot, "space")
            await keys(pilot, "f2")
            await until(pilot, lambda: kind(pilot) == "PickScreen" and "撤销" in text_of(pilot.app))
            assert ("制作、送达" in text_of(pilot.app)) is offered
            await keys(pilot, "escape")
