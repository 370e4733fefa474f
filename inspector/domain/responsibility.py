"""The list of responsibilities (责任清单): what is to be done, by which unit and whom, until when; and what became of it.

One list, three views (挂图作战): by group, by stage in order (路线图), by due day (时间表). Overdue is derived from the day
and never recorded. A task is of the whole county, as the units that share it are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, TypeVar

from inspector.domain.checklist import Words
from inspector.domain.entries import COUNTY, Draft, Entry, Ref, Stamp
from inspector.domain.ids import derived_id
from inspector.domain.objections import check_reason
from inspector.domain.registers import Registers, Setter, fold
from inspector.domain.shapes import well_formed
from inspector.domain.tidy import for_matching
from inspector.errors import Refusal

RECORDED, PROGRESSED, VOIDED = "task.recorded", "task.progressed", "task.voided"
LEAD_TYPES = frozenset({RECORDED, VOIDED})
"""What is on the list is for a lead to say; how far it is, for whoever does it."""
STATES: Mapping[str, Words] = {
    "open": Words("未开始", "not begun"),
    "doing": Words("进行中", "under way"),
    "done": Words("已完成", "done"),
}
OVERDUE = Words("逾期", "overdue")
_LINES = ("group", "task", "basis", "lead", "person", "stage", "start", "due", "until")
_PARTNERS_MOST = 60

VOCABULARY: dict[str, Setter] = {
    RECORDED: lambda data: {"task": data},
    PROGRESSED: lambda data: {"progress": data},
    VOIDED: lambda data: {"void": data["reason"]},
}


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody told of a task: the state it reached on a day, a note, and what shows it (佐证)."""

    ref: Ref
    state: str
    day: str
    note: str
    evidence: str
    actor: str


@dataclass(frozen=True, slots=True)
class Task:
    """The state of a task.

    Attributes:
        group: which part of the list it is in.
        task: what is to be done.
        basis: the document that asks for it.
        lead, partners: the unit that leads, and those that cooperate, in their own words.
        person: who answers for it (责任人).
        stage: the part of the route map that it belongs to, in the office's words.
        start, due: days, "YYYY-MM-DD", or empty.
        until: what the office wrote where its deadline is no day (长期坚持).
        number: its place on the list.
        state: of `STATES`.
        done: the day on which it was done; empty before.
        steps: everything that was told of it, the earliest day first.
    """

    id: str
    group: str
    task: str
    basis: str
    lead: str
    partners: tuple[str, ...]
    person: str
    stage: str
    start: str
    due: str
    until: str
    number: int
    state: str
    done: str
    steps: tuple[Step, ...]
    void_reason: str
    recorded: Stamp
    device: str
    conflicts: tuple[str, ...]

    @property
    def voided(self) -> bool:
        """Whether it was taken off the list."""
        return bool(self.void_reason)


def task_id(group: str, task: str) -> str:
    """The name of a task: an office's list that is read twice, or on two laptops, records each once."""
    return derived_id("d", for_matching(group), for_matching(task))


def fold_task(entries: Iterable[Entry]) -> tuple[Task | None, Registers]:
    """A task from its entries; None until it is recorded."""
    known = list(entries)
    registers = fold(known, VOCABULARY)
    head = registers.head("task")
    if head is None:
        return None, registers
    data, progress = registers.value("task"), registers.value("progress") or {}
    state = progress.get("state", "open")
    found = Task(
        id=head.aggregate,
        **{name: data.get(name, "") for name in _LINES},
        partners=tuple(data.get("partners", ())),
        number=data.get("number", 0),
        state=state,
        done=progress.get("day", "") if state == "done" else "",
        steps=_steps(known),
        void_reason=registers.value("void", ""),
        recorded=head.time,
        device=head.ref.device,
        conflicts=registers.conflicts(),
    )
    return found, registers


def _steps(entries: Iterable[Entry]) -> tuple[Step, ...]:
    told = {
        entry.ref: Step(
            entry.ref,
            entry.data["state"],
            entry.data["day"],
            entry.data.get("note", ""),
            entry.data.get("evidence", ""),
            entry.actor,
        )
        for entry in entries
        if entry.type == PROGRESSED and entry.data is not None and well_formed(entry.type, entry.data)
    }
    return tuple(sorted(told.values(), key=lambda step: (step.day, step.ref)))


def overdue(state: str, due: str, today: str) -> bool:
    """Whether a task is overdue on a day: its due day has passed and it is not done."""
    return state != "done" and bool(due) and due < today


def state_code(state: str, due: str, today: str) -> str:
    """The state as a list shows it: of `STATES`, or "overdue"."""
    return "overdue" if overdue(state, due, today) else state


def state_words(code: str) -> str:
    """A state for people."""
    return str(OVERDUE) if code == "overdue" else str(STATES.get(code, code))


# -- views -----------------------------------------------------------------------------------------------------


class Listed(Protocol):
    """What the views look at."""

    @property
    def id(self) -> str:
        """Name of the task."""

    @property
    def group(self) -> str:
        """Part of the list."""

    @property
    def stage(self) -> str:
        """Part of the route map."""

    @property
    def start(self) -> str:
        """First day."""

    @property
    def due(self) -> str:
        """Last day."""

    @property
    def number(self) -> int:
        """Place on the list."""


