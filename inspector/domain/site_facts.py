"""The facts of a site (培训场所 or 校园): which there are, who a site is, and where it stands between 证 and 照.

A site's facts are one flat JSON object; a fact that nobody knows is absent. Reading them from an office's file is
`registry`'s work; what follows from them is here.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from inspector.domain import credit_code
from inspector.domain.ids import derived_id

TRAINING = "training"
CAMPUS = "campus"
KINDS = (TRAINING, CAMPUS)
LONG_TERM = "long-term"
"""The value of `permit_until` for a permit without an end (长期)."""

ValueType = Literal["text", "date", "count", "bool", "choice"]
_BOTH = KINDS


@dataclass(frozen=True, slots=True)
class Field:
    """One fact: its key, its labels, the kinds of site that have it.

    Attributes:
        type: "text"; "date" ("YYYY-MM-DD" or "long-term"); "count" (a whole number); "bool"; "choice" (one of `choices`).
        personal: says something about a person, so it is left out of what leaves the county without need (PIPL art. 6).
    """

    name: str
    zh: str
    en: str
    kinds: tuple[str, ...] = _BOTH
    type: ValueType = "text"
    personal: bool = False
    choices: tuple[str, ...] = ()


_ONLY_TRAINING = (TRAINING,)
_ONLY_CAMPUS = (CAMPUS,)

FIELDS: tuple[Field, ...] = (
    Field("kind", "场所种类", "kind of site", type="choice", choices=KINDS),
    Field("name", "名称", "name"),
    Field("credit_code", "统一社会信用代码", "unified social credit code"),
    Field("grid_name", "所属网格", "grid"),
    Field("address", "实际地址", "actual address"),
    Field("principal", "负责人", "person in charge", personal=True),
    Field("phone", "联系电话", "telephone", personal=True),
    Field("students", "学员（学生）数", "students", type="count"),
    Field("students_estimated", "人数为估计", "number of students is an estimate", type="bool"),
    Field("category", "类别", "category", _ONLY_TRAINING),
    Field(
        "category_class",
        "类别归类",
        "class of category",
        _ONLY_TRAINING,
        "choice",
        choices=("subject", "non_subject", "daycare", "unknown"),
    ),
    Field("subjects", "培训项目", "subjects taught", _ONLY_TRAINING),
    Field("permit_number", "办学许可证号", "permit number", _ONLY_TRAINING),
    Field(
        "permit_state",
        "许可证状况",
        "state of the permit",
        _ONLY_TRAINING,
        "choice",
        choices=("held", "none", "pending", "unclear"),
    ),
    Field("permit_until", "许可证有效期至", "permit valid until", _ONLY_TRAINING, "date"),
    Field(
        "registration_state",
        "登记状况",
        "state of the registration",
        _ONLY_TRAINING,
        "choice",
        choices=("business", "civil", "both", "none", "unclear"),
    ),
    Field("registered_address", "登记地址", "registered address", _ONLY_TRAINING),
    Field("stage", "学段", "school stage", _ONLY_CAMPUS),
    Field("staff", "教职工数", "staff", type="count"),
    Field("classes", "班级数", "classes", _ONLY_CAMPUS, "count"),
    Field("boarding", "是否寄宿", "boarding", _ONLY_CAMPUS, "bool"),
    Field("responsible_inspector", "责任督学", "responsible inspector", _ONLY_CAMPUS, personal=True),
    Field(
        "status",
        "状态",
        "status",
        type="choice",
        choices=("open", "closed", "transformed", "unclear"),
    ),
    Field("remark", "备注", "remark"),
    Field("source_place", "来源", "source"),
)
BY_NAME: Mapping[str, Field] = {field.name: field for field in FIELDS}


@dataclass(frozen=True, slots=True)
class Flag:
    """Something about a site that an officer should know: a stable code and a sentence in both languages."""

    code: str
    zh: str
    en: str


class QuadrantCode(StrEnum):
    """The four classes of 证照, and unclear."""

    LICENSED_REGISTERED = "licensed_registered"
    LICENSED_UNREGISTERED = "licensed_unregistered"
    UNLICENSED_REGISTERED = "unlicensed_registered"
    NEITHER = "neither"
    UNCLEAR = "unclear"


QUADRANT_LABELS: Mapping[QuadrantCode, tuple[str, str]] = {
    QuadrantCode.LICENSED_REGISTERED: ("有证有照", "licensed, registered"),
    QuadrantCode.LICENSED_UNREGISTERED: ("有证无照", "licensed, unregistered"),
    QuadrantCode.UNLICENSED_REGISTERED: ("无证有照", "registered, unlicensed"),
    QuadrantCode.NEITHER: ("无证无照", "neither licensed nor registered"),
    QuadrantCode.UNCLEAR: ("证照不明", "unclear"),
}


@dataclass(frozen=True, slots=True)
class Quadrant:
    """Where a site stands between 证 and 照, with the reason and what keeps it unclear."""

    code: QuadrantCode
    zh: str
    en: str
    flags: tuple[Flag, ...] = ()


def quadrant(facts: Mapping[str, Any], today: str = "") -> Quadrant:
    """Derive 有证有照 / 有证无照 / 无证有照 / 无证无照 from what is recorded; what is not plain stays unclear.

    证 is the permit, 照 the business licence or the civil registration (glossary of 双减 practice). A permit being
    applied for (正在办理) is not held, but the office has not written that there is none either: unclear. A permit
    whose end lies before `today` ("YYYY-MM-DD"; without it no expiry is judged) is unclear too, as only a visit
    tells whether it was renewed. Each of these sites carries a flag, so that it is asked about, not sorted away.
    """
    flags = [*_permit_flags(facts, today), *_registration_flags(facts)]
    permit, registration = facts.get("permit_state"), facts.get("registration_state")
    licensed = None if flags and _blocks(flags, "permit") else {"held": True, "none": False}.get(str(permit))
    registered = {"business": True, "civil": True, "both": True, "none": False}.get(str(registration))
    if licensed is None or registered is None:
        return Quadrant(
            QuadrantCode.UNCLEAR,
            "；".join(flag.zh for flag in flags),
            "; ".join(flag.en for flag in flags),
            tuple(flags),
        )
    code = {
        (True, True): QuadrantCode.LICENSED_REGISTERED,
        (True, False): QuadrantCode.LICENSED_UNREGISTERED,
        (False, True): QuadrantCode.UNLICENSED_REGISTERED,
        (False, False): QuadrantCode.NEITHER,
    }[licensed, registered]
    zh_permit, en_permit = ("有办学许可证", "a permit") if licensed else ("无办学许可证", "no permit")
    zh_registration, en_registration = _REGISTRATION_WORDS[str(registration)]
    return Quadrant(code, f"{zh_permit}，{zh_registration}", f"{en_permit}, {en_registration}", tuple(flags))


_REGISTRATION_WORDS = {
    "business": ("有营业执照（市监）", "a business licence"),
    "civil": ("有民非登记（民政）", "a civil registration"),
    "both": ("营业执照和民非登记都有", "a business licence and a civil registration"),
    "none": ("无登记", "no registration"),
}


def _blocks(flags: list[Flag], side: str) -> bool:
    return any(flag.code.startswith(side + "_") for flag in flags)


def _permit_flags(facts: Mapping[str, Any], today: str) -> list[Flag]:
    state, until = facts.get("permit_state"), facts.get("permit_until")
    if state == "pending":
        return [
            Flag("permit_pending", "许可证正在办理，尚未取得", "the permit is being applied for, not held")
        ]
    if state == "held":
        if today and until and until != LONG_TERM and str(until) < today:
            return [
                Flag("permit_expired", f"许可证已于{until}到期，续办与否待核", f"the permit ended on {until}")
            ]
        return []
    if state == "none" and not until:
        return []
    if state == "none":
        return [
            Flag(
                "permit_contradiction",
                "写明无许可证，却填了有效期",
                "recorded as without a permit, yet with an end date of one",
            )
        ]
    return [Flag("permit_unclear", "是否有许可证没有写明", "whether there is a permit is not recorded")]


def _registration_flags(facts: Mapping[str, Any]) -> list[Flag]:
    if facts.get("registration_state") in {"business", "civil", "both", "none"}:
        return []
    return [
        Flag(
            "registration_unclear",
            "是否有营业执照或民非登记没有写明",
            "whether it is registered is not recorded",
        )
    ]


def standing_flags(facts: Mapping[str, Any], today: str = "") -> tuple[Flag, ...]:
    """What an officer should know before the door, from the recorded facts alone. A campus has none of 证照's."""
    flags: list[Flag] = []
    code = credit_code.check(str(facts.get("credit_code", "")))
    if code.state in {"bad_check", "bad_form"}:
        flags.append(_code_flag(code))
    if facts.get("kind") != TRAINING:
        return tuple(flags)
    flags.extend(quadrant(facts, today).flags)
    registered, actual = facts.get("registered_address"), facts.get("address")
    if registered and actual and normal_address(registered) != normal_address(actual):
        flags.append(
            Flag(
                "address_differs",
                "登记地址与实际地址不一致",
                "registered and actual address differ",
            )
        )
    if code.usable and _code_contradicts(code.value, str(facts.get("registration_state"))):
        flags.append(
            Flag(
                "credit_code_registrar",
                "信用代码的登记部门与所填证照不符（5开头为民政，9开头为市监）",
                "the registrar in the credit code (5 civil affairs, 9 market regulation) is not that of the registration",
            )
        )
    return tuple(flags)


