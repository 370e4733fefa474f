"""Exporting a case file: collect, make the documents, see that there is room, write, record that it was done, sign."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inspector.casefile.bag import BagWriter, bag_size
from inspector.casefile.bundle import Bundle
from inspector.casefile.evidence import CaseData, ExportData, PhotoLine, evidence_files, export_file
from inspector.casefile.how_to import extra_files
from inspector.casefile.space import FAT32_MAX_BYTES, room
from inspector.casefile.zipped import Source
from inspector.domain import case as cases_domain
from inspector.domain.case import Subject
from inspector.domain.entries import Draft, Ref
from inspector.domain.objections import check_reason
from inspector.errors import BadInput, Problem, Refusal, WorkspaceError
from inspector.evidence import contact
from inspector.evidence.examine import Examiner
from inspector.export import case_documents
from inspector.journal.entry import SealedEntry
from inspector.services import case_proofs, cases
from inspector.services.case_photos import CasePhoto
from inspector.services.case_tables import tables
from inspector.services.cases import Case, Redaction
from inspector.services.forms import Forms
from inspector.services.paper_data import PICTURE_PIXELS
from inspector.store.workspace import Store

_UNFINISHED = "case_unfinished"
"""Setting: the entry of an export that was cut off before its file had its name: the next run goes on with it."""
SUFFIX = ".zip"

Prove = Callable[[str, Sequence[Ref]], tuple[Bundle, Sequence[Ref]]]
"""Gives proofs for a subject's entries, and those that have none."""


class Stopped(WorkspaceError):  # noqa: N818 - named for what happened
    """Somebody stopped the export; what is written stays as `.part`, and the same command goes on from there."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an export is: files and bytes, of how many."""

    files: int
    of_files: int
    bytes: int
    of_bytes: int


@dataclass(frozen=True, slots=True)
class Author:
    """Who exports: a device, its key, and what writes the entry that says so (its reference and time in seconds)."""

    device: str
    public: bytes
    sign: Callable[[bytes], bytes]
    record: Callable[[Draft], tuple[Ref, int]]


@dataclass(frozen=True, slots=True)
class Planned:
    """A case file that is ready to be written.

    Attributes:
        payload: path, bytes or what opens them, size; without `export.json`.
        bytes: size of the whole ZIP.
        problems: what is missing or has to be looked at, told before anything is written.
        pdf: the documents are in it as PDF too.
    """

    case: Case
    redaction: Redaction
    payload: tuple[tuple[str, bytes | Source, int], ...] = field(repr=False)
    documents: int
    bytes: int
    problems: tuple[Problem, ...]
    unproven: int
    pdf: bool


@dataclass(frozen=True, slots=True)
class Exported:
    """A case file that was written. `entry` tells of it in the journal."""

    path: Path
    bytes: int
    files: int
    entry: Ref
    manifest_sha256: str


def plan(
    store: Store,
    subjects: Sequence[Subject],
    *,
    redaction: Redaction | None = None,
    prove: Prove | None = None,
    told: Callable[[str], None] = lambda title: None,
) -> Planned:
    """Collect everything, make the documents, and measure. Nothing is written.

    Args:
        prove: where proofs come from; without it, what this laptop has.
        told: is called with the title of each document that is made.

    Raises:
        NotFound: a subject is not here.
        InspectorError: of the redaction, where something shows that must not.
    """
    redaction = redaction or Redaction()
    case = cases.collect(store, subjects)
    refs = [entry.ref for entry in case.entries]
    prove = prove or (lambda subject, wanted: case_proofs.best_bundle(store, subject, wanted))
    bundle, unproven = prove(case.subject, refs)
    gaps = cases.shortcomings(store, case, unproven)
    forms = Forms(store)
    with Examiner(workers=1) as examiner:
        sheets = list(contact.sheets(_shots(store, case, redaction), examiner))
        made = case_documents.make(
            tables(store, forms, case, bundle=bundle, redaction=redaction, gaps=gaps),
            forms,
            _picture(store, redaction, examiner),
            sheets=len(sheets),
            told=told,
        )
    payload = tuple(
        (path, data, size)
        for path, data, size in (
            *((path, data, len(data)) for path, data in made.named()),
            *_photo_files(store, case, redaction),
            *((f"data/contact-sheets/{no:03}.jpg", data, len(data)) for no, data in enumerate(sheets, 1)),
            *_evidence(case, redaction, bundle),
        )
    )
    for path, data, _ in payload:
        if isinstance(data, bytes):
            redaction.check(path, data)
    return Planned(
        case=case,
        redaction=redaction,
        payload=payload,
        documents=len(made.all),
        bytes=_size(store, case, payload),
        problems=(*gaps, *made.problems),
        unproven=len(unproven),
        pdf=made.pdf,
    )


