"""What the record has of a review (复查) for a paper: its day and its photos. The first visit is another matter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspector.domain.paper_kind import PaperKind
from inspector.domain.paper_words import cn_time
from inspector.services import rectification
from inspector.store import queries
from inspector.store.workspace import Store


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The review of some items.

    Attributes:
        day: "YYYY-MM-DD"; empty where they were not all reviewed, or on several days.
        photos: rows of a paper's photos.
        labels: checklist item -> "照片1、照片3".
    """

    day: str
    photos: list[dict[str, Any]]
    labels: Mapping[str, str]


def of_review(kind: PaperKind) -> bool:
    """Whether a kind of paper tells of the review of its items."""
    return any("{{ review." in found.default for found in kind.fields)


def reviews(store: Store, names: Sequence[str]) -> Reviewed:
    """The latest review of each of these items.

    Raises:
        NotFound: there is no such item here.
    """
    people = {person.id: person.name for person in queries.officers(store.connection)}
    days: set[str] = set()
    photos: list[dict[str, Any]] = []
    labels: dict[str, list[str]] = {}
    for name in names:
        item, registers = rectification.load(store, name)
        step = item.last_of("pass", "fail")
        days.add(str(step.data.get("day", "")) if step is not None else "")
        for sha256 in step.data.get("photos", ()) if step is not None else ():
            data, head = item.photos.get(sha256), registers.head(f"photo/{sha256}")
            if data is None or head is None:
                continue
            no = f"照片{len(photos) + 1}"
            labels.setdefault(item.finding.item, []).append(no)
            facts = data.get("facts") or {}
            photos.append(
                {
                    "no": no,
                    "caption": str(data.get("name", "")),
                    "item": item.finding.item,
                    "sha256": sha256,
                    "sm3": "",
                    "bytes": str(data.get("bytes", "")),
                    "taken": str(facts.get("taken") or "").replace("T", " ") or "文件未记载",
                    "recorded": cn_time(head.time.wall),
                    "device": str(facts.get("device") or "") or "文件未记载",
                    "by": people.get(head.actor, ""),
                    "place": f"采集终端{head.ref.device[:8]}的加密照片库，原文件名{data.get('name', '')}",
                    "picture": sha256,
                }
            )
    day = days.pop() if len(days) == 1 else ""
    return Reviewed(day, photos, {item: "、".join(found) for item, found in labels.items()})
