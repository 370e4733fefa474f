"""A tip (举报线索): what somebody reported, who looks into it, and what was answered.

It is received, assigned (分办) and answered; overdue is derived from the day and never recorded. Who reported is no part
of it: entries travel to every laptop of the grid, and whoever reports is protected (保密). What a tip says is a lead and
no finding; what a grid worker reports has to be looked at by officers before it can be confirmed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from inspector.domain.calendar import Calendar, Due, add_days
from inspector.domain.checklist import Words
from inspector.domain.entries import Draft, Entry, Stamp
from inspector.domain.objections import Advisory, check_reason
from inspector.domain.registers import Registers, Setter, fold
from inspector.domain.tidy import for_matching
from inspector.errors import Refusal

CHANNELS: Mapping[str, Words] = {
    "phone": Words("电话", "phone"),
    "mailbox": Words("邮箱", "mailbox"),
    "letter": Words("来信来访", "letter or visit"),
    "grid_worker": Words("网格员", "grid worker"),
    "parent": Words("家长", "parent"),
    "upward": Words("上级交办", "from above"),
    "other": Words("其他", "other"),
}
OUTCOMES: Mapping[str, Words] = {
    "confirmed": Words("属实", "confirmed"),
    "partly": Words("部分属实", "partly confirmed"),
    "unfounded": Words("不属实", "unfounded"),
    "out_of_hands": Words("不属本部门", "for another department"),
}
STATES: Mapping[str, Words] = {
    "received": Words("待分办", "received"),
    "assigned": Words("已分办", "assigned"),
    "answered": Words("已答复", "answered"),
    "voided": Words("已作废", "voided"),
}
UPHELD = ("confirmed", "partly")

VOCABULARY: dict[str, Setter] = {
    "tip.recorded": lambda data: {"report": data},
    "tip.assigned": lambda data: {"assignment": data},
    "tip.answered": lambda data: {"answer": data},
    "tip.voided": lambda data: {"void": data["reason"]},
}


@dataclass(frozen=True, slots=True)
class Tip:
    """The state of a tip. Days are "YYYY-MM-DD", empty where there is none.

    Attributes:
        named: the person gave a name (实名); who it is stays on the laptop that recorded it.
        site: id of the site that it is about, as recorded or as found when it was assigned.
        state: of `STATES`.
        plan, department, officer: to whom it was given; `department` is a code of DEPARTMENTS or free text.
        due: last day of the answer as set when it was assigned; empty while the county's number of days counts.
        told: somebody who gave a name was told the outcome.
        items: ids of the findings that came of it.
        device: the laptop that recorded it, the only one that may know who reported.
    """

    id: str
    scope: str
    channel: str
    content: str
    received: str
    named: bool
    site: str
    address: str
    category: tuple[str, ...]
    state: str
    plan: str
    department: str
    officer: str
    due: str
    due_estimated: bool
    outcome: str
    passed_to: str
    reply: str
    answered: str
    told: bool
    items: tuple[str, ...]
    inspection: str
    void_reason: str
    recorded: Stamp
    device: str
    conflicts: tuple[str, ...]

    @property
    def lead_only(self) -> bool:
        """Whether it came from somebody who may not inspect."""
        return self.channel == "grid_worker"


def fold_tip(entries: Iterable[Entry]) -> tuple[Tip | None, Registers]:
    """A tip from its entries; None until it is recorded."""
    registers = fold(entries, VOCABULARY)
    head = registers.head("report")
    if head is None:
        return None, registers
    report = registers.value("report")
    given, answer = registers.value("assignment") or {}, registers.value("answer") or {}
    void = registers.value("void", "")
    state = "voided" if void else "answered" if answer else "assigned" if given else "received"
    found = Tip(
        id=head.aggregate,
        scope=head.scope,
        channel=report["channel"],
        content=report["content"],
        received=report["received"],
        named=report.get("named", False),
        site=given.get("site") or report.get("site", ""),
        address=report.get("address", ""),
        category=tuple(report.get("category", ())),
        state=state,
        plan=given.get("plan", ""),
        department=given.get("department", ""),
        officer=given.get("officer", ""),
        due=given.get("due", ""),
        due_estimated=given.get("due_estimated", False),
        outcome=answer.get("outcome", ""),
        passed_to=answer.get("passed_to", ""),
        reply=answer.get("text", ""),
        answered=answer.get("date", ""),
        told=answer.get("told", False),
        items=tuple(answer.get("items", ())),
        inspection=answer.get("inspection", ""),
        void_reason=void,
        recorded=head.time,
        device=head.ref.device,
        conflicts=registers.conflicts(),
    )
    return found, registers


# -- deadlines -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The last days of a tip: to decide who looks into it, to answer, and to tell whoever gave a name.

    `tell` is None while there is nothing to tell.
    """

    accept: Due
    answer: Due
    tell: Due | None


