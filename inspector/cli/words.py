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


_LATE = {
    "accept": ("分办逾期", "overdue to assign"),
    "answer": ("答复逾期", "overdue to answer"),
    "tell": ("告知逾期", "overdue to tell"),
}
_TIP_FIGURES = {
    "received": ("受理", "received"),
    "assigned": ("分办", "assigned"),
    "answered": ("办结", "answered"),
    "due": ("到期或已办结", "due or answered"),
    "on_time": ("其中按期", "of these in time"),
    "named_answered": ("实名办结", "answered, name given"),
    "named_told": ("其中已告知", "of these told"),
}


def occasion(code: str) -> str:
    """What a patrol or a plan is for."""
    from inspector.domain.plan import PLAN_OCCASIONS

    return str(PLAN_OCCASIONS.get(code, code))


def grid_name(grid: str, name: str) -> str:
    """A grid's name; words for sites of no grid, and for those that are not here."""
    if name:
        return name
    return {"": tr("不在本机", "not here"), "county": tr("未分网格", "no grid")}.get(grid, grid)


def tip_state(code: str, late: str = "") -> str:
    """How far a tip is; what is overdue comes first."""
    from inspector.domain.tip import STATES

    return tr(*_LATE[late]) if late in _LATE else str(STATES.get(code, code))


def tip_figure(name: str) -> str:
    """What a number of tips counts."""
    return tr(*_TIP_FIGURES[name])


def tip_lines(tip: dict[str, Any]) -> list[str]:
    """A tip for people, a line for each thing that is known."""
    from inspector.domain.checklist import DEPARTMENTS
    from inspector.domain.tip import CHANNELS, OUTCOMES

    def department(code: str) -> str:
        return str(DEPARTMENTS.get(code, code))

    named = tr("实名", "name given") if tip["named"] else tr("匿名", "anonymous")
    lead = tr("（只是线索）", " (a lead only)") if tip["lead_only"] else ""
    channel = str(CHANNELS.get(tip["channel"], tip["channel"]))
    due = tip["next_due"] + (tr("（预估）", " (estimated)") if tip["next_due_estimated"] else "")
    pairs = [
        (("来源", "channel"), f"{channel}{lead}  {named}"),
        (("收到", "received"), tip["received"]),
        (("内容", "content"), tip["content"]),
        (("类别", "category"), tr("、", ", ").join(tip["category"])),
        (("点位", "site"), tip["site"]),
        (("地址", "address"), tip["address"]),
        (("计划", "plan"), tip["plan"]),
        (("部门", "department"), department(tip["department"])),
        (("人员", "officer"), tip["officer"]),
        (("期限", "due"), due),
        (("结果", "outcome"), str(OUTCOMES.get(tip["outcome"], tip["outcome"]))),
        (("转给", "passed to"), department(tip["passed_to"])),
        (("答复", "reply"), tip["reply"]),
        (("答复日期", "answered"), tip["answered"]),
        (("检查", "inspection"), tip["inspection"]),
        (("问题", "findings"), tr("、", ", ").join(tip["items"])),
        (("作废原因", "voided"), tip["void_reason"]),
    ]
    told = []
    if tip["named"] and tip["state"] == "answered":
        yes, no = (
            ("  已告知举报人", "  the person was told"),
            ("  还没有告知举报人", "  the person was not told yet"),
        )
        told = [tr(*yes) if tip["told"] else tr(*no)]
    head = f"{tip['id']}  {tip_state(tip['state'], tip['late'])}"
    return [head, *(f"  {tr(*label)}: {value}" for label, value in pairs if value), *told]
