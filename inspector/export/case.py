"""Exporting a case file: collect, make the documents, see that there is room, write, record that it was done, sign."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from inspector.casefile.bag import BagWriter, bag_size
from inspector.casefile.bundle import Bundle
from inspector.casefile.check import check_case
from inspector.casefile.evidence import CaseData, ExportData, PhotoLine, evidence_files, export_file
from inspector.casefile.how_to import extra_files
from inspector.casefile.verdict import Checked
from inspector.casefile.zipped import Source
from inspector.domain import case as cases_domain
from inspector.domain.case import INTERNAL, Subject
from inspector.domain.entries import Draft, Ref
from inspector.domain.objections import check_reason
from inspector.errors import Problem, Refusal, WorkspaceError
from inspector.evidence import contact
from inspector.evidence.examine import Examiner
from inspector.export import case_documents
from inspector.export.case_room import check_name, check_room
from inspector.journal.entry import SealedEntry
from inspector.language import tr
from inspector.services import cases
from inspector.services.case_tables import tables
from inspector.services.cases import Case, Redaction
from inspector.services.forms import Forms
from inspector.services.paper_data import PICTURE_PIXELS
from inspector.store.spool import Spool
from inspector.store.workspace import PHOTOS, Store

_UNFINISHED = "case_unfinished"
"""Setting: the entry of an export that was cut off before its file had its name: the next run goes on with it."""

Prove = Callable[[str, Sequence[Ref]], tuple[Bundle, Sequence[Ref], Sequence[Problem]]]
"""Gives proofs for a subject's entries, those that have none, and why nothing more could be had."""
Payload = tuple[str, Source, int]
"""A file of the bag: its path, what opens its bytes each time anew, how many they are."""
Redact = Callable[[Store, Case, Examiner], Redaction]
"""Decides what an edition withholds."""


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
    """Who exports.

    Attributes:
        device, public, sign: its name and key.
        record: writes the entry that says so; its reference, and its time in seconds.
        root: the key that a reader is expected to know, the centre's where there is one.
    """

    device: str
    public: bytes
    root: bytes
    sign: Callable[[bytes], bytes]
    record: Callable[[Draft], tuple[Ref, int]]


@dataclass(frozen=True, slots=True)
class Planned:
    """A case file that is ready to be written; a context manager, as what was made for it lies in a file of the workspace.

    Attributes:
        payload: path, what opens the bytes, size; without `export.json`.
        bytes: size of the whole ZIP.
        problems: what is missing or has to be looked at, told before anything is written.
        pdf: the documents are in it as PDF too.
    """

    case: Case
    redaction: Redaction
    payload: tuple[Payload, ...] = field(repr=False)
    documents: int
    bytes: int
    problems: tuple[Problem, ...]
    unproven: int
    pdf: bool
    examiner: Examiner = field(repr=False)
    spool: Spool = field(repr=False)

    def close(self) -> None:
        """Forget what was made for it."""
        self.examiner.close()
        self.spool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class Exported:
    """A case file that was written. `entry` tells of it in the journal; `checked` is what a stranger will find who has the
    right fingerprint."""

    path: Path
    bytes: int
    files: int
    entry: Ref
    manifest_sha256: str
    checked: Checked


def plan(
    store: Store,
    subjects: Sequence[Subject],
    *,
    prove: Prove,
    redact: Redact = lambda store, case, examiner: Redaction(),
    told: Callable[[str], None] = lambda title: None,
) -> Planned:
    """Collect everything, make the documents, and measure. Nothing is written.

    Args:
        prove: where proofs come from.
        redact: decides what this edition withholds.
        told: is called with the title of each document that is made.

    Raises:
        NotFound: a subject is not here.
        Refusal: of the redaction, where something shows that must not.
    """
    case = cases.collect(store, subjects)
    examiner, spool = Examiner(workers=1), Spool(store.path / PHOTOS)
    try:
        redaction = cases.naming_gone(redact(store, case, examiner), case)
        making = _Making(store, case, redaction, (examiner, spool), told)
        return making.planned(prove)
    except BaseException:
        examiner.close()
        spool.close()
        raise


