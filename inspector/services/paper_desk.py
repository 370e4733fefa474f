"""What an officer is offered who wants a paper (文书) now: papers that are there, kinds that fit, items, whose paper it is.

Beside that what this laptop keeps for itself of papers: what was typed and not issued yet, and where files go. These are
settings, no facts; they are encrypted with the rest and never travel.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inspector.domain.checklist import DEPARTMENTS
from inspector.domain.departments import department_code
from inspector.domain.numbers import Series, provisional, show_number
from inspector.domain.paper_kind import PaperKind
from inspector.domain.site import Site
from inspector.errors import Refusal
from inspector.forms.papers import shipped_papers
from inspector.plain import safe_line
from inspector.services import lookup, numbering, rectification
from inspector.services.notices import Prepared
from inspector.services.paper_data import PER_FINDING
from inspector.store import board, paper_queries, queries
from inspector.store.board import BoardRow, Filter
from inspector.store.paper_queries import PaperRow
from inspector.store.workspace import Store, View

DRAFTS = "paper_drafts"
FOLDER = "paper_folder"
FORMATS = "paper_formats"
UNPRINTED = "papers_unprinted"
_DRAFTS_KEPT = 30
_ITEMS_MAX = 500
_NAME_MAX = 60


@dataclass(frozen=True, slots=True)
class Desk:
    """What papers there can be about a site, an inspection or some items.

    Attributes:
        issued: those that are there, newest first.
        items: what a paper may be about: the site's unsettled items, and those that were asked for.
        asked: ids of the items that were asked for.
        visit: the inspection that a paper without items is about: that one, else the latest of the site.
        usual, other: the kinds of the site's track: those usual now, and the rest.
    """

    site: Site | None
    inspection: str
    issued: tuple[PaperRow, ...]
    items: tuple[BoardRow, ...]
    asked: tuple[str, ...]
    visit: str
    usual: tuple[PaperKind, ...]
    other: tuple[PaperKind, ...]


def desk(store: Store, *, items: Sequence[str] = (), inspection: str = "", site: str = "") -> Desk:
    """The papers and kinds for items, an inspection or a site; of nothing at all, every kind that needs none.

    Raises:
        NotFound: no such item, inspection or site.
    """
    asked = tuple(dict.fromkeys(lookup.finding(store, text) for text in items))
    found = [rectification.load(store, name)[0].finding for name in asked]
    about = lookup.inspection(store, inspection) if inspection else None
    where = site or (about.site if about else "") or (found[0].site if found else "")
    place = lookup.site(store, where) if where else None
    rows = _items(store, place, asked)
    issued = _issued(store, place, about.id if about else "", asked)
    own = [row for row in rows if row.id in asked] or [
        row for row in rows if about is None or row.inspection == about.id
    ]
    states = {row.state for row in own} | ({"overdue"} if any(row.overdue for row in own) else set())
    fitting = [kind for kind in shipped_papers().values() if fits(kind, place)]
    usual = tuple(kind for kind in fitting if _usual(kind, states, visited=about is not None))
    other = tuple(kind for kind in fitting if kind not in usual)
    visit = about.id if about else _latest_visit(store, place)
    return Desk(place, about.id if about else "", issued, rows, asked, visit, usual, other)


def fits(kind: PaperKind, site: Site | None) -> bool:
    """Whether a kind speaks to this kind of site: a school never gets a paper of enterprises."""
    if site is None or kind.track == "both":
        return kind.track == "both" or site is None
    return (kind.track == "school") == (site.kind == "campus")


def _latest_visit(store: Store, site: Site | None) -> str:
    past = queries.inspections(store.connection, site=site.id, limit=20) if site is not None else []
    return next((row.id for row in past if row.status == "concluded"), "")


def _items(store: Store, site: Site | None, asked: Sequence[str]) -> tuple[BoardRow, ...]:
    if site is None:
        return ()
    wanted = Filter(site=site.id, settled=True)
    rows = board.rows(store.connection, wanted, store.today(), sort="age", limit=_ITEMS_MAX)
    return tuple(row for row in rows if not row.settled or row.id in asked)


def _issued(store: Store, site: Site | None, inspection: str, asked: Sequence[str]) -> tuple[PaperRow, ...]:
    """Of the items that were asked for, else of the inspection and its items, else of the site."""
    everything = paper_queries.papers(store.connection, site=site.id) if site is not None else []
    if asked:
        return tuple(row for row in everything if set(asked) & set(row.items))
    if inspection:
        return tuple(row for row in everything if row.inspection == inspection)
    return tuple(everything)


def states_of(kind: PaperKind) -> frozenset[str]:
    """The states of an item in which a kind is usual, as codes of the lifecycle, and "overdue"."""
    return frozenset(kind.states)


def _usual(kind: PaperKind, states: set[str], *, visited: bool) -> bool:
    if kind.states:
        return bool(states_of(kind) & states)
    return visited and any(one.source == "inspection" for one in kind.fields)


def chosen_at_first(found: Desk, kind: PaperKind) -> tuple[str, ...]:
    """The items that a paper begins with: those asked for, else those of the inspection in the states of the kind."""
    if found.asked:
        return found.asked
    if not kind.states:
        return ()
    rows = [row for row in found.items if not found.inspection or row.inspection == found.inspection]
    states = states_of(kind)
    fitting = [row.id for row in rows if row.state in states or (row.overdue and "overdue" in states)]
    return tuple(fitting or [row.id for row in rows])


def worded(kind: PaperKind) -> tuple[str, ...]:
    """What may be worded for one finding alone on this kind of paper: of `PER_FINDING`, what it prints."""
    texts = [text for block in kind.blocks if block.over == "findings" for text in block.texts()]
    return tuple(name for name in PER_FINDING if any(f"it.{name} " in text for text in texts))


def department_for(store: Store, leads: Sequence[str]) -> str:
    """Whose paper is proposed: a recorded authority that leads its items, this laptop's own, the only or first one."""
    recorded = [one.department for one in numbering.authorities(store)]
    own = department_code(store.setting("department") or "")
    for code in (*dict.fromkeys(leads), own):
        if code in recorded:
            return code
    return (recorded or [lead for lead in leads if lead in DEPARTMENTS] or [own or next(iter(DEPARTMENTS))])[
        0
    ]


