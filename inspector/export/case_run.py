"""Exporting a case file from this laptop, in two steps: prepare (and be told what is missing), then write."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from inspector.domain.case import REDACTED, Subject, check_edition
from inspector.domain.objections import check_reason
from inspector.evidence.examine import Examiner
from inspector.export import case
from inspector.export.case import Exported, Planned, Progress, Prove, Stopped
from inspector.export.case_room import check_name, check_room
from inspector.services import cases, rectification, redaction
from inspector.services.cases import Case, Redaction
from inspector.services.forms import Forms
from inspector.store.locks import EXPORTING, FileLock
from inspector.store.workspace import Store


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants exported.

    Attributes:
        subjects: as they are named: ids, their beginnings, a site's name.
        who: who exports: an officer as `lookup.officer` finds one; else the patrol's first officer.
        redact: texts that a redacted edition hides besides what the program finds.
    """

    subjects: tuple[str, ...]
    path: Path
    reason: str
    edition: str = "internal"
    who: str = ""
    redact: tuple[str, ...] = ()


def prepare(store: Store, wish: Wish, prove: Prove, *, told: Callable[[str], None] | None = None) -> Planned:
    """Collect, make the documents, measure, and see that there is room.

    Args:
        prove: where proofs come from (`sync.proving.prover`).
        told: is called with the title of each document that is made.

    Raises:
        NotFound: something that is named is not there.
        UsageError, BadInput, Refusal: edition, reason or file are not right.
        WorkspaceError: no room.
    """
    redacted = check_edition(wish.edition) == REDACTED
    check_reason(wish.reason)
    check_name(wish.path)
    subjects = cases.find_subjects(store, wish.subjects)

    def redact(store: Store, found: Case, examiner: Examiner) -> Redaction:
        if not redacted:
            return Redaction()
        withheld = _redacted(store, found, examiner, wish.redact)
        withheld.check("data/evidence/export.json", wish.reason.encode())
        return withheld

    planned = case.plan(store, subjects, prove=prove, redact=redact, told=told or (lambda _: None))
    try:
        check_room(planned.bytes, wish.path)
    except BaseException:
        planned.close()
        raise
    return planned


def _redacted(store: Store, found: Case, examiner: Examiner, redact: Sequence[str]) -> Redaction:
    decided = redaction.plan(store, Forms(store), found.entries, examiner=examiner, extra=redact)
    return Redaction(
        edition=REDACTED,
        refs=decided.withheld,
        photos=frozenset(decided.withheld_photos),
        masked=decided.masked,
        hide=decided.hide,
        check=decided.guard(),
    )


def review(
    store: Store, subjects: Sequence[Subject], redact: Sequence[str], examiner: Examiner
) -> redaction.Redaction:
    """What a redacted edition about these leaves out, for a person to look at before it is written.

    Args:
        redact: texts to hide besides.
        examiner: open while the masked copies are made.

    Raises:
        NotFound: one of the subjects is not here.
    """
    entries = cases.collect(store, subjects).entries
    return redaction.plan(store, Forms(store), entries, examiner=examiner, extra=redact)


def check_going(stop: Callable[[], bool]) -> None:
    """End between two documents where somebody asks for it.

    Raises:
        Stopped: `stop` said so.
    """
    if stop():
        raise Stopped("已停止，没有写任何文件。", "Stopped; no file was written.", code="case.stopped")


def run(
    store: Store,
    wish: Wish,
    planned: Planned,
    *,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Exported:
    """Write what was prepared.

    Raises:
        NotFound: no such officer.
        Busy: another window exports.
        Refusal, WorkspaceError: as `case.write`.
    """
    person = rectification.actor(store, wish.who)
    actor = person.id if person is not None else ""
    # One at a time: the entry of an unfinished export is one setting of the workspace.
    with FileLock(store.path / "case.lock", EXPORTING):
        exported = case.write(
            planned,
            wish.path,
            case.laptop(store, actor=actor),
            reason=wish.reason,
            actor=actor,
            progress=progress or (lambda _: None),
            stop=stop,
        )
        case.done(store)
    return exported
