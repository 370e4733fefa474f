"""The table of rectification against the county's practice, row by row, written down here a second time from the practice."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest

from inspector.domain import lifecycle
from inspector.domain.lifecycle import DUTIES, STATES, TABLE
from inspector.domain.objections import Guarded
from inspector.domain.office import Officer
from inspector.domain.rectification import Opening
from inspector.domain.rectification_guard import OPINION, Service, objections
from inspector.domain.rectifying import direct
from tests.domain.rectifying_world import (
    BY,
    DEPUTY,
    DUE,
    FIRST,
    FOUND,
    HEAD,
    LEAD,
    SCHOOL,
    SECOND,
    SECTION,
    SERVED,
    SHAPE,
    THIRD,
    WORKER,
    Case,
    at,
    wish,
)

NEXT_DAY = DUE + timedelta(days=1)
ANOTHER = Service("w-another", "order_to_correct", SERVED, DUE)


@dataclass(frozen=True)
class Row:
    """A row of the practice: from, what is done, to, by whom; and what is refused, with the code of the refusal."""

    source: str
    action: str
    to: str
    by: Officer
    refused: tuple[tuple[str, dict[str, Any]], ...]
    day: date | None = None
    along: dict[str, Any] = field(default_factory=dict)


def _by(who: Officer) -> dict[str, Any]:
    return {"by": who}


PRACTICE = (
    Row("open", "correct", "on_spot", FIRST, (
        ("rectify.needs_photo", {"photos": ()}), ("rectify.needs_signer", {"signer": " "}),
        ("rectify.same_day", {"day": SERVED}), ("rectify.officer", _by(WORKER)))),
    Row("open", "notify", "noticed", FIRST, (
        ("rectify.needs_paper", {"service": None}), ("rectify.officer", _by(WORKER)))),
    Row("rectifying", "ask_extension", "extension", FIRST, (
        ("rectify.needs_note", {"note": ""}), ("rectify.needs_until", {"until": None}),
        ("rectify.before_due", {"day": NEXT_DAY}), ("rectify.later_until", {"until": DUE}))),
    Row("extension", "grant_extension", "rectifying", DEPUTY, (
        ("rectify.duty", _by(SECTION)), ("rectify.later_until", {"until": FOUND}))),
    Row("extension", "refuse_extension", "rectifying", DEPUTY, (
        ("rectify.duty", _by(FIRST)), ("rectify.needs_note", {"note": ""}))),
    Row("rectifying", "submit", "submitted", FIRST, (
        ("rectify.needs_evidence", {"note": ""}), ("rectify.officer", _by(WORKER)))),
    Row("rectifying", "escalate", "escalated", LEAD, (
        ("rectify.overdue_or_failed", {"day": DUE}), ("rectify.duty", _by(FIRST)),
        ("rectify.needs_note", {"note": ""})), day=NEXT_DAY),
    Row("failed", "escalate", "escalated", LEAD, (("rectify.duty", _by(THIRD)),)),
    Row("submitted", "plan_review", "review", FIRST, (
        ("rectify.handler", _by(THIRD)), ("rectify.needs_on", {"on": None}))),
    Row("rectifying", "plan_review", "review", SECOND, (
        ("rectify.submitted_or_overdue", {"day": DUE}),), day=NEXT_DAY),
    Row("escalated", "plan_review", "review", FIRST, (("rectify.handler", _by(THIRD)),)),
    Row("review", "pass", "passed", THIRD, (
        ("rectify.other", _by(FIRST)), ("rectify.needs_photo", {"photos": ()}), ("rectify.needs_note", {"note": ""}))),
    Row("review", "fail", "failed", THIRD, (("rectify.other", _by(FIRST)), ("rectify.needs_photo", {"photos": ()}))),
    Row("failed", "notify_again", "noticed", FIRST, (
        ("rectify.needs_paper", {"service": None}), ("rectify.handler", _by(THIRD)))),
    Row("failed", "open_case", "cased", HEAD, (("rectify.duty", _by(DEPUTY)), ("rectify.needs_note", {"note": ""}))),
    Row("passed", "endorse", "passed", SECTION, (("rectify.duty", _by(LEAD)),)),
    Row("on_spot", "endorse", "on_spot", SECTION, (("rectify.duty", _by(FIRST)),)),
    Row("closed", "look_back", "look_back", LEAD, (
        ("rectify.look_back_time", {"day": SERVED + timedelta(days=29)}), ("rectify.duty", _by(FIRST))),
        day=SERVED + timedelta(days=30)),
    Row("look_back", "keep", "archived", FIRST, (
        ("rectify.needs_note", {"note": ""}), ("rectify.officer", _by(WORKER)))),
    Row("open", "void", "voided", LEAD, (
        ("rectify.duty", _by(FIRST)), ("rectify.reason_long", {"note": "误报！"}), ("rectify.needs_note", {"note": ""}))),
    Row("noticed", "void", "voided", LEAD, (("rectify.duty", _by(SECOND)),)),
    Row("rectifying", "redate", "rectifying", FIRST, (
        ("rectify.needs_paper", {"service": None}), ("rectify.officer", _by(WORKER)),
        ("rectify.same_paper", {"service": ANOTHER}))),
    Row("rectifying", "recall", "open", LEAD, (
        ("rectify.duty", _by(FIRST)), ("rectify.same_paper", {"service": ANOTHER}))),
    Row("submitted", "send_back", "rectifying", LEAD, (("rectify.needs_note", {"note": ""}),)),
    Row("passed", "send_back", "submitted", LEAD, (("rectify.duty", _by(THIRD)),)),
    Row("on_spot", "send_back", "open", LEAD, (("rectify.duty", _by(FIRST)),)),
    *(
        Row(state, "transfer", "transferred", LEAD, (
            ("rectify.duty", _by(FIRST)), ("rectify.duty", {"crime": True}), ("rectify.needs_note", {"note": ""}),
            ("rectify.needs_department", {"department": ""})))
        for state in ("draft", "open", "on_spot", "noticed", "rectifying", "extension", "submitted", "review",
                      "passed", "failed", "closed", "look_back", "escalated")
    ),
    *(
        Row(state, "open_case", "cased", HEAD, (("rectify.duty", _by(DEPUTY)),))
        for state in ("open", "rectifying", "submitted", "review", "escalated")
    ),
)  # fmt: skip


def _codes(case: Case, row: Row, **otherwise: Any) -> list[str]:
    case.on(otherwise.pop("day", row.day or case.today))
    who = otherwise.pop("by", row.by)
    found = objections(case.item, wish(row.action, **{**row.along, **otherwise}), who, case.about)
    assert all(one.zh and one.en and one.zh != one.en for one in found)
    return [one.code for one in found]


@pytest.mark.parametrize("row", PRACTICE, ids=lambda row: f"{row.source}-{row.action}")
def test_a_row_of_the_practice(row: Row) -> None:
    """It leads where the practice has it; each thing that is missing is refused by its name, and changes nothing."""
    for code, otherwise in row.refused:
        case = at(row.source)
        before = len(case.entries)
        assert code in _codes(case, row, **otherwise), (code, otherwise)
        asked = {name: value for name, value in otherwise.items() if name not in ("by", "day")}
        with pytest.raises(Guarded):
            case.do(otherwise.get("by", row.by), row.action, **{**row.along, **asked})
        assert len(case.entries) == before
    case = at(row.source)
    assert _codes(case, row) == []
    assert case.do(row.by, row.action, **row.along).item.state == row.to
    assert case.item.irregular == ()


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.code)
def test_a_state_that_is_no_source_is_refused(row: lifecycle.Transition) -> None:
    """From every other state the action is refused with `rectify.state`, or as what nobody does by hand."""
    for state in STATES:
        if state in ("merged", "relapsed"):
            continue
        case = at(state)
        codes = [
            one.code for one in objections(case.item, wish(row.code), BY.get(row.code, FIRST), case.about)
        ]
        if not row.is_step:
            assert codes == ["rectify.by_itself"]
        else:
            allowed = state in row.sources or (state == "rectifying" and "noticed" in row.sources)
            assert ("rectify.state" not in codes) is allowed, (state, row.code)


def test_closing_takes_two_people_of_two_steps_and_none_who_registered() -> None:
    """红线①: not without an endorsement, not by who endorsed, not by who registered, whatever their duty."""
    case = at("passed")
    assert _refusal(case, DEPUTY, "close") == ["rectify.endorsed"]
    registrant = replace(FIRST, duty="head")
    assert _refusal(case, registrant, "endorse") == ["rectify.not_recorder"]
    case.do(HEAD, "endorse")
    assert _refusal(case, HEAD, "close") == ["rectify.other_than_endorser"]
    assert _refusal(case, SECTION, "close") == ["rectify.duty"]
    assert _refusal(case, SECTION, "endorse") == ["rectify.not_endorsed"]
    assert _refusal(case, registrant, "close") == ["rectify.not_recorder"]
    case.do(DEPUTY, "close")
    assert (case.item.state, case.item.settled, case.item.irregular) == ("closed", True, ())


def _refusal(case: Case, who: Officer, action: str, **along: Any) -> list[str]:
    with pytest.raises(Guarded) as caught:
        case.do(who, action, **along)
    return [one.code for one in caught.value.objections]


def test_what_is_sent_back_is_endorsed_anew() -> None:
    """An endorsement is of one review: after it is sent back and reviewed again, it takes another one."""
    case = at("passed").do(SECTION, "endorse").do(LEAD, "send_back")
    case.do(FIRST, "plan_review").do(THIRD, "pass")
    assert case.item.endorsed_by == ""
    assert _refusal(case, DEPUTY, "close") == ["rectify.endorsed"]


def test_a_grid_workers_word_stays_a_lead() -> None:
    """红线②: a lead never opens with the conclusion, and a grid worker does nothing to an item, even with a duty."""
    lead = Case(finding={**SHAPE, "lead_only": True})
    assert lead.item.state == "draft"
    boss = replace(WORKER, duty="head")
    for state in ("open", "rectifying", "review", "passed", "look_back"):
        case = at(state)
        for row in TABLE:
            if row.by_hand and state in row.sources:
                assert objections(case.item, wish(row.code), boss, case.about), row.code


def test_a_case_against_a_school_takes_the_two_articles() -> None:
    """红线③: only what the Compulsory Education Law's articles 56 and 57 punish, and only by the head."""
    case = at("failed", site_kind="campus")
    assert _refusal(case, HEAD, "open_case") == ["rectify.school_case"]
    for article in ("compulsory-56", "compulsory-57"):
        case = at("failed", site_kind="campus", finding={**SHAPE, "basis": [article]})
        assert _refusal(case, DEPUTY, "open_case") == ["rectify.duty"]
        assert case.do(HEAD, "open_case").item.state == "cased"


