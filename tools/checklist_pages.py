"""The pages of all shipped items, packs, law and parameters, for people who check what the program asks and why."""

import re
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
    Words,
)
from inspector.domain.rule_names import HOLE, references
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

_NONE = "—"
_SHORT = {"关于进一步减轻义务教育阶段学生作业负担和校外培训负担的意见": "双减意见"}
"""Names by which everybody knows a document."""
_SHORT_MAX = 22
_SEEN = {"value": "答案", "rows": "各行", "value.start": "开始", "value.end": "结束"}


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
        lines.append(
            f'| <a id="{_anchor(ref)}"></a>`{ref}` | {name}{basis.article} | {mark}{valid} | {_cell(basis.note)} |'
        )
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
    # Without a rule that finds something there is no severity and nobody to lead.
    severity = SEVERITIES[item.severity].zh if item.violations else _NONE
    lead = "、".join(DEPARTMENTS[code].zh for code in (item.lead, *item.partners))
    cells = (
        item.code, item.question.zh, _answer(item.answer), "<br>".join(_rules(item)) or "只记录",
        severity, lead if item.violations else _NONE, f"{item.measure.zh if item.measure else ''}{_days(item)}" or _NONE,
        "；".join(map(_basis, item.basis)) or _NONE,
    )  # fmt: skip
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _days(item: Item) -> str:
    if item.deadline_days is None:
        return ""
    return f"·{item.deadline_days} 日" if item.deadline_days else "·即"


def _anchor(ref: str) -> str:
    return f"law-{ref}"


def _basis(ref: str) -> str:
    """A link to the entry of the register, with its name in short and the article where that may be printed."""
    found = shipped().register[ref]
    name = found.name.zh.removeprefix("中华人民共和国")
    name = _SHORT.get(name, name)
    if len(name) > _SHORT_MAX:
        name = name[:_SHORT_MAX] + "…"
    mark = "✓" if found.verified else "○"
    return f"[《{name}》{found.article if found.verified else ''}](#{_anchor(ref)}) {mark}"


def _answer(spec: AnswerSpec) -> str:
    text = _TYPES[spec.type] + (f"（{spec.unit.zh}）" if spec.unit.zh else "")
    if spec.choices:
        text += "：" + "、".join(choice.label.zh for choice in spec.choices)
    if spec.columns:
        text += "：" + "、".join(column.title.zh for column in spec.columns)
    return text


def _rules(item: Item) -> Iterator[str]:
    """What is said of the item in words, each with its condition in small after it."""
    if item.applies:
        yield f"有条件才问，看{_spaced(_looks_at(item.applies))}{_code(item.applies)}"
    if item.derived:
        yield f"不问，由程序算出，看{_spaced(_looks_at(item.derived))}{_code(item.derived)}"
    if item.fact:
        yield f"答案作为事实 `{item.fact}`"
    for proposal in item.proposals:
        yield f"建议：{_sentence(proposal.words)}{_code(proposal.value)}"
    for name, rules in (("不可能", item.invalid), ("违规", item.violations), ("提示", item.hints)):
        for rule in rules:
            yield f"{name}{_severity(rule)}：{_sentence(rule.words)}{_code(rule.when)}"


def _code(source: str) -> str:
    return f" <sub>`{' '.join(source.split())}`</sub>"


def _looks_at(source: str) -> str:
    return "、".join(dict.fromkeys(_label(root, name, label) for root, name, label in references(source)))


def _spaced(text: str) -> str:
    """A space stands between Chinese and a code."""
    return f" {text}" if text[:1].isascii() else text


def _label(root: str, name: str, label: Words) -> str:
    if root == "params":
        found = shipped().parameters.get(name)
        return f"县参数“{found.words.zh if found else name}”"
    if root == "answers":
        return f"{name.replace('_', '-')} 的答案"
    return f"{'台账的' if root == 'site' else ''}{label.zh}"


def _sentence(words: Words) -> str:
    """The sentence as a reader of the law needs it: what is put in later is named, and not computed."""
    return HOLE.sub(lambda hole: f"〔{_put_in(hole[1].strip())}〕", words.zh)


def _put_in(source: str) -> str:
    if source in _SEEN:
        return _SEEN[source]
    plain = re.fullmatch(r"(?:params|answers|site|day)\.\w+", source)
    return _looks_at(source) if plain else "…"


def _severity(rule: Rule) -> str:
    return f"〔{SEVERITIES[rule.severity].zh}〕" if rule.severity else ""


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
