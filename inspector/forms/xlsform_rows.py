"""The sheets of an XLSForm as rows with named cells, each with its place, and what cannot be carried, by place.

Names of columns are read as pyxform reads them: any case, `label::中文 (zh)`, `label::English (en)`, plain `label`.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inspector.domain.checklist import Words
from inspector.errors import Problem

MAX_SURVEY = 2_000
"""Rows of a survey, and of its choices."""

_ALIASES = {
    "calculate": "calculation",
    "relevance": "relevant",
    "constraint message": "constraint_message",
    "list name": "list_name",
    "caption": "label",
    "choice filter": "choice_filter",
    "value": "name",
}
_TRANSLATED = frozenset(
    ("label", "hint", "constraint_message", "measure", "violation_message", "hint_message", "unit", "checklist_title",
     "required_message", "guidance_hint", "image", "audio", "video", "media", "big-image", "proposal_message")
)  # fmt: skip
_OURS = "inspector::"
_LANGUAGE = (
    ("zh", re.compile(r"(?i)\bzh\b|中文|汉语|chinese")),
    ("en", re.compile(r"(?i)\ben\b|english|英文|英语")),
)


@dataclass(frozen=True, slots=True)
class Table:
    """A worksheet: its name and rows of cells from A1 on."""

    name: str
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Place:
    """A cell: the sheet's name, the row as people count, the column's letter, and its heading."""

    sheet: str
    row: int
    column: str = ""
    heading: str = ""

    def __str__(self) -> str:
        """ "survey!C12 relevant"."""
        return f"{self.sheet}!{self.column}{self.row} {self.heading}".rstrip()


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell and where it is."""

    text: str
    place: Place


@dataclass(slots=True)
class Row:
    """A row by the names of its columns; of translated columns by (name, language), "" for none."""

    place: Place
    cells: Mapping[tuple[str, str], Cell]

    def cell(self, name: str) -> Cell | None:
        """The cell of a column without languages, if it has a text."""
        return self.cells.get((name, ""))

    def text(self, name: str) -> str:
        """Its text, empty where there is none."""
        found = self.cell(name)
        return found.text if found else ""

    def at(self, name: str) -> Place:
        """The place of a cell; of the row where it is empty."""
        found = next((cell for (column, _), cell in self.cells.items() if column == name), None)
        return found.place if found else self.place


@dataclass(slots=True)
class Report:
    """What was found on the way. `error` keeps the form from being imported, `warning` is dropped, `note` differs."""

    found: list[tuple[Place, Words, str]] = field(default_factory=list)

    def error(self, place: Place, zh: str, en: str) -> None:
        """It cannot be carried."""
        self.found.append((place, Words(zh, en), "error"))

    def warning(self, place: Place, zh: str, en: str) -> None:
        """It is left out; the rest is carried."""
        self.found.append((place, Words(zh, en), "warning"))

    def note(self, place: Place, zh: str, en: str) -> None:
        """It is carried, with a difference worth knowing."""
        self.found.append((place, Words(zh, en), "note"))

    def problems(self) -> list[Problem]:
        """As people read them, each once, by severity and place."""
        order = {"error": 0, "warning": 1, "note": 2}
        ranked = sorted(self.found, key=lambda f: (order[f[2]], f[0].sheet != "survey", f[0].row))
        return list(
            dict.fromkeys(
                Problem(str(place), words.zh, words.en, severity) for place, words, severity in ranked
            )
        )

    @property
    def failed(self) -> bool:
        """Whether anything keeps the form from being imported."""
        return any(severity == "error" for _, _, severity in self.found)


def read_table(table: Table, report: Report) -> list[Row]:
    """The rows below the headings that have any text. Headings are in the first row that is not empty."""
    texts = [[cell_text(value) for value in row] for row in table.rows[: MAX_SURVEY + 2]]
    sheet = table.name.strip().lower()
    if len(table.rows) > MAX_SURVEY + 1:
        report.error(Place(sheet, MAX_SURVEY + 2), f"超过 {MAX_SURVEY} 行", f"more than {MAX_SURVEY} rows")
        return []
    first = next((number for number, row in enumerate(texts) if any(row)), None)
    if first is None:
        return []
    headings = _headings(texts[first], Place(sheet, first + 1), report)
    rows: list[Row] = []
    for number, row in enumerate(texts[first + 1 :], first + 2):
        cells = {
            key: Cell(text, Place(sheet, number, letters(column), heading))
            for column, (key, heading) in headings.items()
            if column < len(row) and (text := row[column])
        }
        for cell in cells.values():
            if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t" for sign in cell.text):
                report.error(
                    cell.place, "单元格里有控制字符，请删去", "a control character in the cell; delete it"
                )
        if cells:
            rows.append(Row(Place(sheet, number), cells))
    return rows


def _headings(row: Sequence[str], place: Place, report: Report) -> dict[int, tuple[tuple[str, str], str]]:
    found: dict[int, tuple[tuple[str, str], str]] = {}
    for column, heading in enumerate(row):
        if heading:
            key = _key(heading)
            if key in (known for known, _ in found.values()):
                where = Place(place.sheet, place.row, letters(column), heading)
                report.error(where, f"列“{heading}”重复", f"the column {heading!r} is there twice")
            found[column] = (key, heading)
    return found


def _key(heading: str) -> tuple[str, str]:
    """("label", "zh") of "label::中文 (zh)"; a language that is neither is kept as it is written."""
    text = heading.strip()
    lower = text.lower()
    ours = lower.startswith(_OURS)
    base, _, language = (lower.removeprefix(_OURS) if ours else lower).partition("::")
    base = _ALIASES.get(base.strip(), base.strip()).replace("media::", "")
    if base not in _TRANSLATED or not language:
        return (lower if ours or language else base), ""
    known = next((code for code, pattern in _LANGUAGE if pattern.search(language)), language.strip())
    return (_OURS + base if ours else base), known


def words_of(row: Row, name: str, report: Report) -> Words | None:
    """A translated text in both languages; one that is missing falls back to what there is, with a warning."""
    given = {language: cell for (column, language), cell in row.cells.items() if column == name}
    if not given:
        return None
    plain, first = given.get(""), next(iter(given.values()))
    zh, en = given.get("zh") or plain, given.get("en") or plain
    if zh is en:
        report.warning(
            first.place, "没有分中英文，两种语言用同一句", "not in two languages; both use one sentence"
        )
    elif zh is None:
        report.warning(first.place, "没有中文，用英文代替", "no Chinese; the English is used")
    elif en is None:
        report.warning(first.place, "没有英文，用中文代替", "no English; the Chinese is used")
    return Words((zh or en or first).text, (en or zh or first).text)


def cell_text(value: Any) -> str:
    """A cell as text: whole numbers without a point, dates and times as ISO has them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    if isinstance(value, dt.time):
        return value.strftime("%H:%M")
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value).replace("\r\n", "\n").strip()


def letters(column: int) -> str:
    """0 → "A", 26 → "AA"."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def by_name(tables: Iterable[Table]) -> dict[str, Table]:
    """Sheets by lower-case name."""
    return {table.name.strip().lower(): table for table in tables}