def test_every_change_is_an_entry_more() -> None:
    """红线④: nothing is overwritten: who, when, from where, to where stays in the path for ever."""
    case = at("archived")
    path = case.item.path
    assert [(step.before, step.after) for step in path] == [
        ("open", "noticed"), ("noticed", "submitted"), ("submitted", "review"), ("review", "passed"),
        ("passed", "passed"), ("passed", "closed"), ("closed", "look_back"), ("look_back", "archived"),
    ]  # fmt: skip
    assert all(step.actor and step.time.wall and step.data["day"] for step in path)
    assert len({step.ref for step in path}) == len(path)


def test_a_school_is_followed_by_school_inspectors_too_and_an_enterprise_not() -> None:
    """Without a certificate for enterprises, a school inspector deals with schools alone."""
    assert at("open", site_kind="campus").do(SCHOOL, "notify").item.state == "noticed"
    assert _refusal(at("open"), SCHOOL, "notify") == ["rectify.officer"]
    expired = replace(FIRST, certificate_until="2026-03-01")
    assert _refusal(at("open"), expired, "notify") == ["rectify.officer"]


def test_who_handed_in_for_the_unit_does_not_review() -> None:
    """The other officer of the inspection wrote down what was handed in, and is no reviewer of it."""
    case = at("rectifying").do(SECOND, "submit").do(FIRST, "plan_review")
    assert _refusal(case, SECOND, "pass") == ["rectify.other"]
    assert _refusal(case, FIRST, "pass") == ["rectify.other"]
    assert case.do(THIRD, "pass").item.state == "passed"


