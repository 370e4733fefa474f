"""The tables of a case file's documents: what they print, as texts. Nothing in them depends on the day of the export."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspector.casefile.bag import sm3
from inspector.casefile.bundle import Bundle
from inspector.domain.case import EDITIONS, INTERNAL
from inspector.domain.checklist import Item as Question
from inspector.domain.entries import Entry
from inspector.domain.inspection import Inspection, fold_inspection
from inspector.domain.lifecycle import SETTLED, STATES
from inspector.domain.office import Officer
from inspector.domain.paper_words import cn_date, cn_day
from inspector.domain.plan import fold_plan
from inspector.domain.rectification import Item
from inspector.domain.sealing import SEAL
from inspector.domain.tip import fold_tip
from inspector.domain.when import local_date
from inspector.errors import Problem
from inspector.evidence.facts import flag
from inspector.journal.words import fingerprint, words
from inspector.services import lookup, rectification
from inspector.services.case_parties import joined, parties
from inspector.services.case_photos import CasePhoto
from inspector.services.case_time import brackets, jumps, show
from inspector.services.case_words import WITHHELD, Told, label
from inspector.services.cases import Case, Redaction
from inspector.services.forms import Forms
from inspector.services.sealing import seal_hash
from inspector.store import paper_queries
from inspector.store.workspace import Store

Row = dict[str, str]
ROWS_MAX = 500
"""Rows of a list of photos, a timeline or an audit trail in one document; more make another part."""
_AROUND = frozenset(
    {"officer", "grid", "authority", "pack", "checklist", "parameters", "calendar", "register"}
)
"""Entries that are here so that the others can be read; no part of what happened."""
_LACKING = "（未记载）"
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WebP", "image/heic": "HEIC"}


@dataclass(frozen=True, slots=True)
class Tables:
    """Gives the tables of one case file.

    Attributes:
        items: its items, as they stand by the record.
        papers: titles and numbers of its papers by id.
        gaps: what is missing, as it was told before the export.
    """

    store: Store
    case: Case
    told: Told
    bundle: Bundle
    redaction: Redaction
    items: Sequence[Item]
    papers: Mapping[str, str]
    gaps: Sequence[Problem]

    def case_data(self, *, documents: int, sheets: int, pages: str, authority: str) -> dict[str, Any]:
        """The groups that every document has."""
        case, items = self.case, self.items
        first, last = _span(case)
        whom = parties(self.store, case)
        party = joined(whom, "name", "")
        withheld = len(self.redaction.refs), len(self.redaction.photos)
        originals = sum(photo.here and photo.sha256 not in self.redaction.photos for photo in case.photos)
        return {
            "authority": {"name": authority, "address": "", "phone": "", "contact": "", "prefix": ""},
            "case": {
                "id": case.id,
                "title": _title(case, party.replace("；", "、") or joined(whom, "address", "")),
                "part": "",
                "party": party or _LACKING,
                "code": joined(whom, "code", _LACKING),
                "address": joined(whom, "address", _LACKING),
                "officers": "、".join(self._officers()) or _LACKING,
                "opened": first, "closed": f"{last}（尚未办结）" if self._is_open() else last,
                "result": _result(items),
                "numbers": "、".join(self._numbers()) or "（没有文号）",
                "retention": "一般30年；重要的永久（由立卷人核定）",
                "guard": _guard(self.redaction.edition),
                "originals": str(originals), "copies": str(len(self.redaction.masked)),
                "documents": str(documents), "photos": str(len(case.photos)), "sheets": str(sheets), "pages": pages,
                "entries": str(len(case.entries)),
                "edition": EDITIONS[self.redaction.edition][0],
                "upto": show(max((one.time.wall for one in case.entries), default=0)),
                "withheld": _withheld(*withheld),
            },
        }  # fmt: skip

    def _is_open(self) -> bool:
        """Whether an inspection is not concluded, or an item is neither settled nor withdrawn."""
        items = (item.state not in SETTLED and not item.finding.withdrawn for item in self.items)
        return any(items) or any(state.status == "open" for state in self.case.inspections)

    def takers(self) -> str:
        """Who took the electronic data: those who inspected, and whoever else took a photo in."""
        more = [photo.actor for photo in self.case.photos if photo.actor]
        return "、".join(self._officers(more)) or _LACKING

    def party_of(self, site: str) -> str:
        """Whom an inspection of this site was about."""
        found = (one.name or one.address for one in parties(self.store, self.case) if one.site == site)
        return next(found, "") or _LACKING

    def carriers(self) -> str:
        """The cameras that the photos name."""
        named = dict.fromkeys(str(photo.facts.get("device") or "") for photo in self.case.photos)
        return "、".join(one for one in named if one) or _LACKING

    def _people(self, more: Sequence[str] = ()) -> Sequence[Officer]:
        ids = dict.fromkeys([*(one for state in self.case.inspections for one in state.officers), *more])
        return lookup.officers(self.store, tuple(ids))

    def _officers(self, more: Sequence[str] = ()) -> list[str]:
        return [
            f"{one.name}（{one.certificate}）" if one.certificate else one.name for one in self._people(more)
        ]

    def departments(self) -> list[str]:
        """The departments of those who inspected."""
        return list(dict.fromkeys(one.department for one in self._people() if one.department))

    def _numbers(self) -> list[str]:
        rows = {row.id: row for row in paper_queries.papers(self.store.connection, limit=100_000)}
        return [rows[name].shown for name in self.case.papers if name in rows and rows[name].shown]

    def digital(self, looked: Callable[[int], None] = lambda photos: None) -> list[Row]:
        """Every photo as electronic data that was taken and fixed.

        Args:
            looked: is told how many originals were read so far; it may raise to end.
        """
        times = brackets(self.case.entries, self.bundle)
        rows = []
        for photo in self.case.photos:
            looked(photo.number)
            notes = [
                f"已撤下：{photo.withdrawn}" if photo.withdrawn else "",
                "" if photo.here else "原件不在制作本卷的电脑上",
                "本卷未附原件" if photo.sha256 in self.redaction.photos else "",
                *(flag(str(code)).zh for code in photo.facts.get("flags") or ()),
            ]
            rows.append(
                {
                    "no": photo.label,
                    "name": self._said(photo, photo.name),
                    "category": f"照片（{photo.purpose}）",
                    "format": _FORMATS.get(str(photo.facts.get("media_type")), "其他"),
                    "bytes": str(photo.bytes),
                    "sha256": photo.sha256,
                    "sm3": self._sm3(photo),
                    "taken": _taken(photo),
                    "recorded": show(photo.recorded.wall),
                    "bracket": times[photo.ref].words(),
                    "device": self._said(photo, str(photo.facts.get("device") or _LACKING)),
                    "by": self.told.who(photo.actor) or _LACKING,
                    "item": photo.item or ("（整次检查）" if not photo.phase else photo.about),
                    "note": "；".join(note for note in notes if note),
                }
            )
        return rows

    def _said(self, photo: CasePhoto, text: str) -> str:
        """What the photo's entry says, unless that is withheld."""
        return WITHHELD if photo.ref in self.redaction.refs else text

    def _sm3(self, photo: CasePhoto) -> str:
        if not photo.here:
            return "（原件不在本机）"
        digest = sm3()
        digest.update(self.store.blobs.get(photo.sha256))
        return digest.hexdigest()

    def shots(self) -> list[Row]:
        """The captions of the photos."""
        rows = []
        for photo in self.case.photos:
            about = self.told.item(photo.item) if photo.item else photo.about
            by = self.told.who(photo.actor) or _LACKING
            withdrawn = f"\n已撤下：{photo.withdrawn}" if photo.withdrawn else ""
            rows.append(
                {
                    "no": photo.label,
                    "caption": f"{photo.purpose}：{about}\n原文件名：{self._said(photo, photo.name)}{withdrawn}",
                    "times": f"拍摄：{_taken(photo)}\n采集：{show(photo.recorded.wall)}\n采集人：{by}",
                    "file": self._file(photo),
                }
            )  # fmt: skip
        return rows

    def _file(self, photo: CasePhoto) -> str:
        if photo.sha256 in self.redaction.masked:
            return f"遮盖后的副本\n{photo.masked_file.rpartition('/')[2]}"
        if photo.sha256 in self.redaction.photos:
            return "本卷未附原件"
        return photo.file.rpartition("/")[2] if photo.here else "（缺）"

    def events(self) -> list[Row]:
        """Every entry about the case in words, by the devices' clocks."""
        times = brackets(self.case.entries, self.bundle)
        own = [entry for entry in self.case.entries if entry.type.partition(".")[0] not in _AROUND]
        own.sort(key=lambda entry: (entry.time.wall, entry.ref))
        return [
            {
                "no": str(number),
                "clock": show(entry.time.wall),
                "bracket": times[entry.ref].words(),
                "what": self._sentence(entry),
                "who": self.told.who(entry.actor),
            }
            for number, entry in enumerate(own, 1)
        ]

    def _sentence(self, entry: Entry) -> str:
        if entry.ref in self.redaction.refs:
            return f"{label(entry.type)}（内容未附）"
        return self.told.sentence(entry)

    def issues(self) -> list[Row]:
        """The items as they stand."""
        return [
            {
                "no": str(number),
                "fact": f"{item.finding.item}　{item.id}\n{item.finding.question}\n{item.finding.reason}",
                "state": "已撤回" if item.finding.withdrawn else STATES[item.state].zh if item.state in STATES else item.state,
                "due": cn_day(item.due),
                "handler": self.told.who(item.handler),
            }
            for number, item in enumerate(self.items, 1)
        ]  # fmt: skip

    def moves(self) -> list[Row]:
        """What was done about each item, in its order."""
        rows = []
        for number, item in enumerate(self.items, 1):
            by_ref = {entry.ref: entry for entry in self.case.of(item.id)}
            for step in item.path:
                entry = by_ref.get(step.ref)
                day = str(step.data.get("day") or "") or local_date(step.time).isoformat()
                rows.append(
                    {
                        "no": str(number),
                        "day": cn_day(day),
                        "what": self._sentence(entry).removeprefix("整改：")
                        if entry is not None
                        else step.action,
                        "due": cn_day(str(step.data.get("until") or "")),
                        "who": self.told.who(step.actor),
                    }
                )
        return rows

    def source(self) -> dict[str, list[Row]]:
        """How the case began: tips and plans."""
        tips, plans = [], []
        for number, name in enumerate(self.case.tips, 1):
            tip, _ = fold_tip(self.case.of(name))
            if tip is not None:
                received = f"{cn_day(tip.received)}\n{tip.id}"
                reply = f"{cn_day(tip.answered)}　{tip.reply}" if tip.answered else "（未答复）"
                shut = any(entry.ref in self.redaction.refs for entry in self.case.of(name))
                content = WITHHELD if shut else tip.content
                tips.append({"no": str(number), "received": received, "content": content, "reply": reply})
        for name in self.case.plans:
            plan, _ = fold_plan(self.case.of(name))
            if plan is not None:
                plans.append({"name": plan.name, "days": f"{cn_day(plan.first)}至{cn_day(plan.last)}"})
        return {"tips": tips, "plans": plans}

    def devices(self) -> list[Row]:
        """The devices whose entries are here, and what their clocks did."""
        stray: dict[str, list[str]] = {}
        for jump in jumps(self.case.entries):
            words = f"第{jump.ref.seq}条前时钟{'拨快' if jump.by > 0 else '拨慢'}{abs(jump.by) / 1000:.0f}秒"
            stray.setdefault(jump.ref.device, []).append(words)
        found: dict[str, list[Entry]] = {}
        for entry in self.case.entries:
            found.setdefault(entry.ref.device, []).append(entry)
        return [
            {
                "device": device,
                "entries": f"{len(entries)}条",
                "span": "\n".join(f"第{one.ref.seq}条 {show(one.time.wall)}" for one in (entries[0], entries[-1])),
                "jumps": "\n".join(stray.get(device, [])[:10]) or "没有发现拨动",
            }
            for device, entries in found.items()
        ]  # fmt: skip

    def audit(self) -> list[Row]:
        """Every entry: its name, when by its device's clock, who, what, and the beginning of its hash."""
        return [
            {
                "ref": str(sealed.ref),
                "clock": show(entry.time.wall),
                "who": self.told.who(entry.actor) or "（系统）",
                "what": label(entry.type),
                "hash": sealed.hash.hex()[:32],
            }
            for sealed, entry in zip(self.case.sealed, self.case.entries, strict=True)
        ]

    def gap_rows(self) -> list[Row]:
        """What is missing or has to be looked at."""
        return [
            {"no": str(number), "where": gap.where, "what": gap.zh} for number, gap in enumerate(self.gaps, 1)
        ]