T = TypeVar("T", bound=Listed)
VIEWS: Mapping[str, Words] = {
    "list": Words("责任清单", "by group"),
    "roadmap": Words("路线图", "by stage"),
    "schedule": Words("时间表", "by due day"),
}


def arranged(tasks: Sequence[T], view: str) -> list[tuple[str, list[T]]]:
    """Tasks as a view has them: parts with their titles ("" where there is none), in order.

    "list": groups as the list has them. "roadmap": stages by the first day that is named in them, then by the list.
    "schedule": months by due day; what has no day comes last, without a title.
    """
    listed = sorted(tasks, key=lambda one: (one.number, one.due or "9", one.id))
    if view == "schedule":
        listed.sort(key=lambda one: one.due or "9")
        return _parts(listed, lambda one: one.due[:7])
    if view == "roadmap":
        begins: dict[str, str] = {}
        for one in listed:
            first = one.start or one.due or "9"
            begins[one.stage] = min(begins.get(one.stage, first), first)
        order = {stage: place for place, stage in enumerate(dict.fromkeys(one.stage for one in listed))}
        listed.sort(key=lambda one: (not one.stage, begins[one.stage], order[one.stage]))
        return _parts(listed, lambda one: one.stage)
    order = {group: place for place, group in enumerate(dict.fromkeys(one.group for one in listed))}
    listed.sort(key=lambda one: order[one.group])
    return _parts(listed, lambda one: one.group)


def _parts(tasks: Sequence[T], title: Any) -> list[tuple[str, list[T]]]:
    found: dict[str, list[T]] = {}
    for one in tasks:
        found.setdefault(title(one), []).append(one)
    return list(found.items())


# -- decisions -------------------------------------------------------------------------------------------------


def record_task(known: Registers, *, task: str, fields: Mapping[str, Any]) -> list[Draft]:
    """Put a task on the list, or bring a known one to these fields; none where nothing changes.

    Args:
        fields: all members of `task.recorded`; empty ones are left out.

    Raises:
        Refusal: it does not say what is to be done or by which unit, ends before it begins, or was taken off the list.
    """
    if known.value("void"):
        raise _voided()
    if not fields.get("task"):
        raise Refusal("没有写任务。", "It does not say what is to be done.", code="task.task")
    if not fields.get("lead"):
        raise Refusal(
            "没有写牵头（责任）单位。", "No unit leads it.",
            hint=("责任清单的每项任务都要有责任单位。", "Every task of the list has a unit that answers for it."),
            code="task.lead",
        )  # fmt: skip
    if fields.get("start") and fields.get("due") and fields["start"] > fields["due"]:
        raise Refusal("完成时限在开始日期之前。", "It is due before it begins.", code="task.days")
    if len(fields.get("partners") or ()) > _PARTNERS_MOST:
        raise Refusal("配合单位太多。", "Too many units cooperate.", code="task.partners")
    data = {name: value for name, value in fields.items() if value}
    if known.value("task") == data and not known.conflict("task"):
        return []
    return [Draft(RECORDED, task, COUNTY, data, known.seen("task"))]


def _voided() -> Refusal:
    return Refusal(
        "这项任务已从清单移除，没有改动。", "This task was taken off the list; nothing was changed.", code="task.voided"
    )  # fmt: skip


def progress_task(
    known: Registers,
    state: Task | None,
    *,
    to: str,
    day: str,
    note: str = "",
    evidence: str = "",
    today: date,
) -> list[Draft]:
    """Tell how far a task is; none where that was the last thing told.

    Args:
        to: of `STATES`.
        day: "YYYY-MM-DD".

    Raises:
        Refusal: it was taken off the list, the state is unknown, the day is yet to come, or it is done and nothing shows it.
    """
    if state is None or state.voided:
        raise _voided()
    if to not in STATES:
        raise Refusal(
            f"不认识的进展“{to}”。", f"Unknown state {to!r}.",
            hint=("可用：" + "、".join(f"{code}（{words.zh}）" for code, words in STATES.items()),
                  "One of: " + ", ".join(STATES)),
            code="task.state",
        )  # fmt: skip
    if day > today.isoformat():
        raise Refusal("日期在今天以后。", "The day is yet to come.", code="task.day")
    if to == "done" and not (note or evidence):
        raise Refusal(
            "完成的任务要写成效或佐证材料。", "What is done says what came of it, or what shows it.",
            hint=("写一句成效，或佐证材料的名称、文号。", "Write what came of it, or name the document that shows it."),
            code="task.evidence",
        )  # fmt: skip
    told = {"state": to, "day": day, "note": note, "evidence": evidence}
    data = {name: value for name, value in told.items() if value}
    if known.value("progress") == data and not known.conflict("progress"):
        return []
    return [Draft(PROGRESSED, state.id, COUNTY, data, known.seen("progress"))]


def void_task(known: Registers, state: Task | None, reason: str) -> list[Draft]:
    """Take a task off the list; none where it is off.

    Raises:
        Refusal: the reason is too short to say anything.
    """
    if state is None or state.voided:
        return []
    check_reason(reason)
    return [Draft(VOIDED, state.id, COUNTY, {"reason": reason}, known.seen("void"))]
