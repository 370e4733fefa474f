"""Papers made, served and printed again: what is issued is numbered and kept, and its service sets the items' deadlines."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from inspector.domain.checklist import DEPARTMENTS
from inspector.domain.doubts import about_clock
from inspector.domain.entries import Draft
from inspector.domain.finding import due_date
from inspector.domain.lifecycle import ACTIONS, NOTIFYING
from inspector.domain.lifecycle import RUNNING as RUNS
from inspector.domain.office import Officer
from inspector.domain.paper import Paper
from inspector.domain.paper_kind import Missing, PaperKind
from inspector.domain.rectification import Item
from inspector.domain.rectification_guard import Service as ItemService
from inspector.domain.rectification_guard import Wish
from inspector.domain.service import METHODS, Service, read_day
from inspector.domain.tip import CHANNELS, OUTCOMES
from inspector.errors import Refusal, UsageError
from inspector.forms.county import County
from inspector.forms.papers import paper_kind
from inspector.services import lookup, numbering, papers, rectification, tips
from inspector.services.forms import Forms
from inspector.services.paper_data import check_printable, gather, missing, with_number, with_service
from inspector.services.paper_evidence import About
from inspector.store import visits
from inspector.store.workspace import Store, View

PRIVATE = "paper_private/"
"""Setting, with the paper's id: what names a protected person; it is encrypted here and never travels."""
WITHHELD = "举报人"
"""What stands in the journal in the place of such a name."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A paper that somebody wants.

    Attributes:
        typed: what a person writes for this paper, by the names of the kind's typed fields.
        authority: the department whose paper it is; empty: that of the items, or the only one that is recorded.
        tip: the tip that it answers: what is known of it is filled in.
    """

    kind: str
    items: tuple[str, ...] = ()
    inspection: str = ""
    site: str = ""
    authority: str = ""
    typed: Mapping[str, str] | None = None
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A paper before it is issued: what it would say, and what it lacks.

    Attributes:
        due: the last day that it sets for all that it is about, "YYYY-MM-DD", or empty.
    """

    kind: PaperKind
    data: Mapping[str, Any]
    lacking: tuple[Missing, ...]
    items: tuple[str, ...]
    inspection: str
    site: str
    authority: str
    due: str = ""


def prepare(store: Store, forms: Forms, asked: Asked) -> Prepared:
    """What a paper would say now; nothing is recorded.

    Raises:
        NotFound: no such kind, item, inspection or site.
        BadInput: items of several sites, a kind of the other track, or words of it.
        UsageError: an unknown field or department, or nothing that it is about.
    """
    kind = paper_kind(asked.kind)
    asked = _of_tip(store, kind, asked) if asked.tip else asked
    items = tuple(dict.fromkeys(lookup.finding(store, text) for text in asked.items))
    found = [rectification.load(store, name)[0] for name in items]
    inspection = lookup.inspection(store, asked.inspection).id if asked.inspection else ""
    inspection = inspection or (found[0].finding.inspection if found else "")
    site = lookup.site(store, asked.site).id if asked.site else (found[0].finding.site if found else "")
    if not site and inspection:
        site = lookup.inspection(store, inspection).site
    department = _department(store, asked.authority, [item.finding.lead for item in found])
    known = {one.department: one for one in numbering.authorities(store)}.get(department)
    data = gather(
        store, forms, kind, about=About(items, inspection, site), typed=asked.typed,
        authority={} if known is None else {name: getattr(known, name) for name in ("name", "address", "phone", "contact", "prefix")},
    )  # fmt: skip
    due = read_day(typed) if (typed := str((asked.typed or {}).get(kind.due, "")).strip()) else ""
    return Prepared(kind, data, tuple(missing(kind, data)), items, inspection, site, department, due)


def _of_tip(store: Store, kind: PaperKind, asked: Asked) -> Asked:
    """What is asked for, filled with what is known of the tip that it answers.

    Raises:
        NotFound: no such tip.
    """
    tip = tips.find_tip(store, asked.tip)
    known = {
        "tipster": tips.reporter_of(store, tip.id).get("name", ""),
        "received": tip.received,
        "channel": CHANNELS[tip.channel].zh if tip.channel in CHANNELS else tip.channel,
        "content": tip.content,
        "checked": OUTCOMES[tip.outcome].zh if tip.outcome in OUTCOMES else "",
        "handling": tip.reply,
    }
    names = {found.typed for found in kind.typed}
    filled = {name: value for name, value in known.items() if value and name in names}
    return replace(asked, site=asked.site or tip.site, typed=filled | dict(asked.typed or {}))


def _department(store: Store, text: str, leads: Sequence[str]) -> str:
    """The department whose paper it is.

    Raises:
        UsageError: it is not said, and does not follow.
    """
    if text:
        return numbering.department(text)
    recorded = [one.department for one in numbering.authorities(store)]
    if len(recorded) == 1:
        return recorded[0]
    of_items = [lead for lead in dict.fromkeys(leads) if lead in recorded]
    if len(of_items) == 1:
        return of_items[0]
    raise UsageError(
        "没有说明由哪个部门出文书。", "It is not said whose paper it is.",
        hint=("用 --authority 指定；机关信息用 inspector authority set 登记。可用：" + "、".join(recorded or DEPARTMENTS),
              "Name it with --authority; record it with inspector authority set. There are: " + ", ".join(recorded or DEPARTMENTS)),
        code="paper.authority",
    )  # fmt: skip


def refuse_lacking(lacking: Sequence[Missing]) -> None:
    """Stop a paper that lacks what it must have, with the way to each field.

    Raises:
        Refusal: something is lacking; `problems` of it lead to the fields.
    """
    from inspector.errors import Problem

    if lacking:
        raise Refusal(
            f"文书还缺{len(lacking)}项必填内容，没有签发。", f"The paper lacks {len(lacking)} mandatory fields; it was not issued.",
            hint=("补齐后再签发；用 --draft 可以先看草稿。", "Fill them in; --draft shows how it looks so far."),
            code="paper.lacking",
            problems=[
                Problem(f"{one.zh}（{one.field}）", f"{one.where.zh} {one.how.zh}", f"{one.en}: {one.where.en} {one.how.en}")
                for one in lacking
            ],
        )  # fmt: skip


def _refuse_clock(store: Store) -> None:
    """A paper's day and the year of its number are of this laptop's clock.

    Raises:
        Refusal: the clock is days behind what was recorded last.
    """
    behind = visits.newest(store.connection, store.device) - store.clock.stamp().wall
    for found in about_clock(behind):
        raise Refusal(
            found.zh, found.en, hint=("没有签发。校准时钟后再签发。", "Nothing was issued. Set the clock right first."),
            code=found.code,
        )  # fmt: skip


def issue(store: Store, prepared: Prepared, *, person: Officer | None) -> Paper | None:
    """Issue a paper under its number; None for kinds that take none: they are printed from what is recorded anyway.

    Raises:
        Refusal: a mandatory field is empty, or nobody recorded the authority.
    """
    refuse_lacking(prepared.lacking)
    _refuse_clock(store)
    kind = prepared.kind
    if not kind.numbered:
        return None
    private = {one.typed: prepared.data["t"][one.typed] for one in kind.fields if one.private}
    typed = {**prepared.data["t"], **dict.fromkeys(private, WITHHELD)}
    paper = papers.issue(
        store,
        kind=kind.code,
        word=kind.word,
        authority=prepared.authority,
        site=prepared.site,
        items=prepared.items,
        inspection=prepared.inspection,
        data={**prepared.data, "t": typed},
        due=prepared.due,
        actor=person.id if person else "",
    )
    if private:
        store.set_settings(**{PRIVATE + paper.id: private})
    return paper


def printed(store: Store, paper: Paper, *, private: bool = True) -> dict[str, Any]:
    """What an issued paper prints now: as it was issued, with its number and its service.

    Args:
        private: with the names that only this laptop knows (of who reported something).

    Raises:
        BadInput: it holds no paper that this program can print, as of a newer one, or of nobody's.
    """
    check_printable(paper.data)
    data = with_number(paper.data, paper.shown, provisional=not paper.number, day=paper.issued_on)
    names = store.json_setting(PRIVATE + paper.id) if private else None
    if names:
        data = {**data, "t": {**data["t"], **names}}
    if paper.service is None:
        return data
    served = paper.service.to_data() | {"way": METHODS.get(paper.service.method, (paper.service.method,))[0]}
    return with_service(data, served)


@dataclass(frozen=True, slots=True)
class Served:
    """A paper with its service, the items whose deadline runs from it, and those that it left as they were."""

    paper: Paper
    moved: tuple[str, ...]
    left: tuple[str, ...]


def serve(store: Store, forms: Forms, text: str, service: Service, *, person: Officer | None) -> Served:
    """Record that a paper was served; the deadline of its items runs from that day.

    Raises:
        NotFound, BadInput, Refusal: as `papers.serve`.
        Guarded: it starts a deadline, and this person may not serve it.
    """
    paper, moved = papers.paper(store, text), _Moved()
    also = _also(store, forms, _notify, person, moved)
    done = papers.serve(store, paper.id, service, actor=person.id if person else "", also=also)
    return _served(done, moved)


def correct(
    store: Store, forms: Forms, text: str, service: Service, *, reason: str, person: Officer | None
) -> Served:
    """Put right how a paper was served; a deadline that runs from it runs from the right day.

    Raises:
        NotFound, BadInput, Refusal: as `papers.correct`.
        Guarded: a deadline runs from it, and this person may not serve it.
    """
    paper, moved = papers.paper(store, text), _Moved()
    also = _also(store, forms, _redate, person, moved)
    done = papers.correct(
        store, paper.id, service, reason=reason, actor=person.id if person else "", also=also
    )
    return _served(done, moved)


def void(
    store: Store, forms: Forms, text: str, *, reason: str, override: str = "", person: Officer | None
) -> Served:
    """Void a paper; a deadline that it set runs no longer, and its items wait for another paper.

    Raises:
        NotFound, Refusal: as `papers.void`.
        Guarded: a deadline runs from it, and this person or this laptop may not recall it.
    """
    paper, moved = papers.paper(store, text), _Moved()
    also = _also(store, forms, _recall, person, moved)
    actor = person.id if person else ""
    done = papers.void(store, paper.id, reason=reason, override=override, actor=actor, also=also)
    return _served(done, moved)


class _Moved(list[str]):
    """The items that went along, in the transaction that counted."""


def _served(paper: Paper, moved: _Moved) -> Served:
    return Served(paper, tuple(moved), tuple(name for name in paper.items if name not in moved))


Wishing = Callable[[Paper, Item, County], Wish | None]
"""What happens to an item when something is recorded of a paper about it; None where nothing does."""


def _also(store: Store, forms: Forms, wishing: Wishing, person: Officer | None, moved: _Moved) -> papers.Also:
    def also(view: View, paper: Paper) -> list[Draft]:
        moved.clear()
        if paper.service is None or not paper_kind(paper.kind).serves:
            return []
        drafts: list[Draft] = []
        for name in paper.items:
            item, _ = rectification.load(view, name)
            wish = None if item.rivals else wishing(paper, item, forms.county())
            if wish is not None:
                drafts += rectification.drafts(
                    view, name, wish, person, rectification.about(store, forms, item)
                )
                moved.append(name)
        return drafts

    return also


def _notify(paper: Paper, item: Item, county: County) -> Wish | None:
    action = next((code for code in NOTIFYING if item.state in ACTIONS[code].sources), "")
    return Wish(action, service=_running_from(paper, item, county)) if action else None


def _redate(paper: Paper, item: Item, county: County) -> Wish | None:
    if item.state not in RUNS or item.noticed_by != paper.id:
        return None
    service = _running_from(paper, item, county)
    if item.extensions:
        # What was granted is a day, not a number of days: it stays.
        service = replace(service, until=None)
    return Wish("redate", service=service)


def _recall(paper: Paper, item: Item, county: County) -> Wish | None:
    if item.state not in RUNS or item.noticed_by != paper.id:
        return None
    return Wish("recall", note=paper.voided, service=replace(_running_from(paper, item, county), until=None))


def _running_from(paper: Paper, item: Item, county: County) -> ItemService:
    if paper.service is None:
        raise ValueError("no service")
    on = date.fromisoformat(paper.service.date)
    due = due_date(on, item.finding.deadline_days, county.calendar, county.params)
    until = date.fromisoformat(paper.due) if paper.due else due.date
    return ItemService(paper.id, paper.kind, on, until, estimated=not paper.due and not due.certain)
