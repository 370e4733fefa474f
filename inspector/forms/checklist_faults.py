"""What is wrong in a checklist beyond the shape of its file and its rules, in words."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from inspector.domain.answers import read_answer
from inspector.domain.checklist import (
    ENTERPRISE_WORDS,
    SCHOOL_WORDS,
    AnswerSpec,
    Checklist,
    Example,
    Item,
    Words,
)
from inspector.domain.completion import circles
from inspector.domain.reachability import unreachable
from inspector.domain.rule_names import DAY_KINDS, SITE_FACTS
from inspector.domain.scalars import millionths
from inspector.domain.site_facts import BY_NAME
from inspector.errors import BadInput, Problem
from inspector.forms.yaml_reader import Document

DERIVABLE = ("choice", "yes_no", "integer", "decimal", "text")
COUNTED = ("yes_no", "choice", "multi_choice", "integer")
"""Kinds of answers of a questionnaire: what can be counted."""


def checklist_problems(
    document: Document,
    checklist: Checklist,
    *,
    basis: Collection[str] | None,
) -> Iterator[Problem]:
    """What shape and rules do not show: doubles, refs, items that say two things at once, words of the other track.

    Args:
        basis: refs of the law register; None is not checked.
    """
    if (checklist.form == "questionnaire") != bool(checklist.respondents):
        yield Problem(
            f"{document.name}:1",
            "问卷要写 respondents，检查表不写",
            "a questionnaire says its respondents, a checklist does not",
        )
    seen: set[str] = set()
    for item in checklist.items:
        where = f"{document.name}:{item.line}"
        for words in _item_faults(checklist, item, basis, doubled=item.code in seen):
            yield Problem(where, f"{item.code}：{words.zh}", f"{item.code}: {words.en}")
        for example, words in _bad_examples(item):
            yield Problem(
                f"{document.name}:{example.line}",
                f"{item.code} 的例子：{words.zh}",
                f"{item.code}, example: {words.en}",
            )
        seen.add(item.code)


def reach_problems(
    document: Document, checklist: Checklist, answers: Mapping[str, AnswerSpec] | None
) -> Iterator[Problem]:
    """Items that hang on themselves, and conditions that can never hold. For a checklist without other faults.

    Args:
        answers: of checklists that it uses, by rule name.
    """
    for code in circles(checklist.items):
        where = f"{document.name}:{checklist.item(code).line}"
        zh = "是否检查这一题（或它的推算）绕回到它自己"
        yield Problem(where, f"{code}：{zh}", f"{code}: whether it is asked, or its value, hangs on itself")
    for item, words in unreachable(checklist, answers):
        yield Problem(f"{document.name}:{item.line}", f"{item.code}：{words.zh}", f"{item.code}: {words.en}")


def _item_faults(
    checklist: Checklist, item: Item, basis: Collection[str] | None, *, doubled: bool
) -> Iterator[Words]:
    if doubled:
        yield Words("编码重复", "the code is there twice")
    if not item.code.startswith(checklist.code + "-"):
        yield Words(f"编码应以 {checklist.code}- 开头", f"the code should start with {checklist.code}-")
    for ref in item.basis:
        if basis is not None and ref not in basis:
            yield Words(f"法规登记表里没有 {ref}", f"the law register has no {ref}")
    yield from _questionnaire_faults(item) if checklist.form == "questionnaire" else _duty_faults(item)
    yield from _track_faults(checklist, item)
    if item.derived and item.answer.type not in DERIVABLE:
        yield Words(
            f"推算项的答案应为 {'、'.join(DERIVABLE)} 之一",
            f"a derived item should be one of {', '.join(DERIVABLE)}",
        )
    if item.fact:
        yield from _fact_faults(item)
    for spec in (item.answer, *(c.answer for c in item.answer.columns)):
        yield from _spec_faults(spec)


def _duty_faults(item: Item) -> Iterator[Words]:
    """A violation needs what is done about it, and what only records must not ask for anything."""
    if item.record_only:
        if item.violations or item.deadline_days is not None:
            yield Words(
                "只记录的题不能有违规条件或期限", "an item that only records has no violation and no deadline"
            )
    elif not item.violations:
        yield Words(
            "没有违规条件；只作记录请写 record_only: true", "has no violation; else write record_only: true"
        )
    elif item.measure is None or item.deadline_days is None or not item.basis:
        yield Words(
            "有违规条件的题要写 measure、deadline_days 和 basis",
            "an item with a violation needs measure, deadline_days and basis",
        )


def _questionnaire_faults(item: Item) -> Iterator[Words]:
    judged = (
        item.violations,
        item.hints,
        item.derived,
        item.proposals,
        item.fact,
        item.applies,
        item.invalid,
    )
    if any(judged) or item.deadline_days is not None:
        yield Words(
            "问卷的题只计数，没有违规、提示、推算、条件或期限",
            "a question of a questionnaire is only counted",
        )
    if item.answer.type not in COUNTED:
        yield Words(
            f"问卷的题应为 {'、'.join(COUNTED)} 之一",
            f"a question of a questionnaire is one of {', '.join(COUNTED)}",
        )


def _track_faults(checklist: Checklist, item: Item) -> Iterator[Words]:
    """Two tracks, two vocabularies: schools are supervised, enterprises are ordered and penalised."""
    foreign = ENTERPRISE_WORDS if checklist.track == "school" else SCHOOL_WORDS
    found = [word for word in foreign if item.measure is not None and word in item.measure.zh]
    if found:
        yield Words(
            f"措施里的“{'、'.join(found)}”不是这条线的用语（机构线与学校线措辞不同）",
            f"the measure uses words of the other track: {'、'.join(found)}",
        )


def _fact_faults(item: Item) -> Iterator[Words]:
    if item.applies or item.derived:
        yield Words(
            "当作事实的题要总是检查，也不能推算",
            "an item that stands for a fact is always asked, and not computed",
        )
    root, _, name = item.fact.partition(".")
    if root == "day" and name == "kind":
        wanted: Collection[str] = DAY_KINDS
    elif root == "site" and name in SITE_FACTS:
        wanted = BY_NAME[name].choices
    else:
        yield Words(f"没有 {item.fact} 这个事实", f"there is no fact {item.fact}")
        return
    codes = {choice.code for choice in item.answer.choices}
    if wanted and not codes <= set(wanted):
        yield Words(
            f"{item.fact} 的选项只能是 {'、'.join(wanted)}", f"{item.fact} is one of {', '.join(wanted)}"
        )


def _spec_faults(spec: AnswerSpec) -> Iterator[Words]:
    labels = [c.label.zh for c in spec.choices]
    if len(set(labels)) < len(labels):
        yield Words("选项的中文名重复", "two choices have the same Chinese label")
    if spec.type in ("yes_no", "choice", "multi_choice", "time_range"):
        if spec.minimum or spec.maximum:
            yield Words(f"{spec.type} 没有上下限", f"{spec.type} has no bounds")
        return
    kind = spec.type if spec.type in ("decimal", "date", "time") else "integer"
    bounds = [b for b in (spec.minimum, spec.maximum) if b]
    try:
        probe = Item("?", Words("", ""), AnswerSpec(kind), 1, "education")
        canonical = [read_answer(probe, b) for b in bounds]
    except BadInput:
        yield Words(f"上下限应为 {kind}", f"the bounds should be {kind}")
        return
    if any(str(c) != b for c, b in zip(canonical, bounds, strict=True)):
        yield Words(f"上下限应写成 {canonical}", f"the bounds should be written {canonical}")
    by_size: Callable[[Any], Any] = millionths if kind in ("integer", "decimal") else str
    if len(canonical) == 2 and by_size(canonical[0]) > by_size(canonical[1]):
        yield Words("下限大于上限", "the minimum is above the maximum")


def _bad_examples(item: Item) -> Iterator[tuple[Example, Words]]:
    for example in item.examples:
        if item.derived or example.value is None:
            continue
        try:
            read_answer(item, example.value)
        except BadInput as fault:
            yield example, Words(fault.zh, fault.en)
