"""Every entry of a case file as one sentence: what was recorded, in the words of papers (Chinese)."""

from collections.abc import Callable, Mapping
from typing import Any

from inspector.domain.answers import answer_words, spec_words
from inspector.domain.boxes import MASKED
from inspector.domain.checklist import Item
from inspector.domain.entries import Entry
from inspector.domain.fact_words import value_words
from inspector.domain.lifecycle import ACTIONS, STATES
from inspector.domain.paper_words import cn_day, step_text
from inspector.domain.patrol import OCCASIONS
from inspector.domain.procedures import STEPS
from inspector.domain.rectification import PHASES, PRIORITIES
from inspector.domain.service import METHODS
from inspector.domain.site_facts import BY_NAME
from inspector.domain.tip import CHANNELS, OUTCOMES

LENGTH = 400
"""Characters of a sentence; the entry itself is in the evidence, whole."""
WITHHELD = "（内容不在本机）"


class Told:
    """Turns entries into sentences.

    Args:
        names: of people by id.
        items: questions by their codes.
        papers: titles and numbers of papers by id.
    """

    def __init__(
        self, names: Mapping[str, str], items: Mapping[str, Item], papers: Mapping[str, str]
    ) -> None:
        self._names, self._items, self._papers = names, items, papers

    def sentence(self, entry: Entry) -> str:
        """What an entry says; its type where this program does not know it."""
        label, tell = _WORDS.get(entry.type, (entry.type, _nothing))
        if entry.data is None:
            return label + WITHHELD
        try:
            said = tell(self, entry.data)
        except (KeyError, TypeError, ValueError, AttributeError):
            said = ""  # another program's shape: the entry itself is in the evidence
        whole = f"{label}：{said}" if said else label
        return whole if len(whole) <= LENGTH else whole[: LENGTH - 1] + "…"

    def who(self, name: str) -> str:
        """A person by id."""
        return self._names.get(name, name)

    def people(self, data: Mapping[str, Any]) -> str:
        """Officers, and who came along."""
        officers = "、".join(self.who(name) for name in data.get("officers", ()))
        helpers = "、".join(self.who(name) for name in data.get("helpers", ()))
        return f"{officers}；陪同：{helpers}" if helpers else officers

    def item(self, code: str) -> str:
        """A question by its code."""
        return f"{code} {self._items[code].question.zh}" if code in self._items else code

    def answer(self, code: str, value: Any) -> str:
        """An answer in words."""
        if value is None or code not in self._items:
            return shown(value)
        return answer_words(self._items[code], value).zh

    def cells(self, code: str, cells: Mapping[str, Any]) -> str:
        """A row of a table, each cell with the title of its column."""
        columns = self._items[code].answer.columns if code in self._items else ()
        known = {column.code: column for column in columns or ()}
        return "，".join(
            f"{known[name].title.zh} {spec_words(known[name].answer, value).zh}"
            if name in known
            else f"{name} {shown(value)}"
            for name, value in cells.items()
        )

    def paper(self, name: str) -> str:
        """A paper by its id."""
        return self._papers.get(name, name)


def _nothing(_: Told, __: Mapping[str, Any]) -> str:
    return ""