def tables(
    store: Store, forms: Forms, case: Case, *, bundle: Bundle, redaction: Redaction, gaps: Sequence[Problem]
) -> Tables:
    """The tables of a case file."""
    papers = paper_queries.papers(store.connection, limit=100_000)
    numbers = {row.id: row.shown or row.kind for row in papers if row.id in case.papers}
    told = Told(case.names, _questions(forms, case.inspections), numbers)
    items = [rectification.load(store, name)[0] for name in case.findings]
    return Tables(store, case, told, bundle, redaction, items, numbers, gaps)


def parts(rows: Sequence[Row]) -> list[Sequence[Row]]:
    """A long table in pieces of `ROWS_MAX`; one empty piece of an empty table."""
    return [rows[start : start + ROWS_MAX] for start in range(0, max(len(rows), 1), ROWS_MAX)]


def hidden(data: Any, hide: Callable[[str], str]) -> Any:
    """Data of a document with every text as this edition prints it."""
    if isinstance(data, str):
        return hide(data)
    if isinstance(data, Mapping):
        return {name: hidden(value, hide) for name, value in data.items()}
    return [hidden(value, hide) for value in data] if isinstance(data, list | tuple) else data


def seal_words(store: Store, case: Case, state: Inspection) -> str:
    """The seal of an inspection as the printed record and `inspector verify` name it; says so where there is none."""
    _, registers = fold_inspection(case.of(state.id))
    value, digest = registers.value(SEAL), seal_hash(store, state.id)
    if not isinstance(value, Mapping) or digest is None:
        return "（未封存）"
    held = f"（记录{value.get('count', '')}条，照片{value.get('photos', '')}张）"
    return f"{fingerprint(digest)}{held}\n{' '.join(words(digest))}"


