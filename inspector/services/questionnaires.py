"""Questionnaires of an inspection: recording what people answered without their names, and counting it."""

import itertools
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspector.domain import questionnaire
from inspector.domain.checklist import RESPONDENTS, Checklist
from inspector.domain.entries import Draft, Ref
from inspector.domain.ids import random_id
from inspector.domain.inspection import Inspection
from inspector.domain.questionnaire import Tally, read_response, responses_of, tally
from inspector.domain.registers import Registers
from inspector.errors import BadInput, NotFound, Problem
from inspector.language import tr
from inspector.registry import cells
from inspector.registry.workbook import read_sheets
from inspector.services import lookup
from inspector.services.forms import Forms
from inspector.store.workspace import Store, View

RESPONDENT_TITLES = ("respondent", "答卷人", "对象")
MAX_RESPONSES = 2_000
"""Rows of one file: more than a school has in its sample, and still one transaction."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was saved: ids of the responses, and how many of that form stand now."""

    ids: tuple[str, ...]
    standing: int


@dataclass(frozen=True, slots=True)
class Offered:
    """A questionnaire of an inspection and how many responses to it stand."""

    form: Checklist
    responses: int


Filled = tuple[str, Mapping[str, Any]]
"""A respondent (code of RESPONDENTS) and answers by item code, as they were typed."""


def offered(store: Store, forms: Forms, inspection: str) -> tuple[Inspection, tuple[Offered, ...]]:
    """The inspection and its questionnaires, in the order of the pack.

    Raises:
        NotFound: no such inspection.
        Damaged: a questionnaire's text is not here.
    """
    state, registers = _state(store, inspection)
    found = [Offered(form, len(responses_of(registers, form.code))) for form in forms.questionnaires(state)]
    return state, tuple(found)


def form_of(forms: Forms, inspection: Inspection, code: str) -> Checklist:
    """The questionnaire of an inspection with that code, in any spelling of case.

    Raises:
        NotFound: its pack has none of that code.
    """
    found = forms.questionnaires(inspection)
    for form in found:
        if form.code.lower() == code.strip().lower():
            return form
    names = "、".join(form.code for form in found)
    raise NotFound(
        f"这次检查没有问卷“{code}”。", f"This inspection has no questionnaire {code!r}.",
        hint=(f"可用：{names}", f"Known: {names}") if names else
        ("这个检查包不带问卷。", "The pack of this inspection has no questionnaires."),
        code="questionnaire.unknown",
    )  # fmt: skip


def record_responses(
    store: Store, forms: Forms, inspection: str, form: str, filled: Sequence[Filled], *, actor: str = ""
) -> Recorded:
    """Record responses, each an entry of its own, all of them or none.

    Raises:
        NotFound: no such inspection, or its pack has no such questionnaire.
        BadInput: a response cannot be taken (`domain.questionnaire.read_response`).
        Refusal: the inspection is concluded or voided.
    """
    state = lookup.inspection(store, inspection)
    asked = form_of(forms, state, form)
    ids: list[str] = []
    standing: list[int] = []

    def decide(view: View) -> Sequence[Draft]:
        present, registers = lookup.folded(view.entries(state.id), state.id)
        standing[:] = [len(responses_of(registers, asked.code)) + len(filled)]
        ids[:] = _new_ids(store, len(filled), known=registers.under(f"response/{asked.code}"))
        drafts: list[Draft] = []
        for name, (respondent, answers) in zip(ids, filled, strict=True):
            drafts += questionnaire.record(
                present, registers, form=asked, response=name, respondent=respondent, answers=answers
            )
        return drafts

    store.decide(decide, actor=actor or state.first_officer)
    return Recorded(tuple(ids), standing[0])


def _new_ids(store: Store, count: int, *, known: Container[str]) -> list[str]:
    found: list[str] = []
    while len(found) < count:
        name = random_id("a", store.clock.random(8))
        if name not in known and name not in found:
            found.append(name)
    return found


def record_response(
    store: Store,
    forms: Forms,
    inspection: str,
    form: str,
    *,
    respondent: str,
    answers: Mapping[str, Any],
    actor: str = "",
) -> Recorded:
    """Record what one person answered; raises as `record_responses`."""
    return record_responses(store, forms, inspection, form, [(respondent, answers)], actor=actor)


