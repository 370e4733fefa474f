"""The expressions of an XLSForm's question: when it is asked, what it computes, which answers cannot be, what is found."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from inspector.domain.checklist import Words
from inspector.forms.xlsform_read import ChoiceList, Question
from inspector.forms.xlsform_rows import Cell, Place, Report, words_of
from inspector.forms.xpath import BadXPath
from inspector.forms.xpath_bounds import bounds_of
from inspector.forms.xpath_cel import condition, translate
from inspector.forms.xpath_terms import RELATION, Scope, Term, joined, negated, quoted

KINDS: Mapping[str, Any] = {
    "text": "str", "integer": "int", "decimal": "dec", "date": "date", "time": "time", "choice": "one",
    "yes_no": "one", "multi_choice": "many", "roster": "repeat",
}  # fmt: skip
"""What an answer is in an expression, by its type."""
ROW = "r"
"""How rules call a row of a roster."""
CONSTRAINT = Words("答案不合要求", "the answer is not as required")
FILTERED = Words("所选与前面的回答不相配", "this choice does not go with the earlier answers")
DEFAULT = Words("表格里的默认值", "the default of the form")


@dataclass(frozen=True, slots=True)
class Rules:
    """Translates what a question says in expressions; problems go to the report.

    Attributes:
        refs: what `${name}` stands for; filled before the first rule is asked for.
        shown: makes a sentence of words: its place, and whether `${name}` may become a hole of ours.
    """

    refs: Mapping[str, Term]
    report: Report
    shown: Callable[..., dict[str, str]]

    def _scope(self, question: Question) -> Scope:
        own = (
            Term("value", self.refs[question.name].kind, codes=codes_of(question))
            if question.name in self.refs
            else None
        )
        refs = dict(self.refs)
        if own is not None:
            refs[question.name] = own
        for column in question.columns:
            refs[column.name] = Term(
                f"rows.map({ROW}, {ROW}.{column.code})", "column", cells=KINDS.get(column.answer, "str")
            )
        return Scope(refs, own)

    def _carried(self, cell: Cell, scope: Scope, take: Callable[[str, Scope], Term]) -> Term | None:
        try:
            found = take(cell.text, scope)
        except BadXPath as fault:
            self.report.error(cell.place, f"{fault.words.zh}：{cell.text}", f"{fault.words.en}: {cell.text}")
            return None
        for words in dict.fromkeys(scope.notes):
            self.report.note(cell.place, words.zh, words.en)
        scope.notes.clear()
        return found

    def applies(self, question: Question) -> str:
        """When the question is asked, CEL: its own condition and those of the groups around it."""
        if ours := question.row.text("inspector::applies"):
            return ours
        terms = [self._carried(cell, Scope(self.refs), condition) for cell in question.relevant]
        known = [term for term in terms if term is not None and term.cel != "true"]
        return joined("&&", known).cel if known else ""

    def derived(self, question: Question) -> str:
        """What it computes, CEL; empty where it is asked."""
        if ours := question.row.text("inspector::derived"):
            return ours
        cell = question.row.cell("calculation")
        if cell is None or question.answer == "roster":
            return ""
        found = self._carried(cell, Scope(self.refs), translate)
        return found.cel if found else ""

    def invalid(self, question: Question, answer: dict[str, Any]) -> list[dict[str, Any]]:
        """Answers that cannot be; least and greatest values go to `answer` instead."""
        found: list[dict[str, Any]] = []
        row = question.row
        cell = row.cell("constraint")
        if cell is not None and question.answer == "roster":
            self.report.warning(
                cell.place, "repeat 的 constraint 不导入", "the constraint of a repeat is left out"
            )
        elif cell is not None and not self.bounds(question, cell, answer):
            term = self._carried(cell, self._scope(question), condition)
            if term is not None and term.cel != "true":
                words = words_of(row, "constraint_message", self.report) or CONSTRAINT
                found.append(
                    self._rule(negated(term).cel, words, row.at("constraint_message"), question.name)
                )
        if cell := row.cell("choice_filter"):
            excluded = self._excluded(question, cell, self.refs, "value")
            found += [self._rule(term.cel, FILTERED, cell.place) for term in excluded]
        for column in question.columns:
            found += self._column_rules(question, column)
        if cell := row.cell("inspector::invalid"):
            found += self._written(cell)
        return found

    def bounds(self, question: Question, cell: Cell, answer: dict[str, Any]) -> bool:
        """Whether a constraint without a message says no more than a least and a greatest value."""
        if any(name == "constraint_message" for name, _ in question.row.cells):
            return False
        found = bounds_of(cell.text, question.answer)
        answer.update(found or {})
        return found is not None

    def _column_rules(self, question: Question, column: Question) -> Iterator[dict[str, Any]]:
        """A constraint inside of a repeat: no row may break it. An empty cell breaks nothing."""
        for cell in column.relevant:
            zh = "repeat 里的条件不导入，这一列改为可空"
            self.report.warning(
                cell.place, zh, "conditions inside of a repeat are left out; the column may be empty"
            )
        scope = self._row_scope(question, column)
        filled = Term(f"has({ROW}.{column.code})", "bool")
        constraint = column.row.cell("constraint")
        if constraint is not None and not self.bounds(column, constraint, {}):
            term = self._carried(constraint, scope, condition)
            if term is not None and term.cel != "true":
                broken = joined("&&", [filled, negated(term)])
                words = words_of(column.row, "constraint_message", self.report) or CONSTRAINT
                yield self._rule(
                    f"rows.exists({ROW}, {broken.cel})", words, column.row.at("constraint_message")
                )
        if filtered := column.row.cell("choice_filter"):
            for chosen in self._excluded(column, filtered, scope.refs, f"{ROW}.{column.code}"):
                broken = joined("&&", [filled, chosen])
                yield self._rule(f"rows.exists({ROW}, {broken.cel})", FILTERED, filtered.place)

    def _row_scope(self, question: Question, column: Question) -> Scope:
        refs = dict(self.refs)
        for other in question.columns:
            there = f"has({ROW}.{other.code})"
            kind = KINDS.get(other.answer, "str")
            refs[other.name] = Term(f"{ROW}.{other.code}", kind, codes=codes_of(other), there=there)
        return Scope(refs, refs[column.name])

    def _excluded(
        self, question: Question, cell: Cell, refs: Mapping[str, Term], answer: str
    ) -> Iterator[Term]:
        """That a choice was made which the filter excludes; choices with the same condition together."""
        choices = question.choices or ChoiceList()
        by_condition: dict[str, tuple[Term, list[str]]] = {}
        for name, code in choices.codes.items():
            allowed = self._carried(cell, Scope(refs, columns=_columns(choices, name)), condition)
            if allowed is None:
                return
            excluded = negated(allowed)
            if excluded.cel != "false":
                by_condition.setdefault(excluded.cel, (excluded, []))[1].append(code)
        for excluded, codes in by_condition.values():
            listed = ", ".join(map(quoted, codes))
            if question.answer == "multi_choice":
                chosen = joined("||", [Term(f"{quoted(c)} in {answer}", "bool", RELATION) for c in codes])
            elif len(codes) > 1:
                chosen = Term(f"{answer} in [{listed}]", "bool", RELATION)
            else:
                chosen = Term(f"{answer} == {listed}", "bool", RELATION)
            yield chosen if excluded.cel == "true" else joined("&&", [chosen, excluded])

    def found(self, question: Question, name: str, message: str) -> list[dict[str, Any]]:
        """The rules of `name`, "violation" or "hint", as the file has them."""
        row = question.row
        column = {"violation": "violation", "hint": "hint_rule"}[name]
        if cell := row.cell(f"inspector::{name}"):
            if _is_list(cell.text):
                return self._written(cell)
            when = cell.text
        elif cell := row.cell(column):
            term = self._carried(cell, self._scope(question), condition)
            if term is None:
                return []
            when = term.cel
        else:
            return []
        words = words_of(row, message, self.report)
        if words is None:
            self.report.error(cell.place, f"缺少 {message}", f"lacks {message}")
            return []
        return [self._rule(when, words, row.at(message), question.name)]

    def _rule(self, when: str, words: Words, place: Place, own: str = "") -> dict[str, Any]:
        simple = re.fullmatch(r"value == '(yes|no)'", when)
        shown = self.shown(words, place, holes=True, own=own)
        return {"when": {"cel": when}, **shown} if simple is None else {"when": simple[1], **shown}

    def _written(self, cell: Cell) -> list[dict[str, Any]]:
        """Rules as our export writes them: JSON, a list of {when: CEL, zh, en, severity}."""
        try:
            given = json.loads(cell.text)
            return [{**rule, "when": {"cel": str(rule["when"])}} for rule in given]
        except (ValueError, TypeError, KeyError, RecursionError):
            self.report.error(
                cell.place, "应为 JSON 列表 [{when, zh, en}]", "should be JSON: [{when, zh, en}]"
            )
            return []

    def proposal(self, question: Question) -> Any:
        """What the answer most likely is, of a default or of our own column; None where nothing is said."""
        row = question.row
        if cell := row.cell("inspector::proposal"):
            if _is_list(cell.text):
                return self._proposals(cell)
            value = cell.text
        elif cell := row.cell("default"):
            value = self._default(question, cell)
        else:
            return None
        words = words_of(row, "proposal_message", self.report) or DEFAULT
        return (
            {"value": value, **self.shown(words, row.at("proposal_message"), holes=True)} if value else None
        )

    def _proposals(self, cell: Cell) -> list[dict[str, Any]]:
        try:
            return [dict(proposal) for proposal in json.loads(cell.text)]
        except (ValueError, TypeError, RecursionError):
            self.report.error(
                cell.place, "应为 JSON 列表 [{value, zh, en}]", "should be JSON: [{value, zh, en}]"
            )
            return []

    def _default(self, question: Question, cell: Cell) -> str:
        """A proposal gives what somebody would type: a constant as it stands, an expression as a text."""
        if question.answer == "roster" or question.row.cell("calculation"):
            self.report.warning(cell.place, "这里的 default 不导入", "a default is left out here")
            return ""
        if re.search(r"\$\{|\(", cell.text):
            term = self._carried(cell, Scope(self.refs), translate)
            if term is None:
                return ""
            if term.kind in ("int", "dec"):
                return f"string({term.cel})"
            if term.kind in ("str", "one", "date", "time", "blank"):
                return term.cel
            self.report.warning(
                cell.place, "default 不是文字或数字，不导入", "the default is no text or number"
            )
            return ""
        codes = codes_of(question)
        if codes and not {*cell.text.split()} <= set(codes):
            self.report.error(cell.place, f"没有选项“{cell.text}”", f"there is no choice {cell.text!r}")
            return ""
        return quoted(",".join(codes[name] for name in cell.text.split()) if codes else cell.text)


def codes_of(question: Question) -> Mapping[str, str]:
    """Our codes of its choices by their names in the form; empty where it has none."""
    return question.choices.codes if question.choices else {}


def _columns(choices: ChoiceList, name: str) -> Mapping[str, str]:
    """Further columns of a choice; one that only other choices have is empty."""
    every = dict.fromkeys((column for row in choices.columns.values() for column in row), "")
    return every | choices.columns[name]


def _is_list(text: str) -> bool:
    return text.startswith("[{") and text.endswith("}]")


def says_yes(text: str) -> bool:
    """Whether a cell says yes."""
    return text.lower() in ("yes", "true", "y", "1", "是")
