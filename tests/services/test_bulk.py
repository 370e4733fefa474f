"""What may be done with several items at once, by whom; and refusing without doing."""

from datetime import date
from pathlib import Path

import pytest

from inspector.domain.lifecycle import ACTIONS
from inspector.domain.objections import Guarded
from inspector.services import bulk, item_sheets, lookup, rectification
from inspector.services.forms import Forms
from inspector.services.rectification import Act
from inspector.store import board
from inspector.store.board import Filter
from inspector.store.workspace import Store
from tests.ui.lead_world import does, found_items, picture, served, with_duties
from tests.ui.ui_world import make_county


def test_offers_count_the_items_whose_state_takes_them(tmp_path: Path) -> None:
    """One served, two registered: handing in is for one of three; serving a paper is done with the paper, so never."""
    with make_county(tmp_path / "w") as store:
        with_duties(store)
        items = found_items(store)
        served(store, items[0])
        found = {offer.row.code: offer.count for offer in bulk.offers(store, items)}
        assert (found["submit"], found["correct"], found["void"]) == (1, 2, 3)
        assert not {"notify", "notify_again", "close"} & set(found)


def test_a_laptop_of_officers_is_offered_no_approvals(tmp_path: Path) -> None:
    """Enrolled as an officer's: nothing that takes a duty is offered, and nobody there is a lead."""
    with make_county(tmp_path / "w") as store:
        with_duties(store)
        items = found_items(store)
        store.set_settings(centre_url="https://centre.example", centre_device="d-centre", role="officer")
        assert {offer.row.code for offer in bulk.offers(store, items)} == {"correct", "merge"}
        assert bulk.leads(store) == []
        assert bulk.who_may(store, Forms(store), items, ACTIONS["void"]) == []


def test_who_may_are_the_people_of_any_of_them(tmp_path: Path) -> None:
    """Whoever registered an item may not close it; grid workers and expired certificates never act."""
    with make_county(tmp_path / "w") as store:
        with_duties(store)
        items = found_items(store)
        officers = {person.name for person in bulk.who_may(store, Forms(store), items, ACTIONS["correct"])}
        assert {"样例甲", "样例乙", "样例庚"} <= officers
        assert not {"样例丙", "样例丁"} & officers
        deputies = [person.name for person in bulk.who_may(store, Forms(store), items, ACTIONS["close"])]
        assert deputies == ["样例副局"]


def test_checking_refuses_as_doing_would_and_records_nothing(tmp_path: Path) -> None:
    """Every reason is there at once; where there is none, nothing was done either."""
    with make_county(tmp_path / "w") as store:
        with_duties(store)
        item, forms = found_items(store)[0], Forms(store)
        lead = lookup.officer(store, "样例组长")
        with pytest.raises(Guarded) as caught:
            rectification.check(store, forms, item, Act("void"), person=lookup.officer(store, "样例甲"))
        codes = {one.code for one in caught.value.objections}
        assert {"rectify.duty", "rectify.needs_note"} <= codes
        rectification.check(store, forms, item, Act("void", note="重复登记了"), person=lead)
        assert rectification.load(store, item)[0].path == ()


def test_several_are_directed_each_on_its_own(tmp_path: Path) -> None:
    """An officer in charge for all; who is no officer is refused for all, and nothing changes."""
    with make_county(tmp_path / "w") as store:
        with_duties(store)
        items, forms = found_items(store), Forms(store)
        lead = lookup.officer(store, "样例组长")
        done = bulk.direct_all(store, forms, items, person=lead, handler="样例庚", priority=1)
        assert [one.error for one in done] == [None] * 3
        refused = bulk.direct_all(store, forms, items, person=lead, handler="样例丙")
        assert all(isinstance(one.error, Guarded) for one in refused)
        wanted = lookup.officer(store, "样例庚").id
        assert {rectification.load(store, item)[0].handler for item in items} == {wanted}


def test_a_sheet_has_the_photos_of_all_phases_in_order(tmp_path: Path) -> None:
    """Before, after, review: each with whether its bytes are here."""
    with make_county(tmp_path / "w") as store:
        with_duties(store)
        item = found_items(store, photo=picture(tmp_path / "1.png", (1, 0, 0)))[1]
        served(store, item)
        does(store, item, "样例甲", Act("submit", photos=(picture(tmp_path / "2.png", (2, 0, 0)),)))
        does(store, item, "样例甲", Act("plan_review", on="2026-11-24"))
        does(
            store,
            item,
            "样例庚",
            Act("pass", note="已关停", photos=(picture(tmp_path / "3.png", (3, 0, 0)),)),
        )
        found = item_sheets.item_sheet(store, Forms(store), item)
        assert [(photo.phase, photo.name, photo.here) for photo in found.photos] == [
            ("before", "1.png", True), ("after", "2.png", True), ("review", "3.png", True),
        ]  # fmt: skip


@pytest.mark.parametrize("sort", sorted(board.SORTS))
def test_an_items_place_is_where_the_list_has_it(tmp_path: Path, sort: str) -> None:
    """For every order the place that is counted is the place in the list; what the filter leaves out has none."""
    with make_county(tmp_path / "w") as store:
        items = [*_several(store)]
        today, connection = store.today(), store.connection
        listed = [row.id for row in board.rows(connection, Filter(), today, sort=sort)]
        assert sorted(listed) == sorted(items)
        places = [board.place_of(connection, Filter(), today, item, sort=sort) for item in listed]
        assert places == list(range(len(items)))
        assert board.place_of(connection, Filter(state="closed"), today, items[0], sort=sort) is None
        assert [row.id for row in board.rows_of(connection, [*items, "f-none"], today)] == items


def _several(store: Store) -> list[str]:
    with_duties(store)
    found = [*found_items(store), *found_items(store, "晨光样例美术")]
    served(store, found[0], until=date(2026, 11, 30))
    served(store, found[4], until=date(2026, 11, 25))
    return found