def test_an_extension_is_asked_for_once() -> None:
    """The second time is refused; the county may allow two; a new deadline begins anew."""
    case = at("extension").do(DEPUTY, "grant_extension")
    assert case.item.due == (DUE + timedelta(days=5)).isoformat()
    assert _refusal(case, FIRST, "ask_extension", until=DUE + timedelta(days=9)) == [
        "rectify.first_extension"
    ]
    case.params = {"extensions": 2}
    case.do(FIRST, "ask_extension", until=DUE + timedelta(days=9)).do(DEPUTY, "grant_extension")
    assert case.item.due == (DUE + timedelta(days=9)).isoformat()
    refused = at("extension").do(DEPUTY, "refuse_extension")
    assert (refused.item.due, refused.item.extensions) == (DUE.isoformat(), 0)


def test_deadlines_are_set_again_twice_and_then_escalated() -> None:
    """Two rounds; the third is refused until a lead escalated it. The county's number counts."""
    case = at("failed")
    for _ in range(2):
        case.do(FIRST, "notify_again").on(DUE).do(FIRST, "submit").do(FIRST, "plan_review").do(THIRD, "fail")
    assert case.item.rounds == 2
    assert _refusal(case, FIRST, "notify_again") == ["rectify.rounds_left"]
    assert case.do(LEAD, "escalate").do(FIRST, "notify_again").item.rounds == 3
    none = at("failed", params={"rectification_rounds": 0})
    assert _refusal(none, FIRST, "notify_again") == ["rectify.rounds_left"]


