"""Exporting a case file from this laptop, in two steps: prepare (and be told what is missing), then write."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from inspector.domain.case import REDACTED, check_edition
from inspector.domain.objections import check_reason
from inspector.errors import Refusal
from inspector.export import case
from inspector.export.case import Exported, Planned, Progress
from inspector.services import cases, rectification
from inspector.store.workspace import Store


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants exported.

    Attributes:
        subjects: as they are named: ids, their beginnings, a site's name.
        who: who exports: an officer as `lookup.officer` finds one; else the patrol's first officer.
        offline: only with the proofs that are on this laptop.
    """

    subjects: tuple[str, ...]
    path: Path
    reason: str
    edition: str = "internal"
    offline: bool = False
    who: str = ""


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
    if edition == REDACTED:
        raise Refusal(
            "公开版还不能导出。", "A redacted edition cannot be exported yet.", code="case.redacted",
        )  # fmt: skip
    case.check_name(wish.path)
    subjects = cases.find_subjects(store, wish.subjects)
    planned = case.plan(store, subjects, told=told or (lambda _: None))
    case.check_room(planned, wish.path)
    return planned


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
