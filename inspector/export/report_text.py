"""The report line: one paragraph for the phone, in the words of the county's own bulletins. It is Chinese in both languages."""

from datetime import date

from inspector.domain.figure_report import Report
from inspector.domain.figures import show


def line(report: Report) -> str:
    """The figures of the days as one paragraph; what did not happen is left out, and what is not known is never a 0."""
    parts = [
        _work(report),
        _found(report),
        _papers(report),
        _action(report),
        _adverts(report),
        _tips(report),
        _rates(report),
    ]
    where = report.grid_name or "全县"
    said = "；".join(part for part in parts if part)
    return f"{days_words(report.first, report.last)}，{where}{said}。"


def days_words(first: str, last: str) -> str:
    """ "2026年11月1日至22日"."""
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    text = f"{begin.year}年{begin.month}月{begin.day}日"
    if begin == end:
        return text
    if begin.year != end.year:
        return f"{text}至{end.year}年{end.month}月{end.day}日"
    return f"{text}至{end.month}月{end.day}日" if begin.month != end.month else f"{text}至{end.day}日"


def _some(report: Report, code: str, before: str, unit: str) -> str:
    value = report.value(code)
    if not value.value:
        return ""
    about = "约" if value.estimated else ""
    return f"{before}{about}{show(value.value, '')}{unit}"


def _join(*parts: str) -> str:
    return "、".join(part for part in parts if part)


def _work(report: Report) -> str:
    turns = show(report.value("officer_turns").value, "")
    visits = show(report.value("visits").value, "")
    kinds = _join(
        _some(report, "visits_night", "夜间", "家次"),
        _some(report, "visits_weekend", "双休日", "家次"),
        _some(report, "visits_holiday", "节假日", "家次"),
        _some(report, "visits_vacation", "寒暑假", "家次"),
    )
    covered = _join(
        _some(report, "sites_visited", "培训机构", "家"), _some(report, "schools_visited", "学校", "所")
    )
    text = f"出动执法人员{turns}人次，检查{visits}家次"
    if covered:
        text += f"（{covered}）"
    return f"{text}，其中{kinds}" if kinds else text


def _found(report: Report) -> str:
    text = f"发现问题{show(report.value('found').value, '')}个"
    more = _join(
        _some(report, "found_on_the_spot", "立行立改", "个"),
        _some(report, "found_noticed", "限期整改", "个"),
        _some(report, "closed_items", "销号", "个"),
    )
    return f"{text}，{more}" if more else text


def _papers(report: Report) -> str:
    text = _some(report, "notices", "下发通知书", "份")
    stopped = _some(report, "suspension_notices", "其中停办通知书", "份")
    return f"{text}（{stopped}）" if text and stopped else text


def _action(report: Report) -> str:
    return _join(
        _some(report, "cancelled_subject", "取缔无证无照学科类机构", "家"),
        _some(report, "cancelled_non_subject", "取缔无证无照非学科类机构", "家"),
        _some(report, "closed_subject", "关停无证有照学科类机构", "家"),
        _some(report, "closed_non_subject", "关停无证有照非学科类机构", "家"),
        _some(report, "reduced", "压减有证有照学科类机构", "家"),
    )


def _adverts(report: Report) -> str:
    return _join(
        _some(report, "signboards", "拆除非法机构门牌", "家"),
        _some(report, "advert_boards", "拆除户外广告牌", "块"),
        _some(report, "advert_area", "清理其他广告", "㎡"),
        _some(report, "transferred", "移送", "件"),
        _some(report, "cases", "立案", "件"),
    )


def _tips(report: Report) -> str:
    return _join(_some(report, "tips", "受理举报线索", "条"), _some(report, "tips_answered", "答复", "条"))


def _rates(report: Report) -> str:
    told = []
    for code, words in (("rectification_rate", "到期问题整改率"), ("reduction_rate", "学科类机构压减率")):
        value = report.value(code)
        if value.value is not None:
            told.append(
                f"{words}{show(value.value, 'percent')}（{show(value.numerator, '')}/{show(value.denominator, '')}）"
            )
    return "，".join(told)


def footer(report: Report, sha256: str) -> list[str]:
    """Where the numbers come from: for the foot of every form of the report."""
    from inspector.domain.when import show_time

    whole = "" if report.synced_whole or not report.synced else "（没有同步完）"
    synced = f"{show_time(report.synced)}{whole}" if report.synced else "从未与中心同步"
    entries = sum(head.entries for head in report.heads)
    grids = "、".join(report.grids[:12]) + (f" 等 {len(report.grids)} 个" if len(report.grids) > 12 else "")
    lines = [
        f"期间：{report.first} 至 {report.last}；存量为 {report.last} 23:59 的状态，按本机所知。",
        f"数据：{len(report.heads)} 台设备（电脑、中心）的 {entries} 条记录；最近同步：{synced}；网格：{grids or '没有登记'}。",
        f"快照编号：{sha256}",
    ]
    if report.unknown_days:
        lines.insert(
            1,
            f"其中 {report.unknown_days} 天的日期性质不明（缺放假安排或校历），没有计入双休日、节假日、寒暑假。",
        )
    return lines
