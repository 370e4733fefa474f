"""Judging an answer by the shipped rules, for tests of the shipped checklists."""

from typing import Any

from inspector.domain.answers import read_answer
from inspector.domain.rules import Context, Judgement, compile_checklist
from inspector.forms.library import shipped

LIBRARY = shipped()


def judge(code: str, value: Any, **around: Any) -> Judgement:
    """What the shipped rules say, with the shipped parameters under those given."""
    checklist = LIBRARY.checklist(code.rsplit("-", 1)[0])
    item = checklist.item(code)
    params = dict(LIBRARY.params) | around.pop("params", {})
    context = Context(params=params, **around)
    return compile_checklist(checklist).judge(
        code, None if value is None else read_answer(item, value), context
    )
