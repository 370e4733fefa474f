"""The documents of a case file, in the order of a case file, each as Word and, where the extra `pdf` is installed, as PDF.

The order is the one of practice: with a case that was opened, 正卷 and 副卷; without one the short order of a rectification
(检查 → 笔录 → 证据 → 责令改正 → 整改 → 复查 → 销号). The education side has no national order of its own; a department may rearrange.
"""

import gc
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from inspector.casefile.zipped import Source
from inspector.domain.lifecycle import CASED
from inspector.domain.paper import Paper, fold_paper
from inspector.domain.paper_kind import PaperKind
from inspector.domain.paper_words import cn_day
from inspector.domain.when import local_date
from inspector.errors import BadInput, InspectorError, Problem, WorkspaceError
from inspector.export import files, papers
from inspector.forms.papers import case_kinds, paper_kind
from inspector.language import tr
from inspector.services import case_tables, notices, paper_evidence
from inspector.services.case_tables import Tables, hidden, parts, seal_words
from inspector.services.forms import Forms
from inspector.services.paper_evidence import About

Picture = Callable[[str], bytes | None]
Keep = Callable[[bytes], Source]
"""Takes a file that was made, and gives what gives it back."""
MAIN, SIDE = "正卷", "副卷"
_FIRST, _LAST = 0, 1_000
# Places in the two orders. What is in neither is one of the papers that went out (责令改正、通知、清单 …).
_SHORT = {
    "case_visit": 10, "on_site_record": 11, "interview_record": 12, "evidence_preservation": 20, "evidence_list": 21,
    "case_photos": 22, "case_digital": 23, "case_items": 40, "reinspection_opinion": 50, "closing_approval": 60,
    "transfer_letter": 70, "case_timeline": 80, "case_audit": 81, "case_notes": 90, "case_source": 100, "tip_reply": 101,
}  # fmt: skip
_SHORT_OUTWARD = 30
_FULL = {
    "interview_record": 30, "evidence_preservation": 31, "evidence_list": 32, "case_visit": 33, "on_site_record": 34,
    "case_photos": 35, "case_digital": 36, "case_items": 40, "case_timeline": 80, "case_audit": 81, "case_notes": 90,
    "case_source": 100, "tip_reply": 101, "closing_approval": 111, "reinspection_opinion": 21,
}  # fmt: skip
_FULL_OUTWARD = 20
_SIDE_FROM = 100
_LOOKED = 20
_UNFIT = re.compile(r'[\x00-\x1f\x7f-\x9f\\/:*?"<>|%\s\ud800-\udfff]+')
_PAGE = re.compile(rb"/Type\s*/Page\b")


@dataclass(frozen=True, slots=True)
class Document:
    """One document.

    Attributes:
        title, number, date: as the contents list them.
        files: what gives the bytes, and how many, by suffix (".docx", ".pdf").
        pages: of the PDF; 0 where there is none.
        place: in the order; `volume` follows from it.
    """

    code: str
    title: str
    number: str
    date: str
    place: int
    files: Mapping[str, tuple[Source, int]] = field(repr=False)
    pages: int = 0

    @property
    def volume(self) -> str:
        """正卷 or 副卷."""
        return SIDE if self.place >= _SIDE_FROM else MAIN


@dataclass(frozen=True, slots=True)
class Documents:
    """All of them in order, cover and contents first; `problems` say what could not be made.

    Attributes:
        pdf: they are here as PDF too.
    """

    all: tuple[Document, ...]
    problems: tuple[Problem, ...]
    pdf: bool

    def named(self) -> Iterator[tuple[str, Source, int]]:
        """Paths in the bag, what gives the bytes, and how many."""
        for no, one in enumerate(self.all):
            for suffix, (source, size) in one.files.items():
                yield f"data/documents/{no:02}-{_fit(one.title, one.number)}{suffix}", source, size


def _fit(title: str, number: str) -> str:
    """A file's name from a title and a number: no file system refuses it."""
    name = unicodedata.normalize("NFC", f"{title}-{number}" if number else title)
    return _UNFIT.sub("", name.replace("/", "／"))[:60].strip(". ") or "文书"


