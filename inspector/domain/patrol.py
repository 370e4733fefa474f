"""A patrol (巡查): one outing of a team. The two officers are chosen once for all its inspections."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from inspector.domain.calendar import Calendar, day_of, is_night, is_working_day
from inspector.domain.entries import COUNTY, Draft, Entry, Stamp
from inspector.domain.inspecting import Team, check_team
from inspector.domain.registers import Registers, Setter, fold
from inspector.domain.when import local_time

OCCASIONS = {
    "night": ("夜查", "night"),
    "weekend": ("双休日", "weekend"),
    "holiday": ("节假日", "holiday"),
    "vacation": ("寒暑假", "school vacation"),
    "day": ("日查", "day"),
}


def likely_occasion(calendar: Calendar, params: Mapping[str, Any], wall: int) -> str:
    """What a patrol that starts at a wall clock reading (ms since 1970, UTC) most likely is; somebody confirms it.

    Holidays and school breaks come first, then the time after office hours (a night patrol sets out before the night
    does), then weekends that are not worked.
    """
    moment = local_time(wall)
    day = day_of(calendar, moment.date())
    if day.kind == "holiday":
        return "holiday"
    if day.kind in ("winter_break", "summer_break"):
        return "vacation"
    if is_night(moment.strftime("%H:%M"), params.get("off_work_time"), params.get("night_end")):
        return "night"
    return "weekend" if moment.weekday() >= 5 and not is_working_day(calendar, day.date) else "day"


VOCABULARY: dict[str, Setter] = {
    "patrol.started": lambda data: {
        "start": data,
        "team": {"officers": data["officers"], "helpers": data.get("helpers", [])},
    },
    "patrol.team_changed": lambda data: {"team": data},
    "patrol.ended": lambda data: {"end": data},
}


@dataclass(frozen=True, slots=True)
class Patrol:
    """The state of a patrol; `plan` is the id of the plan that it is part of, if any."""

    id: str
    occasion: str
    officers: tuple[str, ...]
    helpers: tuple[str, ...]
    started: Stamp
    device: str
    ended: bool
    source: str = ""
    plan: str = ""


def fold_patrol(entries: Iterable[Entry]) -> tuple[Patrol | None, Registers]:
    """A patrol from its entries; None until its start is known."""
    entries = list(entries)
    registers = fold(entries, VOCABULARY)
    head = registers.head("start")
    if head is None:
        return None, registers
    start = registers.value("start")
    # Where the body of the latest change is withheld, those who began are all that is known.
    team = registers.value("team") or {"officers": start["officers"], "helpers": start.get("helpers", [])}
    patrol = Patrol(
        id=head.aggregate,
        occasion=start.get("occasion", ""),
        officers=tuple(team["officers"]),
        helpers=tuple(team["helpers"]),
        started=head.time,
        device=head.ref.device,
        ended=registers.value("end") is not None,
        source=start.get("source", ""),
        plan=start.get("plan", ""),
    )
    return patrol, registers


def start_patrol(*, patrol: str, occasion: str, team: Team, source: str = "", plan: str = "") -> list[Draft]:
    """Start a patrol. Campus-only teams may consist of school inspectors, hence the wider check.

    Args:
        source: the task source of its inspections (`legality.TASK_SOURCES`).
        plan: id of the plan that it is part of.

    Raises:
        Refusal: the team is not allowed.
    """
    check_team(team, site_kind="campus")
    more = {name: value for name, value in (("source", source), ("plan", plan)) if value}
    return [Draft("patrol.started", patrol, COUNTY, {"occasion": occasion, **team.to_data(), **more})]


def change_patrol_team(registers: Registers, *, patrol: str, team: Team) -> list[Draft]:
    """Change who is out; none where nothing changes or the patrol has ended.

    Raises:
        Refusal: the team is not allowed.
    """
    check_team(team, site_kind="campus")
    if registers.value("end") is not None or registers.value("team") == team.to_data():
        return []
    return [Draft("patrol.team_changed", patrol, COUNTY, team.to_data(), registers.seen("team"))]


def end_patrol(registers: Registers, *, patrol: str, summary: Mapping[str, Any]) -> list[Draft]:
    """End a patrol with its counts; none where it has ended."""
    if registers.value("end") is not None:
        return []
    return [Draft("patrol.ended", patrol, COUNTY, dict(summary), registers.seen("end"))]