def _code_flag(code: credit_code.CreditCode) -> Flag:
    if code.old_number:
        return Flag(
            "credit_code_old",
            "是15位旧注册号，不是统一社会信用代码",
            "a 15-digit registration number of before 2015",
        )
    if code.state == "bad_check":
        return Flag(
            "credit_code_bad_check", "信用代码校验位不符", "the credit code fails its check character"
        )
    return Flag("credit_code_bad_form", "信用代码不是18位规定格式", "the credit code has not the form of one")


def _code_contradicts(code: str, registration: str) -> bool:
    """GB 32100-2015, table 2: the first character is the registering department (5 民政, 9 工商 = 市监)."""
    return (registration == "business" and code[0] == "5") or (registration == "civil" and code[0] == "9")


def site_id(facts: Mapping[str, Any]) -> str:
    """The id of a site, the same on every laptop that reads the same site.

    From the credit code where it is valid, else from kind, name and address (spaces, width, case and punctuation
    left aside).

    Raises:
        KeyError: `kind` is absent.
    """
    code = credit_code.check(str(facts.get("credit_code", "")))
    if code.usable:
        return derived_id("s", "code", code.value)
    name, address = normal_name(facts.get("name", "")), normal_address(facts.get("address", ""))
    return derived_id("s", "place", facts["kind"], name, address)


