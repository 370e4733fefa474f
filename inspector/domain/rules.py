"""What the rules of a checklist say of an answer: violation, hint, in order, unknown.

Rules see `value` (the answer; also `rows` for a roster), `answers.T_LIC_01`, `site.…`, `day.…`,
`params.…` and the functions that `rule_language` adds. What is not known is absent, and CEL carries that
through as in the logic of three values: `true || unknown` is true and `false && unknown` is false,
because both hold whatever the unknown is; everything else that hangs on it stays unknown, never "in
order". That is why rules reach these four only by name (`site.name`), never ask whether a name is there
(`has`), list or index them: `find_faults` refuses that, together with unknown names, wrong types and
choices that do not exist.

Bounded by the library: 10,000 steps of an expression, nesting of 32, RE2 patterns. Evaluation never raises.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from inspector.domain.checklist import Checklist, Item, Rule, Verdict, Words, answer_name
from inspector.domain.rule_language import Program, build, number
from inspector.domain.rule_names import HOLE, Fault, Names, find_faults, references
from inspector.errors import BadInput, Problem
from inspector.language import tr

__all__ = ["Compiled", "Context", "Fault", "Judgement", "Names", "compile_checklist", "find_faults"]

_UNKNOWN_WORDS = frozenset(("", "unknown", "unclear"))


@dataclass(frozen=True, slots=True)
class Context:
    """What rules may look at. Whatever is absent, None, "", "unknown" or "unclear" is unknown.

    Its mappings stay as they are once a rule has seen them.

    Attributes:
        answers: canonical values by item code ("T-LIC-01"), of all checklists of the inspection.
        site: facts of the site by their names (`inspector.domain.site_facts.FIELDS`).
        day: what the calendar knows, `rule_names.DAY_FACTS`; `date` "YYYY-MM-DD" at least.
        params: what the county decided, by name.
    """

    answers: Mapping[str, Any] = field(default_factory=dict)
    site: Mapping[str, Any] = field(default_factory=dict)
    day: Mapping[str, Any] = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules say of an answer, and why in words. `missing` names what had to be known for more."""

    verdict: Verdict
    reason: Words
    missing: tuple[Words, ...] = ()