def deadlines(
    *,
    received: str,
    due: str,
    due_estimated: bool,
    named: bool,
    answered: str,
    calendar: Calendar,
    params: Mapping[str, Any],
) -> Deadlines:
    """Count the days that the county set (`tip_accept_days`, `tip_answer_days`, `tip_tell_days`, `tip_days_kind`).

    They are proposals of the program (建议值, after the practice of market regulation) until the county sets its own.
    """
    kind = str(params.get("tip_days_kind") or "working")
    begun = date.fromisoformat(received)

    def after(start: date, name: str, usual: int) -> Due:
        days = params.get(name)
        return add_days(calendar, start, days if isinstance(days, int) and days >= 0 else usual, kind)

    tell = after(date.fromisoformat(answered), "tip_tell_days", 5) if named and answered else None
    answer = Due(date.fromisoformat(due), not due_estimated) if due else after(begun, "tip_answer_days", 15)
    return Deadlines(after(begun, "tip_accept_days", 7), answer, tell)


def late(state: str, told: bool, when: Deadlines, today: date) -> str:
    """What is overdue on a day: "accept", "answer", "tell", or nothing."""
    if state == "received" and today > when.accept.date:
        return "accept"
    if state in ("received", "assigned") and today > when.answer.date:
        return "answer"
    if state == "answered" and not told and when.tell is not None and today > when.tell.date:
        return "tell"
    return ""


def next_due(state: str, told: bool, when: Deadlines) -> Due | None:
    """The last day that counts next; None where nothing is left to do."""
    if state == "received":
        return min(when.accept, when.answer, key=lambda due: due.date)
    if state == "assigned":
        return when.answer
    return when.tell if state == "answered" and not told else None


# -- protecting whoever reports --------------------------------------------------------------------------------

_PERSONAL = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|\d{17}[\dXx]|0\d{2,3}-?\d{7,8})(?!\d)")


def personal_words(content: str) -> Advisory | None:
    """A word where a content holds what looks like a number of a phone or of an identity card."""
    joined_digits = re.sub(r"(?<=\d)[\s·.-](?=\d)", "", for_matching(content))
    if not _PERSONAL.search(joined_digits):
        return None
    return Advisory(
        "tip.personal",
        "内容里像是有电话或身份证号。内容会上报并同步到同网格的电脑；举报人的姓名、电话请写在“举报人”里。",
        "The content seems to hold a phone or identity number. It travels to other laptops; who reported belongs"
        " into the lines for that.",
    )


def check_silence(texts: Iterable[str], reporter: Mapping[str, str]) -> None:
    """Refuse texts that tell who reported.

    Args:
        texts: what is about to be recorded.
        reporter: `name` and `phone`, as far as this laptop knows them.

    Raises:
        Refusal: one of them is in the texts.
    """
    said = for_matching("\n".join(texts))
    digits = re.sub(r"\D", "", said)
    name = for_matching(reporter.get("name", "")).strip()
    phone = re.sub(r"\D", "", for_matching(reporter.get("phone", "")))
    if (len(name) >= 2 and name in said) or (len(phone) >= 7 and phone in digits):
        raise Refusal(
            "文字里有举报人的姓名或电话，没有保存。", "The text tells who reported; it was not saved.",
            hint=("请删去后再保存：这些文字会上报，举报人信息只留在本机。",
                  "Leave that out: the text travels, and who reported stays on this laptop."),
            code="tip.reporter_told",
        )  # fmt: skip


# -- decisions -------------------------------------------------------------------------------------------------


def record_tip(*, tip: str, scope: str, report: Mapping[str, Any], today: date) -> list[Draft]:
    """Record a tip.

    Args:
        report: members of `tip.recorded`; empty ones are left out.

    Raises:
        Refusal: it says nothing, not where, came by an unknown channel, or on a day that is yet to come.
    """
    if report.get("channel") not in CHANNELS:
        raise Refusal(
            f"不认识的来源“{report.get('channel')}”。", f"Unknown channel {report.get('channel')!r}.",
            hint=("可用：" + "、".join(f"{code}（{words.zh}）" for code, words in CHANNELS.items()),
                  "One of: " + ", ".join(CHANNELS)),
            code="tip.channel",
        )  # fmt: skip
    if not report.get("content"):
        raise Refusal("没有写举报内容。", "The tip says nothing.", code="tip.content")
    if not (report.get("site") or report.get("address")):
        raise Refusal(
            "没有写是哪里。", "The tip does not say where.",
            hint=("写点位，或写地址、小区、楼宇（大概的也行）。", "Name the site, or an address, as far as it is known."),
            code="tip.place",
        )  # fmt: skip
    if report["received"] > today.isoformat():
        raise Refusal("收到日期在今天以后。", "It was received after today.", code="tip.received")
    kept = {name: value for name, value in report.items() if value or name == "named"}
    return [Draft("tip.recorded", tip, scope, kept)]


