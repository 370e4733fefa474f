"""The guard: each reason stands alone, all stand together, and more evidence never makes more of them."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain import procedures
from inspector.domain.checklist import DEPARTMENTS, AnswerSpec, Item, Words
from inspector.domain.departments import department_code, is_lead_only, sections
from inspector.domain.legality import (
    TASK_SOURCES,
    Beginning,
    Ending,
    Frequency,
    advise_conclude,
    advise_start,
    guard_conclude,
    guard_start,
    source_code,
)
from inspector.domain.objections import Guarded, Objection, refuse
from inspector.domain.office import STANDINGS, Officer
from inspector.domain.procedures import SectionState, asks_recusal

TODAY = date(2026, 3, 1)


def person(number: int, department: str = "教体局", *, standing: str = "officer", until: str = "") -> Officer:
    """An invented person."""
    return Officer(f"o-{number}", f"样例{number}", department, f"样例-{number:04}", until, standing)


def item(code: str, lead: str = "education", *partners: str) -> Item:
    """A question that a department leads."""
    return Item(code, Words("问", "q"), AnswerSpec("yes_no"), 2, lead, partners=partners)


ONE, TWO, MARKET, STRANGER = person(1), person(2), person(3, "市场监管局"), person(4, "某某专班")
POLICE, TAX = person(5, "公安局"), person(6, "税务局")
WORKER = person(7, "城东街道", standing="grid_worker")
INSPECTOR = person(8, standing="school_inspector")
ITEMS = (item("A"), item("B", "market", "enforcement"), item("C", "education", "police"))
GOOD = Beginning(
    "training", (ONE, MARKET), TODAY, items=ITEMS, source="plan", frequency=Frequency(2026, 4, 4)
)
STEPS = {
    step: {"step": step, "person": "样例", "capacity": "负责人", "outcome": "好"} for step in procedures.STEPS
}
DONE = Ending("training", (ONE, TWO), TODAY, items=ITEMS, source="plan", procedure=STEPS)


def codes(found: list[Objection]) -> set[str]:
    """Their codes; each has both sentences."""
    assert all(one.zh and one.en for one in found)
    return {one.code for one in found}


STARTS = [
    ("everything", {}, set()),
    ("school inspector is no officer", {"officers": (ONE, INSPECTOR)}, {"team.not_certified", "officers.two"}),
    ("nobody", {"officers": ()}, {"team.empty", "officers.two", "department.none"}),
    ("one officer", {"officers": (ONE,)}, {"officers.two"}),
    ("one officer twice", {"officers": (ONE, ONE)}, {"team.twice", "officers.two"}),
    ("officer also helps", {"helpers": (ONE,)}, {"team.twice"}),
    ("helper as officer", {"officers": (ONE, WORKER)}, {"team.not_certified", "officers.two"}),
    ("helper beside two", {"officers": (ONE, MARKET, WORKER)}, {"team.not_certified"}),
    ("helpers apart", {"helpers": (WORKER,)}, set()),
    ("expired the day before", {"officers": (ONE, person(2, until="2026-02-28"))}, {"officers.two"}),
    ("expires on the day", {"officers": (ONE, person(2, until="2026-03-01"))}, set()),
    ("nobody competent", {"officers": (TAX, person(9, "税务局"))}, {"department.none"}),
    ("a partner is competent", {"officers": (TAX, POLICE)}, set()),
    ("unknown department", {"officers": (TAX, STRANGER)}, set()),
    ("no source", {"source": " "}, {"source.missing"}),
    ("another source", {"source": "随便看看"}, {"source.unknown"}),
    ("a source in words", {"source": "群众举报"}, set()),
    ("above the cap", {"frequency": Frequency(2026, 5, 4)}, {"frequency.cap"}),
    ("no cap", {"frequency": Frequency(2026, 99, None)}, set()),
    ("unpublished", {"unpublished": ("T-XX",)}, {"form.unpublished"}),
    ("two reasons", {"officers": (ONE,), "source": ""}, {"officers.two", "source.missing"}),
    ("two others", {"unpublished": ("X",), "frequency": Frequency(2026, 5, 4)}, {"form.unpublished", "frequency.cap"}),
    ("a school, one inspector", {"site_kind": "campus", "officers": (INSPECTOR,), "source": ""}, set()),
    ("a school, one officer", {"site_kind": "campus", "officers": (ONE,), "unpublished": ("X",)}, set()),
    ("a school, nobody", {"site_kind": "campus", "officers": ()}, {"team.empty"}),
    ("a school, a helper", {"site_kind": "campus", "officers": (WORKER,)}, {"team.not_certified"}),
    ("a school, another source", {"site_kind": "campus", "source": "随便"}, {"source.unknown"}),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), [pytest.param(*row[1:], id=row[0]) for row in STARTS])
def test_what_stands_against_a_start(change: dict[str, object], expected: set[str]) -> None:
    """Exactly these reasons, no other."""
    assert codes(guard_start(replace(GOOD, **change))) == expected  # type: ignore[arg-type]


ENDS = [
    ("everything", {}, set()),
    ("one officer left", {"officers": (ONE,)}, {"officers.two"}),
    ("a certificate ran out before", {"officers": (ONE, person(2, until="2026-02-28"))}, {"officers.two"}),
    ("nothing told", {"procedure": {}}, {"procedure.missing"}),
    ("a dwelling without its basis of entry", {"entry": "T-HID-01A"}, {"entry.basis"}),
    ("an open part", {"sections": (SectionState("education", "open"), SectionState("market", "confirmed"))}, {"section.open"}),
    ("a changed part", {"sections": (SectionState("education", "changed"), SectionState("market", "confirmed"))}, {"section.changed"}),
    ("one department alone", {"sections": (SectionState("education", "open"),)}, set()),
    ("no source of old, too many visits", {"source": "", "frequency": Frequency(2026, 9, 4)}, set()),
    ("a school", {"site_kind": "campus", "officers": (INSPECTOR,), "procedure": {}}, set()),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), [pytest.param(*row[1:], id=row[0]) for row in ENDS])
def test_what_stands_against_a_conclusion(change: dict[str, object], expected: set[str]) -> None:
    """Exactly these reasons; what can no longer be put right is an advisory and blocks nothing."""
    assert codes(guard_conclude(replace(DONE, **change))) == expected  # type: ignore[arg-type]


def test_every_step_that_is_not_recorded_is_named() -> None:
    """One reason for each, with the step, in order."""
    found = guard_conclude(replace(DONE, procedure={"rights_told": STEPS["rights_told"]}, entry="T-HID-01A"))
    assert [one.about for one in found] == ["certificates_shown", "recusal_asked", "T-HID-01A"]


def test_one_refusal_lists_all_reasons() -> None:
    """Not the first of them only; programs get codes, people sentences."""
    found = guard_start(Beginning("training", (), TODAY))
    with pytest.raises(Guarded) as caught:
        refuse(found, concluding=False)
    assert caught.value.code == "inspection.guard"
    assert [one.where for one in caught.value.problems] == [one.code for one in found]
    assert len(found) == len(caught.value.details()["reasons"]) == 3


@pytest.mark.parametrize(
    ("change", "reason", "refused"),
    [
        ({}, "", False),
        ({"frequency": Frequency(2026, 5, 4)}, "", True),
        ({"frequency": Frequency(2026, 5, 4)}, "  ", True),
        ({"frequency": Frequency(2026, 5, 4)}, "群众举报属实", False),
        ({"frequency": Frequency(2026, 5, 4), "source": ""}, "群众举报属实", True),
        ({"source": ""}, "群众举报属实", True),
    ],
)
def test_a_reason_overrides_only_what_it_may(change: dict[str, object], reason: str, refused: bool) -> None:
    """The yearly number gives way to a recorded reason, nothing else does."""
    found = guard_start(replace(GOOD, **change))  # type: ignore[arg-type]
    if not refused:
        assert refuse(found, concluding=False, reason=reason) == found
        return
    with pytest.raises(Guarded) as caught:
        refuse(found, concluding=False, reason=reason)
    assert caught.value.overridable is (set(change) == {"frequency"})


def test_what_is_worth_knowing() -> None:
    """Unknown departments, certificates that ran out, leads with where to pass them on, a wish for recusal."""
    about = replace(GOOD, officers=(ONE, TWO, STRANGER, person(9, until="2026-02-28")))
    found = {one.code: one for one in advise_start(about)}
    assert found.keys() == {"department.unknown", "certificate.over", "items.leads"}
    assert "市监" in found["items.leads"].zh
    assert advise_start(replace(about, site_kind="campus")) == []
    wish = {**STEPS, "recusal_asked": {"outcome": "申请回避：与检查人员有纠纷（虚构）"}}
    end = {
        one.code
        for one in advise_conclude(replace(DONE, procedure=wish, source="", frequency=Frequency(2026, 5, 4)))
    }
    assert end == {"recusal", "source.missing", "frequency.cap", "items.leads"}


@pytest.mark.parametrize(
    ("outcome", "asks"),
    [
        ("不申请回避", False),
        ("没有申请回避", False),
        ("未提出申请", False),
        ("在场无人", False),
        ("均不申请回避。", False),
        ("申请回避：认识检查人员", True),
        ("负责人申请样例甲回避", True),
        ("要求回避", True),
        ("asks for recusal", True),
        ("申 请 回\u200b避", True),
        ("希望张三回避", True),
        ("张三应当回避", True),
        ("申請迴避", True),
        ("不 申请回避", False),
        ("无人应当回避", False),
        ("不要求回避", False),
    ],
)
def test_a_wish_for_recusal_is_told_from_none(outcome: str, asks: bool) -> None:
    """In the words that are written."""
    assert asks_recusal(outcome) is asks


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("教体局", "education"), ("样例县教育体育局", "education"), ("教 育 局", "education"), ("教育行政执法大队", "education"),
        ("市场监督管理局", "market"), ("市场监管综合行政执法大队", "market"), ("ｍａｒｋｅｔ", "market"), ("市监所", "market"),
        ("公安局", "police"), ("城东派出所", "police"), ("民政局", "civil"), ("城管执法局", "enforcement"),
        ("综合行政执法局", "enforcement"), ("消防救援大队", "fire"), ("应急管理局", "fire"), ("人社局", "human_resources"),
        ("税务局", "tax"), ("网信办", "cyber"), ("文化市场综合行政执法大队", "sector"), ("体育局", "sector"),
        ("消防/应急", "fire"), ("urban enforcement", "enforcement"), ("城东街道", ""), ("", ""), ("某某专班", ""),
    ],
)  # fmt: skip
def test_departments_are_known_by_their_usual_names(text: str, code: str) -> None:
    """What an office writes; a name that is not known is no department and is not guessed."""
    assert department_code(text) == code


def test_parts_and_leads_follow_who_is_there() -> None:
    """Lead or partner makes an item a department's own; without both it is a lead; unknown people say nothing."""
    assert sections(ITEMS, (ONE, MARKET, TAX, STRANGER)) == ("education", "market")
    assert [one.code for one in ITEMS if is_lead_only(one, ("education",))] == ["B"]
    assert [one.code for one in ITEMS if is_lead_only(one, ("police",))] == ["A", "B"]
    assert not any(is_lead_only(one, ()) for one in ITEMS)


