"""Reading what an office keeps of its campaign: the list of responsibilities (责任清单), and activities (活动台账)."""

import calendar
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from inspector.domain.activity import COUNTS, KINDS
from inspector.domain.site_facts import LONG_TERM
from inspector.domain.tidy import tidy_line, tidy_text
from inspector.errors import BadInput, Problem
from inspector.registry import cells
from inspector.registry.listing import read_list

_TASK_TITLES: Mapping[str, Sequence[str]] = {
    "number": ("序号", "编号", "no", "number"),
    "group": ("类别", "任务类别", "工作类别", "分类", "板块", "项目", "重点工作", "一级任务", "领域", "group"),
    "task": ("任务", "工作任务", "主要任务", "具体任务", "任务内容", "工作内容", "工作措施", "具体措施", "重点任务", "责任事项",
             "责任内容", "工作事项", "task"),
    "basis": ("依据", "政策依据", "文件依据", "任务来源", "来源", "basis"),
    "lead": ("牵头单位", "责任单位", "主责单位", "牵头部门", "责任部门", "牵头责任单位", "牵头(责任)单位", "牵头（责任）单位",
             "监管部门", "lead"),
    "partners": ("配合单位", "协办单位", "配合部门", "参与单位", "协同单位", "成员单位", "协作单位", "partners"),
    "person": ("责任人", "负责人", "具体责任人", "责任领导", "联系人", "person"),
    "stage": ("阶段", "实施阶段", "工作阶段", "推进阶段", "路线图", "stage"),
    "start": ("开始时间", "开始日期", "启动时间", "起始时间", "start"),
    "due": ("完成时限", "时限", "完成时间", "完成期限", "截止时间", "时间节点", "时间要求", "整改时限", "期限", "时间表", "due"),
    "state": ("进展", "完成情况", "进展情况", "状态", "落实情况", "推进情况", "state"),
    "evidence": ("佐证材料", "成果", "工作成果", "预期成果", "备注", "evidence"),
}  # fmt: skip
_ACTIVITY_TITLES: Mapping[str, Sequence[str]] = {
    "date": ("日期", "时间", "活动时间", "会议时间", "召开时间", "开展时间", "培训时间", "date"),
    "title": ("名称", "活动名称", "会议名称", "标题", "内容", "活动内容", "会议内容", "title"),
    "kind": ("类别", "活动类别", "类型", "形式", "活动形式", "kind"),
    "topic": ("主题", "议题", "会议主题", "活动主题", "topic"),
    "organiser": ("主办单位", "组织单位", "承办单位", "单位", "责任单位", "organiser"),
    "sessions": ("场次", "次数", "场数", "sessions"),
    "people": ("人次", "人数", "参加人数", "参会人数", "参训人数", "people"),
    "copies": (
        "份数",
        "发放份数",
        "份",
        "印发份数",
        "发放资料",
        "发放资料份数",
        "宣传资料",
        "宣传资料份数",
        "发放宣传资料",
        "copies",
    ),
    "issues": ("期数", "集数", "期", "issues"),
    "note": ("备注", "说明", "note"),
}
_KIND_WORDS = (
    ("questionnaire", ("问卷", "测评", "调查")),
    ("briefing", ("简报", "工作动态", "专报", "信息")),
    ("media", ("专题片", "媒体", "报道", "新闻", "视频", "电视")),
    ("training", ("培训", "研修", "讲座", "业务学习")),
    ("meeting", ("会议", "例会", "推进会", "联席会", "调度会", "部署会", "座谈")),
    ("publicity", ("宣传", "告家长", "公开信", "横幅", "标语", "进校园", "展板")),
)
_SPLIT = re.compile(r"[、，,；;\n/]+")
_MONTH = re.compile(r"(\d{4})年(\d{1,2})月(?:份|底|末|底前|末前|前|前完成)?")
_DAY_BEFORE = re.compile(r"(.*?)(?:之前|以前|前完成|前|底前)$")
_YEAR = re.compile(r"(\d{4})年(?:底|年底|底前|末|末前|度)?(?:完成)?")
_DONE = re.compile(r"已?(?:全部)?(?:完成|办结|落实到位|销号)")
_NOT = re.compile(r"未|没有|尚|部分|基本|待|拟|预计|将|计划|争取|确保|中$")
_DOING = re.compile(r"进行|推进|开展中|正在|持续|部分|基本完成|落实中|已启动|长期")


