"""What the county decides, where it counts: an open inspection by what is published, a concluded one by what it names."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from inspector.domain.inspection import Inspection
from inspector.domain.rules import compile_checklist
from inspector.errors import Damaged
from inspector.forms.checklists import read_checklist
from inspector.forms.library import shipped
from inspector.forms.places import data_root
from inspector.forms.texts import read_texts
from inspector.services import inspections, lookup
from inspector.services.findings import amend_finding
from inspector.services.forms import Forms, publish
from inspector.services.sheets import context_of, sheet, site_of
from inspector.store import projections, queries
from inspector.store.workspace import Store
from tests.workplace import all_entries, decide, deliver, make_store, start_inspection

SCHOOL = data_root() / "demo" / "school-calendar.yaml"
PARAMETERS = 'parameters: {code}\nversion: "{version}"\nvalues:\n  {values}\n'


def verdict(store: Store, state: Inspection) -> str:
    """What T-TIME-02 is judged now."""
    return sheet(store, Forms(store), state.id).line("T-TIME-02").judgement.verdict


def test_a_conclusion_is_judged_by_what_it_names_for_ever(tmp_path: Path) -> None:
    """A parameter changed later changes an open inspection, and never a concluded one."""
    with make_store(tmp_path / "w") as store:
        first, second = (start_inspection(store, address=f"虚构路{number}号") for number in (1, 2))
        for state in (first, second):
            inspections.answer(store, Forms(store), state.id, "T-TIME-02", "18:30-20:10")
            assert verdict(store, state) != "violation"
        done = inspections.conclude(store, Forms(store), first.id).inspection
        assert set(done.rules) == set(shipped().rules)
        decide(store, tmp_path, 'offline_end: {value: "20:00"}')
        assert (verdict(store, first), verdict(store, second)) == ("in_order", "violation")
        inspections.conclude(store, Forms(store), second.id)
        pins = lookup.inspection(store, second.id).rules
        codes = [pin.code for pin in pins]
        assert len(codes) == len(shipped().rules) + 1
        assert codes.index("defaults") < codes.index("county") < codes.index("statutory") < codes.index("law")
        decide(store, tmp_path, 'offline_end: {value: "20:30"}', "2")
        assert verdict(store, second) == "violation"
        assert Forms(store).params()["offline_end"] == "20:30"
        assert {row.item for row in queries.findings(store.connection)} == {"T-TIME-02"}


def test_another_laptop_judges_a_conclusion_by_the_same_texts(tmp_path: Path) -> None:
    """The texts travel with the journal and serve that inspection only; without one it says so."""
    with make_store(tmp_path / "a", 1) as author, make_store(tmp_path / "b", 2) as reader:
        decide(author, tmp_path, 'offline_end: {value: "20:00"}')
        state = start_inspection(author)
        inspections.answer(author, Forms(author), state.id, "T-TIME-02", "18:30-20:10")
        inspections.conclude(author, Forms(author), state.id)
        deliver(all_entries(author), reader)
        assert verdict(reader, state) == "violation"
        assert Forms(reader).params()["offline_end"] == "20:30"
        there = lookup.inspection(reader, state.id)
        pin = next(pin for pin in there.rules if pin.code == "county")
        reader.connection.execute("UPDATE form SET text = text || '#' WHERE sha256 = ?", (pin.sha256,))
        with pytest.raises(Damaged) as caught:
            Forms(reader).rules(there)
        assert caught.value.code == "rules.changed"
        reader.connection.execute("DELETE FROM form WHERE sha256 = ?", (pin.sha256,))
        with pytest.raises(Damaged) as caught:
            sheet(reader, Forms(reader), state.id)
        assert caught.value.code == "rules.missing"


def test_a_conclusion_without_pins_is_judged_by_the_programs_own_values(tmp_path: Path) -> None:
    """As those of an earlier program are."""
    with make_store(tmp_path / "w") as store:
        decide(store, tmp_path, 'offline_end: {value: "20:00"}')
        state = start_inspection(store)
        inspections.conclude(store, Forms(store), state.id)
        done = lookup.inspection(store, state.id)
        assert done.conclusion is not None
        old = replace(done, conclusion={k: v for k, v in done.conclusion.items() if k != "rules"})
        assert Forms(store).rules(old).params == shipped().params
        assert Forms(store).rules(done).params["offline_end"] == "20:00"


def test_another_laptops_values_do_not_count_and_the_centres_do(tmp_path: Path) -> None:
    """As with checklists: one's own and the centre's."""
    with make_store(tmp_path / "a", 1) as author, make_store(tmp_path / "b", 2) as reader:
        publish(author, read_texts([SCHOOL]))
        deliver(all_entries(author), reader)
        assert Forms(reader).calendar().periods == ()
        reader.set_settings(centre_device=author.device)
        assert len(Forms(reader).calendar().periods) == 8


RULE = """\
checklist: T-X
version: "1"
language: cel
title: {zh: 试, en: try}
track: enterprise
site_kinds: [training]
items:
  - code: T-X-01
    question: {zh: 题, en: question}
    answer: yes_no
    violation: {when: {cel: "RULE"}, zh: 违, en: wrong}
    severity: 2
    lead: education
    measure: {zh: 改, en: change}
    deadline_days: 3
    basis: [ppel-64]
