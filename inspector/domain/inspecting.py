"""Decisions about an inspection: from its state and what somebody wants to do, to drafts or a refusal."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from inspector.domain.entries import Draft, Ref
from inspector.domain.inspection import CONCLUSION, OFFICERS, REST, VOID, Inspection, PackPin, RulePin
from inspector.domain.objections import check_reason
from inspector.domain.office import Officer
from inspector.domain.registers import Registers
from inspector.domain.site import Site
from inspector.errors import Refusal

CERTIFIED_OFFICERS_NEEDED = 2
"""行政处罚法 (2021) 第四十二条: at least two officers who hold certificates."""


@dataclass(frozen=True, slots=True)
class Team:
    """Who takes part: those who inspect, and those who only help (listed apart, never as inspectors)."""

    officers: tuple[Officer, ...]
    helpers: tuple[Officer, ...] = ()

    def to_data(self) -> dict[str, list[str]]:
        """Ids, in the order chosen."""
        return {
            "officers": [person.id for person in self.officers],
            "helpers": [person.id for person in self.helpers],
        }


def check_team(team: Team, *, site_kind: str) -> None:
    """Refuse a team that mixes up who inspects and who helps.

    Raises:
        Refusal: a helper or grid worker among the inspecting officers, nobody inspects, or one person twice.
    """
    people = [person.id for person in (*team.officers, *team.helpers)]
    if len(set(people)) != len(people):
        raise Refusal("同一人重复列入。", "One person is listed twice.", code="team.twice")
    if not team.officers:
        raise Refusal("没有选择检查人员。", "No inspecting officer is chosen.", code="team.empty")
    allowed = ("officer",) if site_kind == "training" else ("officer", "school_inspector")
    for person in team.officers:
        if person.standing not in allowed:
            raise Refusal(
                f"{person.name}不是执法人员，不能列为检查人员。",
                f"{person.name} is not a certified officer and cannot inspect.",
                hint=("网格员、辅助人员请列入协助人员。", "List grid workers and helpers as helpers."),
                code="team.not_certified",
            )


def certified_officers(officers: Sequence[Officer], on: date) -> list[Officer]:
    """Those who hold a certificate that is valid on that day, each person once."""
    return list({person.id: person for person in officers if person.certified(on)}.values())


def check_two_certified(officers: Sequence[Officer], *, site_kind: str, on: date) -> None:
    """An inspection of a training site needs two certified officers before it can be concluded.

    Raises:
        Refusal: fewer than two.
    """
    if site_kind != "training":
        return
    found = certified_officers(officers, on)
    if len(found) < CERTIFIED_OFFICERS_NEEDED:
        raise Refusal(
            f"需要两名持有效执法证的执法人员，现在只有{len(found)}名。",
            f"Two officers with valid certificates are needed; there are {len(found)}.",
            hint=(
                "已填写的内容都已保存；补充第二名执法人员后再办结。",
                "All answers are saved; add a second certified officer, then conclude.",
            ),
            code="officers.two",
        )


def start(
    *,
    inspection: str,
    site: Site,
    pack: PackPin,
    checklists: Sequence[PackPin],
    team: Team,
    questionnaires: Sequence[PackPin] = (),
    patrol: str = "",
    source: str = "",
    frequency: Mapping[str, Any] | None = None,
    override: Mapping[str, Any] | None = None,
    anchor: Mapping[str, Any] | None = None,
) -> list[Draft]:
    """Start an inspection of a site with a pack, pinned to the exact texts. `legality.guard_start` comes before it.

    Args:
        source: code of the task source.
        frequency: which inspection of the year it is, as known here.
        override: why it starts all the same, where something objects.
        anchor: the newest receipt of this device: the inspection began after it.

    Raises:
        Refusal: the team is not allowed (`check_team`).
    """
    check_team(team, site_kind=site.kind)
    data: dict[str, Any] = {
        "site": site.id,
        "pack": pack.to_data(),
        "checklists": [pin.to_data() for pin in checklists],
        **team.to_data(),
    }
    if questionnaires:
        data["questionnaires"] = [pin.to_data() for pin in questionnaires]
    data |= {name: text for name, text in (("patrol", patrol), ("source", source)) if text}
    for name, found in (("frequency", frequency), ("override", override), ("anchor", anchor)):
        if found:
            data[name] = dict(found)
    return [Draft("inspection.started", inspection, site.scope, data)]


def check_open(inspection: Inspection, *, settles: bool = False) -> None:
    """Refuse changes to an inspection that is concluded or voided.

    Args:
        settles: the change settles a disagreement of two people, which a concluded inspection still takes.

    Raises:
        Refusal: it is not open.
    """
    if inspection.status == "open" or (settles and inspection.status == "concluded"):
        return
    state = ("已办结", "concluded") if inspection.status == "concluded" else ("已作废", "voided")
    raise Refusal(
        f"检查{inspection.id}{state[0]}，不能再改。",
        f"Inspection {inspection.id} is {state[1]} and cannot be changed.",
        hint=("如需补充，请对该点位新建一次检查。", "To add something, start a new inspection of the site."),
        code=f"inspection.{inspection.status}",
    )


def answer(
    inspection: Inspection,
    registers: Registers,
    *,
    item: str,
    value: Any,
    seen: Collection[Ref] | None = None,
    device: str = "",
    how: str = "",
) -> list[Draft]:
    """Set an item's answer (canonical value; None takes it back); none where nothing changes.

    Args:
        how: how the answer came, where not by itself (`Inspection.how`).
        seen, device: as `Registers.replacing`. What came unseen stays beside the new answer, as a conflict.

    Raises:
        Refusal: the inspection is not open, and the answer settles no conflict.
    """
    key = f"answer/{item}"
    check_open(inspection, settles=registers.conflict(key))
    present = (registers.value(key), registers.value(f"how/{item}", ""))
    # Who gives the same answer by itself stands for it: the entry says so.
    if present == (value, how) and not registers.conflict(key):
        return []
    data = {"item": item, "value": value}
    if how:
        data["how"] = how
    replaces = registers.replacing(key, seen=seen, device=device)
    return [Draft("inspection.answered", inspection.id, inspection.scope, data, replaces)]


def answer_rest(inspection: Inspection, registers: Registers, *, answers: Mapping[str, str]) -> list[Draft]:
    """Answer what `rest.rest_in_order` found; each entry says that it came with the rest.

    Raises:
        Refusal: the inspection is not open.
    """
    check_open(inspection)
    return [
        draft
        for item, value in answers.items()
        for draft in answer(inspection, registers, item=item, value=value, how=REST)
    ]


def take_rest_back(inspection: Inspection, registers: Registers, *, items: Sequence[str]) -> list[Draft]:
    """Take back those of these answers that still are as they came with the rest; others stay.

    Raises:
        Refusal: the inspection is not open.
    """
    check_open(inspection)
    return [
        draft
        for item in items
        if inspection.how.get(item) == REST and not registers.conflict(f"answer/{item}")
        for draft in answer(inspection, registers, item=item, value=None)
    ]


@dataclass(frozen=True, slots=True)
class RowEdit:
    """A row of a roster as somebody leaves it, by its id. `cells` None deletes it."""

    row: str
    cells: Mapping[str, Any] | None


def edit_rows(
    inspection: Inspection,
    registers: Registers,
    *,
    item: str,
    edits: Sequence[RowEdit],
    seen: Collection[Ref] | None = None,
    device: str = "",
) -> list[Draft]:
    """Record edited rows: one draft for each that is new, changed or gone. Rows that nobody names stay.

    Args:
        seen, device: as `Registers.replacing`.

    Raises:
        Refusal: the inspection is not open, and the edits settle no conflict.
    """
    drafts = []
    settles = True
    for edit in edits:
        key = f"row/{item}/{edit.row}"
        cells = None if edit.cells is None else dict(edit.cells)
        disputed = registers.conflict(key)
        if registers.value(key) == cells and not disputed:
            continue
        settles = settles and disputed
        replaces = registers.replacing(key, seen=seen, device=device)
        data = {"item": item, "row": edit.row, "cells": cells}
        drafts.append(Draft("inspection.row_recorded", inspection.id, inspection.scope, data, replaces))
    check_open(inspection, settles=settles and bool(drafts))
    return drafts


def answer_rows(
    inspection: Inspection,
    registers: Registers,
    *,
    item: str,
    rows: Sequence[Mapping[str, Any]],
    new_row_id: Callable[[int], str],
) -> list[Draft]:
    """Bring a whole roster to these rows, in order; what is beyond them is deleted.

    Args:
        new_row_id: from a row's ordinal (1, 2, …) to a new id that sorts after the earlier ones.

    Raises:
        Refusal: the inspection is not open.
    """
    check_open(inspection)
    known = inspection.row_ids.get(item, ())
    ids = [*known, *(new_row_id(place + 1) for place in range(len(known), len(rows)))]
    edits = [RowEdit(row, rows[place] if place < len(rows) else None) for place, row in enumerate(ids)]
    return edit_rows(inspection, registers, item=item, edits=edits)


def note(inspection: Inspection, registers: Registers, *, item: str, text: str) -> list[Draft]:
    """Write a note on an item, or on the whole inspection (item ""); empty text takes it back.

    Raises:
        Refusal: the inspection is not open.
    """
    check_open(inspection)
    key = f"note/{item}"
    if registers.value(key, "") == text and not registers.conflict(key):
        return []
    data = {"item": item, "text": text}
    return [Draft("inspection.noted", inspection.id, inspection.scope, data, registers.seen(key))]


def add_photo(
    inspection: Inspection,
    registers: Registers,
    *,
    sha256: str,
    name: str,
    size: int,
    item: str,
    facts: Mapping[str, Any],
) -> list[Draft]:
    """Link a photo, whose bytes are already stored, to an item or (item "") to the inspection; once.

    Raises:
        Refusal: the inspection is not open.
    """
    check_open(inspection)
    if registers.value(f"photo/{sha256}") is not None:
        return []
    data = {"sha256": sha256, "name": name, "bytes": size, "item": item, "facts": dict(facts)}
    seen = registers.seen(f"photo/{sha256}")
    return [Draft("inspection.photo_added", inspection.id, inspection.scope, data, seen)]


def withdraw_photo(inspection: Inspection, registers: Registers, *, sha256: str, reason: str) -> list[Draft]:
    """Take a photo off the record; its bytes and its history stay.

    Raises:
        Refusal: the inspection is not open, or no reason is given.
    """
    check_open(inspection)
    if not reason.strip():
        raise Refusal("撤下照片要写明理由。", "Withdrawing a photo needs a reason.", code="photo.reason")
    if registers.value(f"photo/{sha256}") is None:
        return []
    data = {"sha256": sha256, "reason": reason}
    return [
        Draft(
            "inspection.photo_withdrawn",
            inspection.id,
            inspection.scope,
            data,
            registers.seen(f"photo/{sha256}"),
        )
    ]


def change_team(inspection: Inspection, registers: Registers, *, team: Team, site_kind: str) -> list[Draft]:
    """Change who takes part; none where nothing changes.

    Raises:
        Refusal: the inspection is not open, or the team is not allowed.
    """
    check_open(inspection)
    check_team(team, site_kind=site_kind)
    data = team.to_data()
    if {"officers": list(inspection.officers), "helpers": list(inspection.helpers)} == data:
        return []
    return [
        Draft("inspection.officers_changed", inspection.id, inspection.scope, data, registers.seen(OFFICERS))
    ]


def conclude(
    inspection: Inspection,
    registers: Registers,
    *,
    officers: Sequence[Officer],
    site_kind: str,
    on: date,
    unanswered: Sequence[str],
    findings: Sequence[str],
    rules: Sequence[RulePin],
    remark: str = "",
    recusal: str = "",
) -> list[Draft]:
    """Conclude an inspection. The conclusion names what it covers: answers, photos, findings, what was left open,
    and the texts of the county by which it was judged.

    Where two people concluded without knowing of each other, concluding again settles it.

    Args:
        recusal: what the respondent said who asks that somebody withdraws.

    Raises:
        Refusal: it is not open, or it is a training site and fewer than two certified officers take part.
    """
    check_open(inspection, settles=registers.conflict(CONCLUSION))
    check_two_certified(officers, site_kind=site_kind, on=on)
    data: dict[str, Any] = {
        "answered": len(inspection.answers),
        "unanswered": sorted(unanswered),
        "findings": sorted(findings),
        "photos": sorted(photo.sha256 for photo in inspection.photos),
        "entries": inspection.entries,
        "rules": [pin.to_data() for pin in rules],
    }
    if remark:
        data["remark"] = remark
    if recusal:
        data["recusal"] = recusal
    return [Draft("inspection.concluded", inspection.id, inspection.scope, data, registers.seen(CONCLUSION))]


def void(inspection: Inspection, registers: Registers, *, reason: str) -> list[Draft]:
    """Void an inspection that was started by mistake. Nothing is deleted.

    Raises:
        Refusal: it is not open, or no reason is given that says something.
    """
    check_open(inspection)
    if not reason.strip():
        raise Refusal("作废要写明理由。", "Voiding needs a reason.", code="inspection.void_reason")
    check_reason(reason)
    data = {"reason": reason}
    return [Draft("inspection.voided", inspection.id, inspection.scope, data, registers.seen(VOID))]
