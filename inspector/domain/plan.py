"""A plan of patrols (巡查计划): which sites are to be visited from when to when, and what became of each (一个不漏).

Every site of a plan is in exactly one state, derived from what was recorded and never set: visited, whoever did it and
however often; shut; excused, with a reason; or still open. A plan is of the whole county, like a patrol.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from inspector.domain.checklist import Words
from inspector.domain.entries import COUNTY, Draft, Entry, Stamp
from inspector.domain.objections import check_reason
from inspector.domain.patrol import OCCASIONS
from inspector.domain.registers import Registers, Setter, fold
from inspector.domain.when import CHINA
from inspector.errors import Refusal

PLAN_OCCASIONS: Mapping[str, Words] = {
    **{code: Words(*words) for code, words in OCCASIONS.items()},
    "national_day": Words("国庆专项", "National Day"),
    "winter_break": Words("寒假专项", "winter break"),
    "summer_break": Words("暑假专项", "summer break"),
}
_PATROLS = {"national_day": "holiday", "winter_break": "vacation", "summer_break": "vacation"}
SITE_STATES: Mapping[str, Words] = {
    "open": Words("未查", "not visited"),
    "visited": Words("已查", "visited"),
    "excused": Words("已说明", "excused"),
    "shut": Words("已关停", "shut"),
    "elsewhere": Words("不在本机", "not on this laptop"),
}
"""What became of a site of a plan; "elsewhere" are sites that it names and this laptop does not have."""
EXCUSES = (
    Words("关门，没有人", "shut, nobody there"),
    Words("已注销", "deregistered"),
    Words("地址查无", "not at the address"),
    Words("时间不够", "no time left"),
)
"""Usual reasons why a site was not visited; any other may be written."""
NIGHT_ENDS = time(6)
"""A night belongs to the day on which it began, until six in the morning."""
DAYS_MAX = 400

VOCABULARY: dict[str, Setter] = {
    "plan.recorded": lambda data: {"plan": data},
    "plan.site_excused": lambda data: {f"excuse/{data['site']}": data["reason"]},
    "plan.closed": lambda data: {"closed": data},
}


@dataclass(frozen=True, slots=True)
class Plan:
    """The state of a plan.

    Attributes:
        first, last: its days, "YYYY-MM-DD", both included.
        grids: ids; none: the whole county.
        site_kind: "training", "campus", or empty for both.
        sites: ids of the sites where they are named one by one; grids and kind do not count then.
        officers: ids of those who are to go.
        pack: code of the pack that is asked for; empty: the usual one.
        excused: site id -> why it was not visited.
    """

    id: str
    name: str
    occasion: str
    first: str
    last: str
    grids: tuple[str, ...]
    site_kind: str
    sites: tuple[str, ...]
    officers: tuple[str, ...]
    pack: str
    closed: bool
    close_reason: str
    excused: Mapping[str, str]
    recorded: Stamp
    device: str
    conflicts: tuple[str, ...]


def fold_plan(entries: Iterable[Entry]) -> tuple[Plan | None, Registers]:
    """A plan from its entries; None until it is recorded."""
    registers = fold(entries, VOCABULARY)
    head = registers.head("plan")
    if head is None:
        return None, registers
    data, closed = registers.value("plan"), registers.value("closed")
    found = Plan(
        id=head.aggregate,
        name=data["name"],
        occasion=data["occasion"],
        first=data["first"],
        last=data["last"],
        grids=tuple(data.get("grids", ())),
        site_kind=data.get("site_kind", ""),
        sites=tuple(dict.fromkeys(data.get("sites", ()))),
        officers=tuple(data.get("officers", ())),
        pack=data.get("pack", ""),
        closed=closed is not None,
        close_reason=(closed or {}).get("reason", ""),
        excused={site: reason for site, reason in registers.under("excuse").items() if reason},
        recorded=head.time,
        device=head.ref.device,
        conflicts=registers.conflicts(),
    )
    return found, registers


def patrol_occasion(occasion: str) -> str:
    """What a patrol of a plan is (`patrol.OCCASIONS`); empty where that is not known."""
    found = _PATROLS.get(occasion, occasion)
    return found if found in OCCASIONS else ""


def period(first: str, last: str) -> tuple[int, int]:
    """The plan's time as wall clock readings (ms since 1970 UTC): from the first day's midnight to the end of the last
    day's night, six in the morning; the end itself is not in it."""
    begin = datetime.combine(date.fromisoformat(first), time(), CHINA)
    end = datetime.combine(date.fromisoformat(last) + timedelta(days=1), NIGHT_ENDS, CHINA)
    return int(begin.timestamp() * 1000), int(end.timestamp() * 1000)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many sites of a plan (or of a grid in it) are in which state; together they are all of them."""

    visited: int = 0
    excused: int = 0
    open: int = 0
    shut: int = 0
    elsewhere: int = 0

    @property
    def to_visit(self) -> int:
        """Sites that count: those that are shut and those that are not here do not."""
        return self.visited + self.excused + self.open

    @property
    def total(self) -> int:
        """Every site."""
        return self.to_visit + self.shut + self.elsewhere

    def __add__(self, other: "Coverage") -> "Coverage":
        return Coverage(
            self.visited + other.visited,
            self.excused + other.excused,
            self.open + other.open,
            self.shut + other.shut,
            self.elsewhere + other.elsewhere,
        )

    def to_data(self) -> dict[str, int]:
        """For entries and programs."""
        return {
            "sites": self.to_visit,
            "visited": self.visited,
            "excused": self.excused,
            "open": self.open,
            "shut": self.shut,
        }


# -- decisions -------------------------------------------------------------------------------------------------


def record_plan(known: Registers, *, plan: str, fields: Mapping[str, Any]) -> list[Draft]:
    """Record a plan, or bring a known one to these fields; none where nothing changes.

    Args:
        fields: all members of `plan.recorded`; empty ones are left out.

    Raises:
        Refusal: no name, an unknown occasion, days that are the wrong way round or too many, or it is closed.
    """
    if not fields.get("name"):
        raise Refusal("计划没有名称。", "The plan has no name.", code="plan.name")
    if fields["occasion"] not in PLAN_OCCASIONS:
        raise Refusal(
            f"不认识的巡查类别“{fields['occasion']}”。", f"Unknown occasion {fields['occasion']!r}.",
            hint=("可用：" + "、".join(f"{code}（{words.zh}）" for code, words in PLAN_OCCASIONS.items()),
                  "One of: " + ", ".join(PLAN_OCCASIONS)),
            code="plan.occasion",
        )  # fmt: skip
    first, last = date.fromisoformat(fields["first"]), date.fromisoformat(fields["last"])
    if not 0 <= (last - first).days <= DAYS_MAX:
        raise Refusal(
            f"结束日期应在开始日期之后，最多{DAYS_MAX}天。",
            f"The last day comes after the first, by {DAYS_MAX} days at most.",
            code="plan.days",
        )
    if known.value("closed") is not None:
        raise _closed()
    data = {name: value for name, value in fields.items() if value}
    if known.value("plan") == data and not known.conflict("plan"):
        return []
    return [Draft("plan.recorded", plan, COUNTY, data, known.seen("plan"))]


def _closed() -> Refusal:
    return Refusal(
        "这个计划已结束，没有改动。", "This plan is closed; nothing was changed.", code="plan.closed"
    )


def excuse_site(known: Registers, *, plan: str, site: str, reason: str) -> list[Draft]:
    """Say why a site was not visited, or (an empty reason) take that back; none where nothing changes.

    Raises:
        Refusal: the reason says nothing, or the plan is closed.
    """
    if known.value("closed") is not None:
        raise _closed()
    if reason and sum(sign.isalnum() for sign in reason) < 2:
        raise Refusal(
            "理由太短，至少写2个字。", "The reason is too short; write at least 2 letters.",
            hint=("写明为什么没去，如：关门、已注销、地址查无。", "Say why nobody went: shut, deregistered, not found."),
            code="plan.excuse",
        )  # fmt: skip
    key = f"excuse/{site}"
    if known.value(key, "") == reason and not known.conflict(key):
        return []
    return [Draft("plan.site_excused", plan, COUNTY, {"site": site, "reason": reason}, known.seen(key))]


def close_plan(known: Registers, *, plan: str, coverage: Coverage, reason: str = "") -> list[Draft]:
    """Close a plan with what it came to; none where it is closed.

    Args:
        reason: why it ends although sites were neither visited nor excused.

    Raises:
        Refusal: such sites are left, and no reason is given.
    """
    if known.value("closed") is not None:
        return []
    if coverage.open and not reason:
        raise Refusal(
            f"还有{coverage.open}处没有查，也没有说明原因。",
            f"{coverage.open} site(s) were neither visited nor excused.",
            hint=("逐处说明为什么没去；或写明理由后结束（命令行用 --reason）。",
                  "Say for each why nobody went, or close it with a reason (--reason)."),
            code="plan.open_sites",
        )  # fmt: skip
    if reason:
        check_reason(reason)
    data = coverage.to_data() | ({"reason": reason} if reason else {})
    return [Draft("plan.closed", plan, COUNTY, data, known.seen("closed"))]
