"""Reading a list of officers as an office keeps it: one table with a header, in Excel or CSV."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from inspector.domain.lifecycle import duty_of
from inspector.domain.office import STANDINGS
from inspector.domain.tidy import tidy_line
from inspector.errors import BadInput, Problem
from inspector.registry import cells
from inspector.registry.listing import read_list

_TITLES: Mapping[str, Sequence[str]] = {
    "name": ("姓名", "人员姓名", "执法人员", "执法人员姓名", "name"),
    "department": ("部门", "单位", "所在单位", "工作单位", "派出单位", "所属部门", "department"),
    "certificate": ("执法证号", "执法证件号", "执法证编号", "证号", "证件号", "行政执法证号", "certificate"),
    "certificate_until": ("有效期", "有效期至", "证件有效期", "执法证有效期", "until", "certificate_until"),
    "standing": ("身份", "类别", "人员类别", "人员身份", "standing"),
    "duty": ("审批职务", "职务", "审批权限", "duty"),
}
_STANDINGS = {
    **{name: name for name in STANDINGS},
    **{zh: name for name, (zh, _) in STANDINGS.items()},
    "执法员": "officer",
    "协管员": "helper",
    "辅助": "helper",
    "责任督学": "school_inspector",
    "挂牌督学": "school_inspector",
    "网格": "grid_worker",
    "网格长": "grid_worker",
    "": "",
}

_ALLOWED_ZH = "、".join(zh for zh, _ in STANDINGS.values()) + "、责任督学"


def read_officers(path: Path) -> list[dict[str, str]]:
    """Officers by the fields of `office.OFFICER_FIELDS`.

    A person without a standing is a certified officer where there is a certificate number, a helper where not. There is a
    duty only where the table has such a column.

    Raises:
        NotFound: no such file.
        BadInput: no sheet has such a table, or rows have errors (`problems` names sheet and row).
    """
    people: list[dict[str, str]] = []
    problems: list[Problem] = []
    rows = read_list(path, _TITLES, {"name", "department"})
    for where, raw in rows or ():
        _take(raw, where, people, problems)
    if rows is None:
        raise BadInput(
            "没有认出人员表。", "No table of officers was recognised.",
            hint=("表头至少要有“姓名”和“单位”。", "The header needs at least 姓名 and 单位."), code="officers.table",
        )  # fmt: skip
    if problems:
        raise BadInput(
            f"人员表有{len(problems)}处错误，没有改动任何内容。",
            f"The list of officers has {len(problems)} errors; nothing was changed.",
            hint=("请按所列的行改正后再试。", "Put the listed rows right and try again."),
            code="officers.errors",
            problems=problems,
        )
    return people


def _take(raw: Mapping[str, Any], where: str, people: list[dict[str, str]], problems: list[Problem]) -> None:
    text = {name: tidy_line(cells.folded(raw.get(name, ""))) for name in _TITLES}
    until = (
        "" if cells.is_blank(raw.get("certificate_until", "")) else cells.date_text(raw["certificate_until"])
    )
    standing = _STANDINGS.get(text["standing"])
    if not text["name"]:
        problems.append(Problem(where, "没有姓名", "there is no name"))
    if until is None:
        problems.append(Problem(where, "证件有效期看不懂", "the certificate's last day is not a date"))
    if standing is None:
        problems.append(
            Problem(
                where,
                f"不认识的身份“{text['standing']}”，可填：{_ALLOWED_ZH}",
                f"unknown standing {text['standing']!r}; one of {', '.join(STANDINGS)}",
            )
        )
    if standing == "officer" and not text["certificate"]:
        problems.append(
            Problem(where, "执法人员没有执法证号", "a certified officer without a certificate number")
        )
    people.append(
        {
            # A table without that column says nothing of duties; posts that approve nothing (科员 …) are none.
            **({"duty": duty_of(text["duty"])} if "duty" in raw else {}),
            "name": text["name"],
            "department": text["department"],
            "certificate": text["certificate"],
            # A certificate without end says so by an empty day.
            "certificate_until": "" if until in (None, "long-term") else str(until),
            "standing": standing or ("officer" if text["certificate"] else "helper"),
        }
    )
