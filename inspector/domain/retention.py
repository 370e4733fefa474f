"""Destroying what is kept no longer: bodies of entries go, their headers stay, so that every proof still holds.

Personal information is kept as briefly as its purpose takes (个人信息保护法 第十九条, 第四十七条). How long is for the county to
decide; where it has decided nothing, nothing is destroyed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from inspector.domain.checklist import Words
from inspector.domain.entries import Draft, Ref
from inspector.domain.registers import Setter
from inspector.domain.sealing import read_ranges, spell_ranges

DESTROYED = "retention.destroyed"
REFS_MAX = 5_000
"""How many entries one entry names at most."""
YOUNGEST_DAYS = 300
"""What is younger is reached by no destruction, whoever asks: the shortest time that a county can decide is a year. Some
weeks less, for clocks that are wrong."""


def reached_before(asked: int, now: int) -> int:
    """The youngest time (ms since 1970 UTC) of entries that a destruction reaches, by when it was asked for and taken in."""
    return min(asked, now) - YOUNGEST_DAYS * 86_400_000


@dataclass(frozen=True, slots=True)
class Rule:
    """What may be destroyed, and which parameter says after how many years.

    Attributes:
        types: of the entries whose bodies go; no other type is ever destroyed by this rule, whoever asks.
        since: from when the years are counted, in words.
    """

    code: str
    words: Words
    types: tuple[str, ...]
    parameter: str
    since: Words


_CLOSED = Words("检查办结、各问题销号之后", "the inspection is concluded and its items are closed")
RULES: Mapping[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule("rosters", Words("名册（人员、学生）", "rosters of persons"), ("inspection.row_recorded",),
             "retention_rosters_years", _CLOSED),
        Rule("responses", Words("问卷答卷", "responses of questionnaires"), ("inspection.response_recorded",),
             "retention_responses_years", _CLOSED),
        Rule("photos", Words("照片", "photos"), ("inspection.photo_added", "rectification.photo_added"),
             "retention_photos_years", _CLOSED),
        Rule("tips", Words("举报线索的内容", "what tips say"), ("tip.recorded",), "retention_tips_years",
             Words("答复或作废之后", "it was answered or voided")),
        Rule("contacts", Words("点位被替换的旧信息（负责人、电话等）", "replaced facts of sites (persons, telephones)"),
             ("site.recorded",), "retention_contacts_years", Words("被新信息替换之后", "they were replaced")),
    )
}  # fmt: skip

VOCABULARY: dict[str, Setter] = {DESTROYED: lambda data: {"destroyed": data}}


def refs_of(data: Mapping[str, Any]) -> frozenset[Ref]:
    """The entries that a destruction names; none where its ranges are not right, or its rule is unknown here."""
    if data.get("rule") not in RULES:
        return frozenset()
    found: set[Ref] = set()
    try:
        for one in data["entries"]:
            device = Ref.parse(f"{one['device']}/1").device
            found.update(Ref(device, seq) for seq in read_ranges(one["seqs"]))
            if len(found) > REFS_MAX:
                return frozenset()
    except (KeyError, TypeError, ValueError):
        return frozenset()
    return frozenset(found)


def types_of(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The types of entries that a destruction may reach."""
    rule = RULES.get(str(data.get("rule")))
    return rule.types if rule is not None else ()


def destroy(*, aggregate: str, scope: str, rule: str, refs: Iterable[Ref], reason: str) -> Draft:
    """The entry that destroys bodies.

    Args:
        aggregate: a new id of its own.
        scope: that of every entry that it names: whoever has these gets it.
    """
    devices: dict[str, list[int]] = {}
    for ref in sorted(set(refs)):
        devices.setdefault(ref.device, []).append(ref.seq)
    entries = [{"device": name, "seqs": spell_ranges(seqs)} for name, seqs in sorted(devices.items())]
    return Draft(DESTROYED, aggregate, scope, {"entries": entries, "rule": rule, "reason": reason})


def years_later(day: date, years: int) -> date:
    """The same day some years later; of 29 February the last of that month."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
