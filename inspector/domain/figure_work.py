"""Figures of the work done: outings, visits, papers, tips, supervision."""

from inspector.domain.checklist import Words
from inspector.domain.figure_rows import ActivityRow, PaperRow, ResponseRow, TipRow, VisitRow
from inspector.domain.figures import Figure, Picks
from inspector.domain.site_facts import CAMPUS, TRAINING

_VISIT = Words(
    "一次检查记录为一家次，按开始之日，作废的不计；夜间看开始时刻（县参数 night_start、night_end），逢节假日的夜间两边都计",
    "a record of a visit is one, by the day it began, voided ones left out; at night by the hour it began"
    " (parameters night_start, night_end); a night on a holiday counts as both",
)


def _kind(kind: str) -> Picks:
    return lambda row: int(row.kind == kind)


def _on(day: str) -> Picks:
    def picks(row: VisitRow) -> int:
        return int(day in row.days)

    return picks


def _day(code: str, zh: str, en: str) -> Figure:
    return Figure(
        f"visits_{code}", "work", Words(f"　其中{zh}", f"  of them {en}"), "visits", "flow", _VISIT, "F2", "visits",
        _on(code), by=("grid",),
    )  # fmt: skip


_COVER = Words(
    "÷ 期末在营（在册）的，分子只算仍在营的",
    "÷ those on file at the end; only those still in operation are in the numerator",
)
VISITS: tuple[Figure, ...] = (
    Figure("officer_turns", "work", Words("出动执法人员", "officers' turns"), "turns", "flow",
           Words("每次出动每人计一次：一次巡查为一次；不在巡查中的检查，同一人同一天计一次。协助人员另计",
                 "each person once an outing: a patrol is one; visits outside of any patrol count a person once a day. Helpers apart"),
           "F2", "turns", lambda row: int(not row.helper), by=("grid", "department", "day")),
    Figure("helper_turns", "work", Words("　另协助人员", "  helpers besides"), "turns", "flow",
           Words("计法同上，协助人员（网格员、辅助人员）", "counted alike: grid workers and assistants"),
           "F2", "turns", lambda row: int(row.helper), by=("grid", "day")),
    Figure("visits", "work", Words("检查", "visits"), "visits", "flow", _VISIT, "F2", "visits", lambda _: 1,
           by=("grid", "department", "day", "site_kind")),
    _day("night", "夜间", "at night"),
    _day("weekend", "双休日", "on weekends"),
    _day("holiday", "节假日", "on holidays"),
    _day("vacation", "寒暑假", "in school breaks"),
    Figure("sites_visited", "work", Words("检查培训机构", "institutions visited"), "sites", "flow",
           Words("去重的培训机构", "institutions, each once"), "F2", "visits", _kind(TRAINING), distinct="site", by=("grid",)),
    Figure("schools_visited", "work", Words("到校", "schools visited"), "schools", "flow",
           Words("去重的学校", "schools, each once"), "F2", "visits", _kind(CAMPUS), distinct="site", by=("grid",)),
    Figure("sites_visited_known", "work", Words("检查过且期末在营的机构", "visited and in operation at the end"), "sites", "flow",
           Words("去重的培训机构，期末仍在营", "institutions, each once, still in operation at the end"), "F2", "visits",
           lambda row: int(row.kind == TRAINING and row.known), distinct="site", by=("grid",), main=False),
    Figure("coverage_sites", "work", Words("机构检查覆盖率", "institutions covered"), "percent", "ratio",
           Words("检查过的培训机构" + _COVER.zh, "institutions visited " + _COVER.en), "F2", by=("grid",),
           numerator="sites_visited_known", denominator="sites"),
)  # fmt: skip


def _school(row: VisitRow) -> int:
    return int(row.kind == CAMPUS and row.supervised)


def _responses(row: ResponseRow) -> int:
    return row.number


SUPERVISION: tuple[Figure, ...] = (
    Figure("supervision_visits", "supervise", Words("督学到校", "visits of school inspectors"), "visits", "flow",
           Words("有责任督学参加的到校检查", "visits to schools with a school inspector"), "F1", "visits", _school, by=("grid",)),
    Figure("schools_supervised", "supervise", Words("督导过的学校", "schools supervised"), "schools", "flow",
           Words("期内有督学到校的在册学校，去重", "schools on file that an inspector visited, each once"), "F1", "schools",
           lambda row: int(row.supervised), by=("grid",)),
    Figure("supervision_rate", "supervise", Words("督导覆盖率", "schools supervised, share"), "percent", "ratio",
           Words("督导过的学校 ÷ 在册学校", "schools supervised ÷ schools on file"), "F1", by=("grid",),
           numerator="schools_supervised", denominator="schools"),
    Figure("responses", "supervise", Words("问卷", "questionnaires answered"), "papers", "flow",
           Words("期内检查中收到的问卷份数，撤回的不计；不足 3 份的不单列",
                 "responses to questionnaires on visits within the days, withdrawn ones left out; fewer than 3 are not told"),
           "F1", "responses", _responses),
)  # fmt: skip


def _held(code: str, words: Words, unit: str, kinds: tuple[str, ...], counted: str) -> Figure:
    event = counted in ("sessions", "issues")

    def picks(row: ActivityRow) -> int:
        return int(getattr(row, counted)) if row.kind in kinds else 0

    means = Words(
        "按活动之日，作废的不计；" + ("没有写数的，一条记录计1" if event else "没有写数的活动不计入"),
        "by the day it was held, voided ones left out; "
        + ("a record without a number is one" if event else "those without a number add nothing"),
    )
    return Figure(
        code, "supervise", words, unit, "flow", means, "F1", "activities", picks, main=unit != "people"
    )


