"""What changed between two versions of a checklist, item by item, in words.

Items are the same where their codes are: a code never changes its meaning. Conditions that say
the same, differently written, are the same.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inspector.domain.checklist import (
    DEPARTMENTS,
    RESPONDENTS,
    SEVERITIES,
    AnswerSpec,
    Checklist,
    Item,
    Proposal,
    Rule,
    Words,
)
from inspector.domain.rule_tree import NotRead, Tree, read_cel, simplest

_NOTHING = Words("", "")
_TYPES = {
    "yes_no": Words("是否", "yes/no"), "choice": Words("单选", "one choice"), "multi_choice": Words("多选", "several choices"),
    "integer": Words("整数", "whole number"), "decimal": Words("小数", "decimal"), "date": Words("日期", "date"),
    "time": Words("时刻", "time"), "time_range": Words("起止时刻", "from – to"), "text": Words("文字", "text"),
    "roster": Words("表格", "table"),
}  # fmt: skip
_TRACKS = {"enterprise": Words("机构线", "enterprises"), "school": Words("学校线", "schools")}
_YES, _NO = Words("是", "yes"), Words("否", "no")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    Attributes:
        item: code of the item; empty for the checklist as a whole.
        what: stable name of what changed: "item", "question", "minimum", "violation", "choice" …
        how: "added", "removed", "moved" or "changed".
        label: `what` in words.
        before, after: empty where there was, or is, nothing.
    """

    item: str
    what: str
    how: str
    label: Words
    before: Words = _NOTHING
    after: Words = _NOTHING

    @property
    def words(self) -> Words:
        """The change as a sentence, without the code of its item."""
        zh, en = self.label.zh, self.label.en
        if self.how == "moved":
            return Words(f"{zh}移到{self.after.zh}", f"{en} moved {self.after.en}")
        if self.how == "added":
            return Words(f"新增{zh}：{self.after.zh}", f"{en} added: {self.after.en}")
        if self.how == "removed":
            return Words(f"去掉{zh}：{self.before.zh}", f"{en} removed: {self.before.en}")
        return Words(f"{zh}：{self.before.zh} → {self.after.zh}", f"{en}: {self.before.en} → {self.after.en}")


def differences(old: Checklist, new: Checklist) -> tuple[Change, ...]:
    """Every difference: of the checklist as a whole, then items in the order of the new one, then those removed."""
    return tuple(_whole(old, new)) + tuple(_items(old, new))


def rules_of(item: Item) -> tuple[Rule, ...]:
    """The rules by which an answer is a violation."""
    return item.violations


def _whole(old: Checklist, new: Checklist) -> Iterator[Change]:
    yield from _pair("", "version", Words("版本", "version"), _same(old.version), _same(new.version))
    yield from _pair("", "title", Words("名称", "title"), old.title, new.title)
    yield from _pair("", "track", Words("检查线", "track"), _TRACKS[old.track], _TRACKS[new.track])
    lists = (
        ("site_kinds", Words("场所类别", "kinds of site"), old.site_kinds, new.site_kinds),
        ("uses", Words("引用的检查表", "checklists used"), old.uses, new.uses),
    )
    for what, label, before, after in lists:
        yield from _pair("", what, label, _same("、".join(before)), _same("、".join(after)))
    yield from _pair("", "form", Words("形式", "form"), _same(old.form), _same(new.form))
    yield from _pair(
        "",
        "respondents",
        Words("问卷对象", "respondents"),
        _listed([RESPONDENTS[code] for code in old.respondents]),
        _listed([RESPONDENTS[code] for code in new.respondents]),
    )


def _items(old: Checklist, new: Checklist) -> Iterator[Change]:
    before = {item.code: item for item in old.items}
    after = {item.code for item in new.items}
    moved = _moved(
        [i.code for i in old.items if i.code in after], [i.code for i in new.items if i.code in before]
    )
    label = Words("这一题", "the item")
    previous: Item | None = None
    for item in new.items:
        known = before.get(item.code)
        if known is None:
            yield Change(item.code, "item", "added", label, after=item.question)
        else:
            if item.code in moved:
                yield Change(item.code, "item", "moved", label, after=_behind(previous))
            yield from _item(known, item)
        previous = item
    for item in old.items:
        if item.code not in after:
            yield Change(item.code, "item", "removed", label, before=item.question)


