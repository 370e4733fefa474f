"""Training sites: where it is and who is behind it, what is proposed, what is recorded of persons, looking back."""

from itertools import product

import pytest

from inspector.domain.answers import read_answer
from inspector.domain.rules import compile_checklist
from inspector.forms.checklists import read_register
from inspector.forms.places import data_root
from tests.forms.test_training_content import LIBRARY, completed, judged


@pytest.mark.parametrize("found", list(product(["yes", "no", None], repeat=4)))
def test_an_unapproved_institution_meets_all_three_conditions(found: tuple[str | None, ...]) -> None:
    """教育部令第53号 第十七条: place, two or more staff, organisation, all at once and certainly not approved; one
    certain lack is enough for no."""
    parts = ("T-HID-05A", "T-HID-05B", "T-HID-05C", "T-HID-05D")
    answers = {code: value for code, value in zip(parts, found, strict=True) if value}
    said = judged("T-HID-05", None, completed("T-HID", answers=answers | {"T-LIC-01": "none"}))
    if set(found) == {"yes"}:
        assert said.verdict == "violation"
        assert all(word in said.reason.zh for word in ("专门培训场所", "2 名以上从业人员", "组织机构和分工"))
        assert said.severity == 4
    elif "no" in found:
        assert said.verdict == "in_order"
    else:
        assert said.verdict == "unknown"
        assert {words.zh for words in said.missing} == {
            f"{code} 的回答" for code, value in zip(parts, found, strict=True) if value is None
        }


@pytest.mark.parametrize("permit", ["valid", "expired", "not_required"])
def test_who_has_or_needs_no_permit_is_no_unapproved_institution(permit: str) -> None:
    """However many conditions are met, the question does not arise."""
    answers = {f"T-HID-05{part}": "yes" for part in "ABCD"} | {"T-LIC-01": permit}
    assert judged("T-HID-05", None, completed("T-LIC", "T-HID", answers=answers)).verdict == "not_applicable"


def test_only_read_articles_are_verified() -> None:
    """Exactly the articles that were read in their source are verified; what is doubtful carries no article."""
    law = read_register((data_root() / "law" / "training.yaml").read_bytes(), "training.yaml")
    assert {ref for ref, basis in law.items() if basis.verified} == {
        *("apl-28", "apl-42", "apl-46", "apl-47", "apl-55", "apl-56", "police-103", "sc684-14", "disguise-5"),
        *("price-13", "price-42", "fire-15", "fire-16", "fire-28", "fire-60"),
        *("pper-63-2", "pper-63-5", "pper-63-7", "pper-63-10", "pper-63-11"),
        *("minors-41", "minors-74", "minors-103", "pipl-28"),
    }
    assert all(not basis.article for basis in law.values() if not basis.verified)
    first = LIBRARY.register[LIBRARY.checklist("T-HID").item("T-HID-05").basis[0]]
    assert (first.verified, first.article) == (True, "第十七条")
    assert not law["police-103"].in_force("2025-12-31")
    assert law["police-103"].in_force("2026-01-01")


@pytest.mark.parametrize("basis", ["consent", "police_certificate", "not_entered", "refused"])
def test_a_dwelling_asks_on_what_basis_it_was_entered(basis: str) -> None:
    """The question is required in a dwelling and asked nowhere else; staying outside is said to limit the answers."""
    item = LIBRARY.checklist("T-HID").item("T-HID-01A")
    assert item.answer.required
    compiled = compile_checklist(LIBRARY.checklist("T-HID"))
    assert compiled.applies(item.code, completed("T-HID", answers={"T-HID-01": "dwelling"})) is True
    assert compiled.applies(item.code, completed("T-HID", answers={"T-HID-01": "cafe"})) is False
    context = completed("T-HID", answers={"T-HID-01": "dwelling", "T-HID-01A": basis})
    outside = basis in ("not_entered", "refused")
    assert judged(item.code, basis, context).verdict == ("hint" if outside else "in_order")
    assert compiled.applies("T-HID-01B", context) is not outside


