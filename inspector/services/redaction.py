"""What a redacted case file leaves out, and why: of entries, of photos, of texts; to be looked at by a person before it leaves."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inspector.casefile.leaks import Guard
from inspector.domain import redaction
from inspector.domain.boxes import MASKED
from inspector.domain.entries import Entry, Ref
from inspector.domain.inspection import fold_inspection
from inspector.domain.masking import Mask, masks_of
from inspector.domain.rectification import PHOTO_TYPES
from inspector.domain.redaction import KINDS, Finder, Secret, names_in
from inspector.domain.site_facts import BY_NAME
from inspector.errors import Damaged
from inspector.evidence.examine import Examiner
from inspector.services.case_words import label
from inspector.services.forms import Forms
from inspector.services.tips import reporter_of
from inspector.store import paper_queries, queries
from inspector.store.workspace import Store

RESPONSE, TIP, ROW = "inspection.response_recorded", "tip.recorded", "inspection.row_recorded"
_OFFICIAL = frozenset(
    {"officer", "authority", "grid", "pack", "numbers", "checklist", "parameters", "calendar", "register"}
)
"""Entries of the administration itself: a number in them is no person's."""
_PERSONS: Mapping[str, tuple[str, ...]] = {
    "inspection.procedure_recorded": ("person",),
    "rectification.moved": ("signer",),
    "paper.served": ("receiver", "witness"),
    "paper.service_corrected": ("receiver", "witness"),
}
"""Members of entries that name persons who are not officers."""
_PLAIN_PHOTO = re.compile(
    r"(?:img|dscn?|dscf|pxl|p|pic|photo|image|mmexport|wx_camera|screenshot|微信图片|照片|图片|现场)?[ _()\-\d]*"
    r"\.[a-z0-9]{1,5}", re.IGNORECASE,
)  # fmt: skip
"""File names that cameras and messengers give. What a person named may name a person: 张某某.jpg."""
_TELLING = re.compile("[^\x00-\x7f]|[a-z]{4}.*[.]", re.IGNORECASE)
_ON_PAPER: Mapping[str, tuple[str, ...]] = {
    "party": ("principal", "phone"),
    "t": ("person", "attendees", "keeper", "tipster", "responsible"),
    "served": ("receiver", "witness"),
    "refunds": ("student",),
    "findings": ("responsible",),
}
"""The same of what a paper prints, by group."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One thing that is left out or hidden, for a person to look at.

    Attributes:
        what: the secret itself, the name of an entry, or the SHA-256 of a photo.
        kind: of `redaction.KINDS`.
        effect: "hidden" (a text), "withheld" (an entry, a photo), "masked" (a photo), "shown" (look at it: it stays).
    """

    what: str
    kind: str
    effect: str
    zh: str
    en: str


@dataclass(frozen=True)
class Redaction:
    """What a redacted case file leaves out.

    Attributes:
        withheld: entries whose bodies stay inside.
        withheld_photos: photos whose originals stay inside: every one of the case, in order.
        masked: photo → makes its derived copy (JPEG without metadata; None where it cannot be decoded). Photos that nobody has
            decided on are not here.
        secrets: texts that must be in no file that leaves (`casefile.leaks.assert_absent`).
        review: what to look at before it leaves.
    """

    withheld: frozenset[Ref]
    withheld_photos: tuple[str, ...]
    masked: Mapping[str, Callable[[], bytes | None]]
    secrets: tuple[str, ...]
    review: tuple[Reviewed, ...]
    finder: Finder = field(repr=False)

    def hide(self, text: str) -> str:
        """A text of a document with every secret as ▇▇."""
        return self.finder.hide(text)

    def guard(self) -> Guard:
        """Looks at every file before it leaves; raises Refusal where one holds a secret."""
        return Guard(self.secrets)

    def hide_data(self, value: Any) -> Any:
        """A value of JSON, such as what a paper prints, with every secret in its texts as ▇▇."""
        if isinstance(value, str):
            return self.finder.hide(value)
        if isinstance(value, Mapping):
            return {name: self.hide_data(inner) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.hide_data(inner) for inner in value]
        return value


