"""Expressions of XLSForms: read with bounds, translated with types, refused in words."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.domain.checklist import AnswerSpec
from inspector.domain.rule_language import build
from inspector.forms.cel_xpath import to_xpath
from inspector.forms.xpath import MAX_DEPTH, MAX_LENGTH, BadXPath, parse
from inspector.forms.xpath_cel import condition, translate
from inspector.forms.xpath_terms import Scope, Term

LIST = {"1": "c1", "b": "b"}
REFS = {
    "n": Term("answers.X_01", "int"),
    "d": Term("answers.X_02", "dec"),
    "o": Term("answers.X_03", "one", codes=LIST),
    "m": Term("answers.X_04", "many", codes=LIST),
    "t": Term("answers.X_05", "str"),
    "dt": Term("answers.X_06", "date"),
    "tm": Term("answers.X_07", "time"),
    "k": Term("answers.X_08.map(r, r.k)", "column", cells="int"),
    "rr": Term("answers.X_08", "repeat"),
    "cell": Term("r.k", "int", there="has(r.k)"),
}


def scope() -> Scope:
    return Scope(REFS, Term("value", "int"))


@pytest.mark.parametrize(
    ("xpath", "cel"),
    [
        ("${n} > 3 and not(selected(${m}, 'b')) or . = -1", "answers.X_01 > 3 && !('b' in answers.X_04) || value == -1"),
        ("${n} = 1 or ${n} = 2 and ${n} = 3", "answers.X_01 == 1 || answers.X_01 == 2 && answers.X_01 == 3"),
        ("(${n} = 1 or ${n} = 2) and ${n} = 3", "(answers.X_01 == 1 || answers.X_01 == 2) && answers.X_01 == 3"),
        ("${n} - (${n} - 1) - 2 = 0", "answers.X_01 - (answers.X_01 - 1) - 2 == 0"),
        ("-(-7) + 1 = 8", "7 + 1 == 8"),
        ("not(${n} <= 3)", "answers.X_01 > 3"),
        ("not(not(${n} = 3))", "answers.X_01 == 3"),
        ("3 < ${n}", "answers.X_01 > 3"),
        ("${n} > 3.5", "double(answers.X_01) > 3.5"),
        ("${d} > 3", "answers.X_02 > 3"),
        ("${n} div 2 > 1", "double(answers.X_01) / 2.0 > 1.0"),
        ("${n} mod 2 = 0", "answers.X_01 % 2 == 0"),
        ("${o} = '1'", "answers.X_03 == 'c1'"),
        ("${o} = 1", "answers.X_03 == 'c1'"),
        ("selected(${o}, 'b')", "answers.X_03 == 'b'"),
        ("count-selected(${m}) >= 2", "size(answers.X_04) >= 2"),
        ("string-length(${t}) < 20", "size(answers.X_05) < 20"),
        ("regex(${t}, '[0-9]{3}')", "answers.X_05.matches('^(?:[0-9]{3})$')"),
        ("${dt} <= today()", "answers.X_06 <= day.date"),
        ("${dt} > date('2026-01-10')", "answers.X_06 > '2026-01-10'"),
        ("today() - ${dt} > 30", "days(answers.X_06, day.date) > 30"),
        ("decimal-time(${tm}) > decimal-time('20:30')", "answers.X_07 > '20:30'"),
        ("sum(${k}) > 10", "sum(answers.X_08.map(r, r.k)) > 10"),
        ("count(${k}) = count(${rr})", "size(answers.X_08) == size(answers.X_08)"),
        ("max(${k}) > min(1, ${n})", "greatest(answers.X_08.map(r, r.k)) > least([1, answers.X_01])"),
        ("round(${d}, 1) = 0.5", "round(answers.X_02, 1) == 0.5"),
        ("${cell} != ''", "has(r.k)"),
        ("${cell} = ''", "!has(r.k)"),
        ("coalesce(${cell}, 0) > 1", "(has(r.k) ? r.k : 0) > 1"),
        ("${t} = “甲”", "answers.X_05 == '甲'"),
        ("${t} = \"it's\"", "answers.X_05 == 'it\\'s'"),
        ("true() or false()", "true || false"),
    ],
)  # fmt: skip
def test_what_an_expression_becomes(xpath: str, cel: str) -> None:
    """Each becomes the CEL beside it, which our language takes."""
    assert condition(xpath, scope()).cel == cel
    if "r.k ?" not in cel and "has(" not in cel:
        assert build(AnswerSpec("integer"), cel).gives in ("bool", "dyn")


@pytest.mark.parametrize(
    ("xpath", "said"),
    [
        ("${x} = 1", "no question x"),
        ("${n} = 'a'", "do not compare"),
        ("${t} = 5", "quote 5"),
        ("${t} > 'a'", "do not compare"),
        ("${m} = 'b'", "selected()"),
        ("${o} = 'zz'", "no choice 'zz'"),
        ("selected(${t}, 'b')", "not several choices"),
        ("${n}", "not a truth value"),
        ("${n} and true()", "not a truth value"),
        ("regex(${t}, '(?=a)')", "not RE2"),
        ("${d} mod 2 = 1", "whole numbers"),
        ("concat(${d}, 'x') = 'x'", "int()"),
        ("position() = 1", "position() is not known"),
        ("indexed-repeat(${k}, ${rr}, 1) = 1", "indexed-repeat() is not known"),
        ("not()", "right number of arguments"),
        ("../n = 1", "cannot read"),
        ("/data/n = 1", "cannot read"),
        ("${n} = 1 or", "too early"),
        ("${n} = = 1", "not expected"),
        ("a = 1", "neither"),
        ("1" * 30 + " = 1", "too long"),
        ("(" * (MAX_DEPTH + 1) + "1", "nested deeper"),
        ("1" + " + 1" * MAX_LENGTH, "longer than"),
        ("${n}" + " + 1" * 480, "too many parts"),
    ],
)
def test_what_is_refused_says_why(xpath: str, said: str) -> None:
    """Whatever cannot be carried is refused in both languages."""
    with pytest.raises(BadXPath) as caught:
        condition(xpath, scope())
    assert said in caught.value.words.en
    assert caught.value.words.zh


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="${}n m.'\"()=<>!+-*,1 2andorivotsel年\n", max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Any text is an expression or refused, never anything else."""
    with contextlib.suppress(BadXPath):
        parse(text)
        translate(text, scope())


@pytest.mark.parametrize(
    ("cel", "xpath"),
    [
        ("value in [1, 2]", ". = 1 or . = 2"),
        ("['b', 'c1'].exists(c, c in answers.X_04)", "selected(${m}, 'b') or selected(${m}, 'c1')"),
        ("answers.X_06 > day.date", "${dt} > today()"),
        ("days(answers.X_06, day.date) > 30", "(today() - ${dt}) > 30"),
        ("answers.X_07 > '20:30'", ""),
        ("answers.X_01 > params.limit", ""),
        ("answers.Y_01 == 'a'", ""),
        ("site.category_class == 'subject'", ""),
        ("[1, 2].map(x, x)[0] == 1", ""),
        ("'unfinished", ""),
    ],
)
def test_what_a_rule_becomes(cel: str, xpath: str) -> None:
    """A rule is XPath where that says exactly the same, and nothing where it does not."""
    same_codes = {"b": "b", "c1": "c1"}
    refs = REFS | {"m": Term("answers.X_04", "many", codes=same_codes)}
    assert to_xpath(cel, Scope(refs, Term("value", "int"))) == xpath
