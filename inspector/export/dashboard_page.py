"""The wall map as one page for a browser: everything is in the file, and it asks no network for anything.

Its policy (CSP) allows this page's own style and script by their hashes and nothing else, so that not even a text that
got through the escaping could run or load something. Both languages are in it; it reads and prints without a script.
"""

import base64
import hashlib
import html
from collections.abc import Iterable, Sequence
from pathlib import Path

from inspector.domain.checklist import DEPARTMENTS
from inspector.domain.entries import COUNTY
from inspector.export.file_names import target
from inspector.export.page_style import SCRIPT, STYLE
from inspector.language import english
from inspector.plain import safe_text
from inspector.services.dashboard import STANDINGS, Dashboard, GridTile, Week, percent
from inspector.store.files import write_atomically

_SIGNS = {
    "overdue": "▲",
    "soon": "△",
    "open": "◐",
    "unvisited": "？",
    "partly": "◔",
    "good": "●",
    "empty": "○",
}
_WORDS, _NUMBER = "<td>", '<td class="number">'
_RIGHT = ' class="number"'
_CHART = (600, 190)
_LEFT, _BOTTOM, _TOP = 48, 30, 16


def write_page(found: Dashboard, out: Path, *, force: bool = False) -> tuple[Path, int]:
    """Write the page; where it is, and how many bytes it has.

    Raises:
        UsageError: the file is no .html, or its folder is not there.
        Refusal: a file is there, and `force` is not said.
        WorkspaceError: the disk does not take it; nothing is left of it.
    """
    path = target(out, f"挂图作战-{found.today}", ".html", force=force)
    data = page(found).encode("utf-8", "replace")
    write_atomically(path, data)
    return path, len(data)


