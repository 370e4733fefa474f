"""Figures of institutions and of schools on file: what there is, and what became of it."""

from typing import Any

from inspector.domain.checklist import Words
from inspector.domain.figure_rows import NON_SUBJECT, SUBJECT, ChangeRow, GridRow, PersonRow, SiteRow
from inspector.domain.figures import Figure, Picks
from inspector.domain.site_facts import CAMPUS, QUADRANT_LABELS, TRAINING, QuadrantCode
from inspector.domain.stages import stages_of

_END = Words("截止日 23:59", "at 23:59 of the last day")
_NO_BASE = Words(
    "县没有定压减基准数（参数 reduction_base_number）",
    "the county has set no base (reduction_base_number)",
)


def _training(quadrant: str = "", cls: str = "") -> Picks:
    def picks(row: SiteRow) -> int:
        return int(
            row.running
            and row.kind == TRAINING
            and (not quadrant or row.quadrant == quadrant)
            and (not cls or row.cls == cls)
        )

    return picks


def _snapshot(code: str, zh: str, en: str, picks: Picks, means: Words, **more: Any) -> Figure:
    unit = more.pop("unit", "sites")
    by = more.pop("by", ("grid",))
    return Figure(
        code, "base", Words(zh, en), unit, "snapshot",
        Words(f"{means.zh}，{_END.zh}", f"{means.en}, {_END.en}"), more.pop("source", "F1"), "sites", picks, by=by, **more,
    )  # fmt: skip


def _quadrants() -> list[Figure]:
    found = []
    classes = (("", "", ""), (SUBJECT, "学科类", "subject"), (NON_SUBJECT, "非学科类", "non-subject"))
    for cls, zh, en in classes:
        for code in QuadrantCode:
            name_zh, name_en = QUADRANT_LABELS[code]
            found.append(
                _snapshot(
                    "_".join(part for part in ("sites", cls, code.value) if part),
                    f"{name_zh}{zh}机构",
                    f"{en or 'all'} institutions, {name_en}",
                    _training(code.value, cls),
                    Words("在营（未记为关停）", "in operation (not recorded as closed)"),
                    main=not cls or code in (QuadrantCode.LICENSED_REGISTERED, QuadrantCode.NEITHER),
                )
            )
    return found


def _registered(how: str) -> Picks:
    return lambda row: int(
        row.running
        and row.kind == TRAINING
        and row.quadrant == QuadrantCode.UNLICENSED_REGISTERED
        and row.registration in (how, "both")
    )


def _school(stage: str = "") -> Picks:
    return lambda row: int(
        row.running and row.kind == CAMPUS and (not stage or stage in stages_of(row.stage))
    )


def _compulsory(row: SiteRow) -> bool:
    return row.running and row.kind == CAMPUS and bool(stages_of(row.stage) & {"primary", "junior"})