@pytest.mark.parametrize(
    ("pupil", "good"),
    [
        ("王**", True),
        ("01", True),
        ("学员甲", True),
        ("李某", True),
        ("王小明", False),
        ("王学明", False),
        ("李生辉", False),
        ("员峰", False),
        ("学生3", True),
    ],
)
def test_pupils_are_not_written_with_their_names(pupil: str, good: bool) -> None:
    """A number or a masked name is taken, a whole name is not."""
    reasons = compile_checklist(LIBRARY.checklist("T-HID")).invalid(
        "T-HID-04", [{"pupil": pupil, "adult": "no"}], completed("T-HID", answers={})
    )
    assert (reasons == ()) is good


@pytest.mark.parametrize(("gap", "aggravated"), [("2024-01-11", True), ("2024-01-10", False)])
def test_a_repeat_within_two_years_is_named(gap: str, aggravated: bool) -> None:
    """730 days count, 731 do not; opened again is a violation either way, and without the date as well."""
    context = completed("T-HID", answers={"T-HID-11": "yes", "T-HID-11A": gap}, day={"date": "2026-01-10"})
    found = judged("T-HID-11", "yes", context)
    assert found.verdict == "violation"
    assert ("从重" in found.reason.zh) is aggravated
    assert judged("T-HID-11", "yes", completed("T-HID", answers={})).verdict == "violation"


@pytest.mark.parametrize(
    ("code", "site", "proposed"),
    [
        ("T-LIC-01", {"permit_state": "held", "permit_until": "2026-01-09"}, "expired"),
        ("T-LIC-01", {"permit_state": "held", "permit_until": "2026-01-10"}, "valid"),
        ("T-LIC-01", {"permit_state": "held", "permit_until": "long-term"}, "valid"),
        ("T-LIC-01", {"permit_state": "held"}, "valid"),
        ("T-LIC-01", {"permit_state": "none"}, "none"),
        ("T-LIC-01", {"permit_state": "pending"}, None),
        ("T-LIC-01", {"permit_state": "unclear"}, None),
        ("T-LIC-02", {"registration_state": "civil"}, "civil"),
        ("T-LIC-02", {"registration_state": "unclear"}, None),
        ("T-LIC-05", {"registered_address": "虚构路 1 号", "address": "虚构路 2 号"}, "no"),
        ("T-LIC-05", {"registered_address": "虚构路 1 号", "address": "虚构路 1 号"}, None),
        ("T-LIC-05", {"address": "虚构路 1 号"}, None),
        ("T-LIC-07", {"permit_until": "2027-08-31"}, "2027-08-31"),
        ("T-LIC-07", {"permit_until": "long-term"}, "2099-12-31"),
        ("T-LIC-15", {"status": "closed"}, "yes"),
        ("T-LIC-15", {"status": "open"}, "na"),
        ("T-LIC-15", {}, None),
        ("T-AD-11", {"status": "transformed"}, "yes"),
        ("T-AD-11", {"status": "open"}, "na"),
        ("T-AD-11", {"status": "closed"}, None),
        ("T-HID-11", {"status": "closed"}, "yes"),
    ],
)
def test_the_registry_proposes_and_never_answers(
    code: str, site: dict[str, str], proposed: str | None
) -> None:
    """What the registry says is offered as something that can be typed, with its reason; nothing known, nothing offered."""
    checklist = LIBRARY.checklist(code.rpartition("-")[0])
    context = completed(checklist.code, answers={}, site=site, day={"date": "2026-01-10"})
    found = compile_checklist(checklist).propose(code, context)
    assert (found[0] if found else None) == proposed
    assert judged(code, None, context).verdict == "unanswered"
    if found:
        assert read_answer(checklist.item(code), found[0])
        assert not set("{}?") & set(found[1].zh + found[1].en)


def test_answers_propose_answers() -> None:
    """Numbers given before suggest the yes or no that follows from them, at the limit as well."""
    fees = compile_checklist(LIBRARY.checklist("T-FEE"))
    for early, left, proposed in ((31, None, "yes"), (30, 21, "yes"), (30, 20, "no"), (30, None, None)):
        answers = {"T-FEE-14A": early, "T-FEE-14B": left}
        found = fees.propose("T-FEE-14", completed("T-FEE", answers=answers))
        assert (found[0] if found else None) == proposed
    for asked, proposed in (("2025-12-26", "no"), ("2025-12-25", "yes")):
        context = completed("T-FEE", answers={"T-FEE-13A": asked}, day={"date": "2026-01-10"})
        found = fees.propose("T-FEE-13", context)
        assert found is not None
        assert found[0] == proposed
    hidden = compile_checklist(LIBRARY.checklist("T-HID"))
    for people, proposed in ((1, "no"), (2, "yes")):
        found = hidden.propose(
            "T-HID-05B", completed("T-HID", "T-STF", answers={"T-STF-01": 9, "T-STF-01A": people})
        )
        assert found is not None
        assert found[0] == proposed


