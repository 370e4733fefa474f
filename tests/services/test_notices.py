"""Papers about items from their making to their service: what they say of the review, which deadline runs, which none."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from inspector.domain.lifecycle import NOTICED, OPEN, RECTIFYING
from inspector.domain.objections import Guarded
from inspector.domain.paper import Paper
from inspector.domain.service import Service
from inspector.domain.site import Site
from inspector.domain.when import local_date
from inspector.services import lookup, notices, numbering, rectification
from inspector.services.forms import Forms
from inspector.services.notices import Asked
from inspector.services.sites import set_facts
from inspector.store import queries
from inspector.store.workspace import Store
from tests.rectifying import bring, do, make_approvers, make_items, pass_days, who, write_photo
from tests.workplace import make_store

FACTS = {
    "name": "样例培训中心（虚构）", "principal": "样例丁", "credit_code": "91110000MA00000000",
    "registered_address": "样例县虚构路2号", "permit_state": "none",
}  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with make_store(tmp_path / "workspace") as made:
        make_approvers(made)
        numbering.set_authority(
            made, "education", name="样例县教育体育局", prefix="样教体", address="样例路1号", phone="0000-0000000",
            contact="样例丙",
        )  # fmt: skip
        yield made


def item_of(store: Store) -> str:
    """An open item of a training site that has a name."""
    (name,) = make_items(store)
    (site,) = queries.sites(store.connection)
    set_facts(store, rectification_site(store, site.id), FACTS)
    return name


def rectification_site(store: Store, name: str) -> Site:

    return lookup.site(store, name)


def issue(store: Store, kind: str, item: str, **typed: str) -> Paper:
    """Issue a paper about the item."""
    prepared = notices.prepare(store, Forms(store), Asked(kind, items=(item,), typed=typed))
    paper = notices.issue(store, prepared, person=who(store, "甲"))
    assert paper is not None
    return paper


def serve(store: Store, paper: Paper) -> notices.Served:
    """Hand it over today."""
    given = Service("personal", store.today(), "样例丁", "负责人")
    return notices.serve(store, Forms(store), paper.id, given, person=who(store, "甲"))


def test_keeping_evidence_orders_nobody_to_rectify(store: Store) -> None:
    """Its seven days are the authority's own (行政处罚法 56): the items that it is about stay where they were."""
    name = item_of(store)
    paper = issue(
        store, "evidence_preservation", name, matter="样例案由", reason="账本可能灭失（虚构）。", approver="样例head",
        approved=store.today(), way="就地封存（虚构）", keeper="样例丁", goods="账本｜蓝色｜1本｜柜内",
    )  # fmt: skip
    served = serve(store, paper)
    assert (served.moved, served.left) == ((), (name,))
    assert rectification.find(store, name).state == OPEN


@pytest.mark.parametrize("kind", ["signboard_notice", "outdoor_advert_notice"])
def test_one_paper_says_one_deadline(store: Store, tmp_path: Path, kind: str) -> None:
    """The day by which a board is to be down is on the paper once, and it is the item's deadline from its service on."""
    from inspector.forms.papers import paper_kind

    name = item_of(store)
    last = local_date(store.clock.stamp()) + timedelta(days=11)
    typed = {
        one.typed: "样例（虚构）"
        for one in paper_kind(kind).typed
        if one.form != "date" and one.required and not one.default
    }
    prepared = notices.prepare(
        store, Forms(store), Asked(kind, items=(name,), typed={**typed, "until": last.isoformat()})
    )
    printed = {text for block in prepared.kind.blocks for text in block.texts() if "it.due" in text}
    assert printed == set()
    data = {**prepared.data, "photos": [{"no": "照片1"}]}
    whole = notices.Prepared(
        prepared.kind, data, (), prepared.items, prepared.inspection, prepared.site, prepared.authority, prepared.due
    )  # fmt: skip
    paper = notices.issue(store, whole, person=who(store, "甲"))
    assert paper is not None
    assert paper.due == last.isoformat()
    serve(store, paper)
    item = rectification.find(store, name)
    assert (item.state_on(local_date(store.clock.stamp())), item.due) == (RECTIFYING, last.isoformat())


