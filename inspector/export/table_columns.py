"""The tables that leave for other hands: which columns each has, what they are called, which say something of a person."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from inspector.domain import activity, responsibility, tip
from inspector.domain.checklist import DEPARTMENTS, Words
from inspector.domain.fact_words import SITE_VALUES
from inspector.domain.lifecycle import STATES
from inspector.domain.numbers import show_number
from inspector.domain.patrol import OCCASIONS
from inspector.domain.site_facts import FIELDS, QUADRANT_LABELS
from inspector.store.log import Connection

Type = Literal["text", "number", "day", "time", "flag", "list"]
WordsOf = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        name: stable, for programs.
        type: "text"; "number" (whole); "day" ("YYYY-MM-DD" or empty); "time" (ms since 1970 UTC or None); "flag";
            "list" (of texts).
        words: of codes, what they are called; programs get the code.
        personal: says something of a person, or may; left out unless it is asked for.
    """

    name: str
    zh: str
    en: str
    type: Type = "text"
    words: WordsOf = field(default_factory=dict)
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `query` gives the values of `columns` in order, one row after the other; `taken` makes them of a row."""

    code: str
    words: Words
    columns: tuple[Column, ...]
    query: str
    taken: Callable[[Sequence[Any]], Sequence[Any]] = tuple

    def rows(self, connection: Connection) -> Iterator[Sequence[Any]]:
        """Its rows, read as they are asked for: no more than one is in memory."""
        for row in connection.execute(self.query):
            yield self.taken(row)


def _pairs(words: Mapping[Any, Any]) -> WordsOf:
    return {str(code): word if isinstance(word, Words) else Words(*word) for code, word in words.items()}


_KINDS = {"training": Words("培训场所", "training site"), "campus": Words("校园", "campus")}
_INSPECTIONS = {
    "open": Words("进行中", "open"), "concluded": Words("已办结", "concluded"), "voided": Words("已作废", "voided"),
}  # fmt: skip
_PAPERS = {
    "issued": Words("已签发", "issued"),
    "served": Words("已送达", "served"),
    "voided": Words("已作废", "voided"),
}
_GRID = (Column("grid_code", "网格编号", "grid code"), Column("grid", "网格", "grid"))
_SITE = (Column("site", "点位编号", "site id"), Column("site_name", "点位", "site"))
_LABEL = "COALESCE(NULLIF(site.name, ''), site.address, '')"
_GRID_OF = "COALESCE(grid.code, ''), COALESCE(grid.name, '')"
_ID = Column("id", "编号", "id")
_DEVICE = Column("device", "登记电脑", "laptop")
_CONFLICTS = Column("conflicts", "冲突", "conflicts", "number")

# -- sites -----------------------------------------------------------------------------------------------------

_OWN = frozenset({"kind", "name", "address", "category", "status", "grid_name"})
_FACTS = tuple(one for one in FIELDS if one.name not in _OWN)
_FACT_TYPES: dict[str, Type] = {"count": "number", "bool": "flag"}


def _site(row: Sequence[Any]) -> Sequence[Any]:
    *before, facts = row
    known = json.loads(facts)
    return (*before, *(known.get(one.name) for one in _FACTS))


SITES = Table(
    "sites", Words("点位台账", "sites"),
    (
        _ID, *_GRID, Column("kind", "种类", "kind", words=_KINDS), Column("name", "名称", "name"),
        Column("address", "地址", "address"), Column("category", "类别", "category"),
        Column("quadrant", "证照", "papers", words=_pairs(QUADRANT_LABELS)),
        Column("status", "状态", "status", words=SITE_VALUES), Column("origin", "登记来源", "origin"),
        Column("last_inspected", "最近检查", "last inspected", "time"),
        Column("unsettled", "挂账问题", "open items", "number"), _CONFLICTS,
        *(
            Column(one.name, one.zh, one.en, _FACT_TYPES.get(one.type, "text"),
                   SITE_VALUES if one.type == "choice" else {}, one.personal)
            for one in _FACTS
        ),
    ),
    f"SELECT site.id, {_GRID_OF}, site.kind, site.name, site.address, site.category, site.quadrant, site.status,"  # noqa: S608
    " site.origin, (SELECT max(started) FROM inspection WHERE inspection.site = site.id AND status <> 'voided'),"
    " (SELECT count(*) FROM item WHERE item.site = site.id AND settled = 0), site.conflicts, site.facts FROM site"
    " LEFT JOIN grid ON grid.id = site.scope ORDER BY site.scope, site.name, site.id",
    _site,
)  # fmt: skip

# -- inspections, findings, items ------------------------------------------------------------------------------

_OFFICERS = (
    "COALESCE((SELECT group_concat(officer.name, '、') FROM json_each(inspection.officers) AS one"
    " JOIN officer ON officer.id = one.value), '')"
)
INSPECTIONS = Table(
    "inspections", Words("检查台账", "inspections"),
    (
        _ID, *_GRID, *_SITE, Column("kind", "种类", "kind", words=_KINDS),
        Column("status", "状态", "status", words=_INSPECTIONS), Column("pack", "检查包", "pack"),
        Column("occasion", "巡查类别", "occasion", words=_pairs(OCCASIONS)),
        Column("started", "开始", "started", "time"), Column("concluded", "办结", "concluded", "time"),
        Column("officers", "执法人员", "officers", personal=True), Column("answered", "已答项", "answered", "number"),
        Column("photos", "照片", "photos", "number"), Column("findings", "发现问题", "findings", "number"), _CONFLICTS,
        _DEVICE,
    ),
    f"SELECT inspection.id, {_GRID_OF}, inspection.site, {_LABEL}, COALESCE(site.kind, ''), inspection.status,"  # noqa: S608
    " inspection.pack, COALESCE(patrol.occasion, ''), inspection.started, inspection.concluded,"
    f" {_OFFICERS}, inspection.answered, inspection.photos,"
    " (SELECT count(*) FROM finding WHERE finding.inspection = inspection.id AND withdrawn = ''),"
    " inspection.conflicts, inspection.device FROM inspection LEFT JOIN site ON site.id = inspection.site"
    " LEFT JOIN grid ON grid.id = inspection.scope LEFT JOIN patrol ON patrol.id = inspection.patrol"
    " ORDER BY inspection.started, inspection.id",
)  # fmt: skip
_QUESTION = (
    Column("item", "检查项", "checklist item"), Column("question", "问题", "question"),
    Column("question_en", "问题（英）", "question, English"),
)  # fmt: skip
_LEAD = Column("lead", "牵头部门", "department", words=DEPARTMENTS)
FINDINGS = Table(
    "findings", Words("发现问题", "findings"),
    (
        _ID, *_GRID, Column("inspection", "检查编号", "inspection"), *_SITE, *_QUESTION, Column("reason", "判断理由", "reason"),
        Column("severity", "严重程度", "severity", "number"), Column("measure", "措施", "measure"),
        Column("due", "建议期限", "proposed day", "day"), Column("due_estimated", "期限为预估", "day is an estimate", "flag"),
        _LEAD, Column("note", "备注", "note", personal=True), Column("withdrawn", "撤销原因", "withdrawn"),
        Column("recorded", "登记时间", "recorded", "time"),
    ),
    f"SELECT finding.id, {_GRID_OF}, finding.inspection, finding.site, {_LABEL}, finding.item, finding.question,"  # noqa: S608
    " finding.question_en, finding.reason, finding.severity, finding.measure, finding.due, finding.due_estimated,"
    " finding.lead, finding.note, finding.withdrawn, finding.recorded FROM finding"
    " LEFT JOIN site ON site.id = finding.site LEFT JOIN grid ON grid.id = finding.scope"
    " ORDER BY finding.recorded, finding.id",
)  # fmt: skip
ITEMS = Table(
    "items", Words("整改清单", "items"),
    (
        _ID, *_GRID, *_SITE, *_QUESTION, _LEAD, Column("severity", "严重程度", "severity", "number"),
        Column("state", "整改状态", "state", words=STATES), Column("settled", "已了结", "settled", "flag"),
        Column("due", "期限", "due", "day"), Column("due_estimated", "期限为预估", "day is an estimate", "flag"),
        Column("handler", "承办人", "officer in charge", personal=True), Column("priority", "优先", "priority", "number"),
        Column("rounds", "整改轮次", "rounds", "number"), Column("relapse_of", "反弹自", "relapse of"),
        Column("moved", "最近处理", "last step", "day"), Column("closed", "销号日期", "closed", "day"),
        Column("conflict", "待裁定", "in conflict", "flag"), Column("found", "登记时间", "found", "time"),
    ),
    f"SELECT item.id, {_GRID_OF}, item.site, {_LABEL}, item.item, COALESCE(finding.question, ''),"  # noqa: S608
    " COALESCE(finding.question_en, ''), item.lead, item.severity, item.state, item.settled, item.due,"
    " item.due_estimated, COALESCE(officer.name, ''), item.priority, item.rounds, item.relapse_of, item.moved,"
    " item.closed, item.conflict, item.found FROM item LEFT JOIN finding ON finding.id = item.id"
    " LEFT JOIN site ON site.id = item.site LEFT JOIN grid ON grid.id = item.scope"
    " LEFT JOIN officer ON officer.id = item.handler ORDER BY item.found, item.id",
)  # fmt: skip

# -- papers, tips ----------------------------------------------------------------------------------------------


def _paper(row: Sequence[Any]) -> Sequence[Any]:
    name, prefix, word, year, number, provisional, *rest = row
    shown = show_number(prefix, word, year, number, waiting=provisional) if number or provisional else ""
    return (name, shown, *rest)


PAPERS = Table(
    "papers", Words("文书台账", "papers"),
    (
        _ID, Column("number", "文号", "number"), *_GRID, Column("kind", "文书种类", "kind"),
        Column("authority", "机关", "authority"), *_SITE, Column("inspection", "检查编号", "inspection"),
        Column("due", "期限", "due", "day"), Column("status", "状态", "status", words=_PAPERS),
        Column("method", "送达方式", "method"), Column("served", "送达日期", "served", "day"),
        Column("voided", "作废原因", "voided"), Column("issued", "签发时间", "issued", "time"), _DEVICE,
    ),
    f"SELECT paper.id, paper.prefix, paper.word, paper.year, paper.number, paper.provisional, {_GRID_OF}, paper.kind,"  # noqa: S608
    f" COALESCE(authority.name, ''), paper.site, {_LABEL}, paper.inspection, paper.due, paper.status, paper.method,"
    " paper.served, paper.voided, paper.issued, paper.device FROM paper LEFT JOIN site ON site.id = paper.site"
    " LEFT JOIN grid ON grid.id = paper.scope LEFT JOIN authority ON authority.department = paper.authority"
    " ORDER BY paper.issued, paper.id",
)  # fmt: skip
TIPS = Table(
    "tips", Words("举报线索", "tips"),
    (
        _ID, *_GRID, Column("channel", "来源", "channel", words=tip.CHANNELS), Column("received", "收到", "received", "day"),
        Column("named", "实名", "name given", "flag"), *_SITE, Column("address", "地址", "address", personal=True),
        Column("content", "内容", "content", personal=True), Column("state", "状态", "state", words=tip.STATES),
        Column("plan", "计划", "plan"), Column("department", "部门", "department", words=DEPARTMENTS),
        Column("officer", "人员", "officer", personal=True), Column("due", "答复期限", "due", "day"),
        Column("outcome", "核查结果", "outcome", words=tip.OUTCOMES), Column("answered", "答复日期", "answered", "day"),
        Column("told", "已告知", "told", "flag"), Column("inspection", "检查编号", "inspection"),
    ),
    f"SELECT tip.id, {_GRID_OF}, tip.channel, tip.received, tip.named, tip.site, {_LABEL}, tip.address, tip.content,"  # noqa: S608
    " tip.state, COALESCE(plan.name, ''), tip.department, COALESCE(officer.name, ''), tip.due, tip.outcome,"
    " tip.answered, tip.told, tip.inspection FROM tip LEFT JOIN site ON site.id = tip.site"
    " LEFT JOIN grid ON grid.id = tip.scope LEFT JOIN plan ON plan.id = tip.plan"
    " LEFT JOIN officer ON officer.id = tip.officer ORDER BY tip.received, tip.id",
)  # fmt: skip

# -- the campaign ----------------------------------------------------------------------------------------------

ACTIVITIES = Table(
    "activities", Words("活动台账", "activities"),
    (
        _ID, *_GRID, Column("date", "日期", "date", "day"), Column("kind", "类别", "kind", words=activity.KINDS),
        Column("title", "名称", "title"), Column("topic", "主题", "topic"), Column("organiser", "主办单位", "organiser"),
        *(Column(name, words.zh, words.en, "number") for name, words in activity.COUNTS.items()),
        Column("note", "备注", "note", personal=True), Column("voided", "作废原因", "voided"), _DEVICE,
    ),
    f"SELECT activity.id, {_GRID_OF}, date, kind, title, topic, organiser, sessions, people, copies, issues, note, voided,"  # noqa: S608
    " device FROM activity LEFT JOIN grid ON grid.id = activity.scope ORDER BY date, activity.id",
)  # fmt: skip


def _task(row: Sequence[Any]) -> Sequence[Any]:
    return (*row[:5], json.loads(row[5]), *row[6:])


TASKS = Table(
    "tasks", Words("责任清单", "responsibilities"),
    (
        _ID, Column("number", "序号", "number", "number"), Column("group", "类别", "group"), Column("task", "任务", "task"),
        Column("lead", "牵头单位", "lead unit"), Column("partners", "配合单位", "cooperating units", "list"),
        Column("person", "责任人", "person", personal=True), Column("stage", "阶段", "stage"),
        Column("start", "开始日期", "from", "day"), Column("due", "完成时限", "due", "day"),
        Column("until", "时限原文", "deadline as written"), Column("state", "进展", "state", words=responsibility.STATES),
        Column("done", "完成日期", "done", "day"), Column("note", "进展说明", "what was done", personal=True),
        Column("evidence", "佐证材料", "what shows it"), Column("basis", "依据", "basis"),
        Column("voided", "移除原因", "taken off because"),
    ),
    "SELECT id, number, grouping, task, lead, partners, person, stage, start, due, until, state, done, note, evidence,"
    " basis, voided FROM task ORDER BY number, due, id",
    _task,
)  # fmt: skip

TABLES: Mapping[str, Table] = {
    one.code: one for one in (SITES, INSPECTIONS, FINDINGS, ITEMS, PAPERS, TIPS, ACTIVITIES, TASKS)
}