def _questions(forms: Forms, inspections: Sequence[Inspection]) -> dict[str, Question]:
    found: dict[str, Question] = {}
    for state in inspections:
        for compiled in forms.of(state).checklists:
            found |= {item.code: item for item in compiled.checklist.items}
    return found


def _taken(photo: CasePhoto) -> str:
    return str(photo.facts.get("taken") or _LACKING).replace("T", " ")


def _guard(edition: str) -> str:
    if edition != INTERNAL:
        return ""
    return "内部卷：登记表、照片和文书可能涉及未成年人及其他个人信息，只供办案和审核使用；对外提供的，另行导出公开件。"


def _withheld(entries: int, photos: int) -> str:
    if not entries and not photos:
        return ""
    return f"本卷未附{entries}条记录的内容和{photos}张照片的原件，其校验值仍可核验。"


def _title(case: Case, who: str) -> str:
    return f"{who or case.id}检查{'及整改' if case.findings else ''}案卷"


def _span(case: Case) -> tuple[str, str]:
    own = [entry for entry in case.entries if entry.aggregate in {*case.findings, *_ids(case), *case.papers}]
    if not own:
        return _LACKING, _LACKING
    first = min(own, key=lambda entry: (entry.time.wall, entry.ref))
    last = max(own, key=lambda entry: (entry.time.wall, entry.ref))
    return cn_date(local_date(first.time)), cn_date(local_date(last.time))


def _ids(case: Case) -> list[str]:
    return [state.id for state in case.inspections]


def _result(items: Sequence[Item]) -> str:
    standing = [item for item in items if not item.finding.withdrawn]
    if not standing:
        return "没有登记问题"
    counts: dict[str, int] = {}
    for item in standing:
        counts[item.state] = counts.get(item.state, 0) + 1
    states = "、".join(f"{STATES[code].zh}{counts[code]}项" for code in STATES if code in counts)
    return f"登记问题{len(standing)}项：{states}"