def test_every_source_has_its_words() -> None:
    """Each code is found by itself and by its Chinese."""
    for code, words in TASK_SOURCES.items():
        assert source_code(code) == source_code(words.zh) == code
    assert source_code("") == ""


TEXTS = st.text(max_size=12)
PEOPLE = st.builds(
    Officer,
    id=st.sampled_from(["o-1", "o-2", "o-3", "o-4"]),
    name=TEXTS,
    department=st.one_of(TEXTS, st.sampled_from(["教体局", "市监局", "公安局", "税务局"])),
    certificate=st.sampled_from(["", "样例-1"]),
    certificate_until=st.sampled_from(["", "2026-02-28", "2026-03-01", "长期"]),
    standing=st.sampled_from([*STANDINGS, "?"]),
)
QUESTIONS = st.lists(st.builds(item, TEXTS, st.sampled_from([*DEPARTMENTS, "?"])), max_size=4).map(tuple)
COUNTS = st.one_of(
    st.none(),
    st.builds(Frequency, st.just(2026), st.integers(1, 9), st.one_of(st.none(), st.integers(0, 9))),
)
BEGINNINGS = st.builds(
    Beginning,
    site_kind=st.sampled_from(["training", "campus", "?"]),
    officers=st.lists(PEOPLE, max_size=4).map(tuple),
    on=st.just(TODAY),
    helpers=st.lists(PEOPLE, max_size=2).map(tuple),
    items=QUESTIONS,
    source=st.one_of(TEXTS, st.sampled_from(["plan", "举报"])),
    frequency=COUNTS,
    unpublished=st.lists(TEXTS, max_size=2).map(tuple),
)


