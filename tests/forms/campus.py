"""What tests of the campus modules share: one row of each table, and judging as the shipped checklists do."""

from typing import Any

from inspector.domain.answers import read_answer
from inspector.domain.rules import Context, Judgement, compile_checklist
from inspector.forms.library import shipped

LIBRARY = shipped()
PARAMS = LIBRARY.params
MODULES = ("C-HW", "C-EX", "C-AS", "C-CU", "C-SL", "C-PH")


def judge(code: str, raw: object, **around: Any) -> Judgement:
    """What the shipped checklist says of an answer as it is typed; county parameters are the shipped ones."""
    checklist = LIBRARY.checklist(code.rpartition("-")[0])
    around["params"] = {**PARAMS, **around.get("params", {})}
    value = None if raw is None else read_answer(checklist.item(code), raw)
    return compile_checklist(checklist).judge(code, value, Context(**around))


def hours(stage: str, number: str) -> list[dict[str, str]]:
    """One row of C-SL-02."""
    return [{"stage": stage, "hours": number}]


def starts(stage: str, at: str) -> list[dict[str, str]]:
    """One row of C-SL-01."""
    return [{"stage": stage, "lesson": at}]


def lessons(due: int, given: int) -> list[dict[str, Any]]:
    """One row of C-CU-01."""
    return [{"grade": 4, "subject": "美术", "due": due, "given": given}]


def homework(grade: int, minutes: int, sample: int = 10) -> list[dict[str, Any]]:
    """A class in C-HW-01 with homework in one subject, and none in another."""
    row = {"grade": grade, "class_name": "1", "sample": sample}
    return [{**row, "subject": "语文", "minutes": minutes}, {**row, "subject": "数学", "minutes": 0}]


def exams(grade: str, number: int, **more: str) -> list[dict[str, str]]:
    """So many exams of a whole grade."""
    row = {"grade": grade, "kind": "other", "scope": "grade", "paper": "yes", **more}
    return [{**row, "exam": f"第{n + 1}次"} for n in range(number)]


VISIT: dict[str, Any] = {
    "grade": 1, "class_name": "2", "subject": "语文", "period": 3, "as_timetabled": "yes", "prepared": "yes",
    "zero_start": "yes", "pace": "on_schedule", "overrun": 0, "homework": 0,
}  # fmt: skip
