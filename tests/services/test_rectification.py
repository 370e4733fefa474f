"""Rectification through the services with real workspaces, photos and two laptops."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from inspector.domain.entries import Draft
from inspector.domain.objections import Guarded
from inspector.errors import BadInput, NotFound, UsageError
from inspector.services import boards, look_backs, rectification, sites
from inspector.services.forms import Forms
from inspector.services.rectification import Act
from inspector.store import board, log, queries
from inspector.store.board import Filter
from inspector.store.workspace import Store
from tests.rectifying import bring, do, make_approvers, make_items, pass_days, who, write_photo
from tests.workplace import decide, exchange, make_store

TWO = ("T-LIC-01", "T-TIME-10")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A workspace of its own office, with everybody who approves."""
    with make_store(tmp_path / "w") as made:
        make_approvers(made)
        yield made


def _codes(caught: pytest.ExceptionInfo[Guarded]) -> list[str]:
    return [found.code for found in caught.value.objections]


def test_a_whole_life_with_its_photos(store: Store, tmp_path: Path) -> None:
    """From the conclusion to the archive: each step is on the list at once, its photos are kept under their phase."""
    (name,) = make_items(store)
    item = bring(store, name, "closed", tmp_path)
    assert (item.state, item.settled, item.irregular) == ("closed", True, ())
    assert [data["phase"] for data in item.photos.values()] == ["review"]
    photo = queries.photos(store.connection, name)[0]
    assert photo.here
    assert store.blobs.get(photo.sha256) == (tmp_path / f"{name}-pass.jpg").read_bytes()
    assert board.ids(store.connection, Filter(), store.today()) == []
    pass_days(store, 31)
    assert look_backs.due(store, Forms(store))[0].id == name
    assert [one.error for one in look_backs.plan(store, Forms(store), person=who(store, "lead"))] == [None]
    assert look_backs.due(store, Forms(store)) == []
    item = do(store, name, "keep", "甲", photos=(write_photo(tmp_path, "later.jpg"),))
    assert item.state == "archived"
    assert {data["phase"] for data in item.photos.values()} == {"review", "look_back"}


def test_on_the_spot_takes_photo_and_signature_the_same_day(store: Store, tmp_path: Path) -> None:
    """立行立改: with both it waits for its closing; without either, nothing is kept, not even the photo."""
    (name,) = make_items(store)
    photo = write_photo(tmp_path)
    with pytest.raises(Guarded) as caught:
        do(store, name, "correct", "甲", photos=(photo,))
    assert _codes(caught) == ["rectify.needs_signer"]
    assert queries.photos(store.connection, name) == []
    assert do(store, name, "correct", "甲", photos=(photo,), signer="样例负责人").state == "on_spot"
    assert board.counts(store.connection, Filter(), store.today()).waiting == 1


def test_photos_are_not_read_where_something_else_stands_in_the_way(store: Store, tmp_path: Path) -> None:
    """The reasons come first; a photo that is not there is said afterwards, and nothing was changed."""
    (name,) = make_items(store)
    gone = tmp_path / "gone.jpg"
    with pytest.raises(Guarded) as caught:
        do(store, name, "pass", "丙", photos=(gone,))
    assert _codes(caught) == ["rectify.state"]
    with pytest.raises(NotFound):
        do(store, name, "correct", "甲", photos=(gone,), signer="样例负责人")
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotFound):
        do(store, name, "correct", "甲", photos=(tmp_path / "empty",), signer="样例负责人")
    assert rectification.find(store, name).path == ()


def test_what_is_typed_is_read_or_refused(store: Store) -> None:
    """Dates as people write them; an unknown item, action or other item is said so."""
    (name,) = make_items(store)
    do(store, name, "notify", "甲")
    item = do(store, name, "ask_extension", "甲", until="2026年10月20日")
    assert item.path[-1].data["until"] == "2026-10-20"
    with pytest.raises(BadInput):
        do(store, name, "grant_extension", "deputy", until="改天")
    with pytest.raises(NotFound):
        do(store, name, "merge", "甲", item="f-zzzz")
    with pytest.raises(NotFound):
        rectification.find(store, "f-zzzz")
    with pytest.raises(Guarded):
        do(store, name, "coffee", "甲")