class _Maker:
    """Makes documents one by one."""

    def __init__(self, tables: Tables, forms: Forms, picture: Picture, sheets: int, keep: Keep) -> None:
        self.tables, self.forms, self.picture, self.keep = tables, forms, picture, keep
        self.sheets = sheets
        self.told: Callable[[str], None] = lambda title: None
        self.pdf = True
        self.problems: list[Problem] = []
        self.authority = ""

    def render(self, kind: PaperKind, data: Mapping[str, Any], *, copy: bool = False) -> dict[str, bytes]:
        """A document's files, as this edition prints them."""
        shown = hidden(data, self.tables.redaction.hide)
        own = files.own_template(self.tables.store, kind.code) if copy else None
        found = {}
        try:
            found[".docx"] = papers.render(
                kind, shown, ".docx", copy=copy, template=own, picture=self.picture
            )
        except BadInput as fault:
            self._tell(kind.title.zh, f"没有Word文件：{fault.zh}", f"no Word file: {fault.en}")
        if self.pdf:
            try:
                found[".pdf"] = papers.render(kind, shown, ".pdf", copy=copy, picture=self.picture)
            except WorkspaceError:
                self.pdf = False
                self._tell(
                    "PDF", "没有安装 PDF 部件，只有 Word 文件", "the part for PDF is not installed: Word only"
                )
            except BadInput as fault:
                self._tell(kind.title.zh, f"没有PDF：{fault.zh}", f"no PDF: {fault.en}")
        return found

    def looked(self, photos: int) -> None:
        """Say now and then how many photos were hashed."""
        if photos % _LOOKED == 0:
            self.told(tr(f"校验值 {photos}", f"Hashing, photo {photos}"))

    def _tell(self, where: str, zh: str, en: str) -> None:
        self.problems.append(Problem(where, zh, en, "warning"))

    def own(self, code: str, place: int, *, title: str = "", date: str = "", **groups: Any) -> Document:
        """One of the documents that are made with the case file."""
        kind = case_kinds()[code]
        base = self.tables.case_data(documents=0, sheets=self.sheets, pages="", authority=self.authority)
        case = base["case"] | groups.pop("case", {})
        data = {
            "kind": code, **base, **groups, "case": case,
            "paper": {"title": kind.title.zh, "number": "", "date": "", "week": "", "provisional": False,
                      "duplicate": False, "draft": False},
        }  # fmt: skip
        made = self.render(kind, data)
        return Document(code, title or kind.title.zh, "", date, place, self._kept(made), _pages(made))

    def issued(self, paper: Paper, place: int) -> Document | None:
        """A paper as it was issued, with its number and its service; None where it cannot be printed."""
        try:
            kind = paper_kind(paper.kind)
            made = self.render(kind, notices.printed(self.tables.store, paper, private=False), copy=True)
        except InspectorError as fault:
            self._tell(
                paper.shown or paper.id,
                f"文书没能制作：{fault.zh}",
                f"the paper could not be made: {fault.en}",
            )
            return None
        title = f"{kind.title.zh}（已作废）" if paper.voided else kind.title.zh
        day = cn_day(paper.issued_on)
        return Document(kind.code, title, paper.shown, day, place, self._kept(made), _pages(made))

    def _kept(self, made: Mapping[str, bytes]) -> dict[str, tuple[Source, int]]:
        gc.collect()  # a Word file leaves circles behind that are few objects for the collector and megabytes of XML
        return {suffix: (self.keep(data), len(data)) for suffix, data in made.items()}


def _pages(made: Mapping[str, bytes]) -> int:
    return len(_PAGE.findall(made[".pdf"])) if ".pdf" in made else 0


def make(
    tables: Tables,
    forms: Forms,
    picture: Picture,
    *,
    sheets: int,
    keep: Keep,
    told: Callable[[str], None] = lambda title: None,
) -> Documents:
    """Make all documents.

    Args:
        picture: gives a photo as a small JPEG by its SHA-256.
        sheets: how many contact sheets there are.
        keep: takes each file as it is made: all of them are too much for memory.
        told: is called with the title of each that is made.
    """
    maker = _Maker(tables, forms, picture, sheets, keep)
    maker.told = told
    issued = _issued(tables)
    maker.authority = _authority(tables, issued)
    full = any(item.state == CASED for item in tables.items)
    order, outward = (_FULL, _FULL_OUTWARD) if full else (_SHORT, _SHORT_OUTWARD)
    found: list[Document] = []
    for paper in issued:
        one = maker.issued(paper, order.get(paper.kind, outward))
        found += [one] if one is not None else []
        told(paper.shown)
    for one in _made(maker, tables, order):
        found.append(one)
        told(one.title)
    found.sort(key=lambda one: one.place)  # stable: papers by issue, visits by start
    notes = maker.own(
        "case_notes", order["case_notes"], gaps=tables.gap_rows(), case={"documents": str(len(found) + 3)}
    )
    at = next((no for no, one in enumerate(found) if one.place > notes.place), len(found))
    found.insert(at, notes)
    return _bound(maker, found)


