"""Which column is which: titles by synonyms, the header's row, the kind of a sheet, and a mapping given by hand."""

import json
import os
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspector.domain.site_facts import BY_NAME, CAMPUS, TRAINING
from inspector.errors import BadInput, NotFound
from inspector.registry import cells
from inspector.registry.bounds import column_number
from inspector.registry.workbook import RawSheet

GRIDS = "grids"
HEADER_WITHIN = 30
"""The header lies in the first thirty rows."""

SERIAL = "serial"
"""The running number of a row (序号), which says nothing about a site."""

_COMMON: dict[str, str] = {
    SERIAL: "序号 编号 顺序 顺序号 No NO 号",
    "grid_name": "所属网格 网格 网格名称 所在网格 责任网格 包保网格 网格片区 所属片区 片区 巡查网格 归属网格",
    "principal": "负责人 负责人姓名 法定代表人 法人代表 法人 法人姓名 举办者 举办人 联系人 联系人姓名 主要负责人 校区负责人",
    "phone": "联系电话 电话 联系方式 手机 手机号 手机号码 电话号码 联系手机 负责人电话 负责人联系电话 负责人手机号 "
    "负责人手机 法人电话 联系人电话 负责人联系方式 法定代表人电话",
    "credit_code": "统一社会信用代码 社会信用代码 信用代码 统一信用代码 统一社会信用代码证号 统一社会信用代码或注册号 "
    "营业执照号 营业执照号码 执照号码 注册号 营业执照统一社会信用代码 机构代码",
    "remark": "备注 说明 备注说明 情况说明 其他 其他情况 备注情况 存在问题",
    "status": "状态 现状 经营状态 办学状态 目前状态 运营状态 营业状态 机构状态 当前状态",
    "students": "在册学员数 学员数 在读学员数 学员人数 学生人数 学生数 在校生数 在校学生数 在校生人数 在校学生人数 现有学员 "
    "现有学员数 人数 培训人数 在读人数 在训学员数 招生人数 学生总数 在校生 在校生总数 在册学员人数",
    "staff": "教职工数 教职工人数 教职工 教师数 教师人数 教师总数 从业人员数 从业人员人数 专任教师数 教职工总数 教学人员数",
    "address": "实际地址 地址 详细地址 办学地址 实际办学地址 培训地址 培训地点 经营地址 实际经营地址 办学地点 实际培训地址 "
    "现地址 所在地址 场所地址 学校地址 校址 机构地址 单位地址 通讯地址",
}

_TRAINING: dict[str, str] = {
    **_COMMON,
    "name": "机构名称 培训机构名称 校外培训机构名称 机构全称 单位名称 名称 企业名称 培训学校名称 校外培训机构 培训机构 "
    "机构单位名称 场所名称 托管机构名称 营业执照名称 机构",
    "category": "类别 培训类别 机构类别 类型 培训类型 机构类型 学科类或非学科类 学科类非学科类 所属类别 办学类型 办学类别",
    "subjects": "培训项目 培训内容 培训科目 开设科目 科目 开设课程 课程 培训学科 办学内容 培训课程",
    "permit_number": "办学许可证号 办学许可证 许可证号 许可证编号 办学许可证编号 办学许可证号码 许可证 办学许可 许可证号码 "
    "办学许可证情况 有无办学许可证 是否有办学许可证 民办学校办学许可证 民办学校办学许可证号",
    "permit_until": "许可证有效期至 有效期 有效期至 许可证有效期 办学许可证有效期 办学许可证有效期至 许可证到期日 到期日期 "
    "到期时间 许可证到期时间 有效期限 许可证截止日期 证书有效期 有效期截止 办学许可证有效期限 "
    "到期日 许可证到期日期 办学许可证到期日",
    "registration_state": "营业执照民非登记 营业执照 营业执照或民非登记 登记情况 证照情况 营业执照民非 登记证照 登记类型 "
    "登记证 营业执照民办非企业单位登记证 工商民政登记 注册登记情况 营业执照情况 法人登记 登记机关 有无营业执照 民非登记",
    "registered_address": "登记地址 注册地址 执照地址 营业执照地址 许可证地址 核准地址 许可地址 登记住所 住所 "
    "注册住所 批准地址",
}

