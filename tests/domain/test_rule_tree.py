"""Rules as trees: read as CEL reads them, and one form for what says the same."""

import pytest

from inspector.domain.rule_tree import NotRead, read_cel, simplest

SAME = [
    ("a.x==1&&b", "a.x == 1 && b"),
    ("(a && b) && c", "a && (b && c)"),
    ("value in ['a', 'b']", "value == 'a' || 'b' == value"),
    ("['a', 'b'].exists(c, c in value)", "'a' in value || 'b' in value"),
    ("!['a', 'b'].all(c, c in value)", "!('a' in value && 'b' in value)"),
    ("!(value == 'a')", "value != 'a'"),
    ("!!a", "a"),
    ("a ? b : (c ? d : e)", "a ? b : c ? d : e"),
    ("30 < value", "value > 30"),
    ('value == "a\\"b"', "value == 'a\\\"b'"),
    ("a - b - c", "(a - b) - c"),
]
DIFFERENT = [
    ("a - b - c", "a - (b - c)"),
    ("a && b || c", "a && (b || c)"),
    ("value < 3", "value <= 3"),
    ("value == '1'", "value == 1"),
    ("!(value < 3)", "value >= 3"),  # not where value is no number
    ("['a'].exists(c, c in value)", "['a'].exists(c, d in value)"),
    ("-a.b", "a.b"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_says_the_same_is_the_same(one: str, other: str) -> None:
    """Spaces, parentheses, lists spelled out."""
    assert simplest(read_cel(one)) == simplest(read_cel(other))


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_may_differ_is_not_the_same(one: str, other: str) -> None:
    """Precedence, types and unknown values are kept apart."""
    assert simplest(read_cel(one)) != simplest(read_cel(other))


@pytest.mark.parametrize(
    "source", ["", "a[0]", "{'a': 1}", "a b", "(a", "'x", "a ? b", "1x", "r'raw'", "'\\x41'", "(" * 60 + "a"]
)
def test_what_is_not_known_is_not_read(source: str) -> None:
    """The caller keeps the text then; nothing is guessed."""
    with pytest.raises(NotRead):
        read_cel(source)
