"""The list of responsibilities (责任清单): put together, imported, told how far it is, and looked at in three views."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from inspector.domain import responsibility
from inspector.domain.departments import department_code
from inspector.domain.entries import COUNTY, Draft
from inspector.domain.responsibility import STATES, Task, arranged, fold_task, state_code, task_id
from inspector.domain.tidy import tidy_line, tidy_text
from inspector.errors import NotFound, Refusal
from inspector.services import lookup
from inspector.services.days import read_day
from inspector.services.rectification import may_approve
from inspector.store import campaign, queries
from inspector.store.campaign import TaskRow
from inspector.store.workspace import Store, View

_MEMBERS = (
    "group",
    "task",
    "basis",
    "lead",
    "partners",
    "person",
    "stage",
    "start",
    "due",
    "until",
    "number",
)
_UNIT_SIGNS = "、，,；;\n"


def find_task(store: Store, text: str) -> Task:
    """The task with that id, start of an id, or exactly that wording.

    Raises:
        NotFound: none, or more than one.
    """
    wanted = text.strip()
    found = queries.ids_like(store.connection, "task", wanted)
    if not found:
        found = [row.id for row in campaign.tasks(store.connection) if row.task == wanted]
    return _state(store, lookup.one("task", text, found))


def _state(store: Store, name: str) -> Task:
    found, _ = fold_task(store.entries(name))
    if found is None:
        raise NotFound(f"没有找到任务“{name}”。", f"No task {name!r}.", code="task.unknown")
    return found


def _check_leads(store: Store) -> None:
    if not may_approve(store):
        raise Refusal(
            "责任清单由专班负责人的电脑制定、修改；没有改动。", "The list is made on a lead's laptop; nothing was changed.",
            hint=("可以登记进展：inspector task progress。", "You can tell how far a task is: inspector task progress."),
            code="task.role",
        )  # fmt: skip


def add_task(store: Store, *, actor: str = "", **given: Any) -> Task:
    """Put a task on the list; one with the same group and wording is brought to what is given.

    Args:
        given: members of `task.recorded`, as typed; `partners` a text with the units' names or a list, `due` a day in any
            spelling, or words ("2026年9月底", "长期").

    Raises:
        Refusal: it does not say what is to be done or by whom, or this laptop is no lead's.
        BadInput: `start` is no day.
    """
    _check_leads(store)
    fields = _fields(given, {})
    if not fields["number"]:
        fields["number"] = len(campaign.tasks(store.connection, voided=True)) + 1
    name = task_id(fields["group"], fields["task"])
    store.decide(lambda view: _record(view, name, fields), actor=actor)
    return _state(store, name)


def change_task(
    store: Store, task: str, *, wording: str | None = None, actor: str = "", **given: Any
) -> Task:
    """Put a task right; what is not given stays as it is. It keeps its id, whatever its wording.

    Raises:
        NotFound: no such task.
        Refusal: as `add_task`, or it was taken off the list.
        BadInput: `start` is no day.
    """
    _check_leads(store)
    found = find_task(store, task)
    present: dict[str, Any] = {name: getattr(found, name) for name in _MEMBERS}
    if given.get("due") is not None:
        present["until"] = ""
    fields = _fields({**given, "task": wording}, present)
    store.decide(lambda view: _record(view, found.id, fields), actor=actor)
    return _state(store, found.id)


def _record(view: View, name: str, fields: Mapping[str, Any]) -> list[Draft]:
    return responsibility.record_task(fold_task(view.entries(name))[1], task=name, fields=fields)


def _fields(given: Mapping[str, Any], present: Mapping[str, Any]) -> dict[str, Any]:
    from inspector.registry.campaign import last_day

    said = {**present, **{name: value for name, value in given.items() if value is not None}}
    text = {name: tidy_line(str(said.get(name) or "")) for name in ("group", "lead", "person", "stage")}
    due, until = str(said.get("due") or ""), str(said.get("until") or "")
    if due:
        day, words = last_day(due)
        due, until = day, words or until
    start = str(said.get("start") or "").strip()
    return {
        **text,
        "task": tidy_text(str(said.get("task") or ""), limit=2_000),
        "basis": tidy_text(str(said.get("basis") or ""), limit=2_000),
        "partners": units(said.get("partners") or ()),
        "start": read_day(start) if start else "",
        "due": due,
        "until": tidy_line(until),
        "number": int(said.get("number") or 0),
    }


def units(value: str | Sequence[str]) -> list[str]:
    """Names of units, each once, from a list or from a text as people write one."""
    if isinstance(value, str):
        for sign in _UNIT_SIGNS:
            value = value.replace(sign, "\n")
        value = value.split("\n")
    return list(dict.fromkeys(name for name in (tidy_line(one, limit=300) for one in value) if name))


def progress(
    store: Store,
    task: str,
    *,
    state: str = "",
    note: str = "",
    evidence: str = "",
    day: str = "",
    actor: str = "",
) -> Task:
    """Tell how far a task is.

    Args:
        state: of `responsibility.STATES`, by code or word; empty: under way, or as it was.
        day: in any spelling; empty: today.

    Raises:
        NotFound: no such task.
        Refusal: an unknown state, a day to come, or it is done and nothing shows it.
        BadInput: `day` is none.
    """
    found = find_task(store, task)
    typed = state.strip().lower()
    to = next((code for code, word in STATES.items() if typed in (word.zh, word.en)), typed)
    to = to or (found.state if found.state != "open" else "doing")
    told = {"day": read_day(day) if day.strip() else store.today(), "note": tidy_text(note)}
    shown, today = tidy_text(evidence), date.fromisoformat(store.today())

    def decide(view: View) -> list[Draft]:
        present, known = fold_task(view.entries(found.id))
        return responsibility.progress_task(known, present, to=to, evidence=shown, today=today, **told)

    store.decide(decide, actor=actor)
    return _state(store, found.id)


def void_task(store: Store, task: str, *, reason: str, actor: str = "") -> None:
    """Take a task off the list.

    Raises:
        NotFound: no such task.
        Refusal: the reason is too short, or this laptop is no lead's.
    """
    _check_leads(store)
    found, why = find_task(store, task), tidy_text(reason)

    def decide(view: View) -> list[Draft]:
        state, known = fold_task(view.entries(found.id))
        return responsibility.void_task(known, state, why)

    store.decide(decide, actor=actor)


@dataclass(frozen=True, slots=True)
class TaskImport:
    """What an import found and did: tasks of the file, new ones or changed ones, how many it told the state of, and how many
    were left out: `repeated` names those of a group and task that an earlier row has."""

    tasks: int
    recorded: int
    progressed: int
    skipped: int
    repeated: tuple[str, ...] = ()


def import_tasks(store: Store, path: Path, *, actor: str = "") -> TaskImport:
    """Record the list of a file, all or nothing. Twice is once; what was told since of a task stays.

    A state that the file tells is taken over only for a task of which nothing was told yet. Tasks that were taken off the
    list stay off (`skipped`).

    Raises:
        NotFound, BadInput: as `registry.campaign.read_tasks`; nothing was recorded.
        Refusal: this laptop is no lead's.
    """
    from inspector.registry.campaign import read_tasks

    _check_leads(store)
    found = read_tasks(path)
    today = store.today()
    counts = {"recorded": 0, "progressed": 0, "skipped": 0}
    repeated: list[str] = []

    def decide(view: View) -> list[Draft]:
        counts.update(dict.fromkeys(counts, 0))
        repeated.clear()
        drafts: dict[str, list[Draft]] = {}
        for row in found:
            name = task_id(row["group"], row["task"])
            state, known = fold_task(view.entries(name))
            if (state is not None and state.voided) or name in drafts:
                counts["skipped"] += 1
                if name in drafts:
                    repeated.append(row["task"])
                continue
            fields = {key: row[key] for key in _MEMBERS}
            drafts[name] = responsibility.record_task(known, task=name, fields=fields)
            counts["recorded"] += len(drafts[name])
            told = _told(name, row, today) if state is None or not state.steps else []
            counts["progressed"] += len(told)
            drafts[name] += told
        return [draft for some in drafts.values() for draft in some]

    store.decide(decide, actor=actor)
    return TaskImport(len(found), **counts, repeated=tuple(repeated))


def _told(name: str, row: Mapping[str, Any], today: str) -> list[Draft]:
    """What an office's own column says of the state, as of today."""
    if row["state"] not in ("doing", "done"):
        return []
    data = {"state": row["state"], "day": today, "note": row["told"], "evidence": row["evidence"]}
    kept = {key: value for key, value in data.items() if value}
    return [Draft(responsibility.PROGRESSED, name, COUNTY, kept)]