def test_many_at_once_each_on_its_own(store: Store) -> None:
    """What cannot be done stands in no other's way, and says why."""
    names = [*make_items(store, items=TWO), *make_items(store, address="虚构路3号")]
    do(store, names[1], "void", "lead", note="误报同一块牌子")
    done = rectification.do_all(
        store, Forms(store), names, Act("void", note="误报同一块牌子"), person=who(store, "lead")
    )
    assert [one.error is None for one in done] == [True, False, True]
    assert isinstance(done[1].error, Guarded)
    assert rectification.do_all(store, Forms(store), [], Act("void"), person=None) == []


def test_a_lead_puts_somebody_in_charge_and_officers_do_not(store: Store) -> None:
    """The handler then plans the review, others do not; the priority comes first on the list."""
    names = make_items(store, items=TWO)
    forms = Forms(store)
    with pytest.raises(Guarded) as caught:
        rectification.direct(store, forms, names[0], person=who(store, "乙"), handler="样例丙")
    assert _codes(caught) == ["rectify.duty"]
    with pytest.raises(Guarded) as caught:
        rectification.direct(store, forms, names[0], person=who(store, "lead"), handler="样例戊", priority=9)
    assert _codes(caught) == ["rectify.handler", "rectify.priority"]
    last = boards.page(store, forms, Filter()).rows[-1].id
    item = rectification.direct(store, forms, last, person=who(store, "lead"), handler="样例丙", priority=2)
    assert (item.handler, item.priority) == (who(store, "丙").id, 2)
    assert boards.page(store, forms, Filter()).rows[0].id == last
    size = log.own_tree(store.connection).size
    rectification.direct(store, forms, last, person=who(store, "lead"), handler="样例丙", priority=2)
    assert log.own_tree(store.connection).size == size
    mine = boards.filter_of(store, officer="样例丙")
    assert [row.id for row in boards.page(store, forms, mine).rows] == [last]


def test_two_laptops_contradict_each_other_and_a_lead_settles(tmp_path: Path) -> None:
    """Both steps are kept, the item is in conflict on both laptops until a lead settles it, and both then agree."""
    with make_store(tmp_path / "a", 1) as first, make_store(tmp_path / "b", 2) as second:
        make_approvers(first)
        (name,) = make_items(first)
        bring(first, name, "review", tmp_path)
        exchange(first, second)
        do(first, name, "pass", "丙", photos=(write_photo(tmp_path, "1.jpg"),))
        do(second, name, "fail", "丙", photos=(write_photo(tmp_path, "2.jpg"),))
        exchange(first, second)
        for store in (first, second):
            assert board.ids(store.connection, Filter(state="conflict"), store.today()) == [name]
            with pytest.raises(Guarded) as caught:
                do(store, name, "endorse", "section")
            assert _codes(caught) == ["rectify.conflict"]
        item = rectification.find(first, name)
        failed = next(step for step in item.rivals if step.action == "fail")
        with pytest.raises(Guarded):
            rectification.settle(
                first, Forms(first), name, chosen=failed.ref, person=who(first, "丙"), note="照片为准（虚构）"
            )
        rectification.settle(
            first, Forms(first), name, chosen=failed.ref, person=who(first, "lead"), note="照片为准（虚构）"
        )
        exchange(first, second)
        assert {rectification.find(store, name).state for store in (first, second)} == {"failed"}
        assert rectification.find(second, name).irregular == ()