def _authority(tables: Tables, issued: Sequence[Paper]) -> str:
    """Whose case it is: the authority of the first paper, else the departments of those who inspected."""
    named = (str(paper.data.get("authority", {}).get("name") or "") for paper in issued)
    return next((name for name in named if name), "、".join(tables.departments()))


def _bound(maker: _Maker, found: Sequence[Document]) -> Documents:
    """With the contents and the cover, which need to know all others."""
    rows = [
        {
            "no": str(no), "volume": one.volume, "title": one.title, "number": one.number, "date": one.date,
            "pages": str(one.pages or ""),
        }
        for no, one in enumerate(found, 2)
    ]  # fmt: skip
    contents = maker.own("case_contents", _FIRST, contents=rows)
    count, pages = str(len(found) + 2), sum(one.pages for one in [contents, *found]) + 1
    cover = maker.own(
        "case_cover",
        _FIRST,
        case={"documents": count, "pages": f"{pages}页" if maker.pdf else "（按打印件填写）"},
    )
    return Documents((cover, contents, *found), tuple(maker.problems), maker.pdf)


def _issued(tables: Tables) -> list[Paper]:
    found = [fold_paper(tables.case.of(name))[0] for name in tables.case.papers]
    return [paper for paper in found if paper is not None]


def _made(maker: _Maker, tables: Tables, order: Mapping[str, int]) -> Iterator[Document]:
    case = tables.case
    for number, state in enumerate(case.inspections, 1):
        visit = case_kinds()["case_visit"]
        about = About(inspection=state.id)
        scene = paper_evidence.scene(tables.store, maker.forms, visit, about=about, served="", typed={})
        title = f"检查情况记录（{number}）" if len(case.inspections) > 1 else ""
        day = cn_day(local_date(state.started).isoformat())
        names = ("inspection", "steps", "team", "lines")
        groups: dict[str, Any] = {name: scene.parts[name] for name in names}
        standing = [
            item.id
            for item in tables.items
            if item.finding.inspection == state.id and not item.finding.withdrawn
        ]
        try:
            items = About(items=tuple(standing), inspection=state.id)
            groups["findings"] = paper_evidence.scene(
                tables.store, maker.forms, replace(visit, states=("transferred",)), about=items, served="", typed={}
            ).parts["findings"]  # fmt: skip
        except InspectorError:
            groups["findings"] = []
        yield maker.own(
            "case_visit",
            order["case_visit"],
            title=title,
            date=day,
            visit={"seal": seal_words(tables.store, case, state), "party": tables.party_of(state.site)},
            **groups,
        )
    take = {"officers": tables.takers(), "carriers": tables.carriers()}
    yield from _long(
        maker, "case_digital", order, ("digital", tables.digital(maker.looked)), each={"take": take}
    )
    yield from _long(maker, "case_photos", order, ("shots", tables.shots()))
    if case.findings:
        yield maker.own("case_items", order["case_items"], issues=tables.issues(), moves=tables.moves())
    yield from _long(maker, "case_timeline", order, ("events", tables.events()))
    more = {
        "devices": tables.devices(),
        "marks": [{"no": row["no"], "what": f"{row['where']}：{row['what']}"} for row in tables.gap_rows()],
    }
    yield from _long(maker, "case_audit", order, ("audit", tables.audit()), more)
    if case.tips or case.plans:
        source = tables.source()
        yield maker.own("case_source", order["case_source"], tips=source["tips"], plans=source["plans"])


def _long(
    maker: _Maker,
    code: str,
    order: Mapping[str, int],
    table: tuple[str, Sequence[case_tables.Row]],
    more: Mapping[str, Any] | None = None,
    *,
    each: Mapping[str, Any] | None = None,
) -> Iterator[Document]:
    """A long table in as many documents as it needs; `more` comes along in the first, `each` in all."""
    name, rows = table
    pieces = parts(rows)
    for number, piece in enumerate(pieces, 1):
        part = f"（{number}/{len(pieces)}）" if len(pieces) > 1 else ""
        along: dict[str, Any] = {key: value if number == 1 else [] for key, value in (more or {}).items()}
        along |= each or {}
        title = case_kinds()[code].title.zh + part
        yield maker.own(code, order[code], title=title, case={"part": part}, **along | {name: list(piece)})
