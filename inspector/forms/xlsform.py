"""An XLSForm as one of our checklists: the sheets survey, choices and settings; everything or nothing.

What cannot be carried is an error at its cell, and then there is no checklist. What is merely left out is a warning,
what is carried with another meaning for a blank a note. The last judge is the reader of our own files: what it finds is
told with the row of the question.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inspector.domain.checklist import Words
from inspector.errors import BadInput, Problem
from inspector.forms.checklists import Around, read_checklist
from inspector.forms.library import example_problems
from inspector.forms.xlsform_items import Items
from inspector.forms.xlsform_read import Question, Survey, read_choices
from inspector.forms.xlsform_rows import Place, Report, Row, Table, by_name, read_table, words_of
from inspector.forms.yaml_reader import read_yaml
from inspector.forms.yaml_writer import checklist_yaml

MAX_ITEMS = 300
"""Of a checklist; checklist.schema.json says the same."""
_CODE = re.compile(r"[A-Z]{1,4}-[A-Z]{1,8}")
_SHEETS = frozenset(("survey", "choices", "settings", "examples"))
_KNOWN = frozenset(
    ("type", "name", "label", "hint", "required", "relevant", "constraint", "constraint_message", "calculation",
     "choice_filter", "default", "severity", "lead", "partners", "measure", "deadline_days", "basis", "violation",
     "violation_message", "hint_rule", "hint_message", "photo", "record_only", "personal", "unit", "proposal_message",
     "appearance", "parameters", "read_only", "readonly", "guidance_hint", "image", "audio", "video", "big-image",
     "repeat_count", "trigger", "required_message", "body::accuracythreshold", "autoplay", "save_to",
     "inspector::type", "inspector::applies", "inspector::derived", "inspector::invalid", "inspector::violation",
     "inspector::hint", "inspector::proposal", "inspector::fact", "inspector::minimum", "inspector::maximum")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command says of the checklist; empty leaves it to the settings of the form."""

    code: str = ""
    version: str = ""
    track: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a form.

    Attributes:
        text: the checklist's file; empty where there are errors.
        names: code of an item (and column of a roster) by its name in the form.
        choices: for each list, our code by the name in the form, where it was changed.
    """

    code: str
    version: str
    text: str
    problems: tuple[Problem, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    items: int = 0
    track: str = ""

    @property
    def failed(self) -> bool:
        """Whether there is no checklist."""
        return not self.text


def import_form(
    tables: Sequence[Table], wanted: Wanted, around: Around, params: Mapping[str, Any]
) -> Imported:
    """The checklist of an XLSForm, or the reasons why there is none.

    Args:
        around: what the checklist may refer to.
        params: values of the county's parameters, for trying the examples.
    """
    report = Report()
    sheets = by_name(tables)
    if "survey" not in sheets:
        report.error(
            Place("survey", 1), "没有 survey 表，这不是 XLSForm", "no sheet survey; this is no XLSForm"
        )
        return Imported("", "", "", tuple(report.problems()))
    for name in sorted(sheets.keys() - _SHEETS):
        report.warning(Place(name, 1), "这张表不导入", "this sheet is left out")
    rows = {name: read_table(sheets[name], report) for name in _SHEETS if name in sheets}
    _unknown_columns(rows["survey"], report)
    lists = read_choices(rows.get("choices", []), report)
    survey = Survey(lists, report)
    survey.read(rows["survey"])
    top = _top(rows.get("settings", []), wanted, report)
    if not survey.questions:
        report.error(Place("survey", 1), "没有题", "there are no questions")
        return Imported("", "", "", tuple(report.problems()))
    if len(survey.questions) > MAX_ITEMS:
        place = survey.questions[MAX_ITEMS].place
        report.error(place, f"超过 {MAX_ITEMS} 题", f"more than {MAX_ITEMS} questions")
        return Imported("", "", "", tuple(report.problems()))
    counted = top.get("form") == "questionnaire"
    made = Items(top["checklist"], survey.questions, report, questionnaire=counted).made()
    _examples(rows.get("examples", []), made, survey.questions, report)
    names = {q.name: q.code for q in survey.questions}
    comments = {q.code: f"name: {q.name}" for q in survey.questions if q.name.replace("_", "-") != q.code}
    text = checklist_yaml({**top, "items": made}, comments)
    if not report.failed:
        _judge(text, survey.questions, around, params, report)
    return Imported(
        top["checklist"],
        top["version"],
        "" if report.failed else text,
        tuple(report.problems()),
        names | {c.name: f"{q.code}.{c.code}" for q in survey.questions for c in q.columns},
        {name: changed for name, known in lists.items() if (changed := _changed(known.codes))},
        len(made),
        top["track"],
    )


def _changed(codes: Mapping[str, str]) -> dict[str, str]:
    return {name: code for name, code in codes.items() if name != code}


def _unknown_columns(rows: Sequence[Row], report: Report) -> None:
    told: set[str] = set()
    for row in rows:
        for (name, language), cell in row.cells.items():
            if name not in _KNOWN and name not in told:
                told.add(name)
                report.warning(
                    cell.place, f"不认识的列 {cell.place.heading}", f"unknown column {cell.place.heading}"
                )
            elif language not in ("", "zh", "en") and f"{name}::{language}" not in told:
                told.add(f"{name}::{language}")
                report.warning(cell.place, "只导入中文和英文", "only Chinese and English are carried")


def _top(rows: Sequence[Row], wanted: Wanted, report: Report) -> dict[str, Any]:
    """What a checklist says of itself: of the command, else of the settings."""
    row = rows[0] if rows else Row(Place("settings", 2), {})
    code = (wanted.code or row.text("form_id")).upper()
    if not _CODE.fullmatch(code):
        zh = f"“{code}”不能作检查表编码（应像 T-XXX）；请用 --code 指定"
        en = f"{code!r} is no code of a checklist (such as T-XXX); give one by --code"
        report.error(row.at("form_id"), zh, en)
        code = "X-X"
    track = wanted.track or row.text("track") or ("school" if code.startswith("C-") else "enterprise")
    kinds = re.split(r"[\s,;、]+", row.text("site_kinds")) if row.text("site_kinds") else []
    version = wanted.version or row.text("version")
    if not version:
        report.warning(row.place, "没有版本，写作 1", "no version; it becomes 1")
    title = words_of(row, "checklist_title", report) or Words(
        row.text("form_title") or code, row.text("form_title") or code
    )
    top: dict[str, Any] = {
        "checklist": code,
        "version": version or "1",
        "language": "cel",
        "title": {"zh": title.zh, "en": title.en},
        "track": track,
        "site_kinds": kinds or (["campus"] if track == "school" else ["training"]),
    }
    if uses := row.text("uses"):
        top["uses"] = re.split(r"[\s,;、]+", uses)
    if row.text("form"):
        top["form"] = row.text("form")
    if respondents := row.text("respondents"):
        top["respondents"] = re.split(r"[\s,;、]+", respondents)
    return top


def _examples(
    rows: Sequence[Row], items: Sequence[dict[str, Any]], questions: Sequence[Question], report: Report
) -> None:
    """Our own sheet of examples: name, value and facts as JSON, and what the rules must say."""
    by_question = {q.name: item for q, item in zip(questions, items, strict=True)}
    for row in rows:
        item = by_question.get(row.text("name"))
        if item is None:
            report.error(row.at("name"), "没有这一题", "there is no such question")
            continue
        example: dict[str, Any] = {}
        for name in ("answer", "expect", "answers", "site", "day", "params"):
            if cell := row.cell(name):
                try:
                    example["value" if name == "answer" else name] = (
                        cell.text if name == "expect" else json.loads(cell.text)
                    )
                except (ValueError, RecursionError):
                    report.error(cell.place, "应为 JSON", "should be JSON")
        item.setdefault("examples", []).append(example)


def _judge(
    text: str, questions: Sequence[Question], around: Around, params: Mapping[str, Any], report: Report
) -> None:
    """What the reader of our own files says of the result, at the rows of the form."""
    data = text.encode("utf-8")
    problems: Sequence[Problem]
    try:
        problems = example_problems(read_checklist(data, "form", around), params, "form")
    except BadInput as fault:
        problems = fault.problems
    try:
        document = read_yaml(data, "form")
    except BadInput:
        starts: list[int] = []
    else:
        starts = [document.line(("items", number)) for number in range(len(questions))]
    for problem in problems:
        if problem.severity != "error":
            continue
        line = int(problem.where.rpartition(":")[2])
        before = [number for number, start in enumerate(starts) if start <= line]
        place = questions[before[-1]].place if before else Place("settings", 2)
        report.error(place, problem.zh, problem.en)