# -- looking ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task of a list, and its state as of today: of `STATES`, or "overdue"."""

    row: TaskRow
    state: str


@dataclass(frozen=True, slots=True)
class TaskView:
    """The list in one of its views: parts in order, with their titles."""

    view: str
    parts: tuple[tuple[str, tuple[TaskLine, ...]], ...]

    @property
    def lines(self) -> list[TaskLine]:
        """All of it."""
        return [line for _, part in self.parts for line in part]

    def to_data(self) -> dict[str, Any]:
        """For programs."""
        parts = [
            {"title": title, "tasks": [asdict(line.row) | {"shown": line.state} for line in part]}
            for title, part in self.parts
        ]
        return {"view": self.view, "counts": self.counts, "parts": parts}

    @property
    def counts(self) -> dict[str, int]:
        """How many tasks there are, and how many in each state; those that are overdue are among "open" or "doing" too."""
        lines = self.lines
        return {
            "total": len(lines),
            **{code: sum(line.row.state == code for line in lines) for code in STATES},
            "overdue": sum(line.state == "overdue" for line in lines),
        }


def task_view(store: Store, view: str = "list", *, unit: str = "", state: str = "") -> TaskView:
    """The list in a view of `responsibility.VIEWS`.

    Args:
        unit: only what this unit leads or takes part in: a part of its name, or the code of a department.
        state: of `STATES`, or "overdue".
    """
    today = store.today()
    rows = campaign.tasks(store.connection)
    keep = _concerns(unit)
    chosen = [
        row
        for row in rows
        if keep(row) and (not state or state in (row.state, state_code(row.state, row.due, today)))
    ]
    return TaskView(
        view,
        tuple(
            (title, tuple(TaskLine(row, state_code(row.state, row.due, today)) for row in part))
            for title, part in arranged(chosen, view)
        ),
    )


def _concerns(unit: str) -> Callable[[TaskRow], bool]:
    wanted = unit.strip()
    if not wanted:
        return lambda row: True
    return lambda row: any(
        wanted in name or department_code(name) == wanted for name in (row.lead, *row.partners)
    )
