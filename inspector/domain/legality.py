"""What has to hold before an inspection may begin, and before it may be concluded.

Enterprises: two officers with certificates, of a competent department, for a task with a source, within the yearly
number of visits, with published items (行政处罚法 第四十二条, 第五十五条; 国办发〔2024〕54号). Schools: somebody who may
inspect. Every function gives all reasons at once; what merely deserves a word is an advisory and blocks nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from inspector.domain import doubts
from inspector.domain.checklist import DEPARTMENTS, Item, Words
from inspector.domain.departments import concerned, department_code, is_lead_only, present
from inspector.domain.inspecting import CERTIFIED_OFFICERS_NEEDED, certified_officers
from inspector.domain.objections import Advisory, Objection
from inspector.domain.office import Officer
from inspector.domain.procedures import (
    STEPS,
    SectionState,
    not_shown,
    recusal_asked_for,
)

TASK_SOURCES: dict[str, Words] = {
    "plan": Words("计划", "plan"),
    "complaint": Words("举报", "complaint"),
    "assignment": Words("交办", "assignment"),
    "surprise": Words("突击/专项", "surprise"),
}
"""Why an enterprise is inspected (行政检查文书基本格式: 任务来源)."""

_SOURCE_NAMES = {
    "plan": ("计划", "日常", "双随机", "巡查计划"),
    "complaint": ("举报", "投诉", "群众举报"),
    "assignment": ("交办", "督办", "转办", "移送"),
    "surprise": ("突击", "专项", "突击检查", "专项检查", "突击/专项"),
}


@dataclass(frozen=True, slots=True)
class Frequency:
    """Which inspection of a year this one is, as known on this laptop.

    Attributes:
        count: inspections of the site in that year, this one counted; voided ones only where something was answered.
        cap: the most that the county allows; None where it has set none.
    """

    year: int
    count: int
    cap: int | None

    @property
    def exceeded(self) -> bool:
        """Whether this one is above the cap."""
        return self.cap is not None and self.count > self.cap

    @property
    def words(self) -> Words:
        """ "本年第 3 次，上限 4"."""
        cap = (
            Words("未设上限", "no cap set")
            if self.cap is None
            else Words(f"上限 {self.cap}", f"cap {self.cap}")
        )
        return Words(
            f"本年第 {self.count} 次，{cap.zh}", f"inspection no. {self.count} of {self.year}, {cap.en}"
        )

    def to_data(self) -> dict[str, int | None]:
        """As entry data."""
        return {"year": self.year, "count": self.count, "cap": self.cap}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Frequency":
        """From entry data of the right shape."""
        return cls(data["year"], data["count"], data.get("cap"))


@dataclass(frozen=True, slots=True)
class Beginning:
    """An inspection that is about to start.

    Attributes:
        on: the day.
        items: of the pack's checklists.
        source: the task source as somebody gave it.
        unpublished: titles or codes of texts that are on no published list.
        behind: milliseconds by which the clock is behind what was recorded last.
        elsewhere: inspections of this year at other sites with the same credit code or name.
    """

    site_kind: str
    officers: tuple[Officer, ...]
    on: date
    helpers: tuple[Officer, ...] = ()
    items: tuple[Item, ...] = ()
    source: str = ""
    frequency: Frequency | None = None
    unpublished: tuple[str, ...] = ()
    behind: int = 0
    elsewhere: int = 0


@dataclass(frozen=True, slots=True)
class Ending:
    """An inspection that is about to be concluded.

    Attributes:
        on: the day on which it began.
        procedure: step -> data of what was recorded.
        entry: the item of a dwelling's basis of entry that has no answer yet (`procedures.entry_missing`).
        sections: of the departments that are there.
    """

    site_kind: str
    officers: tuple[Officer, ...]
    on: date
    items: tuple[Item, ...] = ()
    source: str = ""
    frequency: Frequency | None = None
    procedure: Mapping[str, Mapping[str, Any]] | None = None
    entry: str = ""
    sections: tuple[SectionState, ...] = ()


def source_code(text: str) -> str:
    """The code of TASK_SOURCES that is meant by a code or a Chinese word; "" where none is."""
    wanted = text.strip().lower()
    if wanted in TASK_SOURCES:
        return wanted
    return next((code for code, names in _SOURCE_NAMES.items() if wanted in names), "")


def guard_start(about: Beginning) -> list[Objection]:
    """Why an inspection may not start; none where it may."""
    found = _team(about.officers, about.helpers, about.site_kind)
    code = source_code(about.source)
    if about.source.strip() and not code:
        found.append(_UNKNOWN_SOURCE)
    found += doubts.about_clock(about.behind)
    if about.site_kind != "training":
        return found
    found += doubts.about_people(about.officers)
    found += _competence(about.officers, about.items, about.on)
    if not about.source.strip():
        found.append(_NO_SOURCE)
    if about.unpublished:
        names = about.unpublished
        found.append(
            Objection(
                "form.unpublished",
                f"不在已公布的检查事项内：{'、'.join(names)}。请由中心发布后再用。",
                f"Not on the published list: {', '.join(names)}. Have the centre publish it first.",
            )
        )
    if about.frequency is not None and about.frequency.exceeded:
        found.append(_too_often(about.frequency))
    return found


def advise_start(about: Beginning) -> list[Advisory]:
    """What is worth knowing before an inspection starts."""
    if about.site_kind != "training":
        return []
    return [
        *doubts.about_elsewhere(about.elsewhere),
        *_about_people(about.officers, about.on),
        *_about_leads(about.officers, about.items),
    ]


def guard_conclude(about: Ending) -> list[Objection]:
    """Why an inspection may not be concluded; none where it may."""
    found: list[Objection] = []
    procedure = about.procedure or {}
    if about.entry:
        found.append(
            Objection(
                "entry.basis",
                f"现场是居民住宅：{about.entry} 没有写明凭什么进入（住户书面同意、公安检查证，或未入内）。",
                f"The place is a dwelling: {about.entry} does not say on what basis it was entered"
                " (consent, police certificate, or not entered).",
                about=about.entry,
            )
        )
    if about.site_kind != "training":
        return found
    missing = [
        Objection(
            "procedure.missing",
            f"没有记录：{STEPS[step].zh}。",
            f"Not recorded: {STEPS[step].en}.",
            about=step,
        )
        for step in STEPS
        if step not in procedure
    ]
    others = not_shown(procedure, about.officers)
    if others:
        missing.append(
            Objection(
                "procedure.team",
                f"出示证件之后换了人：{'、'.join(others)}还没有出示执法证件，请重新记录“{STEPS['certificates_shown'].zh}”。",
                f"The team changed after certificates were shown: {', '.join(others)} still has to show theirs;"
                " record that step again.",
                about="certificates_shown",
            )
        )
    return [
        *_team(about.officers, (), about.site_kind),
        *_competence(about.officers, about.items, about.on),
        *missing,
        *found,
        *_sections(about.sections),
    ]


def advise_conclude(about: Ending) -> list[Advisory]:
    """What is worth knowing before an inspection is concluded."""
    found = []
    asked = recusal_asked_for(about.procedure or {})
    if asked:
        found.append(
            Advisory(
                "recusal",
                f"当事人申请回避（{asked}），请按规定处理并写明。",
                f"The respondent asks for recusal ({asked}); deal with it and record it.",
            )
        )
    if about.site_kind != "training":
        return found
    if not about.source:
        found.append(
            Advisory("source.missing", "开始时没有记录任务来源。", "It was started without a task source.")
        )
    if about.frequency is not None and about.frequency.exceeded:
        words = about.frequency.words
        found.append(Advisory("frequency.cap", f"{words.zh}：已超过。", f"{words.en}: exceeded."))
    found += [Advisory(one.code, one.zh, one.en) for one in doubts.about_people(about.officers)]
    return [*found, *_about_people(about.officers, about.on), *_about_leads(about.officers, about.items)]


_NO_SOURCE = Objection(
    "source.missing",
    "没有写明任务来源（计划、举报、交办、突击/专项）。",
    "There is no task source (plan, complaint, assignment, surprise).",
)
_UNKNOWN_SOURCE = Objection(
    "source.unknown",
    "任务来源只能是：计划、举报、交办、突击/专项。",
    "A task source is one of plan, complaint, assignment, surprise.",
)


def _team(officers: Sequence[Officer], helpers: Sequence[Officer], site_kind: str) -> list[Objection]:
    found = []
    ids = [person.id for person in (*officers, *helpers)]
    if len(set(ids)) != len(ids):
        found.append(Objection("team.twice", "同一人重复列入。", "One person is listed twice."))
    if not officers:
        found.append(Objection("team.empty", "没有选择检查人员。", "No inspecting officer is chosen."))
    allowed = ("officer",) if site_kind == "training" else ("officer", "school_inspector")
    wrong = [person.name for person in dict.fromkeys(officers) if person.standing not in allowed]
    if wrong:
        found.append(
            Objection(
                "team.not_certified",
                f"不是执法人员，只能列为协助人员：{'、'.join(wrong)}。",
                f"Not certified officers, to be listed as helpers: {', '.join(wrong)}.",
            )
        )
    return found


def _competence(officers: Sequence[Officer], items: Sequence[Item], on: date) -> list[Objection]:
    found = []
    number = len(certified_officers(officers, on))
    if number < CERTIFIED_OFFICERS_NEEDED:
        found.append(
            Objection(
                "officers.two",
                f"需要两名持有效执法证的执法人员，现在只有{number}名。",
                f"Two officers with valid certificates are needed; there are {number}.",
            )
        )
    there = {department_code(person.department) for person in officers}
    wanted = {code for item in items for code in concerned(item)}
    if items and "" not in there and not there & wanted:
        names = [code for code in DEPARTMENTS if code in wanted]
        found.append(
            Objection(
                "department.none",
                f"检查人员中没有主管部门的人：这些事项归{'、'.join(DEPARTMENTS[code].zh for code in names)}。",
                f"Nobody is of a competent department: {', '.join(DEPARTMENTS[code].en for code in names)}.",
            )
        )
    return found


def _too_often(frequency: Frequency) -> Objection:
    words = frequency.words
    return Objection(
        "frequency.cap",
        f"超过对同一企业的年度检查次数：{words.zh}。",
        f"More inspections of one enterprise than the year allows: {words.en}.",
        overridable=True,
    )


def _sections(sections: Sequence[SectionState]) -> list[Objection]:
    if len(sections) < 2:
        return []
    found = []
    for section in sections:
        name = DEPARTMENTS[section.department]
        if section.state == "open":
            found.append(
                Objection(
                    "section.open",
                    f"{name.zh}部门的部分还没有由本部门人员确认。",
                    f"The part of {name.en} is not confirmed by an officer of that department.",
                    about=section.department,
                )
            )
        elif section.state == "changed":
            found.append(
                Objection(
                    "section.changed",
                    f"{name.zh}部门确认之后答案或检查人员又有改动，请重新确认。",
                    f"Answers or officers changed after {name.en} confirmed its part; confirm it again.",
                    about=section.department,
                )
            )
    return found


def _about_people(officers: Sequence[Officer], on: date) -> list[Advisory]:
    found = []
    over = [person.name for person in officers if person.standing == "officer" and not person.certified(on)]
    if over:
        found.append(
            Advisory(
                "certificate.over",
                f"执法证无效或已过期：{'、'.join(over)}。",
                f"No valid certificate: {', '.join(over)}.",
            )
        )
    unknown = [person for person in officers if not department_code(person.department)]
    if unknown:
        names = [f"{person.name}（{person.department or '未填'}）" for person in unknown]
        found.append(
            Advisory(
                "department.unknown",
                f"认不出所属部门：{'、'.join(names)}；请核对部门名称。",
                f"Department not recognised: {', '.join(person.name for person in unknown)}; check its name.",
            )
        )
    return found


def _about_leads(officers: Sequence[Officer], items: Sequence[Item]) -> list[Advisory]:
    there = present(officers)
    leads = [item for item in items if is_lead_only(item, there)]
    if not leads:
        return []
    to = [code for code in DEPARTMENTS if any(item.lead == code for item in leads)]
    return [
        Advisory(
            "items.leads",
            f"有{len(leads)}项的主管部门没有到场，只作线索，移交：{'、'.join(DEPARTMENTS[code].zh for code in to)}。",
            f"{len(leads)} items are leads only, to be passed on to: "
            f"{', '.join(DEPARTMENTS[code].en for code in to)}.",
        )
    ]
