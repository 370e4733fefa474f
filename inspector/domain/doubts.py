"""What looks wrong before an inspection though nobody can be sure: one person twice, a clock set back, one enterprise at
several addresses. Somebody looks, and a recorded reason is enough."""

from collections.abc import Sequence

from inspector.domain.objections import Advisory, Objection
from inspector.domain.office import Officer
from inspector.domain.site_facts import normal_name

CLOCK_BACK = 86_400_000
"""Milliseconds that the clock may be behind what was recorded last: travel and small corrections are no doubt."""


def same_person(officers: Sequence[Officer]) -> tuple[str, ...]:
    """Names that stand more than once in one department: perhaps one person under two certificate numbers."""
    seen: dict[tuple[str, str], set[str]] = {}
    for person in officers:
        key = (normal_name(person.name), normal_name(person.department))
        seen.setdefault(key, set()).add(person.id)
    doubled = {key for key, ids in seen.items() if len(ids) > 1}
    names = (p.name for p in officers if (normal_name(p.name), normal_name(p.department)) in doubled)
    return tuple(dict.fromkeys(names))


def about_people(officers: Sequence[Officer]) -> list[Objection]:
    """An objection where one person may be listed under two numbers: that would be one officer, not two."""
    names = "、".join(same_person(officers))
    if not names:
        return []
    return [
        Objection(
            "team.same_name",
            f"同名同部门：{names}。同一人用两个证号登记只算一名执法人员，请核对。",
            f"Same name and department: {names}. One person under two numbers is one officer; check.",
            overridable=True,
        )
    ]


def about_clock(behind: int) -> list[Objection]:
    """An objection where the clock was set back.

    Args:
        behind: milliseconds by which the clock is behind what was recorded last; 0 or less where it is not.
    """
    if behind <= CLOCK_BACK:
        return []
    days = behind // 86_400_000
    return [
        Objection(
            "clock.back",
            f"本机时钟比最近的记录早 {days} 天，请先校准时钟；时间是证据的一部分。",
            f"This laptop's clock is {days} days behind what was recorded last; set it right first.",
            overridable=True,
        )
    ]


def about_elsewhere(count: int) -> list[Advisory]:
    """A word where the same enterprise was inspected this year at other sites.

    Args:
        count: inspections of this year at sites with the same credit code or name.
    """
    if not count:
        return []
    return [
        Advisory(
            "frequency.elsewhere",
            f"同一信用代码或同名的其他点位本年已检查 {count} 次，请核对是否同一企业、是否超过年度次数。",
            f"Other sites with this credit code or name were inspected {count} times this year; check whether they are"
            " one enterprise.",
        )
    ]
