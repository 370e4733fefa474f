"""Checklists written in spreadsheets: an XLSForm becomes a checklist's file, and a checklist an XLSForm."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from inspector.domain.checklist import Checklist
from inspector.errors import BadInput, Problem
from inspector.forms.library import shipped
from inspector.forms.texts import FormText
from inspector.forms.xlsform import Imported, Wanted, import_form
from inspector.forms.xlsform_rows import Table
from inspector.registry.workbook import read_sheets
from inspector.services.forms import publish as publish_texts
from inspector.store.files import write_atomically
from inspector.store.workspace import Store

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")


def read_form(path: Path, wanted: Wanted, *, known: Mapping[str, Checklist] | None = None) -> Imported:
    """The checklist of an XLSForm. Cells are read as their last computed values; formulas are never run.

    Args:
        known: checklists by code over the shipped ones, whose answers the form may use.

    Raises:
        NotFound: there is no such file.
        BadInput: it is no workbook, damaged, protected, or beyond the bounds of any foreign spreadsheet.
    """
    if path.suffix.lower() not in WORKBOOKS:
        raise BadInput(
            f"{path.name} 不是工作簿（{'、'.join(WORKBOOKS)}）",
            f"{path.name} is no workbook ({', '.join(WORKBOOKS)})",
            code="xlsform.kind",
        )
    tables = [Table(sheet.name, sheet.rows) for sheet in read_sheets(path)]
    library = shipped()
    others = {item.name: item.answer for found in (known or {}).values() for item in found.items}
    around = replace(library.around, answers={**(library.around.answers or {}), **others})
    return import_form(tables, wanted, around, library.params)


def refuse(found: Imported, *, strict: bool) -> None:
    """Whether a form may be taken.

    Raises:
        BadInput: something cannot be carried; with `strict` also if something would be left out.
    """
    graver = ("error", "warning") if strict else ("error",)
    bad = [problem for problem in found.problems if problem.severity in graver]
    if bad:
        raise BadInput(
            f"有{len(bad)}处不能导入，没有写出任何文件。",
            f"{len(bad)} {'place' if len(bad) == 1 else 'places'} cannot be imported; no file was written.",
            hint=(
                "每处写明了表、行、列；改好后再导入。",
                "Each is named with sheet, row and column; change them and import again.",
            ),
            code="xlsform.import",
            problems=[_as_error(p) if p.severity in graver else p for p in found.problems],
        )


def _as_error(problem: Problem) -> Problem:
    return replace(problem, severity="error")


def write_text(path: Path, text: str) -> None:
    """A checklist's file, whole or not at all.

    Raises:
        WorkspaceError: the disk does not take it.
    """
    write_atomically(path.absolute(), text.encode("utf-8"))


def publish(store: Store, found: Imported) -> int:
    """Put an imported checklist into the journal, so that it is used from now on; how many texts were new.

    Raises:
        BadInput: the checklist's rules or examples do not hold here.
    """
    data = found.text.encode("utf-8")
    text = FormText("checklist", found.code, found.version, hashlib.sha256(data).hexdigest(), found.text)
    return publish_texts(store, [text])