def test_the_choices_are_what_the_decision_takes(store: Store, tmp_path: Path) -> None:
    """Whoever is offered may; who registered is not offered the closing; where nobody may, it is said who is missing."""
    (name,) = make_items(store)
    forms = Forms(store)
    item = bring(store, name, "passed", tmp_path)
    offered = {one.row.code: one for one in rectification.choices(store, forms, item)}
    assert {person.name for person in offered["endorse"].people} == {"样例section", "样例deputy", "样例head"}
    assert [one.code for one in offered["close"].reasons] == ["rectify.endorsed"]
    assert offered["close"].people == ()
    item = do(store, name, "endorse", "head")
    offered = {one.row.code: one for one in rectification.choices(store, forms, item)}
    assert [person.name for person in offered["close"].people] == ["样例deputy"]
    mine = {one.row.code: one for one in rectification.choices(store, forms, item, who(store, "甲"))}
    assert {one.code for one in mine["close"].reasons} == {"rectify.duty", "rectify.not_recorder"}
    with make_store(tmp_path / "alone", 5) as alone:
        (other,) = make_items(alone)
        found = rectification.choices(alone, Forms(alone), rectification.find(alone, other))
        assert [one.code for one in next(one for one in found if one.row.code == "void").reasons] == [
            "rectify.nobody"
        ]


def test_a_laptop_of_officers_approves_nothing(store: Store) -> None:
    """Enrolled for officers: no approval, no assignment, no settling; for a lead it is open again."""
    (name,) = make_items(store)
    forms = Forms(store)
    store.set_settings(centre_device="f" * 16, role="officer")
    assert not rectification.may_approve(store)
    with pytest.raises(Guarded) as caught:
        do(store, name, "void", "head", note="误报同一块牌子")
    assert _codes(caught) == ["rectify.laptop"]
    with pytest.raises(Guarded) as caught:
        rectification.direct(store, forms, name, person=who(store, "lead"), priority=1)
    assert _codes(caught) == ["rectify.laptop"]
    row = boards.page(store, forms, Filter()).rows[0]
    assert not {"void", "transfer", "open_case"} & set(boards.page(store, forms, Filter()).actions[row.id])
    store.set_settings(role="lead")
    assert "void" in boards.page(store, forms, Filter()).actions[row.id]
    assert do(store, name, "void", "head", note="误报同一块牌子").state == "voided"


def test_a_school_is_judged_as_a_school(store: Store) -> None:
    """By the kind of its own site, whatever else the search would find."""
    (name,) = make_items(store)
    campus = sites.add_site(store, name="样例第一小学", address="样例路9号", kind="campus")
    item = rectification.find(store, name)
    assert rectification.about(store, Forms(store), item).site_kind == "training"
    shape = {"inspection": "i-x", "site": campus.id, "item": "C-HW-01", "question": "问？"}
    store.decide(lambda _: [Draft("finding.recorded", "f-campus", "county", shape)])
    assert (
        rectification.about(store, Forms(store), rectification.find(store, "f-campus")).site_kind == "campus"
    )


def test_another_entry_does_not_move_an_item_to_another_inspection(store: Store) -> None:
    """What a step says beside its own members has no say in which inspection the item is of."""
    (name,) = make_items(store)
    registrants = rectification.find(store, name).registrants
    data = {"action": "submit", "to": "submitted", "inspection": "i-elsewhere"}
    store.decide(lambda _: [Draft("rectification.moved", name, "county", data)])
    item = rectification.find(store, name)
    assert item.registrants == registrants
    assert item.opening.concluded


