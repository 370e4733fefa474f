"""XLSForms out: nothing is lost on the way out and in again, and ODK's own converter takes what is written."""

import zipfile
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from inspector.domain.checklist import Checklist, Item
from inspector.domain.rule_tree import NotRead, Tree, read_cel, simplest
from inspector.forms.checklists import read_checklist
from inspector.forms.library import shipped
from inspector.forms.xlsform import Wanted, import_form
from inspector.forms.xlsform_rows import Table
from inspector.forms.xlsform_write import export_form
from inspector.registry.workbook import read_sheets
from inspector.services.authoring import read_form, write_form

EVERYTHING = """\
checklist: T-ALL
version: "2.0"
language: cel
title: {zh: 全部, en: everything}
track: enterprise
site_kinds: [training, campus]
uses: [T-LIC]
items:
  - code: T-ALL-01
    question: {zh: "=1+1 是几？", en: "'quoted' <b> & ${x"}
    help: {zh: 说明, en: help}
    answer: {type: integer, unit: {zh: 人, en: people}, minimum: 0, maximum: 60}
    invalid:
      - {when: {cel: "value == 13"}, zh: 不吉, en: no thirteen}
    violation:
      - {when: {above: 5}, zh: 多, en: many}
      - {when: {above: params.paper_sets_limit}, zh: "很多 {value}", en: "very many {value}", severity: 4}
    severity: 2
    lead: police
    partners: [civil, fire]
    measure: {zh: 改, en: correct}
    deadline_days: 0
    basis: [ppel-64, county-plan]
    photo: true
  - code: T-ALL-02
    question: {zh: 起止, en: from to}
    answer: {type: time_range, required: false}
    proposal: {value: "day.weekday == 'sat' ? '9:00-10:00' : ''", zh: 通常, en: usual}
    severity: 1
    lead: education
    record_only: true
  - code: T-ALL-03
    question: {zh: 班, en: classes}
    answer:
      type: roster
      minimum: 1
      maximum: 20
      columns:
        name: {zh: 名, en: name, type: text, maximum: 20, personal: true}
        hours: {zh: 时, en: hours, type: time, minimum: "08:00", required: false}
        kind: {zh: 类, en: kind, type: multi_choice, choices: {a: {zh: 甲, en: A}, b: {zh: 乙, en: B}}}
    hint: {when: {cel: "rows.exists(r, !has(r.hours))"}, zh: 缺时, en: no hours}
    severity: 1
    lead: education
    record_only: true
  - code: T-ALL-04
    question: {zh: 多, en: many}
    answer: {type: multi_choice, choices: {a: {zh: 甲, en: A}, b: {zh: 乙, en: B}}}
    applies: answers.T_ALL_01 > 3 && answers.T_LIC_01 == 'valid'
    hint: {when: {lacks: [a, b]}, zh: 缺, en: lacks}
    proposal:
      - {value: "'a'", zh: 一, en: one}
      - {value: "'b'", zh: 二, en: two}
    severity: 1
    lead: education
    record_only: true
  - code: T-ALL-05
    question: {zh: 比, en: share}
    answer: decimal
    derived: double(answers.T_ALL_01) * 0.5 + 1.0
    severity: 1
    lead: education
    record_only: true
  - code: T-ALL-06
    question: {zh: 日子, en: day}
    answer:
      type: choice
      choices: {school_day: {zh: 上课日, en: school day}, weekend: {zh: 周末, en: weekend}}
    fact: day.kind
    proposal: {value: "'weekend'", zh: 看日历, en: see the calendar}
    severity: 1
    lead: education
    record_only: true
    examples:
      - {value: 周末, expect: in_order, answers: {T-ALL-01: 3}, day: {date: 2026-01-10}}
"""


def said(source: str) -> Tree | str:
    """What a rule says, however it is written."""
    try:
        return simplest(read_cel(source)) if source else ""
    except NotRead:
        return " ".join(source.split())