@pytest.mark.parametrize("permit", ["yes", "no", None])
@pytest.mark.parametrize("category", ["subject", "non_subject", "daycare", ""])
def test_school_subjects_need_their_permit(permit: str | None, category: str) -> None:
    """Taught without a permit is a violation wherever; where the permit is not known it is not in order."""
    answers = {"T-CNT-01": ["maths", "sports"], "T-CNT-01A": permit}
    context = completed("T-CNT", answers=answers, site={"category_class": category})
    found = judged("T-CNT-01", "数学、体育", context)
    assert found.verdict == {"yes": "in_order", "no": "violation", None: "unknown"}[permit]
    if permit == "no":
        assert "数学" in found.reason.zh
        assert "体育" not in found.reason.zh
        assert ("夹带" in found.reason.zh) is (category in ("non_subject", "daycare"))


LOOK_BACK = ("T-LB", "T-TIME", "T-CNT", "T-STF")


def test_a_look_back_concludes_from_the_gravest_answer() -> None:
    """A relapse escalates whatever else is open; everything put right passes; something open leaves it unknown."""
    right = {
        "T-LB-02": "yes",
        "T-LB-03": "no",
        "T-LB-04": "yes",
        "T-LB-05": "0",
        "T-LB-06": [],
        "T-LB-07": "quiet",
    }
    right |= {"T-TIME-02A": [], "T-TIME-06": "no", "T-CNT-01": ["arts"], "T-STF-06": "no"}
    for result, concluded in (
        ("fixed", "pass"),
        ("partly", "again"),
        ("not_fixed", "again"),
        ("relapse", "escalate"),
    ):
        answers = right | {"T-LB-01": [{"finding": "1", "result": result}]}
        assert completed(*LOOK_BACK, answers=answers).answers["T-LB-09"] == concluded
    assert completed("T-LB", answers={"T-LB-03": "yes"}).answers["T-LB-09"] == "escalate"
    put_right = right | {"T-LB-01": [{"finding": "1", "result": "fixed"}]}
    taught = {"T-CNT-01": ["maths"], "T-CNT-01A": "no"}
    for seen, concluded in (
        ({"T-LB-02": "no"}, "again"),
        ({"T-LB-07": "still"}, "escalate"),
        ({"T-TIME-06": "yes"}, "escalate"),
        ({"T-STF-06": "yes"}, "escalate"),
        (taught, "escalate"),
        (taught | {"T-CNT-01A": "yes"}, "pass"),
    ):
        assert completed(*LOOK_BACK, answers=put_right | seen).answers["T-LB-09"] == concluded, seen
    assert "T-LB-09" not in completed(*LOOK_BACK, answers=right).answers
    rows = [{"finding": "甲", "result": "partly"}, {"finding": "乙", "result": "relapse"}]
    found = judged("T-LB-01", rows, completed("T-LB", answers={}))
    assert (found.severity, found.reason.zh) == (4, "改后反弹：乙；只改了一部分：甲")


@pytest.mark.parametrize("code", ["T-DOC", "T-INT"])
def test_evidence_and_interviews_find_nothing_and_mark_persons(code: str) -> None:
    """They record: no violation, what could name a person is personal, and a person asked has one number."""
    items = LIBRARY.checklist(code).items
    assert all(item.record_only and not item.violations for item in items)
    for item in items:
        if code == "T-DOC" and item.answer.type == "yes_no":
            assert item.photo
        for column in item.answer.columns:
            assert column.personal is (column.code in {"name", "id_tail", "phone", "said"})
    if code == "T-INT":
        rows = [{"person": n, "capacity": "parent"} for n in ("1", "2", "1")]
        (reason,) = compile_checklist(LIBRARY.checklist(code)).invalid(
            "T-INT-01", rows, completed(code, answers={})
        )
        assert reason.zh == "编号重复：1、1"
