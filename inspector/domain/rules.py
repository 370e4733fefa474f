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
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from inspector.domain.answers import derived_value
from inspector.domain.checklist import Checklist, Item, Rule, Verdict, Words, answer_name
from inspector.domain.fact_words import NOT_KNOWN, value_words
from inspector.domain.rule_language import ROOTS, Program, build, number
from inspector.domain.rule_names import HOLE, Fault, Names, find_faults, references
from inspector.errors import BadInput, Problem
from inspector.language import tr

__all__ = [
    "Compiled",
    "Context",
    "Fault",
    "Judgement",
    "Names",
    "Step",
    "compile_checklist",
    "facts_of",
    "find_faults",
]

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
        decimals: rule names of answers that are decimals, where checklists use each other's.
        items: items of all checklists of the inspection by rule name, so that a reason can name their answers.
    """

    answers: Mapping[str, Any] = field(default_factory=dict)
    site: Mapping[str, Any] = field(default_factory=dict)
    day: Mapping[str, Any] = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)
    decimals: frozenset[str] = frozenset()
    items: Mapping[str, Item] = field(default_factory=dict, repr=False, compare=False)
    facts: Mapping[str, Mapping[str, Any]] | None = field(default=None, init=False, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules say of an answer, and why in words. `missing` names what had to be known for more."""

    verdict: Verdict
    reason: Words
    missing: tuple[Words, ...] = ()
    severity: int = 0
    """Of a violation: the gravest of the rules that hold."""


@dataclass(frozen=True, slots=True)
class Step:
    """One condition as it was judged: which, its source, true, false or unknown (None), and what it looked at."""

    kind: Literal["applies", "derived", "invalid", "violation", "hint"]
    source: str
    holds: bool | None
    words: Words
    inputs: tuple[tuple[Words, Words], ...]