class _Making:
    """Makes everything that is not there yet, each thing once; only the file of the spool holds it."""

    def __init__(
        self, store: Store, case: Case, redaction: Redaction, tools: tuple[Examiner, Spool], told: Callable[[str], None]
    ) -> None:  # fmt: skip
        self.store, self.case, self.redaction, self.told = store, case, redaction, told
        self.examiner, self.spool = tools
        self.masked: dict[str, tuple[Source, int]] = {}

    def planned(self, prove: Prove) -> Planned:
        """Everything, measured."""
        store, case, redaction = self.store, self.case, self.redaction
        forms = Forms(store)
        bundle, unproven, lacking = prove(case.subject, [entry.ref for entry in case.entries])
        gaps = [*cases.shortcomings(store, case, unproven), *lacking]
        self._mask()
        sheets = list(self._sheets())
        made = case_documents.make(
            tables(store, forms, case, bundle=bundle, redaction=redaction, gaps=gaps), forms, self._picture,
            sheets=len(sheets), keep=self.spool.keep, told=self.told,
        )  # fmt: skip
        # Photos first: where an export goes on after a cut, they are most of it, and what can have changed comes behind them.
        payload = (*self._photos(), *sheets, *made.named(), *self._evidence(bundle))
        self._look(payload)
        return Planned(
            case=case,
            redaction=redaction,
            payload=payload,
            documents=len(made.all),
            bytes=_size(store, case, payload),
            problems=(*gaps, *made.problems),
            unproven=len(unproven),
            pdf=made.pdf,
            examiner=self.examiner,
            spool=self.spool,
        )

    def _look(self, payload: Sequence[Payload]) -> None:
        """Every file but the originals as the redaction wants it."""
        if self.redaction.edition != INTERNAL:
            for path, source, _ in payload:
                if not path.startswith("data/photos/"):
                    self.redaction.check(path, b"".join(source()))

    def _keep(self, path: str, data: bytes) -> Payload:
        return path, self.spool.keep(data), len(data)

    def _mask(self) -> None:
        """Every derived copy that can be made."""
        for number, photo in enumerate(self.case.photos, 1):
            data = self.redaction.masked[photo.sha256]() if photo.sha256 in self.redaction.masked else None
            if data is not None:
                self.masked[photo.sha256] = self.spool.keep(data), len(data)
                self._tell("遮盖照片", "Masking photos", number)

    def _sheets(self) -> Iterator[Payload]:
        shots = ((photo.label, partial(self._read, photo.sha256)) for photo in self.case.photos)
        for number, data in enumerate(contact.sheets(shots, self.examiner), 1):
            yield self._keep(f"data/contact-sheets/{number:03}.jpg", data)
            self._tell("照片小样", "Contact sheets", min(number * contact.PER_SHEET, len(self.case.photos)))

    def _tell(self, zh: str, en: str, photos: int) -> None:
        whole = len(self.case.photos)
        self.told(tr(f"{zh} {photos}/{whole}", f"{en}, photo {photos} of {whole}"))

    def _read(self, sha256: str) -> bytes | None:
        """A photo as this edition shows it."""
        if sha256 in self.masked:
            return b"".join(self.masked[sha256][0]())
        if sha256 in self.redaction.photos or not self.store.blobs.has(sha256):
            return None
        return self.store.blobs.get(sha256)

    def _picture(self, sha256: str) -> bytes | None:
        if len(sha256) != 64 or set(sha256) - set("0123456789abcdef"):
            return None
        data = self._read(sha256)
        return None if data is None else self.examiner.thumbnail(data, PICTURE_PIXELS)

    def _photos(self) -> Iterator[Payload]:
        blobs = self.store.blobs

        def original(sha256: str) -> Source:
            return lambda: iter([blobs.get(sha256)])

        for photo in self.case.photos:
            if photo.here and photo.sha256 not in self.redaction.photos:
                yield f"data/{photo.file}", original(photo.sha256), blobs.size(photo.sha256)
        for photo in self.case.photos:
            if photo.sha256 in self.masked:
                yield f"data/{photo.masked_file}", *self.masked[photo.sha256]

    def _evidence(self, bundle: Bundle) -> Iterator[Payload]:
        case, redaction = self.case, self.redaction
        there = {entry.ref for entry in case.entries}
        withheld = tuple(sorted(redaction.refs & there))
        gone = tuple(sorted(photo.sha256 for photo in case.photos if photo.sha256 in redaction.photos))
        data = CaseData(case.id, redaction.edition, case.about, case.subject, withheld, gone)
        lines = [
            PhotoLine(
                photo.sha256,
                photo.file if photo.here and photo.sha256 not in redaction.photos else "",
                photo.bytes,
                photo.masked_file if photo.sha256 in self.masked else "",
            )
            for photo in case.photos
        ]

        def entries() -> Iterator[SealedEntry]:
            for entry in case.sealed:
                yield entry.without_body() if entry.ref in redaction.refs else entry

        for path, content in evidence_files(bundle, entries, lines, data):
            if isinstance(content, bytes):
                yield self._keep(path, content)
            else:
                yield path, content, sum(map(len, content()))


