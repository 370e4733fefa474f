"""Folding: the state is a function of the set of entries. No order, repeat or split of deliveries matters."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.domain.authority import fold_authority
from inspector.domain.entries import COUNTY, Entry, Ref, Stamp
from inspector.domain.finding import fold_finding
from inspector.domain.inspection import fold_inspection
from inspector.domain.office import fold_grid, fold_officer
from inspector.domain.paper import fold_paper
from inspector.domain.patrol import fold_patrol
from inspector.domain.registers import Registers, fold
from inspector.domain.shapes import well_formed
from inspector.domain.site import fold_site

BOOT = "0123456789abcdef"
DEVICES = ("a" * 16, "b" * 16, "c" * 16)
VOCABULARY = {"note.set": lambda data: dict(data["set"])}

PIN = {"code": "P", "version": "1", "sha256": "0" * 64}
PHOTO = {"sha256": "9" * 64, "name": "p.jpg", "bytes": 3, "item": "A-1", "facts": {}}
ORIGIN = {"inspection": "i-1", "site": "s-1", "item": "A-1", "question": "问？", "basis": ["law"]}
PAPER = {
    "authority": "education", "year": 2026, "kind": "order", "prefix": "样", "word": "责改", "site": "s-1",
    "items": ["f-1"], "data": {"title": "示例"},
}  # fmt: skip
SAMPLES: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "inspection": [
        ("inspection.started", {"site": "s-1", "pack": PIN, "checklists": [PIN], "officers": ["o-1"], "helpers": []}),
        ("inspection.officers_changed", {"officers": ["o-1", "o-2"], "helpers": ["o-3"]}),
        ("inspection.answered", {"item": "A-1", "value": "yes"}),
        ("inspection.answered", {"item": "A-1", "value": None}),
        ("inspection.answered", {"item": "A-2", "value": 3}),
        ("inspection.row_recorded", {"item": "R-1", "row": "r1", "cells": {"grade": "5"}}),
        ("inspection.row_recorded", {"item": "R-1", "row": "r1", "cells": None}),
        ("inspection.noted", {"item": "", "text": "记"}),
        ("inspection.photo_added", PHOTO),
        ("inspection.photo_withdrawn", {"sha256": "9" * 64, "reason": "误"}),
        ("inspection.concluded", {"answered": 1, "photos": []}),
        ("inspection.voided", {"reason": "误"}),
        ("inspection.of_the_future", {"x": 1}),
    ],
    "finding": [
        ("finding.recorded", {**ORIGIN, "severity": 2, "measure": "改", "deadline_days": 3, "due": "2026-01-01"}),
        ("finding.recorded", {**ORIGIN, "value": "no"}),
        ("finding.amended", {"severity": 4, "note": "重"}),
        ("finding.withdrawn", {"reason": "更正"}),
    ],
    "site": [
        ("site.recorded", {"facts": {"name": "示例点", "kind": "training"}, "origin": "registry"}),
        ("site.recorded", {"facts": {"address": "虚构路", "students": 30}, "origin": "patrol"}),
        ("site.recorded", {"facts": {"name": None}, "origin": "patrol"}),
    ],
    "grid": [("grid.recorded", {"code": "G1", "name": "一"}), ("grid.recorded", {"lead_unit": "教体局"})],
    "officer": [
        ("officer.recorded", {"name": "样例甲", "certificate": "1", "standing": "officer"}),
        ("officer.recorded", {"certificate_until": "2027-01-01"}),
    ],
    "patrol": [
        ("patrol.started", {"occasion": "night", "officers": ["o-1"], "helpers": []}),
        ("patrol.team_changed", {"officers": ["o-2"], "helpers": []}),
        ("patrol.ended", {"inspections": 2}),
    ],
    "authority": [
        ("authority.recorded", {"department": "education", "name": "样例局", "prefix": "样"}),
        ("authority.recorded", {"phone": "1"}),
    ],
    "paper": [
        ("paper.issued", {**PAPER, "number": 7}),
        ("paper.issued", {**PAPER, "provisional": "临-aaaa-1"}),
        ("paper.numbered", {"number": 8}),
        ("paper.served", {"method": "personal", "date": "2026-01-02", "receiver": "样例甲"}),
        ("paper.service_corrected", {"method": "mail", "date": "2026-01-03", "receiver": "样例乙", "reason": "更正"}),
        ("paper.voided", {"reason": "误"}),
    ],
}  # fmt: skip
FOLDS: dict[str, Callable[[Iterable[Entry]], tuple[Any, Registers]]] = {
    "inspection": fold_inspection,
    "finding": fold_finding,
    "site": fold_site,
    "grid": fold_grid,
    "officer": fold_officer,
    "patrol": fold_patrol,
    "authority": fold_authority,
    "paper": fold_paper,
}
_scalars = st.one_of(st.none(), st.booleans(), st.integers(-3, 9), st.text(max_size=3))
_json = st.recursive(
    _scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(st.sampled_from(["a", "code", "name"]), inner, max_size=2),
    ),
    max_leaves=4,
)


def _entry(ref: Ref, kind: str, data: Mapping[str, Any] | None, replaces: Iterable[Ref] = ()) -> Entry:
    return Entry(
        ref=ref, type=kind, aggregate="x-1", scope=COUNTY, actor="", data=data,
        time=Stamp(1_790_000_000_000 - ref.seq, 480, BOOT, ref.seq), replaces=tuple(sorted(set(replaces))),
    )  # fmt: skip


@st.composite
def histories(draw: st.DrawFn, kind: str, *, damaged: bool = False) -> list[Entry]:
    """Entries of a kind by three devices; each replaces any of those written before it anywhere."""
    entries: list[Entry] = []
    next_seq = dict.fromkeys(DEVICES, 1)
    for _ in range(draw(st.integers(1, 9))):
        device = draw(st.sampled_from(DEVICES))
        name, sample = draw(st.sampled_from(SAMPLES[kind]))
        data: Any = dict(sample)
        if draw(st.integers(0, 9)) == 0:
            data = None
        elif damaged and data and draw(st.booleans()):
            data[draw(st.sampled_from(sorted(data)))] = draw(_json)
        elif damaged and draw(st.booleans()):
            data.pop(draw(st.sampled_from(sorted(data))))
        seen = draw(st.lists(st.sampled_from(entries), max_size=3)) if entries else []
        entries.append(_entry(Ref(device, next_seq[device]), name, data, (entry.ref for entry in seen)))
        next_seq[device] += 1
    return entries


@pytest.mark.parametrize("kind", sorted(FOLDS))
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_no_order_and_no_repeat_changes_a_state(kind: str, data: st.DataObject) -> None:
    """Any permutation with any repeats gives the same value, down to the order of every mapping and tuple."""
    entries = data.draw(histories(kind))
    again = data.draw(st.lists(st.sampled_from(entries), max_size=5))
    mixed = data.draw(st.permutations([*entries, *again]))
    assert repr(FOLDS[kind](mixed)) == repr(FOLDS[kind](entries))


@pytest.mark.parametrize("kind", sorted(FOLDS))
@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_an_entry_of_any_shape_spoils_nothing(kind: str, data: st.DataObject) -> None:
    """Whatever a faulty laptop wrote folds without an error, in any order alike, and leaves the good ones as they are."""
    entries = data.draw(histories(kind, damaged=True))
    mixed = data.draw(st.permutations(entries))
    found = FOLDS[kind](mixed)
    assert repr(found) == repr(FOLDS[kind](entries))
    good = [entry for entry in entries if entry.data is None or well_formed(entry.type, entry.data)]
    assert found[0] == FOLDS[kind](good)[0]


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_copy_without_its_body_takes_nothing_away(data: st.DataObject) -> None:
    """Where one source withheld a body that another one gave, the body counts, whichever came first."""
    entries = [entry for entry in data.draw(histories("inspection")) if entry.data is not None]
    bare = [_entry(entry.ref, entry.type, None, entry.replaces) for entry in entries]
    mixed = data.draw(st.permutations([*entries, *bare]))
    assert repr(fold_inspection(mixed)) == repr(fold_inspection(entries))


@st.composite
def conversations(draw: st.DrawFn) -> tuple[list[Entry], dict[str, list[Entry]]]:
    """Three laptops that write what they have seen out of date, and exchange now and then, in part."""
    known: dict[str, list[Entry]] = {device: [] for device in DEVICES}
    written: list[Entry] = []
    for step in range(draw(st.integers(1, 14))):
        device = draw(st.sampled_from(DEVICES))
        if draw(st.booleans()):
            keys = draw(st.lists(st.sampled_from(["k1", "k2", "k3"]), min_size=1, max_size=2, unique=True))
            seen = fold(known[device], VOCABULARY).seen(*keys)
            seq = sum(entry.ref.device == device for entry in written) + 1
            entry = _entry(
                Ref(device, seq), "note.set", {"set": dict.fromkeys(keys, f"{device[0]}{step}")}, seen
            )
            known[device].append(entry)
            written.append(entry)
        else:
            other = draw(st.sampled_from(DEVICES))
            known[device] += draw(st.lists(st.sampled_from(known[other]), max_size=4)) if known[other] else []
    return written, known


@given(conversations())
@settings(max_examples=120, deadline=None)
def test_no_value_is_lost_without_somebody_having_seen_it(
    conversation: tuple[list[Entry], dict[str, list[Entry]]],
) -> None:
    """A value that no later author of the same register had seen is a head for ever; one that was seen is not."""
    written, _ = conversation
    registers = fold(written, VOCABULARY)
    for entry in written:
        for key, value in (entry.data or {})["set"].items():
            seen = any(entry.ref in other.replaces and key in (other.data or {})["set"] for other in written)
            standing = any(
                head.entry.ref == entry.ref and head.value == value for head in registers.heads[key]
            )
            assert standing is not seen


@given(conversations())
@settings(max_examples=60, deadline=None)
def test_who_saw_every_head_decides(conversation: tuple[list[Entry], dict[str, list[Entry]]]) -> None:
    """After an author who had everything, each register has one head, its value, and no conflict."""
    written, _ = conversation
    if not written:
        return
    before = fold(written, VOCABULARY)
    keys = tuple(before.heads)
    decision = _entry(
        Ref("d" * 16, 1), "note.set", {"set": dict.fromkeys(keys, "decided")}, before.seen(*keys)
    )
    after = fold([decision, *written], VOCABULARY)
    assert after.conflicts() == ()
    assert all(len(heads) == 1 and heads[0].value == "decided" for heads in after.heads.values())


@given(conversations())
@settings(max_examples=60, deadline=None)
def test_laptops_with_the_same_entries_agree(
    conversation: tuple[list[Entry], dict[str, list[Entry]]],
) -> None:
    """However the entries came to them, laptops that hold the same set show the same."""
    written, known = conversation
    states = {
        repr(fold([*had, *(entry for entry in reversed(written) if entry not in had)], VOCABULARY))
        for had in known.values()
    }
    assert len(states) == 1


def test_two_who_did_not_know_of_each_other_are_a_conflict() -> None:
    """Both values stay, the shown one does not depend on a clock, and equal values are no conflict."""
    base = _entry(Ref(DEVICES[0], 1), "note.set", {"set": {"k": "old"}})
    mine = _entry(Ref(DEVICES[0], 2), "note.set", {"set": {"k": "mine"}}, [base.ref])
    yours = _entry(Ref(DEVICES[1], 1), "note.set", {"set": {"k": "yours"}}, [base.ref])
    registers = fold([yours, base, mine], VOCABULARY)
    assert registers.conflicts() == ("k",)
    assert [head.value for head in registers.heads["k"]] == ["mine", "yours"]
    assert registers.value("k") == "mine"
    same = _entry(Ref(DEVICES[1], 1), "note.set", {"set": {"k": "mine"}}, [base.ref])
    assert fold([same, base, mine], VOCABULARY).conflicts() == ()


def test_naming_an_entry_supersedes_only_what_one_sets_oneself() -> None:
    """An author who replaces an entry of two registers and sets one of them leaves the other standing."""
    both = _entry(Ref(DEVICES[0], 1), "note.set", {"set": {"k1": 1, "k2": 2}})
    one = _entry(Ref(DEVICES[1], 1), "note.set", {"set": {"k1": 9}}, [both.ref])
    registers = fold([one, both], VOCABULARY)
    assert registers.value("k1") == 9
    assert registers.value("k2") == 2


def test_a_withheld_body_is_counted_and_says_nothing() -> None:
    """Redaction leaves a gap that is known, not a wrong value."""
    registers = fold([_entry(Ref(DEVICES[0], 1), "note.set", None)], VOCABULARY)
    assert (registers.entries, registers.withheld, dict(registers.heads)) == (1, 1, {})