def content(item: Item) -> Mapping[str, Any]:
    """All of an item but where its lines are, its rules by what they say."""

    found = {f.name: getattr(item, f.name) for f in fields(item) if f.name != "line"}
    for name in ("invalid", "violations", "hints"):
        found[name] = tuple((said(rule.when), rule.words, rule.severity) for rule in found[name])
    for name in ("applies", "derived"):
        found[name] = said(found[name])
    found["examples"] = tuple(replace(example, line=0) for example in item.examples)
    return found


def whole(checklist: Checklist) -> Mapping[str, Any]:
    """All of a checklist but its hash, items by content."""
    found = {
        f.name: getattr(checklist, f.name) for f in fields(checklist) if f.name not in ("sha256", "items")
    }
    return found | {"items": [content(item) for item in checklist.items]}


def known() -> list[Checklist]:
    library = shipped()
    return [*library.checklists.values(), read_checklist(EVERYTHING.encode(), "all", library.around)]


@pytest.mark.parametrize("checklist", known(), ids=lambda c: c.code)
def test_out_and_in_again_is_the_same(checklist: Checklist, tmp_path: Path) -> None:
    """Through a real workbook: the same items, answers, rules, examples; not one warning."""
    path = tmp_path / "form.xlsx"
    write_form(checklist, path)
    found = read_form(path, Wanted())
    assert found.problems == ()
    assert whole(read_checklist(found.text.encode(), "form", shipped().around)) == whole(checklist)


@pytest.mark.parametrize("checklist", known(), ids=lambda c: c.code)
def test_pyxform_takes_what_is_written(checklist: Checklist, tmp_path: Path) -> None:
    """ODK's converter makes a form of it without an error or a warning."""
    from pyxform.xls2xform import convert

    path = tmp_path / "form.xlsx"
    write_form(replace(checklist, items=tuple(_without_references(i) for i in checklist.items)), path)
    made = convert(str(path))
    assert made.warnings == []
    assert f'id="{checklist.code}"' in made.xform
    assert all(f"/data/{item.name}" in made.xform for item in checklist.items)


def _without_references(item: Item) -> Item:
    """`${` in a sentence is a reference for pyxform, whatever stands behind it."""
    return replace(item, question=replace(item.question, en=item.question.en.replace("${", "$")))


def test_cells_are_texts_and_the_bytes_are_the_same_again(tmp_path: Path) -> None:
    """No cell is a formula or a link, whatever a question says; two exports do not differ."""
    one, two = tmp_path / "one.xlsx", tmp_path / "two.xlsx"
    for path in (one, two):
        write_form(known()[-1], path)
    assert one.read_bytes() == two.read_bytes()
    survey = read_sheets(one)[0]
    assert any("=1+1 是几？" in row for row in survey.rows)
    with zipfile.ZipFile(one) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if "worksheets/sheet" in name]
    assert not any(b"<f>" in sheet or b"<hyperlink" in sheet for sheet in sheets)


def test_what_people_can_read_is_in_xpath() -> None:
    """More than half of the rules of what is shipped are XPath that a spreadsheet's author can change."""
    rules = translated = 0
    for checklist in shipped().checklists.values():
        survey = export_form(checklist)[0]
        rows = [dict(zip(survey.headings, row, strict=True)) for row in survey.rows]
        translated += sum(
            bool(row.get(name)) for row in rows for name in ("relevant", "violation", "hint_rule")
        )
        rules += sum(bool(i.applies) + len(i.violations) + len(i.hints) for i in checklist.items)
    assert translated / rules > 0.5


def test_a_changed_cell_is_a_changed_rule(tmp_path: Path) -> None:
    """What somebody changes in the spreadsheet is what comes in."""
    library = shipped()
    sheets = [Table(s.name, [s.headings, *s.rows]) for s in export_form(library.checklists["T-AD"])]
    survey = [list(row) for row in sheets[0].rows]
    column = survey[0].index("violation")
    row = next(r for r in survey if r[1] == "T_AD_03")
    assert row[column] == ". > 0"
    row[column] = ". > 2"
    found = import_form(
        [Table("survey", survey), *sheets[1:]], Wanted(version="9"), library.around, library.params
    )
    assert [p.where for p in found.problems if p.severity == "error"] == [f"survey!{survey.index(row) + 1}"]
    assert "expected violation" in found.problems[0].en
