"""Checklists written in spreadsheets: an XLSForm becomes a checklist's file, and a checklist an XLSForm."""

import datetime as dt
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from inspector.domain.checklist import Checklist, LegalBasis
from inspector.errors import BadInput, NotFound, Problem, Refusal
from inspector.forms.checklists import Around, read_checklist
from inspector.forms.library import checklist_bytes, shipped
from inspector.forms.texts import FormText, changed_texts, library_texts
from inspector.forms.xlsform import Imported, Wanted, import_form
from inspector.forms.xlsform_rows import Table
from inspector.forms.xlsform_write import Sheet, export_form
from inspector.registry.workbook import read_sheets
from inspector.services.forms import Forms
from inspector.services.forms import publish as publish_texts
from inspector.store.files import write_atomically
from inspector.store.workspace import Store

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")


def read_form(
    path: Path,
    wanted: Wanted,
    *,
    known: Mapping[str, Checklist] | None = None,
    params: Mapping[str, Any] | None = None,
    register: Mapping[str, LegalBasis] | None = None,
) -> Imported:
    """The checklist of an XLSForm. Cells are read as their last computed values; formulas are never run.

    Args:
        known, params, register: checklists by code, values of parameters and legal bases that were published before,
            over the shipped ones.

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
    values = library.params | dict(params or {})
    checklists = {**library.checklists, **(known or {})}
    answers = {item.name: item.answer for found in checklists.values() for item in found.items}
    around = Around(frozenset({**library.register, **(register or {})}), frozenset(values), answers)
    return import_form(tables, wanted, around, values)


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


def check_target(path: Path, *, force: bool, source: Path | None = None) -> None:
    """Whether a file may be written there.

    Args:
        force: an existing file may be replaced.
        source: what is read, which is never replaced.

    Raises:
        Refusal: there is a file already, it is what is read, or it is no ordinary file.
    """
    if source is not None and path.exists() and source.exists() and path.samefile(source):
        raise Refusal(
            f"{path.name} 就是要读的文件，没有覆盖。", f"{path.name} is the file that is read; it was not replaced.",
            hint=("用 --out 另起文件名。", "Give another name with --out."), code="file.source",
        )  # fmt: skip
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise Refusal(
            f"{path.name} 不是普通文件，没有写。", f"{path.name} is no ordinary file; nothing was written.",
            hint=("用 --out 另起文件名。", "Give another name with --out."), code="file.kind",
        )  # fmt: skip
    if path.exists() and not force:
        raise Refusal(
            f"已有文件 {path.name}，没有覆盖。", f"There is a file {path.name} already; it was not replaced.",
            hint=("换一个文件名；确要覆盖，加 --force。", "Choose another name, or add --force to replace it."),
            code="file.exists",
        )  # fmt: skip


def write_text(path: Path, text: str) -> None:
    """A checklist's file, whole or not at all.

    Raises:
        WorkspaceError: the disk does not take it.
    """
    write_atomically(path.absolute(), text.encode("utf-8"))


def publish(store: Store, found: Imported) -> list[FormText]:
    """Put an imported checklist into the journal, so that it is used from now on.

    Returns:
        it, if other words stand under its code and version already.
    """
    data = found.text.encode("utf-8")
    text = FormText("checklist", found.code, found.version, hashlib.sha256(data).hexdigest(), found.text)
    forms = Forms(store)
    changed = changed_texts([text], [*forms.published("checklist"), *library_texts(forms.library)])
    publish_texts(store, [text])
    return changed


def write_form(checklist: Checklist, path: Path) -> None:
    """Write a checklist as an XLSForm, whole or not at all. The same checklist gives the same bytes.

    Raises:
        BadInput: the file is not to be called .xlsx.
        WorkspaceError: the disk does not take it.
    """
    if path.suffix.lower() != ".xlsx":
        raise BadInput(
            f"{path.name} 应以 .xlsx 结尾，没有写出。",
            f"{path.name} should end in .xlsx; nothing was written.",
            code="xlsform.kind",
        )
    write_atomically(path.absolute(), _workbook(export_form(checklist)))


def _workbook(sheets: Sequence[Sheet]) -> bytes:
    """Every cell is a text: what starts with a sign of equality is no formula, what looks like a link is none."""
    import xlsxwriter

    buffer = io.BytesIO()
    plain = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, plain) as book:
        book.set_properties({"created": dt.datetime(2000, 1, 1, tzinfo=dt.UTC)})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            page.freeze_panes(1, 2)
            for column, heading in enumerate(sheet.headings):
                longest = max((len(row[column]) for row in sheet.rows), default=0)
                page.set_column(column, column, min(max(len(heading), longest, 8) + 2, 40), text)
                page.write_string(0, column, heading, bold)
            for number, row in enumerate(sheet.rows, 1):
                for column, cell in enumerate(row):
                    if cell:
                        page.write_string(number, column, cell, text)
    return buffer.getvalue()


def stands_alone(name: str) -> bool:
    """Whether a name means the same without a workspace: a file, or what is shipped."""
    suffixes = (".yaml", ".yml", *WORKBOOKS)
    return name.lower().startswith("shipped:") or Path(name).suffix.lower() in suffixes


def named_checklist(name: str, store: Store | None) -> Checklist:
    """The checklist that a command names.

    Args:
        name: a code ("T-LIC", the newest), "T-LIC@2026.1" (that version), "shipped:T-LIC", or a file, XLSForms among them.
        store: the workspace, where there is one; its own and its centre's checklists stand over the shipped ones.

    Raises:
        NotFound: there is none.
        BadInput: a file is no good checklist.
    """
    path = Path(name)
    if path.suffix.lower() in (".yaml", ".yml"):
        return read_checklist(checklist_bytes(path), path.name)
    if path.suffix.lower() in WORKBOOKS:
        found = read_form(path, Wanted())
        refuse(found, strict=False)
        return read_checklist(found.text.encode("utf-8"), path.name)
    if name.lower().startswith("shipped:"):
        return shipped().checklist(name.partition(":")[2].upper())
    code, _, version = name.partition("@")
    forms = Forms(store) if store is not None else None
    known = forms.checklists() if forms is not None else dict(shipped().checklists)
    code = code.upper()
    if not version and code in known:
        return known[code]
    versions = [known[code]] if code in known else []
    if forms is not None:
        versions += forms.versions(code)
    for checklist in [*versions, *(c for c in shipped().checklists.values() if c.code == code)]:
        if version and checklist.version == version:
            return checklist
    have = "、".join(dict.fromkeys(c.version for c in versions)) if version else "、".join(known)
    raise NotFound(
        f"没有检查表“{name}”。", f"No checklist {name!r}.",
        hint=(f"可用：{have or '、'.join(known)}", f"Known: {have or ', '.join(known)}"), code="checklist.unknown",
    )  # fmt: skip