@given(BEGINNINGS)
def test_the_guard_never_fails_and_more_evidence_never_adds_a_reason(about: Beginning) -> None:
    """Another certified officer, a source, published texts, a free year: none of them makes a new objection."""
    before = codes(guard_start(about))
    advise_start(about)
    another = person(99, "教体局" if about.items else "公安局")
    lead = about.items[0].lead if about.items else "education"
    if lead in DEPARTMENTS:
        another = replace(another, department=DEPARTMENTS[lead].zh)
    for better in (
        replace(about, officers=(*about.officers, another)),
        replace(about, source="plan"),
        replace(about, unpublished=()),
        replace(about, frequency=None),
        replace(about, helpers=()),
    ):
        assert codes(guard_start(better)) <= before


@given(
    BEGINNINGS,
    st.sets(st.sampled_from(list(procedures.STEPS))),
    st.sampled_from(["", "T-HID-01A"]),
    st.lists(st.sampled_from(["open", "changed", "confirmed"]), max_size=3),
)
def test_recording_and_confirming_never_adds_a_reason(
    about: Beginning, steps: set[str], entry: str, states: list[str]
) -> None:
    """Before the conclusion likewise: each further step and each confirmation only takes reasons away."""
    parts = tuple(SectionState(code, state) for code, state in zip(DEPARTMENTS, states, strict=False))  # type: ignore[arg-type]
    end = Ending(
        about.site_kind, about.officers, TODAY, items=about.items, source=about.source, frequency=about.frequency,
        procedure={step: {"outcome": "好"} for step in steps}, entry=entry, sections=parts,
    )  # fmt: skip
    before = {(one.code, one.about) for one in guard_conclude(end)}
    advise_conclude(end)
    for step in procedures.STEPS:
        more = replace(end, procedure={**(end.procedure or {}), step: {"outcome": "好"}})
        assert {(one.code, one.about) for one in guard_conclude(more)} <= before
    for number in range(len(parts)):
        confirmed = replace(parts[number], state="confirmed")
        more = replace(end, sections=(*parts[:number], confirmed, *parts[number + 1 :]))
        assert {(one.code, one.about) for one in guard_conclude(more)} <= before