def read_tasks(path: Path) -> list[dict[str, Any]]:
    """Tasks by the members of `task.recorded`, and `state`, `evidence` where the list says how far each is.

    A group or stage that is written once is that of the rows below it; so is whatever stands in a merged cell. A
    deadline that is no day ("2026年9月底") is its last day; one that names none (长期坚持) is kept as it is written.

    Raises:
        NotFound: no such file.
        BadInput: no sheet has such a table, or rows have errors (`problems` names sheet and row).
    """
    rows = read_list(path, _TASK_TITLES, {"task", "lead"})
    if rows is None:
        raise BadInput(
            "没有认出责任清单。", "No list of responsibilities was recognised.",
            hint=("表头至少要有“工作任务”和“责任单位”。", "The header needs at least 工作任务 and 责任单位."),
            code="tasks.table",
        )  # fmt: skip
    found: list[dict[str, Any]] = []
    problems: list[Problem] = []
    above: dict[str, str] = {}
    sheet = ""
    for place, (where, raw) in enumerate(rows, 1):
        if where.rpartition("!")[0] != sheet:
            sheet, above = where.rpartition("!")[0], {}
        task = _task(raw, where, above, problems)
        if task:
            found.append({**task, "number": place})
    _refuse("责任清单", "list of responsibilities", "tasks.errors", problems)
    return found


def _task(
    raw: Mapping[str, Any], where: str, above: dict[str, str], problems: list[Problem]
) -> dict[str, Any]:
    text = {name: tidy_line(cells.clean(raw.get(name, "")).text, limit=2_000) for name in _TASK_TITLES}
    for name in ("group", "stage"):
        # Offices write them once, also where they do not merge the cells below. Who answers for a task is never guessed.
        text[name] = above[name] = text[name] or above.get(name, "")
    if not text["task"]:
        if any(text[name] for name in ("person", "due", "state")):
            problems.append(Problem(where, "没有写任务", "it does not say what is to be done"))
        return {}
    if not text["lead"]:
        problems.append(Problem(where, "没有写责任单位", "no unit leads it"))
    units = [unit.strip() for unit in _SPLIT.split(text["lead"]) if unit.strip()]
    partners = [unit.strip() for unit in _SPLIT.split(text["partners"]) if unit.strip()]
    due, until = last_day(raw.get("due", ""))
    start = cells.date_text(raw.get("start", ""))
    return {
        "group": text["group"][:300],
        "task": text["task"],
        "basis": text["basis"],
        # Of several that answer for it the first leads.
        "lead": (units or [""])[0][:300],
        "partners": list(dict.fromkeys([*units[1:], *partners]))[:60],
        "person": "、".join(_SPLIT.split(text["person"]))[:300],
        "stage": text["stage"][:300],
        "start": start if start and start != LONG_TERM else "",
        "due": due,
        "until": until,
        "state": state_said(text["state"]),
        "told": text["state"],
        "evidence": text["evidence"],
    }


def last_day(value: Any) -> tuple[str, str]:
    """The last day that a deadline names, "YYYY-MM-DD" or empty; and what is written where that says more, or is no day."""
    said = tidy_line(cells.clean(value).text, limit=300)
    plain = cells.date_text(value)
    if plain == LONG_TERM:
        return "", said
    if plain:
        return plain, ""
    folded = cells.folded(value)
    if before := _DAY_BEFORE.fullmatch(folded):
        day = cells.date_text(before[1])
        if day and day != LONG_TERM:
            return day, ""
    if month := _MONTH.fullmatch(folded):
        year, number = int(month[1]), int(month[2])
        if 1 <= number <= 12 and 1970 <= year <= 9000:
            return f"{year}-{number:02d}-{calendar.monthrange(year, number)[1]:02d}", said
    if (whole := _YEAR.fullmatch(folded)) and 1970 <= int(whole[1]) <= 9000:
        return f"{whole[1]}-12-31", said
    return "", said if plain is None else ""


