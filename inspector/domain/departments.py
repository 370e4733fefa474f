"""Which department an officer is of. What people write is free text; what the rules need is a code of DEPARTMENTS."""

import unicodedata
from collections.abc import Iterable, Sequence

from inspector.domain.checklist import DEPARTMENTS, Item
from inspector.domain.office import Officer

# In the order in which they are tried: 文化市场 is no market regulation, 市场监管综合执法 no urban enforcement.
_SYNONYMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("education", ("教体", "教育", "教委", "教科", "文教", "education")),
    (
        "sector",
        (
            "文化市场",
            "文化和旅游",
            "文化旅游",
            "文化广",
            "文旅",
            "文广",
            "文体",
            "广电",
            "行业主管",
            "sector authority",
        ),
    ),
    ("market", ("市监", "市场监", "市场管理", "工商", "market regulation", "market supervision")),
    ("police", ("公安", "派出所", "警察", "police")),
    ("civil", ("民政", "civil affairs")),
    ("fire", ("消防", "应急", "fire", "emergency")),
    ("human_resources", ("人社", "人力资源", "社会保障", "human resources")),
    ("tax", ("税务", "税局", "tax")),
    ("cyber", ("网信", "互联网信息", "cyberspace")),
    ("enforcement", ("行政执法", "综合执法", "城管", "城市管理", "城市执法", "urban enforcement", "城执")),
    ("sector", ("体育", "科技", "科学技术", "文化局")),
)


def department_code(text: str) -> str:
    """The code of DEPARTMENTS that a department's name means ("市场监管局" → "market"); "" where that is not known."""
    plain = "".join(unicodedata.normalize("NFKC", text).lower().split())
    if not plain:
        return ""
    for code, words in DEPARTMENTS.items():
        if plain in (code, words.zh, words.en.replace(" ", "")):
            return code
    for code, names in _SYNONYMS:
        if any(name.replace(" ", "") in plain for name in names):
            return code
    return ""


def present(officers: Iterable[Officer]) -> tuple[str, ...]:
    """The known departments of these officers, in the order of DEPARTMENTS."""
    found = {department_code(person.department) for person in officers}
    return tuple(code for code in DEPARTMENTS if code in found)


def departments_of(officers: Sequence[Officer]) -> tuple[str, ...]:
    """As `present`; empty where one of them is of a department that is not recognised: then nothing is certain."""
    known = all(department_code(person.department) for person in officers)
    return present(officers) if known else ()


def of_department(officers: Iterable[Officer], code: str) -> list[Officer]:
    """Those of one department."""
    return [person for person in officers if department_code(person.department) == code]


def concerned(item: Item) -> tuple[str, ...]:
    """The departments that an item is for: the one that leads, then its partners."""
    return (item.lead, *item.partners)


def section_items(items: Iterable[Item], code: str) -> tuple[Item, ...]:
    """The items that a department leads or takes part in."""
    return tuple(item for item in items if code in concerned(item))


def sections(items: Sequence[Item], officers: Iterable[Officer]) -> tuple[str, ...]:
    """The departments that are there and have items of their own."""
    return tuple(code for code in present(officers) if section_items(items, code))


def is_lead_only(item: Item, there: Sequence[str]) -> bool:
    """Whether what is seen of an item is only a lead (线索) for a department that is not there.

    Args:
        there: `departments_of` the team. Where they are not all known, nothing can be said.
    """
    return bool(there) and not set(concerned(item)) & set(there)
