"""Activities (会议、培训、宣传、简报、问卷 …): recorded, put right, taken back, imported, counted."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from inspector.domain import activity as activities
from inspector.domain.activity import COUNTS, KINDS, Activity, fold_activity
from inspector.domain.entries import COUNTY, Draft
from inspector.domain.ids import random_id
from inspector.domain.tidy import tidy_line, tidy_text
from inspector.errors import BadInput, NotFound
from inspector.services import lookup
from inspector.services.days import read_day
from inspector.store import campaign, queries
from inspector.store.workspace import Store, View


def find_activity(store: Store, text: str) -> Activity:
    """The activity with that id or start of an id.

    Raises:
        NotFound: none, or more than one.
    """
    return _state(
        store, lookup.one("activity", text, queries.ids_like(store.connection, "activity", text.strip()))
    )


def _state(store: Store, name: str) -> Activity:
    found, _ = fold_activity(store.entries(name))
    if found is None:
        raise NotFound(f"没有找到活动“{name}”。", f"No activity {name!r}.", code="activity.unknown")
    return found


def add_activity(
    store: Store, *, title: str, kind: str = "", day: str = "", grid: str = "", actor: str = "", **rest: Any
) -> Activity:
    """Record an activity.

    Args:
        kind: of `activity.KINDS`, by code or word.
        day: in any spelling; empty: today.
        grid: id, code or name; empty: the county.
        rest: `topic`, `organiser`, `note`, and the counts of `activity.COUNTS` as numbers or typed texts.

    Raises:
        Refusal: an unknown kind, no title, a day to come.
        NotFound: no such grid.
        BadInput: a day or a count that is none.
    """
    scope = lookup.grid(store, grid) if grid.strip() else COUNTY
    fields = _fields(store, {"title": title, "kind": kind, "date": day, **rest}, {})
    name = random_id("e", store.clock.random(8))
    today = date.fromisoformat(store.today())

    def decide(view: View) -> list[Draft]:
        known = fold_activity(view.entries(name))[1]
        return activities.record_activity(known, activity=name, scope=scope, fields=fields, today=today)

    store.decide(decide, actor=actor)
    return _state(store, name)


def change_activity(store: Store, activity: str, *, actor: str = "", **given: Any) -> Activity:
    """Put an activity right; what is not given stays as it is. Arguments and errors as of `add_activity`, with `date`.

    Raises:
        NotFound: no such activity.
        Refusal: it was taken back.
    """
    found = find_activity(store, activity)
    present = {
        "title": found.title, "kind": found.kind, "date": found.date, "topic": found.topic,
        "organiser": found.organiser, "note": found.note, **found.counts,
    }  # fmt: skip
    fields = _fields(store, given, present)
    today = date.fromisoformat(store.today())

    def decide(view: View) -> list[Draft]:
        known = fold_activity(view.entries(found.id))[1]
        return activities.record_activity(
            known, activity=found.id, scope=found.scope, fields=fields, today=today
        )

    store.decide(decide, actor=actor)
    return _state(store, found.id)


def _fields(store: Store, given: Mapping[str, Any], present: Mapping[str, Any]) -> dict[str, Any]:
    said = {**present, **{name: value for name, value in given.items() if value is not None}}
    day = str(said.get("date") or "").strip()
    return {
        "kind": kind_code(str(said.get("kind") or "")) or "other",
        "date": read_day(day) if day else store.today(),
        "title": tidy_line(str(said.get("title") or "")),
        "topic": tidy_line(str(said.get("topic") or "")),
        "organiser": tidy_line(str(said.get("organiser") or "")),
        "note": tidy_text(str(said.get("note") or "")),
        "counts": {name: _count(said.get(name)) for name in COUNTS},
    }


def _count(value: Any) -> int:
    if isinstance(value, int):
        return value
    text = str(value or "").strip()
    if not text:
        return 0
    from inspector.registry.cells import count_text

    found = count_text(text)
    if found is None:
        raise BadInput(f"“{text}”不是数。", f"{text!r} is no number.", code="activity.number")
    return found[0]


def kind_code(text: str) -> str:
    """The kind that is meant, by code or word; what was typed where that is none."""
    typed = text.strip().lower()
    return next((code for code, word in KINDS.items() if typed in (word.zh, word.en.lower())), typed)


def void_activity(store: Store, activity: str, *, reason: str, actor: str = "") -> None:
    """Take an activity back that was recorded by mistake or twice.

    Raises:
        Refusal: the reason is too short.
        NotFound: no such activity.
    """
    found, why = find_activity(store, activity), tidy_text(reason)

    def decide(view: View) -> list[Draft]:
        state, known = fold_activity(view.entries(found.id))
        return activities.void_activity(known, state, why)

    store.decide(decide, actor=actor)


def import_activities(store: Store, path: Path, *, actor: str = "") -> tuple[int, int]:
    """Record the activities of a file, all or nothing: how many it has, and how many were new.

    One of the same kind, day and title is the same activity, so a file that is read twice records nothing the second time.

    Raises:
        NotFound, BadInput: as `registry.campaign.read_activities`; nothing was recorded.
        Refusal: an activity that is yet to come.
    """
    from inspector.registry.campaign import read_activities

    found = read_activities(path)
    names = [random_id("e", store.clock.random(8)) for _ in found]
    today = date.fromisoformat(store.today())

    def decide(view: View) -> list[Draft]:
        drafts: list[Draft] = []
        seen: set[tuple[str, str, str]] = set()
        for name, fields in zip(names, found, strict=True):
            same = (fields["kind"], fields["date"], fields["title"])
            kind, day, title = same
            if same in seen or campaign.same_activity(view.connection, kind=kind, date=day, title=title):
                continue
            seen.add(same)
            known = fold_activity(())[1]
            drafts += activities.record_activity(
                known, activity=name, scope=COUNTY, fields=fields, today=today
            )
        return drafts

    return len(found), len(store.decide(decide, actor=actor))
