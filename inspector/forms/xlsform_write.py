"""A checklist as the sheets of an XLSForm, in both languages, so that importing them gives the same checklist again."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspector.domain.checklist import AnswerSpec, Checklist, Column, Item, Proposal, Rule, Words
from inspector.domain.rule_tree import NotRead, read_cel
from inspector.forms.cel_xpath import to_xpath
from inspector.forms.xlsform_rules import KINDS
from inspector.forms.xpath_terms import Scope, Term

ZH, EN = "中文 (zh)", "English (en)"
_TYPES = {
    "integer": "integer",
    "decimal": "decimal",
    "date": "date",
    "time": "time",
    "text": "text",
    "time_range": "text",
}
_YES_NO = {"yes": Words("是", "Yes"), "no": Words("否", "No"), "na": Words("不适用", "Not applicable")}
_TRANSLATED = ("label", "hint", "constraint_message", "violation_message", "hint_message", "measure", "unit",
               "proposal_message")  # fmt: skip
_COLUMNS = (
    "type", "name", "label", "hint", "required", "relevant", "constraint", "constraint_message", "calculation", "default",
    "violation", "violation_message", "hint_rule", "hint_message", "severity", "lead", "partners", "measure",
    "deadline_days", "basis", "record_only", "photo", "personal", "unit", "proposal_message", "inspector::type",
    "inspector::applies", "inspector::derived", "inspector::invalid", "inspector::violation", "inspector::hint",
    "inspector::proposal", "inspector::fact", "inspector::minimum", "inspector::maximum",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet of texts: its name, its headings and its rows, all of one width."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


def export_form(checklist: Checklist) -> list[Sheet]:
    """The sheets survey, choices, settings and, where there are any, examples."""
    writer = _Writer(checklist)
    survey = [row for item in checklist.items for row in writer.rows(item)]
    used = [column for column in _COLUMNS if any(column in row for row in survey)]
    headings = [h for column in used for h in _headings(column)]
    rows = [[text for column in used for text in _texts(column, row.get(column, ""))] for row in survey]
    sheets = [
        Sheet("survey", headings, rows),
        Sheet("choices", ["list_name", "name", f"label::{ZH}", f"label::{EN}"], writer.choices),
        _settings(checklist),
    ]
    examples = list(_examples(checklist))
    if examples:
        sheets.append(
            Sheet("examples", ["name", "answer", "expect", "answers", "site", "day", "params"], examples)
        )
    return sheets


def _headings(column: str) -> list[str]:
    return [f"{column}::{ZH}", f"{column}::{EN}"] if column in _TRANSLATED else [column]


def _texts(column: str, value: "str | Words") -> list[str]:
    if column in _TRANSLATED:
        return [value.zh, value.en] if isinstance(value, Words) else ["", ""]
    return [str(value)]


class _Writer:
    def __init__(self, checklist: Checklist) -> None:
        self.choices: list[list[str]] = []
        self._lists: set[str] = set()
        self._refs = {
            item.name: _term(f"answers.{item.name}", item.answer)
            for item in checklist.items
            if item.answer.type in KINDS
        }

    def rows(self, item: Item) -> Iterator[dict[str, Any]]:
        """The row of an item, of a roster also those of its columns and its end."""
        row: dict[str, Any] = {
            "type": self._type(item.name, item.answer),
            "name": item.name,
            "label": item.question,
        }
        if item.help:
            row["hint"] = item.help
        self._asked(item, row)
        self._answers(item, row)
        self._judged(item, row)
        if item.answer.type != "roster":
            yield row
            return
        row["type"] = "begin repeat"
        yield row
        for column in item.answer.columns:
            yield self._column(item, column)
        yield {"type": "end repeat"}

    def _asked(self, item: Item, row: dict[str, Any]) -> None:
        outside = Scope(self._refs)
        if item.derived:
            row["inspector::type"] = row["type"]
            row["type"] = "calculate"
            xpath = to_xpath(item.derived, outside)
            row["calculation"] = xpath or "''"
            if not xpath:
                row["inspector::derived"] = item.derived
        elif item.answer.required:
            row["required"] = "yes"
        if item.applies:
            xpath = to_xpath(item.applies, outside)
            row["relevant" if xpath else "inspector::applies"] = xpath or item.applies
        if item.fact:
            row["inspector::fact"] = item.fact
        self._proposed(item.proposals, row)

    def _proposed(self, proposals: Sequence[Proposal], row: dict[str, Any]) -> None:
        if len(proposals) == 1:
            row["proposal_message"] = proposals[0].words
            constant = _constant(proposals[0].value) if not row["type"].startswith("select_multiple") else ""
            row["default" if constant else "inspector::proposal"] = constant or proposals[0].value
        elif proposals:
            row["inspector::proposal"] = _json(
                [{"value": p.value, "zh": p.words.zh, "en": p.words.en} for p in proposals]
            )

    def _answers(self, item: Item, row: dict[str, Any]) -> None:
        spec = item.answer
        if spec.type == "time_range":
            row["inspector::type"] = "time_range"
        if spec.unit.zh:
            row["unit"] = spec.unit
        bounds = _bounds(spec)
        single = item.invalid[0] if len(item.invalid) == 1 and not bounds else None
        xpath = to_xpath(single.when, Scope(self._refs, self._own(item))) if single else ""
        if single and xpath and single.severity is None:
            row["constraint"] = f"not({xpath})"
            row["constraint_message"] = single.words
        elif item.invalid:
            row["inspector::invalid"] = _rules_json(item.invalid)
        self._bounded(spec, bounds, row)

    def _bounded(self, spec: AnswerSpec, bounds: str, row: dict[str, Any]) -> None:
        if bounds:
            row["constraint"] = bounds
            return
        for name, bound in (("minimum", spec.minimum), ("maximum", spec.maximum)):
            if bound:
                row[f"inspector::{name}"] = bound

    def _judged(self, item: Item, row: dict[str, Any]) -> None:
        scope = Scope(self._refs, self._own(item))
        named = (("violation", "violation", item.violations), ("hint", "hint_rule", item.hints))
        for name, column, rules in named:
            if len(rules) == 1 and rules[0].severity is None:
                xpath = to_xpath(rules[0].when, scope)
                row[column if xpath else f"inspector::{name}"] = xpath or rules[0].when
                row[f"{name}_message"] = rules[0].words
            elif rules:
                row[f"inspector::{name}"] = _rules_json(rules)
        row |= {"severity": str(item.severity), "lead": item.lead}
        if item.partners:
            row["partners"] = " ".join(item.partners)
        if item.measure:
            row["measure"] = item.measure
        if item.deadline_days is not None:
            row["deadline_days"] = str(item.deadline_days)
        if item.basis:
            row["basis"] = " ".join(item.basis)
        row |= {
            name: "yes" for name, said in (("record_only", item.record_only), ("photo", item.photo)) if said
        }

    def _own(self, item: Item) -> Term | None:
        return _term("value", item.answer) if item.answer.type in KINDS else None

    def _column(self, item: Item, column: Column) -> dict[str, Any]:
        spec = column.answer
        row: dict[str, Any] = {
            "type": self._type(f"{item.name}_{column.code}", spec), "name": column.code, "label": column.title,
        }  # fmt: skip
        if spec.type == "time_range":
            row["inspector::type"] = "time_range"
        if spec.required:
            row["required"] = "yes"
        if spec.unit.zh:
            row["unit"] = spec.unit
        if column.personal:
            row["personal"] = "yes"
        self._bounded(spec, _bounds(spec), row)
        return row

    def _type(self, name: str, spec: AnswerSpec) -> str:
        if spec.type == "yes_no":
            self._list("yes_no", _YES_NO)
            return "select_one yes_no"
        if spec.type in ("choice", "multi_choice"):
            self._list(name, {choice.code: choice.label for choice in spec.choices})
            return f"{'select_one' if spec.type == 'choice' else 'select_multiple'} {name}"
        return _TYPES.get(spec.type, "text")

    def _list(self, name: str, choices: Mapping[str, Words]) -> None:
        if name not in self._lists:
            self._lists.add(name)
            self.choices += [[name, code, label.zh, label.en] for code, label in choices.items()]


def _term(cel: str, spec: AnswerSpec) -> Term:
    codes = {c.code: c.code for c in spec.choices}
    if spec.type == "yes_no":
        codes = dict.fromkeys(_YES_NO, "")
        codes = {name: name for name in codes}
    return Term(cel, KINDS[spec.type], codes=codes)


def _bounds(spec: AnswerSpec) -> str:
    """Least and greatest value as a constraint; of what ODK compares as we do."""
    if not (spec.minimum or spec.maximum) or spec.type not in ("integer", "decimal", "date", "text"):
        return ""
    size = "string-length(.)" if spec.type == "text" else "."
    signs = (">=", spec.minimum), ("<=", spec.maximum)
    written = [(sign, f"date('{bound}')" if spec.type == "date" else bound) for sign, bound in signs if bound]
    return " and ".join(f"{size} {sign} {bound}" for sign, bound in written)


def _constant(source: str) -> str:
    """The text of a constant proposal that a default can hold."""
    try:
        tree = read_cel(source)
    except NotRead:
        return ""
    return (
        tree.text
        if tree.op == "text" and not set(tree.text) & set("$('\"\\\n") and tree.text.strip() == tree.text
        else ""
    )


def _rules_json(rules: Sequence[Rule]) -> str:
    return _json(
        [
            {"when": r.when, "zh": r.words.zh, "en": r.words.en}
            | ({"severity": r.severity} if r.severity else {})
            for r in rules
        ]
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _settings(checklist: Checklist) -> Sheet:
    known = {
        "form_title": checklist.title.zh, "form_id": checklist.code, "version": checklist.version,
        "default_language": ZH, f"checklist_title::{ZH}": checklist.title.zh, f"checklist_title::{EN}": checklist.title.en,
        "track": checklist.track, "site_kinds": " ".join(checklist.site_kinds), "uses": " ".join(checklist.uses),
        "form": checklist.form if checklist.form != "checklist" else "", "respondents": " ".join(checklist.respondents),
    }  # fmt: skip
    said = {name: text for name, text in known.items() if text}
    return Sheet("settings", list(said), [list(said.values())])


def _examples(checklist: Checklist) -> Iterator[list[str]]:
    for item in checklist.items:
        for example in item.examples:
            facts = (dict(getattr(example, name)) for name in ("answers", "site", "day", "params"))
            yield [
                item.name,
                "" if example.value is None else _json(example.value),
                example.expect,
                *(_json(given) if given else "" for given in facts),
            ]
