"""The page of rectification: its table and its drawings, and what each precondition says where it does not hold."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inspector.domain.lifecycle import Transition

_BY_ITSELF = {
    "answer": ("检查表作答", "by an answer"),
    "conclude": ("办结检查", "by the conclusion"),
    "day": ("到日子自动", "by the day"),
    "paper": ("文书的记录", "with the paper"),
}
_ANY = ("任何未终结的状态", "any that is not final")


def transitions() -> str:
    """The table: from, to, action, who, needs, preconditions, when, basis."""
    from inspector.domain.lifecycle import TABLE

    lines = [
        "| 动作 action | 从 from | 到 to | 谁 who | 要有 needs | 不能做的情形 refused where | 依据 basis |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in TABLE:
        cells = (
            f"{row.words.zh} `{row.code}`", _sources(row), _target(row), _who(row), _needs(row), _checks(row), row.basis,
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def states() -> str:
    """What each state is called, and whether it is final."""
    from inspector.domain.lifecycle import FINAL, RUNNING, SETTLED, STATES

    lines = ["| 状态 state | 代码 code | 说明 |", "|---|---|---|"]
    for code, words in STATES.items():
        notes = []
        if code in FINAL:
            notes.append("终结 final")
        elif code in SETTLED:
            notes.append("不在未销号清单里 not on the list of open work")
        if code in RUNNING:
            notes.append("期限在走 its deadline runs")
        lines.append(f"| {words.zh} {words.en} | `{code}` | {'；'.join(notes)} |")
    return "\n".join(lines) + "\n"


def drawing() -> str:
    """The states as a diagram, and the same as plain text."""
    from inspector.domain.lifecycle import FINAL, STATES, TABLE, UNFINISHED

    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'  state "{words.zh}" as {code}' for code, words in STATES.items()]
    lines.append("  [*] --> draft")
    anywhere = []
    for row in TABLE:
        if row.sources == UNFINISHED:
            anywhere.append(f"{row.words.zh} → {STATES[row.to].zh}")
            continue
        lines += [
            f"  {source} --> {target}: {row.words.zh}" for source, target in _arrows(row) if source != target
        ]
    lines += [f"  {code} --> [*]" for code in STATES if code in FINAL]
    lines += ["```", "", "```text"]
    for code, words in STATES.items():
        ways = [
            f"{row.words.zh} → {STATES[target].zh}"
            for row in TABLE
            if row.sources != UNFINISHED
            for source, target in _arrows(row)
            if source == code and target != code
        ]
        lines.append(f"{words.zh}{'  （终结）' if code in FINAL else ''}")
        lines += [f"  └ {way}" for way in ways]
    lines += ["任何未终结的状态", *(f"  └ {way}" for way in anywhere), "```"]
    return "\n".join(lines) + "\n"


def refusals() -> Iterator[tuple[str, str, str]]:
    """(code, zh, en) of what is said where a precondition does not hold or something is missing."""
    from inspector.domain.rectification_guard import CHECKS, NEED_WORDS

    for check in CHECKS.values():
        yield f"rectify.{check.code}", check.zh, check.en
    for name, (zh, en) in NEED_WORDS.items():
        yield f"rectify.needs_{name}", f"…{zh}。", f"To …, {en}."


def _arrows(row: "Transition") -> Iterator[tuple[str, str]]:
    from inspector.domain.lifecycle import target

    for source in row.sources:
        yield source, target(row, source)


def _sources(row: "Transition") -> str:
    from inspector.domain.lifecycle import STATES, UNFINISHED

    if row.sources == UNFINISHED:
        return " ".join(_ANY)
    return "、".join(STATES[code].zh for code in row.sources) or "—"


def _target(row: "Transition") -> str:
    from inspector.domain.lifecycle import STATES

    if row.to == "back":
        return "、".join(f"{STATES[source].zh}→{STATES[to].zh}" for source, to in _arrows(row))
    return STATES[row.to].zh if row.to else "（不变 the same）"


def _who(row: "Transition") -> str:
    from inspector.domain.lifecycle import WHO

    if row.done_by:
        return " ".join(_BY_ITSELF[row.done_by])
    words = f"{WHO[row.who].zh} {WHO[row.who].en}"
    return f"{words}（县参数 `{row.parameter}`）" if row.parameter else words


def _needs(row: "Transition") -> str:
    from inspector.domain.rectification_guard import NEED_WORDS

    return "；".join(NEED_WORDS[name][0] for name in row.needs) or "—"


def _checks(row: "Transition") -> str:
    from inspector.domain.rectification_guard import CHECKS

    if row.when is not None:
        return f"时间 when：{row.when.zh}"
    return "；".join(CHECKS[name].zh.rstrip("。") for name in row.checks) or "—"