def _size(store: Store, case: Case, payload: Sequence[tuple[str, bytes | Source, int]]) -> int:
    # The entry that tells of the export is not there yet: room for a long reason.
    likely = ExportData(store.device, Ref(store.device, 10**9), 10**10, "理" * 200, "o" * 40)
    tail, data = export_file(likely)
    sizes = {path: size for path, _, size in payload} | {tail: len(data)}
    return bag_size(case.id, sizes, info=_info(case), extra=extra_files())


def _info(case: Case) -> dict[str, str]:
    return {"External-Identifier": case.id}


def _read(store: Store, redaction: Redaction, sha256: str) -> bytes | None:
    """A photo as this edition shows it."""
    if sha256 in redaction.masked:
        return redaction.masked[sha256]()
    if sha256 in redaction.photos or not store.blobs.has(sha256):
        return None
    return store.blobs.get(sha256)


def _shots(store: Store, case: Case, redaction: Redaction) -> Iterator[contact.Shot]:
    def reader(photo: CasePhoto) -> Callable[[], bytes | None]:
        return lambda: _read(store, redaction, photo.sha256)

    for photo in case.photos:
        yield photo.label, reader(photo)


def _picture(store: Store, redaction: Redaction, examiner: Examiner) -> Callable[[str], bytes | None]:
    def picture(sha256: str) -> bytes | None:
        if len(sha256) != 64 or set(sha256) - set("0123456789abcdef"):
            return None
        data = _read(store, redaction, sha256)
        return None if data is None else examiner.thumbnail(data, PICTURE_PIXELS)

    return picture


def _photo_files(store: Store, case: Case, redaction: Redaction) -> Iterator[tuple[str, bytes | Source, int]]:
    def original(sha256: str) -> Source:
        return lambda: iter([store.blobs.get(sha256)])

    for photo in case.photos:
        if photo.here and photo.sha256 not in redaction.photos:
            yield f"data/{photo.file}", original(photo.sha256), store.blobs.size(photo.sha256)
    for photo in case.photos:
        data = redaction.masked[photo.sha256]() if photo.sha256 in redaction.masked else None
        if data is not None:
            yield f"data/{photo.masked_file}", data, len(data)


def _evidence(case: Case, redaction: Redaction, bundle: Bundle) -> Iterator[tuple[str, bytes | Source, int]]:
    there = {entry.ref for entry in case.entries}
    withheld = tuple(sorted(redaction.refs & there))
    gone = tuple(sorted(photo.sha256 for photo in case.photos if photo.sha256 in redaction.photos))
    data = CaseData(case.id, redaction.edition, case.about, case.subject, withheld, gone)
    lines = [
        PhotoLine(
            photo.sha256,
            photo.file if photo.here and photo.sha256 not in redaction.photos else "",
            photo.bytes,
            photo.masked_file if photo.sha256 in redaction.masked else "",
        )
        for photo in case.photos
    ]

    def entries() -> Iterator[SealedEntry]:
        for entry in case.sealed:
            yield entry.without_body() if entry.ref in redaction.refs else entry

    for path, content in evidence_files(bundle, entries, lines, data):
        whole = content if isinstance(content, bytes) else b"".join(content())
        yield path, whole, len(whole)


def check_name(path: Path) -> None:
    """See that the file may have this name.

    Raises:
        BadInput: it does not end in .zip.
    """
    if path.suffix.lower() != SUFFIX:
        raise BadInput(
            "案卷文件名应以 .zip 结尾。", "The name of a case file ends in .zip.", code="case.suffix"
        )