def test_a_relapse_names_a_later_finding_of_another_inspection() -> None:
    """Same site, found after the closing, standing; the new one says whose relapse it is."""
    case = at("look_back")
    later = Opening(concluded=True, officers=(FIRST.id,), day=case.today.isoformat())
    shape = {**SHAPE, "inspection": "i-2"}
    assert _refusal(case, FIRST, "relapse") == ["rectify.needs_item"]
    wrong = {
        "rectify.same_site": Case(id="f-2", opening=later, finding={**shape, "site": "s-2"}),
        "rectify.later_finding": Case(id="f-2", opening=replace(later, day="2026-03-01"), finding=shape),
    }
    for code, other in wrong.items():
        assert _refusal(case, FIRST, "relapse", other=other.item) == [code]
    same = Case(id="f-2", opening=later, finding=SHAPE)
    assert _refusal(case, FIRST, "relapse", other=same.item) == ["rectify.later_finding"]
    voided = Case(id="f-2", opening=later, finding=shape, today=case.today).do(LEAD, "void")
    assert _refusal(case, FIRST, "relapse", other=voided.item) == ["rectify.later_finding"]
    new = Case(id="f-2", opening=later, finding=shape)
    drafts = case.decided(wish("relapse", other=new.item), FIRST)
    case.append(drafts, FIRST)
    new.append(drafts, FIRST)
    assert (case.item.state, new.item.state, new.item.relapse_of) == ("relapsed", "open", "f-1")


def test_merging_is_into_an_earlier_item_of_the_site_that_stands() -> None:
    """Not into itself, not into one that was merged or voided, not across sites, and not by a stranger."""
    case = at("open", id="f-2")
    assert _refusal(case, FIRST, "merge") == ["rectify.needs_item"]
    assert "rectify.no_circle" in _refusal(case, FIRST, "merge", other=case.item)
    elsewhere = Case(id="f-1", finding={**SHAPE, "site": "s-2"})
    assert _refusal(case, FIRST, "merge", other=elsewhere.item) == ["rectify.same_site"]
    voided = Case(id="f-1").do(LEAD, "void")
    assert _refusal(case, FIRST, "merge", other=voided.item) == ["rectify.no_circle"]
    main = Case(id="f-1")
    assert _refusal(case, THIRD, "merge", other=main.item) == ["rectify.handler"]
    case.do(FIRST, "merge", other=main.item)
    assert (case.item.state, case.item.path[-1].data["item"]) == ("merged", "f-1")


