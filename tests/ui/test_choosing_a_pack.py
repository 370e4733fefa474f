"""Another pack for the next inspection, chosen on the page of the site."""

from inspector.store import queries
from inspector.store.workspace import Store
from tests.ui.ui_world import keys, kind, screens, shows, text_of, top, until


async def test_an_inspection_begins_with_the_pack_that_was_chosen(county: Store) -> None:
    """F7 lists those for this kind of site with their occasions; the site then says which one begins."""
    async with screens(county) as pilot:
        await keys(pilot, "f3", "cg", "enter", "enter")
        await until(pilot, lambda: kind(pilot) == "SiteScreen" and "开始检查：日常检查" in text_of(pilot.app))
        await keys(pilot, "f7")
        await until(pilot, lambda: kind(pilot) == "PacksScreen" and "隐形变异核查" in text_of(pilot.app))
        assert "校园" not in text_of(pilot.app)
        top(pilot).query_one("#packs").select("hidden-training")
        await keys(pilot, "enter")
        await until(
            pilot, lambda: kind(pilot) == "SiteScreen" and "开始检查：日常检查" not in text_of(pilot.app)
        )
        await keys(pilot, "f2")
        await until(pilot, lambda: kind(pilot) == "PatrolScreen" and "样例甲" in text_of(pilot.app))
        for name in ("样例甲", "样例乙"):
            row = next(found.id for found in queries.officers(county.connection) if found.name == name)
            top(pilot).query_one("#people").select(row)
            await keys(pilot, "space")
        await keys(pilot, "f2")
        await shows(pilot, "T-HID")
    (begun,) = queries.inspections(county.connection)
    assert begun.pack == "hidden-training"


async def test_leaving_the_list_changes_nothing(county: Store) -> None:
    """Esc keeps the assigned pack."""
    async with screens(county) as pilot:
        await keys(pilot, "f3", "cg", "enter", "enter")
        await until(pilot, lambda: kind(pilot) == "SiteScreen" and "开始检查：日常检查" in text_of(pilot.app))
        await keys(pilot, "f7")
        await until(pilot, lambda: kind(pilot) == "PacksScreen")
        await keys(pilot, "escape")
        await until(pilot, lambda: kind(pilot) == "SiteScreen")
        assert "开始检查：日常检查" in text_of(pilot.app)