def test_an_opinion_tells_of_the_review_and_not_of_the_first_visit(store: Store, tmp_path: Path) -> None:
    """Its day is that of the review, its photos are those of the review; who reviewed is asked, for two have to sign."""
    name = item_of(store)
    bring(store, name, "submitted", tmp_path)
    pass_days(store, 9)
    do(store, name, "plan_review", "甲", on=store.today())
    do(store, name, "pass", "丙", photos=(write_photo(tmp_path),))
    typed = {
        "original": "样教体责整〔2026〕1号", "original_date": store.today(), "overall": "已整改到位（虚构）。",
        f"result.{name}": "已改",
    }  # fmt: skip
    prepared = notices.prepare(store, Forms(store), Asked("reinspection_opinion", items=(name,), typed=typed))
    assert [one.field for one in prepared.lacking] == ["t.reviewers"]
    today = date.fromisoformat(store.today())
    assert prepared.data["t"]["reviewed"] == f"{today.year}年{today.month}月{today.day}日"
    (photo,) = prepared.data["photos"]
    assert photo["caption"] == "after.jpg"
    assert prepared.data["findings"][0]["photos"] == photo["no"]
    texts = " ".join(text for block in prepared.kind.blocks for text in block.texts())
    assert "inspection.date" not in texts
    assert "officers" not in {block.over for block in prepared.kind.blocks}


def test_a_corrected_day_of_service_moves_the_deadline(store: Store) -> None:
    """Two days later served, two days later due; what was recorded first stays in the path."""
    name = item_of(store)
    paper = issue(store, "rectification_notice", name)
    pass_days(store, 3)
    early = (local_date(store.clock.stamp()) - timedelta(days=2)).isoformat()
    notices.serve(
        store, Forms(store), paper.id, Service("personal", early, "样例丁"), person=who(store, "甲")
    )
    before = date.fromisoformat(rectification.find(store, name).due)
    right = Service("personal", store.today(), "样例丁")
    done = notices.correct(
        store, Forms(store), paper.id, right, reason="记错了送达日期", person=who(store, "甲")
    )
    item = rectification.find(store, name)
    assert done.moved == (name,)
    assert date.fromisoformat(item.due) - before == timedelta(days=2)
    assert [step.action for step in item.path] == ["notify", "redate"]
    assert item.irregular == ()


def test_a_voided_paper_sets_no_deadline(store: Store) -> None:
    """A served paper that is voided is recalled by a lead: its items are open again, and nothing falls overdue by it."""
    name = item_of(store)
    paper = issue(store, "rectification_notice", name)
    serve(store, paper)
    with pytest.raises(Guarded) as refused:
        notices.void(
            store, Forms(store), paper.id, reason="写错当事人名称", override="送达后发现写错",
            person=who(store, "甲"),
        )  # fmt: skip
    assert [one.code for one in refused.value.objections] == ["rectify.duty"]
    assert rectification.find(store, name).state == NOTICED, "nothing was changed"
    notices.void(
        store,
        Forms(store),
        paper.id,
        reason="写错当事人名称",
        override="送达后发现写错",
        person=who(store, "lead"),
    )
    pass_days(store, 90)
    item = rectification.find(store, name)
    assert (item.state, item.noticed_by, item.irregular) == (OPEN, "", ())
    assert not item.overdue(local_date(store.clock.stamp()))
    assert serve(store, issue(store, "rectification_notice", name)).moved == (name,)


def test_a_paper_that_set_no_deadline_is_voided_by_whoever_made_it(store: Store) -> None:
    """Before its service nothing runs from it, and nobody has to recall anything."""
    name = item_of(store)
    paper = issue(store, "rectification_notice", name)
    done = notices.void(store, Forms(store), paper.id, reason="写错当事人名称", person=who(store, "甲"))
    assert (done.paper.status, done.moved) == ("voided", ())
