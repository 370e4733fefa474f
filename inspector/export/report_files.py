"""The one door for report files: a report and where it goes in, a whole Word, Excel, JSON or text file out."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from inspector.domain.checklist import DEPARTMENTS, SEVERITIES, Words
from inspector.domain.figure_report import Report
from inspector.domain.lifecycle import STATES
from inspector.domain.numbers import show_number
from inspector.domain.service import METHODS
from inspector.domain.site_facts import QUADRANT_LABELS
from inspector.domain.tip import CHANNELS, OUTCOMES
from inspector.domain.tip import STATES as TIP_STATES
from inspector.domain.when import local_time, show_time
from inspector.errors import Refusal, UsageError
from inspector.export.report_text import footer, line
from inspector.export.report_xlsx import Column, Sheet
from inspector.services import figures
from inspector.services.forms import Forms
from inspector.store import ledgers, queries
from inspector.store.files import write_atomically
from inspector.store.workspace import Store

SUFFIXES = {"text": ".txt", "docx": ".docx", "xlsx": ".xlsx", "json": ".json"}


def write(report: Report, path: Path, *, form: str, lists: Iterable[Sheet] = (), force: bool = False) -> None:
    """Write a report's file, whole or not at all.

    Args:
        form: one of `SUFFIXES`.
        lists: the records of a ledger (`lists`), for Excel.

    Raises:
        UsageError: the file's name does not end as the form asks, or its folder is not there.
        Refusal: there is a file, and not `force`.
        WorkspaceError: the disk does not take it.
    """
    if path.suffix.lower() != SUFFIXES[form]:
        raise UsageError(
            f"{form} 的文件名要以 {SUFFIXES[form]} 结尾，没有写。",
                 f"The name of a {form} file ends in {SUFFIXES[form]}; nothing was written.",
            hint=_other_form(path), code="report.suffix",
        )  # fmt: skip
    if not path.parent.is_dir():
        raise UsageError(
            f"没有文件夹 {path.parent}。", f"There is no folder {path.parent}.",
            hint=("先建好文件夹，或换一个位置。", "Make it first, or choose another place."), code="report.folder",
        )  # fmt: skip
    if path.exists() and not force:
        raise Refusal(
            f"{path} 已存在，没有覆盖。", f"{path} is there already; it was not replaced.",
            hint=("换一个文件名，或加 --force。", "Choose another name, or add --force."), code="report.exists",
        )  # fmt: skip
    write_atomically(path, render(report, form, lists))


def _other_form(path: Path) -> tuple[str, str]:
    """How to ask for the form that a file's name means."""
    form = next((form for form, suffix in SUFFIXES.items() if suffix == path.suffix.lower()), "")
    if not form:
        return ("可用：" + "、".join(SUFFIXES.values()), "There are " + ", ".join(SUFFIXES.values()))
    return (f"要写成 {path.suffix}，加 --format {form}。", f"For a {path.suffix} file add --format {form}.")


def render(report: Report, form: str, lists: Iterable[Sheet] = ()) -> bytes:
    """The bytes of a report's file; the same report and lists give the same."""
    sha256 = figures.name_of(report)
    if form == "docx":
        from inspector.export.report_docx import docx

        return docx(report, sha256)
    if form == "xlsx":
        from inspector.export.report_xlsx import workbook

        return workbook(report, sha256, lists)
    if form == "json":
        data = {"sha256": sha256, "document": report.to_data()}
        return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    return ("\n".join([line(report), *footer(report, sha256)]) + "\n").encode()


_T, _N, _D = "text", "number", "date"


def lists(store: Store, forms: Forms, report: Report) -> Iterator[Sheet]:
    """The records of the report's days, as known now."""
    scope = figures.scope_of(store, forms.county(), report.first, report.last, report.grid)
    people = {one.id: one.name for one in queries.officers(store.connection)}
    words = _Words(people, {code: pack.title.zh for code, pack in forms.packs().items()})
    for name, (title, columns, shown) in _LISTS.items():
        rows = (shown(words, row) for row in ledgers.rows(store.connection, name, scope))
        yield Sheet(title, tuple(Column(*column) for column in columns), rows)