_DASHES = re.compile(r"[-‐‑‒–—―−_~]+")


def normal_name(text: str) -> str:
    """A name as it is compared: without width, case, spaces and punctuation."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def normal_address(text: str) -> str:
    """An address as it is compared. Dashes between numbers count: 1-12号 is not 11-2号."""
    folded = _DASHES.sub("-", unicodedata.normalize("NFKC", text).casefold())
    return "".join(character for character in folded if character.isalnum() or character == "-").strip("-")


_SUBJECT_WORDS = (
    *("学科类", "语文", "数学", "外语", "英语", "日语", "俄语", "物理", "化学", "生物", "历史", "地理"),
    *("道德与法治", "文化课"),
)
_NON_SUBJECT_WORDS = (
    *("非学科", "体育", "艺术", "美术", "音乐", "舞蹈", "书法", "科技", "科创", "编程", "机器人"),
    *("综合实践", "综合素质", "素质类", "劳动"),
)
_DAYCARE_WORDS = ("托管", "小饭桌", "午托", "晚托", "日托")


def category_class(category: str) -> str:
    """Sort what the office calls a site's category: "subject" | "non_subject" | "daycare" | "unknown".

    By the subjects of 教监管厅函〔2021〕3号. Words of two classes in one cell, or of none, are "unknown": what is really
    taught is seen on site.
    """
    text = normal_name(category)
    rest = text.replace("非学科类", "").replace("非学科", "")
    found = {
        "subject": any(word in rest for word in _SUBJECT_WORDS) or rest == "学科",
        "non_subject": rest != text or any(word in rest for word in _NON_SUBJECT_WORDS),
        "daycare": any(word in rest for word in _DAYCARE_WORDS),
    }
    classes = [name for name, present in found.items() if present]
    return classes[0] if len(classes) == 1 else "unknown"
