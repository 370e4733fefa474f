"""The dialogs of what can be done with items: an action of the table, assigning, settling a contradiction."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from inspector.domain.lifecycle import ACTIONS, CLOSED, FINAL, Transition
from inspector.domain.office import Officer
from inspector.domain.rectification import PRIORITIES, Step
from inspector.errors import NotFound
from inspector.language import tr
from inspector.screens.act import ActScreen
from inspector.screens.board_words import due_words
from inspector.screens.form import Line, choose, numbered
from inspector.screens.kept import drafted
from inspector.screens.workplace import Workplace
from inspector.services import bulk, lookup, people, rectification
from inspector.services.boards import state_words
from inspector.services.days import coming_day
from inspector.services.rectification import Act, Done
from inspector.store import board, queries
from inspector.store.board import Filter

_PEOPLE_SHOWN, _ITEMS_SHOWN = 12, 9


@dataclass(frozen=True, slots=True)
class _Around:
    """What a dialog says besides what it asks. `others`: items that could be the other one, by id."""

    people: list[Officer]
    first: str
    about: str
    others: list[tuple[str, str]]


async def acting(place: Workplace, names: Sequence[str], action: str) -> ActScreen:
    """The dialog of an action of the table on these items."""
    row, store, forms = ACTIONS[action], place.store, place.forms
    around = await place.read(_look, place, names, row)
    today = await place.read(store.today)

    def act(values: Mapping[str, str], photos: tuple[Path, ...]) -> Act:
        return Act(
            action,
            note=values.get("note", ""),
            photos=photos,
            signer=values.get("signer", ""),
            until=coming_day(values.get("until", ""), today),
            on=coming_day(values.get("on", ""), today),
            department=values.get("department", ""),
            item=choose(values.get("item", ""), around.others),
            crime=choose(values.get("crime", ""), _yes()) == "yes",
        )

    async def do(values: Mapping[str, str], photos: tuple[Path, ...]) -> list[Done]:
        wish = act(values, photos)

        def run() -> tuple[list[Done], str]:
            person = _person(place, values, around.people)
            return _done(place, names, wish, person), person.id if person else ""

        many = bool(photos) or len(names) > 1
        done, place.acting = await (place.slow if many else place.write)(run)
        return done

    async def check(values: Mapping[str, str], photos: tuple[Path, ...]) -> list[Done]:
        def run() -> None:
            person = _person(place, values, around.people)
            if len(names) == 1:
                rectification.check(store, forms, names[0], act(values, photos), person=person)

        await place.read(run)
        return []

    kept, keep = await drafted(place, _key(action, names))
    return ActScreen(
        place,
        str(row.words),
        _lines(row, around),
        do,
        about=around.about,
        final=_final_words(row),
        check=check,
        kept=kept,
        keep=keep,
    )


def _key(action: str, names: Sequence[str]) -> str:
    """What is typed for an action on just these items is kept under it."""
    return f"act/{action}/{sha256(','.join(sorted(names)).encode()).hexdigest()[:16]}"


def _done(place: Workplace, names: Sequence[str], wish: Act, person: Officer | None) -> list[Done]:
    """Do it; where nothing at all could be done, that is told in the dialog, with what was typed still there."""
    store, forms = place.store, place.forms
    if len(names) == 1:
        rectification.do(store, forms, names[0], wish, person=person)
        return [Done(names[0], None)]
    return _some(rectification.do_all(store, forms, names, wish, person=person))


def _some(done: list[Done]) -> list[Done]:
    if done and done[0].error is not None and all(one.error is not None for one in done):
        raise done[0].error
    return done


def _final_words(row: Transition) -> str:
    if row.to == CLOSED:
        return tr(
            "销号以后不能退回，只能列入回头看。", "What is closed cannot be sent back; only looked back at."
        )
    if row.to in FINAL:
        return tr(
            f"“{row.words.zh}”以后不能撤回，这个问题不再往下走。",
            f"After “{row.words.en}” nothing follows; it cannot be undone.",
        )
    return ""


def _yes() -> list[tuple[str, str]]:
    return [("yes", tr("是", "yes"))]


def _look(place: Workplace, names: Sequence[str], row: Transition) -> _Around:
    found = bulk.who_may(place.store, place.forms, names, row)
    others: list[tuple[str, str]] = []
    if "item" in row.needs and names:
        mine = board.rows_of(place.store.connection, names, place.store.today())
        site = mine[0].site if mine else ""
        wanted = Filter(site=site, settled=row.code == "relapse")
        near = board.rows(place.store.connection, wanted, place.store.today(), sort="age", limit=50)
        near = [
            one for one in near
            if one.id not in names and (row.code != "relapse" or one.inspection != mine[0].inspection)
        ]  # fmt: skip
        others = [(one.id, f"{one.id} {one.item} {state_words(one)}") for one in near]
    return _Around(found, _proposed(place, found), _items_words(place, names), others)


def _proposed(place: Workplace, found: Sequence[Officer]) -> str:
    """Who acted last in this run, else the patrol's first officer; nobody where neither may."""
    same = Counter(person.name for person in found)
    may = {
        person.id: person.name if same[person.name] == 1 else str(number)
        for number, person in enumerate(found, 1)
    }
    patrol = people.current_patrol(place.store)
    first = patrol.officers[0] if patrol and patrol.officers else ""
    return may.get(place.acting) or may.get(first) or ""