class Compiled:
    """A checklist whose rules are ready to be judged. Make it with `compile_checklist`."""

    def __init__(self, checklist: Checklist) -> None:
        self.checklist = checklist
        self._items = {item.code: item for item in checklist.items}
        self._programs: dict[tuple[str, str], Program] = {}
        self._last: tuple[Context | None, Mapping[str, Mapping[str, Any]]] = (None, {})
        self._decimals = frozenset(i.code for i in checklist.items if i.answer.type == "decimal")

    def judge(self, code: str, value: Any, context: Context) -> Judgement:
        """What the rules say of this value; a derived item is computed, the given value not looked at.

        Where it cannot be known whether an item applies, the officer was asked, and an answer is judged:
        who thinks that it does not apply answers so.

        Raises:
            KeyError: the checklist has no such item.
        """
        item = self._items[code]
        if item.derived:
            value, missing = self.derive(code, context)
            if value is None:
                return Judgement("unknown", _because(missing), missing)
        if value == "na" and item.answer.type == "yes_no":
            return Judgement("not_applicable", Words("答为不适用", "answered as not applicable"))
        if item.applies and self._truth(item, item.applies, value, context) is False:
            return Judgement("not_applicable", Words("此处不适用", "does not apply here"))
        if value is None or value == "" or (value == [] and item.answer.type == "roster"):
            return Judgement("unanswered", Words("未答", "not answered"))
        return self._verdict(item, value, context)

    def applies(self, code: str, context: Context) -> bool | None:
        """Whether the item is to be asked here; None where that cannot be known, and then it is asked.

        Raises:
            KeyError: the checklist has no such item.
        """
        item = self._items[code]
        return self._truth(item, item.applies, None, context) if item.applies else True

    def derive(self, code: str, context: Context) -> tuple[Any, tuple[Words, ...]]:
        """The value of a derived item, or None with what is missing.

        Raises:
            KeyError: the checklist has no such item.
        """
        item = self._items[code]
        known, value = self._run(item, item.derived, None, context)
        if known and value != "":
            return value, ()
        return None, self._missing(item.derived, context)

    def invalid(self, code: str, value: Any, context: Context) -> tuple[Words, ...]:
        """The reasons why this cannot be an answer; empty when it can, or when that is unknown.

        Raises:
            KeyError: the checklist has no such item.
        """
        item = self._items[code]
        return tuple(
            self._fill(item, rule.words, value, context)
            for rule in item.invalid
            if self._truth(item, rule.when, value, context) is True
        )

    def _verdict(self, item: Item, value: Any, context: Context) -> Judgement:
        unknown: list[Rule] = []
        steps: tuple[tuple[Rule | None, Verdict], ...] = ((item.violation, "violation"), (item.hint, "hint"))
        for rule, verdict in steps:
            if rule is None:
                continue
            holds = self._truth(item, rule.when, value, context)
            if holds is None:
                unknown.append(rule)
            elif holds and not unknown:
                return Judgement(verdict, self._fill(item, rule.words, value, context))
        if unknown:
            missing = tuple(dict.fromkeys(w for rule in unknown for w in self._missing(rule.when, context)))
            return Judgement("unknown", _because(missing), missing)
        if item.violation is None:
            return Judgement("in_order", Words("已记录", "recorded"))
        return Judgement("in_order", Words("未见违规", "no violation seen"))

    def _truth(self, item: Item, source: str, value: Any, context: Context) -> bool | None:
        known, result = self._run(item, source, value, context)
        return result if known and isinstance(result, bool) else None

    def _run(self, item: Item, source: str, value: Any, context: Context) -> tuple[bool, Any]:
        program = self._programs.get((item.code, source))
        if program is None:
            program = self._programs[item.code, source] = build(item.answer, source)
        return program.run(value, self._facts(context))

    def _facts(self, context: Context) -> Mapping[str, Mapping[str, Any]]:
        """What is known, by the names that rules use. A sheet judges all items by one context, one after the other."""
        last, facts = self._last
        if last is not context:
            known = {code: number(v) if code in self._decimals else v for code, v in context.answers.items()}
            facts = {
                "answers": {answer_name(code): v for code, v in known.items() if v is not None and v != ""},
                "site": _known(context.site),
                "day": _known(context.day),
                "params": _known(context.params),
            }
            self._last = context, facts
        return facts

    def _missing(self, source: str, context: Context) -> tuple[Words, ...]:
        have = self._facts(context)
        return tuple(label for root, name, label in references(source) if name not in have[root])

    def _fill(self, item: Item, words: Words, value: Any, context: Context) -> Words:
        def shown(match: re.Match[str]) -> str:
            known, result = self._run(item, match[1], value, context)
            return _show(result) if known else "?"

        return Words(HOLE.sub(shown, words.zh), HOLE.sub(shown, words.en))


def _known(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: v
        for name, v in facts.items()
        if v is not None and not (isinstance(v, str) and v in _UNKNOWN_WORDS)
    }


def _because(missing: tuple[Words, ...]) -> Words:
    if not missing:
        return Words("按现有答案算不出结果", "cannot be computed from this answer")
    return Words(
        "尚不知道：" + "、".join(w.zh for w in missing),
        "not known yet: " + ", ".join(w.en for w in missing),
    )


def _show(result: Any) -> str:
    if isinstance(result, bool):
        return tr("是", "yes") if result else tr("否", "no")
    if isinstance(result, float):
        return f"{result:.2f}".rstrip("0").rstrip(".")
    if isinstance(result, list):
        return "、".join(_show(part) for part in result)
    return str(result)


_cache: dict[str, Compiled] = {}


def compile_checklist(checklist: Checklist) -> Compiled:
    """Make the rules of a checklist ready; the same version (sha256) is made ready once a process.

    Raises:
        BadInput: a rule is not good; `problems` names item and reason.
    """
    ready = _cache.get(checklist.sha256)
    if ready is None:
        faults = find_faults(checklist)
        if faults:
            raise BadInput(
                f"检查表 {checklist.code} 有 {len(faults)} 条规则不能用：{faults[0].words.zh}",
                f"Checklist {checklist.code}: {len(faults)} rules cannot be used: {faults[0].words.en}",
                code="checklist.rules",
                problems=[Problem(f.item or checklist.code, f.words.zh, f.words.en) for f in faults],
            )
        if len(_cache) >= 64:
            _cache.clear()
        ready = _cache[checklist.sha256] = Compiled(checklist)
    return ready
