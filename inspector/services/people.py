"""Officers, helpers and the patrol that they are out on."""

from collections.abc import Sequence
from pathlib import Path

from inspector.domain import patrol as patrols
from inspector.domain.entries import Draft
from inspector.domain.ids import random_id
from inspector.domain.inspecting import Team
from inspector.domain.legality import TASK_SOURCES, source_code
from inspector.domain.lifecycle import duty_of
from inspector.domain.office import Officer, fold_officer, officer_id, record_officer
from inspector.domain.patrol import OCCASIONS, Patrol, end_patrol, fold_patrol, start_patrol
from inspector.domain.patrol import change_patrol_team as change_patrol_team_drafts
from inspector.domain.tidy import tidy_line
from inspector.domain.when import local_time
from inspector.errors import BadInput, NotFound, Refusal, UsageError
from inspector.services import lookup
from inspector.services.forms import Forms
from inspector.store import queries
from inspector.store.workspace import Store, View


def add_officer(
    store: Store,
    *,
    name: str,
    department: str,
    certificate: str = "",
    until: str = "",
    standing: str = "officer",
    duty: str = "",
) -> Officer:
    """Record a person, or bring a known one to these fields; an empty department or date leaves what is known.

    Args:
        duty: what the person approves as, a code or a word of `lifecycle.DUTIES`.

    Raises:
        Refusal: no name, an unknown standing, a certified officer without a number, or a duty on a laptop of officers.
        BadInput: `until` is no date.
    """
    from inspector.services.rectification import may_approve

    if duty and not may_approve(store):
        raise Refusal(
            "审批职务要在组长或督导的电脑上登记；这台电脑登记的是执法人员。",
            "Duties are recorded on a lead's or a supervisor's laptop; this one belongs to officers.",
            code="officer.duty_laptop",
        )
    fields = {
        "name": tidy_line(name),
        "department": tidy_line(department),
        "certificate": tidy_line(certificate, limit=80),
        "certificate_until": _date(until),
        "standing": standing,
        **({"duty": duty_of(duty) or duty} if duty else {}),
    }
    person = officer_id(fields["certificate"], fields["name"], fields["department"])

    def decide(view: View) -> list[Draft]:
        _, known = fold_officer(view.entries(person))
        given = {key: value for key, value in fields.items() if value or not known.heads}
        return record_officer(known, aggregate=person, fields=given)

    store.decide(decide)
    return lookup.officer(store, person)


def import_officers(store: Store, path: Path) -> tuple[int, int]:
    """Record the people of an .xlsx, .xls, .ods or .csv file, all or nothing; an empty cell leaves what is known.

    Returns:
        people in the file, and entries written: 0 where nothing is new.

    Raises:
        NotFound: no such file.
        BadInput: it has no such table, or errors, each with its row; nothing was recorded.
    """
    from inspector.registry.officers import read_officers

    listed = read_officers(path)

    def decide(view: View) -> list[Draft]:
        drafts: dict[str, list[Draft]] = {}
        for fields in listed:
            person = officer_id(fields["certificate"], fields["name"], fields["department"])
            _, known = fold_officer(view.entries(person))
            given = {key: value for key, value in fields.items() if value or not known.heads}
            drafts[person] = record_officer(known, aggregate=person, fields=given)
        return [draft for found in drafts.values() for draft in found]

    return len(listed), len(store.decide(decide))


def _date(text: str) -> str:
    from inspector.domain.site_facts import LONG_TERM
    from inspector.registry.cells import date_text

    found = date_text(text)
    if found is None:
        raise BadInput(
            f"日期“{text}”看不懂，请写成 2027-06-30。",
            f"{text!r} is not a date; write 2027-06-30.",
            code="date",
        )
    return "" if found == LONG_TERM else found


def team(store: Store, officers: Sequence[str], helpers: Sequence[str] = ()) -> Team:
    """The team of these people, named by id, certificate number or name.

    Raises:
        NotFound: a name means nobody, or more than one.
    """
    return Team(
        officers=tuple(lookup.officer(store, text) for text in officers),
        helpers=tuple(lookup.officer(store, text) for text in helpers),
    )