def state_said(text: str) -> str:
    """open, doing or done, from the words of an office; empty where they do not plainly say it."""
    folded = cells.folded(text)
    if not folded:
        return ""
    if re.fullmatch(r"未(启动|开始|开展|完成)|尚未.*|无", folded):
        return "open"
    if _DONE.search(folded) and not _NOT.search(folded):
        return "done"
    return "doing" if _DOING.search(folded) else ""


def read_activities(path: Path) -> list[dict[str, Any]]:
    """Activities by the members of `activity.recorded`. Where no column names the kind, the title does.

    Raises:
        NotFound: no such file.
        BadInput: no sheet has such a table, or rows have errors (`problems` names sheet and row).
    """
    rows = read_list(path, _ACTIVITY_TITLES, {"date", "title"})
    if rows is None:
        raise BadInput(
            "没有认出活动台账。", "No list of activities was recognised.",
            hint=("表头至少要有“日期”和“名称”。", "The header needs at least 日期 and 名称."), code="activities.table",
        )  # fmt: skip
    found: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for where, raw in rows:
        _take_activity(raw, where, found, problems)
    _refuse("活动台账", "list of activities", "activities.errors", problems)
    return found


def _take_activity(
    raw: Mapping[str, Any], where: str, found: list[dict[str, Any]], problems: list[Problem]
) -> None:
    text = {name: tidy_line(cells.clean(raw.get(name, "")).text, limit=2_000) for name in _ACTIVITY_TITLES}
    day = cells.date_text(raw.get("date", ""))
    if not text["title"] and cells.is_blank(raw.get("date", "")):
        return  # a line of sums below the table
    if not text["title"]:
        problems.append(Problem(where, "没有写名称", "there is no title"))
    if not day or day == LONG_TERM:
        problems.append(Problem(where, f"日期“{text['date']}”看不懂", f"{text['date']!r} is not a date"))
    counts: dict[str, int] = {}
    for name, words in COUNTS.items():
        value = raw.get(name, "")
        number = (
            None
            if cells.says_nothing(value)
            else cells.count_text(re.sub(r"[场次份期集]+$", "", cells.folded(value)))
        )
        if number is not None:
            counts[name] = number[0]
        elif not cells.says_nothing(value):
            problems.append(
                Problem(where, f"{words.zh}“{text[name]}”不是数", f"{words.en}: {text[name]!r} is no number")
            )
    found.append(
        {
            "kind": kind_said(text["kind"]) or kind_said(text["title"] + text["topic"]) or "other",
            "date": day or "",
            "title": text["title"][:300],
            "topic": text["topic"][:300],
            "organiser": text["organiser"][:300],
            "counts": counts,
            "note": tidy_text(text["note"]),
        }
    )


def kind_said(text: str) -> str:
    """The kind of activity that words name, of `activity.KINDS`; empty where they name none."""
    plain = cells.folded(text).lower()
    for code, words in KINDS.items():
        if plain in (code, words.zh, cells.folded(words.en).lower()):
            return code
    return next((code for code, words in _KIND_WORDS if any(word in plain for word in words)), "")


def _refuse(zh: str, en: str, code: str, problems: list[Problem]) -> None:
    if problems:
        raise BadInput(
            f"{zh}有{len(problems)}处错误，没有改动任何内容。",
            f"The {en} has {len(problems)} errors; nothing was changed.",
            hint=("请按所列的行改正后再试。", "Put the listed rows right and try again."),
            code=code,
            problems=problems,
        )
