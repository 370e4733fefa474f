"""An authority (机关): who issues papers, as its name and its 机关代字 are printed. One for each department."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from inspector.domain.checklist import DEPARTMENTS
from inspector.domain.entries import Draft, Entry
from inspector.domain.office import record_fields
from inspector.domain.registers import Registers, Setter, fold
from inspector.errors import Refusal

AUTHORITY_FIELDS = ("department", "name", "prefix", "address", "phone", "contact")
PREFIX_MAX = 20
"""Characters of a 机关代字; "样教体" has three."""
_OF_A_NUMBER = frozenset("〔〕[]【】（）()")


def _recorded(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: data[name] for name in AUTHORITY_FIELDS if name in data}


VOCABULARY: dict[str, Setter] = {"authority.recorded": _recorded}


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority.

    Attributes:
        department: its code of `checklist.DEPARTMENTS`.
        name: the full name as it is printed, 样例县教育体育局.
        prefix: the 机关代字 that its numbers begin with, 样教体.
        address, phone, contact: where those who got a paper turn to.
    """

    id: str
    department: str
    name: str
    prefix: str
    address: str = ""
    phone: str = ""
    contact: str = ""


def authority_id(department: str) -> str:
    """One authority for each department, under one id on every laptop."""
    return f"au-{department}"


def fold_authority(entries: Iterable[Entry]) -> tuple[Authority | None, Registers]:
    """An authority from its entries; None without any."""
    entries = list(entries)
    registers = fold(entries, VOCABULARY)
    if not registers.heads:
        return None, registers
    values = {name: registers.value(name, "") for name in AUTHORITY_FIELDS}
    return Authority(id=entries[0].aggregate, **values), registers


def record_authority(known: Registers, fields: Mapping[str, str]) -> list[Draft]:
    """Record an authority, or bring a known one to these fields; none where nothing changes.

    Raises:
        Refusal: an unknown department, no name, or a prefix that cannot begin a number.
    """
    department = fields.get("department", "")
    if department not in DEPARTMENTS:
        raise Refusal(
            f"不认识的部门“{department}”。", f"Unknown department {department!r}.",
            hint=("可用：" + "、".join(DEPARTMENTS), "One of: " + ", ".join(DEPARTMENTS)), code="authority.department",
        )  # fmt: skip
    name, prefix = (fields.get(key, known.value(key, "")) for key in ("name", "prefix"))
    if not name:
        raise Refusal(
            "没有机关名称。", "The authority has no name.",
            hint=("写全称，如“样例县教育体育局”。", "Write its full name."), code="authority.name",
        )  # fmt: skip
    if not prefix or len(prefix) > PREFIX_MAX or _OF_A_NUMBER & set(prefix):
        raise Refusal(
            f"“{prefix}”不是机关代字。", f"{prefix!r} is no prefix of numbers.",
            hint=(
                f"写文号开头的几个字，如“样教体”：1至{PREFIX_MAX}个字，不含括号。",
                f"Write what numbers begin with: 1 to {PREFIX_MAX} characters, no brackets.",
            ),
            code="authority.prefix",
        )  # fmt: skip
    return record_fields("authority", authority_id(department), fields, known)