def plan(
    store: Store, forms: Forms, entries: Sequence[Entry], *, examiner: Examiner, extra: Iterable[str] = ()
) -> Redaction:
    """Decide what a redacted case file of these entries leaves out.

    Args:
        entries: all entries of the case, with their bodies where they are here.
        examiner: makes the masked copies; it must be open while `masked` is used.
        extra: texts that somebody asks to hide besides.
    """
    asked = [Secret(text, "asked", "经办人指定", "named for this export") for text in extra if text.strip()]
    rows = _Rows(store, forms, entries)
    found = [*asked, *_of_sites(store, entries), *rows.secrets, *_of_entries(store, entries)]
    finder = Finder(found, _public(store, entries))
    withheld, reasons, loose = _withhold(entries, finder, rows.withheld)
    masked, photos = _photos(store, entries, examiner)
    known = {redaction.fold_text(one.text) for one in finder.secrets}
    for kind, text in loose:
        if redaction.fold_text(text) not in known:
            known.add(redaction.fold_text(text))
            found.append(Secret(text, kind, "内容里像是这类信息", "looks like one in a text"))
    finder = Finder(found, _public(store, entries))
    hidden = [
        Reviewed(
            one.text, one.kind, "hidden", f"{KINDS[one.kind][0]}：{one.zh}", f"{KINDS[one.kind][1]}: {one.en}"
        )
        for one in finder.secrets
    ]
    shared = [
        Reviewed(
            one.text, one.kind, "shown", "与执法人员或公开信息相同，没有隐去，请人工核对",
            "the same as an officer's or as something public; not hidden: look at it",
        )
        for one in finder.shared
    ]  # fmt: skip
    return Redaction(
        withheld=frozenset(withheld),
        withheld_photos=tuple(sorted(_named(entries))),
        masked=masked,
        secrets=tuple(one.text for one in finder.secrets),
        review=(*hidden, *shared, *reasons, *photos),
        finder=finder,
    )


def _withhold(
    entries: Sequence[Entry], finder: Finder, rosters: Iterable[Ref]
) -> tuple[list[Ref], list[Reviewed], list[tuple[str, str]]]:
    """Entries that are withheld, why, and secrets that only a pattern found."""
    persons = set(rosters)
    withheld: list[Ref] = []
    reasons: list[Reviewed] = []
    loose: list[tuple[str, str]] = []
    for entry in sorted(entries, key=lambda one: one.ref):
        if entry.data is None:
            continue
        found = finder.found_in(entry.data, patterns=entry.type.partition(".")[0] not in _OFFICIAL)
        loose += found
        kinds = {kind for kind, _ in found}
        always = {RESPONSE: "response", TIP: "tip"}.get(entry.type) or (
            "roster" if entry.ref in persons else "name" if _tells_of_persons(entry) else ""
        )
        if always:
            kinds.add(always)
        if kinds:
            withheld.append(entry.ref)
            zh = "、".join(KINDS[kind][0] for kind in sorted(kinds))
            en = ", ".join(KINDS[kind][1] for kind in sorted(kinds))
            reasons.append(
                Reviewed(
                    str(entry.ref),
                    always or min(kinds),
                    "withheld",
                    f"{label(entry.type)}：{zh}",
                    f"{entry.type}: {en}",
                )
            )
    return withheld, reasons, loose


def _tells_of_persons(entry: Entry) -> bool:
    """Whether an entry says something of a person however short: a name of one character, what is to be covered and why."""
    data = entry.data or {}
    facts = data.get("facts") if entry.type == "site.recorded" else None
    if isinstance(facts, Mapping):
        return any(facts.get(known.name) not in (None, "") for known in BY_NAME.values() if known.personal)
    return entry.type in MASKED and bool(data.get("note"))


def _secrets(values: Iterable[Any], zh: str, en: str, kind: str = "name") -> Iterator[Secret]:
    for value in values:
        if isinstance(value, str | int) and not isinstance(value, bool):
            yield from (Secret(text, kind, zh, en) for text in names_in(str(value)))


