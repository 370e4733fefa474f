"""Reading checklists: every fault at its line, whatever the file."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.domain.checklist import Rule, Words
from inspector.errors import BadInput, NotFound
from inspector.forms.calendars import read_calendar
from inspector.forms.checklists import Around, read_checklist, read_pack, read_register
from inspector.forms.library import shipped, validate_files
from inspector.forms.parameters import read_parameters
from inspector.forms.places import data_root

HEAD = """\
checklist: T-X
version: "1"
language: cel
title: {zh: 试, en: try}
track: enterprise
site_kinds: [training]
items:
"""
GOOD = """\
  - code: T-X-01
    question: {zh: 题, en: question}
    answer: yes_no
    violation: {when: "no", zh: 违规, en: violation}
    severity: 2
    lead: education
    measure: {zh: 改, en: correct}
    deadline_days: 3
    basis: [ppel-64]
"""


def faults(text: str) -> list[tuple[str, str]]:
    with pytest.raises(BadInput) as caught:
        read_checklist(text.encode(), "x.yaml", shipped().around)
    return [(problem.where, problem.en) for problem in caught.value.problems]


def test_a_checklist_is_read_as_it_is_written() -> None:
    """Everything of the file is in the values, short forms as CEL, and the version is the hash of the bytes."""
    checklist = read_checklist((HEAD + GOOD).encode(), "x.yaml")
    (item,) = checklist.items
    assert (checklist.code, checklist.track, checklist.site_kinds) == ("T-X", "enterprise", ("training",))
    assert item.violations == (Rule("value == 'no'", Words("违规", "violation")),)
    assert (item.severity, item.deadline_days, item.basis, item.line) == (2, 3, ("ppel-64",), 8)
    assert checklist.sha256 == read_checklist((HEAD + GOOD).encode(), "y.yaml").sha256
    assert checklist.sha256 != read_checklist((HEAD + GOOD + "\n").encode(), "x.yaml").sha256


@pytest.mark.parametrize(
    ("answer", "when", "cel"),
    [
        (
            "{type: choice, choices: {a: {zh: 甲, en: a}, b: {zh: 乙, en: b}}}",
            "{any_of: [a]}",
            "value in ['a']",
        ),
        (
            "{type: multi_choice, choices: {a: {zh: 甲, en: a}, b: {zh: 乙, en: b}}}",
            "{any_of: [a, b]}",
            "['a', 'b'].exists(c, c in value)",
        ),
        (
            "{type: multi_choice, choices: {a: {zh: 甲, en: a}, b: {zh: 乙, en: b}}}",
            "{lacks: [a]}",
            "!['a'].all(c, c in value)",
        ),
        ("integer", "{above: 30}", "value > 30"),
        ("decimal", '{below: "3.50"}', "value < 3.5"),
        ("integer", "{below: params.online_break_minutes}", "value < params.online_break_minutes"),
        ("time", '{after: "21:00"}', "value > '21:00'"),
        ("time_range", "{after: 8点半}", "value.end > '08:30'"),
        ("time_range", '{before: "8:00"}', "value.start < '08:00'"),
        ("date", "{before: day.date}", "value < day.date"),
        ("text", "{cel: \"value == 'x'\"}", "value == 'x'"),
    ],
)
def test_short_forms_are_cel(answer: str, when: str, cel: str) -> None:
    """Each way of writing a condition without CEL gives the expression that it stands for."""
    text = HEAD + GOOD.replace("yes_no", answer).replace('"no"', when)
    rule = read_checklist(text.encode(), "x.yaml", shipped().around).items[0].violations[0]
    assert rule is not None
    assert rule.when == cel


BROKEN: list[tuple[Callable[[str], str], int, str]] = [
    (lambda t: t.replace("track: enterprise", "track: factory"), 5, "should be one of enterprise"),
    (lambda t: t.replace("language: cel", "language: python"), 3, 'should be "cel"'),
    (lambda t: t.replace("version", "verzion"), 2, "does not know verzion"),
    (lambda t: t.replace("version", "verzion"), 1, "lacks version"),
    (lambda t: t.replace("severity: 2", "severity: 9"), 12, "should be one of 1"),
    (lambda t: t.replace("severity: 2", "severity: high"), 12, "should be one of 1"),
    (lambda t: t.replace("    lead: education\n", ""), 8, "lacks lead"),
    (lambda t: t.replace("lead: education", "lead: army"), 13, "army"),
    (lambda t: t.replace("answer: yes_no", "answer: maybe"), 10, "maybe"),
    (lambda t: t.replace("answer: yes_no", "answer: choice"), 10, "choice"),
    (lambda t: t.replace("answer: yes_no", "answer: {type: choice}"), 10, "lacks choices"),
    (lambda t: t.replace("answer: yes_no", "answer: {type: roster}"), 10, "lacks columns"),
    (lambda t: t.replace("zh: 题, ", ""), 9, "lacks zh"),
    (lambda t: t.replace("ppel-64", "ppel-99"), 8, "the law register has no ppel-99"),
    (lambda t: t.replace("[ppel-64]", "[]"), 8, "needs measure, deadline_days and basis"),
    (lambda t: t.replace("    deadline_days: 3\n", ""), 8, "needs measure, deadline_days and basis"),
    (lambda t: t + "    record_only: true\n", 8, "no violation and no deadline"),
    (
        lambda t: t.replace('    violation: {when: "no", zh: 违规, en: violation}\n', ""),
        8,
        "record_only: true",
    ),
    (lambda t: t + GOOD, 17, "the code is there twice"),
    (lambda t: t.replace("T-X-01", "T-Y-01"), 8, "should start with T-X-"),
    (lambda t: t.replace('"no"', "{any_of: [a]}"), 11, "any_of does not suit yes_no"),
    (lambda t: t.replace('"no"', "{above: 3}"), 11, "above does not suit yes_no"),
    (lambda t: t.replace('"no"', "{cel: value ==}"), 8, "not right"),
    (lambda t: t.replace('"no"', "{cel: valu == 'no'}"), 8, "undeclared reference to 'valu'"),
    (lambda t: t.replace('"no"', "{cel: value > 3}"), 8, "no matching overload"),
    (lambda t: t.replace('"no"', "{cel: params.moon > 3}"), 8, "params.moon"),
    (lambda t: t.replace('"no"', "{cel: answers.T_X_77 == 'no'}"), 8, "answers.T_X_77"),
    (lambda t: t.replace('"no"', "{cel: site.owner == 'x'}"), 8, "site.owner"),
    (lambda t: t.replace("en: violation", 'en: "{nothing}"'), 8, "undeclared reference to 'nothing'"),
    (
        lambda t: t.replace("yes_no", "integer").replace('"no"', "{above: x}"),
        11,
        "does not compare with integer",
    ),
    (
        lambda t: t.replace("yes_no", "{type: integer, minimum: 5, maximum: 4}").replace(
            '"no"', "{above: 4}"
        ),
        8,
        "above the maximum",
    ),
    (
        lambda t: t.replace("yes_no", "{type: integer, minimum: x}").replace('"no"', "{above: 4}"),
        8,
        "bounds should be integer",
    ),
    (
        lambda t: t.replace("yes_no", "{type: date, minimum: 2026.1.1}").replace('"no"', "{after: day.date}"),
        8,
        "should be written",
    ),
    (
        lambda t: t.replace(
            "yes_no", "{type: choice, choices: {a: {zh: 甲, en: a}, b: {zh: 甲, en: b}}}"
        ).replace('"no"', "{any_of: [a]}"),
        8,
        "same Chinese label",
    ),
    (
        lambda t: t.replace("yes_no", "{type: choice, choices: {a: {zh: 甲, en: a}}}").replace(
            '"no"', "{any_of: [c]}"
        ),
        11,
        "no choice c",
    ),
    (lambda t: t + "    examples:\n      - {value: perhaps, expect: violation}\n", 18, "cannot take"),
    (
        lambda t: t + "    examples:\n      - {value: perhaps, expect: guilty}\n",
        18,
        "should be one of violation",
    ),
    (lambda t: t.replace("checklist: T-X", "checklist: !!str T-X"), 1, "tags"),
]


@pytest.mark.parametrize(("change", "line", "part"), BROKEN)
def test_faults_are_named_with_their_line(change: Callable[[str], str], line: int, part: str) -> None:
    """One change for the worse is found, at its line, in words."""
    text = change(HEAD + GOOD)
    assert text != HEAD + GOOD
    found = faults(text)
    assert any(where == f"x.yaml:{line}" and part in words for where, words in found), found


def test_all_faults_are_named_at_once() -> None:
    """A file with several faults names each, in the order of its lines."""
    second = GOOD.replace("T-X-01", "T-X-02").replace('"no"', "{above: 1}")
    found = faults(HEAD + GOOD.replace("ppel-64", "ppel-99") + second)
    assert [where for where, _ in found] == ["x.yaml:8", "x.yaml:20"]


def test_an_old_version_stays_readable() -> None:
    """Without surroundings, a basis or a parameter that is gone today does not make a pinned version unreadable."""
    text = HEAD + GOOD.replace("ppel-64", "repealed-1").replace('"no"', "{cel: params.gone > 3}")
    assert read_checklist(text.encode(), "x.yaml").items[0].basis == ("repealed-1",)
    with pytest.raises(BadInput):
        read_checklist(text.encode(), "x.yaml", Around(basis=frozenset(), params=frozenset()))


def test_packs_do_not_mix_tracks(tmp_path: Path) -> None:
    """A pack with a checklist of the other track, of other sites or that does not exist is named."""
    text = (data_root() / "packs" / "night-patrol.yaml").read_text(encoding="utf-8")
    path = tmp_path / "pack.yaml"
    path.write_text(text.replace("T-INT, T-DOC]", "C-HW, T-NO]"), encoding="utf-8")
    problems = [problem.en for problem in validate_files([path])]
    assert any("C-HW is of the other track" in words for words in problems)
    assert any("no checklist T-NO" in words for words in problems)


def test_validation_tries_the_examples(tmp_path: Path) -> None:
    """An example that does not hold is a problem at its line; a missing side is a warning."""
    path = tmp_path / "x.yaml"
    path.write_text(
        HEAD + GOOD + '    examples:\n      - {value: "yes", expect: violation}\n', encoding="utf-8"
    )
    wrong, lacking = validate_files([path])
    assert (wrong.where, wrong.severity) == (f"{path}:18", "error")
    assert "expected violation, judged in_order" in wrong.en
    assert (lacking.where, lacking.severity) == (f"{path}:8", "warning")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_what_is_no_plain_file_is_not_waited_for(tmp_path: Path) -> None:
    """A pipe without an end, a device and a folder are told at once as no files."""
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")
    for path in (tmp_path / "pipe.yaml", tmp_path / "zero.yaml", tmp_path):
        with pytest.raises(NotFound):
            validate_files([path])


def test_files_are_checked_together(tmp_path: Path) -> None:
    """A new checklist may use a new law entry, parameter and checklist that are given with it, and only then."""
    new = HEAD.replace("items:", "uses: [T-LIC]\nitems:") + GOOD.replace("ppel-64", "own-1").replace(
        '"no"', "{cel: \"answers.T_LIC_01 == 'none' && params.own > 3\"}"
    )
    files = {
        "x.yaml": new,
        "law.yaml": 'register: law\nversion: "1"\ndocuments:\n  - name: {zh: 令, en: order}\n    articles:\n'
        "      own-1: {status: unverified}\n",
        "params.yaml": 'parameters: own\nversion: "1"\nvalues:\n  own: {value: 5, zh: 数, en: number}\n',
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    together = validate_files([tmp_path / name for name in files])
    assert [(p.severity, "own" in p.en) for p in together] == [("warning", True), ("warning", False)]
    alone = validate_files([tmp_path / "x.yaml"])
    assert {p.en.split(": ", 1)[1] for p in alone if p.severity == "error"} >= {
        "the law register has no own-1"
    }
    (tmp_path / "x.yaml").write_text(new.replace("T_LIC_01", "T_LIC_99"), encoding="utf-8")
    assert any("answers.T_LIC_99" in p.en for p in validate_files([tmp_path / name for name in files]))


def test_a_file_of_no_kind_is_named(tmp_path: Path) -> None:
    """A YAML file that says none of the kinds is a problem, not a silence."""
    path = tmp_path / "x.yaml"
    path.write_text("a: 1\n", encoding="utf-8")
    assert [p.where for p in validate_files([path])] == [f"{path}:1"]


SHIPPED = sorted(p.read_bytes() for p in data_root().glob("*/*.yaml"))
READERS = (read_checklist, read_pack, read_register, read_parameters, read_calendar)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(SHIPPED), st.randoms(use_true_random=False), st.sampled_from(READERS))
def test_mutated_files_are_read_or_refused(
    data: bytes, rng: random.Random, read: Callable[..., object]
) -> None:
    """Shipped files with lines moved, doubled, cut and bytes changed never end otherwise than in BadInput."""
    lines = data.splitlines(keepends=True)
    start = rng.randrange(len(lines))
    lines = lines[: rng.choice((12, 30, 60))] if rng.random() < 0.5 else lines[:8] + lines[start : start + 40]
    for _ in range(rng.randrange(1, 4)):
        here, there = rng.randrange(len(lines)), rng.randrange(len(lines))
        lines[here] = rng.choice(
            (
                b"",
                lines[there],
                lines[here] + lines[there],
                lines[here][: rng.randrange(len(lines[here]) + 1)],
            )
        )
    mutated = bytearray(b"".join(lines))
    for _ in range(rng.randrange(3) if mutated else 0):
        mutated[rng.randrange(len(mutated))] = rng.choice(b"\x00:{}[]&*!'\"- \n9")
    refused: BadInput | None = None
    try:
        read(bytes(mutated), "m.yaml")
    except BadInput as refusal:
        refused = refusal
    assert refused is None or refused.problems