_CAMPUS: dict[str, str] = {
    **_COMMON,
    "name": "学校名称 学校 校名 学校全称 单位名称 名称 校区名称 中小学名称 学校单位名称",
    "principal": _COMMON["principal"] + " 校长 校长姓名 学校负责人",
    "phone": _COMMON["phone"] + " 校长电话 学校电话 校长联系电话 校长手机",
    "stage": "学段 办学层次 学校类型 学校类别 办学类型 类型 类别 学校办学类型",
    "classes": "班级数 班数 教学班数 教学班 班级总数 班级 教学班个数",
    "boarding": "是否寄宿 寄宿 是否寄宿制 寄宿制 是否寄宿制学校 有无寄宿",
    "responsible_inspector": "责任督学 挂牌督学 督学 责任督学姓名 督学姓名 责任区督学",
}

_GRIDS: dict[str, str] = {
    SERIAL: _COMMON[SERIAL].replace(" 编号", ""),
    "code": "网格编码 网格编号 网格代码 编码 编号 代码",
    "name": "网格名称 网格 名称 片区名称 片区",
    "lead_unit": "网格长单位 牵头单位 责任单位 包保单位 网格责任单位 单位 网格长所在单位 责任部门 牵头部门",
    "lead_person": "网格长 网格长姓名 责任人 负责人 包保责任人 包保领导 联系人 网格负责人",
    "phone": "联系电话 电话 手机 手机号 手机号码 联系方式 网格长电话 网格长联系电话 负责人电话",
}

_SECOND_CHOICE: dict[str, str] = {
    "grid_name": "乡镇街道 乡镇 街道 镇街 镇街道 所属乡镇 所属街道 所属镇街 所属乡镇街道 所在乡镇 所在街道 所在镇街 所在乡镇街道"
}
"""Titles that name a field only where no column has one of the titles above: a grid is often a town or street."""

GRID_LABELS: dict[str, tuple[str, str]] = {
    "code": ("网格编码", "grid code"),
    "name": ("网格名称", "grid name"),
    "lead_unit": ("网格长单位", "lead unit"),
    "lead_person": ("网格长", "grid lead"),
    "phone": ("联系电话", "telephone"),
}
"""What the facts of a grid are called."""

_DECISIVE: dict[str, frozenset[str]] = {
    TRAINING: frozenset(
        {"category", "permit_number", "permit_until", "registration_state", "registered_address", "subjects"}
    ),
    CAMPUS: frozenset({"stage", "classes", "boarding", "responsible_inspector"}),
    GRIDS: frozenset({"code", "lead_unit", "lead_person"}),
}
_OWN_NAMES: dict[str, str] = {TRAINING: "机构|培训|托管", CAMPUS: "学校|校名|校区|中小学", GRIDS: "网格|片区"}
_TITLE_WORDS = (
    (CAMPUS, "中小学|学校台账|学校名单|校园"),
    (TRAINING, "校外|培训|机构|托管"),
    (GRIDS, "网格划分|网格表|包保"),
)
FIELDS_OF: dict[str, frozenset[str]] = {
    TRAINING: frozenset(_TRAINING),
    CAMPUS: frozenset(_CAMPUS),
    GRIDS: frozenset(_GRIDS),
}


def normal_title(text: str) -> str:
    """A column's title as it is compared: width, spaces, line feeds, brackets' signs and punctuation left aside."""
    return "".join(
        character for character in unicodedata.normalize("NFKC", text).upper() if character.isalnum()
    )