"""


@pytest.mark.parametrize(
    ("moment", "school", "rule", "expected"),
    [
        ("2026-09-30T21:00", True, "day.night && !day.statutory && day.kind == 'school_day'", "violation"),
        ("2026-10-01T10:00", False, "day.statutory == true && day.night == false", "violation"),
        ("2026-10-01T10:00", False, "day.kind == 'holiday' && day.weekday == 'thu'", "violation"),
        ("2026-09-30T21:00", False, "day.kind == 'school_day'", "unknown"),
        ("2027-03-03T21:00", True, "day.kind == 'school_day'", "unknown"),
        ("2027-03-03T21:00", True, "day.statutory", "unknown"),
        ("2027-01-25T21:00", True, "day.kind == 'winter_break'", "violation"),
    ],
)
def test_rules_see_the_day_of_the_visit(
    tmp_path: Path, moment: str, school: bool, rule: str, expected: str
) -> None:
    """The day on which it began, with booleans as such; what is unknown is unknown to rules."""
    wall = int(datetime.fromisoformat(moment + "+08:00").timestamp() * 1000)
    with make_store(tmp_path / "w", wall=wall) as store:
        if school:
            publish(store, read_texts([SCHOOL]))
        state = start_inspection(store)
        context = context_of(state, site_of(store, state), Forms(store).rules(state))
        made = read_checklist(RULE.replace("RULE", rule).encode(), "x.yaml", shipped().around)
        assert compile_checklist(made).judge("T-X-01", "yes", context).verdict == expected


@pytest.mark.parametrize(
    ("day", "due", "estimated"),
    [("2026-09-29", "2026-10-08", False), ("2026-12-30", "2027-01-01", True)],
)
def test_deadlines_in_working_days(tmp_path: Path, day: str, due: str, estimated: bool) -> None:
    """As the county decided, counted by the notices; beyond them the day is marked, until somebody sets a nearer one."""
    wall = int(datetime.fromisoformat(day + "T21:00+08:00").timestamp() * 1000)
    with make_store(tmp_path / "w", wall=wall) as store:
        decide(store, tmp_path, "deadline_days_kind: {value: working}")
        state = start_inspection(store)
        inspections.answer(store, Forms(store), state.id, "T-LIC-01", "无")
        (row,) = queries.findings(store.connection)
        amend_finding(store, row.id, {"deadline_days": 2})
        (row,) = queries.findings(store.connection)
        assert (row.due, row.due_estimated) == (due, estimated)
        amend_finding(store, row.id, {"deadline_days": 1})
        (row,) = queries.findings(store.connection)
        assert row.due_estimated is False
        before = projections.dump(store.connection)
        store.rebuild()
        assert projections.dump(store.connection) == before


def test_a_finding_recorded_with_an_estimate_says_so(tmp_path: Path) -> None:
    """From the first entry on; natural days never are one."""
    wall = int(datetime.fromisoformat("2026-12-31T21:00+08:00").timestamp() * 1000)
    for kind, estimated in (("natural", False), ("working", True)):
        with make_store(tmp_path / kind, wall=wall) as store:
            decide(store, tmp_path, f"deadline_days_kind: {{value: {kind}}}")
            state = start_inspection(store)
            for item, value in (("T-LIC-01", "无"), ("T-TIME-10", "是"), ("T-AD-06", "有"), ("T-AD-03", "2")):
                inspections.answer(store, Forms(store), state.id, item, value)
            rows = [row for row in queries.findings(store.connection) if row.deadline_days]
            assert rows
            assert {row.due_estimated for row in rows} == {estimated}
            if kind == "natural":
                ends = {date(2026, 12, 31) + timedelta(row.deadline_days) for row in rows}
                assert {row.due for row in rows} == {day.isoformat() for day in ends}


def test_settling_two_conclusions_keeps_the_texts_of_the_first(tmp_path: Path) -> None:
    """A conclusion that settles a conflict is judged as the one before it was."""
    with make_store(tmp_path / "a", 1) as one, make_store(tmp_path / "b", 2) as two:
        state = start_inspection(one)
        deliver(all_entries(one), two)
        for store, remark in ((one, "甲"), (two, "乙")):
            inspections.conclude(store, Forms(store), state.id, remark=remark)
        deliver(all_entries(two), one)
        before = lookup.inspection(one, state.id).rules
        decide(one, tmp_path, 'offline_end: {value: "20:00"}')
        inspections.conclude(one, Forms(one), state.id, remark="合")
        assert lookup.inspection(one, state.id).rules == before
