"""What is done and told on the spot before anything is asked, recorded step by step; and who answers for which part.

Certificates are shown and rights are told to a named person (行政处罚法 第五十五条). In a joint visit every department
that is there confirms its own part.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from inspector.domain.checklist import DEPARTMENTS, Words
from inspector.domain.departments import of_department
from inspector.domain.entries import Draft, Ref
from inspector.domain.inspecting import check_open
from inspector.domain.inspection import Inspection
from inspector.domain.office import Officer
from inspector.domain.registers import Registers
from inspector.domain.tidy import for_matching
from inspector.errors import Refusal, UsageError

STEPS: dict[str, Words] = {
    "certificates_shown": Words("出示执法证件", "certificates shown"),
    "rights_told": Words("告知权利", "rights told"),
    "recusal_asked": Words("询问是否申请回避", "asked about recusal"),
}
"""Each is recorded before an inspection of an enterprise is concluded."""

USUAL: dict[str, str] = {
    "certificates_shown": "已出示执法证件",
    "rights_told": "已告知陈述、申辩、申请回避等权利",
    "recusal_asked": "不申请回避",
}
"""The usual wording, in the language of the record; a person confirms or changes it."""

NOBODY = "在场无人"
DWELLING_ITEM, DWELLING = "T-HID-01", "dwelling"
ENTRY_ITEM, NUMBER_ITEM = "T-HID-01A", "T-HID-01B"
"""Where the checklist of hidden training says what sort of place it is, on what basis a dwelling was entered, and the
number of the consent or certificate. 治安管理处罚法 第一百零三条 governs the police and nobody else."""

_REFUSES = re.compile(
    r"(不|未|没有?|无人?|放弃|无需|无须)(提出|予|再|用|需要?)?\s*(申请|要求|请求|希望|应当?|须|请|要)"
    r"|(does|do|did)( not|n't) (ask|request)\w*",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"(申请|要求|请求|希望|应当?|须|必须|请|要)[^，。；]{0,8}回避|(asks?|requests?)( for)? recusal",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SectionState:
    """The part of one department in a visit.

    Attributes:
        state: "changed" where an answer, or who inspects, changed after the confirmation.
        officers: ids of those who confirmed it.
    """

    department: str
    state: Literal["open", "changed", "confirmed"]
    officers: tuple[str, ...] = ()


def asks_recusal(outcome: str) -> bool:
    """Whether what was answered is a wish that somebody withdraw (申请回避), and not that there is none."""
    return bool(_ASKS.search(_REFUSES.sub("", for_matching(outcome))))


def recusal_asked_for(procedure: Mapping[str, Mapping[str, Any]]) -> str:
    """What the respondent said who asks for recusal; empty where nobody does."""
    outcome = str(procedure.get("recusal_asked", {}).get("outcome", ""))
    return outcome if asks_recusal(outcome) else ""


def not_shown(procedure: Mapping[str, Mapping[str, Any]], officers: Sequence[Officer]) -> tuple[str, ...]:
    """Names of those who inspect and whose certificate was not among those that were shown.

    Nobody, where none were shown at all, or where the entry lists no numbers.
    """
    shown = procedure.get("certificates_shown", {}).get("certificates")
    if shown is None:
        return ()
    return tuple(person.name for person in officers if person.certificate and person.certificate not in shown)


def entry_missing(answers: Mapping[str, Any]) -> str:
    """The item of a dwelling's basis of entry that has no answer yet; empty where none is missing."""
    if answers.get(DWELLING_ITEM) != DWELLING:
        return ""
    if answers.get(ENTRY_ITEM) is None:
        return ENTRY_ITEM
    inside = answers[ENTRY_ITEM] in ("consent", "police_certificate")
    return NUMBER_ITEM if inside and not answers.get(NUMBER_ITEM) else ""