def _of_sites(store: Store, entries: Sequence[Entry]) -> Iterator[Secret]:
    """Personal facts of the sites that the case is about, all that were ever recorded."""
    sites = {entry.aggregate for entry in entries if entry.type == "site.recorded"}
    sites |= {str(entry.data["site"]) for entry in entries if entry.data and entry.data.get("site")}
    personal = [known for known in BY_NAME.values() if known.personal]
    for site in sorted(sites):
        recorded = [(entry.data or {}).get("facts") for entry in store.entries(site)]
        yield from _homes([facts for facts in recorded if isinstance(facts, Mapping)])
        for facts in recorded:
            if isinstance(facts, Mapping):
                for known in personal:
                    yield from _secrets(
                        [facts.get(known.name)], f"点位的{known.zh}", f"{known.en} of the site"
                    )


_DOOR = re.compile(r"号(?P<door>[^号]*(?:单元|室|栋|幢|户)[^号]*)$")


def _homes(recorded: Sequence[Mapping[str, Any]]) -> Iterator[Secret]:
    """The door in the address of a place without a name and a licence: somebody's home. Street and number may be told."""
    if any(facts.get(name) for facts in recorded for name in ("name", "credit_code", "permit_number")):
        return
    for facts in recorded:
        found = _DOOR.search(str(facts.get("address") or ""))
        if found:
            yield from _secrets([found["door"]], "住处的门牌", "the door of a home")


class _Rows:
    """Rows of rosters that name persons: what they name, and which entries they are."""

    def __init__(self, store: Store, forms: Forms, entries: Sequence[Entry]) -> None:
        self.secrets: list[Secret] = []
        self.withheld: list[Ref] = []
        columns: dict[str, Mapping[str, frozenset[str]] | None] = {}
        for entry in entries:
            if entry.type != ROW or not entry.data or not isinstance(entry.data.get("cells"), Mapping):
                continue
            if entry.aggregate not in columns:
                columns[entry.aggregate] = _personal_columns(store, forms, entry.aggregate)
            known = columns[entry.aggregate]
            cells = entry.data["cells"]
            # Where the checklist is not here, nobody knows which cells name persons: all may.
            personal = set(cells) if known is None else known.get(str(entry.data["item"]), frozenset())
            named = [
                cells[name] for name in sorted(personal) if name in cells and cells[name] not in (None, "")
            ]
            if named:
                self.withheld.append(entry.ref)
                words = str(entry.data["item"])
                self.secrets += _secrets(named, f"名册 {words}", f"roster {words}")


def _personal_columns(store: Store, forms: Forms, inspection: str) -> Mapping[str, frozenset[str]] | None:
    state, _ = fold_inspection(store.entries(inspection))
    if state is None:
        return None
    try:
        compiled = forms.of(state).checklists
    except Damaged:
        return None
    return {
        item.code: frozenset(column.code for column in item.answer.columns if column.personal)
        for one in compiled
        for item in one.checklist.items
        if item.answer.columns
    }


def _of_entries(store: Store, entries: Sequence[Entry]) -> Iterator[Secret]:
    for entry in entries:
        data = entry.data or {}
        names = [data.get(name) for name in _PERSONS.get(entry.type, ())]
        yield from _secrets(names, "在场、签收或见证的人", "who was there, received or witnessed")
        if entry.type in PHOTO_TYPES:
            named = str(data.get("name") or "")
            if named and not _PLAIN_PHOTO.fullmatch(named) and _TELLING.search(named):
                yield Secret(
                    named,
                    "name",
                    "照片的文件名（可能是人名）",
                    "a photo's file name, which may name a person",
                )
        if entry.type == "paper.issued":
            yield from _on_paper(data.get("data"))
        if entry.type == TIP:
            who = reporter_of(store, entry.aggregate)
            yield from _secrets(who.values(), "举报人", "who reported")