def begin_patrol(
    store: Store, *, occasion: str, people: Team, source: str = "plan", plan: str = ""
) -> Patrol:
    """Start a patrol; the device's earlier patrol, if one is still running, ends with it.

    Args:
        source: the task source of its inspections, a code or word of `legality.TASK_SOURCES`.
        plan: id of the plan that it is part of.

    Raises:
        UsageError: unknown occasion or task source.
        Refusal: the team is not allowed.
    """
    if occasion not in OCCASIONS:
        raise UsageError(
            f"不认识的巡查类别“{occasion}”。", f"Unknown occasion {occasion!r}.",
            hint=("、".join(OCCASIONS), ", ".join(OCCASIONS)),
        )  # fmt: skip
    task = source_code(source)
    if not task:
        raise UsageError(
            f"不认识的任务来源“{source}”。", f"Unknown task source {source!r}.",
            hint=("、".join(TASK_SOURCES), ", ".join(TASK_SOURCES)),
        )  # fmt: skip
    patrol = random_id("p", store.clock.random(8))
    actor = people.officers[0].id if people.officers else ""

    def decide(view: View) -> Sequence[Draft]:
        begun = start_patrol(patrol=patrol, occasion=occasion, team=people, source=task, plan=plan)
        running = current_patrol(store)
        return [*(_ending(store, view, running.id) if running else []), *begun]

    store.decide(decide, actor=actor)
    found, _ = fold_patrol(store.entries(patrol))
    if found is None:
        raise NotFound(f"没有找到巡查“{patrol}”。", f"No patrol {patrol!r}.")
    return found


def change_patrol_team(store: Store, patrol: str, people: Team) -> None:
    """Change who is out on a running patrol; further inspections start with these people.

    Raises:
        Refusal: the team is not allowed.
    """
    store.decide(
        lambda view: change_patrol_team_drafts(
            fold_patrol(view.entries(patrol))[1], patrol=patrol, team=people
        ),
        actor=people.officers[0].id if people.officers else "",
    )


def join_patrol(store: Store, patrol: str, people: Team) -> None:
    """Add to a running patrol those of a team that are not out on it yet.

    Raises:
        Refusal: the team is not allowed.
    """
    running = current_patrol(store)
    if running is None or running.id != patrol:
        return
    known = patrol_team(store, running)
    there = {person.id for person in (*known.officers, *known.helpers)}
    joined = Team(
        officers=(*known.officers, *(person for person in people.officers if person.id not in there)),
        helpers=(*known.helpers, *(person for person in people.helpers if person.id not in there)),
    )
    change_patrol_team(store, patrol, joined)


def from_another_day(store: Store, patrol: Patrol) -> bool:
    """Whether a patrol began before today; nights count to the day on which they began, until six in the morning."""
    early = 6 * 3_600_000
    began, now = patrol.started.wall, store.clock.stamp().wall
    return local_time(began - early).date() != local_time(now - early).date()


def finish_patrol(store: Store, patrol: str) -> None:
    """End a patrol with what was done in it."""
    store.decide(lambda view: _ending(store, view, patrol))


def _ending(store: Store, view: View, patrol: str) -> list[Draft]:
    inspections = queries.inspections(store.connection, patrol=patrol, limit=10_000)
    summary = {
        "inspections": len(inspections),
        "concluded": sum(row.status == "concluded" for row in inspections),
        "findings": sum(row.findings for row in inspections),
    }
    return end_patrol(fold_patrol(view.entries(patrol))[1], patrol=patrol, summary=summary)


def current_patrol(store: Store) -> Patrol | None:
    """The patrol that this device is out on."""
    name = queries.running_patrol(store.connection, store.device)
    return fold_patrol(store.entries(name))[0] if name else None


def patrol_team(store: Store, patrol: Patrol) -> Team:
    """The people of a patrol."""
    return Team(
        officers=tuple(lookup.officers(store, patrol.officers)),
        helpers=tuple(lookup.officers(store, patrol.helpers)),
    )


def likely_occasion(forms: Forms, wall: int) -> str:
    """What a patrol that starts now most likely is (`patrol.likely_occasion`); somebody confirms it."""
    county = forms.county()
    return patrols.likely_occasion(county.calendar, county.params, wall)