def check_room(planned: Planned, path: Path) -> None:
    """See that the folder takes the file, before anything is written.

    Raises:
        UsageError, Refusal: the file is there already.
        WorkspaceError: no such folder, too little room, or the stick cannot hold so large a file.
    """
    part = path.with_name(path.name + ".part")
    if path.exists():
        raise Refusal(
            f"{path} 已存在，没有覆盖。", f"{path} is there already; it was not replaced.",
            hint=("换一个文件名。", "Choose another name."), code="case.exists",
        )  # fmt: skip
    try:
        found = room(path.parent)
        there = part.stat().st_size if part.exists() else 0
    except OSError as fault:
        raise WorkspaceError(
            f"写不到 {path.parent}（{fault.strerror or fault}）。", f"{path.parent} takes nothing ({fault.strerror or fault}).",
            hint=("检查文件夹或U盘是否存在、可写。", "See that the folder or stick is there."), code="case.folder",
        ) from fault  # fmt: skip
    if found.largest is not None and planned.bytes > found.largest:
        raise WorkspaceError(
            f"案卷约{_megabytes(planned.bytes)}，这个U盘（FAT32）最大只能存{_megabytes(FAT32_MAX_BYTES)}的文件；没有开始。",
            f"The case file has {_megabytes(planned.bytes)}, and this stick (FAT32) takes files up to {_megabytes(FAT32_MAX_BYTES)}.",
            hint=("换成 exFAT 或 NTFS 格式的U盘，或导出到硬盘。", "Use a stick with exFAT or NTFS, or a disk."), code="case.fat32",
        )  # fmt: skip
    if not found.takes(planned.bytes, there=there):
        raise WorkspaceError(
            f"空间不够：案卷约{_megabytes(planned.bytes)}，剩余{_megabytes(found.free)}；没有开始。",
            f"Too little room: {_megabytes(planned.bytes)} are needed and {_megabytes(found.free)} are free.",
            hint=("清理出空间，或换一个文件夹。", "Make room, or choose another folder."), code="case.room",
        )  # fmt: skip


def _megabytes(size: int) -> str:
    return f"{-(-size // 1_048_576):,} MB"


def write(
    planned: Planned,
    path: Path,
    author: Author,
    *,
    reason: str,
    actor: str = "",
    progress: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> Exported:
    """Write the file; where an earlier run was cut off, go on from what lies there.

    Args:
        reason: for whom and why; it is in the file and in the journal.
        actor: id of the person who exports, or empty.
        progress: is told after every file.
        stop: is asked before every file whether to end.

    Raises:
        Refusal: no reason, or the file is there.
        WorkspaceError: no room, or the disk refuses.
        Stopped: `stop` said so.
    """
    check_reason(reason)
    if path.suffix.lower() != SUFFIX:
        raise BadInput(
            "案卷文件名应以 .zip 结尾。", "The name of a case file ends in .zip.", code="case.suffix"
        )
    check_room(planned, path)
    case = planned.case
    try:
        with BagWriter(path, case.id) as bag:
            for number, (name, data, size) in enumerate(planned.payload, 1):
                if stop():
                    raise Stopped(
                        "已停止；写好的部分留着，再导出一次就接着写。", "Stopped; what is written stays: the next export goes on.",
                        code="case.stopped",
                    )  # fmt: skip
                bag.add(name, data, size=size)
                progress(Progress(number, len(planned.payload), bag.written, planned.bytes))
            manifest = bag.payload_sha256()
            ref, time = author.record(_draft(planned, reason, manifest))
            bag.add(*export_file(ExportData(author.device, ref, time, reason.strip(), actor)))
            size = bag.finish(info=_info(case), public=author.public, sign=author.sign, extra=extra_files())
            files = len(bag.files)
    except OSError as fault:
        raise WorkspaceError(
            f"没能写完 {path}（{fault.strerror or fault}）；写好的部分留着。",
            f"{path} could not be written to its end ({fault.strerror or fault}); what is written stays.",
            hint=("处理后再导出一次，会接着写。", "Put it right and export again: it goes on."), code="case.write",
        ) from fault  # fmt: skip
    return Exported(path, size, files, ref, manifest)


def _draft(planned: Planned, reason: str, manifest: str) -> Draft:
    case, redaction = planned.case, planned.redaction
    there = {entry.ref for entry in case.entries}
    return cases_domain.export_draft(
        case.subjects,
        case.scope,
        edition=redaction.edition,
        reason=reason,
        entries=len(case.entries),
        photos=sum(photo.here and photo.sha256 not in redaction.photos for photo in case.photos),
        documents=planned.documents,
        withheld=len(redaction.refs & there) + sum(one.sha256 in redaction.photos for one in case.photos),
        manifest_sha256=manifest,
    )


def laptop(store: Store, *, actor: str = "") -> Author:
    """This laptop as the one that exports: the entry is written once, also where the export was cut off after it."""

    def record(draft: Draft) -> tuple[Ref, int]:
        told = {"data": dict(draft.data), "actor": actor}
        if store.json_setting(_UNFINISHED) != told:
            settings: dict[str, Any] = {_UNFINISHED: told}
            store.decide(lambda _: [draft], actor=actor, **settings)
        own = [
            entry
            for entry in store.entries(draft.aggregate)
            if entry.ref.device == store.device and entry.data == draft.data and entry.actor == actor
        ]
        return own[-1].ref, own[-1].time.wall // 1000

    return Author(store.device, store.key.public, store.key.sign, record)


def done(store: Store) -> None:
    """Forget the entry of an unfinished export: its file has its name now."""
    store.set_settings(**{_UNFINISHED: None})
