"""Figures of what was found and of how it was put right, signs and adverts among it."""

from typing import Any

from inspector.domain.checklist import Words
from inspector.domain.figure_rows import ItemRow
from inspector.domain.figures import Figure, Number, Picks

SIGNBOARD, BOARDS, AREA, AREA_ESTIMATED = "T-AD-02", "T-AD-03", "T-AD-04", "T-AD-04A"
"""Items of the checklist of signs and adverts: an illegal sign, boards counted, square metres, whether these are estimated."""
_BY = ("grid", "department", "module", "severity", "site_kind")
_STOOD = Words(
    "现场记录办结之日在期内，草稿、撤销、并案不计",
    "on the day the record was concluded; no drafts, voided or merged ones",
)


def _found(code: str, zh: str, en: str, picks: Picks, means: Words = _STOOD, **more: Any) -> Figure:
    return Figure(
        code, "item", Words(zh, en), "items", "flow", means, "F2", "found",
        lambda row: picks(row) if row.counts else 0, by=more.pop("by", _BY), **more,
    )  # fmt: skip


def _due(code: str, zh: str, en: str, picks: Picks, means: Words, **more: Any) -> Figure:
    return Figure(
        code, "item", Words(zh, en), "items", "flow", means, "F2", "due",
        lambda row: picks(row) if row.counts and row.noticed else 0, by=("grid", "department"), **more,
    )  # fmt: skip


def _step(code: str, zh: str, en: str, actions: tuple[str, ...], means: Words, **more: Any) -> Figure:
    def picks(row: ItemRow) -> int:
        return int(row.action in actions)

    return Figure(
        code, "item", Words(zh, en), "items", "flow", Words(f"{means.zh}，按办理之日", f"{means.en}, by the day it was done"),
        more.pop("source", "F2"), "steps", picks, by=more.pop("by", ("grid", "department")), **more,
    )  # fmt: skip


ITEMS: tuple[Figure, ...] = (
    _found("found", "发现问题", "problems found", lambda _: 1),
    _found("found_on_the_spot", "　其中立行立改", "  put right on the spot", lambda row: int(row.spot),
           Words("期内成立的问题中当场改正的", "of those found, put right on the spot by the end"), by=("grid", "department")),
    _found("found_noticed", "　其中限期整改", "  given a deadline", lambda row: int(row.noticed and not row.spot),
           Words("期内成立的问题中，期末已送达文书定了期限的", "of those found, with a deadline set by a served paper by the end"),
           by=("grid", "department")),
    _found("found_closed", "期内问题已销号", "of them closed", lambda row: int(row.closed),
           Words("期内成立的问题中，期末已销号的", "of those found, closed by the end"), by=("grid", "department"), main=False),
    Figure("closing_rate", "item", Words("销号率", "closing rate"), "percent", "ratio",
           Words("期内成立的问题中期末已销号的 ÷ 期内成立的问题（撤销、并案不计）",
                 "of those found, closed by the end ÷ found (no voided or merged)"),
           "F2", by=("grid", "department"), numerator="found_closed", denominator="found"),
    _due("due", "到期应整改", "due", lambda _: 1,
         Words("送达文书所定期限（延期的按延后的）最后一日在期内，撤销、并案不计",
               "whose last day, as set by a served paper or extended, is within the days; no voided or merged")),
    _due("due_put_right", "　其中整改完成", "  put right", lambda row: int(row.put_right),
         Words("到期应整改的当中，期末复查通过或已销号的", "of those due, passed or closed by the end"), main=False),
    _due("due_in_time", "　其中按期完成", "  in time", lambda row: int(row.put_right and row.in_time),
         Words("到期应整改的当中，期限内报送且期末已通过的",
               "of those due, handed in by the last day and passed by the end"), main=False),
    Figure("rectification_rate", "item", Words("整改率", "rectification rate"), "percent", "ratio",
           Words("整改完成 ÷ 到期应整改；与销号率不是一个口径", "put right ÷ due; not the same as the closing rate"), "F2",
           by=("grid", "department"), numerator="due_put_right", denominator="due"),
    Figure("in_time_rate", "item", Words("按期整改率", "put right in time, share"), "percent", "ratio",
           Words("按期完成 ÷ 到期应整改", "in time ÷ due"), "F2", by=("grid",
                 "department"), numerator="due_in_time", denominator="due"),
    Figure("open", "item", Words("挂账问题", "open items"), "items", "snapshot",
           Words("期末未了结的问题，不论何时发现", "not settled at the end of the last day, whenever found"), "F2", "open",
           lambda row: int(row.counts and not row.settled), by=_BY),
    Figure("overdue", "item", Words("　其中逾期", "  of them overdue"), "items", "snapshot",
           Words("期末期限已过而没有报送的", "whose last day has passed with nothing handed in"), "F2", "open",
           lambda row: int(row.overdue), by=("grid", "department")),
    Figure("overdue_days", "item", Words("逾期天数合计", "days overdue, all"), "days", "snapshot",
           Words("各逾期问题超过期限的自然日之和", "natural days past the last one, added up"), "F2", "open",
           lambda row: row.overdue_days, main=False),
    _step("closed_items", "销号", "closings", ("close",), Words("批准销号", "closings approved")),
    _step("reviews_passed", "复查通过", "reviews passed", ("pass",), Words("复查通过的次数", "reviews passed"), main=False),
    _step("reviews_failed", "复查不过", "reviews failed", ("fail",), Words("复查不过的次数", "reviews failed"), main=False),
    _step("look_backs", "回头看", "look-backs", ("keep", "relapse"), Words("回头看的次数", "look-backs done"), source="F2"),
    _step("relapses", "　其中反弹", "  relapsed", ("relapse",), Words("回头看发现反弹的", "look-backs that found a relapse")),
    Figure("relapse_rate", "item", Words("反弹率", "relapse rate"), "percent", "ratio",
           Words("反弹 ÷ 回头看", "relapsed ÷ look-backs"), "F2", by=("grid",), numerator="relapses", denominator="look_backs"),
    _step("escalated", "升级督办", "escalated", ("escalate",), Words("升级督办", "escalations"), main=False),
    _step("transferred", "移送", "transferred", ("transfer",), Words("移送，按受移送部门",
            "transfers, by the department they went to")),
    _step("cases", "立案", "cases opened", ("open_case",), Words("立案", "cases opened")),
)  # fmt: skip


