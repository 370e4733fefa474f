"""One row of a table as the facts of a site or a grid, each doubt with its row and column."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inspector.domain import credit_code
from inspector.domain.site_facts import BY_NAME, TRAINING, Flag, category_class, standing_flags
from inspector.errors import Problem
from inspector.registry import cells
from inspector.registry.columns import Header, column_letter

MAX_FACT = 2_000
"""Characters of one fact; a name has at most MAX_NAME."""
MAX_NAME = 120


@dataclass(frozen=True, slots=True)
class GridRow:
    """A grid (网格) of the file; absent values are empty."""

    place: str
    code: str
    name: str
    lead_unit: str = ""
    lead_person: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A site of the file.

    Attributes:
        place: sheet and row for people, as "校外培训机构台账!第12行".
        facts: see `inspector.domain.site_facts.FIELDS`; what the file does not say is absent.
        flags: what an officer should know, from reading and from the facts themselves.
        cells: fact -> its cell for people, as "校外培训机构台账!D12".
    """

    place: str
    facts: Mapping[str, Any]
    flags: tuple[Flag, ...] = ()
    cells: Mapping[str, str] = field(default_factory=dict)


def shown(value: Any) -> str:
    """A piece of a cell for a sentence: one line, no invisible or control characters, at most thirty characters."""
    text = " ".join(cells.clean(value).text.split())
    return text if len(text) <= 30 else text[:29] + "…"


class RowReader:
    """Reads the fields of one row and gathers its problems and flags. One reader a row."""

    def __init__(self, sheet: str, header: Header, row: int, line: Sequence[Any]) -> None:
        self.sheet = sheet
        self.header = header
        self.number = row + 1
        self.line = line
        self.problems: list[Problem] = []
        self.flags: list[Flag] = []

    @property
    def place(self) -> str:
        return f"{self.sheet}!第{self.number}行"

    def cell(self, name: str) -> Any:
        """The cell of a field; "" where the sheet has no such column or the row is short."""
        column = self.header.columns.get(name, -1)
        return self.line[column] if 0 <= column < len(self.line) else ""

    def where(self, name: str) -> str:
        column = self.header.columns.get(name)
        return self.place if column is None else f"{self.sheet}!{column_letter(column)}{self.number}"

    def say(self, name: str, severity: str, zh: str, en: str, flag: str = "") -> None:
        """Record a problem at a field's cell, with a flag of that code on the row if one is named."""
        self.problems.append(Problem(self.where(name), zh, en, severity))
        if flag:
            self.flags.append(Flag(flag, zh, en))

    def text(self, name: str, limit: int = MAX_FACT) -> str:
        """A field as clean text; "" for an empty cell and for what offices write for nothing."""
        value = self.cell(name)
        cleaned = cells.clean(value)
        if cleaned.stripped:
            self.say(
                name,
                "warning",
                "含有看不见的控制字符，已去掉",
                "invisible control characters were taken out",
                "invisible",
            )
        if cells.looks_like_formula(value):
            self.say(
                name, "warning", f"像公式的文字，按原样保存，不会运行：{shown(value)}",
                f"text like a formula, kept as text and never run: {shown(value)}", "formula_text",
            )  # fmt: skip
        if len(cleaned.text) > limit:
            self.say(
                name,
                "error",
                f"文字过长（{len(cleaned.text)}字，限{limit}字）",
                f"too long: {len(cleaned.text)} of {limit}",
            )
            return ""
        return "" if cells.says_nothing(value) else cleaned.text


def read_grid(reader: RowReader) -> GridRow | None:
    """The grid of a row; None, with an error, where it has no name."""
    name = reader.text("name", MAX_NAME)
    if not name:
        reader.say("name", "error", "没有网格名称", "the grid has no name")
        return None
    return GridRow(
        place=reader.place,
        code=reader.text("code", MAX_NAME),
        name=name,
        lead_unit=reader.text("lead_unit", MAX_NAME),
        lead_person=reader.text("lead_person", MAX_NAME),
        phone=_phone(reader),
    )


def read_site(reader: RowReader) -> SiteRow | None:
    """The site of a row; None, with an error, where it has no name."""
    name = reader.text("name", MAX_NAME)
    if not name:
        reader.say(
            "name", "error", "没有名称，无法登记为场所；请补上名称或删去这一行",
            "no name, so it is not a site; give it one or delete the row",
        )  # fmt: skip
        return None
    facts: dict[str, Any] = {"kind": reader.header.kind, "name": name, "source_place": reader.place}
    for field_name in reader.header.columns:
        if field_name in _READERS:
            facts |= _READERS[field_name](reader)
        elif field_name in BY_NAME and field_name != "name":
            facts |= _plain(reader, field_name)
    if facts.get("kind") == TRAINING:
        facts |= _training(reader, facts)
    facts |= _status_from_remark(reader, facts)
    standing = {flag.code: flag for flag in (*reader.flags, *standing_flags(facts))}
    places = {fact: reader.where(fact) for fact in facts if fact in reader.header.columns}
    return SiteRow(reader.place, facts, tuple(standing.values()), places)


def _plain(reader: RowReader, name: str) -> dict[str, Any]:
    kind = BY_NAME[name].type
    if kind == "choice":
        return _choice(reader, name)
    if kind == "count":
        return _count(reader, name)
    text = reader.text(name)
    return {name: text} if text else {}