def withdraw_response(
    store: Store, forms: Forms, inspection: str, form: str, response: str, *, reason: str, actor: str = ""
) -> list[Ref]:
    """Take a mistyped response out of the count.

    Raises:
        NotFound: no such inspection, questionnaire or response.
        Refusal: the inspection is not open, or no reason is given.
    """
    state = lookup.inspection(store, inspection)
    asked = form_of(forms, state, form)

    def decide(view: View) -> Sequence[Draft]:
        present, registers = lookup.folded(view.entries(state.id), state.id)
        return questionnaire.withdraw(
            present, registers, form=asked.code, response=response.strip(), reason=reason.strip()
        )

    return store.decide(decide, actor=actor or state.first_officer)


def tallies(store: Store, forms: Forms, inspection: str) -> tuple[Tally, ...]:
    """Every questionnaire of an inspection, counted; too small groups are not told apart.

    Raises:
        NotFound: no such inspection.
        Damaged: a questionnaire's text is not here.
    """
    state, registers = _state(store, inspection)
    return tuple(tally(form, responses_of(registers, form.code)) for form in forms.questionnaires(state))


def read_paper(path: Path, form: Checklist, *, respondent: str = "") -> list[Filled]:
    """Responses typed from paper: a table with item codes in its first row, one person a row, empty cells skipped.

    Args:
        respondent: of rows without a column 答卷人 (`respondent`); "" is whom the form is for, where that is one kind.

    Raises:
        NotFound: no such file.
        BadInput: it is no such table, or rows have faults; `problems` names each row. Nothing was recorded.
    """
    sheets = read_sheets(path)
    lines = [[cells.clean(cell).text for cell in row] for row in sheets[0].rows] if sheets else []
    rows = [(number, row) for number, row in enumerate(lines, 1) if any(row)]
    if len(rows) < 2:
        raise BadInput(
            "文件里没有问卷：第一行写题目编码，以下每行一份。",
            "There are no responses in the file: item codes in the first row, one response a row below.",
            code="response.table",
        )
    if len(rows) - 1 > MAX_RESPONSES:
        raise BadInput(
            f"超过{MAX_RESPONSES}份，一份也没有记录；请分成几个文件。",
            f"More than {MAX_RESPONSES} responses; nothing was recorded. Split the file.",
            code="response.many",
        )
    _, titles = rows[0]
    problems = _title_problems(titles, form)
    by_default = respondent or (form.respondents[0] if len(form.respondents) == 1 else "")
    filled: list[Filled] = []
    for number, row in rows[1:] if not problems else ():
        taken, faults = _read_row(titles, row, form, by_default)
        where = tr(f"第{number}行", f"row {number}")
        problems += [Problem(f"{where} {fault.where}".rstrip(), fault.zh, fault.en) for fault in faults]
        filled.append(taken)
    if problems:
        raise BadInput(
            f"{path.name} 有{len(problems)}处不对，一份也没有记录。",
            f"{path.name} has {len(problems)} faults; nothing was recorded.",
            hint=("请按所列的行改正后再试。", "Put the listed rows right and try again."),
            code="response.file",
            problems=problems,
        )
    return filled


def _read_row(
    titles: Sequence[str], row: Sequence[str], form: Checklist, by_default: str
) -> tuple[Filled, Sequence[Problem]]:
    who, answers = by_default, {}
    for title, text in zip(titles, row, strict=False):
        if title.lower() in RESPONDENT_TITLES:
            who = _respondent(text) or by_default
        elif title:
            answers[title.upper()] = text
    beside = [text for title, text in itertools.zip_longest(titles, row, fillvalue="") if text and not title]
    if beside:
        return (who, answers), [Problem("", "有一格不在任何一列下", "a cell stands under no title")]
    try:
        return (who, read_response(form, who, answers)), ()
    except BadInput as fault:
        return (who, answers), fault.problems or [Problem("", fault.zh, fault.en)]


def _title_problems(titles: Sequence[str], form: Checklist) -> list[Problem]:
    codes = {item.code for item in form.items}
    seen: set[str] = set()
    problems = []
    for title in filter(None, titles):
        name = "respondent" if title.lower() in RESPONDENT_TITLES else title.upper()
        if name != "respondent" and name not in codes:
            problems.append(Problem(title, f"不是 {form.code} 的题目编码", f"is no question of {form.code}"))
        elif name in seen:
            problems.append(Problem(title, "这一列重复", "the column is there twice"))
        seen.add(name)
    return problems


def _respondent(text: str) -> str:
    for code, words in RESPONDENTS.items():
        if text.lower() in (code, words.zh, words.en):
            return code
    return text


def _state(store: Store, inspection: str) -> tuple[Inspection, Registers]:
    name = lookup.inspection(store, inspection).id
    return lookup.folded(store.entries(name), name)
