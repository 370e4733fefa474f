"""Laws that every shipped checklist keeps, whatever is answered."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspector.domain.answers import read_answer
from inspector.domain.calendar import DAY_KINDS, WEEKDAYS
from inspector.domain.checklist import AnswerSpec, Checklist
from inspector.domain.completion import complete
from inspector.domain.rules import Compiled, Context, compile_checklist
from inspector.domain.site_facts import FIELDS
from inspector.forms.library import shipped

LIBRARY = shipped()
CLOCK = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59))
DATE = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 12, 31)).map(str)
DAY = st.fixed_dictionaries(
    {},
    optional={
        "date": DATE, "time": CLOCK, "weekday": st.sampled_from(WEEKDAYS), "kind": st.sampled_from(sorted(DAY_KINDS)),
        "statutory": st.booleans(), "night": st.booleans(),
    },
)  # fmt: skip
FACTS = {
    "text": st.sampled_from(("", "甲路1号", "乙路2号")),
    "date": DATE,
    "count": st.integers(0, 5_000),
    "bool": st.booleans(),
}
SITE = st.fixed_dictionaries(
    {},
    optional={
        f.name: st.sampled_from(f.choices) if f.choices else FACTS[f.type] for f in FIELDS if not f.personal
    },
)


NOT_DECIDED = st.just(frozenset[str]()) | st.frozensets(st.sampled_from(sorted(LIBRARY.params)))


def value_of(spec: AnswerSpec) -> st.SearchStrategy[Any]:
    """Canonical answers of a kind."""
    low, high = (
        int(float(b)) if b and spec.type in ("integer", "decimal") else None
        for b in (spec.minimum, spec.maximum)
    )
    whole = st.integers(-9_999 if low is None else low, 99_999 if high is None else high)
    if spec.type == "roster":
        cells = {c.code: value_of(c.answer) for c in spec.columns}
        needed = {c.code for c in spec.columns if c.answer.required}
        row = st.fixed_dictionaries(
            {name: cells[name] for name in needed},
            optional={n: s for n, s in cells.items() if n not in needed},
        )
        return st.lists(row, min_size=1, max_size=min(5, int(spec.maximum or 5)))
    codes = [choice.code for choice in spec.choices]
    return {
        "yes_no": st.sampled_from(("yes", "no", "na")),
        "choice": st.sampled_from(codes or [""]),
        "multi_choice": st.sets(st.sampled_from(codes or [""])).map(
            lambda some: [c for c in codes if c in some]
        ),
        "integer": whole,
        "decimal": whole.map(str),
        "date": DATE,
        "time": CLOCK,
        "time_range": st.tuples(CLOCK, CLOCK)
        .filter(lambda p: p[0] < p[1])
        .map(lambda p: {"start": p[0], "end": p[1]}),
        "text": st.sampled_from(("甲", "某校", "<b>{value}</b>")),
    }[spec.type]


def family(checklist: Checklist) -> tuple[Compiled, ...]:
    """A checklist with those whose answers it uses."""
    codes = dict.fromkeys([checklist.code, *checklist.uses])
    return tuple(compile_checklist(LIBRARY.checklist(code)) for code in codes)


@pytest.mark.parametrize("code", list(LIBRARY.checklists))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(data=st.data())
def test_judging_never_fails_and_always_says_why(code: str, data: st.DataObject) -> None:
    """Any answers, facts, days and parameters: every item is judged, twice alike, with whole sentences in both languages.

    What is not answered is never in order, and what is not known is never said to be.
    """
    rules = family(LIBRARY.checklist(code))
    specs = {item.code: item.answer for found in rules for item in found.checklist.items if not item.derived}
    some = data.draw(st.sets(st.sampled_from(sorted(specs))), label="answered")
    answers = {name: data.draw(value_of(specs[name]), label=name) for name in sorted(some)}
    left = data.draw(NOT_DECIDED, label="not decided")
    decided = {name: value for name, value in LIBRARY.params.items() if name not in left}
    context = complete(
        rules, Context(answers=answers, site=data.draw(SITE), day=data.draw(DAY), params=decided)
    )
    for item in rules[0].checklist.items:
        value = context.answers.get(item.code)
        found = rules[0].judge(item.code, value, context)
        assert found == rules[0].judge(item.code, value, context)
        assert found.reason.zh
        assert found.reason.en
        if found.verdict in ("violation", "hint") and not left:
            assert "?" not in found.reason.zh, (item.code, found.reason)
        if value is None:
            assert found.verdict in ("unanswered", "unknown", "not_applicable")
        proposal = rules[0].propose(item.code, context)
        if proposal is not None:
            read_answer(item, proposal[0])
        rules[0].invalid(item.code, value, context)
        rules[0].explain(item.code, value, context)
        rules[0].why_not(item.code, context)
