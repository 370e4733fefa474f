"""Extracts of one visit, one for each department: its items, what was found, who answers for it."""

from dataclasses import dataclass

from inspector.domain.departments import concerned, of_department
from inspector.domain.office import Officer
from inspector.domain.procedures import SectionState
from inspector.services import lookup
from inspector.services.forms import Forms
from inspector.services.legality import check_conclude, section_code
from inspector.services.sheets import Line, Sheet, sheet
from inspector.store.queries import FindingRow
from inspector.store.workspace import Store


@dataclass(frozen=True, slots=True)
class Extract:
    """The part of one department.

    Attributes:
        lines: items that it leads or takes part in.
        officers: those of the department who took part.
        section: whether and by whom it is confirmed.
        needs_confirmation: more than one department is there.
    """

    department: str
    sheet: Sheet
    lines: tuple[Line, ...]
    findings: tuple[FindingRow, ...]
    officers: tuple[Officer, ...]
    section: SectionState
    needs_confirmation: bool


def extract(store: Store, forms: Forms, inspection: str, department: str) -> Extract:
    """The part of a department, by its code or name.

    Raises:
        NotFound: no such inspection.
        UsageError: the department has no part in it.
    """
    state = lookup.inspection(store, inspection)
    code = section_code(store, forms, state, department)
    now = sheet(store, forms, state.id)
    lines = tuple(line for line in now.lines() if code in concerned(line.item))
    sections = check_conclude(store, forms, state.id).sections
    own = {line.item.code for line in lines}
    return Extract(
        department=code,
        sheet=now,
        lines=lines,
        findings=tuple(row for row in now.findings if row.item in own),
        officers=tuple(of_department(lookup.officers(store, state.officers), code)),
        section=next((one for one in sections if one.department == code), SectionState(code, "open")),
        needs_confirmation=len(sections) > 1,
    )
