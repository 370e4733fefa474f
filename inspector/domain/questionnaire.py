"""Short questionnaires of an inspection: many people answer without their names, and answers are only counted.

A response is one entry. It holds which form, what kind of person, and answers that can be counted; nothing that names
anybody. What is shown of them, on any screen and in any document, is a `Tally`: groups that are too small to hide in
are not told apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspector.domain.answers import read_answer
from inspector.domain.checklist import RESPONDENTS, Checklist, Item, Words
from inspector.domain.entries import Draft
from inspector.domain.inspecting import check_open
from inspector.domain.inspection import Inspection
from inspector.domain.registers import Registers
from inspector.errors import BadInput, NotFound, Problem, Refusal

SMALL_GROUP = 3
"""Fewer answers than this are never told apart: whoever knows the group would know who said what."""

MEDIAN_OF = 6
"""Fewer numbers have no median told: it would be one of them, or lie between two."""

_NONE_OF_THEM = Words("都没有", "none of them")
_YES_NO = (("yes", Words("是", "yes")), ("no", Words("否", "no")), ("na", Words("不适用", "n/a")))


@dataclass(frozen=True, slots=True)
class Response:
    """One filled-in questionnaire. `answers` by item code, canonical; an item that was skipped is absent."""

    id: str
    respondent: str
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Count:
    """How often an answer was given.

    Attributes:
        code: of the choice; "yes", "no", "na"; "" is "none of them" of several choices.
        per_mille: share of those who answered, rounded half up.
    """

    code: str
    label: Words
    count: int
    per_mille: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """What whole numbers amount to, in tenths, the mean rounded half up. Least and greatest are single persons' answers
    and are not told; of few numbers the median is one too (None)."""

    median: int | None
    mean: int


@dataclass(frozen=True, slots=True)
class GroupTally:
    """An item as one kind of people answered it.

    Attributes:
        small: somebody answered, but too few to be told apart; all that follows is then empty.
        answered, unanswered: people; together all responses of this group. None where `small`.
        counts: in the order of the form; empty for numbers.
    """

    respondent: str
    small: bool
    answered: int | None
    unanswered: int | None
    counts: tuple[Count, ...] = ()
    numbers: Numbers | None = None


@dataclass(frozen=True, slots=True)
class ItemTally:
    """One question, by kind of people."""

    item: Item
    groups: tuple[GroupTally, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """A questionnaire, counted.

    Attributes:
        responses: respondent → number of responses; None where there are some but too few to be told apart.
    """

    form: Checklist
    responses: Mapping[str, int | None]
    items: tuple[ItemTally, ...]


# -- what is recorded ----------------------------------------------------------------------------------------------


def responses_of(registers: Registers, form: str) -> tuple[Response, ...]:
    """The responses to a form that stand, in the order of their ids, which are random."""
    found = [
        Response(name, data["respondent"], {answer["item"]: answer["value"] for answer in data["answers"]})
        for name, data in registers.under(f"response/{form}").items()
        if data is not None
    ]
    return tuple(found)


def read_response(form: Checklist, respondent: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Canonical answers of one person, in the order of the form.

    Args:
        respondent: a code of RESPONDENTS.
        answers: item code → anything that `answers.read_answer` takes; None or "" is no answer.

    Raises:
        BadInput: the form is not for such people, an item is not of the form, a value is no answer, or nothing was
            answered; `problems` names every item.
    """
    if respondent not in form.respondents:
        fits = [RESPONDENTS[code] for code in form.respondents]
        raise BadInput(
            f"问卷 {form.code} 是给{'、'.join(words.zh for words in fits)}的，没有记录这一份。",
            f"{form.code} is for {', '.join(words.en for words in fits)}; this response was not recorded.",
            code="response.respondent",
        )
    known = {item.code: item for item in form.items}
    problems = [
        Problem(code, "不是这份问卷的题", "is no question of this form")
        for code in answers
        if code not in known
    ]
    read: dict[str, Any] = {}
    for code, item in known.items():
        raw = answers.get(code)
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            continue
        try:
            read[code] = read_answer(item, raw)
        except BadInput as fault:
            problems.append(Problem(code, fault.zh, fault.en))
    if not problems and not read:
        problems.append(Problem(form.code, "一题也没有答", "nothing was answered"))
    if problems:
        raise BadInput(
            f"这份问卷有{len(problems)}处不对，没有记录。",
            f"This response has {len(problems)} faults and was not recorded.",
            code="response.invalid",
            problems=problems,
        )
    return read