def _index(table: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, words in table.items():
        for word in words.split():
            if found.setdefault(normal_title(word), name) != name:
                raise AssertionError(f"two columns share the title {word}")
    return found


_SECOND_TITLES = _index(_SECOND_CHOICE)
_TITLES = {TRAINING: _index(_TRAINING), CAMPUS: _index(_CAMPUS), GRIDS: _index(_GRIDS)}


@dataclass(frozen=True, slots=True)
class Header:
    """What a sheet is and where its columns are.

    Attributes:
        kind: "training" | "campus" | "grids".
        row: the last row of the header, from 0; data begin below.
        columns: field -> column, from 0.
        titles: the titles as written, by column.
        doubled: titles of columns that name a field which an earlier column has already.
        by_hand: fields whose column the mapping gave.
    """

    kind: str
    row: int
    columns: Mapping[str, int]
    titles: Mapping[int, str]
    doubled: tuple[str, ...] = ()
    by_hand: tuple[str, ...] = ()

    @property
    def unused(self) -> tuple[str, ...]:
        """Titles of columns that were not recognised, as written."""
        taken = set(self.columns.values())
        return tuple(
            title
            for column, title in self.titles.items()
            if column not in taken and title not in self.doubled
        )

    @property
    def score(self) -> int:
        """How well the titles tell this kind: columns known, and those that only this kind has."""
        known = len(self.columns)
        own = sum(3 for name in self.columns if name in _DECISIVE[self.kind])
        named = (
            4 if re.search(_OWN_NAMES[self.kind], self.titles.get(self.columns.get("name", -1), "")) else 0
        )
        return known + own + named


def column_letter(column: int) -> str:
    """0 = A, 25 = Z, 26 = AA."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def find_header(sheet: RawSheet, mapping: Mapping[str, str]) -> Header | None:
    """The header of a sheet in its first thirty rows, of one line or two; None where no kind of table is recognised."""
    best: Header | None = None
    for row in range(min(HEADER_WITHIN, len(sheet.rows))):
        if sum(1 for cell in sheet.rows[row] if not cells.is_blank(cell)) < 2:
            continue
        for depth in (1, 2):
            titles = _titles(sheet, row, depth)
            for kind in (TRAINING, CAMPUS, GRIDS):
                header = _header(kind, row + depth - 1, titles, mapping)
                if header is None or not (header.by_hand or sum(_rank(header, sheet)) > len(header.columns)):
                    continue
                if best is None or _rank(header, sheet) > _rank(best, sheet):
                    best = header
    return best


def _rank(header: Header, sheet: RawSheet) -> tuple[int, int]:
    """The score, then whether the name of the sheet and the lines above the header speak of that kind."""
    above = normal_title(
        sheet.name + "".join(cells.clean(c).text for row in sheet.rows[: header.row] for c in row[:3])
    )
    named = next((kind for kind, words in _TITLE_WORDS if re.search(words, above)), "")
    return header.score, int(named == header.kind)


def _titles(sheet: RawSheet, row: int, depth: int) -> dict[int, list[str]]:
    """Column -> its possible titles, best first; of a two-line header the line below with and without the one above."""
    lines = [
        [cells.clean(cell).text for cell in sheet.rows[number]]
        for number in range(row, min(row + depth, len(sheet.rows)))
    ]
    if depth == 1 or len(lines) < 2 or any(re.search(r"\d{3}", text) for text in lines[1]):
        return {column: [text] for column, text in enumerate(lines[0]) if text} if depth == 1 else {}
    above = _spread(lines[0], sheet, row)
    found: dict[int, list[str]] = {}
    for column, low in enumerate(lines[1]):
        high = above[column] if column < len(above) else ""
        if low:
            short = re.sub(r"(基本)?(信息|情况)$", "", normal_title(high))
            found[column] = [high + low, short + low, low] if high else [low]
        elif column < len(lines[0]) and lines[0][column]:
            found[column] = [lines[0][column]]
    return found


def _spread(line: Sequence[str], sheet: RawSheet, row: int) -> list[str]:
    """The upper line of a header with the text of a merged range in each of its columns."""
    out = list(line)
    for (top, left), (bottom, right) in sheet.merges:
        if top <= row <= bottom and left < len(out) and top == row:
            for column in range(left + 1, min(right + 1, len(out))):
                out[column] = out[column] or out[left]
    return out


def _header(
    kind: str, row: int, titles: Mapping[int, list[str]], mapping: Mapping[str, str]
) -> Header | None:
    columns: dict[str, int] = {}
    doubled: list[str] = []
    shown: dict[int, str] = {}
    by_hand = _by_hand(kind, titles, mapping)
    for column, candidates in titles.items():
        shown[column] = candidates[0]
        name = _recognise(kind, candidates)
        if name is None or name in by_hand or column in by_hand.values():
            continue
        if name in columns:
            doubled.append(candidates[0])
        else:
            columns[name] = column
    columns.update(_second_choice(kind, titles, {**columns, **by_hand}))
    columns.update(by_hand)
    useful = [name for name in columns if name != SERIAL]
    if "name" not in columns or len(useful) < 2:
        return None
    if kind == GRIDS and any(_names_a_site(candidates) for candidates in titles.values()):
        return None
    return Header(kind, row, columns, shown, tuple(doubled), by_hand=tuple(by_hand))


def _second_choice(kind: str, titles: Mapping[int, list[str]], taken: Mapping[str, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for column, candidates in titles.items():
        names = [_SECOND_TITLES.get(normal_title(text)) for text in candidates]
        name = next((one for one in names if one in FIELDS_OF[kind]), None)
        if name is not None and name not in taken and column not in taken.values():
            found.setdefault(name, column)
    return found


def _names_a_site(candidates: list[str]) -> bool:
    return any(
        _recognise(kind, candidates) == "name" and re.search(_OWN_NAMES[kind], candidates[0])
        for kind in (TRAINING, CAMPUS)
    )


def _recognise(kind: str, candidates: list[str]) -> str | None:
    for text in candidates:
        without = re.sub(r"\([^()]*\)", "", unicodedata.normalize("NFKC", text))
        for form in (normal_title(text), normal_title(without)):
            if form in _TITLES[kind]:
                return _TITLES[kind][form]
    return None


def _by_hand(kind: str, titles: Mapping[int, list[str]], mapping: Mapping[str, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for key, wanted in mapping.items():
        sheet_kind, _, name = key.rpartition(".")
        if sheet_kind not in {"", kind} or name not in FIELDS_OF[kind]:
            continue
        if re.fullmatch(r"[A-Z]{1,2}", wanted):
            column = column_number(wanted) - 1
            if column in titles:
                found[name] = column
            continue
        for column, candidates in titles.items():
            if normal_title(wanted) in {normal_title(text) for text in candidates}:
                found[name] = column
                break
    return found


def check_mapping(mapping: Mapping[str, str]) -> None:
    """Whether a mapping names facts that a site or a grid has.

    Keys are "field" or "kind.field" (training, campus, grids); values a column's title or its letter in capitals.

    Raises:
        BadInput: an unknown field or kind, or an empty column.
    """
    for key, column in mapping.items():
        kind, _, name = key.rpartition(".")
        kinds = [kind] if kind else list(FIELDS_OF)
        if not any(name in FIELDS_OF.get(one, ()) for one in kinds) or not column.strip():
            raise BadInput(
                f"列对应有误：{key} = {column}",
                f"the mapping of columns is off: {key} = {column}",
                hint=(
                    f"可用的字段：{_known_fields(0)}；网格表：{_known_fields(0, grids=True)}。",
                    f"Known fields: {_known_fields(1)}; of grids: {_known_fields(1, grids=True)}.",
                ),
                code="registry.mapping",
            )


def _known_fields(language: int, *, grids: bool = False) -> str:
    if grids:
        named = [(f"{GRIDS}.{name}", words[language]) for name, words in GRID_LABELS.items()]
    else:
        fields = [field for name, field in BY_NAME.items() if name in FIELDS_OF[TRAINING] | FIELDS_OF[CAMPUS]]
        named = [(field.name, (field.zh, field.en)[language]) for field in fields]
    mark = ("{0}（{1}）", "{0} ({1})")[language]
    return ("、", ", ")[language].join(mark.format(*one) for one in named)


def save_mapping(path: Path, mapping: Mapping[str, str]) -> None:
    """Keep a mapping as a JSON file, whole or not at all.

    Raises:
        BadInput: the mapping is not one.
    """
    check_mapping(mapping)
    beside = path.with_name(path.name + ".new")
    text = json.dumps({"mapping": dict(mapping), "version": 1}, ensure_ascii=False, indent=2, sort_keys=True)
    beside.write_text(text + "\n", encoding="utf-8")
    os.replace(beside, path)  # noqa: PTH105 - replaces on Windows too


def load_mapping(path: Path) -> dict[str, str]:
    """Read a mapping that `save_mapping` kept.

    Raises:
        NotFound: no such file.
        BadInput: not such a file, or it names unknown fields.
    """
    try:
        kept: Any = json.loads(path.read_text(encoding="utf-8"))
        mapping = kept["mapping"]
        plain = kept["version"] == 1 and all(isinstance(text, str) for text in mapping.values())
    except FileNotFoundError as error:
        raise NotFound(
            "没有这个列对应文件", "there is no such file of a mapping", code="registry.no_mapping"
        ) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _not_a_mapping() from error
    if not plain:
        raise _not_a_mapping()
    check_mapping(mapping)
    return dict(mapping)


def _not_a_mapping() -> BadInput:
    return BadInput("这不是列对应文件", "this is not a file of a mapping", code="registry.mapping")
