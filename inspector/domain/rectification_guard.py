"""Who may do what to an item of rectification, and what has to come along: every reason why not, all of them at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from inspector.domain import lifecycle
from inspector.domain.lifecycle import ACTIONS, DUTIES, HANDLER, OTHER, STATES, WHO, Transition
from inspector.domain.objections import REASON_LENGTH, Objection
from inspector.domain.office import Officer
from inspector.domain.rectification import Item

SCHOOL_CASE_BASES = frozenset({"compulsory-56", "compulsory-57"})
"""义务教育法第五十六条、第五十七条: what a school can be punished for; everything else is the school track's own."""


OPINION = "reinspection_opinion"
"""复查意见书, by its kind."""


@dataclass(frozen=True, slots=True)
class Service:
    """A paper about the item that was served: from that day the deadline runs."""

    paper: str
    kind: str
    on: date
    until: date | None
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to do, and what comes along.

    Attributes:
        photos: entry data of photos that are added with this step (`rectification.photo_added`).
        until: the last day asked for or granted.
        on: the day that is planned.
        other: the item that this one is merged into, or the new finding of a relapse.
        crime: the transfer is of a suspected crime (涉嫌犯罪).
    """

    action: str
    note: str = ""
    photos: tuple[Mapping[str, Any], ...] = ()
    signer: str = ""
    until: date | None = None
    on: date | None = None
    service: Service | None = None
    department: str = ""
    other: Item | None = None
    crime: bool = False


@dataclass(frozen=True, slots=True)
class About:
    """What a decision is made by, besides the item.

    Attributes:
        leading: this laptop may approve: it belongs to no centre, or to a lead or a supervisor.
        papers: the kinds of papers about the item that stand.
    """

    today: date
    site_kind: str
    params: Mapping[str, Any] = field(default_factory=dict)
    leading: bool = True
    papers: frozenset[str] = frozenset()


def objections(item: Item, wish: Wish, person: Officer | None, about: About) -> list[Objection]:
    """Every reason why this person cannot do this to the item now; none where it can be done."""
    row = ACTIONS.get(wish.action)
    if row is None or not row.is_step:
        return [_by_itself(wish.action, row)]
    return [
        *state_objections(item, row, about),
        *person_objections(item, row, person, about, crime=wish.crime),
        *_needs(row, wish),
        *(found for name in row.checks if (found := CHECKS[name](item, wish, person, about)) is not None),
    ]


def state_objections(item: Item, row: Transition, about: About) -> list[Objection]:
    """Why an item in this state does not take the action; none where it does."""
    if item.rivals:
        return [
            Objection("rectify.conflict", "两人同时处理过这个问题，要先由组长裁定。",
                      "Two people dealt with it at the same time; a lead has to settle that first.")
        ]  # fmt: skip
    state = item.state_on(about.today)
    if state in row.sources or item.state in row.sources:
        return []
    sources = "、".join(STATES[code].zh for code in row.sources)
    return [
        Objection("rectify.state", f"现在是“{STATES[state].zh}”，只有“{sources}”的问题才能{row.words.zh}。",
                  f"It is {STATES[state].en}; to {row.words.en}, it has to be"
                  f" {', '.join(STATES[code].en for code in row.sources)}.")
    ]  # fmt: skip


def required_duty(row: Transition, params: Mapping[str, Any], *, crime: bool = False) -> str:
    """The duty that an action takes: the county's parameter where it names one, else the table's.

    A suspected crime is transferred by the head, and no county may say otherwise
    (行政执法机关移送涉嫌犯罪案件的规定: 正职负责人或者主持工作的负责人). A case is opened by who answers for the
    authority: not by the lead of a joint team, which is no authority (国办发〔2024〕54号), nor by a section.
    """
    if crime and row.code == "transfer":
        return "head"
    wanted = lifecycle.duty_of(str(params.get(row.parameter) or "")) or row.who
    return max(wanted, lifecycle.LOWEST.get(row.code, wanted), key=lifecycle.rank)


def person_objections(
    item: Item, row: Transition, person: Officer | None, about: About, *, crime: bool = False
) -> list[Objection]:
    """Why this person may not do it; none where the person may."""
    if row.who in DUTIES:
        return duty_objections(row, person, about, required_duty(row, about.params, crime=crime))
    if person is None:
        return [Objection("rectify.who", "没有说明由谁处理。", "It is not said who does it.")]
    standings = ("officer",) if about.site_kind == "training" else ("officer", "school_inspector")
    certified = person.standing != "officer" or person.certified(about.today)
    if person.standing not in standings or (about.site_kind == "training" and not certified):
        return [
            Objection("rectify.officer", f"{person.name}不是持有效执法证的执法人员。",
                      f"{person.name} is no officer with a valid certificate.")
        ]  # fmt: skip
    if row.who == HANDLER and person.id not in {item.handler, *item.opening.officers}:
        return [_not(row, person, "rectify.handler")]
    if row.who == OTHER and person.id in item.handlers | item.unit_recorders():
        return [
            Objection("rectify.other", f"{person.name}是（或曾是）承办人，或登记了报送材料，复查要由另一名执法人员做。",
                      f"{person.name} is or was in charge, or recorded what was handed in; another officer has to review.")
        ]  # fmt: skip
    return []


def _not(row: Transition, person: Officer, code: str) -> Objection:
    who = WHO[row.who]
    return Objection(
        code,
        f"要由{who.zh}{row.words.zh}，{person.name}不是。",
        f"To {row.words.en} takes {who.en}; {person.name} is not.",
    )


def duty_objections(row: Transition, person: Officer | None, about: About, duty: str) -> list[Objection]:
    """Why this person, on this laptop, may not do what takes a duty."""
    found = []
    # A grid worker reports leads and no more, whatever duty somebody wrote down (国办发〔2024〕54号).
    reaches = person is not None and person.standing != "grid_worker"
    if person is None or not reaches or lifecycle.rank(person.duty) < lifecycle.rank(duty):
        name = person.name if person is not None else ""
        found.append(
            Objection("rectify.duty", f"要由{DUTIES[duty].zh}{row.words.zh}" + (f"，{name}不是。" if name else "。"),
                      f"To {row.words.en} takes the {DUTIES[duty].en}" + (f"; {name} is not." if name else "."))
        )  # fmt: skip
    if not about.leading:
        found.append(
            Objection("rectify.laptop", "审批要在组长或督导的电脑上做；这台电脑登记的是执法人员。",
                      "Approvals are made on a lead's or a supervisor's laptop; this one belongs to officers.")
        )  # fmt: skip
    return found


def _by_itself(action: str, row: Transition | None) -> Objection:
    if row is None:
        return Objection("rectify.action", f"没有“{action}”这个动作。", f"There is no action {action!r}.")
    how = {
        "answer": ("在检查表上作答", "by answering the checklist"),
        "conclude": ("办结检查", "by concluding the inspection"),
        "day": ("到日子", "by the day"),
        "paper": ("更正送达或作废文书", "with what is recorded of its paper"),
    }[row.done_by]
    return Objection("rectify.by_itself", f"“{row.words.zh}”由{how[0]}自动产生。", f"It happens {how[1]}.")


_NEEDS: dict[str, tuple[Callable[[Wish], bool], str, str]] = {
    "note": (lambda w: len(w.note.strip()) > 0, "要写说明", "a note is needed"),
    "photo": (lambda w: bool(w.photos), "要附照片", "a photo is needed"),
    "evidence": (lambda w: bool(w.photos or w.note.strip()), "要有整改证据（照片或说明）", "evidence is needed: a photo or a note"),
    "signer": (lambda w: bool(w.signer.strip()), "要写现场签字的负责人", "it is needed who signed on the spot"),
    "until": (lambda w: w.until is not None, "要写截止日期", "a last day is needed"),
    "on": (lambda w: w.on is not None, "要写哪一天", "a day is needed"),
    "paper": (lambda w: w.service is not None, "要有已送达的文书", "a paper that was served is needed"),
    "department": (lambda w: bool(w.department.strip()), "要写移送给哪个部门",
                   "it is needed to which department"),
    "item": (lambda w: w.other is not None, "要写另一个问题的编号", "another item is needed"),
}  # fmt: skip
NEED_WORDS: dict[str, tuple[str, str]] = {name: (zh, en) for name, (_, zh, en) in _NEEDS.items()}


def _needs(row: Transition, wish: Wish) -> list[Objection]:
    return [
        Objection(f"rectify.needs_{name}", f"{row.words.zh}{zh}。", f"To {row.words.en}, {en}.", about=name)
        for name in row.needs
        for met, zh, en in (_NEEDS[name],)
        if not met(wish)
    ]


Holds = Callable[[Item, Wish, Officer | None, About], bool]


@dataclass(frozen=True, slots=True)
class Check:
    """A precondition.

    Attributes:
        zh, en: what is said where it does not hold.
        need: the part of the wish that it is about; empty where no wish could meet it.
    """

    code: str
    zh: str
    en: str
    holds: Holds
    need: str = ""

    def __call__(self, item: Item, wish: Wish, person: Officer | None, about: About) -> Objection | None:
        """The objection; None where it holds."""
        if self.holds(item, wish, person, about):
            return None
        return Objection(f"rectify.{self.code}", self.zh, self.en, about=self.need)


def _number(about: About, name: str, default: int) -> int:
    value = about.params.get(name)
    return value if isinstance(value, int) else default


def _recorded(item: Item) -> tuple[int, str]:
    """A fixed order of items: merging goes one way along it, so that two laptops cannot merge each into the other."""
    return item.finding.recorded.wall, item.id


def _closed_on(item: Item) -> date | None:
    step = item.last_of("close")
    return date.fromisoformat(str(step.data["day"])) if step is not None and step.data.get("day") else None


def _look_back_time(item: Item, _wish: Wish, _person: Officer | None, about: About) -> bool:
    closed = _closed_on(item)
    return closed is None or about.today >= closed + timedelta(days=_number(about, "look_back_from_days", 30))


def _later_finding(item: Item, wish: Wish, _person: Officer | None, _about: About) -> bool:
    other, closed = wish.other, _closed_on(item)
    return other is None or (
        other.id != item.id
        and other.finding.inspection != item.finding.inspection
        and other.state not in (lifecycle.DRAFT, lifecycle.MERGED, lifecycle.VOIDED)
        and (closed is None or other.opening.day >= closed.isoformat())
    )


CHECKS: dict[str, Check] = {
    "same_day": Check(
        "same_day", "立行立改限检查当天；过了当天请送达文书限期整改。", "On the spot is on the inspection's day; serve a paper.",
        lambda item, wish, person, about: item.opening.day == about.today.isoformat(),
    ),
    "before_due": Check(
        "before_due", "已经到期，不能再申请延期。", "The deadline has passed; more time cannot be asked for.",
        lambda item, wish, person, about: not item.overdue(about.today),
    ),
    "first_extension": Check(
        "first_extension", "延期的次数已经用完。", "It was extended as often as is allowed.",
        lambda item, wish, person, about: item.extensions < _number(about, "extensions", 1),
    ),
    "same_paper": Check(
        "same_paper", "现在的期限不是这份文书定的。", "The deadline that runs was not set by this paper.",
        lambda item, wish, person, about: wish.service is None or item.noticed_by == wish.service.paper,
    ),
    "later_until": Check(
        "later_until", "新的截止日期要晚于原来的。", "The new last day has to be after the present one.",
        lambda item, wish, person, about: wish.until is None or wish.until.isoformat() > item.due,
    ),
    "overdue_or_failed": Check(
        "overdue_or_failed", "还没有逾期，也没有复查不通过。", "It is not overdue and did not fail a review.",
        lambda item, wish, person, about: item.state == lifecycle.FAILED or item.overdue(about.today),
    ),
    "submitted_or_overdue": Check(
        "submitted_or_overdue", "单位还没有报送，期限也没有到。", "Nothing was handed in, and the deadline still runs.",
        lambda item, wish, person, about: item.state not in lifecycle.RUNNING or item.overdue(about.today),
    ),
    "rounds_left": Check(
        "rounds_left", "再次限期的次数已经用完，要升级处理。", "Deadlines were set again as often as is allowed; escalate it.",
        lambda item, wish, person, about: item.state == lifecycle.ESCALATED
        or item.rounds < _number(about, "rectification_rounds", 2),
    ),
    "not_recorder": Check(
        "not_recorder", "登记这个问题的人不能审批销号。", "Who registered the item cannot approve its closing.",
        lambda item, wish, person, about: person is None or person.id not in item.registrants,
    ),
    "not_endorsed": Check(
        "not_endorsed", "已经审核过了，等批准。", "It is endorsed already, and waits for approval.",
        lambda item, wish, person, about: not item.endorsed_by,
    ),
    "endorsed": Check(
        "endorsed", "还没有科室审核；销号要两级审批。", "It is not endorsed yet; closing takes two steps.",
        lambda item, wish, person, about: bool(item.endorsed_by),
    ),
    "other_than_endorser": Check(
        "other_than_endorser", "审核和批准不能是同一个人。", "Who endorsed it cannot approve it too.",
        lambda item, wish, person, about: person is None or person.id != item.endorsed_by,
    ),
    "opinion": Check(
        "opinion", "还没有复查意见书；县里规定销号要有。", "There is no paper on the review; the county asks for one before closing.",
        lambda item, wish, person, about: item.state != lifecycle.PASSED
        or not about.params.get("closing_needs_opinion") or OPINION in about.papers,
    ),
    "look_back_time": Check(
        "look_back_time", "销号后还没有到回头看的日子。", "It is too early after the closing for a look-back.", _look_back_time
    ),
    "same_site": Check(
        "same_site", "两个问题不是同一个点位的。", "The two items are not of the same site.",
        lambda item, wish, person, about: wish.other is None or wish.other.finding.site == item.finding.site,
    ),
    "later_finding": Check(
        "later_finding", "反弹要对应销号以后另一次检查发现、没有撤销也没有并案的问题。",
        "A relapse is a finding that stands, of another inspection after the closing.", _later_finding,
    ),
    "no_circle": Check(
        "no_circle", "只能并入同一点位更早登记、没有并案也没有撤销的问题。",
        "Only into an item of the site that was recorded earlier, and is neither merged nor voided.",
        lambda item, wish, person, about: wish.other is None
        or (_recorded(wish.other) < _recorded(item) and wish.other.state not in (lifecycle.MERGED, lifecycle.VOIDED)),
    ),
    "school_case": Check(
        "school_case", "学校的问题只有依据义务教育法第五十六条、第五十七条的才能立案；其他的用督导意见、约谈、通报。",
        "A case against a school takes articles 56 or 57 of the Compulsory Education Law; else advise, talk or report.",
        lambda item, wish, person, about: about.site_kind != "campus" or bool(SCHOOL_CASE_BASES & set(item.finding.basis)),
    ),
    "reason_long": Check(
        "reason_long", f"理由至少写{REASON_LENGTH}个字。", f"The reason needs at least {REASON_LENGTH} letters.",
        lambda item, wish, person, about: sum(sign.isalnum() for sign in wish.note) >= REASON_LENGTH,
        need="note",
    ),
}  # fmt: skip
