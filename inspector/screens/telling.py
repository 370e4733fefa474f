"""The forms of the guard: what is told on the spot, a department's part, reasons not to start."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence

from inspector.domain.checklist import DEPARTMENTS
from inspector.domain.departments import concerned, of_department
from inspector.domain.inspection import Inspection
from inspector.domain.objections import Guarded, Objection
from inspector.domain.office import Officer
from inspector.domain.procedures import (
    NOBODY,
    STEPS,
    USUAL,
    SectionState,
)
from inspector.language import tr
from inspector.screens.form import FormScreen, Line
from inspector.screens.workplace import Workplace
from inspector.services import legality
from inspector.services.sheets import Sheet

_PRINCIPAL = "负责人"
"""The usual capacity, in the language of the record."""


def telling(place: Workplace, inspection: Inspection) -> FormScreen:
    """Certificates, rights, recusal in one form.

    Nothing is recorded before it is accepted; then all of it at once. Dismisses with True.
    """
    known = inspection.procedure
    first = next((known[step] for step in STEPS if step in known), {})

    async def submit(values: Mapping[str, str]) -> bool:
        who = (values["person"].strip(), values["capacity"].strip() if values["person"].strip() else "")
        told = [legality.Told(step, *who, values[step].strip()) for step in STEPS]
        await place.write(legality.tell, place.store, inspection.id, told)
        return True

    lines = [
        Line("person", tr("在场人", "Person on site"), str(first.get("person", "")),
             hint=tr(f"姓名；无人在场就留空，结果都写“{NOBODY}”", f"Name; where nobody is there, each outcome is {NOBODY}")),
        Line("capacity", tr("身份", "Capacity"), str(first.get("capacity", _PRINCIPAL)),
             hint=tr("负责人、员工……", "负责人 (in charge), 员工 (staff) …")),
        *(
            Line(step, str(STEPS[step]), str(known.get(step, {}).get("outcome", USUAL[step])), longest=500)
            for step in STEPS
        ),
    ]  # fmt: skip
    return FormScreen(
        place,
        tr("告知：核对后按回车保存", "On the spot: check, then Enter saves"),
        lines,
        submit,
        about=tr(
            "出示证件时，到场人员的执法证号一并记录。申请回避的，写“申请回避：理由”。",
            "The officers' certificate numbers are recorded too. Where somebody asks for recusal: 申请回避：reason.",
        ),
    )


def confirming(
    place: Workplace, now: Sheet, section: SectionState, officers: Sequence[Officer]
) -> FormScreen:
    """A department's part of the visit, to be confirmed by its own officers; dismisses with True."""
    code = section.department
    own = [line for line in now.lines() if code in concerned(line.item) and line.asked]
    findings = sum(row.item in {line.item.code for line in own} for row in now.findings)
    names = "、".join(person.name for person in of_department(officers, code))

    async def submit(values: Mapping[str, str]) -> bool:
        chosen = [text for text in re.split(r"[、,，;；\s]+", values["officers"]) if text]
        await place.write(legality.confirm, place.store, place.forms, now.inspection.id, code, chosen)
        return True

    answered = sum(line.answered for line in own)
    return FormScreen(
        place,
        tr(f"{DEPARTMENTS[code]}部门确认本部门的部分", f"The part of {DEPARTMENTS[code]}"),
        [
            Line("officers", tr("确认人", "Confirmed by"), names,
                 hint=tr("本部门参加检查的人员", "Officers of this department who take part")),
        ],
        submit,
        about=tr(
            f"涉及 {len(own)} 项，已答 {answered}，问题 {findings}。确认后再改答案，须重新确认。",
            f"{len(own)} items, {answered} answered, {findings} findings. A later change asks for it again.",
        ),
        typing_first=False,
    )  # fmt: skip


def objecting(place: Workplace, refusal: Guarded, again: Callable[[str], Awaitable[str]]) -> FormScreen:
    """Every reason not to start; where a reason is enough, the line for it. Dismisses with what `again` gives."""

    async def submit(values: Mapping[str, str]) -> str | None:
        return await again(values["reason"]) if refusal.overridable else None

    words = "\n".join(f"{number}. {found_words(found)}" for number, found in enumerate(refusal.objections, 1))
    lines = [Line("reason", tr("理由", "Reason"), longest=500)] if refusal.overridable else []
    return FormScreen(
        place,
        refusal.message + (tr("", " ") + refusal.hint),
        lines,
        submit,
        about=words
        + ("" if lines else tr("\n按 F2 换人员或任务来源。", "\nF2 changes the team or the task source.")),
    )


def found_words(found: Objection) -> str:
    """An objection in the language of this process."""
    return tr(found.zh, found.en)
