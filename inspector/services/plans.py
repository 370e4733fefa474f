"""Plans of patrols: made, covered, excused, closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from inspector.domain import plan as plans
from inspector.domain.entries import Draft
from inspector.domain.ids import random_id
from inspector.domain.patrol import Patrol
from inspector.domain.plan import Coverage, Plan, fold_plan
from inspector.domain.tidy import tidy_line
from inspector.domain.when import local_time
from inspector.errors import NotFound, Refusal, UsageError
from inspector.services import lookup
from inspector.services.days import read_day
from inspector.store import planning, queries
from inspector.store.planning import PlanRow
from inspector.store.workspace import Store, View


def find_plan(store: Store, text: str) -> Plan:
    """The plan with that id, start of an id, or name.

    Raises:
        NotFound: none, or more than one.
    """
    wanted = text.strip()
    found = planning.plan_ids_named(store.connection, wanted)
    name = lookup.one("plan", text, found or queries.ids_like(store.connection, "plan", wanted))
    return _state(store, name)


def _state(store: Store, name: str) -> Plan:
    found, _ = fold_plan(store.entries(name))
    if found is None:
        raise NotFound(f"没有找到计划“{name}”。", f"No plan {name!r}.", code="plan.unknown")
    return found


def row_of(store: Store, name: str) -> PlanRow:
    """The plan with that id as lists have it.

    Raises:
        NotFound: there is none.
    """
    found = planning.plan(store.connection, name)
    if found is None:
        raise NotFound(f"没有找到计划“{name}”。", f"No plan {name!r}.", code="plan.unknown")
    return found


def make_plan(
    store: Store,
    *,
    name: str,
    first: str,
    last: str = "",
    occasion: str = "day",
    grids: Sequence[str] = (),
    site_kind: str = "",
    sites: Sequence[str] = (),
    officers: Sequence[str] = (),
    pack: str = "",
    actor: str = "",
) -> Plan:
    """Record a plan.

    Args:
        first, last: days in any spelling; without `last` it is one day.
        occasion: of `plan.PLAN_OCCASIONS`, by code or word.
        grids: ids, codes or names; none: the whole county.
        sites: ids, names or credit codes; with any, grids and kind do not count.

    Raises:
        Refusal: no name, an unknown occasion, or days that make no time.
        NotFound: no such grid, site, officer or pack.
        UsageError: an unknown kind of site.
        BadInput: a day that is none.
    """
    if site_kind not in ("", "training", "campus"):
        raise UsageError("类别只能是 training 或 campus。", "The kind is training or campus.")
    fields = {
        "name": tidy_line(name, limit=80),
        "occasion": _occasion(occasion),
        "first": read_day(first),
        "last": read_day(last or first),
        "grids": list(dict.fromkeys(lookup.grid(store, text) for text in grids if text.strip())),
        "site_kind": site_kind,
        "sites": list(dict.fromkeys(lookup.site(store, text).id for text in sites if text.strip())),
        "officers": list(dict.fromkeys(lookup.officer(store, text).id for text in officers if text.strip())),
        "pack": _pack(store, pack),
    }
    plan = random_id("l", store.clock.random(8))

    def decide(view: View) -> list[Draft]:
        return plans.record_plan(fold_plan(view.entries(plan))[1], plan=plan, fields=fields)

    store.decide(decide, actor=actor)
    return _state(store, plan)


def _occasion(text: str) -> str:
    typed = text.strip().lower()
    words = plans.PLAN_OCCASIONS.items()
    return next((code for code, word in words if typed in (word.zh, word.en.lower())), typed)


def _pack(store: Store, code: str) -> str:
    from inspector.services.forms import Forms

    wanted = code.strip()
    if wanted and wanted not in Forms(store).packs():
        raise NotFound(f"没有检查包“{wanted}”。", f"There is no pack {wanted!r}.")
    return wanted


def pack_of(store: Store, patrol: Patrol | None) -> str:
    """The pack that the plan of a patrol of today asks for; empty where there is none."""
    from inspector.services.people import from_another_day

    if patrol is None or not patrol.plan or from_another_day(store, patrol):
        return ""
    plan, _ = fold_plan(store.entries(patrol.plan))
    return plan.pack if plan is not None else ""


def running_plans(store: Store) -> list[PlanRow]:
    """Plans that go on now, the latest first; a night belongs to the day on which it began."""
    ends = plans.NIGHT_ENDS
    early = timedelta(hours=ends.hour, minutes=ends.minute)
    today = (local_time(store.clock.stamp().wall) - early).date().isoformat()
    return planning.plans(store.connection, on=today)


# -- coverage --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GridCoverage:
    """How far a plan is in a grid.

    Attributes:
        grid: its scope: an id, "county" for sites of no grid, "" for sites that are not on this laptop.
    """

    grid: str
    code: str
    name: str
    lead_unit: str
    counts: Coverage

    def to_data(self) -> dict[str, Any]:
        """For programs."""
        words = {"grid": self.grid, "code": self.code, "name": self.name, "lead_unit": self.lead_unit}
        return words | self.counts.to_data() | {"elsewhere": self.counts.elsewhere}


@dataclass(frozen=True, slots=True)
class PlanCoverage:
    """How far a plan is, grid by grid and as a whole."""

    plan: PlanRow
    grids: tuple[GridCoverage, ...]
    total: Coverage


def coverage(store: Store, plan: PlanRow) -> PlanCoverage:
    """Count the sites of a plan by what became of them, as known on this laptop."""
    counts = planning.coverage(store.connection, plan)
    known = {grid.id: grid for grid in queries.grids(store.connection)}
    found = []
    for scope, number in counts.items():
        grid = known.get(scope)
        words = (grid.code, grid.name, grid.lead_unit) if grid else ("", "", "")
        found.append(GridCoverage(scope, *words, number))
    found.sort(key=lambda one: (not one.name, one.code, one.name, one.grid))
    return PlanCoverage(plan, tuple(found), planning.total(counts))


def excuse(store: Store, plan: str, site: str, *, reason: str, actor: str = "") -> None:
    """Say why a site of a plan was not visited; an empty reason takes that back.

    Raises:
        Refusal: the reason says nothing, the plan is closed, the site is none of it, or was visited.
        NotFound: no such plan or site.
    """
    found, where = find_plan(store, plan), lookup.site(store, site)
    why = tidy_line(reason)
    row = row_of(store, found.id)

    def decide(view: View) -> list[Draft]:
        state = planning.site_state(view.connection, row, where.id)
        if why and state in ("", "visited"):
            raise Refusal(
                f"{where.name}不在这个计划里。"
                if not state
                else f"{where.name}在计划期内已经检查过，不用说明。",
                f"{where.name} is not in this plan." if not state else f"{where.name} was visited.",
                code="plan.site",
            )
        _, known = fold_plan(view.entries(found.id))
        return plans.excuse_site(known, plan=found.id, site=where.id, reason=why)

    store.decide(decide, actor=actor)


def close_plan(store: Store, plan: str, *, reason: str = "", actor: str = "") -> Coverage:
    """Close a plan with what it came to; sites that are left open need a reason.

    Raises:
        Refusal: such sites are left, and no reason is given.
        NotFound: no such plan.
    """
    found = find_plan(store, plan)
    row, why = row_of(store, found.id), tidy_line(reason)
    reached = planning.total(planning.coverage(store.connection, row))

    def decide(view: View) -> list[Draft]:
        counts = planning.total(planning.coverage(view.connection, row))
        _, known = fold_plan(view.entries(found.id))
        return plans.close_plan(known, plan=found.id, coverage=counts, reason=why)

    store.decide(decide, actor=actor)
    return reached