def _on_paper(printed: Any) -> Iterator[Secret]:
    if not isinstance(printed, Mapping):
        return
    for group, names in _ON_PAPER.items():
        values = printed.get(group)
        for row in values if isinstance(values, list) else [values]:
            if isinstance(row, Mapping):
                yield from _secrets([row.get(name) for name in names], "文书所载的人", "a person on a paper")
    site, party = printed.get("site"), printed.get("party")
    if isinstance(site, Mapping) and isinstance(party, Mapping) and not site.get("name"):
        # A place without a name has a natural person as its party; the address may stand in that field as well.
        name = party.get("name")
        if name and name != site.get("address"):
            yield from _secrets([name], "当事人（自然人）", "the party, a natural person")


def _public(store: Store, entries: Sequence[Entry]) -> list[str]:
    """What may be told: who inspects and administers, and the numbers of offices and of the site itself."""
    found: list[Any] = []
    for person in queries.officers(store.connection):
        found += [person.name, person.certificate]
    for grid in queries.grids(store.connection):
        found += [grid.lead_person, grid.phone]
    for authority in paper_queries.authorities(store.connection):
        found += [authority.phone, authority.contact, authority.name]
    for entry in entries:
        data = entry.data or {}
        facts = data.get("facts") if entry.type == "site.recorded" else None
        if isinstance(facts, Mapping):
            found += [facts.get("credit_code"), facts.get("permit_number")]
        printed = data.get("data") if entry.type == "paper.issued" else None
        if isinstance(printed, Mapping) and isinstance(printed.get("authority"), Mapping):
            found += list(printed["authority"].values())
    return [text for text in found if isinstance(text, str) and text]


# -- photos --------------------------------------------------------------------------------------------------------


def _named(entries: Iterable[Entry]) -> set[str]:
    """Every photo that an entry of the case names, withdrawn ones too."""
    names = (entry.data.get("sha256") for entry in entries if entry.type in PHOTO_TYPES and entry.data)
    return {name for name in names if isinstance(name, str)}


def _photos(
    store: Store, entries: Sequence[Entry], examiner: Examiner
) -> tuple[dict[str, Callable[[], bytes | None]], list[Reviewed]]:
    """The derived copies that can be made, and what becomes of each photo."""
    masks = masks_of(entries)
    masked: dict[str, Callable[[], bytes | None]] = {}
    told: list[Reviewed] = []
    for sha256 in sorted(_named(entries)):
        mask = masks.get(sha256)
        if mask is None:
            zh, en = "没有人看过是否要打码，不放入公开件", "nobody has decided what to mask; it is withheld"
            told.append(Reviewed(sha256, "photo", "withheld", zh, en))
        elif not store.blobs.has(sha256):
            zh, en = "原件不在这台电脑上，不放入公开件", "its original is not here; it is withheld"
            told.append(Reviewed(sha256, "photo", "withheld", zh, en))
        elif examiner.preview(store.blobs.get(sha256), 8, 8) is None:
            zh, en = (
                "照片解不开，不能遮盖，不放入公开件",
                "it cannot be decoded, so nothing can be covered; it is withheld",
            )
            told.append(Reviewed(sha256, "photo", "withheld", zh, en))
        else:
            masked[sha256] = _copier(store, examiner, mask)
            count = len(mask.boxes)
            zh = f"遮盖{count}处，另存无元数据的副本" if count else "看过，无须遮盖；另存无元数据的副本"
            en = f"a copy without metadata, {count} places covered"
            told.append(Reviewed(sha256, "photo", "masked", zh, en))
    return masked, told


def _copier(store: Store, examiner: Examiner, mask: Mask) -> Callable[[], bytes | None]:
    def copy() -> bytes | None:
        return masked_copy(store, examiner, mask)

    return copy


def masked_copy(store: Store, examiner: Examiner, mask: Mask) -> bytes | None:
    """The derived copy of a photo: upright, boxes black, no metadata; the same bytes each time by the same program. None
    where the original cannot be decoded: then nothing can be covered, and the photo is left out.

    Raises:
        NotFound, Damaged: the original is not here.
    """
    return examiner.masked(store.blobs.get(mask.sha256), mask.boxes)