class Compiled:
    """A checklist whose rules are ready to be judged. Make it with `compile_checklist`."""

    def __init__(self, checklist: Checklist) -> None:
        self.checklist = checklist
        self._items = {item.code: item for item in checklist.items}
        self._by_name = {item.name: item for item in checklist.items}
        self._programs: dict[tuple[str, str], tuple[Program, tuple[tuple[str, str], ...]]] = {}
        self._decimals = frozenset(i.name for i in checklist.items if i.answer.type == "decimal")

    def judge(self, code: str, value: Any, context: Context) -> Judgement:
        """What the rules say of this value; a derived item is computed, the given value not looked at.

        Where it cannot be known whether an item applies, the officer was asked, and an answer is judged:
        who thinks that it does not apply answers so.

        Raises:
            KeyError: the checklist has no such item.
        """
        item = self._items[code]
        if item.applies and self._truth(item, item.applies, value, context) is False:
            return Judgement("not_applicable", Words("此处不适用", "does not apply here"))
        if item.derived:
            value, missing = self.derive(code, context)
            if value is None:
                return Judgement("unknown", _because(missing), missing)
        if value == "na" and item.answer.type == "yes_no":
            return Judgement("not_applicable", Words("答为不适用", "answered as not applicable"))
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
        """The canonical value of a derived item, or None with what is missing.

        Raises:
            KeyError: the checklist has no such item.
        """
        item = self._items[code]
        known, value = self._run(item, item.derived, None, context)
        canonical = derived_value(item.answer, value) if known else None
        return (canonical, ()) if canonical is not None else (None, self._missing(item.derived, context))

    def propose(self, code: str, context: Context) -> tuple[str, Words] | None:
        """What the answer most likely is, as somebody would type it, and why; None where nothing is known.

        Raises:
            KeyError: the checklist has no such item.
        """
        item = self._items[code]
        for proposal in item.proposals:
            known, value = self._run(item, proposal.value, None, context)
            if known and isinstance(value, str) and value:
                return value, self._fill(item, proposal.words, None, context)
        return None

    def proposes_unknown(self, code: str, context: Context) -> bool:
        """Whether it cannot be known yet what is proposed: a proposal that comes first hangs on an unknown.

        Raises:
            KeyError: the checklist has no such item.
        """
        item = self._items[code]
        for proposal in item.proposals:
            known, value = self._run(item, proposal.value, None, context)
            if not known or value:
                return not known
        return False

    def explain(self, code: str, value: Any, context: Context) -> tuple[Step, ...]:
        """Every condition of an item as it was judged, with the values that it looked at.

        Raises:
            KeyError: the checklist has no such item.
        """
        item = self._items[code]
        if item.derived:
            value, _ = self.derive(code, context)
        found: list[tuple[Any, str, Words]] = []
        if item.applies:
            found.append(("applies", item.applies, Words("何时检查这一项", "when this is asked")))
        if item.derived:
            found.append(("derived", item.derived, Words("如何推算", "how it is computed")))
        for kind, rules in (("invalid", item.invalid), ("violation", item.violations), ("hint", item.hints)):
            found += [(kind, rule.when, self._fill(item, rule.words, value, context)) for rule in rules]
        return tuple(
            Step(
                kind, source, None if kind == "derived" else self._truth(item, source, value, context), words,
                self._inputs(source, context),
            )
            for kind, source, words in found
        )  # fmt: skip

    def why_not(self, code: str, context: Context) -> Words | None:
        """Why an item is not asked here: what its condition knew and looked at; None where it is asked.

        Raises:
            KeyError: the checklist has no such item.
        """
        if self.applies(code, context) is not False:
            return None
        # What is not known cannot be why: the condition is false whatever that is.
        inputs = [
            pair for pair in self._inputs(self._items[code].applies, context) if pair[1] is not NOT_KNOWN
        ]
        return Words(
            "、".join(f"{label.zh}＝{shown.zh}" for label, shown in inputs) or "条件不成立",
            ", ".join(f"{label.en} = {shown.en}" for label, shown in inputs) or "its condition does not hold",
        )

    def _inputs(self, source: str, context: Context) -> tuple[tuple[Words, Words], ...]:
        have = facts_of(context)
        items = {**context.items, **self._by_name}
        return tuple(
            (label, value_words(root, name, have[root][name], items) if name in have[root] else NOT_KNOWN)
            for root, name, label in references(source)
        )

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
        steps: tuple[tuple[tuple[Rule, ...], Verdict], ...] = (
            (item.violations, "violation"),
            (item.hints, "hint"),
        )
        unknown: list[Rule] = []
        for rules, verdict in steps:
            holds = [self._truth(item, rule.when, value, context) for rule in rules]
            true = [rule for rule, held in zip(rules, holds, strict=True) if held]
            # One certain rule is enough; but a hint must not hide that a violation is not certain.
            if true and not unknown:
                said = [self._fill(item, rule.words, value, context) for rule in true]
                severity = max(rule.severity or item.severity for rule in true)
                return Judgement(verdict, _joined(said), severity=severity if verdict == "violation" else 0)
            unknown += [rule for rule, held in zip(rules, holds, strict=True) if held is None]
        if unknown:
            missing = tuple(dict.fromkeys(w for rule in unknown for w in self._missing(rule.when, context)))
            return Judgement("unknown", _because(missing), missing)
        if not item.violations:
            return Judgement("in_order", Words("已记录", "recorded"))
        return Judgement("in_order", Words("未见违规", "no violation seen"))

    def _truth(self, item: Item, source: str, value: Any, context: Context) -> bool | None:
        known, result = self._run(item, source, value, context)
        return result if known and isinstance(result, bool) else None

    def _run(self, item: Item, source: str, value: Any, context: Context) -> tuple[bool, Any]:
        found = self._programs.get((item.code, source))
        if found is None:
            looks_at = tuple((root, name) for root, name, _ in references(source))
            found = self._programs[item.code, source] = build(item.answer, source), looks_at
        program, looks_at = found
        have = facts_of(context)
        # Only what it looks at: handing over everything would cost more than judging it.
        facts: dict[str, dict[str, Any]] = {root: {} for root in ROOTS}
        for root, name in looks_at:
            if name in have[root]:
                known = have[root][name]
                is_decimal = root == "answers" and (name in self._decimals or name in context.decimals)
                facts[root][name] = number(known) if is_decimal else known
        return program.run(value, facts)

    def _missing(self, source: str, context: Context) -> tuple[Words, ...]:
        have = facts_of(context)
        return tuple(label for root, name, label in references(source) if name not in have[root])

    def _fill(self, item: Item, words: Words, value: Any, context: Context) -> Words:
        def shown(match: re.Match[str], separator: str) -> str:
            known, result = self._run(item, match[1], value, context)
            return _show(result, separator) if known else "?"

        return Words(
            HOLE.sub(lambda hole: shown(hole, "、"), words.zh),
            HOLE.sub(lambda hole: shown(hole, ", "), words.en),
        )


def facts_of(context: Context) -> Mapping[str, Mapping[str, Any]]:
    """What is known, by the names that rules use; made once for a context."""
    if context.facts is None:
        answers = {answer_name(code): v for code, v in context.answers.items() if v is not None and v != ""}
        known = {
            "answers": answers,
            "site": _known(context.site),
            "day": _known(context.day),
            "params": _known(context.params),
        }
        object.__setattr__(context, "facts", known)
        return known
    return context.facts


def _joined(said: list[Words]) -> Words:
    distinct = list(dict.fromkeys(said))
    return Words("；".join(w.zh for w in distinct), "; ".join(w.en for w in distinct))


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


def _show(result: Any, separator: str = "、") -> str:
    if isinstance(result, bool):
        return tr("是", "yes") if result else tr("否", "no")
    if isinstance(result, float):
        return f"{result:.2f}".rstrip("0").rstrip(".")
    if isinstance(result, list):
        return separator.join(_show(part, separator) for part in result)
    return str(result)


_cache: dict[tuple[str, tuple[str, ...]], Compiled] = {}


def compile_checklist(checklist: Checklist, items: tuple[str, ...] = ()) -> Compiled:
    """Make the rules of a checklist ready; the same version (sha256) is made ready once a process.

    Args:
        items: codes of the items that alone are taken; empty for all. The others have no answers then.

    Raises:
        BadInput: a rule is not good; `problems` names item and reason.
    """
    key = (checklist.sha256, items)
    ready = _cache.get(key)
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
        taken = tuple(item for item in checklist.items if not items or item.code in items)
        ready = _cache[key] = Compiled(replace(checklist, items=taken))
    return ready