@dataclass(frozen=True, slots=True)
class Coming:
    """The number that a paper would get now. `sure`: it is no provisional one."""

    shown: str
    sure: bool


def coming_number(store: Store, prepared: Prepared) -> Coming | None:
    """The number that a paper would get now; None for a kind that takes none."""
    kind = prepared.kind
    if not kind.numbered:
        return None
    view = View(store.connection)
    prefix = numbering.authority(view, prepared.authority).prefix
    series = Series(prepared.authority, int(store.today()[:4]), kind.code)
    number = next(iter(numbering.next_numbers(store, view, series)), 0)
    waiting = ""
    if not number:
        count = paper_queries.provisional_count(store.connection, series, store.device) + 1
        waiting = provisional(store.device, count)
    return Coming(show_number(prefix, kind.word, series.year, number, waiting), bool(number))


def changed_meanwhile() -> Refusal:
    """What somebody is told whose paper would say something else by now than what was shown."""
    return Refusal(
        "资料刚刚变了（同步或别的窗口），没有签发。", "What it says has just changed; it was not issued.",
        hint=("看一遍新的内容，再签发。", "Read it again, then issue it."), code="paper.changed",
    )  # fmt: skip


# -- what is kept until it is issued -------------------------------------------------------------------------------


@dataclass(slots=True)
class PaperDraft:
    """What was typed for a paper that is not issued yet.

    Attributes:
        items: ids; None while nobody chose.
        typed: what is written for it, by field.
        typing: what stands in a line that was not accepted yet, by field.
    """

    items: tuple[str, ...] | None = None
    authority: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    typing: dict[str, str] = field(default_factory=dict)

    def to_data(self) -> dict[str, Any]:
        """As the setting keeps it."""
        return {
            "items": None if self.items is None else list(self.items), "authority": self.authority,
            "typed": dict(self.typed), "typing": dict(self.typing),
        }  # fmt: skip

    @property
    def empty(self) -> bool:
        """Whether nothing was typed."""
        return not self.typed and not self.typing


def draft_key(kind: str, found: Desk) -> str:
    """Under which a draft is kept: one for each kind and what it was begun for."""
    return "/".join((kind, found.site.id if found.site else "", found.inspection, *found.asked[:1]))


def drafts(store: Store) -> dict[str, PaperDraft]:
    """Every draft that is kept; what cannot be read is left out."""
    kept = store.json_setting(DRAFTS)
    found = {}
    for data in kept if isinstance(kept, list) else []:
        if isinstance(data, dict):
            items = data.get("items")
            found[str(data.get("key"))] = PaperDraft(
                tuple(map(str, items)) if isinstance(items, list) else None,
                str(data.get("authority") or ""), _texts(data.get("typed")), _texts(data.get("typing")),
            )  # fmt: skip
    return found


def _texts(data: Any) -> dict[str, str]:
    return {str(key): str(value) for key, value in data.items()} if isinstance(data, dict) else {}


def keep_draft(store: Store, key: str, draft: PaperDraft | None) -> None:
    """Keep a draft, the newest ones only; None forgets it."""
    kept = [{"key": name, **one.to_data()} for name, one in drafts(store).items() if name != key]
    if draft is not None:
        kept.append({"key": key, **draft.to_data()})
    store.set_settings(**{DRAFTS: kept[-_DRAFTS_KEPT:]})


# -- files ---------------------------------------------------------------------------------------------------------


def folder(store: Store) -> Path:
    """Where files of papers go unless somebody says otherwise."""
    kept = store.setting(FOLDER)
    return Path(kept) if kept else Path.home() / "inspector-papers"


def file_name(kind: PaperKind, data: Mapping[str, Any], *, number: str, mark: str = "") -> str:
    """A name for a paper's file, without its suffix: number, kind and whom it is about; safe on every system."""
    whom = data["party"]["name"] or data["site"]["name"] or data["site"]["address"]
    number = number.partition("（")[0]  # 临时编号 is said by the number itself
    parts = [number, kind.title.zh, str(whom)[:_NAME_MAX], mark]
    text = safe_line("-".join(part for part in parts if part))
    return re.sub(r'[\\/:*?"<>|\s\x00-\x1f\ufffd\u2400-\u2421]+', "_", text).strip("._ ") or kind.code


def free_path(place: Path, name: str, suffix: str) -> Path:
    """A path where no file is: the name, or the name with a number."""
    path, count = place / f"{name}{suffix}", 1
    while path.exists():
        count += 1
        path = place / f"{name}({count}){suffix}"
    return path


def unprinted(store: Store) -> list[str]:
    """Papers that this laptop issued and of which no file was written yet: their first file is the original."""
    kept = store.json_setting(UNPRINTED)
    return [str(name) for name in kept] if isinstance(kept, list) else []


def note_unprinted(store: Store, paper: str, *, printed: bool) -> None:
    """Remember that a paper has no file yet, or has one now."""
    kept = [name for name in unprinted(store) if name != paper]
    store.set_settings(**{UNPRINTED: (kept if printed else [*kept, paper])[-200:]})
