"""What the screen of one item says: its head, its steps, what can be done and why not."""

from collections.abc import Iterator

from inspector.domain.checklist import SEVERITIES
from inspector.domain.lifecycle import ACTIONS, STATES
from inspector.domain.rectification import PHASES, PRIORITIES, Step
from inspector.domain.rectification_guard import NEED_WORDS
from inspector.domain.when import local_time
from inspector.language import tr
from inspector.services.boards import state_words
from inspector.services.item_sheets import ItemSheet
from inspector.services.rectification import Choice
from inspector.widgets.lines import Row

BEFORE = ("整改前", "before")
_IRREGULAR = {
    "unknown_action": ("这个程序不认识的处理", "an action that this program does not know"),
    "unknown_state": ("这个程序不认识的状态", "a state that this program does not know"),
    "not_from_there": ("不该从那个状态做", "not to be done from that state"),
    "not_to_there": ("不该到那个状态", "does not lead to that state"),
    "closed_by_recorder": ("登记人自己审批了销号", "its closing was approved by who registered it"),
    "not_two_steps": ("销号没有经两人两级", "closed without two steps by two people"),
    "withdrawn": ("问题已撤下", "the finding was withdrawn"),
}


def head_words(found: ItemSheet) -> list[str]:
    """Five lines: place, question, reason, where it stands, photos and what was before."""
    item = found.item
    finding = item.finding
    gap = tr("　", "  ")
    question = tr(finding.question, finding.question_en or finding.question)
    reason = tr(finding.reason, finding.reason_en or finding.reason)
    return [
        gap.join([found.site.name, str(SEVERITIES.get(finding.severity, finding.severity)), item.id]),
        f"{finding.item} {question}",
        tr("认定：", "Found: ") + reason,
        gap.join(standing_words(found)),
        gap.join([photo_words(found), before_words(found)]),
    ]  # fmt: skip


def standing_words(found: ItemSheet) -> Iterator[str]:
    """State, deadline, who is in charge, priority, rounds, what is out of order."""
    item = found.item
    state = tr("待裁定", "in conflict") if item.rivals else str(STATES[found.state])
    if item.overdue(found.today):
        state += tr("（逾期）", " (overdue)")
    yield state
    if item.due:
        proposed = not item.noticed_by
        note = (
            tr("（拟）", " (proposed)")
            if proposed
            else tr("（预估）", " (estimated)")
            if item.due_estimated
            else ""
        )
        yield tr(f"期限 {item.due}{note}", f"due {item.due}{note}")
    handler = found.names.get(item.handler, item.handler) or "-"
    yield tr(f"承办 {handler}", f"in charge: {handler}")
    if item.priority:
        yield tr(*PRIORITIES.get(item.priority, ("", "")))
    if item.rounds:
        yield tr(f"再次限期 {item.rounds} 次", f"another deadline: {item.rounds}")
    if item.endorsed_by:
        who = found.names.get(item.endorsed_by, item.endorsed_by)
        yield tr(f"{who}已审核", f"endorsed by {who}")
    if item.late():
        yield tr("报送晚了", "handed in late")
    for code in item.irregular:
        yield tr("【异常】", "[odd] ") + tr(*_IRREGULAR.get(code, (code, code)))


def phase_words(phase: str) -> str:
    """What a photo of a phase shows."""
    return tr(*PHASES.get(phase, BEFORE))


def photo_words(found: ItemSheet) -> str:
    """How many photos of each phase."""
    parts = [
        f"{phase_words(phase)} {len(found.of_phase(phase))}"
        for phase in ("before", *PHASES)
        if phase == "before" or found.of_phase(phase)
    ]
    return tr("照片：", "Photos: ") + tr("，", ", ").join(parts)


def before_words(found: ItemSheet) -> str:
    """What was found of the same before."""
    if found.item.relapse_of:
        return tr(f"反弹自 {found.item.relapse_of}", f"relapse of {found.item.relapse_of}")
    if found.earlier:
        return tr(f"以前有过 {len(found.earlier)} 次", f"found {len(found.earlier)} time(s) before")
    return ""


# -- rows ----------------------------------------------------------------------------------------------------------