def _right(item: str, amount: bool = False) -> Picks:
    def picks(row: ItemRow) -> Number:
        if row.item != item or not row.counts or not row.put_right:
            return 0
        return row.amount if amount else 1

    return picks


_DOWN = Words(
    "复查通过或当场改正之日在期内，期末仍算改好的",
    "passed its review, or put right on the spot, within the days, and still so at the end",
)


def _taken_down(code: str, words: Words, unit: str, picks: Picks, *, means: Words, **more: Any) -> Figure:
    return Figure(
        code, "advert", words, unit, "flow", Words(f"{means.zh}；{_DOWN.zh}", f"{means.en}; {_DOWN.en}"), "F1", "put_right",
        picks, by=("grid",), **more,
    )  # fmt: skip


ADVERTS: tuple[Figure, ...] = (
    _taken_down("signboards", Words("拆除非法机构门牌", "signs of illegal institutions taken down"), "sites", _right(SIGNBOARD),
                means=Words(f"检查项 {SIGNBOARD}，去重机构", f"item {SIGNBOARD}, institutions once each"), distinct="site"),
    _taken_down("advert_sites", Words("拆除户外广告牌的机构", "institutions whose boards were taken down"), "sites", _right(BOARDS),
                means=Words(f"检查项 {BOARDS}，去重机构", f"item {BOARDS}, institutions once each"), distinct="site"),
    _taken_down("advert_boards", Words("拆除户外广告牌", "boards taken down"), "boards", _right(BOARDS, amount=True),
                means=Words(f"检查项 {BOARDS} 查到的块数", f"boards counted under item {BOARDS}")),
    _taken_down("advert_area", Words("清理其他户外广告", "other advertising removed"), "area", _right(AREA, amount=True),
                means=Words(f"检查项 {AREA} 查到的面积；估算的（{AREA_ESTIMATED}）标“约”",
                      f"area under item {AREA}; marked where {AREA_ESTIMATED} says estimated"),
                estimated=lambda row: row.estimate),
)  # fmt: skip