def _behind(previous: Item | None) -> Words:
    if previous is None:
        return Words("最前面", "to the front")
    return Words(f"{previous.code} 之后", f"behind {previous.code}")


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """The fewest codes whose moving explains the new order: all but a longest run that kept its order."""
    place = {code: number for number, code in enumerate(old)}
    ends: list[int] = []
    last: list[str] = []
    behind: dict[str, str] = {}
    for code in new:
        at = bisect_left(ends, place[code])
        behind[code] = last[at - 1] if at else ""
        ends[at : at + 1] = [place[code]]
        last[at : at + 1] = [code]
    kept: set[str] = set()
    code = last[-1] if last else ""
    while code:
        kept.add(code)
        code = behind[code]
    return set(new) - kept


def _item(old: Item, new: Item) -> Iterator[Change]:
    code = new.code
    yield from _pair(code, "question", Words("问法", "question"), old.question, new.question)
    yield from _pair(code, "help", Words("说明", "help"), old.help, new.help)
    yield from _answer(code, old.answer, new.answer)
    yield from _condition(code, "applies", Words("适用条件", "when it is asked"), old.applies, new.applies)
    yield from _condition(code, "derived", Words("推算式", "how it is computed"), old.derived, new.derived)
    named = (
        ("invalid", Words("不可能的答案", "impossible answer"), old.invalid, new.invalid),
        ("violation", Words("违规条件", "violation"), rules_of(old), rules_of(new)),
        ("hint", Words("提示条件", "hint"), old.hints, new.hints),
        ("proposal", Words("建议答案", "proposal"), _as_rules(old.proposals), _as_rules(new.proposals)),
    )
    for what, label, before, after in named:
        yield from _rules(code, what, label, before, after)
    yield from _pair(
        code, "severity", Words("严重程度", "severity"), SEVERITIES[old.severity], SEVERITIES[new.severity]
    )
    yield from _pair(code, "lead", Words("牵头部门", "lead"), _office(old.lead), _office(new.lead))
    yield from _pair(code, "partners", Words("配合部门", "partners"), _offices(old), _offices(new))
    yield from _pair(code, "measure", Words("措施", "measure"), old.measure, new.measure)
    yield from _pair(code, "deadline_days", Words("期限", "deadline"), _days(old), _days(new))
    yield from _pair(
        code, "basis", Words("依据", "basis"), _same("、".join(old.basis)), _same("、".join(new.basis))
    )
    yield from _pair(code, "fact", Words("所代表的事实", "fact"), _same(old.fact), _same(new.fact))
    for what, label, was, now in (
        ("record_only", Words("只作记录", "only records"), old.record_only, new.record_only),
        ("photo", Words("要求拍照", "asks for a photo"), old.photo, new.photo),
    ):
        yield from _pair(code, what, label, _YES if was else _NO, _YES if now else _NO)
    yield from _examples(code, old, new)


def _examples(code: str, old: Item, new: Item) -> Iterator[Change]:
    counts = len(old.examples), len(new.examples)
    label = Words("例子", "examples")
    if counts[0] != counts[1]:
        yield from _pair(code, "examples", label, _same(str(counts[0])), _same(str(counts[1])))


def _answer(code: str, old: AnswerSpec, new: AnswerSpec, prefix: Words = _NOTHING) -> Iterator[Change]:
    def label(zh: str, en: str) -> Words:
        return Words(prefix.zh + zh, prefix.en + en)

    yield from _pair(
        code, "answer_type", label("答案类型", "kind of answer"), _TYPES[old.type], _TYPES[new.type]
    )
    yield from _pair(code, "unit", label("单位", "unit"), old.unit, new.unit)
    yield from _pair(code, "minimum", label("下限", "minimum"), _same(old.minimum), _same(new.minimum))
    yield from _pair(code, "maximum", label("上限", "maximum"), _same(old.maximum), _same(new.maximum))
    yield from _pair(
        code,
        "required",
        label("必答", "required"),
        _YES if old.required else _NO,
        _YES if new.required else _NO,
    )
    yield from _choices(code, label("选项", "choice"), old, new)
    columns = {column.code: column for column in old.columns}
    for column in new.columns:
        known = columns.pop(column.code, None)
        zh, en = f"列“{column.title.zh}”", f'column "{column.title.en}"'
        if known is None:
            yield Change(code, "column", "added", Words("列", "column"), after=column.title)
            continue
        yield from _pair(code, "column_title", Words("列名", "title of a column"), known.title, column.title)
        yield from _pair(
            code,
            "personal",
            Words(f"{zh}含个人信息", f"{en} is personal"),
            _YES if known.personal else _NO,
            _YES if column.personal else _NO,
        )
        yield from _answer(code, known.answer, column.answer, Words(f"{zh}的", f"{en}: "))
    for column in columns.values():
        yield Change(code, "column", "removed", Words("列", "column"), before=column.title)