ACTIVITIES: tuple[Figure, ...] = (
    _held("meetings", Words("会议", "meetings"), "sessions", ("meeting",), "sessions"),
    _held("trainings", Words("培训会", "trainings"), "sessions", ("training",), "sessions"),
    _held(
        "training_people",
        Words("　培训人次", "  attendances of trainings"),
        "people",
        ("training",),
        "people",
    ),
    _held("publicity", Words("宣传活动", "publicity"), "sessions", ("publicity",), "sessions"),
    _held("publicity_copies", Words("宣传材料", "copies given out"), "papers", ("publicity",), "copies"),
    _held("briefings", Words("简报", "briefings"), "issues", ("briefing",), "issues"),
    _held("media", Words("专题片、媒体报道", "documentaries, media"), "issues", ("media",), "issues"),
)


def _paper(*kinds: str) -> Picks:
    def picks(row: PaperRow) -> int:
        return int(row.kind in kinds)

    return picks


_SERVED = Words("按送达之日，已作废的不计", "by the day of service, voided ones left out")
_ORDERS = ("order_to_correct", "on_the_spot_order", "rectification_notice", "suspension_notice", "signboard_notice",
           "outdoor_advert_notice", "school_rectification_list")  # fmt: skip
PAPERS: tuple[Figure, ...] = (
    Figure("papers", "paper", Words("送达文书", "papers served"), "papers", "flow", _SERVED, "F2", "papers", lambda _: 1,
           by=("grid", "department", "paper")),
    Figure("notices", "paper", Words("　其中通知书", "  of them notices"), "papers", "flow",
           Words("责令改正、当场改正、限期整改、停办、门牌、广告通知和学校整改清单；" + _SERVED.zh,
                 "orders and notices to correct, to close, to take down signs and adverts, and lists for schools; " + _SERVED.en),
           "F2", "papers", _paper(*_ORDERS), by=("grid", "paper")),
    Figure("suspension_notices", "paper", Words("停办通知书", "notices to close"), "papers", "flow", _SERVED, "F1", "papers",
           _paper("suspension_notice"), by=("grid",)),
    Figure("sites_suspended", "paper", Words("责令停办的机构", "institutions ordered to close"), "sites", "flow",
           Words("收到停办通知书的机构，去重；" + _SERVED.zh, "institutions served such a notice, each once; " + _SERVED.en), "F2",
           "papers", _paper("suspension_notice"), distinct="site", by=("grid",)),
)  # fmt: skip


def _came(row: TipRow) -> bool:
    return row.came


TIPS: tuple[Figure, ...] = (
    Figure("tips", "tip", Words("受理举报线索", "tips received"), "tips", "flow",
           Words("按收到之日，作废的不计", "by the day of receipt, voided ones left out"), "F2", "tips", lambda row: int(_came(row)),
           by=("grid", "channel")),
    Figure("tips_assigned", "tip", Words("　其中已分办", "  of them assigned"), "tips", "flow",
           Words("期内收到、制表时已分办或已答复的", "received within the days and assigned or answered by now"), "F2", "tips",
           lambda row: int(row.came and row.state in ("assigned", "answered"))),
    Figure("tips_answered", "tip", Words("答复举报线索", "tips answered"), "tips", "flow",
           Words("按答复之日", "by the day of the answer"), "F2", "tips", lambda row: int(row.replied), by=("grid", "department")),
    Figure("tips_upheld", "tip", Words("　其中属实、部分属实", "  of them upheld"), "tips", "flow",
           Words("按答复之日", "by the day of the answer"), "F2", "tips", lambda row: int(row.replied and row.upheld)),
    Figure("tips_due", "tip", Words("到期应答复", "tips due"), "tips", "flow",
           Words("答复期限在期内的（县参数 tip_answer_days）",
                 "whose last day of the answer is within the days (parameter tip_answer_days)"),
           "F2", "tips", lambda row: int(row.fell), main=False),
    Figure("tips_in_time", "tip", Words("按期答复", "answered in time"), "tips", "flow",
           Words("到期应答复的当中，期限内答复的", "of those due, answered by the last day"), "F2", "tips",
           lambda row: int(row.fell and row.in_time), main=False),
    Figure("tips_in_time_rate", "tip", Words("举报按期答复率", "tips answered in time, share"), "percent", "ratio",
           Words("按期答复 ÷ 到期应答复", "answered in time ÷ due"), "F2", numerator="tips_in_time", denominator="tips_due"),
    Figure("tips_named_answered", "tip", Words("答复的实名举报", "named tips answered"), "tips", "flow",
           Words("按答复之日", "by the day of the answer"), "F2", "tips", lambda row: int(row.replied and row.named), main=False),
    Figure("tips_told", "tip", Words("已告知实名举报人", "named, and told"), "tips", "flow",
           Words("答复的实名举报中已告知结果的", "of named tips answered, those told the outcome"), "F2", "tips",
           lambda row: int(row.replied and row.named and row.told), main=False),
    Figure("tips_told_rate", "tip", Words("实名告知率", "named, told, share"), "percent", "ratio",
           Words("已告知 ÷ 答复的实名举报", "told ÷ named tips answered"), "F2", numerator="tips_told",
           denominator="tips_named_answered"),
)  # fmt: skip
