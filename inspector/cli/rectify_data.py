"""Items of rectification for programs and for people."""

from typing import TYPE_CHECKING, Any

from inspector.cli import output
from inspector.language import tr

if TYPE_CHECKING:
    from inspector.domain.rectification import Item, Step
    from inspector.services.forms import Forms
    from inspector.services.rectification import Choice
    from inspector.store.workspace import Store


def item_data(store: "Store", forms: "Forms", item: "Item") -> dict[str, Any]:
    """An item for programs: where it stands, its steps, its photos, what can be done."""
    from inspector.domain.lifecycle import STATES
    from inspector.domain.when import local_date
    from inspector.services import lookup, rectification
    from inspector.services.boards import names_of
    from inspector.services.look_backs import same_before
    from inspector.store import queries

    names = names_of(store)
    today = local_date(store.clock.stamp())
    state = item.state_on(today)
    site = lookup.site(store, item.finding.site)
    return {
        "id": item.id,
        "site": {"id": site.id, "name": site.name, "kind": site.kind},
        "inspection": item.finding.inspection,
        "item": item.finding.item,
        "question": item.finding.question,
        "reason": item.finding.reason,
        "measure": item.finding.measure,
        "severity": item.finding.severity,
        "state": state,
        "state_words": STATES[state].zh,
        "due": item.due,
        "due_estimated": item.due_estimated,
        "overdue": item.overdue(today),
        "late": item.late(),
        "handler": item.handler,
        "handler_name": names.get(item.handler, ""),
        "priority": item.priority,
        "rounds": item.rounds,
        "endorsed_by": item.endorsed_by,
        "relapse_of": item.relapse_of,
        "before": same_before(store, forms, item),
        "irregular": list(item.irregular),
        "conflict": [_step(step, names) for step in item.rivals],
        "steps": [_step(step, names) for step in item.path],
        "photos": [
            {"sha256": row.sha256, "name": row.name, "phase": item.photos.get(row.sha256, {}).get("phase", "before"),
             "here": row.here}
            for row in (
                *(one for one in queries.photos(store.connection, item.finding.inspection) if one.item == item.finding.item),
                *queries.photos(store.connection, item.id),
            )
        ],
        "actions": [choice_data(one) for one in rectification.choices(store, forms, item)],
    }  # fmt: skip


def _step(step: "Step", names: dict[str, str]) -> dict[str, Any]:
    from inspector.domain.lifecycle import ACTIONS

    words = ACTIONS[step.action].words.zh if step.action in ACTIONS else step.action
    return {
        "step": str(step.ref), "action": step.action, "action_words": "裁定" if step.action == "settle" else words,
        "from": step.before, "to": step.after, "actor": step.actor, "actor_name": names.get(step.actor, ""),
        "time": step.time.wall, "irregular": step.irregular,
        **{name: value for name, value in step.data.items() if name not in ("action", "to")},
    }  # fmt: skip


def choice_data(choice: "Choice") -> dict[str, Any]:
    """An action for programs."""
    return {
        "action": choice.row.code,
        "words": choice.row.words.zh,
        "words_en": choice.row.words.en,
        "people": [{"id": person.id, "name": person.name} for person in choice.people],
        "needs": list(choice.needs),
        "reasons": [one.to_data() for one in choice.reasons],
    }


def show_choice(choice: "Choice") -> None:
    """An action for people: who may, what it needs, or why not."""
    from inspector.domain.rectification_guard import NEED_WORDS

    head = f"{choice.row.code:<18}{choice.row.words}"
    needs = "，".join(tr(*NEED_WORDS[name]) for name in choice.needs)
    if choice.people:
        people = tr("、", ", ").join(person.name for person in choice.people[:6])
        output.line(f"  {head}  {tr('可由', 'by ')}{people}" + (f"  {needs}" if needs else ""))
    else:
        reasons = " ".join(tr(one.zh, one.en) for one in choice.reasons)
        output.line(f"- {head}  {reasons}")


def show_item(data: dict[str, Any]) -> None:
    """An item for people."""
    from inspector.domain.when import show_time

    output.line(f"{data['id']}  {data['site']['name']}  {data['item']}")
    output.line(f"{data['question']}  {data['reason']}")
    mark = tr("（逾期）", " (overdue)") if data["overdue"] else ""
    output.line(
        tr(
            f"状态：{data['state_words']}{mark}  期限：{data['due'] or '—'}  承办人：{data['handler_name'] or '—'}",
            f"state: {data['state']}{mark}  due: {data['due'] or '—'}  in charge: {data['handler_name'] or '—'}",
        )
    )
    for step in data["steps"]:
        note = f"  {step['note']}" if step.get("note") else ""
        output.line(
            f"  {show_time(step['time'])}  {step['action_words']}  {step['actor_name']}{note}  [{step['step']}]"
        )
    for step in data["conflict"]:
        output.line(
            tr("  相互矛盾：", "  contradicts: ")
            + f"{step['action_words']}  {step['actor_name']}  [{step['step']}]"
        )
    for one in data["actions"]:
        people = "、".join(person["name"] for person in one["people"][:6])
        reasons = " ".join(reason["message"] for reason in one["reasons"])
        output.line(f"  → {one['action']}  {one['words']}  {people or reasons}")
