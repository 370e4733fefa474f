"""The catalogue: every figure of a county, in the order of the report, and what cannot be known here."""

from collections.abc import Mapping
from dataclasses import dataclass

from inspector.domain.checklist import Words
from inspector.domain.figure_items import ADVERTS, ITEMS
from inspector.domain.figure_schools import SCHOOLS
from inspector.domain.figure_sites import CHANGES, OFFICE, SITES
from inspector.domain.figure_work import ACTIVITIES, PAPERS, SUPERVISION, TIPS, VISITS
from inspector.domain.figures import Figure

CATALOGUE_VERSION = "2026.1"
GROUPS: Mapping[str, Words] = {
    "base": Words("基本情况", "What there is"),
    "action": Words("机构治理", "What became of institutions"),
    "work": Words("巡查检查", "Patrols and visits"),
    "item": Words("问题整改", "Problems and their rectification"),
    "paper": Words("执法文书", "Papers"),
    "advert": Words("门牌广告", "Signs and adverts"),
    "tip": Words("举报线索", "Tips"),
    "school": Words("校内“双减”", "双减 inside schools"),
    "supervise": Words("网格督导", "Grids and supervision"),
}
CATALOGUE: tuple[Figure, ...] = (
    *SITES, *CHANGES, *VISITS, *ITEMS, *PAPERS, *ADVERTS, *TIPS, *SCHOOLS, *OFFICE, *SUPERVISION, *ACTIVITIES,
)  # fmt: skip
FIGURES: Mapping[str, Figure] = {figure.code: figure for figure in CATALOGUE}


@dataclass(frozen=True, slots=True)
class Unknown:
    """A figure that a county's report usually has and this program has no record of."""

    words: Words
    why: Words


_ELSEWHERE = Words(
    "不在检查记录里，请从主管科室取数", "not among the records of inspections; ask the section in charge"
)
UNKNOWN: tuple[Unknown, ...] = (
    Unknown(Words("退费金额", "fees refunded"), Words("退费清单是文书，金额没有汇总字段",
                                                  "lists of refunds are papers without a summed field")),
    Unknown(Words("剥离义务教育阶段并签资金监管协议的机构", "institutions that gave up those stages and signed on fund supervision"),
            Words("台账没有这一栏", "the registry has no such field")),
    Unknown(Words("参与课后服务的教师数", "teachers in after-school service"), Words("检查表没有问", "no checklist asks")),
    Unknown(Words("课后服务收费标准、课酬、财政补贴", "charges, pay and subsidies of after-school service"), _ELSEWHERE),
    Unknown(Words("弹性上下班试点学校", "schools that try flexible hours"), Words("台账没有这一栏", "the registry has no such field")),
    Unknown(Words("罚没金额、处罚决定", "fines and decisions"), Words("立案以后的案件不在本程序里办",
                                                             "cases are not handled here once opened")),
    Unknown(Words("约谈、通报、黑名单次数", "talks, circulars, blacklisting"), _ELSEWHERE),
    Unknown(Words("家长满意度", "parents' satisfaction"), Words("见各次检查的问卷统计；不同学校的不合并",
                                                           "see the counts of each visit; schools are not added up")),
)  # fmt: skip