def shown(value: Any) -> str:
    """A value of an answer as a text."""
    if value is None:
        return "（取消）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        return "，".join(f"{key}={shown(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return "、".join(shown(one) for one in value)
    return str(value)


def _facts(_: Told, data: Mapping[str, Any]) -> str:
    told = []
    for name, value in data["facts"].items():
        if name in BY_NAME and value not in (None, ""):
            field = BY_NAME[name]
            told.append(f"{field.zh} {value_words('site', name, value, {}).zh}")
    return "，".join(told)


def _answered(told: Told, data: Mapping[str, Any]) -> str:
    return f"{told.item(data['item'])} → {told.answer(data['item'], data['value'])}"


def _row(told: Told, data: Mapping[str, Any]) -> str:
    cells = data.get("cells")
    return f"{told.item(data['item'])} → " + (
        "删除一行" if cells is None else told.cells(data["item"], cells)
    )


def _step(told: Told, data: Mapping[str, Any]) -> str:
    words = STEPS.get(data["step"])
    return f"{words.zh if words else data['step']}，{step_text(data)}"


def _photo(told: Told, data: Mapping[str, Any]) -> str:
    phase = PHASES.get(str(data.get("phase")))
    about = f"，检查项{data['item']}" if data.get("item") else f"，{phase[0]}" if phase else ""
    return f"{data['name']}{about}，SHA-256 {data['sha256'][:16]}…"


def _masked(_: Told, data: Mapping[str, Any]) -> str:
    boxes = len(data["boxes"])
    return f"SHA-256 {data['sha256'][:16]}…，{f'遮盖{boxes}处' if boxes else '看过，没有要遮盖的'}"


def _concluded(_: Told, data: Mapping[str, Any]) -> str:
    found = len(data.get("findings") or ())
    remark = str(data.get("remark") or "")
    return f"问题{found}项" + (f"，{remark}" if remark else "")


def _sealed(_: Told, data: Mapping[str, Any]) -> str:
    return f"{data['count']}条记录、{data['photos']}张照片，校验值 {data['entries_sha256'][:16]}…"


def _finding(_: Told, data: Mapping[str, Any]) -> str:
    return f"{data['item']} {data['question']}：{data.get('reason') or ''}"


def _amended(_: Told, data: Mapping[str, Any]) -> str:
    words = {
        "severity": "程度",
        "measure": "措施",
        "deadline_days": "期限（天）",
        "due": "期限",
        "note": "备注",
        "urgent": "紧急情况",
    }
    return "，".join(f"{words[name]}“{shown(data[name])}”" for name in words if name in data)


def _moved(told: Told, data: Mapping[str, Any]) -> str:
    row, state = ACTIONS.get(data["action"]), STATES.get(data["to"])
    parts = [
        f"{row.words.zh if row else data['action']}，状态“{state.zh if state else data['to']}”",
        f"期限至{cn_day(data['until'])}" if data.get("until") else "",
        f"签收或签字：{data['signer']}" if data.get("signer") else "",
        f"文书：{told.paper(data['paper'])}" if data.get("paper") else "",
        f"转往：{data['department']}" if data.get("department") else "",
        str(data.get("note") or ""),
    ]
    return "；".join(part for part in parts if part)


def _directed(told: Told, data: Mapping[str, Any]) -> str:
    parts = []
    if "handler" in data:
        parts.append(f"承办人：{told.who(data['handler'])}")
    if data.get("priority") in PRIORITIES:
        parts.append(f"紧急程度：{PRIORITIES[data['priority']][0]}")
    return "；".join([*parts, *([data["note"]] if data.get("note") else [])])


def _issued(_: Told, data: Mapping[str, Any]) -> str:
    paper = data["data"].get("paper", {})
    number = paper.get("number") or (f"第{data['number']}号" if data.get("number") else "")
    return f"{paper.get('title') or data['kind']} {number}".strip()


def _served(_: Told, data: Mapping[str, Any]) -> str:
    method = METHODS.get(data["method"], (data["method"],))[0]
    receiver = f"，收件人：{data['receiver']}" if data.get("receiver") else ""
    relation = f"（{data['relation']}）" if data.get("relation") else ""
    witness = f"，见证人：{data['witness']}" if data.get("witness") else ""
    return f"{cn_day(data['date'])}，{method}{receiver}{relation}{witness}"


def _tip(_: Told, data: Mapping[str, Any]) -> str:
    channel = CHANNELS.get(data["channel"])
    return f"{cn_day(data['received'])}，{channel.zh if channel else data['channel']}：{data['content']}"


def _tip_answered(_: Told, data: Mapping[str, Any]) -> str:
    outcome = OUTCOMES.get(data["outcome"])
    return f"{cn_day(data['date'])}，{outcome.zh if outcome else data['outcome']}：{data['text']}"


def _patrol(told: Told, data: Mapping[str, Any]) -> str:
    occasion = OCCASIONS.get(str(data.get("occasion")), ("",))[0]
    return "；".join(part for part in (occasion, told.people(data)) if part)


def _plan(_: Told, data: Mapping[str, Any]) -> str:
    return f"{data['name']}，{cn_day(data['first'])}至{cn_day(data['last'])}"


def _text(_: Told, data: Mapping[str, Any]) -> str:
    return f"{data['code']} {data['version']}，SHA-256 {data['sha256'][:16]}…"


def _member(name: str) -> Callable[[Told, Mapping[str, Any]], str]:
    return lambda _, data: str(data.get(name) or "")


_TEXTS = {
    "checklist": "检查表",
    "pack": "检查包",
    "parameters": "参数",
    "calendar": "日历",
    "register": "法规登记表",
}
_WORDS: dict[str, tuple[str, Callable[[Told, Mapping[str, Any]], str]]] = {
    "site.recorded": ("登记点位", _facts),
    "grid.recorded": ("登记网格", _member("name")),
    "officer.recorded": (
        "登记人员", lambda _, data: "，".join(str(data[name]) for name in ("name", "department", "certificate") if data.get(name)),
    ),
    "authority.recorded": ("登记机关", _member("name")),
    **{f"{kind}.published": (f"发布{word}", _text) for kind, word in _TEXTS.items()},
    "inspection.started": ("开始检查", lambda told, data: told.people(data)),
    "inspection.officers_changed": ("调整检查人员", lambda told, data: told.people(data)),
    "inspection.answered": ("填写", _answered),
    "inspection.row_recorded": ("登记表", _row),
    "inspection.noted": (
        "备注", lambda told, data: f"{told.item(data['item'])} {data['text']}".strip(),
    ),
    "inspection.photo_added": ("存入照片", _photo),
    "inspection.photo_withdrawn": (
        "撤下照片", lambda _, data: f"SHA-256 {data['sha256'][:16]}…，{data.get('reason') or ''}",
    ),
    "inspection.procedure_recorded": ("程序", _step),
    "inspection.section_confirmed": (
        "确认部门检查内容", lambda told, data: "、".join(told.who(name) for name in data["officers"]),
    ),
    "inspection.response_recorded": ("存入一份答卷", _nothing),
    "inspection.response_withdrawn": ("撤下一份答卷", _member("reason")),
    "inspection.concluded": ("办结检查", _concluded),
    "inspection.sealed": ("封存", _sealed),
    "inspection.voided": ("作废检查", _member("reason")),
    "finding.recorded": ("登记问题", _finding),
    "finding.amended": ("调整问题", _amended),
    "finding.withdrawn": ("撤回问题", _member("reason")),
    "rectification.moved": ("整改", _moved),
    "rectification.settled": (
        "裁定", lambda told, data: f"{_moved(told, data['stage'])}；{data.get('note') or ''}",
    ),
    "rectification.directed": ("交办", _directed),
    "rectification.photo_added": ("存入照片", _photo),
    **dict.fromkeys(MASKED, ("遮盖照片", _masked)),
    "rectification.linked": ("关联原问题", _member("relapse_of")),
    "paper.issued": ("签发文书", _issued),
    "paper.numbered": ("取得文号", lambda _, data: f"第{data['number']}号"),
    "paper.served": ("送达", _served),
    "paper.service_corrected": ("更正送达", _served),
    "paper.voided": ("作废文书", _member("reason")),
    "patrol.started": ("开始巡查", _patrol),
    "patrol.team_changed": ("调整巡查人员", lambda told, data: told.people(data)),
    "patrol.ended": ("结束巡查", _nothing),
    "tip.recorded": ("收到线索", _tip),
    "tip.assigned": ("分办线索", _member("department")),
    "tip.answered": ("答复线索", _tip_answered),
    "tip.voided": ("作废线索", _member("reason")),
    "plan.recorded": ("制定计划", _plan),
    "plan.site_excused": ("说明未查", _member("reason")),
    "plan.closed": ("结束计划", _member("reason")),
}  # fmt: skip


def label(kind: str) -> str:
    """What a type of entry is called."""
    return _WORDS.get(kind, (kind, _nothing))[0]
