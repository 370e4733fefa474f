"""Which pack the inspections of a plan's patrol are filled with."""

from pathlib import Path

from inspector.services import lookup, people, plans
from inspector.services.forms import Forms
from tests.ui.ui_world import make_county


def test_an_inspection_of_a_plans_patrol_is_filled_with_the_plans_pack(tmp_path: Path) -> None:
    """The plan's pack counts where it is for that kind of site, below one that is chosen and above the usual one."""
    with make_county(tmp_path / "ws") as store:
        forms = Forms(store)
        site = lookup.site(store, "晨光样例美术")
        school = lookup.site(store, "样例第一小学")
        day = store.today()
        plan = plans.make_plan(
            store, name="复核", occasion="day", first=day, last=day, pack="licence-recheck"
        )
        team = people.team(store, ["样例甲", "样例乙"])
        patrol = people.begin_patrol(store, occasion="day", people=team, plan=plan.id)
        planned = plans.pack_of(store, patrol)
        assert forms.pack_for(site, occasion="day", planned=planned).code == "licence-recheck"
        assert forms.pack_for(site, "night-patrol", planned=planned).code == "night-patrol"
        assert forms.pack_for(school, planned=planned).code == forms.pack_for(school).code
