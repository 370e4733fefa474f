"""All that a person looks at to decide on one item: where it stands, what was done, photos, what can be done, what was before."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from inspector.domain.rectification import Item
from inspector.domain.site import Site
from inspector.domain.when import local_date
from inspector.errors import NotFound
from inspector.services import lookup, papers, rectification
from inspector.services.boards import names_of
from inspector.services.forms import Forms
from inspector.services.look_backs import same_before
from inspector.services.rectification import Choice
from inspector.store import board, queries
from inspector.store.board import BoardRow
from inspector.store.workspace import Store


@dataclass(frozen=True, slots=True)
class ItemPhoto:
    """A photo of an item. `phase`: "before" for the inspection's own, else a code of `rectification.PHASES`.

    Attributes:
        here: its bytes are on this laptop.
    """

    sha256: str
    name: str
    phase: str
    here: bool


@dataclass(frozen=True, slots=True)
class ItemSheet:
    """One item.

    Attributes:
        names: of people by id.
        papers: numbers of the papers that its steps name, as they are printed, by id.
        earlier: items of the same question at the same site, the latest first.
    """

    item: Item
    site: Site
    today: date
    names: Mapping[str, str]
    papers: Mapping[str, str]
    photos: tuple[ItemPhoto, ...]
    choices: tuple[Choice, ...]
    earlier: tuple[BoardRow, ...]

    @property
    def state(self) -> str:
        """Its state today."""
        return self.item.state_on(self.today)

    def of_phase(self, *phases: str) -> list[ItemPhoto]:
        """The photos of these phases."""
        return [photo for photo in self.photos if photo.phase in phases]


def item_sheet(store: Store, forms: Forms, name: str) -> ItemSheet:
    """All of one item.

    Raises:
        NotFound: there is no such item here.
    """
    item, _ = rectification.load(store, name)
    before = same_before(store, forms, item)
    if item.relapse_of and item.relapse_of not in before:
        before = [item.relapse_of, *before]
    return ItemSheet(
        item=item,
        site=lookup.site(store, item.finding.site),
        today=local_date(store.clock.stamp()),
        names=names_of(store),
        papers=_numbers(store, item),
        photos=tuple(photos_of(store, item)),
        choices=tuple(rectification.choices(store, forms, item)),
        earlier=tuple(board.rows_of(store.connection, before, store.today())),
    )


def _numbers(store: Store, item: Item) -> dict[str, str]:
    """Numbers of the papers that the steps name; a paper that is not here yet has none."""
    named = {str(step.data["paper"]) for step in (*item.path, *item.rivals) if step.data.get("paper")}
    found = {}
    for name in sorted(named):
        with contextlib.suppress(NotFound):
            found[name] = papers.paper(store, name).shown
    return found


def photos_of(store: Store, item: Item) -> list[ItemPhoto]:
    """The photos of an item: those of its inspection, then what came with its steps."""
    before = [
        ItemPhoto(row.sha256, row.name, "before", row.here)
        for row in queries.photos(store.connection, item.finding.inspection)
        if row.item == item.finding.item
    ]
    since = [
        ItemPhoto(row.sha256, row.name, str(item.photos.get(row.sha256, {}).get("phase", "after")), row.here)
        for row in queries.photos(store.connection, item.id)
    ]
    order = {"after": 0, "review": 1, "look_back": 2}
    return before + sorted(since, key=lambda photo: order.get(photo.phase, 0))
