"""`inspect respond|withdraw|tally`: questionnaires of an inspection."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspector.cli import output
from inspector.cli.session import JSON, open_store, register
from inspector.errors import UsageError
from inspector.language import tr

if TYPE_CHECKING:
    from inspector.domain.questionnaire import GroupTally, ItemTally, Tally

ID = Annotated[str, typer.Argument(help="The inspection's id. 检查编号。")]
FORM = Annotated[str, typer.Argument(help="The questionnaire's code, such as Q-STU. 问卷编码。")]
_MAX_ANSWERS = 100_000


def add_to(group: typer.Typer) -> None:
    """Register the commands in the group `inspect`."""
    register(group, "respond", respond)
    register(group, "retract", retract)
    register(group, "tally", tally)


def respond(
    inspection: ID,
    form: FORM,
    respondent: Annotated[
        str, typer.Option("--as", help="Who answered: student, parent or teacher. 答卷人。", metavar="WHO")
    ] = "",
    answers: Annotated[
        str, typer.Option(help="Answers of one person as JSON, by item code. 一份的答案。", metavar="JSON")
    ] = "",
    file: Annotated[
        Path | None,
        typer.Option(help="Table from paper: item codes in the first row, one person a row. 纸质问卷的表。"),
    ] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Record anonymous answers to a questionnaire, all of them or none. 录入问卷（不记姓名）。"""
    from inspector.services import lookup, questionnaires
    from inspector.services.forms import Forms

    if bool(answers) == (file is not None):
        raise UsageError(
            "请用 --answers 给出一份，或用 --file 给出一张表。",
            "Give one person's --answers, or a --file with a table.",
        )
    with open_store() as store:
        forms = Forms(store)
        state = lookup.inspection(store, inspection)
        asked = questionnaires.form_of(forms, state, form)
        if file is not None:
            filled = questionnaires.read_paper(file, asked, respondent=respondent)
        else:
            only = asked.respondents[0] if len(asked.respondents) == 1 else ""
            filled = [(respondent or only, _object(answers))]
        saved = questionnaires.record_responses(store, forms, state.id, asked.code, filled)
    if as_json:
        output.data(
            {
                "inspection": state.id,
                "form": asked.code,
                "responses": list(saved.ids),
                "standing": saved.standing,
            }
        )
        return
    for name in saved.ids:
        output.line(name)
    output.tell(
        f"已保存{len(saved.ids)}份，{asked.code} 共{saved.standing}份。",
        f"Saved {len(saved.ids)}; {asked.code} has {saved.standing} responses.",
    )


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text) if len(text) <= _MAX_ANSWERS else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise UsageError(
            "--answers 应为 JSON 对象，没有记录任何内容。",
            "--answers should be a JSON object; nothing was recorded.",
            hint=('例如 {"Q-STU-01": "1"}', 'For example {"Q-STU-01": "1"}'),
        )
    return found


def retract(
    inspection: ID,
    form: FORM,
    response: Annotated[str, typer.Argument(help="The response's id, as `respond` printed it. 份号。")],
    reason: Annotated[str, typer.Option(help="Why. 理由。")],
) -> None:
    """Take a mistyped response out of the count; its entry stays. 撤回录错的一份。"""
    from inspector.services import questionnaires
    from inspector.services.forms import Forms

    with open_store() as store:
        questionnaires.withdraw_response(store, Forms(store), inspection, form, response, reason=reason)
    output.tell("已撤回，不再计数；原记录保留。", "Taken out of the count; the record is kept.")


def tally(inspection: ID, as_json: Annotated[bool, JSON] = False) -> None:
    """Count the questionnaires of an inspection; groups below three are not told apart. 问卷统计。"""
    from inspector.services import questionnaires
    from inspector.services.forms import Forms

    with open_store() as store:
        found = questionnaires.tallies(store, Forms(store), inspection)
    if as_json:
        output.data([_tally_data(one) for one in found])
        return
    if not found:
        output.tell("这个检查包不带问卷。", "The pack of this inspection has no questionnaires.")
    for one in found:
        _show(one)


def _tally_data(found: "Tally") -> dict[str, Any]:
    return {
        "form": found.form.code,
        "version": found.form.version,
        "title": found.form.title.zh,
        "title_en": found.form.title.en,
        "responses": {code: _few(number) for code, number in found.responses.items()},
        "items": [
            {
                "item": one.item.code,
                "question": one.item.question.zh,
                "question_en": one.item.question.en,
                "type": one.item.answer.type,
                "groups": [_group_data(group) for group in one.groups],
            }
            for one in found.items
        ],
    }


def _few(number: int | None) -> int | str:
    from inspector.domain.questionnaire import SMALL_GROUP

    return f"<{SMALL_GROUP}" if number is None else number


def _group_data(group: "GroupTally") -> dict[str, Any]:
    from inspector.domain.questionnaire import tenths

    numbers = group.numbers
    return {
        "respondent": group.respondent,
        "answered": _few(group.answered),
        "unanswered": _few(group.unanswered),
        "counts": [
            {
                "code": one.code,
                "label": one.label.zh,
                "label_en": one.label.en,
                "count": one.count,
                "per_mille": one.per_mille,
            }
            for one in group.counts
        ],
        "numbers": numbers
        and {
            "median": None if numbers.median is None else tenths(numbers.median),
            "mean": tenths(numbers.mean),
        },
    }


def _show(found: "Tally") -> None:
    from inspector.domain.checklist import RESPONDENTS

    people = tr("，", ", ").join(
        f"{RESPONDENTS[code]} {_few(number)}" for code, number in found.responses.items()
    )
    output.line(f"— {found.form.code} {found.form.title}  {people}")
    for one in found.items:
        output.line(f" {one.item.code}  {one.item.question}")
        for group in one.groups:
            for text in _group_lines(one, group):
                output.line(f"     {text}")


def _group_lines(item: "ItemTally", group: "GroupTally") -> list[str]:
    from inspector.domain.checklist import RESPONDENTS
    from inspector.domain.questionnaire import tenths

    who = str(RESPONDENTS[group.respondent])
    if group.small:
        return [tr(f"{who}：{_few(None)}，不分列", f"{who}: {_few(None)}, not told apart")]
    lines = [
        tr(
            f"{who}：答{group.answered}，未答{group.unanswered}",
            f"{who}: {group.answered} answered, {group.unanswered} did not",
        )
    ]
    lines += [f"  {one.label}  {one.count}  {tenths(one.per_mille)}%" for one in group.counts]
    if group.numbers is not None:
        mean, median = tenths(group.numbers.mean), group.numbers.median
        middle = "" if median is None else tr(f"中位{tenths(median)}，", f"median {tenths(median)}, ")
        unit = str(item.item.answer.unit)
        lines.append(tr(f"  {middle}平均{mean} {unit}", f"  {middle}mean {mean} {unit}").rstrip())
    return lines