def _items_words(place: Workplace, names: Sequence[str]) -> str:
    today = place.store.today()
    rows = board.rows_of(place.store.connection, names[:_ITEMS_SHOWN], today)
    lines = [f"{row.site_name}　{row.item}　{state_words(row)}　{due_words(row, today)}" for row in rows[:3]]
    if len(names) == 1 and rows:
        lines.append(tr(rows[0].question, rows[0].question_en))
    if len(names) > 3:
        lines.append(tr(f"等 {len(names)} 条", f"{len(names)} in all"))
    return "\n".join(lines)


def _person(place: Workplace, values: Mapping[str, str], found: Sequence[Officer]) -> Officer | None:
    """Who was chosen: by number of those who may, or anybody by name; the guard says why not."""
    text = choose(values["who"], [(person.id, person.name) for person in found])
    try:
        return lookup.officer(place.store, text) if text else None
    except NotFound as fault:
        raise NotFound(
            fault.zh, fault.en, code=fault.code,
            hint=("“由谁”写上面列出的序号，或写姓名。", "Write a number that is listed under “Who acts”, or a name."),
        ) from fault  # fmt: skip


def _who_line(found: Sequence[Officer], first: str) -> Line:
    shown = numbered(
        [(person.id, f"{person.name}（{person.department}）") for person in found[:_PEOPLE_SHOWN]]
    )
    if len(found) > _PEOPLE_SHOWN:
        shown += tr(" ……或写姓名", " … or a name")
    nobody = tr("名单上没有可以做这件事的人", "nobody on the list may do this")
    return Line("who", tr("由谁", "Who acts"), first, hint=shown if found else nobody, longest=80)


