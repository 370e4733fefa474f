"""The strict YAML: plain values with their lines, and a named line for everything that is refused."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.errors import BadInput
from inspector.forms.yaml_reader import MAX_BYTES, MAX_DEPTH, MAX_NODES, MAX_SCALAR, read_yaml


def test_scalars_are_what_they_look_like() -> None:
    """YAML 1.2: only true, false, null and plain whole numbers are not texts."""
    text = (
        'a: [no, yes, on, "1", 1, -2, true, ~, null, 20:30, 2026-01-10, 1.2.3, 0, "3.5", =, <<]\n'
        "b: |\n  甲\n  乙\nc: 0123x\n"
    )
    value = read_yaml(text.encode(), "f").value
    assert value["a"] == [
        *(
            "no",
            "yes",
            "on",
            "1",
            1,
            -2,
            True,
            None,
            None,
            "20:30",
            "2026-01-10",
            "1.2.3",
            0,
            "3.5",
            "=",
            "<<",
        ),
    ]
    assert value["b"] == "甲\n乙\n"
    assert value["c"] == "0123x"


def test_lines_are_those_of_the_file() -> None:
    """Each value knows its line; what is missing knows the line of what surrounds it."""
    document = read_yaml(b"\xef\xbb\xbf# note\na: 1\nb:\n  - x: 2\n\n  - x: 3\n", "f.yaml")
    assert [document.where(path) for path in (("a",), ("b", 1, "x"), ("b", 0, "zz"), ("no",))] == [
        "f.yaml:2",
        "f.yaml:6",
        "f.yaml:4",
        "f.yaml:2",
    ]


BILLION = b"a: &a [x, x]\n" + b"".join(b"%c: &%c [*%c, *%c]\n" % (c + 1, c + 1, c, c) for c in range(97, 121))


@pytest.mark.parametrize(
    ("data", "line", "part"),
    [
        (BILLION, 1, "anchors"),
        (b"a: 1\nb: *a", 2, "anchors"),
        (b"a: !!python/object/apply:os.system [x]", 1, "tags"),
        (b"a: !x 1", 1, "tags"),
        (b"a: 1\nb: 2\na: 3", 3, "twice"),
        (b"a: {x: 1, x: 2}", 1, "twice"),
        (b'a: 1\n"a": 3', 2, "twice"),
        (b"? [a]\n: 1", 1, "keys"),
        (b"1: 2", 1, "no text"),
        (b"true: 2", 1, "no text"),
        (("a: 1\nb: x" + "\u0301\u0316" * 9_000).encode(), 2, "marks"),
        (("a\uff9e" + "\uff9e" * 9_000 + ": 1").encode(), 1, "marks"),
        (b"a: " + b"x" * (MAX_SCALAR + 1), 1, "characters"),
        (b"a: 012", 1, "quote"),
        (b"a: 0x1f", 1, "quote"),
        (b"a: 0o17", 1, "quote"),
        (b"a: 1_000", 1, "quote"),
        (b"a: 3.5", 1, "quote"),
        (b"a: 1e400", 1, "quote"),
        (b"a: .inf", 1, "quote"),
        (b"a: .nan", 1, "quote"),
        (b"a: " + b"9" * 5000, 1, "quote"),
        (b"a: 9007199254740992", 1, "quote"),
        (b"a: 1\n---\nb: 1", 2, "one document"),
        (b"", 1, "empty"),
        (b"# only a note\n", 1, "empty"),
        (b"a: \xff", 1, "UTF-8"),
        ("a: 1".encode("utf-16"), 1, "UTF-8"),
        (b'a: "\\e[31m"', 1, "control"),
        (b'a: "\\0"', 1, "control"),
        (b'a: "\\ud800"', 1, "control"),
        (b'a: "\\U99999999"', 1, "not well-formed"),
        (b"a: \x1b", 1, "not well-formed"),
        (b"a: [1", 1, "not well-formed"),
        (b"a: 1\n  b: 2", 2, "not well-formed"),
        (b"[" * 100_000, 1, "deeper"),
        (b"{a: " * 100_000, 1, "deeper"),
        (b"a: " + b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), 1, "deeper"),
        (b"- 1\n" * MAX_NODES, MAX_NODES, "more than"),
        (b"#" * (MAX_BYTES + 1), 1, "larger"),
    ],
)
def test_what_surprises_is_refused_at_its_line(data: bytes, line: int, part: str) -> None:
    """Bombs, tags, doubled keys, odd numbers, other encodings: BadInput with one problem at file and line."""
    with pytest.raises(BadInput) as caught:
        read_yaml(data, "f.yaml")
    (problem,) = caught.value.problems
    assert part in problem.en
    assert problem.where == f"f.yaml:{line}"


@settings(deadline=None)
@given(
    st.binary(max_size=200)
    | st.text(alphabet="ab:[]{}-&*!?'\"|>%@#, \n\t\\0189.~", max_size=120).map(str.encode)
)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """No input at all ends otherwise than in plain values or in BadInput with its place."""
    try:
        line = read_yaml(data, "f").line(())
        where = f"f:{line}"
    except BadInput as refusal:
        where = refusal.problems[0].where
    assert re.fullmatch(r"f:[1-9][0-9]*", where)
