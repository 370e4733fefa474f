"""Papers made, served and printed again: what is issued is numbered and kept, and its service sets the items' deadlines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from inspector.domain.checklist import DEPARTMENTS
from inspector.domain.entries import Draft
from inspector.domain.finding import due_date
from inspector.domain.lifecycle import ACTIONS
from inspector.domain.office import Officer
from inspector.domain.paper import Paper
from inspector.domain.paper_kind import Missing, PaperKind
from inspector.domain.rectification_guard import Service as ItemService
from inspector.domain.rectification_guard import Wish
from inspector.domain.service import METHODS, Service
from inspector.errors import Refusal, UsageError
from inspector.forms.papers import paper_kind
from inspector.services import lookup, numbering, papers, rectification
from inspector.services.forms import Forms
from inspector.services.paper_data import check_printable, gather, missing, with_number, with_service
from inspector.services.paper_evidence import About
from inspector.store.workspace import Store, View

NOTIFYING = ("notify", "notify_again")


@dataclass(frozen=True, slots=True)
class Asked:
    """A paper that somebody wants.

    Attributes:
        typed: what a person writes for this paper, by the names of the kind's typed fields.
        authority: the department whose paper it is; empty: that of the items, or the only one that is recorded.
    """

    kind: str
    items: tuple[str, ...] = ()
    inspection: str = ""
    site: str = ""
    authority: str = ""
    typed: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A paper before it is issued: what it would say, and what it lacks."""

    kind: PaperKind
    data: Mapping[str, Any]
    lacking: tuple[Missing, ...]
    items: tuple[str, ...]
    inspection: str
    site: str
    authority: str


def prepare(store: Store, forms: Forms, asked: Asked) -> Prepared:
    """What a paper would say now; nothing is recorded.

    Raises:
        NotFound: no such kind, item, inspection or site.
        BadInput: items of several sites, a kind of the other track, or words of it.
        UsageError: an unknown field or department, or nothing that it is about.
    """
    kind = paper_kind(asked.kind)
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
    return Prepared(kind, data, tuple(missing(kind, data)), items, inspection, site, department)


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


def issue(store: Store, prepared: Prepared, *, person: Officer | None) -> Paper | None:
    """Issue a paper under its number; None for kinds that take none: they are printed from what is recorded anyway.

    Raises:
        Refusal: a mandatory field is empty, or nobody recorded the authority.
    """
    refuse_lacking(prepared.lacking)
    kind = prepared.kind
    if not kind.numbered:
        return None
    return papers.issue(
        store,
        kind=kind.code,
        word=kind.word,
        authority=prepared.authority,
        site=prepared.site,
        items=prepared.items,
        inspection=prepared.inspection,
        data=prepared.data,
        actor=person.id if person else "",
    )


def printed(store: Store, paper: Paper) -> dict[str, Any]:
    """What an issued paper prints now: as it was issued, with its number and its service.

    Raises:
        BadInput: it holds no paper that this program can print, as of a newer one, or of nobody's.
    """
    check_printable(paper.data)
    data = with_number(paper.data, paper.shown, provisional=not paper.number, day=paper.issued_on)
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
    paper = papers.paper(store, text)
    moved: list[str] = []

    def also(view: View, served: Paper) -> list[Draft]:
        moved.clear()
        return _noticed(store, forms, view, served, person=person, moved=moved)

    done = papers.serve(store, paper.id, service, actor=person.id if person else "", also=also)
    return Served(done, tuple(moved), tuple(name for name in done.items if name not in moved))


def _noticed(
    store: Store, forms: Forms, view: View, paper: Paper, *, person: Officer | None, moved: list[str]
) -> list[Draft]:
    if paper.service is None or not paper_kind(paper.kind).serves:
        return []
    county = forms.county()
    drafts: list[Draft] = []
    on = date.fromisoformat(paper.service.date)
    for name in paper.items:
        item, _ = rectification.load(view, name)
        around = rectification.about(store, forms, item)
        action = next(
            (code for code in NOTIFYING if item.state in ACTIONS[code].sources and not item.rivals), ""
        )
        if not action:
            continue
        due = due_date(on, item.finding.deadline_days, county.calendar, county.params)
        until = date.fromisoformat(paper.due) if paper.due else due.date
        wish = Wish(
            action,
            service=ItemService(paper.id, paper.kind, on, until, estimated=not paper.due and not due.certain),
        )
        drafts += rectification.drafts(view, name, wish, person, around)
        moved.append(name)
    return drafts
