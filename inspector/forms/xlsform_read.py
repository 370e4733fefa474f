"""The survey of an XLSForm as questions, groups and repeats: what is asked, before any expression is looked at."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from inspector.domain.checklist import Words
from inspector.forms.xlsform_rows import Cell, Place, Report, Row, words_of

ANSWERS: Mapping[str, str] = {
    "text": "text", "string": "text", "integer": "integer", "int": "integer", "decimal": "decimal", "date": "date",
    "time": "time", "select_one": "choice", "select one": "choice", "select_multiple": "multi_choice",
    "select multiple": "multi_choice", "select_many": "multi_choice", "calculate": "calculate",
}  # fmt: skip
"""Our kinds of answers by the types of a survey."""
_METADATA = frozenset(
    ("start", "end", "today", "deviceid", "username", "email", "phonenumber", "simserial", "subscriberid",
     "start-geopoint", "background-audio", "audit", "hidden")
)  # fmt: skip
_LAYOUT = ("appearance", "parameters", "read_only", "readonly", "guidance_hint", "image", "audio", "video", "big-image",
           "repeat_count", "trigger", "required_message", "body::accuracythreshold", "autoplay", "save_to")  # fmt: skip
_TYPE = re.compile(r"(select[_ ]one|select[_ ]multiple|select_many)\s+(\S+)(\s+or[_ ]other)?", re.IGNORECASE)
_STANDARD = {
    "yes": ("是", "Yes"),
    "no": ("否", "No"),
    "na": ("不适用", "Not applicable"),
}
_CHOICE_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(slots=True)
class ChoiceList:
    """A list of the choices sheet.

    Attributes:
        codes: our code by the name in the form.
        labels: by our code.
        columns: for each name its further columns, for a choice_filter.
    """

    codes: dict[str, str] = field(default_factory=dict)
    labels: dict[str, Words] = field(default_factory=dict)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def yes_no(self) -> bool:
        """Whether it is the list that our yes_no items have."""
        return {"yes", "no"} <= set(self.codes) <= set(_STANDARD) and all(
            label.zh.casefold() in (s.casefold() for s in _STANDARD[name])
            and label.en.casefold() in (s.casefold() for s in _STANDARD[name])
            for name, label in self.labels.items()
        )


@dataclass(slots=True)
class Question:
    """A question, a column of a repeat, or a repeat as a whole.

    Attributes:
        answer: one of our kinds of answers; "calculate" where only the expression says it.
        relevant: its own condition and those of the groups around it.
        helps: what stands before it: titles of groups, notes, its hint.
        code: of the item, or of the column; given later.
    """

    row: Row
    name: str
    answer: str
    label: Words
    choices: ChoiceList | None = None
    relevant: list[Cell] = field(default_factory=list)
    helps: list[Words] = field(default_factory=list)
    columns: list["Question"] = field(default_factory=list)
    code: str = ""

    @property
    def place(self) -> Place:
        """The row of the survey."""
        return self.row.place


@dataclass(slots=True)
class _Open:
    """A group or a repeat whose end has not come yet."""

    kind: str
    row: Row
    relevant: Cell | None
    repeat: Question | None = None


def read_choices(rows: Sequence[Row], report: Report) -> dict[str, ChoiceList]:
    """The lists of the choices sheet by name; codes are made to fit ours."""
    lists: dict[str, ChoiceList] = {}
    for row in rows:
        name, value = row.text("list_name"), row.text("name")
        if not name and not value:
            continue
        if not name or not value:
            report.error(row.place, "缺少 list_name 或 name", "lacks list_name or name")
            continue
        known = lists.setdefault(name, ChoiceList())
        if value in known.codes:
            report.error(row.at("name"), f"选项 {value} 重复", f"the choice {value} is there twice")
            continue
        code = _code(value, known.labels)
        known.codes[value] = code
        known.labels[code] = words_of(row, "label", report) or Words(value, value)
        known.columns[value] = {
            column: cell.text for (column, language), cell in row.cells.items() if not language
        }
    return lists


def _code(name: str, taken: Mapping[str, object]) -> str:
    """A code of ours for a name of theirs, not among those taken: "1" → "c1", "Yes" → "yes"."""
    code = re.sub(r"[^a-z0-9_]+", "_", name.lower()).strip("_")[:36]
    code = code if _CHOICE_CODE.fullmatch(code) else f"c{code}"
    number, unique = 1, code
    while unique in taken:
        number += 1
        unique = f"{code}_{number}"
    return unique


class Survey:
    """Goes through the rows of a survey once; `questions` are in their order."""

    def __init__(self, lists: Mapping[str, ChoiceList], report: Report) -> None:
        self.questions: list[Question] = []
        self._lists = lists
        self._report = report
        self._open: list[_Open] = []
        self._helps: list[tuple[Place, Words]] = []
        self._names: set[str] = set()

    def read(self, rows: Sequence[Row]) -> None:
        """All rows; groups and repeats must be closed at the end."""
        for row in rows:
            self._row(row)
        for opened in self._open:
            self._report.error(opened.row.place, f"{opened.kind} 没有结束", f"the {opened.kind} does not end")
        self._drop_helps()

    def named(self) -> Iterator[Question]:
        """Every question that an expression can name, also columns."""
        for question in self.questions:
            yield question
            yield from question.columns

    def _row(self, row: Row) -> None:
        written = " ".join(row.text("type").split())
        lower = written.lower().replace("_", " ")
        if not written:
            if any(name in ("name", "label") for name, _ in row.cells):
                self._report.error(row.place, "没有写 type", "has no type")
            return
        if lower in ("begin group", "begin repeat"):
            self._begin(row, lower.split()[1])
        elif lower in ("end group", "end repeat"):
            self._end(row, lower.split()[1])
        elif lower == "note":
            self._note(row)
        elif written.lower() in _METADATA:
            self._report.warning(row.at("type"), f"{written} 不导入", f"{written} is left out")
        else:
            self._question(row, written)

    def _begin(self, row: Row, kind: str) -> None:
        opened = _Open(kind, row, row.cell("relevant"))
        label = words_of(row, "label", self._report)
        if kind == "repeat":
            if self._repeat() is not None:
                self._report.error(row.at("type"), "repeat 里不能再有 repeat", "a repeat inside of a repeat")
            opened.repeat = Question(row, row.text("name"), "roster", label or Words("", ""))
            self._layout(row)
            self._add(opened.repeat)
        elif label and self._repeat() is None:
            self._helps.append((row.at("label"), Words(f"【{label.zh}】", f"[{label.en}]")))
        self._open.append(opened)

    def _end(self, row: Row, kind: str) -> None:
        if not self._open or self._open[-1].kind != kind:
            self._report.error(row.place, f"没有与 end {kind} 对应的开头", f"end {kind} without its begin")
            return
        closed = self._open.pop()
        if closed.repeat is not None and not closed.repeat.columns:
            self._report.error(closed.row.place, "repeat 里没有题", "the repeat has no questions")

    def _note(self, row: Row) -> None:
        label = words_of(row, "label", self._report)
        if cell := row.cell("relevant"):
            self._report.warning(cell.place, "note 的条件不保留", "the condition of the note is left out")
        if label is None:
            return
        repeat = self._repeat()
        if repeat is not None:
            repeat.helps.append(label)
        else:
            self._helps.append((row.at("label"), label))

    def _question(self, row: Row, written: str) -> None:
        kind, choices = self._kind(row, written)
        if not kind:
            return
        name, repeat = row.text("name"), self._repeat()
        taken = {column.name for column in repeat.columns} if repeat else self._names
        if not name or name in taken:
            zh, en = (
                (f"name“{name}”重复", f"the name {name!r} is there twice")
                if name
                else ("没有 name", "no name")
            )
            self._report.error(row.at("name"), zh, en)
            return
        label = words_of(row, "label", self._report)
        if label is None:
            label = Words(name, name)
            if kind != "calculate":
                self._report.warning(row.place, "没有 label，用 name 代替", "no label; its name is used")
        self._layout(row)
        question = Question(row, name, kind, label, choices)
        hint = words_of(row, "hint", self._report)
        if repeat is None:
            question.helps += [words for _, words in self._helps] if kind != "calculate" else []
            self._helps = self._helps if kind == "calculate" else []
            question.helps += [hint] if hint else []
            self._add(question)
            return
        if hint:
            repeat.helps.append(Words(f"{label.zh}：{hint.zh}", f"{label.en}: {hint.en}"))
        question.code = _code(name, {column.code: None for column in repeat.columns})
        question.relevant = [c for c in (self._inner(repeat), row.cell("relevant")) if c]
        repeat.columns.append(question)

    def _inner(self, repeat: Question) -> Cell | None:
        """A condition of a group inside of a repeat."""
        inside = [o for o in self._open if o.repeat is None and o.row.place.row > repeat.place.row]
        return next((o.relevant for o in inside if o.relevant), None)

    def _add(self, question: Question) -> None:
        if question.name in self._names or not question.name:
            self._report.error(
                question.row.at("name"), "没有 name 或重复", "no name, or one that is there twice"
            )
        self._names.add(question.name)
        own = question.row.cell("relevant")
        question.relevant = [o.relevant for o in self._open if o.relevant] + ([own] if own else [])
        if question.answer == "roster":
            question.helps += [words for _, words in self._helps]
            self._helps = []
            hint = words_of(question.row, "hint", self._report)
            question.helps += [hint] if hint else []
        self.questions.append(question)

    def _repeat(self) -> Question | None:
        return next((o.repeat for o in self._open if o.repeat is not None), None)

    def _kind(self, row: Row, written: str) -> tuple[str, ChoiceList | None]:
        """Our kind of answer, empty with an error where there is none, and its choices."""
        ours = row.text("inspector::type") or written
        if ours == "time_range":
            return ours, None
        selected = _TYPE.fullmatch(ours)
        if selected is None:
            kind = ANSWERS.get(written.lower(), "")
            if not kind or kind in ("choice", "multi_choice"):
                self._unknown(row, written)
                return "", None
            return ANSWERS.get(ours.lower(), kind), None
        if selected[3]:
            zh, en = (
                "or_other 不支持：请自己加“其他”选项和一道文字题",
                "or_other: add a choice and a text question",
            )
            self._report.error(row.at("type"), zh, en)
            return "", None
        choices = self._lists.get(selected[2])
        if choices is None:
            self._report.error(
                row.at("type"),
                f"choices 表没有 {selected[2]}（也不支持外部选项）",
                f"the choices have no list {selected[2]} (external ones are not supported)",
            )
            return "", None
        many = ANSWERS[selected[1].lower()] == "multi_choice"
        if not many and choices.yes_no and "choice_filter" not in {name for name, _ in row.cells}:
            return "yes_no", choices
        return ("multi_choice" if many else "choice"), choices

    def _unknown(self, row: Row, written: str) -> None:
        place = row.at("type")
        if written.lower().split()[0] in ("image", "photo", "audio", "video", "file"):
            zh = f"不能导入 {written}：照片属于检查项，请在该题写 photo = yes，删去这一行"
            en = (
                f"cannot carry {written}: photos belong to items; write photo = yes there and delete this row"
            )
        else:
            zh, en = f"不能导入类型 {written}", f"cannot carry the type {written}"
        self._report.error(place, zh, en)

    def _layout(self, row: Row) -> None:
        for name in _LAYOUT:
            for (column, _), cell in row.cells.items():
                if column == name:
                    tell = self._report.note if name in ("appearance", "parameters") else self._report.warning
                    tell(cell.place, f"{name} 不导入", f"{name} is left out")

    def _drop_helps(self) -> None:
        for place, _ in self._helps:
            self._report.warning(
                place, "后面没有题，这段话不导入", "no question follows; this text is left out"
            )
