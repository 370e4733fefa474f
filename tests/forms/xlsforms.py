"""XLSForms for tests: sheets as lists, through our importer."""

from collections.abc import Mapping, Sequence

from inspector.forms.library import shipped
from inspector.forms.xlsform import Imported, Wanted, import_form
from inspector.forms.xlsform_rows import Table

Rows = Sequence[Mapping[str, str]]


def tables(sheets: Mapping[str, Rows]) -> list[Table]:
    """Sheets from rows by heading; the headings are in the order in which they first come."""
    found: list[Table] = []
    for name, rows in sheets.items():
        headings = list(dict.fromkeys(key for row in rows for key in row))
        found.append(Table(name, [headings, *([row.get(h, "") for h in headings] for row in rows)]))
    return found


def form(survey: Rows, choices: Rows = (), **settings: str) -> dict[str, Rows]:
    """The sheets of a form with the code T-ODK."""
    return {
        "survey": survey,
        "choices": choices,
        "settings": [{"form_title": "试", "form_id": "T-ODK", "version": "1", **settings}],
    }


def taken(sheets: Mapping[str, Rows], wanted: Wanted | None = None) -> Imported:
    """What becomes of a form."""
    library = shipped()
    return import_form(tables(sheets), wanted or Wanted(), library.around, library.params)


def both(name: str, zh: str, en: str) -> dict[str, str]:
    """A translated cell."""
    return {f"{name}::中文 (zh)": zh, f"{name}::English (en)": en}