def _choice(reader: RowReader, name: str) -> dict[str, Any]:
    value = reader.cell(name)
    title = reader.header.titles.get(reader.header.columns.get(name, -1), "")
    found = (
        cells.registration_state(value, title) if name == "registration_state" else cells.CHOICES[name](value)
    )
    if cells.is_blank(value) and name == "status":
        return {}
    if found == "unclear" and not cells.is_blank(value):
        zh, en = BY_NAME[name].zh, BY_NAME[name].en
        reader.say(name, "note", f"{zh}没有写明：{shown(value)}", f"{en} is not plain: {shown(value)}")
    return {name: found}


def _count(reader: RowReader, name: str) -> dict[str, Any]:
    value = reader.cell(name)
    if cells.says_nothing(value):
        return {}
    found = cells.count_text(value)
    if found is None:
        reader.say(
            name, "warning", f"人数或个数不能确定，未采用：{shown(value)}",
            f"not a plain number, left out: {shown(value)}", f"{name}_unclear",
        )  # fmt: skip
        return {}
    if name == "students":
        return {name: found[0], "students_estimated": found[1]}
    if found[1]:
        reader.say(
            name, "note", f"是约数：{shown(value)}", f"an estimate: {shown(value)}", f"{name}_estimated"
        )
    return {name: found[0]}


def _credit_code(reader: RowReader) -> dict[str, Any]:
    name, value = "credit_code", reader.cell("credit_code")
    if cells.digits_lost(value):
        reader.say(
            name, "warning", "18位代码被存成了数字，后几位已丢失，未采用；请在表中改为文本后重新填写",
            "the code was stored as a number and its last digits are lost; left out: enter it again as text",
            "credit_code_digits_lost",
        )  # fmt: skip
        return {}
    written = cells.raw_text(value)
    code = credit_code.check(written)
    if code.state == "missing":
        return {}
    if code.state == "repaired":
        reader.say(
            name, "note", "代码的全角、空格或大小写已规范", "width, spaces or case of the code were put right"
        )
    elif code.state == "bad_check":
        reader.say(
            name,
            "warning",
            f"代码校验位不符，按原样保留：{code.value}",
            f"fails its check, kept as it is: {code.value}",
        )
    elif code.state == "bad_form":
        reader.say(
            name, "warning",
            f"{'是15位旧注册号' if code.old_number else '不是18位规定格式'}，按原样保留：{shown(written)}",
            f"{'a 15-digit number of before 2015' if code.old_number else 'not of the form'}, kept: {shown(written)}",
        )  # fmt: skip
    kept = code.value if code.state != "bad_form" else reader.text(name)
    return {name: kept} if kept else {}


def _permit(reader: RowReader) -> dict[str, Any]:
    name, value = "permit_number", reader.cell("permit_number")
    state = cells.permit_state(value)
    text = reader.text(name)
    facts: dict[str, Any] = {"permit_state": state}
    if state == "unclear" and not cells.is_blank(value):
        reader.say(
            name,
            "note",
            f"是否有许可证没有写明：{shown(value)}",
            f"whether there is a permit is not plain: {shown(value)}",
        )
    if any(character.isdecimal() for character in text):
        facts[name] = text
    return facts


def _permit_until(reader: RowReader) -> dict[str, Any]:
    name, value = "permit_until", reader.cell("permit_until")
    found = cells.date_text(value)
    if found is None:
        reader.say(
            name, "warning", f"日期不能确定，未采用：{shown(value)}",
            f"not a plain date, left out: {shown(value)}", "permit_until_unclear",
        )  # fmt: skip
    elif isinstance(value, float) and value < 100_000:
        reader.say(
            name,
            "note",
            f"数字{shown(value)}按日期序号读作{found}",
            f"day number {shown(value)} read as {found}",
        )
    return {name: found} if found else {}


def _boarding(reader: RowReader) -> dict[str, Any]:
    value = reader.cell("boarding")
    found = cells.yes_no(value)
    if found is None and not cells.is_blank(value):
        reader.say(
            "boarding", "note", f"是或否没有写明：{shown(value)}", f"not a plain yes or no: {shown(value)}"
        )
    return {} if found is None else {"boarding": found}


def _phone(reader: RowReader) -> str:
    text = reader.text("phone", MAX_NAME)
    return cells.phone_text(text) if text else ""


def _phone_fact(reader: RowReader) -> dict[str, Any]:
    text = _phone(reader)
    return {"phone": text} if text else {}


def _training(reader: RowReader, facts: Mapping[str, Any]) -> dict[str, Any]:
    derived: dict[str, Any] = {}
    if "category" in facts:
        derived["category_class"] = category_class(facts["category"])
        if derived["category_class"] == "unknown":
            text = shown(facts["category"])
            reader.say(
                "category",
                "note",
                f"类别不能归类：{text}",
                f"category not classed: {text}",
                "category_unclear",
            )
    if facts.get("permit_until") and facts.get("permit_state") == "unclear":
        reader.say(
            "permit_until", "note", "填了有效期，却没有许可证号", "an end date without a permit number",
            "permit_until_alone",
        )  # fmt: skip
    return derived


def _status_from_remark(reader: RowReader, facts: Mapping[str, Any]) -> dict[str, Any]:
    if "status" in facts:
        return {}
    found = cells.status_in_remark(facts.get("remark", ""))
    if found:
        reader.say(
            "remark",
            "note",
            f"状态取自备注：{shown(facts['remark'])}",
            f"status taken from the remark: {shown(facts['remark'])}",
            "status_from_remark",
        )
    return {"status": found} if found else {}


_READERS: dict[str, Callable[[RowReader], dict[str, Any]]] = {
    "credit_code": _credit_code,
    "permit_number": _permit,
    "permit_until": _permit_until,
    "boarding": _boarding,
    "phone": _phone_fact,
}
