"""Facts of a site: the quadrant of 证照, ids that agree, classes of categories."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.site_facts import (
    FIELDS,
    QuadrantCode,
    category_class,
    normal_address,
    quadrant,
    site_id,
    standing_flags,
)

PLAIN = {
    ("held", "business"): QuadrantCode.LICENSED_REGISTERED,
    ("held", "civil"): QuadrantCode.LICENSED_REGISTERED,
    ("held", "both"): QuadrantCode.LICENSED_REGISTERED,
    ("held", "none"): QuadrantCode.LICENSED_UNREGISTERED,
    ("none", "business"): QuadrantCode.UNLICENSED_REGISTERED,
    ("none", "civil"): QuadrantCode.UNLICENSED_REGISTERED,
    ("none", "both"): QuadrantCode.UNLICENSED_REGISTERED,
    ("none", "none"): QuadrantCode.NEITHER,
}


@pytest.mark.parametrize(
    ("permit", "registration"),
    list(
        itertools.product(
            ["held", "none", "pending", "unclear", None],
            ["business", "civil", "both", "none", "unclear", None],
        )
    ),
)
def test_only_plain_cells_make_a_quadrant(permit: str | None, registration: str | None) -> None:
    """Both sides recorded plainly give one of the four classes; anything else is unclear and says why in a flag."""
    facts = {"kind": "training", "permit_state": permit, "registration_state": registration}
    found = quadrant(facts)
    assert found.code == PLAIN.get((str(permit), str(registration)), QuadrantCode.UNCLEAR)
    assert (found.code == QuadrantCode.UNCLEAR) == bool(found.flags)
    assert found.zh
    assert found.en


@pytest.mark.parametrize(
    ("until", "today", "code"),
    [
        ("2026-11-21", "2026-11-22", QuadrantCode.UNCLEAR),
        ("2026-11-22", "2026-11-22", QuadrantCode.LICENSED_REGISTERED),
        ("2020-01-01", "", QuadrantCode.LICENSED_REGISTERED),
        ("long-term", "2026-11-22", QuadrantCode.LICENSED_REGISTERED),
    ],
)
def test_an_expired_permit_is_asked_about(until: str, today: str, code: QuadrantCode) -> None:
    """From the day after its end a permit leaves the class unclear; without a day no expiry is judged."""
    facts = {"permit_state": "held", "registration_state": "business", "permit_until": until}
    assert quadrant(facts, today).code == code


def test_no_permit_with_an_end_date_is_a_contradiction() -> None:
    """A cell that says 无 beside an end date is not counted as a site without a permit."""
    found = quadrant({"permit_state": "none", "registration_state": "business", "permit_until": "long-term"})
    assert found.code == QuadrantCode.UNCLEAR
    assert [flag.code for flag in found.flags] == ["permit_contradiction"]


def test_flags_of_addresses_and_registrars() -> None:
    """Two addresses that differ, and a code of 民政 beside a licence of 市监, are shown to the officer."""
    facts: dict[str, Any] = {
        "kind": "training",
        "name": "示例",
        "permit_state": "held",
        "registration_state": "business",
        "credit_code": "51331002BJ1XG612DU",
        "address": "示例路1号",
        "registered_address": "示例路 １ 号",
    }
    assert [flag.code for flag in standing_flags(facts)] == ["credit_code_registrar"]
    facts["registered_address"] = "示例路2号"
    assert "address_differs" in [flag.code for flag in standing_flags(facts)]
    assert standing_flags({**facts, "kind": "campus"}) == ()


names = st.text("甲乙丙示例培训中心ABC(（ 1", min_size=1, max_size=12).filter(
    lambda text: any(map(str.isalnum, text))
)


@given(names, names, st.sampled_from(["training", "campus"]))
def test_the_same_site_has_one_id(name: str, address: str, kind: str) -> None:
    """Width, case and spaces do not change an id; the kind does; a valid code decides alone."""
    one = {"kind": kind, "name": name, "address": address}
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name.lower())
    assert site_id(one) == site_id({**one, "name": f" {wide} ", "address": address.upper()})
    other = "campus" if kind == "training" else "training"
    assert site_id(one) != site_id({**one, "kind": other})
    code = {"credit_code": "51331002BJ1XG612DU"}
    assert site_id(one | code) == site_id({"kind": other, "name": "别名", **code}) != site_id(one)
    assert site_id(one | {"credit_code": "513310026YYGB4NHX0"}) == site_id(one)


def test_an_id_that_must_never_change() -> None:
    """Ids are stored on every laptop: the same facts give this very id in every version."""
    assert (
        site_id({"kind": "training", "name": "示例", "credit_code": "51331002BJ1XG612DU"}) == "s-pjbtqyocdfu4"
    )
    assert site_id({"kind": "campus", "name": "示例小学", "address": "示例路1号"}) == "s-njcz34paunct"


def test_a_dash_in_an_address_counts() -> None:
    """1-12号 and 11-2号 are two places; the kind of dash does not matter."""
    assert normal_address("示例路1-12号") != normal_address("示例路11-2号")
    assert normal_address("示例路1—12号") == normal_address("示例路 1－12 号")


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("学科类(英语)", "subject"),
        ("数学", "subject"),
        ("非学科类", "non_subject"),
        ("非学科类（体育）", "non_subject"),
        ("文化艺术", "non_subject"),
        ("科技", "non_subject"),
        ("托管", "daycare"),
        ("学科类、艺术", "unknown"),
        ("托管、英语", "unknown"),
        ("思维素养", "unknown"),
        ("", "unknown"),
    ],
)
def test_categories_fall_into_classes_or_stay_unknown(category: str, expected: str) -> None:
    """Words of one class give it; mixed or foreign words are not guessed."""
    assert category_class(category) == expected


def test_fields_are_canonical_keys() -> None:
    """Every fact can be a key of an entry's data, once, and a choice has its values."""
    assert len({field.name for field in FIELDS}) == len(FIELDS)
    for field in FIELDS:
        assert field.name.replace("_", "").isalnum()
        assert field.name == field.name.lower()
        assert bool(field.choices) == (field.type == "choice")
        assert field.zh
        assert field.en