def test_two_laptops_cannot_merge_each_item_into_the_other() -> None:
    """Of two items only one can go into the other, whoever tries first and whatever the other laptop knows."""
    one, two = at("open", id="f-1"), at("open", id="f-2")
    assert "rectify.no_circle" in _refusal(one, FIRST, "merge", other=two.item)
    two.do(FIRST, "merge", other=one.item)
    assert (one.item.state, two.item.state) == ("open", "merged")


def test_who_was_in_charge_does_not_review() -> None:
    """Handing an item to somebody else just before its review does not make a reviewer of who had it."""
    case = at("review")
    item, registers = case.folded()
    assert item is not None
    case.append(direct(item, registers, LEAD, case.about, scope="county", handler=THIRD), LEAD)
    for officer in (FIRST, THIRD):
        assert "rectify.other" in _refusal(case, officer, "pass")
    case.do(SECOND, "pass")
    assert case.item.state == "passed"


def test_a_county_can_ask_for_a_paper_on_the_review_before_closing() -> None:
    """Where the county says so, an item that passed is endorsed only with a paper on its review; else without."""
    case = at("passed", params={"closing_needs_opinion": True})
    assert _refusal(case, SECTION, "endorse") == ["rectify.opinion"]
    with_paper = replace(case.about, papers=frozenset({OPINION}))
    assert objections(case.item, wish("endorse"), SECTION, with_paper) == []
    assert at("passed").do(SECTION, "endorse").item.endorsed_by == SECTION.id


def test_the_county_says_who_approves_within_the_duties() -> None:
    """A parameter names a duty by its word; a word that names none leaves the table's own."""
    for words, allowed in (("专班组长", LEAD), ("section", SECTION), ("主要负责人", HEAD)):
        case = at("extension", params={"approves_extension": words})
        below = {LEAD: FIRST, SECTION: LEAD, HEAD: DEPUTY}[allowed]
        assert _refusal(case, below, "grant_extension") == ["rectify.duty"]
        assert case.do(allowed, "grant_extension").item.state == "rectifying"
    case = at("extension", params={"approves_extension": "谁都行"})
    assert _refusal(case, SECTION, "grant_extension") == ["rectify.duty"]


def test_a_suspected_crime_is_transferred_by_the_head() -> None:
    """行政执法机关移送涉嫌犯罪案件的规定: the head of the authority, nobody below."""
    for who in (LEAD, SECTION, DEPUTY):
        assert _refusal(at("open"), who, "transfer", crime=True) == ["rectify.duty"]
    assert at("open").do(HEAD, "transfer", crime=True).item.state == "transferred"


def test_an_officers_laptop_approves_nothing() -> None:
    """Whatever person is named on it, it is refused beside all else that is missing."""
    for row in TABLE:
        for state in row.sources if row.who in DUTIES else ():
            case = at(state)
            case.leading = False
            assert "rectify.laptop" in _refusal(case, HEAD, row.code)


def test_unknown_actions_and_nobody_are_refused() -> None:
    """Each with its own word."""
    case = at("open")
    assert _refusal(case, FIRST, "coffee") == ["rectify.action"]
    assert _refusal(case, FIRST, "open") == ["rectify.by_itself"]
    with pytest.raises(Guarded) as caught:
        case.do(None, "correct", photos=())
    assert [one.code for one in caught.value.objections] == ["rectify.who", "rectify.needs_photo"]


@pytest.mark.parametrize(
    ("named", "who"), [("专班组长", DEPUTY), ("科室负责人", DEPUTY), ("主要负责人", HEAD)]
)
def test_no_county_lets_a_team_or_a_section_open_a_case(named: str, who: Officer) -> None:
    """The lowest that counts is the deputy head of the authority: a joint team is none (国办发〔2024〕54号)."""
    case = at("open", params={"approves_case": named})
    for person in (LEAD, SECTION):
        assert "rectify.duty" in _refusal(case, person, "open_case")
    assert objections(case.item, wish("open_case"), who, case.about) == []
