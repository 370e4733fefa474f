"""The questions of an XLSForm as the items of a checklist: expressions translated, columns of ours read."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inspector.domain.checklist import Words, answer_name
from inspector.forms.xlsform_read import Question
from inspector.forms.xlsform_rows import Cell, Place, Report, words_of
from inspector.forms.xlsform_rules import KINDS, ROW, Rules, codes_of, says_yes
from inspector.forms.xpath import BadXPath
from inspector.forms.xpath_cel import translate
from inspector.forms.xpath_terms import Scope, Term

_DERIVED: Mapping[str, str] = {
    "int": "integer",
    "dec": "decimal",
    "str": "text",
    "one": "text",
    "date": "text",
}
_REFERENCE = re.compile(r"\$\{\s*([^\s{}$]+)\s*\}")


@dataclass(slots=True)
class Items:
    """Makes items of questions. `code` is the checklist's; problems go to the report.

    Attributes:
        questionnaire: its answers are only counted anyway, so that no item says that it only records.
    """

    code: str
    questions: Sequence[Question]
    report: Report
    questionnaire: bool = False
    names: dict[str, Question] = field(default_factory=dict)
    _refs: dict[str, Term] = field(default_factory=dict)

    @property
    def _rules(self) -> Rules:
        return Rules(self._refs, self.report, self._shown)

    def made(self) -> list[dict[str, Any]]:
        """The items in the order of the survey, as `checklists.py` reads them."""
        self._give_codes()
        for question in self.questions:
            # Columns of two repeats may have one name; from outside it then names neither.
            self.names |= {column.name: column for column in question.columns}
            self._refs |= self._terms(question)
        often = Counter(column.name for question in self.questions for column in question.columns)
        for name in [name for name, times in often.items() if times > 1]:
            self._refs.pop(name, None)
        for question in self.questions:
            self.names[question.name] = question
            self._refs |= dict(list(self._terms(question))[:1])
        # What is computed has the type of its expression, which may hang on others that are computed.
        waiting = [q for q in self.questions if q.answer == "calculate"]
        before = len(waiting) + 1
        while (open_ones := [q for q in waiting if q.answer == "calculate"]) and len(open_ones) < before:
            before = len(open_ones)
            for question in open_ones:
                self._type_of(question, last=False)
        for question in waiting:
            self._type_of(question, last=True)
        return [self._item(question) for question in self.questions]

    # -- names ------------------------------------------------------------------------------------------------

    def _give_codes(self) -> None:
        own = re.compile(rf"{re.escape(self.code)}-[0-9]{{2,3}}[A-Z]?")
        for question in self.questions:
            code = question.name.replace("_", "-").upper()
            question.code = code if own.fullmatch(code) else ""
        taken = {question.code for question in self.questions}
        if len(taken) < len([q for q in self.questions if q.code]) + ("" in taken):
            self.report.error(self.questions[0].place, "两题得到同一个编码", "two questions come to one code")
        number = 0
        for question in self.questions:
            while not question.code:
                number += 1
                candidate = f"{self.code}-{number:02}"
                question.code = "" if candidate in taken else candidate
            taken.add(question.code)

    def _terms(self, question: Question) -> Iterator[tuple[str, Term]]:
        cel = f"answers.{answer_name(question.code)}"
        if question.answer in KINDS:
            yield question.name, Term(cel, KINDS[question.answer], codes=codes_of(question))
        for column in question.columns:
            kind = KINDS.get(column.answer)
            if kind:
                cell = f"{ROW}.{column.code}"
                cell = f"number({cell})" if kind == "dec" else cell
                yield column.name, Term(f"{cel}.map({ROW}, {cell})", "column", cells=kind)

    def _type_of(self, question: Question, *, last: bool) -> None:
        """What a calculation gives; the last time round, why that cannot be known."""
        cell = question.row.cell("calculation")
        if question.answer != "calculate" or cell is None:
            if question.answer == "calculate" and last:
                zh, en = "calculate 没有 calculation", "calculate without calculation"
                self.report.error(question.place, zh, en)
                question.answer = "text"
            return
        try:
            kind = translate(cell.text, Scope(self._refs)).kind
        except BadXPath as fault:
            if last:
                self.report.error(cell.place, fault.words.zh, fault.words.en)
                question.answer = "text"
            return
        if kind not in _DERIVED:
            if last:
                zh = "calculation 的结果要是数字或文字；真假请写 if(…, 'yes', 'no')"
                en = "a calculation gives a number or a text; of a truth value write if(…, 'yes', 'no')"
                self.report.error(cell.place, zh, en)
                question.answer = "text"
            return
        question.answer = _DERIVED[kind]
        self._refs |= dict(self._terms(question))

    # -- items ------------------------------------------------------------------------------------------------

    def _item(self, question: Question) -> dict[str, Any]:
        row = question.row
        item: dict[str, Any] = {
            "code": question.code,
            "question": self._shown(question.label, row.at("label")),
        }
        if question.helps:
            item["help"] = self._shown(
                Words(" ".join(w.zh for w in question.helps), " ".join(w.en for w in question.helps)),
                row.at("hint"),
            )
        answer = self._answer(question)
        item["answer"] = answer
        if applies := self._rules.applies(question):
            item["applies"] = applies
        if derived := self._rules.derived(question):
            item["derived"] = derived
        invalid = self._rules.invalid(question, answer)
        if len(answer) == 1:
            item["answer"] = question.answer
        if invalid:
            item["invalid"] = invalid
        for name, message in (("violation", "violation_message"), ("hint", "hint_message")):
            rules = self._rules.found(question, name, message)
            if rules:
                item[name] = rules[0] if len(rules) == 1 else rules
        if proposal := self._rules.proposal(question):
            item["proposal"] = proposal
        self._duties(question, item)
        return item

    # -- the rest of an item ----------------------------------------------------------------------------------

    def _answer(self, question: Question) -> dict[str, Any]:
        row = question.row
        answer: dict[str, Any] = {"type": question.answer}
        if unit := words_of(row, "unit", self.report):
            answer["unit"] = {"zh": unit.zh, "en": unit.en}
        if question.choices and question.answer in ("choice", "multi_choice"):
            answer["choices"] = {c: {"zh": w.zh, "en": w.en} for c, w in question.choices.labels.items()}
        if question.answer == "roster":
            answer["columns"] = {column.code: self._column(column) for column in question.columns}
        for name in ("minimum", "maximum"):
            if text := row.text(f"inspector::{name}"):
                answer[name] = int(text) if re.fullmatch(r"-?[0-9]{1,15}", text) else text
        if not (question.row.cell("calculation") or row.cell("inspector::derived")) and not self._required(
            question
        ):
            answer["required"] = False
        return answer

    def _column(self, column: Question) -> dict[str, Any]:
        title = self._shown(column.label, column.row.at("label"))
        if column.answer == "calculate" or column.row.cell("calculation"):
            place = column.row.at("calculation")
            self.report.error(place, "repeat 里不能有 calculation", "a calculation inside of a repeat")
        answer = self._answer(column)
        cell = column.row.cell("constraint")
        if cell is not None:
            self._rules.bounds(column, cell, answer)
        if column.relevant:
            answer["required"] = False
        if says_yes(column.row.text("personal")):
            answer["personal"] = True
        return {**title, **answer}

    def _required(self, question: Question) -> bool:
        text = question.row.text("required")
        if text.lower() in ("", "no", "false", "false()", "n", "0"):
            return False
        if text.lower() not in ("yes", "true", "true()", "y", "1", "是"):
            zh, en = "必答的条件不导入，这一题当作必答", "the condition is left out: always required"
            self.report.warning(question.row.at("required"), zh, en)
        return True

    def _duties(self, question: Question, item: dict[str, Any]) -> None:
        row = question.row
        violated = "violation" in item
        item["severity"] = self._whole(row.cell("severity"), 2 if violated else 1)
        item["lead"] = row.text("lead") or "education"
        if partners := row.text("partners"):
            item["partners"] = re.split(r"[\s,;、]+", partners)
        if fact := row.text("inspector::fact"):
            item["fact"] = fact
        if measure := words_of(row, "measure", self.report):
            item["measure"] = {"zh": measure.zh, "en": measure.en}
        if cell := row.cell("deadline_days"):
            item["deadline_days"] = self._whole(cell, 0)
        if basis := row.text("basis"):
            item["basis"] = re.split(r"[\s,;、]+", basis)
        stated = row.text("record_only")
        usual = not violated and not stated and not self.questionnaire
        if usual or says_yes(stated):
            item["record_only"] = True
        if says_yes(row.text("photo")):
            item["photo"] = True
        if says_yes(row.text("personal")) and question.answer != "roster":
            self.report.warning(
                row.at("personal"), "personal 只用于表格的列", "personal is for columns of repeats"
            )

    def _whole(self, cell: Cell | None, usual: int) -> int:
        if cell is None:
            return usual
        if re.fullmatch(r"[0-9]{1,4}", cell.text):
            return int(cell.text)
        self.report.error(cell.place, f"“{cell.text}”应为整数", f"{cell.text!r} should be a whole number")
        return usual

    def _shown(self, words: Words, place: Place, *, holes: bool = False, own: str = "") -> dict[str, str]:
        """A sentence; `${name}` in it becomes a hole of ours where there may be one, else the title of the question."""

        def put(match: re.Match[str]) -> str:
            question = self.names.get(match[1])
            term = self._refs.get(match[1])
            if question is None or term is None:
                self.report.error(place, f"没有名为 {match[1]} 的题", f"there is no question {match[1]}")
                return match[1]
            if holes and term.kind not in ("column", "repeat"):
                return "{value}" if match[1] == own else "{" + term.cel + "}"
            self.report.warning(
                place, f"{match[0]} 的值不能显示在这里", f"the value of {match[0]} is not shown here"
            )
            return f"“{question.label.zh}”"

        return {"zh": _REFERENCE.sub(put, words.zh), "en": _REFERENCE.sub(put, words.en)}