def record(
    inspection: Inspection,
    registers: Registers,
    *,
    form: Checklist,
    response: str,
    respondent: str,
    answers: Mapping[str, Any],
) -> list[Draft]:
    """Record one person's answers, as one draft.

    Raises:
        Refusal: the inspection is not open, its pack does not have this questionnaire, or the id is taken.
        BadInput: as `read_response`.
    """
    check_open(inspection)
    if form.sha256 not in {pin.sha256 for pin in inspection.questionnaires}:
        raise Refusal(
            f"这次检查的检查包没有问卷 {form.code}，没有记录。",
            f"The pack of this inspection has no questionnaire {form.code}; nothing was recorded.",
            code="questionnaire.not_in_pack",
        )
    read = read_response(form, respondent, answers)
    if registers.head(f"response/{form.code}/{response}") is not None:
        raise Refusal(
            f"编号为“{response}”的一份已经有了，没有再记录。",
            f"There is a response {response!r} already; nothing was recorded.",
            code="response.twice",
        )
    data = {
        "form": form.code,
        "response": response,
        "respondent": respondent,
        "answers": [{"item": code, "value": value} for code, value in read.items()],
    }
    return [Draft("inspection.response_recorded", inspection.id, inspection.scope, data)]


def withdraw(
    inspection: Inspection, registers: Registers, *, form: str, response: str, reason: str
) -> list[Draft]:
    """Take a mistyped response out of the count; its entry stays. None where it is withdrawn already.

    Raises:
        Refusal: the inspection is not open, or no reason is given.
        NotFound: there is no such response.
    """
    check_open(inspection)
    if not reason.strip():
        raise Refusal(
            "撤回一份问卷要写明理由。", "Withdrawing a response needs a reason.", code="response.reason"
        )
    key = f"response/{form}/{response}"
    if registers.head(key) is None:
        raise NotFound(
            f"问卷 {form} 没有编号为“{response}”的一份。",
            f"{form} has no response {response!r}.",
            code="response.unknown",
        )
    if registers.value(key) is None:
        return []
    data = {"form": form, "response": response, "reason": reason}
    return [
        Draft("inspection.response_withdrawn", inspection.id, inspection.scope, data, registers.seen(key))
    ]


# -- counting ------------------------------------------------------------------------------------------------------


def tally(form: Checklist, responses: Iterable[Response], *, small_group: int = SMALL_GROUP) -> Tally:
    """Count responses. A function of their set: their order has no say.

    A value that is no answer to its item (of another program) counts as no answer.

    Args:
        small_group: fewer answers of a group than this are not told apart.
    """
    by_group: dict[str, list[Response]] = {code: [] for code in form.respondents}
    for response in responses:
        if response.respondent in by_group:
            by_group[response.respondent].append(response)
    numbers = {code: None if 0 < len(group) < small_group else len(group) for code, group in by_group.items()}
    items = tuple(
        ItemTally(item, tuple(_group(item, code, group, small_group) for code, group in by_group.items()))
        for item in form.items
    )
    return Tally(form, numbers, items)


def _group(item: Item, respondent: str, group: Sequence[Response], small_group: int) -> GroupTally:
    values = [
        value for value in (_valid(item, one.answers.get(item.code)) for one in group) if value is not None
    ]
    if 0 < len(values) < small_group or 0 < len(group) < small_group:
        return GroupTally(respondent, True, None, None)
    left = len(group) - len(values)
    if item.answer.type == "integer":
        found = _numbers(values) if values else None
        return GroupTally(respondent, False, len(values), left, numbers=found)
    return GroupTally(respondent, False, len(values), left, counts=_counts(item, values))


def _valid(item: Item, value: Any) -> Any:
    if value is None:
        return None
    try:
        return value if read_answer(item, value) == value else None
    except BadInput:
        return None


def _counts(item: Item, values: Sequence[Any]) -> tuple[Count, ...]:
    kind = item.answer.type
    labels = _YES_NO if kind == "yes_no" else tuple((one.code, one.label) for one in item.answer.choices)
    if kind == "multi_choice":
        labels = (*labels, ("", _NONE_OF_THEM))
    given = [tuple(value) or ("",) if isinstance(value, list) else (value,) for value in values]
    found = []
    for code, label in labels:
        count = sum(code in codes for codes in given)
        found.append(Count(code, label, count, half_up(count * 1000, len(values))))
    return tuple(found)


def _numbers(values: Sequence[int]) -> Numbers:
    ordered = sorted(values)
    count = len(ordered)
    median = 5 * (ordered[(count - 1) // 2] + ordered[count // 2]) if count >= MEDIAN_OF else None
    return Numbers(median, half_up(sum(ordered) * 10, count))


def half_up(number: int, by: int) -> int:
    """number / by to the nearest whole, a half upwards; 0 of nothing."""
    return (2 * number + by) // (2 * by) if by else 0


def tenths(number: int) -> str:
    """A number of tenths as text: 435 → "43.5"."""
    sign = "-" if number < 0 else ""
    return f"{sign}{abs(number) // 10}.{abs(number) % 10}"
