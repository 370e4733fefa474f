"""Words for codes: facts and their values, kinds of sheets, roles and states of laptops, verdicts."""

from typing import Any

from inspector.language import tr

_TYPED = frozenset({"choice", "date"})
_SHEETS = {
    "training": ("培训场所", "training sites"),
    "campus": ("校园", "campuses"),
    "grids": ("网格", "grids"),
    "skipped": ("没有读取", "skipped"),
}
_ROLES = {
    "officer": ("执法人员", "officer"),
    "lead": ("组长", "lead"),
    "supervisor": ("督导", "supervisor"),
    "admin": ("管理员", "admin"),
}
_STATES = {
    "active": ("正常", "active"),
    "revoked": ("已停用", "revoked"),
    "quarantined": ("已隔离", "quarantined"),
}
_INSPECTIONS = {
    "open": ("进行中", "open"),
    "concluded": ("已办结", "concluded"),
    "voided": ("已作废", "voided"),
}

_VERDICTS = {
    "violation": ("违规", "violation"),
    "hint": ("提示", "hint"),
    "in_order": ("未见违规", "in order"),
    "unknown": ("待核", "unknown"),
    "not_applicable": ("不适用", "not applicable"),
    "unanswered": ("未答", "unanswered"),
}

_SECTIONS = {
    "open": ("未确认", "not confirmed"),
    "changed": ("确认后有改动", "changed since"),
    "confirmed": ("已确认", "confirmed"),
}


def section_state(code: str) -> str:
    """Whether a department has confirmed its part."""
    return tr(*_SECTIONS[code])


def _word(words: dict[str, tuple[str, str]], code: str) -> str:
    return tr(*words[code]) if code in words else code


def fact_value(name: str, value: Any) -> str:
    """A fact's value for people."""
    from inspector.domain.fact_words import SITE_VALUES
    from inspector.domain.site_facts import BY_NAME

    if value is None or value == "":
        return tr("空", "empty")
    if isinstance(value, bool):
        return tr("是", "yes") if value else tr("否", "no")
    typed = name in BY_NAME and BY_NAME[name].type in _TYPED
    return str(SITE_VALUES.get(str(value), value)) if typed else str(value)


def sheet_kind(code: str) -> str:
    """What a sheet was taken for."""
    return _word(_SHEETS, code)


def role(code: str) -> str:
    """The role of a laptop."""
    return _word(_ROLES, code)


def state(code: str) -> str:
    """The state of a laptop at its centre."""
    return _word(_STATES, code)


def inspection_status(code: str) -> str:
    """How far an inspection is."""
    return _word(_INSPECTIONS, code)


def scope(code: str) -> str:
    """A grid that a laptop has: its id, or all of them."""
    return {"*": tr("全部", "all"), "county": tr("全县", "county")}.get(code, code)


def how(code: str) -> str:
    """How an answer came, after the answer; empty where somebody gave it by itself."""
    return {
        "rest": tr("（批：其余正常）", " (with the rest in order)"),
        "proposal": tr("（采用建议）", " (proposal accepted)"),
    }.get(code, "")


def verdict(code: str) -> str:
    """What an answer was judged to be."""
    return _word(_VERDICTS, code)