def _choices(code: str, label: Words, old: AnswerSpec, new: AnswerSpec) -> Iterator[Change]:
    before = {choice.code: choice.label for choice in old.choices}
    after = {choice.code: choice.label for choice in new.choices}
    for choice, words in after.items():
        if choice not in before:
            yield Change(code, "choice", "added", label, after=words)
        else:
            yield from _pair(code, "choice", label, before[choice], words)
    for choice, words in before.items():
        if choice not in after:
            yield Change(code, "choice", "removed", label, before=words)
    was, now = [c for c in before if c in after], [c for c in after if c in before]
    if was != now:
        order = Words(label.zh + "的顺序", label.en + " order")
        yield Change(
            code,
            "choice_order",
            "changed",
            order,
            _listed([before[c] for c in was]),
            _listed([after[c] for c in now]),
        )


def _rules(code: str, what: str, label: Words, old: Sequence[Rule], new: Sequence[Rule]) -> Iterator[Change]:
    """Rules are matched by their conditions, then by their words, then by their order."""
    left = list(old)
    open_rules: list[Rule] = []
    pairs: list[tuple[Rule, Rule]] = []
    for rule in new:
        _match(rule, left, open_rules, pairs, by_words=False)
    remaining, open_rules = open_rules, []
    for rule in remaining:
        _match(rule, left, open_rules, pairs, by_words=True)
    pairs += zip(left, open_rules, strict=False)
    for was, now in sorted(pairs, key=lambda pair: new.index(pair[1])):
        yield from _rule(code, what, label, was, now)
    for rule in open_rules[len(left) :]:
        yield Change(code, what, "added", label, after=_shown(rule))
    for rule in left[len(open_rules) :]:
        yield Change(code, what, "removed", label, before=_shown(rule))


def _match(
    rule: Rule, left: list[Rule], unmatched: list[Rule], pairs: list[tuple[Rule, Rule]], *, by_words: bool
) -> None:
    for known in left:
        if known.words == rule.words if by_words else _bare(known.when) == _bare(rule.when):
            left.remove(known)
            pairs.append((known, rule))
            return
    unmatched.append(rule)


def _rule(code: str, what: str, label: Words, was: Rule, now: Rule) -> Iterator[Change]:
    yield from _condition(code, what, label, was.when, now.when)
    said = Words(label.zh + "的文字", label.en + " wording")
    yield from _pair(code, f"{what}_words", said, was.words, now.words)
    weight = Words(label.zh + "的严重程度", label.en + " severity")
    yield from _pair(code, f"{what}_severity", weight, _severity(was), _severity(now))


def _as_rules(proposals: Sequence[Proposal]) -> list[Rule]:
    return [Rule(proposal.value, proposal.words) for proposal in proposals]


def _severity(rule: Rule) -> Words:
    return SEVERITIES[rule.severity] if rule.severity else _NOTHING


def _shown(rule: Rule) -> Words:
    return Words(f"{rule.words.zh}（{_one_line(rule.when)}）", f"{rule.words.en} ({_one_line(rule.when)})")


def _condition(code: str, what: str, label: Words, old: str, new: str) -> Iterator[Change]:
    if _bare(old) != _bare(new):
        yield from _pair(code, what, label, _same(_one_line(old)), _same(_one_line(new)))


def _bare(source: str) -> Tree | str:
    """What an expression says, however it is written."""
    try:
        return simplest(read_cel(source))
    except NotRead:
        return _one_line(source)


def _one_line(source: str) -> str:
    return " ".join(source.split())


def _pair(item: str, what: str, label: Words, old: Words | None, new: Words | None) -> Iterator[Change]:
    old, new = old or _NOTHING, new or _NOTHING
    if old == new:
        return
    how = "added" if old == _NOTHING else "removed" if new == _NOTHING else "changed"
    yield Change(item, what, how, label, old, new)


def _same(text: str) -> Words:
    return Words(text, text)


def _listed(words: Sequence[Words]) -> Words:
    return Words("、".join(w.zh for w in words), ", ".join(w.en for w in words))


def _office(code: str) -> Words:
    return DEPARTMENTS.get(code, _same(code))


def _offices(item: Item) -> Words:
    return _listed([_office(code) for code in item.partners])


def _days(item: Item) -> Words:
    if item.deadline_days is None:
        return _NOTHING
    if item.deadline_days == 0:
        return Words("当场", "on the spot")
    return Words(f"{item.deadline_days} 天", f"{item.deadline_days} days")
