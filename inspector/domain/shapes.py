"""What each kind of entry must hold before a fold believes it.

Entries come from other laptops, and from newer programs. One whose data is not of its kind's shape is kept and
forwarded like one of an unknown kind, and sets nothing: it can spoil neither its aggregate nor the page it came in.
Fields that a shape does not name may hold anything.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from inspector.domain.boxes import BOXES_MAX, MASKED, is_box

Check = Callable[[Any], bool]
_PHOTO_BYTES_MAX = 2**40
_FILE_NAME_MAX = 1_000
_NAME_MAX = 4_000
_CODE_MAX = 80
_DAY_LENGTH = len("2026-01-01")
_YEARS = (1970, 9000)
_COUNT_MAX = 10**12
_TEXT_MAX = 40_000
"""Characters. What is normalised, searched and shown has to be bounded; far above what anybody writes."""


def _text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _TEXT_MAX


def _line(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _NAME_MAX


def _name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _NAME_MAX


def _published_text(value: Any) -> bool:
    return isinstance(value, str)


def _number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _sha256(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 64 and not set(value) - set("0123456789abcdef")


def _size(value: Any) -> bool:
    return _number(value) and 0 <= value <= _PHOTO_BYTES_MAX


def _file_name(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _FILE_NAME_MAX and "/" not in value


def _object(value: Any) -> bool:
    return isinstance(value, Mapping)


def _names(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)


def _cells(value: Any) -> bool:
    return value is None or isinstance(value, Mapping)


def _pin(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and all(_text(value.get(name)) for name in ("code", "version", "sha256"))
        and _names(value.get("items", ()))
    )


def _pins(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(_pin(one) for one in value)


def _rule_pins(value: Any) -> bool:
    return _pins(value) and all(_text(one.get("kind")) for one in value)


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _responded(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(
        isinstance(one, Mapping) and _name(one.get("item")) and "value" in one for one in value
    )


def _facts(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and all(one is None or isinstance(one, int) or _text(one) for one in value.values())
        and value.get("kind") in (None, "training", "campus")
        and all(value.get(name) is None or _line(value[name]) for name in ("name", "address", "principal"))
    )


def _frequency(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and _number(value.get("year"))
        and _number(value.get("count"))
        and (value.get("cap") is None or _number(value["cap"]))
    )


def _override(value: Any) -> bool:
    return isinstance(value, Mapping) and _text(value.get("reason"))


def _anchor(value: Any) -> bool:
    """A receipt as an entry quotes it."""
    return (
        isinstance(value, Mapping)
        and all(_number(value.get(name)) for name in ("size", "time"))
        and _sha256(value.get("root"))
        and _line(value.get("cosignature"))
    )


def _runs(value: Any) -> bool:
    """Which entries a seal names."""
    return isinstance(value, list | tuple) and all(
        isinstance(one, Mapping) and _step(one.get("device")) and _text(one.get("seqs")) for one in value
    )


def _boxes(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) <= BOXES_MAX and all(map(is_box, value))


def _words(value: Any) -> bool:
    return _text(value) and bool(value)


def _day(value: Any) -> bool:
    if not isinstance(value, str) or len(value) != _DAY_LENGTH:
        return False
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return False
    # Days are counted on from here: far from the ends of the calendar, and compared as texts.
    return found.isoformat() == value and _YEARS[0] <= found.year <= _YEARS[1]


def _site_kind(value: Any) -> bool:
    return value in ("", "training", "campus")


def _activity_counts(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        _number(number) and 0 <= number <= _COUNT_MAX for number in value.values()
    )


def _step(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _CODE_MAX and "/" not in value


def _within(low: int, high: int) -> Check:
    return lambda value: _number(value) and low <= value <= high


_YEAR, _PAPER_NUMBER = _within(1900, 2100), _within(1, 99_999)
_DEVICE = re.compile(r"[a-z2-7]{16}")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,39}")


def _matches(pattern: re.Pattern[str]) -> Check:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


_SERIES: dict[str, Check] = {"authority": _matches(_KIND), "year": _YEAR, "kind": _matches(_KIND)}
_SERVICE: dict[str, Check] = dict.fromkeys(("receiver", "relation", "witness", "consent", "note"), _line)
_TEAM: dict[str, Check] = {"officers": _names, "helpers": _names}
_MASK: dict[str, Check] = {"sha256": _sha256, "boxes": _boxes}
_NOTE: dict[str, Check] = {"note": _text}
_GRID: dict[str, Check] = dict.fromkeys(("code", "name", "lead_unit", "lead_person", "phone"), _line)
_OFFICER: dict[str, Check] = dict.fromkeys(
    ("name", "department", "certificate", "certificate_until", "standing", "duty"), _line
)
_TEXTS = ("checklist", "pack", "parameters", "calendar", "register")
_PUBLISHED: dict[str, Check] = {
    **dict.fromkeys(("code", "version", "sha256"), _line),
    "text": _published_text,
}
_MEASURES: dict[str, Check] = {
    "severity": lambda value: _number(value) and 1 <= value <= 4,
    "measure": _text,
    "deadline_days": _number,
    "due": _text,
    "due_estimated": _flag,
    "note": _text,
    "urgent": _text,
}
_ORIGIN: dict[str, Check] = {"inspection": _name, "site": _name, "item": _name, "question": _text}
_ORIGIN_WORDS: dict[str, Check] = {
    **dict.fromkeys(("question_en", "reason", "reason_en", "lead"), _text),
    "basis": _names,
    "lead_only": _flag,
}


def _day_or_nothing(value: Any) -> bool:
    return value == "" or _day(value)


def _stage(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and all(_step(value.get(name)) for name in ("action", "to"))
        and all(name not in value or check(value[name]) for name, check in _STAGE.items())
    )


_STAGE: dict[str, Check] = {
    **dict.fromkeys(("day", "until", "on"), _day_or_nothing),
    **dict.fromkeys(("signer", "department", "paper", "kind", "item", "chosen"), _line),
    **dict.fromkeys(("crime", "late", "estimated"), _flag),
    "note": _text,
    "photos": _names,
}

_REQUIRED: dict[str, dict[str, Check]] = {
    "inspection.started": {"site": _name, "pack": _pin, "checklists": _pins, "officers": _names},
    "inspection.officers_changed": _TEAM,
    "inspection.answered": {"item": _name, "value": lambda _: True},
    "inspection.row_recorded": {"item": _name, "row": _name, "cells": _cells},
    "inspection.noted": {"item": _text, "text": _text},
    "inspection.photo_added": {
        "sha256": _sha256, "name": _file_name, "bytes": _size, "item": _text, "facts": _object,
    },
    "inspection.photo_withdrawn": {"sha256": _sha256},
    "inspection.response_recorded": {
        "form": _name, "response": _name, "respondent": _name, "answers": _responded,
    },
    "inspection.response_withdrawn": {"form": _name, "response": _name, "reason": _name},
    "inspection.voided": {"reason": _name},
    "inspection.sealed": {
        "about": _names, "entries": _runs, "count": _number, "entries_sha256": _sha256, "photos": _number,
        "photos_sha256": _sha256,
    },
    "inspection.procedure_recorded": {"step": _step, "person": _line, "capacity": _line, "outcome": _text},
    "inspection.section_confirmed": {"department": _step, "officers": _names, "seen": _names},
    "finding.recorded": _ORIGIN,
    "finding.withdrawn": {"reason": _name},
    "rectification.moved": {"action": _step, "to": _step},
    "rectification.settled": {"stage": _stage, "chosen": _name},
    "rectification.photo_added": {
        "sha256": _sha256, "name": _file_name, "bytes": _size, "facts": _object, "phase": _step,
    },
    "rectification.linked": {"relapse_of": _name},
    **dict.fromkeys(MASKED, _MASK),
    **dict.fromkeys((f"{kind}.published" for kind in _TEXTS), _PUBLISHED),
    "pack.assigned": {"grid": _name, "site_kind": _name, "pack": _name},
    "site.recorded": {"facts": _facts},
    "patrol.started": {"officers": _names},
    "patrol.team_changed": _TEAM,
    "numbers.leased": {
        **_SERIES, "first": _PAPER_NUMBER, "last": _PAPER_NUMBER, "device": _matches(_DEVICE),
    },
    "paper.issued": {
        **_SERIES, "prefix": _line, "word": _line, "site": _name, "items": _names, "data": _object,
    },
    "paper.numbered": {"number": _PAPER_NUMBER},
    "paper.served": {"method": _step, "date": _day},
    "paper.service_corrected": {"method": _step, "date": _day},
    "paper.voided": {"reason": _name},
    "retention.destroyed": {"entries": _runs, "rule": _step, "reason": _words},
    "tip.recorded": {"channel": _step, "content": _words, "received": _day},
    "tip.answered": {"outcome": _step, "text": _text, "date": _day},
    "tip.voided": {"reason": _name},
    "plan.recorded": {"name": _name, "occasion": _step, "first": _day, "last": _day},
    "plan.site_excused": {"site": _step, "reason": _line},
    "case.exported": {
        "subject": _names, "edition": _step, "reason": _words, "entries": _number, "photos": _number,
        "manifest_sha256": _sha256,
    },
    "activity.recorded": {"kind": _step, "date": _day, "title": _name},
    "activity.voided": {"reason": _name},
    "task.recorded": {"task": _words, "lead": _name},
    "task.progressed": {"state": _step, "day": _day},
    "task.voided": {"reason": _name},
    "report.frozen": {"sha256": _sha256, "first": _day, "last": _day, "grid": _line, "document": _object},
}  # fmt: skip

_OPTIONAL: dict[str, dict[str, Check]] = {
    "inspection.answered": {"how": _line},
    "inspection.started": {
        "helpers": _names,
        "patrol": _text,
        "source": _text,
        "questionnaires": _pins,
        "frequency": _frequency,
        "override": _override,
        "anchor": _anchor,
    },
    "inspection.sealed": {"anchor": _anchor},
    "inspection.concluded": {"rules": _rule_pins},
    "inspection.procedure_recorded": {"certificates": _names},
    **{f"{kind}.published": {"pinned": _flag} for kind in _TEXTS},
    "finding.recorded": {**_ORIGIN_WORDS, **_MEASURES},
    "finding.amended": _MEASURES,
    "rectification.moved": _STAGE,
    "rectification.settled": {"note": _text, "day": _day_or_nothing},
    **dict.fromkeys(MASKED, _NOTE),
    "rectification.directed": {"handler": _line, "priority": _number, "note": _text},
    "grid.recorded": _GRID,
    "officer.recorded": _OFFICER,
    "site.recorded": {"origin": _text},
    "authority.recorded": dict.fromkeys(
        ("department", "name", "prefix", "address", "phone", "contact"), _line
    ),
    "paper.issued": {
        "number": _PAPER_NUMBER,
        "provisional": _line,
        "inspection": _text,
        "due": _day_or_nothing,
        "template_sha256": _line,
    },
    "paper.served": _SERVICE,
    "paper.service_corrected": {**_SERVICE, "reason": _text},
    "paper.voided": {"override": _text},
    "patrol.started": {"helpers": _names, "occasion": _text, "source": _text, "plan": _line},
    "tip.recorded": {"named": _flag, "site": _line, "address": _line, "category": _names},
    "tip.assigned": {
        **dict.fromkeys(("plan", "department", "officer", "site"), _line),
        "due": _day,
        "due_estimated": _flag,
    },
    "tip.answered": {"passed_to": _line, "told": _flag, "items": _names, "inspection": _line},
    "plan.recorded": {
        "grids": _names,
        "site_kind": _site_kind,
        "sites": _names,
        "officers": _names,
        "pack": _line,
    },
    "plan.closed": {"reason": _line},
    "case.exported": {"documents": _number, "withheld": _number},
    "activity.recorded": {
        **dict.fromkeys(("topic", "organiser"), _line),
        "counts": _activity_counts,
        "note": _text,
    },
    "task.recorded": {
        **dict.fromkeys(("group", "person", "stage", "until"), _line),
        "basis": _text,
        "partners": _names,
        "number": _within(0, 99_999),
        **dict.fromkeys(("start", "due"), _day),
    },
    "task.progressed": dict.fromkeys(("note", "evidence"), _text),
}


def well_formed(kind: str, data: Mapping[str, Any]) -> bool:
    """Whether an entry's data has what a fold of that kind of entry reads."""
    required = _REQUIRED.get(kind, {})
    if not all(name in data and check(data[name]) for name, check in required.items()):
        return False
    return all(check(data[name]) for name, check in _OPTIONAL.get(kind, {}).items() if name in data)
