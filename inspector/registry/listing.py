"""A list that an office keeps as one table with a header, such as its officers or its authorities, in Excel or CSV."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from inspector.registry import cells
from inspector.registry.columns import normal_title
from inspector.registry.reading import merged_down
from inspector.registry.workbook import RawSheet, read_sheets

_HEADER_ROWS = 30
Titles = Mapping[str, Sequence[str]]
"""The titles that a column of each field may have."""


def read_list(path: Path, titles: Titles, needed: Collection[str]) -> list[tuple[str, dict[str, Any]]] | None:
    """The filled rows of every sheet with such a table: where each is ("sheet!row"), and its cells by field.

    What stands in a cell that is merged over several rows stands in each of them.

    Args:
        needed: fields without whose columns a row is no header.

    Returns:
        None where no sheet has such a table.

    Raises:
        NotFound: no such file.
        BadInput: it is no table at all.
    """
    fields = {normal_title(title): field for field, known in titles.items() for title in known}
    found: list[tuple[str, dict[str, Any]]] = []
    recognised = False
    for sheet in read_sheets(path):
        header = _find_header(sheet, fields, needed)
        if header is None:
            continue
        recognised = True
        row, columns = header
        merged = merged_down(sheet, row)
        for number, line in enumerate(sheet.rows[row + 1 :], start=row + 2):
            raw = {name: line[column] for name, column in columns.items() if column < len(line)}
            above = merged.get(number - 1, {})
            raw |= {name: above[column] for name, column in columns.items() if column in above}
            if any(not cells.is_blank(value) for value in raw.values()):
                found.append((f"{sheet.name}!{number}", raw))
    return found if recognised else None


def _find_header(
    sheet: RawSheet, fields: Mapping[str, str], needed: Collection[str]
) -> tuple[int, dict[str, int]] | None:
    for number, line in enumerate(sheet.rows[:_HEADER_ROWS]):
        found: dict[str, int] = {}
        for column, value in enumerate(line):
            field = fields.get(normal_title(cells.folded(value)))
            if field is not None:
                found.setdefault(field, column)
        if set(needed) <= found.keys():
            return number, found
    return None