def item_rows(found: ItemSheet) -> list[Row]:
    """What contradicts, what can be done, what was done, what was before."""
    rows: list[Row] = []
    if found.item.rivals:
        rows.append(
            _section(
                tr(
                    "两步相互矛盾：组长选一步为准（回车裁定）",
                    "Two steps contradict: a lead settles it (Enter)",
                )
            )
        )
        rows += [_step_row(f"rival:{step.ref}", step, found, "alert") for step in found.item.rivals]
    elif found.choices:
        rows.append(_section(tr("可做的处理", "What can be done")))
        rows += [_choice_row(choice) for choice in found.choices]
    rows.append(_section(tr("经过", "What was done")))
    first = found.item.finding.recorded.wall
    people = tr("、", ", ").join(found.names.get(name, name) for name in found.item.opening.officers)
    rows.append(Row("found", (_day(first), tr("发现", "found"), people)))
    rows += [_step_row(f"step:{step.ref}", step, found, "") for step in found.item.path]
    if found.earlier:
        rows.append(
            _section(
                tr("同一点位同一检查项以前的问题（回车打开）", "The same question here before (Enter opens)")
            )
        )
        rows += [
            Row(f"item:{row.id}", (_day(row.found), state_words(row), f"{row.id} {row.closed}")) for row in found.earlier
        ]  # fmt: skip
    return rows


def last_step_key(found: ItemSheet) -> str:
    """The row of the latest step: nothing happens there when a key is pressed too many."""
    return f"step:{found.item.path[-1].ref}" if found.item.path else "found"


def _section(words: str) -> Row:
    return Row("", (words,), "section", selectable=False)


def _day(wall: int) -> str:
    return local_time(wall).strftime("%m-%d %H:%M")


def _choice_row(choice: Choice) -> Row:
    mark = tr("可做", "open") if choice.people else tr("不能", "not now")
    return Row(
        f"do:{choice.row.code}",
        (mark, str(choice.row.words), choice_words(choice)),
        "" if choice.people else "dim",
    )


def choice_words(choice: Choice) -> str:
    """Who may and what it needs; or every reason why not."""
    if not choice.people:
        return tr("", " ").join(tr(one.zh, one.en) for one in choice.reasons)
    if "paper" in choice.needs:
        return tr(
            "回车或 F7 到文书：签发、送达后自动记下。", "Enter or F7: papers; recorded once one is served."
        )
    people = tr("、", ", ").join(person.name for person in choice.people[:4])
    if len(choice.people) > 4:
        people += tr(f"等{len(choice.people)}人", f" and {len(choice.people) - 4} more")
    needs = tr("，", ", ").join(tr(*NEED_WORDS[name]) for name in choice.needs)
    return tr("可由", "by ") + people + (tr("；", "; ") + needs if needs else "")


def _step_row(key: str, step: Step, found: ItemSheet, kind: str) -> Row:
    return Row(
        key,
        (_day(step.time.wall), action_words(step), step_words(step, found)),
        "alert" if step.irregular else kind,
    )


def action_words(step: Step) -> str:
    """What was done."""
    if step.action == "settle":
        return tr("裁定", "settle")
    return str(ACTIONS[step.action].words) if step.action in ACTIONS else step.action


def step_words(step: Step, found: ItemSheet) -> str:
    """Who did it, where it led, and what came along."""
    data = step.data
    labels = {
        "paper": tr("文书 ", "paper "), "on": tr("日期 ", "on "), "until": tr("至 ", "until "),
        "signer": tr("签字 ", "signed by "), "department": tr("移送 ", "to "), "item": tr("问题 ", "item "),
        "settled": tr("裁定理由：", "settled: "),
    }  # fmt: skip
    parts = [found.names.get(step.actor, step.actor) or "-"]
    if step.after != step.before:
        parts.append(tr("→ ", "-> ") + str(STATES.get(step.after, step.after)))
    if data.get("note"):
        parts.append(str(data["note"]))
    data = {**data, "paper": found.papers.get(str(data.get("paper", "")), data.get("paper"))}
    parts += [label + str(data[name]) for name, label in labels.items() if data.get(name)]
    if data.get("photos"):
        parts.append(tr(f"照片 {len(data['photos'])} 张", f"{len(data['photos'])} photos"))
    if data.get("late"):
        parts.append(tr("逾期报送", "handed in late"))
    if step.irregular:
        parts.append(
            tr("【异常】", "[odd] ") + tr(*_IRREGULAR.get(step.irregular, (step.irregular, step.irregular)))
        )
    return tr("　", "  ").join(parts)