def page(found: Dashboard) -> str:
    """The page."""
    policy = (
        f"default-src 'none'; style-src '{_hash(STYLE)}'; script-src '{_hash(SCRIPT)}'; base-uri 'none';"
        " form-action 'none'"
    )
    language = "en" if english() else "zh-CN"
    return "".join(
        (
            f'<!DOCTYPE html>\n<html lang="{language}" class="{language[:2]}">\n<head>\n<meta charset="utf-8">\n',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            '<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex">\n',
            f"<title>挂图作战 {_text(found.today)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
            _head(found),
            "<main>\n",
            _section("grids", "网格", "Grids", _tiles(found.grids) + _grid_table(found.grids)),
            _section("trend", "每周走势", "Week by week", _trend(found.weeks)),
            _section("overdue", "逾期问题", "Overdue", _overdue(found)),
            _section("departments", "各部门", "Departments", _departments(found)),
            "</main>\n",
            _foot(found),
            f"<script>{SCRIPT}</script>\n</body>\n</html>\n",
        )
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _text(text: object) -> str:
    """Text of people, harmless in a page."""
    return html.escape(safe_text(str(text)), quote=True)


def _two(zh: str, en: str) -> str:
    """A sentence of ours in both languages."""
    return f'<span class="zh" lang="zh-CN">{_text(zh)}</span><span class="en" lang="en">{_text(en)}</span>'


def _section(name: str, zh: str, en: str, body: str) -> str:
    return f'<section aria-labelledby="h-{name}">\n<h2 id="h-{name}">{_two(zh, en)}</h2>\n{body}</section>\n'


def _head(found: Dashboard) -> str:
    total = found.total
    numbers = (
        ("检查家次", "visits", str(total.visits)),
        ("点位覆盖率", "sites covered", f"{percent(total.coverage)} ({total.visited}/{total.sites})"),
        ("发现问题", "found", str(total.found)),
        ("销号", "closed", str(total.closed)),
        ("现挂账", "open now", str(total.unsettled)),
        ("其中逾期", "overdue", str(total.overdue)),
        ("责任清单完成", "tasks done", f"{found.tasks_done}/{found.tasks}"),
        ("任务逾期", "tasks overdue", str(found.tasks_overdue)),
    )
    cells = "".join(f"<div><dt>{_two(zh, en)}</dt><dd>{_text(value)}</dd></div>" for zh, en, value in numbers)
    span = f"{_text(found.first)} — {_text(found.last)}"
    return (
        f"<header>\n<h1>{_two('挂图作战', 'Wall map')}</h1>\n<p>{span}</p>\n"
        '<p class="tools"><button type="button" id="language">中文 / English</button>'
        f'<button type="button" id="theme">{_two("日夜", "Light, dark")}</button></p>\n'
        f"<dl>{cells}</dl>\n</header>\n"
    )


def _foot(found: Dashboard) -> str:
    return "<footer><p>{}</p><p>{}</p></footer>\n".format(
        _two(
            f"截至 {found.today}，按制作的电脑所有的记录；检查、发现、销号为期内数，挂账、逾期为当前数。"
            "覆盖＝期内检查过的在册点位÷在册点位（关停的不计）。",
            f"As of {found.today}, of what the laptop that made it has. Visits, found and closed are of the time; open and"
            " overdue are of now. Covered: sites on file that were visited in the time, of those on file (shut ones left out).",
        ),
        _two("本页不含网络内容，可离线打开、打印。", "This page loads nothing; it opens and prints offline."),
    )


# -- tables ----------------------------------------------------------------------------------------------------

Head = tuple[str, str]


def _table(
    caption: Head,
    heads: Sequence[Head],
    rows: Iterable[Sequence[str]],
    *,
    words: int,
    marked: Sequence[str] = (),
) -> str:
    """A table that can be sorted by its heads.

    Args:
        rows: cells that are harmless already.
        words: so many columns from the left are words, the others numbers.
        marked: class of each row.
    """
    tops = "".join(_top(head, words=place < words) for place, head in enumerate(heads))
    lines = []
    for number, row in enumerate(rows):
        kind = f' class="{marked[number]}"' if number < len(marked) and marked[number] else ""
        first, *rest = row
        cells = "".join(
            f"{_WORDS if place < words else _NUMBER}{cell}</td>" for place, cell in enumerate(rest, 1)
        )
        lines.append(f'<tr{kind}><th scope="row">{first}</th>{cells}</tr>\n')
    return (
        f'<div class="wide"><table><caption>{_two(*caption)}</caption>\n<thead><tr>{tops}</tr></thead>\n'
        f"<tbody>\n{''.join(lines)}</tbody></table></div>\n"
    )


def _top(head: Head, *, words: bool) -> str:
    """A head that sorts its column."""
    kind = 'data-sort="text"' if words else 'data-sort="number"'
    return f'<th scope="col"{"" if words else _RIGHT} aria-sort="none"><button type="button" {kind}>{_two(*head)}</button></th>'


def _name(tile: GridTile) -> str:
    words = f"{tile.code} {tile.name}".strip()
    if words:
        return _text(words)
    return _two("未分网格", "no grid") if tile.grid == COUNTY else _text(tile.grid)


def _standing(tile: GridTile) -> str:
    words = STANDINGS[tile.standing]
    return f'<span class="said"><span aria-hidden="true">{_SIGNS[tile.standing]}</span> {_two(words.zh, words.en)}</span>'


def _tiles(grids: Sequence[GridTile]) -> str:
    items = "".join(
        f'<li class="tile {tile.standing}"><strong>{_name(tile)}</strong><span class="standing">{_standing(tile)}</span>'
        f"<span>{_two('覆盖', 'covered')} {_text(percent(tile.coverage))}</span>"
        f"<span>{_two('挂账', 'open')} {tile.unsettled}　{_two('逾期', 'overdue')} {tile.overdue}</span></li>\n"
        for tile in grids
    )
    return f'<ul class="tiles">\n{items}</ul>\n'


def _bar(tile: GridTile) -> str:
    """A share as a bar; the number stands beside it."""
    width = (tile.coverage or 0) // 10
    return (
        _text(percent(tile.coverage))
        + ' <svg class="bar" width="100" height="10" viewBox="0 0 100 10" aria-hidden="true" focusable="false">'
        f'<rect class="back" width="100" height="10"/><rect class="fill" width="{width}" height="10"/></svg>'
    )


def _grid_table(grids: Sequence[GridTile]) -> str:
    return _table(
        ("各网格", "Grids"),
        [("网格", "grid"), ("网格长单位", "lead unit"), ("状况", "standing"), ("点位覆盖率", "sites covered"), ("已查", "visited"),
         ("在册", "on file"), ("检查家次", "visits"), ("发现", "found"), ("销号", "closed"), ("挂账", "open"), ("逾期", "overdue"),
         ("将到期", "due soon")],
        [
            [_name(one), _text(one.lead_unit), _standing(one), _bar(one),
             *map(str, (one.visited, one.sites, one.visits, one.found, one.closed, one.unsettled, one.overdue, one.soon))]
            for one in grids
        ],
        words=3,
        marked=["late" if one.overdue else "" for one in grids],
    )  # fmt: skip


def _overdue(found: Dashboard) -> str:
    if not found.late:
        return f"<p>{_two('没有逾期的问题。', 'Nothing is overdue.')}</p>\n"
    left = found.total.overdue - len(found.late)
    more = f"<p>{_two(f'另有 {left} 条没有列出。', f'{left} more are not listed.')}</p>\n" if left > 0 else ""
    rows = []
    for row in found.late:
        lead = DEPARTMENTS.get(row.lead)
        rows.append(
            [
                _text(row.due), _text(row.site_name),
                f'<span class="zh">{_text(row.question)}</span><span class="en">{_text(row.question_en or row.question)}</span>',
                _two("未分网格", "no grid") if row.grid == COUNTY else _text(row.grid),
                _two(lead.zh, lead.en) if lead else _text(row.lead), str(row.severity),
            ]
        )  # fmt: skip
    return (
        _table(
            ("逾期问题，最早到期的在前", "Overdue, the earliest first"),
            [
                ("期限", "due"),
                ("点位", "site"),
                ("问题", "item"),
                ("网格", "grid"),
                ("牵头部门", "department"),
                ("严重程度", "severity"),
            ],
            rows,
            words=5,
        )
        + more
    )


def _departments(found: Dashboard) -> str:
    rows, marked = [], []
    for one in found.departments:
        words = DEPARTMENTS.get(one.code)
        name = _two(words.zh, words.en) if words else _text(one.code) or _two("其他", "others")
        numbers = (one.unsettled, one.overdue, one.soon, one.found, one.closed, one.tasks, one.tasks_overdue)
        rows.append([name, *map(str, numbers)])
        marked.append("late" if one.overdue or one.tasks_overdue else "")
    return _table(
        ("各部门牵头的问题和任务", "Items and tasks that departments lead"),
        [("部门", "department"), ("挂账", "open"), ("逾期", "overdue"), ("将到期", "due soon"), ("发现", "found"), ("销号", "closed"),
         ("任务未完成", "tasks left"), ("任务逾期", "tasks overdue")],
        rows,
        words=1,
        marked=marked,
    )  # fmt: skip


# -- the trend -------------------------------------------------------------------------------------------------


def _trend(weeks: Sequence[Week]) -> str:
    """A chart for each series, so that none has to be told by its colour, and the numbers as a table."""
    charts = "".join(
        _chart(name, zh, en, [(week.first, getattr(week, name)) for week in weeks])
        for name, zh, en in (
            ("visits", "检查家次", "visits"), ("found", "发现问题", "items found"), ("closed", "销号", "items closed"),
        )
    )  # fmt: skip
    rows = [[_text(week.first), str(week.visits), str(week.found), str(week.closed)] for week in weeks]
    heads = [("周（周一）", "week of"), ("检查家次", "visits"), ("发现问题", "found"), ("销号", "closed")]
    table = _table(("每周走势", "Week by week"), heads, rows, words=1)
    summary = _two("数据表", "Table")
    table = f'<details open class="narrow"><summary>{summary}</summary>{table}</details>\n'
    return f'<div class="charts">{charts}</div>\n{table}'


def _chart(name: str, zh: str, en: str, points: Sequence[tuple[str, int]]) -> str:
    wide, high = _CHART
    top = _round_up(max((number for _, number in points), default=0))
    room, step = high - _BOTTOM - _TOP, (wide - _LEFT) / max(len(points), 1)
    every = -(-len(points) // 6)
    parts = [
        f'<text class="tick" x="{_LEFT - 4}" y="{_TOP + 4}" text-anchor="end">{top}</text>',
        f'<text class="tick" x="{_LEFT - 4}" y="{_TOP + room}" text-anchor="end">0</text>',
        f'<line class="axis" x1="{_LEFT}" x2="{wide}" y1="{_TOP + room}" y2="{_TOP + room}"/>',
        f'<line class="grid" x1="{_LEFT}" x2="{wide}" y1="{_TOP}" y2="{_TOP}"/>',
    ]
    for place, (day, number) in enumerate(points):
        tall = room * number / top
        left = _LEFT + place * step
        parts.append(
            f'<rect class="{name}" x="{left + step * 0.15:.1f}" y="{_TOP + room - tall:.1f}" width="{step * 0.7:.1f}"'
            f' height="{tall:.1f}"><title>{_text(day)}: {number}</title></rect>'
        )
        if (len(points) - 1 - place) % every == 0:
            parts.append(
                f'<text class="tick" x="{left + step / 2:.1f}" y="{high - 6}" text-anchor="middle">{_text(day[5:])}</text>'
            )
    total = sum(number for _, number in points)
    says = f"{zh} {en}: {total}"
    return (
        f"<figure><figcaption>{_two(zh, en)} <small>{_two('合计', 'total')} {total}</small></figcaption>"
        f'<svg viewBox="0 0 {wide} {high}" role="img" aria-label="{_text(says)}">{"".join(parts)}</svg></figure>\n'
    )


def _round_up(number: int) -> int:
    """The next of 1, 2, 5, 10, 20, 50 …"""
    step = 1
    while True:
        for part in (1, 2, 5):
            if part * step >= number:
                return part * step
        step *= 10