def test_a_relapse_is_known_for_two_years(store: Store, tmp_path: Path) -> None:
    """The same question at the same site, found before and not voided: named for two years to the day, not longer."""
    (old,) = make_items(store)
    bring(store, old, "closed", tmp_path)
    pass_days(store, 40)
    look_backs.plan(store, Forms(store), person=who(store, "lead"))
    (new,) = make_items(store)
    item = do(store, old, "relapse", "甲", item=new)
    found = rectification.find(store, new)
    assert (item.state, found.relapse_of, found.state) == ("relapsed", old, "open")
    forms = Forms(store)
    assert look_backs.same_before(store, forms, found) == [old]
    assert look_backs.same_before(store, forms, item) == []
    pass_days(store, 731 - 40)
    (within,) = make_items(store)
    assert look_backs.same_before(store, forms, rectification.find(store, within)) == [new, old]
    pass_days(store, 1)
    (after,) = make_items(store)
    assert look_backs.same_before(store, forms, rectification.find(store, after)) == [within, new]
    do(store, new, "void", "lead", note="误报同一块牌子")
    assert look_backs.same_before(store, forms, rectification.find(store, after)) == [within]


def test_the_county_sets_the_share_of_look_backs(store: Store, tmp_path: Path) -> None:
    """Major ones all; of the others the county's share, which may be none."""
    names = [*make_items(store, items=TWO), *make_items(store, address="虚构路3号", items=TWO)]
    for name in names:
        bring(store, name, "closed", tmp_path)
    severities = {name: rectification.find(store, name).finding.severity for name in names}
    pass_days(store, 31)
    major = {name for name, severity in severities.items() if severity >= 4}
    decide(store, tmp_path, "look_back_share_percent: {value: 0}")
    assert {one.id for one in look_backs.due(store, Forms(store))} == major
    decide(store, tmp_path, "look_back_share_percent: {value: 100}", version="2")
    assert {one.id for one in look_backs.due(store, Forms(store))} == set(names)
    pass_days(store, 90)
    assert all(one.late for one in look_backs.due(store, Forms(store)))


def test_kept_views(store: Store) -> None:
    """A filter under a name, narrowed by more words; an empty one takes it away; an unknown one is said so."""
    make_items(store, items=TWO)
    wanted = boards.filter_of(store, department="教体", severity=1, due_in=0)
    boards.save_view(store, " 今日到期 ", wanted)
    assert boards.kept_views(store) == {"今日到期": wanted}
    narrowed = boards.filter_of(store, view="今日到期", state="挂账", officer="样例甲")
    assert (narrowed.department, narrowed.state, narrowed.due_in) == ("education", "unsettled", 0)
    boards.save_view(store, "今日到期", Filter())
    assert boards.kept_views(store) == {}
    with pytest.raises(NotFound):
        boards.filter_of(store, view="今日到期")
    for wrong in ({"state": "别的"}, {"department": "海关"}):
        with pytest.raises(UsageError):
            boards.filter_of(store, **wrong)
    with pytest.raises(UsageError):
        boards.page(store, Forms(store), Filter(), sort="colour")


def test_noticed_is_listed_as_rectifying(store: Store) -> None:
    """Whoever asks for what was noticed gets it."""
    (name,) = make_items(store)
    do(store, name, "notify", "甲")
    for words in ("noticed", "已通知", "rectifying", "整改中"):
        assert board.ids(store.connection, boards.filter_of(store, state=words), store.today()) == [name]


def test_very_many_contradicting_steps_are_settled_all_the_same(store: Store) -> None:
    """A hostile laptop cannot freeze an item by more contradictions than one entry can name."""
    (name,) = make_items(store)
    scope = rectification.find(store, name).finding.scope
    for number in range(200):
        draft = Draft(
            "rectification.moved", name, scope, {"action": "submit", "to": "submitted", "note": str(number)}
        )
        store.decide(lambda view, draft=draft: [draft])  # type: ignore[misc]
    rivals = rectification.find(store, name).rivals
    assert len(rivals) == 200
    chosen = next(step for step in rivals if step.data["note"] == "7")
    item = rectification.settle(
        store, Forms(store), name, chosen=chosen.ref, person=who(store, "lead"), note="以现场记录为准"
    )
    assert not item.rivals
    assert item.path[-1].data["note"] == "7"
