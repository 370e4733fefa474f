"""What the record has of a review, for the paper on it: its day, who reviewed, and the photos they took.

A review is not the inspection that found the items: another day, another officer, other photos.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from inspector.domain.entries import Entry
from inspector.domain.finding import Finding
from inspector.domain.paper_words import cn_date
from inspector.domain.when import local_date
from inspector.services import lookup, rectification
from inspector.store import queries
from inspector.store.queries import PhotoRow
from inspector.store.workspace import Store


@dataclass(frozen=True, slots=True)
class Shot:
    """A photo of a review: of which finding, and the entry that added it."""

    finding: str
    row: PhotoRow
    head: Entry | None


@dataclass(frozen=True, slots=True)
class Review:
    """The latest review of some findings. `date` and `officers` are empty where the findings do not agree on them."""

    date: str = ""
    officers: str = ""
    shots: tuple[Shot, ...] = ()


def review_of(store: Store, found: Sequence[Finding]) -> Review:
    """What was recorded of the latest review (passed or failed) of each of these findings."""
    days: set[str] = set()
    actors: set[str] = set()
    shots: list[Shot] = []
    for one in found:
        item, registers = rectification.load(store, one.id)
        step = item.last_of("pass", "fail")
        days.add(cn_date(local_date(step.time)) if step else "")
        actors.add(step.actor if step else "")
        taken = {str(sha256) for sha256 in step.data.get("photos", ())} if step else set()
        shots += [
            Shot(one.id, row, registers.head(f"photo/{row.sha256}"))
            for row in queries.photos(store.connection, one.id)
            if row.sha256 in taken
        ]
    people = lookup.officers(store, tuple(actors)) if len(actors) == 1 else []
    return Review(
        days.pop() if len(days) == 1 else "",
        "、".join(f"{one.name}（{one.department}，{one.certificate or '无执法证'}）" for one in people),
        tuple(shots),
    )
