"""The pages of all shipped items, packs, law and parameters, for people who check what the program asks and why."""

from collections.abc import Iterator

from inspector.domain.checklist import (
    DEPARTMENTS,
    SEVERITIES,
    UNVERIFIED,
    AnswerSpec,
    Checklist,
    Item,
    Pack,
    Rule,
)
from inspector.forms.library import shipped

_TYPES = {
    "yes_no": "是/否",
    "choice": "单选",
    "multi_choice": "多选",
    "integer": "整数",
    "decimal": "数",
    "date": "日期",
    "time": "时刻",
    "time_range": "起止",
    "text": "文字",
    "roster": "表格",
}


def checklists() -> str:
    """Every checklist with its items: question, answer, rules, severity, who, what is done, where it comes from."""
    return "\n".join([_summary(), *map(_checklist, shipped().checklists.values())])


def packs() -> str:
    """Every pack: its occasion and its checklists."""
    lines = ["| pack | 名称 | 何时用 | 检查表 | 问卷 |", "|---|---|---|---|---|"]
    lines += [
        f"| `{found.code}` | {found.title.zh} | {_cell(found.occasion.zh)} | {_all_taken(found)} "
        f"| {'、'.join(found.questionnaires)} |"
        for found in shipped().packs.values()
    ]
    return "\n".join(lines) + "\n"


def _all_taken(pack: Pack) -> str:
    return "、".join(_taken(pack, code) for code in pack.checklists)


def _taken(pack: Pack, code: str) -> str:
    items = pack.items_of(code)
    return f"{code}（{len(items)} 题）" if items else code


def law() -> str:
    """The law register: what may be printed with its article, and what waits for the legal office."""
    lines = ["| ref | 依据（可印） | 状态 | 备注 |", "|---|---|---|---|"]
    for ref, basis in shipped().register.items():
        name = f"《{basis.name.zh}》{basis.number and f'（{basis.number}）'}"
        valid = f"，自 {basis.valid_from}" if basis.valid_from else ""
        valid += f"，至 {basis.valid_until}" if basis.valid_until else ""
        mark = "已核" if basis.verified else UNVERIFIED.zh
        lines.append(f"| `{ref}` | {name}{basis.article} | {mark}{valid} | {_cell(basis.note)} |")
    return "\n".join(lines) + "\n"


def _summary() -> str:
    library = shipped()
    items = [item for found in library.checklists.values() for item in found.items]
    rules = sum(
        len(i.violations) + len(i.hints) + len(i.invalid) + bool(i.applies) + bool(i.derived) for i in items
    )
    examples = sum(len(i.examples) for i in items)
    verified = sum(basis.verified for basis in library.register.values())
    return (
        f"{len(library.checklists)} 份检查表和问卷、{len(library.packs)} 个检查包、{len(items)} 题、"
        f"{rules} 条规则、{examples} 个例子；"
        f"法规登记 {len(library.register)} 条，其中 {verified} 条已核条号。\n\n"
        f"{len(library.checklists)} checklists and questionnaires, {len(library.packs)} packs, {len(items)} items, {rules} rules, "
        f"{examples} examples; {len(library.register)} entries in the law register, {verified} of them with a verified article.\n"
    )


def _checklist(found: Checklist) -> str:
    kind = "问卷" if found.form == "questionnaire" else "机构线" if found.track == "enterprise" else "学校线"
    lines = [
        f"### {found.code} {found.title.zh} {found.title.en}",
        "",
        f"{kind}，版本 {found.version}，{len(found.items)} 题。",
        "",
        "| 码 | 问题 | 答案 | 规则 | 级 | 牵头 | 措施·期限 | 依据 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [_item(item) for item in found.items]
    return "\n".join([*lines, ""])


def _item(item: Item) -> str:
    lead = "、".join(DEPARTMENTS[code].zh for code in (item.lead, *item.partners))
    days = (
        ""
        if item.deadline_days is None
        else "·即"
        if item.deadline_days == 0
        else f"·{item.deadline_days} 日"
    )
    register = shipped().register
    basis = "；".join(f"`{ref}` {'✓' if register[ref].verified else '○'}" for ref in item.basis)
    cells = (
        item.code, item.question.zh, _answer(item.answer), "<br>".join(_rules(item)) or "记录",
        SEVERITIES[item.severity].zh, lead, f"{item.measure.zh if item.measure else ''}{days}", basis,
    )  # fmt: skip
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _answer(spec: AnswerSpec) -> str:
    text = _TYPES[spec.type] + (f"（{spec.unit.zh}）" if spec.unit.zh else "")
    if spec.choices:
        text += "：" + "、".join(choice.label.zh for choice in spec.choices)
    if spec.columns:
        text += "：" + "、".join(column.title.zh for column in spec.columns)
    return text


def _rules(item: Item) -> Iterator[str]:
    if item.applies:
        yield f"适用：`{item.applies}`"
    if item.derived:
        yield f"推算：`{item.derived}`"
    if item.fact:
        yield f"作为事实：`{item.fact}`"
    for proposal in item.proposals:
        yield f"建议：`{proposal.value}`（{proposal.words.zh}）"
    for name, rules in (("不可能", item.invalid), ("违规", item.violations), ("提示", item.hints)):
        for rule in rules:
            yield f"{name}{_severity(rule)}：`{rule.when}`（{rule.words.zh}）"


def _severity(rule: Rule) -> str:
    return f"〔{SEVERITIES[rule.severity].zh}〕" if rule.severity else ""


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
