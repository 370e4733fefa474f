"""Reading a list of authorities (机关): one table with a header, in Excel or CSV."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from inspector.domain.authority import AUTHORITY_FIELDS
from inspector.domain.departments import department_code
from inspector.domain.tidy import tidy_line
from inspector.errors import BadInput, Problem
from inspector.registry import cells
from inspector.registry.listing import read_list

_TITLES: Mapping[str, Sequence[str]] = {
    "department": ("部门", "所属部门", "department"),
    "name": ("机关", "机关名称", "机关全称", "全称", "名称", "name"),
    "prefix": ("代字", "机关代字", "发文字号", "prefix"),
    "address": ("地址", "机关地址", "address"),
    "phone": ("电话", "联系电话", "phone"),
    "contact": ("联系人", "contact"),
}


def read_authorities(path: Path) -> list[dict[str, str]]:
    """Authorities by the fields of `authority.AUTHORITY_FIELDS`; the department as its code.

    Where no column names the department, the authority's name does.

    Raises:
        NotFound: no such file.
        BadInput: no sheet has such a table, or rows have errors (`problems` names sheet and row).
    """
    found: list[dict[str, str]] = []
    problems: list[Problem] = []
    rows = read_list(path, _TITLES, {"name", "prefix"})
    for where, raw in rows or ():
        fields = {name: tidy_line(cells.folded(raw.get(name, ""))) for name in AUTHORITY_FIELDS}
        _take(fields, where, found, problems)
    if rows is None:
        raise BadInput(
            "没有认出机关表。", "No table of authorities was recognised.",
            hint=("表头至少要有“机关名称”和“机关代字”。", "The header needs at least 机关名称 and 机关代字."),
            code="authorities.table",
        )  # fmt: skip
    if problems:
        raise BadInput(
            f"机关表有{len(problems)}处错误，没有改动任何内容。",
            f"The list of authorities has {len(problems)} errors; nothing was changed.",
            hint=("请按所列的行改正后再试。", "Put the listed rows right and try again."),
            code="authorities.errors",
            problems=problems,
        )
    return found


def _take(fields: dict[str, str], where: str, found: list[dict[str, str]], problems: list[Problem]) -> None:
    said = fields["department"] or fields["name"]
    fields["department"] = department_code(said)
    if not fields["department"]:
        problems.append(
            Problem(where, f"看不出“{said}”是哪个部门", f"it is not known which department {said!r} is")
        )
    elif any(other["department"] == fields["department"] for other in found):
        problems.append(
            Problem(where, f"“{said}”的部门前面已有", f"the department of {said!r} is listed twice")
        )
    for name, zh, en in (
        ("name", "没有机关名称", "there is no name"),
        ("prefix", "没有机关代字", "there is no prefix"),
    ):
        if not fields[name]:
            problems.append(Problem(where, zh, en))
    found.append(fields)
