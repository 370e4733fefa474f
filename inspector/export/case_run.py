"""Exporting a case file from this laptop, in two steps: prepare (and be told what is missing), then write."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from inspector.domain.case import REDACTED, check_edition
from inspector.domain.objections import check_reason
from inspector.evidence.examine import Examiner
from inspector.export import case
from inspector.export.case import Exported, Planned, Progress
from inspector.services import cases, rectification, redaction
from inspector.services.cases import Subject
from inspector.services.forms import Forms
from inspector.store.workspace import Store


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants exported.

    Attributes:
        subjects: as they are named: ids, their beginnings, a site's name.
        who: who exports: an officer as `lookup.officer` finds one; else the patrol's first officer.
        redact: texts that a redacted edition hides besides what the program finds.
        offline: only with the proofs that are on this laptop.
    """

    subjects: tuple[str, ...]
    path: Path
    reason: str
    edition: str = "internal"
    offline: bool = False
    who: str = ""
    redact: tuple[str, ...] = ()


def prepare(store: Store, wish: Wish, *, told: Callable[[str], None] | None = None) -> Planned:
    """Collect, make the documents, measure, and see that there is room.

    Args:
        told: is called with the title of each document that is made.

    Raises:
        NotFound: something that is named is not there.
        UsageError, BadInput, Refusal: edition, reason or file are not right.
        WorkspaceError: no room.
    """
    edition = check_edition(wish.edition)
    check_reason(wish.reason)
    case.check_name(wish.path)
    subjects = cases.find_subjects(store, wish.subjects)
    tell = told or (lambda _: None)
    if edition == REDACTED:
        with Examiner(workers=1) as examiner:
            left_out = review(store, subjects, wish.redact, examiner)
            guard = left_out.guard()
            guard("export.json", wish.reason.encode("utf-8"))
            withheld = cases.Redaction(
                edition,
                left_out.withheld,
                frozenset(left_out.withheld_photos),
                left_out.masked,
                left_out.hide,
                guard,
            )
            planned = case.plan(store, subjects, redaction=withheld, told=tell)
    else:
        planned = case.plan(store, subjects, told=tell)
    case.check_room(planned, wish.path)
    return planned


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
        Refusal, WorkspaceError: as `case.write`.
    """
    person = rectification.actor(store, wish.who)
    actor = person.id if person is not None else ""
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
