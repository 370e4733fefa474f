"""Sites: facts as registers, only what differs is recorded, the same place has the same name on every laptop."""

from collections.abc import Mapping
from typing import Any

import pytest

from inspector.domain.entries import Draft, Entry, Ref, Stamp
from inspector.domain.registers import fold
from inspector.domain.site import VOCABULARY, fold_site, record_site
from inspector.domain.site_facts import site_id
from inspector.errors import Refusal

EMPTY = fold([], VOCABULARY)
PLACE = {"kind": "training", "address": "虚构路1号"}


def _entry(draft: Draft, device: str, seq: int = 1) -> Entry:
    return Entry(
        Ref(device * 16, seq), draft.type, draft.aggregate, draft.scope, "",
        Stamp(0, 480, "0123456789abcdef", 0), draft.replaces, draft.data,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({}, "site.name_or_address"),
        ({"kind": "training"}, "site.name_or_address"),
        ({"name": ""}, "site.name_or_address"),
        ({"name": "示例点"}, ""),
        (PLACE, ""),
    ],
)
def test_a_site_has_a_name_or_an_address(facts: Mapping[str, Any], code: str) -> None:
    """A place without a sign needs its address, nothing more."""
    if not code:
        assert len(record_site(EMPTY, aggregate="s-1", facts=facts, origin="patrol")) == 1
        return
    with pytest.raises(Refusal) as caught:
        record_site(EMPTY, aggregate="s-1", facts=facts, origin="patrol")
    assert caught.value.code == code


def test_only_what_differs_is_recorded() -> None:
    """The same facts again write nothing; a fact is changed alone; None takes one back."""
    (first,) = record_site(EMPTY, aggregate="s-1", facts=PLACE, origin="patrol", note="听到讲课声")
    entries = [_entry(first, "a")]
    known = fold_site(entries)[1]
    assert record_site(known, aggregate="s-1", facts=PLACE, origin="registry") == []
    (more,) = record_site(known, aggregate="s-1", facts={**PLACE, "grid": "g-9"}, origin="registry")
    assert dict(more.data["facts"]) == {"grid": "g-9"}
    assert more.scope == "g-9"
    entries.append(_entry(more, "b"))
    site, known = fold_site(entries)
    assert site is not None
    assert (site.scope, site.origin, site.name) == ("g-9", "patrol", "虚构路1号")
    (back,) = record_site(known, aggregate="s-1", facts={"grid": None}, origin="patrol")
    entries.append(_entry(back, "a", 2))
    site, _ = fold_site(entries)
    assert site is not None
    assert "grid" not in site.facts
    assert site.scope == "county"


def test_two_offices_that_differ_are_a_conflict_of_that_fact_only() -> None:
    """Both values are kept, the other facts are whole, and recording one of them settles it."""
    (first,) = record_site(EMPTY, aggregate="s-1", facts=PLACE, origin="registry")
    base = _entry(first, "a")
    known = fold_site([base])[1]
    entries = [base]
    for device, name in (("b", "示例甲点"), ("c", "示例乙点")):
        entries.append(
            _entry(record_site(known, aggregate="s-1", facts={"name": name}, origin="patrol")[0], device)
        )
    site, known = fold_site(entries)
    assert site is not None
    assert site.conflicts == ("name",)
    assert {head.value for head in known.heads["fact/name"]} == {"示例甲点", "示例乙点"}
    (settled,) = record_site(known, aggregate="s-1", facts={"name": site.name}, origin="patrol")
    site, _ = fold_site([*entries, _entry(settled, "a", 2)])
    assert site is not None
    assert site.conflicts == ()


@pytest.mark.parametrize(
    ("facts", "same"),
    [
        ({"kind": "training", "name": "示例 培训点", "address": "虚构路1号"}, True),
        ({"kind": "training", "name": "示例培训点", "address": "虚构路１号"}, True),
        ({"kind": "training", "name": "（示例）培训点", "address": "虚构路 1 号"}, True),
        ({"kind": "training", "name": "示例培训点", "address": "虚构路2号"}, False),
        ({"kind": "campus", "name": "示例培训点", "address": "虚构路1号"}, False),
    ],
)
def test_two_laptops_name_the_same_place_alike(facts: Mapping[str, Any], same: bool) -> None:
    """Spaces, width and brackets of whoever typed it do not make another site."""
    reference = {"kind": "training", "name": "示例培训点", "address": "虚构路1号"}
    assert (site_id(facts) == site_id(reference)) is same


def test_a_valid_credit_code_names_the_site_whatever_the_sign_says() -> None:
    """The code is who a site is; one that does not check out is no name."""
    code = "91350100M000100Y43"
    one = site_id({"kind": "training", "name": "甲", "credit_code": code})
    assert one == site_id(
        {"kind": "training", "name": "乙", "address": "别处", "credit_code": f" {code.lower()} "}
    )
    wrong = code[:-1] + "4"
    assert site_id({"kind": "training", "name": "甲", "credit_code": wrong}) == site_id(
        {"kind": "training", "name": "甲"}
    )