def record_step(
    inspection: Inspection,
    registers: Registers,
    *,
    step: str,
    person: str,
    capacity: str,
    outcome: str,
    officers: Sequence[Officer] = (),
) -> list[Draft]:
    """Record a step of the procedure; none where nothing changes.

    Args:
        person, capacity: to whom it was told and who that is (负责人, 员工 …); empty where nobody was there.
        outcome: what came of it.
        officers: those who are there: the numbers of their certificates are kept with `certificates_shown`.

    Raises:
        UsageError: no such step.
        Refusal: the inspection is not open, or what is said is not whole.
    """
    if step not in STEPS:
        raise UsageError(
            f"没有这一步：“{step}”。", f"No step {step!r}.", hint=("、".join(STEPS), ", ".join(STEPS)),
            code="procedure.step",
        )  # fmt: skip
    key = f"procedure/{step}"
    check_open(inspection, settles=registers.conflict(key))
    data: dict[str, Any] = {"step": step, "person": person, "capacity": capacity, "outcome": outcome}
    if not outcome:
        raise Refusal(
            f"没有写明结果：{STEPS[step].zh}。", f"No outcome: {STEPS[step].en}.", code="procedure.outcome"
        )
    if not person and NOBODY not in outcome:
        raise Refusal(
            "没有写明在场人姓名。", "The person on site is not named.",
            hint=(f"无人在场时，结果写“{NOBODY}”。", f"Where nobody is there, write {NOBODY} as the outcome."),
            code="procedure.person",
        )  # fmt: skip
    if step == "certificates_shown":
        data["certificates"] = [found.certificate for found in officers if found.certificate]
    if registers.value(key) == data and not registers.conflict(key):
        return []
    return [
        Draft("inspection.procedure_recorded", inspection.id, inspection.scope, data, registers.seen(key))
    ]


def confirm_section(
    inspection: Inspection,
    registers: Registers,
    *,
    department: str,
    officers: Sequence[Officer],
    items: Iterable[str],
    on: date,
) -> list[Draft]:
    """Confirm the part of a department as it stands; none where it is so confirmed already.

    Args:
        officers: who confirms: of that department, among the inspecting officers, with valid certificates.
        items: codes of the department's items.
        on: the day of the inspection.

    Raises:
        Refusal: the inspection is not open, or somebody may not confirm this part.
    """
    check_open(inspection)
    name = DEPARTMENTS[department]
    right = [
        person
        for person in of_department(officers, department)
        if person.id in inspection.officers and person.certified(on)
    ]
    if not officers or len(right) != len(officers):
        raise Refusal(
            f"{name.zh}部门的部分由本部门参加检查、持有效执法证的人员确认。",
            f"The part of {name.en} is confirmed by its own certified officers who take part.",
            code="section.officer",
        )
    seen = [str(ref) for ref in answer_refs(registers, items)]
    data = {"department": department, "officers": [person.id for person in officers], "seen": seen}
    key = f"section/{department}"
    if any(head.value == data for head in registers.heads.get(key, ())):
        return []
    return [Draft("inspection.section_confirmed", inspection.id, inspection.scope, data, registers.seen(key))]


def answer_refs(registers: Registers, items: Iterable[str]) -> list[Ref]:
    """The entries behind the present answers to these items, rows of tables too."""
    wanted = set(items)
    found = set()
    for key, heads in registers.heads.items():
        kind, _, rest = key.partition("/")
        if kind in ("answer", "row") and rest.split("/", 1)[0] in wanted:
            found |= {head.entry.ref for head in heads}
    return sorted(found)


def section_state(
    registers: Registers, department: str, items: Iterable[str], *, team: Collection[str] | None = None
) -> SectionState:
    """Whether a department's part is confirmed as it stands: by somebody who had seen every present answer.

    Args:
        team: ids of the present inspecting officers; a confirmation by somebody else counts no longer.
    """
    heads = registers.heads.get(f"section/{department}", ())
    if not heads:
        return SectionState(department, "open")
    now = {str(ref) for ref in answer_refs(registers, items)}
    for head in heads:
        stayed = team is None or set(head.value["officers"]) <= set(team)
        if now <= set(head.value["seen"]) and stayed:
            return SectionState(department, "confirmed", tuple(head.value["officers"]))
    return SectionState(department, "changed", tuple(heads[0].value["officers"]))
