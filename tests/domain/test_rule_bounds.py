"""What one expression may make: what could fill the memory is refused where it is read."""

import pytest

from inspector.domain import rule_bounds
from inspector.domain.answers import MAX_TEXT
from inspector.domain.checklist import AnswerSpec
from inspector.domain.rule_language import NotAnExpression, build
from inspector.errors import BadInput
from inspector.forms.checklists import read_checklist

TABLE, TEXT = AnswerSpec("roster"), AnswerSpec("text")
FACTS = {"answers": {}, "site": {"name": "字" * MAX_TEXT}, "day": {}, "params": {}}
BOMB = "[value]" + "".join(f".map(a{n}, a{n} + a{n} + a{n} + a{n})" for n in range(18)) + ".size() > 0"
LISTS = "['x']" + ".map(a, [a, a, a, a])" * 12
CHECKLIST = """\
checklist: T-BOMB
version: "1"
language: cel
title: {{zh: 试, en: try}}
track: enterprise
site_kinds: [training]
items:
  - code: T-BOMB-01
    question: {{zh: 问, en: question}}
    answer: {{type: text}}
    lead: education
    severity: 2
    basis: [apl-55]
    measure: {{zh: 改, en: mend}}
    deadline_days: 7
    violation: {{when: {{cel: "{bomb}"}}, zh: 违, en: violation}}
"""


@pytest.mark.parametrize(
    "source",
    [
        BOMB,
        LISTS,
        f"({LISTS[: -len('.map(a, [a, a, a, a])')]} + []).map(a, [a, a, a, a, a, a, a, a])",
        "[value].map(a, [a + a].map(b, [b + b].map(c, [c + c].map(d, [d + d].map(e, e + e + e)))))",
        "rows.map(r, rows)",
        "rows.map(r, rows.map(q, q.a + r.a))",
        "[" + ", ".join(["rows"] * 90) + "]",
        "rows.map(r, " + " + ".join(["r.a"] * 30) + ")",
        "rows.exists(r, '''a'b''' == r.a)",
        "rows.exists(r, r.a == r'\\') // '",
        "{'a': [value]}.a.map(x, x + x)",
    ],
)
def test_what_could_fill_the_memory_is_refused(source: str) -> None:
    """Doubling by one map upon another, in one another, over whole tables, and behind spellings that hide it."""
    with pytest.raises(rule_bounds.TooMuch):
        rule_bounds.check(source)
    with pytest.raises(NotAnExpression):
        build(TABLE, source)


def test_a_checklist_with_a_bomb_is_refused_with_its_line() -> None:
    """Before anything is evaluated."""
    assert len(BOMB) > 400
    with pytest.raises(BadInput) as caught:
        read_checklist(CHECKLIST.format(bomb=BOMB).encode(), "bomb.yaml")
    assert "bomb.yaml:8" in str([problem.where for problem in caught.value.problems]) + caught.value.zh
    assert any("fill the memory" in problem.en for problem in caught.value.problems)


def test_what_our_rules_do_goes_on() -> None:
    """A row named with several cells, equal rows counted, sums of the rows of a class."""
    rows = [{"a": "甲", "n": 3}, {"a": "甲", "n": 4}]
    for source, result in (
        ("rows.filter(r, rows.filter(q, q.a == r.a).size() > 1).map(r, r.a)", ["甲", "甲"]),
        ("rows.map(r, r.a + ' ' + string(r.n) + ' 人')", ["甲 3 人", "甲 4 人"]),
        ("rows.map(r, [r, sum(rows.filter(q, q.a == r.a).map(q, q.n))]).map(p, p[0].a + string(p[1]))", ["甲7"] * 2),
    ):  # fmt: skip
        assert build(TABLE, source).run(rows, FACTS) == (True, result)


def test_more_than_an_answer_may_hold_is_not_given_to_rules() -> None:
    """Rows and texts that a foreign entry holds beyond what can be typed leave the rule unknown."""
    row = {"a": "字"}
    assert build(TABLE, "rows.size() > 1").run([row] * rule_bounds.MAX_ROWS, FACTS) == (True, True)
    assert build(TABLE, "rows.size() > 1").run([row] * (rule_bounds.MAX_ROWS + 1), FACTS) == (False, None)
    assert build(TEXT, "value == ''").run("字" * (rule_bounds.MAX_GIVEN + 1), FACTS) == (False, None)
    many = {**FACTS, "answers": {"T_X_01": [row] * 300}}
    assert build(TEXT, "answers.T_X_01.size() > 1").run("x", many) == (False, None)
