"""Taking photos in: the original bytes are kept and hashed, what they say of themselves is read and never corrected."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from inspector.domain import inspecting
from inspector.domain.entries import Draft
from inspector.domain.inspection import fold_inspection
from inspector.domain.tidy import tidy_line, tidy_text
from inspector.domain.when import CHINA, local_time
from inspector.errors import NotFound
from inspector.evidence.examine import Examiner
from inspector.evidence.facts import PhotoFacts
from inspector.evidence.intake import find_photos, read_bounded
from inspector.evidence.wording import display_name
from inspector.services import lookup
from inspector.services.forms import Forms
from inspector.store.workspace import Store, View


@dataclass(frozen=True, slots=True)
class PhotoTaken:
    """One photo that was taken in. `new` is False where the inspection had exactly this photo already."""

    path: Path
    name: str
    facts: PhotoFacts
    new: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A photo whose original bytes are stored, before an entry names it."""

    path: Path
    name: str
    size: int
    facts: PhotoFacts

    @property
    def details(self) -> dict[str, object]:
        """What the file says of itself, as entry data."""
        return {key: value for key, value in self.facts.to_data().items() if key not in ("sha256", "bytes")}


def keep_photos(store: Store, examiner: Examiner, places: Iterable[Path]) -> Iterator[Kept]:
    """Store files, or all photos of folders, one after another.

    Raises:
        NotFound: a file is not there, or there is no photo.
        BadInput: a file cannot be taken.
    """
    found = find_photos(places)
    if not found:
        raise NotFound("没有找到照片。", "No photos were found.", code="photo.none")
    for candidate in reversed(found):
        data = read_bounded(candidate.path)
        now = local_time(store.clock.stamp().wall).astimezone(CHINA)
        facts = examiner.examine(data, now)
        store.put_photo(data)
        yield Kept(candidate.path, tidy_line(display_name(candidate.path.name, 120)), len(data), facts)


def add_photos(
    store: Store,
    forms: Forms,
    examiner: Examiner,
    inspection: str,
    places: Iterable[Path],
    *,
    item: str = "",
    actor: str = "",
    on_photo: Callable[[PhotoTaken], None] | None = None,
) -> list[PhotoTaken]:
    """Take in files, or all photos of folders, for an item or (item "") for the inspection.

    Each photo is stored durably, then linked by its own entry: after a cut, those that were reported are there.

    Raises:
        NotFound: a file, the inspection or the item is not there.
        BadInput: a file cannot be taken; those before it are in.
        Refusal: the inspection is concluded or voided.
    """
    state = lookup.inspection(store, inspection)
    inspecting.check_open(state)
    code = forms.of(state).item(item)[1].code if item else ""
    taken = []
    for kept in keep_photos(store, examiner, places):

        def decide(view: View, kept: Kept = kept) -> Sequence[Draft]:
            present, registers = fold_inspection(view.entries(state.id))
            if present is None:
                raise NotFound("没有找到这次检查。", "No such inspection.", code="inspection.unknown")
            return inspecting.add_photo(
                present,
                registers,
                sha256=kept.facts.sha256,
                name=kept.name,
                size=kept.size,
                item=code,
                facts=kept.details,
            )

        new = bool(store.decide(decide, actor=actor or (state.officers[0] if state.officers else "")))
        taken.append(PhotoTaken(kept.path, kept.name, kept.facts, new))
        if on_photo is not None:
            on_photo(taken[-1])
    return taken


def withdraw_photo(store: Store, inspection: str, sha256: str, *, reason: str, actor: str = "") -> None:
    """Take a photo off the record of an open inspection; bytes and history stay.

    Raises:
        NotFound: no such inspection.
        Refusal: it is not open, or no reason is given.
    """
    state = lookup.inspection(store, inspection)

    def decide(view: View) -> Sequence[Draft]:
        present, registers = fold_inspection(view.entries(state.id))
        if present is None:
            raise NotFound("没有找到这次检查。", "No such inspection.", code="inspection.unknown")
        return inspecting.withdraw_photo(present, registers, sha256=sha256, reason=tidy_text(reason))

    store.decide(decide, actor=actor)
