"""Taking photos in: the original bytes are kept and hashed, what they say of themselves is read and never corrected."""

from collections.abc import Callable, Iterable, Sequence
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
    found = find_photos(places)
    if not found:
        raise NotFound("没有找到照片。", "No photos were found.", code="photo.none")
    taken = []
    for candidate in reversed(found):
        data = read_bounded(candidate.path)
        now = local_time(store.clock.stamp().wall).astimezone(CHINA)
        facts = examiner.examine(data, now)
        sha256 = store.put_photo(data)
        name = tidy_line(display_name(candidate.path.name, 120))
        details = {key: value for key, value in facts.to_data().items() if key not in ("sha256", "bytes")}

        def decide(
            view: View,
            sha256: str = sha256,
            name: str = name,
            size: int = len(data),
            details: dict[str, object] = details,
        ) -> Sequence[Draft]:
            present, registers = fold_inspection(view.entries(state.id))
            if present is None:
                raise NotFound("没有找到这次检查。", "No such inspection.", code="inspection.unknown")
            return inspecting.add_photo(
                present, registers, sha256=sha256, name=name, size=size, item=code, facts=details
            )

        new = bool(store.decide(decide, actor=actor or (state.officers[0] if state.officers else "")))
        taken.append(PhotoTaken(candidate.path, name, facts, new))
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
