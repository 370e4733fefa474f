"""Deciding what is covered of photos before they leave: of an inspection and of its items."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from inspector.domain import masking
from inspector.domain.boxes import MASKED, Box
from inspector.domain.entries import Draft, Entry
from inspector.domain.inspection import VOCABULARY as INSPECTION
from inspector.domain.inspection import Photo, photos_of
from inspector.domain.masking import Mask, masks_of
from inspector.domain.rectification import VOCABULARY as RECTIFICATION
from inspector.domain.registers import fold
from inspector.domain.tidy import tidy_text
from inspector.errors import NotFound
from inspector.store import photo_places, queries
from inspector.store.workspace import Store, View


@dataclass(frozen=True, slots=True)
class Masked:
    """A photo with what was decided of it. `mask` None: nobody has looked. `here`: its original is on this laptop."""

    sha256: str
    name: str
    item: str
    here: bool
    mask: Mask | None


def find_photo(store: Store, text: str) -> str:
    """The one photo that a SHA-256 or its beginning (six characters or more) means.

    Raises:
        NotFound: none, or more than one.
    """
    wanted = text.strip().lower()
    found = photo_places.photos_like(store.connection, wanted) if len(wanted) >= 6 else []
    if len(found) != 1:
        raise NotFound(
            f"没有（或不止一张）照片“{text}”。", f"No photo (or more than one) {text!r}.",
            hint=("写出校验值的前六位以上，见 inspector photo list。", "Six characters or more; see inspector photo list."),
            code="photo.unknown",
        )  # fmt: skip
    return found[0]


def photos(store: Store, inspection: str) -> list[Masked]:
    """The photos of an inspection and of its items, in the order of the record, each with what was decided of it."""
    aggregates = [inspection, *queries.finding_ids(store.connection, inspection)]
    entries = store_entries(store, aggregates)
    masks = masks_of(entries)
    found: dict[str, Masked] = {}
    for name in aggregates:
        for row in queries.photos(store.connection, name):
            here = store.blobs.has(row.sha256)
            found.setdefault(row.sha256, Masked(row.sha256, row.name, row.item, here, masks.get(row.sha256)))
    return list(found.values())


def store_entries(store: Store, aggregates: Sequence[str]) -> list[Entry]:
    """The entries of several aggregates."""
    return [entry for name in aggregates for entry in store.entries(name)]


def mask(
    store: Store, sha256: str, boxes: Collection[Box], *, note: str = "", actor: str = ""
) -> Mask | None:
    """Decide what is covered of a photo, wherever it is named: boxes, or none where nothing has to be.

    Returns: what holds now of it.

    Raises:
        NotFound: nothing here names the photo.
        BadInput: a box is none, there are too many, or the note is too long.
    """
    words = tidy_text(note)

    def decide(view: View) -> list[Draft]:
        drafts: list[Draft] = []
        for name, scope in photo_places.photo_places(view.connection, sha256):
            entries = view.entries(name)
            for kind, vocabulary in zip(MASKED, (INSPECTION, RECTIFICATION), strict=True):
                registers = fold(entries, vocabulary)
                if sha256 in _named(photos_of(registers)):
                    drafts += masking.mask_photo(
                        kind=kind, aggregate=name, scope=scope, registers=registers, sha256=sha256, boxes=boxes,
                        note=words,
                    )  # fmt: skip
        return drafts

    places = photo_places.photo_places(store.connection, sha256)
    if not places:
        raise NotFound(f"没有照片 {sha256[:12]}。", f"No photo {sha256[:12]}.", code="photo.unknown")
    store.decide(decide, actor=actor)
    return masks_of(store_entries(store, [name for name, _ in places])).get(sha256)


def _named(photos: Sequence[Photo]) -> set[str]:
    return {photo.sha256 for photo in photos}
