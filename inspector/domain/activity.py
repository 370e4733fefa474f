"""An activity of the campaign (活动): a meeting, a training, publicity, a briefing …, with what a report counts of it.

A county reports how many meetings it held, how many people came, how many questionnaires went out and how many issues of
its briefing (场次, 人次, 份数, 期数). These are counts that somebody writes down, each of its own unit and never added across.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from inspector.domain.checklist import Words
from inspector.domain.entries import COUNTY, Draft, Entry, Stamp
from inspector.domain.objections import check_reason
from inspector.domain.registers import Registers, Setter, fold
from inspector.errors import Refusal

KINDS: Mapping[str, Words] = {
    "meeting": Words("会议", "meeting"),
    "training": Words("培训", "training"),
    "publicity": Words("宣传", "publicity"),
    "briefing": Words("简报", "briefing"),
    "questionnaire": Words("问卷", "questionnaire"),
    "media": Words("专题片、媒体", "documentary, media"),
    "other": Words("其他", "other"),
}
COUNTS: Mapping[str, Words] = {
    "sessions": Words("场次", "sessions"),
    "people": Words("人次", "attendances"),
    "copies": Words("份数", "copies"),
    "issues": Words("期（集）数", "issues"),
}
"""What is counted of an activity, each in its own unit."""
USUAL: Mapping[str, tuple[str, ...]] = {
    "meeting": ("sessions", "people"),
    "training": ("sessions", "people"),
    "publicity": ("sessions", "people", "copies"),
    "briefing": ("issues", "copies"),
    "questionnaire": ("copies",),
    "media": ("issues",),
    "other": (),
}
"""What a kind is usually counted by, the one that makes it one activity first."""
COUNT_MAX = 9_999_999

VOCABULARY: dict[str, Setter] = {
    "activity.recorded": lambda data: {"activity": data},
    "activity.voided": lambda data: {"void": data["reason"]},
}


@dataclass(frozen=True, slots=True)
class Activity:
    """The state of an activity.

    Attributes:
        kind: of `KINDS`.
        date: the day it took place or began, "YYYY-MM-DD".
        organiser: the unit that held it, in its own words.
        counts: of `COUNTS`, those that somebody wrote down.
        grid: id of the grid that it was for; empty: the county.
    """

    id: str
    scope: str
    kind: str
    date: str
    title: str
    topic: str
    organiser: str
    counts: Mapping[str, int]
    note: str
    void_reason: str
    recorded: Stamp
    device: str
    conflicts: tuple[str, ...]

    @property
    def counted(self) -> Mapping[str, int]:
        """What it adds to each count: as written down, and one of its own where nobody wrote how often it took place."""
        own = next(iter(USUAL.get(self.kind, ())), "")
        return {own: 1, **self.counts} if own in ("sessions", "issues") else self.counts

    @property
    def grid(self) -> str:
        """The grid that it was for; empty: the county."""
        return "" if self.scope == COUNTY else self.scope

    @property
    def voided(self) -> bool:
        """Whether it was taken back."""
        return bool(self.void_reason)


def fold_activity(entries: Iterable[Entry]) -> tuple[Activity | None, Registers]:
    """An activity from its entries; None until it is recorded."""
    registers = fold(entries, VOCABULARY)
    head = registers.head("activity")
    if head is None:
        return None, registers
    data = registers.value("activity")
    counts = data.get("counts") or {}
    found = Activity(
        id=head.aggregate,
        scope=head.scope,
        kind=data["kind"],
        date=data["date"],
        title=data["title"],
        topic=data.get("topic", ""),
        organiser=data.get("organiser", ""),
        counts={name: counts[name] for name in COUNTS if counts.get(name)},
        note=data.get("note", ""),
        void_reason=registers.value("void", ""),
        recorded=head.time,
        device=head.ref.device,
        conflicts=registers.conflicts(),
    )
    return found, registers


def record_activity(
    known: Registers, *, activity: str, scope: str, fields: Mapping[str, Any], today: date
) -> list[Draft]:
    """Record an activity, or bring a known one to these fields; none where nothing changes.

    Args:
        fields: all members of `activity.recorded`; empty ones are left out.

    Raises:
        Refusal: an unknown kind, no title, a day that is yet to come, a count that is none, or it was taken back.
    """
    if known.value("void"):
        raise Refusal(
            "这条活动已作废，没有改动。", "This activity is voided; nothing was changed.", code="activity.voided"
        )  # fmt: skip
    if fields.get("kind") not in KINDS:
        raise Refusal(
            f"不认识的活动类别“{fields.get('kind')}”。", f"Unknown kind of activity {fields.get('kind')!r}.",
            hint=("可用：" + "、".join(f"{code}（{words.zh}）" for code, words in KINDS.items()),
                  "One of: " + ", ".join(KINDS)),
            code="activity.kind",
        )  # fmt: skip
    if not fields.get("title"):
        raise Refusal("没有写活动名称。", "The activity has no title.", code="activity.title")
    if fields["date"] > today.isoformat():
        raise Refusal(
            "活动日期在今天以后。", "The activity is yet to come.",
            hint=("办完再登记；要办的事记在责任清单里。", "Record it when it is over; what is to be done is a task."),
            code="activity.date",
        )  # fmt: skip
    counts = {name: number for name, number in (fields.get("counts") or {}).items() if number}
    for name, number in counts.items():
        if name not in COUNTS or not 0 < number <= COUNT_MAX:
            raise Refusal(
                f"“{COUNTS.get(name, name)}”的数“{number}”不对。", f"{name}: {number} is no count.", code="activity.count"
            )  # fmt: skip
    data = {name: value for name, value in {**fields, "counts": counts}.items() if value}
    if known.value("activity") == data and not known.conflict("activity"):
        return []
    return [Draft("activity.recorded", activity, scope, data, known.seen("activity"))]


def void_activity(known: Registers, state: Activity | None, reason: str) -> list[Draft]:
    """Take an activity back that was recorded by mistake or twice; none where it is voided already.

    Raises:
        Refusal: the reason is too short to say anything.
    """
    if state is None or state.voided:
        return []
    check_reason(reason)
    return [Draft("activity.voided", state.id, state.scope, {"reason": reason}, known.seen("void"))]
