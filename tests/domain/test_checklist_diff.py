"""What changed between two versions of a checklist, in words."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.checklist import (
    AnswerSpec,
    Checklist,
    Choice,
    Column,
    Example,
    Item,
    Proposal,
    Rule,
    Words,
)
from inspector.domain.checklist_diff import differences
from inspector.forms.library import shipped

A, B = Choice("a", Words("甲", "A")), Choice("b", Words("乙", "B"))
ITEM = Item(
    "T-X-01", Words("题", "question"), AnswerSpec("choice", choices=(A, B)), 2, "education",
    violations=(Rule("value == 'a'", Words("违规", "violation")),), measure=Words("改", "correct"),
    deadline_days=3, basis=("ppel-64",),
)  # fmt: skip
TABLE = AnswerSpec("roster", columns=(Column("n", Words("名", "name"), AnswerSpec("text")),))


def listed(*items: Item, version: str = "1") -> Checklist:
    return Checklist("T-X", version, Words("试", "try"), "enterprise", ("training",), items, "0")


def told(old: Item, new: Item) -> list[tuple[str, str, str]]:
    return [(c.what, c.how, c.words.en) for c in differences(listed(old), listed(new))]


CASES: list[tuple[Item, tuple[str, str, str]]] = [
    (replace(ITEM, question=Words("问", "query")), ("question", "changed", "question: question → query")),
    (replace(ITEM, help=Words("看", "look")), ("help", "added", "help added: look")),
    (replace(ITEM, measure=None), ("measure", "removed", "measure removed: correct")),
    (replace(ITEM, severity=4), ("severity", "changed", "severity: moderate → major")),
    (replace(ITEM, lead="fire"), ("lead", "changed", "lead: education & sports → fire & emergency")),
    (replace(ITEM, partners=("police",)), ("partners", "added", "partners added: police")),
    (replace(ITEM, deadline_days=0), ("deadline_days", "changed", "deadline: 3 days → on the spot")),
    (replace(ITEM, basis=("a", "b")), ("basis", "changed", "basis: ppel-64 → a、b")),
    (replace(ITEM, photo=True), ("photo", "changed", "asks for a photo: no → yes")),
    (replace(ITEM, fact="day.kind"), ("fact", "added", "fact added: day.kind")),
    (replace(ITEM, applies="answers.T_X_02 == 'a'"), ("applies", "added", "when it is asked added: answers.T_X_02 == 'a'")),
    (replace(ITEM, derived="'a'"), ("derived", "added", "how it is computed added: 'a'")),
    (replace(ITEM, violations=()), ("violation", "removed", "violation removed: violation (value == 'a')")),
    (
        replace(ITEM, violations=(Rule("value == 'b'", Words("违规", "violation")),)),
        ("violation", "changed", "violation: value == 'a' → value == 'b'"),
    ),
    (
        replace(ITEM, violations=(Rule("value == 'a'", Words("错", "wrong")),)),
        ("violation_words", "changed", "violation wording: violation → wrong"),
    ),
    (
        replace(ITEM, violations=(Rule("value == 'a'", Words("违规", "violation"), 4),)),
        ("violation_severity", "added", "violation severity added: major"),
    ),
    (replace(ITEM, hints=(Rule("value == 'b'", Words("提", "mind")),)), ("hint", "added", "hint added: mind (value == 'b')")),
    (replace(ITEM, proposals=(Proposal("'a'", Words("常", "usual")),)), ("proposal", "added", "proposal added: usual ('a')")),
    (replace(ITEM, examples=(Example("a", "violation"),)), ("examples", "changed", "examples: 0 → 1")),
    (replace(ITEM, answer=AnswerSpec("choice", choices=(A,))), ("choice", "removed", "choice removed: B")),
    (replace(ITEM, answer=AnswerSpec("choice", choices=(B, A))), ("choice_order", "changed", "choice order: A, B → B, A")),
    (
        replace(ITEM, answer=AnswerSpec("choice", choices=(A, Choice("b", Words("丙", "C"))))),
        ("choice", "changed", "choice: B → C"),
    ),
    (replace(ITEM, answer=AnswerSpec("choice", choices=(A, B), required=False)), ("required", "changed", "required: yes → no")),
]  # fmt: skip


@pytest.mark.parametrize(("new", "change"), CASES)
def test_each_kind_of_change_is_told_once(new: Item, change: tuple[str, str, str]) -> None:
    """One thing changed is one sentence, and the way back is one too."""
    assert told(ITEM, new) == [change]
    assert len(told(new, ITEM)) == 1


def test_what_says_the_same_is_no_change() -> None:
    """Spaces, the order of a comparison and lists of choices do not count."""
    for when in ("value=='a'", "'a' == value", "value in ['a']", "!(value != 'a')"):
        assert not told(ITEM, replace(ITEM, violations=(Rule(when, Words("违规", "violation")),)))


def test_tables_are_compared_by_their_columns() -> None:
    """A column that is new, gone, personal or of another kind is named."""
    old = replace(ITEM, answer=TABLE, violations=())
    more = replace(TABLE, maximum="9", columns=(
        Column("n", Words("姓名", "name"), AnswerSpec("text", maximum="20"), personal=True),
        Column("k", Words("数", "number"), AnswerSpec("integer")),
    ))  # fmt: skip
    assert told(old, replace(old, answer=more)) == [
        ("maximum", "added", "maximum added: 9"),
        ("column_title", "changed", "title of a column: name → name"),
        ("personal", "changed", 'column "name" is personal: no → yes'),
        ("maximum", "added", 'column "name": maximum added: 20'),
        ("column", "added", "column added: number"),
    ]
    assert ("column", "removed", "column removed: number") in told(replace(old, answer=more), old)


def test_items_added_removed_and_moved() -> None:
    """Only what really moved is said to have moved."""
    items = [replace(ITEM, code=f"T-X-0{n}") for n in range(1, 6)]
    a, b, c, d, e = items
    new = listed(b, c, replace(a, code="T-X-09"), d, a, version="2")
    found = differences(listed(a, b, c, d, e), new)
    assert [(x.item, x.how, x.words.zh) for x in found] == [
        ("", "changed", "版本：1 → 2"),
        ("T-X-09", "added", "新增这一题：题"),
        ("T-X-01", "moved", "这一题移到T-X-04 之后"),
        ("T-X-05", "removed", "去掉这一题：题"),
    ]


@given(st.permutations(range(6)))
def test_moving_back_what_moved_gives_the_order(order: list[int]) -> None:
    """Those that did not move are in the old order, and no shorter list of moves would do."""
    items = [replace(ITEM, code=f"T-X-0{n}") for n in range(6)]
    found = differences(listed(*items), listed(*(items[n] for n in order)))
    assert {c.how for c in found} <= {"moved"}
    moved = {int(c.item[-1]) for c in found}
    kept = [n for n in order if n not in moved]
    assert kept == sorted(kept)
    longest = [0] * 6
    for at, n in enumerate(order):
        longest[at] = 1 + max((longest[b] for b in range(at) if order[b] < n), default=0)
    assert len(kept) == max(longest)


@pytest.mark.parametrize("checklist", shipped().checklists.values(), ids=lambda c: c.code)
def test_no_checklist_differs_from_itself(checklist: Checklist) -> None:
    """The same text is the same."""
    assert differences(checklist, checklist) == ()