_OPEN = Words("在营（未记为关停）的培训机构", "training institutions in operation (not recorded as closed)")
SITES: tuple[Figure, ...] = (
    _snapshot("sites", "培训机构", "training institutions", _training(), _OPEN, by=("grid", "quadrant")),
    _snapshot("sites_subject", "学科类机构", "subject institutions", _training(cls=SUBJECT),
              Words("在营、类别归为学科类；已转型而类别未改的不计",
                    "in operation, classed as subject; one recorded as transformed is none"),
              by=("grid", "quadrant")),
    _snapshot("sites_non_subject", "非学科类机构", "non-subject institutions", _training(cls=NON_SUBJECT),
              Words("在营、类别归为非学科类", "in operation, classed as non-subject"), by=("grid", "quadrant")),
    _snapshot("sites_unclassed", "托管和类别不明的机构", "day care, and class not known",
              lambda row: int(row.running and row.kind == TRAINING and row.cls not in (SUBJECT, NON_SUBJECT)),
              Words("在营，类别为托管或看不出", "in operation, day care or not told"), by=("grid", "quadrant")),
    *_quadrants(),
    _snapshot("sites_market_only", "市监登记的无证有照机构", "registered with market regulation, unlicensed", _registered("business"),
              Words("在营、无证有照，登记为营业执照（两种都有的也计）",
                    "in operation, unlicensed, with a business licence (both: counted too)"), main=False),
    _snapshot("sites_civil_only", "民政登记的无证有照机构", "registered with civil affairs, unlicensed", _registered("civil"),
              Words("在营、无证有照，登记为民非（两种都有的也计）",
                    "in operation, unlicensed, with a civil registration (both: counted too)"), main=False),
    _snapshot("sites_permit_expired", "许可证已过期的机构", "permits that have expired",
              lambda row: int(row.running and row.kind == TRAINING and row.expired),
              Words("在营、有证，许可证有效期在截止日前已满",
                    "in operation, licensed, the permit's last day before the last day"), source="—", main=False),
    _snapshot("sites_status_unclear", "状态没有写明的机构", "institutions without a plain status",
              lambda row: int(row.kind == TRAINING and row.status in ("", "unclear")),
              Words("台账没有写在营还是关停；按在营计入以上各数",
                    "the registry says neither open nor closed; counted above as in operation"),
              source="—", main=False),
    _snapshot("schools", "中小学校", "schools", _school(), Words("台账上未关停的学校", "schools on file, not closed"), unit="schools",
              by=("grid", "stage")),
    _snapshot("schools_compulsory", "义务教育学校", "schools of compulsory education", lambda row: int(_compulsory(row)),
              Words("小学、初中、九年一贯和有初中部的完全中学", "primary, junior, nine-year, and full schools with a junior stage"),
              unit="schools", source="F0"),
    _snapshot("schools_senior", "有高中的学校", "schools with a senior stage", _school("senior"),
              Words("高级中学、完全中学、十二年一贯",
                    "senior, full and twelve-year schools"), unit="schools", source="F0", main=False),
    _snapshot("pupils_compulsory", "义务教育学校在校学生", "pupils of schools of compulsory education",
              lambda row: (row.students or 0) if _compulsory(row) else 0,
              Words("义务教育学校台账上的学生数之和（完全中学含高中生）；没有填的学校按 0 计",
                    "numbers on file of those schools, senior pupils of full schools included; 0 where none is recorded"),
              unit="people", estimated=lambda row: row.estimated, main=False),
)  # fmt: skip


def _ended(quadrant: str, cls: str) -> Picks:
    def picks(row: ChangeRow) -> int:
        return int(row.ended and row.quadrant_before == quadrant and row.class_before == cls)

    return picks


_LICENSED, _NEITHER = QuadrantCode.LICENSED_REGISTERED, QuadrantCode.NEITHER
_REGISTERED = QuadrantCode.UNLICENSED_REGISTERED


def _flow(code: str, zh: str, en: str, picks: Picks, means: Words, *, main: bool = True) -> Figure:
    tail = Words(
        "，按台账记为该状态之日；期末又改回的不计；同一家只计一次",
        ", by the day on which it was recorded so; not counted if taken back by the end; a site once",
    )
    return Figure(
        code, "action", Words(zh, en), "sites", "flow", Words(means.zh + tail.zh, means.en + tail.en), "F1", "changes", picks,
        distinct="site", by=("grid",), main=main,
    )  # fmt: skip


def _is_cut(row: ChangeRow) -> bool:
    return row.quadrant_before == _LICENSED and row.left


def _from(quadrant: str, cls_zh: str, cls_en: str) -> Words:
    zh, en = QUADRANT_LABELS[QuadrantCode(quadrant)]
    return Words(
        f"由在营的“{zh}”{cls_zh}机构变为关停", f"from a {cls_en} institution in operation ({en}) to closed"
    )