def _size(store: Store, case: Case, payload: Sequence[Payload]) -> int:
    # The entry that tells of the export is not there yet: room for a long reason.
    likely = ExportData(store.device, Ref(store.device, 10**9), 10**10, "理" * 200, "o" * 40)
    tail, data = export_file(likely)
    sizes = {path: size for path, _, size in payload} | {tail: len(data)}
    return bag_size(case.id, sizes, info=_info(case), extra=extra_files())


def _info(case: Case) -> dict[str, str]:
    return {"External-Identifier": case.id}


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
        Refusal: no reason, the file is there, or another program writes it.
        WorkspaceError: no room, the disk refuses, or the file that was written cannot be read again.
        Stopped: `stop` said so.
    """
    check_reason(reason)
    check_name(path)
    check_room(planned.bytes, path)
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
            name, told = export_file(ExportData(author.device, ref, time, reason.strip(), actor))
            planned.redaction.check(name, told)
            bag.add(name, told)
            size = bag.finish(info=_info(case), public=author.public, sign=author.sign, extra=extra_files())
            files = len(bag.files)
    except (BlockingIOError, FileExistsError) as fault:
        raise Refusal(
            f"另一个程序正在写 {path}，或已写好同名文件；没有覆盖。",
            f"Another program writes {path}, or has written it; nothing was replaced.",
            hint=("等它写完，或换一个文件名。", "Wait for it, or choose another name."), code="case.busy",
        ) from fault  # fmt: skip
    except OSError as fault:
        raise WorkspaceError(
            f"没能写完 {path}（{fault.strerror or fault}）；写好的部分留着。",
            f"{path} could not be written to its end ({fault.strerror or fault}); what is written stays.",
            hint=("处理后再导出一次，会接着写。", "Put it right and export again: it goes on."), code="case.write",
        ) from fault  # fmt: skip
    try:
        checked = check_case(path, root=hashlib.sha256(author.root).hexdigest())
    except OSError as fault:
        raise WorkspaceError(
            f"{path} 已写好并记入日志，但读不回来核验（{fault.strerror or fault}）。",
            f"{path} is written and recorded, but cannot be read again to be checked ({fault.strerror or fault}).",
            hint=("插好U盘，用 inspector verify 核验。", "See to the stick, and check it by inspector verify."), code="case.unread",
        ) from fault  # fmt: skip
    return Exported(path, size, files, ref, manifest, checked)


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

    root = bytes.fromhex(store.setting("centre_key") or "") or store.key.public
    return Author(store.device, store.key.public, root, store.key.sign, record)


def done(store: Store) -> None:
    """Forget the entry of an unfinished export: its file has its name now."""
    store.set_settings(**{_UNFINISHED: None})
