"""整改流程: the states of an item of rectification and the table of what leads from one to the next.

The one table from which decisions, the list, the guide and its drawing are made. Rows follow the county's practice; where an
article binds, the row names it. What a county may set (deadlines, who approves) is a parameter.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from inspector.domain.checklist import Words

DRAFT, OPEN, ON_SPOT, NOTICED, RECTIFYING = "draft", "open", "on_spot", "noticed", "rectifying"
EXTENSION, SUBMITTED, REVIEW, PASSED, FAILED = "extension", "submitted", "review", "passed", "failed"
CLOSED, LOOK_BACK, ARCHIVED, RELAPSED = "closed", "look_back", "archived", "relapsed"
ESCALATED, TRANSFERRED, CASED, MERGED, VOIDED = "escalated", "transferred", "cased", "merged", "voided"
OVERDUE = "overdue"

STATES: dict[str, Words] = {
    DRAFT: Words("草稿", "draft"),
    OPEN: Words("已登记", "open"),
    ON_SPOT: Words("立行立改", "on the spot"),
    NOTICED: Words("已通知", "noticed"),
    RECTIFYING: Words("整改中", "rectifying"),
    EXTENSION: Words("延期待批", "extension asked"),
    SUBMITTED: Words("已报送", "submitted"),
    REVIEW: Words("复查中", "in review"),
    PASSED: Words("复查通过", "passed"),
    FAILED: Words("复查不过", "failed"),
    CLOSED: Words("已销号", "closed"),
    LOOK_BACK: Words("待回头看", "look-back due"),
    ARCHIVED: Words("归档", "archived"),
    RELAPSED: Words("反弹", "relapsed"),
    ESCALATED: Words("已升级", "escalated"),
    TRANSFERRED: Words("已移送", "transferred"),
    CASED: Words("已立案", "case opened"),
    MERGED: Words("并案", "merged"),
    VOIDED: Words("撤销", "voided"),
}
"""Overdue (逾期) is none of them: it is a mark on a running deadline."""

FINAL = frozenset({ARCHIVED, RELAPSED, TRANSFERRED, CASED, MERGED, VOIDED})
SETTLED = FINAL | {CLOSED}
"""What the list of open work leaves out."""
RUNNING = frozenset({NOTICED, RECTIFYING, EXTENSION})
PROPOSED = frozenset({DRAFT, OPEN, ON_SPOT})
"""States whose deadline is only proposed: no paper was served."""
"""Where the deadline runs."""
DUE = RUNNING | {ESCALATED}
"""Where a deadline that passed is not met: what was escalated for it is overdue until it is put right."""
UNFINISHED = tuple(code for code in STATES if code not in FINAL)

DUTIES: dict[str, Words] = {
    "lead": Words("专班组长", "team lead"),
    "section": Words("科室负责人", "head of section"),
    "deputy": Words("分管负责人", "deputy head"),
    "head": Words("主要负责人", "head of authority"),
}
"""Who approves, from the lowest up: a higher duty may do what a lower one may, but two steps need two people."""

LOWEST: Mapping[str, str] = {"open_case": "deputy"}
"""The lowest duty that a county may name for an action, where there is one."""

SYSTEM, OFFICER, HANDLER, OTHER = "system", "officer", "handler", "other_officer"
"""Who may do something besides a duty. `HANDLER`: the officer in charge (承办人) or another officer of the inspection;
`OTHER`: an officer who is not in charge and did not write down what the unit handed in."""
WHO: dict[str, Words] = {
    SYSTEM: Words("系统", "the day"),
    OFFICER: Words("执法人员", "an officer"),
    HANDLER: Words("承办人", "the officer in charge"),
    OTHER: Words("承办人以外的执法人员", "another officer than the one in charge"),
    **DUTIES,
}


@dataclass(frozen=True, slots=True)
class Transition:
    """A row of the table.

    Attributes:
        sources: states from which it is allowed.
        to: the state that it leads to; "" keeps the state.
        who: one of SYSTEM, OFFICER, HANDLER, OTHER, or a duty.
        parameter: the county parameter that names the duty, where the county decides.
        needs: what has to come along: "note", "photo" (one of this step), "evidence" (a photo or a note), "signer",
            "until", "on", "paper" (served), "department", "item".
        checks: preconditions beside that, by the names of `rectifying.CHECKS`.
        done_by: how it happens where nobody does it through the list: by answering, by concluding, by the day, or with
            what is recorded of the paper that set the deadline.
        when: in words, when that is.
        basis: where the rule comes from; 建议值 is practice that a county may change.
    """

    code: str
    words: Words
    sources: tuple[str, ...]
    to: str
    who: str
    parameter: str = ""
    needs: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    done_by: str = ""
    when: Words | None = None
    basis: str = "建议值"

    @property
    def by_hand(self) -> bool:
        """Whether somebody does it to an item of the list."""
        return not self.done_by

    @property
    def is_step(self) -> bool:
        """Whether an entry of the item records it."""
        return self.done_by in ("", "paper")


TABLE: tuple[Transition, ...] = (
    Transition("record", Words("登记草稿", "record"), (), DRAFT, OFFICER, done_by="answer",
               when=Words("检查表上的违规答案", "a violating answer"),
               basis="国办发〔2024〕54号：网格员只报线索"),
    Transition("open", Words("成立问题", "open"), (DRAFT,), OPEN, OFFICER, done_by="conclude",
               when=Words("现场笔录由两名执法人员办结；网格员的线索除外",
                          "two officers conclude the on-site record; leads of grid workers excepted"),
               basis="行政处罚法第四十二条、第五十五条"),
    Transition("correct", Words("当场改正", "correct on the spot"), (OPEN,), ON_SPOT, OFFICER,
               needs=("photo", "signer"), checks=("same_day",)),
    Transition("notify", Words("送达文书", "serve a paper"), (OPEN,), NOTICED, OFFICER, needs=("paper",),
               basis="行政处罚法第六十一条"),
    Transition("begin", Words("开始整改", "begin"), (NOTICED,), RECTIFYING, SYSTEM, done_by="day",
               when=Words("送达当日", "on the day of service")),
    Transition("redate", Words("更正送达", "correct the service"), (RECTIFYING, EXTENSION), "", OFFICER,
               needs=("paper",), checks=("same_paper",), done_by="paper",
               when=Words("更正文书的送达记录", "when the service of the paper is corrected")),
    Transition("recall", Words("撤回文书", "recall the paper"), (NOTICED, RECTIFYING, EXTENSION), OPEN, "lead",
               needs=("paper",), checks=("same_paper",), done_by="paper",
               when=Words("作废已送达的文书", "when the paper is voided though it was served")),
    Transition("ask_extension", Words("申请延期", "ask for more time"), (RECTIFYING,), EXTENSION, OFFICER,
               needs=("note", "until"), checks=("before_due", "first_extension", "later_until")),
    Transition("grant_extension", Words("批准延期", "grant more time"), (EXTENSION,), RECTIFYING, "deputy",
               parameter="approves_extension", checks=("later_until",)),
    Transition("refuse_extension", Words("不予延期", "refuse more time"), (EXTENSION,), RECTIFYING, "deputy",
               parameter="approves_extension", needs=("note",)),
    Transition("submit", Words("报送整改材料", "submit evidence"), (RECTIFYING,), SUBMITTED, OFFICER,
               needs=("evidence",)),
    Transition("expire", Words("逾期", "fall overdue"), (RECTIFYING, EXTENSION), "", SYSTEM, done_by="day",
               when=Words("期限届满的次日零时起", "from 00:00 of the day after the last day")),
    Transition("escalate", Words("升级督办", "escalate"), (RECTIFYING, FAILED), ESCALATED, "lead",
               parameter="approves_escalation", needs=("note",), checks=("overdue_or_failed",)),
    Transition("plan_review", Words("安排复查", "plan the review"), (SUBMITTED, RECTIFYING, ESCALATED), REVIEW, HANDLER,
               needs=("on",), checks=("submitted_or_overdue",)),
    Transition("pass", Words("复查通过", "pass the review"), (REVIEW,), PASSED, OTHER, needs=("photo", "note")),
    Transition("fail", Words("复查不过", "fail the review"), (REVIEW,), FAILED, OTHER, needs=("photo", "note")),
    Transition("notify_again", Words("再次限期", "set another deadline"), (FAILED, ESCALATED), NOTICED, HANDLER,
               needs=("paper",), checks=("rounds_left",)),
    Transition("endorse", Words("审核销号", "endorse the closing"), (PASSED, ON_SPOT), "", "section",
               parameter="endorses_closing", checks=("not_recorder", "not_endorsed", "opinion")),
    Transition("close", Words("批准销号", "close"), (PASSED, ON_SPOT), CLOSED, "deputy", parameter="approves_closing",
               checks=("not_recorder", "endorsed", "other_than_endorser")),
    Transition("look_back", Words("列入回头看", "plan a look-back"), (CLOSED,), LOOK_BACK, "lead",
               checks=("look_back_time",)),
    Transition("keep", Words("回头看正常", "look-back in order"), (LOOK_BACK,), ARCHIVED, OFFICER, needs=("note",)),
    Transition("relapse", Words("回头看反弹", "relapsed"), (LOOK_BACK,), RELAPSED, OFFICER, needs=("item",),
               checks=("same_site", "later_finding"), basis="教育部令第53号：两年内再犯从重"),
    Transition("transfer", Words("移送", "transfer"), UNFINISHED, TRANSFERRED, "lead", parameter="approves_transfer",
               needs=("note", "department"),
               basis="行政执法机关移送涉嫌犯罪案件的规定"),
    Transition("open_case", Words("立案", "open a case"), UNFINISHED, CASED, "head", parameter="approves_case",
               needs=("note",), checks=("school_case",), basis="行政处罚法第六十条"),
    Transition("void", Words("撤销", "void"), (DRAFT, OPEN, NOTICED, RECTIFYING), VOIDED, "lead", needs=("note",),
               checks=("reason_long",)),
    Transition("merge", Words("并案", "merge"), UNFINISHED, MERGED, HANDLER, needs=("item",),
               checks=("same_site", "no_circle")),
    Transition("send_back", Words("退回", "send back"), (SUBMITTED, PASSED, ON_SPOT), "back", "lead",
               needs=("note",)),
)  # fmt: skip

ACTIONS: Mapping[str, Transition] = {row.code: row for row in TABLE}
NOTIFYING = ("notify", "notify_again")
"""What sets a deadline, by a paper that is served."""
SENT_BACK_TO = {SUBMITTED: RECTIFYING, PASSED: SUBMITTED, ON_SPOT: OPEN}
"""Where what is sent back goes on."""
APPROVING = frozenset(row.code for row in TABLE if row.who in DUTIES)
"""What takes a duty. On laptops that have joined a centre, only those of leads and supervisors."""


def target(row: Transition, source: str) -> str:
    """The state that a transition leads to from a state."""
    if row.to == "back":
        return SENT_BACK_TO[source]
    return row.to or source


def within_reach(action: str, state: str) -> bool:
    """Whether a step without any approval may say that it leads to a state.

    Of an action that only a newer program knows it may not be a state to which here an approval leads.
    """
    row = ACTIONS.get(action)
    if row is None or not row.by_hand:
        return state not in _APPROVED
    return row.who not in DUTIES and any(target(row, source) == state for source in row.sources)


_APPROVED = frozenset(row.to for row in TABLE if row.who in DUTIES) | FINAL


def rank(duty: str) -> int:
    """How high a duty is; 0 for none."""
    return list(DUTIES).index(duty) + 1 if duty in DUTIES else 0


def duty_of(words: str) -> str:
    """The duty that a county parameter names, by its code or by its word; empty where it names none."""
    wanted = words.strip()
    return next((code for code, name in DUTIES.items() if wanted in (code, name.zh, name.en)), "")