CHANGES: tuple[Figure, ...] = (
    _flow("cancelled_subject", "取消无证无照学科类机构", "subject institutions with neither, cancelled", _ended(_NEITHER, SUBJECT),
          _from(_NEITHER, "学科类", "subject")),
    _flow("cancelled_non_subject", "取消无证无照非学科类机构", "non-subject institutions with neither, cancelled",
          _ended(_NEITHER, NON_SUBJECT), _from(_NEITHER, "非学科类", "non-subject"), main=False),
    _flow("closed_subject", "关停无证有照学科类机构", "unlicensed subject institutions closed", _ended(_REGISTERED, SUBJECT),
          _from(_REGISTERED, "学科类", "subject")),
    _flow("closed_non_subject", "取消无证有照非学科类机构", "unlicensed non-subject institutions closed",
          _ended(_REGISTERED, NON_SUBJECT), _from(_REGISTERED, "非学科类", "non-subject")),
    _flow("closed_all", "关停、取消的机构合计", "institutions closed, all",
          lambda row: int(row.ended), Words("由在营变为关停的各类机构", "any institution that went from operation to closed")),
    _flow("reduced", "压减有证有照学科类机构", "licensed subject institutions reduced", lambda row: int(_is_cut(row)),
          Words("由“有证有照”学科类变为注销（关停）或转为非学科；台账不分学段，含只办高中的",
                "from licensed and registered subject to deregistered (closed) or another kind; the registry tells no stage")),
    _flow("reduced_deregistered", "　其中注销", "  of them deregistered", lambda row: int(_is_cut(row) and row.status_now == "closed"),
          Words("压减中期末为关停的", "of the reduced, those closed at the end")),
    _flow("reduced_turned", "　其中转非学科", "  of them turned non-subject",
          lambda row: int(_is_cut(row) and row.status_now != "closed"),
          Words("压减中期末为转型或非学科类的", "of the reduced, those transformed or of another class at the end")),
    Figure("reduced_split", "action", Words("　其中剥离", "  of them split off"), "sites", "flow",
           Words("剥离义务教育阶段的机构", "that gave up the stages of compulsory education"), "F1",
           lacking=Words("台账没有“剥离”一栏，无从统计", "the registry has no field for it")),
    Figure("reduction_base", "action", Words("压减基准数", "base of the reduction"), "sites", "snapshot",
           Words("县参数 reduction_base_number：“双减”前（基准日见 reduction_base_day）的有证有照义务教育学科类机构数",
                 "the county's parameter reduction_base_number: such institutions on the day of reduction_base_day"),
           "F0", lacking=_NO_BASE, main=False),
    Figure("reduction_gone", "action", Words("比基准减少", "fewer than the base"), "sites", "snapshot",
           Words("基准数减去期末在营的有证有照学科类机构数", "the base less licensed subject institutions in operation at the end"),
           "F1", lacking=_NO_BASE, main=False),
    Figure("reduction_rate", "action", Words("压减率", "reduction rate"), "percent", "ratio",
           Words("（基准数－期末现存数）÷ 基准数；基准数由县定", "(base − those left at the end) ÷ base; the county sets the base"),
           "F1", numerator="reduction_gone", denominator="reduction_base", lacking=_NO_BASE),
)  # fmt: skip


def _people(row: PersonRow) -> int:
    return int(row.standing == "school_inspector")


OFFICE: tuple[Figure, ...] = (
    Figure("grids", "supervise", Words("网格", "grids"), "grids", "snapshot",
           Words("登记的网格，按制表时所知", "grids on file, as known when the report was made"), "F1", "grids", lambda _: 1),
    Figure("grids_led", "supervise", Words("有网格长单位的网格", "grids with a lead unit"), "grids", "snapshot",
           Words("写明网格长单位的网格", "grids whose lead unit is recorded"), "F1", "grids", lambda row: int(_led(row)), main=False),
    Figure("grids_led_rate", "supervise", Words("网格覆盖率", "grids led"), "percent", "ratio",
           Words("有网格长单位的网格 ÷ 全部网格", "grids with a lead unit ÷ all"), "F1", numerator="grids_led", denominator="grids"),
    Figure("school_inspectors", "supervise", Words("责任督学", "school inspectors"), "people", "snapshot",
           Words("人员名单上的督学，按制表时所知", "on the office's list when the report was made"), "F1", "people", _people),
)  # fmt: skip


def _led(row: GridRow) -> bool:
    return row.led
