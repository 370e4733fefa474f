"""Two checklists whose items hang on each other in a circle are refused where both are in sight."""

from pathlib import Path

from inspector.forms.library import validate_files

CHECKLIST = """\
checklist: {code}
version: "1"
language: cel
title: {{zh: 试, en: try}}
track: enterprise
site_kinds: [training]
uses: [{other}]
items:
  - code: {code}-01
    question: {{zh: 问, en: question}}
    answer: yes_no
    applies: "{applies}"
    lead: education
    severity: 2
    basis: [apl-55]
    record_only: true
"""


def test_a_circle_of_two_checklists(tmp_path: Path) -> None:
    """Each is good alone; together each line is named. Without the way back there is no fault."""
    paths = []
    for code, other in (("T-AA", "T-BB"), ("T-BB", "T-AA")):
        path = tmp_path / f"{code}.yaml"
        rule = f"answers.{other.replace('-', '_')}_01 == 'yes'"
        path.write_text(CHECKLIST.format(code=code, other=other, applies=rule), "utf-8")
        paths.append(path)
    faults = [p for p in validate_files(paths) if p.severity == "error"]
    assert [p.where.rpartition("/")[2] for p in faults if "另一张检查表" in p.zh] == [
        "T-AA.yaml:9",
        "T-BB.yaml:9",
    ], faults
    paths[1].write_text(CHECKLIST.format(code="T-BB", other="T-AA", applies="site.students > 3"), "utf-8")
    assert not [p for p in validate_files(paths) if p.severity == "error"]