class _Words:
    """Words for what rows hold."""

    def __init__(self, people: Mapping[str, str], packs: Mapping[str, str]) -> None:
        self._people = people
        self._packs = packs
        from inspector.forms.papers import shipped_papers

        self._papers = {code: kind.title.zh for code, kind in shipped_papers().items()}

    def names(self, text: str) -> str:
        """People by their ids."""
        return "、".join(self._people.get(one, one) for one in json.loads(text))

    def visit(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """A visit."""
        started, grid, site, kind, pack, status, officers, helpers, found, photos, name = row
        moment = local_time(started)
        return (
            moment.date().isoformat(), moment.strftime("%H:%M"), grid, site, _KINDS.get(kind, kind),
            self._packs.get(pack, pack),
            {"open": "未办结", "concluded": "已办结"}.get(status, status), self.names(officers), self.names(helpers), found,
            photos, name,
        )  # fmt: skip

    def item(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """An item."""
        (
            stood,
            grid,
            site,
            item,
            question,
            reason,
            lead,
            severity,
            measure,
            state,
            due,
            done,
            closed,
            *names,
        ) = row
        return (
            stood, grid, site, item, question, reason, _of(DEPARTMENTS, lead), _of(SEVERITIES, severity), measure,
            _of(STATES, state), due, done, closed, *names,
        )  # fmt: skip

    def paper(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """A paper."""
        (
            served,
            issued,
            grid,
            site,
            kind,
            authority,
            prefix,
            word,
            year,
            number,
            provisional,
            method,
            due,
            name,
        ) = row
        return (
            served, show_time(issued)[:10], grid, site, self._papers.get(kind, kind), _of(DEPARTMENTS, authority),
            show_number(prefix, word, year, number, provisional), METHODS.get(method, (method,))[0], due, name,
        )  # fmt: skip

    def site(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """A site."""
        (
            grid,
            name,
            kind,
            address,
            cls,
            quadrant,
            registration,
            status,
            stage,
            students,
            until,
            first,
            code,
        ) = row
        labels = {str(key): label[0] for key, label in QUADRANT_LABELS.items()}
        return (
            grid, name, _KINDS.get(kind, kind), address, _CLASSES.get(cls, cls), labels.get(quadrant, quadrant),
            _REGISTERED.get(registration, registration), _STATUS.get(status, status), stage, students, until, first, code,
        )  # fmt: skip

    def tip(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """A tip, without what it says."""
        received, grid, channel, named, site, state, department, outcome, answered, told, name = row
        return (
            received, grid, _of(CHANNELS, channel), "实名" if named else "匿名", site, _of(TIP_STATES, state),
            _of(DEPARTMENTS, department), _of(OUTCOMES, outcome), answered, "是" if told else "", name,
        )  # fmt: skip


def _of(words: Mapping[Any, Words], code: Any) -> str:
    return words[code].zh if code in words else str(code)


_KINDS = {"training": "培训机构", "campus": "学校"}
_CLASSES = {"subject": "学科类", "non_subject": "非学科类", "daycare": "托管", "unknown": "不明"}
_REGISTERED = {"business": "营业执照", "civil": "民非", "both": "两种都有", "none": "无", "unclear": "不明"}
_STATUS = {"open": "在营", "closed": "关停", "transformed": "转型", "unclear": "不明"}
_LISTS: Mapping[str, tuple[str, tuple[tuple[str, int, str], ...], Any]] = {
    "visits": (
        "检查",
        (("日期", 12, _D), ("时间", 8, _T), ("网格", 18, _T), ("单位", 30, _T), ("种类", 10, _T), ("检查包", 18, _T),
         ("状态", 9, _T), ("检查人员", 24, _T), ("协助人员", 18, _T), ("问题数", 8, _N), ("照片", 8, _N), ("编号", 18, _T)),
        _Words.visit,
    ),
    "items": (
        "问题整改",
        (("成立日期", 12, _D), ("网格", 18, _T), ("单位", 28, _T), ("检查项", 10, _T), ("问题", 36, _T), ("事实", 36, _T),
         ("牵头部门", 12, _T), ("程度", 8, _T), ("措施", 24, _T), ("期末状态", 10, _T), ("期限", 12, _D), ("改好日期", 12, _D),
         ("销号日期", 12, _D), ("检查编号", 18, _T), ("编号", 18, _T)),
        _Words.item,
    ),
    "papers": (
        "文书",
        (("送达日期", 12, _D), ("签发日期", 12, _D), ("网格", 18, _T), ("单位", 28, _T), ("种类", 26, _T), ("部门", 12, _T),
         ("文号", 26, _T), ("送达方式", 10, _T), ("期限", 12, _D), ("编号", 18, _T)),
        _Words.paper,
    ),
    "sites": (
        "点位",
        (("网格", 18, _T), ("名称", 30, _T), ("种类", 10, _T), ("地址", 34, _T), ("类别", 10, _T), ("证照", 12, _T),
         ("登记", 12, _T), ("状态", 8, _T), ("学段", 12, _T), ("学生数", 8, _N), ("许可证到期", 12, _D), ("自", 12, _D),
         ("编号", 18, _T)),
        _Words.site,
    ),
    "tips": (
        "举报线索",
        (("收到日期", 12, _D), ("网格", 18, _T), ("来源", 10, _T), ("署名", 8, _T), ("点位或地址", 30, _T), ("状态", 10, _T),
         ("承办部门", 14, _T), ("结果", 10, _T), ("答复日期", 12, _D), ("已告知", 8, _T), ("编号", 18, _T)),
        _Words.tip,
    ),
}  # fmt: skip