def _lines(row: Transition, around: _Around) -> list[Line]:
    found = [_who_line(around.people, around.first)]
    day = tr("如 2026-12-31、12-31、明天", "as 2026-12-31, 12-31, tomorrow")
    reason = row.code in (
        "void",
        "transfer",
        "open_case",
        "escalate",
        "send_back",
        "refuse_extension",
        "ask_extension",
    )
    fields = {
        "signer": Line("signer", tr("现场签字人", "Signed by"), hint=tr("单位负责人姓名", "who signed for the unit")),
        "until": Line("until", tr("新的截止日", "New last day"), hint=day, longest=20),
        "on": Line("on", tr("哪一天", "Day"), hint=day, longest=20),
        "department": Line("department", tr("移送部门", "To"), hint=tr("如：市监局、公安局", "e.g. 公安局")),
        "item": Line("item", tr("另一个问题", "Other item"), hint=_others_words(around.others), longest=80),
        "note": Line("note", tr("理由", "Reason") if reason else tr("说明", "Note"), longest=2_000),
        "photos": Line("photos", tr("照片", "Photos"), longest=1_000,
                       hint=tr("按 F7 选；或写文件、文件夹的位置", "F7 chooses; or a file or folder")),
    }  # fmt: skip
    wanted = {{"photo": "photos"}.get(name, name) for name in row.needs}
    if "evidence" in wanted:
        wanted |= {"photos", "note"}
    found += [line for name, line in fields.items() if name in wanted]
    if row.code == "transfer":
        found.append(
            Line(
                "crime", tr("涉嫌犯罪", "Crime"), hint=tr("是就输入 1", "1 for a suspected crime"), longest=5
            )
        )
    return found


def _others_words(others: Sequence[tuple[str, str]]) -> str:
    if not others:
        return tr("这个点位没有别的问题；可写编号", "no other item of this site; or an id")
    return numbered(others[:_ITEMS_SHOWN])


async def assigning(place: Workplace, names: Sequence[str]) -> ActScreen:
    """Who is in charge of these items, and how urgent they are."""

    def look() -> tuple[list[Officer], str, str, list[tuple[str, str]]]:
        found = bulk.leads(place.store)
        officers = [
            (one.id, one.name)
            for one in queries.officers(place.store.connection)
            if one.standing in ("officer", "school_inspector")
        ]
        return found, _proposed(place, found), _items_words(place, names), officers

    found, first, about, officers = await place.read(look)
    priorities = [(str(code), tr(*words)) for code, words in PRIORITIES.items()]

    async def do(values: Mapping[str, str], _: tuple[Path, ...]) -> list[Done]:
        level = choose(values["priority"], priorities)

        def run() -> tuple[list[Done], str]:
            person = _person(place, values, found)
            done = bulk.direct_all(
                place.store, place.forms, names, person=person, handler=choose(values["handler"], officers),
                priority=int(level) if level in ("0", "1", "2") else -1 if level else None, note=values["note"],
            )  # fmt: skip
            return _some(done), person.id if person else ""

        done, place.acting = await place.write(run)
        return done

    lines = [
        _who_line(found, first),
        Line("handler", tr("承办人", "In charge"), hint=numbered(officers[:_PEOPLE_SHOWN]), longest=80),
        Line("priority", tr("优先级", "Priority"), hint=numbered(priorities), longest=20),
        Line("note", tr("说明", "Note"), hint=tr("可留空", "may be empty"), longest=500),
    ]
    kept, keep = await drafted(place, _key("assign", names))
    return ActScreen(place, tr("交办", "Assign"), lines, do, about=about, kept=kept, keep=keep)


async def settling(place: Workplace, name: str, step: Step, words: str) -> ActScreen:
    """Which of two contradicting steps counts: `step`; `words` shows both."""

    def look() -> tuple[list[Officer], str]:
        found = bulk.leads(place.store)
        return found, _proposed(place, found)

    found, first = await place.read(look)

    async def do(values: Mapping[str, str], _: tuple[Path, ...]) -> list[Done]:
        def run() -> str:
            person = _person(place, values, found)
            rectification.settle(
                place.store, place.forms, name, chosen=step.ref, person=person, note=values["note"]
            )
            return person.id if person else ""

        place.acting = await place.write(run)
        return [Done(name, None)]

    lines = [_who_line(found, first), Line("note", tr("裁定理由", "Reason"), longest=2_000)]
    title = tr("裁定：以哪一步为准", "Settle which step counts")
    kept, keep = await drafted(place, _key(f"settle/{step.ref}", [name]))
    return ActScreen(place, title, lines, do, about=words, kept=kept, keep=keep)