def _live(known: Registers, state: Tip | None, doing: tuple[str, str]) -> Tip:
    if state is None or state.state == "voided":
        raise Refusal(
            f"这条线索已作废，不能{doing[0]}。", f"This tip is voided; {doing[1]} is not possible.", code="tip.voided"
        )  # fmt: skip
    return state


def assign_tip(known: Registers, state: Tip | None, fields: Mapping[str, Any]) -> list[Draft]:
    """Give a tip to a plan, a department or an officer, or change that; none where nothing changes.

    Args:
        fields: members of `tip.assigned`; empty ones are left out.

    Raises:
        Refusal: it is voided or answered, or nobody is named.
    """
    tip = _live(known, state, ("分办", "assigning"))
    if tip.state == "answered":
        raise Refusal("这条线索已答复，不用再分办。", "This tip is answered already.", code="tip.answered")
    data = {name: value for name, value in fields.items() if value}
    if not any(data.get(name) for name in ("plan", "department", "officer")):
        raise Refusal(
            "没有写分给谁。", "Nobody is named.",
            hint=("写计划、部门或人员，至少一样。", "Name a plan, a department or an officer."), code="tip.assignee",
        )  # fmt: skip
    if known.value("assignment") == data and not known.conflict("assignment"):
        return []
    return [Draft("tip.assigned", tip.id, tip.scope, data, known.seen("assignment"))]


def answer_tip(known: Registers, state: Tip | None, fields: Mapping[str, Any], *, today: date) -> list[Draft]:
    """Answer a tip, or add to its answer (that the person was told since); none where nothing changes.

    Args:
        fields: members of `tip.answered`; what is not given stays as it was.

    Raises:
        Refusal: it is voided, there is no outcome or reply, the department it is for is not named, or what a grid
            worker reported is to be confirmed without an inspection.
    """
    tip = _live(known, state, ("答复", "answering"))
    data = {**(known.value("answer") or {}), **fields}
    outcome = data.get("outcome", "")
    if outcome not in OUTCOMES:
        raise Refusal(
            f"不认识的核查结果“{outcome}”。" if outcome else "没有写核查结果。",
            f"Unknown outcome {outcome!r}." if outcome else "There is no outcome.",
            hint=("可用：" + "、".join(f"{code}（{words.zh}）" for code, words in OUTCOMES.items()),
                  "One of: " + ", ".join(OUTCOMES)),
            code="tip.outcome",
        )  # fmt: skip
    if not data.get("text"):
        raise Refusal("没有写答复内容。", "There is no reply.", code="tip.reply")
    if outcome == "out_of_hands" and not data.get("passed_to"):
        raise Refusal("没有写转给哪个部门。", "It does not say to whom it was passed.", code="tip.passed_to")
    if data["date"] > today.isoformat() or data["date"] < tip.received:
        raise Refusal(
            "答复日期应在收到日期和今天之间。",
            "The day of the answer is between its receipt and today.",
            code="tip.date",
        )
    if tip.lead_only and outcome in UPHELD and not (data.get("inspection") or data.get("items")):
        raise Refusal(
            "网格员反映的只是线索，要由执法人员检查核实才能认定属实。",
            "What a grid worker reports is a lead; officers look at it before it is confirmed.",
            hint=("写明核实它的检查或问题编号。", "Name the inspection or the findings that confirm it."),
            code="tip.lead_only",
        )
    kept = {name: value for name, value in data.items() if value or name == "told"}
    if known.value("answer") == kept and not known.conflict("answer"):
        return []
    return [Draft("tip.answered", tip.id, tip.scope, kept, known.seen("answer"))]


def void_tip(known: Registers, state: Tip | None, reason: str) -> list[Draft]:
    """Take a tip back that was recorded by mistake or twice; none where it is voided already.

    Raises:
        Refusal: the reason is too short to say anything.
    """
    if state is None or state.state == "voided":
        return []
    check_reason(reason)
    return [Draft("tip.voided", state.id, state.scope, {"reason": reason}, known.seen("void"))]


# -- counting --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counted:
    """One tip as the figures see it."""

    state: str
    named: bool
    told: bool
    answered: str
    last: str


def figures(tips: Sequence[Counted], today: str) -> dict[str, int]:
    """举报受理、分办、办结、按期、实名告知: numbers, from which shares are made.

    `due` are those whose last day has come or that were answered; of them `on_time` were answered by that day.
    """
    standing = [tip for tip in tips if tip.state != "voided"]
    done = [tip for tip in standing if tip.state == "answered"]
    due = [tip for tip in standing if tip.state == "answered" or tip.last < today]
    return {
        "received": len(standing),
        "assigned": sum(tip.state in ("assigned", "answered") for tip in standing),
        "answered": len(done),
        "due": len(due),
        "on_time": sum(tip.state == "answered" and tip.answered <= tip.last for tip in due),
        "named_answered": sum(tip.named for tip in done),
        "named_told": sum(tip.named and tip.told for tip in done),
    }
