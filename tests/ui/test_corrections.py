"""What was recorded wrongly can be put right from the screens, with its reason, and nothing disappears."""

from pathlib import Path

from PIL import Image

from inspector.services import lookup, sites
from inspector.services.forms import Forms
from inspector.services.inspections import answer
from inspector.store import queries
from inspector.store.workspace import Store
from tests.ui.ui_world import begin, keys, kind, message_of, screens, settled, text_of, until


async def test_a_name_and_an_address_are_corrected_on_the_site_page(county: Store) -> None:
    """F6, two lines, F2: the site has the new address, and the page shows it."""
    async with screens(county) as pilot:
        await keys(pilot, "f3", "cg", "enter", "enter", "f6")
        assert kind(pilot) == "FormScreen"
        await keys(pilot, "down", *("x" * 3), "f2")
        assert kind(pilot) == "SiteScreen"
        assert "样例路2号xxx" in text_of(pilot.app)
    assert lookup.site(county, "晨光样例美术").facts["address"] == "样例路2号xxx"


async def test_flags_stand_first_and_long_facts_scroll(county: Store) -> None:
    """What needs attention is on top of the page; PgDn brings the last fact into sight at 80 x 24."""
    found = lookup.site(county, "上海老盛昌样例培训")
    long = {
        "permit_until": "2026-01-01",
        "principal": "样例人" * 20,
        "phone": "0" * 20,
        "remark": "样例备注" * 25 + "末尾",
    }
    sites.set_facts(county, found, long)
    async with screens(county) as pilot:
        await keys(pilot, "f3", "lsc", "enter", "enter")
        assert kind(pilot) == "SiteScreen"
        lines = text_of(pilot.app).splitlines()
        assert "注意" in "".join(lines[1:4])
        await keys(pilot, "pagedown", "pagedown", "pagedown")
        assert "末尾" in text_of(pilot.app)


async def test_a_mistaken_inspection_is_voided_with_a_reason(county: Store) -> None:
    """No reason, no voiding; with one the inspection is void, and Tonight shows again."""
    name = begin(county, "样例甲", "样例乙")
    answer(county, Forms(county), name, "T-LIC-01", "3")
    async with screens(county) as pilot:
        await keys(pilot, "enter", "f8", "v", "f2")
        assert "作废要写明理由" in message_of(pilot.app)
        await keys(pilot, "wrong", "f2")
        await settled(pilot)
        assert kind(pilot) == "TonightScreen"
    assert lookup.inspection(county, name).status == "voided"
    assert queries.findings(county.connection) == []


async def test_a_wrong_photo_is_withdrawn_with_a_reason(county: Store, tmp_path: Path) -> None:
    """It leaves the record of the item; the others stay."""
    for number in (1, 2):
        Image.new("RGB", (16, 12), (number * 40, 40, 40)).save(tmp_path / f"p{number}.png")
    county.set_settings(photo_folder=str(tmp_path))
    name = begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "enter", "p")
        await until(pilot, lambda: kind(pilot) == "PhotosScreen" and "p2.png" in text_of(pilot.app))
        await keys(pilot, "a", "enter", "f4")
        assert kind(pilot) == "TakenScreen"
        await keys(pilot, "f6", "wrong", "f2")
        assert "已撤下" in message_of(pilot.app)
    assert len(lookup.inspection(county, name).photos) == 1
